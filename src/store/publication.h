/* publication.h: the outbox as rows: every outgoing act with its key and its attempts, and the approvals that answers wait for. The
 * intention is committed before any call; states move forward only through these functions. */
#pragma once
#include "sys/db.h"

enum publication_state { PUBLICATION_DUE, PUBLICATION_LEASED, PUBLICATION_SENT, PUBLICATION_FAILED, PUBLICATION_HELD, PUBLICATION_UNKNOWN,
			 PUBLICATION_WITHDRAWN,
			 PUBLICATION_WAITING, /* for what it follows, to be there */
			 PUBLICATION_LATE,    /* its minute went by while nothing could leave, or what `asks` says: a person says whether it still goes */
			 PUBLICATION_HANDED,  /* to a person, who publishes it by hand (store/handing.h) and says what became of it */
			 PUBLICATION_STATE_COUNT };
const char *publication_state_word(enum publication_state state);

struct publication {
	i64 id, workspace, channel;
	struct str act;        /* reply, hide, restore, notice, react, unreact, post, profile */
	i64 message;           /* of a post: 0 until it leaves for the first time; of a profile: 0 */
	i64 variant;           /* of a post, or of what follows it; 0: something else */
	i64 part;              /* of it: 0 the post, 1, 2, 3 … what follows in its thread, -1 its first comment */
	i64 follows;           /* it answers what that one is over there, and waits for it; 0 nothing */
	struct str dedup_key;
	enum publication_state state;
	i64 due_at, lease_until;
	i64 planned_at;        /* the minute that a person set; 0: as soon as may be */
	struct str lease_token;
	i64 attempts;
	struct str remote_id, remote_url, story;
	struct str asks;       /* what one that is late asks about: empty its minute, "link" that one of its links is dead */
	i64 created_by, created_at, done_at;
};

struct attempt {
	i64 number, started_at, ended_at;
	struct str outcome, story;
};

enum err publication_insert(struct cx *cx, struct db *db, const struct publication *publication);
enum err publication_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct publication *ret_publication);
/* The newest act of this kind for a message; ERR_MISSING without a story. */
enum err publication_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str act, struct publication *ret_publication);
/* The newest act "profile" of a channel; ERR_MISSING without a story. */
enum err publication_profile(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct publication *ret_publication);
/* The newest react or unreact for a message that was neither refused nor withdrawn; ERR_MISSING without a story. */
enum err publication_reaction(struct cx *cx, struct db *db, i64 workspace, i64 message, struct publication *ret_publication);
/* The channel whose turn it is, over all workspaces: of which something is due (or was leased by somebody who is gone, or is in doubt and due to be looked up)
 * the longest, and nothing is leased; what publishing that is paused holds does not count. ERR_MISSING without a story: none. */
enum err publication_next_channel(struct cx *cx, struct db *db, i64 *ret_workspace, i64 *ret_channel);
/* Take what is due of it, oldest first, for `token` until `lease_until`; nothing while something of it is leased. Safe among several takers. The state before is
 * told by publication->state: PUBLICATION_DUE may be sent, PUBLICATION_UNKNOWN (and a lease that ran out) must be looked up first. */
enum err publication_lease(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str token, i64 lease_until, size_t limit, struct publication **ret_list,
			   size_t *ret_count);
enum err publications_due_by(struct cx *cx, struct db *db, i64 until); /* what was tried before and is due after `until`, is due now; over all workspaces */
enum err publications_orphaned(struct cx *cx, struct db *db, i64 until); /* no lease lasts longer than until then */
/* Record what came of it, if the lease is still ours: ERR_CONFLICT else. */
enum err publication_settle(struct cx *cx, struct db *db, const struct publication *publication, struct str token);
/* Before the call: the lease is still ours, and lasts until then. ERR_CONFLICT else. */
enum err publication_keep(struct cx *cx, struct db *db, const struct publication *publication, struct str token, i64 lease_until);
/* Take back what has not been leased yet, nor is in a person's hands: ERR_CONFLICT when it left. */
enum err publication_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 id);
enum err publication_hurry(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 due_at); /* due or held ones: due at this instant */
/* One that was sent came back: ERR_CONFLICT when it was not. */
enum err publication_returned(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str story);
/* An unknown one that waits for a person: it arrived, or it goes again. */
enum err publication_decide(struct cx *cx, struct db *db, i64 workspace, i64 id, bool arrived);
/* One that a person publishes by hand: as they say. ERR_CONFLICT when it was told already. */
enum err publication_told(struct cx *cx, struct db *db, const struct publication *publication);
/* One that somebody said was there, since `since` at the earliest, is to be published by hand after all. ERR_CONFLICT else. */
enum err publication_untold(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 since);
enum err publications_hold(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str story); /* all due ones of a channel */
/* An answer waits for another try: those written after it in this conversation do not pass by, and those before it, which wait for theirs, do not fall
 * behind. */
enum err publications_in_order(struct cx *cx, struct db *db, const struct publication *publication, i64 conversation);
enum err publications_release(struct cx *cx, struct db *db, i64 workspace, i64 channel); /* held ones are due again */
/* These rows are of the past: what was due by now may have left since. Nothing of that leaves before the network was asked, or a person.
 * `workspace` 0: of all. *ret_count how many acts. */
enum err publications_doubt(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count);
/* What has not left by a channel yet (due, leased, held, unknown), the next one first. */
enum err publications_waiting(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t limit, struct publication **ret_list, size_t *ret_count);
/* Parts of posts whose minute came while publishing is paused (store/suspension.h). */
enum err publications_paused(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct publication **ret_list, size_t *ret_count);
/* Those that ask a person, by their minutes. */
enum err publications_late(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct publication **ret_list, size_t *ret_count);
enum err publications_late_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count);
enum err publication_replan(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);        /* a late one has another minute; tried for the first time then */
/* Of a post, by variant and part; all that there ever were but the withdrawn. */
enum err publications_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct publication **ret_list, size_t *ret_count);
enum err publication_embody(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 message); /* its message is this one */
/* A due one waits for a person to say whether it still goes: PUBLICATION_LATE. */
enum err publication_ask(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str about, struct str story); /* about: as publication.asks */
enum err publication_unplan(struct cx *cx, struct db *db, i64 workspace, i64 id); /* its minute is now: it cannot be late any more */
/* What waits for this act to be there is due now. */
enum err publications_follow(struct cx *cx, struct db *db, i64 workspace, i64 id);
enum err publication_next_due(struct cx *cx, struct db *db, i64 *ret_due_at); /* or a lease runs out; 0 when nothing waits */

enum err attempt_start(struct cx *cx, struct db *db, i64 publication, i64 number);
enum err attempt_end(struct cx *cx, struct db *db, i64 publication, i64 number, struct str outcome, struct str story);
enum err attempt_forget(struct cx *cx, struct db *db, i64 publication, i64 number); /* it was none */
enum err attempt_get(struct cx *cx, struct db *db, i64 publication, i64 number, struct attempt *ret_attempt); /* ERR_MISSING without a story */
enum err attempts_of(struct cx *cx, struct db *db, i64 publication, struct attempt **ret_attempts, size_t *ret_count);

struct approval {
	i64 message, workspace, asked_by, asked_at, decided_by, decided_at;
	struct str outcome, remark, asked_by_name;
	struct str status_after; /* word of what the conversation is to become once it is approved; empty: as it is */
};
enum err approval_ask(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 asked_by, struct str status_after);
enum err approval_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct approval *ret_approval); /* ERR_MISSING */
enum err approval_decide(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str outcome, struct str remark);
enum err approvals_open(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct approval **ret_approvals, size_t *ret_count);
