/* guide.c: how the stream of Bluesky is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Take the address of a public stream, this one or another."), .paste = PASTE_THIS, .typed = "https://jetstream2.us-east.bsky.network"},
	{.text = N_("Write a listening query, if there is none yet: only what one of them finds is kept."), .link = "/listening/new"},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Nothing arrives"), N_("No listening query finds anything, or none is active. Try one on the past first: its page shows what it would find."), NULL},
	{N_("It falls behind"), N_("The public streams are far away for some. Take the one that is nearer to your server."), "https://jetstream1.us-west.bsky.network"},
	{},
};

const struct channel_guide guide_jetstream = {
	.word = "jetstream", .account = N_("Nothing. The stream is public, and nobody has to sign in."), .steps = steps, .troubles = troubles, .as_of = "2026-11-22",
};
