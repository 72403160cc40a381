#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/mailbox.h"
#include "channel/json_read.h"

#include <stdlib.h>
#include <string.h>

/* What mail servers usually take (RFC 5321, 4.5.3; the largest ones' help pages). Text has no limit of its own. */
const struct channel_limit email_limits[] = {
	{LIMIT_BODY, 100000, TEXT_CHARACTERS, "2026-11-21", "our own: as much as is kept of a message"},
	{LIMIT_SUBJECT, 200, TEXT_CHARACTERS, "2026-11-21", "RFC 5322, 2.1.1: a line, well below 998 bytes when encoded"},
	{LIMIT_MEDIA, 10, TEXT_CHARACTERS, "2026-11-21", "our own"},
	{LIMIT_IMAGE_BYTES, 10 << 20, TEXT_CHARACTERS, "2026-11-21", "10 to 25 MB a mail are usual, and base64 takes a third more"},
	{LIMIT_VIDEO_BYTES, 10 << 20, TEXT_CHARACTERS, "2026-11-21", "10 to 25 MB a mail are usual, and base64 takes a third more"},
	{LIMIT_FILE_BYTES, 10 << 20, TEXT_CHARACTERS, "2026-11-21", "10 to 25 MB a mail are usual, and base64 takes a third more"},
	{},
};

/* ---- talking ---- */

struct str email_address(struct cx *cx, const struct channel_account *account)
{
	struct str address = arena_str(cx->arena, str_trim(exchange_setting(account, "address")));
	for (size_t i = 0; i < address.len; i++)
		if (address.at[i] >= 'A' && address.at[i] <= 'Z')
			((char *)(uintptr_t)address.at)[i] += 'a' - 'A';
	return address;
}

bool email_switched_on(const struct channel_account *account, const char *setting)
{
	const json_t *value = json_object_get(account->settings, setting);
	return json_is_true(value) || (json_is_string(value) && *json_string_value(value) && strcmp(json_string_value(value), "no") != 0 &&
				       strcmp(json_string_value(value), "false") != 0);
}

static struct str user_of(struct cx *cx, const struct channel_account *account)
{
	struct str user = exchange_setting(account, "user");
	return user.len ? user : email_address(cx, account);
}

static void release(void *document)
{
	json_decref(document);
}

void email_answered(struct cx *cx, const struct net_answer *answer, struct exchange *x)
{
	x->answer = *answer;
	if (answer->outcome != NET_ANSWERED)
		return;
	x->document = answer->status >= 200 && answer->status < 300
			      ? json_object()
			      : json_pack("{s:s%}", "error", answer->body.at ? answer->body.at : "", answer->body.len);
	if (!x->document)
		x->document = json_object();
	arena_defer(cx->arena, release, x->document);
}

static struct imap_login email_login(struct cx *cx, const struct channel_account *account)
{
	return (struct imap_login){exchange_setting(account, "imap"), user_of(cx, account), exchange_secret(cx, account, "password"),
				   exchange_secret(cx, account, "token")};
}

enum err email_open(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x, struct imap **ret_imap)
{
	struct imap_login login = email_login(cx, account);
	struct net_answer answer;
	TRY(imap_open(cx, net, &login, &answer, ret_imap));
	email_answered(cx, &answer, x);
	return OK;
}

enum err email_ask(struct cx *cx, struct imap *imap, struct str command, struct str literal, size_t most, struct exchange *x, struct imap_answer *ret_answer)
{
	struct imap_answer answer = {};
	if (!command.len) { /* a name that no command can carry */
		answer.net = (struct net_answer){.outcome = NET_ANSWERED, .status = 404, .whole = true};
	} else {
		TRY(imap_ask(cx, imap, command, literal, most, &answer));
	}
	email_answered(cx, &answer.net, x);
	*ret_answer = answer;
	return OK;
}

enum err email_mailer(struct cx *cx, struct net *net, const struct channel_account *account, struct mailer **ret_mailer)
{
	struct str name = exchange_setting(account, "name"), address = email_address(cx, account);
	struct mail_login login = {exchange_setting(account, "smtp"), user_of(cx, account), exchange_secret(cx, account, "password"),
				   exchange_secret(cx, account, "token")};
	if (!name.len)
		name = account->name;
	if (str_find_byte(name, '"') >= 0 || str_find_byte(name, '\n') >= 0)
		name = (struct str){};
	return mailer_open_account(cx, net, &login, name.len ? arena_printf(cx->arena, "\"%.*s\" <%.*s>", STR_ARG(name), STR_ARG(address)) : address,
				   ret_mailer);
}

struct channel_account email_account_at(struct cx *cx, const struct channel_account *account, const char *imap, const char *smtp)
{
	struct channel_account at = *account;
	json_t *settings = json_is_object(account->settings) ? json_copy((json_t *)account->settings) : json_object();
	arena_defer(cx->arena, release, settings);
	if (!exchange_setting(account, "imap").len)
		json_object_set_new(settings, "imap", json_string(imap));
	if (!exchange_setting(account, "smtp").len)
		json_object_set_new(settings, "smtp", json_string(smtp));
	at.settings = settings;
	return at;
}

struct str email_command(struct cx *cx, const char *verb, struct str folder)
{
	struct str quoted = imap_quoted(cx->arena, folder);
	return quoted.len ? arena_printf(cx->arena, "%s %.*s", verb, STR_ARG(quoted)) : quoted;
}

struct str email_folder(struct cx *cx, const struct channel_account *account, const char *name)
{
	struct str own = strcmp(name, "sent") == 0 ? exchange_setting(account, "sent") : (struct str){};
	return own.len ? imap_folder(cx->arena, own) : json_text(account->known, name);
}

u64 email_number(const struct imap_answer *answer, const char *word)
{
	for (size_t i = 0; i < answer->line_count; i++) {
		struct str line = answer->lines[i];
		ptrdiff_t at = str_starts(line, S("OK [")) ? str_find(line, str_of(word)) : -1;
		u64 number = 0;
		if (at != 4)
			continue;
		struct str rest = str_trim(str_skip(line, 4 + strlen(word)));
		if (str_to_u64(str_cut(&rest, ']'), &number))
			return number;
	}
	return 0;
}

static int rising(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;
	return x < y ? -1 : x > y;
}

size_t email_found(struct cx *cx, const struct imap_answer *answer, u64 **ret_uids)
{
	u64 *list = NULL, uid;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < answer->line_count; i++) {
		struct str rest = answer->lines[i], word = str_cut(&rest, ' ');
		if (!str_eq_fold(word, S("SEARCH")))
			continue;
		while (rest.len)
			if (str_to_u64(str_cut(&rest, ' '), &uid) && uid)
				*arena_push(cx->arena, list, count, capacity) = uid;
	}
	if (count)
		qsort(list, count, sizeof *list, rising);
	*ret_uids = list;
	return count;
}

/* ---- verify ---- */

static bool has_word(const struct imap_answer *answer, const char *line_word, const char *word)
{
	for (size_t i = 0; i < answer->line_count; i++) {
		struct str rest = answer->lines[i];
		if (!str_eq_fold(str_cut(&rest, ' '), str_of(line_word)))
			continue;
		while (rest.len)
			if (str_eq_fold(str_cut(&rest, ' '), str_of(word)))
				return true;
	}
	return false;
}

static void set_text(json_t *object, const char *name, struct str text)
{
	json_object_set_new(object, name, json_stringn(text.at ? text.at : "", text.len));
}

/* LIST (\Sent \HasNoChildren) "/" "Sent": the folder for what is sent, and the one with everything, by what the server says they are
 * (RFC 6154), else by the names that mail programs give them. */
static void read_folder(struct cx *cx, struct str line, json_t *known)
{
	static const char *const names[] = {"sent", "sent items", "sent messages", "messages envoyés", "inbox.sent", "inbox/sent", "&AMk-l&AOk-ments envoy&AOk-s",
					    "messages envoy&AOk-s", "[gmail]/sent mail"};
	struct str rest = line;
	bool sent = false, all = false, archive = false;
	if (!str_eq_fold(imap_next(&rest).text, S("LIST")) || imap_next(&rest).kind != IMAP_OPEN)
		return;
	struct imap_token token = imap_next(&rest);
	for (; token.kind == IMAP_ATOM; token = imap_next(&rest)) {
		sent |= str_eq_fold(token.text, S("\\Sent"));
		all |= str_eq_fold(token.text, S("\\All"));
		archive |= str_eq_fold(token.text, S("\\Archive"));
	}
	imap_next(&rest); /* what parts folders */
	token = imap_next(&rest);
	if (token.kind != IMAP_ATOM && token.kind != IMAP_STRING)
		return;
	struct str name = arena_str(cx->arena, token.text);
	bool called_so = false;
	for (size_t i = 0; i < COUNT(names); i++)
		called_so |= str_eq_fold(name, str_of(names[i]));
	if (sent || (called_so && !json_object_get(known, "sent")))
		set_text(known, "sent", name);
	if (all)
		set_text(known, "all", name);
	if (archive)
		set_text(known, "archive", name);
}

static enum err verify_reading(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v)
{
	struct exchange x = {};
	CLEANUP(imap_closep) struct imap *imap = NULL;
	struct imap_answer answer;
	TRY(email_open(cx, net, account, &x, &imap));
	if (!exchange_verified(cx, &x, v))
		return OK;
	TRY(email_ask(cx, imap, S("CAPABILITY"), (struct str){}, 0, &x, &answer));
	if (!exchange_verified(cx, &x, v))
		return OK;
	bool names_uses = has_word(&answer, "CAPABILITY", "SPECIAL-USE") && has_word(&answer, "CAPABILITY", "LIST-EXTENDED");
	json_object_set_new(v->known, "idle", json_boolean(has_word(&answer, "CAPABILITY", "IDLE")));
	json_object_set_new(v->known, "saves_sent", json_boolean(has_word(&answer, "CAPABILITY", "X-GM-EXT-1")));
	TRY(email_ask(cx, imap, names_uses ? S("LIST \"\" \"*\" RETURN (SPECIAL-USE)") : S("LIST \"\" \"*\""), (struct str){}, 0, &x, &answer));
	if (!exchange_verified(cx, &x, v))
		return OK;
	for (size_t i = 0; i < answer.line_count; i++)
		read_folder(cx, answer.lines[i], v->known);
	TRY(email_ask(cx, imap, S("EXAMINE \"INBOX\""), (struct str){}, 0, &x, &answer));
	exchange_verified(cx, &x, v);
	return OK;
}

/* ---- the line over which it tells ---- */

bool email_listen(struct cx *cx, const struct channel_account *account, struct idle_wish *ret_wish)
{
	if (!json_is_true(json_object_get(account->known, "idle")))
		return false;
	*ret_wish = (struct idle_wish){email_login(cx, account), S("INBOX")};
	return true;
}

enum err email_verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct verified v = {.followers = -1, .known = json_object()};
	struct exchange x = {};
	CLEANUP(mailer_closep) struct mailer *mailer = NULL;
	struct net_answer answer;
	exchange_known(cx, &v);
	TRY(verify_reading(cx, net, account, &v));
	if (v.outcome == OUTCOME_DONE) {
		TRY(email_mailer(cx, net, account, &mailer));
		TRY(mailer_check(cx, mailer, &answer));
		email_answered(cx, &answer, &x);
		exchange_verified(cx, &x, &v);
	}
	if (v.outcome == OUTCOME_DONE) {
		v.id = v.handle = email_address(cx, account);
		v.name = exchange_setting(account, "name").len ? exchange_setting(account, "name") : v.handle;
	}
	*ret_verified = v;
	return OK;
}

/* ---- readers ---- */

/* {"lines": ["* 1 FETCH (…)"]}: what a server answered to FETCH. */
static enum err read_fetched(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *line;
	size_t index;
	json_array_foreach(json_object_get(document, "lines"), index, line)
	{
		struct str text = {json_string_value(line), json_string_length(line)};
		struct email_item item;
		struct mail_read mail;
		struct inbound inbound;
		bool read = email_read_item(cx, str_starts(text, S("* ")) ? str_skip(text, 2) : text, &item) &&
			    mail_read(cx->arena, item.bytes, NULL, cx->now, &mail);
		if (read && email_inbound(cx, account, &mail, false, item.at ? item.at : cx->now, &inbound))
			TRY(take(cx, subject, &inbound));
	}
	return OK;
}

const struct channel_reader email_readers[] = {
	{"fetch", N_("What an IMAP server answers to FETCH, line by line: {\"lines\": []}"), read_fetched},
	{},
};
