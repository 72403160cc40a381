/* list.c: the posts of a workspace, by where they are. */
#include "check/check.h"
#include "page/pager.h"
#include "page/posts/posts.h"
#include "store/post.h"
#include "store/suspension.h"

#define A_PAGE 30

struct asked {
	int state; /* -1 any */
	bool away;
	i64 channel;
	struct str words;
};

static struct asked asked_of(struct request *request)
{
	struct str word = param_text(request, "state");
	enum post_state state;
	bool one = post_state_of(word, &state);
	return (struct asked){one ? (int)state : -1, str_eq(word, S("away")), param_id(request, "channel"), param_text(request, "q")};
}

static struct str url_of(struct cx *cx, const struct asked *a, const char *state)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/posts");
	const char *sign = "?";
	if (*state) {
		buf_addf(&b, "%sstate=%s", sign, state);
		sign = "&";
	}
	if (a->channel) {
		buf_addf(&b, "%schannel=%lld", sign, (long long)a->channel);
		sign = "&";
	}
	if (a->words.len) {
		buf_addf(&b, "%sq=", sign);
		buf_add_url(&b, a->words);
	}
	return buf_keep(&b, cx->arena);
}

static void add_tab(struct cx *cx, json_t *tabs, const struct asked *a, const char *word, const char *title, i64 count, bool current)
{
	json_array_append_new(tabs, json_pack("{s:s, s:s, s:o, s:o, s:b, s:b}", "word", word, "title", title, "url", doc_text(url_of(cx, a, word)), "count",
					      doc_number_or_null(cx->lang, count), "is_current", current, "waits",
					      count > 0 && ((str_eq(str_of(word), S("review")) || str_eq(str_of(word), S("by_hand")) || str_eq(str_of(word), S("trouble"))))));
}

/* All; those that everybody looks for; the others when there are any. */
static enum err tabs_shape(struct cx *cx, struct db *db, const struct asked *a, json_t *document)
{
	i64 counts[POST_STATE_COUNT], all = 0;
	json_t *tabs = json_array();
	doc_set(document, "tabs", tabs);
	TRY(posts_count(cx, db, here(cx), counts));
	for (enum post_state s = 0; s < POST_STATE_COUNT; s++)
		all += counts[s];
	add_tab(cx, tabs, a, "", _(N_("All posts")), all, a->state < 0 && !a->away);
	for (enum post_state s = 0; s < POST_STATE_COUNT; s++) {
		bool always = s != POST_APPROVED && s != POST_LEAVING && s != POST_BY_HAND;
		if (always || counts[s] || a->state == (int)s)
			add_tab(cx, tabs, a, post_state_word(s), _(post_state_title(s)), counts[s], a->state == (int)s);
	}
	add_tab(cx, tabs, a, "away", _(N_("Put away")), 0, a->away);
	doc_set(document, "has_any", json_boolean(all > 0));
	return OK;
}

static void filter_shape(struct cx *cx, const struct asked *a, const struct channel *channels, size_t count, json_t *document)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if ((kind && kind->can & CAN_POST) || channels[i].id == a->channel)
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected",
							      channels[i].id == a->channel));
	}
	doc_set(document, "has_channels", json_boolean(json_array_size(list) > 0));
	doc_set(document, "channels", list);
	doc_set(document, "filter", json_pack("{s:o, s:o, s:s, s:b, s:o}", "q", doc_text(a->words), "channel", doc_id(a->channel), "state",
					      a->away ? "away" : a->state >= 0 ? post_state_word((enum post_state)a->state) : "", "is_filtered", a->words.len || a->channel,
					      "clear_url", doc_text(url_of(cx, &(struct asked){}, a->away ? "away" : a->state >= 0 ? post_state_word((enum post_state)a->state) : ""))));
}

enum err posts_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct asked a = asked_of(request);
	struct post_filter filter = {.state = a.state, .channel = a.channel, .words = a.words, .archived = a.away};
	struct pager pager;
	bool paused;
	struct post *posts;
	struct channel *channels;
	struct member *members;
	size_t count, channel_count, member_count;
	json_t *document = json_object(), *list = json_array(), *row;
	check_expect(); /* whoever looks at posts may open one */
	reply_json(reply, document);
	doc_set(document, "posts", list);
	TRY(channel_list(cx, db, here(cx), &channels, &channel_count));
	TRY(member_list(cx, db, here(cx), &members, &member_count));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(posts_list(cx, db, here(cx), &filter, pager.from, pager.limit + 1, &posts, &count));
	while (!pager_fits(&pager, count));
	for (size_t i = 0; i < pager.count; i++) {
		TRY(post_row_shape(cx, db, &posts[pager.first + i], channels, channel_count, members, member_count, &row));
		json_array_append_new(list, row);
	}
	const struct post *first = pager.count ? &posts[pager.first] : NULL, *last = pager.count ? &posts[pager.first + pager.count - 1] : NULL;
	pager_put(cx, request, reply, &pager, first ? list_after(first->updated_at, first->id) : LIST_START, last ? list_after(last->updated_at, last->id) : LIST_START, NULL);
	doc_set(document, "has_posts", json_boolean(pager.count > 0));
	if (request_is_partial(request) && !request_wants_json(request))
		reply_template(reply, "posts/list");
	TRY(suspension_is_open(cx, db, here(cx), 0, &paused));
	doc_set(document, "can_pause", json_boolean(!paused && actor_may(cx->actor, MAY_PAUSE_POSTS)));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	doc_set(document, "can_connect", json_boolean(actor_may(cx->actor, MAY_MANAGE_CHANNELS)));
	filter_shape(cx, &a, channels, channel_count, document);
	return tabs_shape(cx, db, &a, document);
}
