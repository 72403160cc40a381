#include "flow/saved_reply.h"

#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "model/name.h"

#define VARIABLE_MAX 60

/* at == NULL: no such variable, or nothing to put in its place. */
static struct str value_of(struct str name, const struct saved_reply_subject *s)
{
	const struct {
		struct str name, value;
	} values[] = {
		{S("contact.first_name"), name_first(s->contact_name)}, {S("contact.name"), s->contact_name}, {S("channel.name"), s->channel_name},
		{S("me.first_name"), name_first(s->my_name)}, {S("me.name"), s->my_name}, {S("workspace.name"), s->workspace_name}, {S("date"), s->date},
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

static enum err read_reply(struct cx *cx, struct str input, struct buf *out)
{
	static const struct saved_reply_subject subject = {{"Zoé Martin", 11}, {"Forum", 5}, {"Camille", 7}, {"Levain", 6}, {"24 March", 8}};
	struct str unknown;
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, input);
	buf_adds(out, "{\"text\":");
	buf_add_json(out, saved_reply_render(cx, buf_str(&clean), &subject, &unknown));
	buf_adds(out, ",\"unknown\":");
	buf_add_json(out, unknown);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_reply = {"reply", N_("A saved reply, filled in for somebody made up"), read_reply};
