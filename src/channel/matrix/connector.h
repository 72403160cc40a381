/* connector.h: between the files of the connector (channel.c, event.c, reading.c, sending.c). A message's id here is ROOM/EVENT, so that
 * whoever acts on it needs nothing else; a conversation is a room, or ROOM/EVENT of a thread's root. */
#pragma once
#include "channel/exchange.h"

struct map;

#define MATRIX_API "/_matrix/client/v3"
#define MATRIX_MEDIA "/_matrix/client/v1/media"

/* Ask the account's home server, where verify() found it; paths begin with /_matrix/. */
enum err matrix_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
/* Our own id there, as verify() found it; empty before the first time. */
struct str matrix_self(const struct channel_account *account);
/* "M_FORBIDDEN"; empty when the server says none. */
struct str matrix_error(const struct exchange *exchange);
/* MATRIX_API "/rooms/ROOM", `verb` as it is, and "/first/second" where they are not empty; percent-encoded. */
struct str matrix_room_path(struct cx *cx, struct str room, const char *verb, struct str first, struct str second);
struct str matrix_quoted(struct cx *cx, struct str text);

/* ROOM and EVENT of an id; false when it is none of ours. Borrowed. */
bool matrix_id_split(struct str id, struct str *ret_room, struct str *ret_event);
struct str matrix_id(struct cx *cx, struct str room, struct str event);

/* ---- event.c: an event as an inbound ---- */

/* A room as far as its events need it. */
struct matrix_room {
	struct str id, name;
	struct str origin;     /* the first room of its conversation, where this one replaced it; else empty */
	bool direct;
	struct map *names;     /* user id → struct str *, as members call themselves there; may be NULL */
};

/* Members' names in a list of events. */
void matrix_members(struct cx *cx, const json_t *events, struct map *names);
/* False for what is no message of its own: edits, reactions, states. An encrypted one neither. Texts in the arena or borrowed from `event`. */
bool matrix_message(struct cx *cx, const struct channel_account *account, const struct matrix_room *room, const json_t *event, struct inbound *ret_inbound);
/* The event that this one edits, redacts; empty when it does not. */
struct str matrix_edits(const json_t *event);
struct str matrix_redacts(const json_t *event);
/* `original` as `edit` changes it. False unless the same person wrote both. */
bool matrix_edited(struct cx *cx, const struct channel_account *account, const struct matrix_room *room, const json_t *original, const json_t *edit,
		   struct inbound *ret_inbound);
i64 matrix_instant(const json_t *event);

/* ---- reading.c ---- */
enum err matrix_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more);
enum err matrix_read_sync(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err matrix_read_messages(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
enum err matrix_read_event(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);

/* ---- sending.c ---- */
enum err matrix_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err matrix_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

/* One file up, whoever is to see it: "mxc://…". Empty: *ret_sent says why. */
enum err matrix_upload(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *media, struct str *ret_uri, struct sent *ret_sent);

/* ---- profile.c ---- */
extern const struct channel_profile_field matrix_profile_fields[];
enum err matrix_bring(struct cx *cx, struct net *net, const struct channel_account *account, struct str reference, size_t most, struct str *ret_bytes);
enum err matrix_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile);
enum err matrix_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
