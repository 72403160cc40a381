/* alt_poor.c: an alternative text that is there, and does not help: a file's name, "image of", a word, the post once more, a novel.
 * The numbers are a house's advice, not a standard's: screen readers read an alternative text in one breath. */
#include "base/utf8.h"
#include "check/run.h"

#define SHORT 2u  /* words: fewer tell little */
#define LONG 300u /* characters */

static bool is_file_name(struct str text)
{
	static const char *const ends[] = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".tif", ".tiff", ".mp4",
		".mov"};
	static const char *const starts[] = {"IMG_", "IMG-", "DSC_", "DSC0", "DSCN", "PXL_", "Screenshot_", "Screenshot 20",
		"Capture d’écran 20", "Capture d'écran 20", "WhatsApp Image"};
	for (size_t i = 0; i < COUNT(ends); i++)
		if (text.len > 5 && str_eq_fold(str_skip(text, text.len - str_of(ends[i]).len), str_of(ends[i])))
			return true;
	for (size_t i = 0; i < COUNT(starts); i++)
		if (str_starts(text, str_of(starts[i])))
			return true;
	return false;
}

/* How many pieces of "image of" it begins with. */
static size_t opening(const struct check_reading *r)
{
	static const char *const nouns[] = {"image", "photo", "picture", "photograph", "photographie", "visuel", "illustration",
		"pic", "graphic"};
	static const char *const links[] = {"of", "de", "d'", "du", "des", "showing", "montrant", "représentant", "illustrating"};
	size_t i = 0;
	if (r->count && (str_eq(r->pieces[0].lower, S("an")) || str_eq(r->pieces[0].lower, S("a")) ||
		str_eq(r->pieces[0].lower, S("une")) || str_eq(r->pieces[0].lower, S("un")) ||
			 str_eq(r->pieces[0].lower, S("l'")) || str_eq(r->pieces[0].lower, S("la"))))
		i++;
	if (i + 2 < r->count && str_in(r->pieces[i].lower, nouns, COUNT(nouns)) &&
		str_in(r->pieces[i + 1].lower, links, COUNT(links)))
		return i + 2;
	return 0;
}

static bool is_the_post(const struct check_run *run, struct str text)
{
	for (size_t i = 0; i < run->post->text_count; i++)
		if (str_eq(str_trim(run->post->texts[i].text), text))
			return true;
	return false;
}

static void look_at(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	struct str text = str_trim(r->text);
	size_t open = opening(r);
	struct finding *f;
	if (!text.len)
		return;
	if (is_file_name(text)) {
		f = check_tell(run, r, 0, r->text.len, S("file-name"));
		f->reason = arena_printf(cx->arena, _("“%.*s” is the name of a file, not what the image shows."),
			STR_ARG(f->excerpt));
		f->remedy = str_of(_("Say in a sentence what it shows and why it is there, or mark it as decorative."));
		return;
	}
	if (is_the_post(run, text)) {
		f = check_tell(run, r, 0, r->text.len, S("same"));
		f->reason = str_of(_("The alternative text is the post once more: who hears both learns nothing of the image."));
		f->remedy = str_of(_("Say what the image shows, not what the post says."));
		return;
	}
	if (open) {
		f = check_tell(run, r, r->pieces[0].from, r->pieces[open - 1].to, S("opening"));
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("“%.*s” is not needed: screen readers say by themselves that it is an image."), STR_ARG(f->excerpt));
		f->remedy = str_of(_("Begin with what is to be seen."));
	} else if (r->words < SHORT) {
		f = check_tell(run, r, 0, r->text.len, S("short"));
		check_lower(run, f, CHECK_INFORM);
		f->reason = str_of(_("One word tells little of an image."));
		f->remedy = str_of(_("Say who or what is to be seen, doing what, and where it matters."));
	}
	if (r->code_points > LONG) {
		f = check_tell(run, r, utf8_head(r->text, LONG).len, r->text.len, S("long"));
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("This alternative text has %zu characters; screen readers read it without a pause."), r->code_points);
		f->remedy = arena_printf(cx->arena, _("Say the main thing in fewer than %u characters, and the rest in the post."),
			LONG);
	}
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++)
		if (run->readings[n].part == CHECK_ALT)
			look_at(run, &run->readings[n]);
}

const struct check_kind check_alt_poor = {
	.word = "alt-poor",
	.title = N_("Alternative text that does not help"),
	.about = N_("File names, “image of”, a single word, the post once more, too long a text"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
