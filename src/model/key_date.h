/* key_date.h: key dates of a country (and of its regions), of the United Nations, of school terms, or of a house: days a calendar shows and that
 * a post should know of. They are data: a book is a text (its form stands in share/dates/README.md), one for each country ships with the program,
 * and a workspace may have its own of the same form.
 *
 *	const struct date_book *book;
 *	const struct date_region *region = NULL;
 *	TRY(date_book_open(cx, S("DE"), &book));
 *	TRY(date_region_find(cx, book, S("BY"), &region));
 *	count = key_dates(cx->arena, book, region, days_of_date(2027, 1, 1), days_of_date(2027, 12, 31), &dates);
 *
 * Days are days since 1970-01-01 (base/clock.h), of the place's own calendar on the wall. Texts are borrowed from the book; the arena owns both. */
#pragma once
#include "base/buf.h"
#include "model/date_rule.h"

enum date_kind {
	DATE_PUBLIC,     /* a public holiday: free by law, there */
	DATE_OBSERVANCE, /* kept or marked, not free */
	DATE_RELIGIOUS,  /* of a religion, not free there */
	DATE_MOURNING,   /* mourning or remembrance, not free there */
	DATE_UN,         /* an international day of the United Nations or of one of its agencies */
	DATE_SILENCE,    /* no campaigning by law, before a vote */
	DATE_SCHOOL,     /* school holidays */
	DATE_HOUSE,      /* of the house itself: its birthday, its fair */
	DATE_KIND_COUNT
};
const char *date_kind_word(enum date_kind kind); /* "public" */
bool date_kind_of(struct str word, enum date_kind *ret_kind);

struct date_names {
	struct str en, fr, native; /* native: as people there say it; empty: none was given, or it is one of the two */
};

struct date_region {
	struct str code;    /* "BY", "SCT", "GP" */
	struct str aliases; /* other codes it is found by, with spaces between */
	struct date_names names;
};

struct date_row {
	enum date_kind kind;
	bool is_solemn;     /* nothing festive should go out on it: mourning, remembrance, a fast */
	bool is_approximate; /* seen in the sky or decreed late: it may be a day off */
	bool is_no_post;    /* the house posts nothing on it */
	int lead;           /* days before it at which preparing a post for it usually begins; 0: none was given */
	struct str key;
	struct date_names names;
	struct date_rule rule;
};

struct date_book {
	struct str code;    /* "FR", "UN", "FR-SCHOOL" */
	struct date_names names;
	const struct date_region *regions;
	size_t region_count;
	const struct date_row *rows;
	size_t row_count;
};

struct key_date {
	i64 first, last;    /* the last day belongs to it; the same for most */
	struct str key;     /* "easter-monday"; stable: what is kept about a date is kept by it */
	struct date_names names;
	enum date_kind kind;
	bool is_solemn, is_approximate, is_no_post;
	bool is_observed;   /* the free day in place of one that fell on a day of rest; its key ends in "-observed" */
	int lead;
};

#define DATE_BOOK_BYTES ((size_t)1 << 20)
#define DATE_BOOK_ROWS 2000
#define DATE_BOOK_REGIONS 200
#define DATE_YEAR_DATES 4000   /* of one year, at most: what is more is left out */
#define DATE_WINDOW_DAYS 40000 /* what key_dates() looks at, at most: about a century */

/* Reads a book. `common` is another book's text whose rows give names, marks and rules by key to those of this one that name none; empty is
 * allowed. ERR_BAD_INPUT with a story that names the line. */
enum err date_book_read(struct cx *cx, struct str text, struct str common, const struct date_book **ret_book);
/* A book that ships, by its code in any case (UK is GB, EL is GR). ERR_MISSING. Reading it anew takes a tenth of a millisecond. */
enum err date_book_open(struct cx *cx, struct str code, const struct date_book **ret_book);
/* The codes of all that ship, in order. */
size_t date_books(struct arena *arena, struct str **ret_codes);

/* By its code ("BY", "DE-BY"), another code of it, or its name in any of its languages; without regard to case and accents. ERR_MISSING. */
enum err date_region_find(struct cx *cx, const struct date_book *book, struct str name, const struct date_region **ret_region);

/* All dates that touch a day from `from` to `to` (both inclusive), in order of their first day, of the whole country and, where `region` is not
 * NULL, of it alone too. Years outside of DATE_YEAR_MIN..MAX give nothing. Returns how many. */
size_t key_dates(struct arena *arena, const struct date_book *book, const struct date_region *region, i64 from, i64 to, struct key_date **ret_dates);
struct str date_name(const struct date_names *names, const char *lang); /* "fr" → French, anything else English */
/* {"first": "2027-01-01", "last": …, "key": …, "kind": …, "names": {"en", "fr", "native"}, "solemn": …, "approximate": …, "no_post": …, "observed": …, "lead": 21} */
void key_date_add_json(struct buf *out, const struct key_date *date);
void date_text_add(struct buf *out, i64 day); /* "2027-01-01" */
