#include "store/listening.h"

#include "base/clock.h"
#include "store/sql.h"

#define CHANNEL_NAMES "h.name, h.network"

/* ---- one by one ---- */

enum err mention_add(struct cx *cx, struct db *db, const struct mention *m)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO mention (message_id, query_id, workspace_id, channel_id, tone, at, harm) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			  " ON CONFLICT (message_id, query_id) DO NOTHING",
		      db_i64(m->message), db_i64(m->query), db_i64(m->workspace), db_i64(m->channel), db_i64(m->tone), db_i64(m->at), db_bool(m->is_harmful));
}

enum err mention_remove(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 query)
{
	return db_run(cx, db, NULL, "DELETE FROM mention WHERE workspace_id = ?1 AND message_id = ?2 AND query_id = ?3", db_i64(workspace), db_i64(message),
		      db_i64(query));
}

static struct mention read_mention(const struct row *row)
{
	return (struct mention){.message = row_i64(row, 0), .query = row_i64(row, 1), .workspace = row_i64(row, 2), .channel = row_i64(row, 3),
				.tone = (enum mention_tone)row_i64(row, 4), .at = row_i64(row, 5), .is_harmful = row_i64(row, 6) != 0};
}

static enum err collect_mentions(struct cx *cx, struct row *row, struct mention **ret_mentions, size_t *ret_count)
{
	struct mention *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_mention(row);
	*ret_mentions = list;
	*ret_count = count;
	return OK;
}

enum err mentions_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct mention **ret_mentions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT message_id, query_id, workspace_id, channel_id, tone, at, harm FROM mention WHERE +workspace_id = ?1 AND message_id = ?2",
		     db_i64(workspace), db_i64(message)));
	return collect_mentions(cx, row, ret_mentions, ret_count);
}

enum err mentions_between(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 until, struct mention **ret_mentions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT message_id, query_id, workspace_id, channel_id, tone, at, harm FROM mention WHERE +workspace_id = ?1 AND message_id >= ?2"
			 " AND message_id < ?3 ORDER BY message_id, query_id",
		     db_i64(workspace), db_i64(from), db_i64(until)));
	return collect_mentions(cx, row, ret_mentions, ret_count);
}

enum err mentions_shared(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 other, i64 since, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM mention a JOIN mention b ON b.message_id = a.message_id AND b.query_id = ?3 AND +b.workspace_id = ?1"
			     " WHERE a.workspace_id = ?1 AND a.query_id = ?2 AND a.at >= ?4",
			 db_i64(workspace), db_i64(query), db_i64(other), db_i64(since));
}

static i64 hour_of(i64 at)
{
	return at - (at % HOUR + HOUR) % HOUR;
}

enum err mention_count(struct cx *cx, struct db *db, const struct mention *m, i64 more)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO mention_hour (workspace_id, query_id, hour, channel_id, tone, mentions) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
			  " ON CONFLICT (workspace_id, query_id, hour, channel_id, tone) DO UPDATE SET mentions = mention_hour.mentions + excluded.mentions",
		      db_i64(m->workspace), db_i64(m->query), db_i64(hour_of(m->at)), db_i64(m->channel), db_i64(m->tone), db_i64(more));
}

/* ---- messages, as queries see them ---- */

#define HEARD                                                                                                                  \
	"SELECT m.id, m.channel_id, m.at, m.body, CASE WHEN (m.sure & 1) <> 0 THEN m.language ELSE m.lang END, m.author_name, COALESCE(i.handle, ''), COALESCE(i.followers, -1), h.name, h.network," \
	" m.direction = 'in' AND m.removed_at = 0, CASE WHEN m.attachment_count = 0 THEN '' ELSE (SELECT MIN(a.kind) || ' ' || MAX(a.kind)"  \
	" FROM attachment a WHERE a.workspace_id = ?1 AND a.message_id = m.id) END, CASE WHEN (m.sure & 2) <> 0 THEN m.sentiment ELSE '' END, " SQL_HARM ", COALESCE(m.identity_id, 0), " SQL_PLACE " FROM message m" \
	" JOIN channel h ON h.id = m.channel_id AND h.workspace_id = ?1"                                                               \
	" LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1 LEFT JOIN contact p ON p.id = i.contact_id AND p.workspace_id = ?1 "

static struct heard read_heard(struct cx *cx, const struct row *row)
{
	struct arena *a = cx->arena;
	enum mention_tone tone = TONE_UNKNOWN;
	mention_tone_of(row_text(row, 12), &tone);
	return (struct heard){
		.message = row_i64(row, 0), .channel = row_i64(row, 1), .at = row_i64(row, 2), .body = row_str(row, 3, a), .lang = row_str(row, 4, a),
		.author_name = row_str(row, 5, a), .author = row_str(row, 6, a), .followers = row_i64(row, 7), .channel_name = row_str(row, 8, a),
		.network = row_str(row, 9, a), .counts = row_i64(row, 10), .attachments = row_str(row, 11, a), .tone = tone, .is_harmful = row_i64(row, 13) != 0, .identity = row_i64(row, 14), .place = row_str(row, 15, a),
	};
}

enum err heard_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct heard *ret_heard)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, HEARD "WHERE m.workspace_id = ?1 AND m.id = ?2", db_i64(workspace), db_i64(message)));
	*ret_heard = read_heard(cx, row);
	return OK;
}

enum err heard_before(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 least, size_t limit, struct heard **ret_heard, size_t *ret_count,
		      i64 *ret_before)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct heard *list = NULL;
	size_t count = 0, capacity = 0;
	i64 reached;
	TRY(db_number(cx, db, 0, &reached,
		      "/* all workspaces */ SELECT MIN(id) FROM (SELECT id FROM message WHERE id < ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3) AS slice", db_i64(before),
		      db_i64(least), db_i64((i64)limit)));
	if (reached) {
		TRY(db_query(cx, db, &row, HEARD "WHERE +m.workspace_id = ?1 AND m.id < ?2 AND m.id >= ?3 ORDER BY m.id DESC", db_i64(workspace), db_i64(before),
			     db_i64(reached)));
		FOR_ROWS (cx, row)
			*arena_push(cx->arena, list, count, capacity) = read_heard(cx, row);
	}
	*ret_heard = list;
	*ret_count = count;
	*ret_before = reached;
	return OK;
}

/* ---- figures ---- */

static enum err collect_sums(struct cx *cx, struct row *row, bool harm_too, struct mention_sum **ret_sums, size_t *ret_count)
{
	struct mention_sum *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct mention_sum){.hour = row_i64(row, 0), .key = row_i64(row, 1), .tone = (enum mention_tone)row_i64(row, 2), .mentions = row_i64(row, 3),
					     .harmful = harm_too ? row_i64(row, 4) : 0};
	*ret_sums = list;
	*ret_count = count;
	return OK;
}

enum err mention_sums(struct cx *cx, struct db *db, i64 workspace, i64 query, enum mention_by by, i64 since, i64 until, struct mention_sum **ret_sums,
		      size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     by == BY_HOUR ? "SELECT hour, 0, tone, SUM(mentions) FROM mention_hour WHERE workspace_id = ?1 AND query_id = ?2 AND hour >= ?3 AND hour < ?4"
				     " GROUP BY hour, tone HAVING SUM(mentions) > 0 ORDER BY hour, tone"
				   : "SELECT 0, channel_id, tone, SUM(mentions) FROM mention_hour WHERE workspace_id = ?1 AND query_id = ?2 AND hour >= ?3 AND hour < ?4"
				     " GROUP BY channel_id, tone HAVING SUM(mentions) > 0 ORDER BY channel_id, tone",
		     db_i64(workspace), db_i64(query), db_i64(hour_of(since)), db_i64(until)));
	return collect_sums(cx, row, false, ret_sums, ret_count);
}

enum err mention_shares(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct mention_sum **ret_sums, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT 0, q.id, c.tone, SUM(c.mentions) FROM listening_query q JOIN mention_hour c ON c.workspace_id = ?1 AND c.query_id = q.id"
			 " AND c.hour >= ?2 AND c.hour < ?3 WHERE q.workspace_id = ?1 AND q.archived_at = 0 AND q.kind <> 'topic'"
			 " GROUP BY q.id, c.tone HAVING SUM(c.mentions) > 0 ORDER BY q.id, c.tone LIMIT 4000",
		     db_i64(workspace), db_i64(hour_of(since)), db_i64(until)));
	return collect_sums(cx, row, false, ret_sums, ret_count);
}

enum err mention_series(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 step, i64 since, i64 until, struct mention_sum **ret_sums,
			size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT at - at % ?3 AS bucket, 0, tone, COUNT(*), SUM(harm) FROM mention WHERE workspace_id = ?1 AND query_id = ?2 AND at >= ?4 AND at < ?5"
			 " GROUP BY bucket, tone ORDER BY bucket, tone",
		     db_i64(workspace), db_i64(query), db_i64(step), db_i64(since), db_i64(until)));
	return collect_sums(cx, row, true, ret_sums, ret_count);
}

/* ---- the stream ---- */

#define ROWS                                                                                                                   \
	"SELECT n.message_id, n.query_id, n.workspace_id, n.channel_id, n.tone, n.at, n.harm, m.conversation_id, COALESCE(m.identity_id, 0), m.hidden_at," \
	" m.rating, m.author_name, COALESCE(i.handle, ''), m.body, CASE WHEN (m.sure & 1) <> 0 THEN m.language ELSE m.lang END, m.url, COALESCE(i.followers, -1), " CHANNEL_NAMES "," \
	" CASE WHEN (m.sure & 4) <> 0 THEN m.emotion ELSE '' END, " SQL_PLACE " FROM mention n"  \
	" JOIN message m ON m.id = n.message_id AND m.workspace_id = ?1 JOIN channel h ON h.id = n.channel_id AND h.workspace_id = ?1"   \
	" LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1 LEFT JOIN contact p ON p.id = i.contact_id AND p.workspace_id = ?1" \
	" WHERE n.workspace_id = ?1 AND n.query_id = ?2"
#define FILTERED ROWS " AND (?5 < 0 OR n.tone = ?5) AND (?6 = 0 OR n.channel_id = ?6) AND n.at >= ?7 AND n.at < ?8"

static struct mention_row read_mention_row(struct cx *cx, const struct row *row)
{
	struct arena *a = cx->arena;
	return (struct mention_row){
		.mention = read_mention(row), .conversation = row_i64(row, 7), .identity = row_i64(row, 8), .hidden_at = row_i64(row, 9),
		.rating = row_i64(row, 10), .author_name = row_str(row, 11, a), .handle = row_str(row, 12, a), .body = row_str(row, 13, a),
		.lang = row_str(row, 14, a), .url = row_str(row, 15, a), .followers = row_i64(row, 16), .channel_name = row_str(row, 17, a),
		.channel_network = row_str(row, 18, a), .emotion = row_str(row, 19, a), .place = row_str(row, 20, a),
	};
}

enum err mention_get(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 message, struct mention_row *ret_row, bool *ret_there)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ROWS " AND n.message_id = ?3", db_i64(workspace), db_i64(query), db_i64(message));
	*ret_there = e == OK;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_row = read_mention_row(cx, row);
	return OK;
}

enum err mention_list(struct cx *cx, struct db *db, i64 workspace, const struct mention_filter *f, struct list_place from, size_t limit,
		      struct mention_row **ret_rows, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct mention_row *list = NULL;
	size_t count = 0, capacity = 0;
	i64 start = from.is_back ? INT64_MIN : INT64_MAX;
	TRY(db_query(cx, db, &row,
		     from.is_back ? FILTERED " AND (n.at, n.message_id) > (?3, ?4) ORDER BY n.at, n.message_id LIMIT ?9"
				  : FILTERED " AND (n.at, n.message_id) < (?3, ?4) ORDER BY n.at DESC, n.message_id DESC LIMIT ?9",
		     db_i64(workspace), db_i64(f->query), db_i64(from.is_given ? from.key : start), db_i64(from.is_given ? from.id : start), db_i64(f->tone),
		     db_i64(f->channel), db_i64(f->since), db_i64(f->until ? f->until : INT64_MAX), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_mention_row(cx, row);
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_rows = list;
	*ret_count = count;
	return OK;
}
