/* guide.c: how a kind is connected, as the wizard shows it: what to do over there, what of ours is pasted where, what goes wrong most often. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/guide.h"
#include "flow/delivery.h"
#include "flow/login.h"
#include "page/channels/channels.h"

static struct str pasted(struct cx *cx, const struct channel_kind *kind, const struct channel *c, const struct guide_step *s)
{
	switch (s->paste) {
	case PASTE_RETURN:
		return arena_printf(cx->arena, "%.*s" LOGIN_PATH, STR_ARG(page_setup.outside->public_url));
	case PASTE_DELIVERY:
		return c ? delivery_address(cx, page_setup.outside, c) : (struct str){};
	case PASTE_WORD: {
		if (!c)
			break;
		const char *own = json_string_value(json_object_get(channel_settings(cx, c), "verify_token"));
		return own && *own ? str_of(own) : delivery_verify_token(cx, page_setup.outside, c);
	}
	case PASTE_RIGHTS:
		return channel_rights_text(cx, kind);
	case PASTE_THIS:
		return str_of(s->typed);
	case PASTE_NOTHING:
		break;
	}
	return (struct str){};
}

static const char *paste_title(enum guide_paste paste)
{
	switch (paste) {
	case PASTE_RETURN:
		return N_("Our address for coming back");
	case PASTE_DELIVERY:
		return N_("Our address for deliveries");
	case PASTE_WORD:
		return N_("The word to repeat");
	case PASTE_RIGHTS:
		return N_("The rights");
	case PASTE_THIS:
	case PASTE_NOTHING:
		break;
	}
	return N_("To type");
}

static json_t *steps_of(struct cx *cx, const struct channel_kind *kind, const struct channel *c, const struct channel_guide *guide, enum guide_when when)
{
	json_t *list = json_array();
	for (const struct guide_step *s = guide->steps; s->text; s++)
		if (s->when == when)
			json_array_append_new(list, json_pack("{s:s, s:o, s:b, s:o, s:s, s:o}", "text", _(s->text), "link", s->link ? json_string(s->link) : json_null(), "is_outside",
							      s->link && *s->link != '/', "paste", doc_text_or_null(pasted(cx, kind, c, s)), "paste_title", _(paste_title(s->paste)),
							      "id", doc_text(arena_printf(cx->arena, "g%d", (int)(s - guide->steps)))));
	return list;
}

/* Whoever runs Parvis makes it known once; null for kinds that want nothing of the kind. */
static enum err operator_shape(struct cx *cx, struct db *db, const struct channel_kind *kind, const struct channel_guide *guide, json_t **ret_shape)
{
	struct login_client client;
	*ret_shape = json_null();
	if (!kind->login || kind->login->registers)
		return OK;
	enum err e = login_client_get(cx, db, str_of(kind->word), (struct str){}, arena_printf(cx->arena, "%.*s" LOGIN_PATH, STR_ARG(page_setup.outside->public_url)), &client);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	*ret_shape = json_pack("{s:b, s:o}", "is_known", e == OK, "steps", steps_of(cx, kind, NULL, guide, GUIDE_ONCE));
	return OK;
}

/* "2026-11-22" as a day is written here, at the beginning of a sentence. */
static struct str day_text(struct cx *cx, const char *day)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf b = {};
	i64 at;
	if (!time_parse_loose(str_of(day), &at))
		return str_of(day);
	buf_add_day(&b, &reader, at + 12 * HOUR);
	return buf_keep(&b, cx->arena);
}

static json_t *manners(struct cx *cx, const struct channel_kind *kind, const struct channel_guide *guide)
{
	json_t *list = json_array();
	json_array_append_new(list, json_string(kind->can & CAN_REPLY ? _(N_("Connecting writes nothing over there. What leaves is what somebody at your desk sends or decides."))
								      : _(N_("It only reads: nothing is ever sent there."))));
	if (kind->login)
		json_array_append_new(list, json_string(_(N_("You sign in over there; Parvis never sees your password."))));
	if (guide->note)
		json_array_append_new(list, json_string(_(guide->note)));
	return list;
}

enum err channel_guide_shape(struct cx *cx, struct db *db, const struct channel_kind *kind, const struct channel *c, json_t **ret_shape)
{
	const struct channel_guide *guide = channel_guide_of(kind);
	json_t *operator, *troubles = json_array();
	*ret_shape = json_null();
	if (!guide)
		return OK;
	TRY(operator_shape(cx, db, kind, guide, &operator));
	bool uses_address = json_is_object(operator);
	for (const struct guide_step *s = guide->steps; s->text; s++)
		uses_address |= s->paste == PASTE_DELIVERY && !(kind->can & IS_PUSHED);
	for (const struct guide_trouble *t = guide->troubles; t->what; t++)
		json_array_append_new(troubles, json_pack("{s:s, s:s, s:o}", "what", _(t->what), "cure", _(t->cure), "typed", t->typed ? json_string(t->typed) : json_null()));
	json_t *after = steps_of(cx, kind, c, guide, GUIDE_AFTER);
	*ret_shape = json_pack("{s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "account", _(guide->account), "operator", operator, "steps", steps_of(cx, kind, c, guide, GUIDE_BEFORE),
			       "has_after", json_array_size(after) > 0, "after", after, "troubles", troubles, "manners", manners(cx, kind, guide), "address_trouble",
			       uses_address ? doc_text_or_null(channel_address_trouble(cx)) : json_null(), "as_of", doc_text(day_text(cx, guide->as_of)));
	return OK;
}
