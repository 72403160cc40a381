/* guide.c: how a feed is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In a browser, open the blog, journal or podcast that you read, and copy its address.")},
	{.text = N_("Paste it below: Parvis looks for the feed that the page names.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("No feed is found"), N_("Not every site names its own. Try the address with this behind it, or ask who makes the site."), "/feed"},
	{N_("The site refuses to be read"), N_("Some sites let browsers in and nobody else. Another feed of the same site may be open."), NULL},
	{},
};

const struct channel_guide guide_feed = {
	.word = "feed", .account = N_("Nothing but an address. Nobody has to sign in."), .steps = steps, .troubles = troubles, .as_of = "2026-11-22",
};
