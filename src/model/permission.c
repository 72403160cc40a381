#include "model/permission.h"

static const struct {
	const char *word, *about;
	bool roles[ROLE_COUNT];
} rows[PERMISSION_COUNT] = {
	[MAY_ANYTHING_SIGNED_IN] = {"", "", {true, true, true, true, true, true, true}},
#define PERMISSION(name, word, about, ...) [MAY_##name] = {word, about, {__VA_ARGS__}},
#include "model/permission.def"
#undef PERMISSION
};
static_assert(PERMISSION_COUNT <= 64);

static const struct {
	const char *word, *title, *about;
} roles[ROLE_COUNT] = {
	[ROLE_OWNER] = {"owner", N_("Owner"), N_("Everything, and answers for it")},
	[ROLE_ADMINISTRATOR] = {"administrator", N_("Administrator"), N_("Sets up channels, people and the workspace")},
	[ROLE_MANAGER] = {"manager", N_("Manager"), N_("Approves answers, arranges the desk, writes the house rules")},
	[ROLE_AGENT] = {"agent", N_("Agent"), N_("Answers and sorts")},
	[ROLE_MODERATOR] = {"moderator", N_("Moderator"), N_("Applies the house rules; answers with approval")},
	[ROLE_ANALYST] = {"analyst", N_("Analyst"), N_("Reads everything, writes listening queries, may leave notes")},
	[ROLE_GUEST] = {"guest", N_("Guest"), N_("Reads and proposes answers")},
};

const char *permission_word(enum permission permission)
{
	must(permission < PERMISSION_COUNT);
	return rows[permission].word;
}

const char *permission_about(enum permission permission)
{
	must(permission < PERMISSION_COUNT);
	return rows[permission].about;
}

bool permission_of(struct str word, enum permission *ret_permission)
{
	for (int i = 1; i < PERMISSION_COUNT; i++)
		if (str_eq(word, str_of(rows[i].word))) {
			*ret_permission = (enum permission)i;
			return true;
		}
	return false;
}

const char *role_word(enum role role)
{
	must(role < ROLE_COUNT);
	return roles[role].word;
}

const char *role_title(enum role role)
{
	must(role < ROLE_COUNT);
	return roles[role].title;
}

const char *role_about(enum role role)
{
	must(role < ROLE_COUNT);
	return roles[role].about;
}

bool role_of(struct str word, enum role *ret_role)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (str_eq(word, str_of(roles[i].word))) {
			*ret_role = (enum role)i;
			return true;
		}
	return false;
}

u64 role_permissions(enum role role)
{
	must(role < ROLE_COUNT);
	u64 bits = 0;
	for (int i = 1; i < PERMISSION_COUNT; i++)
		bits |= (u64)rows[i].roles[role] << i;
	return bits;
}
