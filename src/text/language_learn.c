#include "text/language_learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_PIECES (2 * LANGUAGE_LETTERS * LANGUAGE_PIECES)

typedef float lanes __attribute__((vector_size(LEARN_LANES * sizeof(float)), aligned(4), may_alias));
typedef i32 lanes_bits __attribute__((vector_size(LEARN_LANES * sizeof(i32)), aligned(4), may_alias));

static inline lanes *lane(float *weights, u32 at)
{
	return (lanes *)(void *)(weights + at);
}

/* ---- finding ---- */

u32 learn_find(const struct learn *learn, const uint16_t *at, u32 len, u32 *ret_pieces, u32 most)
{
	struct language_letters l;
	u64 hashes[LANGUAGE_PIECES];
	u32 count = 0;
	bool word;
	must(len <= COUNT(l.at));
	memcpy(l.at, at, len * sizeof *at);
	l.len = len;
	for (u32 from = 0; from + 1 < len; from++) {
		u32 pieces = language_pieces(&l, from, hashes, &word);
		for (u32 i = 0; i < pieces && count < most; i++)
			for (u32 slot = (u32)(hashes[i] >> 32) & learn->slot_mask; learn->slots[slot]; slot = (slot + 1) & learn->slot_mask)
				if (learn->pieces[learn->slots[slot] - 1].hash == hashes[i]) {
					ret_pieces[count++] = learn->slots[slot] - 1;
					break;
				}
	}
	return count;
}

void learn_sums(const struct learn *learn, u8 script, const u32 *pieces, u32 count, float *ret_sums)
{
	const struct learn_script *s = &learn->scripts[script];
	memcpy(ret_sums, s->constants, s->width * sizeof *ret_sums);
	for (u32 i = 0; i < count; i++) {
		const struct learn_piece *piece = &learn->pieces[pieces[i]];
		if (piece->script == script)
			for (u32 at = 0; at < s->width; at += LEARN_LANES)
				*lane(ret_sums, at) += *lane(piece->weights, at);
	}
}

/* Sums become likelihoods. */
static void share(const struct learn_script *s, float slope, float *sums)
{
	float most = -INFINITY, all = 0;
	for (u32 i = 0; i < s->count; i++)
		most = sums[i] > most ? sums[i] : most;
	for (u32 i = 0; i < s->count; i++)
		all += sums[i] = expf(slope * (sums[i] - most));
	for (u32 i = 0; i < s->count; i++)
		sums[i] /= all;
	for (u32 i = s->count; i < s->width; i++)
		sums[i] = 0;
}

/* ---- fitting ---- */

static u32 next_random(struct learn *learn)
{
	learn->random ^= learn->random >> 12;
	learn->random ^= learn->random << 25;
	learn->random ^= learn->random >> 27;
	return (u32)(learn->random * 0x2545F4914F6CDD1Du >> 33);
}

#define ENOUGH 1e-4f     /* a miss smaller than this teaches nothing */
#define LEAVE_WORDS 30u  /* times of a hundred that whole words are left out, so that their pieces learn too */
#define LEAVE_LONG 20u   /* and pieces of the most letters */

static u32 leave_out(struct learn *learn, u32 *pieces, u32 count)
{
	bool words = next_random(learn) % 100 < LEAVE_WORDS, longest = next_random(learn) % 100 < LEAVE_LONG;
	u32 kept = 0;
	if (!words && !longest)
		return count;
	for (u32 i = 0; i < count; i++) {
		u8 order = learn->pieces[pieces[i]].order;
		if (!(words && order == LANGUAGE_PIECE + 1) && !(longest && order == LANGUAGE_PIECE))
			pieces[kept++] = pieces[i];
	}
	return kept;
}

static void move(struct learn_piece *piece, u32 width, const float *miss, float squares, float step, bool sparse)
{
	piece->squares += squares;
	step /= sqrtf(piece->squares) + 1;
	for (u32 at = 0; at < width; at += LEARN_LANES) {
		lanes *weights = lane(piece->weights, at), by = *(const lanes *)(const void *)(miss + at) * step;
		if (sparse)
			by = (lanes)((lanes_bits)by & (lanes_bits)(*weights != 0));
		*weights += by;
	}
}

static void learn_from(struct learn *learn, const struct learn_text *text, const uint16_t *at, u32 len, float step, bool sparse)
{
	static thread_local u32 pieces[TEXT_PIECES];
	struct learn_script *s = &learn->scripts[text->script];
	u8 right = s->column[text->language];
	float miss[LANGUAGE_AMONG], squares = 0;
	u32 count = leave_out(learn, pieces, learn_find(learn, at, len, pieces, TEXT_PIECES));
	if (!count)
		return;
	learn_sums(learn, text->script, pieces, count, miss);
	share(s, 1, miss);
	for (u32 i = 0; i < s->width; i++)
		miss[i] = (i == right) - miss[i];
	for (u32 i = 0; i < s->width; i++)
		squares += miss[i] * miss[i];
	if (squares < ENOUGH)
		return;
	for (u32 i = 0; i < count; i++)
		if (learn->pieces[pieces[i]].script == text->script)
			move(&learn->pieces[pieces[i]], s->width, miss, squares, step, sparse);
	for (u32 i = 0; i < s->count; i++) {
		s->squares[i] += miss[i] * miss[i];
		s->constants[i] += 0.1f * step * miss[i] / sqrtf(s->squares[i] + 1);
	}
}

/* A span of a few words of the text, most often one. */
static u32 crop(struct learn *learn, const struct learn_text *text, u32 turn, const uint16_t **ret_at)
{
	u32 words = 1 + (turn % 3 == 0) + (turn % 6 == 1 ? next_random(learn) % 4 : 0), first = next_random(learn) % text->words, at = 0, end;
	while (first--)
		while (text->at[++at] != ' ')
			;
	for (end = at; words-- && end + 1 < text->len;)
		while (text->at[++end] != ' ')
			;
	*ret_at = text->at + at;
	return end - at + 1;
}

static void learn_text(struct learn *learn, const struct learn_text *text, float step, bool sparse)
{
	u32 crops = text->words < 2 ? 0 : text->words < 4 ? 1 : learn->crops[text->language];
	const uint16_t *at;
	if (learn->scripts[text->script].column[text->language] == LANGUAGE_NONE || learn->scripts[text->script].count < 2)
		return;
	learn_from(learn, text, text->at, text->len, step, sparse);
	for (u32 turn = 1; turn <= crops; turn++) {
		u32 len = crop(learn, text, text->words < 4 ? 2 : turn, &at);
		if (len > 3)
			learn_from(learn, text, at, len, step, sparse);
	}
}

void learn_fit(struct learn *learn, const struct learn_fit *fit)
{
	size_t count = 0;
	u32 *order = arena_array(learn->cx->arena, u32, learn->text_count + 1);
	for (size_t i = 0; i < learn->text_count; i++)
		if (fit->all || !learn->texts[i].held)
			order[count++] = (u32)i;
	for (size_t i = 0; i < learn->piece_count; i++)
		learn->pieces[i].squares = 0;
	for (u32 round = 0; round < fit->rounds; round++) {
		float step = fit->step * (1 - (float)round / (float)fit->rounds) + 0.05f * fit->step;
		for (size_t i = 0; i + 1 < count; i++) {
			size_t other = i + next_random(learn) % (count - i);
			u32 text = order[i];
			order[i] = order[other];
			order[other] = text;
		}
		for (size_t i = 0; i < count; i++)
			learn_text(learn, &learn->texts[order[i]], step, fit->sparse);
	}
}

/* ---- pruning ---- */

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* What most languages have in common tells nothing: the middle becomes 0. */
static void centre(struct learn_piece *piece, u32 count)
{
	float sorted[LANGUAGE_AMONG];
	memcpy(sorted, piece->weights, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_value);
	float middle = sorted[count / 2];
	for (u32 i = 0; i < count; i++)
		piece->weights[i] -= middle;
}

/* How much a weight is worth: what it adds to a sum, and how often, the latter less than in proportion. */
#define OFTEN_POWER 0.35f
#define CLASSES 4096u
static inline u32 worth_class(float weight, float factor)
{
	float worth = logf(fabsf(weight) * factor + 1e-9f) * 128 + 2600;
	return worth < 0 ? 0 : worth >= CLASSES ? CLASSES - 1 : (u32)worth;
}

size_t learn_prune(struct learn *learn, size_t pairs)
{
	size_t *classes = arena_array(learn->cx->arena, size_t, CLASSES), kept = 0;
	u32 least = CLASSES;
	for (size_t i = 0; i < learn->piece_count; i++) {
		struct learn_piece *piece = &learn->pieces[i];
		u32 count = learn->scripts[piece->script].count;
		if (count < 2)
			continue;
		centre(piece, count);
		for (u32 n = 0; n < count; n++)
			if (piece->weights[n] != 0)
				classes[worth_class(piece->weights[n], powf(piece->often, OFTEN_POWER))]++;
	}
	while (least > 0 && kept + classes[least - 1] <= pairs)
		kept += classes[--least];
	for (size_t i = 0; i < learn->piece_count; i++) {
		struct learn_piece *piece = &learn->pieces[i];
		float factor = powf(piece->often, OFTEN_POWER);
		for (u32 n = 0; n < learn->scripts[piece->script].count; n++)
			if (worth_class(piece->weights[n], factor) < least)
				piece->weights[n] = 0;
	}
	return kept;
}

/* ---- likelihoods ---- */

#define SLOPES 40u
static float slope_of(u32 n)
{
	return 0.05f * powf(1.1f, (float)n); /* to 2 */
}

struct tally {
	double told[LANGUAGE_LENGTHS][SLOPES]; /* sum of the logarithms of what the right ones were given */
	size_t count[LANGUAGE_LENGTHS];
};

/* As language_of() does; returns how many letters were read. */
static u32 read_until_clear(const struct learn *learn, u8 script, const u32 *pieces, u32 count, u32 letters, float *ret_sums)
{
	const struct learn_script *s = &learn->scripts[script];
	for (u32 to = LANGUAGE_AHEAD; to < count; to += LANGUAGE_AHEAD) {
		float best = -INFINITY, second = -INFINITY;
		learn_sums(learn, script, pieces, to, ret_sums);
		for (u32 i = 0; i < s->count; i++) {
			float less = fminf(ret_sums[i], best);
			best = fmaxf(ret_sums[i], best);
			second = fmaxf(less, second);
		}
		if (best - second > LANGUAGE_CLEAR)
			return letters * to / count;
	}
	learn_sums(learn, script, pieces, count, ret_sums);
	return letters;
}

static bool judge(const struct learn *learn, const struct learn_text *text, const uint16_t *at, u32 len, u32 letters, struct tally *tally)
{
	static thread_local u32 pieces[TEXT_PIECES];
	const struct learn_script *s = &learn->scripts[text->script];
	u8 right = s->column[text->language];
	float sums[LANGUAGE_AMONG], parts[LANGUAGE_AMONG];
	u32 class, best = 0;
	if (right == LANGUAGE_NONE || s->count < 2)
		return right != LANGUAGE_NONE;
	letters = read_until_clear(learn, text->script, pieces, learn_find(learn, at, len, pieces, TEXT_PIECES), letters, sums);
	class = language_length(letters);
	for (u32 n = 0; n < SLOPES; n++) {
		memcpy(parts, sums, sizeof parts);
		share(s, slope_of(n), parts);
		tally->told[class][n] += (double)logf(parts[right] + 1e-6f);
	}
	tally->count[class]++;
	for (u32 i = 1; i < s->count; i++)
		best = sums[i] > sums[best] ? i : best;
	return best == right;
}

double learn_calibrate(struct learn *learn, float ret_slopes[LANGUAGE_LENGTHS], size_t *ret_held)
{
	struct tally *tally = arena_new_of(learn->cx->arena, struct tally);
	size_t right = 0, held = 0;
	const uint16_t *at;
	for (size_t i = 0; i < learn->text_count; i++) {
		const struct learn_text *text = &learn->texts[i];
		if (!text->held)
			continue;
		held++;
		right += judge(learn, text, text->at, text->len, text->letters, tally);
		if (text->words >= 4) {
			u32 len = crop(learn, text, i % 6 + 1, &at);
			judge(learn, text, at, len, len, tally);
		}
	}
	for (u32 class = 0; class < LANGUAGE_LENGTHS; class++) {
		u32 best = 31; /* about 1, where nothing tells */
		for (u32 n = 0; n < SLOPES && tally->count[class] >= 20; n++)
			best = tally->told[class][n] > tally->told[class][best] ? n : best;
		ret_slopes[class] = slope_of(best);
	}
	*ret_held = held;
	return held ? (double)right / (double)held : 0;
}
