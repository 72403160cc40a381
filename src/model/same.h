/* same.h: what of an account is held against other accounts' to find one person behind two: the name, the handle and the address, each
 * brought to one spelling. An empty key tells nothing: it was too short, or too common by its make. Pure; results in the arena. */
#pragma once
#include "base/arena.h"

/* "Élodie  GARNIER" and "elodie garnier" are "elodie garnier". */
struct str same_name_key(struct arena *arena, struct str name);
/* "@Nadia.frht", "nadia_frht@example.social" and "nadia-frht.bsky.social" are "nadiafrht". */
struct str same_handle_key(struct arena *arena, struct str handle);
/* "mailto:N.Ferhat@Example.org" and "n.ferhat@example.org" are one; empty for what is no address of mail. */
struct str same_mail_key(struct arena *arena, struct str text);
/* "https://www.Jane.example/" is "jane.example", "http://social.example/users/Jane?x=1" is "social.example/@jane"; empty for what is no
 * address on the web. */
struct str same_link_key(struct arena *arena, struct str url);
