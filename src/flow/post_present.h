/* post_present.h: who has a post open: the same rows as for conversations (store/event.h), told to open pages when it is news. */
#pragma once
#include "sys/db.h"

enum err post_present(struct cx *cx, struct db *db, i64 workspace, i64 post); /* the actor has; ERR_MISSING */
