#include "flow/outbox.h"

#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/channels.h"
#include "flow/credential.h"
#include "flow/gate.h"
#include "flow/notify.h"
#include "flow/post.h"
#include "flow/post_files.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "flow/visitor.h"
#include "store/contact.h"
#include "store/event.h"
#include "store/message.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define TURN 12
#define NEVER_BY_ITSELF INT64_MAX  /* due_at of an unknown that only a person can settle */
#define ATTEMPTS_MAX 60            /* of a network that keeps saying "later": about two days and a half */
#define WAIT_MOST HOUR             /* between two of them: whoever was away for a day hears soon after */
#define HELD_FREE (3 * DAY)        /* so long, what the gate held back costs no attempt */
#define ABSENT_TWICE MINUTE        /* a network may take a while to show what it took: seen missing twice, so far apart, it is missing */
#define LOOKS_MAX 40
#define PICTURES_TAKE (2 * SECOND) /* to be made: then it is looked again */

/* 15 s, 30 s, 1 min … at most an hour, and up to a fifth more by chance, so that what failed together does not come back together; the
 * network's own wish wins when it is later. */
static i64 next_try(i64 now, i64 attempts, i64 wished)
{
	i64 wait = 15 * SECOND;
	for (i64 i = 1; i < attempts && wait < WAIT_MOST; i++)
		wait *= 2;
	if (wait > WAIT_MOST)
		wait = WAIT_MOST;
	wait += (i64)random_below((u64)wait / 5 + 1);
	return wished > now + wait ? wished : now + wait;
}

struct act {
	struct publication publication;
	struct message message;    /* the answer, or the message to hide */
	struct conversation home;  /* its thread on the network */
	struct str to;             /* of an answer that begins it: who it is for, as they are called there */
	struct post post;          /* of one: what it is written in, and what is said before it */
	struct channel channel;
	const struct channel_kind *kind;
	bool is_late;              /* it does not leave now: its minute went by, or what goes with it is not ready */
	struct gate_keeper keeper; /* of what was called */
};

/* It says something: it has words, and a message whose state moves with it. */
static bool speaks(const struct publication *p)
{
	return str_eq(p->act, S("reply")) || str_eq(p->act, S("post"));
}

static enum err find_addressee(struct cx *cx, struct db *db, struct act *act)
{
	struct identity *list;
	size_t count;
	if (!act->home.contact)
		return OK;
	TRY(identities_of(cx, db, act->home.workspace, act->home.contact, &list, &count));
	for (size_t i = 0; i < count && !act->to.len; i++)
		if (str_eq(list[i].network, act->channel.network))
			act->to = list[i].remote_id;
	return OK;
}

static enum err find_post(struct cx *cx, struct db *db, struct act *act)
{
	struct post_variant v;
	TRY(post_variant_get(cx, db, act->publication.workspace, act->publication.variant, &v));
	return post_get(cx, db, v.workspace, v.post, &act->post);
}

static enum err load(struct cx *cx, struct db *db, const struct publication *p, struct act *ret_act)
{
	struct act act = {.publication = *p};
	TRY(channel_get(cx, db, p->workspace, p->channel, &act.channel));
	TRY(message_get(cx, db, p->workspace, p->message, &act.message));
	TRY(conversation_get_itself(cx, db, p->workspace, act.message.home, &act.home));
	act.kind = channel_kind_of(act.channel.kind);
	if (p->variant)
		TRY(find_post(cx, db, &act));
	else if (!act.message.parent_remote_id.len && act.kind && act.kind->can & CAN_BEGIN)
		TRY(find_addressee(cx, db, &act));
	*ret_act = act;
	return OK;
}

/* ---- before the call ---- */

/* Nothing could leave at its minute (we were down, or its channel was): it does not leave by itself hours after. */
static enum err ask_late(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication)
{
	struct publication p = *publication;
	p.attempts--;
	p.state = PUBLICATION_LATE;
	p.story = str_of(_(N_("Its hour went by while nothing could leave. Say whether it is still to go.")));
	TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
	return post_acted(cx, db, &p, "late", p.story);
}

static enum err is_late(struct cx *cx, struct db *db, const struct publication *p, bool *ret_late)
{
	struct workspace_settings settings;
	*ret_late = false;
	if (!p->variant || !p->planned_at || p->attempts != 1 || p->state != PUBLICATION_DUE)
		return OK;
	TRY(workspace_settings(cx, db, p->workspace, &settings));
	*ret_late = cx->now > p->planned_at + settings.late_after;
	return OK;
}

/* What goes with it is not ready yet, or may not be shown any more. */
static enum err stay(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication, bool *ret_stays)
{
	struct publication p = *publication;
	enum post_door door;
	TRY(post_door(cx, db, publication, &door, &p.story));
	*ret_stays = door != POST_GOES;
	if (door == POST_GOES)
		return OK;
	p.attempts--;
	p.state = door == POST_WAITS ? PUBLICATION_DUE : PUBLICATION_HELD;
	if (door == POST_WAITS)
		p.due_at = cx->now + PICTURES_TAKE;
	TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
	return door == POST_STAYS ? post_acted(cx, db, &p, "held", p.story) : OK;
}

/* What leaves is what stands there in this moment: an edit is before it, or too late. */
static enum err announce(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication, struct act *act)
{
	struct publication embodied = *publication;
	act->is_late = false;
	bool late;
	TRY(is_late(cx, db, publication, &late));
	if (late) {
		act->is_late = true;
		return ask_late(cx, db, outbox, publication);
	}
	if (publication->variant) {
		TRY(stay(cx, db, outbox, publication, &act->is_late));
		if (act->is_late)
			return OK;
		TRY(post_embody(cx, db, &embodied));
	}
	TRY(load(cx, db, &embodied, act));
	const struct publication *p = &act->publication;
	TRY(publication_keep(cx, db, p, str_of(outbox->token), cx->now + OUTBOX_LEASE)); /* still ours, though what was taken with it took long */
	TRY(attempt_start(cx, db, p->id, p->attempts));
	if (!speaks(p) || p->state == PUBLICATION_UNKNOWN)
		return OK;
	if (act->message.reply_state == REPLY_SCHEDULED)
		TRY(message_move(cx, db, p->workspace, p->message, REPLY_SCHEDULED, REPLY_QUEUED));
	else if (act->message.reply_state != REPLY_QUEUED)
		return fail(cx, ERR_CONFLICT, N_("This answer is no longer where it was: it left, or somebody changed it. Look at it again."));
	TRY(message_move(cx, db, p->workspace, p->message, REPLY_QUEUED, REPLY_SENDING));
	return change_add(cx, db, p->workspace, 0, "conversation", act->message.conversation);
}

/* ---- the call ---- */

static enum err load_media(struct cx *cx, struct db *db, struct outbox *outbox, const struct act *act, struct outbound *o)
{
	const struct message *m = &act->message;
	struct attachment *files;
	size_t count;
	if ((o->act != ACT_REPLY && o->act != ACT_POST) || !m->attachment_count || !outbox->read_blob)
		return OK;
	TRY(attachments_of(cx, db, m->workspace, m->id, &files, &count));
	struct outbound_media *media = arena_array(cx->arena, struct outbound_media, count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		media[i] = (struct outbound_media){.kind = files[i].kind, .name = files[i].name, .alt = files[i].alt, .type = files[i].type};
		TRY(outbox->read_blob(cx, outbox->blobs, files[i].blob_hash, &media[i].bytes));
	}
	o->media = media;
	o->media_count = count;
	return OK;
}

static struct outbound outbound_of(struct cx *cx, const struct act *act)
{
	const struct message *m = &act->message;
	enum channel_act kind = ACT_REPLY;
	must(channel_act_of(act->publication.act, &kind));
	return (struct outbound){
		.act = kind,
		.dedup_key = act->publication.dedup_key,
		.thread_id = kind == ACT_POST ? (struct str){} : act->home.remote_id,
		.parent_id = m->parent_remote_id,
		.remote_id = m->remote_id,
		.to = act->to,
		.subject = kind == ACT_POST ? act->post.title : act->home.subject,
		.body = m->body,
		.visibility = m->visibility,
		.author_name = m->author_name,
		.reaction = kind == ACT_REACT || kind == ACT_UNREACT ? S("like") : (struct str){},
		.intended_at = act->publication.planned_at > act->publication.created_at ? act->publication.planned_at : act->publication.created_at,
		.message = m->id,
		.lang = kind == ACT_POST ? act->post.lang : (struct str){},
		.warning = kind == ACT_POST ? act->post.warning : (struct str){},
		.poll = kind == ACT_POST ? post_poll(cx, act->post.options) : (struct poll){},
	};
}

/* The acts of a channel, with when they last worked. */
static enum err note_act(struct cx *cx, struct db *db, const struct act *act, const struct sent *sent)
{
	const struct publication *p = &act->publication;
	if (sent->outcome == OUTCOME_DONE)
		return channel_act_done(cx, db, p->workspace, p->channel, p->act);
	return p->state == PUBLICATION_UNKNOWN ? OK : channel_act_failed(cx, db, p->workspace, p->channel, p->act, sent->story);
}

static enum err ask(struct cx *cx, struct outbox *outbox, const struct act *act, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	return act->publication.state == PUBLICATION_UNKNOWN ? act->kind->look(cx, outbox->net, account, outbound, ret_sent)
							     : act->kind->publish(cx, outbox->net, account, outbound, ret_sent);
}

static enum err call(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, struct sent *ret_sent)
{
	if ((!act->kind || act->channel.archived_at) && act->publication.state == PUBLICATION_UNKNOWN) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN,
					  .story = str_of(_(N_("The channel is no longer connected, so nobody can tell whether it arrived. Look on the network, then say so here.")))};
		return OK;
	}
	if (!act->kind || act->channel.archived_at) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("The channel is no longer connected.")))};
		return OK;
	}
	if (str_eq(act->channel.state, S("paused")) && act->publication.state != PUBLICATION_UNKNOWN) {
		*ret_sent = (struct sent){.outcome = OUTCOME_HOLD, .story = str_of(_(N_("The channel is paused. What waits leaves when somebody starts it again.")))};
		return OK;
	}
	if (act->publication.state == PUBLICATION_UNKNOWN && !act->kind->look) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN,
					  .story = str_of(_(N_("Nobody can tell whether it arrived. Look on the network, then say so here.")))};
		return OK;
	}
	struct credential credential;
	bool again;
	TRY(credential_open(cx, db, outbox, &act->channel, &credential));
	struct outbound outbound = outbound_of(cx, act);
	if (load_media(cx, db, outbox, act, &outbound) != OK) { /* never without a part of it */
		*ret_sent = (struct sent){.outcome = act->publication.state == PUBLICATION_UNKNOWN ? OUTCOME_LATER : OUTCOME_NEVER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
		return OK;
	}
	TRY(gate_start(cx, db, outbox->net, act->publication.workspace, act->publication.channel, GATE_ACTING, &act->keeper));
	gate_plan(&act->keeper, act->kind ? act->kind->budget : NULL, credential.account.settings);
	TRY(ask(cx, outbox, act, &credential.account, &outbound, ret_sent));
	if (ret_sent->outcome != OUTCOME_HOLD)
		return OK;
	TRY(credential_denied(cx, &credential, &act->channel, &again)); /* certainly not done */
	return again ? ask(cx, outbox, act, &credential.account, &outbound, ret_sent) : OK;
}

/* ---- after the call ---- */

static enum err reply_state_after(struct cx *cx, struct db *db, const struct act *act, enum reply_state to)
{
	const struct message *m = &act->message;
	if (!speaks(&act->publication))
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

/* The author learns, and the conversation needs somebody again. */
static enum err trouble(struct cx *cx, struct db *db, const struct act *act, const char *kind, struct str story)
{
	const struct message *m = &act->message;
	struct conversation c;
	if (act->publication.variant) /* told by its post (finished()) */
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
	if (sent->outcome == OUTCOME_DONE && sent->remote_id.len && speaks(&act->publication))
		TRY(is_another_answer(cx, db, act, sent->remote_id, &another));
	return record(cx, db, outbox, act, another ? &mistaken : sent);
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

static enum err record(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, const struct sent *sent)
{
	struct publication p = act->publication;
	bool looked = p.state == PUBLICATION_UNKNOWN;
	struct str word = str_of(outcome_word(sent->outcome));
	p.story = sent->story;
	p.remote_id = sent->remote_id;
	p.remote_url = sent->url;
	p.done_at = cx->now;
	TRY(gate_save(cx, db, &act->keeper));
	if (!looked && sent->outcome == OUTCOME_LATER && gate_held(&act->keeper) && p.created_at > cx->now - HELD_FREE)
		return held_back(cx, db, outbox, act, sent);
	TRY(note_act(cx, db, act, sent));
	TRY(attempt_end(cx, db, p.id, p.attempts, looked && sent->outcome == OUTCOME_DONE ? S("found") : looked && sent->outcome == OUTCOME_NEVER ? S("absent") : word,
			sent->story));
	switch (sent->outcome) {
	case OUTCOME_DONE:
		p.state = PUBLICATION_SENT;
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		return speaks(&p) ? arrived(cx, db, act, sent) : OK;
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
		p.due_at = next_try(cx->now, p.attempts, sent->retry_at);
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
		p.due_at = looked ? next_try(cx->now, p.attempts, 0) : p.due_at;
		TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
		TRY(reply_state_after(cx, db, act, looked ? REPLY_UNKNOWN : REPLY_HELD));
		TRY(hold_channel(cx, db, act, sent->story));
		return looked ? OK : trouble(cx, db, act, "held", sent->story);
	case OUTCOME_UNKNOWN:
		p.done_at = 0;
		p.state = PUBLICATION_UNKNOWN;
		p.due_at = !looked && act->kind && act->kind->look ? next_try(cx->now, 1, 0) : NEVER_BY_ITSELF; /* looked, and it cannot be told: a person says */
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
	if (!act->publication.variant)
		return OK;
	TRY(publication_get(cx, db, act->publication.workspace, act->publication.id, &p));
	const char *kind = p.state == PUBLICATION_UNKNOWN && p.due_at == NEVER_BY_ITSELF ? "unknown" : kinds[p.state];
	return post_acted(cx, db, &p, kind, p.story);
}

static enum err conclude(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, const struct sent *sent)
{
	TRY(act->publication.state == PUBLICATION_UNKNOWN ? record_look(cx, db, outbox, act, sent) : record(cx, db, outbox, act, sent));
	return finished(cx, db, act);
}

/* One act, whose lease is ours and committed. */
static enum err handle(struct cx *cx, struct db *db, struct outbox *outbox, const struct publication *publication)
{
	struct act act;
	struct sent sent = {};
	TRY(workspace_speak(cx, db, publication->workspace));
	TRY(IN_TRANSACTION(cx, db, announce(cx, db, outbox, publication, &act)));
	if (act.is_late)
		return OK;
	enum err e = call(cx, db, outbox, &act, &sent);
	gate_end(&act.keeper);
	if (e != OK) { /* our own mistake: told, and tried again; where something had left already, looked for first */
		sent = (struct sent){.outcome = act.keeper.acted ? OUTCOME_UNKNOWN : OUTCOME_LATER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	}
	cx->now = time_now();
	return IN_TRANSACTION(cx, db, conclude(cx, db, outbox, &act, &sent));
}

enum err outbox_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	i64 handled = 0;
	for (int i = 0; i < TURN; i++) {
		struct publication *due;
		size_t count;
		TRY(IN_TRANSACTION(cx, db, publication_lease(cx, db, str_of(outbox->token), cx->now + OUTBOX_LEASE, 1, &due, &count)));
		if (!count)
			break;
		enum err e = handle(cx, db, outbox, due);
		if (e == ERR_CONFLICT || e == ERR_MISSING) /* withdrawn or taken over meanwhile */
			continue;
		TRY(e);
		handled++;
	}
	*ret_count = handled;
	return OK;
}

enum err outbox_recover(struct cx *cx, struct db *db)
{
	return publications_orphaned(cx, db, next_try(cx->now, 1, 0));
}

enum err outbox_release(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	TRY(publications_release(cx, db, workspace, channel));
	return posts_acted(cx, db, workspace, channel);
}
