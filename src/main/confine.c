#include "main/confine.h"

#include "base/lang.h"
#include "base/log.h"
#include "main/media.h"
#include "sys/db.h"
#include "sys/files.h"
#include "sys/image_box.h"
#include "sys/sandbox.h"

#include <stdlib.h>

#define PATHS_MAX 16
#define PORTS_MAX 8

struct places {
	struct sandbox_path paths[PATHS_MAX];
	size_t count;
};

static void may(struct places *places, const char *path, int access)
{
	if (!path || !*path)
		return;
	must(places->count < PATHS_MAX);
	places->paths[places->count].path = path;
	places->paths[places->count++].access = (unsigned)access;
}

/* The file of an SQLite database; NULL for PostgreSQL. */
static const char *database_file(struct cx *cx, const struct program *program)
{
	struct str url = program->settings.database;
	if (str_starts(url, S("postgres:")) || str_starts(url, S("postgresql:")))
		return NULL;
	return arena_cstr(cx->arena, str_starts(url, S("sqlite:")) ? str_skip(url, 7) : url);
}

/* What libpq reads to prove itself and to know the server. */
static void may_use_postgres(struct cx *cx, struct places *places)
{
	const char *home = getenv("HOME");
	if (home && *home) {
		may(places, path_join(cx->arena, home, ".postgresql"), SANDBOX_READ);
		may(places, path_join(cx->arena, home, ".pgpass"), SANDBOX_READ);
	}
	may(places, getenv("PGPASSFILE"), SANDBOX_READ);
	may(places, getenv("PGSSLROOTCERT"), SANDBOX_READ);
	may(places, getenv("PGSSLCERT"), SANDBOX_READ);
	may(places, getenv("PGSSLKEY"), SANDBOX_READ);
}

static bool add_port(struct str text, int *ports, size_t *count, size_t max)
{
	i64 port;
	if (!str_to_i64(text, &port) || port < 1 || port > 65535 || *count == max)
		return false;
	ports[(*count)++] = (int)port;
	return true;
}

size_t database_ports(struct str url, int *ret_ports, size_t max)
{
	size_t count = 0;
	ptrdiff_t scheme = str_find(url, S("://"));
	struct str query = scheme < 0 ? (struct str){} : str_skip(url, (size_t)scheme + 3);
	struct str rest = str_cut(&query, '?'), hosts = str_cut(&rest, '/');
	for (ptrdiff_t at; (at = str_find_byte(hosts, '@')) >= 0;) /* user and password */
		hosts = str_skip(hosts, (size_t)at + 1);
	bool unsaid = !hosts.len;
	while (hosts.at) { /* "a:5433,b,[::1]:5434" */
		struct str host = str_cut(&hosts, ',');
		ptrdiff_t bracket = str_find_byte(host, ']');
		struct str port = bracket >= 0 ? str_skip(host, (size_t)bracket + 1) : host;
		str_cut(&port, ':');
		unsaid |= !port.len || !add_port(port, ret_ports, &count, max);
	}
	while (query.at) { /* "?host=…&port=5435" */
		struct str value = str_cut(&query, '&'), name = str_cut(&value, '=');
		while (str_eq(name, S("port")) && value.at)
			add_port(str_cut(&value, ','), ret_ports, &count, max);
	}
	if (unsaid)
		add_port(getenv("PGPORT") ? str_of(getenv("PGPORT")) : S("5432"), ret_ports, &count, max);
	return count;
}

static enum err enter(struct cx *cx, const struct sandbox *sandbox)
{
	struct sandbox_report report;
	TRY(sandbox_enter(cx, sandbox, &report));
	log_line(report.files ? LOG_INFO : LOG_WARN, "confined", "by=%.*s", STR_ARG(log_quote(cx->arena, report.text)));
	return OK;
}

/* For an SQLite database that stays open for as long as the role runs: the two files that SQLite keeps beside it then stay where they are,
 * and the role needs no leave to make others in that folder. */
static void may_use_sqlite(struct cx *cx, struct places *places, const char *file)
{
	may(places, file, SANDBOX_WRITE);
	may(places, arena_printf(cx->arena, "%s-wal", file).at, SANDBOX_WRITE);
	may(places, arena_printf(cx->arena, "%s-shm", file).at, SANDBOX_WRITE);
}

static enum err may_use_database(struct cx *cx, const struct program *program, struct places *places, struct db **ret_held)
{
	const char *file = database_file(cx, program);
	if (!file) {
		may_use_postgres(cx, places);
		return OK;
	}
	may_use_sqlite(cx, places, file);
	return program_open(cx, program, true, ret_held);
}

static enum err confine_listening(struct cx *cx, const struct program *program, struct str listen, struct places *places)
{
	const char *address;
	int listen_port, ports[PORTS_MAX];
	TRY(settings_listen(cx, listen, &address, &listen_port));
	struct sandbox sandbox = {
		.paths = places->paths, .path_count = places->count, .listen_ports = &listen_port, .listen_count = 1, .connect_ports = ports,
		.connect_count = database_file(cx, program) ? 0 : database_ports(program->settings.database, ports, PORTS_MAX), .system_files = true,
	};
	return enter(cx, &sandbox);
}

/* The one program that it may start: itself, as the processes that decode pictures and draw them; those are held by these bounds too, and by closer ones of their own. */
static void may_use_image_box(struct cx *cx, struct places *places)
{
	const char *files[IMAGE_BOX_FILES];
	image_box_files(cx->arena, files);
	for (size_t i = 0; i < COUNT(files); i++)
		may(places, files[i], SANDBOX_RUN);
	for (const char *const *path = image_box_reads; *path; path++)
		may(places, *path, SANDBOX_READ);
}

enum err confine_serving(struct cx *cx, const struct program *program, struct db **ret_held)
{
	const char *spool = path_join(cx->arena, program_data(cx, program), "spool"), *media = media_folder(cx, program), *exports = exports_folder(cx, program);
	struct places places = {};
	CLEANUP(db_closep) struct db *held = NULL;
	TRY(folder_make(cx, spool));
	TRY(folder_make(cx, media));
	TRY(folder_make(cx, exports));
	TRY(may_use_database(cx, program, &places, &held));
	may(&places, spool, SANDBOX_WRITE);
	may(&places, media, SANDBOX_WRITE); /* what comes with a public form */
	may(&places, exports, SANDBOX_READ);
	may_use_image_box(cx, &places); /* the studio shows what is typed at once */
	may(&places, getenv("PARVIS_TEMPLATES"), SANDBOX_READ); /* development */
	TRY(confine_listening(cx, program, program->settings.listen, &places));
	*ret_held = held;
	held = NULL;
	return OK;
}

enum err confine_simulating(struct cx *cx, const struct program *program, const char *own, struct db *ret_held[2])
{
	struct places places = {};
	CLEANUP(db_closep) struct db *desk = NULL;
	CLEANUP(db_closep) struct db *held = NULL;
	TRY(may_use_database(cx, program, &places, &desk));
	TRY(db_open(cx, own, DB_CREATE, &held));
	may_use_sqlite(cx, &places, own);
	TRY(confine_listening(cx, program, program->settings.simulator_listen, &places));
	ret_held[0] = desk;
	ret_held[1] = held;
	desk = held = NULL;
	return OK;
}

/* A library that is opened later, with what lies beside it; also where a link leads. */
static void may_use_library(struct cx *cx, struct places *places, const char *file)
{
	if (!*file)
		return;
	may(places, path_folder(cx->arena, file), SANDBOX_READ);
	char *real = realpath(file, NULL);
	if (real)
		may(places, path_folder(cx->arena, arena_cstr(cx->arena, str_of(real))), SANDBOX_READ);
	free(real);
}

enum err confine_working(struct cx *cx, const struct program *program)
{
	const char *file = database_file(cx, program);
	const struct settings *settings = &program->settings;
	struct places places = {};
	may(&places, program_data(cx, program), SANDBOX_WRITE);
	if (file) /* it may be kept elsewhere, with the files that SQLite makes beside it */
		may(&places, path_folder(cx->arena, file), SANDBOX_WRITE);
	else
		may_use_postgres(cx, &places);
	if (str_starts(settings->mail_url, S("file:"))) {
		const char *folder = arena_cstr(cx->arena, str_skip(settings->mail_url, 5));
		TRY(folder_make(cx, folder));
		may(&places, folder, SANDBOX_WRITE);
	}
	may_use_library(cx, &places, arena_cstr(cx->arena, settings->onnx_library));
	may_use_image_box(cx, &places);
	struct sandbox sandbox = {.paths = places.paths, .path_count = places.count, .connect_anywhere = true, .system_files = true};
	return enter(cx, &sandbox);
}
