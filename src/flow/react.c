#include "flow/react.h"

#include "base/id.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/message.h"
#include "store/publication.h"
#include "sys/crypto.h"

bool react_can(const struct channel_kind *kind, const struct message *m)
{
	return kind && (kind->can & CAN_REACT) && m->direction == DIRECTION_IN && m->remote_id.len && !m->hidden_at && !m->removed_at;
}

/* The newest that counts; its id is 0 when there is none. */
static enum err newest(struct cx *cx, struct db *db, i64 workspace, i64 message, struct publication *ret_newest)
{
	*ret_newest = (struct publication){};
	enum err e = publication_reaction(cx, db, workspace, message, ret_newest);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	return e;
}

enum err react_is_liked(struct cx *cx, struct db *db, i64 workspace, i64 message, bool *ret_liked)
{
	struct publication p;
	TRY(newest(cx, db, workspace, message, &p));
	*ret_liked = p.id && str_eq(p.act, S("react"));
	return OK;
}

static enum err order(struct cx *cx, struct db *db, const struct message *m, bool liked)
{
	const char *act = liked ? "react" : "unreact";
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct publication p = {
		.id = id_new(),
		.workspace = m->workspace,
		.channel = m->channel,
		.act = str_of(act),
		.message = m->id,
		.dedup_key = arena_printf(cx->arena, "%s%lld-%.12s", act, (long long)m->id, token),
		.state = PUBLICATION_DUE,
		.due_at = cx->now,
		.created_by = cx->actor->user,
		.created_at = cx->now,
	};
	return publication_insert(cx, db, &p);
}

static enum err set(struct cx *cx, struct db *db, i64 workspace, i64 message, bool liked, struct undo *undo)
{
	struct message m;
	struct channel channel;
	struct publication before;
	TRY(message_get(cx, db, workspace, message, &m));
	TRY(channel_get(cx, db, workspace, m.channel, &channel));
	if (channel.archived_at || !react_can(channel_kind_of(channel.kind), &m))
		return fail(cx, ERR_UNSUPPORTED, N_("This message cannot be liked: its network knows no likes, or the message is no longer there."));
	TRY(newest(cx, db, workspace, message, &before));
	if ((before.id && str_eq(before.act, S("react"))) == liked)
		return OK;
	if (before.id && (before.state == PUBLICATION_LEASED || before.state == PUBLICATION_UNKNOWN))
		return fail(cx, ERR_CONFLICT, N_("The like before this is just on its way. Try again in a moment."));
	if (before.id && before.state != PUBLICATION_SENT) /* it has not left: it need not */
		TRY(publication_withdraw(cx, db, workspace, before.id));
	else
		TRY(order(cx, db, &m, liked));
	if (undo)
		undo_note(undo, liked ? "unlike" : "like", message);
	return change_add(cx, db, workspace, 0, "conversation", m.conversation);
}

enum err react_set(struct cx *cx, struct db *db, i64 workspace, i64 message, bool liked, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, set(cx, db, workspace, message, liked, undo));
}
