/* connector.h: what the files of the Telegram connector share: asking the Bot API, and the names by which its messages are known here.
 * Ids there are unique in a chat only: a message is "CHAT/MESSAGE". A private chat is one conversation, "CHAT"; in a group each thread of
 * answers is one, "CHAT/FIRST". Texts are in the task's arena. */
#pragma once
#include "channel/exchange.h"

/* Where the interface is, without a "/" at its end. */
struct str telegram_base(const struct channel_account *account);
/* POST /bot<token>/METHOD. The token stands in the path: that is how this network has it. */
enum err telegram_ask(struct cx *cx, struct net *net, const struct channel_account *account, const char *method, struct exchange *exchange);

/* One update (getUpdates, or what a webhook brings): handed over when it is something that people said. */
enum err telegram_read_update(struct cx *cx, const struct channel_account *account, const json_t *update, inbound_taker *take, void *subject);

/* The pictures of an album, each a message there, as the one that it is: by its first, with whatever of them has words. */
enum err telegram_read_album(struct cx *cx, const struct channel_account *account, const json_t **parts, size_t count, bool post, inbound_taker *take, void *subject);
/* Does this message carry a file that can be brought? */
bool telegram_carries(const json_t *message);

/* ---- updates.c: a page of them ---- */

struct telegram_updates {
	const json_t **list; /* by their numbers, each once */
	size_t count;
};
struct telegram_updates telegram_sorted(struct cx *cx, const json_t *list);
/* How many of them may be taken now: not more files than a turn can bring, and no album of which more may follow (*ret_wait: it is still arriving, a
 * moment later it is whole; it is left where it is, for the network keeps what was not said to have arrived). */
size_t telegram_whole(const struct cx *cx, const struct telegram_updates *updates, bool is_full, bool *ret_wait);
enum err telegram_take_updates(struct cx *cx, const struct channel_account *account, const struct telegram_updates *updates, size_t end, inbound_taker *take, void *subject);

/* "CHAT/MESSAGE", or "CHAT" alone (*ret_message is empty then), as the numbers that the network wants. False: neither. */
bool telegram_place(struct str id, struct str *ret_chat, struct str *ret_message);
struct str telegram_id(struct cx *cx, i64 chat, i64 message);
/* Of a chat that a link can lead to; empty for others. */
struct str telegram_url(struct cx *cx, const json_t *chat, i64 message);

/* ---- webhook.c: who brings what is new ---- */

#define TELEGRAM_KINDS "[\"message\",\"edited_message\",\"channel_post\",\"edited_channel_post\"]"

/* Sets the webhook where it is wanted, and looks from time to time whether it holds; takes it away where it no longer is. `mark` is its part of the
 * cursor. *ret_asks: what is new is to be asked for, for it is not brought. */
enum err telegram_keep_webhook(struct cx *cx, struct net *net, const struct channel_account *account, struct str mark, struct str *ret_mark, bool *ret_asks);
/* The network says that it brings what is new. OK when it brings it here; ERR_DENIED when it goes somewhere else. */
enum err telegram_is_brought(struct cx *cx, struct net *net, const struct channel_account *account);
/* For verify(): what a person has to know of it goes into known.notices. */
enum err telegram_look_at_webhook(struct cx *cx, struct net *net, const struct channel_account *account, json_t *known);
enum err telegram_leave(struct cx *cx, struct net *net, const struct channel_account *account);

enum err telegram_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err telegram_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

#define TELEGRAM_FILE_MAX (20 << 20) /* what a bot may have of others */
#define TELEGRAM_TEXT_MAX 4096    /* units of UTF-16 */
#define TELEGRAM_CAPTION_MAX 1024 /* likewise: what goes with a picture */

/* channel.c: of a User: "@name". */
struct str telegram_handle_of(struct cx *cx, const json_t *me);

/* ---- profile.c ---- */
extern const struct channel_profile_field telegram_profile_fields[];
enum err telegram_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile);
enum err telegram_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
