/* account: one's own: profile, notifications, security, API keys, a tab each. Also where people land who are in no workspace. */
#include "base/json_text.h"
#include "page/account/account.h"

#include <string.h>

static void release(void *json)
{
	json_decref(json);
}

enum err account_by_person(struct cx *cx)
{
	return cx->actor->kind == ACTOR_USER ? OK : fail(cx, ERR_DENIED, N_("A key does not change the account of its owner. Sign in for that."));
}

json_t *account_settings(struct cx *cx, const struct person *p)
{
	json_t *settings = json_loadb(p->settings.at ? p->settings.at : "", p->settings.len, 0, NULL);
	if (!json_is_object(settings)) {
		json_decref(settings);
		settings = json_object();
	}
	arena_defer(cx->arena, release, settings);
	return settings;
}

enum err account_keep(struct cx *cx, struct db *db, struct person *p, json_t *settings)
{
	p->settings = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	return account_update(cx, db, p);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str tab = param_text(request, "tab");
	if (str_eq(tab, S("notifications")))
		return account_show_notifications(cx, request, reply);
	if (str_eq(tab, S("security")))
		return account_show_security(cx, request, reply);
	if (str_eq(tab, S("api-keys")))
		return account_show_keys(cx, request, reply);
	return account_show_profile(cx, request, reply);
}

static const char *const tabs[] = {"profile", "notifications", "security", "api-keys", NULL};
static const struct param tab_params[] = {
	{.name = "tab", .in = IN_QUERY, .type = P_WORD, .words = tabs, .about = "The part of the account that is shown."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/account", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .params = tab_params, .template = "account/profile", .handle = show,
	 .about = "One's account."},
	{},
};

const struct page page_account = {"account", routes, .file = __FILE__};
