/* searches.c: which networks are searched for a query: the channels by which that can be done, those a person chose, and how it goes. */
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/seek.h"
#include "page/listening/listening.h"
#include "store/channel.h"

#define CHANNELS_MAX 200

static const struct listening_search *row_of(const struct listening_search *rows, size_t count, i64 channel)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].channel == channel)
			return &rows[i];
	return NULL;
}

static json_t *state_shape(struct cx *cx, const struct listening_search *s, const struct channel *c)
{
	if (!s)
		return json_null();
	if (!str_eq(c->state, S("ok")) && !str_eq(c->state, S("failing")))
		return doc_word(cx->lang, "paused", N_("Paused with its channel"));
	if (str_eq(s->state, S("refused")))
		return doc_word(cx->lang, "refused", N_("Refused"));
	if (str_eq(s->state, S("failing")))
		return doc_word(cx->lang, "failing", N_("Tried again by itself"));
	return s->asked_at ? doc_word(cx->lang, "ok", N_("Searched")) : doc_word(cx->lang, "waiting", N_("About to be searched"));
}

static struct str found_text(struct cx *cx, const struct listening_search *s)
{
	CLEANUP(buf_free) struct buf found = {};
	buf_add_number(&found, cx->lang, s->found);
	return arena_printf(cx->arena, tr_n(cx->lang, "%.*s mention found", "%.*s mentions found", s->found), STR_ARG(buf_str(&found)));
}

static json_t *search_shape(struct cx *cx, const struct listening_search *s, const struct channel *c)
{
	struct reader reader = reader_of(cx);
	bool runs = s && (str_eq(c->state, S("ok")) || str_eq(c->state, S("failing")));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "state", state_shape(cx, s, c), "story", s ? doc_text_or_null(s->story) : json_null(), "asked", doc_instant(&reader, s ? s->asked_at : 0),
			 "next", runs ? doc_instant(&reader, s->due_at > cx->now ? s->due_at : cx->now) : json_null(), "found", s && s->asked_at ? doc_text(found_text(cx, s)) : json_null());
}

static json_t *channel_shape(struct cx *cx, const struct channel *c, const struct channel_kind *kind, const struct listening_search *s)
{
	json_t *shape = search_shape(cx, s, c);
	doc_set(shape, "id", doc_id(c->id));
	doc_set(shape, "name", doc_text(c->name));
	doc_set(shape, "url", doc_text(arena_printf(cx->arena, "/channels/%lld", (long long)c->id)));
	doc_set(shape, "network", doc_network(cx->lang, c->network));
	doc_set(shape, "about", doc_text(str_of(_(kind->searching->reach))));
	doc_set(shape, "is_on", json_boolean(s != NULL));
	doc_set(shape, "is_refused", json_boolean(s && str_eq(s->state, S("refused"))));
	return shape;
}

enum err searches_shape(struct cx *cx, struct db *db, const struct listening_query *q, json_t **ret_searches)
{
	struct channel *channels;
	struct listening_search *rows;
	struct str asked;
	const char *story;
	size_t count, row_count, on = 0;
	json_t *list = json_array();
	*ret_searches = json_pack("{s:o}", "channels", list);
	TRY(channel_list(cx, db, q->workspace, &channels, &count));
	TRY(listening_searches_of_query(cx, db, q->workspace, q->id, &rows, &row_count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		const struct listening_search *s = row_of(rows, row_count, channels[i].id);
		if (!kind || !kind->search)
			continue;
		on += s != NULL;
		json_array_append_new(list, channel_shape(cx, &channels[i], kind, s));
	}
	TRY(seek_words(cx, db, q->workspace, q->words, &asked, &story));
	doc_set(*ret_searches, "url", doc_text(arena_printf(cx->arena, "/listening/%lld/search", (long long)q->id)));
	doc_set(*ret_searches, "has_channels", json_boolean(json_array_size(list) > 0));
	doc_set(*ret_searches, "is_any_on", json_boolean(on > 0));
	doc_set(*ret_searches, "is_waiting", json_boolean(on > 0 && q->active && !q->archived_at));
	doc_set(*ret_searches, "words", doc_text_or_null(asked));
	doc_set(*ret_searches, "story", story ? doc_text(str_of(_(story))) : json_null());
	return OK;
}

/* ---- writing ---- */

enum err searches_choose(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 channels[CHANNELS_MAX], id = param_id(request, "id");
	size_t count = 0;
	struct undo undo;
	undo_open(cx, &undo);
	for (size_t i = 0; i < param_count(request, "channels") && count < CHANNELS_MAX; i++)
		if (param_id_at(request, "channels", i))
			channels[count++] = param_id_at(request, "channels", i);
	TRY(seek_set(cx, request_db(request), here(cx), id, channels, count, &undo));
	TRY(undo_close(cx, request_db(request), here(cx), &undo));
	const char *place = arena_printf(cx->arena, "/listening/%lld", (long long)id).at;
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(count ? _(N_("Kept. These networks are searched now, and again from time to time.")) : _(N_("No network is searched for this query."))),
		    listen_undo_url(cx, &undo, place));
	reply_redirect(reply, "%s?edit=1#searches", place);
	return OK;
}

enum err searches_again(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(seek_now(cx, request_db(request), here(cx), id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("The networks are being searched."))), (struct str){});
	reply_redirect(reply, "/listening/%lld?edit=1#searches", (long long)id);
	return OK;
}
