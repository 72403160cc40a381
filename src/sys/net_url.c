/* URLs and dates of net.h. */
#include "sys/net_hop.h"

#include "base/clock.h"

#include <string.h>
#include <unicode/uidna.h>

#define URL_MAX 8000
#define HOST_MAX 253

static void free_url(CURLU **url)
{
	curl_url_cleanup(*url);
}

/* A part of a URL, copied into the arena; empty when it is not there. */
static struct str part(struct arena *arena, CURLU *url, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
		return (struct str){};
	struct str copy = arena_str(arena, str_of(text));
	curl_free(text);
	return copy;
}

static bool plain_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((u8)s.at[i] >= 0x80)
			return false;
	return true;
}

/* "bücher.example" → "xn--bcher-kva.example" (UTS 46). Empty when it is no name. */
static struct str host_ascii(struct arena *arena, struct str host)
{
	char out[HOST_MAX + 2];
	UErrorCode status = U_ZERO_ERROR;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UIDNA *idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
	if (U_FAILURE(status))
		return (struct str){};
	i32 len = uidna_nameToASCII_UTF8(idna, host.at, (i32)host.len, out, sizeof out, &info, &status);
	uidna_close(idna);
	if (U_FAILURE(status) || info.errors || len <= 0 || len > HOST_MAX)
		return (struct str){};
	return arena_str(arena, (struct str){out, (size_t)len});
}

static bool fill_parts(struct arena *arena, CURLU *url, struct net_url *ret_parts)
{
	struct str scheme = part(arena, url, CURLUPART_SCHEME, 0), host = part(arena, url, CURLUPART_HOST, 0),
		   port = part(arena, url, CURLUPART_PORT, CURLU_DEFAULT_PORT), path = part(arena, url, CURLUPART_PATH, 0),
		   query = part(arena, url, CURLUPART_QUERY, 0);
	i64 number;
	if (!(str_eq(scheme, S("http")) || str_eq(scheme, S("https"))) || !host.len || !str_to_i64(port, &number) || number < 1)
		return false;
	if (part(arena, url, CURLUPART_USER, 0).at || part(arena, url, CURLUPART_PASSWORD, 0).at)
		return false;
	if (host.at[0] == '[')
		host = str_head(str_skip(host, 1), host.len - 2);
	char *lower = (char *)(uintptr_t)host.at; /* ours: part() copied it */
	for (size_t i = 0; i < host.len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] += 'a' - 'A';
	ret_parts->secure = scheme.len == 5;
	ret_parts->host = host;
	ret_parts->port = (int)number;
	ret_parts->path = query.at ? arena_printf(arena, "%s?%s", path.at, query.at) : path;
	return true;
}

/* NULL when it is not a URL that may be asked. */
static const char *prepare(struct arena *arena, struct str text, struct net_url *ret_parts)
{
	if (!text.len || text.len > URL_MAX || memchr(text.at, 0, text.len))
		return NULL;
	for (size_t i = 0; i < text.len; i++)
		if ((u8)text.at[i] <= ' ' || text.at[i] == 0x7f)
			return NULL;
	CLEANUP(free_url) CURLU *url = curl_url();
	must(url);
	if (curl_url_set(url, CURLUPART_URL, arena_cstr(arena, text), CURLU_URLENCODE) != CURLUE_OK)
		return NULL;
	struct str host = part(arena, url, CURLUPART_HOST, 0);
	if (!plain_ascii(host)) {
		struct str ascii = host_ascii(arena, host);
		if (!ascii.len || curl_url_set(url, CURLUPART_HOST, ascii.at, 0) != CURLUE_OK)
			return NULL;
	}
	curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	if (!fill_parts(arena, url, ret_parts))
		return NULL;
	return part(arena, url, CURLUPART_URL, 0).at;
}

bool net_url_parse(struct arena *arena, struct str url, struct net_url *ret_url)
{
	struct net_url parts;
	if (!prepare(arena, url, &parts))
		return false;
	*ret_url = parts;
	return true;
}

/* Of an address that is none, what may be told: a path or a query may hold a token, and before an @ stands a password. */
static struct str to_tell(struct str text)
{
	ptrdiff_t scheme = str_find(text, S("://")), at;
	size_t end = scheme < 0 ? 0 : (size_t)scheme + 3;
	while (end < text.len && !memchr("/?#\\", text.at[end], 4))
		end++;
	text = str_head(text, end);
	while ((at = str_find_byte(text, '@')) >= 0)
		text = str_skip(text, (size_t)at + 1);
	return str_head(text, 200);
}

enum err url_prepare(struct cx *cx, struct str text, const char **ret_url, struct net_url *ret_parts)
{
	struct net_url parts;
	const char *url = prepare(cx->arena, text, &parts);
	if (!url)
		return fail_field(cx, "url",
				  "“%.*s” is not an address that can be called. It starts with https:// or http:// and has no user name in it.",
				  STR_ARG(to_tell(text)));
	*ret_url = url;
	*ret_parts = parts;
	return OK;
}

bool net_retry_after(struct str value, i64 now, i64 *ret_instant)
{
	char text[64];
	i64 seconds, instant, most = now + 31 * DAY;
	value = str_trim(value);
	if (!value.len || value.len >= sizeof text || memchr(value.at, 0, value.len))
		return false;
	if (str_to_i64(value, &seconds)) {
		if (seconds < 0)
			return false;
		instant = seconds > 31 * DAY / SECOND ? most : now + seconds * SECOND;
	} else if (value.at[0] >= '0' && value.at[0] <= '9') {
		bool digits = true; /* a number past 63 bits is a number nevertheless */
		for (size_t i = 0; i < value.len; i++)
			digits = digits && value.at[i] >= '0' && value.at[i] <= '9';
		if (!digits)
			return false;
		instant = most;
	} else {
		memcpy(text, value.at, value.len);
		text[value.len] = '\0';
		time_t date = curl_getdate(text, NULL); /* the three forms of RFC 9110, 5.6.7 */
		if (date < 0)
			return false;
		instant = (i64)date > most / SECOND ? most : (i64)date * SECOND;
	}
	*ret_instant = instant < now ? now : instant > most ? most : instant;
	return true;
}

bool net_is_home(struct arena *arena, struct str url, struct str home)
{
	struct net_url there, here;
	if (!net_url_parse(arena, url, &there) || !net_url_parse(arena, home, &here) || !str_eq(there.host, here.host))
		return false;
	return (there.secure == here.secure && there.port == here.port) || (there.secure && there.port == 443 && !here.secure && here.port == 80);
}
