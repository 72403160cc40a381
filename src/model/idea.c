#include "model/idea.h"

#include "base/err.h"
#include "base/utf8.h"

static const struct {
	const char *word, *title;
} states[IDEA_STATE_COUNT] = {
	[IDEA_OPEN] = {"open", N_("On the board")},
	[IDEA_USED] = {"used", N_("Used in a post")},
	[IDEA_ASIDE] = {"aside", N_("Set aside")},
};

const char *idea_state_word(enum idea_state state)
{
	must(state < IDEA_STATE_COUNT);
	return states[state].word;
}

const char *idea_state_title(enum idea_state state)
{
	must(state < IDEA_STATE_COUNT);
	return states[state].title;
}

bool idea_state_of(struct str word, enum idea_state *ret_state)
{
	for (enum idea_state i = 0; i < IDEA_STATE_COUNT; i++)
		if (str_eq(word, str_of(states[i].word))) {
			*ret_state = i;
			return true;
		}
	return false;
}

/* ---- money ---- */

const char *const currencies[] = {"EUR", "USD", "GBP", "CHF", "CAD", "MAD", "XOF", "XAF", "TND", "DZD", "BGN", "CZK", "DKK", "HUF", "PLN", "RON", "SEK", "NOK", NULL};

bool currency_known(struct str code)
{
	for (size_t i = 0; currencies[i]; i++)
		if (str_eq(code, str_of(currencies[i])))
			return true;
	return false;
}

static bool is_gap(u32 letter)
{
	return letter == ' ' || letter == 0xa0 || letter == 0x202f || letter == 0x2009 || letter == '\'' || letter == 0x2019;
}

/* Where the hundredths begin: behind the last point or comma with one or two digits behind it; the text's end else. */
static size_t fraction_at(struct str text)
{
	for (size_t behind = 1; behind <= 2 && behind < text.len; behind++) {
		char before = text.at[text.len - behind - 1], digit = text.at[text.len - behind];
		if (digit < '0' || digit > '9')
			break;
		if (before == '.' || before == ',')
			return text.len - behind;
	}
	return text.len;
}

bool money_read(struct str text, i64 *ret_hundredths)
{
	text = str_trim(text);
	size_t fraction = fraction_at(text), digits = 0;
	struct str rest = text;
	i64 value = 0, scale = 100;
	while (rest.len) {
		size_t at = text.len - rest.len;
		u32 letter = utf8_next(&rest);
		if (is_gap(letter) || letter == '.' || letter == ',')
			continue;
		if (letter < '0' || letter > '9' || value > MONEY_MAX)
			return false;
		digits++;
		if (at < fraction)
			value = value * 10 + (i64)(letter - '0') * 100;
		else
			value += (i64)(letter - '0') * (scale /= 10);
	}
	if (!digits || value > MONEY_MAX)
		return false;
	*ret_hundredths = value;
	return true;
}

void buf_add_money(struct buf *b, i64 hundredths)
{
	buf_addf(b, "%lld", (long long)(hundredths / 100));
	if (hundredths % 100)
		buf_addf(b, ".%02lld", (long long)(hundredths % 100));
}
