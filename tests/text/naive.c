#include "naive.h"

#include "text/place.h"
#include "text/query_words.h"

#include <string.h>

static struct str word_at(const struct query_words *words, size_t i, bool with_sign)
{
	const struct query_word *word = &query_words_items(words)[i];
	struct str text = query_word_text(words, word);
	return with_sign && word->sign ? (struct str){text.at - 1, text.len + 1} : text;
}

/* Does the term stand at word `i`? */
static bool stands(const struct query *q, const struct query_words *words, size_t i)
{
	switch (q->kind) {
	case QUERY_WORD:
		return str_eq(word_at(words, i, false), q->words[0]);
	case QUERY_SIGNED:
		return query_words_items(words)[i].sign && str_eq(word_at(words, i, true), q->words[0]);
	case QUERY_PREFIX:
		return str_starts(word_at(words, i, false), q->words[0]) || str_starts(word_at(words, i, true), q->words[0]);
	default:
		for (size_t j = 0; j < q->count; j++)
			if (i + j >= words->count || !str_eq(word_at(words, i + j, false), q->words[j]))
				return false;
		return true;
	}
}

static bool is_near(const struct query *q, const struct query_words *words)
{
	const struct query *a = q->parts[0], *b = q->parts[1];
	size_t a_more = a->kind == QUERY_PHRASE ? a->count - 1 : 0, b_more = b->kind == QUERY_PHRASE ? b->count - 1 : 0;
	for (size_t i = 0; i < words->count; i++)
		for (size_t j = 0; stands(a, words, i) && j < words->count; j++) {
			i64 apart = j > i ? (i64)j - (i64)(i + a_more) : (i64)i - (i64)(j + b_more);
			if (i != j && stands(b, words, j) && apart >= 1 && apart <= q->number)
				return true;
		}
	return false;
}

static bool same_lower(struct str value, struct str lower)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_query_lower(&b, value);
	return value.len && str_eq(buf_str(&b), lower);
}

/* The names asked for, one after the other, anywhere among those said. */
static bool is_at(struct str said, struct str asked)
{
	struct place_text s, a;
	place_read(said, false, &s);
	place_read(asked, true, &a);
	for (u32 from = 0; a.count && from + a.count <= s.count; from++) {
		bool all = true;
		for (u32 i = 0; i < a.count; i++)
			all = all && str_eq(place_names(&s, from + i, 1), place_names(&a, i, 1));
		if (all)
			return true;
	}
	return false;
}

static bool field_is(const struct query *q, const struct match_text *post)
{
	switch (q->field) {
	case QUERY_LANG:
		return same_lower(post->lang, q->words[0]);
	case QUERY_CHANNEL:
		return same_lower(post->channel, q->words[0]) || same_lower(post->network, q->words[0]);
	case QUERY_AUTHOR:
		return same_lower(query_author(post->author), q->words[0]) || same_lower(query_author(post->author_name), q->words[0]);
	case QUERY_SENTIMENT:
		return same_lower(post->sentiment, q->words[0]);
	case QUERY_HAS:
		return post->has & (str_eq(q->words[0], S("link")) ? MATCH_HAS_LINK : str_eq(q->words[0], S("image")) ? MATCH_HAS_IMAGE
				    : str_eq(q->words[0], S("video")) ? MATCH_HAS_VIDEO : str_eq(q->words[0], S("media")) ? MATCH_HAS_MEDIA : MATCH_HAS_QUESTION);
	case QUERY_PLACE:
		return is_at(post->place, q->words[0]);
	case QUERY_FOLLOWERS_OVER:
		return post->followers >= 0 && post->followers > q->number;
	default:
		return post->followers >= 0 && post->followers < q->number;
	}
}

static bool matches(const struct query *q, const struct query_words *words, const struct match_text *post)
{
	bool any = false;
	switch (q->kind) {
	case QUERY_FIELD:
		return field_is(q, post);
	case QUERY_NEAR:
		return is_near(q, words);
	case QUERY_SAVED:
		return matches(q->parts[0], words, post);
	case QUERY_NOT:
		return !matches(q->parts[0], words, post);
	case QUERY_AND:
		for (size_t i = 0; i < q->count; i++)
			if (!matches(q->parts[i], words, post))
				return false;
		return true;
	case QUERY_OR:
		for (size_t i = 0; i < q->count; i++)
			any = any || matches(q->parts[i], words, post);
		return any;
	default:
		for (size_t i = 0; i < words->count; i++)
			any = any || stands(q, words, i);
		return any;
	}
}

bool naive_matches(const struct query *query, const struct match_text *post)
{
	struct query_words words = {};
	query_words_cut(&words, match_head(post->text));
	bool answer = matches(query, &words, post);
	query_words_free(&words);
	return answer;
}
