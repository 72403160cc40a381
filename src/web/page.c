#include "web/page.h"

#include "web/header.h"

static void set_text(json_t *object, const char *name, struct str text)
{
	json_t *value = json_stringn(text.at ? text.at : "", text.len);
	json_object_set_new(object, name, value ? value : json_string("")); /* bytes that are no text */
}

/* The message that the last write left, shown once. */
static void take_flash(struct request *request, json_t *app)
{
	struct str sealed = request_cookie(request, FLASH_COOKIE);
	if (!sealed.len || request->partial)
		return;
	json_t *flash = flash_open(request, sealed);
	if (flash)
		json_object_set_new(app, "flash", flash);
	request->flash_shown = true;
	header_extra(request, "Set-Cookie", cookie_text(request, FLASH_COOKIE, S(""), -1));
}

static enum err fill(struct request *request, json_t *app)
{
	struct server *server = request->server;
	struct cx *cx = &request->cx;
	set_text(app, "lang", str_of(cx->lang));
	set_text(app, "path", request->path);
	set_text(app, "query", request->query);
	set_text(app, "title", server->host.title);
	set_text(app, "version", server->host.version);
	set_text(app, "request", arena_printf(cx->arena, "%lld", (long long)cx->request));
	json_object_set_new(app, "partial", json_boolean(request->partial));
	json_object_set_new(app, "signed_in", json_boolean(cx->actor != NULL));
	json_object_set(app, "assets", server->assets);
	if (!request->csrf_text.len)
		request->csrf_text = csrf_token(request);
	if (request->csrf_text.len)
		set_text(app, "csrf", request->csrf_text);
	take_flash(request, app);
	struct db *db = NULL;
	if (!cx->actor || !server->host.frame)
		return OK;
	TRY(place_db(cx, &server->places, request->place, request->method != METHOD_GET, &db));
	return server->host.frame(cx, db, request, app);
}

enum err page_render(struct request *request, const struct page *page, struct buf *out)
{
	struct cx *cx = &request->cx;
	json_t *app = json_object(), *outer = json_object();
	json_object_set_new(outer, "app", app);
	if (page->problem)
		json_object_set(outer, "problem", page->problem);
	enum err error = fill(request, app);
	if (error && page->whatever) {
		cx_forget(cx);
		error = OK;
	}
	if (!error && page->flash)
		json_object_set(app, "flash", page->flash);
	json_t *contexts[] = {outer, page->document};
	size_t count = page->document ? 2 : 1;
	struct template_set *set = request->server->templates;
	struct str name = str_of(page->template), block = str_of(page->block);
	if (!error && block.len)
		error = template_render_block(cx, set, name, block, cx->lang, contexts, count, out);
	else if (!error)
		error = template_render(cx, set, name, cx->lang, contexts, count, out);
	json_decref(outer);
	if (!error && !buf_ok(out))
		error = fail(cx, ERR_SYSTEM, "This page came out larger than a page may be.");
	return error;
}

enum err request_draw(struct request *request, const char *template, json_t *const *contexts, size_t count, struct buf *out)
{
	struct cx *cx = &request->cx;
	return template_render(cx, request->server->templates, str_of(template), cx->lang, contexts, count, out);
}

void page_send(struct request *request, struct reply *reply, int status, struct buf *text)
{
	bool private = request->session.len > 0;
	send_body(request, reply, status, (struct body){
		.type = "text/html; charset=utf-8",
		.text = text,
		.tagged = !request->flash_shown,
		.cache = request->flash_shown ? "no-store" : private ? "private, no-cache" : "no-cache",
		.tag_skip = request->csrf_text,
		.tag_more = csrf_mac(request),
	});
}
