#include "store/workspace.h"

#include "base/lang.h"

#include "base/clock.h"
#include "store/sql.h"

#include <string.h>

#define WORKSPACE "SELECT id, name, slug, zone, lang, settings, is_sample, created_at FROM workspace "

static struct workspace read_workspace(struct cx *cx, const struct row *row)
{
	return (struct workspace){
		.id = row_i64(row, 0),
		.name = row_str(row, 1, cx->arena),
		.slug = row_str(row, 2, cx->arena),
		.zone = row_str(row, 3, cx->arena),
		.lang = row_str(row, 4, cx->arena),
		.settings = row_str(row, 5, cx->arena),
		.is_sample = row_i64(row, 6),
		.created_at = row_i64(row, 7),
	};
}

enum err workspace_insert(struct cx *cx, struct db *db, const struct workspace *w)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO workspace (id, name, slug, zone, lang, settings, is_sample, created_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(w->id), db_text(w->name), db_text(w->slug), db_text(w->zone), db_text(w->lang),
		      db_text(w->settings.len ? w->settings : S("{}")), db_bool(w->is_sample), db_i64(w->created_at));
}

enum err workspace_get(struct cx *cx, struct db *db, i64 id, struct workspace *ret_workspace)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, WORKSPACE "WHERE id = ?1", db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This workspace does not exist."));
	TRY(e);
	*ret_workspace = read_workspace(cx, row);
	return OK;
}

enum err workspace_speak(struct cx *cx, struct db *db, i64 id)
{
	struct workspace w;
	TRY(workspace_get(cx, db, id, &w));
	cx->lang = lang_of(w.lang);
	return OK;
}

enum err workspace_by_slug(struct cx *cx, struct db *db, struct str slug, struct workspace *ret_workspace)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, WORKSPACE "WHERE slug = ?1", db_text(slug));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This workspace does not exist."));
	TRY(e);
	*ret_workspace = read_workspace(cx, row);
	return OK;
}

enum err workspace_list(struct cx *cx, struct db *db, struct workspace **ret_workspaces, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct workspace *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, WORKSPACE "ORDER BY id LIMIT 1000"));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_workspace(cx, row);
	*ret_workspaces = list;
	*ret_count = count;
	return OK;
}

enum err workspace_update(struct cx *cx, struct db *db, const struct workspace *w)
{
	return db_run(cx, db, NULL, "UPDATE workspace SET name = ?2, slug = ?3, zone = ?4, lang = ?5, settings = ?6 WHERE id = ?1", db_i64(w->id),
		      db_text(w->name), db_text(w->slug), db_text(w->zone), db_text(w->lang), db_text(w->settings));
}

enum err workspace_mark_sample(struct cx *cx, struct db *db, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE workspace SET is_sample = 1 WHERE id = ?1", db_i64(id));
}

static struct tone read_tone(struct arena *arena, const json_t *t)
{
	if (!json_is_object(t))
		return (struct tone){.familiar = 30, .warm = 60, .personal = 70};
	return (struct tone){
		.is_told = true,
		.familiar = json_integer_value(json_object_get(t, "familiar")),
		.warm = json_integer_value(json_object_get(t, "warm")),
		.personal = json_integer_value(json_object_get(t, "personal")),
		.words_liked = arena_str(arena, str_of(json_string_value(json_object_get(t, "words_liked")))),
		.words_avoided = arena_str(arena, str_of(json_string_value(json_object_get(t, "words_avoided")))),
	};
}

enum err workspace_settings(struct cx *cx, struct db *db, i64 workspace, struct workspace_settings *ret_settings)
{
	struct workspace w;
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *json = json_loadb(w.settings.at, w.settings.len, 0, NULL);
	const json_t *undo = json_object_get(json, "undo_seconds"), *appeal = json_object_get(json, "appeal_days"),
		     *delay = json_object_get(json, "moderation_minutes"), *alarms = json_object_get(json, "alarms_a_month"), *late = json_object_get(json, "late_minutes");
	const char *signature = json_string_value(json_object_get(json, "signature"));
	*ret_settings = (struct workspace_settings){
		.undo_seconds = json_is_integer(undo) ? json_integer_value(undo) : 8,
		.approve_all = json_is_true(json_object_get(json, "approve_all")),
		.appeal_days = json_is_integer(appeal) ? json_integer_value(appeal) : 7,
		.moderation_delay = json_is_integer(delay) ? json_integer_value(delay) * MINUTE : DAY,
		.moderation_hours = !json_is_false(json_object_get(json, "moderation_hours")),
		.alarms_a_month = json_is_number(alarms) && json_number_value(alarms) >= 0 ? json_number_value(alarms) : 1,
		.late_after = json_is_integer(late) && json_integer_value(late) > 0 ? json_integer_value(late) * MINUTE : HOUR,
		.workspace_name = w.name,
		.signature = arena_str(cx->arena, str_of(signature)),
		.tone = read_tone(cx->arena, json_object_get(json, "tone")),
	};
	json_decref(json);
	return OK;
}

enum err hours_get(struct cx *cx, struct db *db, i64 workspace, struct hours *ret_hours)
{
	struct workspace w;
	TRY(workspace_get(cx, db, workspace, &w));
	struct opening *openings = NULL;
	i64 *days = NULL;
	size_t opening_count = 0, opening_capacity = 0, day_count = 0, day_capacity = 0;
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT weekday, opens, closes FROM business_hours WHERE workspace_id = ?1 ORDER BY weekday, opens LIMIT 200",
		     db_i64(workspace)));
	FOR_ROWS (cx, row) {
		*arena_push(cx->arena, openings, opening_count, opening_capacity) =
			(struct opening){(int)row_i64(row, 0), (int)row_i64(row, 1), (int)row_i64(row, 2)};
	}
	CLEANUP(row_endp) struct row *closing = NULL;
	TRY(db_query(cx, db, &closing, "SELECT day FROM closing_day WHERE workspace_id = ?1 ORDER BY day LIMIT 2000", db_i64(workspace)));
	FOR_ROWS (cx, closing) {
		*arena_push(cx->arena, days, day_count, day_capacity) = row_i64(closing, 0);
	}
	*ret_hours = (struct hours){w.zone, openings, opening_count, days, day_count};
	return OK;
}

enum err hours_set(struct cx *cx, struct db *db, i64 workspace, const struct hours *hours)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM business_hours WHERE workspace_id = ?1", db_i64(workspace)));
	for (size_t i = 0; i < hours->opening_count; i++) {
		const struct opening *o = &hours->openings[i];
		TRY(db_run(cx, db, NULL, "INSERT INTO business_hours (workspace_id, weekday, opens, closes) VALUES (?1, ?2, ?3, ?4)",
			   db_i64(workspace), db_i64(o->weekday), db_i64(o->opens), db_i64(o->closes)));
	}
	return OK;
}

enum err closing_day_names(struct cx *cx, struct db *db, i64 workspace, json_t *ret_days)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT day, name FROM closing_day WHERE workspace_id = ?1 ORDER BY day LIMIT 2000", db_i64(workspace)));
	FOR_ROWS (cx, row) {
		struct str name = row_text(row, 1);
		json_array_append_new(ret_days, json_pack("{s:I, s:s%}", "day", (json_int_t)row_i64(row, 0), "name", name.at, name.len));
	}
	return OK;
}

enum err closing_day_set(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str name)
{
	if (name.len == 0)
		return db_run(cx, db, NULL, "DELETE FROM closing_day WHERE workspace_id = ?1 AND day = ?2", db_i64(workspace), db_i64(day));
	return db_run(cx, db, NULL,
		      "INSERT INTO closing_day (workspace_id, day, name) VALUES (?1, ?2, ?3)"
			  " ON CONFLICT (workspace_id, day) DO UPDATE SET name = excluded.name",
		      db_i64(workspace), db_i64(day), db_text(name));
}

enum err sla_policies_get(struct cx *cx, struct db *db, i64 workspace, struct sla_policy **ret_policies, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct sla_policy *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, name, kinds, channel_id, priority_least, first_answer, resolution, business_hours FROM sla_policy"
			 " WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY position, id LIMIT 100",
		     db_i64(workspace)));
	FOR_ROWS (cx, row) {
		*arena_push(cx->arena, list, count, capacity) = (struct sla_policy){
			.id = row_i64(row, 0),
			.name = row_str(row, 1, cx->arena),
			.kinds = row_str(row, 2, cx->arena),
			.channel = row_i64(row, 3),
			.priority_least = (enum priority)row_i64(row, 4),
			.first_answer = row_i64(row, 5),
			.resolution = row_i64(row, 6),
			.business_hours = row_i64(row, 7),
		};
	}
	*ret_policies = list;
	*ret_count = count;
	return OK;
}

enum err sla_policy_save(struct cx *cx, struct db *db, i64 workspace, const struct sla_policy *p, i64 position)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO sla_policy (id, workspace_id, name, position, kinds, channel_id, priority_least, first_answer, resolution,"
			  " business_hours) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
			  " ON CONFLICT (id) DO UPDATE SET name = excluded.name, position = excluded.position, kinds = excluded.kinds,"
			  " channel_id = excluded.channel_id, priority_least = excluded.priority_least,"
			  " first_answer = excluded.first_answer, resolution = excluded.resolution, business_hours = excluded.business_hours"
			  " WHERE sla_policy.workspace_id = excluded.workspace_id",
		      db_i64(p->id), db_i64(workspace), db_text(p->name), db_i64(position), db_text(p->kinds), db_id(p->channel),
		      db_i64(p->priority_least), db_i64(p->first_answer), db_i64(p->resolution), db_bool(p->business_hours));
}

enum err sla_policy_archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE sla_policy SET archived_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id),
		   db_i64(cx->now)));
	return changed ? OK : fail(cx, ERR_MISSING, N_("This promise does not exist in this workspace."));
}
