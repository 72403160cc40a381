#include "flow/desk_tools.h"

#include "base/id.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/macro.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"


static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, const char *kind, i64 id)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "%s:%lld", kind, (long long)id), (struct str){}));
	return change_add(cx, db, workspace, 0, kind, id);
}

/* One's own by oneself, the shared ones by who may share. `was` is whose it is so far, `becomes` whose it will be; 0 everybody's. */
static enum err may_write(struct cx *cx, i64 was, i64 becomes, enum permission sharing)
{
	i64 me = cx->actor ? cx->actor->user : 0;
	if ((was && was != me) || (becomes && becomes != me))
		return fail(cx, ERR_MISSING, N_("It belongs to somebody else."));
	if ((!was || !becomes) && !actor_may(cx->actor, sharing))
		return fail(cx, ERR_DENIED, N_("Your role does not change what the whole team shares. You can make one of your own."));
	return OK;
}

/* ---- saved replies ---- */

static bool is_shortcut(struct str text)
{
	for (struct str rest = text; rest.len;) {
		u32 c = utf8_next(&rest);
		bool fits = c >= 0x80 || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!fits || c == 0xa0 || (c >= 0x2000 && c <= 0x206f))
			return false;
	}
	return text.len > 0;
}

static enum err shortcut_is_free(struct cx *cx, struct db *db, const struct saved_reply *r)
{
	struct saved_reply other;
	enum err e = saved_reply_by_shortcut(cx, db, r->workspace, cx->actor->user, r->shortcut, r->id, &other);
	if (e == OK)
		return fail_field(cx, "shortcut", N_("“%.*s” has this shortcut already."), STR_ARG(other.title));
	if (e == ERR_MISSING)
		cx_forget(cx);
	return e == ERR_MISSING ? OK : e;
}

static enum err save_reply(struct cx *cx, struct db *db, struct saved_reply *r)
{
	struct saved_reply known = {.person = r->person};
	if (!is_shortcut(r->shortcut))
		return fail_field(cx, "shortcut", N_("Use letters, digits and dashes, without a space."));
	if (r->id)
		TRY(saved_reply_get(cx, db, r->workspace, r->id, &known));
	TRY(may_write(cx, known.person, r->person, MAY_SHARE_REPLIES));
	TRY(shortcut_is_free(cx, db, r));
	bool is_new = !r->id;
	if (is_new)
		r->id = id_new();
	TRY(saved_reply_save(cx, db, r));
	return trace(cx, db, r->workspace, is_new ? "saved_reply.create" : "saved_reply.edit", "saved_reply", r->id);
}

enum err tools_saved_reply(struct cx *cx, struct db *db, struct saved_reply *reply)
{
	return IN_TRANSACTION(cx, db, save_reply(cx, db, reply));
}

static enum err archive_reply(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct saved_reply r;
	TRY(saved_reply_get(cx, db, workspace, id, &r));
	TRY(may_write(cx, r.person, r.person, MAY_SHARE_REPLIES));
	r.archived_at = cx->now;
	TRY(saved_reply_save(cx, db, &r));
	return trace(cx, db, workspace, "saved_reply.archive", "saved_reply", id);
}

enum err tools_saved_reply_archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, archive_reply(cx, db, workspace, id));
}

/* ---- macros ---- */

static enum err save_macro(struct cx *cx, struct db *db, struct macro *m)
{
	struct macro known = {.person = m->person, .actions = S("[]")};
	if (m->id)
		TRY(macro_get(cx, db, m->workspace, m->id, &known));
	TRY(may_write(cx, known.person, m->person, MAY_SHARE_REPLIES));
	bool is_new = !m->id;
	if (is_new)
		m->id = id_new();
	m->actions = known.actions;
	m->archived_at = known.archived_at;
	TRY(macro_save(cx, db, m));
	return trace(cx, db, m->workspace, is_new ? "macro.create" : "macro.edit", "macro", m->id);
}

enum err tools_macro(struct cx *cx, struct db *db, struct macro *macro)
{
	return IN_TRANSACTION(cx, db, save_macro(cx, db, macro));
}

static void release(void *json)
{
	json_decref(json);
}

static enum err open_macro(struct cx *cx, struct db *db, i64 workspace, i64 id, struct macro *ret_macro, json_t **ret_acts)
{
	TRY(macro_get(cx, db, workspace, id, ret_macro));
	TRY(may_write(cx, ret_macro->person, ret_macro->person, MAY_SHARE_REPLIES));
	json_t *acts = json_loadb(ret_macro->actions.at, ret_macro->actions.len, 0, NULL);
	if (!json_is_array(acts)) {
		json_decref(acts);
		acts = json_array();
	}
	arena_defer(cx->arena, release, acts);
	*ret_acts = acts;
	return OK;
}

static enum err keep_acts(struct cx *cx, struct db *db, struct macro *m, const json_t *acts)
{
	m->actions = arena_json(cx->arena, acts, JSON_COMPACT);
	TRY(macro_save(cx, db, m));
	return trace(cx, db, m->workspace, "macro.edit", "macro", m->id);
}

static enum err add_act(struct cx *cx, struct db *db, i64 workspace, i64 id, json_t *act)
{
	struct macro m;
	json_t *acts;
	TRY(open_macro(cx, db, workspace, id, &m, &acts));
	json_array_append(acts, act);
	TRY(macro_check(cx, db, workspace, arena_json(cx->arena, acts, JSON_COMPACT)));
	return keep_acts(cx, db, &m, acts);
}

enum err tools_macro_add(struct cx *cx, struct db *db, i64 workspace, i64 id, json_t *act)
{
	arena_defer(cx->arena, release, act);
	return IN_TRANSACTION(cx, db, add_act(cx, db, workspace, id, act));
}

static enum err move_act(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 number, i64 by)
{
	struct macro m;
	json_t *acts;
	TRY(open_macro(cx, db, workspace, id, &m, &acts));
	i64 count = (i64)json_array_size(acts);
	if (number < 1 || number > count)
		return fail(cx, ERR_MISSING, N_("This macro has no such act any more."));
	json_t *moved = json_incref(json_array_get(acts, (size_t)number - 1));
	arena_defer(cx->arena, release, moved);
	json_array_remove(acts, (size_t)number - 1);
	i64 place = number - 1 + by;
	if (by)
		json_array_insert(acts, (size_t)(place < 0 ? 0 : place > count - 1 ? count - 1 : place), moved);
	return keep_acts(cx, db, &m, acts);
}

enum err tools_macro_move(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 number, i64 by)
{
	return IN_TRANSACTION(cx, db, move_act(cx, db, workspace, id, number, by));
}

static enum err archive_macro(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct macro m;
	TRY(macro_get(cx, db, workspace, id, &m));
	TRY(may_write(cx, m.person, m.person, MAY_SHARE_REPLIES));
	m.archived_at = cx->now;
	TRY(macro_save(cx, db, &m));
	return trace(cx, db, workspace, "macro.archive", "macro", id);
}

enum err tools_macro_archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, archive_macro(cx, db, workspace, id));
}

/* ---- labels ---- */

static enum err may_arrange(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_ARRANGE))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not arrange the desk."));
}

static enum err save_label(struct cx *cx, struct db *db, struct label *l)
{
	struct label known = {};
	TRY(may_arrange(cx));
	if (l->id)
		TRY(label_get(cx, db, l->workspace, l->id, &known));
	bool is_new = !l->id;
	if (is_new)
		l->id = id_new();
	l->archived_at = known.archived_at;
	TRY(label_save(cx, db, l));
	return trace(cx, db, l->workspace, is_new ? "label.create" : "label.edit", "label", l->id);
}

enum err tools_label(struct cx *cx, struct db *db, struct label *label)
{
	return IN_TRANSACTION(cx, db, save_label(cx, db, label));
}

static enum err archive_label(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive)
{
	struct label l;
	TRY(may_arrange(cx));
	TRY(label_get(cx, db, workspace, id, &l));
	l.archived_at = archive ? cx->now : 0;
	TRY(label_save(cx, db, &l));
	return trace(cx, db, workspace, archive ? "label.archive" : "label.restore", "label", id);
}

enum err tools_label_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive)
{
	return IN_TRANSACTION(cx, db, archive_label(cx, db, workspace, id, archive));
}

/* ---- views ---- */

static enum err save_view(struct cx *cx, struct db *db, struct view *v)
{
	struct view known = {.person = v->person}, *list;
	size_t count;
	if (v->id)
		TRY(view_get(cx, db, v->workspace, v->id, &known));
	TRY(may_write(cx, known.person, v->person, MAY_ARRANGE));
	bool is_new = !v->id;
	v->position = known.position;
	v->archived_at = known.archived_at;
	if (is_new) {
		v->id = id_new();
		TRY(view_list(cx, db, v->workspace, cx->actor->user, &list, &count));
		v->position = count ? list[count - 1].position + 1 : 1;
	}
	TRY(view_save(cx, db, v));
	return trace(cx, db, v->workspace, is_new ? "view.create" : "view.edit", "view", v->id);
}

enum err tools_view(struct cx *cx, struct db *db, struct view *view)
{
	return IN_TRANSACTION(cx, db, save_view(cx, db, view));
}

/* It changes places with the nearest of its own kind, shared or one's own. */
static enum err move_view(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 by)
{
	struct view v, *list;
	size_t count, at = 0;
	TRY(view_get(cx, db, workspace, id, &v));
	TRY(may_write(cx, v.person, v.person, MAY_ARRANGE));
	TRY(view_list(cx, db, workspace, cx->actor->user, &list, &count));
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (list[i].person == v.person) {
			at = list[i].id == id ? kept : at;
			list[kept++] = list[i];
		}
	if (by < 0 ? at == 0 : at + 1 >= kept)
		return OK;
	size_t other = by < 0 ? at - 1 : at + 1;
	struct view swapped = list[at];
	list[at] = list[other];
	list[other] = swapped;
	for (size_t i = 0; i < kept; i++) {
		list[i].position = (i64)i + 1;
		TRY(view_save(cx, db, &list[i]));
	}
	return trace(cx, db, workspace, "view.move", "view", id);
}

enum err tools_view_move(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 by)
{
	return IN_TRANSACTION(cx, db, move_view(cx, db, workspace, id, by));
}

static enum err archive_view(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct view v;
	TRY(view_get(cx, db, workspace, id, &v));
	TRY(may_write(cx, v.person, v.person, MAY_ARRANGE));
	v.archived_at = cx->now;
	TRY(view_save(cx, db, &v));
	return trace(cx, db, workspace, "view.archive", "view", id);
}

enum err tools_view_archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, archive_view(cx, db, workspace, id));
}
