/* A mail made of whatever strangers and colleagues typed: recipient, names, subject, text, HTML and what it answers, parted by the byte
 * 0x1e. What is built has one From, one To, one Subject and nobody else's headers; what cannot be built says why. */
#include "base/utf8.h"
#include "sys/mail.h"

#include <gmime/gmime.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static size_t count_headers(GMimeMessage *message, const char *name)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
	size_t count = 0;
	for (int i = 0; i < g_mime_header_list_get_count(headers); i++)
		count += g_ascii_strcasecmp(g_mime_header_get_name(g_mime_header_list_get_header_at(headers, i)), name) == 0;
	return count;
}

static void check_message(struct str text)
{
	for (size_t i = 0; i < text.len; i++) /* lines end as mail's do, and stay within what servers take */
		must(text.at[i] != '\0' && (text.at[i] != '\n' || (i && text.at[i - 1] == '\r')));
	for (struct str rest = text; rest.len;)
		must(str_line(&rest).len <= 998);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.at, text.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	must(message);
	must(count_headers(message, "From") == 1 && count_headers(message, "To") == 1 && count_headers(message, "Subject") == 1);
	must(count_headers(message, "Bcc") == 0 && count_headers(message, "Cc") == 0 && count_headers(message, "X-Evil") == 0);
	must(internet_address_list_length(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO)) == 1);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct mailer *mailer;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	if (!mailer)
		must(mailer_open(&cx, S("smtp://127.0.0.1:1025"), S("Desk <desk@levain.example>"), &mailer) == OK);
	struct str rest = arena_str(arena, (struct str){(const char *)data, size}), parts[8] = {};
	for (size_t i = 0; i < COUNT(parts) && rest.at; i++)
		parts[i] = str_cut(&rest, 0x1e);
	struct mail mail = {.to = parts[0], .to_name = parts[1], .subject = parts[2], .text = parts[3], .html = parts[4], .in_reply_to = parts[5],
			    .reply_to = parts[6], .unsubscribe = parts[7], .automatic = true};
	struct str message, id;
	if (mail_build(&cx, mailer, &mail, &message, &id) != OK) {
		must(cx.story[0] && utf8_valid(str_of(cx.story)));
		return 0;
	}
	must(id.len && str_find_byte(id, '@') > 0);
	check_message(message);
	return 0;
}
