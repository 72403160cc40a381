#include "text/lore.h"

#include "text/classifier_table.h"
#include "text/squeeze.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The file: header, sources, a float a column, the weights that were learnt, folded (classifier_table.h; a column is a head, a source a group of
 * them), the lists of words as they were written, squeezed, and the sources' filters of texts. Numbers are little endian; nothing is aligned. */
#define MAGIC "PVLORE03"
#define NAME_BYTES 24u
#define KEYS_MAX (1u << 24)
#define LISTS_MAX (1u << 19) /* bytes */
#define FILTER_BITS 10u  /* a text */
#define FILTER_HASHES 5u

struct header {
	char magic[8];
	u32 features, sources, columns, keys, weights_len, lists, lists_len, filters_len; /* _len: bytes; lists: before they were squeezed */
};

struct source {
	char name[NAME_BYTES];
	u32 from, to;           /* columns */
	u32 filter, filter_len; /* bytes; an empty one has seen nothing */
	u32 list, list_len;     /* bytes; empty: it was learnt */
};

struct weight {
	u8 column;
	signed char step;
};

static_assert(sizeof(struct header) == 40 && sizeof(struct source) == NAME_BYTES + 24 && sizeof(struct weight) == 2);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "lore is read as it lies");

struct lore {
	struct source sources[LORE_SOURCES_MAX];
	float scales[LORE_COLUMNS_MAX], steps[256];
	size_t source_count, column_count, key_count;
	u32 *keys, *starts; /* starts: key_count + 1 */
	struct weight *weights;
	const u8 *filters;
	u32 *slots;         /* feature + 1; 0 is free */
	size_t slot_mask;
};

static float of_step(int step)
{
	return (float)(step < 0 ? -step * step : step * step) / (127.0f * 127.0f);
}

/* ---- opening ---- */

static bool sources_are_sound(const struct lore *l, const struct header *h)
{
	for (size_t i = 0; i < l->source_count; i++) {
		const struct source *s = &l->sources[i];
		if (!memchr(s->name, 0, NAME_BYTES) || s->from > s->to || s->to > l->column_count || s->filter > h->filters_len || s->filter_len > h->filters_len - s->filter ||
		    s->list > h->lists || s->list_len > h->lists - s->list || (s->list_len && s->to - s->from != 2))
			return false;
	}
	for (size_t i = 0; i < l->column_count; i++)
		if (!(fabsf(l->scales[i]) <= 1e6f))
			return false;
	return true;
}

/* Where the columns of each source end, the sources being one behind the other. */
static bool group_columns(struct arena *arena, const struct source *sources, size_t count, u32 columns, struct table_groups *ret_groups)
{
	u32 *ends = arena_array(arena, u32, count + 1), end = 0;
	for (size_t i = 0; i < count; i++) {
		if (sources[i].from != end)
			return false;
		end = ends[i] = sources[i].to;
	}
	*ret_groups = (struct table_groups){ends, count};
	return end == columns;
}

#define LETTERS 64u /* contexts of a byte of a list: the lower bits of the one before */

static void squeeze_lists(struct arena *arena, struct str lists, struct buf *out)
{
	struct squeezer *s = squeezer_new(arena, LETTERS);
	for (size_t i = 0, last = 0; i < lists.len; last = (u8)lists.at[i++])
		squeezer_add(s, last % LETTERS, (u8)lists.at[i]);
	squeezer_end(s, out);
}

/* NULL: they are damaged. */
static const char *unsqueeze_lists(struct arena *arena, struct str bytes, size_t len)
{
	struct unsqueezer *u = unsqueezer_new(arena, bytes, LETTERS);
	char *lists = arena_alloc(arena, len + 1);
	for (size_t i = 0, last = 0; u && i < len; last = (u8)lists[i++])
		lists[i] = (char)unsqueezer_next(u, last % LETTERS);
	return u && unsqueezer_done(u) ? lists : NULL;
}

struct gathered { /* weights, with columns for heads */
	struct classifier_weight *items;
	size_t count, capacity;
};

static enum err unfold_lists(struct cx *cx, const struct lore *l, const char *lists, struct gathered *gathered)
{
	for (size_t i = 0; i < l->source_count; i++) {
		const struct source *s = &l->sources[i];
		struct lore_source words = {};
		if (s->list_len)
			TRY(lore_words(cx, str_of(s->name), (struct str){lists + s->list, s->list_len}, &words));
		for (size_t n = 0; n < words.weight_count; n++) {
			struct classifier_weight w = words.weights[n];
			w.head = (u8)(w.head + s->from);
			*arena_push(cx->arena, gathered->items, gathered->count, gathered->capacity) = w;
		}
	}
	return OK;
}

/* Sorted weights, as features with their lists. */
static void index_weights(struct arena *arena, const struct gathered *gathered, size_t keys, struct lore *l)
{
	size_t slot_count = 64;
	while (slot_count < 2 * keys)
		slot_count *= 2;
	l->keys = arena_array(arena, u32, keys + 1);
	l->starts = arena_array(arena, u32, keys + 1);
	l->slots = arena_array(arena, u32, slot_count);
	l->weights = arena_array(arena, struct weight, gathered->count + 1);
	l->slot_mask = slot_count - 1;
	for (size_t i = 0; i < gathered->count; i++) {
		const struct classifier_weight *w = &gathered->items[i];
		l->weights[i] = (struct weight){w->head, w->step};
		if (i && w->key == w[-1].key)
			continue;
		size_t at = w->key & l->slot_mask;
		while (l->slots[at])
			at = (at + 1) & l->slot_mask;
		l->starts[l->key_count] = (u32)i;
		l->keys[l->key_count++] = w->key;
		l->slots[at] = (u32)l->key_count;
	}
	l->starts[l->key_count] = (u32)gathered->count;
}

enum err lore_open(struct cx *cx, struct str bytes, struct lore **ret_lore)
{
	static const char story[] = N_("What Parvis knows beforehand is damaged, or was made by another version. Make it again by “parvis lore”.");
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct cx inner = *cx;
	struct header header;
	struct gathered gathered = {};
	if (bytes.len < sizeof header)
		return fail(cx, ERR_BAD_INPUT, story);
	memcpy(&header, bytes.at, sizeof header);
	u64 rest = bytes.len - sizeof header;
	if (memcmp(header.magic, MAGIC, sizeof header.magic) != 0 || header.features != FEATURE_VERSION || header.sources > LORE_SOURCES_MAX ||
	    header.columns > LORE_COLUMNS_MAX || header.keys > KEYS_MAX || header.lists > LISTS_MAX ||
	    rest != header.sources * sizeof(struct source) + header.columns * sizeof(float) + (u64)header.weights_len + header.lists_len + header.filters_len)
		return fail(cx, ERR_BAD_INPUT, story);
	struct lore *l = arena_new_of(cx->arena, struct lore);
	const char *at = bytes.at + sizeof header;
	l->source_count = header.sources;
	l->column_count = header.columns;
	memcpy(l->sources, at, header.sources * sizeof(struct source));
	at += header.sources * sizeof(struct source);
	memcpy(l->scales, at, header.columns * sizeof(float));
	at += header.columns * sizeof(float);
	l->filters = (const u8 *)at + header.weights_len + header.lists_len;
	inner.arena = scratch;
	struct table_groups groups;
	if (!sources_are_sound(l, &header) || !group_columns(scratch, l->sources, l->source_count, header.columns, &groups) ||
	    !table_weights(scratch, (struct str){at, header.weights_len}, header.keys, header.columns, &groups, &gathered.items, &gathered.count))
		return fail(cx, ERR_BAD_INPUT, story);
	gathered.capacity = gathered.count;
	const char *lists = unsqueeze_lists(scratch, (struct str){at + header.weights_len, header.lists_len}, header.lists);
	if (!lists || unfold_lists(&inner, l, lists, &gathered) != OK)
		return fail(cx, ERR_BAD_INPUT, story);
	size_t keys = gathered.count ? classifier_sort(scratch, gathered.items, gathered.count) : 0;
	index_weights(cx->arena, &gathered, keys, l);
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

/* A weight so near to nothing is left out: this part of the column's largest, by its root (a step of 127). */
#define LEAST_STEP 8

enum err lore_write(struct cx *cx, const struct lore_source *sources, size_t count, struct buf *out)
{
	struct header header = {.magic = MAGIC, .features = FEATURE_VERSION, .sources = (u32)count};
	struct source to[LORE_SOURCES_MAX] = {};
	float scales[LORE_COLUMNS_MAX];
	struct gathered gathered = {};
	struct buf *weights = buf_in_arena(cx->arena), *lists = buf_in_arena(cx->arena), *filters = buf_in_arena(cx->arena);
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
		to[i].list = (u32)lists->len;
		to[i].list_len = (u32)sources[i].list.len;
		buf_add(lists, sources[i].list);
		note_texts(filters, &sources[i], &to[i]);
		for (size_t n = 0; n < sources[i].weight_count && !sources[i].list.len; n++) {
			struct classifier_weight w = sources[i].weights[n];
			w.head = (u8)(w.head + to[i].from);
			w.step = abs(w.step) >= LEAST_STEP ? table_step(w.step) : 0;
			if (w.step)
				*arena_push(cx->arena, gathered.items, gathered.count, gathered.capacity) = w;
		}
	}
	struct table_groups groups;
	must(group_columns(cx->arena, to, count, header.columns, &groups));
	header.keys = gathered.count ? (u32)classifier_sort(cx->arena, gathered.items, gathered.count) : 0;
	table_fold(gathered.items, gathered.count, header.columns, &groups, weights);
	struct buf *squeezed = buf_in_arena(cx->arena);
	squeeze_lists(cx->arena, buf_str(lists), squeezed);
	header.weights_len = (u32)weights->len;
	header.lists = (u32)lists->len;
	header.lists_len = (u32)squeezed->len;
	header.filters_len = (u32)filters->len;
	buf_add_bytes(out, &header, sizeof header);
	buf_add_bytes(out, to, count * sizeof *to);
	buf_add_bytes(out, scales, header.columns * sizeof *scales);
	buf_add(out, buf_str(weights));
	buf_add(out, buf_str(squeezed));
	buf_add(out, buf_str(filters));
	return OK;
}
