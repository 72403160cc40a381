/* settings.h: what the operator decides before the program starts. One table of rows (name, type, default, about); from it come
 * the reading of the file and of the environment, the example file, the manual's part and `parvis settings`.
 *
 * The file is a flat TOML file: the first there is of --config, $PARVIS_CONFIG, ./parvis.toml, /etc/parvis/parvis.toml. A value is
 * taken from the command line (--name=value), else from the environment (PARVIS_NAME), else from the file, else it is the
 * default. What must stay true: an unknown name in the file or on the command line, a value of the wrong kind or a file that was
 * named and is not there stops the start, and the story says file, line, name and what to write. Values live in cx->arena. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "sys/bucket.h"

enum setting_type {
	SETTING_TEXT,
	SETTING_PATH,    /* relative to where the program was started; absolute after settings_finish() */
	SETTING_NUMBER,
	SETTING_SIZE,    /* bytes: a number, or "512 KiB", "256 MiB", "2 GiB" */
	SETTING_WORD,    /* one of `words` */
	SETTING_LISTEN,  /* "127.0.0.1:8080", "[::1]:8080", ":8080" (every address) */
	SETTING_URL,     /* http(s)://host[:port] without a path behind; empty allowed */
	SETTING_LIST,    /* address.h list */
};

struct settings {
	struct str data;            /* absolute after settings_finish() */
	struct str database;        /* as a URL for db_open(); settings_finish() fills in DATA/database/parvis.db, in a folder of its own
	                             * so that sys/sandbox.h can give a role the database without the keys beside it */
	struct str listen;
	struct str public_url;      /* without '/' at its end; empty: follows from `listen` */
	i64 threads;
	struct str trust_proxy;
	struct str log;
	struct str log_level;
	struct str mail_url;
	struct str mail_from;
	struct str simulator;
	struct str simulator_listen;
	struct str net_allow;
	struct str net_proxy;
	struct str beacon_relays;
	struct str network_apps;
	struct str onnx_library;
	struct str media_store, media_endpoint, media_region, media_key_id, media_key; /* sys/bucket.h */
	i64 media_cache;
	i64 backup_keep;
	i64 session_days;
	i64 upload_max;
	i64 requests_per_minute;

	struct str file;            /* the file that was read; empty when there was none */
	u8 origin[64];              /* enum setting_origin, by row */
};
enum setting_origin { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_COMMAND };

#define SETTING_IS_SECRET 1u    /* shown as "(set)"; forgotten by settings_forget_secrets() */
#define SETTING_HAS_PASSWORD 2u /* a URL whose password is not shown */
struct setting_row {
	const char *name;
	enum setting_type type;
	size_t offset;              /* in struct settings: an i64 for NUMBER and SIZE, else a struct str */
	const char *initial;        /* as written in the file, without quotes */
	i64 min, max;               /* NUMBER and SIZE */
	const char *const *words;   /* WORD; NULL-terminated */
	unsigned flags;
	const char *about;          /* msgid; one or two sentences */
};
extern const struct setting_row setting_rows[];
extern const size_t setting_row_count;

/* `file`: of --config, or NULL. */
enum err settings_load(struct cx *cx, const char *file, struct settings *ret_settings);
/* Variables of the environment that begin with PARVIS_ and are no settings, with the one that is nearest (NULL: none is near). They
 * do not stop the start, as other programs may hand them on; whoever starts says them. At most `most`; returns how many. */
struct strange_variable {
	struct str name;      /* printable; in the arena */
	const char *nearest;
};
#define STRANGE_MOST 20
size_t settings_strange(struct arena *arena, struct strange_variable *list, size_t most);
/* One value of the command line. ERR_BAD_INPUT with the name as field. Call before settings_finish(). */
bool setting_known(struct str name); /* is it one of the table? */
enum err settings_set(struct cx *cx, struct settings *settings, struct str name, struct str value);
/* Fill in what follows from other values (database, public_url) and check what must fit together. Once, after the last
 * settings_set(). */
enum err settings_finish(struct cx *cx, struct settings *settings);

/* The data folder, and the database's folder in it when SQLite is there; for commands that may be the first to run. */
enum err settings_make_folders(struct cx *cx, const struct settings *settings);

/* The listening role has no use for the passwords of others: empty every secret value, and take it out of the environment. */
void settings_forget_secrets(struct settings *settings);

/* "[::1]:8080" → "::1" (arena) and 8080; "localhost" is 127.0.0.1; an empty host gives "::", for every address of both kinds. */
enum err settings_listen(struct cx *cx, struct str listen, const char **ret_address, int *ret_port);
struct bucket_settings settings_bucket(const struct settings *settings); /* of media_store and its neighbours; borrowed */
enum log_level settings_log_level(const struct settings *settings);

void settings_example(const char *lang, struct buf *b);                        /* a parvis.toml with every row, commented out */
void settings_manual(struct buf *b);                                           /* mdoc list items for parvis.toml(5) */
void settings_show(struct arena *arena, const struct settings *settings, struct buf *b); /* name = value, and where it comes from */
