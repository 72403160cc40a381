/* deliveries.c: what the network brings to a channel by itself: where to, when it last did, and what was refused, with its reason. */
#include "base/lang.h"
#include "flow/delivery.h"
#include "page/channels/channels.h"

#define TROUBLED_SHOWN 10

static json_t *troubled_shape(struct cx *cx, const struct reader *reader, const struct kept_delivery *list, size_t count)
{
	json_t *shapes = json_array();
	for (size_t i = 0; i < count; i++) {
		const struct kept_delivery *d = &list[i];
		const char *title = str_eq(d->state, S("stuck")) ? N_("Stuck") : N_("Refused");
		json_array_append_new(shapes, json_pack("{s:o, s:o, s:o, s:I}", "at", doc_instant(reader, d->received_at), "state", doc_word(cx->lang, d->state.at, title), "story",
							doc_text(d->story), "size", (json_int_t)d->size));
	}
	return shapes;
}

enum err channel_deliveries_shape(struct cx *cx, struct db *db, const struct channel_kind *kind, const struct channel *c, json_t **ret_shape)
{
	struct delivery_totals totals;
	struct kept_delivery *list;
	size_t count;
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf n = {}, waiting = {};
	if (!kind || !kind->receive || c->archived_at)
		return OK;
	TRY(delivery_totals(cx, db, c->workspace, c->id, &totals));
	TRY(deliveries_troubled(cx, db, c->workspace, c->id, TROUBLED_SHOWN, &list, &count));
	buf_add_number(&n, cx->lang, totals.waiting);
	buf_add_filled(&waiting, tr_n(cx->lang, "{n} waits to be read", "{n} wait to be read", totals.waiting), buf_str(&n));
	bool own_word = json_string_length(json_object_get(channel_settings(cx, c), "verify_token")) > 0;
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:I}", "address", doc_text(delivery_address(cx, page_setup.outside, c)), "verify_token",
			       own_word ? json_null() : doc_text(delivery_verify_token(cx, page_setup.outside, c)), "last", doc_instant(&reader, totals.last_at), "waiting",
			       totals.waiting ? doc_text(buf_str(&waiting)) : json_null(), "troubled", troubled_shape(cx, &reader, list, count), "has_troubled", count > 0,
			       "troubled_count", (json_int_t)totals.troubled);
	return OK;
}

enum err channel_deliveries_again(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id"), count;
	TRY(delivery_again(cx, request_db(request), here(cx), id, &count));
	reply_flash(reply, str_of(_(N_("They are read once more."))), (struct str){});
	reply_redirect(reply, "/channels/%lld#deliveries", (long long)id);
	return OK;
}

enum err channel_deliveries_renew(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(delivery_renew(cx, request_db(request), here(cx), id));
	TRY(delivery_tell_address(cx, request_db(request), page_setup.outside, here(cx), id));
	reply_flash(reply, str_of(_(N_("The address is another one now. Paste it over there; the one before takes nothing any more."))), (struct str){});
	reply_redirect(reply, "/channels/%lld#deliveries", (long long)id);
	return OK;
}
