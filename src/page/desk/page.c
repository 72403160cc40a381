/* desk: the routes that belong to no page in particular: the door, live updates, counters, undo, the choice of a workspace, the theme. */
#include "base/lang.h"
#include "flow/account.h"
#include "flow/undo.h"
#include "page/frame.h"
#include "page/page.h"
#include "page/todo.h"
#include "ui/document.h"

static enum err door(struct cx *cx, struct request *request, struct reply *reply)
{
	bool first = false;
	if (!cx->actor)
		TRY(account_is_first_run(cx, request_db(request), &first));
	reply_redirect(reply, first ? "/set-up/account" : cx->actor ? "/today" : "/sign-in");
	return OK;
}

static enum err events(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_events(reply, here(cx), cx->actor->user);
	return OK;
}

static enum err counts(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document;
	struct todo todo;
	TRY(todo_of(cx, request_db(request), false, &todo)); /* as it is now: who asks was just told that something changed */
	TRY(page_counts(cx, request_db(request), &document));
	reply_json(reply, document);
	return OK;
}

/* It stands in the frame, which is made for every fragment. */
static enum err ribbon(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_json(reply, json_object());
	return OK;
}

static enum err undo(struct cx *cx, struct request *request, struct reply *reply)
{
	struct undone undone;
	TRY(undo_run(cx, request_db(request), here(cx), param_id(request, "id"), &undone));
	reply_json(reply, json_pack("{s:I, s:I}", "taken_back", (json_int_t)undone.back, "moved_on", (json_int_t)undone.left));
	if (undone.left) {
		CLEANUP(buf_free) struct buf number = {}, text = {};
		buf_add_number(&number, cx->lang, undone.left);
		buf_adds(&text, _("Taken back."));
		buf_addc(&text, ' ');
		buf_add_filled(&text, tr_n(cx->lang, "{n} had moved on and was left alone.", "{n} had moved on and were left alone.", undone.left),
			       buf_str(&number));
		reply_flash(reply, buf_keep(&text, cx->arena), (struct str){});
	}
	struct str next = param_text(request, "next");
	reply_redirect(reply, "%s", next.len ? arena_cstr(cx->arena, next) : "/inbox");
	return OK;
}

static enum err choose(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_choose_workspace(cx, request_db(request), cx->actor->session, cx->actor->user, param_id(request, "id")));
	reply_redirect(reply, "/today");
	return OK;
}

static const char *const themes[] = {"system", "light", "dark", NULL};

static enum err theme(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	p.theme = param_text(request, "theme");
	TRY(account_update(cx, request_db(request), &p));
	struct str next = param_text(request, "next");
	reply_redirect(reply, "%s", next.len ? arena_cstr(cx->arena, next) : "/today");
	return OK;
}

static const struct param undo_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "What an act gave to take it back with."},
	{.name = "next", .in = IN_QUERY, .type = P_PATH, .about = "Where a browser goes on to."},
	{},
};
static const struct param theme_params[] = {
	{.name = "theme", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = themes, .about = "Follow the system, or always light or dark."},
	{.name = "next", .in = IN_FORM, .type = P_PATH, .about = "Where a browser goes on to."},
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Undone", "{taken_back: int, moved_on: int}", "What was taken back, and what had moved on and stays."},
	{"Counts", "{today: Number?, inbox: Number?, moderation: Number?, news: Number?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .handle = door, .about = "Go where work is."},
	{.method = "GET", .path = "/events", .type = "text/event-stream", .handle = events, .about = "Server-sent events: what changed in the workspace."},
	{.method = "GET", .path = "/counts", .handle = counts, .answer = "Counts", .about = "How much waits: mine, the inbox, moderation, notifications not read."},
	{.method = "GET", .path = "/ribbon", .flags = ROUTE_PAGE_ONLY, .template = "ribbon", .handle = ribbon, .about = "What changes everybody's work now, as a fragment: publishing that is paused."},
	{.method = "POST", .path = "/undo/{id}", .params = undo_params, .handle = undo,
	 .answer = "Undone", .about = "Take an act back, within its seconds."},
	{.method = "POST", .path = "/workspaces/{id}/enter", .flags = ROUTE_NO_WORKSPACE, .handle = choose, .about = "Work in another workspace from now on."},
	{.method = "POST", .path = "/account/theme", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .params = theme_params, .handle = theme, .about = "Choose light or dark."},
	{},
};

const struct page page_desk = {"desk", routes, shapes, .file = __FILE__};
