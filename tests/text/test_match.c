#include "test.h"

#include "base/chance.h"
#include "naive.h"
#include "sys/files.h"
#include "sys/lines.h"
#include "text/match.h"
#include "text/place.h"

#include <stdlib.h>
#include <string.h>

static struct cx *cx;

static struct chance luck;

/* ---- posts and queries of few words, so that they meet often ---- */

static const char *const words[] = {"the", "a", "to", "bread", "levain", "brioche", "breads", "late", "order", "never", "again", "été", "ville", "rt", "http",
				    "t", "co", "sandy", "storm", "stormy"};

/* The first ones more often. */
static const char *word(void)
{
	return words[chance_below(&luck, 1 + chance_below(&luck, COUNT(words)))];
}

static void add_post(struct buf *b)
{
	static const char *const signs[] = {"", "", "", "", "", "", "#", "@", "##", "a#"}, *const ends[] = {" ", " ", " ", " ", ", ", "! ", "'", " – ", "  "};
	for (u64 count = chance_below(&luck, 25); count > 0; count--)
		buf_addf(b, "%s%s%s", signs[chance_below(&luck, COUNT(signs))], word(), ends[chance_below(&luck, COUNT(ends))]);
}

static void add_term(struct buf *b)
{
	switch (chance_below(&luck, 14)) {
	case 0:
		buf_addf(b, "#%s", word());
		return;
	case 1:
		buf_addf(b, "@%s", word());
		return;
	case 2:
		buf_addf(b, "%s%.2s*", chance_below(&luck, 3) ? "" : "#", word());
		return;
	case 3: case 4:
		buf_addf(b, "\"%s %s%s%s\"", word(), word(), chance_below(&luck, 2) ? " " : "", chance_below(&luck, 2) ? word() : "");
		return;
	case 5:
		buf_addf(b, "%s NEAR/%d %s", word(), 1 + (int)chance_below(&luck, 6), word());
		return;
	case 6:
		buf_addf(b, "\"%s %s\" NEAR/%d %s%.3s*", word(), word(), 1 + (int)chance_below(&luck, 4), chance_below(&luck, 2) ? "" : "#", word());
		return;
	case 7:
		buf_adds(b, ((const char *const[]){"lang:fr", "lang:en", "author:jo", "channel:page", "has:link", "has:video", "has:media", "has:question", "sentiment:negative", "followers:>10",
						   "followers:<100", "followers:>=50", "near:lyon", "near:\"new york\"", "near:york", "near:\"lyon france\""})[chance_below(&luck, 16)]);
		return;
	default:
		buf_adds(b, word());
	}
}

static void add_any(struct buf *b, int depth)
{
	u64 kind = depth ? chance_below(&luck, 4) : 3, parts = 1 + chance_below(&luck, 4);
	if (kind == 3) {
		add_term(b);
		return;
	}
	buf_addc(b, '(');
	for (u64 i = 0; i < parts; i++) {
		if (i)
			buf_adds(b, kind == 0 ? " OR " : chance_below(&luck, 3) ? " AND " : " AND NOT ");
		add_any(b, depth - 1);
	}
	buf_addc(b, ')');
}

static const struct query *random_query(struct arena *arena)
{
	const struct query *query = NULL, *again;
	while (!query) {
		struct query_fault fault;
		CLEANUP(buf_free) struct buf b = {}, print = {};
		add_any(&b, 3);
		if (!query_read(arena, buf_str(&b), NULL, &query, &fault))
			continue;
		buf_add_query(&print, query);
		assert_true(query_read(arena, buf_str(&print), NULL, &again, &fault) && query_same(query, again));
	}
	return query;
}

static struct match_text random_post(struct buf *b)
{
	static const char *const langs[] = {"", "fr", "en", "FR"}, *const authors[] = {"", "@Jo", "jo", "ann"}, *const tones[] = {"", "positive", "negative", "neutral"},
			       *const places[] = {"", "Lyon, France", "NYC", "York 🇬🇧", "France/Lyon"};
	buf_clear(b);
	add_post(b);
	return (struct match_text){.text = buf_str(b), .lang = str_of(langs[chance_below(&luck, 4)]), .author = str_of(authors[chance_below(&luck, 4)]),
				   .author_name = str_of(authors[chance_below(&luck, 4)]), .network = chance_below(&luck, 3) ? S("mastodon") : S("page"),
				   .channel = chance_below(&luck, 2) ? S("Page") : S("other"), .sentiment = str_of(tones[chance_below(&luck, 4)]), .followers = (i64)chance_below(&luck, 200) - 1,
				   .has = (unsigned)chance_below(&luck, 32), .place = str_of(places[chance_below(&luck, COUNT(places))])};
}

/* ---- what is known ---- */

struct known {
	const struct query *query; /* NULL: removed */
	struct arena *arena;
};

static void check_post(struct match *match, const struct match_text *post, const struct known *known, size_t count)
{
	const u32 *numbers;
	size_t found = match_post(match, post, &numbers);
	u8 *matched = calloc(count, 1);
	for (size_t i = 0; i < found; i++) {
		assert_true(numbers[i] < count && known[numbers[i]].query && !matched[numbers[i]]);
		matched[numbers[i]] = 1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!known[i].query || naive_matches(known[i].query, post) == matched[i])
			continue;
		CLEANUP(buf_free) struct buf b = {};
		buf_add_query(&b, known[i].query);
		fail_msg("“%s” %s “%.*s”", buf_cstr(&b), matched[i] ? "should not match" : "should match", STR_ARG(post->text));
	}
	free(matched);
}

/* Queries come and go between the posts. */
static void test_as_the_naive_one(void **unused)
{
	enum { QUERIES = 400, STEPS = 6000 };
	struct known known[QUERIES] = {};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf text = {};
	struct match *match = match_new(arena);
	luck.state = 20261121;
	size_t live = 0;
	for (int step = 0; step < STEPS; step++) {
		size_t i = chance_below(&luck, QUERIES);
		if (known[i].query && chance_below(&luck, STEPS) < (u64)step) {
			match_remove(match, (u32)i);
			arena_free(known[i].arena);
			known[i] = (struct known){};
			live--;
		} else if (live < QUERIES) {
			struct arena *own = arena_new();
			const struct query *query = random_query(own);
			u32 number = match_add(match, query);
			assert_true(number < QUERIES && !known[number].query);
			known[number] = (struct known){query, own};
			live++;
		}
		assert_int_equal(match_count(match), live);
		if (step % 8 == 0) {
			struct match_text post = random_post(&text);
			check_post(match, &post, known, QUERIES);
		}
	}
	size_t before = match_bytes(match);
	for (size_t i = 0; i < QUERIES; i++)
		if (known[i].query) {
			match_remove(match, (u32)i);
			arena_free(known[i].arena);
			known[i].query = NULL;
		}
	assert_int_equal(match_count(match), 0);
	assert_true(match_bytes(match) < before);
	struct match_text post = random_post(&text);
	check_post(match, &post, known, QUERIES);
}

/* Coming and going for ever takes no more memory. */
static void test_memory_is_used_again(void **unused)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(arena_freep) struct arena *own = arena_new();
	struct match *match = match_new(arena);
	luck.state = 7;
	size_t grown = 0;
	for (int round = 0; round < 40; round++) {
		u32 numbers[200];
		arena_reset(own);
		for (size_t i = 0; i < COUNT(numbers); i++)
			numbers[i] = match_add(match, random_query(own));
		for (size_t i = 0; i < COUNT(numbers); i++)
			match_remove(match, numbers[i]);
		if (round == 20)
			grown = arena_bytes(arena);
	}
	assert_true(arena_bytes(arena) < grown + grown / 4);
}

static void add(struct match *match, struct known *known, const char *text)
{
	struct query_fault fault;
	const struct query *query;
	struct arena *own = arena_new();
	if (!query_read(own, str_of(text), NULL, &query, &fault))
		fail_msg("%s: %s", text, fault.story);
	known[match_add(match, query)] = (struct known){query, own};
}

static void test_cases(void **unused)
{
	static const struct {
		const char *query, *post;
		bool matches;
	} cases[] = {
		{"sandy", "#sandy", true}, {"#sandy", "sandy", false}, {"#sandy", "Oh #SANDY!", true}, {"@nyc", "a@nyc", false},
		{"\"storm sandy\"", "storm #sandy", true}, {"\"storm sandy\"", "storm. Sandy", true}, {"\"storm sandy\"", "sandy storm", false},
		{"\"a a b\"", "a a a b", true}, {"\"a b a c\"", "a b a b a c", true}, {"stor*", "#storms", true}, {"#stor*", "storms", false},
		{"stor*", "Stor", true}, {"late NEAR/2 order", "order is late", true}, {"late NEAR/1 order", "order is late", false},
		{"late NEAR/2 late", "late", false}, {"late NEAR/2 late", "late or late", true}, {"\"my order\" NEAR/1 late", "late my order", true},
		{"\"my order\" NEAR/1 late", "my late order", false}, {"a AND NOT b", "a b", false}, {"a AND NOT (b AND c)", "a b", true},
		{"bread AND lang:fr", "bread", false}, {"bread AND NOT lang:fr", "bread", true}, {"bread AND followers:<10", "bread", false},
		{"łódź", "ŁÓDŹ", true}, {"e", "é", false}, {"x", "", false}, {"abcdefghijklmnop*", "abcdefghijklmnopq", true},
		{"abcdefghijklmnopq", "abcdefghijklmnop", false},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct known known = {};
		struct match *match = match_new(arena);
		struct match_text post = {.text = str_of(cases[i].post), .followers = -1};
		const u32 *numbers;
		add(match, &known, cases[i].query);
		if ((match_post(match, &post, &numbers) == 1) != cases[i].matches)
			fail_msg("“%s” and “%s”", cases[i].query, cases[i].post);
		check_post(match, &post, &known, 1);
		arena_free(known.arena);
	}
}

static void test_places(void **unused)
{
	static const struct {
		const char *query, *place;
		bool matches;
	} cases[] = {
		{"near:lyon", "Lyon, France", true}, {"near:LYON", "lyon", true}, {"near:lyon", "", false}, {"near:lyon", "Lyonnaise", false},
		{"near:france", "Lyon, France", true}, {"near:\"Lyon, France\"", "Lyon (France)", true}, {"near:\"france lyon\"", "Lyon, France", false},
		{"near:lyon", "Villeurbanne / Lyon 3ème", true}, {"near:montreal", "Montréal | Québec", true}, {"near:Montréal", "MONTREAL", true},
		{"near:brussels", "Paris 🇫🇷 / Bruxelles", true}, {"near:france", "Paris 🇫🇷 / Brussels", true}, {"near:🇫🇷", "Strasbourg, France", true},
		{"near:uk", "Leeds, United Kingdom", true}, {"near:\"Royaume-Uni\"", "Leeds, U.K.", true}, {"near:kingdom", "United Kingdom", false},
		{"near:us", "Boston, US", true}, {"near:us", "Follow us", false}, {"near:usa", "Join us in Boston, U.S.", true}, {"near:usa", "États-Unis", true},
		{"near:nyc", "Brooklyn, New York City", true}, {"near:york", "New York", false}, {"near:york", "York, England", true},
		{"near:\"New York\"", "Buffalo, NY", true}, {"near:bedford", "New Bedford", false}, {"near:\"new bedford\"", "New Bedford, MA", true},
		{"near:lyon", "new, Lyon", true}, {"near:\"St Étienne\"", "Saint-Etienne", true}, {"near:\"Côte d'Ivoire\"", "Abidjan, Ivory Coast", true},
		{"near:日本", "東京, Japan", true}, {"near:東京", "東京, Japan", true}, {"near:75011", "75011 Paris", true},
		{"near:paris AND NOT near:texas", "Paris, Texas", false}, {"near:paris AND NOT near:texas", "Paris", true},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct known known = {};
		struct match *match = match_new(arena);
		struct match_text post = {.text = S("Some bread"), .followers = -1, .place = str_of(cases[i].place)};
		const u32 *numbers;
		assert_false(match_asks_place(match));
		add(match, &known, arena_printf(arena, "bread AND %s", cases[i].query).at);
		assert_true(match_asks_place(match));
		if ((match_post(match, &post, &numbers) == 1) != cases[i].matches)
			fail_msg("“%s” and “%s”", cases[i].query, cases[i].place);
		check_post(match, &post, &known, 1);
		match_remove(match, 0);
		assert_false(match_asks_place(match));
		arena_free(known.arena);
	}
}

/* Of a place that goes on and on the beginning is looked at. */
static void test_long_places(void **unused)
{
	CLEANUP(buf_free) struct buf b = {};
	struct place_text text;
	for (int count = 0; count < 200; count++) {
		for (int end = 0; end < 3; end++) {
			size_t len = b.len;
			buf_adds(&b, ((const char *const[]){"x東京", "🇫🇷", "New York"})[end]);
			place_read(buf_str(&b), false, &text);
			assert_true(text.count >= 1 && text.count <= PLACE_NAMES_MAX && text.len <= PLACE_BYTES_MAX);
			assert_int_equal(place_names(&text, 0, text.count).len, text.len);
			b.len = len;
		}
		buf_adds(&b, count % 7 ? "lyon " : "l'isle-d'abeau-sur-une-longue-ligne-droite-et-encore-un-peu-plus-loin ");
	}
}

/* Thousands of beginnings come and go; those that stay are still found. */
static void test_beginnings_that_go(void **unused)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct match *match = match_new(arena);
	struct known known[2] = {}, passing[2] = {};
	struct match_text post = {.text = S("stormy 2999 bread"), .followers = -1};
	add(match, known, "storm*");
	for (int i = 0; i < 3000; i++) {
		add(match, passing, arena_printf(arena, "%d*", 10000 + i).at);
		match_remove(match, 1);
		arena_free(passing[1].arena);
	}
	add(match, known, "299*");
	check_post(match, &post, known, 2);
	match_remove(match, 1);
	arena_free(known[1].arena);
	known[1] = (struct known){};
	check_post(match, &post, known, 2);
	arena_free(known[0].arena);
}

/* A rare word among a great many of another: at each distance around it, on both sides. */
static void test_near_among_many(void **unused)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct match *match = match_new(arena);
	struct known known[12] = {};
	for (int n = 1; n <= 6; n++)
		add(match, known, arena_printf(arena, n % 2 ? "rare NEAR/%d many" : "many NEAR/%d \"so rare\"", n).at);
	for (int gap = 0; gap < 9; gap++)
		for (int side = 0; side < 4; side++) {
			CLEANUP(buf_free) struct buf b = {};
			for (int i = 0; side & 1 && i < 150; i++)
				buf_adds(&b, "many ");
			for (int i = 0; i < gap; i++)
				buf_adds(&b, "x ");
			buf_adds(&b, gap % 2 ? "so rare" : "#rare");
			for (int i = 0; i < gap; i++)
				buf_adds(&b, " x");
			for (int i = 0; side & 2 && i < 150; i++)
				buf_adds(&b, " many");
			struct match_text post = {.text = buf_str(&b), .followers = -1};
			check_post(match, &post, known, COUNT(known));
		}
	for (size_t i = 0; i < COUNT(known); i++)
		arena_free(known[i].arena);
}

/* Any length, any bytes: it comes to an end, and only the beginning is looked at. */
static void test_large(void **unused)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf text = {};
	struct match *match = match_new(arena);
	struct known known[3] = {};
	const u32 *numbers;
	add(match, known, "late NEAR/3 order");
	add(match, known, "behind");
	add(match, known, "\"late late late late order\"");
	for (int i = 0; i < 1000000; i++)
		buf_adds(&text, i % 3 ? "late " : "l\xFF ");
	buf_adds(&text, "order behind");
	struct match_text post = {.text = buf_str(&text), .followers = -1};
	assert_int_equal(match_post(match, &post, &numbers), 0);
	for (int i = 0; i < 3; i++)
		arena_free(known[i].arena);
}

/* ---- the data set of stored boolean queries, where it is at hand; its licence does not let it stand in the repository ---- */

static size_t add_set(struct match *match, const char *path, struct str *ids, size_t most)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	CLEANUP(arena_freep) struct arena *task = arena_new();
	struct line_read line;
	size_t count = 0;
	assert_ok(cx, lines_open(cx, path, QUERY_BYTES_MAX, &lines));
	for (;;) {
		struct query_fault fault;
		const struct query *query;
		assert_ok(cx, lines_next(cx, lines, &line));
		if (!line.more)
			return count;
		struct str text = line.text, id = str_cut(&text, '\t');
		if (!query_read(task, text, NULL, &query, &fault))
			fail_msg("%.*s: %s", STR_ARG(line.text), fault.story);
		assert_true(count < most);
		ids[count] = arena_str(cx->arena, id);
		assert_int_equal(match_add(match, query), count++);
		arena_reset(task);
	}
}

static void match_set(struct match *match, const char *path, struct buf *answers)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct line_read line;
	const u32 *numbers;
	assert_ok(cx, lines_open(cx, path, MATCH_TEXT_MAX, &lines));
	for (size_t at = 0;; at++) {
		assert_ok(cx, lines_next(cx, lines, &line));
		if (!line.more)
			return;
		size_t count = match_post(match, &(struct match_text){.text = line.text, .followers = -1}, &numbers);
		for (size_t i = 0; i < count; i++)
			buf_addf(&answers[numbers[i]], "%s%zu", answers[numbers[i]].len ? " " : "", at);
	}
}

static void test_set(void **unused)
{
	enum { QUERIES = 2000 };
	const char *source = getenv("PARVIS_SOURCE");
	const char *folder = path_join(cx->arena, source ? source : ".", "../shared/data/boolean_match");
	if (!file_there(folder))
		skip();
	static struct str ids[QUERIES];
	static struct buf answers[QUERIES];
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct match *match = match_new(arena);
	struct line_read line;
	size_t count = add_set(match, path_join(cx->arena, folder, "dev.queries.tsv"), ids, QUERIES), at = 0;
	match_set(match, path_join(cx->arena, folder, "dev.docs.txt.gz"), answers);
	assert_ok(cx, lines_open(cx, path_join(cx->arena, folder, "dev.matches.tsv.gz"), (size_t)1 << 24, &lines));
	for (;; at++) {
		assert_ok(cx, lines_next(cx, lines, &line));
		for (; at < count && !answers[at].len && line.more && !str_starts(line.text, ids[at]); at++)
			;
		if (!line.more)
			break;
		struct str wanted = line.text, id = str_cut(&wanted, '\t');
		assert_true(at < count && str_eq(id, ids[at]) && str_eq(wanted, buf_str(&answers[at])));
	}
	for (size_t i = 0; i < count; i++) {
		assert_true(i < at || !answers[i].len);
		buf_free(&answers[i]);
	}
}

int main(void)
{
	struct arena *arena = arena_new();
	struct cx here = cx_new(arena);
	cx = &here;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_long_places),
		cmocka_unit_test(test_as_the_naive_one),
		cmocka_unit_test(test_memory_is_used_again),
		cmocka_unit_test(test_beginnings_that_go),
		cmocka_unit_test(test_near_among_many),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_set),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
