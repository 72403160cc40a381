/* link.h: do the links of posts answer? Asked by the working role, through the client that reaches the public internet alone (sys/net.h), so that
 * the listening one opens no connection. What was found is kept with when, and a link is asked again within the hour before a post with it leaves.
 *
 * What must stay true: one look is a HEAD, or a GET of which no more than its head is taken; a machine that turns programs away (401, 403, 429 …)
 * has not said that the page is gone, so nothing is said of it; what does not answer, or with 5xx, is dead when it did not three times, over
 * minutes. A scheduled post whose link dies is told to who last wrote it; where the check "link-dead" blocks, its parts wait for a person
 * (PUBLICATION_LATE) instead of leaving. */
#pragma once
#include "flow/media.h"
#include "store/link_look.h"
#include "sys/net.h"

#define LINK_LOOK_AHEAD HOUR /* before its hour a post's links are asked again, unless they were within this time */

/* One look at one link; nothing is written. What came of it: state, status, target, failures, asked_at (to be asked again, 0: not), looked_at. */
enum err link_ask(struct cx *cx, struct net *net, const struct link_look *link, struct link_look *ret_link);
/* Some of what is asked for; of links that answer, their cards are read too (flow/link_card.h; `pictures` NULL: without pictures). *ret_wake: when to look again. */
enum err link_turn(struct cx *cx, struct db *db, struct net *net, const struct media_hooks *pictures, i64 *ret_done, i64 *ret_wake);
/* What leaves soon: its links are asked for. Each minute. */
enum err link_sweep(struct cx *cx, struct db *db, i64 *ret_asked);
