/* match_hash.h: the hash of keys of leaves, short enough to be made for every word of every post, and for every beginning of it. Only
 * match*.c see it. A key is followed by QUERY_WORDS_PAD readable bytes. */
#pragma once
#include "text/match_engine.h"

#include <string.h>

#define HASH_K1 0xa0761d6478bd642fu
#define HASH_K2 0xe7037ed1a0b428dbu

static inline u64 hash_fold(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	return (u64)product ^ (u64)(product >> 64);
}

static inline u64 hash_seed(const struct match *match, enum match_kind kind)
{
	return match->seed + (u64)kind * 0x9e3779b97f4a7c15u;
}

static inline u64 hash_padded(u64 seed, const char *at, u32 len)
{
	u64 hash = seed ^ len * HASH_K1, word;
	for (; len > 8; at += 8, len -= 8) {
		memcpy(&word, at, 8);
		hash = hash_fold(hash ^ word, HASH_K1);
	}
	memcpy(&word, at, 8);
	word &= ~(u64)0 >> (64 - 8 * len) % 64;
	return hash_fold(hash ^ (len ? word : 0), HASH_K2);
}
