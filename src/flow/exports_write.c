/* exports_write.c: conversations written out for people and programs: a table with a row for each message, or a line of JSON for each
 * conversation. Ids, words and times are those of the API. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "flow/exports.h"
#include "store/contact.h"
#include "store/label.h"
#include "store/message.h"

#include <jansson.h>

#define CONVERSATIONS_A_TIME 100
#define MESSAGES_A_TIME 500

struct writer {
	struct db *db;
	i64 workspace;
	const struct export_filter *filter;
	bool is_table;
	struct label *labels;
	size_t label_count;
	struct buf out;
	enum err (*add)(struct cx *cx, void *to, struct str bytes, i64 rows);
	void *to;
};

/* ---- a table ---- */

static const char columns[] = "conversation_id,subject_url,channel,network,subject,status,priority,assignee,team,labels,contact_id,contact,message_id,"
			      "kind,direction,visibility,author,at,language,rating,body,message_url,hidden_at,removed_at\r\n";

/* Quoted always. A program that opens tables would run a cell that begins with one of these signs: an apostrophe keeps it a text. */
static void add_cell(struct buf *b, struct str text, bool last)
{
	buf_addc(b, '"');
	if (text.len && (text.at[0] == '=' || text.at[0] == '+' || text.at[0] == '-' || text.at[0] == '@' || text.at[0] == '\t' || text.at[0] == '\r'))
		buf_addc(b, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, text.at[i]);
	}
	buf_adds(b, last ? "\"\r\n" : "\",");
}

static void add_id(struct buf *b, i64 id)
{
	if (id)
		buf_addf(b, "\"%lld\",", (long long)id);
	else
		buf_adds(b, "\"\",");
}

static void add_instant(struct buf *b, i64 at, bool last)
{
	buf_addc(b, '"');
	if (at)
		buf_add_time(b, at);
	buf_adds(b, last ? "\"\r\n" : "\",");
}

static struct str label_names(struct cx *cx, const struct writer *w, struct str ids)
{
	CLEANUP(buf_free) struct buf b = {};
	while (ids.at && ids.len) {
		i64 id = 0;
		if (!str_to_i64(str_cut(&ids, ' '), &id))
			continue;
		for (size_t i = 0; i < w->label_count; i++)
			if (w->labels[i].id == id)
				buf_addf(&b, "%s%.*s", b.len ? ", " : "", STR_ARG(w->labels[i].name));
	}
	return buf_keep(&b, cx->arena);
}

static void add_row(struct cx *cx, struct writer *w, const struct conversation_row *row, const struct message *m)
{
	struct buf *b = &w->out;
	const struct conversation *c = &row->conversation;
	add_id(b, c->id);
	add_cell(b, c->subject_url, false);
	add_cell(b, row->channel_name, false);
	add_cell(b, row->channel_network, false);
	add_cell(b, c->subject, false);
	add_cell(b, str_of(status_word(c->status)), false);
	add_cell(b, str_of(priority_word(c->priority)), false);
	add_cell(b, row->assignee_name, false);
	add_cell(b, row->team_name, false);
	add_cell(b, label_names(cx, w, c->label_ids), false);
	add_id(b, c->contact);
	add_cell(b, row->contact_name, false);
	add_id(b, m->id);
	add_cell(b, str_of(message_kind_word(m->kind)), false);
	add_cell(b, str_of(direction_word(m->direction)), false);
	add_cell(b, str_of(visibility_word(m->visibility)), false);
	add_cell(b, m->author_name, false);
	add_instant(b, m->at, false);
	add_cell(b, m->lang, false);
	add_cell(b, m->rating ? arena_printf(cx->arena, "%d", m->rating) : (struct str){}, false);
	add_cell(b, m->body, false);
	add_cell(b, m->url, false);
	add_instant(b, m->hidden_at, false);
	add_instant(b, m->removed_at, true);
}

/* ---- lines of JSON ---- */

static json_t *text_or_null(struct str text)
{
	return text.len ? json_stringn(text.at, text.len) : json_null();
}

static json_t *id_or_null(i64 id)
{
	return id ? json_sprintf("%lld", (long long)id) : json_null();
}

static json_t *instant_or_null(struct cx *cx, i64 at)
{
	return at > 0 ? text_or_null(time_text(cx->arena, at)) : json_null();
}

static json_t *message_object(struct cx *cx, const struct message *m)
{
	json_t *object = json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "id", id_or_null(m->id), "kind", message_kind_word(m->kind), "direction", direction_word(m->direction),
				   "visibility", visibility_word(m->visibility), "author", text_or_null(m->author_name), "at", instant_or_null(cx, m->at), "lang", text_or_null(m->lang),
				   "body", json_stringn(m->body.at ? m->body.at : "", m->body.len));
	json_object_set_new(object, "rating", m->rating ? json_integer(m->rating) : json_null());
	json_object_set_new(object, "url", text_or_null(m->url));
	json_object_set_new(object, "remote_id", text_or_null(m->remote_id));
	json_object_set_new(object, "edited_at", instant_or_null(cx, m->edited_at));
	json_object_set_new(object, "hidden_at", instant_or_null(cx, m->hidden_at));
	json_object_set_new(object, "removed_at", instant_or_null(cx, m->removed_at));
	return object;
}

static json_t *conversation_object(struct cx *cx, const struct writer *w, const struct conversation_row *row)
{
	const struct conversation *c = &row->conversation;
	json_t *object = json_pack("{s:o, s:o, s:o, s:s, s:s, s:s, s:o, s:o}", "id", id_or_null(c->id), "channel", text_or_null(row->channel_name), "network",
				   text_or_null(row->channel_network), "kind", message_kind_word(c->kind), "status", status_word(c->status), "priority", priority_word(c->priority),
				   "subject", text_or_null(c->subject), "subject_url", text_or_null(c->subject_url));
	json_object_set_new(object, "contact", json_pack("{s:o, s:o}", "id", id_or_null(c->contact), "name", text_or_null(row->contact_name)));
	json_object_set_new(object, "assignee", text_or_null(row->assignee_name));
	json_object_set_new(object, "team", text_or_null(row->team_name));
	json_object_set_new(object, "labels", text_or_null(label_names(cx, w, c->label_ids)));
	json_object_set_new(object, "first_at", instant_or_null(cx, c->first_at));
	json_object_set_new(object, "last_at", instant_or_null(cx, c->last_at));
	json_object_set_new(object, "resolved_at", instant_or_null(cx, c->resolved_at));
	return object;
}

/* ---- both ---- */

/* Drafts and what was taken back were never said. */
static bool is_said(const struct writer *w, const struct message *m)
{
	bool left = m->direction != DIRECTION_OUT || m->reply_state == REPLY_SENT || m->reply_state == REPLY_NONE;
	return left && m->at >= w->filter->since && (!w->filter->until || m->at < w->filter->until);
}

static enum err write_thread(struct cx *cx, struct writer *w, const struct conversation_row *row)
{
	json_t *messages = w->is_table ? NULL : json_array();
	struct message *list;
	size_t count = 0;
	i64 at = 0, id = 0, rows = 0;
	enum err e = OK;
	do {
		e = message_thread(cx, w->db, w->workspace, row->conversation.id, at, id, MESSAGES_A_TIME, &list, &count);
		for (size_t i = 0; i < count && e == OK; i++) {
			at = list[i].at;
			id = list[i].id;
			if (!is_said(w, &list[i]))
				continue;
			rows++;
			if (w->is_table)
				add_row(cx, w, row, &list[i]);
			else
				json_array_append_new(messages, message_object(cx, &list[i]));
		}
	} while (e == OK && count == MESSAGES_A_TIME);
	if (e == OK && rows && !w->is_table) {
		json_t *object = conversation_object(cx, w, row);
		json_object_set(object, "messages", messages);
		buf_add_value(&w->out, object, JSON_COMPACT);
		buf_addc(&w->out, '\n');
		json_decref(object);
	}
	json_decref(messages);
	TRY(e);
	if (!buf_ok(&w->out))
		return fail(cx, ERR_TOO_LARGE, N_("A part of the export is larger than can be held at once."));
	e = w->add(cx, w->to, buf_str(&w->out), rows);
	buf_clear(&w->out);
	return e;
}

/* A page of conversations, in memory of its own. */
static enum err write_page(struct cx *cx, struct writer *w, i64 *after, size_t *ret_count)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx part = *cx;
	struct conversation_row *rows;
	part.arena = arena;
	const struct export_filter *f = w->filter;
	enum err e = conversation_walk(&part, w->db, w->workspace, &f->conversations, f->since, f->until, *after, CONVERSATIONS_A_TIME, &rows, ret_count);
	for (size_t i = 0; e == OK && i < *ret_count; i++) {
		e = write_thread(&part, w, &rows[i]);
		*after = rows[i].conversation.id;
	}
	part.arena = cx->arena;
	*cx = part;
	return e;
}

enum err conversations_write(struct cx *cx, struct db *read, i64 workspace, struct str format, const struct export_filter *filter,
			     enum err (*add)(struct cx *cx, void *to, struct str bytes, i64 rows), void *to)
{
	struct writer w = {.db = read, .workspace = workspace, .filter = filter, .is_table = str_eq(format, S("csv")), .add = add, .to = to};
	size_t count = 0;
	i64 after = 0;
	TRY(label_list(cx, read, workspace, false, &w.labels, &w.label_count));
	if (w.is_table)
		TRY(add(cx, to, S("\xef\xbb\xbf"), 0)); /* so that spreadsheets read UTF-8 */
	if (w.is_table)
		TRY(add(cx, to, str_of(columns), 0));
	enum err e;
	do
		e = write_page(cx, &w, &after, &count);
	while (e == OK && count == CONVERSATIONS_A_TIME);
	buf_free(&w.out);
	return e;
}
