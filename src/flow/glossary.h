/* glossary.h: the words of a community: kept by who arranges the desk, found in texts, and heard: a word with a tone gives its tone to the
 * message it stands in, the other one when it is negated. Words that became frequent lately are proposed.
 *
 * What must stay true: finding is pure and takes any bytes; a struct glossary is made once and shared by nobody else than its arena's
 * owner. Changes hold for what comes in from then on. */
#pragma once
#include "store/glossary.h"

struct reading;

/* Keeps a new entry (id 0) or a changed one. Needs MAY_ARRANGE. ERR_BAD_INPUT on "word", "tone". */
enum err glossary_keep(struct cx *cx, struct db *db, struct glossary_entry *entry);
enum err glossary_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archived);
enum err glossary_refuse(struct cx *cx, struct db *db, i64 workspace, struct str word); /* not to be proposed again */

struct glossary;

/* In cx->arena. *ret_glossary is NULL when there is no entry. */
enum err glossary_load(struct cx *cx, struct db *db, i64 workspace, struct glossary **ret_glossary);
const struct glossary_entry *glossary_entry_at(const struct glossary *glossary, size_t entry);

struct glossary_place {
	size_t entry;
	u32 from, to;   /* in the text read, bytes */
	bool negated;
};
/* Where its words stand, in order, none within another; at most `most`. */
size_t glossary_find(const struct glossary *glossary, const struct reading *reading, struct glossary_place *ret_places, size_t most);
/* The same of a text, read here. */
size_t glossary_find_in(const struct glossary *glossary, struct str text, struct glossary_place *ret_places, size_t most);

struct glossary_proposal {
	struct str word;
	i64 lately, before; /* conversations that have it */
};
/* Words that stand in far more conversations of the last week than before, in no entry and never refused; the strongest first. */
enum err glossary_propose(struct cx *cx, struct db *db, i64 workspace, size_t most, struct glossary_proposal **ret_list, size_t *ret_count);
