#include "test.h"

#include "base/clock.h"
#include "folder.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	return 0;
}

static int teardown(void **state)
{
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static unsigned mode_of(const char *path)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 0777;
}

static int entries(const char *folder)
{
	int count = 0;
	char command[128];
	snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%d", &count), 1);
	pclose(pipe);
	return count;
}

static void test_whole(void **state)
{
	const char *path = in_folder(arena, "a.txt");
	struct str text = S("untouched");
	assert_err(file_read(&cx, path, 100, &text), ERR_MISSING);
	assert_non_null(strstr(cx.story, path));
	assert_ok(&cx, file_write(&cx, path, 0640, S("one\0two")));
	assert_int_equal(mode_of(path), 0640);
	assert_ok(&cx, file_read(&cx, path, 7, &text));
	assert_true(str_eq(text, S("one\0two")));
	assert_int_equal(text.at[text.len], 0);
	text = S("untouched");
	assert_err(file_read(&cx, path, 6, &text), ERR_TOO_LARGE);
	assert_str(text, "untouched");
	assert_ok(&cx, file_write(&cx, path, 0600, S("")));
	assert_int_equal(mode_of(path), 0600);
	assert_ok(&cx, file_read(&cx, path, 0, &text));
	assert_int_equal(text.len, 0);
	assert_ok(&cx, file_read(&cx, "/proc/self/status", 100000, &text)); /* a file that says it is empty */
	assert_true(str_starts(text, S("Name:")));
	assert_err(file_read(&cx, "/proc/self/status", 100, &text), ERR_TOO_LARGE);
	assert_err(file_read(&cx, test_folder, 100, &text), ERR_SYSTEM);
	assert_err(file_write(&cx, test_folder, 0600, S("x")), ERR_SYSTEM);
	assert_err(file_write(&cx, in_folder(arena, "no/b"), 0600, S("x")), ERR_MISSING);
	assert_int_equal(entries(test_folder), 1); /* no temporary file is left by any of the failures */
	i64 size = -1;
	assert_ok(&cx, file_size(&cx, path, &size));
	assert_int_equal(size, 0);
	assert_true(file_there(path));
	assert_ok(&cx, file_remove(&cx, path));
	assert_ok(&cx, file_remove(&cx, path));
	assert_false(file_there(path));
}

static void test_paths(void **state)
{
	assert_string_equal(path_join(arena, "a/b", "c"), "a/b/c");
	assert_string_equal(path_join(arena, "/", "c"), "/c");
	assert_string_equal(path_folder(arena, "a/b/c"), "a/b");
	assert_string_equal(path_folder(arena, "a//b//"), "a");
	assert_string_equal(path_folder(arena, "c"), ".");
	assert_string_equal(path_folder(arena, "/c"), "/");
	assert_string_equal(path_folder(arena, "/"), "/");
}

static void test_folders(void **state)
{
	const char *deep = in_folder(arena, "x/y/z");
	assert_ok(&cx, folder_make(&cx, deep));
	assert_ok(&cx, folder_make(&cx, deep));
	assert_int_equal(mode_of(deep), 0700);
	assert_int_equal(mode_of(in_folder(arena, "x")), 0700);
	assert_ok(&cx, file_write(&cx, in_folder(arena, "x/file"), 0600, S("")));
	assert_err(folder_make(&cx, in_folder(arena, "x/file")), ERR_SYSTEM);
	assert_err(folder_make(&cx, in_folder(arena, "x/file/more")), ERR_SYSTEM);
	i64 bytes = 0;
	assert_ok(&cx, disk_free(&cx, test_folder, &bytes));
	assert_true(bytes > 0);
	assert_err(disk_free(&cx, in_folder(arena, "nothing"), &bytes), ERR_MISSING);
}

static struct buf seen;

static enum err note(struct cx *c, void *subject, const struct file_entry *entry)
{
	buf_addf(&seen, "%s%s %lld\n", entry->path, entry->folder ? "/" : "", (long long)entry->size);
	assert_int_equal(access(entry->full, F_OK), 0);
	assert_true(entry->changed_at > c->now - HOUR && entry->changed_at < c->now + HOUR);
	return subject && strcmp(entry->path, subject) == 0 ? fail(c, ERR_LIMIT, "stop") : OK;
}

static void test_walk(void **state)
{
	const char *top = in_folder(arena, "walk");
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "walk/b/deep")));
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "outside")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "outside/secret"), 0600, S("s")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "walk/a"), 0600, S("123")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "walk/b/c"), 0600, S("1")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "walk/b/deep/d"), 0600, S("12")));
	assert_int_equal(symlink(in_folder(arena, "outside"), in_folder(arena, "walk/link")), 0);
	assert_int_equal(symlink("a", in_folder(arena, "walk/link2")), 0);
	assert_int_equal(mkfifo(in_folder(arena, "walk/pipe"), 0600), 0);
	assert_ok(&cx, folder_walk(&cx, top, 10, note, NULL));
	assert_str(buf_str(&seen), "a 3\nb/ 0\nb/c 1\nb/deep/ 0\nb/deep/d 2\n");
	buf_clear(&seen);
	assert_ok(&cx, folder_walk(&cx, top, 2, note, NULL));
	assert_str(buf_str(&seen), "a 3\nb/ 0\nb/c 1\nb/deep/ 0\n");
	buf_clear(&seen);
	assert_err(folder_walk(&cx, top, 10, note, (void *)(uintptr_t)"b/c"), ERR_LIMIT);
	assert_str(buf_str(&seen), "a 3\nb/ 0\nb/c 1\n");
	assert_err(folder_walk(&cx, in_folder(arena, "nothing"), 10, note, NULL), ERR_MISSING);
	assert_ok(&cx, folder_remove(&cx, top));
	assert_false(file_there(top));
	assert_true(file_there(in_folder(arena, "outside/secret"))); /* the link went, not what it pointed at */
	assert_ok(&cx, folder_remove(&cx, top));
	buf_free(&seen);
}

static int try_lock(void)
{
	int lock;
	enum err error = folder_lock(&cx, test_folder, &lock);
	char who[32];
	snprintf(who, sizeof who, "process %ld)", (long)getppid());
	return error == OK ? 0 : error == ERR_CONFLICT && strstr(cx.story, who) ? 1 : 2;
}

static void test_lock(void **state)
{
	int lock;
	assert_ok(&cx, folder_lock(&cx, test_folder, &lock));
	assert_int_equal(in_child(try_lock), 1);
	close(lock);
	assert_int_equal(in_child(try_lock), 0);
}

static void test_spool(void **state)
{
	struct arena *task = arena_new();
	struct cx task_cx = cx_new(task);
	struct spool *spool, *dropped, *forgotten;
	const char *folder = in_folder(arena, "spool");
	assert_ok(&cx, folder_make(&cx, folder));
	assert_ok(&task_cx, spool_open(&task_cx, folder, &spool));
	assert_ok(&task_cx, spool_open(&task_cx, folder, &dropped));
	assert_ok(&task_cx, spool_open(&task_cx, folder, &forgotten));
	assert_ok(&task_cx, spool_add(&task_cx, spool, S("hello ")));
	assert_ok(&task_cx, spool_add(&task_cx, spool, S("world")));
	assert_int_equal(spool_size(spool), 11);
	assert_int_equal(entries(folder), 3);
	assert_ok(&task_cx, spool_keep(&task_cx, spool, in_folder(arena, "spool/kept"), 0600));
	spool_drop(spool);
	spool_drop(dropped);
	spool_drop(dropped);
	assert_int_equal(entries(folder), 2);
	arena_free(task);
	assert_int_equal(entries(folder), 1);
	struct str text;
	assert_ok(&cx, file_read(&cx, in_folder(arena, "spool/kept"), 100, &text));
	assert_str(text, "hello world");
	/* what a crash left */
	assert_ok(&cx, file_write(&cx, in_folder(arena, "spool/.spool-left"), 0600, S("x")));
	assert_ok(&cx, spool_sweep(&cx, folder, HOUR));
	assert_int_equal(entries(folder), 2);
	cx.now += 2 * HOUR;
	assert_ok(&cx, spool_sweep(&cx, folder, HOUR));
	cx.now -= 2 * HOUR;
	assert_int_equal(entries(folder), 1);
	assert_true(file_there(in_folder(arena, "spool/kept")));
}

static bool say_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done = fd < 0 ? -1 : write(fd, text, strlen(text));
	if (fd >= 0)
		close(fd);
	return done == (ssize_t)strlen(text);
}

/* Mounts of our own: by root, or by anybody in a name space where they keep their number, where the kernel allows it. */
static bool may_mount(void)
{
	char user[64], group[64];
	snprintf(user, sizeof user, "%u %u 1", geteuid(), geteuid());
	snprintf(group, sizeof group, "%u %u 1", getegid(), getegid());
	if (geteuid() == 0)
		return unshare(CLONE_NEWNS) == 0;
	return unshare(CLONE_NEWNS | CLONE_NEWUSER) == 0 && say_to("/proc/self/uid_map", user) && say_to("/proc/self/setgroups", "deny") &&
	       say_to("/proc/self/gid_map", group);
}

/* A disk of 64 KiB: what is there survives a write that does not fit; then the same disk read-only. */
static int small_disk(void)
{
	const char *disk = in_folder(arena, "disk"), *path = in_folder(arena, "disk/file");
	if (folder_make(&cx, disk) != OK || !may_mount() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", disk, "tmpfs", 0, "size=64k,mode=700") != 0)
		return 77;
	if (file_write(&cx, path, 0600, S("before")) != OK)
		return 1;
	char *large = arena_alloc(arena, 200000);
	if (file_write(&cx, path, 0600, (struct str){large, 200000}) != ERR_FULL || !strstr(cx.story, "full"))
		return 2;
	struct str text;
	if (file_read(&cx, path, 100, &text) != OK || !str_eq(text, S("before")) || entries(disk) != 1)
		return 3;
	if (mount(NULL, disk, NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		return 77;
	if (file_write(&cx, path, 0600, S("after")) != ERR_SYSTEM || !strstr(cx.story, "read-only"))
		return 4;
	return folder_make(&cx, in_folder(arena, "disk")) == ERR_SYSTEM && strstr(cx.story, "read-only") ? 0 : 5;
}

static void test_full_disk(void **state)
{
	int result = in_child(small_disk);
	if (result == 77)
		skip();
	assert_int_equal(result, 0);
}

static int without_rights(void)
{
	if (geteuid() == 0 && (chmod(test_folder, 0755) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
		return 77;
	struct str text;
	if (file_read(&cx, in_folder(arena, "locked/file"), 100, &text) != ERR_SYSTEM || !strstr(cx.story, "chmod"))
		return 1;
	return folder_make(&cx, in_folder(arena, "locked/more")) == ERR_SYSTEM && strstr(cx.story, "chmod") ? 0 : 2;
}

static void test_rights(void **state)
{
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "locked")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "locked/file"), 0600, S("x")));
	assert_int_equal(chmod(in_folder(arena, "locked"), 0), 0);
	int result = in_child(without_rights);
	assert_int_equal(chmod(in_folder(arena, "locked"), 0700), 0);
	if (result == 77)
		skip();
	assert_int_equal(result, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whole, setup, teardown),   cmocka_unit_test_setup_teardown(test_paths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folders, setup, teardown), cmocka_unit_test_setup_teardown(test_walk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock, setup, teardown),    cmocka_unit_test_setup_teardown(test_spool, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rights, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
