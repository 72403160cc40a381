#include "flow/calendar_source.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/ical.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/files.h"

#include <stdlib.h>

#define BACK (30 * DAY)
#define AHEAD (400 * DAY)
#define EVENTS_MOST 4000
#define EACH_MOST 500
#define TITLE 120           /* characters, as those that people write */
#define BODY 2000
#define BYTES_MOST ((size_t)4 << 20)
#define READ_EVERY (6 * HOUR)
#define LEASE (5 * MINUTE)

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 source)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "calendar_source:%lld", (long long)source), (struct str){}));
	return change_add(cx, db, workspace, 0, "post", 0);
}

static enum err may_arrange(struct cx *cx)
{
	return actor_may(cx->actor, MAY_ARRANGE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not bring calendars in."));
}

/* ---- an event as a note ---- */

static struct str day_of(struct cx *cx, i64 day)
{
	int y, m, d;
	date_of_days(day, &y, &m, &d);
	return arena_printf(cx->arena, "%04d-%02d-%02d", y, m, d);
}

static struct str one_line(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < text.len; i++)
		buf_addc(&b, (unsigned char)text.at[i] < ' ' ? ' ' : text.at[i]);
	return buf_keep(&b, cx->arena);
}

/* Its hour stands before its title: notes are of days. */
static struct calendar_source_note note_of(struct cx *cx, const struct calendar_source *s, struct str zone, const struct ical_event *e)
{
	struct calendar_source_note n = {.note = {.workspace = s->workspace, .kind = s->kind, .created_by = s->created_by, .created_at = cx->now, .updated_at = cx->now}};
	struct str title = str_trim(one_line(cx, e->summary));
	title = title.len ? title : str_of(_(N_("Without a title")));
	i64 first = e->first_day, last = e->last_day;
	if (!e->is_all_day) {
		struct civil c = zone_civil(zone, e->starts), end = zone_civil(zone, e->ends > e->starts ? e->ends - 1 : e->starts);
		first = days_of_date(c.year, c.month, c.day);
		last = days_of_date(end.year, end.month, end.day);
		title = arena_printf(cx->arena, "%02d:%02d %.*s", c.hour, c.minute, STR_ARG(title));
	}
	last = last < first ? first : last > first + 400 ? first + 400 : last;
	n.note.day = day_of(cx, first);
	n.note.until_day = day_of(cx, last);
	n.note.title = utf8_head(title, TITLE);
	struct str body = e->location.len && e->description.len ? arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(e->location), STR_ARG(e->description))
			  : e->location.len			 ? e->location
								 : e->description;
	n.note.body = utf8_head(body, BODY);
	n.key = arena_printf(cx->arena, "%.*s %lld", STR_ARG(str_head(e->uid, 400)), (long long)(e->is_all_day ? e->first_day : e->starts / SECOND));
	return n;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct calendar_source_note *)a)->key, ((const struct calendar_source_note *)b)->key);
}

static bool is_same(const struct calendar_note *a, const struct calendar_note *b)
{
	return str_eq(a->kind, b->kind) && str_eq(a->day, b->day) && str_eq(a->until_day, b->until_day) && str_eq(a->title, b->title) && str_eq(a->body, b->body);
}

static enum err keep_one(struct cx *cx, struct db *db, i64 source, const struct calendar_source_note *known, struct calendar_source_note *fresh, struct calendar_brought *b)
{
	if (!known) {
		fresh->note.id = id_new();
		b->made++;
		return calendar_source_note_save(cx, db, source, fresh);
	}
	if (is_same(&known->note, &fresh->note) && !known->is_gone) {
		b->same++;
		return OK;
	}
	fresh->note.id = known->note.id;
	fresh->note.created_by = known->note.created_by;
	fresh->note.created_at = known->note.created_at;
	fresh->note.archived_at = known->is_gone ? 0 : known->note.archived_at; /* what people put away stays so */
	b->changed++;
	return calendar_source_note_save(cx, db, source, fresh);
}

static enum err put_gone(struct cx *cx, struct db *db, i64 source, const struct calendar_source_note *known, struct calendar_brought *b)
{
	struct calendar_source_note n = *known;
	if (n.note.archived_at)
		return OK;
	n.note.archived_at = n.note.updated_at = cx->now;
	n.is_gone = true;
	b->gone++;
	return calendar_source_note_save(cx, db, source, &n);
}

/* Two lists by key, side by side. */
static enum err merge(struct cx *cx, struct db *db, i64 source, struct calendar_source_note *fresh, size_t fresh_count, const struct calendar_source_note *known, size_t known_count,
		      struct calendar_brought *b)
{
	size_t k = 0;
	for (size_t i = 0; i < fresh_count; i++) {
		if (i && str_eq(fresh[i].key, fresh[i - 1].key))
			continue; /* said twice in one file */
		for (; k < known_count && str_cmp(known[k].key, fresh[i].key) < 0; k++)
			TRY(put_gone(cx, db, source, &known[k], b));
		bool is_known = k < known_count && str_eq(known[k].key, fresh[i].key);
		TRY(keep_one(cx, db, source, is_known ? &known[k] : NULL, &fresh[i], b));
		k += is_known;
	}
	for (; k < known_count; k++)
		TRY(put_gone(cx, db, source, &known[k], b));
	return OK;
}

static enum err take(struct cx *cx, struct db *db, struct calendar_source *s, struct str zone, const struct ical_found *found, struct calendar_brought *ret_brought)
{
	struct calendar_brought b = {.source = s->id, .left_out = (i64)(found->left_out + found->cut), .why = found->why};
	struct calendar_source_note *fresh = arena_array(cx->arena, struct calendar_source_note, found->count + 1), *known;
	size_t count = 0, known_count;
	for (size_t i = 0; i < found->count && count < EVENTS_MOST; i++)
		if (found->events[i].status != ICAL_CANCELLED)
			fresh[count++] = note_of(cx, s, zone, &found->events[i]);
	b.left_out += found->count > EVENTS_MOST ? (i64)(found->count - EVENTS_MOST) : 0;
	qsort(fresh, count, sizeof *fresh, by_key);
	TRY(calendar_source_notes(cx, db, s->workspace, s->id, day_of(cx, (cx->now - BACK) / DAY + 1), &known, &known_count));
	if (known_count)
		qsort(known, known_count, sizeof *known, by_key); /* an engine may order texts otherwise */
	TRY(merge(cx, db, s->id, fresh, count, known, known_count, &b));
	s->held = (i64)count;
	s->read_at = cx->now;
	s->story = (struct str){};
	s->failures = 0;
	TRY(calendar_source_save(cx, db, s));
	if (b.made || b.changed || b.gone)
		TRY(change_add(cx, db, s->workspace, 0, "post", 0));
	*ret_brought = b;
	return OK;
}

static enum err read_text(struct cx *cx, struct str zone, struct str text, struct ical_found *ret_found)
{
	const struct ical_window window = {.from = cx->now - BACK, .to = cx->now + AHEAD, .zone = zone, .each_most = EACH_MOST};
	return ical_read(cx, text, &window, ret_found);
}

/* ---- bringing ---- */

static enum err check_kind(struct cx *cx, struct str kind)
{
	return str_eq(kind, S("note")) || str_eq(kind, S("event")) ? OK : fail_field(cx, "kind", N_("Its entries become notes, or events."));
}

static enum err check_name(struct cx *cx, struct db *db, i64 workspace, struct str name)
{
	struct calendar_source *list;
	size_t count;
	if (!name.len || name.len > 160)
		return fail_field(cx, "name", N_("Give it a name of %d characters at the most."), 80);
	TRY(calendar_sources(cx, db, workspace, &list, &count));
	return count < CALENDAR_SOURCES_MAX ? OK : fail_field(cx, "name", N_("There are %d calendars already. Put one away first."), CALENDAR_SOURCES_MAX);
}

static enum err bring(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str kind, struct str zone, const struct ical_found *found, struct calendar_brought *ret_brought)
{
	struct calendar_source s;
	enum err e = calendar_source_named(cx, db, workspace, name, &s);
	if (e == ERR_MISSING) {
		TRY(check_name(cx, db, workspace, name));
		s = (struct calendar_source){.id = id_new(), .workspace = workspace, .name = name, .created_by = cx->actor->user, .created_at = cx->now};
		s.kind = kind;
		TRY(calendar_source_save(cx, db, &s));
		e = OK;
	}
	TRY(e);
	if (s.url.len)
		return fail_field(cx, "name", N_("The calendar of this name is read under an address. Give the file another name."));
	s.kind = kind;
	s.archived_at = 0;
	TRY(take(cx, db, &s, zone, found, ret_brought));
	return trace(cx, db, workspace, "calendar_source.bring", s.id);
}

enum err calendar_source_open(struct cx *cx, const char *path, struct str *ret_text)
{
	enum err e = file_read(cx, path, BYTES_MOST, ret_text);
	return e == ERR_TOO_LARGE ? fail_field(cx, "file", N_("This file is larger than 4 MiB.")) : e;
}

enum err calendar_source_bring(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str kind, struct str text, struct calendar_brought *ret_brought)
{
	struct workspace w;
	struct ical_found found;
	TRY(may_arrange(cx));
	TRY(check_kind(cx, kind));
	TRY(workspace_get(cx, db, workspace, &w));
	enum err e = read_text(cx, w.zone, text, &found);
	if (e == ERR_BAD_INPUT || e == ERR_TOO_LARGE)
		return fail_field(cx, "file", "%s", arena_cstr(cx->arena, str_of(cx->story)));
	TRY(e);
	name = str_trim(name);
	name = name.len ? name : utf8_head(str_trim(one_line(cx, found.name)), 80);
	return IN_TRANSACTION(cx, db, bring(cx, db, workspace, name, kind, w.zone, &found, ret_brought));
}

static struct str context_of(struct cx *cx, i64 source)
{
	return arena_printf(cx->arena, "calendar_source:%lld", (long long)source);
}

/* Of this name, under an address, and in use: it is another address of the same. *ret_id 0: there is none. */
static enum err same_calendar(struct cx *cx, struct db *db, i64 workspace, struct str name, struct calendar_source *ret_source)
{
	struct calendar_source s;
	enum err e = name.len ? calendar_source_named(cx, db, workspace, name, &s) : ERR_MISSING;
	*ret_source = (struct calendar_source){};
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	if (s.url.len && !s.archived_at)
		*ret_source = s;
	return OK;
}

static enum err follow(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str kind, struct str url, struct str shown, const struct public_key *work, i64 *ret_source)
{
	struct calendar_source s;
	TRY(may_arrange(cx));
	TRY(check_kind(cx, kind));
	TRY(same_calendar(cx, db, workspace, str_trim(name), &s));
	if (!s.id) {
		s = (struct calendar_source){.id = id_new(), .workspace = workspace, .name = str_trim(name), .created_by = cx->actor->user, .created_at = cx->now};
		TRY(check_name(cx, db, workspace, s.name));
	}
	s.kind = kind;
	s.url = shown;
	s.secret = seal_to(cx->arena, work, context_of(cx, s.id), url);
	s.due_at = cx->now;
	s.tag = s.story = (struct str){};
	s.failures = 0;
	TRY(calendar_source_save(cx, db, &s));
	*ret_source = s.id;
	return trace(cx, db, workspace, "calendar_source.follow", s.id);
}

enum err calendar_source_follow(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str kind, struct str url, const struct public_key *work, i64 *ret_source)
{
	struct net_url parts;
	url = str_trim(url);
	if (str_starts(url, S("webcal://")))
		url = arena_printf(cx->arena, "https://%.*s", STR_ARG(str_skip(url, 9)));
	if (!url.len || url.len > 2000 || !net_url_parse(cx->arena, url, &parts))
		return fail_field(cx, "url", N_("Write the whole address, like https://example.org/events.ics."));
	struct str shown = arena_printf(cx->arena, "%s://%.*s/\u2026", str_starts(url, S("http://")) ? "http" : "https", STR_ARG(parts.host));
	return IN_TRANSACTION(cx, db, follow(cx, db, workspace, name, kind, url, shown, work, ret_source));
}

static enum err again(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct calendar_source s;
	TRY(may_arrange(cx));
	TRY(calendar_source_get(cx, db, workspace, id, &s));
	if (!s.url.len)
		return fail(cx, ERR_CONFLICT, N_("This calendar was brought as a file. Bring the file again."));
	s.due_at = cx->now;
	s.tag = (struct str){};
	TRY(calendar_source_save(cx, db, &s));
	return trace(cx, db, workspace, "calendar_source.again", id);
}

enum err calendar_source_again(struct cx *cx, struct db *db, i64 workspace, i64 source)
{
	return IN_TRANSACTION(cx, db, again(cx, db, workspace, source));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct calendar_source s;
	TRY(may_arrange(cx));
	TRY(calendar_source_get(cx, db, workspace, id, &s));
	s.archived_at = away ? cx->now : 0;
	s.due_at = s.url.len ? cx->now : 0;
	s.tag = (struct str){};
	TRY(calendar_source_save(cx, db, &s));
	TRY(calendar_source_notes_away(cx, db, workspace, id, away));
	return trace(cx, db, workspace, away ? "calendar_source.archive" : "calendar_source.restore", id);
}

enum err calendar_source_put_away(struct cx *cx, struct db *db, i64 workspace, i64 source, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, source, away));
}

/* ---- reading again ---- */

static enum err ask(struct cx *cx, struct net *net, const struct calendar_source *s, struct str url, struct net_answer *ret_answer)
{
	const struct net_header headers[] = {{S("Accept"), S("text/calendar, text/plain;q=0.5, */*;q=0.1")}, {S("If-None-Match"), s->tag}};
	return net_ask(cx, net, &(struct net_request){.method = "GET", .url = url, .headers = headers, .header_count = s->tag.len ? 2 : 1, .redirects = 3, .answer_max = BYTES_MOST},
		       ret_answer);
}

static enum err note_failure(struct cx *cx, struct db *db, struct calendar_source *s, struct str story)
{
	s->failures++;
	s->story = story;
	s->due_at = cx->now + (s->failures < 4 ? 15 * MINUTE << s->failures : READ_EVERY);
	return IN_TRANSACTION(cx, db, calendar_source_save(cx, db, s));
}

static enum err take_answer(struct cx *cx, struct db *db, struct calendar_source *s, const struct net_answer *answer)
{
	struct workspace w;
	struct ical_found found;
	struct calendar_brought brought;
	if (answer->outcome == NET_ANSWERED && answer->status == 304) {
		s->read_at = cx->now;
		s->due_at = cx->now + READ_EVERY;
		s->failures = 0;
		s->story = (struct str){};
		return IN_TRANSACTION(cx, db, calendar_source_save(cx, db, s));
	}
	if (answer->outcome != NET_ANSWERED || !answer->whole)
		return note_failure(cx, db, s, answer->story);
	if (answer->status != 200)
		return note_failure(cx, db, s, arena_printf(cx->arena, _(N_("The address answered %d. Is it still the right one?")), answer->status));
	TRY(workspace_get(cx, db, s->workspace, &w));
	enum err e = read_text(cx, w.zone, answer->body, &found);
	if (e == ERR_BAD_INPUT || e == ERR_TOO_LARGE) {
		struct str story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
		return note_failure(cx, db, s, story);
	}
	TRY(e);
	s->tag = arena_str(cx->arena, str_head(net_answer_header(answer, "ETag"), 200));
	s->due_at = cx->now + READ_EVERY;
	return IN_TRANSACTION(cx, db, take(cx, db, s, w.zone, &found, &brought));
}

/* Of another installation, or its key was lost: nothing is asked until somebody gives it again. */
static enum err address_is_gone(struct cx *cx, struct db *db, struct calendar_source *s)
{
	cx_forget(cx);
	s->story = str_of(_(N_("Its address was sealed by another installation. Bring it in again under the same name.")));
	s->due_at = 0;
	return IN_TRANSACTION(cx, db, calendar_source_save(cx, db, s));
}

enum err calendar_source_turn(struct cx *cx, struct db *db, struct net *net, const struct key_pair *work, i64 *ret_done, i64 *ret_wake)
{
	struct calendar_source s;
	struct net_answer answer = {};
	bool ours;
	*ret_done = 0;
	enum err e = calendar_source_due(cx, db, &s);
	if (e == ERR_MISSING)
		return calendar_source_next_due(cx, db, ret_wake);
	TRY(e);
	TRY(IN_TRANSACTION(cx, db, calendar_source_lease(cx, db, &s, cx->now + LEASE, &ours)));
	*ret_done = 1;
	if (!ours)
		return OK;
	TRY(workspace_speak(cx, db, s.workspace));
	struct str url;
	if (!s.secret.len || seal_to_open(cx, work, context_of(cx, s.id), s.secret, &url) != OK)
		return address_is_gone(cx, db, &s);
	TRY(ask(cx, net, &s, url, &answer));
	cx->now = time_now();
	struct calendar_source fresh;
	TRY(calendar_source_get(cx, db, s.workspace, s.id, &fresh));
	if (fresh.archived_at || !str_eq(fresh.secret, s.secret))
		return OK; /* somebody was faster */
	return take_answer(cx, db, &fresh, &answer);
}
