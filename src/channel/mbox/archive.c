#include "channel/mbox/mail.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive_file.h"
#include "channel/thread_root.h"

#include <string.h>

/* A mailbox file (RFC 4155: messages one after another, each behind a line "From …"), or a single message. Conversations follow
 * References and In-Reply-To. mail.c reads the parts of one message. */

extern const struct archive_format archive_mbox;

#define MAIL_BYTES_MAX ((size_t)64 << 20)
#define LINE_BYTES_MAX ((size_t)1 << 20)
#define FIELDS_MAX 200000  /* lines of one mail that look like a header field: what parses them takes 600 bytes for each */
#define PARTS_MAX 20000    /* lines that look like the boundary of a part: 1,300 bytes */
#define REFERENCES_MAX 200

struct mailbox {
	struct reading r;
	struct arena *arena; /* of the mailbox: threads */
	struct threads *threads;
	GMimeParserOptions *options;

	struct buf mail;     /* the message that is coming in */
	struct buf line;     /* its last line, as far as it came */
	struct buf marker;   /* the line "From …" before it */
	i64 fields, parts;   /* lines in it that look like one */
	bool is_box, blank, open, broken; /* a mailbox; after an empty line; inside a message; which is too large */
};

static void unref(void *object)
{
	GObject **held = object;
	if (*held)
		g_object_unref(*held);
}

/* "Re: Re : Fwd: price" -> "price": what the conversation is about. */
static struct str bare_subject(struct str subject)
{
	static const char *const prefixes[] = {"re", "fwd", "fw", "tr", "aw", "wg", "rv", "sv"};
	bool cut = true;
	while (cut) {
		cut = false;
		subject = str_trim(subject);
		ptrdiff_t colon = str_find_byte(subject, ':');
		struct str word = colon > 0 ? str_trim(str_head(subject, (size_t)colon)) : (struct str){};
		for (size_t i = 0; word.len && i < COUNT(prefixes); i++)
			if (str_eq_fold(word, str_of(prefixes[i]))) {
				subject = str_skip(subject, (size_t)colon + 1);
				cut = true;
				break;
			}
	}
	return subject;
}

static struct str reference(GMimeReferences *list, int index)
{
	return str_of(g_mime_references_get_message_id(list, index));
}

static void free_references(GMimeReferences **list)
{
	if (*list)
		g_mime_references_free(*list);
}

/* The message this one answers; what References says of the ones before is learnt too. */
static struct str parent_of(struct mailbox *m, GMimeMessage *message, struct str id)
{
	const char *references = g_mime_object_get_header(GMIME_OBJECT(message), "References");
	const char *in_reply_to = g_mime_object_get_header(GMIME_OBJECT(message), "In-Reply-To");
	CLEANUP(free_references) GMimeReferences *list = references ? g_mime_references_parse(NULL, references) : NULL;
	CLEANUP(free_references) GMimeReferences *answered = in_reply_to ? g_mime_references_parse(NULL, in_reply_to) : NULL;
	int count = list ? g_mime_references_length(list) : 0;
	int from = count > REFERENCES_MAX ? count - REFERENCES_MAX : 0;
	for (int i = from + 1; i < count; i++)
		threads_add(m->threads, reference(list, i), reference(list, i - 1));
	struct str parent = count ? reference(list, count - 1) : (struct str){};
	if (answered && g_mime_references_length(answered) && !count)
		parent = reference(answered, 0);
	parent = arena_str(m->r.item, parent);
	threads_add(m->threads, id, parent);
	return parent;
}

static void read_from(struct mailbox *m, GMimeMessage *message, struct inbound *in)
{
	struct arena *arena = m->r.item;
	InternetAddressList *from = g_mime_message_get_from(message);
	InternetAddress *first = from && internet_address_list_length(from) ? internet_address_list_get_address(from, 0) : NULL;
	in->author_followers = -1;
	if (first && INTERNET_ADDRESS_IS_GROUP(first))
		first = internet_address_list_length(INTERNET_ADDRESS_GROUP(first)->members)
				? internet_address_list_get_address(INTERNET_ADDRESS_GROUP(first)->members, 0)
				: NULL;
	if (first && INTERNET_ADDRESS_IS_MAILBOX(first)) {
		CLEANUP(buf_free) struct buf lower = {};
		buf_add_folded(&lower, str_of(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))));
		in->author_id = in->author_handle = buf_keep(&lower, arena);
		in->author_name = arena_str(arena, str_of(internet_address_get_name(first)));
	}
	if (in->author_id.len == 0) /* nothing a mail program would accept, but somebody said it */
		in->author_name = arena_str(arena, str_of(g_mime_object_get_header(GMIME_OBJECT(message), "From")));
	if (in->author_name.len == 0)
		in->author_name = in->author_handle;
}

static bool sane(const struct mailbox *m, i64 at)
{
	return at > 3652 * DAY && at < m->r.now + DAY;
}

/* The Date field; when that tells nothing, what the last server noted, or the mailbox's own line ("From a@b Tue Mar 24 09:42:00 2026"). */
static i64 date_of(const struct mailbox *m, GMimeMessage *message, const char *marker)
{
	GDateTime *date = g_mime_message_get_date(message);
	struct str received = str_of(g_mime_object_get_header(GMIME_OBJECT(message), "Received")), line = str_of(marker);
	const char *semicolon = received.len ? memrchr(received.at, ';', received.len) : NULL;
	i64 said = 0, at = 0;
	if (date && g_date_time_get_year(date) < 3000)
		said = g_date_time_to_unix(date) * SECOND;
	else if (!time_parse_loose(str_of(g_mime_object_get_header(GMIME_OBJECT(message), "Date")), &said))
		said = 0;
	if (sane(m, said))
		return said;
	if (semicolon && time_parse_loose(str_trim(str_span(semicolon + 1, received.at + received.len)), &at) && sane(m, at))
		return at;
	ptrdiff_t space = str_starts(line, S("From ")) ? str_find_byte(str_skip(line, 5), ' ') : -1;
	return space > 0 && time_parse_loose(str_skip(line, 5 + (size_t)space), &at) && sane(m, at) ? at : said;
}

/* Mail that Gmail's export marks as sent is ours. */
static bool is_sent(GMimeMessage *message)
{
	struct str labels = str_of(g_mime_object_get_header(GMIME_OBJECT(message), "X-Gmail-Labels"));
	while (labels.len) {
		struct str label = str_trim(str_cut(&labels, ','));
		if (str_eq(label, S("Sent")) || str_eq(label, S("Messages envoyés")))
			return true;
	}
	return false;
}

/* In a mailbox a line that starts with "From " has a ">" before it, and one more for each it had already. */
static struct str unescaped(struct arena *arena, struct str body)
{
	CLEANUP(buf_free) struct buf b = {};
	if (str_find(body, S(">From ")) < 0)
		return body;
	while (body.at) {
		struct str line = str_cut(&body, '\n'), rest = line;
		while (str_starts(rest, S(">")))
			rest = str_skip(rest, 1);
		bool escaped = rest.len < line.len && str_starts(rest, S("From "));
		buf_add(&b, escaped ? str_skip(line, 1) : line);
		buf_adds(&b, body.at ? "\n" : "");
	}
	return buf_keep(&b, arena);
}

static enum err read_message(struct mailbox *m, GMimeMessage *message, const char *marker)
{
	struct reading *r = &m->r;
	struct arena *arena = r->item;
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = arena_str(arena, str_of(g_mime_message_get_message_id(message))),
		.subject = arena_str(arena, bare_subject(str_of(g_mime_message_get_subject(message)))),
			.at = date_of(m, message, marker),
		.lang = arena_str(arena, str_of(g_mime_object_get_header(GMIME_OBJECT(message), "Content-Language"))),
			.ours = is_sent(message),
	};
	read_from(m, message, &in);
	mail_read_parts(arena, message, &in);
	in.parent_id = parent_of(m, message, in.remote_id);
	in.thread_id = arena_str(arena, threads_root(m->threads, in.remote_id.len ? in.remote_id : in.parent_id));
	if (marker)
		in.body = unescaped(arena, in.body);
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
	if (m->broken || !buf_ok(&m->mail)) {
		error = reading_refuse(r, str_of(tr(r->cx->lang,
			N_("This mail is larger, or has more parts, than any real one."))), buf_str(&m->marker));
	} else {
		CLEANUP(unref) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(m->mail.at ? m->mail.at : "", m->mail.len);
		CLEANUP(unref) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
		CLEANUP(unref) GMimeMessage *message = g_mime_parser_construct_message(parser, m->options);
		error = message ? read_message(m, message, m->is_box ? buf_cstr(&m->marker) : NULL)
				: reading_refuse(r, str_of(tr(r->cx->lang, N_("This is no mail that can be read."))),
					buf_str(&m->mail));
	}
	r->index++;
	return error;
}

static void start_mail(struct mailbox *m, struct str marker)
{
	buf_clear(&m->mail);
	buf_clear(&m->marker);
	buf_add(&m->marker, marker);
	m->fields = m->parts = 0;
	m->open = true;
	m->broken = false;
}

static bool looks_like_field(struct str line)
{
	size_t i = 0;
	while (i < line.len && i < 80 && line.at[i] > ' ' && line.at[i] != ':')
		i++;
	return i && i < line.len && line.at[i] == ':';
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
	m->fields += looks_like_field(line);
	m->parts += str_starts(line, S("--"));
	m->broken |= m->fields > FIELDS_MAX || m->parts > PARTS_MAX;
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
	if (m->options)
		g_mime_parser_options_free(m->options);
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	static const char *const charsets[] = {"utf-8", "windows-1252", NULL};
	g_mime_init();
	CLEANUP(free_mailbox) struct mailbox m = {
		.arena = arena_new(), .options = g_mime_parser_options_new(), .mail.max = MAIL_BYTES_MAX,
			.line.max = LINE_BYTES_MAX,
		.marker.max = LINE_BYTES_MAX,
	};
	m.threads = threads_new(m.arena);
	g_mime_parser_options_set_fallback_charsets(m.options, (const char **)charsets);
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
