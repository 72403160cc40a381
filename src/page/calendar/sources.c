/* sources: calendars of others that are brought into ours: as a file, or under an address that is read again and again. */
#include "base/lang.h"
#include "flow/calendar_source.h"
#include "page/calendar/calendar.h"
#include "page/choices.h"

enum err calendar_sources_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct calendar_source *list;
	size_t count;
	struct reader reader = reader_of(cx);
	bool may = actor_may(cx->actor, MAY_ARRANGE), is_event = !str_eq(request_typed(request, "kind"), S("note"));
	json_t *document = json_object(), *sources = json_array();
	reply_json(reply, document);
	doc_set(document, "sources", sources);
	TRY(calendar_sources(cx, request_db(request), here(cx), &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct calendar_source *s = &list[i];
		json_array_append_new(sources, json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "id", doc_id(s->id), "name", doc_text(s->name), "kind", doc_text(s->kind), "has_address",
							 s->url.len > 0, "address", may ? doc_text_or_null(s->url) : json_null(), "held", doc_number(cx->lang, s->held), "read_at",
							 doc_instant(&reader, s->read_at), "story", doc_text_or_null(s->story)));
	}
	doc_set(document, "has_sources", json_boolean(count > 0));
	doc_set(document, "can_arrange", json_boolean(may));
	doc_set(document, "form", json_pack("{s:o, s:o, s:b}", "name", doc_text(request_typed(request, "name")), "url", doc_text(request_typed(request, "url")), "is_event", is_event));
	return OK;
}

static struct str brought_text(struct cx *cx, const struct calendar_brought *b)
{
	struct str text = arena_printf(cx->arena, _(N_("Brought in: %lld new, %lld changed, %lld gone, %lld as they were.")), (long long)b->made, (long long)b->changed, (long long)b->gone,
				       (long long)b->same);
	if (!b->left_out)
		return text;
	return arena_printf(cx->arena, _(N_("%.*s %lld could not be read in full: %.*s")), STR_ARG(text), (long long)b->left_out, STR_ARG(str_head(b->why, 200)));
}

enum err calendar_sources_make(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	const struct upload *file = param_file(request, "file");
	struct str kind = param_text(request, "kind").len ? param_text(request, "kind") : S("event"), name = param_text(request, "name"), text = param_text(request, "text");
	struct calendar_brought b = {};
	if (file && file->size)
		TRY(calendar_source_open(cx, file->path, &text));
	if (text.len) {
		TRY(calendar_source_bring(cx, db, here(cx), name, kind, text, &b));
		bool is_new = b.made && !b.changed && !b.gone && !b.same;
		reply_flash(reply, brought_text(cx, &b), is_new ? arena_printf(cx->arena, "/calendar/sources/%lld/archive", (long long)b.source) : (struct str){});
	} else {
		if (!param_text(request, "url").len)
			return fail_field(cx, "url", N_("Give an address, or choose a file."));
		TRY(calendar_source_follow(cx, db, here(cx), name, kind, param_text(request, "url"), page_setup.work, &b.source));
		reply_flash(reply, str_of(_(N_("It is read in a moment, and then four times a day."))), (struct str){});
	}
	reply_json(reply, json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "id", doc_id(b.source), "made", (json_int_t)b.made, "changed", (json_int_t)b.changed, "gone", (json_int_t)b.gone, "same",
				    (json_int_t)b.same, "left_out", (json_int_t)b.left_out));
	reply_redirect(reply, "/calendar/sources");
	return OK;
}

enum err calendar_sources_again(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(calendar_source_again(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("It is read in a moment."))), (struct str){});
	reply_redirect(reply, "/calendar/sources");
	return OK;
}

enum err calendar_sources_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(calendar_source_put_away(cx, request_db(request), here(cx), id, true));
	reply_flash(reply, str_of(_(N_("Put away, with all it brought."))), arena_printf(cx->arena, "/calendar/sources/%lld/restore", (long long)id));
	reply_redirect(reply, "/calendar/sources");
	return OK;
}

enum err calendar_sources_back(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(calendar_source_put_away(cx, request_db(request), here(cx), param_id(request, "id"), false));
	reply_flash(reply, str_of(_(N_("Taken out again."))), (struct str){});
	reply_redirect(reply, "/calendar/sources");
	return OK;
}
