#include "test.h"

#include "base/clock.h"
#include "folder.h"
#include "sys/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdio.h>
#include <sys/stat.h>

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	return 0;
}

static int teardown(void **state)
{
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

/* ---- making archives ---- */

struct file {
	const char *name, *text;
	int type;           /* AE_IFREG when 0 */
	const char *target; /* of a link */
};

static struct archive *create(const char *path, const char *format)
{
	struct archive *out = archive_write_new();
	if (strcmp(format, "zip") == 0 || strcmp(format, "secret") == 0)
		archive_write_set_format_zip(out);
	else if (strcmp(format, "7z") == 0)
		archive_write_set_format_7zip(out);
	else
		archive_write_set_format_pax_restricted(out);
	if (strcmp(format, "tgz") == 0)
		archive_write_add_filter_gzip(out);
	if (strcmp(format, "secret") == 0) {
		assert_int_equal(archive_write_set_options(out, "zip:encryption=zipcrypt"), ARCHIVE_OK);
		archive_write_set_passphrase(out, "abc");
	}
	assert_int_equal(archive_write_open_filename(out, path), ARCHIVE_OK);
	return out;
}

static void put(struct archive *out, const struct file *file, size_t len, size_t times)
{
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, file->name);
	archive_entry_set_filetype(entry, file->type ? (unsigned)file->type : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 1700000000, 0);
	if (file->type == AE_IFLNK)
		archive_entry_set_symlink(entry, file->target);
	else if (file->target)
		archive_entry_set_hardlink(entry, file->target);
	archive_entry_set_size(entry, file->type || file->target ? 0 : (i64)(len * times));
	assert_true(archive_write_header(out, entry) >= ARCHIVE_WARN);
	for (size_t i = 0; i < times && !file->type && !file->target && len; i++)
		assert_int_equal(archive_write_data(out, file->text, len), len);
	archive_entry_free(entry);
}

static const char *make(const char *name, const char *format, const struct file *files, size_t count)
{
	const char *path = in_folder(arena, name);
	struct archive *out = create(path, format);
	for (size_t i = 0; i < count; i++)
		put(out, &files[i], files[i].text ? strlen(files[i].text) : 0, 1);
	assert_int_equal(archive_write_close(out), ARCHIVE_OK);
	archive_write_free(out);
	return path;
}

static const char *make_zeros(const char *name, const char *format, i64 mebibytes)
{
	static char zeros[1 << 20];
	const char *path = in_folder(arena, name);
	struct archive *out = create(path, format);
	put(out, &(struct file){.name = "zeros", .text = zeros}, sizeof zeros, (size_t)mebibytes);
	put(out, &(struct file){.name = "behind", .text = "x"}, 1, 1);
	assert_int_equal(archive_write_close(out), ARCHIVE_OK);
	archive_write_free(out);
	return path;
}

static const char *const formats[] = {"zip", "tar", "tgz", "7z"};

/* ---- reading them ---- */

static struct str listing(const char *path)
{
	struct unpack *unpack;
	struct buf *b = buf_in_arena(arena);
	assert_ok(&cx, unpack_open(&cx, path, NULL, &unpack));
	for (;;) {
		struct unpack_entry entry;
		struct str text;
		bool more;
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		if (!more)
			break;
		buf_add(b, entry.name);
		assert_ok(&cx, unpack_read(&cx, unpack, 1000, &text));
		buf_addf(b, entry.folder ? "/\n" : "=%.*s\n", STR_ARG(text));
	}
	unpack_close(unpack);
	return buf_str(b);
}

static void test_formats(void **state)
{
	static const struct file files[] = {
		{"a.json", "{}", 0, NULL}, {"dir/", NULL, AE_IFDIR, NULL}, {"dir/été 日本.txt", "hé", 0, NULL}, {"dir/empty", "", 0, NULL},
	};
	for (size_t i = 0; i < COUNT(formats); i++) {
		/* libarchive's writers convert names by the locale too */
		locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = uselocale(utf8);
		const char *path = make(formats[i], formats[i], files, COUNT(files));
		uselocale(before);
		freelocale(utf8);
		assert_true(unpack_recognised(path));
		struct str list = listing(path);
		if (strcmp(formats[i], "7z") == 0) /* which keeps empty files and folders at the end */
			assert_true(str_find(list, S("dir/été 日本.txt=hé\n")) >= 0 && str_find(list, S("dir/empty=\n")) >= 0);
		else
			assert_str(list, "a.json={}\ndir/\ndir/été 日本.txt=hé\ndir/empty=\n");
		struct str names, text = S("untouched");
		assert_ok(&cx, unpack_names(&cx, path, 65536, &names));
		assert_true(str_find(names, S("dir/été 日本.txt\n")) >= 0 && str_find(names, S("dir\n")) < 0);
		assert_ok(&cx, unpack_names(&cx, path, 10, &names));
		assert_str(names, "a.json\n");
		assert_err(unpack_one(&cx, path, S("nothing"), 100, &text), ERR_MISSING);
		assert_err(unpack_one(&cx, path, S("a.json"), 1, &text), ERR_TOO_LARGE);
		assert_str(text, "untouched");
		assert_ok(&cx, unpack_one(&cx, path, S("a.json"), 2, &text));
		assert_str(text, "{}");
		assert_int_equal(text.at[2], 0);
		struct unpack *unpack;
		struct unpack_entry entry;
		bool more;
		assert_ok(&cx, unpack_open(&cx, path, NULL, &unpack));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_true(more && entry.size == 2 && entry.changed_at == 1700000000 * SECOND && entry.all > 0 && entry.done <= entry.all);
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more)); /* without having read the first */
		assert_true(more);
		unpack_close(unpack);
	}
}

static void test_folder_as_archive(void **state)
{
	const char *top = in_folder(arena, "export");
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "export/dir")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "export/a.json"), 0600, S("{}")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "export/dir/b"), 0600, S("bb")));
	assert_int_equal(symlink("/etc/passwd", in_folder(arena, "export/dir/c")), 0);
	assert_true(unpack_recognised(top));
	assert_str(listing(top), "a.json={}\ndir/\ndir/b=bb\n");
	struct str text;
	assert_ok(&cx, unpack_one(&cx, top, S("dir/b"), 100, &text));
	assert_str(text, "bb");
	struct unpack *unpack;
	assert_err(unpack_open(&cx, top, &(struct unpack_limits){.entries = 2}, &unpack), ERR_TOO_LARGE);
}

static void test_names(void **state)
{
	static const struct file files[] = {
		{"../../up", "1", 0, NULL},         {"/etc/absolute", "2", 0, NULL}, {"a/./b//../c", "3", 0, NULL}, {"C:\\Users\\me", "4", 0, NULL},
		{"..", "5", 0, NULL},               {"link", NULL, AE_IFLNK, "/etc/passwd"}, {"pipe", NULL, AE_IFIFO, NULL}, {"bad\xff\xfename", "6", 0, NULL},
		{"two\nlines\x01", "7", 0, NULL},
	};
	const char *path = make("names.tar", "tar", files, COUNT(files));
	assert_str(listing(path), "up=1\netc/absolute=2\na/b/c=3\nUsers/me=4\nbad��name=6\ntwo lines=7\n");
	static const struct file hard[] = {{"first", "1", 0, NULL}, {"second", NULL, 0, "first"}};
	assert_str(listing(make("hard.tar", "tar", hard, 2)), "first=1\n");
	/* a zip that names its files in an old code page */
	static const struct file old[] = {{"caf\x82.txt", "8", 0, NULL}};
	assert_str(listing(make("old.zip", "zip", old, 1)), "caf�.txt=8\n");
}

static void test_limits(void **state)
{
	static const struct file files[] = {{"a", "12345", 0, NULL}, {"b", "67890", 0, NULL}, {"c", "", 0, NULL}};
	for (size_t i = 0; i < COUNT(formats); i++) {
		const char *path = make(formats[i], formats[i], files, COUNT(files));
		struct unpack *unpack;
		struct unpack_entry entry;
		struct str text;
		bool more;
		assert_ok(&cx, unpack_open(&cx, path, &(struct unpack_limits){.entries = 2}, &unpack));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_err(unpack_next(&cx, unpack, &entry, &more), ERR_TOO_LARGE);
		unpack_close(unpack);
		assert_ok(&cx, unpack_open(&cx, path, &(struct unpack_limits){.entry_bytes = 4}, &unpack));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_err(unpack_read(&cx, unpack, 100, &text), ERR_TOO_LARGE);
		unpack_close(unpack);
		assert_ok(&cx, unpack_open(&cx, path, &(struct unpack_limits){.total_bytes = 9}, &unpack));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_ok(&cx, unpack_read(&cx, unpack, 100, &text));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_err(unpack_read(&cx, unpack, 100, &text), ERR_TOO_LARGE);
		unpack_close(unpack);
	}
}

static void test_bombs(void **state)
{
	static const char *const packed[] = {"zip", "tgz", "7z"};
	for (size_t i = 0; i < COUNT(packed); i++) {
		const char *path = make_zeros(packed[i], packed[i], 120);
		struct unpack *unpack;
		struct unpack_entry entry;
		struct str piece;
		bool more;
		i64 out = 0;
		assert_ok(&cx, unpack_open(&cx, path, NULL, &unpack));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		enum err error;
		while ((error = unpack_piece(&cx, unpack, &piece)) == OK && piece.len)
			out += (i64)piece.len;
		assert_err(error, ERR_TOO_LARGE);
		assert_in_range(out, 15 << 20, 100 << 20);
		unpack_close(unpack);
		if (strcmp(packed[i], "zip") == 0)
			continue; /* jumps over what is not read */
		assert_ok(&cx, unpack_open(&cx, path, NULL, &unpack));
		assert_ok(&cx, unpack_next(&cx, unpack, &entry, &more));
		assert_err(unpack_next(&cx, unpack, &entry, &more), ERR_TOO_LARGE);
		unpack_close(unpack);
	}
	/* what is only large is read */
	struct str text;
	assert_ok(&cx, unpack_one(&cx, make_zeros("small", "tgz", 10), S("behind"), 10, &text));
	assert_str(text, "x");
}

static enum err read_all(const char *path)
{
	struct unpack *unpack;
	TRY(unpack_open(&cx, path, NULL, &unpack));
	enum err error;
	for (bool more = true; more;) {
		struct unpack_entry entry;
		struct str text;
		error = unpack_next(&cx, unpack, &entry, &more);
		if (error == OK && more)
			error = unpack_read(&cx, unpack, 1 << 20, &text);
		if (error != OK)
			break;
	}
	unpack_close(unpack);
	return error;
}

static void test_damaged(void **state)
{
	static const struct file files[] = {{"a", "1234567890123456789012345678901234567890", 0, NULL}, {"b", "67890", 0, NULL}};
	int failures = 0;
	for (size_t i = 0; i < COUNT(formats); i++) {
		const char *path = make(formats[i], formats[i], files, COUNT(files)), *cut = in_folder(arena, "cut");
		struct str whole;
		assert_ok(&cx, file_read(&cx, path, 1 << 20, &whole));
		for (size_t len = 0; len < whole.len; len += 1 + len / 50) {
			assert_ok(&cx, file_write(&cx, cut, 0600, str_head(whole, len)));
			enum err error = read_all(cut);
			failures += error != OK;
			if (error != OK && error != ERR_BAD_INPUT && error != ERR_UNSUPPORTED)
				fail_msg("%s cut at %zu: %s", formats[i], len, cx.story);
		}
		for (size_t at = 0; at < whole.len; at += 1 + whole.len / 300) { /* wrong bytes; mostly found, never fatal */
			char *copy = (char *)(uintptr_t)arena_str(arena, whole).at;
			copy[at] ^= 0x55;
			assert_ok(&cx, file_write(&cx, cut, 0600, (struct str){copy, whole.len}));
			enum err error = read_all(cut);
			if (error != OK && error != ERR_BAD_INPUT && error != ERR_UNSUPPORTED && error != ERR_TOO_LARGE && error != ERR_DENIED)
				fail_msg("%s changed at %zu: %s", formats[i], at, cx.story);
		}
	}
	assert_true(failures > 100);
	struct unpack *unpack;
	assert_err(unpack_open(&cx, in_folder(arena, "nothing"), NULL, &unpack), ERR_MISSING);
	const char *plain = in_folder(arena, "plain.csv");
	assert_ok(&cx, file_write(&cx, plain, 0600, S("id;text\n1;PK\n")));
	assert_false(unpack_recognised(plain) || unpack_recognised(in_folder(arena, "nothing")));
	enum err error = read_all(plain);
	assert_true(error == ERR_UNSUPPORTED || error == ERR_BAD_INPUT);
}

static void test_encrypted(void **state)
{
	static const struct file files[] = {{"a", "secret", 0, NULL}};
	const char *path = make("secret.zip", "secret", files, 1);
	assert_err(read_all(path), ERR_DENIED);
	assert_non_null(strstr(cx.story, "password"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_formats, setup, teardown), cmocka_unit_test_setup_teardown(test_folder_as_archive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),   cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bombs, setup, teardown),   cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_encrypted, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
