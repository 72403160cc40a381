#include "flow/glossary.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/map.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/meaning.h"
#include "store/conversation.h"
#include "store/event.h"
#include "text/token.h"
#include "text/vocabulary.h"

#include <pthread.h>
#include <stdlib.h>

#define WORDS_A_TERM 6u
#define TERMS_MOST 4096u

/* ---- keeping ---- */

static enum err trace(struct cx *cx, struct db *db, const struct glossary_entry *g, const char *act)
{
	TRY(audit(cx, db, g->workspace, act, arena_printf(cx->arena, "glossary:%lld", (long long)g->id), (struct str){}));
	return change_add(cx, db, g->workspace, 0, "glossary", g->id);
}

static enum err may_arrange(struct cx *cx)
{
	return actor_may(cx->actor, MAY_ARRANGE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not change the words of the community."));
}

static enum err keep(struct cx *cx, struct db *db, struct glossary_entry *g)
{
	u8 label;
	bool is_new = !g->id;
	struct glossary_entry known;
	TRY(may_arrange(cx));
	if (!g->word.len)
		return fail_field(cx, "word", N_("Write the word as the community writes it."));
	if (g->tone.len && !meaning_label_of(MEANING_SENTIMENT, g->tone, &label))
		return fail_field(cx, "tone", N_("A word sounds negative, neutral or positive, or says nothing."));
	if (is_new) { /* one that was refused or put away comes back as the one it was */
		enum err e = glossary_by_word(cx, db, g->workspace, g->word, &known);
		if (e == OK && (known.refused_at || known.archived_at))
			g->id = known.id;
		else if (e != OK && e != ERR_MISSING)
			return e;
		cx_forget(cx);
		g->id = g->id ? g->id : id_new();
		g->person = cx->actor->user;
		g->created_at = cx->now;
	}
	TRY(glossary_save(cx, db, g));
	return trace(cx, db, g, is_new ? "glossary.create" : "glossary.edit");
}

enum err glossary_keep(struct cx *cx, struct db *db, struct glossary_entry *entry)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, entry));
}

static enum err archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archived)
{
	struct glossary_entry g;
	TRY(may_arrange(cx));
	TRY(glossary_get(cx, db, workspace, id, &g));
	g.archived_at = archived ? cx->now : 0;
	TRY(glossary_save(cx, db, &g));
	return trace(cx, db, &g, archived ? "glossary.archive" : "glossary.restore");
}

enum err glossary_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archived)
{
	return IN_TRANSACTION(cx, db, archive(cx, db, workspace, id, archived));
}

static enum err refuse(struct cx *cx, struct db *db, i64 workspace, struct str word)
{
	struct glossary_entry g = {.id = id_new(), .workspace = workspace, .word = word, .person = cx->actor->user, .created_at = cx->now, .refused_at = cx->now}, known;
	TRY(may_arrange(cx));
	enum err e = glossary_by_word(cx, db, workspace, word, &known);
	if (e == OK)
		return OK; /* it is there, in use or refused before */
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	TRY(glossary_save(cx, db, &g));
	return trace(cx, db, &g, "glossary.refuse");
}

enum err glossary_refuse(struct cx *cx, struct db *db, i64 workspace, struct str word)
{
	return IN_TRANSACTION(cx, db, refuse(cx, db, workspace, word));
}

/* ---- a reading for each thread ---- */

static pthread_key_t reading_key;
static pthread_once_t reading_once = PTHREAD_ONCE_INIT;

struct reading_here {
	struct arena *arena;
	struct reading *reading;
};

static void free_reading(void *subject)
{
	arena_free(((struct reading_here *)subject)->arena); /* with itself */
}

static void make_key(void)
{
	must(pthread_key_create(&reading_key, free_reading) == 0);
}

static struct reading *read_here(struct str text)
{
	must(pthread_once(&reading_once, make_key) == 0);
	struct reading_here *here = pthread_getspecific(reading_key);
	if (!here) {
		struct arena *arena = arena_new();
		here = arena_new_of(arena, struct reading_here);
		*here = (struct reading_here){arena, reading_new(arena)};
		must(pthread_setspecific(reading_key, here) == 0);
	}
	reading_of(here->reading, text);
	return here->reading;
}

/* ---- finding ---- */

struct term { /* one spelling of an entry */
	u64 words[WORDS_A_TERM];
	u32 count, entry;
};

struct glossary {
	struct glossary_entry *entries;
	struct term *terms; /* by their first word; of those, the longest first */
	size_t entry_count, term_count;
};

static int by_start(const void *a, const void *b)
{
	const struct term *x = a, *y = b;
	if (x->words[0] != y->words[0])
		return x->words[0] < y->words[0] ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

static void add_term(struct glossary *g, struct str spelling, u32 entry)
{
	const struct reading *reading = read_here(str_trim(spelling));
	struct term t = {.entry = entry};
	for (size_t i = 0; i < reading->token_count; i++) {
		const struct token *token = &reading->tokens[i];
		if (token->flags & TOKEN_PART || token->kind == TOKEN_POINT)
			continue;
		if (t.count == WORDS_A_TERM)
			return; /* no word of a community is that long */
		t.words[t.count++] = token->plain;
	}
	if (t.count && g->term_count < TERMS_MOST)
		g->terms[g->term_count++] = t;
}

enum err glossary_load(struct cx *cx, struct db *db, i64 workspace, struct glossary **ret_glossary)
{
	struct glossary_entry *entries;
	size_t count;
	*ret_glossary = NULL;
	TRY(glossary_list(cx, db, workspace, GLOSSARY_IN_USE, &entries, &count));
	if (!count)
		return OK;
	struct glossary *g = arena_new_of(cx->arena, struct glossary);
	*g = (struct glossary){entries, arena_array(cx->arena, struct term, TERMS_MOST), count, 0};
	for (size_t i = 0; i < count; i++) {
		add_term(g, entries[i].word, (u32)i);
		for (struct str rest = entries[i].variants; rest.at && rest.len;)
			add_term(g, str_cut(&rest, ','), (u32)i);
	}
	if (g->term_count)
		qsort(g->terms, g->term_count, sizeof *g->terms, by_start);
	*ret_glossary = g;
	return OK;
}

const struct glossary_entry *glossary_entry_at(const struct glossary *g, size_t entry)
{
	must(entry < g->entry_count);
	return &g->entries[entry];
}

/* The first of those that begin with this word. */
static size_t terms_from(const struct glossary *g, u64 word)
{
	size_t low = 0, high = g->term_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (g->terms[middle].words[0] < word)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Does it stand here? Its last token; 0 when it does not (a term has one at least, so `at` itself is returned plus one). */
static size_t stands(const struct term *t, const struct reading *r, size_t at)
{
	u32 matched = 0;
	for (; at < r->token_count; at++) {
		const struct token *token = &r->tokens[at];
		if (matched && token->kind == TOKEN_POINT)
			return 0;
		if (token->plain != t->words[matched])
			return 0;
		if (++matched == t->count)
			return at + 1;
	}
	return 0;
}

size_t glossary_find(const struct glossary *g, const struct reading *r, struct glossary_place *ret_places, size_t most)
{
	size_t count = 0;
	for (size_t at = 0; at < r->token_count && count < most; at++) {
		for (size_t t = terms_from(g, r->tokens[at].plain); t < g->term_count && g->terms[t].words[0] == r->tokens[at].plain; t++) {
			size_t end = stands(&g->terms[t], r, at);
			if (!end)
				continue;
			ret_places[count++] = (struct glossary_place){g->terms[t].entry, r->tokens[at].from, r->tokens[end - 1].to, r->tokens[at].flags & TOKEN_NEGATED};
			at = end - 1;
			break;
		}
	}
	return count;
}

size_t glossary_find_in(const struct glossary *g, struct str text, struct glossary_place *ret_places, size_t most)
{
	return glossary_find(g, read_here(text), ret_places, most);
}

/* ---- proposing ---- */

#define SAMPLE 400       /* conversations of each state, the newest */
#define LATELY (7 * DAY)
#define LEAST_LATELY 4   /* conversations that have the word */
#define LEAST_BEFORE 50  /* conversations before: with fewer nobody can tell what is new */
#define OFTENER 4.0      /* than before */
#define SIGN '#'

struct heard {
	struct str word;
	i64 lately, before, last; /* conversation that had it last */
};

static bool is_word(const struct token *t)
{
	return (t->kind == TOKEN_WORD || t->kind == TOKEN_HASHTAG) && !(t->flags & TOKEN_PART) && t->to - t->from >= 3;
}

static void hear(struct arena *arena, struct map *words, const struct common_words *common, const struct conversation *c, bool lately)
{
	const struct reading *r = read_here(c->preview);
	for (size_t i = 0; i < r->token_count; i++) {
		const struct token *t = &r->tokens[i];
		if (!is_word(t) || common_word(common, t->plain))
			continue;
		struct str key = {(const char *)&t->plain, sizeof t->plain};
		struct heard *h = map_get(words, key);
		if (!h) {
			h = arena_new_of(arena, struct heard);
			h->word = arena_str(arena, (struct str){c->preview.at + t->from, t->to - t->from});
			map_put(words, arena_str(arena, key), h);
		}
		if (h->last == c->id)
			continue;
		h->last = c->id;
		*(lately ? &h->lately : &h->before) += 1;
	}
}

static int by_strength(const void *a, const void *b)
{
	const struct glossary_proposal *x = a, *y = b;
	i64 p = x->lately * 10 / (x->before + 1), q = y->lately * 10 / (y->before + 1);
	if (p != q)
		return p > q ? -1 : 1;
	return x->lately != y->lately ? (x->lately > y->lately ? -1 : 1) : str_cmp(x->word, y->word);
}

/* "recall" and "#recall" are one word: the one that is said more often, which stands first, is proposed. */
static size_t without_twins(struct glossary_proposal *list, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct str word = str_skip(list[i].word, list[i].word.at[0] == SIGN);
		bool is_twin = false;
		for (size_t n = 0; n < kept && !is_twin; n++)
			is_twin = str_eq_fold(word, str_skip(list[n].word, list[n].word.at[0] == SIGN));
		if (!is_twin)
			list[kept++] = list[i];
	}
	return kept;
}

static bool is_known(const struct glossary *g, const struct glossary_entry *refused, size_t refused_count, struct str word)
{
	struct glossary_place place;
	for (size_t i = 0; i < refused_count; i++)
		if (str_eq_fold(refused[i].word, word))
			return true;
	return g && glossary_find_in(g, word, &place, 1);
}

enum err glossary_propose(struct cx *cx, struct db *db, i64 workspace, size_t most, struct glossary_proposal **ret_list, size_t *ret_count)
{
	static const enum status statuses[] = {STATUS_OPEN, STATUS_PENDING, STATUS_RESOLVED};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct map *words = map_new(arena);
	struct common_words common;
	struct glossary *glossary;
	struct glossary_entry *refused;
	struct glossary_proposal *list = NULL;
	size_t refused_count, count = 0, capacity = 0;
	i64 all_lately = 0, all_before = 0;
	common_words_of(arena, &common);
	for (size_t s = 0; s < COUNT(statuses); s++) {
		struct conversation_filter f = {.status = statuses[s], .kind = -1, .sort = SORT_RECENT};
		struct conversation_row *rows;
		size_t found;
		TRY(conversation_list(cx, db, workspace, &f, LIST_START, SAMPLE, &rows, &found));
		for (size_t i = 0; i < found; i++) {
			bool lately = rows[i].conversation.inbound_at >= cx->now - LATELY;
			*(lately ? &all_lately : &all_before) += 1;
			hear(arena, words, &common, &rows[i].conversation, lately);
		}
	}
	TRY(glossary_load(cx, db, workspace, &glossary));
	TRY(glossary_list(cx, db, workspace, GLOSSARY_REFUSED, &refused, &refused_count));
	for (size_t i = 0; all_before >= LEAST_BEFORE && i < map_count(words); i++) {
		const struct heard *h = map_value(words, i);
		double lately = (double)h->lately / (double)(all_lately + 1), before = ((double)h->before + 0.5) / (double)(all_before + 1);
		if (h->lately >= LEAST_LATELY && lately >= OFTENER * before && !is_known(glossary, refused, refused_count, h->word))
			*arena_push(cx->arena, list, count, capacity) = (struct glossary_proposal){arena_str(cx->arena, h->word), h->lately, h->before};
	}
	if (count)
		qsort(list, count, sizeof *list, by_strength);
	count = without_twins(list, count);
	*ret_list = list;
	*ret_count = count < most ? count : most;
	return OK;
}
