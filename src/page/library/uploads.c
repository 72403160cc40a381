/* uploads.c: files that come in pieces: the protocol tus 1.0, core and creation (docs/decisions/0022-uploads.md), over which any of its clients brings a large file, and goes on
 * where it broke off. */
#include "flow/incoming.h"
#include "page/library/library.h"
#include "ui/document.h"

#define VERSION "1.0.0"

static const char *folder(struct cx *cx)
{
	return arena_printf(cx->arena, "%s/spool/incoming", page_setup.data).at;
}

static struct str number(struct cx *cx, i64 value)
{
	return arena_printf(cx->arena, "%lld", (long long)value);
}

static enum err versions_agree(struct cx *cx, struct request *request, struct reply *reply, bool *ret_agree)
{
	struct str wished = request_header(request, "Tus-Resumable");
	reply_header(reply, "Tus-Resumable", S(VERSION));
	reply_header(reply, "Cache-Control", S("no-store"));
	*ret_agree = !wished.len || str_eq(wished, S(VERSION));
	if (*ret_agree)
		return OK;
	reply_header(reply, "Tus-Version", S(VERSION));
	reply_status(reply, 412);
	reply_json(reply, json_pack("{s:s}", "version", VERSION));
	return OK;
}

static void say(struct cx *cx, struct reply *reply, const struct incoming *in)
{
	reply_header(reply, "Upload-Offset", number(cx, in->offset));
	reply_header(reply, "Upload-Length", number(cx, in->length));
	if (in->media)
		reply_header(reply, "Parvis-Media", number(cx, in->media));
}

static void document(struct reply *reply, const struct incoming *in)
{
	reply_json(reply, json_pack("{s:o, s:I, s:I, s:o}", "token", doc_text(in->token), "offset", (json_int_t)in->offset, "length", (json_int_t)in->length, "media_id",
				    doc_id(in->media)));
}

enum err library_upload_start(struct cx *cx, struct request *request, struct reply *reply)
{
	struct incoming in;
	struct str name;
	i64 length = 0;
	bool agree;
	TRY(versions_agree(cx, request, reply, &agree));
	if (!agree)
		return OK;
	TRY(incoming_name(cx, request_header(request, "Upload-Metadata"), &name));
	if (!str_to_i64(request_header(request, "Upload-Length"), &length))
		return fail(cx, ERR_BAD_INPUT, N_("Say how many bytes the file has."));
	TRY(incoming_start(cx, folder(cx), length, name, &in));
	say(cx, reply, &in);
	document(reply, &in);
	reply_header(reply, "Location", arena_printf(cx->arena, "/api/v1/uploads/%.*s", STR_ARG(in.token)));
	reply_header(reply, "Tus-Max-Size", number(cx, (i64)MEDIA_BYTES_MAX));
	return OK;
}

enum err library_upload_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct incoming in;
	bool agree;
	TRY(versions_agree(cx, request, reply, &agree));
	if (!agree)
		return OK;
	TRY(incoming_find(cx, folder(cx), param_text(request, "token"), &in));
	say(cx, reply, &in);
	document(reply, &in);
	return OK;
}

enum err library_upload_add(struct cx *cx, struct request *request, struct reply *reply)
{
	struct incoming in;
	i64 offset = 0;
	bool agree;
	TRY(versions_agree(cx, request, reply, &agree));
	if (!agree)
		return OK;
	if (!str_eq_fold(str_trim(request_header(request, "Content-Type")), S("application/offset+octet-stream")))
		return fail(cx, ERR_UNSUPPORTED, N_("A piece of a file comes as application/offset+octet-stream."));
	if (!str_to_i64(request_header(request, "Upload-Offset"), &offset))
		return fail(cx, ERR_BAD_INPUT, N_("Say where in the file this piece begins."));
	TRY(incoming_add(cx, request_db(request), folder(cx), arena_printf(cx->arena, "%s/media", page_setup.data).at, param_text(request, "token"), offset, request_body(request), &in));
	say(cx, reply, &in);
	return OK;
}
