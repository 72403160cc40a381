/* Messages of mail.h, by GMime. */
#include "sys/mail_server.h"

#include "base/clock.h"
#include "sys/crypto.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

#define SUBJECT_MAX 2000          /* bytes of a subject or name */
#define REFERENCES_MAX 20 /* of a thread that stand in a mail */
#define UNSUBSCRIBE_MAX 900       /* a line of a mail has 998 at most */
#define MESSAGE_MAX ((size_t)64 << 20)

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
	g_mime_init();
}

static void unref(void *object)
{
	GObject **at = object;
	if (*at)
		g_object_unref(*at);
}

/* ---- checks ---- */

/* One line of text without anything that could end it. */
static bool one_line(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((u8)s.at[i] < ' ' || s.at[i] == 0x7f)
			return false;
	return s.len <= SUBJECT_MAX && utf8_valid(s);
}

static bool domain_valid(struct str domain)
{
	size_t label = 0;
	for (size_t i = 0; i < domain.len; i++) {
		char c = domain.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (c == '.' ? !label || domain.at[i - 1] == '-' : !(letter || (c == '-' && label)))
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return label && domain.at[domain.len - 1] != '-';
}

bool mail_address_valid(struct str address)
{
	struct str domain = address, local = str_cut(&domain, '@');
	if (!domain.at || address.len > 254 || !local.len || local.len > 64 || !domain_valid(domain))
		return false;
	for (size_t i = 0; i < local.len; i++) {
		char c = local.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (c == '.' ? i == 0 || i == local.len - 1 || local.at[i - 1] == '.' : !letter && (!c || !strchr("!#$%&'*+-/=?^_`{|}~", c)))
			return false;
	}
	return true;
}

/* "left@right", as in Message-ID. */
static bool id_valid(struct str id)
{
	int at_signs = 0;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];
		if (c <= ' ' || c >= 0x7f || strchr("<>()[]\\,;:\"", c))
			return false;
		at_signs += c == '@';
	}
	return at_signs == 1 && id.len < 250 && id.at[0] != '@' && id.at[id.len - 1] != '@';
}

/* Another program's number: whatever it is, it cannot end its line or its brackets. */
static bool reference_valid(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.at[i] <= ' ' || id.at[i] >= 0x7f || id.at[i] == '<' || id.at[i] == '>')
			return false;
	return id.len > 0 && id.len < 250;
}

static bool type_valid(struct str type)
{
	struct str rest = type, first = str_cut(&rest, '/');
	for (size_t i = 0; i < type.len; i++) {
		char c = type.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && (!c || !strchr("/.+-", c)))
			return false;
	}
	return first.len && rest.len && str_find_byte(rest, '/') < 0 && type.len < 100;
}

static enum err check_files(struct cx *cx, const struct mail *mail)
{
	size_t bytes = mail->text.len + mail->html.len;
	for (size_t i = 0; i < mail->file_count; i++) {
		const struct mail_file *file = &mail->files[i];
		if (!file->name.len || !one_line(file->name) || !type_valid(file->type))
			return fail_field(cx, "files", "The name or the type of an attached file has signs that a mail cannot carry.");
		if (file->bytes.len > MESSAGE_MAX - bytes)
			return fail(cx, ERR_TOO_LARGE, "The files are too large for one mail: %d MiB are the most.", (int)(MESSAGE_MAX >> 20));
		bytes += file->bytes.len;
	}
	return OK;
}

static enum err check(struct cx *cx, const struct mail *mail)
{
	struct net_url url;
	if (!mail_address_valid(mail->to))
		return fail_field(cx, "to", "“%.*s” is not a mail address.", STR_ARG(str_head(mail->to, 100)));
	if (mail->copy_to.len && !mail_address_valid(mail->copy_to))
		return fail_field(cx, "copy_to", "“%.*s” is not a mail address.", STR_ARG(str_head(mail->copy_to, 100)));
	if (mail->reply_to.len && !mail_address_valid(mail->reply_to))
		return fail_field(cx, "reply_to", "“%.*s” is not a mail address.", STR_ARG(str_head(mail->reply_to, 100)));
	if (!one_line(mail->to_name))
		return fail_field(cx, "to_name", "A name in a mail is one line of text.");
	if (!one_line(mail->subject) || !mail->subject.len)
		return fail_field(cx, "subject", "The subject of a mail is one line of text.");
	if (!mail->text.len || !utf8_valid(mail->text) || !utf8_valid(mail->html) || mail->text.len + mail->html.len > MESSAGE_MAX)
		return fail_field(cx, "text", "A mail needs a text.");
	if ((mail->message_id.len && !id_valid(mail->message_id)) || (mail->in_reply_to.len && !reference_valid(mail->in_reply_to)))
		return fail_field(cx, "message_id", "This is not the number of a mail (something@host).");
	if (mail->unsubscribe.len > UNSUBSCRIBE_MAX)
		return fail_field(cx, "unsubscribe", "The address for unsubscribing is too long for a line of a mail: %d signs at the most.", UNSUBSCRIBE_MAX);
	if (mail->unsubscribe.len && (!net_url_parse(cx->arena, mail->unsubscribe, &url) || strpbrk(arena_cstr(cx->arena, mail->unsubscribe), "<>")))
		return fail_field(cx, "unsubscribe", "The address for unsubscribing is not a web address.");
	return check_files(cx, mail);
}

/* ---- parts ---- */

/* Line ends as GMime wants them before it writes CRLF: \n alone. NUL has no place in a text. */
static const char *plain_lines(struct cx *cx, struct str text)
{
	char *copy = arena_alloc(cx->arena, text.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '\r')
			c = '\n';
		if (c == '\n' && i && text.at[i] == '\n' && text.at[i - 1] == '\r')
			continue;
		if (c)
			copy[len++] = c;
	}
	return copy;
}

static GMimeObject *text_part(struct cx *cx, const char *subtype, struct str text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, plain_lines(cx, text));
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return GMIME_OBJECT(part);
}

static GMimeObject *file_part(struct cx *cx, const struct mail_file *file)
{
	struct str subtype = file->type, type = str_cut(&subtype, '/');
	GMimePart *part = g_mime_part_new_with_type(arena_cstr(cx->arena, type), arena_cstr(cx->arena, subtype));
	CLEANUP(unref) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(file->bytes.at ? file->bytes.at : "", file->bytes.len);
	CLEANUP(unref) GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_filename(part, arena_cstr(cx->arena, file->name));
	return GMIME_OBJECT(part);
}

/* Adds `part` and gives its reference up. */
static void add(GMimeMultipart *to, GMimeObject *part)
{
	g_mime_multipart_add(to, part);
	g_object_unref(part);
}

static GMimeObject *body_of(struct cx *cx, const struct mail *mail)
{
	GMimeObject *body = text_part(cx, "plain", mail->text);
	if (mail->html.len) {
		GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
		add(both, body);
		add(both, text_part(cx, "html", mail->html)); /* the last one is the best one */
		body = GMIME_OBJECT(both);
	}
	if (mail->file_count) {
		GMimeMultipart *all = g_mime_multipart_new_with_subtype("mixed");
		add(all, body);
		for (size_t i = 0; i < mail->file_count; i++)
			add(all, file_part(cx, &mail->files[i]));
		body = GMIME_OBJECT(all);
	}
	return body;
}

/* ---- headers ---- */

static void address(struct cx *cx, GMimeMessage *message, GMimeAddressType type, struct str name, struct str at)
{
	g_mime_message_add_mailbox(message, type, name.len ? arena_cstr(cx->arena, name) : NULL, arena_cstr(cx->arena, at));
}

static void header(GMimeMessage *message, const char *name, const char *value)
{
	g_mime_object_set_header(GMIME_OBJECT(message), name, value, NULL);
}

/* The whole thread; of a long one its beginning and its end (RFC 5322, 3.6.4 wants them all, servers want lines to end). */
static const char *thread_of(struct cx *cx, const struct mail *mail, const char *before)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < mail->reference_count; i++) {
		bool left_out = i > 0 && i + REFERENCES_MAX < mail->reference_count;
		if (!left_out && reference_valid(mail->references[i]) && !str_eq(mail->references[i], mail->in_reply_to))
			buf_addf(&b, "<%.*s> ", STR_ARG(mail->references[i]));
	}
	buf_adds(&b, before);
	return buf_keep(&b, cx->arena).at;
}

static void set_headers(struct cx *cx, const struct mailer *mailer, const struct mail *mail, struct str id, GMimeMessage *message)
{
	address(cx, message, GMIME_ADDRESS_TYPE_FROM, mailer->from_name, mailer->from);
	address(cx, message, GMIME_ADDRESS_TYPE_TO, mail->to_name, mail->to);
	if (mail->reply_to.len)
		address(cx, message, GMIME_ADDRESS_TYPE_REPLY_TO, (struct str){}, mail->reply_to);
	g_mime_message_set_subject(message, arena_cstr(cx->arena, mail->subject), "utf-8");
	GDateTime *date = g_date_time_new_from_unix_utc(cx->now / SECOND);
	g_mime_message_set_date(message, date);
	g_date_time_unref(date);
	g_mime_message_set_message_id(message, arena_cstr(cx->arena, id));
	if (mail->in_reply_to.len) {
		const char *before = arena_printf(cx->arena, "<%.*s>", STR_ARG(mail->in_reply_to)).at;
		header(message, "In-Reply-To", before);
		header(message, "References", thread_of(cx, mail, before));
	}
	if (mail->unsubscribe.len) {
		/* As it is: a long one would be folded into encoded words, which no program takes for an address. */
		header(message, "List-Unsubscribe", "");
		GMimeHeader *raw = g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(message)), "List-Unsubscribe");
		g_mime_header_set_raw_value(raw, arena_printf(cx->arena, " <%.*s>\n", STR_ARG(mail->unsubscribe)).at);
		header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
	}
	if (mail->automatic)
		header(message, "Auto-Submitted", "auto-generated");
}

static struct str write_out(struct cx *cx, GMimeMessage *message)
{
	GMimeFormatOptions *options = g_mime_format_options_clone(NULL);
	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	CLEANUP(unref) GMimeStream *stream = g_mime_stream_mem_new();
	must(g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream) >= 0);
	g_mime_format_options_free(options);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	return arena_str(cx->arena, (struct str){(const char *)bytes->data, bytes->len});
}

enum err mail_build(struct cx *cx, const struct mailer *mailer, const struct mail *mail, struct str *ret_message, struct str *ret_message_id)
{
	pthread_once(&once, start);
	TRY(check(cx, mail));
	struct str id = arena_str(cx->arena, mail->message_id);
	if (!id.len) {
		char token[TOKEN_LEN + 1];
		struct str domain = mailer->from;
		token_new(token);
		str_cut(&domain, '@');
		id = arena_printf(cx->arena, "%.22s@%.*s", token, STR_ARG(domain));
	}
	CLEANUP(unref) GMimeMessage *message = g_mime_message_new(TRUE);
	set_headers(cx, mailer, mail, id, message);
	CLEANUP(unref) GMimeObject *body = body_of(cx, mail);
	g_mime_message_set_mime_part(message, body);
	*ret_message = write_out(cx, message);
	*ret_message_id = id;
	return OK;
}
