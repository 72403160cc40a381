/* hour.c: two posts on one channel within an hour: often the same thing planned twice, and the second takes the first one's
 * readers. */
#include "base/clock.h"
#include "base/zone.h"
#include "check/run.h"

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	struct cx *cx = run->cx;
	const struct check_recent_post *near = NULL;
	i64 least = HOUR;
	if (!post->planned_at)
		return;
	for (size_t i = 0; i < post->recent_count && i < CHECK_RECENT; i++) {
		const struct check_recent_post *p = &post->recent[i];
		i64 apart = p->at > post->planned_at ? p->at - post->planned_at : post->planned_at - p->at;
		if (p->channel != post->channel || (p->id == post->id && post->id) || !p->at || apart >= least)
			continue;
		near = p;
		least = apart;
	}
	if (!near)
		return;
	struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){},
		arena_printf(cx->arena, "%lld", (long long)near->id));
	struct civil there = zone_civil(post->zone, near->at), after = zone_civil(post->zone, near->at + HOUR);
	f->reason = arena_printf(cx->arena, _("Another post is on this channel at %02d:%02d, %lld minutes from this one."),
		there.hour, there.minute, (long long)(least / MINUTE));
	f->remedy = arena_printf(cx->arena, _("Plan it for %02d:%02d or later, so that each has its time."), after.hour,
		after.minute);
}

const struct check_kind check_hour = {
	.word = "hour",
	.title = N_("Two posts within an hour"),
	.about = N_("On the same channel, published or planned"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
