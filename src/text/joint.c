#include "text/joint.h"

#include "base/err.h"

#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#define LINE 64u      /* bytes of the cache's */
#define HEAD_BYTES 6u /* of an entry: its key and scale; the rest are weights */
#define STEPS 127.0f
#define UNIT 32000.0f /* of a factor: 16 bits hold the largest, a little above it */
#define AT_ONCE 512u  /* features whose sums fit whole numbers: the squares of a family's values sum to 1 */
#define GROUP 3u      /* keys that share a seed, on average */
#define SEEDS 65536u

/* An entry is a key (4 bytes), a scale (the upper half of a float; 0: free, and weighs nothing) and a byte a head: its weight is
 * byte / 127 * scale. Each key has one place where it can stand: a few keys share a seed, which was chosen so that they and all others
 * have places of their own. So nothing is searched, and the processor never has to guess whether to search on. */
struct joint {
	char *entries;
	uint16_t *seeds;
	u32 count, groups;  /* of entries, of seeds */
	u32 entry;          /* bytes of one */
	size_t heads, features;
	bool wide;          /* sums of 32 bytes at a time */
};

/* ---- making ---- */

static float step_of(signed char step)
{
	return (float)(step * (step < 0 ? -step : step)) / (STEPS * STEPS);
}

static u32 key_of(const char *entry)
{
	u32 key;
	memcpy(&key, entry, sizeof key);
	return key;
}

static float scale_of(const char *entry)
{
	uint16_t half;
	float scale;
	memcpy(&half, entry + 4, sizeof half);
	u32 whole = (u32)half << 16;
	memcpy(&scale, &whole, sizeof scale);
	return scale;
}

static inline u32 group_of(const struct joint *j, u32 key)
{
	return (u32)((u64)key * j->groups >> 32);
}

static inline u32 place_of(const struct joint *j, u32 key, u32 seed)
{
	u32 mixed = (key ^ seed * 0x9E3779B1u) * 0x85EBCA6Bu;
	return (u32)((u64)(mixed ^ mixed >> 15) * j->count >> 32);
}

/* One feature's. */
static void put(struct joint *j, const struct classifier_weight *weights, size_t count)
{
	float most = 0, scale;
	u32 whole;
	for (size_t i = 0; i < count; i++)
		most = fmaxf(most, fabsf(step_of(weights[i].step)));
	memcpy(&whole, &most, sizeof whole);
	uint16_t half = (uint16_t)((whole >> 16) + 1); /* rounded up, so that no weight is larger */
	char *entry = j->entries + (size_t)place_of(j, weights->key, j->seeds[group_of(j, weights->key)]) * j->entry;
	memcpy(entry, &weights->key, sizeof weights->key);
	memcpy(entry + 4, &half, sizeof half);
	scale = scale_of(entry);
	for (size_t i = 0; i < count; i++)
		entry[HEAD_BYTES + weights[i].head] = (char)(signed char)roundf(step_of(weights[i].step) / scale * STEPS);
	j->features++;
}

/* All weights of all, each model's heads behind those before it; those of step 0 say nothing. */
static size_t gather(struct arena *arena, const struct classifier *const *classifiers, size_t count, struct classifier_weight **ret_weights, size_t *ret_heads)
{
	size_t all = 0, kept = 0, head = 0;
	for (size_t i = 0; i < count; i++)
		all += classifier_weights(classifiers[i], NULL);
	struct classifier_weight *weights = arena_array(arena, struct classifier_weight, all + 1);
	for (size_t i = 0; i < count; i++) {
		size_t more = classifier_weights(classifiers[i], weights + kept);
		for (size_t end = kept + more, at = kept; at < end; at++)
			if (weights[at].step) {
				weights[kept] = weights[at];
				weights[kept++].head += (u8)head;
			}
		head += classifier_heads(classifiers[i]);
	}
	*ret_weights = weights;
	*ret_heads = head;
	return kept;
}

static bool is_wide(void);

/* ---- a place for each key ---- */

struct places {
	const u32 *keys;  /* by group, for groups follow the order of keys */
	u32 *starts;      /* of each group, and one more */
	u8 *taken;        /* of each place */
};

/* Do all keys of the group get places that are free, and each its own? If so they are taken. */
static bool try_seed(const struct joint *j, struct places *p, u32 group, u32 seed)
{
	u32 from = p->starts[group], to = p->starts[group + 1], at = from;
	while (at < to && !p->taken[place_of(j, p->keys[at], seed)])
		p->taken[place_of(j, p->keys[at++], seed)] = 1;
	if (at == to)
		return true;
	while (at-- > from)
		p->taken[place_of(j, p->keys[at], seed)] = 0;
	return false;
}

/* The largest groups first, while there is room. False: a group found no seed. */
static bool choose_seeds(struct joint *j, struct places *p)
{
	u32 largest = 0;
	for (u32 group = 0; group < j->groups; group++)
		largest = p->starts[group + 1] - p->starts[group] > largest ? p->starts[group + 1] - p->starts[group] : largest;
	for (u32 size = largest; size > 0; size--)
		for (u32 group = 0; group < j->groups; group++) {
			u32 seed = 0;
			if (p->starts[group + 1] - p->starts[group] != size)
				continue;
			while (seed < SEEDS && !try_seed(j, p, group, seed))
				seed++;
			if (seed == SEEDS)
				return false;
			j->seeds[group] = (uint16_t)seed;
		}
	return true;
}

static void place(struct joint *j, const u32 *keys, size_t count)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct places p = {keys, arena_array(scratch, u32, j->groups + 1), NULL};
	for (size_t i = 0; i < count; i++)
		p.starts[group_of(j, keys[i]) + 1]++;
	for (u32 group = 0; group < j->groups; group++)
		p.starts[group + 1] += p.starts[group];
	do { /* a place in five is free, and more if need be */
		j->count += j->count / 4 + 16;
		p.taken = arena_array(scratch, u8, j->count);
	} while (!choose_seeds(j, &p));
}

static void *whole_lines(struct arena *arena, size_t bytes)
{
	char *at = arena_alloc(arena, bytes + LINE);
	return at + (LINE - (uintptr_t)at % LINE) % LINE;
}

struct joint *joint_new(struct arena *arena, const struct classifier *const *classifiers, size_t classifier_count)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct joint *j = arena_new_of(arena, struct joint);
	struct classifier_weight *w;
	size_t count = gather(scratch, classifiers, classifier_count, &w, &j->heads), features = classifier_sort(scratch, w, count), known = 0;
	u32 *keys = arena_array(scratch, u32, features + 1);
	must(j->heads <= JOINT_HEADS_MAX && features < UINT32_MAX / 4);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || w[i].key != w[i - 1].key)
			keys[known++] = w[i].key;
	j->entry = j->heads <= LINE / 2 - HEAD_BYTES ? LINE / 2 : LINE;
	j->wide = is_wide();
	j->count = (u32)features;
	j->groups = (u32)features / GROUP + 1;
	j->seeds = arena_array(arena, uint16_t, j->groups);
	place(j, keys, features);
	j->entries = whole_lines(arena, (size_t)j->count * j->entry);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i; end < count && w[end].key == w[i].key; end++)
			;
		put(j, w + i, end - i);
	}
	return j;
}

size_t joint_features(const struct joint *j)
{
	return j->features;
}

size_t joint_bytes(const struct joint *j)
{
	return (size_t)j->count * j->entry + j->groups * sizeof *j->seeds;
}

/* ---- asking ---- */

/* Where the key stands, if it is there at all. */
static inline const char *entry_of(const struct joint *j, u32 key)
{
	return j->entries + (size_t)place_of(j, key, j->seeds[group_of(j, key)]) * j->entry;
}

/* A feature's value times its entry's scale, as a whole number; 0 where another key stands. */
static inline int factor_of(const char *entry, u32 key, float value)
{
	return (int)(scale_of(entry) * value * UNIT + 0.5f) & -(int)(key_of(entry) == key);
}

#ifdef __SSE2__

struct sums {
	__m128i of[8]; /* four heads each */
};

/* Two features' weights times their factors: bytes side by side, made 16 bits wide, multiplied and added in pairs. */
__attribute__((always_inline)) static inline void add_two(struct sums *s, const char *one, const char *other, int factor, int other_factor)
{
	__m128i factors = _mm_set1_epi32((factor & 0xFFFF) | other_factor << 16), zero = _mm_setzero_si128();
	for (int half = 0; half < 2; half++) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)(one + half * 16)), b = _mm_loadu_si128((const __m128i *)(const void *)(other + half * 16));
		__m128i low = _mm_unpacklo_epi8(a, b), high = _mm_unpackhi_epi8(a, b);
		s->of[half * 4] = _mm_add_epi32(s->of[half * 4], _mm_madd_epi16(_mm_srai_epi16(_mm_unpacklo_epi8(zero, low), 8), factors));
		s->of[half * 4 + 1] = _mm_add_epi32(s->of[half * 4 + 1], _mm_madd_epi16(_mm_srai_epi16(_mm_unpackhi_epi8(zero, low), 8), factors));
		s->of[half * 4 + 2] = _mm_add_epi32(s->of[half * 4 + 2], _mm_madd_epi16(_mm_srai_epi16(_mm_unpacklo_epi8(zero, high), 8), factors));
		s->of[half * 4 + 3] = _mm_add_epi32(s->of[half * 4 + 3], _mm_madd_epi16(_mm_srai_epi16(_mm_unpackhi_epi8(zero, high), 8), factors));
	}
}

/* The same where the processor has registers of 32 bytes: both halves of an entry at once. */
__attribute__((target("avx2"))) static void add_part_wide(const char *const *entries, const int *factors, size_t count, size_t from, int32_t ret_sums[32])
{
	__m256i sums[4] = {}, zero = _mm256_setzero_si256();
	for (size_t n = 0; n < count; n += 2) {
		__m256i both = _mm256_set1_epi32((factors[n] & 0xFFFF) | factors[n + 1] << 16);
		__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)(entries[n] + from)), b = _mm256_loadu_si256((const __m256i *)(const void *)(entries[n + 1] + from));
		__m256i low = _mm256_unpacklo_epi8(a, b), high = _mm256_unpackhi_epi8(a, b);
		sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(_mm256_srai_epi16(_mm256_unpacklo_epi8(zero, low), 8), both));
		sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(_mm256_srai_epi16(_mm256_unpackhi_epi8(zero, low), 8), both));
		sums[2] = _mm256_add_epi32(sums[2], _mm256_madd_epi16(_mm256_srai_epi16(_mm256_unpacklo_epi8(zero, high), 8), both));
		sums[3] = _mm256_add_epi32(sums[3], _mm256_madd_epi16(_mm256_srai_epi16(_mm256_unpackhi_epi8(zero, high), 8), both));
	}
	for (size_t i = 0; i < 4; i++) {
		_mm_storeu_si128((__m128i *)(void *)(ret_sums + i * 4), _mm256_castsi256_si128(sums[i]));
		_mm_storeu_si128((__m128i *)(void *)(ret_sums + 16 + i * 4), _mm256_extracti128_si256(sums[i], 1));
	}
}

static bool is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

struct sums {
	int32_t of[32];
};

static inline void add_two(struct sums *s, const char *one, const char *other, int factor, int other_factor)
{
	for (int i = 0; i < 32; i++)
		s->of[i] += (signed char)one[i] * factor + (signed char)other[i] * other_factor;
}

static bool is_wide(void)
{
	return false;
}

static void add_part_wide(const char *const *entries, const int *factors, size_t count, size_t from, int32_t ret_sums[32])
{
}

#endif

/* The bytes [from, from + 32) of the entries of up to AT_ONCE features; those before the weights are added up too, and left out. */
static void add_part(bool wide, const char *const *entries, const int *factors, size_t count, size_t from, int32_t ret_sums[32])
{
	if (wide) {
		add_part_wide(entries, factors, count, from, ret_sums);
		return;
	}
	struct sums s = {};
	static_assert(sizeof s == 32 * sizeof *ret_sums);
	for (size_t n = 0; n < count; n += 2)
		add_two(&s, entries[n] + from, entries[n + 1] + from, factors[n], factors[n + 1]);
	memcpy(ret_sums, &s, sizeof s);
}

void joint_sums(const struct joint *j, const struct features *features, float *sums)
{
	const struct feature *items = features_items(features);
	size_t all = features_count(features);
	for (size_t h = 0; h < JOINT_HEADS_MAX; h++)
		sums[h] = 0;
	for (size_t from = 0; from < all; from += AT_ONCE) {
		const char *entries[AT_ONCE + 1];
		int factors[AT_ONCE + 1];
		int32_t whole[2 * 32] = {};
		size_t count = all - from < AT_ONCE ? all - from : AT_ONCE;
		for (size_t n = 0; n < count; n++) {
			entries[n] = entry_of(j, items[from + n].key);
			__builtin_prefetch(entries[n]);
		}
		for (size_t n = 0; n < count; n++)
			factors[n] = factor_of(entries[n], items[from + n].key, items[from + n].value);
		entries[count] = entries[count - 1];
		factors[count] = 0;
		for (size_t part = 0; part < j->entry; part += 32)
			add_part(j->wide, entries, factors, count, part, whole + part);
		for (size_t h = 0; h < j->heads; h++)
			sums[h] += (float)whole[HEAD_BYTES + h] / (STEPS * UNIT);
	}
}

void joint_parts(const struct joint *j, const struct features *features, size_t head, float *ret_parts)
{
	const struct feature *items = features_items(features);
	for (size_t n = 0; n < features_count(features); n++) {
		const char *entry = entry_of(j, items[n].key);
		ret_parts[n] = (float)(key_of(entry) == items[n].key) * items[n].value * scale_of(entry) * (float)(signed char)entry[HEAD_BYTES + head] / STEPS;
	}
}
