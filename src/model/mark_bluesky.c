/* Bluesky: a mark is told by where it begins. A text is plain over there; what a post calls a link, a name or a tag is one, so what people mean
 * is what counts. */
#include "base/grapheme.h"
#include "base/utf8.h"
#include "model/domain.h"
#include "model/mark.h"
#include "model/mark_sign.h"

#define TAG_MOST 64        /* signs; app.bsky.richtext.facet#tag: 64 graphemes, 640 bytes */
#define TAG_BYTES_MOST 640
#define HANDLE_MOST 253
#define CASHTAG_MOST 5

static bool is_letter(char c)
{
	return sign_is_letter((u8)c);
}

static bool is_plain(char c)
{
	return sign_is_letter((u8)c) || sign_is_digit((u8)c);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static u32 code_before(struct str text, size_t at)
{
	size_t from = at;
	while (from && at - from < 4) {
		from--;
		if (((u8)text.at[from] & 0xC0) != 0x80)
			break;
	}
	struct str rest = str_head(str_skip(text, from), at - from);
	return rest.len ? utf8_next(&rest) : ' ';
}

/* Does something new begin here? After a letter, "@" and "#" are part of a word, as in an address of mail. */
static bool begins(struct str text, size_t at)
{
	char c = at ? text.at[at - 1] : ' ';
	if ((u8)c >= 0x80) {
		u32 code = code_before(text, at);
		return !sign_is_alpha(code) && !sign_is_number(code);
	}
	return is_space(c) || c == '(' || c == '[' || c == '"' || c == '\'';
}

static bool ends_a_sentence(char c)
{
	return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == '"' || c == '\'';
}

/* How many bytes of white space, or of marks that close a sentence of other scripts, begin here. */
static size_t ends_link(struct str text, size_t at)
{
	struct str rest = str_skip(text, at);
	u32 code = utf8_next(&rest);
	bool ends = sign_is_space(code) || code == '<' || code == '>' || code == 0x2019 || code == 0x201D || code == 0xBB || (code >= 0x3001 && code <= 0x3002);
	return ends ? text.len - rest.len - at : 0;
}

/* As far as white space, without what ends the sentence around it, and without a bracket that it does not open. */
static size_t end_of_link(struct str text, size_t at)
{
	size_t end = at, open = 0, closed = 0;
	while (end < text.len && !ends_link(text, end)) {
		open += text.at[end] == '(';
		closed += text.at[end] == ')';
		end++;
	}
	while (end > at && (ends_a_sentence(text.at[end - 1]) || (text.at[end - 1] == ')' && closed > open))) {
		closed -= text.at[end - 1] == ')';
		end--;
	}
	return end;
}

static bool take_link(struct str text, size_t at, struct mark *m)
{
	struct str rest = str_skip(text, at);
	size_t scheme = str_eq_fold(str_head(rest, 8), S("https://")) ? 8 : str_eq_fold(str_head(rest, 7), S("http://")) ? 7 : 0;
	if (!scheme || rest.len == scheme || !(is_plain(rest.at[scheme]) || rest.at[scheme] == '[' || (u8)rest.at[scheme] >= 0x80))
		return false;
	size_t end = end_of_link(text, at);
	if (end <= at + scheme)
		return false;
	*m = (struct mark){.kind = MARK_LINK, .from = at, .to = end, .value = str_head(rest, end - at)};
	return true;
}

/* The end of "name.name": labels of letters, digits and hyphens, with points between them; `ret_label` is where the last one begins. */
static size_t end_of_host(struct str text, size_t at, size_t *ret_label)
{
	size_t end = at, label = at;
	for (; end < text.len && (is_plain(text.at[end]) || text.at[end] == '-' || text.at[end] == '.'); end++) {
		if (text.at[end] != '.')
			continue;
		if (end == label || text.at[label] == '-' || text.at[end - 1] == '-' || end + 1 >= text.len || !is_plain(text.at[end + 1]))
			break;
		label = end + 1;
	}
	*ret_label = label;
	return end;
}

/* A host that is written alone: only in lower case at its end, since "end.So" is two sentences that stand too near. */
static bool take_bare_link(struct str text, size_t at, struct mark *m)
{
	size_t label, host = end_of_host(text, at, &label);
	if (label == at || domain_top(str_head(str_skip(text, label), host - label)) != host - label)
		return false;
	for (size_t i = label; i < host; i++)
		if (text.at[i] >= 'A' && text.at[i] <= 'Z')
			return false;
	struct str behind = str_skip(text, host);
	u32 next = behind.len ? utf8_next(&behind) : ' ';
	if (next == '@' || next == '_' || sign_is_latin(next))
		return false;
	bool goes_on = next == '/' || next == '?' || next == '#' || next == ':';
	size_t end = goes_on ? end_of_link(text, at) : host;
	*m = (struct mark){.kind = MARK_LINK, .from = at, .to = end, .value = str_head(str_skip(text, at), end - at), .bare = true};
	return end >= host;
}

/* A handle is the name of a host, the last label with a letter first. */
static bool take_mention(struct str text, size_t at, struct mark *m)
{
	size_t label, end = end_of_host(text, at + 1, &label);
	if (label == at + 1 || end - at - 1 > HANDLE_MOST || end == label || !is_letter(text.at[label]) || text.at[end - 1] == '-')
		return false;
	*m = (struct mark){.kind = MARK_MENTION, .from = at, .to = end, .value = str_head(str_skip(text, at + 1), end - at - 1)};
	return true;
}

/* Letters and digits of any script, emoji, and what joins words; not the marks of a sentence. */
static bool is_of_tag(u32 code)
{
	if (code < 0x80)
		return sign_is_letter(code) || sign_is_digit(code) || code == '_' || code == '-';
	return code >= 0xC0 && code != 0xD7 && code != 0xF7 && !(code >= 0x2000 && code <= 0x206F) && !(code >= 0x3000 && code <= 0x303F) && !(code >= 0xFF01 && code <= 0xFF0F) &&
	       code != 0xFF1A && code != 0xFF1B && code != 0xFF1F && !sign_is_refused(code) && code != UTF8_BAD;
}

static bool take_tag(struct str text, size_t at, size_t sign, struct mark *m)
{
	struct str rest = str_skip(text, at + sign), start = rest;
	size_t signs = 0;
	bool word = false;
	while (rest.len) {
		struct str next = rest;
		u32 code;
		bool many;
		grapheme_next(&next, &code, &many);
		if (!is_of_tag(code) || (code == 0xFE0F && !signs))
			break;
		word = word || code >= 0x80 || sign_is_letter(code); /* "#1" is a number */
		rest = next;
		if (++signs > TAG_MOST)
			return false;
	}
	size_t len = start.len - rest.len;
	if (!word || len > TAG_BYTES_MOST)
		return false;
	*m = (struct mark){.kind = MARK_HASHTAG, .from = at, .to = at + sign + len, .value = str_head(start, len)};
	return true;
}

static bool take_cashtag(struct str text, size_t at, struct mark *m)
{
	size_t end = at + 1, next = 0;
	while (end < text.len && end - at - 1 < CASHTAG_MOST && (end == at + 1 ? is_letter(text.at[end]) : is_plain(text.at[end])))
		end++;
	if (end == at + 1)
		return false;
	if (end < text.len) {
		struct str rest = str_skip(text, end);
		u32 code = utf8_next(&rest);
		next = sign_is_space(code) || ends_a_sentence(text.at[end]) || code == ')' || code == 0x2019;
	}
	if (end < text.len && !next)
		return false;
	*m = (struct mark){.kind = MARK_CASHTAG, .from = at, .to = end, .value = str_head(str_skip(text, at + 1), end - at - 1)};
	return true;
}

bool mark_bluesky_here(struct str text, size_t at, unsigned kinds, struct mark *ret_mark)
{
	char c = text.at[at];
	bool wide = (u8)c == 0xEF && str_starts(str_skip(text, at), S("＃"));
	if (!is_letter(c) && c != '@' && c != '#' && c != '$' && !wide)
		return false;
	if (!begins(text, at))
		return false;
	if (is_letter(c))
		return (kinds & MARK_ONLY(MARK_LINK)) && (take_link(text, at, ret_mark) || take_bare_link(text, at, ret_mark));
	if (c == '@')
		return (kinds & MARK_ONLY(MARK_MENTION)) && take_mention(text, at, ret_mark);
	if (c == '$')
		return (kinds & MARK_ONLY(MARK_CASHTAG)) && take_cashtag(text, at, ret_mark);
	return (kinds & MARK_ONLY(MARK_HASHTAG)) && take_tag(text, at, wide ? 3 : 1, ret_mark);
}
