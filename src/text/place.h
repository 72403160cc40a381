/* place.h: where somebody says they are ("Lyon, France", "Paris 🇫🇷 / Brussels"), cut into names that can be compared: words in lower case
 * without accents, a well-known other spelling (place_names.c: 🇫🇷, UK, NYC) replaced by the one, and a name of several words that is one
 * (New York, United Kingdom) kept as one, so that York is not found in it. It knows names, no geography: Lyon is not in France by itself.
 *
 * What must stay true: what is asked and what is said are cut by this alone, so that they meet: whoever asks for names finds them where they
 * stand one after the other, whatever signs are between. Any bytes; of a long text the beginning is looked at. No memory is kept. */
#pragma once
#include "base/str.h"

#define PLACE_NAMES_MAX 32
#define PLACE_ASKED_MAX 8 /* names that may be asked for at once */
#define PLACE_BYTES_MAX 1024
#define PLACE_KEY_MAX 256 /* bytes of names that may be asked for at once */

struct place_text {
	char text[PLACE_BYTES_MAX]; /* the names, a comma between; in a name of several words, blanks */
	u32 len;
	u32 count;
	struct {
		u32 at, len;
	} names[PLACE_NAMES_MAX];
};

/* `is_asked`: it was written by somebody who asks, so that "us" is the United States; in what people say of themselves only "US" is. */
void place_read(struct str place, bool is_asked, struct place_text *ret_text);

/* So many names from `from` on, as they are compared. */
static inline struct str place_names(const struct place_text *text, u32 from, u32 count)
{
	u32 last = from + count - 1;
	return (struct str){text->text + text->names[from].at, (size_t)(text->names[last].at + text->names[last].len - text->names[from].at)};
}
