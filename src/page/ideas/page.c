/* ideas: the board: what may become a post; where each idea comes from, what it serves, and the posts that came of it. */
#include "base/lang.h"
#include "flow/idea.h"
#include "page/choices.h"
#include "page/ideas/ideas.h"
#include "page/post_row.h"
#include "page/seen.h"
#include "store/member.h"

#define A_PAGE 25
#define POSTS_SHOWN 20

static struct str url_of(struct cx *cx, i64 idea)
{
	return arena_printf(cx->arena, "/ideas/%lld", (long long)idea);
}

/* ---- an idea ---- */

struct board {
	struct cx *cx;
	struct db *db;
	struct editorial editorial;
	struct member *members;
	size_t member_count;
	struct reader reader;
};

static enum err board_load(struct cx *cx, struct db *db, struct board *ret_board)
{
	*ret_board = (struct board){.cx = cx, .db = db, .reader = reader_of(cx)};
	TRY(editorial_load(cx, db, &ret_board->editorial));
	return member_list(cx, db, here(cx), &ret_board->members, &ret_board->member_count);
}

static struct str name_of(const struct board *b, i64 person)
{
	for (size_t i = 0; i < b->member_count; i++)
		if (b->members[i].person == person)
			return b->members[i].name;
	return (struct str){};
}

static enum err posts_shape(const struct board *b, const struct idea *i, size_t limit, json_t **ret_posts)
{
	struct cx *cx = b->cx;
	struct idea_post *posts = NULL;
	size_t count = 0;
	json_t *list = json_array();
	*ret_posts = list;
	if (limit)
		TRY(idea_posts(cx, b->db, i->workspace, i->id, limit, &posts, &count));
	for (size_t k = 0; k < count; k++) {
		struct str title = posts[k].title.len ? posts[k].title : str_of(_(N_("A post without words yet")));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(posts[k].id), "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)posts[k].id)),
						      "title", doc_excerpt(title, 80), "chip", post_state_shape(cx, posts[k].state, posts[k].archived_at != 0)));
	}
	return OK;
}

static enum err idea_shape(const struct board *b, const struct idea *i, const struct idea_source *source, size_t posts, json_t **ret_shape)
{
	struct cx *cx = b->cx;
	json_t *shape = json_object(), *part;
	bool writes = actor_may(cx->actor, MAY_WRITE_POSTS);
	*ret_shape = shape;
	doc_set(shape, "id", doc_id(i->id));
	doc_set(shape, "page_url", doc_text(url_of(cx, i->id)));
	doc_set(shape, "title", doc_text(i->title));
	doc_set(shape, "body", doc_text_or_null(i->body));
	doc_set(shape, "url", doc_address(i->url));
	doc_set(shape, "state", doc_word(cx->lang, idea_state_word(i->state), idea_state_title(i->state)));
	TRY(editorial_pillar(cx, b->db, &b->editorial, i->pillar, &part));
	doc_set(shape, "pillar", part);
	TRY(editorial_campaign(cx, b->db, &b->editorial, i->campaign, &part));
	doc_set(shape, "campaign", part);
	doc_set(shape, "source", editorial_source(cx, i, source));
	doc_set(shape, "by", doc_text_or_null(name_of(b, i->created_by)));
	doc_set(shape, "created_at", doc_instant(&b->reader, i->created_at));
	doc_set(shape, "updated_at", doc_instant(&b->reader, i->updated_at));
	doc_set(shape, "is_used", json_boolean(i->state == IDEA_USED));
	doc_set(shape, "can_use", json_boolean(writes && i->state != IDEA_USED));
	doc_set(shape, "can_again", json_boolean(writes && i->state == IDEA_USED));
	doc_set(shape, "can_aside", json_boolean(writes && i->state != IDEA_ASIDE));
	doc_set(shape, "can_open", json_boolean(writes && i->state != IDEA_OPEN));
	TRY(posts_shape(b, i, posts, &part));
	doc_set(shape, "posts", part);
	return OK;
}

/* Of a Reference, which is let go. */
static struct str name_in(struct cx *cx, json_t *reference, const char *none)
{
	const char *name = json_string_value(json_object_get(reference, "name"));
	struct str text = name ? arena_str(cx->arena, str_of(name)) : str_of(_(none));
	json_decref(reference);
	return text;
}

/* The form: of a new one, or of the one shown; as typed when it is shown again. */
static enum err form_shape(const struct board *b, struct request *request, const struct idea *i, json_t **ret_form)
{
	json_t *form = json_object(), *part;
	*ret_form = form;
	doc_set(form, "id", doc_id(i->id));
	doc_set(form, "title", doc_text(typed_or(request, "title", i->title)));
	doc_set(form, "body", doc_text(typed_or(request, "body", i->body)));
	doc_set(form, "url", doc_text(typed_or(request, "url", i->url)));
	TRY(editorial_pillars(b->cx, b->db, &b->editorial, editorial_typed(request, "pillar", i->pillar), &part));
	doc_set(form, "has_pillars", json_boolean(json_array_size(part)));
	doc_set(form, "pillars", part);
	TRY(editorial_campaigns(b->cx, b->db, &b->editorial, editorial_typed(request, "campaign", i->campaign), &part));
	doc_set(form, "has_campaigns", json_boolean(json_array_size(part)));
	doc_set(form, "campaigns", part);
	if (!i->id)
		return seen_put(b->cx, request, (struct str){}, NULL, form);
	struct seen seen;
	idea_seen(b->cx->arena, i, &seen);
	TRY(editorial_pillar(b->cx, b->db, &b->editorial, i->pillar, &part));
	seen_field(&seen, "pillar")->shown = name_in(b->cx, part, N_("No pillar"));
	TRY(editorial_campaign(b->cx, b->db, &b->editorial, i->campaign, &part));
	seen_field(&seen, "campaign")->shown = name_in(b->cx, part, N_("No campaign"));
	return seen_put(b->cx, request, arena_printf(b->cx->arena, "idea:%lld", (long long)i->id), &seen, form);
}

/* ---- the board ---- */

static const char *const state_words[] = {"open", "used", "aside", NULL};

static struct str list_url(struct cx *cx, const struct idea_filter *f, enum idea_state state, bool whole)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "/ideas?state=%s", idea_state_word(state));
	if (f->pillar && !whole)
		buf_addf(&b, "&pillar=%lld", (long long)f->pillar);
	if (f->campaign && !whole)
		buf_addf(&b, "&campaign=%lld", (long long)f->campaign);
	if (f->words.len && !whole) {
		buf_adds(&b, "&q=");
		buf_add_url(&b, f->words);
	}
	return buf_keep(&b, cx->arena);
}

static enum err states_shape(struct cx *cx, struct db *db, const struct idea_filter *f, json_t *document)
{
	i64 counts[IDEA_STATE_COUNT], all = 0;
	json_t *tabs = json_array();
	doc_set(document, "states", tabs);
	TRY(ideas_count(cx, db, here(cx), counts));
	for (enum idea_state s = 0; s < IDEA_STATE_COUNT; s++) {
		json_array_append_new(tabs, json_pack("{s:s, s:s, s:o, s:o, s:b}", "word", idea_state_word(s), "title", _(idea_state_title(s)), "url",
						      doc_text(list_url(cx, f, s, false)), "count", doc_number_or_null(cx->lang, counts[s]), "is_current", s == f->state));
		all += counts[s];
	}
	doc_set(document, "has_any", json_boolean(all > 0));
	return OK;
}

static enum err filter_shape(const struct board *b, const struct idea_filter *f, json_t *document)
{
	struct cx *cx = b->cx;
	json_t *pillars, *campaigns;
	TRY(editorial_pillars(cx, b->db, &b->editorial, f->pillar, &pillars));
	doc_set(document, "pillars", pillars);
	doc_set(document, "has_pillars", json_boolean(json_array_size(pillars)));
	TRY(editorial_campaigns(cx, b->db, &b->editorial, f->campaign, &campaigns));
	doc_set(document, "campaigns", campaigns);
	doc_set(document, "has_campaigns", json_boolean(json_array_size(campaigns)));
	doc_set(document, "filter", json_pack("{s:s, s:o, s:o, s:o, s:b, s:o}", "state", idea_state_word(f->state), "q", doc_text(f->words), "pillar", doc_id(f->pillar), "campaign",
					      doc_id(f->campaign), "is_filtered", f->words.len || f->pillar || f->campaign, "clear_url", doc_text(list_url(cx, f, f->state, true))));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct idea_filter filter = {.pillar = param_id(request, "pillar"), .campaign = param_id(request, "campaign"), .words = param_text(request, "q")};
	struct idea fresh = {.pillar = filter.pillar, .campaign = filter.campaign};
	struct idea_row *rows;
	struct board board;
	struct pager pager;
	size_t count;
	json_t *document = json_object(), *list = json_array(), *part;
	reply_json(reply, document);
	doc_set(document, "ideas", list);
	if (!idea_state_of(param_text(request, "state"), &filter.state))
		filter.state = IDEA_OPEN;
	TRY(board_load(cx, db, &board));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(ideas_list(cx, db, here(cx), &filter, pager.from, pager.limit + 1, &rows, &count));
	while (!pager_fits(&pager, count));
	rows += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		TRY(idea_shape(&board, &rows[i].idea, &rows[i].source, filter.state == IDEA_OPEN ? 0 : 3, &part));
		doc_set(part, "is_first", json_boolean(i == 0 && !pager.has_previous && rows[i].idea.state == IDEA_OPEN)); /* what is done next */
		json_array_append_new(list, part);
	}
	doc_set(document, "has_ideas", json_boolean(pager.count));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	TRY(form_shape(&board, request, &fresh, &part));
	doc_set(document, "form", part);
	TRY(filter_shape(&board, &filter, document));
	TRY(states_shape(cx, db, &filter, document));
	pager_put(cx, request, reply, &pager, pager.count ? list_after(rows[0].idea.updated_at, rows[0].idea.id) : LIST_START,
		  pager.count ? list_after(rows[pager.count - 1].idea.updated_at, rows[pager.count - 1].idea.id) : LIST_START, NULL);
	return OK;
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct idea idea;
	struct idea_source source = {};
	struct board board;
	json_t *document = json_object(), *part;
	reply_json(reply, document);
	TRY(idea_get(cx, db, here(cx), param_id(request, "id"), &idea));
	enum err e = idea.message ? idea_source_get(cx, db, here(cx), idea.message, &source) : ERR_MISSING;
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	TRY(board_load(cx, db, &board));
	TRY(idea_shape(&board, &idea, &source, POSTS_SHOWN, &part));
	doc_set(part, "is_first", json_boolean(idea.state == IDEA_OPEN)); /* what is done next */
	doc_set(document, "idea", part);
	doc_set(document, "has_posts", json_boolean(json_array_size(json_object_get(part, "posts"))));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	TRY(form_shape(&board, request, &idea, &part));
	doc_set(document, "form", part);
	return OK;
}

/* ---- writing ---- */

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct idea i = {.workspace = here(cx)};
	if (id)
		TRY(idea_get(cx, request_db(request), here(cx), id, &i));
	i.seen = seen_said(cx, request);
	i.title = page_says(request, "title") ? param_text(request, "title") : i.title;
	i.body = page_says(request, "body") ? param_text(request, "body") : i.body;
	i.url = page_says(request, "url") ? param_text(request, "url") : i.url;
	i.pillar = page_says(request, "pillar") ? param_id(request, "pillar") : i.pillar;
	i.campaign = page_says(request, "campaign") ? param_id(request, "campaign") : i.campaign;
	TRY(idea_keep(cx, request_db(request), &i));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(i.id)));
	reply_flash(reply, str_of(id ? _(N_("Kept.")) : _(N_("It is on the board of ideas."))), (struct str){});
	reply_redirect(reply, id ? "/ideas/%lld" : "/ideas", (long long)i.id);
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

static enum err use(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(idea_use(cx, request_db(request), here(cx), param_id(request, "id"), param_bool(request, "again"), &post));
	struct str url = arena_printf(cx->arena, "/posts/%lld", (long long)post.id);
	reply_json(reply, json_pack("{s:o, s:o}", "id", doc_id(post.id), "url", doc_text(url)));
	reply_flash(reply, str_of(_(N_("A draft of the idea. Its words are yours to write."))), (struct str){});
	reply_redirect(reply, "%s", url.at);
	return OK;
}

static enum err move(struct cx *cx, struct request *request, struct reply *reply, enum idea_state to)
{
	i64 id = param_id(request, "id");
	struct str back = param_text(request, "back");
	TRY(idea_move(cx, request_db(request), here(cx), id, to));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(to == IDEA_ASIDE ? _(N_("Set aside.")) : _(N_("It is back on the board."))),
		    to == IDEA_ASIDE ? arena_printf(cx->arena, "/ideas/%lld/open", (long long)id) : (struct str){});
	reply_redirect(reply, "%s", arena_cstr(cx->arena, back.len ? back : S("/ideas")));
	return OK;
}

static enum err set_aside(struct cx *cx, struct request *request, struct reply *reply)
{
	return move(cx, request, reply, IDEA_ASIDE);
}

static enum err put_back(struct cx *cx, struct request *request, struct reply *reply)
{
	return move(cx, request, reply, IDEA_OPEN);
}

/* ---- the rows ---- */

#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The idea."}
#define BACK_PARAM {.name = "back", .in = IN_FORM, .type = P_PATH, .about = "Where a browser goes on to."}
#define FIELDS(required)                                                                                                       \
	{.name = "title", .in = IN_FORM, .type = P_LINE, .flags = required, .max = IDEA_TITLE_MAX, .about = "The idea in a line."}, \
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .max = IDEA_BODY_MAX, .about = "What else there is to say; a draft begins with it."}, \
	{.name = "url", .in = IN_FORM, .type = P_URL, .about = "What gave it, an address of the web."},                         \
	{.name = "pillar", .in = IN_FORM, .type = P_ID, .about = "The pillar of the editorial line that it serves."},         \
	{.name = "campaign", .in = IN_FORM, .type = P_ID, .about = "The campaign that it belongs to."}
static const struct param list_params[] = {
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = state_words, .about = "Those on the board, unless told; used ones; those set aside."},
	{.name = "pillar", .in = IN_QUERY, .type = P_ID, .about = "Those of this pillar alone."},
	{.name = "campaign", .in = IN_QUERY, .type = P_ID, .about = "Those of this campaign alone."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words of the idea."},
	PAGER_PARAMS,
	{},
};
static const struct param article_params[] = {{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Articles of this feed alone."}, PAGER_PARAMS, {}};
static const struct param create_params[] = {FIELDS(PARAM_REQUIRED), SEEN_MARK_PARAM, {}};
static const struct param change_params[] = {ID_PARAM, FIELDS(0), SEEN_MARK_PARAM, {}};
static const struct param use_params[] = {ID_PARAM, {.name = "again", .in = IN_FORM, .type = P_BOOL, .about = "Another post of one that was used."}, {}};
static const struct param move_params[] = {ID_PARAM, BACK_PARAM, {}};
static const char *const made_words[] = {"open", "aside", NULL};
static const struct param message_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The message."},
	{.name = "state", .in = IN_FORM, .type = P_WORD, .words = made_words, .about = "On the board, unless told; or set aside at once: it is not proposed again."},
	BACK_PARAM,
	{},
};

static const struct shape shapes[] = {
	{"IdeaSource", "{url: url, author_name: text, channel_name: text, network: Network, said: text?}", "What an idea came from: who said it, where, and how it begins."},
	{"IdeaPost", "{id: id, url: url, title: text, chip: Chip}", "A post that came of an idea."},
	{"Idea", "{id: id, page_url: url, title: text, body: text?, url: url?, state: Word, pillar: Reference?, campaign: Reference?, source: IdeaSource?, by: text?, "
	 "created_at: Instant, updated_at: Instant, is_used: bool, can_use: bool, can_again: bool, can_aside: bool, can_open: bool, posts: [IdeaPost], is_first: bool}",
	 "What may become a post."},
	{"IdeaForm", "{id: id?, title: text, body: text, url: text, has_pillars: bool, pillars: [NamedChoice], has_campaigns: bool, campaigns: [NamedChoice], " SEEN_SHAPE "}"},
	{"IdeasPage", "{states: [{...Tab, word: text, count: Number?}], ideas: [Idea], has_ideas: bool, has_any: bool, has_pillars: bool, pillars: [NamedChoice], "
	 "has_campaigns: bool, campaigns: [NamedChoice], filter: {state: text, q: text, pillar: id?, campaign: id?, is_filtered: bool, clear_url: url}, can_write: bool, "
	 "form: IdeaForm, pager: Pager?}"},
	{"IdeaPage", "{idea: Idea, has_posts: bool, can_write: bool, form: IdeaForm}"},
	{"IdeaMade", "{id: id, url: url, is_new: bool, state: Word}", "The idea that a message gave; is_new: there was none of it before."},
	{"IdeaUsed", "{id: id, url: url}", "The draft that came of an idea."},
	{"Article", "{id: id, title: text, said: text, url: url, article_url: url?, author_name: text?, channel_name: text, network: Network, at: Instant}",
	 "An article that a feed brought; id: of its message."},
	{"ArticlesPage", "{feeds: [NamedChoice], has_feeds: bool, can_choose: bool, articles: [Article], has_articles: bool, back: url, can_write: bool, can_connect: bool, pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/ideas", .permission = MAY_READ_POSTS, .params = list_params, .template = "ideas/page", .handle = show, .answer = "IdeasPage",
	 .about = "The board of ideas, the last changed first."},
	{.method = "POST", .path = "/ideas", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/ideas", .answer = "Made",
	 .about = "Put an idea on the board."},
	{.method = "GET", .path = "/ideas/feeds", .permission = MAY_READ_INBOX, .params = article_params, .template = "ideas/feeds", .handle = articles_show,
	 .answer = "ArticlesPage", .about = "Articles that feeds brought and nobody made an idea of, nor set aside; the newest first."},
	{.method = "GET", .path = "/ideas/{id}", .permission = MAY_READ_POSTS, .template = "ideas/one", .handle = show_one, .answer = "IdeaPage",
	 .about = "An idea: where it comes from, what it serves, the posts that came of it."},
	{.method = "POST", .path = "/ideas/{id}", .permission = MAY_WRITE_POSTS, .params = change_params, .handle = change, .form = "/ideas/{id}", .answer = "Made",
	 .about = "Change an idea."},
	{.method = "POST", .path = "/ideas/{id}/use", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = use_params, .handle = use, .answer = "IdeaUsed",
	 .about = "Make a draft of an idea: its pillar, its campaign and the link back go along."},
	{.method = "POST", .path = "/ideas/{id}/aside", .permission = MAY_WRITE_POSTS, .params = move_params, .handle = set_aside, .answer = "Made",
	 .about = "Set an idea aside. Nothing is deleted."},
	{.method = "POST", .path = "/ideas/{id}/open", .permission = MAY_WRITE_POSTS, .params = move_params, .handle = put_back, .answer = "Made",
	 .about = "Put an idea back on the board."},
	{.method = "POST", .path = "/messages/{id}/idea", .permission = MAY_WRITE_POSTS, .params = message_params, .handle = idea_of_message_make, .answer = "IdeaMade",
	 .about = "Make an idea of what was said: once, however often it is asked."},
	{},
};

const struct page page_ideas = {"ideas", routes, shapes, .file = __FILE__};
