#include "text/entity_text.h"

#include "base/buf.h"
#include "base/utf8.h"

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (u8)c >= 0x80;
}

/* "[name :" at the beginning of *rest, which moves behind it and the spaces. */
static bool open_mark(struct str *rest, struct str *ret_name)
{
	struct str at = str_skip(*rest, 1);
	size_t len = 0;
	while (at.len && at.at[0] == ' ')
		at = str_skip(at, 1);
	while (len < at.len && in_name(at.at[len]))
		len++;
	struct str name = str_head(at, len);
	at = str_skip(at, len);
	while (at.len && at.at[0] == ' ')
		at = str_skip(at, 1);
	if (!len || !at.len || at.at[0] != ':' || !utf8_valid(name))
		return false;
	*ret_name = name;
	*rest = str_skip(at, 1);
	return true;
}

static bool escaped(struct str rest)
{
	return rest.len > 1 && rest.at[0] == '\\' && (rest.at[1] == '[' || rest.at[1] == ']' || rest.at[1] == '\\');
}

/* The words up to the bracket that closes, without the spaces around them. */
static enum err read_mark(struct cx *cx, struct str name, struct str *rest, struct buf *text, struct entity_mark *ret_mark)
{
	CLEANUP(buf_free) struct buf words = {};
	for (;; *rest = str_skip(*rest, 1)) {
		if (!rest->len)
			return fail(cx, ERR_BAD_INPUT, N_("The bracket of “%.*s” is never closed."), STR_ARG(name));
		if (rest->at[0] == '[')
			return fail(cx, ERR_BAD_INPUT, N_("A bracket is opened within that of “%.*s”; write \\[ for a bracket that means itself."), STR_ARG(name));
		if (rest->at[0] == ']')
			break;
		if (escaped(*rest))
			*rest = str_skip(*rest, 1);
		buf_addc(&words, rest->at[0]);
	}
	*rest = str_skip(*rest, 1);
	struct str said = str_trim(buf_str(&words));
	if (!said.len)
		return fail(cx, ERR_BAD_INPUT, N_("There are no words in the bracket of “%.*s”."), STR_ARG(name));
	*ret_mark = (struct entity_mark){name, (u32)text->len, (u32)(text->len + said.len)};
	buf_add(text, said);
	return OK;
}

enum err entity_text_read(struct cx *cx, struct str line, struct entity_text *ret_text)
{
	struct entity_text out = {};
	struct buf *text = buf_in_arena(cx->arena);
	struct str rest = line, name;
	size_t capacity = 0;
	while (rest.len) {
		if (rest.at[0] == '[' && open_mark(&rest, &name)) {
			struct entity_mark mark;
			if (name.len > ENTITY_NAME_BYTES)
				return fail(cx, ERR_BAD_INPUT, N_("A name of an entity is longer than %u bytes."), ENTITY_NAME_BYTES);
			TRY(read_mark(cx, name, &rest, text, &mark));
			*arena_push(cx->arena, out.marks, out.mark_count, capacity) = mark;
			continue;
		}
		if (escaped(rest))
			rest = str_skip(rest, 1);
		buf_addc(text, rest.at[0]);
		rest = str_skip(rest, 1);
	}
	out.text = buf_keep(text, cx->arena);
	*ret_text = out;
	return OK;
}
