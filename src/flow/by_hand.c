#include "flow/by_hand.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/outbox_parts.h"
#include "flow/notify.h"
#include "flow/post_parts.h"
#include "flow/post_words.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/member.h"
#include "store/suspension.h"
#include "store/team.h"
#include "store/workspace.h"

#define REMINDED_A_TURN 50
#define UNDO_SLACK (5 * SECOND) /* the press is on its way */

/* ---- who is in charge ---- */

static bool is_here(struct cx *cx, const struct member *m)
{
	return !m->removed_at && !m->disabled && (m->away_until == 0 || (m->away_until > 0 && m->away_until <= cx->now));
}

static bool role_may(const struct member *m, enum permission permission)
{
	return role_permissions(m->role) >> permission & 1;
}

static enum err is_of_team(struct cx *cx, struct db *db, i64 workspace, i64 team, i64 person, bool *ret_is)
{
	i64 *persons;
	size_t count;
	*ret_is = false;
	if (!team)
		return OK;
	TRY(team_members(cx, db, workspace, team, &persons, &count));
	for (size_t i = 0; i < count; i++)
		*ret_is |= persons[i] == person;
	return OK;
}

/* By its right to publish, or because they are in charge: person or team of the channel. */
static enum err actor_is_in_charge(struct cx *cx, struct db *db, const struct channel *c, bool *ret_may)
{
	bool of_team = false;
	*ret_may = actor_may(cx->actor, MAY_PUBLISH);
	if (*ret_may || !actor_may(cx->actor, MAY_WRITE_POSTS) || !cx->actor->user)
		return OK;
	TRY(is_of_team(cx, db, c->workspace, c->team, cx->actor->user, &of_team));
	*ret_may = of_team || c->person == cx->actor->user;
	return OK;
}

/* Who is told: the person, unless they are away; then, and from the first reminder on, the team too; whoever may publish where nobody else can be told. */
static enum err tell(struct cx *cx, struct db *db, const struct channel *c, const char *kind, bool team_too, struct str detail)
{
	struct member *members;
	size_t count, told = 0;
	TRY(member_list(cx, db, c->workspace, &members, &count));
	for (size_t i = 0; i < count; i++)
		if (members[i].person == c->person && is_here(cx, &members[i])) {
			TRY(notify_person(cx, db, c->workspace, c->person, kind, 0, 0, detail));
			told++;
		}
	for (size_t i = 0; i < count && (team_too || !told); i++) {
		bool of_team;
		if (members[i].person == c->person || !is_here(cx, &members[i]))
			continue;
		TRY(is_of_team(cx, db, c->workspace, c->team, members[i].person, &of_team));
		if (of_team)
			TRY(notify_person(cx, db, c->workspace, members[i].person, kind, 0, 0, detail));
		told += of_team;
	}
	for (size_t i = 0, others = told; i < count && !others; i++)
		if (is_here(cx, &members[i]) && role_may(&members[i], MAY_PUBLISH))
			TRY(notify_person(cx, db, c->workspace, members[i].person, kind, 0, 0, detail));
	return OK;
}

static struct str detail_of(struct cx *cx, const struct publication *p, i64 post, struct str story)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"post\":\"%lld\",\"publication\":\"%lld\",\"channel\":\"%lld\",\"story\":", (long long)post, (long long)p->id, (long long)p->channel);
	buf_add_json(&detail, story);
	buf_addc(&detail, '}');
	return buf_keep(&detail, cx->arena);
}

static i64 remind_after(struct cx *cx, const struct channel *c)
{
	const json_t *minutes = json_object_get(channel_settings(cx, c), "remind_minutes");
	if (!json_is_integer(minutes))
		return BY_HAND_REMIND;
	i64 wished = json_integer_value(minutes);
	return wished <= 0 ? 0 : wished > 7 * 24 * 60 ? 7 * DAY : wished * MINUTE;
}

/* ---- it is handed over ---- */

static enum err message_to(struct cx *cx, struct db *db, const struct publication *p, enum reply_state to)
{
	struct message m;
	TRY(message_get(cx, db, p->workspace, p->message, &m));
	if (m.reply_state == to)
		return OK;
	if (to == REPLY_SENDING && m.reply_state != REPLY_QUEUED && reply_state_may_become(m.reply_state, REPLY_QUEUED)) {
		TRY(message_move(cx, db, p->workspace, p->message, m.reply_state, REPLY_QUEUED));
		m.reply_state = REPLY_QUEUED;
	}
	return message_move(cx, db, p->workspace, p->message, m.reply_state, to);
}

/* Its channel is gone, or paused: nobody is asked to do it. */
static enum err keep_back(struct cx *cx, struct db *db, const struct publication *publication, const struct channel *c, struct str token)
{
	struct publication p = *publication;
	p.attempts--;
	p.state = c->archived_at ? PUBLICATION_FAILED : PUBLICATION_HELD;
	p.story = str_of(c->archived_at ? _(N_("The channel is no longer connected.")) : _(N_("The channel is paused. What waits leaves when somebody starts it again.")));
	TRY(publication_settle(cx, db, &p, token));
	return post_acted(cx, db, &p, c->archived_at ? "refused" : "held", p.story);
}

enum err by_hand_give(struct cx *cx, struct db *db, const struct publication *publication, const struct channel *c, struct str token)
{
	struct publication p = *publication;
	struct post_variant v;
	i64 after = remind_after(cx, c);
	if (c->archived_at || str_eq(c->state, S("paused")))
		return keep_back(cx, db, publication, c, token);
	TRY(post_embody(cx, db, &p));
	TRY(post_variant_get(cx, db, p.workspace, p.variant, &v));
	if (publication->state == PUBLICATION_UNKNOWN) /* of rows that are of the past, or whose taker died: nobody can look but a person */
		p.story = str_of(_(N_("It may be there already: look there before you publish it.")));
	else
		p.story = (struct str){};
	p.state = PUBLICATION_HANDED;
	p.due_at = cx->now;
	TRY(attempt_start(cx, db, p.id, p.attempts));
	TRY(attempt_end(cx, db, p.id, p.attempts, S("handed"), p.story));
	TRY(publication_settle(cx, db, &p, token));
	TRY(message_to(cx, db, &p, REPLY_SENDING));
	TRY(handing_begin(cx, db, p.workspace, p.id, after ? cx->now + after : 0));
	TRY(post_event_add(cx, db, p.workspace, v.post, "handed", detail_of(cx, &p, v.post, p.story)));
	TRY(tell(cx, db, c, "post_by_hand", false, detail_of(cx, &p, v.post, p.story)));
	return post_acted(cx, db, &p, NULL, p.story);
}

/* ---- as it is shown ---- */

static enum err words_of(struct cx *cx, struct db *db, struct by_hand_task *task)
{
	struct post_variant v;
	struct post_words words;
	TRY(post_variant_get(cx, db, task->publication.workspace, task->publication.variant, &v));
	TRY(post_get(cx, db, v.workspace, v.post, &task->post));
	TRY(post_words_load(cx, db, &task->post, &words));
	TRY(post_words_around(cx, db, task->channel.id, &task->post));
	struct post_text written = post_text_of(cx, &task->post, &v);
	task->text = post_words_leave(cx, &words, &task->channel, &written, NULL, NULL);
	task->text.body = task->message.body; /* as it was handed over */
	return OK;
}

static enum err load(struct cx *cx, struct db *db, const struct handing *h, struct by_hand_task *ret_task)
{
	struct by_hand_task t = {.handing = *h};
	struct workspace_settings settings;
	struct member person;
	TRY(publication_get(cx, db, h->workspace, h->publication, &t.publication));
	TRY(channel_get(cx, db, h->workspace, t.publication.channel, &t.channel));
	TRY(message_get(cx, db, h->workspace, t.publication.message, &t.message));
	TRY(workspace_settings(cx, db, h->workspace, &settings));
	t.network = by_hand_of_known(channel_known(cx, &t.channel));
	TRY(words_of(cx, db, &t));
	if (t.channel.person && member_get(cx, db, h->workspace, t.channel.person, &person) == OK)
		t.in_charge = person.name;
	cx_forget(cx);
	TRY(actor_is_in_charge(cx, db, &t.channel, &t.may));
	TRY(suspension_holds(cx, db, h->workspace, t.channel.id, false, &t.is_held));
	t.is_held |= str_eq(t.channel.state, S("paused"));
	i64 planned = t.publication.planned_at && t.publication.planned_at < h->handed_at ? t.publication.planned_at : h->handed_at;
	t.asks_at = planned + settings.late_after;
	t.is_mine = h->taken_until > cx->now && cx->actor && h->taken_by == cx->actor->user;
	t.can_undo = t.may && t.publication.state == PUBLICATION_SENT && h->closed_at && t.publication.done_at >= cx->now - settings.undo_seconds * SECOND - UNDO_SLACK;
	*ret_task = t;
	return OK;
}

enum err by_hand_task_get(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct by_hand_task *ret_task)
{
	struct handing h;
	TRY(handing_get(cx, db, workspace, publication, &h));
	return load(cx, db, &h, ret_task);
}

static enum err load_all(struct cx *cx, struct db *db, const struct handing *list, size_t count, struct by_hand_task **ret_tasks, size_t *ret_count)
{
	struct by_hand_task *tasks = arena_array(cx->arena, struct by_hand_task, count + 1);
	for (size_t i = 0; i < count; i++)
		TRY(load(cx, db, &list[i], &tasks[i]));
	*ret_tasks = tasks;
	*ret_count = count;
	return OK;
}

enum err by_hand_open(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct by_hand_task **ret_tasks, size_t *ret_count)
{
	struct handing *list;
	size_t count;
	TRY(handings_open(cx, db, workspace, from, limit, &list, &count));
	return load_all(cx, db, list, count, ret_tasks, ret_count);
}

enum err by_hand_told(struct cx *cx, struct db *db, i64 workspace, i64 since, struct list_place from, size_t limit, struct by_hand_task **ret_tasks, size_t *ret_count)
{
	struct handing *list;
	size_t count;
	TRY(handings_closed(cx, db, workspace, since, from, limit, &list, &count));
	return load_all(cx, db, list, count, ret_tasks, ret_count);
}

enum err by_hand_count(struct cx *cx, struct db *db, i64 workspace, bool all, i64 *ret_count)
{
	struct handing *list;
	size_t count;
	i64 found = 0;
	TRY(handings_open(cx, db, workspace, LIST_START, BY_HAND_MOST, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct publication p;
		struct channel c;
		bool mine, of_team;
		TRY(publication_get(cx, db, workspace, list[i].publication, &p));
		TRY(channel_get(cx, db, workspace, p.channel, &c));
		TRY(is_of_team(cx, db, workspace, c.team, cx->actor->user, &of_team));
		TRY(actor_is_in_charge(cx, db, &c, &mine));
		found += mine && (all || c.person == cx->actor->user || of_team || (!c.person && !c.team));
	}
	*ret_count = found;
	return OK;
}

/* ---- what people do ---- */

/* It is still to be done, the actor may, and nobody else is on it. */
static enum err open_task(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct by_hand_task *ret_task)
{
	struct by_hand_task t;
	TRY(by_hand_task_get(cx, db, workspace, publication, &t));
	if (!t.may)
		return fail(cx, ERR_DENIED, N_("Whoever is in charge of this channel says what became of it."));
	if (t.publication.state != PUBLICATION_HANDED)
		return fail(cx, ERR_CONFLICT, N_("Somebody has said meanwhile what became of it. Look at it again."));
	if (t.handing.taken_until > cx->now && !t.is_mine)
		return fail(cx, ERR_CONFLICT, N_("%.*s is on it. Two people cannot publish the same."), STR_ARG(t.handing.taken_by_name));
	*ret_task = t;
	return OK;
}

static enum err leave_trace(struct cx *cx, struct db *db, const struct by_hand_task *t, const char *act, const char *event, struct str story)
{
	struct str detail = detail_of(cx, &t->publication, t->post.id, story);
	if (event)
		TRY(post_event_add(cx, db, t->post.workspace, t->post.id, event, detail));
	TRY(audit(cx, db, t->post.workspace, act, arena_printf(cx->arena, "post:%lld", (long long)t->post.id), detail));
	return change_add(cx, db, t->post.workspace, 0, "post", t->post.id);
}

static enum err take(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	struct by_hand_task t;
	bool taken;
	TRY(open_task(cx, db, workspace, publication, &t));
	if (t.is_held)
		return fail(cx, ERR_CONFLICT, N_("Publishing is paused there. It waits until somebody lets it go on."));
	TRY(handing_take(cx, db, workspace, publication, cx->actor->user, cx->now + BY_HAND_TAKEN, &taken));
	if (!taken)
		return fail(cx, ERR_CONFLICT, N_("Somebody else was quicker: they are on it."));
	return leave_trace(cx, db, &t, "by_hand.taken", NULL, (struct str){});
}

enum err by_hand_take(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	return IN_TRANSACTION(cx, db, take(cx, db, workspace, publication));
}

static enum err leave(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	struct by_hand_task t;
	TRY(open_task(cx, db, workspace, publication, &t));
	TRY(handing_free(cx, db, workspace, publication));
	return leave_trace(cx, db, &t, "by_hand.left", NULL, (struct str){});
}

enum err by_hand_leave(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	return IN_TRANSACTION(cx, db, leave(cx, db, workspace, publication));
}

/* Each address is one post's: another one with it was pasted from there by mistake. */
static enum err is_free(struct cx *cx, struct db *db, const struct by_hand_task *t, struct str address)
{
	struct message other;
	if (!address.len)
		return OK;
	enum err e = message_by_remote(cx, db, t->channel.workspace, t->channel.id, address, &other);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	return other.id == t->message.id ? OK : fail_field(cx, "address", N_("This is the address of another post of this channel."));
}

static enum err done(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str typed)
{
	struct by_hand_task t;
	struct str address;
	TRY(open_task(cx, db, workspace, publication, &t));
	TRY(by_hand_address(cx, channel_settings(cx, &t.channel), typed, &address));
	TRY(is_free(cx, db, &t, address));
	struct publication p = t.publication;
	p.state = PUBLICATION_SENT;
	p.remote_id = p.remote_url = address;
	p.story = arena_printf(cx->arena, _(N_("Published by hand by %.*s.")), STR_ARG(cx->actor->name));
	p.done_at = cx->now;
	TRY(publication_told(cx, db, &p));
	TRY(handing_close(cx, db, workspace, publication, cx->actor->user));
	TRY(act_confirmed(cx, db, &p, address));
	TRY(leave_trace(cx, db, &t, "by_hand.done", NULL, address));
	return post_acted(cx, db, &p, "sent", address);
}

enum err by_hand_done(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str address)
{
	return IN_TRANSACTION(cx, db, done(cx, db, workspace, publication, address));
}

/* Its message, its thread and its post are as they were before it was said. */
static enum err unsay(struct cx *cx, struct db *db, const struct by_hand_task *t)
{
	struct message m = t->message;
	struct conversation c;
	TRY(message_move(cx, db, m.workspace, m.id, REPLY_SENT, REPLY_SENDING));
	TRY(message_get(cx, db, m.workspace, m.id, &m));
	m.remote_id = m.url = (struct str){};
	TRY(message_save(cx, db, &m));
	TRY(conversation_get(cx, db, m.workspace, m.conversation, &c));
	c.message_count--;
	TRY(conversation_save(cx, db, &c));
	TRY(conversation_called(cx, db, m.workspace, m.home, arena_printf(cx->arena, "post:%lld", (long long)t->publication.id)));
	return post_unpublished(cx, db, m.workspace, t->post.id);
}

static enum err undo(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	struct by_hand_task t;
	i64 after;
	TRY(by_hand_task_get(cx, db, workspace, publication, &t));
	if (!t.may)
		return fail(cx, ERR_DENIED, N_("Whoever is in charge of this channel says what became of it."));
	if (!t.can_undo)
		return fail(cx, ERR_CONFLICT, N_("It is too late to take that back here."));
	after = remind_after(cx, &t.channel);
	TRY(publication_untold(cx, db, workspace, publication, t.publication.done_at));
	TRY(unsay(cx, db, &t));
	TRY(handing_reopen(cx, db, workspace, publication, cx->actor->user, cx->now + BY_HAND_TAKEN, after ? cx->now + after : 0));
	t.publication.state = PUBLICATION_HANDED;
	TRY(leave_trace(cx, db, &t, "by_hand.undone", "by_hand_undone", (struct str){}));
	return post_acted(cx, db, &t.publication, NULL, (struct str){});
}

enum err by_hand_undo(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	return IN_TRANSACTION(cx, db, undo(cx, db, workspace, publication));
}

static enum err not_done(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str reason)
{
	struct by_hand_task t;
	reason = str_trim(reason);
	TRY(open_task(cx, db, workspace, publication, &t));
	if (!reason.len)
		return fail_field(cx, "reason", N_("Say why, so that whoever planned it knows what to do."));
	if (!utf8_valid(reason) || utf8_count(reason) > BY_HAND_REASON_MAX)
		return fail_field(cx, "reason", N_("Say it shorter: %d characters at the most."), BY_HAND_REASON_MAX);
	struct publication p = t.publication;
	p.state = PUBLICATION_FAILED;
	p.story = arena_printf(cx->arena, _(N_("%.*s did not publish it: %.*s")), STR_ARG(cx->actor->name), STR_ARG(reason));
	p.done_at = cx->now;
	TRY(publication_told(cx, db, &p));
	TRY(handing_close(cx, db, workspace, publication, cx->actor->user));
	TRY(message_to(cx, db, &p, REPLY_FAILED));
	TRY(leave_trace(cx, db, &t, "by_hand.not_done", NULL, reason));
	return post_acted(cx, db, &p, "not_by_hand", p.story);
}

enum err by_hand_not(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str reason)
{
	return IN_TRANSACTION(cx, db, not_done(cx, db, workspace, publication, reason));
}

static enum err later(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str wall_time, struct str zone)
{
	struct by_hand_task t;
	TRY(open_task(cx, db, workspace, publication, &t));
	struct post at = t.post;
	TRY(post_set_hour(cx, db, &at, wall_time, zone));
	if (!at.planned_at)
		return fail_field(cx, "wall_time", N_("Say when it is to be published."));
	TRY(post_still_to_come(cx, &at));
	struct publication p = t.publication;
	p.state = PUBLICATION_DUE;
	p.due_at = p.planned_at = at.planned_at;
	p.story = (struct str){};
	TRY(publication_told(cx, db, &p));
	TRY(handing_close(cx, db, workspace, publication, cx->actor->user));
	TRY(message_to(cx, db, &p, REPLY_QUEUED));
	TRY(leave_trace(cx, db, &t, "by_hand.later", "by_hand_later", (struct str){}));
	return post_acted(cx, db, &p, NULL, (struct str){});
}

enum err by_hand_later(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str wall_time, struct str zone)
{
	return IN_TRANSACTION(cx, db, later(cx, db, workspace, publication, wall_time, zone));
}

/* ---- reminders ---- */

static enum err remind(struct cx *cx, struct db *db, const struct handing *h)
{
	struct publication p;
	struct channel c;
	struct post_variant v;
	bool held;
	TRY(publication_get(cx, db, h->workspace, h->publication, &p));
	TRY(channel_get(cx, db, h->workspace, p.channel, &c));
	TRY(post_variant_get(cx, db, h->workspace, p.variant, &v));
	TRY(suspension_holds(cx, db, h->workspace, c.id, false, &held));
	i64 after = remind_after(cx, &c), next = h->reminded + 1 < BY_HAND_REMINDERS && after ? cx->now + after : 0;
	if (held) /* nobody is to do it now */
		return handing_reminded(cx, db, h->workspace, h->publication, after ? cx->now + after : 0, false);
	struct str detail = detail_of(cx, &p, v.post, (struct str){});
	TRY(tell(cx, db, &c, "post_by_hand_still", true, detail));
	if (!next) /* who planned it says whether it is to go at all */
		TRY(notify_person(cx, db, p.workspace, p.created_by, "post_by_hand_late", 0, 0, detail));
	TRY(handing_reminded(cx, db, h->workspace, h->publication, next, true));
	return change_add(cx, db, h->workspace, 0, "post", v.post);
}

enum err by_hand_sweep(struct cx *cx, struct db *db, i64 *ret_count)
{
	struct handing *list;
	size_t count;
	TRY(handings_to_remind(cx, db, REMINDED_A_TURN, &list, &count));
	for (size_t i = 0; i < count; i++)
		TRY(IN_TRANSACTION(cx, db, remind(cx, db, &list[i])));
	*ret_count = (i64)count;
	return OK;
}
