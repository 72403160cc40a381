/* WebM films and MP3 sounds without what says who made them, with what and where. */
#include "test.h"

#include "base/clock.h"
#include "model/mp3.h"
#include "model/trace.h"
#include "model/webm.h"

#include <string.h>

static struct arena *arena;
static struct cx cx;

static int begin(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int finish(void **state)
{
	arena_free(arena);
	return 0;
}

static struct str all(const struct str *parts, size_t count)
{
	struct buf *b = buf_in_arena(arena);
	for (size_t i = 0; i < count; i++)
		buf_add(b, parts[i]);
	return buf_str(b);
}
#define ALL(...) all((const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* ---- WebM ---- */

static void add_id(struct buf *b, u32 id)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		if (id >> shift)
			buf_addc(b, (char)(id >> shift));
}

static struct str element(u32 id, struct str body)
{
	struct buf *b = buf_in_arena(arena);
	add_id(b, id);
	if (body.len < 127) {
		buf_addc(b, (char)(0x80 | body.len));
	} else {
		buf_addc(b, (char)(0x40 | body.len >> 8));
		buf_addc(b, (char)body.len);
	}
	buf_add(b, body);
	return buf_str(b);
}

/* Its size is not said, as of what is recorded while it is written. */
static struct str endless(u32 id, struct str body)
{
	struct buf *b = buf_in_arena(arena);
	add_id(b, id);
	buf_adds(b, "\x01\xff\xff\xff\xff\xff\xff\xff");
	buf_add(b, body);
	return buf_str(b);
}

static struct str repeated(char c, size_t count)
{
	char *at = arena_alloc(arena, count);
	memset(at, c, count);
	return (struct str){at, count};
}

static struct str head(void)
{
	return element(0x1a45dfa3, element(0x4282, S("webm")));
}

/* 640 × 360, 1.5 s: 1500 ticks of a millisecond. */
static struct str info(void)
{
	return element(0x1549a966, ALL(element(0x2ad7b1, ((struct str){"\x0f\x42\x40", 3})), element(0x4489, ((struct str){"\x44\xbb\x80\x00", 4})), element(0x7ba9, S("Camille at home")),
				       element(0x4d80, S("libmuxer 1")), element(0x5741, S("Editor of Camille")), element(0x4461, repeated(7, 8)), element(0x73a4, repeated(9, 16))));
}

static struct str track(char type, struct str more)
{
	return element(0xae, ALL(element(0x83, ((struct str){&(char[]){1, 2, 17, 33}[(int)type], 1})), element(0x536e, S("Camille's telephone")), more));
}

static struct str tracks(bool strange)
{
	struct str picture = track(0, element(0xe0, ALL(element(0xb0, ((struct str){"\x02\x80", 2})), element(0xba, ((struct str){"\x01\x68", 2})))));
	struct str comment = ALL(S("\x03vorbis"), ((struct str){"\x06\0\0\0", 4}), S("Xiph.1"), ((struct str){"\x01\0\0\0", 4}), ((struct str){"\x0e\0\0\0", 4}), S("ARTIST=Camille"), S("\x01"));
	struct str private = ALL(((struct str){"\x02\x03", 2}), ((struct str){(char[]){(char)comment.len}, 1}), S("\x01id"), comment, S("set-up"));
	struct str sound = track(1, ALL(element(0x86, S("A_VORBIS")), element(0x63a2, private)));
	return element(0x1654ae6b, strange ? ALL(picture, sound, track(3, S(""))) : ALL(picture, sound));
}

static struct str tags(void)
{
	return element(0x1254c367, element(0x7373, element(0x67c8, ALL(element(0x45a3, S("LOCATION")), element(0x4487, S("48.8584 N Camille"))))));
}

static struct str cluster(bool is_endless)
{
	struct str inside = ALL(element(0xe7, S("\x01")), element(0xa3, S("\x81\x01\x01\x80the picture itself")));
	return is_endless ? endless(0x1f43b675, inside) : element(0x1f43b675, inside);
}

static struct str film(bool is_endless, bool strange)
{
	struct str seek = element(0x114d9b74, ALL(element(0x4dbb, ALL(element(0x53ab, ((struct str){"\x15\x49\xa9\x66", 4})), element(0x53ac, S("\x40")))),
						  element(0x4dbb, ALL(element(0x53ab, ((struct str){"\x12\x54\xc3\x67", 4})), element(0x53ac, S("\x41"))))));
	struct str body = ALL(element(0xbf, S("\x01\x02\x03\x04")), seek, element(0xec, S("what Camille had there before")), info(), tracks(strange), cluster(is_endless), cluster(is_endless), tags(),
			      element(0x1941a469, ALL(S(""), repeated('C', 300))));
	return ALL(head(), is_endless ? endless(0x18538067, body) : element(0x18538067, body));
}

static void clean_one(bool is_endless)
{
	struct str before = film(is_endless, false), clean;
	struct webm webm, after;
	assert_ok(&cx, webm_look(&cx, before, &webm));
	assert_true(webm.width == 640 && webm.height == 360 && webm.duration == 1500 * MILLISECOND && webm.sound && !webm.text && webm.traces && !webm.drops);
	char *own = arena_alloc(arena, before.len);
	memcpy(own, before.at, before.len);
	assert_ok(&cx, trace_clean(&cx, S("video/webm"), own, before.len, &clean));
	assert_true(clean.at == own && clean.len == before.len);
	assert_ok(&cx, webm_look(&cx, clean, &after));
	assert_true(!after.traces && after.width == 640 && after.duration == webm.duration && after.sound);
	static const char *const gone[] = {"Camille", "libmuxer", "Xiph", "LOCATION", "48.8584", "telephone", "CCCC"};
	for (size_t i = 0; i < COUNT(gone); i++)
		assert_true(str_find(before, str_of(gone[i])) >= 0 && str_find(clean, str_of(gone[i])) < 0);
	/* What plays stays where it was, byte for byte. */
	ptrdiff_t at = str_find(before, S("the picture itself"));
	assert_true(at > 0 && at == str_find(clean, S("the picture itself")) && str_find(clean, S("set-up")) == str_find(before, S("set-up")));
}

static void test_webm(void **state)
{
	clean_one(false);
	clean_one(true);
	struct str strange = film(false, true), clean;
	char *own = arena_alloc(arena, strange.len);
	memcpy(own, strange.at, strange.len);
	assert_int_equal(trace_clean(&cx, S("video/webm"), own, strange.len, &clean), ERR_UNSUPPORTED);
	/* Cut anywhere: refused, or as whole as what was written without an end. */
	struct str whole = film(false, false);
	struct webm webm;
	for (size_t i = 0; i < whole.len; i++)
		assert_int_equal(webm_look(&cx, str_head(whole, i), &webm), ERR_BAD_INPUT);
	whole = film(true, false);
	for (size_t i = 0; i < whole.len; i++)
		(void)webm_look(&cx, str_head(whole, i), &webm);
}

/* ---- MP3 ---- */

static struct str id3(size_t length)
{
	char *at = arena_alloc(arena, length);
	memset(at, 'C', length);
	memcpy(at, "ID3\x04\0\0\0\0", 8);
	at[8] = (char)((length - 10) >> 7);
	at[9] = (char)((length - 10) & 0x7f);
	return (struct str){at, length};
}

static struct str id3v1(void)
{
	return ALL(S("TAG"), repeated('C', 125));
}

static struct str ape(void)
{
	struct str foot = ALL(S("APETAGEX"), ((struct str){"\xd0\x07\0\0\x34\0\0\0\x01\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0", 24}));
	struct str top = ALL(S("APETAGEX"), ((struct str){"\xd0\x07\0\0\x34\0\0\0\x01\0\0\0\0\0\0\xa0\0\0\0\0\0\0\0\0", 24}));
	return ALL(top, repeated('C', 20), foot);
}

static void test_mp3(void **state)
{
	struct str sound = ALL(S("\xff\xfb\x90\x64"), repeated('s', 413)), got;
	struct str lyrics = ALL(S("LYRICSBEGIN"), repeated('C', 20), S("000031LYRICS200"));
	bool traces;
	const struct str with[] = {
		ALL(id3(300), sound), ALL(id3(20), id3(400), repeated(0, 7), sound), ALL(sound, id3v1()), ALL(id3(64), sound, ape()), ALL(id3(64), sound, ape(), id3v1()), ALL(sound, lyrics, id3v1()),
	};
	for (size_t i = 0; i < COUNT(with); i++) {
		assert_ok(&cx, mp3_sound(&cx, with[i], &got, &traces));
		assert_true(traces && str_eq(got, sound));
	}
	assert_ok(&cx, mp3_sound(&cx, sound, &got, &traces));
	assert_true(!traces && str_eq(got, sound));
	/* Lengths that lie, and no sound at all. */
	const struct str wrong[] = {S(""), S("ID3"), str_head(with[0], 200), id3(300), id3v1(), ALL(S("ID3\x04\xff\xff\xff\xff\xff\xff"), sound), ALL(S("xxxx"), ape()), ALL(id3(20), S("fLaC and more"))};
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(mp3_sound(&cx, wrong[i], &got, &traces), ERR_BAD_INPUT);
}

static void test_told(void **state)
{
	assert_true(trace_goes(S("video/mp4")) && trace_goes(S("video/webm")) && trace_goes(S("audio/mpeg")) && !trace_goes(S("application/pdf")));
	assert_true(trace_stays(S("application/pdf")) && trace_stays(S("audio/ogg")) && !trace_stays(S("audio/mpeg")) && !trace_stays(S("text/plain")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_webm, begin, finish),
		cmocka_unit_test_setup_teardown(test_mp3, begin, finish),
		cmocka_unit_test_setup_teardown(test_told, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
