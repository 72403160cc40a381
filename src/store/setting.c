#include "store/setting.h"

enum err setting_get(struct cx *cx, struct db *db, const char *name, struct str *ret_value)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT value FROM setting WHERE name = ?1", db_text(str_of(name)));
	if (e == ERR_MISSING) {
		*ret_value = (struct str){};
		return OK;
	}
	TRY(e);
	*ret_value = row_str(row, 0, cx->arena);
	return OK;
}

enum err setting_set(struct cx *cx, struct db *db, const char *name, struct str value)
{
	return db_run(cx, db, NULL, "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		      db_text(str_of(name)), db_text(value));
}
