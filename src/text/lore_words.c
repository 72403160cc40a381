/* lore_words.c: lists of good and bad words as a source of lore. */
#include "text/lore.h"

#include <math.h>
#include <string.h>

#define LISTED_SLOTS (1u << 16)
#define DONE_SLOTS (1u << 18)
#define ENDINGS_MOST 128u
#define ENDING_LETTERS 12u
#define NOT_GOOD -1.7f   /* added to the word's own 1 where it stands behind a "not": "not good" is bad, */
#define NOT_BAD -1.3f    /* "not bad" a little good */
#define MOST 1.7f
#define SPREAD 0.06f     /* of the sums over texts in the list's language, about */

enum { UNKNOWN, GOOD, BAD };

struct slot { /* by the hash of a word's plain letters */
	u64 hash;
	u8 whole, stem; /* what the word is; what the words are that begin so */
};

struct words {
	struct arena *arena;
	struct slot *listed, *done; /* done: words that have their weights */
	size_t listed_count, done_count;
	struct reading *reading;
	struct {
		u32 letters[ENDING_LETTERS], len;
	} endings[ENDINGS_MOST];
	size_t ending_count, weight_count, capacity;
	struct classifier_weight *weights;
};

static struct slot *slot_of(struct slot *slots, size_t count, u64 hash)
{
	size_t at = hash & (count - 1);
	while (slots[at].hash && slots[at].hash != hash)
		at = (at + 1) & (count - 1);
	return &slots[at];
}

static signed char step_of(float weight)
{
	int step = (int)lrintf(127 * sqrtf(fabsf(weight) / MOST));
	return (signed char)(weight < 0 ? -step : step);
}

static void add_word(struct words *w, u64 plain, u8 what)
{
	struct slot *slot = slot_of(w->done, DONE_SLOTS, plain);
	u8 head = what == BAD;
	if (what == UNKNOWN || slot->hash || w->done_count > DONE_SLOTS / 2)
		return;
	slot->hash = plain;
	w->done_count++;
	*arena_push(w->arena, w->weights, w->weight_count, w->capacity) = (struct classifier_weight){feature_of_word(plain, false), head, step_of(1)};
	*arena_push(w->arena, w->weights, w->weight_count, w->capacity) =
		(struct classifier_weight){feature_of_word(plain, true), head, step_of(what == BAD ? NOT_BAD : NOT_GOOD)};
}

static void add_ending(struct words *w, struct str ending)
{
	reading_of(w->reading, ending);
	const struct token *t = &w->reading->tokens[0];
	if (w->reading->token_count != 1 || t->len > ENDING_LETTERS || w->ending_count == ENDINGS_MOST)
		return;
	memcpy(w->endings[w->ending_count].letters, w->reading->plain + t->at, t->len * sizeof(u32));
	w->endings[w->ending_count++].len = t->len;
}

/* A word of the list, which must be one token. */
static void list_word(struct words *w, struct str word, u8 what)
{
	bool stem = str_ends(word, S("*"));
	reading_of(w->reading, stem ? str_head(word, word.len - 1) : word);
	if (w->reading->token_count != 1 || w->listed_count > LISTED_SLOTS / 2)
		return;
	struct slot *slot = slot_of(w->listed, LISTED_SLOTS, w->reading->tokens[0].plain);
	w->listed_count += !slot->hash;
	slot->hash = w->reading->tokens[0].plain;
	*(stem ? &slot->stem : &slot->whole) = what;
}

static void add_stems(struct words *w)
{
	for (size_t i = 0; i < LISTED_SLOTS; i++) {
		const struct slot *slot = &w->listed[i];
		add_word(w, slot->hash, slot->whole != UNKNOWN ? slot->whole : slot->stem);
	}
	for (size_t i = 0; i < LISTED_SLOTS; i++)
		for (size_t n = 0; w->listed[i].stem != UNKNOWN && n < w->ending_count; n++) {
			u64 hash = w->listed[i].hash;
			for (u32 k = 0; k < w->endings[n].len; k++)
				hash = token_hash(hash, w->endings[n].letters[k]);
			add_word(w, hash, w->listed[i].stem);
		}
}

enum err lore_words(struct cx *cx, struct str name, struct str list, struct lore_source *ret_source)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct words *w = arena_new_of(scratch, struct words);
	struct str whole = list;
	w->arena = cx->arena;
	w->reading = reading_new(scratch);
	w->listed = arena_array(scratch, struct slot, LISTED_SLOTS);
	w->done = arena_array(scratch, struct slot, DONE_SLOTS);
	while (list.at) {
		struct str line = str_trim(str_line(&list));
		char sign = line.len ? *line.at : '#';
		if (sign == '#')
			continue;
		if (sign != '+' && sign != '-' && sign != '=')
			return fail(cx, ERR_BAD_INPUT, N_("A line of a list of words begins with +, -, = or #. This one does not: %.*s"), STR_ARG(str_head(line, 60)));
		for (struct str rest = str_skip(line, 1); rest.at;) {
			struct str word = str_trim(str_cut(&rest, ' '));
			if (word.len && sign == '=')
				add_ending(w, word);
			else if (word.len)
				list_word(w, word, sign == '+' ? GOOD : BAD);
		}
	}
	add_stems(w);
	float *scales = arena_array(cx->arena, float, 2), *spreads = arena_array(cx->arena, float, 2);
	scales[0] = scales[1] = MOST;
	spreads[0] = spreads[1] = SPREAD;
	*ret_source = (struct lore_source){.name = name, .weights = w->weights, .weight_count = w->weight_count, .scales = scales, .spreads = spreads, .head_count = 2, .list = whole};
	return OK;
}
