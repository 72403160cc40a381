/* Listening queries and posts, a line each, against the matcher and the naive one, which must agree. A line that begins with + adds a query,
 * with - and a figure removes one, with = sets what the posts after it carry beside their text; any other is a post. What is printed of a
 * query is read again as the same. */
#include "base/err.h"
#include "naive.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define QUERIES_MAX 64
#define LINES_MAX 200

struct desk {
	struct arena *arena;
	struct match *match;
	const struct query *queries[QUERIES_MAX];
	struct match_text post;
};

static bool find_piece(void *subject, struct str name, struct str *ret_text)
{
	*ret_text = str_eq(name, S("a")) ? S("b OR \"c d\" OR saved:b") : S("e AND NOT lang:fr");
	return name.len == 1 && name.at[0] <= 'b';
}

static const struct query_pieces pieces = {find_piece, NULL};

static void add(struct desk *desk, struct str text)
{
	CLEANUP(buf_free) struct buf print = {};
	struct query_fault fault = {};
	const struct query *query, *again;
	if (!query_read(desk->arena, text, &pieces, &query, &fault)) {
		must(fault.story && (!fault.at.at || (fault.at.at >= text.at && fault.at.at + fault.at.len <= text.at + text.len)));
		return;
	}
	buf_add_query(&print, query);
	must(query_read(desk->arena, buf_str(&print), &pieces, &again, &fault) && query_same(query, again));
	must(query_terms(query) <= QUERY_TERMS_MAX);
	if (match_count(desk->match) < QUERIES_MAX)
		desk->queries[match_add(desk->match, query)] = query;
}

static void take_out(struct desk *desk, struct str which)
{
	size_t number = which.len ? (u8)which.at[0] % QUERIES_MAX : 0;
	if (!desk->queries[number])
		return;
	match_remove(desk->match, (u32)number);
	desk->queries[number] = NULL;
}

static void dress(struct match_text *post, struct str text)
{
	post->lang = str_cut(&text, ' ');
	post->author = post->author_name = str_cut(&text, ' ');
	post->channel = str_cut(&text, ' ');
	post->network = post->lang;
	post->sentiment = str_cut(&text, ' ');
	post->place = text;
	post->has = text.len ? (u8)text.at[0] : 0;
	post->followers = text.len ? (i64)text.len : -1;
}

static void check(struct desk *desk)
{
	const u32 *numbers;
	bool matched[QUERIES_MAX] = {};
	size_t count = match_post(desk->match, &desk->post, &numbers);
	for (size_t i = 0; i < count; i++) {
		must(numbers[i] < QUERIES_MAX && !matched[numbers[i]]);
		matched[numbers[i]] = true;
	}
	for (size_t i = 0; i < QUERIES_MAX; i++)
		must(matched[i] == (desk->queries[i] && naive_matches(desk->queries[i], &desk->post)));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct desk desk = {.arena = arena, .match = match_new(arena), .post = {.followers = -1}};
	struct str rest = {(const char *)data, size < 4096 ? size : 4096};
	for (int i = 0; i < LINES_MAX && rest.at; i++) {
		struct str line = str_line(&rest), body = str_skip(line, line.len ? 1 : 0);
		char first = line.len ? line.at[0] : ' ';
		if (first == '+') {
			add(&desk, body);
		} else if (first == '-') {
			take_out(&desk, body);
		} else if (first == '=') {
			dress(&desk.post, body);
		} else {
			desk.post.text = line;
			check(&desk);
		}
	}
	return 0;
}
