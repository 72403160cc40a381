/* HTML from outside, made harmless: what is left of it, for each way known to us of getting something through. */
#include "test.h"
#include "channel/html_clean.h"
#include "channel/reference.h"

#include <string.h>

struct sample {
	const char *html, *clean;
};

static void check(const struct sample *samples, size_t count, struct str base)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf out = {}, again = {};
		buf_add_clean_html(&out, str_of(samples[i].html), base);
		assert_string_equal(buf_cstr(&out), samples[i].clean);
		buf_add_clean_html(&again, buf_str(&out), base);
		assert_string_equal(buf_cstr(&again), samples[i].clean);
	}
}

static void test_structure(void **state)
{
	static const struct sample samples[] = {
		{"", ""},
		{"plain 1 < 2 & 3 > 2", "plain 1 &lt; 2 &amp; 3 > 2"},
		{"<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>"},
		{"<b><i>x</b>y</i>z", "<b><i>x</i></b>yz"},
		{"<ul><li>1<li><p>2<ul><li>3</ul><li>4</ul>", "<ul><li>1</li><li><p>2</p><ul><li>3</li></ul></li><li>4</li></ul>"},
		{"<table><tr><td>1<td>2<tr><td>3</div></table>x", "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>x"},
		{"<table><td><table><td>a</table>b</table>", "<table><td><table><td>a</td></table>b</td></table>"},
		{"<A HREF='http://x.example/'>x<a href=y>z", "<a href=\"http://x.example/\">x</a><a href=\"y\">z</a>"},
		{"<br><br/></br><hr>", "<br /><br /><hr />"},
		{"&copy; &copy &#169; &#x41; &nosuch; &#0; &#xd800;", "&copy; &amp;copy &#169; &#x41; &amp;nosuch; &amp;#0; &amp;#xd800;"},
		{"<img src=a.png alt='\"<>'>", "<img alt=\"&quot;&lt;&gt;\" src=\"a.png\" />"},
		{"a<unknown>b</unknown>c", "abc"},
		{"<b", ""},
		{"x<b title='", "x"},
	};
	check(samples, COUNT(samples), (struct str){});
}

static void test_hostile(void **state)
{
	static const struct sample samples[] = {
		{"a<script>alert(1)</script>b", "ab"},
		{"a<script>alert(1)", "a"},
		{"<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"},
		{"<style>b{}</style><iframe src=x><b>y</b></iframe><object data=x>t</object><embed src=x>", "<b>y</b>t"},
		{"safe<iframe src=x> text", "safe text"},
		{"<a href=x target=_blank rel='me opener'>x</a><a href=x rel='noopener nofollow'>y</a>",
			"<a href=\"x\" target=\"_blank\">x</a><a href=\"x\" rel=\"noopener nofollow\">y</a>"},
		{"<dialog open>x</dialog><details open>y</details>", "<dialog>x</dialog><details open=\"\">y</details>"},
		{"<b onclick=alert(1) ONMOUSEOVER='x'>x</b>", "<b>x</b>"},
		{"<img src=x onerror=alert(1)//><img/onerror=alert(1)/src=y>", "<img src=\"x\" /><img />"},
		{"<a href=javascript:alert(1)>x</a>", "<a>x</a>"},
		{"<a href=' java&#10;script&#58;alert(1)'>x</a>", "<a>x</a>"},
		{"<a href='&#1;javascript:alert(1)'>x</a>", "<a>x</a>"},
		{"<a href='javascript&colon;alert(1)'>x</a>", "<a>x</a>"},
		{"<a href='data:text/html,<script>'>x</a><img src='data:image/svg+xml,x'>", "<a>x</a><img />"},
		{"<a href='vbscript:x'>x</a><a href='//evil.example'>y</a>", "<a>x</a><a href=\"//evil.example\">y</a>"},
		{"<svg><a xlink:href='javascript:1'><text>t</text></a><animate attributeName=href to=javascript:1 /></svg>", "<a>t</a>"},
		{"<svg><style><img src=x onerror=1></style></svg>", ""},
		{"<noscript><p title=\"</noscript><img src=x onerror=1>\">", "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=1&gt;\"></p>"},
		{"<math><mi><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=1&gt;\">",
			"<img title=\"--&gt;&lt;img src=1 onerror=1&gt;\" />"},
		{"<template><b>x</b></template><plaintext><b>", "<b>x</b>&lt;b>"},
		{"<form action=x><input name=y value=z><button>t</button><select><option>u</select></form>", "t<option>u</option>"},
		{"<textarea></textarea><img src=x></textarea>", "<img src=\"x\" />"},
		{"<title><img src=x onerror=1></title>", "&lt;img src=x onerror=1>"},
		{"<!--><img src=x>--><!-- --!><b>x</b>", "<img src=\"x\" />--><b>x</b>"},
		{"<![CDATA[<b>x</b>]]>", "x]]>"},
		{"<a title='`onmouseover=alert(1)`'>x</a>", "<a title=\"`onmouseover=alert(1)`\">x</a>"},
		{"<meta http-equiv=refresh content=0><base href=http://e.example><link rel=stylesheet href=x>y", "y"},
		{"<img name=body id=forms class='dialog box'>", "<img class=\"outside-dialog outside-box\" id=\"outside-forms\" name=\"outside-body\" />"},
		{"<a href=x target=main autofocus contenteditable ping=y>x</a>", "<a href=\"x\">x</a>"},
		{"<a href=x href=javascript:1 target=_blank>x</a>", "<a href=\"x\" target=\"_blank\">x</a>"},
	};
	check(samples, COUNT(samples), (struct str){});
}

static void test_styles(void **state)
{
	static const struct sample samples[] = {
		{"<p style='color: red'>", "<p style=\"color: red;\"></p>"},
		{"<p style='color: red; position: fixed; top: 0; z-index: 1'>", "<p style=\"color: red;\"></p>"},
		{"<p style='background: url(javascript:alert(1)) yellow; margin: 0 15px 0 0'>", ""},
		{"<p style='background-image: url(x.png); color: #fff'>", "<p style=\"color: #fff;\"></p>"},
		{"<p style='width: expression(alert(1))'>", "<p></p>"},
		{"<p style='color: r\\65 d'>", "<p></p>"},
		{"<p style='color: red /* x */'>", "<p></p>"},
		{"<p style='width: expression(1)'>", "<p></p>"},
		{"<p style='color: rgb(1, 2,3)'>", "<p style=\"color: rgb(1, 2,3);\"></p>"},
		{"<p style='@import x'>", "<p></p>"},
		{"<p style='margin: 99999em; padding: -5px'>", "<p></p>"},
		{"<p style='margin: 99999em; padding: 5px'>", "<p style=\"padding: 5px;\"></p>"},
		{"<p style='font-family: &quot;a b&quot;'>", "<p style=\"font-family: &quot;a b&quot;;\"></p>"},
	};
	for (size_t i = 0; i < COUNT(samples); i++)
		if (*samples[i].clean)
			check(samples + i, 1, (struct str){});
	CLEANUP(buf_free) struct buf out = {};
	buf_add_clean_html(&out, str_of(samples[2].html), (struct str){});
	assert_true(str_find(buf_str(&out), S("script")) < 0);
}

static void test_addresses(void **state)
{
	static const struct sample samples[] = { /* RFC 3986, 5.4 */
		{"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"}, {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"}, {"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"}, {"#s", "http://a/b/c/d;p?q#s"}, {"g#s", "http://a/b/c/g#s"},
		{";x", "http://a/b/c/;x"}, {"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"}, {"./", "http://a/b/c/"}, {"..", "http://a/b/"},
		{"../", "http://a/b/"}, {"../g", "http://a/b/g"}, {"../..", "http://a/"}, {"../../g", "http://a/g"}, {"../../../g", "http://a/g"},
		{"/./g", "http://a/g"}, {"/../g", "http://a/g"}, {"g.", "http://a/b/c/g."}, {"..g", "http://a/b/c/..g"},
		{"./g/.", "http://a/b/c/g/"}, {"g/../h", "http://a/b/c/h"}, {"g;x=1/../y", "http://a/b/c/y"}, {"g:h", "g:h"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_string_equal(arena_cstr(arena, reference_resolve(arena, S("http://a/b/c/d;p?q"), str_of(samples[i].html))), samples[i].clean);
	static const struct sample based[] = {
		{"<a href=x>y</a><img src='/z' alt=q>", "<a href=\"http://e.example/a/x\">y</a><img alt=\"q\" src=\"http://e.example/z\" />"},
		{"<a href='#top'>y</a><a href=''>z</a>", "<a href=\"http://e.example/a/b#top\">y</a><a href=\"\">z</a>"},
	};
	check(based, COUNT(based), S("http://e.example/a/b"));
	assert_true(reference_safe(S("https://x")) && reference_safe(S("a/b:c")) && reference_safe(S("MAILTO:a@b.example")));
	assert_false(reference_safe(S("javascript:x")) || reference_safe(S("java\tscript:x")) || reference_safe(S("x y:z")));
}

/* However deep, long or broken: about its length in time and room. */
static void test_bounds(void **state)
{
	static const char *const pieces[] = {"<div>", "<", "<!--", "&", "<a b=c ", "<p style='url(' ", "<li><p><b><td>", "</a", "<![CDATA[", "<script"};
	for (size_t i = 0; i < COUNT(pieces); i++) {
		CLEANUP(buf_free) struct buf html = {}, out = {};
		while (html.len < 1000000)
			buf_adds(&html, pieces[i]);
		buf_add_clean_html(&out, buf_str(&html), (struct str){});
		assert_true(buf_ok(&out) && out.len <= html.len * 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure), cmocka_unit_test(test_hostile), cmocka_unit_test(test_styles), cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
