/* mask.h: a message without what tells who it is from or about, as far as that can be seen: the names we know, handles, addresses of mail
 * and of pages, and long numbers (of telephones, orders, accounts) become words in brackets. For texts that leave the house.
 *
 * What must stay true: whatever the bytes, no known name of three letters, handle, address or number of six digits is left; the rest stays as it
 * was, valid UTF-8; time grows with the text. A name that nobody told is not found: whoever shows what leaves says so. */
#pragma once
#include "base/buf.h"

struct mask;

/* The names that are known ("Marie Curie", "@marie.curie"): each word of them is masked, whatever its case and accents. */
struct mask *mask_new(struct arena *arena, const struct str *names, size_t count);
/* Words of these names are left out of it, as the sense of messages hangs on them: the organisation's own, say. */
void mask_keep(struct mask *mask, struct str name);
void buf_add_masked(struct buf *out, const struct mask *mask, struct str text);
