#include "channel/markup.h"
#include "base/utf8.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define WORD_MAX 32

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool starts_name(const struct markup *m, struct str at)
{
	return at.len && (is_letter(*at.at) || (m->xml && (*at.at == '_' || *at.at == ':' || (u8)*at.at >= 0x80)));
}

/* Everything before `end` and past it; without an end, all of it. */
static struct str take_until(struct markup *m, const char *end)
{
	ptrdiff_t at = str_find(m->rest, str_of(end));
	struct str text = at < 0 ? m->rest : str_head(m->rest, (size_t)at);
	m->rest = str_skip(m->rest, at < 0 ? m->rest.len : (size_t)at + strlen(end));
	m->loose |= at < 0;
	return text;
}

/* ---- comments, declarations, instructions ---- */

/* Behind "<!--". Browsers take <!--> and <!---> for whole comments, and --!> for an end. */
static enum markup_kind read_comment(struct markup *m)
{
	struct str from = m->rest;
	if (!m->xml && (str_starts(from, S(">")) || str_starts(from, S("->")))) {
		m->text = (struct str){};
		m->rest = str_skip(from, *from.at == '>' ? 1 : 2);
		return MARKUP_COMMENT;
	}
	for (size_t at = 0;;) {
		ptrdiff_t dashes = str_find(str_skip(from, at), S("--"));
		if (dashes < 0)
			break;
		at += (size_t)dashes;
		struct str tail = str_skip(from, at + 2);
		bool odd = !m->xml && str_starts(tail, S("!>"));
		if (str_starts(tail, S(">")) || odd) {
			m->text = str_head(from, at);
			m->rest = str_skip(tail, odd ? 2 : 1);
			return MARKUP_COMMENT;
		}
		at++;
	}
	m->text = from;
	m->rest = str_skip(from, from.len);
	m->loose = true;
	return MARKUP_COMMENT;
}

/* A document type may hold declarations in brackets, with their own > and quotes. */
static void read_doctype(struct markup *m)
{
	struct str from = m->doctyped ? (struct str){} : m->rest;
	m->doctyped = true; /* a second one is none: looking for the ends of many would take the square of their length */
	int brackets = 0;
	char quote = 0;
	for (size_t i = 0; i < from.len; i++) {
		char c = from.at[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (brackets && (c == '"' || c == '\''))
			quote = c;
		else if (c == '[' || c == ']')
			brackets += c == '[' ? 1 : brackets ? -1 : 0;
		else if (c == '>' && !brackets) {
			m->text = str_head(from, i);
			m->rest = str_skip(from, i + 1);
			return;
		}
	}
	m->text = take_until(m, ">"); /* brackets or quotes that never end: up to the first > */
	m->loose = true;
}

static enum markup_kind read_declaration(struct markup *m) /* at "<!" or "<?" */
{
	bool asks = m->rest.at[1] == '?';
	m->rest = str_skip(m->rest, 2);
	if (asks) {
		m->text = take_until(m, m->xml ? "?>" : ">");
		return m->xml ? MARKUP_INSTRUCTION : MARKUP_COMMENT;
	}
	if (str_starts(m->rest, S("--"))) {
		m->rest = str_skip(m->rest, 2);
		return read_comment(m);
	}
	if (m->xml && str_starts(m->rest, S("[CDATA["))) {
		m->rest = str_skip(m->rest, 7);
		m->text = take_until(m, "]]>");
		return MARKUP_RAW;
	}
	if (m->xml && str_eq_fold(str_head(m->rest, 7), S("doctype"))) {
		read_doctype(m);
		return MARKUP_DOCTYPE;
	}
	m->text = take_until(m, ">");
	m->loose = true;
	return MARKUP_COMMENT;
}

/* ---- tags ---- */

static struct str read_name(struct markup *m, bool attribute)
{
	size_t i = 0;
	if (attribute && m->rest.len && *m->rest.at == '=')
		i = 1; /* what a browser takes for the beginning of a name */
	while (i < m->rest.len && !is_space(m->rest.at[i]) && m->rest.at[i] != '/' && m->rest.at[i] != '>' &&
	       !(attribute && m->rest.at[i] == '=') && !(m->xml && m->rest.at[i] == '<'))
		i++;
	struct str name = str_head(m->rest, i);
	m->rest = str_skip(m->rest, i);
	return name;
}

static void skip_spaces(struct markup *m)
{
	size_t i = 0;
	while (i < m->rest.len && is_space(m->rest.at[i]))
		i++;
	m->rest = str_skip(m->rest, i);
}

/* Behind "=" and the spaces there. */
static struct str read_value(struct markup *m)
{
	char quote = m->rest.len ? *m->rest.at : 0;
	if (quote == '"' || quote == '\'') {
		ptrdiff_t end = str_find_byte(str_skip(m->rest, 1), quote);
		size_t len = end < 0 ? m->rest.len - 1 : (size_t)end;
		struct str value = str_head(str_skip(m->rest, 1), len);
		m->rest = str_skip(m->rest, 1 + len + (end >= 0));
		m->loose |= end < 0;
		return value;
	}
	size_t i = 0;
	while (i < m->rest.len && !is_space(m->rest.at[i]) && m->rest.at[i] != '>')
		i++;
	struct str value = str_head(m->rest, i);
	m->rest = str_skip(m->rest, i);
	m->loose = true;
	return value;
}

static void add_attribute(struct markup *m, struct str name, struct str value)
{
	for (size_t i = 0; i < m->attribute_count; i++)
		if (m->xml ? str_eq(m->attributes[i].name, name) : str_eq_fold(m->attributes[i].name, name)) {
			m->loose = true;
			return;
		}
	if (m->attribute_count < MARKUP_ATTRIBUTES_MAX)
		m->attributes[m->attribute_count++] = (struct markup_attribute){name, value};
}

/* Behind the name. False when the text ends within the tag: it is none then. */
static bool read_attributes(struct markup *m)
{
	m->attribute_count = 0;
	m->empty = false;
	for (;;) {
		skip_spaces(m);
		if (!m->rest.len)
			return false;
		if (*m->rest.at == '>') {
			m->rest = str_skip(m->rest, 1);
			return true;
		}
		if (m->xml && *m->rest.at == '<') { /* its > was forgotten */
			m->loose = true;
			return true;
		}
		if (*m->rest.at == '/') {
			m->empty = m->rest.len > 1 && m->rest.at[1] == '>';
			m->rest = str_skip(m->rest, 1);
			continue;
		}
		struct str name = read_name(m, true), value = {};
		skip_spaces(m);
		if (m->rest.len && *m->rest.at == '=') {
			m->rest = str_skip(m->rest, 1);
			skip_spaces(m);
			if (m->rest.len && *m->rest.at != '>')
				value = read_value(m);
		} else {
			m->loose = true;
		}
		add_attribute(m, name, value);
	}
}

/* What a browser does not read as markup: up to its own end tag. (It does not look into frames and xmp either; we do, so that the text of
 * those that never end is not lost.) */
static void enter_raw(struct markup *m)
{
	static const char *const raw[] = {"script", "style", "plaintext"};
	static const char *const references[] = {"title", "textarea"};
	for (size_t i = 0; i < COUNT(raw); i++)
		if (str_eq_fold(m->name, str_of(raw[i])))
			m->raw = str_of(raw[i]);
	for (size_t i = 0; i < COUNT(references); i++)
		if (str_eq_fold(m->name, str_of(references[i])))
			m->raw = str_of(references[i]);
	m->raw_references = m->raw.len && (str_eq(m->raw, S("title")) || str_eq(m->raw, S("textarea")));
}

static enum markup_kind read_tag(struct markup *m, bool close)
{
	m->rest = str_skip(m->rest, close ? 2 : 1);
	m->name = read_name(m, false);
	if (!read_attributes(m)) {
		m->loose = true;
		return MARKUP_END;
	}
	if (!close && !m->xml)
		enter_raw(m);
	return close ? MARKUP_CLOSE : MARKUP_OPEN;
}

static bool ends_raw(const struct markup *m, struct str at) /* at "<" */
{
	if (!str_starts(at, S("</")) || !str_eq_fold(str_head(str_skip(at, 2), m->raw.len), m->raw))
		return false;
	struct str behind = str_skip(at, 2 + m->raw.len);
	return behind.len && (is_space(*behind.at) || *behind.at == '/' || *behind.at == '>');
}

static enum markup_kind read_raw(struct markup *m)
{
	size_t i = 0;
	bool plain = str_eq(m->raw, S("plaintext"));
	for (;; i++) {
		ptrdiff_t at = plain ? -1 : str_find_byte(str_skip(m->rest, i), '<');
		i = at < 0 ? m->rest.len : i + (size_t)at;
		if (at < 0 || ends_raw(m, str_skip(m->rest, i)))
			break;
	}
	m->text = str_head(m->rest, i);
	m->rest = str_skip(m->rest, i);
	m->raw = (struct str){};
	return m->raw_references ? MARKUP_TEXT : MARKUP_RAW;
}

/* Is there markup at this "<"? */
static bool is_markup(const struct markup *m, struct str at)
{
	if (at.len < 2)
		return false;
	if (at.at[1] == '!' || at.at[1] == '?')
		return true;
	if (at.at[1] == '/')
		return m->xml ? starts_name(m, str_skip(at, 2)) : at.len > 2;
	return starts_name(m, str_skip(at, 1));
}

static enum markup_kind read_text(struct markup *m)
{
	size_t i = 0;
	for (; i < m->rest.len; i++) {
		ptrdiff_t at = str_find_byte(str_skip(m->rest, i), '<');
		i = at < 0 ? m->rest.len : i + (size_t)at;
		if (at < 0 || is_markup(m, str_skip(m->rest, i)))
			break;
		m->loose = true;
	}
	m->text = str_head(m->rest, i);
	m->rest = str_skip(m->rest, i);
	return MARKUP_TEXT;
}

enum markup_kind markup_next(struct markup *m)
{
	for (;;) {
		if (!m->rest.len)
			return MARKUP_END;
		if (m->raw.len) {
			enum markup_kind kind = read_raw(m);
			if (m->text.len)
				return kind;
			continue;
		}
		if (*m->rest.at != '<' || !is_markup(m, m->rest))
			return read_text(m);
		if (m->rest.at[1] == '!' || m->rest.at[1] == '?')
			return read_declaration(m);
		if (m->rest.at[1] != '/' )
			return read_tag(m, false);
		if (starts_name(m, str_skip(m->rest, 2)))
			return read_tag(m, true);
		m->rest = str_skip(m->rest, 2); /* </> is nothing, </1 … > a comment */
		m->text = take_until(m, ">");
		if (m->text.len)
			return MARKUP_COMMENT;
	}
}

/* ---- references ---- */

/* What Windows-1252 has at 0x80 … 0x9f: numbers that are meant so. */
static const u32 windows[] = {
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018,
	0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
};

u32 markup_windows(u32 code)
{
	return code >= 0x80 && code < 0xa0 ? windows[code - 0x80] : code;
}

static bool is_letter_of_text(u32 code)
{
	return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0x7f) ||
	       (code >= 0x80 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000));
}

/* "#38" or "#x26", of digits only. */
static bool read_number(struct str name, u32 *ret_code)
{
	bool hex = name.len > 1 && (name.at[1] == 'x' || name.at[1] == 'X');
	u64 code = 0;
	struct str digits = str_skip(name, hex ? 2 : 1);
	if (!digits.len)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.at[i], low = (char)(c | 32);
		int digit = c >= '0' && c <= '9' ? c - '0' : hex && low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
		if (digit < 0)
			return false;
		code = code > 0x110000 ? code : code * (hex ? 16 : 10) + (u64)digit;
	}
	*ret_code = (u32)code;
	return true;
}

static bool read_word(struct str name, u32 *ret_code)
{
	char word[WORD_MAX] = {};
	if (!name.len || name.len >= sizeof word)
		return false;
	memcpy(word, name.at, name.len);
	if (strcmp(word, "apos") == 0) {
		*ret_code = '\'';
		return true;
	}
	const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)word);
	if (!entity)
		return false;
	*ret_code = entity->value;
	return true;
}

/* At "&": the length of the name behind it, digits and letters with at most one '#' before. */
static struct str name_at(struct str raw)
{
	size_t i = raw.len > 1 && raw.at[1] == '#' ? 2 : 1;
	while (i < raw.len && i < 64 && (is_letter(raw.at[i]) || (raw.at[i] >= '0' && raw.at[i] <= '9') || raw.at[i] == '_' ||
					 raw.at[i] == '.' || raw.at[i] == '-' || (u8)raw.at[i] >= 0x80))
		i++;
	return str_head(str_skip(raw, 1), i - 1);
}

size_t markup_reference(struct str raw, u32 *ret_code_point)
{
	struct str name = name_at(raw);
	u32 code;
	if (!str_starts(str_skip(raw, 1 + name.len), S(";")))
		return 0;
	if (str_starts(name, S("#")) ? !read_number(name, &code) || !is_letter_of_text(code) : !read_word(name, &code))
		return 0;
	*ret_code_point = code;
	return name.len + 2;
}

/* Without a semicolon: the digits that are there, as browsers do. */
static size_t bare_number(struct str raw, u32 *ret_code)
{
	struct str name = name_at(raw);
	size_t len = 1;
	bool hex = name.len > 1 && (name.at[1] | 32) == 'x';
	for (len = hex ? 2 : 1; len < name.len; len++) {
		char c = name.at[len], low = (char)(c | 32);
		if (!(c >= '0' && c <= '9') && !(hex && low >= 'a' && low <= 'f'))
			break;
	}
	return read_number(str_head(name, len), ret_code) ? 1 + len : 0;
}

/* The reference at the start of `raw`, decoded; what it is not, byte by byte. Returns how much was read. */
static size_t add_reference(struct buf *out, struct str raw, const struct map *entities, bool *unknown)
{
	u32 code;
	size_t len = markup_reference(raw, &code);
	struct str name = name_at(raw);
	const struct str *own = !len && entities && name.len ? map_get(entities, name) : NULL;
	if (own && str_starts(str_skip(raw, 1 + name.len), S(";"))) {
		buf_add(out, *own);
		return name.len + 2;
	}
	if (unknown && !len)
		*unknown = true;
	if (!len && str_starts(name, S("#"))) {
		len = bare_number(raw, &code);
		if (len && str_starts(str_skip(raw, len), S(";")))
			len++; /* a number of nothing that may stand in a text */
		if (len && !is_letter_of_text(code))
			return len;
	}
	if (!len) {
		buf_addc(out, '&');
		return 1;
	}
	buf_add_utf8(out, code);
	return len;
}

void markup_add_decoded(struct buf *out, struct str raw, const struct map *entities, bool *unknown)
{
	while (raw.len) {
		ptrdiff_t at = str_find_byte(raw, '&');
		buf_add(out, at < 0 ? raw : str_head(raw, (size_t)at));
		if (at < 0)
			return;
		raw = str_skip(raw, (size_t)at);
		raw = str_skip(raw, add_reference(out, raw, entities, unknown));
	}
}
