/* An author contests that their message was hidden; somebody else reads it again. And the clocks and undoing of the review queue. */
#include "desk.h"

#include "flow/appeal.h"
#include "flow/audit.h"
#include "../../src/flow/desk.h" /* "flow/desk.h" is the one beside this file */
#include "flow/late.h"
#include "flow/notify.h"
#include "flow/outside.h"
#include "store/audit.h"
#include "store/event.h"
#include "store/message.h"

static const struct key link_key = {.at = {7}}, other_key = {.at = {8}};
static const struct outside outside = {&link_key, {"https://desk.example.org", 24}};

static void later(struct test_desk *d, i64 duration)
{
	d->cx->now += duration;
}

static struct message message_of(struct test_desk *d, i64 id)
{
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, id, &m));
	return m;
}

/* The moderator hides what fred said; the decision. */
static i64 hidden(struct test_desk *d, const char *thread, const char *id, i64 *ret_message)
{
	struct decision *list;
	size_t count;
	*ret_message = desk_say(d, "fred", thread, id, "Insulte");
	desk_act_as(d, &d->moderator);
	struct hide_request r = {.message = *ret_message, .article = d->article, .reason = S("It insults a seller."), .notify_author = true, .outside = &outside};
	assert_ok(d->cx, moderate_hide(d->cx, d->db, d->workspace, &r, NULL));
	assert_ok(d->cx, decisions_of(d->cx, d->db, d->workspace, *ret_message, &list, &count));
	later(d, MINUTE);
	return list[count - 1].id;
}

static struct appeal contested(struct test_desk *d, i64 decision)
{
	i64 id;
	struct appeal a;
	assert_ok(d->cx, appeal_by_author(d->cx, d->db, d->workspace, decision, S("  It was a quotation.  "), S("203.0.113.9"), &id));
	assert_ok(d->cx, appeal_get(d->cx, d->db, d->workspace, id, &a));
	return a;
}

static void test_an_address_opens_its_own_thing_alone(void **state)
{
	struct place *p = *state;
	const struct outside elsewhere = {&other_key, outside.public_url};
	i64 id = 0;
	struct str pass = outside_pass(&p->cx, &outside, OUTSIDE_CONTEST, 7301), again = outside_pass(&p->cx, &outside, OUTSIDE_CONTEST, 7302);
	assert_ok(&p->cx, outside_open(&p->cx, &outside, OUTSIDE_CONTEST, pass, &id));
	assert_int_equal(id, 7301);
	assert_true(pass.len <= OUTSIDE_PASS_MAX && pass.len > 48);
	assert_err(outside_open(&p->cx, &outside, OUTSIDE_TALK, pass, &id), ERR_MISSING);
	assert_err(outside_open(&p->cx, &elsewhere, OUTSIDE_CONTEST, pass, &id), ERR_MISSING);
	assert_err(outside_open(&p->cx, &outside, OUTSIDE_CONTEST, arena_printf(p->cx.arena, "7301%.*s", STR_ARG(str_skip(again, 4))), &id), ERR_MISSING);
	assert_err(outside_open(&p->cx, &outside, OUTSIDE_CONTEST, str_head(pass, pass.len - 1), &id), ERR_MISSING);
	assert_err(outside_open(&p->cx, &outside, OUTSIDE_CONTEST, arena_printf(p->cx.arena, "0%.*s", STR_ARG(pass)), &id), ERR_MISSING);
	assert_err(outside_open(&p->cx, &outside, OUTSIDE_CONTEST, S(""), &id), ERR_MISSING);
	assert_err(outside_open(&p->cx, &outside, OUTSIDE_CONTEST, S("-1-00"), &id), ERR_MISSING);
	assert_int_equal(id, 7301);
}

static void test_the_author_is_given_the_address(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bad, decision = hidden(&d, "t1", "m1", &bad);
	struct message *thread;
	size_t count, told = 0;
	assert_ok(d.cx, message_thread(d.cx, d.db, d.workspace, message_of(&d, bad).conversation, 0, 0, 10, &thread, &count));
	for (size_t i = 0; i < count; i++)
		if (thread[i].direction == DIRECTION_OUT) {
			told++;
			assert_int_equal(thread[i].visibility, VISIBILITY_PRIVATE);
			assert_true(str_starts(thread[i].body, S("We hid your message.")));
			assert_true(str_find(thread[i].body, outside_address(d.cx, &outside, OUTSIDE_CONTEST, decision)) > 0);
		}
	assert_int_equal(told, 1);
}

static void test_an_accepted_appeal_restores(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bad, decision = hidden(&d, "t1", "m1", &bad), id, unread;
	struct appeal a = contested(&d, decision);
	assert_str(a.text, "It was a quotation.");
	assert_str(a.road, "page");
	assert_int_equal(a.recorded_by, 0);
	assert_int_equal(a.due_at, d.cx->now + 7 * DAY);
	assert_ok(d.cx, notifications_unread(d.cx, d.db, d.workspace, d.owner.user, &unread));
	assert_int_equal(unread, 1);
	assert_ok(d.cx, notifications_unread(d.cx, d.db, d.workspace, d.moderator.user, &unread));
	assert_int_equal(unread, 0); /* who decided first does not decide again */
	assert_err(appeal_by_author(d.cx, d.db, d.workspace, decision, S("Again"), S(""), &id), ERR_CONFLICT);
	assert_err(moderate_restore(d.cx, d.db, d.workspace, bad, S("Yes")), ERR_CONFLICT); /* through the appeal, and by no other way */

	struct appeal_verdict v = {.appeal = a.id, .accepted = true, .reason = S(" "), .notify_author = true, .outside = &outside};
	assert_err(appeal_decide(d.cx, d.db, d.workspace, &v), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "reason");
	v.reason = S("A quotation indeed.");
	assert_err(appeal_decide(d.cx, d.db, d.workspace, &v), ERR_DENIED); /* the moderator decided first */
	desk_act_as(&d, &d.agent);
	assert_err(appeal_decide(d.cx, d.db, d.workspace, &v), ERR_DENIED);
	assert_true(message_of(&d, bad).hidden_at > 0);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, appeal_decide(d.cx, d.db, d.workspace, &v));
	struct message m = message_of(&d, bad);
	assert_int_equal(m.hidden_at, 0);
	assert_str(m.body, "Insulte");
	assert_ok(d.cx, appeal_get(d.cx, d.db, d.workspace, a.id, &a));
	assert_str(a.outcome, "accepted");
	assert_int_equal(a.decided_by, d.owner.user);
	assert_false(a.alone);
	assert_err(appeal_decide(d.cx, d.db, d.workspace, &v), ERR_CONFLICT);

	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation_event WHERE workspace_id = ?1 AND kind LIKE 'moderation.%'", d.workspace), 4);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act IN ('moderation.appeal', 'moderation.appeal_accept',"
					 " 'moderation.restore') ", d.workspace), 3);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act = 'moderation.appeal' AND actor = 'outside:0'"
					 " AND address = '203.0.113.9'", d.workspace), 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND direction = 'out' AND body LIKE '%A quotation indeed.%'",
				     d.workspace), 1);
	i64 entries, pieces;
	assert_ok(d.cx, audit_verify(d.cx, d.db, d.workspace, &entries));
	assert_ok(d.cx, evidence_verify(d.cx, d.db, d.workspace, &pieces));
	assert_int_equal(pieces, 1); /* the sealed copy stays */
}

static void test_a_rejected_appeal_leaves_it_hidden(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bad, decision = hidden(&d, "t1", "m1", &bad), id;
	struct appeal a;
	struct appeal_figures figures;
	desk_act_as(&d, &d.guest);
	assert_err(appeal_record(d.cx, d.db, d.workspace, decision, S("telephone"), S("She called."), &id), ERR_DENIED);
	desk_act_as(&d, &d.agent);
	assert_err(appeal_record(d.cx, d.db, d.workspace, decision, S("pigeon"), S("She called."), &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "road");
	assert_err(appeal_record(d.cx, d.db, d.workspace, decision, S("telephone"), S(" "), &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "text");
	assert_ok(d.cx, appeal_record(d.cx, d.db, d.workspace, decision, S("telephone"), S("She called."), &id));
	assert_ok(d.cx, appeal_figures(d.cx, d.db, d.workspace, 0, &figures));
	assert_int_equal(figures.open, 1);
	assert_int_equal(figures.overdue, 0);
	later(&d, 8 * DAY);
	assert_ok(d.cx, appeal_figures(d.cx, d.db, d.workspace, 0, &figures));
	assert_int_equal(figures.overdue, 1);
	desk_act_as(&d, &d.owner);
	struct appeal_verdict v = {.appeal = id, .reason = S("It names a seller.")};
	assert_ok(d.cx, appeal_decide(d.cx, d.db, d.workspace, &v));
	assert_ok(d.cx, appeal_of_decision(d.cx, d.db, d.workspace, decision, &a));
	assert_str(a.outcome, "rejected");
	assert_int_equal(a.recorded_by, d.agent.user);
	assert_true(message_of(&d, bad).hidden_at > 0);
	assert_ok(d.cx, appeal_figures(d.cx, d.db, d.workspace, 0, &figures));
	assert_int_equal(figures.open + figures.overdue + figures.accepted, 0);
	assert_int_equal(figures.rejected, 1);
	assert_ok(d.cx, moderate_restore(d.cx, d.db, d.workspace, bad, S("Changed our minds."))); /* nothing is open any more */
}

static void test_who_is_alone_decides_and_says_so(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bad, decision = hidden(&d, "t1", "m1", &bad);
	struct decision first;
	enum appeal_judge judge;
	struct appeal a = contested(&d, decision);
	assert_ok(d.cx, decision_get(d.cx, d.db, d.workspace, decision, &first));
	assert_ok(d.cx, appeal_judge(d.cx, d.db, &first, &judge));
	assert_int_equal(judge, APPEAL_OTHERS);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE membership SET removed_at = 1 WHERE workspace_id = ?1 AND person_id = ?2", db_i64(d.workspace),
			       db_i64(d.owner.user)));
	assert_ok(d.cx, appeal_judge(d.cx, d.db, &first, &judge));
	assert_int_equal(judge, APPEAL_ALONE);
	struct appeal_verdict v = {.appeal = a.id, .reason = S("Still an insult.")};
	assert_ok(d.cx, appeal_decide(d.cx, d.db, d.workspace, &v));
	assert_ok(d.cx, appeal_get(d.cx, d.db, d.workspace, a.id, &a));
	assert_true(a.alone);
	assert_int_equal(a.decided_by, d.moderator.user);
}

static void test_what_cannot_be_contested(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bad, decision = hidden(&d, "t1", "m1", &bad), id;
	struct decision *list;
	size_t count;
	assert_ok(d.cx, moderate_restore(d.cx, d.db, d.workspace, bad, S("A mistake")));
	assert_err(appeal_by_author(d.cx, d.db, d.workspace, decision, S("Why?"), S(""), &id), ERR_CONFLICT);
	assert_ok(d.cx, decisions_of(d.cx, d.db, d.workspace, bad, &list, &count));
	assert_err(appeal_by_author(d.cx, d.db, d.workspace, list[1].id, S("Why?"), S(""), &id), ERR_CONFLICT); /* a restoring */
	struct hide_request r = {.message = bad, .article = d.article, .reason = S("Twice")};
	assert_ok(d.cx, moderate_hide(d.cx, d.db, d.workspace, &r, NULL));
	assert_err(appeal_by_author(d.cx, d.db, d.workspace, decision, S("Why?"), S(""), &id), ERR_CONFLICT); /* the earlier hiding */
	assert_ok(d.cx, decisions_of(d.cx, d.db, d.workspace, bad, &list, &count));
	later(&d, 183 * DAY);
	assert_ok(d.cx, appeal_possible(d.cx, d.db, &list[2], false));
	later(&d, 2 * DAY);
	assert_err(appeal_by_author(d.cx, d.db, d.workspace, list[2].id, S("Why?"), S(""), &id), ERR_CONFLICT);
	assert_ok(d.cx, appeal_record(d.cx, d.db, d.workspace, list[2].id, S("letter"), S("Late, but written in time."), &id));
}

static void test_cases_have_a_clock(void **state)
{
	struct test_desk d = desk_open(state);
	struct case_row *rows;
	size_t count;
	assert_ok(d.cx, desk_moderation(d.cx, d.db, d.workspace, 2 * HOUR, false));
	i64 first = desk_say(&d, "fred", "t1", "m1", "Bof"), second = desk_say(&d, "lea", "t2", "m2", "Beurk"), none = desk_say(&d, "max", "t3", "m3", "Zut");
	assert_ok(d.cx, moderate_flag(d.cx, d.db, d.workspace, first, S("colleague"), S("rude")));
	i64 flagged = d.cx->now;
	later(&d, HOUR);
	assert_ok(d.cx, desk_moderation(d.cx, d.db, d.workspace, 0, false));
	assert_ok(d.cx, moderate_flag(d.cx, d.db, d.workspace, none, S("member"), S("")));
	assert_ok(d.cx, desk_moderation(d.cx, d.db, d.workspace, 30 * MINUTE, false));
	later(&d, SECOND);
	assert_ok(d.cx, moderate_flag(d.cx, d.db, d.workspace, second, S("colleague"), S("rude")));
	assert_ok(d.cx, cases_list(d.cx, d.db, d.workspace, &rows, &count));
	assert_int_equal(count, 3);
	assert_int_equal(rows[0].open.message, second); /* due first, though flagged last */
	assert_int_equal(rows[1].open.message, first);
	assert_int_equal(rows[1].open.due_at, flagged + 2 * HOUR);
	assert_int_equal(rows[2].open.message, none);
	assert_int_equal(rows[2].open.due_at, 0);
	desk_act_as(&d, &d.moderator);
	assert_err(desk_moderation(d.cx, d.db, d.workspace, HOUR, true), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	assert_err(desk_moderation(d.cx, d.db, d.workspace, -1, true), ERR_BAD_INPUT);
}

static void test_decisions_are_undone_at_once(void **state)
{
	struct test_desk d = desk_open(state);
	i64 messages[3], waiting;
	struct undo undo;
	struct undone undone;
	const char *ids[] = {"m1", "m2", "m3"}, *threads[] = {"t1", "t2", "t3"};
	for (size_t i = 0; i < 3; i++) {
		messages[i] = desk_say(&d, "fred", threads[i], ids[i], "Insulte");
		assert_ok(d.cx, moderate_flag(d.cx, d.db, d.workspace, messages[i], S("colleague"), S("rude")));
	}
	desk_act_as(&d, &d.moderator);
	later(&d, MINUTE);
	struct decide_request r = {.act = S("hide"), .article = d.article, .reason = S("Insults"), .notify_author = true, .outside = &outside};
	undo_open(d.cx, &undo);
	assert_err(moderate_decide_many(d.cx, d.db, d.workspace, messages, 0, &r, &undo), ERR_BAD_INPUT);
	const i64 twice[] = {messages[0], messages[0]};
	assert_err(moderate_decide_many(d.cx, d.db, d.workspace, twice, 2, &r, NULL), ERR_CONFLICT);
	assert_int_equal(message_of(&d, messages[0]).hidden_at, 0); /* all or none */
	assert_ok(d.cx, moderate_decide_many(d.cx, d.db, d.workspace, messages, 3, &r, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, cases_count(d.cx, d.db, d.workspace, &waiting));
	assert_int_equal(waiting, 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND reply_state = 'queued'", d.workspace), 3);
	later(&d, SECOND);
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_ok(d.cx, cases_count(d.cx, d.db, d.workspace, &waiting));
	assert_int_equal(waiting, 3); /* they wait again */
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND hidden_at > 0", d.workspace), 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND reply_state = 'queued'", d.workspace), 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND reply_state = 'withdrawn'", d.workspace), 3);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM decision WHERE workspace_id = ?1", d.workspace), 9); /* hide, restore, reopen: all written */
	struct moderation_figures figures;
	struct article_use *uses;
	size_t use_count;
	assert_ok(d.cx, moderation_figures(d.cx, d.db, d.workspace, 0, &figures));
	assert_int_equal(figures.hidden + figures.restored + figures.kept, 0); /* and no figure */
	assert_ok(d.cx, article_uses(d.cx, d.db, d.workspace, 0, &uses, &use_count));
	assert_int_equal(use_count, 0);

	later(&d, MINUTE);
	r = (struct decide_request){.message = messages[1], .act = S("keep")};
	undo_open(d.cx, &undo);
	assert_ok(d.cx, moderate_decide(d.cx, d.db, d.workspace, &r, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_ok(d.cx, cases_count(d.cx, d.db, d.workspace, &waiting));
	assert_int_equal(waiting, 3);
	r = (struct decide_request){.message = messages[2], .act = S("ask_second"), .article = d.article, .reason = S("Not sure")};
	assert_ok(d.cx, moderate_decide(d.cx, d.db, d.workspace, &r, NULL));
	desk_act_as(&d, &d.owner);
	r = (struct decide_request){.message = messages[2], .act = S("keep")};
	undo_open(d.cx, &undo);
	assert_ok(d.cx, moderate_decide(d.cx, d.db, d.workspace, &r, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, moderation_figures(d.cx, d.db, d.workspace, 0, &figures));
	assert_int_equal(figures.kept, 1);
	assert_int_equal(undo.id, 0); /* two people decided: one of them does not take it back at once */
}

static void test_undone_after_the_notice_left(void **state)
{
	struct test_desk d = desk_open(state);
	struct undo undo;
	struct undone undone;
	i64 bad = desk_say(&d, "fred", "t1", "m1", "Insulte"), count;
	desk_act_as(&d, &d.moderator);
	struct decide_request r = {.message = bad, .act = S("hide"), .article = d.article, .reason = S("An insult"), .notify_author = true, .outside = &outside};
	undo_open(d.cx, &undo);
	assert_ok(d.cx, moderate_decide(d.cx, d.db, d.workspace, &r, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	later(&d, 9 * SECOND);
	time_set(d.cx->now);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND reply_state = 'sent'", d.workspace), 1);
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(message_of(&d, bad).hidden_at, 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND reply_state = 'sent'", d.workspace), 1);
	time_set(0);
}

/* ---- late ---- */

static void move_on(struct test_desk *d, i64 duration)
{
	later(d, duration);
	time_set(d->cx->now);
}

static i64 sweep(struct test_desk *d)
{
	i64 count;
	const struct actor *before = d->cx->actor;
	d->cx->actor = NULL; /* the working role */
	assert_ok(d->cx, late_sweep(d->cx, d->db, &count));
	d->cx->actor = before;
	return count;
}

/* What somebody was told of a kind: how many lines; *ret_count what the newest says. */
static size_t told(struct test_desk *d, const struct actor *who, const char *kind, const char **ret_text)
{
	struct notification *list;
	size_t count, lines = 0;
	*ret_text = "";
	assert_ok(d->cx, notifications_of(d->cx, d->db, d->workspace, who->user, LIST_START, 100, &list, &count));
	for (size_t i = count; i-- > 0;)
		if (str_eq(list[i].kind, str_of(kind))) {
			lines++;
			*ret_text = arena_cstr(d->cx->arena, notify_text(d->cx->arena, "en", notify_kind_of(list[i].kind), list[i].detail));
		}
	return lines;
}

static void test_late_is_told_once_in_one_line(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	const char *text;
	i64 message[5], hid;
	assert_ok(cx, db_run(cx, d.db, NULL, "UPDATE workspace SET settings = '{\"moderation_minutes\":60}' WHERE id = ?1", db_i64(d.workspace)));
	desk_act_as(&d, &d.agent);
	for (int i = 0; i < 5; i++) {
		const char *name = arena_printf(cx->arena, "m%d", i).at;
		message[i] = desk_say(&d, "fred", name, name, "Insulte");
	}
	for (int i = 0; i < 3; i++)
		assert_ok(cx, moderate_flag(cx, d.db, d.workspace, message[i], S("colleague"), S("rude")));
	move_on(&d, 59 * MINUTE);
	assert_int_equal(sweep(&d), 0);
	move_on(&d, 2 * MINUTE);
	assert_int_equal(sweep(&d), 3);
	assert_int_equal(sweep(&d), 0);
	const struct actor *deciders[] = {&d.owner, &d.moderator};
	for (size_t i = 0; i < COUNT(deciders); i++) {
		assert_int_equal(told(&d, deciders[i], "late_cases", &text), 1);
		assert_string_equal(text, "3 flagged messages wait longer than promised");
	}
	assert_int_equal(told(&d, &d.agent, "late_cases", &text), 0);
	assert_int_equal(told(&d, &d.guest, "late_cases", &text), 0);

	/* One more, and one of them flagged again: the line grows by one. */
	assert_ok(cx, moderate_flag(cx, d.db, d.workspace, message[3], S("colleague"), S("rude")));
	assert_ok(cx, moderate_flag(cx, d.db, d.workspace, message[0], S("colleague"), S("rude again")));
	move_on(&d, 61 * MINUTE);
	assert_int_equal(sweep(&d), 1);
	assert_int_equal(told(&d, &d.owner, "late_cases", &text), 1);
	assert_string_equal(text, "4 flagged messages wait longer than promised");
	assert_int_equal(sweep(&d), 0);

	/* The owner reads it, the moderator wants none on the desk: who read is told anew, who does not want is not. */
	desk_act_as(&d, &d.owner);
	assert_ok(cx, notify_read(cx, d.db, d.workspace, INT64_MAX));
	assert_ok(cx, db_run(cx, d.db, NULL, "UPDATE person SET settings = '{\"desk_off\":[\"moderation\"]}' WHERE id = ?1", db_i64(d.moderator.user)));
	move_on(&d, 2 * DAY);
	assert_ok(cx, moderate_flag(cx, d.db, d.workspace, message[4], S("colleague"), S("rude")));
	move_on(&d, 61 * MINUTE);
	assert_int_equal(sweep(&d), 1);
	assert_int_equal(told(&d, &d.owner, "late_cases", &text), 2);
	assert_string_equal(text, "1 flagged message waits longer than promised");
	assert_int_equal(told(&d, &d.moderator, "late_cases", &text), 1);

	/* An appeal: those who may judge it, so not who decided. Decided in time, it is told to nobody. */
	i64 first = hidden(&d, "t8", "x8", &hid), second = hidden(&d, "t9", "x9", &hid);
	contested(&d, first);
	struct appeal quick = contested(&d, second);
	desk_act_as(&d, &d.owner);
	assert_ok(cx, appeal_decide(cx, d.db, d.workspace, &(struct appeal_verdict){.appeal = quick.id, .reason = S("It stays.")}));
	assert_ok(cx, db_run(cx, d.db, NULL, "UPDATE person SET settings = '{}' WHERE id = ?1", db_i64(d.moderator.user)));
	move_on(&d, 8 * DAY);
	assert_int_equal(sweep(&d), 1);
	assert_int_equal(sweep(&d), 0);
	assert_int_equal(told(&d, &d.owner, "late_appeals", &text), 1);
	assert_string_equal(text, "1 appeal waits longer than promised");
	assert_int_equal(told(&d, &d.moderator, "late_appeals", &text), 0);

	/* Killed anywhere: told once all the same. */
	desk_act_as(&d, &d.agent);
	for (int n = 1; n < 30; n++) {
		const char *name = arena_printf(cx->arena, "n%d", n).at;
		i64 count, all = 0;
		assert_ok(cx, moderate_flag(cx, d.db, d.workspace, desk_say(&d, "fred", name, name, "Insulte"), S("colleague"), S("rude")));
		move_on(&d, 61 * MINUTE);
		db_fail_at(d.db, n, ERR_LATER);
		enum err e = late_sweep(cx, d.db, &count);
		db_fail_at(d.db, 0, OK);
		all += e == OK ? count : 0;
		all += sweep(&d);
		assert_int_equal(all, 1);
	}
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_an_address_opens_its_own_thing_alone),
		DATABASE_TEST(test_the_author_is_given_the_address),
		DATABASE_TEST(test_an_accepted_appeal_restores),
		DATABASE_TEST(test_a_rejected_appeal_leaves_it_hidden),
		DATABASE_TEST(test_who_is_alone_decides_and_says_so),
		DATABASE_TEST(test_what_cannot_be_contested),
		DATABASE_TEST(test_cases_have_a_clock),
		DATABASE_TEST(test_decisions_are_undone_at_once),
		DATABASE_TEST(test_undone_after_the_notice_left),
		DATABASE_TEST(test_late_is_told_once_in_one_line),
	};
	return on_both_engines(tests);
}
