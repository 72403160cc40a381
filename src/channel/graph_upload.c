/* graph_upload.c: films to Meta's servers for uploads, in one piece: where a step before told to put them
 * (https://developers.facebook.com/docs/page-stories-api, https://developers.facebook.com/docs/instagram-platform/content-publishing/resumable-uploads; as of 2026-11-22). */
#include "base/lang.h"
#include "channel/graph.h"

#define HOME S("https://graph.facebook.com")

/* What lets us in is shown to nobody else: Meta's own servers, or the gateway that requests go through. */
static bool is_theirs(struct cx *cx, const struct channel_account *account, struct str url)
{
	struct str base = exchange_setting(account, "url");
	struct net_url parsed;
	if (base.len && !net_is_home(cx->arena, base, HOME))
		return net_is_home(cx->arena, url, base);
	return net_url_parse(cx->arena, url, &parsed) && parsed.secure && (str_eq(parsed.host, S("facebook.com")) || str_ends(parsed.host, S(".facebook.com")));
}

enum err graph_upload(struct cx *cx, struct net *net, const struct channel_account *account, struct str url, const struct outbound_media *film, bool *ret_there, struct sent *ret_sent)
{
	const struct net_header headers[] = {
		{S("Authorization"), arena_printf(cx->arena, "OAuth %.*s", STR_ARG(exchange_secret(cx, account, "token")))},
		{S("offset"), S("0")},
		{S("file_size"), arena_printf(cx->arena, "%zu", film->bytes.len)},
	};
	struct exchange x = {.method = "POST", .base = url, .body = film->bytes, .type = "application/octet-stream", .headers = headers, .header_count = COUNT(headers), .credential = true,
			     .repeatable = true, .timeout = exchange_upload_time(film->bytes.len)};
	*ret_there = false;
	if (!is_theirs(cx, account, url)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
		return OK;
	}
	TRY(exchange_ask(cx, net, &x));
	*ret_there = graph_read_first(cx, account, &x, ret_sent);
	return OK;
}
