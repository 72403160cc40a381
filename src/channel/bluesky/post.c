#include "base/lang.h"
#include "channel/bluesky/bluesky.h"
#include "channel/json_read.h"

#include <string.h>

/* app.bsky.feed.post: https://docs.bsky.app/docs/advanced-guides/posts */

#define FACETS_MAX 200
#define EMBEDS_MAX 20

const char *bluesky_other(struct str collection)
{
	static const struct {
		const char *collection, *what;
	} others[] = {
		{"app.bsky.feed.like", N_("likes")}, {"app.bsky.feed.repost", N_("reposts")}, {"app.bsky.graph.follow", N_("follows")},
		{"app.bsky.graph.block", N_("blocks")}, {"app.bsky.graph.list", N_("lists")}, {"app.bsky.graph.listitem", N_("members of lists")},
		{"app.bsky.graph.listblock", N_("blocks")}, {"app.bsky.actor.profile", N_("profiles")}, {"app.bsky.feed.threadgate", N_("reply settings")},
		{"app.bsky.feed.postgate", N_("reply settings")}, {"app.bsky.feed.generator", N_("feeds")},
		{"app.bsky.graph.starterpack", N_("starter packs")}, {"chat.bsky.actor.declaration", N_("settings")},
	};
	for (size_t i = 0; i < COUNT(others); i++)
		if (str_eq(collection, str_of(others[i].collection)))
			return others[i].what;
	return N_("records of other kinds");
}

/* at://did:plc:x/app.bsky.feed.post/key -> its parts; false when it is none */
static bool parts_of(struct str uri, struct str *ret_did, struct str *ret_key)
{
	if (!str_starts(uri, S("at://")))
		return false;
	struct str rest = str_skip(uri, 5);
	*ret_did = str_cut(&rest, '/');
	str_cut(&rest, '/');
	*ret_key = rest;
	return ret_did->len && ret_key->len;
}

static struct str page_of(struct arena *arena, struct str uri)
{
	struct str did, key;
	if (!parts_of(uri, &did, &key) || str_find_byte(key, '/') >= 0)
		return (struct str){};
	return arena_printf(arena, "https://bsky.app/profile/%.*s/post/%.*s", STR_ARG(did), STR_ARG(key));
}

/* The text with each link's address behind it, where the text does not say it. Facets count bytes of the text. */
static struct str text_of(struct arena *arena, const json_t *record)
{
	struct str text = json_text(record, "text");
	json_t *facets = json_list(record, "facets"), *facet;
	CLEANUP(buf_free) struct buf b = {};
	size_t done = 0, index;
	json_array_foreach(facets, index, facet) {
		i64 start = json_number(facet, "index/byteStart", -1), end = json_number(facet, "index/byteEnd", -1);
		json_t *feature = json_array_get(json_list(facet, "features"), 0);
		struct str uri = json_text(feature, "uri");
		if (index >= FACETS_MAX || uri.len == 0 || start < 0 || end <= start || (size_t)start < done || (size_t)end > text.len)
			continue;
		struct str shown = str_span(text.at + start, text.at + end);
		struct str stem = str_ends(shown, S("...")) ? str_head(shown, shown.len - 3) : shown;
		if (str_find(uri, stem) >= 0) /* a shortened address: the whole one stands for it */
			buf_addf(&b, "%.*s%.*s", (int)((size_t)start - done), text.at + done, STR_ARG(uri));
		else
			buf_addf(&b, "%.*s (%.*s)", (int)((size_t)end - done), text.at + done, STR_ARG(uri));
		done = (size_t)end;
	}
	if (done == 0)
		return text;
	buf_add(&b, str_skip(text, done));
	return buf_keep(&b, arena);
}

struct embeds {
	struct inbound_attachment *all;
	size_t count;
};

static void add(struct embeds *e, struct inbound_attachment attachment)
{
	if (e->count < EMBEDS_MAX)
		e->all[e->count++] = attachment;
}

/* One embed, of the record (pictures without addresses) or of the view (with them). */
static void add_embed(struct arena *arena, struct embeds *e, const json_t *embed)
{
	size_t index;
	json_t *item;
	json_array_foreach(json_list(embed, "images"), index, item) {
		struct str url = json_text(item, "fullsize");
		add(e, (struct inbound_attachment){.kind = S("image"), .alt = json_text(item, "alt"), .type = json_text(item, "image/mimeType"),
						   .url = url.len ? url : json_text(item, "thumb")});
	}
	if (json_has(embed, "video") || json_has(embed, "playlist"))
		add(e, (struct inbound_attachment){.kind = S("video"), .alt = json_text(embed, "alt"), .type = json_text(embed, "video/mimeType"),
						   .url = json_text(embed, "playlist")});
	if (json_has(embed, "external/uri"))
		add(e, (struct inbound_attachment){.kind = S("link"), .name = json_text(embed, "external/title"), .url = json_text(embed, "external/uri"),
						   .alt = json_text(embed, "external/description")});
	struct str quoted = json_text(embed, "record/uri");
	if (quoted.len == 0)
		quoted = json_text(embed, "record/record/uri");
	if (quoted.len)
		add(e, (struct inbound_attachment){.kind = S("link"), .name = quoted, .url = page_of(arena, quoted)});
}

static struct embeds embeds_of(struct arena *arena, const struct bluesky_post *post)
{
	struct embeds e = {.all = arena_array(arena, struct inbound_attachment, EMBEDS_MAX)};
	const json_t *embed = post->embed ? post->embed : json_map(post->record, "embed");
	add_embed(arena, &e, embed);
	if (json_map(embed, "media"))
		add_embed(arena, &e, json_map(embed, "media"));
	return e;
}

enum err bluesky_read_post(struct reading *r, const struct bluesky_post *post)
{
	const json_t *record = post->record;
	struct arena *arena = r->item;
	struct embeds embeds = embeds_of(arena, post);
	struct str did = json_text(post->author, "did"), handle = json_text(post->author, "handle"), key;
	struct inbound in = {
		.remote_id = post->uri, .parent_id = json_text(record, "reply/parent/uri"), .thread_id = json_text(record, "reply/root/uri"),
		.ours = post->ours, .author_id = did.len ? did : post->did, .author_handle = handle.len ? handle : post->handle,
		.author_name = json_text(post->author, "displayName"), .author_avatar = json_text(post->author, "avatar"),
		.author_followers = json_number(post->author, "followersCount", -1), .body = text_of(arena, record),
		.lang = json_str_of(json_array_get(json_list(record, "langs"), 0)), .at = json_instant(record, "createdAt"),
		.url = page_of(arena, post->uri), .attachments = embeds.all, .attachment_count = embeds.count,
	};
	if (in.author_id.len == 0 && !parts_of(post->uri, &in.author_id, &key))
		in.author_id = (struct str){};
	if (in.at == 0)
		in.at = post->indexed_at;
	in.kind = in.parent_id.len ? KIND_COMMENT : post->mention ? KIND_MENTION : KIND_POST;
	if (in.author_id.len)
		in.author_url = arena_printf(arena, "https://bsky.app/profile/%.*s", STR_ARG(in.author_id));
	return reading_item(r, &in);
}
