#include "simulator/texts.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)4 << 20)
#define ROW_MAX 20000

/* share/simulator, put here by src/simulator/meson.build */
extern const char simulator_texts_tsv[], simulator_members_tsv[];
extern const size_t simulator_texts_tsv_len, simulator_members_tsv_len;

static enum err read_file(struct cx *cx, struct arena *arena, const char *folder, const char *name, struct str *ret_content)
{
	const char *path = arena_printf(cx->arena, "%s/%s", folder, name).at;
	FILE *file = fopen(path, "re");
	if (!file)
		return fail(cx, ERR_MISSING, "%s cannot be read: %s.", path, strerror(errno));
	struct buf *content = buf_in_arena(arena);
	content->max = FILE_MAX;
	char piece[16384];
	size_t got;
	while ((got = fread(piece, 1, sizeof piece, file)) > 0)
		buf_add_bytes(content, piece, got);
	bool broken = ferror(file) || !buf_ok(content);
	fclose(file);
	if (broken)
		return fail(cx, ERR_BAD_INPUT, "%s cannot be read to its end, or is larger than 4 MiB.", path);
	*ret_content = buf_str(content);
	return OK;
}

/* Split a line into exactly `count` fields. */
static bool fields_of(struct str line, struct str *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!line.at)
			return false;
		fields[i] = str_cut(&line, '\t');
	}
	return !line.at;
}

static enum err parse_texts(struct cx *cx, struct arena *arena, struct str content, struct texts *texts)
{
	struct text *rows = NULL;
	size_t count = 0, capacity = 0;
	int number = 0;
	while (content.at) {
		struct str line = str_line(&content), fields[5];
		if (++number == 1 || !line.len)
			continue;
		if (!fields_of(line, fields, 5) || !fields[0].len || !fields[1].len || !fields[4].len || !utf8_valid(line) || count >= ROW_MAX)
			return fail(cx, ERR_BAD_INPUT, "texts.tsv, line %d: kind, language, mood, licence and text are expected.", number);
		*arena_push(arena, rows, count, capacity) = (struct text){fields[0], fields[1], fields[2], fields[3], fields[4]};
	}
	texts->rows = rows;
	texts->count = count;
	return OK;
}

static enum err parse_members(struct cx *cx, struct arena *arena, struct str content, struct texts *texts)
{
	struct text_member *rows = NULL;
	size_t count = 0, capacity = 0;
	int number = 0;
	while (content.at) {
		struct str line = str_line(&content), fields[5];
		i64 followers;
		if (++number == 1 || !line.len)
			continue;
		if (!fields_of(line, fields, 5) || !fields[0].len || !fields[1].len || !str_to_i64(fields[4], &followers) || !utf8_valid(line) ||
		    count >= ROW_MAX)
			return fail(cx, ERR_BAD_INPUT, "members.tsv, line %d: name, handle, language, place and followers are expected.", number);
		*arena_push(arena, rows, count, capacity) = (struct text_member){fields[0], fields[1], fields[2], fields[3], followers};
	}
	if (!count)
		return fail(cx, ERR_BAD_INPUT, "members.tsv names nobody.");
	texts->members = rows;
	texts->member_count = count;
	return OK;
}

enum err texts_load(struct cx *cx, struct arena *arena, const char *folder, struct texts *ret_texts)
{
	struct str content = {simulator_texts_tsv, simulator_texts_tsv_len}, people = {simulator_members_tsv, simulator_members_tsv_len};
	struct texts texts = {0};
	if (folder) {
		TRY(read_file(cx, arena, folder, "texts.tsv", &content));
		TRY(read_file(cx, arena, folder, "members.tsv", &people));
	}
	TRY(parse_texts(cx, arena, content, &texts));
	TRY(parse_members(cx, arena, people, &texts));
	*ret_texts = texts;
	return OK;
}

static bool matches(const struct text *row, struct str kind, struct str language, struct str mood, bool own)
{
	return str_eq(row->kind, kind) && str_eq(row->language, language) && (!mood.len || str_eq(row->mood, mood)) &&
	       str_eq(row->licence, S("own")) == own;
}

size_t texts_count(const struct texts *texts, struct str kind, struct str language, struct str mood, bool own)
{
	size_t count = 0;
	for (size_t i = 0; i < texts->count; i++)
		count += matches(&texts->rows[i], kind, language, mood, own);
	return count;
}

const struct text *texts_at(const struct texts *texts, struct str kind, struct str language, struct str mood, bool own, size_t index)
{
	for (size_t i = 0; i < texts->count; i++)
		if (matches(&texts->rows[i], kind, language, mood, own) && index-- == 0)
			return &texts->rows[i];
	must(!"an index below texts_count()");
	return NULL;
}

static void add_filler(const struct texts *texts, struct buf *out, struct str slot, struct str language, struct chance *chance)
{
	if (str_eq(slot, S("n"))) {
		buf_add_i64(out, chance_between(chance, 3, 45));
	} else if (str_eq(slot, S("order"))) {
		buf_addf(out, "LV-%05d", (int)chance_between(chance, 10000, 99999));
	} else {
		size_t count = texts_count(texts, S("word"), language, slot, true);
		if (!count) {
			language = S("en");
			count = texts_count(texts, S("word"), language, slot, true);
		}
		if (count)
			buf_add(out, texts_at(texts, S("word"), language, slot, true, chance_below(chance, count))->text);
	}
}

/* A sentence that starts with a slot starts with a capital; the fillers begin with ASCII letters. */
static void capitalise(struct buf *out)
{
	if (out->len && out->at[0] >= 'a' && out->at[0] <= 'z')
		out->at[0] = (char)(out->at[0] - 'a' + 'A');
}

struct str texts_fill(const struct texts *texts, struct arena *arena, const struct text *text, struct chance *chance)
{
	struct str rest = text->text;
	if (str_find_byte(rest, '{') < 0)
		return rest;
	CLEANUP(buf_free) struct buf out = {.max = 20000};
	bool starts_with_slot = str_starts(rest, S("{"));
	while (rest.len) {
		ptrdiff_t open = str_find_byte(rest, '{'), close = open < 0 ? -1 : str_find_byte(str_skip(rest, (size_t)open), '}');
		if (close < 0)
			break;
		buf_add(&out, str_head(rest, (size_t)open));
		add_filler(texts, &out, str_head(str_skip(rest, (size_t)open + 1), (size_t)close - 1), text->language, chance);
		rest = str_skip(rest, (size_t)(open + close) + 1);
	}
	buf_add(&out, rest);
	if (starts_with_slot)
		capitalise(&out);
	return buf_keep(&out, arena);
}
