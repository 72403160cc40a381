/* imports: files that people have, read into the workspace: asked for here, read by the working role, followed as it goes. */
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "flow/import.h"
#include "page/pager.h"
#include "page/tally.h"
#include "store/channel.h"
#include "store/member.h"
#include "ui/document.h"

#include <unistd.h>

#define RUNS_A_PAGE 20
#define REFUSALS_A_PAGE 100

static const struct {
	const char *tone, *icon;
} looks[IMPORT_STATE_COUNT] = {
	[IMPORT_WAITING] = {"line", "hourglass"}, [IMPORT_RUNNING] = {"sun", "hourglass"}, [IMPORT_DONE] = {"ok", "circle-check"}, [IMPORT_FAILED] = {"red", "octagon-alert"},
};

static json_t *word_shape(const char *word, struct str title)
{
	return json_pack("{s:s, s:o}", "word", word, "title", doc_text(title));
}

static json_t *format_shape(struct cx *cx, struct str word)
{
	const struct archive_format *format = word.len ? archive_format_of(word) : NULL;
	return word_shape(format ? format->word : "", str_of(format ? tr(cx->lang, format->title) : _(N_("To be recognised"))));
}

static i64 percent_done(const struct import_run *run)
{
	if (run->state == IMPORT_DONE)
		return 100;
	return run->bytes_all > 0 ? run->bytes_done * 100 / run->bytes_all : 0;
}

static struct str number_text(struct cx *cx, i64 number)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, number);
	return buf_keep(&b, cx->arena);
}

static struct str figures_of(struct cx *cx, const struct import_run *run)
{
	if (run->state == IMPORT_FAILED && !run->items)
		return str_of(_(N_("nothing was written")));
	if (run->state != IMPORT_DONE)
		return arena_printf(cx->arena, tr_n(cx->lang, "%.*s message read", "%.*s messages read", run->items), STR_ARG(number_text(cx, run->items)));
	return arena_printf(cx->arena, run->dry_run ? _(N_("Would come in: %.*s, known: %.*s, refused: %.*s")) : _(N_("Came in: %.*s, known: %.*s, refused: %.*s")),
			    STR_ARG(number_text(cx, run->created)), STR_ARG(number_text(cx, run->unchanged + run->changed)), STR_ARG(number_text(cx, run->refused)));
}

static enum err person_name(struct cx *cx, struct db *db, i64 workspace, i64 person, json_t **ret_name)
{
	struct member m;
	*ret_name = json_null();
	if (!person)
		return OK;
	enum err e = member_get(cx, db, workspace, person, &m);
	if (e == OK)
		*ret_name = doc_text(m.name);
	if (e == ERR_MISSING)
		cx_forget(cx);
	return e == ERR_MISSING ? OK : e;
}

/* What the list and the run's own page say alike. */
static enum err common_shape(struct cx *cx, struct db *db, const struct import_run *run, json_t **ret_shape)
{
	json_t *person;
	struct reader reader = reader_of(cx);
	TRY(person_name(cx, db, run->workspace, run->person, &person));
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:b, s:b, s:o, s:o, s:o}", "id", doc_id(run->id), "file_name", doc_text(run->file_name), "format",
			       format_shape(cx, run->format), "state", word_shape(import_state_word(run->state), str_of(tr(cx->lang, import_state_title(run->state)))),
			       "tone", looks[run->state].tone, "icon", looks[run->state].icon, "is_trial", run->dry_run, "is_running",
			       run->state == IMPORT_RUNNING || run->state == IMPORT_WAITING, "percent", doc_text(number_text(cx, percent_done(run))), "person", person,
			       "started", doc_instant(&reader, run->started_at));
	return OK;
}

/* ---- the list and the form ---- */

static json_t *formats_shape(struct cx *cx)
{
	json_t *list = json_array();
	json_array_append_new(list, json_pack("{s:s, s:s, s:n, s:b}", "word", "", "title", _(N_("Recognise it")), "about", "is_selected", true));
	for (size_t i = 0; i < archive_format_count; i++) {
		const struct archive_format *f = archive_formats[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "word", f->word, "title", tr(cx->lang, f->title), "about", tr(cx->lang, f->about), "is_selected", false));
	}
	return list;
}

static enum err channels_shape(struct cx *cx, struct db *db, json_t *list)
{
	struct channel *channels;
	size_t count;
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(channels[i].kind, S("import")))
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected", false));
	return OK;
}

static enum err runs_shape(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct pager pager;
	struct import_run *runs;
	size_t count;
	json_t *list = json_array(), *document = reply_document(reply);
	json_object_set_new(document, "runs", list);
	pager_of(request, RUNS_A_PAGE, &pager);
	do
		TRY(import_run_list(cx, db, here(cx), pager.from, pager.limit + 1, &runs, &count));
	while (!pager_fits(&pager, count));
	runs += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		json_t *shape;
		TRY(common_shape(cx, db, &runs[i], &shape));
		json_object_set_new(shape, "url", doc_text(arena_printf(cx->arena, "/imports/%lld", (long long)runs[i].id)));
		json_object_set_new(shape, "figures", doc_text(figures_of(cx, &runs[i])));
		json_array_append_new(list, shape);
	}
	json_object_set_new(document, "has_runs", json_boolean(count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, runs[0].id), list_after(0, runs[pager.count ? pager.count - 1 : 0].id), NULL);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object(), *channels = json_array();
	CLEANUP(buf_free) struct buf size = {};
	reply_json(reply, document);
	buf_add_size(&size, cx->lang, page_setup.upload_max);
	json_object_set_new(document, "formats", formats_shape(cx));
	json_object_set_new(document, "channels", channels);
	json_object_set_new(document, "form", json_pack("{s:s, s:s}", "account", "", "network", ""));
	json_object_set_new(document, "is_trial", json_true());
	json_object_set_new(document, "size_most", doc_text(buf_str(&size)));
	TRY(channels_shape(cx, request_db(request), channels));
	return runs_shape(cx, request, reply);
}

/* The upload becomes the run's own: the kernel removes its spooled file with the request. */
static enum err keep_upload(struct cx *cx, const struct upload *upload, const char **ret_path)
{
	const char *path = arena_printf(cx->arena, "%s/spool/import-%lld", page_setup.data, (long long)id_new()).at;
	if (link(upload->path, path) < 0 && rename(upload->path, path) < 0)
		return fail(cx, ERR_SYSTEM, N_("The file could not be kept. Is the disk full? Nothing was imported."));
	*ret_path = path;
	return OK;
}

static enum err start(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *upload = param_file(request, "file");
	struct str format = param_text(request, "format");
	const char *path = NULL;
	i64 run;
	if (format.len && !archive_format_of(format))
		return request_fault(cx, request, "format", N_("There is no format of this name."));
	TRY(keep_upload(cx, upload, &path));
	struct import_request r = {
		.workspace = here(cx),
		.channel = param_id(request, "channel_id"),
		.format = format,
		.path = path,
		.file_name = upload->name,
		.account = param_text(request, "account"),
		.network = param_text(request, "network"),
		.dry_run = param_bool(request, "dry_run"),
		.person = cx->actor->user,
	};
	enum err e = import_queue(cx, request_db(request), &r, &run);
	if (e != OK) {
		unlink(path);
		return e;
	}
	reply_json(reply, json_pack("{s:o}", "id", doc_id(run)));
	reply_redirect(reply, "/imports/%lld", (long long)run);
	return OK;
}

/* ---- a run ---- */

static enum err refusals_shape(struct cx *cx, struct request *request, struct reply *reply, const struct import_run *run)
{
	struct pager pager;
	struct import_refusal *list;
	size_t count;
	json_t *refusals = json_array(), *document = reply_document(reply);
	json_object_set_new(document, "refusals", refusals);
	pager_of(request, REFUSALS_A_PAGE, &pager);
	do
		TRY(import_refusals(cx, request_db(request), run->workspace, run->id, pager.from, pager.limit + 1, &list, &count));
	while (!pager_fits(&pager, count));
	list += pager.first;
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(refusals, json_pack("{s:o, s:o, s:o, s:o}", "number", doc_text(number_text(cx, list[i].number)), "place", doc_text(list[i].place), "reason",
							  doc_text(list[i].reason), "excerpt", doc_text_or_null(list[i].excerpt)));
	json_object_set_new(document, "has_refusals", json_boolean(count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, list[0].number), list_after(0, list[pager.count ? pager.count - 1 : 0].number), NULL);
	json_object_set_new(document, "refusals_url", json_null());
	return OK;
}

static struct str read_text(struct cx *cx, const struct import_run *run)
{
	CLEANUP(buf_free) struct buf done = {}, all = {};
	buf_add_size(&done, cx->lang, run->bytes_done);
	buf_add_size(&all, cx->lang, run->bytes_all);
	return arena_printf(cx->arena, _(N_("%.*s of %.*s")), STR_ARG(buf_str(&done)), STR_ARG(buf_str(&all)));
}

static json_t *left_text(struct cx *cx, const struct import_run *run)
{
	CLEANUP(buf_free) struct buf b = {};
	i64 took = cx->now - run->started_at;
	if (run->state != IMPORT_RUNNING || run->bytes_done * 20 < run->bytes_all || run->bytes_done <= 0)
		return json_null();
	buf_add_duration(&b, cx->lang, (i64)((double)took * (double)(run->bytes_all - run->bytes_done) / (double)run->bytes_done));
	return doc_text(arena_printf(cx->arena, _(N_("about %.*s")), STR_ARG(buf_str(&b))));
}

static enum err run_shape(struct cx *cx, struct db *db, const struct import_run *run, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct conversation_filter past = {.status = STATUS_RESOLVED, .kind = -1, .channel = run->channel, .unanswered = true};
	json_t *shape, *channel = json_null();
	i64 unanswered = 0;
	TRY(common_shape(cx, db, run, &shape));
	*ret_shape = shape;
	if (run->channel) {
		struct channel c;
		TRY(channel_get(cx, db, run->workspace, run->channel, &c));
		channel = json_pack("{s:o, s:o}", "name", doc_text(c.name), "url", doc_text(arena_printf(cx->arena, "/inbox?view=resolved&channel=%lld", (long long)c.id)));
		TRY(tally(cx, db, run->workspace, &past, &unanswered));
	}
	json_object_set_new(shape, "channel", channel);
	json_object_set_new(shape, "unanswered",
			    !unanswered ? json_null()
					: json_pack("{s:o, s:o}", "number", tally_shape(cx->lang, unanswered, true), "url",
						    doc_text(arena_printf(cx->arena, "/inbox?view=unanswered&channel=%lld", (long long)run->channel))));
	json_object_set_new(shape, "network", run->network.len ? doc_network(cx->lang, run->network) : json_null());
	json_object_set_new(shape, "story", doc_text_or_null(run->story));
	json_object_set_new(shape, "is_done", json_boolean(run->state == IMPORT_DONE));
	json_object_set_new(shape, "is_failed", json_boolean(run->state == IMPORT_FAILED));
	json_object_set_new(shape, "read", doc_text(read_text(cx, run)));
	json_object_set_new(shape, "left", left_text(cx, run));
	const struct {
		const char *name;
		i64 number;
	} numbers[] = {{"items", run->items}, {"created", run->created}, {"changed", run->changed}, {"unchanged", run->unchanged}, {"refused", run->refused}};
	for (size_t i = 0; i < COUNT(numbers); i++)
		json_object_set_new(shape, numbers[i].name, doc_text(number_text(cx, numbers[i].number)));
	json_object_set_new(shape, "ended", doc_instant(&reader, run->ended_at));
	json_object_set_new(shape, "can_run", json_boolean(run->dry_run && run->state == IMPORT_DONE && run->file_path.len));
	json_object_set_new(shape, "can_stop", json_false());
	return OK;
}

static enum err show_run(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct import_run run;
	json_t *document = json_object(), *shape;
	reply_json(reply, document);
	TRY(import_run_get(cx, db, here(cx), param_id(request, "id"), &run));
	TRY(run_shape(cx, db, &run, &shape));
	json_object_set_new(document, "run", shape);
	json_object_set_new(document, "has_sample", json_false());
	json_object_set_new(document, "sample", json_array());
	if (request_is_partial(request))
		reply_template(reply, "imports/progress");
	return refusals_shape(cx, request, reply, &run);
}

static enum err run_in_earnest(struct cx *cx, struct request *request, struct reply *reply)
{
	struct import_run run;
	i64 fresh;
	TRY(import_run_get(cx, request_db(request), here(cx), param_id(request, "id"), &run));
	TRY(import_again(cx, request_db(request), here(cx), run.id, false, run.format, &fresh));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(fresh)));
	reply_redirect(reply, "/imports/%lld", (long long)fresh);
	return OK;
}

/* ---- the rows ---- */

static const struct param list_params[] = {
	PAGER_PARAMS,
	{},
};
static const struct param start_params[] = {
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_REQUIRED, .max = (i64)16 << 30, .about = "The export, table or mailbox."},
	{.name = "format", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "A format's word; recognised when left out."},
	{.name = "channel_id", .in = IN_FORM, .type = P_ID, .about = "The import channel to go on with; one is made when left out."},
	{.name = "account", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "Whose export it is: messages of that account are ours."},
	{.name = "network", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "The network, for formats that do not say."},
	{.name = "dry_run", .in = IN_FORM, .type = P_BOOL, .about = "Only say what would come in."},
	{},
};
static const struct param run_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The run."},
	PAGER_PARAMS,
	{},
};
static const struct param again_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The trial."},
	{.name = "dry_run", .in = IN_FORM, .type = P_BOOL, .about = "Ignored: it runs in earnest."},
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Import", "{id: id, file_name: text, format: Word, state: Word, tone: text, icon: text, is_trial: bool, is_running: bool, "
	 "percent: text, person: text?, started: Instant, url: url, figures: text}",
	 "A file read in."},
	{"ImportDetail", "{id: id, file_name: text, format: Word, state: Word, tone: text, icon: text, is_trial: bool, is_running: bool, "
	 "percent: text, person: text?, started: Instant, channel: {name: text, url: url}?, network: Network?, "
	 "unanswered: {number: Number, url: url}?, "
	 "story: text?, is_done: bool, is_failed: bool, read: text, left: text?, items: text, created: text, "
	 "changed: text, unchanged: text, refused: text, ended: Instant?, can_run: bool, can_stop: bool}",
	 "A file read in, with what came of it."},
	{"ImportRefusal", "{number: text, place: text, reason: text, excerpt: text?}", "A line that was refused, and why."},
	{"ImportsPage", "{formats: [ChoiceAbout], channels: [NamedChoice], form: {account: text, network: text}, is_trial: bool, "
	 "size_most: text, runs: [Import], has_runs: bool, pager: Pager?}"},
	{"ImportPage", "{run: ImportDetail, has_sample: bool, sample: [{at: Instant, author_name: text, body: text, kind: Word}], "
	 "refusals: [ImportRefusal], has_refusals: bool, pager: Pager?, refusals_url: url?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/imports", .permission = MAY_IMPORT, .params = list_params, .template = "imports/page", .handle = show,
	 .answer = "ImportsPage", .about = "Imports, and the form for one."},
	{.method = "POST", .path = "/imports", .permission = MAY_IMPORT, .flags = ROUTE_MAKES | ROUTE_SLOW, .params = start_params, .template = "imports/page", .handle = start,
	 .answer = "Made", .about = "Read a file into the workspace.", .body_max = (size_t)16 << 30, .form = "/imports"},
	{.method = "GET", .path = "/imports/{id}", .permission = MAY_IMPORT, .params = run_params, .template = "imports/run", .handle = show_run,
	 .answer = "ImportPage", .about = "How far an import is, and what it refused."},
	{.method = "POST", .path = "/imports/{id}/run", .permission = MAY_IMPORT, .flags = ROUTE_MAKES, .params = again_params, .handle = run_in_earnest,
	 .answer = "Made", .about = "After a trial: do it."},
	{},
};

const struct page page_imports = {"imports", routes, shapes, .file = __FILE__};
