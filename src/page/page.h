/* page.h: what people see: a folder a page, ending in one row, `const struct page page_NAME`, and its word in the list of
 * src/page/meson.build. A page brings its routes; templates, style sheets and scripts lie beside it. Handlers read through store/ on
 * a read-only handle and write through flow/ alone. */
#pragma once
#include "model/actor.h"
#include "web/web.h"

struct page {
	const char *name;
	const struct route *routes; /* ends with a row whose method is NULL */
	const struct shape *shapes; /* the shapes that its rows speak of (answers.c); ends with a row whose name is NULL; may be NULL */
	const char *file;           /* __FILE__, for `parvis map` */
};

extern const struct page *const pages[];
extern const size_t page_count;
extern const struct shape common_shapes[]; /* what documents have in common (page/shapes.c) */

/* What the listening role gives its pages once, before it serves. Borrowed for ever. */
struct page_setup {
	const struct key *totp, *recovery;   /* second factors (flow/account.h) */
	const struct public_key *work;       /* seals channels' credentials for the working role */
	const struct outside *outside;       /* makes and opens the addresses that people outside hold (flow/outside.h) */
	const char *data;                    /* the data folder: spool and media */
	struct str public_url;
	i64 session_days;
	i64 upload_max;
	bool mail;                           /* mails can be sent */
	struct str simulator_url;            /* "http://127.0.0.1:8091"; empty: none runs */
};
extern struct page_setup page_setup;

/* Is this parameter to be taken? A form says all of it, where an empty box is not sent; whoever sends JSON changes what they name, and the
 * rest stays as it is. */
static inline bool page_says(const struct request *request, const char *name)
{
	return !request_wants_json(request) || param_given(request, name);
}

/* The workspace of who asks; routes without ROUTE_NO_WORKSPACE have one. */
static inline i64 here(const struct cx *cx)
{
	return cx->actor->workspace;
}
