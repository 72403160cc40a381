/* digest: the way out of the letters that sum up, for who holds the address that stands in one: a press on the page, or the one of a mail
 * program (RFC 8058). The address is the token: nobody needs to sign in. */
#include "base/lang.h"
#include "flow/digest.h"
#include "page/page.h"
#include "ui/document.h"

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 person;
	enum digest_wish wish;
	struct str pass = param_text(request, "pass");
	json_t *document = json_object();
	reply_json(reply, document);
	reply_header(reply, "Referrer-Policy", S("no-referrer")); /* the address opens it */
	reply_header(reply, "Cache-Control", S("no-store"));
	TRY(outside_open(cx, page_setup.outside, OUTSIDE_DIGEST, pass, &person));
	TRY(digest_wished(cx, request_db(request), person, &wish));
	doc_set(document, "languages", json_array());
	doc_set(document, "url", doc_text(arena_printf(cx->arena, "/" OUTSIDE_DIGEST "/%.*s", STR_ARG(pass))));
	doc_set(document, "is_on", json_boolean(wish != DIGEST_NONE));
	return OK;
}

static enum err end(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 person;
	struct str pass = param_text(request, "pass");
	TRY(outside_open(cx, page_setup.outside, OUTSIDE_DIGEST, pass, &person));
	TRY(digest_end(cx, request_db(request), person));
	reply_redirect(reply, "/" OUTSIDE_DIGEST "/%.*s", STR_ARG(pass));
	return OK;
}

#define PASS {.name = "pass", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = OUTSIDE_PASS_MAX, .about = "What stands in the letter."}
static const struct param show_params[] = {PASS, {}};
static const struct param end_params[] = {
	PASS, {.name = "List-Unsubscribe", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "What a mail program says."}, {},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/" OUTSIDE_DIGEST "/{pass}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .params = show_params, .template = "digest/page", .handle = show,
	 .per_minute = 60, .about = "For who gets a digest: end it."},
	{.method = "POST", .path = "/" OUTSIDE_DIGEST "/{pass}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY | ROUTE_NO_CSRF, .params = end_params, .handle = end,
	 .body_max = 4 << 10, .per_minute = 20, .about = "No more digests; the address alone is the token, for mail programs too."},
	{},
};

const struct page page_digest = {"digest", routes, .file = __FILE__};
