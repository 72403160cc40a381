#include "flow/media.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/file_type.h"
#include "model/film.h"
#include "model/trace.h"
#include "model/webm.h"
#include "store/event.h"
#include "sys/blob.h"
#include "sys/files.h"
#include "sys/svg.h"

#include <jansson.h>
#include <string.h>

static enum err may_write(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_PROPOSE))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not write. Ask somebody who manages this workspace."));
}

static struct str subject_of(struct cx *cx, i64 media)
{
	return arena_printf(cx->arena, "media:%lld", (long long)media);
}

/* ---- what is brought ---- */

static enum err about_file(struct cx *cx, enum err e)
{
	char story[sizeof cx->story];
	memcpy(story, cx->story, sizeof story);
	enum err told = fail_field(cx, "file", "%s", story);
	return e == ERR_SYSTEM || e == ERR_FULL ? e : told;
}

static enum err look_at_picture(struct cx *cx, struct str bytes, struct media *m)
{
	struct image image;
	struct svg *svg;
	int width, height;
	TRY(image_look(cx, bytes, &image));
	image_upright(&image, &width, &height);
	if (image.format == IMAGE_SVG) {
		TRY(svg_clean(cx, bytes, &svg));
		svg_size(svg, &width, &height);
	}
	m->kind = S("image");
	m->type = str_of(image_type(image.format));
	m->width = width;
	m->height = height;
	m->duration = image.duration;
	return OK;
}

static enum err look_at_film(struct cx *cx, struct str bytes, struct media *m)
{
	struct film film;
	enum err e = film_look(cx, bytes, &film);
	if (e != OK)
		return about_file(cx, e);
	m->width = film.width;
	m->height = film.height;
	m->duration = film.duration;
	m->speech = film.sound ? (struct str){} : S("none");
	return OK;
}

/* One that cannot be read is kept all the same, as other programs may: it is not made ready for a network then, and its page says why. */
static void look_at_webm(struct cx *cx, struct str bytes, struct media *m)
{
	struct webm webm;
	if (webm_look(cx, bytes, &webm) == OK) {
		m->width = webm.width;
		m->height = webm.height;
		m->duration = webm.duration;
		m->speech = webm.sound ? (struct str){} : S("none");
	}
	cx_forget(cx);
}

/* By its bytes: a picture that can be made smaller, or a film, a sound, a PDF, which are kept as they are. */
static enum err tell_apart(struct cx *cx, struct str bytes, struct media *m)
{
	enum err e = look_at_picture(cx, bytes, m);
	struct str type, kind;
	if (e != ERR_UNSUPPORTED)
		return e == OK ? OK : about_file(cx, e);
	if (!file_type_of(bytes, &type, &kind) || str_eq(kind, S("image")) || str_eq(type, S("text/plain")))
		return about_file(cx, e);
	cx_forget(cx);
	m->type = type;
	m->kind = kind;
	if (webm_is(type))
		look_at_webm(cx, bytes, m);
	return film_is(type) ? look_at_film(cx, bytes, m) : OK;
}

static enum err add(struct cx *cx, struct db *db, struct media *m, bool *ret_new)
{
	struct media there;
	enum err e = media_of_blob(cx, db, m->workspace, m->blob, &there);
	if (e != OK && e != ERR_MISSING)
		return e;
	*ret_new = e == ERR_MISSING;
	if (e == OK) {
		*m = there;
		if (!there.archived_at)
			return OK;
		m->archived_at = 0;
		TRY(media_save(cx, db, m));
		TRY(audit(cx, db, m->workspace, "media.restore", subject_of(cx, m->id), S("{}")));
		return change_add(cx, db, m->workspace, 0, "media", m->id);
	}
	cx_forget(cx);
	TRY(media_insert(cx, db, m));
	if (str_eq(m->kind, S("image"))) {
		TRY(media_rendition_ask(cx, db, m->workspace, m->id, S(MEDIA_FORMAT_LIST), false));
		TRY(media_rendition_ask(cx, db, m->workspace, m->id, S(MEDIA_FORMAT_LARGE), false));
	} else if (str_eq(m->kind, S("video")) && trace_goes(m->type)) { /* what its page plays */
		TRY(media_rendition_ask(cx, db, m->workspace, m->id, S(MEDIA_FORMAT_FILM), false));
	}
	TRY(audit(cx, db, m->workspace, "media.add", subject_of(cx, m->id), arena_printf(cx->arena, "{\"type\":\"%.*s\",\"size\":%lld}", STR_ARG(m->type), (long long)m->size)));
	return change_add(cx, db, m->workspace, 0, "media", m->id);
}

enum err media_take_bytes(struct cx *cx, struct db *db, i64 workspace, struct str bytes, struct str name, struct str source, struct str alt, const char *blobs, struct media *ret_media,
			  bool *ret_new)
{
	struct media m = {.id = id_new(), .workspace = workspace, .source = source, .focus_x = 500, .focus_y = 500, .created_at = cx->now, .alt = alt, .labels = S("[]")};
	CLEANUP(buf_free) struct buf clean = {};
	TRY(may_write(cx));
	TRY(tell_apart(cx, bytes, &m));
	buf_add_clean(&clean, utf8_valid(name) ? utf8_head(str_trim(name), MEDIA_NAME_MAX) : S(""));
	m.name = clean.len ? buf_keep(&clean, cx->arena) : m.type;
	m.size = (i64)bytes.len;
	m.created_by = cx->actor ? cx->actor->user : 0;
	TRY(blob_store(cx, blobs, bytes, &m.blob));
	bool is_new = false;
	TRY(IN_TRANSACTION(cx, db, add(cx, db, &m, &is_new)));
	*ret_media = m;
	*ret_new = is_new;
	return OK;
}

enum err media_take(struct cx *cx, struct db *db, i64 workspace, const char *path, struct str name, struct str source, const char *blobs, struct media *ret_media, bool *ret_new)
{
	struct str bytes;
	TRY(may_write(cx));
	TRY(file_read(cx, path, MEDIA_BYTES_MAX, &bytes));
	return media_take_bytes(cx, db, workspace, bytes, name, source, S("{}"), blobs, ret_media, ret_new);
}

/* ---- what is said of it ---- */

static bool is_lang(struct str lang)
{
	for (size_t i = 0; i < lang.len; i++)
		if (!((lang.at[i] >= 'a' && lang.at[i] <= 'z') || (i > 1 && (lang.at[i] == '-' || (lang.at[i] >= 'A' && lang.at[i] <= 'Z')))))
			return false;
	return lang.len >= 2 && lang.len <= 8;
}

static enum err check_words(struct cx *cx, const struct media_words *w)
{
	if (!str_trim(w->name).len || utf8_count(w->name) > MEDIA_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of 1 to %d characters."), MEDIA_NAME_MAX);
	if (utf8_count(w->credit) > MEDIA_NAME_MAX)
		return fail_field(cx, "credit", N_("This is too long: %d characters at the most."), MEDIA_NAME_MAX);
	if (utf8_count(w->rights) > MEDIA_RIGHTS_MAX)
		return fail_field(cx, "rights", N_("This is too long: %d characters at the most."), MEDIA_RIGHTS_MAX);
	if (w->focus_x < 0 || w->focus_x > 1000)
		return fail_field(cx, "focus_x", N_("The focus lies between 0 and 1000 thousandths."));
	if (w->focus_y < 0 || w->focus_y > 1000)
		return fail_field(cx, "focus_y", N_("The focus lies between 0 and 1000 thousandths."));
	if (w->speech.len && !str_eq(w->speech, S("none")) && !str_eq(w->speech, S("shown")))
		return fail_field(cx, "speech", N_("Say whether something is said in it that is to be read."));
	if (w->label_count > MEDIA_LABELS_MAX)
		return fail_field(cx, "labels", N_("At most %d words to find it by."), MEDIA_LABELS_MAX);
	for (size_t i = 0; i < w->alt_count; i++) {
		if (!is_lang(w->alt[i].lang))
			return fail_field(cx, "alt", N_("“%.*s” is no language."), STR_ARG(str_head(w->alt[i].lang, 20)));
		if (utf8_count(w->alt[i].text) > MEDIA_ALT_MAX)
			return fail_field(cx, "alt", N_("What a picture shows is told in %d characters at the most."), MEDIA_ALT_MAX);
	}
	return OK;
}

static json_t *string_of(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static struct str alt_of(struct cx *cx, struct str there, const struct media_words *w)
{
	json_t *alt = json_loadb(there.at, there.len, 0, NULL);
	if (!json_is_object(alt)) {
		json_decref(alt);
		alt = json_object();
	}
	for (size_t i = 0; i < w->alt_count; i++) {
		const char *lang = arena_cstr(cx->arena, w->alt[i].lang);
		struct str text = str_trim(w->alt[i].text);
		if (text.len)
			json_object_set_new(alt, lang, string_of(text));
		else
			json_object_del(alt, lang);
	}
	struct str kept = arena_json(cx->arena, alt, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(alt);
	return kept;
}

static struct str labels_of(struct cx *cx, const struct media_words *w)
{
	json_t *list = json_array();
	for (size_t i = 0; i < w->label_count; i++)
		if (str_trim(w->labels[i]).len)
			json_array_append_new(list, string_of(utf8_head(str_trim(w->labels[i]), 60)));
	struct str kept = arena_json(cx->arena, list, JSON_COMPACT);
	json_decref(list);
	return kept;
}

static enum err describe(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct media_words *w)
{
	struct media m;
	TRY(may_write(cx));
	TRY(media_get(cx, db, workspace, id, &m));
	bool moved = m.focus_x != w->focus_x || m.focus_y != w->focus_y;
	m.name = str_trim(w->name);
	m.credit = str_trim(w->credit);
	m.rights = str_trim(w->rights);
	if (m.rights_until != w->rights_until)
		m.rights_told_at = 0;
	m.rights_until = w->rights_until;
	m.focus_x = w->focus_x;
	m.focus_y = w->focus_y;
	m.speech = w->speech;
	m.alt = alt_of(cx, m.alt, w);
	m.labels = labels_of(cx, w);
	TRY(media_save(cx, db, &m));
	if (moved)
		TRY(media_renditions_anew(cx, db, workspace, id));
	TRY(audit(cx, db, workspace, "media.describe", subject_of(cx, id), arena_printf(cx->arena, "{\"focus\":[%lld,%lld],\"rights_until\":%lld}", (long long)m.focus_x,
										   (long long)m.focus_y, (long long)m.rights_until)));
	return change_add(cx, db, workspace, 0, "media", id);
}

enum err media_describe(struct cx *cx, struct db *db, i64 workspace, i64 media, const struct media_words *words)
{
	TRY(check_words(cx, words));
	return IN_TRANSACTION(cx, db, describe(cx, db, workspace, media, words));
}

static enum err archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct media m;
	TRY(may_write(cx));
	TRY(media_get(cx, db, workspace, id, &m));
	if ((m.archived_at > 0) == away)
		return OK;
	m.archived_at = away ? cx->now : 0;
	TRY(media_save(cx, db, &m));
	TRY(audit(cx, db, workspace, away ? "media.archive" : "media.restore", subject_of(cx, id), S("{}")));
	return change_add(cx, db, workspace, 0, "media", id);
}

enum err media_archive(struct cx *cx, struct db *db, i64 workspace, i64 media, bool away)
{
	return IN_TRANSACTION(cx, db, archive(cx, db, workspace, media, away));
}

struct str media_alt_text(struct arena *arena, const struct media *m, struct str lang)
{
	json_t *alt = json_loadb(m->alt.at ? m->alt.at : "", m->alt.len, 0, NULL);
	const json_t *text = json_object_getn(alt, lang.at ? lang.at : "", lang.len);
	if (!text)
		text = json_object_iter_value(json_object_iter(alt));
	struct str kept = arena_str(arena, (struct str){json_string_value(text), json_string_length(text)});
	json_decref(alt);
	return kept;
}

/* ---- renditions ---- */

static enum err want(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str format, struct media_rendition *ret_rendition)
{
	struct media m;
	const struct media_format *f = media_format_of(format);
	TRY(media_get(cx, db, workspace, id, &m));
	if (str_eq(format, S(MEDIA_FORMAT_FILM)) && trace_goes(m.type)) { /* what its page plays */
		TRY(media_rendition_ask(cx, db, workspace, id, format, false));
		return media_rendition_get(cx, db, workspace, id, format, ret_rendition);
	}
	if (!f || f->video || !str_eq(format, str_of(f->word)))
		return fail_field(cx, "format", N_("There is no format “%.*s” of pictures."), STR_ARG(str_head(format, 60)));
	if (!str_eq(m.kind, S("image")))
		return fail(cx, ERR_BAD_INPUT, N_("“%.*s” is no picture: it is sent as it is."), STR_ARG(m.name));
	TRY(media_rendition_ask(cx, db, workspace, id, format, false));
	TRY(media_rendition_get(cx, db, workspace, id, format, ret_rendition));
	if (!ret_rendition->made_at || ret_rendition->blob.len)
		return OK;
	TRY(media_rendition_ask(cx, db, workspace, id, format, true)); /* it could not be made: perhaps it can by now */
	return media_rendition_get(cx, db, workspace, id, format, ret_rendition);
}

enum err media_want(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str format, struct media_rendition *ret_rendition)
{
	struct media_rendition rendition;
	TRY(IN_TRANSACTION(cx, db, want(cx, db, workspace, media, format, &rendition)));
	*ret_rendition = rendition;
	return OK;
}
