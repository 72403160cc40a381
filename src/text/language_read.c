#include "text/language_read.h"

#include "text/language.h"

#include <pthread.h>
#include <string.h>
#include <utf8proc.h>

/* Of each code point of the common planes: its script and lower case; made once. Above stand Han and Hangul, which have no case. */
#define TABLE 0x3100u
static struct {
	uint16_t lower;
	u8 script;
} table[TABLE];
static pthread_once_t table_made = PTHREAD_ONCE_INIT;

static const struct {
	uint16_t from, to;
	u8 script;
} ranges[] = {
	{0x0041, 0x024F, SCRIPT_LATIN}, {0x0250, 0x02AF, SCRIPT_LATIN}, {0x0370, 0x03FF, SCRIPT_GREEK}, {0x0400, 0x052F, SCRIPT_CYRILLIC},
	{0x0531, 0x058F, SCRIPT_ARMENIAN}, {0x0591, 0x05F4, SCRIPT_HEBREW}, {0x0610, 0x077F, SCRIPT_ARABIC}, {0x0780, 0x07BF, SCRIPT_THAANA},
	{0x0900, 0x097F, SCRIPT_DEVANAGARI}, {0x0980, 0x09FF, SCRIPT_BENGALI}, {0x0A00, 0x0A7F, SCRIPT_GURMUKHI}, {0x0A80, 0x0AFF, SCRIPT_GUJARATI},
	{0x0B00, 0x0B7F, SCRIPT_ORIYA}, {0x0B80, 0x0BFF, SCRIPT_TAMIL}, {0x0C00, 0x0C7F, SCRIPT_TELUGU}, {0x0C80, 0x0CFF, SCRIPT_KANNADA},
	{0x0D00, 0x0D7F, SCRIPT_MALAYALAM}, {0x0D80, 0x0DFF, SCRIPT_SINHALA}, {0x0E01, 0x0E7F, SCRIPT_THAI}, {0x0E80, 0x0EFF, SCRIPT_LAO},
	{0x0F00, 0x0FFF, SCRIPT_TIBETAN}, {0x1000, 0x109F, SCRIPT_MYANMAR}, {0x10A0, 0x10FF, SCRIPT_GEORGIAN}, {0x1100, 0x11FF, SCRIPT_HANGUL},
	{0x1200, 0x139F, SCRIPT_ETHIOPIC}, {0x1780, 0x17FF, SCRIPT_KHMER}, {0x1E00, 0x1EFF, SCRIPT_LATIN}, {0x1F00, 0x1FFF, SCRIPT_GREEK},
	{0x3041, 0x30FF, SCRIPT_KANA},
};

/* Letters, and the marks that words are written with. */
static bool is_letter(u32 code)
{
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
		return true;
	default:
		return false;
	}
}

/* Letters and the accents behind them, in that order: what both are as one letter. Texts are written either way. */
#define PAIRS 2048u
static struct {
	uint16_t letter, accent, both;
} pairs[PAIRS];

static u32 pair_slot(u32 letter, u32 accent)
{
	u32 slot = (letter * 31 + accent * 0x9E3Bu) % PAIRS;
	while (pairs[slot].both && (pairs[slot].letter != letter || pairs[slot].accent != accent))
		slot = (slot + 1) % PAIRS;
	return slot;
}

/* In steps: a letter with two accents is one with the first, and the second. */
static void put_pair(u32 code)
{
	utf8proc_int32_t parts[8];
	int boundary = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code, parts, COUNT(parts), UTF8PROC_DECOMPOSE, &boundary);
	if (count < 2 || count > 3)
		return;
	u32 letter = (u32)parts[0], accent = (u32)parts[count - 1];
	if (count == 3)
		letter = pairs[pair_slot(letter, (u32)parts[1])].both;
	u32 slot = pair_slot(letter, accent);
	if (letter && accent >= 0x300 && accent < 0x370 && !pairs[slot].both) {
		pairs[slot].letter = (uint16_t)letter;
		pairs[slot].accent = (uint16_t)accent;
		pairs[slot].both = (uint16_t)code;
	}
}

#define ACCENT 0xFFu   /* an accent apart from its letter: part of any word */
#define NOTHING 0xFEu  /* joiners, direction marks: no trace of them is kept */

static void make_table(void)
{
	for (size_t i = 0; i < COUNT(ranges); i++)
		for (u32 code = ranges[i].from; code <= ranges[i].to; code++) {
			u32 lower = (u32)utf8proc_tolower((utf8proc_int32_t)code);
			table[code].lower = (uint16_t)(lower < TABLE ? lower : code);
			table[code].script = is_letter(code) && code != 0xAA && code != 0xBA ? ranges[i].script : SCRIPT_NONE;
		}
	for (u32 steps = 2; steps <= 3; steps++)
		for (u32 code = 0xC0; code < 0x2000; code++)
			if (table[code].script && table[code].lower == code)
				put_pair(code);
	for (u32 code = 0x300; code < 0x370; code++) {
		table[code].lower = (uint16_t)code;
		table[code].script = code >= 0x334 && code <= 0x338 ? NOTHING : ACCENT; /* struck out */
	}
	table[0x130].lower = 'i';
	table[0x640].script = table[0xAD].script = NOTHING; /* kashida, soft hyphen */
	for (u32 code = 0x200B; code <= 0x200F; code++)
		table[code].script = NOTHING;
	for (u32 code = 0x202A; code <= 0x202E; code++)
		table[code].script = NOTHING;
	for (u32 code = 0x2060; code <= 0x206F; code++)
		table[code].script = NOTHING;
}

void language_read_start(void)
{
	pthread_once(&table_made, make_table);
}

/* Wide, bold, italic … forms of the Latin letters: the letter; 0: none of them. */
static uint16_t fancy(u32 code)
{
	u32 place = code >= 0xFF41 && code <= 0xFF5A ? code - 0xFF41 : code >= 0xFF21 && code <= 0xFF3A ? code - 0xFF21 : code >= 0x1D400 && code < 0x1D6A4 ? (code - 0x1D400) % 26 : 26;
	return (uint16_t)(place < 26 ? 'a' + place : 0);
}

static u8 script_above(u32 code)
{
	if ((code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF))
		return SCRIPT_HAN;
	if (fancy(code))
		return SCRIPT_LATIN;
	if (code >= 0xAC00 && code <= 0xD7AF)
		return SCRIPT_HANGUL;
	if (code >= 0x3130 && code <= 0x318F)
		return SCRIPT_HANGUL;
	if ((code >= 0xFB50 && code <= 0xFDFF) || (code >= 0xFE70 && code <= 0xFEFE))
		return SCRIPT_ARABIC;
	return code == 0xFEFF || (code >= 0xFE00 && code <= 0xFE0F) ? NOTHING : SCRIPT_NONE;
}

/* A code point and how many bytes it takes; a broken byte is taken alone, as nothing that tells. */
static inline u32 decode(const u8 *at, size_t left, u32 *ret_size)
{
	u32 code = at[0];
	*ret_size = 1;
	if (code < 0xC2)
		return code < 0x80 ? code : ' ';
	if (code < 0xE0) {
		if (left < 2 || (at[1] & 0xC0) != 0x80)
			return ' ';
		*ret_size = 2;
		return (code & 0x1F) << 6 | (at[1] & 0x3Fu);
	}
	if (code < 0xF0) {
		if (left < 3 || (at[1] & 0xC0) != 0x80 || (at[2] & 0xC0) != 0x80)
			return ' ';
		*ret_size = 3;
		return (code & 0x0F) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
	}
	if (code < 0xF5 && left >= 4 && (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80 && (at[3] & 0xC0) == 0x80) {
		*ret_size = 4;
		return (code & 0x07) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3Fu);
	}
	return ' ';
}

static bool starts(const u8 *at, size_t left, const char *word, size_t len)
{
	if (left < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((at[i] | 0x20) != word[i])
			return false;
	return true;
}

static bool is_link(const u8 *at, size_t left)
{
	return starts(at, left, "http", 4) ? starts(at + 4, left - 4, "://", 3) || starts(at + 4, left - 4, "s://", 4) :
					     left > 4 && starts(at, left, "www", 3) && at[3] == '.';
}

static bool is_name(u8 byte)
{
	return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_';
}

/* How many bytes of a link, a mention, the mark of a post passed on, or (unless they are wanted) a hashtag begin here. */
static size_t noise(const u8 *at, size_t left, bool tags)
{
	size_t len = 0;
	if (at[0] == 'R')
		return left > 3 && at[1] == 'T' && at[2] == ' ' && at[3] == '@' ? 2 : 0;
	if (at[0] == '@' || (at[0] == '#' && !tags)) {
		for (len = 1; len < left && (is_name(at[len]) || (at[0] == '@' && (at[len] == '.' || at[len] == '-')));)
			len++;
	} else if (is_link(at, left)) {
		while (len < left && at[len] > ' ')
			len++;
	}
	return len;
}

struct pass {
	u32 len;
	u32 counts[SCRIPTS];
	uint16_t code[2 * LANGUAGE_LETTERS + 4];
	u8 script[2 * LANGUAGE_LETTERS + 4];
};

static inline void add_space(struct pass *p)
{
	if (p->code[p->len - 1] == ' ')
		return;
	p->code[p->len] = ' ';
	p->script[p->len++] = SCRIPT_NONE;
}

/* True: the letter before it has it now, or has two of that kind already. */
static bool put_accent(struct pass *p, uint16_t accent)
{
	uint16_t *before = &p->code[p->len - 1], both = pairs[pair_slot(*before, accent)].both;
	if (both)
		*before = both;
	return both || (*before >= 0x300 && *before < 0x370);
}

static void walk(struct str text, bool tags, struct pass *p)
{
	const u8 *at = (const u8 *)text.at, *end = at + text.len;
	u32 letters = 0, size;
	memset(p->counts, 0, sizeof p->counts);
	p->code[0] = ' ';
	p->script[0] = SCRIPT_NONE;
	p->len = 1;
	for (; at < end && letters < LANGUAGE_LETTERS; at += size) {
		u32 code = decode(at, (size_t)(end - at), &size);
		u8 script = code < TABLE ? table[code].script : script_above(code);
		bool first = p->code[p->len - 1] == ' ';
		if (first && (code == '@' || code == '#' || code == 'R' || (code | 0x20) == 'h' || (code | 0x20) == 'w')) {
			size_t skip = noise(at, (size_t)(end - at), tags);
			if (skip) {
				size = (u32)skip;
				continue;
			}
		}
		if (script == SCRIPT_NONE || (script == ACCENT && first)) {
			add_space(p);
			continue;
		}
		if (script == NOTHING)
			continue;
		uint16_t lower = code < TABLE ? table[code].lower : script == SCRIPT_LATIN ? fancy(code) : (uint16_t)code;
		if (script == ACCENT && put_accent(p, lower))
			continue;
		if (!first && lower == p->code[p->len - 1] && lower == p->code[p->len - 2])
			continue; /* drawn out: of three alike two are kept */
		if (script == ACCENT)
			script = p->script[p->len - 1];
		p->counts[script]++;
		p->code[p->len] = lower;
		p->script[p->len++] = script;
		letters++;
	}
	add_space(p);
}

/* Names and brands stand in Latin in texts of every language: its letters weigh less. Kana is Japanese among however much Han. */
static u8 main_script(const struct pass *p)
{
	u32 best = 0;
	u8 main = SCRIPT_NONE;
	for (u8 s = 1; s < SCRIPTS; s++) {
		u32 weight = s == SCRIPT_LATIN ? 2 : s == SCRIPT_HAN || s == SCRIPT_KANA || s == SCRIPT_HANGUL ? 6 : 3;
		if (p->counts[s] * weight > best) {
			best = p->counts[s] * weight;
			main = s;
		}
	}
	return main == SCRIPT_HAN && p->counts[SCRIPT_KANA] * 8 >= p->counts[SCRIPT_HAN] ? SCRIPT_KANA : main;
}

static void keep(const struct pass *p, struct language_letters *l)
{
	u32 len = 1;
	l->at[0] = ' ';
	for (u32 i = 1; i < p->len; i++) {
		uint16_t code = p->script[i] == l->script ? p->code[i] : ' ';
		if (code != ' ' || l->at[len - 1] != ' ')
			l->at[len++] = code;
	}
	l->len = len;
}

void language_read(struct str text, struct language_letters *l)
{
	struct pass pass;
	text = str_head(text, LANGUAGE_BYTES);
	walk(text, false, &pass);
	if (pass.len <= 2)
		walk(text, true, &pass);
	l->script = main_script(&pass);
	l->letters = l->script ? pass.counts[l->script] : 0;
	l->len = 0;
	if (l->script)
		keep(&pass, l);
}
