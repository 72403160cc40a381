#include "flow/mail.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/digest.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "flow/visitor.h"
#include "store/conversation.h"
#include "store/job.h"
#include "store/member.h"
#include "store/person.h"
#include "sys/mail.h"
#include "sys/net.h"

#include <jansson.h>
#include <stdlib.h>

#define LEASE (5 * MINUTE)
#define TURN 20
#define ATTEMPTS_MAX 12
#define UNREAD_FOR (5 * MINUTE) /* a notification seen in the page needs no letter */
#define ALARM_UNREAD_FOR MINUTE /* what is unusual cannot wait as long */

enum err mail_queue(struct cx *cx, struct db *db, i64 workspace, const struct letter *l)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"to\":");
	buf_add_json(&b, l->to);
	buf_adds(&b, ",\"to_name\":");
	buf_add_json(&b, l->to_name);
	buf_adds(&b, ",\"subject\":");
	buf_add_json(&b, l->subject);
	buf_adds(&b, ",\"text\":");
	buf_add_json(&b, l->text);
	if (l->html.len) {
		buf_adds(&b, ",\"html\":");
		buf_add_json(&b, l->html);
	}
	if (l->digest)
		buf_addf(&b, ",\"digest\":\"%lld\"", (long long)l->digest);
	if (l->notification)
		buf_addf(&b, ",\"notification\":\"%lld\"", (long long)l->notification);
	if (l->visitor)
		buf_addf(&b, ",\"visitor\":\"%lld\"", (long long)l->visitor);
	buf_adds(&b, ",\"unsubscribe\":");
	buf_add_json(&b, l->unsubscribe);
	buf_adds(&b, ",\"message_id\":");
	buf_add_json(&b, l->message_id);
	buf_addc(&b, '}');
	return job_add(cx, db, workspace, "mail", buf_str(&b), l->dedup_key, l->due_at);
}

/* ---- notifications to letters ---- */

static int minutes_of(const json_t *settings, const char *name)
{
	i64 hour = 0, minute = 0;
	struct str rest = str_of(json_string_value(json_object_get(settings, name))), head = str_cut(&rest, ':');
	return str_to_i64(head, &hour) && str_to_i64(rest, &minute) ? (int)(hour * 60 + minute) : -1;
}

/* The next instant of the person's own hours; 0 when that is now, or they set none. An alarm wakes who wants to be woken by it. */
static i64 within_hours(struct cx *cx, const struct person *p, const json_t *settings)
{
	int from = minutes_of(settings, "quiet_from"), to = minutes_of(settings, "quiet_to");
	struct civil c = zone_civil(p->zone, cx->now);
	int now = c.hour * 60 + c.minute;
	if (from < 0 || to <= from || (now >= from && now < to))
		return 0;
	i64 day = days_of_date(c.year, c.month, c.day) + (now >= to);
	struct civil wanted = {.hour = from / 60, .minute = from % 60};
	date_of_days(day, &wanted.year, &wanted.month, &wanted.day);
	return zone_instant(p->zone, wanted);
}

bool mail_reaches_nobody(struct str address)
{
	return str_ends(address, S(".example")) || str_ends(address, S(".invalid")) || str_ends(address, S(".test"));
}

/* An alarm's letter is better sent twice than never: under one number, by which mail programs know it from before. */
static struct str number_of(struct cx *cx, i64 notification, struct str public_url)
{
	struct net_url url;
	bool known = net_url_parse(cx->arena, public_url, &url) && str_find_byte(url.host, ':') < 0;
	struct str host = known ? url.host : S("parvis.invalid");
	return arena_printf(cx->arena, "alarm.%lld@%.*s", (long long)notification, STR_ARG(host));
}

static enum err letter_of(struct cx *cx, struct db *db, const struct notification *n, struct str public_url)
{
	struct person p;
	TRY(person_get(cx, db, n->person, &p));
	json_t *settings = json_loadb(p.settings.at, p.settings.len, 0, NULL);
	bool wanted = !json_is_false(json_object_get(settings, "notify_by_mail")) && !p.disabled_at;
	const struct notify_kind *kind = notify_kind_of(n->kind);
	bool is_alarm = kind && str_eq(str_of(kind->topic), S("alarm")), wakes = is_alarm && json_is_true(json_object_get(settings, "wake_for_alarms"));
	i64 due_at = wakes ? 0 : within_hours(cx, &p, settings);
	json_decref(settings);
	TRY(notification_mailed(cx, db, n->workspace, n->id));
	if (!wanted || !kind || (!n->conversation && !kind->path) || mail_reaches_nobody(p.email))
		return OK;
	const char *lang = lang_of(p.lang);
	struct str what = notify_text(cx->arena, lang, kind, n->detail), subject = what, text = what, path = notify_path(cx->arena, kind, n->detail);
	if (n->conversation) {
		struct conversation_row row;
		TRY(conversation_row_get(cx, db, n->workspace, n->conversation, &row));
		subject = arena_printf(cx->arena, "%.*s: %.*s", STR_ARG(what), STR_ARG(row.contact_name));
		text = row.conversation.preview;
		path = arena_printf(cx->arena, "/conversations/%lld", (long long)row.conversation.id);
	}
	struct letter letter = {
		.to = p.email,
		.to_name = p.name,
		.subject = subject,
		.text = arena_printf(cx->arena,
				     tr(lang, N_("%.*s\n\n%.*s%.*s\n\nYou get this letter because you asked Parvis to write when something waits for you."
						 " You can change that in your account.")),
				     STR_ARG(text), STR_ARG(public_url), STR_ARG(path)),
		.dedup_key = arena_printf(cx->arena, "notification:%lld", (long long)n->id),
		.due_at = due_at,
		.notification = n->id,
		.message_id = is_alarm ? number_of(cx, n->id, public_url) : (struct str){},
	};
	return mail_queue(cx, db, n->workspace, &letter);
}

static enum err write_letters(struct cx *cx, struct db *db, struct str public_url)
{
	struct notification *list;
	size_t count;
	TRY(notifications_to_mail(cx, db, id_at(cx->now - UNREAD_FOR, 0), id_at(cx->now - ALARM_UNREAD_FOR, 0), TURN, &list, &count));
	for (size_t i = 0; i < count; i++)
		TRY(IN_TRANSACTION(cx, db, letter_of(cx, db, &list[i], public_url)));
	return OK;
}

/* ---- sending ---- */

/* What waited for the hours of somebody who read it meanwhile needs no letter any more; nor does who wants none by now. */
static enum err still_wanted(struct cx *cx, struct db *db, const struct job *job, const json_t *detail, bool *ret_wanted)
{
	i64 notification, visitor, person;
	*ret_wanted = true;
	if (str_to_i64(str_of(json_string_value(json_object_get(detail, "digest"))), &person)) {
		struct digest digest;
		TRY(digest_get(cx, db, person, &digest));
		*ret_wanted = digest.person != 0;
		return OK;
	}
	if (str_to_i64(str_of(json_string_value(json_object_get(detail, "visitor"))), &visitor)) {
		struct visitor v;
		TRY(visitor_get(cx, db, job->workspace, visitor, &v));
		*ret_wanted = !v.off_at;
		return OK;
	}
	if (!str_to_i64(str_of(json_string_value(json_object_get(detail, "notification"))), &notification))
		return OK;
	return notification_unread(cx, db, job->workspace, notification, ret_wanted);
}

static enum err send_one(struct cx *cx, struct db *db, struct mailer *mailer, const struct job *job, bool *ret_left)
{
	json_t *d = json_loadb(job->detail.at, job->detail.len, 0, NULL);
	struct str number = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "message_id"))));
	if (job->doubtful && !number.len) {
		json_decref(d);
		return job_failed(cx, db, job->id, str_of("The program ended while this letter was handed over; nobody knows whether it left, and it is not sent twice."));
	}
	bool wanted;
	enum err e = still_wanted(cx, db, job, d, &wanted);
	struct mail mail = {
		.to = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "to")))),
		.to_name = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "to_name")))),
		.subject = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "subject")))),
		.text = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "text")))),
		.html = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "html")))),
		.unsubscribe = arena_str(cx->arena, str_of(json_string_value(json_object_get(d, "unsubscribe")))),
		.message_id = number,
		.automatic = true,
	};
	json_decref(d);
	TRY(e);
	if (!wanted)
		return job_done(cx, db, job->id);
	struct mail_sent sent = {};
	e = mail_send(cx, mailer, &mail, &sent);
	if (e != OK) {
		struct str story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
		return job_failed(cx, db, job->id, story);
	}
	bool taken = sent.outcome == NET_ANSWERED && sent.status >= 200 && sent.status < 300;
	bool never = sent.outcome == NET_ANSWERED && sent.status >= 500 && !(sent.status >= 530 && sent.status < 540);
	*ret_left = taken;
	if (taken)
		return job_done(cx, db, job->id);
	if (never || (sent.outcome == NET_UNKNOWN && !number.len) || job->attempts >= ATTEMPTS_MAX)
		return job_failed(cx, db, job->id, sent.story);
	return job_again(cx, db, job->id, cx->now + (job->attempts < 6 ? MINUTE << job->attempts : HOUR), sent.story);
}

enum err mail_turn(struct cx *cx, struct db *db, const struct postman *postman, i64 *ret_count)
{
	struct job *jobs;
	size_t count;
	*ret_count = 0;
	if (!mailer_works(postman->mailer))
		return OK;
	TRY(write_letters(cx, db, postman->public_url));
	TRY(visitor_letters(cx, db, postman));
	TRY(digest_letters(cx, db, postman));
	for (size_t i = 0; i < TURN; i++) { /* one by one, so that a lease that ran out means that very letter */
		bool left = false;
		TRY(IN_TRANSACTION(cx, db, job_lease(cx, db, "mail", cx->now + LEASE, 1, &jobs, &count)));
		if (!count)
			break;
		TRY(send_one(cx, db, postman->mailer, jobs, &left));
		*ret_count += left;
	}
	return OK;
}
