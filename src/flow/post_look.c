#include "flow/post_look.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "flow/media.h"
#include "flow/post_dates.h"
#include "flow/post_parts.h"
#include "flow/post_words.h"
#include "flow/subtitle.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/hashtag.h"
#include "store/glossary.h"
#include "store/link_look.h"
#include "store/post_tag.h"

#include <jansson.h>

#define NEAR (14 * DAY)    /* posts before and after it that it is compared with */
#define RECENT_MOST 200
#define LINK_TYPED (5 * SECOND) /* a text is saved while it is typed: what stands that long is an address */
#define SAID_MOST 16384   /* bytes of the subtitles of a film in one language that are looked at: a quarter of an hour */
#define LINK_FRESH DAY     /* what was looked at since is not asked for again when a post is saved */

struct looking {
	struct cx *cx;
	struct db *db;
	i64 workspace;
	const struct post *post;
	const struct post_request *draft;
	struct house_checks house;
	struct check_setting *blocking; /* all others off */
	size_t blocking_count;
	bool blocks;
	struct post_words words;        /* what becomes of them as they leave */
	struct check_post common;       /* what all its texts have in common */
	struct post_looked *list;
	size_t count, capacity;
};

/* ---- options ---- */

static const struct {
	const char *word;
	unsigned bit;
} deals[] = {{"sponsored", CHECK_SPONSORED}, {"collaboration", CHECK_COLLABORATION}, {"affiliate", CHECK_AFFILIATE}, {"gift", CHECK_GIFT}};

const char *post_deal_word(unsigned bit)
{
	for (size_t i = 0; i < COUNT(deals); i++)
		if (deals[i].bit == bit)
			return deals[i].word;
	return NULL;
}

bool post_deal_bit(struct str word, unsigned *ret_bit)
{
	for (size_t i = 0; i < COUNT(deals); i++)
		if (str_eq(word, str_of(deals[i].word))) {
			*ret_bit = deals[i].bit;
			return true;
		}
	return false;
}

unsigned post_deal_of(struct str options, bool *ret_paid_flag)
{
	json_t *json = json_loadb(options.at ? options.at : "", options.len, 0, NULL), *one;
	size_t index;
	unsigned deal = 0, bit;
	json_array_foreach(json_object_get(json, "deal"), index, one)
		if (json_is_string(one) && post_deal_bit(str_of(json_string_value(one)), &bit))
			deal |= bit;
	*ret_paid_flag = json_is_true(json_object_get(json, "paid_flag"));
	json_decref(json);
	return deal;
}

struct str post_deal_put(struct arena *arena, struct str options, unsigned deal, bool paid_flag)
{
	json_t *json = json_loadb(options.at ? options.at : "", options.len, 0, NULL), *list = json_array();
	if (!json_is_object(json)) {
		json_decref(json);
		json = json_object();
	}
	for (size_t i = 0; i < COUNT(deals); i++)
		if (deal & deals[i].bit)
			json_array_append_new(list, json_string(deals[i].word));
	json_object_del(json, "deal");
	json_object_del(json, "paid_flag");
	if (json_array_size(list))
		json_object_set(json, "deal", list);
	if (paid_flag)
		json_object_set_new(json, "paid_flag", json_true());
	json_decref(list);
	struct str kept = arena_json(arena, json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	return kept;
}

/* ---- what checks are handed ---- */

static bool counts(const struct looking *l, const char *word)
{
	enum finding_level level = house_level(&l->house, check_kind_of(str_of(word)));
	return l->blocks ? level == CHECK_BLOCK : level != CHECK_OFF;
}

/* What is said in a film, as its subtitles have it: each language as far as it is looked at. */
static enum err load_subtitles(struct looking *l, const struct media *m, struct check_media *film)
{
	struct cx *cx = l->cx;
	struct subtitle *list;
	struct subtitles read;
	size_t count;
	film->silent = str_eq(m->speech, S("none"));
	film->has_subtitles = str_eq(m->speech, S("shown"));
	if (film->kind != CHECK_VIDEO)
		return OK;
	TRY(subtitles_of(cx, l->db, l->workspace, m->id, true, &list, &count));
	struct check_text *texts = arena_array(cx->arena, struct check_text, count + 1);
	for (size_t i = 0; i < count; i++) {
		film->has_subtitles = true;
		if (subtitle_read(cx, &list[i], &read) != OK) { /* it came back from elsewhere */
			cx_forget(cx);
			continue;
		}
		texts[film->subtitle_count++] = (struct check_text){.lang = list[i].lang, .text = subtitles_text(cx->arena, &read, SAID_MOST)};
	}
	film->subtitles = texts;
	return OK;
}

static enum err load_media(struct looking *l)
{
	struct cx *cx = l->cx;
	struct check_media *list = arena_array(cx->arena, struct check_media, l->draft->media_count + 1);
	struct str lang = l->common.lang.len ? l->common.lang : str_of(cx->lang);
	for (size_t i = 0; i < l->draft->media_count; i++) {
		struct media m;
		struct check_text *alt = arena_new_of(cx->arena, struct check_text);
		TRY(media_get(cx, l->db, l->workspace, l->draft->media[i].media, &m));
		alt->text = l->draft->media[i].alt.len ? l->draft->media[i].alt : media_alt_text(cx->arena, &m, lang);
		list[i] = (struct check_media){
			.kind = str_eq(m.kind, S("image")) ? CHECK_IMAGE : str_eq(m.kind, S("video")) ? CHECK_VIDEO : str_eq(m.kind, S("audio")) ? CHECK_AUDIO : CHECK_DOCUMENT,
			.name = m.name, .alts = alt, .alt_count = alt->text.len > 0, .duration = m.duration,
		};
		TRY(load_subtitles(l, &m, &list[i]));
	}
	l->common.media = list;
	l->common.media_count = l->draft->media_count;
	return OK;
}

/* The house's words: its glossary, what its channels are called, and what it excepted from spelling wherever it stands. */
static enum err load_words(struct looking *l)
{
	struct cx *cx = l->cx;
	struct glossary_entry *entries;
	struct channel *channels;
	size_t count, channel_count;
	TRY(glossary_list(cx, l->db, l->workspace, GLOSSARY_IN_USE, &entries, &count));
	TRY(channel_list(cx, l->db, l->workspace, &channels, &channel_count));
	struct check_glossary_entry *list = arena_array(cx->arena, struct check_glossary_entry, count + 1);
	struct str *words = arena_array(cx->arena, struct str, count + channel_count + l->house.exception_count + 1);
	size_t word_count = 0;
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct check_glossary_entry){.word = entries[i].word, .variants = entries[i].variants};
		words[word_count++] = entries[i].word;
	}
	for (size_t i = 0; i < channel_count; i++)
		words[word_count++] = channels[i].name;
	for (size_t i = 0; i < l->house.exception_count; i++)
		if (str_eq(l->house.exceptions[i].check, S("spelling")) && !l->house.exceptions[i].context.len)
			words[word_count++] = l->house.exceptions[i].key;
	l->common.glossary = list;
	l->common.glossary_count = count;
	l->common.house_words = words;
	l->common.house_word_count = word_count;
	return OK;
}

/* What is planned or was published around its hour, channel by channel. */
static enum err load_recent(struct looking *l)
{
	struct cx *cx = l->cx;
	i64 at = l->post->planned_at ? l->post->planned_at : cx->now;
	struct post_filter filter = {.since = at - NEAR, .until = at + NEAR, .state = -1};
	struct post *posts;
	struct post_variant *variants;
	size_t count, variant_count, kept = 0;
	TRY(posts_list(cx, l->db, l->workspace, &filter, LIST_START, RECENT_MOST, &posts, &count));
	TRY(post_variants_planned(cx, l->db, l->workspace, at - NEAR, at + NEAR, RECENT_MOST, &variants, &variant_count));
	struct check_recent_post *list = arena_array(cx->arena, struct check_recent_post, variant_count + 1);
	for (size_t i = 0; i < variant_count; i++)
		for (size_t n = 0; n < count; n++)
			if (posts[n].id == variants[i].post && posts[n].id != l->post->id)
				list[kept++] = (struct check_recent_post){posts[n].id, variants[i].channel, variants[i].adapted ? variants[i].body : posts[n].body, posts[n].planned_at};
	l->common.recent = list;
	l->common.recent_count = kept;
	return OK;
}

static enum err load_links(struct looking *l)
{
	struct link_look *links;
	size_t count;
	TRY(post_links(l->cx, l->db, l->workspace, l->post->id, &links, &count));
	struct check_link *list = arena_array(l->cx->arena, struct check_link, count + 1);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct check_link){
			.url = links[i].url, .to = links[i].target, .status = (int)links[i].status,
			.state = str_eq(links[i].state, S("dead")) ? CHECK_LINK_DEAD : str_eq(links[i].state, S("moved")) ? CHECK_LINK_MOVED :
				 str_eq(links[i].state, S("alive")) ? CHECK_LINK_ALIVE : CHECK_LINK_UNKNOWN,
		};
	l->common.links = list;
	l->common.link_count = count;
	return OK;
}

static enum err load(struct looking *l)
{
	struct check_post *p = &l->common;
	p->id = l->post->id;
	p->lang = l->draft->lang.len ? l->draft->lang : l->house.lang;
	p->planned_at = l->post->planned_at;
	p->zone = l->post->zone;
	p->country_count = l->house.country_count;
	for (size_t i = 0; i < l->house.country_count; i++)
		p->countries[i] = l->house.countries[i];
	p->own_hosts = l->house.sites;
	p->own_host_count = l->house.site_count;
	p->deal = post_deal_of(l->draft->options, &p->paid_flag);
	struct post written = *l->post; /* as the draft has it */
	written.workspace = l->workspace;
	written.campaign = l->draft->campaign;
	written.options = l->draft->options;
	written.lang = l->draft->lang;
	TRY(post_words_load(l->cx, l->db, &written, &l->words));
	TRY(load_media(l));
	if (counts(l, "spelling") || counts(l, "glossary"))
		TRY(load_words(l));
	if (l->post->id && (counts(l, "duplicate") || counts(l, "hour")))
		TRY(load_recent(l));
	if (l->post->id && counts(l, "link-dead"))
		TRY(load_links(l));
	if (counts(l, "date")) {
		TRY(post_dates(l->cx, l->db, l->workspace, p));
	}
	return OK;
}

/* ---- looking ---- */

/* Only what blocks here; lengths are the channels' own business (post_findings()). */
static void choose_blocking(struct looking *l)
{
	l->blocking = arena_array(l->cx->arena, struct check_setting, check_kind_count);
	for (size_t i = 0; i < check_kind_count; i++) {
		bool is = house_may_choose(check_kinds[i]) && house_level(&l->house, check_kinds[i]) == CHECK_BLOCK;
		l->blocking[i] = (struct check_setting){str_of(check_kinds[i]->word), is ? CHECK_BLOCK : CHECK_OFF};
		l->blocking_count += is;
	}
}

static void look_at(struct looking *l, const struct post_variant_request *variant, const struct channel *channel, bool blocks)
{
	struct cx *cx = l->cx;
	struct post_text text = post_draft_text(l->draft, variant);
	struct check_text *texts = arena_array(cx->arena, struct check_text, text.part_count + 1);
	struct check_setting *all = arena_array(cx->arena, struct check_setting, l->house.setting_count + 1);
	struct post_looked *looked = arena_push(cx->arena, l->list, l->count, l->capacity);
	*looked = (struct post_looked){.channel = variant ? variant->channel : 0, .adapted = variant && variant->adapted, .post = l->common};
	texts[0].text = text.body;
	for (size_t i = 0; i < text.part_count; i++)
		texts[i + 1].text = text.parts[i];
	looked->post.texts = texts;
	looked->post.text_count = text.part_count + 1;
	looked->post.comment = text.first_comment;
	looked->post.channel = looked->channel;
	looked->post.network.word = channel ? channel->network : (struct str){};
	post_words_tell(cx, &l->words, channel, &text, &looked->post);
	for (size_t i = 0; i < l->house.setting_count; i++)
		all[i] = l->house.settings[i];
	all[l->house.setting_count] = (struct check_setting){S("length"), CHECK_OFF};
	check_run(cx, &looked->post, blocks ? l->blocking : all, blocks ? check_kind_count : l->house.setting_count + 1, l->house.exceptions, l->house.exception_count,
		  &looked->found);
}

static bool is_among(const struct str *list, size_t count, struct str one)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i], one))
			return true;
	return false;
}

/* Each text once with all checks; and with those that block, on each network and in all of its texts. */
static enum err look(struct looking *l)
{
	struct cx *cx = l->cx;
	struct str *networks = arena_array(cx->arena, struct str, l->draft->variant_count + 1);
	size_t network_count = 0, whole = 0;
	bool common = false;
	for (size_t i = 0; i < l->draft->variant_count; i++) {
		const struct post_variant_request *v = &l->draft->variants[i];
		struct channel channel;
		enum err e = channel_get(cx, l->db, l->workspace, v->channel, &channel);
		if (e == ERR_MISSING) { /* named in a form, and gone */
			cx_forget(cx);
			continue;
		}
		TRY(e);
		bool fresh = v->adapted || !common, all = !l->blocks && fresh && whole < POST_TEXTS_LOOKED_AT;
		if (all || (l->blocking_count && (v->adapted || !is_among(networks, network_count, channel.network))))
			look_at(l, v, &channel, !all);
		whole += all;
		if (!v->adapted) {
			common = true;
			networks[network_count++] = channel.network;
		}
	}
	if (!l->count && (!l->blocks || l->blocking_count))
		look_at(l, NULL, NULL, l->blocks);
	return OK;
}

enum err post_look(struct cx *cx, struct db *db, i64 workspace, const struct post *post, const struct post_request *draft, bool blocks, struct post_looked **ret_looked,
		   size_t *ret_count)
{
	struct looking l = {.cx = cx, .db = db, .workspace = workspace, .post = post, .draft = draft, .blocks = blocks};
	*ret_looked = NULL;
	*ret_count = 0;
	TRY(house_checks_load(cx, db, workspace, &l.house));
	choose_blocking(&l);
	if (blocks && !l.blocking_count)
		return OK;
	TRY(load(&l));
	TRY(look(&l));
	*ret_looked = l.list;
	*ret_count = l.count;
	return OK;
}

/* ---- links ---- */

static void add_text(struct check_text *texts, size_t *count, const struct post_text *text)
{
	texts[(*count)++].text = text->body;
	for (size_t i = 0; i < text->part_count; i++)
		texts[(*count)++].text = text->parts[i];
	texts[(*count)++].text = text->first_comment;
}

static enum err tags_keep(struct cx *cx, struct db *db, const struct post *post, const struct check_text *texts, size_t text_count)
{
	struct hashtag found[POST_TAGS_MAX];
	struct post_tag tags[POST_TAGS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < text_count; i++)
		hashtags_add(cx->arena, texts[i].text, found, &count, POST_TAGS_MAX);
	for (size_t i = 0; i < count; i++)
		tags[i] = (struct post_tag){.tag = found[i].tag, .key = found[i].key};
	return post_tags_set(cx, db, post->workspace, post->id, tags, count);
}

enum err post_links_keep(struct cx *cx, struct db *db, const struct post *post)
{
	struct post_request draft;
	const struct str *urls;
	TRY(post_draft_load(cx, db, post, &draft));
	size_t most = draft.text.part_count + 2, count = 0;
	for (size_t i = 0; i < draft.variant_count; i++)
		most += draft.variants[i].text.part_count + 2;
	struct check_text *texts = arena_array(cx->arena, struct check_text, most);
	add_text(texts, &count, &draft.text);
	for (size_t i = 0; i < draft.variant_count; i++)
		if (draft.variants[i].adapted)
			add_text(texts, &count, &draft.variants[i].text);
	TRY(tags_keep(cx, db, post, texts, count));
	size_t found = check_links(cx->arena, texts, count, &urls);
	return post_links_set(cx, db, post->workspace, post->id, urls, found, cx->now - LINK_FRESH, cx->now + LINK_TYPED);
}

static enum err links_again(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct post post;
	i64 asked;
	if (!actor_may(cx->actor, MAY_WRITE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role does not write posts."));
	TRY(post_get(cx, db, workspace, id, &post));
	return post_links_ask(cx, db, workspace, id, cx->now, &asked);
}

enum err post_links_again(struct cx *cx, struct db *db, i64 workspace, i64 post)
{
	return IN_TRANSACTION(cx, db, links_again(cx, db, workspace, post));
}
