/* Signing in at Meta (https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived, as of 2026-11-21): what a person
 * signs in with is a token of theirs, for an hour; the app makes one of sixty days of it, and that one tells the pages they look after, each with
 * a token of its own, which is what the channel speaks with. Which page it is, the setting "page" says where there are several. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/graph.h"
#include "sys/crypto.h"

#define LISTS_MAX 10
#define NAMED_MAX 12 /* in a story */

const struct channel_login graph_login = {
	.authorize = "https://www.facebook.com/v25.0/dialog/oauth", .token = "https://graph.facebook.com/v25.0/oauth/access_token",
	.manual = "https://developers.facebook.com/apps/", .issuer = "https://www.facebook.com", .more = "auth_type=rerequest", .rights_by = ",", .secret = "token",
	.exchanges = true, .as_of = "2026-11-21", .source = "developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow",
};

/* ---- which page ---- */

static bool is_wanted(const json_t *page, struct str wanted)
{
	struct str handle = str_starts(wanted, S("@")) ? str_skip(wanted, 1) : wanted;
	return str_eq(json_text(page, "id"), wanted) || str_eq_fold(json_text(page, "name"), wanted) || str_eq(json_text(page, "instagram_business_account/id"), wanted) ||
	       str_eq_fold(json_text(page, "instagram_business_account/username"), handle);
}

static bool has_page(const json_t *pages, struct str id)
{
	const json_t *page;
	size_t index;
	json_array_foreach((json_t *)pages, index, page)
		if (str_eq(json_text(page, "id"), id))
			return true;
	return false;
}

/* “The Bakery” (1001), “The Café” (1002) */
static struct str names_of(struct cx *cx, const json_t *pages)
{
	CLEANUP(buf_free) struct buf b = {};
	const json_t *page;
	size_t index;
	json_array_foreach((json_t *)pages, index, page)
	{
		struct str name = json_text(page, "name"), id = json_text(page, "id");
		if (index < NAMED_MAX)
			buf_addf(&b, "%s“%.*s” (%.*s)", index ? ", " : "", STR_ARG(name), STR_ARG(id));
		else if (index == NAMED_MAX)
			buf_adds(&b, ", …");
	}
	return buf_keep(&b, cx->arena);
}

static void choose(struct cx *cx, const json_t *pages, struct str wanted, bool instagram, struct graph_pages *p)
{
	const json_t *page, *chosen = NULL;
	size_t index, count = 0;
	json_array_foreach((json_t *)pages, index, page)
		if (!wanted.len || is_wanted(page, wanted)) {
			chosen = page;
			count++;
		}
	struct str names = names_of(cx, pages);
	if (count == 1)
		p->token = exchange_text(cx, chosen, "access_token");
	if (count == 1 && !p->token.len)
		p->story = arena_printf(cx->arena, _(N_("The network gives no access to %.*s to the person who signed in. Somebody with a role on it has to.")), STR_ARG(names_of(cx, pages)));
	else if (!json_array_size(pages))
		p->story = str_of(instagram ? _(N_("The person who signed in gave Parvis no page that a professional Instagram account is linked to. Sign in once more, and choose the page and the account there."))
					    : _(N_("The person who signed in gave Parvis no page. Sign in once more, and choose the page there.")));
	else if (!count)
		p->story = arena_printf(cx->arena, _(N_("“%.*s” is none of the pages that the person who signed in gave to Parvis: %.*s. Write one of these under “Page” in the channel's settings, or sign in once more and choose it there.")),
					STR_ARG(wanted), STR_ARG(names));
	else if (count > 1)
		p->story = arena_printf(cx->arena, _(N_("The person who signed in looks after several pages: %.*s. Write the name or the number of the one that this channel is for under “Page” in its settings.")),
					STR_ARG(names));
}

enum err graph_pages(struct cx *cx, struct net *net, const struct channel_account *account, struct str token, bool instagram, struct exchange *x, struct graph_pages *ret_pages)
{
	json_t *pages = json_array(), *page;
	struct str after = {};
	size_t index;
	struct graph_pages p = {};
	exchange_keep(cx, pages);
	for (int i = 0; i < LISTS_MAX && (!i || after.len); i++) {
		CLEANUP(buf_free) struct buf path = {};
		buf_adds(&path, "/me/accounts?fields=id,name,access_token,instagram_business_account{id,username}&limit=100");
		if (after.len) {
			buf_adds(&path, "&after=");
			buf_add_url(&path, after);
		}
		*x = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
		TRY(graph_ask_as(cx, net, account, token, x));
		p.is_told = x->answer.outcome == NET_ANSWERED && x->answer.status == 200 && json_list(x->document, "data");
		if (!p.is_told)
			break;
		json_array_foreach(json_list(x->document, "data"), index, page)
			if (!has_page(pages, json_text(page, "id")) && (!instagram || json_has(page, "instagram_business_account/id")))
				json_array_append(pages, page);
		after = json_has(x->document, "paging/next") ? arena_str(cx->arena, json_text(x->document, "paging/cursors/after")) : (struct str){};
	}
	if (p.is_told)
		choose(cx, pages, str_trim(exchange_setting(account, "page")), instagram, &p);
	*ret_pages = p;
	return OK;
}

/* ---- renewing ---- */

static void say(struct renewed *r, enum outcome outcome, struct str story, i64 retry_at)
{
	*r = (struct renewed){.outcome = outcome == OUTCOME_NEVER ? OUTCOME_HOLD : outcome, .story = story, .retry_at = retry_at};
}

/* What came of a request, where it was not as it should be. */
static void refused(struct cx *cx, const struct exchange *x, struct renewed *r)
{
	struct sent sent = {};
	graph_outcome(cx, x, &sent);
	if (sent.outcome == OUTCOME_DONE)
		say(r, OUTCOME_UNKNOWN, str_of(_(N_("The network's answer could not be read. It will be asked again."))), 0);
	else
		say(r, sent.outcome, sent.story, sent.retry_at);
}

static void add_pair(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s%s=", b->len ? "&" : "", name);
	buf_add_url(b, value);
}

/* A token of a person for one of sixty days. False: `r` says why not. */
static enum err exchange_token(struct cx *cx, struct net *net, const struct channel_account *account, struct str client, struct str *token, i64 *ret_until, struct renewed *r, bool *ret_is)
{
	CLEANUP(buf_free) struct buf form = {};
	add_pair(&form, "grant_type", S("fb_exchange_token"));
	add_pair(&form, "client_id", client);
	add_pair(&form, "client_secret", graph_app_secret(cx, account));
	add_pair(&form, "fb_exchange_token", *token);
	struct exchange x = {.method = "POST", .path = S("/oauth/access_token"), .body = buf_str(&form), .type = "application/x-www-form-urlencoded", .repeatable = true};
	TRY(graph_ask_as(cx, net, account, (struct str){}, &x));
	wipe(form.at, form.len);
	struct str fresh = x.answer.outcome == NET_ANSWERED && x.answer.status == 200 ? exchange_text(cx, x.document, "access_token") : (struct str){};
	i64 life = json_number(x.document, "expires_in", 0);
	*ret_is = fresh.len;
	if (!fresh.len) {
		refused(cx, &x, r);
		return OK;
	}
	*token = fresh;
	*ret_until = life > 0 && life < 3650 * (DAY / SECOND) ? cx->now + life * SECOND : 0;
	return OK;
}

static struct str with_tokens(struct cx *cx, const struct channel_account *account, struct str person, struct str page)
{
	json_t *secret = json_loadb(account->secret.at ? account->secret.at : "", account->secret.len, 0, NULL);
	if (!json_is_object(secret)) {
		json_decref(secret);
		secret = json_object();
	}
	json_object_set_new(secret, "user_token", json_stringn(person.at, person.len));
	json_object_set_new(secret, "token", json_stringn(page.at, page.len));
	struct str text = arena_json(cx->arena, secret, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(secret);
	return text;
}

enum err graph_renew(struct cx *cx, struct net *net, const struct channel_account *account, bool instagram, struct renewed *ret_renewed)
{
	struct renewed r = {.outcome = OUTCOME_DONE};
	struct str kept = exchange_secret(cx, account, "user_token"), token = kept.len ? kept : exchange_secret(cx, account, "token"), client = exchange_secret(cx, account, "client_id");
	struct exchange x = {};
	struct graph_pages pages = {};
	bool is = true;
	i64 until = 0;
	if (client.len && token.len)
		TRY(exchange_token(cx, net, account, client, &token, &until, &r, &is));
	if (is && token.len)
		TRY(graph_pages(cx, net, account, token, instagram, &x, &pages));
	bool of_page = !client.len && !kept.len && json_number(x.document, "error/code", 0) == 100; /* a page has no pages: its own token was typed */
	if (pages.token.len)
		r = (struct renewed){.outcome = OUTCOME_DONE, .secret = with_tokens(cx, account, token, pages.token), .token_until = until, .expires_at = until};
	else if (pages.is_told)
		say(&r, OUTCOME_HOLD, pages.story, 0);
	else if (is && token.len && !of_page)
		refused(cx, &x, &r);
	*ret_renewed = r;
	return OK;
}
