/* bench.c: filling an installation with as many messages as wanted, and measuring the store's side of the work, with understanding and
 * listening. The web's side is measured from outside, by bench/run; what listening queries cost alone in bench_match.c. */
#include "base/chance.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "flow/ahead.h"
#include "flow/listen.h"
#include "flow/sample.h"
#include "flow/account.h"
#include "flow/transaction.h"
#include "flow/understand.h"
#include "main/bench_analyse.h"
#include "main/bench_made.h"
#include "main/bench_match.h"
#include "main/bench_trends.h"
#include "main/command.h"
#include "main/models.h"
#include "model/actor.h"
#include "store/count.h"
#include "store/listening.h"
#include "store/member.h"
#include "store/migrate.h"
#include "store/process.h"
#include "store/workspace.h"
#include "sys/files.h"
#include "text/match.h"

#include <stdio.h>
#include <stdlib.h>

#define WORDS "analyse [POSTS] | fill NUMBER [QUERIES] | ingest [NUMBER [QUERIES]] | match [QUERIES POSTS] | trends"
#define BATCH AHEAD_BATCH
#define CHANNELS 4
#define RECENT 500 /* conversations of a channel that go on */
#define MESSAGES_MAX 100000000
#define INGEST_MESSAGES 200000
#define INGEST_QUERIES 10000
#define TRIED 10000 /* queries made up at a time */
#define RARE 1000   /* a query that is used matches one post in so many, at the most */

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
static struct inbound message(struct cx *cx, const struct str *posts, i64 n, i64 all, i64 now)
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
		.body = posts ? posts[n % MADE_POSTS] : sentence(cx->arena),
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
		struct channel c = {.id = id_new(), .workspace = *ret_workspace, .kind = S("webform"), .network = str_of(networks[i]),
				    .name = arena_printf(cx->arena, "Bench %s %lld", networks[i], (long long)cx->now), .created_at = cx->now};
		TRY(channel_insert(cx, db, &c));
		ret_channels[i] = c.id;
	}
	return OK;
}

/* Queries that few of the posts match, as those of people do: a post is a mention of about one of ten thousand. */
static void pick_queries(struct arena *arena, const struct made *made, const struct str *posts, struct str *texts, i64 count)
{
	CLEANUP(arena_freep) struct arena *tried = arena_new();
	for (i64 found = 0; found < count;) {
		arena_reset(tried);
		struct match *match = match_new(tried);
		struct str *candidates = arena_array(tried, struct str, TRIED);
		u32 *matches = arena_array(tried, u32, TRIED);
		for (u32 i = 0; i < TRIED; i++) {
			const struct query *query;
			struct query_fault fault;
			candidates[i] = made_query(tried, made);
			must(query_read(tried, candidates[i], NULL, &query, &fault));
			must(match_add(match, query) == i);
		}
		for (i64 p = 0; p < MADE_POSTS; p++) {
			const u32 *numbers;
			size_t hits = match_post(match, &(struct match_text){.text = posts[p], .followers = -1}, &numbers);
			for (size_t i = 0; i < hits; i++)
				matches[numbers[i]]++;
		}
		for (u32 i = 0; i < TRIED && found < count; i++)
			if (matches[i] <= MADE_POSTS / RARE)
				texts[found++] = arena_str(arena, candidates[i]);
	}
}

/* What is listened for, as if the past of each had been looked at. */
static enum err listen_for(struct cx *cx, struct db *db, i64 workspace, const struct str *texts, i64 count)
{
	i64 version;
	TRY(listening_version(cx, db, workspace, &version));
	for (i64 i = 0; i < count; i++) {
		struct listening_query q = {.id = id_new(), .workspace = workspace, .name = arena_printf(cx->arena, "Query %lld", (long long)i),
					    .words = texts[i], .kind = LISTEN_TOPIC, .active = true, .version = version + 1, .created_at = cx->now,
					    .changed_at = cx->now};
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

/* What is measured: messages on their way into the channels. */
struct filling {
	struct db *db;
	struct arena *batch;
	const struct str *posts; /* MADE_POSTS of them; NULL: plain sentences */
	struct ingest in[CHANNELS];
	i64 taken; /* messages */
};

static void prepare_ahead(void *subject, struct arena *arena, struct inbound *items, size_t count)
{
	static const struct understanding models_alone;
	const struct filling *f = subject;
	for (size_t i = 0; i < count && f->posts; i++) { /* without, the store alone is measured */
		i64 n;
		must(str_to_i64(str_skip(items[i].remote_id, 1), &n));
		ingest_prepare(&models_alone, &f->in[channel_at(n)].channel, arena, &items[i], 1);
	}
}

static enum err take(struct cx *cx, void *subject, const struct inbound *items, size_t count, size_t *ret_new)
{
	struct filling *f = subject;
	struct cx turn = *cx;
	*ret_new = count;
	for (i64 from = 0, to; from < (i64)count; from = to) {
		i64 rest = BATCH - f->taken % BATCH; /* a transaction is of one channel */
		to = from + rest < (i64)count ? from + rest : (i64)count;
		arena_reset(f->batch);
		turn.arena = f->batch;
		turn.now = time_now();
		TRY(IN_TRANSACTION(&turn, f->db, take_batch(&turn, f->db, &f->in[channel_at(f->taken)], items + from, to - from)));
		f->taken += to - from;
	}
	return OK;
}

struct spent {
	i64 time, processor, writer; /* by the clock; of all threads; of the one that writes */
};

/* `queries`: how many are listened for, and posts to match are made up then; -1: plain sentences. */
static enum err prepare(struct cx *cx, struct db *db, i64 queries, struct filling *f)
{
	i64 workspace, channels[CHANNELS];
	TRY(bench_place(cx, db, &workspace, channels));
	if (queries >= 0) {
		struct str *posts = arena_array(cx->arena, struct str, MADE_POSTS), *texts = arena_array(cx->arena, struct str, (size_t)queries);
		const struct made *made = made_posts(cx->arena, posts);
		pick_queries(cx->arena, made, posts, texts, queries);
		TRY(IN_TRANSACTION(cx, db, listen_for(cx, db, workspace, texts, queries)));
		f->posts = posts;
	}
	for (int i = 0; i < CHANNELS; i++)
		TRY(ingest_start(cx, db, workspace, channels[i], false, cx->arena, &f->in[i]));
	f->db = db;
	return OK;
}

/* What it takes; that of making the messages up is not counted. */
static enum err fill_with(struct cx *cx, struct filling *f, i64 all, struct spent *ret_spent)
{
	CLEANUP(arena_freep) struct arena *made_up = arena_new(), *ways = arena_new();
	const struct understanding models_alone = {};
	struct ahead *ahead = ahead_new(ways, &(struct ahead_calls){f, prepare_ahead, take});
	struct progress progress;
	struct spent spent = {};
	progress_start(&progress, _(N_("Filling")));
	for (i64 n = 0; n < all; n += BATCH) {
		struct cx making = *cx;
		arena_reset(made_up);
		making.arena = made_up;
		i64 to = n + BATCH < all ? n + BATCH : all, now = time_now();
		struct inbound *messages = arena_array(made_up, struct inbound, BATCH);
		for (i64 i = n; i < to; i++)
			messages[i - n] = message(&making, f->posts, i, all, now);
		if (!f->posts) /* the store alone is measured: what they say is known already */
			ingest_understand(&models_alone, made_up, messages, (size_t)(to - n));
		const struct spent before = {time_monotonic(), time_worked_by_all(), time_worked()};
		for (i64 i = n; i < to; i++)
			TRY(ahead_add(cx, ahead, &messages[i - n]));
		if (to == all)
			TRY(ahead_settle(cx, ahead));
		spent.time += time_monotonic() - before.time;
		spent.processor += time_worked_by_all() - before.processor;
		spent.writer += time_worked() - before.writer;
		progress_step(&progress, to, all);
	}
	progress_end(&progress);
	*ret_spent = spent;
	return OK;
}

static enum err fill(struct cx *cx, const char *database, i64 all, i64 queries)
{
	CLEANUP(db_closep) struct db *db = NULL;
	CLEANUP(arena_freep) struct arena *batch = arena_new();
	struct filling filling = {.batch = batch};
	struct process process;
	struct spent spent;
	TRY(db_open(cx, database, DB_CREATE, &db));
	TRY(migrate_up(cx, db, NULL));
	models_use();
	TRY(process_join(cx, db, "bench", &process));
	TRY(prepare(cx, db, queries, &filling));
	TRY(fill_with(cx, &filling, all, &spent));
	printf("%lld messages in %.1f s: %.0f messages/s, durable in batches of %d; %.1f s of processor time, %.1f of them the writer's\n", (long long)all,
	       (double)spent.time / 1e6, (double)all * 1e6 / (double)spent.time, BATCH, (double)spent.processor / 1e6, (double)spent.writer / 1e6);
	if (queries >= 0) {
		struct table_count *counts;
		size_t count;
		TRY(table_counts(cx, db, &counts, &count));
		for (size_t i = 0; i < count; i++)
			if (str_eq(counts[i].name, S("mention")))
				printf("each understood and held against %lld queries: %lld mentions\n", (long long)queries, (long long)counts[i].rows);
	}
	return process_leave(cx, db, &process);
}

/* In a folder of its own, which goes again. */
static enum err ingest(struct cx *cx, i64 all, i64 queries)
{
	const char *temporary = getenv("TMPDIR"), *folder = arena_printf(cx->arena, "%s/parvis-bench-%lld", temporary ? temporary : "/tmp", (long long)id_new()).at;
	TRY(folder_make(cx, folder));
	enum err e = fill(cx, arena_printf(cx->arena, "sqlite:%s/parvis.db", folder).at, all, queries);
	struct cx after = *cx; /* the story of a failure stays */
	enum err removed = folder_remove(&after, folder);
	return e != OK ? e : removed;
}

/* The number at `word`, or `missing` where no such word was given. */
static enum err number_at(struct cx *cx, const struct program *program, size_t word, i64 missing, i64 most, i64 *ret_number)
{
	*ret_number = missing;
	if (program->word_count > word && (!str_to_i64(program->words[word], ret_number) || *ret_number < 0 || *ret_number > most))
		return fail_field(cx, "words", N_("“%.*s” is no number up to %lld."), STR_ARG(program->words[word]), (long long)most);
	return OK;
}

static enum err bench(struct cx *cx, struct program *program)
{
	struct str what = program->word_count ? program->words[0] : S("");
	size_t count = program->word_count;
	i64 all, queries;
	if (str_eq(what, S("match")) && (count == 1 || count == 3))
		return bench_match(cx, program->words[1].at, program->words[2].at);
	if (str_eq(what, S("analyse")) && count <= 2)
		return bench_analyse(cx, program->words[1].at);
	if (str_eq(what, S("fill")) && (count == 2 || count == 3)) {
		TRY(number_at(cx, program, 1, 0, MESSAGES_MAX, &all));
		TRY(number_at(cx, program, 2, -1, LISTEN_QUERIES_MAX, &queries));
		return fill(cx, arena_cstr(cx->arena, program->settings.database), all, queries);
	}
	if (str_eq(what, S("ingest")) && count <= 3) {
		TRY(number_at(cx, program, 1, INGEST_MESSAGES, MESSAGES_MAX, &all));
		TRY(number_at(cx, program, 2, INGEST_QUERIES, LISTEN_QUERIES_MAX, &queries));
		return ingest(cx, all, queries);
	}
	if (str_eq(what, S("trends")) && count == 1)
		return bench_trends(cx, arena_cstr(cx->arena, program->settings.database));
	return fail_field(cx, "words", N_("Write “parvis bench” and one of these: %s."), WORDS);
}

const struct command command_bench = {
	.name = "bench",
	.words = WORDS,
	.about = N_("Measure: fill an installation with generated messages, take them in with all that listens, hold posts against listening queries, or understand them"),
	.more = N_("“fill” wants a data folder of its own; “ingest” makes one and takes it away again: messages are understood, held against listening queries and"
		   " kept durably with all indexes. “match” and “analyse” are given files, or make up what they measure. The table of docs/performance.md is made by “make bench”."),
	.run = bench,
	.file = __FILE__,
};
