#include "base/json_text.h"
#include "web/kernel.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define MAC_BYTES 16
#define FLASH_SECONDS 120

static void mac_of(const struct request *request, const char *purpose, struct str text, unsigned char mac[MAC_BYTES])
{
	crypto_generichash_state state;
	static const unsigned char no_key[32];
	const unsigned char *key = request->server->host.csrf_key ? request->server->host.csrf_key : no_key;
	crypto_generichash_init(&state, key, 32, MAC_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, (const unsigned char *)text.at, text.len);
	crypto_generichash_final(&state, mac, MAC_BYTES);
}

struct str csrf_mac(struct request *request)
{
	if (!request->session.len)
		return (struct str){};
	if (!request->csrf_mac.len) {
		unsigned char *mac = arena_alloc(request->arena, MAC_BYTES);
		mac_of(request, "csrf", request->session, mac);
		request->csrf_mac = (struct str){(const char *)mac, MAC_BYTES};
	}
	return request->csrf_mac;
}

/* A random pad and the code under it: pages are compressed, and a secret that stays the same beside text that others choose
 * could be guessed from their sizes. */
struct str csrf_token(struct request *request)
{
	struct str mac = csrf_mac(request);
	if (!mac.len)
		return (struct str){};
	unsigned char token[2 * MAC_BYTES];
	randombytes_buf(token, MAC_BYTES);
	for (size_t i = 0; i < MAC_BYTES; i++)
		token[MAC_BYTES + i] = token[i] ^ (unsigned char)mac.at[i];
	char *text = arena_alloc(request->arena, 4 * MAC_BYTES + 1);
	sodium_bin2hex(text, 4 * MAC_BYTES + 1, token, sizeof token);
	return (struct str){text, 4 * MAC_BYTES};
}

static bool token_fits(struct request *request, struct str text)
{
	unsigned char token[2 * MAC_BYTES];
	size_t len;
	struct str mac = csrf_mac(request);
	if (!mac.len || text.len != 4 * MAC_BYTES ||
	    sodium_hex2bin(token, sizeof token, text.at, text.len, NULL, &len, NULL) != 0 || len != sizeof token)
		return false;
	for (size_t i = 0; i < MAC_BYTES; i++)
		token[MAC_BYTES + i] ^= token[i];
	return sodium_memcmp(token + MAC_BYTES, mac.at, MAC_BYTES) == 0;
}

/* Scheme and host that our own pages come from: as configured, or as the request itself was addressed. */
static bool is_own_origin(struct request *request, struct str origin)
{
	if (request->server->origin[0])
		return str_eq_fold(origin, str_of(request->server->origin));
	struct str host = request_header(request, "Host");
	ptrdiff_t scheme = str_find(origin, S("://"));
	return scheme > 0 && host.len && str_eq_fold(str_skip(origin, (size_t)scheme + 3), host);
}

/* Names of this machine. A site may let its own name point to 127.0.0.1, and its pages are then of the same origin as a desk
 * that somebody tries out here and that knows no public_url yet. */
static bool is_local_name(struct str host)
{
	ptrdiff_t colon = str_find_byte(host, ':');
	struct str name = host.len && host.at[0] != '[' && colon >= 0 ? str_head(host, (size_t)colon) : host;
	char own[256] = "";
	(void)gethostname(own, sizeof own - 1);
	return str_starts(name, S("127.")) || str_starts(name, S("[::1]")) || str_eq_fold(name, S("localhost")) ||
	       str_ends(name, S(".localhost")) || str_eq_fold(name, str_of(own));
}

enum err csrf_check_origin(struct request *request)
{
	struct str site = request_header(request, "Sec-Fetch-Site"), origin = request_header(request, "Origin");
	if (!request->server->origin[0] && request_is_local(request) && !is_local_name(request_header(request, "Host")))
		return fail(&request->cx, ERR_DENIED,
			    "This name is not one of this machine. Nothing was changed; use http://localhost.");
	bool own = site.len ? str_eq(site, S("same-origin")) || str_eq(site, S("none"))
			    : !origin.len || is_own_origin(request, origin);
	return own ? OK
		   : fail(&request->cx, ERR_DENIED,
			  "This was sent from a page of another site. Nothing was changed; open the desk and do it there.");
}

enum err csrf_check_token(struct request *request)
{
	if (request->method == METHOD_GET || request->api_key.len || !request->cx.actor ||
	    (request->endpoint->row->flags & ROUTE_NO_CSRF))
		return OK;
	struct str token = request_header(request, "X-CSRF-Token");
	for (size_t i = 0; i < request->fields.count && !token.len; i++)
		if (request->fields.at[i].in == IN_FORM && str_eq(request->fields.at[i].name, S("csrf")))
			token = request->fields.at[i].text;
	if (token_fits(request, token))
		return OK;
	request->refusal_status = err_row(ERR_DENIED)->http; /* refused like a role that may not, told as what it is: a page from before */
	return fail(&request->cx, ERR_CONFLICT,
		    "This page was opened under another session. Nothing was changed; load it again and send it once more.");
}

/* ---- flash messages: text that went through the browser and must still be ours ---- */

struct str flash_seal(struct request *request, struct str text, struct str undo_url)
{
	json_t *flash = json_pack("{s:s%, s:s%, s:I}", "text", text.at ? text.at : "", text.len, "undo_url",
				  undo_url.at ? undo_url.at : "", undo_url.len, "at", (json_int_t)request->cx.now);
	if (!flash)
		return (struct str){}; /* no UTF-8 */
	struct str plain = arena_json(request->arena, flash, JSON_COMPACT);
	json_decref(flash);
	struct str sealed = {};
	size_t len = plain.len;
	if (len < 2000) {
		unsigned char mac[MAC_BYTES];
		mac_of(request, "flash", plain, mac);
		unsigned char *bytes = arena_alloc(request->arena, len + MAC_BYTES);
		memcpy(bytes, mac, MAC_BYTES);
		memcpy(bytes + MAC_BYTES, plain.at, len);
		size_t room = sodium_base64_encoded_len(len + MAC_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		char *encoded = arena_alloc(request->arena, room);
		sodium_bin2base64(encoded, room, bytes, len + MAC_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		sealed = str_of(encoded);
	}
	return sealed;
}

json_t *flash_open(struct request *request, struct str sealed)
{
	if (!sealed.len || sealed.len > 4000)
		return NULL;
	unsigned char *bytes = arena_alloc(request->arena, sealed.len);
	size_t len = 0;
	if (sodium_base642bin(bytes, sealed.len, sealed.at, sealed.len, NULL, &len, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    len <= MAC_BYTES)
		return NULL;
	unsigned char mac[MAC_BYTES];
	struct str plain = {(char *)bytes + MAC_BYTES, len - MAC_BYTES};
	mac_of(request, "flash", plain, mac);
	if (sodium_memcmp(mac, bytes, MAC_BYTES) != 0)
		return NULL;
	json_t *flash = json_loadb(plain.at, plain.len, 0, NULL);
	i64 age = request->cx.now - json_integer_value(json_object_get(flash, "at"));
	if (!flash || age < -MINUTE || age > FLASH_SECONDS * SECOND) {
		json_decref(flash);
		return NULL;
	}
	json_object_del(flash, "at");
	if (!json_string_length(json_object_get(flash, "undo_url")))
		json_object_del(flash, "undo_url");
	return flash;
}
