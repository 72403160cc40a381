/* notifications: what the reader was told, newest first. */
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "flow/notify.h"
#include "page/pager.h"
#include "store/conversation.h"
#include "store/member.h"
#include "ui/document.h"

#define A_PAGE 40

static enum err item_shape(struct cx *cx, struct db *db, const struct notification *n, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct conversation_row row = {};
	static const struct notify_kind unknown = {.text = N_("Something happened"), .icon = "bell"};
	const struct notify_kind *kind = notify_kind_of(n->kind);
	if (!kind) /* of a later version */
		kind = &unknown;
	if (n->conversation)
		TRY(conversation_row_get(cx, db, n->workspace, n->conversation, &row));
	struct str about = row.contact_name.len ? row.contact_name : row.conversation.subject;
	struct str what = notify_text(cx->arena, cx->lang, kind, n->detail);
	struct str text = about.len ? arena_printf(cx->arena, _(N_("%.*s: %.*s")), STR_ARG(what), STR_ARG(about)) : what;
	*ret_shape = json_pack("{s:o, s:s, s:n, s:o, s:o, s:o, s:o, s:b, s:b}", "id", doc_id(n->id), "icon", kind->icon, "avatar", "text", doc_text(text), "detail",
			       doc_text_or_null(row.conversation.preview), "url",
			       n->conversation ? doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)n->conversation)) : doc_text_or_null(notify_path(cx->arena, kind, n->detail)), "at",
			       doc_instant(&reader, id_time(n->id)), "is_unread", !n->read_at, "is_red", kind->red);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct reader reader = reader_of(cx);
	struct notification *list;
	size_t count;
	struct pager pager;
	i64 unread, day = 0;
	json_t *document = json_object(), *days = json_array(), *items = NULL;
	reply_json(reply, document);
	json_object_set_new(document, "days", days);
	TRY(notifications_unread(cx, db, here(cx), cx->actor->user, &unread));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(notifications_of(cx, db, here(cx), cx->actor->user, pager.from, pager.limit + 1, &list, &count));
	while (!pager_fits(&pager, count));
	list += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		json_t *shape;
		i64 at = id_time(list[i].id), its_day = reader_day(&reader, at);
		if (!items || its_day != day) {
			CLEANUP(buf_free) struct buf title = {};
			buf_add_day(&title, &reader, at);
			items = json_array();
			json_array_append_new(days, json_pack("{s:o, s:o}", "title", doc_text(buf_str(&title)), "items", items));
			day = its_day;
		}
		TRY(item_shape(cx, db, &list[i], &shape));
		json_array_append_new(items, shape);
	}
	json_object_set_new(document, "unread_count", json_integer(unread));
	json_object_set_new(document, "filters", json_array());
	json_object_set_new(document, "has_any", json_boolean(count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, list[0].id), list_after(0, list[pager.count ? pager.count - 1 : 0].id), NULL);
	return OK;
}

static enum err read_all(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(notify_read(cx, request_db(request), here(cx), INT64_MAX));
	reply_redirect(reply, "/notifications");
	return OK;
}

static enum err open_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct notification *list;
	size_t count;
	i64 id = param_id(request, "id");
	TRY(notifications_of(cx, request_db(request), here(cx), cx->actor->user, list_after(0, id + 1), 1, &list, &count));
	if (!count || list[0].id != id)
		return fail(cx, ERR_MISSING, N_("This notification is not yours, or no longer there."));
	TRY(notify_read(cx, request_db(request), here(cx), id));
	const struct notify_kind *kind = notify_kind_of(list[0].kind);
	if (list[0].conversation)
		reply_redirect(reply, "/conversations/%lld", (long long)list[0].conversation);
	else
		reply_redirect(reply, "%s", kind && kind->path ? notify_path(cx->arena, kind, list[0].detail).at : "/notifications");
	return OK;
}

static const struct param list_params[] = {
	PAGER_PARAMS,
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Notification", "{id: id, icon: text, avatar: Avatar?, text: text, detail: text?, url: url?, at: Instant, is_unread: bool, "
	 "is_red: bool}",
	 "Something the reader was told."},
	{"NotificationsPage", "{days: [{title: text, items: [Notification]}], unread_count: int, filters: [Tab], has_any: bool, pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/notifications", .params = list_params, .template = "notifications/page", .handle = show,
	 .answer = "NotificationsPage", .about = "What the reader was told, newest first."},
	{.method = "POST", .path = "/notifications/read", .handle = read_all, .about = "All of them are read."},
	{.method = "POST", .path = "/notifications/{id}/open", .handle = open_one, .about = "Read up to this one, and go where it leads."},
	{},
};

const struct page page_notifications = {"notifications", routes, shapes, .file = __FILE__};
