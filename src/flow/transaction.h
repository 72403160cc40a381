/* transaction.h: a verb is one transaction: everything it does happens, or nothing. Inside a caller's transaction it joins it. */
#pragma once
#include "sys/db.h"

#define IN_TRANSACTION(cx, db, call)                                                                                           \
	({                                                                                                                     \
		enum err done_ = db_begin((cx), (db));                                                                         \
		if (done_ == OK) {                                                                                             \
			done_ = (call);                                                                                        \
			if (done_ == OK)                                                                                       \
				done_ = db_commit((cx), (db));                                                                 \
			else                                                                                                   \
				db_rollback(db);                                                                               \
		}                                                                                                              \
		done_;                                                                                                         \
	})
