#include "web/kernel.h"

#include <string.h>

#define PER_MINUTE 1200u

static enum err identify(struct request *request)
{
	struct cx *cx = &request->cx;
	struct server *server = request->server;
	if (!server->host.identify)
		return OK;
	struct place *place = request->place ? request->place : place_take(&server->places), *before = request->place;
	struct db *db = NULL;
	request->place = place;
	enum err error = place_db(cx, &server->places, place, request->method != METHOD_GET, &db);
	if (!error)
		error = server->host.identify(cx, db, request, request->session, request->api_key);
	request->place = before;
	if (!before)
		place_give(&server->places, place, error == ERR_LATER || error == ERR_SYSTEM);
	return error;
}

static enum err rate(struct request *request)
{
	struct cx *cx = &request->cx;
	struct server *server = request->server;
	unsigned own = request->endpoint ? request->endpoint->row->per_minute : 0;
	unsigned per_minute = own ? own
			      : server->settings.per_minute ? server->settings.per_minute
							    : PER_MINUTE;
	char room[64];
	struct str who;
	i64 user = cx->actor && server->host.user ? server->host.user(cx) : 0;
	if (user) {
		memcpy(room, "user", 4);
		memcpy(room + 4, &user, sizeof user);
		who = (struct str){room, 4 + sizeof user};
	} else {
		who = rate_address(request->address, room);
	}
	u64 what = own ? (u64)(uintptr_t)request->endpoint : 0;
	if (rate_take(server->rates, who, what, per_minute, time_monotonic(), &request->retry_after))
		return OK;
	atomic_fetch_add_explicit(&server->metrics.refused_rate, 1, memory_order_relaxed);
	return fail(cx, ERR_LIMIT, "That was too often. Nothing was changed; try again in %lld s.",
		    (long long)request->retry_after);
}

void request_recognise(struct request *request)
{
	if (!request->session.len && !request->api_key.len)
		return;
	if (rate(request) != OK || identify(request) != OK)
		cx_forget(&request->cx);
	request->retry_after = 0;
}

enum err request_admit(struct request *request)
{
	struct cx *cx = &request->cx;
	const struct web_host *host = &request->server->host;
	const struct route *row = request->endpoint->row;
	bool stranger = !request->session.len && !request->api_key.len;
	if (stranger)
		TRY(rate(request)); /* before the database is asked */
	TRY(identify(request));
	if (!stranger)
		TRY(rate(request));
	if (!(row->flags & ROUTE_PUBLIC)) {
		if (!cx->actor)
			return request->api_key.len ? fail(cx, ERR_UNAUTHENTICATED, "This API key is not known, or was withdrawn.")
						    : fail(cx, ERR_UNAUTHENTICATED, "Sign in to go on.");
		if (!(row->flags & ROUTE_NO_WORKSPACE) && host->workspace && !host->workspace(cx))
			return fail(cx, ERR_DENIED, "Choose a workspace first.");
		if (request->api_key.len && row->flags & ROUTE_PAGE_ONLY && request->method != METHOD_GET) /* a person's own: password, keys, profile … */
			return fail(cx, ERR_DENIED, "An API key cannot do this: sign in in a browser.");
		if (host->allowed && !host->allowed(cx, row->permission))
			return fail(cx, ERR_DENIED, "This page or act belongs to other roles.");
	}
	bool from_browser = request->method != METHOD_GET && !request->api_key.len && !(row->flags & ROUTE_NO_CSRF);
	return from_browser ? csrf_check_origin(request) : OK;
}
