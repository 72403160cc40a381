#include "base/clock.h"
#include "base/utf8.h"
#include "channel/archive.h"
#include "channel/feed/feed.h"
#include "channel/html_clean.h"
#include "channel/markup.h"
#include "channel/meta.h"
#include "channel/reference.h"

#include <string.h>

/* ---- letters ---- */

/* Letters of Windows-1252 that were taken for those of Latin-1. */
static struct str without_controls(struct arena *arena, struct str text)
{
	if (str_find_byte(text, (char)0xc2) < 0)
		return text;
	CLEANUP(buf_free) struct buf out = {};
	while (text.len) {
		u32 code = utf8_next(&text);
		buf_add_utf8(&out, code >= 0x80 && code < 0xa0 ? markup_windows(code) : code);
	}
	return buf_keep(&out, arena);
}

static struct str clean_letters(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf out = {};
	buf_add_clean(&out, text);
	return buf_keep(&out, cx->arena);
}

json_t *feed_string(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

struct str feed_address(struct cx *cx, struct str base, struct str reference)
{
	reference = str_trim(reference);
	struct str all = reference.len ? reference_resolve(cx->arena, base, reference) : reference;
	return reference_safe(all) ? all : (struct str){};
}

/* ---- is it markup? ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct str word_at(struct str text)
{
	size_t i = 0;
	while (i < text.len && is_letter(text.at[i]))
		i++;
	return str_head(text, i);
}

/* Formats that do not say whether a text is HTML: it is when a tag ends in it or a reference stands in it, and all of either are known. */
static bool looks_like_html(struct str text)
{
	bool any = false;
	for (size_t i = 0; i < text.len; i++) {
		struct str rest = str_skip(text, i + 1);
		if (text.at[i] == '<') {
			bool close = str_starts(rest, S("/"));
			struct str name = word_at(str_skip(rest, close));
			if (name.len && !html_clean_knows(name))
				return false;
			any |= close && name.len && str_starts(str_skip(rest, 1 + name.len), S(">"));
		} else if (text.at[i] == '&') {
			u32 code;
			struct str name = word_at(rest);
			bool known = markup_reference(str_skip(text, i), &code);
			if (name.len && str_starts(str_skip(rest, name.len), S(";")) && !known)
				return false;
			any |= known;
		}
	}
	return any;
}

static bool is_html(struct str type)
{
	return str_eq(type, S("text/html")) || str_eq(type, S("application/xhtml+xml"));
}

void feed_text_finish(struct cx *cx, struct feed_text *text)
{
	struct str value = without_controls(cx->arena, latin_repaired(cx->arena, text->value));
	value = str_trim(clean_letters(cx, value));
	if (text->guess && str_eq(text->type, S("text/plain")) && looks_like_html(value))
		text->type = S("text/html");
	if (is_html(text->type)) {
		CLEANUP(buf_free) struct buf clean = {.max = FEED_MAX * 8};
		buf_add_clean_html(&clean, value, text->base);
		value = buf_ok(&clean) ? str_trim(buf_keep(&clean, cx->arena)) : (struct str){};
	}
	text->value = value;
}

/* ---- people ---- */

static bool is_mail_letter(char c)
{
	return is_letter(c) || c == '.' || c == '-' || c == '+' || c == '%' || c == '\'';
}

/* Where an address of mail stands in `text`. */
static bool find_mail(struct str text, size_t *ret_from, size_t *ret_len)
{
	for (size_t at = 0; at < text.len; at++) {
		if (text.at[at] != '@')
			continue;
		size_t from = at, to = at + 1;
		while (from && is_mail_letter(text.at[from - 1]))
			from--;
		while (to < text.len && (is_letter(text.at[to]) || text.at[to] == '.' || text.at[to] == '-'))
			to++;
		while (to > at && text.at[to - 1] == '.')
			to--;
		if (from == at || to < at + 4 || !memchr(text.at + at, '.', to - at))
			continue;
		*ret_from = from;
		*ret_len = to - from;
		return true;
	}
	return false;
}

static struct str without_brackets(struct str name)
{
	name = str_trim(name);
	if (name.len && (*name.at == '(' || *name.at == '<'))
		name = str_trim(str_skip(name, 1));
	if (name.len && (name.at[name.len - 1] == ')' || name.at[name.len - 1] == '>'))
		name = str_trim(str_head(name, name.len - 1));
	return name;
}

json_t *feed_person(struct cx *cx, struct str text)
{
	size_t from, len;
	text = str_trim(text);
	if (!text.len)
		return NULL;
	json_t *person = json_object();
	struct str name = text;
	if (find_mail(text, &from, &len)) {
		struct str before = str_head(text, from), behind = str_skip(text, from + len);
		bool wrapped = before.len && behind.len && strchr("(<", before.at[before.len - 1]) && strchr(")>", *behind.at);
		before = str_head(before, before.len - wrapped);
		behind = str_skip(behind, wrapped);
		name = without_brackets(arena_printf(cx->arena, "%.*s%.*s", STR_ARG(before), STR_ARG(behind)));
		json_object_set_new(person, "email", feed_string(str_head(str_skip(text, from), len)));
	}
	if (name.len)
		json_object_set_new(person, "name", feed_string(name));
	return person;
}
