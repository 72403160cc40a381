#include "flow/subtitle.h"

#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/media.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "sys/files.h"

#include <string.h>

static enum err may_write(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_PROPOSE))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not write. Ask somebody who manages this workspace."));
}

/* "fr", "pt-BR", "zh-Hant": a language, what it is written in and where (RFC 5646, without the rest). */
static bool is_lang(struct str lang)
{
	struct str rest = lang, first = str_cut(&rest, '-');
	bool good = first.len == 2 || first.len == 3;
	for (size_t i = 0; i < first.len; i++)
		good &= first.at[i] >= 'a' && first.at[i] <= 'z';
	while (good && rest.at) {
		struct str part = str_cut(&rest, '-');
		good = part.len >= 2 && part.len <= 4;
		for (size_t i = 0; i < part.len; i++)
			good &= (part.at[i] >= 'a' && part.at[i] <= 'z') || (part.at[i] >= 'A' && part.at[i] <= 'Z') || (part.at[i] >= '0' && part.at[i] <= '9');
	}
	return good && lang.len <= 12;
}

static struct str detail_of(struct cx *cx, const struct subtitle *s)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"lang\":\"%.*s\",\"cues\":%lld,\"name\":", STR_ARG(s->lang), (long long)s->cues);
	buf_add_json(&b, s->name);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err trace(struct cx *cx, struct db *db, const struct subtitle *s, const char *act)
{
	TRY(audit(cx, db, s->workspace, act, arena_printf(cx->arena, "media:%lld", (long long)s->media), detail_of(cx, s)));
	return change_add(cx, db, s->workspace, 0, "media", s->media);
}

/* Those of that language that are shown; id 0: none. */
static enum err find(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct subtitle *ret_subtitle)
{
	enum err e = subtitle_of(cx, db, workspace, media, lang, ret_subtitle);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_subtitle = (struct subtitle){};
		return OK;
	}
	return e;
}

/* ---- bringing ---- */

static enum err check_room(struct cx *cx, struct db *db, const struct subtitle *s)
{
	struct subtitle *list;
	size_t count;
	TRY(subtitles_of(cx, db, s->workspace, s->media, false, &list, &count));
	if (count < SUBTITLE_LANGS_MAX)
		return OK;
	return fail_field(cx, "lang", N_("A film has subtitles in %d languages at the most."), SUBTITLE_LANGS_MAX);
}

static enum err bring(struct cx *cx, struct db *db, const struct subtitle *s, struct undo *undo, bool *ret_replaced)
{
	struct subtitle before;
	TRY(find(cx, db, s->workspace, s->media, s->lang, &before));
	if (before.id)
		TRY(subtitle_put_away(cx, db, s->workspace, before.id, cx->now));
	else
		TRY(check_room(cx, db, s));
	TRY(subtitle_insert(cx, db, s));
	if (undo)
		undo_note_pair(undo, "subtitle", s->id, before.id);
	*ret_replaced = before.id != 0;
	return trace(cx, db, s, "media.subtitle");
}

/* A story of the parser's is told beside the file. */
static enum err read_file(struct cx *cx, struct str bytes, i64 duration, struct subtitles *ret_read)
{
	char story[sizeof cx->story];
	enum err e = bytes.len > SUBTITLES_BYTES ? fail(cx, ERR_TOO_LARGE, N_("A file of subtitles has %d kB at the most."), (int)(SUBTITLES_BYTES >> 10))
						 : subtitles_read(cx, bytes, duration, ret_read);
	if (e != ERR_BAD_INPUT && e != ERR_TOO_LARGE)
		return e;
	memcpy(story, cx->story, sizeof story);
	return fail_field(cx, "file", "%s", story);
}

enum err subtitle_bring(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct str bytes, struct str name, struct undo *undo, struct subtitle *ret_subtitle,
			bool *ret_replaced)
{
	struct media m;
	struct subtitles read;
	CLEANUP(buf_free) struct buf clean = {};
	bool replaced = false;
	TRY(may_write(cx));
	TRY(media_get(cx, db, workspace, media, &m));
	if (!str_eq(m.kind, S("video")))
		return fail_field(cx, "file", N_("“%.*s” is no film: subtitles go with films."), STR_ARG(m.name));
	if (!is_lang(lang))
		return fail_field(cx, "lang", N_("“%.*s” is no language."), STR_ARG(utf8_head(lang, 20)));
	TRY(read_file(cx, bytes, m.duration, &read));
	buf_add_clean(&clean, utf8_valid(name) ? utf8_head(str_trim(name), MEDIA_NAME_MAX) : S(""));
	struct subtitle s = {.id = id_new(), .workspace = workspace, .media = media, .lang = lang, .vtt = subtitles_vtt(cx->arena, &read), .name = buf_keep(&clean, cx->arena),
			     .cues = (i64)read.count, .created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now};
	TRY(IN_TRANSACTION(cx, db, bring(cx, db, &s, undo, &replaced)));
	*ret_subtitle = s;
	*ret_replaced = replaced;
	return OK;
}

enum err subtitle_bring_file(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, const char *path, struct str name, struct undo *undo,
			     struct subtitle *ret_subtitle, bool *ret_replaced)
{
	struct str bytes;
	TRY(may_write(cx));
	TRY(file_read(cx, path, SUBTITLES_BYTES + 1, &bytes));
	return subtitle_bring(cx, db, workspace, media, lang, bytes, name, undo, ret_subtitle, ret_replaced);
}

/* ---- taking away, and back ---- */

static enum err take_away(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct undo *undo)
{
	struct subtitle s;
	TRY(may_write(cx));
	TRY(subtitle_of(cx, db, workspace, media, lang, &s));
	TRY(subtitle_put_away(cx, db, workspace, s.id, cx->now));
	if (undo)
		undo_note_pair(undo, "subtitle", 0, s.id);
	return trace(cx, db, &s, "media.subtitle_away");
}

enum err subtitle_take_away(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, take_away(cx, db, workspace, media, lang, undo));
}

enum err subtitle_put_back(struct cx *cx, struct db *db, i64 workspace, i64 now, i64 before)
{
	struct subtitle known, shown;
	TRY(may_write(cx));
	TRY(subtitle_get(cx, db, workspace, now ? now : before, &known));
	TRY(find(cx, db, workspace, known.media, known.lang, &shown));
	if (shown.id != now)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed these subtitles since; they were left as they are now."));
	if (now)
		TRY(subtitle_put_away(cx, db, workspace, now, cx->now));
	if (before)
		TRY(subtitle_put_away(cx, db, workspace, before, 0));
	return trace(cx, db, &known, "media.subtitle_undo");
}

/* ---- what is kept ---- */

enum err subtitle_read(struct cx *cx, const struct subtitle *subtitle, struct subtitles *ret_subtitles)
{
	return subtitles_read(cx, subtitle->vtt, 0, ret_subtitles);
}

bool subtitle_wanted(const struct media *media)
{
	return str_eq(media->kind, S("video")) && !media->speech.len;
}

struct str subtitle_file_name(struct arena *arena, struct str film, struct str lang)
{
	size_t dot = film.len;
	while (dot > 0 && film.at[dot - 1] != '.')
		dot--;
	struct str stem = dot > 1 && film.len - dot <= 5 ? str_head(film, dot - 1) : film;
	return arena_printf(arena, "%.*s.%.*s.vtt", STR_ARG(stem), STR_ARG(lang));
}
