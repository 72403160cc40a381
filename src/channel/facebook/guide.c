/* guide.c: how a page on Facebook is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("With an account that manages the page, open Meta's developer pages and make an app of the type “Business”. Any name will do."), .link = "https://developers.facebook.com/apps/"},
	{.text = N_("Open the Graph API Explorer, choose that app, add these rights, and press “Generate Access Token”."), .link = "https://developers.facebook.com/tools/explorer/", .paste = PASTE_RIGHTS},
	{.text = N_("Paste the token into the Access Token Debugger and press “Extend Access Token” at the bottom: it then lasts two months, and what is made from it longer."),
	 .link = "https://developers.facebook.com/tools/debug/accesstoken/"},
	{.text = N_("Back in the Explorer, paste the longer token and ask for this. The answer has an access_token beside your page's name: that is the page's token, which does not end."),
	 .link = "https://developers.facebook.com/tools/explorer/", .paste = PASTE_THIS, .typed = "me/accounts"},
	{.text = N_("In the app under Settings, Basic, show the App secret. Type it and the page's token below; leave the rest empty.")},
	{.text = N_("In the app open Webhooks, choose the page's own kind (Page or Instagram), and paste this as Callback URL."), .paste = PASTE_DELIVERY, .when = GUIDE_AFTER},
	{.text = N_("Paste this as Verify token, and save: Meta asks at once whether somebody is here."), .paste = PASTE_WORD, .when = GUIDE_AFTER},
	{.text = N_("In the list below it, subscribe to these fields."), .paste = PASTE_THIS, .typed = "feed, mention, ratings, messages, message_echoes, message_edits", .when = GUIDE_AFTER},
	{.text = N_("In the Explorer, with the page's token, choose POST and send this: it subscribes the page to the app. Until then, news come every five minutes instead of at once."),
	 .link = "https://developers.facebook.com/tools/explorer/", .paste = PASTE_THIS,
	 .typed = "me/subscribed_apps?subscribed_fields=feed,mention,ratings,messages,message_echoes,message_edits", .when = GUIDE_AFTER},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("It works today and no longer tomorrow"), N_("The token was the short one, or a person's and not the page's. Take the steps of the longer token again."), NULL},
	{N_("Comments come in from people without a name"), N_("Meta tells who wrote only to apps that it reviewed for it (Advanced Access). Until then each is an unknown person; answers arrive all the same."), NULL},
	{N_("A private answer is refused"), N_("Meta lets pages write for 24 hours after the person wrote, and for seven days when the app has “Human Agent”. Then answer in public, or by another way."), NULL},
	{},
};

const struct channel_guide guide_facebook = {
	.word = "facebook", .account = N_("A Facebook account that manages the page. Twenty minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("It writes no posts on the page, and changes nothing of its settings."), .as_of = "2026-11-22",
};
