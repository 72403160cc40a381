#include "page/frame.h"

#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/account.h"
#include "page/tally.h"
#include "page/todo.h"
#include "store/channel.h"
#include "store/member.h"
#include "store/suspension.h"
#include "store/workspace.h"
#include "ui/document.h"

struct page_setup page_setup;

/* ---- who asks ---- */

/* The best language of "fr-CH, fr;q=0.9, en;q=0.8" that we speak. */
static const char *accepted_language(struct str header)
{
	while (header.at && header.len) {
		struct str one = str_trim(str_cut(&header, ','));
		if (one.len >= 2 && lang_known(str_head(one, 2)))
			return lang_of(str_head(one, 2));
	}
	return "en";
}

/* A language chosen on the page (?lang=), else the one chosen before, else what the browser asks for. */
static const char *wished_language(struct request *request)
{
	struct str query = request_query(request), cookie = request_cookie(request, "parvis_lang");
	while (query.at && query.len) {
		struct str one = str_cut(&query, '&');
		if (str_starts(one, S("lang=")) && lang_known(str_skip(one, 5)))
			return lang_of(str_skip(one, 5));
	}
	return lang_known(cookie) ? lang_of(cookie) : accepted_language(request_header(request, "Accept-Language"));
}

enum err page_identify(struct cx *cx, struct db *db, struct request *request, struct str session_token, struct str api_key)
{
	struct actor *actor = arena_new_of(cx->arena, struct actor);
	bool waits;
	TRY(account_identify(cx, db, session_token, api_key, actor, &waits));
	if (!actor->user) {
		cx->lang = wished_language(request);
		return OK;
	}
	actor->address = request_address(request);
	cx->actor = actor;
	cx->lang = actor->lang;
	return db_read_only(db) ? OK : account_seen(cx, db, actor);
}

bool page_allowed(struct cx *cx, unsigned permission)
{
	return actor_may(cx->actor, (enum permission)permission);
}

i64 page_workspace(const struct cx *cx)
{
	return cx->actor ? cx->actor->workspace : 0;
}

i64 page_user(const struct cx *cx)
{
	return cx->actor ? cx->actor->user : 0;
}

struct str page_zone(const struct cx *cx)
{
	return cx->actor ? cx->actor->zone : S("UTC");
}

const char *page_permission_name(unsigned permission)
{
	return permission_word((enum permission)permission);
}

/* ---- counters ---- */

#define NEWS_MOST 100 /* notifications are counted that far */

enum err page_counts(struct cx *cx, struct db *db, json_t **ret_counts)
{
	struct board board;
	i64 mine, cases = 0, news;
	TRY(tally_board(cx, db, cx->actor->workspace, &board));
	TRY(todo_count(cx, db, &mine));
	if (actor_may(cx->actor, MAY_MODERATE))
		TRY(tally_cases(cx, db, cx->actor->workspace, &cases));
	TRY(notifications_unread(cx, db, cx->actor->workspace, cx->actor->user, &news));
	*ret_counts = json_pack("{s:o, s:o, s:o, s:o}", "today", tally_shape(cx->lang, mine, true), "inbox", tally_shape(cx->lang, board.open, true), "moderation",
				tally_shape(cx->lang, cases, true), "news", tally_shape(cx->lang, news < NEWS_MOST ? news : NEWS_MOST - 1, news < NEWS_MOST));
	return OK;
}

/* ---- the frame ---- */

/* "moderation.decide" to may.moderation.decide; words of one noun stand together (permission.def) or not. */
static json_t *permissions_shape(const struct actor *actor)
{
	json_t *may = json_object(), *branch = NULL;
	struct str last = {};
	for (int i = 1; i < PERMISSION_COUNT; i++) {
		struct str act = str_of(permission_word((enum permission)i)), noun = str_cut(&act, '.');
		if (!branch || !str_eq(noun, last)) {
			branch = json_object_getn(may, noun.at, noun.len);
			if (!branch)
				json_object_setn_new_nocheck(may, noun.at, noun.len, branch = json_object());
			last = noun;
		}
		json_object_setn_new_nocheck(branch, act.at, act.len, json_boolean(actor_may(actor, (enum permission)i)));
	}
	return may;
}

/* Is there a channel by which an answer truly leaves? The simulated network is this machine's own. */
static enum err leaves_for_real(struct cx *cx, struct db *db, i64 workspace, bool *ret_leaves)
{
	struct channel *channels;
	size_t count;
	*ret_leaves = false;
	TRY(channel_list(cx, db, workspace, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		*ret_leaves |= kind && kind->can & CAN_REPLY && !str_eq(channels[i].kind, S("simulator"));
	}
	return OK;
}

static enum err workspaces_shape(struct cx *cx, struct db *db, json_t *app)
{
	struct member *places;
	size_t count;
	json_t *list = json_array();
	json_object_set_new(app, "workspaces", list);
	TRY(member_workspaces(cx, db, cx->actor->user, &places, &count));
	json_object_set_new(app, "has_places", json_boolean(count > 1));
	for (size_t i = 0; i < count; i++) {
		struct workspace w;
		TRY(workspace_get(cx, db, places[i].workspace, &w));
		bool current = w.id == cx->actor->workspace, leaves = false;
		if (current && w.is_sample)
			TRY(leaves_for_real(cx, db, w.id, &leaves));
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(w.id), "name", doc_text(w.name), "is_current", current));
		if (current)
			json_object_set_new(app, "workspace",
					    json_pack("{s:o, s:o, s:o, s:b, s:b}", "id", doc_id(w.id), "name", doc_text(w.name), "avatar", doc_avatar(w.name),
						      "is_sample", w.is_sample, "is_real", leaves));
	}
	return OK;
}

/* Publishing that is paused changes everybody's work. */
static enum err ribbon_shape(struct cx *cx, struct db *db, json_t *app)
{
	struct suspension *list = NULL;
	size_t count = 0;
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf text = {};
	if (cx->actor->workspace && actor_may(cx->actor, MAY_READ_POSTS))
		TRY(suspensions_open(cx, db, cx->actor->workspace, &list, &count));
	if (!count) {
		json_object_set_new(app, "ribbon", json_null());
		return OK;
	}
	for (size_t i = 0; i < count && i < 3; i++) {
		const struct suspension *s = &list[i];
		CLEANUP(buf_free) struct buf when = {};
		buf_add_instant(&when, &reader, s->began_at);
		struct str where = s->channel ? s->channel_name : str_of(_(N_("Every channel")));
		struct str by = s->began_by_name.len ? s->began_by_name : S("Parvis");
		buf_add(&text, i ? S(" · ") : (struct str){});
		buf_add(&text, arena_printf(cx->arena, _(N_("%.*s, by %.*s, %.*s.")), STR_ARG(where), STR_ARG(by), STR_ARG(buf_str(&when))));
		if (s->reason.len)
			buf_addf(&text, " %.*s", STR_ARG(s->reason));
	}
	json_object_set_new(app, "ribbon", json_pack("{s:s, s:o, s:s, s:s}", "title", _(N_("Publishing is paused.")), "text", doc_text(buf_str(&text)), "url", "/publishing", "link",
						     _(N_("What waits"))));
	return OK;
}

enum err page_frame(struct cx *cx, struct db *db, struct request *request, json_t *app)
{
	const struct actor *actor = cx->actor;
	if (!actor || !actor->user)
		return OK;
	json_t *settings = json_loadb(actor->settings.at, actor->settings.len, 0, NULL);
	bool keys_off = json_is_true(json_object_get(settings, "keys_off"));
	json_decref(settings);
	bool away = actor->away_until != 0 && (actor->away_until < 0 || actor->away_until > cx->now);
	if (actor->workspace) {
		json_t *counts;
		TRY(page_counts(cx, db, &counts));
		json_object_set_new(app, "counts", counts);
	}
	json_object_set_new(app, "now", doc_text(time_text(cx->arena, cx->now)));
	json_object_set_new(app, "theme", doc_text(str_eq(actor->theme, S("system")) ? S("") : actor->theme));
	json_object_set_new(app, "keys", json_boolean(!keys_off));
	json_object_set_new(app, "live", actor->workspace ? json_string("/events") : json_null());
	json_object_set_new(app, "user",
			    json_pack("{s:o, s:o, s:o, s:b}", "id", doc_id(actor->user), "name", doc_text(actor->name), "avatar", doc_avatar(actor->name), "is_away", away));
	json_object_set_new(app, "may", permissions_shape(actor));
	TRY(ribbon_shape(cx, db, app));
	return workspaces_shape(cx, db, app);
}
