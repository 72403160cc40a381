/* guide.c: how a place is connected where a person publishes. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Say what it is: how long a text may be there, and how many pictures, is then known. Where you know better, write it.")},
	{.text = N_("Open the group, the profile or the page in another tab, and paste its address here.")},
	{.text = N_("Choose who is in charge. While they are away, the team is told; without a team, whoever may publish.")},
	{.text = N_("Write posts for it as for any other channel. At their minute they stand on this page, and whoever is in charge gets a letter."), .link = "/by-hand", .when = GUIDE_AFTER},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("The address of a post is refused"), N_("It must be one of the place that the channel names. Copy it from the menu of the post itself, not from the list around it."), NULL},
	{N_("Nobody was told"), N_("Look who is in charge in the settings of the channel, and under Notifications whether they want letters."), NULL},
	{N_("It was published, and nobody said so"), N_("Whoever comes later says it on the same page: a post that was handed over never goes out by itself."), NULL},
	{},
};

const struct channel_guide guide_assisted = {
	.word = "assisted", .account = N_("Somebody who may publish there. Two minutes."), .steps = steps, .troubles = troubles,
	.note = N_("It reads nothing there and fetches no figures: Parvis never signs in for a person."), .as_of = "2026-11-22",
};
