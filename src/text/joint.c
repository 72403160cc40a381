#include "text/joint.h"

#include "base/err.h"

#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define LINE 64u     /* bytes of the cache's */
#define HEAD_BYTES 6u /* of an entry: its key and scale; the rest are weights */
#define AHEAD 24u    /* features whose entries are being fetched */
#define STEPS 127.0f
#define UNIT 32000.0f /* of a factor: 16 bits hold the largest, a little above it */
#define FLUSHED 512u /* features whose sums fit whole numbers: the squares of a family's values sum to 1 */

/* An entry is a key (4 bytes), a scale (the upper half of a float; 0: free, and weighs nothing) and a byte a head: its weight is
 * byte / 127 * scale. Two stand in a line where there are few heads. A key that does not fit into its line stands in a later one, and
 * the first entry of each line that it went past says so, in the last bit of its scale. */
#define OVER_AT 4 /* little endian, as model files are */
#define OVER 1
struct joint {
	char *lines;
	u32 count;          /* of lines */
	u32 entry;          /* bytes of one */
	size_t heads, features;
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
	u32 whole = (u32)(half & ~OVER) << 16;
	memcpy(&scale, &whole, sizeof scale);
	return scale;
}

static inline u32 line_of(const struct joint *j, u32 key)
{
	return (u32)((u64)key * j->count >> 32);
}

static inline u32 line_behind(const struct joint *j, u32 line)
{
	return line + 1 < j->count ? line + 1 : 0;
}

static char *free_entry(const struct joint *j, u32 key)
{
	for (u32 line = line_of(j, key);; line = line_behind(j, line)) {
		char *first = j->lines + (size_t)line * LINE;
		for (u32 at = 0; at < LINE; at += j->entry)
			if (scale_of(first + at) == 0)
				return first + at;
		first[OVER_AT] |= OVER;
	}
}

/* One feature's. */
static void put(struct joint *j, const struct classifier_weight *weights, size_t count)
{
	float most = 0, scale;
	u32 whole;
	for (size_t i = 0; i < count; i++)
		most = fmaxf(most, fabsf(step_of(weights[i].step)));
	memcpy(&whole, &most, sizeof whole);
	uint16_t half = (uint16_t)(((whole >> 16) | OVER) + 1); /* rounded up, so that no weight is larger */
	char *entry = free_entry(j, weights->key);
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

struct joint *joint_new(struct arena *arena, const struct classifier *const *classifiers, size_t classifier_count)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct joint *j = arena_new_of(arena, struct joint);
	struct classifier_weight *w;
	size_t count = gather(scratch, classifiers, classifier_count, &w, &j->heads), features = classifier_sort(scratch, w, count);
	must(j->heads <= JOINT_HEADS_MAX);
	j->entry = j->heads <= LINE / 2 - HEAD_BYTES ? LINE / 2 : LINE;
	j->count = (u32)(j->entry < LINE ? features * 3 / 4 : features * 3 / 2) + 16; /* a place in three is free */
	char *room = arena_alloc(arena, ((size_t)j->count + 1) * LINE);
	j->lines = room + (LINE - (uintptr_t)room % LINE) % LINE;
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
	return (size_t)j->count * LINE;
}

/* ---- asking ---- */

/* The key's entry, or one of another key: `ret_is` tells. No branch on which of the two of a line it is, nor on whether it is any. */
static inline const char *entry_of(const struct joint *j, u32 key, u32 *ret_is)
{
	for (u32 line = line_of(j, key);; line = line_behind(j, line)) {
		const char *first = j->lines + (size_t)line * LINE, *entry = first + (-(u32)(key_of(first) != key) & (LINE - j->entry));
		u32 is = key_of(entry) == key;
		*ret_is = is;
		if (__builtin_expect(is | !(first[OVER_AT] & OVER), 1))
			return entry;
	}
}

static inline void fetch(const struct joint *j, u32 key)
{
	__builtin_prefetch(j->lines + (size_t)line_of(j, key) * LINE);
}

/* A feature's value times its entry's scale, as a whole number. */
static inline int factor_of(const char *entry, u32 is, float value)
{
	return (int)(scale_of(entry) * value * UNIT + 0.5f) & -(int)is;
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

#else

struct sums {
	int32_t of[32];
};

static inline void add_two(struct sums *s, const char *one, const char *other, int factor, int other_factor)
{
	for (int i = 0; i < 32; i++)
		s->of[i] += (signed char)one[i] * factor + (signed char)other[i] * other_factor;
}

#endif

/* The bytes [from, from + 32) of the entries of up to FLUSHED features; those before the weights are added up too, and left out. */
static void add_part(const char *const *entries, const int *factors, size_t count, size_t from, int32_t ret_sums[32])
{
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
	for (size_t n = 0; n < AHEAD && n < all; n++)
		fetch(j, items[n].key);
	for (size_t from = 0; from < all; from += FLUSHED) {
		const char *entries[FLUSHED + 1];
		int factors[FLUSHED + 1];
		int32_t whole[2 * 32] = {};
		size_t count = all - from < FLUSHED ? all - from : FLUSHED;
		for (size_t n = 0; n < count; n++) {
			u32 is;
			fetch(j, items[from + n + AHEAD < all ? from + n + AHEAD : from + n].key);
			entries[n] = entry_of(j, items[from + n].key, &is);
			factors[n] = factor_of(entries[n], is, items[from + n].value);
		}
		entries[count] = entries[count - 1];
		factors[count] = 0;
		for (size_t part = 0; part < j->entry; part += 32)
			add_part(entries, factors, count, part, whole + part);
		for (size_t h = 0; h < j->heads; h++)
			sums[h] += (float)whole[HEAD_BYTES + h] / (STEPS * UNIT);
	}
}

void joint_parts(const struct joint *j, const struct features *features, size_t head, float *ret_parts)
{
	const struct feature *items = features_items(features);
	for (size_t n = 0; n < features_count(features); n++) {
		u32 is;
		const char *entry = entry_of(j, items[n].key, &is);
		ret_parts[n] = (float)is * items[n].value * scale_of(entry) * (float)(signed char)entry[HEAD_BYTES + head] / STEPS;
	}
}
