/* figures.h: what networks tell of our own messages and accounts (likes, views, followers …), read at a planned pace and kept: each channel four
 * times a day, its account and the newest fifty public messages of the last thirty days. Requests pass the channel's gate as reading does, so that
 * answers never wait for figures. A network that cannot be asked now is asked the next time; its channel is none the worse for it. What posts reached is
 * also taken in for the watch over reach (store/post_reach.h), as far as the network tells it. */
#pragma once
#include "flow/outbox.h"

#define FIGURES_EVERY (6 * HOUR)
#define FIGURES_MESSAGES 50
#define FIGURES_BACK (30 * DAY)

/* Those that are due, a few. */
enum err figures_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
