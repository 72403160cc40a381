#include "flow/post_present.h"

#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/post.h"

static enum err present(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct post post;
	bool news;
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(presence_set(cx, db, workspace, post.id, cx->actor->user, false, &news));
	return news ? change_add(cx, db, workspace, 0, "presence", post.id) : OK;
}

enum err post_present(struct cx *cx, struct db *db, i64 workspace, i64 post)
{
	return IN_TRANSACTION(cx, db, present(cx, db, workspace, post));
}
