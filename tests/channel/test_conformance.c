/* Every connector against everything that networks do. For each kind of the table and each act that it has, its exchanges
 * (src/channel/KIND/exchanges/ACT.json) are played: first as they are, then with each fault at each request. What must hold afterwards is
 * the same for all: the outcome says what the caller may do, a story says it to people, what was done is done once, what came in is
 * whole. A kind without exchanges fails. Prints the table connector × act × where its exchanges come from. */
#include "test.h"

#include "replay.h"

#include "channel/channel.h"
#include "sys/net.h"

#include <signal.h>
#include <sys/wait.h>

#define PATIENCE (10 * SECOND)
#define HASTE (300 * MILLISECOND) /* where the network is silent on purpose */
#define TRIES 6
#define ITEMS_MAX 200

static const char laughs[] = "{\"error\":\"so says the network\"}";
#define STATUS(number) {#number, SPOIL_STATUS, number, "", laughs}
static const struct fault faults[] = {
	STATUS(401), STATUS(403), STATUS(404), STATUS(409), STATUS(422), STATUS(410), STATUS(500), STATUS(502),
	{"503", SPOIL_STATUS, 503, "Retry-After: 120\r\n", laughs},
	{"429", SPOIL_STATUS, 429, "", laughs},
	{"429 with Retry-After", SPOIL_STATUS, 429, "Retry-After: 120\r\n", laughs},
	{"429 that says when in JSON", SPOIL_STATUS, 429, "", "{\"error\":\"slow down\",\"retry_after\":120}"},
	{"redirect inside", SPOIL_STATUS, 302, "Location: http://10.1.2.3/\r\n", ""},
	{"redirect inside, kept", SPOIL_STATUS, 307, "Location: http://169.254.169.254/latest/meta-data\r\n", ""},
	{"lost before", SPOIL_LOST_BEFORE, 0, NULL, NULL}, {"lost after", SPOIL_LOST_AFTER, 0, NULL, NULL},
	{"time-out before", SPOIL_SILENT_BEFORE, 0, NULL, NULL}, {"time-out after", SPOIL_SILENT_AFTER, 0, NULL, NULL},
	{"half an answer", SPOIL_HALF, 0, NULL, NULL}, {"huge", SPOIL_HUGE, 0, NULL, NULL}, {"rubbish", SPOIL_RUBBISH, 0, NULL, NULL},
	{"wrong type", SPOIL_TYPE, 0, NULL, NULL},
};

/* ---- one kind under test ---- */

static struct bench {
	const struct channel_kind *kind;
	struct arena *arena;
	struct cx cx;
	struct net *net, *calm, *hasty;
	json_t *account_file, *file;
	struct channel_account account;
	const char *act, *fault;
	int request, played;
} b;

#define WRONG(...)                                                                                                             \
	do {                                                                                                                   \
		char what_[900];                                                                                               \
		snprintf(what_, sizeof what_, __VA_ARGS__);                                                                    \
		fail_msg("%s, %s, “%s” at request %d: %s%s%s", b.kind->word, b.act, b.fault, b.request, what_, replay.wrong[0] ? "; " : "", replay.wrong); \
	} while (0)

static const char *folder_of(const struct channel_kind *kind)
{
	static char path[600];
	const char *source = getenv("PARVIS_SOURCE");
	snprintf(path, sizeof path, "%s/src/channel/%s/exchanges", source ? source : ".", kind->word);
	return path;
}

static json_t *load(const char *name, bool required)
{
	char path[800];
	json_error_t where;
	snprintf(path, sizeof path, "%s/%s.json", folder_of(b.kind), name);
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
	if (!json && (required || access(path, F_OK) == 0))
		fail_msg("%s has no exchanges for “%s”: %s (%s, line %d)", b.kind->word, name, path, where.text, where.line);
	return json;
}

static struct str text_in(const json_t *object, const char *name)
{
	return str_of(json_string_value(json_object_get(object, name)));
}

/* "$BASE" in the texts of the settings. The caller's. */
static json_t *based(const json_t *value)
{
	struct str text = replay_based(b.arena, value ? arena_json(b.arena, value, JSON_COMPACT) : S("{}"));
	return json_loadb(text.at, text.len, 0, NULL);
}

static void fresh(void) /* a new task, at the instant that the exchanges were made for */
{
	i64 now = 0;
	cx_forget(&b.cx);
	if (!time_parse(text_in(b.account_file, "now"), &now))
		now = time_now();
	b.cx.now = now;
	time_set(now);
	json_decref((json_t *)b.account.known);
	b.account.known = based(json_object_get(b.file, "known") ? json_object_get(b.file, "known") : json_object_get(b.account_file, "known"));
}

static bool may(void *subject, struct str host, i64 *ret_at)
{
	return true;
}

static void note(struct cx *cx, void *subject, struct str host, const struct net_request *request, const struct net_answer *answer)
{
	if (answer->outcome != NET_NOT_SENT && str_eq(host, str_of(strstr(replay.base, "//") + 2)))
		replay.sent++;
}

static void open_bench(const struct channel_kind *kind)
{
	static const struct net_gate gate = {may, note, NULL};
	struct net_settings settings = {.allow = S("127.0.0.1"), .patience = PATIENCE}, haste = {.allow = S("127.0.0.1"), .patience = HASTE};
	b = (struct bench){.kind = kind, .arena = arena_new(), .act = "account", .fault = "none"};
	b.cx = cx_new(b.arena);
	assert_ok(&b.cx, net_open(&b.cx, &settings, &b.calm));
	assert_ok(&b.cx, net_open(&b.cx, &haste, &b.hasty));
	net_set_gate(b.calm, &gate);
	net_set_gate(b.hasty, &gate);
	b.net = b.calm;
	b.account_file = load("account", true);
	json_t *json = based(json_object_get(b.account_file, "settings")), *secret = based(json_object_get(b.account_file, "secret"));
	b.account = (struct channel_account){.id = 1, .name = S("Under test"), .settings = json, .secret = arena_json(b.arena, secret, JSON_COMPACT)};
	json_decref(secret);
}

static void close_bench(void)
{
	json_decref((json_t *)b.account.settings);
	json_decref((json_t *)b.account.known);
	json_decref(b.account_file);
	net_close(b.calm);
	net_close(b.hasty);
	time_set(0);
	arena_free(b.arena);
}

static void begin(const json_t *exchanges, const struct fault *fault, int at)
{
	replay_load(exchanges, fault, at);
	replay.wrong[0] = '\0';
	b.net = fault && (fault->spoil == SPOIL_SILENT_BEFORE || fault->spoil == SPOIL_SILENT_AFTER) ? b.hasty : b.calm;
	b.fault = fault ? fault->word : "none";
	b.request = at;
	b.played++;
}

static void as_written(void)
{
	replay_settle();
	if (replay.wrong[0])
		WRONG("the request is not as it is written");
}

/* ---- verify ---- */

static struct verified verify(void)
{
	struct verified v = {};
	fresh();
	if (b.kind->verify(&b.cx, b.net, &b.account, &v) != OK)
		WRONG("failed: %s", b.cx.story);
	as_written();
	if ((v.outcome != OUTCOME_DONE && !v.story.len) || v.outcome == OUTCOME_UNKNOWN)
		WRONG("%s, “%.*s”", outcome_word(v.outcome), STR_ARG(v.story));
	return v;
}

static enum outcome verify_expected(const struct fault *f, enum outcome got)
{
	if (f->spoil == SPOIL_TYPE)
		return got == OUTCOME_DONE || got == OUTCOME_NEVER ? got : OUTCOME_DONE;
	if (f->spoil == SPOIL_RUBBISH)
		return got == OUTCOME_LATER ? got : OUTCOME_NEVER;
	if (f->spoil != SPOIL_STATUS || f->status == 429 || f->status >= 500)
		return OUTCOME_LATER;
	if (f->status == 401 || f->status == 403)
		return OUTCOME_HOLD;
	return got == OUTCOME_HOLD || got == OUTCOME_NEVER ? got : OUTCOME_NEVER;
}

static void verify_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges"), *expect = json_object_get(b.file, "expect");
	struct str handle = replay_based(b.arena, text_in(expect, "handle"));
	begin(exchanges, NULL, 0);
	struct verified v = verify();
	if (v.outcome != OUTCOME_DONE || !str_eq(v.id, text_in(expect, "id")) || !str_eq(v.handle, handle))
		WRONG("%s: “%.*s”, id “%.*s”, handle “%.*s”", outcome_word(v.outcome), STR_ARG(v.story), STR_ARG(v.id), STR_ARG(v.handle));
	if (json_object_get(expect, "known") && !json_holds(json_object_get(expect, "known"), v.known))
		WRONG("known is %s", arena_json(b.arena, v.known ? v.known : json_null(), JSON_COMPACT | JSON_ENCODE_ANY).at);
	int optional = (int)json_integer_value(json_object_get(b.file, "optional_from")); /* requests from here on may fail: less is known then */
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			begin(exchanges, &faults[i], at);
			v = verify();
			if (optional && at >= optional ? v.outcome != OUTCOME_DONE && v.outcome != verify_expected(&faults[i], v.outcome)
						       : v.outcome != verify_expected(&faults[i], v.outcome))
				WRONG("%s: %.*s", outcome_word(v.outcome), STR_ARG(v.story));
			if (v.outcome == OUTCOME_LATER && faults[i].body && (strstr(faults[i].headers, "120") || strstr(faults[i].body, "120")) &&
			    v.retry_at != b.cx.now + 120 * SECOND)
				WRONG("the wish for a pause was not read");
		}
	const json_t *removed = json_object_get(b.file, "account_removed");
	if (!json_is_object(removed))
		WRONG("account_removed is not written: what does the network answer when the account is gone?");
	json_t *one = json_pack("[{s:O, s:O}]", "request", json_object_get(json_array_get(exchanges, 0), "request"), "answer", removed);
	begin(one, NULL, 0);
	b.fault = "account removed";
	v = verify();
	if (v.outcome != OUTCOME_HOLD && v.outcome != OUTCOME_NEVER)
		WRONG("%s: %.*s", outcome_word(v.outcome), STR_ARG(v.story));
	json_decref(one);
}

/* ---- fetch, receive: what comes in ---- */

struct items {
	json_t *list; /* what was handed over, as {"remote_id": …} in order */
};

static json_t *inbound_json(const struct inbound *in)
{
	json_t *json = json_pack("{s:s%, s:s%, s:s%, s:s, s:s, s:b, s:b, s:s%, s:s%, s:s%, s:s%, s:i}", "remote_id", in->remote_id.at ? in->remote_id.at : "", in->remote_id.len,
				 "thread_id", in->thread_id.at ? in->thread_id.at : "", in->thread_id.len, "parent_id", in->parent_id.at ? in->parent_id.at : "", in->parent_id.len,
				 "kind", message_kind_word(in->kind), "visibility", visibility_word(in->visibility), "ours", in->ours, "removed", in->removed, "author_id",
				 in->author_id.at ? in->author_id.at : "", in->author_id.len, "author_handle", in->author_handle.at ? in->author_handle.at : "",
				 in->author_handle.len, "body", in->body.at ? in->body.at : "", in->body.len, "url", in->url.at ? in->url.at : "", in->url.len, "attachments",
				 (int)in->attachment_count);
	if (in->at) {
		CLEANUP(buf_free) struct buf at = {};
		buf_add_time(&at, in->at);
		json_object_set_new(json, "at", json_string(buf_cstr(&at)));
	}
	json_object_set_new(json, "edited", json_boolean(in->edited_at != 0));
	return json;
}

static enum err keep(struct cx *cx, void *subject, const struct inbound *in)
{
	struct items *items = subject;
	if (!in->remote_id.len || !in->thread_id.len)
		WRONG("a message without an id or a thread was handed over");
	if (!in->removed && !in->report_id.len && (!in->at || (!in->ours && !in->author_id.len)))
		WRONG("the message %.*s has no instant or no author", STR_ARG(in->remote_id));
	json_array_append_new(items->list, inbound_json(in));
	return OK;
}

/* The message as it was last handed over. */
static const json_t *last_of(const json_t *list, const char *id)
{
	for (size_t i = json_array_size(list); i-- > 0;)
		if (strcmp(json_string_value(json_object_get(json_array_get(list, i), "remote_id")), id) == 0)
			return json_array_get(list, i);
	return NULL;
}

/* All that is expected came, as it is written, and nothing else. */
static void whole(const json_t *list, const json_t *expected)
{
	size_t index;
	const json_t *item;
	json_array_foreach((json_t *)expected, index, item)
	{
		const char *id = json_string_value(json_object_get(item, "remote_id"));
		const json_t *got = last_of(list, id);
		if (!got)
			WRONG("the message %s was lost", id);
		if (!json_holds(item, got))
			WRONG("the message %s is %s", id, arena_json(b.arena, got, JSON_COMPACT).at);
	}
	json_array_foreach((json_t *)list, index, item)
		if (!last_of(expected, json_string_value(json_object_get(item, "remote_id"))))
			WRONG("the message %s was not expected", json_string_value(json_object_get(item, "remote_id")));
}

/* Read until there is no more, as flow does; an error leaves the cursor where it was. */
static enum err read_all(struct str cursor, json_t **ret_list, struct str *ret_cursor)
{
	struct items all = {json_array()};
	bool more = true;
	enum err e = OK;
	for (int pages = 0; e == OK && more && pages < 20; pages++) {
		struct items page = {json_array()};
		struct str next = cursor;
		fresh();
		more = false;
		e = b.kind->fetch(&b.cx, b.net, &b.account, cursor, keep, &page, &next, &more);
		as_written();
		if (e == OK) {
			json_array_extend(all.list, page.list);
			cursor = arena_str(b.arena, next);
		}
		json_decref(page.list);
	}
	*ret_list = all.list;
	*ret_cursor = cursor;
	return e;
}

static bool fetch_may_say(const struct fault *f, enum err e)
{
	if (f->spoil == SPOIL_TYPE)
		return e == OK || e == ERR_REMOTE;
	if (f->spoil != SPOIL_STATUS)
		return e == ERR_REMOTE;
	switch (f->status) {
	case 401:
	case 403:
		return e == ERR_DENIED;
	case 404:
	case 410: /* of one message among others it may be gone */
		return e == ERR_MISSING || e == ERR_DENIED || e == OK;
	case 429:
	case 503:
		return e == ERR_LIMIT;
	case 302:
	case 307:
		return e == ERR_REMOTE || e == ERR_DENIED;
	default:
		return e == ERR_REMOTE;
	}
}

static void fetch_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges"), *expected = json_object_get(b.file, "messages"), *lost = json_object_get(b.file, "cursor_lost");
	struct str start = text_in(b.file, "cursor"), cursor;
	json_t *list;
	begin(exchanges, NULL, 0);
	if (read_all(start, &list, &cursor) != OK)
		WRONG("failed: %s", b.cx.story);
	if (replay.at != json_array_size(exchanges))
		WRONG("only %zu of the exchanges took place", replay.at);
	whole(list, expected);
	if (!str_eq(cursor, replay_based(b.arena, text_in(b.file, "next_cursor"))))
		WRONG("the cursor is “%.*s”", STR_ARG(cursor));
	json_decref(list);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			json_t *again;
			begin(exchanges, &faults[i], at);
			enum err e = read_all(start, &list, &cursor);
			bool refusal = json_integer_value(json_object_get(json_object_get(json_array_get(exchanges, (size_t)at), "answer"), "status")) >= 400;
			if (!fetch_may_say(&faults[i], e) && !(refusal && faults[i].spoil == SPOIL_HALF && e == OK)) /* half a refusal is one */
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
			if (e != OK && !b.cx.story[0])
				WRONG("no story");
			if (e == ERR_LIMIT && (strstr(faults[i].headers, "120") || strstr(faults[i].body, "120")) && b.cx.wait != 121)
				WRONG("the wish for a pause was not read: %lld s", (long long)b.cx.wait);
			if (e != OK) { /* from where it got, without the fault: nothing lost. The pages before it are asked no more */
				json_t *rest = json_array();
				b.net = b.calm;
				size_t first = str_eq(cursor, start) ? 0 : (size_t)json_integer_value(json_object_get(json_object_get(b.file, "resume"), arena_cstr(b.arena, cursor)));
				if (!str_eq(cursor, start) && !first)
					WRONG("“resume” does not say at which exchange the cursor “%.*s” goes on", STR_ARG(cursor));
				for (size_t n = first; n < json_array_size(exchanges); n++)
					json_array_append(rest, json_array_get(exchanges, n));
				replay_load(rest, NULL, 0);
				if (read_all(cursor, &again, &cursor) != OK)
					WRONG("failed once it was over: %s", b.cx.story);
				json_array_extend(list, again);
				json_decref(again);
				json_decref(rest);
			}
			if (e != OK || faults[i].spoil == SPOIL_TYPE)
				whole(list, expected);
			json_decref(list);
		}
	static const struct fault shuffled = {"twice and out of order", SPOIL_SHUFFLED, 0, NULL, NULL};
	for (int at = 0; at < (int)json_array_size(exchanges); at++) {
		begin(exchanges, &shuffled, at);
		if (read_all(start, &list, &cursor) != OK)
			WRONG("failed: %s", b.cx.story);
		whole(list, expected);
		if (!str_eq(cursor, replay_based(b.arena, text_in(b.file, "next_cursor"))))
			WRONG("the cursor is “%.*s”", STR_ARG(cursor));
		json_decref(list);
	}
	if (!json_is_string(lost) && !json_is_object(lost))
		WRONG("cursor_lost is not written: what does the network answer to a cursor that it no longer knows, or why can that not be?");
	if (json_is_object(lost)) {
		begin(json_object_get(lost, "exchanges"), NULL, 0);
		b.fault = "cursor lost";
		if (read_all(text_in(lost, "cursor"), &list, &cursor) != OK)
			WRONG("failed: %s", b.cx.story);
		whole(list, json_object_get(lost, "messages"));
		json_decref(list);
	}
}

/* ---- acts ---- */

static struct outbound outbound_of(const json_t *file)
{
	const json_t *o = json_object_get(file, "outbound");
	struct outbound out = {
		.dedup_key = S("key-0123456789"), .thread_id = text_in(o, "thread_id"), .parent_id = text_in(o, "parent_id"), .remote_id = text_in(o, "remote_id"),
		.body = text_in(o, "body"), .author_name = S("Ana"), .reaction = text_in(o, "reaction"), .intended_at = b.cx.now, .message = 7,
	};
	if (!channel_act_of(text_in(o, "act"), &out.act))
		WRONG("“outbound” has no act");
	if (text_in(o, "visibility").len)
		visibility_of(text_in(o, "visibility"), &out.visibility);
	return out;
}

static bool has_effect(int at)
{
	return json_is_true(json_object_get(json_array_get(json_object_get(b.file, "exchanges"), (size_t)at), "effect"));
}

/* What the outcome of a first attempt must be, when this happens at a request that does it, or at one before. */
static bool publish_may_say(const struct fault *f, bool effect, const struct sent *s)
{
	enum outcome o = s->outcome;
	if (f->spoil == SPOIL_STATUS)
		switch (f->status) {
		case 401:
		case 403:
		case 302:
		case 307:
			return o == OUTCOME_HOLD;
		case 429:
		case 503:
			return o == OUTCOME_LATER;
		case 500:
		case 502:
			return effect ? o == OUTCOME_UNKNOWN : o == OUTCOME_LATER;
		case 409: /* of some networks: it is there already */
			return o == OUTCOME_NEVER || (effect && o == OUTCOME_UNKNOWN) || (effect && o == OUTCOME_DONE);
		default:
			return o == OUTCOME_NEVER || (!effect && o == OUTCOME_DONE);
		}
	if (f->spoil == SPOIL_TYPE || f->spoil == SPOIL_RUBBISH)
		return effect ? o == OUTCOME_UNKNOWN || o == OUTCOME_DONE : o == OUTCOME_LATER || o == OUTCOME_DONE;
	return effect ? o == OUTCOME_UNKNOWN : o == OUTCOME_LATER;
}

static struct sent call(const struct outbound *out, bool looks)
{
	struct sent sent = {};
	enum err e = looks ? b.kind->look(&b.cx, b.net, &b.account, out, &sent) : b.kind->publish(&b.cx, b.net, &b.account, out, &sent);
	if (e != OK)
		WRONG("failed: %s", b.cx.story);
	as_written();
	if (sent.outcome != OUTCOME_DONE && !sent.story.len)
		WRONG("%s, without a story", outcome_word(sent.outcome));
	return sent;
}

/* As the outbox does it: what is in doubt is looked up, what certainly did not arrive is sent again, until it is done. */
static void carry_on(const struct outbound *out, struct sent sent)
{
	bool looks = false;
	b.net = b.calm;
	for (int i = 0; i < TRIES && sent.outcome != OUTCOME_DONE; i++) {
		if (sent.outcome == OUTCOME_UNKNOWN && (looks || !b.kind->look))
			return; /* a person says */
		if (sent.outcome == OUTCOME_NEVER && !looks)
			return;
		looks = sent.outcome == OUTCOME_UNKNOWN || (looks && sent.outcome != OUTCOME_NEVER);
		replay_load(looks ? json_object_get(b.file, replay.effects ? "look_found" : "look_absent") : json_object_get(b.file, "exchanges"), NULL, 0);
		sent = call(out, looks);
		if (looks && sent.outcome == OUTCOME_NEVER && replay.effects)
			WRONG("it is there, and was not found: it would be sent twice");
	}
	if (sent.outcome != OUTCOME_DONE)
		WRONG("it never came to an end: %s", outcome_word(sent.outcome));
	if (replay.effects != 1 && !json_is_true(json_object_get(b.file, "repeatable")))
		WRONG("it was done %d times", (int)replay.effects);
	if (out->act == ACT_REPLY && !sent.remote_id.len)
		WRONG("done, without an id");
}

static void looks_all(const struct outbound *out)
{
	for (int found = 0; found < 2; found++) {
		const json_t *exchanges = json_object_get(b.file, found ? "look_found" : "look_absent");
		if (!json_array_size(exchanges)) /* hiding twice is hiding once: it is simply done again */
			continue;
		begin(exchanges, NULL, 0);
		fresh();
		struct sent sent = call(out, true);
		if (sent.outcome != (found ? OUTCOME_DONE : OUTCOME_NEVER))
			WRONG("looking for what is %s says %s: %.*s", found ? "there" : "not there", outcome_word(sent.outcome), STR_ARG(sent.story));
		for (size_t i = 0; i < COUNT(faults); i++)
			for (int at = 0; at < (int)json_array_size(exchanges); at++) {
				bool tells = faults[i].status == 404 && json_is_true(json_object_get(b.file, "look_404_is_absent"));
				begin(exchanges, &faults[i], at);
				fresh();
				sent = call(out, true);
				bool fine = sent.outcome == OUTCOME_LATER || sent.outcome == OUTCOME_HOLD || (tells && sent.outcome == OUTCOME_NEVER) ||
					    (faults[i].spoil == SPOIL_TYPE && sent.outcome == (found ? OUTCOME_DONE : OUTCOME_NEVER));
				if (!fine)
					WRONG("looking says %s", outcome_word(sent.outcome));
			}
	}
}

static void publish_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges"), *expect = json_object_get(b.file, "expect");
	fresh();
	struct outbound out = outbound_of(b.file);
	begin(exchanges, NULL, 0);
	replay.effects = 0;
	struct sent sent = call(&out, false);
	if (sent.outcome != OUTCOME_DONE || !str_eq(sent.remote_id, text_in(expect, "remote_id")) || !str_eq(sent.url, replay_based(b.arena, text_in(expect, "url"))))
		WRONG("%s: “%.*s”, id “%.*s”, url “%.*s”", outcome_word(sent.outcome), STR_ARG(sent.story), STR_ARG(sent.remote_id), STR_ARG(sent.url));
	if (replay.effects != 1)
		WRONG("%d of the exchanges are marked as its effect", (int)replay.effects);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			begin(exchanges, &faults[i], at);
			replay.effects = 0;
			fresh();
			sent = call(&out, false);
			if (!publish_may_say(&faults[i], has_effect(at), &sent))
				WRONG("%s: %.*s", outcome_word(sent.outcome), STR_ARG(sent.story));
			if (sent.outcome == OUTCOME_LATER && faults[i].body && (strstr(faults[i].headers, "120") || strstr(faults[i].body, "120")) &&
			    sent.retry_at != b.cx.now + 120 * SECOND)
				WRONG("the wish for a pause was not read");
			if (sent.outcome != OUTCOME_HOLD)
				carry_on(&out, sent);
			else if (replay.effects)
				WRONG("held, although it was done");
		}
	if (b.kind->look && !json_is_true(json_object_get(b.file, "repeatable")))
		looks_all(&out);
}

/* ---- no connection at all, and a certificate that is over ---- */

static pid_t expired_pid;
static char expired_folder[64], expired_file[80];

/* A certificate of two days in 2020, and a server that shows it. */
static int expired_start(void)
{
	static const char settings[] =
		"[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n"
		"[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:true\n[req]\ndistinguished_name=n\n[n]\n";
	char command[1000];
	int port, listener = listen_local(1, &port);
	close(listener);
	snprintf(expired_folder, sizeof expired_folder, "/tmp/parvis-expired-XXXXXX");
	assert_non_null(mkdtemp(expired_folder));
	snprintf(expired_file, sizeof expired_file, "%s/cert", expired_folder);
	snprintf(command, sizeof command, "%s/settings", expired_folder);
	FILE *file = fopen(command, "w");
	fputs(settings, file);
	fclose(file);
	snprintf(command, sizeof command, "cd %s && touch index && echo 01 >serial && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "
		"/CN=localhost -config settings -keyout key -out request 2>log && openssl ca -batch -selfsign -notext -config settings -keyfile key -in request "
		"-out cert -startdate 20200101000000Z -enddate 20200102000000Z 2>>log", expired_folder);
	assert_int_equal(system(command), 0);
	expired_pid = fork();
	if (expired_pid == 0) {
		snprintf(command, sizeof command, "cd %s && exec openssl s_server -accept 127.0.0.1:%d -cert cert -key key -www </dev/null >/dev/null 2>&1", expired_folder, port);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(1);
	}
	for (int i = 0; i < 200 && !connects(port); i++)
		usleep(20000);
	return port;
}

static void expired_stop(void)
{
	static const char *const files[] = {"cert", "key", "request", "settings", "index", "index.attr", "index.old", "index.attr.old", "serial", "serial.old", "log", "01.pem"};
	char path[120];
	kill(expired_pid, SIGKILL);
	waitpid(expired_pid, NULL, 0);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, "%s/%s", expired_folder, files[i]);
		unlink(path);
	}
	rmdir(expired_folder);
}

static int unreachable_port, expired_port;

static bool tells_why(bool expired, struct str story)
{
	return str_find(story, expired ? S("could not prove that it is itself") : S("does not take the connection")) >= 0;
}

/* Every act against a network that is not there, and against one that cannot prove itself: certainly nothing was sent. */
static void nowhere_all(bool receives)
{
	for (int expired = 0; expired < 2; expired++) {
		char base[64], keep_base[64];
		begin(NULL, NULL, 0);
		struct net *before = b.net;
		struct net_settings settings = {.allow = S("127.0.0.1"), .patience = 4 * SECOND, .authorities = expired ? str_of(expired_file) : (struct str){}};
		memcpy(keep_base, replay.base, sizeof base);
		snprintf(replay.base, sizeof replay.base, expired ? "https://127.0.0.1:%d" : "http://127.0.0.1:%d", expired ? expired_port : unreachable_port);
		json_t *settings_before = (json_t *)b.account.settings;
		b.account.settings = based(json_object_get(b.account_file, "settings"));
		assert_ok(&b.cx, net_open(&b.cx, &settings, &b.net));
		b.fault = expired ? "expired certificate" : "no connection";
		fresh();
		if (receives) {
			struct items items = {json_array()};
			struct str cursor = {};
			bool more = false;
			enum err e = b.kind->fetch(&b.cx, b.net, &b.account, text_in(b.file, "cursor"), keep, &items, &cursor, &more);
			if (e != ERR_REMOTE || !b.cx.story[0] || json_array_size(items.list) || !tells_why(expired, str_of(b.cx.story)))
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
			json_decref(items.list);
		} else if (strcmp(b.act, "verify") == 0) {
			struct verified v = verify();
			if (v.outcome != OUTCOME_LATER || !tells_why(expired, v.story))
				WRONG("%s: %.*s", outcome_word(v.outcome), STR_ARG(v.story));
		} else {
			struct outbound out = outbound_of(b.file);
			struct sent sent = call(&out, false);
			if (sent.outcome != OUTCOME_LATER || !tells_why(expired, sent.story))
				WRONG("%s: %.*s", outcome_word(sent.outcome), STR_ARG(sent.story));
		}
		net_close(b.net);
		b.net = before;
		json_decref((json_t *)b.account.settings);
		b.account.settings = settings_before;
		memcpy(replay.base, keep_base, sizeof keep_base);
	}
}

/* ---- deliveries ---- */

static struct received deliver(const json_t *one, i64 skew, bool broken, json_t **ret_list)
{
	const json_t *d = json_object_get(one, "delivery"), *value;
	struct net_header headers[20];
	struct items items = {json_array()};
	struct received r = {.verdict = DELIVERY_REFUSED, .story = S("failed")};
	size_t count = 0;
	const char *name;
	fresh();
	b.cx.now += skew;
	json_object_foreach(json_object_get(d, "headers"), name, value)
		headers[count++] = (struct net_header){str_of(name), str_of(json_string_value(value))};
	struct str body = json_object_get(d, "text") ? text_in(d, "text") : arena_json(b.arena, json_object_get(d, "body"), JSON_COMPACT);
	if (broken)
		body = arena_printf(b.arena, "%.*s ", STR_ARG(body));
	struct delivery delivery = {.method = text_in(d, "method"), .path = text_in(d, "path"), .body = body, .headers = headers, .header_count = count};
	if (b.kind->receive(&b.cx, &b.account, &delivery, keep, &items, &r) != OK && !b.cx.story[0])
		WRONG("failed without a story");
	if (r.verdict == DELIVERY_REFUSED && (!r.story.len || json_array_size(items.list)))
		WRONG("refused without a story, or something was taken of it");
	*ret_list = items.list;
	return r;
}

static void receive_all(void)
{
	const json_t *deliveries = json_object_get(b.file, "deliveries"), *one;
	size_t index;
	json_t *list;
	json_array_foreach((json_t *)deliveries, index, one)
	{
		begin(NULL, NULL, (int)index);
		struct received r = deliver(one, 0, false, &list);
		struct str verdict = text_in(one, "verdict");
		enum { TAKEN = DELIVERY_TAKEN, CHALLENGE = DELIVERY_CHALLENGE, REFUSED = DELIVERY_REFUSED };
		int wanted = str_eq(verdict, S("challenge")) ? CHALLENGE : str_eq(verdict, S("refused")) ? REFUSED : TAKEN;
		if ((int)r.verdict != wanted || (wanted == CHALLENGE && !str_eq(r.answer, text_in(one, "answer"))))
			WRONG("the verdict is %d: %.*s", (int)r.verdict, STR_ARG(r.story));
		if (wanted == TAKEN)
			whole(list, json_object_get(one, "messages"));
		json_decref(list);
		if (wanted != TAKEN)
			continue;
		b.fault = "a byte more";
		r = deliver(one, 0, true, &list);
		if (r.verdict != DELIVERY_REFUSED)
			WRONG("what was changed on the way was taken");
		json_decref(list);
		static const i64 skews[] = {-HOUR, HOUR};
		for (int i = 0; i < 2 && !json_is_string(json_object_get(b.file, "no_time")); i++) {
			b.fault = i ? "an hour old" : "an hour ahead";
			r = deliver(one, skews[i], false, &list);
			if (r.verdict != DELIVERY_REFUSED)
				WRONG("it was taken: a replay would be");
			json_decref(list);
		}
		b.fault = "twice";
		r = deliver(one, 0, false, &list);
		if (!r.key.len && !json_is_string(json_object_get(b.file, "no_key")))
			WRONG("the delivery has no key by which a replay is known");
		whole(list, json_object_get(one, "messages"));
		json_decref(list);
	}
	if (!json_array_size(deliveries))
		WRONG("there are no deliveries");
}

/* ---- figures and the profile ---- */

static int metric_count;
static enum err keep_metric(struct cx *cx, void *subject, const struct metric *metric)
{
	const json_t *wanted = json_object_get(json_object_get(b.file, "expect"), metric->measure);
	metric_count++;
	if (!json_is_integer(wanted) || json_integer_value(wanted) != metric->value)
		WRONG("%s is %lld", metric->measure, (long long)metric->value);
	return OK;
}

static enum err figures_once(bool profile)
{
	struct str ids[50];
	struct channel_profile p = {};
	size_t count = 0, index;
	const json_t *id;
	fresh();
	if (profile) {
		enum err e = b.kind->profile(&b.cx, b.net, &b.account, &p);
		as_written();
		if (e == OK && (!str_eq(p.name, text_in(json_object_get(b.file, "expect"), "name")) || !str_eq(p.handle, replay_based(b.arena, text_in(json_object_get(b.file, "expect"), "handle")))))
			WRONG("the profile is of %.*s, %.*s", STR_ARG(p.name), STR_ARG(p.handle));
		return e;
	}
	json_array_foreach(json_object_get(b.file, "ids"), index, id)
		ids[count++] = str_of(json_string_value(id));
	metric_count = 0;
	enum err e = b.kind->metrics(&b.cx, b.net, &b.account, ids, count, keep_metric, NULL);
	as_written();
	if (e == OK && metric_count == 0 && b.fault && strcmp(b.fault, "none") == 0)
		WRONG("no figure came");
	return e;
}

static void figures_all(bool profile)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges");
	begin(exchanges, NULL, 0);
	if (figures_once(profile) != OK)
		WRONG("failed: %s", b.cx.story);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			begin(exchanges, &faults[i], at);
			enum err e = figures_once(profile);
			if (!fetch_may_say(&faults[i], e) || (e != OK && !b.cx.story[0]))
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
		}
}

/* ---- all of it ---- */

static struct buf table;

static void done_with(const char *name)
{
	char runs[24];
	snprintf(runs, sizeof runs, "%d runs", b.played);
	struct str source = text_in(b.file, "source"), of = text_in(b.file, "as_of");
	static const char *const known[] = {"real server", "contract", "recorded", "documentation"};
	if (!str_in(source, known, COUNT(known)) || !of.len)
		WRONG("“source” is one of: real server, contract, recorded, documentation; and “as_of” a date");
	struct str real = text_in(b.file, "real");
	buf_addf(&table, "# %-12s %-10s %-14s %-12s %-9s %s%s\n", b.kind->word, name, source.at, of.at, runs, real.len ? "and a real server: " : "", real.len ? real.at : "");
	json_decref(b.file);
	b.file = NULL;
	b.played = 0;
}

static void act(const char *name, bool has, void (*play)(void), bool nowhere)
{
	b.act = name;
	b.file = has ? load(name, true) : NULL;
	if (!has)
		return;
	play();
	if (nowhere)
		nowhere_all(play == fetch_all);
	done_with(name);
}

static void metrics_all(void)
{
	figures_all(false);
}

static void profile_all(void)
{
	figures_all(true);
}

/* The rows themselves: what they say they can, they have. */
static void row_all(void)
{
	const struct channel_kind *k = b.kind;
	i64 at;
	if (!!(k->can & CAN_FETCH) != !!k->fetch || !!(k->can & CAN_LOOK) != !!k->look || !!(k->can & CAN_RECEIVE) != !!k->receive || !!(k->can & IS_PUSHED) != !!k->pushed)
		WRONG("the row says what it can, and has other functions");
	if ((k->can & (CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_REACT)) && !k->publish)
		WRONG("it can act, and has no publish()");
	if (!!k->fetch != (k->fetch_every > 0))
		WRONG("fetch_every");
	for (const struct channel_limit *l = k->limits; l && l->of; l++)
		if (l->most <= 0 || !l->source || !l->source[0] || !time_parse_loose(str_of(l->as_of), &at))
			WRONG("the limit %s has no date or no source", channel_limit_word(l->of));
}

static void test_every_kind(void **state)
{
	for (size_t i = 0; i < channel_kind_count; i++) {
		const struct channel_kind *k = channel_kinds[i];
		b.kind = k;
		b.act = "row";
		b.fault = "none";
		row_all();
		if (!k->can) /* holds what was imported: it talks to nobody */
			continue;
		open_bench(k);
		act("verify", k->verify, verify_all, true);
		act("fetch", k->fetch, fetch_all, true);
		act("receive", k->receive, receive_all, false);
		act("reply", k->can & CAN_REPLY, publish_all, true);
		act("private", k->can & CAN_REPLY_PRIVATE, publish_all, true);
		act("hide", k->can & CAN_HIDE, publish_all, true);
		act("restore", k->can & CAN_HIDE, publish_all, true);
		act("react", k->can & CAN_REACT, publish_all, true);
		act("metrics", k->metrics, metrics_all, false);
		act("profile", k->profile, profile_all, false);
		close_bench();
	}
	printf("%s", buf_cstr(&table));
}

static int setup(void **state)
{
	int listener = listen_local(1, &unreachable_port);
	close(listener);
	expired_port = expired_start();
	replay_start();
	return 0;
}

static int teardown(void **state)
{
	rude_stop(&replay.rude);
	expired_stop();
	buf_free(&table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_kind)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
