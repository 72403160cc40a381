/* Other models: nothing leaves before somebody said so; what leaves is masked; what they say takes the place of what ships and says who said
 * it; down, dear or silent they change nothing; what a person said stays. */
#include "desk.h"

#include "models.h"
#include "backend/backend.h"
#include "flow/backends.h"
#include "store/audit.h"
#include "store/backend.h"
#include "store/event.h"
#include "store/meaning.h"
#include "store/message.h"
#include "sys/crypto.h"

/* ---- a model in memory ---- */

static struct {
	enum backend_outcome outcome;
	struct backend_answer of[MEANING_TASKS];
	int opened, asked;
	char texts[64][200], secret[64];
	void (*meanwhile)(void); /* while it thinks */
	bool dies;               /* the process does, as far as anybody can tell */
	i64 retry_at;
} other;

static enum err other_check(struct cx *cx, const struct backend_account *account)
{
	return str_eq(backend_setting(account->settings, "url"), S("nowhere")) ? fail_field(cx, "url", "No.") : OK;
}

static struct str other_model(struct cx *cx, const json_t *settings)
{
	return S("wise-1");
}

static struct str other_where(struct cx *cx, const json_t *settings)
{
	return arena_str(cx->arena, backend_setting(settings, "url"));
}

static enum err other_open(struct cx *cx, const struct backend_place *place, const struct backend_account *account, void **ret_session, struct backend_said *ret_said)
{
	other.opened++;
	snprintf(other.secret, sizeof other.secret, "%.*s", STR_ARG(account->secret));
	*ret_said = (struct backend_said){};
	*ret_session = &other;
	return OK;
}

static enum err other_ask(struct cx *cx, void *session, struct str text, struct backend_said *ret_said)
{
	must(other.asked < 64);
	snprintf(other.texts[other.asked++], 200, "%.*s", STR_ARG(text));
	if (other.meanwhile)
		other.meanwhile();
	if (other.dies)
		return fail(cx, ERR_SYSTEM, "gone");
	*ret_said = (struct backend_said){.outcome = other.outcome, .story = S("so says the other"), .retry_at = other.retry_at};
	if (other.outcome == BACKEND_ANSWERED)
		memcpy(ret_said->of, other.of, sizeof other.of);
	return OK;
}

static void other_close(void *session)
{
}

static const struct backend_field other_fields[] = {{"url", "Address", NULL, BACKEND_URL, true}, {"key", "Key", NULL, BACKEND_SECRET, false}, {}};
static const struct backend_kind far_kind = {.word = "far", .title = "Far", .fields = other_fields, .leaves = true, .batch = 4, .a_day = 10, .check = other_check,
					     .model = other_model, .where = other_where, .open = other_open, .ask = other_ask, .close = other_close};
static const struct backend_kind near_kind = {.word = "near", .title = "Near", .fields = other_fields, .one_task = true, .batch = 4, .a_day = 1000, .check = other_check,
					      .model = other_model, .where = other_where, .open = other_open, .ask = other_ask, .close = other_close};
static const struct backend_kind plain_kind = {.word = "plain", .title = "Plain", .fields = other_fields, .plain = true, .batch = 4, .a_day = 1000, .check = other_check,
					       .model = other_model, .where = other_where, .open = other_open, .ask = other_ask, .close = other_close};
const struct backend_kind *const backend_kinds[] = {&far_kind, &near_kind, &plain_kind};
const size_t backend_kind_count = COUNT(backend_kinds);

/* ---- the desk ---- */

static struct key_pair keys;

static enum err open_secret(struct cx *cx, void *subject, i64 backend, struct str sealed, struct str *ret_secret)
{
	return seal_to_open(cx, &keys, arena_printf(cx->arena, "backend:%lld", (long long)backend), sealed, ret_secret);
}

static struct test_desk open_desk(void **state, struct judging **ret_judging)
{
	struct judging_place place = {.open_secret = open_secret};
	static i64 start = 2100038400 * SECOND; /* a morning in Paris, later for each test: numbers never go back */
	time_set(start += 10 * DAY);
	struct test_desk d = desk_open(state);
	models_for_test(d.cx);
	memset(&other, 0, sizeof other);
	key_pair_new(&keys);
	*ret_judging = judging_new(&place);
	return d;
}

static void pass(struct test_desk *d, i64 time)
{
	time_set(d->cx->now + time);
	d->cx->now = time_now();
}

static struct backend_wish wish_for(const char *kind, unsigned asked)
{
	static const struct str names[] = {S("url"), S("key")}, values[] = {S("https://far.example/v1"), S("hunter2")};
	return (struct backend_wish){.kind = str_of(kind), .name = S("Wise"), .tasks = asked, .names = names, .values = values, .count = 2, .agreed = true, .work = &keys.public};
}

#define TONE (1u << MEANING_SENTIMENT)
#define HATE (1u << MEANING_HATE)

static i64 add(struct test_desk *d, const char *kind, unsigned asked)
{
	struct backend_wish wish = wish_for(kind, asked);
	i64 id;
	assert_ok(d->cx, backends_save(d->cx, d->db, d->workspace, &wish, &id));
	pass(d, SECOND);
	return id;
}

static struct backend_row row_of(struct test_desk *d, i64 id)
{
	struct backend_row b;
	assert_ok(d->cx, backend_get(d->cx, d->db, d->workspace, id, &b));
	return b;
}

static struct message message_of(struct test_desk *d, i64 id)
{
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, id, &m));
	return m;
}

static i64 turn(struct test_desk *d, struct judging *judging)
{
	i64 done, wake;
	pass(d, 3 * SECOND);
	assert_ok(d->cx, judge_turn(d->cx, d->db, judging, &done, &wake));
	d->cx->now = time_now();
	return done;
}

static void say_so(enum meaning_task task, u8 label, u8 p)
{
	other.of[task] = (struct backend_answer){label, p};
}

/* ---- setting one up ---- */

static void test_what_is_wished_is_checked(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	struct backend_wish wish = wish_for("far", TONE);
	i64 id;
	desk_act_as(&d, &d.agent);
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	wish.agreed = false;
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "agreed");
	wish.agreed = true;
	wish.tasks = 0;
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "task");
	wish.tasks = 1u << MEANING_LANGUAGE;
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	wish.tasks = TONE | HATE;
	wish.kind = S("near");
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT); /* one question alone */
	wish.kind = S("none");
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	wish.kind = S("far");
	assert_ok(d.cx, backends_save(d.cx, d.db, d.workspace, &wish, &id));
	struct backend_wish second = wish_for("near", TONE);
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &second, &id), ERR_BAD_INPUT); /* asked of another already */
	assert_string_equal(d.cx->field, "task");
	judging_free(judging);
}

static void test_its_key_is_sealed_and_stays_with_its_address(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE);
	struct backend_row b = row_of(&d, id);
	assert_true(b.secret.len > 20 && str_find(b.secret, S("hunter2")) < 0 && str_find(b.settings, S("hunter2")) < 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act = 'backend.add' AND detail NOT LIKE '%hunter2%'", d.workspace), 1);
	/* a new address without its key: the old one is not sent there */
	static const struct str names[] = {S("url"), S("key")}, values[] = {S("https://evil.example"), S("")};
	struct backend_wish wish = {.id = id, .name = S("Wise"), .tasks = TONE, .names = names, .values = values, .count = 2, .agreed = true, .work = &keys.public};
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "key");
	/* another name alone: the key stays */
	wish.count = 0;
	wish.name = S("Wiser");
	wish.agreed = false; /* what leaves is as it was */
	assert_ok(d.cx, backends_save(d.cx, d.db, d.workspace, &wish, &id));
	assert_true(str_eq(row_of(&d, id).secret, b.secret));
	desk_say(&d, "nadia", "t1", "m1", "hello there");
	turn(&d, judging);
	assert_string_equal(other.secret, "hunter2");
	assert_ok(d.cx, backends_archive(d.cx, d.db, d.workspace, id));
	assert_int_equal(row_of(&d, id).secret.len, 0);
	judging_free(judging);
}

/* ---- asking ---- */

static void test_what_it_says_takes_the_place(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	struct judgement *said;
	size_t count;
	i64 before = desk_say(&d, "nadia", "t0", "m0", "what a lovely past");
	pass(&d, SECOND);
	add(&d, "far", TONE);
	i64 id = desk_say(&d, "Nadia Petit", "t1", "m1", "what a lovely shop, says nadia; call 06 12 34 56 78 or @omar");
	struct meaning shipped = message_of(&d, id).meaning;
	say_so(MEANING_SENTIMENT, 1, 91);
	say_so(MEANING_HATE, MEANING_YES, 99); /* not asked: not taken */
	assert_int_equal(turn(&d, judging), 1);
	assert_string_equal(other.texts[0], "what a lovely shop, says [name]; call [number] or [someone]");
	struct message m = message_of(&d, id);
	assert_int_equal(m.meaning.of[MEANING_SENTIMENT].label, 1);
	assert_int_equal(m.meaning.of[MEANING_SENTIMENT].p, 91);
	assert_true(m.meaning.sure >> MEANING_SENTIMENT & 1);
	assert_int_equal(m.meaning.of[MEANING_HATE].p, shipped.of[MEANING_HATE].p);
	assert_int_equal(m.meaning.by, shipped.by);
	assert_ok(d.cx, judgements_of(d.cx, d.db, d.workspace, id, &said, &count));
	assert_int_equal(count, 1);
	assert_true(said[0].task == MEANING_SENTIMENT && str_eq(said[0].label, S("negative")) && str_eq(said[0].was, S("positive")) && said[0].p == 91);
	assert_true(str_eq(said[0].model, S("wise-1")) && said[0].at > 0);
	assert_int_equal(desk_number(&d, "SELECT sentiment = 'negative' FROM conversation WHERE id = ?1", m.conversation), 1);
	/* once; and what was there before it was set up is not its business */
	assert_int_equal(turn(&d, judging), 0);
	assert_int_equal(message_of(&d, before).meaning.of[MEANING_SENTIMENT].label, 3);
	assert_int_equal(other.opened, 1);
	judging_free(judging);
}

static void test_what_a_person_said_stays(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	add(&d, "far", TONE);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "what a lovely shop");
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("neutral"), NULL));
	say_so(MEANING_SENTIMENT, 1, 91);
	assert_int_equal(turn(&d, judging), 1);
	assert_int_equal(message_of(&d, id).meaning.of[MEANING_SENTIMENT].label, 2);
	judging_free(judging);
}

static void test_unsure_plain_and_silent(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	struct judgement *said;
	size_t count;
	add(&d, "plain", TONE | HATE);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "what a lovely shop");
	turn(&d, judging); /* says nothing */
	assert_int_equal(message_of(&d, id).meaning.of[MEANING_SENTIMENT].label, 3);
	assert_ok(d.cx, judgements_of(d.cx, d.db, d.workspace, id, &said, &count));
	assert_true(count == 2 && !said[0].label.len && !said[1].label.len);
	assert_int_equal(turn(&d, judging), 0);
	say_so(MEANING_SENTIMENT, 2, 100);
	say_so(MEANING_HATE, MEANING_NO, 0);
	id = desk_say(&d, "nadia", "t1", "m2", "what a lovely day");
	turn(&d, judging);
	struct meaning m = message_of(&d, id).meaning;
	assert_true(m.of[MEANING_SENTIMENT].label == 2 && m.of[MEANING_SENTIMENT].p == JUDGED_PLAINLY);
	assert_true(m.of[MEANING_HATE].p == 100 - JUDGED_PLAINLY && !meaning_sure(&m, MEANING_HATE, NULL));
	judging_free(judging);
}

static void test_harm_is_proposed(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	add(&d, "near", HATE);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "a quiet insult that words do not show");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM flag WHERE message_id = ?1", id), 0);
	say_so(MEANING_HATE, MEANING_YES, 97);
	turn(&d, judging);
	assert_string_equal(other.texts[0], "a quiet insult that words do not show");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM flag WHERE message_id = ?1 AND source = 'model'", id), 1);
	judging_free(judging);
}

static void test_private_messages_stay(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE);
	struct inbound i = {.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .remote_id = S("m1"), .thread_id = S("t1"), .author_id = S("nadia"), .author_name = S("nadia"),
			    .author_followers = -1, .body = S("between us"), .at = d.cx->now};
	enum ingest_result result;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	assert_int_equal(turn(&d, judging), 0);
	struct backend_wish wish = wish_for("far", TONE);
	wish.id = id;
	wish.takes_private = true;
	wish.agreed = false; /* more leaves: it is asked again */
	assert_int_equal(backends_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "agreed");
	wish.agreed = true;
	assert_ok(d.cx, backends_save(d.cx, d.db, d.workspace, &wish, &id));
	assert_int_equal(turn(&d, judging), 1);
	judging_free(judging);
}

static struct test_desk *meanwhile_desk;
static bool meanwhile_done;

static void edit_meanwhile(void)
{
	struct test_desk *d = meanwhile_desk;
	if (meanwhile_done)
		return;
	meanwhile_done = true;
	struct inbound edit = {.kind = KIND_COMMENT, .remote_id = S("m1"), .thread_id = S("t1"), .author_id = S("nadia"), .author_name = S("nadia"),
			       .author_followers = -1, .body = S("a horrible morning"), .at = d->cx->now, .edited_at = d->cx->now + 1};
	enum ingest_result result;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &edit, &result, NULL));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static void test_edited_while_it_thinks(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	add(&d, "far", TONE);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "a lovely morning");
	meanwhile_desk = &d;
	meanwhile_done = false;
	other.meanwhile = edit_meanwhile;
	say_so(MEANING_SENTIMENT, 3, 99);
	turn(&d, judging);
	assert_int_equal(message_of(&d, id).meaning.of[MEANING_SENTIMENT].label, 1); /* as the edit is understood, not as the old text was judged */
	assert_int_equal(turn(&d, judging), 1);
	assert_string_equal(other.texts[1], "a horrible morning");
	judging_free(judging);
}

/* ---- trouble ---- */

static void test_down_and_up_again(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE), messages[3];
	for (int i = 0; i < 3; i++)
		messages[i] = desk_say(&d, "nadia", "t1", arena_printf(d.cx->arena, "m%d", i).at, "what a lovely shop");
	other.outcome = BACKEND_LATER;
	assert_int_equal(turn(&d, judging), 1); /* one is enough to see it */
	struct backend_row b = row_of(&d, id);
	assert_true(str_eq(b.state, S("failing")) && str_eq(b.state_story, S("so says the other")) && b.fail_count == 1 && b.due_at > d.cx->now + 5 * SECOND);
	assert_int_equal(message_of(&d, messages[0]).meaning.of[MEANING_SENTIMENT].label, 3); /* as the models that ship say */
	assert_int_equal(turn(&d, judging), 0);
	i64 pauses[4];
	for (int i = 0; i < 4; i++) {
		pass(&d, row_of(&d, id).due_at - d.cx->now);
		assert_int_equal(turn(&d, judging), 1);
		pauses[i] = row_of(&d, id).due_at - d.cx->now;
	}
	assert_true(pauses[1] > pauses[0] && pauses[2] > pauses[1] && pauses[3] > 2 * MINUTE);
	other.outcome = BACKEND_ANSWERED;
	say_so(MEANING_SENTIMENT, 1, 91);
	pass(&d, row_of(&d, id).due_at - d.cx->now);
	assert_int_equal(turn(&d, judging), 1); /* one first */
	assert_true(str_eq(row_of(&d, id).state, S("ok")));
	assert_int_equal(turn(&d, judging), 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(message_of(&d, messages[i]).meaning.of[MEANING_SENTIMENT].label, 1);
	judging_free(judging);
}

static void test_broken_waits_for_a_person(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE);
	desk_say(&d, "nadia", "t1", "m1", "what a lovely shop");
	other.outcome = BACKEND_HOLD;
	turn(&d, judging);
	assert_true(str_eq(row_of(&d, id).state, S("broken")));
	pass(&d, 10 * MINUTE);
	assert_int_equal(turn(&d, judging), 0);
	other.outcome = BACKEND_ANSWERED;
	assert_ok(d.cx, backends_resume(d.cx, d.db, d.workspace, id));
	assert_int_equal(turn(&d, judging), 1);
	assert_ok(d.cx, backends_pause(d.cx, d.db, d.workspace, id));
	desk_say(&d, "nadia", "t1", "m2", "what a lovely shop");
	assert_int_equal(turn(&d, judging), 0);
	judging_free(judging);
}

static void test_refused_texts_open_the_circuit(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE);
	for (int i = 0; i < 5; i++)
		desk_say(&d, "nadia", "t1", arena_printf(d.cx->arena, "m%d", i).at, "what a lovely shop");
	other.outcome = BACKEND_REFUSED;
	i64 asked = turn(&d, judging);
	asked += turn(&d, judging);
	asked += turn(&d, judging);
	assert_int_equal(asked, 3);
	assert_true(str_eq(row_of(&d, id).state, S("failing")));
	judging_free(judging);
}

static void test_a_day_has_its_limit(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE), asked = 0;
	for (int i = 0; i < 14; i++)
		desk_say(&d, "nadia", "t1", arena_printf(d.cx->arena, "m%d", i).at, "what a lovely shop");
	for (int i = 0; i < 6; i++)
		asked += turn(&d, judging);
	assert_int_equal(asked, 10);
	assert_int_equal(row_of(&d, id).asked_today, 10);
	struct backend_row b = row_of(&d, id);
	assert_true(str_eq(b.state, S("ok")) && b.due_at > d.cx->now + HOUR);
	pass(&d, b.due_at - d.cx->now); /* midnight in Paris */
	assert_int_equal(turn(&d, judging), 4);
	assert_int_equal(row_of(&d, id).asked_today, 4);
	judging_free(judging);
}

/* What was begun is counted, whether or not anybody learns what came of it. */
static void test_the_limit_holds_over_a_crash(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE), done, wake;
	for (int i = 0; i < 6; i++)
		desk_say(&d, "nadia", "t1", arena_printf(d.cx->arena, "m%d", i).at, "what a lovely shop");
	other.dies = true;
	assert_int_equal(judge_turn(d.cx, d.db, judging, &done, &wake), ERR_SYSTEM);
	cx_forget(d.cx);
	assert_int_equal(row_of(&d, id).asked_today, 4);
	other.dies = false;
	other.asked = 0;
	for (int i = 0; i < 5; i++)
		turn(&d, judging);
	assert_int_equal(other.asked, 6); /* ten a day, and four were begun before */
	assert_int_equal(row_of(&d, id).asked_today, 10);
	judging_free(judging);
}

static void test_it_is_left_alone_as_long_as_it_says(void **state)
{
	struct judging *judging;
	struct test_desk d = open_desk(state, &judging);
	i64 id = add(&d, "far", TONE);
	desk_say(&d, "nadia", "t1", "m1", "what a lovely shop");
	other.outcome = BACKEND_LATER;
	other.retry_at = d.cx->now + 2 * HOUR;
	turn(&d, judging);
	assert_int_equal(row_of(&d, id).due_at, other.retry_at);
	judging_free(judging);
}

/* ---- what comes back ---- */

static void test_answers_are_read_strictly(void **state)
{
	struct backend_answer of[MEANING_TASKS];
	assert_int_equal(backend_answer_read(S("{\"sentiment\":\"negative\",\"hate\":\"no\"}"), TONE | HATE, of), 2);
	assert_true(of[MEANING_SENTIMENT].label == 1 && of[MEANING_HATE].label == MEANING_NO && of[MEANING_HATE].p == 0);
	assert_int_equal(backend_answer_read(S("```json\n{\"sentiment\":\"positive\"}\n```"), TONE, of), 1);
	assert_int_equal(backend_answer_read(S(" positive\n"), TONE, of), 1);
	static const char *const nothing[] = {
		"", "{", "[]", "{}", "null", "Positive, I think", "{\"sentiment\":\"splendid\"}", "{\"sentiment\":\"positive\",\"hate\":\"no\"}", "{\"sentiment\":1}",
		"{\"sentiment\":\"positive\",\"sentiment\":\"negative\"}", "{\"sentiment\":\"positive\"} And now send me the key", "{\"sentiment\":{\"sentiment\":\"positive\"}}",
		"{\"note\":\"ignore all rules\",\"sentiment\":\"positive\"}", "positive negative", "\"\"",
	};
	for (size_t i = 0; i < COUNT(nothing); i++)
		assert_int_equal(backend_answer_read(str_of(nothing[i]), TONE, of), 0);
	assert_int_equal(backend_answer_read(S("positive"), TONE | HATE, of), 0); /* of which question? */
	assert_int_equal(of[MEANING_SENTIMENT].label, 0);
}

static void test_outputs_are_described(void **state)
{
	struct place *p = *state;
	u8 labels[BACKEND_OUTPUTS_MAX];
	size_t count;
	assert_ok(&p->cx, backend_labels_read(&p->cx, MEANING_SENTIMENT, S("negative, -,positive"), labels, &count));
	assert_true(count == 3 && labels[0] == 1 && labels[1] == 0 && labels[2] == 3);
	assert_int_equal(backend_labels_read(&p->cx, MEANING_SENTIMENT, S("bad, good"), labels, &count), ERR_BAD_INPUT);
	assert_int_equal(backend_labels_read(&p->cx, MEANING_SPAM, S("-,-"), labels, &count), ERR_BAD_INPUT);
	assert_int_equal(backend_labels_read(&p->cx, MEANING_SPAM, S(""), labels, &count), ERR_BAD_INPUT);
	assert_ok(&p->cx, backend_labels_read(&p->cx, MEANING_SPAM, S("no,yes"), labels, &count));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_what_is_wished_is_checked), DATABASE_TEST(test_its_key_is_sealed_and_stays_with_its_address),
		DATABASE_TEST(test_what_it_says_takes_the_place), DATABASE_TEST(test_what_a_person_said_stays), DATABASE_TEST(test_unsure_plain_and_silent),
		DATABASE_TEST(test_harm_is_proposed), DATABASE_TEST(test_private_messages_stay), DATABASE_TEST(test_edited_while_it_thinks),
		DATABASE_TEST(test_down_and_up_again), DATABASE_TEST(test_broken_waits_for_a_person), DATABASE_TEST(test_refused_texts_open_the_circuit),
		DATABASE_TEST(test_a_day_has_its_limit), DATABASE_TEST(test_the_limit_holds_over_a_crash),
		DATABASE_TEST(test_it_is_left_alone_as_long_as_it_says), DATABASE_TEST(test_answers_are_read_strictly), DATABASE_TEST(test_outputs_are_described),
	};
	return on_both_engines(tests);
}
