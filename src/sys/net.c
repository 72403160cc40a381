#include "sys/net_hop.h"

#include "base/clock.h"
#include "base/lang.h"

#include <string.h>

#define WHOLE_TIME (30 * SECOND)
#define REDIRECTS_MAX 3

const char *net_trouble_word(enum net_trouble trouble)
{
	static const char *const words[] = {
		[NET_NO_TROUBLE] = "none",     [NET_BLOCKED] = "blocked",   [NET_NO_NAME] = "no-name",
		[NET_NO_CONNECTION] = "no-connection", [NET_NO_TRUST] = "no-trust", [NET_TOO_SLOW] = "too-slow",
		[NET_BROKEN] = "broken",       [NET_TOO_BIG] = "too-big",   [NET_BAD_REDIRECT] = "bad-redirect",
		[NET_STOPPED] = "stopped",     [NET_HELD_BACK] = "held-back",
	};
	must((size_t)trouble < COUNT(words));
	return words[trouble];
}

/* ---- opening ---- */

enum err net_open(struct cx *cx, const struct net_settings *settings, struct net **ret_net)
{
	struct arena *arena = arena_new(), *task = cx->arena;
	struct net *net = arena_new_of(arena, struct net);
	net->arena = arena;
	cx->arena = arena; /* the list lives as long as the net */
	enum err error = address_list_parse(cx, "net_allow", settings->allow, &net->allow);
	cx->arena = task;
	if (error != OK) {
		arena_free(arena);
		return error;
	}
	net->agent = arena_cstr(arena, settings->agent.len ? settings->agent : S("Parvis/" PARVIS_VERSION));
	net->patience = settings->patience;
	net->proxy = arena_cstr(arena, settings->proxy);
	net->authorities = settings->authorities.len ? arena_cstr(arena, settings->authorities) : NULL;
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); /* counts, and is safe in threads since 7.84 */
	net->easy = curl_easy_init();
	must(net->easy);
	*ret_net = net;
	return OK;
}

void net_close(struct net *net)
{
	if (!net)
		return;
	curl_easy_cleanup(net->easy);
	curl_global_cleanup();
	arena_free(net->arena);
}

void net_closep(struct net **net)
{
	net_close(*net);
}

/* ---- checks of what is asked ---- */

static bool token(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && (!c || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return s.len > 0;
}

static bool header_valid(const struct net_header *header)
{
	static const char *const ours[] = {"host", "content-length", "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade"};
	for (size_t i = 0; i < COUNT(ours); i++)
		if (str_eq_fold(header->name, str_of(ours[i])))
			return false;
	for (size_t i = 0; i < header->value.len; i++)
		if ((u8)header->value.at[i] < ' ' && header->value.at[i] != '\t')
			return false;
	return token(header->name) && header->name.len < 100 && header->value.len < 16384;
}

static enum err check(struct cx *cx, const struct net_request *request)
{
	must(token(str_of(request->method)) && request->redirects >= 0 && request->redirects <= REDIRECTS_MAX);
	for (size_t i = 0; i < request->header_count; i++)
		if (!header_valid(&request->headers[i]))
			return fail_field(cx, "headers", "The header “%.*s” cannot be sent: its name or its value has signs that are not allowed.",
					  STR_ARG(str_head(request->headers[i].name, 60)));
	return OK;
}

/* ---- stories ---- */

/* What happened on the way, for people; fail() translates, and nothing failed for the caller. */
struct str net_story(struct cx *cx, struct str host, enum net_outcome outcome, enum net_trouble trouble)
{
	bool unsure = outcome == NET_UNKNOWN;
	host = str_head(host, 100);
	switch (trouble) {
	case NET_NO_TROUBLE:
		return (struct str){};
	case NET_BLOCKED:
		(void)fail(cx, ERR_REMOTE,
			   "%.*s is an address of this machine or of a private network, and Parvis does not call those by itself. Nothing was sent. "
			   "If it is meant, the operator adds it to the setting net_allow.",
			   STR_ARG(host));
		break;
	case NET_NO_NAME:
		(void)fail(cx, ERR_REMOTE, "The name %.*s is not known. Nothing was sent; check how it is written.", STR_ARG(host));
		break;
	case NET_NO_CONNECTION:
		(void)fail(cx, ERR_REMOTE, "%.*s does not take the connection. Nothing was sent.", STR_ARG(host));
		break;
	case NET_NO_TRUST:
		(void)fail(cx, ERR_REMOTE, "%.*s could not prove that it is itself (its certificate or the encryption failed). Nothing was sent.",
			   STR_ARG(host));
		break;
	case NET_TOO_SLOW:
		if (unsure)
			(void)fail(cx, ERR_REMOTE, "%.*s did not answer in time. The request may have arrived or not.", STR_ARG(host));
		else
			(void)fail(cx, ERR_REMOTE, "%.*s could not be reached in time. Nothing was sent.", STR_ARG(host));
		break;
	case NET_BROKEN:
		(void)fail(cx, ERR_REMOTE, "%.*s broke the connection off before its answer was complete. The request may have arrived or not.",
			   STR_ARG(host));
		break;
	case NET_TOO_BIG:
		(void)fail(cx, ERR_REMOTE, "%.*s answered with more than is allowed here, and the rest was not read.", STR_ARG(host));
		break;
	case NET_BAD_REDIRECT:
		(void)fail(cx, ERR_REMOTE, "%.*s sends the request on to another address that cannot be followed.", STR_ARG(host));
		break;
	case NET_HELD_BACK:
		(void)fail(cx, ERR_REMOTE, "%.*s is not asked for a while: it wants a pause, or failed several times. It goes on by itself.", STR_ARG(host));
		break;
	case NET_STOPPED:
		(void)fail(cx, ERR_REMOTE, "Reading the answer of %.*s was stopped.", STR_ARG(host));
		break;
	}
	struct str story = arena_str(cx->arena, str_of(cx->story));
	cx_forget(cx);
	return story;
}

/* ---- hops ---- */

static bool is_method(const char *method, const char *a, const char *b)
{
	return strcmp(method, a) == 0 || strcmp(method, b) == 0;
}

/* Should the answer of `hop` be followed, and by which request? False when the answer is the end. A redirect that must not be
 * followed is marked in the hop. */
static bool next_hop(struct cx *cx, struct hop *hop, int left, const struct net_url *origin, struct hop *ret_next)
{
	bool redirect = hop->status == 301 || hop->status == 302 || hop->status == 303 || hop->status == 307 || hop->status == 308;
	if (hop->outcome != NET_ANSWERED || !redirect || hop->request->redirects == 0)
		return false;
	bool once = is_method(hop->method, "POST", "PATCH");
	struct hop next = {.request = hop->request, .method = hop->method, .with_body = hop->with_body, .deadline = hop->deadline};
	bool bad = left == 0 || !hop->target || (once && hop->status != 303);
	bad = bad || url_prepare(cx, str_of(hop->target), &next.url, &next.parts) != OK;
	cx_forget(cx);
	if (bad || (hop->parts.secure && !next.parts.secure)) {
		hop->trouble = NET_BAD_REDIRECT;
		return false;
	}
	if (hop->status == 303 && strcmp(hop->method, "HEAD") != 0) {
		next.method = "GET";
		next.with_body = false;
	}
	next.repeatable = hop->repeatable || !is_method(next.method, "POST", "PATCH");
	next.credential = hop->credential;
	next.same_origin = hop->same_origin && next.parts.secure == origin->secure && next.parts.port == origin->port &&
			   str_eq(next.parts.host, origin->host);
	*ret_next = next;
	return true;
}

static struct hop follow(struct cx *cx, struct net *net, struct hop hop)
{
	struct net_url origin = hop.parts;
	bool done_once = false; /* a POST that was answered by 303 was taken; what fails behind it does not undo that */
	for (int left = hop.request->redirects;; left--) {
		struct hop next;
		hop_run(cx, net, &hop);
		if (done_once && hop.outcome == NET_NOT_SENT)
			hop.outcome = NET_UNKNOWN;
		if (!next_hop(cx, &hop, left, &origin, &next))
			return hop;
		done_once = done_once || is_method(hop.method, "POST", "PATCH");
		hop = next;
	}
}

/* The host as the gate knows it. */
static struct str gate_host(struct cx *cx, const struct net_url *parts)
{
	bool usual = parts->port == (parts->secure ? 443 : 80);
	return usual ? parts->host : arena_printf(cx->arena, "%.*s:%d", STR_ARG(parts->host), parts->port);
}

static bool held_back(struct net *net, struct hop *hop, struct str host)
{
	if (!net->gate || net->gate->may(net->gate->subject, host, &hop->open_at))
		return false;
	hop->outcome = NET_NOT_SENT;
	hop->trouble = NET_HELD_BACK;
	return true;
}

static void lose(struct hop *hop, enum net_outcome outcome)
{
	hop->outcome = outcome;
	hop->trouble = outcome == NET_NOT_SENT ? NET_NO_CONNECTION : NET_TOO_SLOW;
	hop->status = 0;
	hop->whole = false;
	hop->body = hop->type = (struct str){};
	hop->header_count = 0;
}

static bool has_credential(const struct net_request *request)
{
	bool has = request->credential || request->sign;
	for (size_t i = 0; i < request->header_count; i++)
		has = has || str_eq_fold(request->headers[i].name, S("authorization"));
	return has;
}

static struct str in_clear_story(struct cx *cx, struct str host)
{
	(void)fail(cx, ERR_REMOTE,
		   "%.*s would be shown a password or token without encryption, which everybody on the way can read. Nothing was sent. Write its address with "
		   "https://; where it is a machine of your own without it, the operator adds it to the setting net_allow.",
		   STR_ARG(str_head(host, 100)));
	struct str story = arena_str(cx->arena, str_of(cx->story));
	cx_forget(cx);
	return story;
}

enum err net_ask(struct cx *cx, struct net *net, const struct net_request *request, struct net_answer *ret_answer)
{
	i64 start = time_monotonic();
	struct hop hop = {
		.request = request, .method = request->method, .with_body = request->body.at, .same_origin = true, .credential = has_credential(request),
		.repeatable = request->repeatable || !is_method(request->method, "POST", "PATCH"),
		.deadline = start + (request->timeout ? request->timeout : WHOLE_TIME),
	};
	if (net->patience && hop.deadline > start + net->patience)
		hop.deadline = start + net->patience;
	TRY(check(cx, request));
	TRY(url_prepare(cx, request->url, &hop.url, &hop.parts));
	struct str host = gate_host(cx, &hop.parts);
	bool fails = ++net->calls == net->fail_at, held = held_back(net, &hop, host);
	if (!held && (!fails || net->fail_outcome != NET_NOT_SENT))
		hop = follow(cx, net, hop);
	if (fails)
		lose(&hop, net->fail_outcome);
	struct net_answer answer = {
		.outcome = hop.outcome, .trouble = hop.trouble, .status = hop.status, .whole = hop.whole, .body = hop.body,
		.url = str_of(hop.url), .type = hop.type, .headers = hop.headers, .header_count = hop.header_count,
		.took = time_monotonic() - start, .retry_at = hop.open_at,
	};
	answer.story = hop.in_clear && hop.trouble == NET_BLOCKED ? in_clear_story(cx, hop.parts.host) : net_story(cx, hop.parts.host, hop.outcome, hop.trouble);
	struct str retry = net_answer_header(&answer, "retry-after");
	if (retry.len)
		net_retry_after(retry, cx->now, &answer.retry_at);
	if (net->gate && !held)
		net->gate->note(cx, net->gate->subject, host, request, &answer);
	*ret_answer = answer;
	return OK;
}

void net_set_gate(struct net *net, const struct net_gate *gate)
{
	net->gate = gate;
}

struct str net_answer_header(const struct net_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (str_eq_fold(answer->headers[i].name, str_of(name)))
			return answer->headers[i].value;
	return (struct str){};
}

void net_fail_at(struct net *net, i64 n, enum net_outcome outcome)
{
	must(outcome != NET_ANSWERED);
	net->calls = 0;
	net->fail_at = n;
	net->fail_outcome = outcome;
}

i64 net_calls(const struct net *net)
{
	return net->calls;
}
