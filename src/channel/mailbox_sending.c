/* What goes out: an answer to who wrote, in their thread. What is answered is read first, from the mailbox: who wants the answer, and the
 * thread so far. After the server took it, a copy goes into the folder of sent mails. After a doubt it is looked for there, by its number. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/mailbox.h"

#include <string.h>

#define SETTLES (10 * MINUTE) /* a copy to ourselves that has not come by then was never taken */
#define HEADER_MAX ((size_t)1 << 20)

/* ---- looking by number ---- */

/* The mails of a folder with this Message-ID; *ret_uid the last of them, 0 for none. `x` says what came of it. */
static enum err search(struct cx *cx, struct imap *imap, struct str folder, struct str id, struct exchange *x, u64 *ret_uid)
{
	struct imap_answer answer;
	u64 *uids;
	struct str quoted = imap_quoted(cx->arena, arena_printf(cx->arena, "<%.*s>", STR_ARG(id)));
	*ret_uid = 0;
	TRY(email_ask(cx, imap, email_command(cx, "EXAMINE", folder), (struct str){}, 0, x, &answer));
	if (x->answer.outcome != NET_ANSWERED || x->answer.status != 200 || !quoted.len)
		return OK;
	TRY(email_ask(cx, imap, arena_printf(cx->arena, "UID SEARCH HEADER Message-ID %.*s", STR_ARG(quoted)), (struct str){}, 0, x, &answer));
	size_t count = email_found(cx, &answer, &uids);
	if (count)
		*ret_uid = uids[count - 1];
	return OK;
}

struct folders {
	struct str at[4];
	size_t count;
};

static void add_folder(struct folders *f, struct str name)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_eq(f->at[i], name))
			return;
	if (name.len)
		f->at[f->count++] = name;
}

/* ---- what is answered ---- */

/* The number itself: behind a space stands what tells letters apart that have the same one (flow/ingest.c). */
static struct str number_of(struct str id)
{
	return str_cut(&id, ' ');
}

static enum err find_parent(struct cx *cx, struct imap *imap, const struct channel_account *account, const struct outbound *o, struct exchange *x,
			    struct mail_read *ret_parent, bool *ret_found)
{
	struct folders f = {};
	u64 uid = 0;
	add_folder(&f, S("INBOX"));
	add_folder(&f, email_folder(cx, account, "all"));
	add_folder(&f, email_folder(cx, account, "archive"));
	add_folder(&f, email_folder(cx, account, "sent"));
	*ret_found = false;
	for (size_t i = 0; i < f.count && !uid; i++) {
		TRY(search(cx, imap, f.at[i], number_of(o->parent_id), x, &uid));
		if (x->answer.outcome != NET_ANSWERED || x->answer.status != 200)
			return OK;
	}
	if (!uid)
		return OK;
	struct imap_answer answer;
	struct str command = arena_printf(cx->arena, "UID FETCH %llu (UID BODY.PEEK[HEADER])", (unsigned long long)uid);
	TRY(email_ask(cx, imap, command, (struct str){}, HEADER_MAX, x, &answer));
	for (size_t i = 0; i < answer.line_count && !*ret_found; i++) {
		struct email_item item;
		*ret_found = email_read_item(cx, answer.lines[i], &item) && item.uid == uid && mail_read(cx->arena, item.bytes, NULL, cx->now, ret_parent);
	}
	return OK;
}

/* ---- the answer ---- */

static struct str subject_of(struct cx *cx, const struct mail_read *parent, bool answers)
{
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, parent->subject);
	struct str subject = utf8_head(str_trim(buf_str(&clean)), 200);
	for (size_t i = 0; i < subject.len; i++)
		if ((u8)subject.at[i] < ' ')
			((char *)(uintptr_t)subject.at)[i] = ' ';
	if (!subject.len && !answers)
		return S("…");
	return arena_printf(cx->arena, answers ? "Re: %.*s" : "%.*s", STR_ARG(subject));
}

static struct mail mail_of(struct cx *cx, const struct channel_account *account, const struct outbound *o, const struct mail_read *parent)
{
	struct str own = email_address(cx, account);
	bool ours = str_eq(parent->from, own); /* a word more on what we said ourselves */
	struct mail_file *files = o->media_count ? arena_array(cx->arena, struct mail_file, o->media_count) : NULL;
	for (size_t i = 0; i < o->media_count; i++) {
		const struct outbound_media *m = &o->media[i];
		files[i] = (struct mail_file){m->name.len ? m->name : S("file"), m->type.len ? m->type : S("application/octet-stream"), m->bytes};
	}
	struct str *thread = arena_array(cx->arena, struct str, parent->reference_count + 1);
	for (size_t i = 0; i < parent->reference_count; i++)
		thread[i] = parent->references[i];
	thread[parent->reference_count] = number_of(o->parent_id);
	return (struct mail){
		.to = ours ? parent->to : parent->reply_to.len ? parent->reply_to : parent->from,
		.subject = subject_of(cx, parent, o->parent_id.len > 0),
		.text = o->body,
		.message_id = email_own_id(cx, account, o),
		.in_reply_to = number_of(o->parent_id),
		.references = thread,
		.reference_count = o->parent_id.len ? parent->reference_count + 1 : 0,
		.copy_to = email_switched_on(account, "copy") ? own : (struct str){},
		.files = files,
		.file_count = o->media_count,
	};
}

/* Among the sent ones, where a mail program would have put it. Whether that works or not, the mail has left. */
static enum err keep_copy(struct cx *cx, struct imap *imap, const struct channel_account *account, struct str id, struct str message)
{
	struct str folder = email_folder(cx, account, "sent");
	struct exchange x = {};
	struct imap_answer answer;
	u64 there;
	if (!folder.len || json_is_true(json_object_get(account->known, "saves_sent")))
		return OK;
	TRY(search(cx, imap, folder, id, &x, &there));
	struct str command = email_command(cx, "APPEND", folder);
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && !there && command.len)
		TRY(email_ask(cx, imap, arena_printf(cx->arena, "%.*s (\\Seen)", STR_ARG(command)), message, 0, &x, &answer));
	return OK;
}

static struct sent never(struct cx *cx, const char *story)
{
	return (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(tr(cx->lang, story))};
}

static enum err send(struct cx *cx, struct net *net, const struct channel_account *account, struct imap *imap, const struct mail *mail, struct sent *ret_sent)
{
	CLEANUP(mailer_closep) struct mailer *mailer = NULL;
	struct mail_sent sent;
	struct exchange x = {};
	struct str message, id;
	TRY(email_mailer(cx, net, account, &mailer));
	TRY(mail_send(cx, mailer, mail, &sent));
	email_answered(cx, &sent.answer, &x);
	exchange_outcome(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	ret_sent->remote_id = mail->message_id;
	TRY(mail_build(cx, mailer, mail, &message, &id));
	return keep_copy(cx, imap, account, id, message);
}

enum err email_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {};
	CLEANUP(imap_closep) struct imap *imap = NULL;
	struct mail_read parent;
	bool found;
	if (o->act != ACT_REPLY) {
		*ret_sent = never(cx, N_("Mail cannot do that: what was sent stays where it is."));
		return OK;
	}
	TRY(email_open(cx, net, account, &x, &imap));
	if (!exchange_read_first(cx, &x, ret_sent))
		return OK;
	if (!o->parent_id.len && mail_address_valid(o->to)) { /* a thread that begins here */
		struct mail first = mail_of(cx, account, o, &(struct mail_read){.from = o->to, .subject = o->subject});
		return send(cx, net, account, imap, &first, ret_sent);
	}
	TRY(find_parent(cx, imap, account, o, &x, &parent, &found));
	if (!exchange_read_first(cx, &x, ret_sent))
		return OK;
	if (!found) {
		*ret_sent = never(cx, N_("The mail that this answers is no longer in the mailbox."));
		return OK;
	}
	if (parent.writer == MAIL_BOUNCE) {
		*ret_sent = never(cx, N_("This was written by a mail server, and no one reads an answer to it."));
		return OK;
	}
	struct mail mail = mail_of(cx, account, o, &parent);
	if (!mail_address_valid(mail.to)) {
		*ret_sent = never(cx, N_("The mail that this answers names no address that an answer could go to."));
		return OK;
	}
	return send(cx, net, account, imap, &mail, ret_sent);
}

/* ---- after a doubt ---- */

static struct sent absent(struct cx *cx, const struct channel_account *account, const struct outbound *o)
{
	bool sure = email_switched_on(account, "copy") || json_is_true(json_object_get(account->known, "saves_sent"));
	if (!sure)
		return (struct sent){.outcome = OUTCOME_UNKNOWN,
				     .story = str_of(_(N_("The connection broke while the mail was handed over, and nobody can tell whether it left. Ask, or send it once more.")))};
	if (cx->now < o->intended_at + SETTLES)
		return (struct sent){.outcome = OUTCOME_LATER, .retry_at = o->intended_at + SETTLES,
				     .story = str_of(_(N_("It is not in the mailbox yet. It will be looked for again.")))};
	return never(cx, N_("It did not arrive there."));
}

enum err email_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {};
	CLEANUP(imap_closep) struct imap *imap = NULL;
	struct folders f = {};
	struct str id = email_own_id(cx, account, o);
	u64 uid = 0;
	if (o->act != ACT_REPLY)
		return email_publish(cx, net, account, o, ret_sent);
	TRY(email_open(cx, net, account, &x, &imap));
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (email_switched_on(account, "copy"))
		add_folder(&f, S("INBOX"));
	add_folder(&f, email_folder(cx, account, "sent"));
	add_folder(&f, email_folder(cx, account, "all"));
	for (size_t i = 0; i < f.count && !uid; i++) {
		TRY(search(cx, imap, f.at[i], id, &x, &uid));
		exchange_looked(cx, &x, ret_sent);
		if (ret_sent->outcome != OUTCOME_DONE)
			return OK;
	}
	*ret_sent = uid ? (struct sent){.outcome = OUTCOME_DONE, .remote_id = id} : absent(cx, account, o);
	return OK;
}
