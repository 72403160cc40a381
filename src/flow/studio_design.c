/* studio_design.c: designs: kept, changed, put away, and made into pictures of the media library. */
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/studio_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/post.h"

#include <jansson.h>
#include <string.h>

/* ---- as rows ---- */

static json_t *text_of(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* Pictures by their content: {"title": "…", "main": {"blob": "…"}}. */
static enum err said_json(struct cx *cx, struct db *db, i64 workspace, const struct studio_design *design, const struct studio_template_open *open, struct str *ret_json)
{
	json_t *said = json_object();
	enum err e = OK;
	for (size_t i = 0; i < open->place_count && e == OK; i++) {
		const struct svg_slot *slot = &open->places[i].slot;
		const char *name = arena_cstr(cx->arena, slot->name);
		struct media media;
		for (size_t k = 0; k < design->said_count && e == OK; k++) {
			struct str words = str_trim(design->said[k].words);
			i64 id;
			if (!str_eq(design->said[k].place, slot->name) || !words.len || slot->kind == SVG_SLOT_LOGO)
				continue;
			if (slot->kind == SVG_SLOT_TEXT && utf8_count(words) > STUDIO_WORDS_MAX)
				e = fail_field(cx, "say", N_("“%.*s” is longer than %d characters."), STR_ARG(open->places[i].title), STUDIO_WORDS_MAX);
			else if (slot->kind == SVG_SLOT_TEXT)
				json_object_set_new(said, name, text_of(words));
			else if (str_to_i64(words, &id) && id > 0 && (e = media_get(cx, db, workspace, id, &media)) == OK)
				json_object_set_new(said, name, json_pack("{s:o}", "blob", text_of(media.blob)));
		}
	}
	*ret_json = arena_json(cx->arena, said, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(said);
	return e;
}

enum err studio_design_of(struct cx *cx, struct db *db, const struct design *row, struct studio_design *ret_design)
{
	json_t *said = json_loadb(row->said.at, row->said.len, 0, NULL), *value;
	struct studio_said *list = arena_array(cx->arena, struct studio_said, json_object_size(said) + 1);
	size_t count = 0;
	const char *name;
	enum err e = OK;
	json_object_foreach (said, name, value) {
		struct str place = arena_str(cx->arena, str_of(name)), words = arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)});
		struct media media;
		if (json_is_object(value)) {
			e = media_of_blob(cx, db, row->workspace, studio_json_text(cx, value, "blob"), &media);
			words = arena_printf(cx->arena, "%lld", e == OK ? (long long)media.id : 0);
			if (e != OK && e != ERR_MISSING)
				break;
			cx_forget(cx);
			e = OK;
		}
		list[count++] = (struct studio_said){place, words};
	}
	json_decref(said);
	*ret_design = (struct studio_design){.id = row->id, .post = row->post, .revision = row->revision, .template = row->template, .name = row->name, .lang = row->lang,
					     .scheme = row->scheme, .said = list, .said_count = count};
	return e;
}

static enum err save(struct cx *cx, struct db *db, i64 workspace, const struct studio_design *design, struct design *row, const struct studio_hooks *hooks)
{
	struct studio_template_open open;
	struct design there;
	struct post post;
	TRY(studio_may_design(cx));
	if (design->id) {
		TRY(design_get(cx, db, workspace, design->id, &there));
		row->template = there.template; /* another template is another design */
	} else if (design->post) {
		TRY(post_get(cx, db, workspace, design->post, &post));
	}
	TRY(studio_open(cx, db, workspace, row->template, S(""), hooks, &open));
	TRY(said_json(cx, db, workspace, design, &open, &row->said));
	if (design->id) {
		enum err e = design_save(cx, db, row, design->revision);
		if (e == ERR_CONFLICT)
			return fail(cx, e, N_("Somebody changed this design meanwhile. Go back, copy what you wrote, and open it again."));
		TRY(e);
	} else {
		TRY(design_insert(cx, db, row));
	}
	TRY(audit(cx, db, workspace, design->id ? "design.change" : "design.create", studio_subject(cx, "design", row->id), S("{}")));
	return change_add(cx, db, workspace, 0, "media", row->id);
}

enum err studio_design_save(struct cx *cx, struct db *db, i64 workspace, const struct studio_design *design, const struct studio_hooks *hooks, i64 *ret_id)
{
	struct design row = {.id = design->id ? design->id : id_new(), .workspace = workspace, .template = design->template, .name = str_trim(design->name), .lang = design->lang,
			     .scheme = design->scheme, .post = design->post, .created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now,
			     .updated_by = cx->actor ? cx->actor->user : 0, .updated_at = cx->now};
	if (!row.name.len || utf8_count(row.name) > STUDIO_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of 1 to %d characters."), STUDIO_NAME_MAX);
	if (!studio_scheme_of(row.scheme))
		return fail_field(cx, "scheme", N_("There are no such colours."));
	TRY(IN_TRANSACTION(cx, db, save(cx, db, workspace, design, &row, hooks)));
	*ret_id = row.id;
	return OK;
}

static enum err archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct design d;
	TRY(studio_may_design(cx));
	TRY(design_get(cx, db, workspace, id, &d));
	if ((d.archived_at > 0) == away)
		return OK;
	TRY(design_archive(cx, db, workspace, id, away ? cx->now : 0));
	return audit(cx, db, workspace, away ? "design.archive" : "design.restore", studio_subject(cx, "design", id), S("{}"));
}

enum err studio_design_archive(struct cx *cx, struct db *db, i64 workspace, i64 design, bool away)
{
	return IN_TRANSACTION(cx, db, archive(cx, db, workspace, design, away));
}

/* ---- pictures ---- */

struct str studio_alt(struct cx *cx, const struct studio_design *design)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct studio_model *model = studio_model_of(design->template);
	for (size_t k = 0; k < (model ? STUDIO_PLACES : 1); k++)
		for (size_t i = 0; i < design->said_count; i++) {
			struct str words = str_trim(design->said[i].words);
			i64 number;
			bool here = model ? model->places[k].name && str_eq(design->said[i].place, str_of(model->places[k].name)) : !str_to_i64(words, &number);
			if (!here || !words.len)
				continue;
			bool ended = b.len && strchr(".!?", b.at[b.len - 1]);
			buf_adds(&b, !b.len ? "" : ended ? " " : ". ");
			buf_add(&b, words);
		}
	if (!b.len)
		return (struct str){};
	return arena_printf(cx->arena, tr(str_eq(str_head(design->lang, 2), S("fr")) ? "fr" : "en", N_("Picture with the words: “%.*s”")), STR_ARG(buf_str(&b)));
}

struct made {
	struct design row;
	struct studio_design design;
	struct str bytes[STUDIO_FORMATS];
	struct str words[STUDIO_FORMATS], titles[STUDIO_FORMATS];
	size_t count;
};

/* What keeps it from being exported, of all places and formats at once. */
static void add_misfits(struct cx *cx, const struct studio_drawn *drawn, struct str title, struct buf *out)
{
	for (size_t i = 0; i < drawn->place_count; i++)
		if (!drawn->places[i].fit.fits)
			buf_addf(out, "%s%.*s", out->len ? " " : "", STR_ARG(arena_printf(cx->arena, _("“%.*s” does not fit in “%.*s”."), STR_ARG(drawn->places[i].title), STR_ARG(title))));
}

static enum err keep_all(struct cx *cx, struct db *db, const struct studio_hooks *hooks, struct made *made)
{
	struct str text = studio_alt(cx, &made->design), lang = made->design.lang.len ? made->design.lang : str_of(cx->lang), alt = S("{}");
	if (text.len) {
		json_t *by_lang = json_object();
		json_object_set_new(by_lang, arena_cstr(cx->arena, lang), text_of(utf8_head(text, MEDIA_ALT_MAX)));
		alt = arena_json(cx->arena, by_lang, JSON_COMPACT);
		json_decref(by_lang);
	}
	for (size_t i = 0; i < made->count; i++) {
		struct media media;
		bool is_new;
		TRY(media_take_bytes(cx, db, made->row.workspace, made->bytes[i], arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(made->row.name), STR_ARG(made->titles[i])), S("studio"), alt,
				     hooks->blobs, &media, &is_new));
		const struct design_picture picture = {made->row.id, made->row.workspace, media.id, made->row.revision, cx->now, made->words[i]};
		TRY(design_picture_save(cx, db, &picture));
	}
	TRY(audit(cx, db, made->row.workspace, "design.export", studio_subject(cx, "design", made->row.id), arena_printf(cx->arena, "{\"formats\":%zu}", made->count)));
	return change_add(cx, db, made->row.workspace, 0, "media", made->row.id);
}

enum err studio_export(struct cx *cx, struct db *db, i64 workspace, i64 design, const struct str *formats, size_t format_count, const struct studio_hooks *hooks)
{
	struct made *made = arena_new_of(cx->arena, struct made);
	struct studio_template_open open;
	CLEANUP(buf_free) struct buf misfits = {};
	TRY(studio_may_design(cx));
	TRY(design_get(cx, db, workspace, design, &made->row));
	TRY(studio_design_of(cx, db, &made->row, &made->design));
	TRY(studio_open(cx, db, workspace, made->row.template, S(""), hooks, &open));
	if (!format_count || format_count > STUDIO_FORMATS)
		return fail_field(cx, "formats", N_("Choose one format at least."));
	for (size_t i = 0; i < format_count; i++) {
		const struct studio_format *f = studio_format_of(formats[i]);
		struct studio_drawn drawn;
		if (open.shipped ? !f : made->count > 0 || !str_eq(formats[i], S("own")))
			return fail_field(cx, "formats", N_("There is no format “%.*s”."), STR_ARG(str_head(formats[i], 60)));
		TRY(studio_draw(cx, db, workspace, &made->design, formats[i], 0, false, false, hooks, &drawn));
		struct str title = f ? str_of(tr(cx->lang, f->title)) : arena_printf(cx->arena, "%d × %d", open.width, open.height);
		add_misfits(cx, &drawn, title, &misfits);
		made->bytes[made->count] = drawn.bytes;
		made->words[made->count] = formats[i];
		made->titles[made->count++] = title;
	}
	if (misfits.len)
		return fail_field(cx, "formats", "%.*s", STR_ARG(str_head(buf_str(&misfits), 400)));
	return IN_TRANSACTION(cx, db, keep_all(cx, db, hooks, made));
}
