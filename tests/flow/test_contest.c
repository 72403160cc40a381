/* Contests: entries come in by themselves, each refusal says why, what is edited, hidden or taken away is judged again; the list is frozen before the seed is
 * known and drawn by nothing else; a second draw has a reason and stands beside the first; winners answer or make place; names go when their time is over. */
#include "post_desk.h"

#include "../sys/rude.h"

#include "flow/contest.h"
#include "flow/lot.h"
#include "store/contact.h"

#include <string.h>

static struct contest rules(struct test_desk *d)
{
	return (struct contest){.workspace = d->workspace, .name = S("Ten breads"), .kind = CONTEST_DRAW, .organiser = S("Levain & Co"),
				.rules = S("{\"en\":\"Comment and win.\",\"fr\":\"Commentez.\"}"), .prizes = S("1 x a bread"), .starts_at = d->cx->now, .ends_at = d->cx->now + DAY,
				.zone = S("Europe/Paris"), .winners = 1, .substitutes = 1, .per_person = 1, .ways = WAY_HASHTAG, .hashtag = S("#TenBreads"), .team_out = true,
				.answer_days = 3, .keep_days = 90, .owner = d->agent.user};
}

static i64 opened(struct test_desk *d, struct contest c)
{
	assert_ok(d->cx, contest_keep(d->cx, d->db, &c, NULL, 0));
	assert_ok(d->cx, contest_open(d->cx, d->db, d->workspace, c.id));
	return c.id;
}

static struct contest contest_at(struct test_desk *d, i64 id)
{
	struct contest c;
	assert_ok(d->cx, contest_get(d->cx, d->db, d->workspace, id, &c));
	return c;
}

static i64 gather(struct test_desk *d)
{
	i64 done;
	assert_ok(d->cx, contests_turn(d->cx, d->db, true, &done));
	return done;
}

static i64 says(struct test_desk *d, const char *author, const char *id, const char *text)
{
	time_set(d->cx->now += SECOND);
	return desk_say(d, author, id, id, text);
}

/* The entry of a message. */
static struct contest_said entry_of(struct test_desk *d, i64 contest, i64 message)
{
	struct contest_said s;
	i64 id = desk_number(d, "SELECT id FROM contest_entry WHERE message_id = ?1", message);
	assert_true(id > 0);
	assert_ok(d->cx, contest_entry_get(d->cx, d->db, d->workspace, contest, id, &s));
	return s;
}

static void expect(struct test_desk *d, i64 contest, i64 message, enum entry_reason reason)
{
	struct contest_said s = entry_of(d, contest, message);
	if (s.entry.reason != reason)
		fail_msg("“%.*s” is %s instead of %s", STR_ARG(s.body), entry_reason_word(s.entry.reason), entry_reason_word(reason));
	assert_int_equal(s.entry.state, reason == ENTRY_FINE ? ENTRY_COUNTED : ENTRY_REFUSED);
}

static void again(struct test_desk *d, const char *author, const char *id, const char *text, bool removed)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(id), .thread_id = str_of(id), .author_id = str_of(author), .author_name = str_of(author), .author_followers = -1,
			    .body = str_of(text), .at = d->cx->now, .edited_at = d->cx->now, .removed = removed};
	enum ingest_result result;
	i64 message;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, &message));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static struct key_pair keys;

/* What the working role does with words and beacons. */
static struct contest_draw drawn(struct test_desk *d, struct net *net, const struct key_pair *work, struct str relays, i64 id, i64 number, i64 *ret_wake)
{
	struct contest_draw draw;
	i64 done;
	assert_ok(d->cx, contest_draw_turn(d->cx, d->db, &(struct contest_tools){net, work, relays}, &done, ret_wake));
	assert_ok(d->cx, contest_draw_get(d->cx, d->db, d->workspace, id, number, &draw));
	return draw;
}

static struct contest_draw with_word(struct test_desk *d, i64 id, i64 number, struct str word)
{
	i64 wake;
	assert_ok(d->cx, contest_draw_word(d->cx, d->db, d->workspace, id, word));
	struct contest_draw draw = drawn(d, NULL, &keys, (struct str){}, id, number, &wake);
	assert_true(draw.drawn_at && draw.seed.len);
	return draw;
}

/* What was queued leaves and arrives, and is noted. */
static void arrives(struct test_desk *d)
{
	i64 done;
	turn(d, MINUTE);
	assert_ok(d->cx, contest_arrivals(d->cx, d->db, &done));
}

/* ---- entries ---- */

static void test_entries(void **state)
{
	struct test_desk d = desk_open(state);
	struct contest c = rules(&d);
	c.words = S("olive");
	c.left_out = S("@Zoe\nbob");
	i64 id = opened(&d, c);
	i64 ana = says(&d, "ana", "1", "An OLIVE bread! #tenbreads"), more = says(&d, "ana", "2", "And olive again #TenBreads"), plain = says(&d, "cleo", "3", "Rye #tenbreads");
	i64 zoe = says(&d, "bob", "4", "olive #tenbreads"), other = says(&d, "dan", "5", "What time do you open?");
	assert_true(gather(&d) >= 4);
	assert_int_equal(gather(&d), 0); /* again: nothing */
	expect(&d, id, ana, ENTRY_FINE);
	expect(&d, id, more, ENTRY_AGAIN);
	expect(&d, id, plain, ENTRY_WORDS);
	expect(&d, id, zoe, ENTRY_LEFT_OUT);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_entry WHERE message_id = ?1", other), 0);

	/* edited into the rules; taken away: their second one counts instead */
	time_set(d.cx->now += MINUTE);
	again(&d, "cleo", "3", "Rye with olives #tenbreads", false);
	again(&d, "ana", "1", "", true);
	gather(&d);
	expect(&d, id, plain, ENTRY_FINE);
	expect(&d, id, ana, ENTRY_REMOVED);
	expect(&d, id, more, ENTRY_FINE);

	/* by hand, with a reason, and back; and once more by the undo of the page */
	struct contest_said s = entry_of(&d, id, plain);
	assert_err(contest_refuse(d.cx, d.db, d.workspace, id, s.entry.id, S(" "), NULL), ERR_BAD_INPUT);
	cx_forget(d.cx);
	struct undo undo;
	struct undone undone;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contest_refuse(d.cx, d.db, d.workspace, id, s.entry.id, S("A copy of somebody else's."), &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	expect(&d, id, plain, ENTRY_BY_HAND);
	gather(&d);
	expect(&d, id, plain, ENTRY_BY_HAND); /* the rules do not overrule a person */
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	expect(&d, id, plain, ENTRY_FINE);
	assert_ok(d.cx, contest_withdraw(d.cx, d.db, d.workspace, id, entry_of(&d, id, plain).entry.id));
	gather(&d);
	assert_int_equal(entry_of(&d, id, plain).entry.state, ENTRY_WITHDRAWN);

	/* late; other rules judge anew */
	time_set(d.cx->now += DAY);
	i64 late = says(&d, "eve", "6", "olive #tenbreads");
	gather(&d);
	expect(&d, id, late, ENTRY_LATE);
	c = contest_at(&d, id);
	c.ends_at = d.cx->now + DAY;
	assert_ok(d.cx, contest_keep(d.cx, d.db, &c, NULL, 0));
	expect(&d, id, late, ENTRY_FINE);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_rules WHERE contest_id = ?1", id), 2);
}

static void test_people(void **state)
{
	struct test_desk d = desk_open(state);
	i64 id = opened(&d, rules(&d));
	i64 first = says(&d, "ana", "1", "Mine #tenbreads"), second = says(&d, "ana2", "2", "Mine too #tenbreads"), team = says(&d, "kim", "3", "Hello #tenbreads");
	gather(&d);
	expect(&d, id, first, ENTRY_FINE);
	expect(&d, id, second, ENTRY_FINE);
	/* one person with two accounts: found when they are put together, at the latest before the list is frozen */
	i64 into = entry_of(&d, id, first).contact, from = entry_of(&d, id, second).contact;
	assert_ok(d.cx, contact_join(d.cx, d.db, d.workspace, from, into));
	struct contact k;
	assert_ok(d.cx, contact_get(d.cx, d.db, d.workspace, entry_of(&d, id, team).contact, &k));
	k.email = S("Olga@example.org");
	assert_ok(d.cx, contact_update(d.cx, d.db, &k));
	/* another account of somebody of the team: by the address of mail that is an account of theirs */
	i64 linked = says(&d, "kim2", "4", "Hello again #tenbreads"), mail = says(&d, "olga@example.org", "5", "By mail"), own = says(&d, "levain", "6", "From our page #tenbreads");
	i64 owner = says(&d, "levain-too", "7", "The same person #tenbreads");
	struct contact_of {
		i64 message;
	} of[] = {{mail}, {owner}, {own}};
	i64 contacts[3];
	for (size_t i = 0; i < 3; i++)
		contacts[i] = desk_number(&d, "SELECT i.contact_id FROM message m JOIN identity i ON i.id = m.identity_id WHERE m.id = ?1", of[i].message);
	gather(&d);
	assert_ok(d.cx, contact_join(d.cx, d.db, d.workspace, contacts[0], entry_of(&d, id, linked).contact));
	assert_ok(d.cx, contact_join(d.cx, d.db, d.workspace, contacts[1], contacts[2]));
	const struct str known = S("{\"account\":{\"id\":\"levain\",\"handle\":\"@levain\"}}");
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET known = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(d.workspace), db_i64(d.channel), db_text(known)));
	time_set(d.cx->now += DAY);
	i64 number;
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){.source = LOT_WORD, .work = &keys.public}, &number));
	expect(&d, id, second, ENTRY_AGAIN);
	expect(&d, id, team, ENTRY_TEAM);
	expect(&d, id, linked, ENTRY_TEAM);
	expect(&d, id, own, ENTRY_TEAM);
	expect(&d, id, owner, ENTRY_TEAM);
	struct contest_draw draw;
	assert_ok(d.cx, contest_draw_get(d.cx, d.db, d.workspace, id, number, &draw));
	assert_int_equal(draw.entries, 1);
}

/* ---- the draw ---- */

/* What could not be fetched is told, and asked for again; nothing is drawn of it. */
static void beacon_is_silent(struct test_desk *d, i64 id)
{
	CLEANUP(net_closep) struct net *net = NULL;
	i64 wake, calls;
	assert_ok(d->cx, net_open(d->cx, &(struct net_settings){}, &net));
	net_fail_at(net, 1, NET_NOT_SENT);
	struct contest_draw draw = drawn(d, net, &keys, S("https://beacon.invalid"), id, 2, &wake);
	assert_true(!draw.drawn_at && draw.story.len && draw.due_at == d->cx->now + MINUTE && wake == draw.due_at);
	calls = net_calls(net);
	assert_int_equal(calls, 1);
	draw = drawn(d, net, &keys, S("https://beacon.invalid"), id, 2, &wake);
	assert_int_equal(net_calls(net), calls); /* not before its minute */
	/* a relay inside is not reached, and after long silence it is asked less often: once an hour in the end */
	time_set(d->cx->now += 10 * DAY);
	draw = drawn(d, net, &keys, S("http://127.0.0.1:9"), id, 2, &wake);
	assert_true(!draw.drawn_at && draw.story.len && draw.due_at == d->cx->now + HOUR);
}

static atomic_int lies; /* 1: another round; 2: a value that is no hash; 3: too much; 0: the truth, as far as a relay can be held to it */

/* A relay: GET /CHAIN/public/ROUND. */
static void relay(struct rude *rude, int fd)
{
	char body[6000], text[6200];
	long long round = 0;
	rude->last[0] = 0;
	size_t len = 0;
	for (ssize_t n = 1; n > 0 && len < sizeof rude->last - 1 && !strstr(rude->last, "\r\n\r\n"); len += n > 0 ? (size_t)n : 0) {
		n = recv(fd, rude->last + len, sizeof rude->last - 1 - len, 0);
		rude->last[len + (n > 0 ? (size_t)n : 0)] = 0;
	}
	rude->requests++;
	const char *at = strstr(rude->last, BEACON_CHAIN "/public/");
	if (at)
		round = strtoll(at + strlen(BEACON_CHAIN "/public/"), NULL, 10);
	u8 signature[48];
	memset(signature, 7, sizeof signature);
	struct hash value = sha256_of((struct str){(const char *)signature, sizeof signature});
	char signature_hex[97], value_hex[65];
	for (size_t i = 0; i < sizeof signature; i++)
		snprintf(signature_hex + 2 * i, 3, "%02x", signature[i]);
	for (size_t i = 0; i < 32; i++)
		snprintf(value_hex + 2 * i, 3, "%02x", value.at[i] ^ (lies == 2));
	snprintf(body, sizeof body, "{\"round\":%lld,\"randomness\":\"%s\",\"signature\":\"%s\"%*s}", round + (lies == 1), value_hex, signature_hex, lies == 3 ? 5000 : 0, "");
	snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", strlen(body), body);
	say(fd, text);
}

static void test_beacon(void **state)
{
	struct test_desk d = desk_open(state);
	CLEANUP(net_closep) struct net *net = NULL;
	struct rude rude = {};
	i64 id = opened(&d, rules(&d)), number, wake;
	says(&d, "ana", "1", "Me! #tenbreads");
	says(&d, "bob", "2", "Me! #tenbreads");
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){.source = LOT_BEACON, .lead = MINUTE}, &number));
	rude_start(&rude, relay);
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){.allow = S("127.0.0.1")}, &net));
	struct str relays = arena_printf(d.cx->arena, "nonsense http://127.0.0.1:1/ http://127.0.0.1:%d/", rude.port); /* the first is no address, the second is not there */
	struct contest_draw draw = drawn(&d, net, &keys, relays, id, number, &wake);
	assert_true(!draw.drawn_at && wake == draw.due_at && rude.requests == 0); /* it has not come: nobody is asked */
	for (lies = 1; lies <= 3; lies++) {
		time_set(d.cx->now = draw.due_at);
		draw = drawn(&d, net, &keys, relays, id, number, &wake);
		assert_true(!draw.drawn_at && !draw.seed.len && draw.story.len && rude.requests == lies);
	}
	lies = 0;
	time_set(d.cx->now = draw.due_at);
	draw = drawn(&d, net, &keys, relays, id, number, &wake);
	assert_true(draw.drawn_at && draw.typed == LOT_FETCHED && !draw.story.len && !wake);
	assert_str(draw.relay, "127.0.0.1");
	assert_non_null(strstr(rude.last, arena_cstr(d.cx->arena, arena_printf(d.cx->arena, "GET /" BEACON_CHAIN "/public/%lld ", (long long)draw.round))));
	draw = drawn(&d, net, &keys, relays, id, number, &wake);
	assert_int_equal(rude.requests, 4);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_winner WHERE contest_id = ?1", id), 2);
	rude_stop(&rude);
	time_set(0);
}

/* Brought to another installation, or the row was changed: nothing is drawn, and it is said why. */
static void test_seal(void **state)
{
	struct test_desk d = desk_open(state);
	struct key_pair other;
	i64 id = opened(&d, rules(&d)), number, wake;
	const struct contest_freeze by_word = {.source = LOT_WORD, .work = &keys.public, .reason = S("Another machine.")};
	says(&d, "ana", "1", "Me! #tenbreads");
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &number));
	assert_ok(d.cx, contest_draw_word(d.cx, d.db, d.workspace, id, S("pain")));
	key_pair_new(&other);
	struct contest_draw draw = drawn(&d, NULL, &other, (struct str){}, id, number, &wake);
	assert_true(!draw.drawn_at && draw.story.len && !draw.due_at && !wake && !draw.secret.len);
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &number));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "/* all workspaces */ UPDATE contest_draw SET sealed = NULL WHERE contest_id = ?1 AND number = 2", db_i64(id)));
	assert_err(contest_draw_word(d.cx, d.db, d.workspace, id, S("pain")), ERR_CONFLICT); /* before the word is published for nothing */
	cx_forget(d.cx);
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &number));
	assert_true(with_word(&d, id, 3, S("pain")).number == 3);
}

static void test_draw(void **state)
{
	struct test_desk d = desk_open(state);
	i64 id = opened(&d, rules(&d)), number, none;
	const struct contest_freeze by_word = {.source = LOT_WORD, .work = &keys.public};
	assert_err(contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &none), ERR_CONFLICT); /* nobody takes part */
	cx_forget(d.cx);
	for (int i = 0; i < 9; i++)
		says(&d, arena_printf(d.cx->arena, "p%d", i).at, arena_printf(d.cx->arena, "%d", i).at, "Me! #tenbreads");
	desk_act_as(&d, &d.agent);
	assert_err(contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &none), ERR_DENIED);
	cx_forget(d.cx);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &number));
	struct contest_draw draw;
	assert_ok(d.cx, contest_draw_get(d.cx, d.db, d.workspace, id, number, &draw));
	assert_int_equal(draw.entries, 9);
	assert_str(draw.list_hash, lot_hash(d.cx->arena, draw.list).at);
	assert_true(!draw.seed.len && !draw.secret.len && draw.secret_hash.len == LOT_HASH && draw.sealed.len); /* nobody has the secret but who can open it */
	struct str secret;
	assert_ok(d.cx, seal_to_open(d.cx, &keys, arena_printf(d.cx->arena, "contest_draw:%lld", (long long)draw.id), draw.sealed, &secret));
	assert_str(draw.secret_hash, lot_hash(d.cx->arena, secret).at);

	/* what comes now is not in it, and nothing of it changes any more */
	i64 late = says(&d, "late", "99", "Me too #tenbreads");
	gather(&d);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_entry WHERE message_id = ?1", late), 0);
	struct contest c = contest_at(&d, id);
	c.winners = 5;
	assert_err(contest_keep(d.cx, d.db, &c, NULL, 0), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_err(contest_draw_typed(d.cx, d.db, d.workspace, id, S("aa")), ERR_CONFLICT); /* it named a word */
	cx_forget(d.cx);
	i64 wake;
	assert_ok(d.cx, contest_draw_word(d.cx, d.db, d.workspace, id, S("brioche")));
	assert_err(contest_draw_word(d.cx, d.db, d.workspace, id, S("another")), ERR_CONFLICT);
	cx_forget(d.cx);
	assert_ok(d.cx, contest_draw_get(d.cx, d.db, d.workspace, id, number, &draw));
	assert_true(str_eq(draw.word, S("brioche")) && !draw.secret.len && !draw.drawn_at); /* the word first, for everybody */
	draw = drawn(&d, NULL, &keys, (struct str){}, id, number, &wake);
	assert_true(draw.drawn_at == d.cx->now && draw.drawn_by == d.owner.user && !wake && str_eq(draw.secret, secret) && !draw.sealed.len);
	struct contest_draw same = drawn(&d, NULL, &keys, (struct str){}, id, number, &wake); /* killed and started again: nothing more is drawn */
	assert_true(same.drawn_at == draw.drawn_at && str_eq(same.seed, draw.seed));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_winner WHERE contest_id = ?1", id), 2);

	/* anybody gets the same from what was published */
	struct contest_winner *winners;
	struct lot_line *lines;
	size_t count, line_count, taken, *order;
	assert_ok(d.cx, contest_winners(d.cx, d.db, d.workspace, id, &winners, &count));
	assert_int_equal(count, 2);
	assert_ok(d.cx, lot_read(d.cx, draw.list, &lines, &line_count));
	lot_draw(d.cx->arena, lines, line_count, lot_seed_of_word(d.cx->arena, draw.secret, S("brioche")), 2, &order, &taken);
	for (size_t i = 0; i < 2; i++)
		assert_str(winners[i].hash, arena_cstr(d.cx->arena, lines[order[i]].entry));
	assert_int_equal(winners[0].state, WINNER_DRAWN);
	assert_int_equal(winners[1].state, WINNER_STANDBY);

	/* once more: not silently */
	assert_err(contest_freeze(d.cx, d.db, d.workspace, id, &by_word, &none), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "reason");
	cx_forget(d.cx);
	struct contest_said *said;
	size_t said_count;
	const struct contest_filter all = {.state = -1, .reason = -1};
	assert_ok(d.cx, contest_entries(d.cx, d.db, d.workspace, id, &all, LIST_START, 20, &said, &said_count));
	assert_int_equal(said_count, 9);
	assert_ok(d.cx, contest_refuse(d.cx, d.db, d.workspace, id, said[0].entry.id, S("A copy."), NULL)); /* put right: for the second list alone */
	assert_ok(d.cx, contest_withdraw(d.cx, d.db, d.workspace, id, said[1].entry.id));
	struct contest_freeze second = {.source = LOT_BEACON, .reason = S("An entry was counted by mistake.")};
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &second, &number));
	assert_int_equal(number, 2);
	assert_ok(d.cx, contest_winners(d.cx, d.db, d.workspace, id, &winners, &count));
	assert_true(count == 2 && winners[0].state == WINNER_VOID);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_draw WHERE contest_id = ?1 AND seed <> ''", id), 1); /* the first stays */

	/* a beacon: named before it comes, and held to it */
	assert_ok(d.cx, contest_draw_get(d.cx, d.db, d.workspace, id, 2, &draw));
	assert_int_equal(draw.entries, 7);
	assert_true(beacon_time(draw.round) >= d.cx->now + CONTEST_LEAD);
	const char *value = "8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3";
	assert_err(contest_draw_typed(d.cx, d.db, d.workspace, id, str_of(value)), ERR_CONFLICT); /* it has not come */
	cx_forget(d.cx);
	time_set(d.cx->now = beacon_time(draw.round) + MINUTE);
	beacon_is_silent(&d, id);
	assert_err(contest_draw_typed(d.cx, d.db, d.workspace, id, S("{\"round\":42,\"randomness\":\"8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3\"}")), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_ok(d.cx, contest_draw_typed(d.cx, d.db, d.workspace, id, str_of(value)));
	assert_ok(d.cx, contest_draw_get(d.cx, d.db, d.workspace, id, 2, &draw));
	assert_true(draw.typed == LOT_TYPED_BARE && draw.drawn_at && str_eq(draw.seed, str_of(value)));
	assert_int_equal(contest_at(&d, id).state, CONTEST_DECIDED);
}

/* ---- winners ---- */

static struct contest_winner *winners_of(struct test_desk *d, i64 id, size_t *ret_count)
{
	struct contest_winner *winners;
	assert_ok(d->cx, contest_winners(d->cx, d->db, d->workspace, id, &winners, ret_count));
	return winners;
}

static void test_winners(void **state)
{
	struct test_desk d = desk_open(state);
	struct contest c = rules(&d);
	c.substitutes = 2;
	i64 id = opened(&d, c), number, done;
	for (int i = 0; i < 5; i++)
		says(&d, arena_printf(d.cx->arena, "p%d", i).at, arena_printf(d.cx->arena, "%d", i).at, "Me! #tenbreads");
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){.source = LOT_WORD, .work = &keys.public}, &number));
	with_word(&d, id, number, S("pain"));
	size_t count;
	struct contest_winner *w = winners_of(&d, id, &count);
	assert_int_equal(count, 3);
	assert_err(contest_tell(d.cx, d.db, d.workspace, id, w[1].id, S("You won."), false), ERR_CONFLICT); /* a substitute */
	cx_forget(d.cx);
	assert_ok(d.cx, contest_tell(d.cx, d.db, d.workspace, id, w[0].id, S("You won a bread. Do you take it?"), false));
	assert_err(contest_tell(d.cx, d.db, d.workspace, id, w[0].id, S("You won, really."), false), ERR_CONFLICT); /* at most once */
	cx_forget(d.cx);
	w = winners_of(&d, id, &count);
	assert_true(w[0].state == WINNER_LEAVING && !w[0].told_at && !w[0].answer_by); /* it is only on its way */
	assert_ok(d.cx, contest_arrivals(d.cx, d.db, &done));
	assert_int_equal(done, 0);
	arrives(&d);
	w = winners_of(&d, id, &count);
	assert_true(w[0].state == WINNER_TOLD && w[0].told_at == d.cx->now && w[0].answer_by == d.cx->now + 3 * DAY);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM publication WHERE message_id = ?1 AND act = 'reply'", winners_of(&d, id, &count)[0].reply), 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE id = ?1 AND direction = 'out'", winners_of(&d, id, &count)[0].reply), 1);

	/* reminded a day before, given up when the time is over; the next one moves up */
	time_set(d.cx->now += 2 * DAY + HOUR);
	assert_ok(d.cx, contest_clock(d.cx, d.db, &done));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM notification WHERE person_id = ?1 AND kind = 'contest_waiting'", d.agent.user), 1);
	assert_ok(d.cx, contest_clock(d.cx, d.db, &done));
	assert_int_equal(done, 0);
	assert_int_equal(winners_of(&d, id, &count)[0].state, WINNER_TOLD);
	time_set(d.cx->now += DAY);
	assert_ok(d.cx, contest_clock(d.cx, d.db, &done));
	w = winners_of(&d, id, &count);
	assert_true(w[0].state == WINNER_SILENT && w[1].state == WINNER_DRAWN && w[2].state == WINNER_STANDBY);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM notification WHERE person_id = ?1 AND kind = 'contest_silent'", d.agent.user), 1);
	assert_ok(d.cx, contest_settle(d.cx, d.db, d.workspace, id, w[1].id, WINNER_DECLINED, S("")));
	assert_err(contest_settle(d.cx, d.db, d.workspace, id, w[1].id, WINNER_ACCEPTED, S("")), ERR_CONFLICT);
	cx_forget(d.cx);
	w = winners_of(&d, id, &count);
	assert_true(w[1].state == WINNER_DECLINED && w[2].state == WINNER_DRAWN);
	assert_ok(d.cx, contest_settle(d.cx, d.db, d.workspace, id, w[2].id, WINNER_ACCEPTED, S("Ana, of Lyon")));
	assert_str(winners_of(&d, id, &count)[2].shown_as, "Ana, of Lyon");
	assert_ok(d.cx, contest_settle(d.cx, d.db, d.workspace, id, w[2].id, WINNER_ACCEPTED, S(""))); /* they changed their mind */
	assert_int_equal(winners_of(&d, id, &count)[2].shown_as.len, 0);

	/* names go; what was drawn can still be drawn again by anybody */
	time_set(d.cx->now += 91 * DAY);
	assert_ok(d.cx, contest_clock(d.cx, d.db, &done));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_entry WHERE contest_id = ?1 AND message_id IS NOT NULL", id), 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_entry WHERE contest_id = ?1 AND hash <> ''", id), 5);
	assert_err(contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){.source = LOT_WORD, .work = &keys.public, .reason = S("x")}, &number), ERR_CONFLICT);
	cx_forget(d.cx);

	/* who won lately is out of the next one, when its rules say so */
	c = rules(&d);
	c.name = S("Ten more");
	c.hashtag = S("tenmore");
	c.winners_out_days = 365;
	c.owner = 0;
	i64 next = opened(&d, c);
	const char *winner = arena_cstr(d.cx->arena, winners_of(&d, id, &count)[2].author_name);
	i64 message = says(&d, winner, "again", "Me again #tenmore");
	gather(&d);
	expect(&d, next, message, ENTRY_WON_BEFORE);
}

/* Several entries of one person may count, each a lot; the same message that two of our channels heard is one line, and the number that is published is the list's. */
static void test_twice_heard(void **state)
{
	struct test_desk d = desk_open(state);
	struct contest c = rules(&d);
	c.per_person = 3;
	i64 id = opened(&d, c), number, first = d.channel;
	says(&d, "ana", "1", "Mine #tenbreads");
	says(&d, "ana", "2", "Mine again #tenbreads");
	d.channel = channel_more(&d, "The same network, another account");
	assert_ok(d.cx, ingest_start(d.cx, d.db, d.workspace, d.channel, false, d.cx->arena, &d.ingest));
	i64 twice = says(&d, "ana", "2", "Mine again #tenbreads");
	d.channel = first;
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){.source = LOT_WORD, .work = &keys.public}, &number));
	struct contest_draw draw;
	struct lot_line *lines;
	size_t count;
	assert_ok(d.cx, contest_draw_get(d.cx, d.db, d.workspace, id, number, &draw));
	assert_ok(d.cx, lot_read(d.cx, draw.list, &lines, &count));
	assert_true(count == 2 && draw.entries == 2 && lines[0].person.len && str_eq(lines[0].person, lines[1].person));
	expect(&d, id, twice, ENTRY_AGAIN);
	with_word(&d, id, number, S("pain"));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_winner WHERE contest_id = ?1", id), 1); /* and wins once */
}

/* ---- how often it is looked ---- */

static void test_pace(void **state)
{
	struct test_desk d = desk_open(state);
	struct contests_pace pace = {};
	i64 id = opened(&d, rules(&d)), done, looks = 0;
	assert_ok(d.cx, contests_look(d.cx, d.db, &pace, &done));
	for (int i = 0; i < 120; i++) { /* two minutes in which nothing comes, asked each second */
		i64 before = pace.slow_at;
		time_set(d.cx->now += SECOND);
		assert_ok(d.cx, contests_look(d.cx, d.db, &pace, &done));
		looks += pace.slow_at != before;
	}
	assert_true(looks > 3 && looks < 14);
	says(&d, "ana", "1", "Me! #tenbreads");
	time_set(d.cx->now += 2 * SECOND);
	assert_ok(d.cx, contests_look(d.cx, d.db, &pace, &done));
	assert_int_equal(done, 1); /* what comes is heard at once all the same */
	struct contest c = contest_at(&d, id);
	time_set(d.cx->now = c.ends_at + HOUR); /* its end has come: nothing is looked at in between */
	says(&d, "bob", "2", "Late! #tenbreads");
	assert_ok(d.cx, contests_turn(d.cx, d.db, false, &done));
	assert_int_equal(done, 0);
	assert_ok(d.cx, contests_turn(d.cx, d.db, true, &done));
	assert_int_equal(done, 1);
	time_set(d.cx->now -= 20 * DAY); /* a clock that goes back does not silence it */
	assert_ok(d.cx, contests_look(d.cx, d.db, &pace, &done));
	assert_true(pace.due_at < d.cx->now + MINUTE);
}

/* ---- others ---- */

static void test_jury(void **state)
{
	struct test_desk d = desk_open(state);
	struct contest c = rules(&d);
	c.kind = CONTEST_JURY;
	i64 id = opened(&d, c), number;
	i64 messages[3];
	for (int i = 0; i < 3; i++)
		messages[i] = says(&d, arena_printf(d.cx->arena, "p%d", i).at, arena_printf(d.cx->arena, "%d", i).at, "A photo #tenbreads");
	assert_ok(d.cx, contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){}, &number));
	assert_err(contest_jury_decide(d.cx, d.db, d.workspace, id), ERR_CONFLICT); /* nobody gave points */
	cx_forget(d.cx);
	static const i64 given[2][3] = {{3, 9, 5}, {8, 4, 8}}; /* 11, 13, 13: the earlier of two */
	const struct actor *jury[] = {&d.agent, &d.moderator};
	for (size_t j = 0; j < 2; j++)
		for (size_t i = 0; i < 3; i++) {
			desk_act_as(&d, jury[j]);
			assert_ok(d.cx, contest_judge(d.cx, d.db, d.workspace, id, entry_of(&d, id, messages[i]).entry.id, given[j][i]));
		}
	assert_err(contest_judge(d.cx, d.db, d.workspace, id, entry_of(&d, id, messages[0]).entry.id, 11), ERR_BAD_INPUT);
	cx_forget(d.cx);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, contest_jury_decide(d.cx, d.db, d.workspace, id));
	size_t count;
	struct contest_winner *w = winners_of(&d, id, &count);
	assert_int_equal(count, 2);
	assert_true(w[0].message == messages[1] && w[0].points == 13 && w[1].message == messages[2] && w[1].state == WINNER_STANDBY);
}

static void test_challenge(void **state)
{
	struct test_desk d = desk_open(state);
	struct contest c = rules(&d);
	c.kind = CONTEST_CHALLENGE;
	c.winners = 0;
	c.substitutes = 0;
	i64 id = opened(&d, c), winner, same, number;
	i64 message = says(&d, "ana", "1", "My bread #tenbreads");
	gather(&d);
	assert_err(contest_freeze(d.cx, d.db, d.workspace, id, &(struct contest_freeze){}, &number), ERR_CONFLICT);
	cx_forget(d.cx);
	i64 entry = entry_of(&d, id, message).entry.id;
	assert_ok(d.cx, contest_choose(d.cx, d.db, d.workspace, id, entry, &winner));
	assert_ok(d.cx, contest_choose(d.cx, d.db, d.workspace, id, entry, &same));
	assert_int_equal(winner, same);
	assert_ok(d.cx, contest_tell(d.cx, d.db, d.workspace, id, winner, S("May we show it?"), false));
	arrives(&d);
	assert_ok(d.cx, contest_settle(d.cx, d.db, d.workspace, id, winner, WINNER_ACCEPTED, S("Ana")));
	assert_ok(d.cx, contest_challenge_end(d.cx, d.db, d.workspace, id));
	assert_int_equal(contest_at(&d, id).state, CONTEST_DECIDED);
}

/* Under posts of ours: only what is said there. */
static void test_comments(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post = ready(&d, write_to(&d, &d.channel, 1, "Comment and win.", S("")).id);
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	turn(&d, MINUTE);
	struct publication *sent;
	assert_int_equal(acts(&d, post.id, &sent), 1);
	assert_int_equal(sent[0].state, PUBLICATION_SENT);
	struct contest c = rules(&d);
	c.ways = WAY_COMMENT;
	c.hashtag = S("");
	assert_ok(d.cx, contest_keep(d.cx, d.db, &c, NULL, 0));
	assert_err(contest_open(d.cx, d.db, d.workspace, c.id), ERR_BAD_INPUT); /* under which? */
	assert_string_equal(d.cx->field, "posts");
	cx_forget(d.cx);
	assert_ok(d.cx, contest_keep(d.cx, d.db, &c, &post.id, 1));
	assert_ok(d.cx, contest_open(d.cx, d.db, d.workspace, c.id));
	time_set(d.cx->now += SECOND);
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = S("c1"), .parent_id = sent[0].remote_id, .thread_id = sent[0].remote_id, .author_id = S("ana"), .author_name = S("Ana"),
			    .author_followers = -1, .body = S("Me!"), .at = d.cx->now};
	enum ingest_result result;
	i64 under = 0;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, &under));
	assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	i64 elsewhere = says(&d, "bob", "t2", "Me!");
	gather(&d);
	expect(&d, c.id, under, ENTRY_FINE);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contest_entry WHERE message_id = ?1", elsewhere), 0);
}

static void refused(struct test_desk *d, struct contest c, const char *field)
{
	assert_err(contest_keep(d->cx, d->db, &c, NULL, 0), ERR_BAD_INPUT);
	assert_string_equal(d->cx->field, field);
	cx_forget(d->cx);
}

static void test_rules(void **state)
{
	struct test_desk d = desk_open(state);
	struct contest c = rules(&d), bad;
	bad = c, bad.name = S(" ");
	refused(&d, bad, "name");
	bad = c, bad.ends_at = c.starts_at;
	refused(&d, bad, "ends");
	bad = c, bad.ways = 0;
	refused(&d, bad, "ways");
	bad = c, bad.hashtag = S("two words");
	refused(&d, bad, "hashtag");
	bad = c, bad.winners = 0;
	refused(&d, bad, "winners");
	bad = c, bad.zone = S("Nowhere");
	refused(&d, bad, "zone");
	i64 id = opened(&d, c);
	bad = c, bad.id = 0;
	refused(&d, bad, "name");
	c = contest_at(&d, id);
	bad = c, bad.kind = CONTEST_JURY;
	refused(&d, bad, "kind");
	bad = c, bad.winners = 0;
	refused(&d, bad, "winners");
	assert_err(contest_put_away(d.cx, d.db, d.workspace, id, true), ERR_CONFLICT);
	cx_forget(d.cx);
	assert_err(contest_stop(d.cx, d.db, d.workspace, id, S("")), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_ok(d.cx, contest_stop(d.cx, d.db, d.workspace, id, S("The oven broke.")));
	assert_ok(d.cx, contest_put_away(d.cx, d.db, d.workspace, id, true));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_entries), DATABASE_TEST(test_people), DATABASE_TEST(test_draw),	DATABASE_TEST(test_winners),
						  DATABASE_TEST(test_jury),    DATABASE_TEST(test_challenge), DATABASE_TEST(test_comments), DATABASE_TEST(test_rules),
						  DATABASE_TEST(test_beacon),  DATABASE_TEST(test_seal),      DATABASE_TEST(test_pace),  DATABASE_TEST(test_twice_heard)};
	key_pair_new(&keys);
	return on_both_engines(tests);
}
