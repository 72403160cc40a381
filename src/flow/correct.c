/* correct.c: a person puts right what a message was understood to say: at once for that message, and a lesson for those like it. */
#include "base/id.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/meaning_own.h"
#include "flow/listen.h"
#include "flow/transaction.h"
#include "flow/understand.h"
#include "flow/undo.h"
#include "model/actor.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/meaning.h"
#include "store/message.h"

#include <math.h>

#define LESSONS_MOST 2000   /* the newest corrections */
#define ANCHORS 240         /* messages as they are: what is said of them should stay */
#define MARGIN 4.0f         /* how clearly the right answer should lead, so that what is only alike follows */
#define LESSON_WEIGHT 20.0f
#define ANCHOR_WEIGHT 0.5f

/* ---- one message ---- */

static struct str word_of(struct cx *cx, const struct meaning *m, enum meaning_task task)
{
	if (task == MEANING_LANGUAGE)
		return arena_str(cx->arena, str_of(m->language));
	const char *word = meaning_label_word(task, m->of[task].label);
	return word ? str_of(word) : S("");
}

static bool is_code(struct str label)
{
	bool fits = label.len == 2 || label.len == 3;
	for (size_t i = 0; i < label.len; i++)
		fits &= label.at[i] >= 'a' && label.at[i] <= 'z';
	return fits;
}

/* `p` percent of the answer; of yes or no, that it is so. */
static enum err put(struct cx *cx, enum meaning_task task, struct str label, int p, unsigned bits, struct meaning *m)
{
	unsigned bit = 1u << task;
	if (task == MEANING_LANGUAGE)
		meaning_set_language(m, label);
	m->of[task].label = 0;
	if (task != MEANING_LANGUAGE && label.len && !meaning_label_of(task, label, &m->of[task].label))
		return fail_field(cx, "label", N_("This is none of the answers to that question."));
	m->of[task].p = (u8)p;
	m->sure = bits & CORRECTION_WAS_SURE ? m->sure | bit : m->sure & ~bit;
	m->corrected = bits & CORRECTION_WAS_CORRECTED ? m->corrected | bit : m->corrected & ~bit;
	return OK;
}

static enum err keep(struct cx *cx, struct db *db, const struct message *m)
{
	struct gist gist = gist_of(&m->meaning);
	TRY(message_understand(cx, db, m->workspace, m->id, &m->meaning));
	TRY(conversation_understand(cx, db, m->workspace, m->conversation, m->at, &gist));
	TRY(listen_again(cx, db, m->workspace, m->id)); /* queries ask for tone and language, figures count by tone */
	TRY(own_model_stale(cx, db, m->workspace));
	return change_add(cx, db, m->workspace, 0, "conversation", m->conversation);
}

static struct str detail_of(struct cx *cx, const struct correction *c)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"message\":\"%lld\",\"task\":\"%s\",\"from\":", (long long)c->message, meaning_task_word(c->task));
	buf_add_json(&b, c->was);
	buf_adds(&b, ",\"to\":");
	buf_add_json(&b, c->label);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static struct str subject_of(struct cx *cx, i64 message)
{
	return arena_printf(cx->arena, "message:%lld", (long long)message);
}

/* What was said of the same question of the same message before is said anew. */
static enum err replace_earlier(struct cx *cx, struct db *db, const struct message *m, enum meaning_task task, struct correction *c)
{
	struct correction *earlier;
	size_t count;
	TRY(corrections_of(cx, db, m->workspace, m->id, &earlier, &count));
	for (size_t i = 0; i < count; i++)
		if (earlier[i].task == task)
			TRY(correction_undo(cx, db, m->workspace, earlier[i].id, c->at));
	return OK;
}

static enum err correct(struct cx *cx, struct db *db, i64 workspace, i64 id, enum meaning_task task, struct str label, struct undo *undo)
{
	struct message m;
	if (!actor_may(cx->actor, MAY_TRIAGE))
		return fail(cx, ERR_DENIED, N_("Your role does not put right what messages were understood to say."));
	TRY(message_get(cx, db, workspace, id, &m));
	if (m.direction != DIRECTION_IN)
		return fail_field(cx, "message", N_("Only messages from outside are understood; ours and notes are not judged."));
	if (task == MEANING_LANGUAGE && !is_code(label))
		return fail_field(cx, "label", N_("Write the language as a code of two or three letters, as “fr”."));
	unsigned bit = 1u << task;
	struct correction c = {.id = id_new(), .workspace = workspace, .message = id, .task = task, .label = label, .was = word_of(cx, &m.meaning, task),
			       .was_p = m.meaning.of[task].p, .person = cx->actor->user, .at = cx->now,
			       .was_bits = (m.meaning.sure & bit ? CORRECTION_WAS_SURE : 0) | (m.meaning.corrected & bit ? CORRECTION_WAS_CORRECTED : 0)};
	bool yes = !meaning_is_yes_no(task) || str_eq(label, S("yes"));
	TRY(put(cx, task, label, yes ? 100 : 0, CORRECTION_WAS_SURE | CORRECTION_WAS_CORRECTED, &m.meaning));
	TRY(replace_earlier(cx, db, &m, task, &c));
	TRY(correction_insert(cx, db, &c));
	TRY(keep(cx, db, &m));
	TRY(audit(cx, db, workspace, "meaning.correct", subject_of(cx, id), detail_of(cx, &c)));
	if (undo)
		undo_note(undo, "uncorrect", c.id);
	return OK;
}

enum err meaning_correct(struct cx *cx, struct db *db, i64 workspace, i64 message, enum meaning_task task, struct str label, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, correct(cx, db, workspace, message, task, label, undo));
}

static enum err uncorrect(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct correction c;
	struct message m;
	if (!actor_may(cx->actor, MAY_TRIAGE))
		return fail(cx, ERR_DENIED, N_("Your role does not put right what messages were understood to say."));
	TRY(correction_get(cx, db, workspace, id, &c));
	TRY(correction_undo(cx, db, workspace, id, cx->now));
	TRY(message_get(cx, db, workspace, c.message, &m));
	if (m.meaning.corrected & 1u << c.task) { /* it still says so: the text was not edited since */
		TRY(put(cx, c.task, c.was, c.was_p, (unsigned)(c.was_bits & ~CORRECTION_WAS_CORRECTED), &m.meaning));
		TRY(keep(cx, db, &m));
	}
	TRY(own_model_stale(cx, db, workspace));
	return audit(cx, db, workspace, "meaning.uncorrect", subject_of(cx, c.message), detail_of(cx, &c));
}

enum err meaning_uncorrect(struct cx *cx, struct db *db, i64 workspace, i64 correction)
{
	return IN_TRANSACTION(cx, db, uncorrect(cx, db, workspace, correction));
}

static enum err set(struct cx *cx, struct db *db, i64 workspace, bool is_off, bool keeps_cases)
{
	if (!actor_may(cx->actor, MAY_ARRANGE))
		return fail(cx, ERR_DENIED, N_("Your role does not change how messages are understood."));
	TRY(own_model_set(cx, db, workspace, is_off, keeps_cases));
	TRY(audit(cx, db, workspace, "meaning.set", arena_printf(cx->arena, "workspace:%lld", (long long)workspace),
		  arena_printf(cx->arena, "{\"learns\":%s,\"proposes\":%s}", is_off ? "false" : "true", keeps_cases ? "false" : "true")));
	return change_add(cx, db, workspace, 0, "workspace", workspace);
}

enum err understanding_set(struct cx *cx, struct db *db, i64 workspace, bool is_off, bool keeps_cases)
{
	return IN_TRANSACTION(cx, db, set(cx, db, workspace, is_off, keeps_cases));
}

/* ---- learning ---- */

struct school {
	struct cx *cx;
	struct own_row *rows;
	struct own_lesson *lessons;
	size_t row_count, row_capacity, lesson_count, lesson_capacity;
	bool taught[MEANING_TASKS];
};

static void add_lesson(struct school *s, size_t row, u8 head, float sum, float weight)
{
	*arena_push(s->cx->arena, s->lessons, s->lesson_count, s->lesson_capacity) = (struct own_lesson){row, head, sum, weight};
}

/* The right answer should lead by a margin: half of what lacks is added to it, half taken from whoever leads. */
static void teach(struct school *s, const struct correction *c)
{
	struct meaning said;
	struct own_row row;
	float odds[MEANING_LABELS_MAX];
	u8 right;
	if (c->task == MEANING_LANGUAGE || !meaning_label_of(c->task, c->label, &right) || c->edited_at > c->at)
		return;
	understand_plainly(s->cx->arena, c->body, c->lang, &said, &row);
	if (!row.count)
		return;
	size_t at = s->row_count;
	*arena_push(s->cx->arena, s->rows, s->row_count, s->row_capacity) = row;
	s->taught[c->task] = true;
	meaning_odds(&said, c->task, odds);
	if (meaning_is_yes_no(c->task)) {
		float lacks = right == MEANING_YES ? MARGIN - odds[0] : -MARGIN - odds[0];
		bool wanted = right == MEANING_YES ? lacks > 0 : lacks < 0;
		add_lesson(s, at, meaning_head(c->task, MEANING_YES), wanted ? lacks : 0, LESSON_WEIGHT);
		return;
	}
	for (u8 label = 1; meaning_label_word(c->task, label); label++) {
		float lacks = MARGIN - (odds[right - 1] - odds[label - 1]);
		if (label != right)
			add_lesson(s, at, meaning_head(c->task, label), lacks > 0 ? -lacks / 2 : 0, LESSON_WEIGHT);
	}
	float most = 0;
	for (u8 label = 1; meaning_label_word(c->task, label); label++) {
		float lacks = label == right ? 0 : MARGIN - (odds[right - 1] - odds[label - 1]);
		most = lacks > most ? lacks : most;
	}
	add_lesson(s, at, meaning_head(c->task, right), most / 2, LESSON_WEIGHT);
}

static bool is_taught(const struct correction *list, size_t count, i64 conversation)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].conversation == conversation)
			return true;
	return false;
}

/* Messages as they come: of all that is like them nothing should change. Words that everybody uses are no lesson. */
static enum err add_anchors(struct school *s, struct db *db, i64 workspace, const struct correction *corrections, size_t correction_count)
{
	static const enum status statuses[] = {STATUS_OPEN, STATUS_PENDING, STATUS_RESOLVED};
	for (size_t i = 0; i < COUNT(statuses); i++) {
		struct conversation_filter f = {.status = statuses[i], .kind = -1, .sort = SORT_RECENT};
		struct conversation_row *list;
		size_t count;
		TRY(conversation_list(s->cx, db, workspace, &f, LIST_START, ANCHORS / COUNT(statuses), &list, &count));
		for (size_t n = 0; n < count; n++) {
			struct meaning said;
			struct own_row row;
			if (is_taught(corrections, correction_count, list[n].conversation.id))
				continue;
			understand_plainly(s->cx->arena, list[n].conversation.preview, list[n].contact_lang, &said, &row);
			if (!row.count)
				continue;
			size_t at = s->row_count;
			*arena_push(s->cx->arena, s->rows, s->row_count, s->row_capacity) = row;
			for (int task = 0; task < MEANING_TASKS; task++)
				for (u8 label = 1; s->taught[task] && meaning_label_word((enum meaning_task)task, label); label++)
					add_lesson(s, at, meaning_head((enum meaning_task)task, label), 0, ANCHOR_WEIGHT);
		}
	}
	return OK;
}

static enum err learn(struct cx *cx, struct db *db, i64 workspace)
{
	struct own_model model;
	struct correction *list;
	size_t count;
	CLEANUP(buf_free) struct buf bytes = {};
	struct school s = {.cx = cx};
	TRY(own_model_get(cx, db, workspace, &model));
	TRY(corrections_list(cx, db, workspace, LIST_START, LESSONS_MOST, &list, &count));
	for (size_t i = 0; i < count; i++)
		teach(&s, &list[i]);
	model.lesson_count = (i64)s.row_count;
	model.learnt_at = cx->now;
	if (s.row_count) {
		TRY(add_anchors(&s, db, workspace, list, count));
		TRY(own_learn(cx, s.rows, s.row_count, s.lessons, s.lesson_count, &bytes));
	}
	model.bytes = buf_str(&bytes);
	return own_model_learnt(cx, db, &model);
}

enum err learn_turn(struct cx *cx, struct db *db, i64 *ret_done)
{
	i64 workspace;
	*ret_done = 0;
	if (!understand_ready())
		return OK;
	TRY(own_model_next(cx, db, &workspace));
	if (!workspace)
		return OK;
	TRY(learn(cx, db, workspace)); /* reads, thinks, and then writes one row */
	*ret_done = 1;
	return OK;
}
