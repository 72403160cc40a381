#include "flow/leave.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/log.h"
#include "channel/channel.h"
#include "flow/channels.h"
#include "flow/gate.h"
#include "flow/transaction.h"
#include "store/job.h"
#include "sys/crypto.h"

#define LEASE (2 * MINUTE)
#define TRIES 6 /* within a day: then it stays as it is over there, where it finds nobody */

enum err leave_later(struct cx *cx, struct db *db, const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	CLEANUP(buf_free) struct buf b = {};
	if (!kind || !kind->leave || !c->secret.len)
		return OK;
	buf_addf(&b, "{\"channel\":\"%lld\",\"secret\":\"", (long long)c->id);
	buf_add_base64(&b, c->secret, BASE64);
	buf_adds(&b, "\"}");
	return job_add(cx, db, c->workspace, "leave", buf_str(&b), (struct str){}, 0);
}

static enum err ask(struct cx *cx, struct db *db, struct outbox *outbox, const struct channel *c, struct str sealed)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	struct gate_keeper keeper;
	struct str secret;
	TRY(outbox->open_secret(cx, outbox->subject, c->id, sealed, &secret));
	struct channel_account account = {.id = c->id, .name = c->name, .settings = channel_settings(cx, c), .secret = secret, .known = channel_known(cx, c)};
	TRY(gate_start(cx, db, outbox->net, c->workspace, c->id, GATE_ACTING, &keeper));
	enum err e = kind && kind->leave ? kind->leave(cx, outbox->net, &account) : OK;
	gate_end(&keeper);
	return e;
}

static enum err leave(struct cx *cx, struct db *db, struct outbox *outbox, const struct job *job)
{
	struct channel c;
	CLEANUP(buf_free) struct buf sealed = {};
	i64 id = 0;
	json_t *detail = json_loadb(job->detail.at ? job->detail.at : "", job->detail.len, 0, NULL);
	bool fine = str_to_i64(str_of(json_string_value(json_object_get(detail, "channel"))), &id) &&
		    base64_read(str_of(json_string_value(json_object_get(detail, "secret"))), BASE64, &sealed);
	json_decref(detail);
	if (!fine || channel_get(cx, db, job->workspace, id, &c) != OK || !c.archived_at) { /* taken out again meanwhile: it is wanted */
		cx_forget(cx);
		return IN_TRANSACTION(cx, db, job_done(cx, db, job->id));
	}
	enum err e = ask(cx, db, outbox, &c, buf_str(&sealed));
	bool again = e != OK && err_row(e)->retry && job->attempts < TRIES;
	struct str story = arena_str(cx->arena, str_of(cx->story));
	if (e != OK)
		log_failure(cx, "channel_not_left");
	cx_forget(cx);
	return IN_TRANSACTION(cx, db, again ? job_again(cx, db, job->id, cx->now + (MINUTE << 2 * job->attempts), story) : job_done(cx, db, job->id));
}

enum err leave_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	struct job *jobs;
	size_t count;
	TRY(IN_TRANSACTION(cx, db, job_lease(cx, db, "leave", cx->now + LEASE, 1, &jobs, &count)));
	for (size_t i = 0; i < count; i++)
		TRY(leave(cx, db, outbox, &jobs[i]));
	*ret_count = (i64)count;
	return OK;
}
