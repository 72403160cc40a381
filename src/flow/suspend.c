#include "base/buf.h"
#include "flow/suspend.h"

#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/post.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/event.h"

#define AT_ONCE 50000 /* parts of posts */

static enum err trace(struct cx *cx, struct db *db, const struct suspension *s, const char *act)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"channel\":");
	buf_addf(&detail, s->channel ? "\"%lld\"" : "null", (long long)s->channel);
	buf_addf(&detail, ",\"holds_answers\":%s,\"reason\":", s->holds_answers ? "true" : "false");
	buf_add_json(&detail, s->reason);
	buf_addc(&detail, '}');
	TRY(audit(cx, db, s->workspace, act, arena_printf(cx->arena, "suspension:%lld", (long long)s->id), buf_str(&detail)));
	return change_add(cx, db, s->workspace, 0, "suspension", s->id);
}

static enum err begin(struct cx *cx, struct db *db, struct suspension *s)
{
	struct channel channel;
	bool open;
	if (!actor_may(cx->actor, MAY_PAUSE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role may not pause publishing."));
	if (utf8_count(s->reason) > SUSPEND_REASON_MAX)
		return fail_field(cx, "reason", N_("Say why in %d characters at the most."), SUSPEND_REASON_MAX);
	if (s->channel)
		TRY(channel_get(cx, db, s->workspace, s->channel, &channel));
	TRY(suspension_is_open(cx, db, s->workspace, s->channel, &open));
	if (open)
		return fail(cx, ERR_CONFLICT, N_("Publishing is paused there already."));
	TRY(suspension_insert(cx, db, s));
	return trace(cx, db, s, "suspension.begin");
}

enum err suspend_begin(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str reason, bool holds_answers, i64 *ret_suspension)
{
	struct suspension s = {.id = id_new(), .workspace = workspace, .channel = channel, .reason = str_trim(reason), .holds_answers = holds_answers,
			       .began_by = cx->actor ? cx->actor->user : 0, .began_at = cx->now};
	TRY(IN_TRANSACTION(cx, db, begin(cx, db, &s)));
	*ret_suspension = s.id;
	return OK;
}

/* What it kept from leaving, while no other pause still does. */
static enum err ask_all(struct cx *cx, struct db *db, const struct suspension *s, i64 *ret_asked)
{
	struct publication *due;
	size_t count;
	i64 asked = 0;
	struct str story = s->reason.len ? arena_printf(cx->arena, _(N_("It became due while publishing was paused (%.*s). Say whether it is still to go.")), STR_ARG(s->reason))
					 : str_of(_(N_("It became due while publishing was paused. Say whether it is still to go.")));
	TRY(publications_paused(cx, db, s->workspace, AT_ONCE, &due, &count));
	for (size_t i = 0; i < count; i++) {
		bool still;
		if (s->channel && due[i].channel != s->channel)
			continue;
		TRY(suspension_holds_besides(cx, db, s->workspace, due[i].channel, s->id, &still));
		if (still)
			continue;
		TRY(publication_ask(cx, db, s->workspace, due[i].id, S(""), story));
		due[i].state = PUBLICATION_LATE;
		TRY(post_late(cx, db, &due[i], story));
		asked++;
	}
	*ret_asked = asked;
	return OK;
}

static enum err end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_asked)
{
	struct suspension s;
	TRY(suspension_get(cx, db, workspace, id, &s));
	if (!actor_may(cx->actor, MAY_PUBLISH) && s.began_by != cx->actor->user)
		return fail(cx, ERR_DENIED, N_("Whoever paused it, or may publish, lets it go on."));
	TRY(ask_all(cx, db, &s, ret_asked));
	TRY(suspension_end(cx, db, workspace, id));
	return trace(cx, db, &s, "suspension.end");
}

enum err suspend_again(struct cx *cx, struct db *db, i64 workspace, i64 suspension, i64 *ret_suspension)
{
	struct suspension s;
	TRY(suspension_get(cx, db, workspace, suspension, &s));
	return suspend_begin(cx, db, workspace, s.channel, s.reason, s.holds_answers, ret_suspension);
}

enum err suspend_end(struct cx *cx, struct db *db, i64 workspace, i64 suspension, i64 *ret_asked)
{
	return IN_TRANSACTION(cx, db, end(cx, db, workspace, suspension, ret_asked));
}
