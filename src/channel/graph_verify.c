/* What a token may do and how long it lives: https://developers.facebook.com/docs/graph-api/reference/debug_token; whether a page's deliveries come
 * to our app: https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps (both as of 2026-11-21). */
#include "base/clock.h"
#include "base/json_text.h"
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

enum err graph_verify_account(struct cx *cx, struct net *net, const struct channel_account *account, const char *path, bool instagram, struct exchange *x, struct verified *v,
			      bool *ret_is)
{
	struct exchange list;
	struct graph_pages pages = {};
	*x = (struct exchange){.method = "GET", .path = str_of(path)};
	TRY(graph_ask(cx, net, account, x));
	*ret_is = graph_verified(cx, x, v);
	if (*ret_is || x->answer.outcome != NET_ANSWERED || json_number(x->document, "error/code", 0) != 100)
		return OK;
	/* A person has not what a page has: is it a person's token? */
	TRY(graph_pages(cx, net, account, exchange_secret(cx, account, "token"), instagram, &list, &pages));
	if (pages.is_told) {
		v->outcome = OUTCOME_HOLD;
		v->story = pages.story.len ? pages.story : str_of(_(N_("This is a person's token, and the page's own could not be had with it. Sign in once more, or paste the page's token.")));
	}
	return OK;
}

/* ---- deliveries ---- */

/* What the page is to tell our app of, each where the right for it was granted. */
static const struct {
	const char *field, *right;
} wanted[] = {
	{"feed", NULL}, {"mention", NULL}, {"ratings", NULL}, {"messages", "pages_messaging"}, {"message_echoes", "pages_messaging"}, {"message_edits", "pages_messaging"},
	{"messaging_postbacks", "pages_messaging"}, {"standby", "pages_messaging"},
};

static bool is_in(const json_t *list, const char *word)
{
	const json_t *one;
	size_t index;
	json_array_foreach((json_t *)list, index, one)
		if (str_eq(json_str_of(one), str_of(word)))
			return true;
	return false;
}

static bool is_subscribed(const json_t *apps, struct str app, const json_t *rights)
{
	const json_t *one;
	size_t index;
	json_array_foreach((json_t *)apps, index, one)
	{
		const json_t *fields = json_list(one, "subscribed_fields");
		bool all = !app.len || str_eq(json_text(one, "id"), app);
		for (size_t i = 0; i < COUNT(wanted) && fields; i++)
			if (!wanted[i].right || is_in(rights, wanted[i].right))
				all = all && is_in(fields, wanted[i].field);
		if (all)
			return true;
	}
	return false;
}

static enum err verify_deliveries(struct cx *cx, struct net *net, const struct channel_account *account, struct str page, struct str app, const json_t *rights, struct verified *v)
{
	struct exchange x = {.method = "GET", .path = graph_path(cx, page, "/subscribed_apps?fields=id,subscribed_fields")};
	TRY(graph_ask(cx, net, account, &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && json_list(x.document, "data"))
		json_object_set_new(v->known, "subscribed", json_boolean(is_subscribed(json_list(x.document, "data"), app, rights)));
	return OK;
}

enum err graph_subscribe(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state)
{
	CLEANUP(buf_free) struct buf body = {};
	const json_t *rights = json_list(account->known, "rights");
	bool any = false;
	if (!json_is_false(json_at(account->known, "subscribed")) || json_number(state, "subscribed", 0) > (cx->now - DAY) / SECOND)
		return OK;
	buf_adds(&body, "{\"subscribed_fields\":[");
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (!wanted[i].right || is_in(rights, wanted[i].right)) {
			buf_addf(&body, "%s\"%s\"", any ? "," : "", wanted[i].field);
			any = true;
		}
	buf_adds(&body, "]}");
	struct exchange x = {.method = "POST", .path = graph_path(cx, graph_page(account), "/subscribed_apps"), .body = buf_str(&body), .repeatable = true};
	TRY(graph_ask(cx, net, account, &x));
	x.body = (struct str){"", 0};
	if (x.answer.outcome == NET_ANSWERED) /* refused: a right is missing, which verify() tells; the channel is read all the same */
		json_object_set_new(state, "subscribed", json_integer(cx->now / SECOND));
	return OK;
}

/* ---- rights ---- */

/* A token tells of itself, or the app does, where we know it. */
static struct str asker_of(struct cx *cx, const struct channel_account *account)
{
	struct str client = exchange_secret(cx, account, "client_id"), secret = graph_app_secret(cx, account);
	return client.len && secret.len ? arena_printf(cx->arena, "%.*s|%.*s", STR_ARG(client), STR_ARG(secret)) : exchange_secret(cx, account, "token");
}

enum err graph_verify_token(struct cx *cx, struct net *net, const struct channel_account *account, struct str page, struct verified *v)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/debug_token?input_token=");
	buf_add_url(&path, exchange_secret(cx, account, "token"));
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(graph_ask_as(cx, net, account, asker_of(cx, account), &x));
	note_version(v);
	const json_t *data = x.answer.outcome == NET_ANSWERED && x.answer.status == 200 ? json_map(x.document, "data") : NULL;
	if (json_is_false(json_object_get(data, "is_valid"))) {
		v->outcome = OUTCOME_HOLD;
		v->story = str_of(_(N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then.")));
		return OK;
	}
	if (data) { /* else it works all the same; what it may do is not told */
		v->rights_told = json_is_array(json_object_get(data, "scopes"));
		v->right_count = exchange_texts(cx, json_object_get(data, "scopes"), &v->rights);
		/* The token ends, or what it may see does: a person must act before the earlier. */
		v->expires_at = earlier(json_instant(data, "expires_at"), json_instant(data, "data_access_expires_at"));
	}
	if (!graph_app_secret(cx, account).len) /* nothing that is delivered could be believed */
		return OK;
	return verify_deliveries(cx, net, account, page, json_id(cx->arena, data, "app_id"), json_object_get(data, "scopes"), v);
}
