/* judge.c: back-ends asked: which of them are due, about what, and what becomes of what they say. */
#include "backend/backend.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/backends.h"
#include "flow/listen.h"
#include "flow/moderate.h"
#include "flow/transaction.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/meaning.h"
#include "store/message.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "text/mask.h"

#include <string.h>

#define FRESH DAY                  /* what is older stays as the models that ship understood it */
#define SETTLED_AFTER (2 * MINUTE) /* numbers are given before a commit and not by it: what comes late is still found */
#define SETTLED_EVERY (10 * MINUTE)
#define LOOK_EVERY (2 * SECOND)    /* where there was nothing to ask */
#define PAUSE_FIRST (15 * SECOND)
#define PAUSE_MOST HOUR
#define REFUSALS_MOST 3            /* texts in a row */
#define OPEN_MAX 16
#define DUE_MAX 50

struct opened {
	i64 backend, changed_at;
	const struct backend_kind *kind;
	void *session;
};

struct judging {
	struct arena *arena; /* itself */
	struct judging_place place;
	struct opened opened[OPEN_MAX];
	struct {
		i64 backend, until;
	} resting[DUE_MAX];
};

struct judging *judging_new(const struct judging_place *place)
{
	struct arena *arena = arena_new();
	struct judging *j = arena_new_of(arena, struct judging);
	*j = (struct judging){.arena = arena, .place = *place};
	j->place.allow = arena_str(arena, place->allow);
	j->place.models = arena_str(arena, place->models);
	j->place.library = arena_str(arena, place->library);
	return j;
}

static void close_opened(struct opened *o)
{
	if (o->session)
		o->kind->close(o->session);
	*o = (struct opened){};
}

void judging_free(struct judging *j)
{
	for (size_t i = 0; j && i < OPEN_MAX; i++)
		close_opened(&j->opened[i]);
	if (j)
		arena_free(j->arena);
}

/* ---- one back-end ---- */

struct turn {
	struct judging *judging;
	struct backend_row *b;
	const struct backend_kind *kind;
	void *session;
	i64 asked, answered;
	bool failed;
	struct str workspace_name;
};

/* Left alone for longer and longer, never quite in step with others; one that needs a person is looked at again each hour. */
static void fail_turn(struct cx *cx, struct turn *t, const struct backend_said *said)
{
	struct backend_row *b = t->b;
	bool broken = said->outcome == BACKEND_HOLD;
	i64 pause = PAUSE_FIRST << (b->fail_count < 8 ? b->fail_count : 8);
	pause = broken || pause > PAUSE_MOST ? PAUSE_MOST : pause + (i64)random_below((u64)pause / 4);
	i64 due = cx->now + pause;
	b->fail_count++;
	b->state = broken ? S("broken") : S("failing");
	b->state_story = said->story;
	b->due_at = !broken && said->retry_at > due ? said->retry_at : due;
	t->failed = true;
}

static enum err open_model(struct cx *cx, struct turn *t)
{
	struct opened *place = &t->judging->opened[(u64)t->b->id % OPEN_MAX];
	struct backend_said said = {};
	struct backend_account account = {.tasks = t->b->tasks};
	const struct judging_place *p = &t->judging->place;
	if (place->backend == t->b->id && place->changed_at == t->b->changed_at && place->session) {
		t->session = place->session;
		return OK;
	}
	close_opened(place);
	if (t->b->secret.len && p->open_secret(cx, p->subject, t->b->id, t->b->secret, &account.secret) != OK) {
		said = (struct backend_said){.outcome = BACKEND_HOLD, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
		fail_turn(cx, t, &said);
		return OK;
	}
	json_t *settings = json_loadb(t->b->settings.at, t->b->settings.len, 0, NULL);
	account.settings = settings;
	struct backend_place where = {p->net, p->allow, p->models, p->library};
	void *session = NULL;
	enum err e = t->kind->open(cx, &where, &account, &session, &said);
	json_decref(settings);
	if (account.secret.len)
		wipe((char *)(uintptr_t)account.secret.at, account.secret.len);
	TRY(e);
	if (said.outcome != BACKEND_ANSWERED) {
		fail_turn(cx, t, &said);
		return OK;
	}
	*place = (struct opened){t->b->id, t->b->changed_at, t->kind, session};
	t->session = session;
	return OK;
}

/* ---- one message ---- */

/* As much as is asked about, without names where it leaves the house. */
static enum err text_for(struct cx *cx, struct db *db, const struct turn *t, const struct backend_message *m, struct str *ret_text)
{
	struct str *names, text = utf8_head(m->body, BACKEND_TEXT_MAX);
	CLEANUP(buf_free) struct buf masked = {};
	size_t count;
	*ret_text = text;
	if (!t->kind->leaves)
		return OK;
	TRY(backend_names(cx, db, t->b->workspace, m->conversation, &names, &count));
	struct mask *mask = mask_new(cx->arena, names, count);
	mask_keep(mask, t->workspace_name);
	buf_add_masked(&masked, mask, text);
	*ret_text = buf_keep(&masked, cx->arena);
	return OK;
}

static struct str label_word(enum meaning_task task, u8 label)
{
	return str_of(meaning_label_word(task, label));
}

/* In the place of what the models that ship said, but never of what a person did. */
static void set_answer(const struct turn *t, enum meaning_task task, struct backend_answer a, struct meaning *m)
{
	unsigned bit = 1u << task;
	bool yes_no = meaning_is_yes_no(task);
	if (m->corrected & bit)
		return;
	u8 p = !t->kind->plain ? a.p : yes_no && a.label == MEANING_NO ? 100 - JUDGED_PLAINLY : JUDGED_PLAINLY;
	m->of[task] = (struct meaning_answer){a.label, p};
	bool sure = p >= meaning_least(task) && (!yes_no || a.label == MEANING_YES);
	m->sure = sure ? m->sure | bit : m->sure & ~bit;
}

/* What was said of each question, said or not. */
static enum err keep_judgements(struct cx *cx, struct db *db, const struct turn *t, const struct message *m, const struct backend_answer *of)
{
	json_t *settings = json_loadb(t->b->settings.at, t->b->settings.len, 0, NULL);
	struct str model = t->kind->model(cx, settings);
	json_decref(settings);
	for (int i = 0; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		const struct meaning_answer *was = &m->meaning.of[task];
		if (!(t->b->tasks >> i & 1))
			continue;
		struct judgement j = {.id = id_new(), .workspace = m->workspace, .message = m->id, .backend = t->b->id, .task = task, .model = model,
				      .label = label_word(task, of[i].label), .p = !of[i].label || t->kind->plain ? -1 : of[i].p, .edited_at = m->edited_at,
				      .was = label_word(task, was->label), .was_p = was->p, .was_sure = m->meaning.sure >> i & 1, .at = cx->now};
		TRY(judgement_put(cx, db, &j));
	}
	return OK;
}

static enum err keep_answer(struct cx *cx, struct db *db, struct turn *t, const struct backend_message *asked, const struct backend_answer *of)
{
	struct message m;
	struct own_model own;
	bool any = false;
	TRY(message_get(cx, db, t->b->workspace, asked->id, &m));
	if (m.edited_at != asked->edited_at) /* meanwhile: it is asked again */
		return OK;
	TRY(keep_judgements(cx, db, t, &m, of));
	for (int i = 0; i < MEANING_TASKS; i++)
		if (t->b->tasks >> i & 1 && of[i].label) {
			set_answer(t, (enum meaning_task)i, of[i], &m.meaning);
			any = true;
		}
	if (!any)
		return OK;
	struct gist gist = gist_of(&m.meaning);
	TRY(message_understand(cx, db, m.workspace, m.id, &m.meaning));
	TRY(conversation_understand(cx, db, m.workspace, m.conversation, m.at, &gist));
	TRY(listen_again(cx, db, m.workspace, m.id));
	TRY(own_model_get(cx, db, m.workspace, &own));
	if (!own.keeps_cases)
		TRY(moderate_propose(cx, db, m.workspace, m.id, &m.meaning));
	t->answered++;
	return change_add(cx, db, m.workspace, 0, "conversation", m.conversation);
}

/* *ret_goes_on: the next one may be asked. */
static enum err ask_about(struct cx *cx, struct db *db, struct turn *t, const struct backend_message *m, bool *ret_goes_on)
{
	struct backend_said said;
	struct str text;
	TRY(text_for(cx, db, t, m, &text));
	t->asked++;
	cx->now = time_now(); /* the other side may have taken its time with the last one */
	TRY(t->kind->ask(cx, t->session, text, &said));
	cx->now = time_now();
	*ret_goes_on = said.outcome == BACKEND_ANSWERED || said.outcome == BACKEND_REFUSED;
	if (!*ret_goes_on) {
		fail_turn(cx, t, &said);
		return OK;
	}
	TRY(IN_TRANSACTION(cx, db, keep_answer(cx, db, t, m, said.of)));
	if (said.outcome == BACKEND_ANSWERED) {
		t->b->state = S("ok");
		t->b->state_story = (struct str){};
		t->b->fail_count = 0;
		t->b->answered_at = cx->now;
	} else if (++t->b->fail_count >= REFUSALS_MOST) { /* not this text, then, but something in how it is asked */
		said.outcome = BACKEND_LATER;
		fail_turn(cx, t, &said);
		*ret_goes_on = false;
	}
	return OK;
}

/* ---- a turn ---- */

static enum err went(struct cx *cx, struct db *db, const struct turn *t, struct str state_before)
{
	TRY(backend_went(cx, db, t->b));
	return str_eq(t->b->state, state_before) ? OK : change_add(cx, db, t->b->workspace, 0, "backend", t->b->id);
}

/* The counts are of today, in the workspace's zone. *ret_tomorrow: when the next day begins. */
static enum err count_of_today(struct cx *cx, struct db *db, struct turn *t, i64 *ret_tomorrow)
{
	struct workspace w;
	TRY(workspace_get(cx, db, t->b->workspace, &w));
	t->workspace_name = w.name;
	cx->lang = lang_of(w.lang); /* stories are kept as they are told */
	struct civil c = zone_civil(w.zone, cx->now);
	i64 today = days_of_date(c.year, c.month, c.day);
	if (t->b->day != today) {
		t->b->day = today;
		t->b->asked_today = t->b->answered_today = 0;
	}
	*ret_tomorrow = zone_day(w.zone, cx->now, -1);
	return OK;
}

static void rest(struct judging *j, i64 backend, i64 until)
{
	size_t oldest = 0;
	for (size_t i = 0; i < DUE_MAX; i++) {
		if (j->resting[i].backend == backend) {
			oldest = i;
			break;
		}
		if (j->resting[i].until < j->resting[oldest].until)
			oldest = i;
	}
	j->resting[oldest].backend = backend;
	j->resting[oldest].until = until;
}

static bool is_resting(const struct judging *j, i64 backend, i64 now)
{
	for (size_t i = 0; i < DUE_MAX; i++)
		if (j->resting[i].backend == backend)
			return j->resting[i].until > now && j->resting[i].until <= now + LOOK_EVERY;
	return false;
}

/* Nothing to ask: what is before this is settled. Written down seldom, for each commit wakes others. */
static enum err settle(struct cx *cx, struct db *db, struct turn *t)
{
	i64 settled = id_at(cx->now - SETTLED_AFTER, 0);
	rest(t->judging, t->b->id, cx->now + LOOK_EVERY);
	if (settled < t->b->settled_id || id_time(settled) - id_time(t->b->settled_id) < SETTLED_EVERY)
		return OK;
	t->b->settled_id = settled;
	return backend_went(cx, db, t->b);
}

/* What the whole batch may cost is counted before the first is asked: a process that dies has not asked for more than it counted. */
static enum err ask_batch(struct cx *cx, struct db *db, struct turn *t, const struct backend_message *messages, size_t count, struct str state_before)
{
	i64 before = t->b->asked_today;
	bool goes_on = true;
	enum err e = OK;
	t->b->asked_today = before + (i64)count;
	TRY(backend_went(cx, db, t->b));
	for (size_t i = 0; i < count && goes_on && e == OK && !(t->judging->place.ending && t->judging->place.ending()); i++)
		e = ask_about(cx, db, t, &messages[i], &goes_on);
	t->b->asked_today = before + t->asked;
	t->b->answered_today += t->answered;
	TRY(e);
	return went(cx, db, t, state_before);
}

static enum err turn_of(struct cx *cx, struct db *db, struct turn *t)
{
	struct backend_row *b = t->b;
	struct backend_message *messages;
	struct str state = b->state;
	size_t count;
	i64 tomorrow;
	TRY(count_of_today(cx, db, t, &tomorrow));
	t->kind = backend_kind_of(b->kind);
	if (!t->kind) {
		struct backend_said said = {.outcome = BACKEND_HOLD, .story = str_of(_(N_("This version of Parvis does not know this kind of model.")))};
		fail_turn(cx, t, &said);
		return went(cx, db, t, state);
	}
	i64 left = b->a_day - b->asked_today;
	if (left <= 0) {
		b->due_at = tomorrow;
		return backend_went(cx, db, b);
	}
	size_t batch = b->fail_count ? 1 : t->kind->batch;
	TRY(backend_messages(cx, db, b, cx->now - FRESH, left < (i64)batch ? (size_t)left : batch, &messages, &count));
	if (!count && !b->fail_count)
		return settle(cx, db, t);
	TRY(open_model(cx, t)); /* one that failed is opened also when there is nothing to ask: perhaps it is mended */
	if (t->failed)
		return went(cx, db, t, state);
	if (!count) {
		rest(t->judging, b->id, cx->now + LOOK_EVERY);
		return OK;
	}
	return ask_batch(cx, db, t, messages, count, state);
}

enum err judge_turn(struct cx *cx, struct db *db, struct judging *judging, i64 *ret_done, i64 *ret_wake)
{
	struct backend_row *due;
	size_t count;
	i64 next, done = 0;
	TRY(backends_due(cx, db, cx->now, DUE_MAX, &due, &count, &next));
	for (size_t i = 0; i < count; i++) {
		struct turn t = {.judging = judging, .b = &due[i]};
		if (is_resting(judging, due[i].id, cx->now))
			continue;
		TRY(turn_of(cx, db, &t));
		done += t.asked;
	}
	*ret_done = done;
	*ret_wake = next;
	return OK;
}
