#include "store/calendar.h"

#include "store/sql.h"

/* Both lists and counts: (?1 the workspace, ?2 since, ?3 until), ?4 how many, ?5 … what it is narrowed to. */
#define NARROWED                                                                                                               \
	" AND archived_at = 0 AND (?5 = '' OR state = ?5) AND (?6 = 0 OR campaign_id = ?6) AND (?7 = 0 OR pillar_id = ?7)"          \
	" AND (?8 = 0 OR EXISTS (SELECT 1 FROM post_variant o WHERE o.workspace_id = ?1 AND o.channel_id = ?8 AND o.post_id = post.id AND o.removed_at = 0))"

static struct db_value state_text(const struct calendar_filter *f)
{
	return db_text(f->state < 0 ? S("") : str_of(post_state_word((enum post_state)f->state)));
}

enum err calendar_marks(struct cx *cx, struct db *db, i64 workspace, const struct calendar_filter *f, i64 since, i64 until, size_t limit,
			struct calendar_mark **ret_marks, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct calendar_mark *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, planned_at, pillar_id FROM post WHERE workspace_id = ?1 AND planned_at > 0 AND planned_at >= ?2 AND planned_at < ?3" NARROWED
			 " ORDER BY planned_at, id LIMIT ?4",
		     db_i64(workspace), db_i64(since), db_i64(until), db_i64((i64)limit), state_text(f), db_i64(f->campaign), db_i64(f->pillar), db_i64(f->channel)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct calendar_mark){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	*ret_marks = list;
	*ret_count = count;
	return OK;
}

/* A row for each channel of each post, the rows of one post after each other. */
static enum err collect(struct cx *cx, struct row *row, bool back, struct calendar_post **ret_posts, size_t *ret_count)
{
	struct calendar_post *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row) {
		struct calendar_post *p = count ? &list[count - 1] : NULL;
		if (!p || p->id != row_i64(row, 0)) {
			p = arena_push(cx->arena, list, count, capacity);
			*p = (struct calendar_post){
				.id = row_i64(row, 0), .title = row_str(row, 1, cx->arena), .wall_time = row_str(row, 3, cx->arena), .zone = row_str(row, 4, cx->arena),
				.planned_at = row_i64(row, 5), .revision = row_i64(row, 6), .campaign = row_i64(row, 7), .pillar = row_i64(row, 8), .updated_at = row_i64(row, 10),
			};
			must(post_state_of(row_text(row, 2), &p->state));
		}
		if (!row_null(row, 9) && p->channel_count < CALENDAR_CHANNELS)
			p->channels[p->channel_count++] = row_i64(row, 9);
	}
	if (back)
		list_turn(list, sizeof *list, count);
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

#define SHOWN                                                                                                                  \
	"SELECT p.id, p.shown, p.state, p.wall_time, p.zone, p.planned_at, p.revision, p.campaign_id, p.pillar_id, v.channel_id, p.updated_at FROM" \
	" (SELECT id, workspace_id, CASE WHEN title <> '' THEN title ELSE SUBSTR(body, 1, 121) END AS shown, state, wall_time, zone, planned_at, revision, campaign_id," \
	" pillar_id, updated_at FROM post WHERE workspace_id = ?1"
#define JOINED ") p LEFT JOIN post_variant v ON v.post_id = p.id AND +v.workspace_id = ?1 AND v.removed_at = 0"
/* By the posts, not by the workspace: that is what the plus keeps SQLite from. */
static_assert(CALENDAR_EXCERPT == 120); /* one more is read, to know of the rest */

/* Many short ranges are dear: SQLite thinks a statement over again when the ends of a range change. So a calendar of days asks by id, some at once. */
#define AT_ONCE 32

static enum err read_some(struct cx *cx, struct db *db, i64 workspace, const i64 *ids, size_t count, struct calendar_post *posts, size_t *at)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct db_value values[AT_ONCE + 2] = {db_null(), db_i64(workspace)};
	struct calendar_post *found;
	size_t found_count;
	for (size_t i = 0; i < AT_ONCE; i++)
		values[i + 2] = db_i64(i < count ? ids[i] : 0);
	TRY(db_query_values(cx, db, &row,
			    SHOWN " AND archived_at = 0 AND id IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,"
				  " ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)" JOINED " ORDER BY p.id, v.id",
			    values, AT_ONCE + 1));
	TRY(collect(cx, row, false, &found, &found_count));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < found_count; k++)
			if (found[k].id == ids[i])
				posts[(*at)++] = found[k];
	return OK;
}

enum err calendar_posts_of(struct cx *cx, struct db *db, i64 workspace, const i64 *ids, size_t count, struct calendar_post **ret_posts, size_t *ret_count)
{
	struct calendar_post *posts = arena_array(cx->arena, struct calendar_post, count + 1);
	size_t read = 0;
	for (size_t i = 0; i < count; i += AT_ONCE)
		TRY(read_some(cx, db, workspace, ids + i, count - i < AT_ONCE ? count - i : AT_ONCE, posts, &read));
	*ret_posts = posts;
	*ret_count = read;
	return OK;
}

enum err calendar_posts(struct cx *cx, struct db *db, i64 workspace, const struct calendar_filter *f, i64 since, i64 until, struct list_place from, size_t limit,
			struct calendar_post **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct db_value values[] = {
		db_null(), db_i64(workspace), db_i64(since), db_i64(until), db_i64((i64)limit), state_text(f), db_i64(f->campaign), db_i64(f->pillar), db_i64(f->channel),
		/* A place where none is given: the engine walks from there, not from the first post ever. */
		db_i64(from.is_given ? from.key : from.is_back ? until : since - 1), db_i64(from.is_given ? from.id : from.is_back ? 0 : INT64_MAX),
	};
	if (!from.is_back)
		TRY(db_query_values(cx, db, &row, SHOWN " AND planned_at > 0 AND planned_at >= ?2 AND planned_at < ?3 AND (planned_at, id) > (?9, ?10)" NARROWED
							" ORDER BY planned_at, id LIMIT ?4" JOINED " ORDER BY p.planned_at, p.id, v.id", values, 10));
	else
		TRY(db_query_values(cx, db, &row, SHOWN " AND planned_at > 0 AND planned_at >= ?2 AND planned_at < ?3 AND (planned_at, id) < (?9, ?10)" NARROWED
							" ORDER BY planned_at DESC, id DESC LIMIT ?4" JOINED " ORDER BY p.planned_at DESC, p.id DESC, v.id", values, 10));
	return collect(cx, row, from.is_back, ret_posts, ret_count);
}

enum err calendar_unplaced(struct cx *cx, struct db *db, i64 workspace, const struct calendar_filter *f, size_t limit, struct calendar_post **ret_posts,
			   size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     SHOWN " AND planned_at = 0 AND state IN ('draft', 'review', 'approved') AND ?2 = ?3" NARROWED " ORDER BY updated_at DESC, id DESC LIMIT ?4" JOINED
			   " ORDER BY p.updated_at DESC, p.id DESC, v.id",
		     db_i64(workspace), db_i64(0), db_i64(0), db_i64((i64)limit), state_text(f), db_i64(f->campaign), db_i64(f->pillar), db_i64(f->channel)));
	return collect(cx, row, false, ret_posts, ret_count);
}

enum err calendar_count(struct cx *cx, struct db *db, i64 workspace, enum post_state state, size_t most, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM (SELECT id FROM post WHERE workspace_id = ?1 AND state = ?2 AND archived_at = 0 LIMIT ?3) counted", db_i64(workspace),
			 db_text(str_of(post_state_word(state))), db_i64((i64)most));
}

enum err calendar_any(struct cx *cx, struct db *db, i64 workspace, bool *ret_any)
{
	i64 count;
	TRY(db_number(cx, db, 0, &count, "SELECT COUNT(*) FROM (SELECT id FROM post WHERE workspace_id = ?1 LIMIT 1) counted", db_i64(workspace)));
	*ret_any = count > 0;
	return OK;
}

static enum err lines(struct cx *cx, struct row *row, struct calendar_line **ret_lines, size_t *ret_count)
{
	struct calendar_line *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct calendar_line){row_i64(row, 0), row_str(row, 1, cx->arena), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4)};
	*ret_lines = list;
	*ret_count = count;
	return OK;
}

enum err calendar_campaigns(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct calendar_line **ret_lines, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT id, name, starts_on, ends_on, 0 FROM campaign WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY starts_on, id LIMIT ?2",
		     db_i64(workspace), db_i64((i64)limit)));
	return lines(cx, row, ret_lines, ret_count);
}

enum err calendar_pillars(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct calendar_line **ret_lines, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT id, name, '', '', share FROM pillar WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY name, id LIMIT ?2", db_i64(workspace),
		     db_i64((i64)limit)));
	return lines(cx, row, ret_lines, ret_count);
}

enum err calendar_ideas(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct calendar_line **ret_lines, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT id, title, '', '', 0 FROM idea WHERE workspace_id = ?1 AND state = 'open' ORDER BY updated_at DESC, id DESC LIMIT ?2",
		     db_i64(workspace), db_i64((i64)limit)));
	return lines(cx, row, ret_lines, ret_count);
}
