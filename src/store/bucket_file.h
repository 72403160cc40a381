/* bucket_file.h: which kept files are known to be in a bucket too: noted once the bucket confirmed one, taken back when it no longer does. By the place (bucket_place()), so
 * that another bucket begins with nothing. Of the whole installation. Only flow/keep writes it. */
#pragma once
#include "sys/db.h"

struct bucket_file {
	struct str name;
	i64 size;
};

enum err bucket_file_note(struct cx *cx, struct db *db, struct str place, struct str name, i64 size);
enum err bucket_file_forget(struct cx *cx, struct db *db, struct str place, struct str name);
/* Those whose names lie after `after` and before `before` (empty: no end), in order of names; of every place when it is empty. */
enum err bucket_files(struct cx *cx, struct db *db, struct str place, struct str after, struct str before, size_t limit, struct bucket_file **ret_list, size_t *ret_count);
/* Is it in any bucket? For whoever looks for a file that is not in its folder. */
enum err bucket_file_known(struct cx *cx, struct db *db, struct str name, bool *ret_known);
