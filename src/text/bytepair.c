/* bytepair.c: byte pairs as RoBERTa cuts them: words and what stands between them, each with the space before it; their bytes written as letters;
 * and of all neighbours that were ever joined, those joined the most often first. */
#include "base/utf8.h"
#include "text/pieces_kind.h"

#include <string.h>
#include <utf8proc.h>

#define STRETCH_MAX 256u /* bytes joined in one go: a longer word is cut there */

/* A byte as a letter: those that print are themselves, the others come after U+00FF. */
static u32 letter_of_byte(u8 byte)
{
	bool plain = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
	return plain ? byte : byte < 33 ? 256u + byte : byte < 161 ? 256u + 33 + (byte - 127u) : 256u + 67;
}

enum sort { SPACE, LETTER, DIGIT, OTHER };

static enum sort sort_of(u32 code)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
	if (code == ' ' || (code >= 9 && code <= 13) || code == 0x85 || (c >= UTF8PROC_CATEGORY_ZS && c <= UTF8PROC_CATEGORY_ZP))
		return SPACE;
	if (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO)
		return LETTER;
	return c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO ? DIGIT : OTHER;
}

static enum sort peek(struct str s, size_t *ret_len)
{
	size_t before = s.len;
	enum sort sort = sort_of(utf8_next(&s));
	*ret_len = before - s.len;
	return sort;
}

/* What follows an apostrophe as a word of its own: 's, 't, 're … */
static size_t short_form(struct str s)
{
	static const char *const forms[] = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
	for (size_t i = 0; i < COUNT(forms); i++)
		if (str_starts(s, str_of(forms[i])))
			return strlen(forms[i]);
	return 0;
}

/* The next word, with the space before it; of several spaces the last goes with what follows. */
static size_t stretch_head(struct str s)
{
	size_t len, at = short_form(s);
	if (at)
		return at;
	size_t from = s.at[0] == ' ' && s.len > 1 ? 1 : 0;
	enum sort sort = peek(str_skip(s, from), &len);
	if (from && sort == SPACE)
		sort = peek(s, &len), from = 0;
	at = from;
	size_t last = 0;
	for (enum sort next = sort; at < s.len && next == sort; next = at < s.len ? peek(str_skip(s, at), &len) : sort) {
		peek(str_skip(s, at), &len);
		last = at;
		at += len;
	}
	return sort == SPACE && at < s.len && last ? last : at;
}

static i64 rank_of(const struct pieces *p, struct str left, struct str right)
{
	char key[2 * (STRETCH_MAX * 2) + 1];
	must(left.len + right.len + 1 <= sizeof key);
	memcpy(key, left.at, left.len);
	key[left.len] = ' ';
	memcpy(key + left.len + 1, right.at, right.len);
	void *found = map_get(p->ranks, (struct str){key, left.len + 1 + right.len});
	return found ? (i64)(intptr_t)found - 1 : -1;
}

/* At most STRETCH_MAX bytes. */
static void cut_stretch(const struct pieces *p, struct str stretch, struct pieces_out *out)
{
	char letters[STRETCH_MAX * 2];
	struct str parts[STRETCH_MAX];
	i64 ranks[STRETCH_MAX]; /* of a part and the next one */
	size_t count = 0, len = 0;
	for (size_t i = 0; i < stretch.len; i++) {
		size_t bytes = (size_t)utf8proc_encode_char((utf8proc_int32_t)letter_of_byte((u8)stretch.at[i]), (utf8proc_uint8_t *)letters + len);
		parts[count++] = (struct str){letters + len, bytes};
		len += bytes;
	}
	for (size_t i = 0; i + 1 < count; i++)
		ranks[i] = rank_of(p, parts[i], parts[i + 1]);
	for (;;) {
		size_t best = count;
		for (size_t i = 0; i + 1 < count; i++)
			if (ranks[i] >= 0 && (best == count || ranks[i] < ranks[best]))
				best = i;
		if (best == count)
			break;
		parts[best].len += parts[best + 1].len;
		count--;
		for (size_t i = best + 1; i < count; i++) {
			parts[i] = parts[i + 1];
			ranks[i] = i + 1 < count ? ranks[i + 1] : -1;
		}
		ranks[best] = best + 1 < count ? rank_of(p, parts[best], parts[best + 1]) : -1;
		if (best)
			ranks[best - 1] = rank_of(p, parts[best - 1], parts[best]);
	}
	for (size_t i = 0; i < count; i++) {
		i64 id = p->unknown;
		pieces_find(p, parts[i], &id);
		if (id >= 0)
			pieces_put(out, id);
	}
}

void pieces_cut_pairs(const struct pieces *p, struct arena *scratch, struct str text, struct pieces_out *out)
{
	struct buf *b = buf_in_arena(scratch);
	if (p->space_before && text.len && text.at[0] != ' ')
		buf_addc(b, ' ');
	for (struct str rest = text; rest.len;) /* broken bytes become U+FFFD, as wherever texts are decoded first */
		buf_add_utf8(b, utf8_next(&rest));
	for (struct str s = buf_str(b); s.len && out->count < out->most;) {
		size_t len = stretch_head(s);
		for (size_t at = 0; at < len; at += STRETCH_MAX)
			cut_stretch(p, str_head(str_skip(s, at), len - at < STRETCH_MAX ? len - at : STRETCH_MAX), out);
		s = str_skip(s, len);
	}
}
