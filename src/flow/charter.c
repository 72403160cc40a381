/* charter.c: the house rules' own life: draft, articles, publication (the second half of moderate.h). */
#include "base/id.h"
#include "base/json_text.h"
#include "flow/audit.h"
#include "flow/charter_model.h"
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

static enum err may_write(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_WRITE_CHARTER))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not write the house rules."));
}

/* What a new version starts from: the one in force; before the first publication the draft put aside last. */
static const struct charter_version *origin_of(const struct charter_version *versions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(versions[i].state, S("published")))
			return &versions[i];
	return count ? &versions[0] : NULL;
}

static enum err draft(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version)
{
	TRY(may_write(cx));
	struct charter_version *versions, v = {.id = id_new(), .workspace = workspace, .number = 1, .state = S("draft"), .created_at = cx->now};
	size_t count;
	TRY(charter_version_list(cx, db, workspace, &versions, &count));
	if (count && str_eq(versions[0].state, S("draft")))
		return fail(cx, ERR_CONFLICT, N_("There is a draft already; go on with that one."));
	const struct charter_version *origin = origin_of(versions, count);
	if (origin) {
		v.number = versions[0].number + 1;
		v.preamble = origin->preamble;
	}
	TRY(charter_version_insert(cx, db, &v));
	if (origin)
		TRY(copy_articles(cx, db, origin, v.id));
	*ret_version = v.id;
	return trace(cx, db, workspace, "charter.draft", v.id);
}

enum err charter_draft(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version)
{
	return IN_TRANSACTION(cx, db, draft(cx, db, workspace, ret_version));
}

static json_t *two(const char *fr, const char *en)
{
	return json_pack("{s:s, s:s}", "fr", fr, "en", en);
}

static struct str kept(struct cx *cx, json_t *json)
{
	struct str copy = arena_json(cx->arena, json, JSON_COMPACT);
	json_decref(json);
	return copy;
}

static enum err draft_from_model(struct cx *cx, struct db *db, i64 workspace, struct str word, i64 *ret_version)
{
	const struct charter_model *model = charter_model_of(word);
	struct charter_version *versions;
	size_t count;
	i64 version;
	if (!model)
		return fail_field(cx, "model", N_("Choose one of the models."));
	TRY(charter_version_list(cx, db, workspace, &versions, &count));
	if (origin_of(versions, count) && !str_eq(origin_of(versions, count)->state, S("retired")))
		return fail(cx, ERR_CONFLICT, N_("There are house rules already: a new version starts from them."));
	TRY(draft(cx, db, workspace, &version));
	struct charter_article *old;
	TRY(charter_articles(cx, db, workspace, version, &old, &count));
	for (size_t i = 0; i < count; i++) /* of a draft that was put aside: it still has its own */
		TRY(charter_article_drop(cx, db, workspace, old[i].id));
	struct charter_version v;
	TRY(charter_version_get(cx, db, workspace, version, &v));
	v.preamble = kept(cx, two(model->preamble_fr, model->preamble_en));
	TRY(charter_version_update(cx, db, &v));
	for (size_t i = 0; model->articles[i]; i++) {
		const struct charter_model_article *m = model->articles[i];
		struct charter_article a = {.id = id_new(), .workspace = workspace, .version = version, .number = (i64)i + 1};
		a.title = kept(cx, two(m->title_fr, m->title_en));
		a.body = kept(cx, two(m->body_fr, m->body_en));
		a.notice = kept(cx, two(m->notice_fr, m->notice_en));
		TRY(charter_article_save(cx, db, &a));
	}
	*ret_version = version;
	return OK;
}

enum err charter_draft_from_model(struct cx *cx, struct db *db, i64 workspace, struct str model, i64 *ret_version)
{
	return IN_TRANSACTION(cx, db, draft_from_model(cx, db, workspace, model, ret_version));
}

static enum err draft_of(struct cx *cx, struct db *db, i64 workspace, i64 version, struct charter_version *ret_version)
{
	TRY(may_write(cx));
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
			return fail_field(cx, "article_id", N_("This article is of another version."));
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

/* Two articles change places: over a number that none has, because no two may be equal on the way. */
static enum err move_article(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 by)
{
	struct charter_article moved, *all;
	struct charter_version v;
	size_t count, at = 0;
	TRY(charter_article_get(cx, db, workspace, id, &moved));
	TRY(draft_of(cx, db, workspace, moved.version, &v));
	TRY(charter_articles(cx, db, workspace, moved.version, &all, &count));
	while (at < count && all[at].id != id)
		at++;
	if (by < 0 ? at == 0 : at + 1 >= count)
		return OK;
	struct charter_article *other = &all[by < 0 ? at - 1 : at + 1], *one = &all[at];
	i64 number = one->number;
	one->number = 0;
	TRY(charter_article_save(cx, db, one));
	one->number = other->number;
	other->number = number;
	TRY(charter_article_save(cx, db, other));
	TRY(charter_article_save(cx, db, one));
	return trace(cx, db, workspace, "charter.article_moved", moved.version);
}

enum err charter_move_article(struct cx *cx, struct db *db, i64 workspace, i64 article, i64 by)
{
	return IN_TRANSACTION(cx, db, move_article(cx, db, workspace, article, by));
}

static enum err put_aside(struct cx *cx, struct db *db, i64 workspace, i64 version)
{
	struct charter_version v;
	TRY(draft_of(cx, db, workspace, version, &v));
	v.state = S("retired");
	v.retired_at = cx->now;
	TRY(charter_version_update(cx, db, &v));
	return trace(cx, db, workspace, "charter.put_aside", version);
}

enum err charter_put_aside(struct cx *cx, struct db *db, i64 workspace, i64 version)
{
	return IN_TRANSACTION(cx, db, put_aside(cx, db, workspace, version));
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

static bool written(const struct charter_article *a, const char *lang)
{
	bool all = false;
	json_t *title = json_loadb(a->title.at, a->title.len, 0, NULL), *body = json_loadb(a->body.at, a->body.len, 0, NULL);
	all = json_string_length(json_object_get(title, lang)) && json_string_length(json_object_get(body, lang));
	json_decref(title);
	json_decref(body);
	return all;
}

bool charter_article_written(const struct charter_article *article, const char *lang)
{
	return written(article, lang);
}

/* A language that one article has, all have: nobody reads half of the rules. */
static enum err whole_in_each(struct cx *cx, const struct charter_article *articles, size_t count)
{
	static const char *const langs[] = {"fr", "en"};
	for (size_t l = 0; l < COUNT(langs); l++) {
		size_t have = 0, lacks = 0;
		for (size_t i = 0; i < count; i++)
			if (written(&articles[i], langs[l]))
				have++;
			else
				lacks = i;
		if (have && have < count)
			return fail(cx, ERR_BAD_INPUT, N_("Article %lld is not written in every language that the others have. Write it, or leave it out."),
				    (long long)articles[lacks].number);
	}
	return OK;
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
	TRY(whole_in_each(cx, articles, count));
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

static enum err adopt(struct cx *cx, struct db *db, i64 workspace, struct str model)
{
	i64 version;
	TRY(draft_from_model(cx, db, workspace, model, &version));
	return publish(cx, db, workspace, version);
}

enum err charter_adopt(struct cx *cx, struct db *db, i64 workspace, struct str model)
{
	TRY(may_write(cx));
	return IN_TRANSACTION(cx, db, adopt(cx, db, workspace, model));
}
