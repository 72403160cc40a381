#include "store/link_card.h"

#include "store/sql.h"

#define CARD                                                                                                                   \
	"SELECT d.link_id, d.workspace_id, k.url, d.title, d.description, d.site, d.alt, d.picture, d.type, d.size, d.width, d.height, d.story, d.read_at" \
	" FROM link_card d JOIN link_look k ON k.id = d.link_id WHERE d.workspace_id = ?1 AND k.workspace_id = ?1 AND "

static struct link_card read_card(struct cx *cx, const struct row *row)
{
	struct arena *a = cx->arena;
	return (struct link_card){
		.link = row_i64(row, 0), .workspace = row_i64(row, 1), .url = row_str(row, 2, a), .title = row_str(row, 3, a), .description = row_str(row, 4, a), .site = row_str(row, 5, a),
		.alt = row_str(row, 6, a), .picture = row_str(row, 7, a), .type = row_str(row, 8, a), .size = row_i64(row, 9), .width = row_i64(row, 10), .height = row_i64(row, 11),
		.story = row_str(row, 12, a), .read_at = row_i64(row, 13),
	};
}

enum err link_card_put(struct cx *cx, struct db *db, const struct link_card *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO link_card (link_id, workspace_id, title, description, site, alt, picture, type, size, width, height, story, read_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (link_id) DO UPDATE SET title = excluded.title, description = excluded.description,"
			  " site = excluded.site, alt = excluded.alt, picture = excluded.picture, type = excluded.type, size = excluded.size, width = excluded.width,"
			  " height = excluded.height, story = excluded.story, read_at = excluded.read_at WHERE link_card.workspace_id = excluded.workspace_id",
		      db_i64(d->link), db_i64(d->workspace), db_text(d->title), db_text(d->description), db_text(d->site), db_text(d->alt), db_text(d->picture), db_text(d->type),
		      db_i64(d->size), db_i64(d->width), db_i64(d->height), db_text(d->story), db_i64(d->read_at));
}

enum err link_card_get(struct cx *cx, struct db *db, i64 workspace, i64 link, struct link_card *ret_card)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, CARD "d.link_id = ?2", db_i64(workspace), db_i64(link));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("Nothing was read of this link yet."));
	TRY(e);
	*ret_card = read_card(cx, row);
	return OK;
}

enum err link_card_of(struct cx *cx, struct db *db, i64 workspace, struct str url, struct link_card *ret_card)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, CARD "k.url = ?2", db_i64(workspace), db_text(url)));
	*ret_card = read_card(cx, row);
	return OK;
}
