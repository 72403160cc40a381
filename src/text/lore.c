#include "text/lore.h"

#include <math.h>
#include <string.h>

/* The file: header, sources, a float a column, the keys in order, how many weights each has, the weights (column, step), and the sources'
 * filters of texts. Numbers are little endian; nothing is aligned. */
#define MAGIC "PVLORE01"
#define NAME_BYTES 24u
#define KEYS_MAX (1u << 24)
#define FILTER_BITS 10u  /* a text */
#define FILTER_HASHES 5u

struct header {
	char magic[8];
	u32 features, sources, columns, keys, weights, filter_len;
};

struct source {
	char name[NAME_BYTES];
	u32 from, to;           /* columns */
	u32 filter, filter_len; /* bytes; an empty one has seen nothing */
};

struct weight {
	u8 column;
	signed char step;
};

static_assert(sizeof(struct header) == 32 && sizeof(struct source) == NAME_BYTES + 16 && sizeof(struct weight) == 2);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "lore is read as it lies");

struct lore {
	struct source sources[LORE_SOURCES_MAX];
	float scales[LORE_COLUMNS_MAX], steps[256];
	size_t source_count, column_count, key_count;
	u32 *keys, *starts; /* starts: key_count + 1 */
	const struct weight *weights;
	const u8 *filters;
	u32 *slots;         /* feature + 1; 0 is free */
	size_t slot_mask;
};

static float of_step(int step)
{
	return (float)(step < 0 ? -step * step : step * step) / (127.0f * 127.0f);
}

/* ---- opening ---- */

static bool sources_are_sound(const struct lore *l, size_t filter_len)
{
	for (size_t i = 0; i < l->source_count; i++) {
		const struct source *s = &l->sources[i];
		if (!memchr(s->name, 0, NAME_BYTES) || s->from > s->to || s->to > l->column_count || s->filter > filter_len || s->filter_len > filter_len - s->filter)
			return false;
	}
	for (size_t i = 0; i < l->column_count; i++)
		if (!(fabsf(l->scales[i]) <= 1e6f))
			return false;
	return true;
}

static bool read_keys(struct arena *arena, const char *keys, const u8 *counts, size_t weight_count, struct lore *l)
{
	size_t slot_count = 64;
	while (slot_count < 2 * l->key_count)
		slot_count *= 2;
	l->keys = arena_array(arena, u32, l->key_count + 1);
	l->starts = arena_array(arena, u32, l->key_count + 1);
	l->slots = arena_array(arena, u32, slot_count);
	l->slot_mask = slot_count - 1;
	memcpy(l->keys, keys, l->key_count * sizeof *l->keys);
	for (size_t i = 0; i < l->key_count; i++) {
		l->starts[i + 1] = l->starts[i] + counts[i];
		size_t at = l->keys[i] & l->slot_mask;
		while (l->slots[at])
			at = (at + 1) & l->slot_mask;
		l->slots[at] = (u32)i + 1;
	}
	for (size_t i = 0; i < weight_count; i++)
		if (l->weights[i].column >= l->column_count)
			return false;
	return l->starts[l->key_count] == weight_count;
}

enum err lore_open(struct cx *cx, struct str bytes, struct lore **ret_lore)
{
	static const char story[] = N_("What Parvis knows beforehand is damaged, or was made by another version. Make it again by “parvis lore”.");
	struct header header;
	if (bytes.len < sizeof header)
		return fail(cx, ERR_BAD_INPUT, story);
	memcpy(&header, bytes.at, sizeof header);
	u64 rest = bytes.len - sizeof header;
	if (memcmp(header.magic, MAGIC, sizeof header.magic) != 0 || header.features != FEATURE_VERSION || header.sources > LORE_SOURCES_MAX ||
	    header.columns > LORE_COLUMNS_MAX || header.keys > KEYS_MAX ||
	    rest != header.sources * sizeof(struct source) + header.columns * sizeof(float) + header.keys * (u64)5 + header.weights * (u64)2 + header.filter_len)
		return fail(cx, ERR_BAD_INPUT, story);
	struct lore *l = arena_new_of(cx->arena, struct lore);
	const char *at = bytes.at + sizeof header;
	l->source_count = header.sources;
	l->column_count = header.columns;
	l->key_count = header.keys;
	memcpy(l->sources, at, header.sources * sizeof(struct source));
	at += header.sources * sizeof(struct source);
	memcpy(l->scales, at, header.columns * sizeof(float));
	at += header.columns * sizeof(float);
	const char *keys = at, *counts = at + header.keys * (size_t)4;
	l->weights = (const struct weight *)(const void *)(counts + header.keys);
	l->filters = (const u8 *)(counts + header.keys) + header.weights * (size_t)2;
	if (!sources_are_sound(l, header.filter_len) || !read_keys(cx->arena, keys, (const u8 *)counts, header.weights, l))
		return fail(cx, ERR_BAD_INPUT, story);
	for (int i = 0; i < 256; i++)
		l->steps[i] = of_step(i < 128 ? i : i - 256);
	*ret_lore = l;
	return OK;
}

/* ---- asking ---- */

size_t lore_columns(const struct lore *l)
{
	return l->column_count;
}

size_t lore_sources(const struct lore *l)
{
	return l->source_count;
}

struct str lore_source(const struct lore *l, size_t source, size_t *ret_from, size_t *ret_to)
{
	*ret_from = l->sources[source].from;
	*ret_to = l->sources[source].to;
	return str_of(l->sources[source].name);
}

size_t lore_features(const struct lore *l)
{
	return l->key_count;
}

u32 lore_key(const struct lore *l, size_t feature)
{
	return l->keys[feature];
}

size_t lore_find(const struct lore *l, u32 key)
{
	for (size_t at = key & l->slot_mask; l->slots[at]; at = (at + 1) & l->slot_mask)
		if (l->keys[l->slots[at] - 1] == key)
			return l->slots[at] - 1;
	return l->key_count;
}

static inline float weight_of(const struct lore *l, const struct weight *w)
{
	return l->steps[(u8)w->step] * l->scales[w->column];
}

float lore_weight(const struct lore *l, size_t feature, const float *worths)
{
	float sum = 0;
	for (size_t i = l->starts[feature]; i < l->starts[feature + 1]; i++)
		sum += weight_of(l, &l->weights[i]) * worths[l->weights[i].column];
	return sum;
}

void lore_sums(const struct lore *l, const struct features *features, float *ret_sums)
{
	const struct feature *items = features_items(features);
	size_t count = features_count(features);
	for (size_t i = 0; i < l->column_count; i++)
		ret_sums[i] = 0;
	for (size_t n = 0; n < count; n++) {
		size_t feature = lore_find(l, items[n].key);
		if (feature == l->key_count)
			continue;
		for (size_t i = l->starts[feature]; i < l->starts[feature + 1]; i++)
			ret_sums[l->weights[i].column] += weight_of(l, &l->weights[i]) * items[n].value;
	}
}

/* ---- texts that were learnt from: a Bloom filter a source ---- */

static u64 hash_of(struct str text)
{
	u64 hash = TOKEN_HASH_START;
	text = str_trim(text);
	for (size_t i = 0; i < text.len; i++)
		hash = token_hash(hash, (u8)text.at[i]);
	return hash;
}

static u64 bit_of(u64 hash, u32 n, u64 bits)
{
	return ((hash >> 32) * (2 * n + 1) + (u32)hash) % bits;
}

bool lore_saw(const struct lore *l, size_t source, struct str text)
{
	const struct source *s = &l->sources[source];
	u64 hash = hash_of(text), bits = s->filter_len * (u64)8;
	for (u32 n = 0; bits && n < FILTER_HASHES; n++) {
		u64 bit = bit_of(hash, n, bits);
		if (!(l->filters[s->filter + bit / 8] >> bit % 8 & 1))
			return false;
	}
	return bits > 0;
}

static void note_texts(struct buf *filters, const struct lore_source *from, struct source *to)
{
	to->filter = (u32)filters->len;
	to->filter_len = (u32)((from->example_count * FILTER_BITS + 7) / 8);
	char *room = to->filter_len ? buf_room(filters, to->filter_len) : NULL;
	if (!room)
		return;
	memset(room, 0, to->filter_len);
	buf_grew(filters, to->filter_len);
	for (size_t i = 0; i < from->example_count; i++)
		for (u32 n = 0; n < FILTER_HASHES; n++) {
			u64 bit = bit_of(hash_of(from->examples[i].text), n, to->filter_len * (u64)8);
			filters->at[to->filter + bit / 8] |= (char)(1 << bit % 8);
		}
}

/* ---- making ---- */

/* Which of the sources has the lowest key left; their places move behind it, their weights go to the buf. */
static bool next_key(const struct lore_source *sources, size_t count, size_t *places, const struct source *to, struct buf *weights, u32 *ret_key, u8 *ret_count)
{
	bool any = false;
	u32 least = 0, found = 0;
	for (size_t i = 0; i < count; i++)
		if (places[i] < sources[i].weight_count && (!any || sources[i].weights[places[i]].key < least)) {
			least = sources[i].weights[places[i]].key;
			any = true;
		}
	for (size_t i = 0; any && i < count; i++)
		for (; places[i] < sources[i].weight_count && sources[i].weights[places[i]].key == least; places[i]++) {
			const struct classifier_weight *w = &sources[i].weights[places[i]];
			struct weight weight = {(u8)(to[i].from + w->head), w->step};
			buf_add_bytes(weights, &weight, sizeof weight);
			found++;
		}
	*ret_key = least;
	*ret_count = (u8)found;
	return any;
}

enum err lore_write(struct cx *cx, struct lore_source *sources, size_t count, struct buf *out)
{
	struct header header = {.magic = MAGIC, .features = FEATURE_VERSION, .sources = (u32)count};
	struct source to[LORE_SOURCES_MAX] = {};
	float scales[LORE_COLUMNS_MAX];
	size_t places[LORE_SOURCES_MAX] = {};
	struct buf *keys = buf_in_arena(cx->arena), *counts = buf_in_arena(cx->arena), *weights = buf_in_arena(cx->arena), *filters = buf_in_arena(cx->arena);
	if (count > LORE_SOURCES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("There are more than %u sources."), LORE_SOURCES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (header.columns + sources[i].head_count > LORE_COLUMNS_MAX || sources[i].name.len >= NAME_BYTES)
			return fail(cx, ERR_TOO_LARGE, N_("The sources have more than %u labels, or one has a name of more than %u bytes."), LORE_COLUMNS_MAX, NAME_BYTES - 1);
		memcpy(to[i].name, sources[i].name.at, sources[i].name.len);
		to[i].from = header.columns;
		for (size_t h = 0; h < sources[i].head_count; h++)
			scales[header.columns++] = sources[i].scales[h] / (sources[i].spreads[h] > 1e-6f ? sources[i].spreads[h] : 1);
		to[i].to = header.columns;
		note_texts(filters, &sources[i], &to[i]);
		classifier_sort(cx->arena, (struct classifier_weight *)(uintptr_t)sources[i].weights, sources[i].weight_count);
	}
	u32 key;
	u8 found;
	for (; next_key(sources, count, places, to, weights, &key, &found); header.keys++) {
		buf_add_bytes(keys, &key, sizeof key);
		buf_add_bytes(counts, &found, sizeof found);
	}
	header.weights = (u32)(weights->len / sizeof(struct weight));
	header.filter_len = (u32)filters->len;
	buf_add_bytes(out, &header, sizeof header);
	buf_add_bytes(out, to, count * sizeof *to);
	buf_add_bytes(out, scales, header.columns * sizeof *scales);
	buf_add(out, buf_str(keys));
	buf_add(out, buf_str(counts));
	buf_add(out, buf_str(weights));
	buf_add(out, buf_str(filters));
	return OK;
}
