/* calendar_source.h: calendars of others that are brought into ours, as files or under an address that is read again and again; what they hold become notes
 * (store/calendar_note.h), each once by what their calendar calls it. Only flow/calendar_source writes them. */
#pragma once
#include "store/calendar_note.h"

#define CALENDAR_SOURCES_MAX 50

struct calendar_source {
	i64 id, workspace;
	struct str name, kind;  /* kind of its notes: note, event */
	struct str url;         /* its address as it is shown: https://HOST/…; empty: brought as files */
	struct str secret;      /* the whole of it, sealed to the working role's key: many are as good as a password; empty: a file, or of another installation */
	struct str tag;         /* ETag of what was read last */
	struct str story;       /* why it could not be read; empty */
	i64 failures;           /* in a row */
	i64 held;               /* how many it held when it was read last */
	i64 read_at, due_at;    /* due_at: to be read again; 0 of files */
	i64 created_by, created_at, archived_at;
};

enum err calendar_source_save(struct cx *cx, struct db *db, const struct calendar_source *source); /* inserts or updates by id; field "name": there is one */
enum err calendar_source_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct calendar_source *ret_source); /* ERR_MISSING */
enum err calendar_source_named(struct cx *cx, struct db *db, i64 workspace, struct str name, struct calendar_source *ret_source); /* ERR_MISSING without a story */
enum err calendar_sources(struct cx *cx, struct db *db, i64 workspace, struct calendar_source **ret_list, size_t *ret_count); /* those in use, by name */
enum err calendar_source_due(struct cx *cx, struct db *db, struct calendar_source *ret_source); /* over all workspaces, one; ERR_MISSING without a story */
enum err calendar_source_next_due(struct cx *cx, struct db *db, i64 *ret_at); /* 0: none */
/* Taken by this worker until then, if it is still due: *ret_ours. */
enum err calendar_source_lease(struct cx *cx, struct db *db, const struct calendar_source *source, i64 until, bool *ret_ours);

struct calendar_source_note {
	struct calendar_note note;
	struct str key;         /* what its calendar calls it */
	bool is_gone;           /* put away because its calendar has it no more */
};
/* All of a source whose last day is this one or later, put away or not, by key. */
enum err calendar_source_notes(struct cx *cx, struct db *db, i64 workspace, i64 source, struct str from, struct calendar_source_note **ret_notes, size_t *ret_count);
enum err calendar_source_note_save(struct cx *cx, struct db *db, i64 source, const struct calendar_source_note *note);
/* All of it is put away, or taken out again (but what people put away before). */
enum err calendar_source_notes_away(struct cx *cx, struct db *db, i64 workspace, i64 source, bool away);
