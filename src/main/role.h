/* role.h: what the roles of the program share: ids of their own, signals turned into a wish to end, readiness told to `run`. */
#pragma once
#include "main/command.h"
#include "store/process.h"

#include <pthread.h>

struct running_role {
	const char *name;
	struct program *program;
	struct process process;
	pthread_t beat;
	bool beating;
};

/* Blocks the signals, joins the list of processes (ids), starts the heartbeat. The first thing a role does once it is confined
 * (confine.h), which must come before its first thread. */
enum err role_start(struct cx *cx, struct program *program, const char *name, struct running_role *ret_role);
void role_ready(const struct running_role *role);  /* tell `run`, by the file descriptor in PARVIS_READY */
bool role_ending(void);                     /* somebody asked this process to end */
void role_ask_to_end(void);
/* Sleep up to `microseconds`, or until it is asked to end. */
void role_wait(i64 microseconds);
void role_end(struct cx *cx, struct running_role *role);
