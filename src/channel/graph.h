/* graph.h: what the connectors of Facebook Pages and Instagram have in common, because both speak the Graph interface with a page's token:
 * requests with their proof and version, errors and what they mean, edges read page by page, deliveries, private messages. What is said in
 * their documents is read by meta.h, the readers that imports use too.
 *
 * What stays true: the token goes in a header, never in an address; what an error code means stands in one table (graph_error.c); rules
 * and versions are rows with a date and a source. Results are in cx->arena. */
#pragma once
#include "channel/exchange.h"
#include "channel/meta.h"

/* ---- requests (graph_call.c) ---- */

/* Which version of the interface is spoken, and until when it is answered. */
struct graph_version {
	const char *word, *since, *until; /* days; NULL: not yet told */
	const char *as_of, *source;
};
extern const struct graph_version graph_version;
extern const struct channel_sunset graph_sunsets[]; /* of both kinds: the version's end */

/* Ask the network; the path begins behind the version: "/me?fields=id". Signed with the app's secret where the channel has it. */
enum err graph_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *exchange);
/* With another token than the page's; empty: none. */
enum err graph_ask_as(struct cx *cx, struct net *net, const struct channel_account *account, struct str token, struct exchange *exchange);
/* Typed, or of the app that somebody signed in by; empty where there is none. */
struct str graph_app_secret(struct cx *cx, const struct channel_account *account);
struct str graph_self(const struct channel_account *account); /* our id there, as verify() found it; empty before */
struct str graph_page(const struct channel_account *account); /* of the page whose token it is; of Facebook the same */
/* "/ID" and what follows; the id escaped. */
struct str graph_path(struct cx *cx, struct str id, const char *more);

/* ---- what it answers (graph_error.c) ---- */

struct graph_error {
	i64 from, to;          /* codes */
	i64 subcode;           /* 0: any */
	enum outcome outcome;
	const char *story;     /* msgid */
	bool of_edge;          /* says something of what was asked for alone: other things may still be had */
	bool of_window;        /* too late for a private message of this sort */
	bool of_right;         /* a right is missing: of the account, or for this one thing */
	bool of_person;        /* this person, or this conversation, takes none */
};
/* The row of an answer's error; NULL: it holds none, or one that no row knows. The last rows end with from == 0. */
const struct graph_error *graph_error_of(const json_t *document);
extern const struct graph_error graph_errors[];

/* exchange_outcome() and its kin, with the network's own codes put in. */
void graph_outcome(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
/* The same of an act: where verify() was told the rights, which the channel could not be without, a refused one says something of this act alone (an
 * app that Meta did not review may not write to everybody), and must not hold up the others. */
void graph_acted(struct cx *cx, const struct channel_account *account, const struct exchange *exchange, struct sent *ret_sent);
void graph_looked(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
enum err graph_expect(struct cx *cx, const struct exchange *exchange);
bool graph_verified(struct cx *cx, const struct exchange *exchange, struct verified *ret_verified);

/* ---- who we are (graph_verify.c) ---- */

/* GET `path`, of the account. False: `v` says why not; also that a person's token stands in place of a page's. */
enum err graph_verify_account(struct cx *cx, struct net *net, const struct channel_account *account, const char *path, bool instagram, struct exchange *exchange, struct verified *v,
			      bool *ret_is);
/* The rights and the end of the token, asked of the network about itself, and whether the page's deliveries come to our app; what it does not tell
 * stays unknown. Adds to v->known. */
enum err graph_verify_token(struct cx *cx, struct net *net, const struct channel_account *account, struct str page, struct verified *v);
/* Subscribe the page to our app where verify() found that it is not, once a day: by the member "subscribed" of a cursor's state. */
enum err graph_subscribe(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state);

/* ---- signing in, and whose page it is (graph_login.c) ---- */

extern const struct channel_login graph_login;

struct graph_pages {
	bool is_told;          /* the network listed the person's pages; else the exchange says what it said */
	struct str token;      /* of the page that the channel is for; empty: `story` says why none is */
	struct str story;
};
/* What a person's token reaches; `instagram`: pages that an account is linked to. */
enum err graph_pages(struct cx *cx, struct net *net, const struct channel_account *account, struct str token, bool instagram, struct exchange *exchange, struct graph_pages *ret_pages);
/* For struct channel_kind.renew: a person's token for one that lasts, and that for the page's own. */
enum err graph_renew(struct cx *cx, struct net *net, const struct channel_account *account, bool instagram, struct renewed *ret_renewed);

/* ---- figures (graph_figures.c) ---- */

struct graph_figure {
	const char *member, *measure; /* a path within the answer; a row of metric */
};
/* Of each message "/ID?fields=…" `fields`, of the account `path`. Lists of figures end with a row whose member is NULL. */
struct graph_figures {
	const char *fields, *path;
	const struct graph_figure *of_message, *of_account;
};
enum err graph_metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct graph_figures *figures, const struct str *remote_ids, size_t count,
		       metric_taker *take, void *subject);

/* ---- settings that both have ---- */

#define GRAPH_FIELDS(token_about) \
	{"page", N_("Page"), N_("Its name or number, where the person who signs in looks after several. Empty: the only one."), FIELD_LINE, false}, \
	{"token", N_("Page access token"), token_about, FIELD_SECRET, false}, \
	{"app_secret", N_("App secret"), \
	 N_("Of the same app, under Settings, Basic: signs what is asked, and proves what is delivered. Not needed where somebody signs in."), FIELD_SECRET, false}, \
	{"verify_token", N_("Verify token"), N_("A word of your own, which you also write in the app under Webhooks."), FIELD_LINE, false}, \
	{"url", N_("Address of the interface"), N_("Empty: https://graph.facebook.com. Another one where requests go through a gateway of yours."), FIELD_URL, false}, \
	{}

/* ---- reading (graph_fetch.c) ---- */

#define GRAPH_OTHERS_MEDIUM "media/" /* begins the thread of somebody else's picture, on Instagram */

struct graph_edge {
	const char *word;
	const char *path;      /* behind "/ID" */
	bool of_page;          /* of the page, not of the account */
	bool mentions;         /* others' posts that name us */
	const char *deeper;    /* member of an item whose further pages are read too ("comments"), or NULL */
	const char *deeper_path; /* behind "/ITEM" */
};
enum err graph_fetch(struct cx *cx, struct net *net, const struct channel_account *account, const struct graph_edge *edges, size_t count, const char *network, struct str cursor,
		     inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);

/* Pure readers, for `parvis parse` and the tests. */
enum err graph_read_answer(struct cx *cx, const struct channel_account *account, const char *network, const json_t *document, inbound_taker *take, void *subject);
enum err graph_read_delivery(struct cx *cx, const struct channel_account *account, const char *network, const json_t *document, inbound_taker *take, void *subject);

/* ---- deliveries (graph_delivery.c) ---- */

/* `object`: "page" or "instagram", what the delivery is of. */
enum err graph_receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, const char *object, const char *network, inbound_taker *take,
		       void *subject, struct received *ret_received);

/* ---- private messages (graph_message.c) ---- */

/* Until when a private message may be sent, from the other's last word on, and under which tag. */
struct graph_window {
	const char *tag;       /* NULL: none needed */
	i64 hours;
	const char *as_of, *source;
};
extern const struct channel_time graph_times[]; /* the same, for people */
extern const struct graph_window graph_windows[]; /* ends with hours 0 */

/* To the person of a conversation, or to who wrote a comment; with a file, which is a message of its own. */
enum err graph_message(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, bool of_comment, const char *platform,
		       struct sent *ret_sent);
/* A file as a part of a form. */
struct exchange_part graph_file(struct cx *cx, const char *name, const struct outbound_media *media);
/* Did it arrive? `person`: with whom the conversation is. */
enum err graph_message_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct str person, const char *platform,
			    struct sent *ret_sent);

/* The one of a list of our own texts that this act would have made, not older than it. `body` and `at` name the members. */
const json_t *graph_find(struct cx *cx, const struct exchange *exchange, const struct channel_account *account, const json_t *list, const struct outbound *outbound,
			 const char *body, const char *at);
/* The outcome of looking: found, certainly absent, or not to be told now. */
void graph_found(struct cx *cx, const json_t *found, bool known_absent, struct sent *ret_sent);

/* ---- posts (graph_post.c) ---- */

/* graph_acted() for what is done before the act, where a doubt is none: LATER. True when it is DONE, with JSON. */
bool graph_read_first(struct cx *cx, const struct channel_account *account, const struct exchange *exchange, struct sent *ret_sent);
/* The act with its warning before its text, since these networks have no other place for it. */
struct outbound graph_as_said(struct cx *cx, const struct outbound *outbound);
/* A film to the address that the network told for it (graph_upload.c), whole; nobody sees it until what it is for is published. False: *ret_sent says why. */
enum err graph_upload(struct cx *cx, struct net *net, const struct channel_account *account, struct str url, const struct outbound_media *film, bool *ret_there, struct sent *ret_sent);
/* A picture into the page's album, unpublished. False: *ret_sent says why. */
enum err graph_photo(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *media, struct str *ret_id, bool *ret_there, struct sent *ret_sent);
