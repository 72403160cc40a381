/* connector.h: between the files of the connector (channel.c, session.c, reading.c, chat.c, sending.c, facet.c). Every call to a PDS is an XRPC
 * method, /xrpc/NSID; the session is opened once a call of the connector, and renewed within it when its token is old. Texts are in the arena
 * of the task. */
#pragma once
#include "channel/bluesky/bluesky.h"
#include "channel/exchange.h"
#include "model/mark.h"

/* ---- session.c ---- */

struct bluesky_session {
	struct str access, refresh; /* JSON Web Tokens: of an hour or two, and the one that renews it */
	struct str did;             /* who we are; the handle before the first time */
	bool renewed;               /* in this call: a token refused now is not renewed again */
};

struct bluesky_session bluesky_session_open(struct cx *cx, const struct channel_account *account);
/* Ask the PDS; x->path begins with /xrpc/. What comes of a renewal that failed is what came of the request: nothing of it was sent then. */
enum err bluesky_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct exchange *x);
/* What the token allows, as the PDS writes it: "com.atproto.appPass"; empty when it cannot be read. */
struct str bluesky_scope(struct cx *cx, struct str token);
/* The error's name in the answer: "RecordNotFound". */
bool bluesky_says(const struct exchange *x, const char *error);
/* "/xrpc/NSID?name=value", for the first parameter; then "&name=value". */
void bluesky_add_parameter(struct buf *path, const char *name, struct str value);

/* ---- reading.c ---- */

enum err bluesky_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		       struct str *ret_cursor, bool *ret_more);
enum err bluesky_read_notifications(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err bluesky_read_thread(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err bluesky_read_posts(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
/* The posts of app.bsky.feed.getPosts for these, at most 25; those that are gone are missing. */
enum err bluesky_posts(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct str *uris, size_t count,
		       struct exchange *ret_exchange);
/* A view of a post, in the thread that is given, or else the one that it claims. */
enum err bluesky_hand_over(struct cx *cx, const struct channel_account *account, const json_t *view, struct str thread, inbound_taker *take, void *subject);
const json_t *bluesky_post_in(const json_t *posts, struct str uri); /* NULL: it is not among them */

/* ---- searching.c ---- */

enum err bluesky_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);

/* ---- chat.c ---- */

#define BLUESKY_CHAT "did:web:api.bsky.chat#bsky_chat"

bool bluesky_has_chat(const struct channel_account *account); /* verify() found it open to us */
enum err bluesky_chat_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct exchange *x);
/* What was said since `since` (empty the first time: what is unread), and how far that is. */
enum err bluesky_chat_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str since, inbound_taker *take,
			    void *subject, struct str *ret_since);
enum err bluesky_chat_send(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct outbound *outbound,
			   struct sent *ret_sent);
enum err bluesky_chat_look(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct outbound *outbound,
			   struct sent *ret_sent);
enum err bluesky_read_log(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);

/* ---- facet.c ---- */

struct bluesky_facet {
	struct mark mark;
	struct str did;      /* of a mention, once it was found out; empty: it stays plain text */
};

#define BLUESKY_FACETS_MAX 30

/* What of a text is a link, a name, a tag or a cashtag, in order; at most so many. Borrowed from the text. */
size_t bluesky_facets(struct str text, struct bluesky_facet facets[static BLUESKY_FACETS_MAX]);
/* With the names looked up over there. A name that is none stays text. *ret_sent says LATER or HOLD when it could not be asked: then false. */
enum err bluesky_facets_asked(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str text, json_t **ret_facets,
			      struct sent *ret_sent, bool *ret_asked);

/* ---- sending.c ---- */

#define BLUESKY_TEXT_MAX 300 /* app.bsky.feed.post: maxGraphemes */

enum err bluesky_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err bluesky_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
/* A record key of 13 letters (a TID) that is the same for every attempt of an act: of the instant when it was first to leave, and its key. */
struct str bluesky_key(struct arena *arena, i64 instant, struct str dedup_key);

/* Ours to write and read, by collection and key. The record is taken over; NULL for none. `before`: its cid, which must still stand there; empty: whatever does. */
enum err bluesky_write_record(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const char *act, const char *collection,
			      struct str key, json_t *record, struct str before, struct exchange *ret_exchange);
enum err bluesky_read_record(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const char *collection, struct str key,
			     struct exchange *ret_exchange);
/* One file up; NULL: *ret_sent says why. */
enum err bluesky_upload(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str bytes, struct str type, json_t **ret_blob,
			struct sent *ret_sent);

/* ---- profile.c ---- */
extern const struct channel_profile_field bluesky_profile_fields[];
enum err bluesky_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
