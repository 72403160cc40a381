/* seen.h: the mark of what a form shows (flow/seen.h), and, when somebody saved meanwhile, both versions: who did and when, and field by field what stands there by now
 * beside what was typed, which stays in the form. The template part `seen` shows it; saving again then puts the typed one in its place. */
#pragma once
#include "flow/seen.h"
#include "page/page.h"

#define SEEN_MARK_PARAM                                                                                                             \
	{.name = "seen", .in = IN_FORM, .type = P_LINE, .max = SEEN_MARK, .about = "The mark of what was seen (“seen” of the form; also the header If-Match): when it is not what stands there by now, nothing is changed and the answer is 409."}
#define SEEN_SHAPE "seen: text, conflict: Conflict?"

/* What whoever saves saw; empty: they do not say. */
struct str seen_said(struct cx *cx, const struct request *request);
/* "seen" and "conflict" into the form (a document; or of it the part that the form shows). `subject`: as the audit log calls it; behind a space, words of the entries that tell of these fields. `now` NULL: a new one. */
enum err seen_put(struct cx *cx, struct request *request, struct str subject, const struct seen *now, json_t *form);
/* The differences of two texts: [{text, is_new, is_gone}]. */
json_t *diff_shape(struct cx *cx, struct str before, struct str after);
