/* guide.c: how a Matrix account is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Make an account for the desk on your home server, in Element or any other program: what leaves from here is signed by it.")},
	{.text = N_("Invite that account to the rooms that are to be read, and accept the invitations with it.")},
	{.text = N_("In Element, signed in with that account, open Settings, Help & About, and copy the access token at its end.")},
	{.text = N_("Close the window without signing out: signing out makes the token worthless. Type server and token below.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("The token is no longer taken"), N_("Somebody signed that account out, or ended its sessions. Sign in anew, copy the new token, and close the window without signing out."), NULL},
	{N_("A room brings one message that says it is encrypted"), N_("Parvis reads no encrypted rooms. Use a room without encryption for what the desk is to read."), NULL},
	{},
};

const struct channel_guide guide_matrix = {
	.word = "matrix", .account = N_("An account of its own for the desk, on any home server."), .steps = steps, .troubles = troubles,
	.note = N_("It never writes into an encrypted room, and joins rooms only where you say so."), .as_of = "2026-11-22",
};
