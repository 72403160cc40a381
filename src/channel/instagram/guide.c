/* guide.c: how an Instagram account is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In Instagram, see that the account is a professional one, and linked to a Facebook page that you manage (Settings, Business tools, Connect a Facebook page).")},
	{.text = N_("With an account that manages the page, open Meta's developer pages and make an app of the type “Business”. Any name will do; one app serves Facebook and Instagram."),
	 .link = "https://developers.facebook.com/apps/", .when = GUIDE_ONCE},
	{.text = N_("Add “Facebook Login” to the app, and in its settings paste this under Valid OAuth Redirect URIs."), .paste = PASTE_RETURN, .when = GUIDE_ONCE},
	{.text = N_("Under Use cases or Permissions, add these rights. For pages of people who have a role in the app no review is needed; then switch the app to “Live”."), .paste = PASTE_RIGHTS,
	 .when = GUIDE_ONCE},
	{.text = N_("Keep the App ID and the App secret (Settings, Basic) on the page “Apps at networks”."), .link = "/network-apps", .when = GUIDE_ONCE},
	{.text = N_("Leave the token below empty, and connect; where you look after several pages, write the name of this one. On the next page press “Sign in”, choose the page, and leave all rights ticked.")},
	{.text = N_("In the app open Webhooks, choose “Instagram”, and paste this as Callback URL. Until then, news come every five minutes instead of at once."), .paste = PASTE_DELIVERY, .when = GUIDE_AFTER},
	{.text = N_("Paste this as Verify token, and save: Meta asks at once whether somebody is here."), .paste = PASTE_WORD, .when = GUIDE_AFTER},
	{.text = N_("In the list below it, subscribe to these fields. Parvis subscribes the page itself."), .paste = PASTE_THIS, .typed = "comments, live_comments, messages",
	 .when = GUIDE_AFTER},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Meta says that the address is blocked, or not allowed"), N_("It is not among the Valid OAuth Redirect URIs, letter for letter, or “Client OAuth login” is off there."), NULL},
	{N_("It says that there is no account behind the page"), N_("The account is a personal one, or is linked to another page. Both are changed in the Instagram app."), NULL},
	{N_("Private messages do not come in"), N_("In the Instagram app, allow it: Settings, Messages and story replies, Message controls, Connected tools, Allow access to messages."), NULL},
	{N_("Comments on ads do not come in"), N_("Meta tells of them only by webhook: take the steps that follow once the channel is connected."), NULL},
	{},
};

const struct channel_guide guide_instagram = {
	.word = "instagram", .account = N_("A professional account on Instagram, and the Facebook page that it is linked to. Twenty minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("It shows no stories there, and likes nothing. Pictures of posts pass by the album of the linked page, where nobody sees them."), .as_of = "2026-11-22",
};
