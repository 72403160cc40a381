#include "channel/json_split.h"

#include "base/buf.h"

#include <string.h>

#define LEVELS_MAX 6

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

/* Behind the string that starts at `at`; NULL when it is never closed, or broken by a line end, which JSON forbids. */
static const char *string_end(const char *at, const char *end)
{
	for (at++; at < end; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\n')
			return NULL;
		if (*at == '\\')
			at++;
	}
	return NULL;
}

static const char *end_of(const char *at, const char *end)
{
	i64 depth = 0;
	if (at >= end)
		return NULL;
	if (*at == '"')
		return string_end(at, end);
	if (*at != '{' && *at != '[') { /* a number or a word */
		while (at < end && !is_space(*at) && !strchr(",]}", *at))
			at++;
		return at;
	}
	while (at < end) {
		char c = *at;
		if (c == '"') {
			at = string_end(at, end);
			if (!at)
				return NULL;
			continue;
		}
		at++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return at;
	}
	return NULL;
}

const char *json_value_end(struct str text)
{
	return text.len ? end_of(text.at, text.at + text.len) : NULL;
}

/* Around what is being cut: its beginnings and its ends, innermost last. */
struct level {
	struct str open, close; /* of an object, `open` holds all other members */
};

struct cut {
	struct cx *cx;
	const struct json_parts *parts;
	struct level levels[LEVELS_MAX];
	int depth;
	i64 first;   /* of the outermost array; -1 before it */
	struct buf part;
};

static enum err cut_value(struct cut *c, struct str value);

/* A part, with everything around it. */
static enum err hand_over(struct cut *c, struct str value)
{
	struct buf *b = &c->part;
	buf_clear(b);
	for (int i = 0; i < c->depth; i++)
		buf_add(b, c->levels[i].open);
	buf_add(b, value);
	for (int i = c->depth; i > 0; i--)
		buf_add(b, c->levels[i - 1].close);
	if (!buf_ok(b))
		return c->parts->too_large(c->cx, c->parts->subject, value, c->first);
	return c->parts->part(c->cx, c->parts->subject, buf_str(b), c->first);
}

/* The elements in [from, to) of an array, which starts with its element number `first`. */
static enum err hand_over_elements(struct cut *c, const char *from, const char *to, i64 first)
{
	CLEANUP(buf_free) struct buf elements = {.max = (size_t)(to - from) + 2};
	i64 outer = c->first;
	buf_addc(&elements, '[');
	buf_add(&elements, str_span(from, to));
	buf_addc(&elements, ']');
	if (outer < 0)
		c->first = first;
	enum err error = hand_over(c, buf_str(&elements));
	c->first = outer;
	return error;
}

static enum err cut_deeper(struct cut *c, struct level level, struct str value, i64 first)
{
	enum err error;
	bool outermost = c->first < 0 && first >= 0;
	if (c->depth == LEVELS_MAX)
		return c->parts->too_large(c->cx, c->parts->subject, value, c->first);
	if (outermost)
		c->first = first;
	c->levels[c->depth++] = level;
	error = cut_value(c, value);
	c->depth--;
	if (outermost)
		c->first = -1;
	return error;
}

static enum err cut_array(struct cut *c, struct str array)
{
	const char *end = array.at + array.len - 1, *at = skip_space(array.at + 1, end), *from = at;
	i64 index = 0, first = 0;
	while (at < end) {
		const char *behind = end_of(at, end);
		if (!behind || behind == at)
			return c->parts->too_large(c->cx, c->parts->subject, str_span(at, end), index);
		struct str element = str_span(at, behind);
		if ((size_t)(behind - from) > c->parts->most && at > from) { /* what came before it is a part */
			const char *to = at;
			while (to > from && (is_space(to[-1]) || to[-1] == ','))
				to--;
			TRY(hand_over_elements(c, from, to, first));
			from = at;
			first = index;
		}
		at = skip_space(behind, end);
		if (at < end && *at == ',')
			at = skip_space(at + 1, end);
		index++;
		if (element.len > c->parts->most) {
			TRY(cut_deeper(c, (struct level){.open = S("["), .close = S("]")}, element, first));
			from = at;
			first = index;
		}
	}
	const char *to = end;
	while (to > from && (is_space(to[-1]) || to[-1] == ','))
		to--;
	return to > from ? hand_over_elements(c, from, to, first) : OK;
}

struct member {
	struct str key;   /* with its quotes */
	struct str value;
};

/* Step to the next member; false at the end or where it is no JSON. */
static bool next_member(const char **at, const char *end, struct member *ret_member)
{
	const char *key = skip_space(*at, end);
	if (key < end && *key == ',')
		key = skip_space(key + 1, end);
	const char *key_end = key < end && *key == '"' ? string_end(key, end) : NULL;
	const char *colon = key_end ? skip_space(key_end, end) : end;
	if (colon >= end || *colon != ':')
		return false;
	const char *value = skip_space(colon + 1, end), *value_end = end_of(value, end);
	if (!value_end || value_end == value)
		return false;
	*ret_member = (struct member){str_span(key, key_end), str_span(value, value_end)};
	*at = value_end;
	return true;
}

/* An object without one large member: some of its members at a time. */
static enum err cut_members(struct cut *c, struct str object)
{
	const char *end = object.at + object.len - 1, *at = object.at + 1;
	struct member member;
	size_t most = c->parts->most;
	CLEANUP(buf_free) struct buf some = {.max = most * 3 + 8}; /* at least one member, whose key and value have `most` at most */
	for (bool more = true; more;) {
		more = next_member(&at, end, &member);
		if (some.len && (!more || some.len + member.key.len + member.value.len > most)) {
			buf_addc(&some, '}');
			TRY(hand_over(c, buf_str(&some)));
			buf_clear(&some);
		}
		if (more && member.key.len > most) {
			TRY(c->parts->too_large(c->cx, c->parts->subject, member.key, c->first));
		} else if (more && member.value.len > most) {
			CLEANUP(buf_free) struct buf open = {};
			buf_addf(&open, "{%.*s:", STR_ARG(member.key));
			TRY(cut_deeper(c, (struct level){.open = buf_str(&open), .close = S("}")}, member.value, -1));
		} else if (more) {
			buf_addc(&some, some.len ? ',' : '{');
			buf_add(&some, member.key);
			buf_addc(&some, ':');
			buf_add(&some, member.value);
		}
	}
	return OK;
}

static enum err cut_object(struct cut *c, struct str object)
{
	const char *end = object.at + object.len - 1, *at = object.at + 1;
	struct member member, largest = {};
	while (next_member(&at, end, &member))
		if (member.value.len > largest.value.len)
			largest = member;
	if (object.len - largest.value.len > c->parts->most)
		return cut_members(c, object);
	CLEANUP(buf_free) struct buf others = {.max = c->parts->most + 16};
	buf_addc(&others, '{');
	at = object.at + 1;
	while (next_member(&at, end, &member)) {
		if (member.value.at == largest.value.at)
			continue;
		buf_add(&others, member.key);
		buf_addc(&others, ':');
		buf_add(&others, member.value);
		buf_addc(&others, ',');
	}
	buf_add(&others, largest.key);
	buf_addc(&others, ':');
	return cut_deeper(c, (struct level){.open = buf_str(&others), .close = S("}")}, largest.value, -1);
}

static enum err cut_value(struct cut *c, struct str value)
{
	char last = value.len > 1 ? value.at[value.len - 1] : '\0';
	if (value.len && *value.at == '[' && last == ']')
		return cut_array(c, value);
	if (value.len && *value.at == '{' && last == '}')
		return cut_object(c, value);
	return c->parts->too_large(c->cx, c->parts->subject, value, c->first);
}

static void free_part(struct cut *c)
{
	buf_free(&c->part);
}

enum err json_split(struct cx *cx, struct str value, const struct json_parts *parts)
{
	CLEANUP(free_part) struct cut c = {.cx = cx, .parts = parts, .first = -1, .part.max = parts->most * (LEVELS_MAX + 4) + 64};
	return cut_value(&c, value);
}
