#include "base/buf.h"
#include "flow/outbox_parts.h"

#include "base/lang.h"
#include "flow/notify.h"
#include "flow/post.h"
#include "flow/profile.h"
#include "flow/sla.h"
#include "flow/visitor.h"
#include "store/event.h"
#include "sys/crypto.h"

#define ATTEMPTS_MAX 60            /* of a network that keeps saying "later": about two days and a half */
#define WAIT_MOST HOUR             /* between two of them: whoever was away for a day hears soon after */
#define HELD_FREE (3 * DAY)        /* so long, what the gate held back costs no attempt */
#define ABSENT_TWICE MINUTE        /* a network may take a while to show what it took: seen missing twice, so far apart, it is missing */
#define LOOKS_MAX 40

i64 act_next_try(i64 now, i64 attempts, i64 wished)
{
	i64 wait = 15 * SECOND;
	for (i64 i = 1; i < attempts && wait < WAIT_MOST; i++)
		wait *= 2;
	if (wait > WAIT_MOST)
		wait = WAIT_MOST;
	wait += (i64)random_below((u64)wait / 5 + 1);
	return wished > now + wait ? wished : now + wait;
}

/* The acts of a channel, with when they last worked. */
static enum err note_act(struct cx *cx, struct db *db, const struct act *act, const struct sent *sent)
{
	const struct publication *p = &act->publication;
	if (sent->outcome == OUTCOME_DONE)
		return channel_act_done(cx, db, p->workspace, p->channel, p->act);
	return p->state == PUBLICATION_UNKNOWN ? OK : channel_act_failed(cx, db, p->workspace, p->channel, p->act, sent->story);
}

static enum err reply_state_after(struct cx *cx, struct db *db, const struct act *act, enum reply_state to)
{
	const struct message *m = &act->message;
	if (!act_speaks(&act->publication))
		return OK;
	bool looked = act->publication.state == PUBLICATION_UNKNOWN;
	struct message now;
	TRY(message_get(cx, db, m->workspace, m->id, &now));
	/* After a crash the message may still say queued or sending though the lease is known to be in doubt. */
	if (looked && now.reply_state == REPLY_QUEUED) {
		TRY(message_move(cx, db, m->workspace, m->id, REPLY_QUEUED, REPLY_SENDING));
		now.reply_state = REPLY_SENDING;
	}
	if (now.reply_state == to)
		return OK;
	return message_move(cx, db, m->workspace, m->id, now.reply_state, to);
}

/* The thread of a post is called as the network calls it. Where somebody commented on it before we knew that it is there, it goes on in
 * theirs. *conversation is the one that goes on. */
static enum err name_thread(struct cx *cx, struct db *db, struct message *m, struct conversation *conversation)
{
	struct conversation theirs;
	if (!m->remote_id.len)
		return OK;
	enum err e = conversation_by_remote(cx, db, m->workspace, m->channel, m->remote_id, &theirs);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return conversation_called(cx, db, m->workspace, conversation->id, m->remote_id);
	}
	TRY(e);
	if (theirs.id == conversation->id)
		return OK;
	conversation->merged_into = theirs.merged_into ? theirs.merged_into : theirs.id;
	TRY(conversation_save(cx, db, conversation));
	TRY(message_move_thread(cx, db, m->workspace, m->id, conversation->merged_into, theirs.id));
	m->conversation = conversation->merged_into;
	m->home = theirs.id;
	return conversation_get(cx, db, m->workspace, m->conversation, conversation);
}

/* It arrived: the message carries the network's id, the clock stops. */
static enum err arrived(struct cx *cx, struct db *db, const struct act *act, const struct sent *sent)
{
	struct message m, echo;
	struct conversation c;
	TRY(reply_state_after(cx, db, act, REPLY_SENT));
	TRY(message_get(cx, db, act->message.workspace, act->message.id, &m));
	enum err e = sent->remote_id.len ? message_by_remote(cx, db, m.workspace, m.channel, sent->remote_id, &echo) : ERR_MISSING;
	if (e == OK && echo.id != m.id) { /* it came back as a message before we knew: keep one, with nothing lost */
		TRY(message_unindex(cx, db, &echo));
		echo.remote_id = arena_printf(cx->arena, "%.*s#echo", STR_ARG(echo.remote_id));
		echo.removed_at = cx->now;
		TRY(message_save(cx, db, &echo));
		TRY(message_index(cx, db, &echo));
	} else if (e != OK && e != ERR_MISSING) {
		return e;
	}
	if (sent->remote_id.len)
		m.remote_id = sent->remote_id;
	if (sent->url.len)
		m.url = sent->url;
	m.at = cx->now;
	TRY(message_save(cx, db, &m));
	TRY(message_index(cx, db, &m));
	TRY(conversation_get(cx, db, m.workspace, m.conversation, &c));
	if (str_eq(act->publication.act, S("post")))
		TRY(name_thread(cx, db, &m, &c));
	c.message_count++;
	c.last_at = cx->now;
	if (!act->publication.variant)
		sla_answered(&c, cx->now);
	TRY(conversation_save(cx, db, &c));
	TRY(visitor_answered(cx, db, &m));
	return change_add(cx, db, c.workspace, 0, "conversation", c.id);
}

enum err act_confirmed(struct cx *cx, struct db *db, const struct publication *publication, struct str address)
{
	struct act act = {.publication = *publication};
	const struct sent sent = {.outcome = OUTCOME_DONE, .remote_id = address, .url = address};
	TRY(message_get(cx, db, publication->workspace, publication->message, &act.message));
	TRY(channel_act_done(cx, db, publication->workspace, publication->channel, publication->act));
	return arrived(cx, db, &act, &sent);
}

/* The author learns, and the conversation needs somebody again. */
static enum err trouble(struct cx *cx, struct db *db, const struct act *act, const char *kind, struct str story)
{
	const struct message *m = &act->message;
	struct conversation c;
	if (act->publication.variant || act_is_profile(&act->publication)) /* told by its post, or on the page of profiles (finished()) */
		return OK;
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"message\":\"%lld\",\"act\":\"%.*s\",\"story\":", (long long)m->id, STR_ARG(act->publication.act));
	buf_add_json(&detail, story);
	buf_addc(&detail, '}');
	struct str text = buf_keep(&detail, cx->arena);
	TRY(conversation_get(cx, db, m->workspace, m->conversation, &c));
	if (str_eq(act->publication.act, S("reply")) && c.status != STATUS_OPEN) {
		c.status = STATUS_OPEN;
		c.resolved_at = 0;
		c.snoozed_until = 0;
		sla_arrange(&c);
		TRY(conversation_save(cx, db, &c));
	}
	TRY(event_add(cx, db, m->workspace, c.id, kind, text));
	TRY(notify_person(cx, db, m->workspace, act->publication.created_by, kind, c.id, m->id, text));
	return change_add(cx, db, m->workspace, 0, "conversation", c.id);
}

static enum err hold_channel(struct cx *cx, struct db *db, const struct act *act, struct str story)
{
	struct channel channel;
	TRY(channel_get(cx, db, act->channel.workspace, act->channel.id, &channel));
	if (!str_eq(channel.state, S("paused"))) {
		channel.state = S("broken");
		channel.state_story = story;
		TRY(channel_update(cx, db, &channel));
	}
	TRY(publications_hold(cx, db, channel.workspace, channel.id, story));
	TRY(posts_acted(cx, db, channel.workspace, channel.id));
	return change_add(cx, db, channel.workspace, 0, "channel", channel.id);
}

/* The same words twice in one thread: what was found there may be the other answer, of which we know that it arrived. */
static enum err is_another_answer(struct cx *cx, struct db *db, const struct act *act, struct str remote_id, bool *ret_another)
{
	struct message other;
	struct publication its;
	*ret_another = false;
	enum err e = message_by_remote(cx, db, act->message.workspace, act->message.channel, remote_id, &other);
	if (e == OK && other.id != act->message.id)
		e = publication_of(cx, db, other.workspace, other.id, act->publication.act, &its);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_another = other.id != act->message.id && its.state == PUBLICATION_SENT;
	return OK;
}

static enum err record(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, const struct sent *sent);

static enum err record_look(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, const struct sent *sent)
{
	struct sent mistaken = {.outcome = OUTCOME_NEVER, .story = str_of(_(N_("What was found there is another answer with the same words.")))};
	bool another = false;
	if (sent->outcome == OUTCOME_DONE && sent->remote_id.len && act_speaks(&act->publication))
		TRY(is_another_answer(cx, db, act, sent->remote_id, &another));
	return record(cx, db, outbox, act, another ? &mistaken : sent);
}

/* A network that refuses a profile says little about all else that the channel does: it is not held for that. Whether the account is still let in is looked at soon. */
static enum err keep_channel(struct cx *cx, struct db *db, const struct act *act, bool looked, struct sent *sent)
{
	struct channel channel;
	if (!act_is_profile(&act->publication) || sent->outcome != OUTCOME_HOLD || str_eq(act->channel.state, S("paused")))
		return OK;
	sent->outcome = looked ? OUTCOME_LATER : OUTCOME_NEVER;
	sent->story = str_of(_(N_("The network does not let this account set its profile. Connect the channel again and grant it all that is asked for, then put it there once more. Nothing else of the channel waits for that.")));
	TRY(channel_get(cx, db, act->channel.workspace, act->channel.id, &channel));
	if (!channel.archived_at && act->kind && act->kind->verify) {
		channel.verify_due_at = cx->now;
		TRY(channel_update(cx, db, &channel));
	}
	return OK;
}

/* The network does not show it. Once is not enough to send it again: was it missing a while ago already? */
static enum err missing_for_sure(struct cx *cx, struct db *db, const struct publication *p, bool *ret_sure)
{
	struct attempt before;
	enum err e = attempt_get(cx, db, p->id, p->attempts - 1, &before);
	if (e != OK && e != ERR_MISSING)
		return e;
	*ret_sure = e == OK && str_eq(before.outcome, S("absent")) && before.ended_at <= cx->now - ABSENT_TWICE;
	return OK;
}

static enum err keep_order(struct cx *cx, struct db *db, const struct act *act, const struct publication *p)
{
	bool waits = str_eq(p->act, S("reply")) && !p->variant && p->due_at != NEVER_BY_ITSELF;
	return waits ? publications_in_order(cx, db, p, act->message.conversation) : OK;
}

/* Nothing left, and the network was not even tried: it goes when the gate opens, and that was no attempt. */
static enum err held_back(struct cx *cx, struct db *db, struct outbox *outbox, const struct act *act, const struct sent *sent)
{
	struct publication p = act->publication;
	TRY(attempt_forget(cx, db, p.id, p.attempts));
	p.attempts--;
	p.state = PUBLICATION_DUE;
	p.story = sent->story;
	p.due_at = (sent->retry_at > cx->now ? sent->retry_at : cx->now + 5 * SECOND) + (i64)random_below(2 * SECOND);
	TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
	TRY(keep_order(cx, db, act, &p));
	return reply_state_after(cx, db, act, REPLY_QUEUED);
}

static enum err record(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, const struct sent *answer)
{
	struct publication p = act->publication;
	struct sent said = *answer;
	const struct sent *sent = &said;
	bool looked = p.state == PUBLICATION_UNKNOWN;
	TRY(keep_channel(cx, db, act, looked, &said));
	struct str word = str_of(outcome_word(sent->outcome));
	p.story = sent->story;
	p.remote_id = sent->remote_id;
	p.remote_url = sent->url;
	p.done_at = cx->now;
	if (!looked && sent->outcome == OUTCOME_LATER && act->held && p.created_at > cx->now - HELD_FREE)
		return held_back(cx, db, outbox, act, sent);
	TRY(note_act(cx, db, act, sent));
	TRY(attempt_end(cx, db, p.id, p.attempts, looked && sent->outcome == OUTCOME_DONE ? S("found") : looked && sent->outcome == OUTCOME_NEVER ? S("absent") : word,
			sent->story));
	switch (sent->outcome) {
	case OUTCOME_DONE:
		p.state = PUBLICATION_SENT;
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		return act_speaks(&p) ? arrived(cx, db, act, sent) : OK;
	case OUTCOME_NEVER:
		if (looked) {
			bool sure;
			TRY(missing_for_sure(cx, db, &p, &sure));
			p.done_at = 0;
			if (!sure) {
				p.state = PUBLICATION_UNKNOWN;
				p.due_at = cx->now + ABSENT_TWICE;
				TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
				TRY(keep_order(cx, db, act, &p));
				return reply_state_after(cx, db, act, REPLY_UNKNOWN);
			}
			p.state = PUBLICATION_DUE; /* it is certainly not there: send it now, for the first time */
			p.due_at = cx->now;
			TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
			return reply_state_after(cx, db, act, REPLY_QUEUED);
		}
		p.state = PUBLICATION_FAILED;
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		TRY(reply_state_after(cx, db, act, REPLY_FAILED));
		return trouble(cx, db, act, "refused", sent->story);
	case OUTCOME_LATER:
		p.done_at = 0;
		p.due_at = act_next_try(cx->now, p.attempts, sent->retry_at);
		p.state = looked ? PUBLICATION_UNKNOWN : PUBLICATION_DUE;
		if (!looked && p.attempts >= ATTEMPTS_MAX) {
			p.state = PUBLICATION_FAILED;
			TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
			TRY(reply_state_after(cx, db, act, REPLY_FAILED));
			return trouble(cx, db, act, "refused", sent->story);
		}
		if (looked && p.attempts >= LOOKS_MAX)
			p.due_at = NEVER_BY_ITSELF;
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		TRY(keep_order(cx, db, act, &p));
		return reply_state_after(cx, db, act, looked ? REPLY_UNKNOWN : REPLY_QUEUED);
	case OUTCOME_HOLD:
		p.done_at = 0;
		p.state = looked ? PUBLICATION_UNKNOWN : PUBLICATION_HELD;
		p.due_at = looked ? act_next_try(cx->now, p.attempts, 0) : p.due_at;
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		TRY(reply_state_after(cx, db, act, looked ? REPLY_UNKNOWN : REPLY_HELD));
		TRY(hold_channel(cx, db, act, sent->story));
		return looked ? OK : trouble(cx, db, act, "held", sent->story);
	case OUTCOME_UNKNOWN:
		p.done_at = 0;
		p.state = PUBLICATION_UNKNOWN;
		p.due_at = !looked && act->kind && (act->kind->look || act_is_profile(&p)) ? act_next_try(cx->now, 1, 0) : NEVER_BY_ITSELF; /* looked, and it cannot be told: a person says */
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		TRY(keep_order(cx, db, act, &p));
		TRY(reply_state_after(cx, db, act, REPLY_UNKNOWN));
		return p.due_at == NEVER_BY_ITSELF ? trouble(cx, db, act, "unknown", sent->story) : OK;
	}
	must(!"an outcome that is none");
	return OK;
}

/* Of a post: its state follows what became of the act. */
static enum err finished(struct cx *cx, struct db *db, const struct act *act)
{
	static const char *const kinds[PUBLICATION_STATE_COUNT] = {[PUBLICATION_SENT] = "sent", [PUBLICATION_FAILED] = "refused", [PUBLICATION_HELD] = "held"};
	struct publication p;
	if (!act->publication.variant && !act_is_profile(&act->publication))
		return OK;
	TRY(publication_get(cx, db, act->publication.workspace, act->publication.id, &p));
	if (act_is_profile(&p))
		return profile_order_ended(cx, db, &p, p.state == PUBLICATION_FAILED ? "refused" : p.state == PUBLICATION_UNKNOWN && p.due_at == NEVER_BY_ITSELF ? "unknown" : NULL, p.story);
	const char *kind = p.state == PUBLICATION_UNKNOWN && p.due_at == NEVER_BY_ITSELF ? "unknown" : kinds[p.state];
	return post_acted(cx, db, &p, kind, p.story);
}

enum err act_conclude(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act)
{
	TRY(act->publication.state == PUBLICATION_UNKNOWN ? record_look(cx, db, outbox, act, &act->sent) : record(cx, db, outbox, act, &act->sent));
	return finished(cx, db, act);
}

enum err act_give_back(struct cx *cx, struct db *db, const struct outbox *outbox, const struct act *act)
{
	struct publication p = act->publication;
	TRY(attempt_forget(cx, db, p.id, p.attempts));
	p.attempts--;
	TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
	return p.state == PUBLICATION_UNKNOWN ? OK : reply_state_after(cx, db, act, REPLY_QUEUED);
}
