/* setting.h: the few things that the whole installation remembers by name. */
#pragma once
#include "sys/db.h"

enum err setting_get(struct cx *cx, struct db *db, const char *name, struct str *ret_value); /* empty when never set */
enum err setting_set(struct cx *cx, struct db *db, const char *name, struct str value);
