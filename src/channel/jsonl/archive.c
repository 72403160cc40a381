#include "base/clock.h"
#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/json_read.h"

extern const struct archive_format archive_jsonl;

#define LINE_BYTES_MAX ((size_t)16 << 20)

/* The native format: see docs/import-formats.md, and inbound_add_json(), which writes it. */

static enum err refuse_field(struct reading *r, const json_t *line, const char *reason)
{
	return reading_refuse(r, str_of(tr(r->cx->lang, reason)), json_excerpt(r->item, line));
}

static void read_attachments(struct reading *r, const json_t *line, struct inbound *in)
{
	json_t *list = json_list(line, "attachments");
	size_t count = json_array_size(list), index;
	struct inbound_attachment *all = arena_array(r->item, struct inbound_attachment, count + 1);
	json_t *item;
	json_array_foreach(list, index, item)
		all[index] = (struct inbound_attachment){
			.kind = json_text(item, "kind"), .name = json_text(item, "name"), .alt = json_text(item, "alt"),
			.type = json_text(item, "type"), .url = json_text(item, "url"),
		};
	in->attachments = all;
	in->attachment_count = count;
}

static enum err read_line(struct reading *r, json_t *line, void *subject)
{
	if (!json_is_object(line))
		return refuse_field(r, line, N_("It is no object."));
	struct inbound in = {
		.remote_id = json_id(r->item, line, "id"), .parent_id = json_id(r->item, line, "parent_id"),
		.thread_id = json_id(r->item, line, "thread_id"), .ours = json_flag(line, "ours"),
			.removed = json_flag(line, "removed"),
		.subject = json_text(line, "subject"), .subject_url = json_text(line, "subject_url"),
			.network = json_text(line, "network"),
		.author_id = json_id(r->item, line, "author/id"), .author_handle = json_text(line, "author/handle"),
		.author_name = json_text(line, "author/name"), .author_url = json_text(line, "author/url"),
		.author_avatar = json_text(line, "author/avatar"), .author_followers = json_number(line, "author/followers", -1),
		.author_place = json_text(line, "author/place"),
		.body = json_text(line, "body"), .lang = json_text(line, "lang"), .rating = (int)json_number(line, "rating", 0),
		.url = json_text(line, "url"), .at = json_instant(line, "at"), .edited_at = json_instant(line, "edited_at"),
	};
	struct str kind = json_text(line, "kind"), visibility = json_text(line, "visibility");
	if (kind.len && (!message_kind_of(kind, &in.kind) || in.kind == KIND_NOTE))
		return refuse_field(r, line, N_("Its kind is none of comment, mention, direct, review, post, reply."));
	if (visibility.len && !visibility_of(visibility, &in.visibility))
		return refuse_field(r, line, N_("Its visibility is neither public nor private."));
	read_attachments(r, line, &in);
	return reading_item(r, &in);
}

struct lines {
	struct reading r;
	struct buf rest; /* the start of a line whose end has not come yet */
	i64 number;
	bool skipping; /* inside a line that is too long */
};

static enum err one_line(struct lines *l, struct str line)
{
	l->number++;
	l->r.list = NULL;
	l->r.index = l->number;
	if (l->number == 1 && str_starts(line, S("\xEF\xBB\xBF")))
		line = str_skip(line, 3);
	return str_trim(line).len ? json_line(&l->r, line, read_line, NULL) : OK;
}

static enum err refuse_long(struct lines *l)
{
	l->r.index = ++l->number;
	l->skipping = false;
	return reading_refuse(&l->r, str_of(tr(l->r.cx->lang, N_("This line is longer than 16 MiB."))), (struct str){});
}

static enum err end_file(struct lines *l)
{
	if (l->skipping)
		return refuse_long(l);
	enum err error = l->rest.len ? one_line(l, buf_str(&l->rest)) : OK;
	buf_clear(&l->rest);
	return error;
}

static enum err add_piece(struct cx *cx, void *subject, struct str file, struct str piece, i64 done, i64 all)
{
	struct lines *l = subject;
	if (file.len) { /* the next one of a packed export */
		TRY(end_file(l));
		l->r.file = arena_str(cx->arena, file);
		l->number = 0;
	}
	while (piece.len) {
		ptrdiff_t end = str_find_byte(piece, '\n');
		struct str part = end >= 0 ? str_head(piece, (size_t)end) : piece;
		piece = str_skip(piece, part.len + (end >= 0));
		if (!l->skipping)
			buf_add(&l->rest, part);
		if (!buf_ok(&l->rest)) {
			l->skipping = true;
			buf_clear(&l->rest);
		}
		if (end < 0)
			break;
		TRY(l->skipping ? refuse_long(l) : one_line(l, buf_str(&l->rest)));
		buf_clear(&l->rest);
	}
	if (l->r.taker->progress)
		l->r.taker->progress(l->r.taker->subject, done, all);
	return OK;
}

static void free_lines(struct lines *l)
{
	buf_free(&l->rest);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".jsonl")) || str_ends(name, S(".ndjson"));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	CLEANUP(free_lines) struct lines l = {.rest.max = LINE_BYTES_MAX};
	TRY(reading_start(cx, &archive_jsonl, options, taker, &l.r));
	TRY(archive_media(&l.r, path));
	TRY(archive_each_piece(cx, path, wanted, add_piece, &l));
	TRY(end_file(&l));
	return reading_end(&l.r);
}

static int recognise(struct str name, struct str head, struct str names)
{
	struct str line = str_line(&head);
	bool fields = str_find(line, S("\"id\"")) >= 0 && str_find(line, S("\"thread_id\"")) >= 0 &&
		str_find(line, S("\"at\"")) >= 0;
	return fields && str_starts(line, S("{")) ? 95 : str_ends(name, S(".jsonl")) ? 10 : 0;
}

const struct archive_format archive_jsonl = {
	.word = "jsonl", .also = "parvis", .title = N_("Parvis lines (JSONL)"), .network = "import",
	.about = N_("One JSON object a line, as “parvis export” writes it. The fields are described in the documentation of the import formats."),
	.recognise = recognise, .read = read_path,
};
