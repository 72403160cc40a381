/* relation.h: what a person outside and the team have been to each other, as the contact's page and the pane beside a conversation show
 * it: figures, what was hidden and why, accounts that may be the same person's. Shapes are new references. */
#pragma once
#include "store/contact.h"

#include <jansson.h>

/* {"figures" [{"word", "title", "value" (text)}], "hidden" [{"article" (number text), "title", "count" (text)}], "hidden_count" (number) or null} */
enum err relation_shape(struct cx *cx, struct db *db, const struct contact *contact, json_t **ret_relation);

/* [{"id", "url", "name", "avatar", "accounts" [{"network", "handle", "url" or null}], "evidence" [text]}], the likeliest first; {"has_same", "same"}
 * are set in `shape`. */
enum err same_shape(struct cx *cx, struct db *db, i64 contact, json_t *shape);

/* "French" of "fr" or "fr-FR" in the reader's language; the word itself when it is not known. */
struct str language_title(struct cx *cx, struct str word);
