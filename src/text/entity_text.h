/* entity_text.h: an example with its entities marked in it: "wake me at [time : nine am]" is the text "wake me at nine am", whose last two words are
 * a time. A name is letters, digits, _ and -; a bracket that no name and colon follow is a bracket, and one after a backslash always.
 *
 * What must stay true: any bytes are taken or refused with a story; entities stand in order and do not overlap. The arena owns the memory. */
#pragma once
#include "base/cx.h"

#define ENTITY_NAME_BYTES 60u

struct entity_mark {
	struct str name;
	u32 from, to; /* bytes of the text */
};

struct entity_text {
	struct str text;
	struct entity_mark *marks;
	size_t mark_count;
};

enum err entity_text_read(struct cx *cx, struct str line, struct entity_text *ret_text);
