#include "page/post_row.h"

#include "base/lang.h"

json_t *post_state_shape(struct cx *cx, enum post_state state, bool away)
{
	static const struct {
		const char *tone, *icon;
	} looks[POST_STATE_COUNT] = {
		[POST_DRAFT] = {"line", "pen-line"}, [POST_REVIEW] = {"sun", "user-check"}, [POST_APPROVED] = {"ok", "check"}, [POST_SCHEDULED] = {"act", "alarm-clock"},
		[POST_LEAVING] = {"act", "send"}, [POST_BY_HAND] = {"sun", "send"}, [POST_PUBLISHED] = {"ok", "check-check"}, [POST_TROUBLE] = {"red", "octagon-alert"},
	};
	if (away)
		return json_pack("{s:s, s:s, s:s}", "tone", "line", "icon", "folder-open", "title", _(N_("Put away")));
	return json_pack("{s:s, s:s, s:s}", "tone", looks[state].tone, "icon", looks[state].icon, "title", _(post_state_title(state)));
}

static json_t *places_shape(struct cx *cx, const struct channel *channels, size_t count, const struct post_variant *variants, size_t variant_count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < variant_count; i++)
		for (size_t n = 0; n < count; n++)
			if (channels[n].id == variants[i].channel)
				json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_id(channels[n].id), "name", doc_text(channels[n].name), "network",
								      doc_network(cx->lang, channels[n].network)));
	return list;
}

static struct str heading_of(struct cx *cx, const struct post *p)
{
	struct str line = str_trim(p->body);
	if (p->title.len)
		return p->title;
	line = str_trim(str_line(&line));
	return line.len ? line : str_of(_(N_("A post without words yet")));
}

enum err post_row_shape(struct cx *cx, struct db *db, const struct post *p, const struct channel *channels, size_t count, const struct member *members,
			size_t member_count, json_t **ret_row)
{
	struct post_variant *variants;
	size_t variant_count;
	struct reader reader = reader_of(cx);
	struct str by = {};
	TRY(post_variants(cx, db, p->workspace, p->id, &variants, &variant_count));
	for (size_t i = 0; i < member_count; i++)
		if (members[i].person == p->updated_by)
			by = members[i].name;
	json_t *row = json_object();
	doc_set(row, "id", doc_id(p->id));
	doc_set(row, "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)p->id)));
	doc_set(row, "heading", doc_excerpt(heading_of(cx, p), 80));
	doc_set(row, "excerpt", doc_excerpt(p->body, 160));
	doc_set(row, "lang", doc_text_or_null(p->lang));
	doc_set(row, "state", doc_word(cx->lang, post_state_word(p->state), post_state_title(p->state)));
	doc_set(row, "chip", post_state_shape(cx, p->state, p->archived_at != 0));
	doc_set(row, "channels", places_shape(cx, channels, count, variants, variant_count));
	doc_set(row, "planned_at", doc_instant(&reader, p->planned_at));
	doc_set(row, "published_at", doc_instant(&reader, p->published_at));
	doc_set(row, "updated_at", doc_instant(&reader, p->updated_at));
	doc_set(row, "updated_by", doc_text_or_null(by));
	*ret_row = row;
	return OK;
}
