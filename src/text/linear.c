#include "text/linear.h"

#include <math.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(LINEAR_LANES * sizeof(float)), aligned(4), may_alias)); /* not aligned: arenas give 16, callers' arrays less */
#define LANES_ALL ((1u << LINEAR_LANES) - 1)

static inline lanes *at(float *weights, size_t feature)
{
	return (lanes *)(void *)(weights + feature * LINEAR_LANES);
}

static inline const lanes *at_const(const float *weights, size_t feature)
{
	return (const lanes *)(const void *)(weights + feature * LINEAR_LANES);
}

/* Two sums at a time: each addition would else wait for the one before. */
void linear_score(const struct linear_rows *rows, size_t row, const float *weights, float ret_sums[LINEAR_LANES])
{
	lanes one = *at_const(weights, rows->width), other = {};
	const struct linear_cell *cell = rows->cells + rows->starts[row], *end = rows->cells + rows->starts[row + 1];
	for (; end - cell >= 2; cell += 2) {
		one += *at_const(weights, cell[0].feature) * cell[0].value;
		other += *at_const(weights, cell[1].feature) * cell[1].value;
	}
	if (cell < end)
		one += *at_const(weights, cell->feature) * cell->value;
	*at(ret_sums, 0) = one + other;
}

static void move(const struct linear_rows *rows, size_t row, const float *squares, const float steps[LINEAR_LANES], float *weights)
{
	lanes by = *at_const(steps, 0);
	const struct linear_cell *end = rows->cells + rows->starts[row + 1];
	for (const struct linear_cell *cell = rows->cells + rows->starts[row]; cell < end; cell++) {
		lanes step = by * cell->value;
		if (squares)
			step *= *at_const(squares, cell->feature);
		*at(weights, cell->feature) += step;
	}
	*at(weights, rows->width) += by;
}

static u64 next_random(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545F4914F6CDD1Du >> 33;
}

static void shuffle(u32 *items, size_t count, u64 *state)
{
	for (size_t i = 0; i + 1 < count; i++) {
		size_t other = i + next_random(state) % (count - i);
		u32 item = items[i];
		items[i] = items[other];
		items[other] = item;
	}
}

/* The squared length of a row in each lane, its constant included, and what squared loss adds. */
static void find_norm(const struct linear_rows *rows, size_t row, const float *squares, float softness, float ret_norm[LINEAR_LANES])
{
	lanes sum = {};
	const struct linear_cell *end = rows->cells + rows->starts[row + 1];
	for (const struct linear_cell *cell = rows->cells + rows->starts[row]; cell < end; cell++) {
		lanes square = (lanes){} + cell->value * cell->value;
		if (squares)
			square *= *at_const(squares, cell->feature);
		sum += square;
	}
	*at(ret_norm, 0) = sum + (1 + softness);
}

struct bounds { /* of the projected gradients in a round, for each lane */
	float most[LINEAR_LANES], least[LINEAR_LANES], highest[LINEAR_LANES]; /* highest: beyond it, in the round before, nobody was */
};

/* One row, in the lanes where it still counts: its new duals, and the steps that they mean for the weights. False: nothing moves. */
static bool step_row(const float sums[LINEAR_LANES], const signed char *sides, float softness, float *dual, const float *norm, u8 *still, struct bounds *b,
		     float ret_steps[LINEAR_LANES])
{
	bool moves = false;
	for (u32 lane = 0; lane < LINEAR_LANES; lane++) {
		ret_steps[lane] = 0;
		if (!(*still >> lane & 1))
			continue;
		float side = sides[lane], gradient = side * sums[lane] - 1 + dual[lane] * softness, projected = gradient;
		if (dual[lane] <= 0) {
			if (gradient > b->highest[lane]) { /* far on its side: looked at again at the end */
				*still &= (u8) ~(1u << lane);
				continue;
			}
			projected = gradient < 0 ? gradient : 0;
		}
		b->most[lane] = projected > b->most[lane] ? projected : b->most[lane];
		b->least[lane] = projected < b->least[lane] ? projected : b->least[lane];
		if (fabsf(projected) < 1e-7f)
			continue;
		float fresh = dual[lane] - gradient / norm[lane] > 0 ? dual[lane] - gradient / norm[lane] : 0;
		ret_steps[lane] = (fresh - dual[lane]) * side;
		dual[lane] = fresh;
		moves = true;
	}
	return moves;
}

/* After a round: is every lane within the tolerance? */
static bool settled(struct bounds *b, float tolerance)
{
	bool all = true;
	for (u32 lane = 0; lane < LINEAR_LANES; lane++) {
		all &= !(b->most[lane] - b->least[lane] > tolerance);
		b->highest[lane] = b->most[lane] > 0 ? b->most[lane] : INFINITY;
		b->most[lane] = -INFINITY;
		b->least[lane] = INFINITY;
	}
	return all;
}

void linear_train(const struct linear_rows *rows, const u32 *chosen, const signed char *sides, size_t count, const float *squares,
		  const struct linear_settings *settings, struct linear_scratch *scratch, float *ret_weights)
{
	float softness = 0.5f / settings->cost, *dual = scratch->dual, *norm = scratch->norm;
	u32 *order = scratch->order;
	size_t active = count;
	u64 random = settings->seed * 2 + 1;
	struct bounds bounds = {};
	memset(ret_weights, 0, (rows->width + 1) * LINEAR_LANES * sizeof *ret_weights);
	memset(dual, 0, count * LINEAR_LANES * sizeof *dual);
	memset(scratch->still, LANES_ALL, count);
	settled(&bounds, 0);
	for (size_t i = 0; i < count; i++) {
		order[i] = (u32)i;
		find_norm(rows, chosen[i], squares, softness, norm + i * LINEAR_LANES);
	}
	for (int round = 0; round < settings->rounds; round++) {
		shuffle(order, active, &random);
		for (size_t n = 0; n < active; n++) {
			u32 i = order[n];
			float sums[LINEAR_LANES], steps[LINEAR_LANES];
			linear_score(rows, chosen[i], ret_weights, sums);
			if (step_row(sums, sides + i * LINEAR_LANES, softness, dual + i * LINEAR_LANES, norm + i * LINEAR_LANES, &scratch->still[i], &bounds, steps))
				move(rows, chosen[i], squares, steps, ret_weights);
			if (!scratch->still[i]) {
				order[n--] = order[--active];
				order[active] = i;
			}
		}
		if (!settled(&bounds, settings->tolerance))
			continue;
		bool whole = true;
		for (size_t i = 0; i < count; i++)
			whole &= scratch->still[i] == LANES_ALL;
		if (whole)
			break;
		memset(scratch->still, LANES_ALL, count);
		active = count;
		for (u32 lane = 0; lane < LINEAR_LANES; lane++)
			bounds.highest[lane] = INFINITY;
	}
}
