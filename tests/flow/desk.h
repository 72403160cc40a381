/* desk.h: a desk of one's own for a test of flow: a workspace with people, a policy, a charter, and a channel of the kind "fake",
 * a network in memory that does what the test tells it. The fake stands in for the whole table of channel kinds. */
#pragma once
#include "database.h"

#include "base/clock.h"
#include "base/id.h"
#include "channel/channel.h"
#include "flow/ingest.h"
#include "flow/moderate.h"
#include "flow/outbox.h"
#include "model/actor.h"
#include "store/member.h"
#include "store/workspace.h"
#include "store/sql.h"

/* ---- the fake network ---- */

#define FAKE_POSTS 4096
static struct {
	enum outcome publish, look;   /* what it answers */
	bool accepts;                 /* with OUTCOME_UNKNOWN: was it accepted all the same? */
	int published, looked;
	const char *mistaken;         /* what a look finds instead: the id of another answer with the same words */
	int shy;                      /* so many looks do not show yet what it took */
	char keys[FAKE_POSTS][64];    /* what it accepted */
	size_t count;
} fake;

static bool fake_has(struct str key)
{
	for (size_t i = 0; i < fake.count; i++)
		if (str_eq(str_of(fake.keys[i]), key))
			return true;
	return false;
}

static void fake_accept(struct str key)
{
	must(fake.count < FAKE_POSTS && key.len < 64);
	snprintf(fake.keys[fake.count++], 64, "%.*s", STR_ARG(key));
}

#ifndef FAKE_CALL /* what a test's network says of a call, when it says something */
#define FAKE_CALL(cx, net, ret_sent) false
#endif

static enum err fake_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound,
			     struct sent *ret_sent)
{
	if (FAKE_CALL(cx, net, ret_sent))
		return OK;
	fake.published++;
	if (fake.publish == OUTCOME_DONE || (fake.publish == OUTCOME_UNKNOWN && fake.accepts))
		fake_accept(outbound->dedup_key);
	*ret_sent = (struct sent){.outcome = fake.publish, .story = S("so says the fake")};
	if (fake.publish == OUTCOME_DONE)
		ret_sent->remote_id = arena_printf(cx->arena, "sent-%.*s", STR_ARG(outbound->dedup_key));
	return OK;
}

static enum err fake_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound,
			  struct sent *ret_sent)
{
	fake.looked++;
	bool there = fake.shy-- <= 0 && fake_has(outbound->dedup_key);
	*ret_sent = (struct sent){.outcome = fake.look == OUTCOME_LATER ? OUTCOME_LATER : there ? OUTCOME_DONE : OUTCOME_NEVER};
	if (there)
		ret_sent->remote_id = arena_printf(cx->arena, "sent-%.*s", STR_ARG(outbound->dedup_key));
	else if (fake.mistaken)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = str_of(fake.mistaken)};
	return OK;
}

#ifndef FAKE_MORE /* what a test's network can do besides */
#define FAKE_MORE
#define FAKE_CAN_MORE 0
#endif

static const struct channel_limit fake_limits[] = {{LIMIT_BODY, 500, TEXT_CHARACTERS, "2026-11-21", "tests/flow/desk.h"}, {}};
static const struct channel_kind channel_fake = {
	.word = "fake", .title = "Fake", .network = "fake", .can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | FAKE_CAN_MORE, .limits = fake_limits, FAKE_MORE
	.publish = fake_publish, .look = fake_look,
};
const struct channel_kind *const channel_kinds[] = {&channel_fake};
const size_t channel_kind_count = 1;

#ifndef FAKE_KIND_OF /* kinds that a test has besides, FAKE_KINDS says which */
#define FAKE_KIND_OF(word) NULL
#define FAKE_KINDS
#endif
FAKE_KINDS

const struct channel_kind *channel_kind_of(struct str word)
{
	return str_eq(word, S("fake")) ? &channel_fake : FAKE_KIND_OF(word);
}

const char *outcome_word(enum outcome outcome)
{
	static const char *const words[] = {"done", "later", "never", "hold", "unknown"};
	return words[outcome];
}

/* ---- the desk ---- */

struct test_desk {
	struct place *place;
	struct cx *cx;
	struct db *db;
	i64 workspace, channel, team;
	struct actor owner, agent, moderator, guest;
	struct ingest ingest;
	struct outbox outbox;
	i64 article;
};

UNUSED static enum err no_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	*ret_secret = (struct str){};
	return OK;
}

static struct actor desk_person(struct test_desk *d, const char *name, enum role role)
{
	i64 id = id_new();
	struct cx *cx = d->cx;
	assert_ok(cx, db_run(cx, d->db, NULL, "INSERT INTO person (id, email, name, lang, zone, created_at) VALUES (?1, ?2, ?3, 'en', 'Europe/Paris', 1)",
			     db_i64(id), db_text(arena_printf(cx->arena, "%s@example.org", name)), db_text(str_of(name))));
	struct member m = {.id = id_new(), .workspace = d->workspace, .person = id, .role = role};
	assert_ok(cx, member_insert(cx, d->db, &m));
	return (struct actor){.kind = ACTOR_USER, .workspace = d->workspace, .user = id, .membership = m.id, .role = role,
			      .permissions = role_permissions(role), .name = str_of(name), .zone = S("Europe/Paris"), .lang = "en"};
}

UNUSED static struct test_desk desk_open(void **state)
{
	struct place *p = *state;
	struct test_desk d = {.place = p, .cx = &p->cx, .db = p->db};
	struct cx *cx = d.cx;
	memset(&fake, 0, sizeof fake);
	cx->now = time_now();
	d.workspace = id_new();
	struct workspace w = {.id = d.workspace, .name = S("Levain"), .slug = S("levain"), .zone = S("Europe/Paris"), .lang = S("en"), .created_at = cx->now};
	assert_ok(cx, workspace_insert(cx, d.db, &w));
	d.owner = desk_person(&d, "olga", ROLE_OWNER);
	d.agent = desk_person(&d, "ana", ROLE_AGENT);
	d.moderator = desk_person(&d, "mo", ROLE_MODERATOR);
	d.guest = desk_person(&d, "gus", ROLE_GUEST);
	struct sla_policy policy = {.id = id_new(), .name = S("All"), .first_answer = HOUR, .resolution = DAY};
	assert_ok(cx, sla_policy_save(cx, d.db, d.workspace, &policy, 1));
	struct channel c = {.id = id_new(), .workspace = d.workspace, .kind = S("fake"), .network = S("fake"), .name = S("Fake"), .created_at = cx->now};
	assert_ok(cx, channel_insert(cx, d.db, &c));
	d.channel = c.id;
	cx->actor = arena_new_of(cx->arena, struct actor);
	*(struct actor *)cx->actor = d.owner;
	i64 version;
	assert_ok(cx, charter_draft(cx, d.db, d.workspace, &version));
	struct charter_article a = {.workspace = d.workspace, .version = version, .title = S("{\"en\":\"Respect\"}"), .body = S("{\"en\":\"No insults.\"}"),
				    .notice = S("{\"en\":\"We hid your message.\"}")};
	assert_ok(cx, charter_set_article(cx, d.db, &a));
	assert_ok(cx, charter_publish(cx, d.db, d.workspace, version));
	d.article = a.id;
	assert_ok(cx, ingest_start(cx, d.db, d.workspace, d.channel, false, cx->arena, &d.ingest));
	d.outbox = (struct outbox){.token = "tester", .open_secret = no_secret};
	return d;
}

UNUSED static void desk_act_as(struct test_desk *d, const struct actor *actor)
{
	*(struct actor *)d->cx->actor = *actor;
}

/* Somebody says something; the id of the message. */
UNUSED static i64 desk_say(struct test_desk *d, const char *author, const char *thread, const char *id, const char *text)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(id), .thread_id = str_of(thread), .author_id = str_of(author),
			    .author_name = str_of(author), .author_followers = -1, .body = str_of(text), .at = d->cx->now};
	enum ingest_result result;
	i64 message = 0;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, &message));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	return message;
}

UNUSED static i64 desk_number(struct test_desk *d, const char *sql, i64 parameter)
{
	i64 number = -1;
	const struct db_value values[] = {db_null(), db_i64(parameter)};
	assert_ok(d->cx, db_number_values(d->cx, d->db, -1, &number, sql, values, 1));
	return number;
}
