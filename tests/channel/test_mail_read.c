/* One mail as it is read: who, what it answers, what a machine wrote, what came back. Samples are our own; those of
 * ../shared/specs/email are read too where they lie beside the checkout. */
#include "test.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "channel/mail_read.h"
#include "sys/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1795000000000000 /* 2026-11-18 */

static struct arena *arena;
static struct cx cx;

static struct mail_read sample(const char *name)
{
	const char *source = getenv("PARVIS_SOURCE");
	struct str bytes;
	struct mail_read mail;
	assert_ok(&cx, file_read(&cx, arena_printf(arena, "%s/tests/channel/samples/email/%s", source ? source : ".", name).at, (size_t)1 << 20, &bytes));
	assert_true(mail_read(arena, bytes, NULL, NOW + 30 * DAY, &mail));
	return mail;
}

static void test_an_answer(void **state)
{
	struct mail_read m = sample("answer.eml");
	assert_str(m.id, "q2@customer.example");
	assert_str(m.from, "jane@customer.example");
	assert_str(m.from_name, "Jane");
	assert_str(m.to, "desk@shop.example");
	assert_str(m.subject, "Question");
	assert_true(m.has_reply_prefix);
	assert_int_equal(m.reference_count, 2);
	assert_str(m.references[0], "q1@customer.example");
	assert_str(m.parent, "parvis.abc.def@shop.example");
	assert_str(m.body, "Merci, et voilà la photo.\n\n> On its way.");
	assert_int_equal(m.attachment_count, 1);
	assert_str(m.attachments[0].name, "photo.png");
	assert_str(m.attachments[0].kind, "image");
	assert_int_equal(m.attachments[0].bytes.len, 8);
	assert_int_equal(m.writer, MAIL_BY_PERSON);
	assert_int_equal(m.at, 1795258800000000);
}

static void test_machines(void **state)
{
	struct mail_read absence = sample("absence.eml"), list = sample("list.eml");
	assert_int_equal(absence.writer, MAIL_BY_MACHINE);
	assert_str(absence.from, "renee@customer.example");
	assert_str(absence.from_name, "Renée Lévy");
	assert_str(absence.reply_to, "standin@customer.example");
	assert_str(absence.subject, "Réponse automatique");
	assert_str(absence.body, "Je suis absente jusqu'à lundi.");
	assert_str(absence.parent, "parvis.abc.def@shop.example");
	assert_int_equal(list.writer, MAIL_BY_PERSON);
	static const struct {
		const char *line;
		enum mail_writer writer;
	} rows[] = {
		{"Auto-Submitted: no", MAIL_BY_PERSON}, {"Auto-Submitted: auto-generated", MAIL_BY_MACHINE}, {"X-Autoreply: yes", MAIL_BY_MACHINE},
		{"Precedence: bulk", MAIL_BY_MACHINE}, {"Precedence: auto_reply", MAIL_BY_MACHINE}, {"Return-Path: <>", MAIL_BY_MACHINE},
		{"Return-Path: <a@b.example>", MAIL_BY_PERSON}, {"X-Priority: 1", MAIL_BY_PERSON},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mail_read m;
		assert_true(mail_read(arena, arena_printf(arena, "From: a@b.example\r\n%s\r\n\r\nHello", rows[i].line), NULL, NOW, &m));
		assert_int_equal(m.writer, rows[i].writer);
	}
}

static void test_bounces(void **state)
{
	struct mail_read m = sample("bounce.eml"), plain = sample("qmail.eml");
	assert_int_equal(m.writer, MAIL_BOUNCE);
	assert_true(m.failed);
	assert_str(m.failed_id, "parvis.abc.def@shop.example");
	assert_str(m.failed_to, "jane@customer.example");
	assert_str(m.failed_why, "550 5.1.1 <jane@customer.example>: Recipient address rejected");
	assert_int_equal(plain.writer, MAIL_BOUNCE);
	assert_true(plain.failed);
	assert_str(plain.failed_id, "parvis.abc.def@shop.example");
}

/* What is strange and still a letter from somebody. */
static void test_strange(void **state)
{
	struct mail_read m;
	/* an invitation stands beside its text, as a file, and is none of the text */
	assert_true(mail_read(arena, S("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nLunch?\r\n"
				       "--x\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--x--\r\n"), NULL, NOW, &m));
	assert_str(m.body, "Lunch?");
	assert_int_equal(m.attachment_count, 1);
	assert_str(m.attachments[0].name, "invitation.ics");
	assert_true(str_starts(m.attachments[0].bytes, S("BEGIN:VCALENDAR")));
	/* what Outlook packs */
	assert_true(mail_read(arena, S("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
				       "--x\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n--x--\r\n"), NULL, NOW, &m));
	assert_str(m.body, "Hello");
	assert_int_equal(m.attachment_count, 1);
	assert_str(m.attachments[0].name, "winmail.dat");
	/* a character set that nobody knows, and one that is not kept to */
	assert_true(mail_read(arena, S("From: a@b.example\r\nContent-Type: text/plain; charset=x-nobody\r\n\r\nVoil\303\240"), NULL, NOW, &m));
	assert_true(utf8_valid(m.body) && str_starts(m.body, S("Voil")));
	assert_true(mail_read(arena, S("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\nSubject: \340\r\n\r\nVoil\340 \377"), NULL, NOW, &m));
	assert_true(utf8_valid(m.body) && utf8_valid(m.subject) && str_starts(m.body, S("Voil")));
	/* from right to left */
	assert_true(mail_read(arena, S("From: a@b.example\r\nSubject: =?utf-8?B?16nXnNeV150=?=\r\n\r\n\327\251"), NULL, NOW, &m));
	assert_str(m.subject, "\327\251\327\234\327\225\327\235");
	/* ten kilobytes of References: the first and the last of them tell the thread */
	CLEANUP(buf_free) struct buf long_one = {};
	buf_adds(&long_one, "From: a@b.example\r\nReferences: ");
	for (int i = 0; i < 400; i++)
		buf_addf(&long_one, "<number.%d@c.example>\r\n ", i);
	buf_adds(&long_one, "\r\n\r\nHello");
	assert_true(mail_read(arena, buf_str(&long_one), NULL, NOW, &m));
	assert_true(m.reference_count <= MAIL_REFERENCES_MAX + 1);
	assert_str(m.references[0], "number.0@c.example");
	assert_str(m.parent, "number.399@c.example");
	/* no number, no sender, no date */
	assert_true(mail_read(arena, S("Subject: Nothing\r\n\r\nHello"), NULL, NOW, &m));
	assert_true(!m.id.len && !m.from.len && !m.at);
	assert_str(m.body, "Hello");
}

/* What no one can read says at least who wrote. */
static void test_head_alone(void **state)
{
	CLEANUP(buf_free) struct buf many = {};
	struct mail_read m;
	buf_adds(&many, "From: Jane <jane@b.example>\r\nMessage-ID: <1@b.example>\r\nSubject: Parts\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n");
	for (int i = 0; i < 20001; i++)
		buf_adds(&many, "--x\r\n");
	assert_false(mail_read(arena, buf_str(&many), NULL, NOW, &m));
	assert_true(mail_read_head(arena, buf_str(&many), NOW, &m));
	assert_str(m.id, "1@b.example");
	assert_str(m.from, "jane@b.example");
	assert_str(m.subject, "Parts");
	assert_true(!m.body.len && !m.attachment_count);
}

static void test_limits(void **state)
{
	struct mail_read m = sample("nested.eml");
	assert_str(m.subject, "deep");
	assert_int_equal(m.body.len, 0); /* deeper than anybody looks */
	CLEANUP(buf_free) struct buf many = {};
	buf_adds(&many, "From: a@b.example\n");
	for (int i = 0; i < 200001; i++)
		buf_adds(&many, "X: y\n");
	assert_false(mail_read(arena, buf_str(&many), NULL, NOW, &m));
}

static void test_subjects(void **state)
{
	static const struct {
		const char *said, *bare;
	} rows[] = {{"Re: a", "a"}, {"RE : Fwd: a", "a"}, {"Re\u00A0: a", "a"}, {"Re[2]: a", "a"}, {"TR: Réf: a", "a"}, {"Record: a", "Record: a"}, {"Re:", ""}, {":", ":"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool cut;
		assert_str(mail_bare_subject(str_of(rows[i].said), &cut), rows[i].bare);
		assert_int_equal(cut, strcmp(rows[i].said, rows[i].bare) != 0);
	}
}

/* What others publish to try mail programs on: each is read, and says at least who or what. */
static void test_published(void **state)
{
	const char *source = getenv("PARVIS_SOURCE");
	struct str folder = arena_printf(arena, "%s/../../shared/specs/email/payloads/mail", source ? source : ".");
	DIR *list = opendir(folder.at);
	if (!list)
		list = opendir((folder = arena_printf(arena, "%s/../shared/specs/email/payloads/mail", source ? source : ".")).at);
	int count = 0;
	for (struct dirent *entry; list && (entry = readdir(list));) {
		struct str bytes, name = str_of(entry->d_name);
		struct mail_read m;
		if (!str_ends(name, S(".eml")))
			continue;
		assert_ok(&cx, file_read(&cx, arena_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)).at, (size_t)8 << 20, &bytes));
		if (!mail_read(arena, bytes, NULL, NOW, &m) || !(m.from_name.len || m.subject.len || m.body.len))
			fail_msg("%s tells nothing", entry->d_name);
		bool bounce = str_starts(name, S("multipart_report_emails"));
		if (bounce && (m.writer != MAIL_BOUNCE || !m.failed_to.len))
			fail_msg("%s is no bounce", entry->d_name);
		count++;
	}
	if (list)
		closedir(list);
	printf("# %d published mails beside the checkout\n", count);
}

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_answer), cmocka_unit_test(test_machines), cmocka_unit_test(test_bounces), cmocka_unit_test(test_strange), cmocka_unit_test(test_head_alone), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_subjects), cmocka_unit_test(test_published),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
