#include "flow/saved_reply.h"

#include "base/buf.h"

#define VARIABLE_MAX 60

static struct str first_word(struct str name)
{
	name = str_trim(name);
	return str_cut(&name, ' ');
}

/* at == NULL: no such variable, or nothing to put in its place. */
static struct str value_of(struct str name, const struct saved_reply_subject *s)
{
	const struct {
		struct str name, value;
	} values[] = {
		{S("contact.first_name"), first_word(s->contact_name)}, {S("contact.name"), s->contact_name}, {S("channel.name"), s->channel_name},
		{S("me.first_name"), first_word(s->my_name)}, {S("me.name"), s->my_name}, {S("workspace.name"), s->workspace_name}, {S("date"), s->date},
	};
	for (size_t i = 0; i < COUNT(values); i++)
		if (str_eq(name, values[i].name))
			return values[i].value.len ? values[i].value : (struct str){};
	return (struct str){};
}

struct str saved_reply_render(struct cx *cx, struct str body, const struct saved_reply_subject *subject, struct str *ret_unknown)
{
	CLEANUP(buf_free) struct buf out = {}, unknown = {};
	for (;;) {
		ptrdiff_t open = str_find(body, S("{{"));
		if (open < 0)
			break;
		struct str inside = str_skip(body, (size_t)open + 2);
		ptrdiff_t close = str_find(inside, S("}}"));
		if (close < 0)
			break;
		struct str name = str_trim(str_head(inside, (size_t)close)), value = {};
		if (name.len <= VARIABLE_MAX)
			value = value_of(name, subject);
		buf_add(&out, str_head(body, (size_t)open));
		if (value.at) {
			buf_add(&out, value);
		} else {
			buf_add(&out, str_head(str_skip(body, (size_t)open), (size_t)close + 4));
			buf_adds(&unknown, unknown.len ? ", " : "");
			buf_add(&unknown, name);
		}
		body = str_skip(inside, (size_t)close + 2);
	}
	buf_add(&out, body);
	if (ret_unknown)
		*ret_unknown = buf_keep(&unknown, cx->arena);
	return buf_keep(&out, cx->arena);
}
