/* Facets: which bytes of a text are a link, a name or a tag; without them over there all is plain text.
 * https://docs.bsky.app/docs/advanced-guides/post-richtext (as of 2026-11-21): places are bytes of UTF-8, the end is not part of it. */
#include "base/utf8.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"

#define TAG_MAX 64 /* letters; app.bsky.richtext.facet#tag: 64 graphemes, 640 bytes */
#define HANDLE_MAX 253
#define NAMES_ASKED 10

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Does something new begin here? After a letter, "@" and "#" are part of a word, as in an address of mail. */
static bool begins(struct str text, size_t at)
{
	char before = at ? text.at[at - 1] : ' ';
	return is_space(before) || before == '(' || before == '[' || before == '"' || before == '\'' || (u8)before >= 0x80;
}

static bool ends_a_sentence(char c)
{
	return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == '"' || c == '\'';
}

/* As far as white space, without what ends the sentence around it, and without a bracket that it does not open. */
static size_t end_of_link(struct str text, size_t at)
{
	size_t end = at, open = 0, closed = 0;
	while (end < text.len && !is_space(text.at[end]) && text.at[end] != '<' && text.at[end] != '>') {
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

static bool take_link(struct str text, size_t at, struct bluesky_facet *f)
{
	struct str rest = str_skip(text, at);
	size_t scheme = str_starts(rest, S("https://")) ? 8 : str_starts(rest, S("http://")) ? 7 : 0;
	size_t end = scheme ? end_of_link(text, at) : 0;
	if (end <= at + scheme || !(is_letter(text.at[at + scheme]) || is_digit(text.at[at + scheme]) || text.at[at + scheme] == '['))
		return false;
	*f = (struct bluesky_facet){.kind = FACET_LINK, .start = at, .end = end, .value = str_head(rest, end - at)};
	return true;
}

/* A handle is the name of a host: labels with a dot between them, the last one with a letter first. */
static bool take_mention(struct str text, size_t at, struct bluesky_facet *f)
{
	size_t end = at + 1, label = end, dots = 0;
	while (end < text.len && (is_letter(text.at[end]) || is_digit(text.at[end]) || text.at[end] == '-' || text.at[end] == '.')) {
		if (text.at[end] == '.' && (end == label || text.at[label] == '-' || text.at[end - 1] == '-' || end + 1 >= text.len || !(is_letter(text.at[end + 1]) || is_digit(text.at[end + 1]))))
			break;
		if (text.at[end] == '.') {
			dots++;
			label = end + 1;
		}
		end++;
	}
	if (!dots || end - at - 1 > HANDLE_MAX || !is_letter(text.at[label]) || text.at[end - 1] == '-')
		return false;
	*f = (struct bluesky_facet){.kind = FACET_MENTION, .start = at, .end = end, .value = str_head(str_skip(text, at + 1), end - at - 1)};
	return true;
}

/* Letters and digits of any script, and what joins words; not the marks of a sentence. */
static bool is_of_tag(u32 code)
{
	if (code < 0x80)
		return is_letter((char)code) || is_digit((char)code) || code == '_' || code == '-';
	return code >= 0xC0 && code != 0xD7 && code != 0xF7 && !(code >= 0x2000 && code <= 0x206F) && !(code >= 0x3000 && code <= 0x303F) && code != UTF8_BAD;
}

static bool take_tag(struct str text, size_t at, struct bluesky_facet *f)
{
	struct str rest = str_skip(text, at + 1), before = rest;
	size_t letters = 0;
	bool word = false;
	while (rest.len) {
		before = rest;
		u32 code = utf8_next(&rest);
		if (!is_of_tag(code))
			break;
		word = word || code >= 0x80 || is_letter((char)code); /* "#1" is a number */
		letters++;
		before = rest;
	}
	size_t end = text.len - before.len;
	if (!word || letters > TAG_MAX)
		return false;
	*f = (struct bluesky_facet){.kind = FACET_TAG, .start = at, .end = end, .value = str_head(str_skip(text, at + 1), end - at - 1)};
	return true;
}

size_t bluesky_facets(struct str text, struct bluesky_facet facets[static BLUESKY_FACETS_MAX])
{
	size_t count = 0;
	for (size_t at = 0; at < text.len && count < BLUESKY_FACETS_MAX;) {
		char c = text.at[at];
		struct bluesky_facet f;
		bool found = begins(text, at) && ((c == 'h' && take_link(text, at, &f)) || (c == '@' && take_mention(text, at, &f)) || (c == '#' && take_tag(text, at, &f)));
		if (found)
			facets[count++] = f;
		at = found ? f.end : at + 1;
	}
	return count;
}

static json_t *facet_json(const struct bluesky_facet *f)
{
	static const char *const types[] = {"app.bsky.richtext.facet#link", "app.bsky.richtext.facet#mention", "app.bsky.richtext.facet#tag"};
	static const char *const names[] = {"uri", "did", "tag"};
	struct str value = f->kind == FACET_MENTION ? f->did : f->value;
	return json_pack("{s:{s:I, s:I}, s:[{s:s, s:s%}]}", "index", "byteStart", (json_int_t)f->start, "byteEnd", (json_int_t)f->end, "features", "$type", types[f->kind],
			 names[f->kind], value.at, value.len);
}

/* *ret_asked is false when it could not be asked; a name that nobody has stays empty. */
static enum err ask_name(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct bluesky_facet *f, struct sent *ret_sent,
			 bool *ret_asked)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/com.atproto.identity.resolveHandle");
	bluesky_add_parameter(&path, "handle", f->value);
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_ask(cx, net, account, session, &x));
	bool nobody = x.answer.outcome == NET_ANSWERED && x.answer.status == 400; /* HandleNotFound, or no handle at all */
	*ret_asked = nobody || exchange_read_first(cx, &x, ret_sent);
	if (*ret_asked && !nobody)
		f->did = exchange_text(cx, x.document, "did");
	return OK;
}

static void release(void *json)
{
	json_decref(json);
}

enum err bluesky_facets_asked(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str text, json_t **ret_facets,
			      struct sent *ret_sent, bool *ret_asked)
{
	struct bluesky_facet facets[BLUESKY_FACETS_MAX];
	size_t count = bluesky_facets(text, facets);
	int names = 0;
	json_t *list = json_array();
	arena_defer(cx->arena, release, list);
	*ret_asked = true;
	for (size_t i = 0; i < count && *ret_asked; i++) {
		if (facets[i].kind == FACET_MENTION && names++ < NAMES_ASKED)
			TRY(ask_name(cx, net, account, session, &facets[i], ret_sent, ret_asked));
		if (facets[i].kind != FACET_MENTION || facets[i].did.len)
			json_array_append_new(list, facet_json(&facets[i]));
	}
	*ret_facets = list;
	return OK;
}
