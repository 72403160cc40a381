#include "base/lang.h"
#include "channel/feed/feed.h"

static void release(void *json)
{
	json_decref(json);
}

static bool is_json(struct str text)
{
	text = str_trim(text);
	return str_starts(text, S("{"));
}

enum err feed_read(struct cx *cx, struct str bytes, const struct feed_origin *origin, json_t **ret_document)
{
	struct str text, name;
	bool sure;
	if (bytes.len > FEED_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("This feed is larger than %zu MiB."), FEED_MAX >> 20);
	TRY(feed_charset(cx, bytes, origin, &text, &name, &sure));
	json_t *document = json_object();
	arena_defer(cx->arena, release, document);
	TRY(is_json(text) ? feed_read_json(cx, text, origin, document) : feed_read_xml(cx, text, origin, document));
	json_object_set_new(document, "encoding", feed_string(name));
	if (!sure)
		json_object_set_new(document, "well_formed", json_false());
	*ret_document = document;
	return OK;
}
