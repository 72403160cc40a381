/* discord: a bot on a server of Discord, over the REST interface v10 (https://discord.com/developers/docs, as of 2026-11-21): its channels
 * and threads are read, a few at a time; see README.md for why not by the gateway. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/discord/connector.h"
#include "channel/json_read.h"

static const struct channel_field fields[] = {
	{"token", N_("Token of the bot"), N_("In the developer portal under Bot. Turn on its Message Content intent there, and invite it to your server."), FIELD_SECRET, true},
	{"guild", N_("Server"), N_("Its ID: with developer mode on, right-click the server, Copy Server ID."), FIELD_LINE, true},
	{"channels", N_("Channels"), N_("IDs of the channels to read, with spaces between. Empty: all that the bot can see."), FIELD_LINE, false},
	{"posts", N_("Channel for posts"), N_("ID of the channel where your posts appear. Empty: posts are not sent here."), FIELD_LINE, false},
	{"url", N_("Address of the interface"), N_("Leave it empty, unless a relay of yours stands in between."), FIELD_URL, false},
	{},
};

static const struct channel_right rights[] = {
	{"message_content", N_("Read what messages say: the Message Content intent in the developer portal"), true},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 2000, TEXT_CHARACTERS, "2026-11-21", "Discord API documentation, Create Message: content up to 2000 characters"},
	{LIMIT_MEDIA, 10, TEXT_CHARACTERS, "2026-11-21", "Discord API description: 10 attachments"},
	{LIMIT_IMAGE_BYTES, 10 << 20, TEXT_CHARACTERS, "2026-11-21", "Discord API documentation, Uploading Files: 10 MiB"},
	{LIMIT_VIDEO_BYTES, 10 << 20, TEXT_CHARACTERS, "2026-11-21", "Discord API documentation, Uploading Files: 10 MiB"},
	{LIMIT_FILE_BYTES, 10 << 20, TEXT_CHARACTERS, "2026-11-21", "Discord API documentation, Uploading Files: 10 MiB"},
	{LIMIT_POLL_CHOICES, 10, TEXT_CHARACTERS, "2026-11-22", "Discord API description, PollCreateRequest"},
	{LIMIT_POLL_CHOICE, 55, TEXT_CHARACTERS, "2026-11-22", "Discord API documentation, Poll Media Object"},
	{LIMIT_POLL_QUESTION, 300, TEXT_CHARACTERS, "2026-11-22", "Discord API documentation, Poll Media Object"},
	{LIMIT_POLL_SECONDS, 768 * 3600, TEXT_CHARACTERS, "2026-11-22", "Discord API description, PollCreateRequest: 768 hours"},
	{LIMIT_ALT, 1024, TEXT_CHARACTERS, "2026-11-21", "Discord API description: attachments' description"},
	{},
};

#define INTENT_MESSAGE_CONTENT ((i64)1 << 18)         /* of a verified bot */
#define INTENT_MESSAGE_CONTENT_LIMITED ((i64)1 << 19) /* of one in fewer than 100 servers */

enum err discord_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	const struct net_header headers[] = {
		{S("Authorization"), arena_printf(cx->arena, "Bot %.*s", STR_ARG(exchange_secret(cx, account, "token")))},
		{S("User-Agent"), S("DiscordBot (Parvis, " PARVIS_VERSION ")")}, /* in this form, or Discord's front door refuses it */
	};
	x->base = base.len ? base : S("https://discord.com/api/v10");
	x->headers = headers;
	x->header_count = COUNT(headers);
	enum err e = exchange_ask(cx, net, x);
	x->headers = NULL;
	x->header_count = 0;
	return e;
}

struct str discord_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

i64 discord_error(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status >= 400 ? json_number(x->document, "code", 0) : 0;
}

/* ---- verify ---- */

void discord_read_user(struct cx *cx, const json_t *document, struct verified *v)
{
	struct str name = exchange_text(cx, document, "global_name"), number = json_text(document, "discriminator"), picture = json_text(document, "avatar");
	v->id = exchange_text(cx, document, "id");
	v->handle = exchange_text(cx, document, "username");
	v->name = name.len ? name : v->handle;
	if (number.len && !str_eq(number, S("0")))
		v->handle = arena_printf(cx->arena, "%.*s#%.*s", STR_ARG(v->handle), STR_ARG(number));
	if (picture.len && str_find_byte(picture, '/') < 0)
		v->avatar = arena_printf(cx->arena, "https://cdn.discordapp.com/avatars/%.*s/%.*s.png?size=128", STR_ARG(v->id), STR_ARG(picture));
}

static enum err verify_server(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v)
{
	struct str guild = exchange_setting(account, "guild");
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/guilds/%.*s", STR_ARG(guild))};
	if (!discord_is_id(guild)) {
		v->outcome = OUTCOME_NEVER;
		v->story = str_of(_(N_("A server's ID is a number of about nineteen digits. Turn on developer mode in Discord and copy it.")));
		return OK;
	}
	TRY(discord_ask(cx, net, account, &x));
	if (exchange_verified(cx, &x, v))
		json_object_set_new(v->known, "server", json_stringn(json_text(x.document, "name").at ? json_text(x.document, "name").at : "", json_text(x.document, "name").len));
	else if (discord_error(&x) == DISCORD_MISSING_ACCESS || discord_error(&x) == 10004)
		v->story = str_of(_(N_("The bot is not on this server. Invite it there with the address that the developer portal makes (OAuth2, URL Generator), then check again.")));
	return OK;
}

/* May it read what others write? Discord leaves texts empty otherwise. */
static enum err verify_intents(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v)
{
	struct exchange x = {.method = "GET", .path = S("/applications/@me")};
	struct str *list = arena_array(cx->arena, struct str, 1);
	TRY(discord_ask(cx, net, account, &x));
	if (x.answer.outcome != NET_ANSWERED || x.answer.status != 200 || !x.document)
		return OK;
	v->rights_told = true;
	v->rights = list;
	if (json_number(x.document, "flags", 0) & (INTENT_MESSAGE_CONTENT | INTENT_MESSAGE_CONTENT_LIMITED))
		list[v->right_count++] = S("message_content");
	return OK;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x = {.method = "GET", .path = S("/users/@me")};
	struct verified v = {.followers = -1};
	TRY(discord_ask(cx, net, account, &x));
	if (exchange_verified(cx, &x, &v)) {
		discord_read_user(cx, x.document, &v);
		v.known = json_pack("{s:s%, s:s%}", "id", v.id.at ? v.id.at : "", v.id.len, "handle", v.handle.at ? v.handle.at : "", v.handle.len);
		exchange_known(cx, &v);
		if (!discord_is_id(v.id)) {
			v.outcome = OUTCOME_NEVER;
			v.story = str_of(_(N_("What answers there is not this network. Check the address.")));
		}
		if (v.outcome == OUTCOME_DONE)
			TRY(verify_server(cx, net, account, &v));
		if (v.outcome == OUTCOME_DONE)
			TRY(verify_intents(cx, net, account, &v));
	}
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	for (size_t i = 0; i < count; i++) {
		struct str channel, message;
		size_t index;
		const json_t *one;
		struct metric metric = {.remote_id = remote_ids[i], .measure = "likes"};
		if (!discord_id_split(remote_ids[i], &channel, &message))
			continue;
		struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/channels/%.*s/messages/%.*s", STR_ARG(channel), STR_ARG(message))};
		TRY(discord_ask(cx, net, account, &x));
		if (x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || x.answer.status == 410 || discord_error(&x) == DISCORD_MISSING_ACCESS))
			continue; /* gone: it has none */
		TRY(exchange_expect_json(cx, &x, 200));
		json_array_foreach(json_list(x.document, "reactions"), index, one)
			metric.value += json_number(one, "count", 0);
		TRY(take(cx, subject, &metric));
	}
	return OK;
}

static const struct channel_reader readers[] = {
	{"messages", N_("GET /channels/CHANNEL/messages: a page of a channel"), discord_read_messages},
	{"message", N_("GET /channels/CHANNEL/messages/MESSAGE: one message"), discord_read_message},
	{},
};

const struct channel_kind channel_discord = {
	.word = "discord",
	.title = N_("Discord"),
	.about = N_("A bot on your Discord server: what is said in its channels and threads comes in, your answers go out."),
	.network = "discord",
	.can = CAN_REPLY | CAN_HIDE | HIDES_FOR_GOOD | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_POST,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.fetch_every = 15 * SECOND,
	.verify = verify,
	.fetch = discord_fetch,
	.publish = discord_publish,
	.look = discord_look,
	.metrics = metrics,
	.profile = discord_profile,
	.write_profile = discord_write_profile,
	.profile_fields = discord_profile_fields,
	.profile_place = "https://discord.com/developers/applications",
	.readers = readers,
};
