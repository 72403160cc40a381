/* Links of X and of the fediverse: one form, whose parts differ a little. A link is an optional scheme, a host that ends with a known name, an
 * optional port, path and query. A host is read as far as it goes: of "a.fr.com.b" the last known end counts. */
#include "base/utf8.h"
#include "model/domain.h"
#include "model/mark.h"
#include "model/mark_sign.h"

#define LINK_UNITS 4096 /* of UTF-16, with the scheme counted once more: longer ones are no links */
#define LABEL_MOST 63   /* letters of a label as it is sent */
#define SHORT_WORD_MOST 40 /* of X's own short links */
#define NOWHERE SIZE_MAX

static u32 code_at(struct str text, size_t at, size_t *ret_next)
{
	struct str rest = str_skip(text, at);
	u32 code = utf8_next(&rest);
	*ret_next = text.len - rest.len;
	return code;
}

static bool is_one_of(u32 code, const char *set)
{
	for (; *set; set++)
		if (code == (u8)*set)
			return true;
	return false;
}

/* ---- hosts ---- */

/* What a label is made of: anything but punctuation of ASCII, white space, marks of direction and what is no character. */
static bool is_of_host(u32 code)
{
	if (code < 0x80)
		return sign_is_letter(code) || sign_is_digit(code) || (code < 0x20 && !(code >= 0x09 && code <= 0x0D)) || code == '"' || code == '`' || code == 0x7F;
	return !sign_is_space(code) && !sign_is_direction(code) && !sign_is_refused(code);
}

/* The label that `at` stands in, from there to what ends it. */
static void read_label(struct mark_reader *r, size_t at)
{
	struct mark_run *run = &r->run;
	if (at >= run->label_from && at < run->label_to)
		return;
	run->label_from = at;
	run->label_underscore = NOWHERE;
	run->label_ends_well = false;
	for (size_t next; at < r->text.len; at = next) {
		u32 code = code_at(r->text, at, &next);
		bool of_host = is_of_host(code);
		if (!of_host && code != '-' && code != '_')
			break;
		if (code == '_')
			run->label_underscore = at;
		run->label_ends_well = of_host;
	}
	run->label_to = at;
}

static bool label_is_followed(const struct mark_reader *r)
{
	return r->run.label_ends_well && r->run.label_to < r->text.len && r->text.at[r->run.label_to] == '.';
}

/* Of the labels from `at` on, where the last one begins that a known name follows, and where that ends; false: none does. */
static bool read_chain(struct mark_reader *r, size_t at, size_t *ret_top)
{
	struct mark_run *run = &r->run;
	if (at < run->chain_from || at > run->chain_to || !run->chain_top) {
		run->chain_from = at;
		run->chain_good = NOWHERE;
		for (size_t next; at < r->text.len && is_of_host(code_at(r->text, at, &next)); at = run->label_to + 1) {
			read_label(r, at);
			if (!label_is_followed(r))
				break;
			size_t top = run->label_underscore == NOWHERE ? domain_top(str_skip(r->text, run->label_to + 1)) : 0;
			if (top) {
				run->chain_good = at;
				run->chain_top = run->label_to + 1 + top;
			}
		}
		run->chain_to = at;
		if (run->chain_good == NOWHERE)
			run->chain_top = 1; /* something was found out: that there is none */
		at = run->chain_from;
	}
	*ret_top = run->chain_top;
	return run->chain_good != NOWHERE && at <= run->chain_good;
}

/* The end of a host that begins here, perhaps in the middle of a label; 0: none does. */
static size_t host_here(struct mark_reader *r, size_t at)
{
	size_t next, end;
	if (at >= r->text.len || !is_of_host(code_at(r->text, at, &next)))
		return 0;
	read_label(r, at);
	if (!label_is_followed(r))
		return 0;
	size_t behind = r->run.label_to + 1;
	bool plain = r->run.label_underscore == NOWHERE || r->run.label_underscore < at;
	if (behind < r->text.len && read_chain(r, behind, &end))
		return end;
	end = plain ? domain_top(str_skip(r->text, behind)) : 0;
	return end ? behind + end : 0;
}

/* ---- hosts that are too long ---- */

/* How many letters a label has as it is sent (RFC 3492); more than LABEL_MOST: too many, however many. */
static size_t sent_length(struct str label)
{
	u32 codes[LABEL_MOST + 1];
	size_t count = 0, basic = 0;
	for (struct str rest = label; rest.len;) {
		if (count == LABEL_MOST)
			return LABEL_MOST + 1;
		codes[count] = utf8_next(&rest);
		basic += codes[count++] < 0x80;
	}
	if (basic == count)
		return count;
	size_t length = 4 + basic + (basic > 0), done = basic;
	u32 at = 0x80, bias = 72;
	for (u64 delta = 0; done < count; delta++, at++) {
		u32 lowest = UINT32_MAX;
		for (size_t i = 0; i < count; i++)
			if (codes[i] >= at && codes[i] < lowest)
				lowest = codes[i];
		delta += (u64)(lowest - at) * (done + 1);
		at = lowest;
		for (size_t i = 0; i < count; i++) {
			delta += codes[i] < at;
			if (codes[i] != at)
				continue;
			u64 q = delta;
			for (u32 k = 36;; k += 36, length++) {
				u32 t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
				if (q < t)
					break;
				q = (q - t) / (36 - t);
			}
			length++;
			u64 d = done == basic ? delta / 700 : delta / 2;
			u32 k = 0;
			for (d += d / (done + 1); d > 455; k += 36)
				d /= 35;
			bias = k + (u32)(36 * d / (d + 38));
			delta = 0;
			done++;
		}
	}
	return length;
}

/* Full stops of East Asia part the labels too, as they are sent; but they are of one label as it is read. */
static bool labels_fit(struct str host)
{
	while (host.at) {
		struct str label = str_cut(&host, '.'), rest = label;
		size_t length = 0, from = 0;
		while (rest.len) {
			size_t at = label.len - rest.len;
			u32 code = utf8_next(&rest);
			if (code != 0x3002 && code != 0xFF0E && code != 0xFF61)
				continue;
			length += 1 + sent_length(str_head(str_skip(label, from), at - from));
			from = label.len - rest.len;
			if (length > LABEL_MOST)
				return false;
		}
		length += sent_length(str_skip(label, from));
		if (length < 1 || length > LABEL_MOST)
			return false;
	}
	return true;
}

static size_t units(struct str text, size_t most)
{
	size_t count = 0;
	while (text.len && count <= most)
		count += utf8_next(&text) > 0xFFFF ? 2 : 1;
	return count;
}

/* ---- paths and queries ---- */

static bool is_white(u32 code)
{
	return sign_is_space(code) && code != 0x180E; /* Unicode's White_Space */
}

static bool is_of_path(enum mark_dialect dialect, u32 code)
{
	if (dialect == MARK_FEDIVERSE)
		return !is_white(code) && !is_one_of(code, "<>()?");
	return sign_is_letter(code) || sign_is_digit(code) || is_one_of(code, "!*';:=+,.$/%#[]-_~@|&") || sign_is_cyrillic(code) || sign_is_latin(code) || code == 0x2013;
}

static bool ends_path(enum mark_dialect dialect, u32 code)
{
	if (dialect == MARK_FEDIVERSE)
		return !is_white(code) && !is_one_of(code, "()?!*\"'<>;:=,.$%[]~&|@") && code != 0x300C && code != 0x300D;
	return sign_is_letter(code) || sign_is_digit(code) || is_one_of(code, "+-=_#/") || sign_is_cyrillic(code) || sign_is_latin(code);
}

static bool is_of_query(enum mark_dialect dialect, u32 code)
{
	if (sign_is_letter(code) || sign_is_digit(code) || is_one_of(code, "!?*'();:&=+$/%#[]-_.,~|@"))
		return true;
	return dialect == MARK_FEDIVERSE && (code == '^' || sign_is_of_address(code));
}

static bool ends_query(enum mark_dialect dialect, u32 code)
{
	return sign_is_letter(code) || sign_is_digit(code) || is_one_of(code, "-_&=#/") || (dialect == MARK_FEDIVERSE && sign_is_of_address(code));
}

static size_t skip_path(const struct mark_reader *r, size_t at)
{
	for (size_t next; at < r->text.len && is_of_path(r->dialect, code_at(r->text, at, &next));)
		at = next;
	return at;
}

static bool stands(struct str text, size_t at, char c)
{
	return at < text.len && text.at[at] == c;
}

/* "(…)" with something in it, and once more "(…)" within; 0: no such thing begins here. */
static size_t brackets_here(const struct mark_reader *r, size_t at)
{
	size_t inside = at + 1, end = skip_path(r, inside);
	if (stands(r->text, end, ')'))
		return end > inside ? end + 1 : 0;
	if (!stands(r->text, end, '('))
		return 0;
	inside = end + 1;
	end = skip_path(r, inside);
	if (end == inside || !stands(r->text, end, ')'))
		return 0;
	end = skip_path(r, end + 1);
	return stands(r->text, end, ')') ? end + 1 : 0;
}

static size_t end_of_path(const struct mark_reader *r, size_t at)
{
	size_t good = ++at;
	for (size_t next; at < r->text.len;) {
		u32 code = code_at(r->text, at, &next);
		if (is_of_path(r->dialect, code)) {
			at = next;
			if (ends_path(r->dialect, code))
				good = at;
			continue;
		}
		size_t end = code == '(' ? brackets_here(r, at) : 0;
		if (!end)
			break;
		good = at = end;
	}
	return good;
}

/* `at` is the question mark; the same is returned when nothing follows that a query could end with. */
static size_t end_of_query(const struct mark_reader *r, size_t at, size_t limit)
{
	size_t good = at++;
	for (size_t next; at < limit; at = next) {
		u32 code = code_at(r->text, at, &next);
		if (!is_of_query(r->dialect, code))
			break;
		if (ends_query(r->dialect, code))
			good = next;
	}
	return good;
}

/* ---- whole links ---- */

static size_t scheme_here(enum mark_dialect dialect, struct str text)
{
	static const char *const schemes[] = {"https://", "http://", "dat://", "dweb://", "ipfs://", "ipns://", "ssb://", "gopher://", "gemini://"};
	for (size_t i = 0; i < (dialect == MARK_FEDIVERSE ? COUNT(schemes) : 2); i++) {
		struct str scheme = str_of(schemes[i]);
		if (str_eq_fold(str_head(text, scheme.len), scheme))
			return scheme.len;
	}
	return 0;
}

/* X's own short links end with their word, or with a query. *to is moved there; false: the word is too long, and this is no link. */
static bool cut_short_link(const struct mark_reader *r, size_t path, size_t *to)
{
	size_t at = path + 1;
	while (at < *to && (sign_is_letter((u8)r->text.at[at]) || sign_is_digit((u8)r->text.at[at])))
		at++;
	if (at == path + 1)
		return true;
	if (at - path - 1 > SHORT_WORD_MOST)
		return false;
	*to = stands(r->text, at, '?') && at < *to ? end_of_query(r, at, *to) : at;
	return true;
}

static bool is_of_bare_host(u32 code)
{
	return sign_is_letter(code) || sign_is_digit(code) || code == '-' || sign_is_latin(code);
}

/* Within the host of a link without a scheme only what is written in Latin letters is one: "日本example.com". Told one after the other; the last
 * one has the path. */
static bool next_bare(struct mark_reader *r, struct mark *ret_mark)
{
	struct str host = str_head(r->text, r->host_to); /* nothing behind it counts */
	for (size_t at = r->host_from, next; at < host.len; at = next) {
		if (!is_of_bare_host(code_at(host, at, &next)))
			continue;
		size_t from = at, good = 0;
		for (;;) { /* a label, its point, and a known name behind it? */
			size_t label = at;
			while (at < host.len && is_of_bare_host(code_at(host, at, &next)))
				at = next;
			if (at == label || !stands(host, at, '.'))
				break;
			size_t top = domain_top(str_skip(host, ++at));
			if (top)
				good = at + top;
		}
		if (!good) {
			next = at > from ? at : next;
			continue;
		}
		r->host_from = good;
		*ret_mark = (struct mark){.from = from, .to = good, .bare = true};
		return true;
	}
	r->host_from = r->host_to = 0;
	return false;
}

/* A host that begins as one that was made ready to be sent must be one, or have one in it. */
static bool is_sendable(const struct mark_reader *r, size_t from, size_t to)
{
	struct mark_reader within = {.text = r->text, .host_from = from, .host_to = to};
	struct mark m;
	return !str_starts(str_skip(r->text, from), S("xn--")) || next_bare(&within, &m);
}

/* The mark of the last host in a link without a scheme goes on to the end of its path. */
static bool tell_bare(struct mark_reader *r, struct mark *ret_mark)
{
	struct mark after;
	if (!next_bare(r, ret_mark))
		return false;
	size_t rest = r->host_from;
	if (r->link_to && !next_bare(r, &after))
		ret_mark->to = r->link_to;
	else if (r->link_to)
		r->host_from = rest;
	ret_mark->value = str_head(str_skip(r->text, ret_mark->from), ret_mark->to - ret_mark->from);
	return true;
}

/* A link that begins here, with what stands before it. LINK_NOT: none. LINK_SKIP: what looks like one up to r->at is none. */
enum link_here { LINK_NOT, LINK_SKIP, LINK_WHOLE, LINK_BARE };

static enum link_here link_here(struct mark_reader *r, size_t at, u32 before, struct mark *ret_mark)
{
	size_t scheme = scheme_here(r->dialect, str_skip(r->text, at)), host = at + scheme, to = host_here(r, host);
	if (!to)
		return LINK_NOT;
	struct str name = str_head(str_skip(r->text, host), to - host);
	size_t host_to = to, path = 0;
	if (stands(r->text, to, ':') && to + 1 < r->text.len && sign_is_digit((u8)r->text.at[to + 1]))
		for (to++; to < r->text.len && sign_is_digit((u8)r->text.at[to]);)
			to++;
	if (stands(r->text, to, '/')) {
		path = to;
		to = end_of_path(r, to);
	}
	if (stands(r->text, to, '?'))
		to = end_of_query(r, to, r->text.len);
	r->at[MARK_LINK] = to;
	bool too_long = units(str_head(str_skip(r->text, at), to - at), LINK_UNITS) + (scheme ? scheme : 8) > LINK_UNITS;
	if (too_long || !is_sendable(r, host, host_to) || !labels_fit(name))
		return LINK_SKIP;
	if (scheme) {
		if (path == host_to && str_eq_fold(name, S("t.co")) && !cut_short_link(r, path, &to))
			return LINK_SKIP;
		*ret_mark = (struct mark){.from = at, .to = to, .value = str_head(str_skip(r->text, at), to - at)};
		return LINK_WHOLE;
	}
	if (r->dialect == MARK_FEDIVERSE || is_one_of(before, "-_./"))
		return LINK_SKIP;
	r->host_from = at;
	r->host_to = host_to;
	r->link_to = path ? to : 0;
	return LINK_BARE;
}

static bool may_stand_before(u32 code)
{
	return !sign_is_letter(code) && !sign_is_digit(code) && !is_one_of(code, "@$#") && code != 0xFF20 && code != 0xFF03 && !sign_is_refused(code);
}

bool mark_find_link(struct mark_reader *r, struct mark *ret_mark)
{
	if (r->host_to && tell_bare(r, ret_mark))
		return true;
	size_t *at = &r->at[MARK_LINK], next;
	while (*at < r->text.len) {
		size_t here = *at;
		u32 code = code_at(r->text, here, &next);
		enum link_here found = LINK_NOT;
		if (may_stand_before(code))
			found = link_here(r, next, code, ret_mark);
		if (found == LINK_NOT && here == 0)
			found = link_here(r, 0, ' ', ret_mark);
		if (found == LINK_NOT)
			*at = next;
		if (found == LINK_WHOLE || (found == LINK_BARE && tell_bare(r, ret_mark)))
			return true;
	}
	return false;
}
