#include "channel/parse.h"

#include "base/clock.h"
#include "base/lang.h"

static void add_key(struct buf *out, const char *key)
{
	if (out->len && out->at[out->len - 1] != '{')
		buf_addc(out, ',');
	buf_addf(out, "\"%s\":", key);
}

static void add_text(struct buf *out, const char *key, struct str value)
{
	if (value.len == 0)
		return;
	add_key(out, key);
	buf_add_json(out, value);
}

static void add_number(struct buf *out, const char *key, i64 value)
{
	add_key(out, key);
	buf_add_i64(out, value);
}

static void add_instant(struct buf *out, const char *key, i64 instant)
{
	if (!instant)
		return;
	add_key(out, key);
	buf_addc(out, '"');
	buf_add_time(out, instant);
	buf_addc(out, '"');
}

static void add_author(struct buf *out, const struct inbound *in)
{
	add_key(out, "author");
	buf_addc(out, '{');
	add_text(out, "id", in->author_id);
	add_text(out, "handle", in->author_handle);
	add_text(out, "name", in->author_name);
	add_text(out, "url", in->author_url);
	add_text(out, "avatar", in->author_avatar);
	if (in->author_followers >= 0)
		add_number(out, "followers", in->author_followers);
	add_text(out, "place", in->author_place);
	buf_addc(out, '}');
}

static void add_attachments(struct buf *out, const struct inbound *in)
{
	add_key(out, "attachments");
	buf_addc(out, '[');
	for (size_t i = 0; i < in->attachment_count; i++) {
		const struct inbound_attachment *a = &in->attachments[i];
		buf_adds(out, i ? ",{" : "{");
		add_text(out, "kind", a->kind);
		add_text(out, "name", a->name);
		add_text(out, "alt", a->alt);
		add_text(out, "type", a->type);
		add_text(out, "url", a->url);
		if (a->bytes.len)
			add_number(out, "size", (i64)a->bytes.len);
		buf_addc(out, '}');
	}
	buf_addc(out, ']');
}

void inbound_add_json(struct buf *out, const struct inbound *in)
{
	buf_addc(out, '{');
	add_text(out, "id", in->remote_id);
	add_text(out, "parent_id", in->parent_id);
	add_text(out, "thread_id", in->thread_id);
	add_text(out, "kind", str_of(message_kind_word(in->kind)));
	add_text(out, "visibility", str_of(visibility_word(in->visibility)));
	if (in->ours) {
		add_key(out, "ours");
		buf_adds(out, "true");
	}
	if (in->automatic) {
		add_key(out, "automatic");
		buf_adds(out, "true");
	}
	add_text(out, "undelivered", in->undelivered);
	add_text(out, "network", in->network);
	add_text(out, "subject", in->subject);
	add_text(out, "subject_url", in->subject_url);
	add_author(out, in);
	add_text(out, "body", in->body);
	add_text(out, "lang", in->lang);
	if (in->rating)
		add_number(out, "rating", in->rating);
	add_text(out, "url", in->url);
	add_instant(out, "at", in->at);
	add_instant(out, "edited_at", in->edited_at);
	if (in->removed) {
		add_key(out, "removed");
		buf_adds(out, "true");
	}
	if (in->attachment_count)
		add_attachments(out, in);
	buf_adds(out, "}\n");
}

struct printer {
	struct buf *out, *notes;
};

static enum err too_much(struct cx *cx)
{
	return fail(cx, ERR_TOO_LARGE, "What was read is more than can be printed at once.");
}

static enum err print_item(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct printer *printer = subject;
	inbound_add_json(printer->out, inbound);
	return buf_ok(printer->out) ? OK : too_much(cx);
}

static enum err print_refused(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt)
{
	struct printer *printer = subject;
	if (!printer->notes)
		return OK;
	buf_add(printer->notes, place);
	buf_adds(printer->notes, place.len ? ": " : "");
	buf_add(printer->notes, reason);
	if (excerpt.len)
		buf_addf(printer->notes, " (%.*s)", STR_ARG(excerpt));
	buf_addc(printer->notes, '\n');
	return buf_ok(printer->notes) ? OK : too_much(cx);
}

static enum err print_left_out(struct cx *cx, void *subject, struct str what, i64 count)
{
	struct printer *printer = subject;
	if (printer->notes)
		buf_addf(printer->notes, "%s: %.*s (%lld)\n", _("Left out"), STR_ARG(what), (long long)count);
	return OK;
}

enum err parse_to_json(struct cx *cx, const struct archive_format *format, const char *path, struct buf *out, struct buf *notes)
{
	struct printer printer = {out, notes};
	struct archive_taker taker = {.subject = &printer, .item = print_item, .refused = print_refused,
		.left_out = print_left_out};
	struct archive_options options = {};
	return format->read(cx, path, &options, &taker);
}
