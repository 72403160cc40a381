#include "flow/login.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/oauth.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/gate.h"
#include "flow/renew.h"
#include "flow/transaction.h"
#include "store/channel.h"
#include "store/channel_gate.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define LOGINS_A_TURN 8
#define REGISTER_LEASE MINUTE
#define REDEEM_LEASE (2 * MINUTE) /* longer than a call may take: begun before and not ended, its process died */
#define CODE_LIFE (10 * MINUTE)   /* the most that a code may live (RFC 6749, 4.1.2) */
#define PART_MAX 4000

/* ---- what only this installation can make ---- */

static const char *purpose(struct cx *cx, i64 session)
{
	return arena_printf(cx->arena, "login:%lld", (long long)session).at;
}

/* 43 letters, as RFC 7636 wants them. Never kept: made again when the person comes back. */
static struct str verifier_of(struct cx *cx, const struct outside *outside, i64 id)
{
	CLEANUP(buf_free) struct buf b = {};
	struct hash hash = hash_keyed(outside->key, arena_printf(cx->arena, "pkce:%lld", (long long)id));
	buf_add_base64(&b, hash_str(&hash), BASE64_URL);
	return buf_keep(&b, cx->arena);
}

static struct str sealed_for(struct cx *cx, i64 id)
{
	return arena_printf(cx->arena, "login:%lld", (long long)id);
}

/* ---- the way there ---- */

static enum err open_channel(struct cx *cx, struct db *db, i64 workspace, i64 id, struct channel *ret_channel, const struct channel_kind **ret_kind)
{
	if (!actor_may(cx->actor, MAY_MANAGE_CHANNELS))
		return fail(cx, ERR_DENIED, N_("Your role does not connect or set channels."));
	TRY(channel_get(cx, db, workspace, id, ret_channel));
	*ret_kind = channel_kind_of(ret_channel->kind);
	if (ret_channel->archived_at)
		return fail(cx, ERR_CONFLICT, N_("This channel was put away. Take it out again first."));
	if (!*ret_kind || !(*ret_kind)->login)
		return fail(cx, ERR_CONFLICT, N_("Nobody signs in to connect this kind of channel: its settings are typed."));
	return OK;
}

static enum err start(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, i64 channel, struct login *ret_login)
{
	struct channel c;
	const struct channel_kind *kind = NULL;
	struct login_client client;
	TRY(open_channel(cx, db, workspace, channel, &c, &kind));
	if (cx->actor->kind != ACTOR_USER || !cx->actor->session)
		return fail(cx, ERR_DENIED, N_("Only a person in a browser signs in over there. Open this page in one."));
	struct login l = {.id = id_new(), .workspace = workspace, .channel = channel, .person = cx->actor->user, .session = cx->actor->session, .state = S("ready"),
			  .server = oauth_server(kind->login, channel_settings(cx, &c)),
			  .redirect = arena_printf(cx->arena, "%.*s" LOGIN_PATH, STR_ARG(outside->public_url)), .due_at = cx->now, .expires_at = cx->now + LOGIN_PATIENCE,
			  .created_at = cx->now};
	enum err e = login_client_get(cx, db, c.kind, l.server, l.redirect, &client);
	bool is_narrow = e == OK && client.redirect.len && !str_eq(client.rights, oauth_scope(cx, kind)); /* a kind that wants more than it did: its server would refuse the new rights */
	if (e == OK && !is_narrow) {
		l.client = client.client;
	} else if (is_narrow || (e == ERR_MISSING && kind->login->registers)) {
		cx_forget(cx);
		l.state = S("register");
	} else if (e == ERR_MISSING) {
		return fail(cx, ERR_CONFLICT, N_("Parvis has to be made known to this network first, with the address %.*s: on the page “Apps at networks”."), STR_ARG(l.redirect));
	} else {
		return e;
	}
	TRY(login_insert(cx, db, &l));
	TRY(audit(cx, db, workspace, "channel.login", arena_printf(cx->arena, "channel:%lld", (long long)channel), S("{}")));
	*ret_login = l;
	return change_add(cx, db, workspace, 0, "channel", channel);
}

enum err login_start(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, i64 channel, struct login *ret_login)
{
	return IN_TRANSACTION(cx, db, start(cx, db, outside, workspace, channel, ret_login));
}

struct str login_address(struct cx *cx, const struct outside *outside, const struct channel_kind *kind, const struct login *l)
{
	struct oauth_question q = {.kind = kind, .server = l->server, .client = l->client, .redirect = l->redirect,
				   .state = outside_pass(cx, outside, purpose(cx, l->session), l->id), .verifier = verifier_of(cx, outside, l->id)};
	return oauth_question_url(cx, &q);
}

struct str login_place(struct cx *cx, const struct channel_kind *kind, const struct channel *channel)
{
	struct str address = oauth_address(cx, kind->login, kind->login->authorize, oauth_server(kind->login, channel_settings(cx, channel)));
	struct str rest = str_skip(address, str_starts(address, S("https://")) ? 8 : 7);
	return arena_str(cx->arena, str_cut(&rest, '/'));
}

/* ---- the way back ---- */

enum err login_check(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, const struct login_answer *answer, struct login *ret_login)
{
	struct channel c;
	const struct channel_kind *kind = NULL;
	struct login l;
	i64 id;
	if (cx->actor->kind != ACTOR_USER || outside_open(cx, outside, purpose(cx, cx->actor->session), answer->state, &id) != OK)
		return fail(cx, ERR_DENIED, N_("This did not begin here, in this browser and this session, so nothing is connected. Begin at the channel once more."));
	enum err e = login_get(cx, db, workspace, id, &l);
	if (e == ERR_MISSING)
		return fail(cx, ERR_CONFLICT, N_("This began too long ago. Begin at the channel once more."));
	TRY(e);
	TRY(open_channel(cx, db, workspace, l.channel, &c, &kind));
	*ret_login = l;
	if (!str_eq(l.state, S("ready")))
		return fail(cx, ERR_CONFLICT, N_("This was used already; it counts once. Look at the channel."));
	if (l.expires_at < cx->now)
		return fail(cx, ERR_CONFLICT, N_("This began too long ago. Begin at the channel once more."));
	if (!oauth_issuer_is(kind->login, l.server, answer->iss))
		return fail(cx, ERR_DENIED, N_("This answer comes from another server than the one that was asked, so nothing is connected. Begin at the channel once more."));
	if (answer->error.len)
		return fail(cx, ERR_REMOTE, "%.*s", STR_ARG(oauth_refusal(cx, answer->error, answer->description)));
	if (!answer->code.len || answer->code.len > PART_MAX)
		return fail(cx, ERR_REMOTE, N_("The network sent you back without what lets Parvis in. Nothing was changed; you can try again."));
	return OK;
}

static enum err take(struct cx *cx, struct db *db, const struct outside *outside, const struct public_key *work, i64 workspace, const struct login_answer *answer,
		     struct login *ret_login)
{
	struct login l = {};
	bool moved;
	enum err e = login_check(cx, db, outside, workspace, answer, &l);
	if (e == OK) {
		struct str verifier = verifier_of(cx, outside, l.id);
		CLEANUP(buf_free) struct buf text = {};
		(void)buf_room(&text, PART_MAX + 200);
		buf_add(&text, verifier);
		buf_add(&text, answer->code);
		l.code = seal_to(cx->arena, work, sealed_for(cx, l.id), buf_str(&text));
		wipe(text.at, text.len);
		l.state = S("redeem");
		l.due_at = cx->now;
	} else if (e == ERR_REMOTE) {
		l.state = S("failed");
		l.story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
	} else {
		return e;
	}
	TRY(login_move(cx, db, &l, S("ready"), &moved));
	if (!moved)
		return fail(cx, ERR_CONFLICT, N_("This was used already; it counts once. Look at the channel."));
	*ret_login = l;
	return change_add(cx, db, workspace, 0, "channel", l.channel);
}

enum err login_take(struct cx *cx, struct db *db, const struct outside *outside, const struct public_key *work, i64 workspace, const struct login_answer *answer,
		    struct login *ret_login)
{
	return IN_TRANSACTION(cx, db, take(cx, db, outside, work, workspace, answer, ret_login));
}

/* ---- the working role ---- */

struct task {
	struct login login;
	struct channel channel;
	const struct channel_kind *kind;
	struct gate_keeper keeper;
};

static enum err end(struct cx *cx, struct db *db, struct task *task, struct str from, const char *state, struct str story)
{
	bool moved;
	task->login.state = str_of(state);
	task->login.story = story;
	task->login.code = (struct str){};
	TRY(login_move(cx, db, &task->login, from, &moved));
	return moved ? change_add(cx, db, task->login.workspace, 0, "channel", task->login.channel) : OK;
}

/* ---- made known ---- */

static enum err registered(struct cx *cx, struct db *db, struct task *task, const struct oauth_registered *r, const struct login_keys *keys)
{
	struct login *l = &task->login;
	bool moved;
	TRY(gate_save(cx, db, &task->keeper));
	if (r->outcome == OUTCOME_NEVER)
		return end(cx, db, task, S("register"), "failed", r->story);
	if (r->outcome != OUTCOME_DONE) {
		if (l->expires_at < cx->now)
			return end(cx, db, task, S("register"), "failed", r->story);
		l->story = r->story;
		l->due_at = r->retry_at > cx->now ? r->retry_at : cx->now + 10 * SECOND;
		TRY(login_move(cx, db, l, S("register"), &moved));
		return change_add(cx, db, l->workspace, 0, "channel", l->channel);
	}
	struct login_client client = {.id = id_new(), .kind = task->channel.kind, .server = l->server, .redirect = l->redirect, .client = r->client.id, .created_at = cx->now,
				      .rights = oauth_scope(cx, task->kind)};
	if (r->client.secret.len)
		client.secret = seal_to(cx->arena, &keys->work->public, login_client_context(cx, client.id), r->client.secret);
	TRY(login_client_save(cx, db, &client));
	l->client = client.client;
	l->state = S("ready");
	l->story = (struct str){};
	TRY(login_move(cx, db, l, S("register"), &moved));
	return change_add(cx, db, l->workspace, 0, "channel", l->channel);
}

static enum err lease_register(struct cx *cx, struct db *db, struct task *task, bool *ret_ours)
{
	task->login.due_at = cx->now + REGISTER_LEASE;
	return login_move(cx, db, &task->login, S("register"), ret_ours);
}

static enum err do_register(struct cx *cx, struct db *db, struct outbox *outbox, struct task *task, const struct login_keys *keys)
{
	struct oauth_registered r = {};
	bool ours;
	TRY(IN_TRANSACTION(cx, db, lease_register(cx, db, task, &ours)));
	if (!ours)
		return OK;
	TRY(gate_start(cx, db, outbox->net, task->login.workspace, task->login.channel, GATE_ACTING, &task->keeper));
	enum err e = oauth_register(cx, outbox->net, task->kind, task->login.server, task->login.redirect, &r);
	gate_end(&task->keeper);
	if (e != OK) {
		r = (struct oauth_registered){.outcome = OUTCOME_NEVER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	}
	cx->now = time_now();
	return IN_TRANSACTION(cx, db, registered(cx, db, task, &r, keys));
}

/* ---- redeemed ---- */

static struct str lost_story(struct cx *cx)
{
	return str_of(_(N_("The network may have given access, but its answer was lost on the way, and what it gives counts once. Nothing is half connected: sign in once more.")));
}

/* From here on the code is in this process alone. */
static enum err lease_code(struct cx *cx, struct db *db, struct task *task, bool *ret_ours)
{
	struct login l = task->login;
	l.state = S("redeeming");
	l.due_at = cx->now + REDEEM_LEASE;
	l.code = (struct str){};
	return login_move(cx, db, &l, S("redeem"), ret_ours);
}

static enum err connect(struct cx *cx, struct db *db, struct outbox *outbox, struct task *task, const struct renewed *r)
{
	struct channel c;
	TRY(channel_get(cx, db, task->login.workspace, task->login.channel, &c));
	if (c.archived_at)
		return end(cx, db, task, S("redeeming"), "failed", str_of(_(N_("The channel was put away meanwhile."))));
	if (!str_eq(oauth_server(task->kind->login, channel_settings(cx, &c)), task->login.server)) /* what one server gives is shown to no other */
		return end(cx, db, task, S("redeeming"), "failed", str_of(_(N_("The channel is to be reached at another server meanwhile. Sign in there."))));
	TRY(outbox->seal_secret(cx, outbox->subject, c.id, r->secret, &c.secret));
	c.token_until = r->token_until;
	c.expires_at = r->expires_at;
	c.renewed_at = cx->now;
	c.renew_due_at = task->kind->renew && r->token_until ? renew_next(cx->now, r->token_until, random_below(UINT32_MAX)) : 0;
	if (task->kind->login->exchanges)
		c.renew_due_at = cx->now;
	TRY(channel_connected(cx, db, &c));
	c.state = S("ok");
	c.state_story = (struct str){};
	c.fetch_due_at = task->kind->fetch ? cx->now : 0;
	c.verify_due_at = task->kind->verify ? cx->now : 0;
	TRY(channel_gates_forget(cx, db, c.workspace, c.id));
	TRY(channel_update(cx, db, &c));
	TRY(channels_release_known(cx, db, &c));
	TRY(end(cx, db, task, S("redeeming"), "done", (struct str){}));
	return audit(cx, db, c.workspace, "channel.signed_in", arena_printf(cx->arena, "channel:%lld", (long long)c.id), arena_printf(cx->arena, "{\"person\":\"%lld\"}", (long long)task->login.person));
}

static enum err redeemed(struct cx *cx, struct db *db, struct outbox *outbox, struct task *task, const struct renewed *r, bool is_unknown_client)
{
	struct login *l = &task->login;
	TRY(gate_save(cx, db, &task->keeper));
	if (r->outcome == OUTCOME_DONE)
		return connect(cx, db, outbox, task, r);
	if (is_unknown_client) /* the next try makes us known anew */
		TRY(login_client_forget(cx, db, task->channel.kind, l->server, l->redirect));
	return end(cx, db, task, S("redeeming"), "failed", r->outcome == OUTCOME_UNKNOWN ? lost_story(cx) : r->story);
}

/* Certainly not sent: the code is as good as before, and goes back to its row. */
static enum err put_back(struct cx *cx, struct db *db, struct task *task, const struct renewed *r)
{
	bool moved;
	struct login l = task->login;
	TRY(gate_save(cx, db, &task->keeper));
	l.state = S("redeem");
	l.story = r->story;
	l.due_at = r->retry_at > cx->now ? r->retry_at : cx->now + 5 * SECOND;
	TRY(login_move(cx, db, &l, S("redeeming"), &moved));
	return change_add(cx, db, l.workspace, 0, "channel", l.channel);
}

static enum err ask(struct cx *cx, struct db *db, struct outbox *outbox, struct task *task, const struct login_keys *keys, struct renewed *ret_renewed)
{
	struct login *l = &task->login;
	struct login_client row;
	struct oauth_client client = {.id = l->client};
	struct str plain;
	TRY(seal_to_open(cx, keys->work, sealed_for(cx, l->id), l->code, &plain));
	TRY(login_client_get(cx, db, task->channel.kind, l->server, l->redirect, &row));
	if (row.secret.len && str_eq(row.client, l->client)) /* else somebody made us known anew meanwhile: the code is the old one's */
		TRY(seal_to_open(cx, keys->work, login_client_context(cx, row.id), row.secret, &client.secret));
	struct oauth_question q = {.kind = task->kind, .server = l->server, .client = l->client, .redirect = l->redirect, .verifier = str_head(plain, 43)};
	TRY(gate_start(cx, db, outbox->net, l->workspace, l->channel, GATE_ACTING, &task->keeper));
	enum err e = oauth_redeem(cx, outbox->net, &q, &client, str_skip(plain, 43), ret_renewed);
	gate_end(&task->keeper);
	return e;
}

static enum err do_redeem(struct cx *cx, struct db *db, struct outbox *outbox, struct task *task, const struct login_keys *keys)
{
	struct renewed r = {};
	bool ours;
	TRY(IN_TRANSACTION(cx, db, lease_code(cx, db, task, &ours)));
	if (!ours)
		return OK;
	enum err e = ask(cx, db, outbox, task, keys, &r);
	if (e != OK) { /* our own mistake; what it was is told */
		r = (struct renewed){.outcome = OUTCOME_HOLD, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	}
	cx->now = time_now();
	if (r.outcome == OUTCOME_LATER && task->login.expires_at + CODE_LIFE > cx->now)
		return IN_TRANSACTION(cx, db, put_back(cx, db, task, &r));
	return IN_TRANSACTION(cx, db, redeemed(cx, db, outbox, task, &r, r.outcome == OUTCOME_HOLD && r.is_client));
}

static enum err one(struct cx *cx, struct db *db, struct outbox *outbox, const struct login *login, const struct login_keys *keys)
{
	struct task task = {.login = *login};
	TRY(workspace_speak(cx, db, login->workspace));
	TRY(channel_get(cx, db, login->workspace, login->channel, &task.channel));
	task.kind = channel_kind_of(task.channel.kind);
	if (!task.kind || !task.kind->login)
		return IN_TRANSACTION(cx, db, end(cx, db, &task, login->state, "failed", str_of(_(N_("There is no such kind of channel.")))));
	if (str_eq(login->state, S("redeeming"))) /* its process died with the code */
		return IN_TRANSACTION(cx, db, end(cx, db, &task, login->state, "failed", lost_story(cx)));
	return str_eq(login->state, S("register")) ? do_register(cx, db, outbox, &task, keys) : do_redeem(cx, db, outbox, &task, keys);
}

enum err login_turn(struct cx *cx, struct db *db, struct outbox *outbox, const struct login_keys *keys, i64 *ret_count)
{
	struct login *logins;
	size_t count;
	TRY(login_due(cx, db, LOGINS_A_TURN, &logins, &count));
	for (size_t i = 0; i < count; i++)
		TRY(one(cx, db, outbox, &logins[i], keys));
	*ret_count = (i64)count;
	return OK;
}
