/* thread.c: what was said and what happened in a conversation, oldest first. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "flow/moderate.h"
#include "flow/react.h"
#include "flow/glossary.h"
#include "model/quote.h"
#include "page/figures_text.h"
#include "page/gist.h"
#include "page/inbox/inbox.h"
#include "store/charter.h"
#include "store/event.h"
#include "store/idea.h"
#include "store/publication.h"

#define MESSAGES 50
#define EVENTS 100
#define IDEAS 1000 /* looked through, of messages that came in between */
#define PARENTS_LOOKED_UP 10
#define EXCERPT 120
#define WORDS_EXPLAINED 20 /* in a message */

struct thread {
	struct cx *cx;
	struct db *db;
	const struct room *room;
	const struct conversation_row *row;
	struct message *messages;
	size_t count;
	int *depths;
	int looked_up;
	struct glossary *glossary; /* NULL: none */
	struct metric_point *figures; /* of its messages */
	size_t figure_count;
	struct idea_mark *ideas;      /* made of its messages */
	size_t idea_count;
	struct identity last; /* the author read last: threads are mostly between two */
	json_t *list;
};

/* ---- parts of a message ---- */

static const struct {
	enum reply_state state;
	const char *tone, *icon;
} state_looks[] = {
	{REPLY_DRAFT, "line", "pen-line"}, {REPLY_APPROVAL, "sun", "user-check"}, {REPLY_SCHEDULED, "act", "alarm-clock"}, {REPLY_QUEUED, "act", "send"},
	{REPLY_SENDING, "act", "send"}, {REPLY_FAILED, "red", "octagon-alert"}, {REPLY_HELD, "sun", "octagon-alert"},
	{REPLY_UNKNOWN, "red", "octagon-alert"}, {REPLY_WITHDRAWN, "line", "undo-2"},
};

static json_t *state_shape(struct cx *cx, enum reply_state state)
{
	for (size_t i = 0; i < COUNT(state_looks); i++)
		if (state_looks[i].state == state)
			return json_pack("{s:s, s:s, s:s, s:s}", "word", reply_state_word(state), "title", _(reply_state_title(state)), "tone",
					 state_looks[i].tone, "icon", state_looks[i].icon);
	return json_null();
}

static enum err versions_shape(struct thread *t, const struct message *m, json_t *shape)
{
	json_t *list = json_array();
	doc_set(shape, "versions", list);
	if (!m->edited_at)
		return OK;
	struct message_version *versions;
	size_t count;
	TRY(message_versions(t->cx, t->db, t->room->workspace, m->id, &versions, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "until", doc_instant(&t->room->reader, versions[i].until), "body", doc_text(versions[i].body)));
	return OK;
}

static enum err attachments_shape(struct thread *t, const struct message *m, json_t *shape)
{
	json_t *list = json_array();
	doc_set(shape, "attachments", list);
	if (!m->attachment_count)
		return OK;
	struct attachment *files;
	size_t count;
	TRY(attachments_of(t->cx, t->db, t->room->workspace, m->id, &files, &count));
	for (size_t i = 0; i < count; i++) {
		const struct attachment *a = &files[i];
		CLEANUP(buf_free) struct buf size = {};
		if (a->size)
			buf_add_size(&size, t->cx->lang, a->size);
		json_t *kept = a->blob_hash.len ? doc_text(arena_printf(t->cx->arena, "/attachments/%lld", (long long)a->id)) : NULL;
		bool is_image = str_eq(a->kind, S("image"));
		json_t *file = json_pack("{s:o, s:b, s:b, s:b, s:b, s:o, s:o, s:o}", "kind", doc_text(a->kind), "is_image", is_image, "is_audio",
					 str_eq(a->kind, S("audio")), "is_video", str_eq(a->kind, S("video")), "is_link", str_eq(a->kind, S("link")), "name",
					 doc_text(a->name.len ? a->name : a->url), "alt", doc_text(a->alt), "size", doc_text_or_null(buf_str(&size)));
		doc_set(file, "thumb_url", is_image && kept ? json_incref(kept) : json_null());
		doc_set(file, "url", kept ? kept : doc_address(a->url));
		json_array_append_new(list, file);
	}
	return OK;
}

/* Why it is hidden. */
static enum err decision_shape(struct thread *t, const struct message *m, json_t **ret_decision)
{
	struct decision *decisions;
	struct charter_article article;
	size_t count;
	struct cx *cx = t->cx;
	*ret_decision = json_null();
	if (!m->hidden_at)
		return OK;
	TRY(decisions_of(cx, t->db, t->room->workspace, m->id, &decisions, &count));
	const struct decision *hid = NULL;
	for (size_t i = 0; i < count; i++)
		if (str_eq(decisions[i].act, S("hide")) && (!hid || decisions[i].id > hid->id))
			hid = &decisions[i];
	if (!hid)
		return OK;
	TRY(charter_article_get(cx, t->db, t->room->workspace, hid->article, &article));
	*ret_decision = json_pack("{s:{s:o, s:o}, s:o, s:o, s:o, s:b}", "article", "number", doc_text(arena_printf(cx->arena, "%lld", (long long)article.number)),
				  "title", doc_text(text_in(cx, article.title, cx->lang)), "reason", doc_text(hid->reason), "decided_by",
				  doc_text(hid->decided_by_name), "at", doc_instant(&t->room->reader, hid->at), "was_notified", hid->notify_author);
	return OK;
}

/* What became of an answer, where it is not well. */
static enum err story_shape(struct thread *t, const struct message *m, json_t **ret_story)
{
	struct publication p;
	*ret_story = json_null();
	if (m->reply_state != REPLY_QUEUED && m->reply_state != REPLY_FAILED && m->reply_state != REPLY_HELD && m->reply_state != REPLY_UNKNOWN)
		return OK;
	enum err e = publication_of(t->cx, t->db, t->room->workspace, m->id, S("reply"), &p);
	if (e == ERR_MISSING) {
		cx_forget(t->cx);
		return OK;
	}
	TRY(e);
	*ret_story = doc_text_or_null(p.story);
	return OK;
}

static enum err approval_shape(struct thread *t, const struct message *m, bool *ret_mine, json_t **ret_approval)
{
	struct approval a;
	*ret_approval = json_null();
	*ret_mine = false;
	if (m->reply_state != REPLY_APPROVAL && m->reply_state != REPLY_DRAFT)
		return OK;
	enum err e = approval_get(t->cx, t->db, t->room->workspace, m->id, &a);
	if (e == ERR_MISSING) {
		cx_forget(t->cx);
		return OK;
	}
	TRY(e);
	*ret_mine = a.asked_by == t->room->me;
	*ret_approval = json_pack("{s:o, s:o, s:o}", "asked_by", doc_text(a.asked_by_name), "asked_at", doc_text(time_text(t->cx->arena, a.asked_at)), "remark", doc_text_or_null(a.remark));
	return OK;
}

/* ---- what it answers ---- */

static json_t *excerpt_shape(const struct message *m)
{
	return json_pack("{s:o, s:o, s:o}", "id", doc_id(m->id), "author_name", doc_text(m->author_name), "excerpt", doc_excerpt(m->body, EXCERPT));
}

/* Shown when the message answered does not stand right above. */
static enum err parent_shape(struct thread *t, size_t at, json_t **ret_parent)
{
	const struct message *m = &t->messages[at];
	*ret_parent = json_null();
	if (!m->parent_remote_id.len || m->direction == DIRECTION_NOTE)
		return OK;
	for (size_t i = at; i-- > 0;) {
		if (!str_eq(t->messages[i].remote_id, m->parent_remote_id))
			continue;
		t->depths[at] = t->depths[i] < 2 ? t->depths[i] + 1 : 2;
		if (i + 1 != at)
			*ret_parent = excerpt_shape(&t->messages[i]);
		return OK;
	}
	if (t->looked_up++ >= PARENTS_LOOKED_UP)
		return OK;
	struct message parent;
	enum err e = message_by_remote(t->cx, t->db, t->room->workspace, m->channel, m->parent_remote_id, &parent);
	if (e == ERR_MISSING) {
		cx_forget(t->cx);
		return OK;
	}
	TRY(e);
	t->depths[at] = 1;
	*ret_parent = excerpt_shape(&parent);
	return OK;
}

static enum err author_shape(struct thread *t, const struct message *m, json_t **ret_author)
{
	struct str handle = {};
	if (m->identity) {
		if (t->last.id != m->identity)
			TRY(identity_get(t->cx, t->db, t->room->workspace, m->identity, &t->last));
		handle = str_eq(t->last.handle, m->author_name) ? handle : t->last.handle;
	}
	*ret_author = json_pack("{s:o, s:o}", "handle", doc_text_or_null(handle), "avatar", doc_avatar(m->author_name));
	return OK;
}

/* ---- a message ---- */

static void what_one_may(const struct thread *t, const struct message *m, bool asked_by_me, json_t *shape)
{
	const struct actor *actor = t->cx->actor;
	bool in = m->direction == DIRECTION_IN, mine = m->author == t->room->me, approves = actor_may(actor, MAY_APPROVE), writes = actor_may(actor, MAY_PROPOSE);
	bool editable = m->reply_state == REPLY_DRAFT || m->reply_state == REPLY_APPROVAL || m->reply_state == REPLY_SCHEDULED;
	doc_set(shape, "can_hide", json_boolean(in && !m->hidden_at && actor_may(actor, MAY_MODERATE)));
	doc_set(shape, "can_restore", json_boolean(in && m->hidden_at && actor_may(actor, MAY_MODERATE)));
	doc_set(shape, "can_edit", json_boolean(editable && ((mine && writes) || approves)));
	doc_set(shape, "can_withdraw", json_boolean(m->reply_state != REPLY_NONE && m->reply_state != REPLY_DRAFT && reply_state_may_become(m->reply_state, REPLY_DRAFT) &&
						writes && (mine || actor_may(actor, MAY_REPLY))));
	doc_set(shape, "can_approve", json_boolean(m->reply_state == REPLY_APPROVAL && approves && !asked_by_me));
	doc_set(shape, "can_retry", json_boolean((m->reply_state == REPLY_FAILED || m->reply_state == REPLY_HELD) && actor_may(actor, MAY_REPLY)));
	doc_set(shape, "can_settle", json_boolean(m->reply_state == REPLY_UNKNOWN && actor_may(actor, MAY_REPLY)));
	doc_set(shape, "can_reschedule", json_boolean(m->reply_state == REPLY_SCHEDULED && actor_may(actor, MAY_REPLY)));
	doc_set(shape, "can_split", json_boolean(in && t->count > 1 && m != t->messages && actor_may(actor, MAY_TRIAGE)));
	doc_set(shape, "can_answer", json_boolean(in && !m->hidden_at && !m->removed_at && writes));
}

static enum err like_shape(const struct thread *t, const struct message *m, json_t *shape)
{
	const struct channel *channel = room_channel(t->room, m->channel);
	bool can = channel && !channel->archived_at && react_can(channel_kind_of(channel->kind), m), liked = false;
	if (can)
		TRY(react_is_liked(t->cx, t->db, t->room->workspace, m->id, &liked));
	doc_set(shape, "can_like", json_boolean(can && actor_may(t->cx->actor, MAY_REPLY)));
	doc_set(shape, "is_liked", json_boolean(liked));
	return OK;
}

static void addresses(const struct thread *t, const struct message *m, json_t *shape)
{
	static const char *const names[] = {"answer", "hide", "split"}, *const members[] = {"answer_url", "hide_url", "split_url"};
	for (size_t i = 0; i < COUNT(names); i++) {
		char room[64];
		CLEANUP(buf_free) struct buf more = BUF_IN(room);
		buf_adds(&more, names[i]);
		buf_addc(&more, '=');
		buf_add_i64(&more, m->id);
		buf_adds(&more, i ? "" : "#reply");
		doc_set(shape, members[i], doc_text(inbox_conversation_url(t->cx, &t->room->query, t->row->conversation.id, buf_cstr(&more))));
	}
}

/* ---- ideas ---- */

static enum err load_ideas(struct thread *t)
{
	i64 first = INT64_MAX, last = 0;
	for (size_t i = 0; i < t->count; i++) {
		first = t->messages[i].id < first ? t->messages[i].id : first;
		last = t->messages[i].id > last ? t->messages[i].id : last;
	}
	if (!t->count || !actor_may(t->cx->actor, MAY_READ_POSTS))
		return OK;
	return ideas_of_messages(t->cx, t->db, t->room->workspace, first, last, IDEAS, &t->ideas, &t->idea_count);
}

static void idea_shape(const struct thread *t, const struct message *m, json_t *shape)
{
	const struct idea_mark *mark = NULL;
	for (size_t i = 0; i < t->idea_count && !mark; i++)
		if (t->ideas[i].message == m->id)
			mark = &t->ideas[i];
	doc_set(shape, "can_idea", json_boolean(!mark && m->direction == DIRECTION_IN && !m->hidden_at && !m->removed_at &&
						  actor_may(t->cx->actor, MAY_WRITE_POSTS)));
	doc_set(shape, "idea_url", mark ? doc_text(arena_printf(t->cx->arena, "/ideas/%lld", (long long)mark->idea)) : json_null());
	struct str url = inbox_conversation_url(t->cx, &t->room->query, t->row->conversation.id, NULL);
	doc_set(shape, "back_url", doc_text(arena_printf(t->cx->arena, "%.*s#m-%lld", STR_ARG(url), (long long)m->id)));
}

/* ---- the words of the community ---- */

static void add_text(json_t *list, struct str text, struct str about)
{
	if (text.len)
		json_array_append_new(list, json_pack("{s:o, s:n, s:o}", "text", doc_text(text), "url", "about", doc_text_or_null(about)));
}

/* What a word means, how it sounds, who may use it, what can go wrong: in a line. */
static struct str meaning_of(struct cx *cx, const struct glossary_entry *g)
{
	CLEANUP(buf_free) struct buf b = {};
	u8 label;
	const struct str pieces[] = {g->about, meaning_label_of(MEANING_SENTIMENT, g->tone, &label) ? str_of(_(meaning_label_title(MEANING_SENTIMENT, label))) : S(""),
				     g->used_by, g->risk};
	for (size_t i = 0; i < COUNT(pieces); i++)
		if (pieces[i].len)
			buf_addf(&b, "%s%.*s", b.len ? " · " : "", STR_ARG(pieces[i]));
	return buf_keep(&b, cx->arena);
}

/* The parts of a body, cut once more at the words that the glossary explains. Takes the reference, gives a new one. */
static json_t *explained(const struct thread *t, json_t *parts)
{
	struct glossary_place places[WORDS_EXPLAINED];
	json_t *list = json_array(), *part;
	size_t index;
	json_array_foreach(parts, index, part) {
		struct str text = {json_string_value(json_object_get(part, "text")), json_string_length(json_object_get(part, "text"))};
		bool is_link = json_is_string(json_object_get(part, "url"));
		size_t count = t->glossary && !is_link ? glossary_find_in(t->glossary, text, places, COUNT(places)) : 0, at = 0;
		for (size_t i = 0; i < count; i++) {
			struct str about = meaning_of(t->cx, glossary_entry_at(t->glossary, places[i].entry));
			if (!about.len)
				continue;
			add_text(list, (struct str){text.at + at, places[i].from - at}, (struct str){});
			add_text(list, (struct str){text.at + places[i].from, places[i].to - places[i].from}, about);
			at = places[i].to;
		}
		if (at) {
			add_text(list, str_skip(text, at), (struct str){});
		} else {
			json_object_set_new(part, "about", json_null());
			json_array_append(list, part);
		}
	}
	json_decref(parts);
	return list;
}

static enum err message_shape(struct thread *t, size_t at, json_t **ret_shape)
{
	const struct message *m = &t->messages[at];
	struct cx *cx = t->cx;
	json_t *shape = json_object(), *part;
	*ret_shape = shape;
	bool asked_by_me;
	doc_set(shape, "id", doc_id(m->id));
	doc_set(shape, "is_in", json_boolean(m->direction == DIRECTION_IN));
	doc_set(shape, "is_us", json_boolean(m->direction == DIRECTION_OUT));
	doc_set(shape, "is_private", json_boolean(m->visibility == VISIBILITY_PRIVATE && m->direction == DIRECTION_OUT));
	doc_set(shape, "is_note", json_boolean(m->direction == DIRECTION_NOTE));
	doc_set(shape, "is_hidden", json_boolean(m->hidden_at != 0));
	doc_set(shape, "is_removed", json_boolean(m->removed_at != 0));
	doc_set(shape, "is_edited", json_boolean(m->edited_at != 0));
	TRY(parent_shape(t, at, &part));
	doc_set(shape, "parent", part);
	doc_set(shape, "depth", json_integer(t->depths[at]));
	doc_set(shape, "author_name", doc_text(m->author_name));
	TRY(author_shape(t, m, &part));
	doc_set(shape, "author", part);
	doc_set(shape, "at", doc_instant(&t->room->reader, m->at));
	doc_set(shape, "lang", doc_text_or_null(m->lang));
	doc_set(shape, "url", doc_address(m->url));
	doc_set(shape, "rating", doc_rating(cx->lang, m->rating));
	doc_set(shape, "figures", m->direction == DIRECTION_OUT ? doc_text_or_null(figures_text(cx, t->figures, t->figure_count, m->id)) : json_null());
	doc_set(shape, "body", doc_text(m->body));
	size_t fresh = m->direction == DIRECTION_IN && str_eq(t->row->channel_network, S("email")) ? quote_begins(m->body) : m->body.len;
	doc_set(shape, "parts", explained(t, doc_parts(fresh < m->body.len ? str_trim(str_head(m->body, fresh)) : m->body)));
	doc_set(shape, "quoted", doc_text_or_null(str_skip(m->body, fresh)));
	doc_set(shape, "meaning", meaning_chips(cx, m));
	doc_set(shape, "meaning_url", m->direction == DIRECTION_IN && m->meaning.by ? doc_text(meaning_url(cx, m->id, MEANING_TASKS)) : json_null());
	doc_set(shape, "edited_at", doc_instant(&t->room->reader, m->edited_at));
	TRY(versions_shape(t, m, shape));
	doc_set(shape, "removed_at", doc_instant(&t->room->reader, m->removed_at));
	TRY(attachments_shape(t, m, shape));
	TRY(decision_shape(t, m, &part));
	doc_set(shape, "decision", part);
	doc_set(shape, "reply_state", state_shape(cx, m->reply_state));
	doc_set(shape, "is_sent", json_boolean(m->author && m->reply_state == REPLY_SENT && !m->removed_at));
	doc_set(shape, "send_at", m->reply_state == REPLY_SCHEDULED ? doc_instant(&t->room->reader, m->at) : json_null());
	TRY(story_shape(t, m, &part));
	doc_set(shape, "story", part);
	TRY(approval_shape(t, m, &asked_by_me, &part));
	doc_set(shape, "approval", part);
	what_one_may(t, m, asked_by_me, shape);
	TRY(like_shape(t, m, shape));
	idea_shape(t, m, shape);
	addresses(t, m, shape);
	return OK;
}

/* ---- the thread ---- */

static void add_event(struct thread *t, const struct event *e)
{
	json_t *event = json_pack("{s:o, s:o, s:o}", "id", doc_id(e->id), "at", doc_instant(&t->room->reader, e->at), "text",
				  event_text(t->cx, &t->room->reader, e->kind, e->actor_name, e->detail));
	json_array_append_new(t->list, json_pack("{s:n, s:o}", "message", "event", event));
}

static enum err add_message(struct thread *t, size_t at, const struct message *in_box)
{
	json_t *shape;
	const struct message *m = &t->messages[at];
	if ((in_box && m->id == in_box->id) || (m->reply_state == REPLY_DRAFT && m->author != t->room->me && !actor_may(t->cx->actor, MAY_APPROVE)) ||
	    m->reply_state == REPLY_WITHDRAWN)
		return OK;
	enum err e = message_shape(t, at, &shape);
	json_array_append_new(t->list, json_pack("{s:o, s:n}", "message", shape, "event"));
	return e;
}

enum err thread_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, const struct open_request *open,
		      const struct message *in_box, json_t *conversation)
{
	struct thread t = {.cx = cx, .db = db, .room = room, .row = row, .list = json_array()};
	const struct conversation *c = &row->conversation;
	struct event *events;
	size_t event_count, next = 0;
	doc_set(conversation, "thread", t.list);
	TRY(message_thread_end(cx, db, room->workspace, c->id, open->before_at, open->before_id, MESSAGES + 1, &t.messages, &t.count));
	TRY(glossary_load(cx, db, room->workspace, &t.glossary));
	TRY(metric_points_of_conversation(cx, db, room->workspace, c->id, &t.figures, &t.figure_count));
	bool more = t.count > MESSAGES;
	t.messages += more;
	t.count -= more;
	TRY(load_ideas(&t));
	t.depths = arena_array(cx->arena, int, t.count + 1);
	struct str earlier = more ? arena_printf(cx->arena, "earlier=%lld.%lld", (long long)t.messages[0].at, (long long)t.messages[0].id) : (struct str){};
	doc_set(conversation, "earlier", more ? doc_text(inbox_conversation_url(cx, &room->query, c->id, earlier.at)) : json_null());
	i64 since = more && t.count ? t.messages[0].at : 0, until = open->before_at ? open->before_at : INT64_MAX;
	TRY(events_of(cx, db, room->workspace, c->id, since, EVENTS, &events, &event_count));
	for (size_t i = 0; i < t.count; i++) {
		while (next < event_count && events[next].at < t.messages[i].at && events[next].at < until)
			add_event(&t, &events[next++]);
		TRY(add_message(&t, i, in_box));
	}
	while (next < event_count && events[next].at < until)
		add_event(&t, &events[next++]);
	return OK;
}
