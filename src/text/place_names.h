/* place_names.h: well-known spellings of places, as data; only place.c sees it. Few on purpose: countries as their flags, in English and
 * French and as they call themselves, and cities that have several names or a common short one. Left out is what names two places (Vienne
 * is in Isère too, LA is an article). Ours, and to be added to. */
#pragma once
#include "base/types.h"

struct place_spelling {
	char flag[3];      /* of a country: its two letters; empty: none */
	const char *names; /* with bars between; the first is the one that is compared. "=US": in capitals alone, unless somebody asks */
};
extern const struct place_spelling place_spellings[];
extern const u32 place_spelling_count;
