/* value_number.c: numbers, in digits and in English and French words. */
#include "text/value_read.h"

#include <stdio.h>

static const struct {
	const char *word;
	u32 number;
} small[] = {
	{"zero", 0}, {"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6}, {"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10},
	{"eleven", 11}, {"twelve", 12}, {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18},
	{"nineteen", 19}, {"twenty", 20}, {"thirty", 30}, {"forty", 40}, {"fourty", 40}, {"fifty", 50}, {"sixty", 60}, {"seventy", 70}, {"eighty", 80}, {"ninety", 90},
	{"un", 1}, {"une", 1}, {"deux", 2}, {"trois", 3}, {"quatre", 4}, {"cinq", 5}, {"sept", 7}, {"huit", 8}, {"neuf", 9}, {"dix", 10}, {"onze", 11}, {"douze", 12},
	{"treize", 13}, {"quatorze", 14}, {"quinze", 15}, {"seize", 16}, {"vingt", 20}, {"vingts", 20}, {"trente", 30}, {"quarante", 40}, {"cinquante", 50},
	{"soixante", 60}, {"septante", 70}, {"huitante", 80}, {"octante", 80}, {"nonante", 90},
	{"hundred", 100}, {"cent", 100}, {"cents", 100}, {"thousand", 1000}, {"mille", 1000}, {"million", 1000000}, {"millions", 1000000},
};

static bool word_number(const struct cut *piece, u32 *ret_number)
{
	for (size_t i = 0; piece->kind == CUT_WORD && i < COUNT(small); i++)
		if (str_eq(piece->plain, str_of(small[i].word))) {
			*ret_number = small[i].number;
			return true;
		}
	return false;
}

/* Words one after the other, "-", "and", "et" between: each adds, a hundred and a thousand multiply, and so does "quatre-vingt". */
size_t value_read_words(const struct cuts *p, size_t at, u64 *ret_number)
{
	u64 total = 0, group = 0;
	u32 number, last = UINT32_MAX;
	size_t end = at;
	for (size_t i = at; i < p->count; i++) {
		if (i > at && (value_is(p, i, "-") || value_is(p, i, "and") || value_is(p, i, "et")) && i + 1 < p->count && i == end && word_number(&p->items[i + 1], &number) &&
		    !(value_is(p, i, "and") && last < 100) && !(value_is(p, i, "et") && number != 1 && number != 11))
			continue;
		if (!word_number(&p->items[i], &number))
			break;
		if (number >= 1000) {
			if (i == at && number == 1000000)
				break;
			total += (group ? group : 1) * number;
			group = 0;
			if (total > 999999999999u)
				return 0;
		} else if (number == 100) {
			if (group >= 100)
				break;
			group = (group ? group : 1) * 100;
		} else if (number == 20 && last == 4) {
			group += 76; /* quatre-vingt: 80 for the 4 */
		} else if (i == at || last >= 100 || (last >= 20 && last < 100 && number < 20) || (last == 10 && number >= 7 && number <= 9)) { /* dix-sept */
			group += number;
		} else {
			break; /* "five six": two numbers */
		}
		last = number == 20 && last == 4 ? 80 : number;
		end = i + 1;
	}
	*ret_number = total + group;
	return end - at;
}

/* "1,234.50", "1 234,50", "12.5": groups of three digits behind a comma, a point or a space, then a fraction. ret_text: a point before the fraction. */
size_t value_read_digits(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES])
{
	size_t len = 0, i = at;
	const struct cut *items = p->items;
	if (items[at].kind != CUT_DIGITS || items[at].plain.len > 15)
		return 0;
	for (size_t n = 0; n < items[at].plain.len; n++) {
		if (items[at].plain.at[n] < '0' || items[at].plain.at[n] > '9')
			return 0; /* digits of other scripts */
		ret_text[len++] = items[at].plain.at[n];
	}
	char parted = 0;
	i++;
	if (items[at].plain.len <= 3 && items[at].plain.at[0] != '0')
		while (i < p->count && len < 15) {
			bool space = items[i].spaced && items[i].kind == CUT_DIGITS;
			size_t digits = space ? i : i + 1;
			char with = space ? ' ' : items[i].plain.len == 1 ? items[i].plain.at[0] : 0;
			if ((with != ' ' && with != ',' && with != '.') || (parted && with != parted) || digits >= p->count || items[digits].plain.len != 3 ||
			    items[digits].kind != CUT_DIGITS || (!space && (items[i].spaced || items[digits].spaced)))
				break;
			if (with == '.' && !parted && !(digits + 1 < p->count && value_is(p, digits + 1, ".") && !items[digits + 1].spaced))
				break; /* "1.234": a fraction, unless another group follows */
			for (size_t n = 0; n < 3; n++)
				ret_text[len++] = items[digits].plain.at[n];
			parted = with;
			i = digits + 1;
		}
	if (i + 1 < p->count && (value_is(p, i, ".") || value_is(p, i, ",")) && items[i].plain.at[0] != parted && !items[i].spaced && !items[i + 1].spaced &&
	    items[i + 1].kind == CUT_DIGITS && items[i + 1].plain.len <= 6) {
		ret_text[len++] = '.';
		for (size_t n = 0; n < items[i + 1].plain.len; n++)
			ret_text[len++] = items[i + 1].plain.at[n];
		i += 2;
	}
	ret_text[len] = 0;
	return i - at;
}

size_t value_read_number(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES])
{
	u64 number;
	size_t count = value_read_digits(p, at, ret_text);
	if (count)
		return count;
	count = value_read_words(p, at, &number);
	if (count)
		snprintf(ret_text, VALUE_BYTES, "%llu", (unsigned long long)number);
	return count;
}

/* A whole number of `least` to `most`, in up to two digits or in words. */
size_t value_read_small(const struct cuts *p, size_t at, u32 least, u32 most, u32 *ret_number)
{
	u64 number = 0;
	size_t count = 0;
	if (at >= p->count)
		return 0;
	const struct cut *piece = &p->items[at];
	if (piece->kind == CUT_DIGITS && piece->plain.len <= 2) {
		count = str_to_u64(piece->plain, &number);
	} else if (piece->kind == CUT_WORD) {
		count = value_read_words(p, at, &number);
	}
	if (!count || number < least || number > most)
		return 0;
	*ret_number = (u32)number;
	return count;
}
