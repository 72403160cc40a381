/* shape.h: what a route answers, written beside its row in a small notation, and made into JSON Schema for the API's description.
 *
 *   text id int number bool time url any   a value; `id` is a decimal string, `time` RFC 3339
 *   'open' | 'resolved'                    one of these texts
 *   [text]                                 a list
 *   {name: text, about?: text?}            an object: a question mark behind a name: it may be missing; behind a shape: it may be null
 *   {*: text}                              an object whose members have names of their own
 *   Label                                  a shape with a name (struct shape of web.h)
 *   {...Label, used: int}                  its members too
 *
 * What is not named is not promised. A notation that cannot be read is a mistake of ours: it ends the description, with what is
 * wrong in it, and a test finds it before anybody. */
#pragma once
#include "web/web.h"

struct shape_book; /* the named shapes, each made when it is first asked for */

/* `sets` as in struct web_host. The book is the arena's. ERR_SYSTEM: two have one name. */
enum err shape_book_new(struct cx *cx, struct arena *arena, const struct shape *const *sets, size_t count, struct shape_book **ret_book);
/* The schema of a notation: a new reference. */
enum err shape_schema(struct cx *cx, struct shape_book *book, const char *notation, json_t **ret_schema);
/* Those that were asked for so far, by name, and what they ask for in turn: a new reference. */
json_t *shape_components(const struct shape_book *book);
