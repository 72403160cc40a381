/* hashtag_count.c: more hashtags than the network advises or takes (share/checks/networks.tsv), or more hashtags than text. */
#include "check/network.h"
#include "check/run.h"

#define USUAL 5u /* where nothing is known of the network */

static void look(struct check_run *run)
{
	struct cx *cx = run->cx;
	struct network_face face = network_face_of(&run->post->network);
	size_t most = face.hashtags ? face.hashtags : USUAL;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		size_t seen = 0, first = 0;
		if (r->part == CHECK_ALT) { /* nobody searches there */
			most = 0;
		} else if (!check_is_written(r)) {
			continue;
		}
		if (r->hashtags <= most)
			continue;
		for (size_t i = 0; i < r->count && !first; i++)
			if (r->pieces[i].kind == PIECE_HASHTAG && seen++ == most)
				first = i + 1;
		struct finding *f = check_tell(run, r, r->pieces[first - 1].from, r->pieces[first - 1].to, S("many"));
		if (r->part == CHECK_ALT) {
			f->reason = str_of(_("A hashtag in an alternative text is read out, and found by nobody."));
			f->remedy = str_of(_("Say in words what the image shows, and put hashtags into the post."));
			continue;
		}
		f->reason = face.hashtags ? arena_printf(cx->arena, _("%zu hashtags; on this network %zu are advised at most."),
			r->hashtags, most) :
					    arena_printf(cx->arena, _("%zu hashtags; more than %zu rarely bring readers."),
						r->hashtags, most);
		f->remedy = str_of(_("Keep those that people really follow. What is marked is the first too many."));
	}
}

const struct check_kind check_hashtag_count = {
	.word = "hashtag-count",
	.title = N_("Too many hashtags"),
	.about = N_("More than the network advises; any in an alternative text"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
