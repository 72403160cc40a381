/* channel.h: what a network is to Parvis: one constant row a kind, `const struct channel_kind channel_NAME` in a folder of its
 * own, and its word in the list of src/channel/meson.build. A connector speaks model nouns on one side and the network on the
 * other, through sys/net; it never sees the database, and decides nothing about conversations. What the network answered is
 * classified once, here: an enum outcome.
 *
 * A connector keeps no state: no static variables, no files. Whatever it needs a second time comes back to it: how far it read in the
 * `cursor`, who the account is and what its server allows in `account->known` (what `verify` found), secrets in `account->secret`,
 * which a call may renew.
 * Which acts it has, it says by which functions it has: NULL for what the network cannot. Every request passes the gate of the channel
 * (flow/gate.h: the network's own quota, pauses after failures), so a connector neither sleeps nor tries again by itself.
 *
 * How to write one: docs/add-a-connector.md. How it is held to all this: tests/channel/test_conformance.c plays the exchanges of
 * channel/NAME/exchanges/ (data) with every fault that networks have; a kind without exchanges fails there. */
#pragma once
#include "base/cx.h"
#include "model/inbound.h"
#include "model/length.h"
#include "model/poll.h"
#include "model/post.h"
#include "model/profile.h"

#include <jansson.h>

struct net;        /* sys/net.h */
struct net_header; /* sys/net.h */
struct idle_wish;  /* sys/imap.h */

/* ---- outcomes ---- */

enum outcome {
	OUTCOME_DONE,    /* accepted: remote_id is known */
	OUTCOME_LATER,   /* not now; again at `retry_at` (429, 503, refused connection: certainly not accepted) */
	OUTCOME_NEVER,   /* refused for good, `story` says why */
	OUTCOME_HOLD,    /* the account needs a person (401, 403): nothing leaves by this channel until then */
	OUTCOME_UNKNOWN, /* sent, no answer: look before sending again */
};
const char *outcome_word(enum outcome outcome);

/* ---- the account ---- */

/* What was said between two instants, and the network no longer has. */
struct channel_hole {
	i64 from, until;          /* both 0: there is none */
};

/* A channel as the connector may know it. All of it is borrowed for the call. */
struct channel_account {
	i64 id;
	struct str name;
	const json_t *settings;   /* object: the kind's own fields (see `fields`); exchange_setting() reads one */
	struct str secret;        /* opened credential, JSON text or empty; only in the working role; exchange_secret() reads one */
	const json_t *known;      /* object: what verify() found last (struct verified.known); empty before the first time. May be NULL */
	/* A call may hand back a renewed secret (a token of an hour with the one that renews it; the members it does not renew must be in it
	 * too): it is sealed and kept at once, whatever becomes of the call, and stands in `secret` of the calls after this one. An error says that it
	 * could not be kept: where the old one is worth nothing any more, stop there. NULL: nobody keeps it. Call it by exchange_renew(). */
	enum err (*renew)(struct cx *cx, void *subject, struct str secret);
	void *subject;            /* of `renew` */
	/* Where fetch() notes what a stream could not play back any more: it is told on the channel's page (flow/gap.h). NULL: nobody asks. */
	struct channel_hole *hole;
};

struct channel_choice {
	const char *word, *title; /* "linkedin"; msgid */
};

struct channel_field {          /* a setting of the kind: makes the form, the API's check and the docs */
	const char *name, *title, *about; /* title and about are msgids */
	/* What is secret is given to the server of FIELD_URL and FIELD_SERVER (its name, with its port) alone: when one of those becomes another,
	 * a person types the secret again, or signs in again over there. */
	enum { FIELD_LINE, FIELD_URL, FIELD_SECRET, FIELD_NUMBER, FIELD_BOOL, FIELD_SERVER, FIELD_CHOICE } type;
	bool required;
	const struct channel_choice *choices; /* of FIELD_CHOICE: ends with a row whose word is NULL */
};

/* A right (scope, permission) that the network grants to a credential, and what we need it for. */
struct channel_right {
	const char *word;         /* as the network writes it: "write:statuses" */
	const char *need;         /* msgid: what does not work without it */
	bool required;            /* without it the channel is of no use */
	bool quiet;               /* told where it is used, never as something that is coming over the channel: all else works without it */
};

/* ---- signing in over there: OAuth 2 with PKCE (channel/oauth.h does it all; a kind says only this) ---- */

struct channel_login {
	const char *authorize, *token; /* addresses; those that begin with "/" belong to the server that the setting `server` names */
	const char *server;       /* the field of the kind that holds it: "url"; NULL: the addresses are whole */
	const char *home;         /* where it is when that field is empty: of networks that are one place, reached by another one's address; NULL: nowhere */
	const char *registers;    /* where programs make themselves known as at Mastodon's servers: "/api/v1/apps"; NULL: the operator does it by hand */
	const char *manual;       /* where that is, for people; NULL */
	const char *issuer;       /* what `iss` must be (RFC 9207) where it is given; NULL: the server */
	const char *more;         /* other parameters that the network wants: "access_type=offline&prompt=consent"; NULL */
	const char *rights_by;    /* what parts rights: NULL, a space */
	const char *secret;       /* the member of the credential that the token becomes: "token" */
	bool exchanges;           /* what signing in gives is exchanged at once, by renew(), for what lasts */
	bool basic;               /* who we are goes into the Authorization header (RFC 6749, 2.3.1), not into the body */
	const char *as_of, *source;
};

/* ---- an end that the network has announced ---- */

struct channel_sunset {
	const char *what;         /* msgid: what ends */
	const char *on;           /* "2027-03-15" */
	const char *as_of, *source;
};

/* ---- until when a private answer is taken, counted from what the person wrote last; afterwards it is refused for good ---- */

struct channel_time {
	i64 within;
	const char *condition;    /* msgid: what it takes besides; NULL */
	const char *as_of, *source;
};

/* ---- limits: data with a date and a source, because they change ---- */

enum channel_limit_of {
	LIMIT_NONE,
	LIMIT_BODY,          /* an answer in public */
	LIMIT_PRIVATE_BODY,  /* a private one; none given: as in public */
	LIMIT_POST,          /* a post's text; none given: as an answer in public */
	LIMIT_CAPTION,       /* a post's text that goes with files; none given: as any post's */
	LIMIT_TITLE,         /* of a post; none given: 200 characters are room enough */
	LIMIT_SUBJECT,
	LIMIT_MEDIA,         /* how many go with one message */
	LIMIT_POST_MEDIA,    /* with a post; none given: as many as with a message */
	LIMIT_IMAGE_BYTES,   /* none given, where there is LIMIT_MEDIA or LIMIT_POST_MEDIA: of any size */
	LIMIT_VIDEO_BYTES,   /* of a video, or a sound; none given: it takes none */
	LIMIT_POST_VIDEO_BYTES, /* of a film with a post; none given: as of any */
	LIMIT_SUBTITLE_BYTES, /* of the subtitles of a film in one language, where there is TAKES_SUBTITLES; none given: of any size */
	LIMIT_FILE_BYTES,    /* of any other file; none given: it takes none */
	LIMIT_VIDEO_SECONDS, LIMIT_ALT,
	LIMIT_POLL_CHOICES,  /* of a poll that goes with a post; none given: it takes no polls. Nowhere does a poll go with files */
	LIMIT_POLL_CHOICE,   /* the text of one; none given: 200 characters */
	LIMIT_POLL_QUESTION, /* of the question, where it is asked apart from the text; none given: it is not */
	LIMIT_POLL_SECONDS,  /* how long it may stay open; none given: any time */
	LIMIT_COUNT
};
struct channel_limit {
	enum channel_limit_of of; /* LIMIT_NONE ends a list */
	i64 most;
	enum text_unit unit;      /* of texts: how that network counts (model/length.h) */
	const char *as_of;        /* "2026-11-21": when it was true */
	const char *source;       /* where it is written, or "asked of the server" */
};
const char *channel_limit_word(enum channel_limit_of of); /* "body": also its name in known.limits */

/* ---- a daily quota that the network counts and does not tell ---- */

struct channel_cost {
	const char *method, *path; /* the beginning of the path */
	i64 units;
};

/* Counted by the gate (flow/gate.h), in units, from midnight of `zone` on. What is read is spread over what is left of the day, so that the day's
 * quota is never eaten by asking for what is new. The account's setting "units" says otherwise where a connection has more, or shares them. */
struct channel_budget {
	i64 units;                /* a day */
	i64 reading;              /* how many in a hundred reading may take; the rest is kept for what goes out */
	const char *zone;
	const struct channel_cost *costs; /* the first that fits; what fits none costs 1. Ends with a row whose method is NULL */
	const char *as_of, *source;
};

/* ---- asking a network for what is listened for ---- */

enum search_term_kind { TERM_WORD, TERM_PHRASE, TERM_TAG, TERM_NAME };
struct search_term {
	enum search_term_kind kind;
	struct str text;          /* lower case, without its sign; of a phrase the words with a space between */
};
/* All of them stand in what is looked for, in any order. A network that cannot ask so asks for the first that it can: what it finds is too much then,
 * which does no harm. 1 to 4, the rarest first. */
struct search_need {
	const struct search_term *all;
	size_t count;
};

/* How a network is searched. */
struct channel_search {
	size_t needs;             /* that one question may hold, any of which will do */
	size_t question_max;      /* how many bytes one question may have; 0: any */
	i64 every;                /* how long one query waits at least before it is asked for again */
	i64 a_day;                /* questions that the network takes a day, where searching has a quota of its own; 0: none is known */
	int pages;                /* of one question, in one turn; the rest comes with the next */
	const char *reach;        /* msgid: what its search finds and what it costs, for whoever switches it on; a sentence or two */
	const char *as_of, *source;
};

/* ---- what goes out ---- */

/* What is said in a film, in one language. */
struct outbound_subtitle {
	struct str lang, vtt;     /* "fr"; WebVTT (model/subtitles.h) */
};

struct outbound_media {
	struct str kind;          /* image, video, audio, file */
	struct str name, alt, type;
	struct str bytes;
	i64 width, height;        /* of a film of a post: pixels as it is to be seen; 0: not known */
	const struct outbound_subtitle *subtitles; /* of a film of a post, where the kind has TAKES_SUBTITLES; none above its LIMIT_SUBTITLE_BYTES */
	size_t subtitle_count;
};

/* What is shown of the page behind the first link of a post, where the network wants it from whoever posts (SENDS_CARD). */
struct outbound_card {
	struct str url, title, description; /* url: whole; empty: there is none */
	const struct outbound_media *picture; /* NULL: none */
};

enum channel_act { ACT_REPLY, ACT_HIDE, ACT_RESTORE, ACT_NOTICE, ACT_REACT, ACT_UNREACT, ACT_POST, ACT_PROFILE, ACT_COUNT };
const char *channel_act_word(enum channel_act act);
bool channel_act_of(struct str word, enum channel_act *ret_act);

struct outbound {
	enum channel_act act;
	struct str dedup_key;     /* the same for every attempt; networks that take an idempotency key get it */
	struct str thread_id, parent_id; /* of a reply: where it belongs, and what it answers */
	struct str remote_id;     /* the message to hide, restore or react to */
	struct str to, subject;   /* of a reply that answers nothing (CAN_BEGIN): who it is for, as they are called there, and what about; of a post: its title */
	struct str body;
	enum visibility visibility;
	struct str author_name;   /* signature on screen */
	struct str reaction;      /* ACT_REACT: "like", or an emoji where the network takes one */
	i64 intended_at;          /* when it was first to leave: look() need not search before */
	i64 message;              /* our id, for webhooks */
	/* Of a post: what it is written in ("fr"; empty: not said), and what is to be said before it is shown ("a film's end"; empty: nothing). Its next
	 * parts, and its first comment, are replies to it. */
	struct str lang, warning;
	struct poll poll;         /* count 0: none */
	enum post_form form;      /* of a post: a story, where the kind has CAN_STORY */
	struct outbound_card card; /* of a post without files, where the kind has SENDS_CARD */
	const struct outbound_media *media;
	size_t media_count;
	const struct profile_change *profile; /* ACT_PROFILE: what of our profile is to be another (channel/profile.h); else NULL */
};

/* What of a profile is to be another. */
struct profile_change {
	bool wants[PROFILE_FIELDS];
	struct str text[PROFILE_FIELDS];   /* what is to stand there; of pictures nothing */
	struct str before[PROFILE_FIELDS]; /* what stood there when it was ordered; of pictures their address */
	struct outbound_media avatar, cover;
};

struct sent {
	enum outcome outcome;
	struct str remote_id, url; /* arena. Of a post: what comments on it name as their thread_id, or as their parent_id where threads are smaller (a comment each) or larger (a room) */
	i64 retry_at;             /* OUTCOME_LATER; 0 = the outbox's own pace */
	struct str story;         /* for people; arena. Never empty unless OUTCOME_DONE */
};

/* ---- what comes in ---- */

/* Hands an inbound over; returns an error to stop. */
typedef enum err inbound_taker(struct cx *cx, void *subject, const struct inbound *inbound);

/* A webhook delivery, exactly as it arrived: signatures are over the raw bytes. */
struct delivery {
	struct str method;        /* "POST"; "GET" where a network asks whether we are there */
	struct str path;          /* with its query */
	struct str body;
	const struct net_header *headers;
	size_t header_count;
};

/* Another account that a delivery tells of: one address may serve all that a program has over there. */
struct delivery_other {
	const char *kind;         /* word of the kind that it is connected as */
	struct str id;            /* known.id of its channel */
};

struct received {
	enum {
		DELIVERY_REFUSED,     /* not signed by who it says, or too old: `story`; nothing was handed over */
		DELIVERY_TAKEN,       /* what was in it was handed over */
		DELIVERY_CHALLENGE,   /* the network asks whether we are there: `answer` is to be given */
	} verdict;
	struct str key;           /* what the network calls this delivery. Whoever keeps them refuses one that was there; empty: it has no name */
	struct str answer, answer_type; /* body and content type to answer with; empty: nothing */
	struct str story;
	/* DELIVERY_TAKEN: whose else it is. Those of them that are channels of the same workspace get it as it came, and check it themselves. */
	const struct delivery_other *others;
	size_t other_count;
};

/* ---- what verify finds ---- */

struct verified {
	/* DONE: the credential works. HOLD: a person must act (story). NEVER: this is no such network, or no such account (story).
	 * LATER: it could not be asked now (retry_at). */
	enum outcome outcome;
	struct str story;
	i64 retry_at;
	struct str id, handle, name, url, avatar; /* who we are there */
	i64 followers;            /* -1 unknown */
	/* What the credential may do, in the network's words. `rights_told` is false where the network does not say: then the first
	 * refusal tells. */
	bool rights_told;
	const struct str *rights;
	size_t right_count;
	i64 expires_at;           /* of the credential; 0 = it does not, or the network does not say */
	/* An object, kept and given back as account->known: whatever the other acts need to know of the account and its server.
	 * Its member "limits", {"body": 500, …} by channel_limit_word(), wins over the kind's own limits. Its member "notices", [{"about": what,
	 * "headline": a msgid, "story"}], is told once to whoever sets channels, while all else works (flow/weather.h). Released with the arena. */
	json_t *known;
	i64 look_again_at;         /* when what it found will be worth another look; 0: tomorrow, as always */
};

/* ---- what renewing brings ---- */

struct renewed {
	/* DONE: `secret` holds from now on, and the one before may be dead. HOLD: the network renews it no longer, a person must connect again.
	 * LATER: not now, the one there is stays as it is (retry_at). UNKNOWN: asked, and the answer was lost; it is tried again with the old
	 * one. A story goes with all but DONE. */
	enum outcome outcome;
	struct str story;
	i64 retry_at;
	struct str secret;        /* the whole credential, JSON as account->secret has it; arena. DONE and empty: there is nothing to renew */
	i64 token_until;          /* until when it can be used as it is; 0 = for ever, or the network does not say */
	i64 expires_at;           /* until when it can be renewed: then a person must act; 0 = the same */
	bool is_client;           /* of HOLD: not the account is refused, but Parvis itself */
};

/* ---- figures ---- */

struct metric {
	struct str remote_id;     /* of the message; empty: of the account */
	const char *measure;      /* likes, shares, replies, views, reach, followers */
	i64 value;
};
typedef enum err metric_taker(struct cx *cx, void *subject, const struct metric *metric);

struct channel_profile {
	struct str name, handle, about, url, avatar, cover;
	struct str short_about, website, place, site_title; /* where the kind's row has them */
	struct str avatar_reference; /* of a picture that opens to our credential alone: bring() has its bytes; `avatar` is then what tells it from another */
	const struct profile_link *links;
	size_t link_count;
	i64 followers, following, posts; /* -1 unknown */
};

/* A field that the network's profiles have. */
struct channel_profile_field {
	enum profile_field field;
	i64 most;                 /* of a text, in `unit`; of links, how many; 0: no limit is known */
	enum text_unit unit;
	bool reads, writes;       /* profile() brings it; write_profile() sets it */
	const char *as_of, *source; /* of the limit, or of what can be read and written; NULL ends the list */
	const char *right;        /* of the kind's rights: without it this one cannot be set; NULL: it takes none of its own */
};

/* ---- pure readers, so that what networks send can be read without them ---- */

/* One kind of document that the network sends, by the name of the call that answers it, or "webhook" for what a delivery holds.
 * Touches nothing but the document: `parvis parse answer`, `parvis parse webhook` and the fuzzers call it. */
struct channel_reader {
	const char *call;         /* "notifications", "webhook"; NULL ends the list */
	const char *about;        /* msgid */
	enum err (*read)(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject);
};

/* ---- the row ---- */

/* struct channel_kind.can, and what is particular about it. */
#define CAN_REPLY         (1u << 0)
#define CAN_REPLY_PRIVATE (1u << 1)
#define CAN_HIDE          (1u << 2)  /* hiding and restoring on the network */
#define HIDES_FOR_GOOD    (1u << 3)  /* with CAN_HIDE: hiding there is taking away, and ACT_RESTORE is never asked for */
#define CAN_LOOK          (1u << 4)  /* after a doubt the network can be read */
#define CAN_FETCH         (1u << 5)
#define READING_IS_PAID   (1u << 6)  /* each message that is read costs money: nothing is read twice to be sure (flow/gap.h) */
#define IS_STREAM         (1u << 7)  /* what all the world says: only what a listening query finds is kept (flow/stream.h) */
#define CAN_REACT         (1u << 8)
#define CAN_RECEIVE       (1u << 9)  /* the network calls us (webhooks) */
#define TELLS_ADDRESS     (1u << 10) /* with CAN_RECEIVE: it tells the network itself where to call, so the desk puts the channel's address into its settings, "in_address" */
#define IS_PUSHED         (1u << 11) /* messages are pushed in by the API */
#define HAS_FORM          (1u << 12) /* and by a public page of ours, when it is opened (flow/form.h) */
#define CAN_BEGIN         (1u << 13) /* a thread with somebody who has not written: publish() with `to` and no parent_id */
#define TAKES_CASES       (1u << 14) /* with CAN_BEGIN: whoever is behind it takes cases, as the setting "callback" says where, signed with its secret; nobody else is meant (flow/handoff.h) */
#define MEDIA_IN_PRIVATE  (1u << 15) /* with LIMIT_MEDIA: of private answers alone */
#define FILES_IN_PRIVATE  (1u << 16) /* the same of all files but pictures */
#define CAN_POST          (1u << 17) /* a post of our own: publish() with ACT_POST */
#define NEEDS_MEDIA       (1u << 18) /* with CAN_POST: none without a picture or a video */
#define HAS_TITLES        (1u << 19) /* with CAN_POST: a post has a title of its own (struct outbound.subject) */
#define POSTS_PICTURES    (1u << 20) /* with CAN_POST: pictures alone go with a post, whatever goes with an answer */
#define CAN_SEARCH        (1u << 21) /* what all the world says there can be searched: search() */
#define POLLS_ONE_CHOICE  (1u << 22) /* with LIMIT_POLL_CHOICES: each person chooses one, always */
#define BY_HAND           (1u << 23) /* with CAN_POST: a person publishes there, and says what became of it (flow/by_hand.h); no publish(). Limits are those of the network that its settings name (channel/by_hand.h) */
#define CAN_STORY         (1u << 24) /* with CAN_POST: a post may be a story: one picture or film, upright, without a text (struct outbound.form) */
#define TAKES_SUBTITLES   (1u << 26) /* with CAN_POST and films: what is said in them goes with them (struct outbound_media.subtitles). BY_HAND a person gets it as files */
#define FILMS_ALONE       (1u << 27) /* with CAN_POST and films: one film is all that goes with a post, of the types that its row of model/media_format.h names */
#define STORY_FILMS       (1u << 28) /* with CAN_STORY: it may be a film too, as the row of its stories in model/media_format.h says */
#define SENDS_CARD        (1u << 25) /* with CAN_POST: what is shown of a link is sent with the post (struct outbound.card); else the network reads it itself, or shows none */

struct channel_kind {
	const char *word, *title, *about; /* "simulator"; msgids */
	const char *network;              /* default glyph: a ch-* symbol of the icons */
	unsigned can;
	const struct channel_limit *limits; /* ends with LIMIT_NONE; NULL: none known */
	const struct channel_field *fields; /* ends with a row whose name is NULL */
	const struct channel_budget *budget; /* NULL: the network tells in its answers how much is left, or counts nothing */
	const struct channel_right *rights; /* ends with a row whose word is NULL; NULL: the network knows none */
	const struct channel_login *login;  /* NULL: what lets us in is typed. Its secret field is then not required: either is enough */
	const struct channel_sunset *sunsets; /* ends with a row whose what is NULL; NULL: none known */
	const struct channel_time *times; /* ends with a row whose within is 0; NULL: at any time */
	const struct channel_search *searching; /* NULL without CAN_SEARCH */
	i64 fetch_every;                  /* microseconds; 0 = never fetched */

	/* Does the credential work, who are we there, what may we do, until when? Called when a channel is connected, each day, and after
	 * trouble; writes nothing over there. Fails (err) only on our own mistakes. NULL: there is nothing to check. */
	enum err (*verify)(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified);
	/* Get a credential that lasts for the one there is: a new token, by a refresh token or by signing in. Called by flow/renew alone: when a
	 * channel was connected (before verify), long before token_until, and when another act was denied; one at a time for a channel, and what
	 * it brings is kept before it is used. The other acts then say HOLD, or fail with ERR_DENIED, and are called once more with what was renewed
	 * (account->renew is for what a network renews unasked, and for kinds without this). Fails (err) only on our own mistakes. NULL: the credential
	 * is as it was given. */
	enum err (*renew)(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed);
	/* Read what is new since `cursor` (empty the first time), oldest first, at most a page or two; *ret_cursor (arena) is
	 * saved with what was taken, in one transaction. *ret_more asks to be called again at once. Handing the same message over twice,
	 * or in another order, does no harm; leaving one out does. A cursor that the network no longer knows: start where it can be
	 * started, never fail for good. Errors: ERR_DENIED when a person must act, ERR_REMOTE for all that time may heal. NULL without
	 * CAN_FETCH. */
	enum err (*fetch)(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take,
			  void *subject, struct str *ret_cursor, bool *ret_more);
	/* Ask the network for what is listened for (flow/seek.h): a page of what it found for any of `needs` (at most searching->needs of them), oldest first, what
	 * was found before `cursor` left out as far as it can be (empty the first time: the newest page, nothing older). Cursor, *ret_more and errors as of fetch(); of
	 * ERR_UNSUPPORTED the story says what cannot be searched there. Whose it is, is marked (`ours`); what of it is kept, flow decides by the query itself. NULL
	 * without CAN_SEARCH. */
	enum err (*search)(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			   inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);
	/* Which line is to be held, over which the network tells at once that something came (flow/idle.h); then fetch() is asked for it. False: it
	 * offers none. Touches nothing. NULL: the network knows no such thing. */
	bool (*listen)(struct cx *cx, const struct channel_account *account, struct idle_wish *ret_wish);
	/* Read a delivery: check its signature over the raw body in constant time, and its age by cx->now, before anything else of it is
	 * believed; then hand over what is in it. What is POSTed is kept first and read here by the working role, with cx->now of when it
	 * came (flow/delivery.h); a GET is a question whether we are there: DELIVERY_CHALLENGE with its answer, by the role that has no
	 * secrets, so from the settings alone, among which the desk puts `verify_token`, what a network was told to repeat. NULL without
	 * CAN_RECEIVE. */
	enum err (*receive)(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject,
			    struct received *ret_received);
	/* The bytes of a file that came with a message (inbound_attachment.reference), or of our profile's picture (channel_profile.avatar_reference), `most` at the most. Called by the working role (flow/bring.h) before
	 * a message that is new is written, its requests pass the channel's gate. ERR_MISSING, ERR_TOO_LARGE: it cannot be had, and the message stands
	 * without it; ERR_DENIED, ERR_LIMIT, ERR_REMOTE: not now. NULL: the kind gives no references. */
	enum err (*bring)(struct cx *cx, struct net *net, const struct channel_account *account, struct str reference, size_t most, struct str *ret_bytes);
	/* Do an outgoing act, once. Fails (err) only on our own mistakes; what the network says is an outcome. What it is asked for and
	 * cannot is OUTCOME_NEVER. */
	enum err (*publish)(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound,
			    struct sent *ret_sent);
	/* Was it done after all? OUTCOME_DONE with the id, OUTCOME_NEVER when it certainly was not, OUTCOME_LATER when the network
	 * cannot be asked now. Sends nothing, but what does no harm twice (hiding what is hidden). NULL without CAN_LOOK. */
	enum err (*look)(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound,
			 struct sent *ret_sent);
	/* Figures of these messages of ours (at most 50), and of the account when there are none. NULL: the network tells none. */
	enum err (*metrics)(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count,
			    metric_taker *take, void *subject);
	/* The channel was put away: take back over there what calls this desk (a webhook), and nothing else; twice does no harm. Called by flow/leave.h with the
	 * credential that it had. NULL: nothing calls, or it stops by itself. */
	enum err (*leave)(struct cx *cx, struct net *net, const struct channel_account *account);
	/* How we show ourselves there. NULL: it has no profile. */
	enum err (*profile)(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile);
	/* Put there what `change` wants, of the fields whose row says `writes`; the rest stays as it is. Called by channel/profile.h alone, which has just read the profile and
	 * leaves out what stands there already: setting the same twice does no harm. Outcomes as of publish(). NULL: a person does it. */
	enum err (*write_profile)(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
	const struct channel_profile_field *profile_fields; /* NULL: it has no profile, or nothing is known of it */
	const char *profile_right;        /* of `rights`: without it write_profile() is refused, and a person does it; NULL: it takes none of its own */
	const char *profile_place;        /* where people set it: an address, or a path of the server that the setting "url" names; NULL: nothing is known */
	/* Read one message as it was pushed in by the API. ERR_BAD_INPUT names the member at fault. NULL without IS_PUSHED. */
	enum err (*pushed)(struct cx *cx, const json_t *body, struct inbound *ret_inbound);
	const struct channel_reader *readers; /* ends with a row whose call is NULL; NULL: none */
};

/* The table, made from the list in src/channel/meson.build. */
extern const struct channel_kind *const channel_kinds[];
extern const size_t channel_kind_count;
const struct channel_kind *channel_kind_of(struct str word); /* NULL when unknown */

/* The limit that holds for an account: what its server said (`known`, may be NULL), or who connected it (BY_HAND), else the kind's. False: there is none. */
bool channel_limit_get(const struct channel_kind *kind, const json_t *known, enum channel_limit_of of, struct channel_limit *ret_limit);
/* Of an answer's text, by visibility. */
bool channel_body_limit(const struct channel_kind *kind, const json_t *known, enum visibility visibility, struct channel_limit *ret_limit);
/* Of a post's text; of the files that go with it. */
bool channel_post_limit(const struct channel_kind *kind, const json_t *known, struct channel_limit *ret_limit);
bool channel_post_media_limit(const struct channel_kind *kind, const json_t *known, struct channel_limit *ret_limit);
/* How many bytes a file of a kind ("image", "video", "audio", "file") may have that goes with a post; 0: none of that kind does, INT64_MAX: no limit is told. */
i64 channel_post_file_most(const struct channel_kind *kind, const json_t *known, struct str file_kind);
