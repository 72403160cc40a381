#include "flow/export.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "channel/archive.h"
#include "store/channel.h"
#include "store/message.h"
#include "store/transfer.h"

#include <stdio.h>

#define PAGE 500
#define LAST_INSTANT (253402300800 * SECOND) /* year 10000: what lies behind is a mark, not a time */

/* ---- a row as a line ---- */

static void add_instant(struct buf *out, i64 at)
{
	if (!at) {
		buf_adds(out, "null");
	} else if (at < 0 || at >= LAST_INSTANT) {
		buf_add_i64(out, at);
	} else {
		buf_addc(out, '"');
		buf_add_time(out, at);
		buf_addc(out, '"');
	}
}

/* JSON stands as it is; what is none, as a text. */
static void add_json_text(struct buf *out, struct str text)
{
	json_t *json = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	if (json)
		buf_add_value(out, json, JSON_COMPACT);
	else
		buf_add_json(out, text);
	json_decref(json);
}

static void add_value(struct buf *out, const struct row *row, int column, char kind)
{
	if (row_null(row, column)) {
		buf_adds(out, "null");
		return;
	}
	switch (kind) {
	case 'i':
	case 'm':
	case 'z':
		if (row_i64(row, column))
			buf_addf(out, "\"%lld\"", (long long)row_i64(row, column));
		else
			buf_adds(out, "null");
		return;
	case 't': add_instant(out, row_i64(row, column)); return;
	case 'n': buf_add_i64(out, row_i64(row, column)); return;
	case 'j': add_json_text(out, row_text(row, column)); return;
	case 'b':
		buf_addc(out, '"');
		buf_add_hex(out, row_blob(row, column).at, row_blob(row, column).len);
		buf_addc(out, '"');
		return;
	default: buf_add_json(out, row_text(row, column)); return;
	}
}

static void add_row(struct buf *out, const struct transfer_table *table, const struct str *names, size_t count, const struct row *row)
{
	for (size_t i = 0; i < count; i++) {
		buf_addf(out, "%c\"%.*s\":", i ? ',' : '{', STR_ARG(names[i]));
		add_value(out, row, (int)i, table->kinds[i]);
	}
	buf_adds(out, "}\n");
}

static enum err hand_over(struct cx *cx, const struct export_sink *sink, struct buf *out)
{
	if (!buf_ok(out))
		return fail(cx, ERR_TOO_LARGE, N_("A part of the export is larger than can be held at once."));
	enum err e = sink->add(cx, sink->subject, buf_str(out));
	buf_clear(out);
	return e;
}

/* One page; *ret_key… the place of its last row. */
static enum err table_page(struct cx *cx, struct db *db, i64 workspace, const struct transfer_table *table, const struct str *names, size_t columns,
			   i64 *key, i64 *key2, i64 *ret_rows, struct buf *out)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 rows = 0;
	bool more = true;
	TRY(table->page(cx, db, workspace, *key, *key2, PAGE, &row));
	for (;;) {
		TRY(row_next(cx, row, &more));
		if (!more)
			break;
		*key = row_i64(row, 0);
		*key2 = row_i64(row, table->keys == 2 ? 1 : 0);
		add_row(out, table, names, columns, row);
		rows++;
	}
	*ret_rows = rows;
	return OK;
}

static enum err export_table(struct cx *cx, struct db *db, i64 workspace, const char *folder, size_t number, const struct export_sink *sink, json_t *counts)
{
	const struct transfer_table *table = &transfer_tables[number];
	CLEANUP(buf_free) struct buf out = {};
	struct str names[TRANSFER_COLUMNS_MAX];
	size_t columns = transfer_columns(table, names);
	i64 key = INT64_MIN, key2 = INT64_MIN, rows, all = 0;
	TRY(sink->begin(cx, sink->subject, arena_printf(cx->arena, "%s/%02zu-%s.jsonl", folder, number + 1, table->name).at));
	do {
		TRY(table_page(cx, db, workspace, table, names, columns, &key, &key2, &rows, &out));
		TRY(hand_over(cx, sink, &out));
		all += rows;
	} while (rows == PAGE);
	json_object_set_new(counts, table->name, json_integer(all));
	return sink->end(cx, sink->subject);
}

/* ---- the native format ---- */

static enum err add_said(struct cx *cx, struct db *db, i64 workspace, const struct said *s, struct buf *out)
{
	struct inbound in = {
		.ours = s->ours, .remote_id = s->remote_id, .parent_id = s->parent_id, .thread_id = s->thread_id, .subject = s->subject,
		.subject_url = s->subject_url, .network = s->network, .author_id = s->author_id, .author_handle = s->author_handle,
		.author_name = s->author_name, .author_url = s->author_url, .author_avatar = s->author_avatar, .author_followers = s->author_followers, .author_place = s->author_place,
		.body = s->body, .lang = s->lang, .rating = (int)s->rating, .url = s->url, .at = s->at, .edited_at = s->edited_at, .removed = s->removed_at != 0,
	};
	if (!message_kind_of(s->kind, &in.kind) || !visibility_of(s->visibility, &in.visibility))
		return fail(cx, ERR_SYSTEM, N_("Message %lld has a kind that this program does not know."), (long long)s->id);
	struct attachment *from = NULL;
	size_t count = 0;
	if (s->attachment_count)
		TRY(attachments_of(cx, db, workspace, s->id, &from, &count));
	struct inbound_attachment *all = arena_array(cx->arena, struct inbound_attachment, count + 1);
	for (size_t i = 0; i < count; i++)
		all[i] = (struct inbound_attachment){.kind = from[i].kind, .name = from[i].name, .alt = from[i].alt, .type = from[i].type, .url = from[i].url};
	in.attachments = all;
	in.attachment_count = count;
	inbound_add_json(out, &in);
	return OK;
}

static enum err export_messages(struct cx *cx, struct db *db, i64 workspace, i64 channel, const char *folder, const struct export_sink *sink)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf out = {};
	struct said *list;
	size_t count;
	i64 after = 0;
	TRY(sink->begin(cx, sink->subject, arena_printf(cx->arena, "%s/messages/%lld.jsonl", folder, (long long)channel).at));
	do {
		arena_reset(arena);
		struct cx part = *cx;
		part.arena = arena;
		enum err e = transfer_said(&part, db, workspace, channel, after, PAGE, &list, &count);
		for (size_t i = 0; i < count && e == OK; i++)
			e = add_said(&part, db, workspace, &list[i], &out);
		if (e != OK) {
			part.arena = cx->arena;
			*cx = part;
			return e;
		}
		after = count ? list[count - 1].id : after;
		TRY(hand_over(cx, sink, &out));
	} while (count == PAGE);
	return sink->end(cx, sink->subject);
}

enum err workspace_export(struct cx *cx, struct db *db, i64 workspace, const char *folder, const struct export_sink *sink, json_t *ret_counts)
{
	struct channel *channels;
	size_t count;
	for (size_t i = 0; i < transfer_table_count; i++)
		TRY(export_table(cx, db, workspace, folder, i, sink, ret_counts));
	TRY(channel_list(cx, db, workspace, &channels, &count));
	for (size_t i = 0; i < count; i++)
		TRY(export_messages(cx, db, workspace, channels[i].id, folder, sink));
	return OK;
}
