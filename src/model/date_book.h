/* date_book.h: the books of dates that ship (share/dates, embedded by tools/embed-models); only date_shipped.c sees it. */
#pragma once

struct date_file {
	const char *name, *from, *to; /* "FR"; its text */
};
extern const struct date_file date_files[]; /* ends with a row of zeros */
