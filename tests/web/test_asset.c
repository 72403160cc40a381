#include "../base/test.h"

#include "base/lang.h"
#include "web/asset.h"
#include "web/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_table(void **state)
{
	assert_true(asset_count > 3);
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *asset = &assets[i];
		assert_true(i == 0 || strcmp(assets[i - 1].name, asset->name) < 0);
		assert_ptr_equal(asset_find(str_of(asset->name)), asset);
		if (asset->url) {
			assert_ptr_equal(asset_by_url(str_of(asset->url)), asset);
			assert_true(!asset->gzip.len || (asset->gzip.len < asset->plain.len && memcmp(asset->gzip.at, "\x1f\x8b", 2) == 0));
			assert_true(!asset->brotli.len || asset->brotli.len < asset->plain.len);
		}
	}
	assert_null(asset_find(S("nothing")));
	assert_null(asset_by_url(S("/assets/parvis.00000000.css")));
	assert_null(asset_by_url(S("/assets/parvis.css")));
	assert_null(asset_by_url(S("/assets/")));
	assert_null(asset_by_url(S("")));
	const struct asset *css = asset_find(S("parvis.css"));
	assert_non_null(css);
	assert_true(css->brotli.len > 0 && css->gzip.len > 0);
	assert_string_equal(css->type, "text/css; charset=utf-8");
	assert_true(str_find(css->plain, S("url(../")) < 0 && str_find(css->plain, S(".woff2)")) > 0);
	json_t *urls = asset_urls();
	assert_string_equal(json_string_value(json_object_get(urls, "css")), css->url);
	assert_non_null(json_object_get(urls, "icons"));
	json_decref(urls);
}

/* Every template that is embedded compiles in every language, and so does all it includes. */
static void test_templates(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct template_set *set = template_set_new(asset_template, NULL, false);
	size_t count = 0;
	for (size_t i = 0; i < asset_count; i++) {
		struct str name = str_of(assets[i].name);
		if (!str_starts(name, S("templates/")))
			continue;
		name = str_skip(str_head(name, name.len - strlen(".mustache")), strlen("templates/"));
		assert_ok(&cx, template_check(&cx, set, name, "en"));
		assert_ok(&cx, template_check(&cx, set, name, "fr"));
		count++;
	}
	assert_true(count > 0);
	template_set_free(set);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void test_folder(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	char folder[] = "/tmp/test-asset-XXXXXX";
	assert_non_null(mkdtemp(folder));
	const char *page = arena_printf(arena, "%s/page", folder).at, *shared = arena_printf(arena, "%s/ui", folder).at;
	const char *inbox = arena_printf(arena, "%s/inbox", page).at, *templates = arena_printf(arena, "%s/templates", shared).at;
	assert_true(!mkdir(page, 0700) && !mkdir(shared, 0700) && !mkdir(inbox, 0700) && !mkdir(templates, 0700));
	const char *list = arena_printf(arena, "%s/list.mustache", inbox).at, *layout = arena_printf(arena, "%s/layout.mustache", templates).at;
	write_file(list, "{{<layout}}{{$x}}1{{/x}}{{/layout}}");
	write_file(layout, "<a href=\"/assets/icons.svg#a\">{{$x}}{{/x}} /assets/none.svg");
	struct template_set *set = template_set_new(asset_template_from_folder, folder, true);
	json_t *data = json_object();
	CLEANUP(buf_free) struct buf out = {};
	assert_ok(&cx, template_render(&cx, set, S("inbox/list"), "en", &data, 1, &out));
	assert_str(buf_str(&out), arena_printf(arena, "<a href=\"%s#a\">1 /assets/none.svg", asset_find(S("icons.svg"))->url).at);
	write_file(list, "new");
	buf_clear(&out);
	assert_ok(&cx, template_render(&cx, set, S("inbox/list"), "en", &data, 1, &out));
	assert_str(buf_str(&out), "new");
	assert_err(template_render(&cx, set, S("../ui/templates/layout"), "en", &data, 1, &out), ERR_MISSING);
	assert_err(template_render(&cx, set, S("/inbox/list"), "en", &data, 1, &out), ERR_MISSING);
	assert_str(buf_str(&out), "new");
	json_decref(data);
	template_set_free(set);
	assert_true(!unlink(list) && !unlink(layout) && !rmdir(inbox) && !rmdir(templates) && !rmdir(page) && !rmdir(shared) && !rmdir(folder));
}

int main(void)
{
	asset_add_catalogues();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), cmocka_unit_test(test_templates), cmocka_unit_test(test_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
