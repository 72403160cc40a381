#include "web/kernel.h"

static enum body_kind kind_of(struct str type)
{
	struct str rest = type, media = str_trim(str_cut(&rest, ';'));
	if (str_eq_fold(media, S("application/json")))
		return BODY_JSON;
	if (str_eq_fold(media, S("application/x-www-form-urlencoded")))
		return BODY_FORM;
	if (str_eq_fold(media, S("multipart/form-data")))
		return BODY_MULTIPART;
	return BODY_RAW;
}

static enum err too_large(struct request *request)
{
	return fail(&request->cx, ERR_TOO_LARGE, "This is larger than the %lld KB allowed here. Nothing was changed.",
		    (long long)(request->body_max / 1024));
}

static size_t body_limit(const struct server *server, const struct endpoint *endpoint)
{
	if (endpoint->row->body_max)
		return endpoint->row->body_max;
	if (!endpoint->has_file)
		return BODY_MAX_DEFAULT;
	return server->settings.upload_max ? server->settings.upload_max : UPLOAD_MAX_DEFAULT;
}

enum err body_begin(struct request *request)
{
	struct cx *cx = &request->cx;
	const struct endpoint *endpoint = request->endpoint;
	request->body_max = body_limit(request->server, endpoint);
	struct str length = request_header(request, "Content-Length"), type = request_header(request, "Content-Type");
	u64 announced = 0;
	bool has_body = (str_to_u64(length, &announced) && announced) || request_header(request, "Transfer-Encoding").len;
	if (!has_body || request->method == METHOD_GET)
		return OK;
	if (announced > request->body_max)
		return too_large(request);
	struct str coding = request_header(request, "Content-Encoding");
	if (coding.len && !str_eq_fold(coding, S("identity")))
		return fail(cx, ERR_UNSUPPORTED, "Compressed requests are not taken here. Nothing was changed.");
	request->body_kind = endpoint->row->flags & ROUTE_RAW ? BODY_RAW : kind_of(type);
	if (request->body_kind == BODY_RAW && endpoint->has_form)
		return fail(cx, ERR_UNSUPPORTED, "Send JSON or a form here. Nothing was changed.");
	if (request->body_kind == BODY_MULTIPART && endpoint->has_form) {
		const char *spool = endpoint->has_file ? request->server->settings.spool : NULL;
		if (multipart_new(cx, type, spool, &request->fields, &request->multipart) != OK)
			return refuse(request, cx->err, 400);
		return OK;
	}
	request->body = buf_in_arena(cx->arena);
	request->body->max = request->body_max;
	return OK;
}

enum err body_feed(struct request *request, struct str chunk)
{
	struct cx *cx = &request->cx;
	request->body_len += chunk.len;
	if (request->refusal)
		return request->refusal; /* read and thrown away */
	if (request->body_len > request->body_max)
		return refuse(request, too_large(request), 0);
	if (request->multipart && multipart_feed(cx, request->multipart, chunk) != OK)
		return refuse(request, cx->err, cx->err == ERR_BAD_INPUT ? 400 : 0);
	if (request->body)
		buf_add(request->body, chunk);
	return OK;
}

enum err body_end(struct request *request)
{
	struct cx *cx = &request->cx;
	enum err error = OK;
	if (request->multipart)
		error = multipart_end(cx, request->multipart);
	else if (request->body_kind == BODY_FORM)
		error = form_read(cx, buf_str(request->body), IN_FORM, &request->fields);
	else if (request->body_kind == BODY_JSON && request->endpoint->has_form)
		error = json_read(cx, buf_str(request->body), false, &request->json);
	if (!error && request->json && !json_is_object(request->json))
		error = fail(cx, ERR_BAD_INPUT, "A JSON object is needed here.");
	return error ? refuse(request, error, error == ERR_BAD_INPUT ? 400 : 0) : OK;
}
