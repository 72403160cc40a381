/* glossary.h: words of the community as rows: what they mean, how they sound, who may use them, since when, and what can go wrong with them.
 * Nothing is deleted: an entry is put away; a word that was proposed and not wanted is a row too, so that it is not proposed again. */
#pragma once
#include "sys/db.h"

#define GLOSSARY_MOST 1000

struct glossary_entry {
	i64 id, workspace;
	struct str word, variants; /* other spellings, separated by commas */
	struct str about;
	struct str tone;           /* a label word of MEANING_SENTIMENT; empty: none */
	struct str used_by, since, risk;
	i64 person, created_at, archived_at, refused_at;
};

enum err glossary_save(struct cx *cx, struct db *db, const struct glossary_entry *entry); /* ERR_BAD_INPUT on "word": there is one */
enum err glossary_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct glossary_entry *ret_entry); /* ERR_MISSING */
/* As it is written, put away and refused ones too. ERR_MISSING without a story. */
enum err glossary_by_word(struct cx *cx, struct db *db, i64 workspace, struct str word, struct glossary_entry *ret_entry);
enum glossary_shelf { GLOSSARY_IN_USE, GLOSSARY_ARCHIVED, GLOSSARY_REFUSED };
/* By word; GLOSSARY_MOST at the most. */
enum err glossary_list(struct cx *cx, struct db *db, i64 workspace, enum glossary_shelf shelf, struct glossary_entry **ret_list, size_t *ret_count);
