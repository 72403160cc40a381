/* articles.c: what feeds brought, proposed as ideas; and what somebody said, made an idea in one press, wherever it is read. */
#include "base/lang.h"
#include "flow/idea.h"
#include "page/ideas/ideas.h"
#include "store/channel.h"

#define A_PAGE 20
#define SAID 240

static json_t *article_shape(struct cx *cx, const struct article *a)
{
	struct reader reader = reader_of(cx);
	struct str title = a->title.len ? a->title : str_of(_(N_("Something without words")));
	struct str url = arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)a->conversation, (long long)a->message);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(a->message), "title", doc_text(title), "said", doc_excerpt(str_trim(a->said), SAID), "url",
			 doc_text(url), "article_url", doc_address(a->url), "author_name", doc_text_or_null(str_eq(a->author_name, a->channel_name) ? S("") : a->author_name),
			 "channel_name", doc_text(a->channel_name), "network", doc_network(cx->lang, a->network), "at", doc_instant(&reader, a->at));
}

/* The feeds to choose from. */
static enum err feeds_shape(struct cx *cx, struct db *db, i64 chosen, json_t *document)
{
	struct channel *channels;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "feeds", list);
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(channels[i].kind, S("feed")))
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected",
							      channels[i].id == chosen));
	doc_set(document, "has_feeds", json_boolean(json_array_size(list)));
	doc_set(document, "can_choose", json_boolean(json_array_size(list) > 1));
	return OK;
}

enum err articles_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct article *articles;
	struct pager pager;
	size_t count;
	i64 channel = param_id(request, "channel");
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	doc_set(document, "articles", list);
	TRY(feeds_shape(cx, db, channel, document));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(articles_list(cx, db, here(cx), channel, pager.from, pager.limit + 1, &articles, &count));
	while (!pager_fits(&pager, count));
	articles += pager.first;
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, article_shape(cx, &articles[i]));
	doc_set(document, "has_articles", json_boolean(pager.count));
	doc_set(document, "back", doc_text(arena_printf(cx->arena, "/ideas/feeds%s%.*s", request_query(request).len ? "?" : "", STR_ARG(request_query(request)))));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	doc_set(document, "can_connect", json_boolean(actor_may(cx->actor, MAY_MANAGE_CHANNELS)));
	pager_put(cx, request, reply, &pager, pager.count ? list_after(articles[0].at, articles[0].message) : LIST_START,
		  pager.count ? list_after(articles[pager.count - 1].at, articles[pager.count - 1].message) : LIST_START, NULL);
	return OK;
}

/* ---- what was said ---- */

static const char *told(enum idea_state state, const struct idea *idea, bool is_new)
{
	if (idea->state == IDEA_USED)
		return N_("A post came of it already.");
	if (state == IDEA_ASIDE)
		return N_("Set aside. It is not proposed again.");
	return is_new ? N_("It is on the board of ideas.") : N_("It was on the board of ideas already.");
}

enum err idea_of_message_make(struct cx *cx, struct request *request, struct reply *reply)
{
	struct idea idea;
	bool is_new;
	enum idea_state state;
	if (!idea_state_of(param_text(request, "state"), &state))
		state = IDEA_OPEN;
	TRY(idea_from_message(cx, request_db(request), here(cx), param_id(request, "id"), state, &idea, &is_new));
	struct str url = arena_printf(cx->arena, "/ideas/%lld", (long long)idea.id), back = param_text(request, "back");
	bool can_undo = idea.state != IDEA_USED && (is_new || state == IDEA_ASIDE);
	struct str undo = can_undo ? arena_printf(cx->arena, "%.*s/%s", STR_ARG(url), state == IDEA_ASIDE ? "open" : "aside") : (struct str){};
	reply_json(reply, json_pack("{s:o, s:o, s:b, s:o}", "id", doc_id(idea.id), "url", doc_text(url), "is_new", is_new, "state",
				    doc_word(cx->lang, idea_state_word(idea.state), idea_state_title(idea.state))));
	reply_flash(reply, str_of(tr(cx->lang, told(state, &idea, is_new))), undo);
	reply_redirect(reply, "%s", arena_cstr(cx->arena, back.len ? back : url));
	return OK;
}
