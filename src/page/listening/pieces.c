/* pieces.c: saved pieces: parts of queries with a name, so that what is the same everywhere is written once. */
#include "base/lang.h"
#include "page/choices.h"
#include "page/listening/listening.h"

static json_t *piece_shape(struct cx *cx, const struct listening_piece *p, i64 open)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(p->id), "url", doc_text(arena_printf(cx->arena, "/listening/pieces?piece=%lld#piece", (long long)p->id)), "name",
			 doc_text(p->name), "use", doc_text(arena_printf(cx->arena, "{%.*s}", STR_ARG(p->name))), "words", doc_text(p->words), "is_current", p->id == open);
}

enum err pieces_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct listening_piece *pieces, open = {};
	struct pager pager;
	size_t count;
	i64 id = param_id(request, "piece");
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	doc_set(document, "pieces", list);
	pager_of(request, 50, &pager);
	do
		TRY(listening_piece_list(cx, db, here(cx), pager.from, pager.limit + 1, &pieces, &count));
	while (!pager_fits(&pager, count));
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, piece_shape(cx, &pieces[pager.first + i], id));
	doc_set(document, "has_pieces", json_boolean(pager.count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? pieces[pager.first].id : 0), list_after(0, pager.count ? pieces[pager.first + pager.count - 1].id : 0), "piece");
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	if (id)
		TRY(listening_piece_get(cx, db, here(cx), id, &open));
	doc_set(document, "piece", json_pack("{s:o, s:o, s:o}", "id", doc_id(open.id), "name", doc_text(typed_or(request, "name", open.name)), "words",
					     doc_text(typed_or(request, "words", open.words))));
	return OK;
}

static enum err done(struct cx *cx, struct request *request, struct reply *reply, struct undo *undo, i64 id, const char *flash)
{
	TRY(undo_close(cx, request_db(request), here(cx), undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(flash), listen_undo_url(cx, undo, "/listening/pieces"));
	reply_redirect(reply, "/listening/pieces");
	return OK;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, struct listening_piece *p)
{
	struct undo undo;
	undo_open(cx, &undo);
	TRY(listen_piece(cx, request_db(request), p, &undo));
	return done(cx, request, reply, &undo, p->id, _(N_("The piece is kept.")));
}

enum err pieces_create(struct cx *cx, struct request *request, struct reply *reply)
{
	struct listening_piece p = {.workspace = here(cx), .name = param_text(request, "name"), .words = param_text(request, "words")};
	return keep(cx, request, reply, &p);
}

enum err pieces_edit(struct cx *cx, struct request *request, struct reply *reply)
{
	struct listening_piece p = {.workspace = here(cx), .id = param_id(request, "id"), .words = param_text(request, "words")};
	return keep(cx, request, reply, &p);
}

enum err pieces_archive(struct cx *cx, struct request *request, struct reply *reply)
{
	struct undo undo;
	i64 id = param_id(request, "id");
	undo_open(cx, &undo);
	TRY(listen_piece_archive(cx, request_db(request), here(cx), id, true, &undo));
	return done(cx, request, reply, &undo, id, _(N_("The piece is put away.")));
}
