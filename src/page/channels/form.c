/* form.c: a channel's public page as its owner sets it: open or closed, its wording, what to paste into another site. */
#include "base/lang.h"
#include "flow/form.h"
#include "page/channels/channels.h"
#include "page/rules.h"

static const struct wording {
	const char *name, *title, *about;
	bool is_long;
} wordings[] = {
	{"title", N_("Title"), N_("Empty: “Write to” and the workspace's name."), false},
	{"intro", N_("Introduction"), N_("What to write about, when you answer."), true},
	{"consent", N_("What the person agrees to"), N_("Empty: that you keep and read what they write, to answer them."), true},
};

static const char *name_in(struct cx *cx, const struct wording *w, const char *lang)
{
	return arena_printf(cx->arena, "%s_%s", w->name, lang).at;
}

static json_t *wordings_shape(struct cx *cx, const struct request *request, const struct form *form)
{
	const struct str kept[] = {form->title, form->intro, form->consent};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(wordings); i++) {
		json_t *langs = json_array();
		for (size_t k = 0; k < RULES_LANGS; k++) {
			const char *name = name_in(cx, &wordings[i], rules_langs[k].word);
			struct str typed = request_typed(request, name);
			json_array_append_new(langs, json_pack("{s:s, s:s, s:s, s:o}", "name", name, "lang", rules_langs[k].word, "language", rules_langs[k].title, "value",
							       doc_text(typed.at ? typed : text_just_in(cx, kept[i], rules_langs[k].word))));
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:o}", "name", wordings[i].name, "title", _(wordings[i].title), "about", _(wordings[i].about),
						      "is_long", wordings[i].is_long, "langs", langs));
	}
	return list;
}

/* A form for the owner's own page: plain HTML, sent to ours, which shows it once more before anything is taken. */
static struct str embed_text(struct cx *cx, struct str address)
{
	return arena_printf(cx->arena,
			    "<form action=\"%.*s\" method=\"post\" accept-charset=\"utf-8\">\n"
			    "  <p><label>%s <input name=\"name\" required maxlength=\"100\" autocomplete=\"name\"></label></p>\n"
			    "  <p><label>%s <input name=\"email\" type=\"email\" autocomplete=\"email\"></label></p>\n"
			    "  <p><label>%s <textarea name=\"text\" required maxlength=\"5000\" rows=\"6\"></textarea></label></p>\n"
			    "  <p><button>%s</button></p>\n"
			    "</form>",
			    STR_ARG(address), _(N_("Your name")), _(N_("Your email")), _(N_("Your message")), _(N_("Send")));
}

enum err channel_form_shape(struct cx *cx, struct request *request, const struct channel_kind *kind, const struct channel *c, json_t **ret_shape)
{
	struct form form;
	*ret_shape = json_null();
	if (!kind || !(kind->can & HAS_FORM) || c->archived_at)
		return OK;
	TRY(form_of_channel(cx, request_db(request), c->workspace, c->id, &form));
	bool again = request_typed(request, "title_fr").at;
	struct str address = arena_printf(cx->arena, "%.*s/form/%.*s", STR_ARG(page_setup.public_url), STR_ARG(c->form_key));
	json_t *shape = *ret_shape = json_object();
	json_object_set_new(shape, "is_open", json_boolean(form.is_open));
	json_object_set_new(shape, "is_paused", json_boolean(form.is_open && str_eq(c->state, S("paused"))));
	json_object_set_new(shape, "is_wanted", json_boolean(again ? request_typed(request, "form_open").at != NULL : form.is_open));
	json_object_set_new(shape, "takes_files", json_boolean(again ? request_typed(request, "form_files").at != NULL : form.takes_files));
	json_object_set_new(shape, "needs_email", json_boolean(again ? request_typed(request, "form_email").at != NULL : form.needs_email));
	json_object_set_new(shape, "address", form.is_open ? doc_text(address) : json_null());
	json_object_set_new(shape, "link", doc_text(arena_printf(cx->arena, "<a href=\"%.*s\">%s</a>", STR_ARG(address), _(N_("Write to us")))));
	json_object_set_new(shape, "embed", doc_text(embed_text(cx, address)));
	json_object_set_new(shape, "wordings", wordings_shape(cx, request, &form));
	return OK;
}

static struct str by_language(struct cx *cx, struct request *request, const struct wording *w)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t k = 0; k < RULES_LANGS; k++) {
		struct str text = param_text(request, name_in(cx, w, rules_langs[k].word));
		if (!text.len)
			continue;
		buf_adds(&b, b.len ? ",\"" : "{\"");
		buf_adds(&b, rules_langs[k].word);
		buf_adds(&b, "\":");
		buf_add_json(&b, text);
	}
	buf_adds(&b, b.len ? "}" : "{}");
	return buf_keep(&b, cx->arena);
}

enum err channel_form_set(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	struct form_wish wish = {.is_open = param_bool(request, "form_open"), .takes_files = param_bool(request, "form_files"), .needs_email = param_bool(request, "form_email"),
				 .title = by_language(cx, request, &wordings[0]), .intro = by_language(cx, request, &wordings[1]),
				 .consent = by_language(cx, request, &wordings[2])};
	TRY(form_set(cx, request_db(request), here(cx), id, &wish));
	reply_flash(reply, str_of(wish.is_open ? _(N_("The public page is open.")) : _(N_("The public page is closed. Threads that began there go on."))), (struct str){});
	reply_redirect(reply, "/channels/%lld#form", (long long)id);
	return OK;
}

enum err channel_form_renew(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(form_renew(cx, request_db(request), here(cx), id));
	reply_flash(reply, str_of(_(N_("The public page has another address. The one before is closed for good."))), (struct str){});
	reply_redirect(reply, "/channels/%lld#form", (long long)id);
	return OK;
}
