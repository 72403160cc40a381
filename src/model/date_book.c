/* date_book.c: reading a book of dates; its form stands in share/dates/README.md. */
#include "base/map.h"
#include "base/utf8.h"
#include "model/key_date.h"

#define NAME_MAX_BYTES 300
#define KEY_MAX_BYTES 64
#define FIELDS 6

static const char *const kinds[DATE_KIND_COUNT] = {"public", "observance", "religious", "mourning", "un", "silence", "school", "house"};

const char *date_kind_word(enum date_kind kind)
{
	return kinds[kind];
}

bool date_kind_of(struct str word, enum date_kind *ret_kind)
{
	for (int i = 0; i < DATE_KIND_COUNT; i++)
		if (str_eq(word, str_of(kinds[i]))) {
			*ret_kind = (enum date_kind)i;
			return true;
		}
	return false;
}

/* A word of the common rows: what a row of a country may leave out. */
struct common {
	struct str rule;
	struct date_names names;
	bool is_solemn, is_approximate, is_no_post;
	int lead;
};

struct reading {
	struct cx *cx;
	struct map *common;
	struct date_book *book;
	struct date_region *regions;
	struct date_row *rows;
	size_t row_capacity, region_capacity;
};

/* ---- a line ---- */

static size_t fields_of(struct str line, struct str *ret_fields)
{
	size_t count = 0;
	while (line.at && count < FIELDS)
		ret_fields[count++] = str_trim(str_cut(&line, '|'));
	return line.at ? FIELDS + 1 : count;
}

static struct str take_word(struct str *rest)
{
	struct str word = str_cut(rest, ' ');
	*rest = str_trim(*rest);
	return word;
}

static bool fine_key(struct str key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!((key.at[i] >= 'a' && key.at[i] <= 'z') || (key.at[i] >= '0' && key.at[i] <= '9') || key.at[i] == '-'))
			return false;
	return key.len && key.len <= KEY_MAX_BYTES;
}

static enum err check_text(struct cx *cx, struct str line)
{
	if (!utf8_valid(line))
		return fail(cx, ERR_BAD_INPUT, N_("It is not UTF-8."));
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.at[i] < ' ' && line.at[i] != '\t')
			return fail(cx, ERR_BAD_INPUT, N_("There is a control character in it."));
	return OK;
}

static enum err check_names(struct cx *cx, const struct date_names *names)
{
	if (!names->en.len || !names->fr.len)
		return fail(cx, ERR_BAD_INPUT, N_("It wants a name in English and one in French."));
	if (names->en.len > NAME_MAX_BYTES || names->fr.len > NAME_MAX_BYTES || names->native.len > NAME_MAX_BYTES)
		return fail(cx, ERR_BAD_INPUT, N_("A name is longer than %d bytes."), NAME_MAX_BYTES);
	return OK;
}

/* "solemn lead 30" */
static enum err read_marks(struct cx *cx, struct str rest, bool *ret_solemn, bool *ret_approximate, bool *ret_no_post, int *ret_lead)
{
	while (rest.len) {
		struct str word = take_word(&rest);
		i64 days;
		if (str_eq(word, S("solemn")))
			*ret_solemn = true;
		else if (str_eq(word, S("festive")))
			*ret_solemn = false;
		else if (str_eq(word, S("approximate")))
			*ret_approximate = true;
		else if (str_eq(word, S("no-post")))
			*ret_no_post = true;
		else if (str_eq(word, S("lead")) && str_to_i64(take_word(&rest), &days) && days >= 0 && days <= 366)
			*ret_lead = (int)days;
		else
			return fail(cx, ERR_BAD_INPUT, N_("“%.*s” is no mark of a date."), STR_ARG(str_head(word, 40)));
	}
	return OK;
}

/* "country FR | France | France | native", "region AM 57 67 68 | …" */
static enum err read_place(struct reading *r, struct str words, bool is_region, const struct str *fields, size_t count)
{
	struct cx *cx = r->cx;
	struct str code = take_word(&words);
	struct date_names names = {count > 1 ? fields[1] : S(""), count > 2 ? fields[2] : S(""), count > 3 ? fields[3] : S("")};
	if (!code.len || code.len > KEY_MAX_BYTES || count > 4 || (!is_region && words.len))
		return fail(cx, ERR_BAD_INPUT, N_("A place is written as a code and its names: region BY | Bavaria | Bavière"));
	TRY(check_names(cx, &names));
	if (!is_region) {
		r->book->code = code;
		r->book->names = names;
		return OK;
	}
	if (r->book->region_count == DATE_BOOK_REGIONS)
		return fail(cx, ERR_TOO_LARGE, N_("There are more than %d regions."), DATE_BOOK_REGIONS);
	*arena_push(cx->arena, r->regions, r->book->region_count, r->region_capacity) = (struct date_region){code, words, names};
	return OK;
}

static enum err known_regions(struct reading *r, const struct str *codes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t j = 0;
		while (j < r->book->region_count && !str_eq(codes[i], r->regions[j].code))
			j++;
		if (j == r->book->region_count)
			return fail(r->cx, ERR_BAD_INPUT, N_("“%.*s” is no region that was named above."), STR_ARG(str_head(codes[i], 40)));
	}
	return OK;
}

/* "public lead 30 | christmas | 12-25 ; observed weekend next | English | French | native" */
static enum err read_row(struct reading *r, enum date_kind kind, struct str marks, const struct str *fields, size_t count)
{
	struct cx *cx = r->cx;
	if (count < 2 || count > FIELDS || !fine_key(fields[1]))
		return fail(cx, ERR_BAD_INPUT, N_("A date is written as its kind, key, rule and names: public | key | 07-14 | English | French"));
	const struct common *common = map_get(r->common, fields[1]);
	struct date_row row = {.kind = kind, .key = fields[1]};
	if (common)
		row = (struct date_row){kind, common->is_solemn, common->is_approximate, common->is_no_post, common->lead, fields[1], common->names, {}};
	struct str rule = count > 2 ? fields[2] : S("");
	if (count > 3 && fields[3].len)
		row.names = (struct date_names){fields[3], count > 4 ? fields[4] : S(""), {}};
	if (count > 5 && fields[5].len)
		row.names.native = fields[5];
	TRY(read_marks(cx, marks, &row.is_solemn, &row.is_approximate, &row.is_no_post, &row.lead));
	TRY(check_names(cx, &row.names));
	if (common && (!rule.len || rule.at[0] == ';')) /* the common rule, perhaps with clauses of its own */
		rule = arena_printf(cx->arena, "%.*s %.*s", STR_ARG(common->rule), STR_ARG(rule));
	TRY(date_rule_read(cx, rule, &row.rule));
	TRY(known_regions(r, row.rule.only, row.rule.only_count));
	TRY(known_regions(r, row.rule.except, row.rule.except_count));
	if (r->book->row_count == DATE_BOOK_ROWS)
		return fail(cx, ERR_TOO_LARGE, N_("There are more than %d dates."), DATE_BOOK_ROWS);
	*arena_push(cx->arena, r->rows, r->book->row_count, r->row_capacity) = row;
	return OK;
}

/* "solemn lead 14 | good-friday | easter-2 | Good Friday | Vendredi saint" */
static enum err read_common(struct reading *r, struct str line)
{
	struct str fields[FIELDS];
	size_t count = fields_of(line, fields);
	struct common *common = arena_new_of(r->cx->arena, struct common);
	if (count != 5 || !fine_key(fields[1]) || map_get(r->common, fields[1]))
		return fail(r->cx, ERR_BAD_INPUT, N_("A common date is written as its marks, key, rule and names, each key once."));
	*common = (struct common){.rule = fields[2], .names = {fields[3], fields[4], {}}};
	TRY(read_marks(r->cx, fields[0], &common->is_solemn, &common->is_approximate, &common->is_no_post, &common->lead));
	map_put(r->common, fields[1], common);
	return OK;
}

static enum err read_line(struct reading *r, struct str line)
{
	struct str fields[FIELDS];
	enum date_kind kind;
	size_t count = fields_of(line, fields);
	struct str rest = fields[0], word = take_word(&rest);
	if (str_eq(word, S("country")) || str_eq(word, S("region")))
		return read_place(r, rest, str_eq(word, S("region")), fields, count);
	if (!date_kind_of(word, &kind))
		return fail(r->cx, ERR_BAD_INPUT, N_("“%.*s” is no kind of date."), STR_ARG(str_head(word, 40)));
	return read_row(r, kind, rest, fields, count);
}

/* ---- the whole ---- */

static enum err read_lines(struct reading *r, struct str text, bool is_common)
{
	struct cx *cx = r->cx;
	for (size_t number = 1; text.at; number++) {
		struct str line = str_trim(str_line(&text));
		enum err e = check_text(cx, line);
		if (e == OK && line.len && line.at[0] != '#')
			e = is_common ? read_common(r, line) : read_line(r, line);
		if (e != OK) {
			struct str why = arena_str(cx->arena, str_of(cx->story));
			return fail(cx, e, N_("Line %zu: %.*s"), number, STR_ARG(why));
		}
	}
	return OK;
}

enum err date_book_read(struct cx *cx, struct str text, struct str common, const struct date_book **ret_book)
{
	struct reading r = {.cx = cx, .common = map_new(cx->arena), .book = arena_new_of(cx->arena, struct date_book)};
	if (text.len > DATE_BOOK_BYTES)
		return fail(cx, ERR_TOO_LARGE, N_("A book of dates has at most %zu KiB."), DATE_BOOK_BYTES >> 10);
	if (common.len)
		TRY(read_lines(&r, common, true));
	TRY(read_lines(&r, arena_str(cx->arena, text), false)); /* a copy: rows borrow from it */
	if (!r.book->code.len)
		return fail(cx, ERR_BAD_INPUT, N_("There is no line that names the country: country FR | France | France"));
	r.book->regions = r.regions;
	r.book->rows = r.rows;
	*ret_book = r.book;
	return OK;
}
