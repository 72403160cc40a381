/* studio: the visual studio: templates to begin with, designs, templates of one's own; the rows of its pages. */
#include "base/lang.h"
#include "page/rules.h"
#include "page/studio/studio.h"

#define A_PAGE 60
#define THUMB 360

struct studio_hooks studio_hooks_here(struct cx *cx)
{
	return (struct studio_hooks){arena_printf(cx->arena, "%s/media", page_setup.data).at, &image_box_self};
}

static void add_picture(json_t *list, const struct media *m, i64 chosen)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(m->id), "name", doc_text(m->name), "is_chosen", m->id == chosen));
}

enum err studio_pictures(struct cx *cx, struct db *db, i64 chosen, json_t **ret_list)
{
	struct media *media, older;
	size_t count;
	bool found = !chosen;
	json_t *list = json_array();
	*ret_list = list;
	TRY(media_list(cx, db, here(cx), &(struct media_filter){.kind = S("image")}, LIST_START, STUDIO_CHOICES, &media, &count));
	for (size_t i = 0; i < count; i++)
		found |= media[i].id == chosen;
	if (!found && media_get(cx, db, here(cx), chosen, &older) == OK)
		add_picture(list, &older, chosen);
	cx_forget(cx);
	for (size_t i = 0; i < count; i++)
		add_picture(list, &media[i], chosen);
	return OK;
}

/* ---- the list ---- */

static struct str thumb_url(struct cx *cx, const char *word, const char *format, i64 version)
{
	return arena_printf(cx->arena, "/studio/preview?template=%s&format=%s&wide=%d&samples=yes&lang=%s&v=%llx-%s", word, format, THUMB, cx->lang, (unsigned long long)version, PARVIS_VERSION);
}

static json_t *model_shape(struct cx *cx, const struct studio_model *m, i64 version)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "word", m->word, "title", tr(cx->lang, m->title), "about", tr(cx->lang, m->about), "url",
			 doc_text(arena_printf(cx->arena, "/studio/new?template=%s", m->word)), "picture", doc_text(thumb_url(cx, m->word, "square", version)));
}

static enum err own_shape(struct cx *cx, struct db *db, i64 version, json_t *document)
{
	struct studio_template *own;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "own", list);
	TRY(studio_templates(cx, db, here(cx), false, STUDIO_TEMPLATES_MAX, &own, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(own[i].id), "word", doc_text(own[i].word), "name", doc_text(own[i].name), "size",
						      doc_text(arena_printf(cx->arena, "%lld × %lld", (long long)own[i].width, (long long)own[i].height)), "source", doc_text(own[i].source), "url",
						      doc_text(arena_printf(cx->arena, "/studio/new?template=%.*s", STR_ARG(own[i].word))), "picture",
						      doc_text(thumb_url(cx, arena_cstr(cx->arena, own[i].word), "own", version))));
	doc_set(document, "has_own", json_boolean(count));
	return OK;
}

static enum err designs_shape(struct cx *cx, struct db *db, bool archived, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct design *list;
	size_t count;
	json_t *shapes = json_array();
	doc_set(document, "designs", shapes);
	TRY(designs(cx, db, here(cx), archived, 0, A_PAGE, &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct studio_model *model = studio_model_of(list[i].template);
		json_array_append_new(shapes, json_pack("{s:o, s:o, s:o, s:s, s:o, s:b}", "id", doc_id(list[i].id), "url", doc_text(arena_printf(cx->arena, "/studio/%lld", (long long)list[i].id)),
							"name", doc_text(list[i].name), "template", model ? tr(cx->lang, model->title) : _("A template of your own"), "updated",
							doc_instant(&reader, list[i].updated_at), "is_away", list[i].archived_at > 0));
	}
	doc_set(document, "has_designs", json_boolean(count));
	doc_set(document, "is_archived", json_boolean(archived));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct brand brand;
	json_t *document = json_object(), *models = json_array();
	reply_json(reply, document);
	TRY(brand_get(cx, db, here(cx), &brand));
	for (size_t i = 0; i < studio_model_count; i++)
		json_array_append_new(models, model_shape(cx, &studio_models[i], brand.updated_at));
	doc_set(document, "templates", models);
	TRY(own_shape(cx, db, brand.updated_at, document));
	TRY(designs_shape(cx, db, param_bool(request, "archived"), document));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	doc_set(document, "can_brand", json_boolean(actor_may(cx->actor, MAY_BRAND)));
	return OK;
}

static enum err bring_template(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *upload = param_file(request, "file");
	struct studio_hooks hooks = studio_hooks_here(cx);
	struct studio_template t;
	struct str story;
	TRY(studio_template_take(cx, request_db(request), here(cx), upload->path, param_text(request, "name"), &hooks, &t, &story));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(t.id)));
	reply_flash(reply, story.len ? arena_printf(cx->arena, _("The template is there. Left out of it: %.*s"), STR_ARG(story)) : str_of(_("The template is there.")), (struct str){});
	reply_redirect(reply, "/studio/new?template=%.*s", STR_ARG(t.word));
	return OK;
}

static enum err put_template_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	bool away = param_bool(request, "away");
	TRY(studio_template_archive(cx, request_db(request), here(cx), id, away));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(away ? _("The template is put away. Designs made with it keep it.") : _("The template is there again.")),
		    away ? arena_printf(cx->arena, "/studio/templates/%lld/archive", (long long)id) : (struct str){});
	reply_redirect(reply, "/studio");
	return OK;
}

/* ---- the rows ---- */

#define ID_PARAM(what) {.name = "id", .in = IN_PATH, .type = P_ID, .about = what}
#define AWAY_PARAM {.name = "away", .in = IN_FORM, .type = P_BOOL, .about = "Put it away; no: take it out again."}
#define SAID_PARAMS(where)                                                                                                     \
	{.name = "lang", .in = where, .type = P_LINE, .max = 8, .about = "The language of its words."},                         \
		{.name = "scheme", .in = where, .type = P_LINE, .max = 20, .about = "Which colours of the kit lie where: nothing, dark or swapped."}, \
		{.name = "place", .in = where, .type = P_LINE, .flags = PARAM_LIST, .max = SVG_SLOT_NAME_MAX, .about = "Names of places of the template."}, \
		{.name = "say", .in = where, .type = P_TEXT, .flags = PARAM_LIST, .max = STUDIO_WORDS_MAX, .about = "What stands in each of them, in the same order: words, or the id of a picture of the library."}

static const struct param list_params[] = {{.name = "archived", .in = IN_QUERY, .type = P_BOOL, .about = "The designs that were put away, instead of the others."}, {}};
static const struct param new_params[] = {
	{.name = "template", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "The word of a template."},
	{.name = "post", .in = IN_QUERY, .type = P_ID, .about = "A post whose words it begins with."},
	{.name = "format", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "The word of a format."},
	{.name = "name", .in = IN_QUERY, .type = P_LINE, .max = STUDIO_NAME_MAX, .about = "Its name."},
	SAID_PARAMS(IN_QUERY),
	{},
};
static const struct param one_params[] = {
	ID_PARAM("The design."),
	{.name = "format", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "The word of a format."},
	{.name = "name", .in = IN_QUERY, .type = P_LINE, .max = STUDIO_NAME_MAX, .about = "Its name."},
	SAID_PARAMS(IN_QUERY),
	{},
};
static const struct param preview_params[] = {
	{.name = "template", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "The word of a template."},
	{.name = "post", .in = IN_QUERY, .type = P_ID, .about = "A post whose words it begins with."},
	{.name = "format", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "The word of a format."},
	{.name = "name", .in = IN_QUERY, .type = P_LINE, .max = STUDIO_NAME_MAX, .about = "Its name."},
	SAID_PARAMS(IN_QUERY),
	{.name = "wide", .in = IN_QUERY, .type = P_INT, .min = 16, .max = 1600, .about = "Its width in pixels."},
	{.name = "samples", .in = IN_QUERY, .type = P_BOOL, .about = "Places without words show the template's own."},
	{.name = "v", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "Not looked at: another one is another address, so that it may be kept for a day."},
	{},
};
#define KEEP_PARAMS                                                                                                            \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = STUDIO_NAME_MAX, .about = "Its name."},                           \
		{.name = "format", .in = IN_FORM, .type = P_LINE, .max = 20, .about = "The format that is shown next."}, SAID_PARAMS(IN_FORM)
static const struct param make_params[] = {
	{.name = "template", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The word of a template."},
	{.name = "post", .in = IN_FORM, .type = P_ID, .about = "The post that it is made for."},
	KEEP_PARAMS,
	{},
};
static const struct param detach_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The design."},
	{.name = "revision", .in = IN_QUERY, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = INT32_MAX, .about = "The revision of the post that was made so."},
	{.name = "made", .in = IN_QUERY, .type = P_ID, .flags = PARAM_LIST, .about = "What was put with it."},
	{.name = "was", .in = IN_QUERY, .type = P_ID, .flags = PARAM_LIST, .about = "What stood in the place of each; the same: nothing did."},
	{},
};
static const struct param change_params[] = {
	ID_PARAM("The design."),
	{.name = "revision", .in = IN_FORM, .type = P_INT, .min = 1, .max = 1000000, .about = "That is changed; left out: the newest."},
	KEEP_PARAMS,
	{},
};
static const struct param archive_params[] = {ID_PARAM("The design."), AWAY_PARAM, {}};
static const struct param export_params[] = {
	ID_PARAM("The design."),
	{.name = "formats", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST | PARAM_REQUIRED, .max = 20, .about = "Words of formats; of a template of one's own: own."},
	{},
};
static const struct param template_params[] = {
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_REQUIRED, .max = (i64)MEDIA_BYTES_MAX, .about = "An SVG whose parts are named as places, or a Photoshop file."},
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = STUDIO_NAME_MAX, .about = "Its name here."},
	{},
};
static const struct param template_archive_params[] = {ID_PARAM("The template."), AWAY_PARAM, {}};
#define COLOUR_PARAMS(role) {.name = "hex_" role, .in = IN_FORM, .type = P_LINE, .max = 7, .about = "The colour, as #b5432a."}, {.name = "name_" role, .in = IN_FORM, .type = P_LINE, .max = 60, .about = "What you call it."}
static const struct param kit_params[] = {
	COLOUR_PARAMS("paper"), COLOUR_PARAMS("ink"), COLOUR_PARAMS("accent"), COLOUR_PARAMS("second"), COLOUR_PARAMS("on"),
	{.name = "more", .in = IN_FORM, .type = P_TEXT, .max = 1000, .about = "More colours, one a line: #eecc88 Wheat."},
	{.name = "title_font", .in = IN_FORM, .type = P_LINE, .max = 120, .about = "The family of titles; nothing: the one that ships."},
	{.name = "text_font", .in = IN_FORM, .type = P_LINE, .max = 120, .about = "The family of texts."},
	{.name = "logo", .in = IN_FORM, .type = P_INT, .min = 0, .max = INT64_MAX, .about = "The logo on light ground: a picture of the library; 0: none."},
	{.name = "logo_dark", .in = IN_FORM, .type = P_INT, .min = 0, .max = INT64_MAX, .about = "The logo on dark ground."},
	{},
};
static const struct param font_params[] = {
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_REQUIRED, .max = (i64)10 << 20, .about = "A font: OTF, TTF, WOFF or WOFF2."},
	{.name = "licence", .in = IN_FORM, .type = P_LINE, .max = 500, .about = "What allows you to use it."},
	{},
};
static const struct param font_archive_params[] = {ID_PARAM("The font."), AWAY_PARAM, {}};

static const struct shape shapes[] = {
	{"StudioPage", "{templates: [{word: text, title: text, about: text, url: url, picture: url}], has_own: bool, own: [{id: id, word: text, name: text, size: text, source: text, url: url, "
	 "picture: url}], has_designs: bool, is_archived: bool, designs: [{id: id, url: url, name: text, template: text, updated: Instant, is_away: bool}], can_write: bool, can_brand: bool}"},
	{"StudioLook", "{url: url, width: int, height: int, alt: text, is_sample: bool, is_fine: bool, size: text, findings: [{icon: text, story: text}]}", "How a design looks in a format."},
	{"StudioChoice", "{word: text, title: text, is_chosen: bool}", "One of several that can be chosen."},
	{"StudioPicture", "{id: id, name: text, is_chosen: bool}", "A picture that can be chosen."},
	{"StudioLookPage", "{look: StudioLook}"},
	{"DesignPage", "{design: {id: id?, url: url, name: text, revision: int, template: text, template_name: text, about: text, post_id: id?, is_away: bool, format: text}, "
	 "places: [{name: text, title: text, words: text, sample: text, is_picture: bool, pictures: [StudioPicture]}], "
	 "formats: [{word: text, title: text, size: text, is_chosen: bool, is_made: bool, is_old: bool, url: url?}], schemes: [StudioChoice], langs: [StudioChoice], look: StudioLook, can_write: bool}"},
	{"BrandKitPage", "{roles: [{word: text, title: text, name: text, hex: text}], more: text, pairs: [{over: text, under: text, ratio: text, verdict: text, is_good: bool, is_weak: bool}], "
	 "has_fonts: bool, fonts: [{id: id, family: text, style: text, type: text, licence: text}], title_fonts: [StudioChoice], text_fonts: [StudioChoice], logos: [StudioPicture], "
	 "dark_logos: [StudioPicture], can_brand: bool}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/studio", .permission = MAY_READ_POSTS, .params = list_params, .template = "studio/page", .handle = show, .answer = "StudioPage",
	 .about = "The visual studio: templates to begin with, and designs."},
	{.method = "POST", .path = "/studio", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES | ROUTE_SLOW, .params = make_params, .template = "studio/design", .handle = studio_make, .form = "/studio/new",
	 .answer = "Made", .about = "Keep a new design."},
	{.method = "GET", .path = "/studio/new", .permission = MAY_WRITE_POSTS, .flags = ROUTE_SLOW, .params = new_params, .template = "studio/design", .handle = studio_new, .answer = "DesignPage",
	 .about = "A new design: the places of a template, and how it looks."},
	{.method = "GET", .path = "/studio/look", .permission = MAY_READ_POSTS, .flags = ROUTE_SLOW, .params = new_params, .template = "studio/look", .handle = studio_look, .answer = "StudioLookPage",
	 .about = "How words would look in a template: whether they fit, and stand out."},
	{.method = "GET", .path = "/studio/preview", .permission = MAY_READ_POSTS, .flags = ROUTE_SLOW, .params = preview_params, .handle = studio_preview, .type = "image/png",
	 .about = "The picture of it, in a format."},
	{.method = "GET", .path = "/studio/kit", .permission = MAY_READ_POSTS, .template = "studio/kit", .handle = studio_kit_show, .answer = "BrandKitPage",
	 .about = "The brand kit: colours and their contrasts, fonts, logos."},
	{.method = "POST", .path = "/studio/kit", .permission = MAY_BRAND, .params = kit_params, .template = "studio/kit", .handle = studio_kit_keep, .form = "/studio/kit", .answer = "Made",
	 .about = "Change the brand kit. What is left out stays."},
	{.method = "POST", .path = "/studio/kit/fonts", .permission = MAY_BRAND, .flags = ROUTE_MAKES | ROUTE_SLOW, .params = font_params, .template = "studio/kit", .handle = studio_font_bring,
	 .body_max = (11 << 20), .form = "/studio/kit", .answer = "Made", .about = "Bring a font."},
	{.method = "POST", .path = "/studio/kit/fonts/{id}/archive", .permission = MAY_BRAND, .params = font_archive_params, .handle = studio_font_put_away, .answer = "Made",
	 .about = "Put a font away, or take it out again."},
	{.method = "POST", .path = "/studio/templates", .permission = MAY_BRAND, .flags = ROUTE_MAKES | ROUTE_SLOW, .params = template_params, .template = "studio/page", .handle = bring_template,
	 .body_max = MEDIA_BYTES_MAX + (1 << 20), .form = "/studio", .answer = "Made", .about = "Bring a template of your own: an SVG whose parts are named as places, or a Photoshop file."},
	{.method = "POST", .path = "/studio/templates/{id}/archive", .permission = MAY_BRAND, .params = template_archive_params, .handle = put_template_away, .answer = "Made",
	 .about = "Put a template away, or take it out again."},
	{.method = "GET", .path = "/studio/{id}", .permission = MAY_READ_POSTS, .flags = ROUTE_SLOW, .params = one_params, .template = "studio/design", .handle = studio_one, .answer = "DesignPage",
	 .about = "A design: its words, how it looks in a format, and the pictures made of it."},
	{.method = "POST", .path = "/studio/{id}", .permission = MAY_WRITE_POSTS, .flags = ROUTE_SLOW, .params = change_params, .template = "studio/design", .handle = studio_change, .form = "/studio/{id}",
	 .answer = "Made", .about = "Change a design."},
	{.method = "POST", .path = "/studio/{id}/detach", .permission = MAY_WRITE_POSTS, .params = detach_params, .handle = studio_detach, .answer = "Made",
	 .about = "Take the pictures off the post that making them put with it; what stood there before stands there again."},
	{.method = "POST", .path = "/studio/{id}/export", .permission = MAY_WRITE_POSTS, .flags = ROUTE_SLOW, .params = export_params, .template = "studio/design", .handle = studio_export_pictures,
	 .form = "/studio/{id}", .answer = "Made", .about = "Make pictures of it for the media library. Nothing is made unless all its words fit."},
	{.method = "POST", .path = "/studio/{id}/archive", .permission = MAY_WRITE_POSTS, .params = archive_params, .handle = studio_put_away, .answer = "Made",
	 .about = "Put a design away, or take it out again. Its pictures stay."},
	{},
};

const struct page page_studio = {"studio", routes, shapes, .file = __FILE__};
