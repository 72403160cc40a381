/* links.c: the links of a post's texts, as the checks see them, for whoever may look at the network. */
#include "check/check.h"
#include "check/reader.h"

static bool is_known(const struct str *urls, size_t count, struct str url)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(urls[i], url))
			return true;
	return false;
}

size_t check_links(struct arena *arena, const struct check_text *texts, size_t count, const struct str **ret_urls)
{
	struct str *urls = arena_array(arena, struct str, CHECK_LINKS);
	size_t found = 0;
	for (size_t n = 0; n < count && n < CHECK_TEXTS; n++) {
		struct check_reading r = {.part = CHECK_TEXT, .index = n, .lang = texts[n].lang, .text = texts[n].text};
		if (!r.text.len)
			continue;
		check_read(arena, &r);
		for (size_t i = 0; i < r.count && found < CHECK_LINKS; i++) {
			struct str url = str_span(r.text.at + r.pieces[i].from, r.text.at + r.pieces[i].to);
			if (r.pieces[i].kind == PIECE_LINK && !is_known(urls, found, url))
				urls[found++] = url;
		}
	}
	*ret_urls = urls;
	return found;
}
