/* Names, hashtags and cashtags of X and of the fediverse. */
#include "base/utf8.h"
#include "model/mark.h"
#include "model/mark_sign.h"

#include <utf8proc.h>

#define NAME_MOST 20      /* letters of a name on X */
#define LIST_MOST 25      /* of a list there */
#define CASHTAG_MOST 6
#define HOST_MOST 253

bool sign_is_alpha(u32 code)
{
	if (code < 0x80)
		return sign_is_letter(code);
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

bool sign_is_number(u32 code)
{
	return code < 0x80 ? sign_is_digit(code) : utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_ND;
}

bool sign_is_word(u32 code)
{
	return code == '_' || sign_is_alpha(code) || sign_is_number(code) || (code >= 0x80 && utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_PC);
}

/* The code point at `at`; a space behind the end. */
static u32 code_at(struct str text, size_t at, size_t *ret_next)
{
	struct str rest = str_skip(text, at);
	u32 code = rest.len ? utf8_next(&rest) : ' ';
	*ret_next = text.len - rest.len;
	return code;
}

/* The code point that ends before `at`, not before `from`; 0: there is none. */
static u32 code_before(struct str text, size_t from, size_t at)
{
	size_t next;
	if (at <= from)
		return 0;
	if ((u8)text.at[at - 1] < 0x80)
		return (u8)text.at[at - 1];
	for (size_t back = 2; back <= 4 && at >= from + back; back++) {
		u32 code = code_at(text, at - back, &next);
		if (next == at && code != UTF8_BAD)
			return code;
	}
	return UTF8_BAD;
}

/* ASCII, or the full width of East Asia. */
static bool is_sign(u32 code, char sign)
{
	return code == (u8)sign || code == 0xFF01u + (u8)sign - '!';
}

static size_t find_sign(struct str text, size_t at, char sign)
{
	for (; at < text.len; at++)
		if (text.at[at] == sign || ((u8)text.at[at] == 0xEF && at + 2 < text.len && (u8)text.at[at + 1] == 0xBC && (u8)text.at[at + 2] == 0x80 + (u8)sign - 0x20))
			break;
	return at;
}

static struct str slice(struct str text, size_t from, size_t to)
{
	return str_head(str_skip(text, from), to - from);
}

/* What follows would make it something else: an address of mail, a word with an accent, a scheme. */
static bool ends_as_mention(struct str text, size_t at)
{
	size_t next;
	u32 code = code_at(text, at, &next);
	return !is_sign(code, '@') && !sign_is_latin(code) && !str_starts(str_skip(text, at), S("://"));
}

/* ---- names on X ---- */

static bool is_of_name(u32 code)
{
	return sign_is_letter(code) || sign_is_digit(code) || code == '_';
}

static bool is_r(char c, char low)
{
	return (c | 0x20) == low;
}

/* "RT" that stands alone, of which nothing is used up before `from`. */
static bool follows_rt(struct str text, size_t from, size_t at)
{
	if (at < from + 2 || !is_r(text.at[at - 2], 'r') || !is_r(text.at[at - 1], 't'))
		return false;
	if (at == 2)
		return true;
	u32 before = code_before(text, from, at - 2);
	return before && !is_of_name(before) && before != '+' && before != '~' && before != '.' && before != '-';
}

static bool may_begin_name(struct str text, size_t from, size_t at)
{
	u32 before = code_before(text, from, at);
	if (!before)
		return at == 0;
	bool bars = is_of_name(before) || before == '!' || before == '#' || before == '$' || before == '%' || before == '&' || before == '*' || is_sign(before, '@');
	return !bars || follows_rt(text, from, at);
}

static size_t end_of_list(struct str text, size_t at)
{
	size_t end = at + 1;
	if (at >= text.len || text.at[at] != '/' || end >= text.len || !sign_is_letter((u8)text.at[end]))
		return at;
	while (end < text.len && end - at - 1 < LIST_MOST && (is_of_name((u8)text.at[end]) || text.at[end] == '-'))
		end++;
	return end;
}

static bool find_name(struct mark_reader *r, struct mark *ret_mark)
{
	size_t *used = &r->at[MARK_MENTION];
	for (size_t at = find_sign(r->text, *used, '@'), from; at < r->text.len; at = find_sign(r->text, from, '@')) {
		code_at(r->text, at, &from);
		size_t end = from;
		while (end < r->text.len && end - from < NAME_MOST && is_of_name((u8)r->text.at[end]))
			end++;
		if (end == from || !may_begin_name(r->text, *used, at))
			continue;
		size_t list = end;
		end = end_of_list(r->text, end);
		*ret_mark = (struct mark){.from = at, .to = end, .value = slice(r->text, from, list), .list = slice(r->text, list, end)};
		*used = from = end;
		if (ends_as_mention(r->text, end))
			return true;
	}
	*used = r->text.len;
	return false;
}

/* ---- names of the fediverse ---- */

/* Words with points and hyphens between them; returns the end of the last word. */
static size_t end_of_words(struct str text, size_t at, bool (*is_of)(u32 code))
{
	size_t good = at, begin = at;
	for (size_t next; at < text.len; at = next) {
		u32 code = code_at(text, at, &next);
		if (is_of(code))
			good = next;
		else if ((code != '.' && code != '-') || good == begin)
			break;
	}
	return good;
}

static bool find_full_name(struct mark_reader *r, struct mark *ret_mark)
{
	struct str text = r->text;
	for (size_t at = find_sign(text, r->at[MARK_MENTION], '@'); at < text.len; at = find_sign(text, at + 1, '@')) {
		u32 before = code_before(text, 0, at);
		if (text.at[at] != '@' || (before && (sign_is_word(before) || before == '=' || before == '/')))
			continue;
		size_t name = end_of_words(text, at + 1, is_of_name), end = name;
		if (name == at + 1)
			continue;
		if (name + 1 < text.len && text.at[name] == '@') {
			size_t host = end_of_words(text, name + 1, sign_is_word);
			if (host > name + 1 && host - name - 1 <= HOST_MOST)
				end = host;
		}
		r->at[MARK_MENTION] = end;
		if (!ends_as_mention(text, end)) {
			at = end - 1;
			continue;
		}
		*ret_mark = (struct mark){.from = at, .to = end, .value = slice(text, at + 1, end)};
		return true;
	}
	r->at[MARK_MENTION] = text.len;
	return false;
}

bool mark_find_mention(struct mark_reader *r, struct mark *ret_mark)
{
	return r->dialect == MARK_X ? find_name(r, ret_mark) : find_full_name(r, ret_mark);
}

/* ---- hashtags ---- */

/* What X takes within a hashtag besides letters, marks and digits. */
static bool joins_in_hashtag(u32 code)
{
	switch (code) {
	case '_':
	case 0xB7:
	case 0x5BE:
	case 0x5F3:
	case 0x5F4:
	case 0xF0B:
	case 0xF0C:
	case 0x200C:
	case 0x200D:
	case 0x3003:
	case 0x301C:
	case 0x309B:
	case 0x309C:
	case 0x30A0:
	case 0x30FB:
	case 0xA67E:
	case 0xFF5E:
		return true;
	}
	return false;
}

static bool is_of_hashtag(u32 code)
{
	return sign_is_alpha(code) || sign_is_number(code) || joins_in_hashtag(code);
}

static bool find_hashtag(struct mark_reader *r, struct mark *ret_mark)
{
	struct str text = r->text;
	size_t *used = &r->at[MARK_HASHTAG], next;
	for (size_t at = find_sign(text, *used, '#'), from; at < text.len; at = find_sign(text, from, '#')) {
		u32 before = code_before(text, *used, at), first;
		bool begins = before ? before == 0xFE0E || before == 0xFE0F || (!is_of_hashtag(before) && before != '&') : at == 0;
		code_at(text, at, &from);
		first = code_at(text, from, &next);
		if (!begins || first == 0xFE0F || first == 0x20E3)
			continue;
		size_t end = from;
		bool letter = false;
		for (; end < text.len; end = next) {
			u32 code = code_at(text, end, &next);
			if (!is_of_hashtag(code))
				break;
			letter = letter || sign_is_alpha(code);
		}
		if (!letter)
			continue;
		*ret_mark = (struct mark){.from = at, .to = end, .value = slice(text, from, end)};
		*used = from = end;
		if (!is_sign(code_at(text, end, &next), '#') && !str_starts(str_skip(text, end), S("://")))
			return true;
	}
	*used = text.len;
	return false;
}

static bool parts_words(u32 code)
{
	return code == 0xB7 || code == 0x30FB || code == 0x200C;
}

/* The fediverse: words, with some points between them; at least one letter, or something between two others. */
static bool find_fediverse_hashtag(struct mark_reader *r, struct mark *ret_mark)
{
	struct str text = r->text;
	for (size_t at = find_sign(text, r->at[MARK_HASHTAG], '#'), from, next; at < text.len; at = find_sign(text, from, '#')) {
		u32 before = code_before(text, 0, at);
		code_at(text, at, &from);
		if (before && (sign_is_word(before) || before == '=' || before == '/' || before == ')'))
			continue;
		size_t end = from, good = from;
		bool letter = false, between = false, pending = false;
		for (; end < text.len; end = next) {
			u32 code = code_at(text, end, &next);
			if (!sign_is_word(code) && (end == from || !parts_words(code)))
				break;
			if (parts_words(code) || (code == '_' && end > from)) {
				pending = true;
			} else {
				between = between || pending;
				letter = letter || sign_is_alpha(code);
			}
			if (sign_is_word(code))
				good = next;
		}
		from = end;
		if (!letter && !between)
			continue;
		code_at(text, at, &next);
		*ret_mark = (struct mark){.from = at, .to = good, .value = slice(text, next, good)};
		r->at[MARK_HASHTAG] = good;
		return true;
	}
	r->at[MARK_HASHTAG] = text.len;
	return false;
}

bool mark_find_hashtag(struct mark_reader *r, struct mark *ret_mark)
{
	return r->dialect == MARK_X ? find_hashtag(r, ret_mark) : find_fediverse_hashtag(r, ret_mark);
}

/* ---- cashtags ---- */

static bool may_follow_cashtag(struct str text, size_t at)
{
	size_t next;
	u32 code = code_at(text, at, &next);
	return at >= text.len || sign_is_space(code) || code == 0xFEFF || (code > ' ' && code < 0x7F && !sign_is_letter(code) && !sign_is_digit(code) && code != '"' && code != '`');
}

/* "$ACME", "$ACME.FR": six letters, and two more behind a point. */
static size_t end_of_cashtag(struct str text, size_t from)
{
	size_t end = from, more;
	while (end < text.len && end - from < CASHTAG_MOST && sign_is_letter((u8)text.at[end]))
		end++;
	if (end == from)
		return 0;
	more = end + 1;
	if (end < text.len && (text.at[end] == '.' || text.at[end] == '_'))
		while (more < text.len && more - end <= 2 && sign_is_letter((u8)text.at[more]))
			more++;
	if (more > end + 1 && may_follow_cashtag(text, more))
		return more;
	return may_follow_cashtag(text, end) ? end : 0;
}

bool mark_find_cashtag(struct mark_reader *r, struct mark *ret_mark)
{
	struct str text = r->text;
	size_t *used = &r->at[MARK_CASHTAG];
	for (size_t at = *used; r->dialect == MARK_X && at < text.len; at++) {
		u32 before;
		if (text.at[at] != '$' || !((before = code_before(text, *used, at)) ? sign_is_space(before) : at == 0))
			continue;
		size_t end = end_of_cashtag(text, at + 1);
		if (!end)
			continue;
		*ret_mark = (struct mark){.from = at, .to = end, .value = slice(text, at + 1, end)};
		*used = end;
		return true;
	}
	*used = text.len;
	return false;
}
