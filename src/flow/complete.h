/* complete.h: what somebody may mean who has begun to write "@na" or "#pa": people that wrote to us, as their network names them, and hashtags of the house. Read only;
 * colleagues are none of them, as what is written here leaves. Found by indexes of beginnings (store/called.h, store/post_tag.h). Results are cx->arena's. */
#pragma once
#include "sys/db.h"

#define COMPLETIONS_MOST 8

struct completion {
	struct str text;          /* what goes into the text, with its sign: "@ana@host.example", "#pain" */
	struct str network;       /* of a person; empty of a hashtag */
	struct str name;          /* of a person, as the card says */
	i64 last_at;              /* of a person: heard last */
	i64 posts;                /* of a hashtag: of ours that have it */
	struct str set;           /* of a hashtag: a set of the house that has it; empty: none */
	bool rises;               /* of a hashtag: it is being said more and more (for whoever reads figures) */
};

/* Whose name or handle begins so, of those networks that name people in plain text; heard last first. An empty beginning: who was heard last. */
enum err complete_names(struct cx *cx, struct db *db, i64 workspace, const struct str *networks, size_t network_count, struct str beginning, struct completion **ret_list,
			size_t *ret_count);
/* Hashtags that begin so, accents and capitals apart: of our posts, of the sets of the house, and those that rise. What is typed already and stands nowhere else
 * is left out. */
enum err complete_tags(struct cx *cx, struct db *db, i64 workspace, struct str beginning, struct completion **ret_list, size_t *ret_count);
