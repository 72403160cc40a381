/* steps.c: the path of stones. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/desk.h"
#include "page/setup/setup.h"


static const struct {
	const char *word, *title, *about;
	int minutes; /* left from here on */
} steps[STEP_COUNT] = {
	[STEP_ACCOUNT] = {"account", N_("Account"), N_("who you are"), 10},
	[STEP_WORKSPACE] = {"workspace", N_("Workspace"), N_("name, hours"), 8},
	[STEP_CHANNELS] = {"channels", N_("Channels"), N_("where people write"), 7},
	[STEP_CHARTER] = {"charter", N_("Rules and tone"), N_("house rules, tone"), 6},
	[STEP_TEAM] = {"team", N_("Team"), N_("people, promises"), 3},
	[STEP_READY] = {"ready", N_("Ready"), N_("your first steps"), 0},
};

const char *setup_word(enum setup_step step)
{
	return steps[step].word;
}

static json_t *done_list(const struct workspace *w)
{
	json_t *settings = json_loadb(w->settings.at ? w->settings.at : "", w->settings.len, 0, NULL), *list = json_incref(json_object_get(settings, "set_up"));
	json_decref(settings);
	if (json_is_array(list))
		return list;
	json_decref(list);
	return json_array();
}

bool setup_is_done(const struct workspace *w, enum setup_step step)
{
	json_t *list = done_list(w), *one;
	size_t i;
	bool is = false;
	json_array_foreach(list, i, one)
		is |= json_is_string(one) && str_eq(str_of(json_string_value(one)), str_of(steps[step].word));
	json_decref(list);
	return is;
}

enum err setup_frame(struct cx *cx, struct db *db, enum setup_step step, json_t *document)
{
	struct workspace w = {};
	CLEANUP(buf_free) struct buf left = {};
	json_t *list = json_array();
	if (step != STEP_ACCOUNT)
		TRY(workspace_get(cx, db, here(cx), &w));
	for (int i = 0; i < STEP_COUNT; i++) {
		bool current = i == (int)step, done = !current && (i == STEP_ACCOUNT ? step != STEP_ACCOUNT : setup_is_done(&w, (enum setup_step)i));
		bool reachable = step != STEP_ACCOUNT && i != STEP_ACCOUNT && !current;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:b, s:b}", "word", steps[i].word, "title", _(steps[i].title), "about",
						      current ? _(N_("now")) : _(steps[i].about), "url",
						      reachable ? doc_text(arena_printf(cx->arena, "/set-up/%s", steps[i].word)) : json_null(), "is_done", done, "is_current",
						      current));
	}
	if (steps[step].minutes)
		buf_add_duration(&left, cx->lang, steps[step].minutes * MINUTE);
	json_object_set_new(document, "step", json_pack("{s:s, s:o, s:o, s:o, s:b}", "word", steps[step].word, "number",
							doc_text(arena_printf(cx->arena, "%d", (int)step + 1)), "total",
							doc_text(arena_printf(cx->arena, "%d", STEP_COUNT)), "minutes_left", doc_text_or_null(buf_str(&left)), "can_leave",
							step != STEP_ACCOUNT));
	json_object_set_new(document, "steps", list);
	return OK;
}

enum err setup_done(struct cx *cx, struct db *db, enum setup_step step, struct reply *reply)
{
	struct workspace w;
	TRY(workspace_get(cx, db, here(cx), &w));
	if (!setup_is_done(&w, step)) {
		json_t *list = done_list(&w);
		json_array_append_new(list, json_string(steps[step].word));
		struct str kept = arena_json(cx->arena, list, JSON_COMPACT);
		json_decref(list);
		TRY(desk_setting(cx, db, here(cx), "set_up", kept));
	}
	reply_redirect(reply, "/set-up/%s", steps[step + 1].word);
	return OK;
}
