/* link_insecure.c: http:// where https:// is meant: on the way it can be read and changed. */
#include "check/link_each.h"

static void look_at(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index)
{
	struct cx *cx = run->cx;
	if (url.len < 8 || !str_eq_fold(str_head(url, 7), S("http://")))
		return;
	struct finding *f = link_tell(run, url, reading, piece, index, check_host(url));
	f->reason = str_of(_("This link is not encrypted: browsers warn of it, and what is read can be changed on the way."));
	f->remedy = str_of(_("Write https:// and try whether it answers."));
	check_replace(f, arena_printf(cx->arena, "https://%.*s", STR_ARG(str_skip(url, 7))));
}

static void look(struct check_run *run)
{
	link_each(run, look_at);
}

const struct check_kind check_link_insecure = {
	.word = "link-insecure",
	.title = N_("Link without encryption"),
	.about = N_("Links that begin with http://"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
