/* cx.h: the context of one task (a request, a stage step, a command): its memory, its instant, its language, who acts,
 * and the story of its failure. Passed first to everything that can fail with a story or needs any of these. A cx lives
 * as long as its task and belongs to one thread. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

struct actor; /* model/actor.h: the user, key or role of the program that acts, and what it may do */

struct cx {
	struct arena *arena;       /* the task's memory; owns every result of the task */
	i64 now;                   /* microseconds UTC, one instant for the whole task */
	const char *lang;          /* "en" or "fr": language of the texts for people */
	const struct actor *actor; /* NULL: nobody signed in */
	i64 request;               /* number that ties log lines together; 0 outside requests */

	enum err err;      /* of the last fail() */
	char field[64];    /* the input field at fault, or "" */
	char story[480];   /* for people, in `lang` */
	i64 wait;          /* seconds after which it may work (fail_wait); 0: not known */
};

struct cx cx_new(struct arena *arena); /* now = time_now(), lang = "en", nobody acting */

/* Tell what failed and return the error, so that `return fail(cx, ERR_MISSING, "...")` reads as one thought. The format
 * is translated (mark it by writing it here literally; the catalogue tool collects it). */
enum err fail(struct cx *cx, enum err error, const char *format, ...) PRINTF(3, 4);
/* The same for an input field: ERR_BAD_INPUT with the field's name. */
enum err fail_field(struct cx *cx, const char *field, const char *format, ...) PRINTF(3, 4);
/* The same where time alone helps: ERR_LIMIT, and after how many seconds. */
enum err fail_wait(struct cx *cx, i64 seconds, const char *format, ...) PRINTF(3, 4);
void cx_forget(struct cx *cx); /* the failure was dealt with */
