/* Subtitles: WebVTT and SubRip read alike and written as one; what is wrong is told with its line. */
#include "test.h"

#include "base/clock.h"
#include "base/lang.h"
#include "model/subtitles.h"

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

static struct subtitles read_all(const char *text)
{
	struct subtitles s;
	assert_ok(&cx, subtitles_read(&cx, str_of(text), 0, &s));
	return s;
}

static void test_srt(void **state)
{
	struct subtitles s = read_all("\xef\xbb\xbf" "1\r\n00:00:01,000 --> 00:00:02,500  X1:40 X2:600\r\n{\\an8}<font color=\"red\">Le pain</font>\r\n<B>est prêt</b> & chaud\r\n  \r\n"
				      "2\r\n01:02:03,004 --> 01:02:04,000\r\n- Oui ?\r\n- Non.");
	assert_true(s.is_srt && s.count == 2);
	assert_true(s.cues[0].from == SECOND && s.cues[0].until == 2500 * MILLISECOND && s.cues[0].line == 2);
	assert_str(s.cues[0].text, "Le pain\nest prêt & chaud");
	assert_int_equal(s.cues[0].settings.len, 0);
	assert_true(s.cues[1].from == (3723 * SECOND + 4 * MILLISECOND));
	assert_str(subtitles_vtt(arena, &s), "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nLe pain\n<b>est prêt</b> &amp; chaud\n\n01:02:03.004 --> 01:02:04.000\n- Oui ?\n- Non.\n");
	assert_str(subtitles_text(arena, &s, 1000), "Le pain\nest prêt & chaud\n- Oui ?\n- Non.");
	assert_str(subtitles_text(arena, &s, 30), "Le pain\nest prêt & chaud");
	assert_int_equal(read_all("1\r00:00:01,000 --> 00:00:02,000\ra\r\r2\r00:00:02,000 --> 00:00:03,000\rb").count, 2); /* ends of lines of old Macs */
}

static void test_vtt(void **state)
{
	struct subtitles s = read_all("WEBVTT Bakery\nKind: captions\n\nNOTE nobody\nreads this\n\nSTYLE\n::cue { background: url(https://evil.example/) }\n\nhello\n"
				      "00:01.000 --> 00:02.000 line:0 position:10%,line-left align:start region:x onload:alert(1)\n<v.loud Ana &amp; Bob>Hello <c.red>there</c>\n\n"
				      "00:02.000 --> 00:03.000\n<script>alert(1)</script> <img src=x> 1 < 2 &lt;b&gt; AT&T\n\n00:04.000 --> 00:05.000\n<i>\n");
	assert_true(!s.is_srt && s.count == 2); /* the last says nothing */
	assert_str(s.cues[0].voice, "Ana & Bob");
	assert_str(s.cues[0].text, "Hello there");
	assert_str(s.cues[0].settings, "line:0 position:10%,line-left align:start");
	assert_str(s.cues[1].text, "<script>alert(1)</script> <img src=x> 1 < 2 <b> AT&T");
	assert_str(subtitles_vtt(arena, &s), "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0 position:10%,line-left align:start\n<v Ana &amp; Bob>Hello there</v>\n\n"
					     "00:00:02.000 --> 00:00:03.000\n&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x&gt; 1 &lt; 2 &lt;b&gt; AT&amp;T\n");
}

/* What is written reads alike, whatever stood there. */
static void test_again(void **state)
{
	static const char *const texts[] = {
		"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>\n<i><b>one</i> two\n</v>three\n", "1\n00:00:01,000 --> 00:00:02,000\n&amp; <v &lt;>a</i> <00:01.500>b -- > c\n",
		"WEBVTT\n\n00:01.000 --> 00:02.000\n<<<>>&&lt </> <i.a.b x>y\n   \nz <v>\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n<i><i><i><i><i><i><i><i><i><i>deep\n",
	};
	struct buf *voice = buf_in_arena(arena); /* who speaks, written longer than it was brought */
	buf_adds(voice, "WEBVTT\n\n00:01.000 --> 00:02.000\n<v ");
	for (int i = 0; i < 190; i++)
		buf_addc(voice, '&');
	buf_adds(voice, ">hello\n");
	struct subtitles said = read_all(buf_cstr(voice)), same = read_all(arena_cstr(arena, subtitles_vtt(arena, &said)));
	assert_true(str_eq(said.cues[0].text, S("hello")) && str_eq(same.cues[0].text, S("hello")) && said.cues[0].voice.len == 30 && str_eq(said.cues[0].voice, same.cues[0].voice));
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct subtitles first = read_all(texts[i]), again = read_all(arena_cstr(arena, subtitles_vtt(arena, &first)));
		assert_int_equal(first.count, again.count);
		assert_true(str_eq(first.cues[0].text, again.cues[0].text) && str_eq(first.cues[0].voice, again.cues[0].voice));
		assert_true(str_eq(subtitles_vtt(arena, &first), subtitles_vtt(arena, &again)));
	}
}

static void test_refused(void **state)
{
	static const struct {
		struct str bytes;
		i64 duration;
		const char *says;
	} cases[] = {
		{S("1\n00:00:02,000 --> 00:00:01,000\nx\n"), 0, "Line 2: this subtitle begins at 00:00:02.000 and ends at 00:00:01.000"},
		{S("1\n00:00:01,000 --> 00:00:03,000\nx\n\n2\n00:00:02,000 --> 00:00:04,000\ny\n"), 0, "Line 6: this subtitle begins at 00:00:02.000, while the one of line 2"},
		{S("1\n00:00:05,000 --> 00:00:06,000\nx\n\n2\n00:00:02,000 --> 00:00:04,000\ny\n"), 0, "Line 6: this subtitle begins at 00:00:02.000, before the one of line 2"},
		{S("1\n00:00:01,000 --> 00:00:09,000\nx\n"), 5 * SECOND, "Line 2: this subtitle is shown until 00:00:09.000, and the film ends at 00:00:05.000"},
		{S("1\n00:00:01,000 --> 00:00:03,000\nx\n\nmore of it\n"), 0, "Line 5: “more of it” stands where the times"},
		{S("1\n00:00:01,000 --> 00:00:03,000\nx\n2\n00:00:04,000 --> 00:00:05,000\ny\n"), 0, "Line 5: an empty line is missing"},
		{S("1\n00:00:01 -> 00:00:03\nx\n"), 0, "Line 1: “1” stands where the times"},
		{S("WEBVTT\n\n00:61.000 --> 00:62.000\nx\n"), 0, "Line 3: “00:61.000 --> 00:62.000” stands"},
		{S("1\n00:00:01,000 --> 00:00:03,000\nl'\xe9t\xe9 au fournil\n"), 0, "Line 3 is no UTF-8: this file seems to be ISO-8859-1"},
		{S("1\n00:00:01,000 --> 00:00:03,000\nl\x92\xe9t\xe9 \x9cuvre\n"), 0, "seems to be Windows-1252"},
		{S("1\n00:00:01,000 --> 00:00:03,000\n\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0?\n"), 0, "such as Windows-1251"},
		{S("\xff\xfe" "1\0\n\0"), 0, "Line 1 is no UTF-8: this file seems to be UTF-16"},
		{S("1\0\n\0" "0\0" "0\0:\0"), 0, "UTF-16"},
		{S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), 0, "This is no text"},
		{S("[Script Info]\nTitle: x\n"), 0, "Advanced SubStation"},
		{S(" \n"), 0, "empty"},
		{S("WEBVTT\n\nNOTE nothing\n"), 0, "no subtitle in this file"},
	};
	struct subtitles s;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_err(subtitles_read(&cx, cases[i].bytes, cases[i].duration, &s), ERR_BAD_INPUT);
		if (!strstr(cx.story, cases[i].says))
			fail_msg("%zu: %s", i, cx.story);
		cx_forget(&cx);
	}
	assert_ok(&cx, subtitles_read(&cx, S("1\n00:00:01,000 --> 00:00:05,400\nx\n"), 5 * SECOND, &s)); /* hardly longer: cut */
	assert_true(s.cues[0].until == 5 * SECOND);
}

/* Linear in what is brought, whatever it is. */
static void test_bounded(void **state)
{
	static const char *const pieces[] = {"<", "&", "<i", "<v x>", "{\\", "\n", "0:00 --> ", "a\n\n"};
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct buf b = {};
		struct subtitles s;
		buf_adds(&b, "1\n00:00:01,000 --> 00:00:03,000\n");
		while (b.len < SUBTITLES_BYTES)
			buf_adds(&b, pieces[i]);
		i64 before = time_now();
		assert_int_not_equal(subtitles_read(&cx, buf_str(&b), 0, &s), ERR_SYSTEM);
		assert_true(time_now() - before < 2 * SECOND);
		cx_forget(&cx);
		buf_free(&b);
	}
	struct buf many = {};
	struct subtitles s;
	for (int i = 0; i <= SUBTITLES_CUES; i++)
		buf_addf(&many, "%02d:%02d:%02d,000 --> %02d:%02d:%02d,900\nx\n\n", i / 3600, i / 60 % 60, i % 60, i / 3600, i / 60 % 60, i % 60);
	assert_err(subtitles_read(&cx, buf_str(&many), 0, &s), ERR_TOO_LARGE);
	buf_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_srt, begin, finish),     cmocka_unit_test_setup_teardown(test_vtt, begin, finish),
		cmocka_unit_test_setup_teardown(test_again, begin, finish),   cmocka_unit_test_setup_teardown(test_refused, begin, finish),
		cmocka_unit_test_setup_teardown(test_bounded, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
