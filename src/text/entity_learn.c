#include "text/entity_learn.h"

#include "base/map.h"
#include "text/entity_file.h"
#include "text/token.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 10
#define ROUNDS_OF_MANY 5
#define MANY_EXAMPLES 3000u /* from so many on, half the rounds do, and a sign that one piece alone has is left out */
#define NUMBERS_MAX ((size_t)1 << 27) /* signs x tags */
#define NO_SIGN UINT32_MAX

struct message { /* read once: its pieces' signs by number */
	const u8 *tags;
	const u32 *starts, *signs; /* starts: pieces + 1 */
	size_t pieces;
};

struct learner {
	struct cx *cx;
	const struct entity_training *training;
	struct map *names; /* name: its number, 1 the first */
	size_t tags;
	struct entity_phrases phrases;
	struct message *messages;
	u32 *keys, *slots; /* slots: sign + 1 */
	u32 *uses;         /* pieces that have it */
	size_t sign_count, sign_capacity, use_capacity, slot_count;
	float *weights, *weight_past, *steps, *step_past; /* _past: what each change was, times when it was made */
	float *scores;
	u8 (*back)[ENTITY_TAGS_MAX];
	u8 *found;
};

/* ---- marks as tags ---- */

static u8 tag_of(const struct learner *l, struct str name)
{
	return (u8)(2 * (uintptr_t)map_get(l->names, name) - 1);
}

static void tag_pieces(const struct learner *l, const struct entity_text *said, const struct cuts *p, u8 *ret_tags)
{
	memset(ret_tags, 0, p->count);
	for (size_t m = 0; m < said->mark_count; m++) {
		u8 tag = tag_of(l, said->marks[m].name);
		for (size_t i = 0; i < p->count; i++)
			if (p->items[i].from < said->marks[m].to && p->items[i].to > said->marks[m].from) {
				ret_tags[i] = tag;
				tag = tag % 2 ? (u8)(tag + 1) : tag;
			}
	}
}

static enum err name_all(struct learner *l)
{
	l->names = map_new(l->cx->arena);
	for (size_t i = 0; i < l->training->count; i++)
		for (size_t m = 0; m < l->training->examples[i].said.mark_count; m++) {
			struct str name = l->training->examples[i].said.marks[m].name;
			if (!map_get(l->names, name))
				map_put(l->names, name, (void *)(map_count(l->names) + 1));
			if (map_count(l->names) > ENTITY_NAMES_MAX)
				return fail(l->cx, ERR_TOO_LARGE, N_("There are more than %u names of entities."), ENTITY_NAMES_MAX);
		}
	l->tags = 2 * map_count(l->names) + 1;
	return map_count(l->names) ? OK : fail(l->cx, ERR_BAD_INPUT, N_("No entity is marked in the examples. Mark some, like “wake me at [time : nine am]”, or leave --entities away."));
}

/* ---- names heard ---- */

struct heard {
	u64 hash;
	u32 message;
	u8 name;
};

static int compare_heard(const void *a, const void *b)
{
	const struct heard *x = a, *y = b;
	if (x->hash != y->hash)
		return (x->hash > y->hash) - (x->hash < y->hash);
	if (x->name != y->name)
		return (x->name > y->name) - (x->name < y->name);
	return (x->message > y->message) - (x->message < y->message);
}

static void gather_phrases(struct learner *l, struct cuts *p, u8 *tags)
{
	struct heard *heard = NULL;
	size_t count = 0, capacity = 0;
	for (size_t n = 0; n < l->training->count; n++) {
		const struct entity_text *said = &l->training->examples[n].said;
		cuts_of(p, said->text);
		tag_pieces(l, said, p, tags);
		for (size_t i = 0, len; i < p->count; i += len) {
			for (len = 1; tags[i] % 2 && i + len < p->count && tags[i + len] == tags[i] + 1; len++)
				;
			if (tags[i] % 2 && len <= ENTITY_PHRASE_MOST)
				*arena_push(l->cx->arena, heard, count, capacity) = (struct heard){entity_phrase(p, i, len), (u32)n, tags[i] / 2};
		}
	}
	if (count)
		qsort(heard, count, sizeof *heard, compare_heard);
	l->phrases = (struct entity_phrases){arena_array(l->cx->arena, u64, count + 1), arena_array(l->cx->arena, u8, count + 1), arena_array(l->cx->arena, u32, count + 1), 0};
	for (size_t i = 0; i < count; i++) {
		size_t at = l->phrases.count;
		if (at && heard[i].hash == l->phrases.hashes[at - 1] && heard[i].name == l->phrases.names[at - 1]) {
			l->phrases.counts[at - 1] += heard[i].message != heard[i - 1].message;
			continue;
		}
		l->phrases.hashes[at] = heard[i].hash;
		l->phrases.names[at] = heard[i].name;
		l->phrases.counts[at] = 1;
		l->phrases.count++;
	}
}

/* ---- signs by number ---- */

static u32 *slot_of(const struct learner *l, u32 key)
{
	size_t at = key & (l->slot_count - 1);
	while (l->slots[at] && l->keys[l->slots[at] - 1] != key)
		at = (at + 1) & (l->slot_count - 1);
	return &l->slots[at];
}

static u32 number_of(struct learner *l, u32 key)
{
	if (2 * l->sign_count >= l->slot_count) {
		l->slot_count = l->slot_count ? 4 * l->slot_count : 1u << 14;
		l->slots = arena_array(l->cx->arena, u32, l->slot_count);
		for (size_t i = 0; i < l->sign_count; i++)
			*slot_of(l, l->keys[i]) = (u32)i + 1;
	}
	u32 *slot = slot_of(l, key);
	if (!*slot) {
		size_t count = l->sign_count;
		*arena_push(l->cx->arena, l->keys, count, l->sign_capacity) = key;
		count = l->sign_count;
		*arena_push(l->cx->arena, l->uses, count, l->use_capacity) = 0;
		l->sign_count = count;
		*slot = (u32)count;
	}
	return *slot - 1;
}

static void read_messages(struct learner *l, struct cuts *p, u8 *tags)
{
	struct arena *arena = l->cx->arena;
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct entity_signs *signs = arena_new_of(scratch, struct entity_signs);
	struct value *values = arena_array(scratch, struct value, VALUES_MOST);
	l->messages = arena_array(arena, struct message, l->training->count);
	for (size_t n = 0; n < l->training->count; n++) {
		const struct entity_example *example = &l->training->examples[n];
		cuts_of(p, example->said.text);
		tag_pieces(l, &example->said, p, tags);
		size_t value_count = values_of(p, example->said.text, values), count = 0;
		entity_signs_of(p, values, value_count, example->intent, &l->phrases, tags, signs);
		u32 *starts = arena_array(arena, u32, p->count + 1);
		for (size_t i = 0; i < p->count; i++)
			count += signs->counts[i];
		u32 *numbers = arena_array(arena, u32, count + 1);
		u8 *own = arena_array(arena, u8, p->count + 1);
		for (size_t i = 0; i < p->count; i++) {
			own[i] = tags[i];
			starts[i + 1] = starts[i];
			for (size_t s = 0; s < signs->counts[i]; s++) {
				u32 number = number_of(l, signs->keys[i][s]);
				l->uses[number]++;
				numbers[starts[i + 1]++] = number;
			}
		}
		l->messages[n] = (struct message){own, starts, numbers, p->count};
	}
}

/* Where examples are many, what stood once is left out. */
static void drop_seldom(struct learner *l)
{
	if (l->training->count < MANY_EXAMPLES)
		return;
	u32 *fresh = arena_array(l->cx->arena, u32, l->sign_count + 1);
	size_t kept = 0;
	for (size_t i = 0; i < l->sign_count; i++) {
		fresh[i] = l->uses[i] > 1 ? (u32)kept : NO_SIGN;
		if (l->uses[i] > 1)
			l->keys[kept++] = l->keys[i];
	}
	l->sign_count = kept;
	for (size_t n = 0; n < l->training->count; n++) {
		u32 *signs = (u32 *)(uintptr_t)l->messages[n].signs; /* read_messages() gave them: nobody else's */
		for (size_t s = 0; s < l->messages[n].starts[l->messages[n].pieces]; s++)
			signs[s] = fresh[signs[s]];
	}
}

/* ---- learning ---- */

static void look_through(const struct learner *l, const struct message *m)
{
	memset(l->scores, 0, m->pieces * l->tags * sizeof *l->scores);
	for (size_t i = 0; i < m->pieces; i++)
		for (u32 s = m->starts[i]; s < m->starts[i + 1]; s++) {
			if (m->signs[s] == NO_SIGN)
				continue;
			const float *row = l->weights + m->signs[s] * l->tags;
			float *score = l->scores + i * l->tags;
			for (size_t tag = 0; tag < l->tags; tag++)
				score[tag] += row[tag];
		}
	entity_search(l->scores, l->steps, m->pieces, l->tags, l->back, l->found);
}

static void change(float *weights, float *past, size_t at, float by, float time)
{
	weights[at] += by;
	past[at] += by * time;
}

static void correct(const struct learner *l, const struct message *m, float time)
{
	u8 right = 0, wrong = 0;
	for (size_t i = 0; i < m->pieces; i++) {
		size_t from_right = i ? right : l->tags, from_wrong = i ? wrong : l->tags; /* the row behind the tags': the beginning */
		right = m->tags[i];
		wrong = l->found[i];
		change(l->steps, l->step_past, from_right * l->tags + right, 1, time);
		change(l->steps, l->step_past, from_wrong * l->tags + wrong, -1, time);
		if (right == wrong)
			continue;
		for (u32 s = m->starts[i]; s < m->starts[i + 1]; s++)
			if (m->signs[s] != NO_SIGN) {
				change(l->weights, l->weight_past, m->signs[s] * l->tags + right, 1, time);
				change(l->weights, l->weight_past, m->signs[s] * l->tags + wrong, -1, time);
			}
	}
}

static enum err learn(struct learner *l)
{
	struct arena *arena = l->cx->arena;
	size_t count = l->training->count, steps = (l->tags + 1) * l->tags;
	if (l->sign_count * l->tags > NUMBERS_MAX)
		return fail(l->cx, ERR_TOO_LARGE, N_("These are more examples, or more names of entities, than can be learnt from at once. Take a part of them."));
	u32 *order = arena_array(arena, u32, count);
	l->weights = arena_array(arena, float, l->sign_count * l->tags + 1);
	l->weight_past = arena_array(arena, float, l->sign_count * l->tags + 1);
	l->steps = arena_array(arena, float, steps);
	l->step_past = arena_array(arena, float, steps);
	l->scores = arena_array(arena, float, CUTS_MOST * l->tags);
	l->back = arena_alloc_array(arena, CUTS_MOST, sizeof *l->back);
	l->found = arena_array(arena, u8, CUTS_MOST);
	float time = 1;
	u64 random = 1;
	int rounds = count < MANY_EXAMPLES ? ROUNDS : ROUNDS_OF_MANY;
	for (size_t i = 0; i < count; i++)
		order[i] = (u32)i;
	for (int round = 0; round < rounds; round++) {
		for (size_t i = count; i > 1; i--) {
			random = token_hash(random, i);
			size_t other = (size_t)((random >> 20) % i);
			u32 swapped = order[i - 1];
			order[i - 1] = order[other];
			order[other] = swapped;
		}
		for (size_t n = 0; n < count; n++, time++) {
			const struct message *m = &l->messages[order[n]];
			if (!m->pieces)
				continue;
			look_through(l, m);
			if (memcmp(l->found, m->tags, m->pieces) != 0)
				correct(l, m, time);
		}
	}
	for (size_t i = 0; i < l->sign_count * l->tags; i++)
		l->weights[i] -= l->weight_past[i] / time;
	for (size_t i = 0; i < steps; i++)
		l->steps[i] -= l->step_past[i] / time;
	return OK;
}

/* ---- writing ---- */

struct ranked {
	u32 key, sign;
};

static int compare_keys(const void *a, const void *b)
{
	u32 x = ((const struct ranked *)a)->key, y = ((const struct ranked *)b)->key;
	return (x > y) - (x < y);
}

static void write_model(const struct learner *l, struct buf *out, struct entity_learnt *learnt)
{
	struct arena *arena = l->cx->arena;
	struct entity_header header = {.magic = ENTITY_MAGIC, .names = (u32)map_count(l->names), .phrases = (u32)l->phrases.count};
	struct buf *names = buf_in_arena(arena), *keys = buf_in_arena(arena), *counts = buf_in_arena(arena), *weights = buf_in_arena(arena);
	struct ranked *ranked = arena_array(arena, struct ranked, l->sign_count + 1);
	float most = 0;
	for (size_t i = 0; i < map_count(l->names); i++) {
		buf_addc(names, (char)map_key(l->names, i).len);
		buf_add(names, map_key(l->names, i));
	}
	for (size_t i = 0; i < l->sign_count; i++) {
		ranked[i] = (struct ranked){l->keys[i], (u32)i};
		for (size_t tag = 0; tag < l->tags; tag++)
			most = fmaxf(most, fabsf(l->weights[i * l->tags + tag]));
	}
	if (l->sign_count)
		qsort(ranked, l->sign_count, sizeof *ranked, compare_keys);
	header.scale = most / ENTITY_STEPS;
	for (size_t i = 0; i < l->sign_count; i++) {
		u8 count = 0;
		for (size_t tag = 0; tag < l->tags && most > 0; tag++) {
			int step = (int)lrintf(l->weights[ranked[i].sign * l->tags + tag] / header.scale);
			if (!step)
				continue;
			buf_addc(weights, (char)tag);
			buf_addc(weights, (char)step);
			count++;
		}
		if (!count)
			continue;
		buf_add_bytes(keys, &ranked[i].key, sizeof ranked[i].key);
		buf_addc(counts, (char)count);
		header.keys++;
	}
	header.names_len = (u32)names->len;
	header.weights = (u32)(weights->len / 2);
	buf_add_bytes(out, &header, sizeof header);
	buf_add(out, buf_str(names));
	buf_add_bytes(out, l->steps, (l->tags + 1) * l->tags * sizeof *l->steps);
	buf_add(out, buf_str(keys));
	buf_add(out, buf_str(counts));
	buf_add(out, buf_str(weights));
	buf_add_bytes(out, l->phrases.hashes, l->phrases.count * sizeof *l->phrases.hashes);
	buf_add_bytes(out, l->phrases.names, l->phrases.count);
	*learnt = (struct entity_learnt){header.names, header.weights, header.phrases, -1};
}

/* Whole entities found with their name, over the dev part. */
static enum err measure(struct cx *cx, const struct entity_training *training, struct str model, double *ret_right)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx inner = {.arena = arena, .lang = cx->lang};
	struct entity_model *m;
	must(entity_open(&inner, model, &m) == OK);
	struct entity_scratch *scratch = entity_scratch_new(arena);
	struct entity found[ENTITIES_MOST];
	size_t right = 0, there = 0, said = 0;
	for (size_t n = 0; n < training->dev_count; n++) {
		const struct entity_example *example = &training->dev[n];
		size_t count = entity_find(m, scratch, example->said.text, example->intent, found);
		said += count;
		there += example->said.mark_count;
		for (size_t i = 0; i < count; i++)
			for (size_t k = 0; k < example->said.mark_count; k++) {
				const struct entity_mark *mark = &example->said.marks[k];
				right += mark->from == found[i].from && mark->to == found[i].to && str_eq(mark->name, entity_name(m, found[i].name));
			}
	}
	*ret_right = there + said ? 2 * (double)right / (double)(there + said) : 0;
	return OK;
}

enum err entity_learn(struct cx *cx, const struct entity_training *training, struct buf *out, struct entity_learnt *ret_learnt)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx inner = *cx;
	inner.arena = arena;
	struct learner l = {.cx = &inner, .training = training};
	struct entity_learnt learnt;
	struct cuts *pieces = cuts_new(arena);
	u8 *tags = arena_array(arena, u8, CUTS_MOST);
	size_t from = out->len;
	enum err e = name_all(&l);
	if (e == OK) {
		gather_phrases(&l, pieces, tags);
		read_messages(&l, pieces, tags);
		drop_seldom(&l);
		e = learn(&l);
	}
	if (e != OK) {
		struct arena *kept = cx->arena;
		*cx = inner; /* with its story */
		cx->arena = kept;
		return e;
	}
	write_model(&l, out, &learnt);
	if (training->dev_count && buf_ok(out))
		TRY(measure(cx, training, str_skip(buf_str(out), from), &learnt.right));
	*ret_learnt = learnt;
	return OK;
}
