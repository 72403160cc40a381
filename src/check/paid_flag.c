/* paid_flag.c: the network's own mark of a paid partnership. It comes beside the words in the text, never instead of them. */
#include "check/run.h"

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	struct cx *cx = run->cx;
	if (!post->network.has_paid_flag || (post->deal != 0) == post->paid_flag)
		return;
	struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){}, post->deal ? S("unset") : S("set"));
	if (post->deal) {
		f->reason = str_of(_("The post is paid for, and the network's own mark for that is not set; it asks for it."));
		f->remedy = str_of(_("Set the mark “paid partnership” among the options of this network. It does not stand in for the words in the text."));
	} else {
		check_lower(run, f, CHECK_INFORM);
		f->reason = str_of(_("The network's mark for paid partnerships is set, and the post is not marked as paid for here."));
		f->remedy = str_of(_("Say here too that it is paid for, or take the mark away."));
	}
}

const struct check_kind check_paid_flag = {
	.word = "paid-flag",
	.title = N_("The network's mark for paid partnerships"),
	.about = N_("Whether the network's own mark says the same as the post's settings"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
