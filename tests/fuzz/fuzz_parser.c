/* One parser of `parvis parse` (base/parser.h), named by PARVIS_PARSER in the environment, or else by the first line of the input. Whatever
 * it is fed: it ends; it tells why when it fails; what it prints is whole lines of JSON; and some properties of each kind. */
#include "base/clock.h"
#include "base/err.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "sys/svg.h"
#include "text/query.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define OUTPUT_MAX ((size_t)16 << 20)
#define NOW (1800000000 * SECOND)

static const struct parser *parser_of(struct str word)
{
	for (size_t i = 0; i < parser_count; i++)
		if (str_eq(word, str_of(parsers[i]->word)))
			return parsers[i];
	return NULL;
}

static json_t *check_lines(struct str out)
{
	json_t *last = NULL;
	must(utf8_valid(out));
	while (out.len) {
		must(str_find_byte(out, '\n') >= 0);
		struct str line = str_cut(&out, '\n');
		json_decref(last);
		last = json_loadb(line.at, line.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		must(last);
	}
	return last;
}

static struct str text_of(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);
	return (struct str){json_string_value(value), json_string_length(value)};
}

/* ---- what must hold of a kind ---- */

/* What was written is read again as the same. */
static void check_time(const json_t *json)
{
	i64 at, wanted;
	must(time_parse(text_of(json, "at"), &at) && str_to_i64(text_of(json, "microseconds"), &wanted) && at == wanted);
}

static void check_bytes(const json_t *json)
{
	CLEANUP(buf_free) struct buf again = {};
	struct str text = text_of(json, "text"), folded = text_of(json, "folded");
	buf_add_clean(&again, text);
	must(str_eq(buf_str(&again), text));
	buf_clear(&again);
	buf_add_folded(&again, folded);
	must(utf8_valid(folded) && utf8_valid(buf_str(&again)));
}

/* The engine takes every question. */
static void check_search(const json_t *json)
{
	static sqlite3 *db;
	static sqlite3_stmt *statement;
	if (!db) {
		must(sqlite3_open(":memory:", &db) == SQLITE_OK);
		must(sqlite3_exec(db, "CREATE VIRTUAL TABLE t USING fts5 (scope, body, content='', tokenize='unicode61 remove_diacritics 2');"
				      " INSERT INTO t (rowid, scope, body) VALUES (1, 'w1', 'when do you open')", NULL, NULL, NULL) == SQLITE_OK);
		must(sqlite3_prepare_v2(db, "SELECT rowid FROM t WHERE t MATCH ?1", -1, &statement, NULL) == SQLITE_OK);
	}
	struct str query = text_of(json, "sqlite");
	sqlite3_bind_text(statement, 1, query.at, (int)query.len, SQLITE_STATIC);
	int end = sqlite3_step(statement);
	must(end == SQLITE_ROW || end == SQLITE_DONE);
	sqlite3_reset(statement);
}

/* What is printed of a query is a query, and the same. */
static void check_query(const json_t *json)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf print = {};
	struct str text = text_of(json, "query");
	struct query_fault fault;
	const struct query *query;
	must(query_read(arena, text, NULL, &query, &fault));
	buf_add_query(&print, query);
	must(str_eq(buf_str(&print), text));
}

static void check_url(const json_t *json)
{
	struct str host = text_of(json, "host"), path = text_of(json, "path");
	json_int_t port = json_integer_value(json_object_get(json, "port"));
	must(host.len && path.len && path.at[0] == '/' && port > 0 && port < 65536);
	for (size_t i = 0; i < host.len; i++)
		must((u8)host.at[i] > ' ' && (u8)host.at[i] < 0x7f && host.at[i] != '@' && host.at[i] != '/');
	for (size_t i = 0; i < path.len; i++)
		must((u8)path.at[i] > ' ' && (u8)path.at[i] != 0x7f);
}

static void check_range(const json_t *json)
{
	must(json_integer_value(json_object_get(json, "from")) >= 0);
	must(json_integer_value(json_object_get(json, "to")) >= json_integer_value(json_object_get(json, "from")));
}

static void check_archive(const json_t *json)
{
	struct str name = text_of(json, "name");
	must(name.len && name.at[0] != '/' && str_find_byte(name, '\n') < 0 && str_find_byte(name, '\\') < 0);
	while (name.at) {
		struct str part = str_cut(&name, '/');
		must(!str_eq(part, S("..")) && !str_eq(part, S(".")));
	}
}

/* HTML that was made harmless holds no tag but as we write them, and is the same when it is cleaned once more. */
static void check_markup(const struct parser *parser, struct str html)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf again = {};
	struct cx cx = cx_new(arena);
	must(utf8_valid(html));
	for (struct str rest = html; rest.len;) {
		str_cut(&rest, '<');
		if (!rest.at)
			break;
		must(rest.len && (*rest.at == '/' || (*rest.at >= 'a' && *rest.at <= 'z')));
		for (size_t i = 0;; i++) {
			must(i < rest.len && rest.at[i] != '<');
			if (rest.at[i] == '>')
				break;
		}
	}
	must(parser->read(&cx, html, &again) == OK && str_eq(buf_str(&again), html));
}

/* A cleaned drawing is one, holds nothing but tags and texts, and is the same when it is cleaned once more. */
static void check_svg(const json_t *json)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str text = text_of(json, "svg");
	struct svg *again;
	must(str_starts(text, S("<svg xmlns=\"http://www.w3.org/2000/svg\"")) && str_find(text, S("<!")) < 0 && str_find(text, S("<?")) < 0);
	must(str_find(text, S("<script")) < 0 && str_find(text, S("<foreignObject")) < 0 && str_find(text, S("<animate")) < 0 && str_find(text, S("href=\"http")) < 0);
	must(svg_clean(&cx, text, &again) == OK && str_eq(again->bytes, text));
}

static const struct {
	const char *word;
	void (*check)(const json_t *last_line);
} checks[] = {
	{"time", check_time}, {"date", check_time}, {"bytes", check_bytes}, {"search", check_search}, {"url", check_url}, {"range", check_range}, {"archive", check_archive}, {"query", check_query}, {"svg", check_svg},
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct str input = {(const char *)data, size}, word = str_of(getenv("PARVIS_PARSER"));
	const struct parser *parser = parser_of(word.len ? word : str_cut(&input, '\n'));
	if (!parser)
		return 0;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf out = {.max = OUTPUT_MAX};
	struct cx cx = cx_new(arena);
	cx.now = NOW;
	if (parser->read(&cx, input, &out) != OK) {
		must(cx.story[0] && utf8_valid(str_of(cx.story)));
		return 0;
	}
	if (!buf_ok(&out))
		return 0;
	if (parser->markup) {
		check_markup(parser, buf_str(&out));
		return 0;
	}
	json_t *last = check_lines(buf_str(&out));
	for (size_t i = 0; last && i < COUNT(checks); i++)
		if (str_eq(str_of(parser->word), str_of(checks[i].word)))
			checks[i].check(last);
	json_decref(last);
	return 0;
}
