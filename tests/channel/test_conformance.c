/* Every connector against everything that networks do. For each kind of the table and each act that it has, its exchanges
 * (src/channel/KIND/exchanges/ACT.json) are played: first as they are, then with each fault at each request. What must hold afterwards is
 * the same for all: the outcome says what the caller may do, a story says it to people, what was done is done once, what came in is
 * whole. A kind without exchanges fails. Prints the table connector × act × how it is proven. */
#include "test.h"

#include "channel/by_hand.h"
#include "model/media_format.h"

#include "conform_away.h"
#include "conform_elsewhere.h"
#include "conform_proof.h"
#include "conform_renew.h"

/* ---- verify ---- */

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
			const struct fault *f = fault_there(&faults[i], exchanges, at);
			if (!f)
				continue;
			begin(exchanges, f, at);
			v = verify();
			if (optional && at >= optional ? v.outcome != OUTCOME_DONE && v.outcome != verify_expected(f, v.outcome)
						       : v.outcome != verify_expected(f, v.outcome))
				WRONG("%s: %.*s", outcome_word(v.outcome), STR_ARG(v.story));
			if (v.outcome == OUTCOME_LATER && f->body && (strstr(f->headers, "120") || strstr(f->body, "120")) &&
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
			const struct fault *f = fault_there(&faults[i], exchanges, at);
			if (!f)
				continue;
			begin(exchanges, f, at);
			enum err e = figures_once(profile);
			if (!fetch_may_say(f, e) || (e != OK && !b.cx.story[0]))
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
		}
}

/* ---- files that the network keeps ---- */

static bool bring_may_say(const struct fault *f, enum err e)
{
	bool is_gone = f->spoil == SPOIL_STATUS && f->status >= 400 && f->status < 500 && f->status != 401 && f->status != 403 && f->status != 429;
	bool is_whatever = e == OK && (f->spoil == SPOIL_TYPE || f->spoil == SPOIL_RUBBISH); /* the file itself is no JSON */
	return is_whatever || (is_gone && (e == ERR_MISSING || e == ERR_TOO_LARGE || e == ERR_REMOTE)) || e == ERR_TOO_LARGE || fetch_may_say(f, e);
}

static enum err bring_once(void)
{
	struct str bytes = {}, wanted = text_in(json_object_get(b.file, "expect"), "bytes");
	fresh();
	enum err e = b.kind->bring(&b.cx, b.net, &b.account, text_in(b.file, "reference"), 1 << 20, &bytes);
	as_written();
	if (e == OK && strcmp(b.fault, "none") == 0 && !str_eq(bytes, wanted))
		WRONG("the file is “%.*s”", STR_ARG(bytes));
	return e;
}

static void bring_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges");
	begin(exchanges, NULL, 0);
	b.fault = "none";
	if (bring_once() != OK)
		WRONG("failed: %s", b.cx.story);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			const struct fault *f = fault_there(&faults[i], exchanges, at);
			if (!f)
				continue;
			begin(exchanges, f, at);
			enum err e = bring_once();
			if (!bring_may_say(f, e) || (e != OK && !b.cx.story[0]))
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
		}
}

/* ---- all of it ---- */

static void act(const char *name, bool has, void (*play)(void), bool nowhere)
{
	b.act = name;
	b.file = has ? load(name, true) : NULL;
	if (!has)
		return;
	play();
	if (strcmp(name, "receive") != 0)
		elsewhere_all();
	if (nowhere)
		nowhere_all(play == fetch_all);
	proof_of_act(name);
	json_decref(b.file);
	b.file = NULL;
	b.played = 0;
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
	if ((k->can & (CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_REACT | CAN_POST)) && !k->publish && !(k->can & BY_HAND))
		WRONG("it can act, and has no publish()");
	struct channel_limit limit;
	if (!!(k->can & CAN_POST) != (channel_post_file_most(k, NULL, S("image")) > 0) || (k->can & CAN_POST && !channel_post_limit(k, NULL, &limit)))
		WRONG("it publishes posts, and does not say how long they are, or how large their pictures");
	if (k->can & POSTS_PICTURES && channel_post_file_most(k, NULL, S("video")))
		WRONG("posts take pictures alone, and a video");
	if (!!k->fetch != (k->fetch_every > 0))
		WRONG("fetch_every");
	if (!!(k->can & CAN_SEARCH) != !!k->search || !!k->search != !!k->searching)
		WRONG("CAN_SEARCH, search() and searching belong together");
	const struct channel_search *s = k->searching;
	if (s && (!s->needs || s->every <= 0 || s->pages < 1 || !s->reach || !s->source || !time_parse_loose(str_of(s->as_of), &at)))
		WRONG("searching says too little, or has no date or no source");
	for (const struct channel_limit *l = k->limits; l && l->of; l++)
		if (l->most <= 0 || !l->source || !l->source[0] || !time_parse_loose(str_of(l->as_of), &at))
			WRONG("the limit %s has no date or no source", channel_limit_word(l->of));
	if (!!k->profile != !!k->profile_fields || (k->write_profile && !channel_profile_writes(k)))
		WRONG("it has a profile, and its fields do not stand in the row");
	bool right = !k->profile_right;
	for (const struct channel_right *r = k->rights; r && r->word; r++) {
		bool is_told = str_eq(str_of(r->word), str_of(k->profile_right));
		right = right || is_told;
		for (const struct channel_profile_field *f = k->profile_fields; f && f->source; f++)
			is_told = is_told || (f->right && str_eq(str_of(r->word), str_of(f->right)));
		if (r->quiet && (r->required || !is_told))
			WRONG("%s is quiet, and not told anywhere", r->word);
	}
	if (!right)
		WRONG("%s is none of its rights", k->profile_right);
	for (const struct channel_profile_field *f = k->profile_fields; f && f->source; f++)
		if (f->most < 0 || !f->source[0] || !time_parse_loose(str_of(f->as_of), &at) || (f->writes && !k->write_profile) || channel_profile_field(k, f->field) != f)
			WRONG("%s of its profile has no date, or stands there twice, or cannot be written", profile_field_word(f->field));
	for (const struct channel_field *f = k->fields; k->login && f && f->name; f++)
		if (f->type == FIELD_SECRET && f->required && strcmp(f->name, k->login->secret) == 0)
			WRONG("people sign in, and %s is required all the same", f->name);
	for (const struct channel_sunset *n = k->sunsets; n && n->what; n++)
		if (!n->source || !n->source[0] || !time_parse_loose(str_of(n->on), &at) || !time_parse_loose(str_of(n->as_of), &at))
			WRONG("the end of %s has no date or no source", n->what);
}

/* Where a person publishes nothing is called, so nothing is played: what is held is that it has nothing to call, and that what is said of each place is whole. */
static void by_hand_all(void)
{
	const struct channel_kind *k = b.kind;
	i64 at;
	if (k->can != (CAN_POST | BY_HAND) || k->publish || k->look || k->verify || k->fetch || k->receive || k->metrics || k->login)
		WRONG("a person does it, and the row can do something by itself");
	for (size_t i = 0; i < by_hand_network_count; i++) {
		const struct by_hand_network *n = &by_hand_networks[i];
		struct channel_limit limit;
		json_t *known = json_pack("{s:s}", "by_hand", n->word);
		if (strcmp(by_hand_choices[i].word, n->word) != 0 || strcmp(by_hand_choices[i].title, n->title) != 0)
			WRONG("%s cannot be chosen", n->word);
		if (by_hand_network_of(str_of(n->word)) != n || !n->steps[0])
			WRONG("%s is not found by its word, or has no steps", n->word);
		if (!channel_post_limit(k, known, &limit) || !channel_post_media_limit(k, known, &limit) || channel_post_file_most(k, known, S("image")) <= 0)
			WRONG("%s: how long a post may be, and what goes with it, is not said", n->word);
		for (const struct channel_limit *l = n->limits; l->of; l++)
			if (l->most <= 0 || !l->source || !l->source[0] || !time_parse_loose(str_of(l->as_of), &at))
				WRONG("%s: the limit %s has no date or no source", n->word, channel_limit_word(l->of));
		if (media_format_for(str_of(n->formats), 1000, 1000)->most > channel_post_file_most(k, known, S("image")))
			WRONG("%s: pictures are made larger than it takes", n->word);
		if (n->hosts && !n->has_addresses)
			WRONG("%s: hosts of addresses that there are none of", n->word);
		json_decref(known);
	}
	if (by_hand_choices[by_hand_network_count].word)
		WRONG("more places to choose than there are");
}

static const char *only_kind; /* NULL: all of them */

static void test_every_kind(void **state)
{
	for (size_t i = 0; i < channel_kind_count; i++) {
		const struct channel_kind *k = channel_kinds[i];
		if (only_kind && strcmp(only_kind, k->word) != 0)
			continue;
		b.kind = k;
		b.act = "row";
		b.fault = "none";
		row_all();
		if (k->can & BY_HAND)
			by_hand_all();
		if (!k->can || k->can & BY_HAND) /* holds what was imported, or a person does it: it talks to nobody */
			continue;
		open_bench(k);
		act("verify", k->verify, verify_all, true);
		act("renew", k->renew, renew_all, false);
		act("fetch", k->fetch, fetch_all, true);
		act("search", k->search, fetch_all, true);
		act("receive", k->receive, receive_all, false);
		act("bring", k->bring, bring_all, false);
		act("reply", k->can & CAN_REPLY, publish_all, true);
		act("post", k->can & CAN_POST, publish_all, true);
		act("poll", channel_limit_get(k, NULL, LIMIT_POLL_CHOICES, &(struct channel_limit){}), publish_all, true);
		act("card", k->can & SENDS_CARD, publish_all, true);
		act("film", k->can & TAKES_SUBTITLES && !(k->can & BY_HAND), publish_all, true);
		act("story", k->can & CAN_STORY, publish_all, true);
		act("story_film", k->can & STORY_FILMS, publish_all, true);
		if (k->publish && !(k->can & CAN_POST))
			post_refused();
		act("private", k->can & CAN_REPLY_PRIVATE, publish_all, true);
		act("hide", k->can & CAN_HIDE, publish_all, true);
		act("restore", (k->can & CAN_HIDE) && !(k->can & HIDES_FOR_GOOD), publish_all, true);
		act("react", k->can & CAN_REACT, publish_all, true);
		act("metrics", k->metrics, metrics_all, false);
		act("profile", k->profile, profile_all, false);
		act("profile_put", k->write_profile, publish_all, true);
		close_bench();
	}
	proof_plays(only_kind);
	proof_print();
}

static int setup(void **state)
{
	unreachable = refuse_local(&unreachable_port);
	expired_port = expired_start();
	replay_start();
	replay_lines_start();
	elsewhere_start();
	return 0;
}

static int teardown(void **state)
{
	rude_stop(&replay.rude);
	replay_lines_stop();
	elsewhere_stop();
	expired_stop();
	close(unreachable);
	proof_end();
	return 0;
}

/* With a kind as argument, only that one: what waits for silent networks is done side by side. */
int main(int count, char **words)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_kind)};
	only_kind = count > 1 ? words[1] : NULL;
	if (only_kind && !channel_kind_of(str_of(only_kind))) {
		fprintf(stderr, "no such kind: %s\n", only_kind);
		return 1;
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
