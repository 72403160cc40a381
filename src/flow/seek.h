/* seek.h: asking networks for what is listened for: for each query, the channels that a person chose for it ask their networks, again and again, what is new
 * (channel_kind.search). What comes is held to the queries themselves: what none of them finds is dropped, the rest is kept as what a stream brings is: a mention,
 * nobody's conversation, waiting for nobody.
 *
 * What must stay true: how far a question was answered is committed together with what came of it; a row is done by one worker at a time; what a search
 * found first and the channel itself brings later (an answer to us, say) comes into the inbox then, as if it were new (flow/ingest.h). Requests
 * pass the gate of the channel; of a day's quota that is counted here, searching takes half of what reading may at the most. */
#pragma once
#include "flow/outbox.h"
#include "flow/undo.h"
#include "store/listening_search.h"

#define SEEK_LEASE (10 * MINUTE)

struct query_needs; /* text/query_needs.h */
struct channel_kind;

/* By which channels of the workspace networks are asked for a query: these, and no others. ERR_BAD_INPUT ("channels") where one's network cannot be searched. */
enum err seek_set(struct cx *cx, struct db *db, i64 workspace, i64 query, const i64 *channels, size_t count, struct undo *undo);
enum err seek_put_back(struct cx *cx, struct db *db, i64 workspace, const json_t *step); /* for undo.c */
/* Ask now instead of later. */
enum err seek_now(struct cx *cx, struct db *db, i64 workspace, i64 query);

/* What a network is asked for by these words; needs->story says why by none. ERR_BAD_INPUT: they cannot be read. */
enum err seek_needs(struct cx *cx, struct db *db, i64 workspace, struct str words, struct query_needs *ret_needs);

/* The same for people: "#paris + levain, brioche", or why not (a msgid); both empty where the words cannot be read. */
enum err seek_words(struct cx *cx, struct db *db, i64 workspace, struct str words, struct str *ret_asked, const char **ret_story);

/* One after the other those that are due, for a while. Uses the outbox's net and secrets. *ret_found: new mentions; *ret_wake: when the next one is due. */
enum err seek_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_found, i64 *ret_wake);
