#include "channel/json_read.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/json_split.h"
#include "channel/thread_root.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>

#define WHOLE_BYTES ((size_t)8 << 20)  /* a document up to this size is parsed at once; empty objects take up to 75 times their text */
#define PART_BYTES ((size_t)4 << 20)   /* larger ones in parts of about this size */
#define RECORDINGS_MAX 100000
#define BAD_DOCUMENTS_MAX 1000

struct str json_str_of(const json_t *string)
{
	return json_is_string(string) ? (struct str){json_string_value(string), json_string_length(string)} : (struct str){};
}

json_t *json_at(const json_t *value, const char *path)
{
	struct str rest = str_of(path);
	while (rest.len && value) {
		struct str key = str_cut(&rest, '/');
		value = json_object_getn(value, key.at, key.len);
	}
	return (json_t *)value;
}

struct str json_text(const json_t *value, const char *path)
{
	return json_str_of(json_at(value, path));
}

i64 json_number(const json_t *value, const char *path, i64 missing)
{
	const json_t *found = json_at(value, path);
	if (json_is_integer(found))
		return json_integer_value(found);
	if (json_is_real(found) && fabs(json_real_value(found)) < 9e15)
		return (i64)json_real_value(found);
	i64 number = missing;
	return str_to_i64(json_str_of(found), &number) ? number : missing;
}

bool json_flag(const json_t *value, const char *path)
{
	return json_is_true(json_at(value, path));
}

json_t *json_list(const json_t *value, const char *path)
{
	json_t *found = json_at(value, path);
	return json_is_array(found) ? found : NULL;
}

json_t *json_map(const json_t *value, const char *path)
{
	json_t *found = json_at(value, path);
	return json_is_object(found) ? found : NULL;
}

bool json_has(const json_t *value, const char *path)
{
	json_t *found = json_at(value, path);
	return found && !json_is_null(found);
}

struct str json_id(struct arena *arena, const json_t *value, const char *path)
{
	const json_t *found = json_at(value, path);
	if (json_is_integer(found))
		return arena_printf(arena, "%lld", (long long)json_integer_value(found));
	return json_str_of(found);
}

i64 instant_of_number(double number)
{
	if (!(number > 0))
		return 0;
	if (number < 1e11) /* seconds until the year 5138 */
		return (i64)(number * SECOND);
	if (number < 1e14)
		return (i64)number * MILLISECOND;
	return number < 9e18 ? (i64)number : 0;
}

i64 json_instant(const json_t *value, const char *path)
{
	const json_t *found = json_at(value, path);
	if (json_is_number(found))
		return instant_of_number(json_number_value(found));
	struct str text = json_str_of(found);
	i64 instant = 0;
	double number;
	if (time_parse_loose(text, &instant))
		return instant;
	return str_to_double(text, &number) ? instant_of_number(number) : 0;
}

struct str json_excerpt(struct arena *arena, const json_t *value)
{
	char head[256];
	size_t len = json_dumpb(value, head, sizeof head, JSON_COMPACT | JSON_ENCODE_ANY);
	return arena_str(arena, (struct str){head, len < sizeof head ? len
		: sizeof head}); /* what fits is written even when it is longer */
}

/* ---------- documents ---------- */

static int hex4(struct str s)
{
	int value = 0;
	if (s.len < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = s.at[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool is_low_escape(struct str s)
{
	int code = s.len >= 6 && s.at[0] == '\\' && s.at[1] == 'u' ? hex4(str_skip(s, 2)) : -1;
	return code >= 0xDC00 && code < 0xE000;
}

/* What jansson would refuse a whole file for: bytes that are no UTF-8, half a surrogate pair. */
static void add_repaired(struct buf *b, struct str text)
{
	while (text.len) {
		const char *escape = memchr(text.at, '\\', text.len);
		struct str plain = escape ? str_head(text, (size_t)(escape - text.at)) : text;
		text = str_skip(text, plain.len);
		if (utf8_valid(plain))
			buf_add(b, plain);
		else
			while (plain.len)
				buf_add_utf8(b, utf8_next(&plain));
		if (text.len < 2) { /* a backslash at the very end */
			buf_add(b, text);
			break;
		}
		int code = text.at[1] == 'u' ? hex4(str_skip(text, 2)) : -1;
		size_t step = 2;
		if (code >= 0xD800 && code < 0xDC00 && is_low_escape(str_skip(text, 6))) {
			step = 12;
		} else if (code >= 0xD800 && code < 0xE000) {
			buf_adds(b, "\\uFFFD");
			text = str_skip(text, 6);
			continue;
		}
		step = step < text.len ? step : text.len;
		buf_add(b, str_head(text, step));
		text = str_skip(text, step);
	}
}

static struct str skip_space(struct str s)
{
	size_t i = 0;
	while (i < s.len && (s.at[i] == ' ' || s.at[i] == '\t' || s.at[i] == '\n' || s.at[i] == '\r'))
		i++;
	return str_skip(s, i);
}

/* `window.YTD.tweets.part0 = [` … the part behind the equals sign. */
static struct str skip_assignment(struct str text)
{
	struct str head = str_head(text, 200);
	ptrdiff_t equals = str_find_byte(head, '=');
	bool name = equals > 0 && ((head.at[0] | 32) >= 'a' && (head.at[0] | 32) <= 'z');
	for (ptrdiff_t i = 0; name && i < equals; i++)
		name = (unsigned char)head.at[i] < 0x7F && !strchr("{}[]\"',:", head.at[i]);
	return name ? str_skip(text, (size_t)equals + 1) : text;
}

struct wrapped {
	struct reading *r;
	enum err (*document)(struct reading *r, json_t *root, void *subject);
	void *subject;
};

static void decref(void *value)
{
	json_t **held = value;
	json_decref(*held);
}

static struct str recorded_body(const json_t *exchange)
{
	static const char *const places[] = {"response/body/string", "response/content/text", "response/body"};
	for (size_t i = 0; i < COUNT(places); i++) {
		struct str body = json_text(exchange, places[i]);
		if (body.len)
			return body;
	}
	return (struct str){};
}

/* The answers in a recording of HTTP exchanges. Those that are no JSON are pictures, pages and tokens: counted. */
static enum err recording(struct wrapped *w, const json_t *exchanges, const char *list)
{
	struct reading *r = w->r;
	size_t index;
	json_t *exchange;
	json_array_foreach(exchanges, index, exchange) {
		if (index >= RECORDINGS_MAX)
			return fail(r->cx, ERR_TOO_LARGE, "This recording holds more than %d exchanges.", RECORDINGS_MAX);
		struct str body = recorded_body(exchange);
		CLEANUP(decref) json_t *root = body.len ? json_loadb(body.at, body.len, JSON_ALLOW_NUL, NULL) : NULL;
		r->list = list;
		r->index = (i64)index;
		if (root)
			TRY(w->document(r, root, w->subject));
		else
			reading_leave_out(r, N_("answers without JSON"));
	}
	return OK;
}

static enum err hand_over(struct wrapped *w, json_t *root)
{
	struct reading *r = w->r;
	r->list = NULL;
	r->index = -1;
	static const char *const recordings[] = {"http_interactions", "interactions", "log/entries"};
	for (size_t i = 0; i < COUNT(recordings); i++)
		if (json_has(json_array_get(json_list(root, recordings[i]), 0), "response"))
			return recording(w, json_list(root, recordings[i]), recordings[i]);
	return w->document(r, root, w->subject);
}

static i64 lines_in(struct str s)
{
	i64 lines = 0;
	for (ptrdiff_t at; (at = str_find_byte(s, '\n')) >= 0; s = str_skip(s, (size_t)at + 1))
		lines++;
	return lines;
}

static enum err not_json(struct reading *r, const json_error_t *error)
{
	if (error->line <= 0)
		return fail(r->cx, ERR_UNSUPPORTED, "This file is not JSON.");
	return fail(r->cx, ERR_UNSUPPORTED, "This file is not JSON, or is cut: line %d, column %d: %s.", error->line,
		error->column, error->text);
}

static enum err refuse_line(struct reading *r, struct str bad, i64 *bad_lines)
{
	if (++*bad_lines > BAD_DOCUMENTS_MAX)
		return fail(r->cx, ERR_UNSUPPORTED, "More than %d lines of this file are not JSON; the reading was stopped.",
			BAD_DOCUMENTS_MAX);
	r->list = NULL;
	r->index = -1;
	return reading_refuse(r, str_of(tr(r->cx->lang, N_("This line is not JSON."))), bad);
}

/* The text as jansson takes it; `repaired` holds it when something had to be mended. */
static struct str mended(struct str text, struct buf *repaired)
{
	repaired->max = text.len * 3 + 1;
	if (utf8_valid(text) && str_find(text, S("\\ud")) < 0 && str_find(text, S("\\uD")) < 0)
		return text;
	add_repaired(repaired, text);
	return buf_str(repaired);
}

static json_t *load(struct str text, json_error_t *error)
{
	CLEANUP(buf_free) struct buf repaired = {};
	text = mended(text, &repaired);
	return json_loadb(text.at, text.len, JSON_ALLOW_NUL, error);
}

static enum err read_part(struct cx *cx, void *subject, struct str text, i64 first)
{
	struct wrapped *w = subject;
	json_error_t error;
	CLEANUP(decref) json_t *root = load(text, &error);
	w->r->offset = first > 0 ? first : 0;
	enum err result = OK;
	if (root)
		result = hand_over(w, root);
	else
		result = reading_refuse(w->r, str_of(tr(cx->lang, N_("This part of the file is not JSON."))), text);
	w->r->offset = 0;
	return result;
}

static enum err refuse_large(struct cx *cx, void *subject, struct str value, i64 first)
{
	struct wrapped *w = subject;
	w->r->list = "";
	w->r->index = first;
	return reading_refuse(w->r, str_of(tr(cx->lang, N_("This part of the file is too large to be one message, or is cut."))),
		value);
}

/* A document that would take much memory is read in parts of the same shape. Conversations that reach from one part into another are
 * learnt first, where the format says so. */
static enum err read_large(struct wrapped *w, struct str value)
{
	struct reading *r = w->r;
	struct json_parts parts = {.most = PART_BYTES, .subject = w, .part = read_part, .too_large = refuse_large};
	if (r->learns) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		r->threads = threads_new(arena);
		r->learning = true;
		enum err error = json_split(r->cx, value, &parts);
		r->learning = false;
		if (error == OK)
			error = json_split(r->cx, value, &parts);
		r->threads = NULL;
		return error;
	}
	return json_split(r->cx, value, &parts);
}

/* The document at the start of *rest, which has its end at `end`. */
static enum err read_document(struct wrapped *w, struct str document, bool first, i64 *bad_lines)
{
	if (document.len > WHOLE_BYTES)
		return read_large(w, document);
	json_error_t error = {};
	CLEANUP(decref) json_t *root = load(document, &error);
	if (root)
		return hand_over(w, root);
	return first ? not_json(w->r, &error) : refuse_line(w->r, document, bad_lines);
}

static enum err all_documents(struct wrapped *w, struct str text)
{
	struct reading *r = w->r;
	struct str rest = skip_space(text);
	i64 line = 1, bad_lines = 0;
	size_t searched = 0; /* bytes looked through in vain for the end of something */
	const char *counted = text.at;
	bool first = true;
	while (rest.len) {
		line += lines_in(str_span(counted, rest.at));
		counted = rest.at;
		const char *end = json_value_end(rest);
		if (!end && first) { /* let the parser say what is wrong */
			json_error_t error = {};
			json_t *root = load(str_head(rest, WHOLE_BYTES), &error);
			json_decref(root);
			return not_json(r, &error);
		}
		r->document = first && skip_space(str_skip(rest, (size_t)(end - rest.at))).len == 0 ? 0 : line;
		if (end) {
			TRY(read_document(w, str_span(rest.at, end), first, &bad_lines));
			rest = str_span(end, rest.at + rest.len);
		} else {
			searched += rest.len;
			if (searched > text.len * 3 + PART_BYTES)
				return reading_refuse(r, str_of(tr(r->cx->lang,
					N_("From here on the file is not JSON, or is cut."))), rest);
			TRY(refuse_line(r, str_line(&rest), &bad_lines));
		}
		first = false;
		rest = skip_space(rest);
		if (rest.len && (*rest.at == ',' || *rest.at == ';')) /* `part0 = [...];` */
			rest = skip_space(str_skip(rest, 1));
		if (r->taker->progress)
			r->taker->progress(r->taker->subject, (i64)(text.len - rest.len), (i64)text.len);
	}
	r->document = 0;
	return first ? fail(r->cx, ERR_UNSUPPORTED, "This file is empty.") : OK;
}

enum err json_documents(struct reading *r, struct str text, enum err (*document)(struct reading *r, json_t *root, void *subject),
			void *subject)
{
	if (str_starts(text, S("\xEF\xBB\xBF")))
		text = str_skip(text, 3);
	struct wrapped w = {.r = r, .document = document, .subject = subject};
	return all_documents(&w, skip_assignment(skip_space(text)));
}

enum err json_line(struct reading *r, struct str line, enum err (*document)(struct reading *r, json_t *root, void *subject),
	void *subject)
{
	json_error_t error;
	CLEANUP(decref) json_t *root = load(line, &error);
	if (root)
		return document(r, root, subject);
	r->strange++;
	return reading_refuse(r, str_of(tr(r->cx->lang, N_("This line is not JSON."))), line);
}

enum err json_each(struct reading *r, json_t *root, const char *list, enum err (*each)(struct reading *r, json_t *item,
	void *subject),
		   void *subject)
{
	json_t *found = json_at(root, list);
	r->list = list;
	r->index = -1;
	if (json_is_object(found))
		return each(r, found, subject);
	size_t index;
	json_t *item;
	json_array_foreach(found, index, item) {
		r->list = list;
		r->index = (i64)index;
		TRY(each(r, item, subject));
	}
	return OK;
}

size_t json_sorted(struct arena *arena, const json_t *list, bool (*wanted)(const json_t *one), int (*order)(const void *, const void *), const json_t ***ret_sorted)
{
	const json_t **all = arena_array(arena, const json_t *, json_array_size(list) + 1), *one;
	size_t index, count = 0, kept = 0;
	json_array_foreach((json_t *)list, index, one)
		if (wanted(one))
			all[count++] = one;
	qsort(all, count, sizeof *all, order);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || order(&all[i], &all[kept - 1]) != 0)
			all[kept++] = all[i];
	*ret_sorted = all;
	return kept;
}
