/* canvas.c: both sides of the box that draws: who asks (and believes nothing), and the box. */
#include "sys/canvas.h"

#include "base/lang.h"
#include "base/utf8.h"
#include "sys/box.h"
#include "sys/canvas_request.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- contrast ---- */

double canvas_luminance(u32 colour)
{
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		double c = (double)(colour >> (16 - 8 * i) & 255) / 255;
		sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double canvas_contrast(u32 one, u32 other)
{
	double a = canvas_luminance(one), b = canvas_luminance(other);
	return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

/* ---- who asks ---- */

struct files {
	int at[CANVAS_FONTS_MAX];
	size_t count;
};

static void close_files(struct files *files)
{
	while (files->count)
		close(files->at[--files->count]);
}

/* A font as a descriptor that nobody can write to any more: libraries of fonts open files alone. */
static enum err add_font(struct cx *cx, struct files *files, struct str bytes)
{
	int fd = memfd_create("font", MFD_CLOEXEC | MFD_ALLOW_SEALING), high = -1;
	bool kept = fd >= 0 && write(fd, bytes.at, bytes.len) == (ssize_t)bytes.len && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
	if (kept)
		high = fcntl(fd, F_DUPFD_CLOEXEC, 64); /* out of the way of those that the box gets */
	if (fd >= 0)
		close(fd);
	if (high < 0)
		return fail(cx, ERR_SYSTEM, N_("There is no room to hand over a font."));
	files->at[files->count++] = high;
	return OK;
}

static bool is_number(double value, double most)
{
	return isfinite(value) && fabs(value) <= most;
}

static void fill_words(const struct canvas_text *t, struct canvas_words *w)
{
	must(t->text.len <= CANVAS_TEXT_MAX && utf8_valid(t->text) && is_number(t->x, 1e6) && is_number(t->y, 1e6) && is_number(t->width, 1e6) && is_number(t->height, 1e6));
	must(t->size > 0 && t->least > 0 && is_number(t->size, 1e5) && is_number(t->least, 1e5) && is_number(t->leading, 10));
	*w = (struct canvas_words){.x = t->x, .y = t->y, .width = t->width, .height = t->height, .size = t->size, .least = fmin(t->least, t->size), .leading = t->leading,
				   .weight = t->weight, .italic = t->italic, .colour = t->colour, .large = t->large, .spares = t->spare_count, .across = t->across, .down = t->down, .length = (u32)t->text.len};
	must(t->spare_count >= 0 && t->spare_count <= CANVAS_SPARE);
	memcpy(w->spare, t->spare, sizeof w->spare);
	memcpy(w->family, t->family.at ? t->family.at : "", t->family.len < sizeof w->family ? t->family.len : 0);
	memcpy(w->lang, t->lang.at ? t->lang.at : "", t->lang.len < sizeof w->lang ? t->lang.len : 0);
	if (t->text.len)
		memcpy(w->text, t->text.at, t->text.len);
}

static enum err undrawable(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("This could not be drawn: whoever tried gave up, or took too much time or memory. Nothing is lost."));
}

struct parcel {
	struct canvas_request request;
	struct canvas_words *words;
	struct canvas_id *ids;
	struct str bytes;
	struct files files;
};

static enum err ask(struct cx *cx, const struct image_box *box, const struct parcel *p, struct canvas_answer *ret_answer, struct str *ret_bytes)
{
	CLEANUP(box_end) struct box_asked asked = {};
	struct canvas_answer *answer = ret_answer;
	TRY(box_ask(cx, box, CANVAS_BOX_COMMAND, p->files.at, p->files.count, CANVAS_BOX_SECONDS, &asked));
	if (!box_give(&asked, &p->request, sizeof p->request) || !box_give(&asked, p->words, p->request.texts * sizeof *p->words) ||
		!box_give(&asked, p->ids, p->request.parts * sizeof *p->ids) || !box_give(&asked, p->bytes.at, p->bytes.len))
		return undrawable(cx);
	shutdown(asked.socket, SHUT_WR);
	if (!box_get(&asked, answer, sizeof *answer) || answer->mark != CANVAS_REQUEST_MARK)
		return undrawable(cx);
	answer->story[sizeof answer->story - 1] = answer->family[sizeof answer->family - 1] = answer->style[sizeof answer->style - 1] = 0;
	if (answer->bytes == CANVAS_NO_LIBRARY)
		return fail(cx, ERR_SYSTEM, N_("Pictures cannot be drawn on this machine: %s. Install librsvg and Pango (Debian: librsvg2-2)."), answer->story);
	if (answer->story[0])
		return fail(cx, ERR_BAD_INPUT, N_("It cannot be drawn: %s."), answer->story);
	if (answer->bytes > IMAGE_BYTES_MAX)
		return undrawable(cx);
	char *room = arena_alloc(cx->arena, answer->bytes + 1);
	if (!box_get(&asked, room, answer->bytes))
		return undrawable(cx);
	*ret_bytes = (struct str){room, answer->bytes};
	return OK;
}

static bool fit_is_sound(const struct canvas_fit *f)
{
	return is_number(f->size, 1e5) && is_number(f->contrast, 21.001) && is_number(f->x, 1e7) && is_number(f->y, 1e7) && is_number(f->width, 1e7) && is_number(f->height, 1e7) &&
	       f->lines >= 0 && f->lines < 10000 && f->missing >= 0 && f->missing < 10000;
}

enum err canvas_draw(struct cx *cx, const struct image_box *box, const struct canvas *canvas, struct canvas_made *ret_made)
{
	CLEANUP(close_files) struct files files = {};
	struct canvas_answer *answer = arena_new_of(cx->arena, struct canvas_answer);
	struct canvas_made made = {};
	struct image image;
	must(canvas->text_count <= CANVAS_TEXTS_MAX && canvas->font_count <= CANVAS_FONTS_MAX);
	must(canvas->width > 0 && canvas->height > 0 && canvas->width <= CANVAS_SIDE_MAX && canvas->height <= CANVAS_SIDE_MAX && canvas->view_width > 0 && canvas->view_height > 0);
	struct canvas_words *words = arena_array(cx->arena, struct canvas_words, canvas->text_count + 1);
	for (size_t i = 0; i < canvas->text_count; i++)
		fill_words(&canvas->texts[i], &words[i]);
	for (size_t i = 0; i < canvas->font_count; i++)
		TRY(add_font(cx, &files, canvas->fonts[i]));
	const struct parcel parcel = {
		.request = {.mark = CANVAS_REQUEST_MARK, .act = CANVAS_DRAW, .width = canvas->width, .height = canvas->height, .paper = canvas->paper, .view_width = canvas->view_width,
			    .view_height = canvas->view_height, .drawing = canvas->drawing.len, .texts = (u32)canvas->text_count, .fonts = (u32)files.count, .measure = canvas->measure},
		.words = words, .bytes = canvas->drawing, .files = files,
	};
	TRY(ask(cx, box, &parcel, answer, &made.bytes));
	if (!canvas->measure && (image_look(cx, made.bytes, &image) != OK || image.format != IMAGE_PNG || image.width != canvas->width || image.height != canvas->height))
		return undrawable(cx);
	for (size_t i = 0; i < canvas->text_count; i++)
		if (!fit_is_sound(&answer->fits[i]))
			return undrawable(cx);
	memcpy(made.fits, answer->fits, sizeof made.fits);
	*ret_made = made;
	return OK;
}

enum err canvas_parts(struct cx *cx, const struct image_box *box, struct str drawing, double view_width, double view_height, const struct str *ids, size_t count,
		      struct canvas_part *ret_parts)
{
	struct canvas_answer *answer = arena_new_of(cx->arena, struct canvas_answer);
	struct canvas_id *words = arena_array(cx->arena, struct canvas_id, count + 1);
	struct str none;
	must(count <= CANVAS_PARTS_MAX && view_width > 0 && view_height > 0);
	for (size_t i = 0; i < count; i++)
		memcpy(words[i].id, ids[i].at, ids[i].len < CANVAS_WORD_MAX ? ids[i].len : 0);
	const struct parcel parcel = {
		.request = {.mark = CANVAS_REQUEST_MARK, .act = CANVAS_PARTS, .width = 1, .height = 1, .view_width = view_width, .view_height = view_height, .drawing = drawing.len, .parts = (u32)count},
		.ids = words, .bytes = drawing,
	};
	TRY(ask(cx, box, &parcel, answer, &none));
	for (size_t i = 0; i < count; i++) {
		const struct canvas_part *part = &answer->parts[i];
		if (!is_number(part->x, 1e7) || !is_number(part->y, 1e7) || !is_number(part->width, 1e7) || !is_number(part->height, 1e7) || part->width < 0 || part->height < 0)
			return undrawable(cx);
	}
	memcpy(ret_parts, answer->parts, count * sizeof *ret_parts);
	return OK;
}

static struct str word_of(struct cx *cx, const char *text)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str s = str_of(text);
	if (!utf8_valid(s))
		return (struct str){};
	for (size_t i = 0; i < s.len; i++)
		if ((u8)s.at[i] >= ' ' && !strchr("\"'<>&\\", s.at[i])) /* it becomes an attribute and a name on screen */
			buf_addc(&b, s.at[i]);
	return buf_keep(&b, cx->arena);
}

enum err canvas_font(struct cx *cx, const struct image_box *box, struct str bytes, struct canvas_font *ret_font)
{
	struct canvas_answer *answer = arena_new_of(cx->arena, struct canvas_answer);
	struct str sfnt;
	const struct parcel parcel = {
		.request = {.mark = CANVAS_REQUEST_MARK, .act = CANVAS_FONT, .width = 1, .height = 1, .view_width = 1, .view_height = 1, .drawing = bytes.len}, .bytes = bytes,
	};
	TRY(ask(cx, box, &parcel, answer, &sfnt));
	struct canvas_font font = {
		.family = word_of(cx, answer->family), .style = word_of(cx, answer->style), .bytes = sfnt, .weight = answer->weight < 1 || answer->weight > 1000 ? 400 : answer->weight,
		.italic = answer->italic, .variable = answer->variable, .restricted = answer->restricted, .latin = answer->latin, .arabic = answer->arabic,
		.hebrew = answer->hebrew, .greek = answer->greek, .cyrillic = answer->cyrillic,
	};
	if (!font.family.len)
		return fail(cx, ERR_BAD_INPUT, N_("This font does not say its name."));
	*ret_font = font;
	return OK;
}

/* ---- the box ---- */

static bool answer_one(struct cx *cx, const struct canvas_request *request, struct canvas_answer *answer)
{
	struct str made = {};
	struct canvas_words *words = arena_array(cx->arena, struct canvas_words, request->texts + 1);
	struct canvas_id *ids = arena_array(cx->arena, struct canvas_id, request->parts + 1);
	char *room = arena_alloc(cx->arena, request->drawing + 1);
	bool done = false;
	if (!box_read(words, request->texts * sizeof *words) || !box_read(ids, request->parts * sizeof *ids) || !box_read(room, request->drawing))
		return false;
	struct str drawing = {room, request->drawing};
	if (request->act == CANVAS_DRAW)
		done = canvas_paint(request, words, drawing, answer, &made);
	else if (request->act == CANVAS_PARTS)
		done = canvas_find(request, ids, drawing, answer);
	else
		done = canvas_open_font(drawing, answer, &made);
	if (!done && !answer->story[0])
		canvas_tell(answer->story, "it is not understood");
	answer->bytes = done ? made.len : 0;
	return box_write(answer, sizeof *answer) && (!done || box_write(made.at, made.len));
}

static int serve(struct cx *cx)
{
	struct canvas_request request;
	struct canvas_answer *answer = arena_new_of(cx->arena, struct canvas_answer);
	answer->mark = CANVAS_REQUEST_MARK;
	if (!canvas_open(answer->story)) {
		answer->bytes = CANVAS_NO_LIBRARY;
		return box_write(answer, sizeof *answer) ? 2 : 1;
	}
	if (image_box_confine(cx) != OK)
		return 2;
	if (!box_read(&request, sizeof request) || request.mark != CANVAS_REQUEST_MARK || request.texts > CANVAS_TEXTS_MAX || request.fonts > CANVAS_FONTS_MAX ||
		request.parts > CANVAS_PARTS_MAX || request.drawing > IMAGE_BYTES_MAX)
		return 1;
	return answer_one(cx, &request, answer) ? 0 : 1;
}

int canvas_box_serve(void)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(serve(&cx)); /* nothing of the libraries is to be tidied up */
}
