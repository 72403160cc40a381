/* match_leaf.c: the leaves, each once, in one table by their keys. */
#include "text/match_hash.h"

#include "base/err.h"

#include <string.h>

#define KEY_MAX 512

u64 leaf_hash(const struct match *match, enum match_kind kind, struct str key)
{
	char padded[KEY_MAX + QUERY_WORDS_PAD];
	must(key.len <= KEY_MAX);
	memcpy(padded, key.at, key.len);
	memset(padded + key.len, 0, QUERY_WORDS_PAD);
	return hash_padded(hash_seed(match, kind), padded, (u32)key.len);
}

u64 leaf_hash_pair(const struct match *match, u32 left, u32 right)
{
	return hash_fold(hash_seed(match, LEAF_PHRASE) ^ ((u64)left << 32 | right), HASH_K2);
}

u32 leaf_find(const struct match *match, enum match_kind kind, struct str key, u64 hash)
{
	u32 high = (u32)(hash >> 32);
	for (u32 at = high & match->slot_mask;; at = (at + 1) & match->slot_mask) {
		u64 slot = match->slots[at];
		if (!slot)
			return 0;
		const struct leaf *leaf = &match->leaves[(u32)slot];
		if (slot >> 32 == high && leaf->kind == kind && leaf->key_len == key.len && memcmp(leaf->key, key.at, key.len) == 0)
			return (u32)slot;
	}
}

u32 leaf_find_phrase(const struct match *match, u32 left, u32 right)
{
	u32 pair[2] = {left, right};
	return leaf_find(match, LEAF_PHRASE, (struct str){(char *)pair, sizeof pair}, leaf_hash_pair(match, left, right));
}

static u64 hash_of(const struct match *match, enum match_kind kind, struct str key)
{
	u32 pair[2];
	if (kind != LEAF_PHRASE)
		return leaf_hash(match, kind, key);
	memcpy(pair, key.at, sizeof pair);
	return leaf_hash_pair(match, pair[0], pair[1]);
}

static void put(struct match *match, u64 slot)
{
	u32 at = (u32)(slot >> 32) & match->slot_mask;
	while (match->slots[at])
		at = (at + 1) & match->slot_mask;
	match->slots[at] = slot;
}

static void grow_slots(struct match *match)
{
	if (++match->slots_used * 2 <= match->slot_mask)
		return;
	u64 *old = match->slots;
	u32 old_count = match->slot_mask + 1;
	match->slot_mask = old_count * 2 - 1;
	match->slots = pool_take(match->pool, old_count * 2 * sizeof *old);
	memset(match->slots, 0, old_count * 2 * sizeof *old);
	for (u32 i = 0; i < old_count; i++)
		if (old[i])
			put(match, old[i]);
	pool_give(match->pool, old, old_count * sizeof *old);
}

/* Those behind it move up, as far as they may stand there. */
static void take_out(struct match *match, u32 leaf, u64 hash)
{
	u32 mask = match->slot_mask, gap = (u32)(hash >> 32) & mask;
	while ((u32)match->slots[gap] != leaf)
		gap = (gap + 1) & mask;
	for (u32 at = (gap + 1) & mask; match->slots[at]; at = (at + 1) & mask) {
		u32 home = (u32)(match->slots[at] >> 32) & mask;
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		match->slots[gap] = match->slots[at];
		gap = at;
	}
	match->slots[gap] = 0;
	match->slots_used--;
}

static u32 new_leaf(struct match *match)
{
	if (match->free_leaves.count)
		return match->free_leaves.at[--match->free_leaves.count];
	u32 old = match->leaf_capacity, wanted = match->leaf_count + 1, bits = old / 64, places = old;
	match->leaves = match_grow(match, match->leaves, sizeof *match->leaves, match->leaf_count, &match->leaf_capacity, wanted);
	if (match->leaf_capacity != old) {
		match->places_of = match_grow(match, match->places_of, sizeof *match->places_of, old, &places, match->leaf_capacity);
		u64 *there = pool_take(match->pool, match->leaf_capacity / 8);
		memset(there, 0, match->leaf_capacity / 8); /* nothing is there between two posts */
		pool_give(match->pool, match->there, bits * 8);
		match->there = there;
	}
	return match->leaf_count++;
}

/* The leaf of this key, with one more reference; *ret_new: it was made. */
static u32 take(struct match *match, enum match_kind kind, struct str key, bool *ret_new)
{
	u64 hash = hash_of(match, kind, key);
	u32 number = leaf_find(match, kind, key, hash);
	*ret_new = !number;
	if (number) {
		match->leaves[number].refs++;
		return number;
	}
	number = new_leaf(match);
	char *kept = pool_take(match->pool, key.len);
	memcpy(kept, key.at, key.len);
	match->leaves[number] = (struct leaf){.kind = (u8)kind, .key = kept, .key_len = (u32)key.len, .refs = 1};
	grow_slots(match);
	put(match, (hash >> 32) << 32 | number);
	return number;
}

/* ---- kinds ---- */

static void list_prefix_lengths(struct match *match)
{
	match->prefix_active_count = 0;
	for (u32 len = 1; len < COUNT(match->prefix_lengths); len++)
		if (match->prefix_lengths[len])
			match->prefix_active[match->prefix_active_count++] = (u8)len;
}

static void sieve_add(struct match *match, struct str beginning)
{
	u64 hash = leaf_hash(match, LEAF_PREFIX, beginning);
	match->prefix_sieve[hash % SIEVE_BITS / 64] |= (u64)1 << hash % 64;
}

/* Anew, without those that are gone. */
static void make_sieve(struct match *match)
{
	memset(match->prefix_sieve, 0, SIEVE_BITS / 8);
	match->prefixes_gone = 0;
	for (u32 i = 1; i < match->leaf_count; i++)
		if (match->leaves[i].kind == LEAF_PREFIX && match->leaves[i].refs)
			sieve_add(match, (struct str){match->leaves[i].key, match->leaves[i].key_len});
}

static u32 take_word(struct match *match, enum match_kind kind, struct str word)
{
	bool is_new;
	u32 leaf = take(match, kind, word, &is_new);
	if (kind != LEAF_PREFIX || !is_new)
		return leaf;
	sieve_add(match, word);
	if (match->prefix_lengths[word.len]++ == 0)
		list_prefix_lengths(match);
	return leaf;
}

static u32 take_phrase(struct match *match, const struct query *query)
{
	u32 left = take_word(match, LEAF_WORD, query->words[0]);
	for (size_t i = 1; i < query->count; i++) {
		u32 pair[2] = {left, take_word(match, LEAF_WORD, query->words[i])};
		bool is_new;
		left = take(match, LEAF_PHRASE, (struct str){(char *)pair, sizeof pair}, &is_new);
		if (is_new) {
			match->leaves[pair[0]].phrases++;
		} else { /* it has its own references */
			leaf_drop(match, pair[0]);
			leaf_drop(match, pair[1]);
		}
	}
	return left;
}

void near_wait(struct match *match, u32 near)
{
	u32 key[2];
	memcpy(key, match->leaves[near].key, sizeof key);
	u8 side = leaf_cost(match, key[1]) < leaf_cost(match, key[0]);
	match->leaves[near].side = side;
	ids_add(match, &match->leaves[key[side]].nears, key[!side]);
	ids_add(match, &match->leaves[key[side]].nears, near);
}

void near_unwait(struct match *match, u32 near)
{
	u32 key[2], i = 0;
	memcpy(key, match->leaves[near].key, sizeof key);
	struct ids *nears = &match->leaves[key[match->leaves[near].side]].nears;
	while (nears->at[i + 1] != near)
		must((i += 2) < nears->count);
	nears->at[i + 1] = nears->at[--nears->count];
	nears->at[i] = nears->at[--nears->count];
}

static u32 take_near(struct match *match, const struct query *query)
{
	u32 a = leaf_for(match, query->parts[0]), b = leaf_for(match, query->parts[1]);
	u32 key[3] = {a < b ? a : b, a < b ? b : a, (u32)query->number};
	bool is_new;
	u32 near = take(match, LEAF_NEAR, (struct str){(char *)key, sizeof key}, &is_new);
	if (!is_new) {
		leaf_drop(match, a);
		leaf_drop(match, b);
		return near;
	}
	match->leaves[a].places_wanted++;
	match->leaves[b].places_wanted++;
	near_wait(match, near);
	return near;
}

static u32 take_place(struct match *match, const struct query *query)
{
	bool is_new;
	struct place_text place;
	place_read(query->words[0], true, &place);
	must(place.count && place.count <= PLACE_ASKED_MAX);
	u32 leaf = take(match, LEAF_PLACE, place_names(&place, 0, place.count), &is_new);
	match->leaves[leaf].names = (u8)place.count;
	match->places_asked[place.count] += is_new;
	return leaf;
}

static u32 take_field(struct match *match, const struct query *query)
{
	bool is_new;
	char text[KEY_MAX];
	CLEANUP(buf_free) struct buf key = BUF_IN(text);
	if (query->field == QUERY_FOLLOWERS_OVER || query->field == QUERY_FOLLOWERS_UNDER) {
		u32 range = take(match, query->field == QUERY_FOLLOWERS_OVER ? LEAF_OVER : LEAF_UNDER,
				 (struct str){(const char *)&query->number, sizeof query->number}, &is_new);
		if (is_new)
			ids_add(match, &match->ranges, range);
		return range;
	}
	if (query->field == QUERY_PLACE)
		return take_place(match, query);
	buf_addf(&key, "%s:", query_field_word(query->field));
	buf_add(&key, query->words[0]);
	u32 leaf = take(match, LEAF_FIELD, buf_str(&key), &is_new);
	match->fields += is_new;
	return leaf;
}

u32 leaf_for(struct match *match, const struct query *query)
{
	switch (query->kind) {
	case QUERY_WORD:
		return take_word(match, LEAF_WORD, query->words[0]);
	case QUERY_SIGNED:
		return take_word(match, LEAF_SIGNED, query->words[0]);
	case QUERY_PREFIX:
		return take_word(match, LEAF_PREFIX, query->words[0]);
	case QUERY_PHRASE:
		return take_phrase(match, query);
	case QUERY_NEAR:
		return take_near(match, query);
	default:
		must(query->kind == QUERY_FIELD);
		return take_field(match, query);
	}
}

static void drop_parts(struct match *match, const struct leaf *leaf, u32 number)
{
	u32 key[3];
	memcpy(key, leaf->key, leaf->key_len < sizeof key ? leaf->key_len : sizeof key);
	switch (leaf->kind) {
	case LEAF_PREFIX:
		if (--match->prefix_lengths[leaf->key_len] == 0)
			list_prefix_lengths(match);
		if (++match->prefixes_gone > SIEVE_BITS / 64)
			make_sieve(match);
		break;
	case LEAF_PHRASE:
		match->leaves[key[0]].phrases--;
		leaf_drop(match, key[0]);
		leaf_drop(match, key[1]);
		break;
	case LEAF_NEAR:
		near_unwait(match, number);
		match->leaves[key[0]].places_wanted--;
		match->leaves[key[1]].places_wanted--;
		leaf_drop(match, key[0]);
		leaf_drop(match, key[1]);
		break;
	case LEAF_FIELD:
		match->fields--;
		break;
	case LEAF_PLACE:
		match->places_asked[leaf->names]--;
		break;
	case LEAF_OVER:
	case LEAF_UNDER:
		ids_remove(&match->ranges, number);
		break;
	default:
		break;
	}
}

void leaf_drop(struct match *match, u32 number)
{
	struct leaf *leaf = &match->leaves[number];
	must(leaf->refs);
	if (--leaf->refs)
		return;
	must(!leaf->waiting.count);
	struct str key = {leaf->key, leaf->key_len};
	take_out(match, number, hash_of(match, (enum match_kind)leaf->kind, key));
	drop_parts(match, leaf, number);
	ids_free(match, &leaf->waiting);
	ids_free(match, &leaf->nears);
	pool_give(match->pool, (char *)(uintptr_t)leaf->key, leaf->key_len);
	*leaf = (struct leaf){};
	ids_add(match, &match->free_leaves, number);
}
