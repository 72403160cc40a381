#include "flow/stream.h"

enum err stream_start(struct cx *cx, struct db *db, struct ingest *ingest, struct arena *keep, struct arena *scratch, struct stream_sieve *ret_sieve)
{
	struct listening listening = {};
	bool asks;
	TRY(listen_asks_place(cx, db, ingest->channel.workspace, &listening, &asks));
	*ret_sieve = (struct stream_sieve){.db = db, .ingest = ingest, .keep = keep, .scratch = scratch};
	return OK;
}

/* Its texts are the reader's, and gone when that reads on. */
static struct inbound *copy_of(struct arena *arena, const struct inbound *in)
{
	struct inbound *copy = arena_new_of(arena, struct inbound);
	struct inbound_attachment *attachments = arena_array(arena, struct inbound_attachment, in->attachment_count + 1);
	*copy = *in;
	struct str *const texts[] = {
		&copy->remote_id, &copy->parent_id, &copy->thread_id, &copy->subject, &copy->subject_url, &copy->network, &copy->author_id, &copy->author_handle,
		&copy->author_name, &copy->author_url, &copy->author_avatar, &copy->author_place, &copy->body, &copy->lang, &copy->url, &copy->report_id, &copy->report,
	};
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = arena_str(arena, *texts[i]);
	for (size_t i = 0; i < in->attachment_count; i++) {
		const struct inbound_attachment *a = &in->attachments[i];
		attachments[i] = (struct inbound_attachment){
			.kind = arena_str(arena, a->kind), .name = arena_str(arena, a->name), .alt = arena_str(arena, a->alt), .type = arena_str(arena, a->type),
			.url = arena_str(arena, a->url),
		};
	}
	copy->attachments = attachments;
	copy->meaning = NULL;
	copy->prepared = NULL;
	return copy;
}

/* Of what is changed or taken away only that counts which is here. */
static enum err is_known(struct cx *cx, struct stream_sieve *s, const struct inbound *in, bool *ret_known)
{
	struct message m;
	enum err e = message_by_remote(cx, s->db, s->ingest->channel.workspace, s->ingest->channel.id, in->remote_id, &m);
	*ret_known = e == OK;
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	return OK;
}

enum err stream_sift(struct cx *cx, struct stream_sieve *s, const struct inbound *in, struct inbound **ret_kept)
{
	struct inbound looked = *in;
	bool wanted = false;
	*ret_kept = NULL;
	s->looked++;
	if (in->removed || in->edited_at)
		TRY(is_known(cx, s, in, &wanted));
	if (!wanted && !in->removed) {
		ingest_prepare(&s->ingest->own, &s->ingest->channel, s->scratch, &looked, 1);
		wanted = looked.prepared && looked.prepared->listened.count > 0;
		arena_reset(s->scratch);
	}
	if (!wanted)
		return OK;
	*ret_kept = copy_of(s->keep, in);
	if (!in->removed)
		ingest_prepare(&s->ingest->own, &s->ingest->channel, s->keep, *ret_kept, 1);
	return OK;
}
