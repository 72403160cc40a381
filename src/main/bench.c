/* bench.c: filling an installation with as many messages as wanted, and measuring the store's side of the work. The web's side is measured
 * from outside, by bench/run; what listening queries cost in bench_match.c. */
#include "base/chance.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "flow/ingest.h"
#include "flow/sample.h"
#include "flow/account.h"
#include "flow/transaction.h"
#include "main/bench_match.h"
#include "main/command.h"
#include "main/models.h"
#include "model/actor.h"
#include "store/listening.h"
#include "store/member.h"
#include "store/migrate.h"
#include "store/process.h"
#include "store/workspace.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH 2000 /* as an import's */
#define CHANNELS 4
#define RECENT 500 /* conversations of a channel that go on */

static struct chance luck = {0x9e3779b97f4a7c15u};

static const char *const words[] = {
	"bonjour", "merci", "pain", "boutique", "ouvert", "dimanche", "brioche", "commande", "livraison", "prix", "allergie", "noix", "retard", "super",
	"déçu", "vendeuse", "file", "attente", "croissant", "levain", "demain", "matin", "soir", "avis", "adresse", "recette", "farine", "bio", "goût",
	"qualité", "hello", "thanks", "bread", "shop", "open", "sunday", "order", "delivery", "price", "queue", "late", "great", "taste", "again", "please",
	"when", "where", "why", "never", "always", "today", "yesterday", "week", "photo", "refund", "sorry", "team", "friendly", "cold", "fresh",
};

static struct str sentence(struct arena *arena)
{
	CLEANUP(buf_free) struct buf b = {};
	int count = 4 + (int)chance_below(&luck, 18);
	for (int i = 0; i < count; i++) {
		buf_addf(&b, i ? " %s" : "%s", words[chance_below(&luck, COUNT(words))]);
		if (chance_below(&luck, 40) == 0)
			buf_addf(&b, " x%llu", (unsigned long long)chance_below(&luck, 100000));
	}
	return buf_keep(&b, arena);
}

/* A channel is read a page at a time: a batch is of one of them. */
static i64 channel_at(i64 n)
{
	return n / BATCH % CHANNELS;
}

/* The n-th message: a third starts a conversation, the rest goes on in one of the last of its channel. */
static struct inbound message(struct cx *cx, i64 n, i64 all, i64 now)
{
	static i64 thread_counts[CHANNELS];
	i64 *thread_count = &thread_counts[channel_at(n)];
	bool starts = *thread_count == 0 || chance_below(&luck, 3) == 0;
	i64 thread = starts ? (*thread_count)++ : *thread_count - 1 - (i64)chance_below(&luck, (u64)(*thread_count < RECENT ? *thread_count : RECENT));
	i64 people = n / 12 + 10; /* so far; most write about when they first came, some come back */
	i64 author = people - 1 - (i64)chance_below(&luck, chance_below(&luck, chance_below(&luck, (u64)people) + 1) + 1);
	static const enum message_kind kinds[] = {KIND_COMMENT, KIND_COMMENT, KIND_COMMENT, KIND_DIRECT, KIND_MENTION, KIND_REVIEW};
	enum message_kind kind = kinds[thread % (i64)COUNT(kinds)];
	bool ours = !starts && chance_below(&luck, 4) == 0;
	return (struct inbound){
		.kind = ours ? KIND_REPLY : kind,
		.visibility = kind == KIND_DIRECT ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
		.ours = ours,
		.remote_id = arena_printf(cx->arena, "m%lld", (long long)n),
		.thread_id = arena_printf(cx->arena, "t%lld", (long long)thread),
		.subject = arena_printf(cx->arena, "Publication %lld", (long long)(thread / 7)),
		.author_id = arena_printf(cx->arena, "a%lld", (long long)author),
		.author_handle = arena_printf(cx->arena, "member%lld", (long long)author),
		.author_name = arena_printf(cx->arena, "Membre %lld", (long long)author),
		.author_followers = (i64)chance_below(&luck, 5000),
		.body = sentence(cx->arena),
		.lang = chance_below(&luck, 2) ? S("fr") : S("en"),
		.rating = kind == KIND_REVIEW ? 1 + (int)chance_below(&luck, 5) : 0,
		.at = now - (all - n) * (30 * DAY / (all + 1)),
	};
}

static enum err bench_place(struct cx *cx, struct db *db, i64 *ret_workspace, i64 ret_channels[CHANNELS])
{
	static const char *const networks[CHANNELS] = {"mastodon", "facebook", "google", "email"};
	struct workspace *places;
	size_t count;
	bool first;
	i64 person;
	TRY(account_is_first_run(cx, db, &first));
	if (first) {
		struct first_run f = {S("Bench"), S("bench@parvis.example"), S("a long bench password"), S("en"), S("Europe/Paris"), S("Bench")};
		TRY(account_first_run(cx, db, &f, &person, ret_workspace));
	}
	TRY(workspace_list(cx, db, &places, &count));
	*ret_workspace = places[0].id;
	for (int i = 0; i < CHANNELS; i++) {
		struct channel c = {.id = id_new(), .workspace = *ret_workspace, .kind = S("import"), .network = str_of(networks[i]),
				    .name = arena_printf(cx->arena, "Bench %s %lld", networks[i], (long long)cx->now), .created_at = cx->now};
		TRY(channel_insert(cx, db, &c));
		ret_channels[i] = c.id;
	}
	return OK;
}

/* Queries to listen for meanwhile: some words that are everywhere, phrases that are rare. A message mentions two of ten thousand or so. */
static enum err listen_for(struct cx *cx, struct db *db, i64 workspace, i64 count)
{
	i64 version;
	TRY(listening_version(cx, db, workspace, &version));
	for (i64 n = 0; n < count; n++) {
		const char *a = words[chance_below(&luck, COUNT(words))], *b = words[chance_below(&luck, COUNT(words))], *c = words[chance_below(&luck, COUNT(words))];
		struct listening_query q = {.id = id_new(), .workspace = workspace, .name = arena_printf(cx->arena, "Bench %lld", (long long)n), .active = true,
					    .version = version + 1, .created_at = cx->now, .changed_at = cx->now};
		q.words = n < 5        ? arena_printf(cx->arena, "%s AND NOT %s", a, b)
			  : n % 5 == 0 ? arena_printf(cx->arena, "(%s NEAR/2 %s OR #%s) AND \"%s x%lld\"", a, b, c, a, (long long)n)
				       : arena_printf(cx->arena, "\"%s %s %s\" OR brand%lld", a, b, c, (long long)n);
		TRY(listening_query_save(cx, db, &q));
	}
	return OK;
}

static enum err take_batch(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *batch, i64 count)
{
	enum ingest_result result;
	for (i64 i = 0; i < count; i++)
		TRY(ingest_take(cx, db, in, &batch[i], &result, NULL));
	return ingest_settle(cx, db, in);
}

static enum err fill(struct cx *cx, struct program *program, i64 all, i64 queries)
{
	CLEANUP(db_closep) struct db *db = NULL;
	CLEANUP(arena_freep) struct arena *batch = arena_new();
	struct process process;
	i64 workspace, channels[CHANNELS];
	struct ingest in[CHANNELS];
	struct progress progress;
	TRY(db_open(cx, arena_cstr(cx->arena, program->settings.database), DB_CREATE, &db));
	TRY(migrate_up(cx, db, NULL));
	TRY(models_use(cx));
	TRY(process_join(cx, db, "bench", &process));
	TRY(bench_place(cx, db, &workspace, channels));
	TRY(IN_TRANSACTION(cx, db, listen_for(cx, db, workspace, queries)));
	for (int i = 0; i < CHANNELS; i++)
		TRY(ingest_start(cx, db, workspace, channels[i], false, cx->arena, &in[i]));
	progress_start(&progress, _(N_("Filling")));
	i64 taken = 0; /* time; that of making them up is not counted */
	for (i64 n = 0; n < all; n += BATCH) {
		struct cx turn = *cx;
		arena_reset(batch);
		turn.arena = batch;
		turn.now = time_now();
		i64 to = n + BATCH < all ? n + BATCH : all;
		struct inbound *messages = arena_array(batch, struct inbound, BATCH);
		for (i64 i = n; i < to; i++)
			messages[i - n] = message(&turn, i, all, turn.now);
		i64 started = time_monotonic();
		TRY(IN_TRANSACTION(&turn, db, take_batch(&turn, db, &in[channel_at(n)], messages, to - n)));
		taken += time_monotonic() - started;
		progress_step(&progress, to, all);
	}
	double seconds = (double)taken / 1e6;
	progress_end(&progress);
	printf("%lld messages in %.1f s: %.0f messages/s, durable in batches of %d\n", (long long)all, seconds, (double)all / seconds, BATCH);
	return process_leave(cx, db, &process);
}

static enum err bench(struct cx *cx, struct program *program)
{
	i64 all, queries = 0;
	bool match = program->word_count && str_eq(program->words[0], S("match"));
	if (match && (program->word_count == 1 || program->word_count == 3))
		return bench_match(cx, program->words[1].at, program->words[2].at);
	if (match)
		return fail_field(cx, "words", N_("Write “parvis bench match” for what is made up, or “parvis bench match QUERIES POSTS” with two files."));
	bool fits = program->word_count >= 2 && program->word_count <= 3 && str_eq(program->words[0], S("fill")) && str_to_i64(program->words[1], &all) && all >= 1 &&
		    all <= 100000000;
	if (!fits || (program->word_count == 3 && (!str_to_i64(program->words[2], &queries) || queries < 0 || queries > 100000)))
		return fail_field(cx, "words", N_("Write “parvis bench fill NUMBER”, up to 100,000,000 messages, or “parvis bench fill NUMBER QUERIES” to listen for up to 100,000 queries meanwhile."));
	return fill(cx, program, all, queries);
}

const struct command command_bench = {
	.name = "bench",
	.words = "fill NUMBER [QUERIES] | match [QUERIES POSTS]",
	.about = N_("Measure: fill an installation with generated messages, or hold posts against listening queries"),
	.more = N_("“fill” wants a data folder of its own; “match” touches none. The table of docs/performance.md is made by “make bench”."),
	.run = bench,
	.file = __FILE__,
};
