#include "flow/listen.h"

#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/listen_match.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/listening_search.h"
#include "text/query.h"

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_LISTEN) ? OK : fail(cx, ERR_DENIED, N_("Your role does not write listening queries."));
}

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, const char *kind, i64 id, struct str detail)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "%s:%lld", kind, (long long)id), detail));
	return change_add(cx, db, workspace, 0, "listening", id);
}

/* {"words":{"from":…,"to":…}} where they differ */
static struct str words_changed(struct cx *cx, struct str from, struct str to)
{
	CLEANUP(buf_free) struct buf b = {};
	if (str_eq(from, to))
		return (struct str){};
	buf_adds(&b, "{\"words\":{\"from\":");
	buf_add_json(&b, from);
	buf_adds(&b, ",\"to\":");
	buf_add_json(&b, to);
	buf_adds(&b, "}}");
	return buf_keep(&b, cx->arena);
}

/* ---- are the words fit? ---- */

static void cut_at(struct str words, const struct query_fault *f, struct listen_fault *ret_fault)
{
	bool is_inside = f->at.at && words.at;
	*ret_fault = (struct listen_fault){
		.story = f->story, .column = query_column(words, f),
		.before = is_inside ? str_span(words.at, f->at.at) : words, .at = is_inside ? f->at : (struct str){},
		.after = is_inside ? str_span(f->at.at + f->at.len, words.at + words.len) : (struct str){},
	};
}

/* A piece is held to the grammar as the part of a query that it will be: with a word beside it, so that language alone is enough. */
static enum err check_piece(struct cx *cx, struct piece_box *box, struct str name, struct str words, struct listen_fault *ret_fault)
{
	const struct listening_piece piece = {.name = name, .words = words};
	const struct query_pieces outer = {piece_box_find, box};
	const struct query *tree;
	struct query_fault fault = {};
	*ret_fault = (struct listen_fault){};
	box->without = name;
	if (!query_read(cx->arena, words, &outer, &tree, &fault)) { /* what it says itself; that it alone is too wide does not count */
		box->without = (struct str){};
		box->instead = &piece;
		struct query_fault as_part;
		struct str use = arena_printf(cx->arena, "x AND {%.*s}", STR_ARG(name));
		if (!query_read(cx->arena, use, &outer, &tree, &as_part))
			cut_at(words, &fault, ret_fault);
	}
	return OK;
}

enum err listen_check(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str words, struct listen_fault *ret_fault)
{
	struct piece_box box;
	struct listen_fault fault = {};
	TRY(piece_box_load(cx, db, workspace, &box));
	if (name.len) {
		TRY(check_piece(cx, &box, name, words, ret_fault));
		return OK;
	}
	const struct query_pieces pieces = {piece_box_find, &box};
	const struct query *tree;
	struct query_fault wrong = {};
	if (!query_read(cx->arena, words, &pieces, &tree, &wrong))
		cut_at(words, &wrong, &fault);
	*ret_fault = fault;
	return OK;
}

static enum err hold_words(struct cx *cx, struct db *db, i64 workspace, struct str piece, struct str words)
{
	struct listen_fault fault;
	if (!words.len)
		return fail_field(cx, "words", N_("Say what to listen for: a word is enough."));
	TRY(listen_check(cx, db, workspace, piece, words, &fault));
	return fault.story ? fail_field(cx, "words", N_("Character %zu: %s"), fault.column, tr(cx->lang, fault.story)) : OK;
}

static enum err hold_name(struct cx *cx, struct str *name)
{
	*name = str_trim(*name);
	if (!name->len || utf8_count(*name) > LISTEN_NAME_MAX)
		return fail_field(cx, "name", N_("A name has 1 to %d characters."), LISTEN_NAME_MAX);
	return OK;
}

static enum err next_version(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version)
{
	TRY(listening_version(cx, db, workspace, ret_version));
	*ret_version += 1;
	return OK;
}

/* ---- queries ---- */

static json_t *query_state(const struct listening_query *q, i64 changed_at)
{
	return json_pack("{s:s%, s:s%, s:s, s:b, s:b, s:I}", "name", q->name.at, q->name.len, "words", q->words.at ? q->words.at : "", q->words.len, "kind",
			 listening_kind_word(q->kind), "active", q->active, "archived", q->archived_at != 0, "seen", (json_int_t)changed_at);
}

static enum err is_free(struct cx *cx, struct db *db, const struct listening_query *q)
{
	i64 other, count;
	TRY(listening_query_named(cx, db, q->workspace, q->name, &other));
	if (other && other != q->id)
		return fail_field(cx, "name", N_("There is one of this name already."));
	TRY(listening_query_count(cx, db, q->workspace, &count));
	return q->id || count < LISTEN_QUERIES_MAX ? OK : fail(cx, ERR_LIMIT, N_("A workspace listens to %d queries at the most: put some away."), LISTEN_QUERIES_MAX);
}

/* `q` as it was; what differs decides what has to be found anew. */
static enum err keep(struct cx *cx, struct db *db, const struct listening_query *was, struct listening_query *q)
{
	bool heard_before = was->id && was->active && !was->archived_at, hears = q->active && !q->archived_at;
	q->version = was->version;
	q->past_before = was->past_before;
	if (heard_before != hears || !str_eq(was->words, q->words)) {
		TRY(next_version(cx, db, q->workspace, &q->version));
		TRY(listening_search_rewind(cx, db, q->workspace, q->id));
		q->past_before = hears ? PAST_ALL : was->past_before;
	}
	q->changed_at = cx->now > was->changed_at ? cx->now : was->changed_at + 1; /* each change is told from the others by it */
	return listening_query_save(cx, db, q);
}

static enum err write_query(struct cx *cx, struct db *db, struct listening_query *q, struct undo *undo)
{
	struct listening_query was = {};
	TRY(may(cx));
	q->words = str_trim(q->words);
	TRY(hold_name(cx, &q->name));
	if (q->id)
		TRY(listening_query_get(cx, db, q->workspace, q->id, &was));
	TRY(is_free(cx, db, q));
	TRY(hold_words(cx, db, q->workspace, (struct str){}, q->words));
	q->archived_at = was.archived_at;
	if (!was.id) {
		q->id = id_new();
		q->created_by = cx->actor->user;
		q->created_at = cx->now;
	}
	TRY(keep(cx, db, &was, q));
	if (undo && was.id)
		undo_note_state(undo, "listening", q->id, query_state(&was, q->changed_at));
	else if (undo) {
		struct listening_query gone = *q;
		gone.archived_at = cx->now;
		undo_note_state(undo, "listening", q->id, query_state(&gone, q->changed_at));
	}
	return trace(cx, db, q->workspace, was.id ? "listening.change" : "listening.create", "listening", q->id, words_changed(cx, was.words, q->words));
}

enum err listen_query(struct cx *cx, struct db *db, struct listening_query *query, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, write_query(cx, db, query, undo));
}

static enum err archive_query(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive, struct undo *undo)
{
	struct listening_query was, q;
	TRY(may(cx));
	TRY(listening_query_get(cx, db, workspace, id, &was));
	if (archive == (was.archived_at != 0))
		return OK;
	q = was;
	q.archived_at = archive ? cx->now : 0;
	if (!archive) {
		TRY(is_free(cx, db, &q));
		TRY(hold_words(cx, db, workspace, (struct str){}, q.words)); /* a piece of it may be gone meanwhile */
	}
	TRY(keep(cx, db, &was, &q));
	if (undo)
		undo_note_state(undo, "listening", id, query_state(&was, q.changed_at));
	return trace(cx, db, workspace, archive ? "listening.archive" : "listening.restore", "listening", id, (struct str){});
}

enum err listen_query_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, archive_query(cx, db, workspace, id, archive, undo));
}

/* ---- pieces ---- */

static bool uses(const struct query *q, struct str piece)
{
	bool found = q->kind == QUERY_SAVED && str_eq_fold(q->words[0], piece);
	for (size_t i = 0; !found && q->parts && i < q->count; i++)
		found = uses(q->parts[i], piece);
	return found;
}

/* Each query in use that stands on the piece: held to what the piece becomes (NULL: it goes), and found anew. */
static enum err follow_piece(struct cx *cx, struct db *db, i64 workspace, struct str name, const struct listening_piece *becomes)
{
	struct piece_box box, after;
	struct list_place from = LIST_START;
	i64 version;
	TRY(piece_box_load(cx, db, workspace, &box)); /* as it is still */
	after = box;
	after.instead = becomes;
	after.without = becomes ? (struct str){} : name;
	TRY(next_version(cx, db, workspace, &version));
	for (;;) {
		struct listening_query *list;
		size_t count;
		TRY(listening_query_list(cx, db, workspace, false, from, 1000, &list, &count));
		for (size_t i = 0; i < count; i++) {
			const struct query *tree;
			struct query_fault fault;
			const struct query_pieces now = {piece_box_find, &box}, then = {piece_box_find, &after};
			if (!query_read(cx->arena, list[i].words, &now, &tree, &fault) || !uses(tree, name))
				continue;
			if (!query_read(cx->arena, list[i].words, &then, &tree, &fault))
				return fail_field(cx, becomes ? "words" : "name", N_("The query “%.*s” stands on this piece and could not be read any more: %s"),
						  STR_ARG(list[i].name), tr(cx->lang, fault.story));
			list[i].version = version;
			list[i].past_before = PAST_ALL;
			TRY(listening_query_save(cx, db, &list[i]));
			TRY(listening_search_rewind(cx, db, workspace, list[i].id));
		}
		if (count < 1000)
			return OK;
		from = list_after(0, list[count - 1].id);
	}
}

static json_t *piece_state(const struct listening_piece *p, i64 changed_at)
{
	return json_pack("{s:s%, s:s%, s:b, s:I}", "name", p->name.at, p->name.len, "words", p->words.at ? p->words.at : "", p->words.len, "archived",
			 p->archived_at != 0, "seen", (json_int_t)changed_at);
}

static enum err piece_is_free(struct cx *cx, struct db *db, const struct listening_piece *p)
{
	struct piece_box box;
	TRY(piece_box_load(cx, db, p->workspace, &box));
	for (size_t i = 0; i < box.count; i++)
		if (box.pieces[i].id != p->id && str_eq_fold(box.pieces[i].name, p->name))
			return fail_field(cx, "name", N_("There is one of this name already."));
	return p->id || box.count < LISTEN_PIECES_MAX ? OK : fail(cx, ERR_LIMIT, N_("A workspace has %d saved pieces at the most: put some away."), LISTEN_PIECES_MAX);
}

static enum err hold_piece_name(struct cx *cx, struct str *name)
{
	TRY(hold_name(cx, name));
	for (size_t i = 0; i < name->len; i++)
		if (name->at[i] == '{' || name->at[i] == '}' || name->at[i] == '"')
			return fail_field(cx, "name", N_("Use letters, digits, spaces and dashes: the name stands between braces in a query."));
	return OK;
}

static enum err write_piece(struct cx *cx, struct db *db, struct listening_piece *p, struct undo *undo)
{
	struct listening_piece was = {};
	TRY(may(cx));
	p->words = str_trim(p->words);
	if (p->id) {
		TRY(listening_piece_get(cx, db, p->workspace, p->id, &was));
		p->name = was.name;
		p->archived_at = was.archived_at;
	} else {
		TRY(hold_piece_name(cx, &p->name));
	}
	TRY(piece_is_free(cx, db, p));
	TRY(hold_words(cx, db, p->workspace, p->name, p->words));
	if (was.id)
		TRY(follow_piece(cx, db, p->workspace, p->name, p));
	if (!was.id) {
		p->id = id_new();
		p->created_by = cx->actor->user;
		p->created_at = cx->now;
	}
	p->changed_at = cx->now > was.changed_at ? cx->now : was.changed_at + 1;
	TRY(listening_piece_save(cx, db, p));
	struct listening_piece before = was.id ? was : *p;
	before.archived_at = was.id ? was.archived_at : cx->now;
	if (undo)
		undo_note_state(undo, "listening_piece", p->id, piece_state(&before, p->changed_at));
	return trace(cx, db, p->workspace, was.id ? "listening_piece.change" : "listening_piece.create", "listening_piece", p->id, words_changed(cx, was.words, p->words));
}

enum err listen_piece(struct cx *cx, struct db *db, struct listening_piece *piece, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, write_piece(cx, db, piece, undo));
}

static enum err archive_piece(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive, struct undo *undo)
{
	struct listening_piece was, p;
	TRY(may(cx));
	TRY(listening_piece_get(cx, db, workspace, id, &was));
	if (archive == (was.archived_at != 0))
		return OK;
	if (archive)
		TRY(follow_piece(cx, db, workspace, was.name, NULL));
	p = was;
	p.archived_at = archive ? cx->now : 0;
	p.changed_at = cx->now > was.changed_at ? cx->now : was.changed_at + 1;
	if (!archive)
		TRY(piece_is_free(cx, db, &p));
	TRY(listening_piece_save(cx, db, &p));
	if (undo)
		undo_note_state(undo, "listening_piece", id, piece_state(&was, p.changed_at));
	return trace(cx, db, workspace, archive ? "listening_piece.archive" : "listening_piece.restore", "listening_piece", id, (struct str){});
}

enum err listen_piece_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, archive_piece(cx, db, workspace, id, archive, undo));
}

/* ---- taking back ---- */

static struct str text_of(const json_t *state, const char *name)
{
	const json_t *value = json_object_get(state, name);
	return (struct str){json_string_value(value), json_string_length(value)};
}

static enum err moved_on(struct cx *cx)
{
	return fail(cx, ERR_CONFLICT, N_("Somebody changed this since; it was left as it is now."));
}

static enum err put_piece_back(struct cx *cx, struct db *db, i64 workspace, i64 id, const json_t *state)
{
	struct listening_piece p;
	bool archived = json_is_true(json_object_get(state, "archived"));
	TRY(listening_piece_get(cx, db, workspace, id, &p));
	if (p.changed_at != json_integer_value(json_object_get(state, "seen")))
		return moved_on(cx);
	if (archived != (p.archived_at != 0))
		return archive_piece(cx, db, workspace, id, archived, NULL);
	p.words = text_of(state, "words");
	return write_piece(cx, db, &p, NULL);
}

enum err listen_put_back(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	const json_t *state = json_object_get(step, "put_back");
	struct listening_query was, q;
	i64 id = 0;
	str_to_i64(text_of(step, "subject"), &id);
	if (str_eq(text_of(step, "do"), S("listening_piece")))
		return put_piece_back(cx, db, workspace, id, state);
	TRY(may(cx));
	TRY(listening_query_get(cx, db, workspace, id, &was));
	if (was.changed_at != json_integer_value(json_object_get(state, "seen")))
		return moved_on(cx);
	q = was;
	q.name = text_of(state, "name");
	q.words = text_of(state, "words");
	q.active = json_is_true(json_object_get(state, "active"));
	q.archived_at = json_is_true(json_object_get(state, "archived")) ? cx->now : 0;
	listening_kind_of(text_of(state, "kind"), &q.kind);
	TRY(is_free(cx, db, &q));
	TRY(keep(cx, db, &was, &q));
	return trace(cx, db, workspace, "listening.undo", "listening", id, words_changed(cx, was.words, q.words));
}
