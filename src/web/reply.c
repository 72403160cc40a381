#include "base/json_text.h"
#include "web/header.h"
#include "web/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reply_json(struct reply *reply, json_t *document)
{
	json_decref(reply->document);
	reply->document = document;
	reply->failed = !document;
}

json_t *reply_document(struct reply *reply)
{
	if (!reply->document)
		reply->document = json_object();
	return reply->document;
}

void reply_status(struct reply *reply, int status)
{
	reply->status = status;
}

void reply_redirect(struct reply *reply, const char *location, ...)
{
	char text[2048];
	va_list arguments;
	va_start(arguments, location);
	int len = vsnprintf(text, sizeof text, location, arguments);
	va_end(arguments);
	must(len >= 0);
	reply->location = (size_t)len < sizeof text ? arena_cstr(reply->request->arena, str_of(text)) : "/";
}

void reply_template(struct reply *reply, const char *name)
{
	reply->template = arena_cstr(reply->request->arena, str_of(name));
}

void reply_block(struct reply *reply, const char *block)
{
	reply->block = arena_cstr(reply->request->arena, str_of(block));
}

void reply_header(struct reply *reply, const char *name, struct str value)
{
	struct arena *arena = reply->request->arena;
	struct header *header = arena_new_of(arena, struct header);
	*header = (struct header){reply->headers, arena_cstr(arena, str_of(name)), arena_str(arena, value)};
	reply->headers = header;
}

void reply_cookie(struct reply *reply, const char *name, struct str value, i64 max_age_seconds)
{
	reply_header(reply, "Set-Cookie", cookie_text(reply->request, name, value, max_age_seconds));
}

void reply_bytes(struct reply *reply, const char *type, struct str bytes)
{
	struct arena *arena = reply->request->arena;
	reply->kind = REPLY_BYTES;
	reply->type = arena_cstr(arena, str_of(type));
	reply->bytes = arena_str(arena, bytes);
}

void reply_file(struct reply *reply, const char *type, const char *path, struct str download_name)
{
	struct arena *arena = reply->request->arena;
	reply->kind = REPLY_FILE;
	reply->type = arena_cstr(arena, str_of(type));
	reply->path = arena_cstr(arena, str_of(path));
	reply->download_name = arena_str(arena, download_name);
}

void reply_flash(struct reply *reply, struct str text, struct str undo_url)
{
	reply->flash = arena_str(reply->request->arena, text);
	reply->flash_undo = arena_str(reply->request->arena, undo_url);
}

void reply_events(struct reply *reply, i64 workspace, i64 user)
{
	reply->kind = REPLY_EVENTS;
	reply->workspace = workspace;
	reply->user = user;
}

/* ---- what comes of it ---- */

void send_json(struct request *request, struct reply *reply, int status, const char *type, const json_t *json)
{
	struct buf *text = buf_in_arena(request->arena);
	(void)buf_room(text, 4096);
	buf_add_value(text, json, JSON_COMPACT);
	if (!buf_ok(text)) {
		log_line(LOG_ERROR, "document-too-large", "request=%lld", (long long)request->cx.request);
		buf_clear(text);
		status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
	bool private = request->session.len || request->api_key.len;
	send_body(request, reply, status, (struct body){
		.type = type,
		.text = text,
		.tagged = true,
		.cache = private ? "private, no-cache" : "no-cache",
	});
}

static void answer_json(struct request *request, struct reply *reply)
{
	int usual = request->endpoint->row->flags & ROUTE_MAKES ? MHD_HTTP_CREATED : MHD_HTTP_OK;
	if (reply->document)
		return send_json(request, reply, reply->status ? reply->status : usual, "application/json", reply->document);
	send_empty(request, reply, reply->status ? reply->status : MHD_HTTP_NO_CONTENT);
}

static json_t *flash_json(struct reply *reply)
{
	json_t *flash = json_pack("{s:s%}", "text", reply->flash.at, reply->flash.len);
	if (flash && reply->flash_undo.len)
		json_object_set_new(flash, "undo_url", json_stringn(reply->flash_undo.at, reply->flash_undo.len));
	return flash;
}

/* htmx fires it as an event on the page. In ASCII, for it is a header. */
static void flash_trigger(struct request *request, json_t *flash)
{
	json_t *trigger = json_pack("{s:O}", "flash", flash);
	header_extra(request, "HX-Trigger", arena_json(request->arena, trigger, JSON_COMPACT | JSON_ENSURE_ASCII));
	json_decref(trigger);
}

/* The message of a write that sent this client on: a script that follows HX-Redirect by itself asks for a fragment, not a page. */
static void flash_hand_on(struct request *request)
{
	struct str sealed = request_cookie(request, FLASH_COOKIE);
	if (!sealed.len)
		return;
	json_t *flash = flash_open(request, sealed);
	if (flash)
		flash_trigger(request, flash);
	json_decref(flash);
	request->flash_shown = true;
	header_extra(request, "Set-Cookie", cookie_text(request, FLASH_COOKIE, S(""), -1));
}

static enum err answer_html(struct request *request, struct reply *reply)
{
	const char *template = reply->template ? reply->template : request->endpoint->row->template;
	json_t *flash = reply->flash.len ? flash_json(reply) : NULL;
	if (flash && request->partial)
		flash_trigger(request, flash);
	else if (request->partial)
		flash_hand_on(request);
	struct page page = {
		.template = template,
		.block = request->partial ? reply->block : NULL,
		.document = reply->document,
		.flash = request->partial ? NULL : flash,
	};
	struct buf *text = buf_in_arena(request->arena);
	(void)buf_room(text, request->place->page_bytes);
	enum err error = page_render(request, &page, text);
	request->place->page_bytes = text->len;
	json_decref(flash);
	if (!error)
		page_send(request, reply, reply->status ? reply->status : MHD_HTTP_OK, text);
	return error;
}

static enum err answer_redirect(struct request *request, struct reply *reply)
{
	bool has_fragment = request->partial && reply->block && reply->document;
	if (has_fragment && (reply->template || request->endpoint->row->template))
		return answer_html(request, reply);
	if (reply->flash.len) {
		struct str sealed = flash_seal(request, reply->flash, reply->flash_undo);
		if (sealed.len)
			header_extra(request, "Set-Cookie", cookie_text(request, FLASH_COOKIE, sealed, 120));
	}
	reply->location_header = request->partial ? "HX-Redirect" : "Location";
	send_empty(request, reply, request->partial ? MHD_HTTP_OK : MHD_HTTP_SEE_OTHER);
	return OK;
}

static enum err answer_events(struct request *request, struct reply *reply)
{
	struct MHD_Response *response;
	struct stream *stream = stream_new(request->server->hub, request->connection, reply->workspace, reply->user, &response);
	if (!stream) {
		request->retry_after = 5;
		return fail(&request->cx, ERR_LATER, "Live updates are not to be had right now; load the page again in a moment.");
	}
	header_set(reply, response, "Content-Type", "text/event-stream");
	header_set(reply, response, "Cache-Control", "no-store");
	header_set(reply, response, "X-Accel-Buffering", "no"); /* nginx would keep events back */
	headers_add_few(request, response);
	request->answer = (struct answer){MHD_HTTP_OK, response, 0};
	request->stream = stream;
	return OK;
}

static enum err answer(struct request *request, struct reply *reply)
{
	if (reply->failed)
		return fail(&request->cx, ERR_SYSTEM, "What this page shows could not be put together.");
	switch (reply->kind) {
	case REPLY_FILE:
		return send_file(request, reply);
	case REPLY_EVENTS:
		return answer_events(request, reply);
	case REPLY_BYTES: {
		struct buf *text = buf_in_arena(request->arena);
		buf_add(text, reply->bytes);
		struct body body = {.type = reply->type, .text = text, .tagged = true, .cache = "private, no-cache"};
		send_body(request, reply, reply->status ? reply->status : MHD_HTTP_OK, body);
		return OK;
	}
	case REPLY_NONE:
		break;
	}
	if (!request->wants_json && reply->location)
		return answer_redirect(request, reply);
	if (!request->wants_json && (reply->template || request->endpoint->row->template))
		return answer_html(request, reply);
	answer_json(request, reply);
	return OK;
}

void reply_render(struct request *request, struct reply *reply)
{
	enum err error = answer(request, reply);
	if (!error)
		return;
	if (err_row(error)->level >= LOG_WARN)
		log_failure(&request->cx, "answer-failed");
	request->extra = NULL;
	problem_answer(request, error);
}
