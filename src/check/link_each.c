#include "check/link_each.h"

void link_each(struct check_run *run, link_each_fn *look)
{
	const struct check_post *post = run->post;
	bool *seen = arena_array(run->cx->arena, bool, post->link_count + 1);
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		for (size_t i = 0; check_is_written(r) && i < r->count; i++) {
			if (r->pieces[i].kind != PIECE_LINK)
				continue;
			struct str url = str_span(r->text.at + r->pieces[i].from, r->text.at + r->pieces[i].to);
			for (size_t k = 0; k < post->link_count; k++)
				seen[k] |= str_eq(post->links[k].url, url);
			look(run, url, r, &r->pieces[i], 0);
		}
	}
	for (size_t k = 0; k < post->link_count; k++)
		if (!seen[k])
			look(run, post->links[k].url, NULL, NULL, k);
}

struct finding *link_tell(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index, struct str key)
{
	struct finding *f = reading ? check_tell(run, reading, piece->from, piece->to, key) :
		check_tell_part(run, CHECK_LINK, index, (struct str){}, key);
	f->excerpt = f->excerpt.len ? f->excerpt : url;
	return f;
}
