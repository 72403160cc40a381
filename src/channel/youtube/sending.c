/* What goes out: answers in a thread (YouTube knows one level of them: an answer to an answer names who is meant, as its own pages do), holding
 * a comment for review and letting it through again. There is no idempotency key: after a doubt the thread is read. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/json_read.h"
#include "channel/youtube/comment.h"
#include "channel/youtube/connector.h"

#define PAGE 100
#define PAGES 5
#define CLOCKS_DIFFER (2 * SECOND)

static struct str comments_path(struct cx *cx, const char *by, struct str id, struct str page)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "/youtube/v3/comments?part=snippet&textFormat=plainText&%s=", by);
	buf_add_url(&b, id);
	if (str_eq(str_of(by), S("parentId")))
		buf_addf(&b, "&maxResults=%d", PAGE);
	if (page.len) {
		buf_adds(&b, "&pageToken=");
		buf_add_url(&b, page);
	}
	return buf_keep(&b, cx->arena);
}

static struct str thread_for(const struct outbound *o)
{
	return youtube_thread_of(o->parent_id.len ? o->parent_id : o->thread_id);
}

/* Who is answered is named where that is not the one who began the thread. */
static struct str body_for(struct cx *cx, const struct channel_account *account, const struct outbound *o, const json_t *document)
{
	const json_t *parent = json_array_get(json_list(document, "items"), 0);
	struct str name = json_text(parent, "snippet/authorDisplayName"), self = youtube_self(account);
	bool own = self.len && str_eq(json_text(parent, "snippet/authorChannelId/value"), self);
	if (!str_starts(name, S("@")) || own || str_find(o->body, name) >= 0)
		return o->body;
	return arena_printf(cx->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(o->body));
}

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str body = o->body;
	if (o->media_count) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("YouTube takes no files with a comment.")))};
		return OK;
	}
	if (str_find_byte(o->parent_id, '.') >= 0) {
		struct exchange parent = {.method = "GET", .path = comments_path(cx, "id", o->parent_id, (struct str){})};
		TRY(youtube_ask(cx, net, account, &parent));
		if (!youtube_read_first(cx, &parent, ret_sent))
			return OK;
		body = body_for(cx, account, o, parent.document);
	}
	buf_adds(&b, "{\"snippet\":{\"parentId\":");
	buf_add_json(&b, thread_for(o));
	buf_adds(&b, ",\"textOriginal\":");
	buf_add_json(&b, body);
	buf_adds(&b, "}}");
	struct exchange x = {.method = "POST", .path = S("/youtube/v3/comments?part=snippet"), .body = buf_str(&b)};
	TRY(youtube_ask(cx, net, account, &x));
	youtube_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->url = youtube_watch_url(cx->arena, json_text(x.document, "snippet/videoId"), ret_sent->remote_id);
	return OK;
}

/* Held for review rather than rejected: what is rejected can never be let through again by the interface. */
static enum err moderate(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/youtube/v3/comments/setModerationStatus?id=");
	buf_add_url(&path, o->remote_id);
	buf_addf(&path, "&moderationStatus=%s", o->act == ACT_HIDE ? "heldForReview" : "published");
	struct exchange x = {.method = "POST", .path = buf_str(&path), .repeatable = true, .any_answer = true};
	TRY(youtube_ask(cx, net, account, &x));
	youtube_outcome(cx, &x, ret_sent);
	return OK;
}

enum err youtube_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_REPLY)
		return reply(cx, net, account, o, ret_sent);
	if (o->act == ACT_HIDE || o->act == ACT_RESTORE)
		return moderate(cx, net, account, o, ret_sent);
	*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This network cannot do that.")))};
	return OK;
}

/* ---- looking for what may have been sent ---- */

/* Without the name that it begins with, and without what YouTube does to spaces. */
static struct str core_of(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	text = str_trim(text);
	if (str_starts(text, S("@"))) {
		size_t end = 0;
		while (end < text.len && (u8)text.at[end] > ' ')
			end++;
		text = str_skip(text, end);
	}
	while (text.len) {
		struct str before = text;
		u32 code = utf8_next(&text);
		if (code > ' ' && code != 0xA0 && code != 0x200B)
			buf_add(&b, str_head(before, before.len - text.len));
	}
	return buf_keep(&b, cx->arena);
}

static i64 skew_of(const struct cx *cx, const struct exchange *x)
{
	i64 theirs;
	return time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
}

enum err youtube_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str page = {}, self = youtube_self(account), core = core_of(cx, o->body);
	const json_t *comment;
	size_t index;
	if (o->act != ACT_REPLY) /* holding back twice is holding back once */
		return youtube_publish(cx, net, account, o, ret_sent);
	for (int n = 0; n < PAGES; n++) {
		struct exchange x = {.method = "GET", .path = comments_path(cx, "parentId", thread_for(o), page)};
		TRY(youtube_ask(cx, net, account, &x));
		if (x.answer.outcome == NET_ANSWERED && x.answer.status == 404) {
			*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("The comment that this answers is no longer there.")))};
			return OK;
		}
		youtube_looked(cx, &x, ret_sent);
		if (ret_sent->outcome != OUTCOME_DONE)
			return OK;
		const json_t *items = json_list(x.document, "items");
		if (!items) {
			*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
			return OK;
		}
		json_array_foreach((json_t *)items, index, comment)
		{
			struct inbound in;
			youtube_comment(cx->arena, comment, (struct str){}, true, &in);
			bool ours = !self.len || str_eq(in.author_id, self);
			if (ours && in.at >= o->intended_at + skew_of(cx, &x) - CLOCKS_DIFFER && str_eq(core_of(cx, in.body), core)) {
				*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = in.remote_id, .url = in.url};
				return OK;
			}
		}
		page = exchange_text(cx, x.document, "nextPageToken");
		if (!page.len) {
			*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
			return OK;
		}
	}
	*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	return OK;
}
