/* sample.h: the sample workspace: a fictional bakery chain with people, house rules, labels, saved replies, promises, and a channel on
 * the simulated network, so that the first screen is alive. */
#pragma once
#include "sys/crypto.h"
#include "sys/db.h"

struct sample {
	struct str simulator_url;          /* "http://127.0.0.1:8091" */
	struct str simulator_token;
	const struct public_key *work;     /* seals the token */
};

/* In one transaction, on an installation where nobody has an account. */
enum err sample_make(struct cx *cx, struct db *db, const struct sample *sample);
/* The simulated network of this installation listens at `url` (again): channels that lead to where it listened before lead there now.
 * What waited for it leaves. */
enum err sample_moved(struct cx *cx, struct db *db, struct str url);
/* Does any workspace have a live channel of the simulated network? */
enum err sample_has_simulator(struct cx *cx, struct db *db, bool *ret_has);
