#include "main/settings.h"

#include "base/lang.h"
#include "base/utf8.h"
#include "sys/address.h"
#include "sys/files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX 65536

static const char *const log_words[] = {"text", "json", NULL};
static const char *const level_words[] = {"debug", "info", "warn", "error", NULL};
static const char *const switch_words[] = {"auto", "on", "off", NULL};

#define AT(member) offsetof(struct settings, member)
const struct setting_row setting_rows[] = {
	{"data", SETTING_PATH, AT(data), "./data", 0, 0, NULL, 0, N_("Folder of everything that belongs to this installation.")},
	{"database", SETTING_TEXT, AT(database), "", 0, 0, NULL, SETTING_IS_SECRET,
	 N_("Where the data lives: empty for SQLite in the data folder, or postgres://user:password@host/name.")},
	{"listen", SETTING_LISTEN, AT(listen), "127.0.0.1:8080", 0, 0, NULL, 0, N_("Address and port of the web pages; “:8080” for every address.")},
	{"public_url", SETTING_URL, AT(public_url), "", 0, 0, NULL, 0, N_("How people reach it, “https://desk.example.org”; empty: follows from listen.")},
	{"threads", SETTING_NUMBER, AT(threads), "0", 0, 64, NULL, 0, N_("Threads that serve pages; 0: as many as the machine has cores, four at the most.")},
	{"trust_proxy", SETTING_LIST, AT(trust_proxy), "", 0, 0, NULL, 0, N_("Addresses of the proxies in front, whose X-Forwarded-For is believed.")},
	{"log", SETTING_WORD, AT(log), "text", 0, 0, log_words, 0, N_("Form of the log lines: text or json.")},
	{"log_level", SETTING_WORD, AT(log_level), "info", 0, 0, level_words, 0, N_("The least that is logged: debug, info, warn or error.")},
	{"mail_url", SETTING_TEXT, AT(mail_url), "", 0, 0, NULL, SETTING_IS_SECRET,
	 N_("Mail server, smtp://user:password@host:587, smtps://… or file:FOLDER; empty: no mail is sent.")},
	{"mail_from", SETTING_TEXT, AT(mail_from), "", 0, 0, NULL, 0, N_("Sender of mails, “Parvis <desk@example.org>”.")},
	{"simulator", SETTING_WORD, AT(simulator), "auto", 0, 0, switch_words, 0, N_("The simulated network: on, off, or auto (when a workspace has a channel of it).")},
	{"simulator_listen", SETTING_LISTEN, AT(simulator_listen), "127.0.0.1:8091", 0, 0, NULL, 0, N_("Address and port of the simulated network.")},
	{"net_allow", SETTING_LIST, AT(net_allow), "", 0, 0, NULL, 0, N_("Addresses inside your network that channels may reach, beside the public internet.")},
	{"net_proxy", SETTING_TEXT, AT(net_proxy), "", 0, 0, NULL, SETTING_IS_SECRET, N_("Proxy for outgoing requests; empty: none.")},
	{"backup_keep", SETTING_NUMBER, AT(backup_keep), "14", 1, 1000, NULL, 0, N_("How many backups are kept when they go to a folder.")},
	{"session_days", SETTING_NUMBER, AT(session_days), "30", 1, 400, NULL, 0, N_("Days until people sign in again.")},
	{"upload_max", SETTING_SIZE, AT(upload_max), "512 MiB", 1 << 20, (i64)16 << 30, NULL, 0, N_("The largest file that can be uploaded for an import.")},
};
const size_t setting_row_count = COUNT(setting_rows);

static struct str *text_at(struct settings *s, const struct setting_row *row)
{
	return (struct str *)((char *)s + row->offset);
}

static i64 *number_at(struct settings *s, const struct setting_row *row)
{
	return (i64 *)((char *)s + row->offset);
}

static bool read_size(struct str value, i64 *ret_bytes)
{
	static const struct {
		const char *unit;
		i64 factor;
	} units[] = {{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
	i64 factor = 1, number;
	for (size_t i = 0; i < COUNT(units); i++)
		if (str_ends(value, str_of(units[i].unit))) {
			factor = units[i].factor;
			value.len -= 3;
		}
	if (!str_to_i64(str_trim(value), &number) || number < 0 || number > INT64_MAX / factor)
		return false;
	*ret_bytes = number * factor;
	return true;
}

static enum err check_text(struct cx *cx, const struct setting_row *row, struct str value)
{
	const struct address_list *list;
	const char *address;
	int port;
	if (!utf8_valid(value) || str_find_byte(value, '\0') >= 0)
		return fail_field(cx, row->name, N_("%s must be plain text."), row->name);
	switch (row->type) {
	case SETTING_WORD:
		for (const char *const *word = row->words; *word; word++)
			if (str_eq(value, str_of(*word)))
				return OK;
		return fail_field(cx, row->name, N_("%s cannot be “%.*s”. %s"), row->name, STR_ARG(value), tr(cx->lang, row->about));
	case SETTING_LISTEN: return settings_listen(cx, value, &address, &port);
	case SETTING_LIST: return address_list_parse(cx, row->name, value, &list);
	case SETTING_URL:
		if (value.len && !str_starts(value, S("http://")) && !str_starts(value, S("https://")))
			return fail_field(cx, row->name, N_("%s must start with http:// or https://."), row->name);
		return OK;
	default: return OK;
	}
}

static enum err put(struct cx *cx, struct settings *s, const struct setting_row *row, struct str value, enum setting_origin origin)
{
	value = str_trim(value);
	if (row->type == SETTING_NUMBER || row->type == SETTING_SIZE) {
		i64 number;
		bool fine = row->type == SETTING_SIZE ? read_size(value, &number) : str_to_i64(value, &number);
		if (!fine || number < row->min || number > row->max)
			return fail_field(cx, row->name, N_("%s must be a number from %lld to %lld."), row->name, (long long)row->min, (long long)row->max);
		*number_at(s, row) = number;
	} else {
		TRY(check_text(cx, row, value));
		if (row->type == SETTING_URL && value.len && value.at[value.len - 1] == '/')
			value.len--;
		*text_at(s, row) = arena_str(cx->arena, value);
	}
	s->origin[row - setting_rows] = (u8)origin;
	return OK;
}

static const struct setting_row *row_of(struct str name)
{
	for (size_t i = 0; i < setting_row_count; i++)
		if (str_eq(name, str_of(setting_rows[i].name)))
			return &setting_rows[i];
	return NULL;
}

/* "text", 'text', or bare up to a comment. */
static bool read_value(struct str text, struct str *ret_value)
{
	text = str_trim(text);
	if (text.len && (text.at[0] == '"' || text.at[0] == '\'')) {
		char quote = text.at[0];
		struct str rest = str_skip(text, 1), value = str_cut(&rest, quote);
		rest = str_trim(rest);
		if (!rest.at || (rest.len && rest.at[0] != '#') || str_find_byte(value, '\\') >= 0)
			return false;
		*ret_value = value;
		return true;
	}
	*ret_value = str_trim(str_cut(&text, '#'));
	return true;
}

static enum err read_file(struct cx *cx, const char *path, struct settings *s)
{
	struct str rest;
	TRY(file_read(cx, path, FILE_MAX, &rest));
	for (int number = 1; rest.at; number++) {
		struct str line = str_trim(str_line(&rest)), value;
		if (!line.len || line.at[0] == '#')
			continue;
		struct str name = str_trim(str_cut(&line, '='));
		const struct setting_row *row = row_of(name);
		if (!line.at || !read_value(line, &value))
			return fail(cx, ERR_BAD_INPUT, N_("%s, line %d: write a setting as name = \"value\"."), path, number);
		if (!row)
			return fail(cx, ERR_BAD_INPUT, N_("%s, line %d: there is no setting “%.*s”."), path, number, STR_ARG(name));
		if (put(cx, s, row, value, FROM_FILE) != OK) {
			char story[sizeof cx->story];
			snprintf(story, sizeof story, "%s", cx->story);
			return fail(cx, ERR_BAD_INPUT, N_("%s, line %d: %s"), path, number, story);
		}
	}
	s->file = arena_str(cx->arena, str_of(path));
	return OK;
}

static enum err find_file(struct cx *cx, const char *named, struct settings *s)
{
	static const char *const usual[] = {"parvis.toml", "/etc/parvis/parvis.toml"};
	if (!named)
		named = getenv("PARVIS_CONFIG");
	if (named && *named)
		return read_file(cx, named, s);
	for (size_t i = 0; i < COUNT(usual); i++)
		if (file_there(usual[i]))
			return read_file(cx, usual[i], s);
	return OK;
}

static const char *environment_name(struct cx *cx, const struct setting_row *row)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "PARVIS_");
	for (const char *c = row->name; *c; c++)
		buf_addc(&b, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
	return buf_keep(&b, cx->arena).at;
}

enum err settings_load(struct cx *cx, const char *file, struct settings *ret_settings)
{
	struct settings s = {};
	for (size_t i = 0; i < setting_row_count; i++)
		TRY(put(cx, &s, &setting_rows[i], str_of(setting_rows[i].initial), FROM_DEFAULT));
	TRY(find_file(cx, file, &s));
	for (size_t i = 0; i < setting_row_count; i++) {
		const char *value = getenv(environment_name(cx, &setting_rows[i]));
		if (value)
			TRY(put(cx, &s, &setting_rows[i], str_of(value), FROM_ENVIRONMENT));
	}
	*ret_settings = s;
	return OK;
}

enum err settings_set(struct cx *cx, struct settings *settings, struct str name, struct str value)
{
	const struct setting_row *row = row_of(name);
	if (!row)
		return fail_field(cx, arena_cstr(cx->arena, name), N_("There is no setting “%.*s”."), STR_ARG(name));
	return put(cx, settings, row, value, FROM_COMMAND);
}

enum err settings_finish(struct cx *cx, struct settings *s)
{
	char full[PATH_MAX];
	if (s->data.len && s->data.at[0] != '/' && getcwd(full, sizeof full)) {
		struct str below = str_starts(s->data, S("./")) ? str_skip(s->data, 2) : s->data;
		s->data = arena_printf(cx->arena, "%s/%.*s", full, STR_ARG(below));
	}
	if (!s->database.len)
		s->database = arena_printf(cx->arena, "sqlite:%.*s/parvis.db", STR_ARG(s->data));
	const char *address;
	int port;
	TRY(settings_listen(cx, s->listen, &address, &port));
	if (!s->public_url.len)
		s->public_url = arena_printf(cx->arena, "http://localhost:%d", port);
	return OK;
}

void settings_forget_secrets(struct settings *s)
{
	for (size_t i = 0; i < setting_row_count; i++)
		if (setting_rows[i].flags & SETTING_IS_SECRET && strcmp(setting_rows[i].name, "database") != 0)
			*text_at(s, &setting_rows[i]) = (struct str){};
	unsetenv("PARVIS_MAIL_URL");
	unsetenv("PARVIS_NET_PROXY");
}

enum err settings_listen(struct cx *cx, struct str listen, const char **ret_address, int *ret_port)
{
	struct str host = {}, port = listen;
	i64 number;
	for (size_t i = listen.len; i-- > 0;)
		if (listen.at[i] == ':') {
			host = str_head(listen, i);
			port = str_skip(listen, i + 1);
			break;
		}
	if (!str_to_i64(port, &number) || number < 0 || number > 65535)
		return fail_field(cx, "listen", N_("“%.*s” is no address with a port, like 127.0.0.1:8080."), STR_ARG(listen));
	if (host.len > 2 && host.at[0] == '[')
		host = str_head(str_skip(host, 1), host.len - 2);
	*ret_address = host.len ? arena_cstr(cx->arena, host) : "::";
	*ret_port = (int)number;
	return OK;
}

enum log_level settings_log_level(const struct settings *s)
{
	for (int i = 0; level_words[i]; i++)
		if (str_eq(s->log_level, str_of(level_words[i])))
			return (enum log_level)i;
	return LOG_INFO;
}

void settings_example(const char *lang, struct buf *b)
{
	for (size_t i = 0; i < setting_row_count; i++)
		buf_addf(b, "# %s\n# %s = \"%s\"\n\n", tr(lang, setting_rows[i].about), setting_rows[i].name, setting_rows[i].initial);
}

void settings_manual(struct buf *b)
{
	for (size_t i = 0; i < setting_row_count; i++)
		buf_addf(b, ".It Ic %s\n%s\n", setting_rows[i].name, setting_rows[i].about);
}

void settings_show(struct arena *arena, const struct settings *settings, struct buf *b)
{
	static const char *const origins[] = {"default", "file", "environment", "command line"};
	struct settings copy = *settings;
	for (size_t i = 0; i < setting_row_count; i++) {
		const struct setting_row *row = &setting_rows[i];
		buf_addf(b, "%s = ", row->name);
		if (row->type == SETTING_NUMBER || row->type == SETTING_SIZE)
			buf_add_i64(b, *number_at(&copy, row));
		else if (row->flags & SETTING_IS_SECRET && text_at(&copy, row)->len && copy.origin[i] != FROM_DEFAULT)
			buf_adds(b, "(set)");
		else
			buf_add(b, *text_at(&copy, row));
		buf_addf(b, "  # %s\n", origins[copy.origin[i]]);
	}
}
