#include "text/corpus.h"

#include "base/buf.h"
#include "base/map.h"
#include "text/feature.h"
#include "text/lore.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- labels ---- */

static int compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static enum err find_labels(struct cx *cx, const struct example *examples, size_t count, struct corpus *c)
{
	struct map *known = map_new(cx->arena);
	for (size_t i = 0; i < count; i++)
		for (struct str rest = examples[i].label; rest.at;) {
			struct str label = c->many ? str_trim(str_cut(&rest, ',')) : rest;
			if (!c->many)
				rest = (struct str){};
			if (label.len && !map_get(known, label))
				map_put(known, label, c);
			if (map_count(known) > CORPUS_LABELS_MAX)
				return fail(cx, ERR_TOO_LARGE, N_("There are more than %u labels. A model keeps as many at most; put seldom ones together."), CORPUS_LABELS_MAX);
		}
	c->label_count = map_count(known);
	if (c->label_count < 2)
		return fail(cx, ERR_BAD_INPUT, N_("All examples have the same label. A model needs two at least, to tell them apart."));
	c->labels = arena_array(cx->arena, struct str, c->label_count);
	for (size_t i = 0; i < c->label_count; i++)
		c->labels[i] = map_key(known, i);
	qsort(c->labels, c->label_count, sizeof *c->labels, compare);
	return OK;
}

static size_t label_index(const struct corpus *c, struct str label)
{
	const struct str *found = bsearch(&label, c->labels, c->label_count, sizeof *c->labels, compare);
	return found ? (size_t)(found - c->labels) : c->label_count;
}

static void note_labels(struct corpus *c, size_t row, struct str labels)
{
	c->label[row] = (u32)c->label_count;
	for (struct str rest = labels; rest.at;) {
		struct str one = c->many ? str_trim(str_cut(&rest, ',')) : rest;
		size_t index = label_index(c, one);
		if (!c->many)
			rest = (struct str){};
		if (index == c->label_count)
			continue;
		c->has[row * c->label_count + index] = 1;
		if (c->label[row] == c->label_count)
			c->label[row] = (u32)index;
	}
}

/* ---- features: index by key ---- */

struct index {
	struct arena *arena;
	size_t columns;  /* of lore: the first features, which have no keys */
	u32 *slots;      /* feature + 1; 0 is free */
	size_t slot_count;
	u32 *keys, *texts;
	u8 *families;
	size_t count, key_capacity, text_capacity, family_capacity;
};

static u32 *slot_of(const struct index *index, u32 key)
{
	for (size_t at = key & (index->slot_count - 1);; at = (at + 1) & (index->slot_count - 1)) {
		u32 feature = index->slots[at];
		if (!feature || index->keys[feature - 1] == key)
			return &index->slots[at];
	}
}

static void grow_slots(struct index *index)
{
	index->slot_count = index->slot_count ? index->slot_count * 4 : 1u << 16;
	index->slots = arena_array(index->arena, u32, index->slot_count);
	for (size_t i = index->columns; i < index->count; i++)
		*slot_of(index, index->keys[i]) = (u32)i + 1;
}

static void push_key(struct index *index, u32 key, u8 family)
{
	size_t count = index->count;
	*arena_push(index->arena, index->keys, count, index->key_capacity) = key;
	count = index->count;
	*arena_push(index->arena, index->texts, count, index->text_capacity) = 0;
	count = index->count;
	*arena_push(index->arena, index->families, count, index->family_capacity) = family;
	index->count = count;
}

static u32 put_key(struct index *index, u32 key, enum feature_family family)
{
	if (2 * index->count >= index->slot_count)
		grow_slots(index);
	u32 *slot = slot_of(index, key);
	if (!*slot) {
		push_key(index, key, (u8)family);
		*slot = (u32)index->count;
	}
	return *slot - 1;
}

/* ---- rows ---- */

struct cells { /* in a buf, which gives back what it outgrows: they are most of the memory */
	struct buf *buf;
	struct linear_cell *items;
	size_t count;
};

static void add_row(struct index *index, const struct features *features, const struct lore *lore, bool learn, struct cells *cells)
{
	float sums[LORE_COLUMNS_MAX];
	const struct feature *items = features_items(features);
	struct linear_cell *room = (struct linear_cell *)(void *)buf_room(cells->buf, (features_count(features) + index->columns) * sizeof *room);
	size_t count = 0;
	if (index->columns)
		lore_sums(lore, features, sums);
	must(room); /* CORPUS_CELLS_MAX is looked at before, and the buf holds a message more */
	for (; count < index->columns; count++) {
		room[count] = (struct linear_cell){(u32)count, sums[count]};
		index->texts[count] += learn && sums[count] != 0;
	}
	for (enum feature_family family = 0; family < FEATURE_FAMILIES; family++)
		for (size_t i = features_start(features, family); i < features_start(features, family + 1); i++) {
			u32 feature;
			if (learn) {
				feature = put_key(index, items[i].key, family);
				index->texts[feature]++;
			} else if (*slot_of(index, items[i].key)) {
				feature = *slot_of(index, items[i].key) - 1;
			} else {
				continue;
			}
			room[count++] = (struct linear_cell){feature, items[i].value};
		}
	buf_grew(cells->buf, count * sizeof *room);
	cells->count += count;
	cells->items = (struct linear_cell *)(void *)cells->buf->at;
}

static void read_rows(struct cx *cx, const struct example *examples, size_t count, const struct lore *lore, bool learn, struct index *index, struct cells *cells, struct corpus *c,
		      size_t *starts)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct reading *reading = reading_new(scratch);
	struct features *features = features_new(scratch);
	for (size_t i = 0; i < count; i++) {
		note_labels(c, c->rows.count, examples[i].label);
		if (cells->count < CORPUS_CELLS_MAX) {
			reading_of(reading, examples[i].text);
			features_of(features, reading);
			add_row(index, features, lore, learn, cells);
		}
		starts[++c->rows.count] = cells->count;
	}
}

/* ---- lore ---- */

#define KNOWN_TEXTS 20u  /* of so many texts one may be known to a source by chance or as a saying; with more, it learnt from them */
#define SILENT_TEXTS 30u /* a column says something of one text in so many, or nothing is expected of it */

/* The columns' first features: 0 in ret_use leaves one out. */
static void begin_columns(struct index *index, const struct lore *lore, const struct example *examples, size_t count, u8 *ret_use)
{
	for (size_t i = 0; i < lore_columns(lore); i++)
		push_key(index, 0, FEATURE_FAMILIES);
	index->columns = index->count;
	for (size_t source = 0; source < lore_sources(lore); source++) {
		size_t from, to, seen = 0;
		lore_source(lore, source, &from, &to);
		for (size_t i = 0; i < count; i++)
			seen += lore_saw(lore, source, examples[i].text);
		for (size_t i = from; i < to; i++)
			ret_use[i] = seen * KNOWN_TEXTS <= count;
	}
}

/* Each column's mean over the examples, and the scale that gives it `weight` for its deviation. */
static void weigh_columns(const struct index *index, const struct corpus *c, const struct cells *cells, const size_t *starts, const u8 *use, double weight, float *means,
			  float *scale)
{
	double sums[LORE_COLUMNS_MAX] = {}, squares[LORE_COLUMNS_MAX] = {};
	for (size_t row = 0; row < c->count; row++)
		for (size_t i = 0; i < index->columns; i++) {
			double value = (double)cells->items[starts[row] + i].value;
			sums[i] += value;
			squares[i] += value * value;
		}
	for (size_t i = 0; i < index->columns; i++) {
		double mean = sums[i] / (double)c->count, spread = sqrt(fmax(squares[i] / (double)c->count - mean * mean, 0));
		bool speaks = index->texts[i] * SILENT_TEXTS >= c->count && spread > 1e-6;
		means[i] = (float)mean;
		scale[i] = use[i] && speaks ? (float)(weight / fmax(spread, 1)) : 0;
	}
}

/* What each feature's values are multiplied with; 0 leaves it out. The rows' mean square becomes 1, so that a cost means the same for all. */
static float *weigh(struct arena *arena, const struct index *index, const struct corpus *c, const struct cells *cells, size_t learnt, const struct corpus_settings *settings)
{
	float *scale = arena_array(arena, float, index->count + 1), families[FEATURE_FAMILIES] = {1, (float)settings->letters, (float)settings->shape};
	double squares = 0;
	for (size_t i = index->columns; i < index->count; i++)
		if (index->texts[i] >= settings->least)
			scale[i] = powf(logf((float)(1 + c->count) / (float)(1 + index->texts[i])) + 1, (float)settings->rarity) *
				   families[index->families[i]] * (float)(index->texts[i] == 1 ? settings->once : index->texts[i] == 2 ? settings->twice : 1);
	for (size_t i = 0; i < learnt; i++) {
		float value = cells->items[i].value * scale[cells->items[i].feature];
		squares += (double)(value * value);
	}
	float even = squares > 0 ? (float)sqrt((double)c->count / squares) : 1;
	for (size_t i = index->columns; i < index->count; i++)
		scale[i] *= even;
	return scale;
}

/* Leave out what has no weight, and number the rest anew. */
static void settle(struct cx *cx, const struct index *index, const float *means, const float *scale, struct cells *cells, size_t *starts, struct corpus *c)
{
	u32 *number = arena_array(cx->arena, u32, index->count + 1);
	c->keys = arena_array(cx->arena, u32, index->count + 1);
	c->scales = arena_array(cx->arena, float, index->count + 1);
	c->columns = arena_array(cx->arena, u8, index->columns + 1);
	c->means = arena_array(cx->arena, float, index->columns + 1);
	for (size_t i = 0; i < index->columns; i++)
		if (scale[i] > 0) {
			c->columns[c->known] = (u8)i;
			c->means[c->known++] = means[i];
		}
	for (size_t i = 0; i < index->count; i++)
		if (scale[i] > 0) {
			c->keys[c->rows.width] = index->keys[i];
			c->scales[c->rows.width] = scale[i];
			number[i] = (u32)c->rows.width++;
		}
	size_t kept = 0, from = 0;
	for (size_t row = 0; row < c->rows.count; row++) {
		size_t to = starts[row + 1];
		for (size_t at = from; at < to; at++) {
			struct linear_cell cell = cells->items[at];
			if (scale[cell.feature] > 0)
				cells->items[kept++] = (struct linear_cell){number[cell.feature],
									    (cell.value - (cell.feature < index->columns ? means[cell.feature] : 0)) * scale[cell.feature]};
		}
		starts[row + 1] = kept;
		from = to;
	}
	c->rows.cells = cells->items;
	c->rows.starts = starts;
}

enum err corpus_make(struct cx *cx, const struct example *examples, size_t count, const struct example *others, size_t other_count,
		     const struct corpus_settings *settings, struct corpus *ret_corpus)
{
	struct corpus c = {.count = count, .many = settings->many};
	struct index index = {.arena = cx->arena};
	struct cells cells = {.buf = buf_in_arena(cx->arena)};
	float means[LORE_COLUMNS_MAX] = {}, *scale;
	u8 use[LORE_COLUMNS_MAX] = {};
	cells.buf->max = (CORPUS_CELLS_MAX + FEATURES_MOST + LORE_COLUMNS_MAX) * sizeof(struct linear_cell);
	TRY(find_labels(cx, examples, count, &c));
	c.has = arena_array(cx->arena, u8, (count + other_count) * c.label_count);
	c.label = arena_array(cx->arena, u32, count + other_count + 1);
	size_t *starts = arena_array(cx->arena, size_t, count + other_count + 1);
	if (settings->lore)
		begin_columns(&index, settings->lore, examples, count, use);
	grow_slots(&index);
	read_rows(cx, examples, count, settings->lore, true, &index, &cells, &c, starts);
	size_t learnt = cells.count;
	read_rows(cx, others, other_count, settings->lore, false, &index, &cells, &c, starts);
	if (cells.count >= CORPUS_CELLS_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("These are more texts than can be learnt from at once. Take a part of them; a few hundred thousand short ones are fine."));
	scale = weigh(cx->arena, &index, &c, &cells, learnt, settings);
	weigh_columns(&index, &c, &cells, starts, use, settings->known, means, scale);
	settle(cx, &index, means, scale, &cells, starts, &c);
	*ret_corpus = c;
	return OK;
}

void corpus_keep(struct arena *arena, struct corpus *c, const u8 *keep)
{
	struct linear_cell *cells = (struct linear_cell *)(uintptr_t)c->rows.cells; /* settle() gave them: nobody else's */
	size_t *starts = (size_t *)(uintptr_t)c->rows.starts, from = 0, kept = 0, width = 0;
	u32 *number = arena_array(arena, u32, c->rows.width + 1);
	for (size_t j = 0; j < c->rows.width; j++)
		if (keep[j]) {
			c->keys[width] = c->keys[j];
			c->scales[width] = c->scales[j];
			number[j] = (u32)width++;
		}
	for (size_t row = 0; row < c->rows.count; row++) {
		size_t to = starts[row + 1];
		for (size_t at = from; at < to; at++)
			if (keep[cells[at].feature])
				cells[kept++] = (struct linear_cell){number[cells[at].feature], cells[at].value};
		starts[row + 1] = kept;
		from = to;
	}
	c->rows.width = width;
}
