#include "test.h"

#include "../sys/folder.h"
#include "main/settings.h"
#include "main/settings_file.h"

#include <stdio.h>
#include <unistd.h>

static struct arena *arena;
static struct cx cx;
static char before[4096]; /* the folder the test was started in */

static void forget_environment(void)
{
	static const char *const names[] = {"PARVIS_LISTN", "PARVIS_mail_url", "PARVIS_QUITE_ANOTHER", "PARVIS_TE\nXT", "PARVIS_CONFIG", "PARVIS_DATA", "PARVIS_LISTEN", "PARVIS_THREADS", "PARVIS_MAIL_URL", "PARVIS_LOG"};
	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
}

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	forget_environment();
	return getcwd(before, sizeof before) && chdir(test_folder) == 0 ? 0 : 1; /* no parvis.toml here */
}

static int teardown(void **state)
{
	forget_environment();
	if (chdir(before) != 0)
		return 1;
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static enum err load(const char *text, struct settings *settings)
{
	const char *file = in_folder(arena, "test.toml");
	assert_ok(&cx, file_write(&cx, file, 0600, str_of(text)));
	return settings_load(&cx, file, settings);
}

static void test_defaults(void **state)
{
	struct settings s;
	assert_ok(&cx, settings_load(&cx, NULL, &s));
	assert_int_equal(s.file.len, 0);
	assert_ok(&cx, settings_finish(&cx, &s));
	assert_str(s.data, in_folder(arena, "data"));
	assert_str(s.database, arena_printf(arena, "sqlite:%s/parvis.db", in_folder(arena, "data")).at);
	assert_str(s.listen, "127.0.0.1:8080");
	assert_str(s.public_url, "http://localhost:8080");
	assert_int_equal(s.upload_max, (i64)512 << 20);
	assert_int_equal(s.session_days, 30);
	assert_str(s.simulator, "auto");
	assert_int_equal(settings_log_level(&s), LOG_INFO);
	assert_ok(&cx, settings_make_folders(&cx, &s));
	assert_true(file_there("data"));
}

static void test_order(void **state)
{
	struct settings s;
	setenv("PARVIS_THREADS", "3", 1);
	setenv("PARVIS_LISTEN", ":81", 1);
	assert_ok(&cx, load("data = 'here'\nthreads = 2\nlisten = \"127.0.0.1:80\"\nlog_level = \"warn\"\n", &s));
	assert_ok(&cx, settings_set(&cx, &s, S("listen"), S("[::1]:82")));
	assert_ok(&cx, settings_finish(&cx, &s));
	assert_int_equal(s.threads, 3);
	assert_str(s.listen, "[::1]:82");
	assert_str(s.data, in_folder(arena, "here"));
	assert_int_equal(settings_log_level(&s), LOG_WARN);
	struct buf *shown = buf_in_arena(arena);
	settings_show(arena, &s, shown);
	const char *text = buf_cstr(shown);
	assert_non_null(strstr(text, "threads = 3  # environment\n"));
	assert_non_null(strstr(text, "listen = \"[::1]:82\"  # command\n"));
	assert_non_null(strstr(text, arena_printf(arena, "log_level = \"warn\"  # file %s\n", in_folder(arena, "test.toml")).at));
	assert_non_null(strstr(text, "session_days = 30  # default\n"));
}

static void test_which_file(void **state)
{
	struct settings s;
	assert_ok(&cx, file_write(&cx, "parvis.toml", 0600, S("threads = 5\n")));
	assert_ok(&cx, file_write(&cx, "other.toml", 0600, S("threads = 6\n")));
	assert_ok(&cx, settings_load(&cx, NULL, &s));
	assert_int_equal(s.threads, 5);
	setenv("PARVIS_CONFIG", "other.toml", 1);
	assert_ok(&cx, settings_load(&cx, NULL, &s));
	assert_int_equal(s.threads, 6);
	assert_str(s.file, "other.toml");
	assert_ok(&cx, settings_load(&cx, "parvis.toml", &s));
	assert_int_equal(s.threads, 5);
	setenv("PARVIS_CONFIG", "nothing.toml", 1);
	assert_err(settings_load(&cx, NULL, &s), ERR_MISSING);
	assert_non_null(strstr(cx.story, "nothing.toml"));
}

static void test_values(void **state)
{
	static const struct {
		const char *line;
		i64 bytes;
	} sizes[] = {{"upload_max = 2097152", 2097152}, {"upload_max = \"2048 KiB\"", 2097152}, {"upload_max = \"2MiB\"", 2097152},
		     {"upload_max = \"1 gib\"", 1 << 30}, {"upload_max = 2_097_152 # with a comment", 2097152}};
	struct settings s;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		assert_ok(&cx, load(sizes[i].line, &s));
		assert_int_equal(s.upload_max, sizes[i].bytes);
	}
	assert_ok(&cx, load("\xef\xbb\xbf# a comment\r\n\r\n  simulator = false\t# off\r\nmail_from = \"Caf\\u00e9 \\\"# no comment\\\" <a@b>\"\r\n"
			    "mail_url='smtp://a\\b@c'\r\nnet_allow = [\"10.0.0.0/8\", 'wiki.local:80',]\r\npublic_url = \"https://desk.example.org//\"", &s));
	assert_str(s.simulator, "off");
	assert_str(s.mail_from, "Café \"# no comment\" <a@b>");
	assert_str(s.mail_url, "smtp://a\\b@c");
	assert_str(s.net_allow, "10.0.0.0/8, wiki.local:80");
	assert_str(s.public_url, "https://desk.example.org");
	assert_ok(&cx, load("", &s));
}

/* What is wrong is told with its place, its name and what to write. */
static void test_faults(void **state)
{
	static const struct {
		const char *text, *said, *field;
	} rows[] = {
		{"\nlisten = 127.0.0.1:8080", "test.toml:2: ", ""},
		{"listne = \"x\"", "“listen”", "listne"},
		{"zzzzzzzzz = \"x\"", "parvis settings", "zzzzzzzzz"},
		{"threads = 65", "from 0 to 64", "threads"},
		{"threads = -1", "from 0 to 64", "threads"},
		{"threads = \"many\"", "whole number", "threads"},
		{"upload_max = \"2 MB\"", "512 KiB", "upload_max"},
		{"upload_max = \"99999999999 GiB\"", "512 KiB", "upload_max"},
		{"log = \"xml\"", "text, json", "log"},
		{"listen = \"8080\"", "127.0.0.1:8080", "listen"},
		{"listen = \"example.org:80\"", "127.0.0.1:8080", "listen"},
		{"listen = \"::1:80\"", "127.0.0.1:8080", "listen"},
		{"listen = \"127.0.0.1:65536\"", "127.0.0.1:8080", "listen"},
		{"public_url = \"desk.example.org\"", "https://desk.example.org", "public_url"},
		{"public_url = \"https://desk.example.org/desk\"", "https://desk.example.org", "public_url"},
		{"public_url = \"ftp://desk.example.org\"", "https://desk.example.org", "public_url"},
		{"net_allow = \"10.0.0.0/99\"", "10.0.0.0/8", "net_allow"},
		{"data = \"\"", "empty", "data"},
		{"log = \"te\\u0001xt\"", "cannot be seen", "log"},
		{"threads = 1\nthreads = 2", "test.toml:2: “threads” was set on line 1", ""},
		{"[server]\nthreads = 1", "no sections", ""},
		{"threads", "name = value", ""},
		{"threads 1", "name = value", ""},
		{"server.threads = 1", "name = value", ""},
		{"= 1", "name = value", ""},
		{"threads =", "between quotes", ""},
		{"threads = 1 2", "stands behind", ""},
		{"log = \"text\" \"json\"", "stands behind", ""},
		{"log = \"text", "does not end", ""},
		{"log = 'text", "does not end", ""},
		{"log = \"te\\xt\"", "does not end", ""},
		{"log = \"te\\ud800xt\"", "does not end", ""},
		{"log = \"\"\"\ntext\"\"\"", "several lines", ""},
		{"net_allow = [\"a\"", "one line", ""},
		{"net_allow = [1]", "one line", ""},
		{"net_allow = [\"a\" \"b\"]", "one line", ""},
		{"log = \"\xff\"", "UTF-8", ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct settings s = {.threads = 77};
		cx_forget(&cx);
		if (load(rows[i].text, &s) != ERR_BAD_INPUT || !strstr(cx.story, rows[i].said) || strcmp(cx.field, rows[i].field) != 0)
			fail_msg("%s: field %s: %s", rows[i].text, cx.field, cx.story);
		assert_non_null(strstr(cx.story, "test.toml"));
		assert_int_equal(s.threads, 77); /* outputs are left alone */
	}
	struct settings s;
	setenv("PARVIS_THREADS", "x", 1);
	assert_err(settings_load(&cx, NULL, &s), ERR_BAD_INPUT);
	assert_non_null(strstr(cx.story, "PARVIS_THREADS: "));
	unsetenv("PARVIS_THREADS");
	assert_ok(&cx, settings_load(&cx, NULL, &s));
	assert_err(settings_set(&cx, &s, S("thread"), S("1")), ERR_BAD_INPUT);
	assert_non_null(strstr(cx.story, "--thread: "));
	assert_non_null(strstr(cx.story, "“threads”"));
	assert_ok(&cx, settings_set(&cx, &s, S("mail_url"), S("smtp://example.org")));
	assert_err(settings_finish(&cx, &s), ERR_BAD_INPUT);
	assert_string_equal(cx.field, "mail_from");
}

static void test_secrets(void **state)
{
	struct settings s;
	setenv("PARVIS_MAIL_URL", "smtp://user:hunter2@example.org", 1);
	char *place = getenv("PARVIS_MAIL_URL");
	assert_ok(&cx, load("net_proxy = \"http://u:hunter2@proxy.local\"\ndatabase = \"postgres://parvis:hunter2@db.local/parvis\"\n"
			    "mail_from = \"a@b\"\n", &s));
	assert_ok(&cx, settings_finish(&cx, &s));
	struct buf *shown = buf_in_arena(arena);
	settings_show(arena, &s, shown);
	assert_null(strstr(buf_cstr(shown), "hunter2"));
	assert_non_null(strstr(buf_cstr(shown), "mail_url = \"(set)\"  # environment\n"));
	assert_non_null(strstr(buf_cstr(shown), "database = \"postgres://parvis:…@db.local/parvis\""));
	const char *mail = s.mail_url.at, *proxy = s.net_proxy.at;
	settings_forget_secrets(&s);
	assert_true(s.mail_url.len == 0 && s.net_proxy.len == 0 && s.database.len > 0);
	assert_null(getenv("PARVIS_MAIL_URL"));
	assert_true(!*place && !*mail && !*proxy); /* and nothing is left where they stood */
	/* a refused secret is not told either */
	assert_err(load("mail_url = \"smtp://user:hunter2\\u0001@example.org\"", &s), ERR_BAD_INPUT);
	assert_null(strstr(cx.story, "hunter2"));
}

static void test_listen(void **state)
{
	static const struct {
		const char *text, *address;
		int port;
	} rows[] = {{"127.0.0.1:8080", "127.0.0.1", 8080}, {"[::1]:80", "::1", 80}, {":443", "::", 443}, {"localhost:81", "127.0.0.1", 81},
		    {"0.0.0.0:1", "0.0.0.0", 1}, {"127.0.0.1:0", "127.0.0.1", 0}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *address;
		int port;
		assert_ok(&cx, settings_listen(&cx, str_of(rows[i].text), &address, &port));
		assert_string_equal(address, rows[i].address);
		assert_int_equal(port, rows[i].port);
	}
	struct settings s;
	assert_ok(&cx, load("listen = \":443\"", &s));
	assert_ok(&cx, settings_finish(&cx, &s));
	assert_str(s.public_url, "http://localhost:443");
}

/* The example says what holds anyway: with every line in force, nothing changes. */
static void test_example(void **state)
{
	for (int french = 0; french < 2; french++) {
		struct buf *example = buf_in_arena(arena), *lines = buf_in_arena(arena);
		struct settings s, plain;
		settings_example(french ? "fr" : "en", example);
		size_t count = 0;
		for (struct str rest = buf_str(example); rest.len;) {
			struct str line = str_line(&rest);
			bool setting = line.len > 1 && line.at[0] == '#' && line.at[1] != ' ';
			assert_true(!line.len || line.at[0] == '#');
			count += setting;
			buf_add(lines, setting ? str_skip(line, 1) : line);
			buf_addc(lines, '\n');
		}
		assert_int_equal(count, setting_row_count);
		assert_ok(&cx, load(buf_cstr(lines), &s));
		assert_ok(&cx, settings_load(&cx, NULL, &plain));
		for (size_t i = 0; i < setting_row_count; i++) {
			const struct setting_row *row = &setting_rows[i];
			bool number = row->type == SETTING_NUMBER || row->type == SETTING_SIZE;
			const char *a = (const char *)&s + row->offset, *b = (const char *)&plain + row->offset;
			if (number)
				assert_memory_equal(a, b, sizeof(i64));
			else
				assert_true(str_eq(*(const struct str *)(const void *)a, *(const struct str *)(const void *)b));
			assert_int_equal(s.origin[i], FROM_FILE);
		}
	}
	struct buf *manual = buf_in_arena(arena);
	settings_manual(manual);
	for (size_t i = 0; i < setting_row_count; i++)
		assert_non_null(strstr(buf_cstr(manual), arena_printf(arena, ".It Ic %s\n", setting_rows[i].name).at));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
static const struct strange_variable *strange(const struct strange_variable *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].name, str_of(name)))
			return &list[i];
	return NULL;
}

static void test_strange_variables(void **state)
{
	struct strange_variable list[STRANGE_MOST];
	const size_t before_all = settings_strange(arena, list, COUNT(list));
	setenv("PARVIS_LISTEN", ":1", 1);
	setenv("PARVIS_CONFIG", "x", 1);
	setenv("PARVIS_BUILD", "x", 1); /* of the tools */
	assert_int_equal(settings_strange(arena, list, COUNT(list)), before_all);
	setenv("PARVIS_LISTN", "secret", 1);
	setenv("PARVIS_mail_url", "secret", 1); /* variables are written in capitals */
	setenv("PARVIS_QUITE_ANOTHER", "secret", 1);
	setenv("PARVIS_TE\nXT", "secret", 1);
	size_t count = settings_strange(arena, list, COUNT(list));
	assert_int_equal(count, before_all + 4);
	assert_string_equal(strange(list, count, "PARVIS_LISTN")->nearest, "PARVIS_LISTEN");
	assert_string_equal(strange(list, count, "PARVIS_mail_url")->nearest, "PARVIS_MAIL_URL");
	assert_null(strange(list, count, "PARVIS_QUITE_ANOTHER")->nearest);
	assert_non_null(strange(list, count, "PARVIS_TE?XT")); /* nothing that steers a terminal */
	assert_int_equal(settings_strange(arena, list, 1), 1);
	unsetenv("PARVIS_BUILD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults), TEST(test_order),   TEST(test_which_file), TEST(test_values), TEST(test_faults),
		TEST(test_secrets),  TEST(test_listen),  TEST(test_example), TEST(test_strange_variables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
