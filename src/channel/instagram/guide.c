/* guide.c: how an Instagram account is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In Instagram, see that the account is a professional one, and linked to a Facebook page that you manage (Settings, Business tools, Connect a Facebook page).")},
	{.text = N_("With an account that manages the page, open Meta's developer pages and make an app of the type “Business”. Any name will do."), .link = "https://developers.facebook.com/apps/"},
	{.text = N_("Open the Graph API Explorer, choose that app, add these rights, and press “Generate Access Token”."), .link = "https://developers.facebook.com/tools/explorer/", .paste = PASTE_RIGHTS},
	{.text = N_("Paste the token into the Access Token Debugger and press “Extend Access Token” at the bottom: it then lasts two months, and what is made from it longer."),
	 .link = "https://developers.facebook.com/tools/debug/accesstoken/"},
	{.text = N_("Back in the Explorer, paste the longer token and ask for this. The answer has an access_token beside your page's name: that is the page's token, which does not end."),
	 .link = "https://developers.facebook.com/tools/explorer/", .paste = PASTE_THIS, .typed = "me/accounts"},
	{.text = N_("In the app under Settings, Basic, show the App secret. Type it and the page's token below; leave the rest empty.")},
	{.text = N_("In the app open Webhooks, choose the page's own kind (Page or Instagram), and paste this as Callback URL."), .paste = PASTE_DELIVERY, .when = GUIDE_AFTER},
	{.text = N_("Paste this as Verify token, and save: Meta asks at once whether somebody is here."), .paste = PASTE_WORD, .when = GUIDE_AFTER},
	{.text = N_("In the list below it, subscribe to these fields."), .paste = PASTE_THIS, .typed = "comments, live_comments, messages", .when = GUIDE_AFTER},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("It says that there is no account behind the page"), N_("The account is a personal one, or is linked to another page. Both are changed in the Instagram app."), NULL},
	{N_("Private messages do not come in"), N_("In the Instagram app, allow it: Settings, Messages and story replies, Message controls, Connected tools, Allow access to messages."), NULL},
	{N_("Comments on ads do not come in"), N_("Meta tells of them only by webhook: take the steps that follow once the channel is connected."), NULL},
	{},
};

const struct channel_guide guide_instagram = {
	.word = "instagram", .account = N_("A professional account on Instagram, and the Facebook page that it is linked to. Twenty minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("It shows no pictures or stories there, and likes nothing."), .as_of = "2026-11-22",
};
