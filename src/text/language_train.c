#include "text/language_train.h"

#include "base/lang.h"
#include "base/map.h"
#include "base/utf8.h"
#include "text/language_learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 10u
#define ROUNDS_AGAIN 8u
#define STEP 1.0f
#define STEP_AGAIN 0.3f
#define CROPS 8.0            /* spans cut out of a longer text, of a language that is heard as often as the others */
#define MET_LEAST 2u         /* texts' pieces that are met less often are not learnt */
#define STRAY 500u           /* a language that has a smaller part of a script's texts has strayed into it */
#define TABLE_FLOOR 0.5f     /* how much below the rarest of a table stands what is not in it */
#define TABLE_OFTEN 2000.0f  /* how many pieces of its length a table counts for */

/* What the logarithms of a table count for, by the piece's letters: as fitted where they were free. */
static const float table_part[5] = {0, 0.04f, 0.07f, 0.13f, 0.37f};

/* Scripts that one language alone is mostly written in; told by the script, also where there is nothing to learn from. */
static const struct {
	u8 script;
	const char *code;
} alone[] = {
	{SCRIPT_GREEK, "el"}, {SCRIPT_ARMENIAN, "hy"}, {SCRIPT_HEBREW, "he"}, {SCRIPT_BENGALI, "bn"}, {SCRIPT_GURMUKHI, "pa"}, {SCRIPT_GUJARATI, "gu"},
	{SCRIPT_TAMIL, "ta"}, {SCRIPT_TELUGU, "te"}, {SCRIPT_THAI, "th"}, {SCRIPT_GEORGIAN, "ka"}, {SCRIPT_HANGUL, "ko"}, {SCRIPT_KANA, "ja"},
	{SCRIPT_KANNADA, "kn"}, {SCRIPT_MALAYALAM, "ml"}, {SCRIPT_ORIYA, "or"}, {SCRIPT_SINHALA, "si"}, {SCRIPT_LAO, "lo"}, {SCRIPT_KHMER, "km"},
	{SCRIPT_MYANMAR, "my"}, {SCRIPT_TIBETAN, "bo"}, {SCRIPT_ETHIOPIC, "am"}, {SCRIPT_THAANA, "dv"},
};
#define ALONE_SURE 0.9f /* where it was not measured */

struct trainer {
	struct cx *cx;
	const struct language_training *training;
	struct str codes[LANGUAGES_MAX];
	struct learn learn;
	u32 slot_count;
};

/* ---- languages ---- */

static int compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool is_code(struct str label)
{
	for (size_t i = 0; i < label.len; i++)
		if (label.at[i] < 'a' || label.at[i] > 'z')
			return false;
	return label.len == 2 || label.len == 3;
}

static enum err find_languages(struct trainer *t)
{
	struct map *known = map_new(t->cx->arena);
	for (size_t i = 0; i < t->training->count + t->training->piece_count; i++) {
		struct str label = (i < t->training->count ? t->training->texts[i] : t->training->pieces[i - t->training->count]).label;
		if (!is_code(label))
			return fail(t->cx, ERR_BAD_INPUT, N_("“%.*s” is no code of a language. Labels are two or three small letters, like “fr”."), STR_ARG(label));
		if (!map_get(known, label))
			map_put(known, label, t);
	}
	for (size_t i = 0; i < COUNT(alone); i++)
		if (!map_get(known, str_of(alone[i].code)))
			map_put(known, str_of(alone[i].code), t);
	if (map_count(known) > LANGUAGES_MAX)
		return fail(t->cx, ERR_TOO_LARGE, N_("There are more than %u languages. A model keeps as many at most."), LANGUAGES_MAX);
	t->learn.languages = map_count(known);
	for (size_t i = 0; i < t->learn.languages; i++)
		t->codes[i] = map_key(known, i);
	qsort(t->codes, t->learn.languages, sizeof *t->codes, compare);
	return OK;
}

static u8 language_of_label(const struct trainer *t, struct str label)
{
	const struct str *found = bsearch(&label, t->codes, t->learn.languages, sizeof *t->codes, compare);
	return (u8)(found - t->codes);
}

/* ---- texts ---- */

static void read_texts(struct trainer *t)
{
	struct learn_text *texts = arena_array(t->cx->arena, struct learn_text, t->training->count + 1);
	struct language_letters l;
	double heard[LANGUAGES_MAX] = {}, all = 0;
	size_t count = 0, there = 0;
	for (size_t i = 0; i < t->training->count; i++) {
		struct learn_text *text = &texts[count];
		u64 hash = LANGUAGE_HASH_PIECE;
		language_read(t->training->texts[i].text, &l);
		if (l.script == SCRIPT_NONE)
			continue;
		uint16_t *at = arena_array(t->cx->arena, uint16_t, l.len);
		memcpy(at, l.at, l.len * sizeof *at);
		*text = (struct learn_text){.at = at, .len = l.len, .letters = l.letters, .script = l.script, .language = language_of_label(t, t->training->texts[i].label)};
		for (u32 n = 1; n < l.len; n++) {
			text->words += l.at[n] == ' ';
			hash = language_hash(hash, l.at[n]);
		}
		text->held = (hash >> 32) % 10 == 0; /* the same text twice stands on one side */
		heard[text->language]++;
		count++;
	}
	for (size_t i = 0; i < t->learn.languages; i++) {
		all += heard[i];
		there += heard[i] > 0;
	}
	for (size_t i = 0; i < t->learn.languages; i++)
		t->learn.crops[i] = (u32)fmin(CROPS, heard[i] > 0 ? CROPS * all / (double)there / heard[i] + 0.5 : 0);
	t->learn.texts = texts;
	t->learn.text_count = count;
}

static void add_column(struct learn_script *s, u8 language)
{
	if (s->column[language] != LANGUAGE_NONE || s->count == LANGUAGE_AMONG)
		return;
	s->column[language] = (u8)s->count;
	s->among[s->count++] = language;
}

/* The languages of each script, and how much of its texts they are. */
static void find_scripts(struct trainer *t)
{
	static thread_local size_t counts[SCRIPTS][LANGUAGES_MAX];
	memset(counts, 0, sizeof counts);
	for (size_t i = 0; i < t->learn.text_count; i++)
		counts[t->learn.texts[i].script][t->learn.texts[i].language]++;
	for (u8 script = 1; script < SCRIPTS; script++) {
		struct learn_script *s = &t->learn.scripts[script];
		size_t all = 0, here = 0;
		memset(s->column, (int)LANGUAGE_NONE, sizeof s->column);
		for (size_t i = 0; i < t->learn.languages; i++)
			all += counts[script][i];
		for (size_t i = 0; i < t->learn.languages; i++)
			if (counts[script][i] * STRAY > all)
				add_column(s, (u8)i);
		for (size_t i = 0; i < COUNT(alone); i++)
			if (alone[i].script == script) {
				s->count = 0;
				memset(s->column, (int)LANGUAGE_NONE, sizeof s->column);
				add_column(s, language_of_label(t, str_of(alone[i].code)));
			}
		for (u32 i = 0; i < s->count; i++)
			here += counts[script][s->among[i]];
		s->sure = all >= 20 ? (float)((double)here + 0.5) / (float)((double)all + 1) : ALONE_SURE;
		s->width = (s->count + LEARN_LANES - 1) / LEARN_LANES * LEARN_LANES;
	}
}

/* ---- pieces ---- */

static u32 *slot_of(const struct learn *learn, u64 hash)
{
	for (u32 slot = (u32)(hash >> 32) & learn->slot_mask;; slot = (slot + 1) & learn->slot_mask)
		if (!learn->slots[slot] || learn->pieces[learn->slots[slot] - 1].hash == hash)
			return &learn->slots[slot];
}

static void index_pieces(struct trainer *t, size_t capacity)
{
	u32 slots = 1u << 12;
	while (slots < 2 * capacity)
		slots *= 2;
	t->learn.slots = arena_array(t->cx->arena, u32, slots);
	t->learn.slot_mask = slots - 1;
	for (size_t i = 0; i < t->learn.piece_count; i++)
		*slot_of(&t->learn, t->learn.pieces[i].hash) = (u32)i + 1;
}

static struct learn_piece *put_piece(struct trainer *t, u64 hash, u8 script, u8 order)
{
	u32 *slot = slot_of(&t->learn, hash);
	if (!*slot) {
		t->learn.pieces[t->learn.piece_count++] = (struct learn_piece){.hash = hash, .script = script, .order = order};
		*slot = (u32)t->learn.piece_count;
	}
	return &t->learn.pieces[*slot - 1];
}

struct entry { /* of a table */
	u32 piece;
	u8 language, order;
	float log;
};

/* False: it holds what no text gives (a break, a sign). */
static bool read_entry(struct trainer *t, const struct example *example, struct entry *ret_entry)
{
	struct language_letters l;
	struct str number = example->text, piece = str_cut(&number, '\t');
	double log;
	u64 hash = LANGUAGE_HASH_PIECE;
	language_read(piece, &l);
	if (!number.at || !str_to_double(number, &log) || !(log <= 0 && log > -30) || l.letters == 0 || l.letters >= COUNT(table_part) || l.len != l.letters + 2 ||
	    l.letters != utf8_count(piece))
		return false;
	for (u32 i = 1; i + 1 < l.len; i++)
		hash = language_hash(hash, l.at[i]);
	put_piece(t, hash, l.script, (u8)l.letters);
	*ret_entry = (struct entry){*slot_of(&t->learn, hash) - 1, language_of_label(t, example->label), (u8)l.letters, (float)log * 2.302585f};
	return true;
}

static struct entry *read_tables(struct trainer *t, size_t *ret_count)
{
	struct entry *entries = arena_array(t->cx->arena, struct entry, t->training->piece_count + 1);
	size_t count = 0;
	for (size_t i = 0; i < t->training->piece_count; i++)
		count += read_entry(t, &t->training->pieces[i], &entries[count]);
	*ret_count = count;
	return entries;
}

static const char too_many[] = N_("These are more texts than can be learnt from at once. Take a part of them.");

static enum err count_pieces(struct trainer *t)
{
	struct language_letters l;
	u64 hashes[LANGUAGE_PIECES];
	bool word;
	for (size_t i = 0; i < t->learn.text_count; i++) {
		const struct learn_text *text = &t->learn.texts[i];
		if (t->learn.scripts[text->script].count < 2)
			continue;
		memcpy(l.at, text->at, text->len * sizeof *l.at);
		l.len = text->len;
		for (u32 from = 0; from + 1 < l.len; from++) {
			u32 count = language_pieces(&l, from, hashes, &word);
			bool space = l.at[from] == ' ';
			if (t->learn.piece_count + LANGUAGE_PIECES > LEARN_PIECES_MAX)
				return fail(t->cx, ERR_TOO_LARGE, too_many);
			for (u32 n = 0; n < count; n++) {
				u32 len = n + 1 + space;
				bool whole = word && n + 1 == count, ends = space || (!whole && l.at[from + len - 1] == ' ');
				put_piece(t, hashes[n], text->script, whole ? LANGUAGE_PIECE + 1 : ends ? 0 : (u8)len)->met++;
			}
		}
	}
	return OK;
}

static void clear_row(struct trainer *t, struct learn_piece *piece)
{
	u32 width = t->learn.scripts[piece->script].width;
	if (piece->weights)
		memset(piece->weights, 0, width * sizeof *piece->weights);
	else
		piece->weights = arena_array(t->cx->arena, float, width + 1);
	piece->often = (float)piece->met;
}

/* Weights begin as the tables say: of each language the logarithm, or a floor, less the largest of the row. */
static void begin_weights(struct trainer *t, const struct entry *entries, size_t count)
{
	static thread_local float floors[LANGUAGES_MAX][COUNT(table_part)];
	memset(floors, 0, sizeof floors);
	for (size_t i = 0; i < count; i++)
		floors[entries[i].language][entries[i].order] = fminf(floors[entries[i].language][entries[i].order], entries[i].log - TABLE_FLOOR);
	for (size_t i = 0; i < t->learn.piece_count; i++)
		clear_row(t, &t->learn.pieces[i]);
	for (size_t i = 0; i < count; i++) { /* above the floor */
		struct learn_piece *piece = &t->learn.pieces[entries[i].piece];
		u8 column = t->learn.scripts[piece->script].column[entries[i].language];
		piece->often += expf(entries[i].log) * TABLE_OFTEN;
		if (column != LANGUAGE_NONE)
			piece->weights[column] = entries[i].log;
	}
	for (size_t i = 0; i < t->learn.piece_count; i++) {
		struct learn_piece *piece = &t->learn.pieces[i];
		const struct learn_script *s = &t->learn.scripts[piece->script];
		float most = -INFINITY;
		bool any = false;
		for (u32 n = 0; n < s->count; n++)
			any |= piece->weights[n] != 0;
		for (u32 n = 0; any && n < s->count; n++) {
			if (piece->weights[n] == 0)
				piece->weights[n] = floors[s->among[n]][piece->order];
			most = fmaxf(most, piece->weights[n]);
		}
		for (u32 n = 0; any && n < s->count; n++)
			piece->weights[n] = (piece->weights[n] - most) * table_part[piece->order];
	}
}

/* From what is met too rarely, and what tells nothing, free the way. */
static void settle(struct trainer *t, size_t tabled)
{
	size_t kept = 0;
	u32 *moved = arena_array(t->cx->arena, u32, t->learn.piece_count + 1);
	for (size_t i = 0; i < t->learn.piece_count; i++) {
		struct learn_piece piece = t->learn.pieces[i];
		if (i >= tabled && (piece.met < MET_LEAST || t->learn.scripts[piece.script].count < 2))
			continue;
		moved[i] = (u32)kept;
		t->learn.pieces[kept++] = piece;
	}
	t->learn.piece_count = kept;
	index_pieces(t, kept);
}

static enum err make_pieces(struct trainer *t, struct entry **ret_entries, size_t *ret_count)
{
	size_t most = t->training->piece_count + LANGUAGE_PIECES;
	for (size_t i = 0; i < t->learn.text_count; i++)
		most += (size_t)t->learn.texts[i].len * LANGUAGE_PIECES;
	most = most < LEARN_PIECES_MAX ? most : LEARN_PIECES_MAX;
	if (t->training->piece_count >= most)
		return fail(t->cx, ERR_TOO_LARGE, too_many);
	t->learn.pieces = arena_array(t->cx->arena, struct learn_piece, most);
	index_pieces(t, most);
	*ret_entries = read_tables(t, ret_count);
	size_t tabled = t->learn.piece_count; /* they stay in front, where they are */
	TRY(count_pieces(t));
	settle(t, tabled);
	return OK;
}

/* ---- the whole ---- */

static void fit(struct trainer *t, const struct entry *entries, size_t count, bool all)
{
	t->learn.random = 0x9E3779B97F4A7C15u;
	for (u8 script = 0; script < SCRIPTS; script++) {
		memset(t->learn.scripts[script].constants, 0, sizeof t->learn.scripts[script].constants);
		memset(t->learn.scripts[script].squares, 0, sizeof t->learn.scripts[script].squares);
	}
	begin_weights(t, entries, count);
	learn_fit(&t->learn, &(struct learn_fit){ROUNDS, STEP, all, false});
	learn_prune(&t->learn, t->training->pairs ? t->training->pairs : LANGUAGE_PAIRS);
	learn_fit(&t->learn, &(struct learn_fit){ROUNDS_AGAIN, STEP_AGAIN, all, true});
}

static signed char step_of(float weight)
{
	long step = lrintf(weight * LANGUAGE_STEPS / LANGUAGE_GRAIN) * LANGUAGE_GRAIN;
	return (signed char)(step > LANGUAGE_STEP_MOST ? LANGUAGE_STEP_MOST : step < -LANGUAGE_STEP_MOST ? -LANGUAGE_STEP_MOST : step);
}

static void plan_pieces(struct trainer *t, struct language_plan *plan)
{
	struct language_pair *pairs = NULL;
	size_t pair_count = 0, capacity = 0;
	plan->pieces = arena_array(t->cx->arena, struct language_piece, t->learn.piece_count + 1);
	for (size_t i = 0; i < t->learn.piece_count; i++) {
		const struct learn_piece *piece = &t->learn.pieces[i];
		const struct learn_script *s = &t->learn.scripts[piece->script];
		size_t first = pair_count;
		for (u32 n = 0; n < s->count && s->count > 1; n++) {
			signed char step = step_of(piece->weights[n]);
			if (step)
				*arena_push(t->cx->arena, pairs, pair_count, capacity) = (struct language_pair){(u8)n, step};
		}
		if (pair_count > first)
			plan->pieces[plan->piece_count++] = (struct language_piece){piece->hash, (u32)first, (u32)(pair_count - first)};
	}
	plan->pairs = pairs;
}

static void plan_scripts(struct trainer *t, struct language_plan *plan)
{
	struct language_script *scripts = arena_array(t->cx->arena, struct language_script, SCRIPTS);
	for (u8 script = 1; script < SCRIPTS; script++) {
		const struct learn_script *s = &t->learn.scripts[script];
		struct language_script *to = &scripts[plan->script_count];
		if (!s->count)
			continue;
		*to = (struct language_script){.script = script, .count = (u8)s->count, .sure = s->sure};
		memcpy(to->among, s->among, s->count);
		for (u32 i = 0; i < s->count; i++)
			to->constants[i] = (i32)lrintf(fmaxf(-500, fminf(500, s->constants[i])) * LANGUAGE_STEPS);
		plan->script_count++;
	}
	plan->scripts = scripts;
	plan->codes = t->codes;
	plan->languages = t->learn.languages;
}

enum err train_language(struct cx *cx, const struct language_training *training, struct buf *out, struct language_trained *ret_trained)
{
	struct trainer *t = arena_new_of(cx->arena, struct trainer);
	struct language_trained trained = {};
	struct language_plan plan = {};
	struct entry *entries = NULL;
	size_t count = 0;
	*t = (struct trainer){.cx = cx, .training = training, .learn = {.cx = cx}};
	language_read_start();
	TRY(find_languages(t));
	read_texts(t);
	find_scripts(t);
	TRY(make_pieces(t, &entries, &count));
	fit(t, entries, count, false);
	trained.right = learn_calibrate(&t->learn, plan.slopes, &trained.held);
	fit(t, entries, count, true);
	plan_pieces(t, &plan);
	plan_scripts(t, &plan);
	TRY(language_write(cx, &plan, out));
	trained.languages = plan.languages;
	trained.pieces = plan.piece_count;
	for (size_t i = 0; i < plan.piece_count; i++)
		trained.pairs += plan.pieces[i].count;
	*ret_trained = trained;
	return OK;
}
