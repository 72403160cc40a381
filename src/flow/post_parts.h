/* post_parts.h: what the files of flow/post*.c share. */
#pragma once
#include "channel/channel.h"
#include "flow/post.h"
#include "model/media_format.h"
#include "store/campaign.h"
#include "store/channel.h"
#include "store/idea.h"
#include "store/media.h"
#include "store/pillar.h"

/* A change of a post: event, audit entry, open pages. `act` "post.changed", `detail` JSON, or empty. */
enum err post_trace(struct cx *cx, struct db *db, const struct post *post, const char *act, struct str detail);
/* What stands in JSON as a list of texts; arena. */
size_t post_texts(struct arena *arena, struct str json, const struct str **ret_texts);
/* Could it be written as it is? ERR_BAD_INPUT with the field. */
enum err post_check_request(struct cx *cx, struct db *db, i64 workspace, const struct post_request *request);
/* All that leaves, as JSON: the same for two posts that say the same in the same places. */
enum err post_snapshot(struct cx *cx, struct db *db, const struct post *post, struct str *ret_document);
/* A draft that says what post `like` says, which was approved: it is approved too, and scheduled when it has an hour. */
enum err post_approve_like(struct cx *cx, struct db *db, const struct post *post, i64 like);
/* What a channel says of it: the variant's words, or the post's. */
struct post_text post_text_of(struct cx *cx, const struct post *post, const struct post_variant *variant);
/* Why that channel does not take this film as it is, by what is known of films there; empty: it does (post_film.c). */
struct str post_film_fault(struct cx *cx, const struct channel *channel, const struct media *media, const struct media_format *format);
/* Its channel and kind; ERR_MISSING, or the kind NULL when the program has none of that word. */
enum err post_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel *ret_channel, const struct channel_kind **ret_kind);
/* Its hour; the zone is the one it had, or the workspace's, when none is told. */
enum err post_set_hour(struct cx *cx, struct db *db, struct post *post, struct str wall_time, struct str zone);
enum err post_still_to_come(struct cx *cx, const struct post *post);
/* Who was asked need not decide any more: it changed. */
enum err post_void_approvals(struct cx *cx, struct db *db, const struct post *post);
/* Within a transaction: what is scheduled is not sent. */
enum err post_taken_back(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post);
/* Nothing of it has left: its acts are withdrawn. ERR_CONFLICT else. */
enum err post_withdraw(struct cx *cx, struct db *db, const struct post *post);
/* It was approved as it stands and has an hour: its acts are written down. */
enum err post_schedule(struct cx *cx, struct db *db, struct post *post);
/* What is wrong with the poll among the options, whatever the network. */
enum err post_poll_check(struct cx *cx, struct str options);
/* What keeps it from leaving as an error, the first of it: what its networks do not take, then checks that block. All doors out pass here. */
enum err post_fit(struct cx *cx, struct db *db, const struct post *post);
/* The second half of that: a check blocks it, and nobody let it leave all the same. */
enum err post_unblocked(struct cx *cx, struct db *db, const struct post *post);
/* Something was found out about a post that is to leave: event, and who planned it is told ("post_" and `kind`). */
enum err post_told(struct cx *cx, struct db *db, const struct post *post, const char *kind, struct str story);
/* What it serves must be of the workspace, and in use unless it was chosen `before`. Field errors: "pillar", "campaign", "idea". */
enum err post_check_pillar(struct cx *cx, struct db *db, i64 workspace, i64 pillar, i64 before);
enum err post_check_campaign(struct cx *cx, struct db *db, i64 workspace, i64 campaign, i64 before);
enum err post_check_line(struct cx *cx, struct db *db, i64 workspace, const struct post_request *request, const struct post *before);
/* Within a transaction: a post came of it (flow/idea.c). */
enum err idea_used(struct cx *cx, struct db *db, i64 workspace, i64 id);
