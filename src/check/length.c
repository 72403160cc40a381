/* length.c: longer than the network takes, as it counts. */
#include "base/utf8.h"
#include "check/run.h"

/* Where the limit falls, in bytes: the longest beginning that still fits. */
static size_t where_it_ends(struct str text, enum text_unit unit, size_t most)
{
	size_t low = 0, high = utf8_count(text);
	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;
		if (text_length(unit, utf8_head(text, middle)) <= most)
			low = middle;
		else
			high = middle - 1;
	}
	return utf8_head(text, low).len;
}

static void look(struct check_run *run)
{
	struct cx *cx = run->cx;
	const struct check_network *net = &run->post->network;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		size_t most = r->part == CHECK_TEXT ? net->most : r->part == CHECK_COMMENT ?
			(net->comment_most ? net->comment_most : net->most) : r->part == CHECK_ALT ? net->alt_most : 0;
		enum text_unit unit = r->part == CHECK_ALT ? net->alt_unit : net->unit;
		size_t length = most ? text_length(unit, r->text) : 0;
		if (length <= most)
			continue;
		struct finding *f = check_tell(run, r, where_it_ends(r->text, unit, most), r->text.len, S("length"));
		f->reason = arena_printf(cx->arena, _("%zu characters as this network counts them; it takes %zu."), length, most);
		f->remedy = arena_printf(cx->arena, _("Shorten it by %zu. What is marked would not fit."), length - most);
	}
}

const struct check_kind check_length = {
	.word = "length",
	.title = N_("Too long for the network"),
	.about = N_("Text, first comment and alternative texts, counted as the network counts"),
	.level = CHECK_BLOCK,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
