/* link_card.h: what networks show of a page that a post links to, as it was read last, a row a link (store/link_look.h). Made again whenever the link is looked at. */
#pragma once
#include "sys/db.h"

struct link_card {
	i64 link, workspace;
	struct str url;           /* of the link, as it stands in texts; read only */
	struct str title, description, site, alt; /* title empty: the page has no card */
	struct str picture;       /* blob of it, made anew here; empty: none */
	struct str type;          /* of the picture: "image/jpeg" */
	i64 size, width, height;
	struct str story;         /* why there is no card, or no picture; empty: there is */
	i64 read_at;
};

enum err link_card_put(struct cx *cx, struct db *db, const struct link_card *card); /* made, or written over */
enum err link_card_get(struct cx *cx, struct db *db, i64 workspace, i64 link, struct link_card *ret_card); /* ERR_MISSING */
enum err link_card_of(struct cx *cx, struct db *db, i64 workspace, struct str url, struct link_card *ret_card); /* ERR_MISSING without a story: not read yet */
