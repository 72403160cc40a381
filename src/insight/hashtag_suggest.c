#include "insight/hashtag_suggest.h"

#include "base/buf.h"
#include "base/map.h"
#include "model/hashtag.h"
#include "store/channel.h"
#include "store/glossary.h"
#include "store/hashtag.h"
#include "store/writing_aid.h"
#include "text/term.h"

#include <math.h>
#include <stdlib.h>

#define READ_MOST 300        /* posts whose words are read */
#define NEAR_MOST 12
#define NEAR_LEAST 3         /* fewer say nothing */
#define NEAR_ENOUGH 0.15     /* of its words' rarity */
#define TEXT_MOST 6000       /* bytes of a text */
#define LINE_MOST 100
#define SETS_MOST 300
#define TAGS_MOST 60
#define ASKED_MOST (3 * HASHTAG_ASKED) /* words of the text that are looked for among hashtags heard */
#define ANCHORS_MOST 4
#define TOGETHER_OF 300
#define TOGETHER_MOST 60
#define FORBIDDEN_LEAST 4    /* letters: shorter words stand by chance within others */

struct read_post {
	const struct post_figure *figure;
	u64 *terms; /* sorted */
	size_t term_count;
	double like;
};

struct channel_table { /* of a network's posts */
	struct str network;
	struct hashtag_table table;
	struct channel_table *next;
};

struct hashtag_adviser {
	struct hashtag_wish wish;
	struct post_figure *figures;
	size_t figure_count;
	struct read_post *read;
	size_t read_count;
	struct terms *cutter;
	struct tag_count *line;
	size_t line_count;
	i64 line_posts;
	struct writing_aid *sets;
	size_t set_count;
	struct str *forbidden; /* keys */
	size_t forbidden_count;
	struct channel *channels;
	size_t channel_count;
	struct channel_table *tables;
};

/* ---- what is known beforehand ---- */

static int by_key(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;
	return (x > y) - (x < y);
}

static void read_posts(struct hashtag_adviser *a, struct arena *arena)
{
	a->read = arena_array(arena, struct read_post, READ_MOST);
	for (size_t i = 0; i < a->figure_count && a->read_count < READ_MOST; i++) {
		const struct term *list;
		struct read_post *p = &a->read[a->read_count++];
		size_t count = terms_of(a->cutter, str_head(a->figures[i].body, TEXT_MOST), &list);
		p->figure = &a->figures[i];
		p->terms = arena_array(arena, u64, count + 1);
		for (size_t t = 0; t < count; t++)
			if (list[t].kind != TERM_HASHTAG)
				p->terms[p->term_count++] = list[t].key;
		qsort(p->terms, p->term_count, sizeof *p->terms, by_key);
	}
}

static void forbid(struct hashtag_adviser *a, struct arena *arena, struct str words, size_t *capacity)
{
	struct str key = hashtag_key(arena, hashtag_of_words(arena, words));
	if (key.len >= FORBIDDEN_LEAST)
		*arena_push(arena, a->forbidden, a->forbidden_count, *capacity) = key;
}

static enum err load_forbidden(struct cx *cx, struct db *db, struct hashtag_adviser *a)
{
	struct glossary_entry *entries;
	size_t count, capacity = 0;
	TRY(glossary_list(cx, db, a->wish.workspace, GLOSSARY_IN_USE, &entries, &count));
	for (size_t i = 0; i < count; i++) {
		if (!entries[i].risk.len && !str_eq(entries[i].tone, S("negative")))
			continue;
		forbid(a, cx->arena, entries[i].word, &capacity);
		for (struct str rest = entries[i].variants; rest.at && rest.len;)
			forbid(a, cx->arena, str_cut(&rest, ','), &capacity);
	}
	return OK;
}

static enum err load_line(struct cx *cx, struct db *db, struct hashtag_adviser *a)
{
	const struct hashtag_wish *w = &a->wish;
	i64 last = 0;
	if (!w->campaign && !w->pillar)
		return OK;
	TRY(hashtags_of_line(cx, db, w->workspace, w->campaign, w->pillar, w->post, LINE_MOST, &a->line, &a->line_count));
	for (size_t i = 0; i < a->line_count; i++) { /* those of a post stand together */
		a->line_posts += a->line[i].count != last;
		last = a->line[i].count;
	}
	return OK;
}

enum err hashtag_adviser_new(struct cx *cx, struct db *db, const struct hashtag_wish *wish, struct hashtag_adviser **ret_adviser)
{
	struct hashtag_adviser *a = arena_new_of(cx->arena, struct hashtag_adviser);
	struct post_figure_wish posts = {.workspace = wish->workspace, .since = cx->now - HASHTAG_BACK, .until = cx->now - HASHTAG_SETTLED, .limit = HASHTAG_ADVISED_BY, .bodies = true};
	a->wish = *wish;
	a->cutter = terms_new(cx->arena);
	TRY(channel_list(cx, db, wish->workspace, &a->channels, &a->channel_count));
	TRY(post_figures(cx, db, &posts, &a->figures, &a->figure_count));
	read_posts(a, cx->arena);
	TRY(load_line(cx, db, a));
	TRY(hashtag_sets(cx, db, wish->workspace, SETS_MOST, &a->sets, &a->set_count));
	TRY(load_forbidden(cx, db, a));
	*ret_adviser = a;
	return OK;
}

static struct str network_of(const struct hashtag_adviser *a, i64 channel)
{
	for (size_t i = 0; i < a->channel_count; i++)
		if (a->channels[i].id == channel)
			return a->channels[i].network;
	return S("");
}

static const struct hashtag_table *table_of(struct cx *cx, struct hashtag_adviser *a, struct str network)
{
	struct post_figure *own = arena_array(cx->arena, struct post_figure, a->figure_count + 1);
	size_t count = 0;
	for (struct channel_table *t = a->tables; t; t = t->next)
		if (str_eq(t->network, network))
			return &t->table;
	struct channel_table *t = arena_new_of(cx->arena, struct channel_table);
	for (size_t i = 0; i < a->figure_count; i++)
		if (str_eq(network_of(a, a->figures[i].channel), network))
			own[count++] = a->figures[i];
	hashtag_table(own, count, HASHTAG_ACTS, cx->arena, &t->table);
	t->network = network;
	t->next = a->tables;
	a->tables = t;
	return &t->table;
}

/* ---- what speaks for which ---- */

struct candidate {
	struct hashtag_suggestion s;
	struct str key;
	double near;        /* as like as they are */
	bool in_line_set, is_known, is_counted; /* known: used by us, or in a set */
};

struct advice {
	struct cx *cx;
	struct hashtag_adviser *a;
	struct map *keys;
	struct candidate **list;
	size_t count, capacity;
	struct hashtag present[TAGS_MOST];
	size_t present_count;
	const struct hashtag_table *table;
};

static bool is_out(const struct advice *v, struct str key)
{
	for (size_t i = 0; i < v->present_count; i++)
		if (str_eq(v->present[i].key, key))
			return true;
	for (size_t i = 0; i < v->a->forbidden_count; i++)
		if (str_find(key, v->a->forbidden[i]) >= 0)
			return true;
	return false;
}

/* NULL: it is not to be proposed. A spelling that parts its words goes before one that does not. */
static struct candidate *candidate_of(struct advice *v, struct str key, struct str tag)
{
	struct candidate *c = map_get(v->keys, key);
	if (!key.len || is_out(v, key))
		return NULL;
	if (!c) {
		c = arena_new_of(v->cx->arena, struct candidate);
		c->key = key;
		c->s.tag = tag;
		map_put(v->keys, key, c);
		*arena_push(v->cx->arena, v->list, v->count, v->capacity) = c;
	} else if (hashtag_is_parted(tag) && !hashtag_is_parted(c->s.tag)) {
		c->s.tag = tag;
	}
	return c;
}

/* The hashtags of one post, or one set: "pain levain" or "#pain #levain". */
#define FOR_TAGS(tag, line)                                                                                                    \
	for (struct str rest_ = (line), tag; rest_.at && rest_.len && (tag = str_cut(&rest_, ' '), tag = str_starts(tag, S("#")) ? str_skip(tag, 1) : tag, true);)

static void take_known(struct advice *v)
{
	struct arena *arena = v->cx->arena;
	const struct hashtag_wish *w = &v->a->wish;
	struct str names[] = {hashtag_key(arena, w->campaign_name), hashtag_key(arena, w->pillar_name)};
	for (size_t i = 0; i < v->a->set_count; i++) {
		struct str name = hashtag_key(arena, v->a->sets[i].name);
		bool of_line = name.len && (str_eq(name, names[0]) || str_eq(name, names[1]));
		FOR_TAGS (tag, v->a->sets[i].body) {
			struct candidate *c = candidate_of(v, hashtag_key(arena, tag), tag);
			if (!c || (c->s.set.len && !of_line))
				continue;
			c->s.set = v->a->sets[i].name;
			c->in_line_set = of_line;
			c->is_known = true;
		}
	}
	for (size_t i = 0; i < v->a->line_count; i++) {
		struct candidate *c = candidate_of(v, v->a->line[i].key, v->a->line[i].tag);
		if (!c)
			continue;
		c->s.line++;
		c->is_known = true;
	}
	for (size_t i = 0; i < v->a->figure_count; i++)
		FOR_TAGS (tag, v->a->figures[i].tags) {
			struct candidate *c = candidate_of(v, hashtag_key(arena, tag), tag);
			if (c)
				c->is_known = true;
		}
}

/* ---- by our posts ---- */

static int most_like_first(const void *a, const void *b)
{
	const struct read_post *const *x = a, *const *y = b;
	if ((*x)->like != (*y)->like)
		return (*x)->like < (*y)->like ? 1 : -1;
	return (*x > *y) - (*x < *y);
}

static void take_near(struct advice *v, const u64 *terms, size_t term_count)
{
	struct hashtag_adviser *a = v->a;
	double all = 0, weight = 0;
	struct read_post **order = arena_array(v->cx->arena, struct read_post *, a->read_count + 1);
	for (size_t i = 0; i < a->read_count; i++) {
		a->read[i].like = 0;
		order[i] = &a->read[i];
	}
	for (size_t t = 0; t < term_count; t++) {
		bool *has = arena_array(v->cx->arena, bool, a->read_count + 1);
		size_t posts = 0;
		for (size_t i = 0; i < a->read_count; i++)
			posts += has[i] = bsearch(&terms[t], a->read[i].terms, a->read[i].term_count, sizeof *terms, by_key) != NULL;
		double rarity = posts ? log(1 + (double)a->read_count / (double)posts) : 0;
		all += rarity;
		for (size_t i = 0; i < a->read_count; i++)
			a->read[i].like += has[i] ? rarity : 0;
	}
	qsort(order, a->read_count, sizeof *order, most_like_first);
	size_t count = 0;
	while (count < a->read_count && count < NEAR_MOST && order[count]->like > 0 && order[count]->like >= NEAR_ENOUGH * all)
		weight += order[count++]->like / all;
	for (size_t i = 0; count >= NEAR_LEAST && i < count; i++)
		FOR_TAGS (tag, order[i]->figure->tags) {
			struct candidate *c = candidate_of(v, hashtag_key(v->cx->arena, tag), tag);
			if (!c)
				continue;
			c->s.near++;
			c->s.near_of = (i64)count;
			c->near += order[i]->like / all / weight * (double)count; /* posts, each by how like it is */
		}
}

/* ---- by what the text says, and what is heard ---- */

struct spoken {
	struct str key, words;
	i64 heard;
};

static bool is_spoken(const struct spoken *list, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].key, key))
			return true;
	return false;
}

static enum err count_heard(struct advice *v, struct db *db, struct spoken *list, size_t count)
{
	for (size_t from = 0; from < count; from += HASHTAG_ASKED) {
		struct str keys[HASHTAG_ASKED];
		i64 counts[HASHTAG_ASKED];
		size_t n = count - from < HASHTAG_ASKED ? count - from : HASHTAG_ASKED;
		for (size_t i = 0; i < n; i++)
			keys[i] = list[from + i].key;
		TRY(hashtags_heard_count(v->cx, db, v->a->wish.workspace, keys, n, counts));
		for (size_t i = 0; i < n; i++)
			list[from + i].heard = counts[i];
	}
	return OK;
}

/* Words and phrases of the text that are hashtags of ours, or of those who were heard. */
static enum err take_said(struct advice *v, struct db *db, struct str text, const struct term *terms, size_t term_count, struct spoken *list, size_t *ret_count)
{
	struct arena *arena = v->cx->arena;
	size_t count = 0;
	for (size_t t = 0; t < term_count && count < ASKED_MOST; t++) {
		if (terms[t].kind == TERM_HASHTAG)
			continue;
		struct str words = str_span(text.at + terms[t].from, text.at + terms[t].to), key = hashtag_key(arena, hashtag_of_words(arena, words));
		if (key.len && !is_spoken(list, count, key))
			list[count++] = (struct spoken){.key = key, .words = words};
	}
	if (v->a->wish.figures)
		TRY(count_heard(v, db, list, count));
	for (size_t i = 0; i < count; i++) {
		struct candidate *known = map_get(v->keys, list[i].key);
		bool phrase = str_find_byte(list[i].words, ' ') >= 0 || str_find_byte(list[i].words, '-') >= 0;
		if (!(known && known->is_known) && list[i].heard < HASHTAG_HEARD_MIN)
			continue;
		struct candidate *c = candidate_of(v, list[i].key, phrase ? hashtag_of_words(arena, list[i].words) : list[i].words);
		if (!c)
			continue;
		c->s.said = list[i].words;
		c->s.heard = list[i].heard;
		c->is_counted = true;
	}
	*ret_count = count;
	return OK;
}

static enum err take_together(struct advice *v, struct db *db, struct str key)
{
	struct tag_count *tags;
	size_t count;
	i64 of = 0;
	struct str with = key;
	TRY(hashtags_heard_with(v->cx, db, v->a->wish.workspace, key, TOGETHER_OF, TOGETHER_MOST, &tags, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(tags[i].key, key)) {
			with = of ? with : tags[i].tag;
			of += tags[i].count;
			candidate_of(v, key, tags[i].tag); /* as others part its words */
		}
	for (size_t i = 0; i < count && of >= HASHTAG_HEARD_MIN; i++) {
		i64 times = 0;
		for (size_t k = 0; k < count; k++)
			times += str_eq(tags[k].key, tags[i].key) ? tags[k].count : 0;
		if (str_eq(tags[i].key, key) || times < HASHTAG_HEARD_MIN)
			continue;
		struct candidate *c = candidate_of(v, tags[i].key, tags[i].tag);
		if (!c || (c->s.together_of && c->s.together * of >= times * c->s.together_of))
			continue;
		c->s.with = with;
		c->s.together = times;
		c->s.together_of = of;
	}
	return OK;
}

/* Those most heard of what the text has or says. */
static enum err take_heard(struct advice *v, struct db *db, struct spoken *said, size_t said_count)
{
	struct spoken list[TAGS_MOST];
	size_t count = v->present_count;
	for (size_t i = 0; i < count; i++)
		list[i] = (struct spoken){.key = v->present[i].key};
	TRY(count_heard(v, db, list, count));
	for (int n = 0; n < ANCHORS_MOST; n++) {
		struct spoken *best = NULL;
		for (size_t i = 0; i < count; i++)
			best = list[i].heard >= HASHTAG_HEARD_MIN && (!best || list[i].heard > best->heard) ? &list[i] : best;
		bool has = best != NULL; /* what it has goes before what it says */
		for (size_t i = 0; i < said_count && !has; i++)
			best = said[i].heard >= HASHTAG_HEARD_MIN && (!best || said[i].heard > best->heard) ? &said[i] : best;
		if (!best)
			return OK;
		best->heard = 0;
		TRY(take_together(v, db, best->key));
	}
	return OK;
}

/* ---- the order ---- */

static double share(double a, i64 b, double along)
{
	return b ? a / ((double)b + along) : 0;
}

static void weigh(struct advice *v, struct candidate *c)
{
	const struct hashtag_suggestion *s = &c->s;
	const double causes[] = {s->said.len ? 0.6 : 0, share(c->near, s->near_of, 2), share((double)s->line, v->a->line_posts, 5), share((double)s->together, s->together_of, 10),
				 c->in_line_set ? 0.4 : s->set.len ? 0.05 : 0};
	double none = 1;
	for (size_t i = 0; i < COUNT(causes); i++)
		none *= 1 - fmin(causes[i], 1);
	c->s.relevance = 1 - none;
	c->s.line_of = s->line ? v->a->line_posts : 0;
	c->s.row = v->a->wish.figures ? hashtag_row_of(v->table, c->key) : NULL;
	c->s.score = c->s.relevance * (c->s.row ? c->s.row->effect.factor : 1);
}

static int best_first(const void *a, const void *b)
{
	const struct candidate *const *x = a, *const *y = b;
	if ((*x)->s.score != (*y)->s.score)
		return (*x)->s.score < (*y)->s.score ? 1 : -1;
	return str_cmp((*x)->key, (*y)->key);
}

static enum err finish(struct advice *v, struct db *db, struct hashtag_suggestion **ret_list, size_t *ret_count)
{
	struct hashtag_suggestion *list = arena_array(v->cx->arena, struct hashtag_suggestion, HASHTAG_SUGGESTED_MOST);
	struct spoken uncounted[HASHTAG_SUGGESTED_MOST];
	size_t count = 0;
	for (size_t i = 0; i < v->count; i++)
		weigh(v, v->list[i]);
	if (v->count)
		qsort(v->list, v->count, sizeof *v->list, best_first);
	for (size_t i = 0; i < v->count && count < HASHTAG_SUGGESTED_MOST; i++)
		if (v->list[i]->s.relevance >= HASHTAG_RELEVANCE_MIN) {
			uncounted[count] = (struct spoken){.key = v->list[i]->key, .heard = v->list[i]->s.heard};
			list[count++] = v->list[i]->s;
		}
	if (v->a->wish.figures)
		TRY(count_heard(v, db, uncounted, count));
	for (size_t i = 0; i < count; i++)
		list[i].heard = uncounted[i].heard;
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err hashtag_advise(struct cx *cx, struct db *db, struct hashtag_adviser *a, struct str network, struct str text, struct hashtag_suggestion **ret_list, size_t *ret_count)
{
	struct advice *v = arena_new_of(cx->arena, struct advice);
	struct spoken *said = arena_array(cx->arena, struct spoken, ASKED_MOST);
	const struct term *found;
	size_t said_count, word_count = 0;
	struct str head = str_head(text, TEXT_MOST);
	*v = (struct advice){.cx = cx, .a = a, .keys = map_new(cx->arena)};
	v->table = table_of(cx, a, network);
	hashtags_add(cx->arena, text, v->present, &v->present_count, TAGS_MOST);
	size_t count = terms_of(a->cutter, head, &found);
	u64 words[TERMS_MAX];
	for (size_t i = 0; i < count; i++)
		if (found[i].kind != TERM_HASHTAG)
			words[word_count++] = found[i].key;
	take_known(v);
	TRY(take_said(v, db, head, found, count, said, &said_count));
	take_near(v, words, word_count);
	if (a->wish.figures)
		TRY(take_heard(v, db, said, said_count));
	return finish(v, db, ret_list, ret_count);
}
