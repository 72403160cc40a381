/* hashtags: how our posts did with each hashtag that they left with, beside those without it, and how sure that is; the same as a table for spreadsheets. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "page/choices.h"
#include "page/hashtag_text.h"
#include "page/page.h"
#include "page/pager.h"
#include "page/period.h"
#include "store/channel.h"
#include "ui/document.h"

#include <stdlib.h>

#define POSTS_MOST 3000 /* the newest of the time asked for */
#define ROWS_A_PAGE 50
#define BAR_MOST 2.0    /* the factor that fills the bar */

struct shown {
	i64 id; /* made of its key: a place in the list */
	const struct hashtag_row *row;
};

struct list {
	struct period period;
	enum hashtag_measure measure;
	struct str network;
	struct hashtag_table table;
	struct shown *rows;
	size_t count;
	size_t figures; /* posts with figures in that time, POSTS_MOST at the most */
};

/* FNV-1a, 63 bits of it: the same in every process. */
static i64 id_of(struct str key)
{
	u64 hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (u8)key.at[i]) * 0x100000001b3u;
	return (i64)(hash >> 1 | 1);
}

/* ---- the order ---- */

static int by_name(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	return str_cmp(x->row->key, y->row->key);
}

static int descending(double x, double y, const void *a, const void *b)
{
	return x == y ? by_name(a, b) : x < y ? 1 : -1;
}

static int by_posts(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	return descending((double)x->row->effect.posts, (double)y->row->effect.posts, a, b);
}

static int by_usual(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	return descending(x->row->usual, y->row->usual, a, b);
}

static int by_last(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	return descending((double)x->row->last_at, (double)y->row->last_at, a, b);
}

/* What cannot be told stands behind what can, by the number of posts. */
static int by_factor(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	bool few = x->row->effect.verdict == HASHTAG_TOO_FEW, other = y->row->effect.verdict == HASHTAG_TOO_FEW;
	if (few != other)
		return few ? 1 : -1;
	return few ? by_posts(a, b) : descending(x->row->effect.factor, y->row->effect.factor, a, b);
}

static const struct {
	const char *word, *title;
	int (*order)(const void *, const void *);
} sorts[] = {
	{"factor", N_("Difference"), by_factor}, {"posts", N_("Number of posts"), by_posts}, {"usual", N_("Usual"), by_usual}, {"last", N_("Last used"), by_last}, {"name", N_("Hashtag"), by_name},
};
static const char *const sort_words[] = {"factor", "posts", "usual", "last", "name", NULL};
static const char *const measure_words[] = {"acts", "reach", NULL};

static size_t sort_of(const struct request *request)
{
	struct str word = param_text(request, "sort");
	size_t n = 0;
	while (n + 1 < COUNT(sorts) && !str_eq(word, str_of(sorts[n].word)))
		n++;
	return word.len ? n : 0;
}

static enum err read_list(struct cx *cx, struct request *request, struct list *l)
{
	struct post_figure *figures;
	i64 settled = cx->now - HASHTAG_SETTLED;
	l->measure = str_eq(param_text(request, "measure"), S("reach")) ? HASHTAG_REACH : HASHTAG_ACTS;
	l->network = param_text(request, "network");
	TRY(period_of(cx, request, &l->period));
	struct post_figure_wish wish = {.workspace = here(cx), .network = l->network, .since = l->period.since ? l->period.since : cx->now - HASHTAG_BACK,
					.until = l->period.until && l->period.until < settled ? l->period.until : settled, .limit = POSTS_MOST};
	TRY(post_figures(cx, request_db(request), &wish, &figures, &l->figures));
	hashtag_table(figures, l->figures, l->measure, cx->arena, &l->table);
	l->rows = arena_array(cx->arena, struct shown, l->table.count + 1);
	for (size_t i = 0; i < l->table.count; i++)
		l->rows[l->count++] = (struct shown){id_of(l->table.rows[i].key), &l->table.rows[i]};
	if (l->count)
		qsort(l->rows, l->count, sizeof *l->rows, sorts[sort_of(request)].order);
	return OK;
}

/* ---- the page ---- */

static json_t *row_shape(struct cx *cx, const struct reader *reader, const struct shown *s)
{
	const struct hashtag_row *r = s->row;
	const struct hashtag_effect *f = &r->effect;
	bool told = f->verdict != HASHTAG_TOO_FEW;
	double share = f->factor / BAR_MOST * 100;
	json_t *row = json_object();
	doc_set(row, "id", doc_id(s->id));
	doc_set(row, "tag", doc_text(arena_printf(cx->arena, "#%.*s", STR_ARG(r->tag))));
	doc_set(row, "posts", doc_number(cx->lang, (i64)f->posts));
	doc_set(row, "beside", doc_number(cx->lang, (i64)f->beside));
	doc_set(row, "usual", doc_number(cx->lang, (i64)(r->usual + 0.5)));
	doc_set(row, "last_at", doc_instant(reader, r->last_at));
	doc_set(row, "verdict", json_string(hashtag_verdict_word(f->verdict)));
	doc_set(row, "is_told", json_boolean(told));
	doc_set(row, "is_better", json_boolean(f->verdict == HASHTAG_BETTER));
	doc_set(row, "is_worse", json_boolean(f->verdict == HASHTAG_WORSE));
	doc_set(row, "factor", told ? json_real(f->factor) : json_null());
	doc_set(row, "low", told ? json_real(f->low) : json_null());
	doc_set(row, "high", told ? json_real(f->high) : json_null());
	doc_set(row, "doubt", told ? json_real(f->doubt) : json_null());
	doc_set(row, "factor_text", told ? doc_text(hashtag_times(cx, f->factor)) : json_null());
	doc_set(row, "range_text", told ? doc_text(arena_printf(cx->arena, "%.*s – %.*s", STR_ARG(hashtag_times(cx, f->low)), STR_ARG(hashtag_times(cx, f->high)))) : json_null());
	doc_set(row, "doubt_text", !told ? json_null() : doc_text(f->doubt < 0.01 ? S("< 1 %") : arena_printf(cx->arena, "%d %%", (int)(f->doubt * 100 + 0.5))));
	doc_set(row, "width", json_integer((json_int_t)(share > 100 ? 100 : share)));
	return row;
}

static struct str story_of(struct cx *cx, const struct list *l)
{
	size_t better = 0, worse = 0, told = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct hashtag_effect *f = &l->rows[i].row->effect;
		told += f->verdict != HASHTAG_TOO_FEW;
		better += f->verdict == HASHTAG_BETTER;
		worse += f->verdict == HASHTAG_WORSE;
	}
	if (!told)
		return arena_printf(cx->arena, _(N_("Too few to tell: a hashtag speaks from %d posts on, beside as many without it.")), HASHTAG_POSTS_MIN);
	if (!better && !worse)
		return str_of(_(N_("No hashtag stands out: what differs could be chance.")));
	return arena_printf(cx->arena, _(N_("Of %zu hashtags with enough posts: %zu above, %zu below. This was observed, not tried: what you post counts as much as how you tag it.")), told,
			    better, worse);
}

/* The same as a table: with what it is asked by. */
static struct str table_url(struct cx *cx, const struct request *request)
{
	static const char *const names[] = {"network", "measure", "since", "until", "sort"};
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/hashtags/table");
	char before = '?';
	for (size_t i = 0; i < COUNT(names); i++) {
		struct str text = param_text(request, names[i]);
		if (!text.len)
			continue;
		buf_addf(&b, "%c%s=", before, names[i]);
		buf_add_url(&b, text);
		before = '&';
	}
	return buf_keep(&b, cx->arena);
}

static json_t *sorts_shape(struct cx *cx, const struct request *request)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(sorts); i++)
		json_array_append_new(list, choice(sorts[i].word, _(sorts[i].title), sort_of(request) == i));
	return list;
}

/* The networks that we have channels of, each once. */
static enum err networks_shape(struct cx *cx, struct request *request, struct str chosen, json_t **ret_list)
{
	struct channel *channels;
	size_t count;
	json_t *list = json_array();
	*ret_list = list;
	TRY(channel_list(cx, request_db(request), here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		size_t first = 0;
		while (!str_eq(channels[first].network, channels[i].network))
			first++;
		if (first != i)
			continue;
		json_t *network = doc_network(cx->lang, channels[i].network);
		doc_set(network, "is_selected", json_boolean(str_eq(channels[i].network, chosen)));
		json_array_append_new(list, network);
	}
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct list l = {};
	struct pager pager;
	struct reader reader = reader_of(cx);
	json_t *document = json_object(), *rows = json_array(), *networks;
	reply_json(reply, document);
	doc_set(document, "hashtags", rows);
	TRY(read_list(cx, request, &l));
	TRY(networks_shape(cx, request, l.network, &networks));
	pager_of(request, ROWS_A_PAGE, &pager);
	pager_cut_by_id(&pager, l.rows, l.count, 0);
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(rows, row_shape(cx, &reader, &l.rows[pager.first + i]));
	doc_set(document, "has_hashtags", json_boolean(l.count > 0));
	doc_set(document, "story", doc_text(story_of(cx, &l)));
	doc_set(document, "posts", doc_number(cx->lang, (i64)l.table.posts));
	doc_set(document, "left_out", doc_number_or_null(cx->lang, (i64)l.table.left_out));
	doc_set(document, "is_cut", json_boolean(l.figures == POSTS_MOST));
	doc_set(document, "since", doc_instant(&reader, l.table.since));
	doc_set(document, "sorts", sorts_shape(cx, request));
	doc_set(document, "filter", json_pack("{s:o, s:o, s:o, s:b, s:b}", "since", doc_text(l.period.first), "until",
					      doc_text(l.period.last), "network", doc_text(l.network), "is_reach", l.measure == HASHTAG_REACH, "is_filtered",
					      l.network.len || l.period.first.len || l.period.last.len));
	doc_set(document, "networks", networks);
	doc_set(document, "table_url", doc_text(table_url(cx, request)));
	struct list_place first = {}, last = {};
	if (pager.count) {
		first = list_after(0, l.rows[pager.first].id);
		last = list_after(0, l.rows[pager.first + pager.count - 1].id);
	}
	pager_put(cx, request, reply, &pager, first, last, NULL);
	return OK;
}

/* Hashtags hold neither separators nor quotation marks, and a number is one in every language: nothing has to be quoted. */
static enum err table(struct cx *cx, struct request *request, struct reply *reply)
{
	struct list l = {};
	CLEANUP(buf_free) struct buf b = {};
	TRY(read_list(cx, request, &l));
	buf_adds(&b, "hashtag,posts,posts_beside,usual,factor,low,high,doubt,verdict,last_at\r\n");
	for (size_t i = 0; i < l.count; i++) {
		const struct hashtag_row *r = l.rows[i].row;
		const struct hashtag_effect *f = &r->effect;
		buf_addf(&b, "#%.*s,%zu,%zu,%.1f,", STR_ARG(r->tag), f->posts, f->beside, r->usual);
		if (f->verdict == HASHTAG_TOO_FEW)
			buf_adds(&b, ",,,,");
		else
			buf_addf(&b, "%.3f,%.3f,%.3f,%.3f,", f->factor, f->low, f->high, f->doubt);
		buf_addf(&b, "%s,", hashtag_verdict_word(f->verdict));
		buf_add_time(&b, r->last_at);
		buf_adds(&b, "\r\n");
	}
	reply_header(reply, "Content-Disposition", S("attachment; filename=\"hashtags.csv\""));
	reply_bytes(reply, "text/csv; charset=utf-8", buf_str(&b));
	return OK;
}

#define FILTERS                                                                                                                \
	{.name = "network", .in = IN_QUERY, .type = P_LINE, .max = 40, .about = "Posts on this network alone."},                \
		{.name = "measure", .in = IN_QUERY, .type = P_WORD, .words = measure_words, .about = "What counts: likes, shares and answers together (unless told), or people reached."}, \
		{.name = "sort", .in = IN_QUERY, .type = P_WORD, .words = sort_words, .about = "By the difference (unless told), posts, what is usual, when it was used last, or its letters."}, PERIOD_PARAMS

static const struct param list_params[] = {FILTERS, PAGER_PARAMS, {}};
static const struct param table_params[] = {FILTERS, {}};

static const struct shape shapes[] = {
	{"HashtagFigures", "{id: id, tag: text, posts: Number, beside: Number, usual: Number, last_at: Instant, verdict: 'too_few' | 'no_difference' | 'better' | 'worse', is_told: bool, "
	 "is_better: bool, is_worse: bool, factor: number?, low: number?, high: number?, doubt: number?, factor_text: text?, range_text: text?, doubt_text: text?, width: int}",
	 "How our posts did with a hashtag. beside: posts of the same channels and seasons without it; usual: the median with it; factor: what those with it have, of what those beside it have, "
	 "drawn towards 1 as far as it is in doubt; low to high holds the truth nine times of ten; doubt: how often chance alone shows any of the hashtags as strong."},
	{"HashtagsPage", "{hashtags: [HashtagFigures], has_hashtags: bool, story: text, posts: Number, left_out: Number?, is_cut: bool, since: Instant?, "
	 "sorts: [Choice], filter: {since: text, until: text, network: text, is_reach: bool, is_filtered: bool}, "
	 "networks: [{...Network, is_selected: bool}], table_url: url, pager?: Pager?}",
	 "The hashtags of our posts. left_out: posts of which the network does not tell what is measured; is_cut: there are more posts, and the newest are counted."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/hashtags", .permission = MAY_READ_FIGURES, .params = list_params, .template = "hashtags/page", .handle = show, .answer = "HashtagsPage",
	 .about = "How our posts did with each hashtag, beside those without it, and how sure that is."},
	{.method = "GET", .path = "/hashtags/table", .permission = MAY_READ_FIGURES, .params = table_params, .handle = table, .type = "text/csv",
	 .about = "The same, all of it, as a table for spreadsheets."},
	{},
};

const struct page page_hashtags = {"hashtags", routes, shapes, .file = __FILE__};
