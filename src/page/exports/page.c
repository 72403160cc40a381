/* exports: taking out what the workspace holds: asked for here, made by the working role, followed as it goes, handed out for some days;
 * and what whoever keeps the server needs to back it up, while the desk runs. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/exports.h"
#include "page/pager.h"
#include "page/period.h"
#include "store/channel.h"
#include "store/label.h"
#include "store/member.h"
#include "store/workspace.h"
#include "ui/document.h"
#include "web/form.h"

#define A_PAGE 20

static const struct {
	const char *tone, *icon;
} looks[EXPORT_STATE_COUNT] = {
	[EXPORT_WAITING] = {"line", "hourglass"}, [EXPORT_RUNNING] = {"sun", "hourglass"}, [EXPORT_DONE] = {"ok", "circle-check"},
	[EXPORT_FAILED] = {"red", "octagon-alert"}, [EXPORT_CANCELLED] = {"line", "x"}, [EXPORT_EXPIRED] = {"line", "archive"},
};

/* ---- which conversations ---- */

static const char *const desk_views[] = {"open", "mine", "unassigned", "urgent", "pending", "snoozed", "resolved", "unanswered", NULL};
static const char *const desk_titles[] = {N_("To answer"), N_("Assigned to me"), N_("Not assigned"), N_("Urgent ones"), N_("Waiting for the contact"), N_("Snoozed"), N_("Done"),
					      N_("Never answered")};

static bool read_desk_view(struct cx *cx, struct str word, struct conversation_filter *f)
{
	int i = 0;
	while (desk_views[i] && !str_eq(word, str_of(desk_views[i])))
		i++;
	if (!desk_views[i])
		return false;
	static const enum status statuses[] = {STATUS_OPEN, STATUS_OPEN, STATUS_OPEN, STATUS_OPEN, STATUS_PENDING, STATUS_SNOOZED, STATUS_RESOLVED, STATUS_RESOLVED};
	f->any_status = false;
	f->status = statuses[i];
	f->assignee = i == 1 ? cx->actor->user : i == 2 ? -1 : 0;
	f->priority_least = i == 3 ? PRIORITY_URGENT : 0;
	f->unanswered = i == 7;
	return true;
}

/* What a saved view keeps, as the inbox writes it; what cannot be taken out of a list of conversations is refused. */
static enum err read_view(struct cx *cx, struct request *request, struct str query, struct conversation_filter *f)
{
	struct field_list fields = {};
	TRY(form_read(cx, query, IN_QUERY, &fields));
	for (size_t i = 0; i < fields.count; i++) {
		struct str name = fields.at[i].name, value = str_trim(fields.at[i].text);
		i64 id = 0;
		enum message_kind kind;
		enum priority priority;
		bool read = !value.len || str_eq(name, S("sort")) || (str_eq(name, S("view")) && read_desk_view(cx, value, f));
		str_to_i64(value, &id);
		if (str_eq(name, S("status")) && status_of(value, &f->status)) {
			f->any_status = false;
			read = true;
		}
		if (str_eq(name, S("kind")) && message_kind_of(value, &kind)) {
			f->kind = (int)kind;
			read = true;
		}
		if (str_eq(name, S("priority")) && priority_of(value, &priority)) {
			f->priority_least = (int)priority;
			read = true;
		}
		if (str_eq(name, S("assignee"))) {
			f->assignee = str_eq(value, S("me")) ? cx->actor->user : str_eq(value, S("none")) ? -1 : id;
			read = true;
		}
		const struct {
			const char *name;
			i64 *to;
		} ids[] = {{"channel", &f->channel}, {"label", &f->label}, {"team", &f->team}, {"contact", &f->contact}};
		for (size_t j = 0; j < COUNT(ids); j++)
			if (str_eq(name, str_of(ids[j].name)) && id > 0) {
				*ids[j].to = id;
				read = true;
			}
		if (!read)
			return request_fault(cx, request, "view", N_("This view searches words or looks at what is due now. Choose one that only filters."));
	}
	return OK;
}

static enum err filter_of(struct cx *cx, struct request *request, struct export_filter *ret_filter)
{
	struct export_filter f = EXPORT_FILTER;
	struct period period;
	struct str view = param_text(request, "view");
	i64 id = 0;
	TRY(period_of(cx, request, &period));
	f.since = period.since;
	f.until = period.until;
	if (str_to_i64(view, &id)) {
		struct view saved;
		TRY(view_get(cx, request_db(request), here(cx), id, &saved));
		if (saved.archived_at || (saved.person && saved.person != cx->actor->user))
			return request_fault(cx, request, "view", N_("This view does not exist in this workspace."));
		f.view = saved.name;
		TRY(read_view(cx, request, saved.filter, &f.conversations));
	} else if (view.len && !read_desk_view(cx, view, &f.conversations)) {
		return request_fault(cx, request, "view", N_("There is no such view."));
	}
	if (param_id(request, "channel_id"))
		f.conversations.channel = param_id(request, "channel_id");
	*ret_filter = f;
	return OK;
}

/* ---- the list ---- */

static void add_piece(struct buf *b, struct str text)
{
	if (text.len)
		buf_addf(b, "%s%.*s", b->len ? ", " : "", STR_ARG(text));
}

/* "Conversations: To answer, Mastodon, from … to …, CSV". */
static enum err what_text(struct cx *cx, struct db *db, const struct export_run *r, struct str *ret_text)
{
	struct export_filter f;
	CLEANUP(buf_free) struct buf b = {};
	if (str_eq(r->what, S("everything"))) {
		*ret_text = str_of(_(N_("Everything, as an archive")));
		return OK;
	}
	export_filter_read(cx->arena, r->filter, &f);
	const struct conversation_filter *c = &f.conversations;
	add_piece(&b, f.view);
	if (!f.view.len && !c->any_status)
		add_piece(&b, str_of(_(status_title(c->status))));
	if (!f.view.len && c->kind >= 0)
		add_piece(&b, str_of(_(message_kind_title((enum message_kind)c->kind))));
	if (c->channel) {
		struct channel channel;
		enum err e = channel_get(cx, db, here(cx), c->channel, &channel);
		if (e != OK && e != ERR_MISSING)
			return e;
		if (e == OK)
			add_piece(&b, channel.name);
		else
			cx_forget(cx);
	}
	if (f.since)
		add_piece(&b, arena_printf(cx->arena, _(N_("since %.*s")), STR_ARG(period_day_text(cx, f.since))));
	if (f.until)
		add_piece(&b, arena_printf(cx->arena, _(N_("up to %.*s")), STR_ARG(period_day_text(cx, f.until - 1))));
	const char *format = str_eq(r->format, S("csv")) ? "CSV" : "JSONL";
	*ret_text = b.len ? arena_printf(cx->arena, _(N_("Conversations: %.*s (%s)")), STR_ARG(buf_str(&b)), format)
			  : arena_printf(cx->arena, _(N_("All conversations (%s)")), format);
	return OK;
}

static enum err run_shape(struct cx *cx, struct db *db, const struct export_run *r, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct str what;
	CLEANUP(buf_free) struct buf size = {}, rows = {};
	struct member person = {};
	enum err e = r->person ? member_get(cx, db, here(cx), r->person, &person) : OK;
	if (e != OK && e != ERR_MISSING)
		return e;
	if (e == ERR_MISSING)
		cx_forget(cx);
	TRY(what_text(cx, db, r, &what));
	bool ready = r->state == EXPORT_DONE && r->file_name.len && r->expires_at > cx->now, running = r->state == EXPORT_RUNNING || r->state == EXPORT_WAITING;
	enum export_state state = r->state == EXPORT_DONE && !ready ? EXPORT_EXPIRED : r->state;
	if (r->size)
		buf_add_size(&size, cx->lang, r->size);
	if (r->rows_done) {
		CLEANUP(buf_free) struct buf number = {};
		buf_add_number(&number, cx->lang, r->rows_done);
		buf_addf(&rows, tr_n(cx->lang, "%.*s row", "%.*s rows", r->rows_done), STR_ARG(buf_str(&number)));
	}
	i64 percent = r->rows_all > 0 ? r->rows_done * 100 / r->rows_all : -1;
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:b, s:b, s:o, s:o}", "id", doc_id(r->id), "at", doc_instant(&reader, r->asked_at), "what", doc_text(what),
			       "size", doc_text_or_null(buf_str(&size)), "rows", doc_text_or_null(buf_str(&rows)), "state",
			       doc_word(cx->lang, export_state_word(state), export_state_title(state)), "tone", looks[state].tone, "icon", looks[state].icon, "is_ready", ready,
			       "is_running", running, "percent", percent >= 0 ? json_sprintf("%lld", (long long)(percent > 99 ? 99 : percent)) : json_null(), "person",
			       doc_text_or_null(person.name));
	json_object_set_new(*ret_shape, "expires", ready ? doc_instant(&reader, r->expires_at) : json_null());
	json_object_set_new(*ret_shape, "story", doc_text_or_null(r->story));
	json_object_set_new(*ret_shape, "missing", r->missing ? json_integer((json_int_t)r->missing) : json_null());
	json_object_set_new(*ret_shape, "url", ready ? doc_text(arena_printf(cx->arena, "/exports/%lld/file", (long long)r->id)) : json_null());
	return OK;
}

static enum err runs_shape(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct export_run *runs;
	struct pager pager;
	size_t count;
	json_t *list = json_array(), *document = reply_document(reply);
	json_object_set_new(document, "exports", list);
	pager_of(request, A_PAGE, &pager);
	do
		TRY(export_run_list(cx, db, here(cx), pager.from, pager.limit + 1, &runs, &count));
	while (!pager_fits(&pager, count));
	runs += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		json_t *shape;
		TRY(run_shape(cx, db, &runs[i], &shape));
		json_array_append_new(list, shape);
	}
	json_object_set_new(document, "has_exports", json_boolean(pager.count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, runs[0].id), list_after(0, runs[pager.count ? pager.count - 1 : 0].id), NULL);
	return OK;
}

/* ---- the form ---- */

static void add_option(json_t *list, struct str word, struct str title, struct str current)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(word), "title", doc_text(title), "is_selected", str_eq(word, current)));
}

static enum err form_shape(struct cx *cx, struct request *request, json_t *document)
{
	static const char *const whats[][3] = {
		{"everything", N_("Everything"), N_("An archive in open formats: every table, each message, the files that came with them. It can be brought back.")},
		{"conversations", N_("Conversations"), N_("A table for a spreadsheet, or lines of JSON for a program: of a view, a channel, a time.")},
	};
	struct db *db = request_db(request);
	struct view *views;
	struct channel *channels;
	size_t count;
	struct str what = request_typed(request, "what"), format = request_typed(request, "format"), view = request_typed(request, "view"), channel = request_typed(request, "channel_id");
	json_t *contents = json_array(), *formats = json_array(), *view_list_ = json_array(), *channel_list_ = json_array();
	for (size_t i = 0; i < COUNT(whats); i++)
		json_array_append_new(contents, json_pack("{s:s, s:s, s:s, s:b}", "word", whats[i][0], "title", tr(cx->lang, whats[i][1]), "about", tr(cx->lang, whats[i][2]),
							  "is_selected", what.len ? str_eq(what, str_of(whats[i][0])) : i == 0));
	add_option(formats, S("csv"), str_of(_(N_("Table (CSV)"))), format.len ? format : S("csv"));
	add_option(formats, S("jsonl"), str_of(_(N_("Lines of JSON (JSONL)"))), format);
	for (int i = 0; desk_views[i]; i++)
		add_option(view_list_, str_of(desk_views[i]), str_of(tr(cx->lang, desk_titles[i])), view);
	TRY(view_list(cx, db, here(cx), cx->actor->user, &views, &count));
	for (size_t i = 0; i < count; i++)
		add_option(view_list_, arena_printf(cx->arena, "%lld", (long long)views[i].id), views[i].name, view);
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++)
		add_option(channel_list_, arena_printf(cx->arena, "%lld", (long long)channels[i].id), channels[i].name, channel);
	json_object_set_new(document, "contents", contents);
	json_object_set_new(document, "formats", formats);
	json_object_set_new(document, "views", view_list_);
	json_object_set_new(document, "channels", channel_list_);
	json_object_set_new(document, "form", json_pack("{s:o, s:o}", "since", doc_text(request_typed(request, "since")), "until", doc_text(request_typed(request, "until"))));
	return OK;
}

static void commands_shape(struct cx *cx, struct db *db, json_t *document)
{
	static const struct {
		const char *about, *command;
	} rows[] = {
		{N_("Back up, while the desk runs: database, keys and kept files in one file"), "parvis backup /var/backups/parvis --data %s"},
		{N_("Bring a backup back into an empty folder; every bit is looked at first"), "parvis restore BACKUP.tar.zst --into FOLDER"},
		{N_("Write everything in open formats: JSON lines a table, messages a channel, files"), "parvis export parvis-export.tar.zst --data %s"},
		{N_("Look over the whole installation, its audit log and its evidence"), "parvis check --data %s"},
	};
	json_t *commands = json_array();
	for (size_t i = 0; i < COUNT(rows); i++) {
		CLEANUP(buf_free) struct buf b = {};
		struct str rest = str_of(rows[i].command), head = str_cut(&rest, '%');
		buf_add(&b, head);
		if (rest.at)
			buf_adds(&b, page_setup.data);
		json_array_append_new(commands, json_pack("{s:s, s:o}", "about", tr(cx->lang, rows[i].about), "command", doc_text(buf_str(&b))));
	}
	json_object_set_new(document, "can_see_server", json_boolean(actor_may(cx->actor, MAY_MANAGE_WORKSPACE)));
	json_object_set_new(document, "commands", commands);
	const char *kind = db_kind(db) == DB_SQLITE ? _(N_("The database is one SQLite file.")) : _(N_("The database is on a PostgreSQL server."));
	json_object_set_new(document, "backup", json_pack("{s:b, s:n, s:b, s:n, s:s}", "is_known", false, "last", "is_old", true, "size", "database", kind));
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object();
	reply_json(reply, document);
	json_object_set_new(document, "can_make", json_boolean(actor_may(cx->actor, MAY_EXPORT)));
	commands_shape(cx, request_db(request), document);
	TRY(form_shape(cx, request, document));
	if (request_is_partial(request))
		reply_template(reply, "exports/runs");
	return runs_shape(cx, request, reply);
}

/* ---- acts ---- */

static enum err ask(struct cx *cx, struct request *request, struct reply *reply)
{
	struct export_filter filter = EXPORT_FILTER;
	struct str what = param_text(request, "what");
	i64 run;
	if (str_eq(what, S("conversations")))
		TRY(filter_of(cx, request, &filter));
	TRY(exports_ask(cx, request_db(request), here(cx), what, param_text(request, "format"), &filter, &run));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(run)));
	reply_flash(reply, str_of(_(N_("The export is being made. It shows here when it is ready; you may go on meanwhile."))), (struct str){});
	reply_redirect(reply, "/exports#exports");
	return OK;
}

static enum err stop(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(exports_cancel(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("The export is cancelled."))), (struct str){});
	reply_redirect(reply, "/exports#exports");
	return OK;
}

/* A POST, because it is written down who took what. */
static enum err hand_out(struct cx *cx, struct request *request, struct reply *reply)
{
	static const struct {
		const char *format, *type, *ending;
	} kinds[] = {{"archive", "application/zstd", "tar.zst"}, {"csv", "text/csv; charset=utf-8", "csv"}, {"jsonl", "application/x-ndjson", "jsonl"}};
	struct export_run run;
	struct workspace workspace;
	struct reader reader = reader_of(cx);
	size_t k = 0;
	TRY(exports_take(cx, request_db(request), here(cx), param_id(request, "id"), &run));
	TRY(workspace_get(cx, request_db(request), here(cx), &workspace));
	while (k + 1 < COUNT(kinds) && !str_eq(run.format, str_of(kinds[k].format)))
		k++;
	CLEANUP(buf_free) struct buf day = {};
	buf_add_local(&day, &reader, run.ended_at);
	struct str name = arena_printf(cx->arena, "%.*s-%.*s-%.*s.%s", STR_ARG(workspace.slug), STR_ARG(run.what), STR_ARG(str_head(buf_str(&day), 10)), kinds[k].ending);
	reply_header(reply, "Cache-Control", S("no-store"));
	reply_file(reply, kinds[k].type, arena_printf(cx->arena, "%s/exports/%.*s", page_setup.data, STR_ARG(run.file_name)).at, name);
	return OK;
}

/* ---- the rows ---- */

static const char *const whats[] = {"everything", "conversations", NULL};
static const char *const formats[] = {"csv", "jsonl", NULL};

static const struct param list_params[] = {
	PAGER_PARAMS,
	{},
};
static const struct param ask_params[] = {
	{.name = "what", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = whats, .about = "Everything as an archive, or conversations as a table or lines of JSON."},
	{.name = "format", .in = IN_FORM, .type = P_WORD, .words = formats, .about = "Of conversations."},
	{.name = "view", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "Only conversations of this view: a word of the inbox, or the id of a saved view. All when left out."},
	{.name = "channel_id", .in = IN_FORM, .type = P_ID, .about = "Only conversations of this channel."},
	{.name = "since", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "Only what was said from this day on: 2026-03-24, in one's time zone."},
	{.name = "until", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "Only what was said up to this day, included."},
	{},
};
static const struct param one_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The export."},
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Export", "{id: id, at: Instant, what: text, size: text?, rows: text?, state: Word, tone: text, icon: text, "
	 "is_ready: bool, is_running: bool, percent: text?, person: text?, expires: Instant?, story: text?, "
	 "missing: int?, url: url?}",
	 "Something taken out."},
	{"ExportsPage", "{can_make: bool, can_see_server: bool, commands: [{about: text, command: text}], backup: {is_known: bool, "
	 "last: Instant?, is_old: bool, size: text?, database: text}, contents: [ChoiceAbout], formats: [Choice], "
	 "views: [Choice], channels: [Choice], form: {since: text, until: text}, exports: [Export], has_exports: bool, "
	 "pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/exports", .permission = MAY_EXPORT, .params = list_params, .template = "exports/page", .handle = show,
	 .answer = "ExportsPage", .about = "What was taken out, newest first; how to back everything up."},
	{.method = "POST", .path = "/exports", .permission = MAY_EXPORT, .flags = ROUTE_MAKES, .params = ask_params, .template = "exports/page", .handle = ask,
	 .answer = "Made", .about = "Take everything out, or the conversations of a view and a time.", .form = "/exports"},
	{.method = "POST", .path = "/exports/{id}/cancel", .permission = MAY_EXPORT, .params = one_params, .handle = stop, .about = "Give up an export that is not ready."},
	{.method = "POST", .path = "/exports/{id}/file", .permission = MAY_EXPORT, .params = one_params, .type = "application/octet-stream", .handle = hand_out,
	 .about = "The file of an export, kept for seven days; who took it is written down."},
	{},
};

const struct page page_exports = {"exports", routes, shapes, .file = __FILE__};
