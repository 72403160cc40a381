#include "base/json_text.h"
#include "web/header.h"
#include "web/kernel.h"

#include <string.h>

#define FOR_EVER "public, max-age=31536000, immutable"

/* ---- assets: one response each, made when the server starts and shared ---- */

static struct MHD_Response *asset_response(struct server *server, const struct asset *asset, struct str bytes, const char *coding)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(bytes.len, (void *)bytes.at, MHD_RESPMEM_PERSISTENT);
	must(response);
	MHD_add_response_header(response, "Content-Type", asset->type);
	MHD_add_response_header(response, "Cache-Control", FOR_EVER);
	MHD_add_response_header(response, "Vary", "Accept-Encoding");
	if (coding)
		MHD_add_response_header(response, "Content-Encoding", coding);
	headers_add_fixed(server, response);
	return response;
}

enum err builtin_prepare(struct cx *cx, struct server *server)
{
	server->asset_responses = arena_array(server->arena, struct MHD_Response *, 3 * asset_count + 1);
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *asset = &assets[i];
		if (!asset->url)
			continue;
		struct MHD_Response **responses = &server->asset_responses[3 * i];
		responses[0] = asset_response(server, asset, asset->plain, NULL);
		responses[1] = asset->gzip.len ? asset_response(server, asset, asset->gzip, "gzip") : NULL;
		responses[2] = asset->brotli.len ? asset_response(server, asset, asset->brotli, "br") : NULL;
	}
	server->assets = asset_urls();
	json_t *openapi;
	TRY(web_openapi(cx, &server->host, &openapi));
	struct buf *text = buf_in_arena(server->arena);
	buf_add_value(text, openapi, JSON_COMPACT);
	server->openapi = buf_str(text);
	json_decref(openapi);
	return OK;
}

void builtin_free(struct server *server)
{
	for (size_t i = 0; server->asset_responses && i < 3 * asset_count; i++)
		if (server->asset_responses[i])
			MHD_destroy_response(server->asset_responses[i]);
	json_decref(server->assets);
}

static bool serve_asset(struct request *request)
{
	struct server *server = request->server;
	const struct asset *asset = asset_by_url(request->path);
	if (!asset)
		return false;
	struct MHD_Response **responses = &server->asset_responses[3 * (asset - assets)];
	struct str accepted = request_header(request, "Accept-Encoding");
	double quality;
	size_t choice = responses[2] && header_has(accepted, S("br"), &quality)     ? 2
			: responses[1] && header_has(accepted, S("gzip"), &quality) ? 1
										      : 0;
	size_t sizes[] = {asset->plain.len, asset->gzip.len, asset->brotli.len};
	request->answer = (struct answer){MHD_HTTP_OK, responses[choice], sizes[choice]};
	request->answer_shared = true;
	return true;
}

/* ---- what machines ask ---- */

static void serve_text(struct request *request, int status, const char *type, struct str text, bool tagged)
{
	struct buf *copy = buf_in_arena(request->arena);
	buf_add(copy, text);
	struct place *place = request->place = place_take(&request->server->places); /* to compress */
	send_body(request, NULL, status,
		  (struct body){.type = type, .text = copy, .tagged = tagged, .cache = tagged ? "no-cache" : NULL});
	request->place = NULL;
	place_give(&request->server->places, place, false);
}

static void serve_readiness(struct request *request)
{
	struct server *server = request->server;
	struct cx *cx = &request->cx;
	bool draining = atomic_load(&server->draining);
	enum err error = OK;
	if (!draining) {
		struct place *place = place_take(&server->places);
		struct db *db = NULL;
		error = place_db(cx, &server->places, place, false, &db);
		if (!error && server->host.ready)
			error = server->host.ready(cx, db);
		place_give(&server->places, place, error != OK);
		if (error)
			log_failure(cx, "not-ready");
		cx_forget(cx);
	}
	bool ready = !draining && !error;
	struct str text = ready ? S("ready\n") : draining ? S("draining\n") : S("the database does not answer\n");
	serve_text(request, ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", text, false);
}

bool request_is_local(const struct request *request)
{
	struct str address = request->address;
	bool loopback = str_starts(address, S("127.")) || str_eq(address, S("::1"));
	return loopback && !request_header(request, "X-Forwarded-For").len && !request_header(request, "Forwarded").len &&
	       !request_header(request, "Via").len;
}

static bool may_read_metrics(struct request *request)
{
	struct server *server = request->server;
	struct cx *cx = &request->cx;
	if (request_is_local(request))
		return true;
	if (!server->host.metrics_permission || !request->api_key.len || !server->host.identify || !server->host.allowed)
		return false;
	struct place *place = request->place = place_take(&server->places);
	struct db *db = NULL;
	enum err error = place_db(cx, &server->places, place, false, &db);
	if (!error)
		error = server->host.identify(cx, db, request, (struct str){}, request->api_key);
	request->place = NULL;
	place_give(&server->places, place, error == ERR_LATER || error == ERR_SYSTEM);
	return !error && cx->actor && server->host.allowed(cx, server->host.metrics_permission);
}

/* The database's side of it; the process's own numbers are told even when that does not answer. */
static void add_host_metrics(struct request *request, struct buf *text)
{
	struct server *server = request->server;
	struct cx *cx = &request->cx;
	if (!server->host.metrics)
		return;
	struct place *place = place_take(&server->places);
	struct db *db = NULL;
	enum err error = place_db(cx, &server->places, place, false, &db);
	if (!error)
		error = server->host.metrics(cx, db, text);
	place_give(&server->places, place, error != OK);
	if (error)
		log_failure(cx, "metrics-not-whole");
	cx_forget(cx);
}

static void serve_metrics(struct request *request)
{
	struct buf *text = buf_in_arena(request->arena);
	if (!may_read_metrics(request)) {
		(void)refuse(request,
			     fail(&request->cx, ERR_DENIED,
				  "These figures are for this machine, or for an API key that may read figures."),
			     0);
		return;
	}
	server_metrics(request->server, text);
	add_host_metrics(request, text);
	serve_text(request, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", buf_str(text), false);
}

bool builtin_serve(struct request *request)
{
	struct str method = str_of(request->method_text), path = request->path;
	if (!str_eq(method, S("GET")) && !str_eq(method, S("HEAD")))
		return false;
	request->method = METHOD_GET;
	if (request->api) {
		if (!str_eq(path, S("/openapi.json")))
			return false;
		serve_text(request, MHD_HTTP_OK, "application/json", request->server->openapi, true);
		return true;
	}
	if (str_starts(path, S("/assets/")))
		return serve_asset(request);
	if (str_eq(path, S("/healthz")))
		serve_text(request, MHD_HTTP_OK, "text/plain; charset=utf-8", S("ok\n"), false);
	else if (str_eq(path, S("/readyz")))
		serve_readiness(request);
	else if (str_eq(path, S("/metrics")))
		serve_metrics(request);
	else
		return false;
	return true;
}
