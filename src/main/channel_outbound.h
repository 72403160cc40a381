/* channel_outbound.h: one outgoing act as the command line says it (parvis channel publish): an answer, a post with its files, a like. Texts and bytes
 * are in the arena of the task. */
#pragma once
#include "channel/channel.h"
#include "main/command.h"

/* ERR_BAD_INPUT names the option at fault. Reads standard input where a text is wanted and none is given, and the files that are named. */
enum err channel_outbound(struct cx *cx, const struct program *program, struct outbound *ret_outbound);
