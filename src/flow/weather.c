#include "flow/weather.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/channels.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "model/permission.h"
#include "store/event.h"
#include "store/member.h"
#include "store/profile.h"
#include "store/workspace.h"

#include <stdlib.h>
#include <string.h>

#define CHANNELS_A_TURN 50
#define EXPIRY_AHEAD (21 * DAY)
#define SUNSET_AHEAD (120 * DAY)
#define INCIDENT_AHEAD (7 * DAY)
#define SCARCE 5          /* a fifth of a quota is left */
#define VERY_SCARCE 20    /* a twentieth */
#define HUSHED DAY        /* what comes and goes within it is told once */
#define SEEN_EVERY HOUR   /* rows are not written for nothing */

const char *weather_act_title(struct str act)
{
	static const struct {
		const char *word, *title;
	} rows[] = {
		{"verify", N_("Look at the account")}, {"fetch", N_("Read")},   {"receive", N_("Take what is brought")}, {"renew", N_("Renew access")},
		{"reply", N_("Answer")},               {"hide", N_("Hide")},    {"restore", N_("Show again")},           {"notice", N_("Tell of a decision")},
		{"post", N_("Publish posts")},          {"react", N_("React")},                {"unreact", N_("Take a reaction back")}, {"metrics", N_("Read figures")}, {"profile", N_("Read the profile, and put it right")},
		{"search", N_("Search")},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(act, str_of(rows[i].word)))
			return rows[i].title;
	return N_("Something else");
}

i64 weather_stage(i64 left)
{
	static const i64 steps[] = {30 * DAY, 14 * DAY, 7 * DAY, 3 * DAY, DAY, 6 * HOUR, HOUR};
	i64 stage = 0;
	for (size_t i = 0; i < COUNT(steps); i++)
		stage += left <= steps[i];
	return stage;
}

static void add(struct cx *cx, struct weather *w, size_t *capacity, const char *what, struct str about, const char *headline, struct str story, i64 act_by, i64 stage)
{
	*arena_push(cx->arena, w->warnings, w->warning_count, *capacity) = (struct channel_warning){
		.workspace = w->channel.workspace, .channel = w->channel.id, .what = str_of(what), .about = about, .stage = stage, .headline = str_of(headline), .story = story,
		.act_by = act_by};
}

/* ---- what is coming ---- */

static const struct channel_last *act_of(const struct weather *w, struct str act)
{
	for (size_t i = 0; i < w->act_count; i++)
		if (str_eq(w->acts[i].act, act))
			return &w->acts[i];
	return NULL;
}

/* Told at once when it was refused; a network that is away for a moment is told when a quarter of the token's life is left. */
static void look_at_token(struct cx *cx, struct weather *w, size_t *capacity)
{
	const struct channel *c = &w->channel;
	const struct channel_last *renewal = act_of(w, S("renew"));
	i64 left = c->token_until - cx->now, life = c->token_until - c->renewed_at;
	if (!c->token_until || left <= 0 || !renewal || renewal->failed_at <= renewal->done_at)
		return;
	if (!c->is_renewal_refused && left > life / 4)
		return;
	add(cx, w, capacity, "token", (struct str){}, N_("Its access could not be renewed"),
	    arena_printf(cx->arena, _(N_("It still works, and ends then. What the network said: %.*s")), STR_ARG(renewal->story)), c->token_until, weather_stage(left));
}

static void look_at_expiry(struct cx *cx, struct weather *w, size_t *capacity)
{
	i64 left = w->channel.expires_at - cx->now;
	if (w->channel.expires_at && left > 0 && left <= EXPIRY_AHEAD)
		add(cx, w, capacity, "expiry", (struct str){}, N_("Its access ends soon"),
		    str_of(_(N_("The network gives access for a time. Connect the channel again before it ends: then nothing is missed, and no answer waits."))), w->channel.expires_at,
		    weather_stage(left));
}

static void look_at_rights(struct cx *cx, struct weather *w, size_t *capacity)
{
	size_t index;
	const json_t *one;
	json_array_foreach(json_object_get(w->known, "missing"), index, one)
		for (const struct channel_right *r = w->kind->rights; r && r->word; r++)
			if (json_is_string(one) && !r->quiet && strcmp(r->word, json_string_value(one)) == 0)
				add(cx, w, capacity, "right", str_of(r->word), r->required ? N_("It lacks a right that it needs") : N_("It lacks a right"),
				    arena_printf(cx->arena, _(N_("The network does not grant “%s” any more, or never did. This does not work without it: %s.")), r->word, _(r->need)), 0,
				    r->required ? 5 : 1);
}

static void look_at_quota(struct cx *cx, struct weather *w, size_t *capacity)
{
	for (size_t i = 0; i < w->gate_count; i++) {
		const struct gate *g = &w->gates[i].gate;
		if (g->quota_limit <= 0 || g->quota_reset_at <= cx->now || g->quota_left > g->quota_limit / SCARCE)
			continue;
		bool very = g->quota_left <= g->quota_limit / VERY_SCARCE;
		add(cx, w, capacity, "quota", w->gates[i].host, N_("Its quota is nearly used up"),
		    arena_printf(cx->arena, _(N_("%lld of %lld requests are left at %.*s. Answers go first; when nothing is left, all waits until the network counts anew.")),
				 (long long)g->quota_left, (long long)g->quota_limit, STR_ARG(w->gates[i].host)),
		    0, very ? 2 : 1);
	}
}

/* known.incidents: [{"what", "from", "until"}], as verify() found them announced. */
static void look_at_incidents(struct cx *cx, struct weather *w, size_t *capacity)
{
	size_t index;
	const json_t *one;
	json_array_foreach(json_object_get(w->known, "incidents"), index, one)
	{
		i64 from = 0;
		struct str what = str_of(json_string_value(json_object_get(one, "what"))), at = str_of(json_string_value(json_object_get(one, "from")));
		if (!time_parse(at, &from) || from <= cx->now || from > cx->now + INCIDENT_AHEAD)
			continue;
		add(cx, w, capacity, "incident", at, N_("Its network announces an outage"),
		    arena_printf(cx->arena, _(N_("Answers wait meanwhile and leave afterwards, each once; what is said comes in later. The network says: “%.*s”.")), STR_ARG(what)), from,
		    weather_stage(from - cx->now));
	}
}

/* known.notices: [{"about", "headline", "story"}], what verify() found that a person should look at while the channel works. */
static void look_at_notices(struct cx *cx, struct weather *w, size_t *capacity)
{
	size_t index;
	const json_t *one;
	json_array_foreach(json_object_get(w->known, "notices"), index, one)
	{
		struct str about = str_of(json_string_value(json_object_get(one, "about"))), story = str_of(json_string_value(json_object_get(one, "story")));
		const char *headline = json_string_value(json_object_get(one, "headline"));
		if (headline && story.len)
			add(cx, w, capacity, "notice", about, headline, story, 0, 2);
	}
}

static void look_at_sunsets(struct cx *cx, struct weather *w, size_t *capacity)
{
	for (const struct channel_sunset *s = w->kind->sunsets; s && s->what; s++) {
		i64 on;
		if (!time_parse_loose(str_of(s->on), &on) || on <= cx->now || on > cx->now + SUNSET_AHEAD)
			continue;
		add(cx, w, capacity, "sunset", str_of(s->on), N_("Its network ends what Parvis uses"),
		    arena_printf(cx->arena, _(N_("%s. Update Parvis before that day. Source: %s, as of %s.")), _(s->what), s->source, s->as_of), on, weather_stage(on - cx->now));
	}
}

/* A profile that somebody changed over there, until somebody has looked. */
static enum err look_at_profile(struct cx *cx, struct db *db, struct weather *w, size_t *capacity)
{
	struct channel_profile_row row;
	if (!w->kind->profile_fields)
		return OK;
	TRY(channel_profile_get(cx, db, w->channel.workspace, w->channel.id, &row));
	if (row.drifted.len)
		add(cx, w, capacity, "profile", row.drifted, N_("Its profile is no longer what the kit says"),
		    str_of(_(N_("Somebody changed it on the network, or the network did. Look at the differences under Profiles: put the kit's text back, or take over what stands there."))), 0, 1);
	return OK;
}

/* An act that fails while the channel looks well: told at its first failure, which the conversation tells too. */
static void look_at_acts(struct cx *cx, struct weather *w, size_t *capacity)
{
	for (size_t i = 0; i < w->act_count; i++) {
		const struct channel_last *a = &w->acts[i];
		bool is_told_elsewhere = str_eq(a->act, S("renew")) || str_eq(a->act, S("fetch")) || str_eq(a->act, S("verify"));
		if (a->failed_at > a->done_at && !is_told_elsewhere && str_eq(w->channel.state, S("ok")))
			add(cx, w, capacity, "act", a->act, N_("Something no longer works there"),
			    arena_printf(cx->arena, _(N_("The last try of “%s” failed, although the channel is read well. The network said: %.*s")), _(weather_act_title(a->act)), STR_ARG(a->story)), 0, 3);
	}
}

static int nearest_first(const void *a, const void *b)
{
	const struct channel_warning *x = a, *y = b;
	i64 left = x->act_by ? x->act_by : INT64_MAX, right = y->act_by ? y->act_by : INT64_MAX;
	return left < right ? -1 : left > right ? 1 : x->stage > y->stage ? -1 : x->stage < y->stage;
}

enum err weather_read(struct cx *cx, struct db *db, const struct channel *channel, struct weather *ret_weather)
{
	struct weather w = {.kind = channel_kind_of(channel->kind), .channel = *channel, .known = channel_known(cx, channel)};
	size_t capacity = 0;
	TRY(channel_acts(cx, db, channel->workspace, channel->id, &w.acts, &w.act_count));
	TRY(channel_gates(cx, db, channel->workspace, channel->id, &w.gates, &w.gate_count));
	if (w.kind && !channel->archived_at && !str_eq(channel->state, S("broken"))) { /* what is broken has its own word */
		look_at_token(cx, &w, &capacity);
		look_at_expiry(cx, &w, &capacity);
		look_at_rights(cx, &w, &capacity);
		look_at_quota(cx, &w, &capacity);
		look_at_incidents(cx, &w, &capacity);
		look_at_notices(cx, &w, &capacity);
		look_at_sunsets(cx, &w, &capacity);
		look_at_acts(cx, &w, &capacity);
		TRY(look_at_profile(cx, db, &w, &capacity));
	}
	if (w.warning_count) {
		qsort(w.warnings, w.warning_count, sizeof *w.warnings, nearest_first);
		for (size_t i = w.warning_count; i-- > 0;)
			if (w.warnings[i].act_by && !str_eq(w.warnings[i].what, S("incident"))) /* nobody can act against that */
				w.act_by = w.warnings[i].act_by;
	}
	*ret_weather = w;
	return OK;
}

/* ---- telling ---- */

static enum err tell(struct cx *cx, struct db *db, const struct weather *w, const struct channel_warning *warning)
{
	struct member *members;
	size_t count;
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"channel\":\"%lld\",\"name\":", (long long)w->channel.id);
	buf_add_json(&detail, w->channel.name);
	buf_adds(&detail, ",\"headline\":");
	buf_add_json(&detail, warning->headline);
	buf_adds(&detail, ",\"story\":");
	buf_add_json(&detail, warning->story);
	if (warning->act_by) {
		buf_adds(&detail, ",\"act_by\":\"");
		buf_add_time(&detail, warning->act_by);
		buf_addc(&detail, '"');
	}
	buf_addc(&detail, '}');
	struct str text = buf_keep(&detail, cx->arena);
	TRY(member_list(cx, db, w->channel.workspace, &members, &count));
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_MANAGE_CHANNELS & 1 && !members[i].disabled)
			TRY(notify_person(cx, db, w->channel.workspace, members[i].person, "weather", 0, 0, text));
	return OK;
}

static const struct channel_warning *same(const struct channel_warning *list, size_t count, const struct channel_warning *one)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].what, one->what) && str_eq(list[i].about, one->about))
			return &list[i];
	return NULL;
}

static enum err settle(struct cx *cx, struct db *db, const struct weather *w, i64 *ret_told)
{
	struct channel_warning *before;
	size_t count;
	TRY(channel_warnings(cx, db, w->channel.workspace, w->channel.id, &before, &count));
	for (size_t i = 0; i < w->warning_count; i++) {
		struct channel_warning now = w->warnings[i];
		const struct channel_warning *old = same(before, count, &now);
		bool nearer = !old || (now.stage > old->stage && (!now.act_by || now.act_by - cx->now <= (now.act_by - old->told_at) / 2));
		if (!nearer && old->seen_at > cx->now - SEEN_EVERY && now.act_by == old->act_by)
			continue;
		now.since_at = old ? old->since_at : cx->now;
		now.told_at = nearer ? cx->now : old->told_at;
		now.stage = nearer ? now.stage : old->stage;
		now.seen_at = cx->now;
		TRY(channel_warning_save(cx, db, &now));
		if (nearer)
			TRY(tell(cx, db, w, &now));
		*ret_told += nearer;
	}
	for (size_t i = 0; i < count; i++)
		if (!same(w->warnings, w->warning_count, &before[i]) && before[i].seen_at < cx->now - (str_eq(before[i].what, S("quota")) ? HUSHED : 2 * SEEN_EVERY))
			TRY(channel_warning_over(cx, db, w->channel.workspace, w->channel.id, before[i].what, before[i].about));
	return OK;
}

enum err weather_sweep(struct cx *cx, struct db *db, i64 *after, i64 *ret_told)
{
	struct channel *channels;
	size_t count;
	*ret_told = 0;
	TRY(channels_after(cx, db, *after, CHANNELS_A_TURN, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		struct weather w;
		TRY(workspace_speak(cx, db, channels[i].workspace));
		TRY(weather_read(cx, db, &channels[i], &w));
		TRY(IN_TRANSACTION(cx, db, settle(cx, db, &w, ret_told)));
	}
	*after = count == CHANNELS_A_TURN ? channels[count - 1].id : 0;
	return OK;
}
