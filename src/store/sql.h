/* sql.h: walking the rows of a query. Statements are literals in the call, as sys/db.h says. */
#pragma once
#include "sys/db.h"

/* Walk the rows of a query; an error of the engine returns from the function.
 *   TRY(db_query(cx, db, &row, "SELECT …"));
 *   FOR_ROWS (cx, row)
 *           … row_i64(row, 0) … */
#define FOR_ROWS(cx, row)                                                                                                      \
	for (bool more_ = true; more_ && ({                                                                                    \
				TRY(row_next((cx), (row), &more_));                                                            \
				more_;                                                                                         \
			});)
