/* media_rights.c: rights that end: who plans with a picture is warned before, and what is planned for after that end does not leave. The door out looks once more
 * (flow/post_files.h), so that nothing slips through between two looks. */
#include "base/buf.h"
#include "base/lang.h"
#include "flow/media.h"
#include "flow/notify.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "store/workspace.h"

#define AT_ONCE 100
#define USES_TOLD 50

static bool in_list(const i64 *list, size_t count, i64 one)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == one)
			return true;
	return false;
}

static enum err tell(struct cx *cx, struct db *db, const struct media_lapse *lapse, const char *kind, const i64 *persons, size_t count)
{
	struct str detail = arena_printf(cx->arena, "{\"media\":\"%lld\",\"post\":\"%lld\"}", (long long)lapse->media, (long long)lapse->post);
	for (size_t i = 0; i < count; i++)
		if (persons[i] && !in_list(persons, i, persons[i]))
			TRY(notify_person(cx, db, lapse->workspace, persons[i], kind, 0, 0, detail));
	return OK;
}

static struct str told(struct cx *cx, const struct media_lapse *lapse)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"media\":\"%lld\",\"story\":", (long long)lapse->media);
	buf_add_json(&b, arena_printf(cx->arena, _(N_("The rights to “%.*s” end before its hour. Show another picture, or have the rights prolonged, then set its hour again.")),
				      STR_ARG(lapse->name)));
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err take_back(struct cx *cx, struct db *db, const struct media_lapse *lapse)
{
	struct post post;
	struct publication *acts;
	size_t count;
	TRY(post_get(cx, db, lapse->workspace, lapse->post, &post));
	if (post.state != POST_SCHEDULED)
		return OK; /* somebody took it back meanwhile */
	TRY(post_acts(cx, db, lapse->workspace, lapse->post, &acts, &count));
	i64 planner = count ? acts[0].created_by : 0;
	TRY(post_taken_back(cx, db, lapse->workspace, lapse->post, &post));
	TRY(post_trace(cx, db, &post, "post.rights_ended", told(cx, lapse)));
	return tell(cx, db, lapse, "post_rights", (i64[]){post.created_by, post.updated_by, planner}, 3);
}

static enum err hold_all(struct cx *cx, struct db *db, i64 workspace, i64 *ret_taken)
{
	struct media_lapse *list;
	size_t count;
	i64 taken = 0;
	TRY(media_lapses(cx, db, workspace, AT_ONCE, &list, &count));
	for (size_t i = 0; i < count; i++) {
		if (i && list[i].post == list[i - 1].post)
			continue;
		TRY(workspace_speak(cx, db, list[i].workspace));
		enum err e = IN_TRANSACTION(cx, db, take_back(cx, db, &list[i]));
		if (e == ERR_CONFLICT) /* it is just leaving: the door looks */
			cx_forget(cx);
		else
			TRY(e);
		taken += e == OK;
	}
	*ret_taken = taken;
	return OK;
}

enum err media_rights_hold(struct cx *cx, struct db *db, i64 workspace, i64 *ret_taken)
{
	const char *lang = cx->lang; /* what is written down for everybody is in the workspace's language */
	enum err e = hold_all(cx, db, workspace, ret_taken);
	cx->lang = lang;
	return e;
}

static enum err warn(struct cx *cx, struct db *db, const struct media_lapse *lapse)
{
	struct media m;
	struct post post;
	i64 *posts, persons[2 * USES_TOLD + 1];
	size_t count, person_count = 0;
	TRY(workspace_speak(cx, db, lapse->workspace));
	TRY(media_get(cx, db, lapse->workspace, lapse->media, &m));
	TRY(media_uses(cx, db, lapse->workspace, lapse->media, USES_TOLD, &posts, &count));
	persons[person_count++] = m.created_by;
	for (size_t i = 0; i < count; i++) {
		TRY(post_get(cx, db, lapse->workspace, posts[i], &post));
		if (post_state_begun(post.state))
			continue;
		persons[person_count++] = post.created_by;
		persons[person_count++] = post.updated_by;
	}
	TRY(tell(cx, db, lapse, "media_rights", persons, person_count));
	return media_told(cx, db, lapse->workspace, lapse->media);
}

enum err media_rights_sweep(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct media_lapse *list;
	size_t count;
	i64 taken;
	TRY(media_rights_hold(cx, db, 0, &taken));
	TRY(media_ending(cx, db, cx->now + MEDIA_RIGHTS_WARNED, AT_ONCE, &list, &count));
	for (size_t i = 0; i < count; i++)
		TRY(IN_TRANSACTION(cx, db, warn(cx, db, &list[i])));
	*ret_done = taken + (i64)count;
	return OK;
}
