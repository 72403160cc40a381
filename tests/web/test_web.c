#include "desk.h"

#include "base/clock.h"
#include "sys/db.h"
#include "web/asset.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OLGA "Cookie: parvis_session=olga\r\n"
#define JSON "Accept: application/json\r\n"

static int open_desk(void **state)
{
	*state = desk_open(&(struct desk_settings){});
	return 0;
}

static int close_desk(void **state)
{
	desk_close(*state);
	return 0;
}

#define assert_has(answer, text)                                                                                               \
	do {                                                                                                                   \
		if (str_find((answer).body, str_of(text)) < 0)                                                                 \
			fail_msg("no \"%s\" in %d: %.*s", text, (answer).status, STR_ARG((answer).body));                     \
	} while (0)

static void test_routing(void **state)
{
	struct desk *desk = *state;
	assert_str(json_object_get(answer_json(desk, get(desk, "/items/42", OLGA JSON)), "id") ? S("yes") : S("no"), "yes");
	assert_int_equal(get(desk, "/items/new", OLGA).status, 200); /* the literal goes before the parameter */
	assert_int_equal(get(desk, "/items/0", OLGA).status, 404);
	assert_int_equal(get(desk, "/items/x", OLGA).status, 404);
	assert_int_equal(get(desk, "/items/404", OLGA).status, 404);
	assert_int_equal(get(desk, "/items/409", OLGA).status, 409);
	assert_int_equal(get(desk, "/items//42", OLGA).status, 404);
	assert_int_equal(get(desk, "/nowhere", NULL).status, 404);
	assert_int_equal(get(desk, "/names/%C3%A9t%C3%A9%2F1", JSON).status, 200);
	assert_has(get(desk, "/names/%C3%A9t%C3%A9%2F1", JSON), "été/1");
	assert_int_equal(get(desk, "/names/%FF", JSON).status, 400);
	assert_int_equal(get(desk, "/names/%zz", JSON).status, 400);
	assert_int_equal(get(desk, "/names/a%00b", JSON).status, 400);
	assert_int_equal(get(desk, "/names/a%0Ab", JSON).status, 400);
	assert_int_equal(get(desk, "/names/%", JSON).status, 400);
	struct answer moved = get(desk, "/public/?a=b", NULL);
	assert_int_equal(moved.status, 308);
	assert_str(answer_header(moved, "Location"), "/public?a=b");
	assert_int_equal(get(desk, "//public/", NULL).status, 404);
	assert_int_equal(get(desk, "/api/v1/only-api", NULL).status, 200);
	assert_int_equal(get(desk, "/only-api", NULL).status, 404);
	assert_int_equal(get(desk, "/only-page", NULL).status, 200);
	assert_int_equal(get(desk, "/api/v1/only-page", NULL).status, 404);
	assert_int_equal(get(desk, "http://127.0.0.1/public", NULL).status, 200);
}

static void test_methods(void **state)
{
	struct desk *desk = *state;
	struct answer wrong = ask(desk, "POST", "/public", JSON, "");
	assert_int_equal(wrong.status, 405);
	assert_str(answer_header(wrong, "Allow"), "OPTIONS, GET, HEAD");
	assert_int_equal(ask(desk, "BREW", "/public", NULL, NULL).status, 405);
	struct answer options = ask(desk, "OPTIONS", "/echo", NULL, NULL);
	assert_int_equal(options.status, 204);
	assert_str(answer_header(options, "Allow"), "OPTIONS, POST");
	struct answer whole = get(desk, "/public", NULL), head;
	CLEANUP(buf_free) struct buf pending = {};
	int fd = desk_connect(desk);
	struct str request = S("HEAD /public HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(send(fd, request.at, request.len, 0), request.len);
	assert_true(read_answer(desk, fd, &pending, true, &head));
	assert_int_equal(head.status, 200);
	assert_int_equal(pending.len, 0);
	assert_true(str_eq(answer_header(head, "Content-Length"), answer_header(whole, "Content-Length")));
	close(fd);
}

static void test_faces(void **state)
{
	struct desk *desk = *state;
	struct answer page = get(desk, "/page", OLGA "Accept: text/html,*/*;q=0.8\r\n");
	assert_int_equal(page.status, 200);
	assert_str(answer_header(page, "Content-Type"), "text/html; charset=utf-8");
	assert_has(page, "<h1>Bonjour &amp; bienvenue</h1>");
	assert_has(page, "<i>olga</i>");
	struct answer json = get(desk, "/page", OLGA JSON);
	assert_str(answer_header(json, "Content-Type"), "application/json");
	assert_str(json.body, "{\"title\":\"Bonjour & bienvenue\"}");
	assert_str(get(desk, "/api/v1/page", OLGA).body, "{\"title\":\"Bonjour & bienvenue\"}");
	assert_str(get(desk, "/api/v1/page", "Authorization: Bearer key-gus\r\n").body, "{\"title\":\"Bonjour & bienvenue\"}");
	struct answer part = get(desk, "/page", OLGA "HX-Request: true\r\n");
	assert_str(part.body, "<ul>Bonjour &amp; bienvenue</ul>");
	assert_has(get(desk, "/page", OLGA "HX-Request: true\r\nHX-Boosted: true\r\n"), "<h1>");
	assert_str(answer_header(get(desk, "/public", "Accept: text/html;q=0.5, application/json\r\n"), "Content-Type"), "appli"
															 "catio"
															 "n/"
															 "jso"
															 "n");
	assert_has(get(desk, "/public", "Accept-Language: de, fr-CA;q=0.8\r\n"), "lang=\"");
}

static void test_headers(void **state)
{
	struct desk *desk = *state;
	struct answer page = get(desk, "/public", NULL);
	assert_str(answer_header(page, "Content-Security-Policy"),
		   "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; "
		   "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
	assert_str(answer_header(page, "X-Content-Type-Options"), "nosniff");
	assert_str(answer_header(page, "Referrer-Policy"), "same-origin");
	assert_true(answer_header(page, "X-Request-Id").len > 10);
	assert_true(answer_header(page, "Permissions-Policy").len > 10);
	assert_int_equal(answer_header(page, "Strict-Transport-Security").len, 0);
	desk_close(desk);
	*state = desk = desk_open(&(struct desk_settings){.https = true});
	assert_str(answer_header(get(desk, "/public", NULL), "Strict-Transport-Security"), "max-age=31536000; includeSubDomains");
	struct answer in =
	    ask(desk, "POST", "/login", "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n",
		"next=%2Fitems%2F3");
	assert_int_equal(in.status, 303);
	assert_str(answer_header(in, "Location"), "/items/3");
	assert_str(answer_header(in, "Set-Cookie"), "__Host-parvis_session=olga; Path=/; HttpOnly; SameSite=Lax; Secure; "
						    "Max-Age=3600");
	assert_int_equal(get(desk, "/page", "Cookie: __Host-parvis_session=olga\r\n").status, 200);
	assert_int_equal(get(desk, "/page", JSON OLGA).status, 401);
}

static void test_who(void **state)
{
	struct desk *desk = *state;
	struct answer stranger = get(desk, "/page?a=1", NULL);
	assert_int_equal(stranger.status, 303);
	assert_str(answer_header(stranger, "Location"), "/login?next=%2Fpage%3Fa%3D1");
	struct answer machine = get(desk, "/api/v1/page", NULL);
	assert_int_equal(machine.status, 401);
	assert_str(answer_header(machine, "Content-Type"), "application/problem+json");
	assert_true(answer_header(machine, "WWW-Authenticate").len > 0);
	assert_int_equal(get(desk, "/api/v1/page", "Authorization: Bearer nonsense\r\n").status, 401);
	struct answer part = get(desk, "/page", "HX-Request: true\r\nHX-Current-URL: http://x/items/3?y\r\n");
	assert_str(answer_header(part, "HX-Redirect"), "/login?next=%2Fitems%2F3%3Fy");
	struct answer homeless = get(desk, "/page", "Cookie: parvis_session=nora\r\n");
	assert_int_equal(homeless.status, 303);
	assert_str(answer_header(homeless, "Location"), "/workspaces");
	assert_int_equal(get(desk, "/page", JSON "Cookie: parvis_session=nora\r\n").status, 403);
	assert_int_equal(get(desk, "/workspaces", "Cookie: parvis_session=nora\r\n").status, 200);
	struct str gus = arena_printf(desk->arena, JSON "Cookie: parvis_session=gus\r\nX-CSRF-Token: %.*s\r\n",
				      STR_ARG(csrf_of(desk, "gus")));
	struct answer denied = ask(desk, "POST", "/items/3/wash", gus.at, "");
	assert_int_equal(denied.status, 403);
	assert_has(denied, "urn:parvis:problem:denied");
	struct answer away = get(desk, "/page", JSON "Cookie: parvis_session=broken\r\n");
	assert_int_equal(away.status, 503);
	assert_true(answer_header(away, "Retry-After").len > 0);
}

static int wash(struct desk *desk, const char *headers, const char *form)
{
	struct str all = arena_printf(desk->arena, "Content-Type: application/x-www-form-urlencoded\r\n%s", headers);
	return ask(desk, "POST", "/items/3/wash", all.at, form).status;
}

static void test_csrf(void **state)
{
	struct desk *desk = *state;
	const char *token = arena_cstr(desk->arena, csrf_of(desk, "olga")), *other = arena_cstr(desk->arena, csrf_of(desk, "gus"));
	assert_int_equal(strlen(token), 64);
	assert_string_not_equal(token, arena_cstr(desk->arena, csrf_of(desk, "olga"))); /* masked anew */
	assert_int_equal(wash(desk, OLGA, arena_printf(desk->arena, "csrf=%s", token).at), 303);
	assert_int_equal(wash(desk, arena_printf(desk->arena, OLGA "X-CSRF-Token: %s\r\n", token).at, ""), 303);
	assert_int_equal(wash(desk, OLGA, "csrf="), 403);
	assert_int_equal(wash(desk, OLGA, "a=b"), 403);
	assert_int_equal(wash(desk, OLGA, arena_printf(desk->arena, "csrf=%s", other).at), 403);
	assert_int_equal(wash(desk, OLGA, arena_printf(desk->arena, "csrf=0%s", token + 1).at), token[0] == '0' ? 303 : 403);
	const char *good = arena_printf(desk->arena, "csrf=%s", token).at;
	assert_int_equal(wash(desk, OLGA "Sec-Fetch-Site: cross-site\r\n", good), 403);
	assert_int_equal(wash(desk, OLGA "Sec-Fetch-Site: same-site\r\n", good), 403);
	assert_int_equal(wash(desk, OLGA "Sec-Fetch-Site: same-origin\r\n", good), 303);
	assert_int_equal(wash(desk, OLGA "Origin: https://evil.example\r\n", good), 403);
	assert_int_equal(wash(desk, OLGA "Origin: null\r\n", good), 403);
	const char *own = arena_printf(desk->arena, OLGA "Origin: http://127.0.0.1:%d\r\n", desk->port).at;
	assert_int_equal(wash(desk, own, good), 303);
	assert_int_equal(ask(desk, "POST", "/items/3/wash", "Authorization: Bearer key-olga\r\n" JSON, "").status, 200);
	assert_int_equal(ask(desk, "POST", "/login", "Sec-Fetch-Site: cross-site\r\n", "").status, 403);
	/* A name of somebody else that points here. */
	assert_int_equal(ask_raw(desk, S("POST /login HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n"
					 "Content-Length: 0\r\n\r\n")).status, 403);
	assert_int_equal(ask(desk, "POST", "/login", "Cookie: parvis_session=stale\r\n", "").status, 303);
	assert_int_equal(ask(desk, "POST", "/hooks/t", "Sec-Fetch-Site: cross-site\r\n", "x").status, 200);
}

static void test_redirect_and_flash(void **state)
{
	struct desk *desk = *state;
	const char *headers = arena_printf(desk->arena, OLGA "X-CSRF-Token: %.*s\r\n", STR_ARG(csrf_of(desk, "olga"))).at;
	struct answer done = ask(desk, "POST", "/items/3/wash", headers, "");
	assert_int_equal(done.status, 303);
	assert_str(answer_header(done, "Location"), "/page?from=wash");
	struct str cookie = answer_header(done, "Set-Cookie");
	assert_true(str_starts(cookie, S("parvis_flash=")) && str_find(cookie, S("Max-Age=120")) > 0);
	struct str pair = str_cut(&cookie, ';');
	struct answer shown =
	    get(desk, "/page", arena_printf(desk->arena, "Cookie: parvis_session=olga; %.*s\r\n", STR_ARG(pair)).at);
	assert_has(shown, "[Lavé « net »|/wash/undo]");
	assert_true(str_find(answer_header(shown, "Set-Cookie"), S("Max-Age=0")) > 0);
	assert_str(answer_header(shown, "Cache-Control"), "no-store");
	shown = get(desk, "/page",
		    arena_printf(desk->arena, "HX-Request: true\r\nCookie: parvis_session=olga; %.*s\r\n", STR_ARG(pair)).at);
	assert_true(str_find(answer_header(shown, "HX-Trigger"), S("Lav\\u00E9")) > 0 && str_find(shown.body, S("Lav")) < 0);
	assert_true(str_find(answer_header(shown, "Set-Cookie"), S("Max-Age=0")) > 0);
	char *forged = (char *)arena_cstr(desk->arena, pair);
	forged[strlen("parvis_flash=") + 3] ^= 1;
	shown = get(desk, "/page", arena_printf(desk->arena, "Cookie: parvis_session=olga; %s\r\n", forged).at);
	assert_true(str_find(shown.body, S("Lav")) < 0);
	struct answer part =
	    ask(desk, "POST", "/items/3/wash", arena_printf(desk->arena, "%sHX-Request: true\r\n", headers).at, "");
	assert_int_equal(part.status, 200);
	assert_str(part.body, "<ul>Washed</ul>");
	assert_str(answer_header(part, "HX-Trigger"), "{\"flash\":{\"text\":\"Lav\\u00E9 \\u00AB net "
						      "\\u00BB\",\"undo_url\":\"/wash/undo\"}}");
	assert_int_equal(ask(desk, "POST", "/api/v1/items/3/wash", headers, "").status, 200);
}

static void test_problems(void **state)
{
	struct desk *desk = *state;
	assert_true(str_find(get(desk, "/broken", JSON).body, S("wheel")) < 0); /* told to our people alone */
	struct answer answer = get(desk, "/broken", JSON OLGA);
	json_t *problem = answer_json(desk, answer);
	assert_int_equal(answer.status, 500);
	assert_string_equal(json_string_value(json_object_get(problem, "type")), "urn:parvis:problem:system");
	assert_string_equal(json_string_value(json_object_get(problem, "detail")), "A wheel came off");
	assert_int_equal(json_integer_value(json_object_get(problem, "status")), 500);
	assert_true(str_eq(answer_header(answer, "X-Request-Id"), str_of(json_string_value(json_object_get(problem, "request")))));
	struct answer page = get(desk, "/broken", OLGA);
	assert_int_equal(page.status, 500);
	assert_has(page, "<p>A wheel came off</p>");
	assert_has(page, "<h1>Something went wrong on our side");
	struct answer part = get(desk, "/broken", OLGA "HX-Request: true\r\n");
	assert_str(part.body, "<p>A wheel came off</p>");
	assert_int_equal(part.status, 500);
}

static struct answer person(struct desk *desk, const char *headers, const char *form)
{
	const char *all =
	    arena_printf(desk->arena, OLGA "Content-Type: application/x-www-form-urlencoded\r\nX-CSRF-Token: %.*s\r\n%s",
			 STR_ARG(csrf_of(desk, "olga")), headers)
		.at;
	return ask(desk, "POST", "/people/5", all, form);
}

static void test_form_again(void **state)
{
	struct desk *desk = *state;
	assert_int_equal(person(desk, "", "email=a@example.org").status, 303);
	struct answer again = person(desk, "", "email=no+address&secret=hush");
	assert_int_equal(again.status, 422);
	assert_has(again, "<em>This is no email address: write it like name@example.org.</em>");
	assert_has(again, "value=\"no address\"");
	assert_has(again, "data-secret=\"\"");
	assert_has(again, "5</form>");
	assert_str(answer_header(again, "X-Typed"), "no address");
	again = person(desk, "", "email=taken@example.org");
	assert_int_equal(again.status, 422);
	assert_has(again, "<em>Somebody has this address</em>");
	json_t *problem = answer_json(desk, person(desk, JSON, "email=two@example.org"));
	assert_int_equal(json_array_size(json_object_get(problem, "errors")), 2);
	struct answer part = person(desk, "HX-Request: true\r\n", "email=");
	assert_int_equal(part.status, 422);
	assert_has(part, "<li>email</li>");
}

static void test_tags(void **state)
{
	struct desk *desk = *state;
	struct answer page = get(desk, "/page", OLGA);
	struct str tag = answer_header(page, "ETag");
	assert_true(str_starts(tag, S("W/\"")));
	assert_str(answer_header(page, "Cache-Control"), "private, no-cache");
	const char *known = arena_printf(desk->arena, OLGA "If-None-Match: \"x\", %.*s\r\n", STR_ARG(tag)).at;
	struct answer same = get(desk, "/page", known); /* though its token differs */
	assert_int_equal(same.status, 304);
	assert_int_equal(same.body.len, 0);
	assert_true(str_eq(answer_header(same, "ETag"), tag));
	const char *other = arena_printf(desk->arena, "Cookie: parvis_session=gus\r\nIf-None-Match: %.*s\r\n", STR_ARG(tag)).at;
	assert_int_equal(get(desk, "/page", other).status, 200);
	assert_true(answer_header(get(desk, "/page", OLGA JSON), "ETag").len > 0);
	assert_int_equal(answer_header(get(desk, "/broken", JSON), "ETag").len, 0);
}

static void test_gzip(void **state)
{
	struct desk *desk = *state;
	struct answer plain = get(desk, "/large", JSON),
		      packed = get(desk, "/large", JSON "Accept-Encoding: br;q=1, gzip;q=0.8\r\n");
	assert_true(plain.body.len > 8000);
	assert_str(answer_header(packed, "Content-Encoding"), "gzip");
	assert_true(packed.body.len < plain.body.len / 2 && packed.body.at[0] == '\x1f' && packed.body.at[1] == '\x8b');
	assert_int_equal(answer_header(get(desk, "/large", JSON "Accept-Encoding: gzip;q=0\r\n"), "Content-Encoding").len, 0);
	assert_int_equal(answer_header(get(desk, "/public", JSON "Accept-Encoding: gzip\r\n"), "Content-Encoding").len,
			 0); /* small */
	assert_true(str_find(answer_header(packed, "Vary"), S("Accept-Encoding")) >= 0);
}

static void test_files(void **state)
{
	struct desk *desk = *state;
	char path[] = "/tmp/parvis-file-XXXXXX";
	int fd = mkstemp(path);
	assert_int_equal(write(fd, "0123456789", 10), 10);
	close(fd);
	setenv("DESK_FILE", path, 1);
	struct answer whole = get(desk, "/document?save=1", NULL);
	assert_str(whole.body, "0123456789");
	assert_str(answer_header(whole, "Content-Disposition"), "attachment; filename*=UTF-8''n%C3%A9%20%22x%22.txt");
	struct answer part = get(desk, "/document", "Range: bytes=2-4\r\n");
	assert_int_equal(part.status, 206);
	assert_str(part.body, "234");
	assert_str(answer_header(part, "Content-Range"), "bytes 2-4/10");
	assert_true(str_ends(answer_header(part, "Content-Security-Policy"), S("sandbox")));
	assert_str(get(desk, "/document", "Range: bytes=-3\r\n").body, "789");
	assert_str(get(desk, "/document", "Range: bytes=8-99\r\n").body, "89");
	assert_int_equal(get(desk, "/document", "Range: bytes=10-\r\n").status, 416);
	unlink(path);
	assert_int_equal(get(desk, "/document", JSON).status, 404);
}

static void test_rate(void **state)
{
	struct desk *desk = *state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(get(desk, "/rare", JSON).status, 200);
	struct answer refused = get(desk, "/rare", JSON);
	assert_int_equal(refused.status, 429);
	i64 wait;
	assert_true(str_to_i64(answer_header(refused, "Retry-After"), &wait) && wait > 0 && wait <= 21);
	assert_int_equal(get(desk, "/public", JSON).status, 200);          /* a bucket of its own */
	assert_int_equal(get(desk, "/rare", JSON OLGA).status, 200);       /* somebody else's */
	desk_close(desk);
	*state = desk = desk_open(&(struct desk_settings){.per_minute = 5, .trust_proxy = true});
	for (int i = 0; i < 5; i++)
		assert_int_equal(get(desk, "/public", JSON "X-Forwarded-For: 10.0.0.1, 2001:db8::1\r\n").status, 200);
	assert_int_equal(get(desk, "/public", JSON "X-Forwarded-For: 2001:db8::2\r\n").status, 429); /* the same /64 */
	assert_int_equal(get(desk, "/public", JSON "X-Forwarded-For: 2001:db9::2\r\n").status, 200);
	assert_has(get(desk, "/address", JSON "X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\n"), "203.0.113.9");
	assert_has(get(desk, "/address", JSON "X-Forwarded-For: nonsense\r\n"), "127.0.0.1");
}

static void test_own_pages(void **state)
{
	struct desk *desk = *state;
	assert_str(get(desk, "/healthz", NULL).body, "ok\n");
	assert_str(get(desk, "/readyz", NULL).body, "ready\n");
	(void)get(desk, "/items/5", OLGA);
	struct answer metrics = get(desk, "/metrics", NULL);
	assert_has(metrics, "parvis_http_requests_total{method=\"GET\",route=\"/items/{id}\",class=\"2xx\"} 1\n");
	assert_has(metrics, "parvis_http_request_seconds_bucket{le=\"+Inf\"}");
	assert_has(metrics, "parvis_streams 0\n");
	assert_int_equal(get(desk, "/metrics", "X-Forwarded-For: 127.0.0.1\r\n").status, 403);
	assert_int_equal(get(desk, "/metrics", "X-Forwarded-For: 1.2.3.4\r\nAuthorization: Bearer key-gus\r\n").status, 403);
	assert_int_equal(get(desk, "/metrics", "X-Forwarded-For: 1.2.3.4\r\nAuthorization: Bearer key-olga\r\n").status, 200);
	struct answer openapi = get(desk, "/api/v1/openapi.json", NULL);
	json_t *paths = json_object_get(answer_json(desk, openapi), "paths");
	assert_non_null(json_object_get(json_object_get(paths, "/items/{id}"), "get"));
	assert_null(json_object_get(paths, "/only-page"));
}

static void test_assets(void **state)
{
	struct desk *desk = *state;
	size_t served = 0;
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *asset = &assets[i];
		if (!asset->url)
			continue;
		served++;
		struct answer plain = get(desk, asset->url, NULL), packed = get(desk, asset->url, "Accept-Encoding: gzip, br\r\n");
		assert_int_equal(plain.status, 200);
		assert_true(str_eq(plain.body, asset->plain));
		assert_str(answer_header(plain, "Content-Type"), asset->type);
		assert_str(answer_header(plain, "Cache-Control"), "public, max-age=31536000, immutable");
		assert_str(answer_header(packed, "Content-Encoding"), asset->brotli.len ? "br" : asset->gzip.len ? "gzip" : "");
		assert_true(str_eq(packed.body, asset->brotli.len ? asset->brotli : asset->gzip.len ? asset->gzip : asset->plain));
	}
	assert_true(served > 0);
	assert_int_equal(get(desk, "/assets/none.css", NULL).status, 404);
	assert_int_equal(get(desk, "/assets/../../etc/passwd", NULL).status, 404);
}

/* ---- slow handlers, drain ---- */

static void *ask_slow(void *subject)
{
	struct desk *desk = subject;
	int fd = desk_connect(desk);
	struct str request = S("GET /slow HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n");
	char text[2048] = "";
	size_t len = 0;
	if (send(fd, request.at, request.len, MSG_NOSIGNAL) > 0)
		for (ssize_t got; len < sizeof text - 1 && (got = recv(fd, text + len, sizeof text - 1 - len, 0)) > 0;)
			len += (size_t)got;
	close(fd);
	return (void *)(intptr_t)(memmem(text, len, "\"slow\":true", 11) != NULL);
}

static void test_slow(void **state)
{
	struct desk *desk = *state;
	pthread_t threads[4];
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_create(&threads[i], NULL, ask_slow, desk);
	usleep(50000);
	i64 before = time_monotonic();
	for (int i = 0; i < 10; i++)
		assert_int_equal(get(desk, "/public", JSON).status, 200);
	assert_true(time_monotonic() - before < 200 * MILLISECOND);
	for (size_t i = 0; i < COUNT(threads); i++) {
		void *good;
		pthread_join(threads[i], &good);
		assert_non_null(good);
	}
}

static void *drain(void *subject)
{
	server_drain(((struct desk *)subject)->server);
	return NULL;
}

static void test_drain(void **state)
{
	struct desk *desk = *state;
	pthread_t slow, drainer;
	CLEANUP(buf_free) struct buf pending = {};
	int stream = desk_connect(desk);
	struct str request = S("GET /events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
	assert_true(send(stream, request.at, request.len, 0) > 0);
	assert_true(read_some(stream, &pending, 2000));
	pthread_create(&slow, NULL, ask_slow, desk);
	usleep(50000);
	pthread_create(&drainer, NULL, drain, desk);
	for (int i = 0; i < 400 && get(desk, "/readyz", NULL).status != 503; i++)
		usleep(5000); /* until it drains: a busy machine takes its time */
	struct answer refused = get(desk, "/public", JSON);
	assert_int_equal(refused.status, 503);
	assert_str(answer_header(refused, "Connection"), "close");
	assert_int_equal(get(desk, "/readyz", NULL).status, 503);
	assert_int_equal(get(desk, "/healthz", NULL).status, 200);
	assert_int_equal(get(desk, "/events", "Accept: text/event-stream\r\n").status, 0); /* cut: the browser asks again */
	while (read_some(stream, &pending, 2000))
		;
	assert_true(str_ends(buf_str(&pending), S("0\r\n\r\n"))); /* the stream was ended, not broken */
	close(stream);
	void *good;
	pthread_join(slow, &good);
	assert_non_null(good); /* what was under way was finished */
	pthread_join(drainer, NULL);
}

/* ---- database handles ---- */

static i64 marks(struct desk *desk)
{
	return json_integer_value(json_object_get(answer_json(desk, get(desk, "/marks", JSON)), "count"));
}

static const char *marked = "/marks";

static void *mark(void *subject)
{
	char head[200];
	struct str request = {head, (size_t)snprintf(head, sizeof head, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", marked)};
	int fd = desk_connect(subject);
	char text[4096];
	size_t good = 0;
	for (int i = 0; i < 50; i++) {
		ssize_t len = send(fd, request.at, request.len, MSG_NOSIGNAL) > 0 ? recv(fd, text, sizeof text, 0) : 0;
		good += len > 12 && memcmp(text, "HTTP/1.1 204", 12) == 0;
	}
	close(fd);
	return (void *)good;
}

static void test_database(void **state)
{
	struct desk *desk = *state;
	desk_close(desk);
	char folder[] = "/tmp/parvis-web-XXXXXX";
	assert_non_null(mkdtemp(folder));
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	const char *path = arena_printf(arena, "%s/desk.db", folder).at;
	struct db *db;
	assert_ok(&cx, db_open(&cx, path, DB_CREATE, &db));
	assert_ok(&cx, db_script(&cx, db, S("CREATE TABLE mark (id BIGINT PRIMARY KEY)")));
	db_close(db);
	*state = desk = desk_open(&(struct desk_settings){.database = path});
	assert_int_equal(marks(desk), 0);
	assert_int_equal(ask(desk, "POST", "/marks", JSON, "").status, 204);
	assert_int_equal(ask(desk, "POST", "/marks/slow", JSON, "").status, 204);
	assert_int_equal(marks(desk), 2);
	assert_int_equal(get(desk, "/marks/wrong", JSON).status, 403); /* the engine refuses it */
	assert_int_equal(ask(desk, "POST", "/marks/half", JSON, "").status, 409);
	assert_int_equal(marks(desk), 2);
	for (int together = 0; together < 2; together++) { /* each in a transaction of its own; those that come at once in one */
		pthread_t threads[4];
		marked = together ? "/marks/together" : "/marks";
		for (size_t i = 0; i < COUNT(threads); i++)
			pthread_create(&threads[i], NULL, mark, desk);
		for (size_t i = 0; i < COUNT(threads); i++) {
			void *good;
			pthread_join(threads[i], &good);
			assert_int_equal((size_t)good, 50);
		}
		assert_int_equal(marks(desk), 202 + 200 * together);
	}
	assert_int_equal(ask(desk, "POST", "/marks/together", JSON, "{not json").status, 204); /* what it is said to be does not matter */
	assert_int_equal(ask(desk, "POST", "/marks/spoilt", JSON, "{}").status, 503); /* nobody is told that it is kept when it is not */
	assert_int_equal(marks(desk), 403);
	assert_str(get(desk, "/readyz", NULL).body, "ready\n");
	desk_close(desk);
	*state = desk = desk_open(&(struct desk_settings){.database = "/nowhere/desk.db"});
	assert_int_equal(get(desk, "/readyz", NULL).status, 503);
	assert_int_equal(get(desk, "/healthz", NULL).status, 200);
	assert_int_equal(get(desk, "/marks", JSON).status, 503);
	static const char *const names[] = {"desk.db", "desk.db-wal", "desk.db-shm"};
	for (size_t i = 0; i < COUNT(names); i++)
		unlink(arena_printf(arena, "%s/%s", folder, names[i]).at);
	assert_int_equal(rmdir(folder), 0);
	arena_free(arena);
}

/* ---- starting ---- */

static enum err nothing(struct cx *cx, struct request *request, struct reply *reply)
{
	return OK;
}

static void test_starting(void **state)
{
	struct desk *desk = *state;
	struct server *server = NULL;
	struct cx cx = cx_new(desk->arena);
	struct web_settings settings = {.address = "127.0.0.1", .port = desk->port, .spool = "/tmp"};
	assert_err(server_start(&cx, &settings, &desk_host, &server), ERR_SYSTEM); /* the port is taken */
	settings.address = "no.such.name.invalid";
	assert_err(server_start(&cx, &settings, &desk_host, &server), ERR_SYSTEM);
	static const struct route wrong[][3] = {
		{{"GET", "/a/{id}", .handle = nothing}, {"GET", "/a/{other}", .handle = nothing}},
		{{"STEAL", "/a", .handle = nothing}},
		{{"GET", "a", .handle = nothing}},
		{{"GET", "/a"}},
		{{"GET", "/a//b", .handle = nothing}},
		{{"POST", "/a", .handle = nothing, .form = "/b"}},
	};
	settings = (struct web_settings){.address = "127.0.0.1", .spool = "/tmp"};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const struct route *const sets[] = {wrong[i]};
		struct web_host host = {.routes = sets, .route_set_count = 1};
		assert_err(server_start(&cx, &settings, &host, &server), ERR_SYSTEM);
	}
	assert_null(server);
	server_stop(NULL);
}

static void test_both_families(void **state)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		skip();
	close(fd);
	struct desk *desk = *state;
	desk_close(desk);
	*state = desk = desk_open(&(struct desk_settings){.address = "::"});
	assert_has(get(desk, "/address", JSON), "\"127.0.0.1\""); /* as itself, not as ::ffff:127.0.0.1 */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, open_desk, close_desk)
	const struct CMUnitTest tests[] = {
	    TEST(routing),  TEST(methods),    TEST(faces), TEST(headers),  TEST(who),   TEST(csrf), TEST(redirect_and_flash),
	    TEST(problems), TEST(form_again), TEST(tags),  TEST(gzip),     TEST(files), TEST(rate), TEST(own_pages),
	    TEST(assets),   TEST(slow),       TEST(drain), TEST(database), TEST(starting), TEST(both_families),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
