/* The public page of a channel: what is sent on it, once; the thread that only its address shows. */
#include "channel/webform/webform.h"
#define FAKE_MORE .pushed = webform_inbound,
#define FAKE_CAN_MORE (IS_PUSHED | HAS_FORM)
#include "desk.h"

#include "flow/form.h"
#include "flow/inbox.h"
#include "flow/outside.h"
#include "flow/reply.h"
#include "store/contact.h"

static const struct key link_key = {.at = {7}}, other_key = {.at = {8}};
static const struct outside outside = {&link_key, {"https://desk.example.org", 24}}, elsewhere = {&other_key, {"https://desk.example.org", 24}};

static struct form opened(struct test_desk *d)
{
	struct form_wish wish = {.is_open = true, .takes_files = true, .title = S("{\"fr\":\"Écrivez-nous\"}")};
	struct form form;
	assert_ok(d->cx, form_set(d->cx, d->db, d->workspace, d->channel, &wish));
	assert_ok(d->cx, form_of_channel(d->cx, d->db, d->workspace, d->channel, &form));
	assert_int_equal(form.channel.form_key.len, 22);
	assert_ok(d->cx, form_by_key(d->cx, d->db, form.channel.form_key, &form));
	return form;
}

static struct form_letter letter_of(const char *nonce, const char *text)
{
	return (struct form_letter){.nonce = str_of(nonce), .name = S("Nadia"), .email = S("nadia@example.org"), .subject = S("Bread"), .text = str_of(text),
				    .consent = S("I agree."), .address = S("203.0.113.9")};
}

static void test_it_is_closed_until_opened(void **state)
{
	struct test_desk d = desk_open(state);
	struct form form;
	struct form_wish wish = {.is_open = true};
	assert_err(form_by_key(d.cx, d.db, S(""), &form), ERR_MISSING);
	desk_act_as(&d, &d.agent);
	assert_err(form_set(d.cx, d.db, d.workspace, d.channel, &wish), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	form = opened(&d);
	struct str key = form.channel.form_key;
	assert_str(text_in(d.cx, form.title, "fr"), "Écrivez-nous");
	wish.is_open = false;
	assert_ok(d.cx, form_set(d.cx, d.db, d.workspace, d.channel, &wish));
	assert_err(form_by_key(d.cx, d.db, key, &form), ERR_MISSING);
	wish.is_open = true;
	assert_ok(d.cx, form_set(d.cx, d.db, d.workspace, d.channel, &wish));
	assert_ok(d.cx, form_by_key(d.cx, d.db, key, &form)); /* at the same address */
	assert_ok(d.cx, form_renew(d.cx, d.db, d.workspace, d.channel));
	assert_err(form_by_key(d.cx, d.db, key, &form), ERR_MISSING);
	char long_text[2200] = "{\"en\":\"";
	memset(long_text + 7, 'x', 2100);
	memcpy(long_text + 2107, "\"}", 3);
	wish.intro = str_of(long_text);
	assert_err(form_set(d.cx, d.db, d.workspace, d.channel, &wish), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "intro_en");
}

static void test_a_form_sent_twice_is_one_message(void **state)
{
	struct test_desk d = desk_open(state);
	struct form form = opened(&d);
	struct form_letter l = letter_of("n1", "When do you close?");
	i64 first, again, other;
	d.cx->actor = NULL; /* nobody is signed in */
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &first));
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &again));
	assert_int_equal(first, again);
	l = letter_of("n2", "When do you close?");
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &other));
	assert_true(other != first);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1", d.workspace), 2);
	/* The same email is no proof of being the same person. */
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contact WHERE workspace_id = ?1 AND email = 'nadia@example.org'", d.workspace), 2);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND subject = 'Bread' AND first_due_at > 0", d.workspace), 2);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation_event WHERE workspace_id = ?1 AND kind = 'consent' AND detail LIKE '%I agree.%'", d.workspace), 2);
}

static void test_what_is_refused(void **state)
{
	struct test_desk d = desk_open(state);
	struct form form = opened(&d);
	i64 id;
	char *long_text = arena_alloc(d.cx->arena, FORM_TEXT_MAX + 2);
	const struct {
		struct str text, name, email, file_name, file_bytes;
		const char *field;
	} cases[] = {
		{S(""), S("N"), S(""), {}, {}, "text"},
		{S("Hello"), S(""), S(""), {}, {}, "name"},
		{{long_text, FORM_TEXT_MAX + 1}, S("N"), S(""), {}, {}, "text"},
		{S("Hello"), S("N"), S(""), S("a.exe"), S("MZ\x90\0\3\0\0\0"), "file"},
		{S("Hello"), S("N"), S(""), S("empty.png"), S(""), "file"},
		{S("Hello"), S("N"), S(""), S("a.png"), S("\x89PNX not a picture \x01"), "file"},
	};
	memset(long_text, 'x', FORM_TEXT_MAX + 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct form_letter l = letter_of("n1", "");
		l.text = cases[i].text, l.name = cases[i].name, l.email = cases[i].email, l.file_name = cases[i].file_name, l.file_bytes = cases[i].file_bytes;
		assert_err(form_send(d.cx, d.db, &form, &l, &id), ERR_BAD_INPUT);
		assert_string_equal(d.cx->field, cases[i].field);
	}
	form.needs_email = true;
	struct form_letter l = letter_of("n1", "Hello");
	l.email = S("");
	assert_err(form_send(d.cx, d.db, &form, &l, &id), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "email");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1", d.workspace), 0);
	for (int i = 0; i < FORM_HOUR_MAX; i++) {
		l = letter_of(arena_printf(d.cx->arena, "flood%d", i).at, "Hello");
		assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &id));
	}
	l = letter_of("one-too-many", "Hello");
	assert_err(form_send(d.cx, d.db, &form, &l, &id), ERR_BAD_INPUT);
	d.cx->now += 61 * MINUTE;
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &id));
}

static enum err keep_blob(struct cx *cx, void *subject, struct str bytes, struct str *ret_hash)
{
	*(struct str *)subject = arena_str(cx->arena, bytes);
	*ret_hash = S("0000000000000000000000000000000000000000000000000000000000000000");
	return OK;
}

static void test_a_file_comes_along(void **state)
{
	struct test_desk d = desk_open(state);
	struct form form = opened(&d);
	struct form_talk talk;
	struct attachment *files;
	struct str kept = {};
	size_t count;
	i64 id;
	struct form_letter l = letter_of("n1", "See");
	l.file_name = S("../../loaf.exe");
	l.file_bytes = S("\x89PNG\r\n\x1a\n....");
	l.store_blob = keep_blob;
	l.blobs = &kept;
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &id));
	assert_ok(d.cx, form_talk(d.cx, d.db, id, &talk));
	assert_ok(d.cx, attachments_of(d.cx, d.db, d.workspace, talk.messages[0].id, &files, &count));
	assert_int_equal(count, 1);
	assert_str(files[0].kind, "image");
	assert_str(files[0].type, "image/png"); /* by its bytes, whatever its name says */
	assert_int_equal(kept.len, 12);
	struct attachment found;
	assert_ok(d.cx, attachment_get(d.cx, d.db, d.workspace, files[0].id, &found));
	assert_err(attachment_get(d.cx, d.db, d.workspace + 1, files[0].id, &found), ERR_MISSING);
	form.takes_files = false;
	l.nonce = S("n2");
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &id));
	assert_ok(d.cx, form_talk(d.cx, d.db, id, &talk));
	assert_int_equal(talk.messages[0].attachment_count, 0);
}

static void test_the_thread_shows_itself_alone(void **state)
{
	struct test_desk d = desk_open(state);
	struct form form = opened(&d);
	struct form_talk talk;
	struct message sent, draft, other;
	i64 mine, theirs, note, count;
	struct form_letter l = letter_of("n1", "My secret");
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &theirs));
	d.cx->now += SECOND;
	l = letter_of("n2", "When do you close?");
	assert_ok(d.cx, form_send(d.cx, d.db, &form, &l, &mine));
	struct reply_request r = {.conversation = mine, .body = S("At seven."), .visibility = VISIBILITY_PRIVATE, .status_after = -1};
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &sent, NULL));
	assert_ok(d.cx, form_talk(d.cx, d.db, mine, &talk));
	assert_int_equal(talk.count, 1); /* not before it left */
	d.cx->now += MINUTE;
	time_set(d.cx->now);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	r.body = S("Perhaps at eight.");
	r.only_draft = true;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &draft, NULL));
	assert_ok(d.cx, inbox_note(d.cx, d.db, d.workspace, mine, S("She always asks."), &note));
	assert_ok(d.cx, inbox_merge(d.cx, d.db, d.workspace, theirs, mine, NULL)); /* somebody else's, merged in */
	assert_ok(d.cx, form_talk(d.cx, d.db, mine, &talk));
	assert_int_equal(talk.count, 2);
	assert_str(talk.messages[0].body, "When do you close?");
	assert_str(talk.messages[1].body, "At seven.");
	assert_ok(d.cx, form_talk(d.cx, d.db, theirs, &talk));
	assert_int_equal(talk.count, 1); /* and the other way round */
	assert_str(talk.messages[0].body, "My secret");

	assert_ok(d.cx, form_talk(d.cx, d.db, mine, &talk));
	d.cx->now += SECOND;
	l = (struct form_letter){.nonce = S("n3"), .text = S("And on Sunday?")};
	assert_ok(d.cx, form_answer(d.cx, d.db, &talk, &l));
	assert_ok(d.cx, form_answer(d.cx, d.db, &talk, &l));
	assert_ok(d.cx, form_talk(d.cx, d.db, mine, &talk));
	assert_int_equal(talk.count, 3);
	assert_str(talk.messages[2].body, "And on Sunday?");
	assert_str(talk.messages[2].author_name, "Nadia");
	assert_int_equal(talk.messages[2].identity, talk.messages[0].identity);
	assert_int_equal(talk.messages[2].conversation, mine);

	i64 elsewhere_said = desk_say(&d, "paul", "t9", "m9", "Not by the form");
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, elsewhere_said, &other));
	assert_err(form_talk(d.cx, d.db, other.conversation, &talk), ERR_MISSING);
	time_set(0);
}

static void test_a_stamp_is_ours_and_for_one_form(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 at = 0;
	struct str nonce = {}, again;
	cx->now = time_now();
	struct str stamp = outside_stamp(cx, &outside, "form:a");
	assert_true(stamp.len <= OUTSIDE_STAMP_MAX);
	assert_true(outside_stamp_read(cx, &outside, "form:a", stamp, &at, &nonce));
	assert_true(at <= cx->now && cx->now - at < SECOND);
	assert_true(outside_stamp_read(cx, &outside, "form:a", outside_stamp(cx, &outside, "form:a"), &at, &again));
	assert_false(str_eq(nonce, again));
	assert_false(outside_stamp_read(cx, &outside, "form:b", stamp, &at, &nonce));
	assert_false(outside_stamp_read(cx, &elsewhere, "form:a", stamp, &at, &nonce));
	assert_false(outside_stamp_read(cx, &outside, "form:a", S(""), &at, &nonce));
	assert_false(outside_stamp_read(cx, &outside, "form:a", S("1.aaaaaaaaaaaaaaaaaaaaaa."), &at, &nonce));
	assert_false(outside_stamp_read(cx, &outside, "form:a", arena_printf(cx->arena, "1%.*s", STR_ARG(stamp)), &at, &nonce));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_it_is_closed_until_opened),       DATABASE_TEST(test_a_form_sent_twice_is_one_message),
		DATABASE_TEST(test_what_is_refused),                 DATABASE_TEST(test_a_file_comes_along),
		DATABASE_TEST(test_the_thread_shows_itself_alone),   DATABASE_TEST(test_a_stamp_is_ours_and_for_one_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
