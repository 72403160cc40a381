/* list.h: places in lists that are read a page at a time by key, in both directions. A list has an order; a place in it is the
 * key of a row: the number that it is sorted by, and the row's id. Whichever way it is read, rows come out in the list's order. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct list_place {
	i64 key, id;   /* key 0: the list is sorted by id alone */
	bool is_given; /* else the start */
	bool is_back;  /* the rows just before the place, instead of those after it */
};

#define LIST_START ((struct list_place){})
#define list_after(key_, id_) ((struct list_place){.key = (key_), .id = (id_), .is_given = true})

/* What a text holds that has `words` in it, for LIKE ?1 ESCAPE '\'. */
struct str list_pattern(struct arena *arena, struct str words);
/* Rows that were read from the end are turned round. */
void list_turn(void *rows, size_t size, size_t count);
