/* duty.h: the working role's loops: each duty is done again and again by a thread of its own, at once while there is more to do, else
 * when something was committed or its time has come. A turn that fails is logged and tried again later. */
#pragma once
#include "main/role.h"
#include "model/actor.h"
#include "sys/db.h"

struct duty {
	const char *name;
	int number; /* among several that do the same, from 0 */
	enum err (*start)(struct cx *cx, struct duty *duty); /* once, in its thread; may be NULL */
	/* *ret_done: how much there was to do; *ret_wake: when to look again at the latest (0: soon anyway). */
	enum err (*turn)(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake);
	void (*end)(struct duty *duty); /* after its last turn, when it was started; may be NULL */

	struct running_role *role;
	struct db *db;       /* for the turns */
	void *subject;
	i64 pruned_at;
	pthread_t thread;
};

extern const struct actor duty_actor; /* whoever does them: the program itself */

/* Start them, tell that the role is ready, and wait until it is asked to end and every turn is over. */
enum err duties_run(struct cx *cx, struct running_role *role, struct duty *duties, size_t count);
