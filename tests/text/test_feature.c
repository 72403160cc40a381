#include "test.h"

#include "text/feature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;
	return (x > y) - (x < y);
}

static double squares(const struct features *f, enum feature_family family)
{
	double sum = 0;
	for (size_t i = features_start(f, family); i < features_start(f, family + 1); i++)
		sum += pow((double)features_items(f)[i].value, 2);
	return sum;
}

static void test_values(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = reading_new(arena);
	struct features *f = features_new(arena);
	reading_of(r, S("The bread is good, the service is not good at all!! :("));
	features_of(f, r);
	assert_true(fabs(squares(f, FEATURE_WORD) - 1) < 1e-4 && fabs(squares(f, FEATURE_LETTER) - 1) < 1e-4);
	size_t count = features_count(f);
	u32 *keys = arena_array(arena, u32, count);
	for (size_t i = 0; i < count; i++)
		keys[i] = features_items(f)[i].key;
	/* the same again, after another text */
	reading_of(r, S("something else"));
	features_of(f, r);
	reading_of(r, S("The bread is good, the service is not good at all!! :("));
	features_of(f, r);
	assert_int_equal(features_count(f), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(features_items(f)[i].key, keys[i]);
	qsort(keys, count, sizeof *keys, compare);
	for (size_t i = 1; i < count; i++)
		assert_true(keys[i] != keys[i - 1]);
}

static bool has(struct features *f, struct reading *r, const char *text, u32 key)
{
	reading_of(r, str_of(text));
	features_of(f, r);
	for (size_t i = 0; i < features_count(f); i++)
		if (features_items(f)[i].key == key)
			return true;
	return false;
}

static void test_shared(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = reading_new(arena);
	struct features *f = features_new(arena);
	reading_of(r, S("decu"));
	features_of(f, r);
	u32 word = features_items(f)[0].key;
	assert_true(has(f, r, "Déçu", word) && has(f, r, "le pain m'a DÉÇU", word) && !has(f, r, "recu", word));
}

static void test_bounds(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = reading_new(arena);
	struct features *f = features_new(arena);
	const struct feature_place *places;
	reading_of(r, S(""));
	features_of(f, r);
	assert_true(features_start(f, FEATURE_SHAPE) == 0 && features_count(f) > 0);
	char *noise = arena_alloc(arena, 1u << 20);
	u64 state_of_noise = 1;
	for (size_t i = 0; i < 1u << 20; i++) {
		state_of_noise = state_of_noise * 6364136223846793005u + 1442695040888963407u;
		noise[i] = (char)(state_of_noise >> 57);
	}
	reading_of(r, (struct str){noise, 1u << 20});
	features_of(f, r);
	size_t count = features_places(f, &places);
	assert_true(count <= 262144);
	for (size_t i = 0; i < count; i++)
		assert_true(places[i].feature < features_count(f) && places[i].token < r->token_count);
	for (size_t i = 0; i < features_count(f); i++)
		assert_true(isfinite(features_items(f)[i].value) && features_items(f)[i].value > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_shared), cmocka_unit_test(test_bounds)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
