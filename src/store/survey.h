/* survey.h: what many mentions say together (topics, questions, copies, reputation), as documents that the working role makes: when each query
 * was surveyed, when it is looked at again, and what came of it; and the texts that are surveyed. All of it follows from messages and can be
 * made again at any time, so it never leaves with an export.
 *
 * What must stay true: a survey's parts are written together with its time. Query 0 is the whole workspace. */
#pragma once
#include "store/listening.h"

struct survey {
	i64 workspace, query;
	i64 made_at, due_at; /* due_at: when to look whether there is more to say; 0: at once */
	i64 took;            /* microseconds */
};
enum err survey_get(struct cx *cx, struct db *db, i64 workspace, i64 query, struct survey *ret_survey); /* made_at 0: not yet */
enum err survey_save(struct cx *cx, struct db *db, const struct survey *survey);
enum err survey_ask(struct cx *cx, struct db *db, i64 workspace, i64 query); /* due at once */
enum err survey_ask_again(struct cx *cx, struct db *db, i64 workspace);     /* all that were made once: much of the past came in */
enum err survey_part_get(struct cx *cx, struct db *db, i64 workspace, i64 query, const char *kind, i64 days, struct str *ret_document); /* empty: none */
enum err survey_part_set(struct cx *cx, struct db *db, i64 workspace, i64 query, const char *kind, i64 days, struct str document);

/* For the working role. A query of a workspace that has read its past and was not surveyed since it was changed; false: there is none. */
enum err survey_missing(struct cx *cx, struct db *db, i64 workspace, i64 *ret_query, bool *ret_found);
/* Over all workspaces: the one that is due the longest; workspace 0: none is. */
enum err survey_next(struct cx *cx, struct db *db, struct survey *ret_survey);
/* Was anything said (or taken in) since? Of query 0: anything at all. */
enum err survey_has_more(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, bool *ret_more);

/* ---- the texts ---- */

struct said {
	i64 message, conversation, identity, at;
	enum mention_tone tone;
	bool asks, harms;   /* surely a question; surely offence, hate or poison */
	i64 followers;      /* -1: not known */
	int rating;         /* 1..5, 0: none */
	struct str body, lang, author_name, network;
};
/* Mentions of a query from one instant to just before another, one in so many of them (1: all), the newest first. */
enum err said_in(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, i64 one_in, size_t limit, struct said **ret_said,
		 size_t *ret_count);
/* What was surely asked by people outside, in public and in private, the newest first. */
enum err said_asking(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, size_t limit, struct said **ret_said, size_t *ret_count);
/* One message, when it still counts: false when it was taken away. */
enum err said_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct said *ret_said, bool *ret_there);
/* How many reviews of each number of stars (1 to 5) people gave in a time; ret_stars has room for 6. */
enum err message_stars(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, i64 *ret_stars);
