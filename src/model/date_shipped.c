#include "model/date_book.h"
#include "model/key_date.h"

static struct str file_of(struct str code)
{
	for (const struct date_file *f = date_files; f->name; f++)
		if (str_eq_fold(code, str_of(f->name)))
			return str_span(f->from, f->to);
	return (struct str){};
}

static bool is_common(const struct date_file *f)
{
	return str_eq(str_of(f->name), S("common"));
}

/* What people and institutions of the Union write for the letters of ISO 3166. */
static struct str by_iso(struct str code)
{
	return str_eq_fold(code, S("UK")) ? S("GB") : str_eq_fold(code, S("EL")) ? S("GR") : code;
}

enum err date_book_open(struct cx *cx, struct str code, const struct date_book **ret_book)
{
	struct str text = file_of(by_iso(code));
	if (!text.len || str_eq_fold(code, S("common")))
		return fail(cx, ERR_MISSING, N_("There are no dates of “%.*s” here; “parvis dates” lists the countries."), STR_ARG(str_head(code, 40)));
	return date_book_read(cx, text, file_of(S("common")), ret_book);
}

size_t date_books(struct arena *arena, struct str **ret_codes)
{
	struct str *codes = NULL;
	size_t count = 0, capacity = 0;
	for (const struct date_file *f = date_files; f->name; f++)
		if (!is_common(f))
			*arena_push(arena, codes, count, capacity) = str_of(f->name);
	*ret_codes = codes;
	return count;
}
