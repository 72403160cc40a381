/* backends: other models that are asked too what messages say: which, about what, where texts go, how they are, and the form that sets one up. */
#include "backend/backend.h"
#include "base/lang.h"
#include "flow/backends.h"
#include "page/choices.h"
#include "page/page.h"
#include "page/rules.h"
#include "store/backend.h"
#include "ui/document.h"

#define A_DAY_MAX 10000000

/* ---- how it is ---- */

struct look {
	const char *word, *title, *tone, *icon;
};

static struct look look_of(const struct backend_row *b)
{
	if (str_eq(b->state, S("paused")))
		return (struct look){"paused", N_("Paused"), "sun", "pause"};
	if (str_eq(b->state, S("failing")))
		return (struct look){"failing", N_("Does not answer"), "red", "octagon-alert"};
	if (str_eq(b->state, S("broken")))
		return (struct look){"broken", N_("Needs somebody"), "red", "key-round"};
	return (struct look){"ok", N_("Is asked"), "ok", "circle-check"};
}

static struct str tasks_text(struct cx *cx, unsigned tasks)
{
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < MEANING_TASKS; i++)
		if (tasks >> i & 1)
			buf_addf(&b, "%s%s", b.len ? ", " : "", _(meaning_task_title((enum meaning_task)i)));
	return buf_keep(&b, cx->arena);
}

static json_t *settings_of(const struct backend_row *b)
{
	json_t *settings = json_loadb(b->settings.at ? b->settings.at : "", b->settings.len, 0, NULL);
	return settings ? settings : json_object();
}

static json_t *row_shape(struct cx *cx, const struct backend_row *b)
{
	struct reader reader = reader_of(cx);
	const struct backend_kind *kind = backend_kind_of(b->kind);
	struct look look = look_of(b);
	json_t *settings = settings_of(b);
	struct str today = arena_printf(cx->arena, _(N_("Texts today: %s of %s at the most; answers: %s")), arena_cstr(cx->arena, number_text(cx, b->asked_today)),
					arena_cstr(cx->arena, number_text(cx, b->a_day)), arena_cstr(cx->arena, number_text(cx, b->answered_today)));
	json_t *row = json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:b, s:o, s:b, s:o, s:s, s:s, s:o, s:b, s:b, s:o, s:o}", "id", doc_id(b->id), "url",
				doc_text(arena_printf(cx->arena, "/other-models/%lld", (long long)b->id)), "name", doc_text(b->name), "kind", kind ? _(kind->title) : "",
				"model", doc_text(kind ? kind->model(cx, settings) : (struct str){}), "where", doc_text(kind ? kind->where(cx, settings) : (struct str){}),
				"leaves", kind && kind->leaves, "tasks", doc_text(tasks_text(cx, b->tasks)), "takes_private", b->takes_private, "state",
				doc_word(cx->lang, look.word, look.title), "tone", look.tone, "icon", look.icon, "story", doc_text_or_null(b->state_story), "is_paused",
				str_eq(b->state, S("paused")), "is_ailing", str_eq(b->state, S("failing")) || str_eq(b->state, S("broken")), "today", doc_text(today),
				"answered", doc_instant(&reader, b->answered_at));
	json_decref(settings);
	return row;
}

static enum err show_list(struct cx *cx, struct request *request, struct reply *reply)
{
	struct backend_row *list;
	size_t count;
	json_t *document = json_object(), *rows = json_array(), *kinds = json_array();
	bool manages = actor_may(cx->actor, MAY_MANAGE_WORKSPACE);
	reply_json(reply, document);
	TRY(backends_list(cx, request_db(request), here(cx), &list, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(rows, row_shape(cx, &list[i]));
	for (size_t i = 0; i < backend_kind_count; i++) {
		const struct backend_kind *k = backend_kinds[i];
		json_array_append_new(kinds, json_pack("{s:s, s:s, s:s, s:o, s:b}", "word", k->word, "title", _(k->title), "about", _(k->about), "url",
						       doc_text(arena_printf(cx->arena, "/other-models/new/%s", k->word)), "leaves", k->leaves));
	}
	doc_set(document, "can_manage", json_boolean(manages));
	doc_set(document, "has_models", json_boolean(count));
	doc_set(document, "models", rows);
	doc_set(document, "kinds", kinds);
	return OK;
}

/* ---- the form ---- */

static bool is_typed(const struct request *request)
{
	return request_typed(request, "name").at;
}

static struct str typed_setting(const struct request *request, const char *name)
{
	struct str setting;
	for (size_t i = 0; (setting = request_typed_at(request, "setting", i)).at; i++)
		if (str_eq(setting, str_of(name)))
			return request_typed_at(request, "value", i);
	return (struct str){};
}

static unsigned typed_tasks(const struct request *request, unsigned tasks)
{
	struct str word;
	if (!is_typed(request))
		return tasks;
	tasks = 0;
	for (size_t i = 0; (word = request_typed_at(request, "task", i)).at; i++) {
		enum meaning_task task;
		if (meaning_task_of(word, &task))
			tasks |= 1u << task;
	}
	return tasks;
}

static json_t *tasks_shape(struct cx *cx, unsigned tasks)
{
	json_t *list = json_array();
	for (int i = 0; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		if (BACKEND_TASKS >> i & 1)
			json_array_append_new(list, choice(meaning_task_word(task), _(meaning_task_title(task)), tasks >> i & 1));
	}
	return list;
}

/* What is wrong with which field of what was typed, as the verb will say. */
static const char *fault_of(struct cx *cx, const struct request *request, const struct backend_kind *kind, unsigned tasks, char ret_field[64])
{
	json_t *settings = json_object();
	struct backend_account account = {.tasks = tasks, .settings = settings};
	const char *fault = NULL;
	for (const struct backend_field *f = kind->fields; f->name; f++) {
		struct str value = typed_setting(request, f->name);
		if (f->type == BACKEND_SECRET)
			account.secret = value;
		else
			json_object_set_new(settings, f->name, json_stringn(value.at ? value.at : "", value.len));
	}
	if (is_typed(request) && kind->check(cx, &account) != OK) {
		fault = arena_cstr(cx->arena, str_of(cx->story));
		for (size_t i = 0; i < sizeof cx->field; i++)
			ret_field[i] = cx->field[i];
		cx_forget(cx);
	}
	json_decref(settings);
	return fault;
}

static json_t *fields_shape(struct cx *cx, const struct request *request, const struct backend_kind *kind, const struct backend_row *b, unsigned tasks)
{
	json_t *list = json_array(), *settings = settings_of(b);
	char at[64] = "";
	const char *fault = fault_of(cx, request, kind, tasks, at);
	for (const struct backend_field *f = kind->fields; f->name; f++) {
		bool secret = f->type == BACKEND_SECRET;
		struct str typed = typed_setting(request, f->name), value = secret ? (struct str){} : typed.at ? typed : arena_str(cx->arena, backend_setting(settings, f->name));
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:b}", "name", f->name, "title", _(f->title), "about",
						      f->about ? json_string(_(f->about)) : json_null(), "value", doc_text(value), "error",
						      fault && str_eq(str_of(at), str_of(f->name)) ? json_string(fault) : json_null(), "is_required", f->required, "is_line",
						      f->type == BACKEND_LINE, "is_url", f->type == BACKEND_URL, "is_secret", secret, "has_secret", secret && b->secret.len));
	}
	json_decref(settings);
	return list;
}

static json_t *form_shape(struct cx *cx, const struct request *request, const struct backend_kind *kind, const struct backend_row *b)
{
	unsigned tasks = typed_tasks(request, b->tasks);
	struct str a_day = typed_or(request, "a_day", arena_printf(cx->arena, "%lld", (long long)(b->a_day ? b->a_day : kind->a_day)));
	return json_pack("{s:o, s:o, s:s, s:s, s:s, s:o, s:b, s:o, s:b, s:b, s:b, s:b, s:o}", "id", b->id ? doc_id(b->id) : json_null(), "name",
			 doc_text(typed_or(request, "name", b->name)), "kind", kind->word, "title", _(kind->title), "about", _(kind->about), "tasks", tasks_shape(cx, tasks),
			 "is_one_task", kind->one_task, "fields", fields_shape(cx, request, kind, b, tasks), "leaves", kind->leaves, "is_plain", kind->plain, "takes_private",
			 is_typed(request) ? request_typed(request, "takes_private").at != NULL : b->takes_private, "agreed", is_typed(request) ? request_typed(request, "agreed").at != NULL : false,
			 "a_day", doc_text(a_day));
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct backend_kind *kind = backend_kind_of(param_text(request, "kind"));
	struct backend_row none = {};
	if (!kind)
		return fail(cx, ERR_MISSING, N_("There is no such kind of model."));
	reply_json(reply, json_pack("{s:o, s:n, s:b}", "form", form_shape(cx, request, kind, &none), "model", "can_manage", 1));
	return OK;
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct backend_row b;
	TRY(backend_get(cx, request_db(request), here(cx), param_id(request, "id"), &b));
	const struct backend_kind *kind = backend_kind_of(b.kind);
	if (!kind || b.archived_at)
		return fail(cx, ERR_MISSING, N_("This model was put away."));
	reply_json(reply, json_pack("{s:o, s:o, s:b}", "form", form_shape(cx, request, kind, &b), "model", row_shape(cx, &b), "can_manage",
				    actor_may(cx->actor, MAY_MANAGE_WORKSPACE)));
	return OK;
}

/* ---- keeping ---- */

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, struct backend_wish *wish, const struct backend_row *before)
{
	size_t count = param_count(request, "setting");
	i64 id;
	if (count != param_count(request, "value"))
		return fail_field(cx, "setting", N_("Send each setting with its value."));
	struct str *names = arena_array(cx->arena, struct str, count), *values = arena_array(cx->arena, struct str, count);
	for (size_t i = 0; i < count; i++) {
		names[i] = param_text_at(request, "setting", i);
		values[i] = param_text_at(request, "value", i);
	}
	wish->names = names;
	wish->values = values;
	wish->count = count;
	wish->work = page_setup.work;
	wish->agreed = param_bool(request, "agreed");
	wish->name = page_says(request, "name") ? param_text(request, "name") : before->name;
	wish->takes_private = page_says(request, "takes_private") ? param_bool(request, "takes_private") : before->takes_private;
	wish->a_day = page_says(request, "a_day") ? param_int(request, "a_day") : before->a_day;
	wish->tasks = page_says(request, "task") ? 0 : before->tasks;
	for (size_t i = 0; i < param_count(request, "task"); i++) {
		enum meaning_task task;
		if (!meaning_task_of(param_text_at(request, "task", i), &task))
			return fail_field(cx, "task", N_("There is no question “%.*s”."), STR_ARG(str_head(param_text_at(request, "task", i), 40)));
		wish->tasks |= 1u << task;
	}
	TRY(backends_save(cx, request_db(request), here(cx), wish, &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	return OK;
}

static enum err do_new(struct cx *cx, struct request *request, struct reply *reply)
{
	static const struct backend_row none;
	struct backend_wish wish = {.kind = param_text(request, "kind")};
	TRY(keep(cx, request, reply, &wish, &none));
	reply_flash(reply, str_of(_(N_("Kept. It is asked about what comes in from now on."))), (struct str){});
	reply_redirect(reply, "/other-models");
	return OK;
}

static enum err do_save(struct cx *cx, struct request *request, struct reply *reply)
{
	struct backend_row b;
	struct backend_wish wish = {.id = param_id(request, "id")};
	TRY(backend_get(cx, request_db(request), here(cx), wish.id, &b));
	TRY(keep(cx, request, reply, &wish, &b));
	reply_flash(reply, str_of(_(N_("The settings of the model are kept."))), (struct str){});
	reply_redirect(reply, "/other-models");
	return OK;
}

typedef enum err backend_verb(struct cx *cx, struct db *db, i64 workspace, i64 id);

static enum err act(struct cx *cx, struct request *request, struct reply *reply, backend_verb *verb, const char *told)
{
	TRY(verb(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(told)), (struct str){});
	reply_redirect(reply, "/other-models");
	return OK;
}

static enum err do_pause(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, backends_pause, N_("Paused. The models that ship judge alone."));
}

static enum err do_resume(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, backends_resume, N_("It is asked again."));
}

static enum err do_archive(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, backends_archive, N_("Put away, and its key is forgotten. What it said stays."));
}

/* ---- routes ---- */

#define FORM(required)                                                                                                         \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = required, .max = 80, .about = "Name in Parvis."},                                            \
	{.name = "task", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 20, .about = "The questions that it is asked."},                          \
	{.name = "setting", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 60, .about = "Names of the kind's settings."},                         \
	{.name = "value", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 2000, .about = "Their values, in the same order. An empty secret keeps the one there is."}, \
	{.name = "takes_private", .in = IN_FORM, .type = P_BOOL, .about = "Asked about private messages too."},                                               \
	{.name = "agreed", .in = IN_FORM, .type = P_BOOL, .about = "These texts may leave to that address: needed when one is set up that they leave to, and when the address changes or private messages join."}, \
	{.name = "a_day", .in = IN_FORM, .type = P_INT, .min = 0, .max = A_DAY_MAX, .about = "Texts a day at the most; 0: as the kind says."}
#define KIND_PARAM {.name = "kind", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "The kind of model."}
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The model."}
static const struct param kind_params[] = {KIND_PARAM, {}};
static const struct param id_params[] = {ID_PARAM, {}};
static const struct param new_params[] = {KIND_PARAM, FORM(PARAM_REQUIRED), {}};
static const struct param save_params[] = {ID_PARAM, FORM(0), {}};

static const struct shape shapes[] = {
	{"OtherModel", "{id: id, url: url, name: text, kind: text, model: text, where: text, leaves: bool, tasks: text, takes_private: bool, state: Word, tone: text, icon: text, "
	 "story: text?, is_paused: bool, is_ailing: bool, today: text, answered: Instant?}",
	 "A model that does not ship and is asked too: what about, where texts go, how it is. Its key is never told."},
	{"OtherModelsPage", "{can_manage: bool, has_models: bool, models: [OtherModel], kinds: [{word: text, title: text, about: text, url: url, leaves: bool}]}",
	 "Other models that are asked, and the kinds there are."},
	{"OtherModelPage", "{can_manage: bool, model: OtherModel?, form: {id: id?, name: text, kind: text, title: text, about: text, tasks: [Choice], is_one_task: bool, "
	 "fields: [{name: text, title: text, about: text?, value: text, error: text?, is_required: bool, is_line: bool, is_url: bool, is_secret: bool, has_secret: bool}], "
	 "leaves: bool, is_plain: bool, takes_private: bool, agreed: bool, a_day: text}}",
	 "A model, open for a change."},
	{},
};

#define READ .permission = MAY_READ_INBOX
#define MANAGE .permission = MAY_MANAGE_WORKSPACE
static const struct route routes[] = {
	{.method = "GET", .path = "/other-models", READ, .template = "backends/page", .handle = show_list, .answer = "OtherModelsPage",
	 .about = "Models that do not ship and are asked too what messages say: which, about what, and what leaves where to."},
	{.method = "GET", .path = "/other-models/new/{kind}", MANAGE, .params = kind_params, .template = "backends/model", .handle = show_new, .answer = "OtherModelPage",
	 .about = "The form for having a model of a kind asked."},
	{.method = "POST", .path = "/other-models/new/{kind}", MANAGE, .flags = ROUTE_MAKES, .params = new_params, .template = "backends/model", .handle = do_new,
	 .form = "/other-models/new/{kind}", .answer = "Made", .about = "Have another model asked. Nothing leaves without `agreed`."},
	{.method = "GET", .path = "/other-models/{id}", MANAGE, .params = id_params, .template = "backends/model", .handle = show_one, .answer = "OtherModelPage",
	 .about = "A model that is asked, and its settings."},
	{.method = "POST", .path = "/other-models/{id}", MANAGE, .params = save_params, .template = "backends/model", .handle = do_save, .form = "/other-models/{id}",
	 .answer = "Made", .about = "Change a model's settings."},
	{.method = "POST", .path = "/other-models/{id}/pause", MANAGE, .params = id_params, .handle = do_pause, .about = "Ask it no more for now."},
	{.method = "POST", .path = "/other-models/{id}/resume", MANAGE, .params = id_params, .handle = do_resume, .about = "Ask it again, at once."},
	{.method = "POST", .path = "/other-models/{id}/archive", MANAGE, .params = id_params, .handle = do_archive, .about = "Put it away and forget its key; what it said stays."},
	{},
};

const struct page page_backends = {"backends", routes, shapes, .file = __FILE__};
