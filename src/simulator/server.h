/* server.h: the simulated network's HTTP interface (src/simulator/README.md): small, with failures below HTTP when the dials say so,
 * which is why it stands on libmicrohttpd itself and not on the web kernel, whose business is to never fail that way. */
#pragma once
#include "simulator/network.h"

struct simulator;

struct simulator_settings {
	const char *address;
	int port;
	const char *database; /* path of its SQLite file */
	struct str token_hash; /* hexadecimal BLAKE2b-256 of the token that opens it; empty: everybody may */
};

enum err simulator_start(struct cx *cx, const struct simulator_settings *settings, struct simulator **ret_simulator);
void simulator_step(struct simulator *simulator); /* let happen what is due; call it a few times a second */
void simulator_stop(struct simulator *simulator);
