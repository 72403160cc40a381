/* work.c: the role that talks to the networks: it holds the channels' secrets, listens to nothing, sends what is due, reads what is new,
 * and keeps the clocks. Each duty has a thread, a database handle and a network client of its own; none waits for another. */
#include "base/clock.h"
#include "base/log.h"
#include "flow/ab_test.h"
#include "flow/alarm.h"
#include "flow/audit.h"
#include "flow/backends.h"
#include "flow/by_hand.h"
#include "flow/calendar_source.h"
#include "flow/contest.h"
#include "flow/delivery.h"
#include "flow/exports.h"
#include "flow/figures.h"
#include "flow/gap.h"
#include "flow/hook.h"
#include "flow/idle.h"
#include "flow/import.h"
#include "flow/inbox.h"
#include "flow/keep.h"
#include "flow/late.h"
#include "flow/leave.h"
#include "flow/login.h"
#include "flow/link.h"
#include "flow/listen.h"
#include "flow/mail.h"
#include "flow/media.h"
#include "flow/post.h"
#include "flow/profile.h"
#include "flow/pulse.h"
#include "flow/rejudge.h"
#include "flow/renew.h"
#include "flow/seek.h"
#include "flow/series.h"
#include "flow/sla.h"
#include "flow/trend.h"
#include "flow/understand.h"
#include "flow/verify.h"
#include "flow/weather.h"
#include "flow/weather_letter.h"
#include "base/id.h"
#include "insight/trend.h"
#include "insight/watch.h"
#include "main/archive.h"
#include "main/confine.h"
#include "main/duty.h"
#include "main/fetch_crew.h"
#include "main/keep_duty.h"
#include "main/media.h"
#include "main/models.h"
#include "main/survey_duty.h"
#include "store/event.h"
#include "store/job.h"
#include "store/login.h"
#include "store/message.h"
#include "store/person.h"
#include "sys/files.h"
#include "sys/keys.h"
#include "sys/mail.h"
#include "sys/net.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define CHANGES_KEPT (10 * MINUTE)
#define JOBS_KEPT (30 * DAY)
#define LOGINS_KEPT (30 * DAY)
#define WEATHER_EVERY (2 * MINUTE)
#define REMOVALS_KEPT (90 * DAY)
#define IDLE_MAX (2 * SECOND)   /* between two looks when nobody tells us anything */
#define AFTER_TROUBLE (5 * SECOND)

static struct working_keys keys;
static const char *media; /* the folder, as long as the role runs */

static enum err open_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	return seal_to_open(cx, &keys.pair, arena_printf(cx->arena, "channel:%lld", (long long)channel), sealed, ret_secret);
}

static enum err seal_secret(struct cx *cx, void *subject, i64 channel, struct str secret, struct str *ret_sealed)
{
	*ret_sealed = seal_to(cx->arena, &keys.pair.public, arena_printf(cx->arena, "channel:%lld", (long long)channel), secret);
	return OK;
}

static enum err outbox_open(struct cx *cx, struct duty *duty, struct outbox *ret_outbox)
{
	/* The simulated network is this machine; nothing else inside is reached unless the operator allows it. */
	struct str simulator = duty->role->program->settings.simulator_listen;
	struct net_settings settings = {.allow = arena_printf(cx->arena, "%.*s %.*s", STR_ARG(duty->role->program->settings.net_allow), STR_ARG(simulator)), .proxy = duty->role->program->settings.net_proxy};
	struct outbox outbox = {.open_secret = open_secret, .seal_secret = seal_secret, .store_blob = media_store, .read_blob = media_read, .blobs = (void *)media};
	TRY(net_open(cx, &settings, &outbox.net));
	token_new(outbox.token);
	*ret_outbox = outbox;
	return OK;
}

/* ---- sending ---- */

#define SENDERS 6 /* so that as many networks may hang at once, less one */

static atomic_int senders_busy;

static enum err send_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outboxes[SENDERS];
	TRY(outbox_open(cx, duty, &outboxes[duty->number]));
	if (!duty->number)
		TRY(outbox_clock_went_back(cx, duty->db));
	if (!duty->number && db_kind(duty->db) == DB_SQLITE) /* nobody else works on a database that is a file */
		TRY(outbox_recover(cx, duty->db));
	duty->subject = &outboxes[duty->number];
	return OK;
}

/* The first looks whenever something was committed; each other only while all before it are calling. */
static enum err send_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	if (duty->number > atomic_load(&senders_busy))
		return OK;
	TRY(publication_next_due(cx, duty->db, ret_wake));
	if (!*ret_wake || *ret_wake > cx->now)
		return OK;
	atomic_fetch_add(&senders_busy, 1);
	enum err e = outbox_turn(cx, duty->db, duty->subject, ret_done);
	atomic_fetch_sub(&senders_busy, 1);
	*ret_wake = 0;
	return e;
}

/* ---- reading ---- */

static enum err fetch_start(struct cx *cx, struct duty *duty)
{
	return fetch_crew_start(cx, duty, outbox_open);
}

/* ---- lines over which networks tell what comes ---- */

static enum err idle_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	static struct idle_keeper keeper;
	const struct settings *s = &duty->role->program->settings;
	TRY(outbox_open(cx, duty, &outbox));
	TRY(idle_keeper_open(cx, duty->db, &outbox, &(struct net_settings){.allow = s->net_allow}, &keeper));
	duty->subject = &keeper;
	return OK;
}

static enum err idle_lines_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	*ret_wake = cx->now; /* it waits by itself */
	return idle_turn(cx, duty->db, duty->subject, role_ending);
}

static void idle_lines_end(struct duty *duty)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	cx.actor = &duty_actor;
	idle_keeper_close(&cx, duty->db, duty->subject);
}

/* ---- the accounts themselves ---- */

static enum err accounts_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	TRY(outbox_open(cx, duty, &outbox));
	duty->subject = &outbox;
	return OK;
}

static enum err accounts(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	static i64 profiles_at;
	i64 looked, renewed, told, left, profiles = 0;
	TRY(renew_turn(cx, duty->db, duty->subject, &renewed));
	TRY(verify_turn(cx, duty->db, duty->subject, &looked));
	TRY(figures_turn(cx, duty->db, duty->subject, &told));
	TRY(leave_turn(cx, duty->db, duty->subject, &left));
	if (cx->now >= profiles_at) { /* they are in no haste: looked for each two seconds, not with each commit */
		TRY(profile_turn(cx, duty->db, duty->subject, &(struct media_hooks){.blobs = media, .box = &image_box_self}, &profiles));
		profiles_at = cx->now + 2 * SECOND;
	}
	*ret_done = looked + renewed + told + left + profiles;
	return OK;
}

/* ---- what networks bring ---- */

static enum err receive_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	TRY(outbox_open(cx, duty, &outbox)); /* it calls for nothing but files that came along (flow/bring.h) */
	duty->subject = &outbox;
	return OK;
}

static enum err receive(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	if (cx->now - duty->pruned_at > MINUTE) {
		duty->pruned_at = cx->now;
		TRY(delivery_prune(cx, duty->db));
	}
	return delivery_turn(cx, duty->db, duty->subject, ret_done, ret_wake);
}

/* ---- people who sign in over there ---- */

static enum err let_in_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	enum err e = login_take_settings(cx, duty->db, duty->role->program->settings.network_apps, &keys.pair.public);
	if (e == ERR_BAD_INPUT) { /* the others are taken, and all else goes on */
		log_line(LOG_WARN, "network_apps", "story=\"%s\"", cx->story);
		cx_forget(cx);
	} else {
		TRY(e);
	}
	TRY(outbox_open(cx, duty, &outbox));
	duty->subject = &outbox;
	return OK;
}

static enum err let_in(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	const struct login_keys at_hand = {.work = &keys.pair};
	return login_turn(cx, duty->db, duty->subject, &at_hand, ret_done);
}

/* ---- holes ---- */

static enum err gaps_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	TRY(outbox_open(cx, duty, &outbox));
	duty->subject = &outbox;
	return OK;
}

static enum err gaps(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return gap_turn(cx, duty->db, duty->subject, ret_done);
}

/* ---- files to read ---- */

static enum err import_start(struct cx *cx, struct duty *duty)
{
	static struct import_hooks hooks = {.store_blob = media_store, .ending = role_ending};
	hooks.blobs = (void *)media;
	duty->subject = &hooks;
	return OK;
}

static enum err import(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	if (cx->now - duty->pruned_at > HOUR) {
		duty->pruned_at = cx->now;
		TRY(import_sweep(cx, duty->db));
	}
	return import_turn(cx, duty->db, duty->subject, ret_done);
}

/* ---- files to write ---- */

static enum err export_start(struct cx *cx, struct duty *duty)
{
	static struct export_hooks hooks = {.ending = role_ending, .archive = archive_workspace};
	static char folder[PATH_MAX];
	snprintf(folder, sizeof folder, "%s", exports_folder(cx, duty->role->program));
	TRY(folder_make(cx, folder));
	hooks.folder = folder;
	hooks.subject = (void *)duty->role->program;
	TRY(program_open(cx, duty->role->program, false, &hooks.read)); /* for as long as the role runs */
	duty->subject = &hooks;
	return OK;
}

static enum err export(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	const struct export_hooks *hooks = duty->subject;
	if (cx->now - duty->pruned_at > HOUR) {
		duty->pruned_at = cx->now;
		TRY(exports_sweep(cx, duty->db, hooks->folder));
	}
	return exports_turn(cx, duty->db, hooks, ret_done);
}

/* ---- pictures to make ---- */

static enum err pictures_start(struct cx *cx, struct duty *duty)
{
	static i64 after;
	static struct media_hooks hooks = {.box = &image_box_self, .after = &after};
	hooks.blobs = media;
	duty->subject = &hooks;
	return OK;
}

static enum err pictures(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return media_turn(cx, duty->db, duty->subject, ret_done);
}

/* ---- what the calendar makes by itself: posts that come again; calendars of others, read again; contests that are due to be drawn ---- */

static enum err plan_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	TRY(outbox_open(cx, duty, &outbox));
	duty->subject = &outbox;
	return OK;
}

static enum err plan(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	const struct outbox *outbox = duty->subject;
	const struct contest_tools tools = {outbox->net, &keys.pair, duty->role->program->settings.beacon_relays};
	i64 made, read, drawn, next = 0;
	TRY(series_turn(cx, duty->db, &made, ret_wake));
	TRY(calendar_source_turn(cx, duty->db, outbox->net, &keys.pair, &read, &next));
	*ret_wake = !*ret_wake || (next && next < *ret_wake) ? next : *ret_wake;
	TRY(contest_draw_turn(cx, duty->db, &tools, &drawn, &next));
	*ret_wake = !*ret_wake || (next && next < *ret_wake) ? next : *ret_wake;
	*ret_done = made + read + drawn;
	return OK;
}

/* ---- clocks ---- */

/* Where the audit log ends is noted beside the database. A note that the log no longer holds is kept: `parvis check` tells of it. */
static enum err note_audit_ends(struct cx *cx, struct duty *duty)
{
	const char *path = audit_note(cx, duty->role->program);
	struct str before = {}, now;
	enum err e = file_read(cx, path, AUDIT_NOTE_MAX, &before);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	TRY(audit_holds_ends(cx, duty->db, before));
	TRY(audit_ends(cx, duty->db, &now));
	return str_eq(before, now) ? OK : file_write(cx, path, 0600, now);
}

/* What is coming over channels: a part of them each few seconds, and all anew after some minutes. */
static enum err look_at_weather(struct cx *cx, struct duty *duty)
{
	static i64 due_at, after;
	i64 told;
	if (cx->now < due_at)
		return OK;
	TRY(weather_sweep(cx, duty->db, &after, &told));
	due_at = cx->now + (after ? SECOND : WEATHER_EVERY);
	if (!after && duty->role->program->settings.mail_url.len)
		TRY(weather_letters(cx, duty->db, duty->role->program->settings.public_url));
	if (told)
		log_line(LOG_INFO, "channels_warned", "count=%lld", (long long)told);
	return OK;
}

static enum err keep_clocks(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	static struct contests_pace pace;
	i64 breached, woken, late, reminded, by_hand, compared, contests;
	TRY(sla_sweep(cx, duty->db, &breached));
	TRY(inbox_wake_sweep(cx, duty->db, &woken));
	TRY(late_sweep(cx, duty->db, &late));
	TRY(post_sweep(cx, duty->db, &reminded));
	TRY(by_hand_sweep(cx, duty->db, &by_hand));
	TRY(ab_tests_turn(cx, duty->db, &compared));
	TRY(contests_look(cx, duty->db, &pace, &contests));
	*ret_done = breached + woken + late + reminded + by_hand + compared + contests;
	TRY(look_at_weather(cx, duty));
	if (cx->now - duty->pruned_at > MINUTE) {
		duty->pruned_at = cx->now;
		i64 lapsed;
		TRY(media_rights_sweep(cx, duty->db, &lapsed));
		*ret_done += lapsed;
		TRY(audit_sweep(cx, duty->db, HOUR));
		TRY(outbox_clock_went_back(cx, duty->db));
		if (note_audit_ends(cx, duty) != OK)
			log_failure(cx, "audit_shortened");
		cx_forget(cx);
		TRY(changes_prune(cx, duty->db, id_at(cx->now - CHANGES_KEPT, 0)));
		TRY(sign_in_prune(cx, duty->db));
		TRY(logins_prune(cx, duty->db, id_at(cx->now - LOGINS_KEPT, 0)));
		TRY(jobs_prune(cx, duty->db, id_at(cx->now - JOBS_KEPT, 0)));
		if (!duty->role->program->settings.media_store.len)
			TRY(keep_state_off(cx, duty->db));
		TRY(removals_prune(cx, duty->db, id_at(cx->now - REMOVALS_KEPT, 0)));
	}
	return OK;
}

/* ---- what nobody understood yet ---- */

static enum err understand_some(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	i64 learnt;
	TRY(learn_turn(cx, duty->db, &learnt)); /* first: somebody looks on */
	TRY(understand_turn(cx, duty->db, ret_done));
	*ret_done += learnt;
	return OK;
}

/* ---- what other models understood: a slice a second, so that the desk feels nothing of it ---- */

static enum err read_again(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	static i64 version; /* of what is built in: always the same */
	i64 done;
	version = version ? version : models_version();
	if (cx->now < duty->pruned_at) {
		*ret_wake = duty->pruned_at;
		return OK;
	}
	TRY(rejudge_turn(cx, duty->db, version, &done));
	*ret_wake = duty->pruned_at = cx->now + (done ? SECOND : MINUTE);
	return OK;
}

/* ---- listening ---- */

static enum err listen(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return listen_past_turn(cx, duty->db, ret_done);
}

/* ---- networks that are searched for it ---- */

static enum err seek_start(struct cx *cx, struct duty *duty)
{
	static struct outbox outbox;
	TRY(outbox_open(cx, duty, &outbox));
	duty->subject = &outbox;
	/* Nobody else works on a database that is a file: what is leased was leased by who is no more. */
	return db_kind(duty->db) == DB_SQLITE ? listening_searches_leases_end(cx, duty->db) : OK;
}

static enum err seek(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return seek_turn(cx, duty->db, duty->subject, ret_done, ret_wake);
}

/* ---- what is unusual in it ---- */

static enum err watch_start(struct cx *cx, struct duty *duty)
{
	duty->subject = watch_new();
	return OK;
}

static enum err raise_found(struct cx *cx, struct duty *duty, i64 workspace, const struct watch_finding *f)
{
	struct alarm alarm = {.workspace = workspace, .query = f->query, .query_name = f->query_name, .measure = str_of(f->measure), .at = cx->now,
			      .since = f->what.since, .score = (i64)(f->what.score * 100 + 0.5), .evidence = f->evidence};
	bool is_new;
	TRY(alarm_raise(cx, duty->db, &alarm, duty->role->program->settings.public_url, &is_new));
	if (is_new)
		log_line(LOG_INFO, "alarm", "workspace=%lld query=%lld measure=%s score=%lld", (long long)workspace, (long long)f->query, f->measure, (long long)alarm.score);
	return OK;
}

static enum err watch_one(struct cx *cx, struct duty *duty, struct watch *watch, const struct workspace *workspace)
{
	struct watch_finding *found;
	struct alarm *open;
	size_t count;
	double month;
	TRY(alarm_wish(cx, duty->db, workspace->id, &month));
	TRY(watch_look(cx, duty->db, watch, workspace, month > 0 ? month : ANOMALY_MONTH_DEFAULT, &found, &count));
	for (size_t i = 0; i < count; i++)
		TRY(raise_found(cx, duty, workspace->id, &found[i]));
	TRY(alarms_open(cx, duty->db, workspace->id, &open, &count));
	for (size_t i = 0; i < count; i++)
		if (open[i].at < cx->now - WATCH_FRESH && watch_is_calm(watch, workspace->id, open[i].query, cx->now))
			TRY(alarm_over(cx, duty->db, workspace->id, open[i].id, duty->role->program->settings.public_url));
	return cx->now % HOUR < MINUTE ? pulse_forget(cx, duty->db, workspace->id) : OK;
}

static enum err watch_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	struct workspace *workspaces;
	size_t count;
	i64 counted;
	if (cx->now - duty->pruned_at < MINUTE) {
		*ret_wake = duty->pruned_at + MINUTE;
		return OK;
	}
	TRY(pulse_turn(cx, duty->db, &counted));
	TRY(workspace_list(cx, duty->db, &workspaces, &count));
	for (size_t i = 0; i < count && !role_ending(); i++)
		TRY(watch_one(cx, duty, duty->subject, &workspaces[i]));
	duty->pruned_at = cx->now;
	*ret_wake = cx->now + MINUTE;
	return OK;
}

/* ---- what many say together ---- */

static enum err survey(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	if (cx->now >= duty->pruned_at)
		TRY(survey_turn(cx, duty->db, ret_done, &duty->pruned_at));
	*ret_wake = duty->pruned_at;
	return OK;
}

/* ---- what begins to rise ---- */

#define TRENDS_EVERY (5 * MINUTE)

static enum err count_trends(struct cx *cx, struct db *db, i64 workspace, bool *ret_more)
{
	struct trend_counts counts;
	TRY(trend_count(cx, db, workspace, &counts));
	*ret_more = counts.is_more;
	if (counts.to == counts.from)
		return OK;
	return trend_counted(cx, db, workspace, &counts, cx->now / DAY - TREND_DAYS_KEPT);
}

static enum err look_for_trends(struct cx *cx, struct db *db, i64 workspace)
{
	struct trend_view view;
	size_t fresh;
	TRY(trend_look(cx, db, workspace, &view));
	TRY(trends_seen(cx, db, workspace, view.found, view.count, &fresh));
	if (fresh)
		log_line(LOG_INFO, "trends", "workspace=%lld new=%zu", (long long)workspace, fresh);
	return OK;
}

/* What is new is counted a slice a turn; when all is, each workspace is looked at. */
static enum err trend_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	struct workspace *workspaces;
	size_t count;
	if (cx->now - duty->pruned_at < TRENDS_EVERY) {
		*ret_wake = duty->pruned_at + TRENDS_EVERY;
		return OK;
	}
	TRY(workspace_list(cx, duty->db, &workspaces, &count));
	for (size_t i = 0; i < count && !role_ending(); i++) {
		bool more = false;
		TRY(count_trends(cx, duty->db, workspaces[i].id, &more));
		*ret_done += more;
	}
	for (size_t i = 0; i < count && !*ret_done && !role_ending(); i++)
		TRY(look_for_trends(cx, duty->db, workspaces[i].id));
	if (!*ret_done)
		duty->pruned_at = cx->now;
	*ret_wake = cx->now + TRENDS_EVERY;
	return OK;
}

/* ---- machines that are told ---- */

static enum err hook_start(struct cx *cx, struct duty *duty)
{
	static struct hook_door door;
	const struct settings *s = &duty->role->program->settings;
	struct net_settings settings = {.allow = s->net_allow, .proxy = s->net_proxy};
	door.work = &keys.pair;
	TRY(net_open(cx, &settings, &door.net));
	duty->subject = &door;
	return OK;
}

static enum err call_machines(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return hook_turn(cx, duty->db, duty->subject, ret_done, ret_wake);
}

/* ---- links of posts ---- */

struct link_tools {
	struct net *net;
	struct media_hooks pictures; /* of their cards */
};

static enum err links_start(struct cx *cx, struct duty *duty)
{
	static struct link_tools tools;
	const struct settings *s = &duty->role->program->settings;
	TRY(net_open(cx, &(struct net_settings){.allow = s->net_allow, .proxy = s->net_proxy}, &tools.net));
	tools.pictures = (struct media_hooks){.blobs = media, .box = &image_box_self};
	duty->subject = &tools;
	return OK;
}

static enum err links(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	i64 asked;
	if (cx->now - duty->pruned_at >= MINUTE) {
		TRY(link_sweep(cx, duty->db, &asked));
		duty->pruned_at = cx->now;
	}
	*ret_wake = duty->pruned_at + MINUTE;
	i64 wake = 0;
	struct link_tools *tools = duty->subject;
	TRY(link_turn(cx, duty->db, tools->net, &tools->pictures, ret_done, &wake));
	if (wake && wake < *ret_wake)
		*ret_wake = wake;
	return OK;
}

/* ---- other models ---- */

static enum err open_key(struct cx *cx, void *subject, i64 backend, struct str sealed, struct str *ret_secret)
{
	return seal_to_open(cx, &keys.pair, arena_printf(cx->arena, "backend:%lld", (long long)backend), sealed, ret_secret);
}

static enum err judge_start(struct cx *cx, struct duty *duty)
{
	const struct settings *s = &duty->role->program->settings;
	struct net_settings net = {.allow = s->net_allow, .proxy = s->net_proxy};
	struct judging_place place = {.allow = s->net_allow, .library = s->onnx_library, .open_secret = open_key, .ending = role_ending,
				      .models = str_of(path_join(cx->arena, program_data(cx, duty->role->program), "models"))};
	TRY(net_open(cx, &net, &place.net));
	duty->subject = judging_new(&place);
	return OK;
}

static enum err judge(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return judge_turn(cx, duty->db, duty->subject, ret_done, ret_wake);
}

/* ---- letters ---- */

static enum err mail_start(struct cx *cx, struct duty *duty)
{
	static struct postman postman;
	const struct settings *s = &duty->role->program->settings;
	postman = (struct postman){.public_url = s->public_url, .work = &keys.pair};
	TRY(mailer_open(cx, s->mail_url, s->mail_from, &postman.mailer));
	duty->subject = &postman;
	return OK;
}

static enum err send_mail(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return mail_turn(cx, duty->db, duty->subject, ret_done);
}

#define SENDER(n) {.name = "send", .number = n, .start = send_start, .turn = send_turn}
static_assert(SENDERS == 6);
#define BRINGER(n) {.name = "bring", .number = n, .start = bring_duty_start, .turn = bring_duty_turn, .end = bring_duty_end}

static struct duty duties[] = {
	SENDER(0), SENDER(1), SENDER(2), SENDER(3), SENDER(4), SENDER(5),
	{.name = "fetch", .start = fetch_start, .turn = fetch_crew_turn, .end = fetch_crew_end},
	{.name = "idle", .start = idle_start, .turn = idle_lines_turn, .end = idle_lines_end},
	{.name = "accounts", .start = accounts_start, .turn = accounts},
	{.name = "gaps", .start = gaps_start, .turn = gaps},
	{.name = "receive", .start = receive_start, .turn = receive},
	{.name = "login", .start = let_in_start, .turn = let_in},
	{.name = "mail", .start = mail_start, .turn = send_mail},
	{.name = "import", .start = import_start, .turn = import},
	{.name = "export", .start = export_start, .turn = export},
	{.name = "pictures", .start = pictures_start, .turn = pictures},
	{.name = "listen", .turn = listen},
	{.name = "seek", .start = seek_start, .turn = seek},
	{.name = "watch", .start = watch_start, .turn = watch_turn},
	{.name = "survey", .turn = survey},
	{.name = "trends", .turn = trend_turn},
	{.name = "hook", .start = hook_start, .turn = call_machines},
	{.name = "links", .start = links_start, .turn = links},
	{.name = "judge", .start = judge_start, .turn = judge},
	{.name = "plan", .start = plan_start, .turn = plan},
	{.name = "clocks", .turn = keep_clocks},
	{.name = "understand", .turn = understand_some},
	{.name = "rejudge", .turn = read_again},
	/* With a bucket only, and so at the end: KEEP_DUTIES. */
	{.name = "keep", .start = keep_duty_start, .turn = keep_duty_turn},
	BRINGER(0), BRINGER(1), BRINGER(2),
};
static_assert(KEEP_BRINGERS == 3 && KEEP_DUTIES == 4);

static enum err work(struct cx *cx, struct program *program)
{
	struct running_role role;
	log_role("work");
	TRY(keys_for_working(cx, program_data(cx, program), &keys));
	media = media_folder(cx, program);
	TRY(media_bucket_check(cx, program));
	TRY(media_use_bucket(cx, program));
	TRY(confine_working(cx, program));
	models_use();
	TRY(role_start(cx, program, "work", &role));
	enum err e = duties_run(cx, &role, duties, COUNT(duties) - (program->settings.media_store.len ? 0 : KEEP_DUTIES));
	wipe_object(&keys);
	role_end(cx, &role);
	return e;
}

const struct command command_work = {
	.name = "work",
	.words = "",
	.about = N_("Role: talk to the networks, send what is due, read what is new"),
	.flags = COMMAND_ROLE,
	.run = work,
	.file = __FILE__,
};
