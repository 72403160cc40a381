#include "flow/pillar.h"

#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/idea.h"
#include "store/event.h"

static enum err trace(struct cx *cx, struct db *db, const struct pillar *p, const char *act)
{
	TRY(audit(cx, db, p->workspace, act, arena_printf(cx->arena, "pillar:%lld", (long long)p->id), (struct str){}));
	return change_add(cx, db, p->workspace, 0, "post", p->id);
}

static enum err may_plan(struct cx *cx)
{
	return actor_may(cx->actor, MAY_PLAN_POSTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads the editorial line and does not change it."));
}

/* What the others leave of the hundred, and how many they are. */
static enum err room(struct cx *cx, struct db *db, const struct pillar *p, i64 *ret_share, size_t *ret_others)
{
	struct pillar *list;
	size_t count, others = 0;
	i64 share = 100;
	TRY(pillars_list(cx, db, p->workspace, false, PILLARS_MOST + 1, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (list[i].id != p->id) {
			others++;
			share -= list[i].share;
		}
	*ret_share = share > 0 ? share : 0;
	*ret_others = others;
	return OK;
}

static enum err check(struct cx *cx, struct db *db, const struct pillar *p)
{
	struct pillar same;
	i64 share;
	size_t others;
	if (!str_trim(p->name).len || utf8_count(p->name) > PILLAR_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of 1 to %d characters."), PILLAR_NAME_MAX);
	if (utf8_count(p->about) > PILLAR_ABOUT_MAX)
		return fail_field(cx, "about", N_("This is too long: %d characters at the most."), PILLAR_ABOUT_MAX);
	enum err e = pillar_by_name(cx, db, p->workspace, p->name, &same);
	if (e == OK && same.id != p->id)
		return same.archived_at ? fail_field(cx, "name", N_("A pillar that was put away has this name. Take it out again, or choose another name."))
					: fail_field(cx, "name", N_("Another pillar has this name."));
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	TRY(room(cx, db, p, &share, &others));
	if (!p->archived_at && others >= PILLARS_MOST)
		return fail_field(cx, "name", N_("There are %d pillars already. Put one away first."), PILLARS_MOST);
	if (p->share < 0 || p->share > 100)
		return fail_field(cx, "share", N_("Give a share from 0 to 100 percent."));
	if (!p->archived_at && p->share > share)
		return fail_field(cx, "share", N_("The other pillars leave %lld percent."), (long long)share);
	return OK;
}

void pillar_seen(struct arena *arena, const struct pillar *p, struct seen *ret_seen)
{
	struct seen seen = {};
	seen_add(&seen, "name", N_("Name"), p->name);
	seen_add(&seen, "about", N_("What belongs to it"), p->about);
	seen_add_number(arena, &seen, "share", N_("Percent of posts it is to have"), p->share);
	*ret_seen = seen;
}

static enum err keep(struct cx *cx, struct db *db, struct pillar *p)
{
	struct pillar known = {};
	bool is_new = !p->id;
	TRY(may_plan(cx));
	if (p->id) {
		struct seen now;
		TRY(pillar_get(cx, db, p->workspace, p->id, &known));
		pillar_seen(cx->arena, &known, &now);
		TRY(seen_holds(cx, p->seen, &now));
	}
	p->name = str_trim(p->name);
	p->about = str_trim(p->about);
	p->archived_at = known.archived_at;
	TRY(check(cx, db, p));
	p->id = is_new ? id_new() : p->id;
	TRY(pillar_save(cx, db, p));
	return trace(cx, db, p, is_new ? "pillar.create" : "pillar.edit");
}

enum err pillar_keep(struct cx *cx, struct db *db, struct pillar *pillar)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, pillar));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct pillar p;
	i64 share;
	size_t others;
	TRY(may_plan(cx));
	TRY(pillar_get(cx, db, workspace, id, &p));
	if (!!p.archived_at == away)
		return OK;
	TRY(room(cx, db, &p, &share, &others));
	if (!away && others >= PILLARS_MOST)
		return fail(cx, ERR_CONFLICT, N_("There are %d pillars already. Put one away first."), PILLARS_MOST);
	if (!away && p.share > share)
		return fail(cx, ERR_CONFLICT, N_("It is to have %lld percent, and the other pillars leave %lld. Give one of them less first."), (long long)p.share,
			    (long long)share);
	p.archived_at = away ? cx->now : 0;
	TRY(pillar_save(cx, db, &p));
	return trace(cx, db, &p, away ? "pillar.archive" : "pillar.restore");
}

enum err pillar_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}
