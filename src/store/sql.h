/* sql.h: how every statement of the program is written: TRY(db_run(cx, db, NULL, SQL("UPDATE …"), …)). The macro puts the
 * text, which must be made of literals, into a section of its own, so that a test can prepare every statement of the program
 * on both engines. */
#pragma once
#include "sys/db.h"

#define SQL(text) SQL_IN("parvis_sql", text)
/* For the one port with two bodies: full-text search. */
#define SQLITE_SQL(text) SQL_IN("parvis_sql_sqlite", text)
#define POSTGRES_SQL(text) SQL_IN("parvis_sql_postgres", text)
#define SQL_IN(section_name, text)                                                                                             \
	({                                                                                                                     \
		static const char sql_text_[] __attribute__((section(section_name), used)) = text;                             \
		sql_text_;                                                                                                     \
	})

/* Walk the rows of a query; an error of the engine returns from the function.
 *   TRY(db_query(cx, db, &row, SQL("SELECT …")));
 *   FOR_ROWS (cx, row)
 *           … row_i64(row, 0) … */
#define FOR_ROWS(cx, row)                                                                                                      \
	for (bool more_ = true; more_ && ({                                                                                    \
				TRY(row_next((cx), (row), &more_));                                                            \
				more_;                                                                                         \
			});)
