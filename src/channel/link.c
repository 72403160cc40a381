#include "channel/link.h"

#include "channel/markup.h"

/* ---- headers ---- */

/* One of the words of a list that is parted by white space. */
static bool among(struct str words, struct str word)
{
	while (words.len) {
		size_t end = 0;
		words = str_trim(words);
		while (end < words.len && (u8)words.at[end] > ' ')
			end++;
		if (end && str_eq_fold(str_head(words, end), word))
			return true;
		words = str_skip(words, end);
	}
	return false;
}

/* A value after "=": quoted, or a token. Moves `rest` behind it. */
static struct str value_of(struct arena *arena, struct str *rest)
{
	CLEANUP(buf_free) struct buf b = {};
	size_t i = 0;
	if (!str_starts(*rest, S("\""))) {
		while (i < rest->len && rest->at[i] != ';' && rest->at[i] != ',')
			i++;
		struct str token = str_trim(str_head(*rest, i));
		*rest = str_skip(*rest, i);
		return token;
	}
	for (i = 1; i < rest->len && rest->at[i] != '"'; i++) {
		if (rest->at[i] == '\\' && i + 1 < rest->len)
			i++;
		buf_addc(&b, rest->at[i]);
	}
	*rest = str_skip(*rest, i < rest->len ? i + 1 : i);
	return buf_keep(&b, arena);
}

/* The parameters of one link, up to the comma that ends it. The first rel counts (RFC 8288, 3.3). */
static bool has_relation(struct arena *arena, struct str *rest, struct str relation)
{
	bool found = false, told = false;
	for (;;) {
		*rest = str_trim(*rest);
		if (!str_starts(*rest, S(";")))
			break;
		*rest = str_trim(str_skip(*rest, 1));
		size_t end = 0;
		while (end < rest->len && rest->at[end] != '=' && rest->at[end] != ';' && rest->at[end] != ',')
			end++;
		struct str name = str_trim(str_head(*rest, end)), value = {};
		*rest = str_skip(*rest, end);
		if (str_starts(*rest, S("="))) {
			*rest = str_trim(str_skip(*rest, 1));
			value = value_of(arena, rest);
		}
		if (str_eq_fold(name, S("rel")) && !told) {
			told = true;
			found = among(value, relation);
		}
	}
	return found;
}

size_t link_in_header(struct arena *arena, struct str rest, const char *relation, struct str *ret_list, size_t most)
{
	size_t count = 0;
	while (count < most) {
		ptrdiff_t from = str_find_byte(rest, '<');
		if (from < 0)
			break;
		rest = str_skip(rest, (size_t)from + 1);
		ptrdiff_t to = str_find_byte(rest, '>');
		if (to < 0)
			break;
		struct str target = str_trim(str_head(rest, (size_t)to));
		rest = str_skip(rest, (size_t)to + 1);
		if (has_relation(arena, &rest, str_of(relation)) && target.len)
			ret_list[count++] = arena_str(arena, target);
	}
	return count;
}

size_t link_in_answer(struct arena *arena, const struct net_answer *answer, const char *relation, struct str *ret_list, size_t most)
{
	size_t count = 0;
	for (size_t i = 0; i < answer->header_count && count < most; i++)
		if (str_eq_fold(answer->headers[i].name, S("link")))
			count += link_in_header(arena, answer->headers[i].value, relation, ret_list + count, most - count);
	return count;
}

/* ---- pages ---- */

static bool is_of(struct str type, const char *const *types)
{
	for (; types && *types; types++)
		if (str_eq_fold(type, str_of(*types)))
			return true;
	return !types;
}

struct str link_in_page(struct arena *arena, struct str page, const char *relation, const char *const *types)
{
	struct markup m = {.rest = page};
	for (enum markup_kind kind; (kind = markup_next(&m)) != MARKUP_END;) {
		struct str rel = {}, type = {}, href = {};
		if (kind != MARKUP_OPEN || !str_eq_fold(m.name, S("link")))
			continue;
		for (size_t i = 0; i < m.attribute_count; i++) {
			struct str name = m.attributes[i].name, value = m.attributes[i].value;
			if (str_eq_fold(name, S("rel")))
				rel = value;
			else if (str_eq_fold(name, S("type")))
				type = value;
			else if (str_eq_fold(name, S("href")))
				href = value;
		}
		if (!among(rel, str_of(relation)) || !is_of(type, types) || !href.len)
			continue;
		CLEANUP(buf_free) struct buf plain = {};
		markup_add_decoded(&plain, href, NULL, NULL);
		return buf_keep(&plain, arena);
	}
	return (struct str){};
}
