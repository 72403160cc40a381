#include "main/survey_duty.h"

#include "base/clock.h"
#include "base/id.h"
#include "flow/listen_form.h"
#include "flow/survey.h"
#include "insight/reputation.h"
#include "insight/survey.h"
#include "store/workspace.h"

#define AGAIN (15 * MINUTE)
#define AGAIN_YOUNG (15 * SECOND) /* what is young changes fast: after a quarter of its age, at least this */
#define AGAIN_MOST (2 * HOUR)
#define IDLE (2 * SECOND)
#define SHARE 9 /* rests as many times as long as it worked */

static enum err take_in_missing(struct cx *cx, struct db *db)
{
	struct workspace *workspaces;
	size_t count;
	TRY(workspace_list(cx, db, &workspaces, &count));
	for (size_t i = 0; i < count; i++) {
		struct survey whole;
		i64 query;
		bool found;
		TRY(survey_get(cx, db, workspaces[i].id, 0, &whole));
		if (!whole.made_at && !whole.due_at)
			TRY(survey_ask(cx, db, workspaces[i].id, 0));
		TRY(survey_missing(cx, db, workspaces[i].id, &query, &found));
		if (found)
			TRY(survey_ask(cx, db, workspaces[i].id, query));
	}
	return OK;
}

static enum err survey_query(struct cx *cx, struct db *db, const struct listening_query *q, struct survey *survey)
{
	struct survey_document documents[8];
	struct listen_marks *marks;
	size_t count = 0;
	TRY(listen_marks_of(cx, db, q->workspace, q->words, &marks));
	struct str words = listen_marks_words(cx, marks);
	for (size_t i = 0; survey_days[i]; i++) {
		documents[count] = (struct survey_document){.kind = "said", .days = survey_days[i]};
		TRY(survey_said(cx, db, q->workspace, q->id, words, cx->now - survey_days[i] * DAY, cx->now, &documents[count++].document));
	}
	documents[count] = (struct survey_document){.kind = "copies"};
	TRY(survey_copies(cx, db, q->workspace, q->id, &documents[count++].document));
	survey->took = time_now() - cx->now;
	return survey_keep(cx, db, survey, documents, count);
}

static enum err survey_whole(struct cx *cx, struct db *db, struct survey *survey)
{
	struct survey_document documents[12];
	size_t count = 0;
	for (size_t i = 0; survey_days[i]; i++) {
		if (survey_days[i] >= 7) {
			documents[count] = (struct survey_document){.kind = "reputation", .days = survey_days[i]};
			TRY(reputation_document(cx, db, survey->workspace, survey_days[i], &documents[count++].document));
		}
		documents[count] = (struct survey_document){.kind = "questions", .days = survey_days[i]};
		TRY(survey_questions(cx, db, survey->workspace, cx->now - survey_days[i] * DAY, cx->now, &documents[count++].document));
	}
	survey->took = time_now() - cx->now;
	return survey_keep(cx, db, survey, documents, count);
}

static i64 again_after(const struct cx *cx, const struct survey *survey)
{
	i64 age = cx->now - id_time(survey->query ? survey->query : survey->workspace);
	return age / 4 < AGAIN_YOUNG ? AGAIN_YOUNG : age / 4 < AGAIN ? age / 4 : AGAIN;
}

/* Nothing new: look again later and later. What is put away, paused or still read waits until it is missing again. */
static enum err put_off(struct cx *cx, struct db *db, struct survey *survey, i64 wait)
{
	survey->due_at = cx->now + wait;
	return survey_keep(cx, db, survey, NULL, 0);
}

static enum err survey_one(struct cx *cx, struct db *db, struct survey survey, bool asked)
{
	struct listening_query q = {};
	bool more = true;
	if (survey.query) {
		enum err e = listening_query_get(cx, db, survey.workspace, survey.query, &q);
		if (e != OK && e != ERR_MISSING)
			return e;
		if (e == ERR_MISSING || q.archived_at || (!q.active && !asked) || q.past_before) {
			cx_forget(cx);
			return put_off(cx, db, &survey, q.past_before && e == OK && !q.archived_at && q.active ? 5 * SECOND : DAY);
		}
	}
	if (!asked && survey.made_at && cx->now - survey.made_at < DAY)
		TRY(survey_has_more(cx, db, survey.workspace, survey.query, survey.made_at, &more));
	if (!more) {
		i64 quiet = cx->now - survey.made_at, least = again_after(cx, &survey);
		return put_off(cx, db, &survey, quiet < least ? least : quiet > AGAIN_MOST ? AGAIN_MOST : quiet);
	}
	survey.made_at = cx->now;
	survey.due_at = cx->now + again_after(cx, &survey);
	return survey.query ? survey_query(cx, db, &q, &survey) : survey_whole(cx, db, &survey);
}

enum err survey_turn(struct cx *cx, struct db *db, i64 *ret_done, i64 *ret_wake)
{
	struct survey survey;
	TRY(take_in_missing(cx, db));
	TRY(survey_next(cx, db, &survey));
	*ret_done = 0;
	*ret_wake = cx->now + IDLE;
	if (!survey.workspace)
		return OK;
	i64 began = time_now();
	TRY(survey_one(cx, db, survey, survey.due_at == 0));
	i64 took = time_now() - began;
	*ret_wake = time_now() + (took * SHARE < 10 * MILLISECOND ? 10 * MILLISECOND : took * SHARE);
	return OK;
}
