#include "sys/mail_server.h"

#include "base/clock.h"
#include "sys/address.h"
#include "sys/crypto.h"
#include "sys/files.h"

#include <string.h>

#define SAID_MAX ((size_t)300) /* of what a server says */

/* ---- opening ---- */

static enum err bad_url(struct cx *cx)
{
	return fail_field(cx, "mail_url",
			  "This is not the address of a mail server. Write smtp://user:password@host:587, smtps://user:password@host:465 or "
			  "file:folder, or leave it empty to send no mail.");
}

static bool read_option(struct mailer *mailer, struct str option)
{
	struct str value = option, name = str_cut(&value, '=');
	i64 seconds;
	if (str_eq(name, S("tls")) && str_eq(value, S("off")))
		mailer->tls_off = true;
	else if (str_eq(name, S("tls")) && str_eq(value, S("on")))
		mailer->tls_required = true;
	else if (str_eq(name, S("timeout")) && str_to_i64(value, &seconds) && seconds > 0 && seconds <= 600)
		mailer->timeout_ms = (long)seconds * 1000;
	else if (str_eq(name, S("ca")) && value.len)
		mailer->authorities = arena_cstr(mailer->arena, value);
	else
		return false;
	return true;
}

/* A part of the URL in the mailer's arena; NULL when it is not there. */
static const char *part(struct mailer *mailer, CURLU *url, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
		return NULL;
	const char *copy = arena_cstr(mailer->arena, str_of(text));
	wipe(text, strlen(text));
	curl_free(text);
	return copy;
}

static bool read_server(struct mailer *mailer, CURLU *url)
{
	const char *scheme = part(mailer, url, CURLUPART_SCHEME, 0), *host = part(mailer, url, CURLUPART_HOST, 0),
		   *path = part(mailer, url, CURLUPART_PATH, 0), *query = part(mailer, url, CURLUPART_QUERY, 0),
		   *port = part(mailer, url, CURLUPART_PORT, 0);
	if (!scheme || !host || (path && strcmp(path, "/") != 0 && *path))
		return false;
	bool from_start = strcmp(scheme, "smtps") == 0;
	if (!from_start && strcmp(scheme, "smtp") != 0)
		return false;
	mailer->host = str_of(host);
	mailer->user = part(mailer, url, CURLUPART_USER, CURLU_URLDECODE);
	mailer->password = part(mailer, url, CURLUPART_PASSWORD, CURLU_URLDECODE);
	mailer->timeout_ms = 60000;
	mailer->tls_required = !from_start && !line_host_here(mailer->host);
	for (struct str rest = str_of(query); rest.at && rest.len;)
		if (!read_option(mailer, str_cut(&rest, '&')))
			return false;
	if (mailer->tls_off && (from_start || (mailer->password && !line_host_here(mailer->host))))
		return false; /* a password never travels in the open */
	mailer->tls_required = mailer->tls_required && !mailer->tls_off;
	mailer->url = arena_printf(mailer->arena, "%s://%s:%s", scheme, host, port ? port : from_start ? "465" : "587").at;
	return true;
}

static enum err open_server(struct cx *cx, struct mailer *mailer, struct str url)
{
	CURLU *parsed = curl_url();
	must(parsed);
	bool good = !memchr(url.at, 0, url.len) && curl_url_set(parsed, CURLUPART_URL, arena_cstr(mailer->arena, url), 0) == CURLUE_OK &&
		    read_server(mailer, parsed);
	curl_url_cleanup(parsed);
	if (!good)
		return bad_url(cx);
	mailer->kind = MAIL_SMTP;
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	mailer->easy = curl_easy_init();
	must(mailer->easy);
	return OK;
}

static bool read_from(struct mailer *mailer, struct str from)
{
	from = str_trim(from);
	if (!str_ends(from, S(">"))) {
		mailer->from = arena_str(mailer->arena, from);
		return mail_address_valid(mailer->from);
	}
	struct str address = str_head(from, from.len - 1), name = str_trim(str_cut(&address, '<'));
	if (name.len >= 2 && name.at[0] == '"' && name.at[name.len - 1] == '"')
		name = str_head(str_skip(name, 1), name.len - 2);
	for (size_t i = 0; i < name.len; i++)
		if ((u8)name.at[i] < ' ' || name.at[i] == '"')
			return false;
	mailer->from = arena_str(mailer->arena, address);
	mailer->from_name = arena_str(mailer->arena, name);
	return mail_address_valid(mailer->from) && utf8_valid(name);
}

static enum err open_mailer(struct cx *cx, struct mailer *mailer, struct str url, struct str from)
{
	if (!url.len)
		return OK;
	if (!read_from(mailer, from))
		return fail_field(cx, "mail_from", "Write who the mails come from: desk@example.org, or Desk of Example <desk@example.org>.");
	if (!str_starts(url, S("file:")))
		return open_server(cx, mailer, url);
	struct str folder = str_skip(url, 5);
	folder = str_starts(folder, S("///")) ? str_skip(folder, 2) : folder;
	if (!folder.len || memchr(folder.at, 0, folder.len))
		return bad_url(cx);
	mailer->kind = MAIL_FOLDER;
	mailer->folder = arena_cstr(mailer->arena, folder);
	return folder_make(cx, mailer->folder);
}

enum err mailer_open(struct cx *cx, struct str url, struct str from, struct mailer **ret_mailer)
{
	struct arena *arena = arena_new();
	struct mailer *mailer = arena_new_of(arena, struct mailer);
	mailer->arena = arena;
	enum err error = open_mailer(cx, mailer, url, from);
	if (error != OK) {
		mailer_close(mailer);
		return error;
	}
	*ret_mailer = mailer;
	return OK;
}

enum err mailer_open_account(struct cx *cx, struct net *net, const struct mail_login *login, struct str from, struct mailer **ret_mailer)
{
	static const char *const schemes[2] = {"smtp", "smtps"};
	static const int ports[2] = {587, 465};
	struct arena *arena = arena_new();
	struct mailer *mailer = arena_new_of(arena, struct mailer);
	struct str server = login->server;
	*mailer = (struct mailer){.arena = arena, .kind = MAIL_SMTP, .net = net};
	if (str_ends(server, S(":25"))) /* between servers, without TLS from the start */
		server = arena_printf(arena, str_find(server, S("://")) < 0 ? "smtp://%.*s" : "%.*s", STR_ARG(server));
	bool good = line_server_read(arena, server, schemes, ports, &mailer->server);
	if (!good || !read_from(mailer, from)) {
		arena_free(arena);
		return good ? fail_field(cx, "mail_from", "Write who the mails come from: desk@example.org, or Desk of Example <desk@example.org>.")
			    : fail_field(cx, "server", "This is not the name of a mail server: write mail.example.org, or with its port mail.example.org:465.");
	}
	mailer->host = mailer->server.host;
	mailer->user = login->user.len ? arena_cstr(arena, login->user) : NULL;
	mailer->password = arena_cstr(arena, login->password);
	mailer->token = login->token.len ? arena_cstr(arena, login->token) : NULL;
	mailer->run = (struct line_run){.net = net, .server = &mailer->server};
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	mailer->easy = curl_easy_init();
	must(mailer->easy);
	*ret_mailer = mailer;
	return OK;
}

/* Without the QUIT that libcurl says at the end: it would wait two minutes for a server that does not answer. */
static void hang_up(CURL *easy)
{
	curl_socket_t connection = CURL_SOCKET_BAD;
	if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &connection) == CURLE_OK && connection != CURL_SOCKET_BAD)
		shutdown(connection, SHUT_RDWR);
	curl_easy_cleanup(easy);
}

void mailer_close(struct mailer *mailer)
{
	if (!mailer)
		return;
	if (mailer->easy) {
		hang_up(mailer->easy);
		curl_global_cleanup();
	}
	if (mailer->token)
		wipe((char *)(uintptr_t)mailer->token, strlen(mailer->token));
	if (mailer->password)
		wipe((char *)(uintptr_t)mailer->password, strlen(mailer->password));
	arena_free(mailer->arena);
}

void mailer_closep(struct mailer **mailer)
{
	mailer_close(*mailer);
}

bool mailer_works(const struct mailer *mailer)
{
	return mailer->kind != MAIL_NONE;
}

/* ---- by SMTP ---- */

struct upload {
	struct str rest;
	bool asked; /* the server said 354: go on */
};

static size_t give(char *at, size_t size, size_t count, void *subject)
{
	struct upload *upload = subject;
	size_t len = size * count < upload->rest.len ? size * count : upload->rest.len;
	upload->asked = true;
	if (len)
		memcpy(at, upload->rest.at, len);
	upload->rest = str_skip(upload->rest, len);
	return len;
}

static void set_server(struct mailer *mailer)
{
	CURL *easy = mailer->easy;
	if (mailer->net) {
		line_set_up(easy, &mailer->run, "smtp,smtps");
		return;
	}
	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_URL, mailer->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(mailer->tls_off ? CURLUSESSL_NONE : mailer->tls_required ? CURLUSESSL_ALL : CURLUSESSL_TRY));
	if (mailer->authorities)
		curl_easy_setopt(easy, CURLOPT_CAINFO, mailer->authorities);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, mailer->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, mailer->timeout_ms / 1000);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, mailer->timeout_ms < 15000 ? mailer->timeout_ms : 15000L);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 20L); /* servers close idle connections; upon one that is closed nothing is sent */
}

/* The last line that the server said. */
static size_t hear(char *at, size_t size, size_t count, void *subject)
{
	struct str *said = subject;
	size_t len = size * count < SAID_MAX ? size * count : SAID_MAX;
	memcpy((char *)(uintptr_t)said->at, at, len);
	said->len = len;
	return size * count;
}

static void set_options(struct mailer *mailer, struct str *said)
{
	CURL *easy = mailer->easy;
	set_server(mailer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, said);
	if (mailer->user) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, mailer->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, mailer->password ? mailer->password : "");
		if (mailer->token)
			line_set_token(easy, mailer->token);
	}
}

static void set_upload(CURL *easy, const char *from, struct curl_slist *to, struct upload *upload)
{
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(easy, CURLOPT_READDATA, upload);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload->rest.len);
}

/* What the server said last. A token that it does not take it refuses with "334" and why, which libcurl takes for the end. */
static long status_said(CURL *easy, CURLcode code)
{
	long status = 0;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return code == CURLE_LOGIN_DENIED && status < 400 ? 535 : status;
}

/* Did the server itself say no, rather than the connection fail? */
static bool refused(CURLcode code, long status)
{
	bool by_word = code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_LOGIN_DENIED ||
		       code == CURLE_REMOTE_ACCESS_DENIED || code == CURLE_RECV_ERROR;
	return by_word && status >= 400 && status <= 599;
}

static void tell(struct cx *cx, const struct mailer *mailer, struct mail_sent *sent)
{
	struct str host = str_head(mailer->host, 100);
	if (sent->outcome == NET_ANSWERED && sent->status < 400)
		return;
	if (sent->outcome == NET_ANSWERED && sent->status >= 530 && sent->status < 540)
		(void)fail(cx, ERR_REMOTE, "The mail server %.*s does not take our user name and password (%d). The operator looks at mail_url.",
			   STR_ARG(host), sent->status);
	else if (sent->outcome == NET_ANSWERED)
		(void)fail(cx, ERR_REMOTE, "The mail server %.*s refused this mail (%d).", STR_ARG(host), sent->status);
	else if (sent->outcome == NET_UNKNOWN)
		(void)fail(cx, ERR_REMOTE, "The mail server %.*s got this mail and did not say whether it took it.", STR_ARG(host));
	else if (sent->trouble == NET_NO_TRUST)
		(void)fail(cx, ERR_REMOTE, "The mail server %.*s could not prove that it is itself, or offers no encryption. Nothing was sent.",
			   STR_ARG(host));
	else
		(void)fail(cx, ERR_REMOTE, "The mail server %.*s could not be reached. Nothing was sent.", STR_ARG(host));
	sent->story = arena_str(cx->arena, str_of(cx->story));
	cx_forget(cx);
}

/* As the web would say it: our own account 401, not now 503, refused 422. */
static int status_of(int code)
{
	if (code < 400)
		return code ? 200 : 0;
	return code >= 530 && code < 540 ? 401 : code < 500 ? 503 : 422;
}

static void answer_of(struct mail_sent *sent, struct str said)
{
	sent->answer.outcome = sent->outcome;
	sent->answer.trouble = sent->trouble;
	sent->answer.status = sent->outcome == NET_ANSWERED ? status_of(sent->status) : 0;
	sent->answer.body = said;
}

static void hang_up_and_renew(struct mailer *mailer)
{
	hang_up(mailer->easy);
	mailer->easy = curl_easy_init();
	must(mailer->easy);
}

enum err mailer_check(struct cx *cx, struct mailer *mailer, struct net_answer *ret_answer)
{
	struct mail_sent sent = {};
	struct str said = {arena_alloc(cx->arena, SAID_MAX), 0};
	must(mailer->net);
	if (line_may(cx, mailer->net, &mailer->server, &sent.answer)) {
		set_options(mailer, &said);
		curl_easy_setopt(mailer->easy, CURLOPT_CONNECT_ONLY, 1L);
		CURLcode code = curl_easy_perform(mailer->easy);
		long status = status_said(mailer->easy, code);
		hang_up_and_renew(mailer);
		bool answered = code == CURLE_OK || refused(code, status);
		sent.outcome = answered ? NET_ANSWERED : NET_NOT_SENT;
		sent.trouble = answered ? NET_NO_TROUBLE : line_trouble(&mailer->run, code);
		sent.status = code == CURLE_OK ? 250 : (int)status;
		answer_of(&sent, str_trim(said));
		line_done(cx, mailer->net, &mailer->server, &sent.answer);
	}
	*ret_answer = sent.answer;
	return OK;
}

static void send_by_server(struct cx *cx, struct mailer *mailer, const struct mail *mail, struct str message, struct mail_sent *sent)
{
	struct upload upload = {.rest = message};
	struct str said = {arena_alloc(cx->arena, SAID_MAX), 0};
	struct curl_slist *to = curl_slist_append(NULL, arena_printf(cx->arena, "<%.*s>", STR_ARG(mail->to)).at);
	must(to);
	if (mail->copy_to.len)
		must(curl_slist_append(to, arena_printf(cx->arena, "<%.*s>", STR_ARG(mail->copy_to)).at));
	set_options(mailer, &said);
	set_upload(mailer->easy, arena_printf(cx->arena, "<%.*s>", STR_ARG(mailer->from)).at, to, &upload);
	CURLcode code = curl_easy_perform(mailer->easy);
	long status = status_said(mailer->easy, code);
	if (code != CURLE_OK) {
		/* libcurl keeps a connection on which it stopped waiting; the answer that comes late would be taken for the next mail's. */
		hang_up_and_renew(mailer);
	}
	curl_slist_free_all(to);
	if (code == CURLE_OK || refused(code, status)) {
		sent->outcome = NET_ANSWERED;
		sent->status = code == CURLE_OK ? 250 : (int)status;
	} else {
		/* The server has the mail only once the line with the single dot came, which follows the last byte. */
		sent->outcome = upload.asked && !upload.rest.len ? NET_UNKNOWN : NET_NOT_SENT;
		sent->trouble = mailer->net ? line_trouble(&mailer->run, code) : line_trouble_of(code);
	}
	if (mailer->net)
		answer_of(sent, str_trim(said));
	else
		tell(cx, mailer, sent);
}

/* ---- into a folder ---- */

static enum err send_to_folder(struct cx *cx, const struct mailer *mailer, struct str message)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct str time = time_text(cx->arena, cx->now); /* has ':' in it, which some file systems refuse */
	char *name = (char *)(uintptr_t)arena_printf(cx->arena, "%.*s-%.8s.eml", STR_ARG(time), token).at;
	for (char *at = name; *at; at++)
		if (*at == ':')
			*at = '-';
	return file_write(cx, path_join(cx->arena, mailer->folder, name), 0600, message);
}

enum err mail_send(struct cx *cx, struct mailer *mailer, const struct mail *mail, struct mail_sent *ret_sent)
{
	if (!mailer_works(mailer))
		return fail(cx, ERR_LATER, "No mail server is set up. The operator writes one into the settings, as mail_url and mail_from.");
	struct str message;
	struct mail_sent sent = {};
	TRY(mail_build(cx, mailer, mail, &message, &sent.message_id));
	if (mailer->net && !line_may(cx, mailer->net, &mailer->server, &sent.answer)) {
		sent.outcome = sent.answer.outcome;
		sent.trouble = sent.answer.trouble;
	} else if (mailer->kind == MAIL_SMTP) {
		send_by_server(cx, mailer, mail, message, &sent);
		if (mailer->net)
			line_done(cx, mailer->net, &mailer->server, &sent.answer);
	} else {
		TRY(send_to_folder(cx, mailer, message));
		sent.status = 250;
	}
	*ret_sent = sent;
	return OK;
}
