/* guard.h: against clients that send a byte now and then: libmicrohttpd counts any byte as life, so a request line could be
 * dragged on for ever and hold its connection. Here each connection has a time by which the head of its next request must be
 * whole, or it is cut. Costs a thread that wakes a few times a minute, and an atomic write a request. */
#pragma once
#include "base/types.h"

struct guard;
struct line; /* a connection, as libmicrohttpd's socket context */

struct guard *guard_start(i64 patience); /* microseconds for a head, the wait for it included */
void guard_stop(struct guard *guard);    /* every line has left */

struct line *guard_enter(struct guard *guard, int socket);
void guard_leave(struct guard *guard, struct line *line); /* before the socket is closed */
void line_busy(struct line *line);    /* a head is whole: its request may take what it takes */
void line_waiting(struct line *line); /* the request is over, the next may come */
void line_lingers(struct line *line); /* it is answered before its request is read: what still comes is taken in (linger.h) */
u64 guard_cut(struct guard *guard);   /* lines cut so far */
