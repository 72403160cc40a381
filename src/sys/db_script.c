#include "sys/db_driver.h"

struct words {
	struct str written, meant;
};
static const struct words words[][1] = {
	[DB_SQLITE] = {{S("BIGINT PRIMARY KEY"), S("INTEGER PRIMARY KEY")}}, /* the rowid itself, not an index beside it */
	[DB_POSTGRES] = {{S("BLOB"), S("BYTEA")}},
};

static bool in_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

size_t db_untouched(struct str s)
{
	if (str_starts(s, S("--"))) {
		ptrdiff_t end = str_find_byte(s, '\n');
		return end < 0 ? s.len : (size_t)end;
	}
	if (str_starts(s, S("/*"))) {
		ptrdiff_t end = str_find(s, S("*/"));
		return end < 0 ? s.len : (size_t)end + 2;
	}
	if (s.at[0] != '\'' && s.at[0] != '"')
		return 0;
	ptrdiff_t end = str_find_byte(str_skip(s, 1), s.at[0]); /* a doubled quote opens the next literal at once */
	return end < 0 ? s.len : (size_t)end + 2;
}

static const struct words *word_at(struct str s, enum db_kind kind)
{
	for (size_t i = 0; i < COUNT(words[kind]); i++) {
		struct str written = words[kind][i].written;
		if (str_starts(s, written) && (s.len == written.len || !in_word(s.at[written.len])))
			return &words[kind][i];
	}
	return NULL;
}

static void add_in_dialect(struct buf *out, struct str s, enum db_kind kind)
{
	bool inside = false; /* of a word: none starts here */
	while (s.len) {
		size_t step = db_untouched(s);
		const struct words *word = step || inside ? NULL : word_at(s, kind);
		if (word) {
			buf_add(out, word->meant);
			step = word->written.len;
		} else {
			step = step ? step : 1;
			buf_add(out, str_head(s, step));
		}
		inside = in_word(s.at[step - 1]);
		s = str_skip(s, step);
	}
}

void db_dialect(struct buf *out, struct str script, enum db_kind kind)
{
	CLEANUP(buf_free) struct buf mine = {};
	bool ours = true;
	while (script.at) {
		struct str line = str_line(&script), marker = str_trim(line);
		if (str_eq(marker, S("-- both:")))
			ours = true;
		else if (str_eq(marker, S("-- sqlite:")))
			ours = kind == DB_SQLITE;
		else if (str_eq(marker, S("-- postgres:")))
			ours = kind == DB_POSTGRES;
		else if (ours)
			buf_add(&mine, line);
		buf_addc(&mine, '\n');
	}
	must(buf_ok(&mine));
	add_in_dialect(out, buf_str(&mine), kind);
}
