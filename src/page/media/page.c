/* media: the files that came with messages and that we keep. Pictures that a browser draws without running anything are shown;
 * everything else, SVG and HTML above all, is saved by the browser under its name. */
#include "base/lang.h"
#include "page/page.h"
#include "store/message.h"
#include "sys/blob.h"

/* By what it is called when nobody said what it is; what is not in this list is never shown. */
static const struct {
	const char *ending, *type;
} pictures[] = {{".png", "image/png"}, {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".gif", "image/gif"}, {".webp", "image/webp"}, {".avif", "image/avif"}};

static const char *picture_type(struct str type, struct str name)
{
	for (size_t i = 0; i < COUNT(pictures); i++) {
		struct str ending = str_of(pictures[i].ending);
		bool called = name.len > ending.len && str_eq_fold(str_skip(name, name.len - ending.len), ending);
		if (type.len ? str_eq_fold(type, str_of(pictures[i].type)) : called)
			return pictures[i].type;
	}
	return NULL;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct attachment a;
	const char *path;
	TRY(attachment_get(cx, request_db(request), here(cx), param_id(request, "id"), &a));
	if (!a.blob_hash.len)
		return fail(cx, ERR_MISSING, N_("This file was not kept here; it is still where the network has it, if anywhere."));
	TRY(blob_find(cx, arena_printf(cx->arena, "%s/media", page_setup.data).at, a.blob_hash, &path));
	const char *type = picture_type(a.type, a.name);
	reply_file(reply, type ? type : "application/octet-stream", path, type ? (struct str){} : a.name.len ? a.name : S("file"));
	return OK;
}

static const struct param params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The attachment."}, {}};

static const struct route routes[] = {
	{.method = "GET", .path = "/attachments/{id}", .permission = MAY_READ_INBOX, .params = params, .handle = show, .flags = ROUTE_WAITS, .type = "application/octet-stream",
	 .about = "A file that came with a message: its bytes."},
	{},
};

const struct page page_media = {"media", routes, .file = __FILE__};
