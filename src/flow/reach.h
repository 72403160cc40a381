/* reach.h: what posts reached is taken in, from the lines that a network's own statistics give: a heading, then a post a line, between commas,
 * semicolons or tabs. Columns are known by their headings, in English or French: the day or instant (required; without an offset it is of
 * the reader's place), the reach (required: reach, impressions, views), its number on the network, its format, its text or the length of it, a link.
 *
 * What must stay true: all of the lines or none (one transaction, audited); a post that is known by its number, or by its instant where it has
 * none, is told anew and not twice. Input errors name the field "lines" and the line. */
#pragma once
#include "store/post_reach.h"

#define REACH_LINES_MAX 20000

enum err reach_take(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str lines, i64 *ret_taken);
/* The lines alone: posts without id, workspace and channel. Dates without an offset are of `zone`. */
enum err reach_read(struct cx *cx, struct str zone, struct str lines, struct post_reach **ret_posts, size_t *ret_count);
extern const char *const reach_formats[]; /* ends with NULL; "text" is the first */
