/* ingest_parts.h: what the files of ingest share: texts as they are kept, who wrote (ingest_author.c), and the conversation they wrote in as
 * the batch at hand has it so far (ingest_thread.c). Only flow/ingest*.c see it.
 *
 * What must stay true: people and threads of a batch are told to the store once, when it is settled, and never happened when it was
 * forgotten. Threads live in the arena of the batch (cx->arena until ingest_settle()), people in that of the reading. */
#pragma once
#include "flow/ingest.h"
#include "store/contact.h"
#include "store/conversation.h"

/* ---- texts ---- */

/* Text as we keep it: broken bytes and control characters out, cut at a character. */
struct str ingest_text(struct arena *arena, struct str text, size_t bytes_max);
struct str ingest_line(struct arena *arena, struct str text);
/* An address that a page may lead to: of the web, or none. What a network or an application says can be "javascript:". */
struct str ingest_address(struct arena *arena, struct str text);
/* What of a body is new: without what it quotes. */
struct str ingest_said(const struct inbound *inbound, struct str body);
struct str ingest_preview(struct arena *arena, struct str body);
struct str ingest_name(struct arena *arena, const struct channel *channel, const struct inbound *inbound); /* of its author, who may be the channel */
/* What queries ask of it; `kinds` holds what it carries. */
struct heard ingest_heard(const struct channel *channel, const struct inbound *inbound, const struct message *message, struct str handle, struct str place,
			    struct buf *kinds);
/* It brings a complaint, or that it came back, and not the message itself. */
bool ingest_only_complains(const struct inbound *inbound);

/* ---- who ---- */

/* Who wrote, and what of it the store has not been told yet. */
struct author {
	i64 identity, contact;
	struct str name, handle;
	bool is_new;                      /* not to be found by name yet */
	u64 read_in;                      /* the batch in which the store was asked for them last */
	struct str place;                 /* where they are; read when a query asks, once a batch: */
	u64 placed_in;                    /* 1 more than its number; 0: never */
	i64 first_at, last_at, more_conversations; /* heard since; last_at 0: nothing */
};
/* `starts`: with this message they begin a conversation. *ret_is_met: it is their first ever, and their contact knows of it. */
enum err author_find(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *inbound, bool starts, struct author **ret_author, bool *ret_is_met);
/* The contact is told once a batch, when all that they said is known. */
void author_hear(struct ingest *in, struct author *author, i64 at, bool starts);
enum err authors_settle(struct cx *cx, struct db *db, struct ingest *in);
void authors_forget(struct ingest *in);

/* ---- where ---- */

struct thread {
	struct conversation now, kept; /* as it is, and as the store has it */
	struct thread *into;           /* it was merged into that one; NULL: not, or not looked at */
	bool is_new;                   /* the store does not have it yet */
	bool is_ours_alone;            /* it came with this batch */
	bool is_heard;                 /* by messages from outside that may overtake an answer */
	bool is_changed;               /* otherwise than by one more message */
};
/* The conversation of the message it answers (wherever that was merged or split to), else the thread's own, else a new one. */
enum err thread_find(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *inbound, struct thread **ret_thread, i64 *ret_home);
/* What a message does to its conversation, which the store is told when the batch is settled, or at once when it is new. What a machine wrote
 * into one that goes on wakes nobody and starts no clock; one that begins with it is looked at by a person. */
enum err thread_hear(struct cx *cx, struct db *db, struct ingest *in, struct thread *thread, const struct message *message, const struct inbound *inbound);
/* A message that a search alone had found is brought by the channel itself: it stands where it belongs, and waits as if it came now. */
enum err thread_bring(struct cx *cx, struct db *db, struct ingest *in, struct message *message, const struct inbound *inbound);
/* Was it found by a search alone (ingest.sought), and is it brought now? Then all that is done for a message that comes in. */
enum err sought_bring(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *inbound, struct message *message, bool *ret_brought);
/* What changed is written down; to be called too before the store's conversations are changed by others. */
enum err threads_settle(struct cx *cx, struct db *db, struct ingest *in);
void threads_forget(struct ingest *in);
