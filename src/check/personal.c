/* personal.c: what should perhaps not be public: addresses, telephone numbers, accounts and cards. An IBAN counts when its check
 * digits are right (ISO 13616: the number modulo 97 is 1), a card when its last digit is (Luhn). Addresses of the house's own hosts
 * are left alone. */
#include "check/run.h"

#include <string.h>

#define DIGITS_MAX 19u

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_iban(const char *sign, size_t count)
{
	unsigned rest = 0;
	for (size_t i = 0; i < count; i++) {
		char c = sign[(i + 4) % count];
		rest = is_digit(c) ? (rest * 10 + (unsigned)(c - '0')) % 97 : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest == 1;
}

/* How many signs those of a country have (ISO 13616 registry); 0: any from 15 on. */
static size_t iban_length(const char *country)
{
	static const struct {
		char country[3];
		u8 length;
	} known[] = {{"FR", 27}, {"BE", 16}, {"CH", 21}, {"DE", 22}, {"ES", 24}, {"GB", 22}, {"IE", 22}, {"IT", 27}, {"LU", 20},
		{"MA", 28}, {"MC", 27}, {"NL", 18}, {"PT", 25}, {"AT", 20}, {"TN", 24}};
	for (size_t i = 0; i < COUNT(known); i++)
		if (memcmp(country, known[i].country, 2) == 0)
			return known[i].length;
	return 0;
}

/* "FR76 3000 …" from here on: bytes, 0: none. Words in capitals may stand behind it. */
static size_t iban_at(struct str s)
{
	char sign[34];
	size_t count = 0, wanted = 0, found = 0;
	for (size_t len = 0; len < s.len && count < sizeof sign; len++) {
		if (s.at[len] == ' ' && count)
			continue;
		if (!is_digit(s.at[len]) && !(s.at[len] >= 'A' && s.at[len] <= 'Z'))
			break;
		sign[count++] = s.at[len];
		if (count == 4 && (!is_letter(sign[0]) || !is_letter(sign[1]) || !is_digit(sign[2]) || !is_digit(sign[3])))
			return 0;
		wanted = count == 4 ? iban_length(sign) : wanted;
		if (count >= 15 && (!wanted || count == wanted) && is_iban(sign, count))
			found = len + 1;
		if (count == wanted)
			break;
	}
	return found;
}

static bool is_card(const char *digits, size_t count)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned d = (unsigned)(digits[count - 1 - i] - '0');
		d = i % 2 ? d * 2 > 9 ? d * 2 - 9 : d * 2 : d;
		sum += d;
	}
	return count >= 15 && count <= 16 && sum % 10 == 0 && digits[0] >= '3' && digits[0] <= '6';
}

enum number { NUMBER_NONE, NUMBER_PHONE, NUMBER_MOBILE, NUMBER_CARD };

/* Digits in groups from here on. */
static enum number number_at(struct str s, size_t *ret_len)
{
	char digits[DIGITS_MAX + 1] = "";
	size_t count = 0, len = 0, end = 0, groups = 1;
	bool plus = s.len && s.at[0] == '+';
	for (len = plus; len < s.len; len++) {
		char c = s.at[len];
		if (is_digit(c)) {
			if (count == DIGITS_MAX)
				return NUMBER_NONE;
			digits[count++] = c;
			end = len + 1;
		} else if (c == ' ' || c == '.' || c == '-' || c == '(' || c == ')') {
			groups += len && is_digit(s.at[len - 1]);
			if (len + 1 < s.len && !is_digit(s.at[len + 1]) && s.at[len + 1] != '(' && s.at[len + 1] != ')')
				break;
		} else if (len + 1 < s.len && (u8)c == 0xC2 && (u8)s.at[len + 1] == 0xA0) {
			len++;
		} else {
			break;
		}
	}
	struct str after = str_skip(s, end);
	if (after.len && (is_letter(after.at[0]) || after.at[0] == '/' || after.at[0] == '%'))
		return NUMBER_NONE;
	*ret_len = end;
	if (is_card(digits, count) && (groups == 1 || groups >= 4))
		return NUMBER_CARD;
	bool french = count == 10 && digits[0] == '0' && digits[1] != '0' && !plus, abroad = plus && count >= 9 && count <= 15;
	bool zeros = count >= 11 && count <= 14 && digits[0] == '0' && digits[1] == '0' && !plus;
	if (french)
		return digits[1] == '6' || digits[1] == '7' ? NUMBER_MOBILE : NUMBER_PHONE;
	if (count == 11 && digits[0] == '0' && digits[1] != '0' && !plus && groups > 1) /* British */
		return digits[1] == '7' ? NUMBER_MOBILE : NUMBER_PHONE;
	if (abroad || zeros)
		return strncmp(digits + (zeros ? 2 : 0), "336", 3) == 0 || strncmp(digits + (zeros ? 2 : 0), "337", 3) == 0 ?
			NUMBER_MOBILE : NUMBER_PHONE;
	return NUMBER_NONE;
}

static void tell(struct check_run *run, const struct check_reading *r, size_t from, size_t len, const char *what, bool grave)
{
	struct cx *cx = run->cx;
	struct finding *f = check_tell(run, r, from, from + len, str_span(r->text.at + from, r->text.at + from + len));
	if (!grave)
		check_lower(run, f, CHECK_INFORM);
	f->reason = arena_printf(cx->arena, "%s", what);
	f->remedy = grave ? str_of(_("Take it out, unless it is the house's own and meant for everybody.")) :
		str_of(_("Fine if it is the house's own and meant for everybody."));
}

static void look_at(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	size_t behind = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct piece *p = &r->pieces[i];
		struct str rest = str_skip(r->text, p->from), text = str_head(rest, p->to - p->from);
		size_t from = p->from, len = 0;
		if (p->from < behind)
			continue;
		if (p->kind == PIECE_ADDRESS) {
			ptrdiff_t at = str_find_byte(text, '@');
			if (!check_host_in(str_skip(text, (size_t)at + 1), run->post->own_hosts, run->post->own_host_count))
				tell(run, r, from, text.len, _("An e-mail address: machines collect it, and it may be somebody's own."), true);
		} else if (p->kind == PIECE_WORD && p->to - p->from >= 2 && (len = iban_at(rest))) {
			tell(run, r, from, len, _("The number of a bank account (IBAN)."), true);
			behind = from + len;
		} else if (p->kind == PIECE_NUMBER && !(i && p[-1].kind == PIECE_WORD && !(p->flags & PIECE_SPACED))) {
			if (from && r->text.at[from - 1] == '+') {
				from--;
				rest = str_skip(r->text, from);
			}
			enum number number = number_at(rest, &len);
			if (number == NUMBER_NONE)
				continue;
			tell(run, r, from, len,
			     number == NUMBER_CARD ? _("The number of a payment card.") : number == NUMBER_MOBILE ?
				_("A mobile telephone number, perhaps somebody's own.") : _("A telephone number."),
				number != NUMBER_PHONE);
			behind = from + len;
		}
	}
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++)
		look_at(run, &run->readings[n]);
}

const struct check_kind check_personal = {
	.word = "personal",
	.title = N_("Personal data"),
	.about = N_("E-mail addresses, telephone numbers, bank accounts and cards in a text that everybody will read"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
