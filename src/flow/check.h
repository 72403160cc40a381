/* check.h: is the desk's data sound, and does anything wait that nobody sees? Every finding says what is wrong and how to mend it; the
 * same walk serves `parvis check` and a restored backup. Only reads; whatever fails inside is a finding too. */
#pragma once
#include "sys/db.h"

enum check_level { CHECK_FINE, CHECK_WARNING, CHECK_ERROR };

struct check_finding {
	enum check_level level;
	const char *area;      /* "audit": a word */
	struct str what, mend; /* for people; mend is empty when it is fine */
};

struct check {
	struct check_finding *findings; /* in the arena of the cx that added them */
	size_t count, capacity;
	enum check_level worst;
};

/* `mend` is a msgid or NULL; the format is translated. */
void check_add(struct cx *cx, struct check *check, enum check_level level, const char *area, const char *mend, const char *format, ...)
	PRINTF(6, 7);
/* cx's failure as a finding; forgotten then. */
void check_add_failure(struct cx *cx, struct check *check, const char *area, const char *mend);

/* Every workspace: chains, merges, counters, the outbox, channels, imports, kept files (`media` may be NULL: not looked for). */
void check_desk(struct cx *cx, struct db *db, const char *media, struct check *check);
