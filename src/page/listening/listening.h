/* listening.h: what the files of the listening page share: each makes one part of its document. All of it only reads; a query is written
 * by flow/listen.h alone. */
#pragma once
#include "flow/listen.h"
#include "flow/listen_form.h"
#include "insight/talk.h"
#include "page/alarms.h"
#include "page/page.h"
#include "page/pager.h"
#include "store/survey.h"
#include "ui/document.h"

/* A span that figures are shown for: so many buckets, the last of them the one that runs. */
struct span {
	const char *word, *title; /* "30d" */
	size_t buckets;
	bool is_hours;            /* a bucket is an hour; else a day of the reader's calendar */
	i64 since, until;         /* of all buckets */
};
extern const char *const span_words[];
void span_of(const struct cx *cx, struct str word, struct span *ret_span); /* "" is 30 days */

enum err span_fitting(struct cx *cx, struct db *db, i64 query, struct span *ret_span); /* 30 days; two, while it is that young */

/* figures.c */
enum err query_figures_shape(struct cx *cx, struct db *db, const struct listening_query *query, const struct span *span, json_t **ret_figures);
/* [{name, kind, url, share, …}] of the queries that are no topics, 30 days. */
enum err share_shape(struct cx *cx, struct db *db, i64 current, json_t **ret_share);
struct query_sums {
	i64 mentions, before, tones[TONES]; /* of seven days, and of the seven before */
};
enum err query_sums_of(struct cx *cx, struct db *db, i64 query, struct query_sums *ret_sums);

/* bars.c: one list of bars; `past` -1: nothing to hold it against. */
struct bar {
	struct str name, text, url, glyph; /* text: beside the number; url and glyph may be empty */
	i64 count;
	double past;
	const char *look; /* "c1", "c5", "neg" … */
};
json_t *bars_shape(struct cx *cx, const struct bar *bars, size_t count);

/* survey.c: what was surveyed (insight/survey.h), for the page. */
struct surveyed {
	struct survey survey;
	json_t *said;   /* of the span; NULL: not yet; borrowed until the arena goes */
	json_t *copies;
};
enum err surveyed_read(struct cx *cx, struct db *db, i64 query, const struct span *span, struct surveyed *ret_surveyed);
json_t *survey_load(struct cx *cx, struct str document); /* NULL: none; released with the arena */
enum err survey_shape(struct cx *cx, struct db *db, const struct listening_query *query, const struct span *span, const struct surveyed *surveyed, i64 chosen, json_t **ret_survey);
/* "×2.1", "new here", "as before": against as much time before, when `had_before`; null else. */
json_t *movement_shape(struct cx *cx, i64 now, i64 before, bool had_before);

/* reach.c */
enum err reach_show(struct cx *cx, struct request *request, struct reply *reply);
enum err reach_write(struct cx *cx, struct request *request, struct reply *reply);

/* reputation.c */
enum err reputation_shape(struct cx *cx, struct db *db, json_t **ret_reputation);

/* asked.c: groups of questions. `path`: the address to which "&group=ID" is added, and the anchor behind it. */
enum err asked_shape(struct cx *cx, struct db *db, const json_t *asked, const char *path, const char *anchor, i64 chosen, json_t **ret_groups);
enum err questions_show(struct cx *cx, struct request *request, struct reply *reply);
enum err questions_again(struct cx *cx, struct request *request, struct reply *reply);

/* copies.c: the mentions that are copies, and the messages of a topic, a question or a set of copies. */
json_t *copy_shape(struct cx *cx, const json_t *copies, i64 query, i64 message); /* null: it is none */
struct focus {
	const json_t *ids;   /* NULL: all mentions are shown */
	json_t *shape;
};
enum err focus_of(struct cx *cx, struct request *request, const struct listening_query *query, const struct surveyed *surveyed, struct focus *ret_focus);
bool ids_have(const json_t *ids, i64 id);

/* stream.c */
enum err stream_shape(struct cx *cx, struct request *request, struct reply *reply, const struct listening_query *query, const struct surveyed *surveyed);
json_t *marked_shape(const struct listen_marks *marks, struct str body);

/* form.c */
/* The form of a query, or of a new one (id 0): as it is kept, or as it was typed when the form is shown again. `preview`: with what it would
 * have found. */
enum err form_shape(struct cx *cx, struct request *request, const struct listening_query *query, json_t **ret_form);
struct listen_input {
	struct str name, kind, words;
	struct listen_form form;
	bool is_writing; /* the query was written, not chosen */
	bool active;
};
void input_of(struct cx *cx, struct request *request, struct listen_input *ret_input); /* from the parameters; words are written from the form */
enum err input_shape(struct cx *cx, struct db *db, const struct listen_input *input, i64 id, bool looked_for_faults, json_t **ret_form);
enum err preview_shape(struct cx *cx, struct db *db, struct str words, json_t **ret_preview); /* null: the words cannot be read */

/* searches.c */
enum err searches_shape(struct cx *cx, struct db *db, const struct listening_query *query, json_t **ret_searches);
enum err searches_choose(struct cx *cx, struct request *request, struct reply *reply);
enum err searches_again(struct cx *cx, struct request *request, struct reply *reply);

/* pieces.c */
enum err pieces_show(struct cx *cx, struct request *request, struct reply *reply);
enum err pieces_create(struct cx *cx, struct request *request, struct reply *reply);
enum err pieces_edit(struct cx *cx, struct request *request, struct reply *reply);
enum err pieces_archive(struct cx *cx, struct request *request, struct reply *reply);

struct str listen_undo_url(struct cx *cx, const struct undo *undo, const char *next);
