/* form.c: the form of a query: chosen word by word, or written; with the fault where it is, and what it would have found. */
#include "base/clock.h"
#include "base/lang.h"
#include "model/meaning.h"
#include "page/choices.h"
#include "page/listening/listening.h"
#include "store/channel.h"

#define PREVIEW_SPAN (30 * DAY)
#define PREVIEW_PATIENCE (1500 * MILLISECOND)

static const char *const languages[] = {"fr", "en", "de", "es", "it", "pt", "nl", "ar", "pl", "tr", "ru", "uk", "ja", "zh", "ko", "hi"};

/* ---- from the parameters ---- */

void input_of(struct cx *cx, struct request *request, struct listen_input *ret_input)
{
	struct listen_input in = {.name = param_text(request, "name"), .kind = param_text(request, "kind"), .words = param_text(request, "words"), .form = LISTEN_FORM,
				  .active = !param_given(request, "active") || param_bool(request, "active")};
	struct listen_form *f = &in.form;
	struct str mode = param_text(request, "mode");
	f->any = param_text(request, "any");
	f->all = param_text(request, "all");
	f->none = param_text(request, "none");
	f->near_a = param_text(request, "near_a");
	f->near_b = param_text(request, "near_b");
	f->near = param_given(request, "near") && param_int(request, "near") ? param_int(request, "near") : 5;
	f->lang = param_text(request, "lang");
	f->tone = param_text(request, "tone");
	f->author = param_text(request, "author");
	f->place = param_text(request, "place");
	f->followers = param_int(request, "followers") > 0 ? param_int(request, "followers") : -1;
	f->link = param_bool(request, "link");
	f->media = param_bool(request, "media");
	f->question = param_bool(request, "question");
	for (size_t i = 0; i < param_count(request, "channels") && f->channel_count < COUNT(f->channels); i++)
		if (param_text_at(request, "channels", i).len)
			f->channels[f->channel_count++] = param_text_at(request, "channels", i);
	in.is_writing = str_eq(mode, S("words")) || (!mode.len && in.words.len);
	if (!in.is_writing)
		in.words = listen_form_words(cx, f);
	*ret_input = in;
}

/* The same, of a form that is shown again. */
static void typed_input(struct cx *cx, struct request *request, struct listen_input *in)
{
	struct listen_form f = LISTEN_FORM;
	struct str mode = request_typed(request, "mode"), words = request_typed(request, "words");
	i64 number;
	f.any = request_typed(request, "any");
	f.all = request_typed(request, "all");
	f.none = request_typed(request, "none");
	f.near_a = request_typed(request, "near_a");
	f.near_b = request_typed(request, "near_b");
	f.near = str_to_i64(request_typed(request, "near"), &number) ? number : 5;
	f.lang = request_typed(request, "lang");
	f.tone = request_typed(request, "tone");
	f.author = request_typed(request, "author");
	f.place = request_typed(request, "place");
	f.followers = str_to_i64(request_typed(request, "followers"), &number) && number > 0 ? number : -1;
	f.link = request_typed(request, "link").len;
	f.media = request_typed(request, "media").len;
	f.question = request_typed(request, "question").len;
	struct str channel;
	for (size_t i = 0; f.channel_count < COUNT(f.channels) && (channel = request_typed_at(request, "channels", i)).at; i++)
		f.channels[f.channel_count++] = channel;
	in->name = request_typed(request, "name");
	in->kind = request_typed(request, "kind");
	in->is_writing = str_eq(mode, S("words")) || (!mode.len && words.len);
	in->form = f;
	in->words = in->is_writing ? words : listen_form_words(cx, &f);
}

/* ---- to the document ---- */

static bool is_chosen(const struct listen_form *f, struct str name)
{
	for (size_t i = 0; i < f->channel_count; i++)
		if (str_eq_fold(f->channels[i], name))
			return true;
	return false;
}

static json_t *network_shape(struct cx *cx, struct str word, bool selected)
{
	json_t *network = doc_network(cx->lang, word), *title = json_incref(json_object_get(network, "title"));
	return json_pack("{s:o, s:o, s:o, s:b}", "value", doc_text(word), "title", title, "network", network, "is_selected", selected);
}

/* The networks there are channels of, then the channels where a network has several. */
static enum err channels_of(struct cx *cx, struct db *db, const struct listen_form *f, json_t **ret_list)
{
	struct channel *channels;
	size_t count;
	json_t *list = json_array();
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		bool is_first = true, has_more = false;
		for (size_t n = 0; n < count; n++) {
			is_first &= n >= i || !str_eq(channels[n].network, channels[i].network);
			has_more |= n != i && str_eq(channels[n].network, channels[i].network);
		}
		if (is_first && has_more)
			json_array_append_new(list, network_shape(cx, channels[i].network, is_chosen(f, channels[i].network)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b}", "value", doc_text(channels[i].name), "title", doc_text(channels[i].name), "network",
						      doc_network(cx->lang, channels[i].network), "is_selected", is_chosen(f, channels[i].name)));
	}
	*ret_list = list;
	return OK;
}

static json_t *languages_of(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	bool there = !chosen.len;
	json_array_append_new(list, choice("", _(N_("Any language")), !chosen.len));
	for (size_t i = 0; i < COUNT(languages); i++) {
		CLEANUP(buf_free) struct buf name = {};
		buf_add_language(&name, cx->lang, str_of(languages[i]));
		there |= str_eq(chosen, str_of(languages[i]));
		json_array_append_new(list, choice(languages[i], arena_cstr(cx->arena, buf_str(&name)), str_eq(chosen, str_of(languages[i]))));
	}
	if (!there)
		json_array_append_new(list, choice(arena_cstr(cx->arena, chosen), arena_cstr(cx->arena, chosen), true));
	return list;
}

static json_t *tones_of(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	json_array_append_new(list, choice("", _(N_("Any tone")), !chosen.len));
	for (int t = TONE_NEGATIVE; t < TONES; t++)
		json_array_append_new(list, choice(mention_tone_word((enum mention_tone)t), tr(cx->lang, meaning_label_title(MEANING_SENTIMENT, (u8)t)),
						   str_eq(chosen, str_of(mention_tone_word((enum mention_tone)t)))));
	return list;
}

static json_t *kinds_of(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	for (int k = 0; k < LISTEN_KINDS; k++) {
		const char *word = listening_kind_word((enum listening_kind)k);
		json_array_append_new(list, choice(word, tr(cx->lang, listening_kind_title((enum listening_kind)k)), chosen.len ? str_eq(chosen, str_of(word)) : k == LISTEN_OWN));
	}
	return list;
}

static json_t *fault_shape(struct cx *cx, const struct listen_fault *f)
{
	if (!f->story)
		return json_null();
	return json_pack("{s:s, s:i, s:o, s:o, s:o}", "story", tr(cx->lang, f->story), "column", (int)f->column, "before", doc_text(f->before), "at", doc_text(f->at), "after",
			 doc_text(f->after));
}

static struct str number_text(struct cx *cx, i64 number)
{
	return number > 0 ? arena_printf(cx->arena, "%lld", (long long)number) : (struct str){};
}

enum err input_shape(struct cx *cx, struct db *db, const struct listen_input *in, i64 id, bool looks_for_faults, json_t **ret_form)
{
	struct listen_fault fault = {};
	json_t *channels;
	const struct listen_form *f = &in->form;
	if (looks_for_faults && in->words.len)
		TRY(listen_check(cx, db, here(cx), (struct str){}, in->words, &fault));
	TRY(channels_of(cx, db, f, &channels));
	json_t *form = json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:n}", "id", doc_id(id), "name", doc_text(in->name), "words", doc_text(in->words), "kinds",
				 kinds_of(cx, in->kind), "is_writing", in->is_writing, "is_active", in->active, "fault", fault_shape(cx, &fault), "preview");
	const struct {
		const char *name;
		struct str value;
	} texts[] = {{"any", f->any}, {"all", f->all}, {"none", f->none}, {"near_a", f->near_a}, {"near_b", f->near_b}, {"near", number_text(cx, f->near)}, {"author", f->author}, {"place", f->place},
		     {"followers", number_text(cx, f->followers)}};
	for (size_t i = 0; i < COUNT(texts); i++)
		doc_set(form, texts[i].name, doc_text(texts[i].value));
	doc_set(form, "link", json_boolean(f->link));
	doc_set(form, "media", json_boolean(f->media));
	doc_set(form, "question", json_boolean(f->question));
	doc_set(form, "languages", languages_of(cx, f->lang));
	doc_set(form, "tones", tones_of(cx, f->tone));
	doc_set(form, "channels", channels);
	doc_set(form, "is_beyond", json_false());
	doc_set(form, "has_more", json_boolean(f->near_a.len || f->author.len || f->place.len || f->followers > 0 || f->link || f->media || f->question));
	*ret_form = form;
	return OK;
}

enum err form_shape(struct cx *cx, struct request *request, const struct listening_query *q, json_t **ret_form)
{
	struct listen_input in = {.name = q->name, .kind = q->id ? str_of(listening_kind_word(q->kind)) : S("own"), .words = q->words, .form = LISTEN_FORM,
				  .active = !q->id || q->active};
	bool again = request_typed(request, "name").at;
	if (again)
		typed_input(cx, request, &in);
	else if (q->id)
		in.is_writing = !listen_form_of(cx, q->words, &in.form);
	if (!again && str_eq(param_text(request, "mode"), S("words")))
		in.is_writing = true;
	return input_shape(cx, request_db(request), &in, q->id, true, ret_form);
}

enum err preview_shape(struct cx *cx, struct db *db, struct str words, json_t **ret_preview)
{
	struct listen_preview p;
	struct reader reader = reader_of(cx);
	struct listen_marks *marks;
	*ret_preview = json_null();
	if (!words.len)
		return OK;
	enum err e = listen_preview(cx, db, here(cx), words, cx->now - PREVIEW_SPAN, PREVIEW_PATIENCE, &p);
	if (e == ERR_BAD_INPUT) {
		cx_forget(cx); /* the fault says it */
		return OK;
	}
	TRY(e);
	TRY(listen_marks_of(cx, db, here(cx), words, &marks));
	json_t *newest = json_array();
	for (size_t i = 0; i < p.newest_count; i++) {
		const struct heard *h = &p.newest[i];
		json_array_append_new(newest, json_pack("{s:o, s:o, s:o, s:o}", "author_name", doc_text(h->author_name), "network", doc_network(cx->lang, h->network), "at",
							doc_instant(&reader, h->at), "parts", marked_shape(marks, h->body)));
	}
	CLEANUP(buf_free) struct buf found = {}, looked = {};
	buf_add_number(&found, cx->lang, p.found);
	buf_add_number(&looked, cx->lang, p.looked);
	struct str text = arena_printf(cx->arena, tr_n(cx->lang, "%.*s mention in the last 30 days", "%.*s mentions in the last 30 days", p.found), STR_ARG(buf_str(&found)));
	*ret_preview = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "found", doc_number(cx->lang, p.found), "looked", doc_number(cx->lang, p.looked), "text", doc_text(text), "about",
				 doc_text(arena_printf(cx->arena, tr_n(cx->lang, "of %.*s message", "of %.*s messages", p.looked), STR_ARG(buf_str(&looked)))), "back_to",
				 doc_instant(&reader, p.back_to), "newest", newest, "is_much", p.looked > 50 && p.found * 2 > p.looked);
	return OK;
}
