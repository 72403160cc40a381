#include "sys/db_sqlite.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WATCH_FIRST (50 * MILLISECOND)
#define WATCH_MOST (200 * MILLISECOND)
#define COPY_PAGES 256 /* in a step: 2 MiB, so that progress moves and the disk is shared */

static bool nap(i64 time)
{
	struct timespec span = {time / SECOND, time % SECOND * 1000};
	return nanosleep(&span, NULL) == 0;
}

/* What holds for every handle. DQS off: "x" is a name, never a text, as PostgreSQL reads it; LIKE tells letters' case apart
 * likewise. */
static const char *const settings[] = {
	"PRAGMA foreign_keys = ON",
	"PRAGMA case_sensitive_like = ON",
	"PRAGMA cache_size = -16384",
	"PRAGMA mmap_size = 268435456",
	"PRAGMA temp_store = MEMORY",
	"PRAGMA secure_delete = FAST", /* what is deleted is blanked where its page is written anyway */
	NULL,
};

static enum err journal_wal(struct cx *cx, struct db *db)
{
	i64 until = time_monotonic() + db->patience;
	sqlite3 *handle = sqlite_of(db)->handle;
	for (;;) {
		/* Changing the mode wants the file alone and does not wait for it: somebody else may be making it too. */
		sqlite3_stmt *statement = NULL;
		int code = sqlite3_prepare_v2(handle, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
		if (code == SQLITE_OK)
			code = sqlite3_step(statement);
		const char *mode = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : "";
		bool wal = !strcmp(mode, "wal") || !strcmp(mode, "memory");
		if (code != SQLITE_ROW && (code & 0xFF) != SQLITE_BUSY) {
			enum err error = sqlite_told(cx, db, code);
			sqlite3_finalize(statement);
			return error;
		}
		sqlite3_finalize(statement);
		if (wal)
			return OK;
		if (code == SQLITE_ROW)
			return fail(cx, ERR_SYSTEM, "The place of the database file %s does not allow what Parvis needs "
				    "(shared memory beside the file). Keep it on a disk of this machine.", sqlite_of(db)->path);
		if (time_monotonic() > until)
			return sqlite_told(cx, db, SQLITE_BUSY);
		nap(20 * MILLISECOND);
	}
}

/* Counting its own memory would take a lock of the whole process for each piece of it. */
static void set_up_engine(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err set_up(struct cx *cx, struct db *db)
{
	sqlite3 *handle = sqlite_of(db)->handle;
	db->driver->patience(db);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* A plan that may look at bound values is made anew for each run: a tenth of a page's time. */
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	int code = sqlite_add_functions(handle);
	if (code != SQLITE_OK)
		return sqlite_told(cx, db, code);
	if (db->mode != DB_READ) {
		TRY(sqlite_exec(cx, db, "PRAGMA page_size = 8192")); /* heard only while the file is empty */
		TRY(journal_wal(cx, db));
	}
	for (const char *const *setting = settings; *setting; setting++)
		TRY(sqlite_exec(cx, db, *setting));
	if (db->mode != DB_READ) {
		TRY(sqlite_exec(cx, db, "PRAGMA synchronous = FULL"));
		TRY(sqlite_exec(cx, db, "PRAGMA journal_size_limit = 134217728"));
		TRY(sqlite_exec(cx, db, "PRAGMA cache_size = -65536")); /* a large import touches that much in a batch; room taken as it is needed */
		TRY(sqlite_exec(cx, db, "PRAGMA wal_autocheckpoint = 8000")); /* 64 MB: a page written by several batches is copied home once */
	}
	TRY(sqlite_exec(cx, db, "SELECT 1 FROM sqlite_schema LIMIT 1")); /* the first read: is it a database at all? */
	return db->mode == DB_READ ? sqlite_exec(cx, db, "PRAGMA query_only = ON") : OK;
}

enum err sqlite_open(struct cx *cx, struct db *db, const char *address, enum db_mode mode)
{
	struct sqlite *sqlite = db->engine = arena_new_of(db->arena, struct sqlite);
	sqlite->path = address;
	bool in_memory = !strcmp(address, ":memory:");
	if (mode == DB_CREATE && !in_memory) {
		/* Made here, so that it is nobody else's to read from its first byte on; by mknod(), since closing a file of one's
		 * own on a database drops the locks that other handles of this process hold on it. */
		if (mknod(address, S_IFREG | 0660, 0) < 0 && errno != EEXIST)
			return fail(cx, ERR_SYSTEM, "The database file %s cannot be made (%s). Check that its folder exists "
				    "and that the user that runs Parvis may write there.", address, strerror(errno));
	} else if (!in_memory && access(address, F_OK) < 0 && errno == ENOENT) {
		return fail(cx, ERR_MISSING, "There is no database at %s yet. “parvis run” makes one; --data names another folder.", address);
	}
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, set_up_engine);
	int flags = mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	int code = sqlite3_open_v2(address, &sqlite->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	return code == SQLITE_OK ? set_up(cx, db) : sqlite_told(cx, db, code);
}

static enum err version_now(struct cx *cx, struct db *db, i64 *ret_version)
{
	struct sqlite *sqlite = sqlite_of(db);
	int code = sqlite3_step(sqlite->version);
	if (code != SQLITE_ROW) {
		enum err error = sqlite_told(cx, db, code);
		sqlite3_reset(sqlite->version);
		return error;
	}
	*ret_version = sqlite3_column_int64(sqlite->version, 0);
	sqlite3_reset(sqlite->version);
	return OK;
}

enum err sqlite_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed)
{
	struct sqlite *sqlite = sqlite_of(db);
	bool first = !sqlite->version;
	if (first) {
		int code = sqlite3_prepare_v3(sqlite->handle, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT, &sqlite->version, NULL);
		if (code != SQLITE_OK)
			return sqlite_told(cx, db, code);
	}
	i64 until = time_monotonic() + timeout, pause = WATCH_FIRST;
	for (;;) {
		i64 version = 0, left;
		TRY(version_now(cx, db, &version));
		if (first || version != sqlite->seen) {
			sqlite->seen = version;
			*ret_changed = true;
			return OK;
		}
		left = until - time_monotonic();
		if (left <= 0 || !nap(left < pause ? left : pause)) {
			*ret_changed = false;
			return OK;
		}
		pause = pause * 3 / 2 < WATCH_MOST ? pause * 3 / 2 : WATCH_MOST;
	}
}

/* ---------- copies ---------- */

static enum err copy_refused(struct cx *cx, const char *path, const char *reason)
{
	return fail(cx, ERR_SYSTEM, "The copy %s could not be written (%s). The database itself is untouched.", path, reason);
}

static enum err copy_pages(struct cx *cx, struct db *db, sqlite3 *copy, const char *path, void (*progress)(void *, i64, i64),
			   void *subject)
{
	sqlite3_backup *backup = sqlite3_backup_init(copy, "main", sqlite_of(db)->handle, "main");
	if (!backup)
		return copy_refused(cx, path, sqlite3_errmsg(copy));
	int code;
	do {
		code = sqlite3_backup_step(backup, COPY_PAGES);
		if (progress) {
			i64 all = sqlite3_backup_pagecount(backup);
			progress(subject, all - sqlite3_backup_remaining(backup), all);
		}
	} while (code == SQLITE_OK);
	if (code == SQLITE_DONE) {
		code = sqlite3_backup_finish(backup);
		return code == SQLITE_OK ? OK : copy_refused(cx, path, sqlite3_errmsg(copy));
	}
	(void)sqlite3_backup_finish(backup);
	if ((code & 0xFF) == SQLITE_FULL)
		return fail(cx, ERR_FULL, "The disk that should hold the copy %s is full. The database itself is untouched.", path);
	return copy_refused(cx, path, sqlite3_errstr(code));
}

static enum err copy_into(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64, i64), void *subject)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	if (file < 0)
		return copy_refused(cx, path, strerror(errno));
	sqlite3 *copy = NULL;
	int code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	enum err error = code == SQLITE_OK ? OK : copy_refused(cx, path, sqlite3_errstr(code));
	/* The file is thrown away when anything fails, so no journal of its own; flushed once, at the end. */
	if (error == OK && sqlite3_exec(copy, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL) != SQLITE_OK)
		error = copy_refused(cx, path, sqlite3_errmsg(copy));
	/* One snapshot held over all steps: a commit in between does not send the copy back to its first page. */
	if (error == OK)
		error = sqlite_exec(cx, db, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1");
	if (error == OK)
		error = copy_pages(cx, db, copy, path, progress, subject);
	db->driver->rollback(db);
	sqlite3_close(copy);
	if (error == OK && fsync(file) < 0)
		error = copy_refused(cx, path, strerror(errno));
	close(file);
	return error;
}

static void sync_folder(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');
	int folder = open(slash ? arena_cstr(arena, str_span(path, slash + 1)) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return;
	(void)fsync(folder);
	close(folder);
}

void sqlite_trim(struct db *db)
{
	sqlite3 *handle = sqlite_of(db)->handle;
	sqlite3_int64 none = 0, most = -1;
	sqlite3_db_release_memory(handle);
	if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_MMAP_SIZE, &most) == SQLITE_OK && /* asked */
	    sqlite3_file_control(handle, "main", SQLITE_FCNTL_MMAP_SIZE, &none) == SQLITE_OK)  /* unmapped; it gives what was set before */
		sqlite3_file_control(handle, "main", SQLITE_FCNTL_MMAP_SIZE, &most);
}

enum err sqlite_copy_to(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64, i64), void *subject)
{
	if (access(path, F_OK) == 0)
		return fail(cx, ERR_CONFLICT, "There is a file %s already, and it was left as it is. Choose another name.", path);
	const char *part = arena_printf(cx->arena, "%s.part", path).at;
	enum err error = copy_into(cx, db, part, progress, subject);
	if (error == OK && rename(part, path) < 0)
		error = copy_refused(cx, path, strerror(errno));
	if (error != OK) {
		(void)unlink(part);
		return error;
	}
	sync_folder(path, cx->arena);
	return OK;
}

/* ---------- integrity ---------- */

enum err sqlite_check(struct cx *cx, struct db *db)
{
	struct sqlite *sqlite = sqlite_of(db);
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	TRY(db_query(cx, db, &row, "PRAGMA integrity_check(1)"));
	TRY(row_next(cx, row, &more));
	struct str finding = more ? row_text(row, 0) : S("ok");
	if (!str_eq(finding, S("ok")))
		return fail(cx, ERR_SYSTEM, "The database file %s is damaged (%.*s). Stop Parvis, keep a copy of the file as "
			    "it is, and restore the last backup.", sqlite->path, STR_ARG(finding));
	row_endp(&row);
	TRY(db_query(cx, db, &row, "PRAGMA foreign_key_check"));
	TRY(row_next(cx, row, &more));
	if (more)
		return fail(cx, ERR_SYSTEM, "In the database file %s, a row of %.*s belongs to a row of %.*s that is not "
			    "there. Keep a copy of the file as it is, and restore the last backup.", sqlite->path,
			    STR_ARG(row_text(row, 0)), STR_ARG(row_text(row, 2)));
	return OK;
}
