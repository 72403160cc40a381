/* guide.c: how a Telegram bot is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In Telegram, open the talk with @BotFather and send this; choose a name, and a user name that ends in “bot”."), .link = "https://t.me/BotFather", .paste = PASTE_THIS, .typed = "/newbot"},
	{.text = N_("Copy the token that it answers with (digits, a colon, letters), and type it below.")},
	{.text = N_("For a group: send this to @BotFather, choose the bot, then “Disable”; afterwards add the bot to the group. Otherwise it only sees what is addressed to it."), .link = "https://t.me/BotFather",
	 .paste = PASTE_THIS, .typed = "/setprivacy"},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("It says that another program reads this bot"), N_("A bot speaks with one program. Stop the other one, or make a second bot."), NULL},
	{N_("Of a group, only some messages come in"), N_("The bot's privacy mode is on. Send this to @BotFather, choose “Disable”, then take the bot out of the group and add it again."), "/setprivacy"},
	{N_("Nobody can be written to first"), N_("A bot answers people who wrote to it, and cannot begin. Give people its address, for instance on your site."), "https://t.me/NAME_bot"},
	{},
};

const struct channel_guide guide_telegram = {
	.word = "telegram", .account = N_("Telegram on a telephone or a computer. Three minutes."), .steps = steps, .troubles = troubles,
	.note = N_("Telegram keeps what is new for 24 hours: a desk that is off for longer does not get the rest."), .as_of = "2026-11-22",
};
