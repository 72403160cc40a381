/* The visual studio: what ships is whole and legible, kits and templates that are brought, designs that become pictures of the library. */
#include "desk.h"

#include "../sys/folder.h"
#include "../sys/pictures.h"
#include "flow/studio.h"
#include "sys/blob.h"
#include "sys/svg.h"

#include <math.h>
#include <stdlib.h>

#define IN_FOLDER(d, name) in_folder((d)->cx->arena, name)

static struct studio_hooks hooks_of(struct test_desk *d)
{
	return (struct studio_hooks){IN_FOLDER(d, "blobs"), &image_box_self};
}

static u32 noise(u32 x, u32 y)
{
	return (x * 7919 ^ y * 104729) & 0xffffff;
}

static u32 all_red(u32 x, u32 y)
{
	return 0xd02010;
}

static void keep_for_eyes(struct cx *cx, const char *name, struct str bytes)
{
	const char *folder = getenv("PARVIS_STUDIO_SHOTS");
	if (folder)
		assert_ok(cx, file_write(cx, path_join(cx->arena, folder, name), 0644, bytes));
}

/* ---- what ships ---- */

static void test_shipped_are_whole(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	for (size_t m = 0; m < studio_model_count; m++)
		for (size_t f = 0; f < STUDIO_FORMATS; f++) {
			const struct studio_format *format = &studio_formats[f];
			struct svg *svg;
			struct svg_slot slots[SVG_SLOTS_MAX];
			struct str drawing = studio_drawing(str_of(studio_models[m].word), format);
			assert_true(drawing.len);
			assert_ok(cx, svg_clean(cx, drawing, &svg));
			for (int i = 0; i < SVG_REMOVED; i++)
				assert_int_equal(svg->removed[i], 0); /* our own drawings lose nothing when they are cleaned */
			assert_true(svg->width == format->width && svg->height == format->height);
			size_t count = svg_slots(cx->arena, svg->bytes, slots), texts = 0;
			for (const struct studio_place *place = studio_models[m].places; place < studio_models[m].places + STUDIO_PLACES && place->name; place++) {
				bool found = false;
				for (size_t i = 0; i < count; i++)
					found |= slots[i].kind == SVG_SLOT_TEXT && str_eq(slots[i].name, str_of(place->name));
				if (!found)
					fail_msg("%s.%s has no place “%s”", studio_models[m].word, format->word, place->name);
				texts++;
			}
			for (size_t i = 0; i < count; i++) {
				const struct svg_slot *s = &slots[i];
				assert_true(s->framed && s->width > 0 && s->height > 0);
				if (s->kind == SVG_SLOT_PICTURE)
					continue;
				texts -= s->kind == SVG_SLOT_TEXT;
				if (s->x < format->left || s->y < format->top || s->x + s->width > format->width - format->right || s->y + s->height > format->height - format->bottom)
					fail_msg("%s.%s: “%.*s” leaves the safe area", studio_models[m].word, format->word, STR_ARG(s->name));
				for (size_t k = 0; k < i; k++) {
					const struct svg_slot *o = &slots[k];
					bool apart = o->kind == SVG_SLOT_PICTURE || o->x + o->width <= s->x + 1 || s->x + s->width <= o->x + 1 || o->y + o->height <= s->y + 1 || s->y + s->height <= o->y + 1;
					if (!apart)
						fail_msg("%s.%s: “%.*s” and “%.*s” overlap", studio_models[m].word, format->word, STR_ARG(s->name), STR_ARG(o->name));
				}
			}
			assert_int_equal(texts, 0); /* and no place that the program does not name */
		}
}

static struct studio_drawn draw(struct test_desk *d, const struct studio_design *design, const char *format, int wide, bool samples)
{
	struct studio_drawn drawn;
	struct studio_hooks hooks = hooks_of(d);
	assert_ok(d->cx, studio_draw(d->cx, d->db, d->workspace, design, str_of(format), wide, samples, false, &hooks, &drawn));
	return drawn;
}

static void test_samples_fit_everywhere(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	for (size_t m = 0; m < studio_model_count; m++)
		for (size_t f = 0; f < STUDIO_FORMATS; f++) {
			d.cx->lang = (m + f) % 2 ? "fr" : "en"; /* the samples are in the reader's language */
			const struct studio_design design = {.template = str_of(studio_models[m].word), .lang = str_of(d.cx->lang), .scheme = str_of(studio_schemes[(m + f) % STUDIO_SCHEMES].word)};
			struct studio_drawn drawn = draw(&d, &design, studio_formats[f].word, 400, true);
			keep_for_eyes(d.cx, arena_printf(d.cx->arena, "%s-%s.png", studio_models[m].word, studio_formats[f].word).at, drawn.bytes);
			for (size_t i = 0; i < drawn.place_count; i++) {
				const struct studio_place_fit *fit = &drawn.places[i];
				if (!fit->fit.fits || fit->fit.missing || !fit->fit.stands_out)
					fail_msg("%s.%s “%.*s”: fits %d, size %.0f, missing %d, contrast %.2f", studio_models[m].word, studio_formats[f].word, STR_ARG(fit->title), fit->fit.fits,
						 fit->fit.size, fit->fit.missing, fit->fit.contrast);
			}
		}
	d.cx->lang = "en";
	test_folder_remove(d.cx);
}

/* ---- designs ---- */

static struct media picture(struct test_desk *d)
{
	CLEANUP(buf_free) struct buf png = {};
	struct media media;
	bool is_new;
	add_png(&png, 300, 200, noise);
	assert_ok(d->cx, media_take_bytes(d->cx, d->db, d->workspace, buf_str(&png), S("Fournil"), S("upload"), S("{}"), IN_FOLDER(d, "blobs"), &media, &is_new));
	return media;
}

static void test_a_design_becomes_media(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	struct studio_hooks hooks = hooks_of(&d);
	struct media bread = picture(&d);
	struct studio_said said[] = {{S("name"), S("Pain de campagne")}, {S("price"), S("4,90 €")}, {S("detail"), S("Vingt heures de repos !")},
				     {S("product"), arena_printf(d.cx->arena, "%lld", (long long)bread.id)}};
	struct studio_design design = {.template = S("product"), .name = S("Pain du mois"), .lang = S("fr"), .said = said, .said_count = COUNT(said)};
	i64 id;
	assert_ok(d.cx, studio_design_save(d.cx, d.db, d.workspace, &design, &hooks, &id));
	const struct str formats[] = {S("square"), S("story")};
	assert_ok(d.cx, studio_export(d.cx, d.db, d.workspace, id, formats, 2, &hooks));
	struct design_picture *pictures;
	size_t count;
	struct media media;
	assert_ok(d.cx, design_pictures(d.cx, d.db, d.workspace, id, &pictures, &count));
	assert_int_equal(count, 2);
	assert_ok(d.cx, media_get(d.cx, d.db, d.workspace, pictures[0].media, &media));
	assert_true(media.width == 1080 && media.height == 1080);
	assert_str(media.type, "image/png");
	assert_str(media.source, "studio");
	assert_str(media.name, "Pain du mois, Square, 1:1");
	assert_str(media_alt_text(d.cx->arena, &media, S("fr")), "Picture with the words: “Pain de campagne. Vingt heures de repos ! 4,90 €”");
	i64 from;
	assert_ok(d.cx, design_of_media(d.cx, d.db, d.workspace, media.id, &from));
	assert_true(from == id);
	/* Changed by whoever holds the revision; the picture is made anew, the old one stays. */
	design.id = id;
	design.revision = 1;
	said[1].words = S("5,10 €");
	assert_ok(d.cx, studio_design_save(d.cx, d.db, d.workspace, &design, &hooks, &id));
	assert_err(studio_design_save(d.cx, d.db, d.workspace, &design, &hooks, &id), ERR_CONFLICT);
	assert_ok(d.cx, studio_export(d.cx, d.db, d.workspace, id, formats, 1, &hooks));
	struct design_picture *now;
	assert_ok(d.cx, design_pictures(d.cx, d.db, d.workspace, id, &now, &count));
	assert_true(count == 2 && now[0].media != pictures[0].media && now[0].revision == 2 && now[1].media == pictures[1].media);
	/* As it stands in the rows: the picture is there by its number again. */
	struct design row;
	struct studio_design again;
	assert_ok(d.cx, design_get(d.cx, d.db, d.workspace, id, &row));
	assert_ok(d.cx, studio_design_of(d.cx, d.db, &row, &again));
	assert_int_equal(again.said_count, 4);
	/* What does not fit is not made at all. */
	said[0].words = S("Un nom de pain si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, "
			  "si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long, si long qu’il déborde");
	design.revision = 2;
	assert_ok(d.cx, studio_design_save(d.cx, d.db, d.workspace, &design, &hooks, &id));
	const struct str wide[] = {S("wide")};
	assert_err(studio_export(d.cx, d.db, d.workspace, id, wide, 1, &hooks), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "formats");
	assert_non_null(strstr(d.cx->story, "does not fit"));
	cx_forget(d.cx);
	/* Who only reads makes none. */
	struct actor analyst = desk_person(&d, "anna", ROLE_ANALYST);
	d.cx->actor = &analyst;
	assert_err(studio_design_archive(d.cx, d.db, d.workspace, id, true), ERR_DENIED);
	d.cx->actor = &d.owner;
	assert_ok(d.cx, studio_design_archive(d.cx, d.db, d.workspace, id, true));
	assert_ok(d.cx, studio_design_archive(d.cx, d.db, d.workspace, id, false));
	test_folder_remove(d.cx);
}

/* ---- kits ---- */

static void test_a_kit_changes_what_is_drawn(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	const struct studio_design design = {.template = S("figure"), .lang = S("en")};
	u32 before = png_pixel(draw(&d, &design, "square", 400, true).bytes, 5, 200);
	assert_int_equal(before & 0xffffff, 0x20605c);
	struct studio_kit kit = {.colours = {{S("second"), S("Forêt"), S("#103050")}, {S(""), S("Blé"), S("#eecc88")}}, .colour_count = 2, .logo = picture(&d).id};
	assert_ok(d.cx, studio_kit_save(d.cx, d.db, d.workspace, &kit));
	assert_int_equal(png_pixel(draw(&d, &design, "square", 400, true).bytes, 5, 200) & 0xffffff, 0x103050);
	struct studio_kit again;
	assert_ok(d.cx, studio_kit_read(d.cx, d.db, d.workspace, &again));
	assert_true(again.colour_count == 2 && again.logo == kit.logo && studio_kit_colour(&again, ROLE_SECOND) == 0x103050);
	/* White on white: the words take what stands out, of the kit's colours. */
	struct studio_kit pale = {.colours = {{S("second"), S(""), S("#ffffff")}}, .colour_count = 1};
	assert_ok(d.cx, studio_kit_save(d.cx, d.db, d.workspace, &pale));
	struct studio_drawn drawn = draw(&d, &design, "square", 400, true);
	assert_true(drawn.places[0].fit.stands_out && drawn.places[0].fit.colour == 0x1f2a37);
	kit.colours[0].hex = S("red");
	assert_err(studio_kit_save(d.cx, d.db, d.workspace, &kit), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "hex_second");
	kit.colours[0].hex = S("#abc");
	kit.title_font = S("Comic Neue");
	assert_err(studio_kit_save(d.cx, d.db, d.workspace, &kit), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "title_font");
	d.cx->actor = &d.agent;
	assert_err(studio_kit_save(d.cx, d.db, d.workspace, &pale), ERR_DENIED);
	d.cx->actor = &d.owner;
	cx_forget(d.cx);
	/* A font, as it comes from the web. */
	const char *root = getenv("PARVIS_SOURCE");
	const char *file = path_join(d.cx->arena, root ? root : ".", "src/ui/fonts/hanken-grotesk-latin.woff2");
	struct studio_hooks hooks = hooks_of(&d);
	struct brand_font font;
	assert_err(studio_font_take(d.cx, d.db, d.workspace, file, S(" "), &hooks, &font), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "licence");
	assert_ok(d.cx, studio_font_take(d.cx, d.db, d.workspace, file, S("SIL Open Font License 1.1"), &hooks, &font));
	assert_str(font.family, "Hanken Grotesk");
	assert_str(font.type, "WOFF2");
	pale.title_font = font.family;
	assert_ok(d.cx, studio_kit_save(d.cx, d.db, d.workspace, &pale));
	assert_ok(d.cx, studio_font_archive(d.cx, d.db, d.workspace, font.id, true));
	assert_ok(d.cx, file_write(d.cx, IN_FOLDER(&d, "upload"), 0600, S("no font at all")));
	assert_err(studio_font_take(d.cx, d.db, d.workspace, IN_FOLDER(&d, "upload"), S("x"), &hooks, &font), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "file");
	test_folder_remove(d.cx);
}

/* ---- templates of one's own ---- */

static enum err bring(struct test_desk *d, struct str bytes, struct studio_template *ret_template, struct str *ret_story)
{
	struct studio_hooks hooks = hooks_of(d);
	assert_ok(d->cx, file_write(d->cx, IN_FOLDER(d, "upload"), 0600, bytes));
	return studio_template_take(d->cx, d->db, d->workspace, IN_FOLDER(d, "upload"), S("Affiche"), &hooks, ret_template, ret_story);
}

static void test_templates_that_are_brought(void **state)
{
	struct test_desk d = desk_open(state);
	struct studio_template template;
	struct studio_template_open open;
	struct str story;
	test_folder_make();
	struct studio_hooks hooks = hooks_of(&d);
	/* As Illustrator writes them: styles by class, places moved by a group, names with the numbers of copies. */
	assert_ok(d.cx, bring(&d, S("<svg id=\"Calque_1\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 500 500\"><defs><style>.cls-1{fill:#20605c;}.cls-2{fill:#fff;font-family:Hanken Grotesk;font-size:48px;font-weight:700;}"
				"</style><script>alert(1)</script></defs><rect class=\"cls-1\" width=\"500\" height=\"500\"/><g transform=\"translate(50 40)\"><g id=\"Texte_x20_titre_1_\"><rect width=\"400\" height=\"200\" fill=\"none\"/>"
				"<text class=\"cls-2\" transform=\"translate(10 60)\"><tspan x=\"0\" y=\"0\">Votre </tspan><tspan x=\"0\" y=\"50\">titre</tspan></text></g></g><g id=\"photo-fond\"><circle cx=\"100\" cy=\"400\" r=\"50\"/></g>"
				"<g id=\"logo\"><rect x=\"400\" y=\"420\" width=\"80\" height=\"60\" fill=\"#ccc\"/></g></svg>"),
			     &template, &story));
	assert_non_null(strstr(arena_cstr(d.cx->arena, story), "Programs do not run"));
	assert_true(template.width == 1080 && template.height == 1080);
	assert_ok(d.cx, studio_open(d.cx, d.db, d.workspace, template.word, S(""), &hooks, &open));
	assert_int_equal(open.place_count, 3);
	const struct svg_slot *title = &open.places[0].slot;
	assert_str(title->name, "titre");
	assert_true(title->kind == SVG_SLOT_TEXT && fabs(title->x - 50) < 1 && fabs(title->y - 40) < 1 && fabs(title->width - 400) < 1 && title->size == 48 && title->weight == 700 && title->colour == 0xffffff);
	assert_str(open.places[0].sample, "Votre titre");
	assert_true(open.places[1].slot.kind == SVG_SLOT_PICTURE && open.places[2].slot.kind == SVG_SLOT_LOGO);
	/* Its green is the kit's second colour, and follows it. */
	const struct studio_said said[] = {{S("titre"), S("Ouvert !")}};
	const struct studio_design design = {.template = template.word, .name = S("Affiche"), .lang = S("fr"), .said = said, .said_count = 1};
	struct studio_drawn drawn = draw(&d, &design, "own", 500, false);
	keep_for_eyes(d.cx, "own.png", drawn.bytes);
	assert_int_equal(png_pixel(drawn.bytes, 300, 400) & 0xffffff, 0x20605c);
	assert_true(drawn.places[0].fit.fits && drawn.places[0].fit.size == 48);
	struct studio_kit kit = {.colours = {{S("second"), S(""), S("#400040")}}, .colour_count = 1};
	assert_ok(d.cx, studio_kit_save(d.cx, d.db, d.workspace, &kit));
	assert_int_equal(png_pixel(draw(&d, &design, "own", 500, false).bytes, 300, 400) & 0xffffff, 0x400040);
	/* Pictures stand where their places do, whatever moves and scales them. */
	assert_ok(d.cx, bring(&d, S("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"400\" viewBox=\"100 100 200 200\"><rect x=\"100\" y=\"100\" width=\"200\" height=\"200\" fill=\"#ffffff\"/>"
				"<g transform=\"translate(100 100) scale(2)\"><g id=\"picture-moved\"><rect x=\"10\" y=\"10\" width=\"20\" height=\"20\"/></g></g><circle id=\"picture-round\" cx=\"260\" cy=\"260\" r=\"20\"/></svg>"),
			     &template, &story));
	CLEANUP(buf_free) struct buf png = {};
	struct media red;
	bool is_new;
	add_png(&png, 50, 50, all_red);
	assert_ok(d.cx, media_take_bytes(d.cx, d.db, d.workspace, buf_str(&png), S("Rouge"), S("upload"), S("{}"), IN_FOLDER(&d, "blobs"), &red, &is_new));
	struct str number = arena_printf(d.cx->arena, "%lld", (long long)red.id);
	const struct studio_said pictures[] = {{S("moved"), number}, {S("round"), number}};
	const struct studio_design two = {.template = template.word, .name = S("x"), .said = pictures, .said_count = 2};
	struct str shown = draw(&d, &two, "own", 400, false).bytes;
	static const struct {
		u32 x, y;
		bool red;
	} points[] = {{80, 80, true}, {42, 42, true}, {118, 118, true}, {36, 80, false}, {124, 80, false}, {320, 320, true}, {284, 284, true}, {276, 320, false}, {366, 320, false}};
	for (size_t i = 0; i < COUNT(points); i++)
		if (((png_pixel(shown, points[i].x, points[i].y) & 0xffff) < 0x8080) != points[i].red)
			fail_msg("at %u, %u: %06x", points[i].x, points[i].y, png_pixel(shown, points[i].x, points[i].y));
	assert_ok(d.cx, studio_template_archive(d.cx, d.db, d.workspace, template.id, true));
	/* What is none. */
	assert_err(bring(&d, S("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 5 5\"><rect id=\"a\" width=\"5\" height=\"5\"/></svg>"), &template, &story), ERR_BAD_INPUT);
	assert_non_null(strstr(d.cx->story, "text-title"));
	assert_err(bring(&d, S("<svg xmlns=\"http://www.w3.org/2000/svg\"><use id=\"text-a\" href=\"#text-a\"/></svg>"), &template, &story), ERR_BAD_INPUT);
	assert_err(bring(&d, S("GIF89a"), &template, &story), ERR_BAD_INPUT);
	test_folder_remove(d.cx);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], CANVAS_BOX_COMMAND) == 0)
		return canvas_box_serve();
	if (count > 1 && strcmp(words[1], IMAGE_BOX_COMMAND) == 0)
		return image_box_serve();
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_shipped_are_whole), DATABASE_TEST(test_samples_fit_everywhere), DATABASE_TEST(test_a_design_becomes_media), DATABASE_TEST(test_a_kit_changes_what_is_drawn),
		DATABASE_TEST(test_templates_that_are_brought),
	};
	return on_both_engines(tests);
}
