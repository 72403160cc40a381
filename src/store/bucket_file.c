#include "store/bucket_file.h"

#include "store/sql.h"

enum err bucket_file_note(struct cx *cx, struct db *db, struct str place, struct str name, i64 size)
{
	return db_run(cx, db, NULL, "INSERT INTO bucket_file (place, name, size, kept_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (place, name) DO UPDATE SET size = excluded.size, kept_at = excluded.kept_at",
		      db_text(place), db_text(name), db_i64(size), db_i64(cx->now));
}

enum err bucket_file_forget(struct cx *cx, struct db *db, struct str place, struct str name)
{
	return db_run(cx, db, NULL, "DELETE FROM bucket_file WHERE place = ?1 AND name = ?2", db_text(place), db_text(name));
}

enum err bucket_files(struct cx *cx, struct db *db, struct str place, struct str after, struct str before, size_t limit, struct bucket_file **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct bucket_file *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT name, size FROM bucket_file WHERE (?1 = '' OR place = ?1) AND name > ?2 AND name < ?3 ORDER BY name LIMIT ?4", db_text(place), db_text(after),
		     db_text(before.len ? before : S("g")), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct bucket_file){row_str(row, 0, cx->arena), row_i64(row, 1)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err bucket_file_known(struct cx *cx, struct db *db, struct str name, bool *ret_known)
{
	i64 count;
	TRY(db_number(cx, db, 0, &count, "SELECT COUNT(*) FROM bucket_file WHERE name = ?1", db_text(name)));
	*ret_known = count > 0;
	return OK;
}
