/* account_letter.h: what changed in how somebody signs in is told to them by a letter, so that who did not do it hears of it. Only where
 * mails can be sent; a letter that cannot be written down never takes back what was done. */
#pragma once
#include "base/cx.h"

struct db;
struct request;

enum account_change { CHANGED_PASSWORD, RESET_PASSWORD, FACTOR_ON, FACTOR_OFF, NEW_CODES, NEW_KEY };

void account_tell(struct cx *cx, struct db *db, const struct request *request, i64 person, enum account_change what);
