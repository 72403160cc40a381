#include "model/studio.h"

#include "base/err.h"

#include <string.h>

/* What lies over a story: its head with the account, its foot with the answer box; third parties' guides agree on some 250 and 340 of 1,920 pixels, the
 * networks publish none. Else a margin that no corner of a card cuts. */
const struct studio_format studio_formats[STUDIO_FORMATS] = {
	{"square", N_("Square, 1:1"), 1080, 1080, 60, 60, 60, 60},
	{"portrait", N_("Upright, 4:5"), 1080, 1350, 60, 60, 60, 60},
	{"story", N_("Story, 9:16"), 1080, 1920, 60, 250, 60, 340},
	{"landscape", N_("Wide, 16:9"), 1600, 900, 60, 60, 60, 60},
	{"wide", N_("Card of a link, 1.91:1"), 1200, 628, 40, 40, 40, 40},
};

const struct studio_colour studio_roles[STUDIO_ROLES] = {
	[ROLE_PAPER] = {"paper", N_("Ground"), 0xfbf7f0},
	[ROLE_INK] = {"ink", N_("Colour of words"), 0x1f2a37},
	[ROLE_ACCENT] = {"accent", N_("Accent"), 0xb5432a},
	[ROLE_SECOND] = {"second", N_("Second colour"), 0x20605c},
	[ROLE_ON] = {"on", N_("Words on colours"), 0xfffdf9},
};

const struct studio_scheme studio_schemes[STUDIO_SCHEMES] = {
	{"", N_("On light ground"), {ROLE_PAPER, ROLE_INK, ROLE_ACCENT, ROLE_SECOND, ROLE_ON}},
	{"dark", N_("On dark ground"), {ROLE_INK, ROLE_ON, ROLE_ACCENT, ROLE_SECOND, ROLE_ON}},
	{"swapped", N_("Accent and second colour swapped"), {ROLE_PAPER, ROLE_INK, ROLE_SECOND, ROLE_ACCENT, ROLE_ON}},
};

const struct studio_model studio_models[] = {
	{"quote", N_("Quotation"), N_("Somebody's words, large, with who said them."),
	 {{"quote", N_("What was said"), N_("Good bread takes time, and so do good neighbours.")}, {"author", N_("Who said it"), N_("Amina Berrada")}, {"role", N_("Who that is"), N_("Baker, Rue des Halles")}},
	 "quote", "author"},
	{"announcement", N_("Announcement"), N_("A piece of news with its details."),
	 {{"kicker", N_("Above it"), N_("News")}, {"title", N_("Title"), N_("We open on Sundays from September on")}, {"detail", N_("Details"), N_("From 8 to 12, with brioche and coffee on the square.")}},
	 "detail", "title"},
	{"figure", N_("Figure"), N_("One number, what it means, and where it comes from."),
	 {{"figure", N_("Figure"), N_("72 %")}, {"meaning", N_("What it means"), N_("of our flour comes from mills less than 60 km away")}, {"source", N_("Source"), N_("Source: our purchases of 2026")}},
	 "meaning", "figure"},
	{"event", N_("Event"), N_("A day, an hour and a place."),
	 {{"month", N_("Month"), N_("September")}, {"day", N_("Day"), N_("12")}, {"title", N_("Title"), N_("Night of the bakers")}, {"hour", N_("Hour"), N_("6 pm to midnight")},
	  {"place", N_("Place"), N_("Place du Marché, Rennes")}},
	 "place", "title"},
	{"product", N_("Product"), N_("A picture of it, its name and its price."),
	 {{"name", N_("Name"), N_("Country loaf, natural leaven")}, {"detail", N_("Details"), N_("Stone-ground wheat and rye, twenty hours of rest.")}, {"price", N_("Price"), N_("€4.90")}},
	 "detail", "name"},
	{"hiring", N_("Job offer"), N_("A job, what it is like, and how to apply."),
	 {{"kicker", N_("Above it"), N_("We are hiring")}, {"job", N_("Job"), N_("Baker, early shift")}, {"detail", N_("Details"), N_("Full time, from October on. Two days off in a row.")},
	  {"how", N_("How to apply"), N_("jobs@example.org")}},
	 "detail", "job"},
	{"thanks", N_("Thank you"), N_("Thanks, in a frame of paper scraps."),
	 {{"thanks", N_("Thanks"), N_("Thank you!")}, {"detail", N_("For what"), N_("You are 10,000 to follow our ovens.")}}, "detail", "thanks"},
	{"photo", N_("Picture with words"), N_("A picture over all of it, with words on a shade."),
	 {{"title", N_("Title"), N_("The first loaves leave the oven")}, {"line", N_("Below it"), N_("Come by from seven on.")}}, "line", "title"},
};
const size_t studio_model_count = COUNT(studio_models);

const struct studio_format *studio_format_of(struct str word)
{
	for (size_t i = 0; i < STUDIO_FORMATS; i++)
		if (str_eq(word, str_of(studio_formats[i].word)))
			return &studio_formats[i];
	return NULL;
}

const struct studio_scheme *studio_scheme_of(struct str word)
{
	for (size_t i = 0; i < STUDIO_SCHEMES; i++)
		if (str_eq(word, str_of(studio_schemes[i].word)))
			return &studio_schemes[i];
	return NULL;
}

const struct studio_model *studio_model_of(struct str word)
{
	for (size_t i = 0; i < studio_model_count; i++)
		if (str_eq(word, str_of(studio_models[i].word)))
			return &studio_models[i];
	return NULL;
}

const char *studio_place_title(struct str name)
{
	for (size_t i = 0; i < studio_model_count; i++)
		for (const struct studio_place *p = studio_models[i].places; p < studio_models[i].places + STUDIO_PLACES && p->name; p++)
			if (str_eq(name, str_of(p->name)))
				return p->title;
	return NULL;
}

/* ---- files that are built in (tools/embed-models) ---- */

extern const struct studio_file {
	const char *name, *from, *to;
} studio_files[], studio_font_files[];

struct str studio_drawing(struct str word, const struct studio_format *format)
{
	for (const struct studio_file *f = studio_files; f->name; f++) {
		struct str rest = str_of(f->name), name = str_cut(&rest, '.');
		if (str_eq(name, word) && str_eq(rest, str_of(format->word)))
			return str_span(f->from, f->to);
	}
	return (struct str){};
}

size_t studio_fonts(struct str family, struct str ret_files[static STUDIO_FONTS_MAX])
{
	const char *stem = str_eq(family, S(STUDIO_TITLE_FAMILY)) ? "commissioner" : str_eq(family, S(STUDIO_TEXT_FAMILY)) ? "hanken-grotesk" : NULL;
	size_t count = 0;
	for (const struct studio_file *f = studio_font_files; stem && f->name && count < STUDIO_FONTS_MAX; f++)
		if (str_starts(str_of(f->name), str_of(stem)))
			ret_files[count++] = str_span(f->from, f->to);
	return count;
}
