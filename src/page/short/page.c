/* short: where a short link of ours leads (/l/CODE), for everybody. Nothing is asked of them, nothing is left with them, nothing of them is kept: a number
 * grows (flow/short_link.h). Only codes of ours are answered, so nobody is led where a post of ours did not lead. */
#include "base/clock.h"
#include "base/zone.h"
#include "flow/short_link.h"
#include "model/visit.h"
#include "page/page.h"

/* As a header takes it: addresses may hold letters of any script. */
static struct str location_of(struct cx *cx, struct str target)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < target.len; i++) {
		u8 c = (u8)target.at[i];
		if (c <= ' ' || c >= 0x7F)
			buf_addf(&b, "%%%02X", c);
		else
			buf_addc(&b, (char)c);
	}
	return buf_keep(&b, cx->arena);
}

static i64 day_in(struct str zone, i64 now)
{
	struct civil c = zone_civil(zone, now);
	return days_of_date(c.year, c.month, c.day);
}

static enum err follow(struct cx *cx, struct request *request, struct reply *reply)
{
	static const enum click clicks[] = {[VISIT_DIRECT] = CLICK_DIRECT, [VISIT_NETWORK] = CLICK_NETWORK, [VISIT_SEARCH] = CLICK_SEARCH, [VISIT_OTHER] = CLICK_OTHER,
					    [VISIT_ROBOT] = CLICK_ROBOT};
	struct short_link link;
	TRY(short_link_by_code(cx, request_db(request), param_text(request, "code"), &link));
	if (!str_starts(link.target, S("https://")) && !str_starts(link.target, S("http://")))
		return fail(cx, ERR_MISSING, N_("This short link leads nowhere."));
	struct str purpose = request_header(request, "Sec-Purpose");
	enum visit visit = visit_of(request_header(request, "User-Agent"), request_header(request, "Referer"), purpose.len ? purpose : request_header(request, "Purpose"), request_is_head(request));
	(void)click_count(&link, day_in(link.zone, cx->now), clicks[visit]);
	reply_status(reply, 302);
	reply_header(reply, "Location", location_of(cx, link.target));
	reply_header(reply, "Cache-Control", S("no-store"));
	reply_header(reply, "X-Robots-Tag", S("noindex"));
	reply_header(reply, "Referrer-Policy", S("strict-origin-when-cross-origin")); /* where it leads may know whence, as of any link */
	return OK;
}

static const struct param code_params[] = {{.name = "code", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "Of the link."}, {}};
static const struct route routes[] = {
	{.method = "GET", .path = "/l/{code}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .params = code_params, .handle = follow, .per_minute = 6000,
	 .about = "Where a short link leads."},
	{},
};

const struct page page_short = {"short", routes, .file = __FILE__};
