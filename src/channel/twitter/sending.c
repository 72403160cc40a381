/* What goes out: posts and answers with pictures, private messages, hiding answers under our posts, likes. There is no idempotency key: after a doubt our own latest
 * posts, or the private conversation, are read. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/twitter/connector.h"
#include "sys/crypto.h"

#define PAGE 100
#define PAGES 3
#define CLOCKS_DIFFER (2 * SECOND)
#define PICTURE_MOST (5 * 1000 * 1000)
#define PICTURES_MOST 4

static struct str path_of(struct cx *cx, const char *before, struct str id, const char *after)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, before);
	buf_add_url(&b, id);
	buf_adds(&b, after);
	return buf_keep(&b, cx->arena);
}

static struct str answered(const struct outbound *o)
{
	return o->parent_id.len ? o->parent_id : o->thread_id;
}

static struct str without_mark(struct str id)
{
	return twitter_is_message(id) ? str_skip(id, sizeof TWITTER_MESSAGE - 1) : id;
}

static struct sent never(struct cx *cx, const char *story)
{
	return (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(tr(cx->lang, story))};
}

/* ---- pictures ---- */

/* One request, and one more for what it shows; *ret_id is empty when it did not go well. What was uploaded and never used goes away there by itself. */
static enum err upload(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *media, bool private, struct str *ret_id,
		       struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {}, alt = {};
	*ret_id = (struct str){};
	if (!str_eq(media->kind, S("image")) || media->bytes.len > PICTURE_MOST) {
		*ret_sent = never(cx, N_("X takes pictures of at most 5 MB from here. Take this file out and send it again."));
		return OK;
	}
	buf_adds(&b, "{\"media\":\"");
	buf_add_base64(&b, media->bytes, BASE64);
	buf_addf(&b, "\",\"media_category\":\"%s\"}", private ? "dm_image" : "tweet_image");
	struct exchange x = {.method = "POST", .path = S("/2/media/upload"), .body = buf_str(&b), .repeatable = true};
	TRY(twitter_ask(cx, net, account, &x));
	if (!twitter_read_first(cx, &x, ret_sent))
		return OK;
	struct str id = exchange_text(cx, json_object_get(x.document, "data"), "id");
	if (!id.len) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
		return OK;
	}
	if (media->alt.len) {
		buf_addf(&alt, "{\"id\":\"%.*s\",\"metadata\":{\"alt_text\":{\"text\":", STR_ARG(id));
		buf_add_json(&alt, media->alt);
		buf_adds(&alt, "}}}");
		struct exchange described = {.method = "POST", .path = S("/2/media/metadata"), .body = buf_str(&alt), .repeatable = true};
		TRY(twitter_ask(cx, net, account, &described));
		if (!twitter_read_first(cx, &described, ret_sent))
			return OK;
	}
	*ret_id = id;
	return OK;
}

static enum err upload_all(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str *ids, bool *ret_done,
			   struct sent *ret_sent)
{
	*ret_done = o->media_count <= (o->visibility == VISIBILITY_PRIVATE ? 1 : PICTURES_MOST);
	if (!*ret_done)
		*ret_sent = never(cx, N_("X takes four pictures with a post, and one with a private message."));
	for (size_t i = 0; i < o->media_count && *ret_done; i++) {
		TRY(upload(cx, net, account, &o->media[i], o->visibility == VISIBILITY_PRIVATE, &ids[i], ret_sent));
		*ret_done = ids[i].len > 0;
	}
	return OK;
}

/* ---- posts and answers ---- */

/* What is to be said before a post stands first in it: X has no other place for it. */
static struct str text_of(struct cx *cx, const struct outbound *o)
{
	bool warns = o->act == ACT_POST && o->warning.len;
	return warns ? arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(o->warning), STR_ARG(o->body)) : o->body;
}

static enum err post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, const struct str *media, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str handle = json_text(account->known, "handle");
	buf_adds(&b, "{\"text\":");
	buf_add_json(&b, text_of(cx, o));
	if (o->act == ACT_REPLY) {
		buf_adds(&b, ",\"reply\":{\"in_reply_to_tweet_id\":");
		buf_add_json(&b, answered(o));
		buf_adds(&b, "}");
	}
	for (size_t i = 0; i < o->media_count; i++)
		buf_addf(&b, "%s\"%.*s\"", i ? "," : ",\"media\":{\"media_ids\":[", STR_ARG(media[i]));
	if (o->media_count)
		buf_adds(&b, "]}");
	for (size_t i = 0; i < o->poll.count; i++) {
		buf_adds(&b, i ? "," : ",\"poll\":{\"options\":[");
		buf_add_json(&b, o->poll.choices[i]);
	}
	if (o->poll.count) /* one choice each, always */
		buf_addf(&b, "],\"duration_minutes\":%lld}", (long long)(o->poll.lasting / MINUTE));
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .path = S("/2/tweets"), .body = buf_str(&b)};
	TRY(twitter_ask(cx, net, account, &x));
	twitter_outcome(cx, &x, ret_sent);
	struct exchange inner = x;
	inner.document = json_object_get(x.document, "data");
	exchange_take_id(cx, &inner, "id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->url = arena_printf(cx->arena, "https://x.com/%.*s/status/%.*s", STR_ARG(handle.len ? handle : S("i")), STR_ARG(ret_sent->remote_id));
	return OK;
}

/* Where a private message goes: the conversation that it stands in, or the author of the post that it answers. */
static enum err message_path(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, const char *after, struct str *ret_path,
			     struct sent *ret_sent)
{
	*ret_path = (struct str){};
	if (twitter_is_message(o->thread_id)) {
		*ret_path = path_of(cx, "/2/dm_conversations/", without_mark(o->thread_id), after);
		return OK;
	}
	struct str post = path_of(cx, "/2/tweets/", answered(o), "");
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "%.*s?%s", STR_ARG(post), twitter_fields(account) + 1)};
	TRY(twitter_ask(cx, net, account, &x));
	if (!twitter_read_first(cx, &x, ret_sent))
		return OK;
	struct str author = json_text(x.document, "data/author_id");
	if (!author.len)
		*ret_sent = never(cx, N_("The post that this answers is no longer there."));
	else
		*ret_path = path_of(cx, "/2/dm_conversations/with/", author, after);
	return OK;
}

static enum err message(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, const struct str *media, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str path;
	TRY(message_path(cx, net, account, o, "/messages", &path, ret_sent));
	if (!path.len)
		return OK;
	buf_adds(&b, "{\"text\":");
	buf_add_json(&b, o->body);
	if (o->media_count)
		buf_addf(&b, ",\"attachments\":[{\"media_id\":\"%.*s\"}]", STR_ARG(media[0]));
	buf_adds(&b, "}");
	struct exchange x = {.method = "POST", .path = path, .body = buf_str(&b)};
	TRY(twitter_ask(cx, net, account, &x));
	twitter_outcome(cx, &x, ret_sent);
	struct exchange inner = x;
	inner.document = json_object_get(x.document, "data");
	exchange_take_id(cx, &inner, "dm_event_id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->remote_id = arena_printf(cx->arena, TWITTER_MESSAGE "%.*s", STR_ARG(ret_sent->remote_id));
	return OK;
}

static enum err say(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str media[PICTURES_MOST] = {};
	bool done;
	i64 over = (i64)text_length(TEXT_WEIGHTED, text_of(cx, o)) - json_number(account->known, "limits/body", TWITTER_POST);
	if (o->act == ACT_POST && o->warning.len && over > 0) { /* it fitted, before what is to be said first was put before it */
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = arena_printf(cx->arena, _(N_("With its warning before it, this post is too long for this network by %lld. Shorten it, then send it again.")), (long long)over)};
		return OK;
	}
	TRY(upload_all(cx, net, account, o, media, &done, ret_sent));
	if (!done)
		return OK;
	return o->act == ACT_REPLY && o->visibility == VISIBILITY_PRIVATE ? message(cx, net, account, o, media, ret_sent) : post(cx, net, account, o, media, ret_sent);
}

/* ---- other acts ---- */

static enum err hide(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "PUT", .path = path_of(cx, "/2/tweets/", o->remote_id, "/hidden"),
		.body = o->act == ACT_HIDE ? S("{\"hidden\":true}") : S("{\"hidden\":false}"), .repeatable = true};
	if (twitter_is_message(o->remote_id)) {
		*ret_sent = never(cx, N_("X hides answers in public alone."));
		return OK;
	}
	TRY(twitter_ask(cx, net, account, &x));
	twitter_outcome(cx, &x, ret_sent);
	return OK;
}

static enum err like(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str self = twitter_self(account);
	bool on = o->act == ACT_REACT;
	struct exchange x = {.method = on ? "POST" : "DELETE", .path = path_of(cx, "/2/users/", self, "/likes"), .repeatable = true};
	if (twitter_is_message(o->remote_id) || !self.len) {
		*ret_sent = never(cx, N_("This network cannot do that."));
		return OK;
	}
	if (on)
		x.body = arena_printf(cx->arena, "{\"tweet_id\":\"%.*s\"}", STR_ARG(o->remote_id));
	else
		x.path = arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(x.path), STR_ARG(path_of(cx, "", o->remote_id, "")));
	TRY(twitter_ask(cx, net, account, &x));
	twitter_outcome(cx, &x, ret_sent);
	return OK;
}

enum err twitter_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	switch (o->act) {
	case ACT_REPLY:
	case ACT_POST:
		return say(cx, net, account, o, ret_sent);
	case ACT_HIDE:
	case ACT_RESTORE:
		return hide(cx, net, account, o, ret_sent);
	case ACT_REACT:
	case ACT_UNREACT:
		return like(cx, net, account, o, ret_sent);
	default:
		*ret_sent = never(cx, N_("This network cannot do that."));
		return OK;
	}
}

/* ---- looking for what may have been sent ---- */

static i64 since_of(const struct cx *cx, const struct exchange *x, const struct outbound *o)
{
	i64 theirs, skew = time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
	return o->intended_at + skew - CLOCKS_DIFFER;
}

struct found {
	struct cx *cx;
	const struct outbound *outbound;
	struct str core;
	i64 since;
	bool older;    /* something older was seen: further back it cannot be */
	struct inbound it;
};

static enum err compare(struct cx *cx, void *subject, const struct inbound *in)
{
	struct found *found = subject;
	bool private = found->outbound->act == ACT_REPLY && found->outbound->visibility == VISIBILITY_PRIVATE;
	if (in->at < found->since)
		found->older = true;
	else if (in->ours && (private || str_eq(in->parent_id, found->outbound->act == ACT_POST ? (struct str){} : answered(found->outbound))) && str_eq(twitter_core(cx, in->body), found->core))
		found->it = *in;
	return OK;
}

static struct str look_path(struct cx *cx, const struct channel_account *account, const struct outbound *o, struct str where, struct str page)
{
	CLEANUP(buf_free) struct buf b = {};
	if (where.len) {
		buf_add(&b, where);
		buf_addf(&b, "?max_results=%d&dm_event.fields=created_at,dm_conversation_id,event_type,id,text&expansions=sender_id", PAGE);
	} else {
		buf_add(&b, path_of(cx, "/2/users/", twitter_self(account), "/tweets"));
		buf_addf(&b, "?max_results=%d", PAGE);
		/* a second earlier than what counts, as it takes no fractions */
		buf_adds(&b, "&start_time=");
		buf_add_url(&b, time_text(cx->arena, (o->intended_at / SECOND - 60) * SECOND));
	}
	if (page.len) {
		buf_adds(&b, "&pagination_token=");
		buf_add_url(&b, page);
	}
	if (!where.len)
		buf_adds(&b, twitter_fields(account));
	return buf_keep(&b, cx->arena);
}

enum err twitter_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str page = {}, where = {};
	struct found found = {.cx = cx, .outbound = o, .core = twitter_core(cx, text_of(cx, o))};
	if (o->act != ACT_REPLY && o->act != ACT_POST) /* hiding and liking twice is doing it once */
		return twitter_publish(cx, net, account, o, ret_sent);
	if (o->act == ACT_REPLY && o->visibility == VISIBILITY_PRIVATE) {
		TRY(message_path(cx, net, account, o, "/dm_events", &where, ret_sent));
		if (!where.len) {
			ret_sent->outcome = ret_sent->outcome == OUTCOME_HOLD ? OUTCOME_HOLD : OUTCOME_LATER;
			return OK;
		}
	}
	for (int n = 0; n < PAGES; n++) {
		struct exchange x = {.method = "GET", .path = look_path(cx, account, o, where, page)};
		TRY(twitter_ask(cx, net, account, &x));
		twitter_looked(cx, &x, ret_sent);
		if (ret_sent->outcome != OUTCOME_DONE)
			return OK;
		if (!json_is_object(x.document))
			break;
		found.since = since_of(cx, &x, o);
		TRY((where.len ? twitter_read_messages : twitter_read_posts)(cx, account, x.document, compare, &found));
		if (found.it.remote_id.len) {
			*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = found.it.remote_id, .url = found.it.url};
			return OK;
		}
		page = exchange_text(cx, json_object_get(x.document, "meta"), "next_token");
		if (!page.len || found.older) {
			*ret_sent = never(cx, N_("It did not arrive there."));
			return OK;
		}
	}
	*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	return OK;
}
