/* transaction.h: a verb is one transaction: everything it does happens, or nothing. Inside a caller's transaction it joins it. */
#pragma once
#include "sys/db.h"

#define IN_TRANSACTION(cx, db, call)                                                                                           \
	({                                                                                                                     \
		TRY(db_begin((cx), (db)));                                                                                     \
		enum err done_ = (call);                                                                                       \
		if (done_ == OK)                                                                                               \
			done_ = db_commit((cx), (db));                                                                         \
		else                                                                                                           \
			db_rollback(db);                                                                                       \
		done_;                                                                                                         \
	})
