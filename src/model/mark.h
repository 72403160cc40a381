/* mark.h: what of a post's text is a link, a name, a hashtag or a cashtag, as its network will see it: each has rules of its own. Lengths
 * (length.h), facets, previews, what must not be cut (fit.h) and links that are tagged (utm.h) all stand on this one reader. Pure.
 *
 * What must stay true: any bytes are taken; marks come in the order of the text and never overlap: of two that would, the one that begins
 * first is told; time goes with the length of the text, memory is the reader alone, nothing is allocated. The text is borrowed.
 *
 * Rules, as of 2026-11-22: X: the library twitter-text 3 (its description of links with and without a scheme, names with lists, hashtags,
 * cashtags), but for the names that a host may end with, which are those of model/domain.h. Fediverse: Mastodon 4's extractor: links with a
 * scheme alone, "@name" and "@name@host", hashtags with "·" inside, no cashtags. Bluesky: what app.bsky.richtext.facet can say, found as the
 * network's own app finds it, and a little more (links after quotes, hosts with hyphens). */
#pragma once
#include "base/str.h"

enum mark_kind { MARK_LINK, MARK_MENTION, MARK_HASHTAG, MARK_CASHTAG, MARK_KIND_COUNT };
const char *mark_kind_word(enum mark_kind kind); /* "link" */

enum mark_dialect { MARK_X, MARK_FEDIVERSE, MARK_BLUESKY, MARK_DIALECT_COUNT };

#define MARK_ALL ((1u << MARK_KIND_COUNT) - 1)
#define MARK_ONLY(kind) (1u << (kind))

struct mark {
	enum mark_kind kind;
	size_t from, to;    /* bytes of the text, with the sign before it; `to` is one behind */
	size_t start, end;  /* the same in code points; a broken byte is one */
	struct str value;   /* the link as it is written; without the sign: "ana", "ana@host.example", "ana.bsky.social", "été", "ACME" */
	struct str list;    /* X: of a mention of a list: "/list"; empty else */
	bool bare;          /* a link that is written without a scheme: https is meant */
};

/* ---- reading ---- */

struct mark_run { /* of a host: what was found out about the labels ahead, so that none is read twice */
	size_t label_from, label_to, label_underscore;
	bool label_ends_well;
	size_t chain_from, chain_to, chain_good, chain_top;
};

struct mark_reader {
	struct str text;
	enum mark_dialect dialect;
	unsigned kinds;
	size_t at[MARK_KIND_COUNT];          /* where each kind goes on being looked for */
	struct mark found[MARK_KIND_COUNT];  /* the next of each */
	bool has[MARK_KIND_COUNT];
	size_t told, told_code_points;       /* behind the last mark told */
	struct mark_run run;
	size_t host_from, host_to, link_to;  /* of a link without a scheme, the hosts in it that are still to be told */
};

/* `kinds`: MARK_ALL, or those that are wanted, as MARK_ONLY(MARK_LINK) | …: others then do not hide them. */
struct mark_reader mark_reader_new(struct str text, enum mark_dialect dialect, unsigned kinds);
/* False: there are no more. */
bool mark_next(struct mark_reader *reader, struct mark *ret_mark);

/* ---- for the files that find one kind each ---- */

/* Finds the next at or behind reader->at[kind] and moves that; only .kind, .from, .to, .value, .list and .bare are filled in. */
bool mark_find_link(struct mark_reader *reader, struct mark *ret_mark);
bool mark_find_mention(struct mark_reader *reader, struct mark *ret_mark);
bool mark_find_hashtag(struct mark_reader *reader, struct mark *ret_mark);
bool mark_find_cashtag(struct mark_reader *reader, struct mark *ret_mark);
/* The same of Bluesky, a mark of any of `kinds` that begins here. */
bool mark_bluesky_here(struct str text, size_t at, unsigned kinds, struct mark *ret_mark);
