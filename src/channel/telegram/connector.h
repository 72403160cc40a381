/* connector.h: what the files of the Telegram connector share: asking the Bot API, and the names by which its messages are known here.
 * Ids there are unique in a chat only: a message is "CHAT/MESSAGE". A private chat is one conversation, "CHAT"; in a group each thread of
 * answers is one, "CHAT/FIRST". Texts are in the task's arena. */
#pragma once
#include "channel/exchange.h"

/* POST /bot<token>/METHOD. The token stands in the path: that is how this network has it. */
enum err telegram_ask(struct cx *cx, struct net *net, const struct channel_account *account, const char *method, struct exchange *exchange);

/* One update (getUpdates, or what a webhook brings): handed over when it is something that people said. */
enum err telegram_read_update(struct cx *cx, const struct channel_account *account, const json_t *update, inbound_taker *take, void *subject);

/* "CHAT/MESSAGE", or "CHAT" alone (*ret_message is empty then), as the numbers that the network wants. False: neither. */
bool telegram_place(struct str id, struct str *ret_chat, struct str *ret_message);
struct str telegram_id(struct cx *cx, i64 chat, i64 message);
/* Of a chat that a link can lead to; empty for others. */
struct str telegram_url(struct cx *cx, const json_t *chat, i64 message);

enum err telegram_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err telegram_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

#define TELEGRAM_TEXT_MAX 4096    /* units of UTF-16 */
#define TELEGRAM_CAPTION_MAX 1024 /* likewise: what goes with a picture */
