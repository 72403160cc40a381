/* What goes out: posts, answers in their thread, with links, names and tags marked and pictures; likes; hiding what is said under our own posts (a
 * threadgate, https://docs.bsky.app/docs/tutorials/thread-gates). A record's key is ours to choose and the same for every attempt: a second one cannot
 * make a second post, and after a doubt the one record is looked up. As of 2026-11-21. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"

#define HIDDEN_MAX 300  /* app.bsky.feed.threadgate: hiddenReplies */
#define IMAGES_MAX 4
#define CAPTIONS_MAX 20 /* app.bsky.embed.video: captions, maxLength */
#define BLUESKY_THUMB_MAX 1000000 /* bytes: app.bsky.embed.external: thumb, maxSize */
#define COVERED "graphic-media" /* com.atproto.label.defs: of what an author may put on posts, what covers pictures and says the least of them */

static void release(void *json)
{
	json_decref(json);
}

static json_t *kept(struct cx *cx, json_t *json)
{
	arena_defer(cx->arena, release, json);
	return json;
}

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

static struct sent never(struct cx *cx, const char *story)
{
	return (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(tr(cx->lang, story))};
}

struct str bluesky_key(struct arena *arena, i64 instant, struct str dedup_key)
{
	static const char letters[] = "234567abcdefghijklmnopqrstuvwxyz"; /* base32-sortable, https://atproto.com/specs/tid */
	u64 number = ((u64)instant & (((u64)1 << 53) - 1)) << 10 | (str_hash(dedup_key) & 1023);
	char key[13];
	for (int i = 12; i >= 0; i--, number >>= 5)
		key[i] = letters[number & 31];
	return arena_str(arena, (struct str){key, sizeof key});
}

static struct str now_text(struct cx *cx)
{
	return time_text(cx->arena, cx->now - cx->now % MILLISECOND);
}

/* A write of a record: "createRecord", "putRecord", "deleteRecord". The record is taken over; NULL for none. */
enum err bluesky_write_record(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const char *act, const char *collection,
			      struct str key, json_t *record, struct str before, struct exchange *ret_exchange)
{
	json_t *body = kept(cx, json_pack("{s:o, s:s, s:o}", "repo", text_json(s->did), "collection", collection, "rkey", text_json(key)));
	if (record)
		json_object_set_new(body, "record", record);
	if (before.len) /* somebody else may have written meanwhile */
		json_object_set_new(body, "swapRecord", text_json(before));
	*ret_exchange = (struct exchange){.method = "POST", .path = arena_printf(cx->arena, "/xrpc/com.atproto.repo.%s", act), .body = arena_json(cx->arena, body, JSON_COMPACT)};
	return bluesky_ask(cx, net, account, s, ret_exchange);
}

enum err bluesky_read_record(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const char *collection, struct str key,
			     struct exchange *ret_exchange)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/com.atproto.repo.getRecord");
	bluesky_add_parameter(&path, "repo", s->did);
	bluesky_add_parameter(&path, "collection", str_of(collection));
	bluesky_add_parameter(&path, "rkey", key);
	*ret_exchange = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	return bluesky_ask(cx, net, account, s, ret_exchange);
}

/* The post that an act is about; NULL: *ret_sent says why. */
static enum err read_post(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, struct str uri, const char *gone, const json_t **ret_post,
			  struct sent *ret_sent)
{
	struct exchange x;
	*ret_post = NULL;
	TRY(bluesky_posts(cx, net, account, s, &uri, 1, &x));
	if (!exchange_read_first(cx, &x, ret_sent))
		return OK;
	*ret_post = bluesky_post_in(x.document, uri);
	if (!json_list(x.document, "posts"))
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	else if (!*ret_post)
		*ret_sent = never(cx, gone);
	return OK;
}

/* A post of our own, as our server has it: the network shows it seconds later, and its next part must not wait for that. In the shape of a view. */
static enum err read_own(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, struct str uri, const char *gone, const json_t **ret_post,
			 struct sent *ret_sent)
{
	struct exchange x;
	*ret_post = NULL;
	TRY(bluesky_read_record(cx, net, account, s, "app.bsky.feed.post", bluesky_key_of(uri), &x));
	if (bluesky_says(&x, "RecordNotFound")) {
		*ret_sent = never(cx, gone);
		return OK;
	}
	if (!exchange_read_first(cx, &x, ret_sent))
		return OK;
	if (json_text(x.document, "cid").len)
		*ret_post = kept(cx, json_pack("{s:o, s:O, s:O?}", "uri", text_json(uri), "cid", json_object_get(x.document, "cid"), "record", json_object_get(x.document, "value")));
	else
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	return OK;
}

/* ---- answers ---- */

static json_t *reference(struct str uri, struct str cid)
{
	return json_pack("{s:o, s:o}", "uri", text_json(uri), "cid", text_json(cid));
}

static json_t *reply_to(const json_t *parent)
{
	json_t *root = json_map(parent, "record/reply/root"), *above = reference(json_text(parent, "uri"), json_text(parent, "cid"));
	json_t *top = root ? reference(json_text(root, "uri"), json_text(root, "cid")) : json_incref(above);
	return json_pack("{s:o, s:o}", "root", top, "parent", above);
}

static struct str answered(const struct outbound *o)
{
	return o->parent_id.len ? o->parent_id : o->thread_id;
}

/* One file up; NULL: *ret_sent says why. What nothing refers to is swept up over there. */
enum err bluesky_upload(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, struct str bytes, struct str type, json_t **ret_blob,
			struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = S("/xrpc/com.atproto.repo.uploadBlob"), .body = bytes, .type = arena_cstr(cx->arena, type), .repeatable = true,
			     .timeout = exchange_upload_time(bytes.len)};
	*ret_blob = NULL;
	TRY(bluesky_ask(cx, net, account, s, &x));
	if (!exchange_read_first(cx, &x, ret_sent))
		return OK;
	if (json_map(x.document, "blob"))
		*ret_blob = kept(cx, json_incref(json_map(x.document, "blob")));
	else
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	return OK;
}

/* *ret_embed is NULL when there is none; false: *ret_sent says why it cannot go on. */
static enum err embed_images(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, json_t **ret_embed,
			     struct sent *ret_sent, bool *ret_ready)
{
	json_t *images = kept(cx, json_array());
	*ret_embed = NULL;
	*ret_ready = false;
	for (size_t i = 0; i < o->media_count; i++) {
		json_t *blob;
		if (!str_starts(o->media[i].type, S("image/")) || o->media_count > IMAGES_MAX) {
			*ret_sent = never(cx, o->act == ACT_POST ? N_("Up to four pictures, or one film, go with a post on this network, and no other files.")
								 : N_("Up to four pictures can go with one message on this network, and no other files."));
			return OK;
		}
		TRY(bluesky_upload(cx, net, account, s, o->media[i].bytes, o->media[i].type, &blob, ret_sent));
		if (!blob)
			return OK;
		json_array_append_new(images, json_pack("{s:o, s:O}", "alt", text_json(o->media[i].alt), "image", blob));
	}
	if (o->media_count)
		*ret_embed = json_pack("{s:s, s:O}", "$type", "app.bsky.embed.images", "images", images);
	*ret_ready = true;
	return OK;
}

/* A film with what is said in it (app.bsky.embed.video), both in the one record: neither stands there without the other. The network makes it ready once the post stands. */
static enum err embed_film(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, json_t **ret_embed,
			   struct sent *ret_sent, bool *ret_ready)
{
	const struct outbound_media *m = &o->media[0];
	json_t *captions = kept(cx, json_array()), *film, *blob;
	*ret_embed = NULL;
	*ret_ready = false;
	if (!str_eq(m->type, S("video/mp4"))) {
		*ret_sent = never(cx, N_("This network takes films as MP4 alone. Save it as MP4, then send it again."));
		return OK;
	}
	TRY(bluesky_upload(cx, net, account, s, m->bytes, m->type, &film, ret_sent));
	if (!film)
		return OK;
	for (size_t i = 0; i < m->subtitle_count && i < CAPTIONS_MAX; i++) {
		TRY(bluesky_upload(cx, net, account, s, m->subtitles[i].vtt, S("text/vtt"), &blob, ret_sent));
		if (!blob)
			return OK;
		json_array_append_new(captions, json_pack("{s:o, s:O}", "lang", text_json(m->subtitles[i].lang), "file", blob));
	}
	json_t *embed = json_pack("{s:s, s:O}", "$type", "app.bsky.embed.video", "video", film);
	if (m->alt.len)
		json_object_set_new(embed, "alt", text_json(m->alt));
	if (m->width > 0 && m->height > 0)
		json_object_set_new(embed, "aspectRatio", json_pack("{s:I, s:I}", "width", (json_int_t)m->width, "height", (json_int_t)m->height));
	if (json_array_size(captions))
		json_object_set(embed, "captions", captions);
	*ret_embed = embed;
	*ret_ready = true;
	return OK;
}

static enum err embed_media(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, json_t **ret_embed,
			    struct sent *ret_sent, bool *ret_ready)
{
	bool film = o->act == ACT_POST && o->media_count == 1 && str_eq(o->media[0].kind, S("video"));
	return (film ? embed_film : embed_images)(cx, net, account, s, o, ret_embed, ret_sent, ret_ready);
}

/* The card of a link, which this network shows as whoever posts says it (app.bsky.embed.external): uri, title and description are wanted, the picture is not. */
static enum err embed_card(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, json_t **ret_embed,
			   struct sent *ret_sent, bool *ret_ready)
{
	json_t *thumb = NULL;
	*ret_embed = NULL;
	*ret_ready = false;
	if (o->card.picture && (i64)o->card.picture->bytes.len <= BLUESKY_THUMB_MAX) {
		TRY(bluesky_upload(cx, net, account, s, o->card.picture->bytes, o->card.picture->type, &thumb, ret_sent));
		if (!thumb)
			return OK;
	}
	json_t *external = json_pack("{s:o, s:o, s:o}", "uri", text_json(o->card.url), "title", text_json(o->card.title), "description", text_json(o->card.description));
	if (thumb)
		json_object_set(external, "thumb", thumb);
	*ret_embed = json_pack("{s:s, s:o}", "$type", "app.bsky.embed.external", "external", external);
	*ret_ready = true;
	return OK;
}

/* What is said before the rest: this network covers pictures alone, with labels of its own, so that the words stand first. */
static struct str text_of(struct cx *cx, const struct outbound *o)
{
	return o->warning.len ? arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(o->warning), STR_ARG(o->body)) : o->body;
}

static json_t *record_of(struct cx *cx, const struct outbound *o, struct str text)
{
	json_t *record = json_pack("{s:s, s:o, s:o}", "$type", "app.bsky.feed.post", "text", text_json(text), "createdAt", text_json(now_text(cx)));
	if (o->lang.len)
		json_object_set_new(record, "langs", json_pack("[o]", text_json(o->lang)));
	if (o->warning.len && o->media_count)
		json_object_set_new(record, "labels", json_pack("{s:s, s:[{s:s}]}", "$type", "com.atproto.label.defs#selfLabels", "values", "val", COVERED));
	return record;
}

/* Facets and pictures made ready, the record written. `answer`: the member "reply", taken over; NULL: it begins a thread. */
static enum err write_post(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, json_t *answer,
			   struct sent *ret_sent)
{
	json_t *facets, *embed;
	bool ready;
	struct exchange x;
	struct str text = text_of(cx, o);
	kept(cx, answer);
	TRY(bluesky_facets_asked(cx, net, account, s, text, &facets, ret_sent, &ready));
	if (!ready)
		return OK;
	TRY((o->card.url.len && !o->media_count ? embed_card : embed_media)(cx, net, account, s, o, &embed, ret_sent, &ready));
	if (!ready)
		return OK;
	json_t *record = record_of(cx, o, text);
	if (answer)
		json_object_set(record, "reply", answer);
	if (json_array_size(facets))
		json_object_set(record, "facets", facets);
	if (embed)
		json_object_set_new(record, "embed", embed);
	TRY(bluesky_write_record(cx, net, account, s, "createRecord", "app.bsky.feed.post", bluesky_key(cx->arena, o->intended_at, o->dedup_key), record, (struct str){}, &x));
	exchange_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "uri", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->url = bluesky_page_of(cx->arena, ret_sent->remote_id);
	return OK;
}

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, struct sent *ret_sent)
{
	static const char gone[] = N_("The message that this answers is no longer there.");
	const json_t *parent;
	bool own = s->did.len && str_eq(bluesky_did_of(answered(o)), s->did);
	TRY((own ? read_own : read_post)(cx, net, account, s, answered(o), gone, &parent, ret_sent));
	if (!parent)
		return OK;
	if (json_flag(parent, "viewer/replyDisabled")) { /* the record would be written, and nobody would ever see it */
		*ret_sent = never(cx, N_("Who began this discussion does not let this account answer in it: an answer would be seen by nobody."));
		return OK;
	}
	return write_post(cx, net, account, s, o, reply_to(parent), ret_sent);
}

static enum err post(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, struct sent *ret_sent)
{
	i64 over = (i64)text_length(TEXT_GRAPHEMES, text_of(cx, o)) - BLUESKY_TEXT_MAX;
	if (o->warning.len && over > 0) { /* it fitted, before what is to be said first was put before it */
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = arena_printf(cx->arena, _(N_("With its warning before it, this post is too long for this network by %lld. Shorten it, then send it again.")), (long long)over)};
		return OK;
	}
	return write_post(cx, net, account, s, o, NULL, ret_sent);
}

/* ---- likes ---- */

static enum err react(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, struct sent *ret_sent)
{
	const json_t *post;
	struct exchange x;
	TRY(read_post(cx, net, account, s, o->remote_id, N_("The message is no longer there."), &post, ret_sent));
	if (!post)
		return OK;
	struct str like = json_text(post, "viewer/like");
	if ((o->act == ACT_REACT) == (like.len > 0)) { /* as it is to be */
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
		return OK;
	}
	if (o->act == ACT_REACT) {
		json_t *record = json_pack("{s:s, s:o, s:o}", "$type", "app.bsky.feed.like", "createdAt", text_json(now_text(cx)), "subject",
					   reference(json_text(post, "uri"), json_text(post, "cid")));
		TRY(bluesky_write_record(cx, net, account, s, "createRecord", "app.bsky.feed.like", bluesky_key(cx->arena, o->intended_at, o->dedup_key), record, (struct str){}, &x));
	} else {
		TRY(bluesky_write_record(cx, net, account, s, "deleteRecord", "app.bsky.feed.like", bluesky_key_of(like), NULL, (struct str){}, &x));
	}
	exchange_outcome(cx, &x, ret_sent);
	return OK;
}

/* ---- hiding ---- */

/* The threadgate with this reply hidden, or no longer; NULL when it is so already. */
static json_t *gate_after(struct cx *cx, const json_t *gate, const struct outbound *o, bool *ret_full)
{
	json_t *after = json_is_object(gate) ? json_deep_copy(gate) : json_pack("{s:s, s:o, s:o}", "$type", "app.bsky.feed.threadgate", "post", text_json(o->thread_id),
										"createdAt", text_json(now_text(cx)));
	json_t *hidden = json_array();
	const json_t *one;
	size_t index;
	bool was = false;
	json_array_foreach(json_list(gate, "hiddenReplies"), index, one) {
		bool it = str_eq(json_str_of(one), o->remote_id);
		was = was || it;
		if (!it || o->act == ACT_HIDE)
			json_array_append(hidden, (json_t *)one);
	}
	if (o->act == ACT_HIDE && !was)
		json_array_append_new(hidden, text_json(o->remote_id));
	*ret_full = json_array_size(hidden) > HIDDEN_MAX;
	json_object_set_new(after, "hiddenReplies", hidden);
	if (was != (o->act == ACT_HIDE) && !*ret_full)
		return after;
	json_decref(after);
	return NULL;
}

static enum err hide(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange before, x;
	bool full;
	if (!s->did.len || !str_eq(bluesky_did_of(o->thread_id), s->did) || str_eq(o->thread_id, o->remote_id)) {
		*ret_sent = never(cx, N_("This network lets you hide answers under your own posts only."));
		return OK;
	}
	TRY(bluesky_read_record(cx, net, account, s, "app.bsky.feed.threadgate", bluesky_key_of(o->thread_id), &before));
	if (!bluesky_says(&before, "RecordNotFound") && !exchange_read_first(cx, &before, ret_sent))
		return OK;
	json_t *after = gate_after(cx, json_map(before.document, "value"), o, &full);
	if (!after) {
		*ret_sent = full ? never(cx, N_("Under one post this network lets you hide 300 answers at most.")) : (struct sent){.outcome = OUTCOME_DONE};
		return OK;
	}
	TRY(bluesky_write_record(cx, net, account, s, "putRecord", "app.bsky.feed.threadgate", bluesky_key_of(o->thread_id), after, arena_str(cx->arena, json_text(before.document, "cid")), &x));
	exchange_outcome(cx, &x, ret_sent);
	if (bluesky_says(&x, "InvalidSwap")) /* somebody hid another one at the same moment */
		ret_sent->outcome = OUTCOME_LATER;
	return OK;
}

/* ---- the acts ---- */

static bool is_private(const struct outbound *o)
{
	return o->visibility == VISIBILITY_PRIVATE || !str_starts(answered(o), S("at://"));
}

enum err bluesky_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct bluesky_session s = bluesky_session_open(cx, account);
	switch (o->act) {
	case ACT_REPLY:
		if (!is_private(o))
			return reply(cx, net, account, &s, o, ret_sent);
		if (bluesky_has_chat(account))
			return bluesky_chat_send(cx, net, account, &s, o, ret_sent);
		*ret_sent = never(cx, N_("This app password does not reach private messages. Make one that does, and connect the channel with it."));
		return OK;
	case ACT_REACT:
	case ACT_UNREACT:
		if (str_starts(o->remote_id, S("at://")))
			return react(cx, net, account, &s, o, ret_sent);
		break;
	case ACT_HIDE:
	case ACT_RESTORE:
		return hide(cx, net, account, &s, o, ret_sent);
	case ACT_POST:
		return post(cx, net, account, &s, o, ret_sent);
	case ACT_NOTICE:
	case ACT_PROFILE:
	case ACT_COUNT:
		break;
	}
	*ret_sent = never(cx, N_("This network cannot do that."));
	return OK;
}

enum err bluesky_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct bluesky_session s = bluesky_session_open(cx, account);
	struct exchange x;
	if (o->act != ACT_REPLY && o->act != ACT_POST) /* liking or hiding twice is once: what is there is read first */
		return bluesky_publish(cx, net, account, o, ret_sent);
	if (o->act == ACT_REPLY && is_private(o))
		return bluesky_chat_look(cx, net, account, &s, o, ret_sent);
	TRY(bluesky_read_record(cx, net, account, &s, "app.bsky.feed.post", bluesky_key(cx->arena, o->intended_at, o->dedup_key), &x));
	if (bluesky_says(&x, "RecordNotFound")) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
		return OK;
	}
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (json_text(x.document, "uri").len)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = exchange_text(cx, x.document, "uri"), .url = bluesky_page_of(cx->arena, json_text(x.document, "uri"))};
	else
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	return OK;
}
