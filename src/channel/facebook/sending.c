/* What goes out: posts of the page, answers below the comment or post that the conversation began with (Facebook has two levels), private answers to a comment
 * and messages to who wrote to the page, hiding, likes. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/facebook/connector.h"

/* Comments and posts are called POST_COMMENT and PAGE_POST, people and messages are not. */
static bool is_public(struct str id)
{
	ptrdiff_t bar = str_find_byte(id, '_');
	if (bar <= 0)
		return false;
	for (size_t i = 0; i < id.len; i++)
		if (i != (size_t)bar && (id.at[i] < '0' || id.at[i] > '9'))
			return false;
	return true;
}

static bool of_comment(const struct outbound *o)
{
	return is_public(o->parent_id.len ? o->parent_id : o->thread_id);
}

static struct str message_body(struct cx *cx, const char *member, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"%s\":", member);
	buf_add_json(&b, text);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err comment(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = graph_path(cx, o->thread_id, "/comments")};
	if (o->media_count) { /* "source": a photo, encoded as form data */
		struct exchange_part parts[] = {{.name = "message", .value = o->body}, graph_file(cx, "source", &o->media[0])};
		exchange_form(cx, &x, parts, COUNT(parts));
	} else {
		x.body = message_body(cx, "message", o->body);
	}
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	return OK;
}

/* ---- posts ---- */

#define PICTURES_MAX 10

static struct str page_of(const struct channel_account *account)
{
	struct str self = graph_self(account);
	return self.len ? self : S("me");
}

/* Pictures first, which nobody sees until the post stands. */
static enum err post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct outbound o = graph_as_said(cx, outbound);
	CLEANUP(buf_free) struct buf b = {};
	if (o.media_count > PICTURES_MAX) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("Ten pictures go with a post there at the most. Nothing was sent.")))};
		return OK;
	}
	buf_adds(&b, "{\"message\":");
	buf_add_json(&b, o.body);
	for (size_t i = 0; i < o.media_count; i++) {
		struct str id;
		bool there;
		TRY(graph_photo(cx, net, account, &o.media[i], &id, &there, ret_sent));
		if (!there)
			return OK;
		buf_adds(&b, i ? ",{\"media_fbid\":" : ",\"attached_media\":[{\"media_fbid\":");
		buf_add_json(&b, id);
		buf_addc(&b, '}');
	}
	buf_adds(&b, o.media_count ? "]}" : "}");
	struct exchange x = {.method = "POST", .path = graph_path(cx, page_of(account), "/feed"), .body = buf_str(&b)};
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->url = arena_printf(cx->arena, "https://www.facebook.com/%.*s", STR_ARG(ret_sent->remote_id));
	return OK;
}

/* A film that nobody sees yet, made a story: its upload is begun, it goes up, and with the last step it stands. */
static enum err film_story(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange start = {.method = "POST", .path = graph_path(cx, page_of(account), "/video_stories"), .body = S("{\"upload_phase\":\"START\"}"), .repeatable = true};
	CLEANUP(buf_free) struct buf b = {};
	bool there;
	TRY(graph_ask(cx, net, account, &start));
	if (!graph_read_first(cx, account, &start, ret_sent))
		return OK;
	TRY(graph_upload(cx, net, account, exchange_text(cx, start.document, "upload_url"), &o->media[0], &there, ret_sent));
	if (!there)
		return OK;
	buf_adds(&b, "{\"upload_phase\":\"FINISH\",\"video_id\":");
	buf_add_json(&b, exchange_text(cx, start.document, "video_id"));
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .path = graph_path(cx, page_of(account), "/video_stories"), .body = buf_str(&b)};
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	exchange_take_id(cx, &x, "post_id", ret_sent);
	return OK;
}

static bool is_film(const struct outbound *o)
{
	return o->media_count == 1 && str_eq(o->media[0].kind, S("video"));
}

/* A picture that nobody sees yet, made a story: https://developers.facebook.com/docs/page-stories-api */
static enum err story(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str id;
	bool there;
	if (is_film(o))
		return film_story(cx, net, account, o, ret_sent);
	if (o->media_count != 1 || !str_eq(o->media[0].kind, S("image"))) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("A story is one picture, or one film. Nothing was sent.")))};
		return OK;
	}
	TRY(graph_photo(cx, net, account, &o->media[0], &id, &there, ret_sent));
	if (!there)
		return OK;
	struct exchange x = {.method = "POST", .path = graph_path(cx, page_of(account), "/photo_stories"), .body = message_body(cx, "photo_id", id)};
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	exchange_take_id(cx, &x, "post_id", ret_sent);
	return OK;
}

/* Stories have no words to be known by: one of its kind since it was to leave is it. The network lists none at all where the page keeps no archive of them:
 * then nobody can tell. */
static enum err look_story(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET", .path = graph_path(cx, page_of(account), "/stories?limit=25")};
	const json_t *one;
	size_t index;
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *list = json_list(x.document, "data");
	json_array_foreach((json_t *)list, index, one) {
		i64 at = json_number(one, "creation_time", 0); /* seconds, as a number or as a text */
		str_to_i64(json_text(one, "creation_time"), &at);
		if (at * SECOND >= o->intended_at / SECOND * SECOND && str_eq(json_text(one, "media_type"), S("video")) == is_film(o) && json_text(one, "post_id").len) {
			*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = exchange_text(cx, one, "post_id"), .url = exchange_text(cx, one, "url")};
			return OK;
		}
	}
	if (list && !json_array_size(list))
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("Nobody can tell whether it arrived. Look on the network, then say so here.")))};
	else
		graph_found(cx, NULL, list, ret_sent);
	return OK;
}

static enum err look_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct outbound o = graph_as_said(cx, outbound);
	struct exchange x = {.method = "GET", .path = graph_path(cx, page_of(account), "/published_posts?limit=25&fields=id,message,created_time,from,permalink_url")};
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		graph_found(cx, graph_find(cx, &x, account, json_list(x.document, "data"), &o, "message", "created_time"), json_list(x.document, "data"), ret_sent);
	return OK;
}

/* Each does no harm when it is done twice. */
static enum err act_on(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	bool likes = o->act == ACT_REACT || o->act == ACT_UNREACT;
	struct exchange x = {.method = o->act == ACT_UNREACT ? "DELETE" : "POST", .path = graph_path(cx, o->remote_id, likes ? "/likes" : ""), .repeatable = true};
	if (o->act != ACT_UNREACT)
		x.body = likes ? S("{}") : o->act == ACT_HIDE ? S("{\"is_hidden\":true}") : S("{\"is_hidden\":false}");
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	return OK;
}

enum err facebook_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_NOTICE || (o->act == ACT_REACT && o->reaction.len && !str_eq(o->reaction, S("like")))) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This network cannot do that.")))};
		return OK;
	}
	if (o->act == ACT_POST)
		return (o->form == FORM_STORY ? story : post)(cx, net, account, o, ret_sent);
	bool public = o->act == ACT_REPLY && o->visibility != VISIBILITY_PRIVATE;
	if (public && o->media_count && (o->media_count > 1 || !str_eq(o->media[0].kind, S("image")))) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("One picture goes with a comment there, and no other file. Nothing was sent; send a link instead.")))};
		return OK;
	}
	if (o->act != ACT_REPLY)
		return act_on(cx, net, account, o, ret_sent);
	return o->visibility == VISIBILITY_PRIVATE ? graph_message(cx, net, account, o, of_comment(o), "MESSENGER", ret_sent) : comment(cx, net, account, o, ret_sent);
}

/* ---- after a doubt ---- */

static enum err look_comment(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET",
			     .path = graph_path(cx, o->thread_id, "/comments?filter=stream&order=reverse_chronological&limit=100&fields=id,message,created_time,from,permalink_url")};
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		graph_found(cx, graph_find(cx, &x, account, json_list(x.document, "data"), o, "message", "created_time"), json_list(x.document, "data"), ret_sent);
	return OK;
}

/* A comment tells the conversation that a private answer to it began. */
static enum err look_private_answer(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str id = o->parent_id.len ? o->parent_id : o->thread_id;
	struct exchange x = {.method = "GET", .path = graph_path(cx, id, "?fields=id,private_reply_conversation{messages.limit(50){id,message,created_time,from}}")};
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		graph_found(cx, graph_find(cx, &x, account, json_list(x.document, "private_reply_conversation/messages/data"), o, "message", "created_time"),
			    json_has(x.document, "id"), ret_sent);
	return OK;
}

enum err facebook_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_POST)
		return (o->form == FORM_STORY ? look_story : look_post)(cx, net, account, o, ret_sent);
	if (o->act != ACT_REPLY)
		return facebook_publish(cx, net, account, o, ret_sent);
	if (o->visibility != VISIBILITY_PRIVATE)
		return look_comment(cx, net, account, o, ret_sent);
	return of_comment(o) ? look_private_answer(cx, net, account, o, ret_sent) : graph_message_look(cx, net, account, o, o->thread_id, "MESSENGER", ret_sent);
}
