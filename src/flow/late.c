#include "flow/late.h"

#include "flow/notify.h"
#include "flow/transaction.h"
#include "model/permission.h"
#include "store/appeal.h"
#include "store/charter.h"
#include "store/member.h"

#define WORKSPACES_A_TURN 50

/* Those who moderate. */
static enum err moderators(struct cx *cx, struct db *db, i64 workspace, i64 **ret_persons, size_t *ret_count)
{
	struct member *members;
	size_t count, found = 0;
	TRY(member_list(cx, db, workspace, &members, &count));
	i64 *persons = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_MODERATE & 1 && !members[i].disabled)
			persons[found++] = members[i].person;
	*ret_persons = persons;
	*ret_count = found;
	return OK;
}

static bool decided_first(const struct late_appeal *a, i64 person)
{
	return person == a->decided_by || person == a->second_person;
}

/* Who may judge it: whoever did not decide first; where there is nobody else, who did. */
static bool judges(const struct late_appeal *a, i64 person, const i64 *persons, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!decided_first(a, persons[i]))
			return !decided_first(a, person);
	return person == a->decided_by;
}

static enum err tell(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	i64 *persons, cases;
	size_t person_count, appeal_count;
	struct late_appeal *appeals;
	TRY(cases_late(cx, db, workspace, cx->now, &cases));
	TRY(appeals_late(cx, db, workspace, cx->now, &appeals, &appeal_count));
	TRY(flags_told(cx, db, workspace, cx->now));
	TRY(appeals_told(cx, db, workspace, cx->now));
	TRY(moderators(cx, db, workspace, &persons, &person_count));
	for (size_t p = 0; p < person_count; p++) {
		i64 mine = 0;
		for (size_t a = 0; a < appeal_count; a++)
			mine += judges(&appeals[a], persons[p], persons, person_count);
		if (cases)
			TRY(notify_counted(cx, db, workspace, persons[p], "late_cases", cases));
		if (mine)
			TRY(notify_counted(cx, db, workspace, persons[p], "late_appeals", mine));
	}
	*ret_count = cases + (i64)appeal_count;
	return OK;
}

enum err late_sweep(struct cx *cx, struct db *db, i64 *ret_count)
{
	i64 *workspaces, all = 0, told;
	size_t count;
	TRY(workspaces_late(cx, db, cx->now, WORKSPACES_A_TURN, &workspaces, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(IN_TRANSACTION(cx, db, tell(cx, db, workspaces[i], &told)));
		all += told;
	}
	*ret_count = all;
	return OK;
}
