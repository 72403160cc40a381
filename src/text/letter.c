#include "text/letter.h"

#include <pthread.h>
#include <utf8proc.h>

static struct letter table[LETTER_TABLE];
static pthread_once_t table_made = PTHREAD_ONCE_INIT;

static bool is_emoji(u32 code)
{
	return (code >= 0x1F000 && code <= 0x1FAFF) || (code >= 0x2600 && code <= 0x27BF) || (code >= 0x2B05 && code <= 0x2B55) ||
	       (code >= 0x231A && code <= 0x23FF) || (code >= 0x2190 && code <= 0x21FF) || code == 0x3030 || code == 0x303D;
}

static bool is_alone(u32 code)
{
	return (code >= 0x3040 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x20000 && code <= 0x3FFFF);
}

/* Accents apart from their letter, vowel marks that Arabic and Hebrew leave out when they want, and all that shows nothing. */
static bool is_nothing(u32 code)
{
	return (code >= 0x0300 && code <= 0x036F) || (code >= 0x064B && code <= 0x065F) || code == 0x0640 || code == 0x0670 ||
	       (code >= 0x0591 && code <= 0x05C7) || (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
	       (code >= 0x2060 && code <= 0x206F) || (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF || code == 0xAD ||
	       (code >= 0x1AB0 && code <= 0x1AFF) || (code >= 0x1DC0 && code <= 0x1DFF) || (code >= 0x20D0 && code <= 0x20FF) ||
	       (code >= 0x1F3FB && code <= 0x1F3FF) || (code >= 0xE0000 && code <= 0xE0FFF);
}

static enum letter_kind kind_of(u32 code)
{
	if (is_nothing(code))
		return LETTER_NOTHING;
	if (is_emoji(code))
		return LETTER_EMOJI;
	if (is_alone(code))
		return LETTER_ALONE;
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_NL:
		return LETTER_WORD;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NO:
		return LETTER_DIGIT;
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_ME:
		return LETTER_NOTHING;
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
		return LETTER_SPACE;
	default:
		return LETTER_POINT;
	}
}

/* The first code point of its decomposition: a letter without what stands on it. */
static u32 first_part(u32 code, int options)
{
	utf8proc_int32_t parts[24];
	int boundary = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 24, (utf8proc_option_t)options, &boundary);
	return count > 0 && count <= 24 ? (u32)parts[0] : code;
}

static u32 plain_of(u32 lower)
{
	switch (lower) {
	case 0x0629: return 0x0647; /* ta marbuta, often written as ha */
	case 0x0649: return 0x064A; /* alef maksura, as ya */
	case 0x00F8: return 'o';
	case 0x0142: return 'l';
	case 0x0131: return 'i';
	case 0x0451: return 0x0435;
	}
	return kind_of(lower) == LETTER_WORD ? first_part(lower, UTF8PROC_DECOMPOSE) : lower;
}

static struct letter look_up(u32 code)
{
	if (!utf8proc_codepoint_valid((utf8proc_int32_t)code))
		return (struct letter){' ', ' ', LETTER_SPACE, false};
	u32 made = code;
	if ((code >= 0xFF01 && code <= 0xFF5E) || (code >= 0x1D400 && code <= 0x1D7FF) || (code >= 0x2460 && code <= 0x24FF) ||
	    (code >= 0x1F130 && code <= 0x1F189) || code == 0x2026)
		made = first_part(code, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
	if (code == 0x2026)
		made = 0x2026;
	if (made == 0x2019 || made == 0x02BC || made == 0x2018 || made == 0x00B4)
		made = '\'';
	if (made == 0x201C || made == 0x201D || made == 0x201E || made == 0x00AB || made == 0x00BB)
		made = '"';
	u32 lower = (u32)utf8proc_tolower((utf8proc_int32_t)made);
	enum letter_kind kind = kind_of(made);
	u32 plain = plain_of(lower);
	if (kind == LETTER_DIGIT && (plain < '0' || plain > '9'))
		lower = plain = '0';
	return (struct letter){lower, plain, (u8)kind, lower != made};
}

static void make_table(void)
{
	for (u32 code = 0; code < LETTER_TABLE; code++)
		table[code] = look_up(code);
}

const struct letter *letter_table(void)
{
	pthread_once(&table_made, make_table);
	return table;
}

struct letter letter_of(u32 code)
{
	return code < LETTER_TABLE ? letter_table()[code] : look_up(code);
}
