/* dates: key dates of the places that a workspace follows, on its days; and the choice of these places. What a workspace chose stands in its settings:
 * "key_dates": ["FR", "FR/GP"]; until it chooses, the country of its clock. */
#include "base/lang.h"
#include "flow/calendar.h"
#include "model/key_date.h"
#include "page/calendar/calendar.h"
#include "store/workspace.h"

#include <pthread.h>
#include <string.h>

#define PLACES_MOST 20
#define A_DAY 3 /* shown of a day */

static const char *const kind_titles[DATE_KIND_COUNT] = {
	[DATE_PUBLIC] = N_("public holiday"), [DATE_OBSERVANCE] = N_("day that is marked"), [DATE_RELIGIOUS] = N_("religious feast"),
	[DATE_MOURNING] = N_("day of remembrance"), [DATE_UN] = N_("international day"), [DATE_SILENCE] = N_("electoral silence"),
	[DATE_SCHOOL] = N_("school holidays"), [DATE_HOUSE] = N_("day of the house"),
};

/* The country whose clock a workspace has. */
static const struct {
	const char *zone, *book;
} clocks[] = {
	{"Europe/Paris", "FR"}, {"Europe/London", "GB"}, {"Europe/Berlin", "DE"}, {"Europe/Brussels", "BE"}, {"Europe/Madrid", "ES"}, {"Europe/Rome", "IT"},
	{"Europe/Lisbon", "PT"}, {"Europe/Amsterdam", "NL"}, {"Europe/Dublin", "IE"}, {"Europe/Luxembourg", "LU"}, {"Europe/Vienna", "AT"}, {"Europe/Warsaw", "PL"},
	{"Europe/Athens", "GR"}, {"Europe/Stockholm", "SE"}, {"Europe/Copenhagen", "DK"}, {"Europe/Helsinki", "FI"}, {"Europe/Prague", "CZ"}, {"Europe/Budapest", "HU"},
	{"Europe/Bucharest", "RO"}, {"Europe/Sofia", "BG"}, {"America/New_York", "US"}, {"America/Chicago", "US"}, {"America/Denver", "US"}, {"America/Los_Angeles", "US"},
	{"America/Toronto", "CA"}, {"America/Montreal", "CA"}, {"America/Vancouver", "CA"}, {"Africa/Casablanca", "MA"},
};

/* Books are read once a process, and kept: they do not change while it runs. */
static enum err book_of(struct cx *cx, struct str code, const struct date_book **ret_book)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct arena *shelf;
	static const struct date_book *books[64];
	static size_t count;
	enum err e = OK;
	pthread_mutex_lock(&lock);
	const struct date_book *book = NULL;
	for (size_t i = 0; i < count && !book; i++)
		if (str_eq_fold(books[i]->code, code))
			book = books[i];
	if (!book) {
		shelf = shelf ? shelf : arena_new();
		struct cx reader = *cx;
		reader.arena = shelf;
		e = date_book_open(&reader, code, &book);
		if (e == OK && count < COUNT(books))
			books[count++] = book;
	}
	pthread_mutex_unlock(&lock);
	if (e == OK)
		*ret_book = book;
	return e;
}

struct place {
	struct str book, region; /* region empty: the country */
};

/* "FR" or "FR/GP". */
static struct place place_of(struct str text)
{
	struct place place = {.book = str_cut(&text, '/')};
	place.region = text;
	return place;
}

static enum err places_of(struct cx *cx, struct db *db, struct place *places, size_t *ret_count)
{
	struct workspace w;
	size_t count = 0;
	TRY(workspace_get(cx, db, here(cx), &w));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL), *one;
	const json_t *chosen = json_object_get(settings, "key_dates");
	size_t i;
	json_array_foreach(chosen, i, one)
		if (count < PLACES_MOST && json_is_string(one))
			places[count++] = place_of(arena_str(cx->arena, str_of(json_string_value(one))));
	if (!json_is_array(chosen))
		for (size_t k = 0; k < COUNT(clocks) && !count; k++)
			if (str_eq(w.zone, str_of(clocks[k].zone)))
				places[count++] = (struct place){.book = str_of(clocks[k].book)};
	json_decref(settings);
	*ret_count = count;
	return OK;
}

/* ---- on the days ---- */

static json_t *date_shape(struct cx *cx, const struct key_date *d)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:b}", "key", doc_text(d->key), "name", doc_text(date_name(&d->names, cx->lang)), "kind",
			 doc_word(cx->lang, date_kind_word(d->kind), kind_titles[d->kind]), "is_solemn", d->is_solemn, "is_approximate", d->is_approximate);
}

static bool is_there(const json_t *list, struct str name)
{
	const json_t *one;
	size_t i;
	json_array_foreach(list, i, one)
		if (str_eq(str_of(json_string_value(json_object_get(one, "name"))), name))
			return true;
	return false;
}

enum err calendar_dates_put(struct cx *cx, struct db *db, const struct look *look, json_t **ret_days)
{
	struct place places[PLACES_MOST];
	size_t count;
	for (int i = 0; i < look->count; i++)
		ret_days[i] = json_array();
	TRY(places_of(cx, db, places, &count));
	for (size_t k = 0; k < count; k++) {
		const struct date_book *book;
		const struct date_region *region = NULL;
		struct key_date *dates;
		if (book_of(cx, places[k].book, &book) != OK || (places[k].region.len && date_region_find(cx, book, places[k].region, &region) != OK)) {
			cx_forget(cx); /* a book or a region that ships no more is no reason to show no calendar */
			continue;
		}
		size_t found = key_dates(cx->arena, book, region, look->first, look->first + look->count - 1, &dates);
		for (size_t i = 0; i < found; i++)
			for (i64 day = dates[i].first > look->first ? dates[i].first : look->first; day <= dates[i].last && day < look->first + look->count; day++) {
				json_t *list = ret_days[day - look->first];
				if (json_array_size(list) < A_DAY && !is_there(list, date_name(&dates[i].names, cx->lang)))
					json_array_append_new(list, date_shape(cx, &dates[i]));
			}
	}
	return OK;
}

/* ---- which places ---- */

static bool follows(const struct place *places, size_t count, struct str book, struct str region)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(places[i].book, book) && str_eq(places[i].region, region))
			return true;
	return false;
}

enum err calendar_places_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct place places[PLACES_MOST];
	struct str *codes;
	size_t count;
	json_t *list = json_array();
	TRY(places_of(cx, request_db(request), places, &count));
	size_t all = date_books(cx->arena, &codes);
	for (size_t i = 0; i < all; i++) {
		const struct date_book *book;
		json_t *regions = json_array();
		TRY(book_of(cx, codes[i], &book));
		for (size_t k = 0; k < book->region_count; k++) {
			const struct date_region *r = &book->regions[k];
			struct str word = arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(book->code), STR_ARG(r->code));
			json_array_append_new(regions, json_pack("{s:o, s:o, s:b}", "word", doc_text(word), "title", doc_text(date_name(&r->names, cx->lang)), "is_selected",
								 follows(places, count, book->code, r->code)));
		}
		bool has_regions = json_array_size(regions) > 0;
		json_array_append_new(list, json_pack("{s:o, s:o, s:b, s:b, s:o}", "word", doc_text(book->code), "title", doc_text(date_name(&book->names, cx->lang)), "is_selected",
						      follows(places, count, book->code, (struct str){}), "has_regions", has_regions, "regions", regions));
	}
	reply_json(reply, json_pack("{s:o, s:b}", "places", list, "can_write", actor_may(cx->actor, MAY_ARRANGE)));
	return OK;
}

enum err calendar_places_keep(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *chosen = json_array();
	for (size_t i = 0; i < param_count(request, "place") && json_array_size(chosen) < PLACES_MOST; i++) {
		struct place place = place_of(param_text_at(request, "place", i));
		const struct date_book *book;
		const struct date_region *region = NULL;
		if (!place.book.len)
			continue;
		if (book_of(cx, place.book, &book) != OK || (place.region.len && date_region_find(cx, book, place.region, &region) != OK)) {
			json_decref(chosen);
			cx_forget(cx);
			return fail_field(cx, "place", N_("There are no dates of this place here."));
		}
		json_array_append_new(chosen, region ? doc_text(arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(book->code), STR_ARG(region->code))) : doc_text(book->code));
	}
	TRY(calendar_follow(cx, request_db(request), here(cx), chosen));
	reply_flash(reply, str_of(_(N_("The calendar shows these dates."))), (struct str){});
	reply_redirect(reply, "/calendar");
	return OK;
}
