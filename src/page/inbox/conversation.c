/* conversation.c: a conversation on screen: its head, the reply box, its dialogs, who else is here. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "flow/reply_files.h"
#include "flow/channels.h"
#include "flow/aside.h"
#include "flow/handoff.h"
#include "flow/moderate.h"
#include "flow/saved_reply.h"
#include "page/inbox/inbox.h"
#include "store/suspension.h"
#include "store/charter.h"
#include "store/event.h"
#include "store/publication.h"

#define SAVED_MOST 100
#define EXCERPT 120
#define READING (70 * SECOND) /* the page says every 30 s that it is looked at */
#define TYPING (10 * SECOND)

/* ---- who else is here ---- */

enum err others_here_shape(struct cx *cx, struct db *db, const struct room *room, i64 conversation, json_t **ret_others)
{
	struct presence *list;
	size_t count;
	TRY(presence_list(cx, db, room->workspace, conversation, cx->now - READING, &list, &count));
	json_t *typing = json_null();
	CLEANUP(buf_free) struct buf names = {};
	for (size_t i = 0; i < count; i++) {
		if (list[i].person == room->me)
			continue;
		if (list[i].typing_at > cx->now - TYPING && json_is_null(typing)) {
			typing = json_pack("{s:o, s:o}", "name", doc_text(list[i].name), "avatar", doc_avatar(list[i].name));
			continue;
		}
		buf_adds(&names, names.len ? ", " : "");
		buf_add(&names, list[i].name);
	}
	*ret_others = json_pack("{s:o, s:o}", "typing", typing, "reading", names.len ? json_pack("{s:o}", "names", doc_text(buf_str(&names))) : json_null());
	return OK;
}

/* ---- the reply box ---- */

static struct saved_reply_subject subject_of(struct cx *cx, const struct room *room, const struct conversation_row *row, struct str workspace_name)
{
	CLEANUP(buf_free) struct buf day = {};
	buf_add_day(&day, &room->reader, room->reader.now);
	return (struct saved_reply_subject){row->contact_name, row->channel_name, cx->actor->name, workspace_name, buf_keep(&day, cx->arena)};
}

static int by_fitness(const void *a, const void *b)
{
	const struct saved_reply *left = *(const struct saved_reply *const *)a, *right = *(const struct saved_reply *const *)b;
	return left->used_count != right->used_count ? (left->used_count < right->used_count ? 1 : -1) : str_cmp(left->shortcut, right->shortcut);
}

/* Those of the conversation's language first, then those of none, then the others; within, the most used first. */
static void sort_saved(const struct saved_reply **list, size_t count, struct str lang)
{
	size_t from = 0;
	for (int pass = 0; pass < 2; pass++) {
		size_t at = from;
		for (size_t i = from; i < count; i++) {
			bool fits = pass == 0 ? lang.len && str_eq_fold(str_head(list[i]->lang, 2), str_head(lang, 2)) : list[i]->lang.len == 0;
			if (!fits)
				continue;
			const struct saved_reply *swap = list[i];
			list[i] = list[at];
			list[at++] = swap;
		}
		qsort(list + from, at - from, sizeof *list, by_fitness);
		from = at;
	}
	qsort(list + from, count - from, sizeof *list, by_fitness);
}

static enum err saved_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, struct str lang, i64 chosen,
			    struct str house, struct str *ret_body, json_t **ret_saved)
{
	struct saved_reply *replies;
	size_t count;
	json_t *list = json_array();
	*ret_saved = list;
	TRY(saved_reply_list(cx, db, room->workspace, room->me, (struct str){}, SAVED_MOST, &replies, &count));
	const struct saved_reply **sorted = arena_array(cx->arena, const struct saved_reply *, count + 1);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &replies[i];
	sort_saved(sorted, count, lang);
	struct saved_reply_subject subject = subject_of(cx, room, row, house);
	for (size_t i = 0; i < count; i++) {
		const struct saved_reply *r = sorted[i];
		struct str unknown, body = saved_reply_render(cx, r->body, &subject, &unknown);
		struct str more = arena_printf(cx->arena, "saved=%lld#reply", (long long)r->id);
		if (r->id == chosen)
			*ret_body = body;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(r->id), "shortcut", doc_text(r->shortcut), "title",
						      doc_text(r->title), "body", doc_text(body), "unknown", doc_text_or_null(unknown), "url",
						      doc_text(inbox_conversation_url(cx, &room->query, row->conversation.id, more.at))));
	}
	return OK;
}

static enum err find_draft(struct cx *cx, struct db *db, const struct room *room, i64 conversation, struct message *ret_draft)
{
	if (room->waiting_all) { /* the newest first, drafts among them */
		for (size_t i = 0; i < room->waiting_count; i++)
			if (room->waiting[i].conversation == conversation && room->waiting[i].author == room->me && room->waiting[i].reply_state == REPLY_DRAFT) {
				*ret_draft = room->waiting[i];
				return OK;
			}
		return OK;
	}
	enum err e = message_drafts(cx, db, room->workspace, conversation, room->me, ret_draft);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	return e;
}

/* What may go with an answer, and what goes with the draft already. */
static enum err files_shape(struct cx *cx, struct db *db, const struct room *room, const struct channel *channel, unsigned can, const struct message *draft, json_t **ret_files)
{
	const struct channel_kind *kind = channel && can & CAN_REPLY ? channel_kind_of(channel->kind) : NULL;
	const json_t *known = kind ? channel_known(cx, channel) : NULL;
	struct attachment *there = NULL;
	size_t count = 0;
	CLEANUP(buf_free) struct buf accept = {};
	json_t *kept = json_array();
	if (draft->id && draft->attachment_count)
		TRY(attachments_of(cx, db, room->workspace, draft->id, &there, &count));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf size = {};
		buf_add_size(&size, cx->lang, there[i].size);
		bool is_image = str_eq(there[i].kind, S("image"));
		json_t *url = doc_text(arena_printf(cx->arena, "/attachments/%lld", (long long)there[i].id));
		json_array_append_new(kept, json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "id", doc_id(there[i].id), "name", doc_text(there[i].name), "alt", doc_text(there[i].alt), "size",
						      doc_text(buf_str(&size)), "is_image", is_image, "url", url));
	}
	bool takes = reply_files_most(kind, known) > 0;
	buf_adds(&accept, "image/png,image/jpeg,image/gif,image/webp");
	if (!takes || reply_file_bytes(kind, known, S("video")))
		buf_adds(&accept, ",video/*,audio/*");
	if (!takes || reply_file_bytes(kind, known, S("file")))
		buf_adds(&accept, ",application/pdf,text/plain");
	*ret_files = json_pack("{s:b, s:I, s:o, s:o}", "takes", takes, "most", (json_int_t)(takes ? reply_files_most(kind, known) : REPLY_FILES_MAX), "accept",
			       doc_text(buf_str(&accept)), "kept", kept);
	return OK;
}

/* A draft that a colleague returned says so, with the remark. */
static enum err returned_shape(struct cx *cx, struct db *db, const struct room *room, const struct message *draft, json_t **ret_returned)
{
	struct approval a;
	*ret_returned = json_null();
	enum err e = draft->id ? approval_get(cx, db, room->workspace, draft->id, &a) : ERR_MISSING;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	const struct member *by = room_member(room, a.decided_by);
	if (str_eq(a.outcome, S("returned")) && a.remark.len)
		*ret_returned = json_pack("{s:o, s:o}", "by", by ? doc_text(by->name) : json_null(), "remark", doc_text(a.remark));
	return OK;
}

static enum err find_answered(struct cx *cx, struct db *db, const struct room *room, i64 conversation, i64 wanted, struct message *ret_parent, bool *ret_chosen)
{
	*ret_chosen = false;
	enum err e = wanted ? message_get(cx, db, room->workspace, wanted, ret_parent) : ERR_MISSING;
	if (e == OK && ret_parent->conversation == conversation) {
		*ret_chosen = true;
		return OK;
	}
	*ret_parent = (struct message){};
	if (e == OK || e == ERR_MISSING)
		e = message_last_inbound(cx, db, room->workspace, conversation, ret_parent);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	return e;
}

/* How the network counts, in words; nothing where a character is what everybody takes for one. */
static const char *unit_title(enum text_unit unit)
{
	switch (unit) {
	case TEXT_GRAPHEMES:
		return N_("signs as people see them");
	case TEXT_UTF16:
		return N_("an emoji counts two or more");
	case TEXT_BYTES:
		return N_("bytes: an accented letter counts two, an emoji four or more");
	case TEXT_FEDIVERSE:
		return N_("an address counts 23");
	case TEXT_WEIGHTED:
		return N_("an address counts 23, an emoji two");
	case TEXT_CHARACTERS:
	case TEXT_UNIT_COUNT:
		break;
	}
	return NULL;
}

/* What an answer may have on this network, in public and in private, and how that is counted. */
static void limits_shape(struct cx *cx, const struct channel *channel, const struct channel_kind *kind, json_t *box)
{
	static const char *const members[] = {"limit_public", "limit_private"};
	static const enum visibility visibilities[] = {VISIBILITY_PUBLIC, VISIBILITY_PRIVATE};
	const char *unit = NULL, *title = NULL;
	for (size_t i = 0; i < COUNT(members); i++) {
		struct channel_limit limit = {};
		bool limited = kind && channel_body_limit(kind, channel_known(cx, channel), visibilities[i], &limit);
		json_object_set_new(box, members[i], limited ? json_integer(limit.most) : json_null());
		if (limited && !unit) {
			unit = text_unit_word(limit.unit);
			title = unit_title(limit.unit);
		}
	}
	json_object_set_new(box, "unit", unit ? json_string(unit) : json_null());
	json_object_set_new(box, "unit_title", title ? json_string(_(title)) : json_null());
}

enum err reply_box_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, const struct open_request *open,
			 struct message *ret_in_box, json_t **ret_reply)
{
	const struct conversation *c = &row->conversation;
	const struct channel *channel = room_channel(room, c->channel);
	const struct channel_kind *kind = channel ? channel_kind_of(channel->kind) : NULL;
	bool writes = actor_may(cx->actor, MAY_PROPOSE), notes = actor_may(cx->actor, MAY_NOTE), chosen;
	struct workspace_settings settings;
	struct message parent = {};
	*ret_in_box = (struct message){};
	if (!writes && !notes) {
		*ret_reply = json_null();
		return OK;
	}
	TRY(workspace_settings(cx, db, room->workspace, &settings));
	TRY(find_draft(cx, db, room, c->id, ret_in_box));
	TRY(find_answered(cx, db, room, c->id, open->answer, &parent, &chosen));
	unsigned can = writes && kind && !channel->archived_at ? kind->can : 0;
	bool is_private_talk = parent.id && parent.visibility == VISIBILITY_PRIVATE;
	bool can_public = can & CAN_REPLY && !is_private_talk, can_private = (can & CAN_REPLY) && (can & CAN_REPLY_PRIVATE);
	bool wants_private = can_private && (!can_public || (ret_in_box->id && ret_in_box->visibility == VISIBILITY_PRIVATE));
	if (open->visibility.len) /* what was meant for one is never shown again as for all */
		wants_private = can_private && (!can_public || str_eq(open->visibility, S("private")));
	bool is_note = (!can_public && !can_private) || (notes && str_eq(open->visibility, S("note")));
	struct str body = ret_in_box->body;
	json_t *saved;
	TRY(saved_shape(cx, db, room, row, parent.lang, open->saved, settings.workspace_name, &body, &saved));
	CLEANUP(buf_free) struct buf least = {};
	buf_add_local(&least, &room->reader, cx->now + 2 * MINUTE);
	struct channel_limit limit = {};
	bool limited = kind && channel_body_limit(kind, channel_known(cx, channel), wants_private ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC, &limit);
	bool needs_approval = !actor_may(cx->actor, MAY_REPLY) || (settings.approve_all && !actor_may(cx->actor, MAY_APPROVE));
	*ret_reply = json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:b, s:o, s:o, s:b, s:o}", "body", doc_text(body), "draft_id", doc_id(ret_in_box->id), "parent",
			       chosen ? json_pack("{s:o, s:o, s:o}", "id", doc_id(parent.id), "author_name", doc_text(parent.author_name), "excerpt",
						  doc_excerpt(parent.body, EXCERPT))
				      : json_null(),
			       "can_public", can_public, "can_private", can_private, "is_public", can_public && !wants_private && !is_note, "is_private",
			       wants_private && !is_note, "is_note", is_note, "limit", limited ? json_integer(limit.most) : json_null(),
			       "saved", saved, "needs_approval", needs_approval, "send_at_least", doc_text(buf_str(&least)));
	json_object_set_new(*ret_reply, "can_go_aside", json_boolean(can_public && can_private && parent.id));
	limits_shape(cx, channel, kind, *ret_reply);
	bool suspended = false;
	if (channel)
		TRY(suspension_holds(cx, db, here(cx), channel->id, true, &suspended));
	json_object_set_new(*ret_reply, "takes", reply_can_shape(cx, channel, can, &parent, row->contact_name, suspended));
	json_object_set_new(*ret_reply, "closed", reply_closed_shape(cx, channel, &parent));
	json_t *returned;
	TRY(returned_shape(cx, db, room, ret_in_box, &returned));
	json_object_set_new(*ret_reply, "returned", returned);
	json_t *files;
	TRY(files_shape(cx, db, room, channel, can, ret_in_box, &files));
	json_object_set_new(*ret_reply, "files", files);
	json_object_set_new(*ret_reply, "guide", guide_shape(cx, room, row, &settings, parent.lang, settings.workspace_name));
	return OK;
}

/* ---- dialogs ---- */

static enum err hide_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation *c, const struct open_request *open, json_t **ret_hide)
{
	struct charter_version in_force;
	struct charter_article *articles;
	size_t count;
	*ret_hide = json_null();
	enum err e = charter_in_force(cx, db, room->workspace, &in_force);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	TRY(charter_articles(cx, db, room->workspace, in_force.id, &articles, &count));
	const struct channel *channel = room_channel(room, c->channel);
	const struct channel_kind *kind = channel ? channel_kind_of(channel->kind) : NULL;
	json_t *list = json_array();
	struct str first = {};
	for (size_t i = 0; i < count; i++) {
		struct str notice = text_in(cx, articles[i].notice, cx->lang);
		first = i ? first : notice;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b}", "id", doc_id(articles[i].id), "number",
						      doc_text(arena_printf(cx->arena, "%lld", (long long)articles[i].number)), "title",
						      doc_text(text_in(cx, articles[i].title, cx->lang)), "notice", doc_text(notice), "is_current", i == 0));
	}
	json_t *id = open->hide ? doc_id(open->hide) : json_string("");
	*ret_hide = json_pack("{s:o, s:b, s:o, s:o, s:b, s:b}", "message_id", id, "is_open", open->hide != 0, "articles", list, "notice", doc_text(first), "can_notify",
			      kind && kind->can & CAN_REPLY_PRIVATE, "is_removal", 0);
	return OK;
}

static void handoff_shape(struct cx *cx, const struct room *room, json_t *shape)
{
	struct handoff_ways ways = {};
	json_t *machines = json_array();
	if (actor_may(cx->actor, MAY_PROPOSE))
		ways = handoff_ways(cx, room->channels, room->channel_count);
	for (size_t i = 0; i < ways.machine_count; i++)
		json_array_append_new(machines, json_pack("{s:o, s:o}", "id", doc_id(ways.machines[i].id), "name", doc_text(ways.machines[i].name)));
	bool possible = ways.mail || ways.machine_count;
	doc_set(shape, "handoff", possible ? json_pack("{s:b, s:b, s:O}", "is_by_mail", ways.mail, "has_machines", ways.machine_count > 0, "machines", machines) : json_null());
	json_decref(machines);
}

static enum err dialogs_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation *c, const struct elsewhere *elsewhere,
			      const struct open_request *open, json_t *shape)
{
	json_t *hide = json_null(), *split = json_null(), *merge = json_null();
	if (actor_may(cx->actor, MAY_MODERATE))
		TRY(hide_shape(cx, db, room, c, open, &hide));
	doc_set(shape, "hide", hide);
	if (actor_may(cx->actor, MAY_TRIAGE)) {
		merge = json_pack("{s:O}", "others", elsewhere->list);
		split = json_pack("{s:o, s:b}", "message_id", open->split ? doc_id(open->split) : json_string(""), "is_open", open->split != 0);
	}
	handoff_shape(cx, room, shape);
	doc_set(shape, "split", split);
	doc_set(shape, "merge", merge);
	return OK;
}

/* ---- all of it ---- */

static void head_shape(struct cx *cx, const struct room *room, const struct conversation_row *row, json_t *shape)
{
	const struct conversation *c = &row->conversation;
	struct str name = row->contact_name.len ? row->contact_name : row->channel_name;
	doc_set(shape, "id", doc_id(c->id));
	doc_set(shape, "version", json_integer(c->version));
	doc_set(shape, "url", doc_text(inbox_conversation_url(cx, &room->query, c->id, NULL)));
	doc_set(shape, "back", doc_text(inbox_list_url(cx, &room->query, PART_COUNT, (struct str){})));
	doc_set(shape, "contact_url", doc_text(inbox_conversation_url(cx, &room->query, c->id, "pane=contact")));
	doc_set(shape, "contact", json_pack("{s:o, s:o, s:o}", "id", doc_id(c->contact), "name", doc_text(name), "avatar", doc_avatar(name)));
	doc_set(shape, "network", doc_network(cx->lang, row->channel_network));
	doc_set(shape, "channel", json_pack("{s:o, s:o}", "id", doc_id(c->channel), "name", doc_text(row->channel_name)));
	doc_set(shape, "kind", doc_word(cx->lang, message_kind_word(c->kind), message_kind_title(c->kind)));
	doc_set(shape, "subject", doc_text_or_null(c->subject));
	doc_set(shape, "subject_url", doc_address(c->subject_url));
	doc_set(shape, "status", doc_word(cx->lang, status_word(c->status), status_title(c->status)));
	doc_set(shape, "is_open", json_boolean(c->status == STATUS_OPEN));
	doc_set(shape, "is_pending", json_boolean(c->status == STATUS_PENDING));
	doc_set(shape, "is_snoozed", json_boolean(c->status == STATUS_SNOOZED));
	doc_set(shape, "is_resolved", json_boolean(c->status == STATUS_RESOLVED));
	doc_set(shape, "snoozed_until", c->snoozed_until > 0 ? doc_instant(&room->reader, c->snoozed_until) : json_null());
	doc_set(shape, "priority", doc_word(cx->lang, priority_word(c->priority), priority_title(c->priority)));
	doc_set(shape, "assignee", person_shape(room, c->assignee, row->assignee_name));
	doc_set(shape, "team", c->team ? json_pack("{s:o, s:o}", "id", doc_id(c->team), "name", doc_text(row->team_name)) : json_null());
	doc_set(shape, "labels", labels_shape(room, c->label_ids));
	doc_set(shape, "clock", promise_clock(&room->promises, c));
	doc_set(shape, "merged_into", json_null());
	doc_set(shape, "can_triage", json_boolean(actor_may(cx->actor, MAY_TRIAGE)));
	doc_set(shape, "can_moderate", json_boolean(actor_may(cx->actor, MAY_MODERATE)));
	doc_set(shape, "can_note", json_boolean(actor_may(cx->actor, MAY_NOTE)));
	doc_set(shape, "can_reply", json_boolean(actor_may(cx->actor, MAY_REPLY)));
	doc_set(shape, "can_propose", json_boolean(actor_may(cx->actor, MAY_PROPOSE)));
}

/* The case that it is one side of: where the other side is, who is the point of contact, and the last word proposed for the public thread. */
static enum err aside_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation *c, json_t *shape)
{
	struct aside h;
	struct message said;
	doc_set(shape, "aside", json_null());
	TRY(aside_of(cx, db, room->workspace, c->id, &h));
	if (!h.id)
		return OK;
	TRY(message_get(cx, db, room->workspace, h.message, &said));
	i64 other = c->id == h.public_talk ? h.private_talk : h.public_talk;
	bool apart = other && other != c->id, is_public = c->id == h.public_talk;
	struct str url = apart ? inbox_conversation_url(cx, &room->query, other, NULL) : (struct str){};
	doc_set(shape, "aside", json_pack("{s:o, s:b, s:b, s:b, s:b, s:o, s:o, s:o, s:o}", "id", doc_id(h.id), "is_public", is_public, "is_private", !is_public, "has_met",
					    h.private_talk != 0, "is_solved", h.solved_at != 0, "by", doc_text_or_null(h.person_name), "started_at",
					    doc_instant(&room->reader, h.started_at), "other_url", apart ? doc_text(url) : json_null(), "closing",
					    doc_text(str_of(aside_closing(cx, &said)))));
	json_t *reply = json_object_get(shape, "reply");
	if (json_is_object(reply))
		doc_set(reply, "can_go_aside", json_false());
	return OK;
}

static json_t *label_choices_shape(const struct room *room, const struct conversation *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < room->label_count; i++) {
		struct str ids = c->label_ids;
		bool on = false;
		while (!on && ids.at && ids.len) {
			i64 id = 0;
			on = str_to_i64(str_cut(&ids, ' '), &id) && id == room->labels[i].id;
		}
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b}", "id", doc_id(room->labels[i].id), "name", doc_text(room->labels[i].name), "tone",
						      doc_text(room->labels[i].tone), "is_on", on));
	}
	return list;
}

enum err conversation_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, const struct elsewhere *elsewhere,
			    const struct open_request *open, json_t **ret_conversation)
{
	json_t *shape = json_object(), *part;
	struct message in_box;
	*ret_conversation = shape;
	head_shape(cx, room, row, shape);
	doc_set(shape, "label_choices", label_choices_shape(room, &row->conversation));
	TRY(reply_box_shape(cx, db, room, row, open, &in_box, &part));
	doc_set(shape, "reply", part);
	TRY(aside_shape(cx, db, room, &row->conversation, shape));
	TRY(thread_shape(cx, db, room, row, open, in_box.id ? &in_box : NULL, shape));
	TRY(others_here_shape(cx, db, room, row->conversation.id, &part));
	doc_set(shape, "others", part);
	return dialogs_shape(cx, db, room, &row->conversation, elsewhere, open, shape);
}
