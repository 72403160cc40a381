/* charter.c: the house rules' own life: draft, articles, publication (the second half of moderate.h). */
#include "base/id.h"
#include "flow/audit.h"
#include "flow/moderate.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 version)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "charter:%lld", (long long)version), (struct str){}));
	return change_add(cx, db, workspace, 0, "charter", version);
}

static enum err copy_articles(struct cx *cx, struct db *db, const struct charter_version *from, i64 into)
{
	struct charter_article *articles;
	size_t count;
	TRY(charter_articles(cx, db, from->workspace, from->id, &articles, &count));
	for (size_t i = 0; i < count; i++) {
		struct charter_article copy = articles[i];
		copy.id = id_new();
		copy.version = into;
		TRY(charter_article_save(cx, db, &copy));
	}
	return OK;
}

static enum err draft(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version)
{
	struct charter_version *versions, v = {.id = id_new(), .workspace = workspace, .number = 1, .state = S("draft"), .created_at = cx->now};
	size_t count;
	TRY(charter_version_list(cx, db, workspace, &versions, &count));
	if (count && str_eq(versions[0].state, S("draft")))
		return fail(cx, ERR_CONFLICT, N_("There is a draft already; go on with that one."));
	if (count) {
		v.number = versions[0].number + 1;
		v.preamble = versions[0].preamble;
	}
	TRY(charter_version_insert(cx, db, &v));
	if (count)
		TRY(copy_articles(cx, db, &versions[0], v.id));
	*ret_version = v.id;
	return trace(cx, db, workspace, "charter.draft", v.id);
}

enum err charter_draft(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version)
{
	return IN_TRANSACTION(cx, db, draft(cx, db, workspace, ret_version));
}

static enum err draft_of(struct cx *cx, struct db *db, i64 workspace, i64 version, struct charter_version *ret_version)
{
	TRY(charter_version_get(cx, db, workspace, version, ret_version));
	if (!str_eq(ret_version->state, S("draft")))
		return fail(cx, ERR_CONFLICT, N_("A published version does not change; start a new one."));
	return OK;
}

static enum err set_article(struct cx *cx, struct db *db, struct charter_article *a)
{
	struct charter_version v;
	TRY(draft_of(cx, db, a->workspace, a->version, &v));
	struct charter_article *articles;
	size_t count;
	TRY(charter_articles(cx, db, a->workspace, a->version, &articles, &count));
	if (!a->id) {
		a->id = id_new();
		a->number = count ? articles[count - 1].number + 1 : 1;
	} else {
		struct charter_article known;
		TRY(charter_article_get(cx, db, a->workspace, a->id, &known));
		if (known.version != a->version)
			return fail_field(cx, "article", N_("This article is of another version."));
		a->number = known.number;
	}
	TRY(charter_article_save(cx, db, a));
	return trace(cx, db, a->workspace, "charter.article", a->version);
}

enum err charter_set_article(struct cx *cx, struct db *db, struct charter_article *article)
{
	return IN_TRANSACTION(cx, db, set_article(cx, db, article));
}

static enum err drop_article(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct charter_article a, *rest;
	struct charter_version v;
	size_t count;
	TRY(charter_article_get(cx, db, workspace, id, &a));
	TRY(draft_of(cx, db, workspace, a.version, &v));
	TRY(charter_article_drop(cx, db, workspace, id));
	TRY(charter_articles(cx, db, workspace, a.version, &rest, &count));
	for (size_t i = 0; i < count; i++) /* numbers close up; downwards, so that no two are equal on the way */
		if (rest[i].number != (i64)i + 1) {
			rest[i].number = (i64)i + 1;
			TRY(charter_article_save(cx, db, &rest[i]));
		}
	return trace(cx, db, workspace, "charter.article_dropped", a.version);
}

enum err charter_drop_article(struct cx *cx, struct db *db, i64 workspace, i64 article)
{
	return IN_TRANSACTION(cx, db, drop_article(cx, db, workspace, article));
}

static enum err set_preamble(struct cx *cx, struct db *db, i64 workspace, i64 version, struct str preamble)
{
	struct charter_version v;
	TRY(draft_of(cx, db, workspace, version, &v));
	v.preamble = preamble;
	TRY(charter_version_update(cx, db, &v));
	return trace(cx, db, workspace, "charter.preamble", version);
}

enum err charter_set_preamble(struct cx *cx, struct db *db, i64 workspace, i64 version, struct str preamble)
{
	return IN_TRANSACTION(cx, db, set_preamble(cx, db, workspace, version, preamble));
}

static enum err publish(struct cx *cx, struct db *db, i64 workspace, i64 version)
{
	struct charter_version v, before;
	struct charter_article *articles;
	struct workspace w;
	size_t count;
	TRY(draft_of(cx, db, workspace, version, &v));
	TRY(workspace_get(cx, db, workspace, &w));
	TRY(charter_articles(cx, db, workspace, version, &articles, &count));
	if (!count)
		return fail(cx, ERR_BAD_INPUT, N_("House rules need at least one article."));
	for (size_t i = 0; i < count; i++)
		if (!text_in(cx, articles[i].title, w.lang.at).len || !text_in(cx, articles[i].body, w.lang.at).len)
			return fail(cx, ERR_BAD_INPUT, N_("Article %lld lacks a title or a text."), (long long)articles[i].number);
	enum err e = charter_in_force(cx, db, workspace, &before);
	if (e == OK) {
		before.state = S("retired");
		before.retired_at = cx->now;
		TRY(charter_version_update(cx, db, &before));
	} else if (e == ERR_MISSING) {
		cx_forget(cx);
	} else {
		return e;
	}
	v.state = S("published");
	v.published_at = cx->now;
	v.published_by = cx->actor ? cx->actor->user : 0;
	TRY(charter_version_update(cx, db, &v));
	return trace(cx, db, workspace, "charter.publish", version);
}

enum err charter_publish(struct cx *cx, struct db *db, i64 workspace, i64 version)
{
	return IN_TRANSACTION(cx, db, publish(cx, db, workspace, version));
}
