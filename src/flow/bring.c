#include "flow/bring.h"

#include "base/clock.h"
#include "base/log.h"
#include "model/file_type.h"

#define PATIENCE (15 * MINUTE) /* then a message comes without its file rather than not at all */

static bool is_new(const struct inbound *i)
{
	return i->prepared && !i->removed;
}

bool bring_is_due(const struct channel_kind *kind, const struct inbound *items, size_t count)
{
	for (size_t n = 0; kind->bring && n < count; n++)
		for (size_t a = 0; is_new(&items[n]) && a < items[n].attachment_count; a++)
			if (items[n].attachments[a].reference.len)
				return true;
	return false;
}

static enum err ask(struct cx *cx, const struct outbox *outbox, const struct channel_kind *kind, const struct channel_account *account, struct inbound_attachment *a,
		    struct arena *kept)
{
	struct str bytes, hash, type, kind_of;
	TRY(kind->bring(cx, outbox->net, account, a->reference, BRING_MOST, &bytes));
	if (!bytes.len || bytes.len > BRING_MOST)
		return fail(cx, ERR_MISSING, N_("The file is empty, or too large to be kept."));
	TRY(outbox->store_blob(cx, outbox->blobs, bytes, &hash));
	a->blob = arena_str(kept, hash);
	a->size = (i64)bytes.len;
	if (!a->type.len && file_type_of(bytes, &type, &kind_of))
		a->type = type;
	return OK;
}

/* What was asked, and the bytes, are let go of with `scratch`. */
static enum err bring(struct cx *cx, const struct outbox *outbox, const struct channel_kind *kind, const struct channel_account *account, struct inbound_attachment *a, i64 said_at,
		      struct arena *scratch)
{
	struct cx inner = *cx;
	inner.arena = scratch;
	enum err e = ask(&inner, outbox, kind, account, a, cx->arena);
	inner.arena = cx->arena;
	arena_reset(scratch);
	if (e == OK)
		return OK;
	*cx = inner;
	if ((err_row(e)->retry || e == ERR_DENIED) && said_at > cx->now - PATIENCE)
		return e;
	log_failure(cx, "file_not_brought");
	cx_forget(cx);
	return OK;
}

enum err bring_files(struct cx *cx, const struct outbox *outbox, const struct channel_kind *kind, const struct channel_account *account, struct inbound *items, size_t count)
{
	if (!outbox->store_blob || !bring_is_due(kind, items, count))
		return OK;
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	for (size_t n = 0; n < count; n++) {
		struct inbound *i = &items[n];
		if (!is_new(i) || !i->attachment_count)
			continue;
		struct inbound_attachment *own = arena_array(cx->arena, struct inbound_attachment, i->attachment_count);
		for (size_t a = 0; a < i->attachment_count; a++) {
			own[a] = i->attachments[a];
			if (own[a].reference.len && !own[a].bytes.len)
				TRY(bring(cx, outbox, kind, account, &own[a], i->at, scratch));
		}
		i->attachments = own;
	}
	return OK;
}
