#include "sys/bucket.h"

#include "base/clock.h"
#include "base/lang.h"
#include "sys/blob.h"
#include "sys/net.h"

#define ANSWER_MOST ((size_t)64 << 10)
#define SLOWEST ((i64)64 << 10) /* bytes a second, that a file may take that long */
#define PROBE S("parvis-check")

struct bucket {
	struct net *net;
	struct str endpoint, name, prefix; /* prefix: empty, or ends with '/' */
	struct str place;
	struct net_sign sign;
};

/* ---- settings ---- */

static bool plain(struct str text, const char *more)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && str_find_byte(str_of(more), c) < 0)
			return false;
	}
	return text.len > 0;
}

/* "s3://bucket/a/b/" → "bucket", "a/b" */
static bool store_parts(struct str store, struct str *ret_name, struct str *ret_prefix)
{
	if (!str_starts(store, S("s3://")))
		return false;
	struct str prefix = str_skip(store, 5), name = str_cut(&prefix, '/');
	while (str_ends(prefix, S("/")))
		prefix.len--;
	bool fine = name.len >= 3 && name.len <= 63 && plain(name, ".-_") && name.at[0] != '.' && name.at[0] != '-';
	/* Nothing that a server, or libcurl, would write in another way than it was signed. */
	fine = fine && (!prefix.len || (prefix.len <= 300 && plain(prefix, ".-_/") && prefix.at[0] != '/' && str_find(prefix, S("//")) < 0));
	for (struct str rest = prefix; fine && rest.len;) {
		struct str part = str_cut(&rest, '/');
		fine = !str_eq(part, S(".")) && !str_eq(part, S(".."));
	}
	*ret_name = name;
	*ret_prefix = prefix;
	return fine;
}

enum err bucket_settings_check(struct cx *cx, const struct bucket_settings *settings)
{
	struct str name, prefix;
	if (!store_parts(settings->store, &name, &prefix))
		return fail_field(cx, "media_store", N_("media_store: write s3://BUCKET or s3://BUCKET/FOLDER, in letters without accents, digits, “.”, “-” and “_”."));
	if (settings->region.len && (settings->region.len > 60 || !plain(settings->region, "-_")))
		return fail_field(cx, "media_region", N_("media_region: write a region such as eu-west-3, in letters, digits, “-” and “_”."));
	if (!settings->id.len)
		return fail_field(cx, "media_key_id", N_("media_store is set, and media_key_id is not: it takes the id of a key and its secret, media_key."));
	return OK;
}

enum err bucket_open(struct cx *cx, const struct bucket_settings *settings, struct net *net, struct bucket **ret_bucket)
{
	struct str prefix;
	TRY(bucket_settings_check(cx, settings));
	struct bucket *b = arena_new_of(cx->arena, struct bucket);
	must(store_parts(settings->store, &b->name, &prefix));
	b->name = arena_str(cx->arena, b->name);
	b->net = net;
	b->prefix = prefix.len ? arena_printf(cx->arena, "%.*s/", STR_ARG(prefix)) : S("");
	b->sign = (struct net_sign){.region = settings->region.len ? arena_str(cx->arena, settings->region) : S("us-east-1"), .id = arena_str(cx->arena, settings->id),
				    .secret = arena_str(cx->arena, settings->secret)};
	b->endpoint = settings->endpoint.len ? arena_str(cx->arena, settings->endpoint) : arena_printf(cx->arena, "https://s3.%.*s.amazonaws.com", STR_ARG(b->sign.region));
	b->place = arena_printf(cx->arena, "%.*s/%.*s%s%.*s", STR_ARG(b->endpoint), STR_ARG(b->name), prefix.len ? "/" : "", STR_ARG(prefix));
	*ret_bucket = b;
	return OK;
}

struct str bucket_place(const struct bucket *b)
{
	return b->place;
}

/* ---- what it answers ---- */

static enum err wrong_region(struct cx *cx, struct bucket *b, struct str region)
{
	region = str_head(region, 60);
	if (region.len && plain(region, "-_"))
		return fail(cx, ERR_DENIED, N_("The bucket “%.*s” is in the region %.*s. Write it into media_region (and into media_endpoint, where it stands there)."), STR_ARG(b->name), STR_ARG(region));
	return fail(cx, ERR_DENIED, N_("The bucket “%.*s” is answered for elsewhere than at %.*s. Correct media_endpoint and media_region."), STR_ARG(b->name), STR_ARG(b->endpoint));
}

static bool is_code(struct str code, const char *a, const char *b)
{
	return str_eq(code, str_of(a)) || str_eq(code, str_of(b));
}

static enum err denied(struct cx *cx, struct bucket *b, struct str code, int status)
{
	if (is_code(code, "RequestTimeTooSkewed", "RequestExpired"))
		return fail(cx, ERR_DENIED, N_("This machine's clock and that of the bucket differ by more than a quarter of an hour, so it takes nothing. Set the machine's clock by NTP."));
	if (is_code(code, "InvalidAccessKeyId", "InvalidClientTokenId"))
		return fail(cx, ERR_DENIED, N_("The bucket does not know the key “%.*s”. Correct media_key_id."), STR_ARG(str_head(b->sign.id, 60)));
	if (str_eq(code, S("SignatureDoesNotMatch")))
		return fail(cx, ERR_DENIED, N_("The secret does not belong to the key “%.*s”. Correct media_key (and media_region, which is part of the signature)."), STR_ARG(str_head(b->sign.id, 60)));
	if (str_eq(code, S("NoSuchBucket")))
		return fail(cx, ERR_DENIED, N_("There is no bucket “%.*s” at %.*s. Make it there, or correct media_store and media_endpoint."), STR_ARG(b->name), STR_ARG(b->endpoint));
	return fail(cx, ERR_DENIED, N_("The bucket “%.*s” refuses this (%d%s%.*s). Give the key “%.*s” the right to read and write objects in it."), STR_ARG(b->name), status, code.len ? " " : "",
		    STR_ARG(code), STR_ARG(str_head(b->sign.id, 60)));
}

static enum err not_understood(struct cx *cx, struct bucket *b, int status)
{
	return fail(cx, ERR_REMOTE, N_("What answers at %.*s is no storage of S3, or it is disturbed (status %d). Nothing is lost; it is asked again. If it lasts, correct media_endpoint."),
		    STR_ARG(b->endpoint), status);
}

/* Anything but a success. */
static enum err told(struct cx *cx, struct bucket *b, const struct net_answer *a)
{
	if (a->outcome != NET_ANSWERED && !a->status) {
		bool ours = a->trouble == NET_BLOCKED || a->trouble == NET_NO_TRUST;
		return fail(cx, ours ? ERR_DENIED : ERR_LATER, N_("The bucket is not reached. %.*s"), STR_ARG(str_head(a->story, 300)));
	}
	struct bucket_error error = bucket_error_of(a->body);
	if (a->status == 404 && (str_eq(error.code, S("NoSuchKey")) || !a->body.len))
		return ERR_MISSING;
	if (a->status == 301 || a->status == 307 || a->status == 308 || is_code(error.code, "AuthorizationHeaderMalformed", "PermanentRedirect"))
		return wrong_region(cx, b, error.region.len ? error.region : net_answer_header(a, "x-amz-bucket-region"));
	if (a->status == 401 || a->status == 403 || str_eq(error.code, S("NoSuchBucket")) || is_code(error.code, "InvalidAccessKeyId", "InvalidClientTokenId"))
		return denied(cx, b, error.code, a->status);
	if (a->status == 429 || a->status >= 500 || a->outcome != NET_ANSWERED)
		return fail(cx, ERR_LATER, N_("The bucket does not answer as it should for now (status %d). It is asked again by itself; nothing is lost."), a->status);
	return not_understood(cx, b, a->status);
}

/* ---- asking ---- */

static enum err ask(struct cx *cx, struct bucket *b, struct net_request *request, struct str object, i64 bytes, struct net_answer *ret_answer)
{
	request->url = arena_printf(cx->arena, "%.*s/%.*s/%.*s%.*s", STR_ARG(b->endpoint), STR_ARG(b->name), STR_ARG(b->prefix), STR_ARG(object));
	request->sign = &b->sign;
	request->timeout = 30 * SECOND + bytes / SLOWEST * SECOND;
	if (!request->answer_max)
		request->answer_max = ANSWER_MOST;
	TRY(net_ask(cx, b->net, request, ret_answer));
	return OK;
}

static enum err object_of(struct cx *cx, struct str name, struct str *ret_object)
{
	if (!blob_named(name))
		return fail(cx, ERR_BAD_INPUT, N_("“%.*s” is not the name of a kept file."), STR_ARG(str_head(name, 80)));
	*ret_object = arena_printf(cx->arena, "%.2s/%.*s", name.at, STR_ARG(name));
	return OK;
}

enum err bucket_has(struct cx *cx, struct bucket *b, struct str name, i64 *ret_size)
{
	struct net_request request = {.method = "HEAD"};
	struct net_answer answer;
	struct str object;
	i64 size;
	TRY(object_of(cx, name, &object));
	TRY(ask(cx, b, &request, object, 0, &answer));
	if (answer.outcome != NET_ANSWERED || answer.status != 200)
		return told(cx, b, &answer);
	if (!str_to_i64(net_answer_header(&answer, "content-length"), &size) || size < 0)
		return not_understood(cx, b, answer.status);
	*ret_size = size;
	return OK;
}

static enum err put_object(struct cx *cx, struct bucket *b, struct str object, struct str bytes)
{
	const struct net_header type = {S("Content-Type"), S("application/octet-stream")};
	struct net_request request = {.method = "PUT", .headers = &type, .header_count = 1, .body = {bytes.at ? bytes.at : "", bytes.len}};
	struct net_answer answer;
	TRY(ask(cx, b, &request, object, (i64)bytes.len, &answer));
	if (answer.outcome == NET_ANSWERED && (answer.status == 200 || answer.status == 201 || answer.status == 204))
		return OK;
	enum err e = told(cx, b, &answer);
	return e == ERR_MISSING ? not_understood(cx, b, answer.status) : e;
}

enum err bucket_put(struct cx *cx, struct bucket *b, struct str name, struct str bytes)
{
	struct str object;
	TRY(object_of(cx, name, &object));
	return put_object(cx, b, object, bytes);
}

static enum err get_object(struct cx *cx, struct bucket *b, struct str object, i64 size_most, bool (*take)(void *subject, struct str piece), void *subject, struct str *ret_body)
{
	struct net_request request = {.method = "GET", .answer_max = (size_t)size_most, .take = take, .subject = subject};
	struct net_answer answer;
	TRY(ask(cx, b, &request, object, size_most, &answer));
	if (answer.outcome != NET_ANSWERED || answer.status != 200 || !answer.whole)
		return told(cx, b, &answer);
	*ret_body = answer.body;
	return OK;
}

enum err bucket_get(struct cx *cx, struct bucket *b, struct str name, i64 size_most, bool (*take)(void *subject, struct str piece), void *subject)
{
	struct str object, body;
	TRY(object_of(cx, name, &object));
	return get_object(cx, b, object, size_most, take, subject, &body);
}

enum err bucket_try(struct cx *cx, struct bucket *b)
{
	struct str stamp = arena_printf(cx->arena, "Parvis %lld\n", (long long)cx->now), body;
	TRY(put_object(cx, b, PROBE, stamp));
	enum err e = get_object(cx, b, PROBE, (i64)ANSWER_MOST, NULL, NULL, &body);
	if (e == ERR_MISSING || (e == OK && !str_eq(body, stamp)))
		return fail(cx, ERR_REMOTE, N_("The bucket “%.*s” took a file, and does not give it back as it was. Do not rely on it before its makers mended that."), STR_ARG(b->name));
	return e;
}
