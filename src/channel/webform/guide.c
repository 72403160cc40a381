/* guide.c: how a form or a program of one's own is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Connect it: its page then shows an address and an example for programs, and a public page for people, which is closed until you open it.")},
	{.text = N_("For a program that brings messages, make an API key with this right."), .link = "/account?tab=api-keys", .paste = PASTE_THIS, .typed = "channels.ingest"},
	{.text = N_("For answers that are to go back to the program, type the address where it listens, and a secret that both know.")},
	{.text = N_("A program that signs what it sends (Standard Webhooks) needs no key: it sends to this address."), .paste = PASTE_DELIVERY, .when = GUIDE_AFTER},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("The program is answered 401 or 403"), N_("The key was revoked, or lacks the right to push messages in."), "channels.ingest"},
	{N_("A delivery is refused"), N_("The secret differs, or the clocks of both machines are more than five minutes apart. Its reason stands on the channel's page."), NULL},
	{N_("An address of your own network cannot be reached"), N_("Parvis calls no addresses inside by itself. Whoever runs it allows one in the settings file."), "net_allow"},
	{},
};

const struct channel_guide guide_webform = {
	.word = "webform", .account = N_("Nothing for the public page; for a program, somebody who can set it up."), .steps = steps, .troubles = troubles, .as_of = "2026-11-22",
};
