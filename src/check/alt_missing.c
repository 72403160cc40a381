/* alt_missing.c: a picture that says nothing to those who do not see it. WCAG 2.2, success criterion 1.1.1 (level A). */
#include "check/run.h"

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	struct cx *cx = run->cx;
	for (size_t i = 0; i < post->media_count; i++) {
		const struct check_media *m = &post->media[i];
		bool any = false, ours = false;
		for (size_t n = 0; n < m->alt_count; n++) {
			struct str lang = m->alts[n].lang;
			bool said = str_trim(m->alts[n].text).len > 0;
			any |= said;
			ours |= said && (!lang.len || !post->lang.len || str_eq_fold(str_head(lang, 2), str_head(post->lang, 2)));
		}
		if (m->kind != CHECK_IMAGE || m->decorative || ours)
			continue;
		struct finding *f = check_tell_part(run, CHECK_MEDIA, i, (struct str){}, any ? S("alt:language") : S("alt:none"));
		if (any) {
			check_lower(run, f, CHECK_INFORM);
			f->reason = arena_printf(cx->arena, _("Image %zu has no alternative text in the language of the post."),
				i + 1);
			f->remedy = str_of(_("Say what it shows in that language too."));
			continue;
		}
		f->reason = arena_printf(cx->arena, _("Image %zu has no alternative text: whoever does not see it learns nothing of it."), i + 1);
		f->remedy = str_of(_("Say in a sentence what it shows and why it is there, or mark it as decorative."));
	}
}

const struct check_kind check_alt_missing = {
	.word = "alt-missing",
	.title = N_("Missing alternative text"),
	.about = N_("Images without words for those who do not see them"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
