#include "web/asset.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/lang.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define TEMPLATE_BYTES_MAX ((size_t)1 << 20)

const struct asset *asset_find(struct str name)
{
	size_t low = 0, high = asset_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(name, str_of(assets[middle].name));
		if (order == 0)
			return &assets[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* "/assets/NAME.HASH.EXTENSION" is the address of "NAME.EXTENSION". */
const struct asset *asset_by_url(struct str url)
{
	char name[128];
	struct str rest = str_skip(url, strlen("/assets/"));
	size_t extension = rest.len;
	while (extension > 0 && rest.at[extension - 1] != '.')
		extension--;
	size_t hash = extension ? extension - 1 : 0;
	while (hash > 0 && rest.at[hash - 1] != '.')
		hash--;
	if (!hash || rest.len >= sizeof name)
		return NULL;
	memcpy(name, rest.at, hash);
	memcpy(name + hash, rest.at + extension, rest.len - extension);
	const struct asset *asset = asset_find((struct str){name, hash + rest.len - extension});
	return asset && asset->url && str_eq(str_of(asset->url), url) ? asset : NULL;
}

json_t *asset_urls(void)
{
	json_t *urls = json_object();
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *asset = &assets[i];
		if (!asset->url)
			continue;
		struct str rest = str_of(asset->name), key = str_cut(&rest, '.');
		if (strcmp(asset->name, "parvis.css") == 0 || strcmp(asset->name, "parvis.js") == 0)
			key = rest;
		must(json_object_setn_new(urls, key.at, key.len, json_string(asset->url)) == 0);
	}
	return urls;
}

void asset_add_catalogues(void)
{
	static char names[4][8];
	size_t count = 0;
	for (size_t i = 0; i < asset_count; i++) {
		struct str lang = str_of(assets[i].name);
		if (!str_starts(lang, S("locale/")) || !assets[i].plain.len)
			continue;
		lang = str_skip(lang, strlen("locale/"));
		must(count < COUNT(names) && lang.len > 3 && lang.len - 3 < sizeof names[0]);
		memcpy(names[count], lang.at, lang.len - strlen(".mo"));
		must(lang_add(names[count++], assets[i].plain.at, assets[i].plain.len));
	}
}

bool asset_template(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	struct str full = arena_printf(arena, "templates/%.*s.mustache", STR_ARG(name));
	const struct asset *asset = asset_find(full);
	if (!asset)
		return false;
	*ret_source = asset->plain;
	return true;
}

/* ---- from disk ---- */

static bool read_file(struct buf *b, const char *path)
{
	FILE *file = fopen(path, "rbe");
	if (!file)
		return false;
	char *room;
	size_t len;
	while ((room = buf_room(b, 16384)) && (len = fread(room, 1, 16384, file)) > 0)
		buf_grew(b, len);
	bool good = !ferror(file) && buf_ok(b);
	fclose(file);
	return good;
}

/* The file of a template: FLOOR/NAME.mustache or FLOOR/templates/NAME.mustache. */
static bool read_template(struct buf *b, const char *folder, struct arena *arena, struct str name)
{
	DIR *floors = opendir(folder);
	bool found = false;
	for (struct dirent *floor; floors && !found && (floor = readdir(floors));) {
		if (floor->d_name[0] == '.')
			continue;
		found = read_file(b, arena_printf(arena, "%s/%s/%.*s.mustache", folder, floor->d_name, STR_ARG(name)).at) ||
			read_file(b, arena_printf(arena, "%s/%s/templates/%.*s.mustache", folder, floor->d_name, STR_ARG(name)).at);
	}
	if (floors)
		closedir(floors);
	return found;
}

static bool is_template_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '/' && i > 0)))
			return false;
	}
	return name.len > 0;
}

static bool in_asset_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

static void add_with_urls(struct buf *b, struct str text)
{
	for (ptrdiff_t at; (at = str_find(text, S("/assets/"))) >= 0;) {
		struct str name = str_skip(text, (size_t)at + strlen("/assets/"));
		size_t len = 0;
		while (len < name.len && in_asset_name(name.at[len]))
			len++;
		const struct asset *asset = asset_find(str_head(name, len));
		buf_add(b, str_head(text, (size_t)at));
		if (asset && asset->url)
			buf_adds(b, asset->url);
		else
			buf_add(b, str_span(text.at + at, name.at + len));
		text = str_skip(name, len);
	}
	buf_add(b, text);
}

bool asset_template_from_folder(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	CLEANUP(buf_free) struct buf b = {.max = TEMPLATE_BYTES_MAX};
	if (!is_template_name(name) || !read_template(&b, subject, arena, name))
		return false;
	struct buf *source = buf_in_arena(arena);
	add_with_urls(source, buf_str(&b));
	*ret_source = buf_str(source);
	return true;
}
