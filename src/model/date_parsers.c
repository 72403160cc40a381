/* date_parsers.c: what the model reads of dates, as rows of base/parser.h. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "model/key_date.h"

/* A book of dates: what it names, then its dates of this year and the next, those of the whole country and those of each region. */
static enum err read_dates(struct cx *cx, struct str input, struct buf *out)
{
	const struct date_book *book;
	int year, month, day;
	TRY(date_book_read(cx, input, S(""), &book));
	date_of_days(cx->now / DAY, &year, &month, &day);
	i64 from = days_of_date(year, 1, 1), to = days_of_date(year + 2, 1, 1) - 1;
	buf_adds(out, "{\"country\":");
	buf_add_json(out, book->code);
	buf_addf(out, ",\"regions\":%zu,\"rows\":%zu}\n", book->region_count, book->row_count);
	for (size_t i = 0; i <= book->region_count && i <= 8; i++) {
		struct key_date *dates;
		size_t count = key_dates(cx->arena, book, i ? &book->regions[i - 1] : NULL, from, to, &dates);
		for (size_t j = 0; j < count; j++) {
			buf_adds(out, "{\"region\":");
			buf_add_json(out, i ? book->regions[i - 1].code : S(""));
			buf_adds(out, ",\"date\":");
			key_date_add_json(out, &dates[j]);
			buf_adds(out, "}\n");
		}
	}
	return OK;
}

const struct parser parser_dates = {"dates", N_("A book of key dates, as share/dates has them"), read_dates};
