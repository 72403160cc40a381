/* conform.h: the bench of the conformance suite (test_conformance.c): one kind of channel with its account and the exchanges of one act,
 * the faults that are played, and what every act is held to. What differs by act is in conform_in.h (what comes in), conform_out.h (what
 * goes out), conform_away.h (a network that is not there) and conform_proof.h (how each act is proven). Include once, after test.h. */
#pragma once
#include "replay_lines.h"

#include "channel/channel.h"
#include "sys/net.h"

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
		char what_[2000];                                                                                               \
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
