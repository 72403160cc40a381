/* linger.h: an answer that was given before its request was read whole (a body that is too large) must arrive: a socket that is closed while the
 * other side still sends is reset, and the reset may overtake the answer. Here such sockets are kept, what still comes is thrown away, until
 * the other side has read the answer and closes too, or enough came. Costs a thread that sleeps while there is none. */
#pragma once
#include "base/types.h"

struct lingering;

struct lingering *linger_start(void);
void linger_stop(struct lingering *linger); /* closes what is still there */
/* The answer has left; the socket is the caller's, who closes it next (a copy is kept). When there are too many, nothing is done. */
void linger_take(struct lingering *linger, int socket);
