#include "text/linear.h"

#include <math.h>
#include <string.h>

double linear_score(const struct linear_rows *rows, size_t row, const float *weights)
{
	float sum = 0;
	const struct linear_cell *end = rows->cells + rows->starts[row + 1];
	for (const struct linear_cell *cell = rows->cells + rows->starts[row]; cell < end; cell++)
		sum += weights[cell->feature] * cell->value;
	return (double)(sum + weights[rows->width]);
}

static void move(const struct linear_rows *rows, size_t row, const float *squares, float by, float *weights)
{
	const struct linear_cell *end = rows->cells + rows->starts[row + 1];
	for (const struct linear_cell *cell = rows->cells + rows->starts[row]; cell < end; cell++)
		weights[cell->feature] += by * cell->value * (squares ? squares[cell->feature] : 1);
	weights[rows->width] += by;
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

/* The squared length of a row, its constant included. */
static double length(const struct linear_rows *rows, size_t row, const float *squares)
{
	double sum = 1;
	const struct linear_cell *end = rows->cells + rows->starts[row + 1];
	for (const struct linear_cell *cell = rows->cells + rows->starts[row]; cell < end; cell++)
		sum += (double)(cell->value * cell->value * (squares ? squares[cell->feature] : 1));
	return sum;
}

void linear_train(const struct linear_rows *rows, const u32 *chosen, const signed char *sides, size_t count, const float *squares,
		  const struct linear_settings *settings, struct linear_scratch *scratch, float *ret_weights)
{
	double softness[2] = {0.5 / settings->cost_against, 0.5 / settings->cost_for}; /* the diagonal that squared loss adds */
	double *dual = scratch->dual, *norm = scratch->norm, highest = INFINITY;
	u32 *order = scratch->order;
	size_t active = count;
	u64 random = settings->seed * 2 + 1;
	memset(ret_weights, 0, (rows->width + 1) * sizeof *ret_weights);
	for (size_t i = 0; i < count; i++) {
		dual[i] = 0;
		order[i] = (u32)i;
		norm[i] = length(rows, chosen[i], squares) + softness[sides[i] > 0];
	}
	for (int round = 0; round < settings->rounds; round++) {
		double most = -INFINITY, least = INFINITY;
		shuffle(order, active, &random);
		for (size_t n = 0; n < active; n++) {
			u32 i = order[n];
			double side = sides[i], gradient = side * linear_score(rows, chosen[i], ret_weights) - 1 + dual[i] * softness[side > 0], projected = gradient;
			if (dual[i] <= 0) {
				if (gradient > highest) { /* far on its side: looked at again at the end */
					order[n--] = order[--active];
					order[active] = i;
					continue;
				}
				projected = gradient < 0 ? gradient : 0;
			}
			most = projected > most ? projected : most;
			least = projected < least ? projected : least;
			if (fabs(projected) < 1e-12)
				continue;
			double old = dual[i];
			dual[i] = old - gradient / norm[i] > 0 ? old - gradient / norm[i] : 0;
			move(rows, chosen[i], squares, (float)((dual[i] - old) * side), ret_weights);
		}
		if (most - least <= settings->tolerance) {
			if (active == count)
				break;
			active = count;
			highest = INFINITY;
			continue;
		}
		highest = most > 0 ? most : INFINITY;
	}
}
