/* dates.c: the key dates of the day that a post is planned for, for the check that wants them handed in. */
#include "base/clock.h"
#include "base/zone.h"
#include "check/run.h"
#include "model/key_date.h"

struct day {
	i64 day;
	struct check_key_date *dates;
	size_t count, capacity;
};

static bool is_there(const struct day *day, struct str key, struct str country)
{
	for (size_t i = 0; i < day->count; i++)
		if (str_eq(day->dates[i].key, key) && str_eq(day->dates[i].country, country))
			return true;
	return false;
}

/* `place`: empty, or the name of a region. */
static void add_book(struct cx *cx, struct day *day, struct str code, struct str country, struct str place)
{
	const struct date_book *book;
	const struct date_region *region = NULL;
	struct key_date *dates;
	if (date_book_open(cx, code, &book) != OK || (place.len && date_region_find(cx, book, place, &region) != OK)) {
		cx_forget(cx); /* of a country without a book nothing is known */
		return;
	}
	size_t count = key_dates(cx->arena, book, region, day->day, day->day, &dates);
	for (size_t i = 0; i < count; i++) {
		if (is_there(day, dates[i].key, country))
			continue; /* of the whole country, and told */
		CLEANUP(buf_free) struct buf text = {};
		struct check_key_date *d = arena_push(cx->arena, day->dates, day->count, day->capacity);
		date_text_add(&text, day->day);
		*d = (struct check_key_date){.date = buf_keep(&text, cx->arena), .key = dates[i].key,
			.name = date_name(&dates[i].names, cx->lang), .kind = str_of(date_kind_word(dates[i].kind)),
			.country = country, .mourning = dates[i].is_solemn, .no_post = dates[i].is_no_post};
	}
}

size_t check_dates(struct cx *cx, const struct check_post *post, struct check_key_date **ret_dates)
{
	struct day day = {};
	*ret_dates = NULL;
	if (!post->planned_at)
		return 0;
	struct civil c = zone_civil(post->zone, post->planned_at);
	day.day = days_of_date(c.year, c.month, c.day);
	for (size_t i = 0; i < post->country_count; i++)
		add_book(cx, &day, str_eq_fold(post->countries[i], S("UK")) ? S("GB") : post->countries[i], post->countries[i], (struct str){});
	for (size_t i = 0; i < post->region_count; i++) {
		struct str place = post->regions[i], country = str_cut(&place, '/');
		if (place.len && check_has_country(post, country))
			add_book(cx, &day, country, country, place);
	}
	add_book(cx, &day, S("UN"), (struct str){}, (struct str){});
	*ret_dates = day.dates;
	return day.count;
}
