/* mail_parts.h: inside of mail_read: the text and the attachments of one mail. The text part is preferred, HTML is turned into
 * text, quoted history stays; other parts are attachments with their bytes. */
#pragma once
#include "base/arena.h"
#include "model/inbound.h"

#include <gmime/gmime.h>

void mail_read_parts(struct arena *arena, GMimeMessage *message, struct inbound *in);
