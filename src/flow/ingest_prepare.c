#include "base/utf8.h"
#include "flow/ingest_parts.h"
#include "store/message.h"

/* What queries ask of it; `kinds` holds what it carries. */
struct heard ingest_heard(const struct channel *channel, const struct inbound *i, const struct message *m, struct str handle, struct str place, struct buf *kinds)
{
	u8 tone = 0;
	meaning_sure(&m->meaning, MEANING_SENTIMENT, &tone);
	for (size_t n = 0; n < i->attachment_count; n++) {
		buf_addc(kinds, ' ');
		buf_add(kinds, i->attachments[n].kind.len ? i->attachments[n].kind : S("file"));
	}
	return (struct heard){
		.message = m->id, .channel = m->channel, .at = m->at, .body = m->body,
		.lang = meaning_sure(&m->meaning, MEANING_LANGUAGE, NULL) ? str_of(m->meaning.language) : m->lang, .author = handle, .author_name = m->author_name,
		.tone = (enum mention_tone)tone, .attachments = buf_str(kinds), .network = channel->network, .channel_name = channel->name, .followers = i->author_followers,
		.place = place, .is_harmful = (meaning_signs(&m->meaning) & MEANING_HARM) != 0, .counts = m->direction == DIRECTION_IN,
	};
}

struct str ingest_name(struct arena *arena, const struct channel *channel, const struct inbound *i)
{
	return ingest_line(arena, i->author_name.len ? i->author_name : channel->name);
}

static bool is_to_understand(const struct inbound *i)
{
	return !i->meaning && !i->ours && !i->removed && !ingest_only_complains(i);
}

void ingest_understand(const struct understanding *own, struct arena *arena, struct inbound *items, size_t count)
{
	CLEANUP(arena_freep) struct arena *words = arena_new();
	for (size_t n = 0; n < count; n++) {
		struct inbound *i = &items[n];
		if (!is_to_understand(i))
			continue;
		struct meaning *meaning = arena_new_of(arena, struct meaning);
		understand(own, ingest_said(i, ingest_text(words, i->body, MESSAGE_BODY_MAX)), ingest_line(words, i->lang), meaning);
		i->meaning = meaning;
		arena_reset(words);
	}
}

static void prepare(const struct understanding *own, const struct channel *channel, struct arena *arena, struct arena *words, struct inbound *i)
{
	struct prepared *p = arena_new_of(arena, struct prepared);
	p->body = ingest_text(arena, i->body, MESSAGE_BODY_MAX);
	p->folded = message_folded(arena, p->body);
	i->prepared = p;
	if (is_to_understand(i)) {
		understand(own, ingest_said(i, p->body), ingest_line(words, i->lang), &p->meaning);
		i->meaning = &p->meaning;
	}
	if (i->ours || !i->meaning)
		return;
	CLEANUP(buf_free) struct buf kinds = {};
	const struct message m = {.workspace = channel->workspace, .channel = channel->id, .direction = DIRECTION_IN, .body = p->body,
				  .lang = ingest_line(words, i->lang), .author_name = ingest_name(words, channel, i), .meaning = *i->meaning};
	struct heard heard = ingest_heard(channel, i, &m, ingest_line(words, i->author_handle), ingest_line(words, i->author_place), &kinds);
	listen_ahead(channel->workspace, arena, &heard, &p->listened);
}

void ingest_prepare(const struct understanding *own, const struct channel *channel, struct arena *arena, struct inbound *items, size_t count)
{
	CLEANUP(arena_freep) struct arena *words = arena_new();
	for (size_t n = 0; n < count; n++) {
		if (!items[n].removed && !ingest_only_complains(&items[n]))
			prepare(own, channel, arena, words, &items[n]);
		arena_reset(words);
	}
}

enum err ingest_prepare_new(struct cx *cx, struct db *db, const struct ingest *in, struct inbound *items, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		struct message known;
		enum err e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, items[n].remote_id, &known);
		if (e == ERR_MISSING)
			ingest_prepare(&in->own, &in->channel, cx->arena, &items[n], 1);
		else
			TRY(e);
	}
	return OK;
}
