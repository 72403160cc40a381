/* image_box.c: both sides of the box: who asks (starts it, feeds it, waits no longer than it may take, believes nothing) and the box itself. */
#include "sys/image_box.h"

#include "base/clock.h"
#include "base/lang.h"
#include "sys/image_request.h"
#include "sys/svg.h"

#include <errno.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const struct image_box image_box_self = {"/proc/self/exe"};
const char *const image_box_reads[] = {"/etc/fonts", "/var/cache/fontconfig", "/usr/local/share/fonts", NULL};

/* The loader that the program names (ELF: PT_INTERP), of the first object in the list, which is the program. */
static int find_loader(struct dl_phdr_info *object, size_t size, void *ret_loader)
{
	for (int i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_INTERP)
			*(const char **)ret_loader = (const char *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
	return 1;
}

void image_box_files(struct arena *arena, const char *ret_paths[static IMAGE_BOX_FILES])
{
	const char *loader = "/lib64/ld-linux-x86-64.so.2";
	char program[4096];
	ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
	dl_iterate_phdr(find_loader, &loader);
	ret_paths[0] = arena_cstr(arena, (struct str){program, length > 0 ? (size_t)length : 0});
	ret_paths[1] = loader;
}

/* ---- asking ---- */

struct asked {
	pid_t pid;
	int socket;
	i64 until;
};

static enum err no_box(struct cx *cx, int error)
{
	return fail(cx, ERR_SYSTEM, N_("The process that reads pictures could not be started: %s."), strerror(error));
}

static int start(const struct image_box *box, int child_end, pid_t *ret_pid)
{
	char *const environment[] = {(char[]){"PATH=/nonexistent"}, (char[]){"LC_ALL=C.UTF-8"}, (char[]){"HOME=/nonexistent"}, (char[]){"VIPSHOME=/nonexistent"},
					    (char[]){"VIPS_BLOCK_UNTRUSTED=1"}, (char[]){"VIPS_CONCURRENCY=1"}, (char[]){"VIPS_NOVECTOR=1"}, NULL};
	char *const words[] = {(char[]){"parvis"}, (char[]){IMAGE_BOX_COMMAND}, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&files, child_end, 0);
	posix_spawn_file_actions_adddup2(&files, child_end, 1);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", 1 /* O_WRONLY */, 0);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	int error = posix_spawn(ret_pid, box->program, &files, &attributes, words, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static enum err ask(struct cx *cx, const struct image_box *box, struct asked *ret_asked)
{
	int ends[2];
	pid_t pid;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return no_box(cx, errno);
	int error = start(box, ends[1], &pid);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return no_box(cx, error);
	}
	*ret_asked = (struct asked){pid, ends[0], time_monotonic() + (2 * IMAGE_BOX_SECONDS + 5) * SECOND};
	return OK;
}

static void end_box(struct asked *asked)
{
	if (!asked->pid)
		return;
	close(asked->socket);
	kill(asked->pid, SIGKILL); /* it answered, or is given up */
	while (waitpid(asked->pid, NULL, 0) < 0 && errno == EINTR)
		;
	asked->pid = 0;
}

static bool ready(const struct asked *asked, short events)
{
	for (;;) {
		struct pollfd wait = {.fd = asked->socket, .events = events};
		i64 left = asked->until - time_monotonic();
		if (left <= 0)
			return false;
		int got = poll(&wait, 1, (int)(left / MILLISECOND) + 1);
		if (got > 0)
			return wait.revents & (events | POLLHUP);
		if (got < 0 && errno != EINTR)
			return false;
	}
}

static bool give(const struct asked *asked, const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t sent = ready(asked, POLLOUT) ? send(asked->socket, at, length, MSG_NOSIGNAL | MSG_DONTWAIT) : -2;
		if (sent == -2 || (sent < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		at += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

static bool get(const struct asked *asked, void *bytes, size_t length)
{
	for (char *at = bytes; length;) {
		ssize_t got = ready(asked, POLLIN) ? recv(asked->socket, at, length, MSG_DONTWAIT) : 0;
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		at += got > 0 ? got : 0;
		length -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

static enum err unreadable(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("This picture could not be read: whoever tried gave up, or took too much time or memory. It is left alone."));
}

/* A result is what was wished for, and says nothing of where it comes from. */
static bool is_as_wished(struct cx *cx, const struct image_wish *wish, struct str bytes, struct image *ret_image)
{
	struct image image;
	if (image_look(cx, bytes, &image) != OK) {
		cx_forget(cx);
		return false;
	}
	*ret_image = image;
	return image.format == wish->format && !image.exif && !image.xmp && !image.iptc && !image.position && !image.odd && (!wish->most || (i64)bytes.len <= wish->most) &&
	       (!wish->width || image.width <= wish->width) && (!wish->height || image.height <= wish->height);
}

static enum err take_answer(struct cx *cx, const struct asked *asked, const struct image_wish *wish, struct image_made *ret_made)
{
	struct image_answer answer;
	struct image_made made = {};
	if (!get(asked, &answer, sizeof answer) || answer.mark != IMAGE_REQUEST_MARK)
		return unreadable(cx);
	answer.story[sizeof answer.story - 1] = 0;
	if (answer.bytes == IMAGE_NO_LIBRARY)
		return fail(cx, ERR_SYSTEM, N_("Pictures cannot be decoded on this machine: %s. Install libvips (Debian: libvips42)."), answer.story);
	if (answer.bytes > IMAGE_BYTES_MAX)
		return unreadable(cx);
	if (answer.story[0] && !wish)
		return fail(cx, ERR_BAD_INPUT, N_("This picture cannot be decoded: %s."), answer.story);
	if (answer.story[0]) {
		made.story = arena_printf(cx->arena, _("It could not be made: %s."), answer.story);
	} else if (wish) {
		char *room = arena_alloc(cx->arena, answer.bytes + 1);
		made.bytes = (struct str){room, answer.bytes};
		made.quality = answer.quality;
		if (!get(asked, room, answer.bytes) || !is_as_wished(cx, wish, made.bytes, &made.image))
			return unreadable(cx);
	}
	if (wish)
		*ret_made = made;
	return OK;
}

static bool wish_is_fine(const struct image_wish *wish)
{
	return wish->format <= IMAGE_GIF && wish->width >= 0 && wish->height >= 0 && wish->width <= IMAGE_SIDE_MAX && wish->height <= IMAGE_SIDE_MAX &&
	       (!wish->fill || (wish->width && wish->height)) && wish->quality >= 0 && wish->quality <= 100 && wish->most >= 0;
}

enum err image_make(struct cx *cx, const struct image_box *box, struct str bytes, const struct image_wish *wishes, size_t count, struct image_made *ret_made)
{
	CLEANUP(end_box) struct asked asked = {};
	struct image_made made[IMAGE_WISHES_MAX];
	struct image_request request = {.mark = IMAGE_REQUEST_MARK, .wishes = (u32)count, .bytes = bytes.len};
	must(count <= IMAGE_WISHES_MAX);
	for (size_t i = 0; i < count; i++)
		must(wish_is_fine(&wishes[i]));
	TRY(image_look(cx, bytes, &request.source));
	if (request.source.format == IMAGE_SVG) {
		struct svg *svg;
		TRY(svg_clean(cx, bytes, &svg));
		svg_size(svg, &request.source.width, &request.source.height);
		bytes = svg->bytes;
		request.bytes = bytes.len;
	}
	TRY(ask(cx, box, &asked));
	bool given = give(&asked, &request, sizeof request) && give(&asked, wishes, count * sizeof *wishes) && give(&asked, bytes.at, bytes.len);
	if (!given)
		return unreadable(cx);
	shutdown(asked.socket, SHUT_WR);
	for (size_t i = 0; i < (count ? count : 1); i++)
		TRY(take_answer(cx, &asked, count ? &wishes[i] : NULL, &made[i]));
	if (count)
		memcpy(ret_made, made, count * sizeof *made);
	return OK;
}

/* ---- the box ---- */

static bool read_all(void *bytes, size_t length)
{
	for (char *at = bytes; length;) {
		ssize_t got = read(0, at, length);
		if (got <= 0 && !(got < 0 && errno == EINTR))
			return false;
		at += got > 0 ? got : 0;
		length -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

static bool write_all(const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t put = write(1, at, length);
		if (put < 0 && errno != EINTR)
			return false;
		at += put > 0 ? put : 0;
		length -= put > 0 ? (size_t)put : 0;
	}
	return true;
}

static bool answer_one(struct str bytes, const struct image *source, const struct image_wish *wish)
{
	struct image_answer answer = {.mark = IMAGE_REQUEST_MARK};
	struct str made = {};
	bool done = wish ? image_draw(bytes, source, wish, &made, &answer.quality, answer.story) : image_draw_check(bytes, source, answer.story);
	if (!done && !answer.story[0])
		snprintf(answer.story, sizeof answer.story, "it cannot be decoded");
	answer.bytes = done ? made.len : 0;
	return write_all(&answer, sizeof answer) && (!done || write_all(made.at, made.len));
}

static int serve(struct cx *cx)
{
	struct image_request request;
	struct image_wish wishes[IMAGE_WISHES_MAX];
	struct image_answer none = {.mark = IMAGE_REQUEST_MARK, .bytes = IMAGE_NO_LIBRARY};
	if (!image_draw_open(none.story))
		return write_all(&none, sizeof none) ? 2 : 1;
	if (image_box_confine(cx) != OK)
		return 2;
	if (!read_all(&request, sizeof request) || request.mark != IMAGE_REQUEST_MARK || request.wishes > IMAGE_WISHES_MAX || request.bytes > IMAGE_BYTES_MAX)
		return 1;
	char *room = arena_alloc(cx->arena, request.bytes + 1);
	if (!read_all(wishes, request.wishes * sizeof *wishes) || !read_all(room, request.bytes))
		return 1;
	for (u32 i = 0; i < (request.wishes ? request.wishes : 1); i++)
		if (!answer_one((struct str){room, request.bytes}, &request.source, request.wishes ? &wishes[i] : NULL))
			return 1;
	return 0;
}

int image_box_serve(void)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(serve(&cx)); /* nothing of the libraries is to be tidied up */
}
