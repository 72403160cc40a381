/* channel.c: places where a person publishes: no interface lets a program do it there. Nothing is called; the ledger hands what is due to whoever is in charge
 * (flow/by_hand.h), and they say what became of it. */
#include "base/lang.h"
#include "channel/by_hand.h"

static const struct channel_field fields[] = {
	{"place", N_("What it is"), N_("Its limits are known then: how long a text may be, how many pictures, in which format."), FIELD_CHOICE, true, by_hand_choices},
	{"url", N_("Its address"), N_("The group, the profile, the page: whoever publishes gets there by a press."), FIELD_URL, false},
	{"no_addresses", N_("Posts there have no address"), N_("Then nobody is asked for one."), FIELD_BOOL, false},
	{"characters", N_("Characters of a text, at the most"), N_("Empty: as many as are known of the network."), FIELD_NUMBER, false},
	{"pictures", N_("Pictures or files, at the most"), N_("Empty: as many as are known of the network."), FIELD_NUMBER, false},
	{"remind_minutes", N_("Remind after so many minutes"), N_("As long as nobody has published it; three times. Empty: after an hour. 0: never."), FIELD_NUMBER, false},
	{"also", N_("What else is to be done there"), N_("A sentence that stands among the steps: pin it, name the shop."), FIELD_LINE, false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 2000, TEXT_UTF16, "2026-11-22", "src/channel/by_hand.c: whoever connects it says otherwise"},
	{LIMIT_POST, 5000, TEXT_UTF16, "2026-11-22", "src/channel/by_hand.c: whoever connects it says otherwise"},
	{LIMIT_POST_MEDIA, 10, TEXT_UTF16, "2026-11-22", "src/channel/by_hand.c: whoever connects it says otherwise"},
	{LIMIT_IMAGE_BYTES, 10000000, TEXT_BYTES, "2026-11-22", "src/channel/by_hand.c"},
	{},
};

const struct channel_kind channel_assisted = {
	.word = "assisted",
	.title = N_("A place where somebody publishes by hand"),
	.about = N_("A group, a personal profile, a notice board: where no program may publish. At its minute a post is handed to a person, who puts it there and tells its address."),
	.network = "web",
	.can = CAN_POST | BY_HAND,
	.limits = limits,
	.fields = fields,
};
