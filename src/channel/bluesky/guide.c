/* guide.c: how a Bluesky account is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("On Bluesky open Settings, Privacy and security, App passwords, and add one. Let it reach direct messages if they are to come in here."), .link = "https://bsky.app/settings/app-passwords"},
	{.text = N_("Copy it at once: it is shown a single time. It looks like four groups of four letters.")},
	{.text = N_("Type the handle without @ and that password below. Unless your account is on a server of its own, the address is this."), .paste = PASTE_THIS, .typed = "https://bsky.social"},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("It says that handle or password is wrong"), N_("The handle has no @ and ends with its domain; the password is an app password, not the one that you sign in with."), "bakery.bsky.social"},
	{N_("Direct messages do not come in"), N_("The app password may not reach them. Add another one that may, type it in the channel's settings, and take the old one away on Bluesky."), NULL},
	{},
};

const struct channel_guide guide_bluesky = {
	.word = "bluesky", .account = N_("An account on Bluesky, or on another server of its network."), .steps = steps, .troubles = troubles,
	.note = N_("It follows nobody and reposts nothing. Answers are hidden only under your own posts: the network has nothing else."), .as_of = "2026-11-22",
};
