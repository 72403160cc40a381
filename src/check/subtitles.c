/* subtitles.c: a video that says nothing to those who do not hear it. WCAG 2.2, success criteria 1.2.1 and 1.2.2 (level A). */
#include "check/run.h"

static void look(struct check_run *run)
{
	struct cx *cx = run->cx;
	for (size_t i = 0; i < run->post->media_count; i++) {
		const struct check_media *m = &run->post->media[i];
		if ((m->kind != CHECK_VIDEO && m->kind != CHECK_AUDIO) || m->silent || m->has_subtitles || m->subtitle_count)
			continue;
		struct finding *f = check_tell_part(run, CHECK_MEDIA, i, (struct str){}, m->kind == CHECK_VIDEO ? S("subtitles") :
			S("transcript"));
		if (m->kind == CHECK_VIDEO) {
			f->reason = arena_printf(cx->arena, _("Video %zu has no subtitles: many watch without sound, and some cannot hear it."), i + 1);
			f->remedy = str_of(_("Add a file of subtitles, or say that they are in the picture, or that nothing is said."));
		} else {
			f->reason = arena_printf(cx->arena, _("Recording %zu has no transcript: some cannot hear it."), i + 1);
			f->remedy = str_of(_("Add what is said as text, or a link to it."));
		}
	}
}

const struct check_kind check_subtitles = {
	.word = "subtitles",
	.title = N_("Missing subtitles"),
	.about = N_("Videos without subtitles, recordings without a transcript"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
