/* contest.h: the verbs of contests: a game with rules that are published as versions, whose entries come in by themselves, whose list is frozen and drawn in a way
 * that anybody can check (lot.h, docs/contests.md), whose winners are told by an answer of ours and stand aside when they do not say anything in time.
 *
 * What must stay true: what counts and what does not follows from the rules and the messages as they are: judging again changes nothing that did not change, and
 * each refusal says why. A list that was frozen stays as it was published; what was drawn stays as it was drawn: a second draw needs a reason and stands beside the
 * first. A beacon's round is named before it comes. Each verb is one transaction with its audit entry and the change "contest"; by whoever runs contests
 * (MAY_RUN_CONTESTS), points by whoever judges (MAY_JUDGE). */
#pragma once
#include "flow/seen.h"
#include "flow/undo.h"
#include "store/contest_entry.h"
#include "sys/crypto.h"
#include "sys/net.h"

#define CONTEST_LEAD (10 * MINUTE)      /* until the beacon's round, unless told */
#define CONTEST_LEAD_MAX (30 * DAY)

/* ---- its rules ---- */

void contest_seen(struct arena *arena, const struct contest *contest, struct seen *ret_seen); /* its fields, as its form has them */
/* id 0: a new one, then its id. `posts` NULL: they stay as they are. Once it is open its kind, its beginning and what it promises (prizes, winners) stay, and each
 * change makes a version of its rules; once frozen nothing changes but its name, campaign and owner. Field errors: "name", "organiser", "rules_en", "rules_fr",
 * "prizes", "starts", "ends", "zone", "winners", "substitutes", "per_person", "ways", "hashtag", "words", "left_out", "winners_out_days", "answer_days",
 * "keep_days", "posts", "campaign", "owner". */
enum err contest_keep(struct cx *cx, struct db *db, struct contest *contest, const i64 *posts, size_t count);
/* Its page is public from now on; entries come in from its beginning. */
enum err contest_open(struct cx *cx, struct db *db, i64 workspace, i64 id);
enum err contest_stop(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str why); /* field "why" */
enum err contest_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away);

/* Its text in a language, or in any that it is written in. */
struct str contest_rules_in(struct arena *arena, struct str rules, const char *lang, const char **ret_lang);
struct str contest_rules_just_in(struct arena *arena, struct str rules, const char *lang); /* empty where it is not written in it */

/* ---- entries ---- */

/* For the working role: what came in since is looked at, of those that are running; with `changes_too`, of those too that have not begun or whose end has come, and
 * what was edited, hidden or taken away is judged again, which looks at every entry. Safe to repeat. */
enum err contests_turn(struct cx *cx, struct db *db, bool changes_too, i64 *ret_done);
/* The same when it is worth it, and the clocks of winners: 2 s after something came in anywhere; else less and less often, every 30 s at last; what looks at every entry
 * each 20 s; never more than a twentieth of the time. While nothing comes, it asks for the newest message's id and for nothing else. */
struct contests_pace {
	i64 due_at, slow_at, changes_at, wait, newest; /* zero to begin with */
};
enum err contests_look(struct cx *cx, struct db *db, struct contests_pace *pace, i64 *ret_done);
/* The same of one, all of it; before its list is frozen. In the caller's transaction. */
enum err contest_gather(struct cx *cx, struct db *db, struct contest *contest, i64 *ret_done);
/* By hand: refused with a reason for people (field "why"), and taken back. Of a draw whose list is frozen it counts in a second list alone. */
enum err contest_refuse(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, struct str why, struct undo *undo);
enum err contest_refuse_undo(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry);
/* Its author wants to be out, with what is known of them: it leaves the list (a frozen one keeps its hash, which then stands for nobody). */
enum err contest_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry);

/* ---- the list and the draw ---- */

struct contest_freeze {
	enum lot_source source; /* of a draw; of a jury it does not matter */
	i64 lead;               /* beacon: its round comes so long from now; 0: CONTEST_LEAD */
	const struct public_key *work; /* word: the secret is sealed to it; nobody reads it before it is drawn */
	struct str reason;      /* of a second draw: why; field "reason" */
};
/* After its end, or before when somebody says so: nothing comes in any more, and the list with its hash is published. Of one that was decided: once more, with a
 * reason; who was drawn before is void. *ret_number of the list. */
enum err contest_freeze(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct contest_freeze *wish, i64 *ret_number);
/* The word that the public gave (field "word"): it is kept, published, and drawn by the working role, which alone opens the secret. The beacon's value by hand, when
 * it cannot be fetched (field "seed"): what a relay answered, or its value alone, which is drawn at once. */
enum err contest_draw_word(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str word);
enum err contest_draw_typed(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str value);
/* For the working role: secrets of words that were given are opened, beacons that are due are asked, and what comes of it is drawn. Its own transactions, no call within
 * one; what was drawn is never drawn again, whatever is killed when. *ret_wake: when the next one is due, 0: none is. */
struct contest_tools {
	struct net *net;
	const struct key_pair *work;
	struct str relays; /* of the beacon: addresses with spaces between, asked one after the other until one answers */
};
enum err contest_draw_turn(struct cx *cx, struct db *db, const struct contest_tools *tools, i64 *ret_done, i64 *ret_wake);

/* Jury: 0 to 10 for an entry that counts, while the list is frozen; then decided by their sums, of the same sum the earlier entry first. */
enum err contest_judge(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, i64 points);
enum err contest_jury_decide(struct cx *cx, struct db *db, i64 workspace, i64 id);
/* A challenge: one that is beautiful; and its end. */
enum err contest_choose(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, i64 *ret_winner);
enum err contest_challenge_end(struct cx *cx, struct db *db, i64 workspace, i64 id);

/* ---- winners ---- */

/* An answer of ours to their entry, as any other (flow/reply.h): it may want approval, wait, or fail. Once: while it is on its way, and after, nobody is told again.
 * They have `answer_days` from when it has arrived (contest_arrivals()). Field "body". */
enum err contest_tell(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 winner, struct str body, bool in_private);
/* What they said; `shown_as` how they agreed to be named, empty: not at all. Who declines or is silent makes place for the next substitute. */
enum err contest_settle(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 winner, enum winner_state state, struct str shown_as);
/* For the working role: of what was written to winners, what has arrived starts their time. */
enum err contest_arrivals(struct cx *cx, struct db *db, i64 *ret_done);
/* For the working role: reminds a day before, gives up when the time is over; entries whose time is over lose their names. */
enum err contest_clock(struct cx *cx, struct db *db, i64 *ret_done);
