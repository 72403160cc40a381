#include "test.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/token.h"

#include <string.h>

/* The tokens, parted by spaces: "kind:text" with a sign for each mark; words without kind. */
static struct str shown(struct arena *arena, const struct reading *r)
{
	static const char *const kinds[] = {"", "number:", "link:", "mention:", "tag:", "emoji:", "face:", "point:"};
	static const struct {
		u8 flag;
		char sign;
	} signs[] = {{TOKEN_LOUD, '^'}, {TOKEN_LONG, '~'}, {TOKEN_NEGATED, '-'}, {TOKEN_PART, '+'}, {TOKEN_DISGUISED, '?'}};
	struct buf *b = buf_in_arena(arena);
	for (size_t i = 0; i < r->token_count; i++) {
		const struct token *t = &r->tokens[i];
		buf_adds(b, i ? " " : "");
		buf_adds(b, kinds[t->kind]);
		for (u32 n = 0; n < t->len && t->kind != TOKEN_LINK && t->kind != TOKEN_MENTION && t->kind != TOKEN_EMOTICON; n++)
			buf_add_utf8(b, r->line[t->at + n]);
		for (size_t n = 0; n < COUNT(signs); n++)
			if (t->flags & signs[n].flag)
				buf_addc(b, signs[n].sign);
	}
	return buf_str(b);
}

static void test_tokens(void **state)
{
	static const struct {
		const char *message, *tokens;
	} cases[] = {
		{"", ""},
		{" \t ", ""},
		{"Hello world", "hello world"},
		{"I LOVE it sooooo much!!!", "i love^ it soo~ much point:!!~"},
		{"Déjà Vu, l'été", "déjà vu point:, l été"},
		{"this is not good at all. fine", "this is not good- at- all- point:. fine"},
		{"I don't like it", "i don't like- it-"},
		{"Je n'aime pas ça", "je n aime pas ça-"},
		{"@user look http://t.co/Ab1 now", "mention: look link: t+ co+ now"},
		{"see www.example.com, or shop.example.com/x", "see link: example+ com+ point:, or link: shop+ example+ com+"},
		{"http is a link in some sets", "link: is a link in some sets"},
		{"#LoveYou2much ok", "tag:#loveyou2much love+ you+ 2+ much+ ok"},
		{"#snake_case", "tag:#snake_case snake+ case+"},
		{"at 10:30 for 1,500", "at number:10:30 for number:1,500"},
		{"sh1t a$$es f**k", "sh1t? a$$es? f**k?"},
		{":) :-( :'( ;) XD <3", "face: face: face: face: face: face:"},
		{"wow 😂😂😂 ❤️", "wow emoji:😂~ emoji:❤"},
		{"wait... what?! no", "wait point:…~ what point:‽ no"},
		{"東京 is big", "東 京 is big"},
		{"ＦＵＬＬ width", "full^ width"},
		{"self-esteem", "self point:- esteem"},
		{"mail a@b.com", "mail link: a+"},
		{"h\xcc\xb6\xcc\xb7\xcc\xb8" "e\xcc\xb6\xcc\xb7llo", "hello"},
		{"a\xe2\x80\xae" "b \xe2\x80\x8b", "ab"},
		{"\xff\xfe ok", "point:\xef\xbf\xbd ok"},
		{"# @ : http://", "point:# point:@ point:: link:"},
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = reading_new(arena);
	for (size_t i = 0; i < COUNT(cases); i++) {
		reading_of(r, str_of(cases[i].message));
		assert_str(shown(arena, r), cases[i].tokens);
	}
}

static void test_same(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = reading_new(arena);
	reading_of(r, S("decu DÉÇU déçu"));
	assert_int_equal(r->token_count, 3);
	assert_true(r->tokens[0].plain == r->tokens[1].plain && r->tokens[1].hash == r->tokens[2].hash && r->tokens[0].hash != r->tokens[1].hash);
	reading_of(r, S("shit sh1t $hit"));
	assert_true(r->tokens[0].hash == r->tokens[1].plain);
	assert_true(r->counts.words == 3 || r->counts.words == 4);
	reading_of(r, S("été \xc3\xa9t\xc3\xa9"));
	assert_true(r->tokens[0].from == 0 && r->tokens[0].to == 5 && r->tokens[1].from == 6 && r->tokens[1].to == 11);
}

/* Whatever the bytes: places stay inside, and everything ends soon. */
static void check(const struct reading *r, struct str message)
{
	assert_true(r->line_len <= READING_LINE && r->token_count <= READING_TOKENS);
	for (size_t i = 0; i < r->token_count; i++) {
		const struct token *t = &r->tokens[i];
		assert_true(t->from < t->to && t->to <= message.len && t->at + t->len < r->line_len && t->len > 0);
	}
}

static void test_hostile(void **state)
{
	static const char *const pieces[] = {"#a", "#aAaAaA1b2", "a ", "!", "#", "@x", "http://a.b.c.", "\xf0\x9f\x98\x82", "\xcc\x81", "e\xcc\x81", "\xff", "\xe6\x9d\xb1", "n'", "1a", "a*", ":-", "x_x",
					     "\xe2\x80\xae", "1:", "aaaa"};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = reading_new(arena);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct buf *b = buf_in_arena(arena);
		while (b->len < 3u * READING_BYTES)
			buf_adds(b, pieces[i]);
		for (size_t len = 0; len < 40; len++) {
			reading_of(r, str_head(buf_str(b), len));
			check(r, str_head(buf_str(b), len));
		}
		reading_of(r, buf_str(b));
		check(r, buf_str(b));
	}
	char *large = arena_alloc(arena, 10u << 20);
	memset(large, 'x', 10u << 20);
	for (int i = 0; i < 100; i++) /* a hundred of ten megabytes each: in the time of one */
		reading_of(r, (struct str){large, 10u << 20});
	assert_int_equal(r->token_count, 1);
	assert_int_equal(r->tokens[0].len, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_tokens), cmocka_unit_test(test_same), cmocka_unit_test(test_hostile)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
