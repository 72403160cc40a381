/* links: how links of posts leave: tagged (utm_*) by rules of the workspace, to which hosts, and made short. Whoever reads posts reads them. */
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/link_rule.h"
#include "flow/post_words.h"
#include "page/choices.h"
#include "page/seen.h"
#include "store/channel.h"
#include "ui/document.h"

/* ---- reading ---- */

static struct str lines_of(struct cx *cx, const struct str *hosts, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++) {
		buf_adds(&b, i ? "\n" : "");
		buf_add(&b, hosts[i]);
	}
	return buf_keep(&b, cx->arena);
}

static struct str source_of(const struct request *request, const struct link_rules *rules, i64 channel, size_t index)
{
	struct str typed = request_typed_at(request, "sources", index);
	if (typed.at)
		return typed;
	for (size_t i = 0; i < rules->source_count; i++)
		if (rules->sources[i].channel == channel)
			return rules->sources[i].source;
	return (struct str){};
}

/* A link of the house as it would leave each channel. */
static struct str example_of(struct cx *cx, const struct link_rules *rules, const struct channel *channel)
{
	struct post_words words = {.rules = *rules, .campaign = str_of(_(N_("Spring"))), .tags = true};
	struct str host = rules->host_count ? rules->hosts[0] : S("example.org");
	struct utm utm = post_words_tags(cx, &words, channel);
	CLEANUP(buf_free) struct buf b = {};
	buf_add_tagged(&b, arena_printf(cx->arena, "https://%.*s/", STR_ARG(host)), &utm);
	return buf_keep(&b, cx->arena);
}

static enum err channels_shape(struct cx *cx, struct request *request, const struct link_rules *rules, json_t *document)
{
	struct channel *list;
	size_t count, shown = 0;
	json_t *shapes = json_array();
	doc_set(document, "channels", shapes);
	TRY(channel_list(cx, request_db(request), here(cx), &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(list[i].kind);
		if (!kind || !(kind->can & CAN_POST))
			continue;
		json_array_append_new(shapes, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(list[i].id), "name", doc_text(list[i].name), "network",
							doc_network(cx->lang, list[i].network), "source", doc_text(source_of(request, rules, list[i].id, shown)), "example",
							doc_text(example_of(cx, rules, &list[i]))));
		shown++;
	}
	doc_set(document, "has_channels", json_boolean(shown));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct link_rules rules;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(link_rules_get(cx, request_db(request), here(cx), &rules));
	bool again = request_typed(request, "source").at;
	doc_set(document, "can_manage", json_boolean(actor_may(cx->actor, MAY_MANAGE_WORKSPACE)));
	doc_set(document, "tags", json_boolean(again ? request_typed(request, "tags").len : rules.tags));
	doc_set(document, "source", doc_text(typed_or(request, "source", rules.source)));
	doc_set(document, "medium", doc_text(typed_or(request, "medium", rules.medium)));
	doc_set(document, "campaign", doc_text(typed_or(request, "campaign", rules.campaign)));
	doc_set(document, "content", doc_text(typed_or(request, "content", rules.content)));
	doc_set(document, "hosts", doc_text(typed_or(request, "hosts", lines_of(cx, rules.hosts, rules.host_count))));
	doc_set(document, "excluded", doc_text(typed_or(request, "excluded", lines_of(cx, rules.excluded, rules.excluded_count))));
	doc_set(document, "shortens", json_boolean(again ? request_typed(request, "shortens").len : rules.shortens));
	doc_set(document, "address", doc_text(typed_or(request, "address", rules.address)));
	doc_set(document, "own_address", doc_text(page_setup.public_url));
	struct seen seen;
	link_rules_seen(cx->arena, &rules, &seen);
	seen_field(&seen, "tags")->shown = str_of(rules.tags ? _(N_("yes")) : _(N_("no")));
	seen_field(&seen, "shortens")->shown = str_of(rules.shortens ? _(N_("yes")) : _(N_("no")));
	TRY(seen_put(cx, request, arena_printf(cx->arena, "workspace:%lld {\"" LINK_SETTING "\":", (long long)here(cx)), &seen, document));
	return channels_shape(cx, request, &rules, document);
}

/* ---- writing ---- */

/* Hosts, separated by white space or commas. */
static size_t hosts_of(struct cx *cx, struct str text, const struct str **ret_hosts)
{
	struct str *hosts = NULL;
	size_t count = 0, capacity = 0, from = 0;
	for (size_t i = 0; i <= text.len; i++) {
		bool between = i == text.len || (u8)text.at[i] <= ' ' || text.at[i] == ',';
		if (between && i > from)
			*arena_push(cx->arena, hosts, count, capacity) = str_head(str_skip(text, from), i - from);
		if (between)
			from = i + 1;
	}
	*ret_hosts = hosts;
	return count;
}

static void read_sources(struct cx *cx, struct request *request, struct link_rules *rules)
{
	size_t count = param_count(request, "channels");
	struct link_source *sources = arena_array(cx->arena, struct link_source, count + 1);
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct link_source){param_id_at(request, "channels", i), i < param_count(request, "sources") ? str_trim(param_text_at(request, "sources", i)) : (struct str){}};
	rules->sources = sources;
	rules->source_count = count;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply)
{
	struct link_rules rules;
	TRY(link_rules_get(cx, request_db(request), here(cx), &rules));
	struct {
		const char *name;
		struct str *value;
	} texts[] = {{"source", &rules.source}, {"medium", &rules.medium}, {"campaign", &rules.campaign}, {"content", &rules.content}, {"address", &rules.address}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (page_says(request, texts[i].name))
			*texts[i].value = param_text(request, texts[i].name);
	rules.seen = seen_said(cx, request);
	if (page_says(request, "tags"))
		rules.tags = param_bool(request, "tags");
	if (page_says(request, "shortens"))
		rules.shortens = param_bool(request, "shortens");
	if (page_says(request, "hosts"))
		rules.host_count = hosts_of(cx, param_text(request, "hosts"), &rules.hosts);
	if (page_says(request, "excluded"))
		rules.excluded_count = hosts_of(cx, param_text(request, "excluded"), &rules.excluded);
	if (page_says(request, "channels"))
		read_sources(cx, request, &rules);
	TRY(link_rules_set(cx, request_db(request), here(cx), &rules));
	reply_flash(reply, str_of(_(N_("Kept. What is approved from now on leaves so; what was approved before leaves as it was approved."))), (struct str){});
	reply_redirect(reply, "/links");
	return OK;
}

/* ---- the rows ---- */

#define VALUE_ABOUT "It may hold {network}, {channel}, {campaign} and {post}."
static const struct param keep_params[] = {
	{.name = "tags", .in = IN_FORM, .type = P_BOOL, .about = "Links of posts are tagged."},
	{.name = "source", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX, .about = "utm_source. " VALUE_ABOUT},
	{.name = "medium", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX, .about = "utm_medium."},
	{.name = "campaign", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX, .about = "utm_campaign. " VALUE_ABOUT},
	{.name = "content", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX, .about = "utm_content. " VALUE_ABOUT},
	{.name = "channels", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Channels with a source of their own."},
	{.name = "sources", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = TRACKING_MAX, .about = "The source of each; empty: that of all."},
	{.name = "hosts", .in = IN_FORM, .type = P_TEXT, .max = 20000, .about = "Hosts that are tagged, with what is below them, separated by white space; empty: all."},
	{.name = "excluded", .in = IN_FORM, .type = P_TEXT, .max = 20000, .about = "Hosts that never are."},
	{.name = "shortens", .in = IN_FORM, .type = P_BOOL, .about = "Tagged links leave as short links of ours."},
	{.name = "address", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "What short links begin with: https://go.example.org. It leads to this desk."},
	SEEN_MARK_PARAM,
	{},
};

static const struct shape shapes[] = {
	{"LinkPlace", "{id: id, name: text, network: Network, source: text, example: text}", "A channel, its own utm_source (empty: that of all), and how a link leaves it."},
	{"LinkRules", "{can_manage: bool, tags: bool, source: text, medium: text, campaign: text, content: text, hosts: text, excluded: text, shortens: bool, address: text, "
	 "own_address: text, channels: [LinkPlace], has_channels: bool, " SEEN_SHAPE "}",
	 "How links of posts leave a workspace. Hosts stand one a line."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/links", .permission = MAY_READ_POSTS, .template = "links/page", .handle = show, .answer = "LinkRules",
	 .about = "How links of posts leave: tagged, to which hosts, made short."},
	{.method = "POST", .path = "/links", .permission = MAY_MANAGE_WORKSPACE, .params = keep_params, .template = "links/page", .handle = keep, .form = "/links",
	 .about = "Say how links of posts leave."},
	{},
};

const struct page page_links = {"links", routes, shapes, .file = __FILE__};
