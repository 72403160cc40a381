/* Asking X what is said: GET /2/tweets/search/recent (https://docs.x.com/x-api/posts/search-recent-posts, as of 2026-11-22), the posts of the last seven days. Each post that it
 * hands out is paid for: nothing is asked for twice, and the first answer is a small one. The cursor is JSON: {"after": the newest post when all was
 * read, "newest" and "page" of a reading that is not at its end}. */
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/searching.h"
#include "channel/twitter/connector.h"

#define PAGE 100
#define FIRST_PAGE 25

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* "((levain #paris) OR \"pain au levain\") -is:retweet": what others pass on says nothing new. */
static void add_question(struct buf *b, const struct search_need *needs, size_t count)
{
	buf_adds(b, count > 1 ? "(" : "");
	for (size_t i = 0; i < count; i++) {
		bool groups = count > 1 && needs[i].count > 1;
		buf_adds(b, i ? " OR " : "");
		buf_adds(b, groups ? "(" : "");
		buf_add_search_need(b, &needs[i], true);
		buf_adds(b, groups ? ")" : "");
	}
	buf_adds(b, count > 1 ? ") -is:retweet" : " -is:retweet");
}

static enum err ask(struct cx *cx, struct net *net, const struct channel_account *account, struct str question, struct str after, struct str page, struct exchange *x)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/2/tweets/search/recent?query=");
	buf_add_url(&b, question);
	buf_addf(&b, "&max_results=%d", after.len ? PAGE : FIRST_PAGE);
	if (after.len) {
		buf_adds(&b, "&since_id=");
		buf_add_url(&b, after);
	}
	if (page.len) {
		buf_adds(&b, "&next_token=");
		buf_add_url(&b, page);
	}
	buf_adds(&b, twitter_fields(account));
	*x = (struct exchange){.method = "GET", .path = buf_keep(&b, cx->arena)};
	return twitter_ask(cx, net, account, x);
}

enum err twitter_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more)
{
	json_t *state = exchange_state(cx, cursor);
	struct str after = exchange_text(cx, state, "after"), page = exchange_text(cx, state, "page"), newest = exchange_text(cx, state, "newest");
	struct exchange x;
	CLEANUP(buf_free) struct buf question = {};
	add_question(&question, needs, count);
	TRY(ask(cx, net, account, buf_str(&question), after, page, &x));
	if ((page.len || after.len) && x.answer.outcome == NET_ANSWERED && x.answer.status == 400) { /* older than seven days, or forgotten: from the newest on again */
		after = page = (struct str){};
		TRY(ask(cx, net, account, buf_str(&question), after, page, &x));
	}
	TRY(twitter_expect(cx, &x));
	struct str next = exchange_text(cx, json_object_get(x.document, "meta"), "next_token");
	newest = arena_str(cx->arena, twitter_newest_id(x.document, newest));
	TRY(twitter_read_posts(cx, account, x.document, take, subject));
	*ret_more = after.len && next.len && json_array_size(json_list(x.document, "data")); /* the first time, what is older stays where it is */
	json_object_del(state, "page");
	json_object_del(state, "newest");
	if (*ret_more) {
		json_object_set_new(state, "page", text_json(next));
		json_object_set_new(state, "newest", text_json(newest));
	} else {
		json_object_set_new(state, "after", text_json(twitter_id_order(newest, after) > 0 ? newest : after));
	}
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	return OK;
}
