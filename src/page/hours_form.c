#include "page/hours_form.h"

#include "base/lang.h"
#include "page/choices.h"
#include "page/page.h"
#include "ui/document.h"

#include <stdlib.h>

#define ROWS 14
#define OPENINGS_MAX 40

static const char *const weekdays[] = {N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")};

/* An empty row is no opening; half a row, or a day that closes before it opens, is a fault. */
static const char *fault_of(struct str opens, struct str closes, struct opening *ret_opening, bool *ret_is)
{
	*ret_is = false;
	if (!str_trim(opens).len && !str_trim(closes).len)
		return NULL;
	if (!minutes_read(opens, &ret_opening->opens) || !minutes_read(closes, &ret_opening->closes))
		return N_("Write both hours, like 09:00 and 18:30.");
	if (ret_opening->closes == 0) /* midnight is the end of the day */
		ret_opening->closes = 1440;
	if (ret_opening->closes <= ret_opening->opens)
		return N_("A day closes after it opened.");
	*ret_is = true;
	return NULL;
}

static json_t *hour(int minutes, bool is)
{
	char text[8] = "";
	if (is)
		snprintf(text, sizeof text, "%02d:%02d", minutes / 60 % 24, minutes % 60);
	return json_string(text);
}

json_t *hours_form_shape(struct cx *cx, const struct request *request, const struct hours *hours)
{
	json_t *list = json_array();
	bool typed = request_typed(request, "weekday").at;
	size_t next = 0;
	for (int row = 0; row < ROWS; row++) {
		int day = row / 2;
		bool is = !typed && next < hours->opening_count && hours->openings[next].weekday == day;
		struct str opens = request_typed_at(request, "opens", (size_t)row), closes = request_typed_at(request, "closes", (size_t)row);
		struct opening o = {};
		const char *fault = typed ? fault_of(opens, closes, &o, &is) : NULL;
		if (!typed && is)
			o = hours->openings[next++];
		json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:b, s:o, s:o, s:o}", "number", doc_text(arena_printf(cx->arena, "%d", row + 1)), "weekday",
						      doc_text(arena_printf(cx->arena, "%d", day)), "title", _(weekdays[day]), "is_second", row % 2, "opens",
						      typed ? doc_text(opens) : hour(o.opens, is), "closes", typed ? doc_text(closes) : hour(o.closes, is), "error",
						      fault ? json_string(_(fault)) : json_null()));
	}
	return list;
}

static int by_time(const void *a, const void *b)
{
	const struct opening *x = a, *y = b;
	return x->weekday != y->weekday ? x->weekday - y->weekday : x->opens - y->opens;
}

enum err hours_form_read(struct cx *cx, struct request *request, struct opening **ret_openings, size_t *ret_count)
{
	size_t rows = param_count(request, "weekday"), count = 0;
	if (rows != param_count(request, "opens") || rows != param_count(request, "closes") || rows > OPENINGS_MAX)
		return request_fault(cx, request, "opens", N_("Send each day with when it opens and closes."));
	struct opening *openings = arena_array(cx->arena, struct opening, rows + 1);
	for (size_t i = 0; i < rows; i++) {
		bool is;
		const char *fault = fault_of(param_text_at(request, "opens", i), param_text_at(request, "closes", i), &openings[count], &is);
		if (fault)
			return request_fault(cx, request, "opens", "%s", _(fault));
		openings[count].weekday = (int)param_id_at(request, "weekday", i);
		count += is;
	}
	qsort(openings, count, sizeof *openings, by_time);
	for (size_t i = 1; i < count; i++)
		if (openings[i].weekday == openings[i - 1].weekday && openings[i].opens < openings[i - 1].closes)
			return request_fault(cx, request, "opens", N_("Two openings of one day overlap."));
	*ret_openings = openings;
	*ret_count = count;
	return OK;
}

i64 hours_form_minutes(const struct hours *hours)
{
	i64 minutes = 0;
	for (size_t i = 0; i < hours->opening_count; i++)
		minutes += hours->openings[i].closes - hours->openings[i].opens;
	return minutes;
}
