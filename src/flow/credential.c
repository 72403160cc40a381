#include "flow/credential.h"

#include "flow/channels.h"
#include "flow/renew.h"
#include "flow/transaction.h"

/* For the call under way and those after it, the renewed one holds even where it could not be kept for others. */
static enum err renew(struct cx *cx, void *subject, struct str secret)
{
	struct credential *c = subject;
	struct str sealed;
	bool kept = false;
	c->account.secret = arena_str(cx->arena, secret);
	if (!c->outbox->seal_secret)
		return OK;
	TRY(c->outbox->seal_secret(cx, c->outbox->subject, c->account.id, secret, &sealed));
	TRY(IN_TRANSACTION(cx, c->db, channel_renew_secret(cx, c->db, c->workspace, c->account.id, c->sealed, sealed, &kept)));
	if (kept)
		c->sealed = sealed;
	return OK;
}

enum err credential_open(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, struct credential *ret_credential)
{
	struct str secret = {};
	TRY(renew_when_due(cx, db, outbox, channel));
	if (channel->secret.len)
		TRY(outbox->open_secret(cx, outbox->subject, channel->id, channel->secret, &secret));
	*ret_credential = (struct credential){
		.account = {.id = channel->id, .name = channel->name, .settings = channel_settings(cx, channel), .secret = secret, .known = channel_known(cx, channel),
			    .renew = renew, .subject = ret_credential},
		.sealed = channel->secret, .db = db, .outbox = outbox, .workspace = channel->workspace,
	};
	return OK;
}

enum err credential_denied(struct cx *cx, struct credential *c, struct channel *channel, bool *ret_again)
{
	struct str secret;
	channel->secret = c->sealed;
	TRY(renew_again(cx, c->db, c->outbox, channel, ret_again));
	if (!*ret_again)
		return OK;
	TRY(c->outbox->open_secret(cx, c->outbox->subject, channel->id, channel->secret, &secret));
	c->sealed = channel->secret;
	c->account.secret = secret;
	return OK;
}
