/* The bot's own profile: its pictures are read and set; its name is set by people, since Discord takes few changes of it and refuses many names; what stands under “About me” is
 * the description of its application, which is read. As of 2026-11-22. */
#include "base/buf.h"
#include "base/lang.h"
#include "channel/discord/connector.h"
#include "channel/json_read.h"
#include "sys/crypto.h"

const struct channel_profile_field discord_profile_fields[] = {
	{PROFILE_NAME, 32, TEXT_CHARACTERS, true, false, "2026-11-22", "Discord API v10, BotAccountPatchRequest: username, maxLength 32"},
	{PROFILE_ABOUT, 400, TEXT_CHARACTERS, true, false, "2026-11-22", "Discord API v10, ApplicationFormPartial: description, maxLength 400"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "Discord API v10, BotAccountPatchRequest: avatar"},
	{PROFILE_COVER, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "Discord API v10, BotAccountPatchRequest: banner"},
	{},
};

enum err discord_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange me = {.method = "GET", .path = S("/users/@me")}, application = {.method = "GET", .path = S("/applications/@me")};
	struct verified v = {};
	TRY(discord_ask(cx, net, account, &me));
	TRY(exchange_expect_json(cx, &me, 200));
	TRY(discord_ask(cx, net, account, &application));
	TRY(exchange_expect_json(cx, &application, 200));
	discord_read_user(cx, me.document, &v);
	struct str banner = json_text(me.document, "banner");
	*ret_profile = (struct channel_profile){
		.name = v.name, .handle = v.handle, .avatar = v.avatar, .about = exchange_text(cx, application.document, "description"), .followers = -1, .following = -1, .posts = -1,
	};
	if (banner.len && str_find_byte(banner, '/') < 0)
		ret_profile->cover = arena_printf(cx->arena, "https://cdn.discordapp.com/banners/%.*s/%.*s.png?size=600", STR_ARG(v.id), STR_ARG(banner));
	return OK;
}

static void add_picture(struct buf *b, const char *name, const struct outbound_media *m)
{
	buf_addf(b, ",\"%s\":\"data:%.*s;base64,", name, STR_ARG(m->type));
	buf_add_base64(b, m->bytes, BASE64);
	buf_addc(b, '"');
}

/* The name has to go along: it is read first, and sent back as it is. */
enum err discord_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	struct exchange me = {.method = "GET", .path = S("/users/@me")}, x = {.method = "PATCH", .path = S("/users/@me")};
	CLEANUP(buf_free) struct buf b = {};
	TRY(discord_ask(cx, net, account, &me));
	if (!exchange_read_first(cx, &me, ret_sent))
		return OK;
	buf_adds(&b, "{\"username\":");
	buf_add_json(&b, json_text(me.document, "username"));
	if (change->wants[PROFILE_AVATAR])
		add_picture(&b, "avatar", &change->avatar);
	if (change->wants[PROFILE_COVER])
		add_picture(&b, "banner", &change->cover);
	buf_addc(&b, '}');
	x.body = buf_keep(&b, cx->arena);
	TRY(discord_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	return OK;
}
