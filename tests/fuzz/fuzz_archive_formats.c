/* The first byte chooses a format, the rest is the file. Whatever it holds, the reading comes to an end, what is handed over keeps
 * the promises of model/inbound.h, and what fails has a story. */
#include "base/clock.h"
#include "base/utf8.h"
#include "channel/archive.h"

#include <jansson.h>
#include <sys/mman.h>
#include <unistd.h>

#define NOW (1800000000 * SECOND)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Letters rather than places in the table, so that the kept corpus stays true when formats are added. */
static const struct {
	char letter;
	const char *word;
} formats[] = {
	{'b', "bluesky"}, {'c', "csv"}, {'f', "facebook"}, {'g', "googleplus"}, {'i', "instagram"}, {'j', "jsonl"},
	{'m', "mastodon"}, {'@', "mbox"},
	{'r', "reddit"}, {'x', "twitter"}, {'w', "wordpress"}, {'y', "youtube"},
};

static void check_text(struct str s, size_t most)
{
	must(s.len <= most && utf8_valid(s));
	for (size_t i = 0; i < s.len; i++)
		must((unsigned char)s.at[i] >= 0x20 || s.at[i] == '\n' || s.at[i] == '\t');
}

static void check_url(struct str url)
{
	check_text(url, 2048);
	must(url.len == 0 || str_starts(url, S("http://")) || str_starts(url, S("https://")));
}

static enum err item(struct cx *cx, void *subject, const struct inbound *in)
{
	must(in->remote_id.len && in->thread_id.len && in->network.len && in->kind < KIND_NOTE);
	must(in->removed || (in->author_id.len || in->ours));
	must(in->removed || (in->at > 3652 * DAY && in->at <= NOW + DAY));
	must(in->edited_at == 0 || in->edited_at > in->at);
	must(in->rating >= 0 && in->rating <= 5 && in->attachment_count <= 100);
	const struct str ids[] = {in->remote_id, in->parent_id, in->thread_id, in->author_id, in->author_handle, in->author_name,
		in->subject, in->network};
	for (size_t i = 0; i < COUNT(ids); i++)
		check_text(ids[i], 1002);
	const struct str urls[] = {in->url, in->subject_url, in->author_url, in->author_avatar};
	for (size_t i = 0; i < COUNT(urls); i++)
		check_url(urls[i]);
	check_text(in->body, MESSAGE_BODY_MAX + 3);
	for (size_t i = 0; i < in->attachment_count; i++)
		check_url(in->attachments[i].url);
	CLEANUP(buf_free) struct buf line = {};
	inbound_add_json(&line, in);
	json_t *back = json_loadb(line.at, line.len, JSON_DISABLE_EOF_CHECK, NULL);
	must(json_is_object(back));
	json_decref(back);
	return OK;
}

static enum err refused(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt)
{
	must(reason.len && excerpt.len <= 200 && utf8_valid(excerpt));
	return OK;
}

static enum err left_out(struct cx *cx, void *subject, struct str what, i64 count)
{
	must(what.len && count > 0);
	return OK;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (size == 0)
		return 0;
	const struct archive_format *format = archive_format_of(str_of(formats[data[0] % COUNT(formats)].word));
	for (size_t i = 0; i < COUNT(formats); i++)
		if ((char)data[0] == formats[i].letter)
			format = archive_format_of(str_of(formats[i].word));
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct archive_options options = {.now = NOW};
	struct archive_taker taker = {.item = item, .refused = refused, .left_out = left_out};
	int file = memfd_create("archive", MFD_CLOEXEC);
	must(file >= 0 && write(file, data + 1, size - 1) == (ssize_t)size - 1);
	const char *path = arena_printf(arena, "/proc/self/fd/%d", file).at;
	const struct archive_format *found = NULL;
	enum err error = archive_recognise(&cx, path, &found);
	must(error == OK ? found != NULL : cx.story[0] != '\0');
	cx_forget(&cx);
	error = format->read(&cx, path, &options, &taker);
	must(error == OK || cx.story[0]);
	close(file);
	arena_free(arena);
	return 0;
}
