#include "page/channel_look.h"

#include "base/lang.h"
#include "channel/channel.h"
#include "page/page.h"
#include "ui/document.h"

struct channel_look channel_look(const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	if (c->archived_at)
		return (struct channel_look){"archived", N_("Put away"), "line", "database"};
	if (!kind || !kind->can)
		return (struct channel_look){"archive", N_("Archive"), "line", "database"};
	if (kind->login && !c->secret.len)
		return (struct channel_look){"unfinished", N_("Not signed in yet"), "sun", "key-round"};
	if (str_eq(c->state, S("paused")))
		return (struct channel_look){"paused", N_("Paused"), "sun", "pause"};
	if (str_eq(c->state, S("failing")))
		return (struct channel_look){"failing", N_("Does not answer"), "red", "octagon-alert"};
	if (str_eq(c->state, S("broken")))
		return (struct channel_look){"broken", N_("To be connected again"), "red", "key-round"};
	return (struct channel_look){"ok", N_("Connected"), "ok", "circle-check"};
}

json_t *channel_kinds_shape(struct cx *cx, struct str next)
{
	json_t *list = json_array();
	for (size_t i = 0; i < channel_kind_count; i++) {
		const struct channel_kind *k = channel_kinds[i];
		if (!k->can)
			continue;
		struct str url = next.len ? arena_printf(cx->arena, "/channels/new/%s?next=%.*s", k->word, STR_ARG(next))
					  : arena_printf(cx->arena, "/channels/new/%s", k->word);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "word", k->word, "title", _(k->title), "about", _(k->about), "network",
						      doc_network(cx->lang, str_of(k->network)), "url", doc_text(url)));
	}
	return list;
}

struct str channel_rights_text(struct cx *cx, const struct channel_kind *kind)
{
	const char *between = !kind->login ? ", " : kind->login->rights_by ? kind->login->rights_by : " ";
	CLEANUP(buf_free) struct buf b = {};
	for (const struct channel_right *r = kind->rights; r && r->word; r++)
		buf_addf(&b, "%s%s", b.len ? between : "", r->word);
	return buf_keep(&b, cx->arena);
}

struct str channel_address_trouble(struct cx *cx)
{
	struct str url = page_setup.public_url, host = str_skip(url, str_starts(url, S("https://")) ? 8 : 7);
	bool here_alone = str_starts(host, S("localhost")) || str_starts(host, S("127.")) || str_starts(host, S("[::1]"));
	if (str_starts(url, S("https://")) && !here_alone)
		return (struct str){};
	return arena_printf(cx->arena, _(N_("The address of this desk is %.*s. Networks take people back and bring news only to an https address that they can reach: whoever runs Parvis sets it (public_url).")),
			    STR_ARG(url));
}
