/* duplicate.c: nearly the same words as a post of these days, on the same channel; on others it is only mentioned. Likeness is that
 * of text/topic.h (pairs of words, by their least hashes). */
#include "base/zone.h"
#include "check/run.h"
#include "text/topic.h"

#define LEAST 0.6 /* of their pairs of words */

static struct str day_of(struct cx *cx, struct str zone, i64 at)
{
	struct civil c = zone_civil(zone, at);
	return arena_printf(cx->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static struct str whole(struct cx *cx, const struct check_post *post)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < post->text_count; i++) {
		buf_adds(&b, i ? "\n" : "");
		buf_add(&b, str_head(post->texts[i].text, CHECK_BYTES));
	}
	return buf_keep(&b, cx->arena);
}

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	struct cx *cx = run->cx;
	size_t count = post->recent_count < CHECK_RECENT ? post->recent_count : CHECK_RECENT, best = 0;
	struct str *texts = arena_array(cx->arena, struct str, count + 1);
	struct copies copies;
	bool same = false;
	if (!count || !run->reading_count || run->readings[0].part != CHECK_TEXT)
		return;
	texts[0] = whole(cx, post);
	for (size_t i = 0; i < count; i++)
		texts[i + 1] = post->recent[i].id == post->id && post->id ? (struct str){} : post->recent[i].text;
	copies_of(cx->arena, texts, count + 1, LEAST, &copies);
	for (size_t i = 1; i <= count; i++) { /* the same channel before others, then the latest */
		const struct check_recent_post *p = &post->recent[i - 1];
		bool here = p->channel == post->channel;
		if (copies.of[i] != 0 || (best && (same > here || (same == here && post->recent[best - 1].at >= p->at))))
			continue;
		best = i;
		same = here;
	}
	if (!best)
		return;
	const struct check_recent_post *twin = &post->recent[best - 1];
	struct finding *f = check_tell_part(run, CHECK_TEXT, 0, (struct str){},
		arena_printf(cx->arena, "%lld", (long long)twin->id));
	struct str day = day_of(cx, post->zone, twin->at);
	if (same) {
		f->reason = arena_printf(cx->arena, _("Nearly the same text is on this channel already, on %.*s."), STR_ARG(day));
		f->remedy = str_of(_("Say it another way, or drop one of them: networks show repetitions less, and readers notice."));
	} else {
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("Nearly the same text is on another channel, on %.*s."), STR_ARG(day));
		f->remedy = str_of(_("Fine if it is meant so; many follow you in both places."));
	}
}

const struct check_kind check_duplicate = {
	.word = "duplicate",
	.title = N_("Nearly the same as a recent post"),
	.about = N_("Compared with what was published or is planned these days"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
