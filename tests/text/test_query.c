#include "test.h"

#include "text/match.h"
#include "text/query.h"
#include "text/query_needs.h"
#include "text/query_words.h"

static struct cx *cx;

static bool find_piece(void *subject, struct str name, struct str *ret_text)
{
	static const struct {
		const char *name, *text;
	} pieces[] = {{"brand", "levain OR \"maison levain\""}, {"noise", "casino OR bitcoin"}, {"french", "lang:fr"}, {"self", "a OR saved:self"},
		      {"broken", "a OR"}, {"two words", "saved:brand"}, {"not", "NOT a"}, {"wide", "saved:wide1 OR saved:wide1"}, {"wide1", "saved:wide2 OR saved:wide2"},
		      {"wide2", "saved:wide3 OR saved:wide3 OR saved:wide3"}, {"wide3", "saved:wide4 OR saved:wide4 OR saved:wide4 OR saved:wide4"},
		      {"wide4", "a OR b OR c OR d OR e OR f OR g OR h OR i OR j OR k OR l OR m OR n OR o OR p OR q OR r OR s OR t OR u OR v OR w OR x OR y OR z OR"
				" aa OR bb OR cc OR dd OR ee OR ff OR gg OR hh OR ii OR jj OR kk OR ll OR mm OR nn OR oo OR pp OR qq OR rr OR ss OR tt OR uu OR vv OR ww"}};
	for (size_t i = 0; i < COUNT(pieces); i++)
		if (str_eq(name, str_of(pieces[i].name))) {
			*ret_text = str_of(pieces[i].text);
			return true;
		}
	return false;
}

static const struct query_pieces pieces = {find_piece, NULL};

static const struct query *read(struct str text)
{
	const struct query *query;
	struct query_fault fault;
	if (!query_read(cx->arena, text, &pieces, &query, &fault))
		fail_msg("“%.*s” is refused at character %zu: %s", STR_ARG(text), query_column(text, &fault), fault.story);
	return query;
}

static struct str printed(const struct query *query)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_query(&b, query);
	return buf_keep(&b, cx->arena);
}

static void test_printed_as_read(void **state)
{
	const struct {
		const char *text, *printed;
	} cases[] = {
		{"Levain", "levain"},
		{" ( bread )", "bread"},
		{"a OR b OR c", "a OR b OR c"},
		{"a OR (b OR c)", "a OR (b OR c)"},
		{"a AND b OR c AND NOT d", "(a AND b) OR (c AND NOT d)"},
		{"NOT a AND b", "NOT a AND b"},
		{"a AND (NOT b)", "a AND NOT b"},
		{"a AND NOT (b OR c)", "a AND NOT (b OR c)"},
		{"(a AND (b OR \"Good  Bread\")) AND NOT brio*", "(a AND (b OR \"good bread\")) AND NOT brio*"},
		{"“good bread” OR « pain bio »", "\"good bread\" OR \"pain bio\""},
		{"\"Bread\"", "bread"},
		{"\"ask #levain now\"", "\"ask levain now\""},
		{"#Sandy OR @John_Doe OR #san*", "#sandy OR @john_doe OR #san*"},
		{"it's OR wi-fi OR 12:30", "\"it s\" OR \"wi fi\" OR \"12 30\""},
		{"late NEAR/5 order", "late NEAR/5 order"},
		{"(late) NEAR/5 \"my order\" AND NOT #ad NEAR/1 x", "late NEAR/5 \"my order\" AND NOT #ad NEAR/1 x"},
		{"İstanbul", "\"i stanbul\""},
		{"ΟΔΟΣ AND ΣΑΣ", "οδος AND σας"},
		{"bread AND Lang:FR AND sentiment:Negative AND has:link", "bread AND lang:fr AND sentiment:negative AND has:link"},
		{"author:@Jo OR channel:\"Our Page\"", "author:jo OR channel:\"our page\""},
		{"author:@@Jo OR author:\"@ Ann \" OR author:\"jo smith\"", "author:jo OR author:ann OR author:\"jo smith\""},
		{"bread AND followers:>=1000 AND followers:<5", "bread AND followers:>999 AND followers:<5"},
		{"bread AND followers:>=0 AND followers:<=1000000000000", "bread AND followers:>-1 AND followers:<1000000000001"},
		{"saved:brand AND NOT saved:noise", "{brand} AND NOT {noise}"},
		{"{brand} OR ({ two words })", "{brand} OR {two words}"},
		{"saved:\"two words\"", "{two words}"},
		{"bread AND saved:french AND has:Question AND has:media", "bread AND {french} AND has:question AND has:media"},
		{"bread AND near:Lyon AND NEAR:\"New  York\" AND near:Genève", "bread AND near:lyon AND near:\"new  york\" AND near:\"genève\""},
		{"near NEAR/5 lyon AND near:75011", "near NEAR/5 lyon AND near:75011"},
		{"東京* OR 東*", "東京* OR 東*"},
		{"a\xC2\xA0OR\xC2\xA0" "b", "a OR b"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct query *query = read(str_of(cases[i].text));
		struct str text = printed(query);
		assert_str(text, cases[i].printed);
		assert_true(query_same(query, read(text)));
	}
	assert_int_equal(query_terms(read(S("a OR \"b c\" OR saved:brand"))), 4);
	assert_false(query_same(read(S("a OR b")), read(S("a OR c"))));
	assert_false(query_same(read(S("a AND b")), read(S("a OR b"))));
}

static void test_faults_point(void **state)
{
	const struct {
		const char *text, *at;
		size_t column;
		const char *says; /* a word of the remedy */
	} cases[] = {
		{"", "", 1, "missing"},
		{"bread OR", "", 9, "missing"},
		{"bread AND AND b", "AND", 11, "between two words"},
		{"été OR (bread", "(", 8, "not closed"},
		{"bread)", ")", 6, "closes none"},
		{"bread OR ()", ")", 11, "closes here"},
		{"bread shop", "shop", 7, "quotation marks"},
		{"bread and shop", "and", 7, "capitals"},
		{"bread NOT shop", "NOT", 7, "AND NOT"},
		{"\"bread", "\"", 1, "not closed"},
		{"channel:\"bread", "\"", 9, "not closed"},
		{"NOT bread", "NOT bread", 1, "takes away"},
		{"a OR NOT b", "NOT b", 6, "takes away"},
		{"NOT a AND NOT b", "NOT a AND NOT b", 1, "almost everything"},
		{"a AND NOT NOT b", "NOT", 11, "once"},
		{"a AND NOT (NOT b)", "NOT", 7, "both out"},
		{"b*", "b*", 1, "two letters"},
		{"*bread", "*bread", 1, "end of a word"},
		{"it's*", "it's*", 1, "one word"},
		{"\"good brea*\"", "\"good brea*\"", 1, "whole words"},
		{"bread OR +++", "+++", 10, "no letter"},
		{"\"!\"", "\"!\"", 1, "no letter"},
		{"#a-b", "#a-b", 1, "one word"},
		{"@a@b.example", "@a@b.example", 1, "one word"},
		{"a NEAR b", "NEAR", 3, "NEAR/5"},
		{"a NEAR/0 b", "NEAR/0", 3, "1 to 100"},
		{"a NEAR/101 b", "NEAR/101", 3, "1 to 100"},
		{"a NEAR/2 b NEAR/2 c", "NEAR/2", 12, "three"},
		{"(a OR b) NEAR/2 c", "a OR b", 2, "two words or phrases"},
		{"a NEAR/2 lang:fr", "lang:fr", 10, "two words or phrases"},
		{"NEAR/2 b", "NEAR/2", 1, "missing"},
		{"lang:fr", "lang:fr", 1, "almost everything"},
		{"bread OR (lang:fr AND has:link)", "lang:fr AND has:link", 11, "almost everything"},
		{"lang:fr AND NOT bread", "lang:fr AND NOT bread", 1, "almost everything"},
		{"saved:french", "saved:french", 1, "almost everything"},
		{"bread AND lang:french", "lang:french", 11, "two or three letters"},
		{"bread AND sentiment:angry", "sentiment:angry", 11, "positive"},
		{"bread AND has:fun", "has:fun", 11, "link"},
		{"bread AND followers:1000", "followers:1000", 11, "followers:>1000"},
		{"bread AND followers:>99999999999999999999", "followers:>99999999999999999999", 11, "whole number"},
		{"near:lyon", "near:lyon", 1, "almost everything"},
		{"été AND near:", "near:", 9, "near:lyon"},
		{"bread AND near:\"…\"", "near:\"…\"", 11, "near:lyon"},
		{"bread AND near:\"a b c d e f g h i\"", "near:\"a b c d e f g h i\"", 11, "8 words"},
		{"bread AND near:\"Lyon", "\"", 16, "not closed"},
		{"bread NEAR:5 late", "NEAR:5", 7, "NEAR/5"},
		{"bread AND near:New York", "York", 20, "quotation marks"},
		{"a NEAR/2 near:lyon", "near:lyon", 10, "two words or phrases"},
		{"http://bread.example", "http://bread.example", 1, "quotation marks"},
		{"author:", "author:", 1, "name"},
		{"bread OR saved:nothing", "saved:nothing", 10, "no saved piece"},
		{"bread OR saved:broken", "saved:broken", 10, "mend"},
		{"bread OR {broken}", "{broken}", 10, "mend"},
		{"bread OR {brand", "{", 10, "not closed"},
		{"bread AND {}", "{}", 11, "no saved piece"},
		{"{french} AND NOT a", "{french} AND NOT a", 1, "almost everything"},
		{"bread OR saved:not", "saved:not", 10, "mend"},
		{"bread OR saved:self", "saved:self", 10, "too deep"},
		{"bread OR saved:wide", "saved:wide", 10, "2,000"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct query *query;
		struct query_fault fault = {};
		struct str text = str_of(cases[i].text);
		if (query_read(cx->arena, text, &pieces, &query, &fault))
			fail_msg("“%s” is taken", cases[i].text);
		assert_true(fault.at.at >= text.at && fault.at.at + fault.at.len <= text.at + text.len);
		if (!str_eq(fault.at, str_of(cases[i].at)) || query_column(text, &fault) != cases[i].column || str_find(str_of(fault.story), str_of(cases[i].says)) < 0)
			fail_msg("“%s” points at “%.*s” (%zu): %s", cases[i].text, STR_ARG(fault.at), query_column(text, &fault), fault.story);
	}
}

static void test_limits(void **state)
{
	const struct query *query;
	struct query_fault fault;
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < QUERY_DEPTH_MAX; i++)
		buf_addc(&b, '(');
	buf_adds(&b, "a OR b");
	for (int i = 0; i < QUERY_DEPTH_MAX; i++)
		buf_addc(&b, ')');
	assert_true(query_read(cx->arena, buf_str(&b), NULL, &query, &fault));
	assert_false(query_read(cx->arena, str_of(arena_printf(cx->arena, "(%s)", buf_cstr(&b)).at), NULL, &query, &fault));
	buf_clear(&b);
	for (int i = 0; i < QUERY_TERMS_MAX; i++)
		buf_addf(&b, "%sw%d", i ? " OR " : "", i);
	assert_true(query_read(cx->arena, buf_str(&b), NULL, &query, &fault));
	buf_adds(&b, " OR more");
	assert_false(query_read(cx->arena, buf_str(&b), NULL, &query, &fault));
	assert_str(fault.at, "more");
	buf_clear(&b);
	for (int i = 0; i < 1000000; i++)
		buf_addc(&b, '(');
	assert_false(query_read(cx->arena, buf_str(&b), NULL, &query, &fault));
	buf_clear(&b);
	for (int i = 0; i < 200; i++)
		buf_addc(&b, 'w');
	assert_false(query_read(cx->arena, buf_str(&b), NULL, &query, &fault));
}

static void test_words(void **state)
{
	const struct {
		const char *text, *words; /* with their signs, a blank between */
	} cases[] = {
		{"Hello, WORLD!", "hello world"},
		{"#Sandy hit @NYC", "#sandy hit @nyc"},
		{"a#b c@d.e", "a b c d e"},
		{"##twice @#mixed # alone", "#twice #mixed alone"},
		{"snake_case it's 3½ x²", "snake_case it s 3½ x²"},
		{"Été ÀÉÎ straße", "été àéî straße"},
		{"e\xCC\x81t", "e t"}, /* a mark of its own parts words */
		{"İx #İ", "i x #i"},
		{"ΟΔΟΣ ΣΑΣ ΑΣ' Σ Α'Σ", "οδος σας ας σ α ς"},
		{"日本語 テスト", "日本語 テスト"},
		{"Ⅷ ٣ Ⓐ", "ⅷ ٣"},
		{"bro\xFFken \xE2\x82", "bro ken"},
		{"ȺȾ", "ⱥⱦ"},
	};
	struct query_words words = {};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(buf_free) struct buf b = {};
		query_words_cut(&words, str_of(cases[i].text));
		for (size_t j = 0; j < words.count; j++) {
			const struct query_word *word = &query_words_items(&words)[j];
			if (j)
				buf_addc(&b, ' ');
			if (word->sign)
				buf_addc(&b, word->sign);
			buf_add(&b, query_word_text(&words, word));
		}
		assert_str(buf_str(&b), cases[i].words);
	}
	query_words_free(&words);
}

/* ---- what a network is asked for ---- */

static struct str needs_text(const struct query_needs *needs)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < needs->count; i++)
		for (size_t n = 0; n < needs->any[i].count; n++) {
			const struct query_literal *l = &needs->any[i].all[n];
			buf_addf(&b, l->kind == LITERAL_PHRASE ? "%s\"%.*s\"" : l->kind == LITERAL_TAG ? "%s#%.*s" : l->kind == LITERAL_NAME ? "%s@%.*s" : "%s%.*s",
				 n ? "+" : i ? " | " : "", STR_ARG(l->text));
		}
	return buf_keep(&b, cx->arena);
}

static void test_needs(void **state)
{
	const struct {
		const char *text, *needs; /* NULL: none */
	} cases[] = {
		{"levain", "levain"},
		{"Levain OR \"Pain au Levain\"", "levain"}, /* whoever has the phrase has the word */
		{"\"pain au levain\" OR brioche", "\"pain au levain\" | brioche"},
		{"(levain OR \"pain au levain\") AND NOT tuto AND #paris", "#paris+levain"},
		{"(brioche OR \"pain au levain\") AND NOT tuto AND #paris", "#paris+brioche | #paris+\"pain au levain\""},
		{"#sourdough OR @maison_levain", "#sourdough | @maison_levain"},
		{"levain AND lang:fr AND followers:>10", "levain"},
		{"late NEAR/5 delivery", "delivery+late"},
		{"saved:brand AND NOT saved:noise", "levain"},
		{"a AND b AND c AND dddd AND eeeeee", "eeeeee+dddd+a+b"}, /* four will do */
		{"(aaaa OR bbbb OR cccc) AND (dddddd OR eeeeee OR ffffff) AND gggggg", "gggggg+aaaa | gggggg+bbbb | gggggg+cccc"},
		{"levain AND boulang*", "levain"},
		{"author:paul", NULL}, {"author:paul AND NOT levain", NULL}, {"channel:bluesky OR levain", NULL}, {"boulang*", NULL}, {"levain OR boulang*", NULL},
		{"saved:wide4", NULL},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct query_needs needs;
		query_needs_of(cx->arena, read(str_of(cases[i].text)), &needs);
		if (!!needs.story == !!cases[i].needs || !!needs.count == !!needs.story)
			fail_msg("“%s” asks for %.*s (%s)", cases[i].text, STR_ARG(needs_text(&needs)), needs.story ? needs.story : "no story");
		if (cases[i].needs && !str_eq(needs_text(&needs), str_of(cases[i].needs)))
			fail_msg("“%s” asks for %.*s", cases[i].text, STR_ARG(needs_text(&needs)));
	}
}

static u32 seed = 7;
static u32 below(u32 bound)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % bound;
}

static void add_made(struct buf *b, int depth)
{
	static const char *const leaves[] = {"aa", "bb", "cc", "dd", "\"aa bb\"", "\"cc dd aa\"", "#aa", "#bb", "@cc", "aa NEAR/3 dd", "lang:fr", "author:paul", "bbb*"};
	if (!depth || below(3) == 0) {
		buf_adds(b, leaves[below(COUNT(leaves))]);
		return;
	}
	const char *between = below(2) ? " AND " : " OR ";
	buf_addc(b, '(');
	for (u32 i = 0, count = 2 + below(2); i < count; i++) {
		buf_adds(b, i ? between : "");
		if (i && between[1] == 'A' && below(4) == 0)
			buf_adds(b, "NOT ");
		add_made(b, depth - 1);
	}
	buf_addc(b, ')');
}

/* Does a post with these words, between blanks, have all that is asked for? */
static bool is_there(const struct query_need *need, struct str post)
{
	for (size_t i = 0; i < need->count; i++) {
		const struct query_literal *l = &need->all[i];
		const char *sign = l->kind == LITERAL_TAG ? "#" : l->kind == LITERAL_NAME ? "@" : "";
		bool there = str_find(post, arena_printf(cx->arena, " %s%.*s ", sign, STR_ARG(l->text))) >= 0;
		if (l->kind == LITERAL_WORD)
			there = there || str_find(post, arena_printf(cx->arena, " #%.*s ", STR_ARG(l->text))) >= 0 || str_find(post, arena_printf(cx->arena, " @%.*s ", STR_ARG(l->text))) >= 0;
		if (!there && l->kind != LITERAL_PHRASE) /* a phrase may run over signs: its words are told apart by the matcher */
			return false;
	}
	return true;
}

/* Whatever matches holds one of the sets. */
static void test_needs_hold(void **state)
{
	static const char *const words[] = {"aa", "bb", "cc", "dd", "#aa", "#bb", "@cc", "bbbb", "ee"};
	int matched = 0, asked = 0;
	for (int n = 0; n < 3000; n++) {
		CLEANUP(buf_free) struct buf b = {}, post = {};
		const struct query *query;
		struct query_fault fault;
		struct query_needs needs;
		add_made(&b, 3);
		if (!query_read(cx->arena, buf_str(&b), NULL, &query, &fault))
			continue;
		query_needs_of(cx->arena, query, &needs);
		CLEANUP(arena_freep) struct arena *own = arena_new();
		struct match *match = match_new(own);
		const u32 *numbers;
		match_add(match, query);
		for (int i = 0; i < 12; i++) {
			post.len = 0;
			buf_addc(&post, ' ');
			for (u32 w = 0, count = 1 + below(6); w < count; w++)
				buf_addf(&post, "%s ", words[below(COUNT(words))]);
			const struct match_text text = {.text = buf_str(&post), .lang = S("fr"), .author = S("paul"), .followers = -1};
			if (!match_post(match, &text, &numbers))
				continue;
			bool held = needs.story;
			matched++;
			asked += !held;
			for (size_t k = 0; k < needs.count; k++)
				held |= is_there(&needs.any[k], buf_str(&post));
			if (!held)
				fail_msg("“%.*s” matches “%.*s” and is not asked for by %.*s", STR_ARG(buf_str(&b)), STR_ARG(buf_str(&post)), STR_ARG(needs_text(&needs)));
		}
	}
	assert_true(matched > 3000 && asked > 1500);
}

int main(void)
{
	struct arena *arena = arena_new();
	struct cx here = cx_new(arena);
	cx = &here;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printed_as_read),
		cmocka_unit_test(test_faults_point),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_needs_hold),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
