/* list.c: the posts of a workspace, by where they are. */
#include "page/pager.h"
#include "page/posts/posts.h"
#include "store/post.h"

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
					      count > 0 && (str_eq(str_of(word), S("review")) || str_eq(str_of(word), S("trouble")))));
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
		bool always = s != POST_APPROVED && s != POST_LEAVING;
		if (always || counts[s] || a->state == (int)s)
			add_tab(cx, tabs, a, post_state_word(s), _(post_state_title(s)), counts[s], a->state == (int)s);
	}
	add_tab(cx, tabs, a, "away", _(N_("Put away")), 0, a->away);
	doc_set(document, "has_any", json_boolean(all > 0));
	return OK;
}

static json_t *places_shape(struct cx *cx, const struct channel *channels, size_t count, const struct post_variant *variants, size_t variant_count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < variant_count; i++)
		for (size_t n = 0; n < count; n++)
			if (channels[n].id == variants[i].channel)
				json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_id(channels[n].id), "name", doc_text(channels[n].name), "network",
								      doc_network(cx->lang, channels[n].network)));
	return list;
}

static struct str heading_of(struct cx *cx, const struct post *p)
{
	struct str line = str_trim(p->body);
	if (p->title.len)
		return p->title;
	line = str_trim(str_line(&line));
	return line.len ? line : str_of(_(N_("A post without words yet")));
}

enum err post_row_shape(struct cx *cx, struct db *db, const struct post *p, const struct channel *channels, size_t count, const struct member *members,
			size_t member_count, json_t **ret_row)
{
	struct post_variant *variants;
	size_t variant_count;
	struct reader reader = reader_of(cx);
	struct str by = {};
	TRY(post_variants(cx, db, p->workspace, p->id, &variants, &variant_count));
	for (size_t i = 0; i < member_count; i++)
		if (members[i].person == p->updated_by)
			by = members[i].name;
	json_t *row = json_object();
	doc_set(row, "id", doc_id(p->id));
	doc_set(row, "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)p->id)));
	doc_set(row, "heading", doc_excerpt(heading_of(cx, p), 80));
	doc_set(row, "excerpt", doc_excerpt(p->body, 160));
	doc_set(row, "lang", doc_text_or_null(p->lang));
	doc_set(row, "state", doc_word(cx->lang, post_state_word(p->state), post_state_title(p->state)));
	doc_set(row, "chip", post_state_shape(cx, p->state, p->archived_at != 0));
	doc_set(row, "channels", places_shape(cx, channels, count, variants, variant_count));
	doc_set(row, "planned_at", doc_instant(&reader, p->planned_at));
	doc_set(row, "published_at", doc_instant(&reader, p->published_at));
	doc_set(row, "updated_at", doc_instant(&reader, p->updated_at));
	doc_set(row, "updated_by", doc_text_or_null(by));
	*ret_row = row;
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
	struct post *posts;
	struct channel *channels;
	struct member *members;
	size_t count, channel_count, member_count;
	json_t *document = json_object(), *list = json_array(), *row;
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
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	doc_set(document, "can_connect", json_boolean(actor_may(cx->actor, MAY_MANAGE_CHANNELS)));
	filter_shape(cx, &a, channels, channel_count, document);
	return tabs_shape(cx, db, &a, document);
}
