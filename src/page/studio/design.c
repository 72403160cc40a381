/* design: a design while it is written: its places, how it looks in a format, what keeps it from being made, and the pictures that were made of it. */
#include "base/lang.h"
#include "base/utf8.h"
#include "page/rules.h"
#include "page/studio/studio.h"
#include "store/post.h"

#define PREVIEW 640 /* pixels of the wider side of what is looked at */

/* ---- what is said ---- */

struct draft {
	struct request *request;
	struct studio_design design;
	struct design row;       /* of one that is kept */
	struct studio_template_open open;
	struct str format;
	bool samples;            /* nothing is written yet: the template's own words are shown */
};

static struct str typed_or_said(struct request *request, const char *name)
{
	struct str typed = request_typed(request, name);
	return typed.at ? typed : param_text(request, name);
}

/* Places and their words, as two lists that go together. */
static void read_said(struct cx *cx, struct request *request, struct studio_design *design)
{
	struct studio_said *list = arena_array(cx->arena, struct studio_said, SVG_SLOTS_MAX);
	size_t count = 0;
	bool typed = request_typed_at(request, "place", 0).at != NULL;
	while (count < SVG_SLOTS_MAX) {
		struct str place = typed ? request_typed_at(request, "place", count) : count < param_count(request, "place") ? param_text_at(request, "place", count) : (struct str){};
		struct str words = typed ? request_typed_at(request, "say", count) : count < param_count(request, "say") ? param_text_at(request, "say", count) : (struct str){};
		if (!place.at)
			break;
		list[count++] = (struct studio_said){place, words};
	}
	if (!count)
		return;
	design->said = list;
	design->said_count = count;
}

static void read_draft(struct cx *cx, struct request *request, struct studio_design *design)
{
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {{"name", offsetof(struct studio_design, name)}, {"lang", offsetof(struct studio_design, lang)}, {"scheme", offsetof(struct studio_design, scheme)}};
	for (size_t i = 0; i < COUNT(fields); i++) {
		bool given = request_typed(request, fields[i].name).at || param_given(request, fields[i].name);
		if (given)
			*(struct str *)((char *)design + fields[i].offset) = typed_or_said(request, fields[i].name);
	}
	read_said(cx, request, design);
}

static void say(struct studio_said *list, size_t *count, const char *place, struct str words)
{
	if (place && str_trim(words).len && *count < 2)
		list[(*count)++] = (struct studio_said){str_of(place), utf8_head(str_trim(words), STUDIO_WORDS_MAX)};
}

/* What a post says goes where the template has room for it. */
static enum err begin_with_post(struct cx *cx, struct db *db, struct studio_design *design)
{
	struct post post;
	const struct studio_model *model = studio_model_of(design->template);
	struct studio_said *list = arena_array(cx->arena, struct studio_said, 2);
	size_t count = 0;
	if (!design->post)
		return OK;
	TRY(post_get(cx, db, here(cx), design->post, &post));
	if (model) {
		say(list, &count, model->body, post.body);
		if (str_eq(str_of(model->heading), S("title")) || str_eq(str_of(model->heading), S("name")) || str_eq(str_of(model->heading), S("job")))
			say(list, &count, model->heading, post.title);
	}
	design->said = list;
	design->said_count = count;
	design->name = post.title.len ? utf8_head(post.title, STUDIO_NAME_MAX) : design->name;
	if (post.lang.len)
		design->lang = post.lang;
	return OK;
}

static bool says_nothing(const struct draft *draft)
{
	for (size_t i = 0; i < draft->design.said_count; i++)
		if (str_trim(draft->design.said[i].words).len)
			return false;
	return true;
}

static bool is_lang(struct str lang)
{
	for (size_t i = 0; i < RULES_LANGS; i++)
		if (str_eq(str_head(lang, 2), str_of(rules_langs[i].word)) && (lang.len == 2 || (lang.len == 5 && lang.at[2] == '-')))
			return true;
	return false;
}

/* Of the row, of the template, of a post; then of what was sent. */
static enum err open_draft(struct cx *cx, struct request *request, i64 id, struct draft *draft)
{
	struct db *db = request_db(request);
	struct studio_hooks hooks = studio_hooks_here(cx);
	*draft = (struct draft){.request = request, .format = param_text(request, "format")};
	if (id) {
		TRY(design_get(cx, db, here(cx), id, &draft->row));
		TRY(studio_design_of(cx, db, &draft->row, &draft->design));
	} else {
		struct str template = typed_or_said(request, "template"), post = request_typed(request, "post");
		draft->design = (struct studio_design){.template = template.len ? template : S("quote"), .lang = str_of(cx->lang)};
		if (!post.at || !str_to_i64(post, &draft->design.post))
			draft->design.post = param_id(request, "post");
		TRY(begin_with_post(cx, db, &draft->design));
	}
	read_draft(cx, request, &draft->design);
	if (!is_lang(draft->design.lang))
		draft->design.lang = str_of(cx->lang);
	TRY(studio_open(cx, db, here(cx), draft->design.template, studio_format_of(draft->format) ? draft->format : S(""), &hooks, &draft->open));
	draft->format = draft->open.format ? str_of(draft->open.format->word) : S("own");
	draft->samples = says_nothing(draft);
	return OK;
}

/* ---- how it looks ---- */

static struct str address_of(struct cx *cx, const struct draft *draft, struct str format, int wide)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct studio_design *d = &draft->design;
	buf_adds(&b, "/studio/preview?template=");
	buf_add_url(&b, d->template);
	buf_addf(&b, "&format=%.*s&wide=%d&lang=", STR_ARG(format), wide);
	buf_add_url(&b, d->lang);
	buf_adds(&b, "&scheme=");
	buf_add_url(&b, d->scheme);
	if (draft->samples)
		buf_adds(&b, "&samples=yes");
	for (size_t i = 0; i < d->said_count; i++) {
		if (!str_trim(d->said[i].words).len)
			continue;
		buf_adds(&b, "&place=");
		buf_add_url(&b, d->said[i].place);
		buf_adds(&b, "&say=");
		buf_add_url(&b, str_trim(d->said[i].words));
	}
	return buf_keep(&b, cx->arena);
}

static void add_finding(struct cx *cx, json_t *list, const char *icon, struct str story)
{
	json_array_append_new(list, json_pack("{s:s, s:o}", "icon", icon, "story", doc_text(story)));
}

static json_t *findings_shape(struct cx *cx, const struct studio_drawn *drawn)
{
	json_t *list = json_array();
	for (size_t i = 0; i < drawn->place_count; i++) {
		const struct studio_place_fit *p = &drawn->places[i];
		if (!p->fit.fits)
			add_finding(cx, list, "scissors", arena_printf(cx->arena, _("“%.*s” does not fit, as small as can still be read. Shorten it, or choose another format. Nothing is cut off."), STR_ARG(p->title)));
		if (!p->fit.stands_out)
			add_finding(cx, list, "eye", arena_printf(cx->arena, _("“%.*s” stands out by %.*s from what lies under it. That is hard to read: choose other colours or a calmer picture."), STR_ARG(p->title),
								  STR_ARG(studio_ratio_text(cx, p->fit.contrast))));
		if (p->fit.missing)
			add_finding(cx, list, "type", arena_printf(cx->arena, _("“%.*s” has signs that none of the fonts here can draw."), STR_ARG(p->title)));
	}
	return list;
}

/* What the fragment shows: the picture, what is found, the words for those who do not see it. */
static enum err look_shape(struct cx *cx, const struct draft *draft, json_t *document)
{
	struct studio_hooks hooks = studio_hooks_here(cx);
	struct studio_drawn drawn;
	struct str alt = studio_alt(cx, &draft->design);
	int width = draft->open.width, height = draft->open.height, wide = width >= height ? PREVIEW : PREVIEW * width / height;
	TRY(studio_draw(cx, request_db(draft->request), here(cx), &draft->design, draft->format, wide, draft->samples, true, &hooks, &drawn));
	json_t *findings = findings_shape(cx, &drawn);
	size_t count = json_array_size(findings);
	doc_set(document, "look", json_pack("{s:o, s:i, s:i, s:o, s:b, s:o, s:b, s:o}", "url", doc_text(address_of(cx, draft, draft->format, wide)), "width", wide, "height",
					    (int)((i64)wide * height / width), "alt", doc_text(alt.len ? alt : str_of(_("The template with its own words"))), "is_sample", draft->samples, "findings",
					    findings, "is_fine", count == 0, "size", doc_text(arena_printf(cx->arena, "%d × %d", width, height))));
	return OK;
}

/* ---- the page ---- */

static enum err places_shape(struct cx *cx, struct db *db, const struct draft *draft, json_t *document)
{
	json_t *list = json_array();
	doc_set(document, "places", list);
	for (size_t i = 0; i < draft->open.place_count; i++) {
		const struct studio_template_place *p = &draft->open.places[i];
		struct str words = {};
		i64 chosen = 0;
		json_t *pictures = json_array();
		if (p->slot.kind == SVG_SLOT_LOGO)
			continue;
		for (size_t k = 0; k < draft->design.said_count; k++)
			if (str_eq(draft->design.said[k].place, p->slot.name))
				words = draft->design.said[k].words;
		if (p->slot.kind == SVG_SLOT_PICTURE) {
			json_decref(pictures);
			if (!str_to_i64(words, &chosen))
				chosen = 0;
			TRY(studio_pictures(cx, db, chosen, &pictures));
		}
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "name", doc_text(p->slot.name), "title", doc_text(p->title), "words", doc_text(words), "sample",
						      doc_text(p->sample), "is_picture", p->slot.kind == SVG_SLOT_PICTURE, "pictures", pictures));
	}
	return OK;
}

static json_t *format_shape(struct cx *cx, const struct draft *draft, struct str word, struct str title, int width, int height, const struct design_picture *made, size_t count)
{
	const struct design_picture *mine = NULL;
	for (size_t i = 0; i < count; i++)
		if (str_eq(made[i].format, word))
			mine = &made[i];
	return json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "word", doc_text(word), "title", doc_text(title), "size", doc_text(arena_printf(cx->arena, "%d × %d", width, height)), "is_chosen",
			 str_eq(word, draft->format), "is_made", mine != NULL, "is_old", mine && mine->revision != draft->row.revision, "url",
			 mine ? doc_text(arena_printf(cx->arena, "/media/%lld", (long long)mine->media)) : json_null());
}

static enum err formats_shape(struct cx *cx, struct db *db, const struct draft *draft, json_t *document)
{
	struct design_picture *made = NULL;
	size_t count = 0;
	json_t *list = json_array();
	doc_set(document, "formats", list);
	if (draft->design.id)
		TRY(design_pictures(cx, db, here(cx), draft->design.id, &made, &count));
	for (size_t i = 0; i < STUDIO_FORMATS && draft->open.shipped; i++) {
		const struct studio_format *f = &studio_formats[i];
		json_array_append_new(list, format_shape(cx, draft, str_of(f->word), str_of(tr(cx->lang, f->title)), f->width, f->height, made, count));
	}
	if (!draft->open.shipped)
		json_array_append_new(list, format_shape(cx, draft, S("own"), str_of(_("As it is drawn")), draft->open.width, draft->open.height, made, count));
	return OK;
}

static json_t *choices_shape(struct cx *cx, const struct draft *draft, json_t *document)
{
	json_t *schemes = json_array(), *langs = json_array();
	for (size_t i = 0; i < STUDIO_SCHEMES; i++)
		json_array_append_new(schemes, json_pack("{s:s, s:s, s:b}", "word", studio_schemes[i].word, "title", tr(cx->lang, studio_schemes[i].title), "is_chosen",
							 str_eq(draft->design.scheme, str_of(studio_schemes[i].word))));
	for (size_t i = 0; i < RULES_LANGS; i++)
		json_array_append_new(langs, json_pack("{s:s, s:s, s:b}", "word", rules_langs[i].word, "title", rules_langs[i].title, "is_chosen",
						       str_eq(str_head(draft->design.lang, 2), str_of(rules_langs[i].word))));
	doc_set(document, "schemes", schemes);
	doc_set(document, "langs", langs);
	return document;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct db *db = request_db(request);
	struct draft *draft = arena_new_of(cx->arena, struct draft);
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(open_draft(cx, request, id, draft));
	const struct studio_design *d = &draft->design;
	struct str name = d->name.len ? d->name : draft->open.name;
	doc_set(document, "design", json_pack("{s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:b, s:o}", "id", id ? doc_id(id) : json_null(), "url",
					      doc_text(id ? arena_printf(cx->arena, "/studio/%lld", (long long)id) : S("/studio")), "name", doc_text(name), "revision", (int)d->revision, "template",
					      doc_text(d->template), "template_name", doc_text(draft->open.name), "about", doc_text(draft->open.about), "post_id", d->post ? doc_id(d->post) : json_null(),
					      "is_away", draft->row.archived_at > 0, "format", doc_text(draft->format)));
	TRY(places_shape(cx, db, draft, document));
	TRY(formats_shape(cx, db, draft, document));
	choices_shape(cx, draft, document);
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	return look_shape(cx, draft, document);
}

enum err studio_new(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, 0);
}

enum err studio_one(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, param_id(request, "id"));
}

/* What is typed, before it is kept. */
enum err studio_look(struct cx *cx, struct request *request, struct reply *reply)
{
	struct draft *draft = arena_new_of(cx->arena, struct draft);
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(open_draft(cx, request, 0, draft));
	return look_shape(cx, draft, document);
}

enum err studio_preview(struct cx *cx, struct request *request, struct reply *reply)
{
	struct draft *draft = arena_new_of(cx->arena, struct draft);
	struct studio_hooks hooks = studio_hooks_here(cx);
	struct studio_drawn drawn;
	TRY(open_draft(cx, request, 0, draft));
	TRY(studio_draw(cx, request_db(request), here(cx), &draft->design, draft->format, (int)param_int(request, "wide"), param_bool(request, "samples"), false, &hooks, &drawn));
	reply_bytes(reply, "image/png", drawn.bytes);
	if (param_given(request, "v"))
		reply_header(reply, "Cache-Control", S("private, max-age=86400")); /* another kit is another address */
	return OK;
}

/* ---- writing ---- */

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct draft *draft = arena_new_of(cx->arena, struct draft);
	struct studio_hooks hooks = studio_hooks_here(cx);
	i64 kept;
	TRY(open_draft(cx, request, id, draft));
	if (id)
		draft->design.revision = param_given(request, "revision") ? param_int(request, "revision") : draft->row.revision;
	TRY(studio_design_save(cx, request_db(request), here(cx), &draft->design, &hooks, &kept));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(kept)));
	reply_flash(reply, str_of(_("Kept. Pictures that were made of it stay as they are until you make them again.")), (struct str){});
	reply_redirect(reply, "/studio/%lld?format=%.*s", (long long)kept, STR_ARG(draft->format));
	return OK;
}

enum err studio_make(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

enum err studio_change(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

enum err studio_put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	bool away = param_bool(request, "away");
	TRY(studio_design_archive(cx, request_db(request), here(cx), id, away));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(away ? _("Put away. The pictures that were made of it stay in the library.") : _("It is in the studio again.")),
		    away ? arena_printf(cx->arena, "/studio/%lld/archive", (long long)id) : (struct str){});
	reply_redirect(reply, away ? "/studio" : "/studio/%lld", (long long)id);
	return OK;
}

enum err studio_export_pictures(struct cx *cx, struct request *request, struct reply *reply)
{
	struct studio_hooks hooks = studio_hooks_here(cx);
	struct str formats[STUDIO_FORMATS];
	size_t count = 0;
	i64 id = param_id(request, "id");
	while (count < param_count(request, "formats") && count < STUDIO_FORMATS) {
		formats[count] = param_text_at(request, "formats", count);
		count++;
	}
	struct design design;
	struct design_picture *before;
	size_t before_count;
	struct str undo;
	TRY(design_get(cx, request_db(request), here(cx), id, &design));
	TRY(design_pictures(cx, request_db(request), here(cx), id, &before, &before_count));
	TRY(studio_export(cx, request_db(request), here(cx), id, formats, count, &hooks));
	TRY(studio_attach(cx, request_db(request), &design, formats, count, before, before_count, &undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	if (undo.len)
		reply_flash(reply, str_of(count == 1 ? _(N_("The picture is in the media library, and goes with the post.")) : _(N_("The pictures are in the media library, and go with the post."))), undo);
	else
		reply_flash(reply, str_of(count == 1 ? _("The picture is in the media library.") : _("The pictures are in the media library.")), (struct str){});
	reply_redirect(reply, "/studio/%lld#made", (long long)id);
	return OK;
}
