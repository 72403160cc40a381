/* subtitles.c: a film in the library: played with its subtitles, which are brought, replaced and taken away, and read as text. Nothing of it needs a script. */
#include "flow/subtitle.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/media.h"
#include "model/trace.h"
#include "page/library/library.h"
#include "page/medium.h"
#include "page/rules.h"

#define SHOWN_MOST 500 /* lines of a transcript on the page; all of them are in the file */

/* What can be chosen; any other language is brought by the API. */
static const char *const langs[] = {"fr", "en", "de", "es", "it", "pt", "nl", "ar", "bg", "br", "ca", "co", "cs", "cy", "da", "el", "et", "eu", "fa", "fi", "ga", "gl", "he", "hi", "hr",
				    "hu", "hy", "is", "ja", "ko", "lb", "lt", "lv", "mt", "nb", "oc", "pl", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "vi", "zh"};

static json_t *lang_shape(struct cx *cx, struct str lang)
{
	return json_pack("{s:o, s:o}", "word", doc_text(lang), "title", doc_text(medium_lang(cx, lang)));
}

static struct str url_of(struct cx *cx, const struct subtitle *s)
{
	return arena_printf(cx->arena, "/media/%lld/subtitles/%.*s?v=%llx", (long long)s->media, STR_ARG(s->lang), (unsigned long long)s->id);
}

/* Those of the reader's language are on when it plays, else the first. */
static size_t chosen_of(const struct subtitle *list, size_t count, struct str lang)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].lang, lang))
			return i;
	for (size_t i = 0; i < count; i++)
		if (str_eq(str_head(list[i].lang, 2), str_head(lang, 2)))
			return i;
	return 0;
}

static json_t *subtitle_shape(struct cx *cx, const struct subtitle *s, bool is_first, bool is_read)
{
	struct reader reader = reader_of(cx);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "lang", lang_shape(cx, s->lang), "url", doc_text(url_of(cx, s)), "read_url",
			 doc_text(arena_printf(cx->arena, "/media/%lld?transcript=%.*s#transcript", (long long)s->media, STR_ARG(s->lang))), "remove_url",
			 doc_text(arena_printf(cx->arena, "/media/%lld/subtitles/%.*s/remove", (long long)s->media, STR_ARG(s->lang))), "name", doc_text(s->name), "amount",
			 doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%lld subtitle", "%lld subtitles", s->cues), (long long)s->cues)), "created", doc_instant(&reader, s->created_at), "is_first", is_first, "is_read", is_read);
}

/* "1:02:03" */
static struct str moment_of(struct cx *cx, i64 at)
{
	i64 seconds = at / SECOND;
	if (seconds >= 3600)
		return arena_printf(cx->arena, "%lld:%02lld:%02lld", (long long)(seconds / 3600), (long long)(seconds / 60 % 60), (long long)(seconds % 60));
	return arena_printf(cx->arena, "%lld:%02lld", (long long)(seconds / 60), (long long)(seconds % 60));
}

static enum err transcript_shape(struct cx *cx, struct db *db, const struct subtitle *listed, json_t **ret_transcript)
{
	struct subtitle s;
	struct subtitles read;
	TRY(subtitle_of(cx, db, listed->workspace, listed->media, listed->lang, &s));
	if (subtitle_read(cx, &s, &read) != OK) { /* it came back from elsewhere */
		cx_forget(cx);
		*ret_transcript = json_null();
		return OK;
	}
	json_t *lines = json_array();
	for (size_t i = 0; i < read.count && i < SHOWN_MOST; i++)
		json_array_append_new(lines, json_pack("{s:o, s:o, s:o}", "at", doc_text(moment_of(cx, read.cues[i].from)), "voice", doc_text_or_null(read.cues[i].voice), "text",
						       doc_text(read.cues[i].text)));
	*ret_transcript = json_pack("{s:o, s:o, s:o, s:b}", "lang", lang_shape(cx, s.lang), "save_url", doc_text(arena_printf(cx->arena, "%.*s&save=yes", STR_ARG(url_of(cx, &s)))), "lines",
				    lines, "is_cut", read.count > SHOWN_MOST);
	return OK;
}

static json_t *speech_shape(struct cx *cx, const struct media *m)
{
	const struct {
		const char *word, *title;
	} rows[] = {{"", N_("Something is said in it")}, {"none", N_("Nothing is said in it")}, {"shown", N_("What is said stands in the picture")}};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(rows); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "word", rows[i].word, "title", _(rows[i].title), "is_selected", str_eq(m->speech, str_of(rows[i].word))));
	return list;
}

static json_t *langs_shape(struct cx *cx, struct request *request)
{
	struct str typed = request_typed(request, "lang"), chosen = typed.at ? typed : str_of(cx->lang);
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(langs); i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:b}", "word", langs[i], "title", doc_text(medium_lang(cx, str_of(langs[i]))), "is_selected",
						      str_eq(chosen, str_of(langs[i]))));
	return list;
}

/* What plays: the film without its traces, once it is made. */
static enum err player_shape(struct cx *cx, struct db *db, const struct media *m, json_t *film)
{
	struct media_rendition r = {};
	enum err e = media_rendition_get(cx, db, m->workspace, m->id, S(MEDIA_FORMAT_FILM), &r);
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	bool is_made = r.made_at && r.blob.len;
	doc_set(film, "url", is_made ? doc_text(arena_printf(cx->arena, "/media/%lld/renditions/" MEDIA_FORMAT_FILM "?v=%.8s", (long long)m->id, r.blob.at)) : json_null());
	doc_set(film, "is_waiting", json_boolean(e == OK && !r.made_at));
	doc_set(film, "can_ask", json_boolean(trace_goes(m->type) && e == ERR_MISSING && actor_may(cx->actor, MAY_PROPOSE)));
	doc_set(film, "story", doc_text_or_null(r.story));
	return OK;
}

enum err library_film_shape(struct cx *cx, struct request *request, const struct media *m, json_t *document)
{
	struct db *db = request_db(request);
	struct subtitle *list;
	size_t count;
	struct str wished = param_text(request, "transcript");
	json_t *film = json_object(), *subtitles = json_array(), *transcript = json_null();
	if (!str_eq(m->kind, S("video"))) {
		json_decref(film);
		json_decref(subtitles);
		doc_set(document, "film", json_null());
		return OK;
	}
	doc_set(document, "film", film);
	doc_set(film, "subtitles", subtitles);
	TRY(subtitles_of(cx, db, m->workspace, m->id, false, &list, &count));
	size_t first = chosen_of(list, count, str_of(cx->lang)), read = wished.len ? chosen_of(list, count, wished) : first;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(subtitles, subtitle_shape(cx, &list[i], i == first, i == read));
	if (count)
		TRY(transcript_shape(cx, db, &list[read], &transcript));
	doc_set(film, "has_subtitles", json_boolean(count));
	doc_set(film, "is_wanted", json_boolean(!count && subtitle_wanted(m)));
	doc_set(film, "transcript", transcript);
	doc_set(film, "speech", speech_shape(cx, m));
	doc_set(film, "langs", langs_shape(cx, request));
	doc_set(film, "size_most", json_integer(SUBTITLES_BYTES >> 10));
	return player_shape(cx, db, m, film);
}

/* ---- acts ---- */

static enum err finish(struct cx *cx, struct request *request, struct reply *reply, struct undo *undo, i64 media, i64 id, struct str flash)
{
	TRY(undo_close(cx, request_db(request), here(cx), undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, flash, undo->id ? arena_printf(cx->arena, "/undo/%lld?next=/media/%lld", (long long)undo->id, (long long)media) : (struct str){});
	reply_redirect(reply, "/media/%lld#subtitles", (long long)media);
	return OK;
}

enum err library_subtitle_bring(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *upload = param_file(request, "file");
	i64 media = param_id(request, "id");
	struct subtitle s;
	struct undo undo;
	bool replaced;
	undo_open(cx, &undo);
	TRY(subtitle_bring_file(cx, request_db(request), here(cx), media, param_text(request, "lang"), upload->path, upload->name, &undo, &s, &replaced));
	struct str title = medium_lang(cx, s.lang);
	return finish(cx, request, reply, &undo, media, s.id,
		      arena_printf(cx->arena, replaced ? _(N_("Replaced: subtitles in %.*s.")) : _(N_("The film has subtitles in %.*s.")), STR_ARG(title)));
}

enum err library_subtitle_remove(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 media = param_id(request, "id");
	struct str lang = param_text(request, "lang"), title = medium_lang(cx, lang);
	struct undo undo;
	undo_open(cx, &undo);
	TRY(subtitle_take_away(cx, request_db(request), here(cx), media, lang, &undo));
	return finish(cx, request, reply, &undo, media, media, arena_printf(cx->arena, _(N_("Taken away: subtitles in %.*s.")), STR_ARG(title)));
}

enum err library_subtitle_file(struct cx *cx, struct request *request, struct reply *reply)
{
	struct subtitle s;
	struct media m;
	struct db *db = request_db(request);
	TRY(media_get(cx, db, here(cx), param_id(request, "id"), &m));
	TRY(subtitle_of(cx, db, here(cx), m.id, param_text(request, "lang"), &s));
	if (param_bool(request, "save")) {
		CLEANUP(buf_free) struct buf name = {};
		buf_adds(&name, "attachment; filename*=UTF-8''");
		buf_add_url(&name, subtitle_file_name(cx->arena, utf8_head(m.name, 100), s.lang));
		reply_header(reply, "Content-Disposition", buf_keep(&name, cx->arena));
	}
	reply_bytes(reply, "text/vtt; charset=utf-8", s.vtt);
	return OK;
}
