/* connector.h: between the files of X's connector (channel.c, post.c, timeline.c, sending.c, problem.c). The folder has the network's old name,
 * as its archives and its interface's addresses have. Private messages are named "dm:" and their number here, so that they are told from posts. */
#pragma once
#include "channel/exchange.h"

/* Ask the interface; paths begin with /2/. */
enum err twitter_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
/* Our own id there, as verify() found it; empty before the first time. */
struct str twitter_self(const struct channel_account *account);
bool twitter_reads_messages(const struct channel_account *account);
/* What is asked for of each post, as the end of a query: "&post.fields=…", or with the older names (tweet.fields) where the setting says so. */
const char *twitter_fields(const struct channel_account *account);
#define TWITTER_POST 280 /* weighted signs; more for some accounts, as verify() found it */
#define TWITTER_MESSAGE "dm:"
bool twitter_is_message(struct str id);

/* ---- problem.c: what X says by the types of its problems, over what all networks say by their statuses ---- */

void twitter_outcome(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
bool twitter_read_first(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
void twitter_looked(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
enum err twitter_expect(struct cx *cx, const struct exchange *exchange); /* 200 with an object */
bool twitter_verified(struct cx *cx, const struct exchange *exchange, struct verified *ret_verified);

/* ---- post.c: documents ---- */

/* Posts or private messages of an answer {"data": …, "includes": …}, oldest first, each once; with the posts that they answer before them. */
enum err twitter_read_posts(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err twitter_read_messages(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
/* The rows of "data" with an id, oldest first, each once. */
size_t twitter_sorted(struct cx *cx, const json_t *document, const json_t ***ret_sorted);
/* "9" before "10". */
int twitter_id_order(struct str a, struct str b);
/* The id a post had before it was edited, which is what it is known by. */
struct str twitter_first_id(const json_t *post);
struct str twitter_answered(const json_t *post); /* whom it answers; empty */
bool twitter_post(struct cx *cx, const struct channel_account *account, const json_t *document, const json_t *post, struct inbound *ret_inbound);
/* Its words alone: without names at the start, addresses and all that is no letter or digit. Arena. */
struct str twitter_core(struct cx *cx, struct str text);

/* ---- timeline.c, searching.c, sending.c ---- */

enum err twitter_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		       struct str *ret_cursor, bool *ret_more);
enum err twitter_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);
struct str twitter_newest_id(const json_t *document, struct str newest); /* the newest post of "data", where it is newer than that one; borrowed */
enum err twitter_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err twitter_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
