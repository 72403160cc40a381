/* listen_form.h: a query as people choose it instead of writing it: any of, all of, none of, two words near each other, and what a message
 * carries. It writes the query; a query that has this shape is read back into it, any other is for the box where one writes.
 *
 * Terms stand between commas, each a word, words that follow each other, a beginning*, a #tag, an @name, a {piece}, or several of these
 * with OR between. Texts are borrowed from the form's input or in cx->arena. */
#pragma once
#include "base/cx.h"

struct listen_form {
	struct str any, all, none; /* terms, by commas */
	struct str near_a, near_b; /* both, or neither */
	i64 near;                  /* words between them */
	struct str lang, tone, author, place;
	struct str channels[16];   /* any of these; names of channels or networks */
	size_t channel_count;
	i64 followers;             /* more than; -1: any */
	bool link, media, question;
};
#define LISTEN_FORM ((struct listen_form){.near = 5, .followers = -1})

struct str listen_form_words(struct cx *cx, const struct listen_form *form); /* the query; empty when nothing is asked */
/* False: it has another shape, or cannot be read; *ret_form is untouched. Pieces need not exist. */
bool listen_form_of(struct cx *cx, struct str words, struct listen_form *ret_form);

/* The words that a query looks for (not those it excludes), so that a text can be shown with them marked: pieces of it in turn. */
struct listen_marks;
struct db;
enum err listen_marks_of(struct cx *cx, struct db *db, i64 workspace, struct str words, struct listen_marks **ret_marks);
struct str listen_marks_words(struct cx *cx, const struct listen_marks *marks); /* all of them, pieces opened, with blanks between */
/* The next piece of *rest, marked or not; false at the end. */
bool listen_marks_next(const struct listen_marks *marks, struct str *rest, struct str *ret_piece, bool *ret_is_marked);
