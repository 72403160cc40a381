/* card.c: what a network shows of the page behind a post's first link, in its preview; its picture; and reading it once more. */
#include "flow/link_card.h"
#include "flow/post_look.h"
#include "page/posts/posts.h"
#include "sys/blob.h"

/* "page.example" of an address. */
static struct str host_of(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));
	struct str rest = at < 0 ? url : str_skip(url, (size_t)at + 3);
	struct str host = str_cut(&rest, '/');
	return str_starts(host, S("www.")) ? str_skip(host, 4) : host;
}

static json_t *shape_of(struct composer *c, const struct link_card *d, struct str url, bool is_read, bool is_ours)
{
	struct cx *cx = c->cx;
	json_t *picture = d->picture.len ? doc_text(arena_printf(cx->arena, "/posts/cards/%lld/picture?v=%.8s", (long long)d->link, d->picture.at)) : json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "url", doc_text(url), "site", doc_text(d->site.len ? d->site : host_of(url)), "title", doc_text(d->title),
			 "description", doc_text_or_null(d->description), "picture", picture, "alt", doc_text(d->alt), "story", doc_text_or_null(d->story), "is_there", d->title.len > 0, "is_read",
			 is_read, "is_ours", is_ours, "read_at", doc_instant(&c->reader, d->read_at));
}

enum err post_card_shape(struct composer *c, const struct desk_channel *d, json_t **ret_card)
{
	struct link_card card = {};
	const struct card_way *way = card_way_of(d->channel.network);
	struct post_text text = post_draft_text(&c->draft, d->variant);
	struct str url = link_first(d->channel.network, text.body);
	*ret_card = json_null();
	if (!way || !url.len || c->draft.media_count || post_poll(c->cx, c->draft.options).count || (d->variant && (d->variant->no_card || d->variant->form)))
		return OK;
	enum err e = link_card_of(c->cx, c->db, here(c->cx), url, &card);
	bool is_read = e == OK;
	if (e == ERR_MISSING)
		cx_forget(c->cx);
	else
		TRY(e);
	*ret_card = shape_of(c, &card, url, is_read, way->ours);
	return OK;
}

json_t *post_choices_shape(const struct composer *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->channel_count; i++) {
		const struct desk_channel *d = &c->channels[i];
		bool card = d->kind && d->kind->can & SENDS_CARD, story = d->kind && d->kind->can & CAN_STORY;
		if (d->chosen && (card || story))
			json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:b}", "id", doc_id(d->channel.id), "name", doc_text(d->channel.name), "network",
							      doc_network(c->cx->lang, d->channel.network), "can_story", story, "is_story", d->variant && d->variant->form == FORM_STORY,
							      "can_card", card, "is_without_card", d->variant && d->variant->no_card));
	}
	return list;
}

/* ---- routes ---- */

enum err post_card_picture(struct cx *cx, struct request *request, struct reply *reply)
{
	struct link_card d;
	const char *path;
	TRY(link_card_get(cx, request_db(request), here(cx), param_id(request, "id"), &d));
	if (!d.picture.len)
		return fail(cx, ERR_MISSING, N_("This link has no picture."));
	TRY(blob_path(cx, arena_printf(cx->arena, "%s/media", page_setup.data).at, d.picture, &path));
	reply_file(reply, arena_cstr(cx->arena, d.type), path, (struct str){});
	return OK;
}

enum err post_cards_again(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(post_links_again(cx, request_db(request), here(cx), id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("Its links are read once more."))), (struct str){});
	reply_redirect(reply, "/posts/%lld", (long long)id);
	return OK;
}
