/* contests.h: what the files of contests share. Shapes are new references, texts live in the request's arena. */
#pragma once
#include "flow/contest.h"
#include "page/page.h"
#include "ui/document.h"

extern const struct shape contest_shapes[];

/* A contest as lists have it (answers.c: Contest). */
enum err contest_shape(struct cx *cx, struct db *db, const struct contest *contest, json_t **ret_shape);
json_t *contest_chip(struct cx *cx, const struct contest *contest);
struct str contest_days(struct cx *cx, const struct contest *contest); /* from … to …, by the contest's own clock */
struct str contest_public_url(struct cx *cx, struct str slug, i64 id);
/* The seed's source in words, for people: what is named, and when it comes. */
struct str contest_source_text(struct cx *cx, const struct contest_draw *draw);
/* What was checked of a seed that is there, and what was not; empty: it is not there, or a jury decided. */
struct str contest_checked_text(struct cx *cx, const struct contest_draw *draw);
/* What has to hold of an entry and its author, in sentences: [text]. */
json_t *contest_conditions_shape(struct cx *cx, const struct contest *contest);
/* What networks and countries ask of contests: [{text, source, url, as_of}]; `country` "": what is of no country alone. */
json_t *contest_facts_shape(struct cx *cx, struct str country);
/* The lines of a text, without empty ones: [text]. */
json_t *contest_lines(struct str text);
json_t *contest_ways_shape(struct cx *cx, const struct contest *contest);

/* form.c */
extern const char *const contest_way_words[]; /* by their bits; ends with NULL */
route_handler contest_show_new, contest_show_edit, contest_create, contest_change;
/* one.c */
route_handler show_one_contest;
/* public.c: for everybody */
route_handler show_public_contest, list_public_contests, give_list;
/* acts.c */
route_handler contest_act_refuse, contest_act_let_in, contest_act_withdraw, contest_act_judge, contest_act_choose, contest_act_freeze, contest_act_draw, contest_act_decide,
	contest_act_end, contest_act_tell, contest_act_settle;
