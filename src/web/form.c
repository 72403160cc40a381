#include "web/form.h"

#include <string.h>

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool percent_decode(struct arena *arena, struct str text, bool plus, struct str *ret_text)
{
	if (str_find_byte(text, '%') < 0 && (!plus || str_find_byte(text, '+') < 0)) {
		*ret_text = text;
		return str_find_byte(text, '\0') < 0;
	}
	char *out = arena_alloc(arena, text.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '%') {
			int high = i + 2 < text.len ? hex(text.at[i + 1]) : -1, low = i + 2 < text.len ? hex(text.at[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		if (!c)
			return false;
		out[len++] = c;
	}
	*ret_text = (struct str){out, len};
	return true;
}

enum err form_read(struct cx *cx, struct str text, enum param_in in, struct field_list *list)
{
	struct str rest = text;
	while (rest.len) {
		struct str value = str_cut(&rest, '&');
		if (!value.len)
			continue;
		struct field field = {.in = in};
		struct str name = str_cut(&value, '=');
		if (!percent_decode(cx->arena, name, true, &field.name) || !percent_decode(cx->arena, value, true, &field.text))
			return fail(cx, ERR_BAD_INPUT, "This request is not encoded as it should be. Nothing was changed.");
		if (list->count == FIELDS_MAX)
			return fail(cx, ERR_BAD_INPUT, "This has too many fields. Nothing was changed.");
		*arena_push(cx->arena, list->at, list->count, list->capacity) = field;
	}
	return OK;
}
