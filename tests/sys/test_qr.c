#include "test.h"

#include "sys/qr.h"

#include <qrencode.h>
#include <stdio.h>
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

/* Draw the path again and compare it with the modules. */
static void test_path(void **state)
{
	static const char text[] = "otpauth://totp/Parvis:zoe%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Parvis";
	struct buf *b = buf_in_arena(arena);
	assert_ok(&cx, qr_svg(&cx, str_of(text), S("Code <of> Zoé"), b));
	const char *svg = buf_cstr(b);
	assert_non_null(strstr(svg, "<title>Code &lt;of&gt; Zoé</title>"));
	assert_null(strstr(svg, "style"));
	const char *path = strstr(svg, " d=\"");
	assert_non_null(path);
	assert_null(strstr(path + 1, " d=\"")); /* one path */
	QRcode *code = QRcode_encodeData((int)strlen(text), (const unsigned char *)text, 0, QR_ECLEVEL_M);
	static bool drawn[200][200];
	int x, y, run, back, used, side;
	for (path += 4; *path != '"'; path += used) {
		assert_int_equal(sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &used), 4);
		assert_int_equal(run, back);
		for (int i = 0; i < run; i++)
			drawn[y][x + i] = true;
	}
	assert_int_equal(sscanf(strstr(svg, "viewBox"), "viewBox=\"0 0 %d", &side), 1);
	assert_int_equal(side, code->width + 8);
	for (y = 0; y < side; y++)
		for (x = 0; x < side; x++) {
			bool inside = x >= 4 && y >= 4 && x < side - 4 && y < side - 4;
			assert_int_equal(drawn[y][x], inside && (code->data[(y - 4) * code->width + x - 4] & 1));
		}
	QRcode_free(code);
}

static void test_limits(void **state)
{
	static char text[2400];
	memset(text, 'x', sizeof text);
	struct buf *b = buf_in_arena(arena);
	assert_ok(&cx, qr_svg(&cx, (struct str){text, 2331}, S("t"), b));
	size_t len = b->len;
	assert_err(qr_svg(&cx, (struct str){text, 2332}, S("t"), b), ERR_TOO_LARGE);
	assert_err(qr_svg(&cx, (struct str){}, S("t"), b), ERR_TOO_LARGE);
	assert_int_equal(b->len, len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_path), cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
