#include "store/post.h"

#include "base/id.h"
#include "model/actor.h"
#include "store/sql.h"

#include <string.h>

#define COLUMNS                                                                                                                \
	"id, workspace_id, title, body, parts, first_comment, lang, warning, options, pillar_id, campaign_id, idea_id, state, wall_time, zone," \
	" planned_at, revision, approved_revision, published_at, created_by, created_at, updated_by, updated_at, archived_at, approved_links"
#define POST "SELECT " COLUMNS " FROM post "

static struct post read_post(struct cx *cx, const struct row *row)
{
	struct post p = {
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.title = row_str(row, 2, cx->arena),
		.body = row_str(row, 3, cx->arena),
		.parts = row_str(row, 4, cx->arena),
		.first_comment = row_str(row, 5, cx->arena),
		.lang = row_str(row, 6, cx->arena),
		.warning = row_str(row, 7, cx->arena),
		.options = row_str(row, 8, cx->arena),
		.pillar = row_i64(row, 9),
		.campaign = row_i64(row, 10),
		.idea = row_i64(row, 11),
		.wall_time = row_str(row, 13, cx->arena),
		.zone = row_str(row, 14, cx->arena),
		.planned_at = row_i64(row, 15),
		.revision = row_i64(row, 16),
		.approved_revision = row_i64(row, 17),
		.published_at = row_i64(row, 18),
		.created_by = row_i64(row, 19),
		.created_at = row_i64(row, 20),
		.updated_by = row_i64(row, 21),
		.updated_at = row_i64(row, 22),
		.archived_at = row_i64(row, 23),
		.approved_links = row_str(row, 24, cx->arena),
	};
	must(post_state_of(row_text(row, 12), &p.state));
	return p;
}

static struct db_value state_text(enum post_state state)
{
	return db_text(str_of(post_state_word(state)));
}

enum err post_insert(struct cx *cx, struct db *db, const struct post *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO post (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
		      db_i64(p->id), db_i64(p->workspace), db_text(p->title), db_text(p->body), db_text(p->parts), db_text(p->first_comment), db_text(p->lang),
		      db_text(p->warning), db_text(p->options), db_id(p->pillar), db_id(p->campaign), db_id(p->idea), state_text(p->state), db_text(p->wall_time),
		      db_text(p->zone), db_i64(p->planned_at), db_i64(p->revision), db_i64(p->approved_revision), db_i64(p->published_at), db_id(p->created_by),
		      db_i64(p->created_at), db_id(p->updated_by), db_i64(p->updated_at), db_i64(p->archived_at), db_text(p->approved_links.len ? p->approved_links : S("{}")));
}

enum err post_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, POST "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This post does not exist in this workspace."));
	TRY(e);
	*ret_post = read_post(cx, row);
	return OK;
}

enum err post_save(struct cx *cx, struct db *db, const struct post *p, i64 revision)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE post SET title = ?4, body = ?5, parts = ?6, first_comment = ?7, lang = ?8, warning = ?9, options = ?10, pillar_id = ?11, campaign_id = ?12,"
		       " idea_id = ?13, state = ?14, wall_time = ?15, zone = ?16, planned_at = ?17, revision = ?18, approved_revision = ?19, published_at = ?20,"
		       " updated_by = ?21, updated_at = ?22, archived_at = ?23, approved_links = ?24 WHERE workspace_id = ?1 AND id = ?2 AND revision = ?3",
		   db_i64(p->workspace), db_i64(p->id), db_i64(revision), db_text(p->title), db_text(p->body), db_text(p->parts), db_text(p->first_comment),
		   db_text(p->lang), db_text(p->warning), db_text(p->options), db_id(p->pillar), db_id(p->campaign), db_id(p->idea), state_text(p->state),
		   db_text(p->wall_time), db_text(p->zone), db_i64(p->planned_at), db_i64(p->revision), db_i64(p->approved_revision), db_i64(p->published_at),
		   db_id(p->updated_by), db_i64(p->updated_at), db_i64(p->archived_at), db_text(p->approved_links.len ? p->approved_links : S("{}"))));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Somebody changed this post meanwhile. Look at what they wrote; yours is still in your window."));
}

enum err post_move_state(struct cx *cx, struct db *db, i64 workspace, i64 id, enum post_state from, enum post_state to)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE post SET state = ?4, updated_at = ?5 WHERE workspace_id = ?1 AND id = ?2 AND state = ?3", db_i64(workspace), db_i64(id),
		   state_text(from), state_text(to), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("This post is no longer where it was. Look at it again."));
}

enum err post_published(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE post SET published_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND published_at = 0", db_i64(workspace), db_i64(id), db_i64(at));
}

enum err post_unpublished(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL,
		      "UPDATE post SET published_at = 0 WHERE workspace_id = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM publication p JOIN post_variant v ON v.id = p.variant_id"
			  " WHERE p.workspace_id = ?1 AND v.post_id = ?2 AND p.state = 'sent')",
		      db_i64(workspace), db_i64(id));
}

/* ---- lists ---- */

#define NARROWED                                                                                                               \
	" AND (archived_at > 0) = (?3 = 1) AND (?4 = '' OR state = ?4) AND (?5 = 0 OR campaign_id = ?5) AND (?6 = 0 OR pillar_id = ?6) AND (?7 = 0 OR created_by = ?7)" \
	" AND (?8 = 0 OR EXISTS (SELECT 1 FROM post_variant v WHERE v.workspace_id = ?1 AND v.channel_id = ?8 AND v.post_id = post.id AND v.removed_at = 0))" \
	" AND (?9 = '' OR LOWER(title) LIKE ?9 ESCAPE '\\' OR LOWER(body) LIKE ?9 ESCAPE '\\')"

static enum err collect(struct cx *cx, struct row *row, bool back, struct post **ret_posts, size_t *ret_count)
{
	struct post *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_post(cx, row);
	if (back)
		list_turn(list, sizeof *list, count);
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err posts_list(struct cx *cx, struct db *db, i64 workspace, const struct post_filter *f, struct list_place from, size_t limit, struct post **ret_posts,
		    size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	bool planned = f->since || f->until;
	struct str words = f->words.len ? list_pattern(cx->arena, f->words) : (struct str){};
	struct db_value values[] = {
		db_null(), db_i64(workspace), db_i64((i64)limit), db_i64(f->archived), db_text(f->state < 0 ? S("") : str_of(post_state_word((enum post_state)f->state))),
		db_i64(f->campaign), db_i64(f->pillar), db_i64(f->author), db_i64(f->channel), db_text(words),
		db_i64(from.is_given ? from.key : from.is_back == planned ? INT64_MAX : 0), db_i64(from.is_given ? from.id : from.is_back == planned ? INT64_MAX : 0),
		db_i64(planned && f->since ? f->since : 1), db_i64(f->until ? f->until : INT64_MAX),
	};
	if (planned && !from.is_back)
		TRY(db_query_values(cx, db, &row, POST "WHERE workspace_id = ?1 AND planned_at > 0 AND planned_at >= ?12 AND planned_at < ?13 AND (planned_at, id) > (?10, ?11)"
						      NARROWED " ORDER BY planned_at, id LIMIT ?2", values, 13));
	else if (planned)
		TRY(db_query_values(cx, db, &row, POST "WHERE workspace_id = ?1 AND planned_at > 0 AND planned_at >= ?12 AND planned_at < ?13 AND (planned_at, id) < (?10, ?11)"
						      NARROWED " ORDER BY planned_at DESC, id DESC LIMIT ?2", values, 13));
	else if (!from.is_back)
		TRY(db_query_values(cx, db, &row, POST "WHERE workspace_id = ?1 AND (updated_at, id) < (?10, ?11)" NARROWED " ORDER BY updated_at DESC, id DESC LIMIT ?2", values, 11));
	else
		TRY(db_query_values(cx, db, &row, POST "WHERE workspace_id = ?1 AND (updated_at, id) > (?10, ?11)" NARROWED " ORDER BY updated_at, id LIMIT ?2", values, 11));
	return collect(cx, row, from.is_back, ret_posts, ret_count);
}

enum err posts_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 counts[POST_STATE_COUNT] = {};
	TRY(db_query(cx, db, &row, "SELECT state, COUNT(*) FROM post WHERE workspace_id = ?1 AND archived_at = 0 GROUP BY state", db_i64(workspace)));
	FOR_ROWS (cx, row) {
		enum post_state state;
		if (post_state_of(row_text(row, 0), &state))
			counts[state] = row_i64(row, 1);
	}
	memcpy(ret_counts, counts, sizeof counts);
	return OK;
}

/* ---- variants ---- */

#define VARIANT "SELECT id, workspace_id, post_id, channel_id, adapted, body, parts, first_comment, removed_at, form, no_card FROM post_variant "

static struct post_variant read_variant(struct cx *cx, const struct row *row)
{
	struct post_variant v = {row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4) != 0, row_str(row, 5, cx->arena),
				 row_str(row, 6, cx->arena), row_str(row, 7, cx->arena), row_i64(row, 8)};
	must(post_form_of(row_text(row, 9), &v.form));
	v.no_card = row_i64(row, 10) != 0;
	return v;
}

static enum err collect_variants(struct cx *cx, struct row *row, struct post_variant **ret_variants, size_t *ret_count)
{
	struct post_variant *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_variant(cx, row);
	*ret_variants = list;
	*ret_count = count;
	return OK;
}

enum err post_variant_put(struct cx *cx, struct db *db, const struct post_variant *v)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO post_variant (id, workspace_id, post_id, channel_id, adapted, body, parts, first_comment, removed_at, form, no_card)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (post_id, channel_id) DO UPDATE SET adapted = excluded.adapted, body = excluded.body,"
			  " parts = excluded.parts, first_comment = excluded.first_comment, removed_at = excluded.removed_at, form = excluded.form, no_card = excluded.no_card"
			  " WHERE post_variant.workspace_id = excluded.workspace_id",
		      db_i64(v->id), db_i64(v->workspace), db_i64(v->post), db_i64(v->channel), db_i64(v->adapted), db_text(v->body), db_text(v->parts),
		      db_text(v->first_comment), db_i64(v->removed_at), db_text(str_of(post_form_word(v->form))), db_i64(v->no_card));
}

enum err post_variant_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post_variant *ret_variant)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, VARIANT "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This variant of a post does not exist in this workspace."));
	TRY(e);
	*ret_variant = read_variant(cx, row);
	return OK;
}

enum err post_variants(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_variant **ret_variants, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, VARIANT "WHERE workspace_id = ?1 AND post_id = ?2 AND removed_at = 0 ORDER BY id LIMIT 100", db_i64(workspace), db_i64(post)));
	return collect_variants(cx, row, ret_variants, ret_count);
}

enum err post_variants_planned(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, size_t limit, struct post_variant **ret_variants, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT v.id, v.workspace_id, v.post_id, v.channel_id, v.adapted, v.body, v.parts, v.first_comment, v.removed_at, v.form, v.no_card FROM post p"
			 " JOIN post_variant v ON v.post_id = p.id WHERE p.workspace_id = ?1 AND p.planned_at > 0 AND p.planned_at >= ?2 AND p.planned_at < ?3"
			 " AND v.workspace_id = ?1 AND v.removed_at = 0 ORDER BY p.planned_at, p.id, v.id LIMIT ?4",
		     db_i64(workspace), db_i64(since), db_i64(until), db_i64((i64)limit)));
	return collect_variants(cx, row, ret_variants, ret_count);
}

/* ---- what goes with it ---- */

enum err post_media_set(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct post_media *media, size_t count)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM post_media WHERE workspace_id = ?1 AND post_id = ?2", db_i64(workspace), db_i64(post)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO post_media (post_id, position, workspace_id, media_id, alt) VALUES (?1, ?2, ?3, ?4, ?5)", db_i64(post),
			   db_i64((i64)i), db_i64(workspace), db_i64(media[i].media), db_text(media[i].alt)));
	return OK;
}

enum err post_media_of(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_media **ret_media, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_media *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT post_id, workspace_id, position, media_id, alt FROM post_media WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY position LIMIT 100",
		     db_i64(workspace), db_i64(post)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct post_media){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_str(row, 4, cx->arena)};
	*ret_media = list;
	*ret_count = count;
	return OK;
}

/* ---- what it was, what happened ---- */

enum err post_version_add(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct post_version *v)
{
	return db_run(cx, db, NULL, "INSERT INTO post_version (post_id, revision, workspace_id, person_id, at, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", db_i64(post),
		      db_i64(v->revision), db_i64(workspace), db_id(v->person), db_i64(v->at), db_text(v->document));
}

enum err post_versions(struct cx *cx, struct db *db, i64 workspace, i64 post, size_t limit, struct post_version **ret_versions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_version *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT revision, person_id, at, document FROM post_version WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY revision DESC LIMIT ?3",
		     db_i64(workspace), db_i64(post), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct post_version){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena)};
	*ret_versions = list;
	*ret_count = count;
	return OK;
}

enum err post_event_add(struct cx *cx, struct db *db, i64 workspace, i64 post, const char *kind, struct str detail)
{
	const struct actor *actor = cx->actor;
	return db_run(cx, db, NULL, "INSERT INTO post_event (id, workspace_id, post_id, at, person_id, actor_name, kind, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(id_new()), db_i64(workspace), db_i64(post), db_i64(cx->now), db_id(actor ? actor->user : 0), db_text(actor ? actor->name : S("Parvis")),
		      db_text(str_of(kind)), db_text(detail.len ? detail : S("{}")));
}

enum err post_events(struct cx *cx, struct db *db, i64 workspace, i64 post, size_t limit, struct post_event **ret_events, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_event *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT id, at, person_id, actor_name, kind, detail FROM post_event WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(post), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct post_event){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena),
										     row_str(row, 4, cx->arena), row_str(row, 5, cx->arena)};
	*ret_events = list;
	*ret_count = count;
	return OK;
}

/* ---- approvals ---- */

#define APPROVAL                                                                                                               \
	"SELECT id, workspace_id, post_id, revision, workflow_id, step_id, asked_by, asked_at, due_at, reminded_at, decided_by, decided_at, outcome, remark FROM post_approval "

static struct post_approval read_approval(struct cx *cx, const struct row *row)
{
	return (struct post_approval){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .post = row_i64(row, 2), .revision = row_i64(row, 3), .workflow = row_i64(row, 4),
		.step = row_i64(row, 5), .asked_by = row_i64(row, 6), .asked_at = row_i64(row, 7), .due_at = row_i64(row, 8), .reminded_at = row_i64(row, 9),
		.decided_by = row_i64(row, 10), .decided_at = row_i64(row, 11), .outcome = row_str(row, 12, cx->arena), .remark = row_str(row, 13, cx->arena),
	};
}

static enum err collect_approvals(struct cx *cx, struct row *row, struct post_approval **ret_approvals, size_t *ret_count)
{
	struct post_approval *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_approval(cx, row);
	*ret_approvals = list;
	*ret_count = count;
	return OK;
}

enum err post_approval_insert(struct cx *cx, struct db *db, const struct post_approval *a)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO post_approval (id, workspace_id, post_id, revision, workflow_id, step_id, asked_by, asked_at, due_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(a->id), db_i64(a->workspace), db_i64(a->post), db_i64(a->revision), db_id(a->workflow), db_id(a->step), db_id(a->asked_by),
		      db_i64(a->asked_at), db_i64(a->due_at));
}

enum err post_approval_open(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_approval *ret_approval)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, APPROVAL "WHERE workspace_id = ?1 AND post_id = ?2 AND outcome = '' ORDER BY id DESC LIMIT 1", db_i64(workspace), db_i64(post)));
	*ret_approval = read_approval(cx, row);
	return OK;
}

enum err post_approval_decide(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str outcome, struct str remark)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE post_approval SET outcome = ?3, remark = ?4, decided_by = ?5, decided_at = ?6 WHERE workspace_id = ?1 AND id = ?2 AND outcome = ''",
		   db_i64(workspace), db_i64(id), db_text(outcome), db_text(remark), db_id(cx->actor ? cx->actor->user : 0), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Somebody decided on this meanwhile. Look at it again."));
}

enum err post_approvals(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_approval **ret_approvals, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, APPROVAL "WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY id LIMIT 200", db_i64(workspace), db_i64(post)));
	return collect_approvals(cx, row, ret_approvals, ret_count);
}

enum err post_approvals_open(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct post_approval **ret_approvals, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, APPROVAL "WHERE workspace_id = ?1 AND outcome = '' ORDER BY asked_at, id LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	return collect_approvals(cx, row, ret_approvals, ret_count);
}

enum err post_approvals_due(struct cx *cx, struct db *db, i64 until, size_t limit, struct post_approval **ret_approvals, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " APPROVAL "WHERE outcome = '' AND due_at > 0 AND due_at < ?1 AND reminded_at = 0 ORDER BY due_at LIMIT ?2", db_i64(until),
		     db_i64((i64)limit)));
	return collect_approvals(cx, row, ret_approvals, ret_count);
}

enum err post_approval_reminded(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE post_approval SET reminded_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(cx->now));
}
