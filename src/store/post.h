/* post.h: posts as rows: one thing we say, its variants (a channel each), what goes with it, what it said before each change, what happened to it,
 * and the approvals it waits for. Only flow/post* writes them. Nothing here deletes: a post is put away, a variant is marked. */
#pragma once
#include "model/post.h"
#include "store/list.h"
#include "sys/db.h"

struct post {
	i64 id, workspace;
	struct str title, body;
	struct str parts;         /* JSON: texts that follow in a thread */
	struct str first_comment, lang, warning;
	struct str options;       /* JSON object */
	i64 pillar, campaign, idea; /* 0 none */
	enum post_state state;
	struct str wall_time, zone; /* "2027-03-28T18:40"; empty: not planned */
	i64 planned_at;           /* 0 not planned */
	i64 revision, approved_revision, published_at;
	struct str approved_links; /* as link_rules_freeze() made it when it was approved; empty or {}: the rules of the day hold */
	i64 created_by, created_at, updated_by, updated_at, archived_at;
};

struct post_variant {
	i64 id, workspace, post, channel;
	bool adapted;             /* it has words of its own; else the post's hold */
	struct str body, parts, first_comment;
	i64 removed_at;
	enum post_form form;
	bool no_card;             /* its link is shown without a card, where the network leaves that to us */
};

struct post_media {
	i64 post, workspace, position, media;
	struct str alt;
};

enum err post_insert(struct cx *cx, struct db *db, const struct post *post);
enum err post_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post); /* ERR_MISSING */
/* Write everything that can change, if its revision is still `revision`: ERR_CONFLICT else. */
enum err post_save(struct cx *cx, struct db *db, const struct post *post, i64 revision);
/* Its state moved and nothing else: ERR_CONFLICT when it is not in `from`. */
enum err post_move_state(struct cx *cx, struct db *db, i64 workspace, i64 id, enum post_state from, enum post_state to);

enum err post_published(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at); /* the first of it left then */
enum err post_unpublished(struct cx *cx, struct db *db, i64 workspace, i64 id); /* unless a part of it is there */

struct post_filter {
	i64 since, until;         /* planned from the one to just before the other; 0, 0: whenever, also not planned */
	int state;                /* -1 any */
	i64 channel, campaign, pillar, author; /* 0 any */
	struct str words;         /* in its title or its text; empty: any */
	bool archived;            /* those that were put away, instead of the others */
};
/* In the order of their hours (with since or until), or the last changed first; places are (planned_at or updated_at, id). */
enum err posts_list(struct cx *cx, struct db *db, i64 workspace, const struct post_filter *filter, struct list_place from, size_t limit,
		    struct post **ret_posts, size_t *ret_count);
/* How many of each state are not put away; ret_counts[POST_STATE_COUNT]. */
enum err posts_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_counts);

enum err post_variant_put(struct cx *cx, struct db *db, const struct post_variant *variant); /* made, or written over by (post, channel) */
enum err post_variant_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post_variant *ret_variant); /* ERR_MISSING */
enum err post_variants(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_variant **ret_variants, size_t *ret_count); /* those not removed, by id */
/* Of the posts planned from one instant to just before another, by post and id; at most `limit`. */
enum err post_variants_planned(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, size_t limit, struct post_variant **ret_variants, size_t *ret_count);

enum err post_media_set(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct post_media *media, size_t count); /* instead of what there was */
enum err post_media_of(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_media **ret_media, size_t *ret_count);

struct post_version {
	i64 revision, person, at;
	struct str document;
};
enum err post_version_add(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct post_version *version);
enum err post_versions(struct cx *cx, struct db *db, i64 workspace, i64 post, size_t limit, struct post_version **ret_versions, size_t *ret_count); /* the newest first */

struct post_event {
	i64 id, at, person;
	struct str actor_name, kind, detail;
};
enum err post_event_add(struct cx *cx, struct db *db, i64 workspace, i64 post, const char *kind, struct str detail); /* by cx->actor */
enum err post_events(struct cx *cx, struct db *db, i64 workspace, i64 post, size_t limit, struct post_event **ret_events, size_t *ret_count); /* the newest first */

struct post_approval {
	i64 id, workspace, post, revision, workflow, step, asked_by, asked_at, due_at, reminded_at, decided_by, decided_at;
	struct str outcome, remark;
};
enum err post_approval_insert(struct cx *cx, struct db *db, const struct post_approval *approval);
enum err post_approval_open(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_approval *ret_approval); /* ERR_MISSING without a story */
enum err post_approval_decide(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str outcome, struct str remark); /* by cx->actor; ERR_CONFLICT: it was */
enum err post_approvals(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_approval **ret_approvals, size_t *ret_count); /* all, oldest first */
enum err post_approvals_open(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct post_approval **ret_approvals, size_t *ret_count);
/* Over all workspaces: whose deadline comes before `until` and nobody was reminded. */
enum err post_approvals_due(struct cx *cx, struct db *db, i64 until, size_t limit, struct post_approval **ret_approvals, size_t *ret_count);
enum err post_approval_reminded(struct cx *cx, struct db *db, i64 workspace, i64 id);
