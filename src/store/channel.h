/* channel.h: the channels of a workspace as rows: one connected account on a network, how far it was read, how it feels. */
#pragma once
#include "sys/db.h"

struct channel {
	i64 id, workspace;
	struct str kind, network, name;
	struct str settings;  /* JSON object of the kind's fields */
	struct str secret;    /* sealed to the working role's key; empty for none */
	struct str known;     /* JSON object: what was last found out of the account and its server */
	i64 verified_at, verify_due_at, expires_at;
	i64 token_until;      /* of the token the credential is used with; 0: nobody says */
	i64 renewed_at, renew_due_at, renew_started_at;
	bool is_renewal_refused;
	struct str cursor;
	struct str state;     /* ok, paused, failing, broken */
	struct str state_story;
	struct str form_key;  /* of its public page; empty: it never had one */
	i64 team;             /* 0: nobody's in particular */
	i64 person;           /* who publishes there by hand; 0: nobody in particular */
	i64 fetched_at, fetch_due_at;
	i64 lease_at;         /* since when a worker reads it; 0: none does */
	i64 watched_until;    /* until then a worker is told at once what comes, and reading is not in haste; 0: none is */
	i64 archived_at, created_at;
};

enum err channel_insert(struct cx *cx, struct db *db, const struct channel *channel);
enum err channel_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct channel *ret_channel); /* ERR_MISSING */
enum err channel_list(struct cx *cx, struct db *db, i64 workspace, struct channel **ret_channels, size_t *ret_count);
/* The same by pages: how many stand before it (-1: it is none of them), and a part of the list; those that need somebody, the broken first; how many there are,
 * and when one was read last. */
enum err channel_rank(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_rank);
enum err channel_page(struct cx *cx, struct db *db, i64 workspace, i64 skip, size_t limit, struct channel **ret_channels, size_t *ret_count);
enum err channels_ailing(struct cx *cx, struct db *db, i64 workspace, struct channel **ret_channels, size_t *ret_count); /* 50 at the most */
enum err channels_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count, i64 *ret_fetched_at);
enum err channel_list_archived(struct cx *cx, struct db *db, i64 workspace, struct channel **ret_channels, size_t *ret_count); /* last put away first */
enum err channel_by_name(struct cx *cx, struct db *db, i64 workspace, struct str kind, struct str name, struct channel *ret_channel); /* ERR_MISSING without story */
enum err channel_by_id(struct cx *cx, struct db *db, i64 id, struct channel *ret_channel); /* of any workspace; ERR_MISSING without story */
enum err channel_by_form(struct cx *cx, struct db *db, struct str key, struct channel *ret_channel); /* of any workspace; ERR_MISSING */
/* Name, network, settings, state, team, person, form_key, archived; whoever reads it just now reads it again as it is now. The secret has its own: one that was renewed meanwhile must never be lost. */
enum err channel_update(struct cx *cx, struct db *db, const struct channel *channel);
/* Given by a person: secret, renew_due_at; what was known of the one before is forgotten, and a renewal under way comes to nothing. */
enum err channel_set_secret(struct cx *cx, struct db *db, const struct channel *channel);
/* After a person signed in over there: secret, token_until, expires_at, renewed_at, renew_due_at. */
enum err channel_connected(struct cx *cx, struct db *db, const struct channel *channel);
/* Begins a renewal, at cx->now: *ret_ours is false when another one is under way (begun after `since`), or when the credential is another one by now. */
enum err channel_renew_start(struct cx *cx, struct db *db, const struct channel *channel, i64 since, bool *ret_ours);
/* Ends the one that began at channel->renew_started_at: secret (none: it stays), token_until, expires_at, renewed_at, renew_due_at, is_renewal_refused. *ret_ours is
 * false when it came to nothing meanwhile, and nothing is written then. */
enum err channel_renewed(struct cx *cx, struct db *db, const struct channel *channel, bool *ret_ours);
enum err channel_renew_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct channel **ret_channels, size_t *ret_count); /* over all workspaces */
/* A renewed credential in place of `before` (both sealed); *ret_kept is false when another one stands there by now, and stays. */
enum err channel_renew_secret(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str before, struct str secret, bool *ret_kept);
/* After a look at the account: known, verified_at, verify_due_at, expires_at, state. */
enum err channel_verified(struct cx *cx, struct db *db, const struct channel *channel);
/* Takes, keeps (with another end) or gives up (0) the watch over a channel, whose end was `before`; *ret_ours is false when it is somebody else's by now. */
enum err channel_watch(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 before, i64 until, bool *ret_ours);
enum err channel_watches_end(struct cx *cx, struct db *db); /* of workers that are no more: of all workspaces */
enum err channel_rang(struct cx *cx, struct db *db, i64 workspace, i64 id); /* something came: it is due, also when it is being read just now */
/* After a fetch: where it got and how it went, and whether the lease goes on. *ret_ours is false when the channel was changed or taken over since
 * channel->lease_at; nothing is written then. */
enum err channel_fetched(struct cx *cx, struct db *db, const struct channel *channel, bool goes_on, bool *ret_ours);
enum err channels_of_kind(struct cx *cx, struct db *db, struct str kind, struct channel **ret_channels, size_t *ret_count); /* over all workspaces */
enum err channel_count_of_kind(struct cx *cx, struct db *db, struct str kind, i64 *ret_count); /* over all workspaces; live ones */
/* Over all workspaces: those whose account is to be looked at, longest due first. */
enum err channel_verify_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct channel **ret_channels, size_t *ret_count);
/* Over all workspaces: the live ones after this id, in their order. */
enum err channels_after(struct cx *cx, struct db *db, i64 after, size_t limit, struct channel **ret_channels, size_t *ret_count);
/* Over all workspaces: those whose fetch is due and that nobody reads (a lease from before `since` is over), oldest first. */
enum err channel_due(struct cx *cx, struct db *db, i64 now, i64 since, size_t limit, struct channel **ret_channels, size_t *ret_count);
enum err channel_next_due(struct cx *cx, struct db *db, i64 since, i64 *ret_instant); /* when the first of them is, or will be; 0: none */
/* Leases a channel as it was read from `cx->now` on, which becomes its lease_at; *ret_ours is false when another worker was faster. */
enum err channel_lease(struct cx *cx, struct db *db, struct channel *channel, bool *ret_ours);
enum err channel_lease_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 lease);
/* Of workers that are no more: of all workspaces. */
enum err channel_leases_end(struct cx *cx, struct db *db);
