/* link_dead.c: links that do not answer, or have moved. Whoever may look at the network tells so; here is only said what follows
 * from it. */
#include "check/run.h"

static const struct check_link *looked_at(const struct check_post *post, struct str url)
{
	for (size_t i = 0; i < post->link_count; i++)
		if (str_eq(post->links[i].url, url))
			return &post->links[i];
	return NULL;
}

static void say(struct check_run *run, struct finding *f, const struct check_link *link)
{
	struct cx *cx = run->cx;
	if (link->state == CHECK_LINK_MOVED) {
		check_lower(run, f, CHECK_INFORM);
		f->reason = link->to.len ? arena_printf(cx->arena, _("This page has moved to %.*s."), STR_ARG(link->to)) :
			str_of(_("This page has moved."));
		f->remedy = str_of(_("Link to where it is now: fewer steps, and nothing that ends one day."));
		if (link->to.len)
			check_replace(f, link->to);
		return;
	}
	f->reason = link->status ? arena_printf(cx->arena, _("This link leads nowhere: the answer was %d."), link->status) :
		str_of(_("This link leads nowhere: nothing answered."));
	f->remedy = str_of(_("Try it yourself, then correct it or take it out."));
}

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	bool *seen = arena_array(run->cx->arena, bool, post->link_count + 1);
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		for (size_t i = 0; i < r->count; i++) {
			struct str url = str_span(r->text.at + r->pieces[i].from, r->text.at + r->pieces[i].to);
			const struct check_link *link = r->pieces[i].kind == PIECE_LINK ? looked_at(post, url) : NULL;
			if (!link)
				continue;
			seen[link - post->links] = true;
			if (link->state >= CHECK_LINK_DEAD)
				say(run, check_tell(run, r, r->pieces[i].from, r->pieces[i].to, url), link);
		}
	}
	for (size_t i = 0; i < post->link_count; i++)
		if (!seen[i] && post->links[i].state >= CHECK_LINK_DEAD) {
			struct finding *f = check_tell_part(run, CHECK_LINK, i, (struct str){}, post->links[i].url);
			f->excerpt = post->links[i].url;
			say(run, f, &post->links[i]);
		}
}

const struct check_kind check_link_dead = {
	.word = "link-dead",
	.title = N_("Dead link"),
	.about = N_("Links that do not answer or have moved, as they were found when they were last tried"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
