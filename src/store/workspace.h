/* workspace.h: a brand, client or country, its business hours and SLA policies. Rows only; who may change them is decided above. */
#pragma once
#include "model/sla.h"
#include "sys/db.h"

#include <jansson.h>

struct workspace {
	i64 id;
	struct str name, slug, zone, lang;
	struct str settings; /* JSON object */
	bool is_sample;
	i64 created_at;
};

/* How a house speaks, 0 to 100: formal … familiar, sober … warm, signed by the house … by a person; and words separated by commas. */
struct tone {
	bool is_told; /* somebody chose it; else these are the defaults */
	i64 familiar, warm, personal;
	struct str words_liked, words_avoided;
};

/* Settings of a workspace with their defaults, read from its JSON. */
struct workspace_settings {
	i64 undo_seconds;      /* 8: how long an answer waits so that it can be taken back */
	bool approve_all;      /* every answer needs somebody else's approval */
	i64 appeal_days;       /* 7 */
	i64 moderation_delay;  /* a day: by when a flagged message is decided on; 0: no clock */
	bool moderation_hours; /* true: opening hours alone count for it */
	double alarms_a_month; /* 1: false alarms that people put up with, of all that is listened for; 0: alarms are kept, nobody is told */
	i64 late_after;        /* an hour: a post that could not leave for so long after its minute asks a person */
	struct str workspace_name;
	struct str signature;  /* under the answers of those who have none of their own; arena */
	struct tone tone;      /* what the guide beside the reply box asks for */
};

enum err workspace_insert(struct cx *cx, struct db *db, const struct workspace *workspace);
enum err workspace_get(struct cx *cx, struct db *db, i64 id, struct workspace *ret_workspace);          /* ERR_MISSING */
/* The program works for this workspace from here on: what it notes for people is in their language (cx->lang). */
enum err workspace_speak(struct cx *cx, struct db *db, i64 id);
enum err workspace_by_slug(struct cx *cx, struct db *db, struct str slug, struct workspace *ret_workspace);
enum err workspace_list(struct cx *cx, struct db *db, struct workspace **ret_workspaces, size_t *ret_count); /* all, oldest first */
enum err workspace_update(struct cx *cx, struct db *db, const struct workspace *workspace); /* name, slug, zone, lang, settings */
enum err workspace_mark_sample(struct cx *cx, struct db *db, i64 id);
enum err workspace_settings(struct cx *cx, struct db *db, i64 workspace, struct workspace_settings *ret_settings);

enum err hours_get(struct cx *cx, struct db *db, i64 workspace, struct hours *ret_hours); /* arrays in the arena */
enum err hours_set(struct cx *cx, struct db *db, i64 workspace, const struct hours *hours); /* replaces openings and closing days */
enum err closing_day_names(struct cx *cx, struct db *db, i64 workspace, json_t *ret_days); /* [{day, name}], sorted */
enum err closing_day_set(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str name); /* empty name removes it */

enum err sla_policies_get(struct cx *cx, struct db *db, i64 workspace, struct sla_policy **ret_policies, size_t *ret_count);
enum err sla_policy_save(struct cx *cx, struct db *db, i64 workspace, const struct sla_policy *policy, i64 position); /* inserts or updates by id */
enum err sla_policy_archive(struct cx *cx, struct db *db, i64 workspace, i64 id);
