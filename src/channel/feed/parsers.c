/* parsers.c: feeds, as a row of base/parser.h. */
#include "base/json_text.h"
#include "base/lang.h"
#include "base/parser.h"
#include "channel/feed/feed.h"
#include "channel/reference.h"

/* What was recorded with its head, as `curl -i` writes it: what the head says of the feed. */
static struct str read_head(struct cx *cx, struct str input, struct feed_origin *ret_origin)
{
	if (!str_starts(input, S("HTTP/")))
		return input;
	ret_origin->type = S("");
	struct str location = {};
	str_line(&input);
	while (input.at) {
		struct str value = str_line(&input), name = str_trim(str_cut(&value, ':'));
		if (!name.len)
			break;
		value = str_trim(value);
		if (str_eq_fold(name, S("Content-Type")))
			ret_origin->type = value;
		else if (str_eq_fold(name, S("Content-Language")))
			ret_origin->language = value;
		else if (str_eq_fold(name, S("Content-Location")))
			location = value;
		else if (str_eq_fold(name, S("X-Address")) && reference_safe(value))
			ret_origin->address = value;
	}
	struct str base = feed_address(cx, ret_origin->address, location);
	if (base.len)
		ret_origin->address = base;
	return input;
}

static enum err read_feed(struct cx *cx, struct str input, struct buf *out)
{
	struct feed_origin origin = {};
	json_t *document;
	struct str bytes = read_head(cx, input, &origin);
	TRY(feed_read(cx, bytes, &origin, &document));
	buf_add_value(out, document, JSON_COMPACT);
	buf_addc(out, '\n');
	return OK;
}

const struct parser parser_feed = {"feed", N_("A feed: RSS, Atom, CDF or JSON Feed, also with the head of its HTTP answer"), read_feed};
