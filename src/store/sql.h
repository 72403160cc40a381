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

/* Of a message called m: 1 when it surely is rude, hateful, poisonous or unwanted, as meaning_signs() has it. */
#define SQL_HARM                                                                                                               \
	"CASE WHEN (((m.sure | m.corrected) & 64) <> 0 AND m.offence_p >= 50) OR (((m.sure | m.corrected) & 128) <> 0 AND m.hate_p >= 50)"   \
	" OR (((m.sure | m.corrected) & 256) <> 0 AND m.toxicity_p >= 50) OR (((m.sure | m.corrected) & 512) <> 0 AND m.spam_p >= 50) THEN 1 ELSE 0 END"

/* Of an account called i whose card is p: where its person is. */
#define SQL_PLACE "COALESCE(NULLIF(p.place, ''), i.place, '')"
