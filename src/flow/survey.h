/* survey.h: what came of a survey (insight/survey.h) is kept, and open pages are told. */
#pragma once
#include "store/survey.h"

struct survey_document {
	const char *kind;
	i64 days;
	struct str document;
};
/* One transaction: the parts and the time of the survey. Open pages hear "survey". */
enum err survey_keep(struct cx *cx, struct db *db, const struct survey *survey, const struct survey_document *documents, size_t count);
/* Somebody waits for it: it is the next to be made. ERR_MISSING: there is no such query (0: the workspace itself). */
enum err survey_wanted(struct cx *cx, struct db *db, i64 workspace, i64 query);
