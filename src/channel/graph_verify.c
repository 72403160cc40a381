/* What a token may do and how long it lives: https://developers.facebook.com/docs/graph-api/reference/debug_token (as of 2026-11-21). */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/graph.h"

static void note_version(struct verified *v)
{
	json_object_set_new(v->known, "version", json_pack("{s:s, s:s?}", "word", graph_version.word, "until", graph_version.until));
}

/* The earlier of two ends; 0 is none. */
static i64 earlier(i64 a, i64 b)
{
	return !a || (b && b < a) ? b : a;
}

enum err graph_verify_token(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/debug_token?input_token=");
	buf_add_url(&path, exchange_secret(cx, account, "token"));
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(graph_ask(cx, net, account, &x));
	note_version(v);
	const json_t *data = json_map(x.document, "data");
	if (x.answer.outcome != NET_ANSWERED || x.answer.status != 200 || !data)
		return OK; /* it works all the same; what it may do is not told */
	if (json_is_false(json_object_get(data, "is_valid"))) {
		v->outcome = OUTCOME_HOLD;
		v->story = str_of(_(N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then.")));
		return OK;
	}
	v->rights_told = json_is_array(json_object_get(data, "scopes"));
	v->right_count = exchange_texts(cx, json_object_get(data, "scopes"), &v->rights);
	/* The token ends, or what it may see does: a person must act before the earlier. */
	v->expires_at = earlier(json_number(data, "expires_at", 0), json_number(data, "data_access_expires_at", 0)) * SECOND;
	return OK;
}
