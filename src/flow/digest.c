#include "flow/digest.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/mail.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/permission.h"
#include "store/member.h"
#include "store/person.h"
#include "sys/mail.h"

#include <jansson.h>

#define MORNING 480           /* minutes after midnight */
#define LATE (6 * HOUR)       /* the morning is over: the next one will do */
#define TURN 50

static const char *const wish_words[] = {"none", "day", "week"};

const char *digest_wish_word(enum digest_wish wish)
{
	must(wish < DIGEST_WISHES);
	return wish_words[wish];
}

bool digest_wish_of(struct str word, enum digest_wish *ret_wish)
{
	for (int i = 0; i < DIGEST_WISHES; i++)
		if (str_eq(word, str_of(wish_words[i]))) {
			*ret_wish = (enum digest_wish)i;
			return true;
		}
	return false;
}

enum err digest_wished(struct cx *cx, struct db *db, i64 person, enum digest_wish *ret_wish)
{
	struct digest d;
	TRY(digest_get(cx, db, person, &d));
	*ret_wish = !d.person ? DIGEST_NONE : d.is_daily ? DIGEST_DAILY : DIGEST_WEEKLY;
	return OK;
}

/* ---- when ---- */

static int minutes_of(const json_t *settings, const char *name)
{
	i64 hour = 0, minute = 0;
	struct str rest = str_of(json_string_value(json_object_get(settings, name))), head = str_cut(&rest, ':');
	return str_to_i64(head, &hour) && str_to_i64(rest, &minute) ? (int)(hour * 60 + minute) : -1;
}

/* When the hours of letters begin for them. */
static int morning_of(const struct person *p)
{
	json_t *settings = json_loadb(p->settings.at ? p->settings.at : "", p->settings.len, 0, NULL);
	int from = minutes_of(settings, "quiet_from"), to = minutes_of(settings, "quiet_to");
	json_decref(settings);
	return from >= 0 && to > from ? from : MORNING;
}

/* The first morning of theirs after an instant; the first Monday morning, of the weekly one. */
static i64 morning_after(const struct person *p, i64 instant, bool is_weekly, i64 weekday)
{
	int minute = morning_of(p);
	struct civil c = zone_civil(p->zone, instant);
	i64 day = days_of_date(c.year, c.month, c.day);
	for (int i = 0; i < 9; i++) {
		struct civil wanted = {.hour = minute / 60, .minute = minute % 60};
		date_of_days(day + i, &wanted.year, &wanted.month, &wanted.day);
		i64 at = zone_instant(p->zone, wanted);
		if (at > instant && (!is_weekly || (day + i + 3) % 7 == weekday)) /* 1 January 1970 was a Thursday */
			return at;
	}
	must(false);
	return 0;
}

/* ---- the wish ---- */

static struct str context_of(struct cx *cx, i64 person)
{
	return arena_printf(cx->arena, OUTSIDE_DIGEST ":%lld", (long long)person);
}

static enum err choose(struct cx *cx, struct db *db, enum digest_wish wish, const struct outside *outside, const struct public_key *work)
{
	struct person p;
	enum digest_wish was;
	i64 person = cx->actor->user;
	TRY(person_get(cx, db, person, &p));
	TRY(digest_wished(cx, db, person, &was));
	if (wish == DIGEST_NONE) {
		TRY(digest_remove(cx, db, person));
	} else {
		struct digest d = {.person = person, .is_daily = wish == DIGEST_DAILY,
				   .next_at = morning_after(&p, cx->now, wish == DIGEST_WEEKLY, 0),
				   .pass = seal_to(cx->arena, work, context_of(cx, person), outside_pass(cx, outside, OUTSIDE_DIGEST, person))};
		TRY(digest_set(cx, db, &d));
	}
	if (wish == was)
		return OK;
	return audit(cx, db, 0, "account.digest", arena_printf(cx->arena, "user:%lld", (long long)person),
		     arena_printf(cx->arena, "{\"every\":\"%s\"}", digest_wish_word(wish)));
}

enum err digest_choose(struct cx *cx, struct db *db, enum digest_wish wish, const struct outside *outside, const struct public_key *work)
{
	return IN_TRANSACTION(cx, db, choose(cx, db, wish, outside, work));
}

enum err digest_end(struct cx *cx, struct db *db, i64 person)
{
	return IN_TRANSACTION(cx, db, digest_remove(cx, db, person));
}

/* ---- the letters ---- */

static enum err write_for(struct cx *cx, struct db *db, const struct postman *postman, const struct person *p, const struct member *m, const struct digest_span *span,
			  struct str pass)
{
	struct digest_text text;
	const char *lang = lang_of(p->lang);
	struct str end = arena_printf(cx->arena, "%.*s/" OUTSIDE_DIGEST "/%.*s", STR_ARG(postman->public_url), STR_ARG(pass));
	TRY(digest_write(cx, db, m->workspace, span, lang, p->zone, postman->public_url, end, &text));
	if (!text.has_news)
		return OK;
	struct letter letter = {
		.to = p->email, .to_name = p->name, .subject = text.subject, .text = text.text, .html = text.html, .digest = p->id,
		.unsubscribe = str_starts(end, S("https://")) ? end : (struct str){},
		.dedup_key = arena_printf(cx->arena, "digest:%lld:%lld:%lld", (long long)p->id, (long long)m->workspace, (long long)(span->until / SECOND)),
	};
	return mail_queue(cx, db, m->workspace, &letter);
}

static enum err write_all(struct cx *cx, struct db *db, const struct postman *postman, const struct digest *d, const struct person *p)
{
	struct member *places;
	struct str pass;
	size_t count;
	struct digest_span span = {.since = d->next_at - (d->is_daily ? DAY : 7 * DAY), .until = d->next_at, .is_daily = d->is_daily};
	if (!d->pass.len || seal_to_open(cx, postman->work, context_of(cx, p->id), d->pass, &pass) != OK) { /* of another key: what cannot be ended is not sent */
		cx_forget(cx);
		return OK;
	}
	TRY(member_workspaces(cx, db, p->id, &places, &count));
	for (size_t i = 0; i < count; i++)
		if (!places[i].removed_at && role_permissions(places[i].role) >> MAY_READ_FIGURES & 1)
			TRY(write_for(cx, db, postman, p, &places[i], &span, pass));
	return OK;
}

static enum err write_one(struct cx *cx, struct db *db, const struct postman *postman, bool *ret_more)
{
	struct digest d;
	struct person p;
	bool moved;
	TRY(digest_due(cx, db, &d));
	*ret_more = d.person != 0;
	if (!d.person)
		return OK;
	TRY(person_get(cx, db, d.person, &p));
	bool is_late = cx->now - d.next_at > LATE;
	i64 next = morning_after(&p, cx->now, !d.is_daily && !is_late, d.weekday);
	TRY(digest_move(cx, db, &d, next, &moved));
	if (!moved || is_late || p.disabled_at || mail_reaches_nobody(p.email))
		return OK;
	return write_all(cx, db, postman, &d, &p);
}

enum err digest_letters(struct cx *cx, struct db *db, const struct postman *postman)
{
	bool more = true;
	for (int i = 0; i < TURN && more; i++)
		TRY(IN_TRANSACTION(cx, db, write_one(cx, db, postman, &more)));
	return OK;
}
