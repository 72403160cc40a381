#include "desk.h"

#include "base/lang.h"
#include "flow/account.h"
#include "flow/audit.h"
#include "flow/operator.h"
#include "sys/totp.h"

#define PASSWORD "correct horse battery"

static struct account_keys keys_of_test(void)
{
	static struct key totp = {.at = {1}}, recovery = {.at = {2}};
	return (struct account_keys){&totp, &recovery};
}

static struct sign_in from(const char *email, const char *password)
{
	return (struct sign_in){.email = str_of(email), .password = str_of(password), .address = S("192.0.2.1"), .agent = S("test")};
}

static i64 begin(struct cx *cx, struct db *db, i64 *ret_workspace)
{
	i64 person;
	struct first_run f = {S("Olga"), S(" Olga@Example.org "), S(PASSWORD), S("fr"), S("Europe/Paris"), S("Levain & Co")};
	cx->now = time_now();
	lang_known(S("fr")) ? (void)0 : (f.lang = S("en"), (void)0);
	assert_ok(cx, account_first_run(cx, db, &f, &person, ret_workspace));
	return person;
}

static struct actor identify(struct cx *cx, struct db *db, struct str token, struct str key)
{
	struct actor actor;
	bool waits;
	assert_ok(cx, account_identify(cx, db, token, key, &actor, &waits));
	return actor;
}

static void test_first_run_and_sessions(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 workspace, person = begin(cx, p->db, &workspace), again;
	struct str token, other;
	bool second;
	struct first_run f = {S("Eve"), S("eve@example.org"), S(PASSWORD), S("en"), S("UTC"), S("Mine")};
	assert_err(account_first_run(cx, p->db, &f, &again, &again), ERR_CONFLICT);
	struct sign_in good = from("OLGA@example.org", PASSWORD), bad = from("olga@example.org", "wrong horse battery"), nobody = from("x@example.org", "whatever it is");
	assert_err(account_sign_in(cx, p->db, &bad, &token, &second), ERR_UNAUTHENTICATED);
	char story[480];
	snprintf(story, sizeof story, "%s", cx->story);
	assert_err(account_sign_in(cx, p->db, &nobody, &token, &second), ERR_UNAUTHENTICATED);
	assert_string_equal(story, cx->story); /* nothing tells an unknown address from a wrong password */
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	assert_false(second);
	struct actor actor = identify(cx, p->db, token, (struct str){});
	assert_true(actor.user == person && actor.workspace == workspace && actor.role == ROLE_OWNER);
	assert_true(actor_may(&actor, MAY_MANAGE_PEOPLE));
	assert_int_equal(identify(cx, p->db, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), (struct str){}).user, 0);
	assert_ok(cx, account_sign_in(cx, p->db, &good, &other, &second));
	cx->actor = &actor;
	assert_err(account_change_password(cx, p->db, S("no"), S("another long sentence"), actor.session), ERR_BAD_INPUT);
	assert_err(account_change_password(cx, p->db, S(PASSWORD), S("short"), actor.session), ERR_BAD_INPUT);
	assert_ok(cx, account_change_password(cx, p->db, S(PASSWORD), S("another long sentence"), actor.session));
	assert_int_equal(identify(cx, p->db, other, (struct str){}).user, 0); /* the other session is over */
	assert_true(identify(cx, p->db, token, (struct str){}).user == person);
	assert_ok(cx, account_sign_out(cx, p->db, token));
	assert_int_equal(identify(cx, p->db, token, (struct str){}).user, 0);
}

static void test_throttle(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 workspace;
	begin(cx, p->db, &workspace);
	struct str token;
	bool second;
	struct sign_in bad = from("olga@example.org", "wrong horse battery"), good = from("olga@example.org", PASSWORD);
	for (int i = 0; i < 10; i++)
		assert_err(account_sign_in(cx, p->db, &bad, &token, &second), ERR_UNAUTHENTICATED);
	assert_err(account_sign_in(cx, p->db, &good, &token, &second), ERR_LIMIT);
	i64 wait = cx->wait;
	assert_in_range(wait, 850, 900);
	cx_forget(cx);
	assert_int_equal(cx->wait, 0);
	cx->now += (wait - 60) * SECOND;
	assert_err(account_sign_in(cx, p->db, &good, &token, &second), ERR_LIMIT);
	assert_in_range(cx->wait, 55, 65);
	cx->now += (cx->wait + 1) * SECOND; /* as long as was said; the others of the ten are still counted, one less of them */
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
}

static void test_second_factor(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct account_keys keys = keys_of_test();
	i64 workspace;
	begin(cx, p->db, &workspace);
	struct str token, secret, codes[RECOVERY_CODES];
	size_t count;
	bool second;
	struct sign_in good = from("olga@example.org", PASSWORD);
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	struct actor actor = identify(cx, p->db, token, (struct str){});
	cx->actor = &actor;
	assert_ok(cx, account_totp_begin(cx, &secret));
	assert_err(account_totp_confirm(cx, p->db, &keys, secret, S("000000"), codes, &count), ERR_BAD_INPUT);
	char code[8];
	snprintf(code, sizeof code, "%06u", totp_code(secret, cx->now / TOTP_STEP));
	assert_ok(cx, account_totp_confirm(cx, p->db, &keys, secret, str_of(code), codes, &count));
	assert_err(account_totp_confirm(cx, p->db, &keys, secret, str_of(code), codes, &count), ERR_CONFLICT); /* one that is on is not replaced without proof */
	assert_int_equal(count, RECOVERY_CODES);
	cx->actor = NULL;
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	assert_true(second);
	bool waits;
	assert_ok(cx, account_identify(cx, p->db, token, (struct str){}, &actor, &waits));
	assert_true(waits && actor.user == 0); /* good for nothing yet */
	assert_err(account_second_factor(cx, p->db, &keys, token, str_of(code)), ERR_BAD_INPUT); /* served already */
	cx->now += TOTP_STEP;
	snprintf(code, sizeof code, "%06u", totp_code(secret, cx->now / TOTP_STEP));
	assert_ok(cx, account_second_factor(cx, p->db, &keys, token, str_of(code)));
	assert_true(identify(cx, p->db, token, (struct str){}).user > 0);
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	assert_ok(cx, account_second_factor(cx, p->db, &keys, token, codes[3]));
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	assert_err(account_second_factor(cx, p->db, &keys, token, codes[3]), ERR_BAD_INPUT); /* once */
	i64 arrivals = 0; /* by password once, by code once, by recovery code once; who stopped half way is none */
	assert_ok(cx, db_number(cx, p->db, 0, &arrivals, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = 0 AND act = 'account.sign_in'"));
	assert_int_equal(arrivals, 3);
	assert_ok(cx, account_second_factor(cx, p->db, &keys, token, codes[4]));
	actor = identify(cx, p->db, token, (struct str){});
	cx->actor = &actor;
	struct str fresh[RECOVERY_CODES];
	assert_err(account_recovery_codes(cx, p->db, &keys, S("wrong horse battery"), fresh, &count), ERR_BAD_INPUT); /* a session alone is not enough */
	assert_err(account_recovery_codes(cx, p->db, &keys, codes[5], fresh, &count), ERR_BAD_INPUT);
	assert_ok(cx, account_recovery_codes(cx, p->db, &keys, S(PASSWORD), fresh, &count));
	cx->now += TOTP_STEP;
	snprintf(code, sizeof code, "%06u", totp_code(secret, cx->now / TOTP_STEP));
	assert_ok(cx, account_recovery_codes(cx, p->db, &keys, str_of(code), fresh, &count));
	assert_err(account_totp_off(cx, p->db, &keys, str_of(code)), ERR_BAD_INPUT); /* a code serves once */
	assert_ok(cx, account_totp_off(cx, p->db, &keys, S(PASSWORD)));
}

static void test_links_and_reset(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 workspace, person = begin(cx, p->db, &workspace);
	struct str link, token;
	struct person found;
	struct sign_in in = from("", "");
	assert_ok(cx, account_link(cx, p->db, person, "sign_in", HOUR, &link));
	assert_ok(cx, account_sign_in_by_link(cx, p->db, link, &in, &token));
	assert_true(identify(cx, p->db, token, (struct str){}).user == person);
	assert_err(account_sign_in_by_link(cx, p->db, link, &in, &token), ERR_MISSING);
	assert_ok(cx, account_ask_reset(cx, p->db, S("nobody@example.org"), &link, &found));
	assert_int_equal(link.len, 0);
	assert_ok(cx, account_ask_reset(cx, p->db, S("olga@example.org"), &link, &found));
	assert_err(account_reset(cx, p->db, link, S("passwordpa")), ERR_BAD_INPUT);
	assert_ok(cx, account_reset(cx, p->db, link, S("a brand new sentence")));
	assert_err(account_reset(cx, p->db, link, S("a brand new sentence")), ERR_MISSING);
	assert_int_equal(identify(cx, p->db, token, (struct str){}).user, 0);
}

static void test_invite_roles_and_keys(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 workspace, owner = begin(cx, p->db, &workspace), guest;
	struct str invitation, token, key;
	bool second;
	struct newcomer new_ana = {S("Ana"), S("en"), S("UTC")};
	struct sign_in with = from("", PASSWORD " 2");
	struct sign_in good = from("olga@example.org", PASSWORD);
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	struct actor actor = identify(cx, p->db, token, (struct str){});
	cx->actor = &actor;
	assert_ok(cx, account_invite(cx, p->db, workspace, S("Ana@example.org"), ROLE_AGENT, &invitation));
	assert_ok(cx, account_accept(cx, p->db, invitation, &new_ana, &with, &token, &second));
	struct actor arrived = identify(cx, p->db, token, (struct str){});
	guest = arrived.user;
	assert_true(!second && guest && guest != owner && arrived.workspace == workspace);
	assert_err(account_accept(cx, p->db, invitation, &new_ana, &with, &token, &second), ERR_MISSING);
	assert_err(account_invite(cx, p->db, workspace, S("ana@example.org"), ROLE_AGENT, &invitation), ERR_BAD_INPUT);
	assert_err(account_set_role(cx, p->db, workspace, owner, ROLE_AGENT), ERR_CONFLICT); /* the last owner */
	assert_err(account_remove(cx, p->db, workspace, owner), ERR_CONFLICT);
	assert_ok(cx, account_set_role(cx, p->db, workspace, guest, ROLE_ADMINISTRATOR));

	struct sign_in ana = from("ana@example.org", PASSWORD " 2");
	assert_ok(cx, account_sign_in(cx, p->db, &ana, &token, &second));
	struct actor admin = identify(cx, p->db, token, (struct str){});
	cx->actor = &admin;
	assert_err(account_set_role(cx, p->db, workspace, owner, ROLE_GUEST), ERR_DENIED);
	assert_err(account_invite(cx, p->db, workspace, S("eve@example.org"), ROLE_OWNER, &invitation), ERR_BAD_INPUT);
	assert_err(account_key_new(cx, p->db, workspace, S("bot"), S("inbox.read nonsense"), 0, &key), ERR_BAD_INPUT);
	assert_ok(cx, account_key_new(cx, p->db, workspace, S("bot"), S("inbox.read inbox.reply"), 0, &key));
	struct actor bot = identify(cx, p->db, (struct str){}, key);
	assert_true(bot.kind == ACTOR_API_KEY && actor_may(&bot, MAY_REPLY) && !actor_may(&bot, MAY_MANAGE_PEOPLE));
	assert_ok(cx, account_key_revoke(cx, p->db, workspace, bot.session));
	assert_int_equal(identify(cx, p->db, (struct str){}, key).user, 0);
	/* A key never outlives its owner's role. */
	assert_ok(cx, account_key_new(cx, p->db, workspace, S("bot"), S("inbox.reply"), 0, &key));
	cx->actor = &actor;
	assert_ok(cx, account_set_role(cx, p->db, workspace, guest, ROLE_ANALYST));
	bot = identify(cx, p->db, (struct str){}, key);
	assert_false(actor_may(&bot, MAY_REPLY));
	assert_ok(cx, account_remove(cx, p->db, workspace, guest));
	assert_int_equal(identify(cx, p->db, token, (struct str){}).workspace, 0);
	i64 count;
	assert_ok(cx, audit_verify(cx, p->db, workspace, &count));
	assert_true(count > 5);
}

/* Whoever invites may have seen the link: it must not be a way to try the passwords of others, nor past their second factor. */
static void test_invitation_of_an_account(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct account_keys keys = keys_of_test();
	i64 first, second_workspace, count;
	i64 olga = begin(cx, p->db, &first);
	struct str token, secret, codes[RECOVERY_CODES], invitation;
	size_t code_count;
	bool second;
	char code[8];
	struct newcomer who = {S("Nobody"), S("en"), S("UTC")};
	struct sign_in good = from("olga@example.org", PASSWORD), wrong = from("", "wrong horse battery"), right = from("", PASSWORD);
	assert_ok(cx, account_sign_in(cx, p->db, &good, &token, &second));
	struct actor actor = identify(cx, p->db, token, (struct str){});
	cx->actor = &actor;
	assert_ok(cx, account_totp_begin(cx, &secret));
	snprintf(code, sizeof code, "%06u", totp_code(secret, cx->now / TOTP_STEP));
	assert_ok(cx, account_totp_confirm(cx, p->db, &keys, secret, str_of(code), codes, &code_count));
	struct operator_person ana = {.name = S("Ana"), .email = S("ana@example.org"), .password = S(PASSWORD " 2"), .role = ROLE_OWNER, .lang = S("en"), .zone = S("UTC")};
	i64 owner;
	assert_ok(cx, operator_add(cx, p->db, 0, S("Elsewhere"), &ana, &owner));
	struct sign_in hers = from("ana@example.org", PASSWORD " 2");
	assert_ok(cx, account_sign_in(cx, p->db, &hers, &token, &second));
	struct actor inviter = identify(cx, p->db, token, (struct str){});
	second_workspace = inviter.workspace;
	cx->actor = &inviter;
	assert_ok(cx, account_invite(cx, p->db, second_workspace, S("olga@example.org"), ROLE_AGENT, &invitation));
	cx->actor = NULL;
	for (int i = 0; i < 10; i++)
		assert_err(account_accept(cx, p->db, invitation, &who, &wrong, &token, &second), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "password");
	assert_err(account_accept(cx, p->db, invitation, &who, &right, &token, &second), ERR_LIMIT);
	assert_ok(cx, db_number(cx, p->db, 0, &count, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = 0 AND act = 'account.sign_in_refused'"));
	assert_int_equal(count, 10);
	cx->now += 16 * MINUTE;
	assert_ok(cx, account_accept(cx, p->db, invitation, &who, &right, &token, &second));
	assert_true(second); /* good for nothing but the second factor yet */
	assert_int_equal(identify(cx, p->db, token, (struct str){}).user, 0);
	snprintf(code, sizeof code, "%06u", totp_code(secret, cx->now / TOTP_STEP));
	assert_ok(cx, account_second_factor(cx, p->db, &keys, token, str_of(code)));
	actor = identify(cx, p->db, token, (struct str){});
	assert_true(actor.user == olga && actor.workspace == second_workspace && actor.role == ROLE_AGENT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_first_run_and_sessions), DATABASE_TEST(test_throttle), DATABASE_TEST(test_second_factor),
		DATABASE_TEST(test_links_and_reset), DATABASE_TEST(test_invite_roles_and_keys), DATABASE_TEST(test_invitation_of_an_account),
	};
	return on_both_engines(tests);
}
