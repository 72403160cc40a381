#include "channel/archive.h"

#include "base/lang.h"
#include "channel/archive_packed.h"

#include <string.h>

#define HEAD_BYTES ((size_t)64 << 10)

const struct archive_format *archive_format_of(struct str word)
{
	for (size_t i = 0; i < archive_format_count; i++)
		if (str_eq(word, str_of(archive_formats[i]->word)))
			return archive_formats[i];
	for (size_t i = 0; i < archive_format_count; i++)
		for (struct str rest = str_of(archive_formats[i]->also); rest.len;)
			if (str_eq(word, str_cut(&rest, ' ')))
				return archive_formats[i];
	return NULL;
}

static enum err nothing_fits(struct cx *cx)
{
	CLEANUP(buf_free) struct buf words = {};
	for (size_t i = 0; i < archive_format_count; i++)
		buf_addf(&words, "%s%s", i ? ", " : "", archive_formats[i]->word);
	return fail(cx, ERR_UNSUPPORTED,
		"This file looks like none of the exports read here. Choose its format yourself if it is one of: %s.",
		    buf_cstr(&words));
}

static const struct archive_format *likeliest(struct str name, struct str head, struct str names)
{
	const struct archive_format *best = NULL;
	int best_score = 0;
	if (str_starts(head, S("\xEF\xBB\xBF")))
		head = str_skip(head, 3);
	for (size_t i = 0; i < archive_format_count; i++) {
		int score = archive_formats[i]->recognise(name, head, names);
		if (score > best_score) {
			best_score = score;
			best = archive_formats[i];
		}
	}
	return best;
}

enum err archive_recognise(struct cx *cx, const char *path, const struct archive_format **ret_format)
{
	struct str head = {}, names = {};
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);
	bool packed = archive_is_packed(path);
	TRY(archive_names(cx, path, &names));
	if (!packed)
		TRY(archive_head(cx, path, HEAD_BYTES, &head));
	const struct archive_format *best = likeliest(name, head, names);
	if (packed && !best) { /* the names say nothing: look inside */
		TRY(archive_packed_head(cx, path, &name, &head));
		best = likeliest(name, head, (struct str){});
	}
	if (!best)
		return nothing_fits(cx);
	*ret_format = best;
	return OK;
}
