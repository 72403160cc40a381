/* link_look.h: links of posts as rows: whether they answer, as they were found when they were last looked at, and which posts have them. What
 * to look at is asked for here by whoever writes posts; the working role looks (flow/link.h). */
#pragma once
#include "sys/db.h"

struct link_look {
	i64 id, workspace;
	struct str url;    /* as it stands in the text */
	struct str state;  /* "" (not known), "alive", "dead", "moved" */
	i64 status;        /* of the answer; 0: none came */
	struct str target; /* where it has moved to */
	i64 failures;      /* looks in a row that got no answer */
	i64 asked_at, looked_at;
};

/* These are the links of the post now. What was never looked at, or last before `fresh`, is asked for, to be looked at from `from` on; what nobody
 * looked at yet and stands in no post any more (half an address that was being typed) is forgotten. */
enum err post_links_set(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct str *urls, size_t count, i64 fresh, i64 from);
enum err post_links(struct cx *cx, struct db *db, i64 workspace, i64 post, struct link_look **ret_list, size_t *ret_count); /* by id */
/* Look again: those of this post that were last looked at before `before`. *ret_asked how many are now waited for. */
enum err post_links_ask(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 before, i64 *ret_asked);
/* The same of every scheduled post of a workspace whose hour comes before `until`. */
enum err links_ask_planned(struct cx *cx, struct db *db, i64 workspace, i64 until, i64 before, i64 *ret_asked);
/* Over all workspaces: what is asked for, those asked first first. */
enum err links_asked(struct cx *cx, struct db *db, size_t limit, struct link_look **ret_list, size_t *ret_count);
enum err link_looked(struct cx *cx, struct db *db, const struct link_look *link); /* state, status, target, failures, asked_at, looked_at */
/* Posts that have it and are scheduled; at most `limit`. */
enum err link_planned_posts(struct cx *cx, struct db *db, i64 workspace, i64 link, size_t limit, i64 **ret_posts, size_t *ret_count);
enum err link_posts_changed(struct cx *cx, struct db *db, i64 workspace, i64 link, size_t limit, i64 **ret_posts, size_t *ret_count); /* those that have not left, for open pages */
