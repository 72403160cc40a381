/* history.c: what happened to a message under the house rules: reported, decided, contested, in the order of time. */
#include "base/lang.h"
#include "flow/appeal.h"
#include "page/moderation/moderation.h"

#include <stdlib.h>

#define LINES_MAX 400

struct line {
	i64 at;
	struct str text;
	bool is_this;
	int order; /* of two at the same instant: as they were found */
};

struct lines {
	struct line *at;
	size_t count, capacity;
};

static void add(struct cx *cx, struct lines *lines, i64 at, struct str text, bool is_this)
{
	if (lines->count < LINES_MAX)
		*arena_push(cx->arena, lines->at, lines->count, lines->capacity) = (struct line){at, text, is_this, (int)lines->count};
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->order - y->order;
}

static struct str done_text(struct cx *cx, struct db *db, const struct decision *d)
{
	struct charter_article a;
	const char *title = _(act_of(d->act)->title);
	if (d->article && charter_article_get(cx, db, here(cx), d->article, &a) == OK)
		return arena_printf(cx->arena, _(N_("%s by %.*s, art. %lld")), title, STR_ARG(d->decided_by_name), (long long)a.number);
	return arena_printf(cx->arena, _(N_("%s by %.*s")), title, STR_ARG(d->decided_by_name));
}

static enum err add_appeals(struct cx *cx, struct db *db, i64 message, struct lines *lines)
{
	struct appeal *list;
	size_t count;
	TRY(appeals_of(cx, db, here(cx), message, &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct appeal *a = &list[i];
		add(cx, lines, a->at, a->recorded_by ? arena_printf(cx->arena, _(N_("Contested by its author, written down by %.*s")), STR_ARG(a->recorded_name))
						     : str_of(_(N_("Contested by its author"))), false);
		if (!a->outcome.len)
			continue;
		add(cx, lines, a->decided_at, str_eq(a->outcome, S("accepted")) ? arena_printf(cx->arena, _(N_("Appeal accepted by %.*s")), STR_ARG(a->decided_name))
									  : arena_printf(cx->arena, _(N_("Appeal rejected by %.*s")), STR_ARG(a->decided_name)), false);
	}
	return OK;
}

enum err history_shape(struct cx *cx, struct db *db, i64 message, i64 shown, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct decision *decisions;
	struct flag *flags;
	size_t count;
	struct lines lines = {};
	json_t *history = json_array();
	json_object_set_new(document, "history", history);
	TRY(flags_of(cx, db, here(cx), message, &flags, &count));
	for (size_t i = 0; i < count; i++)
		add(cx, &lines, flags[i].at, str_of(str_eq(flags[i].source, S("model")) ? _(N_("Pointed to by the program")) : _(N_("Reported"))), false);
	size_t reports = lines.count;
	TRY(decisions_of(cx, db, here(cx), message, &decisions, &count));
	for (size_t i = 0; i < count; i++)
		add(cx, &lines, decisions[i].at, done_text(cx, db, &decisions[i]), decisions[i].id == shown);
	TRY(add_appeals(cx, db, message, &lines));
	if (lines.count)
		qsort(lines.at, lines.count, sizeof *lines.at, by_time);
	for (size_t i = 0; i < lines.count; i++)
		json_array_append_new(history, json_pack("{s:o, s:o, s:b}", "at", doc_instant(&reader, lines.at[i].at), "text", doc_text(lines.at[i].text), "is_this",
							 lines.at[i].is_this));
	json_object_set_new(document, "has_history", json_boolean(lines.count > reports));
	return OK;
}
