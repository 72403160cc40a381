/* How long the inbox page takes to draw: the real templates over the sample document, its rows repeated to 50.
 *   bench/mustache SOURCE-FOLDER [TEMPLATE [ROWS]]      (SOURCE-FOLDER: src) */
#include "base/clock.h"
#include "web/asset.h"

#include "web/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return x < y ? -1 : x > y;
}

static json_t *load(const char *folder, const char *file)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/%s", folder, file);
	json_error_t error;
	json_t *json = json_load_file(path, 0, &error);
	if (!json) {
		fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
		exit(1);
	}
	return json;
}

int main(int count, char **words)
{
	if (count < 2) {
		fprintf(stderr, "bench/mustache SOURCE-FOLDER [TEMPLATE [ROWS]]\n");
		return 2;
	}
	struct str name = count > 2 ? str_of(words[2]) : S("inbox/page");
	i64 wanted = 50;
	if (count > 3 && !str_to_i64(str_of(words[3]), &wanted))
		return 2;
	json_t *contexts[] = {load(words[1], "ui/sample.json"), load(words[1], "page/inbox/sample.json")};
	json_t *rows = json_object_get(json_object_get(contexts[1], "list"), "rows");
	for (size_t i = 0, first = json_array_size(rows); first && json_array_size(rows) < (size_t)wanted; i++)
		json_array_append_new(rows, json_deep_copy(json_array_get(rows, i % first)));

	struct arena *arena = arena_new();
	asset_add_catalogues();
	struct cx cx = cx_new(arena);
	cx.lang = "fr";
	struct template_set *set = template_set_new(asset_template_from_folder, words[1], false);
	enum { TIMES = 2000 };
	static i64 times[TIMES];
	struct buf out = {};
	for (int i = 0; i < TIMES; i++) {
		buf_free(&out); /* as a request does it: with memory of its own */
		i64 start = time_monotonic();
		for (int again = 0; again < 5; again++) {
			buf_clear(&out);
			if (template_render(&cx, set, name, "fr", contexts, COUNT(contexts), &out) != OK) {
				fprintf(stderr, "%s\n", cx.story);
				return 1;
			}
		}
		times[i] = time_monotonic() - start;
	}
	qsort(times, TIMES, sizeof *times, by_value);
	printf("template=%.*s rows=%zu bytes=%zu median_us=%.1f p99_us=%.1f\n", STR_ARG(name), json_array_size(rows), out.len,
	       (double)times[TIMES / 2] / 5, (double)times[TIMES * 99 / 100] / 5);
	if (getenv("SHOW"))
		fwrite(out.at, 1, out.len, stdout);
	buf_free(&out);
	template_set_free(set);
	arena_free(arena);
	json_decref(contexts[0]);
	json_decref(contexts[1]);
	return 0;
}
