/* connector.h: between the files of the connector (channel.c, message.c, reading.c, sending.c). A message's id here is CHANNEL/MESSAGE, so
 * that whoever acts on it needs nothing else; a conversation is a channel of the server, or a thread in one. */
#pragma once
#include "channel/exchange.h"

/* Ask the interface with the bot's token; paths begin behind /api/v10. */
enum err discord_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
struct str discord_self(const struct channel_account *account);
/* The network's own number of an error ("code"); 0 when it says none. */
i64 discord_error(const struct exchange *exchange);
#define DISCORD_UNKNOWN_CHANNEL 10003
#define DISCORD_UNKNOWN_MESSAGE 10008
#define DISCORD_MISSING_ACCESS 50001
#define DISCORD_NO_PRIVATE 50007
#define DISCORD_MISSING_PERMISSIONS 50013
#define DISCORD_INVALID_FORM 50035

/* CHANNEL and MESSAGE of an id, both digits; false when it is none of ours. Borrowed. */
bool discord_id_split(struct str id, struct str *ret_channel, struct str *ret_message);
bool discord_is_id(struct str text);
/* Ids are numbers that grow with time: "9" before "10". */
int discord_id_order(struct str a, struct str b);
/* The smallest id of that instant. */
u64 discord_id_of(i64 instant);

/* message.c: false for what is no message of a person or bot (who joined, what was pinned). */
bool discord_message(struct cx *cx, const struct channel_account *account, struct str subject, const json_t *message, struct inbound *ret_inbound);

/* reading.c */
enum err discord_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		       bool *ret_more);
enum err discord_read_messages(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err discord_read_message(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);

/* sending.c */
enum err discord_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err discord_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

/* channel.c: who a user is, of a document that tells of it. */
void discord_read_user(struct cx *cx, const json_t *document, struct verified *verified);

/* profile.c */
extern const struct channel_profile_field discord_profile_fields[];
enum err discord_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile);
enum err discord_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
