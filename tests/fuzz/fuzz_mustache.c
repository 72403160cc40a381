/* The first line is the document (JSON; rubbish counts as an empty one); behind it come the page and the templates it may include
 * as "a", "b" and "c", parted by the byte 0x1e. Whatever they hold, rendering comes to an end, keeps to its limits, gives the same
 * twice, and leaves the output alone when it fails. */
#include "base/lang.h"
#include "web/mustache.h"

#include <string.h>

#define OUTPUT_MAX 100000

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static const struct str names[] = {{"page", 4}, {"a", 1}, {"b", 1}, {"c", 1}};

static bool source(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	const struct str *texts = subject;
	for (size_t i = 0; i < COUNT(names); i++)
		if (texts[i].at && str_eq(name, names[i])) {
			*ret_source = texts[i];
			return true;
		}
	return false;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str rest = arena_str(arena, (struct str){(const char *)data, size}), document = str_cut(&rest, '\n');
	struct str texts[COUNT(names)] = {};
	for (size_t i = 0; i < COUNT(names) && rest.at; i++)
		texts[i] = str_cut(&rest, 0x1e);
	json_error_t error;
	json_t *value = json_loadb(document.at, document.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	if (!value)
		value = json_object();
	struct buf first = {.max = OUTPUT_MAX}, second = {.max = OUTPUT_MAX};
	struct template_set *kept = template_set_new(source, texts, false), *fresh = template_set_new(source, texts, true);
	enum err one = template_render(&cx, kept, names[0], "en", &value, 1, &first);
	enum err two = template_render(&cx, fresh, names[0], "en", &value, 1, &second);
	must(one == two);
	must(one == OK ? first.len <= OUTPUT_MAX && first.len == second.len : first.len == 0 && second.len == 0);
	must(!first.len || memcmp(first.at, second.at, first.len) == 0);
	must(one == OK || cx.story[0]);
	buf_clear(&second);
	if (template_render_block(&cx, kept, names[0], S("x"), "fr", &value, 1, &second) != OK)
		must(second.len == 0);
	if (template_check(&cx, kept, names[0], "en") == OK)
		must(one != ERR_MISSING);
	buf_free(&first);
	buf_free(&second);
	template_set_free(kept);
	template_set_free(fresh);
	json_decref(value);
	arena_free(arena);
	return 0;
}
