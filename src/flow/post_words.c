#include "flow/post_words.h"

#include "base/json_text.h"
#include "channel/channel.h"
#include "check/check.h"
#include "flow/channels.h"
#include "flow/post_variables.h"
#include "flow/short_link.h"

/* ---- what the post says ---- */

static const char *const names[] = {"tags", "shortens", "source", "medium", "campaign", "content"};
#define TRACKING_NAMES COUNT(names)

static void values_of(struct post_tracking *t, struct str *ret_values[static TRACKING_NAMES])
{
	struct str *const values[TRACKING_NAMES] = {&t->tags, &t->shortens, &t->source, &t->medium, &t->campaign, &t->content};
	for (size_t i = 0; i < TRACKING_NAMES; i++)
		ret_values[i] = values[i];
}

struct post_tracking post_tracking_of(struct cx *cx, struct str options)
{
	struct post_tracking tracking = {};
	struct str *values[TRACKING_NAMES];
	json_t *json = json_loadb(options.at ? options.at : "", options.len, 0, NULL);
	const json_t *object = json_object_get(json, "tracking");
	values_of(&tracking, values);
	for (size_t i = 0; i < TRACKING_NAMES; i++) {
		const json_t *value = json_object_get(object, names[i]);
		*values[i] = arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)});
	}
	json_decref(json);
	return tracking;
}

struct str post_tracking_put(struct cx *cx, struct str options, const struct post_tracking *tracking)
{
	struct post_tracking t = *tracking;
	struct str *values[TRACKING_NAMES];
	json_t *json = json_loadb(options.at ? options.at : "", options.len, 0, NULL), *object = json_object();
	if (!json_is_object(json)) {
		json_decref(json);
		json = json_object();
	}
	values_of(&t, values);
	for (size_t i = 0; i < TRACKING_NAMES; i++)
		if (values[i]->len)
			json_object_set_new(object, names[i], json_stringn(values[i]->at, values[i]->len));
	if (json_object_size(object))
		json_object_set_new(json, "tracking", object);
	else {
		json_object_del(json, "tracking");
		json_decref(object);
	}
	struct str kept = arena_json(cx->arena, json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	return kept;
}

/* ---- what links get ---- */

enum err post_words_load(struct cx *cx, struct db *db, const struct post *post, struct post_words *ret_words)
{
	struct post_words w = {.workspace = post->workspace, .post = post->id, .tracking = post_tracking_of(cx, post->options)};
	bool approved = post->approved_revision && post->state != POST_DRAFT && post->state != POST_REVIEW;
	if (!approved || !link_rules_thaw(cx, post->approved_links, &w.rules, &w.campaign)) { /* what was approved leaves as it was approved */
		TRY(link_rules_get(cx, db, post->workspace, &w.rules));
		TRY(link_campaign_name(cx, db, post->workspace, post->campaign, &w.campaign));
	}
	TRY(post_variables_load(cx, db, post, &w));
	w.tags = w.tracking.tags.len ? str_eq(w.tracking.tags, S("yes")) : w.rules.tags;
	w.shortens = (w.tracking.shortens.len ? str_eq(w.tracking.shortens, S("yes")) : w.rules.shortens) && w.rules.address.len;
	*ret_words = w;
	return OK;
}

/* {network}, {channel}, {campaign}, {post} filled in; other braces stay. */
static struct str filled(struct cx *cx, const struct post_words *w, const struct channel *channel, struct str pattern)
{
	CLEANUP(buf_free) struct buf b = {};
	while (pattern.len) {
		ptrdiff_t open = str_find_byte(pattern, '{'), close = str_find_byte(pattern, '}');
		if (open < 0 || close < open) {
			buf_add(&b, pattern);
			break;
		}
		struct str name = str_head(str_skip(pattern, (size_t)open + 1), (size_t)(close - open) - 1);
		buf_add(&b, str_head(pattern, (size_t)open));
		if (str_eq(name, S("network")))
			buf_add_utm_word(&b, channel->network);
		else if (str_eq(name, S("channel")))
			buf_add_utm_word(&b, channel->name);
		else if (str_eq(name, S("campaign")))
			buf_add_utm_word(&b, w->campaign);
		else if (str_eq(name, S("post")) && w->post)
			buf_addf(&b, "%lld", (long long)w->post);
		else if (!str_eq(name, S("post")))
			buf_add(&b, str_head(str_skip(pattern, (size_t)open), (size_t)(close - open) + 1));
		pattern = str_skip(pattern, (size_t)close + 1);
	}
	return str_trim(buf_keep(&b, cx->arena));
}

struct utm post_words_tags(struct cx *cx, const struct post_words *w, const struct channel *channel)
{
	struct str source = w->rules.source;
	for (size_t i = 0; i < w->rules.source_count; i++)
		if (w->rules.sources[i].channel == channel->id && w->rules.sources[i].source.len)
			source = w->rules.sources[i].source;
	if (w->tracking.source.len)
		source = w->tracking.source;
	return (struct utm){
		.source = filled(cx, w, channel, source),
		.medium = filled(cx, w, channel, w->tracking.medium.len ? w->tracking.medium : w->rules.medium),
		.campaign = filled(cx, w, channel, w->tracking.campaign.len ? w->tracking.campaign : w->rules.campaign),
		.content = filled(cx, w, channel, w->tracking.content.len ? w->tracking.content : w->rules.content),
	};
}

/* ---- texts ---- */

struct leaving {
	struct cx *cx;
	const struct post_words *words;
	i64 channel;
	struct utm utm;
	enum mark_dialect dialect;
	struct post_link *links;
	size_t count, capacity;
};

static void note(struct leaving *l, struct str written, struct str leaves, struct str target)
{
	for (size_t i = 0; i < l->count; i++)
		if (str_eq(l->links[i].written, written))
			return;
	*arena_push(l->cx->arena, l->links, l->count, l->capacity) = (struct post_link){arena_str(l->cx->arena, written), arena_str(l->cx->arena, leaves), arena_str(l->cx->arena, target)};
}

static bool rewrite(void *subject, struct str url, struct buf *b)
{
	struct leaving *l = subject;
	const struct link_rules *rules = &l->words->rules;
	bool short_one = rules->address.len && str_starts(url, rules->address) && str_starts(str_skip(url, rules->address.len), S(SHORT_LINK_PATH));
	if ((rules->host_count && !link_leads_to(url, rules->hosts, rules->host_count)) || link_leads_to(url, rules->excluded, rules->excluded_count) ||
	    short_one)
		return false;
	CLEANUP(buf_free) struct buf tagged = {};
	struct utm missing = utm_missing(url, &l->utm);
	buf_add_tagged(&tagged, url, &missing);
	struct str target = buf_str(&tagged);
	if (l->words->shortens) {
		buf_add(b, rules->address);
		buf_adds(b, SHORT_LINK_PATH);
		buf_add(b, short_code(l->cx->arena, l->words->post, l->channel, target));
	} else {
		buf_add(b, target);
	}
	if (!str_eq(buf_str(b), url))
		note(l, url, buf_str(b), l->words->shortens ? target : (struct str){});
	return true;
}

static struct str leaving_text(struct leaving *l, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	size_t before = l->count, kept = before;
	if (!buf_add_text_rewritten(&b, text, l->dialect, rewrite, l)) {
		l->count = before;
		return text;
	}
	for (size_t i = before; i < l->count; i++) /* one that what follows would be taken into stays as it was */
		if (str_find(buf_str(&b), l->links[i].leaves) >= 0)
			l->links[kept++] = l->links[i];
	l->count = kept;
	return buf_keep(&b, l->cx->arena);
}

struct post_text post_words_leave(struct cx *cx, const struct post_words *words, const struct channel *channel, const struct post_text *text,
				  struct post_link **ret_links, size_t *ret_count)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	struct channel_limit limit;
	struct leaving l = {.cx = cx, .words = words, .channel = channel->id, .dialect = MARK_X};
	struct post_text filled_in = post_variables_fill(cx, words, channel, text), leaves = filled_in;
	text = &filled_in;
	if (words->tags || words->shortens) {
		if (kind && channel_post_limit(kind, channel_known(cx, channel), &limit))
			l.dialect = text_unit_dialect(limit.unit);
		l.utm = words->tags ? post_words_tags(cx, words, channel) : (struct utm){};
		struct str *parts = arena_array(cx->arena, struct str, text->part_count + 1);
		for (size_t i = 0; i < text->part_count; i++)
			parts[i] = leaving_text(&l, text->parts[i]);
		leaves = (struct post_text){leaving_text(&l, text->body), parts, text->part_count, leaving_text(&l, text->first_comment)};
	}
	if (ret_links) {
		*ret_links = l.links;
		*ret_count = l.count;
	}
	return leaves;
}

enum err post_words_around(struct cx *cx, struct db *db, i64 channel, struct post *post)
{
	struct post_words words;
	struct channel c;
	if (str_find(post->title, S("{{")) < 0 && str_find(post->warning, S("{{")) < 0)
		return OK;
	struct post_text around = {.body = post->title, .first_comment = post->warning};
	TRY(channel_get(cx, db, post->workspace, channel, &c));
	TRY(post_words_load(cx, db, post, &words));
	around = post_variables_fill(cx, &words, &c, &around);
	post->title = around.body;
	post->warning = around.first_comment;
	return OK;
}

void post_words_tell(struct cx *cx, const struct post_words *words, const struct channel *channel, const struct post_text *text, struct check_post *post)
{
	struct variable_value *values;
	size_t count = post_words_variables(cx, words, channel, text, &values);
	struct str *filled = arena_array(cx->arena, struct str, count + 1);
	post->filled = filled;
	for (size_t i = 0; i < count; i++)
		if (!variable_fault(cx, &values[i]).len)
			filled[post->filled_count++] = values[i].name;
	const struct link_rules *rules = &words->rules;
	struct utm utm = channel ? post_words_tags(cx, words, channel) : (struct utm){};
	if (rules->host_count) { /* else those that the checks were told of */
		post->own_hosts = rules->hosts;
		post->own_host_count = rules->host_count;
	}
	post->plain_hosts = rules->excluded;
	post->plain_host_count = rules->excluded_count;
	post->tags_links = words->tags && utm.source.len && utm.medium.len;
	bool only_short = rules->address.len > 0; /* no pages of the house stand there too */
	for (size_t i = 0; i < rules->host_count; i++)
		only_short &= !str_eq_fold(link_host(rules->address), rules->hosts[i]);
	if (only_short) {
		struct str *ours = arena_new_of(cx->arena, struct str);
		*ours = link_host(rules->address);
		post->short_hosts = ours;
		post->short_host_count = 1;
	}
}
