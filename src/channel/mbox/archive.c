#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive_file.h"
#include "channel/mail_read.h"
#include "channel/reading.h"
#include "channel/thread_root.h"

#include <string.h>

/* A mailbox file (RFC 4155: messages one after another, each behind a line "From …"), or a single message. Conversations follow
 * References and In-Reply-To. channel/mail_read reads one message. */

extern const struct archive_format archive_mbox;

#define LINE_BYTES_MAX ((size_t)1 << 20)

struct mailbox {
	struct reading r;
	struct arena *arena; /* of the mailbox: threads */
	struct threads *threads;

	struct buf mail;     /* the message that is coming in */
	struct buf line;     /* its last line, as far as it came */
	struct buf marker;   /* the line "From …" before it */
	bool is_box, blank, open, broken; /* a mailbox; after an empty line; inside a message; which is too large */
};

/* Who answers whom, of this mail and of those that it names. */
static void learn_threads(struct mailbox *m, const struct mail_read *mail)
{
	for (size_t i = 1; i < mail->reference_count; i++)
		threads_add(m->threads, mail->references[i], mail->references[i - 1]);
	threads_add(m->threads, mail->id, mail->parent);
}

/* A mail by itself that tells no date is of today; one of a mailbox is refused. */
static i64 date_of(const struct mailbox *m, const struct mail_read *mail)
{
	bool sane = mail->at > 3652 * DAY && mail->at < m->r.now + DAY;
	return sane || m->is_box ? mail->at : m->r.now;
}

static enum err take_mail(struct mailbox *m, const struct mail_read *mail)
{
	struct reading *r = &m->r;
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = mail->id, .parent_id = mail->parent, .subject = mail->subject, .at = date_of(m, mail), .lang = mail->lang,
		.ours = mail->is_sent, .author_id = mail->from, .author_handle = mail->from, .author_name = mail->from_name, .author_followers = -1,
		.body = mail->body, .quotes = true, .automatic = mail->writer != MAIL_BY_PERSON, .attachments = mail->attachments, .attachment_count = mail->attachment_count,
	};
	learn_threads(m, mail);
	in.thread_id = arena_str(r->item, threads_root(m->threads, in.remote_id.len ? in.remote_id : in.parent_id));
	if (!in.remote_id.len) /* of its text alone: the day it is read may stand for one that it does not tell */
		in.remote_id = id_of_parts(r->item, (struct str[]){buf_str(&m->mail)}, 1);
	if (in.body.len == 0 && in.attachment_count == 0) /* a mail may be all subject */
		in.body = in.subject;
	return reading_item(r, &in);
}

static bool is_field(struct str line)
{
	static const char *const fields[] = {"from:", "received:", "return-path:", "date:", "subject:", "message-id:",
		"mime-version:", "to:",
					     "delivered-to:", "content-type:", "reply-to:", "sender:", "dkim-signature:",
						"authentication-results:"};
	for (size_t i = 0; i < COUNT(fields); i++)
		if (str_eq_fold(str_head(line, strlen(fields[i])), str_of(fields[i])))
			return true;
	return false;
}

/* Its first line is some field, and one of the next is a field of mail. */
static bool is_mail(struct str head)
{
	struct str rest = head, line = str_line(&rest);
	ptrdiff_t colon = str_find_byte(line, ':'), space = str_find_byte(line, ' ');
	bool found = false;
	if (colon <= 0 || (space >= 0 && space < colon - 1) || strchr("{[<\"", *line.at))
		return false;
	rest = head;
	for (int i = 0; i < 30 && rest.len && !found; i++) {
		line = str_line(&rest);
		if (line.len == 0)
			break;
		found = is_field(line);
	}
	return found;
}

/* ---------- from lines to messages ---------- */

static enum err end_mail(struct mailbox *m)
{
	struct reading *r = &m->r;
	enum err error = OK;
	if (!m->open)
		return OK;
	m->open = false;
	struct mail_read mail;
	bool whole = !m->broken && buf_ok(&m->mail) && mail_within_limits(buf_str(&m->mail));
	if (!whole)
		error = reading_refuse(r, str_of(tr(r->cx->lang, N_("This mail is larger, or has more parts, than any real one."))), buf_str(&m->marker));
	else if (!mail_read(r->item, buf_str(&m->mail), m->is_box ? buf_cstr(&m->marker) : NULL, r->now, &mail))
		error = reading_refuse(r, str_of(tr(r->cx->lang, N_("This is no mail that can be read."))), buf_str(&m->mail));
	else
		error = take_mail(m, &mail);
	r->index++;
	return error;
}

static void start_mail(struct mailbox *m, struct str marker)
{
	buf_clear(&m->mail);
	buf_clear(&m->marker);
	buf_add(&m->marker, marker);
	m->open = true;
	m->broken = false;
}

static enum err add_line(struct mailbox *m, struct str line)
{
	bool blank = line.len == 0 || (line.len == 1 && *line.at == '\r');
	if (m->is_box && m->blank && str_starts(line, S("From "))) {
		TRY(end_mail(m));
		start_mail(m, str_trim(line));
		m->blank = false;
		return OK;
	}
	m->blank = blank;
	if (m->open && !m->broken) {
		buf_add(&m->mail, line);
		buf_addc(&m->mail, '\n');
	}
	return OK;
}

/* What kind of file it is, by its beginning. */
static enum err start_file(struct mailbox *m, struct str file, struct str piece)
{
	struct str start = str_trim(str_head(piece, 8192));
	m->r.file = arena_str(m->r.cx->arena, file);
	m->is_box = str_starts(start, S("From "));
	m->blank = true;
	m->open = false;
	if (!m->is_box && !is_mail(start))
		return fail(m->r.cx, ERR_UNSUPPORTED, "This file is neither a mailbox nor a mail.");
	if (!m->is_box)
		start_mail(m, (struct str){});
	return OK;
}

static enum err end_file(struct mailbox *m)
{
	if (m->line.len)
		TRY(add_line(m, buf_str(&m->line)));
	buf_clear(&m->line);
	return end_mail(m);
}

static enum err add_text(struct mailbox *m, struct str piece)
{
	while (piece.len) {
		ptrdiff_t end = str_find_byte(piece, '\n');
		struct str part = end >= 0 ? str_head(piece, (size_t)end) : piece;
		piece = str_skip(piece, part.len + (end >= 0));
		buf_add(&m->line, part);
		if (!buf_ok(&m->line)) { /* no line of mail is that long: take it apart */
			buf_clear(&m->line);
			m->broken = true;
		}
		if (end < 0)
			break;
		TRY(add_line(m, buf_str(&m->line)));
		buf_clear(&m->line);
	}
	return OK;
}

static enum err add_piece(struct cx *cx, void *subject, struct str file, struct str piece, i64 done, i64 all)
{
	struct mailbox *m = subject;
	bool begins = file.len || (m->r.index < 0 && !m->open);
	if (begins) {
		TRY(end_file(m));
		m->r.list = "messages";
		m->r.index = 0;
	}
	enum err error = begins ? start_file(m, file, piece) : OK;
	if (error == OK)
		error = add_text(m, piece);
	if (m->r.taker->progress)
		m->r.taker->progress(m->r.taker->subject, done, all);
	return reading_forgive(&m->r, error);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".mbox")) || str_ends(name, S(".eml")) || str_ends(name, S("/mbox")) || str_ends(name, S(".mbx"));
}

static void free_mailbox(struct mailbox *m)
{
	buf_free(&m->mail);
	buf_free(&m->line);
	buf_free(&m->marker);
	arena_free(m->arena);
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	CLEANUP(free_mailbox) struct mailbox m = {
		.arena = arena_new(), .mail.max = MAIL_BYTES_MAX, .line.max = LINE_BYTES_MAX,
		.marker.max = LINE_BYTES_MAX,
	};
	m.threads = threads_new(m.arena);
	TRY(reading_start(cx, &archive_mbox, options, taker, &m.r));
	TRY(archive_each_piece(cx, path, wanted, add_piece, &m));
	TRY(end_file(&m));
	return reading_end(&m.r);
}

static int recognise(struct str name, struct str head, struct str names)
{
	if (str_find(names, S(".mbox")) >= 0 || str_find(names, S(".eml")) >= 0)
		return 85;
	head = str_trim(head);
	if (str_starts(head, S("From ")) && str_find(str_head(head, 8192), S(":")) > 0)
		return 90;
	return is_mail(head) && str_find(str_head(head, 8192), S("\n\n")) >= 0 ? 70 : is_mail(head) ? 50 : 0;
}

const struct archive_format archive_mbox = {
	.word = "mbox", .also = "email mail eml", .title = N_("Mailbox (mbox, eml)"), .network = "email",
	.about = N_("A mailbox file, as Thunderbird, Apple Mail, Dovecot and Google Takeout write it, or single mails (.eml)."),
	.recognise = recognise, .read = read_path,
};
