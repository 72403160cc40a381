/* outside.h: addresses that people outside hold: each opens one thing (what was decided on their message, what they wrote to us) and
 * nothing else. An address carries the thing's number and a code of 192 bits that only who has this installation's key can make, so
 * that none is kept and none can be guessed; whoever has it is taken for the person it was given to. Texts are in the task's arena. */
#pragma once
#include "base/cx.h"
#include "sys/crypto.h"

struct outside {
	const struct key *key; /* keys.link of the listening role */
	struct str public_url;
};

/* What is opened, as the address says it: a word of its own for each, so that a code for one opens no other. */
#define OUTSIDE_CONTEST "contest" /* the id of a decision */
#define OUTSIDE_DIGEST "digest"   /* the id of a person: ends the letters that sum up, and nothing else */
#define OUTSIDE_TALK "talk"       /* the id of a conversation that began on a public form */

/* A stamp: what a public form carries, so that what it sends is taken once however often it is sent, and by nobody who did not see the
 * form first. It says when it was made and holds a number of its own. */
#define OUTSIDE_STAMP_MAX 120
struct str outside_stamp(struct cx *cx, const struct outside *outside, const char *what);
/* False when it was not made here for `what`. ret_nonce in the arena. */
bool outside_stamp_read(struct cx *cx, const struct outside *outside, const char *what, struct str stamp, i64 *ret_at, struct str *ret_nonce);

#define OUTSIDE_PASS_MAX 80
/* "7301234-9f3a…": the last part of the address. */
struct str outside_pass(struct cx *cx, const struct outside *outside, const char *what, i64 id);
struct str outside_address(struct cx *cx, const struct outside *outside, const char *what, i64 id); /* "https://desk…/contest/7301234-9f3a…" */
/* ERR_MISSING, with the same story whatever is wrong with it. */
enum err outside_open(struct cx *cx, const struct outside *outside, const char *what, struct str pass, i64 *ret_id);
