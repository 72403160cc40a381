/* run.h: for the checks themselves: one run over one post: its texts read once, and how a finding is told. */
#pragma once
#include "base/lang.h"
#include "check/check.h"
#include "check/reader.h"

struct check_run {
	struct cx *cx;
	const struct check_post *post;
	const struct check_kind *kind;   /* whose turn it is */
	enum finding_level level;          /* of it, here */
	const struct check_reading *readings; /* every text of the post that is not empty */
	size_t reading_count, bytes;
	const struct check_exception *exceptions;
	size_t exception_count;
	struct finding *items;
	size_t count, capacity, of_this, left_out;
	struct finding nowhere;          /* what is told beyond the bounds */
};

/* A finding about a piece of a text, or about a part as a whole. `key`: see struct finding; copied. Never NULL; what is not wanted
 * (an exception, too many) goes nowhere. The caller gives reason, remedy and perhaps replacements, all in the arena or constant. */
struct finding *check_tell(struct check_run *run, const struct check_reading *reading, size_t from, size_t to, struct str key);
struct finding *check_tell_part(struct check_run *run, enum check_part part, size_t index, struct str lang, struct str key);
/* No higher than that. */
void check_lower(struct check_run *run, struct finding *finding, enum finding_level most);
void check_replace(struct finding *finding, struct str with);

/* A text of the post proper or its first comment: what people write there themselves. */
static inline bool check_is_written(const struct check_reading *r)
{
	return r->part == CHECK_TEXT || r->part == CHECK_COMMENT;
}
/* The language of a reading begins so: "fr" for "fr-CA". */
bool check_speaks(const struct check_reading *reading, const char *lang);
bool check_has_country(const struct check_post *post, struct str country);
/* What the country is called, in the language of the cx; its code where that is not known. */
struct str check_country(struct cx *cx, struct str code);
/* The host of an address, without "www." and port, as it stands; empty: none. */
struct str check_host(struct str url);
/* `host` is `domain` or below it; capitals do not matter. */
bool check_host_under(struct str host, struct str domain);
bool check_host_in(struct str host, const struct str *domains, size_t count);
/* Is there a link in these texts, that a figure could stand on? */
bool check_has_link(const struct check_run *run);
