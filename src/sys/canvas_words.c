/* canvas_words.c: a text set into its box: as large as it fits, in lines as equal as they can be, and looked at against what lies under it. */
#include "sys/canvas_paint.h"

#include <math.h>
#include <string.h>

#define STEP 0.96          /* from one size to the next */
#define STEPS_MAX 80
#define LINE 1.22          /* a line of most fonts, of their size */
#define EVEN_LINES_MAX 12  /* longer texts are read, not looked at */
#define HALVINGS 8
#define LONE_WORD_MAX 24   /* bytes: a longer one may stand alone in the last line */
#define WORST 20           /* one in so many of the places under letters may be worse than what is told */
#define GRADES 2101        /* of contrast: hundredths */

struct setting {
	const struct canvas_words *words;
	PangoLayout *layout;
	PangoFontDescription *font;
	char text[CANVAS_TEXT_MAX + 8]; /* with the spaces that are bound */
	size_t length;
	double size;
};

#define LIB canvas_library

static void set_up(struct setting *s, cairo_t *cr)
{
	const struct canvas_words *w = s->words;
	PangoContext *context = LIB.pango_layout_get_context(s->layout);
	cairo_font_options_t *options = LIB.cairo_font_options_create();
	LIB.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF); /* else a larger picture breaks its lines elsewhere */
	LIB.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	LIB.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	LIB.pango_cairo_context_set_font_options(context, options);
	LIB.pango_context_set_round_glyph_positions(context, FALSE);
	if (w->lang[0])
		LIB.pango_context_set_language(context, LIB.pango_language_from_string(w->lang));
	LIB.pango_layout_context_changed(s->layout);
	s->font = LIB.pango_font_description_new();
	LIB.pango_font_description_set_family(s->font, w->family[0] ? w->family : "sans-serif");
	LIB.pango_font_description_set_weight(s->font, (PangoWeight)w->weight);
	LIB.pango_font_description_set_style(s->font, w->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	LIB.pango_layout_set_auto_dir(s->layout, TRUE);
	LIB.pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD);
	LIB.pango_layout_set_alignment(s->layout, w->across == CANVAS_MIDDLE ? PANGO_ALIGN_CENTER : w->across == CANVAS_END ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
	if (w->leading > 0) /* Pango counts in heights of a line, which fonts make a quarter larger than their size */
		LIB.pango_layout_set_line_spacing(s->layout, (float)(w->leading / LINE));
}

static void set_text(struct setting *s, const char *text, size_t length)
{
	memcpy(s->text, text, length);
	s->length = length;
	LIB.pango_layout_set_text(s->layout, s->text, (int)length);
}

/* Its lines at that size and width. */
static int lines_at(struct setting *s, double size, double width, double *ret_width, double *ret_height)
{
	PangoRectangle logical;
	LIB.pango_font_description_set_absolute_size(s->font, size * PANGO_SCALE);
	LIB.pango_layout_set_font_description(s->layout, s->font);
	LIB.pango_layout_set_width(s->layout, (int)(width * PANGO_SCALE));
	LIB.pango_layout_get_extents(s->layout, NULL, &logical);
	*ret_width = (double)logical.width / PANGO_SCALE;
	*ret_height = (double)logical.height / PANGO_SCALE;
	return LIB.pango_layout_get_line_count(s->layout);
}

/* No word is wider than the box, no line below it. */
static bool fits_at(struct setting *s, double size)
{
	double width, height;
	lines_at(s, size, s->words->width, &width, &height);
	return width <= s->words->width + 0.01 && height <= s->words->height + 0.01;
}

/* The largest of the sizes that fits; the least when none does. */
static bool choose_size(struct setting *s)
{
	const struct canvas_words *w = s->words;
	int low = 0, high = 0;
	while (high < STEPS_MAX && w->size * pow(STEP, high + 1) > w->least)
		high++;
	if (fits_at(s, w->size)) {
		s->size = w->size;
		return true;
	}
	s->size = high ? w->size * pow(STEP, high) : w->least;
	if (!fits_at(s, s->size)) {
		s->size = w->least;
		return fits_at(s, s->size);
	}
	while (high - low > 1) { /* low does not fit, high does */
		int middle = (low + high) / 2;
		if (fits_at(s, w->size * pow(STEP, middle)))
			high = middle;
		else
			low = middle;
	}
	s->size = w->size * pow(STEP, high);
	return true;
}

/* The narrowest width in which it takes no more lines. */
static double even_width(struct setting *s)
{
	double low = 0, high = s->words->width, width, height;
	int lines = lines_at(s, s->size, high, &width, &height);
	if (lines < 2 || lines > EVEN_LINES_MAX)
		return high;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;
		if (lines_at(s, s->size, middle, &width, &height) <= lines && width <= middle + 0.01 && height <= s->words->height + 0.01)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* The length of the word that stands alone in the last line; 0: none does. */
static size_t lone_word(struct setting *s)
{
	int lines = LIB.pango_layout_get_line_count(s->layout);
	const PangoLayoutLine *last = LIB.pango_layout_get_line_readonly(s->layout, lines - 1);
	struct str line = str_trim((struct str){s->text + last->start_index, (size_t)last->length});
	return lines > 1 && str_find_byte(line, ' ') < 0 ? line.len : 0;
}

/* Its last two words stay together, when that takes neither another size nor what is no space of one paragraph. */
static void bind_last(struct setting *s)
{
	size_t lone = lone_word(s), at = s->length;
	char before[sizeof s->text];
	size_t length = s->length;
	while (at && s->text[at - 1] == ' ')
		at--;
	if (!lone || lone > LONE_WORD_MAX || at < lone + 1 || s->text[at - lone - 1] != ' ')
		return;
	memcpy(before, s->text, length);
	size_t space = at - lone - 1;
	char bound[sizeof s->text];
	memcpy(bound, s->text, space);
	memcpy(bound + space, "\u00a0", 2);
	memcpy(bound + space + 2, s->text + space + 1, length - space - 1);
	set_text(s, bound, length + 1);
	if (!fits_at(s, s->size))
		set_text(s, before, length);
}

/* ---- contrast ---- */

static double linear_of(u8 value)
{
	static double table[256];
	if (table[255] == 0)
		for (int i = 0; i < 256; i++) {
			double c = i / 255.0;
			table[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
		}
	return table[value];
}

struct area {
	int left, top, right, bottom; /* pixels; right and bottom are outside */
};

static double contrast_on(cairo_surface_t *under, cairo_surface_t *letters, u32 colour, const struct area *area)
{
	static int counts[GRADES + 1];
	const u8 *below = LIB.cairo_image_surface_get_data(under), *mask = LIB.cairo_image_surface_get_data(letters);
	int below_row = LIB.cairo_image_surface_get_stride(under), mask_row = LIB.cairo_image_surface_get_stride(letters);
	double ours = canvas_luminance(colour) + 0.05;
	i64 all = 0, seen = 0;
	memset(counts, 0, sizeof counts);
	for (int y = area->top; y < area->bottom; y++) {
		for (int x = area->left; x < area->right; x++) {
			u32 pixel;
			if (mask[y * mask_row + x] < 128)
				continue;
			memcpy(&pixel, below + y * below_row + 4 * x, sizeof pixel);
			double theirs = 0.2126 * linear_of((u8)(pixel >> 16)) + 0.7152 * linear_of((u8)(pixel >> 8)) + 0.0722 * linear_of((u8)pixel) + 0.05;
			counts[(int)(fmax(ours, theirs) / fmin(ours, theirs) * 100)]++;
			all++;
		}
	}
	for (int grade = 99; grade < GRADES; grade++)
		if ((seen += counts[grade]) > all / WORST)
			return grade / 100.0;
	return 0;
}

static int within(double value, int most)
{
	return value < 0 ? 0 : value > most ? most : (int)value;
}

static void measure_contrast(cairo_t *cr, cairo_surface_t *surface, struct setting *s, double x, double y, struct canvas_fit *fit)
{
	cairo_matrix_t matrix;
	int width = LIB.cairo_image_surface_get_width(surface), height = LIB.cairo_image_surface_get_height(surface);
	cairo_surface_t *letters = LIB.cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
	cairo_t *pen = LIB.cairo_create(letters);
	LIB.cairo_get_matrix(cr, &matrix);
	LIB.cairo_set_matrix(pen, &matrix);
	LIB.cairo_move_to(pen, x, y);
	LIB.pango_cairo_show_layout(pen, s->layout);
	LIB.cairo_surface_flush(letters);
	LIB.cairo_surface_flush(surface);
	const double edge = s->size; /* letters may hang over their line */
	const struct area area = {within((fit->x - edge) * matrix.xx, width), within((fit->y - edge) * matrix.yy, height), within((fit->x + fit->width + edge) * matrix.xx + 1, width),
				  within((fit->y + fit->height + edge) * matrix.yy + 1, height)};
	const struct canvas_words *w = s->words;
	const double wanted = s->size >= w->large ? 3 : 4.5;
	fit->colour = w->colour;
	fit->contrast = contrast_on(surface, letters, w->colour, &area);
	for (int i = 0; i < w->spares && i < CANVAS_SPARE && fit->contrast < wanted; i++) {
		double contrast = contrast_on(surface, letters, w->spare[i], &area);
		if (contrast > fit->contrast) {
			fit->contrast = contrast;
			fit->colour = w->spare[i];
		}
	}
	fit->stands_out = fit->contrast >= wanted;
	LIB.cairo_destroy(pen);
	LIB.cairo_surface_destroy(letters);
}

/* ---- the whole ---- */

void canvas_write(cairo_t *cr, cairo_surface_t *surface, const struct canvas_words *w, struct canvas_fit *ret_fit)
{
	static struct setting s; /* one after the other */
	double width, height;
	if (!w->length || w->length > CANVAS_TEXT_MAX || w->width < 1 || w->height < 1) {
		ret_fit->fits = ret_fit->stands_out = !w->length;
		return;
	}
	memset(&s, 0, sizeof s);
	s.words = w;
	s.layout = LIB.pango_cairo_create_layout(cr);
	set_up(&s, cr);
	set_text(&s, w->text, w->length);
	ret_fit->fits = choose_size(&s);
	double even = even_width(&s);
	lines_at(&s, s.size, even, &width, &height);
	if (ret_fit->fits && lone_word(&s)) {
		bind_last(&s);
		even = even_width(&s);
		lines_at(&s, s.size, even, &width, &height);
	}
	const PangoLayoutLine *first = LIB.pango_layout_get_line_readonly(s.layout, 0);
	bool from_right = first->resolved_dir == PANGO_DIRECTION_RTL, right = w->across != CANVAS_MIDDLE && (w->across == CANVAS_END) != from_right;
	double room = w->width - even, x = w->x + (w->across == CANVAS_MIDDLE ? room / 2 : right ? room : 0);
	double y = w->y + (w->down == CANVAS_MIDDLE ? (w->height - height) / 2 : w->down == CANVAS_END ? w->height - height : 0);
	PangoRectangle logical;
	LIB.pango_layout_get_extents(s.layout, NULL, &logical);
	ret_fit->size = s.size;
	ret_fit->lines = LIB.pango_layout_get_line_count(s.layout);
	ret_fit->missing = LIB.pango_layout_get_unknown_glyphs_count(s.layout);
	ret_fit->x = x + (double)logical.x / PANGO_SCALE;
	ret_fit->y = y;
	ret_fit->width = width;
	ret_fit->height = height;
	measure_contrast(cr, surface, &s, x, y, ret_fit);
	LIB.cairo_set_source_rgb(cr, (ret_fit->colour >> 16 & 255) / 255.0, (ret_fit->colour >> 8 & 255) / 255.0, (ret_fit->colour & 255) / 255.0);
	LIB.cairo_move_to(cr, x, y);
	LIB.pango_cairo_show_layout(cr, s.layout);
	LIB.cairo_surface_flush(surface);
	g_object_unref(s.layout);
}
