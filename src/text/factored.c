#include "text/factored.h"

#include "base/err.h"

#include <math.h>
#include <string.h>

#define PART 8u
#define PARTS (FACTORED_SIZE / PART)
#define FIRST_SQUARES 1e-3f /* of gradients: a step is divided by the root of their sum (Duchi, Hazan, Singer: Adaptive Subgradient Methods, JMLR 2011) */
#define LAST_STEP 0.1f      /* of the first */
#define TOO_LITTLE 1e-3f    /* of a gradient, to move a label's numbers */

typedef float part __attribute__((vector_size(PART * sizeof(float)), aligned(4), may_alias));

struct numbers {
	part at[PARTS];
};

struct factored {
	struct numbers *features, *labels;
	float *constants;    /* of the labels */
	size_t width, label_count;
	float unit;          /* 1 / deviation of the sums */
	/* while learning */
	float *squares, *label_squares; /* of the gradients */
	float *likely;       /* of each label for the row at hand; then how far from it */
	struct linear_cell *shown; /* what is not left out of the row */
	u64 random;
};

static inline u32 next_random(struct factored *f)
{
	f->random ^= f->random >> 12;
	f->random ^= f->random << 25;
	f->random ^= f->random >> 27;
	return (u32)(f->random * 0x2545F4914F6CDD1Du >> 32);
}

/* exp(x) of what is not above 0, the same on all machines: 2 to a whole number times 2 to what is left, as a polynomial. */
static inline float power(float x)
{
	if (x < -60)
		return 0;
	float by = x * 1.44269504f, down = floorf(by), rest = by - down;
	union {
		u32 bits;
		float value;
	} whole = {(u32)((int)down + 127) << 23};
	return whole.value * (1 + rest * (0.69314718f + rest * (0.24022651f + rest * (0.05550411f + rest * (0.00961813f + rest * 0.00133336f)))));
}

__attribute__((always_inline)) static inline float product(const struct numbers *a, const struct numbers *b)
{
	part sum = a->at[0] * b->at[0];
	for (u32 i = 1; i < PARTS; i++)
		sum += a->at[i] * b->at[i];
	return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

__attribute__((always_inline)) static inline void add(struct numbers *to, const struct numbers *what, float times)
{
	for (u32 i = 0; i < PARTS; i++)
		to->at[i] += what->at[i] * times;
}

/* ---- learning ---- */

/* The row without what is left out, the rest made larger for it. */
__attribute__((always_inline)) static inline size_t show(struct factored *f, const struct linear_rows *rows, size_t row, float left_out)
{
	u32 below = (u32)((double)left_out * UINT32_MAX);
	float more = 1 / (1 - left_out);
	size_t count = 0;
	for (const struct linear_cell *cell = rows->cells + rows->starts[row], *end = rows->cells + rows->starts[row + 1]; cell < end; cell++) {
		f->shown[count] = (struct linear_cell){cell->feature, cell->value * more};
		count += next_random(f) >= below;
	}
	return count;
}

/* How far each label's likelihood is from what it should be. */
__attribute__((always_inline)) static inline void find_errors(struct factored *f, const struct numbers *sum, size_t label)
{
	float most = -INFINITY, all = 0;
	for (size_t k = 0; k < f->label_count; k++) {
		f->likely[k] = product(&f->labels[k], sum) + f->constants[k];
		most = f->likely[k] > most ? f->likely[k] : most;
	}
	for (size_t k = 0; k < f->label_count; k++)
		all += f->likely[k] = power(f->likely[k] - most);
	for (size_t k = 0; k < f->label_count; k++)
		f->likely[k] /= all;
	f->likely[label] -= 1;
}

__attribute__((always_inline)) static inline void learn_row(struct factored *f, const struct linear_rows *rows, size_t row, size_t label, float rate, float left_out)
{
	struct numbers sum = {}, back = {};
	size_t shown = show(f, rows, row, left_out);
	for (size_t i = 0; i < shown; i++)
		add(&sum, &f->features[f->shown[i].feature], f->shown[i].value);
	find_errors(f, &sum, label);
	for (size_t k = 0; k < f->label_count; k++) {
		float error = f->likely[k];
		if (fabsf(error) < TOO_LITTLE)
			continue;
		f->label_squares[k] += error * error;
		float step = rate * error / sqrtf(f->label_squares[k]);
		add(&back, &f->labels[k], error);
		add(&f->labels[k], &sum, -step);
		f->constants[k] -= step;
	}
	float square = product(&back, &back) / FACTORED_SIZE;
	for (size_t i = 0; i < shown; i++) {
		struct linear_cell cell = f->shown[i];
		f->squares[cell.feature] += square * cell.value * cell.value;
		add(&f->features[cell.feature], &back, -rate * cell.value / sqrtf(f->squares[cell.feature]));
	}
}

__attribute__((always_inline)) static inline void learn_round(struct factored *f, const struct linear_rows *rows, const u32 *order, size_t count, const u32 *label, float rate, float left_out)
{
	for (size_t i = 0; i < count; i++)
		learn_row(f, rows, order[i], label[order[i]], rate, left_out);
}

#ifdef __SSE2__
/* The same, in the same order, where the processor has registers of 32 bytes. */
__attribute__((target("avx2"))) static void learn_wide(struct factored *f, const struct linear_rows *rows, const u32 *order, size_t count, const u32 *label, float rate, float left_out)
{
	learn_round(f, rows, order, count, label, rate, left_out);
}

static bool is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
static void learn_wide(struct factored *f, const struct linear_rows *rows, const u32 *order, size_t count, const u32 *label, float rate, float left_out)
{
	learn_round(f, rows, order, count, label, rate, left_out);
}

static bool is_wide(void)
{
	return false;
}
#endif

static void learn_plain(struct factored *f, const struct linear_rows *rows, const u32 *order, size_t count, const u32 *label, float rate, float left_out)
{
	learn_round(f, rows, order, count, label, rate, left_out);
}

static void shuffle(struct factored *f, u32 *items, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++) {
		size_t other = i + next_random(f) % (count - i);
		u32 item = items[i];
		items[i] = items[other];
		items[other] = item;
	}
}

/* ---- what is learnt ---- */

/* The labels' mean taken off, and the deviation found. */
static void even_out(struct factored *f, const struct linear_rows *rows, const u32 *chosen, size_t count)
{
	struct numbers mean = {};
	float constant = 0;
	double squares = 0;
	for (size_t k = 0; k < f->label_count; k++) {
		add(&mean, &f->labels[k], 1 / (float)f->label_count);
		constant += f->constants[k] / (float)f->label_count;
	}
	for (size_t k = 0; k < f->label_count; k++) {
		add(&f->labels[k], &mean, -1);
		f->constants[k] -= constant;
	}
	for (size_t i = 0; i < count; i++) {
		struct numbers sum = {};
		for (const struct linear_cell *cell = rows->cells + rows->starts[chosen[i]], *end = rows->cells + rows->starts[chosen[i] + 1]; cell < end; cell++)
			add(&sum, &f->features[cell->feature], cell->value);
		for (size_t k = 0; k < f->label_count; k++) {
			float one = product(&f->labels[k], &sum) + f->constants[k];
			squares += (double)(one * one);
		}
	}
	double spread = sqrt(squares / (double)(count * f->label_count + 1));
	f->unit = spread > 1e-9 ? (float)(1 / spread) : 0;
}

static struct factored *begin(struct arena *arena, struct arena *scratch, const struct linear_rows *rows, size_t label_count, u64 seed)
{
	struct factored *f = arena_new_of(arena, struct factored);
	size_t most = 0;
	*f = (struct factored){.width = rows->width, .label_count = label_count, .random = seed * 2 + 0x9E3779B97F4A7C15u};
	for (size_t row = 0; row < rows->count; row++)
		most = rows->starts[row + 1] - rows->starts[row] > most ? rows->starts[row + 1] - rows->starts[row] : most;
	f->features = arena_array(arena, struct numbers, rows->width + 1);
	f->labels = arena_array(arena, struct numbers, label_count);
	f->constants = arena_array(arena, float, label_count);
	f->squares = arena_array(scratch, float, rows->width + 1);
	f->label_squares = arena_array(scratch, float, label_count);
	f->likely = arena_array(scratch, float, label_count);
	f->shown = arena_array(scratch, struct linear_cell, most + 1);
	for (size_t i = 0; i < rows->width; i++) {
		f->squares[i] = FIRST_SQUARES;
		for (u32 n = 0; n < FACTORED_SIZE; n++)
			f->features[i].at[n / PART][n % PART] = ((float)next_random(f) / (float)UINT32_MAX - 0.5f) * 0.35f;
	}
	for (size_t k = 0; k < label_count; k++) {
		f->label_squares[k] = FIRST_SQUARES;
		for (u32 n = 0; n < FACTORED_SIZE; n++)
			f->labels[k].at[n / PART][n % PART] = ((float)next_random(f) / (float)UINT32_MAX - 0.5f) * 0.2f;
	}
	return f;
}

struct factored *factored_train(struct arena *arena, const struct linear_rows *rows, const u32 *chosen, size_t count, const u32 *label, size_t label_count,
				const struct factored_settings *settings)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct factored *f = begin(arena, scratch, rows, label_count, settings->seed);
	u32 *order = arena_array(scratch, u32, count + 1);
	memcpy(order, chosen, count * sizeof *order);
	for (int round = 0; round < settings->rounds; round++) {
		float rate = settings->rate * (1 - (1 - LAST_STEP) * (float)round / (float)settings->rounds);
		shuffle(f, order, count);
		(is_wide() ? learn_wide : learn_plain)(f, rows, order, count, label, rate, settings->left_out);
	}
	even_out(f, rows, chosen, count);
	f->squares = f->label_squares = f->likely = NULL;
	f->shown = NULL;
	return f;
}

float factored_weight(const struct factored *f, size_t feature, size_t label)
{
	return f->unit * (feature < f->width ? product(&f->features[feature], &f->labels[label]) : f->constants[label]);
}
