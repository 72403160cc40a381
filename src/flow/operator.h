/* operator.h: what the operator does to accounts from the command line, for people who cannot help themselves: let in, lock out, take a
 * lost second factor off. Each is one transaction with its entry in the audit log; whoever is locked out or changed is
 * signed out everywhere. */
#pragma once
#include "model/permission.h"
#include "store/person.h"

struct operator_person {
	struct str name, email, password; /* password may be empty: they come in by a link */
	enum role role;
	struct str lang, zone;
};

/* Into a workspace; somebody who has an account keeps it, with the name and the password of it. `workspace` 0: a new workspace of this name,
 * owned by them. ERR_CONFLICT when they are in it already. */
enum err operator_add(struct cx *cx, struct db *db, i64 workspace, struct str workspace_name, const struct operator_person *who, i64 *ret_person);
/* By address. ERR_MISSING with a story. */
enum err operator_find(struct cx *cx, struct db *db, struct str email, struct person *ret_person);
enum err operator_set_password(struct cx *cx, struct db *db, i64 person, struct str password);
enum err operator_set_disabled(struct cx *cx, struct db *db, i64 person, bool disabled); /* enabling also forgets failed tries */
enum err operator_factor_off(struct cx *cx, struct db *db, i64 person);
