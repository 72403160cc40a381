/* moderate.h: hide, never delete, under a published charter. A decision names the article in force and a reason, seals a copy of what
 * it is about, and can be taken back; what the network cannot hide is hidden here and the decision says so. Each verb is one
 * transaction. */
#pragma once
#include "flow/undo.h"
#include "store/charter.h"

struct outside;
struct meaning;
struct message;

/* Put a message in the review queue. `source` colleague, member, rule, network, model. Its clock starts: the workspace's moderation delay. */
enum err moderate_flag(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str source, struct str reason);
/* The models find it perhaps harmful: proposed to those who decide, once; nothing is hidden by that. */
enum err moderate_propose(struct cx *cx, struct db *db, i64 workspace, i64 message, const struct meaning *meaning);
/* Members of the network complain of it: into the queue, once a complaint; about a message of ours, nothing. */
enum err moderate_report(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str report_id, struct str reason);
/* Its network holds it back until somebody lets it stand: into the queue, once. Keeping it lets it stand there too. */
enum err moderate_held(struct cx *cx, struct db *db, i64 workspace, i64 message);
/* It respects the charter. */
enum err moderate_keep(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str reason);

struct hide_request {
	i64 message, article;
	struct str reason;
	bool notify_author; /* the article's notice goes to them, in their language, with their right to contest */
	struct str notice;  /* the moderator's own words instead of the article's; empty: the article's */
	const struct outside *outside; /* the notice ends with the address of the author's page; NULL: it does not */
};
enum err moderate_hide(struct cx *cx, struct db *db, i64 workspace, const struct hide_request *request, struct undo *undo);
/* ERR_CONFLICT while an appeal is open: it is restored by accepting that (flow/appeal.h). */
enum err moderate_restore(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str reason);
/* Taken back at once: the decision stays written, the message is as it was, and the case waits again. */
enum err moderate_reopen(struct cx *cx, struct db *db, i64 workspace, i64 decision);
/* Words in private to the author of a message, where the network can; nothing elsewhere. What the house rules or a decision say needs
 * nobody's approval. `undo` (may be NULL) takes them back. Within the caller's transaction. */
enum err moderate_tell_author(struct cx *cx, struct db *db, const struct message *message, struct str words, struct undo *undo);
/* They never leave, and nobody finds them as a draft; what has left already has. */
enum err moderate_untell(struct cx *cx, struct db *db, i64 workspace, i64 answer);

/* What somebody decides on a case of the review queue: keep, hide, restore, or ask_second: the case stays in the queue until another
 * person than who asked has decided, and both names stand in the decision. All but keep need a reason; hide, ask_second and a
 * warning need an article. */
struct decide_request {
	i64 message, article;
	struct str act, reason;
	bool notify_author, warn; /* warn: beside keep or hide, counted to the author */
	const struct outside *outside; /* see hide_request */
};
enum err moderate_decide(struct cx *cx, struct db *db, i64 workspace, const struct decide_request *request, struct undo *undo);
/* The same on several messages (request->message aside): all of them or none. */
#define MODERATE_MANY_MAX 100
enum err moderate_decide_many(struct cx *cx, struct db *db, i64 workspace, const i64 *messages, size_t count, const struct decide_request *request,
			      struct undo *undo);

/* The evidence chain: ERR_SYSTEM with the first piece that was touched; else *ret_count pieces are sound. */
bool evidence_is_intact(const struct evidence *evidence); /* as it was sealed; says nothing of its neighbours */
enum err evidence_verify(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count);

/* ---- the charter itself ---- */

/* A draft that starts as a copy of the version in force. ERR_CONFLICT when there is a draft. */
enum err charter_draft(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version);
/* The first one, with the articles of a model (flow/charter_model.h) to be changed. ERR_BAD_INPUT on the field "model". */
enum err charter_draft_from_model(struct cx *cx, struct db *db, i64 workspace, struct str model, i64 *ret_version);
/* The same, in force at once: the workspace's first house rules. */
enum err charter_adopt(struct cx *cx, struct db *db, i64 workspace, struct str model);
enum err charter_move_article(struct cx *cx, struct db *db, i64 workspace, i64 article, i64 by); /* up: -1, down: 1 */
/* A draft that nobody goes on with: kept, never in force. */
enum err charter_put_aside(struct cx *cx, struct db *db, i64 workspace, i64 version);
bool charter_article_written(const struct charter_article *article, const char *lang); /* has title and text in it */
enum err charter_set_article(struct cx *cx, struct db *db, struct charter_article *article); /* id 0: new, at the end */
enum err charter_drop_article(struct cx *cx, struct db *db, i64 workspace, i64 article);
enum err charter_set_preamble(struct cx *cx, struct db *db, i64 workspace, i64 version, struct str preamble);
/* From now on it is in force; the one before is retired. Needs an article, each with title and text in the workspace's language and in
 * each other one that any of them has. */
enum err charter_publish(struct cx *cx, struct db *db, i64 workspace, i64 version);

/* The text in `lang` of a JSON object by language, else in any language; arena. */
struct str text_in(struct cx *cx, struct str by_language, const char *lang);
