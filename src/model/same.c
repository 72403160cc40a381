#include "model/same.h"

#include "base/utf8.h"

#define KEY_CHARACTERS_LEAST 4 /* "Léa" and "bob" are everywhere */
#define KEY_BYTES_MAX 300

static struct str kept(struct arena *arena, const struct buf *b)
{
	struct str key = str_trim(buf_str(b));
	return utf8_count(key) < KEY_CHARACTERS_LEAST || key.len > KEY_BYTES_MAX ? (struct str){} : arena_str(arena, key);
}

struct str same_name_key(struct arena *arena, struct str name)
{
	CLEANUP(buf_free) struct buf folded = {}, key = {};
	bool gap = false;
	buf_add_folded(&folded, str_head(name, KEY_BYTES_MAX));
	struct str text = buf_str(&folded);
	for (size_t i = 0; i < text.len; i++) {
		bool space = text.at[i] == ' ' || text.at[i] == '\t' || text.at[i] == '.' || text.at[i] == '_';
		if (!space && gap && key.len)
			buf_addc(&key, ' ');
		if (!space)
			buf_addc(&key, text.at[i]);
		gap = space;
	}
	return kept(arena, &key);
}

struct str same_handle_key(struct arena *arena, struct str handle)
{
	static const char *const homes[] = {".bsky.social"};
	CLEANUP(buf_free) struct buf folded = {}, key = {};
	struct str text = str_trim(str_head(handle, KEY_BYTES_MAX));
	while (text.len && text.at[0] == '@')
		text = str_skip(text, 1);
	ptrdiff_t at = str_find_byte(text, '@');
	if (at > 0)
		text = str_head(text, (size_t)at);
	for (size_t i = 0; i < COUNT(homes); i++)
		if (str_ends(text, str_of(homes[i])))
			text = str_head(text, text.len - str_of(homes[i]).len);
	buf_add_folded(&folded, text);
	text = buf_str(&folded);
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '.' && text.at[i] != '_' && text.at[i] != '-' && text.at[i] != ' ')
			buf_addc(&key, text.at[i]);
	return kept(arena, &key);
}

static bool of_a_domain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

struct str same_mail_key(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf key = {};
	struct str address = str_trim(text);
	if (str_starts(address, S("mailto:")))
		address = str_skip(address, 7);
	if (address.len > 254)
		return (struct str){};
	for (size_t i = 0; i < address.len; i++)
		buf_addc(&key, address.at[i] >= 'A' && address.at[i] <= 'Z' ? (char)(address.at[i] + 32) : address.at[i]);
	struct str low = buf_str(&key);
	ptrdiff_t at = str_find_byte(low, '@');
	if (at < 1)
		return (struct str){};
	struct str local = str_head(low, (size_t)at), domain = str_skip(low, (size_t)at + 1);
	ptrdiff_t dot = str_find_byte(domain, '.');
	if (dot < 1 || (size_t)dot + 2 > domain.len || domain.at[domain.len - 1] == '.')
		return (struct str){};
	for (size_t i = 0; i < domain.len; i++)
		if (!of_a_domain(domain.at[i]))
			return (struct str){};
	for (size_t i = 0; i < local.len; i++)
		if ((unsigned char)local.at[i] <= ' ' || local.at[i] == '/' || local.at[i] == ':' || local.at[i] == '<' || local.at[i] == '"')
			return (struct str){};
	return arena_str(arena, low);
}

struct str same_link_key(struct arena *arena, struct str url)
{
	CLEANUP(buf_free) struct buf key = {};
	struct str text = str_trim(url);
	bool web = str_eq_fold(str_head(text, 8), S("https://")) || str_eq_fold(str_head(text, 7), S("http://"));
	if (!web || text.len > KEY_BYTES_MAX)
		return (struct str){};
	text = str_skip(text, (size_t)str_find(text, S("//")) + 2);
	for (size_t i = 0; i < text.len && text.at[i] != '?' && text.at[i] != '#'; i++)
		buf_addc(&key, text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] + 32) : text.at[i]);
	struct str low = buf_str(&key), path = low, host = str_cut(&path, '/');
	if (str_starts(host, S("www.")))
		host = str_skip(host, 4);
	while (str_ends(path, S("/")))
		path = str_head(path, path.len - 1);
	ptrdiff_t dot = str_find_byte(host, '.');
	if (dot < 1 || (size_t)dot + 2 > host.len || str_find_byte(host, '@') >= 0 || str_find_byte(low, ' ') >= 0)
		return (struct str){};
	bool user = str_starts(path, S("users/")); /* how the fediverse writes @ in addresses of machines */
	return arena_printf(arena, "%.*s%s%s%.*s", STR_ARG(host), path.len ? "/" : "", user ? "@" : "", STR_ARG(user ? str_skip(path, 6) : path));
}
