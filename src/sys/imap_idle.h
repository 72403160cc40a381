/* imap_idle.h: lines held open to mailboxes, over which their servers say that something came (IDLE, RFC 2177). A few threads that come and go connect
 * and sign in; all lines that stand are waited for by whoever calls idle_wait(), one thread for thousands of them.
 *
 * What must stay true: a line is guarded as in imap.h; a server that does not answer holds up no line but its own; a line that does not stand, or
 * no longer, is told once, and is not tried again by itself; nothing is read by them but that there is something to read. A crowd belongs to one thread, and
 * owns all that it was given. */
#pragma once
#include "sys/imap.h"

struct idle_lines;

struct idle_settings {
	struct net_settings net;
	i64 hold;  /* how long an IDLE stands before it is said anew, a tenth more or less; 0: ten minutes, as what is between often forgets silent lines */
};
/* ERR_BAD_INPUT as net_open(). */
enum err idle_open(struct cx *cx, const struct idle_settings *settings, struct idle_lines **ret_lines);
void idle_close(struct idle_lines *lines); /* at once, whatever is under way; NULL is allowed */

/* Begin; the result is the number of the line, never 0. Nothing is waited for. */
i64 idle_begin(struct idle_lines *lines, const struct idle_wish *wish);
/* Hang up; nothing more is told of it. */
void idle_end(struct idle_lines *lines, i64 line);

enum idle_news {
	IDLE_STANDS, /* what came before was told to nobody: look now */
	IDLE_RANG,   /* something came */
	IDLE_ENDED,  /* the line is no more */
};
struct idle_event {
	i64 line;
	enum idle_news news;
	int status; /* of IDLE_ENDED: what the server answered, as in imap.h; 0: the line broke, or never was */
};
#define IDLE_EVENTS_MAX 256
/* Wait until something is told, `patience` at the most. Several rings of a line are one. */
void idle_wait(struct idle_lines *lines, i64 patience, struct idle_event events[IDLE_EVENTS_MAX], size_t *ret_count);
