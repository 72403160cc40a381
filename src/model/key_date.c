#include "model/key_date.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <stdlib.h>

struct str date_name(const struct date_names *names, const char *lang)
{
	return str_eq(str_of(lang), S("fr")) ? names->fr : names->en;
}

/* ---- regions ---- */

static bool same_folded(struct str a, struct str b)
{
	CLEANUP(buf_free) struct buf one = {.max = 4096}, two = {.max = 4096};
	if (!b.len)
		return false;
	buf_add_folded(&one, a);
	buf_add_folded(&two, b);
	return str_eq(buf_str(&one), buf_str(&two));
}

static bool is_region(const struct date_region *region, struct str name)
{
	if (str_eq_fold(name, region->code))
		return true;
	for (struct str rest = region->aliases; rest.len;)
		if (str_eq_fold(name, str_cut(&rest, ' ')))
			return true;
	return same_folded(name, region->names.en) || same_folded(name, region->names.fr) || same_folded(name, region->names.native);
}

enum err date_region_find(struct cx *cx, const struct date_book *book, struct str name, const struct date_region **ret_region)
{
	struct str prefix = arena_printf(cx->arena, "%.*s-", STR_ARG(book->code)), inner = name;
	if (name.len > prefix.len && str_eq_fold(str_head(name, prefix.len), prefix))
		inner = str_skip(name, prefix.len);
	for (size_t i = 0; i < book->region_count && name.len < 200; i++)
		if (is_region(&book->regions[i], name) || is_region(&book->regions[i], inner)) {
			*ret_region = &book->regions[i];
			return OK;
		}
	return fail(cx, ERR_MISSING, N_("There is no region “%.*s” of %.*s here; “parvis dates --country %.*s --list” shows them."), STR_ARG(str_head(name, 60)),
		    STR_ARG(date_name(&book->names, cx->lang)), STR_ARG(book->code));
}

static bool named(const struct str *codes, size_t count, const struct date_region *region)
{
	for (size_t i = 0; region && i < count; i++)
		if (str_eq(codes[i], region->code))
			return true;
	return false;
}

/* ---- a year ---- */

#define BEFORE 320 /* days around a year into which its dates may be moved */

struct listing {
	struct arena *arena;
	struct key_date *dates;
	size_t count, capacity;
	i64 new_year;
	bool is_public[BEFORE + 366 + BEFORE]; /* which days are public holidays */
};

static bool *public_on(struct listing *l, i64 day)
{
	i64 place = day - l->new_year + BEFORE;
	return place >= 0 && place < (i64)COUNT(l->is_public) ? &l->is_public[place] : NULL;
}

static void add(struct listing *l, const struct key_date *date)
{
	for (size_t i = l->count; i-- > 0;) /* one row says it for a time, another for a place: once is enough */
		if (l->dates[i].first == date->first && str_eq(l->dates[i].key, date->key))
			return;
	if (l->count == DATE_YEAR_DATES)
		return;
	*arena_push(l->arena, l->dates, l->count, l->capacity) = *date;
	bool *is_public = public_on(l, date->first);
	if (date->kind == DATE_PUBLIC && is_public)
		*is_public = true;
}

/* Of a place and a year, in their order; the free days in their place come after all of them. */
struct wish {
	struct key_date date;
	signed char by;
};

static int by_day(const void *a, const void *b)
{
	const struct wish *one = a, *two = b;
	return one->date.first < two->date.first ? -1 : one->date.first > two->date.first;
}

static bool is_free(struct listing *l, i64 day)
{
	const bool *is_public = public_on(l, day);
	return weekday_of(day) >= 5 || (is_public && *is_public);
}

static void add_observed(struct listing *l, struct wish *wish)
{
	struct key_date *d = &wish->date;
	d->first += wish->by == DATE_NEXT ? 0 : wish->by;
	if (wish->by == DATE_NEXT)
		do
			d->first++;
		while (is_free(l, d->first));
	d->last = d->first;
	d->is_observed = true;
	d->key = arena_printf(l->arena, "%.*s-observed", STR_ARG(d->key));
	d->names.en = arena_printf(l->arena, "%.*s (observed)", STR_ARG(d->names.en));
	d->names.fr = arena_printf(l->arena, "%.*s (jour de remplacement)", STR_ARG(d->names.fr));
	d->names.native = (struct str){};
	add(l, d);
}

static void add_year(struct listing *all, const struct date_book *book, const struct date_region *region, int year)
{
	struct listing here = {.arena = all->arena, .new_year = days_of_date(year, 1, 1)};
	struct wish *wishes = NULL;
	size_t wish_count = 0, wish_capacity = 0;
	struct date_span spans[DATE_RULE_DAYS];
	for (size_t i = 0; i < book->row_count; i++) {
		const struct date_row *row = &book->rows[i];
		if ((row->rule.only_count && !named(row->rule.only, row->rule.only_count, region)) || named(row->rule.except, row->rule.except_count, region))
			continue;
		size_t count = date_rule_days(&row->rule, year, spans);
		for (size_t j = 0; j < count; j++) {
			struct key_date date = {spans[j].first, spans[j].last, row->key, row->names, row->kind, row->is_solemn, row->is_approximate, row->is_no_post, false, row->lead};
			signed char by = row->rule.observed[weekday_of(date.first)];
			add(&here, &date);
			if (by && wish_count < DATE_YEAR_DATES)
				*arena_push(all->arena, wishes, wish_count, wish_capacity) = (struct wish){date, by};
		}
	}
	if (wish_count)
		qsort(wishes, wish_count, sizeof *wishes, by_day);
	for (size_t i = 0; i < wish_count; i++)
		add_observed(&here, &wishes[i]);
	for (size_t i = 0; i < here.count; i++)
		*arena_push(all->arena, all->dates, all->count, all->capacity) = here.dates[i];
}

/* ---- a stretch of days ---- */

static int in_order(const void *a, const void *b)
{
	const struct key_date *one = a, *two = b;
	if (one->first != two->first)
		return one->first < two->first ? -1 : 1;
	if (one->kind != two->kind)
		return (int)one->kind - (int)two->kind;
	return str_cmp(one->key, two->key);
}

size_t key_dates(struct arena *arena, const struct date_book *book, const struct date_region *region, i64 from, i64 to, struct key_date **ret_dates)
{
	struct listing all = {.arena = arena};
	int first, last, month, day;
	i64 earliest = days_of_date(DATE_YEAR_MIN - 1, 1, 1), latest = days_of_date(DATE_YEAR_MAX + 1, 12, 31);
	from = from < earliest ? earliest : from > latest ? latest : from;
	to = to < earliest ? earliest : to > latest ? latest : to;
	if (to - from > DATE_WINDOW_DAYS)
		to = from + DATE_WINDOW_DAYS;
	date_of_days(from, &first, &month, &day);
	date_of_days(to, &last, &month, &day);
	/* A day may be kept in the year before or after its own, and school holidays begin in the year before. */
	for (int year = first - 1; year <= last + 1; year++)
		if (year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX)
			add_year(&all, book, region, year);
	size_t kept = 0;
	for (size_t i = 0; i < all.count; i++)
		if (all.dates[i].last >= from && all.dates[i].first <= to)
			all.dates[kept++] = all.dates[i];
	if (kept)
		qsort(all.dates, kept, sizeof *all.dates, in_order);
	*ret_dates = all.dates;
	return kept;
}

/* ---- texts ---- */

void date_text_add(struct buf *out, i64 days)
{
	int year, month, day;
	date_of_days(days, &year, &month, &day);
	buf_addf(out, "%04d-%02d-%02d", year, month, day);
}

static void add_member(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, "%s:", name);
	buf_add_json(out, value);
}

void key_date_add_json(struct buf *out, const struct key_date *d)
{
	buf_adds(out, "{\"first\":\"");
	date_text_add(out, d->first);
	buf_adds(out, "\",\"last\":\"");
	date_text_add(out, d->last);
	add_member(out, "\",\"key\"", d->key);
	add_member(out, ",\"kind\"", str_of(date_kind_word(d->kind)));
	add_member(out, ",\"names\":{\"en\"", d->names.en);
	add_member(out, ",\"fr\"", d->names.fr);
	if (d->names.native.len)
		add_member(out, ",\"native\"", d->names.native);
	buf_addf(out, "},\"solemn\":%s,\"approximate\":%s,\"no_post\":%s,\"observed\":%s,\"lead\":%d}", d->is_solemn ? "true" : "false", d->is_approximate ? "true" : "false",
		 d->is_no_post ? "true" : "false", d->is_observed ? "true" : "false", d->lead);
}
