/* short_link.h: short links of ours: the code that a link of a post has on a channel, the rows that make it answer, and how often it is followed.
 *
 * What must stay true: a code comes of (post, channel, where it leads) alone, so that a preview shows the one that leaves; it answers from the moment
 * its post leaves, not before; it leads to http and https alone. Clicks are counted in the memory of the process and written down together by
 * clicks_flush(), which serve calls each second: of a process that is killed, that second's are lost. Of who followed it nothing is kept. */
#pragma once
#include "store/short_link.h"

#define SHORT_CODE_LENGTH 8
#define SHORT_LINK_PATH "/l/"

/* Its code, in letters and figures that are not taken for each other. */
struct str short_code(struct arena *arena, i64 post, i64 channel, struct str target);
/* It is answered from now on. *ret_open false: its code is another link's, and this one has to leave as it is (once in a hundred million). In the
 * caller's transaction. */
enum err short_link_open(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 channel, struct str target, bool *ret_open);

/* Somebody followed it, on this day (since 1970, by the workspace's clock). Thread-safe, waits for nobody. False: so much is counted that was not written
 * down yet that there is no room (three quarters of CLICKS_MAX, links and their days): it is not counted. */
#define CLICKS_MAX 16384
bool click_count(const struct short_link *link, i64 day, enum click click);
/* Write down what was counted, in one transaction; what could not be stays counted for the next time. One thread calls it. */
enum err clicks_flush(struct cx *cx, struct db *db);
