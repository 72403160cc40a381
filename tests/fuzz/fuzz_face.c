/* Names and bodies as strangers write them. Initials are short, valid and never empty; a body cut at its links says what it said,
 * and each link is one that a browser may be sent to. */
#include "base/utf8.h"
#include "model/name.h"
#include "ui/document.h"

#include <string.h>

#define INITIALS_MAX (2 * 4 * 4 + 3) /* two letters, three marks on each, a non-joiner */

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check_parts(struct str body)
{
	CLEANUP(buf_free) struct buf whole = {};
	json_t *parts = doc_parts(body), *part;
	size_t index;
	json_array_foreach(parts, index, part) {
		const char *text = json_string_value(json_object_get(part, "text"));
		size_t len = json_string_length(json_object_get(part, "text"));
		struct str url = str_of(json_string_value(json_object_get(part, "url")));
		must(len > 0);
		if (url.at) {
			must(str_eq_fold(str_head(url, 4), S("http")) && url.len > len && url.len - len <= 8);
			for (size_t i = 0; i < url.len; i++)
				must((unsigned char)url.at[i] > ' ' && url.at[i] != '"' && url.at[i] != '<' && url.at[i] != '>');
			must(memcmp(url.at + url.len - len, text, len) == 0);
			buf_add(&whole, str_head(url, url.len - len));
		}
		buf_add_bytes(&whole, text, len);
	}
	if (utf8_valid(body))
		must(str_eq(buf_str(&whole), body));
	json_decref(parts);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct str text = {(const char *)data, size};
	CLEANUP(buf_free) struct buf initials = {};
	buf_add_initials(&initials, text);
	must(initials.len > 0 && initials.len <= INITIALS_MAX && utf8_valid(buf_str(&initials)));
	must(name_color(text) >= 1 && name_color(text) <= FORMAT_COLORS);
	must(name_first(text).len <= text.len);
	json_decref(doc_network("fr", text));
	check_parts(text);
	return 0;
}
