/* What we draw ourselves: words that fit, or say that they do not; what lies under them; fonts that are brought along. */
#include "test.h"

#include "base/buf.h"
#include "sys/canvas.h"
#include "sys/font.h"

#include "sys/files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

#define HEAD "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 1000\" width=\"1000\" height=\"1000\">"
#define PLAIN HEAD "<rect width=\"1000\" height=\"1000\" fill=\"#ffffff\"/></svg>"

static struct canvas_text words(const char *text)
{
	return (struct canvas_text){.text = str_of(text), .lang = S("fr"), .x = 100, .y = 100, .width = 800, .height = 600, .size = 120, .least = 30, .leading = 1.1, .weight = 700,
				    .colour = 0x222222};
}

static struct canvas_made draw(const char *drawing, const struct canvas_text *texts, size_t count, int side)
{
	struct canvas_made made;
	const struct canvas canvas = {.drawing = str_of(drawing), .view_width = 1000, .view_height = 1000, .width = side, .height = side, .paper = 0xffffff, .texts = texts, .text_count = count};
	assert_ok(&cx, canvas_draw(&cx, &image_box_self, &canvas, &made));
	return made;
}

static void short_words_keep_their_size(void **state)
{
	struct canvas_text text = words("Bonjour");
	struct canvas_made made = draw(PLAIN, &text, 1, 500);
	struct image image;
	assert_ok(&cx, image_look(&cx, made.bytes, &image));
	assert_true(image.format == IMAGE_PNG && image.width == 500 && !image.exif && !image.text);
	assert_true(made.fits[0].fits && made.fits[0].size == 120 && made.fits[0].lines == 1 && made.fits[0].missing == 0);
	assert_true(made.fits[0].x >= 99 && made.fits[0].x < 110 && made.fits[0].width < 800);
	assert_true(made.fits[0].contrast > 15 && made.fits[0].contrast < 17); /* #222 on white: 15.9 */
}

static void long_words_make_it_smaller(void **state)
{
	/* One word that fills the line at less than its size: never broken, never hyphenated. */
	struct canvas_text text = words("anticonstitutionnellement");
	struct canvas_made made = draw(PLAIN, &text, 1, 500);
	assert_true(made.fits[0].fits && made.fits[0].lines == 1 && made.fits[0].size < 80 && made.fits[0].size >= 30 && made.fits[0].width <= 800.1);
	double steps = log(made.fits[0].size / 120) / log(0.96);
	assert_true(fabs(steps - rint(steps)) < 1e-6);
	/* The largest of the steps: one more would not fit. */
	text.size = made.fits[0].size / 0.96;
	text.least = text.size;
	assert_false(draw(PLAIN, &text, 1, 500).fits[0].fits);
}

static void what_does_not_fit_says_so(void **state)
{
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < 150; i++)
		buf_adds(&b, "beaucoup de mots ");
	struct canvas_text text = words("");
	text.text = str_head(buf_str(&b), 1900);
	struct canvas_fit fit = draw(PLAIN, &text, 1, 300).fits[0];
	assert_true(!fit.fits && fit.size == 30 && fit.height > 600 && fit.lines > 18); /* all of it is there: nothing was cut */
}

static void lines_are_even(void **state)
{
	struct canvas_text text = words("Le samedi matin, le pain sort du four à sept heures");
	text.size = 100;
	struct canvas_fit fit = draw(PLAIN, &text, 1, 500).fits[0];
	assert_true(fit.fits && fit.lines > 1);
	/* As narrow as so many lines can be: none is much shorter than the others. Half the box would not do. */
	assert_true(fit.width < 790);
	struct canvas_text alone = words("Une bien jolie petite phrase qui finit seul");
	alone.size = alone.least = 86;
	assert_true(draw(PLAIN, &alone, 1, 500).fits[0].fits);
}

static void larger_pictures_break_where_small_ones_do(void **state)
{
	static const char *const all[] = {"Ouverture exceptionnelle du fournil, dimanche de 8\u00a0h à 12\u00a0h\u202f!", "« L’hiver est long, le pain est chaud »", "مرحبا بكم في الساحة الكبيرة", "Ένα ψωμί, μια πλατεία"};
	for (size_t i = 0; i < 4; i++) {
		struct canvas_text text = words(all[i]);
		struct canvas_fit small = draw(PLAIN, &text, 1, 270).fits[0], large = draw(PLAIN, &text, 1, 1080).fits[0];
		assert_int_equal(small.lines, large.lines);
		assert_true(small.size == large.size && fabs(small.width - large.width) < 4);
	}
}

static void writing_begins_where_it_begins(void **state)
{
	struct canvas_text text = words("مرحبا");
	struct canvas_fit fit = draw(PLAIN, &text, 1, 400).fits[0];
	assert_true(fit.missing == 0 && fit.x + fit.width > 880 && fit.x > 500); /* from the right */
	text.across = CANVAS_END;
	fit = draw(PLAIN, &text, 1, 400).fits[0];
	assert_true(fit.x < 120);
	text = words("Bonjour");
	text.across = CANVAS_MIDDLE;
	text.down = CANVAS_END;
	fit = draw(PLAIN, &text, 1, 400).fits[0];
	assert_true(fabs(fit.x + fit.width / 2 - 500) < 3 && fabs(fit.y + fit.height - 700) < 1);
}

static void contrast_is_that_of_what_lies_under(void **state)
{
	struct canvas_text text = words("Bonjour tout le monde");
	text.colour = 0xffffff;
	assert_true(draw(PLAIN, &text, 1, 400).fits[0].contrast < 1.05);
	/* Half of it lies on white: the worse half counts. */
	assert_true(draw(HEAD "<rect width=\"1000\" height=\"1000\" fill=\"#ffffff\"/><rect width=\"500\" height=\"1000\" fill=\"#000000\"/></svg>", &text, 1, 400).fits[0].contrast < 1.05);
	assert_true(draw(HEAD "<rect width=\"1000\" height=\"1000\" fill=\"#000000\"/></svg>", &text, 1, 400).fits[0].contrast > 20.9);
	assert_true(fabs(canvas_contrast(0x777777, 0xffffff) - 4.48) < 0.01); /* the example that just fails AA */
	assert_true(canvas_contrast(0, 0xffffff) > 20.99);
}

static void parts_are_found(void **state)
{
	struct canvas_part parts[3];
	const struct str ids[] = {S("text-title"), S("logo"), S("nothing")};
	assert_ok(&cx, canvas_parts(&cx, &image_box_self, S(HEAD "<g transform=\"translate(100 50)\"><g id=\"text-title\"><rect x=\"10\" y=\"20\" width=\"300\" height=\"40\" fill=\"none\"/></g></g>"
				"<circle id=\"logo\" cx=\"500\" cy=\"500\" r=\"50\"/></svg>"), 1000, 1000, ids, 3, parts));
	assert_true(fabs(parts[0].x - 110) < 0.5 && fabs(parts[0].y - 70) < 0.5 && fabs(parts[0].width - 300) < 0.5 && fabs(parts[0].height - 40) < 0.5);
	assert_true(fabs(parts[1].x - 450) < 0.5 && fabs(parts[1].width - 100) < 0.5);
	assert_true(parts[2].width == 0);
}

static struct str font_file(const char *name)
{
	struct str bytes;
	const char *root = getenv("PARVIS_SOURCE");
	assert_ok(&cx, file_read(&cx, *name == '/' ? name : path_join(arena, root ? root : ".", name), FONT_BYTES_MAX, &bytes));
	return bytes;
}

static void fonts_are_told_apart(void **state)
{
	struct font font;
	struct str bytes = font_file("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf");
	assert_ok(&cx, font_look(&cx, bytes, &font));
	assert_true(font.format == FONT_TRUETYPE && font.tables > 8);
	assert_err(font_look(&cx, str_head(bytes, bytes.len / 2), &font), ERR_BAD_INPUT);
	assert_err(font_look(&cx, S("wOF2"), &font), ERR_BAD_INPUT);
	assert_err(font_look(&cx, S("<svg/>"), &font), ERR_UNSUPPORTED);
}

static void a_font_that_is_brought_is_used(void **state)
{
	struct canvas_font font;
	struct font look;
	struct str packed = font_file("src/ui/fonts/commissioner-latin.woff2");
	assert_ok(&cx, font_look(&cx, packed, &look));
	assert_true(look.format == FONT_WOFF2);
	assert_ok(&cx, canvas_font(&cx, &image_box_self, packed, &font));
	assert_true(font.family.len && font.latin && font.bytes.len > packed.len);
	assert_ok(&cx, font_look(&cx, font.bytes, &look)); /* which is whole again */
	assert_true(look.format == FONT_TRUETYPE);
	struct canvas_text text = words("Bonjour à tous");
	struct canvas_fit without = draw(PLAIN, &text, 1, 400).fits[0], with;
	struct canvas_made made;
	text.family = font.family;
	const struct canvas canvas = {.drawing = S(PLAIN), .view_width = 1000, .view_height = 1000, .width = 400, .height = 400, .texts = &text, .text_count = 1, .fonts = &font.bytes, .font_count = 1};
	assert_ok(&cx, canvas_draw(&cx, &image_box_self, &canvas, &made));
	with = made.fits[0];
	assert_true(with.missing == 0 && fabs(with.width - without.width) > 5);
	text.weight = 300;
	assert_ok(&cx, canvas_draw(&cx, &image_box_self, &canvas, &made));
	assert_true(fabs(made.fits[0].width - with.width) > 1); /* its weights are drawn, too */
	assert_err(canvas_font(&cx, &image_box_self, str_head(packed, 3000), &font), ERR_BAD_INPUT);
}

static void what_cannot_be_drawn_says_so(void **state)
{
	struct canvas_made made;
	struct canvas canvas = {.drawing = S("<svg"), .view_width = 10, .view_height = 10, .width = 10, .height = 10};
	assert_err(canvas_draw(&cx, &image_box_self, &canvas, &made), ERR_BAD_INPUT);
	canvas.drawing = S(PLAIN);
	assert_err(canvas_draw(&cx, &(struct image_box){"/bin/false"}, &canvas, &made), ERR_BAD_INPUT);
	assert_err(canvas_draw(&cx, &(struct image_box){"/bin/echo"}, &canvas, &made), ERR_BAD_INPUT);
}

int main(int count, char **words_given)
{
	if (count > 1 && strcmp(words_given[1], CANVAS_BOX_COMMAND) == 0)
		return canvas_box_serve();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_words_keep_their_size), cmocka_unit_test(long_words_make_it_smaller), cmocka_unit_test(what_does_not_fit_says_so),
		cmocka_unit_test(lines_are_even), cmocka_unit_test(larger_pictures_break_where_small_ones_do), cmocka_unit_test(writing_begins_where_it_begins),
		cmocka_unit_test(contrast_is_that_of_what_lies_under), cmocka_unit_test(parts_are_found), cmocka_unit_test(fonts_are_told_apart),
		cmocka_unit_test(a_font_that_is_brought_is_used), cmocka_unit_test(what_cannot_be_drawn_says_so),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
