/* guide.c: how a Discord server is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In Discord's developer portal make an application, open “Bot”, press “Reset Token”, and copy the token."), .link = "https://discord.com/developers/applications"},
	{.text = N_("On the same page, switch on “Message Content Intent”, and save.")},
	{.text = N_("Open OAuth2, URL Generator, and tick “bot”, then these permissions. Open the address that it makes, and choose your server."), .paste = PASTE_THIS,
	 .typed = "View Channels, Send Messages, Send Messages in Threads, Read Message History, Manage Messages, Attach Files, Add Reactions"},
	{.text = N_("In Discord itself, under Settings, Advanced, switch on Developer Mode; then right-click your server and choose Copy Server ID.")},
	{.text = N_("Type token and server ID below.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Messages come in without their text"), N_("“Message Content Intent” is off. Switch it on in the developer portal; what comes from then on is whole."), NULL},
	{N_("A channel of the server is missing"), N_("The bot does not see it. In that channel's settings, under Permissions, let its role view the channel and read its history."), NULL},
	{},
};

const struct channel_guide guide_discord = {
	.word = "discord", .account = N_("A Discord server that you administer."), .steps = steps, .troubles = troubles,
	.note = N_("It joins no voice channels, and gives nobody a role."), .as_of = "2026-11-22",
};
