/* keys.c: API keys: made with some of one's rights, shown once, revoked. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/account/account.h"
#include "page/account_letter.h"
#include "page/choices.h"
#include "page/once.h"

#include <string.h>

#define MADE "key" /* "TOKEN NAME" */

static const struct {
	const char *word, *title;
	i64 days;
} lifetimes[] = {{"30", N_("30 days"), 30}, {"90", N_("90 days"), 90}, {"365", N_("a year"), 365}, {"0", N_("without end"), 0}};

static json_t *scopes_shape(struct cx *cx, struct str scopes)
{
	json_t *list = json_array();
	enum permission permission;
	while (scopes.at && scopes.len)
		if (permission_of(str_cut(&scopes, ' '), &permission))
			json_array_append_new(list, json_pack("{s:s, s:s}", "word", permission_word(permission), "about", _(permission_about(permission))));
	return list;
}

static enum err keys_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct api_key *list;
	size_t count = 0;
	json_t *keys = json_array();
	json_object_set_new(document, "keys", keys);
	if (here(cx))
		TRY(api_key_list(cx, db, here(cx), cx->actor->user, &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct api_key *k = &list[i];
		json_array_append_new(keys, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:n}", "id", doc_id(k->id), "name", doc_text(k->name), "hint",
						      doc_text(k->hint), "scopes", scopes_shape(cx, k->scopes), "created", doc_instant(&reader, k->created_at), "used",
						      doc_instant(&reader, k->used_at), "expires", doc_instant(&reader, k->expires_at), "is_expired",
						      k->expires_at && k->expires_at <= cx->now, "owner"));
	}
	json_object_set_new(document, "has_keys", json_boolean(count));
	return OK;
}

static bool typed_scope(const struct request *request, const char *word)
{
	for (size_t i = 0; i < PERMISSION_COUNT; i++) {
		struct str typed = request_typed_at(request, "scope", i);
		if (!typed.at)
			return false;
		if (str_eq(typed, str_of(word)))
			return true;
	}
	return false;
}

enum err account_show_keys(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str made;
	json_t *document = json_object(), *scopes = json_array(), *lives = json_array(), *shown = json_null();
	reply_json(reply, document);
	reply_template(reply, "account/api_keys");
	TRY(account_by_person(cx));
	if (once_take(cx, request, reply, MADE, &made)) {
		struct str token = str_cut(&made, ' ');
		shown = json_pack("{s:o, s:o}", "name", doc_text(made), "token", doc_text(token));
	}
	json_object_set_new(document, "made", shown);
	for (int i = 1; i < PERMISSION_COUNT; i++)
		if (actor_may(cx->actor, (enum permission)i))
			json_array_append_new(scopes, json_pack("{s:s, s:s, s:b}", "word", permission_word((enum permission)i), "about", _(permission_about((enum permission)i)),
								"is_selected", typed_scope(request, permission_word((enum permission)i))));
	json_object_set_new(document, "scopes", scopes);
	for (size_t i = 0; i < COUNT(lifetimes); i++)
		json_array_append_new(lives, choice(lifetimes[i].word, _(lifetimes[i].title), str_eq(typed_or(request, "lifetime", S("90")), str_of(lifetimes[i].word))));
	json_object_set_new(document, "lifetimes", lives);
	json_object_set_new(document, "form", json_pack("{s:s}", "name", ""));
	json_object_set_new(document, "api_url", json_string("/api/v1/openapi.json"));
	return keys_shape(cx, request_db(request), document);
}

static enum err make_key(struct cx *cx, struct request *request, struct reply *reply)
{
	CLEANUP(buf_free) struct buf scopes = {};
	struct str token, name = param_text(request, "name");
	i64 days = 90;
	TRY(account_by_person(cx));
	for (size_t i = 0; i < param_count(request, "scope"); i++) {
		if (i)
			buf_addc(&scopes, ' ');
		buf_add(&scopes, param_text_at(request, "scope", i));
	}
	for (size_t i = 0; i < COUNT(lifetimes); i++)
		if (str_eq(param_text(request, "lifetime"), str_of(lifetimes[i].word)))
			days = lifetimes[i].days;
	TRY(account_key_new(cx, request_db(request), here(cx), name, buf_keep(&scopes, cx->arena), days ? cx->now + days * DAY : 0, &token));
	account_tell(cx, request_db(request), request, cx->actor->user, NEW_KEY);
	once_put(cx, reply, MADE, arena_printf(cx->arena, "%.*s %.*s", STR_ARG(token), STR_ARG(name)));
	reply_redirect(reply, "/account?tab=api-keys");
	return OK;
}

static enum err revoke_key(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_by_person(cx));
	TRY(account_key_revoke(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("The key serves no longer."))), (struct str){});
	reply_redirect(reply, "/account?tab=api-keys");
	return OK;
}

static const char *const lifetime_words[] = {"30", "90", "365", "0", NULL};
static const struct param key_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 80, .about = "What the key is for."},
	{.name = "scope", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 60, .about = "What it may do: some of one's own rights."},
	{.name = "lifetime", .in = IN_FORM, .type = P_WORD, .words = lifetime_words, .about = "How many days it serves; 0 for ever."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/account/api-keys", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .template = "account/api_keys", .handle = account_show_keys,
	 .about = "One's API keys."},
	{.method = "POST", .path = "/api-keys", .flags = ROUTE_PAGE_ONLY, .params = key_params, .template = "account/api_keys", .handle = make_key,
	 .form = "/account/api-keys", .about = "Make an API key."},
	{.method = "POST", .path = "/api-keys/{id}/revoke", .flags = ROUTE_PAGE_ONLY, .handle = revoke_key, .about = "Revoke an API key."},
	{},
};

const struct page page_account_keys = {"account_keys", routes, .file = __FILE__};
