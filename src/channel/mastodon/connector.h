/* connector.h: between the files of the connector (channel.c, reading.c, sending.c). */
#pragma once
#include "channel/exchange.h"

/* Ask the account's server; paths begin with /api/. */
enum err mastodon_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
/* Our own id there, as verify() found it; empty before the first time. */
struct str mastodon_self(const struct channel_account *account);

/* reading.c */
enum err mastodon_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			struct str *ret_cursor, bool *ret_more);
enum err mastodon_read_notifications(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err mastodon_read_context(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err mastodon_read_one(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);

enum err mastodon_hand_over(struct cx *cx, const struct channel_account *account, const json_t *status, struct str thread, inbound_taker *take, void *subject);
/* The objects of a list with an id, oldest first, each once. */
size_t mastodon_sorted(struct cx *cx, const json_t *list, const json_t ***ret_sorted);
int mastodon_id_order(struct str a, struct str b); /* "9" before "10" */

/* searching.c */
enum err mastodon_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			 inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);
enum err mastodon_read_tag(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err mastodon_read_found(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);

/* sending.c */
enum err mastodon_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err mastodon_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

/* channel.c: who an account is, of a document that tells of it. */
void mastodon_read_account(struct cx *cx, const struct channel_account *account, const json_t *document, struct verified *verified);

/* ---- profile.c ---- */
extern const struct channel_profile_field mastodon_profile_fields[];
enum err mastodon_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile);
enum err mastodon_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
