/* saved_reply.h: prepared answers filled in for somebody: {{contact.first_name}}, {{contact.name}}, {{channel.name}}, {{me.first_name}},
 * {{me.name}}, {{workspace.name}}, {{date}}. What is not known stays as written, so that nobody sends a hole, and is reported.
 * Texts are in the task's arena. */
#pragma once
#include "store/saved_reply.h"

struct saved_reply_subject {
	struct str contact_name, channel_name, my_name, workspace_name;
	struct str date; /* today, as people read it */
};

/* *ret_unknown (may be NULL): the variables left as written, separated by ", "; empty when all was filled in. */
struct str saved_reply_render(struct cx *cx, struct str body, const struct saved_reply_subject *subject, struct str *ret_unknown);
