/* aside.h: talks that moved from public to private, as rows: the two conversations of a case, what was said in public, who is its point of
 * contact. A conversation has one open case at the most. Texts are in the task's arena. */
#pragma once
#include "sys/db.h"

struct aside {
	i64 id, workspace;
	i64 public_talk, private_talk; /* conversations; private 0: they have not written there yet */
	i64 message;                   /* what they said in public */
	i64 person;                    /* the point of contact; 0: a machine moved it */
	i64 started_at, solved_at, closed_at;
	struct str person_name;        /* filled when read */
};

enum err aside_insert(struct cx *cx, struct db *db, const struct aside *aside);
/* private_talk, person, solved_at and closed_at. */
enum err aside_save(struct cx *cx, struct db *db, const struct aside *aside);
/* The open case that a conversation is of, on either side; id 0 when there is none. */
enum err aside_of(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct aside *ret_aside);
/* The newest open one of a contact who has not written in private yet; id 0 when there is none. */
enum err aside_waiting(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct aside *ret_aside);
