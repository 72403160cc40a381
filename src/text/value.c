#include "text/value.h"

#include "text/value_read.h"

#include <stdio.h>
#include <string.h>

const char *value_word(enum value_kind kind)
{
	static const char *const words[] = {"number", "date", "time", "money", "email", "link", "phone"};
	return words[kind];
}

/* ---- what stands without spaces ---- */

/* The pieces from `at` on to the next space; signs that end a sentence are not of it. */
static size_t chunk_at(const struct cuts *p, size_t at)
{
	size_t end = at + 1;
	while (end < p->count && !p->items[end].spaced)
		end++;
	while (end > at + 1 && (value_is(p, end - 1, ".") || value_is(p, end - 1, ",") || value_is(p, end - 1, "!") || value_is(p, end - 1, "?") || value_is(p, end - 1, ";") ||
				value_is(p, end - 1, ":") || value_is(p, end - 1, ")") || value_is(p, end - 1, ">") || value_is(p, end - 1, "\"")))
		end--;
	return end - at;
}

static size_t read_link(const struct cuts *p, size_t at)
{
	bool scheme = (value_is(p, at, "http") || value_is(p, at, "https")) && value_is(p, at + 1, ":") && value_is(p, at + 2, "/") && value_is(p, at + 3, "/");
	bool www = value_is(p, at, "www") && value_is(p, at + 1, ".") && at + 2 < p->count && p->items[at + 2].kind != CUT_SIGN;
	size_t count = chunk_at(p, at);
	return (scheme && count > 4) || (www && count > 4) ? count : 0;
}

static bool in_address(const struct cuts *p, size_t at)
{
	return at < p->count && (p->items[at].kind != CUT_SIGN || value_is(p, at, ".") || value_is(p, at, "-") || value_is(p, at, "_") || value_is(p, at, "+"));
}

/* name@host.letters */
static size_t read_email(const struct cuts *p, size_t at)
{
	size_t end = at, host, dot = 0;
	if (p->items[at].kind == CUT_SIGN)
		return 0;
	while (in_address(p, end) && (end == at || !p->items[end].spaced))
		end++;
	if (!value_is(p, end, "@") || p->items[end].spaced)
		return 0;
	host = end + 1;
	for (end = host; in_address(p, end) && !p->items[end].spaced; end++)
		if (value_is(p, end, ".") && end > host && end + 1 < p->count && p->items[end + 1].kind == CUT_WORD && !p->items[end + 1].spaced)
			dot = end;
	return dot ? dot + 2 - at : 0;
}

/* Groups of digits parted by a space, a point, a dash or brackets; nine digits at least, and something that says phone: a plus, a zero, groups. */
static size_t read_phone(const struct cuts *p, size_t at, char *ret_text)
{
	size_t i = at, len = 0, groups = 0, end = at;
	bool plus = value_is(p, at, "+");
	if (plus) {
		ret_text[len++] = '+';
		i++;
	}
	for (bool first = true; i < p->count; i++, first = false) {
		const struct cut *piece = &p->items[i];
		if (piece->kind == CUT_DIGITS) {
			if (len + piece->plain.len > 16 || (!first && piece->spaced && piece->plain.len > 4))
				break;
			for (size_t n = 0; n < piece->plain.len; n++)
				if (piece->plain.at[n] < '0' || piece->plain.at[n] > '9')
					return 0;
			memcpy(ret_text + len, piece->plain.at, piece->plain.len);
			len += piece->plain.len;
			groups++;
			end = i + 1;
			if (piece->plain.len == 4 && groups > 2)
				break; /* a year, or the last group */
		} else if (!(value_is(p, i, ".") || value_is(p, i, "-") || value_is(p, i, "(") || value_is(p, i, ")") || value_is(p, i, "/")) || (first && !value_is(p, i, "("))) {
			break;
		}
	}
	ret_text[len] = 0;
	size_t digits = len - plus;
	return digits >= 9 && digits <= 15 && (plus || ret_text[0] == '0' || groups >= 3) ? end - at : 0;
}

/* ---- money ---- */

static const struct {
	const char *word, *currency;
} currencies[] = {
	{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"dollar", "USD"}, {"dollars", "USD"}, {"bucks", "USD"}, {"usd", "USD"}, {"euro", "EUR"}, {"euros", "EUR"}, {"eur", "EUR"},
	{"pound", "GBP"}, {"pounds", "GBP"}, {"gbp", "GBP"}, {"quid", "GBP"}, {"chf", "CHF"}, {"yen", "JPY"}, {"¥", "JPY"}, {"₹", "INR"}, {"rupees", "INR"}, {"inr", "INR"},
};

static const char *currency_at(const struct cuts *p, size_t at)
{
	for (size_t i = 0; i < COUNT(currencies); i++)
		if (value_is(p, at, currencies[i].word))
			return currencies[i].currency;
	return NULL;
}

static size_t read_money(const struct cuts *p, size_t at, char *ret_text)
{
	char number[VALUE_BYTES];
	const char *currency = currency_at(p, at);
	size_t before = currency != NULL && (p->items[at].kind == CUT_SIGN || p->items[at].end - p->items[at].start == 3);
	if (at + before >= p->count)
		return 0;
	size_t count = value_read_number(p, at + before, number);
	if (!count)
		return 0;
	count += before;
	if (!before) {
		if (!(currency = currency_at(p, at + count)))
			return 0;
		count++;
	}
	snprintf(ret_text, VALUE_BYTES, "%.60s %s", number, currency);
	return count;
}

/* ---- all ---- */

static bool alone_says_little(const struct cuts *p, size_t at, size_t count)
{
	static const char *const words[] = {"un", "une", "one", "cent", "cents", "neuf", "second", "may", "mar", "mon", "sun", "mai"};
	return count == 1 && value_in(p, at, words, COUNT(words));
}

static size_t read_value(const struct cuts *p, size_t at, struct value *v)
{
	size_t count;
	v->text[0] = 0;
	if ((count = read_email(p, at))) {
		v->kind = VALUE_EMAIL;
	} else if ((count = read_link(p, at))) {
		v->kind = VALUE_LINK;
	} else if ((value_is(p, at, "+") || value_is(p, at, "(") || (p->items[at].plain.len && p->items[at].plain.at[0] == '0')) && (count = read_phone(p, at, v->text))) {
		v->kind = VALUE_PHONE; /* before it is read as a date */
	} else if ((count = value_read_date(p, at, v->text)) && !alone_says_little(p, at, count)) {
		v->kind = VALUE_DATE;
	} else if ((count = value_read_time(p, at, v->text))) {
		v->kind = VALUE_TIME;
	} else if ((count = read_phone(p, at, v->text))) {
		v->kind = VALUE_PHONE;
	} else if ((count = read_money(p, at, v->text))) {
		v->kind = VALUE_MONEY;
	} else if ((count = value_read_number(p, at, v->text)) && !alone_says_little(p, at, count)) {
		v->kind = VALUE_NUMBER;
	} else {
		return 0;
	}
	return count;
}

size_t values_of(const struct cuts *p, struct str message, struct value ret_values[static VALUES_MOST])
{
	size_t found = 0;
	for (size_t at = 0; at < p->count && found < VALUES_MOST;) {
		struct value *v = &ret_values[found];
		size_t count = read_value(p, at, v);
		if (!count) {
			at++;
			continue;
		}
		v->piece = (u32)at;
		v->count = (u32)count;
		v->from = p->items[at].from;
		v->start = p->items[at].start;
		v->to = p->items[at + count - 1].to;
		v->end = p->items[at + count - 1].end;
		if ((v->kind == VALUE_EMAIL || v->kind == VALUE_LINK) && v->to - v->from < VALUE_BYTES) {
			memcpy(v->text, message.at + v->from, v->to - v->from);
			v->text[v->to - v->from] = 0;
		}
		found++;
		at += count;
	}
	return found;
}
