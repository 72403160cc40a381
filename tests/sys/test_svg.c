#include "test.h"

#include "base/buf.h"
#include "sys/svg.h"

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

#define HEAD "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""

static struct svg *clean(struct str bytes)
{
	struct svg *svg, *again;
	assert_ok(&cx, svg_clean(&cx, bytes, &svg));
	assert_ok(&cx, svg_clean(&cx, svg->bytes, &again)); /* which changes nothing more */
	if (!str_eq(svg->bytes, again->bytes))
		fail_msg("cleaned twice, it becomes\n%.*snot\n%.*s", STR_ARG(again->bytes), STR_ARG(svg->bytes));
	return svg;
}

/* What stands inside of an empty root once it is cleaned. */
static struct str inside(const char *markup, int ret_removed[SVG_REMOVED])
{
	struct buf *b = buf_in_arena(arena);
	buf_addf(b, HEAD " xmlns:ev=\"http://www.w3.org/2001/xml-events\">%s</svg>", markup);
	struct svg *svg = clean(buf_str(b));
	if (ret_removed)
		memcpy(ret_removed, svg->removed, sizeof svg->removed);
	struct str rest = str_skip(svg->bytes, sizeof HEAD - 1);
	if (str_eq(rest, S("/>\n")))
		return (struct str){};
	assert_true(str_starts(rest, S(">")) && str_ends(rest, S("</svg>\n")));
	return str_skip(str_head(rest, rest.len - 7), 1);
}

/* ---- what stays ---- */

static void a_drawing_stays_as_it_is(void **state)
{
	static const char *const drawings[] = {
		"<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" fill=\"url(#a)\"/>",
		"<defs><linearGradient id=\"a\" gradientTransform=\"rotate(90)\"><stop offset=\"0\" stop-color=\"rgb(1, 2, 3)\"/></linearGradient></defs>",
		"<text x=\"1\" y=\"2\">Été &amp; <tspan fill=\"red\">hiver</tspan> &lt;3</text>",
		"<style>.a{fill:#fff;stroke:url(#b)}</style><g class=\"a\" style=\"opacity:.5;font-family:'Hanken Grotesk',sans-serif\"/>",
		"<symbol id=\"s\"><path d=\"M0 0L1e3-1\"/></symbol><use xlink:href=\"#s\"/>",
		"<filter id=\"f\"><feGaussianBlur stdDeviation=\"3 4\"/></filter>",
	};
	for (size_t i = 0; i < COUNT(drawings); i++)
		assert_str(inside(drawings[i], NULL), drawings[i]);
}

static void what_is_found_is_told(void **state)
{
	struct svg *svg = clean(S("<svg xmlns='http://www.w3.org/2000/svg' width='10cm' viewBox='0 0 200,100'>"
				  "<style>text{font-family:\"Commissioner\", serif}</style><text>  Le  pain\n<tspan>du jour</tspan></text><rect fill='#ABC'/><rect fill='#aabbcc' stroke='none'/></svg>"));
	int width, height;
	svg_size(svg, &width, &height);
	assert_int_equal(width, 378); /* 10 cm of 96 to the inch */
	assert_int_equal(height, 189);
	assert_int_equal(svg->texts.count, 1);
	assert_str(svg->texts.at[0], "Le pain du jour");
	assert_int_equal(svg->fonts.count, 2);
	assert_str(svg->fonts.at[0], "Commissioner");
	assert_int_equal(svg->colours.count, 1);
	assert_str(svg->colours.at[0], "#aabbcc");
}

static void illustrator_is_understood(void **state)
{
	struct svg *svg = clean(S("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Generator: Adobe Illustrator 24.0.1, SVG Export Plug-In -->\n"
				  "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\" [\n"
				  "\t<!ENTITY ns_extend \"http://ns.adobe.com/Extensibility/1.0/\">\n\t<!ENTITY ns_ai \"http://ns.adobe.com/AdobeIllustrator/10.0/\">\n]>\n"
				  "<svg xmlns:x=\"&ns_extend;\" xmlns:i=\"&ns_ai;\" xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\">"
				  "<metadata><sfw xmlns=\"&ns_extend;\"/></metadata>"
				  "<switch><foreignObject requiredExtensions=\"&ns_ai;\"><i:pgfRef xlink:href=\"#p\"/></foreignObject><g i:extraneous=\"self\"><rect/></g><g><circle/></g></switch>"
				  "<i:pgf id=\"p\"><![CDATA[eNrs]]></i:pgf></svg>"));
	assert_str(svg->made_by, "Adobe Illustrator");
	assert_str(svg->bytes, HEAD " viewBox=\"0 0 9 9\"><g><g><rect/></g></g></svg>\n");
}

/* ---- what does not ---- */

static void what_runs_or_leads_elsewhere_is_left_out(void **state)
{
	static const struct {
		const char *markup, *stays;
		enum svg_removed why;
	} cases[] = {
		{"<script>alert(1)</script><g/>", "<g/>", SVG_SCRIPT},
		{"<g><script href=\"x.js\"/>\n</g>", "<g/>", SVG_SCRIPT},
		{"<g onload=\"alert(1)\" ONCLICK=\"x\"/>", "<g/>", SVG_EVENT},
		{"<g onload='x'/>", "<g/>", SVG_EVENT},
		{"<a href=\"javascript:alert(1)\"><rect/></a>", "<g><rect/></g>", SVG_SCRIPT},
		{"<a xlink:href=\" java&#10;script:alert(1)\"><rect/></a>", "<g><rect/></g>", SVG_SCRIPT},
		{"<image href=\"http://example.org/a.png\"/>", "", SVG_EXTERNAL},
		{"<image href=\"file:///etc/passwd\"/>", "", SVG_EXTERNAL},
		{"<image href=\"data:image/svg+xml;base64,PHN2Zz4=\"/>", "", SVG_DATA},
		{"<image href=\"data:text/html,x\"/>", "", SVG_DATA},
		{"<image href=\"data:image/png;base64,aGVsbG8=\"/>", "", SVG_DATA},
		{"<use href=\"other.svg#x\"/>", "", SVG_EXTERNAL},
		{"<use href=\"data:image/svg+xml,x#y\"/>", "", SVG_DATA},
		{"<rect fill=\"url(http://example.org/#a)\"/>", "<rect/>", SVG_EXTERNAL},
		{"<rect fill=\"url( 'x.svg#a' )\"/>", "<rect/>", SVG_EXTERNAL},
		{"<rect fill=\"u\\72l(http://example.org)\"/>", "<rect/>", SVG_STYLE},
		{"<rect style=\"fill:red;background:url(//example.org)\"/>", "<rect style=\"fill:red\"/>", SVG_STYLE},
		{"<rect style=\"fill:/*&quot;*/url(http://example.org)/*&quot;*/\"/>", "<rect/>", SVG_STYLE},
		{"<rect style=\"fill:URL(//example.org/x)\"/>", "<rect/>", SVG_EXTERNAL},
		{"<rect style=\"fill:rgb(1,2\"/>", "<rect/>", SVG_STYLE},
		{"<rect style=\"fill:red)\"/>", "<rect/>", SVG_STYLE},
		{"<rect style=\"font-family:'a;}url(//example.org)'\"/>", "<rect/>", SVG_STYLE},
		{"<style>@import 'x.css';rect{fill:red}</style>", "<style>rect{fill:red}</style>", SVG_EXTERNAL},
		{"<style>@font-face{font-family:x;src:url(x.woff)}</style>", "<style/>", SVG_FONT},
		{"<style>a/*}*/{fill:url(http://example.org)}</style>", "<style>a{}</style>", SVG_EXTERNAL},
		{"<style>@media print{a{fill:red}}b{fill:blue}</style>", "<style>b{fill:blue}</style>", SVG_STYLE},
		{"<foreignObject><div xmlns='http://www.w3.org/1999/xhtml'>x</div></foreignObject>", "", SVG_FOREIGN},
		{"<iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/>", "", SVG_FOREIGN},
		{"<rect><animate attributeName=\"x\" to=\"9\"/></rect>", "<rect/>", SVG_ANIMATION},
		{"<set attributeName=\"onload\" to=\"x\"/>", "", SVG_ANIMATION},
		{"<filter id=\"f\"><feImage href=\"x.png\"/></filter>", "<filter id=\"f\"/>", SVG_FILTER},
		{"<filter id=\"f\"><feTurbulence numOctaves=\"99999\"/></filter>", "<filter id=\"f\"><feTurbulence/></filter>", SVG_FILTER},
		{"<filter id=\"f\"><feMorphology radius=\"1e9\"/></filter>", "<filter id=\"f\"><feMorphology/></filter>", SVG_FILTER},
		{"<what/><g/>", "<g/>", SVG_UNKNOWN},
		{"<ev:listener handler='#x'/>", "", SVG_PRIVATE},
		{"<g><!-- x --><?php x ?></g>", "<g/>", SVG_REMOVED},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		int removed[SVG_REMOVED];
		assert_str(inside(cases[i].markup, removed), cases[i].stays);
		if (cases[i].why != SVG_REMOVED && !removed[cases[i].why])
			fail_msg("%s: not counted as %s", cases[i].markup, svg_reason(cases[i].why)->word);
	}
}

static void pictures_in_it_are_looked_at(void **state)
{
	/* 1 × 1, grey. */
	static const char png[] = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
	struct buf *b = buf_in_arena(arena);
	buf_addf(b, HEAD "><image width=\"1\" height=\"1\" href=\"data:image/jpeg;base64, %s\"/></svg>", png);
	struct svg *svg = clean(buf_str(b));
	assert_int_equal(svg->picture_count, 1);
	assert_string_equal(svg->pictures[0].type, "image/png"); /* as it is, not as it says */
	assert_true(str_find(svg->bytes, S("xlink:href=\"data:image/png;base64,iVBOR")) > 0);
}

/* ---- what is refused whole ---- */

static void refused(const char *bytes, enum err error)
{
	struct svg *svg;
	enum err got = svg_clean(&cx, str_of(bytes), &svg);
	if (got != error)
		fail_msg("%.200s: is %s (%s)", bytes, err_row(got)->word, cx.story);
	assert_true(cx.story[0]);
}

static void entities_are_no_way_in(void **state)
{
	refused("<!DOCTYPE svg [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\">]><svg xmlns='http://www.w3.org/2000/svg'><text>&b;</text></svg>", ERR_BAD_INPUT);
	refused("<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns='http://www.w3.org/2000/svg'><text>&x;</text></svg>", ERR_BAD_INPUT);
	refused("<!DOCTYPE svg [<!ENTITY % p SYSTEM \"http://example.org/x\">%p;]><svg xmlns='http://www.w3.org/2000/svg'/>", ERR_BAD_INPUT);
	refused("<!DOCTYPE svg [%p;]><svg xmlns='http://www.w3.org/2000/svg'/>", ERR_BAD_INPUT);
	refused("<!DOCTYPE svg [<!ENTITY a \"<script>x</script>\">]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>", ERR_BAD_INPUT);
	refused("<svg xmlns='http://www.w3.org/2000/svg'><text>&nbsp;</text></svg>", ERR_BAD_INPUT);
	/* Many references of a long value. */
	struct buf *b = buf_in_arena(arena);
	buf_adds(b, "<!DOCTYPE svg [<!ENTITY a \"");
	for (int i = 0; i < 512; i++)
		buf_addc(b, 'x');
	buf_adds(b, "\">]><svg xmlns='http://www.w3.org/2000/svg'><text>");
	for (int i = 0; i < 40000; i++)
		buf_adds(b, "&a;");
	buf_adds(b, "</text></svg>");
	refused(buf_cstr(b), ERR_TOO_LARGE);
}

static void what_grows_without_bound_is_refused(void **state)
{
	/* Eight times eight times eight … of a part. */
	struct buf *b = buf_in_arena(arena);
	buf_adds(b, HEAD "><g id=\"p0\"><rect/></g>");
	for (int i = 1; i < 9; i++) {
		buf_addf(b, "<g id=\"p%d\">", i);
		for (int n = 0; n < 8; n++)
			buf_addf(b, n % 2 ? "<use href=\"#p%d\"/>" : "<rect fill=\"url(#p%d)\"/>", i - 1);
		buf_adds(b, "</g>");
	}
	buf_adds(b, "</svg>");
	refused(buf_cstr(b), ERR_TOO_LARGE);
	refused(HEAD "><g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g></svg>", ERR_BAD_INPUT);
	refused(HEAD "><pattern id=\"a\"><rect style=\"fill:url(#a)\"/></pattern></svg>", ERR_BAD_INPUT);
	/* A marker of many parts at each of many points. */
	buf_clear(b);
	buf_adds(b, HEAD "><marker id=\"m\">");
	for (int i = 0; i < 1000; i++)
		buf_adds(b, "<rect/>");
	buf_adds(b, "</marker><path marker-mid=\"url(#m)\" d=\"M0 0");
	for (int i = 0; i < 1000; i++)
		buf_adds(b, " 1 1");
	buf_adds(b, "\"/></svg>");
	refused(buf_cstr(b), ERR_TOO_LARGE);
	/* Deep. */
	buf_clear(b);
	buf_adds(b, HEAD ">");
	for (int i = 0; i < 250; i++)
		buf_adds(b, "<g>");
	for (int i = 0; i < 250; i++)
		buf_adds(b, "</g>");
	buf_adds(b, "</svg>");
	refused(buf_cstr(b), ERR_TOO_LARGE);
	refused(HEAD " width=\"1e9\" height=\"1e9\"/>", ERR_TOO_LARGE);
	refused(HEAD " viewBox=\"0 0 1e12 1e12\"/>", ERR_TOO_LARGE);
	refused(HEAD " width=\"-5\"/>", ERR_BAD_INPUT);
}

static void what_is_no_whole_svg_is_refused(void **state)
{
	refused("", ERR_BAD_INPUT);
	refused("<svg", ERR_BAD_INPUT);
	refused("<html><svg/></html>", ERR_UNSUPPORTED);
	refused("<svg xmlns='http://www.w3.org/1999/xhtml'/>", ERR_UNSUPPORTED);
	refused(HEAD "><g></svg>", ERR_BAD_INPUT);
	refused(HEAD "/>" HEAD "/>", ERR_BAD_INPUT);
	refused("<?xml version='1.0' encoding='utf-16'?><svg xmlns='http://www.w3.org/2000/svg'/>", ERR_UNSUPPORTED);
	assert_true(svg_begins(S("<?xml version='1.0'?><!-- a --><!DOCTYPE svg><x:svg/>")));
	assert_false(svg_begins(S("<!DOCTYPE html><html>")));
	assert_false(svg_begins(S("svg")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drawing_stays_as_it_is),
		cmocka_unit_test(what_is_found_is_told),
		cmocka_unit_test(illustrator_is_understood),
		cmocka_unit_test(what_runs_or_leads_elsewhere_is_left_out),
		cmocka_unit_test(pictures_in_it_are_looked_at),
		cmocka_unit_test(entities_are_no_way_in),
		cmocka_unit_test(what_grows_without_bound_is_refused),
		cmocka_unit_test(what_is_no_whole_svg_is_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
