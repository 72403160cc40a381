#include "page/medium.h"

#include "base/clock.h"
#include "base/lang.h"
#include "flow/media.h"
#include "page/page.h"
#include "ui/document.h"
#include "ui/format.h"

struct str medium_size(struct cx *cx, i64 bytes)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_size(&b, cx->lang, bytes);
	return buf_keep(&b, cx->arena);
}

const char *medium_kind(struct str kind)
{
	return str_eq(kind, S("image")) ? N_("Picture") : str_eq(kind, S("video")) ? N_("Film") : str_eq(kind, S("audio")) ? N_("Sound") : N_("Document");
}

static struct str url_of(struct cx *cx, i64 media)
{
	return arena_printf(cx->arena, "/media/%lld", (long long)media);
}

enum err medium_picture(struct cx *cx, struct db *db, const struct media *m, const char *format, json_t **ret_url, struct str *ret_story)
{
	struct media_rendition r = {};
	enum err e = media_rendition_get(cx, db, m->workspace, m->id, str_of(format), &r);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	*ret_story = r.story;
	/* Its bytes' name stands in the address: another cut is another picture for the browser. */
	*ret_url = r.blob.len ? doc_text(arena_printf(cx->arena, "/media/%lld/renditions/%s?v=%.8s", (long long)m->id, format, r.blob.at)) : json_null();
	return OK;
}

/* What stands behind the language tells two apart. */
struct str medium_lang(struct cx *cx, struct str lang)
{
	struct str rest = lang, first = str_cut(&rest, '-');
	CLEANUP(buf_free) struct buf name = {};
	buf_add_language(&name, cx->lang, first);
	return rest.len ? arena_printf(cx->arena, "%.*s (%.*s)", STR_ARG(buf_str(&name)), STR_ARG(rest)) : buf_keep(&name, cx->arena);
}

struct str medium_measures(struct cx *cx, const struct media *m)
{
	if (m->width > 0)
		return arena_printf(cx->arena, "%lld × %lld, %.*s", (long long)m->width, (long long)m->height, STR_ARG(medium_size(cx, m->size)));
	return medium_size(cx, m->size);
}

enum err medium_add(struct cx *cx, struct db *db, const struct media *m, json_t *list)
{
	struct reader reader = reader_of(cx);
	json_t *picture;
	struct str story;
	TRY(medium_picture(cx, db, m, MEDIA_FORMAT_LIST, &picture, &story));
	json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:b}", "id", doc_id(m->id), "url", doc_text(url_of(cx, m->id)), "name", doc_text(m->name),
					      "kind", doc_word(cx->lang, arena_cstr(cx->arena, m->kind), medium_kind(m->kind)), "about", doc_text(m->credit.len ? m->credit : medium_measures(cx, m)),
					      "picture", picture, "alt", doc_text(media_alt_text(cx->arena, m, str_of(cx->lang))), "is_bare",
					      str_eq(m->kind, S("image")) && str_eq(m->alt, S("{}")), "rights_until", doc_instant(&reader, m->rights_until), "is_ending",
					      m->rights_until && m->rights_until < cx->now + MEDIA_SOON));
	return OK;
}
