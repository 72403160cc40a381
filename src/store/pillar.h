/* pillar.h: the pillars of the editorial line as rows: what we speak about, and the share of our posts that each is to have. A name stands once in a
 * workspace, also among those put away. Only flow/pillar writes them; nothing is deleted. */
#pragma once
#include "sys/db.h"

struct pillar {
	i64 id, workspace;
	struct str name, about;
	i64 share;        /* percent of our posts; 0: nothing was said */
	i64 archived_at;
	struct str seen;  /* with pillar_keep(): the mark of what was seen (flow/seen.h); no column */
};
enum err pillar_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct pillar *ret_pillar);            /* ERR_MISSING */
enum err pillar_by_name(struct cx *cx, struct db *db, i64 workspace, struct str name, struct pillar *ret_pillar); /* ERR_MISSING without a story */
enum err pillar_save(struct cx *cx, struct db *db, const struct pillar *pillar); /* inserts, or writes over by id */
/* In use, or put away; by id. */
enum err pillars_list(struct cx *cx, struct db *db, i64 workspace, bool archived, size_t limit, struct pillar **ret_pillars, size_t *ret_count);

/* What posts planned from one instant to just before another are about. */
struct pillar_use {
	i64 pillar;       /* 0: none is named */
	i64 planned;      /* posts with an hour, those that left included */
	i64 published;    /* of them, those that left */
};
enum err pillar_uses(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct pillar_use **ret_uses, size_t *ret_count);
