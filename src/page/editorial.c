#include "page/editorial.h"

#include "store/campaign.h"
#include "store/pillar.h"

#define CHOICES 300 /* pillars, campaigns: as many as are chosen from */
#define SAID 200    /* characters of what was said */

enum err editorial_load(struct cx *cx, struct db *db, struct editorial *ret_editorial)
{
	TRY(calendar_pillars(cx, db, here(cx), CHOICES, &ret_editorial->pillars, &ret_editorial->pillar_count));
	return calendar_campaigns(cx, db, here(cx), CHOICES, &ret_editorial->campaigns, &ret_editorial->campaign_count);
}

/* ---- by name ---- */

static const struct calendar_line *line_of(const struct calendar_line *lines, size_t count, i64 id)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].id == id)
			return &lines[i];
	return NULL;
}

static enum err name_of(struct cx *cx, struct db *db, const struct editorial *e, bool is_campaign, i64 id, struct str *ret_name)
{
	const struct calendar_line *line = is_campaign ? line_of(e->campaigns, e->campaign_count, id) : line_of(e->pillars, e->pillar_count, id);
	struct campaign campaign;
	struct pillar pillar;
	if (line)
		*ret_name = line->name;
	else if (is_campaign) {
		TRY(campaign_get(cx, db, here(cx), id, &campaign));
		*ret_name = campaign.name;
	} else {
		TRY(pillar_get(cx, db, here(cx), id, &pillar));
		*ret_name = pillar.name;
	}
	return OK;
}

static enum err reference(struct cx *cx, struct db *db, const struct editorial *e, bool is_campaign, i64 id, json_t **ret_reference)
{
	struct str name;
	*ret_reference = json_null();
	if (!id)
		return OK;
	TRY(name_of(cx, db, e, is_campaign, id, &name));
	*ret_reference = json_pack("{s:o, s:o}", "id", doc_id(id), "name", doc_text(name));
	return OK;
}

enum err editorial_pillar(struct cx *cx, struct db *db, const struct editorial *editorial, i64 id, json_t **ret_reference)
{
	return reference(cx, db, editorial, false, id, ret_reference);
}

enum err editorial_campaign(struct cx *cx, struct db *db, const struct editorial *editorial, i64 id, json_t **ret_reference)
{
	return reference(cx, db, editorial, true, id, ret_reference);
}

/* ---- to choose from ---- */

static enum err choices(struct cx *cx, struct db *db, const struct editorial *e, bool is_campaign, i64 chosen, json_t **ret_list)
{
	const struct calendar_line *lines = is_campaign ? e->campaigns : e->pillars;
	size_t count = is_campaign ? e->campaign_count : e->pillar_count;
	json_t *list = json_array();
	*ret_list = list;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(lines[i].id), "name", doc_text(lines[i].name), "is_selected", lines[i].id == chosen));
	if (chosen && !line_of(lines, count, chosen)) {
		struct str name;
		enum err found = name_of(cx, db, e, is_campaign, chosen, &name);
		if (found == ERR_MISSING) { /* typed into a form, and never there */
			cx_forget(cx);
			return OK;
		}
		TRY(found);
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(chosen), "name", doc_text(name), "is_selected", true));
	}
	return OK;
}

enum err editorial_pillars(struct cx *cx, struct db *db, const struct editorial *editorial, i64 chosen, json_t **ret_list)
{
	return choices(cx, db, editorial, false, chosen, ret_list);
}

enum err editorial_campaigns(struct cx *cx, struct db *db, const struct editorial *editorial, i64 chosen, json_t **ret_list)
{
	return choices(cx, db, editorial, true, chosen, ret_list);
}

i64 editorial_typed(struct request *request, const char *name, i64 value)
{
	struct str typed = request_typed(request, name);
	i64 id = 0;
	if (!typed.at)
		return value;
	return str_to_i64(str_trim(typed), &id) ? id : 0;
}

/* ---- where an idea comes from ---- */

json_t *editorial_source(struct cx *cx, const struct idea *idea, const struct idea_source *s)
{
	if (!s->conversation || !actor_may(cx->actor, MAY_READ_INBOX))
		return json_null();
	struct str said = str_trim(s->said), url = arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)s->conversation, (long long)idea->message);
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "url", doc_text(url), "author_name", doc_text(s->author_name), "channel_name", doc_text(s->channel_name), "network",
			 doc_network(cx->lang, s->network), "said", said.len && !str_eq(said, idea->title) ? doc_excerpt(said, SAID) : json_null());
}
