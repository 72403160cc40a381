/* reference.h: addresses as documents name them: relative to a base, or by schemes that do nothing when they are followed. Pure text work
 * (RFC 3986, as browsers read it); whether an address is asked is net's matter.
 *
 * What must stay true: what reference_safe() lets pass runs no code in any browser, whatever white space, case or control characters it
 * holds. Results are in the arena or borrowed from the arguments. */
#pragma once
#include "base/arena.h"

/* `reference` as seen from `base` (RFC 3986, 5.2). An empty base, or one without a hierarchy, leaves it as it is. */
struct str reference_resolve(struct arena *arena, struct str base, struct str reference);
/* Is it relative, or of a scheme that shows, fetches or writes to somebody (http, https, mailto, tel …)? */
bool reference_safe(struct str reference);
/* The scheme without its colon, as written; empty when the reference is relative. */
struct str reference_scheme(struct str reference);
