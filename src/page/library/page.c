/* library: the media library: what was brought, what of it needs a word, and one of it: what it shows, what must stay in sight, whose it is, and how networks get it. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/incoming.h"
#include "flow/keep.h"
#include "flow/subtitle.h"
#include "model/trace.h"
#include "page/library/library.h"
#include "page/medium.h"
#include "page/pager.h"
#include "page/rules.h"
#include "store/channel.h"
#include "sys/blob.h"
#include "ui/document.h"

#define A_PAGE 48
#define USES_MAX 20
#define BUCKET_LASTS MINUTE

/* ---- the list ---- */

static const char *const kind_words[] = {"image", "video", "audio", "file", NULL};
static const char *const state_words[] = {"bare", "rights", "unused", "archived", NULL};

static void add_tab(struct cx *cx, json_t *tabs, struct str title, const char *query, bool is_current)
{
	json_array_append_new(tabs, json_pack("{s:o, s:o, s:b}", "title", doc_text(title), "url", doc_text(arena_printf(cx->arena, "/media%s", query)), "is_current", is_current));
}

static struct str counted(struct cx *cx, const char *title, i64 count)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, tr(cx->lang, title));
	if (count) {
		buf_addc(&b, ' ');
		buf_add_number(&b, cx->lang, count);
	}
	return buf_keep(&b, cx->arena);
}

static enum err tabs_shape(struct cx *cx, struct db *db, struct str kind, struct str state, json_t *document)
{
	json_t *tabs = json_array();
	i64 counts[3];
	doc_set(document, "tabs", tabs);
	TRY(media_counts(cx, db, here(cx), cx->now + MEDIA_SOON, counts));
	add_tab(cx, tabs, counted(cx, N_("Everything"), counts[0]), "", !kind.len && !state.len);
	add_tab(cx, tabs, str_of(_("Pictures")), "?kind=image", str_eq(kind, S("image")));
	add_tab(cx, tabs, str_of(_("Films")), "?kind=video", str_eq(kind, S("video")));
	add_tab(cx, tabs, counted(cx, N_("To be described"), counts[1]), "?state=bare", str_eq(state, S("bare")));
	add_tab(cx, tabs, counted(cx, N_("Rights that end"), counts[2]), "?state=rights", str_eq(state, S("rights")));
	add_tab(cx, tabs, str_of(_("Never used")), "?state=unused", str_eq(state, S("unused")));
	add_tab(cx, tabs, str_of(_("Put away")), "?state=archived", str_eq(state, S("archived")));
	return OK;
}

/* Said when it lasts; why is for whoever runs the program (`parvis check`). */
static enum err bucket_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct keep_state state;
	TRY(keep_state(cx, db, &state));
	bool lasts = state.is_on && state.waiting && state.trouble_since && state.trouble_since < cx->now - BUCKET_LASTS;
	doc_set(document, "bucket", lasts ? doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%lld file still waits to be sent to the bucket.", "%lld files still wait to be sent to the bucket.",
												      state.waiting), (long long)state.waiting)) : json_null());
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str q = param_text(request, "q"), kind = param_text(request, "kind"), state = param_text(request, "state");
	const struct media_filter filter = {
		.kind = kind, .words = q, .without_alt = str_eq(state, S("bare")), .rights_before = str_eq(state, S("rights")) ? cx->now + MEDIA_SOON : 0,
		.unused = str_eq(state, S("unused")), .archived = str_eq(state, S("archived")),
	};
	json_t *document = json_object(), *list = json_array();
	struct pager pager;
	struct media *media;
	size_t count;
	reply_json(reply, document);
	doc_set(document, "media", list);
	TRY(tabs_shape(cx, db, kind, state, document));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(media_list(cx, db, here(cx), &filter, pager.from, pager.limit + 1, &media, &count));
	while (!pager_fits(&pager, count));
	media += pager.first;
	for (size_t i = 0; i < pager.count; i++)
		TRY(medium_add(cx, db, &media[i], list));
	doc_set(document, "has_media", json_boolean(pager.count));
	doc_set(document, "filter", json_pack("{s:o, s:o, s:o, s:b}", "q", doc_text(q), "kind", doc_text(kind), "state", doc_text(state), "is_filtered", q.len || kind.len || state.len));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_PROPOSE)));
	TRY(bucket_shape(cx, db, document));
	doc_set(document, "size_most", doc_text(medium_size(cx, (i64)MEDIA_BYTES_MAX)));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? media[0].id : 0), list_after(0, pager.count ? media[pager.count - 1].id : 0), NULL);
	return OK;
}

static enum err bring(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *upload = param_file(request, "file");
	struct media m;
	bool is_new;
	TRY(media_take(cx, request_db(request), here(cx), upload->path, upload->name, S("upload"), arena_printf(cx->arena, "%s/media", page_setup.data).at, &m, &is_new));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(m.id)));
	reply_flash(reply, str_of(is_new ? _("It is in the library. Say what it shows.") : _("These very bytes were in the library already: here they are.")), (struct str){});
	reply_redirect(reply, "/media/%lld", (long long)m.id);
	return OK;
}

/* ---- one ---- */

/* "2026-03-24T09:42" in the reader's zone; empty for good. */
static json_t *local_shape(struct cx *cx, i64 instant)
{
	CLEANUP(buf_free) struct buf b = {};
	struct reader reader = reader_of(cx);
	if (instant)
		buf_add_local(&b, &reader, instant);
	return doc_text(buf_str(&b));
}

static json_t *langs_shape(struct cx *cx, const struct media *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < RULES_LANGS; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", rules_langs[i].word, "title", rules_langs[i].title, "text",
						      doc_text(text_just_in(cx, m->alt, rules_langs[i].word))));
	return list;
}

static struct str labels_text(struct cx *cx, const struct media *m)
{
	json_t *list = json_loadb(m->labels.at, m->labels.len, 0, NULL), *label;
	CLEANUP(buf_free) struct buf b = {};
	size_t i;
	json_array_foreach (list, i, label)
		buf_addf(&b, "%s%s", i ? ", " : "", json_string_value(label));
	json_decref(list);
	return buf_keep(&b, cx->arena);
}

static const struct media_rendition *rendition_of(const struct media_rendition *list, size_t count, const char *format)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].format, str_of(format)))
			return &list[i];
	return NULL;
}

static json_t *format_shape(struct cx *cx, const struct media *m, const struct media_format *f, const struct media_rendition *r)
{
	struct str size = r && r->blob.len ? arena_printf(cx->arena, "%lld × %lld, %.*s", (long long)r->width, (long long)r->height, STR_ARG(medium_size(cx, r->size)))
					   : arena_printf(cx->arena, f->fill ? "%d × %d" : _("up to %d × %d"), f->width, f->height);
	json_t *url = r && r->blob.len ? doc_text(arena_printf(cx->arena, "/media/%lld/renditions/%s?v=%.8s", (long long)m->id, f->word, r->blob.at)) : json_null();
	return json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:o, s:o}", "word", f->word, "title", tr(cx->lang, f->title), "network",
			 *f->network ? doc_network(cx->lang, str_of(f->network)) : json_null(), "size", doc_text(size), "is_waiting", r && !r->made_at, "is_made",
			 r && r->made_at && r->blob.len, "url", url, "story", doc_text_or_null(r ? r->story : (struct str){}));
}

static bool is_here(const struct channel *channels, size_t count, const char *network)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(channels[i].kind, str_of(network)))
			return true;
	return !*network;
}

static enum err formats_shape(struct cx *cx, struct db *db, const struct media *m, json_t *document)
{
	struct media_rendition *list;
	struct channel *channels;
	size_t count, channel_count;
	json_t *formats = json_array(), *others = json_array();
	doc_set(document, "formats", formats);
	doc_set(document, "others", others);
	TRY(media_renditions(cx, db, m->workspace, m->id, &list, &count));
	TRY(channel_list(cx, db, m->workspace, &channels, &channel_count));
	for (size_t i = 0; i < media_format_count && str_eq(m->kind, S("image")); i++) {
		const struct media_format *f = &media_formats[i];
		if (!f->video && f->place != PLACE_DESK)
			json_array_append_new(is_here(channels, channel_count, f->network) ? formats : others, format_shape(cx, m, f, rendition_of(list, count, f->word)));
	}
	doc_set(document, "has_formats", json_boolean(json_array_size(formats)));
	doc_set(document, "has_others", json_boolean(json_array_size(others)));
	return OK;
}

static enum err detail_shape(struct cx *cx, struct db *db, const struct media *m, json_t *shape)
{
	struct reader reader = reader_of(cx);
	json_t *picture;
	struct str story;
	i64 *uses;
	size_t count;
	TRY(medium_picture(cx, db, m, MEDIA_FORMAT_LARGE, &picture, &story));
	doc_set(shape, "picture", picture);
	doc_set(shape, "story", doc_text_or_null(story));
	TRY(media_uses(cx, db, m->workspace, m->id, USES_MAX, &uses, &count));
	doc_set(shape, "uses", doc_number(cx->lang, (i64)count));
	doc_set(shape, "id", doc_id(m->id));
	doc_set(shape, "name", doc_text(m->name));
	doc_set(shape, "kind", doc_word(cx->lang, arena_cstr(cx->arena, m->kind), medium_kind(m->kind)));
	doc_set(shape, "type", doc_text(m->type));
	doc_set(shape, "measures", doc_text(medium_measures(cx, m)));
	doc_set(shape, "is_picture", json_boolean(str_eq(m->kind, S("image"))));
	doc_set(shape, "is_freed", json_boolean(trace_goes(m->type)));
	doc_set(shape, "is_telling", json_boolean(trace_stays(m->type)));
	doc_set(shape, "is_away", json_boolean(m->archived_at));
	doc_set(shape, "alt", doc_text(media_alt_text(cx->arena, m, str_of(cx->lang))));
	doc_set(shape, "labels", doc_text(labels_text(cx, m)));
	doc_set(shape, "credit", doc_text(m->credit));
	doc_set(shape, "rights", doc_text(m->rights));
	doc_set(shape, "rights_until", doc_instant(&reader, m->rights_until));
	doc_set(shape, "rights_until_local", local_shape(cx, m->rights_until));
	doc_set(shape, "focus_x", json_integer((m->focus_x + 5) / 10));
	doc_set(shape, "focus_y", json_integer((m->focus_y + 5) / 10));
	doc_set(shape, "created", doc_instant(&reader, m->created_at));
	doc_set(shape, "file_url", doc_text(arena_printf(cx->arena, "/media/%lld/file", (long long)m->id)));
	return OK;
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct media m;
	json_t *document = json_object(), *shape = json_object();
	reply_json(reply, document);
	doc_set(document, "medium", shape);
	TRY(media_get(cx, db, here(cx), param_id(request, "id"), &m));
	TRY(detail_shape(cx, db, &m, shape));
	doc_set(document, "langs", langs_shape(cx, &m));
	TRY(library_film_shape(cx, request, &m, document));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_PROPOSE)));
	return formats_shape(cx, db, &m, document);
}

/* ---- writing ---- */

static struct str typed(struct request *request, const char *name, struct str there)
{
	return page_says(request, name) ? param_text(request, name) : there;
}

static enum err describe(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct media m;
	struct str labels[MEDIA_LABELS_MAX + 1];
	struct media_alt alt[RULES_LANGS];
	TRY(media_get(cx, db, here(cx), param_id(request, "id"), &m));
	struct media_words w = {
		.name = typed(request, "name", m.name), .credit = typed(request, "credit", m.credit), .rights = typed(request, "rights", m.rights),
		.rights_until = page_says(request, "rights_until") ? param_time(request, "rights_until") : m.rights_until,
		.focus_x = param_given(request, "focus_x") ? param_int(request, "focus_x") * 10 : m.focus_x,
		.focus_y = param_given(request, "focus_y") ? param_int(request, "focus_y") * 10 : m.focus_y, .speech = typed(request, "speech", m.speech), .alt = alt, .labels = labels,
	};
	for (size_t i = 0; i < RULES_LANGS; i++) {
		const char *name = arena_printf(cx->arena, "alt_%s", rules_langs[i].word).at;
		if (page_says(request, name))
			alt[w.alt_count++] = (struct media_alt){str_of(rules_langs[i].word), param_text(request, name)};
	}
	for (struct str rest = typed(request, "labels", labels_text(cx, &m)); rest.at && w.label_count <= MEDIA_LABELS_MAX;)
		labels[w.label_count++] = str_trim(str_cut(&rest, ','));
	TRY(media_describe(cx, db, here(cx), m.id, &w));
	i64 taken = 0; /* what was planned for after the end of its rights does not leave */
	if (w.rights_until && w.rights_until != m.rights_until)
		TRY(media_rights_hold(cx, db, here(cx), &taken));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(m.id)));
	reply_flash(reply, taken ? arena_printf(cx->arena, tr_n(cx->lang, "Kept. %lld planned post was taken back: the rights end before it.",
								 "Kept. %lld planned posts were taken back: the rights end before them.", taken), (long long)taken)
				 : str_of(_("Kept.")), (struct str){});
	reply_redirect(reply, "/media/%lld", (long long)m.id);
	return OK;
}

static enum err put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	bool away = param_bool(request, "away");
	TRY(media_archive(cx, request_db(request), here(cx), id, away));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(away ? _("Put away. Posts that have it keep it.") : _("It is in the library again.")), (struct str){});
	reply_redirect(reply, away ? "/media" : "/media/%lld", (long long)id);
	return OK;
}

static enum err make(struct cx *cx, struct request *request, struct reply *reply)
{
	struct media_rendition r;
	i64 id = param_id(request, "id");
	TRY(media_want(cx, request_db(request), here(cx), id, param_text(request, "format"), &r));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_redirect(reply, "/media/%lld#formats", (long long)id);
	return OK;
}

/* ---- bytes ---- */

static enum err rendition(struct cx *cx, struct request *request, struct reply *reply)
{
	struct media_rendition r;
	const char *path;
	enum err e = media_rendition_get(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "format"), &r);
	if (e == ERR_MISSING || (e == OK && !r.blob.len))
		return fail(cx, ERR_MISSING, N_("This format was not made yet."));
	TRY(e);
	TRY(blob_find(cx, arena_printf(cx->arena, "%s/media", page_setup.data).at, r.blob, &path));
	reply_file(reply, arena_cstr(cx->arena, r.type), path, (struct str){});
	return OK;
}

/* As it was brought: only ever to be saved. */
static enum err file(struct cx *cx, struct request *request, struct reply *reply)
{
	struct media m;
	const char *path;
	TRY(media_get(cx, request_db(request), here(cx), param_id(request, "id"), &m));
	TRY(blob_find(cx, arena_printf(cx->arena, "%s/media", page_setup.data).at, m.blob, &path));
	reply_file(reply, "application/octet-stream", path, m.name);
	return OK;
}

/* ---- the rows ---- */

static const struct param list_params[] = {
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words of the name, of what it shows, of its labels or its credit."},
	{.name = "kind", .in = IN_QUERY, .type = P_WORD, .words = kind_words, .about = "Only pictures, films, sounds or documents."},
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = state_words, .about = "Only what nobody described, whose rights end within 30 days, what is in no post, or what was put away."},
	PAGER_PARAMS,
	{},
};
static const struct param bring_params[] = {
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_REQUIRED, .max = (i64)MEDIA_BYTES_MAX, .about = "A picture (JPEG, PNG, GIF, WebP, SVG, PSD), a film, a sound or a PDF."},
	{},
};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The medium."}
static const struct param one_params[] = {ID_PARAM, {}};
#define LANG_MAX 12
static const struct param show_params[] = {
	ID_PARAM,
	{.name = "transcript", .in = IN_QUERY, .type = P_LINE, .max = LANG_MAX, .about = "Of a film: the language of the subtitles that are shown as text."},
	{},
};
static const struct param subtitle_params[] = {
	ID_PARAM,
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = LANG_MAX, .about = "Their language: fr, pt-BR."},
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_REQUIRED, .max = (i64)SUBTITLES_BYTES, .about = "WebVTT or SubRip, in UTF-8."},
	{},
};
#define LANG_PARAM {.name = "lang", .in = IN_PATH, .type = P_LINE, .max = LANG_MAX, .about = "Their language."}
static const struct param subtitle_remove_params[] = {ID_PARAM, LANG_PARAM, {}};
static const struct param subtitle_file_params[] = {
	ID_PARAM,
	LANG_PARAM,
	{.name = "save", .in = IN_QUERY, .type = P_BOOL, .about = "To be saved."},
	{.name = "v", .in = IN_QUERY, .type = P_LINE, .max = 16, .about = "Not looked at: another one is another address."},
	{},
};
static const struct param describe_params[] = {
	ID_PARAM,
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = MEDIA_NAME_MAX, .about = "Its name here."},
	{.name = "alt_fr", .in = IN_FORM, .type = P_TEXT, .max = MEDIA_ALT_MAX, .about = "What it shows, in French."},
	{.name = "alt_en", .in = IN_FORM, .type = P_TEXT, .max = MEDIA_ALT_MAX, .about = "What it shows, in English."},
	{.name = "speech", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "Of a film: nothing (something is said in it), none (nothing is), shown (what is said stands in the picture)."},
	{.name = "labels", .in = IN_FORM, .type = P_LINE, .max = 1000, .about = "Words to find it by, with commas between them."},
	{.name = "credit", .in = IN_FORM, .type = P_LINE, .max = MEDIA_NAME_MAX, .about = "Who made it."},
	{.name = "rights", .in = IN_FORM, .type = P_TEXT, .max = MEDIA_RIGHTS_MAX, .about = "Whose it is, and what they allow."},
	{.name = "rights_until", .in = IN_FORM, .type = P_TIME, .about = "Until when it may be used; nothing: for good."},
	{.name = "focus_x", .in = IN_FORM, .type = P_INT, .min = 0, .max = 100, .about = "What must stay in sight: percent from the left."},
	{.name = "focus_y", .in = IN_FORM, .type = P_INT, .min = 0, .max = 100, .about = "Percent from the top."},
	{},
};
static const struct param upload_params[] = {{.name = "token", .in = IN_PATH, .type = P_LINE, .max = 60, .about = "The file, as Location named it."}, {}};
static const struct param archive_params[] = {ID_PARAM, {.name = "away", .in = IN_FORM, .type = P_BOOL, .about = "Put it away; no: take it out again."}, {}};
static const struct param make_params[] = {ID_PARAM, {.name = "format", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The word of a format."}, {}};
static const struct param rendition_params[] = {
	ID_PARAM,
	{.name = "format", .in = IN_PATH, .type = P_LINE, .max = 60, .about = "The word of a format."},
	{.name = "v", .in = IN_QUERY, .type = P_LINE, .max = 16, .about = "Not looked at: another one is another address."},
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Medium", "{id: id, url: url, name: text, kind: Word, about: text, picture: url?, alt: text, is_bare: bool, rights_until: Instant?, is_ending: bool}",
	 "A picture or file of the media library."},
	{"MediumDetail", "{id: id, name: text, kind: Word, type: text, measures: text, picture: url?, story: text?, uses: Number, is_picture: bool, is_freed: bool, is_telling: bool, is_away: bool, alt: text, labels: text, "
	 "credit: text, rights: text, rights_until: Instant?, rights_until_local: text, focus_x: int, focus_y: int, created: Instant, file_url: url}",
	 "A picture or file, with what is said of it."},
	{"MediumFormat", "{word: text, title: text, network: Network?, size: text, is_waiting: bool, is_made: bool, url: url?, story: text?}", "A network's format of a picture."},
	{"Upload", "{token: text, offset: int, length: int, media_id: id?}", "A file that comes in pieces: how far it is, and what became of it."},
	{"MediaPage", "{tabs: [Tab], filter: {q: text, kind: text, state: text, is_filtered: bool}, has_media: bool, media: [Medium], can_write: bool, bucket: text?, size_most: text, pager: Pager?}"},
	{"Subtitles", "{lang: Word, url: url, read_url: url, remove_url: url, name: text, amount: text, created: Instant, is_first: bool, is_read: bool}",
	 "What is said in a film, in one language; is_first: on when it plays; is_read: the one that is shown as text."},
	{"Film", "{url: url?, is_waiting: bool, can_ask: bool, story: text?, subtitles: [Subtitles], has_subtitles: bool, is_wanted: bool, speech: [Choice], langs: [Choice], size_most: int, "
	 "transcript: {lang: Word, save_url: url, lines: [{at: text, voice: text?, text: text}], is_cut: bool}?}",
	 "A film: what plays, its subtitles; is_wanted: it has none, and something may be said in it."},
	{"MediumPage", "{medium: MediumDetail, film: Film?, langs: [{word: text, title: text, text: text}], has_formats: bool, formats: [MediumFormat], has_others: bool, others: [MediumFormat], can_write: bool}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/media", .permission = MAY_READ_INBOX, .params = list_params, .template = "library/page", .handle = show, .answer = "MediaPage",
	 .about = "The media library, the newest first."},
	{.method = "POST", .path = "/media", .permission = MAY_PROPOSE, .flags = ROUTE_MAKES | ROUTE_SLOW, .params = bring_params, .template = "library/page", .handle = bring, .answer = "Made",
	 .body_max = MEDIA_BYTES_MAX + (1 << 20), .form = "/media", .about = "Bring a picture or file. The same bytes twice are one."},
	{.method = "GET", .path = "/media/{id}", .permission = MAY_READ_INBOX, .params = show_params, .template = "library/one", .handle = show_one, .answer = "MediumPage",
	 .about = "A picture or file: what it shows, whose it is, and the formats of networks."},
	{.method = "POST", .path = "/media/{id}", .permission = MAY_PROPOSE, .params = describe_params, .template = "library/one", .handle = describe, .form = "/media/{id}",
	 .answer = "Made", .about = "Say what it shows, what must stay in sight, whose it is and until when."},
	{.method = "POST", .path = "/media/{id}/archive", .permission = MAY_PROPOSE, .params = archive_params, .handle = put_away, .answer = "Made",
	 .about = "Put it away, or take it out again. Nothing is deleted."},
	{.method = "POST", .path = "/media/{id}/renditions", .permission = MAY_PROPOSE, .params = make_params, .handle = make, .answer = "Made",
	 .about = "Have it made for a network's format."},
	{.method = "POST", .path = "/media/{id}/subtitles", .permission = MAY_PROPOSE, .flags = ROUTE_MAKES, .params = subtitle_params, .template = "library/one", .handle = library_subtitle_bring,
	 .body_max = SUBTITLES_BYTES + (1 << 16), .form = "/media/{id}", .answer = "Made", .about = "Bring the subtitles of a film in one language, WebVTT or SubRip; those there were are replaced."},
	{.method = "POST", .path = "/media/{id}/subtitles/{lang}/remove", .permission = MAY_PROPOSE, .params = subtitle_remove_params, .handle = library_subtitle_remove, .answer = "Made",
	 .about = "Take the subtitles of a film in one language away."},
	{.method = "GET", .path = "/media/{id}/subtitles/{lang}", .permission = MAY_READ_INBOX, .params = subtitle_file_params, .handle = library_subtitle_file, .type = "text/vtt",
	 .about = "The subtitles of a film in one language, as WebVTT."},
	{.method = "POST", .path = "/uploads", .permission = MAY_PROPOSE, .flags = ROUTE_API_ONLY | ROUTE_RAW | ROUTE_MAKES, .handle = library_upload_start, .answer = "Upload",
	 .about = "Begin to bring a file in pieces (tus 1.0: Upload-Length, Upload-Metadata with “filename”). Location says where they go."},
	{.method = "GET", .path = "/uploads/{token}", .permission = MAY_PROPOSE, .flags = ROUTE_API_ONLY, .params = upload_params, .handle = library_upload_show, .answer = "Upload",
	 .about = "How far a file is (tus 1.0: HEAD, Upload-Offset). Once it is whole, which medium it became (Parvis-Media)."},
	{.method = "PATCH", .path = "/uploads/{token}", .permission = MAY_PROPOSE, .flags = ROUTE_API_ONLY | ROUTE_RAW | ROUTE_SLOW, .params = upload_params, .handle = library_upload_add,
	 .body_max = INCOMING_PIECE_MAX, .about = "The next piece of a file, of 8 MiB at the most (tus 1.0: Upload-Offset)."},
	{.method = "GET", .path = "/media/{id}/renditions/{format}", .permission = MAY_READ_INBOX, .flags = ROUTE_WAITS, .params = rendition_params, .handle = rendition,
	 .type = "application/octet-stream", .about = "Its bytes in a format: without metadata, in the kind that the format takes."},
	{.method = "GET", .path = "/media/{id}/file", .permission = MAY_READ_INBOX, .flags = ROUTE_WAITS, .params = one_params, .handle = file, .type = "application/octet-stream",
	 .about = "The file as it was brought, to be saved."},
	{},
};

const struct page page_library = {"library", routes, shapes, .file = __FILE__};
