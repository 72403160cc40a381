/* import.h: a file that a network, a spreadsheet or a mailbox gave becomes history in a channel: the file is read by the reader of its
 * format, every item goes through ingest, and what could not be taken is told with its place and reason. A dry run does all of
 * it and keeps nothing.
 *
 * What must stay true: a file read twice, or again after a crash in the middle, ends with every item once; items are committed some
 * hundreds at a time, with pauses in which others write; what a reader refuses never stops the rest. The caller owns the
 * file of import_file(); a queued run owns its file, which goes when it is done. */
#pragma once
#include "store/import_run.h"

/* What the program lends a run. All may be NULL. */
struct import_hooks {
	/* As in flow/ingest.h. */
	enum err (*store_blob)(struct cx *cx, void *subject, struct str bytes, struct str *ret_hash);
	void *blobs;
	/* Everything that is refused, also past the first IMPORT_REFUSALS_KEPT. */
	enum err (*refused)(struct cx *cx, void *subject, const struct import_refusal *refusal);
	/* Often: how far it is. An error stops the run. */
	enum err (*step)(struct cx *cx, void *subject, const struct import_run *run);
	void *subject;
	bool (*ending)(void); /* the process is asked to end: a queued run goes back and waits */
};

struct import_request {
	i64 workspace;
	i64 channel;           /* 0: the import channel of the format and account, made when there is none */
	struct str format;     /* word of archive_formats; empty: recognised */
	const char *path;
	struct str file_name;  /* as shown; empty: the end of the path */
	struct str account;    /* whose export it is: messages of that account are ours */
	struct str network;    /* for formats that do not say */
	bool dry_run;
	i64 person;            /* who asked; 0: the operator */
};

/* Read the file now, to the end. *ret_run (also on failure, once the run exists: id is not 0) holds the counts. ERR_UNSUPPORTED
 * when no format fits or the file holds no message. */
enum err import_file(struct cx *cx, struct db *db, const struct import_request *request, const struct import_hooks *hooks,
		     struct import_run *ret_run);

/* Ask for it: the working role reads the file at `path`, which is the run's from now on. Needs the permission to import. */
enum err import_queue(struct cx *cx, struct db *db, const struct import_request *request, i64 *ret_run);
/* The same file again: in earnest after a dry run, or as another format. ERR_MISSING when the file is gone by now. */
enum err import_again(struct cx *cx, struct db *db, i64 workspace, i64 run, bool dry_run, struct str format, i64 *ret_run);

/* The working role: read what waits, one file at most; *ret_done 1 when there was one. Its own transactions. */
enum err import_turn(struct cx *cx, struct db *db, const struct import_hooks *hooks, i64 *ret_done);
/* Files of runs that ended more than a day ago (dry runs, failures) are removed. */
enum err import_sweep(struct cx *cx, struct db *db);
