/* Figures of our own comments and of the account, member by member; what the network does not tell of one is left out. */
#include "channel/graph.h"

static enum err take_figures(struct cx *cx, const struct exchange *x, const struct graph_figure *list, struct str id, metric_taker *take, void *subject)
{
	for (const struct graph_figure *f = list; f->member; f++) {
		struct metric metric = {id, f->measure, json_number(x->document, f->member, -1)};
		if (metric.value >= 0)
			TRY(take(cx, subject, &metric));
	}
	return OK;
}

/* Gone, or no comment: it has none. */
static bool has_none(const struct exchange *x)
{
	const struct graph_error *row = x->answer.outcome == NET_ANSWERED ? graph_error_of(x->document) : NULL;
	return x->answer.outcome == NET_ANSWERED && (x->answer.status == 404 || x->answer.status == 410 || (row && row->of_edge));
}

enum err graph_metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct graph_figures *figures, const struct str *remote_ids, size_t count,
		       metric_taker *take, void *subject)
{
	for (size_t i = 0; i < count; i++) {
		struct exchange x = {.method = "GET", .path = graph_path(cx, remote_ids[i], arena_printf(cx->arena, "?fields=%s", figures->fields).at)};
		TRY(graph_ask(cx, net, account, &x));
		if (has_none(&x))
			continue;
		TRY(graph_expect(cx, &x));
		TRY(take_figures(cx, &x, figures->of_message, remote_ids[i], take, subject));
	}
	if (count)
		return OK;
	struct exchange x = {.method = "GET", .path = str_of(figures->path)};
	TRY(graph_ask(cx, net, account, &x));
	TRY(graph_expect(cx, &x));
	return take_figures(cx, &x, figures->of_account, (struct str){}, take, subject);
}
