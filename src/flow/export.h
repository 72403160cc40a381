/* export.h: a workspace leaves whole, in open formats (docs/export-format.md), and comes back whole: a file of JSON lines for each table
 * (store/transfer.h), the messages of each channel in the native import format, and a list of the files that came with them. No
 * secret leaves: passwords, second factors, tokens, API keys, invitations and channels' credentials stay where they are.
 *
 * What must stay true: what comes back has the ids, times, audit log and sealed copies that left, all verified before it is committed;
 * people are known by their address; nothing leaves by a channel before a person connected it again. */
#pragma once
#include "sys/db.h"

#include <jansson.h>

/* Where files go, one after the other. */
struct export_sink {
	enum err (*begin)(struct cx *cx, void *subject, const char *name);
	enum err (*add)(struct cx *cx, void *subject, struct str bytes);
	enum err (*end)(struct cx *cx, void *subject);
	void *subject;
};

/* FOLDER/NN-TABLE.jsonl and FOLDER/messages/CHANNEL.jsonl. ret_counts (an object) gets the rows of each table. The caller opens a
 * transaction on a reading handle, so that all of it is of one instant. */
enum err workspace_export(struct cx *cx, struct db *db, i64 workspace, const char *folder, const struct export_sink *sink, json_t *ret_counts);

/* ---- and back: one workspace, in the caller's transaction ---- */

struct intake;
/* `memory` is the caller's and outlives it. */
enum err intake_start(struct cx *cx, struct db *db, struct arena *memory, struct intake **ret_intake);
/* A file of it begins: "03-membership.jsonl". False: it is none that is read here (messages/…). */
bool intake_file(struct intake *intake, struct str name);
/* One line of the file. ERR_CONFLICT when the workspace is here already, ERR_BAD_INPUT with what is wrong. */
enum err intake_line(struct cx *cx, struct db *db, struct intake *intake, struct str line);
/* After the last file: references, the counts against those of the manifest, the chains, the outbox. *ret_workspace is its id. */
enum err intake_end(struct cx *cx, struct db *db, struct intake *intake, const json_t *counts, i64 *ret_workspace);
