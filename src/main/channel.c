/* channel.c: one act of a connector by hand, and what the network said: for whoever connects a channel, or writes a connector. */
#include "channel/channel.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/credential.h"
#include "flow/login.h"
#include "main/channel_outbound.h"
#include "main/channel_said.h"
#include "main/visit.h"
#include "sys/crypto.h"
#include "sys/files.h"
#include "sys/keys.h"
#include "sys/net.h"
#include "sys/net_quota.h"
#include "text/query_words.h"

#include <stdio.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)1 << 20)
#define BODY_SHOWN 65536
#define METRICS_MAX 50 /* channel.h */

struct hand {
	struct program *program;
	const struct channel_kind *kind;
	struct channel channel;
	struct working_keys keys;
	struct outbox outbox;
	struct credential credential;
	struct net *net;
	json_t *record;       /* exchanges, where --record asks for them; else NULL */
	struct buf out;
};

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

/* ---- what the network says ---- */

static bool may(void *subject, struct str host, i64 *ret_at)
{
	return true; /* somebody looks on */
}

/* A document as such, anything else as text. */
static void set_body(struct cx *cx, json_t *object, struct str body)
{
	json_t *document = said_document(cx, body);
	if (document)
		json_object_set_new(object, "body", document);
	else if (body.len)
		json_object_set_new(object, "text", text_json(body));
}

/* Of the connection, not of what is said. */
static bool of_transport(struct str name)
{
	static const char *const names[] = {"set-cookie", "content-length", "transfer-encoding", "content-encoding", "connection", "keep-alive"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_fold(name, str_of(names[i])))
			return true;
	return false;
}

/* Credentials stay out: what is written may be kept as a test. */
static void record(struct cx *cx, struct hand *hand, const struct net_request *request, const struct net_answer *answer)
{
	struct net_url url;
	json_t *headers = json_object(), *told = json_object();
	struct str path = net_url_parse(cx->arena, request->url, &url) ? url.path : request->url;
	json_t *ask = json_pack("{s:s, s:o, s:o}", "method", request->method, "path", text_json(said_url(cx, path)), "headers", headers);
	json_t *given = json_pack("{s:i, s:o}", "status", answer->status, "headers", told);
	for (size_t i = 0; i < request->header_count; i++) {
		struct str name = request->headers[i].name;
		bool secret = str_eq_fold(name, S("authorization")) || str_find(name, S("oken")) >= 0 || str_find(name, S("ignature")) >= 0;
		json_object_setn_new(headers, name.at, name.len, secret ? json_string("(left out)") : text_json(request->headers[i].value));
	}
	for (size_t i = 0; i < answer->header_count; i++)
		if (!of_transport(answer->headers[i].name))
			json_object_setn_new(told, answer->headers[i].name.at, answer->headers[i].name.len, text_json(answer->headers[i].value));
	set_body(cx, ask, request->body);
	set_body(cx, given, answer->body);
	json_array_append_new(hand->record, json_pack("{s:o, s:o}", "request", ask, "answer", given));
}

static void note(struct cx *cx, void *subject, struct str host, const struct net_request *request, const struct net_answer *answer)
{
	struct hand *hand = subject;
	struct net_quota quota;
	fprintf(stderr, "%s %.*s\n", request->method, STR_ARG(said_url(cx, request->url)));
	if (answer->status)
		fprintf(stderr, "  %d %.*s, %zu bytes, %lld ms\n", answer->status, STR_ARG(answer->type), answer->body.len, (long long)(answer->took / MILLISECOND));
	else
		fprintf(stderr, "  %s: %.*s\n", net_trouble_word(answer->trouble), STR_ARG(answer->story));
	if (net_quota_read(answer, cx->now, &quota))
		fprintf(stderr, "  quota (%s): %lld of %lld left\n", quota.form ? quota.form : "-", (long long)quota.left, (long long)quota.limit);
	if (answer->status >= 400 || option_given(hand->program, "verbose"))
		fprintf(stderr, "  %.*s\n", STR_ARG(str_head(said_without(cx, said_body(cx, answer->body), hand->credential.account.secret), BODY_SHOWN)));
	if (hand->record)
		record(cx, hand, request, answer);
}

/* ---- the acts ---- */

static enum err verify(struct cx *cx, struct hand *hand)
{
	struct verified v = {.followers = -1};
	if (!hand->kind->verify)
		return fail(cx, ERR_UNSUPPORTED, N_("There is nothing to check about this kind of channel."));
	TRY(hand->kind->verify(cx, hand->net, &hand->credential.account, &v));
	said_verified(&hand->out, &v);
	return v.outcome == OUTCOME_DONE ? OK : fail(cx, ERR_REMOTE, "%.*s", STR_ARG(v.story));
}

static enum err print_metric(struct cx *cx, void *subject, const struct metric *metric)
{
	json_array_append_new(subject, said_metric(metric));
	return OK;
}

/* Of the messages over there that are named; of the account, where none is. */
static enum err metrics(struct cx *cx, struct hand *hand)
{
	const struct str *ids = hand->program->words + 2;
	size_t count = hand->program->word_count - 2;
	if (!hand->kind->metrics)
		return fail(cx, ERR_UNSUPPORTED, N_("This network tells no figures."));
	if (count > METRICS_MAX)
		return fail_field(cx, "REMOTE_ID", N_("Name %d messages at the most."), METRICS_MAX);
	json_t *told = json_array();
	enum err e = hand->kind->metrics(cx, hand->net, &hand->credential.account, count ? ids : NULL, count, print_metric, told);
	if (e == OK) {
		buf_adds(&hand->out, "{\"metrics\":");
		buf_add_value(&hand->out, told, JSON_COMPACT);
		buf_adds(&hand->out, "}\n");
	}
	json_decref(told);
	return e;
}

static enum err profile(struct cx *cx, struct hand *hand)
{
	struct channel_profile p = {.followers = -1, .following = -1, .posts = -1};
	if (!hand->kind->profile)
		return fail(cx, ERR_UNSUPPORTED, N_("This network has no profiles."));
	TRY(hand->kind->profile(cx, hand->net, &hand->credential.account, &p));
	said_profile(&hand->out, &p);
	return OK;
}

static enum err print_inbound(struct cx *cx, void *subject, const struct inbound *inbound)
{
	inbound_add_json(subject, inbound);
	return OK;
}

/* From where the channel is, or --cursor; nothing of it is kept. */
static enum err fetch(struct cx *cx, struct hand *hand)
{
	struct str cursor = option_given(hand->program, "cursor") ? option_value(hand->program, "cursor") : hand->channel.cursor, next = cursor;
	bool more = false;
	if (!hand->kind->fetch)
		return fail(cx, ERR_UNSUPPORTED, N_("This kind of channel is not read by fetching."));
	TRY(hand->kind->fetch(cx, hand->net, &hand->credential.account, cursor, print_inbound, &hand->out, &next, &more));
	fprintf(stderr, "cursor: %.*s%s\n", STR_ARG(next), more ? " (more)" : "");
	return OK;
}

/* #tag, @name, "words one after the other" (one word of the command line), or a word. */
static struct search_term term_of(struct cx *cx, struct str word)
{
	struct search_term term = {.kind = TERM_WORD};
	CLEANUP(buf_free) struct buf lower = {};
	if (str_starts(word, S("#")) || str_starts(word, S("@")))
		term.kind = *word.at == '#' ? TERM_TAG : TERM_NAME;
	else if (str_find_byte(word, ' ') > 0)
		term.kind = TERM_PHRASE;
	buf_add_query_lower(&lower, term.kind == TERM_TAG || term.kind == TERM_NAME ? str_skip(word, 1) : word);
	term.text = buf_keep(&lower, cx->arena);
	return term;
}

/* For any of the terms, from --cursor on; nothing of it is kept, and no query is asked what of it matters. */
static enum err search(struct cx *cx, struct hand *hand)
{
	const struct channel_search *s = hand->kind->searching;
	const struct str *words = hand->program->words + 2;
	size_t count = hand->program->word_count - 2;
	struct str cursor = option_value(hand->program, "cursor"), next = cursor;
	bool more = false;
	if (!hand->kind->search)
		return fail(cx, ERR_UNSUPPORTED, N_("This network cannot be searched."));
	if (!count || count > s->needs)
		return fail_field(cx, "TERM", N_("Say what to look for: 1 to %zu terms, any of which will do."), s->needs);
	struct search_term *terms = arena_array(cx->arena, struct search_term, count);
	struct search_need *needs = arena_array(cx->arena, struct search_need, count);
	for (size_t i = 0; i < count; i++) {
		terms[i] = term_of(cx, str_trim(words[i]));
		if (!terms[i].text.len)
			return fail_field(cx, "TERM", N_("Say what to look for: 1 to %zu terms, any of which will do."), s->needs);
		needs[i] = (struct search_need){&terms[i], 1};
	}
	TRY(hand->kind->search(cx, hand->net, &hand->credential.account, needs, count, cursor, print_inbound, &hand->out, &next, &more));
	fprintf(stderr, "cursor: %.*s%s\n", STR_ARG(next), more ? " (more)" : "");
	return OK;
}

static enum err publish(struct cx *cx, struct hand *hand, struct db *db)
{
	struct outbound o;
	struct sent sent = {};
	if (!hand->kind->publish)
		return fail(cx, ERR_UNSUPPORTED, N_("Nothing can be sent through this kind of channel."));
	TRY(channel_outbound(cx, hand->program, &o));
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"act\":\"%s\",\"to\":", channel_act_word(o.act));
	buf_add_json(&detail, o.parent_id);
	buf_addc(&detail, '}');
	TRY(db_begin(cx, db));
	enum err e = audit(cx, db, hand->channel.workspace, "channel.by_hand", arena_printf(cx->arena, "channel:%lld", (long long)hand->channel.id), buf_str(&detail));
	if (e != OK) {
		db_rollback(db);
		return e;
	}
	TRY(db_commit(cx, db));
	bool looks = option_given(hand->program, "look");
	if (looks && !hand->kind->look)
		return fail(cx, ERR_UNSUPPORTED, N_("This network cannot be asked what arrived there."));
	TRY(looks ? hand->kind->look(cx, hand->net, &hand->credential.account, &o, &sent) : hand->kind->publish(cx, hand->net, &hand->credential.account, &o, &sent));
	said_sent(&hand->out, &sent, o.dedup_key);
	return sent.outcome == OUTCOME_DONE ? OK : fail(cx, ERR_REMOTE, "%.*s", STR_ARG(sent.story));
}

/* ---- how this installation is known to a network ---- */

/* The secret comes by standard input: what stands in a command line is read by others. */
static enum err set_client(struct cx *cx, struct program *program, struct db *db, struct str word)
{
	const struct channel_kind *kind = channel_kind_of(word);
	struct str id = str_trim(option_value(program, "client-id")), server = str_trim(option_value(program, "server")), secret;
	struct working_keys keys;
	CLEANUP(buf_free) struct buf input = {.max = TEXT_MAX};
	char *room;
	size_t got;
	if (!kind || !kind->login)
		return fail(cx, ERR_UNSUPPORTED, N_("Nobody signs in to connect this kind of channel: its settings are typed."));
	if (!id.len)
		return fail_field(cx, "client-id", N_("Say by what id the network knows this installation."));
	while ((room = buf_room(&input, 1024)) && (got = fread(room, 1, 1024, stdin)) > 0)
		buf_grew(&input, got);
	secret = str_trim(buf_str(&input));
	while (str_ends(server, S("/")))
		server = str_head(server, server.len - 1);
	TRY(keys_for_working(cx, program_data(cx, program), &keys));
	struct login_client_wish wish = {.kind = kind, .server = server, .client = id, .secret = secret};
	enum err e = login_keep_client(cx, db, &wish, &keys.pair.public);
	wipe(input.at, input.len);
	if (e == OK)
		printf(_(N_("Kept, sealed. The address to register over there is %.*s%s.\n")), STR_ARG(program->settings.public_url), LOGIN_PATH);
	return e;
}

/* ---- the command ---- */

/* By its name or its id. */
static enum err find_channel(struct cx *cx, struct program *program, struct db *db, struct str name, struct channel *ret_channel)
{
	struct channel *list;
	size_t count, found = 0;
	i64 workspace, id = 0;
	TRY(program_workspace(cx, program, db, &workspace));
	TRY(channel_list(cx, db, workspace, &list, &count));
	str_to_i64(name, &id);
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].name, name) || list[i].id == id) {
			*ret_channel = list[i];
			found++;
		}
	if (found > 1)
		return fail(cx, ERR_CONFLICT, N_("Several channels have this name. Name the one by its id, which stands in its address."));
	return found ? OK : fail(cx, ERR_MISSING, N_("There is no channel “%.*s” in this workspace."), STR_ARG(name));
}

static enum err open_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	const struct hand *hand = subject;
	return seal_to_open(cx, &hand->keys.pair, arena_printf(cx->arena, "channel:%lld", (long long)channel), sealed, ret_secret);
}

static enum err seal_secret(struct cx *cx, void *subject, i64 channel, struct str secret, struct str *ret_sealed)
{
	const struct hand *hand = subject;
	*ret_sealed = seal_to(cx->arena, &hand->keys.pair.public, arena_printf(cx->arena, "channel:%lld", (long long)channel), secret);
	return OK;
}

static enum err open_account(struct cx *cx, struct hand *hand, struct db *db)
{
	struct program *program = hand->program;
	struct net_settings settings = {
		.allow = arena_printf(cx->arena, "%.*s %.*s", STR_ARG(program->settings.net_allow), STR_ARG(program->settings.simulator_listen)),
		.proxy = program->settings.net_proxy,
	};
	if (hand->channel.secret.len)
		TRY(keys_for_working(cx, program_data(cx, program), &hand->keys));
	hand->outbox = (struct outbox){.open_secret = open_secret, .seal_secret = seal_secret, .subject = hand};
	TRY(net_open(cx, &settings, &hand->net));
	hand->outbox.net = hand->net;
	return credential_open(cx, db, &hand->outbox, &hand->channel, &hand->credential);
}

static enum err do_it(struct cx *cx, struct hand *hand, struct db *db, struct str act)
{
	struct net_gate gate = {may, note, hand};
	struct str secret = hand->credential.account.secret; /* an act may renew it */
	net_set_gate(hand->net, &gate);
	if (option_given(hand->program, "record"))
		hand->record = json_array();
	enum err e = str_eq(act, S("verify")) ? verify(cx, hand) : str_eq(act, S("fetch")) ? fetch(cx, hand) : str_eq(act, S("search")) ? search(cx, hand) : str_eq(act, S("metrics")) ? metrics(cx, hand)
		   : str_eq(act, S("profile")) ? profile(cx, hand) : publish(cx, hand, db);
	struct str out = said_without(cx, said_without(cx, buf_str(&hand->out), secret), hand->credential.account.secret);
	fwrite(out.at ? out.at : "", 1, out.len, stdout);
	if (hand->record) {
		struct str text = said_without(cx, arena_json(cx->arena, hand->record, JSON_INDENT(1)), hand->credential.account.secret);
		json_decref(hand->record);
		if (e == OK)
			TRY(file_write(cx, arena_cstr(cx->arena, option_value(hand->program, "record")), 0600, text));
	}
	return e;
}

static enum err channel(struct cx *cx, struct program *program)
{
	static const char *const acts[] = {"verify", "fetch", "search", "publish", "metrics", "profile", "client"};
	struct hand hand = {.program = program};
	if (!program->word_count || !str_in(program->words[0], acts, COUNT(acts)))
		return fail_field(cx, "WORD", N_("Say what to do: verify, fetch, search, publish, metrics, profile or client."));
	bool takes_more = str_eq(program->words[0], S("metrics")) || str_eq(program->words[0], S("search"));
	if (takes_more ? program->word_count < 2 : program->word_count != 2)
		return fail_field(cx, "NAME", N_("Name one channel."));
	CLEANUP(visit_end) struct visit visit = {};
	TRY(visit_start(cx, program, &visit));
	if (str_eq(program->words[0], S("client")))
		return set_client(cx, program, visit.db, program->words[1]);
	TRY(find_channel(cx, program, visit.db, program->words[1], &hand.channel));
	hand.kind = channel_kind_of(hand.channel.kind);
	if (!hand.kind)
		return fail(cx, ERR_UNSUPPORTED, N_("There is no such kind of channel."));
	enum err e = open_account(cx, &hand, visit.db);
	if (e == OK)
		e = do_it(cx, &hand, visit.db, program->words[0]);
	net_close(hand.net);
	buf_free(&hand.out);
	return e;
}

static const struct option_row options[] = {
	{"workspace", "NAME", N_("The workspace, when there are several")},
	{"cursor", "CURSOR", N_("fetch, search: from where; fetch: as far as the channel was read, unless told")},
	{"post", NULL, N_("publish: a post of our own, instead of an act on what is there")},
	{"title", "TEXT", N_("publish: the post's title")},
	{"lang", "CODE", N_("publish: what the post is written in: fr")},
	{"warning", "TEXT", N_("publish: what is said before the post is shown")},
	{"file", "PATH", N_("publish: a file that goes with it; several times for several")},
	{"alt", "TEXT", N_("publish: what there is to see on the file; the first of the first file, and so on")},
	{"story", NULL, N_("publish: a story, without words, instead of a post that stays")},
	{"choice", "TEXT", N_("publish: a choice of the poll that a post asks; at least twice")},
	{"question", "TEXT", N_("publish: what the poll asks, where its network wants it apart from the text")},
	{"hours", "N", N_("publish: how long the poll stays open; 24 unless told")},
	{"several", NULL, N_("publish: more than one choice may be taken")},
	{"since", "TIME", N_("publish: when it was first to leave, to look for it; now unless told")},
	{"act", "ACT", N_("publish: reply, hide, restore, react or unreact; reply unless told")},
	{"to", "ID", N_("publish: the message over there")},
	{"thread", "ID", N_("publish: its thread, where the network wants it")},
	{"text", "TEXT", N_("publish: what is said; standard input unless told")},
	{"private", NULL, N_("publish: for this person alone")},
	{"key", "KEY", N_("publish: the key of the act, to do the same once more")},
	{"look", NULL, N_("publish: do not send; look whether it arrived")},
	{"client-id", "ID", N_("client: by what id the network knows this installation")},
	{"server", "URL", N_("client: the server, where the network has several")},
	{"record", "FILE", N_("Write the exchanges to FILE, without credentials, as tests of connectors read them")},
	{"verbose", NULL, N_("Print what the network answered, whole")},
	{},
};

const struct command command_channel = {
	.name = "channel",
	.words = "verify|fetch|search|publish|metrics|profile|client NAME [TERM…|REMOTE_ID…]",
	.about = N_("Run one act of a channel by hand, and print what its network said"),
	.more = N_("“verify NAME” asks who we are there, and what the credential may do. “fetch NAME” prints what is new as JSON lines, and keeps nothing. “search NAME TERM…” does the"
		   " same of what the network finds for any of the terms: a word, a #tag, or “words one after the other” as one. “publish NAME --to ID” sends"
		   " one act, and “publish NAME --post” a post, past the outbox, which knows nothing of it; the audit log does. “metrics NAME” prints the figures of the account, “metrics NAME REMOTE_ID…” those of"
		   " messages over there, and “profile NAME” how we show ourselves there. Credentials are left out of whatever is printed. Requests are told on standard error. “client KIND --client-id ID” keeps by what name"
		   " a network knows this installation, where people sign in over there; its secret comes by standard input."),
	.options = options,
	.run = channel,
	.file = __FILE__,
};
