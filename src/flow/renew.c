#include "flow/renew.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/channels.h"
#include "flow/gate.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define CHANNELS_A_TURN 10
#define AGAIN_FIRST (30 * SECOND)
#define AGAIN_MOST (6 * HOUR)
#define TIRED (10 * MINUTE)    /* a denied call does not ask again for a renewal that failed since */
#define FRESH MINUTE           /* nor for one that was just made: the network denies something else */

i64 renew_next(i64 now, i64 until, u64 chance)
{
	i64 life = until - now;
	if (!until)
		return 0;
	return life < 4 * SECOND ? now + SECOND : now + life / 2 + (i64)(chance % (u64)(life / 4));
}

static const struct channel_kind *renewable(const struct outbox *outbox, const struct channel *channel)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	return kind && kind->renew && outbox->seal_secret && channel->secret.len && !channel->archived_at ? kind : NULL;
}

/* ---- one renewal ---- */

struct renewal {
	struct channel channel;      /* as it was when it began */
	bool broke_off;              /* the one before did not come to an end */
	struct gate_keeper keeper;   /* workspace 0: the caller's gate is set */
	struct renewed renewed;
};

/* When it failed: soon again, later and later, but often enough before the end. */
static i64 next_try(struct cx *cx, const struct channel *c, const struct renewed *r)
{
	i64 left = c->token_until - cx->now, since = c->renew_due_at && c->renew_due_at < cx->now ? cx->now - c->renew_due_at : 0;
	i64 wait = since < AGAIN_FIRST ? AGAIN_FIRST : since;
	if (r->outcome == OUTCOME_HOLD) /* only a person helps; but who knows */
		wait = AGAIN_MOST;
	else if (left > 0 && wait > left / 8)
		wait = left / 8;
	wait = wait < AGAIN_FIRST ? AGAIN_FIRST : wait > AGAIN_MOST ? AGAIN_MOST : wait;
	wait += (i64)random_below((u64)wait / 5 + 1);
	return r->retry_at > cx->now + wait ? r->retry_at : cx->now + wait;
}

static struct str story_of(struct cx *cx, const struct renewal *renewal)
{
	if (!renewal->broke_off)
		return renewal->renewed.story;
	return arena_printf(cx->arena,
			    _(N_("A renewal broke off half way before; what the network gave then may be lost, and with it the way to renew this. %.*s")),
			    STR_ARG(renewal->renewed.story));
}

static enum err failed(struct cx *cx, struct db *db, struct renewal *renewal, struct channel *now)
{
	const struct renewed *r = &renewal->renewed;
	struct str story = story_of(cx, renewal);
	now->renew_due_at = next_try(cx, now, r);
	TRY(channel_act_failed(cx, db, now->workspace, now->id, S("renew"), story));
	/* While the token still works, so does the channel: that it must be connected again is told by the weather of connections. */
	if (r->outcome == OUTCOME_HOLD && now->token_until <= cx->now && !str_eq(now->state, S("paused"))) {
		now->state = S("broken");
		now->state_story = story;
		TRY(channel_update(cx, db, now));
	}
	return OK;
}

/* Its token ended while the network was away; what else is wrong shows at once. */
static enum err give_another_chance(struct cx *cx, struct db *db, const struct channel_kind *kind, struct channel *now)
{
	now->state = S("ok");
	now->state_story = (struct str){};
	now->fetch_due_at = kind->fetch ? cx->now : 0;
	now->verify_due_at = kind->verify ? cx->now : 0;
	TRY(channel_update(cx, db, now));
	return outbox_release(cx, db, now->workspace, now->id);
}

static enum err record(struct cx *cx, struct db *db, struct outbox *outbox, const struct channel_kind *kind, struct renewal *renewal)
{
	const struct renewed *r = &renewal->renewed;
	struct channel now;
	bool ours;
	TRY(channel_get(cx, db, renewal->channel.workspace, renewal->channel.id, &now));
	now.renew_started_at = renewal->channel.renew_started_at;
	now.secret = (struct str){};
	if (renewal->keeper.workspace)
		TRY(gate_save(cx, db, &renewal->keeper));
	now.is_renewal_refused = r->outcome == OUTCOME_HOLD;
	if (r->outcome == OUTCOME_DONE) {
		if (r->secret.len)
			TRY(outbox->seal_secret(cx, outbox->subject, now.id, r->secret, &now.secret));
		i64 end = r->token_until && (!r->expires_at || r->token_until < r->expires_at) ? r->token_until : r->expires_at;
		now.renewed_at = r->secret.len ? cx->now : now.renewed_at;
		now.token_until = r->token_until;
		now.expires_at = r->expires_at ? r->expires_at : now.expires_at;
		now.renew_due_at = r->secret.len ? renew_next(cx->now, end, random_below(UINT32_MAX)) : 0;
		TRY(channel_act_done(cx, db, now.workspace, now.id, S("renew")));
		if (r->secret.len && str_eq(now.state, S("broken")))
			TRY(give_another_chance(cx, db, kind, &now));
	} else {
		TRY(failed(cx, db, renewal, &now));
	}
	TRY(channel_renewed(cx, db, &now, &ours));
	if (!ours)
		log_line(LOG_WARN, "renewal_overtaken", "channel=%lld", (long long)now.id);
	return change_add(cx, db, now.workspace, 0, "channel", now.id);
}

/* Renews it, unless somebody else does just now; the channel is read anew. */
static enum err renew(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, bool own_gate, bool *ret_ours)
{
	const struct channel_kind *kind = renewable(outbox, channel);
	struct renewal renewal = {.channel = *channel, .broke_off = channel->renew_started_at && channel->renew_started_at < cx->now - RENEW_LEASE};
	struct str secret;
	bool ours;
	cx->now = time_now();
	TRY(outbox->open_secret(cx, outbox->subject, channel->id, channel->secret, &secret));
	TRY(IN_TRANSACTION(cx, db, channel_renew_start(cx, db, channel, cx->now - RENEW_LEASE, &ours)));
	*ret_ours = ours;
	if (!ours)
		return channel_get(cx, db, channel->workspace, channel->id, channel);
	renewal.channel.renew_started_at = cx->now;
	struct channel_account account = {.id = channel->id, .name = channel->name, .settings = channel_settings(cx, channel), .secret = secret, .known = channel_known(cx, channel)};
	if (own_gate)
		TRY(gate_start(cx, db, outbox->net, channel->workspace, channel->id, GATE_ACTING, &renewal.keeper));
	enum err e = kind->renew(cx, outbox->net, &account, &renewal.renewed);
	if (own_gate)
		gate_end(&renewal.keeper);
	if (e != OK) { /* our own mistake: told, and tried again */
		renewal.renewed = (struct renewed){.outcome = OUTCOME_LATER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	}
	cx->now = time_now();
	TRY(IN_TRANSACTION(cx, db, record(cx, db, outbox, kind, &renewal)));
	return channel_get(cx, db, channel->workspace, channel->id, channel);
}

/* ---- who asks for it ---- */

enum err renew_when_due(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel)
{
	bool ours;
	if (renewable(outbox, channel) && channel->renew_due_at && channel->renew_due_at <= cx->now)
		TRY(renew(cx, db, outbox, channel, true, &ours));
	return OK;
}

static enum err failed_since(struct cx *cx, struct db *db, const struct channel *channel, i64 since, bool *ret_failed)
{
	struct channel_last *acts;
	size_t count;
	TRY(channel_acts(cx, db, channel->workspace, channel->id, &acts, &count));
	*ret_failed = false;
	for (size_t i = 0; i < count; i++)
		*ret_failed |= str_eq(acts[i].act, S("renew")) && acts[i].failed_at > since;
	return OK;
}

enum err renew_again(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, bool *ret_again)
{
	struct str used = channel->secret;
	bool tired, ours;
	*ret_again = false;
	if (!renewable(outbox, channel))
		return OK;
	TRY(channel_get(cx, db, channel->workspace, channel->id, channel)); /* another worker may have renewed it */
	if (str_eq(channel->secret, used)) {
		TRY(failed_since(cx, db, channel, cx->now - TIRED, &tired));
		if (tired || channel->renewed_at > cx->now - FRESH)
			return OK;
		TRY(renew(cx, db, outbox, channel, false, &ours));
	}
	*ret_again = renewable(outbox, channel) && !str_eq(channel->secret, used);
	return OK;
}

enum err renew_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	struct channel *channels;
	size_t count;
	*ret_count = 0;
	TRY(channel_renew_due(cx, db, cx->now, CHANNELS_A_TURN, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(workspace_speak(cx, db, channels[i].workspace));
		bool ours = false;
		if (renewable(outbox, &channels[i]))
			TRY(renew(cx, db, outbox, &channels[i], true, &ours));
		*ret_count += ours;
	}
	return OK;
}
