/* dates.c: key dates of a place and a year, by the books that are built in (share/dates). */
#include "base/clock.h"
#include "base/lang.h"
#include "main/command.h"
#include "model/ical.h"
#include "model/key_date.h"

#include <stdio.h>

#define YEARS_MOST 100 /* in one call */

static void add_place(struct buf *out, struct str code, const struct date_names *names, const char *lang)
{
	buf_add(out, code);
	buf_addc(out, '\t');
	buf_add(out, date_name(names, lang));
	buf_addc(out, '\n');
}

static enum err list_books(struct cx *cx, const char *lang, struct buf *out)
{
	struct str *codes;
	size_t count = date_books(cx->arena, &codes);
	for (size_t i = 0; i < count; i++) {
		const struct date_book *book;
		TRY(date_book_open(cx, codes[i], &book));
		add_place(out, book->code, &book->names, lang);
	}
	return OK;
}

/* "2027", or "2020-2029" */
static enum err years_of(struct cx *cx, struct str text, int *ret_first, int *ret_last)
{
	int month, day;
	struct str rest = text, first = str_cut(&rest, '-');
	i64 from, to;
	if (!text.len) {
		date_of_days(cx->now / DAY, ret_first, &month, &day);
		*ret_last = *ret_first;
		return OK;
	}
	if (!str_to_i64(first, &from) || !str_to_i64(rest.at ? rest : first, &to) || from < DATE_YEAR_MIN || to > DATE_YEAR_MAX || to < from || to - from >= YEARS_MOST)
		return fail_field(cx, "year", N_("Write a year like 2027, or at most %d of them like 2020-2029, from %d to %d."), YEARS_MOST, DATE_YEAR_MIN, DATE_YEAR_MAX);
	*ret_first = (int)from;
	*ret_last = (int)to;
	return OK;
}

static enum err kind_of(struct cx *cx, struct program *program, bool *ret_any, enum date_kind *ret_kind)
{
	struct str word = option_value(program, "kind");
	*ret_any = !word.len;
	if (word.len && !date_kind_of(word, ret_kind))
		return fail_field(cx, "kind", N_("Kinds of dates are public, observance, religious, mourning, un, silence, school and house."));
	return OK;
}

static void add_json(struct buf *out, const struct date_book *book, const struct date_region *region, int first, int last)
{
	buf_adds(out, "{\"country\":");
	buf_add_json(out, book->code);
	buf_adds(out, ",\"region\":");
	if (region)
		buf_add_json(out, region->code);
	else
		buf_adds(out, "null");
	buf_addf(out, ",\"first_year\":%d,\"last_year\":%d,\"dates\":[", first, last);
}

/* As a whole-day event; its number stays the same however often it is printed. */
static void add_event(struct cx *cx, struct buf *out, const struct date_book *book, const struct date_region *region, const struct key_date *date, const char *lang)
{
	struct buf *uid = buf_in_arena(cx->arena);
	buf_addf(uid, "%.*s-%.*s-%.*s-", STR_ARG(book->code), STR_ARG(region ? region->code : S("0")), STR_ARG(date->key));
	date_text_add(uid, date->first);
	buf_adds(uid, "@dates.parvis");
	ical_add(out,
		 &(struct ical_event){.uid = buf_str(uid), .summary = date_name(&date->names, lang), .description = date->names.native, .stamp = cx->now, .is_all_day = true,
				      .categories = {str_of(date_kind_word(date->kind))}, .category_count = 1, .first_day = date->first, .last_day = date->last},
		 NULL);
}

static enum err print_dates(struct cx *cx, struct program *program, const struct date_book *book, const char *lang, struct buf *out)
{
	const struct date_region *region = NULL;
	struct str wanted = option_value(program, "region");
	struct key_date *dates;
	enum date_kind kind = DATE_PUBLIC;
	int first = 0, last = 0;
	bool any_kind, json = option_given(program, "json"), ical = option_given(program, "ical"), more = false;
	TRY(years_of(cx, option_value(program, "year"), &first, &last));
	TRY(kind_of(cx, program, &any_kind, &kind));
	if (wanted.len)
		TRY(date_region_find(cx, book, wanted, &region));
	size_t count = key_dates(cx->arena, book, region, days_of_date(first, 1, 1), days_of_date(last, 12, 31), &dates);
	if (ical)
		ical_begin(out, &(struct ical_calendar){.name = arena_printf(cx->arena, _(N_("Key dates: %.*s")), STR_ARG(date_name(region ? &region->names : &book->names, lang)))});
	else if (json)
		add_json(out, book, region, first, last);
	for (size_t i = 0; i < count; i++) {
		const struct key_date *date = &dates[i];
		if (!any_kind && date->kind != kind)
			continue;
		if (ical) {
			add_event(cx, out, book, region, date, lang);
		} else if (json) {
			buf_adds(out, more ? ",\n" : "\n");
			key_date_add_json(out, date);
		} else {
			date_text_add(out, date->first);
			buf_addc(out, '\t');
			buf_add(out, date->key);
			buf_addc(out, '\t');
			buf_add(out, date_name(&date->names, lang));
			buf_addc(out, '\n');
		}
		more = true;
	}
	if (ical)
		ical_end(out);
	else
		buf_adds(out, json ? "\n]}\n" : "");
	return OK;
}

static enum err run_dates(struct cx *cx, struct program *program)
{
	CLEANUP(buf_free) struct buf out = {};
	struct str country = option_value(program, "country"), lang_wanted = option_value(program, "lang");
	const char *lang = lang_wanted.len ? lang_of(lang_wanted) : cx->lang;
	const struct date_book *book;
	if (lang_wanted.len && !lang_known(lang_wanted))
		return fail_field(cx, "lang", N_("Names are there in English (en) and French (fr)."));
	if (!country.len) {
		TRY(list_books(cx, lang, &out));
	} else {
		TRY(date_book_open(cx, country, &book));
		for (size_t i = 0; option_given(program, "list") && i < book->region_count; i++)
			add_place(&out, book->regions[i].code, &book->regions[i].names, lang);
		if (!option_given(program, "list"))
			TRY(print_dates(cx, program, book, lang, &out));
	}
	fwrite(out.at, 1, out.len, stdout);
	return OK;
}

static const struct option_row options[] = {
	{"country", "CODE", N_("whose dates: FR, GB, US …, UN for the United Nations, FR-SCHOOL for school holidays; without it, all codes are listed")},
	{"region", "CODE", N_("with those of a region, by its code or name: BY, Scotland, Alsace-Moselle")},
	{"year", "YEAR", N_("a year, or several: 2020-2029; this year unless told")},
	{"kind", "KIND", N_("those of a kind alone: public, observance, religious, mourning, un, silence, school")},
	{"lang", "LANG", N_("language of the names: en or fr")},
	{"list", NULL, N_("list the regions of the country")},
	{"json", NULL, N_("print all that is known of each date, as JSON")},
	{"ical", NULL, N_("print a calendar (iCalendar) that other programs can take in")},
	{},
};

const struct command command_dates = {
	.name = "dates",
	.words = "",
	.about = N_("Key dates of a country and a year"),
	.more = N_("Prints a date a line: the day, a key that stays the same from year to year, and the name, with tabs between. Feasts that move are computed; Islamic "
		   "dates follow the calendar of Umm al-Qura, and where a country looks for the moon itself, as Morocco does, they may be a day off. Public holidays, "
		   "observances, days of mourning and religious days come together unless --kind is given."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = run_dates,
	.file = __FILE__,
};
