#include "flow/handoff.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "channel/channel.h"
#include "flow/channels.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/called.h"
#include "store/channel.h"
#include "store/contact.h"
#include "store/conversation.h"
#include "store/event.h"
#include "sys/crypto.h"
#include "sys/mail.h"

#define HISTORY_MAX 50
#define HISTORY_BYTES_MAX 60000
#define WORD_MAX 10000

/* ---- by which way ---- */

enum way { WAY_NONE, WAY_MAIL, WAY_MACHINE };

static enum way way_of(struct cx *cx, const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	if (!kind || !(kind->can & CAN_BEGIN) || c->archived_at)
		return WAY_NONE;
	if (!(kind->can & TAKES_CASES))
		return WAY_MAIL;
	const char *callback = json_string_value(json_object_get(channel_settings(cx, c), "callback"));
	return callback && *callback && c->secret.len ? WAY_MACHINE : WAY_NONE;
}

static bool is_mail(const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	return kind && !(kind->can & TAKES_CASES);
}

/* Without a wish the first mailbox. */
static enum err find_way(struct cx *cx, struct db *db, i64 workspace, i64 wanted, struct channel *ret_channel, enum way *ret_way)
{
	struct channel *list;
	size_t count;
	TRY(channel_list(cx, db, workspace, &list, &count));
	for (size_t i = 0; i < count; i++) {
		enum way way = way_of(cx, &list[i]);
		if (wanted ? list[i].id == wanted && way != WAY_NONE : way == WAY_MAIL) {
			*ret_channel = list[i];
			*ret_way = way;
			return OK;
		}
	}
	return fail_field(cx, "channel_id", N_("There is no mailbox that it could leave by. Connect one under Channels."));
}

struct handoff_ways handoff_ways(struct cx *cx, const struct channel *channels, size_t count)
{
	struct handoff_ways ways = {};
	size_t capacity = 0;
	for (size_t i = 0; i < count; i++) {
		enum way way = way_of(cx, &channels[i]);
		ways.mail |= way == WAY_MAIL;
		if (way == WAY_MACHINE)
			*arena_push(cx->arena, ways.machines, ways.machine_count, capacity) = channels[i];
	}
	return ways;
}

/* ---- what they read ---- */

static void add_said(struct cx *cx, struct buf *b, const struct message *m)
{
	struct civil c = zone_civil(cx->actor && cx->actor->zone.len ? cx->actor->zone : S("UTC"), m->at);
	struct str rest = m->body;
	buf_addf(b, "\n%.*s, %04d-%02d-%02d %02d:%02d\n", STR_ARG(m->author_name), c.year, c.month, c.day, c.hour, c.minute);
	while (rest.len) {
		struct str line = str_line(&rest);
		buf_addf(b, "> %.*s\n", STR_ARG(line));
	}
}

static enum err add_history(struct cx *cx, struct db *db, const struct conversation *c, struct buf *b)
{
	struct message *list;
	size_t count, first = 0, bytes = 0;
	TRY(message_thread_end(cx, db, c->workspace, c->id, 0, 0, HISTORY_MAX, &list, &count));
	for (size_t i = count; i-- > 0 && !first;) { /* of a long one its end */
		bytes += list[i].body.len + 100;
		first = bytes > HISTORY_BYTES_MAX ? i + 1 : 0;
	}
	for (size_t i = first; i < count; i++) {
		bool ours = list[i].direction == DIRECTION_OUT && list[i].reply_state == REPLY_SENT;
		if ((list[i].direction == DIRECTION_IN || ours) && !list[i].hidden_at)
			add_said(cx, b, &list[i]);
	}
	return OK;
}

/* ---- their conversation ---- */

static enum err find_them(struct cx *cx, struct db *db, const struct channel *channel, struct str address, struct str name, i64 *ret_contact)
{
	struct identity identity;
	enum err e = identity_by_remote(cx, db, channel->workspace, channel->network, address, &identity);
	if (e == OK) {
		*ret_contact = identity.contact;
		return OK;
	}
	if (e != ERR_MISSING)
		return e;
	struct contact contact = {.id = id_new(), .workspace = channel->workspace, .name = name, .first_at = cx->now, .last_at = cx->now, .conversation_count = 1};
	identity = (struct identity){.id = id_new(), .workspace = channel->workspace, .contact = contact.id, .network = channel->network, .remote_id = address,
				     .handle = name, .name = name, .followers = -1};
	TRY(contact_insert(cx, db, &contact));
	TRY(identity_insert(cx, db, &identity));
	TRY(called_add(cx, db, channel->workspace, contact.id, name, S("")));
	TRY(called_add(cx, db, channel->workspace, identity.id, name, name));
	*ret_contact = contact.id;
	return OK;
}

/* Sixteen digits, as threads of mail are called. */
static struct str thread_id(struct cx *cx, i64 id)
{
	CLEANUP(buf_free) struct buf hex = {};
	struct hash hash = hash_of(arena_printf(cx->arena, "handoff:%lld", (long long)id));
	buf_add_hex(&hex, hash_str(&hash).at, 8);
	return buf_keep(&hex, cx->arena);
}

static enum err begin(struct cx *cx, struct db *db, const struct conversation *from, const struct channel *channel, struct str who, struct str subject,
		      struct conversation *ret_case)
{
	struct conversation c = {
		.id = id_new(), .workspace = from->workspace, .channel = channel->id, .kind = KIND_DIRECT, .subject = subject, .status = STATUS_PENDING,
		.priority = from->priority, .assignee = from->assignee ? from->assignee : cx->actor->user, .team = from->team, .first_at = cx->now, .last_at = cx->now,
		.version = 1,
	};
	c.remote_id = thread_id(cx, c.id);
	bool by_mail = is_mail(channel); /* a program is known by its channel, as nobody can call himself */
	TRY(find_them(cx, db, channel, by_mail ? who : arena_printf(cx->arena, "case:%lld", (long long)channel->id), who, &c.contact));
	sla_arrange(&c);
	TRY(conversation_insert(cx, db, &c));
	*ret_case = c;
	return OK;
}

static struct str link_to(struct cx *cx, const struct handoff_request *r, i64 conversation)
{
	return arena_printf(cx->arena, "%.*s/conversations/%lld", STR_ARG(r->public_url), (long long)conversation);
}

/* A note in each: where the other is. */
static enum err link_both(struct cx *cx, struct db *db, const struct handoff_request *r, enum way way, struct str who, i64 case_id, struct str name)
{
	i64 note;
	struct str there = link_to(cx, r, case_id), here = link_to(cx, r, r->conversation);
	TRY(inbox_note(cx, db, cx->actor->workspace, r->conversation,
		       arena_printf(cx->arena, way == WAY_MAIL ? _(N_("Handed to %.*s by mail. Their answers: %.*s")) : _(N_("Handed to %.*s. Their answers: %.*s")),
				    STR_ARG(who), STR_ARG(there)), NULL, &note));
	return inbox_note(cx, db, cx->actor->workspace, case_id,
			  arena_printf(cx->arena, _(N_("What %.*s wrote to us, and our answers: %.*s")), STR_ARG(name), STR_ARG(here)), NULL, &note);
}

static enum err hand_over(struct cx *cx, struct db *db, i64 workspace, const struct handoff_request *r, i64 *ret_conversation, bool *ret_by_mail)
{
	enum way way = WAY_NONE;
	struct conversation_row row;
	struct conversation theirs;
	struct channel channel = {};
	struct message letter;
	CLEANUP(buf_free) struct buf body = {};
	TRY(conversation_row_get(cx, db, workspace, r->conversation, &row));
	TRY(find_way(cx, db, workspace, r->channel, &channel, &way));
	if (way == WAY_MAIL && !mail_address_valid(r->to))
		return fail_field(cx, "to", N_("This is no mail address."));
	struct str who = way == WAY_MAIL ? r->to : channel.name;
	const struct conversation *from = &row.conversation;
	struct str name = row.contact_name.len ? row.contact_name : row.channel_name;
	struct str subject = from->subject.len ? arena_printf(cx->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(from->subject)) : name;
	buf_addf(&body, "%.*s\n\n%s\n", STR_ARG(r->word), _(N_("What was said so far:")));
	TRY(add_history(cx, db, from, &body));
	TRY(begin(cx, db, from, &channel, who, utf8_head(subject, 150), &theirs));
	struct reply_request reply = {.conversation = theirs.id, .body = buf_keep(&body, cx->arena), .visibility = VISIBILITY_PRIVATE, .status_after = -1};
	TRY(reply_compose(cx, db, workspace, &reply, &letter, NULL));
	TRY(link_both(cx, db, r, way, who, theirs.id, name));
	TRY(change_add(cx, db, workspace, 0, "conversation.new", theirs.id));
	*ret_conversation = theirs.id;
	*ret_by_mail = way == WAY_MAIL;
	return OK;
}

enum err handoff(struct cx *cx, struct db *db, i64 workspace, const struct handoff_request *request, i64 *ret_conversation, bool *ret_by_mail)
{
	struct handoff_request r = *request;
	CLEANUP(buf_free) struct buf lower = {};
	buf_add_folded(&lower, str_trim(r.to));
	r.to = buf_keep(&lower, cx->arena);
	r.word = str_trim(r.word);
	if (!r.word.len || r.word.len > WORD_MAX)
		return fail_field(cx, "word", N_("Write to them what you ask for, in a few sentences."));
	return IN_TRANSACTION(cx, db, hand_over(cx, db, workspace, &r, ret_conversation, ret_by_mail));
}
