/* graph_post.c: what posts of a page and of an Instagram account have in common: pictures put into the page's album where nobody sees them, and the
 * words that stand first. */
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/graph.h"

bool graph_read_first(struct cx *cx, const struct channel_account *account, const struct exchange *x, struct sent *ret_sent)
{
	graph_acted(cx, account, x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE && json_is_object(x->document))
		return true;
	if (ret_sent->outcome == OUTCOME_UNKNOWN || ret_sent->outcome == OUTCOME_DONE) {
		ret_sent->outcome = OUTCOME_LATER;
		if (!x->answer.story.len)
			ret_sent->story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")));
	}
	return false;
}

struct outbound graph_as_said(struct cx *cx, const struct outbound *o)
{
	struct outbound said = *o;
	if (o->warning.len)
		said.body = arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(o->warning), STR_ARG(o->body));
	return said;
}

enum err graph_photo(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *m, struct str *ret_id, bool *ret_there, struct sent *ret_sent)
{
	struct str page = graph_page(account);
	struct exchange_part parts[] = {
		{.name = "published", .value = S("false")},
		graph_file(cx, "source", m),
		{.name = "alt_text_custom", .value = m->alt},
	};
	struct exchange x = {.method = "POST", .path = graph_path(cx, page.len ? page : S("me"), "/photos"), .repeatable = true};
	*ret_there = false;
	if (!str_eq(m->kind, S("image"))) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("Pictures go with a post there, and no other files. Nothing was sent.")))};
		return OK;
	}
	exchange_form(cx, &x, parts, m->alt.len ? COUNT(parts) : COUNT(parts) - 1);
	TRY(graph_ask(cx, net, account, &x));
	if (!graph_read_first(cx, account, &x, ret_sent))
		return OK;
	*ret_id = exchange_text(cx, x.document, "id");
	*ret_there = ret_id->len > 0;
	if (!*ret_there)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	return OK;
}
