/* Weights as products of two tables: they tell labels apart, with sums of mean 0 and deviation 1, the same each time; also where a row has nothing. */
#include "test.h"

#include "text/factored.h"

#include <math.h>

#define ROWS 200u
#define LABELS 5u
#define WIDTH 60u
#define CELLS 6u

/* Of the first `LABELS` x 6 features each label has six; the others are anybody's. A row has three of its own and three of the others. */
struct table {
	struct linear_cell cells[ROWS * CELLS];
	size_t starts[ROWS + 1];
	u32 chosen[ROWS], label[ROWS];
	struct linear_rows rows;
};

static void fill(struct table *t)
{
	u32 seed = 1;
	size_t at = 0;
	for (u32 i = 0; i < ROWS; i++) {
		t->label[i] = i % LABELS;
		t->chosen[i] = i;
		for (u32 n = 0; n < CELLS && i; n++) { /* the first row is empty */
			seed = seed * 1664525u + 1013904223u;
			u32 own = t->label[i] * 6 + (seed >> 8) % 6, other = LABELS * 6 + (seed >> 8) % (WIDTH - LABELS * 6);
			t->cells[at++] = (struct linear_cell){n < 3 ? own : other, 0.4f};
		}
		t->starts[i + 1] = at;
	}
	t->rows = (struct linear_rows){t->cells, t->starts, ROWS, WIDTH};
}

static float sum_of(const struct table *t, const struct factored *f, size_t row, size_t label)
{
	float sum = factored_weight(f, WIDTH, label);
	for (size_t at = t->starts[row]; at < t->starts[row + 1]; at++)
		sum += t->cells[at].value * factored_weight(f, t->cells[at].feature, label);
	return sum;
}

static void test_tells_labels_apart(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static struct table t;
	const struct factored_settings settings = {0.1f, 0.5f, 40, 7};
	fill(&t);
	struct factored *f = factored_train(arena, &t.rows, t.chosen, ROWS / 2, t.label, LABELS, &settings), *again = factored_train(arena, &t.rows, t.chosen, ROWS / 2, t.label, LABELS, &settings);
	size_t right = 0;
	double squares = 0;
	for (size_t row = 0; row < ROWS; row++) {
		size_t best = 0;
		float all = 0;
		for (size_t k = 0; k < LABELS; k++) {
			float sum = sum_of(&t, f, row, k);
			assert_true(isfinite(sum) && sum == sum_of(&t, again, row, k));
			best = sum > sum_of(&t, f, row, best) ? k : best;
			squares += row < ROWS / 2 ? (double)(sum * sum) : 0;
			all += sum;
		}
		assert_true(fabsf(all) < 1e-3f);
		right += row >= ROWS / 2 && best == t.label[row];
	}
	assert_true(right >= ROWS / 2 - 3); /* none of these was learnt from */
	assert_true(fabs(squares / (ROWS / 2 * LABELS) - 1) < 0.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_tells_labels_apart)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
