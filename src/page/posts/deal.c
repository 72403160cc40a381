/* deal.c: what a post is paid with, if it is: said in its options, and held against each country of the audience by the check "disclosure". */
#include "flow/post_look.h"
#include "page/posts/posts.h"

static const struct {
	unsigned bit;
	const char *title;
} deals[] = {
	{CHECK_SPONSORED, N_("Somebody pays for it")}, {CHECK_COLLABORATION, N_("Made together with a brand")}, {CHECK_GIFT, N_("Something was given for it")},
	{CHECK_AFFILIATE, N_("Its links earn something")},
};

json_t *post_deals_shape(struct composer *c)
{
	struct cx *cx = c->cx;
	bool flag;
	unsigned deal = post_deal_of(c->draft.options, &flag);
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(deals); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "word", post_deal_word(deals[i].bit), "title", _(deals[i].title), "is_selected",
						      (deal & deals[i].bit) != 0));
	return list;
}

/* The form says "deals_said" beside its boxes, since boxes without a tick are not sent. */
void post_deal_say(struct cx *cx, struct request *request, bool typed, struct post_request *draft)
{
	bool flag, says = typed ? request_typed(request, "deals_said").at != NULL : param_given(request, "deal") || param_given(request, "deals_said");
	unsigned deal = 0, bit;
	if (!says)
		return;
	post_deal_of(draft->options, &flag);
	for (size_t i = 0; i < (typed ? COUNT(deals) : param_count(request, "deal")); i++) {
		struct str word = typed ? request_typed_at(request, "deal", i) : param_text_at(request, "deal", i);
		if (word.at && post_deal_bit(word, &bit))
			deal |= bit;
	}
	draft->options = post_deal_put(cx->arena, draft->options, deal, flag);
}
