/* idea.h: ideas as rows: what is not yet a post, where it comes from (written by hand, what somebody said, an article of a feed), which pillar and
 * campaign it serves, and the posts that came of it. What was said gives one idea at the most. Only flow/idea writes them; nothing is deleted. */
#pragma once
#include "model/idea.h"
#include "model/post.h"
#include "store/list.h"
#include "sys/db.h"

struct idea {
	i64 id, workspace;
	struct str title, body, url;
	i64 message, pillar, campaign; /* 0 none */
	enum idea_state state;
	i64 created_by, created_at, updated_at;
	struct str seen; /* with idea_keep(): the mark of what was seen (flow/seen.h); no column */
};
enum err idea_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct idea *ret_idea);                 /* ERR_MISSING */
enum err idea_of_message(struct cx *cx, struct db *db, i64 workspace, i64 message, struct idea *ret_idea);     /* ERR_MISSING without a story */
enum err idea_save(struct cx *cx, struct db *db, const struct idea *idea); /* inserts, or writes over by id; its message and who made it stay */

/* What an idea came from, as it was said. */
struct idea_source {
	i64 conversation;            /* 0: from nothing that was said */
	struct str author_name, said; /* said: its beginning */
	struct str channel_name, network;
};
struct idea_row {
	struct idea idea;
	struct idea_source source;
};
struct idea_filter {
	enum idea_state state;
	i64 pillar, campaign;        /* 0 any */
	struct str words;            /* in its title or its text; empty: any */
};
/* The last changed first; places are (updated_at, id). */
enum err ideas_list(struct cx *cx, struct db *db, i64 workspace, const struct idea_filter *filter, struct list_place from, size_t limit,
		    struct idea_row **ret_ideas, size_t *ret_count);
enum err idea_source_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct idea_source *ret_source); /* ERR_MISSING without a story */
enum err ideas_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_counts); /* ret_counts[IDEA_STATE_COUNT] */

/* Of the messages from one id to another, both included, those that gave ideas. */
struct idea_mark {
	i64 idea, message;
};
enum err ideas_of_messages(struct cx *cx, struct db *db, i64 workspace, i64 first, i64 last, size_t limit, struct idea_mark **ret_marks, size_t *ret_count);

/* The posts that came of it, the newest first. */
struct idea_post {
	i64 id;
	struct str title;            /* or the beginning of its text */
	enum post_state state;
	i64 archived_at;
};
enum err idea_posts(struct cx *cx, struct db *db, i64 workspace, i64 idea, size_t limit, struct idea_post **ret_posts, size_t *ret_count);

/* Articles that feeds brought and nobody made an idea of, nor set aside; the newest first; places are (at, message). */
struct article {
	i64 message, conversation, at;
	struct str title, said, url, author_name, channel_name, network; /* said: its beginning */
};
enum err articles_list(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct list_place from, size_t limit, struct article **ret_articles,
		       size_t *ret_count); /* channel 0: any */
