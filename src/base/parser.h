/* parser.h: a reader of text from outside, as a row: `const struct parser parser_NAME` in the parsers.c of its floor, and its word in the
 * list of src/main/meson.build. `parvis parse NAME < FILE` prints what it makes of its input, and a fuzzer feeds it anything: so no
 * parser stays out of reach of either.
 *
 * What must stay true: on success `out` got whole lines of JSON (or of HTML, when its row says `markup`), valid UTF-8; on failure cx tells what is wrong. The input is borrowed,
 * and may hold any bytes. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

struct parser {
	const char *word, *title; /* "time", msgid */
	enum err (*read)(struct cx *cx, struct str input, struct buf *out);
	bool markup; /* it prints HTML that was made harmless, not JSON */
	bool tells;  /* what it wrote stands on failure too: it says what is refused */
};

extern const struct parser *const parsers[];
extern const size_t parser_count;
