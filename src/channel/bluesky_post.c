#include "channel/bluesky_post.h"

#include "channel/json_read.h"

/* app.bsky.feed.post: https://docs.bsky.app/docs/advanced-guides/posts */

#define EMBEDS_MAX 20

struct str bluesky_did_of(struct str uri)
{
	struct str rest = str_starts(uri, S("at://")) ? str_skip(uri, 5) : (struct str){};
	return str_cut(&rest, '/');
}

struct str bluesky_key_of(struct str uri)
{
	struct str key = str_skip(uri, 5 + bluesky_did_of(uri).len + 1);
	str_cut(&key, '/');
	return key;
}

struct str bluesky_page_of(struct arena *arena, struct str uri)
{
	struct str did = bluesky_did_of(uri), key = str_skip(uri, 5 + did.len + 1), collection = str_cut(&key, '/');
	if (did.len == 0 || key.len == 0 || !str_eq(collection, S("app.bsky.feed.post")))
		return (struct str){};
	return arena_printf(arena, "https://bsky.app/profile/%.*s/post/%.*s", STR_ARG(did), STR_ARG(key));
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
	const json_t *images = json_list(embed, "images"), *gallery = json_list(embed, "items"); /* app.bsky.embed.gallery: the same, more of them */
	json_array_foreach((json_t *)(images ? images : gallery), index, item) {
		struct str url = json_text(item, "fullsize");
		add(e, (struct inbound_attachment){.kind = S("image"), .alt = json_text(item, "alt"), .type = json_text(item, "image/mimeType"),
						   .url = url.len ? url : json_text(item, "thumb")});
	}
	if (json_has(embed, "video") || json_has(embed, "playlist"))
		add(e, (struct inbound_attachment){.kind = S("video"), .alt = json_text(embed, "alt"),
			.type = json_text(embed, "video/mimeType"),
						   .url = json_text(embed, "playlist")});
	if (json_text(embed, "external/uri").len)
		add(e, (struct inbound_attachment){.kind = S("link"), .name = json_text(embed, "external/title"),
			.url = json_text(embed, "external/uri"),
						   .alt = json_text(embed, "external/description")});
	const json_t *quoted = json_map(embed, "record/record") ? json_map(embed, "record/record") : json_map(embed, "record");
	if (json_text(quoted, "uri").len)
		add(e, (struct inbound_attachment){.kind = S("link"), .name = json_text(quoted, "uri"),
			.alt = json_text(quoted, "value/text"),
						   .url = bluesky_page_of(arena, json_text(quoted, "uri"))});
}

/* The text stays as it is; the addresses behind its words stand beside it. */
static void add_links(struct embeds *e, const json_t *record)
{
	size_t index, inner;
	json_t *facet, *feature;
	json_array_foreach(json_list(record, "facets"), index, facet)
		json_array_foreach(json_list(facet, "features"), inner, feature)
			if (json_text(feature, "uri").len)
				add(e, (struct inbound_attachment){.kind = S("link"), .url = json_text(feature, "uri")});
}

static struct embeds embeds_of(struct arena *arena, const struct bluesky_post *post)
{
	struct embeds e = {.all = arena_array(arena, struct inbound_attachment, EMBEDS_MAX)};
	const json_t *embed = post->embed ? post->embed : json_map(post->record, "embed");
	add_embed(arena, &e, embed);
	if (json_map(embed, "media"))
		add_embed(arena, &e, json_map(embed, "media"));
	add_links(&e, post->record);
	if (!e.count && embed && !json_text(post->record, "text").len) /* of a kind that is not known yet: it stands over there */
		add(&e, (struct inbound_attachment){.kind = S("link"), .name = json_text(embed, "$type"), .url = bluesky_page_of(arena, post->uri)});
	return e;
}

struct bluesky_post bluesky_view(const json_t *view)
{
	return (struct bluesky_post){
		.record = json_map(view, "record"), .author = json_map(view, "author"), .embed = json_map(view, "embed"),
		.uri = json_text(view, "uri"), .indexed_at = json_instant(view, "indexedAt"),
	};
}

void bluesky_inbound(struct arena *arena, const struct bluesky_post *post, struct inbound *ret_inbound)
{
	const json_t *record = post->record;
	struct embeds embeds = embeds_of(arena, post);
	struct str did = json_text(post->author, "did"), handle = json_text(post->author, "handle");
	if (str_eq(handle, S("handle.invalid"))) /* what the network says of all whose name leads nowhere just now */
		handle = (struct str){};
	struct inbound in = {
		.remote_id = post->uri, .parent_id = json_text(record, "reply/parent/uri"),
			.thread_id = json_text(record, "reply/root/uri"),
		.ours = post->ours, .author_id = did.len ? did : post->did, .author_handle = handle.len ? handle : post->handle,
		.author_name = json_text(post->author, "displayName"), .author_avatar = json_text(post->author, "avatar"),
		.author_followers = json_number(post->author, "followersCount", -1), .body = json_text(record, "text"),
		.lang = json_str_of(json_array_get(json_list(record, "langs"), 0)), .at = json_instant(record, "createdAt"),
		.url = bluesky_page_of(arena, post->uri), .attachments = embeds.all, .attachment_count = embeds.count,
	};
	if (in.author_id.len == 0)
		in.author_id = bluesky_did_of(post->uri);
	if (in.at == 0)
		in.at = post->indexed_at;
	in.kind = in.parent_id.len ? KIND_COMMENT : post->mention ? KIND_MENTION : KIND_POST;
	if (in.author_id.len)
		in.author_url = arena_printf(arena, "https://bsky.app/profile/%.*s", STR_ARG(in.author_id));
	*ret_inbound = in;
}
