#include "store/relation.h"

#include "store/sql.h"

#include <stdlib.h>

/* Theirs, by their accounts; and ours, in the conversations that are theirs, but what never left. */
#define THEIRS "m.workspace_id = ?1 AND m.identity_id IN (SELECT id FROM identity WHERE workspace_id = ?1 AND contact_id = ?2)"
#define OURS                                                                                                                   \
	"m.workspace_id = ?1 AND m.conversation_id IN (SELECT id FROM conversation WHERE workspace_id = ?1 AND contact_id = ?2)" \
	" AND m.direction <> 'in' AND m.reply_state NOT IN ('draft', 'withdrawn')"
#define LINE                                                                                                                   \
	"m.id, m.at, m.conversation_id, m.hidden_at, m.removed_at, m.kind, m.direction, m.visibility, m.reply_state, m.rating, substr(m.body, 1, 400),"  \
	" m.author_name, COALESCE(i.network, h.network), h.name, c.subject, c.message_count, m.lang"
#define AROUND                                                                                                                 \
	" FROM message m JOIN conversation c ON c.id = m.conversation_id AND c.workspace_id = ?1"                              \
	" JOIN channel h ON h.id = c.channel_id AND h.workspace_id = ?1 LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1 WHERE "
#define EARLIER " AND (m.at, m.id) < (?3, ?4)"
#define LATER " AND (m.at, m.id) > (?3, ?4)"
#define WANTED " AND (?5 = '' OR COALESCE(i.network, h.network) = ?5)"

#define SAID(side, order)                                                                                                       \
	"SELECT " LINE AROUND THEIRS side WANTED " AND ?6 = 0 UNION ALL SELECT " LINE AROUND OURS side WANTED                    \
	" AND (?6 = 0 OR m.direction = 'note') ORDER BY " order " LIMIT ?7"

static const char said_sql[] = SAID(EARLIER, "2 DESC, 1 DESC");
static const char said_back_sql[] = SAID(LATER, "2, 1");

enum err relation_said(struct cx *cx, struct db *db, i64 workspace, i64 contact, const struct said_filter *filter, struct list_place from,
		       size_t limit, struct said_line **ret_lines, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct said_line *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, from.is_back ? said_back_sql : said_sql, db_i64(workspace), db_i64(contact), db_i64(from.is_given ? from.key : INT64_MAX),
		     db_i64(from.id), db_text(filter->network), db_bool(filter->notes), db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		struct said_line l = {
			.message = row_i64(row, 0),
			.at = row_i64(row, 1),
			.conversation = row_i64(row, 2),
			.hidden_at = row_i64(row, 3),
			.removed_at = row_i64(row, 4),
			.rating = (int)row_i64(row, 9),
			.body = row_str(row, 10, cx->arena),
			.author_name = row_str(row, 11, cx->arena),
			.network = row_str(row, 12, cx->arena),
			.channel_name = row_str(row, 13, cx->arena),
			.subject = row_str(row, 14, cx->arena),
			.message_count = row_i64(row, 15),
			.lang = row_str(row, 16, cx->arena),
		};
		message_kind_of(row_text(row, 5), &l.kind);
		direction_of(row_text(row, 6), &l.direction);
		visibility_of(row_text(row, 7), &l.visibility);
		reply_state_of(row_text(row, 8), &l.reply_state);
		*arena_push(cx->arena, list, count, capacity) = l;
	}
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_lines = list;
	*ret_count = count;
	return OK;
}

/* Joins, and no IN: each of those would be a table of its own for the time of a page. CROSS says to SQLite which comes first. */
#define MARK "SELECT m.id, m.at, m.conversation_id, m.direction, m.lang, h.name, m.hidden_at FROM "
#define THEIR_MESSAGES "identity i CROSS JOIN message m"
#define ARE_THEIRS "i.workspace_id = ?1 AND i.contact_id = ?2 AND m.workspace_id = ?1 AND m.identity_id = i.id"
#define OUR_ANSWERS "conversation c CROSS JOIN message m"
#define ARE_OURS "c.workspace_id = ?1 AND c.contact_id = ?2 AND m.workspace_id = ?1 AND m.conversation_id = c.id AND m.direction = 'out'"
#define IN_CHANNEL " JOIN channel h ON h.id = m.channel_id WHERE "

#define MARKS MARK THEIR_MESSAGES IN_CHANNEL ARE_THEIRS " UNION ALL " MARK OUR_ANSWERS IN_CHANNEL ARE_OURS " AND m.kind <> 'post' AND m.reply_state = 'sent'"

static const char marks_sql[] = MARKS " LIMIT ?3";
static const char newest_marks_sql[] = MARKS " ORDER BY 2 DESC, 1 DESC LIMIT ?3";

static int by_time(const void *a, const void *b)
{
	const struct said_mark *x = a, *y = b;
	return x->at != y->at ? (x->at < y->at) - (x->at > y->at) : (x->message < y->message) - (x->message > y->message);
}

static enum err read_marks(struct cx *cx, struct db *db, bool sorted, i64 workspace, i64 contact, size_t limit, struct said_mark **ret_marks, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct said_mark *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, sorted ? newest_marks_sql : marks_sql, db_i64(workspace), db_i64(contact), db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		struct said_mark m = {
			.message = row_i64(row, 0),
			.at = row_i64(row, 1),
			.conversation = row_i64(row, 2),
			.lang = row_str(row, 4, cx->arena),
			.channel_name = row_str(row, 5, cx->arena),
			.is_hidden = row_i64(row, 6) > 0,
		};
		direction_of(row_text(row, 3), &m.direction);
		*arena_push(cx->arena, list, count, capacity) = m;
	}
	*ret_marks = list;
	*ret_count = count;
	return OK;
}

/* Nearly everybody said less than the limit: then sorting is ours, for SQLite opens a table of its own to sort what has a limit. */
enum err relation_marks(struct cx *cx, struct db *db, i64 workspace, i64 contact, size_t limit, struct said_mark **ret_marks, size_t *ret_count)
{
	TRY(read_marks(cx, db, false, workspace, contact, limit, ret_marks, ret_count));
	if (*ret_count == limit)
		return read_marks(cx, db, true, workspace, contact, limit, ret_marks, ret_count);
	if (*ret_count)
		qsort(*ret_marks, *ret_count, sizeof **ret_marks, by_time);
	return OK;
}

#define HIDDEN_MOST 5000

static int by_article(const void *a, const void *b)
{
	const struct hidden_under *x = a, *y = b;
	return x->article_number != y->article_number ? (x->article_number > y->article_number) - (x->article_number < y->article_number)
						      : str_cmp(x->article_title, y->article_title);
}

enum err relation_hidden(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct hidden_under **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct hidden_under *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT a.number, a.title FROM " THEIR_MESSAGES " JOIN decision d ON d.workspace_id = ?1 AND d.id = (SELECT MAX(e.id) FROM decision e"
			 " WHERE e.workspace_id = ?1 AND e.message_id = m.id AND e.article_id IS NOT NULL AND e.act <> 'warn')"
			 " JOIN charter_article a ON a.id = d.article_id AND a.workspace_id = ?1 WHERE " ARE_THEIRS " AND m.hidden_at > 0 LIMIT ?3",
		     db_i64(workspace), db_i64(contact), db_i64(HIDDEN_MOST)));
	FOR_ROWS (cx, row) {
		struct str title = row_text(row, 1);
		size_t i = 0;
		while (i < count && (list[i].article_number != row_i64(row, 0) || !str_eq(list[i].article_title, title)))
			i++;
		if (i < count)
			list[i].count++;
		else
			*arena_push(cx->arena, list, count, capacity) = (struct hidden_under){row_i64(row, 0), 1, arena_str(cx->arena, title)};
	}
	if (count)
		qsort(list, count, sizeof *list, by_article);
	*ret_list = list;
	*ret_count = count;
	return OK;
}
