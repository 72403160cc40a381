#include "test.h"

#include "base/buf.h"
#include "sys/files.h"
#include "sys/lines.h"

#include <libdeflate.h>
#include <stdlib.h>

static struct cx *cx;
static const char *folder;

static const char *write_file(const char *name, struct str bytes)
{
	const char *path = path_join(cx->arena, folder, name);
	assert_ok(cx, file_write(cx, path, 0600, bytes));
	return path;
}

/* All lines, a | behind each; a ~ before it when there was more. */
static struct str lines_of(const char *path, size_t max)
{
	CLEANUP(buf_free) struct buf b = {};
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct line_read line;
	assert_ok(cx, lines_open(cx, path, max, &lines));
	for (;;) {
		assert_ok(cx, lines_next(cx, lines, &line));
		if (!line.more)
			break;
		buf_add(&b, line.text);
		buf_adds(&b, line.is_cut ? "~|" : "|");
	}
	assert_ok(cx, lines_next(cx, lines, &line));
	assert_false(line.more);
	return buf_keep(&b, cx->arena);
}

static struct str packed(struct str bytes)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
	char *room = arena_alloc(cx->arena, bytes.len + 1024);
	size_t len = libdeflate_gzip_compress(compressor, bytes.at, bytes.len, room, bytes.len + 1024);
	libdeflate_free_compressor(compressor);
	assert_true(len > 0);
	return (struct str){room, len};
}

static void test_lines(void **state)
{
	const struct {
		const char *bytes, *lines;
	} cases[] = {
		{"", ""}, {"\n", "|"}, {"a", "a|"}, {"a\n", "a|"}, {"a\n\nb", "a||b|"}, {"a\r\nb\r", "a|b|"}, {"12345678\n123456789\nx\n", "12345678|12345678~|x|"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_str(lines_of(write_file("plain", str_of(cases[i].bytes)), 8), cases[i].lines);
		assert_str(lines_of(write_file("packed", packed(str_of(cases[i].bytes))), 8), cases[i].lines);
	}
}

/* Lines that go over from one block of the file to the next. */
static void test_blocks(void **state)
{
	CLEANUP(buf_free) struct buf file = {}, wanted = {};
	for (int i = 0; i < 60000; i++) {
		buf_addf(&file, "line %d of many\n", i);
		buf_addf(&wanted, "line %d of many|", i);
	}
	for (int i = 0; i < 300000; i++)
		buf_addc(&file, 'x');
	for (int i = 0; i < 200000; i++)
		buf_addc(&wanted, 'x');
	buf_adds(&wanted, "~|");
	assert_true(str_eq(lines_of(write_file("plain", buf_str(&file)), 200000), buf_str(&wanted)));
	assert_true(str_eq(lines_of(write_file("packed", packed(buf_str(&file))), 200000), buf_str(&wanted)));
}

static void test_failures(void **state)
{
	struct lines *lines = NULL;
	struct line_read line;
	CLEANUP(buf_free) struct buf file = {};
	assert_err(lines_open(cx, path_join(cx->arena, folder, "nothing"), 8, &lines), ERR_MISSING);
	assert_null(lines);
	for (int i = 0; i < 50000; i++)
		buf_addf(&file, "%d\n", i * 7919);
	struct str whole = packed(buf_str(&file));
	assert_ok(cx, lines_open(cx, write_file("half", str_head(whole, whole.len / 2)), 100, &lines));
	enum err e = OK;
	do
		e = lines_next(cx, lines, &line);
	while (e == OK && line.more);
	assert_err(e, ERR_BAD_INPUT);
	lines_close(lines);
}

int main(void)
{
	struct arena *arena = arena_new();
	struct cx here = cx_new(arena);
	char path[] = "/tmp/parvis-lines-XXXXXX";
	cx = &here;
	folder = mkdtemp(path);
	must(folder);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_failures),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (folder_remove(cx, folder) != OK)
		failed++;
	arena_free(arena);
	return failed;
}
