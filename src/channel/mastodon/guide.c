/* guide.c: how a Mastodon account is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Copy the address of the server where your account is, as it stands in the browser: https://mastodon.example.")},
	{.text = N_("Paste it below, leave the token empty, and connect. Parvis makes itself known to the server; there is nothing to register.")},
	{.text = N_("On the next page press “Sign in”: your server asks for your account and shows what Parvis asks for. Agree, and you are back here.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("The wrong account is connected"), N_("Your browser was signed in over there with another one. Sign out at the server, and sign in again from here."), NULL},
	{N_("The server has no page for signing in from elsewhere"), N_("Make a token there (Preferences, Development, New application) with these rights, and type it as the token."),
	 "read:accounts read:notifications read:statuses write:statuses write:media write:favourites write:accounts read:search"},
	{},
};

const struct channel_guide guide_mastodon = {
	.word = "mastodon", .account = N_("An account on a server that speaks Mastodon's interface."), .steps = steps, .troubles = troubles,
	.note = N_("It follows nobody, and its answers have the visibility that you choose here. Posts are for all to see."), .as_of = "2026-11-22",
};
