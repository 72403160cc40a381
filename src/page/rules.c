#include "page/rules.h"

#include "base/clock.h"
#include "base/lang.h"
#include "store/appeal.h"

#define SEEN_MOST 100000

const struct rules_lang rules_langs[RULES_LANGS] = {{"fr", "Français"}, {"en", "English"}};

const char *rules_lang_of(const struct cx *cx, struct str wished)
{
	for (size_t i = 0; i < RULES_LANGS; i++)
		if (str_eq(wished, str_of(rules_langs[i].word)))
			return rules_langs[i].word;
	return cx->lang;
}

struct str text_just_in(struct cx *cx, struct str by_language, const char *lang)
{
	json_t *json = json_loadb(by_language.at, by_language.len, 0, NULL);
	struct str text = arena_str(cx->arena, str_of(json_string_value(json_object_get(json, lang))));
	json_decref(json);
	return text;
}

struct str number_text(struct cx *cx, i64 number)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, number);
	return buf_keep(&b, cx->arena);
}

struct str duration_text(struct cx *cx, i64 duration)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_duration(&b, cx->lang, duration);
	return buf_keep(&b, cx->arena);
}

i64 rules_since(const struct cx *cx)
{
	return cx->now - RULES_DAYS * DAY;
}

enum err rules_figures(struct cx *cx, struct db *db, i64 workspace, json_t **ret_figures)
{
	struct moderation_figures figures;
	struct appeal_figures appeals;
	i64 since = rules_since(cx), seen, delay;
	TRY(moderation_figures(cx, db, workspace, since, &figures));
	TRY(received_since(cx, db, workspace, since, SEEN_MOST, &seen));
	TRY(decision_delay(cx, db, workspace, since, &delay));
	TRY(appeal_figures(cx, db, workspace, since, &appeals));
	struct str seen_text = number_text(cx, seen);
	if (seen == SEEN_MOST)
		seen_text = arena_printf(cx->arena, "%.*s+", STR_ARG(seen_text));
	i64 decided = appeals.accepted + appeals.rejected;
	struct str share = S("–");
	if (decided)
		share = arena_printf(cx->arena, _(N_("%lld %% (%lld of %lld)")), (long long)((100 * appeals.accepted + decided / 2) / decided), (long long)appeals.accepted,
				     (long long)decided);
	*ret_figures = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "appeals_open", doc_text(number_text(cx, appeals.open)), "accepted", doc_text(share), "days", doc_text(number_text(cx, RULES_DAYS)), "seen", doc_text(seen_text), "kept",
				 doc_text(number_text(cx, figures.kept)), "hidden", doc_text(number_text(cx, figures.hidden)), "restored",
				 doc_text(number_text(cx, figures.restored)), "median", doc_text(delay < 0 ? S("–") : duration_text(cx, delay)));
	return OK;
}
