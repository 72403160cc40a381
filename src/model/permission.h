/* permission.h: roles and what each may do, as rows of permission.def; the API's scopes are the same words. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum permission {
	MAY_ANYTHING_SIGNED_IN = 0, /* a route that any member of the workspace may use */
#define PERMISSION(name, word, about, ...) MAY_##name,
#include "model/permission.def"
#undef PERMISSION
	PERMISSION_COUNT
};

enum role { ROLE_OWNER, ROLE_ADMINISTRATOR, ROLE_MANAGER, ROLE_AGENT, ROLE_MODERATOR, ROLE_ANALYST, ROLE_GUEST, ROLE_COUNT };

const char *permission_word(enum permission permission);  /* "inbox.reply"; "" for 0 */
const char *permission_about(enum permission permission); /* msgid */
bool permission_of(struct str word, enum permission *ret_permission);

const char *role_word(enum role role);  /* "manager" */
const char *role_title(enum role role); /* msgid: "Manager" */
const char *role_about(enum role role); /* msgid, one sentence */
bool role_of(struct str word, enum role *ret_role);
u64 role_permissions(enum role role);   /* bits 1 << enum permission */
