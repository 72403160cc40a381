/* Films by their boxes: how large and long they are, and what is left of them when nothing tells where they were taken. */
#include "test.h"

#include "base/clock.h"
#include "model/film.h"

#include <string.h>

static struct arena *arena;
static struct cx cx;

static void add32(struct buf *b, u32 value)
{
	buf_add_bytes(b, (u8[]){(u8)(value >> 24), (u8)(value >> 16), (u8)(value >> 8), (u8)value}, 4);
}

static struct str box(const char *kind, struct str body)
{
	struct buf *b = buf_in_arena(arena);
	add32(b, (u32)body.len + 8);
	buf_add(b, (struct str){kind, 4});
	buf_add(b, body);
	return buf_str(b);
}

static struct str all(const struct str *parts, size_t count)
{
	struct buf *b = buf_in_arena(arena);
	for (size_t i = 0; i < count; i++)
		buf_add(b, parts[i]);
	return buf_str(b);
}
#define ALL(...) all((const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

static struct str words(const u32 *values, size_t count)
{
	struct buf *b = buf_in_arena(arena);
	for (size_t i = 0; i < count; i++)
		add32(b, values[i]);
	return buf_str(b);
}
#define WORDS(...) words((const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__}) / 4)

/* 1920 × 1080, turned by a quarter when it says so. */
static struct str track_header(bool turned)
{
	return box("tkhd", WORDS(3, 0, 0, 1, 0, 5000, 0, 0, 0, 0, turned ? 0 : 0x10000, turned ? 0x10000 : 0, 0, turned ? 0xffff0000u : 0, turned ? 0 : 0x10000, 0, 0, 0, 0x40000000, 1920 << 16,
				 1080 << 16));
}

static struct str handler(const char *kind)
{
	return box("hdlr", ALL(WORDS(0, 0), ((struct str){kind, 4}), WORDS(0, 0, 0)));
}

/* One chunk at `at` with two samples of three and four bytes. */
static struct str table(u32 at)
{
	return box("minf", box("stbl", ALL(box("stsz", WORDS(0, 0, 2, 3, 4)), box("stsc", WORDS(0, 1, 1, 2, 1)), box("stco", WORDS(0, 1, at)))));
}

#define PLACE S("\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+48.8577+002.295/")

/* ftyp, mdat ("picture" at 24, "gps4321" at 31), moov; as telephones write them. */
static struct str film(bool turned)
{
	struct str head = box("ftyp", S("mp42\0\0\0\0")), data = box("mdat", S("picturegps4321"));
	return ALL(head, data, box("moov", ALL(box("mvhd", WORDS(0, 0, 0, 600, 3000, 0x10000)), box("trak", ALL(track_header(turned), box("udta", PLACE), box("mdia", ALL(handler("vide"), table(24))))),
						box("trak", ALL(track_header(false), box("mdia", ALL(handler("meta"), table(31))))), box("udta", PLACE),
						box("meta", S("com.apple.quicktime.location.ISO6709")))));
}

static void test_what_it_is(void **state)
{
	struct film f;
	assert_ok(&cx, film_look(&cx, film(false), &f));
	assert_true(f.width == 1920 && f.height == 1080 && f.duration == 5 * SECOND && !f.sound && f.traces && f.position && !f.pieces);
	assert_ok(&cx, film_look(&cx, film(true), &f));
	assert_true(f.width == 1080 && f.height == 1920);
}

static void test_without_traces(void **state)
{
	struct str there = film(true);
	char *own = arena_alloc(arena, there.len);
	struct film f;
	memcpy(own, there.at, there.len);
	assert_ok(&cx, film_clean(&cx, own, there.len));
	struct str clean = {own, there.len};
	assert_ok(&cx, film_look(&cx, clean, &f));
	assert_true(f.width == 1080 && f.height == 1920 && f.duration == 5 * SECOND && !f.traces && !f.position);
	static const char *const gone[] = {"xyz", "48.8577", "ISO6709", "gps4321"};
	for (size_t i = 0; i < COUNT(gone); i++)
		assert_true(str_find(there, str_of(gone[i])) >= 0 && str_find(clean, str_of(gone[i])) < 0);
	assert_true(str_find(clean, S("picture")) == 24); /* where the tables say it is */
}

static void refused(struct str bytes, enum err expected)
{
	struct film f;
	char *own = arena_alloc(arena, bytes.len + 1);
	memcpy(own, bytes.at, bytes.len);
	if (expected == ERR_BAD_INPUT)
		assert_err(film_look(&cx, bytes, &f), expected);
	assert_err(film_clean(&cx, own, bytes.len), expected);
	assert_memory_equal(own, bytes.at, bytes.len); /* nothing was begun */
	cx_forget(&cx);
}

static void test_broken(void **state)
{
	struct str whole = film(false);
	struct film f;
	for (size_t length = 0; length < whole.len; length++) { /* cut short anywhere: refused, or (between boxes) read as far as it goes */
		if (film_look(&cx, str_head(whole, length), &f) == OK)
			fail_msg("cut at %zu of %zu, and taken", length, whole.len);
		cx_forget(&cx);
	}
	refused(box("ftyp", S("mp42")), ERR_BAD_INPUT);
	/* A track beside picture and sound whose samples lie outside the file, or are more than it has. */
	struct str head = box("ftyp", S("mp42\0\0\0\0"));
	refused(ALL(head, box("moov", box("trak", ALL(track_header(false), box("mdia", ALL(handler("meta"), table(0x7fffffff))))))), ERR_BAD_INPUT);
	struct str lies = box("minf", box("stbl", ALL(box("stsz", WORDS(0, 100, 0xffffffff)), box("stsc", WORDS(0, 1, 1, 0xffffffff, 1)), box("stco", WORDS(0, 2, 0, 0)))));
	refused(ALL(head, box("moov", box("trak", ALL(track_header(false), box("mdia", ALL(handler("meta"), lies)))))), ERR_BAD_INPUT);
	/* In pieces: what is beside cannot be taken out. */
	refused(ALL(film(false), box("moof", S(""))), ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_it_is), cmocka_unit_test(test_without_traces), cmocka_unit_test(test_broken)};
	arena = arena_new();
	cx = cx_new(arena);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
