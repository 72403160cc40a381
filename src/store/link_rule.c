#include "store/link_rule.h"

#include "base/json_text.h"
#include "store/sql.h"
#include "store/workspace.h"

static struct str text_of(struct arena *arena, const json_t *object, const char *name, const char *otherwise)
{
	const json_t *value = json_object_get(object, name);
	return arena_str(arena, json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : str_of(otherwise));
}

static size_t texts_of(struct arena *arena, const json_t *list, const struct str **ret_texts)
{
	size_t count = json_array_size(list);
	struct str *texts = arena_array(arena, struct str, count + 1);
	for (size_t i = 0; i < count; i++)
		texts[i] = arena_str(arena, str_of(json_string_value(json_array_get(list, i))));
	*ret_texts = texts;
	return count;
}

static size_t sources_of(struct arena *arena, const json_t *list, const struct link_source **ret_sources)
{
	size_t count = json_array_size(list), kept = 0;
	struct link_source *sources = arena_array(arena, struct link_source, count + 1);
	for (size_t i = 0; i < count; i++) {
		const json_t *one = json_array_get(list, i);
		if (str_to_i64(text_of(arena, one, "channel", ""), &sources[kept].channel)) {
			sources[kept].source = text_of(arena, one, "source", "");
			kept++;
		}
	}
	*ret_sources = sources;
	return kept;
}

static struct link_rules rules_of(struct arena *arena, const json_t *links)
{
	struct link_rules rules = {
		.tags = json_is_true(json_object_get(links, "tags")),
		.source = text_of(arena, links, "source", LINK_SOURCE_DEFAULT),
		.medium = text_of(arena, links, "medium", LINK_MEDIUM_DEFAULT),
		.campaign = text_of(arena, links, "campaign", LINK_CAMPAIGN_DEFAULT),
		.content = text_of(arena, links, "content", LINK_CONTENT_DEFAULT),
		.shortens = json_is_true(json_object_get(links, "shortens")),
		.address = text_of(arena, links, "address", ""),
	};
	rules.source_count = sources_of(arena, json_object_get(links, "sources"), &rules.sources);
	rules.host_count = texts_of(arena, json_object_get(links, "hosts"), &rules.hosts);
	rules.excluded_count = texts_of(arena, json_object_get(links, "excluded"), &rules.excluded);
	return rules;
}

enum err link_rules_get(struct cx *cx, struct db *db, i64 workspace, struct link_rules *ret_rules)
{
	struct workspace w;
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL);
	*ret_rules = rules_of(cx->arena, json_object_get(settings, LINK_SETTING));
	json_decref(settings);
	return OK;
}

enum err link_rules_freeze(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct str *ret_frozen)
{
	struct workspace w;
	struct str name;
	TRY(workspace_get(cx, db, workspace, &w));
	TRY(link_campaign_name(cx, db, workspace, campaign, &name));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL), *frozen = json_object();
	json_t *links = json_object_get(settings, LINK_SETTING);
	json_object_set_new(frozen, "rules", links ? json_incref(links) : json_object());
	json_object_set_new(frozen, "campaign", json_stringn(name.at ? name.at : "", name.len));
	*ret_frozen = arena_json(cx->arena, frozen, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(frozen);
	json_decref(settings);
	return OK;
}

bool link_rules_thaw(struct cx *cx, struct str frozen, struct link_rules *ret_rules, struct str *ret_campaign)
{
	json_t *json = frozen.len ? json_loadb(frozen.at, frozen.len, 0, NULL) : NULL;
	const json_t *rules = json_object_get(json, "rules");
	bool is_frozen = json_is_object(rules);
	if (is_frozen) {
		*ret_rules = rules_of(cx->arena, rules);
		*ret_campaign = text_of(cx->arena, json, "campaign", "");
	}
	json_decref(json);
	return is_frozen;
}

enum err link_campaign_name(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct str *ret_name)
{
	CLEANUP(row_endp) struct row *row = NULL;
	*ret_name = (struct str){};
	if (!campaign)
		return OK;
	enum err e = db_one(cx, db, &row, "SELECT name FROM campaign WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(campaign));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_name = row_str(row, 0, cx->arena);
	return OK;
}
