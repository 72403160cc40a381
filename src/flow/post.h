/* post.h: the verbs of posts: one thing we say, written once, for one or several channels; approved, planned, and handed to the outbox, which sends
 * each variant once. A verb is one transaction, by cx->actor, with its event, its audit entry and the change that open pages live on.
 *
 * What must stay true: nothing leaves that was not approved as it stands (a change of what leaves voids the approval and takes what was planned
 * back); what has left is not edited here; the hour that people set is the clock of a place (wall time and zone), so that it stays at 18:40 whatever
 * becomes of summer time; an intention is a row of `publication` from the moment a post is scheduled. */
#pragma once
#include "model/poll.h"
#include "store/post.h"
#include "store/publication.h"

struct post_text {
	struct str body;
	const struct str *parts;  /* what follows in a thread */
	size_t part_count;
	struct str first_comment;
};

struct post_variant_request {
	i64 channel;
	bool adapted;             /* says it in words of its own: `text`; else the post's */
	struct post_text text;
	enum post_form form;      /* a story, where its network has them */
	bool no_card;             /* its link without a card, where the network leaves that to us */
};

struct post_request {
	i64 id;                   /* 0: a new one */
	i64 revision;             /* the one that was seen; 0 with a new one */
	struct str title, lang, warning;
	struct str options;       /* JSON object; empty: {} */
	struct post_text text;
	const struct post_variant_request *variants; /* the channels it goes to; those not named are taken off */
	size_t variant_count;
	const struct post_media *media; /* media and alt of each, in order */
	size_t media_count;
	i64 pillar, campaign, idea; /* 0 none */
	struct str wall_time;     /* "2027-03-28T18:40"; empty: no hour yet */
	struct str zone;          /* empty: the workspace's */
};

/* Make a post, or write it anew. Field errors name "title", "body", "parts[1]", "channels", "variants[0].body", "wall_time", "zone", "media" …; ERR_CONFLICT:
 * somebody changed it, or a part of it has left. A draft may be longer than its networks take: that is said when it is asked for (post_findings). */
enum err post_write(struct cx *cx, struct db *db, i64 workspace, const struct post_request *request, struct post *ret_post);

/* A post as its rows say it, in the form in which it is written; and what a channel says of that: its own words, or the common ones. */
enum err post_draft_load(struct cx *cx, struct db *db, const struct post *post, struct post_request *ret_draft);
struct post_text post_draft_text(const struct post_request *draft, const struct post_variant_request *variant);

/* The poll among a post's options; count 0: there is none. The options with another one, or with none. */
struct poll post_poll(struct cx *cx, struct str options);
struct str post_options_with_poll(struct cx *cx, struct str options, const struct poll *poll);

/* What stands between this post and its networks, as a person may mend it: a text too long, a picture that is missing, a channel that is no more. */
struct post_finding {
	i64 channel;              /* 0: of the post */
	const char *field;        /* "body", "parts[0]", "media", "media[0]" (of them), "channels" */
	struct str story;
};
enum err post_findings(struct cx *cx, struct db *db, const struct post *post, struct post_finding **ret_findings, size_t *ret_count);

/* It is ready: asks for the approvals that its channels want; where none is wanted, or the actor may do without, it is approved at once, and
 * scheduled when it has an hour. ERR_BAD_INPUT with the first finding. */
enum err post_ready(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct post *ret_post);
/* Decide the step that is open, as who it names (person, deputy, team, or whoever may approve posts); nobody approves what they wrote themselves,
 * unless they may do without approval. ERR_DENIED, ERR_CONFLICT. After the last step it is approved, and scheduled when it has an hour. */
enum err post_approve(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str remark, struct post *ret_post);
enum err post_return(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str remark, struct post *ret_post); /* back to a draft; the remark is wanted */
/* May the actor decide the open step? False without a story. */
enum err post_may_decide(struct cx *cx, struct db *db, const struct post *post, bool *ret_may);

/* Another hour; an approval holds on. Empty: none any more (what was scheduled is taken back). */
enum err post_plan(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str wall_time, struct str zone, struct post *ret_post);
/* An approved one leaves now, after the seconds of undo. */
enum err post_publish(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct post *ret_post);
/* What is scheduled is not sent: back to approved, without an hour. ERR_CONFLICT when a part has left. */
enum err post_take_back(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post);
/* What it serves, whatever its state: an approval holds on, and what has left may be filed still. 0 none. Field errors: "pillar", "campaign". */
enum err post_file(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 pillar, i64 campaign, struct post *ret_post);
enum err post_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away); /* what is scheduled is taken back before */
enum err post_remark(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body); /* a colleague's word on it */

/* ---- what leaves: its acts, a row each; `publication` must be one of a post ---- */

/* Of a post, by variant and part. */
enum err post_acts(struct cx *cx, struct db *db, i64 workspace, i64 post, struct publication **ret_acts, size_t *ret_count);
enum err post_act_again(struct cx *cx, struct db *db, i64 workspace, i64 publication);  /* a late, held or refused one: leaves now after all */
/* A late one leaves at another hour; with the whole of its post where nothing of it has left. Field errors "wall_time", "zone". */
enum err post_act_plan(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str wall_time, struct str zone);
enum err post_act_drop(struct cx *cx, struct db *db, i64 workspace, i64 publication);   /* it, and what follows it, does not leave */
enum err post_act_decide(struct cx *cx, struct db *db, i64 workspace, i64 publication, bool arrived); /* a doubtful one: a person looked */

/* ---- for the outbox ---- */

/* The act is about to leave: gives it its message (and, of a post, its thread), with the words and the files that stand there now. */
enum err post_embody(struct cx *cx, struct db *db, struct publication *publication);
/* Something became of an act: the post's state follows, and what waited for it is due. */
enum err post_acted(struct cx *cx, struct db *db, const struct publication *publication, const char *kind, struct str story);
/* It asks a person now: told by its event and the post's state; people are told together, by whoever asks for many. */
enum err post_late(struct cx *cx, struct db *db, const struct publication *publication, struct str story);
/* Its channel is put away: it does not leave, and who wrote it is told. */
enum err post_let_go(struct cx *cx, struct db *db, const struct publication *publication, struct str story);
/* What waits by a channel was held, released or let go: the states of its posts follow. */
enum err posts_acted(struct cx *cx, struct db *db, i64 workspace, i64 channel);
/* For the working role: who was asked and is near the deadline is reminded, once. */
enum err post_sweep(struct cx *cx, struct db *db, i64 *ret_reminded);
