/* What comes in: folder by folder, mail by mail, from where it was left. The cursor says of each folder its UIDVALIDITY and the last UID that
 * was taken: "7.12;3.4". A folder that was made anew (another UIDVALIDITY) is read again from two weeks ago: its mails are known by
 * their Message-IDs, so nothing comes in twice. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/zone.h"
#include "channel/mailbox.h"
#include "channel/reading.h"
#include "sys/crypto.h"

#include <string.h>

#define FOLDERS 2
#define PAGE 20
#define FIRST_DAYS 14
#define ID_MAX 250

/* ---- ids ---- */

static struct str domain_of(struct str address)
{
	str_cut(&address, '@');
	return address.len ? address : S("parvis.invalid");
}

static struct str short_hash(struct cx *cx, struct str a, struct str b)
{
	const struct str parts[] = {a, b};
	return id_of_parts(cx->arena, parts, COUNT(parts));
}

struct str email_own_id(struct cx *cx, const struct channel_account *account, const struct outbound *o)
{
	struct str address = email_address(cx, account), thread = o->thread_id;
	if (thread.len != 16)
		thread = short_hash(cx, S("thread"), thread);
	return arena_printf(cx->arena, "parvis.%.*s.%.*s@%.*s", STR_ARG(short_hash(cx, address, o->dedup_key)), STR_ARG(thread), STR_ARG(domain_of(address)));
}

/* Its thread when it is one of ours; else empty. */
static struct str own_thread(struct cx *cx, const struct channel_account *account, struct str id)
{
	struct str rest = id, name = str_cut(&rest, '@'), own = domain_of(email_address(cx, account));
	if (!str_starts(name, S("parvis.")) || !str_eq_fold(rest, own) || name.len != 7 + 16 + 1 + 16 || name.at[23] != '.')
		return (struct str){};
	return str_skip(name, 24);
}

bool email_is_own(struct cx *cx, const struct channel_account *account, struct str id)
{
	return own_thread(cx, account, id).len > 0;
}

/* Of an answer to one of ours the thread that ours carries; else what it began with, as far as it says. */
struct str email_thread(struct cx *cx, const struct channel_account *account, const struct mail_read *m)
{
	for (size_t i = m->reference_count; i-- > 0;) {
		struct str thread = own_thread(cx, account, m->references[i]);
		if (thread.len)
			return thread;
	}
	struct str own = own_thread(cx, account, m->id);
	if (own.len)
		return own;
	return short_hash(cx, S("thread"), m->reference_count ? m->references[0] : m->id);
}

/* ---- one mail ---- */

static i64 instant_of(const struct mail_read *m, i64 arrived_at)
{
	bool believed = m->at > arrived_at - DAY && m->at <= arrived_at + HOUR;
	return believed ? m->at : arrived_at;
}

static struct str undelivered(struct cx *cx, const struct mail_read *m)
{
	if (m->failed_to.len && m->failed_why.len)
		return arena_printf(cx->arena, "%.*s: %.*s", STR_ARG(m->failed_to), STR_ARG(m->failed_why));
	return m->failed_why.len ? m->failed_why : m->failed_to.len ? m->failed_to : S("?");
}

bool email_inbound(struct cx *cx, const struct channel_account *account, const struct mail_read *read, bool sent, i64 arrived_at, struct inbound *ret_inbound)
{
	struct mail_read m = *read;
	i64 at = instant_of(&m, arrived_at);
	if (!m.id.len || m.id.len > ID_MAX) { /* what says nothing of itself is told apart by what it holds */
		const struct str parts[] = {m.id, m.from, m.subject, m.body};
		m.id = id_of_parts(cx->arena, parts, COUNT(parts));
	}
	if (!sent && email_is_own(cx, account, m.id)) /* our own copy; or somebody who gives himself our number */
		return false;
	if (!sent && m.failed && email_is_own(cx, account, m.failed_id)) {
		*ret_inbound = (struct inbound){.remote_id = m.failed_id, .thread_id = own_thread(cx, account, m.failed_id), .undelivered = undelivered(cx, &m),
						.author_followers = -1};
		return true;
	}
	if (!m.from.len)
		m.from = m.from_name.len ? m.from_name : S("?");
	struct str body = clean_text(cx->arena, m.body);
	if (!str_trim(body).len)
		body = m.subject.len || m.attachment_count ? clean_line(cx->arena, m.subject, 500) : S("(…)");
	*ret_inbound = (struct inbound){
		.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .ours = sent, .remote_id = clean_line(cx->arena, m.id, ID_MAX),
		.parent_id = m.parent.len <= ID_MAX ? clean_line(cx->arena, m.parent, ID_MAX) : (struct str){}, .thread_id = email_thread(cx, account, &m),
		.subject = clean_line(cx->arena, m.subject, 500), .author_id = clean_line(cx->arena, m.from, ID_MAX), .author_handle = clean_line(cx->arena, m.from, ID_MAX),
		.author_name = clean_line(cx->arena, m.from_name, 200), .author_followers = -1, .body = body, .lang = clean_line(cx->arena, m.lang, 20), .at = at,
		.final = true, .quotes = true, .automatic = !sent && m.writer != MAIL_BY_PERSON, .attachments = m.attachments, .attachment_count = m.attachment_count,
	};
	return true;
}

/* "5 FETCH (UID 12 INTERNALDATE "…" RFC822.SIZE 300 BODY[]<0> {300}…)", in any order. */
bool email_read_item(struct cx *cx, struct str line, struct email_item *ret_item)
{
	struct email_item item = {};
	struct str rest = line;
	imap_next(&rest);
	if (!str_eq_fold(imap_next(&rest).text, S("FETCH")) || imap_next(&rest).kind != IMAP_OPEN)
		return false;
	for (int i = 0; i < 50; i++) {
		struct imap_token name = imap_next(&rest), value;
		if (name.kind != IMAP_ATOM)
			break;
		value = imap_next(&rest);
		for (int depth = value.kind == IMAP_OPEN; depth > 0;) { /* a list, which is none of what we asked for */
			struct imap_token inner = imap_next(&rest);
			depth += inner.kind == IMAP_OPEN ? 1 : inner.kind == IMAP_CLOSE ? -1 : 0;
			if (inner.kind == IMAP_END || inner.kind == IMAP_BAD)
				return false;
		}
		if (str_eq_fold(name.text, S("UID")))
			str_to_u64(value.text, &item.uid);
		else if (str_eq_fold(name.text, S("INTERNALDATE")))
			time_parse_loose(arena_str(cx->arena, value.text), &item.at);
		else if (str_starts(name.text, S("BODY[")) && value.kind == IMAP_STRING)
			item.bytes = value.text;
	}
	*ret_item = item;
	return item.uid && item.bytes.at;
}

/* ---- the cursor ---- */

struct place {
	u64 validity, last;
};

static void read_cursor(struct str cursor, struct place places[FOLDERS])
{
	for (int i = 0; i < FOLDERS; i++) {
		struct str last = str_cut(&cursor, ';'), validity = str_cut(&last, '.');
		if (!str_to_u64(validity, &places[i].validity) || !str_to_u64(last, &places[i].last))
			places[i] = (struct place){};
	}
}

static struct str cursor_text(struct cx *cx, const struct place places[FOLDERS])
{
	return arena_printf(cx->arena, "%llu.%llu;%llu.%llu", (unsigned long long)places[0].validity, (unsigned long long)places[0].last,
			    (unsigned long long)places[1].validity, (unsigned long long)places[1].last);
}

/* ---- a folder ---- */

struct reader {
	struct net *net;
	const struct channel_account *account;
	struct imap *imap;
	inbound_taker *take;
	void *subject;
	size_t taken, bytes; /* of this page */
};

static struct str since_command(struct cx *cx)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = zone_civil(S("UTC"), cx->now - FIRST_DAYS * DAY);
	return arena_printf(cx->arena, "UID SEARCH SINCE %d-%s-%d", c.day, months[c.month - 1], c.year);
}

/* One that says "Re:" and not what it answers, as some programs write it: the last one of the same sender under that very subject, if there is
 * one, tells the thread. */
static enum err join_by_subject(struct cx *cx, struct reader *r, u64 uid, const struct mail_read *mail, struct inbound *in)
{
	struct exchange x = {};
	struct imap_answer answer;
	struct str from = imap_quoted(cx->arena, mail->from), subject = imap_quoted(cx->arena, mail->subject);
	u64 *uids;
	if (!mail->has_reply_prefix || mail->reference_count || !mail->from.len || !mail->subject.len || !from.len || !subject.len || uid < 2)
		return OK;
	struct str command = arena_printf(cx->arena, "UID SEARCH UID 1:%llu FROM %.*s SUBJECT %.*s", (unsigned long long)uid - 1, STR_ARG(from), STR_ARG(subject));
	TRY(email_ask(cx, r->imap, command, (struct str){}, 0, &x, &answer));
	TRY(exchange_expect(cx, &x, 200));
	size_t count = email_found(cx, &answer, &uids);
	if (!count)
		return OK;
	command = arena_printf(cx->arena, "UID FETCH %llu (UID BODY.PEEK[HEADER])", (unsigned long long)uids[count - 1]);
	TRY(email_ask(cx, r->imap, command, (struct str){}, 0, &x, &answer));
	TRY(exchange_expect(cx, &x, 200));
	for (size_t i = 0; i < answer.line_count; i++) {
		struct email_item item;
		struct mail_read before;
		bool read = email_read_item(cx, answer.lines[i], &item) && item.uid == uids[count - 1] && mail_read(cx->arena, item.bytes, NULL, cx->now, &before);
		if (read && before.id.len && str_eq(before.from, mail->from) && str_eq(before.subject, mail->subject)) /* a search looks inside of words */
			in->thread_id = email_thread(cx, r->account, &before);
	}
	return OK;
}

/* One that is longer than what is asked for ends within its last file, which is worth nothing then; one that is no sane mail still says who wrote. */
static bool read_mail(struct cx *cx, struct str bytes, struct mail_read *ret_mail)
{
	if (!mail_read(cx->arena, bytes, NULL, cx->now, ret_mail))
		return mail_read_head(cx->arena, bytes, cx->now, ret_mail);
	if (bytes.len < EMAIL_BYTES_MAX || !ret_mail->attachment_count)
		return true;
	struct inbound_attachment *files = arena_array(cx->arena, struct inbound_attachment, ret_mail->attachment_count);
	for (size_t i = 0; i < ret_mail->attachment_count; i++)
		files[i] = ret_mail->attachments[i];
	files[ret_mail->attachment_count - 1].bytes = (struct str){};
	ret_mail->attachments = files;
	return true;
}

static enum err take_one(struct cx *cx, struct reader *r, u64 uid, bool sent)
{
	struct exchange x = {};
	struct imap_answer answer;
	struct str command = arena_printf(cx->arena, "UID FETCH %llu (UID INTERNALDATE BODY.PEEK[]<0.%zu>)", (unsigned long long)uid, EMAIL_BYTES_MAX);
	TRY(email_ask(cx, r->imap, command, (struct str){}, EMAIL_BYTES_MAX + ((size_t)1 << 20), &x, &answer));
	TRY(exchange_expect(cx, &x, 200));
	for (size_t i = 0; i < answer.line_count; i++) {
		struct email_item item;
		struct mail_read mail;
		struct inbound inbound;
		if (!email_read_item(cx, answer.lines[i], &item) || item.uid != uid)
			continue;
		r->bytes += item.bytes.len;
		if (read_mail(cx, item.bytes, &mail) && email_inbound(cx, r->account, &mail, sent, item.at ? item.at : cx->now, &inbound)) {
			if (!sent && !inbound.undelivered.len)
				TRY(join_by_subject(cx, r, uid, &mail, &inbound));
			TRY(r->take(cx, r->subject, &inbound));
		}
		break; /* said twice, it is one */
	}
	r->taken++;
	return OK;
}

/* *ret_more: the page is full, and there is more in it. */
static enum err read_folder(struct cx *cx, struct reader *r, struct str folder, bool sent, struct place *place, bool *ret_more)
{
	struct exchange x = {};
	struct imap_answer answer;
	u64 *uids;
	TRY(email_ask(cx, r->imap, email_command(cx, "EXAMINE", folder), (struct str){}, 0, &x, &answer));
	TRY(exchange_expect(cx, &x, 200));
	u64 validity = email_number(&answer, "UIDVALIDITY"), next = email_number(&answer, "UIDNEXT");
	bool anew = !place->validity || validity != place->validity;
	if (!anew && next && next <= place->last + 1)
		return OK;
	struct str command = anew ? since_command(cx) : arena_printf(cx->arena, "UID SEARCH UID %llu:*", (unsigned long long)place->last + 1);
	TRY(email_ask(cx, r->imap, command, (struct str){}, 0, &x, &answer));
	TRY(exchange_expect(cx, &x, 200));
	size_t count = email_found(cx, &answer, &uids);
	struct place now = {validity, anew ? 0 : place->last};
	for (size_t i = 0; i < count; i++) {
		if (uids[i] <= now.last) /* "12:*" names the last one, even when it is the eleventh */
			continue;
		if (r->taken >= PAGE || r->bytes >= EMAIL_BYTES_MAX) {
			*ret_more = true;
			break;
		}
		TRY(take_one(cx, r, uids[i], sent));
		now.last = uids[i];
	}
	if (!*ret_more && next && next - 1 > now.last)
		now.last = next - 1;
	if (validity)
		*place = now;
	return OK;
}

enum err email_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		     struct str *ret_cursor, bool *ret_more)
{
	CLEANUP(imap_closep) struct imap *imap = NULL;
	struct reader r = {.net = net, .account = account, .take = take, .subject = subject};
	struct place places[FOLDERS] = {};
	struct exchange x = {};
	struct str sent = email_folder(cx, account, "sent");
	bool more = false;
	read_cursor(cursor, places);
	TRY(email_open(cx, net, account, &x, &imap));
	r.imap = imap;
	TRY(exchange_expect(cx, &x, 200));
	TRY(read_folder(cx, &r, S("INBOX"), false, &places[0], &more));
	if (!more && sent.len)
		TRY(read_folder(cx, &r, sent, true, &places[1], &more));
	*ret_cursor = cursor_text(cx, places);
	*ret_more = more;
	return OK;
}
