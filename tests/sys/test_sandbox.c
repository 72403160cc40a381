#include "test.h"

#include "folder.h"
#include "rude.h"
#include "sys/keys.h"
#include "sys/net.h"
#include "sys/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static struct arena *arena;
static struct cx cx;
static struct sandbox_report report;
static int open_port, other_port, listener, other_listener;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	listener = listen_local(4, &open_port);
	other_listener = listen_local(4, &other_port);
	return 0;
}

static int teardown(void **state)
{
	close(listener);
	close(other_listener);
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static bool has_landlock(void)
{
	return syscall(444, NULL, 0, 1u) >= 1;
}

static bool listens(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool done = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
	close(fd);
	return done;
}

#define CHECK(number, condition) \
	if (!(condition)) \
		return (number)

/* The listening role: its database and uploads, no keys, no connections but to one port. */
static int as_serving(void)
{
	const char *data = in_folder(arena, "data");
	struct working_keys working;
	struct str text;
	int kept = open(in_folder(arena, "outside/opened-before"), O_RDWR | O_CREAT, 0600);
	struct sandbox_path paths[] = {
		{in_folder(arena, "data/database"), SANDBOX_WRITE}, {in_folder(arena, "data/media"), SANDBOX_WRITE}, {in_folder(arena, "shown"), SANDBOX_READ},
		{in_folder(arena, "missing"), SANDBOX_WRITE},
	};
	struct sandbox sandbox = {.paths = paths, .path_count = COUNT(paths), .connect_ports = &open_port, .connect_count = 1, .system_files = true};
	CHECK(1, keys_for_working(&cx, data, &working) == OK); /* before it can */
	CHECK(2, sandbox_enter(&cx, &sandbox, &report) == OK);
	CHECK(3, report.files && report.abi > 0 && report.text.len);
	CHECK(4, keys_for_working(&cx, data, &working) == ERR_SYSTEM);
	CHECK(5, file_read(&cx, in_folder(arena, "data/keys/work.key"), 1000, &text) == ERR_SYSTEM);
	CHECK(6, file_write(&cx, in_folder(arena, "data/database/new"), 0600, S("x")) == OK);
	CHECK(7, file_write(&cx, in_folder(arena, "data/database/new"), 0600, S("yy")) == OK);
	CHECK(8, truncate(in_folder(arena, "data/database/new"), 1) == 0);
	CHECK(9, folder_make(&cx, in_folder(arena, "data/media/sub")) == OK);
	CHECK(10, rename(in_folder(arena, "data/database/new"), in_folder(arena, "data/media/sub/new")) == 0 || report.abi < 2);
	CHECK(11, file_write(&cx, in_folder(arena, "outside/new"), 0600, S("x")) != OK);
	CHECK(12, file_write(&cx, in_folder(arena, "data/new"), 0600, S("x")) != OK);
	CHECK(13, file_read(&cx, in_folder(arena, "shown/file"), 100, &text) == OK);
	CHECK(14, file_write(&cx, in_folder(arena, "shown/file"), 0600, S("x")) != OK);
	CHECK(15, truncate(in_folder(arena, "shown/file"), 0) != 0 || report.abi < 3);
	CHECK(16, file_read(&cx, "/etc/passwd", 1 << 20, &text) == OK && file_read(&cx, "/etc/fstab", 1 << 20, &text) != OK);
	CHECK(17, write(kept, "x", 1) == 1); /* what was open stays open */
	CHECK(18, open("/dev/null", O_WRONLY) >= 0);
	CHECK(19, !report.ports || (connects(open_port) && !connects(other_port) && !listens()));
	CHECK(20, !report.signals || kill(getppid(), 0) != 0);
	CHECK(21, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	struct rlimit core;
	CHECK(22, getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
	CHECK(23, access("/bin/true", R_OK) == 0 && execl("/bin/true", "true", (char *)NULL) != 0);
	return 0;
}

/* The working role: connects anywhere, listens nowhere. */
static int as_working(void)
{
	struct sandbox_path paths[] = {{in_folder(arena, "data"), SANDBOX_WRITE}};
	struct sandbox sandbox = {.paths = paths, .path_count = 1, .connect_anywhere = true, .system_files = true};
	struct working_keys working;
	CHECK(1, sandbox_enter(&cx, &sandbox, &report) == OK);
	CHECK(2, keys_for_working(&cx, in_folder(arena, "data"), &working) == OK);
	CHECK(3, connects(open_port) && connects(other_port));
	CHECK(4, !report.ports || !listens());
	/* names are resolved and HTTP goes out from inside */
	struct net *net;
	CHECK(5, net_open(&cx, &(struct net_settings){.allow = S("localhost")}, &net) == OK);
	struct net_request request = {.method = "GET", .url = arena_printf(arena, "http://localhost:%d/", open_port), .timeout = 300000};
	struct net_answer answer;
	CHECK(6, net_ask(&cx, net, &request, &answer) == OK && answer.outcome == NET_UNKNOWN && answer.trouble == NET_TOO_SLOW);
	net_close(net);
	return 0;
}

static void *idle(void *subject)
{
	pause();
	return NULL;
}

/* With a second thread running it would be locked in by half. */
static int with_threads(void)
{
	pthread_t thread;
	CHECK(1, pthread_create(&thread, NULL, idle, NULL) == 0);
	freopen("/dev/null", "w", stderr) ? (void)0 : _exit(2);
	(void)sandbox_enter(&cx, &(struct sandbox){}, &report);
	return 0;
}

static void prepare(void)
{
	assert_ok(&cx, keys_make(&cx, in_folder(arena, "data")));
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "data/database")));
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "data/media")));
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "outside")));
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "shown")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "shown/file"), 0600, S("x")));
}

static void test_serving(void **state)
{
	if (!has_landlock())
		skip();
	prepare();
	assert_int_equal(in_child(as_serving), 0);
}

static void test_working(void **state)
{
	if (!has_landlock())
		skip();
	prepare();
	assert_int_equal(in_child(as_working), 0);
}

static void test_threads(void **state)
{
	assert_int_equal(in_child(with_threads), 99); /* aborted */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_serving, setup, teardown), cmocka_unit_test_setup_teardown(test_working, setup, teardown),
		cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
