/* seen.h: what somebody saw before they changed it, so that who saves later does not put away unread what another one saved meanwhile. What can be changed by a
 * form has its fields as texts, and their mark: a short hash, which the form and the API carry. Whoever saves brings the mark of what they saw; where that is not the
 * mark of what stands there by now, nothing is written and they are told (ERR_CONFLICT with the field "seen"): their words stay in the form, beside what the other one
 * wrote (page/seen.h). The one mechanism for all that has no revisions of its own (posts and designs have them). Pure but for the hash.
 *
 * Whoever brings no mark (a program that says what is to be, whatever there was) writes over it. What is the same again after two changes is the same. */
#pragma once
#include "base/cx.h"
#include "base/types.h"

#define SEEN_MOST 16
#define SEEN_MARK 32 /* characters of a mark */

struct seen_field {
	const char *name;  /* as the form calls it; empty: of the mark alone */
	const char *title; /* msgid */
	struct str value;  /* as the form shows it; borrowed */
	struct str shown;  /* what people read where the value is an id or a word; empty otherwise */
};

struct seen {
	struct seen_field fields[SEEN_MOST];
	size_t count;
};

void seen_add(struct seen *seen, const char *name, const char *title, struct str value);
void seen_add_number(struct arena *arena, struct seen *seen, const char *name, const char *title, i64 value); /* 0: empty */
struct seen_field *seen_field(struct seen *seen, const char *name); /* which must be there */
struct str seen_mark(struct arena *arena, const struct seen *seen);
/* Inside the transaction that writes, over what is read there. */
enum err seen_holds(struct cx *cx, struct str mark, const struct seen *now);
