#include "flow/moderate.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/notify.h"
#include "flow/outside.h"
#include "flow/reply.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "flow/understand.h"
#include "model/actor.h"
#include "store/appeal.h"
#include "store/channel.h"
#include "store/contact.h"
#include "store/event.h"
#include "store/member.h"
#include "store/message.h"
#include "store/publication.h"
#include "sys/crypto.h"

#include <string.h>

#define THINK_IT_OVER MINUTE /* before what cannot be put back leaves */

static struct str subject_of(struct cx *cx, i64 message)
{
	return arena_printf(cx->arena, "message:%lld", (long long)message);
}

static void release(void *json)
{
	json_decref(json);
}

struct str text_in(struct cx *cx, struct str by_language, const char *lang)
{
	json_t *json = json_loadb(by_language.at, by_language.len, 0, NULL);
	const char *text = json_string_value(json_object_get(json, lang)), *key;
	const json_t *value;
	if (!text || !*text)
		json_object_foreach(json, key, value)
			if (json_string_length(value)) {
				text = json_string_value(value);
				break;
			}
	struct str kept = arena_str(cx->arena, str_of(text));
	json_decref(json);
	return kept;
}

/* ---- evidence ---- */

static struct hash hash_of_evidence(const struct evidence *e)
{
	struct hasher hasher;
	const i64 numbers[] = {e->workspace, e->sequence, e->message, e->at, (i64)e->content.len};
	hasher_start(&hasher, NULL);
	hasher_add(&hasher, e->previous);
	hasher_add(&hasher, (struct str){(const char *)numbers, sizeof numbers});
	hasher_add(&hasher, e->content);
	return hasher_end(&hasher);
}

static json_t *text_of(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static enum err evidence_content(struct cx *cx, struct db *db, const struct message *m, struct str *ret_content)
{
	struct conversation c;
	struct message_version *versions;
	struct attachment *attachments;
	size_t version_count, attachment_count;
	TRY(conversation_get(cx, db, m->workspace, m->conversation, &c));
	TRY(message_versions(cx, db, m->workspace, m->id, &versions, &version_count));
	TRY(attachments_of(cx, db, m->workspace, m->id, &attachments, &attachment_count));
	json_t *json = json_object();
	arena_defer(cx->arena, release, json);
	json_object_set_new(json, "message", json_sprintf("%lld", (long long)m->id));
	json_object_set_new(json, "remote_id", text_of(m->remote_id));
	json_object_set_new(json, "body", text_of(m->body));
	json_object_set_new(json, "at", text_of(time_text(cx->arena, m->at)));
	json_object_set_new(json, "received_at", text_of(time_text(cx->arena, m->received_at)));
	json_object_set_new(json, "url", text_of(m->url));
	json_object_set_new(json, "thread", text_of(c.remote_id));
	json_object_set_new(json, "about", text_of(c.subject));
	json_object_set_new(json, "parent", text_of(m->parent_remote_id));
	if (m->identity) {
		struct identity author;
		TRY(identity_get(cx, db, m->workspace, m->identity, &author));
		json_object_set_new(json, "author",
				    json_pack("{s:o, s:o, s:o, s:o, s:I}", "network", text_of(author.network), "remote_id", text_of(author.remote_id), "name",
					      text_of(author.name), "handle", text_of(author.handle), "followers", (json_int_t)author.followers));
	} else {
		json_object_set_new(json, "author", json_pack("{s:o}", "name", text_of(m->author_name)));
	}
	json_t *before = json_array(), *files = json_array();
	for (size_t i = 0; i < version_count; i++)
		json_array_append_new(before, json_pack("{s:o, s:o}", "until", text_of(time_text(cx->arena, versions[i].until)), "body", text_of(versions[i].body)));
	for (size_t i = 0; i < attachment_count; i++)
		json_array_append_new(files, json_pack("{s:o, s:o, s:o}", "kind", text_of(attachments[i].kind), "url", text_of(attachments[i].url), "alt",
						       text_of(attachments[i].alt)));
	json_object_set_new(json, "versions", before);
	json_object_set_new(json, "attachments", files);
	*ret_content = arena_json(cx->arena, json, JSON_COMPACT | JSON_SORT_KEYS);
	return OK;
}

static enum err seal_evidence(struct cx *cx, struct db *db, const struct message *m, i64 *ret_evidence)
{
	struct evidence e = {.id = id_new(), .workspace = m->workspace, .message = m->id, .at = cx->now};
	TRY(evidence_content(cx, db, m, &e.content));
	TRY(evidence_last(cx, db, m->workspace, &e.sequence, &e.previous));
	e.sequence++;
	if (!e.previous.len)
		e.previous = (struct str){arena_alloc(cx->arena, sizeof(struct hash)), sizeof(struct hash)};
	struct hash hash = hash_of_evidence(&e);
	e.hash = hash_str(&hash);
	TRY(evidence_insert(cx, db, &e));
	*ret_evidence = e.id;
	return OK;
}

bool evidence_is_intact(const struct evidence *e)
{
	struct hash hash = hash_of_evidence(e);
	return str_eq(e->hash, hash_str(&hash));
}

enum err evidence_verify(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	struct str previous = {arena_alloc(cx->arena, sizeof(struct hash)), sizeof(struct hash)};
	i64 sequence = 0;
	for (;;) {
		struct evidence *list;
		size_t count;
		TRY(evidence_walk(cx, db, workspace, sequence, 200, &list, &count));
		for (size_t i = 0; i < count; i++) {
			struct hash hash = hash_of_evidence(&list[i]);
			if (list[i].sequence != sequence + 1)
				return fail(cx, ERR_SYSTEM, N_("The evidence lacks piece %lld: somebody took it out."), (long long)(sequence + 1));
			if (!str_eq(list[i].previous, previous) || !str_eq(list[i].hash, hash_str(&hash)))
				return fail(cx, ERR_SYSTEM, N_("Piece %lld of the evidence was changed after it was sealed."), (long long)(sequence + 1));
			previous = list[i].hash;
			sequence++;
		}
		if (count < 200)
			break;
	}
	*ret_count = sequence;
	return OK;
}

/* ---- decisions ---- */

static enum err start_clock(struct cx *cx, struct db *db, struct flag *f)
{
	struct desk desk;
	TRY(desk_load(cx, db, f->workspace, &desk));
	struct sla_policy promise = {.business_hours = desk.settings.moderation_hours};
	f->due_at = sla_due(&desk.hours, &promise, f->at, desk.settings.moderation_delay);
	return OK;
}

static enum err put_in_queue(struct cx *cx, struct db *db, struct flag *f)
{
	bool is_new;
	f->id = id_new();
	f->at = cx->now;
	f->person = cx->actor ? cx->actor->user : 0;
	TRY(start_clock(cx, db, f));
	TRY(flag_insert(cx, db, f, &is_new));
	if (!is_new)
		return OK;
	TRY(audit(cx, db, f->workspace, "moderation.flag", subject_of(cx, f->message), (struct str){}));
	return change_add(cx, db, f->workspace, 0, "moderation", f->message);
}

static enum err flag(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str source, struct str reason)
{
	struct message m;
	TRY(message_get(cx, db, workspace, id, &m));
	if (m.direction != DIRECTION_IN)
		return fail_field(cx, "message", N_("Only messages from outside are reviewed under the house rules."));
	struct flag f = {.workspace = workspace, .message = id, .source = source, .reason = reason};
	return put_in_queue(cx, db, &f);
}

static enum err report(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str report_id, struct str reason)
{
	struct message m;
	struct flag f = {.workspace = workspace, .message = id, .source = S("member"), .reason = reason, .remote_id = report_id};
	TRY(message_get(cx, db, workspace, id, &m));
	return m.direction == DIRECTION_IN ? put_in_queue(cx, db, &f) : OK;
}

enum err moderate_report(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str report_id, struct str reason)
{
	return IN_TRANSACTION(cx, db, report(cx, db, workspace, message, report_id, reason));
}

static enum err held(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct message m;
	struct flag f = {.workspace = workspace, .message = id, .source = S("network"), .reason = S(FLAG_HELD), .remote_id = S(FLAG_HELD)};
	TRY(message_get(cx, db, workspace, id, &m));
	return m.direction == DIRECTION_IN && !m.hidden_at ? put_in_queue(cx, db, &f) : OK; /* what we hold back ourselves waits for nobody */
}

enum err moderate_held(struct cx *cx, struct db *db, i64 workspace, i64 message)
{
	return IN_TRANSACTION(cx, db, held(cx, db, workspace, message));
}

/* What it is, and how likely: "hate 93". Whoever shows it says so in the reader's language. */
static enum err propose(struct cx *cx, struct db *db, i64 workspace, i64 message, const struct meaning *meaning)
{
	struct moderation_hint hint;
	if (!understand_harm(meaning, &hint))
		return OK;
	struct flag f = {.workspace = workspace, .message = message, .source = S("model"), .remote_id = S("model"),
			 .reason = arena_printf(cx->arena, "%s %d", meaning_task_word(hint.task), hint.p)};
	return put_in_queue(cx, db, &f);
}

enum err moderate_propose(struct cx *cx, struct db *db, i64 workspace, i64 message, const struct meaning *meaning)
{
	return IN_TRANSACTION(cx, db, propose(cx, db, workspace, message, meaning));
}

enum err moderate_flag(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str source, struct str reason)
{
	return IN_TRANSACTION(cx, db, flag(cx, db, workspace, message, source, reason));
}

/* The decision, its traces, and the end of the case. */
static enum err decide(struct cx *cx, struct db *db, const struct message *m, struct decision *d)
{
	if (!actor_may(cx->actor, MAY_MODERATE))
		return fail(cx, ERR_DENIED, N_("Your role does not decide under the house rules. You can flag the message for those who do."));
	struct decision asked;
	TRY(decision_asked(cx, db, m->workspace, m->id, &asked));
	bool goes_on = str_eq(d->act, S("warn")) || str_eq(d->act, S("ask_second")) || str_eq(d->act, S("reopen"));
	if (asked.id && !goes_on) {
		if (asked.decided_by == cx->actor->user)
			return fail(cx, ERR_DENIED, N_("You asked for a second person on this message: somebody else decides."));
		d->second_person = asked.decided_by;
	}
	d->id = id_new();
	d->workspace = m->workspace;
	d->message = m->id;
	d->conversation = m->conversation;
	d->decided_by = cx->actor->user;
	d->at = cx->now;
	TRY(decision_insert(cx, db, d));
	if (!goes_on)
		TRY(flags_close(cx, db, m->workspace, m->id));
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"message\":\"%lld\",\"decision\":\"%lld\",\"article\":\"%lld\",\"reason\":", (long long)m->id, (long long)d->id, (long long)d->article);
	buf_add_json(&detail, d->reason);
	buf_addc(&detail, '}');
	struct str text = buf_keep(&detail, cx->arena);
	TRY(event_add(cx, db, m->workspace, m->conversation, arena_cstr(cx->arena, arena_printf(cx->arena, "moderation.%.*s", STR_ARG(d->act))), text));
	TRY(audit(cx, db, m->workspace, arena_cstr(cx->arena, arena_printf(cx->arena, "moderation.%.*s", STR_ARG(d->act))), subject_of(cx, m->id), text));
	TRY(change_add(cx, db, m->workspace, 0, "moderation", m->id));
	return change_add(cx, db, m->workspace, 0, "conversation", m->conversation);
}

static void note_undo(struct undo *undo, const struct decision *d)
{
	/* What two people decided is not taken back by one of them at once: the request for a second person would be lost. */
	if (undo && !d->second_person)
		undo_note(undo, "reopen", d->id);
}

/* Where hiding is taking away, it leaves after a pause in which it can be thought over; later there is nothing to put back. */
static enum err order_back(struct cx *cx, struct db *db, const struct message *m)
{
	struct publication hide;
	enum err e = publication_of(cx, db, m->workspace, m->id, S("hide"), &hide);
	if (e == ERR_MISSING || (e == OK && hide.state != PUBLICATION_DUE && hide.state != PUBLICATION_HELD)) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	e = publication_withdraw(cx, db, m->workspace, hide.id);
	if (e != ERR_CONFLICT) /* it is leaving at this moment */
		return e;
	cx_forget(cx);
	return OK;
}

/* Tell the network, where it can do that. */
static enum err order(struct cx *cx, struct db *db, const struct message *m, const char *act)
{
	struct channel channel;
	TRY(channel_get(cx, db, m->workspace, m->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	if (!kind || !(kind->can & CAN_HIDE) || channel.archived_at || !m->remote_id.len)
		return OK;
	bool for_good = kind->can & HIDES_FOR_GOOD;
	if (for_good && strcmp(act, "restore") == 0)
		return order_back(cx, db, m);
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
		.due_at = cx->now + (for_good ? THINK_IT_OVER : 0),
		.created_by = cx->actor->user,
		.created_at = cx->now,
	};
	return publication_insert(cx, db, &p);
}

/* Its network holds it back until we say so: with a flag that is open (0), or that the decision of that instant closed. */
static enum err waits_there(struct cx *cx, struct db *db, const struct message *m, i64 decided_at, bool *ret_waits)
{
	struct flag *flags;
	size_t count;
	TRY(flags_of(cx, db, m->workspace, m->id, &flags, &count));
	*ret_waits = false;
	for (size_t i = 0; i < count; i++)
		*ret_waits |= flags[i].decided_at == decided_at && str_eq(flags[i].source, S("network")) && str_eq(flags[i].reason, S(FLAG_HELD));
	return OK;
}

static enum err keep(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str reason, struct undo *undo)
{
	struct message m;
	TRY(message_get(cx, db, workspace, id, &m));
	struct decision d = {.act = S("keep"), .reason = reason};
	bool waits;
	TRY(waits_there(cx, db, &m, 0, &waits));
	TRY(decide(cx, db, &m, &d));
	if (waits)
		TRY(order(cx, db, &m, "restore"));
	note_undo(undo, &d);
	return OK;
}

enum err moderate_keep(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str reason)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, workspace, message, reason, NULL));
}

enum err moderate_tell_author(struct cx *cx, struct db *db, const struct message *m, struct str words, struct undo *undo)
{
	struct channel channel;
	TRY(channel_get(cx, db, m->workspace, m->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	if (!kind || !(kind->can & CAN_REPLY_PRIVATE) || channel.archived_at || !words.len)
		return OK;
	struct message answer;
	struct reply_request request = {.conversation = m->conversation, .parent = m->id, .body = words, .visibility = VISIBILITY_PRIVATE, .status_after = -1};
	/* Who published the house rules approved their notices: whoever may decide may have them sent as they are. */
	const struct actor *decider = cx->actor;
	struct actor sender = *decider;
	sender.permissions |= (u64)1 << MAY_REPLY;
	cx->actor = &sender;
	enum err e = reply_compose(cx, db, m->workspace, &request, &answer, NULL);
	cx->actor = decider;
	if (e == OK && undo)
		undo_note(undo, "untell", answer.id);
	return e;
}

static enum err untell(struct cx *cx, struct db *db, i64 workspace, i64 answer)
{
	struct message m;
	TRY(message_get(cx, db, workspace, answer, &m));
	if (!reply_state_may_become(m.reply_state, REPLY_DRAFT)) /* it left: their page says what came of it */
		return OK;
	TRY(reply_withdraw(cx, db, workspace, answer));
	return message_move(cx, db, workspace, answer, REPLY_DRAFT, REPLY_WITHDRAWN);
}

enum err moderate_untell(struct cx *cx, struct db *db, i64 workspace, i64 answer)
{
	return IN_TRANSACTION(cx, db, untell(cx, db, workspace, answer));
}

/* The article's notice, or the moderator's words, and where the whole of it is read and contested; only that where the network takes
 * no more. */
static enum err tell_author(struct cx *cx, struct db *db, const struct message *m, const struct charter_article *article, const struct hide_request *r,
			    i64 decision, struct undo *undo)
{
	struct channel channel;
	TRY(channel_get(cx, db, m->workspace, m->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	const char *lang = m->lang.len ? lang_of(m->lang) : cx->lang;
	struct str notice = str_trim(r->notice);
	if (!notice.len)
		notice = text_in(cx, article->notice, lang);
	if (!notice.len)
		notice = str_of(tr(lang, N_("We hid one of your messages under our house rules.")));
	if (!r->outside)
		return moderate_tell_author(cx, db, m, notice, undo);
	struct str address = outside_address(cx, r->outside, OUTSIDE_CONTEST, decision);
	struct str where = arena_printf(cx->arena, "%s %.*s", tr(lang, N_("What was decided, why, and how to contest it, free of charge:")), STR_ARG(address));
	struct str whole = arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(notice), STR_ARG(where));
	struct channel_limit limit = {};
	bool limited = kind && channel_body_limit(kind, channel_known(cx, &channel), VISIBILITY_PRIVATE, &limit);
	const struct str choices[] = {whole, where, notice, address};
	size_t choice = 0;
	while (limited && choice + 1 < COUNT(choices) && text_length(limit.unit, choices[choice]) > (size_t)limit.most)
		choice++;
	struct str words = choices[choice];
	return moderate_tell_author(cx, db, m, words, undo);
}

/* The article of the version in force that a decision cites. */
static enum err cited(struct cx *cx, struct db *db, i64 workspace, i64 id, struct charter_article *ret_article)
{
	struct charter_version in_force;
	struct charter_article article;
	TRY(charter_in_force(cx, db, workspace, &in_force));
	if (!id)
		return fail_field(cx, "article_id", N_("Choose the article of the house rules that this message breaks."));
	TRY(charter_article_get(cx, db, workspace, id, &article));
	if (article.version != in_force.id)
		return fail_field(cx, "article_id", N_("This article is of another version of the house rules. Choose one of the version in force."));
	*ret_article = article;
	return OK;
}

static enum err hide(struct cx *cx, struct db *db, i64 workspace, const struct hide_request *r, struct undo *undo)
{
	struct message m;
	struct charter_article article;
	TRY(message_get(cx, db, workspace, r->message, &m));
	if (m.direction != DIRECTION_IN)
		return fail_field(cx, "message", N_("Only messages from outside are hidden under the house rules."));
	if (m.hidden_at)
		return fail(cx, ERR_CONFLICT, N_("This message is hidden already."));
	TRY(cited(cx, db, workspace, r->article, &article));
	struct decision d = {.act = S("hide"), .article = r->article, .reason = r->reason, .notify_author = r->notify_author};
	TRY(seal_evidence(cx, db, &m, &d.evidence));
	TRY(decide(cx, db, &m, &d));
	TRY(message_unindex(cx, db, &m));
	m.hidden_at = cx->now;
	TRY(message_index(cx, db, &m));
	TRY(message_save(cx, db, &m));
	TRY(order(cx, db, &m, "hide"));
	note_undo(undo, &d);
	return r->notify_author ? tell_author(cx, db, &m, &article, r, d.id, undo) : OK;
}

enum err moderate_hide(struct cx *cx, struct db *db, i64 workspace, const struct hide_request *request, struct undo *undo)
{
	struct hide_request r = *request;
	r.reason = str_trim(r.reason);
	if (!r.reason.len)
		return fail_field(cx, "reason", N_("Say why; the author may read it, and so may whoever reviews an appeal."));
	return IN_TRANSACTION(cx, db, hide(cx, db, workspace, &r, undo));
}

static enum err restore(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str reason, bool there)
{
	struct message m;
	TRY(message_get(cx, db, workspace, id, &m));
	if (!m.hidden_at)
		return fail(cx, ERR_CONFLICT, N_("This message is not hidden."));
	struct appeal contested;
	TRY(appeal_open_of(cx, db, workspace, id, &contested));
	if (contested.id)
		return fail(cx, ERR_CONFLICT, N_("Its author contests the decision: accept the appeal to put the message back."));
	struct decision d = {.act = S("restore"), .reason = reason};
	TRY(decide(cx, db, &m, &d));
	TRY(message_unindex(cx, db, &m));
	m.hidden_at = 0;
	TRY(message_index(cx, db, &m));
	TRY(message_save(cx, db, &m));
	return there ? order(cx, db, &m, "restore") : OK;
}

enum err moderate_restore(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str reason)
{
	return IN_TRANSACTION(cx, db, restore(cx, db, workspace, message, reason, true));
}

static enum err reopen(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct decision before;
	struct message m;
	i64 count;
	TRY(decision_get(cx, db, workspace, id, &before));
	TRY(message_get(cx, db, workspace, before.message, &m));
	bool waited;
	TRY(waits_there(cx, db, &m, before.at, &waited));
	if (str_eq(before.act, S("hide")) && m.hidden_at)
		TRY(restore(cx, db, workspace, m.id, S("Undone at once"), !waited));
	if (str_eq(before.act, S("keep")) && waited)
		TRY(order(cx, db, &m, "hide"));
	TRY(flags_reopen(cx, db, workspace, m.id, before.at, &count));
	if (!count)
		return OK;
	struct decision d = {.act = S("reopen"), .reason = S("Undone at once")};
	return decide(cx, db, &m, &d);
}

enum err moderate_reopen(struct cx *cx, struct db *db, i64 workspace, i64 decision)
{
	return IN_TRANSACTION(cx, db, reopen(cx, db, workspace, decision));
}

/* ---- a case of the review queue ---- */

static enum err warn(struct cx *cx, struct db *db, i64 workspace, const struct decide_request *r)
{
	struct message m;
	struct charter_article article;
	TRY(message_get(cx, db, workspace, r->message, &m));
	TRY(cited(cx, db, workspace, r->article, &article));
	struct decision d = {.act = S("warn"), .article = r->article, .reason = r->reason, .notify_author = r->notify_author};
	TRY(seal_evidence(cx, db, &m, &d.evidence));
	return decide(cx, db, &m, &d);
}

/* Those who may decide, but who asks. */
static enum err tell_deciders(struct cx *cx, struct db *db, const struct message *m)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, m->workspace, &members, &count));
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_MODERATE & 1)
			TRY(notify_person(cx, db, m->workspace, members[i].person, "decision", m->conversation, m->id, (struct str){}));
	return OK;
}

static enum err ask_second(struct cx *cx, struct db *db, i64 workspace, const struct decide_request *r)
{
	struct message m;
	struct charter_article article;
	struct decision asked;
	struct flag *flags;
	size_t count, open = 0;
	TRY(message_get(cx, db, workspace, r->message, &m));
	TRY(cited(cx, db, workspace, r->article, &article));
	TRY(decision_asked(cx, db, workspace, r->message, &asked));
	if (asked.id)
		return fail(cx, ERR_CONFLICT, N_("A second person was asked for already."));
	struct decision d = {.act = S("ask_second"), .article = r->article, .reason = r->reason};
	TRY(decide(cx, db, &m, &d));
	TRY(flags_of(cx, db, workspace, r->message, &flags, &count));
	for (size_t i = 0; i < count; i++)
		open += !flags[i].decided_at;
	if (!open) /* so that it stands in the queue */
		TRY(flag(cx, db, workspace, r->message, S("colleague"), r->reason));
	return tell_deciders(cx, db, &m);
}

static enum err decide_case(struct cx *cx, struct db *db, i64 workspace, const struct decide_request *r, struct undo *undo)
{
	if (str_eq(r->act, S("ask_second")))
		return ask_second(cx, db, workspace, r);
	if (r->warn)
		TRY(warn(cx, db, workspace, r));
	if (str_eq(r->act, S("keep")))
		return keep(cx, db, workspace, r->message, r->reason, undo);
	if (str_eq(r->act, S("restore")))
		return restore(cx, db, workspace, r->message, r->reason, true);
	if (!str_eq(r->act, S("hide")))
		return fail_field(cx, "act", N_("Choose what to do with this message."));
	struct hide_request request = {.message = r->message, .article = r->article, .reason = r->reason, .notify_author = r->notify_author, .outside = r->outside};
	return hide(cx, db, workspace, &request, undo);
}

static enum err check_decide(struct cx *cx, struct decide_request *r)
{
	r->reason = str_trim(r->reason);
	if (!r->reason.len && (r->warn || !str_eq(r->act, S("keep"))))
		return fail_field(cx, "reason", N_("Say why; the author may read it, and so may whoever reviews an appeal."));
	return OK;
}

enum err moderate_decide(struct cx *cx, struct db *db, i64 workspace, const struct decide_request *request, struct undo *undo)
{
	struct decide_request r = *request;
	TRY(check_decide(cx, &r));
	return IN_TRANSACTION(cx, db, decide_case(cx, db, workspace, &r, undo));
}

static enum err decide_all(struct cx *cx, struct db *db, i64 workspace, const i64 *messages, size_t count, struct decide_request *r, struct undo *undo)
{
	for (size_t i = 0; i < count; i++) {
		r->message = messages[i];
		TRY(decide_case(cx, db, workspace, r, undo));
	}
	return OK;
}

enum err moderate_decide_many(struct cx *cx, struct db *db, i64 workspace, const i64 *messages, size_t count, const struct decide_request *request,
			      struct undo *undo)
{
	struct decide_request r = *request;
	if (!count || count > MODERATE_MANY_MAX)
		return fail_field(cx, "message", N_("Choose between 1 and %d messages."), MODERATE_MANY_MAX);
	TRY(check_decide(cx, &r));
	return IN_TRANSACTION(cx, db, decide_all(cx, db, workspace, messages, count, &r, undo));
}
