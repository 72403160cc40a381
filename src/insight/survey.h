/* survey.h: what many mentions say together, worked out over their texts (text/topic.h, text/alike.h): the topics of a time with their tone and
 * their movement against as much time before; the questions that are asked again and again; and texts that many accounts posted nearly the
 * same. Each is a JSON document of limited size that names the messages it speaks of.
 *
 * What must stay true: it only reads; time and memory are bounded by SURVEY_READ texts of either time (of more, one in so many is read, and
 * the document says so), SURVEY_COPIES and SURVEY_QUESTIONS. Documents live in cx->arena.
 *
 * Documents (ids are strings, instants microseconds as numbers; lists of ids have the newest first):
 * said:      {"since", "until", "one_in", "read", "read_before", "topics": [{"name", "now", "before", "negative", "neutral", "positive", "typical": id, "text",
 *            "ids"}], "asks": as questions}
 * questions: {"since", "until", "one_in", "read", "alone", "is_part", "groups": [{"text", "typical": id, "count", "before", "conversations", "people", "last_at",
 *            "languages": [{"code", "count"}], "ids"}]}
 * copies:    {"read", "sets": [{"first": id, "text", "count", "accounts", "from", "until", "together", "together_from", "together_until", "ids",
 *            "who": [{"message": id, "name", "network", "at"}]}]} */
#pragma once
#include "store/survey.h"

#define SURVEY_READ 2000u      /* mentions of a time, and of the time before */
#define SURVEY_COPIES 4000u    /* the newest of 90 days */
#define SURVEY_QUESTIONS 1500u
#define SURVEY_TOPICS 24u      /* told at the most; questions too */
#define SURVEY_IDS 400u        /* messages named of each */
#define SURVEY_TOGETHER (2 * HOUR)
#define SURVEY_ACCOUNTS 5      /* so many within two hours are called together */

/* The times that a query's page can show, in days; ends with 0. */
extern const i64 survey_days[];

/* `words`: those that the query looks for: they are no topic. */
enum err survey_said(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str words, i64 since, i64 until, struct str *ret_document);
enum err survey_copies(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str *ret_document);
/* What people asked anywhere in the workspace, with how often they did in as much time before. */
enum err survey_questions(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct str *ret_document);

/* For each question, which of prepared answers is near enough to answer it, perhaps: its place among them; ANSWERED_BY_NONE: no one. */
#define ANSWERED_BY_NONE UINT32_MAX
#define ANSWERS_MOST 400u
void survey_answers(struct arena *arena, const struct str *questions, size_t count, const struct str *answers, size_t answer_count, u32 **ret_answers);
