#include "check/reader.h"

#include "base/utf8.h"
#include "model/domain.h"
#include "text/letter.h"

#include <string.h>

struct reader {
	struct arena *arena;
	struct check_reading *r;
	struct str rest;         /* from `at` on */
	u32 at, code;            /* bytes, code points behind us */
	size_t capacity;
	bool spaced, line, starts;
	struct buf lower;        /* of the piece */
};

struct look {
	u32 code;
	size_t bytes;
	struct letter letter;
};

static struct look look(struct str s)
{
	struct str rest = s;
	u32 code = s.len ? utf8_next(&rest) : 0;
	return (struct look){code, s.len - rest.len, letter_of(code)};
}

static bool is_alnum(struct look l)
{
	return l.bytes && (l.letter.kind == LETTER_WORD || l.letter.kind == LETTER_DIGIT || l.letter.kind == LETTER_ALONE);
}

static bool is_ascii_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_fancy(u32 code)
{
	return (code >= 0x1D400 && code <= 0x1D7FF) || (code >= 0x249C && code <= 0x24E9) || (code >= 0x1F130 && code <= 0x1F189) ||
		(code >= 0xFF21 && code <= 0xFF5A);
}

static bool is_tone(u32 code)
{
	return code >= 0x1F3FB && code <= 0x1F3FF;
}

/* Arrows and simple signs are read as signs unless they ask to be pictures. */
static bool is_picture(struct str s, struct look l)
{
	if (l.letter.kind != LETTER_EMOJI)
		return false;
	if (l.code >= 0x2190 && l.code <= 0x21FF)
		return look(str_skip(s, l.bytes)).code == 0xFE0F;
	return !(l.code >= 0x1F130 && l.code <= 0x1F189 && l.letter.plain < 0x80);
}

/* ---- what begins here, in bytes; 0: no such thing ---- */

static size_t trimmed(struct str s, size_t len)
{
	static const char closing[] = ".,;:!?)]}'\"*";
	while (len) {
		size_t bytes = 1;
		if (len >= 3 && memcmp(s.at + len - 3, "\xE2\x80", 2) == 0) /* … ’ ” */
			bytes = 3;
		else if (len >= 2 && memcmp(s.at + len - 2, "\xC2\xBB", 2) == 0)
			bytes = 2;
		else if (!strchr(closing, s.at[len - 1]) || (s.at[len - 1] == ')' && memchr(s.at, '(', len)))
			break;
		len -= bytes;
	}
	return len;
}

static size_t run_of_link(struct str s)
{
	size_t len = 0;
	while (len < s.len) {
		struct look l = look(str_skip(s, len));
		if (l.letter.kind == LETTER_SPACE || l.code == '<' || l.code == '>' || l.code == '"' || l.code == 0xAB ||
			l.code == 0xBB)
			break;
		len += l.bytes;
	}
	return trimmed(s, len);
}

/* A host without a scheme, as "example.org/menu": its last part is a domain that there is. Bytes of the host. */
static size_t host_here(struct str s)
{
	size_t len = 0, dots = 0, label = 0;
	while (len < s.len && (is_ascii_alnum(s.at[len]) || s.at[len] == '-' ||
		(s.at[len] == '.' && len + 1 < s.len && is_ascii_alnum(s.at[len + 1])))) {
		if (s.at[len] == '.') {
			dots++;
			label = len + 1;
		}
		len++;
	}
	struct look after = look(str_skip(s, len));
	if (!dots || is_alnum(after) || after.code == '@' || domain_top(str_skip(s, label)) != len - label)
		return 0;
	return len;
}

static size_t link_here(struct str s)
{
	size_t scheme = str_starts(s, S("https://")) || str_starts(s, S("HTTPS://")) ? 8 : str_starts(s, S("http://")) ||
		str_starts(s, S("HTTP://")) ? 7 : 0;
	if (!scheme && str_starts(s, S("www.")) && s.len > 4 && is_ascii_alnum(s.at[4]))
		scheme = 4;
	if (scheme) {
		size_t len = run_of_link(s);
		return len > scheme ? len : 0;
	}
	size_t host = is_ascii_alnum(s.len ? s.at[0] : ' ') ? host_here(s) : 0;
	if (!host)
		return 0;
	return host < s.len && (s.at[host] == '/' || s.at[host] == '?' || s.at[host] == ':') ? run_of_link(s) : host;
}

static size_t address_here(struct str s)
{
	size_t len = 0;
	while (len < s.len && len < 64 && (is_ascii_alnum(s.at[len]) || strchr("._%+-", s.at[len])) && s.at[len])
		len++;
	if (!len || len >= s.len || s.at[len] != '@')
		return 0;
	size_t host = 0, dots = 0;
	struct str domain = str_skip(s, len + 1);
	while (host < domain.len && (is_ascii_alnum(domain.at[host]) || domain.at[host] == '-' ||
		(domain.at[host] == '.' && host + 1 < domain.len && is_ascii_alnum(domain.at[host + 1]))))
		dots += domain.at[host++] == '.';
	return dots ? len + 1 + host : 0;
}

static size_t mention_here(struct str s)
{
	size_t len = 1;
	while (len < s.len && (is_ascii_alnum(s.at[len]) || s.at[len] == '_' || s.at[len] == '-' || s.at[len] == '.' ||
		(s.at[len] == '@' && len > 1)))
		len++;
	while (len > 1 && (s.at[len - 1] == '.' || s.at[len - 1] == '-' || s.at[len - 1] == '@'))
		len--;
	return len > 1 ? len : 0;
}

static size_t hashtag_here(struct str s)
{
	size_t len = 1;
	bool letter = false;
	while (len < s.len) {
		struct look l = look(str_skip(s, len));
		if (!is_alnum(l) && l.code != '_' && l.letter.kind != LETTER_NOTHING)
			break;
		letter |= l.letter.kind == LETTER_WORD || l.letter.kind == LETTER_ALONE;
		len += l.bytes;
	}
	return letter ? len : 0;
}

/* Digits with what stands between them in figures: 1 250,00  3.5  12/11  10:30 */
static size_t number_here(struct str s)
{
	size_t len = 0;
	while (len < s.len) {
		struct look l = look(str_skip(s, len));
		if (l.letter.kind == LETTER_DIGIT) {
			len += l.bytes;
			continue;
		}
		bool between = l.code == '.' || l.code == ',' || l.code == '/' || l.code == ':' || l.code == 0xA0 ||
			l.code == 0x202F || l.code == ' ' || l.code == '\'' || l.code == 0x2019;
		struct str after = str_skip(s, len + l.bytes);
		if (!len || !between || look(after).letter.kind != LETTER_DIGIT || !after.len)
			break;
		/* thousands: three digits, and no more */
		if (l.code == ' ' || l.code == 0xA0 || l.code == 0x202F || l.code == '\'' || l.code == 0x2019) {
			size_t digits = 0;
			struct str thousand = after;
			while (thousand.len && look(thousand).letter.kind == LETTER_DIGIT && digits < 4) {
				thousand = str_skip(thousand, look(thousand).bytes);
				digits++;
			}
			if (digits != 3)
				break;
		}
		len += l.bytes;
	}
	return len;
}

static bool is_elision(struct str before)
{
	static const char *const words[] = {"l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu",
		"ç"};
	return str_in(before, words, COUNT(words));
}

static bool is_apostrophe(u32 code)
{
	return code == '\'' || code == 0x2019 || code == 0x02BC;
}

static bool is_inner(u32 code)
{
	return is_apostrophe(code) || code == '-' || code == 0x2010 || code == 0x2011 || code == 0xB7 || code == 0x2022 ||
		code == 0x30FB || code == 0x22C5;
}

/* A word from here on, its lower case into the buffer. */
static size_t word_here(struct reader *rd, struct str s, bool french, u8 *ret_flags)
{
	size_t len = 0, letters = 0, upper = 0;
	u8 flags = 0;
	while (len < s.len) {
		struct str here = str_skip(s, len);
		struct look l = look(here);
		bool inner = is_inner(l.code) && len && is_alnum(look(str_skip(here, l.bytes)));
		if (l.letter.kind == LETTER_NOTHING && len) {
			len += l.bytes;
			continue;
		}
		if (!inner && !is_alnum(l))
			break;
		if (inner && is_apostrophe(l.code) && french && is_elision(buf_str(&rd->lower))) {
			buf_addc(&rd->lower, '\'');
			flags |= PIECE_ELIDED;
			len += l.bytes;
			break;
		}
		if (inner && (l.code == 0xB7 || l.code == 0x2022 || l.code == 0x30FB || l.code == 0x22C5)) {
			flags |= PIECE_DOTTED;
			buf_add_utf8(&rd->lower, 0xB7);
		} else if (inner) {
			buf_addc(&rd->lower, is_apostrophe(l.code) ? '\'' : '-');
		} else {
			buf_add_utf8(&rd->lower, l.letter.lower);
			letters += l.letter.kind == LETTER_WORD;
			upper += l.letter.upper;
			flags |= is_fancy(l.code) ? PIECE_FANCY : 0;
			flags |= !len && l.letter.upper ? PIECE_CAPITAL : 0;
		}
		len += l.bytes;
	}
	if (letters >= 2 && upper == letters)
		flags |= PIECE_UPPER;
	*ret_flags = flags;
	return len;
}

/* One picture, with what belongs to it: tone, form, joined ones, the second letter of a flag. */
static size_t emoji_here(struct reader *rd, struct str s)
{
	size_t len = 0;
	bool joined = true;
	u32 first = look(s).code;
	while (len < s.len) {
		struct look l = look(str_skip(s, len));
		bool part = l.code == 0xFE0F || l.code == 0x200D || is_tone(l.code) || l.code == 0x20E3 ||
			(l.code >= 0xE0020 && l.code <= 0xE007F);
		bool flag = len == look(s).bytes && first >= 0x1F1E6 && first <= 0x1F1FF && l.code >= 0x1F1E6 && l.code <= 0x1F1FF;
		if (!part && !joined && !flag)
			break;
		if (!part || l.code == 0x200D)
			buf_add_utf8(&rd->lower, l.code);
		joined = l.code == 0x200D;
		len += l.bytes;
	}
	return len;
}

/* ---- the pass ---- */

static void add_piece(struct reader *rd, enum piece_kind kind, size_t bytes, u8 flags)
{
	struct check_reading *r = rd->r;
	struct piece *p = arena_push(rd->arena, r->pieces, r->count, rd->capacity);
	struct str whole = str_head(rd->rest, bytes);
	u32 points = (u32)utf8_count(whole);
	if (!rd->lower.len)
		for (struct str rest = whole; rest.len;) {
			struct letter l = letter_of(utf8_next(&rest));
			buf_add_utf8(&rd->lower, l.lower);
		}
	*p = (struct piece){.kind = (u8)kind, .from = rd->at, .to = rd->at + (u32)bytes, .start = rd->code,
		.end = rd->code + points};
	p->flags = (u8)(flags | (rd->spaced ? PIECE_SPACED : 0) | (rd->line ? PIECE_LINE : 0));
	p->lower = arena_str(rd->arena, buf_str(&rd->lower));
	buf_clear(&rd->lower);
	r->words += kind == PIECE_WORD;
	r->emoji += kind == PIECE_EMOJI;
	r->hashtags += kind == PIECE_HASHTAG;
	rd->at += (u32)bytes;
	rd->code += points;
	rd->rest = str_skip(rd->rest, bytes);
	rd->spaced = rd->line = false;
}

static void read_piece(struct reader *rd, bool french)
{
	struct look l = look(rd->rest);
	const struct piece *before = rd->r->count ? &rd->r->pieces[rd->r->count - 1] : NULL;
	bool free = rd->spaced || !before || before->kind == PIECE_SIGN || before->kind == PIECE_EMOJI ||
		before->flags & PIECE_ELIDED;
	size_t bytes;
	u8 flags = 0;
	if (free && l.code < 0x80 && (bytes = link_here(rd->rest)))
		add_piece(rd, PIECE_LINK, bytes, 0);
	else if (free && l.code < 0x80 && (bytes = address_here(rd->rest)))
		add_piece(rd, PIECE_ADDRESS, bytes, 0);
	else if (free && l.code == '@' && (bytes = mention_here(rd->rest)))
		add_piece(rd, PIECE_MENTION, bytes, 0);
	else if (free && (l.code == '#' || l.code == 0xFF03) && (bytes = hashtag_here(rd->rest)))
		add_piece(rd, PIECE_HASHTAG, bytes, 0);
	else if (is_picture(rd->rest, l))
		add_piece(rd, PIECE_EMOJI, emoji_here(rd, rd->rest), 0);
	else if (l.letter.kind == LETTER_DIGIT)
		add_piece(rd, PIECE_NUMBER, number_here(rd->rest), 0);
	else if (is_alnum(l) && (bytes = word_here(rd, rd->rest, french, &flags)))
		add_piece(rd, PIECE_WORD, bytes, flags);
	else
		add_piece(rd, PIECE_SIGN, l.bytes, 0);
}

static bool is_abbreviation(const struct piece *word)
{
	static const char *const words[] = {"m", "mm", "mme", "mlle", "dr", "pr", "st", "ste", "cf", "etc", "env", "art", "p", "av",
		"bd", "tél", "tel", "no", "vs", "mr", "mrs", "ms", "prof", "inc", "ltd",
		"approx", "eg", "ie", "e", "g", "i", "a", "s", "vol", "ex", "hr", "min", "max"};
	return word->kind == PIECE_WORD && (str_in(word->lower, words, COUNT(words)) ||
		(word->end - word->start == 1 && word->flags & PIECE_CAPITAL));
}

static bool ends_sentence(const struct check_reading *r, size_t i)
{
	const struct piece *p = &r->pieces[i], *next = i + 1 < r->count ? p + 1 : NULL;
	if (!next || next->flags & PIECE_LINE)
		return true;
	if (p->kind != PIECE_SIGN || !(next->flags & PIECE_SPACED))
		return false;
	char c = r->text.at[p->from];
	if (next->kind == PIECE_SIGN && strchr("!?.", r->text.at[next->from])) /* French puts a space before them */
		return false;
	if (c == '.')
		return !(i && is_abbreviation(p - 1) && !(p->flags & PIECE_SPACED)) &&
			!(next->kind == PIECE_WORD && !(next->flags & PIECE_CAPITAL));
	return c == '!' || c == '?' || (str_eq(p->lower, S("…")) && (next->flags & PIECE_CAPITAL || next->kind != PIECE_WORD));
}

static void read_sentences(struct arena *arena, struct check_reading *r)
{
	size_t capacity = 0;
	u32 first = 0, words = 0;
	bool starts = true;
	for (u32 i = 0; i < r->count; i++) {
		struct piece *p = &r->pieces[i];
		bool said = p->kind == PIECE_WORD || p->kind == PIECE_NUMBER;
		p->sentence = (u32)r->sentence_count;
		if (starts && p->kind != PIECE_SIGN && p->kind != PIECE_EMOJI) {
			p->flags |= PIECE_STARTS;
			starts = p->flags & PIECE_ELIDED;
		}
		words += said && !(p->flags & PIECE_ELIDED);
		if (!ends_sentence(r, i))
			continue;
		struct sentence *s = arena_push(arena, r->sentences, r->sentence_count, capacity);
		*s = (struct sentence){first, i + 1, words};
		first = i + 1;
		words = 0;
		starts = true;
	}
}

void check_read(struct arena *arena, struct check_reading *reading)
{
	struct str text = str_head(reading->text, CHECK_BYTES);
	while (text.len < reading->text.len && text.len && ((u8)reading->text.at[text.len] & 0xC0) == 0x80)
		text.len--;
	reading->text = text;
	reading->pieces = NULL;
	reading->sentences = NULL;
	reading->count = reading->sentence_count = reading->words = reading->emoji = reading->hashtags = 0;
	struct reader rd = {.arena = arena, .r = reading, .rest = text, .spaced = true, .line = true};
	bool french = str_starts(reading->lang, S("fr"));
	while (rd.rest.len) {
		struct look l = look(rd.rest);
		if (l.letter.kind != LETTER_SPACE && !(l.letter.kind == LETTER_NOTHING)) {
			read_piece(&rd, french);
			continue;
		}
		rd.spaced |= l.letter.kind == LETTER_SPACE;
		rd.line |= l.code == '\n' || l.code == 0x2028 || l.code == 0x2029;
		rd.rest = str_skip(rd.rest, l.bytes);
		rd.at += (u32)l.bytes;
		rd.code++;
	}
	reading->code_points = rd.code;
	read_sentences(arena, reading);
	buf_free(&rd.lower);
}
