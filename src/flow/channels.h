/* channels.h: connecting the workspace to where people speak: a channel is made, set, paused, started again, put away and taken out
 * again, and fed by the API. Secrets come in once, are sealed at once to the working role's key and are never read here again.
 * Each verb is one transaction: the permission is checked, an audit entry and a change for open pages are left. */
#pragma once
#include "channel/channel.h"
#include "model/actor.h"
#include "store/channel.h"
#include "sys/crypto.h"

/* What a form says of a channel: the kind's fields as two lists in step. */
struct channel_wish {
	i64 id;            /* 0: a new one */
	struct str kind;   /* of a new one */
	struct str name;
	i64 team;          /* 0: nobody's in particular */
	i64 person;        /* of BY_HAND: who is in charge; 0: nobody in particular */
	const struct str *names, *values;
	size_t count;
	const struct public_key *work; /* seals the secret fields */
};

/* Its settings as an object that may be written to; released with the arena. */
json_t *channel_settings(struct cx *cx, const struct channel *channel);
/* What was found out of its account (struct verified.known) as an object; released with the arena. */
const json_t *channel_known(struct cx *cx, const struct channel *channel);
/* A field of a kind by its name; NULL. */
const struct channel_field *channels_field(const struct channel_kind *kind, struct str name);
/* Is the value fit for the field? `kept`: a secret is there already and stays when the value is empty. */
enum err channels_check_field(struct cx *cx, const struct channel_field *field, struct str value, bool kept);
/* Makes or changes. A secret left empty keeps the one there is; a new address or secret is tried at once, and what was held leaves. */
enum err channels_save(struct cx *cx, struct db *db, i64 workspace, const struct channel_wish *wish, i64 *ret_channel);

enum err channels_pause(struct cx *cx, struct db *db, i64 workspace, i64 channel);  /* nothing is read; what waits is held */
enum err channels_resume(struct cx *cx, struct db *db, i64 workspace, i64 channel); /* after a pause or a trouble: read again, what was held leaves */
enum err channels_read_now(struct cx *cx, struct db *db, i64 workspace, i64 channel);
/* Another credential may be another account's: what waits leaves once it is known whose it is (flow/verify.h); at once where nobody can be asked.
 * In the caller's transaction, as the next. */
enum err channels_release_known(struct cx *cx, struct db *db, const struct channel *channel);
/* What waits is a draft again, and its authors are told why; what is just leaving goes its way. */
enum err channels_take_back(struct cx *cx, struct db *db, const struct channel *channel, struct str story);
/* Nothing is read or sent any more, the secret is forgotten, answers that wait are drafts again. */
enum err channels_archive(struct cx *cx, struct db *db, i64 workspace, i64 channel);
enum err channels_restore(struct cx *cx, struct db *db, i64 workspace, i64 channel); /* paused, until somebody starts it */

/* Wishes for the simulated network: kept in the settings, taken there by the connector at the next reading. */
struct dial_wish {
	struct str name;
	double value;
};
enum err channels_set_dials(struct cx *cx, struct db *db, i64 workspace, i64 channel, const struct dial_wish *dials, size_t count);

/* Messages pushed in: all of them or none, as one array. The field at fault is told as "messages.3.text", or "text" of a single one. */
#define CHANNELS_PUSH_MAX 500
struct pushed {
	i64 message;      /* 0: it was removed before we ever saw it */
	struct str remote_id;
	const char *result; /* created, unchanged, changed */
};
enum err channels_push(struct cx *cx, struct db *db, i64 workspace, i64 channel, const json_t *messages, bool single, struct pushed **ret_list,
		       size_t *ret_count);
