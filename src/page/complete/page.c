/* complete: what somebody may mean who has begun to write a name or a hashtag: asked for by the composer and the reply box while one types. */
#include "base/buf.h"
#include "base/lang.h"
#include "flow/complete.h"
#include "page/page.h"
#include "store/channel.h"
#include "ui/document.h"

#define CHANNELS_MOST 50

/* "12 posts · in “Bread” · rising" */
static struct str about(struct cx *cx, const struct completion *c)
{
	CLEANUP(buf_free) struct buf b = {};
	if (c->posts)
		buf_addf(&b, tr_n(cx->lang, "%lld post", "%lld posts", c->posts), (long long)c->posts);
	if (c->set.len) {
		buf_adds(&b, b.len ? " · " : "");
		buf_addf(&b, _(N_("in “%.*s”")), STR_ARG(c->set));
	}
	if (c->rises) {
		buf_adds(&b, b.len ? " · " : "");
		buf_adds(&b, _(N_("rising")));
	}
	return buf_keep(&b, cx->arena);
}

static void answer(struct cx *cx, struct reply *reply, const struct completion *list, size_t count)
{
	json_t *items = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(items, json_pack("{s:o, s:o, s:o, s:o}", "text", doc_text(list[i].text), "name", doc_text_or_null(list[i].name), "network",
						       list[i].network.len ? doc_network(cx->lang, list[i].network) : json_null(), "about", doc_text_or_null(about(cx, &list[i]))));
	reply_json(reply, json_pack("{s:o}", "items", items));
}

/* Channels that are not there any more say nothing. */
static enum err names(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str networks[CHANNELS_MOST];
	struct completion *list;
	size_t count, network_count = 0;
	for (size_t i = 0; i < param_count(request, "channels") && network_count < CHANNELS_MOST; i++) {
		struct channel channel;
		enum err e = channel_get(cx, request_db(request), here(cx), param_id_at(request, "channels", i), &channel);
		if (e == ERR_MISSING)
			cx_forget(cx);
		else if (e)
			return e;
		else
			networks[network_count++] = channel.network;
	}
	TRY(complete_names(cx, request_db(request), here(cx), networks, network_count, param_text(request, "q"), &list, &count));
	answer(cx, reply, list, count);
	return OK;
}

static enum err tags(struct cx *cx, struct request *request, struct reply *reply)
{
	struct completion *list;
	size_t count;
	TRY(complete_tags(cx, request_db(request), here(cx), param_text(request, "q"), &list, &count));
	answer(cx, reply, list, count);
	return OK;
}

#define BEGINNING {.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 80, .about = "What is typed so far, without its sign."}
static const struct param name_params[] = {
	BEGINNING, {.name = "channels", .in = IN_QUERY, .type = P_ID, .flags = PARAM_LIST, .about = "The channels that the text goes to: names are those of their networks."}, {},
};
static const struct param tag_params[] = {BEGINNING, {}};

static const struct shape shapes[] = {
	{"Completion", "{text: text, name: text?, network: Network?, about: text?}", "What may be meant: text is what goes into what is being written, with its sign."},
	{"Completions", "{items: [Completion]}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/completions/names", .permission = MAY_READ_INBOX, .params = name_params, .handle = names, .answer = "Completions",
	 .about = "People that wrote to the workspace, as their network names them, by the beginning of a name."},
	{.method = "GET", .path = "/completions/hashtags", .permission = MAY_READ_POSTS, .params = tag_params, .handle = tags, .answer = "Completions",
	 .about = "Hashtags of our posts, of the sets of the house, and those that rise, by their beginning."},
	{},
};

const struct page page_complete = {"complete", routes, shapes, .file = __FILE__};
