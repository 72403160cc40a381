#include "flow/weather_letter.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/channels.h"
#include "flow/mail.h"
#include "flow/transaction.h"
#include "flow/weather.h"
#include "model/permission.h"
#include "store/channel_window.h"
#include "store/job.h"
#include "store/member.h"
#include "store/person.h"
#include "store/workspace.h"

#include <jansson.h>
#include <stdlib.h>

#define MORNING 480       /* minutes after midnight, where they said no hours */
#define LONG (6 * 60)     /* the morning is over: the next one will do */
#define CHANNELS_TOLD 100

bool weather_letter_wanted(struct str settings, enum role role)
{
	json_t *json = json_loadb(settings.at ? settings.at : "", settings.len, 0, NULL);
	const json_t *said = json_object_get(json, "weather_letter");
	bool wanted = json_is_boolean(said) ? json_is_true(said) && role_permissions(role) >> MAY_MANAGE_CHANNELS & 1 : role == ROLE_OWNER;
	json_decref(json);
	return wanted;
}

/* ---- writing ---- */

struct writer {
	struct cx *cx;
	struct buf text, html;
	struct str zone, url;
};

static struct str day(const struct writer *w, i64 at)
{
	struct civil c = zone_civil(w->zone, at);
	return arena_printf(w->cx->arena, "%02d/%02d/%d", c.day, c.month, c.year);
}

static void heading(struct writer *w, const char *text)
{
	buf_addf(&w->text, "\n%s\n\n", text);
	buf_adds(&w->html, "<h2>");
	buf_add_html(&w->html, str_of(text));
	buf_adds(&w->html, "</h2>\n");
}

static void paragraph(struct writer *w, struct str text)
{
	buf_addf(&w->text, "%.*s\n", STR_ARG(text));
	buf_adds(&w->html, "<p>");
	buf_add_html(&w->html, text);
	buf_adds(&w->html, "</p>\n");
}

static void item(struct writer *w, const struct channel *c, struct str text, const char *more)
{
	struct str path = arena_printf(w->cx->arena, "/channels/%lld%s", (long long)c->id, more);
	buf_addf(&w->text, "* %.*s: %.*s\n  %.*s%.*s\n", STR_ARG(c->name), STR_ARG(text), STR_ARG(w->url), STR_ARG(path));
	buf_adds(&w->html, "<li><a href=\"");
	buf_add_html(&w->html, w->url);
	buf_add_html(&w->html, path);
	buf_adds(&w->html, "\">");
	buf_add_html(&w->html, c->name);
	buf_addf(&w->html, "</a>%s: ", str_eq(str_of(w->cx->lang), S("fr")) ? "\u00a0" : "");
	buf_add_html(&w->html, text);
	buf_adds(&w->html, "</li>\n");
}

/* ---- what is known ---- */

struct seen {
	struct weather weather;
	struct channel_window window;
	bool is_broken;
	i64 until; /* nothing ends before; 0: nothing is known to end */
};
struct overview {
	struct seen *list;
	size_t count;
	i64 act_by, until; /* of all; 0: none */
	size_t broken, coming;
};

static i64 nearer(i64 a, i64 b)
{
	return !a ? b : !b ? a : a < b ? a : b;
}

static enum err look(struct cx *cx, struct db *db, i64 workspace, struct overview *ret_overview)
{
	struct channel *channels;
	size_t count;
	struct overview o = {};
	TRY(channel_list(cx, db, workspace, &channels, &count));
	o.list = arena_array(cx->arena, struct seen, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if (!kind || !(kind->verify || kind->fetch))
			continue; /* what was read from a file has no weather */
		struct seen *s = &o.list[o.count++];
		TRY(weather_read(cx, db, &channels[i], &s->weather));
		TRY(channel_window_get(cx, db, workspace, channels[i].id, &s->window));
		s->is_broken = str_eq(channels[i].state, S("broken")) || str_eq(channels[i].state, S("failing")) || (kind->login && !channels[i].secret.len);
		s->until = channels[i].expires_at > cx->now ? channels[i].expires_at : 0;
		for (const struct channel_sunset *end = kind->sunsets; end && end->what; end++) {
			i64 on;
			if (time_parse_loose(str_of(end->on), &on) && on > cx->now)
				s->until = nearer(s->until, on);
		}
		o.broken += s->is_broken;
		o.coming += s->weather.warning_count > 0;
		o.act_by = nearer(o.act_by, s->weather.act_by);
		o.until = nearer(o.until, s->until);
	}
	*ret_overview = o;
	return OK;
}

/* ---- the letter ---- */

static struct str subject_of(struct cx *cx, const struct writer *w, const struct overview *o, struct str name)
{
	if (o->broken)
		return arena_printf(cx->arena, tr_n(cx->lang, "%.*s: %lld channel needs you now", "%.*s: %lld channels need you now", (i64)o->broken), STR_ARG(name), (long long)o->broken);
	if (o->act_by)
		return arena_printf(cx->arena, _(N_("%.*s: act on your channels before %.*s")), STR_ARG(name), STR_ARG(day(w, o->act_by)));
	if (o->coming)
		return arena_printf(cx->arena, _(N_("%.*s: your channels work, with a remark")), STR_ARG(name));
	if (o->until)
		return arena_printf(cx->arena, _(N_("%.*s: all channels fine until %.*s")), STR_ARG(name), STR_ARG(day(w, o->until)));
	return arena_printf(cx->arena, _(N_("%.*s: all channels fine")), STR_ARG(name));
}

static struct str verdict_of(struct cx *cx, const struct writer *w, const struct overview *o)
{
	if (o->broken)
		return str_of(_(N_("Something no longer works, and somebody has to act: see below. What waits is kept.")));
	if (o->act_by)
		return arena_printf(cx->arena, _(N_("All works today. Somebody has to act before %.*s, so that it stays so.")), STR_ARG(day(w, o->act_by)));
	if (o->coming)
		return str_of(_(N_("All works. What follows has no date, and is better known early.")));
	if (o->until)
		return arena_printf(cx->arena, _(N_("All works, and nothing that is known ends before %.*s. Nothing is to be done.")), STR_ARG(day(w, o->until)));
	return str_of(_(N_("All works, and nothing is known to end. Nothing is to be done.")));
}

static void tell_coming(struct writer *w, const struct overview *o)
{
	struct cx *cx = w->cx;
	if (!o->broken && !o->coming)
		return;
	heading(w, _(N_("What somebody has to do")));
	buf_adds(&w->html, "<ul>\n");
	for (size_t i = 0; i < o->count; i++) {
		const struct seen *s = &o->list[i];
		const struct channel *c = &s->weather.channel;
		if (s->is_broken)
			item(w, c, c->state_story.len ? c->state_story : str_of(_(N_("Nobody signed in at the network yet."))), "/connect");
		for (size_t k = 0; k < s->weather.warning_count; k++) {
			const struct channel_warning *n = &s->weather.warnings[k];
			const char *headline = tr(cx->lang, arena_cstr(cx->arena, n->headline));
			struct str by = n->act_by ? arena_printf(cx->arena, _(N_(" (before %.*s)")), STR_ARG(day(w, n->act_by))) : (struct str){};
			item(w, c, arena_printf(cx->arena, "%s%.*s. %.*s", headline, STR_ARG(by), STR_ARG(n->story)), "/weather");
		}
	}
	buf_adds(&w->html, "</ul>\n");
}

static struct str stands(const struct writer *w, const struct seen *s)
{
	struct cx *cx = w->cx;
	const struct channel *c = &s->weather.channel;
	CLEANUP(buf_free) struct buf b = {};
	i64 percent = 0;
	buf_adds(&b, s->is_broken ? _(N_("does not work")) : str_eq(c->state, S("paused")) ? _(N_("paused")) : _(N_("works")));
	if (s->window.complete_until)
		buf_addf(&b, _(N_(", complete until %.*s")), STR_ARG(day(w, s->window.complete_until)));
	if (c->token_until > cx->now)
		buf_addf(&b, _(N_(", access renews itself before %.*s")), STR_ARG(day(w, c->token_until)));
	if (s->until)
		buf_addf(&b, _(N_(", to be granted anew by %.*s")), STR_ARG(day(w, s->until)));
	for (size_t i = 0; i < s->weather.gate_count; i++) {
		const struct gate *g = &s->weather.gates[i].gate;
		i64 used = g->quota_limit > 0 && g->quota_reset_at > cx->now ? (g->quota_limit - g->quota_left) * 100 / g->quota_limit : 0;
		percent = used > percent ? used : percent;
	}
	if (percent > 0)
		buf_addf(&b, _(N_(", quota used: %lld %%")), (long long)percent);
	return buf_keep(&b, cx->arena);
}

static void tell_all(struct writer *w, const struct overview *o)
{
	struct cx *cx = w->cx;
	heading(w, _(N_("Each channel")));
	buf_adds(&w->html, "<ul>\n");
	for (size_t i = 0; i < o->count && i < CHANNELS_TOLD; i++)
		item(w, &o->list[i].weather.channel, stands(w, &o->list[i]), "");
	buf_adds(&w->html, "</ul>\n");
	if (o->count > CHANNELS_TOLD)
		paragraph(w, arena_printf(cx->arena, _(N_("And %zu more on the desk.")), o->count - CHANNELS_TOLD));
}

static enum err compose(struct writer *w, struct db *db, i64 workspace, struct weather_letter *ret_letter)
{
	struct cx *cx = w->cx;
	struct workspace place;
	struct overview o;
	TRY(workspace_get(cx, db, workspace, &place));
	TRY(look(cx, db, workspace, &o));
	struct str subject = subject_of(cx, w, &o, place.name), end = arena_printf(cx->arena, "%.*s/account?tab=notifications", STR_ARG(w->url));
	buf_addf(&w->html, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>", cx->lang);
	buf_add_html(&w->html, subject);
	buf_adds(&w->html, "</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5;max-width:40em;margin:1em auto;padding:0 1em\">\n<h1 style=\"font-size:1.4em\">");
	buf_add_html(&w->html, subject);
	buf_adds(&w->html, "</h1>\n");
	paragraph(w, verdict_of(cx, w, &o));
	tell_coming(w, &o);
	tell_all(w, &o);
	buf_addf(&w->text, "\n-- \n%s\n%.*s\n", _(N_("This letter comes on Monday mornings to who owns the workspace. No more of them:")), STR_ARG(end));
	buf_adds(&w->html, "<hr>\n<p>");
	buf_add_html(&w->html, str_of(_(N_("This letter comes on Monday mornings to who owns the workspace. No more of them:"))));
	buf_adds(&w->html, " <a href=\"");
	buf_add_html(&w->html, end);
	buf_adds(&w->html, "\">");
	buf_add_html(&w->html, str_of(_(N_("your notifications"))));
	buf_adds(&w->html, "</a></p>\n</body></html>\n");
	*ret_letter = (struct weather_letter){subject, buf_keep(&w->text, cx->arena), buf_keep(&w->html, cx->arena), o.count > 0};
	return OK;
}

enum err weather_letter_write(struct cx *cx, struct db *db, i64 workspace, struct str zone, struct str url, struct weather_letter *ret_letter)
{
	struct writer w = {.cx = cx, .zone = zone, .url = url};
	enum err e = compose(&w, db, workspace, ret_letter);
	buf_free(&w.text);
	buf_free(&w.html);
	return e;
}

/* ---- who gets it, when ---- */

static int morning_of(struct str settings)
{
	i64 hour = 0, minute = 0;
	json_t *json = json_loadb(settings.at ? settings.at : "", settings.len, 0, NULL);
	struct str rest = str_of(json_string_value(json_object_get(json, "quiet_from"))), head = str_cut(&rest, ':');
	bool said = str_to_i64(head, &hour) && str_to_i64(rest, &minute) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
	json_decref(json);
	return said ? (int)(hour * 60 + minute) : MORNING;
}

/* The number of a Monday, of its morning; -1: it is none. */
static i64 monday(const struct person *p, i64 now)
{
	struct civil c = zone_civil(p->zone, now);
	i64 days = days_of_date(c.year, c.month, c.day);
	int late = c.hour * 60 + c.minute - morning_of(p->settings);
	return (days + 3) % 7 == 0 && late >= 0 && late < LONG ? days : -1; /* 1 January 1970 was a Thursday */
}

static enum err write_for(struct cx *cx, struct db *db, i64 workspace, const struct person *p, struct str key, struct str url)
{
	struct weather_letter letter;
	cx->lang = lang_of(p->lang);
	TRY(weather_letter_write(cx, db, workspace, p->zone, url, &letter));
	if (!letter.has_channels)
		return OK;
	struct letter out = {.to = p->email, .to_name = p->name, .subject = letter.subject, .text = letter.text, .html = letter.html, .dedup_key = key};
	return mail_queue(cx, db, workspace, &out);
}

static enum err write_in(struct cx *cx, struct db *db, i64 workspace, struct str url)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, workspace, &members, &count));
	for (size_t i = 0; i < count; i++) {
		struct person p;
		bool there;
		if (members[i].disabled || !(role_permissions(members[i].role) >> MAY_MANAGE_CHANNELS & 1))
			continue;
		TRY(person_get(cx, db, members[i].person, &p));
		i64 week = monday(&p, cx->now);
		if (week < 0 || p.disabled_at || mail_reaches_nobody(p.email) || !weather_letter_wanted(p.settings, members[i].role))
			continue;
		struct str key = arena_printf(cx->arena, "weather:%lld:%lld:%lld", (long long)p.id, (long long)workspace, (long long)week);
		TRY(job_there(cx, db, key, &there));
		if (!there)
			TRY(IN_TRANSACTION(cx, db, write_for(cx, db, workspace, &p, key, url)));
	}
	return OK;
}

enum err weather_letters(struct cx *cx, struct db *db, struct str url)
{
	struct workspace *workspaces;
	size_t count;
	i64 weekday = (cx->now / DAY + 3) % 7; /* of Greenwich: Monday somewhere from Sunday to Tuesday */
	if (weekday > 1 && weekday < 6)
		return OK;
	TRY(workspace_list(cx, db, &workspaces, &count));
	for (size_t i = 0; i < count; i++)
		TRY(write_in(cx, db, workspaces[i].id, url));
	return OK;
}
