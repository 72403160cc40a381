/* guide.c: how a page on Facebook is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("With an account that manages the page, open Meta's developer pages and make an app of the type “Business”. Any name will do; one app serves Facebook and Instagram."),
	 .link = "https://developers.facebook.com/apps/", .when = GUIDE_ONCE},
	{.text = N_("Add “Facebook Login” to the app, and in its settings paste this under Valid OAuth Redirect URIs."), .paste = PASTE_RETURN, .when = GUIDE_ONCE},
	{.text = N_("Under Use cases or Permissions, add these rights. For pages of people who have a role in the app no review is needed; then switch the app to “Live”."), .paste = PASTE_RIGHTS,
	 .when = GUIDE_ONCE},
	{.text = N_("Keep the App ID and the App secret (Settings, Basic) on the page “Apps at networks”."), .link = "/network-apps", .when = GUIDE_ONCE},
	{.text = N_("Leave the token below empty, and connect; where you look after several pages, write the name of this one. On the next page press “Sign in”, choose the page, and leave all rights ticked.")},
	{.text = N_("In the app open Webhooks, choose “Page”, and paste this as Callback URL. Until then, news come every five minutes instead of at once."), .paste = PASTE_DELIVERY, .when = GUIDE_AFTER},
	{.text = N_("Paste this as Verify token, and save: Meta asks at once whether somebody is here."), .paste = PASTE_WORD, .when = GUIDE_AFTER},
	{.text = N_("In the list below it, subscribe to these fields. Parvis subscribes the page itself."), .paste = PASTE_THIS, .typed = "feed, mention, ratings, messages, message_echoes, message_edits, messaging_postbacks, standby",
	 .when = GUIDE_AFTER},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Meta says that the address is blocked, or not allowed"), N_("It is not among the Valid OAuth Redirect URIs, letter for letter, or “Client OAuth login” is off there."), NULL},
	{N_("Comments come in from people without a name"), N_("Meta tells who wrote only to apps that it reviewed for it (Advanced Access). Until then each is an unknown person; answers arrive all the same."), NULL},
	{N_("A private answer is refused"), N_("Meta lets pages write for 24 hours after the person wrote, and for seven days when the app has “Human Agent”. Then answer in public, or by another way."), NULL},
	{},
};

const struct channel_guide guide_facebook = {
	.word = "facebook", .account = N_("A Facebook account that manages the page. Twenty minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("It changes nothing of the page's settings but that news of it are brought here."), .as_of = "2026-11-22",
};
