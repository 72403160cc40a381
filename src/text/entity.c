#include "text/entity_file.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

#define PAIR_MAGIC "PVINTENT"
#define KEYS_MAX (1u << 22)
#define WEIGHTS_MAX (1u << 26)
#define PHRASES_MAX (1u << 22)

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "models are read as they lie");
static_assert(sizeof(struct entity_header) == 32);

struct weight {
	u8 tag;
	signed char step;
};

struct entity_model {
	struct str names[ENTITY_NAMES_MAX];
	size_t name_count, tags;
	float *steps; /* from tag to tag, and from the beginning */
	float scale;
	u32 *keys, *starts, *slots; /* slots: key's place + 1; 0 is free */
	size_t key_count, slot_mask;
	struct weight *weights;
	struct entity_phrases phrases;
};

struct entity_scratch {
	struct cuts *pieces;
	struct value values[VALUES_MOST];
	size_t value_count;
	struct entity_signs signs;
	u8 back[CUTS_MOST][ENTITY_TAGS_MAX], tags[CUTS_MOST];
	float scores[CUTS_MOST * ENTITY_TAGS_MAX];
};

static const char no_model[] = N_("The entities of this model are damaged, or were made by another version of Parvis. Train it again from its examples.");

/* ---- opening ---- */

static bool take(struct str *rest, void *to, size_t bytes)
{
	if (rest->len < bytes)
		return false;
	if (bytes)
		memcpy(to, rest->at, bytes);
	*rest = str_skip(*rest, bytes);
	return true;
}

static bool read_names(struct arena *arena, struct str names, size_t count, struct entity_model *m)
{
	for (size_t i = 0; i < count; i++) {
		if (!names.len || (u8)names.at[0] == 0 || names.len - 1 < (u8)names.at[0])
			return false;
		m->names[i] = arena_str(arena, str_head(str_skip(names, 1), (u8)names.at[0]));
		names = str_skip(names, 1 + m->names[i].len);
		if (!utf8_valid(m->names[i]))
			return false;
	}
	return names.len == 0;
}

static bool read_steps(struct entity_model *m)
{
	for (size_t i = 0; i < (m->tags + 1) * m->tags; i++)
		if (!(fabsf(m->steps[i]) <= 1e6f))
			return false;
	return m->scale >= 0 && m->scale <= 1e6f;
}

static bool index_keys(struct arena *arena, const u8 *counts, size_t weight_count, struct entity_model *m)
{
	size_t slots = 64, sum = 0;
	while (slots < 2 * m->key_count)
		slots *= 2;
	m->slots = arena_array(arena, u32, slots);
	m->starts = arena_array(arena, u32, m->key_count + 1);
	m->slot_mask = slots - 1;
	for (size_t i = 0; i < m->key_count; i++) {
		size_t at = m->keys[i] & m->slot_mask;
		if (i && m->keys[i] <= m->keys[i - 1])
			return false;
		while (m->slots[at])
			at = (at + 1) & m->slot_mask;
		m->slots[at] = (u32)i + 1;
		sum += counts[i];
		m->starts[i + 1] = (u32)sum;
	}
	for (size_t i = 0; i < weight_count; i++)
		if (m->weights[i].tag >= m->tags)
			return false;
	return sum == weight_count;
}

static bool phrases_are_sound(const struct entity_model *m)
{
	for (size_t i = 0; i < m->phrases.count; i++)
		if (m->phrases.names[i] >= m->name_count || (i && m->phrases.hashes[i] < m->phrases.hashes[i - 1]))
			return false;
	return true;
}

enum err entity_open(struct cx *cx, struct str bytes, struct entity_model **ret_model)
{
	struct entity_header h;
	struct str rest = bytes;
	if (!take(&rest, &h, sizeof h) || memcmp(h.magic, ENTITY_MAGIC, sizeof h.magic) != 0 || !h.names || h.names > ENTITY_NAMES_MAX || h.keys > KEYS_MAX ||
	    h.weights > WEIGHTS_MAX || h.phrases > PHRASES_MAX || h.names_len > rest.len)
		return fail(cx, ERR_BAD_INPUT, no_model);
	size_t tags = 2 * (size_t)h.names + 1;
	if (rest.len != h.names_len + (tags + 1) * tags * sizeof(float) + h.keys * (u64)5 + h.weights * (u64)2 + h.phrases * (u64)9)
		return fail(cx, ERR_BAD_INPUT, no_model);
	struct entity_model *m = arena_new_of(cx->arena, struct entity_model);
	u8 *counts = arena_array(cx->arena, u8, h.keys + 1);
	m->name_count = h.names;
	m->tags = tags;
	m->scale = h.scale;
	m->key_count = h.keys;
	m->phrases.count = h.phrases;
	m->steps = arena_array(cx->arena, float, (tags + 1) * tags);
	m->keys = arena_array(cx->arena, u32, h.keys + 1);
	m->weights = arena_array(cx->arena, struct weight, h.weights + 1);
	m->phrases.hashes = arena_array(cx->arena, u64, h.phrases + 1);
	m->phrases.names = arena_array(cx->arena, u8, h.phrases + 1);
	struct str names = str_head(rest, h.names_len);
	rest = str_skip(rest, h.names_len);
	bool sound = take(&rest, m->steps, (tags + 1) * tags * sizeof(float)) && take(&rest, m->keys, h.keys * sizeof(u32)) && take(&rest, counts, h.keys) &&
		     take(&rest, m->weights, h.weights * sizeof(struct weight)) && take(&rest, m->phrases.hashes, h.phrases * sizeof(u64)) &&
		     take(&rest, m->phrases.names, h.phrases);
	if (!sound || !read_names(cx->arena, names, h.names, m) || !read_steps(m) || !index_keys(cx->arena, counts, h.weights, m) || !phrases_are_sound(m))
		return fail(cx, ERR_BAD_INPUT, no_model);
	*ret_model = m;
	return OK;
}

size_t entity_names(const struct entity_model *m)
{
	return m->name_count;
}

struct str entity_name(const struct entity_model *m, size_t name)
{
	return m->names[name];
}

/* ---- asking ---- */

struct entity_scratch *entity_scratch_new(struct arena *arena)
{
	struct entity_scratch *s = arena_new_of(arena, struct entity_scratch);
	s->pieces = cuts_new(arena);
	return s;
}

size_t entity_values(const struct entity_scratch *s, const struct value **ret_values)
{
	*ret_values = s->values;
	return s->value_count;
}

static void sum_up(const struct entity_model *m, struct entity_scratch *s)
{
	memset(s->scores, 0, s->pieces->count * m->tags * sizeof *s->scores);
	for (size_t i = 0; i < s->pieces->count; i++)
		for (size_t n = 0; n < s->signs.counts[i]; n++) {
			u32 key = s->signs.keys[i][n];
			size_t at = key & m->slot_mask;
			while (m->slots[at] && m->keys[m->slots[at] - 1] != key)
				at = (at + 1) & m->slot_mask;
			if (!m->slots[at])
				continue;
			for (size_t w = m->starts[m->slots[at] - 1]; w < m->starts[m->slots[at]]; w++)
				s->scores[i * m->tags + m->weights[w].tag] += m->scale * (float)m->weights[w].step;
		}
}

size_t entity_find(const struct entity_model *m, struct entity_scratch *s, struct str message, struct str intent, struct entity ret_entities[static ENTITIES_MOST])
{
	size_t count = 0;
	cuts_of(s->pieces, message);
	const struct cut *items = s->pieces->items;
	s->value_count = values_of(s->pieces, message, s->values);
	if (!s->pieces->count)
		return 0;
	entity_signs_of(s->pieces, s->values, s->value_count, intent, &m->phrases, NULL, &s->signs);
	sum_up(m, s);
	entity_search(s->scores, m->steps, s->pieces->count, m->tags, s->back, s->tags);
	for (size_t i = 0; i < s->pieces->count; i++) {
		if (s->tags[i] && s->tags[i] % 2 == 0) {
			ret_entities[count - 1].to = items[i].to;
			ret_entities[count - 1].end = items[i].end;
		} else if (s->tags[i] && count == ENTITIES_MOST) {
			break;
		} else if (s->tags[i]) {
			ret_entities[count++] = (struct entity){s->tags[i] / 2u, items[i].from, items[i].to, items[i].start, items[i].end};
		}
	}
	return count;
}

/* ---- a file of both ---- */

struct pair_header {
	char magic[8];
	u64 classifier, entities; /* bytes */
};

void entity_join(struct str classifier, struct str entities, struct buf *out)
{
	struct pair_header header = {PAIR_MAGIC, classifier.len, entities.len};
	static_assert(sizeof header % 8 == 0, "the classifier is aligned as the file is");
	buf_add_bytes(out, &header, sizeof header);
	buf_add(out, classifier);
	buf_add(out, entities);
}

enum err entity_part(struct cx *cx, struct str file, struct str *ret_classifier, struct str *ret_entities)
{
	struct pair_header header;
	struct str rest = file;
	if (file.len < sizeof header || memcmp(file.at, PAIR_MAGIC, sizeof header.magic) != 0) {
		*ret_classifier = file;
		*ret_entities = (struct str){};
		return OK;
	}
	take(&rest, &header, sizeof header);
	if (header.classifier > rest.len || rest.len - header.classifier != header.entities)
		return fail(cx, ERR_BAD_INPUT, no_model);
	*ret_classifier = str_head(rest, header.classifier);
	*ret_entities = str_skip(rest, header.classifier);
	return OK;
}
