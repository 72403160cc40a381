/* network.h: the simulated network itself: members who post, comment, rate and write privately, a feed of what happened, and what we sent.
 * It keeps everything in a SQLite file of its own, so that it remembers what it accepted whatever is killed: its ledger is the proof
 * that nothing was sent twice. What happens next depends on the seed, the dials, the clock and the requests alone. One thread. */
#pragma once
#include "simulator/texts.h"
#include "sys/db.h"

#include <jansson.h>

struct network {
	struct db *db;
	const struct texts *texts;
};

enum err network_open(struct cx *cx, struct db *db, const struct texts *texts, struct network *ret_network); /* makes its tables */

/* ---- dials: named numbers, kept ---- */
struct dial {
	const char *name;
	double initial, least, most;
	const char *about; /* msgid */
};
extern const struct dial dials[];
extern const size_t dial_count;
double network_dial(struct cx *cx, struct network *network, const char *name);
enum err network_dial_set(struct cx *cx, struct network *network, struct str name, double value); /* ERR_BAD_INPUT */
json_t *network_dials(struct cx *cx, struct network *network);

/* ---- tokens that end, quotas, outages, as dialled ---- */

/* Is this bearer let in? `is_first`: it is the token that the network was made with. `seed`: what its tokens are made from. */
enum err network_lets_in(struct cx *cx, struct network *network, struct str seed, struct str token, bool is_first, bool *ret_in);
/* A new pair of tokens for a refresh token, each of which counts once; the first token is a person's grant. New reference. */
enum err network_renew(struct cx *cx, struct network *network, struct str seed, struct str refresh, bool is_first, json_t **ret_answer, bool *ret_refused);
struct network_quota {
	i64 limit, left, reset_at; /* limit 0: none */
	bool is_over;
};
enum err network_count(struct cx *cx, struct network *network, struct network_quota *ret_quota); /* one request more */
enum err network_tried(struct cx *cx, struct network *network, struct str key, bool *ret_first); /* something is called with this key: for the first time? */
enum err network_outage(struct cx *cx, struct network *network, i64 *ret_from, i64 *ret_until);  /* 0: none is planned */

/* Let happen what is due by cx->now: talk, follow-ups, edits, removals. At most a few hundred events a call. */
enum err network_step(struct cx *cx, struct network *network);
/* The network's past when it is new: `count` messages over the last hours, so that the first page is full. */
enum err network_fill(struct cx *cx, struct network *network, i64 count);

/* Events after `cursor`, oldest first, {events: [{cursor, type, message}], cursor, more}; with repeats and disorder as dialled. */
enum err network_feed(struct cx *cx, struct network *network, i64 cursor, i64 limit, json_t **ret_page);

struct network_post {
	struct str key;              /* idempotency key; may be empty */
	struct str thread, parent, text, author;
	bool private;
};
/* An answer of ours. *ret_id is the item; the same key again gives the first item when keys are honoured. ERR_MISSING: no thread. */
enum err network_accept(struct cx *cx, struct network *network, const struct network_post *post, struct str *ret_id);
enum err network_hide(struct cx *cx, struct network *network, struct str id, bool hidden); /* ERR_MISSING */
/* How we show ourselves there: "name", "about", "website", "place". ERR_BAD_INPUT: one is too long. */
enum err network_profile(struct cx *cx, struct network *network, json_t **ret_document);
enum err network_set_profile(struct cx *cx, struct network *network, const json_t *members);
enum err network_like(struct cx *cx, struct network *network, struct str id, bool liked); /* ERR_MISSING; twice is once */
/* A member says something now, for tests. Members by index; an empty thread starts one. */
enum err network_say(struct cx *cx, struct network *network, struct str kind, struct str thread, struct str text, i64 member, struct str *ret_id);
/* Members complain of a message now, for tests. */
enum err network_complain(struct cx *cx, struct network *network, struct str message, struct str reason);

/* A post of ours: it stands in the network, members comment on it and like it as dialled. */
struct network_article {
	struct str key;              /* as of an answer */
	struct str title, text, lang, warning;
	const json_t *media;         /* array of objects that tell of each file; their bytes stay where they are. NULL: none */
	const json_t *poll;          /* {choices, seconds, several}; NULL: none */
	bool is_story;               /* one picture, without a text */
};
#define NETWORK_POST_MAX 5000        /* characters */
#define NETWORK_TITLE_MAX 120
#define NETWORK_MEDIA_MAX 4
#define NETWORK_CHOICES_MAX 4
#define NETWORK_CHOICE_MAX 60
enum err network_publish(struct cx *cx, struct network *network, const struct network_article *article, struct str *ret_id); /* ERR_BAD_INPUT: too long, too much */
/* {followers, posts, messages: [{id, likes, replies, views}]} of these, parted by commas; views of posts alone. Who is unknown is left out. */
enum err network_figures(struct cx *cx, struct network *network, struct str ids, json_t **ret_figures);

json_t *network_sent(struct cx *cx, struct network *network, struct str key);   /* {accepted, id} */
json_t *network_ledger(struct cx *cx, struct network *network);                  /* {items, keys: [{key, count}], most} */
