#include "model/fit.h"

#include "base/grapheme.h"
#include "base/utf8.h"
#include "model/mark_sign.h"

#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

struct fit text_fit(enum text_unit unit, size_t most, struct str text)
{
	size_t length = text_length(unit, text);
	return (struct fit){.length = length, .remaining = most ? (i64)most - (i64)length : 0, .fits = (!most || length <= most) && !text_is_refused(unit, text)};
}

/* ---- the whole, read once ---- */

/* What is never parted: a sign, or a mark. */
struct atom {
	size_t from, to, length;
	enum thread_end before; /* what a part that ends before it ends with; FORCED: none may end there */
	bool space, mark;
};

struct whole {
	struct arena *arena;
	enum text_unit unit;
	struct str text;
	struct atom *atoms;
	size_t count, capacity;
};

static struct str slice(struct str text, size_t from, size_t to)
{
	return str_head(str_skip(text, from), to - from);
}

static void add_atom(struct whole *w, size_t from, size_t to, size_t length, bool mark)
{
	struct str rest = slice(w->text, from, to);
	bool space = !mark && sign_is_space(utf8_next(&rest));
	*arena_push(w->arena, w->atoms, w->count, w->capacity) = (struct atom){.from = from, .to = to, .length = length, .before = THREAD_END_SIGN, .space = space, .mark = mark};
}

static void add_signs(struct whole *w, size_t from, size_t to)
{
	struct str rest = slice(w->text, from, to);
	u32 code;
	bool many;
	while (rest.len) {
		size_t at = to - rest.len;
		struct str sign = grapheme_next(&rest, &code, &many);
		add_atom(w, at, at + sign.len, text_length(w->unit, sign), false);
	}
}

static void read_atoms(struct whole *w)
{
	struct mark_reader reader = mark_reader_new(w->text, text_unit_dialect(w->unit), MARK_ALL);
	struct mark m;
	size_t at = 0;
	while (mark_next(&reader, &m)) {
		add_signs(w, at, m.from);
		add_atom(w, m.from, m.to, text_mark_length(w->unit, &m, slice(w->text, m.from, m.to)), true);
		at = m.to;
	}
	add_signs(w, at, w->text.len);
}

/* ---- where it may be cut ---- */

static bool is_among(u32 code, const u32 *set)
{
	for (; *set; set++)
		if (code == *set)
			return true;
	return false;
}

/* What opens goes with what follows, what closes with what stands before, whatever space is between: « ainsi », 20 %, vraiment ! */
static bool opens(u32 code)
{
	static const u32 set[] = {0xAB, 0x201C, 0x2018, 0x201E, 0x2039, '(', '[', '{', 0xBF, 0xA1, '#', '@', '$', 0};
	return is_among(code, set);
}

static bool closes(u32 code)
{
	static const u32 set[] = {0xBB, 0x201D, 0x2019, 0x203A, ')', ']', '}', '!', '?', ';', ':', ',', '.', 0x2026, '%', 0x20AC, 0};
	return is_among(code, set);
}

static u32 first_code(const struct whole *w, size_t atom)
{
	struct str rest = str_skip(w->text, w->atoms[atom].from);
	return utf8_next(&rest);
}

/* The last atom before `atom` that is no white space; count: none is. */
static size_t word_before(const struct whole *w, size_t atom)
{
	while (atom > 0)
		if (!w->atoms[--atom].space)
			return atom;
	return w->count;
}

/* Between words, or of scripts that put no space between them, where a line may break. */
static bool may_part(const struct whole *w, size_t atom)
{
	if (w->atoms[atom].space)
		return false; /* before anything else: what is before it is looked for over all the space there is */
	size_t before = word_before(w, atom);
	bool spaced = atom > 0 && w->atoms[atom - 1].space;
	u32 follows = first_code(w, atom);
	if (before == w->count || (!w->atoms[atom].mark && closes(follows)) || (!w->atoms[before].mark && opens(first_code(w, before))))
		return false;
	return spaced || (follows >= 0xE00 && first_code(w, before) >= 0xE00);
}

static enum thread_end line_end(const struct whole *w, size_t atom)
{
	int lines = 0;
	while (atom > 0 && w->atoms[atom - 1].space)
		lines += w->text.at[w->atoms[--atom].to - 1] == '\n';
	return lines > 1 ? THREAD_END_PARAGRAPH : lines ? THREAD_END_LINE : THREAD_END_WORD;
}

/* ICU tells where lines may break and where sentences end, in bytes. Where it cannot, spaces alone part words. */
static void mark_ends(struct whole *w, UBreakIteratorType kind, const char *locale)
{
	UErrorCode status = U_ZERO_ERROR;
	UText *text = utext_openUTF8(NULL, w->text.at, (int64_t)w->text.len, &status);
	UBreakIterator *iterator = ubrk_open(kind, locale, NULL, 0, &status);
	if (U_SUCCESS(status))
		ubrk_setUText(iterator, text, &status);
	size_t atom = 0;
	for (int32_t at = U_SUCCESS(status) ? ubrk_first(iterator) : UBRK_DONE; at != UBRK_DONE; at = ubrk_next(iterator)) {
		while (atom < w->count && w->atoms[atom].from < (size_t)at)
			atom++;
		if (atom == w->count || w->atoms[atom].from != (size_t)at || !may_part(w, atom))
			continue;
		enum thread_end end = line_end(w, atom);
		w->atoms[atom].before = end == THREAD_END_WORD && kind == UBRK_SENTENCE ? THREAD_END_SENTENCE : end;
	}
	if (iterator)
		ubrk_close(iterator);
	utext_close(text);
}

static void read_whole(struct whole *w, struct str lang)
{
	char locale[40];
	read_atoms(w);
	snprintf(locale, sizeof locale, "%.2s@ss=standard", lang.len >= 2 ? lang.at : "en"); /* with its abbreviations: "M. Dupont" is one sentence */
	mark_ends(w, UBRK_LINE, "en");
	mark_ends(w, UBRK_SENTENCE, locale);
}

/* ---- cutting ---- */

static size_t number_length(size_t index, size_t count)
{
	char number[64];
	return (size_t)snprintf(number, sizeof number, " %zu/%zu", index + 1, count);
}

/* Where a part that begins at atom `first` ends when it has so much room: the atom behind it. */
static size_t end_of_part(const struct whole *w, size_t first, size_t room, enum thread_end *ret_why)
{
	size_t ends[THREAD_END_PARAGRAPH + 1] = {}, filled[THREAD_END_PARAGRAPH + 1] = {};
	size_t length = 0, at = first, fit = 0;
	for (; at < w->count; at++) {
		const struct atom *a = &w->atoms[at];
		if (at > first && !a->space) {
			ends[a->before] = at;
			filled[a->before] = fit;
		}
		length += a->length;
		if (!a->space && length > room)
			break;
		if (!a->space)
			fit = length;
	}
	*ret_why = THREAD_END_PARAGRAPH;
	if (at == w->count)
		return at;
	for (enum thread_end why = THREAD_END_PARAGRAPH; why > THREAD_END_WORD; why--)
		if (ends[why] && 2 * filled[why] >= room)
			return *ret_why = why, ends[why];
	for (enum thread_end why = THREAD_END_WORD; why <= THREAD_END_PARAGRAPH; why++) /* the last of any: the fullest */
		if (ends[why] > ends[*ret_why] || !ends[*ret_why])
			*ret_why = why;
	if (ends[*ret_why])
		return ends[*ret_why];
	*ret_why = THREAD_END_SIGN;
	return ends[THREAD_END_SIGN];
}

static struct str without_space_before(struct str text)
{
	while (text.len) {
		struct str next = text;
		if (!sign_is_space(utf8_next(&next)))
			break;
		text = next;
	}
	return text;
}

static struct str trimmed(struct str text)
{
	struct str rest = without_space_before(text);
	size_t end = 0;
	for (struct str next = rest; next.len;)
		if (!sign_is_space(utf8_next(&next)))
			end = rest.len - next.len;
	return str_head(rest, end);
}

/* As many bytes of a mark as fit, of one that is longer than a part. */
static size_t force(const struct whole *w, size_t from, size_t to, size_t room)
{
	struct str rest = slice(w->text, from, to);
	size_t length = 0;
	u32 code;
	bool many;
	while (rest.len) {
		struct str sign = grapheme_next(&rest, &code, &many);
		length += text_length(w->unit, sign);
		if (length > room)
			return to - rest.len - sign.len;
	}
	return to;
}

static size_t first_behind(const struct whole *w, size_t from)
{
	size_t at = 0, high = w->count;
	while (at < high) {
		size_t middle = at + (high - at) / 2;
		if (w->atoms[middle].from < from)
			at = middle + 1;
		else
			high = middle;
	}
	return at;
}

/* The part that begins at byte `from`, with so much room; its end is moved there. False: nothing fits. */
static bool cut_part(const struct whole *w, size_t *from, size_t room, struct thread_part *ret_part)
{
	size_t first = first_behind(w, *from);
	if (first < w->count && w->atoms[first].from == *from) {
		for (size_t less = room; less;) { /* a mark may count more when its neighbours are gone: try with less then */
			enum thread_end why;
			size_t end = end_of_part(w, first, less, &why), to;
			if (!end)
				break;
			to = end < w->count ? w->atoms[end].from : w->text.len;
			struct str text = trimmed(slice(w->text, *from, to));
			size_t length = text_length(w->unit, text);
			if (length > room) {
				less -= length - room < less ? length - room : less;
				continue;
			}
			*ret_part = (struct thread_part){.text = text, .length = length, .why = why};
			*from = to;
			return true;
		}
	}
	/* Something that cannot be parted is longer than a part: it is, all the same. */
	size_t behind = first < w->count && w->atoms[first].from == *from ? w->atoms[first].to : first < w->count ? w->atoms[first].from : w->text.len;
	size_t to = force(w, *from, behind, room);
	if (to == *from)
		return false;
	*ret_part = (struct thread_part){.text = slice(w->text, *from, to), .length = text_length(w->unit, slice(w->text, *from, to)), .why = to == w->text.len ? THREAD_END_PARAGRAPH : THREAD_END_FORCED};
	*from = to;
	return ret_part->length <= room;
}

/* Ends too when there are more than `enough`: of so many parts nothing is wanted. */
static size_t cut(const struct whole *w, size_t most, size_t number, size_t enough, struct thread_part **ret_parts)
{
	struct thread_part *parts = NULL;
	size_t count = 0, capacity = 0, from = 0;
	while (from < w->text.len && count <= enough) {
		struct str rest = without_space_before(str_skip(w->text, from));
		struct thread_part part;
		if (!rest.len)
			break;
		from = (size_t)(rest.at - w->text.at);
		if (most <= number || !cut_part(w, &from, most - number, &part))
			return 0;
		*arena_push(w->arena, parts, count, capacity) = part;
	}
	*ret_parts = parts;
	return count;
}

/* Numbers take room, and how much depends on how many parts there are. */
static size_t cut_numbered(const struct whole *w, size_t most, struct thread_part **ret_parts)
{
	for (size_t count = 9;; count = 10 * count + 9) {
		size_t parts = cut(w, most, number_length(count - 1, count), count, ret_parts);
		if (parts <= count)
			return parts;
	}
}

size_t thread_cut(struct arena *arena, enum text_unit unit, size_t most, struct str text, struct str lang, enum thread_number number, struct thread_part **ret_parts)
{
	struct whole w = {.arena = arena, .unit = unit, .text = text};
	struct thread_part *parts = NULL;
	struct str all = trimmed(text);
	if (!all.len || text.len > THREAD_BYTES || !most)
		return 0;
	size_t count, length = text_length(unit, all), at = 0, code_points = 0;
	if (length <= most) {
		parts = arena_array(arena, struct thread_part, 1);
		parts[0] = (struct thread_part){.text = all, .length = length, .why = THREAD_END_PARAGRAPH};
		count = 1;
	} else {
		read_whole(&w, lang);
		count = number == THREAD_NUMBERED ? cut_numbered(&w, most, &parts) : cut(&w, most, 0, SIZE_MAX, &parts);
	}
	for (size_t i = 0; i < count; i++) {
		struct thread_part *p = &parts[i];
		p->from = (size_t)(p->text.at - text.at);
		p->to = p->from + p->text.len;
		p->start = code_points + utf8_count(slice(text, at, p->from));
		p->end = code_points = p->start + utf8_count(p->text);
		at = p->to;
		if (number == THREAD_NUMBERED && count > 1)
			p->length += number_length(i, count);
	}
	*ret_parts = parts;
	return count;
}

void buf_add_thread_part(struct buf *b, const struct thread_part *parts, size_t count, size_t index, enum thread_number number)
{
	buf_add(b, parts[index].text);
	if (number == THREAD_NUMBERED && count > 1)
		buf_addf(b, " %zu/%zu", index + 1, count);
}
