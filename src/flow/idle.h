/* idle.h: channels whose network tells at once that something came (channel_kind.listen): the working role holds a line open for each, and what is
 * told over it makes the channel due. Nothing is read here: how far a channel was read stands in its cursor alone, and it is read by who reads channels.
 *
 * What must stay true: a line is held only where reading goes well, by one worker (channel.watched_until), and ends soon after the channel was paused,
 * put away, set anew, or its credential changed; where none stands, the channel is asked as often as ever; what a line cannot tell (other folders, what
 * came before it stood) is asked for too, seldom. Belongs to one duty. */
#pragma once
#include "flow/outbox.h"
#include "sys/imap_idle.h"

#define IDLE_MOST 1500 /* lines a worker, of about 56 kB with TLS; the channels beyond are asked */

struct idle_entry;
struct idle_keeper {
	struct idle_lines *lines;
	struct outbox *outbox;
	struct arena *arena;
	struct idle_entry *list;  /* by channel */
	size_t count, capacity;
	i64 look_at;              /* at the channels again */
	bool is_told;             /* something that is not written down yet */
};

/* The outbox is the caller's and outlives it. */
enum err idle_keeper_open(struct cx *cx, struct db *db, struct outbox *outbox, const struct net_settings *settings, struct idle_keeper *ret_keeper);
/* Hang up, and give the watches back. */
void idle_keeper_close(struct cx *cx, struct db *db, struct idle_keeper *keeper);
/* Look at the channels where that is due; wait for what is told, about a second; write it down. `ending` is asked between two waits. */
enum err idle_turn(struct cx *cx, struct db *db, struct idle_keeper *keeper, bool (*ending)(void));
