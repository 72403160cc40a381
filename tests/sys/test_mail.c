#include "test.h"

#include "base/clock.h"
#include "folder.h"
#include "rude.h"
#include "sys/mail.h"

#include <gmime/gmime.h>
#include <netinet/tcp.h>
#include <signal.h>

static struct arena *arena;
static struct cx cx;
static struct rude server;
static atomic_int taken;      /* messages that the server accepted */
static char message[1 << 20]; /* the last one, without the dots' stuffing */
static char envelope[1000];

/* ---- a mail server that behaves as its recipient's name says ---- */

static bool read_line(FILE *in, char *line, size_t size)
{
	return fgets(line, (int)size, in) != NULL;
}

static void take_data(FILE *in)
{
	char line[4096];
	size_t len = 0;
	message[0] = '\0';
	while (read_line(in, line, sizeof line) && strcmp(line, ".\r\n") != 0) {
		const char *text = line[0] == '.' ? line + 1 : line;
		if (len + strlen(text) < sizeof message)
			len += (size_t)snprintf(message + len, sizeof message - len, "%s", text);
	}
}

static void serve(struct rude *rude, int fd)
{
	char line[4096], to[300] = "";
	FILE *in = fdopen(dup(fd), "r");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	say(fd, "220 here\r\n");
	while (read_line(in, line, sizeof line)) {
		if (strncasecmp(line, "EHLO", 4) == 0) {
			say(fd, "250-here\r\n250 AUTH PLAIN\r\n");
		} else if (strncasecmp(line, "AUTH", 4) == 0) {
			say(fd, "334 \r\n");
			read_line(in, line, sizeof line);
			say(fd, strstr(line, "AHVzZXIAcmlnaHQ=") ? "235 yes\r\n" : "535 no\r\n"); /* user, right */
		} else if (strncasecmp(line, "MAIL", 4) == 0) {
			snprintf(envelope, sizeof envelope, "%.400s", line);
			say(fd, "250 ok\r\n");
		} else if (strncasecmp(line, "RCPT", 4) == 0) {
			snprintf(to, sizeof to, "%.250s", line);
			strncat(envelope, to, sizeof envelope - strlen(envelope) - 1);
			say(fd, strstr(to, "refused@") ? "550 nobody here\r\n" : "250 ok\r\n");
		} else if (strncasecmp(line, "DATA", 4) == 0) {
			if (strstr(to, "nodata@"))
				break;
			say(fd, "354 go\r\n");
			if (strstr(to, "halfway@")) {
				rude_reset(fd);
				read_line(in, line, sizeof line);
				break;
			}
			take_data(in);
			rude->requests++;
			if (strstr(to, "after@"))
				break;
			if (strstr(to, "silent@"))
				usleep(3000000);
			if (strstr(to, "later@") || strstr(to, "never@")) {
				say(fd, strstr(to, "later@") ? "451 try later\r\n" : "554 spam\r\n");
				continue;
			}
			taken++;
			say(fd, "250 taken\r\n");
		} else {
			say(fd, "250 fine\r\n");
		}
		if (strncasecmp(line, "QUIT", 4) == 0)
			break;
	}
	fclose(in);
}

/* ---- tests ---- */

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	rude_start(&server, serve);
	g_mime_init();
	return 0;
}

static int teardown(void **state)
{
	rude_stop(&server);
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static struct mailer *open_at(struct str url)
{
	struct mailer *mailer;
	assert_ok(&cx, mailer_open(&cx, url, S("Le bureau <desk@example.org>"), &mailer));
	return mailer;
}

static struct mail mail_to(const char *to)
{
	return (struct mail){.to = str_of(to), .subject = S("Hello"), .text = S("One line\nand another.\n")};
}

static struct str local(const char *rest)
{
	return arena_printf(arena, "smtp://127.0.0.1:%d%s", server.port, rest);
}

static struct mail_sent send_to(struct mailer *mailer, const char *to)
{
	struct mail mail = mail_to(to);
	struct mail_sent sent;
	assert_ok(&cx, mail_send(&cx, mailer, &mail, &sent));
	return sent;
}

static void test_outcomes(void **state)
{
	static const struct {
		const char *to;
		enum net_outcome outcome;
		int status;
	} rows[] = {
		{"ok@example.net", NET_ANSWERED, 250},    {"refused@example.net", NET_ANSWERED, 550}, {"later@example.net", NET_ANSWERED, 451},
		{"never@example.net", NET_ANSWERED, 554}, {"nodata@example.net", NET_NOT_SENT, 0},    {"after@example.net", NET_UNKNOWN, 0},
		{"silent@example.net", NET_UNKNOWN, 0},   {"ok@example.net", NET_ANSWERED, 250},
	};
	CLEANUP(mailer_closep) struct mailer *mailer = open_at(local("?timeout=1"));
	taken = 0;
	i64 start = time_monotonic();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mail_sent sent = send_to(mailer, rows[i].to);
		if (sent.outcome != rows[i].outcome || sent.status != rows[i].status || (sent.story.len == 0) != (sent.status == 250))
			fail_msg("%s: outcome %d status %d trouble %s: %.*s", rows[i].to, sent.outcome, sent.status, net_trouble_word(sent.trouble),
				 STR_ARG(sent.story));
		assert_int_equal(cx.err, OK);
	}
	assert_int_equal(taken, 2);
	assert_true(time_monotonic() - start < 2500000); /* the silent one is not waited for any longer, nor is its late answer taken */
	assert_string_equal(envelope, "MAIL FROM:<desk@example.org>\r\nRCPT TO:<ok@example.net>\r\n");
	/* broken off while the body travels: small ones were given away whole, so nobody knows; never said to be taken */
	struct mail_sent sent = send_to(mailer, "halfway@example.net");
	assert_int_not_equal(sent.outcome, NET_ANSWERED);
	/* a body that the server cut off in the midst was certainly not taken */
	char *large = arena_alloc(arena, 8 << 20);
	memset(large, 'x', 8 << 20);
	struct mail mail = mail_to("halfway@example.net");
	mail.text = (struct str){large, 8 << 20};
	assert_ok(&cx, mail_send(&cx, mailer, &mail, &sent));
	assert_int_equal(sent.outcome, NET_NOT_SENT);
}

static void test_not_reached(void **state)
{
	CLEANUP(mailer_closep) struct mailer *closed = open_at(S("smtp://127.0.0.1:1?timeout=2"));
	struct mail_sent sent = send_to(closed, "ok@example.net");
	assert_true(sent.outcome == NET_NOT_SENT && sent.trouble == NET_NO_CONNECTION);
	CLEANUP(mailer_closep) struct mailer *unknown = open_at(S("smtp://no-such-name.invalid?timeout=3"));
	assert_int_equal(send_to(unknown, "ok@example.net").outcome, NET_NOT_SENT);
	/* no encryption where it is required: not even the envelope leaves */
	CLEANUP(mailer_closep) struct mailer *strict = open_at(local("?tls=on&timeout=2"));
	envelope[0] = '\0';
	sent = send_to(strict, "ok@example.net");
	assert_true(sent.outcome == NET_NOT_SENT && sent.trouble == NET_NO_TRUST);
	assert_string_equal(envelope, "");
}

static void test_sign_in(void **state)
{
	CLEANUP(mailer_closep) struct mailer *right = open_at(arena_printf(arena, "smtp://user:r%%69ght@127.0.0.1:%d", server.port));
	assert_int_equal(send_to(right, "ok@example.net").status, 250);
	CLEANUP(mailer_closep) struct mailer *wrong = open_at(arena_printf(arena, "smtp://user:wrong@127.0.0.1:%d", server.port));
	struct mail_sent sent = send_to(wrong, "ok@example.net");
	assert_true(sent.outcome == NET_ANSWERED && sent.status == 535);
	assert_true(str_find(sent.story, S("mail_url")) > 0);
}

static void test_untrusted(void **state)
{
	const char *certificate = in_folder(arena, "cert.pem"), *key = in_folder(arena, "key.pem");
	int port, listener = listen_local(1, &port);
	close(listener);
	if (system(arena_printf(arena, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
				       "-addext subjectAltName=DNS:localhost -keyout %s -out %s 2>/dev/null", key, certificate).at) != 0)
		skip();
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", arena_printf(arena, "exec openssl s_server -www -accept 127.0.0.1:%d -cert %s -key %s "
			"</dev/null >/dev/null 2>&1", port, certificate, key).at, (char *)NULL);
		_exit(1);
	}
	CLEANUP(mailer_closep) struct mailer *mailer = open_at(arena_printf(arena, "smtps://user:secret@localhost:%d?timeout=3", port));
	struct mail_sent sent = {.trouble = NET_NO_CONNECTION};
	for (int i = 0; i < 50 && sent.trouble == NET_NO_CONNECTION; i++) {
		usleep(50000);
		sent = send_to(mailer, "ok@example.net");
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(sent.outcome == NET_NOT_SENT && sent.trouble == NET_NO_TRUST);
}

/* Parse what was built with GMime's reader, which the builder does not use. */
static GMimeMessage *parse(struct str text)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.at, text.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	assert_non_null(parsed);
	return parsed;
}

static const char *header_of(GMimeMessage *parsed, const char *name)
{
	const char *value = g_mime_object_get_header(GMIME_OBJECT(parsed), name);
	return value ? value : "";
}

static void test_build(void **state)
{
	CLEANUP(mailer_closep) struct mailer *mailer = open_at(local(""));
	struct mail_file file = {S("relevé.csv"), S("text/csv"), S("a;b\n1;2\n")};
	struct mail mail = {
		.to = S("zoe@example.net"), .to_name = S("Zoé, \"la\" Présidente"), .reply_to = S("reply@example.org"),
		.subject = S("Un résumé de la semaine — 12 réponses et beaucoup d'autres choses qui rendent ce sujet bien long 🎉"),
		.text = S("Bonjour,\r\n\r\n.point au début\r\nà bientôt\rfin\n"), .html = S("<p>Bonjour é</p>"), .in_reply_to = S("x@y"),
		.unsubscribe = S("https://example.org/u/abc?d=e&and=a-code-that-is-longer-than-what-a-line-of-a-header-is-folded-at-0123456789abcdef"), .automatic = true, .files = &file, .file_count = 1,
	};
	struct str text, id;
	assert_true(time_parse(S("2026-03-24T09:42:00Z"), &cx.now));
	assert_ok(&cx, mail_build(&cx, mailer, &mail, &text, &id));
	for (size_t i = 0; i < text.len; i++) { /* ASCII with CRLF, lines short enough for every server */
		assert_true((u8)text.at[i] < 0x80);
		assert_true(text.at[i] != '\n' || (i && text.at[i - 1] == '\r'));
	}
	for (struct str rest = text; rest.len;)
		assert_true(str_line(&rest).len < 998);
	GMimeMessage *parsed = parse(text);
	InternetAddressMailbox *to = INTERNET_ADDRESS_MAILBOX(internet_address_list_get_address(g_mime_message_get_to(parsed), 0));
	assert_string_equal(internet_address_get_name(INTERNET_ADDRESS(to)), "Zoé, \"la\" Présidente");
	assert_string_equal(internet_address_mailbox_get_addr(to), "zoe@example.net");
	assert_str(mail.subject, g_mime_message_get_subject(parsed));
	assert_str(id, g_mime_message_get_message_id(parsed));
	assert_true(str_ends(id, S("@example.org")) && id.len == 22 + 12);
	assert_int_equal(g_date_time_to_unix(g_mime_message_get_date(parsed)), cx.now / SECOND);
	assert_string_equal(header_of(parsed, "List-Unsubscribe"), "<https://example.org/u/abc?d=e&and=a-code-that-is-longer-than-what-a-line-of-a-header-is-folded-at-0123456789abcdef>");
	assert_true(str_find(text, S("\r\nList-Unsubscribe: <https://example.org/u/abc?d=e&and=a-code-that-")) > 0); /* not in encoded words */
	assert_string_equal(header_of(parsed, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
	assert_string_equal(header_of(parsed, "Auto-Submitted"), "auto-generated");
	assert_string_equal(header_of(parsed, "In-Reply-To"), "<x@y>");
	assert_string_equal(header_of(parsed, "MIME-Version"), "1.0");
	GMimeMultipart *mixed = GMIME_MULTIPART(g_mime_message_get_mime_part(parsed));
	assert_int_equal(g_mime_multipart_get_count(mixed), 2);
	GMimeMultipart *both = GMIME_MULTIPART(g_mime_multipart_get_part(mixed, 0));
	char *plain = g_mime_text_part_get_text(GMIME_TEXT_PART(g_mime_multipart_get_part(both, 0)));
	char *html = g_mime_text_part_get_text(GMIME_TEXT_PART(g_mime_multipart_get_part(both, 1)));
	size_t kept = 0;
	for (const char *at = plain; *at; at++)
		if (*at != '\r')
			plain[kept++] = *at;
	plain[kept] = '\0';
	assert_string_equal(plain, "Bonjour,\n\n.point au début\nà bientôt\nfin\n");
	assert_non_null(strstr(html, "<p>Bonjour é</p>"));
	GMimePart *attached = GMIME_PART(g_mime_multipart_get_part(mixed, 1));
	assert_string_equal(g_mime_part_get_filename(attached), "relevé.csv");
	g_free(plain);
	g_free(html);
	g_object_unref(parsed);

	/* and it arrives as it was built */
	struct mail_sent sent;
	mail.message_id = S("kept@example.org");
	assert_ok(&cx, mail_send(&cx, mailer, &mail, &sent));
	assert_str(sent.message_id, "kept@example.org");
	assert_non_null(strstr(message, "Message-Id: <kept@example.org>"));
	parsed = parse(str_of(message));
	both = GMIME_MULTIPART(g_mime_multipart_get_part(GMIME_MULTIPART(g_mime_message_get_mime_part(parsed)), 0));
	plain = g_mime_text_part_get_text(GMIME_TEXT_PART(g_mime_multipart_get_part(both, 0)));
	assert_non_null(strstr(plain, "\n.point au début"));
	g_free(plain);
	g_object_unref(parsed);
}

static void test_injection(void **state)
{
	CLEANUP(mailer_closep) struct mailer *mailer = open_at(local(""));
	static const char *const lines[] = {"a\r\nBcc: x@example.net", "a\nb", "a\rb", "a\x01", "a\x7f", "\xff"};
	struct str text, id;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct str bad = str_of(lines[i]);
		struct mail mail = mail_to("ok@example.net");
		mail.subject = bad;
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		assert_string_equal(cx.field, "subject");
		mail = mail_to("ok@example.net");
		mail.to_name = bad;
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		mail = mail_to(lines[i]);
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		assert_string_equal(cx.field, "to");
		mail = mail_to("ok@example.net");
		mail.reply_to = bad;
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		mail.reply_to = (struct str){};
		mail.message_id = bad;
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		mail.message_id = (struct str){};
		mail.unsubscribe = arena_printf(arena, "https://example.org/%s", lines[i]);
		if (i < 5)
			assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		mail.unsubscribe = (struct str){};
		struct mail_file file = {bad, S("text/csv"), S("")};
		mail.files = &file;
		mail.file_count = 1;
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
		file = (struct mail_file){S("a"), arena_printf(arena, "text/%s", lines[i]), S("")};
		assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
	}
	struct mail mail = mail_to("ok@example.net");
	mail.unsubscribe = S("https://example.org/>,<mailto:all@example.net");
	assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
	mail = mail_to("ok@example.net");
	mail.subject = S("a\0b");
	assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
	mail = mail_to("ok@example.net");
	mail.text = (struct str){};
	assert_err(mail_build(&cx, mailer, &mail, &text, &id), ERR_BAD_INPUT);
	assert_string_equal(cx.field, "text");
	cx_forget(&cx);
}

static void test_addresses(void **state)
{
	static const char *const good[] = {"a@b", "a.b+c@example.org", "o'neil@mail.example.co.uk", "x_y-z@1.example", "a@xn--caf-dma.example"};
	static const char *const bad[] = {"", "@", "a", "a@", "@b", "a@b@c", "a b@c", "a@b c", "<a@b>", "a@-b.c", "a@b-.c", "a@b..c", "a@.b", "a@b.",
					  ".a@b", "a.@b", "a..b@c", "é@b", "a@é", "a,b@c", "a@b,c@d", "\"a\"@b", "a@[127.0.0.1]"};
	for (size_t i = 0; i < COUNT(good); i++)
		if (!mail_address_valid(str_of(good[i])))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (mail_address_valid(str_of(bad[i])))
			fail_msg("%s is taken", bad[i]);
	char far[400];
	memset(far, 'a', sizeof far);
	far[64] = '@';
	assert_false(mail_address_valid((struct str){far, 300}));
	far[65 + 60] = far[65 + 121] = '.';
	assert_true(mail_address_valid((struct str){far, 240}));
	assert_false(mail_address_valid((struct str){far, 255}));
}

static void test_settings(void **state)
{
	static const char *const bad[] = {"example.org", "http://example.org", "smtp://", "smtp://host/path", "smtp://host?tls=maybe", "smtp://host?x=y",
					  "smtp://u:p@mail.example.org?tls=off", "smtps://host?tls=off", "smtp://host:99999", "file:", "imap://host",
					  "smtp://host?timeout=0"};
	struct mailer *mailer;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (mailer_open(&cx, str_of(bad[i]), S("a@b"), &mailer) != ERR_BAD_INPUT)
			fail_msg("%s is taken", bad[i]);
		assert_string_equal(cx.field, "mail_url");
	}
	static const char *const senders[] = {"", "desk", "Desk <desk>", "Desk <a@b", "a@b\r\nBcc: c@d", "De\nsk <a@b>"};
	for (size_t i = 0; i < COUNT(senders); i++) {
		if (mailer_open(&cx, S("smtp://host"), str_of(senders[i]), &mailer) != ERR_BAD_INPUT)
			fail_msg("%s is taken", senders[i]);
		assert_string_equal(cx.field, "mail_from");
	}
	cx_forget(&cx);
	mailer = open_at(S(""));
	assert_false(mailer_works(mailer));
	struct mail mail = mail_to("ok@example.net");
	struct mail_sent sent;
	assert_err(mail_send(&cx, mailer, &mail, &sent), ERR_LATER);
	assert_non_null(strstr(cx.story, "mail_url"));
	mailer_close(mailer);
	cx_forget(&cx);
}

static enum err read_mail(struct cx *c, void *subject, const struct file_entry *entry)
{
	++*(int *)subject;
	struct str text;
	assert_true(str_ends(str_of(entry->path), S(".eml")) && str_starts(str_of(entry->path), S("2026-03-24T09-42-00Z-")));
	TRY(file_read(c, entry->full, 1 << 20, &text));
	assert_true(str_find(text, S("To: ok@example.net\r\n")) >= 0);
	return OK;
}

static void test_outgoing(void **state)
{
	const char *folder = in_folder(arena, "outgoing");
	CLEANUP(mailer_closep) struct mailer *mailer = open_at(arena_printf(arena, "file:%s", folder));
	assert_true(time_parse(S("2026-03-24T09:42:00Z"), &cx.now));
	assert_int_equal(send_to(mailer, "ok@example.net").status, 250);
	assert_int_equal(send_to(mailer, "ok@example.net").status, 250);
	int count = 0;
	assert_ok(&cx, folder_walk(&cx, folder, 1, read_mail, &count));
	assert_int_equal(count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),  cmocka_unit_test(test_not_reached), cmocka_unit_test(test_sign_in), cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_build),     cmocka_unit_test(test_injection),   cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_settings),  cmocka_unit_test(test_outgoing),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
