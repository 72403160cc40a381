#include "channel/mail_read.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "channel/mail_parts.h"
#include "channel/reading.h"

#include <string.h>

#define FIELDS_MAX 200000  /* lines of one mail that look like a header field: what parses them takes 600 bytes for each */
#define PARTS_MAX 20000    /* lines that look like the boundary of a part: 1,300 bytes */
#define REPORT_MAX 20000   /* bytes of a delivery report that are looked at */
#define WHY_MAX 300
#define HEAD_MAX ((size_t)256 << 10)

static void unref(void *object)
{
	GObject **held = object;
	if (*held)
		g_object_unref(*held);
}

struct str mail_bare_subject(struct str subject, bool *ret_cut)
{
	static const char *const prefixes[] = {"re", "fwd", "fw", "tr", "aw", "wg", "rv", "sv", "réf", "ref", "res", "antw"};
	bool cut = true;
	*ret_cut = false;
	while (cut) {
		cut = false;
		subject = str_trim(subject);
		ptrdiff_t colon = str_find_byte(subject, ':');
		struct str word = colon > 0 ? str_head(subject, (size_t)colon) : (struct str){};
		while (word.len > 2 && str_ends(word, S("\u00A0"))) /* French programs write one before the colon */
			word = str_head(word, word.len - 2);
		word = str_trim(word);
		ptrdiff_t bracket = str_find_byte(word, '['); /* Re[2]: */
		if (bracket > 0)
			word = str_head(word, (size_t)bracket);
		for (size_t i = 0; word.len && i < COUNT(prefixes); i++)
			if (str_eq_fold(word, str_of(prefixes[i]))) {
				subject = str_skip(subject, (size_t)colon + 1);
				cut = *ret_cut = true;
				break;
			}
	}
	return subject;
}

/* ---- limits ---- */

static bool looks_like_field(struct str line)
{
	size_t i = 0;
	while (i < line.len && i < 80 && line.at[i] > ' ' && line.at[i] != ':')
		i++;
	return i && i < line.len && line.at[i] == ':';
}

bool mail_within_limits(struct str bytes)
{
	i64 fields = 0, parts = 0;
	if (bytes.len > MAIL_BYTES_MAX)
		return false;
	while (bytes.len) {
		struct str line = str_cut(&bytes, '\n');
		fields += looks_like_field(line);
		parts += str_starts(line, S("--"));
		if (fields > FIELDS_MAX || parts > PARTS_MAX)
			return false;
	}
	return true;
}

/* ---- who, what it answers ---- */

static struct str header(GMimeMessage *message, const char *name)
{
	return str_of(g_mime_object_get_header(GMIME_OBJECT(message), name));
}

static void free_references(GMimeReferences **list)
{
	if (*list)
		g_mime_references_free(*list);
}

static void read_references(struct arena *arena, GMimeMessage *message, struct mail_read *m)
{
	const char *references = g_mime_object_get_header(GMIME_OBJECT(message), "References");
	const char *in_reply_to = g_mime_object_get_header(GMIME_OBJECT(message), "In-Reply-To");
	CLEANUP(free_references) GMimeReferences *list = references ? g_mime_references_parse(NULL, references) : NULL;
	CLEANUP(free_references) GMimeReferences *answered = in_reply_to ? g_mime_references_parse(NULL, in_reply_to) : NULL;
	int count = list ? g_mime_references_length(list) : 0;
	struct str *ids = NULL;
	size_t capacity = 0;
	for (int i = 0; i < count; i++) /* the first one is where it began; of too many, those in between are left out */
		if (i == 0 || i > count - MAIL_REFERENCES_MAX)
			*arena_push(arena, ids, m->reference_count, capacity) = arena_str(arena, str_of(g_mime_references_get_message_id(list, i)));
	if (!count && answered && g_mime_references_length(answered))
		*arena_push(arena, ids, m->reference_count, capacity) = arena_str(arena, str_of(g_mime_references_get_message_id(answered, 0)));
	m->references = ids;
	m->parent = m->reference_count ? ids[m->reference_count - 1] : (struct str){};
}

static InternetAddress *first_of(InternetAddressList *list)
{
	for (int depth = 0; list && depth < 4; depth++) {
		InternetAddress *first = internet_address_list_length(list) ? internet_address_list_get_address(list, 0) : NULL;
		if (!first || !INTERNET_ADDRESS_IS_GROUP(first))
			return first;
		list = INTERNET_ADDRESS_GROUP(first)->members;
	}
	return NULL;
}

static struct str address_of_first(struct arena *arena, InternetAddressList *list, struct str *ret_name)
{
	InternetAddress *first = first_of(list);
	if (!first || !INTERNET_ADDRESS_IS_MAILBOX(first))
		return (struct str){};
	CLEANUP(buf_free) struct buf lower = {};
	buf_add_folded(&lower, str_of(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))));
	if (ret_name)
		*ret_name = arena_str(arena, str_of(internet_address_get_name(first)));
	return buf_keep(&lower, arena);
}

static void read_people(struct arena *arena, GMimeMessage *message, struct mail_read *m)
{
	m->from = address_of_first(arena, g_mime_message_get_from(message), &m->from_name);
	if (m->from.len == 0) /* nothing a mail program would accept, but somebody said it */
		m->from_name = arena_str(arena, header(message, "From"));
	if (m->from_name.len == 0)
		m->from_name = m->from;
	m->reply_to = address_of_first(arena, g_mime_message_get_reply_to(message), NULL);
	m->to = address_of_first(arena, g_mime_message_get_to(message), NULL);
}

/* ---- when ---- */

static bool sane(i64 at, i64 now)
{
	return at > 3652 * DAY && at < now + DAY;
}

/* The Date field; when that tells nothing, what the last server noted, or the mailbox's own line ("From a@b Tue Mar 24 09:42:00 2026"). */
static i64 date_of(GMimeMessage *message, const char *marker, i64 now)
{
	GDateTime *date = g_mime_message_get_date(message);
	struct str received = header(message, "Received"), line = str_of(marker);
	const char *semicolon = received.len ? memrchr(received.at, ';', received.len) : NULL;
	i64 said = 0, at = 0;
	if (date && g_date_time_get_year(date) < 3000)
		said = g_date_time_to_unix(date) * SECOND;
	else if (!time_parse_loose(header(message, "Date"), &said))
		said = 0;
	if (sane(said, now))
		return said;
	if (semicolon && time_parse_loose(str_trim(str_span(semicolon + 1, received.at + received.len)), &at) && sane(at, now))
		return at;
	ptrdiff_t space = str_starts(line, S("From ")) ? str_find_byte(str_skip(line, 5), ' ') : -1;
	return space > 0 && time_parse_loose(str_skip(line, 5 + (size_t)space), &at) && sane(at, now) ? at : said;
}

/* Mail that Gmail's export marks as sent is ours. */
static bool is_sent(GMimeMessage *message)
{
	struct str labels = header(message, "X-Gmail-Labels");
	while (labels.len) {
		struct str label = str_trim(str_cut(&labels, ','));
		if (str_eq(label, S("Sent")) || str_eq(label, S("Messages envoyés")))
			return true;
	}
	return false;
}

/* ---- machines ---- */

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
	return object && g_mime_content_type_is_type(g_mime_object_get_content_type(object), type, subtype);
}

/* RFC 3834, and what was in use before it. A list that a person wrote to (Precedence: list) is no machine. */
static bool by_machine(GMimeMessage *message)
{
	static const char *const marks[] = {"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Vacation", "X-FC-MachineGenerated"};
	static const char *const words[] = {"bulk", "junk", "auto_reply", "auto-reply"};
	struct str submitted = header(message, "Auto-Submitted"), precedence = str_trim(header(message, "Precedence"));
	submitted = str_trim(str_cut(&submitted, ';'));
	if (submitted.len && !str_eq_fold(submitted, S("no")))
		return true;
	for (size_t i = 0; i < COUNT(marks); i++)
		if (g_mime_object_get_header(GMIME_OBJECT(message), marks[i]))
			return true;
	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq_fold(precedence, str_of(words[i])))
			return true;
	return str_eq(str_trim(header(message, "Return-Path")), S("<>"));
}

static bool from_postmaster(const struct mail_read *m)
{
	return str_starts(m->from, S("mailer-daemon")) || str_starts(m->from, S("postmaster@"));
}

static struct str text_of(struct arena *arena, GMimeObject *part)
{
	GMimeDataWrapper *content = GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
	if (!content)
		return (struct str){};
	CLEANUP(unref) GMimeStream *memory = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, memory);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	return arena_str(arena, (struct str){(const char *)bytes->data, bytes->len < REPORT_MAX ? bytes->len : REPORT_MAX});
}

/* The first field of this name among lines of fields; lines that go on are joined by a space. */
static struct str field_in(struct arena *arena, struct str lines, const char *name)
{
	CLEANUP(buf_free) struct buf value = {.max = 4000};
	bool found = false;
	while (lines.len) {
		struct str line = str_line(&lines), rest = line, key = str_cut(&rest, ':');
		bool goes_on = line.len && (*line.at == ' ' || *line.at == '\t');
		if (found && !goes_on)
			break;
		if (found || (rest.at && str_eq_fold(key, str_of(name)))) {
			buf_adds(&value, found ? " " : "");
			buf_add(&value, str_trim(found ? line : rest));
			found = true;
		}
	}
	return buf_keep(&value, arena);
}

static struct str unbracketed(struct str id)
{
	ptrdiff_t open = str_find_byte(id, '<');
	id = str_skip(id, open >= 0 ? (size_t)open + 1 : 0);
	ptrdiff_t close = str_find_byte(id, '>');
	return str_trim(close >= 0 ? str_head(id, (size_t)close) : id);
}

/* "rfc822; jane@example.org" -> "jane@example.org"; "smtp; 550 no such user" -> "550 no such user". */
static struct str behind_type(struct str value)
{
	struct str rest = value;
	str_cut(&rest, ';');
	return rest.at ? str_trim(rest) : str_trim(value);
}

/* message/delivery-status (RFC 3464): of several people the first who did not get it. */
static void read_status(struct arena *arena, GMimeObject *part, struct mail_read *m)
{
	struct str rest = text_of(arena, part);
	while (rest.len) {
		CLEANUP(buf_free) struct buf group = {.max = REPORT_MAX + 2};
		struct str line = {};
		do {
			line = str_line(&rest);
			buf_add(&group, line);
			buf_addc(&group, '\n');
		} while (str_trim(line).len && rest.len);
		struct str fields = buf_keep(&group, arena), action = field_in(arena, fields, "Action"), why = field_in(arena, fields, "Diagnostic-Code");
		if (!action.len || m->failed)
			continue;
		struct str to = field_in(arena, fields, "Original-Recipient");
		m->failed = str_eq_fold(action, S("failed"));
		m->failed_to = behind_type(to.len ? to : field_in(arena, fields, "Final-Recipient"));
		m->failed_why = behind_type(why.len ? why : field_in(arena, fields, "Status"));
	}
}

/* What came back: the whole mail, or its header alone. */
static void read_returned(struct arena *arena, GMimeObject *part, struct mail_read *m)
{
	if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
		m->failed_id = arena_str(arena, str_of(inner ? g_mime_message_get_message_id(inner) : NULL));
	} else if (is_type(part, "text", "rfc822-headers") || is_type(part, "message", "rfc822")) {
		m->failed_id = unbracketed(field_in(arena, text_of(arena, part), "Message-ID"));
	}
}

static void read_report(struct arena *arena, GMimeMultipart *report, struct mail_read *m)
{
	int count = g_mime_multipart_get_count(report);
	for (int i = 0; i < count && i < 10; i++) {
		GMimeObject *part = g_mime_multipart_get_part(report, i);
		if (is_type(part, "message", "delivery-status") || is_type(part, "message", "global-delivery-status"))
			read_status(arena, part, m);
		else
			read_returned(arena, part, m);
	}
}

/* Servers that do not keep to RFC 3464 (qmail and others) quote what they could not deliver behind some words. */
static void read_plain_bounce(struct arena *arena, struct mail_read *m)
{
	struct str rest = m->body;
	for (int lines = 0; rest.len && lines < 400 && !m->failed_id.len; lines++) {
		struct str line = str_trim(str_line(&rest));
		if (str_eq_fold(str_head(line, 11), S("Message-ID:")))
			m->failed_id = arena_str(arena, unbracketed(str_skip(line, 11)));
	}
	m->failed = m->failed_id.len > 0;
	m->failed_why = str_trim(m->body);
}

static void read_writer(struct arena *arena, GMimeMessage *message, struct mail_read *m)
{
	GMimeObject *top = g_mime_message_get_mime_part(message);
	const char *kind = is_type(top, "multipart", "report") ? g_mime_object_get_content_type_parameter(top, "report-type") : NULL;
	bool told = kind && g_ascii_strcasecmp(kind, "delivery-status") == 0 && GMIME_IS_MULTIPART(top);
	if (told)
		read_report(arena, GMIME_MULTIPART(top), m);
	else if (from_postmaster(m))
		read_plain_bounce(arena, m);
	m->writer = told || from_postmaster(m) ? MAIL_BOUNCE : kind || by_machine(message) ? MAIL_BY_MACHINE : MAIL_BY_PERSON;
	m->failed_id = clean_line(arena, m->failed_id, 250);
	m->failed_to = clean_line(arena, m->failed_to, 250);
	m->failed_why = clean_line(arena, utf8_head(western_text(arena, m->failed_why), WHY_MAX), WHY_MAX);
}

/* ---- all of it ---- */

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

static void read_message(struct arena *arena, GMimeMessage *message, const char *marker, i64 now, struct mail_read *m)
{
	struct inbound parts = {};
	mail_read_parts(arena, message, &parts);
	m->id = arena_str(arena, str_of(g_mime_message_get_message_id(message)));
	m->subject = arena_str(arena, mail_bare_subject(str_of(g_mime_message_get_subject(message)), &m->has_reply_prefix));
	m->at = date_of(message, marker, now);
	m->lang = arena_str(arena, header(message, "Content-Language"));
	m->is_sent = is_sent(message);
	m->body = marker ? unescaped(arena, parts.body) : parts.body;
	m->attachments = parts.attachments;
	m->attachment_count = parts.attachment_count;
	read_people(arena, message, m);
	read_references(arena, message, m);
	read_writer(arena, message, m);
}

bool mail_read(struct arena *arena, struct str bytes, const char *marker, i64 now, struct mail_read *ret_mail)
{
	static const char *const charsets[] = {"utf-8", "windows-1252", NULL};
	struct mail_read m = {};
	if (!mail_within_limits(bytes))
		return false;
	g_mime_init(); /* counts */
	GMimeParserOptions *options = g_mime_parser_options_new();
	g_mime_parser_options_set_fallback_charsets(options, (const char **)charsets);
	CLEANUP(unref) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.at ? bytes.at : "", bytes.len);
	CLEANUP(unref) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	CLEANUP(unref) GMimeMessage *message = g_mime_parser_construct_message(parser, options);
	g_mime_parser_options_free(options);
	if (!message)
		return false;
	read_message(arena, message, marker, now, &m);
	*ret_mail = m;
	return true;
}

bool mail_read_head(struct arena *arena, struct str bytes, i64 now, struct mail_read *ret_mail)
{
	struct str rest = str_head(bytes, HEAD_MAX), line;
	do
		line = str_cut(&rest, '\n');
	while (rest.at && line.len && !str_eq(line, S("\r")));
	size_t len = rest.at ? (size_t)(rest.at - bytes.at) : str_head(bytes, HEAD_MAX).len;
	struct mail_read m;
	if (!mail_read(arena, str_head(bytes, len), NULL, now, &m))
		return false;
	m.body = (struct str){};
	m.attachment_count = 0;
	*ret_mail = m;
	return true;
}
