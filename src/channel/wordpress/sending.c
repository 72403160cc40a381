/* What goes out: posts (post.c), answers under comments and posts, comments held back and shown again. WordPress keeps no key, but refuses the same words of
 * the same author under the same comment; after a doubt the answers under it are read. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/json_read.h"
#include "channel/wordpress/connector.h"
#include "channel/wordpress/wordpress.h"

#define CLOCKS_DIFFER (2 * SECOND)
#define FLOOD (20 * SECOND)

static const char no_longer[] = N_("The message that this answers is no longer there.");
static const char cannot[] = N_("This network cannot do that.");

void wordpress_never(struct cx *cx, const char *story, struct sent *ret_sent)
{
	*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(tr(cx->lang, story))};
}

/* What a site refuses for its own reasons, where its status alone would say something else. */
static void put_right(struct cx *cx, const struct exchange *x, struct sent *sent)
{
	if (wordpress_says(x, "rest_comment_closed"))
		wordpress_never(cx, N_("Comments are closed under this post. Open them there, then send the answer again."), sent);
	else if (wordpress_says(x, "rest_comment_draft_post") || wordpress_says(x, "rest_comment_trash_post") || wordpress_says(x, "rest_comment_invalid_post_id"))
		wordpress_never(cx, N_("The post is no longer published there."), sent);
	else if (wordpress_says(x, "comment_flood"))
		*sent = (struct sent){.outcome = OUTCOME_LATER, .retry_at = cx->now + FLOOD,
				      .story = str_of(_(N_("The site takes one comment after another, with a pause. It will be tried again by itself.")))};
	else if (x->answer.outcome == NET_ANSWERED && x->answer.status == 404)
		wordpress_never(cx, no_longer, sent);
}

/* ---- answers ---- */

/* Where the answer goes: the numbers of the post and of the comment that it answers; an empty comment: the post itself. */
struct place {
	struct str post, comment;
};

static struct place place_of(const struct outbound *o)
{
	struct place p = {.post = wordpress_number(o->thread_id, "post-"), .comment = wordpress_number(o->parent_id, "comment-")};
	if (!p.comment.len && wordpress_number(o->parent_id, "post-").len)
		p.post = wordpress_number(o->parent_id, "post-");
	if (!p.comment.len && !p.post.len)
		p.comment = wordpress_number(o->thread_id, "comment-");
	return p;
}

static void add_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '&')
			buf_adds(out, "&amp;");
		else if (text.at[i] == '<')
			buf_adds(out, "&lt;");
		else if (text.at[i] == '>')
			buf_adds(out, "&gt;");
		else
			buf_addc(out, text.at[i]);
}

/* The comment as it is now: it must be there, and be seen. Its post is the one that counts. */
static enum err read_parent(struct cx *cx, struct net *net, const struct channel_account *account, struct place *place, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/wp/v2/comments/%.*s?context=edit&_fields=id,post,status", STR_ARG(place->comment))};
	TRY(wordpress_ask(cx, net, account, &x));
	if (!exchange_read_first(cx, &x, ret_sent)) {
		put_right(cx, &x, ret_sent);
		return OK;
	}
	struct str status = json_text(x.document, "status"), post = json_id(cx->arena, x.document, "post");
	if (str_eq(status, S("hold")))
		wordpress_never(cx, N_("The comment that this answers waits for approval, and nobody sees it. Let it stand first (Moderation), then send the answer again."), ret_sent);
	else if (!str_eq(status, S("approved")))
		wordpress_never(cx, no_longer, ret_sent);
	if (post.len)
		place->post = post;
	return OK;
}

static struct str body_of(struct cx *cx, const struct outbound *o, const struct place *place)
{
	CLEANUP(buf_free) struct buf b = {}, text = {};
	add_escaped(&text, o->body);
	buf_addf(&b, "{\"post\":%.*s,", STR_ARG(place->post));
	if (place->comment.len)
		buf_addf(&b, "\"parent\":%.*s,", STR_ARG(place->comment));
	buf_adds(&b, "\"content\":");
	buf_add_json(&b, buf_str(&text));
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static void take_answer(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	exchange_take_id(cx, x, "id", ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return;
	ret_sent->remote_id = wordpress_comment_id(cx->arena, ret_sent->remote_id);
	ret_sent->url = exchange_text(cx, x->document, "link");
}

static enum err look_for_answer(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent);

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct place place = place_of(o);
	struct sent sent = {.outcome = OUTCOME_DONE};
	if (o->media_count) {
		wordpress_never(cx, N_("Comments on WordPress take no files. Put the file on the site, and its address into the answer."), ret_sent);
		return OK;
	}
	if (place.comment.len)
		TRY(read_parent(cx, net, account, &place, &sent));
	if (sent.outcome == OUTCOME_DONE && !place.post.len)
		wordpress_never(cx, cannot, &sent);
	if (sent.outcome == OUTCOME_DONE) {
		struct exchange x = {.method = "POST", .path = S("/wp/v2/comments"), .body = body_of(cx, o, &place)};
		TRY(wordpress_ask(cx, net, account, &x));
		exchange_outcome(cx, &x, &sent);
		take_answer(cx, &x, &sent);
		put_right(cx, &x, &sent);
		if (wordpress_says(&x, "comment_duplicate")) { /* these words stand there: of this answer, or of one before */
			TRY(look_for_answer(cx, net, account, o, &sent));
			if (sent.outcome == OUTCOME_NEVER)
				wordpress_never(cx, N_("The site does not take the same words twice in one place. Change them, then send the answer again."), &sent);
			else if (sent.outcome != OUTCOME_DONE)
				sent.outcome = OUTCOME_UNKNOWN;
		}
	}
	*ret_sent = sent;
	return OK;
}

/* ---- hold back, show again ---- */

static enum err set_status(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str number = wordpress_number(o->remote_id, "comment-");
	if (!number.len) {
		wordpress_never(cx, cannot, ret_sent);
		return OK;
	}
	struct exchange x = {.method = "POST", .path = arena_printf(cx->arena, "/wp/v2/comments/%.*s", STR_ARG(number)),
			     .body = o->act == ACT_HIDE ? S("{\"status\":\"hold\"}") : S("{\"status\":\"approved\"}")};
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 404)
		wordpress_never(cx, N_("The comment is no longer there."), ret_sent);
	return OK;
}

/* WordPress answers 500 to whoever asks for the state that a comment has: so it is looked up. */
static enum err look_at_status(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET",
			     .path = arena_printf(cx->arena, "/wp/v2/comments/%.*s?context=edit&_fields=id,status", STR_ARG(wordpress_number(o->remote_id, "comment-")))};
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_looked(cx, &x, ret_sent);
	struct str status = json_text(x.document, "status");
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 404)
		wordpress_never(cx, N_("The comment is no longer there."), ret_sent);
	else if (ret_sent->outcome == OUTCOME_DONE && !status.len)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	else if (ret_sent->outcome == OUTCOME_DONE && str_eq(status, S("approved")) != (o->act == ACT_RESTORE))
		wordpress_never(cx, N_("It did not arrive there."), ret_sent);
	return OK;
}

enum err wordpress_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_REPLY && o->visibility != VISIBILITY_PRIVATE)
		return reply(cx, net, account, o, ret_sent);
	if (o->act == ACT_POST)
		return wordpress_post(cx, net, account, o, ret_sent);
	if (o->act == ACT_HIDE || o->act == ACT_RESTORE)
		return set_status(cx, net, account, o, ret_sent);
	wordpress_never(cx, cannot, ret_sent);
	return OK;
}

/* ---- looking for what may have been sent ---- */

/* Letters and digits alone: sites turn signs into others. */
struct str wordpress_core(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	while (text.len) {
		struct str before = text;
		u32 code = utf8_next(&text);
		bool sign = code < 0x30 || (code > 0x39 && code < 0x41) || (code > 0x5A && code < 0x61) || (code > 0x7A && code < 0xC0) || (code >= 0x2000 && code < 0x2070);
		if (!sign)
			buf_add(&b, str_head(before, before.len - text.len));
	}
	return buf_keep(&b, cx->arena);
}

i64 wordpress_since(const struct cx *cx, const struct exchange *x, const struct outbound *o)
{
	i64 theirs, skew = time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
	return o->intended_at + skew - CLOCKS_DIFFER;
}

static enum err look_for_answer(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct place place = place_of(o);
	struct str self = wordpress_self(account), under = place.comment.len ? arena_printf(cx->arena, "parent=%.*s", STR_ARG(place.comment))
									     : arena_printf(cx->arena, "post=%.*s&parent=0", STR_ARG(place.post));
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/wp/v2/comments?context=edit&status=any&orderby=id&order=desc&per_page=100"
									       "&_fields=id,author,date_gmt,content,link&%.*s", STR_ARG(under))};
	const json_t *one;
	size_t index;
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (!json_is_array(x.document)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	i64 since = wordpress_since(cx, &x, o);
	struct str wanted = wordpress_core(cx, o->body);
	json_array_foreach(x.document, index, one)
	{
		bool own = !self.len || str_eq(json_id(cx->arena, one, "author"), self);
		if (!own || json_instant(one, "date_gmt") < since || !str_eq(wordpress_core(cx, wordpress_body(cx, one)), wanted))
			continue;
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = wordpress_comment_id(cx->arena, json_id(cx->arena, one, "id")),
					  .url = exchange_text(cx, one, "link")};
		return OK;
	}
	wordpress_never(cx, N_("It did not arrive there."), ret_sent);
	return OK;
}

enum err wordpress_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_REPLY)
		return look_for_answer(cx, net, account, o, ret_sent);
	if (o->act == ACT_POST)
		return wordpress_look_for_post(cx, net, account, o, ret_sent);
	return o->act == ACT_HIDE || o->act == ACT_RESTORE ? look_at_status(cx, net, account, o, ret_sent) : wordpress_publish(cx, net, account, o, ret_sent);
}
