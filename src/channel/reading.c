#include "channel/reading.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive_file.h"

#include <stdio.h>
#include <string.h>

#define ID_BYTES_MAX 1000
#define NAME_CHARACTERS 200
#define SUBJECT_CHARACTERS 300
#define URL_BYTES_MAX 2048
#define ATTACHMENTS_MAX 100
#define EXCERPT_BYTES 200
#define REFUSED_MAX 10000 /* without anything taken: the file is something else */
#define FIRST_YEAR_DAYS 3652 /* 1980-01-01: nothing of what is read here is older */

static bool clean_already(struct str s, bool one_line)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if (c >= 0x7F || (c < 0x20 && (one_line || (c != '\n' && c != '\t'))))
			return false;
	}
	return true;
}

struct str clean_text(struct arena *arena, struct str s)
{
	if (clean_already(s, false))
		return s;
	CLEANUP(buf_free) struct buf b = {.max = s.len * 3 + 1};
	buf_add_clean(&b, s); /* drops \r */
	return buf_keep(&b, arena);
}

struct str clean_line(struct arena *arena, struct str s, size_t characters)
{
	if (!clean_already(s, true)) {
		struct str cleaned = clean_text(arena, s);
		char *at = arena_alloc(arena, cleaned.len + 1);
		for (size_t i = 0; i < cleaned.len; i++)
			at[i] = cleaned.at[i] == '\n' || cleaned.at[i] == '\t' ? ' ' : cleaned.at[i];
		s = (struct str){at, cleaned.len};
	}
	s = str_trim(s);
	return s.len > characters ? utf8_head(s, characters) : s;
}

struct str clean_url(struct arena *arena, struct str s)
{
	s = clean_line(arena, s, URL_BYTES_MAX + 1);
	bool web = str_starts(s, S("https://")) || str_starts(s, S("http://"));
	return web && s.len <= URL_BYTES_MAX ? s : (struct str){};
}

struct str western_text(struct arena *arena, struct str s)
{
	static const u32 high[32] = {
		0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD,
			0x017D, 0xFFFD,
		0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD,
			0x017E, 0x0178,
	};
	if (utf8_valid(s))
		return s;
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < s.len; i++) {
		unsigned char byte = (unsigned char)s.at[i];
		buf_add_utf8(&b, byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80] : byte);
	}
	return buf_keep(&b, arena);
}

struct str id_of_parts(struct arena *arena, const struct str *parts, size_t count)
{
	u64 hash = 14695981039346656037u; /* FNV-1a; each part ends with a byte no UTF-8 has, so that "ab","c" is not "a","bc" */
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < parts[i].len; j++)
			hash = (hash ^ (unsigned char)parts[i].at[j]) * 1099511628211u;
		hash = (hash ^ 0xFF) * 1099511628211u;
	}
	return arena_printf(arena, "%016llx", (unsigned long long)hash);
}

enum err reading_start(struct cx *cx, const struct archive_format *format, const struct archive_options *options,
		       const struct archive_taker *taker, struct reading *ret_reading)
{
	struct arena *item = arena_new();
	arena_defer(cx->arena, (void (*)(void *))arena_free, item);
	*ret_reading = (struct reading){
		.cx = cx, .format = format, .options = options, .taker = taker, .item = item, .index = -1,
		.now = options->now ? options->now : cx->now,
	};
	return OK;
}

static struct str place_text(struct reading *r)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, r->file);
	if (r->document)
		buf_addf(&b, "%s%s %lld", b.len ? ", " : "", tr(r->cx->lang, N_("line")), (long long)r->document);
	if (r->list)
		buf_addf(&b, "%s#/%s", b.len ? " " : "", r->list);
	if (r->index >= 0 && r->list)
		buf_addf(&b, "%s%lld", *r->list ? "/" : "", (long long)(r->index + r->offset));
	else if (r->index >= 0)
		buf_addf(&b, "%s%s %lld", b.len ? ", " : "", tr(r->cx->lang, N_("line")), (long long)r->index);
	return buf_keep(&b, r->item);
}

enum err reading_refuse(struct reading *r, struct str reason, struct str excerpt)
{
	if (r->learning) {
		arena_reset(r->item);
		return OK;
	}
	if (++r->refused > REFUSED_MAX && r->taken == 0)
		return fail(r->cx, ERR_UNSUPPORTED,
			"None of the first %d entries of this file can be read as “%s”; it must be something else.",
			    REFUSED_MAX, tr(r->cx->lang, r->format->title));
	struct str head = clean_line(r->item, str_head(excerpt, EXCERPT_BYTES * 4), EXCERPT_BYTES);
	while (head.len > EXCERPT_BYTES)
		head = utf8_head(head, utf8_count(head) - 1);
	enum err error = r->taker->refused(r->cx, r->taker->subject, place_text(r), reason, head);
	arena_reset(r->item);
	return error;
}

enum err reading_forgive(struct reading *r, enum err error)
{
	if (error != ERR_UNSUPPORTED || r->file.len == 0)
		return error;
	struct str story = arena_str(r->item, str_of(r->cx->story));
	cx_forget(r->cx);
	r->list = NULL;
	r->index = -1;
	r->document = 0;
	return reading_refuse(r, story, (struct str){});
}

void reading_leave_out(struct reading *r, const char *what)
{
	reading_leave_out_many(r, what, 1);
}

void reading_leave_out_many(struct reading *r, const char *what, i64 count)
{
	for (size_t i = 0; i < COUNT(r->left_out) && !r->learning; i++) {
		if (!r->left_out[i].what)
			r->left_out[i].what = what;
		if (r->left_out[i].what == what || strcmp(r->left_out[i].what, what) == 0) {
			r->left_out[i].count += count;
			return;
		}
	}
	must(r->learning || !"more kinds of things left out than a reading can count");
}

void reading_is(struct reading *r, const char *what)
{
	if (!r->kind_of_file[0])
		snprintf(r->kind_of_file, sizeof r->kind_of_file, "%s", tr(r->cx->lang, what));
}

enum err reading_end(struct reading *r)
{
	struct cx *cx = r->cx;
	CLEANUP(buf_free) struct buf all = {};
	for (size_t i = 0; i < COUNT(r->left_out) && r->left_out[i].what; i++) {
		struct str what = str_of(tr(cx->lang, r->left_out[i].what));
		if (r->taker->left_out)
			TRY(r->taker->left_out(cx, r->taker->subject, what, r->left_out[i].count));
		buf_addf(&all, "%s%.*s (%lld)", all.len ? ", " : "", STR_ARG(what), (long long)r->left_out[i].count);
	}
	if (!r->taken && r->refused && r->refused == r->strange)
		return fail(cx, ERR_UNSUPPORTED, "Nothing in this file can be read as “%s”; it must be something else.", tr(cx->lang, r->format->title));
	if (r->taken || r->refused)
		return OK;
	if (all.len)
		return fail(cx, ERR_UNSUPPORTED, "This file holds no message, only this: %s.", buf_cstr(&all));
	if (r->kind_of_file[0])
		return fail(cx, ERR_UNSUPPORTED, "This file holds no message: it is %s.", r->kind_of_file);
	return fail(cx, ERR_UNSUPPORTED,
		"No message was found in this file. Read as “%s”, it has nothing of what is expected there.",
		    tr(cx->lang, r->format->title));
}

/* "@brand@example.org" and "brand@example.org" are one; so are ids that only differ in the leading @. */
static bool same_account(struct str account, struct str other)
{
	if (str_starts(account, S("@")))
		account = str_skip(account, 1);
	if (str_starts(other, S("@")))
		other = str_skip(other, 1);
	return account.len && str_eq_fold(account, other);
}

static void settle(struct reading *r, struct inbound *in)
{
	const struct archive_options *options = r->options;
	if (in->author_id.len == 0)
		in->author_id = in->author_handle.len ? in->author_handle : in->author_name;
	if (same_account(options->account, in->author_id) || same_account(options->account, in->author_handle))
		in->ours = true;
	if (in->network.len == 0)
		in->network = options->network.len ? options->network : str_of(r->format->network);
	if (in->ours && in->kind != KIND_DIRECT && in->kind != KIND_REVIEW)
		in->kind = in->parent_id.len || in->kind == KIND_COMMENT ? KIND_REPLY : KIND_POST;
	if (in->kind == KIND_DIRECT)
		in->visibility = VISIBILITY_PRIVATE;
	if (in->remote_id.len == 0 && in->at && in->body.len) /* the same each time the file is read */
		in->remote_id = id_of_parts(r->item, (struct str[]){in->author_id, in->author_name, in->body,
								   arena_printf(r->item, "%lld", (long long)in->at)}, 4);
	if (in->thread_id.len == 0)
		in->thread_id = in->parent_id.len ? in->parent_id : in->remote_id;
	if (in->author_id.len == 0 && !in->ours && !in->removed) {
		in->author_id = S("unknown");
		in->author_name = str_of(tr(r->cx->lang, N_("Unknown author")));
	}
}

static struct str clean_body(struct arena *arena, struct str body)
{
	body = clean_text(arena, body);
	if (body.len <= MESSAGE_BODY_MAX)
		return body;
	size_t end = MESSAGE_BODY_MAX;
	while (end && ((unsigned char)body.at[end] & 0xC0) == 0x80)
		end--;
	return arena_printf(arena, "%.*s…", (int)end, body.at);
}

static struct str clean_lang(struct str lang)
{
	for (size_t i = 0; i < lang.len; i++)
		if (!((lang.at[i] | 32) >= 'a' && (lang.at[i] | 32) <= 'z') && lang.at[i] != '-' && lang.at[i] != '_')
			return (struct str){};
	return lang.len <= 20 ? lang : (struct str){};
}

static struct str last_part(struct str path)
{
	const char *slash = path.len ? memrchr(path.at, '/', path.len) : NULL;
	return slash ? str_skip(path, (size_t)(slash - path.at) + 1) : path;
}

static struct inbound_attachment clean_attachment(struct reading *r, const struct inbound_attachment *a)
{
	static const char *const kinds[] = {"image", "video", "audio", "file", "link"};
	struct arena *arena = r->item;
	struct inbound_attachment clean = {
		.kind = str_in(a->kind, kinds, COUNT(kinds)) ? a->kind : S("file"),
			.name = clean_line(arena, a->name, NAME_CHARACTERS),
		.alt = clean_line(arena, a->alt, 2000), .type = clean_line(arena, a->type, 100), .url = clean_url(arena, a->url),
			.bytes = a->bytes,
	};
	bool path = clean.url.len == 0 && a->url.len && str_find_byte(a->url, ':') < 0; /* within the export */
	if (clean.bytes.len == 0)
		clean.bytes = archive_medium(r, path ? a->url : clean.name);
	if (path && clean.name.len == 0)
		clean.name = clean_line(arena, last_part(a->url), NAME_CHARACTERS);
	return clean;
}

static const struct inbound_attachment *clean_attachments(struct reading *r, struct inbound *in)
{
	if (in->attachment_count > ATTACHMENTS_MAX)
		in->attachment_count = ATTACHMENTS_MAX;
	struct inbound_attachment *kept = arena_array(r->item, struct inbound_attachment, in->attachment_count + 1);
	for (size_t i = 0; i < in->attachment_count; i++)
		kept[i] = clean_attachment(r, &in->attachments[i]);
	return kept;
}

static void clean(struct reading *r, struct inbound *in)
{
	struct arena *arena = r->item;
	struct str *ids[] = {&in->remote_id, &in->parent_id, &in->thread_id, &in->author_id};
	for (size_t i = 0; i < COUNT(ids); i++)
		*ids[i] = clean_line(arena, *ids[i], ID_BYTES_MAX + 1);
	struct str *names[] = {&in->author_handle, &in->author_name, &in->author_place, &in->network};
	for (size_t i = 0; i < COUNT(names); i++)
		*names[i] = clean_line(arena, *names[i], NAME_CHARACTERS);
	struct str *urls[] = {&in->author_url, &in->author_avatar, &in->url, &in->subject_url};
	for (size_t i = 0; i < COUNT(urls); i++)
		*urls[i] = clean_url(arena, *urls[i]);
	in->subject = clean_line(arena, in->subject, SUBJECT_CHARACTERS);
	in->body = clean_body(arena, in->body);
	in->lang = clean_lang(in->lang);
	in->attachments = clean_attachments(r, in);
	if (in->rating < 0 || in->rating > 5)
		in->rating = 0;
	if (in->author_followers < -1)
		in->author_followers = -1;
}

/* Why the item cannot be taken; NULL when it can. */
static const char *fault(struct reading *r, const struct inbound *in)
{
	if (in->at == 0 && !in->removed)
		return N_("It has no date that can be read.");
	if (in->remote_id.len == 0)
		return N_("It has no id, and no text to make one of.");
	if (in->remote_id.len > ID_BYTES_MAX || in->parent_id.len > ID_BYTES_MAX || in->thread_id.len > ID_BYTES_MAX ||
	    in->author_id.len > ID_BYTES_MAX)
		return N_("An id is longer than any network makes them.");
	if (in->removed)
		return NULL;
	if (in->at < FIRST_YEAR_DAYS * DAY)
		return N_("Its date lies before 1980.");
	if (in->at > r->now + DAY)
		return N_("Its date lies in the future.");
	if (in->body.len == 0 && in->attachment_count == 0 && in->rating == 0 && in->subject.len == 0)
		return N_("It has neither text nor attachment.");
	return NULL;
}

enum err reading_item(struct reading *r, struct inbound *in)
{
	if (r->learning) {
		arena_reset(r->item);
		return OK;
	}
	clean(r, in); /* first: what is only spaces counts as missing */
	settle(r, in);
	const char *reason = fault(r, in);
	if (reason)
		return reading_refuse(r, str_of(tr(r->cx->lang, reason)), in->body.len ? in->body : in->remote_id);
	if (in->edited_at <= in->at || in->edited_at > r->now + DAY)
		in->edited_at = 0;
	if (r->taken >= READING_ITEMS_MAX)
		return fail(r->cx, ERR_TOO_LARGE,
			"This file holds more than %d messages. Cut it in parts and import them one by one.",
			    READING_ITEMS_MAX);
	r->taken++;
	enum err error = r->taker->item(r->cx, r->taker->subject, in);
	arena_reset(r->item);
	return error;
}
