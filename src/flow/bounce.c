#include "flow/bounce.h"

#include "flow/notify.h"
#include "flow/sla.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/publication.h"

static enum err open_again(struct cx *cx, struct db *db, const struct message *m)
{
	struct conversation c;
	TRY(conversation_get(cx, db, m->workspace, m->conversation, &c));
	c.message_count--; /* until it arrives */
	if (c.status != STATUS_OPEN) {
		c.status = STATUS_OPEN;
		c.resolved_at = 0;
		c.snoozed_until = 0;
	}
	if (!c.waiting_since)
		c.waiting_since = c.inbound_at;
	sla_arrange(&c);
	return conversation_save(cx, db, &c);
}

enum err bounce_take(struct cx *cx, struct db *db, const struct message *m, struct str story, bool *ret_changed)
{
	struct publication p;
	CLEANUP(buf_free) struct buf detail = {};
	*ret_changed = false;
	if (m->direction != DIRECTION_OUT || m->reply_state != REPLY_SENT)
		return OK;
	enum err e = publication_of(cx, db, m->workspace, m->id, S("reply"), &p);
	if (e == ERR_MISSING) { /* written over there, not here */
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	TRY(publication_returned(cx, db, m->workspace, p.id, story));
	TRY(message_move(cx, db, m->workspace, m->id, REPLY_SENT, REPLY_FAILED));
	TRY(open_again(cx, db, m));
	buf_addf(&detail, "{\"message\":\"%lld\",\"act\":\"reply\",\"story\":", (long long)m->id);
	buf_add_json(&detail, story);
	buf_addc(&detail, '}');
	struct str text = buf_keep(&detail, cx->arena);
	TRY(event_add(cx, db, m->workspace, m->conversation, "undelivered", text));
	TRY(notify_person(cx, db, m->workspace, p.created_by, "undelivered", m->conversation, m->id, text));
	*ret_changed = true;
	return OK;
}
