#include "model/diff.h"

#include <string.h>

struct words {
	struct str *at;
	size_t count;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static struct words words_of(struct arena *arena, struct str text)
{
	struct words words = {};
	size_t capacity = 0, from = 0;
	*arena_push(arena, words.at, words.count, capacity) = (struct str){}; /* room even for none: pointers into it are of something */
	words.count = 0;
	while (from < text.len) { /* a word, or the white space between two */
		size_t to = from + 1;
		while (to < text.len && is_space(text.at[to]) == is_space(text.at[from]))
			to++;
		*arena_push(arena, words.at, words.count, capacity) = (struct str){text.at + from, to - from};
		from = to;
	}
	return words;
}

struct told {
	struct arena *arena;
	struct diff_piece *pieces;
	size_t count, capacity;
};

static void tell(struct told *told, enum diff_kind kind, struct str word)
{
	struct diff_piece *last = told->count ? &told->pieces[told->count - 1] : NULL;
	if (!word.len)
		return;
	if (last && last->kind == kind && last->text.at + last->text.len == word.at)
		last->text.len += word.len;
	else
		*arena_push(told->arena, told->pieces, told->count, told->capacity) = (struct diff_piece){kind, word};
}

static struct str span(const struct str *words, size_t count)
{
	return count ? str_span(words[0].at, words[count - 1].at + words[count - 1].len) : (struct str){};
}

/* How far each diagonal was reached after so many steps; `ways` keeps every step's, to walk back. -1: too many steps. */
static long steps_needed(const struct str *a, long n, const struct str *b, long m, int *reach, int **ways, struct arena *arena)
{
	long most = n + m < DIFF_STEPS ? n + m : DIFF_STEPS;
	int *v = reach + DIFF_STEPS + 1;
	v[1] = 0;
	for (long d = 0; d <= most; d++) {
		ways[d] = arena_array(arena, int, (size_t)(2 * d + 3));
		memcpy(ways[d], v - d - 1, (size_t)(2 * d + 3) * sizeof *v);
		for (long k = -d; k <= d; k += 2) {
			long x = k == -d || (k != d && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;
			while (x < n && x - k < m && str_eq(a[x], b[x - k]))
				x++;
			v[k] = (int)x;
			if (x >= n && x - k >= m)
				return d;
		}
	}
	return -1;
}

/* From the end back to the beginning: which words stayed. */
static void mark_stayed(int **ways, long steps, long n, long m, bool *a_stays, bool *b_stays)
{
	long x = n, y = m;
	for (long d = steps; d >= 0; d--) {
		const int *v = ways[d] + d + 1; /* as it was before step d */
		long k = x - y;
		bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
		long from_k = down ? k + 1 : k - 1, from_x = d ? v[from_k] : 0, from_y = d ? from_x - from_k : 0;
		while (x > from_x && y > from_y) {
			a_stays[--x] = true;
			b_stays[--y] = true;
		}
		x = from_x;
		y = from_y;
	}
}

static void tell_middle(struct told *told, const struct str *a, size_t n, const struct str *b, size_t m)
{
	int **ways = arena_array(told->arena, int *, DIFF_STEPS + 1), *reach = arena_array(told->arena, int, 2 * DIFF_STEPS + 3);
	long steps = steps_needed(a, (long)n, b, (long)m, reach, ways, told->arena);
	bool *a_stays = arena_array(told->arena, bool, n + 1), *b_stays = arena_array(told->arena, bool, m + 1);
	if (steps >= 0)
		mark_stayed(ways, steps, (long)n, (long)m, a_stays, b_stays);
	for (size_t i = 0, j = 0; i < n || j < m;) {
		while (i < n && !a_stays[i])
			tell(told, DIFF_GONE, a[i++]);
		while (j < m && !b_stays[j])
			tell(told, DIFF_NEW, b[j++]);
		for (; i < n && j < m && a_stays[i] && b_stays[j]; i++, j++)
			tell(told, DIFF_SAME, b[j]);
	}
}

size_t diff_words(struct arena *arena, struct str before, struct str after, struct diff_piece **ret_pieces)
{
	struct told told = {.arena = arena};
	struct words a = words_of(arena, before), b = words_of(arena, after);
	size_t head = 0, tail = 0, least = a.count < b.count ? a.count : b.count;
	while (head < least && str_eq(a.at[head], b.at[head]))
		head++;
	while (tail < least - head && str_eq(a.at[a.count - 1 - tail], b.at[b.count - 1 - tail]))
		tail++;
	tell(&told, DIFF_SAME, span(b.at, head));
	tell_middle(&told, a.at + head, a.count - head - tail, b.at + head, b.count - head - tail);
	tell(&told, DIFF_SAME, span(b.at + b.count - tail, tail));
	*ret_pieces = told.pieces;
	return told.count;
}
