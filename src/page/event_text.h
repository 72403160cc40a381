/* event_text.h: what happened to a conversation, as a sentence for whoever reads: the grey lines of a thread, the news of Today. */
#pragma once
#include "ui/format.h"

#include <jansson.h>

/* `kind` and `detail` (JSON) as kept in the event's row. A new reference. */
json_t *event_text(struct cx *cx, const struct reader *reader, struct str kind, struct str actor, struct str detail);
