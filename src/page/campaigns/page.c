/* campaigns: what they are for, when, for how much, whose they are; their posts and ideas, and what came of them. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/campaign.h"
#include "model/idea.h"
#include "page/campaigns/campaigns.h"
#include "page/choices.h"
#include "page/pager.h"
#include "page/post_row.h"
#include "page/seen.h"
#include "store/contest.h"
#include "store/idea.h"

#define A_PAGE 20
#define POSTS_A_PAGE 20
#define IDEAS_SHOWN 10
#define CONTESTS_SHOWN 20

static struct str url_of(struct cx *cx, i64 id)
{
	return arena_printf(cx->arena, "/campaigns/%lld", (long long)id);
}

static struct str today_of(struct cx *cx)
{
	struct reader reader = reader_of(cx);
	int year, month, day;
	date_of_days(reader_day(&reader, cx->now), &year, &month, &day);
	return arena_printf(cx->arena, "%04d-%02d-%02d", year, month, day);
}

/* ---- what is said of one ---- */

static struct str date_text(struct cx *cx, struct str day)
{
	CLEANUP(buf_free) struct buf b = {};
	i64 number;
	if (day_parse(day, &number))
		buf_add_date(&b, cx->lang, number, true);
	return buf_keep(&b, cx->arena);
}

static struct str days_text(struct cx *cx, const struct campaign *c)
{
	struct str from = date_text(cx, c->starts_on), to = date_text(cx, c->ends_on);
	if (from.len && to.len)
		return arena_printf(cx->arena, _(N_("From %.*s to %.*s")), STR_ARG(from), STR_ARG(to));
	if (from.len)
		return arena_printf(cx->arena, _(N_("From %.*s, with no end yet")), STR_ARG(from));
	return to.len ? arena_printf(cx->arena, _(N_("Until %.*s")), STR_ARG(to)) : str_of(_(N_("Without dates yet")));
}

static json_t *chip_shape(struct cx *cx, const struct campaign *c, struct str today)
{
	if (c->archived_at)
		return json_pack("{s:s, s:s, s:s}", "tone", "line", "icon", "folder-open", "title", _(N_("Put away")));
	if (c->ends_on.len && str_cmp(c->ends_on, today) < 0)
		return json_pack("{s:s, s:s, s:s}", "tone", "line", "icon", "check", "title", _(N_("Over")));
	if (c->starts_on.len && str_cmp(c->starts_on, today) > 0)
		return json_pack("{s:s, s:s, s:s}", "tone", "line", "icon", "hourglass", "title", _(N_("To come")));
	return json_pack("{s:s, s:s, s:s}", "tone", "act", "icon", "play", "title", _(N_("It runs")));
}

/* {"amount", "text"}; null for 0: nothing was said. */
static json_t *money_shape(struct cx *cx, i64 amount, struct str currency)
{
	CLEANUP(buf_free) struct buf text = {}, plain = {};
	if (!amount)
		return json_null();
	buf_add_money(&plain, amount);
	if (amount % 100)
		buf_add_decimal(&text, cx->lang, (double)amount / 100, 2);
	else
		buf_add_number(&text, cx->lang, amount / 100);
	buf_adds(&text, "\u00a0");
	buf_add(&text, currency);
	return json_pack("{s:o, s:o}", "amount", doc_text(buf_str(&plain)), "text", doc_text(buf_str(&text)));
}

static json_t *budget_shape(struct cx *cx, const struct campaign *c)
{
	i64 share = percent_of(c->spent, c->budget);
	if (!c->budget && !c->spent)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:I, s:o, s:b}", "currency", doc_text(c->currency), "planned", money_shape(cx, c->budget, c->currency), "spent",
			 money_shape(cx, c->spent, c->currency), "share", (json_int_t)(c->budget ? share : 0), "width",
			 doc_text(arena_printf(cx->arena, "%lld%%", (long long)(share > 100 ? 100 : share))), "is_over", c->budget && c->spent > c->budget);
}

static struct str name_of(const struct member *members, size_t count, i64 person)
{
	for (size_t i = 0; i < count; i++)
		if (members[i].person == person)
			return members[i].name;
	return (struct str){};
}

static enum err campaign_shape(struct cx *cx, struct db *db, const struct campaign *c, struct str owner, struct str today, json_t **ret_shape)
{
	json_t *shape = json_object(), *counts;
	*ret_shape = shape;
	doc_set(shape, "id", doc_id(c->id));
	doc_set(shape, "url", doc_text(url_of(cx, c->id)));
	doc_set(shape, "name", doc_text(c->name));
	doc_set(shape, "brief", doc_text_or_null(c->brief));
	doc_set(shape, "goal", doc_text_or_null(c->goal));
	doc_set(shape, "starts_on", doc_text_or_null(c->starts_on));
	doc_set(shape, "ends_on", doc_text_or_null(c->ends_on));
	doc_set(shape, "days", doc_text(days_text(cx, c)));
	doc_set(shape, "chip", chip_shape(cx, c, today));
	doc_set(shape, "budget", budget_shape(cx, c));
	doc_set(shape, "owner", owner.len ? json_pack("{s:o, s:o, s:o}", "id", doc_id(c->owner), "name", doc_text(owner), "avatar", doc_avatar(owner)) : json_null());
	doc_set(shape, "is_archived", json_boolean(c->archived_at));
	TRY(campaign_counts_shape(cx, db, c, &counts));
	doc_set(shape, "counts", counts);
	return OK;
}

/* ---- the list ---- */

static const char *const which_words[] = {"open", "over", "away", NULL};

static enum campaign_list which_of(struct str word)
{
	return str_eq(word, S("over")) ? CAMPAIGNS_OVER : str_eq(word, S("away")) ? CAMPAIGNS_AWAY : CAMPAIGNS_OPEN;
}

static enum err states_shape(struct cx *cx, struct db *db, enum campaign_list which, struct str today, json_t *document)
{
	static const char *const titles[] = {N_("Running and to come"), N_("Those that are over"), N_("Those put away")};
	i64 counts[3];
	json_t *list = json_array();
	doc_set(document, "states", list);
	TRY(campaigns_count(cx, db, here(cx), today, counts));
	for (int i = 0; i < 3; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:b}", "word", which_words[i], "title", tr(cx->lang, titles[i]), "url",
						      doc_text(arena_printf(cx->arena, "/campaigns?state=%s", which_words[i])), "count", doc_number_or_null(cx->lang, counts[i]),
						      "is_current", i == (int)which));
	doc_set(document, "has_any", json_boolean(counts[0] + counts[1] + counts[2]));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	enum campaign_list which = which_of(param_text(request, "state"));
	struct campaign *campaigns;
	struct member *members;
	struct pager pager;
	struct str today = today_of(cx);
	size_t count, member_count;
	json_t *document = json_object(), *list = json_array(), *part;
	reply_json(reply, document);
	doc_set(document, "campaigns", list);
	TRY(member_list(cx, db, here(cx), &members, &member_count));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(campaigns_list(cx, db, here(cx), which, today, pager.from, pager.limit + 1, &campaigns, &count));
	while (!pager_fits(&pager, count));
	campaigns += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		TRY(campaign_shape(cx, db, &campaigns[i], name_of(members, member_count, campaigns[i].owner), today, &part));
		json_array_append_new(list, part);
	}
	doc_set(document, "has_campaigns", json_boolean(pager.count));
	doc_set(document, "can_plan", json_boolean(actor_may(cx->actor, MAY_PLAN_POSTS)));
	TRY(states_shape(cx, db, which, today, document));
	const struct campaign *last = pager.count ? &campaigns[pager.count - 1] : NULL;
	pager_put(cx, request, reply, &pager, last ? list_after(campaign_key(which, campaigns), campaigns->id) : LIST_START,
		  last ? list_after(campaign_key(which, last), last->id) : LIST_START, NULL);
	return OK;
}

/* ---- one ---- */

static enum err posts_shape(struct cx *cx, struct request *request, struct reply *reply, i64 campaign, json_t *document)
{
	struct db *db = request_db(request);
	const struct post_filter filter = {.state = -1, .campaign = campaign};
	struct pager pager;
	struct post *posts;
	struct channel *channels;
	struct member *members;
	size_t count, channel_count, member_count;
	json_t *list = json_array(), *row;
	doc_set(document, "posts", list);
	TRY(channel_list(cx, db, here(cx), &channels, &channel_count));
	TRY(member_list(cx, db, here(cx), &members, &member_count));
	pager_of(request, POSTS_A_PAGE, &pager);
	do
		TRY(posts_list(cx, db, here(cx), &filter, pager.from, pager.limit + 1, &posts, &count));
	while (!pager_fits(&pager, count));
	posts += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		TRY(post_row_shape(cx, db, &posts[i], channels, channel_count, members, member_count, &row));
		json_array_append_new(list, row);
	}
	doc_set(document, "has_posts", json_boolean(pager.count));
	const struct post *last = pager.count ? &posts[pager.count - 1] : NULL;
	pager_put(cx, request, reply, &pager, last ? list_after(posts->updated_at, posts->id) : LIST_START, last ? list_after(last->updated_at, last->id) : LIST_START, NULL);
	return OK;
}

/* Those on the board that are for it. */
static enum err ideas_shape(struct cx *cx, struct db *db, i64 campaign, json_t *document)
{
	const struct idea_filter filter = {.state = IDEA_OPEN, .campaign = campaign};
	struct idea_row *rows;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "ideas", list);
	TRY(ideas_list(cx, db, here(cx), &filter, LIST_START, IDEAS_SHOWN + 1, &rows, &count));
	for (size_t i = 0; i < count && i < IDEAS_SHOWN; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_id(rows[i].idea.id), "title", doc_text(rows[i].idea.title), "url",
						      doc_text(arena_printf(cx->arena, "/ideas/%lld", (long long)rows[i].idea.id))));
	doc_set(document, "has_ideas", json_boolean(count > 0));
	doc_set(document, "ideas_url", doc_text(arena_printf(cx->arena, "/ideas?campaign=%lld", (long long)campaign)));
	doc_set(document, "has_more_ideas", json_boolean(count > IDEAS_SHOWN));
	return OK;
}

static enum err contests_shape(struct cx *cx, struct db *db, i64 campaign, json_t *document)
{
	struct contest *contests;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "contests", list);
	TRY(contests_of_campaign(cx, db, here(cx), campaign, CONTESTS_SHOWN, &contests, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s}", "id", doc_id(contests[i].id), "title", doc_text(contests[i].name), "url",
						      doc_text(arena_printf(cx->arena, "/contests/%lld", (long long)contests[i].id)), "state",
						      tr(cx->lang, contest_state_title(contests[i].state))));
	doc_set(document, "has_contests", json_boolean(count > 0));
	return OK;
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct campaign c;
	struct member owner = {};
	json_t *document = json_object(), *part;
	reply_json(reply, document);
	TRY(campaign_get(cx, db, here(cx), param_id(request, "id"), &c));
	if (c.owner && member_get(cx, db, here(cx), c.owner, &owner) != OK)
		cx_forget(cx);
	struct str today = today_of(cx), day = str_cmp(c.starts_on, today) > 0 ? c.starts_on : today; /* where the calendar is opened */
	TRY(campaign_shape(cx, db, &c, owner.name, today, &part));
	doc_set(document, "campaign", part);
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS) && !c.archived_at));
	doc_set(document, "can_plan", json_boolean(actor_may(cx->actor, MAY_PLAN_POSTS)));
	doc_set(document, "calendar_url", doc_text(arena_printf(cx->arena, "/calendar?campaign=%lld&day=%.*s", (long long)c.id, STR_ARG(day))));
	TRY(campaign_figures_shape(cx, db, &c, document));
	TRY(ideas_shape(cx, db, c.id, document));
	TRY(contests_shape(cx, db, c.id, document));
	return posts_shape(cx, request, reply, c.id, document);
}

/* ---- its form ---- */

static struct str amount_text(struct cx *cx, i64 amount)
{
	CLEANUP(buf_free) struct buf b = {};
	if (amount)
		buf_add_money(&b, amount);
	return buf_keep(&b, cx->arena);
}

static enum err form_shape(struct cx *cx, struct request *request, const struct campaign *c, json_t *document)
{
	struct member *members;
	size_t count;
	json_t *form = json_object(), *people = json_array(), *money = json_array();
	const struct {
		const char *name;
		struct str value;
	} fields[] = {{"name", c->name}, {"brief", c->brief}, {"goal", c->goal}, {"starts_on", c->starts_on}, {"ends_on", c->ends_on}, {"budget", amount_text(cx, c->budget)},
		      {"spent", amount_text(cx, c->spent)}};
	struct str typed = typed_or(request, "owner", (struct str){}), currency = typed_or(request, "currency", c->currency);
	i64 owner = c->owner;
	if (typed.at && !str_to_i64(str_trim(typed), &owner))
		owner = 0;
	doc_set(document, "form", form);
	doc_set(form, "id", doc_id(c->id));
	for (size_t i = 0; i < COUNT(fields); i++)
		doc_set(form, fields[i].name, doc_text(typed_or(request, fields[i].name, fields[i].value)));
	TRY(member_list(cx, request_db(request), here(cx), &members, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(people, json_pack("{s:o, s:o, s:b}", "id", doc_id(members[i].person), "name", doc_text(members[i].name), "is_selected", members[i].person == owner));
	doc_set(form, "people", people);
	for (size_t i = 0; currencies[i]; i++)
		json_array_append_new(money, choice(currencies[i], currencies[i], str_eq(currency, str_of(currencies[i])) || (!currency.len && !i)));
	doc_set(form, "currencies", money);
	if (!c->id)
		return seen_put(cx, request, (struct str){}, NULL, form);
	struct seen seen;
	campaign_seen(cx->arena, c, &seen);
	seen_field(&seen, "owner")->shown = c->owner ? name_of(members, count, c->owner) : str_of(_(N_("Nobody in particular")));
	return seen_put(cx, request, arena_printf(cx->arena, "campaign:%lld", (long long)c->id), &seen, form);
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	struct campaign c = {.owner = cx->actor->user};
	reply_json(reply, json_object());
	return form_shape(cx, request, &c, reply_document(reply));
}

static enum err show_edit(struct cx *cx, struct request *request, struct reply *reply)
{
	struct campaign c;
	reply_json(reply, json_object());
	TRY(campaign_get(cx, request_db(request), here(cx), param_id(request, "id"), &c));
	return form_shape(cx, request, &c, reply_document(reply));
}

static enum err take_amount(struct cx *cx, struct request *request, const char *name, i64 *amount)
{
	struct str text = param_text(request, name);
	if (!page_says(request, name))
		return OK;
	if (!text.len)
		*amount = 0;
	else if (!money_read(text, amount))
		return request_fault(cx, request, name, N_("Give an amount: 1200 or 1200.50."));
	return OK;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct campaign c = {.workspace = here(cx)};
	if (id)
		TRY(campaign_get(cx, request_db(request), here(cx), id, &c));
	struct {
		const char *name;
		struct str *value;
	} texts[] = {{"name", &c.name}, {"brief", &c.brief}, {"goal", &c.goal}, {"starts_on", &c.starts_on}, {"ends_on", &c.ends_on}, {"currency", &c.currency}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (page_says(request, texts[i].name))
			*texts[i].value = param_text(request, texts[i].name);
	c.seen = seen_said(cx, request);
	if (page_says(request, "owner"))
		c.owner = param_id(request, "owner");
	enum err budget = take_amount(cx, request, "budget", &c.budget), spent = take_amount(cx, request, "spent", &c.spent);
	if (budget || spent)
		return budget ? budget : spent;
	TRY(campaign_keep(cx, request_db(request), &c));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(c.id)));
	reply_flash(reply, str_of(id ? _(N_("Kept.")) : _(N_("The campaign is there. Its posts and ideas can name it from now on."))), (struct str){});
	reply_redirect(reply, "/campaigns/%lld", (long long)c.id);
	return OK;
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err change(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err set_away(struct cx *cx, struct request *request, struct reply *reply, bool away)
{
	i64 id = param_id(request, "id");
	TRY(campaign_put_away(cx, request_db(request), here(cx), id, away));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(away ? _(N_("Put away. Its posts keep it, and leave all the same.")) : _(N_("It is in use again."))),
		    away ? arena_printf(cx->arena, "/campaigns/%lld/restore", (long long)id) : (struct str){});
	reply_redirect(reply, away ? "/campaigns" : "/campaigns/%lld", (long long)id);
	return OK;
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, true);
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, false);
}

/* ---- the rows ---- */

#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The campaign."}
#define FIELDS(required)                                                                                                       \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = required, .max = CAMPAIGN_NAME_MAX, .about = "Its name."},    \
	{.name = "brief", .in = IN_FORM, .type = P_TEXT, .max = CAMPAIGN_BRIEF_MAX, .about = "What it is: what is said, to whom, in which tone."}, \
	{.name = "goal", .in = IN_FORM, .type = P_LINE, .max = CAMPAIGN_GOAL_MAX, .about = "What is to be different when it is over."}, \
	{.name = "starts_on", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "Its first day, 2027-03-24; empty: open."}, \
	{.name = "ends_on", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "Its last day, which belongs to it; empty: open."}, \
	{.name = "budget", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "What it may cost: 1200 or 1200.50; empty: nothing is said."}, \
	{.name = "spent", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "What it cost so far."},                          \
	{.name = "currency", .in = IN_FORM, .type = P_WORD, .words = currencies, .about = "In which currency; EUR unless told."}, \
	{.name = "owner", .in = IN_FORM, .type = P_ID, .about = "Whose it is: a person of the workspace; empty: nobody's."}
static const struct param list_params[] = {
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = which_words, .about = "Those that run or are to come, unless told; those that are over; those put away."},
	PAGER_PARAMS,
	{},
};
static const struct param one_params[] = {ID_PARAM, PAGER_PARAMS, {}};
static const struct param create_params[] = {FIELDS(PARAM_REQUIRED), SEEN_MARK_PARAM, {}};
static const struct param change_params[] = {ID_PARAM, FIELDS(0), SEEN_MARK_PARAM, {}};

static const struct shape shapes[] = {
	{"Money", "{amount: text, text: text}", "An amount: amount for programs, 1200.50."},
	{"CampaignFigure", "{word: text, title: text, value: Number?, of: Number?}", "A figure of posts; of: told of so many of them alone."},
	{"Campaign", "{id: id, url: url, name: text, brief: text?, goal: text?, starts_on: text?, ends_on: text?, days: text, chip: Chip, budget: {currency: text, planned: Money?, "
	 "spent: Money?, share: int, width: text, is_over: bool}?, owner: {id: id, name: text, avatar: Avatar}?, is_archived: bool, counts: {all: Number, written: Number, "
	 "planned: Number, published: Number, trouble: Number?, is_written: bool, is_planned: bool}}",
	 "A campaign; days are 2027-03-24, counts are of its posts."},
	{"CampaignsPage", "{states: [{...Tab, word: text, count: Number?}], campaigns: [Campaign], has_campaigns: bool, has_any: bool, can_plan: bool, pager: Pager?}"},
	{"CampaignPage", "{campaign: Campaign, can_write: bool, can_plan: bool, calendar_url: url, figures: {sent: Number, comments: Number, measures: [Word], "
	 "values: [CampaignFigure], channels: [{id: id, name: text, network: Network, sent: Number, comments: Number, values: [CampaignFigure]}], has_channels: bool, "
	 "told_at: Instant?}, ideas: [{id: id, title: text, url: url}], has_ideas: bool, ideas_url: url, has_more_ideas: bool, "
	 "contests: [{id: id, title: text, url: url, state: text}], has_contests: bool, posts: [PostRow], has_posts: bool, pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/campaigns", .permission = MAY_READ_POSTS, .params = list_params, .template = "campaigns/page", .handle = show, .answer = "CampaignsPage",
	 .about = "Campaigns, with where their posts are."},
	{.method = "GET", .path = "/campaigns/new", .permission = MAY_PLAN_POSTS, .flags = ROUTE_PAGE_ONLY, .template = "campaigns/edit", .handle = show_new,
	 .about = "The form of a campaign."},
	{.method = "POST", .path = "/campaigns", .permission = MAY_PLAN_POSTS, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/campaigns/new",
	 .answer = "Made", .about = "Begin a campaign."},
	{.method = "GET", .path = "/campaigns/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "campaigns/one", .handle = show_one, .answer = "CampaignPage",
	 .about = "A campaign: its brief, its budget, its posts and ideas, and what came of them."},
	{.method = "GET", .path = "/campaigns/{id}/edit", .permission = MAY_PLAN_POSTS, .flags = ROUTE_PAGE_ONLY, .template = "campaigns/edit", .handle = show_edit,
	 .about = "The form of a campaign."},
	{.method = "POST", .path = "/campaigns/{id}", .permission = MAY_PLAN_POSTS, .params = change_params, .handle = change, .form = "/campaigns/{id}/edit", .answer = "Made",
	 .about = "Change a campaign."},
	{.method = "POST", .path = "/campaigns/{id}/archive", .permission = MAY_PLAN_POSTS, .handle = archive, .answer = "Made",
	 .about = "Put a campaign away: its posts keep it, nothing new is filed under it."},
	{.method = "POST", .path = "/campaigns/{id}/restore", .permission = MAY_PLAN_POSTS, .handle = restore, .answer = "Made", .about = "Take a campaign out again."},
	{},
};

const struct page page_campaigns = {"campaigns", routes, shapes, .file = __FILE__};
