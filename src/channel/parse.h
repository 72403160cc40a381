/* parse.h: what `parvis parse FORMAT < FILE` prints: the items of a file as lines of the native JSONL format, so that anybody can see
 * what a reader makes of a file, and turn any export into the documented one. */
#pragma once
#include "channel/archive.h"

/* Append a line for each item to `out`, and to `notes` (may be NULL), for standard error, what was refused and left out. Both may be
 * limited by their maximum: ERR_TOO_LARGE then. */
enum err parse_to_json(struct cx *cx, const struct archive_format *format, const char *path, struct buf *out, struct buf *notes);
