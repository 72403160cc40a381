#include "text/train.h"

#include "base/map.h"
#include "text/calibrate.h"
#include "text/classifier_table.h"
#include "text/factored.h"
#include "text/lore.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORK_SMALL 20000000.0 /* cells x heads: held out in five parts, or in three, or once */
#define WORK_MIDDLE 120000000.0
#define FEW_TEXTS 2500u       /* below, features that one text has are kept too */
#define FEW_INTENTS 1000u     /* more tell by themselves a little what lore tells, and are to be fitted softer with it */
#define SOME_INTENTS 4000u    /* more texts say enough by themselves, and are to be learnt within a second */
#define TINY_INTENTS 200u /* fewer tell little of which words matter: what one text alone has weighs less, what parts the labels more */
#define TRIED_MOST 40u        /* labels with which several fits are tried */
#define DEV_ENOUGH 200u
#define YIELD 0.01            /* so much less must a harder fit lose where texts to come are of another kind, */
#define STEADY 0.002          /* so much more may two fits together */
#define RATIOS 0.3            /* the share tried */
#define KNOWN_LESS 0.3        /* factors tried for what is known beforehand */
#define KNOWN_MORE 2.5
#define LEAST_STEP 5          /* of a weight that is kept, of 127; */
#define LEAST_STEP_MIXED 20   /* of those of both kinds, from many texts: the other kind gives every feature a little for every label */
#define LEAST_STEP_FEW 9      /* from few */
#define LEAST_STEP_SMALL 12   /* of a small model's: less than a hundredth of its largest */

#define FACTORED_SHARE 0.75f  /* of the answer of intents, where both kinds of weights are added */
#define FACTORED_STEPS 3200u  /* times that a label is learnt, about */
#define FACTORED_ROUNDS 20u   /* at least, */
#define FACTORED_ROUNDS_MOST 100u

struct fit { /* how hard the examples are fitted */
	double cost;
	double ratios; /* share of the log-count ratios in the factors of features; 0: none */
	double known;  /* factor of the columns of lore; 0: without */
	double plain;  /* cost of a fit without ratios whose weights are averaged with these; 0: none */
};

struct trainer {
	struct cx *cx;
	const struct training *training;
	const struct task *task;
	struct corpus corpus;
	enum classifier_kind kind;
	size_t heads, head_label; /* the label that MEASURE_F1_OF counts */
	size_t outside;
	bool few, tiny;           /* intents from few examples, from fewer still */
	size_t told;              /* examples that were given; behind them stand those that the labels' own words make, never held out */
	struct linear_scratch scratch;
	u32 *chosen;
	signed char *sides;
	float *weights, *squares, *counts, *others; /* others: weights of the fit averaged with */
	u8 *part;      /* of each example, where neighbours are held out together; NULL: any are */
	u64 seed;
	bool mixed;               /* intents: weights of another kind (factored.h) are added, as wide as the heads' own: */
	struct factored *factored;
	float factored_spread;
	struct arena *factored_arena;
	/* With lore: where its features stand among all, those of the examples and behind them its own. */
	u32 *places;
	size_t wide;
};

/* ---- heads ---- */

/* The label that the head's sum speaks for. */
static size_t label_of(const struct trainer *t, size_t head)
{
	return t->kind == CLASSIFIER_TWO ? 1 : head;
}

/* For each feature the square of its factor in this lane: how much more often, in logarithm, it stands on one side. */
static void find_ratios(struct trainer *t, u32 lane, size_t count, double share)
{
	const struct linear_rows *rows = &t->corpus.rows;
	float *with = t->counts, *without = t->counts + rows->width;
	double sides[2] = {}, mean = 0, cells = 0;
	for (size_t j = 0; j < 2 * rows->width; j++)
		t->counts[j] = 1;
	for (size_t i = 0; i < count; i++) {
		bool is = t->sides[i * LINEAR_LANES + lane] > 0;
		float *side = is ? with : without;
		sides[is]++;
		for (size_t at = rows->starts[t->chosen[i]]; at < rows->starts[t->chosen[i] + 1]; at++)
			side[rows->cells[at].feature]++;
	}
	float even = logf((float)((sides[1] + 2) / (sides[0] + 2)));
	for (size_t j = t->corpus.known; j < rows->width; j++) {
		float ratio = fabsf(logf(with[j] / without[j]) - even);
		mean += (double)(ratio * (with[j] + without[j] - 2));
		cells += (double)(with[j] + without[j] - 2);
		with[j] = ratio;
	}
	mean = cells > 0 && mean > 0 ? mean / cells : 1;
	for (size_t j = t->corpus.known; j < rows->width; j++) {
		float factor = (float)(1 - share + share * (double)with[j] / mean);
		t->squares[j * LINEAR_LANES + lane] = factor * factor;
	}
}

/* Every factor 1, but of the columns of lore. */
static void set_factors(struct trainer *t, const struct fit *fit)
{
	for (size_t i = 0; i < t->corpus.rows.width * LINEAR_LANES; i++)
		t->squares[i] = i < t->corpus.known * LINEAR_LANES ? (float)(fit->known * fit->known) : 1;
}

/* t->weights for the heads from `first` on, a lane each, from the first `count` of t->chosen. A lane without a head repeats the last. */
static void train_one_fit(struct trainer *t, size_t first, size_t count, const struct fit *fit)
{
	const struct corpus *c = &t->corpus;
	bool factors = fit->ratios > 0 || (fit->known != 1 && c->known);
	if (factors)
		set_factors(t, fit);
	for (u32 lane = 0; lane < LINEAR_LANES; lane++) {
		size_t head = first + lane < t->heads ? first + lane : t->heads - 1, label = label_of(t, head);
		for (size_t i = 0; i < count; i++)
			t->sides[i * LINEAR_LANES + lane] = c->has[t->chosen[i] * c->label_count + label] ? 1 : -1;
		if (fit->ratios > 0)
			find_ratios(t, lane, count, fit->ratios);
	}
	/* beside the other kind, which says more, intents need not be fitted to the last */
	struct linear_settings settings = {(float)fit->cost, t->mixed ? 0.5f : t->task->intents ? 0.2f : 0.1f, 30, t->seed};
	linear_train(&c->rows, t->chosen, t->sides, count, factors ? t->squares : NULL, &settings, &t->scratch, t->weights);
}

static void train_both_fits(struct trainer *t, size_t first, size_t count, const struct fit *fit)
{
	size_t wide = (t->corpus.rows.width + 1) * LINEAR_LANES;
	struct fit plain = {fit->plain, 0, fit->known, 0};
	if (fit->plain > 0) {
		train_one_fit(t, first, count, &plain);
		memcpy(t->others, t->weights, wide * sizeof *t->others);
	}
	train_one_fit(t, first, count, fit);
	for (size_t i = 0; fit->plain > 0 && i < wide; i++)
		t->weights[i] = (t->weights[i] + t->others[i]) / 2;
}

/* The square of the deviation of the sums of the heads just trained, over the rows that they were learnt from. */
static double square_of_spread(const struct trainer *t, size_t count)
{
	double sums[LINEAR_LANES] = {}, squares[LINEAR_LANES] = {}, all = 0;
	for (size_t i = 0; i < count; i++) {
		float found[LINEAR_LANES];
		linear_score(&t->corpus.rows, t->chosen[i], t->weights, found);
		for (u32 lane = 0; lane < LINEAR_LANES; lane++) {
			sums[lane] += (double)found[lane];
			squares[lane] += (double)(found[lane] * found[lane]);
		}
	}
	for (u32 lane = 0; lane < LINEAR_LANES; lane++)
		all += fmax(squares[lane] - sums[lane] * sums[lane] / (double)count, 0) / (double)count / LINEAR_LANES;
	return all;
}

/* Weights of the other kind from the first `count` of t->chosen, as wide as the heads' own: some of those, trained beforehand once, tell how wide. */
static void find_factored(struct trainer *t, size_t count, const struct fit *fit)
{
	size_t heads[] = {0, t->heads / 2 / LINEAR_LANES * LINEAR_LANES}, labels = t->corpus.label_count, rounds = FACTORED_STEPS * labels / (t->corpus.count + 1);
	double square = 0;
	rounds = rounds < FACTORED_ROUNDS ? FACTORED_ROUNDS : rounds > FACTORED_ROUNDS_MOST ? FACTORED_ROUNDS_MOST : rounds;
	if (!t->mixed)
		return;
	for (size_t i = 0; i < COUNT(heads) && t->factored_spread <= 0; i++) {
		train_both_fits(t, heads[i], count, fit);
		square += square_of_spread(t, count) / COUNT(heads);
	}
	t->factored_spread = t->factored_spread > 0 ? t->factored_spread : (float)sqrt(square);
	arena_freep(&t->factored_arena);
	t->factored_arena = arena_new();
	t->factored = factored_train(t->factored_arena, &t->corpus.rows, t->chosen, count, t->corpus.label, labels,
				     &(struct factored_settings){t->few ? 0.05f : 0.1f, 0.85f, (int)rounds, t->seed});
}

static void train_heads(struct trainer *t, size_t first, size_t count, const struct fit *fit)
{
	train_both_fits(t, first, count, fit);
	for (size_t j = 0; t->factored && j <= t->corpus.rows.width; j++)
		for (u32 lane = 0; lane < LINEAR_LANES && first + lane < t->heads; lane++) {
			float *weight = &t->weights[j * LINEAR_LANES + lane];
			*weight = (1 - FACTORED_SHARE) * *weight + FACTORED_SHARE * t->factored_spread * factored_weight(t->factored, j, first + lane);
		}
}

/* ---- texts held out ---- */

struct held_out {
	struct held held;
	float *sums;
	u32 *label, *rows;
	u8 *has;
};

static struct held_out held_new(struct trainer *t, size_t most)
{
	struct arena *arena = t->cx->arena;
	struct held_out out = {.sums = arena_array(arena, float, most * t->heads + 1), .label = arena_array(arena, u32, most + 1),
			       .rows = arena_array(arena, u32, most + 1), .has = arena_array(arena, u8, most * t->corpus.label_count + 1)};
	out.held = (struct held){0, t->heads, t->corpus.label_count, out.sums, out.label, out.has};
	return out;
}

static void hold(const struct trainer *t, struct held_out *out, size_t row)
{
	const struct corpus *c = &t->corpus;
	size_t at = out->held.count++;
	out->rows[at] = (u32)row;
	out->label[at] = c->label[row];
	memcpy(out->has + at * c->label_count, c->has + row * c->label_count, c->label_count);
}

/* The sums of the heads just trained, for the held-out texts from `from` on. */
static void score(const struct trainer *t, struct held_out *out, size_t from, size_t first)
{
	float sums[LINEAR_LANES];
	for (size_t i = from; i < out->held.count; i++) {
		linear_score(&t->corpus.rows, out->rows[i], t->weights, sums);
		for (u32 lane = 0; lane < LINEAR_LANES && first + lane < t->heads; lane++)
			out->sums[i * t->heads + first + lane] = sums[lane];
	}
}

#define NEAR_LEAST 1000u /* texts: with fewer, too little would be left to learn from */
#define NEAR_PARTS 5u
#define NEAR_SAMPLES 3000u
#define NEAR_RATIO 1.25 /* how much more alike than others neighbours are that belong together */

static u64 number_of(u64 a, u64 b)
{
	return token_hash(token_hash(TOKEN_HASH_START, a), b) >> 33;
}

/* The part of the row's weight in rare features that the other one shares. */
static double likeness(const struct linear_rows *rows, const u32 *texts, size_t seldom, float *scratch, size_t row, size_t other)
{
	const struct linear_cell *from = rows->cells + rows->starts[row], *to = rows->cells + rows->starts[row + 1];
	double shared = 0, all = 1e-9;
	for (const struct linear_cell *c = from; c < to; c++)
		if (texts[c->feature] <= seldom) {
			scratch[c->feature] = c->value;
			all += (double)(c->value * c->value);
		}
	for (const struct linear_cell *c = rows->cells + rows->starts[other]; c < rows->cells + rows->starts[other + 1]; c++)
		shared += (double)(c->value * scratch[c->feature]);
	for (const struct linear_cell *c = from; c < to; c++)
		scratch[c->feature] = 0;
	return shared / all;
}

/* Where the examples come in runs (hour after hour, event after event), texts held out at random have their like among those learnt from and flatter
 * every fit. Then the parts are runs: neighbours within a label are held out together. */
static void find_runs(struct trainer *t)
{
	const struct corpus *c = &t->corpus;
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	u32 *texts = arena_array(scratch, u32, c->rows.width + 1), *order = arena_array(scratch, u32, c->count + 1), *starts = arena_array(scratch, u32, c->label_count + 2);
	float *values = arena_array(scratch, float, c->rows.width + 1);
	for (size_t at = c->rows.starts[0]; at < c->rows.starts[c->count]; at++)
		texts[c->rows.cells[at].feature]++;
	for (size_t row = 0; row < c->count; row++)
		starts[c->label[row] + 1]++;
	for (size_t label = 0; label <= c->label_count; label++)
		starts[label + 1] += starts[label];
	for (size_t row = 0; row < c->count; row++)
		order[starts[c->label[row]]++] = (u32)row; /* starts: now where each label ends */
	double near = 0, far = 0;
	u8 *part = arena_array(t->cx->arena, u8, c->count + 1);
	for (size_t label = 0, from = 0; label <= c->label_count; from = starts[label++]) {
		size_t count = starts[label] - from, reach = count / 50 + 1, step = c->count / NEAR_SAMPLES + 1;
		for (size_t i = 0; i < count; i++)
			part[order[from + i]] = (u8)(i * NEAR_PARTS / count);
		for (size_t i = 0; count >= 20 && i + reach < count; i += step) {
			near += likeness(&c->rows, texts, c->count / 20, values, order[from + i], order[from + i + 1 + number_of(i, 1) % reach]);
			far += likeness(&c->rows, texts, c->count / 20, values, order[from + i], order[from + number_of(i, 2) % count]);
		}
	}
	if (near > far * NEAR_RATIO)
		t->part = part;
}

/* Which part a row is in: the same for every trial. */
static u32 part_of(const struct trainer *t, size_t row, u32 parts)
{
	if (t->part)
		return t->part[row];
	return (u32)number_of(t->seed, row) % parts;
}

/* In how many parts the examples are held out in turn; 1: not at all, there are dev texts; 0: one fifth only. */
static u32 parts_of(const struct trainer *t)
{
	if (t->training->most && t->training->dev_count >= DEV_ENOUGH) /* texts that chose the features would flatter it */
		return 1;
	if (t->part)
		return NEAR_PARTS;
	double work = (double)t->corpus.rows.starts[t->corpus.count] * (double)t->heads;
	return work < WORK_SMALL ? 5 : work < WORK_MIDDLE && !t->task->intents ? 3 : t->training->dev_count >= DEV_ENOUGH ? 1 : 0;
}

/* Learn from the examples outside of `part`, but of two parts in five alone where many labels take their time; then the sums of those in it,
 * and of the dev texts when `dev`. */
static void try_part(struct trainer *t, const struct fit *fit, u32 part, u32 parts, bool dev, struct held_out *out)
{
	size_t count = 0, from = out->held.count, all = t->corpus.count;
	bool hasty = parts == 5 && t->task->intents && !t->training->outside.len && parts_of(t) == 0;
	for (size_t row = 0; row < all; row++)
		if (parts > 1 && row < t->told && part_of(t, row, parts) == part)
			hold(t, out, row);
		else if (parts > 1 && t->part && (t->part[row] + 1u == part || t->part[row] == part + 1))
			continue; /* the end of the run before, the beginning of the one behind */
		else if (!hasty || part_of(t, row, parts) < part + 3)
			t->chosen[count++] = (u32)row;
	for (size_t row = all; dev && row < t->corpus.rows.count; row++)
		hold(t, out, row);
	find_factored(t, count, fit);
	for (size_t first = 0; first < t->heads; first += LINEAR_LANES) {
		train_heads(t, first, count, fit);
		score(t, out, from, first);
	}
}

static void try_fit(struct trainer *t, const struct fit *fit, struct held_out *out)
{
	u32 parts = parts_of(t);
	out->held.count = 0;
	if (parts < 2)
		try_part(t, fit, 0, parts ? 1 : 5, parts == 1, out);
	else
		for (u32 part = 0; part < parts; part++)
			try_part(t, fit, part, parts, part == 0, out);
}

/* ---- how hard ---- */

/* A fit tried, the sums it gives to the texts held out, and what is lost by them: the log loss, which every text moves a little, where the task's measure
 * jumps with the few at the border. But where texts to come are of another kind, probabilities will not hold, and what misses the measure counts. */
struct choice {
	struct fit fit;
	double loss;
	float *sums;
};

static struct choice choice_new(struct trainer *t)
{
	return (struct choice){.loss = INFINITY, .sums = arena_array(t->cx->arena, float, t->corpus.rows.count * t->heads + 1)};
}

static double loss_of(struct trainer *t, const struct held_out *out, struct classifier_head *heads)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	double reached = calibrate(scratch, &out->held, t->kind, t->task, t->head_label, heads);
	return t->part ? 1 - reached : calibrate_loss(&out->held, t->kind, heads);
}

/* What is on trial becomes the choice if less than `most` is lost. */
static void note_choice(const struct trainer *t, const struct fit *fit, double loss, double most, const struct held_out *out, struct choice *choice)
{
	if (!(loss < most))
		return;
	choice->fit = *fit;
	choice->loss = loss;
	memcpy(choice->sums, out->sums, out->held.count * t->heads * sizeof *out->sums);
}

static double try_choice(struct trainer *t, const struct fit *fit, double most, struct held_out *out, struct classifier_head *heads, struct choice *choice)
{
	try_fit(t, fit, out);
	double loss = loss_of(t, out, heads);
	note_choice(t, fit, loss, most, out, choice);
	return loss;
}

/* What another kind of fit, or a harder one, has to stay below: where texts to come are of another kind, clearly. */
static double less_than(const struct trainer *t, const struct choice *choice)
{
	return choice->loss - (t->part ? YIELD : 0);
}

/* Harder and harder until more is lost. */
static void choose_cost(struct trainer *t, double ratios, struct held_out *out, struct classifier_head *heads, struct choice *choice)
{
	static const double costs[] = {0.01, 0.03, 0.1, 0.3, 1, 3};
	enum { SOFT = 2 }; /* so many only where the parts are runs */
	double last = INFINITY;
	for (size_t i = t->part && ratios <= 0 ? 0 : SOFT; i < COUNT(costs); i++) {
		struct fit fit = {costs[i], ratios, t->part ? KNOWN_MORE : 1, 0};
		double loss = try_choice(t, &fit, less_than(t, choice), out, heads, choice);
		if (loss > last)
			return;
		last = loss;
	}
}

/* Two fits err at different texts: their mean is as linear as they are, and mostly better than each. */
static void try_mean(struct trainer *t, const struct choice *plain, struct held_out *out, struct classifier_head *heads, struct choice *choice)
{
	struct fit mean = choice->fit;
	for (size_t i = 0; i < out->held.count * t->heads; i++)
		out->sums[i] = (plain->sums[i] + choice->sums[i]) / 2;
	mean.plain = plain->fit.cost;
	double loss = loss_of(t, out, heads);
	if (choice->loss > less_than(t, plain))
		*choice = *plain;
	note_choice(t, &mean, loss, choice->loss + (t->part ? STEADY : 0), out, choice);
}

static bool try_known(struct trainer *t, double known, struct held_out *out, struct classifier_head *heads, struct choice *choice)
{
	struct fit fit = choice->fit;
	double before = choice->loss;
	fit.known = known;
	return try_choice(t, &fit, before, out, heads, choice) < before;
}

/* What is known beforehand may be about something else, or nearly all there is. */
static void choose_known(struct trainer *t, struct held_out *out, struct classifier_head *heads, struct choice *choice)
{
	if (!t->corpus.known)
		return;
	if (t->part || try_known(t, KNOWN_LESS, out, heads, choice))
		try_known(t, 0, out, heads, choice);
	else
		try_known(t, KNOWN_MORE, out, heads, choice);
}

static struct fit choose_fit(struct trainer *t, struct held_out *out, struct classifier_head *heads, double *ret_value)
{
	struct fit fit = {t->few && t->told >= FEW_INTENTS ? 1 : 2, t->tiny ? 0.5 : 0, 1, 0};
	if (!t->task->intents && t->heads <= TRIED_MOST) {
		struct choice plain = choice_new(t), choice = choice_new(t);
		choose_cost(t, 0, out, heads, &plain);
		choose_cost(t, RATIOS, out, heads, &choice);
		try_mean(t, &plain, out, heads, &choice);
		choose_known(t, out, heads, &choice);
		fit = choice.fit;
		memcpy(out->sums, choice.sums, out->held.count * t->heads * sizeof *out->sums);
	} else {
		try_fit(t, &fit, out);
	}
	*ret_value = calibrate(t->cx->arena, &out->held, t->kind, t->task, t->head_label, heads);
	return fit;
}

/* ---- the features of a small model ---- */

static int compare_weights(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x < y) - (x > y);
}

/* Keep the features that move the sums of all heads the most: the square of their weight times that of their values. */
static void choose_features(struct trainer *t)
{
	static const struct fit fit = {0.3, 0, 1, 0};
	struct corpus *c = &t->corpus;
	size_t width = c->rows.width;
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	float *moves = arena_array(scratch, float, width), *sorted = arena_array(scratch, float, width), *squares = arena_array(scratch, float, width);
	u8 *keep = arena_array(scratch, u8, width);
	for (size_t at = 0; at < c->rows.starts[c->count]; at++)
		squares[c->rows.cells[at].feature] += c->rows.cells[at].value * c->rows.cells[at].value;
	for (size_t row = 0; row < c->count; row++)
		t->chosen[row] = (u32)row;
	for (size_t first = 0; first < t->heads; first += LINEAR_LANES) {
		train_heads(t, first, c->count, &fit);
		for (size_t j = 0; j < width; j++)
			for (u32 lane = 0; lane < LINEAR_LANES && first + lane < t->heads; lane++)
				moves[j] += t->weights[j * LINEAR_LANES + lane] * t->weights[j * LINEAR_LANES + lane] * squares[j];
	}
	memcpy(sorted, moves, width * sizeof *moves);
	qsort(sorted, width, sizeof *sorted, compare_weights);
	for (size_t j = 0; j < width; j++)
		keep[j] = moves[j] > sorted[t->training->most];
	corpus_keep(scratch, c, keep);
}

/* ---- the model ---- */

struct kept {
	struct classifier_weight *items;
	size_t count, capacity;
};

/* Number the features of the examples and those of lore together. */
static void find_places(struct trainer *t)
{
	const struct corpus *c = &t->corpus;
	const struct lore *lore = t->training->lore;
	t->wide = c->rows.width;
	if (!c->known)
		return;
	t->places = arena_array(t->cx->arena, u32, lore_features(lore) + 1);
	for (size_t j = c->known; j < c->rows.width; j++)
		t->places[lore_find(lore, c->keys[j])] = (u32)j;
	for (size_t i = 0; i < lore_features(lore); i++)
		if (!t->places[i]) /* 0 is a column */
			t->places[i] = (u32)t->wide++;
}

/* The weights of a lane, for texts as they come; what the columns of lore are worth is given back to their features. */
static void find_weights(const struct trainer *t, u32 lane, float *ret_weights, float *ret_constant)
{
	const struct corpus *c = &t->corpus;
	const struct lore *lore = t->training->lore;
	float worths[LORE_COLUMNS_MAX] = {}, constant = t->weights[c->rows.width * LINEAR_LANES + lane];
	for (size_t j = 0; j < c->rows.width; j++)
		ret_weights[j] = t->weights[j * LINEAR_LANES + lane] * c->scales[j];
	for (size_t j = c->rows.width; j < t->wide; j++)
		ret_weights[j] = 0;
	for (size_t j = 0; j < c->known; j++) {
		worths[c->columns[j]] = ret_weights[j];
		constant -= ret_weights[j] * c->means[j];
		ret_weights[j] = 0;
	}
	for (size_t i = 0; c->known && i < lore_features(lore); i++)
		ret_weights[t->places[i]] += lore_weight(lore, i, worths);
	*ret_constant = constant;
}

static void keep_weights(struct trainer *t, size_t head, u32 lane, struct classifier_head *ret_head, struct kept *kept)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	float *weights = arena_array(scratch, float, t->wide + 1), most = 0;
	const struct corpus *c = &t->corpus;
	find_weights(t, lane, weights, &ret_head->constant);
	for (size_t j = 0; j < t->wide; j++)
		most = fabsf(weights[j]) > most ? fabsf(weights[j]) : most;
	ret_head->scale = most;
	int least = t->training->most ? LEAST_STEP_SMALL : !t->mixed ? LEAST_STEP : t->few ? LEAST_STEP_FEW : LEAST_STEP_MIXED;
	u32 *keys = arena_array(scratch, u32, t->wide + 1);
	memcpy(keys, c->keys, c->rows.width * sizeof *keys);
	for (size_t i = 0; c->known && i < lore_features(t->training->lore); i++)
		keys[t->places[i]] = lore_key(t->training->lore, i);
	for (size_t j = c->known; j < t->wide && most > 0; j++) {
		int step = (int)roundf(127 * sqrtf(fabsf(weights[j]) / most));
		if (step < least)
			continue;
		step = t->training->most ? table_step(step) : step;
		*arena_push(t->cx->arena, kept->items, kept->count, kept->capacity) =
			(struct classifier_weight){keys[j], (u8)head, (signed char)(weights[j] < 0 ? -step : step)};
	}
}

/* The deviation of each lane's sums over the examples. */
static void find_spreads(const struct trainer *t, float ret_spreads[LINEAR_LANES])
{
	double sums[LINEAR_LANES] = {}, squares[LINEAR_LANES] = {}, count = (double)t->corpus.count;
	for (size_t row = 0; row < t->corpus.count; row++) {
		float found[LINEAR_LANES];
		linear_score(&t->corpus.rows, row, t->weights, found);
		for (u32 lane = 0; lane < LINEAR_LANES; lane++) {
			sums[lane] += (double)found[lane];
			squares[lane] += (double)(found[lane] * found[lane]);
		}
	}
	for (u32 lane = 0; lane < LINEAR_LANES; lane++)
		ret_spreads[lane] = (float)sqrt(fmax(squares[lane] / count - sums[lane] / count * (sums[lane] / count), 0));
}

static enum err train_all(struct trainer *t, const struct fit *fit, struct classifier_head *heads, float sure, const float *trust, struct buf *out, struct trained *ret_trained)
{
	struct kept kept = {};
	float *spreads = arena_array(t->cx->arena, float, t->heads + LINEAR_LANES);
	find_places(t);
	for (size_t row = 0; row < t->corpus.count; row++)
		t->chosen[row] = (u32)row;
	find_factored(t, t->corpus.count, fit);
	for (size_t first = 0; first < t->heads; first += LINEAR_LANES) {
		train_heads(t, first, t->corpus.count, fit);
		find_spreads(t, spreads + first);
		for (u32 lane = 0; lane < LINEAR_LANES && first + lane < t->heads; lane++)
			keep_weights(t, first + lane, lane, &heads[first + lane], &kept);
	}
	struct classifier_plan plan = {t->training->task, t->kind, t->corpus.labels, t->corpus.label_count, t->heads, heads, t->outside, sure, kept.items, kept.count,
				       t->training->most > 0, t->training->languages, t->training->most ? trust : NULL};
	ret_trained->features = t->wide - t->corpus.known;
	ret_trained->columns = t->corpus.known;
	float *scales = arena_array(t->cx->arena, float, t->heads);
	for (size_t h = 0; h < t->heads; h++)
		scales[h] = heads[h].scale;
	ret_trained->weights = kept.items;
	ret_trained->weight_count = kept.count;
	ret_trained->heads = t->heads;
	ret_trained->scales = scales;
	ret_trained->spreads = spreads;
	return classifier_write(t->cx, &plan, out);
}

/* "cancel_order", "CancelOrder" as a text. */
static struct str words_of(struct arena *arena, struct str label)
{
	char *words = arena_alloc(arena, 2 * label.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < label.len; i++) {
		char c = label.at[i];
		if (i && c >= 'A' && c <= 'Z' && label.at[i - 1] >= 'a' && label.at[i - 1] <= 'z')
			words[len++] = ' ';
		words[len++] = c == '_' || c == '-' || c == '/' || c == '.' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return (struct str){words, len};
}

/* Behind the examples: of few intents, the words of each label's name; and for what fits none, a place even when no example has it. */
static const struct example *with_names(struct cx *cx, const struct training *training, bool named, size_t *ret_count)
{
	struct map *labels = map_new(cx->arena);
	for (size_t i = 0; i < training->count; i++)
		if (!map_get(labels, training->examples[i].label))
			map_put(labels, training->examples[i].label, labels);
	size_t count = training->count;
	struct example *examples = arena_array(cx->arena, struct example, training->count + map_count(labels) + 1);
	memcpy(examples, training->examples, training->count * sizeof *examples);
	for (size_t i = 0; named && i < map_count(labels); i++)
		if (!str_eq(map_key(labels, i), training->outside))
			examples[count++] = (struct example){map_key(labels, i), words_of(cx->arena, map_key(labels, i))};
	if (training->outside.len && !map_get(labels, training->outside))
		examples[count++] = (struct example){training->outside, {}};
	*ret_count = count;
	return examples;
}

static void prepare(struct trainer *t)
{
	struct corpus *c = &t->corpus;
	struct arena *arena = t->cx->arena;
	t->kind = c->many ? CLASSIFIER_MANY : c->label_count == 2 && !t->training->outside.len ? CLASSIFIER_TWO : CLASSIFIER_ONE_OF;
	t->heads = t->kind == CLASSIFIER_TWO ? 1 : c->label_count;
	t->mixed = t->task->intents && !t->tiny && t->kind == CLASSIFIER_ONE_OF && !t->training->most;
	t->head_label = t->outside = c->label_count;
	for (size_t i = 0; i < c->label_count; i++) {
		if (str_eq(c->labels[i], str_of(t->task->label)))
			t->head_label = i;
		if (t->training->outside.len && str_eq(c->labels[i], t->training->outside))
			t->outside = i;
	}
	size_t wide = (c->rows.width + 1) * LINEAR_LANES, tall = c->count * LINEAR_LANES;
	t->scratch = (struct linear_scratch){arena_array(arena, float, tall), arena_array(arena, float, tall), arena_array(arena, u32, c->count), arena_array(arena, u8, c->count)};
	t->chosen = arena_array(arena, u32, c->count);
	t->sides = arena_array(arena, signed char, tall);
	t->weights = arena_array(arena, float, wide);
	t->squares = arena_array(arena, float, wide);
	t->others = arena_array(arena, float, wide);
	t->counts = arena_array(arena, float, 2 * c->rows.width + 1);
}

static bool has_commas(const struct training *training)
{
	for (size_t i = 0; i < training->count; i++)
		if (str_find_byte(training->examples[i].label, ',') >= 0)
			return true;
	return false;
}

bool train_uses_lore(const struct training *training)
{
	return !training->most && (!task_of(training->task)->intents || training->count <= SOME_INTENTS);
}

enum err train_classifier(struct cx *cx, const struct training *training, struct buf *out, struct trained *ret_trained)
{
	struct trainer t = {.cx = cx, .training = training, .task = task_of(training->task), .seed = 1};
	bool intents = t.task->intents; /* short texts, in which common words count as much as rare ones: "what is my balance" */
	t.few = intents && training->count <= SOME_INTENTS && !training->most;
	t.tiny = t.few && training->count < TINY_INTENTS;
	struct corpus_settings settings = {.least = training->count < (!intents ? FEW_TEXTS : t.few ? SOME_INTENTS : FEW_INTENTS) ? 1 : 2, .once = t.tiny ? 0.3 : 1, .twice = t.tiny ? 0.7 : 1,
					   .rarity = intents ? 0.25 : 1,
					   .letters = intents ? 1.3 : 1.5, .shape = 0.3, .many = has_commas(training),
					   .lore = train_uses_lore(training) ? training->lore : NULL, .known = !intents ? 0.1 : training->count < FEW_INTENTS ? 0.06 : 0.08};
	size_t count;
	if (settings.many && training->outside.len)
		return fail(cx, ERR_BAD_INPUT, N_("A text with several labels cannot be out of scope too. Leave --out-of-scope away, or the commas."));
	const struct example *examples = with_names(cx, training, t.few && !settings.many, &count);
	t.told = training->count;
	TRY(corpus_make(cx, examples, count, training->dev, training->dev_count, &settings, &t.corpus));
	prepare(&t);
	if (t.task->elsewhere && !training->most && t.corpus.count >= NEAR_LEAST) /* small models learn from sets one behind the other, and are held to dev texts */
		find_runs(&t);
	if (training->most && training->most < t.corpus.rows.width)
		choose_features(&t);
	struct classifier_head *heads = arena_array(cx->arena, struct classifier_head, t.heads);
	struct held_out held = held_new(&t, t.corpus.rows.count);
	struct trained trained = {.labels = t.corpus.label_count, .measured = measure_word(t.task->measure)};
	struct fit fit = choose_fit(&t, &held, heads, &trained.measure);
	float sure = t.outside < t.corpus.label_count ? calibrate_sure(cx->arena, &held.held, t.outside) : 0;
	trained.held = held.held.count;
	float *trust = arena_array(cx->arena, float, t.corpus.label_count);
	calibrate_trust(cx->arena, &held.held, t.kind, heads, t.task->trust, trust);
	enum err err = train_all(&t, &fit, heads, sure, trust, out, &trained);
	arena_freep(&t.factored_arena);
	if (err)
		return err;
	*ret_trained = trained;
	return OK;
}
