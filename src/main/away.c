#include "main/away.h"

#include "base/lang.h"
#include "flow/keep.h"
#include "main/media.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <stdio.h>
#include <unistd.h>

enum err away_open(struct cx *cx, const struct program *program, bool bring, struct away *ret_away)
{
	char token[TOKEN_LEN + 1];
	struct away away = {};
	token_new(token);
	if (bring)
		TRY(media_bucket(cx, program, &away.net, &away.bucket));
	away.folder = arena_printf(cx->arena, "%s/spool/away-%.8s", program_data(cx, program), token).at;
	*ret_away = away;
	return OK;
}

void away_close(struct away *away)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	net_close(away->net);
	if (away->brought)
		(void)folder_remove(&cx, away->folder);
	away->net = NULL;
	away->bucket = NULL;
}

void away_bring(struct cx *cx, struct away *away, struct str name, const char **ret_path)
{
	const char *path = NULL;
	enum err e = away->bucket ? keep_bring(cx, away->bucket, away->folder, name) : OK;
	if (away->bucket && e == OK)
		e = blob_path(cx, away->folder, name, &path);
	if (e != OK && !*away->story)
		snprintf(away->story, sizeof away->story, "%s", cx->story);
	if (e == ERR_LATER || e == ERR_DENIED)
		away->bucket = NULL; /* it will not be better for the next one */
	if (e != OK)
		cx_forget(cx);
	away->brought += path != NULL;
	away->left += !path;
	*ret_path = path;
}

void away_done(const char *path)
{
	unlink(path);
}

void away_tell(struct cx *cx, const struct away *away)
{
	if (!away->left)
		return;
	fprintf(stderr, tr_n(cx->lang, "%lld kept file is in the bucket alone, and not in here.", "%lld kept files are in the bucket alone, and not in here.", away->left), (long long)away->left);
	fprintf(stderr, "%s%s\n", *away->story ? " " : "", away->story);
}
