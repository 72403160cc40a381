/* profiles.h: between the files of the pages of profiles (page.c, kit.c). */
#pragma once
#include "flow/profile.h"
#include "page/medium.h"
#include "page/page.h"
#include "page/seen.h"

/* The address of a medium as the library's list shows it; null: there is none yet. */
enum err profile_medium_url(struct cx *cx, struct db *db, i64 media, json_t **ret_url);
json_t *profile_state_shape(struct cx *cx, enum profile_state state);
