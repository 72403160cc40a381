/* import_channel.h: where an import goes: the channel that was chosen, else the one channel of kind "import" that holds what came in
 * this format from this account, else a new one. It is found by its settings, never by its name, which people may change:
 * another channel would mean every message a second time. */
#pragma once
#include "channel/archive.h"
#include "store/channel.h"
#include "store/import_run.h"

/* A dry run makes none: *ret_new says that it has to be inserted, in a transaction that is rolled back. */
enum err import_channel(struct cx *cx, struct db *db, const struct import_run *run, const struct archive_format *format,
			struct channel *ret_channel, bool *ret_new);
