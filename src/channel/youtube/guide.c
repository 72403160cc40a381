/* guide.c: how a channel on YouTube is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Make a project in Google's Cloud console. Any name will do, and it costs nothing."), .link = "https://console.cloud.google.com/projectcreate", .when = GUIDE_ONCE},
	{.text = N_("Switch on the YouTube Data API v3 for it."), .link = "https://console.cloud.google.com/apis/library/youtube.googleapis.com", .when = GUIDE_ONCE},
	{.text = N_("Fill in the consent screen: audience “External”, your mail address, and under Data access this right."), .link = "https://console.cloud.google.com/auth/overview",
	 .paste = PASTE_RIGHTS, .when = GUIDE_ONCE},
	{.text = N_("Under Audience press “Publish app”: while it is in testing, access ends every seven days."), .link = "https://console.cloud.google.com/auth/audience", .when = GUIDE_ONCE},
	{.text = N_("Under Clients make one of the type “Web application”, and paste this under Authorized redirect URIs."), .link = "https://console.cloud.google.com/auth/clients",
	 .paste = PASTE_RETURN, .when = GUIDE_ONCE},
	{.text = N_("Keep the Client ID and the Client secret that it shows on the page “Apps at networks”."), .link = "/network-apps", .when = GUIDE_ONCE},
	{.text = N_("Leave the token below empty, and connect. On the next page press “Sign in”, choose the Google account, and then the channel.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Google says redirect_uri_mismatch"), N_("The address at Google differs from the one here: each letter counts, also http and https, and there is no slash at its end."), NULL},
	{N_("Google warns that the app is not verified"), N_("It is your own app: choose “Advanced”, then go on. Google verifies only what more than a hundred people use."), NULL},
	{N_("Access ends after a week"), N_("The consent screen is still in testing. Publish the app, then sign in again."), NULL},
	{N_("The quota is used up before the evening"), N_("Each project has 10,000 units a day, an answer costs 50. Reading slows down by itself, so that answers leave; Google grants more when it is asked."), NULL},
	{},
};

const struct channel_guide guide_youtube = {
	.word = "youtube", .account = N_("The Google account that owns the channel. Fifteen minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("It uploads no videos, and deletes no comments: what is hidden is held for review."), .as_of = "2026-11-22",
};
