/* What a server says in IMAP: cut into answers, each walked through to its end, and read as one to FETCH. Whatever comes: it ends, and stays
 * inside what came. */
#include "base/str.h"
#include "channel/mailbox.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define MOST ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str rest = arena_str(arena, (struct str){(const char *)data, size});
	while (rest.len) {
		ptrdiff_t end = imap_answer_end(rest, MOST);
		if (end <= 0)
			break;
		must((size_t)end <= rest.len);
		struct str line = str_head(rest, (size_t)end), walk = line;
		struct email_item item;
		if (email_read_item(&cx, line, &item))
			must(item.bytes.at >= line.at && item.bytes.at + item.bytes.len <= line.at + line.len);
		for (size_t before = walk.len + 1; walk.len && walk.len < before;) {
			before = walk.len;
			struct imap_token token = imap_next(&walk);
			must(token.kind == IMAP_END || walk.len < before);
			if (token.kind == IMAP_END || token.kind == IMAP_BAD)
				break;
		}
		struct str lines[] = {line};
		struct imap_answer answer = {.lines = lines, .line_count = 1};
		u64 *uids;
		email_found(&cx, &answer, &uids);
		email_number(&answer, "UIDNEXT");
		rest = str_skip(rest, (size_t)end);
	}
	return 0;
}
