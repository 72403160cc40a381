/* copy.c: near copies among many texts. */
#include "base/cx.h"
#include "text/token.h"
#include "text/topic.h"

#include <string.h>

#define BANDS 8u  /* of least hashes; two texts that have one band alike are held against each other */
#define ROWS 3u
#define LEAST (BANDS * ROWS)
#define SHORT 5u  /* words: below, only the same is a copy */

struct sketch {
	u32 least[LEAST];
	u64 whole;  /* of all words in order */
	u32 words;
};

static u64 mix(u64 x)
{
	x = (x ^ x >> 31) * 0x9E3779B97F4A7C15u;
	x = (x ^ x >> 29) * 0xBF58476D1CE4E5B9u;
	return x ^ x >> 32;
}

/* Words and hashtags; what changes from copy to copy (links, mentions, numbers, points) is none of it. */
static void sketch_of(const struct reading *reading, struct sketch *ret)
{
	u64 before = 0;
	*ret = (struct sketch){};
	memset(ret->least, 0xFF, sizeof ret->least);
	for (size_t i = 0; i < reading->token_count; i++) {
		const struct token *t = &reading->tokens[i];
		if ((t->kind != TOKEN_WORD && t->kind != TOKEN_HASHTAG && t->kind != TOKEN_EMOJI) || t->flags & TOKEN_PART)
			continue;
		ret->whole = mix(ret->whole ^ t->plain);
		if (ret->words++) {
			u64 pair = mix(before * 31 + t->plain);
			for (u32 h = 0; h < LEAST; h++) {
				u32 hash = (u32)(mix(pair + h * 0x2545F4914F6CDD1Du) >> 32);
				if (hash < ret->least[h])
					ret->least[h] = hash;
			}
		}
		before = t->plain;
	}
}

static double alike(const struct sketch *a, const struct sketch *b)
{
	u32 same = 0;
	if (a->whole == b->whole)
		return 1;
	if (a->words < SHORT || b->words < SHORT)
		return 0;
	for (u32 h = 0; h < LEAST; h++)
		same += a->least[h] == b->least[h];
	return (double)same / LEAST;
}

struct bands {
	u64 *keys;  /* 0: free */
	u32 *texts; /* the first text that had the band */
	size_t capacity;
};

/* The first text of the band, this one when there was none. */
static u32 first_of(struct bands *bands, u64 key, u32 text)
{
	size_t at = (size_t)key & (bands->capacity - 1);
	while (bands->keys[at] && bands->keys[at] != key)
		at = (at + 1) & (bands->capacity - 1);
	if (!bands->keys[at]) {
		bands->keys[at] = key;
		bands->texts[at] = text;
	}
	return bands->texts[at];
}

static u64 band_key(const struct sketch *s, u32 band)
{
	u64 key = band + 1;
	for (u32 r = 0; r < ROWS; r++)
		key = mix(key ^ s->least[band * ROWS + r]);
	return key | 1;
}

void copies_of(struct arena *arena, const struct str *texts, size_t count, double least, struct copies *ret_copies)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct reading *reading = reading_new(scratch);
	struct sketch *sketches = arena_array(scratch, struct sketch, count + 1);
	struct bands bands = {.capacity = 1024};
	must(count <= TOPIC_TEXTS_MAX);
	while (bands.capacity < count * (BANDS + 1) * 2)
		bands.capacity *= 2;
	bands.keys = arena_array(scratch, u64, bands.capacity);
	bands.texts = arena_array(scratch, u32, bands.capacity);
	*ret_copies = (struct copies){.of = arena_array(arena, u32, count + 1)};
	memset(ret_copies->of, 0xFF, count * sizeof *ret_copies->of);
	for (u32 t = 0; t < count; t++) {
		struct sketch *s = &sketches[t];
		u32 best = TOPIC_NONE;
		double most = least;
		reading_of(reading, texts[t]);
		sketch_of(reading, s);
		if (!s->words)
			continue;
		for (u32 b = 0; b <= BANDS; b++) {
			if (b < BANDS && s->words < SHORT)
				continue;
			u32 first = first_of(&bands, b < BANDS ? band_key(s, b) : mix(s->whole) | 1, t);
			double share = first == t ? 0 : alike(s, &sketches[first]);
			if (share < most || (share == most && first >= best)) /* the most alike, then the oldest */
				continue;
			most = share;
			best = first;
		}
		if (best == TOPIC_NONE)
			continue;
		if (ret_copies->of[best] == TOPIC_NONE) {
			ret_copies->of[best] = best;
			ret_copies->count++;
		}
		ret_copies->of[t] = ret_copies->of[best];
	}
}
