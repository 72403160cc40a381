/* match_post.c: one post against all queries: which leaves are there, then the queries that wait at them. */
#include "text/match_hash.h"

#include "base/err.h"

/* A leaf is there. */
static inline void meet(struct match *match, u32 number)
{
	u64 *bits = &match->there[number / 64], bit = (u64)1 << number % 64;
	if (*bits & bit)
		return;
	*bits |= bit;
	struct leaf *leaf = &match->leaves[number];
	leaf->seen++;
	match->found.at[match->found.count++] = number;
}

static inline bool is_there(const struct match *match, u32 number)
{
	return match->there[number / 64] >> number % 64 & 1;
}

static void note_place(struct match *match, u32 number, u32 from, u32 to)
{
	match->places = match_grow(match, match->places, sizeof *match->places, match->place_count, &match->place_capacity, match->place_count + 1);
	u32 before = match->places_of[number];
	match->places[match->place_count] = (struct place){from, to, before, before ? match->places[before].count + 1 : 1};
	match->places_of[number] = match->place_count++;
}

static inline void meet_at(struct match *match, u32 number, u32 from, u32 to)
{
	meet(match, number);
	if (match->leaves[number].places_wanted)
		note_place(match, number, from, to);
}

/* ---- leaves of single words ---- */

static void meet_prefixes(struct match *match, enum match_kind kind, struct str word, u32 position)
{
	u64 seed = hash_seed(match, kind);
	for (u32 i = 0; i < match->prefix_active_count && match->prefix_active[i] <= word.len; i++) {
		u64 hash = hash_padded(seed, word.at, match->prefix_active[i]);
		if (!(match->prefix_sieve[hash % SIEVE_BITS / 64] >> hash % 64 & 1))
			continue;
		u32 leaf = leaf_find(match, kind, str_head(word, match->prefix_active[i]), hash);
		if (leaf)
			meet_at(match, leaf, position, position);
	}
}

static void meet_words(struct match *match)
{
	const struct query_word *items = query_words_items(&match->words);
	u64 word_seed = hash_seed(match, LEAF_WORD), signed_seed = hash_seed(match, LEAF_SIGNED);
	for (u32 i = 0; i < match->words.count; i++) {
		struct str word = query_word_text(&match->words, &items[i]);
		u32 leaf = leaf_find(match, LEAF_WORD, word, hash_padded(word_seed, word.at, (u32)word.len));
		match->plain.at[i] = leaf;
		if (leaf)
			meet_at(match, leaf, i, i);
		meet_prefixes(match, LEAF_PREFIX, word, i);
		if (!items[i].sign)
			continue;
		word = (struct str){word.at - 1, word.len + 1};
		leaf = leaf_find(match, LEAF_SIGNED, word, hash_padded(signed_seed, word.at, (u32)word.len));
		if (leaf)
			meet_at(match, leaf, i, i);
		meet_prefixes(match, LEAF_PREFIX, word, i);
	}
}

/* ---- leaves of several ---- */

static void meet_phrases(struct match *match)
{
	for (u32 i = 0; i + 1 < match->words.count; i++) {
		u32 leaf = match->plain.at[i];
		for (u32 next = i + 1; leaf && match->leaves[leaf].phrases && next < match->words.count; next++) {
			leaf = match->plain.at[next] ? leaf_find_phrase(match, leaf, match->plain.at[next]) : 0;
			if (leaf)
				meet_at(match, leaf, i, next);
		}
	}
}

static bool apart(const struct place *a, const struct place *b, u32 most)
{
	return (b->from > a->to && b->from - a->to <= most) || (a->from > b->to && a->from - b->to <= most);
}

/* A few places, and a word that is everywhere: look around each of them. */
static bool is_around(const struct match *match, u32 few, u32 word, u32 most)
{
	for (u32 a = match->places_of[few]; a; a = match->places[a].before) {
		const struct place *place = &match->places[a];
		for (u32 i = place->from > most ? place->from - most : 0; i <= place->to + most && i < match->words.count; i++)
			if (match->plain.at[i] == word && (i < place->from || i > place->to))
				return true;
	}
	return false;
}

static bool is_much_rarer(const struct match *match, u32 few, u32 word, u32 most)
{
	return match->leaves[word].kind == LEAF_WORD && match->places[match->places_of[few]].count * (u64)(2 * most + 8) < match->places[match->places_of[word]].count;
}

/* Places are linked from the last to the first; those of one leaf have one length. */
static bool is_near(const struct match *match, u32 left, u32 right, u32 most)
{
	if (is_much_rarer(match, left, right, most))
		return is_around(match, left, right, most);
	if (is_much_rarer(match, right, left, most))
		return is_around(match, right, left, most);
	const struct place *places = match->places;
	u32 low = match->places_of[right];
	for (u32 a = match->places_of[left]; a && low; a = places[a].before) {
		while (low && places[low].from > places[a].to + most)
			low = places[low].before;
		for (u32 b = low; b && places[b].to + most >= places[a].from; b = places[b].before)
			if (apart(&places[a], &places[b], most))
				return true;
	}
	return false;
}

static void meet_nears(struct match *match)
{
	for (u32 i = 0; i < match->found.count; i++) {
		struct ids nears = match->leaves[match->found.at[i]].nears;
		for (u32 j = 0; j < nears.count; j += 2) {
			u32 key[3], near = nears.at[j + 1];
			if (!is_there(match, nears.at[j]))
				continue;
			memcpy(key, match->leaves[near].key, sizeof key);
			if (is_near(match, key[0], key[1], key[2]))
				meet(match, near);
		}
	}
}

/* ---- what a post carries beside its text ---- */

static void meet_field(struct match *match, const char *name, struct str value)
{
	char text[256 + QUERY_WORDS_PAD];
	if (!value.len || value.len > QUERY_WORD_MAX)
		return;
	CLEANUP(buf_free) struct buf key = BUF_IN(text);
	buf_adds(&key, name);
	buf_add_query_lower(&key, value);
	u32 leaf = leaf_find(match, LEAF_FIELD, buf_str(&key), leaf_hash(match, LEAF_FIELD, buf_str(&key)));
	if (leaf)
		meet(match, leaf);
}

static void meet_fields(struct match *match, const struct match_text *post)
{
	if (!match->fields)
		return;
	meet_field(match, "lang:", post->lang);
	meet_field(match, "channel:", post->channel);
	meet_field(match, "channel:", post->network);
	meet_field(match, "author:", query_author(post->author));
	meet_field(match, "author:", query_author(post->author_name));
	meet_field(match, "sentiment:", post->sentiment);
	static const char *const has[] = {"link", "image", "video", "media", "question"}; /* in the order of their bits */
	for (size_t i = 0; i < COUNT(has); i++)
		if (post->has >> i & 1)
			meet_field(match, "has:", str_of(has[i]));
}

/* Every run of names in it that is as long as one that is asked for. */
static void meet_places(struct match *match, struct str said)
{
	struct place_text place;
	if (!said.len || !match_asks_place(match))
		return;
	place_read(said, false, &place);
	for (u32 from = 0; from < place.count; from++)
		for (u32 count = 1; count <= PLACE_ASKED_MAX && from + count <= place.count; count++) {
			struct str names = place_names(&place, from, count);
			if (!match->places_asked[count] || names.len > PLACE_KEY_MAX)
				continue;
			u32 leaf = leaf_find(match, LEAF_PLACE, names, leaf_hash(match, LEAF_PLACE, names));
			if (leaf)
				meet(match, leaf);
		}
}

static void meet_ranges(struct match *match, i64 followers)
{
	for (u32 i = 0; followers >= 0 && i < match->ranges.count; i++) {
		const struct leaf *leaf = &match->leaves[match->ranges.at[i]];
		i64 bound;
		memcpy(&bound, leaf->key, sizeof bound);
		if (leaf->kind == LEAF_OVER ? followers > bound : followers < bound)
			meet(match, match->ranges.at[i]);
	}
}

/* ---- queries ---- */

static bool holds(const struct match *match, const u32 *code)
{
	u32 kind = code_kind(*code);
	if (kind == CODE_LEAF)
		return is_there(match, code_value(*code)) != code_not(*code);
	const u32 *end = code + 1 + code_value(*code);
	bool stops = kind == CODE_OR; /* the answer that decides for all parts */
	for (const u32 *part = code + 1; part < end;) {
		bool answer;
		if (code_kind(*part) == CODE_LEAF) {
			answer = is_there(match, code_value(*part)) != code_not(*part);
			part++;
		} else {
			answer = holds(match, part);
			part += 1 + code_value(*part);
		}
		if (answer == stops)
			return stops != code_not(*code);
	}
	return !stops != code_not(*code);
}

#define AHEAD 8 /* queries that memory is asked for before they are looked at */

static void look(struct match *match, u32 waiting)
{
	u32 number = waiting >> 1;
	if (match->met[number] == match->round)
		return;
	if (!(waiting & 1)) {
		match->looked_at++;
		if (!holds(match, match->queries[number].code)) {
			match->met[number] = match->round;
			return;
		}
	}
	match->met[number] = match->round;
	match->matched.at[match->matched.count++] = number;
}

static void look_at_waiting(struct match *match)
{
	for (u32 i = 0; i < match->found.count; i++) {
		struct ids waiting = match->leaves[match->found.at[i]].waiting;
		for (u32 j = 0; j < waiting.count; j++) {
			if (j + 2 * AHEAD < waiting.count)
				__builtin_prefetch(&match->queries[waiting.at[j + 2 * AHEAD] >> 1]);
			if (j + AHEAD < waiting.count)
				__builtin_prefetch(match->queries[waiting.at[j + AHEAD] >> 1].code);
			look(match, waiting.at[j]);
		}
	}
}

/* ---- all of it ---- */

static void room_for(struct match *match, struct ids *ids, u32 count)
{
	ids->at = match_grow(match, ids->at, sizeof *ids->at, ids->count, &ids->capacity, count);
}

static void begin(struct match *match)
{
	if (++match->round == 0) { /* after 4 thousand million posts */
		memset(match->met, 0, match->query_count * sizeof *match->met);
		match->round = 1;
	}
	match->found.count = match->matched.count = 0;
	room_for(match, &match->found, match->leaf_count);
	room_for(match, &match->plain, (u32)match->words.count);
	room_for(match, &match->matched, match->query_count);
}

static void end(struct match *match)
{
	for (u32 i = 0; i < match->found.count; i++) {
		u32 number = match->found.at[i];
		match->there[number / 64] = 0;
		match->places_of[number] = 0;
	}
	match->place_count = 1;
}

struct str match_head(struct str text)
{
	struct str head = str_head(text, MATCH_TEXT_MAX);
	while (head.len < text.len && head.len && MATCH_TEXT_MAX - head.len < QUERY_WORD_MAX && (u8)head.at[head.len - 1] > ' ')
		head.len--;
	return head;
}

size_t match_post(struct match *match, const struct match_text *post, const u32 **ret_numbers)
{
	query_words_cut(&match->words, match_head(post->text));
	begin(match);
	meet_words(match);
	meet_phrases(match);
	meet_fields(match, post);
	meet_places(match, post->place);
	meet_ranges(match, post->followers);
	meet_nears(match);
	look_at_waiting(match);
	end(match);
	match_settle(match);
	*ret_numbers = match->matched.at;
	return match->matched.count;
}
