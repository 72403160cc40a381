/* gunzip.h: the wall to libdeflate: a gzip file in memory, unpacked whole; several members one after the other are one text, as gzip has
 * it. Checksums are checked. The arena owns what comes out. */
#pragma once
#include "base/cx.h"

bool gunzip_recognised(struct str bytes); /* by its first bytes */
/* ERR_BAD_INPUT when it is damaged or cut off, ERR_TOO_LARGE past `max` bytes. */
enum err gunzip(struct cx *cx, struct str bytes, size_t max, struct str *ret_text);
