#include "page/relation.h"

#include "base/lang.h"
#include "base/map.h"
#include "page/page.h"
#include "page/rules.h"
#include "store/relation.h"
#include "store/same.h"
#include "ui/document.h"

#include <stdlib.h>

#define MARKS_MAX 2000 /* of somebody who said more, the newest count */
#define PARTS_SHOWN 4
#define PROPOSALS 5

static const struct {
	const char *word, *title;
} languages[] = {
	{"ar", N_("Arabic")}, {"de", N_("German")}, {"el", N_("Greek")}, {"en", N_("English")}, {"es", N_("Spanish")}, {"fr", N_("French")},
	{"it", N_("Italian")}, {"ja", N_("Japanese")}, {"nl", N_("Dutch")}, {"pl", N_("Polish")}, {"pt", N_("Portuguese")}, {"zh", N_("Chinese")},
};

struct str language_title(struct cx *cx, struct str word)
{
	struct str start = str_head(word, 2);
	for (size_t i = 0; i < COUNT(languages); i++)
		if (str_eq_fold(start, str_of(languages[i].word)))
			return str_of(tr(cx->lang, languages[i].title));
	CLEANUP(buf_free) struct buf name = {};
	buf_add_language(&name, cx->lang, word);
	return buf_keep(&name, cx->arena);
}

/* ---- figures ---- */

static int by_conversation(const void *a, const void *b)
{
	const struct said_mark *x = a, *y = b;
	return x->conversation != y->conversation ? (x->conversation < y->conversation ? -1 : 1) : (x->at > y->at) - (x->at < y->at);
}

static int by_size(const void *a, const void *b)
{
	const i64 *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* From the oldest message of theirs that nobody answered to our answer; the middle of all those times, -1 for none. Sorts the marks. */
static i64 answer_time(struct arena *arena, struct said_mark *marks, size_t count)
{
	i64 *times = arena_array(arena, i64, count + 1), since = 0;
	size_t answered = 0;
	qsort(marks, count, sizeof *marks, by_conversation);
	for (size_t i = 0; i < count; i++) {
		if (!i || marks[i].conversation != marks[i - 1].conversation)
			since = 0;
		if (marks[i].direction == DIRECTION_IN) {
			since = since ? since : marks[i].at;
		} else if (since) {
			times[answered++] = marks[i].at - since;
			since = 0;
		}
	}
	if (!answered)
		return -1;
	qsort(times, answered, sizeof *times, by_size);
	return answered % 2 ? times[answered / 2] : (times[answered / 2 - 1] + times[answered / 2]) / 2;
}

/* Words and how often: the most frequent first, a handful. */
struct part {
	struct str title;
	i64 count;
};

static int by_count(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	return (y->count > x->count) - (y->count < x->count);
}

static void count_part(struct arena *arena, struct part **parts, size_t *count, size_t *capacity, struct str title)
{
	if (!title.len)
		return;
	for (size_t i = 0; i < *count; i++)
		if (str_eq((*parts)[i].title, title)) {
			(*parts)[i].count++;
			return;
		}
	if (*count < 64)
		*arena_push(arena, *parts, *count, *capacity) = (struct part){title, 1};
}

/* "French 12, English 3"; one alone goes without its number. */
static struct str parts_text(struct cx *cx, struct part *parts, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	qsort(parts, count, sizeof *parts, by_count);
	for (size_t i = 0; i < count && i < PARTS_SHOWN; i++) {
		buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(parts[i].title));
		if (count > 1) {
			buf_addc(&b, ' ');
			buf_add_number(&b, cx->lang, parts[i].count);
		}
	}
	if (count > PARTS_SHOWN)
		buf_adds(&b, ", …");
	return buf_keep(&b, cx->arena);
}

static void figure(json_t *list, const char *word, const char *title, struct str value)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", word, "title", title, "value", doc_text(value)));
}

static void number_figure(struct cx *cx, json_t *list, const char *word, const char *title, i64 number, bool at_least)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, number);
	if (at_least)
		buf_addc(&b, '+');
	figure(list, word, title, buf_str(&b));
}

static void day_figure(struct cx *cx, json_t *list, const char *word, const char *title, i64 at)
{
	CLEANUP(buf_free) struct buf b = {};
	struct reader reader = reader_of(cx);
	buf_add_instant(&b, &reader, at);
	figure(list, word, title, buf_str(&b));
}

static void marks_figures(struct cx *cx, json_t *figures, struct said_mark *marks, size_t count)
{
	struct part *spoken = NULL, *networks = NULL;
	size_t spoken_count = 0, spoken_capacity = 0, network_count = 0, network_capacity = 0;
	i64 in = 0, out = 0;
	for (size_t i = 0; i < count; i++) {
		if (marks[i].direction != DIRECTION_IN) {
			out++;
			continue;
		}
		in++;
		count_part(cx->arena, &spoken, &spoken_count, &spoken_capacity, marks[i].lang);
		count_part(cx->arena, &networks, &network_count, &network_capacity, marks[i].channel_name);
	}
	for (size_t i = 0; i < spoken_count; i++)
		spoken[i].title = language_title(cx, spoken[i].title);
	number_figure(cx, figures, "received", _(N_("Messages from them")), in, count == MARKS_MAX);
	number_figure(cx, figures, "answers", _(N_("Our answers")), out, count == MARKS_MAX);
	if (spoken_count)
		figure(figures, "languages", _(N_("Languages")), parts_text(cx, spoken, spoken_count));
	if (network_count)
		figure(figures, "channels", _(N_("Channels")), parts_text(cx, networks, network_count));
}

static void time_figure(struct cx *cx, json_t *figures, i64 median)
{
	CLEANUP(buf_free) struct buf b = {};
	if (median >= 0)
		buf_add_duration(&b, cx->lang, median);
	figure(figures, "answer_time", _(N_("Our usual time to answer")), median >= 0 ? buf_str(&b) : str_of(_(N_("no answer yet"))));
}

/* `some`: there may be such messages. */
static enum err hidden_shape(struct cx *cx, struct db *db, i64 contact, bool some, json_t *relation)
{
	struct hidden_under *list = NULL;
	size_t count = 0;
	i64 all = 0;
	json_t *hidden = json_array();
	json_object_set_new(relation, "hidden", hidden);
	if (some)
		TRY(relation_hidden(cx, db, here(cx), contact, &list, &count));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf number = {}, times = {};
		buf_add_number(&number, cx->lang, list[i].article_number);
		buf_add_number(&times, cx->lang, list[i].count);
		all += list[i].count;
		json_array_append_new(hidden, json_pack("{s:o, s:o, s:o}", "article", doc_text(buf_str(&number)), "title",
							doc_text(text_just_in(cx, list[i].article_title, cx->lang)), "count", doc_text(buf_str(&times))));
	}
	json_object_set_new(relation, "hidden_count", doc_number_or_null(cx->lang, all));
	return OK;
}

enum err relation_shape(struct cx *cx, struct db *db, const struct contact *contact, json_t **ret_relation)
{
	struct said_mark *marks;
	size_t count;
	json_t *figures = json_array(), *relation = json_pack("{s:o}", "figures", figures);
	*ret_relation = relation;
	TRY(relation_marks(cx, db, here(cx), contact->id, MARKS_MAX, &marks, &count));
	bool some_hidden = count == MARKS_MAX;
	for (size_t i = 0; i < count; i++)
		some_hidden |= marks[i].is_hidden;
	number_figure(cx, figures, "conversations", _(N_("Conversations")), contact->conversation_count, false);
	marks_figures(cx, figures, marks, count);
	time_figure(cx, figures, answer_time(cx->arena, marks, count));
	day_figure(cx, figures, "first", _(N_("First seen")), contact->first_at);
	day_figure(cx, figures, "last", _(N_("Last seen")), contact->last_at);
	return hidden_shape(cx, db, contact->id, some_hidden, relation);
}

/* ---- the same person? ---- */

struct proposal {
	i64 contact;
	unsigned kinds; /* bits of enum evidence_kind */
	json_t *accounts, *evidence;
	struct map *seen;
};

static struct str network_title(struct cx *cx, struct str word)
{
	json_t *network = doc_network(cx->lang, word);
	struct str title = arena_str(cx->arena, str_of(json_string_value(json_object_get(network, "title"))));
	json_decref(network);
	return title;
}

static struct str evidence_text(struct cx *cx, const struct likeness *l)
{
	struct str there = network_title(cx, l->theirs.network), ours = network_title(cx, l->mine), handle = l->theirs.handle;
	switch (l->kind) {
	case SAME_MAIL:
		return str_of(_(N_("the same email address")));
	case SAME_PROVEN:
		return arena_printf(cx->arena, _(N_("the same address, %.*s, proven on %.*s and %.*s")), STR_ARG(l->shared), STR_ARG(there), STR_ARG(ours));
	case SAME_LINK:
		return arena_printf(cx->arena, _(N_("the same address, %.*s, named on %.*s and %.*s")), STR_ARG(l->shared), STR_ARG(there), STR_ARG(ours));
	case SAME_HANDLE:
		return arena_printf(cx->arena, _(N_("the same handle, %.*s, on %.*s and %.*s")), STR_ARG(handle), STR_ARG(there), STR_ARG(ours));
	case SAME_NAME:
		break;
	}
	return arena_printf(cx->arena, _(N_("the same name, %.*s, on %.*s and %.*s")), STR_ARG(l->theirs.name), STR_ARG(there), STR_ARG(ours));
}

static void add_evidence(struct cx *cx, struct proposal *p, const struct likeness *l)
{
	struct str text = evidence_text(cx, l), account = arena_printf(cx->arena, "#%lld", (long long)l->theirs.id);
	p->kinds |= 1u << l->kind;
	if (!map_get(p->seen, account)) {
		map_put(p->seen, account, p);
		json_array_append_new(p->accounts, json_pack("{s:o, s:o, s:o}", "network", doc_network(cx->lang, l->theirs.network), "handle",
							     doc_text(l->theirs.handle.len ? l->theirs.handle : l->theirs.name), "url", doc_address(l->theirs.url)));
	}
	if (!map_get(p->seen, text)) {
		map_put(p->seen, text, p);
		json_array_append_new(p->evidence, doc_text(text));
	}
}

static int by_strength(const void *a, const void *b)
{
	const struct proposal *x = a, *y = b;
	return (y->kinds > x->kinds) - (y->kinds < x->kinds);
}

enum err same_shape(struct cx *cx, struct db *db, i64 contact, json_t *shape)
{
	struct likeness *list;
	struct proposal *proposals = NULL;
	size_t count, proposal_count = 0, capacity = 0;
	json_t *same = json_array();
	json_object_set_new(shape, "same", same);
	TRY(likenesses_of(cx, db, here(cx), contact, &list, &count));
	for (size_t i = 0; i < count; i++) {
		size_t p = 0;
		while (p < proposal_count && proposals[p].contact != list[i].theirs.contact)
			p++;
		if (p == proposal_count)
			*arena_push(cx->arena, proposals, proposal_count, capacity) =
				(struct proposal){.contact = list[i].theirs.contact, .accounts = json_array(), .evidence = json_array(), .seen = map_new(cx->arena)};
		add_evidence(cx, &proposals[p], &list[i]);
	}
	qsort(proposals, proposal_count, sizeof *proposals, by_strength);
	enum err e = OK;
	for (size_t i = 0; i < proposal_count; i++) {
		struct contact other = {};
		if (e == OK && i < PROPOSALS)
			e = contact_get(cx, db, here(cx), proposals[i].contact, &other);
		if (!other.id) {
			json_decref(proposals[i].accounts);
			json_decref(proposals[i].evidence);
			continue;
		}
		json_array_append_new(same, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(other.id), "url",
						      doc_text(arena_printf(cx->arena, "/contacts/%lld", (long long)other.id)), "name", doc_text(other.name), "avatar",
						      doc_avatar(other.name), "accounts", proposals[i].accounts, "evidence", proposals[i].evidence));
	}
	json_object_set_new(shape, "has_same", json_boolean(json_array_size(same) > 0));
	return e;
}
