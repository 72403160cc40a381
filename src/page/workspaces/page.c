/* workspaces: another house under the same roof: a brand, a client, a country, with channels, rules and people of its own. For who owns
 * every workspace of the installation; whoever opens one owns it, enters it, and is led through its first steps. */
#include "base/lang.h"
#include "flow/account.h"
#include "page/choices.h"
#include "page/page.h"
#include "store/member.h"
#include "ui/document.h"

static enum err must_own_all(struct cx *cx, struct db *db)
{
	bool owns;
	TRY(account_owns_all(cx, db, &owns));
	return owns ? OK : fail(cx, ERR_DENIED, N_("Another workspace is opened by who owns every workspace of this installation, or by who keeps the server:"
						   " “parvis user add EMAIL --new-workspace NAME”."));
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(must_own_all(cx, request_db(request)));
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	json_object_set_new(document, "form", json_pack("{s:s}", "name", ""));
	json_object_set_new(document, "zones", choices_of_zones(cx, typed_or(request, "zone", p.zone)));
	json_object_set_new(document, "langs", choices_of_languages(typed_or(request, "lang", str_of(cx->lang))));
	return OK;
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	i64 workspace;
	TRY(must_own_all(cx, db));
	TRY(account_add_workspace(cx, db, param_text(request, "name"), param_text(request, "lang"), param_text(request, "zone"), &workspace));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(workspace)));
	if (!cx->actor->session) /* a key of the API stays where it is at home */
		return OK;
	TRY(account_choose_workspace(cx, db, cx->actor->session, cx->actor->user, workspace));
	reply_redirect(reply, "/set-up/workspace");
	return OK;
}

static const struct param create_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "Its name."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .flags = PARAM_REQUIRED, .about = "Its time zone."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 8, .about = "Its language: en or fr."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/workspaces/new", .permission = MAY_MANAGE_WORKSPACE, .flags = ROUTE_PAGE_ONLY, .template = "workspaces/new", .handle = show,
	 .about = "Open another workspace."},
	{.method = "POST", .path = "/workspaces", .permission = MAY_MANAGE_WORKSPACE, .flags = ROUTE_MAKES, .params = create_params, .handle = create,
	 .form = "/workspaces/new", .answer = "Made", .about = "Open another workspace; for who owns all there are."},
	{},
};

const struct page page_workspaces = {"workspaces", routes, NULL, .file = __FILE__};
