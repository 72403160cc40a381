/* actor.h: who acts, and what they may do. Lives in the task's arena. */
#pragma once
#include "base/str.h"
#include "model/permission.h"

enum actor_kind { ACTOR_USER, ACTOR_API_KEY, ACTOR_PROGRAM, ACTOR_OUTSIDE }; /* outside: a member of the public, by a page of ours */

struct actor {
	enum actor_kind kind;
	i64 workspace;         /* 0: none chosen yet */
	i64 user;              /* the user, or the owner of the key; 0 for the program itself */
	i64 session;           /* or the id of the API key */
	i64 membership;        /* row that binds user and workspace */
	enum role role;
	u64 permissions;       /* bit = 1 << enum permission */
	struct str name;       /* shown beside what they did */
	struct str zone;       /* "Europe/Paris" */
	const char *lang;      /* "fr" */
	struct str address;    /* IP address, for the audit log */
	struct str theme;      /* "system", "light", "dark" */
	struct str settings;   /* JSON: what they chose for their own screen */
	i64 away_until;        /* 0: here; -1: away until they say otherwise */
};

static inline bool actor_may(const struct actor *actor, enum permission permission)
{
	return actor && (permission == MAY_ANYTHING_SIGNED_IN || (actor->permissions >> permission & 1));
}
