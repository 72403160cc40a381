#include "flow/survey.h"

#include "flow/transaction.h"
#include "store/event.h"

static enum err keep(struct cx *cx, struct db *db, const struct survey *survey, const struct survey_document *documents, size_t count)
{
	for (size_t i = 0; i < count; i++)
		TRY(survey_part_set(cx, db, survey->workspace, survey->query, documents[i].kind, documents[i].days, documents[i].document));
	TRY(survey_save(cx, db, survey));
	return count ? change_add(cx, db, survey->workspace, 0, "survey", survey->query) : OK;
}

enum err survey_keep(struct cx *cx, struct db *db, const struct survey *survey, const struct survey_document *documents, size_t count)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, survey, documents, count));
}

enum err survey_wanted(struct cx *cx, struct db *db, i64 workspace, i64 query)
{
	struct listening_query q;
	if (query)
		TRY(listening_query_get(cx, db, workspace, query, &q));
	return IN_TRANSACTION(cx, db, survey_ask(cx, db, workspace, query));
}
