/* Facets: which bytes of a text are a link, a name or a tag; without them over there all is plain text.
 * https://docs.bsky.app/docs/advanced-guides/post-richtext (as of 2026-11-21): places are bytes of UTF-8, the end is not part of it. */
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"

#define NAMES_ASKED 10

size_t bluesky_facets(struct str text, struct bluesky_facet facets[static BLUESKY_FACETS_MAX])
{
	struct mark_reader reader = mark_reader_new(text, MARK_BLUESKY, MARK_ALL);
	struct mark m;
	size_t count = 0;
	while (count < BLUESKY_FACETS_MAX && mark_next(&reader, &m))
		facets[count++] = (struct bluesky_facet){.mark = m};
	return count;
}

/* A host alone gets the scheme that is meant; a cashtag is a tag with its sign, in capitals. */
static void add_value(struct buf *b, const struct bluesky_facet *f)
{
	const struct mark *m = &f->mark;
	if (m->kind == MARK_LINK && m->bare)
		buf_adds(b, "https://");
	if (m->kind == MARK_CASHTAG)
		buf_addc(b, '$');
	for (size_t i = 0; m->kind == MARK_CASHTAG && i < m->value.len; i++)
		buf_addc(b, m->value.at[i] >= 'a' && m->value.at[i] <= 'z' ? (char)(m->value.at[i] - 'a' + 'A') : m->value.at[i]);
	if (m->kind != MARK_CASHTAG)
		buf_add(b, m->kind == MARK_MENTION ? f->did : m->value);
}

static json_t *facet_json(const struct bluesky_facet *f)
{
	static const char *const types[] = {
		[MARK_LINK] = "app.bsky.richtext.facet#link", [MARK_MENTION] = "app.bsky.richtext.facet#mention",
		[MARK_HASHTAG] = "app.bsky.richtext.facet#tag", [MARK_CASHTAG] = "app.bsky.richtext.facet#tag",
	};
	static const char *const names[] = {[MARK_LINK] = "uri", [MARK_MENTION] = "did", [MARK_HASHTAG] = "tag", [MARK_CASHTAG] = "tag"};
	CLEANUP(buf_free) struct buf value = {};
	add_value(&value, f);
	return json_pack("{s:{s:I, s:I}, s:[{s:s, s:s%}]}", "index", "byteStart", (json_int_t)f->mark.from, "byteEnd", (json_int_t)f->mark.to, "features",
			 "$type", types[f->mark.kind], names[f->mark.kind], buf_cstr(&value), value.len);
}

/* *ret_asked is false when it could not be asked; a name that nobody has stays empty. */
static enum err ask_name(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct bluesky_facet *f, struct sent *ret_sent,
			 bool *ret_asked)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/com.atproto.identity.resolveHandle");
	bluesky_add_parameter(&path, "handle", f->mark.value);
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_ask(cx, net, account, session, &x));
	bool nobody = x.answer.outcome == NET_ANSWERED && x.answer.status == 400; /* HandleNotFound, or no handle at all */
	*ret_asked = nobody || exchange_read_first(cx, &x, ret_sent);
	if (*ret_asked && !nobody)
		f->did = exchange_text(cx, x.document, "did");
	return OK;
}

static void release(void *json)
{
	json_decref(json);
}

enum err bluesky_facets_asked(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str text, json_t **ret_facets,
			      struct sent *ret_sent, bool *ret_asked)
{
	struct bluesky_facet facets[BLUESKY_FACETS_MAX];
	size_t count = bluesky_facets(text, facets);
	int names = 0;
	json_t *list = json_array();
	arena_defer(cx->arena, release, list);
	*ret_asked = true;
	for (size_t i = 0; i < count && *ret_asked; i++) {
		if (facets[i].mark.kind == MARK_MENTION && names++ < NAMES_ASKED)
			TRY(ask_name(cx, net, account, session, &facets[i], ret_sent, ret_asked));
		if (facets[i].mark.kind != MARK_MENTION || facets[i].did.len)
			json_array_append_new(list, facet_json(&facets[i]));
	}
	*ret_facets = list;
	return OK;
}
