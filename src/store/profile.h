/* profile.h: profiles as rows: the kit of a workspace, a row a version; each channel's part, with what differs there on purpose and what its network showed when it was read
 * last; and what acts of the ledger put there. Only flow/profile writes them. Nothing here deletes. */
#pragma once
#include "sys/db.h"

struct profile_version {
	i64 id, workspace;
	struct str document;      /* as profile_kit_read() has it (model/profile.h) */
	i64 avatar, cover;        /* media; 0: none */
	i64 created_by, created_at;
};
enum err profile_version_insert(struct cx *cx, struct db *db, const struct profile_version *version);
enum err profile_version_newest(struct cx *cx, struct db *db, i64 workspace, struct profile_version *ret_version); /* ERR_MISSING without a story: there is no kit yet */
enum err profile_versions(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct profile_version **ret_list, size_t *ret_count); /* the newest first */

struct channel_profile_row {
	i64 channel, workspace;
	struct str lang, own;     /* own: JSON object by field */
	struct str shown;         /* JSON object by field, "{}": never read */
	struct str avatar_blob, cover_blob;
	i64 avatar_of, cover_of;  /* the medium that it was compared with */
	i64 avatar_distance, cover_distance; /* -1: not comparable */
	i64 read_at, tried_at, due_at;
	struct str story;
	i64 asking;               /* how many fields are not as they should be */
	struct str drifted;       /* words of fields */
	i64 drifted_at;
};
/* A channel without a row has an empty one. */
enum err channel_profile_get(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_profile_row *ret_row);
enum err channel_profile_save_own(struct cx *cx, struct db *db, const struct channel_profile_row *row);   /* lang, own */
enum err channel_profile_save_shown(struct cx *cx, struct db *db, const struct channel_profile_row *row); /* all else, but asking */
enum err channel_profile_save_asking(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 asking); /* of one that has a row */
enum err channel_profile_due(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 at);           /* 0: of all channels of the workspace */

struct profile_channel {
	i64 workspace, channel;
};
/* Channels of a kind that work, of workspaces with a kit, whose profile is due to be read; over all workspaces. */
enum err channel_profiles_due(struct cx *cx, struct db *db, struct str kind, i64 now, size_t limit, struct profile_channel **ret_list, size_t *ret_count);
/* How many channels of the workspace do not say what they should, by their last comparison. */
enum err channel_profiles_asking(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count);

struct profile_order {
	i64 publication, workspace;
	struct str document;      /* JSON by field: {"about": {"text", "before"}, "avatar": {"format", "before"}} */
	i64 avatar, cover;
};
enum err profile_order_insert(struct cx *cx, struct db *db, const struct profile_order *order);
enum err profile_order_get(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct profile_order *ret_order); /* ERR_MISSING */
