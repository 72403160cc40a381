#include "text/term.h"

#include "base/utf8.h"
#include "text/token.h"
#include "text/vocabulary.h"

#define LETTERS_LEAST 3 /* of a word; of one written in signs for syllables or ideas, less */
#define LETTERS_MOST 40 /* what is longer is an address or nonsense */

struct terms {
	struct reading *reading;
	struct common_words common;
	struct term list[TERMS_MAX];
	size_t count;
};

struct terms *terms_new(struct arena *arena)
{
	struct terms *t = arena_new_of(arena, struct terms);
	t->reading = reading_new(arena);
	common_words_of(arena, &t->common);
	return t;
}

static bool tells(const struct terms *t, const struct token *token, struct str message)
{
	struct str text = {message.at + token->from, token->to - token->from};
	size_t letters = utf8_count(text), least = text.len && (u8)text.at[0] >= 0xE0 ? LETTERS_LEAST - 1 : LETTERS_LEAST;
	return letters >= least && letters <= LETTERS_MOST && !common_word(&t->common, token->plain);
}

static void add(struct terms *t, u64 key, u32 from, u32 to, enum term_kind kind)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->list[i].key == key)
			return;
	if (t->count < TERMS_MAX)
		t->list[t->count++] = (struct term){key, from, to, kind};
}

/* Is there nothing but one space between the two? */
static bool stands_by(const struct token *a, const struct token *b, struct str message)
{
	return b->from == a->to + 1 && message.at[a->to] == ' ';
}

static bool is_word(const struct token *token)
{
	return token->kind == TOKEN_WORD && !(token->flags & TOKEN_PART);
}

/* "Saint-Étienne" is one thing, and the same as "Saint Étienne". */
static void add_hyphened(struct terms *t, size_t i, struct str message)
{
	const struct token *a = &t->reading->tokens[i], *sign = a + 1, *b = a + 2;
	if (i + 2 < t->reading->token_count && sign->kind == TOKEN_POINT && sign->from == a->to && sign->to == sign->from + 1 && message.at[sign->from] == '-' && is_word(b) &&
	    b->from == sign->to && tells(t, b, message))
		add(t, token_hash(token_hash(TOKEN_HASH_START ^ TERM_PHRASE, a->plain), b->plain), a->from, b->to, TERM_PHRASE);
}

static void add_phrases(struct terms *t, size_t i, struct str message)
{
	const struct token *a = &t->reading->tokens[i], *b = a + 1, *c = a + 2;
	add_hyphened(t, i, message);
	if (i + 1 >= t->reading->token_count || !is_word(b) || !stands_by(a, b, message))
		return;
	u64 pair = token_hash(token_hash(TOKEN_HASH_START ^ TERM_PHRASE, a->plain), b->plain);
	if (tells(t, b, message))
		add(t, pair, a->from, b->to, TERM_PHRASE);
	if (i + 2 < t->reading->token_count && is_word(c) && stands_by(b, c, message) && tells(t, c, message))
		add(t, token_hash(pair, c->plain), a->from, c->to, TERM_PHRASE);
}

size_t terms_of(struct terms *t, struct str message, const struct term **ret_terms)
{
	t->count = 0;
	reading_of(t->reading, message);
	for (size_t i = 0; i < t->reading->token_count; i++) {
		const struct token *token = &t->reading->tokens[i];
		if (token->flags & TOKEN_PART)
			continue;
		if (token->kind == TOKEN_HASHTAG && token->to > token->from + 1 && token->to - token->from <= 3 * LETTERS_MOST) {
			add(t, token_hash(TOKEN_HASH_START ^ TERM_HASHTAG, token->plain), token->from, token->to, TERM_HASHTAG);
		} else if (token->kind == TOKEN_WORD && tells(t, token, message)) {
			add(t, token->plain, token->from, token->to, TERM_WORD);
			add_phrases(t, i, message);
		}
	}
	*ret_terms = t->list;
	return t->count;
}
