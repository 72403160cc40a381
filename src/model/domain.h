/* domain.h: the end of a host's name that somebody answers for: "com", "fr", "рф". Where a text says a host without a scheme it is the only
 * sign that it is one; X and Mastodon ask for it with a scheme too. Pure.
 * The names are those of the root zone (share/domains.txt says whose list, and of when), made a table at build. */
#pragma once
#include "base/str.h"

/* How many bytes of such a name begin here; 0: none does. It ends there: no Latin letter, digit, "@", "+" or "-" follows. Without regard
 * to case; names as they are sent ("xn--…") are taken whatever they are. */
size_t domain_top(struct str text);
