#include "page/listening/listening.h"

#define BAR_PITCH 34  /* pixels from one bar to the next */
#define BAR_FULL 96.0 /* percent of the width that the longest takes */

static json_t *percent(double part, double all)
{
	return json_sprintf("%.2f", all > 0 ? part / all * BAR_FULL : 0);
}

json_t *bars_shape(struct cx *cx, const struct bar *bars, size_t count)
{
	json_t *list = json_array();
	double most = 0;
	for (size_t i = 0; i < count; i++) {
		most = (double)bars[i].count > most ? (double)bars[i].count : most;
		most = bars[i].past > most ? bars[i].past : most;
	}
	for (size_t i = 0; i < count; i++) {
		const struct bar *b = &bars[i];
		int top = (int)i * BAR_PITCH;
		CLEANUP(buf_free) struct buf text = {};
		buf_add_number(&text, cx->lang, b->count);
		if (b->text.len)
			buf_addf(&text, " · %.*s", STR_ARG(b->text));
		json_t *past = b->past < 0 ? json_null() : json_pack("{s:o, s:i, s:i}", "x", percent(b->past, most), "top", top + 15, "bottom", top + 31);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:i, s:s, s:o, s:i, s:i, s:o}", "name", doc_text(b->name), "count", doc_number(cx->lang, b->count),
						      "text", doc_text(buf_str(&text)), "url", doc_text_or_null(b->url), "percent",
						      (int)(most > 0 ? (double)b->count / most * 100 + 0.5 : 0), "look", b->look, "width", percent((double)b->count, most), "text_y",
						      top + 12, "bar_y", top + 18, "past", past));
	}
	return json_pack("{s:i, s:o, s:b}", "height", (int)count * BAR_PITCH, "bars", list, "has_bars", count > 0);
}
