#include "text/classifier.h"

#include "base/json_text.h"
#include "text/classifier_table.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* The file: header, a JSON object that describes the task, a table of slots (open addressing by key), the lists of weights. Numbers are
 * little endian. A list begins with how many pairs of bytes (head, step) follow. */
#define MAGIC "PVWORDS1"
#define MAGIC_SMALL "PVWORDSz" /* the same folded up (classifier_table.h): list_len is its bytes, slot_count 0 */
#define JSON_MAX (1u << 20)
#define SLOTS_MAX (1u << 26)
#define AHEAD 128u      /* features looked up together */
#define NUMBER_MOST 1e6 /* of a head's numbers: what is made of them stays finite */

struct header {
	char magic[8];
	u32 features, json_len, slot_count, list_len; /* list_len: pairs */
};

static_assert(sizeof(struct header) == 24 && sizeof(struct slot) == 8 && sizeof(struct pair) == 2);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "model files are mapped as they are");

struct classifier {
	struct str task;
	enum classifier_kind kind;
	struct str *labels;
	size_t label_count, head_count, feature_count;
	struct classifier_head heads[CLASSIFIER_HEADS_MAX];
	struct str languages;  /* "en fr"; empty: any */
	float trust[CLASSIFIER_HEADS_MAX];
	size_t outside;
	float sure;
	const struct slot *slots;
	const struct pair *lists;
	size_t slot_mask;
	u64 *seen;             /* a bit for each key that is there, by its low bits: most features of a text are in no model */
	u32 seen_mask;
	float steps[256];      /* of each byte: its weight before the scale */
};

/* ---- opening ---- */

static const char no_model[] = N_("This is no model of Parvis, or a damaged one. Make one by “parvis train”.");

static bool read_number(const json_t *json, const char *name, float *ret_value)
{
	const json_t *value = json_object_get(json, name);
	if (!json_is_number(value) || !(fabs(json_number_value(value)) <= NUMBER_MOST))
		return false;
	*ret_value = (float)json_number_value(value);
	return true;
}

static bool read_heads(const json_t *json, struct classifier *c)
{
	const json_t *heads = json_object_get(json, "heads");
	c->head_count = json_array_size(heads);
	if (c->head_count > CLASSIFIER_HEADS_MAX || c->head_count != (c->kind == CLASSIFIER_TWO ? 1 : c->label_count))
		return false;
	for (size_t i = 0; i < c->head_count; i++) {
		const json_t *head = json_array_get(heads, i);
		struct classifier_head *h = &c->heads[i];
		if (!read_number(head, "scale", &h->scale) || !read_number(head, "constant", &h->constant) || !read_number(head, "slope", &h->slope) ||
		    !read_number(head, "shift", &h->shift) || !read_number(head, "tilt", &h->tilt))
			return false;
	}
	return true;
}

/* What a shipped model says besides: the languages it knows, and from which probability on each label is to be believed. */
static bool read_more(struct cx *cx, const json_t *json, struct classifier *c)
{
	const json_t *trust = json_object_get(json, "trust");
	for (size_t i = 0; i < json_array_size(trust) && i < c->label_count; i++) {
		const json_t *value = json_array_get(trust, i);
		if (!json_is_number(value) || !(json_number_value(value) >= 0 && json_number_value(value) <= 2))
			return false;
		c->trust[i] = (float)json_number_value(value);
	}
	c->languages = arena_str(cx->arena, str_of(json_string_value(json_object_get(json, "languages"))));
	return true;
}

static bool read_task(struct cx *cx, const json_t *json, struct classifier *c)
{
	static const char *const kinds[] = {"two", "one-of", "many"};
	const char *kind = json_string_value(json_object_get(json, "kind")), *task = json_string_value(json_object_get(json, "task"));
	const json_t *labels = json_object_get(json, "labels"), *outside = json_object_get(json, "outside");
	c->label_count = json_array_size(labels);
	if (!kind || !task || c->label_count < 2 || c->label_count > CLASSIFIER_HEADS_MAX || !read_number(json, "sure", &c->sure))
		return false;
	for (c->kind = 0; c->kind < COUNT(kinds) && strcmp(kind, kinds[c->kind]); c->kind++)
		;
	if (c->kind == COUNT(kinds) || (c->kind == CLASSIFIER_TWO && c->label_count != 2) || !json_is_integer(outside) || json_integer_value(outside) < 0 ||
	    (size_t)json_integer_value(outside) > c->label_count)
		return false;
	c->task = arena_str(cx->arena, str_of(task));
	c->outside = (size_t)json_integer_value(outside);
	c->labels = arena_array(cx->arena, struct str, c->label_count);
	for (size_t i = 0; i < c->label_count; i++) {
		const char *label = json_string_value(json_array_get(labels, i));
		if (!label)
			return false;
		c->labels[i] = arena_str(cx->arena, str_of(label));
	}
	return read_heads(json, c) && read_more(cx, json, c);
}

/* Every list lies inside, and names heads that there are. */
static bool use_table(struct cx *cx, const struct table *table, struct classifier *c)
{
	c->slots = table->slots;
	c->lists = table->lists;
	c->slot_mask = table->slot_count - 1;
	size_t bits = 1u << 16;
	while (bits < 8u * table->features && bits < 1u << 23)
		bits *= 2;
	c->seen = arena_array(cx->arena, u64, bits / 64);
	c->seen_mask = (u32)bits - 1;
	bool free_slot = false;
	for (size_t i = 0; i < table->slot_count; i++) {
		u32 list = c->slots[i].list;
		if (!list) {
			free_slot = true;
			continue;
		}
		if (list >= table->list_len)
			return false;
		size_t count = (size_t)c->lists[list].head + 1;
		if (count >= table->list_len - list)
			return false;
		for (size_t n = 1; n <= count; n++)
			if (c->lists[list + n].head >= c->head_count)
				return false;
		u32 bit = c->slots[i].key & c->seen_mask;
		c->seen[bit / 64] |= (u64)1 << bit % 64;
		c->feature_count++;
	}
	for (int i = 0; i < 256; i++)
		c->steps[i] = (float)(i < 128 ? i * i : -(256 - i) * (256 - i)) / (127.0f * 127.0f);
	return free_slot; /* or looking for a key would not end */
}

static bool read_description(struct cx *cx, struct str text, struct classifier *c)
{
	json_t *json = json_loadb(text.at, text.len, 0, NULL);
	bool sound = json && read_task(cx, json, c);
	json_decref(json);
	return sound;
}

static enum err open_small(struct cx *cx, struct str rest, const struct header *header, struct classifier **ret_classifier)
{
	struct classifier *c = arena_new_of(cx->arena, struct classifier);
	struct table table;
	if (header->json_len > JSON_MAX || header->slot_count || rest.len != (u64)header->json_len + header->list_len ||
	    !read_description(cx, str_head(rest, header->json_len), c) ||
	    !table_unfold(cx->arena, str_skip(rest, header->json_len), header->features, c->head_count, &table) || !use_table(cx, &table, c))
		return fail(cx, ERR_BAD_INPUT, no_model);
	*ret_classifier = c;
	return OK;
}

enum err classifier_open(struct cx *cx, struct str bytes, struct classifier **ret_classifier)
{
	struct header header;
	if (bytes.len < sizeof header)
		return fail(cx, ERR_BAD_INPUT, no_model);
	memcpy(&header, bytes.at, sizeof header);
	if (memcmp(header.magic, MAGIC, 6) != 0)
		return fail(cx, ERR_BAD_INPUT, no_model);
	if ((memcmp(header.magic, MAGIC, 8) != 0 && memcmp(header.magic, MAGIC_SMALL, 8) != 0) || header.features >> 24 != FEATURE_VERSION)
		return fail(cx, ERR_UNSUPPORTED, N_("This model was made by another version of Parvis. Train it again from its examples."));
	header.features &= 0xFFFFFFu;
	size_t rest = bytes.len - sizeof header;
	if (memcmp(header.magic, MAGIC_SMALL, 8) == 0)
		return open_small(cx, str_skip(bytes, sizeof header), &header, ret_classifier);
	if (header.json_len > JSON_MAX || header.json_len % 8 || header.slot_count > SLOTS_MAX || header.slot_count == 0 ||
	    (header.slot_count & (header.slot_count - 1)) || (uintptr_t)bytes.at % 8 ||
	    rest != (u64)header.json_len + (u64)header.slot_count * sizeof(struct slot) + (u64)header.list_len * sizeof(struct pair))
		return fail(cx, ERR_BAD_INPUT, no_model);
	const char *at = bytes.at + sizeof header;
	const struct slot *slots = (const struct slot *)(const void *)(at + header.json_len);
	struct table table = {(struct slot *)(uintptr_t)slots, (struct pair *)(uintptr_t)(slots + header.slot_count), header.features, header.slot_count, header.list_len};
	struct classifier *c = arena_new_of(cx->arena, struct classifier);
	if (!read_description(cx, (struct str){at, header.json_len}, c) || !use_table(cx, &table, c))
		return fail(cx, ERR_BAD_INPUT, no_model);
	*ret_classifier = c;
	return OK;
}

struct str classifier_task(const struct classifier *c)
{
	return c->task;
}

enum classifier_kind classifier_kind(const struct classifier *c)
{
	return c->kind;
}

size_t classifier_labels(const struct classifier *c)
{
	return c->label_count;
}

struct str classifier_label(const struct classifier *c, size_t label)
{
	return c->labels[label];
}

bool classifier_knows(const struct classifier *c, struct str lang)
{
	if (!c->languages.len)
		return true;
	for (struct str rest = c->languages; rest.at;)
		if (str_eq(str_cut(&rest, ' '), lang))
			return true;
	return false;
}

float classifier_trust(const struct classifier *c, size_t label)
{
	return c->trust[label];
}

size_t classifier_features(const struct classifier *c)
{
	return c->feature_count;
}

/* ---- judging ---- */

/* The list of a key: its first pair, which says how many follow; NULL: the model has none. */
static inline const struct pair *list_of(const struct classifier *c, u32 key)
{
	for (size_t at = key & c->slot_mask;; at = (at + 1) & c->slot_mask) {
		const struct slot *slot = &c->slots[at];
		if (!slot->list)
			return NULL;
		if (slot->key == key)
			return c->lists + slot->list;
	}
}

/* In steps over many features, each fetching what the next one reads: the table is larger than the caches near the processor. */
static void sum_up(const struct classifier *c, const struct features *features, float *sums)
{
	const struct feature *items = features_items(features);
	size_t count = features_count(features);
	for (size_t h = 0; h < c->head_count; h++)
		sums[h] = 0;
	for (size_t from = 0; from < count; from += AHEAD) {
		size_t to = from + AHEAD < count ? from + AHEAD : count, likely_count = 0, found = 0;
		u32 likely[AHEAD];
		struct {
			const struct pair *list;
			float value;
		} lists[AHEAD];
		for (size_t i = from; i < to; i++) {
			u32 bit = items[i].key & c->seen_mask;
			likely[likely_count] = (u32)i;
			likely_count += c->seen[bit / 64] >> bit % 64 & 1;
		}
		for (size_t n = 0; n < likely_count; n++)
			__builtin_prefetch(&c->slots[items[likely[n]].key & c->slot_mask]);
		for (size_t n = 0; n < likely_count; n++) {
			lists[found].list = list_of(c, items[likely[n]].key);
			lists[found].value = items[likely[n]].value;
			__builtin_prefetch(lists[found].list);
			found += lists[found].list != NULL;
		}
		for (size_t n = 0; n < found; n++)
			for (const struct pair *pair = lists[n].list + 1, *end = pair + lists[n].list->head + 1; pair < end; pair++)
				sums[pair->head] += lists[n].value * c->steps[(u8)pair->step];
	}
}

static float odds(const struct classifier *c, size_t head, float sum)
{
	return c->heads[head].slope * sum + c->heads[head].shift;
}

static float likely(float odds)
{
	return 1 / (1 + expf(-odds));
}

static void judge_two(const struct classifier *c, struct verdict *v)
{
	float odd = odds(c, 0, v->sums[0]);
	v->p[1] = likely(odd);
	v->p[0] = 1 - v->p[1];
	v->label = odd + c->heads[0].tilt > 0;
}

static void judge_one_of(const struct classifier *c, struct verdict *v)
{
	float odd[CLASSIFIER_HEADS_MAX], most = -INFINITY, best = -INFINITY, all = 0, largest = -INFINITY;
	for (size_t h = 0; h < c->head_count; h++) {
		odd[h] = odds(c, h, v->sums[h]);
		most = odd[h] > most ? odd[h] : most;
		largest = h != c->outside && v->sums[h] > largest ? v->sums[h] : largest;
		if (odd[h] + c->heads[h].tilt > best) {
			best = odd[h] + c->heads[h].tilt;
			v->label = h;
		}
	}
	for (size_t h = 0; h < c->head_count; h++)
		all += v->p[h] = expf(odd[h] - most);
	for (size_t h = 0; h < c->head_count; h++)
		v->p[h] /= all;
	v->outside = c->outside < c->label_count && (largest < c->sure || v->label == c->outside);
	if (v->outside && largest < c->sure)
		v->p[c->outside] = fmaxf(v->p[c->outside], likely(c->heads[c->outside].slope * (c->sure - largest)));
}

static void judge_many(const struct classifier *c, struct verdict *v)
{
	bool any = false;
	v->label = 0;
	for (size_t h = 0; h < c->head_count; h++) {
		float odd = odds(c, h, v->sums[h]);
		v->p[h] = likely(odd);
		any |= v->is[h] = odd + c->heads[h].tilt > 0;
		if (v->p[h] > v->p[v->label])
			v->label = h;
	}
	if (!any)
		v->is[v->label] = true;
}

void classifier_judge(const struct classifier *c, const struct features *features, struct verdict *v)
{
	sum_up(c, features, v->sums);
	classifier_decide(c, v);
}

void classifier_decide(const struct classifier *c, struct verdict *v)
{
	for (size_t h = 0; h < c->head_count; h++)
		v->sums[h] = v->sums[h] * c->heads[h].scale + c->heads[h].constant;
	v->outside = false;
	memset(v->is, 0, c->label_count);
	v->label = 0;
	if (c->kind == CLASSIFIER_MANY) {
		judge_many(c, v);
		return;
	}
	if (c->kind == CLASSIFIER_TWO)
		judge_two(c, v);
	else
		judge_one_of(c, v);
	if (v->outside)
		v->label = c->outside;
	v->is[v->label] = true;
}

/* ---- why ---- */

size_t classifier_head_of(const struct classifier *c, size_t label, float *ret_slope)
{
	size_t head = c->kind == CLASSIFIER_TWO ? 0 : label;
	*ret_slope = c->heads[head].scale * c->heads[head].slope * (c->kind == CLASSIFIER_TWO && label == 0 ? -1.0f : 1.0f);
	return head;
}

/* A pair of words, a piece across words: their weight is given to the token where they begin. */
void classifier_why(const struct classifier *c, const struct features *features, const struct reading *reading, size_t label, float *ret_parts)
{
	const struct feature_place *places;
	size_t count = features_places(features, &places);
	const struct feature *items = features_items(features);
	float slope;
	size_t head = classifier_head_of(c, label, &slope);
	for (size_t i = 0; i < reading->token_count; i++)
		ret_parts[i] = 0;
	for (size_t i = 0; i < count && reading->token_count; i++) {
		const struct pair *list = places[i].feature < features_start(features, FEATURE_SHAPE) ? list_of(c, items[places[i].feature].key) : NULL;
		if (!list)
			continue;
		for (const struct pair *pair = list + 1, *end = pair + list->head + 1; pair < end; pair++)
			if (pair->head == head)
				ret_parts[places[i].token] += slope * items[places[i].feature].value * c->steps[(u8)pair->step];
	}
}

/* ---- for a table of many ---- */

struct classifier *classifier_without_weights(struct arena *arena, const struct classifier *c)
{
	struct classifier *copy = arena_new_of(arena, struct classifier);
	*copy = *c;
	copy->task = arena_str(arena, c->task);
	copy->languages = arena_str(arena, c->languages);
	copy->labels = arena_array(arena, struct str, c->label_count);
	for (size_t i = 0; i < c->label_count; i++)
		copy->labels[i] = arena_str(arena, c->labels[i]);
	copy->slots = NULL;
	copy->lists = NULL;
	copy->seen = NULL;
	return copy;
}

size_t classifier_heads(const struct classifier *c)
{
	return c->head_count;
}

size_t classifier_weights(const struct classifier *c, struct classifier_weight *ret_weights)
{
	size_t count = 0;
	for (size_t at = 0; at <= c->slot_mask; at++) {
		const struct pair *list = c->slots[at].list ? c->lists + c->slots[at].list : NULL;
		for (size_t i = 0; list && i <= list->head; i++, count++)
			if (ret_weights)
				ret_weights[count] = (struct classifier_weight){c->slots[at].key, list[i + 1].head, list[i + 1].step};
	}
	return count;
}

/* ---- writing ---- */

static struct str describe(struct cx *cx, const struct classifier_plan *plan)
{
	static const char *const kinds[] = {"two", "one-of", "many"};
	json_t *labels = json_array(), *heads = json_array(), *trust = json_array();
	for (size_t i = 0; i < plan->label_count; i++)
		json_array_append_new(labels, json_stringn(plan->labels[i].at, plan->labels[i].len));
	for (size_t i = 0; i < plan->head_count; i++) {
		const struct classifier_head *h = &plan->heads[i];
		json_array_append_new(heads, json_pack("{s:f, s:f, s:f, s:f, s:f}", "scale", (double)h->scale, "constant", (double)h->constant, "slope",
						       (double)h->slope, "shift", (double)h->shift, "tilt", (double)h->tilt));
	}
	json_t *json = json_pack("{s:s%, s:s, s:o, s:I, s:f, s:o}", "task", plan->task.at, plan->task.len, "kind", kinds[plan->kind], "labels", labels, "outside",
				 (json_int_t)plan->outside, "sure", (double)plan->sure, "heads", heads);
	if (plan->languages.len)
		json_object_set_new(json, "languages", json_stringn(plan->languages.at, plan->languages.len));
	for (size_t i = 0; plan->trust && i < plan->label_count; i++)
		json_array_append_new(trust, json_real((double)plan->trust[i]));
	json_object_set_new(json, "trust", trust);
	CLEANUP(buf_free) struct buf b = {};
	buf_add_value(&b, json, JSON_COMPACT | JSON_REAL_PRECISION(7));
	while (b.len % 8)
		buf_addc(&b, ' ');
	json_decref(json);
	return buf_keep(&b, cx->arena);
}

enum err classifier_write(struct cx *cx, const struct classifier_plan *plan, struct buf *out)
{
	struct header header = {.magic = MAGIC};
	size_t features = classifier_sort(cx->arena, plan->weights, plan->weight_count);
	struct str json = describe(cx, plan);
	if (features >= 1u << 24 || json.len > JSON_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("The model would be too large: too many different words. Take a part of the examples."));
	header.json_len = (u32)json.len;
	header.features = (u32)features | FEATURE_VERSION << 24;
	if (plan->small) {
		struct buf *body = buf_in_arena(cx->arena);
		memcpy(header.magic, MAGIC_SMALL, 8);
		const u32 end = (u32)plan->head_count;
		table_fold(plan->weights, plan->weight_count, plan->head_count, &(struct table_groups){&end, 1}, body);
		header.list_len = (u32)body->len;
		buf_add_bytes(out, &header, sizeof header);
		buf_add(out, json);
		buf_add(out, buf_str(body));
		return OK;
	}
	struct table table = table_make(cx->arena, plan->weights, plan->weight_count, features);
	header.slot_count = table.slot_count;
	header.list_len = table.list_len;
	buf_add_bytes(out, &header, sizeof header);
	buf_add(out, json);
	buf_add_bytes(out, table.slots, table.slot_count * sizeof *table.slots);
	buf_add_bytes(out, table.lists, table.list_len * sizeof *table.lists);
	return OK;
}
