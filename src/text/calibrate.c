#include "text/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_LEAST 30 /* held-out texts; fewer would turn chance into probabilities, and examples against themselves */
#define KNOWN_WEIGHT 2.5 /* a right answer given up, against a strange text answered */
#define TILTED_MOST 12u /* labels whose beginnings are chosen one by one: with more, each has too few texts */

/* ---- probabilities ---- */

/* Newton's method for the slope and shift of one sum; targets a little off 0 and 1, as Platt has them. */
static void fit_one(const struct held *h, size_t head, const u8 *right, struct classifier_head *ret_head)
{
	double with = 0, slope = 1, shift = 0;
	for (size_t i = 0; i < h->count; i++)
		with += right[i];
	double high = (with + 1) / (with + 2), low = 1 / ((double)h->count - with + 2), damp = 1e-6;
	for (int round = 0; round < 40; round++) {
		double g0 = 0, g1 = 0, h00 = damp, h01 = 0, h11 = damp;
		for (size_t i = 0; i < h->count; i++) {
			double m = (double)h->sums[i * h->heads + head], p = 1 / (1 + exp(-(slope * m + shift))), off = p - (right[i] ? high : low), w = p * (1 - p);
			g0 += off * m;
			g1 += off;
			h00 += w * m * m;
			h01 += w * m;
			h11 += w;
		}
		double det = h00 * h11 - h01 * h01;
		if (!(det > 1e-12))
			break;
		double step0 = (h11 * g0 - h01 * g1) / det, step1 = (h00 * g1 - h01 * g0) / det, size = fabs(step0) + fabs(step1), most = 2;
		if (size > most) {
			step0 *= most / size;
			step1 *= most / size;
		}
		slope -= step0;
		shift -= step1;
		if (size < 1e-6)
			break;
	}
	ret_head->slope = (float)(slope > 0.05 ? slope : 0.05);
	ret_head->shift = (float)shift;
}

static double loss_of(const struct held *h, double slope, const double *shifts)
{
	double loss = 0;
	for (size_t i = 0; i < h->count; i++) {
		if (h->label[i] >= h->heads)
			continue;
		const float *sums = h->sums + i * h->heads;
		double all = 0, most = -INFINITY;
		for (size_t k = 0; k < h->heads; k++)
			most = fmax(most, slope * (double)sums[k] + shifts[k]);
		for (size_t k = 0; k < h->heads; k++)
			all += exp(slope * (double)sums[k] + shifts[k] - most);
		loss += log(all) + most - slope * (double)sums[h->label[i]] - shifts[h->label[i]];
	}
	return loss;
}

/* The shares of the labels among the answers become those of the texts. */
static void fit_shifts(struct arena *arena, const struct held *h, double slope, double *shifts)
{
	double *wanted = arena_array(arena, double, h->heads), *given = arena_array(arena, double, h->heads), *p = arena_array(arena, double, h->heads);
	for (size_t k = 0; k < h->heads; k++)
		wanted[k] = given[k] = 0.5;
	for (size_t i = 0; i < h->count; i++) {
		if (h->label[i] >= h->heads)
			continue;
		double all = 0, most = -INFINITY;
		for (size_t k = 0; k < h->heads; k++)
			most = fmax(most, p[k] = slope * (double)h->sums[i * h->heads + k] + shifts[k]);
		for (size_t k = 0; k < h->heads; k++)
			all += p[k] = exp(p[k] - most);
		for (size_t k = 0; k < h->heads; k++)
			given[k] += p[k] / all;
		wanted[h->label[i]]++;
	}
	for (size_t k = 0; k < h->heads; k++)
		shifts[k] += log(wanted[k] / given[k]);
}

/* One slope for all labels, found by golden section over its logarithm; a shift each where labels are few. */
static void fit_all(struct arena *arena, const struct held *h, struct classifier_head *heads)
{
	double *shifts = arena_array(arena, double, h->heads), slope = 2;
	for (int turn = 0; turn < (h->heads <= TILTED_MOST ? 8 : 1); turn++) {
		const double ratio = 0.6180339887498949;
		double low = log(0.2), high = log(40), a = high - ratio * (high - low), b = low + ratio * (high - low);
		double at_a = loss_of(h, exp(a), shifts), at_b = loss_of(h, exp(b), shifts);
		for (int step = 0; step < 16; step++) {
			if (at_a < at_b) {
				high = b;
				b = a;
				at_b = at_a;
				a = high - ratio * (high - low);
				at_a = loss_of(h, exp(a), shifts);
			} else {
				low = a;
				a = b;
				at_a = at_b;
				b = low + ratio * (high - low);
				at_b = loss_of(h, exp(b), shifts);
			}
		}
		slope = exp((low + high) / 2);
		if (h->heads <= TILTED_MOST)
			fit_shifts(arena, h, slope, shifts);
	}
	for (size_t k = 0; k < h->heads; k++) {
		heads[k].slope = (float)slope;
		heads[k].shift = (float)shifts[k];
	}
}

/* ---- where a label begins ---- */

struct tally {
	size_t right[CLASSIFIER_HEADS_MAX], answered[CLASSIFIER_HEADS_MAX], there[CLASSIFIER_HEADS_MAX];
};

/* F with a false alarm `precision` times as heavy as a miss, in the sense of F-beta with beta = 1 / precision. */
static double f_of(double right, double answered, double there, double precision)
{
	double beta = 1 / (precision * precision), below = answered + beta * there;
	return below > 0 ? (1 + beta) * right / below : 0;
}

static double measure_of(const struct tally *t, const struct held *h, const struct task *task, size_t label)
{
	double sum = 0, all = 0, right = 0, labels = 0;
	if (task->measure == MEASURE_F1_OF && label < h->labels)
		return f_of((double)t->right[label], (double)t->answered[label], (double)t->there[label], task->precision);
	for (size_t k = 0; k < h->labels; k++) {
		right += (double)t->right[k];
		all += (double)t->there[k];
		if (!t->there[k])
			continue;
		labels++;
		sum += task->measure == MEASURE_RECALL ? (double)t->right[k] / (double)t->there[k]
						       : f_of((double)t->right[k], (double)t->answered[k], (double)t->there[k], task->precision);
	}
	if (task->measure == MEASURE_ACCURACY)
		return all > 0 ? right / all : 0;
	return labels > 0 ? sum / labels : 0;
}

static size_t answer(const struct held *h, size_t i, enum classifier_kind kind, const struct classifier_head *heads)
{
	const float *sums = h->sums + i * h->heads;
	if (kind == CLASSIFIER_TWO)
		return sums[0] * heads[0].slope + heads[0].shift + heads[0].tilt > 0;
	size_t best = 0;
	float most = -INFINITY;
	for (size_t k = 0; k < h->heads; k++)
		if (sums[k] * heads[k].slope + heads[k].shift + heads[k].tilt > most) {
			most = sums[k] * heads[k].slope + heads[k].shift + heads[k].tilt;
			best = k;
		}
	return best;
}

static double reached(const struct held *h, enum classifier_kind kind, const struct task *task, size_t label, const struct classifier_head *heads)
{
	struct tally t = {};
	for (size_t i = 0; i < h->count; i++) {
		if (h->label[i] >= h->labels)
			continue;
		size_t got = answer(h, i, kind, heads);
		t.answered[got]++;
		t.there[h->label[i]]++;
		t.right[got] += got == h->label[i];
	}
	return measure_of(&t, h, task, label);
}

/* A head's tilt, the others as they are: the middle of those that reach the most, so that a lucky one is not taken. */
static double tilt_one(const struct held *h, enum classifier_kind kind, const struct task *task, size_t label, struct classifier_head *heads, size_t head)
{
	enum { STEPS = 61 };
	double values[STEPS], smooth, best = -1;
	float kept = heads[head].tilt;
	for (int i = 0; i < STEPS; i++) {
		heads[head].tilt = kept + (float)(i - STEPS / 2) * 0.08f;
		values[i] = reached(h, kind, task, label, heads);
	}
	int at = STEPS / 2;
	for (int n = 0; n < STEPS - 4; n++) { /* outwards from where it is: among equals the nearest */
		int i = STEPS / 2 + (n % 2 ? n / 2 + 1 : -n / 2);
		smooth = (values[i - 2] + 2 * values[i - 1] + 3 * values[i] + 2 * values[i + 1] + values[i + 2]) / 9;
		if (smooth > best + 1e-9) {
			best = smooth;
			at = i;
		}
	}
	heads[head].tilt = kept + (float)(at - STEPS / 2) * 0.08f;
	return values[at];
}

struct ranked {
	float odds;
	u8 right;
};

static int compare(const void *a, const void *b)
{
	float x = ((const struct ranked *)a)->odds, y = ((const struct ranked *)b)->odds;
	return (x < y) - (x > y);
}

/* Of a label that is answered by itself: where its F is best. */
static double tilt_alone(struct arena *arena, const struct held *h, const struct task *task, size_t head, struct classifier_head *ret_head)
{
	struct ranked *ranked = arena_array(arena, struct ranked, h->count);
	double there = 0, right = 0, best = 0;
	ret_head->tilt = 0;
	for (size_t i = 0; i < h->count; i++) {
		ranked[i] = (struct ranked){h->sums[i * h->heads + head] * ret_head->slope + ret_head->shift, h->has[i * h->labels + head]};
		there += ranked[i].right;
	}
	qsort(ranked, h->count, sizeof *ranked, compare);
	for (size_t i = 0; i + 1 < h->count; i++) {
		right += ranked[i].right;
		double f = f_of(right, (double)i + 1, there, task->precision);
		if (f > best) {
			best = f;
			ret_head->tilt = -(ranked[i].odds + ranked[i + 1].odds) / 2;
		}
	}
	return best;
}

static double calibrate_many(struct arena *arena, const struct held *h, const struct task *task, struct classifier_head *heads)
{
	u8 *right = arena_array(arena, u8, h->count);
	double sum = 0;
	for (size_t k = 0; k < h->heads; k++) {
		for (size_t i = 0; i < h->count; i++)
			right[i] = h->has[i * h->labels + k];
		fit_one(h, k, right, &heads[k]);
		sum += tilt_alone(arena, h, task, k, &heads[k]);
	}
	return sum / (double)h->heads;
}

double calibrate(struct arena *arena, const struct held *h, enum classifier_kind kind, const struct task *task, size_t label, struct classifier_head *heads)
{
	for (size_t k = 0; k < h->heads; k++) {
		heads[k].slope = kind == CLASSIFIER_ONE_OF ? 1 : 2; /* the margins of examples, -1 and 1, are told with 88 % */
		heads[k].shift = heads[k].tilt = 0;
	}
	if (h->count < TOLD_LEAST)
		return reached(h, kind, task, label, heads);
	if (kind == CLASSIFIER_MANY)
		return calibrate_many(arena, h, task, heads);
	if (kind == CLASSIFIER_TWO) {
		u8 *right = arena_array(arena, u8, h->count);
		for (size_t i = 0; i < h->count; i++)
			right[i] = h->label[i] == 1;
		fit_one(h, 0, right, &heads[0]);
	} else {
		fit_all(arena, h, heads);
	}
	double value = reached(h, kind, task, label, heads);
	if (task->measure == MEASURE_ACCURACY || h->heads > TILTED_MOST)
		return value;
	for (int round = 0; round < (kind == CLASSIFIER_TWO ? 1 : 2); round++)
		for (size_t k = 0; k < h->heads; k++)
			value = tilt_one(h, kind, task, label, heads, k);
	return value;
}

float calibrate_sure(struct arena *arena, const struct held *h, size_t outside)
{
	struct ranked *ranked = arena_array(arena, struct ranked, h->count + 1);
	double strange = 0, known = 0, right = 0;
	for (size_t i = 0; i < h->count; i++) {
		const float *sums = h->sums + i * h->heads;
		size_t best = outside == 0;
		for (size_t k = 0; k < h->heads; k++)
			if (k != outside && sums[k] > sums[best])
				best = k;
		bool is_strange = h->label[i] == outside || h->label[i] >= h->labels;
		ranked[i] = (struct ranked){sums[best], is_strange ? 2 : h->label[i] == best};
		strange += is_strange;
		known += !is_strange;
		right += ranked[i].right == 1;
	}
	qsort(ranked, h->count, sizeof *ranked, compare);
	if (strange < 20) { /* none to learn from: one right answer in twenty is given up */
		double left = right * 0.95;
		for (size_t i = 0; i < h->count; i++)
			if (ranked[i].right == 1 && --left < 0)
				return ranked[i].odds;
		return -1e6f;
	}
	/* From the lowest sum up: right answers given up, which weigh more, against strange texts found. */
	double best = KNOWN_WEIGHT * right / known, lost = 0, found = 0;
	float sure = h->count ? ranked[h->count - 1].odds - 1 : 0;
	for (size_t n = h->count; n-- > 1;) {
		lost += ranked[n].right == 1;
		found += ranked[n].right == 2;
		double value = KNOWN_WEIGHT * (right - lost) / known + found / strange;
		if (value > best) {
			best = value;
			sure = (ranked[n].odds + ranked[n - 1].odds) / 2;
		}
	}
	return sure;
}

/* ---- what is left open ---- */

/* The probability of one of several labels. */
static float share_of(const float *sums, size_t count, const struct classifier_head *heads, size_t label)
{
	float all = 0, most = -INFINITY;
	for (size_t k = 0; k < count; k++)
		most = fmaxf(most, sums[k] * heads[k].slope + heads[k].shift);
	for (size_t k = 0; k < count; k++)
		all += expf(sums[k] * heads[k].slope + heads[k].shift - most);
	return fmaxf(expf(sums[label] * heads[label].slope + heads[label].shift - most) / all, 1e-30f);
}

/* -log of the probability that odds of `odds` for it give. */
static double open_of(double odds)
{
	return odds > 0 ? log1p(exp(-odds)) : log1p(exp(odds)) - odds;
}

double calibrate_loss(const struct held *h, enum classifier_kind kind, const struct classifier_head *heads)
{
	double loss = 0, texts = 0;
	for (size_t i = 0; i < h->count; i++) {
		const float *sums = h->sums + i * h->heads;
		if (h->label[i] >= h->labels)
			continue;
		texts++;
		if (kind == CLASSIFIER_ONE_OF)
			loss -= log((double)share_of(sums, h->heads, heads, h->label[i]));
		else
			for (size_t k = 0; k < h->heads; k++) {
				double odds = (double)(sums[k] * heads[k].slope + heads[k].shift);
				loss += open_of((kind == CLASSIFIER_TWO ? h->label[i] == 1 : h->has[i * h->labels + k]) ? odds : -odds);
			}
	}
	return texts > 0 ? loss / texts : 0;
}

/* ---- what is to be believed ---- */

/* The answer's probability, as classifier_judge() has it. */
static float sureness(const struct held *h, size_t i, enum classifier_kind kind, const struct classifier_head *heads, size_t label)
{
	const float *sums = h->sums + i * h->heads;
	if (kind == CLASSIFIER_ONE_OF)
		return share_of(sums, h->heads, heads, label);
	size_t head = kind == CLASSIFIER_TWO ? 0 : label;
	float odds = sums[head] * heads[head].slope + heads[head].shift;
	return 1 / (1 + expf(kind == CLASSIFIER_TWO && label == 0 ? odds : -odds));
}

static size_t likeliest(const struct held *h, size_t i, const struct classifier_head *heads)
{
	size_t best = 0;
	for (size_t k = 1; k < h->heads; k++)
		if (h->sums[i * h->heads + k] * heads[k].slope + heads[k].shift > h->sums[i * h->heads + best] * heads[best].slope + heads[best].shift)
			best = k;
	return best;
}

#define TRUST_TEXTS 10 /* at least, above a probability, for it to be judged */

void calibrate_trust(struct arena *arena, const struct held *h, enum classifier_kind kind, const struct classifier_head *heads, double wanted, float *ret_trust)
{
	struct ranked *ranked = arena_array(arena, struct ranked, h->count + 1);
	for (size_t label = 0; label < h->labels; label++) {
		size_t count = 0, right = 0;
		ret_trust[label] = 2;
		for (size_t i = 0; i < h->count; i++)
			if ((kind == CLASSIFIER_MANY ? likeliest(h, i, heads) : answer(h, i, kind, heads)) == label)
				ranked[count++] = (struct ranked){sureness(h, i, kind, heads, label), kind == CLASSIFIER_MANY ? h->has[i * h->labels + label] : h->label[i] == label};
		qsort(ranked, count, sizeof *ranked, compare);
		for (size_t i = 0; i < count; i++) {
			right += ranked[i].right;
			if (i + 1 >= TRUST_TEXTS && (double)right >= wanted * ((double)i + 1))
				ret_trust[label] = ranked[i].odds;
		}
		if (ret_trust[label] < 2 && count && ret_trust[label] <= ranked[count - 1].odds)
			ret_trust[label] = 0; /* all of them */
	}
}
