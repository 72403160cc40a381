/* Signing in over there, step by step: whose try it is, that it counts once, what the working role does with the code when the network is away, answers
 * too late, refuses, or when its own process dies half way. The network is a server of one answer. */
#include "test.h"

#include "../sys/rude.h"
#include "base/cx.h"
#include "channel/channel.h"
#include "sys/net.h"

static struct channel_login fake_login = {.authorize = "/authorize", .token = "/token", .server = "url", .registers = "/apps", .secret = "token"};
static const struct channel_field fake_fields[] = {{"url", "Address", NULL, FIELD_URL, true}, {"token", "Token", NULL, FIELD_SECRET, false}, {}};
#define FAKE_MORE .login = &fake_login, .fields = fake_fields,
#define FAKE_CAN_MORE 0
#include "desk.h"

#include "channel/oauth.h"
#include "flow/channels.h"
#include "flow/login.h"

static struct rude server;
static atomic_int status; /* 0: it hangs up after reading */
static char answer[512];
static char heard[4096];
static struct key_pair pair;
static struct key link_key;
static struct outside outside;
static struct login_keys keys = {.work = &pair};
static struct net *net;

static void serve(struct rude *rude, int fd)
{
	size_t size = 0, want = 1;
	char text[1024];
	while (size < want && size < sizeof heard - 1) {
		ssize_t got = recv(fd, heard + size, sizeof heard - 1 - size, 0);
		if (got <= 0)
			return;
		size += (size_t)got;
		heard[size] = '\0';
		const char *end = strstr(heard, "\r\n\r\n"), *length = strstr(heard, "Content-Length: ");
		want = end ? (size_t)(end + 4 - heard) + (length && length < end ? strtoul(length + 16, NULL, 10) : 0) : size + 1;
	}
	rude->requests++;
	if (status == 0)
		return;
	snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", (int)status, strlen(answer), answer);
	say(fd, text);
}

static enum err open_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	return seal_to_open(cx, &pair, arena_printf(cx->arena, "channel:%lld", (long long)channel), sealed, ret_secret);
}

static enum err seal_secret(struct cx *cx, void *subject, i64 channel, struct str secret, struct str *ret_sealed)
{
	*ret_sealed = seal_to(cx->arena, &pair.public, arena_printf(cx->arena, "channel:%lld", (long long)channel), secret);
	return OK;
}

static struct test_desk desk(void **state)
{
	struct test_desk d = desk_open(state);
	struct net_settings settings = {.allow = S("127.0.0.1")};
	key_pair_new(&pair);
	key_new(&link_key);
	outside = (struct outside){.key = &link_key, .public_url = S("https://desk.example")};
	assert_ok(d.cx, net_open(d.cx, &settings, &net));
	d.outbox = (struct outbox){.token = "tester", .open_secret = open_secret, .seal_secret = seal_secret, .net = net};
	d.owner.session = 77;
	desk_act_as(&d, &d.owner);
	struct channel c;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	c.settings = arena_printf(d.cx->arena, "{\"url\":\"http://127.0.0.1:%d/\"}", server.port);
	assert_ok(d.cx, channel_update(d.cx, d.db, &c));
	time_set(d.cx->now);
	return d;
}

static void end_desk(void)
{
	net_close(net);
	time_set(0);
}

static struct login last(struct test_desk *d)
{
	struct login l;
	assert_ok(d->cx, login_last(d->cx, d->db, d->workspace, d->channel, &l));
	return l;
}

static void turn(struct test_desk *d)
{
	i64 count;
	assert_ok(d->cx, login_turn(d->cx, d->db, &d->outbox, &keys, &count));
}

/* A try that is ready, and what the network would send back. */
static struct login_answer ready(struct test_desk *d)
{
	struct login l;
	assert_ok(d->cx, login_start(d->cx, d->db, &outside, d->workspace, d->channel, &l));
	if (str_eq(l.state, S("register"))) {
		status = 200;
		snprintf(answer, sizeof answer, "{\"client_id\":\"we\",\"client_secret\":\"hush\"}");
		turn(d);
		l = last(d);
	}
	assert_str(l.state, "ready");
	return (struct login_answer){.state = outside_pass(d->cx, &outside, "login:77", l.id), .code = S("the-code")};
}

static enum err take(struct test_desk *d, struct login_answer *a)
{
	struct login l;
	enum err e = login_take(d->cx, d->db, &outside, &pair.public, d->workspace, a, &l);
	cx_forget(d->cx);
	return e;
}

static void at(struct test_desk *d, i64 now)
{
	time_set(now);
	d->cx->now = now;
}

static void test_whose(void **state)
{
	struct test_desk d = desk(state);
	struct login_answer a = ready(&d);
	assert_true(strstr(heard, "redirect_uris=https%3A%2F%2Fdesk.example%2Fchannels%2Flogin"));
	struct str url = login_address(d.cx, &outside, channel_kind_of(S("fake")), &(struct login){.id = 5, .session = 77, .client = S("we"), .server = S("https://a.example"), .redirect = S("https://desk.example/channels/login")});
	assert_true(str_find(url, S("code_challenge_method=S256")) > 0 && str_find(url, S("client_id=we")) > 0);
	d.owner.session = 78; /* signed in anew, or somebody else who was given the address */
	desk_act_as(&d, &d.owner);
	assert_int_equal(take(&d, &a), ERR_DENIED);
	d.owner.session = 77;
	desk_act_as(&d, &d.agent);
	assert_int_equal(take(&d, &a), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	struct login_answer bad = a;
	bad.iss = S("https://evil.example");
	assert_int_equal(take(&d, &bad), ERR_DENIED);
	bad = (struct login_answer){.state = S("1-00"), .code = S("x")};
	assert_int_equal(take(&d, &bad), ERR_DENIED);
	assert_str(last(&d).state, "ready"); /* none of it counted */
	at(&d, d.cx->now + LOGIN_PATIENCE + 1);
	assert_int_equal(take(&d, &a), ERR_CONFLICT); /* too late */
	struct login l;
	struct actor key = d.owner;
	key.kind = ACTOR_API_KEY;
	desk_act_as(&d, &key);
	assert_int_equal(login_start(d.cx, d.db, &outside, d.workspace, d.channel, &l), ERR_DENIED);
	end_desk();
}

static void test_once(void **state)
{
	struct test_desk d = desk(state);
	struct login_answer a = ready(&d);
	assert_int_equal(take(&d, &a), OK);
	assert_int_equal(take(&d, &a), ERR_CONFLICT);
	assert_true(str_find(last(&d).code, S("the-code")) < 0 && last(&d).code.len); /* sealed */
	status = 200;
	snprintf(answer, sizeof answer, "{\"access_token\":\"in\",\"refresh_token\":\"again\",\"expires_in\":3600}");
	turn(&d);
	assert_true(strstr(heard, "code=the-code") && strstr(heard, "code_verifier=") && strstr(heard, "client_secret=hush"));
	struct channel c;
	struct str secret;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_ok(d.cx, open_secret(d.cx, NULL, c.id, c.secret, &secret));
	assert_true(str_find(secret, S("\"token\":\"in\"")) > 0 && str_find(secret, S("\"refresh_token\":\"again\"")) > 0 && c.token_until == d.cx->now + HOUR);
	assert_str(last(&d).state, "done");
	assert_int_equal(last(&d).code.len, 0);
	assert_int_equal(take(&d, &a), ERR_CONFLICT);
	assert_int_equal(c.renew_due_at, 0);
	/* what is good for an hour and makes what lasts is exchanged before anything else is asked */
	fake_login.exchanges = true;
	a = ready(&d);
	assert_int_equal(take(&d, &a), OK);
	status = 200;
	snprintf(answer, sizeof answer, "{\"access_token\":\"an-hour\",\"expires_in\":3600}");
	turn(&d);
	fake_login.exchanges = false;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_int_equal(c.renew_due_at, d.cx->now);
	/* the person says no: told, and over */
	a = ready(&d);
	a.error = S("access_denied");
	assert_int_equal(take(&d, &a), OK);
	assert_str(last(&d).state, "failed");
	assert_true(last(&d).story.len);
	end_desk();
}

static void test_away(void **state)
{
	struct test_desk d = desk(state);
	struct login_answer a = ready(&d);
	int before = server.requests;
	assert_int_equal(take(&d, &a), OK);
	status = 503; /* certainly not redeemed: the same code again */
	turn(&d);
	assert_str(last(&d).state, "redeem");
	assert_true(last(&d).story.len && last(&d).code.len && server.requests == before + 1);
	at(&d, last(&d).due_at);
	status = 0; /* redeemed, or not: nobody knows */
	turn(&d);
	assert_str(last(&d).state, "failed");
	assert_true(str_find(last(&d).story, S("lost on the way")) > 0 && !last(&d).code.len);
	turn(&d);
	assert_int_equal(server.requests, before + 2); /* and never again */
	/* killed with the code in its hands */
	a = ready(&d);
	assert_int_equal(take(&d, &a), OK);
	struct login l = last(&d);
	bool moved;
	l.state = S("redeeming");
	l.code = (struct str){};
	l.due_at = d.cx->now + MINUTE;
	assert_ok(d.cx, login_move(d.cx, d.db, &l, S("redeem"), &moved));
	assert_true(moved);
	turn(&d);
	assert_str(last(&d).state, "redeeming"); /* its lease holds */
	at(&d, d.cx->now + 2 * MINUTE);
	turn(&d);
	assert_str(last(&d).state, "failed");
	assert_true(str_find(last(&d).story, S("lost on the way")) > 0);
	/* the network does not know us any more: the next try makes us known anew */
	a = ready(&d);
	/* registered before Parvis asked for as much as it does now: under that name the server would refuse the new right */
	assert_ok(d.cx, login_start(d.cx, d.db, &outside, d.workspace, d.channel, &l));
	assert_str(l.state, "ready");
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE login_client SET rights = 'less' WHERE redirect <> ''"));
	assert_ok(d.cx, login_start(d.cx, d.db, &outside, d.workspace, d.channel, &l));
	assert_str(l.state, "register");
	a = ready(&d);
	assert_int_equal(take(&d, &a), OK);
	status = 401;
	snprintf(answer, sizeof answer, "{\"error\":\"invalid_client\"}");
	turn(&d);
	assert_str(last(&d).state, "failed");
	assert_ok(d.cx, login_start(d.cx, d.db, &outside, d.workspace, d.channel, &l));
	assert_str(l.state, "register");
	/* a server that is no such network */
	status = 404;
	snprintf(answer, sizeof answer, "{}");
	turn(&d);
	assert_str(last(&d).state, "failed");
	end_desk();
}

static enum err set_address(struct test_desk *d, struct str address, struct str token)
{
	i64 id;
	const struct str names[] = {S("url"), S("token")}, values[] = {address, token};
	struct channel_wish wish = {.id = d->channel, .name = S("Fake"), .names = names, .values = values, .count = 2, .work = &pair.public};
	enum err e = channels_save(d->cx, d->db, d->workspace, &wish, &id);
	cx_forget(d->cx);
	return e;
}

static struct channel channel_now(struct test_desk *d)
{
	struct channel c;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	return c;
}

/* What one server gave, or what was typed for it, is shown to no other: whoever may set a channel up would get at its secret. */
static void test_another_server(void **state)
{
	struct test_desk d = desk(state);
	struct str here = arena_printf(d.cx->arena, "http://127.0.0.1:%d/", server.port), beside = arena_printf(d.cx->arena, "http://127.0.0.1:%d/fedi", server.port);
	struct login_answer a = ready(&d);
	assert_ok(d.cx, take(&d, &a));
	assert_ok(d.cx, set_address(&d, S("https://elsewhere.example"), S("")));
	status = 200;
	snprintf(answer, sizeof answer, "{\"access_token\":\"a1\",\"token_type\":\"Bearer\"}");
	turn(&d);
	assert_str(last(&d).state, "failed");
	assert_int_equal(channel_now(&d).secret.len, 0);

	assert_ok(d.cx, set_address(&d, here, S("typed")));
	assert_true(channel_now(&d).secret.len > 0);
	assert_str(channel_now(&d).state, "ok");
	assert_ok(d.cx, set_address(&d, beside, S(""))); /* the same server */
	assert_true(channel_now(&d).secret.len > 0);
	assert_ok(d.cx, set_address(&d, S("https://evil.example"), S("")));
	assert_int_equal(channel_now(&d).secret.len, 0);
	assert_str(channel_now(&d).state, "paused");
	assert_int_equal(channel_now(&d).fetch_due_at, 0);
	end_desk();
}

/* ---- by what names networks know us ---- */

static struct login_client client_of(struct test_desk *d)
{
	struct login_client *list, found = {};
	size_t count;
	assert_ok(d->cx, login_clients(d->cx, d->db, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (!list[i].redirect.len)
			found = list[i];
	return found;
}

static enum err keep(struct test_desk *d, const struct actor *who, struct str client, struct str secret)
{
	struct login_client_wish wish = {.kind = channel_kind_of(S("fake")), .client = client, .secret = secret};
	*(struct actor *)d->cx->actor = *who;
	enum err e = login_keep_client(d->cx, d->db, &wish, &pair.public);
	*(struct actor *)d->cx->actor = d->owner;
	return e;
}

static i64 told(struct test_desk *d, const char *act)
{
	struct row *row = NULL;
	assert_ok(d->cx, db_one(d->cx, d->db, &row, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = 0 AND act = ?1 AND detail LIKE '%fake%' AND detail NOT LIKE '%hush%'", db_text(str_of(act))));
	i64 count = row_i64(row, 0);
	row_end(row);
	return count;
}

static void test_clients(void **state)
{
	struct test_desk d = desk(state);
	struct str plain;
	assert_int_equal(keep(&d, &d.agent, S("ours"), S("hush")), ERR_DENIED);
	cx_forget(d.cx);
	assert_int_equal(keep(&d, &d.owner, S("ours"), S("hush, hush")), OK);
	struct login_client kept = client_of(&d);
	assert_str(kept.client, "ours");
	assert_true(kept.secret.len && str_find(kept.secret, S("hush")) < 0); /* sealed to the working role */
	assert_ok(d.cx, seal_to_open(d.cx, &pair, login_client_context(d.cx, kept.id), kept.secret, &plain));
	assert_str(plain, "hush, hush");
	assert_int_equal(told(&d, "installation.network_app"), 1);
	/* the same id without a secret keeps the one there is; another id has another secret */
	assert_int_equal(keep(&d, &d.owner, S("ours"), (struct str){}), OK);
	assert_int_equal(client_of(&d).id, kept.id);
	assert_int_equal(keep(&d, &d.owner, S("another"), (struct str){}), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "client_secret");
	cx_forget(d.cx);
	/* in an installation with a workspace that is not theirs too, it is none of theirs */
	struct workspace other = {.id = id_new(), .name = S("Other"), .slug = S("other"), .zone = S("Europe/Paris"), .lang = S("en"), .created_at = d.cx->now};
	assert_ok(d.cx, workspace_insert(d.cx, d.db, &other));
	assert_int_equal(keep(&d, &d.owner, S("ours"), S("again")), ERR_DENIED);
	cx_forget(d.cx);
	struct member m = {.id = id_new(), .workspace = other.id, .person = d.owner.user, .role = ROLE_ADMINISTRATOR};
	assert_ok(d.cx, member_insert(d.cx, d.db, &m));
	assert_int_equal(keep(&d, &d.owner, S("ours"), S("again")), OK);
	assert_ok(d.cx, login_drop_client(d.cx, d.db, channel_kind_of(S("fake"))));
	assert_int_equal(client_of(&d).id, 0);
	assert_int_equal(told(&d, "installation.network_app_forgotten"), 1);
	end_desk();
}

static void test_settings_stand_above(void **state)
{
	struct test_desk d = desk(state);
	assert_int_equal(keep(&d, &d.owner, S("typed"), S("hush")), OK);
	assert_ok(d.cx, login_take_settings(d.cx, d.db, S("fake by-file its-secret"), &pair.public));
	struct login_client c = client_of(&d);
	struct str plain;
	assert_str(c.client, "by-file");
	assert_true(c.is_fixed);
	assert_ok(d.cx, seal_to_open(d.cx, &pair, login_client_context(d.cx, c.id), c.secret, &plain));
	assert_str(plain, "its-secret");
	assert_int_equal(keep(&d, &d.owner, S("typed"), S("hush")), ERR_CONFLICT);
	cx_forget(d.cx);
	assert_int_equal(login_drop_client(d.cx, d.db, channel_kind_of(S("fake"))), ERR_CONFLICT);
	cx_forget(d.cx);
	/* one that is none is told by its place, since it may hold a secret; the others count */
	assert_int_equal(login_take_settings(d.cx, d.db, S("nobody knows-it hush-hush, fake anew"), &pair.public), ERR_BAD_INPUT);
	assert_true(strstr(d.cx->story, "number 1") && !strstr(d.cx->story, "hush"));
	cx_forget(d.cx);
	assert_str(client_of(&d).client, "anew");
	assert_int_equal(client_of(&d).secret.len, 0);
	/* said no more: forgotten, and what is typed counts again */
	assert_ok(d.cx, login_take_settings(d.cx, d.db, (struct str){}, &pair.public));
	assert_int_equal(client_of(&d).id, 0);
	assert_int_equal(keep(&d, &d.owner, S("typed"), S("hush")), OK);
	assert_ok(d.cx, login_take_settings(d.cx, d.db, (struct str){}, &pair.public));
	assert_str(client_of(&d).client, "typed");
	end_desk();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_whose), DATABASE_TEST(test_once), DATABASE_TEST(test_away), DATABASE_TEST(test_another_server),
						  DATABASE_TEST(test_clients), DATABASE_TEST(test_settings_stand_above)};
	rude_start(&server, serve);
	int failed = on_both_engines(tests);
	rude_stop(&server);
	return failed;
}
