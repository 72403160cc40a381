#include "base/nursery.h"
#include "test.h"

#include "base/clock.h"
#include "pictures.h"
#include "model/profile.h"
#include "sys/image_box.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <math.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

static struct str keep(struct buf *b)
{
	struct str kept = buf_keep(b, arena);
	buf_free(b);
	return kept;
}

enum { RED = 0xd03020, GREEN = 0x208040, BLUE = 0x2040c0, YELLOW = 0xe0c020 };

/* Four stripes, left to right. */
static u32 stripes(u32 x, u32 y)
{
	return (u32[]){RED, GREEN, BLUE, YELLOW}[x / 100 % 4];
}

/* Red above green, 200 × 100 each: what is upright can be told. */
static u32 halves(u32 x, u32 y)
{
	return y < 100 ? RED : GREEN;
}

static u32 noise(u32 x, u32 y)
{
	u32 n = x * 374761393u + y * 668265263u;
	n = (n ^ n >> 13) * 1274126177u;
	return (n ^ n >> 16) & 0xffffff;
}

static struct str png_of(u32 width, u32 height, u32 (*colour)(u32, u32))
{
	struct buf b = {};
	add_png(&b, width, height, colour);
	return keep(&b);
}

static struct image_made make(struct str bytes, struct image_wish wish)
{
	struct image_made made;
	assert_ok(&cx, image_make(&cx, &image_box_self, bytes, &wish, 1, &made));
	if (!made.bytes.len)
		fail_msg("%.*s", STR_ARG(made.story));
	return made;
}

static void look_fails(struct str bytes, enum err error)
{
	struct image image;
	enum err got = image_look(&cx, bytes, &image);
	if (got != error)
		fail_msg("is %s (%s), should be %s", err_row(got)->word, cx.story, err_row(error)->word);
	assert_true(cx.story[0]);
}

/* ---- what it is ---- */

static void each_format_is_made_and_found_again(void **state)
{
	struct str source = png_of(400, 200, stripes);
	static const enum image_format formats[] = {IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP, IMAGE_GIF};
	struct image_wish wishes[4] = {};
	struct image_made made[4];
	for (size_t i = 0; i < 4; i++)
		wishes[i] = (struct image_wish){.format = formats[i], .width = 100, .height = 100};
	assert_ok(&cx, image_make(&cx, &image_box_self, source, wishes, 4, made));
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(made[i].image.format, formats[i]);
		assert_int_equal(made[i].image.width, 100);
		assert_int_equal(made[i].image.height, 50);
		/* Cut short anywhere, it is refused, and nothing is read behind its end. */
		for (size_t length = 0; length < made[i].bytes.len; length += 1 + length / 40) {
			struct image image;
			char *exact = malloc(length ? length : 1);
			memcpy(exact, made[i].bytes.at, length);
			assert_true(image_look(&cx, (struct str){exact, length}, &image) != OK);
			free(exact);
		}
	}
}

static void what_is_none_is_refused_with_a_reason(void **state)
{
	look_fails(S(""), ERR_BAD_INPUT);
	look_fails(S("hello"), ERR_UNSUPPORTED);
	look_fails(S("<html><body>x"), ERR_UNSUPPORTED);
	look_fails(S("\0\0\0\x18" "ftypheic\0\0\0\0"), ERR_UNSUPPORTED);
	assert_non_null(strstr(cx.story, "HEIC"));
	look_fails(S("%PDF-1.7\n"), ERR_UNSUPPORTED);
	look_fails(S("\xff\xd8\xff\xe0\0\x10JFIF"), ERR_BAD_INPUT);
}

static void bombs_are_refused_unseen(void **state)
{
	struct buf b = {};
	add_png_header(&b, 30001, 10, 8, 2);
	look_fails(keep(&b), ERR_TOO_LARGE);
	b = (struct buf){};
	add_png_header(&b, 20000, 20000, 8, 6); /* 1.6 GB unpacked */
	look_fails(keep(&b), ERR_TOO_LARGE);
	b = (struct buf){};
	add_png_header(&b, 10000, 10000, 8, 2); /* of a size that is taken, but 300 MB do not fit into 100 bytes */
	add_chunk(&b, "IDAT", S("\x78\x9c" "0123456789012345678901234567890123456789012345678901234567890123456789"));
	add_chunk(&b, "IEND", (struct str){});
	look_fails(keep(&b), ERR_BAD_INPUT);
	/* A GIF of thousands of frames. */
	b = (struct buf){};
	add_gif(&b, IMAGE_FRAMES_MAX + 1);
	look_fails(keep(&b), ERR_TOO_LARGE);
	/* A JPEG whose header says 60,000 × 60,000. */
	look_fails(S("\xff\xd8\xff\xc0\0\x11\x08\xea\x60\xea\x60\x03\x01\x11\0\x02\x11\1\x03\x11\1\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0zz\xff\xd9"), ERR_TOO_LARGE);
	/* The same of 8,000 × 8,000, which two bytes cannot hold. */
	look_fails(S("\xff\xd8\xff\xc0\0\x11\x08\x1f\x40\x1f\x40\x03\x01\x11\0\x02\x11\1\x03\x11\1\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0zz\xff\xd9"), ERR_BAD_INPUT);
}

static void what_looks_right_and_cannot_be_decoded_is_refused(void **state)
{
	struct buf b = {};
	add_png_header(&b, 20, 20, 8, 2);
	add_chunk(&b, "IDAT", S("this is no deflate, but there is enough of it to hold the picture"));
	add_chunk(&b, "IEND", (struct str){});
	struct str bytes = keep(&b);
	struct image image;
	assert_ok(&cx, image_look(&cx, bytes, &image));
	assert_err(image_make(&cx, &image_box_self, bytes, NULL, 0, NULL), ERR_BAD_INPUT);
	assert_non_null(strstr(cx.story, "cannot be decoded"));
	assert_ok(&cx, image_make(&cx, &image_box_self, png_of(20, 20, noise), NULL, 0, NULL));
}

/* ---- renditions ---- */

static void the_focus_stays_in_sight(void **state)
{
	struct str source = png_of(400, 100, stripes);
	static const struct {
		double x;
		u32 colour;
	} cases[] = {{0, RED}, {0.1, RED}, {0.375, GREEN}, {0.625, BLUE}, {1, YELLOW}, {7, YELLOW}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct image_made made = make(source, (struct image_wish){.format = IMAGE_PNG, .width = 50, .height = 50, .fill = true, .focus_x = cases[i].x, .focus_y = 0.5});
		assert_int_equal(made.image.width, 50);
		assert_int_equal(made.image.height, 50);
		if (!nearly(png_pixel(made.bytes, 25, 25), cases[i].colour))
			fail_msg("focus %.2f: %06x", cases[i].x, png_pixel(made.bytes, 25, 25));
	}
	/* Unsaid, it is the middle: between green and blue. */
	struct image_made made = make(source, (struct image_wish){.format = IMAGE_PNG, .width = 100, .height = 100, .fill = true, .focus_x = NAN, .focus_y = NAN});
	assert_true(nearly(png_pixel(made.bytes, 5, 50), GREEN) && nearly(png_pixel(made.bytes, 94, 50), BLUE));
}

static void nothing_becomes_larger(void **state)
{
	struct str source = png_of(60, 40, noise);
	struct image_made made = make(source, (struct image_wish){.format = IMAGE_JPEG, .width = 600, .height = 300, .fill = true, .focus_x = 0.5, .focus_y = 0.5});
	assert_int_equal(made.image.width, 60);
	assert_int_equal(made.image.height, 30);
	made = make(source, (struct image_wish){.format = IMAGE_WEBP, .width = 600});
	assert_int_equal(made.image.width, 60);
	assert_int_equal(made.image.height, 40);
}

static struct str with_exif(struct str jpeg, u8 orientation)
{
	struct buf b = {};
	add_jpeg_with_place(&b, jpeg, orientation);
	return keep(&b);
}

static void it_is_turned_upright_and_says_nothing_of_where_it_was_taken(void **state)
{
	struct str jpeg = make(png_of(200, 200, halves), (struct image_wish){.format = IMAGE_JPEG, .width = 200, .height = 100}).bytes; /* 100 × 100 */
	struct str wide = make(png_of(200, 100, stripes), (struct image_wish){.format = IMAGE_JPEG}).bytes;
	struct image image;
	int width, height;
	assert_ok(&cx, image_look(&cx, with_exif(wide, 6), &image));
	image_upright(&image, &width, &height);
	assert_true(image.exif && image.position && image.orientation == 6 && width == 100 && height == 200);
	struct image_made made = make(with_exif(wide, 6), (struct image_wish){.format = IMAGE_WEBP});
	assert_true(made.image.width == 100 && made.image.height == 200);
	assert_false(made.image.exif || made.image.xmp || made.image.icc || made.image.position);
	/* Upside down: what was above is below. */
	made = make(with_exif(jpeg, 3), (struct image_wish){.format = IMAGE_PNG});
	assert_true(nearly(png_pixel(made.bytes, 50, 10), GREEN) && nearly(png_pixel(made.bytes, 50, 90), RED));
	/* The focus is of the picture as it is seen. */
	made = make(with_exif(jpeg, 3), (struct image_wish){.format = IMAGE_PNG, .width = 40, .height = 20, .fill = true, .focus_x = 0.5, .focus_y = 0});
	assert_true(nearly(png_pixel(made.bytes, 20, 10), GREEN));
	for (size_t at = 0; at + 4 < made.bytes.len; at++)
		assert_memory_not_equal(made.bytes.at + at, "Exif", 4);
}

static void bytes_are_kept_within_what_is_allowed(void **state)
{
	struct str source = png_of(300, 300, noise);
	static const enum image_format formats[] = {IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP, IMAGE_GIF};
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct image_made whole = make(source, (struct image_wish){.format = formats[i]});
		struct image_made tight = make(source, (struct image_wish){.format = formats[i], .most = (i64)whole.bytes.len * 2 / 3});
		assert_true(tight.bytes.len <= whole.bytes.len * 2 / 3);
		if (formats[i] == IMAGE_JPEG) /* quality before size */
			assert_true(tight.image.width == 300 && tight.quality < whole.quality);
		struct image_made least = make(source, (struct image_wish){.format = formats[i], .most = (i64)whole.bytes.len / 12});
		assert_true(least.bytes.len <= whole.bytes.len / 12 && least.image.width < 300 && least.image.width > 20);
	}
	struct image_wish wish = {.format = IMAGE_JPEG, .most = 20};
	struct image_made none;
	assert_ok(&cx, image_make(&cx, &image_box_self, source, &wish, 1, &none));
	assert_true(!none.bytes.len && none.story.len);
}

static void what_moves_goes_on_moving(void **state)
{
	struct buf b = {};
	struct image image;
	add_gif(&b, 6);
	struct str gif = keep(&b);
	assert_ok(&cx, image_look(&cx, gif, &image));
	assert_true(image.frames == 6 && image.duration == 600 * MILLISECOND && image.width == 8 && image.height == 4);
	struct image_made made = make(gif, (struct image_wish){.format = IMAGE_WEBP, .width = 4, .height = 4, .fill = true, .focus_x = 0.5, .focus_y = 0.5});
	assert_true(made.image.frames == 6 && made.image.width == 4 && made.image.height == 4 && made.image.duration == 600 * MILLISECOND);
	made = make(gif, (struct image_wish){.format = IMAGE_GIF, .width = 4});
	assert_true(made.image.frames == 6 && made.image.height == 2);
	made = make(gif, (struct image_wish){.format = IMAGE_GIF, .still = true});
	assert_int_equal(made.image.frames, 1);
	made = make(gif, (struct image_wish){.format = IMAGE_PNG});
	assert_true(nearly(png_pixel(made.bytes, 2, 2), 0xff0000));
}

static void a_drawing_is_drawn_at_any_size(void **state)
{
	struct str svg = S("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'><rect width='10' height='10' fill='#d03020'/><rect x='10' width='10' height='10' fill='#208040'/></svg>");
	struct image_made made = make(svg, (struct image_wish){.format = IMAGE_PNG, .width = 200, .height = 200, .fill = true, .focus_x = 1, .focus_y = 0.5});
	assert_true(made.image.width == 200 && made.image.height == 200 && nearly(png_pixel(made.bytes, 100, 100), GREEN));
	/* On paper, where there is no transparency. */
	svg = S("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'/>");
	struct str jpeg = make(svg, (struct image_wish){.format = IMAGE_JPEG, .paper = 0xe0c020}).bytes;
	assert_true(nearly(png_pixel(make(jpeg, (struct image_wish){.format = IMAGE_PNG}).bytes, 5, 5), YELLOW));
}

/* ---- Photoshop ---- */

struct psd_made {
	u8 mode, channels;
	bool packed, alone;
	u8 values[4]; /* of each channel, everywhere */
};

static struct str psd_of(struct psd_made made)
{
	struct buf b = {};
	buf_add(&b, S("8BPS\0\1\0\0\0\0\0\0\0"));
	buf_addc(&b, (char)made.channels);
	add_u32(&b, 4);
	add_u32(&b, 8);
	buf_add_bytes(&b, (u8[]){0, 8, 0, made.mode}, 4);
	add_u32(&b, 0);
	add_u32(&b, 4 + 2 + 2 + 4 + 6);
	buf_add(&b, S("8BIM\x04\x21\0\0\0\0\0\5\0\0\0\1"));
	buf_addc(&b, made.alone ? 0 : 1);
	buf_addc(&b, 0);
	add_u32(&b, 0);
	buf_add_bytes(&b, (u8[]){0, made.packed}, 2);
	for (int i = 0; made.packed && i < made.channels * 4; i++)
		buf_add(&b, S("\0\2"));
	for (int channel = 0; channel < made.channels; channel++)
		for (int y = 0; y < 4; y++)
			for (int x = 0; x < (made.packed ? 1 : 8); x++)
				buf_add_bytes(&b, (u8[]){(u8)(257 - 8), made.values[channel]} + !made.packed, made.packed ? 2 : 1);
	return keep(&b);
}

static void photoshop_is_read_as_it_shows(void **state)
{
	struct image image;
	for (int packed = 0; packed < 2; packed++) {
		struct str psd = psd_of((struct psd_made){.mode = 3, .channels = 3, .packed = packed, .values = {0xd0, 0x30, 0x20}});
		assert_ok(&cx, image_look(&cx, psd, &image));
		assert_true(image.format == IMAGE_PSD && image.width == 8 && image.height == 4 && image.colour == IMAGE_RGB && !image.alpha);
		struct image_made made = make(psd, (struct image_wish){.format = IMAGE_PNG});
		assert_true(made.image.width == 8 && nearly(png_pixel(made.bytes, 7, 3), RED));
	}
	/* No ink at all is white; all of magenta and yellow is red. */
	struct str cmyk = psd_of((struct psd_made){.mode = 4, .channels = 4, .packed = true, .values = {255, 255, 255, 255}});
	assert_true(nearly(png_pixel(make(cmyk, (struct image_wish){.format = IMAGE_PNG}).bytes, 3, 3), 0xffffff));
	cmyk = psd_of((struct psd_made){.mode = 4, .channels = 4, .values = {255, 0, 0, 255}});
	u32 red = png_pixel(make(cmyk, (struct image_wish){.format = IMAGE_PNG}).bytes, 3, 3);
	assert_true((red >> 16) > 200 && (red >> 8 & 255) < 90 && (red & 255) < 90);
	/* Grey, with another channel that is no transparency. */
	struct str grey = psd_of((struct psd_made){.mode = 1, .channels = 2, .values = {0x80, 7}});
	assert_true(nearly(png_pixel(make(grey, (struct image_wish){.format = IMAGE_PNG}).bytes, 3, 3), 0x808080));
	/* Its layers alone; cut short. */
	struct str psd = psd_of((struct psd_made){.mode = 3, .channels = 3, .alone = true});
	look_fails(psd, ERR_BAD_INPUT);
	assert_non_null(strstr(cx.story, "compatibility"));
	psd = psd_of((struct psd_made){.mode = 3, .channels = 3, .packed = true});
	look_fails(str_head(psd, psd.len - 1), ERR_BAD_INPUT);
}

/* ---- the box ---- */

static int give_up(void)
{
	if (image_box_confine(&cx) != OK)
		return 1;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 && syscall(444, NULL, 0, 1u) >= 1)
		return 2;
	if (open("/dev/null", O_WRONLY | O_CLOEXEC) >= 0 || open("/tmp/parvis-box", O_RDWR | O_CREAT | O_CLOEXEC, 0600) >= 0)
		return 3;
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0)
		return 4;
	if (fork() >= 0)
		return 5;
	execl("/bin/true", "true", (char *)NULL);
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		return 6;
	if (kill(getppid(), 0) == 0)
		return 7;
	return mmap(NULL, IMAGE_BOX_MEMORY, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED ? 42 : 8;
}

static void the_box_gives_up_everything_else(void **state)
{
	int status = 0;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		_exit(give_up());
	assert_int_equal(waitpid(pid, &status, 0), pid);
#ifdef NURSERY_IS_WATCHED /* the sanitizers' own memory and calls are left to them */
	if (WIFEXITED(status) && WEXITSTATUS(status) != 42)
		skip();
#endif
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
}

static void a_box_that_falls_is_a_picture_that_cannot_be_read(void **state)
{
	struct str source = png_of(20, 20, noise);
	struct image_wish wish = {.format = IMAGE_PNG};
	struct image_made made;
	assert_err(image_make(&cx, &(struct image_box){"/bin/false"}, source, &wish, 1, &made), ERR_BAD_INPUT);
	assert_err(image_make(&cx, &(struct image_box){"/bin/echo"}, source, &wish, 1, &made), ERR_BAD_INPUT); /* it answers nonsense */
	assert_err(image_make(&cx, &(struct image_box){"/nonexistent"}, source, &wish, 1, &made), ERR_SYSTEM);
}

static void a_sketch_tells_what_shows_the_same(void **state)
{
	const struct image_wish sketch = {.format = IMAGE_JPEG, .width = PROFILE_SKETCH_SIDE, .height = PROFILE_SKETCH_SIDE, .fill = true, .focus_x = 0.5, .focus_y = 0.5, .still = true, .sketch = true};
	struct image_wish smaller = {.format = IMAGE_JPEG, .width = 96, .height = 96, .fill = true, .focus_x = 0.5, .focus_y = 0.5, .quality = 60};
	struct image_made tiny;
	struct str source = png_of(640, 480, halves), whole = make(source, sketch).bytes, packed = make(make(source, smaller).bytes, sketch).bytes, other = make(png_of(640, 480, noise), sketch).bytes;
	assert_int_equal(whole.len, PROFILE_SKETCH);
	assert_in_range(profile_sketch_distance(whole, packed), 0, PROFILE_SKETCH_SAME);
	assert_true(profile_sketch_distance(whole, other) > PROFILE_SKETCH_SAME);
	assert_ok(&cx, image_make(&cx, &image_box_self, png_of(8, 8, halves), &sketch, 1, &tiny));
	assert_true(!tiny.bytes.len && tiny.story.len); /* nothing becomes larger */
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], IMAGE_BOX_COMMAND) == 0)
		return image_box_serve();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_is_made_and_found_again),
		cmocka_unit_test(what_is_none_is_refused_with_a_reason),
		cmocka_unit_test(bombs_are_refused_unseen),
		cmocka_unit_test(what_looks_right_and_cannot_be_decoded_is_refused),
		cmocka_unit_test(the_focus_stays_in_sight),
		cmocka_unit_test(nothing_becomes_larger),
		cmocka_unit_test(it_is_turned_upright_and_says_nothing_of_where_it_was_taken),
		cmocka_unit_test(bytes_are_kept_within_what_is_allowed),
		cmocka_unit_test(what_moves_goes_on_moving),
		cmocka_unit_test(a_drawing_is_drawn_at_any_size),
		cmocka_unit_test(photoshop_is_read_as_it_shows),
		cmocka_unit_test(a_sketch_tells_what_shows_the_same),
		cmocka_unit_test(the_box_gives_up_everything_else),
		cmocka_unit_test(a_box_that_falls_is_a_picture_that_cannot_be_read),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
