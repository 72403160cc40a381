/* desk_workspace.c: the workspace itself: its name and address, when somebody answers, what is promised (the second half of desk.h). */
#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/desk.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/workspace.h"


#define PROMISE_MAX (365 * DAY)
#define POLICIES_MAX 50

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_MANAGE_WORKSPACE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not change the workspace's settings."));
}

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 subject, struct str detail)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "%s:%lld", subject == workspace ? "workspace" : "sla_policy", (long long)subject), detail));
	return change_add(cx, db, workspace, 0, "workspace", subject);
}

/* ---- name, address, hours, rules ---- */

static enum err check_slug(struct cx *cx, struct db *db, i64 workspace, struct str slug)
{
	struct workspace other;
	bool fine = slug.len > 0 && slug.len <= 60;
	for (size_t i = 0; i < slug.len; i++)
		fine &= (slug.at[i] >= 'a' && slug.at[i] <= 'z') || (slug.at[i] >= '0' && slug.at[i] <= '9') || slug.at[i] == '-';
	if (!fine)
		return fail_field(cx, "slug", N_("An address has small letters without accents, figures and dashes alone."));
	enum err e = workspace_by_slug(cx, db, slug, &other);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	return other.id == workspace ? OK : fail_field(cx, "slug", N_("Another workspace has this address."));
}

static enum err check_openings(struct cx *cx, const struct opening *openings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct opening *o = &openings[i];
		if (o->opens < 0 || o->closes > 1440 || o->closes <= o->opens)
			return fail_field(cx, "opens", N_("A day closes after it opened."));
		for (size_t j = 0; j < i; j++)
			if (openings[j].weekday == o->weekday && openings[j].opens < o->closes && o->opens < openings[j].closes)
				return fail_field(cx, "opens", N_("Two openings of one day overlap."));
	}
	return OK;
}

static json_t *settings_of(const struct workspace *w)
{
	json_t *settings = json_loadb(w->settings.at ? w->settings.at : "", w->settings.len, 0, NULL);
	if (json_is_object(settings))
		return settings;
	json_decref(settings);
	return json_object();
}

static struct str dumped(struct cx *cx, json_t *settings)
{
	struct str kept = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(settings);
	return kept;
}

static enum err set_rules(struct cx *cx, const struct workspace_wish *wish, struct workspace *w)
{
	if (wish->undo_seconds < 0)
		return OK;
	if (wish->undo_seconds > 120)
		return fail_field(cx, "undo_seconds", N_("Two minutes at the most."));
	if (wish->appeal_days < 1 || wish->appeal_days > 90)
		return fail_field(cx, "appeal_days", N_("Choose between 1 and 90 days."));
	if (utf8_count(wish->signature) > 120)
		return fail_field(cx, "signature", N_("Choose a shorter signature: 120 characters at the most."));
	json_t *settings = settings_of(w);
	json_object_set_new(settings, "undo_seconds", json_integer(wish->undo_seconds));
	json_object_set_new(settings, "approve_all", json_boolean(wish->approve_all));
	json_object_set_new(settings, "appeal_days", json_integer(wish->appeal_days));
	if (wish->alarms_a_month >= 0)
		json_object_set_new(settings, "alarms_a_month", json_real(wish->alarms_a_month));
	json_object_set_new(settings, "signature", json_stringn(wish->signature.at ? wish->signature.at : "", wish->signature.len));
	w->settings = dumped(cx, settings);
	return OK;
}

static enum err set_workspace(struct cx *cx, struct db *db, i64 workspace, const struct workspace_wish *wish)
{
	struct workspace w;
	TRY(may(cx));
	TRY(workspace_get(cx, db, workspace, &w));
	w.name = str_trim(wish->name);
	w.slug = str_trim(wish->slug);
	w.zone = wish->zone;
	w.lang = wish->lang;
	if (!w.name.len || utf8_count(w.name) > 100)
		return fail_field(cx, "name", N_("Give the workspace a name: your brand, client or country."));
	TRY(check_slug(cx, db, workspace, w.slug));
	if (!zone_known(w.zone))
		return fail_field(cx, "zone", N_("This time zone is unknown. Write it like “Europe/Paris”."));
	if (!lang_known(w.lang))
		return fail_field(cx, "lang", N_("Choose one of the languages that Parvis speaks."));
	TRY(set_rules(cx, wish, &w));
	TRY(workspace_update(cx, db, &w));
	if (!wish->keep_hours) {
		struct hours hours = {.zone = w.zone, .openings = wish->openings, .opening_count = wish->opening_count};
		TRY(check_openings(cx, wish->openings, wish->opening_count));
		TRY(hours_set(cx, db, workspace, &hours));
	}
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"name\":");
	buf_add_json(&detail, w.name);
	buf_addf(&detail, ",\"slug\":\"%.*s\",\"zone\":\"%.*s\",\"settings\":%.*s}", STR_ARG(w.slug), STR_ARG(w.zone), STR_ARG(w.settings));
	return trace(cx, db, workspace, "workspace.change", workspace, buf_str(&detail));
}

enum err desk_workspace(struct cx *cx, struct db *db, i64 workspace, const struct workspace_wish *wish)
{
	return IN_TRANSACTION(cx, db, set_workspace(cx, db, workspace, wish));
}

static enum err set_setting(struct cx *cx, struct db *db, i64 workspace, const char *name, struct str json)
{
	struct workspace w;
	TRY(may(cx));
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = settings_of(&w), *value = json_loadb(json.at, json.len, JSON_DECODE_ANY, NULL);
	must(value);
	if (json_is_null(value))
		json_object_del(settings, name);
	else
		json_object_set(settings, name, value);
	json_decref(value);
	w.settings = dumped(cx, settings);
	TRY(workspace_update(cx, db, &w));
	return trace(cx, db, workspace, "workspace.setting", workspace, arena_printf(cx->arena, "{\"%s\":%.*s}", name, STR_ARG(json)));
}

enum err desk_setting(struct cx *cx, struct db *db, i64 workspace, const char *name, struct str json)
{
	return IN_TRANSACTION(cx, db, set_setting(cx, db, workspace, name, json));
}

static int later_day(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

static enum err set_closing_day(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str name)
{
	struct hours hours;
	TRY(may(cx));
	if (!name.len) { /* a day that is open already is not opened again in the log */
		TRY(hours_get(cx, db, workspace, &hours));
		if (!bsearch(&day, hours.closing_days, hours.closing_day_count, sizeof day, later_day))
			return OK;
	}
	TRY(closing_day_set(cx, db, workspace, day, name));
	return trace(cx, db, workspace, name.len ? "workspace.close_day" : "workspace.open_day", workspace, arena_printf(cx->arena, "{\"day\":%lld}", (long long)day));
}

enum err desk_closing_day(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str name)
{
	return IN_TRANSACTION(cx, db, set_closing_day(cx, db, workspace, day, str_trim(name)));
}

static enum err fail_kind(struct cx *cx)
{
	struct buf *choices = buf_in_arena(cx->arena);
	for (enum message_kind kind = 0; kind < KIND_NOTE; kind++)
		buf_addf(choices, kind ? ", %s" : "%s", message_kind_word(kind));
	return fail_field(cx, "kind", N_("This is none of the choices: %s."), buf_cstr(choices));
}

/* ---- promises ---- */

static enum err check_policy(struct cx *cx, struct db *db, i64 workspace, const struct sla_policy *p)
{
	struct channel channel;
	struct str kinds = p->kinds;
	enum message_kind kind;
	if (!p->name.len || utf8_count(p->name) > 80)
		return fail_field(cx, "name", N_("Give the promise a name of 80 characters at the most."));
	if (p->first_answer < 0 || p->first_answer > PROMISE_MAX)
		return fail_field(cx, "first_answer", N_("A year at the most."));
	if (p->resolution < 0 || p->resolution > PROMISE_MAX)
		return fail_field(cx, "resolution", N_("A year at the most."));
	if (!p->first_answer && !p->resolution)
		return fail_field(cx, "first_answer", N_("Promise one of the two, or both."));
	if (p->first_answer && p->resolution && p->resolution < p->first_answer)
		return fail_field(cx, "resolution", N_("It cannot be done before the first answer."));
	while (kinds.at && kinds.len)
		if (!message_kind_of(str_cut(&kinds, ' '), &kind))
			return fail_kind(cx);
	if (p->channel && channel_get(cx, db, workspace, p->channel, &channel) != OK)
		return fail_field(cx, "channel_id", N_("This channel does not exist in this workspace."));
	return OK;
}

static enum err save_policy(struct cx *cx, struct db *db, i64 workspace, const struct sla_policy *policy, i64 *ret_policy)
{
	struct sla_policy p = *policy, *policies;
	size_t count, place;
	TRY(may(cx));
	TRY(check_policy(cx, db, workspace, &p));
	TRY(sla_policies_get(cx, db, workspace, &policies, &count));
	if (!p.id) {
		if (count >= POLICIES_MAX)
			return fail_field(cx, "name", N_("%d promises are enough."), POLICIES_MAX);
		p.id = id_new();
		place = count;
	} else {
		for (place = 0; place < count && policies[place].id != p.id; place++)
			;
		if (place == count)
			return fail(cx, ERR_MISSING, N_("This promise does not exist any more."));
	}
	TRY(sla_policy_save(cx, db, workspace, &p, (i64)place));
	*ret_policy = p.id;
	return trace(cx, db, workspace, policy->id ? "sla.change" : "sla.create", p.id,
		     arena_printf(cx->arena, "{\"first_answer\":%lld,\"resolution\":%lld}", (long long)(p.first_answer / MINUTE), (long long)(p.resolution / MINUTE)));
}

enum err desk_policy(struct cx *cx, struct db *db, i64 workspace, const struct sla_policy *policy, i64 *ret_policy)
{
	return IN_TRANSACTION(cx, db, save_policy(cx, db, workspace, policy, ret_policy));
}

static enum err move_policy(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 by)
{
	struct sla_policy *policies;
	size_t count, at;
	TRY(may(cx));
	TRY(sla_policies_get(cx, db, workspace, &policies, &count));
	for (at = 0; at < count && policies[at].id != id; at++)
		;
	if (at == count)
		return fail(cx, ERR_MISSING, N_("This promise does not exist any more."));
	size_t to = by < 0 ? (at ? at - 1 : 0) : (at + 1 < count ? at + 1 : at);
	struct sla_policy moved = policies[at];
	policies[at] = policies[to];
	policies[to] = moved;
	for (size_t i = 0; i < count; i++)
		TRY(sla_policy_save(cx, db, workspace, &policies[i], (i64)i));
	return trace(cx, db, workspace, "sla.move", id, arena_printf(cx->arena, "{\"position\":%zu}", to));
}

enum err desk_policy_move(struct cx *cx, struct db *db, i64 workspace, i64 policy, i64 by)
{
	return IN_TRANSACTION(cx, db, move_policy(cx, db, workspace, policy, by));
}

static enum err archive_policy(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	TRY(may(cx));
	TRY(sla_policy_archive(cx, db, workspace, id));
	return trace(cx, db, workspace, "sla.archive", id, (struct str){});
}

enum err desk_policy_archive(struct cx *cx, struct db *db, i64 workspace, i64 policy)
{
	return IN_TRANSACTION(cx, db, archive_policy(cx, db, workspace, policy));
}

/* ---- moderation ---- */

static enum err set_moderation(struct cx *cx, struct db *db, i64 workspace, i64 delay, bool business_hours)
{
	struct workspace w;
	TRY(may(cx));
	if (delay < 0 || delay > PROMISE_MAX)
		return fail_field(cx, "delay", N_("A year at the most."));
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = settings_of(&w);
	json_object_set_new(settings, "moderation_minutes", json_integer(delay / MINUTE));
	json_object_set_new(settings, "moderation_hours", json_boolean(business_hours));
	w.settings = dumped(cx, settings);
	TRY(workspace_update(cx, db, &w));
	return trace(cx, db, workspace, "workspace.moderation", workspace,
		     arena_printf(cx->arena, "{\"minutes\":%lld,\"business_hours\":%s}", (long long)(delay / MINUTE), business_hours ? "true" : "false"));
}

enum err desk_moderation(struct cx *cx, struct db *db, i64 workspace, i64 delay, bool business_hours)
{
	return IN_TRANSACTION(cx, db, set_moderation(cx, db, workspace, delay, business_hours));
}
