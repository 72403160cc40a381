#include "page/seen.h"

#include "base/lang.h"
#include "model/diff.h"
#include "store/audit.h"
#include "ui/document.h"
#include "ui/format.h"

json_t *diff_shape(struct cx *cx, struct str before, struct str after)
{
	struct diff_piece *pieces;
	size_t count = diff_words(cx->arena, before, after, &pieces);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:b, s:b}", "text", doc_text(pieces[i].text), "is_gone", pieces[i].kind == DIFF_GONE, "is_new",
						      pieces[i].kind == DIFF_NEW));
	return list;
}

struct str seen_said(struct cx *cx, const struct request *request)
{
	struct str mark = param_text(request, "seen"), header = str_trim(request_header(request, "If-Match"));
	if (mark.len || header.len < 2 || header.at[0] != '"' || header.at[header.len - 1] != '"')
		return mark;
	return str_head(str_skip(header, 1), header.len - 2);
}

/* A field as it was typed: lists with spaces between; an empty box is not sent. Lines end in one sign, as they are kept. */
static struct str typed_of(struct cx *cx, const struct request *request, const char *name)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str one;
	for (size_t i = 0; (one = request_typed_at(request, name, i)).at; i++) {
		if (i)
			buf_addc(&b, ' ');
		for (size_t k = 0; k < one.len; k++)
			if (one.at[k] != '\r')
				buf_addc(&b, one.at[k]);
	}
	return str_trim(buf_keep(&b, cx->arena));
}

/* Who saved it last, and when. */
static enum err story_of(struct cx *cx, struct db *db, struct str subject, struct str *ret_story)
{
	struct str words = subject;
	const struct audit_filter filter = {.subject = str_cut(&words, ' '), .words = words.at ? words : (struct str){}};
	struct reader reader = reader_of(cx);
	struct audit_entry *entries;
	size_t count;
	CLEANUP(buf_free) struct buf when = {};
	TRY(audit_list(cx, db, here(cx), &filter, LIST_START, 1, &entries, &count));
	if (!count) {
		*ret_story = str_of(_(N_("This was changed while you wrote.")));
		return OK;
	}
	buf_add_instant(&when, &reader, entries->at);
	*ret_story = arena_printf(cx->arena, _(N_("%.*s changed this, %.*s.")), STR_ARG(entries->actor_name), STR_ARG(buf_str(&when)));
	return OK;
}

static enum err conflict_shape(struct cx *cx, struct request *request, struct str subject, const struct seen *now, json_t **ret_conflict)
{
	json_t *fields = json_array();
	struct str story;
	TRY(story_of(cx, request_db(request), subject, &story));
	for (size_t i = 0; i < now->count; i++) {
		const struct seen_field *f = &now->fields[i];
		struct str typed = typed_of(cx, request, f->name);
		if (!*f->name || str_eq(typed, str_trim(f->value)))
			continue;
		json_array_append_new(fields, json_pack("{s:s, s:s, s:o, s:o, s:b}", "name", f->name, "title", _(f->title), "theirs", doc_text(f->shown.len ? f->shown : f->value),
							"changes", f->shown.len ? json_array() : diff_shape(cx, f->value, typed), "is_choice", f->shown.len > 0));
	}
	*ret_conflict = json_pack("{s:o, s:o}", "story", doc_text(story), "fields", fields);
	return OK;
}

enum err seen_put(struct cx *cx, struct request *request, struct str subject, const struct seen *now, json_t *form)
{
	struct str mark = now ? seen_mark(cx->arena, now) : (struct str){}, said = request_typed(request, "seen");
	json_t *conflict = NULL;
	if (now && said.len && !str_eq(said, mark))
		TRY(conflict_shape(cx, request, subject, now, &conflict));
	doc_set(form, "seen", doc_text(mark));
	doc_set(form, "conflict", conflict ? conflict : json_null());
	return OK;
}
