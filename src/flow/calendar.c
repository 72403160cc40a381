#include "flow/calendar.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define LONGEST 400 /* days */

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 id)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "calendar_note:%lld", (long long)id), (struct str){}));
	return change_add(cx, db, workspace, 0, "post", id);
}

static enum err may_write(struct cx *cx)
{
	return actor_may(cx->actor, MAY_WRITE_POSTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads the calendar and does not write into it."));
}

static enum err read_day(struct cx *cx, const char *field, struct str text, i64 *ret_day)
{
	return day_parse(text, ret_day) ? OK : fail_field(cx, field, N_("Give a day as 2027-03-24."));
}

void calendar_note_seen(const struct calendar_note *n, struct seen *ret_seen)
{
	struct seen seen = {};
	seen_add(&seen, "title", N_("What"), n->title);
	seen_add(&seen, "day", N_("Day"), n->day);
	seen_add(&seen, "until_day", N_("Last day"), n->until_day);
	seen_add(&seen, "body", N_("What else there is to say"), n->body);
	seen_add(&seen, "kind", N_("Kind"), n->kind);
	*ret_seen = seen;
}

static enum err keep(struct cx *cx, struct db *db, struct calendar_note *n)
{
	struct calendar_note known = {.created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now};
	i64 first, last;
	TRY(may_write(cx));
	if (n->id) {
		struct seen now;
		TRY(calendar_note_get(cx, db, n->workspace, n->id, &known));
		calendar_note_seen(&known, &now);
		TRY(seen_holds(cx, n->seen, &now));
	}
	if (!n->title.len)
		return fail_field(cx, "title", N_("Say what it is."));
	if (!n->until_day.len)
		n->until_day = n->day;
	TRY(read_day(cx, "day", n->day, &first));
	TRY(read_day(cx, "until_day", n->until_day, &last));
	if (last < first)
		return fail_field(cx, "until_day", N_("It ends before it begins."));
	if (last - first > LONGEST)
		return fail_field(cx, "until_day", N_("That is longer than a year: write what lasts elsewhere."));
	bool is_new = !n->id;
	n->id = is_new ? id_new() : n->id;
	n->created_by = known.created_by;
	n->created_at = known.created_at;
	n->archived_at = known.archived_at;
	n->updated_at = cx->now;
	TRY(calendar_note_save(cx, db, n));
	return trace(cx, db, n->workspace, is_new ? "calendar_note.create" : "calendar_note.edit", n->id);
}

enum err calendar_note_keep(struct cx *cx, struct db *db, struct calendar_note *note)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, note));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct calendar_note n;
	TRY(may_write(cx));
	TRY(calendar_note_get(cx, db, workspace, id, &n));
	n.archived_at = away ? cx->now : 0;
	n.updated_at = cx->now;
	TRY(calendar_note_save(cx, db, &n));
	return trace(cx, db, workspace, away ? "calendar_note.archive" : "calendar_note.restore", id);
}

enum err calendar_note_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}

static enum err follow(struct cx *cx, struct db *db, i64 workspace, const json_t *places)
{
	struct workspace w;
	if (!actor_may(cx->actor, MAY_ARRANGE))
		return fail(cx, ERR_DENIED, N_("Your role does not choose whose dates the calendar shows."));
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL);
	settings = json_is_object(settings) ? settings : json_object();
	json_object_set(settings, "key_dates", (json_t *)places);
	w.settings = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(settings);
	TRY(workspace_update(cx, db, &w));
	TRY(audit(cx, db, workspace, "calendar.follow", arena_printf(cx->arena, "workspace:%lld", (long long)workspace), (struct str){}));
	return change_add(cx, db, workspace, 0, "post", 0);
}

enum err calendar_follow(struct cx *cx, struct db *db, i64 workspace, json_t *places)
{
	enum err e = IN_TRANSACTION(cx, db, follow(cx, db, workspace, places));
	json_decref(places);
	return e;
}

/* ---- addresses for other programs ---- */

#define FEEDS_MOST 50

static enum err trace_feed(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 id)
{
	return audit(cx, db, workspace, act, arena_printf(cx->arena, "calendar_feed:%lld", (long long)id), (struct str){});
}

static enum err make_feed(struct cx *cx, struct db *db, struct calendar_feed *f, struct str *ret_code)
{
	struct calendar_feed *own;
	size_t count;
	char code[TOKEN_LEN + 1];
	if (!actor_may(cx->actor, MAY_READ_POSTS) || cx->actor->kind != ACTOR_USER)
		return fail(cx, ERR_DENIED, N_("An address of the calendar is made by a person who reads it, signed in."));
	if (!f->name.len)
		return fail_field(cx, "name", N_("Give it a name."));
	TRY(calendar_feeds_of(cx, db, f->workspace, cx->actor->user, &own, &count));
	if (count >= FEEDS_MOST)
		return fail_field(cx, "name", N_("You have many addresses already. Revoke one that serves no longer."));
	token_new(code);
	struct str kept = arena_str(cx->arena, str_of(code));
	struct hash hash = hash_of(kept);
	f->id = id_new();
	f->person = cx->actor->user;
	f->created_at = cx->now;
	TRY(calendar_feed_insert(cx, db, f, hash_str(&hash)));
	TRY(trace_feed(cx, db, f->workspace, "calendar_feed.create", f->id));
	*ret_code = kept;
	return OK;
}

enum err calendar_feed_make(struct cx *cx, struct db *db, struct calendar_feed *feed, struct str *ret_code)
{
	return IN_TRANSACTION(cx, db, make_feed(cx, db, feed, ret_code));
}

static enum err end_feed(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	TRY(calendar_feed_revoke(cx, db, workspace, cx->actor ? cx->actor->user : 0, id));
	return trace_feed(cx, db, workspace, "calendar_feed.revoke", id);
}

enum err calendar_feed_end(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, end_feed(cx, db, workspace, id));
}
