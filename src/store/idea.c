#include "store/idea.h"

#include "store/sql.h"

#include <string.h>

#define COLUMNS "i.id, i.workspace_id, i.title, i.body, i.url, i.message_id, i.pillar_id, i.campaign_id, i.state, i.created_by, i.created_at, i.updated_at"
#define IDEA "SELECT " COLUMNS " FROM idea i "

static struct idea read_idea(struct cx *cx, const struct row *row)
{
	struct idea idea = {
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .title = row_str(row, 2, cx->arena), .body = row_str(row, 3, cx->arena),
		.url = row_str(row, 4, cx->arena), .message = row_i64(row, 5), .pillar = row_i64(row, 6), .campaign = row_i64(row, 7),
		.created_by = row_i64(row, 9), .created_at = row_i64(row, 10), .updated_at = row_i64(row, 11),
	};
	must(idea_state_of(row_text(row, 8), &idea.state));
	return idea;
}

enum err idea_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct idea *ret_idea)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, IDEA "WHERE i.workspace_id = ?1 AND i.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This idea is not on the board of this workspace."));
	TRY(e);
	*ret_idea = read_idea(cx, row);
	return OK;
}

enum err idea_of_message(struct cx *cx, struct db *db, i64 workspace, i64 message, struct idea *ret_idea)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, IDEA "WHERE i.workspace_id = ?1 AND i.message_id = ?2", db_i64(workspace), db_i64(message)));
	*ret_idea = read_idea(cx, row);
	return OK;
}

enum err idea_save(struct cx *cx, struct db *db, const struct idea *i)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO idea (id, workspace_id, title, body, url, message_id, pillar_id, campaign_id, state, created_by, created_at, updated_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body,"
			  " url = excluded.url, pillar_id = excluded.pillar_id, campaign_id = excluded.campaign_id, state = excluded.state,"
			  " updated_at = excluded.updated_at WHERE idea.workspace_id = excluded.workspace_id",
		      db_i64(i->id), db_i64(i->workspace), db_text(i->title), db_text(i->body), db_text(i->url), db_id(i->message), db_id(i->pillar),
		      db_id(i->campaign), db_text(str_of(idea_state_word(i->state))), db_id(i->created_by), db_i64(i->created_at), db_i64(i->updated_at));
}

/* ---- the board ---- */

#define SOURCE "m.conversation_id, m.author_name, CASE WHEN m.hidden_at = 0 AND m.removed_at = 0 THEN SUBSTR(m.body, 1, 400) ELSE '' END, c.name, c.network"
#define ROWS "SELECT " COLUMNS ", " SOURCE                                                                                     \
	     " FROM idea i LEFT JOIN message m ON m.workspace_id = i.workspace_id AND m.id = i.message_id LEFT JOIN channel c ON c.id = m.channel_id"

static struct idea_source read_source(struct cx *cx, const struct row *row, int from)
{
	return (struct idea_source){row_i64(row, from), row_str(row, from + 1, cx->arena), row_str(row, from + 2, cx->arena), row_str(row, from + 3, cx->arena),
				    row_str(row, from + 4, cx->arena)};
}

#define NARROWED                                                                                                               \
	" AND i.state = ?5 AND (?6 = 0 OR i.pillar_id = ?6) AND (?7 = 0 OR i.campaign_id = ?7)"                                 \
	" AND (?8 = '' OR LOWER(i.title) LIKE LOWER(?8) ESCAPE '\\' OR LOWER(i.body) LIKE LOWER(?8) ESCAPE '\\')"

enum err ideas_list(struct cx *cx, struct db *db, i64 workspace, const struct idea_filter *f, struct list_place from, size_t limit, struct idea_row **ret_ideas,
		    size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct idea_row *list = NULL;
	size_t count = 0, capacity = 0;
	struct str words = f->words.len ? list_pattern(cx->arena, f->words) : S("");
	i64 key = from.is_given ? from.key : from.is_back ? 0 : INT64_MAX, id = from.is_given ? from.id : from.is_back ? 0 : INT64_MAX;
	const struct db_value values[] = {db_null(), db_i64(workspace), db_i64((i64)limit), db_i64(key), db_i64(id), db_text(str_of(idea_state_word(f->state))),
					  db_i64(f->pillar), db_i64(f->campaign), db_text(words)};
	if (!from.is_back)
		TRY(db_query_values(cx, db, &row, ROWS " WHERE i.workspace_id = ?1 AND (i.updated_at, i.id) < (?3, ?4)" NARROWED
						       " ORDER BY i.updated_at DESC, i.id DESC LIMIT ?2", values, 8));
	else
		TRY(db_query_values(cx, db, &row, ROWS " WHERE i.workspace_id = ?1 AND (i.updated_at, i.id) > (?3, ?4)" NARROWED
						       " ORDER BY i.updated_at, i.id LIMIT ?2", values, 8));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct idea_row){read_idea(cx, row), read_source(cx, row, 12)};
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_ideas = list;
	*ret_count = count;
	return OK;
}

enum err idea_source_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct idea_source *ret_source)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT " SOURCE " FROM message m JOIN channel c ON c.id = m.channel_id WHERE m.workspace_id = ?1 AND m.id = ?2", db_i64(workspace),
		   db_i64(message)));
	*ret_source = read_source(cx, row, 0);
	return OK;
}

enum err ideas_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 counts[IDEA_STATE_COUNT] = {};
	TRY(db_query(cx, db, &row, "SELECT state, COUNT(*) FROM idea WHERE workspace_id = ?1 GROUP BY state", db_i64(workspace)));
	FOR_ROWS (cx, row) {
		enum idea_state state;
		if (idea_state_of(row_text(row, 0), &state))
			counts[state] = row_i64(row, 1);
	}
	memcpy(ret_counts, counts, sizeof counts);
	return OK;
}

enum err ideas_of_messages(struct cx *cx, struct db *db, i64 workspace, i64 first, i64 last, size_t limit, struct idea_mark **ret_marks, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct idea_mark *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT id, message_id FROM idea WHERE workspace_id = ?1 AND message_id IS NOT NULL AND message_id >= ?2 AND message_id <= ?3 ORDER BY message_id LIMIT ?4",
		     db_i64(workspace), db_i64(first), db_i64(last), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct idea_mark){row_i64(row, 0), row_i64(row, 1)};
	*ret_marks = list;
	*ret_count = count;
	return OK;
}

enum err idea_posts(struct cx *cx, struct db *db, i64 workspace, i64 idea, size_t limit, struct idea_post **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct idea_post *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, CASE WHEN title <> '' THEN title ELSE SUBSTR(body, 1, 121) END, state, archived_at FROM post WHERE workspace_id = ?1 AND idea_id = ?2"
			 " ORDER BY id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(idea), db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		struct idea_post *p = arena_push(cx->arena, list, count, capacity);
		*p = (struct idea_post){.id = row_i64(row, 0), .title = row_str(row, 1, cx->arena), .archived_at = row_i64(row, 3)};
		must(post_state_of(row_text(row, 2), &p->state));
	}
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

/* ---- articles ---- */

/* The index message_article holds what is looked through; what else is shown is read of those that are left. */
#define ARTICLES                                                                                                               \
	"SELECT m.id, m.conversation_id, m.at, v.subject, SUBSTR(m.body, 1, 400), m.url, m.author_name, c.name, c.network FROM message m"                 \
	" JOIN channel c ON c.id = m.channel_id AND c.workspace_id = ?1 AND c.kind = 'feed' JOIN conversation v ON v.id = m.conversation_id"             \
	" WHERE m.workspace_id = ?1 AND m.kind = 'post' AND m.direction = 'in' AND m.hidden_at = 0 AND m.removed_at = 0 AND (?2 = 0 OR m.channel_id = ?2)" \
	" AND NOT EXISTS (SELECT 1 FROM idea i WHERE i.workspace_id = ?1 AND i.message_id = m.id)"

enum err articles_list(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct list_place from, size_t limit, struct article **ret_articles, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct article *list = NULL;
	size_t count = 0, capacity = 0;
	i64 key = from.is_given ? from.key : from.is_back ? 0 : INT64_MAX, id = from.is_given ? from.id : from.is_back ? 0 : INT64_MAX;
	if (!from.is_back)
		TRY(db_query(cx, db, &row, ARTICLES " AND (m.at, m.id) < (?3, ?4) ORDER BY m.at DESC, m.id DESC LIMIT ?5", db_i64(workspace), db_i64(channel), db_i64(key),
			     db_i64(id), db_i64((i64)limit)));
	else
		TRY(db_query(cx, db, &row, ARTICLES " AND (m.at, m.id) > (?3, ?4) ORDER BY m.at, m.id LIMIT ?5", db_i64(workspace), db_i64(channel), db_i64(key), db_i64(id),
			     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct article){
			.message = row_i64(row, 0), .conversation = row_i64(row, 1), .at = row_i64(row, 2), .title = row_str(row, 3, cx->arena),
			.said = row_str(row, 4, cx->arena), .url = row_str(row, 5, cx->arena), .author_name = row_str(row, 6, cx->arena),
			.channel_name = row_str(row, 7, cx->arena), .network = row_str(row, 8, cx->arena),
		};
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_articles = list;
	*ret_count = count;
	return OK;
}
