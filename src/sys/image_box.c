/* image_box.c: both sides of the box: who asks (starts it, feeds it, waits no longer than it may take, believes nothing) and the box itself. */
#include "sys/image_box.h"

#include "base/lang.h"
#include "sys/box.h"
#include "sys/image_request.h"
#include "sys/svg.h"

#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

static enum err unreadable(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("This picture could not be read: whoever tried gave up, or took too much time or memory. It is left alone."));
}

/* A result is what was wished for, and says nothing of where it comes from. */
static bool is_as_wished(struct cx *cx, const struct image_wish *wish, struct str bytes, struct image *ret_image)
{
	struct image image;
	if (wish->sketch) {
		*ret_image = (struct image){.width = wish->width, .height = wish->height};
		return bytes.len == (size_t)wish->width * (size_t)wish->height * 3;
	}
	if (image_look(cx, bytes, &image) != OK) {
		cx_forget(cx);
		return false;
	}
	*ret_image = image;
	return image.format == wish->format && !image.exif && !image.xmp && !image.iptc && !image.position && !image.odd && (!wish->most || (i64)bytes.len <= wish->most) &&
	       (!wish->width || image.width <= wish->width) && (!wish->height || image.height <= wish->height);
}

static enum err take_answer(struct cx *cx, const struct box_asked *asked, const struct image_wish *wish, struct image_made *ret_made)
{
	struct image_answer answer;
	struct image_made made = {};
	if (!box_get(asked, &answer, sizeof answer) || answer.mark != IMAGE_REQUEST_MARK)
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
		if (!box_get(asked, room, answer.bytes) || !is_as_wished(cx, wish, made.bytes, &made.image))
			return unreadable(cx);
	}
	if (wish)
		*ret_made = made;
	return OK;
}

static bool wish_is_fine(const struct image_wish *wish)
{
	return wish->format <= IMAGE_GIF && wish->width >= 0 && wish->height >= 0 && wish->width <= IMAGE_SIDE_MAX && wish->height <= IMAGE_SIDE_MAX &&
	       (!wish->fill || (wish->width && wish->height)) && wish->quality >= 0 && wish->quality <= 100 && wish->most >= 0 &&
	       (!wish->sketch || (wish->fill && wish->format == IMAGE_JPEG && wish->width <= 64 && wish->height <= 64));
}

enum err image_make(struct cx *cx, const struct image_box *box, struct str bytes, const struct image_wish *wishes, size_t count, struct image_made *ret_made)
{
	CLEANUP(box_end) struct box_asked asked = {};
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
	TRY(box_ask(cx, box, IMAGE_BOX_COMMAND, NULL, 0, IMAGE_BOX_SECONDS, &asked));
	bool given = box_give(&asked, &request, sizeof request) && box_give(&asked, wishes, count * sizeof *wishes) && box_give(&asked, bytes.at, bytes.len);
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

static bool answer_one(struct str bytes, const struct image *source, const struct image_wish *wish)
{
	struct image_answer answer = {.mark = IMAGE_REQUEST_MARK};
	struct str made = {};
	bool done = wish ? image_draw(bytes, source, wish, &made, &answer.quality, answer.story) : image_draw_check(bytes, source, answer.story);
	if (!done && !answer.story[0])
		snprintf(answer.story, sizeof answer.story, "it cannot be decoded");
	answer.bytes = done ? made.len : 0;
	return box_write(&answer, sizeof answer) && (!done || box_write(made.at, made.len));
}

static int serve(struct cx *cx)
{
	struct image_request request;
	struct image_wish wishes[IMAGE_WISHES_MAX];
	struct image_answer none = {.mark = IMAGE_REQUEST_MARK, .bytes = IMAGE_NO_LIBRARY};
	if (!image_draw_open(none.story))
		return box_write(&none, sizeof none) ? 2 : 1;
	if (image_box_confine(cx) != OK)
		return 2;
	if (!box_read(&request, sizeof request) || request.mark != IMAGE_REQUEST_MARK || request.wishes > IMAGE_WISHES_MAX || request.bytes > IMAGE_BYTES_MAX)
		return 1;
	char *room = arena_alloc(cx->arena, request.bytes + 1);
	if (!box_read(wishes, request.wishes * sizeof *wishes) || !box_read(room, request.bytes))
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
