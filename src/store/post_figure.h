/* post_figure.h: how each post of ours did, as its network told last, with the hashtags that it left with: a row a post, written anew whenever its figures are read. */
#pragma once
#include "sys/db.h"

struct post_figure {
	i64 message, workspace, channel;
	i64 at;           /* when it was posted */
	i64 acts;         /* likes, shares and answers together */
	i64 reach;        /* people, or views where only those are told; -1: not told */
	struct str tags;  /* without their sign, a space between */
	i64 told_at;
	struct str body;  /* of its message, read where that was asked; no column */
};

enum err post_figure_save(struct cx *cx, struct db *db, const struct post_figure *figure);
/* Of the time from `since` to just before `until`, the newest `limit` of them, the newest first; those taken away over there are left out. `channel` 0, `network`
 * empty: of all. In cx->arena. */
struct post_figure_wish {
	i64 workspace, channel, since, until;
	struct str network;
	size_t limit;
	bool bodies;
};
enum err post_figures(struct cx *cx, struct db *db, const struct post_figure_wish *wish, struct post_figure **ret_figures, size_t *ret_count);
/* The other texts that left with this message of a post: the parts of its thread, its first comment. */
enum err post_figure_texts(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str **ret_texts, size_t *ret_count);
