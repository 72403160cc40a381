/* connector.h: between the files of the connector (channel.c, reading.c, sending.c). Ids are those of wordpress.h: "post-4", "comment-2". */
#pragma once
#include "channel/exchange.h"

/* Ask the site as the account; paths begin with /wp/v2/ and may have a query. The site's own address of its interface is used, as verify()
 * found it; before that ?rest_route=, which every site has that has an interface at all. */
enum err wordpress_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
/* Our own number there, as verify() found it; empty before the first time. */
struct str wordpress_self(const struct channel_account *account);
/* What WordPress calls an error: "rest_comment_closed". */
bool wordpress_says(const struct exchange *exchange, const char *code);
/* "comment-12" → "12" for the prefix "comment-"; empty for anything else. */
struct str wordpress_number(struct str id, const char *prefix);
bool wordpress_is_number(struct str text);

/* reading.c */
enum err wordpress_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			 struct str *ret_cursor, bool *ret_more);
enum err wordpress_read_comments(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err wordpress_read_posts(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
/* What a comment says: as it was written where that is plain text, else as a person reads it. */
struct str wordpress_body(struct cx *cx, const json_t *comment);

/* sending.c */
enum err wordpress_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err wordpress_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
/* OUTCOME_NEVER with this story, a msgid. */
void wordpress_never(struct cx *cx, const char *story, struct sent *ret_sent);
/* Letters and digits alone: sites turn signs into others. */
struct str wordpress_core(struct cx *cx, struct str text);
/* From when on by the site's clock it may have been written, by an answer of the site. */
i64 wordpress_since(const struct cx *cx, const struct exchange *exchange, const struct outbound *outbound);

/* post.c */
enum err wordpress_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err wordpress_look_for_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
