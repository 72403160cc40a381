#include "main/bench_made.h"

#include "base/chance.h"
#include "text/query.h"

#include <math.h>

#define WORDS 60000      /* that are in use */
#define POST_WORDS_MAX 24

static struct chance luck;

/* A word by its rank, the frequent ones short: syllables, with a sign before some. */
static void add_word(struct buf *b, u64 rank, bool with_sign)
{
	static const char *const syllables[] = {"ba", "de", "ki", "lo", "mu", "na", "re", "si", "to", "vu", "ché", "fra", "gli", "pon", "stu", "wen"};
	if (with_sign && rank % 11 == 7)
		buf_addc(b, rank % 2 ? '@' : '#');
	do {
		buf_adds(b, syllables[rank % 16]);
		rank /= 16;
	} while (rank);
}

/* As words are in what people write: the r-th most frequent one about 1/r as often as the first. */
static u64 rank(void)
{
	return (u64)exp((double)chance_below(&luck, 1000000) / 1e6 * log(WORDS)) - 1;
}

struct made {
	u32 words[POST_WORDS_MAX];
	u32 count;
};

struct made *made_posts(struct arena *arena, struct str *posts)
{
	luck = (struct chance){0x9e3779b97f4a7c15u};
	struct made *made = arena_array(arena, struct made, MADE_POSTS);
	for (size_t i = 0; i < MADE_POSTS; i++) {
		CLEANUP(buf_free) struct buf b = {};
		struct made *m = &made[i];
		m->count = 6 + (u32)chance_below(&luck, POST_WORDS_MAX - 5);
		for (u32 w = 0; w < m->count; w++) {
			m->words[w] = (u32)rank();
			buf_adds(&b, w ? chance_below(&luck, 8) ? " " : ", " : "");
			add_word(&b, m->words[w], true);
		}
		if (chance_below(&luck, 5) < 2)
			buf_addf(&b, " http://t.co/%08llx", (unsigned long long)chance_below(&luck, 1u << 31));
		posts[i] = buf_keep(&b, arena);
	}
	return made;
}

/* What somebody looks for: something that was said, or any word. */
static void add_term(struct buf *b, const struct made *made)
{
	const struct made *m = &made[chance_below(&luck, MADE_POSTS)];
	u64 at = chance_below(&luck, m->count - 2), kind = chance_below(&luck, 100);
	if (kind < 28) {
		buf_addc(b, '"');
		for (u64 i = 0; i < 2 + (kind < 7); i++) {
			buf_adds(b, i ? " " : "");
			add_word(b, m->words[at + i], false);
		}
		buf_addc(b, '"');
		return;
	}
	size_t from = b->len;
	add_word(b, kind < 34 ? m->words[at] : chance_below(&luck, WORDS), true);
	if (kind > 93 && b->len - from > 4) {
		b->len -= 1 + chance_below(&luck, 2);
		while (((u8)b->at[b->len - 1] & 0x80) != 0) /* not within a letter */
			b->len--;
		buf_addc(b, '*');
	}
}

static void add_or(struct buf *b, const struct made *made, u64 most)
{
	u64 count = 1 + chance_below(&luck, most);
	buf_addc(b, '(');
	for (u64 i = 0; i < count; i++) {
		buf_adds(b, i ? " OR " : "");
		add_term(b, made);
	}
	buf_addc(b, ')');
}

static void add_query(struct buf *b, const struct made *made)
{
	u64 shape = chance_below(&luck, 100);
	if (shape < 8) {
		const struct made *m = &made[chance_below(&luck, MADE_POSTS)];
		u64 at = chance_below(&luck, m->count - 3);
		add_word(b, m->words[at], false);
		buf_addf(b, " NEAR/%d ", 2 + (int)chance_below(&luck, 6));
		add_word(b, m->words[at + 1 + chance_below(&luck, 2)], false);
		return;
	}
	add_or(b, made, 6);
	if (shape < 42)
		return;
	buf_adds(b, " AND ");
	add_or(b, made, 6);
	if (shape < 70)
		return;
	buf_adds(b, " AND NOT ");
	add_or(b, made, 3);
}

/* A few say nothing but short beginnings, and are made anew. */
struct str made_query(struct arena *arena, const struct made *made)
{
	for (;;) {
		CLEANUP(arena_freep) struct arena *task = arena_new();
		CLEANUP(buf_free) struct buf b = {};
		const struct query *query;
		struct query_fault fault;
		add_query(&b, made);
		if (query_read(task, buf_str(&b), NULL, &query, &fault))
			return buf_keep(&b, arena);
	}
}
