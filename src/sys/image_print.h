/* image_print.h: what is found in a picture, and what is refused, as a line of JSON: {"taken": true, "type", "width", …, "refused": [{"what", "why", "count"}]}. */
#pragma once
#include "base/buf.h"
#include "sys/image.h"

/* Looks at the bytes, and writes what came of it, also when they are refused: then the story of the error is in "refused". `drawing`: only an SVG is taken; its
 * cleaned copy stands in the member "svg". */
enum err image_print(struct cx *cx, struct str bytes, bool drawing, struct buf *out);
/* The line of a refusal, from cx. */
void image_print_refused(const struct cx *cx, struct buf *out);
