/* image_confine.c: what the box gives up before it reads a byte of a picture: memory and time beyond bounds, files but letters and libraries (Landlock), and every
 * system call that unpacking a picture does not need (seccomp): no network, no other program, no writing to files, no memory that can be run. */
#include "base/lang.h"
#include "sys/image_box.h"
#include "sys/sandbox.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What looks for mistakes in memory wants a thousand times as much of it, and calls of its own. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
static const bool watched = true;
#else
static const bool watched = false;
#endif

static enum err bound(struct cx *cx)
{
	const struct {
		int of;
		rlim_t most;
	} bounds[] = {{RLIMIT_CORE, 0}, {RLIMIT_FSIZE, 0}, {RLIMIT_NOFILE, 64}, {RLIMIT_CPU, IMAGE_BOX_SECONDS}, {RLIMIT_AS, IMAGE_BOX_MEMORY}};
	for (size_t i = 0; i < COUNT(bounds) - watched; i++)
		if (setrlimit((__rlimit_resource_t)bounds[i].of, &(struct rlimit){bounds[i].most, bounds[i].most}) != 0)
			return fail(cx, ERR_SYSTEM, N_("The kernel refuses to lock this process in (%s: %s)."), "setrlimit", strerrorname_np(errno));
	return OK;
}

/* ---- files ---- */

static const struct sandbox_path paths[] = {
	{"/usr/lib", SANDBOX_READ}, {"/lib", SANDBOX_READ}, {"/lib64", SANDBOX_READ}, {"/usr/local/lib", SANDBOX_READ}, {"/etc/ld.so.cache", SANDBOX_READ},
	{"/usr/share/fonts", SANDBOX_READ}, {"/usr/share/fontconfig", SANDBOX_READ}, {"/usr/local/share/fonts", SANDBOX_READ}, {"/etc/fonts", SANDBOX_READ},
	{"/var/cache/fontconfig", SANDBOX_READ}, {"/usr/share/poppler", SANDBOX_READ}, {"/proc/self", SANDBOX_READ}, {"/sys/devices/system/cpu", SANDBOX_READ},
	{"/dev/urandom", SANDBOX_READ}, {"/dev/null", SANDBOX_READ},
};

/* ---- system calls ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), ANSWER(SECCOMP_RET_ALLOW)
/* Allowed when no bit of `mask` is set in the argument, or (`SET`) when all are. The lower half is enough for flags. */
#define ALLOW_WITHOUT(name, number, mask)                                                                                      \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 4), LOAD(args[number]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (mask), 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM), \
		ANSWER(SECCOMP_RET_ALLOW)
#define ALLOW_WITH(name, number, mask)                                                                                         \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 4), LOAD(args[number]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (mask), 1, 0), ANSWER(SECCOMP_RET_ERRNO | EPERM), \
		ANSWER(SECCOMP_RET_ALLOW)
#define MISSING(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), ANSWER(SECCOMP_RET_ERRNO | ENOSYS)

#define THREAD 0x00010000 /* CLONE_THREAD */

static const struct sock_filter calls[] = {
	LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0), ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr),
	ALLOW(read), ALLOW(write), ALLOW(readv), ALLOW(writev), ALLOW(pread64), ALLOW(close), ALLOW(lseek), ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx), ALLOW(fstatfs),
	ALLOW(munmap), ALLOW(mremap), ALLOW(madvise), ALLOW(brk), ALLOW(futex), ALLOW(sched_yield), ALLOW(sched_getaffinity), ALLOW(membarrier),
	ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(sigaltstack), ALLOW(getpid), ALLOW(gettid), ALLOW(tgkill), ALLOW(getuid), ALLOW(geteuid),
	ALLOW(set_robust_list), ALLOW(rseq), ALLOW(clock_gettime), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(gettimeofday), ALLOW(getrandom), ALLOW(sysinfo), ALLOW(uname),
	ALLOW(exit), ALLOW(exit_group), ALLOW(getdents64), ALLOW(faccessat), ALLOW(faccessat2), ALLOW(readlinkat), ALLOW(getcwd), ALLOW(ppoll), ALLOW(fcntl), ALLOW(eventfd2),
	ALLOW(restart_syscall), ALLOW(getrusage), ALLOW(getrlimit),
#ifdef __NR_open /* older calls that newer machines never had */
	ALLOW(stat), ALLOW(lstat), ALLOW(access), ALLOW(readlink), ALLOW(poll), ALLOW(time), ALLOW_WITHOUT(open, 1, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND),
#endif
	ALLOW_WITHOUT(openat, 2, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND), ALLOW_WITHOUT(mmap, 2, PROT_EXEC), ALLOW_WITHOUT(mprotect, 2, PROT_EXEC),
	ALLOW_WITH(clone, 0, THREAD), MISSING(clone3), ANSWER(SECCOMP_RET_ERRNO | EPERM),
};

static enum err filter_calls(struct cx *cx)
{
	const struct sock_fprog program = {COUNT(calls), (struct sock_filter *)(uintptr_t)calls};
	if (!watched && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
		return fail(cx, ERR_SYSTEM, N_("The kernel refuses to lock this process in (%s: %s)."), "seccomp", strerrorname_np(errno));
	return OK;
}

#else

static enum err filter_calls(struct cx *cx)
{
	return OK; /* a machine whose calls are not listed here: Landlock and the bounds hold */
}

#endif

enum err image_box_confine(struct cx *cx)
{
	const struct sandbox sandbox = {.paths = paths, .path_count = COUNT(paths)};
	struct sandbox_report report;
	TRY(sandbox_enter(cx, &sandbox, &report)); /* where the kernel has none, the calls are filtered all the same */
	TRY(bound(cx));
	return filter_calls(cx);
}
