/* guide.c: how an account on X is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Open X's developer console, agree to its terms, and make a project with an app. X charges for what is read and written: put some credit on it."), .link = "https://console.x.com", .when = GUIDE_ONCE},
	{.text = N_("In the app open “User authentication settings”. Choose “Read and write and Direct message”, and as type “Web App, Automated App or Bot”."), .link = "https://console.x.com", .when = GUIDE_ONCE},
	{.text = N_("Paste this as Callback URI, and the address of your own site as Website URL. Save."), .paste = PASTE_RETURN, .when = GUIDE_ONCE},
	{.text = N_("Keep the OAuth 2.0 Client ID and Client Secret (not the API key) on the page “Apps at networks”."), .link = "/network-apps", .when = GUIDE_ONCE},
	{.text = N_("Leave the token below empty, and connect. On the next page press “Sign in”, with the account that is to answer.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("X says that something went wrong, and lets nobody in"), N_("The Callback URI differs from the address here: each letter counts. Or the app is of the type “Native App”: choose the other one."), NULL},
	{N_("Nothing is read any more, and X speaks of credits or a cap"), N_("The credit is used up. Add some in X's console; reading goes on where it stopped."), NULL},
	{N_("Private messages do not come in"), N_("Turn on “Private messages too” in the channel's settings, then sign in again, so that X grants them."), NULL},
	{},
};

const struct channel_guide guide_twitter = {
	.word = "twitter", .account = N_("The account on X, and a developer account with some credit. Fifteen minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("It reads nothing twice without need, since X charges for it; it follows and reposts nobody."), .as_of = "2026-11-22",
};
