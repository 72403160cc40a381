/* What networks answer, read by the pure readers of the connectors. The first line says which ("mastodon context"; another: by its bytes), the
 * rest is the document. Whatever it holds, what is handed over has what model/inbound.h requires of a connector. */
#include "base/clock.h"
#include "channel/archive.h"
#include "channel/channel.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static enum err take(struct cx *cx, void *subject, const struct inbound *in)
{
	const struct channel_kind *kind = subject;
	if (!(kind->can & IS_PUSHED)) { /* else whoever pushes hears which member is missing */
		must(in->remote_id.len && in->thread_id.len && in->kind < KIND_NOTE);
		must(in->removed || in->report_id.len || (in->at && (in->ours || in->author_id.len)));
	}
	CLEANUP(buf_free) struct buf line = {};
	inbound_add_json(&line, in);
	return OK;
}

static void read_with(struct cx *cx, const struct channel_kind *kind, const struct channel_reader *reader, const json_t *document, json_t *known)
{
	struct channel_account account = {.id = 1, .name = S("x"), .settings = known, .known = known};
	must(reader->read(cx, &account, document, take, (void *)kind) == OK || cx->story[0]);
	cx_forget(cx);
}

static void release(void *json)
{
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str rest = {(const char *)data, size}, line = str_line(&rest), word = str_cut(&line, ' ');
	json_t *document = json_loadb(rest.at ? rest.at : "", rest.len, JSON_DECODE_ANY, NULL);
	json_t *known = json_pack("{s:s, s:s, s:s}", "id", "UCdesk", "handle", "@desk", "url", "https://a.example");
	cx.now = 1800000000 * SECOND;
	arena_defer(arena, release, known);
	arena_defer(arena, release, document);
	for (size_t i = 0; document && i < channel_kind_count; i++)
		for (const struct channel_reader *r = channel_kinds[i]->readers; r && r->call; r++)
			if (!word.len || (str_eq(word, str_of(channel_kinds[i]->word)) && (!line.len || str_eq(line, str_of(r->call)))))
				read_with(&cx, channel_kinds[i], r, document, known);
	arena_free(arena);
	return 0;
}
