/* profile_parts.h: what the files of flow/profile*.c share. */
#pragma once
#include "flow/profile.h"

enum err profile_may(struct cx *cx); /* keep the kit, and put it there */
/* In the caller's transaction: the audit entry of an act on a channel's profile, and the change that pages live on. */
enum err profile_trace(struct cx *cx, struct db *db, i64 workspace, i64 channel, const char *act);
