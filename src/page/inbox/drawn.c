/* drawn.c: parts of a page as HTML, kept by all that they are made from (base/memo.h): who goes from one conversation to the next has the
 * same rows and filters beside each of them, and only what changed is drawn again. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memo.h"
#include "page/inbox/inbox.h"
#include "ui/document.h"

#include <string.h>

static void add_value(struct buf *key, const void *value, size_t len)
{
	buf_add_bytes(key, &len, sizeof len); /* so that two texts are not mistaken for two others that read the same in a row */
	buf_add_bytes(key, value, len);
}

static void add_number(struct buf *key, i64 value)
{
	add_value(key, &value, sizeof value);
}

static void add_text(struct buf *key, struct str text)
{
	add_value(key, text.at, text.len);
}

/* What all rows of a request depend on. */
static void add_room(struct cx *cx, const struct room *room, struct buf *key)
{
	add_text(key, S("inbox/row"));
	add_text(key, str_of(cx->lang));
	add_text(key, room->reader.zone);
	add_number(key, reader_day(&room->reader, cx->now)); /* "today", "yesterday", with or without the year */
	add_number(key, room->me);
	add_number(key, actor_may(cx->actor, MAY_TRIAGE));
	for (size_t i = 0; i < room->label_count; i++) {
		add_number(key, room->labels[i].id);
		add_text(key, room->labels[i].name);
		add_text(key, room->labels[i].tone);
	}
}

/* What its clock shows at this moment: no key could name the minute in which it changes. */
static void add_clock(const struct room *room, const struct conversation *c, struct buf *key)
{
	json_t *clock = promise_clock(&room->promises, c);
	static const char *const words[] = {"state", "text", "spoken", "due", "started"};
	for (size_t i = 0; i < COUNT(words); i++) {
		const json_t *word = json_object_get(clock, words[i]);
		add_text(key, (struct str){json_string_value(word), json_string_length(word)});
	}
	add_number(key, json_integer_value(json_object_get(clock, "share")));
	json_decref(clock);
}

/* All numbers of the row as they lie there (those that do not show cost a drawing, no more), and all its texts. */
static void add_row(struct cx *cx, const struct room *room, const struct conversation_row *row, i64 current, struct buf *key)
{
	struct conversation c;
	memcpy(&c, &row->conversation, sizeof c);
	c.remote_id = c.subject = c.subject_url = c.preview = c.label_ids = (struct str){};
	add_value(key, &c, sizeof c);
	const struct str texts[] = {row->conversation.subject, row->conversation.preview, row->conversation.label_ids, row->contact_name, row->contact_lang, row->channel_name,
				    row->channel_network, row->assignee_name, row->team_name, inbox_conversation_url(cx, &room->query, c.id, NULL)};
	for (size_t i = 0; i < COUNT(texts); i++)
		add_text(key, texts[i]);
	add_number(key, c.id == current);
	add_number(key, room_mentions(room, c.id));
	for (size_t i = 0; i < room->waiting_count; i++)
		if (room->waiting[i].conversation == c.id) {
			add_number(key, room->waiting[i].reply_state);
			add_number(key, room->waiting[i].at);
		}
	add_clock(room, &row->conversation, key);
}

/* A part of the page: its template, the document that it is drawn from, and all that document is made from. */
struct part {
	const char *template;
	json_t *outer;
	json_t *(*shape)(struct cx *cx, const struct room *room, const void *subject);
	const void *subject;
	struct str key;
};

static enum err draw(struct cx *cx, const struct room *room, const struct part *part, struct buf *html)
{
	json_t *contexts[] = {part->outer, part->shape(cx, room, part->subject)};
	enum err error = request_draw(room->draw_for, part->template, contexts, COUNT(contexts), html);
	json_decref(contexts[1]);
	return error;
}

static enum err add_drawn(struct cx *cx, const struct room *room, const struct part *part, struct buf *html)
{
	struct str found = memo_find(part->key);
	size_t from = html->len;
	if (found.len && !memo_doubted()) {
		buf_add(html, found);
		return OK;
	}
	TRY(draw(cx, room, part, html));
	struct str fresh = str_skip(buf_str(html), from);
	if (found.len && !str_eq(found, fresh))
		log_line(LOG_ERROR, "part-was-stale", "template=%s", part->template);
	memo_keep(part->key, fresh);
	return OK;
}

/* ---- rows ---- */

struct row_subject {
	const struct conversation_row *row;
	i64 current;
};

static json_t *row_of(struct cx *cx, const struct room *room, const void *subject)
{
	const struct row_subject *s = subject;
	return row_shape(cx, room, s->row, s->current);
}

enum err rows_drawn(struct cx *cx, const struct room *room, const struct conversation_row *rows, size_t count, i64 current, struct buf *ret_html)
{
	char start_bytes[2048], key_bytes[4096];
	CLEANUP(buf_free) struct buf key = BUF_IN(key_bytes), start = BUF_IN(start_bytes);
	json_t *outer = json_pack("{s:{s:{s:{s:b}}}}", "app", "may", "inbox", "triage", actor_may(cx->actor, MAY_TRIAGE));
	enum err error = OK;
	add_room(cx, room, &start);
	for (size_t i = 0; i < count && !error; i++) {
		struct row_subject subject = {&rows[i], current};
		buf_clear(&key);
		buf_add(&key, buf_str(&start));
		add_row(cx, room, &rows[i], current, &key);
		error = add_drawn(cx, room, &(struct part){"inbox/row", outer, row_of, &subject, buf_str(&key)}, ret_html);
	}
	json_decref(outer);
	return error;
}

/* ---- the filters ---- */

static json_t *filter_of(struct cx *cx, const struct room *room, const void *subject)
{
	return json_pack("{s:o, s:o}", "q", doc_text(room->query.words), "filter", filter_shape(cx, room));
}

enum err filter_drawn(struct cx *cx, const struct room *room, struct buf *ret_html)
{
	char bytes[4096];
	CLEANUP(buf_free) struct buf key = BUF_IN(bytes);
	add_text(&key, S("inbox/filter"));
	add_text(&key, str_of(cx->lang));
	add_number(&key, room->me);
	add_text(&key, room->query.words);
	add_number(&key, room->query.filter.sort);
	add_number(&key, room->query.filter.channel);
	add_number(&key, room->query.filter.label);
	for (size_t i = 0; i < COUNT(room->query.given); i++)
		add_text(&key, room->query.given[i]);
	for (size_t i = 0; i < room->channel_count; i++) {
		add_number(&key, room->channels[i].id);
		add_text(&key, room->channels[i].name);
	}
	add_text(&key, S("labels"));
	for (size_t i = 0; i < room->label_count; i++) {
		add_number(&key, room->labels[i].id);
		add_text(&key, room->labels[i].name);
	}
	add_text(&key, S("members"));
	for (size_t i = 0; i < room->member_count; i++) {
		add_number(&key, room->members[i].person);
		add_text(&key, room->members[i].name);
	}
	json_t *outer = json_object();
	enum err error = add_drawn(cx, room, &(struct part){"inbox/filter", outer, filter_of, NULL, buf_str(&key)}, ret_html);
	json_decref(outer);
	return error;
}
