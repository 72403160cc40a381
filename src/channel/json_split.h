/* json_split.h: a large JSON value, cut into small ones of the same shape: an array into arrays of some of its elements, an object into
 * objects that each hold some of its largest member and all of the others. A reader that takes pages takes parts just as well, and no
 * more is in memory than a part. Works on the text, by counting brackets and stepping over strings; what is no JSON is told by whoever
 * parses the parts.
 * What stays true: time is linear in the text, for each of the few levels cut through; nothing of the text is lost but what is too large
 * itself, which is told. */
#pragma once
#include "base/cx.h"

/* Behind the value that starts at the beginning of `text`; NULL when it has no end. */
const char *json_value_end(struct str text);

struct json_parts {
	size_t most;  /* bytes of a part, about; what cannot be cut smaller than twice that is too large */
	void *subject;
	/* `first`: the place of its first element in the outermost array that was cut. */
	enum err (*part)(struct cx *cx, void *subject, struct str text, i64 first);
	enum err (*too_large)(struct cx *cx, void *subject, struct str value, i64 first);
};
enum err json_split(struct cx *cx, struct str value, const struct json_parts *parts);
