/* appeal.h: the author of a hidden message says that the decision was wrong, and somebody reads it again. The rules are those of the
 * Regulation (EU) 2022/2065 (Digital Services Act), kept wherever the community is: whoever is hidden is given a statement of
 * reasons (article 17: what was decided, for how long and where, on which facts and how they came to notice, whether a machine had a
 * part in it, the rule that applies and why, and the ways to contest it); and for at least six months after the decision they can
 * complain of it, in writing and free of charge, and get a reasoned decision, by a person and in time, that takes the first one back
 * where it was wrong and that names what else they can do (article 20, with 21 on bodies for settling out of court).
 *
 * What must stay true: one appeal for a decision, decided once; never by who decided first (nor by the second person who decided with
 * them) while anybody else of the workspace may, and where nobody else may, the appeal says so for good. An accepted appeal restores
 * the message in the same transaction. While one is open, the message is restored through it and by no other way. Every step is in the
 * audit log and in the conversation; nothing is taken away, and the sealed copy stays. */
#pragma once
#include "flow/moderate.h"
#include "store/appeal.h"

#define APPEAL_WINDOW (184 * DAY) /* six months, whichever they are */
#define APPEAL_TEXT_MAX 5000

/* How an appeal comes: page is the author's own; a colleague writes down the others. */
extern const struct appeal_road {
	const char *word, *title; /* msgid */
} appeal_roads[];
extern const size_t appeal_road_count;

/* Can this decision be contested now? OK, or ERR_CONFLICT with the reason why not (not a hiding, restored since, contested already,
 * too late). A colleague may also write down one that comes late. */
enum err appeal_possible(struct cx *cx, struct db *db, const struct decision *decision, bool late_too);

/* By its author, who holds the address of the decision: nobody is signed in. `address` their IP address, for the audit log. */
enum err appeal_by_author(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct str text, struct str address, i64 *ret_appeal);
/* A colleague writes down one that came by another road. ERR_BAD_INPUT on "text" or "road". */
enum err appeal_record(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct str road, struct str text, i64 *ret_appeal);

/* Who acts, before an appeal against this decision. */
enum appeal_judge {
	APPEAL_OTHERS, /* decided first, or may not moderate: somebody else decides */
	APPEAL_YOURS,
	APPEAL_ALONE,  /* decided first, and there is nobody else who may: the appeal will say so */
};
enum err appeal_judge(struct cx *cx, struct db *db, const struct decision *decision, enum appeal_judge *ret_judge);
/* Is there anybody else than who decided first? */
enum err appeal_has_others(struct cx *cx, struct db *db, const struct decision *decision, bool *ret_others);

struct appeal_verdict {
	i64 appeal;
	bool accepted;        /* the message comes back */
	struct str reason;    /* told to the author */
	bool notify_author;   /* in private, where the network can */
	const struct outside *outside; /* NULL: without the address of their page */
};
enum err appeal_decide(struct cx *cx, struct db *db, i64 workspace, const struct appeal_verdict *verdict);
