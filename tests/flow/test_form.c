/* The public page of a channel: what is sent on it, once; the thread that only its address shows. */
#include "channel/webform/webform.h"
#define FAKE_MORE .pushed = webform_inbound,
#define FAKE_CAN_MORE (IS_PUSHED | HAS_FORM)
#include "desk.h"

#include "flow/form.h"
#include "flow/inbox.h"
#include "flow/mail.h"
#include "flow/outside.h"
#include "flow/reply.h"
#include "flow/visitor.h"
#include "store/contact.h"
#include "sys/files.h"
#include "sys/mail.h"

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
	d.cx->now = id_time(id_new()); /* what was received lately is told by its numbers, and other tests were later */
	time_set(d.cx->now);
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
	time_set(0);
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
	assert_ok(d.cx, inbox_note(d.cx, d.db, d.workspace, mine, S("She always asks."), NULL, &note));
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
}

/* ---- answers by mail ---- */

struct found {
	struct str newest;
	size_t count;
};

static enum err look(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct found *found = subject;
	found->count++;
	return file_read(cx, entry->full, 1 << 20, &found->newest);
}

static struct found letters(struct test_desk *d, const char *folder)
{
	struct found found = {};
	if (file_there(folder))
		assert_ok(d->cx, folder_walk(d->cx, folder, 1, look, &found));
	return found;
}

static bool holds(struct str text, struct str part)
{
	return str_find(text, part) >= 0;
}

/* The clock stays where it was moved to, for the second engine too: ids never go back, and what came in within an hour is counted by them. */
static void later(struct test_desk *d, i64 duration)
{
	d->cx->now += duration;
	time_set(d->cx->now);
}

/* An answer of ours arrives. */
static void answer(struct test_desk *d, i64 conversation, const char *text)
{
	struct message m;
	i64 count;
	struct reply_request r = {.conversation = conversation, .body = str_of(text), .visibility = VISIBILITY_PRIVATE, .status_after = -1};
	d->cx->actor = &d->owner;
	assert_ok(d->cx, reply_compose(d->cx, d->db, d->workspace, &r, &m, NULL));
	later(d, MINUTE);
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
	assert_int_equal(count, 1);
}

static i64 post_turn(struct test_desk *d, const struct postman *postman)
{
	i64 count;
	assert_ok(d->cx, mail_turn(d->cx, d->db, postman, &count));
	return count;
}

static void test_answers_come_by_mail(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct form form = opened(&d);
	struct form_letter l = letter_of("n1", "When do you close, dear victim?");
	struct key_pair work;
	const char *folder = path_join(cx->arena, d.place->folder, "letters");
	i64 id, silent, count;
	key_pair_new(&work);
	struct postman postman = {.public_url = outside.public_url, .work = &work}, none = postman;
	assert_ok(cx, mailer_open(cx, arena_printf(cx->arena, "file:%s", folder), S("desk@levain.example"), &postman.mailer));
	assert_ok(cx, mailer_open(cx, S(""), S("desk@levain.example"), &none.mailer));
	assert_ok(cx, form_send(cx, d.db, &form, &l, &silent)); /* no mail was set up then, and none was announced */
	l = letter_of("n2", "When do you close, dear victim?");
	l.outside = &outside;
	l.work = &work.public;
	assert_ok(cx, form_send(cx, d.db, &form, &l, &id));
	assert_ok(cx, form_send(cx, d.db, &form, &l, &id));
	answer(&d, silent, "At six.");
	answer(&d, id, "At seven.");
	assert_int_equal(post_turn(&d, &none), 0);
	assert_int_equal(post_turn(&d, &postman), 1);
	assert_int_equal(post_turn(&d, &postman), 0);
	struct found found = letters(&d, folder);
	assert_int_equal(found.count, 1);
	struct str address = outside_address(cx, &outside, OUTSIDE_TALK, id), mail = found.newest;
	assert_true(holds(mail, S("nadia@example.org")) && holds(mail, S("At seven.")));
	assert_false(holds(mail, S("victim"))); /* nothing that the visitor typed */
	assert_true(holds(mail, arena_printf(cx->arena, "\r\nList-Unsubscribe: <%.*s/letters>\r\n", STR_ARG(address))) && holds(mail, S("Auto-Submitted: auto-generated")));
	CLEANUP(buf_free) struct buf unfolded = {}; /* quoted-printable: lines joined again */
	for (size_t i = 0; i < mail.len; i++)
		if (mail.at[i] == '=' && i + 2 < mail.len && mail.at[i + 1] == '\r')
			i += 2;
		else
			buf_addc(&unfolded, mail.at[i]);
	assert_true(holds(buf_str(&unfolded), address));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM job WHERE workspace_id = ?1 AND (state <> 'done' OR detail <> '{}')", d.workspace), 0);

	/* They want no more: not of an answer that comes, nor of a letter that waits. */
	answer(&d, id, "Or at eight.");
	assert_ok(cx, visitor_wants(cx, d.db, d.workspace, id, false));
	assert_int_equal(post_turn(&d, &postman), 0);
	answer(&d, id, "At nine, then.");
	assert_ok(cx, visitor_wants(cx, d.db, d.workspace, id, true));
	assert_int_equal(post_turn(&d, &postman), 0);

	/* Mail was away for long: what is old news by then is let go. */
	answer(&d, id, "Closed today.");
	assert_int_equal(post_turn(&d, &none), 0);
	later(&d, 4 * DAY);
	assert_int_equal(post_turn(&d, &postman), 0);

	/* A seal that does not open keeps nobody else waiting. */
	struct key_pair other;
	key_pair_new(&other);
	l = letter_of("n3", "And me?");
	l.outside = &outside;
	l.work = &other.public;
	i64 broken;
	assert_ok(cx, form_send(cx, d.db, &form, &l, &broken));
	answer(&d, broken, "Yes.");
	answer(&d, id, "Open again.");
	assert_int_equal(post_turn(&d, &postman), 1);
	assert_int_equal(letters(&d, folder).count, 2);

	/* Every call of the database fails in turn: never twice. */
	size_t before = 2;
	for (int n = 1; n < 40; n++) {
		answer(&d, id, "Again.");
		db_fail_at(d.db, n, ERR_LATER);
		enum err e = mail_turn(cx, d.db, &postman, &count);
		db_fail_at(d.db, 0, OK);
		assert_true(e == OK || e == ERR_LATER);
		later(&d, HOUR);
		post_turn(&d, &postman);
		later(&d, HOUR);
		post_turn(&d, &postman);
		size_t now = letters(&d, folder).count;
		assert_in_range(now, before, before + 1);
		before = now;
	}
	assert_true(before > 20);

	/* An address that may be anybody's gets so many a day, by however many threads. */
	later(&d, 2 * DAY);
	for (int n = 0; n < 25; n++) {
		l = letter_of(arena_printf(cx->arena, "many%d", n).at, "Once more.");
		l.outside = &outside;
		l.work = &work.public;
		assert_ok(cx, form_send(cx, d.db, &form, &l, &id));
		answer(&d, id, "Yes.");
		post_turn(&d, &postman);
		if (n % 8 == 7) /* a form takes so many an hour */
			later(&d, HOUR);
	}
	assert_int_equal(letters(&d, folder).count, before + 20);
	later(&d, DAY);
	answer(&d, id, "And today.");
	post_turn(&d, &postman);
	assert_int_equal(letters(&d, folder).count, before + 21);
	mailer_close(postman.mailer);
	mailer_close(none.mailer);
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
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_it_is_closed_until_opened),       DATABASE_TEST(test_a_form_sent_twice_is_one_message),
		DATABASE_TEST(test_what_is_refused),                 DATABASE_TEST(test_a_file_comes_along),
		DATABASE_TEST(test_the_thread_shows_itself_alone),   DATABASE_TEST(test_a_stamp_is_ours_and_for_one_form),
		DATABASE_TEST(test_answers_come_by_mail),
	};
	return on_both_engines(tests);
}
