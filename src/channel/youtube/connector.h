/* connector.h: between the files of the connector (channel.c, reading.c, sending.c, answer.c). */
#pragma once
#include "channel/exchange.h"

/* Ask the interface; paths begin with /youtube/v3/. */
enum err youtube_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
/* The id of our own channel, as verify() found it; empty before the first time. */
struct str youtube_self(const struct channel_account *account);

/* ---- answer.c: what YouTube says by its reasons, over what all networks say by their statuses ---- */

/* When the day's share begins anew: midnight in California. */
i64 youtube_next_day(i64 now);
void youtube_outcome(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
/* For what is read before something is sent, as exchange_read_first(). */
bool youtube_read_first(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
/* For look(), as exchange_looked(). */
void youtube_looked(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
/* For reading: 200 with an object that has `items`. */
enum err youtube_expect(struct cx *cx, const struct exchange *exchange);
bool youtube_verified(struct cx *cx, const struct exchange *exchange, struct verified *ret_verified);
/* Are comments turned off there? */
bool youtube_is_closed(const struct exchange *exchange);
/* Is it that what was asked for is not there (any more)? */
bool youtube_is_gone(const struct exchange *exchange);

/* ---- uploads.c ---- */

/* Of verify(): the latest uploads into verified->known, and what went wrong with them. Two units. Without them the channel works as well. */
enum err youtube_look_at_uploads(struct cx *cx, struct net *net, const struct channel_account *account, struct str playlist, struct verified *verified);

/* ---- reading.c ---- */

enum err youtube_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		       struct str *ret_cursor, bool *ret_more);
enum err youtube_read_threads(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err youtube_read_comments(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
/* What changed under the threads that are watched. */
enum err youtube_read_again(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject);

/* ---- searching.c ---- */

enum err youtube_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);
enum err youtube_read_videos(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);

/* ---- sending.c ---- */

enum err youtube_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err youtube_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
