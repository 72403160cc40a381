/* Every template with its sample documents, in both languages: no field that the sample lacks, tags that close, ids that are
 * there once and wherever they are named, icons that are drawn, nothing that the policy of the pages forbids. A sample is
 * FOLDER/sample.json (template FOLDER/page) or FOLDER/NAME[.VARIANT].sample.json (template FOLDER/NAME), rendered over the frame
 * src/ui/sample.json. PARVIS_RENDERED=FOLDER keeps the pages, to be looked at. */
#include "test.h"

#include "base/map.h"
#include "web/asset.h"
#include "web/mustache.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct trial {
	struct arena *arena;
	const char *source;          /* the folder src */
	struct template_set *set;
	json_t *frame;
	struct str icons;
	struct str page;             /* "inbox/page fr", for complaints */
	struct map *missed;
	int bad, pages;
};

static void complain(struct trial *trial, const char *what, struct str about)
{
	print_error("%.*s: %s: %.*s\n", STR_ARG(trial->page), what, (int)(about.len > 120 ? 120 : about.len), about.at);
	trial->bad++;
}

static struct str read_file(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be read", path);
	struct buf *b = buf_in_arena(arena);
	char *room;
	size_t got;
	do {
		room = buf_room(b, 65536);
		got = fread(room, 1, 65536, file);
		buf_grew(b, got);
	} while (got);
	fclose(file);
	return buf_str(b);
}

/* ---- what was made ---- */

struct tag {
	struct str name, attributes;
	bool closing;
};

/* The next tag; comments and the doctype are passed over. */
static bool next_tag(struct str *html, struct tag *ret_tag)
{
	for (;;) {
		ptrdiff_t at = str_find_byte(*html, '<');
		if (at < 0)
			return false;
		*html = str_skip(*html, (size_t)at + 1);
		if (str_starts(*html, S("!--"))) {
			ptrdiff_t end = str_find(*html, S("-->"));
			*html = str_skip(*html, end < 0 ? html->len : (size_t)end + 3);
			continue;
		}
		size_t len = 0;
		for (char quote = 0; len < html->len && (quote || html->at[len] != '>'); len++) {
			char c = html->at[len];
			if (quote ? c == quote : c == '"' || c == '\'')
				quote = quote ? 0 : c;
		}
		struct str inside = str_head(*html, len);
		*html = str_skip(*html, len + 1);
		if (inside.len && inside.at[0] == '!')
			continue;
		bool closing = inside.len && inside.at[0] == '/';
		inside = str_skip(inside, closing);
		size_t name = 0;
		while (name < inside.len && !isspace((unsigned char)inside.at[name]) && inside.at[name] != '/')
			name++;
		*ret_tag = (struct tag){str_head(inside, name), str_skip(inside, name), closing};
		return true;
	}
}

/* Walk the attributes of a tag. */
static bool next_attribute(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	*rest = str_trim(*rest);
	if (!rest->len || rest->at[0] == '/')
		return false;
	size_t len = 0;
	while (len < rest->len && !isspace((unsigned char)rest->at[len]) && rest->at[len] != '=')
		len++;
	*ret_name = str_head(*rest, len);
	*rest = str_skip(*rest, len);
	*ret_value = (struct str){};
	if (rest->len < 2 || rest->at[0] != '=')
		return true;
	char quote = rest->at[1];
	*rest = str_skip(*rest, 2);
	ptrdiff_t end = str_find_byte(*rest, quote);
	*ret_value = str_head(*rest, end < 0 ? rest->len : (size_t)end);
	*rest = str_skip(*rest, end < 0 ? rest->len : (size_t)end + 1);
	return true;
}

static bool in(struct str word, const char *list) /* " a b c " */
{
	char room[64];
	int len = snprintf(room, sizeof room, " %.*s ", STR_ARG(word));
	return len > 0 && (size_t)len < sizeof room && strcasestr(list, room);
}

static void check_icon(struct trial *trial, struct str href)
{
	ptrdiff_t hash = str_find_byte(href, '#');
	struct str symbol = hash < 0 ? href : str_skip(href, (size_t)hash + 1);
	struct str wanted = arena_printf(trial->arena, "<symbol id=\"%.*s\"", STR_ARG(symbol));
	if (str_find(trial->icons, wanted) < 0)
		complain(trial, "no such icon", href);
}

/* ids, and what names them: whatever is named must be there. */
struct references {
	struct map *ids;
	struct str named[2000];
	size_t count;
};

static void check_attribute(struct trial *trial, struct references *references, struct tag tag, struct str name, struct str value)
{
	if (in(name, " style ") || str_starts(name, S("on")))
		complain(trial, "forbidden attribute", name);
	if (in(name, " id ")) {
		if (map_get(references->ids, value))
			complain(trial, "id twice", value);
		map_put(references->ids, value, trial);
	}
	bool names_ids = in(name, " for form popovertarget aria-labelledby aria-describedby aria-controls list ");
	while (names_ids && value.at && value.len && references->count < COUNT(references->named)) {
		struct str one = str_cut(&value, ' ');
		if (one.len)
			references->named[references->count++] = one;
	}
	if (in(tag.name, " use ") && in(name, " href "))
		check_icon(trial, value);
	if (in(tag.name, " a ") && in(name, " href ") && str_starts(value, S("#")) && value.len > 1)
		references->named[references->count++] = str_skip(value, 1);
}

#define VOID " area base br col embed hr img input link meta source track wbr path circle rect line use ellipse polygon polyline "

static void check_html(struct trial *trial, struct str html, bool whole)
{
	struct references *references = arena_new_of(trial->arena, struct references);
	references->ids = map_new(trial->arena);
	struct str open[200];
	size_t depth = 0;
	bool posting = false, token = false;
	struct tag tag;
	while (next_tag(&html, &tag)) {
		if (tag.closing) {
			if (!depth || !str_eq_fold(open[depth - 1], tag.name))
				complain(trial, depth ? arena_cstr(trial->arena, open[depth - 1]) : "nothing is open", tag.name);
			depth -= depth > 0;
			if (in(tag.name, " form ") && posting && !token)
				complain(trial, "a form that posts without csrf", tag.name);
			posting = posting && !in(tag.name, " form ");
			continue;
		}
		struct str rest = tag.attributes, name, value;
		bool source = false;
		while (next_attribute(&rest, &name, &value)) {
			check_attribute(trial, references, tag, name, value);
			source = source || in(name, " src ");
			if (in(tag.name, " form ") && in(name, " method ") && str_eq_fold(value, S("post"))) {
				posting = true;
				token = false;
			}
			token = token || (in(tag.name, " input ") && in(name, " name ") && str_eq(value, S("csrf")));
		}
		if (in(tag.name, " script ") && !source)
			complain(trial, "inline script", tag.attributes);
		if (in(tag.name, " style "))
			complain(trial, "inline style", tag.attributes);
		if (!in(tag.name, VOID) && !str_ends(tag.attributes, S("/")) && depth < COUNT(open))
			open[depth++] = tag.name;
	}
	if (depth)
		complain(trial, "never closed", open[depth - 1]);
	for (size_t i = 0; whole && i < references->count; i++)
		if (!map_get(references->ids, references->named[i]))
			complain(trial, "names an id that is not there", references->named[i]);
}

/* ---- samples ---- */

static void missed(void *subject, struct str name)
{
	struct trial *trial = subject;
	if (str_starts(name, S("problem")) || map_get(trial->missed, name)) /* the kernel adds it to a form that came back */
		return;
	map_put(trial->missed, name, trial);
	complain(trial, "the sample has no field", name);
}

static void keep(const struct trial *trial, struct str html)
{
	const char *folder = getenv("PARVIS_RENDERED");
	if (!folder)
		return;
	struct str path = arena_printf(trial->arena, "%s/%.*s.html", folder, STR_ARG(trial->page));
	for (char *at = (char *)path.at + strlen(folder) + 1; *at; at++)
		if (*at == '/' || *at == ' ')
			*at = '-';
	FILE *file = fopen(path.at, "wb");
	if (!file)
		fail_msg("%s cannot be written", path.at);
	fwrite(html.at, 1, html.len, file);
	fclose(file);
}

static void try_sample(struct trial *trial, struct str template, struct str variant, const char *path)
{
	static const char *const langs[] = {"en", "fr"};
	json_error_t trouble;
	struct str text = read_file(trial->arena, path);
	json_t *document = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &trouble);
	if (!document)
		fail_msg("%s:%d: %s", path, trouble.line, trouble.text);
	for (size_t i = 0; i < COUNT(langs); i++) {
		struct cx cx = cx_new(trial->arena);
		cx.lang = langs[i];
		json_object_set_new(json_object_get(trial->frame, "app"), "lang", json_string(langs[i]));
		trial->page = arena_printf(trial->arena, "%.*s%s%.*s %s", STR_ARG(template), variant.len ? "." : "", STR_ARG(variant), langs[i]);
		trial->missed = map_new(trial->arena);
		json_t *contexts[] = {trial->frame, document};
		struct buf *out = buf_in_arena(trial->arena);
		template_watch(missed, trial);
		enum err error = template_check(&cx, trial->set, template, langs[i]);
		if (!error)
			error = template_render(&cx, trial->set, template, langs[i], contexts, 2, out);
		template_watch(NULL, NULL);
		if (error) {
			complain(trial, "does not render", str_of(cx.story));
			continue;
		}
		check_html(trial, buf_str(out), str_starts(buf_str(out), S("<!doctype")));
		keep(trial, buf_str(out));
		trial->pages++;
	}
	json_decref(document);
}

/* The samples of a folder; `prefix` is what its templates' names begin with. */
static void try_folder(struct trial *trial, const char *folder, struct str prefix)
{
	DIR *directory = opendir(folder);
	if (!directory)
		return;
	for (const struct dirent *entry; (entry = readdir(directory));) {
		struct str file = arena_str(trial->arena, str_of(entry->d_name));
		if (!str_ends(file, S("sample.json")) || (file.len > 11 && !str_ends(file, S(".sample.json"))))
			continue;
		struct str variant = file.len > 11 ? str_head(file, file.len - 12) : S("page");
		struct str name = str_cut(&variant, '.');
		struct str template = arena_printf(trial->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(name));
		try_sample(trial, template, variant, arena_printf(trial->arena, "%s/%.*s", folder, STR_ARG(file)).at);
	}
	closedir(directory);
}

static void test_samples(void **state)
{
	const char *root = getenv("PARVIS_SOURCE");
	if (!root)
		skip();
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct trial trial = {.arena = arena, .source = arena_printf(arena, "%s/src", root).at};
	struct str frame = read_file(arena, arena_printf(arena, "%s/ui/sample.json", trial.source).at);
	trial.frame = json_loadb(frame.at, frame.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(trial.frame);
	trial.icons = read_file(arena, arena_printf(arena, "%s/ui/icons/icons.svg", trial.source).at);
	trial.set = template_set_new(asset_template_from_folder, (void *)trial.source, false);
	try_folder(&trial, arena_printf(arena, "%s/ui/templates", trial.source).at, S(""));
	DIR *pages = opendir(arena_printf(arena, "%s/page", trial.source).at);
	assert_non_null(pages);
	for (const struct dirent *entry; (entry = readdir(pages));)
		if (entry->d_name[0] != '.')
			try_folder(&trial, arena_printf(arena, "%s/page/%s", trial.source, entry->d_name).at, arena_printf(arena, "%s/", entry->d_name));
	closedir(pages);
	template_set_free(trial.set);
	json_decref(trial.frame);
	print_message("%d pages\n", trial.pages);
	assert_true(trial.pages >= 6);
	assert_int_equal(trial.bad, 0);
}

static void test_checks(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static const struct { const char *html; int bad; } cases[] = {
		{"<!doctype html><p>a<br>b</p>", 0}, {"<p>a", 1}, {"<p><b></p></b>", 2}, {"<p style=\"x\">a</p>", 1}, {"<a onclick='x'>a</a>", 1},
		{"<p id=\"a\"></p><p id='a'></p>", 1}, {"<label for=\"a\">a</label>", 1}, {"<label for=\"a\">a</label><input id=\"a\">", 0},
		{"<script>x</script>", 1}, {"<script src=\"/x\"></script>", 0}, {"<form method=\"post\"></form>", 1},
		{"<form method=\"post\"><input name=\"csrf\" value=\">\"></form>", 0}, {"<svg><use href=\"/i.svg#nope\"/></svg>", 1},
		{"<svg><use href=\"/i.svg#star\"/></svg>", 0}, {"<!-- <p> -->", 0},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct trial trial = {.arena = arena, .page = str_of("(meant to be wrong)"), .icons = S("<symbol id=\"star\" x>")};
		check_html(&trial, str_of(cases[i].html), true);
		if (trial.bad != cases[i].bad)
			fail_msg("%s: %d complaints, not %d", cases[i].html, trial.bad, cases[i].bad);
	}
}

int main(void)
{
	asset_add_catalogues();
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_checks), cmocka_unit_test(test_samples)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
