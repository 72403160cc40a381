/* charter.c: a model of house rules to start from, and the tone of answers, with what both give. */
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/charter_model.h"
#include "flow/desk.h"
#include "flow/moderate.h"
#include "model/name.h"
#include "page/choices.h"
#include "page/setup/setup.h"

#include <stdlib.h>

#define WORD_MAX 40
#define READING_BYTES 1200 /* a minute's reading, about 200 words */

struct choice_made {
	struct tone tone;
	struct str model;
};

/* ---- where the values come from: what is kept, what was typed into a form shown again, what was sent for a preview ---- */

static enum err kept(struct cx *cx, struct db *db, struct choice_made *ret_choice)
{
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, here(cx), &settings));
	*ret_choice = (struct choice_made){settings.tone, S("brand")};
	return OK;
}

static void take_typed(const struct request *request, struct choice_made *choice)
{
	str_to_i64(request_typed(request, "familiar"), &choice->tone.familiar);
	str_to_i64(request_typed(request, "warm"), &choice->tone.warm);
	str_to_i64(request_typed(request, "personal"), &choice->tone.personal);
	choice->model = typed_or(request, "model", choice->model);
}

static struct choice_made sent(const struct request *request)
{
	return (struct choice_made){{.familiar = param_int(request, "familiar"), .warm = param_int(request, "warm"), .personal = param_int(request, "personal"),
				     .words_liked = param_text(request, "words_liked"), .words_avoided = param_text(request, "words_avoided")},
				    param_text(request, "model")};
}

/* ---- what it gives ---- */

/* Our answer to "the bread was burnt twice", in this tone. */
static struct str reply_text(struct cx *cx, const struct tone *t, struct str signature)
{
	bool familiar = t->familiar >= 50, warm = t->warm >= 50;
	const char *text = familiar ? (warm ? N_("Hi Patrick, thanks for telling us, and sorry about that. We spoke with the bakers this morning: drop in when you like, the next loaf is yours.")
					    : N_("Hi Patrick, noted. We told the bakers this morning; drop in if it happens again."))
				    : (warm ? N_("Good morning Patrick, thank you for telling us; we are sorry. We have spoken with the bakers this morning. Come by whenever you like, the next loaf is for you.")
					    : N_("Good morning, we have passed your remark on to the bakers this morning. Please let us know should it happen again."));
	return arena_printf(cx->arena, "%s %.*s", _(text), STR_ARG(signature));
}

static json_t *preview_shape(struct cx *cx, const struct workspace *w, const struct charter_model *model, const struct tone *t)
{
	struct str first = name_first(cx->actor->name), house = w->name;
	struct str author = t->personal >= 50 ? arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(first), STR_ARG(house)) : house;
	CLEANUP(buf_free) struct buf excerpt = {}, reading = {};
	size_t bytes = 0;
	size_t count = 0;
	for (; model->articles[count]; count++) {
		const struct charter_model_article *a = model->articles[count];
		struct str body = str_of(str_eq(str_of(cx->lang), S("fr")) ? a->body_fr : a->body_en);
		bytes += body.len;
		if (count < 2)
			buf_addf(&excerpt, "%s%s %zu. %.*s", count ? " " : "", _(N_("Art.")), count + 1, STR_ARG(body));
	}
	i64 minutes = (i64)(bytes / READING_BYTES) + 1;
	buf_addf(&reading, "%lld min", (long long)minutes);
	struct str host = page_setup.public_url;
	ptrdiff_t scheme = str_find(host, S("://"));
	return json_pack("{s:s, s:o, s:o, s:o, s:i, s:o, s:o}", "message", _(N_("The baguette was burnt two days in a row.")), "reply",
			 doc_text(reply_text(cx, t, t->personal >= 50 ? first : house)), "author", doc_text(author), "excerpt", doc_text(buf_str(&excerpt)), "article_count",
			 (int)count, "reading", doc_text(buf_str(&reading)), "address",
			 doc_text(arena_printf(cx->arena, "%.*s/c/%.*s/charter", STR_ARG(scheme < 0 ? host : str_skip(host, (size_t)scheme + 3)), STR_ARG(w->slug))));
}

static json_t *level(struct cx *cx, i64 value)
{
	return doc_text(arena_printf(cx->arena, "%lld", (long long)value));
}

static enum err document_of(struct cx *cx, struct db *db, const struct workspace *w, const struct choice_made *choice, struct reply *reply)
{
	const struct tone *t = &choice->tone;
	json_t *document = json_object(), *models = json_array();
	const struct charter_model *model = charter_model_of(choice->model);
	reply_json(reply, document);
	TRY(setup_frame(cx, db, STEP_CHARTER, document));
	for (size_t i = 0; i < charter_model_count; i++)
		json_array_append_new(models, json_pack("{s:s, s:s, s:s, s:b}", "word", charter_models[i].word, "title", _(charter_models[i].title), "about",
							_(charter_models[i].about), "is_selected", model == &charter_models[i]));
	json_object_set_new(document, "models", models);
	json_object_set_new(document, "tone", json_pack("{s:o, s:o, s:o}", "familiar", level(cx, t->familiar), "warm", level(cx, t->warm), "personal", level(cx, t->personal)));
	json_object_set_new(document, "form", json_pack("{s:o, s:o}", "words_liked", doc_text(t->words_liked), "words_avoided", doc_text(t->words_avoided)));
	json_object_set_new(document, "preview", model ? preview_shape(cx, w, model, t) : json_null());
	return OK;
}

enum err setup_show_charter(struct cx *cx, struct request *request, struct reply *reply)
{
	struct workspace w;
	TRY(workspace_get(cx, request_db(request), here(cx), &w));
	struct choice_made choice;
	TRY(kept(cx, request_db(request), &choice));
	take_typed(request, &choice);
	return document_of(cx, request_db(request), &w, &choice, reply);
}

static enum err check_words(struct cx *cx, struct request *request, const char *field, struct str words)
{
	while (words.at && words.len)
		if (utf8_count(str_trim(str_cut(&words, ','))) > WORD_MAX)
			return request_fault(cx, request, field, N_("One of these is too long to be a word: separate them by commas."));
	return OK;
}

static enum err keep_tone(struct cx *cx, struct db *db, const struct tone *t)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"familiar\":%lld,\"warm\":%lld,\"personal\":%lld,\"words_liked\":", (long long)t->familiar, (long long)t->warm, (long long)t->personal);
	buf_add_json(&b, t->words_liked);
	buf_adds(&b, ",\"words_avoided\":");
	buf_add_json(&b, t->words_avoided);
	buf_addc(&b, '}');
	return desk_setting(cx, db, here(cx), "tone", buf_str(&b));
}

enum err setup_do_charter(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct charter_version *versions;
	size_t count;
	struct choice_made choice = sent(request);
	const struct charter_model *model = charter_model_of(choice.model);
	if (!model)
		return request_fault(cx, request, "model", N_("Choose one of the models; you can change every word of it later."));
	enum err liked = check_words(cx, request, "words_liked", choice.tone.words_liked), avoided = check_words(cx, request, "words_avoided", choice.tone.words_avoided);
	TRY(liked);
	TRY(avoided);
	TRY(workspace_get(cx, db, here(cx), &w));
	if (param_bool(request, "preview"))
		return document_of(cx, db, &w, &choice, reply);
	TRY(keep_tone(cx, db, &choice.tone));
	TRY(charter_version_list(cx, db, here(cx), &versions, &count));
	if (!count) /* rules that are there already are not replaced by a model */
		TRY(charter_adopt(cx, db, here(cx), choice.model));
	return setup_done(cx, db, STEP_CHARTER, reply);
}

#define LEVEL(field, text) {.name = field, .in = IN_FORM, .type = P_INT, .min = 0, .max = 100, .about = text}
const struct param setup_charter_params[] = {
	{.name = "model", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "The model to start from."},
	LEVEL("familiar", "0 formal, 100 familiar."),
	LEVEL("warm", "0 sober, 100 warm."),
	LEVEL("personal", "0 signed by the house, 100 by a person."),
	{.name = "words_liked", .in = IN_FORM, .type = P_LINE, .max = 400, .about = "Words of the house, separated by commas."},
	{.name = "words_avoided", .in = IN_FORM, .type = P_LINE, .max = 400, .about = "Words to avoid, separated by commas."},
	{.name = "preview", .in = IN_FORM, .type = P_BOOL, .about = "Show what it gives, keep nothing."},
	{},
};
