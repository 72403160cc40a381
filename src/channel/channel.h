/* channel.h: what a network is to Parvis: one constant row a kind, `const struct channel_kind channel_NAME` in a folder of its
 * own, and its word in the list of src/channel/meson.build. A connector speaks model nouns on one side and the network on the
 * other, through sys/net; it never sees the database, and decides nothing about conversations. What the network answered is
 * classified once, here: an enum outcome. */
#pragma once
#include "base/cx.h"
#include "model/inbound.h"

#include <jansson.h>

struct net; /* sys/net.h */

enum outcome {
	OUTCOME_DONE,    /* accepted: remote_id is known */
	OUTCOME_LATER,   /* not now; again at `retry_at` (429, 503, refused connection: certainly not accepted) */
	OUTCOME_NEVER,   /* refused for good, `story` says why */
	OUTCOME_HOLD,    /* the account needs a person (401, 403): nothing leaves by this channel until then */
	OUTCOME_UNKNOWN, /* sent, no answer: look before sending again */
};
const char *outcome_word(enum outcome outcome);

/* A channel as the connector may know it. */
struct channel_account {
	i64 id;
	struct str name;
	const json_t *settings;   /* object: the kind's own fields (see `fields`) */
	struct str secret;        /* opened credential, JSON text or empty; only in the working role */
};

struct channel_field {          /* a setting of the kind: makes the form, the API's check and the docs */
	const char *name, *title, *about; /* title and about are msgids */
	enum { FIELD_LINE, FIELD_URL, FIELD_SECRET, FIELD_NUMBER, FIELD_BOOL } type;
	bool required;
};

/* What goes out. */
struct outbound {
	enum { ACT_REPLY, ACT_HIDE, ACT_RESTORE, ACT_NOTICE } act;
	struct str dedup_key;     /* the same for every attempt; networks that take an idempotency key get it */
	struct str thread_id, parent_id, remote_id; /* remote_id: the message to hide or restore */
	struct str body;
	enum visibility visibility;
	struct str author_name;   /* signature on screen */
	i64 message;              /* our id, for webhooks */
};

struct sent {
	enum outcome outcome;
	struct str remote_id, url; /* arena */
	i64 retry_at;             /* OUTCOME_LATER; 0 = the outbox's own pace */
	struct str story;         /* for people; arena */
};

/* Hands an inbound over; returns an error to stop. */
typedef enum err inbound_taker(struct cx *cx, void *subject, const struct inbound *inbound);

#define CAN_REPLY 1u
#define CAN_REPLY_PRIVATE 2u
#define CAN_HIDE 4u         /* hiding and restoring on the network */
#define CAN_LOOK 8u         /* after a doubt the network can be read */
#define CAN_FETCH 16u
#define IS_PUSHED 32u       /* messages are pushed in by the API */
#define HAS_FORM 64u        /* and by a public page of ours, when it is opened (flow/form.h) */

struct channel_kind {
	const char *word, *title, *about; /* "simulator"; msgids */
	const char *network;              /* default glyph: a ch-* symbol of the icons */
	unsigned can;
	size_t body_max;                  /* characters of an answer; 0 = no limit */
	const struct channel_field *fields; /* ends with a row whose name is NULL */
	i64 fetch_every;                  /* microseconds; 0 = never fetched */

	/* Read what is new since `cursor` (empty the first time), oldest first, at most a page or two; *ret_cursor (arena) is
	 * saved with what was taken, in one transaction. *ret_more asks to be called again at once. NULL without CAN_FETCH. */
	enum err (*fetch)(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take,
			  void *subject, struct str *ret_cursor, bool *ret_more);
	/* Do an outgoing act, once. Fails (err) only on our own mistakes; what the network says is an outcome. */
	enum err (*publish)(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound,
			    struct sent *ret_sent);
	/* Was it done after all? OUTCOME_DONE with the id, OUTCOME_NEVER when it certainly was not, OUTCOME_LATER when the network
	 * cannot be asked now. NULL without CAN_LOOK. */
	enum err (*look)(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound,
			 struct sent *ret_sent);
	/* Read one message as it was pushed in. ERR_BAD_INPUT names the member at fault. NULL without IS_PUSHED. */
	enum err (*pushed)(struct cx *cx, const json_t *body, struct inbound *ret_inbound);
};

/* The table, made from the list in src/channel/meson.build. */
extern const struct channel_kind *const channel_kinds[];
extern const size_t channel_kind_count;
const struct channel_kind *channel_kind_of(struct str word); /* NULL when unknown */
