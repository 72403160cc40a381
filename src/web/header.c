#include "web/header.h"

#include <strings.h>

/* The reference design's policy, and nobody may frame us or change where links point. */
#define CSP                                                                                                                    \
	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; "       \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static const struct {
	const char *name, *value;
} fixed[] = {
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
};

void header_set(struct reply *reply, struct MHD_Response *response, const char *name, const char *value)
{
	for (const struct header *header = reply ? reply->headers : NULL; header; header = header->next)
		if (strcasecmp(header->name, name) == 0)
			return;
	MHD_add_response_header(response, name, value);
}

static void add_fixed(const struct server *server, struct reply *reply, struct MHD_Response *response)
{
	for (size_t i = 0; i < COUNT(fixed); i++)
		header_set(reply, response, fixed[i].name, fixed[i].value);
	if (server->secure)
		header_set(reply, response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
	if (!MHD_get_response_header(response, "Content-Security-Policy"))
		header_set(reply, response, "Content-Security-Policy", CSP);
}

void headers_add_fixed(const struct server *server, struct MHD_Response *response)
{
	add_fixed(server, NULL, response);
}

static struct str location_text(struct arena *arena, struct str location)
{
	struct buf *text = buf_in_arena(arena);
	for (size_t i = 0; i < location.len; i++) {
		unsigned char c = (unsigned char)location.at[i];
		if (c <= ' ' || c >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\')
			buf_addf(text, "%%%02X", c);
		else
			buf_addc(text, (char)c);
	}
	return (struct str){buf_cstr(text), text->len};
}

void headers_add(struct request *request, struct reply *reply, struct MHD_Response *response)
{
	struct arena *arena = request->arena;
	add_fixed(request->server, reply, response);
	MHD_add_response_header(response, "X-Request-Id", arena_printf(arena, "%lld", (long long)request->cx.request).at);
	if (request->retry_after)
		MHD_add_response_header(response, "Retry-After", arena_printf(arena, "%lld", (long long)request->retry_after).at);
	if (request->allow)
		MHD_add_response_header(response, "Allow", request->allow);
	for (const struct header *header = reply ? reply->headers : NULL; header; header = header->next)
		MHD_add_response_header(response, header->name, arena_cstr(arena, header->value));
	for (const struct header *header = request->extra; header; header = header->next)
		MHD_add_response_header(response, header->name, arena_cstr(arena, header->value));
	if (reply && reply->location_header)
		MHD_add_response_header(response, reply->location_header, location_text(arena, str_of(reply->location)).at);
	if (atomic_load_explicit(&request->server->draining, memory_order_relaxed))
		MHD_add_response_header(response, "Connection", "close");
}

void headers_add_few(const struct request *request, struct MHD_Response *response)
{
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "X-Request-Id", arena_printf(request->arena, "%lld", (long long)request->cx.request).at);
}

void header_extra(struct request *request, const char *name, struct str value)
{
	struct header *header = arena_new_of(request->arena, struct header);
	*header = (struct header){request->extra, name, value};
	request->extra = header;
}

struct str cookie_text(struct request *request, const char *name, struct str value, i64 max_age_seconds)
{
	struct buf *text = buf_in_arena(request->arena);
	buf_addf(text, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", cookie_name(request, name), STR_ARG(value));
	if (request->server->secure)
		buf_adds(text, "; Secure");
	if (max_age_seconds)
		buf_addf(text, "; Max-Age=%lld", (long long)(max_age_seconds < 0 ? 0 : max_age_seconds));
	return buf_str(text);
}
