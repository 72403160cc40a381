#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/markup.h"
#include "channel/mastodon/mastodon.h"

/* A Status as Mastodon's interface gives it: https://docs.joinmastodon.org/entities/Status/ */

static void read_media(struct arena *arena, const json_t *status, struct inbound *in)
{
	json_t *list = json_list(status, "media_attachments"), *media;
	size_t index, count = 0;
	struct inbound_attachment *all = arena_array(arena, struct inbound_attachment, json_array_size(list) + 2);
	json_array_foreach(list, index, media) {
		struct str type = json_text(media, "type"), url = json_text(media, "url");
		all[count++] = (struct inbound_attachment){
			.kind = str_eq(type, S("gifv")) ? S("video") : str_eq(type, S("unknown")) ? S("file") : type,
			.alt = json_text(media, "description"), .url = url.len ? url : json_text(media, "remote_url"),
		};
	}
	if (json_has(status, "card/url"))
		all[count++] = (struct inbound_attachment){.kind = S("link"), .name = json_text(status, "card/title"),
							   .url = json_text(status, "card/url")};
	if (json_has(status, "quote/quoted_status/url"))
		all[count++] = (struct inbound_attachment){.kind = S("link"), .url = json_text(status, "quote/quoted_status/url")};
	in->attachments = all;
	in->attachment_count = count;
}

/* Where the first link of a field leads: the server writes it as HTML. */
static struct str link_in(struct arena *arena, struct str html)
{
	struct markup m = {.rest = html};
	CLEANUP(buf_free) struct buf b = {};
	for (enum markup_kind kind; (kind = markup_next(&m)) != MARKUP_END;) {
		if (kind != MARKUP_OPEN || !str_eq_fold(m.name, S("a")))
			continue;
		for (size_t i = 0; i < m.attribute_count; i++)
			if (str_eq_fold(m.attributes[i].name, S("href")))
				markup_add_decoded(&b, m.attributes[i].value, NULL, NULL);
		break;
	}
	return buf_keep(&b, arena);
}

/* Their profile, and what they name on it: proven where the server found a link back (rel=me). */
static void read_links(struct arena *arena, const json_t *account, struct inbound *in)
{
	json_t *list = json_list(account, "fields"), *field;
	size_t index, count = 0;
	struct inbound_link *all = arena_array(arena, struct inbound_link, json_array_size(list) + 1);
	if (in->author_url.len)
		all[count++] = (struct inbound_link){in->author_url, true};
	json_array_foreach(list, index, field) {
		struct str url = link_in(arena, json_text(field, "value"));
		if (url.len)
			all[count++] = (struct inbound_link){url, json_text(field, "verified_at").len > 0};
	}
	in->author_links = all;
	in->author_link_count = count;
}

static struct str body_of(struct arena *arena, const json_t *status)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str warning = json_text(status, "spoiler_text");
	buf_add(&b, warning);
	buf_adds(&b, warning.len ? "\n\n" : "");
	buf_add(&b, html_to_text(arena, json_text(status, "content")));
	size_t index;
	json_t *option;
	json_array_foreach(json_list(status, "poll/options"), index, option)
		buf_addf(&b, "\n- %.*s", STR_ARG(json_text(option, "title")));
	return buf_keep(&b, arena);
}

static bool names_account(const struct reading *r, const json_t *status)
{
	struct str account = r->options->account;
	if (str_starts(account, S("@")))
		account = str_skip(account, 1);
	size_t index;
	json_t *mention;
	json_array_foreach(json_list(status, "mentions"), index, mention)
		if (account.len && (str_eq_fold(json_text(mention, "acct"), account) || str_eq(json_text(mention, "id"), account)))
			return true;
	return false;
}

void mastodon_status(struct arena *arena, const json_t *status, struct inbound *ret_inbound)
{
	const json_t *account = json_map(status, "account");
	struct str visibility = json_text(status, "visibility"), name = json_text(account, "display_name");
	struct inbound in = {
		.remote_id = json_id(arena, status, "id"), .parent_id = json_id(arena, status, "in_reply_to_id"),
		.author_id = json_id(arena, account, "id"), .author_handle = json_text(account, "acct"),
		.author_name = name.len ? name : json_text(account, "username"), .author_url = json_text(account, "url"),
		.author_avatar = json_text(account, "avatar"), .author_followers = json_number(account, "followers_count", -1),
		.body = body_of(arena, status), .lang = json_text(status, "language"), .url = json_text(status, "url"),
		.at = json_instant(status, "created_at"), .edited_at = json_instant(status, "edited_at"),
	};
	if (in.url.len == 0)
		in.url = json_text(status, "uri");
	in.visibility = str_eq(visibility, S("direct")) || str_eq(visibility, S("private")) ? VISIBILITY_PRIVATE
		: VISIBILITY_PUBLIC;
	read_media(arena, status, &in);
	read_links(arena, account, &in);
	*ret_inbound = in;
}

enum err mastodon_read_status(struct reading *r, const struct mastodon_file *file, const struct mastodon_found *found)
{
	const json_t *status = found->node;
	struct inbound in;
	mastodon_status(r->item, status, &in);
	in.thread_id = threads_root(file->threads, in.remote_id);
	in.kind = in.parent_id.len ? KIND_COMMENT : found->mention || names_account(r, status) ? KIND_MENTION : KIND_POST;
	if (str_eq(json_text(status, "visibility"), S("direct")))
		in.kind = KIND_DIRECT;
	return reading_item(r, &in);
}
