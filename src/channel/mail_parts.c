#include "channel/mail_parts.h"

#include "channel/archive.h"
#include "channel/reading.h"

#include <string.h>

#define DEPTH_MAX 20
#define PARTS_MAX 1000
#define ATTACHMENTS_MAX 50
#define ATTACHMENT_BYTES_MAX ((i64)32 << 20)

struct parts {
	struct arena *arena;
	struct buf *text, *html;
	struct inbound_attachment *attachments;
	size_t count;
	int seen;
};

static struct str content_of(struct arena *arena, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *source = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	if (!source || g_mime_stream_length(source) > ATTACHMENT_BYTES_MAX)
		return (struct str){};
	GMimeStream *memory = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, memory);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	struct str kept = arena_str(arena, (struct str){(const char *)bytes->data, bytes->len});
	g_object_unref(memory);
	return kept;
}

/* A part that names no character set, or ASCII and does not keep to it, is UTF-8 or else Windows-1252. */
static struct str decoded_text(struct arena *arena, GMimeTextPart *part)
{
	const char *charset = g_mime_text_part_get_charset(part);
	g_autofree char *text = g_mime_text_part_get_text(part);
	if (!text || !charset || g_ascii_strcasecmp(charset, "us-ascii") == 0 || g_ascii_strcasecmp(charset, "ascii") == 0)
		return clean_text(arena, western_text(arena, content_of(arena, GMIME_PART(part))));
	return clean_text(arena, arena_str(arena, str_of(text)));
}

static struct str kind_of(struct str type)
{
	static const char *const kinds[] = {"image", "video", "audio"};
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq_fold(str_head(type, strlen(kinds[i])), str_of(kinds[i])))
			return str_of(kinds[i]);
	return S("file");
}

static void add_attachment(struct parts *p, GMimeObject *object)
{
	if (p->count == ATTACHMENTS_MAX)
		return;
	g_autofree char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
	struct inbound_attachment *a = &p->attachments[p->count++];
	*a = (struct inbound_attachment){.type = arena_str(p->arena, str_of(type))};
	a->kind = kind_of(a->type);
	if (GMIME_IS_PART(object)) {
		a->name = arena_str(p->arena, str_of(g_mime_part_get_filename(GMIME_PART(object))));
		a->bytes = content_of(p->arena, GMIME_PART(object));
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		a->name = arena_str(p->arena, str_of(inner ? g_mime_message_get_subject(inner) : NULL));
	}
	if (a->name.len == 0)
		a->name = str_eq_fold(a->type, S("text/calendar")) ? S("invitation.ics") : a->type;
}

static bool is_attachment(GMimeObject *object)
{
	const char *disposition = g_mime_object_get_disposition(object);
	return (disposition && g_ascii_strcasecmp(disposition, "attachment") == 0) ||
		(GMIME_IS_PART(object) && g_mime_part_get_filename(GMIME_PART(object)));
}

static void add_text(struct buf *to, struct str text)
{
	text = str_trim(text);
	if (text.len == 0)
		return;
	buf_adds(to, to->len ? "\n\n" : "");
	buf_add(to, text);
}

static void walk(struct parts *p, GMimeObject *object, int depth, bool alternative)
{
	if (!object || depth > DEPTH_MAX || ++p->seen > PARTS_MAX)
		return;
	if (GMIME_IS_MULTIPART(object)) {
		GMimeContentType *type = g_mime_object_get_content_type(object);
		bool choice = g_mime_content_type_is_type(type, "multipart", "alternative");
		int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
		for (int i = 0; i < count; i++)
			walk(p, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1, alternative || choice);
		return;
	}
	bool is_invitation = g_mime_content_type_is_type(g_mime_object_get_content_type(object), "text", "calendar"); /* a file, whatever stands beside it */
	if (GMIME_IS_TEXT_PART(object) && !is_attachment(object) && !is_invitation) {
		GMimeContentType *type = g_mime_object_get_content_type(object);
		struct str text = decoded_text(p->arena, GMIME_TEXT_PART(object));
		if (g_mime_content_type_is_type(type, "text", "html"))
			add_text(alternative ? p->html : p->text, html_to_text(p->arena, text));
		else if (g_mime_content_type_is_type(type, "text", "plain") || !alternative)
			add_text(p->text, text);
		return;
	}
	add_attachment(p, object);
}

void mail_read_parts(struct arena *arena, GMimeMessage *message, struct inbound *in)
{
	CLEANUP(buf_free) struct buf text = {}, html = {};
	struct parts p = {.arena = arena, .text = &text, .html = &html, .attachments = arena_array(arena,
		struct inbound_attachment, ATTACHMENTS_MAX)};
	walk(&p, g_mime_message_get_mime_part(message), 0, false);
	in->body = buf_keep(text.len ? &text : &html, arena);
	in->attachments = p.attachments;
	in->attachment_count = p.count;
}
