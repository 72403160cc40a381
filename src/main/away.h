/* away.h: for commands that need kept files that are in the bucket alone (flow/keep.h): each is brought into the spool for as long as it is needed, its hash looked at. */
#pragma once
#include "main/command.h"
#include "sys/bucket.h"
#include "sys/net.h"

struct away {
	struct net *net;
	struct bucket *bucket; /* NULL: no bucket is set */
	const char *folder;    /* in the spool */
	i64 brought, left;     /* files; those that could not be brought */
	char story[480];       /* why the first could not */
};

/* `bring` false: nothing is brought, all that is asked for is left. */
enum err away_open(struct cx *cx, const struct program *program, bool bring, struct away *ret_away);
void away_close(struct away *away); /* with its folder; what was counted stays */
/* *ret_path NULL: it cannot be brought, and is counted in `left`. Else call away_done() with it when it was read. */
void away_bring(struct cx *cx, struct away *away, struct str name, const char **ret_path);
void away_done(const char *path);
/* Say on the standard error how many are in the bucket alone, and why. Nothing when there are none. */
void away_tell(struct cx *cx, const struct away *away);
