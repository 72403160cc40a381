/* memo.h: texts that were made before, by all that they were made from. The key holds every byte that the text depends on, so nothing
 * ever has to be forgotten because it changed: what changed has another key. A thread's own, bounded: a newer text takes the place of an
 * older one where their keys fall together.
 *
 * Who uses it must put into the key all that they read, and hold what they found against what they make anew when memo_doubted() says
 * so: that is how a part that was left out of a key comes to light. */
#pragma once
#include "base/str.h"

#define MEMO_TEXT_MAX ((size_t)32 << 10) /* of key and text together; longer ones are not kept */

/* Empty when there is none. Borrowed until the next memo_keep() of this thread. */
struct str memo_find(struct str key);
void memo_keep(struct str key, struct str text);
/* Now and then (every time under an address sanitizer) something found should be made anew and compared. */
bool memo_doubted(void);
