/* import: a channel that holds what archives brought. Nothing arrives by itself, nothing leaves. */
#include "channel/channel.h"

static const struct channel_field fields[] = {{}};

const struct channel_kind channel_import = {
	.word = "import",
	.title = N_("Imported history"),
	.about = N_("Holds what was imported from a file: a network's export, a spreadsheet. It is read and searched; nothing is sent through it."),
	.network = "import",
	.fields = fields,
};
