/* dates.c: the key dates of the day that a post is planned for, for the check that wants them handed in. */
#include "base/clock.h"
#include "base/zone.h"
#include "check/check.h"
#include "model/key_date.h"

struct day {
	i64 day;
	struct check_key_date *dates;
	size_t count, capacity;
};

static void add_book(struct cx *cx, struct day *day, struct str code, struct str country)
{
	const struct date_book *book;
	struct key_date *dates;
	if (date_book_open(cx, code, &book) != OK) {
		cx_forget(cx); /* of a country without a book nothing is known */
		return;
	}
	size_t count = key_dates(cx->arena, book, NULL, day->day, day->day, &dates);
	for (size_t i = 0; i < count; i++) {
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
		add_book(cx, &day, str_eq_fold(post->countries[i], S("UK")) ? S("GB") : post->countries[i], post->countries[i]);
	add_book(cx, &day, S("UN"), (struct str){});
	*ret_dates = day.dates;
	return day.count;
}
