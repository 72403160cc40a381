/* contest_parts.h: what the files of contests share. Only flow/contest*.c see it. */
#pragma once
#include "flow/contest.h"

enum err trace_contest(struct cx *cx, struct db *db, const struct contest *contest, const char *act, struct str detail);
enum err contest_may_run(struct cx *cx);
/* It belongs to this workspace, and who acts may run it. */
enum err contest_of(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contest *ret_contest);
/* Whoever looks after it: its owner, else who made it. */
i64 contest_owner(const struct contest *contest);
/* Judges all entries of one person (contact 0: of everybody) by the rules as they are. *ret_changed: so many were judged otherwise than before. */
enum err contest_judge_all(struct cx *cx, struct db *db, const struct contest *contest, i64 contact, i64 *ret_changed);
