/* The media library: what is brought is told apart, kept once, described, cut for networks' formats, put away. */
#include "desk.h"

#include "../sys/folder.h"
#include "../sys/pictures.h"
#include "flow/incoming.h"
#include "sys/blob.h"

#define IN_FOLDER(d, name) in_folder((d)->cx->arena, name)

static u32 stripes(u32 x, u32 y)
{
	return x < 300 ? 0xd03020 : 0x208040;
}

static struct media take(struct test_desk *d, struct str bytes, const char *name, bool expected_new)
{
	struct media media;
	bool is_new;
	assert_ok(d->cx, file_write(d->cx, IN_FOLDER(d, "upload"), 0600, bytes));
	assert_ok(d->cx, media_take(d->cx, d->db, d->workspace, IN_FOLDER(d, "upload"), str_of(name), S("upload"), IN_FOLDER(d, "blobs"), &media, &is_new));
	assert_int_equal(is_new, expected_new);
	return media;
}

static struct media picture(struct test_desk *d, bool expected_new)
{
	CLEANUP(buf_free) struct buf png = {};
	add_png(&png, 600, 300, stripes);
	return take(d, buf_str(&png), "  Fournil.png ", expected_new);
}

static void make_all(struct test_desk *d)
{
	const struct media_hooks hooks = {.blobs = IN_FOLDER(d, "blobs"), .box = &image_box_self};
	const struct actor *before = d->cx->actor;
	d->cx->actor = NULL;
	for (i64 done = 1; done;)
		assert_ok(d->cx, media_turn(d->cx, d->db, &hooks, &done));
	d->cx->actor = before;
}

static struct media_rendition rendition(struct test_desk *d, const struct media *media, const char *format)
{
	struct media_rendition r;
	assert_ok(d->cx, media_want(d->cx, d->db, d->workspace, media->id, str_of(format), &r));
	return r;
}

static u32 colour_at(struct test_desk *d, const struct media_rendition *r, u32 x, u32 y)
{
	const char *path;
	struct str bytes;
	assert_ok(d->cx, blob_path(d->cx, IN_FOLDER(d, "blobs"), r->blob, &path));
	assert_ok(d->cx, file_read(d->cx, path, MEDIA_BYTES_MAX, &bytes));
	struct image_wish wish = {.format = IMAGE_PNG};
	struct image_made made;
	assert_ok(d->cx, image_make(d->cx, &image_box_self, bytes, &wish, 1, &made));
	return png_pixel(made.bytes, x, y);
}

static void test_taken_once(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	struct media media = picture(&d, true), again = picture(&d, false);
	assert_true(media.id == again.id && media.width == 600 && media.height == 300);
	assert_str(media.kind, "image");
	assert_str(media.type, "image/png");
	assert_str(media.name, "Fournil.png");
	/* Put away, and brought again: it is back. */
	assert_ok(d.cx, media_archive(d.cx, d.db, d.workspace, media.id, true));
	struct media *list;
	size_t count;
	assert_ok(d.cx, media_list(d.cx, d.db, d.workspace, &(struct media_filter){}, LIST_START, 10, &list, &count));
	assert_int_equal(count, 0);
	again = picture(&d, false);
	assert_int_equal(again.archived_at, 0);
	/* By its content, whatever its name says. */
	struct media svg = take(&d, S("<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><script>x</script></svg>"), "x.jpg", true);
	assert_str(svg.type, "image/svg+xml");
	assert_true(svg.width == 40 && svg.height == 20);
	assert_str(take(&d, S("%PDF-1.7\n"), "menu.pdf", true).kind, "file");
	static const struct {
		struct str bytes;
		const char *says;
	} refused[] = {{{"hello", 5}, "no picture"}, {{"\x89PNG\r\n\x1a\n", 8}, "its end is missing"}, {{"\0\0\0\x18" "ftypheic", 12}, "HEIC"}, {{"", 0}, "empty"}};
	for (size_t i = 0; i < COUNT(refused); i++) {
		bool is_new;
		assert_ok(d.cx, file_write(d.cx, IN_FOLDER(&d, "upload"), 0600, refused[i].bytes));
		assert_err(media_take(d.cx, d.db, d.workspace, IN_FOLDER(&d, "upload"), S("x"), S("upload"), IN_FOLDER(&d, "blobs"), &media, &is_new), ERR_BAD_INPUT);
		assert_string_equal(d.cx->field, "file");
		assert_non_null(strstr(d.cx->story, refused[i].says));
	}
	test_folder_remove(d.cx);
}

static void test_renditions(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	struct media media = picture(&d, true);
	make_all(&d);
	struct media_rendition r = rendition(&d, &media, MEDIA_FORMAT_LIST);
	assert_true(r.made_at && r.blob.len && r.width == 480 && r.height == 240);
	assert_str(r.type, "image/webp");
	r = rendition(&d, &media, "instagram-square");
	assert_true(!r.made_at && !r.blob.len); /* asked for */
	make_all(&d);
	r = rendition(&d, &media, "instagram-square");
	assert_true(r.made_at && r.width == 300 && r.height == 300);
	assert_str(r.type, "image/jpeg");
	assert_true(nearly(colour_at(&d, &r, 20, 150), 0xd03020) && nearly(colour_at(&d, &r, 280, 150), 0x208040));
	/* Another focus: cut anew. */
	struct media_words words = {.name = media.name, .focus_x = 1000, .focus_y = 500};
	assert_ok(d.cx, media_describe(d.cx, d.db, d.workspace, media.id, &words));
	assert_int_equal(rendition(&d, &media, "instagram-square").made_at, 0);
	make_all(&d);
	r = rendition(&d, &media, "instagram-square");
	assert_true(nearly(colour_at(&d, &r, 20, 150), 0x208040));
	/* What cannot be. */
	assert_err(media_want(d.cx, d.db, d.workspace, media.id, S("instagram-reel"), &r), ERR_BAD_INPUT);
	assert_err(media_want(d.cx, d.db, d.workspace, media.id, S("nowhere"), &r), ERR_BAD_INPUT);
	assert_err(media_want(d.cx, d.db, d.workspace, take(&d, S("%PDF-1.7\n"), "a", true).id, S("card"), &r), ERR_BAD_INPUT);
	/* A file that is gone, or a picture that is none after all, is told of. */
	CLEANUP(buf_free) struct buf bad = {};
	add_png_header(&bad, 20, 20, 8, 2);
	add_chunk(&bad, "IDAT", S("this is no deflate, but there is enough of it to hold the picture"));
	add_chunk(&bad, "IEND", (struct str){});
	media = take(&d, buf_str(&bad), "bad.png", true);
	make_all(&d);
	assert_ok(d.cx, media_rendition_get(d.cx, d.db, d.workspace, media.id, S(MEDIA_FORMAT_LIST), &r));
	assert_true(r.made_at && !r.blob.len && str_find(r.story, S("could not be made")) >= 0);
	assert_int_equal(rendition(&d, &media, MEDIA_FORMAT_LIST).made_at, 0); /* wanted once more, it is tried once more */
	test_folder_remove(d.cx);
}

static void test_described(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	struct media media = picture(&d, true);
	struct media *list;
	size_t count;
	i64 counts[3];
	const struct media_filter bare = {.without_alt = true}, ending = {.rights_before = d.cx->now + MEDIA_SOON}, words = {.words = S("boulang")}, unused = {.unused = true};
	assert_ok(d.cx, media_counts(d.cx, d.db, d.workspace, d.cx->now + MEDIA_SOON, counts));
	assert_true(counts[0] == 1 && counts[1] == 1 && counts[2] == 0);
	const struct media_alt alt[] = {{S("fr"), S(" Une miche dorée ")}, {S("en"), S("A golden loaf")}};
	const struct str labels[] = {S("Boulangerie"), S("")};
	struct media_words w = {.name = S("Miche"), .credit = S("Ana"), .rights = S("Levain"), .rights_until = d.cx->now + DAY, .focus_x = 500, .focus_y = 500, .alt = alt, .alt_count = 2,
				.labels = labels, .label_count = 2};
	assert_ok(d.cx, media_describe(d.cx, d.db, d.workspace, media.id, &w));
	assert_ok(d.cx, media_get(d.cx, d.db, d.workspace, media.id, &media));
	assert_str(media_alt_text(d.cx->arena, &media, S("fr")), "Une miche dorée");
	assert_str(media_alt_text(d.cx->arena, &media, S("de")), "A golden loaf");
	assert_str(media.labels, "[\"Boulangerie\"]");
	assert_ok(d.cx, media_counts(d.cx, d.db, d.workspace, d.cx->now + MEDIA_SOON, counts));
	assert_true(counts[0] == 1 && counts[1] == 0 && counts[2] == 1);
	const struct {
		const struct media_filter *filter;
		size_t count;
	} cases[] = {{&bare, 0}, {&ending, 1}, {&words, 1}, {&unused, 1}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_ok(d.cx, media_list(d.cx, d.db, d.workspace, cases[i].filter, LIST_START, 10, &list, &count));
		assert_int_equal(count, cases[i].count);
	}
	/* One language taken out; the other stays. */
	const struct media_alt none[] = {{S("fr"), S("")}};
	w.alt = none;
	w.alt_count = 1;
	assert_ok(d.cx, media_describe(d.cx, d.db, d.workspace, media.id, &w));
	assert_ok(d.cx, media_get(d.cx, d.db, d.workspace, media.id, &media));
	assert_str(media.alt, "{\"en\":\"A golden loaf\"}");
	/* Refused. */
	w.focus_x = 1001;
	assert_err(media_describe(d.cx, d.db, d.workspace, media.id, &w), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "focus_x");
	w.focus_x = 1;
	w.name = S(" ");
	assert_err(media_describe(d.cx, d.db, d.workspace, media.id, &w), ERR_BAD_INPUT);
	w.name = S("x");
	assert_err(media_describe(d.cx, d.db, d.workspace + 1, media.id, &w), ERR_MISSING);
	test_folder_remove(d.cx);
}

/* In pieces: put behind what is there or not at all, found by who began it alone, and a medium once it is whole. */
static void test_in_pieces(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	const char *folder = IN_FOLDER(&d, "incoming"), *blobs = IN_FOLDER(&d, "blobs");
	struct incoming in, there;
	struct media media;
	CLEANUP(buf_free) struct buf png = {};
	add_png(&png, 90, 60, stripes);
	struct str bytes = buf_str(&png), first = str_head(bytes, 100), rest = str_skip(bytes, 100);
	assert_ok(d.cx, incoming_start(d.cx, folder, (i64)bytes.len, S("Fournil.png"), &in));
	assert_int_equal(in.offset, 0);
	assert_err(incoming_add(d.cx, d.db, folder, blobs, in.token, 7, first, &there), ERR_CONFLICT);
	assert_ok(d.cx, incoming_add(d.cx, d.db, folder, blobs, in.token, 0, first, &there));
	assert_int_equal(there.offset, 100);
	assert_err(incoming_add(d.cx, d.db, folder, blobs, in.token, 0, first, &there), ERR_CONFLICT); /* again, because its answer was lost */
	assert_ok(d.cx, incoming_find(d.cx, folder, in.token, &there));
	assert_true(there.offset == 100 && there.length == (i64)bytes.len && !there.media);
	assert_err(incoming_add(d.cx, d.db, folder, blobs, in.token, 100, bytes, &there), ERR_TOO_LARGE);
	/* Nobody else finds it. */
	desk_act_as(&d, &d.agent);
	assert_err(incoming_find(d.cx, folder, in.token, &there), ERR_MISSING);
	assert_err(incoming_add(d.cx, d.db, folder, blobs, in.token, 100, rest, &there), ERR_MISSING);
	desk_act_as(&d, &d.owner);
	assert_err(incoming_find(d.cx, folder, S("../../../../../../../etc/passwd"), &there), ERR_MISSING);
	/* The rest: it is in the library, and says so also when its answer was lost. */
	assert_ok(d.cx, incoming_add(d.cx, d.db, folder, blobs, in.token, 100, rest, &there));
	assert_true(there.media && there.offset == there.length);
	assert_ok(d.cx, media_get(d.cx, d.db, d.workspace, there.media, &media));
	assert_true(media.width == 90 && media.size == (i64)bytes.len);
	assert_str(media.name, "Fournil.png");
	i64 made = there.media;
	assert_ok(d.cx, incoming_find(d.cx, folder, in.token, &there));
	assert_true(there.media == made && there.offset == there.length);
	/* What is no picture is told at its end, and gone. */
	assert_ok(d.cx, incoming_start(d.cx, folder, 5, S("x.png"), &in));
	assert_err(incoming_add(d.cx, d.db, folder, blobs, in.token, 0, S("hello"), &there), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "file");
	assert_err(incoming_find(d.cx, folder, in.token, &there), ERR_MISSING);
	assert_err(incoming_start(d.cx, folder, (i64)MEDIA_BYTES_MAX + 1, S(""), &in), ERR_TOO_LARGE);
	assert_err(incoming_start(d.cx, folder, 0, S(""), &in), ERR_BAD_INPUT);
	desk_act_as(&d, &(struct actor){.kind = ACTOR_USER, .workspace = d.workspace, .user = d.guest.user});
	assert_err(incoming_start(d.cx, folder, 5, S(""), &in), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	/* What nobody goes on with is gone after a day. */
	assert_ok(d.cx, incoming_start(d.cx, folder, 5, S("x"), &in));
	d.cx->now += INCOMING_KEPT + HOUR;
	assert_ok(d.cx, incoming_start(d.cx, folder, 5, S("y"), &there));
	assert_err(incoming_find(d.cx, folder, in.token, &in), ERR_MISSING);
	test_folder_remove(d.cx);
}

static void test_upload_metadata(void **state)
{
	struct test_desk d = desk_open(state);
	static const struct {
		const char *said, *name; /* NULL: refused */
	} cases[] = {{"filename Rm91cm5pbC5wbmc=,filetype aW1hZ2UvcG5n", "Fournil.png"}, {"", ""}, {"is_secret", ""}, {"filetype aW1hZ2UvcG5n, filename w6k=", "é"}, {"filename !", NULL},
		     {"filename /w==", NULL}, {",", NULL}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str name;
		enum err e = incoming_name(d.cx, str_of(cases[i].said), &name);
		assert_int_equal(e, cases[i].name ? OK : ERR_BAD_INPUT);
		if (cases[i].name)
			assert_str(name, cases[i].name);
		cx_forget(d.cx);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], IMAGE_BOX_COMMAND) == 0)
		return image_box_serve();
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_taken_once), DATABASE_TEST(test_renditions), DATABASE_TEST(test_described), DATABASE_TEST(test_in_pieces), DATABASE_TEST(test_upload_metadata)};
	return on_both_engines(tests);
}
