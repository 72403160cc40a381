/* network_apps: by what names networks know this installation where people sign in over there (OAuth 2): the address to register, whether id and secret
 * are kept, and the form that keeps them. A secret goes in and is never shown again; what the settings file says stands above. */
#include "base/lang.h"
#include "flow/login.h"
#include "page/channel_look.h"
#include "page/page.h"
#include "store/login.h"
#include "ui/document.h"

#define ID_MAX 300
#define SECRET_MAX 500

static const struct login_client *client_of(const struct login_client *list, size_t count, const char *kind)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].kind, str_of(kind)) && !list[i].server.len && !list[i].redirect.len)
			return &list[i];
	return NULL;
}

static json_t *app_shape(struct cx *cx, const struct channel_kind *kind, const struct login_client *client, bool may)
{
	struct reader reader = reader_of(cx);
	const char *state = !client ? "none" : client->is_fixed ? "settings" : "kept";
	const char *title = !client ? N_("Not known there yet") : client->is_fixed ? N_("By the settings file") : N_("Known there");
	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:b, s:b, s:b, s:o, s:b, s:o, s:o, s:o, s:o}", "word", kind->word, "title", _(kind->title), "network",
			 doc_network(cx->lang, str_of(kind->network)), "state", doc_word(cx->lang, state, title), "tone", client ? "ok" : "line", "icon",
			 client ? "circle-check" : "circle-dashed", "is_known", client != NULL, "is_fixed", client && client->is_fixed, "has_secret", client && client->secret.len, "client",
			 doc_text(client ? client->client : (struct str){}), "can_set", may && !(client && client->is_fixed), "since",
			 doc_instant(&reader, client && !client->is_fixed ? client->created_at : 0), "manual", kind->login->manual ? json_string(kind->login->manual) : json_null(), "rights",
			 doc_text(channel_rights_text(cx, kind)), "guide", doc_text(arena_printf(cx->arena, "/channels/new/%s", kind->word)));
}

/* Servers that each have an id of their own, as Mastodon's: most make Parvis known by themselves. */
static json_t *servers_shape(struct cx *cx, const struct login_client *list, size_t count)
{
	json_t *shapes = json_array();
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(list[i].kind);
		if (kind && list[i].server.len)
			json_array_append_new(shapes, json_pack("{s:o, s:s, s:o, s:b}", "server", doc_text(list[i].server), "title", _(kind->title), "network",
								doc_network(cx->lang, str_of(kind->network)), "is_registered", list[i].redirect.len > 0));
	}
	return shapes;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct login_client *list;
	size_t count;
	bool may;
	json_t *document = json_object(), *apps = json_array();
	reply_json(reply, document);
	TRY(login_clients(cx, request_db(request), &list, &count));
	TRY(login_clients_may(cx, request_db(request), &may));
	for (size_t i = 0; i < channel_kind_count; i++)
		if (channel_kinds[i]->login && !channel_kinds[i]->login->registers)
			json_array_append_new(apps, app_shape(cx, channel_kinds[i], client_of(list, count, channel_kinds[i]->word), may));
	json_t *servers = servers_shape(cx, list, count);
	doc_set(document, "can_set", json_boolean(may));
	doc_set(document, "address", doc_text(arena_printf(cx->arena, "%.*s" LOGIN_PATH, STR_ARG(page_setup.outside->public_url))));
	doc_set(document, "address_trouble", doc_text_or_null(channel_address_trouble(cx)));
	doc_set(document, "apps", apps);
	doc_set(document, "has_servers", json_boolean(json_array_size(servers)));
	doc_set(document, "servers", servers);
	return OK;
}

static enum err kind_of(struct cx *cx, struct request *request, const struct channel_kind **ret_kind)
{
	const struct channel_kind *kind = channel_kind_of(param_text(request, "kind"));
	if (!kind || !kind->login || kind->login->registers)
		return fail(cx, ERR_MISSING, N_("This network wants no app of yours: it knows programs by itself, or nobody signs in there."));
	*ret_kind = kind;
	return OK;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct channel_kind *kind = NULL;
	TRY(kind_of(cx, request, &kind));
	struct login_client_wish wish = {.kind = kind, .client = str_trim(param_text(request, "client_id")), .secret = str_trim(param_text(request, "client_secret"))};
	TRY(login_keep_client(cx, request_db(request), &wish, page_setup.work));
	reply_flash(reply, str_of(_(N_("Kept, sealed. Channels of this network can be connected by signing in now."))), (struct str){});
	reply_redirect(reply, "/network-apps");
	return OK;
}

static enum err forget(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct channel_kind *kind = NULL;
	TRY(kind_of(cx, request, &kind));
	TRY(login_drop_client(cx, request_db(request), kind));
	reply_flash(reply, str_of(_(N_("Forgotten here. Channels that are connected go on; nobody can sign in there anew."))), (struct str){});
	reply_redirect(reply, "/network-apps");
	return OK;
}

#define KIND_PARAM {.name = "kind", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The kind of channel."}
static const struct param keep_params[] = {
	KIND_PARAM,
	{.name = "client_id", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = ID_MAX, .about = "By what id the network knows this installation."},
	{.name = "client_secret", .in = IN_FORM, .type = P_SECRET, .max = SECRET_MAX, .about = "The secret that belongs to it. Empty: the one that is kept, while the id stays the same."},
	{},
};
static const struct param kind_params[] = {KIND_PARAM, {}};

static const struct shape shapes[] = {
	{"NetworkApp", "{word: text, title: text, network: Network, state: Word, tone: text, icon: text, is_known: bool, is_fixed: bool, has_secret: bool, client: text, "
	 "can_set: bool, since: Instant?, manual: url?, rights: text, guide: url}",
	 "By what name a network knows this installation. Its secret is never told."},
	{"NetworkApps", "{can_set: bool, address: url, address_trouble: text?, apps: [NetworkApp], has_servers: bool, "
	 "servers: [{server: text, title: text, network: Network, is_registered: bool}]}"},
	{},
};

#define MANAGE .permission = MAY_MANAGE_CHANNELS
static const struct route routes[] = {
	{.method = "GET", .path = "/network-apps", MANAGE, .template = "network_apps/page", .handle = show, .answer = "NetworkApps",
	 .about = "By what names networks know this installation where people sign in over there; the address to register."},
	{.method = "POST", .path = "/network-apps/{kind}", MANAGE, .params = keep_params, .template = "network_apps/page", .handle = keep, .form = "/network-apps",
	 .about = "Keep by what id and secret a network knows this installation: for who may set channels in every workspace of it."},
	{.method = "POST", .path = "/network-apps/{kind}/forget", MANAGE, .params = kind_params, .handle = forget, .about = "Forget them; connected channels go on."},
	{},
};

const struct page page_network_apps = {"network_apps", routes, shapes, .file = __FILE__};
