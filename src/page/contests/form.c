/* form.c: the form of a contest, and what it keeps. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "model/slot.h"
#include "page/choices.h"
#include "page/contests/contests.h"
#include "page/seen.h"
#include "store/campaign.h"
#include "store/member.h"
#include "store/post.h"
#include "store/workspace.h"

#define POSTS_SHOWN 50

const char *const contest_way_words[] = {"comment", "hashtag", "mention", NULL};

/* While a form is shown again, what was ticked in it; else what there is. A box that is not ticked is not sent. */
static bool ticked(const struct request *request, const char *name, struct str value, bool is)
{
	struct str one;
	if (!request_typed(request, "name").at)
		return is;
	for (size_t i = 0; (one = request_typed_at(request, name, i)).at; i++)
		if (str_eq(one, value))
			return true;
	return false;
}

static i64 typed_id(const struct request *request, const char *name, i64 id)
{
	struct str typed = request_typed(request, name);
	i64 number = 0;
	if (!typed.at)
		return id;
	return str_to_i64(str_trim(typed), &number) ? number : 0;
}

static struct str id_text(struct cx *cx, i64 id)
{
	return arena_printf(cx->arena, "%lld", (long long)id);
}

static json_t *kinds_shape(struct cx *cx, struct request *request, const struct contest *c)
{
	json_t *list = json_array();
	struct str typed = typed_or(request, "kind", str_of(contest_kind_word(c->kind)));
	for (enum contest_kind k = 0; k < CONTEST_KINDS; k++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "word", contest_kind_word(k), "title", tr(cx->lang, contest_kind_title(k)), "about",
						      tr(cx->lang, contest_kind_about(k)), "is_selected", str_eq(typed, str_of(contest_kind_word(k)))));
	return list;
}

static enum err posts_shape(struct cx *cx, struct request *request, const struct contest *c, json_t **ret_posts)
{
	struct db *db = request_db(request);
	struct contest_post *chosen = NULL;
	struct post *posts;
	size_t chosen_count = 0, count;
	const struct post_filter filter = {.state = -1};
	json_t *list = json_array();
	*ret_posts = list;
	if (c->id)
		TRY(contest_posts(cx, db, here(cx), c->id, &chosen, &chosen_count));
	for (size_t i = 0; i < chosen_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(chosen[i].post), "name", doc_excerpt(chosen[i].title, 80), "is_selected",
						      ticked(request, "posts", id_text(cx, chosen[i].post), true)));
	TRY(posts_list(cx, db, here(cx), &filter, LIST_START, POSTS_SHOWN, &posts, &count));
	for (size_t i = 0; i < count; i++) {
		bool there = false;
		for (size_t n = 0; n < chosen_count; n++)
			there |= chosen[n].post == posts[i].id;
		if (!there)
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(posts[i].id), "name",
							      doc_excerpt(posts[i].title.len ? posts[i].title : posts[i].body, 80), "is_selected",
							      ticked(request, "posts", id_text(cx, posts[i].id), false)));
	}
	return OK;
}

static enum err people_shape(struct cx *cx, struct request *request, const struct contest *c, json_t *form)
{
	struct db *db = request_db(request);
	struct member *members;
	struct campaign *campaigns;
	size_t count, campaign_count;
	json_t *people = json_array(), *list = json_array();
	i64 owner = typed_id(request, "owner", c->owner), campaign = typed_id(request, "campaign", c->campaign);
	TRY(member_list(cx, db, here(cx), &members, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(people, json_pack("{s:o, s:o, s:b}", "id", doc_id(members[i].person), "name", doc_text(members[i].name), "is_selected", members[i].person == owner));
	doc_set(form, "people", people);
	TRY(campaigns_list(cx, db, here(cx), CAMPAIGNS_OPEN, S("0000-00-00"), LIST_START, 200, &campaigns, &campaign_count));
	for (size_t i = 0; i < campaign_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(campaigns[i].id), "name", doc_text(campaigns[i].name), "is_selected", campaigns[i].id == campaign));
	doc_set(form, "campaigns", list);
	return OK;
}

static void add_texts(struct cx *cx, struct request *request, const struct contest *c, json_t *form)
{
	struct str en = contest_rules_just_in(cx->arena, c->rules, "en"), fr = contest_rules_just_in(cx->arena, c->rules, "fr");
	const struct {
		const char *name;
		struct str value;
	} fields[] = {{"name", c->name}, {"organiser", c->organiser}, {"rules_en", en}, {"rules_fr", fr}, {"prizes", c->prizes}, {"hashtag", c->hashtag}, {"words", c->words},
		      {"left_out", c->left_out}, {"starts", c->starts_at ? slot_wall(cx->arena, c->zone, c->starts_at) : (struct str){}},
		      {"ends", c->ends_at ? slot_wall(cx->arena, c->zone, c->ends_at) : (struct str){}}};
	const struct {
		const char *name;
		i64 value;
	} numbers[] = {{"winners", c->winners}, {"substitutes", c->substitutes}, {"per_person", c->per_person}, {"winners_out_days", c->winners_out_days},
		       {"answer_days", c->answer_days}, {"keep_days", c->keep_days}};
	for (size_t i = 0; i < COUNT(fields); i++)
		doc_set(form, fields[i].name, doc_text(typed_or(request, fields[i].name, fields[i].value)));
	for (size_t i = 0; i < COUNT(numbers); i++)
		doc_set(form, numbers[i].name, doc_text(typed_or(request, numbers[i].name, arena_printf(cx->arena, "%lld", (long long)numbers[i].value))));
}

static enum err form_shape(struct cx *cx, struct request *request, const struct contest *c, json_t *document)
{
	json_t *form = json_object(), *posts;
	doc_set(document, "form", form);
	doc_set(form, "id", doc_id(c->id));
	add_texts(cx, request, c, form);
	doc_set(form, "kinds", kinds_shape(cx, request, c));
	doc_set(form, "is_comment", json_boolean(ticked(request, "ways", S("comment"), c->ways & WAY_COMMENT)));
	doc_set(form, "is_hashtag", json_boolean(ticked(request, "ways", S("hashtag"), c->ways & WAY_HASHTAG)));
	doc_set(form, "is_mention", json_boolean(ticked(request, "ways", S("mention"), c->ways & WAY_MENTION)));
	doc_set(form, "is_team_out", json_boolean(ticked(request, "team_out", S("1"), c->team_out)));
	doc_set(form, "is_open", json_boolean(c->state != CONTEST_DRAFT));
	doc_set(form, "zones", choices_of_zones(cx, typed_or(request, "zone", c->zone)));
	TRY(posts_shape(cx, request, c, &posts));
	doc_set(form, "posts", posts);
	doc_set(form, "has_posts", json_boolean(json_array_size(posts)));
	TRY(people_shape(cx, request, c, form));
	struct str country = typed_or(request, "country", c->country);
	doc_set(form, "countries", json_pack("[o, o]", choice("", _(N_("None in particular")), !country.len), choice("FR", _(N_("France")), str_eq(country, S("FR")))));
	doc_set(document, "facts", contest_facts_shape(cx, c->country));
	if (!c->id)
		return seen_put(cx, request, (struct str){}, NULL, form);
	struct seen seen;
	contest_seen(cx->arena, c, &seen);
	return seen_put(cx, request, arena_printf(cx->arena, "contest:%lld", (long long)c->id), &seen, form);
}

enum err contest_show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	struct workspace w;
	reply_json(reply, json_object());
	TRY(workspace_get(cx, request_db(request), here(cx), &w));
	struct contest c = {.owner = cx->actor->user, .winners = 1, .per_person = 1, .team_out = true, .answer_days = 7, .keep_days = 90, .zone = w.zone, .ways = WAY_COMMENT,
			    .organiser = w.name, .campaign = param_id(request, "campaign"), .country = str_eq(w.lang, S("fr")) ? S("FR") : S("")};
	return form_shape(cx, request, &c, reply_document(reply));
}

enum err contest_show_edit(struct cx *cx, struct request *request, struct reply *reply)
{
	struct contest c;
	reply_json(reply, json_object());
	TRY(contest_get(cx, request_db(request), here(cx), param_id(request, "id"), &c));
	return form_shape(cx, request, &c, reply_document(reply));
}

/* ---- keeping it ---- */

/* A clock's "2027-03-28T18:40" in a zone. */
static enum err take_wall(struct cx *cx, struct request *request, const char *name, struct str zone, i64 *instant)
{
	struct str text = str_trim(param_text(request, name));
	i64 as_utc;
	if (!page_says(request, name))
		return OK;
	if (!text.len || text.len != 16 || !time_parse(arena_printf(cx->arena, "%.*s:00Z", STR_ARG(text)), &as_utc))
		return request_fault(cx, request, name, N_("Give a day and an hour as 2027-03-24T18:00."));
	*instant = zone_instant(zone, zone_civil(S("UTC"), as_utc));
	return OK;
}

static struct str rules_json(struct cx *cx, struct request *request, const struct contest *c)
{
	CLEANUP(buf_free) struct buf b = {};
	static const char *const langs[] = {"en", "fr"}, *const names[] = {"rules_en", "rules_fr"};
	for (size_t i = 0; i < COUNT(langs); i++) {
		struct str text = contest_rules_just_in(cx->arena, c->rules, langs[i]);
		if (page_says(request, names[i]))
			text = str_trim(param_text(request, names[i]));
		if (!text.len)
			continue;
		buf_addf(&b, "%s\"%s\":", b.len ? "," : "{", langs[i]);
		buf_add_json(&b, text);
	}
	buf_adds(&b, b.len ? "}" : "{}");
	return buf_keep(&b, cx->arena);
}

static i64 ways_of(struct request *request, i64 before)
{
	i64 ways = 0;
	if (!page_says(request, "ways"))
		return before;
	for (size_t i = 0; i < param_count(request, "ways"); i++)
		for (int n = 0; contest_way_words[n]; n++)
			if (str_eq(param_text_at(request, "ways", i), str_of(contest_way_words[n])))
				ways |= 1 << n;
	return ways;
}

static void take_fields(struct request *request, struct contest *c)
{
	const struct {
		const char *name;
		struct str *value;
	} texts[] = {{"name", &c->name}, {"organiser", &c->organiser}, {"prizes", &c->prizes}, {"hashtag", &c->hashtag}, {"words", &c->words}, {"left_out", &c->left_out},
		     {"zone", &c->zone}, {"country", &c->country}};
	const struct {
		const char *name;
		i64 *value;
	} numbers[] = {{"winners", &c->winners}, {"substitutes", &c->substitutes}, {"per_person", &c->per_person}, {"winners_out_days", &c->winners_out_days},
		       {"answer_days", &c->answer_days}, {"keep_days", &c->keep_days}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (page_says(request, texts[i].name))
			*texts[i].value = param_text(request, texts[i].name);
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (param_given(request, numbers[i].name))
			*numbers[i].value = param_int(request, numbers[i].name);
	if (page_says(request, "team_out"))
		c->team_out = param_bool(request, "team_out");
	if (page_says(request, "owner"))
		c->owner = param_id(request, "owner");
	if (page_says(request, "campaign"))
		c->campaign = param_id(request, "campaign");
	if (param_given(request, "kind"))
		(void)contest_kind_of(param_text(request, "kind"), &c->kind);
	c->ways = ways_of(request, c->ways);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct workspace w;
	TRY(workspace_get(cx, request_db(request), here(cx), &w));
	struct contest c = {.workspace = here(cx), .winners = 1, .per_person = 1, .team_out = true, .answer_days = 7, .keep_days = 90, .zone = w.zone, .organiser = w.name};
	if (id)
		TRY(contest_get(cx, request_db(request), here(cx), id, &c));
	take_fields(request, &c);
	c.rules = rules_json(cx, request, &c);
	c.seen = seen_said(cx, request);
	enum err starts = take_wall(cx, request, "starts", c.zone, &c.starts_at), ends = take_wall(cx, request, "ends", c.zone, &c.ends_at);
	if (starts || ends)
		return starts ? starts : ends;
	size_t count = param_count(request, "posts");
	i64 *posts = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		posts[i] = param_id_at(request, "posts", i);
	TRY(contest_keep(cx, request_db(request), &c, page_says(request, "posts") ? posts : NULL, count));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(c.id)));
	reply_flash(reply, str_of(id ? _(N_("Kept.")) : _(N_("The contest is written down. Nobody sees it before you open it."))), (struct str){});
	reply_redirect(reply, "/contests/%lld", (long long)c.id);
	return OK;
}

enum err contest_create(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

enum err contest_change(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}
