/* guide.c: how a mailbox at Google is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Make a project in Google's Cloud console. Any name will do, and it costs nothing."), .link = "https://console.cloud.google.com/projectcreate", .when = GUIDE_ONCE},
	{.text = N_("Fill in the consent screen: your mail address, and under Data access this right. Audience “Internal” where all your mailboxes are of your own Google Workspace, else “External”."),
	 .link = "https://console.cloud.google.com/auth/overview", .paste = PASTE_RIGHTS, .when = GUIDE_ONCE},
	{.text = N_("Of an “External” one, press “Publish app” under Audience: while it is in testing, access ends every seven days."), .link = "https://console.cloud.google.com/auth/audience", .when = GUIDE_ONCE},
	{.text = N_("Under Clients make one of the type “Web application”, and paste this under Authorized redirect URIs."), .link = "https://console.cloud.google.com/auth/clients",
	 .paste = PASTE_RETURN, .when = GUIDE_ONCE},
	{.text = N_("Keep the Client ID and the Client secret that it shows on the page “Apps at networks”."), .link = "/network-apps", .when = GUIDE_ONCE},
	{.text = N_("Type the address of the mailbox below, leave the token empty, and connect. On the next page press “Sign in”, and choose the account of this very mailbox.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Google says redirect_uri_mismatch"), N_("The address at Google differs from the one here: each letter counts, also http and https, and there is no slash at its end."), NULL},
	{N_("Google warns that the app is not verified"), N_("It is your own app: choose “Advanced”, then go on. Google verifies only what more than a hundred people use."), NULL},
	{N_("It was signed in, and the mailbox still refuses"), N_("Somebody signed in with another account than the mailbox's own, or the organisation has IMAP switched off for it. Its administrator can switch it on."), NULL},
	{},
};

const struct channel_guide guide_gmail = {
	.word = "gmail", .account = N_("The Google account of the mailbox. Fifteen minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("Nothing is marked as read in the mailbox, moved or deleted."), .as_of = "2026-11-22",
};
