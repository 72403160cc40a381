/* webform.h: reading what is pushed into a form's channel (POST /api/v1/channels/{id}/messages). */
#pragma once
#include "channel/channel.h"

/* One message: {id, thread, parent, kind, subject, text, lang, rating, url, at, edited_at, removed, private, author: {id, name, handle, url,
 * followers, place}}. ERR_BAD_INPUT names the member at fault; what ingest needs is checked there. Texts are in the arena. */
enum err webform_inbound(struct cx *cx, const json_t *body, struct inbound *ret_inbound);
