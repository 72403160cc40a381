/* net_quota.h: how much a network still lets us ask, as it says so itself in the headers of its answers. Each network has a form of
 * its own; the forms are rows in net_quota.c, with the date and the source of each. Pure. */
#pragma once
#include "sys/net.h"

struct net_quota {
	i64 limit, left;   /* of the tightest window that was told; -1 not said */
	i64 reset_at;      /* by our clock, when that window begins anew; 0 not said */
	i64 pause_until;   /* the network says to ask nothing before; 0 not said */
	const char *form;  /* word of the row */
};

/* False when the answer says nothing of a quota. Instants are at most 31 days ahead; where the network's clock differs (its Date header),
 * its stamps are put right. */
bool net_quota_read(const struct net_answer *answer, i64 now, struct net_quota *ret_quota);

/* The forms, for docs and tests; ends with a row whose word is NULL. */
struct net_quota_form {
	const char *word;
	const char *limit, *left, *reset; /* names of headers; NULL: not told */
	const char *as_of, *source;
};
extern const struct net_quota_form net_quota_forms[];
