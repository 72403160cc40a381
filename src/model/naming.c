#include "model/naming.h"

#include "base/buf.h"
#include "model/mark.h"

/* Where names are written in plain text. What is not here has none that our connector sends: Facebook takes no name from a text of the API, Discord wants ids. */
static const struct way {
	const char *network;
	enum { PLAIN, X, FEDIVERSE, BLUESKY, MATRIX } form;
	const char *as_of, *source;
} ways[] = {
	{"x", X, "2026-11-22", "twitter-text 3: names"},
	{"mastodon", FEDIVERSE, "2026-11-22", "Mastodon 4: names with their host"},
	{"bluesky", BLUESKY, "2026-11-22", "app.bsky.richtext.facet#mention: handles are names of hosts"},
	{"instagram", PLAIN, "2026-11-22", "Instagram Platform, Content Publishing: @names in captions"},
	{"telegram", PLAIN, "2026-11-22", "Bot API 10.1, MessageEntity: mention"},
	{"youtube", PLAIN, "2026-11-22", "YouTube Help: handles"},
	{"matrix", MATRIX, "2026-11-22", "Matrix specification, user identifiers"},
	{"space", FEDIVERSE, "2026-11-22", "the simulated network"},
};

static const struct way *way_of(struct str network)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		if (str_eq(network, str_of(ways[i].network)))
			return &ways[i];
	return NULL;
}

bool naming_is_there(struct str network)
{
	return way_of(network) != NULL;
}

/* "host.example" of "https://host.example/@ana". */
static struct str host_of(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));
	if (at < 0)
		return (struct str){};
	struct str rest = str_skip(url, (size_t)at + 3);
	return str_cut(&rest, '/');
}

static bool is_one(struct str text, enum mark_dialect dialect)
{
	struct mark_reader reader = mark_reader_new(text, dialect, MARK_ONLY(MARK_MENTION));
	struct mark m;
	return mark_next(&reader, &m) && !m.from && m.to == text.len;
}

static bool is_plain(struct str handle)
{
	for (size_t i = 0; i < handle.len; i++) {
		char c = handle.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
			return false;
	}
	return handle.len > 0;
}

/* "@ana:host.example": no white space, and a colon within. */
static bool is_matrix(struct str text)
{
	ptrdiff_t colon = str_find_byte(text, ':');
	for (size_t i = 0; i < text.len; i++)
		if ((u8)text.at[i] <= ' ')
			return false;
	return colon > 1 && (size_t)colon + 1 < text.len;
}

struct str naming_of(struct arena *arena, struct str network, struct str handle, struct str url)
{
	const struct way *way = way_of(network);
	struct str bare = str_trim(handle);
	while (bare.len && bare.at[0] == '@')
		bare = str_skip(bare, 1);
	if (!way || !bare.len || bare.len > 300)
		return (struct str){};
	struct str text = arena_printf(arena, "@%.*s", STR_ARG(bare));
	switch (way->form) {
	case X:
		return is_one(text, MARK_X) ? text : (struct str){};
	case BLUESKY:
		return is_one(text, MARK_BLUESKY) ? text : (struct str){};
	case FEDIVERSE:
		if (str_find_byte(bare, '@') < 0 && host_of(url).len && str_eq(network, S("mastodon")))
			text = arena_printf(arena, "@%.*s@%.*s", STR_ARG(bare), STR_ARG(host_of(url)));
		return is_one(text, MARK_FEDIVERSE) ? text : (struct str){};
	case MATRIX:
		return is_matrix(text) ? text : (struct str){};
	case PLAIN:
		break;
	}
	return is_plain(bare) ? text : (struct str){};
}
