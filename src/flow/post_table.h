/* post_table.h: posts brought as a table (CSV): one a line, with its day and hour, its channels, its words and what goes with it. First a trial that
 * tells what would come of each line; a table with a line that is refused brings nothing at all, and the same line brought again makes no second
 * post. The columns are named in the first line, in English or French: see docs/post-tables.md. */
#pragma once
#include "flow/post.h"

#define POST_TABLE_LINES_MAX 1000
#define POST_TABLE_BYTES_MAX ((size_t)2 << 20)

struct post_table_finding {
	i64 line;                 /* of the file, from 1; 0: of the table as a whole */
	struct str field;         /* the column, as the file names it; empty: of the line */
	struct str story, remedy; /* what is wrong, and what to do */
	bool is_notice;           /* it is brought all the same, as a draft that is to be mended */
};

enum post_table_fate { POST_TABLE_NEW, POST_TABLE_KNOWN, POST_TABLE_REFUSED };

struct post_table_line {
	i64 line;
	enum post_table_fate fate;
	struct str heading;       /* its title, or the beginning of its text */
	struct str wall_time, zone; /* empty: no hour */
	struct str channels;      /* their names, as they are called here */
	i64 post;                 /* of one that is there: which; 0 else */
};

struct post_table {
	const struct post_table_line *lines;
	size_t line_count;
	const struct post_table_finding *findings; /* by line */
	size_t finding_count;
	size_t fresh, known, refused; /* lines */
	bool is_kept;             /* they were made */
};

/* `keep` false: a trial. `ready`: approval is asked for at once (or they are scheduled, where the actor may), and what does not fit its networks refuses its line;
 * else they are drafts with their hours. By whoever may write posts. ERR_BAD_INPUT is for a text that is no table; a table with refused lines is OK, and not
 * kept. One transaction. */
enum err post_table_bring(struct cx *cx, struct db *db, i64 workspace, struct str text, bool keep, bool ready, struct post_table *ret_table);
/* The text of a table in a file. ERR_BAD_INPUT on "file" when it is too large. */
enum err post_table_open(struct cx *cx, const char *path, struct str *ret_text);
