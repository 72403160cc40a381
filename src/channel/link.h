/* link.h: where a document says that something else is to be found: its Link headers (RFC 8288) and the <link> of a page. A site names its
 * interface so, and a feed its hub. Pure; addresses are in the arena as they are written, relative ones too: whoever asks resolves them.
 *
 * What must stay true: whatever stands in a header or a page, nothing is taken that is not named by the relation asked for. */
#pragma once
#include "sys/net.h"

/* The addresses that stand in one Link header under this relation ("hub", "https://api.w.org/"), in order, at most `most`. */
size_t link_in_header(struct arena *arena, struct str header, const char *relation, struct str *ret_list, size_t most);
/* The same of all Link headers of an answer. */
size_t link_in_answer(struct arena *arena, const struct net_answer *answer, const char *relation, struct str *ret_list, size_t most);
/* The first <link rel=… href=…> of a page, or empty. `types` (of those, ending with NULL) may be NULL: any. */
struct str link_in_page(struct arena *arena, struct str page, const char *relation, const char *const *types);
