#include "flow/backends.h"

#include "backend/backend.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "sys/net.h"

#define VALUE_MAX 2000
#define BACKENDS_MAX 10
#define A_DAY_MAX 10000000

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_MANAGE_WORKSPACE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not choose which models are asked."));
}

static void release(void *json)
{
	json_decref(json);
}

static json_t *settings_of(struct cx *cx, const struct backend_row *b)
{
	json_t *settings = json_loadb(b->settings.at ? b->settings.at : "", b->settings.len, 0, NULL);
	if (!json_is_object(settings)) {
		json_decref(settings);
		settings = json_object();
	}
	arena_defer(cx->arena, release, settings);
	return settings;
}

/* What is asked and where, never the key. */
static enum err trace(struct cx *cx, struct db *db, const struct backend_row *b, const char *act)
{
	CLEANUP(buf_free) struct buf detail = {};
	const struct backend_kind *kind = backend_kind_of(b->kind);
	const char *parted = "";
	buf_adds(&detail, "{\"name\":");
	buf_add_json(&detail, b->name);
	buf_adds(&detail, ",\"where\":");
	buf_add_json(&detail, kind ? kind->where(cx, settings_of(cx, b)) : (struct str){});
	buf_adds(&detail, ",\"tasks\":[");
	for (int i = 0; i < MEANING_TASKS; i++)
		if (b->tasks >> i & 1) {
			buf_addf(&detail, "%s\"%s\"", parted, meaning_task_word((enum meaning_task)i));
			parted = ",";
		}
	buf_addf(&detail, "],\"private\":%s,\"a_day\":%lld}", b->takes_private ? "true" : "false", (long long)b->a_day);
	TRY(audit(cx, db, b->workspace, act, arena_printf(cx->arena, "backend:%lld", (long long)b->id), buf_str(&detail)));
	return change_add(cx, db, b->workspace, 0, "backend", b->id);
}

/* ---- what is wished ---- */

static const struct backend_field *field_of(const struct backend_kind *kind, struct str name)
{
	for (const struct backend_field *f = kind->fields; f->name; f++)
		if (str_eq(name, str_of(f->name)))
			return f;
	return NULL;
}

static enum err check_value(struct cx *cx, const struct backend_field *f, struct str value)
{
	if (value.len > VALUE_MAX)
		return fail_field(cx, f->name, N_("This is too long."));
	if (!utf8_valid(value))
		return fail_field(cx, f->name, N_("This holds characters that are no text."));
	for (size_t i = 0; i < value.len; i++)
		if ((u8)value.at[i] < ' ')
			return fail_field(cx, f->name, N_("Write it on one line."));
	return OK;
}

/* The fields as they are now, changed by those that were named. The secret is set apart. */
static enum err read_fields(struct cx *cx, const struct backend_wish *wish, const struct backend_kind *kind, json_t *settings, struct str *ret_secret)
{
	struct str secret = {};
	for (size_t i = 0; i < wish->count; i++) {
		const struct backend_field *f = field_of(kind, wish->names[i]);
		struct str value = str_trim(wish->values[i]);
		if (!f)
			return fail_field(cx, "setting", N_("This kind of model has no setting “%.*s”."), STR_ARG(str_head(wish->names[i], 60)));
		TRY(check_value(cx, f, value));
		if (f->type == BACKEND_SECRET)
			secret = value;
		else if (value.len)
			json_object_set_new(settings, f->name, json_stringn(value.at, value.len));
		else
			json_object_del(settings, f->name);
	}
	for (const struct backend_field *f = kind->fields; f->name; f++)
		if (f->required && f->type != BACKEND_SECRET && !backend_setting(settings, f->name).len)
			return fail_field(cx, f->name, N_("This is needed."));
	*ret_secret = secret;
	return OK;
}

static enum err check_tasks(struct cx *cx, struct db *db, const struct backend_kind *kind, const struct backend_row *b)
{
	struct backend_row *others;
	size_t count, in_use = 0;
	if (!b->tasks || b->tasks & ~BACKEND_TASKS)
		return fail_field(cx, "task", N_("Choose at least one question that it is asked."));
	if (kind->one_task && b->tasks & (b->tasks - 1))
		return fail_field(cx, "task", N_("Such a model answers one question: choose the one it was trained for."));
	TRY(backends_list(cx, db, b->workspace, &others, &count));
	for (size_t i = 0; i < count; i++) {
		if (others[i].id == b->id)
			continue;
		in_use++;
		if (others[i].tasks & b->tasks)
			return fail_field(cx, "task", N_("“%s” is asked of %.*s already."),
					  _(meaning_task_title((enum meaning_task)__builtin_ctz(others[i].tasks & b->tasks))), STR_ARG(str_head(others[i].name, 60)));
	}
	return in_use < BACKENDS_MAX ? OK : fail_field(cx, "kind", N_("%d models at the most are asked in a workspace."), BACKENDS_MAX);
}

static enum err check_head(struct cx *cx, const struct backend_row *b)
{
	if (!b->name.len)
		return fail_field(cx, "name", N_("Give the model a name that colleagues recognise."));
	if (utf8_count(b->name) > 80 || !utf8_valid(b->name))
		return fail_field(cx, "name", N_("Choose a shorter name: 80 characters at the most."));
	if (b->a_day < 1 || b->a_day > A_DAY_MAX)
		return fail_field(cx, "a_day", N_("From 1 to %d texts a day."), A_DAY_MAX);
	return OK;
}

/* What leaves, or where it goes, is something else than was agreed to. */
static bool is_another(struct cx *cx, const struct backend_kind *kind, const struct backend_row *before, const struct backend_row *b, const json_t *settings)
{
	return !before->id || !str_eq(kind->where(cx, settings_of(cx, before)), kind->where(cx, settings)) || (b->takes_private && !before->takes_private);
}

/* Of sample data people are told that nothing leaves this machine. */
static enum err check_sample(struct cx *cx, struct db *db, const struct backend_kind *kind, i64 workspace, struct str where)
{
	struct workspace w;
	struct net_url url;
	TRY(workspace_get(cx, db, workspace, &w));
	if (!w.is_sample || !kind->leaves || (net_url_parse(cx->arena, where, &url) && (str_eq(url.host, S("127.0.0.1")) || str_eq(url.host, S("::1")) || str_eq(url.host, S("localhost")))))
		return OK;
	return fail_field(cx, "setting", N_("This workspace has sample data, of which nothing leaves this machine: a server on it can be asked (127.0.0.1), others in a workspace of your own."));
}

static enum err save(struct cx *cx, struct db *db, i64 workspace, const struct backend_wish *wish, i64 *ret_id)
{
	struct backend_row before = {}, b = {.id = id_new(), .workspace = workspace, .kind = wish->kind, .created_at = cx->now, .settled_id = id_at(cx->now, 0)};
	struct str secret;
	TRY(may(cx));
	if (wish->id) {
		TRY(backend_get(cx, db, workspace, wish->id, &before));
		if (before.archived_at)
			return fail(cx, ERR_MISSING, N_("This model was put away."));
		b = before;
	}
	const struct backend_kind *kind = backend_kind_of(b.kind);
	if (!kind)
		return fail_field(cx, "kind", N_("There is no such kind of model."));
	b.name = str_trim(wish->name);
	b.tasks = wish->tasks;
	b.takes_private = wish->takes_private || !kind->leaves;
	b.a_day = wish->a_day ? wish->a_day : kind->a_day;
	TRY(check_head(cx, &b));
	TRY(check_tasks(cx, db, kind, &b));
	json_t *settings = settings_of(cx, &b);
	TRY(read_fields(cx, wish, kind, settings, &secret));
	struct backend_account account = {b.tasks, settings, secret};
	TRY(kind->check(cx, &account));
	TRY(check_sample(cx, db, kind, workspace, kind->where(cx, settings)));
	bool another = is_another(cx, kind, &before, &b, settings);
	if (kind->leaves && another && !wish->agreed)
		return fail_field(cx, "agreed", N_("Say that these texts may leave to that address: nothing leaves before."));
	if (before.id && before.secret.len && !secret.len && !str_eq(kind->where(cx, settings_of(cx, &before)), kind->where(cx, settings)))
		return fail_field(cx, "key", N_("The address is another one: write the key for it, so that the old one is not sent there."));
	b.settings = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	if (secret.len)
		b.secret = seal_to(cx->arena, wish->work, arena_printf(cx->arena, "backend:%lld", (long long)b.id), secret);
	if (!str_eq(b.state, S("paused"))) {
		b.state = S("ok");
		b.state_story = (struct str){};
		b.fail_count = 0;
		b.due_at = cx->now;
	}
	b.changed_at = cx->now > before.changed_at ? cx->now : before.changed_at + 1;
	TRY(before.id ? backend_update(cx, db, &b) : backend_insert(cx, db, &b));
	*ret_id = b.id;
	return trace(cx, db, &b, before.id ? "backend.change" : "backend.add");
}

enum err backends_save(struct cx *cx, struct db *db, i64 workspace, const struct backend_wish *wish, i64 *ret_id)
{
	return IN_TRANSACTION(cx, db, save(cx, db, workspace, wish, ret_id));
}

/* ---- its life ---- */

static enum err set_state(struct cx *cx, struct db *db, i64 workspace, i64 id, const char *state, const char *act)
{
	struct backend_row b;
	TRY(may(cx));
	TRY(backend_get(cx, db, workspace, id, &b));
	if (b.archived_at)
		return fail(cx, ERR_MISSING, N_("This model was put away."));
	b.state = str_of(state);
	b.state_story = (struct str){};
	b.fail_count = 0;
	b.due_at = cx->now;
	b.changed_at = cx->now > b.changed_at ? cx->now : b.changed_at + 1;
	TRY(backend_update(cx, db, &b));
	return trace(cx, db, &b, act);
}

enum err backends_pause(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, set_state(cx, db, workspace, id, "paused", "backend.pause"));
}

enum err backends_resume(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, set_state(cx, db, workspace, id, "ok", "backend.resume"));
}

static enum err archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct backend_row b;
	TRY(may(cx));
	TRY(backend_get(cx, db, workspace, id, &b));
	if (b.archived_at)
		return OK;
	b.archived_at = b.changed_at = cx->now;
	b.secret = (struct str){};
	TRY(backend_update(cx, db, &b));
	return trace(cx, db, &b, "backend.remove");
}

enum err backends_archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, archive(cx, db, workspace, id));
}
