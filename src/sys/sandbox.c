#include "sys/sandbox.h"

#include "sys/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Landlock's interface (Documentation/userspace-api/landlock.rst of Linux), written down here because the headers of a
 * distribution are often older than the kernel that runs. The numbers are the same on every architecture. */
#define LANDLOCK_CREATE 444
#define LANDLOCK_ADD 445
#define LANDLOCK_RESTRICT 446
#define CREATE_VERSION 1u

struct ruleset {
	u64 files;   /* ABI 1 */
	u64 ports;   /* ABI 4 */
	u64 scoped;  /* ABI 6 */
};
struct path_rule {
	u64 allowed;
	i32 fd;
} __attribute__((packed));
struct port_rule {
	u64 allowed, port;
};
enum { RULE_PATH = 1, RULE_PORT = 2 };
enum {
	FS_EXECUTE = 1 << 0, FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3, FS_REMOVE_DIR = 1 << 4, FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_DIR = 1 << 7, FS_MAKE_REG = 1 << 8,
	FS_ALL_1 = (1 << 13) - 1, FS_REFER = 1 << 13 /* ABI 2 */, FS_TRUNCATE = 1 << 14 /* ABI 3 */, FS_IOCTL_DEV = 1 << 15 /* ABI 5 */,
};
enum { NET_BIND = 1 << 0, NET_CONNECT = 1 << 1 };
enum { SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };

#define OF_A_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

static const struct sandbox_path system_paths[] = {
	{"/usr", SANDBOX_READ}, {"/lib", SANDBOX_READ}, {"/lib64", SANDBOX_READ},
	{"/etc/ssl", SANDBOX_READ}, {"/etc/ca-certificates", SANDBOX_READ}, {"/etc/pki", SANDBOX_READ},
	{"/etc/resolv.conf", SANDBOX_READ}, {"/run/systemd/resolve", SANDBOX_READ}, {"/etc/hosts", SANDBOX_READ}, {"/etc/host.conf", SANDBOX_READ},
	{"/etc/nsswitch.conf", SANDBOX_READ}, {"/etc/gai.conf", SANDBOX_READ}, {"/etc/services", SANDBOX_READ}, {"/etc/passwd", SANDBOX_READ},
	{"/etc/group", SANDBOX_READ}, {"/etc/localtime", SANDBOX_READ}, {"/etc/timezone", SANDBOX_READ}, {"/etc/ld.so.cache", SANDBOX_READ},
	{"/dev/null", SANDBOX_WRITE}, {"/dev/zero", SANDBOX_READ}, {"/dev/urandom", SANDBOX_READ}, {"/dev/random", SANDBOX_READ},
	{"/proc/self", SANDBOX_READ}, {"/proc/meminfo", SANDBOX_READ}, {"/proc/stat", SANDBOX_READ}, {"/sys/devices/system/cpu", SANDBOX_READ},
};

/* ---- what needs no Landlock ---- */

/* The leak checker looks into its own process from outside. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
static const bool checked_for_leaks = true;
#else
static const bool checked_for_leaks = false;
#endif

static bool one_thread(void)
{
	DIR *folder = opendir("/proc/self/task");
	if (!folder)
		return true; /* without /proc nobody can tell */
	int threads = 0;
	for (struct dirent *entry; (entry = readdir(folder));)
		threads += entry->d_name[0] != '.';
	closedir(folder);
	return threads == 1;
}

static enum err give_up_privileges(struct cx *cx)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(cx, ERR_SYSTEM, "The kernel does not let this process give up new privileges (%s).", strerrorname_np(errno));
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* a core would hold the keys */
	if (!checked_for_leaks)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* another role of the same user cannot read this one's memory */
	return OK;
}

/* ---- rules ---- */

static u64 access_of(const struct sandbox_path *path, u64 handled)
{
	u64 access = FS_READ_FILE | FS_READ_DIR;
	if (path->access == SANDBOX_RUN)
		access |= FS_EXECUTE;
	if (path->access == SANDBOX_WRITE)
		access |= FS_WRITE_FILE | FS_TRUNCATE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER;
	return access & handled;
}

static enum err refused(struct cx *cx, const char *what)
{
	return fail(cx, ERR_SYSTEM, "The kernel refuses to lock this process in (%s: %s).", what, strerrorname_np(errno));
}

static enum err allow_path(struct cx *cx, int rules, const struct sandbox_path *path, u64 handled)
{
	struct stat status;
	int fd = open(path->path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? OK : file_failed(cx, path->path, errno);
	struct path_rule rule = {.allowed = access_of(path, handled), .fd = fd};
	if (fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode))
		rule.allowed &= OF_A_FILE;
	long result = syscall(LANDLOCK_ADD, rules, RULE_PATH, &rule, 0);
	int error = errno;
	close(fd);
	errno = error;
	return result == 0 ? OK : refused(cx, path->path);
}

static enum err allow_paths(struct cx *cx, int rules, const struct sandbox_path *paths, size_t count, u64 handled)
{
	for (size_t i = 0; i < count; i++)
		TRY(allow_path(cx, rules, &paths[i], handled));
	return OK;
}

static enum err allow_ports(struct cx *cx, int rules, const int *ports, size_t count, u64 access)
{
	for (size_t i = 0; i < count; i++) {
		struct port_rule rule = {.allowed = access, .port = (u64)ports[i]};
		if (syscall(LANDLOCK_ADD, rules, RULE_PORT, &rule, 0) != 0)
			return refused(cx, "port");
	}
	return OK;
}

static enum err fill(struct cx *cx, int rules, const struct sandbox *sandbox, const struct ruleset *set)
{
	if (sandbox->system_files)
		TRY(allow_paths(cx, rules, system_paths, COUNT(system_paths), set->files));
	TRY(allow_paths(cx, rules, sandbox->paths, sandbox->path_count, set->files));
	if (set->ports & NET_BIND)
		TRY(allow_ports(cx, rules, sandbox->listen_ports, sandbox->listen_count, NET_BIND));
	if (set->ports & NET_CONNECT)
		TRY(allow_ports(cx, rules, sandbox->connect_ports, sandbox->connect_count, NET_CONNECT));
	return OK;
}

static enum err lock_in(struct cx *cx, const struct sandbox *sandbox, int abi)
{
	struct ruleset set = {.files = FS_ALL_1};
	set.files |= (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0);
	if (abi >= 4)
		set.ports = NET_BIND | (sandbox->connect_anywhere ? 0 : NET_CONNECT);
	if (abi >= 6)
		set.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
	size_t size = abi >= 6 ? sizeof set : abi >= 4 ? offsetof(struct ruleset, scoped) : offsetof(struct ruleset, ports);
	int rules = (int)syscall(LANDLOCK_CREATE, &set, size, 0);
	if (rules < 0)
		return refused(cx, "landlock");
	enum err error = fill(cx, rules, sandbox, &set);
	if (error == OK && syscall(LANDLOCK_RESTRICT, rules, 0) != 0)
		error = refused(cx, "landlock");
	close(rules);
	return error;
}

enum err sandbox_enter(struct cx *cx, const struct sandbox *sandbox, struct sandbox_report *ret_report)
{
	must(one_thread()); /* only the calling thread and those it starts later are locked in */
	TRY(give_up_privileges(cx));
	struct sandbox_report report = {};
	long abi = syscall(LANDLOCK_CREATE, NULL, 0, CREATE_VERSION);
	if (abi < 1) {
		report.text = arena_printf(cx->arena, "not in force: landlock is %s", errno == EOPNOTSUPP ? "switched off" : "not in this kernel");
		*ret_report = report;
		return OK;
	}
	TRY(lock_in(cx, sandbox, (int)abi));
	report.abi = (int)abi;
	report.files = true;
	report.ports = abi >= 4;
	report.signals = abi >= 6;
	report.text = arena_printf(cx->arena, "landlock abi %d: files%s%s", report.abi, report.ports ? ", ports" : "", report.signals ? ", signals" : "");
	*ret_report = report;
	return OK;
}
