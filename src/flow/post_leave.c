#include "base/buf.h"
#include "flow/post_parts.h"

#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/notify.h"
#include "flow/post_files.h"
#include "flow/post_words.h"
#include "flow/short_link.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/handing.h"
#include "store/message.h"
#include "store/person.h"

#include <string.h>

#define SUBJECT_CHARACTERS 80

/* ---- an act gets its message ---- */

struct body {
	struct post post;
	struct post_variant variant;
	struct post_text text;
};

/* What its message says; a story says nothing. */
static struct str words_of(const struct body *b, i64 part)
{
	return b->variant.form == FORM_STORY ? (struct str){} : part == 0 ? b->text.body : part < 0 ? b->text.first_comment : (size_t)part <= b->text.part_count ? b->text.parts[part - 1] : (struct str){};
}

static enum err author_name(struct cx *cx, struct db *db, i64 person, struct str *ret_name)
{
	struct person p;
	if (!person) {
		*ret_name = S("Parvis");
		return OK;
	}
	TRY(person_get(cx, db, person, &p));
	*ret_name = p.name;
	return OK;
}

/* The thread that the post begins: it is called as the network calls it once it is there. It waits for nobody. */
static enum err begin_thread(struct cx *cx, struct db *db, const struct publication *p, const struct body *b, i64 *ret_conversation)
{
	struct str text = b->text.body; /* also of a story, which does not show it: so that people know it again */
	struct str line = str_line(&text);
	struct conversation c = {
		.id = id_new(), .workspace = p->workspace, .channel = p->channel, .kind = KIND_POST, .status = STATUS_RESOLVED, .priority = PRIORITY_MEDIUM,
		.subject = b->post.title.len ? b->post.title : utf8_head(line, SUBJECT_CHARACTERS), .preview = utf8_head(line, PREVIEW_CHARACTERS), .first_at = cx->now,
		.last_at = cx->now, .resolved_at = cx->now, .version = 1, .remote_id = arena_printf(cx->arena, "post:%lld", (long long)p->id),
	};
	c.due_at = INT64_MAX;
	*ret_conversation = c.id;
	return conversation_insert(cx, db, &c);
}

/* What goes with it there, in order: rows to be written once the message is. */
static enum err find_files(struct cx *cx, struct db *db, const struct body *b, const struct message *m, struct attachment **ret_list, size_t *ret_count)
{
	struct post_media *media;
	struct post_file *files;
	struct channel channel;
	size_t count;
	TRY(post_media_of(cx, db, b->post.workspace, b->post.id, &media, &count));
	struct attachment *list = arena_array(cx->arena, struct attachment, count ? count : 1);
	*ret_list = list;
	*ret_count = count;
	if (!count)
		return OK;
	TRY(channel_get(cx, db, b->post.workspace, m->channel, &channel));
	TRY(post_files_of(cx, db, &b->post, media, count, &channel, b->variant.form, &files));
	for (size_t i = 0; i < count; i++) {
		const struct media *brought = &files[i].media;
		const struct media_rendition *made = files[i].format.len ? &files[i].made : NULL;
		if (made && !made->blob.len) /* the door is for that; never what was brought */
			return fail(cx, ERR_CONFLICT, N_("“%.*s” is not ready for this network yet."), STR_ARG(brought->name));
		struct str type = made ? made->type : brought->type;
		list[i] = (struct attachment){.id = id_new(), .message = m->id, .kind = brought->kind, .name = post_file_name(cx->arena, brought->name, type), .alt = files[i].alt,
					      .type = type, .blob_hash = made ? made->blob : brought->blob, .size = made ? made->size : brought->size};
	}
	return OK;
}

static enum err make_message(struct cx *cx, struct db *db, struct publication *p, const struct body *b)
{
	struct message m = {.id = id_new(), .workspace = p->workspace, .channel = p->channel, .kind = p->part ? KIND_REPLY : KIND_POST, .direction = DIRECTION_OUT,
			    .author = b->post.updated_by, .body = words_of(b, p->part), .lang = b->post.lang, .visibility = VISIBILITY_PUBLIC, .at = cx->now, .received_at = cx->now,
			    .reply_state = REPLY_QUEUED};
	TRY(author_name(cx, db, m.author, &m.author_name));
	if (p->follows) {
		struct publication before;
		struct message first;
		TRY(publication_get(cx, db, p->workspace, p->follows, &before));
		TRY(message_get(cx, db, p->workspace, before.message, &first));
		m.conversation = first.conversation;
		m.home = first.home;
		m.parent_remote_id = first.remote_id;
	} else {
		TRY(begin_thread(cx, db, p, b, &m.conversation));
		m.home = m.conversation;
	}
	struct attachment *files = NULL;
	size_t count = 0;
	if (!p->part)
		TRY(find_files(cx, db, b, &m, &files, &count));
	m.attachment_count = (i64)count;
	TRY(message_insert(cx, db, &m));
	for (size_t i = 0; i < count; i++)
		TRY(attachment_insert(cx, db, m.workspace, &files[i]));
	TRY(publication_embody(cx, db, p->workspace, p->id, m.id));
	p->message = m.id;
	return OK;
}

/* Its short links answer from here on: who the network asks for a preview finds them. */
static enum err open_links(struct cx *cx, struct db *db, struct post_words *words, const struct channel *channel, const struct post_text *written)
{
	struct post_link *links;
	size_t count;
	bool all = true;
	if (!words->shortens)
		return OK;
	post_words_leave(cx, words, channel, written, &links, &count);
	for (size_t i = 0; i < count && all; i++)
		if (links[i].target.len)
			TRY(short_link_open(cx, db, words->workspace, words->post, channel->id, links[i].target, &all));
	words->shortens = all;
	return OK;
}

static enum err load_body(struct cx *cx, struct db *db, const struct publication *p, struct body *ret_body)
{
	struct body b;
	struct post_words words;
	struct channel channel;
	TRY(post_variant_get(cx, db, p->workspace, p->variant, &b.variant));
	TRY(post_get(cx, db, p->workspace, b.variant.post, &b.post));
	TRY(channel_get(cx, db, p->workspace, p->channel, &channel));
	TRY(post_words_load(cx, db, &b.post, &words));
	TRY(post_words_around(cx, db, p->channel, &b.post));
	struct post_text written = post_text_of(cx, &b.post, &b.variant);
	TRY(open_links(cx, db, &words, &channel, &written));
	b.text = post_words_leave(cx, &words, &channel, &written, NULL, NULL);
	*ret_body = b;
	return OK;
}

enum err post_embody(struct cx *cx, struct db *db, struct publication *p)
{
	struct body b;
	struct message m;
	TRY(load_body(cx, db, p, &b));
	if (!p->message)
		TRY(make_message(cx, db, p, &b));
	else if (p->state == PUBLICATION_DUE) { /* it was tried and certainly did not leave: what stands there now does */
		TRY(message_get(cx, db, p->workspace, p->message, &m));
		struct str words = words_of(&b, p->part);
		if (!str_eq(m.body, words)) {
			m.body = words;
			TRY(message_save(cx, db, &m));
		}
	}
	if (b.post.state == POST_SCHEDULED)
		TRY(post_move_state(cx, db, p->workspace, b.post.id, POST_SCHEDULED, POST_LEAVING));
	return OK;
}

/* ---- what becomes of it ---- */

static bool is_trouble(const struct publication *p)
{
	return p->state == PUBLICATION_FAILED || p->state == PUBLICATION_HELD || p->state == PUBLICATION_LATE ||
	       (p->state == PUBLICATION_UNKNOWN && p->due_at == INT64_MAX);
}

static enum post_state state_of(const struct publication *acts, size_t count)
{
	size_t sent = 0, trouble = 0, handed = 0, begun = 0;
	for (size_t i = 0; i < count; i++) {
		handed += acts[i].state == PUBLICATION_HANDED;
		sent += acts[i].state == PUBLICATION_SENT;
		trouble += is_trouble(&acts[i]);
		begun += acts[i].state == PUBLICATION_SENT || acts[i].state == PUBLICATION_LEASED || acts[i].state == PUBLICATION_UNKNOWN || acts[i].message != 0;
	}
	return !count ? POST_APPROVED : trouble ? POST_TROUBLE : handed ? POST_BY_HAND : sent == count ? POST_PUBLISHED : begun ? POST_LEAVING : POST_SCHEDULED;
}

static enum err settle(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct post post;
	struct publication *acts;
	size_t count;
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(publications_of_post(cx, db, workspace, id, &acts, &count));
	enum post_state state = state_of(acts, count);
	for (size_t i = 0; i < count && !post.published_at; i++)
		if (acts[i].state == PUBLICATION_SENT)
			TRY(post_published(cx, db, workspace, id, post.published_at = acts[i].done_at));
	if (state != post.state)
		TRY(post_move_state(cx, db, workspace, id, post.state, state));
	return change_add(cx, db, workspace, 0, "post", id);
}

static struct str act_detail(struct cx *cx, const struct publication *p, i64 post, struct str story)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"post\":\"%lld\",\"publication\":\"%lld\",\"channel\":\"%lld\",\"part\":%lld,\"story\":", (long long)post, (long long)p->id,
		 (long long)p->channel, (long long)p->part);
	buf_add_json(&detail, story);
	buf_addc(&detail, '}');
	return buf_keep(&detail, cx->arena);
}

enum err post_acted(struct cx *cx, struct db *db, const struct publication *p, const char *kind, struct str story)
{
	struct post_variant v;
	TRY(post_variant_get(cx, db, p->workspace, p->variant, &v));
	if (p->state == PUBLICATION_SENT)
		TRY(publications_follow(cx, db, p->workspace, p->id));
	if (kind) {
		struct str detail = act_detail(cx, p, v.post, story);
		TRY(post_event_add(cx, db, p->workspace, v.post, kind, detail));
		if (strcmp(kind, "sent") != 0)
			TRY(notify_person(cx, db, p->workspace, p->created_by, arena_printf(cx->arena, "post_%s", kind).at, 0, 0, detail));
	}
	return settle(cx, db, p->workspace, v.post);
}

enum err post_told(struct cx *cx, struct db *db, const struct post *post, const char *kind, struct str story)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"post\":\"%lld\",\"story\":", (long long)post->id);
	buf_add_json(&detail, story);
	buf_addc(&detail, '}');
	TRY(post_event_add(cx, db, post->workspace, post->id, kind, buf_str(&detail)));
	TRY(notify_person(cx, db, post->workspace, post->updated_by, arena_printf(cx->arena, "post_%s", kind).at, 0, 0, buf_str(&detail)));
	return change_add(cx, db, post->workspace, 0, "post", post->id);
}

enum err post_late(struct cx *cx, struct db *db, const struct publication *p, struct str story)
{
	struct post_variant v;
	TRY(post_variant_get(cx, db, p->workspace, p->variant, &v));
	TRY(post_event_add(cx, db, p->workspace, v.post, "late", act_detail(cx, p, v.post, story)));
	return settle(cx, db, p->workspace, v.post);
}

/* What is in a person's hands, and nobody is on: it is not, any more. */
static enum err take_from_hands(struct cx *cx, struct db *db, const struct publication *p)
{
	struct message m;
	bool closed;
	if (p->state != PUBLICATION_HANDED)
		return OK;
	TRY(handing_withdraw(cx, db, p->workspace, p->id, &closed));
	if (!closed)
		return fail(cx, ERR_CONFLICT, N_("Somebody is publishing it by hand just now. Ask them."));
	TRY(message_get(cx, db, p->workspace, p->message, &m));
	if (m.reply_state != REPLY_QUEUED)
		TRY(message_move(cx, db, p->workspace, p->message, m.reply_state, REPLY_QUEUED));
	return message_move(cx, db, p->workspace, p->message, REPLY_QUEUED, REPLY_WITHDRAWN);
}

enum err post_let_go(struct cx *cx, struct db *db, const struct publication *publication, struct str story)
{
	struct publication p = *publication;
	TRY(take_from_hands(cx, db, &p));
	TRY(publication_withdraw(cx, db, p.workspace, p.id));
	p.state = PUBLICATION_WITHDRAWN;
	return post_acted(cx, db, &p, "held", story);
}

enum err posts_acted(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	struct publication *acts;
	struct post_variant v;
	size_t count;
	i64 last = 0;
	TRY(publications_waiting(cx, db, workspace, channel, 500, &acts, &count));
	for (size_t i = 0; i < count; i++) {
		if (!acts[i].variant)
			continue;
		TRY(post_variant_get(cx, db, workspace, acts[i].variant, &v));
		if (v.post != last)
			TRY(settle(cx, db, workspace, v.post));
		last = v.post;
	}
	return OK;
}

/* ---- what people say of one that is in trouble ---- */

static enum err act_of(struct cx *cx, struct db *db, i64 workspace, i64 id, struct publication *ret_act, i64 *ret_post)
{
	struct post_variant v;
	TRY(publication_get(cx, db, workspace, id, ret_act));
	if (!ret_act->variant)
		return fail(cx, ERR_MISSING, N_("This act is of no post."));
	TRY(post_variant_get(cx, db, workspace, ret_act->variant, &v));
	*ret_post = v.post;
	return OK;
}

static enum err trace(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 publication, const char *act)
{
	struct str detail = arena_printf(cx->arena, "{\"publication\":\"%lld\"}", (long long)publication);
	TRY(post_event_add(cx, db, workspace, post, act + strlen("post."), detail));
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "post:%lld", (long long)post), detail));
	return settle(cx, db, workspace, post);
}

/* Its message, if it has one, may leave again. */
static enum err requeue(struct cx *cx, struct db *db, const struct publication *p)
{
	struct message m;
	if (!p->message)
		return OK;
	TRY(message_get(cx, db, p->workspace, p->message, &m));
	return m.reply_state == REPLY_QUEUED ? OK : message_move(cx, db, p->workspace, m.id, m.reply_state, REPLY_QUEUED);
}

static enum err again(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct publication p;
	i64 post = 0;
	struct post row;
	TRY(act_of(cx, db, workspace, id, &p, &post));
	TRY(post_get(cx, db, workspace, post, &row));
	TRY(post_unblocked(cx, db, &row));
	bool is_to_come = p.planned_at > cx->now; /* what was found in time still leaves at its hour */
	TRY(publication_hurry(cx, db, workspace, id, is_to_come ? p.planned_at : cx->now));
	if (!is_to_come)
		TRY(publication_unplan(cx, db, workspace, id));
	TRY(post_files_ask(cx, db, &row, true)); /* a picture that could not be made: perhaps it can by now */
	TRY(requeue(cx, db, &p));
	return trace(cx, db, workspace, post, id, "post.again");
}

enum err post_act_again(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	return IN_TRANSACTION(cx, db, again(cx, db, workspace, publication));
}

/* All of a post stands as it was planned: nothing of it left, nothing was left out. */
static enum err is_whole(struct cx *cx, struct db *db, i64 workspace, i64 post, bool *ret_whole)
{
	struct publication *acts;
	struct post_variant *variants;
	size_t count, variant_count, firsts = 0, left = 0;
	TRY(publications_of_post(cx, db, workspace, post, &acts, &count));
	TRY(post_variants(cx, db, workspace, post, &variants, &variant_count));
	for (size_t i = 0; i < count; i++) {
		firsts += !acts[i].part;
		left += acts[i].state == PUBLICATION_SENT || acts[i].state == PUBLICATION_LEASED || acts[i].state == PUBLICATION_UNKNOWN || acts[i].state == PUBLICATION_HANDED || acts[i].state == PUBLICATION_FAILED;
	}
	*ret_whole = !left && firsts == variant_count;
	return OK;
}

static enum err plan_act(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str wall_time, struct str zone)
{
	struct publication p;
	struct post post, at;
	i64 post_id = 0;
	bool whole;
	TRY(act_of(cx, db, workspace, id, &p, &post_id));
	TRY(post_get(cx, db, workspace, post_id, &post));
	at = post;
	TRY(post_set_hour(cx, db, &at, wall_time, zone));
	if (!at.planned_at)
		return fail_field(cx, "wall_time", N_("Say when it is to leave."));
	TRY(post_still_to_come(cx, &at));
	TRY(is_whole(cx, db, workspace, post_id, &whole));
	if (whole)
		return post_plan(cx, db, workspace, post_id, post.revision, wall_time, zone, &post);
	TRY(publication_replan(cx, db, workspace, id, at.planned_at));
	TRY(requeue(cx, db, &p));
	return trace(cx, db, workspace, post_id, id, "post.moved");
}

enum err post_act_plan(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str wall_time, struct str zone)
{
	return IN_TRANSACTION(cx, db, plan_act(cx, db, workspace, publication, wall_time, zone));
}

static enum err drop_with_followers(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct publication *acts, size_t count)
{
	TRY(publication_withdraw(cx, db, workspace, id));
	for (size_t i = 0; i < count; i++)
		if (acts[i].follows == id && acts[i].state == PUBLICATION_WAITING)
			TRY(drop_with_followers(cx, db, workspace, acts[i].id, acts, count));
	return OK;
}

static enum err drop(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct publication p, *acts;
	size_t count;
	i64 post = 0;
	TRY(act_of(cx, db, workspace, id, &p, &post));
	TRY(take_from_hands(cx, db, &p));
	TRY(publications_of_post(cx, db, workspace, post, &acts, &count));
	TRY(drop_with_followers(cx, db, workspace, id, acts, count));
	return trace(cx, db, workspace, post, id, "post.dropped");
}

enum err post_act_drop(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	return IN_TRANSACTION(cx, db, drop(cx, db, workspace, publication));
}

static enum err decide(struct cx *cx, struct db *db, i64 workspace, i64 id, bool arrived)
{
	struct publication p;
	i64 post = 0;
	TRY(act_of(cx, db, workspace, id, &p, &post));
	TRY(publication_decide(cx, db, workspace, id, arrived));
	if (arrived) {
		TRY(message_move(cx, db, workspace, p.message, REPLY_UNKNOWN, REPLY_SENT));
		TRY(publications_follow(cx, db, workspace, id));
	} else {
		TRY(requeue(cx, db, &p));
	}
	return trace(cx, db, workspace, post, id, arrived ? "post.arrived" : "post.not_arrived");
}

enum err post_act_decide(struct cx *cx, struct db *db, i64 workspace, i64 publication, bool arrived)
{
	return IN_TRANSACTION(cx, db, decide(cx, db, workspace, publication, arrived));
}
