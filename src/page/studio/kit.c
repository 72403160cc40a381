/* kit: the brand kit: colours with what they make of each other, fonts, logos. */
#include "base/lang.h"
#include "base/utf8.h"
#include "page/studio/studio.h"

static json_t *role_shape(struct cx *cx, const struct studio_kit *kit, enum studio_role role)
{
	const struct studio_colour *r = &studio_roles[role];
	struct str name = {};
	for (size_t i = 0; i < kit->colour_count; i++)
		if (str_eq(kit->colours[i].role, str_of(r->word)))
			name = kit->colours[i].name;
	return json_pack("{s:s, s:s, s:o, s:o}", "word", r->word, "title", tr(cx->lang, r->title), "name", doc_text(name), "hex",
			 doc_text(arena_printf(cx->arena, "#%06x", studio_kit_colour(kit, role))));
}

static struct str more_text(struct cx *cx, const struct studio_kit *kit)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < kit->colour_count; i++)
		if (!kit->colours[i].role.len)
			buf_addf(&b, "%.*s %.*s\n", STR_ARG(kit->colours[i].hex), STR_ARG(kit->colours[i].name));
	return buf_keep(&b, cx->arena);
}

struct str studio_ratio_text(struct cx *cx, double contrast)
{
	int tenths = (int)(contrast * 10); /* never told better than it is */
	return arena_printf(cx->arena, str_eq(str_of(cx->lang), S("fr")) ? "%d,%d:1" : "%d.%d:1", tenths / 10, tenths % 10);
}

/* The pairs that templates lay on each other. */
static json_t *pairs_shape(struct cx *cx, const struct studio_kit *kit)
{
	static const enum studio_role pairs[][2] = {{ROLE_INK, ROLE_PAPER}, {ROLE_ACCENT, ROLE_PAPER}, {ROLE_SECOND, ROLE_PAPER}, {ROLE_ON, ROLE_ACCENT}, {ROLE_ON, ROLE_SECOND}, {ROLE_ON, ROLE_INK}};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(pairs); i++) {
		double contrast = canvas_contrast(studio_kit_colour(kit, pairs[i][0]), studio_kit_colour(kit, pairs[i][1]));
		const char *verdict = contrast >= 4.5 ? N_("good for all words") : contrast >= 3 ? N_("good for large words alone") : N_("too weak for words");
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:s, s:b, s:b}", "over", tr(cx->lang, studio_roles[pairs[i][0]].title), "under", tr(cx->lang, studio_roles[pairs[i][1]].title),
						      "ratio", doc_text(studio_ratio_text(cx, contrast)), "verdict", tr(cx->lang, verdict), "is_good", contrast >= 4.5, "is_weak", contrast < 3));
	}
	return list;
}

static void add_family(json_t *list, struct str family, struct str title, struct str chosen)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(family), "title", doc_text(title), "is_chosen", str_eq(family, chosen)));
}

static json_t *families_shape(struct cx *cx, const struct brand_font *fonts, size_t count, struct str chosen, const char *usual)
{
	json_t *list = json_array();
	add_family(list, S(""), arena_printf(cx->arena, _("%s, which ships"), usual), chosen);
	add_family(list, S("DejaVu Sans"), S("DejaVu Sans"), chosen);
	add_family(list, S("DejaVu Serif"), S("DejaVu Serif"), chosen);
	for (size_t i = 0; i < count; i++)
		if (!i || !str_eq(fonts[i].family, fonts[i - 1].family))
			add_family(list, fonts[i].family, fonts[i].family, chosen);
	return list;
}

static enum err fonts_shape(struct cx *cx, struct db *db, const struct studio_kit *kit, json_t *document)
{
	struct brand_font *fonts;
	size_t count;
	json_t *list = json_array();
	TRY(brand_fonts(cx, db, here(cx), STUDIO_FONTS_AT_MOST, &fonts, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(fonts[i].id), "family", doc_text(fonts[i].family), "style", doc_text(fonts[i].style), "type",
						      doc_text(fonts[i].type), "licence", doc_text(fonts[i].licence)));
	doc_set(document, "fonts", list);
	doc_set(document, "has_fonts", json_boolean(count));
	doc_set(document, "title_fonts", families_shape(cx, fonts, count, kit->title_font, "Commissioner"));
	doc_set(document, "text_fonts", families_shape(cx, fonts, count, kit->text_font, "Hanken Grotesk"));
	return OK;
}

enum err studio_kit_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct studio_kit kit;
	json_t *document = json_object(), *roles = json_array(), *logos, *dark_logos;
	reply_json(reply, document);
	TRY(studio_kit_read(cx, db, here(cx), &kit));
	for (int i = 0; i < STUDIO_ROLES; i++)
		json_array_append_new(roles, role_shape(cx, &kit, (enum studio_role)i));
	doc_set(document, "roles", roles);
	doc_set(document, "more", doc_text(more_text(cx, &kit)));
	doc_set(document, "pairs", pairs_shape(cx, &kit));
	TRY(fonts_shape(cx, db, &kit, document));
	TRY(studio_pictures(cx, db, kit.logo, &logos));
	doc_set(document, "logos", logos);
	TRY(studio_pictures(cx, db, kit.logo_dark, &dark_logos));
	doc_set(document, "dark_logos", dark_logos);
	doc_set(document, "can_brand", json_boolean(actor_may(cx->actor, MAY_BRAND)));
	return OK;
}

/* "#b5432a Terracotta" a line. */
static enum err read_more(struct cx *cx, struct str text, struct studio_kit *kit)
{
	while (text.at) {
		struct str line = str_trim(str_line(&text)), hex = str_cut(&line, ' ');
		if (!hex.len)
			continue;
		if (kit->colour_count == STUDIO_COLOURS_MAX)
			return fail_field(cx, "more", N_("A kit has at most %d colours."), STUDIO_COLOURS_MAX);
		kit->colours[kit->colour_count++] = (struct studio_kit_colour){S(""), str_trim(line), hex};
	}
	return OK;
}

enum err studio_kit_keep(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct studio_kit there, kit = {};
	TRY(studio_kit_read(cx, db, here(cx), &there));
	for (int i = 0; i < STUDIO_ROLES; i++) {
		const char *word = studio_roles[i].word, *hex = arena_printf(cx->arena, "hex_%s", word).at, *name = arena_printf(cx->arena, "name_%s", word).at;
		struct studio_kit_colour colour = {str_of(word), {}, {}};
		for (size_t k = 0; k < there.colour_count; k++)
			if (str_eq(there.colours[k].role, str_of(word)))
				colour = there.colours[k];
		if (param_given(request, hex))
			colour.hex = param_text(request, hex);
		if (param_given(request, name))
			colour.name = param_text(request, name);
		if (colour.hex.len)
			kit.colours[kit.colour_count++] = colour;
	}
	TRY(read_more(cx, param_given(request, "more") ? param_text(request, "more") : more_text(cx, &there), &kit));
	kit.title_font = param_given(request, "title_font") ? param_text(request, "title_font") : there.title_font;
	kit.text_font = param_given(request, "text_font") ? param_text(request, "text_font") : there.text_font;
	kit.logo = param_given(request, "logo") ? param_int(request, "logo") : there.logo;
	kit.logo_dark = param_given(request, "logo_dark") ? param_int(request, "logo_dark") : there.logo_dark;
	TRY(studio_kit_save(cx, db, here(cx), &kit));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(here(cx))));
	reply_flash(reply, str_of(_("The brand kit is kept. Designs take it the next time they are drawn; pictures that were made stay as they are.")), (struct str){});
	reply_redirect(reply, "/studio/kit");
	return OK;
}

enum err studio_font_bring(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *upload = param_file(request, "file");
	struct studio_hooks hooks = studio_hooks_here(cx);
	struct brand_font font;
	TRY(studio_font_take(cx, request_db(request), here(cx), upload->path, param_text(request, "licence"), &hooks, &font));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(font.id)));
	reply_flash(reply, arena_printf(cx->arena, _("“%.*s” is in the kit. Choose it for titles or for texts."), STR_ARG(font.family)), (struct str){});
	reply_redirect(reply, "/studio/kit");
	return OK;
}

enum err studio_font_put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	bool away = param_bool(request, "away");
	TRY(studio_font_archive(cx, request_db(request), here(cx), id, away));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(away ? _("The font is put away.") : _("The font is in the kit again.")), away ? arena_printf(cx->arena, "/studio/kit/fonts/%lld/archive", (long long)id) : (struct str){});
	reply_redirect(reply, "/studio/kit");
	return OK;
}
