/* page.c: where networks bring what was said (webhooks): /in/KIND/PASS. What comes is kept as it came; whoever sends it hears 2xx once that
 * is committed, and nothing else: what it is worth is for the working role to say (flow/delivery.h). */
#include "base/lang.h"
#include "flow/delivery.h"
#include "page/page.h"

static struct delivery delivery_of(struct cx *cx, struct request *request)
{
	struct str path = request_path(request), query = request_query(request);
	struct delivery d = {.method = str_of(request_method(request)), .body = request_body(request),
			     .path = query.len ? arena_printf(cx->arena, "%.*s?%.*s", STR_ARG(path), STR_ARG(query)) : path};
	request_headers(request, &d.headers, &d.header_count);
	return d;
}

static enum err open_channel(struct cx *cx, struct request *request, struct channel *ret_channel)
{
	return delivery_channel(cx, request_db(request), page_setup.outside, param_text(request, "kind"), param_text(request, "pass"), ret_channel);
}

static enum err take(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel c;
	TRY(open_channel(cx, request, &c));
	struct delivery d = delivery_of(cx, request);
	TRY(delivery_keep(cx, request_db(request), &c, &d));
	reply_bytes(reply, "text/plain; charset=utf-8", S("kept\n"));
	return OK;
}

static enum err answer(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel c;
	struct received r;
	TRY(open_channel(cx, request, &c));
	struct delivery d = delivery_of(cx, request);
	TRY(delivery_challenge(cx, page_setup.outside, &c, &d, &r));
	reply_bytes(reply, r.answer_type.len ? arena_cstr(cx->arena, r.answer_type) : "text/plain; charset=utf-8", r.answer);
	return OK;
}

static const struct param params[] = {
	{.name = "kind", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "The kind of channel."},
	{.name = "pass", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = DELIVERY_PASS_MAX, .about = "The channel's own part of the address."},
	{},
};

/* A network brings everybody's messages from a few addresses: the measure is the channel's (flow/delivery.h); this one is against noise. */
#define IN .path = "/in/{kind}/{pass}", .params = params
static const struct route routes[] = {
	{.method = "POST", IN, .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY | ROUTE_NO_CSRF | ROUTE_RAW | ROUTE_TOGETHER, .handle = take, .body_max = DELIVERY_BODY_MAX,
	 .per_minute = 600000, .about = "A network brings what was said."},
	{.method = "GET", IN, .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .handle = answer, .per_minute = 600, .about = "A network asks whether we are there."},
	{},
};

const struct page page_in = {"in", routes, .file = __FILE__};
