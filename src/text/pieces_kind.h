/* pieces_kind.h: what pieces.c shares with the ways of cutting (bytepair.c, unigram.c). Nobody else needs it. */
#pragma once
#include "base/map.h"
#include "text/pieces.h"

enum pieces_kind { PIECES_WORDPIECE, PIECES_BYTE_PAIRS, PIECES_UNIGRAMS };

struct wordpiece;

struct pieces {
	enum pieces_kind kind;
	struct map *ids;      /* by piece: its number plus one */
	struct str *words;
	size_t count;
	i64 first, last;      /* put around a text; -1: none */
	struct wordpiece *wordpiece;
	/* byte pairs */
	struct map *ranks;    /* by "left right": its rank plus one */
	bool space_before;    /* a text begins as if after a space */
	/* unigrams */
	float *scores, unknown_score;
	size_t longest;       /* piece, bytes */
	i64 unknown;
	bool compatible, lower; /* NFKC first; lower case */
};

struct pieces_out {
	i64 *ids;
	size_t count, most;
};

static inline bool pieces_find(const struct pieces *p, struct str word, i64 *ret_id)
{
	void *found = map_get(p->ids, word);
	if (found)
		*ret_id = (i64)(intptr_t)found - 1;
	return found;
}

static inline void pieces_put(struct pieces_out *out, i64 id)
{
	if (out->count < out->most)
		out->ids[out->count++] = id;
}

void pieces_cut_pairs(const struct pieces *pieces, struct arena *scratch, struct str text, struct pieces_out *out);
void pieces_cut_unigrams(const struct pieces *pieces, struct arena *scratch, struct str text, struct pieces_out *out);
