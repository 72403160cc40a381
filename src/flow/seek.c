#include "flow/seek.h"

#include "base/lang.h"
#include "channel/channel.h"
#include "flow/audit.h"
#include "flow/listen_match.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/event.h"
#include "text/query_needs.h"

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_LISTEN) ? OK : fail(cx, ERR_DENIED, N_("Your role does not write listening queries."));
}

enum err seek_needs(struct cx *cx, struct db *db, i64 workspace, struct str words, struct query_needs *ret_needs)
{
	struct piece_box box;
	const struct query *tree;
	struct query_fault fault;
	TRY(piece_box_load(cx, db, workspace, &box));
	const struct query_pieces pieces = {piece_box_find, &box};
	if (!query_read(cx->arena, words, &pieces, &tree, &fault))
		return fail_field(cx, "words", N_("Character %zu: %s"), query_column(words, &fault), tr(cx->lang, fault.story));
	query_needs_of(cx->arena, tree, ret_needs);
	return OK;
}

static void add_need(struct buf *b, const struct query_need *need)
{
	for (size_t i = 0; i < need->count; i++) {
		const struct query_literal *l = &need->all[i];
		const char *mark = l->kind == LITERAL_PHRASE ? "\"" : l->kind == LITERAL_TAG ? "#" : l->kind == LITERAL_NAME ? "@" : "";
		buf_adds(b, i ? " + " : "");
		buf_addf(b, "%s%.*s%s", mark, STR_ARG(l->text), l->kind == LITERAL_PHRASE ? mark : "");
	}
}

enum err seek_words(struct cx *cx, struct db *db, i64 workspace, struct str words, struct str *ret_asked, const char **ret_story)
{
	struct query_needs needs = {};
	CLEANUP(buf_free) struct buf b = {};
	enum err e = seek_needs(cx, db, workspace, words, &needs);
	if (e == ERR_BAD_INPUT)
		cx_forget(cx);
	else
		TRY(e);
	for (size_t i = 0; i < needs.count; i++) {
		buf_adds(&b, i ? ", " : "");
		add_need(&b, &needs.any[i]);
	}
	*ret_asked = buf_keep(&b, cx->arena);
	*ret_story = needs.story;
	return OK;
}

/* ---- which channels ---- */

static bool has(const i64 *channels, size_t count, i64 id)
{
	for (size_t i = 0; i < count; i++)
		if (channels[i] == id)
			return true;
	return false;
}

static enum err add(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 channel)
{
	struct channel c;
	TRY(channel_get(cx, db, workspace, channel, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	if (!kind || !kind->search)
		return fail_field(cx, "channels", N_("The network of “%.*s” cannot be searched."), STR_ARG(c.name));
	return listening_search_add(cx, db, &(struct listening_search){.workspace = workspace, .query = query, .channel = channel, .due_at = cx->now, .created_by = cx->actor->user,
								      .created_at = cx->now});
}

static json_t *ids_json(const i64 *ids, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_sprintf("%lld", (long long)ids[i]));
	return list;
}

static enum err trace(struct cx *cx, struct db *db, i64 workspace, i64 query)
{
	TRY(audit(cx, db, workspace, "listening.search", arena_printf(cx->arena, "listening:%lld", (long long)query), (struct str){}));
	return change_add(cx, db, workspace, 0, "listening", query);
}

static enum err set(struct cx *cx, struct db *db, i64 workspace, i64 query, const i64 *channels, size_t count, struct undo *undo)
{
	struct listening_query q;
	struct listening_search *there;
	size_t was_count, changed = 0;
	TRY(may(cx));
	TRY(listening_query_get(cx, db, workspace, query, &q));
	TRY(listening_searches_of_query(cx, db, workspace, query, &there, &was_count));
	i64 *was = arena_array(cx->arena, i64, was_count + 1);
	for (size_t i = 0; i < was_count; i++)
		was[i] = there[i].channel;
	for (size_t i = 0; i < was_count; i++)
		if (!has(channels, count, was[i])) {
			TRY(listening_search_remove(cx, db, workspace, query, was[i]));
			changed++;
		}
	for (size_t i = 0; i < count; i++)
		if (!has(was, was_count, channels[i])) {
			TRY(add(cx, db, workspace, query, channels[i]));
			changed++;
		}
	if (!changed)
		return OK;
	if (undo)
		undo_note_state(undo, "listening_search", query, json_pack("{s:o}", "channels", ids_json(was, was_count)));
	return trace(cx, db, workspace, query);
}

enum err seek_set(struct cx *cx, struct db *db, i64 workspace, i64 query, const i64 *channels, size_t count, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, set(cx, db, workspace, query, channels, count, undo));
}

enum err seek_put_back(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	const json_t *list = json_object_get(json_object_get(step, "put_back"), "channels"), *one;
	i64 *channels = arena_array(cx->arena, i64, json_array_size(list) + 1), query = 0;
	size_t index, count = 0;
	str_to_i64(str_of(json_string_value(json_object_get(step, "subject"))), &query);
	json_array_foreach((json_t *)list, index, one)
		if (str_to_i64(str_of(json_string_value(one)), &channels[count]))
			count++;
	return set(cx, db, workspace, query, channels, count, NULL);
}

static enum err now(struct cx *cx, struct db *db, i64 workspace, i64 query)
{
	struct listening_query q;
	TRY(may(cx));
	TRY(listening_query_get(cx, db, workspace, query, &q));
	TRY(listening_search_rewind(cx, db, workspace, query));
	return change_add(cx, db, workspace, 0, "listening", query);
}

enum err seek_now(struct cx *cx, struct db *db, i64 workspace, i64 query)
{
	return IN_TRANSACTION(cx, db, now(cx, db, workspace, query));
}
