/* guide.c: how the simulated network is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Nothing has to be made over there: “parvis run” starts the simulated network when a workspace has a channel of it. Its address is this, unless the settings file says otherwise."), .paste = PASTE_THIS,
	 .typed = "http://127.0.0.1:8091"},
	{.text = N_("Type the token that stands in the data folder, in this file."), .paste = PASTE_THIS, .typed = "keys/simulator.token"},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("It is very quiet"), N_("Turn its dials on the channel's page: how much is said, who answers, what goes wrong. Or play a scene."), NULL},
	{},
};

const struct channel_guide guide_simulator = {
	.word = "simulator", .account = N_("Nothing: it runs on this machine, with imagined people."), .steps = steps, .troubles = troubles, .as_of = "2026-11-22",
};
