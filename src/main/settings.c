#include "main/settings.h"

#include "base/lang.h"
#include "flow/lot.h"
#include "main/settings_file.h"
#include "sys/address.h"
#include "sys/bucket.h"
#include "sys/crypto.h"
#include "sys/files.h"
#include "sys/net.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the table ---- */

static const char *const log_words[] = {"text", "json", NULL};
static const char *const level_words[] = {"debug", "info", "warn", "error", NULL}; /* as enum log_level */
static const char *const simulator_words[] = {"auto", "on", "off", NULL};

#define MEBIBYTE ((i64)1 << 20)
#define AT(field) offsetof(struct settings, field)

const struct setting_row setting_rows[] = {
	{"data", SETTING_PATH, AT(data), "./data", 0, 0, NULL, 0,
	 N_("Folder for everything that Parvis keeps. It is made at the first start and belongs to one installation.")},
	{"database", SETTING_TEXT, AT(database), "", 0, 0, NULL, SETTING_HAS_PASSWORD,
	 N_("Where the database is: empty for SQLite in the data folder, or postgres://user:password@host/name.")},
	{"listen", SETTING_LISTEN, AT(listen), "127.0.0.1:8080", 0, 0, NULL, 0,
	 N_("Address and port of the desk. Only this machine reaches 127.0.0.1; put a web server with TLS in front before opening it to others.")},
	{"public_url", SETTING_URL, AT(public_url), "", 0, 0, NULL, 0,
	 N_("The address that people type, such as https://desk.example.org. Links in mails and cookies depend on it. Empty: follows from listen.")},
	{"threads", SETTING_NUMBER, AT(threads), "0", 0, 64, NULL, 0,
	 N_("How many threads answer requests. 0: one for each core, four at the most.")},
	{"trust_proxy", SETTING_LIST, AT(trust_proxy), "", 0, 0, NULL, 0,
	 N_("Addresses of the web servers in front, whose word about a visitor's address is believed (X-Forwarded-For), such as 127.0.0.1.")},
	{"log", SETTING_WORD, AT(log), "text", 0, 0, log_words, 0, N_("How log lines are written to the standard error: text or json.")},
	{"log_level", SETTING_WORD, AT(log_level), "info", 0, 0, level_words, 0, N_("The least that is logged: debug, info, warn or error.")},
	{"mail_url", SETTING_TEXT, AT(mail_url), "", 0, 0, NULL, SETTING_IS_SECRET,
	 N_("The server that takes our mails: smtp://user:password@host:587, smtps://user:password@host:465, or file:folder to try it out. "
	    "Empty: no mail is sent.")},
	{"mail_from", SETTING_TEXT, AT(mail_from), "", 0, 0, NULL, 0,
	 N_("Who our mails come from, such as Desk of Example <desk@example.org>. Needed with mail_url.")},
	{"simulator", SETTING_WORD, AT(simulator), "auto", 0, 0, simulator_words, 0,
	 N_("The simulated network to learn and try with: on, off, or auto (when a workspace has a channel of it).")},
	{"simulator_listen", SETTING_LISTEN, AT(simulator_listen), "127.0.0.1:8091", 0, 0, NULL, 0, N_("Address and port of the simulated network.")},
	{"net_allow", SETTING_LIST, AT(net_allow), "", 0, 0, NULL, 0,
	 N_("Servers of our own network that Parvis may call beside the public internet: addresses, networks or names, with or without a port, such "
	    "as 10.0.0.0/8 or wiki.local:8080.")},
	{"beacon_relays", SETTING_TEXT, AT(beacon_relays), BEACON_RELAYS, 0, 0, NULL, 0,
	 N_("Relays of drand's public beacon (chain quicknet) that are asked for the seed of a contest's draw, one after the other until one answers. Empty: none; the value is "
	    "typed by hand.")},
	{"net_proxy", SETTING_TEXT, AT(net_proxy), "", 0, 0, NULL, SETTING_IS_SECRET,
	 N_("Proxy for calls to the outside, such as http://proxy.local:3128. Empty: none; the environment's is not used.")},
	{"network_apps", SETTING_TEXT, AT(network_apps), "", 0, 0, NULL, SETTING_IS_SECRET,
	 N_("By what ids networks know this installation where people sign in over there: kind of channel, id and secret, as in youtube ID SECRET, twitter ID "
	    "SECRET. Stands above what is kept on the page of the desk.")},
	{"onnx_library", SETTING_TEXT, AT(onnx_library), "", 0, 0, NULL, 0,
	 N_("The file of ONNX Runtime, such as /usr/local/lib/libonnxruntime.so, where a workspace has models in files asked too. Empty: looked for in the "
	    "usual places; without it nothing else changes.")},
	{"media_store", SETTING_TEXT, AT(media_store), "", 0, 0, NULL, 0,
	 N_("A bucket of storage that speaks S3, in which kept files are kept too: s3://bucket or s3://bucket/folder. The data folder then holds those that were used of late. "
	    "Empty: files are kept in the data folder alone.")},
	{"media_endpoint", SETTING_URL, AT(media_endpoint), "", 0, 0, NULL, 0,
	 N_("Where that storage answers, such as https://s3.example.org. Empty: Amazon's, of the region. A server of our own network has to stand in net_allow too.")},
	{"media_region", SETTING_TEXT, AT(media_region), "us-east-1", 0, 0, NULL, 0, N_("The region of the bucket, which is part of the signature; many servers take any.")},
	{"media_key_id", SETTING_TEXT, AT(media_key_id), "", 0, 0, NULL, 0, N_("The id of the key that may read and write objects in the bucket. Needed with media_store.")},
	{"media_key", SETTING_TEXT, AT(media_key), "", 0, 0, NULL, SETTING_IS_SECRET, N_("The secret of that key. Needed with media_store; best in the environment, as PARVIS_MEDIA_KEY.")},
	{"media_cache", SETTING_SIZE, AT(media_cache), "2 GiB", MEBIBYTE, (i64)1 << 50, NULL, 0,
	 N_("With media_store: how much of what is in the bucket the data folder may hold too. What was not used for longest goes first, and comes back when it is asked for.")},
	{"backup_keep", SETTING_NUMBER, AT(backup_keep), "14", 1, 1000, NULL, 0, N_("How many backups are kept when they go to a folder.")},
	{"session_days", SETTING_NUMBER, AT(session_days), "30", 1, 400, NULL, 0, N_("After so many days without a visit people sign in again.")},
	{"requests_per_minute", SETTING_NUMBER, AT(requests_per_minute), "1200", 60, 1000000000, NULL, 0,
	 N_("How many requests one address or person may make in a minute before they are asked to wait.")},
	{"upload_max", SETTING_SIZE, AT(upload_max), "512 MiB", MEBIBYTE, (i64)16 << 30, NULL, 0,
	 N_("The largest file that can be uploaded for an import.")},
};
const size_t setting_row_count = COUNT(setting_rows);
static_assert(COUNT(setting_rows) <= sizeof((struct settings *)0)->origin, "an origin for each row");

static const struct setting_row *row_of(struct str name)
{
	for (size_t i = 0; i < setting_row_count; i++)
		if (str_eq(name, str_of(setting_rows[i].name)))
			return &setting_rows[i];
	return NULL;
}

bool setting_known(struct str name)
{
	return row_of(name);
}

static bool is_number(const struct setting_row *row)
{
	return row->type == SETTING_NUMBER || row->type == SETTING_SIZE;
}

static i64 *number_at(struct settings *settings, const struct setting_row *row)
{
	return (i64 *)(void *)((char *)settings + row->offset);
}

static struct str *text_at(struct settings *settings, const struct setting_row *row)
{
	return (struct str *)(void *)((char *)settings + row->offset);
}

/* ---- values ---- */

/* "256 MiB" → bytes */
static bool read_size(struct str text, i64 *ret_bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	size_t digits = 0;
	while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9')
		digits++;
	struct str unit = str_trim(str_skip(text, digits));
	i64 number;
	if (!str_to_i64(str_head(text, digits), &number))
		return false;
	if (!unit.len) {
		*ret_bytes = number;
		return true;
	}
	for (size_t i = 0; i < COUNT(units); i++)
		if (str_eq_fold(unit, str_of(units[i])))
			return !__builtin_mul_overflow(number, (i64)1 << (10 * (i + 1)), ret_bytes);
	return false;
}

static enum err check_number(struct cx *cx, const struct setting_row *row, struct str value, i64 *ret_number)
{
	i64 number;
	if (row->type == SETTING_SIZE ? !read_size(value, &number) : !str_to_i64(value, &number))
		return row->type == SETTING_SIZE ? fail(cx, ERR_BAD_INPUT, "Write a size such as 512 KiB, 256 MiB or 2 GiB.")
						 : fail(cx, ERR_BAD_INPUT, "Write a whole number.");
	if (number < row->min || number > row->max)
		return fail(cx, ERR_BAD_INPUT, "It may be from %lld to %lld.", (long long)row->min, (long long)row->max);
	*ret_number = number;
	return OK;
}

static enum err check_word(struct cx *cx, const struct setting_row *row, struct str value)
{
	CLEANUP(buf_free) struct buf words = {};
	for (const char *const *word = row->words; *word; word++) {
		if (str_eq(value, str_of(*word)))
			return OK;
		buf_addf(&words, "%s%s", word == row->words ? "" : ", ", *word);
	}
	return fail(cx, ERR_BAD_INPUT, "Write one of: %s.", buf_cstr(&words));
}

static enum err check_text(struct cx *cx, const struct setting_row *row, struct str *value)
{
	const struct address_list *list;
	const char *address;
	struct net_url url;
	int port;
	for (size_t i = 0; i < value->len; i++)
		if ((u8)value->at[i] < ' ')
			return fail(cx, ERR_BAD_INPUT, "It has a line break or another sign that cannot be seen.");
	switch (row->type) {
	case SETTING_PATH:
		return value->len ? OK : fail(cx, ERR_BAD_INPUT, "It cannot be empty.");
	case SETTING_WORD:
		return check_word(cx, row, *value);
	case SETTING_LISTEN:
		return settings_listen(cx, *value, &address, &port);
	case SETTING_LIST:
		return address_list_parse(cx, row->name, *value, &list);
	case SETTING_URL:
		while (str_ends(*value, S("/")))
			value->len--;
		if (value->len && (!net_url_parse(cx->arena, *value, &url) || !str_eq(url.path, S("/")) || str_find_byte(*value, '?') >= 0 ||
				   str_find_byte(*value, '#') >= 0))
			return fail(cx, ERR_BAD_INPUT, "Write an address such as https://desk.example.org, with nothing behind it.");
		return OK;
	default:
		return OK;
	}
}

/* `place` is where the value stands: "parvis.toml:12", "PARVIS_LISTEN", "--listen". */
static enum err set(struct cx *cx, struct settings *settings, const struct setting_row *row, struct str value, enum setting_origin origin,
		    const char *place)
{
	i64 number = 0;
	struct str text = arena_str(cx->arena, str_trim(value));
	enum err error = is_number(row) ? check_number(cx, row, text, &number) : check_text(cx, row, &text);
	if (error != OK) {
		const char *story = arena_cstr(cx->arena, str_of(cx->story));
		bool shown = !(row->flags & (SETTING_IS_SECRET | SETTING_HAS_PASSWORD));
		return fail_field(cx, row->name, "%s: “%.*s” does not do for %s. %s", place, STR_ARG(shown ? str_head(text, 80) : S("…")), row->name,
				  story);
	}
	if (is_number(row))
		*number_at(settings, row) = number;
	else
		*text_at(settings, row) = text;
	settings->origin[row - setting_rows] = (u8)origin;
	return OK;
}

/* ---- unknown names ---- */

/* Letters to change, add or take away, up to a few: enough for a slip of the finger. */
static size_t distance(struct str a, struct str b)
{
	size_t row[64];
	if (a.len >= COUNT(row) || b.len >= COUNT(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j], least = corner + (a.at[i - 1] != b.at[j - 1]);
			if (above + 1 < least)
				least = above + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			corner = above;
			row[j] = least;
		}
	}
	return row[b.len];
}

static const struct setting_row *nearest_of(struct str name)
{
	const struct setting_row *nearest = NULL;
	size_t least = 4;
	for (size_t i = 0; i < setting_row_count; i++) {
		size_t d = distance(name, str_of(setting_rows[i].name));
		if (d < least) {
			least = d;
			nearest = &setting_rows[i];
		}
	}
	return nearest;
}

static enum err unknown(struct cx *cx, struct str name, const char *place)
{
	name = str_head(name, 60);
	const struct setting_row *nearest = nearest_of(name);
	const char *field = arena_cstr(cx->arena, name);
	if (nearest)
		return fail_field(cx, field, "%s: there is no setting “%s”. Is “%s” meant?", place, field, nearest->name);
	return fail_field(cx, field, "%s: there is no setting “%s”. “parvis settings” shows them all.", place, field);
}

/* ---- sources ---- */

static enum err take_file(struct cx *cx, const char *file, struct settings *settings)
{
	struct str text;
	struct file_setting *found;
	size_t count;
	TRY(file_read(cx, file, (size_t)256 << 10, &text));
	enum err error = settings_file_read(cx, file, text, &found, &count);
	wipe((char *)(uintptr_t)text.at, text.len); /* the arena may live long, and a role that forgets its secrets forgets them all */
	TRY(error);
	for (size_t i = 0; i < count; i++) {
		const char *place = arena_printf(cx->arena, "%s:%d", file, found[i].line).at;
		const struct setting_row *row = row_of(found[i].name);
		if (!row)
			return unknown(cx, found[i].name, place);
		struct str value = found[i].value;
		if (found[i].type == VALUE_BOOL) /* on and off are what people mean by it */
			value = str_eq(value, S("true")) ? S("on") : S("off");
		TRY(set(cx, settings, row, value, FROM_FILE, place));
		if (row->flags & (SETTING_IS_SECRET | SETTING_HAS_PASSWORD))
			wipe((char *)(uintptr_t)found[i].value.at, found[i].value.len);
	}
	settings->file = arena_str(cx->arena, str_of(file));
	return OK;
}

static const char *variable_of(struct arena *arena, const struct setting_row *row)
{
	char *name = (char *)(uintptr_t)arena_printf(arena, "PARVIS_%s", row->name).at;
	for (char *at = name; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at -= 'a' - 'A';
	return name;
}

static enum err take_environment(struct cx *cx, struct settings *settings)
{
	for (size_t i = 0; i < setting_row_count; i++) {
		const char *name = variable_of(cx->arena, &setting_rows[i]), *value = getenv(name);
		if (value)
			TRY(set(cx, settings, &setting_rows[i], str_of(value), FROM_ENVIRONMENT, name));
	}
	return OK;
}

/* Variables that begin as settings do and are none: what the program reads beside them, and what its tools and tests hand on. */
static const char *const other_variables[] = {"CONFIG", "READY", "TEMPLATES", "BUILD", "PAGES", "PARSER", "PLAY_POSTGRES", "PROGRAM", "RENDERED", "SHOTS", "SOURCE",
					      "TEST_FSYNC", "TEST_POSTGRES"};

/* "LISTEN" → "listen": false when it is not written as variables are, and so is none. */
static bool setting_name(struct arena *arena, struct str variable, struct str *ret_name)
{
	char *name = arena_array(arena, char, variable.len + 1);
	bool capitals = true;
	for (size_t i = 0; i < variable.len; i++) {
		char c = variable.at[i];
		capitals &= !(c >= 'a' && c <= 'z');
		name[i] = c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : (u8)c < ' ' || (u8)c >= 0x7f ? '?' : c;
	}
	*ret_name = (struct str){name, variable.len};
	return capitals;
}

size_t settings_strange(struct arena *arena, struct strange_variable *list, size_t most)
{
	const struct str prefix = S("PARVIS_");
	size_t count = 0;
	for (char *const *at = environ; at && *at && count < most; at++) {
		struct str value = str_of(*at), variable = str_cut(&value, '='), name;
		if (!str_starts(variable, prefix) || str_in(str_skip(variable, prefix.len), other_variables, COUNT(other_variables)))
			continue;
		bool capitals = setting_name(arena, str_head(str_skip(variable, prefix.len), 60), &name);
		const struct setting_row *row = row_of(name), *nearest = row ? row : nearest_of(name);
		if (row && capitals)
			continue;
		list[count++] = (struct strange_variable){arena_printf(arena, "PARVIS_%.*s", STR_ARG(name)), nearest ? variable_of(arena, nearest) : NULL};
		char *shown = (char *)(uintptr_t)list[count - 1].name.at + prefix.len;
		for (size_t i = 0; i < name.len; i++) /* as it is written there, but for what cannot be shown */
			shown[i] = name.at[i] == '?' ? '?' : variable.at[prefix.len + i];
	}
	return count;
}

enum err settings_load(struct cx *cx, const char *file, struct settings *ret_settings)
{
	static const char *const usual[] = {"./parvis.toml", "/etc/parvis/parvis.toml"};
	struct settings settings = {};
	for (size_t i = 0; i < setting_row_count; i++)
		TRY(set(cx, &settings, &setting_rows[i], str_of(setting_rows[i].initial), FROM_DEFAULT, setting_rows[i].name));
	if (!file || !*file)
		file = getenv("PARVIS_CONFIG");
	bool asked = file && *file;
	for (size_t i = 0; !asked && i < COUNT(usual); i++)
		if (file_there(usual[i])) {
			file = usual[i];
			break;
		}
	if (asked && !file_there(file))
		return fail(cx, ERR_MISSING, "The settings file %s is not there. Check its name after --config or in PARVIS_CONFIG.", file);
	if (file && *file)
		TRY(take_file(cx, file, &settings));
	TRY(take_environment(cx, &settings));
	*ret_settings = settings;
	return OK;
}

enum err settings_set(struct cx *cx, struct settings *settings, struct str name, struct str value)
{
	const char *place = arena_printf(cx->arena, "--%.*s", STR_ARG(str_head(name, 60))).at;
	const struct setting_row *row = row_of(name);
	return row ? set(cx, settings, row, value, FROM_COMMAND, place) : unknown(cx, name, place);
}

/* ---- what follows ---- */

enum err settings_listen(struct cx *cx, struct str listen, const char **ret_address, int *ret_port)
{
	size_t colon = listen.len;
	i64 port;
	struct address address;
	while (colon && listen.at[colon - 1] != ':')
		colon--;
	struct str host = str_head(listen, colon ? colon - 1 : 0);
	if (!colon || !str_to_i64(str_skip(listen, colon), &port) || port < 0 || port > 65535 ||
	    (host.len && !str_eq(host, S("localhost")) && !address_parse(host, &address)) || (str_find_byte(host, ':') >= 0 && host.at[0] != '['))
		return fail(cx, ERR_BAD_INPUT, "Write an address and a port: 127.0.0.1:8080, [::1]:8080, or :8080 for every address of this machine.");
	if (str_eq(host, S("localhost")))
		host = S("127.0.0.1");
	*ret_address = !host.len ? "::" : address_text(cx->arena, (address_parse(host, &address), &address)).at;
	*ret_port = (int)port;
	return OK;
}

/* Roles are started from other folders than the one the operator stood in. */
static enum err make_absolute(struct cx *cx, struct str *path)
{
	char here[PATH_MAX];
	if (path->at[0] == '/')
		return OK;
	if (!getcwd(here, sizeof here))
		return file_failed(cx, ".", errno);
	*path = str_of(path_join(cx->arena, here, arena_cstr(cx->arena, str_starts(*path, S("./")) ? str_skip(*path, 2) : *path)));
	return OK;
}

static struct str database_of(struct cx *cx, const struct settings *settings)
{
	return arena_printf(cx->arena, "sqlite:%.*s/parvis.db", STR_ARG(settings->data));
}

enum err settings_make_folders(struct cx *cx, const struct settings *settings)
{
	TRY(folder_make(cx, arena_cstr(cx->arena, settings->data)));
	if (!str_eq(settings->database, database_of(cx, settings)))
		return OK;
	return folder_make(cx, path_folder(cx->arena, arena_cstr(cx->arena, str_skip(settings->database, strlen("sqlite:")))));
}

static enum err check_bucket(struct cx *cx, const struct settings *s)
{
	struct bucket_settings bucket = settings_bucket(s);
	return bucket_settings_check(cx, &bucket); /* its secret may be known to the roles alone: see media_bucket_check() */
}

struct bucket_settings settings_bucket(const struct settings *s)
{
	return (struct bucket_settings){.store = s->media_store, .endpoint = s->media_endpoint, .region = s->media_region, .id = s->media_key_id, .secret = s->media_key};
}

enum err settings_finish(struct cx *cx, struct settings *settings)
{
	const char *address;
	int port;
	TRY(make_absolute(cx, &settings->data));
	TRY(settings_listen(cx, settings->listen, &address, &port));
	if (!settings->database.len)
		settings->database = database_of(cx, settings);
	if (!settings->public_url.len) {
		bool every = strcmp(address, "::") == 0 || strcmp(address, "0.0.0.0") == 0;
		const char *host = every ? "localhost" : address;
		if (strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0)
			host = "localhost";
		settings->public_url = arena_printf(cx->arena, strchr(host, ':') ? "http://[%s]:%d" : "http://%s:%d", host, port);
	}
	if (settings->mail_url.len && !settings->mail_from.len)
		return fail_field(cx, "mail_from", "mail_url is set, and mail_from is not: say who the mails come from, such as desk@example.org.");
	return settings->media_store.len ? check_bucket(cx, settings) : OK;
}

void settings_forget_secrets(struct settings *settings)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	for (size_t i = 0; i < setting_row_count; i++) {
		if (!(setting_rows[i].flags & SETTING_IS_SECRET))
			continue;
		struct str *value = text_at(settings, &setting_rows[i]);
		wipe((char *)(uintptr_t)value->at, value->len);
		*value = (struct str){};
		const char *name = variable_of(arena, &setting_rows[i]);
		char *variable = getenv(name);
		if (variable) {
			wipe(variable, strlen(variable)); /* /proc/self/environ shows this very place */
			unsetenv(name);
		}
	}
}

enum log_level settings_log_level(const struct settings *settings)
{
	for (int i = 0; level_words[i]; i++)
		if (str_eq(settings->log_level, str_of(level_words[i])))
			return (enum log_level)i;
	return LOG_INFO;
}
