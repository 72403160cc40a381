/* One mail as strangers send it: it is read or refused, and whatever is told of it is within its limits and is text. */
#include "base/clock.h"
#include "base/utf8.h"
#include "channel/mail_read.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct mail_read m;
	if (!mail_read(arena, (struct str){(const char *)data, size}, NULL, 1800000000 * SECOND, &m))
		return 0;
	must(m.reference_count <= MAIL_REFERENCES_MAX && m.attachment_count <= 50);
	must(utf8_valid(m.body) && utf8_valid(m.failed_why) && utf8_valid(m.failed_id));
	must(m.writer == MAIL_BOUNCE || (!m.failed && !m.failed_id.len));
	must(m.failed_why.len < 2000 && m.failed_id.len < 2000);
	return 0;
}
