/* profile.h: the verbs of profiles: the kit of a workspace, what of it is to differ on which channel, reading what networks show (once a day and when somebody wishes),
 * and putting the kit's texts and pictures there. By whoever keeps the kit (MAY_WRITE_PROFILES); each is one transaction, with its audit entry and the change "profile".
 *
 * What must stay true: a profile is written by the ledger alone (flow/outbox): the intention is committed first, what somebody changed over there since it was read is never
 * written over, and after a doubt it is read before anything is sent again (channel/profile.h). Whatever came of it, the profile is read again soon after: what is shown
 * here is what the network said. A profile that changed without us is told once, until somebody has looked. */
#pragma once
#include "channel/profile.h"
#include "flow/media.h"
#include "flow/outbox.h"
#include "flow/seen.h"
#include "store/profile.h"

#define PROFILE_READ_EVERY DAY

/* ---- the kit ---- */

struct profile_now {
	struct profile_version version; /* id 0: there is none yet */
	struct profile_kit kit;
};
enum err profile_kit_now(struct cx *cx, struct db *db, i64 workspace, struct profile_now *ret_now);
void profile_kit_seen(struct arena *arena, const struct profile_now *now, struct seen *ret_seen);
/* Another version, where anything is another; channels are read again. Field errors: those of profile_kit_check(), "avatar", "cover". `seen`: the mark of what was seen (flow/seen.h). */
enum err profile_kit_keep(struct cx *cx, struct db *db, i64 workspace, const struct profile_kit *kit, i64 avatar, i64 cover, struct str seen);
/* A text of a version, as it is compared with another: a line a field. */
struct str profile_kit_words(struct cx *cx, const struct profile_version *version);

/* ---- a channel's profile ---- */

struct profile_field_look {
	const struct channel_profile_field *row; /* NULL: the network has no such field */
	struct profile_room room;
	struct profile_want want;  /* of pictures nothing */
	i64 medium;                /* of pictures: which is wanted; 0: none */
	struct str shown;          /* of pictures their address */
	enum profile_state state;
	const struct channel_right *lacks; /* the right that setting it takes, as long as the network does not grant it; NULL: none is missing, or it is not told */
	bool can_put;              /* it is not as it should be, and a program may set it */
};
struct profile_look {
	struct channel channel;
	const struct channel_kind *kind; /* with profile_fields */
	struct channel_profile_row row;
	struct profile_field_look fields[PROFILE_FIELDS];
	size_t asking, can_put;    /* how many fields */
	struct publication order;  /* the last that was put there; id 0: none was */
	const struct channel_right *lacks; /* likewise, that setting anything takes */
	bool is_under_way;         /* the order is: nothing else is put there meanwhile */
	struct str place;          /* where people set it; empty: not known. Arena */
};
/* *ret_has is false where its kind knows no profile. */
enum err profile_look(struct cx *cx, struct db *db, const struct profile_now *now, const struct channel *channel, struct profile_look *ret_look, bool *ret_has);

/* What differs there on purpose. `own`: by field, at == NULL: nothing, as the kit says. Field errors: "lang", "own_name" …. */
enum err profile_channel_keep(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str lang, const struct str own[static PROFILE_FIELDS]);
enum err profile_read_soon(struct cx *cx, struct db *db, i64 workspace, i64 channel); /* 0: all */
enum err profile_drift_seen(struct cx *cx, struct db *db, i64 workspace, i64 channel);
/* What of `wants` can be put there, is: an act of the ledger. ERR_CONFLICT: one is under way, or nothing is to be put there; ERR_UNSUPPORTED: a person does it there. */
enum err profile_put(struct cx *cx, struct db *db, i64 workspace, i64 channel, const bool wants[static PROFILE_FIELDS], i64 *ret_publication);
enum err profile_take_back(struct cx *cx, struct db *db, i64 workspace, i64 channel); /* that has not left */
enum err profile_decide(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool arrived); /* of one that nobody can look up */

/* ---- for the outbox ---- */

/* What the act is to put there, with the bytes of its pictures. ERR_LATER: they are being made. */
enum err profile_order_load(struct cx *cx, struct db *db, struct outbox *outbox, const struct publication *publication, struct profile_change *ret_change);
/* Whatever came of it: told to whoever ordered it when it failed or nobody knows (`kind` "refused", "unknown"; NULL: nothing to tell), and read again. In the caller's transaction. */
enum err profile_order_ended(struct cx *cx, struct db *db, const struct publication *publication, const char *kind, struct str story);

/* ---- for the working role ---- */

/* Reads those that are due, a few. `pictures` NULL: they are not compared. */
enum err profile_turn(struct cx *cx, struct db *db, struct outbox *outbox, const struct media_hooks *pictures, i64 *ret_count);
