/* entity_sign.c: by what a piece of a message is judged, and which row of tags fits best. */
#include "text/entity_file.h"
#include "text/token.h"

#include <math.h>
#include <string.h>

enum sign { /* what a key is about; never renumbered: models stand on them */
	SIGN_WORD = 1,
	SIGN_BEFORE,
	SIGN_BEHIND,
	SIGN_TWO_BEFORE,
	SIGN_TWO_BEHIND,
	SIGN_PAIR_BEFORE,
	SIGN_PAIR_BEHIND,
	SIGN_FAR_BEFORE,
	SIGN_FAR_BEHIND,
	SIGN_HEAD,
	SIGN_TAIL,
	SIGN_SHAPE,
	SIGN_SHAPE_BEFORE,
	SIGN_SHAPE_BEHIND,
	SIGN_VALUE,
	SIGN_VALUE_BEFORE,
	SIGN_VALUE_BEHIND,
	SIGN_HEARD,
	SIGN_HEARD_BEHIND,
	SIGN_INTENT,
	SIGN_INTENT_WORD,
	SIGN_INTENT_BEFORE,
	SIGN_PLACE,
	SIGN_SHAPES,
	SIGN_AROUND,
};

struct sink {
	u32 *keys;
	u8 count;
};

static void add(struct sink *s, enum sign sign, u64 a, u64 b)
{
	if (s->count < ENTITY_SIGNS_MOST)
		s->keys[s->count++] = (u32)(token_hash(token_hash(token_hash(TOKEN_HASH_START, sign), a), b) >> 31);
}

/* Digits by how many, so that an hour is like another one. */
static u64 word_at(const struct cuts *p, ptrdiff_t at)
{
	return at < 0 ? 1 : at >= (ptrdiff_t)p->count ? 2 : p->items[at].hash;
}

static u64 shape_at(const struct cuts *p, ptrdiff_t at)
{
	if (at < 0 || at >= (ptrdiff_t)p->count)
		return 99;
	const struct cut *piece = &p->items[at];
	if (piece->kind == CUT_DIGITS)
		return 10 + (piece->plain.len < 6 ? piece->plain.len : 6);
	if (piece->kind == CUT_SIGN)
		return 20 + piece->spaced;
	return 30 + (u64)(piece->upper ? 2 : piece->capital ? 1 : 0) * 2 + piece->spaced;
}

u64 entity_phrase(const struct cuts *p, size_t at, size_t count)
{
	u64 hash = count;
	for (size_t i = at; i < at + count; i++)
		hash = token_hash(hash, p->items[i].hash);
	return hash ? hash : 1;
}

/* The first of the phrases with this hash; phrases->count: none. */
static size_t find_phrase(const struct entity_phrases *phrases, u64 hash)
{
	size_t low = 0, high = phrases->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (phrases->hashes[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < phrases->count && phrases->hashes[low] == hash ? low : phrases->count;
}

/* Does the message's own marking have this very phrase, with this name? */
static bool is_own(const u8 *tags, size_t pieces, size_t at, size_t count, u8 name)
{
	if (tags[at] != 2 * name + 1)
		return false;
	for (size_t i = at + 1; i < at + count; i++)
		if (tags[i] != 2 * name + 2)
			return false;
	return at + count == pieces || tags[at + count] != 2 * name + 2;
}

/* The longest phrase heard that begins here: marks on its pieces. */
static void add_heard(const struct cuts *p, const struct entity_phrases *phrases, const u8 *own_tags, struct entity_signs *signs)
{
	for (size_t at = 0; at < p->count; at++)
		for (size_t count = p->count - at < ENTITY_PHRASE_MOST ? p->count - at : ENTITY_PHRASE_MOST; count; count--) {
			u64 hash = entity_phrase(p, at, count);
			bool any = false;
			for (size_t n = find_phrase(phrases, hash); n < phrases->count && phrases->hashes[n] == hash; n++) {
				if (own_tags && is_own(own_tags, p->count, at, count, phrases->names[n]) && phrases->counts[n] < 2)
					continue;
				any = true;
				for (size_t i = 0; i < count; i++) {
					struct sink s = {signs->keys[at + i], signs->counts[at + i]};
					add(&s, SIGN_HEARD, phrases->names[n], i ? 2 + (i + 1 == count) : count == 1);
					signs->counts[at + i] = s.count;
				}
				if (at) {
					struct sink s = {signs->keys[at - 1], signs->counts[at - 1]};
					add(&s, SIGN_HEARD_BEHIND, phrases->names[n], 0);
					signs->counts[at - 1] = s.count;
				}
			}
			if (any)
				break;
		}
}

void entity_signs_of(const struct cuts *p, const struct value *values, size_t value_count, struct str intent, const struct entity_phrases *phrases, const u8 *own_tags,
		     struct entity_signs *signs)
{
	u64 aim = str_hash(intent);
	size_t value = 0;
	for (size_t i = 0; i < p->count; i++) {
		struct sink s = {signs->keys[i], 0};
		ptrdiff_t at = (ptrdiff_t)i;
		u64 word = word_at(p, at), before = word_at(p, at - 1), behind = word_at(p, at + 1);
		struct str plain = p->items[i].plain;
		add(&s, SIGN_WORD, word, 0);
		add(&s, SIGN_BEFORE, before, 0);
		add(&s, SIGN_BEHIND, behind, 0);
		add(&s, SIGN_TWO_BEFORE, word_at(p, at - 2), 0);
		add(&s, SIGN_TWO_BEHIND, word_at(p, at + 2), 0);
		add(&s, SIGN_PAIR_BEFORE, before, word);
		add(&s, SIGN_PAIR_BEHIND, word, behind);
		add(&s, SIGN_FAR_BEFORE, word_at(p, at - 2), before);
		add(&s, SIGN_FAR_BEHIND, behind, word_at(p, at + 2));
		add(&s, SIGN_AROUND, before, behind);
		for (size_t len = 2; len <= 4 && len < plain.len; len++) {
			add(&s, SIGN_HEAD, str_hash(str_head(plain, len)), len);
			add(&s, SIGN_TAIL, str_hash(str_skip(plain, plain.len - len)), len);
		}
		add(&s, SIGN_SHAPE, shape_at(p, at), 0);
		add(&s, SIGN_SHAPE_BEFORE, shape_at(p, at - 1), 0);
		add(&s, SIGN_SHAPE_BEHIND, shape_at(p, at + 1), 0);
		add(&s, SIGN_SHAPES, shape_at(p, at - 1) * 100 + shape_at(p, at), shape_at(p, at + 1));
		add(&s, SIGN_PLACE, i == 0, i + 1 == p->count);
		add(&s, SIGN_INTENT, aim, 0);
		add(&s, SIGN_INTENT_WORD, aim, word);
		add(&s, SIGN_INTENT_BEFORE, aim, before);
		while (value < value_count && values[value].piece + values[value].count <= i)
			value++;
		if (value < value_count && values[value].piece <= i) {
			add(&s, SIGN_VALUE, values[value].kind, values[value].piece == i);
			if (values[value].piece + values[value].count == i + 1)
				add(&s, SIGN_VALUE, values[value].kind, 2);
		}
		if (value < value_count && values[value].piece == i + 1)
			add(&s, SIGN_VALUE_BEHIND, values[value].kind, 0);
		if (i && value > 0 && values[value - 1].piece + values[value - 1].count == i)
			add(&s, SIGN_VALUE_BEFORE, values[value - 1].kind, 0);
		signs->counts[i] = s.count;
	}
	add_heard(p, phrases, own_tags, signs);
}

/* ---- the best row ---- */

void entity_search(const float *scores, const float *steps, size_t pieces, size_t tags, u8 (*back)[ENTITY_TAGS_MAX], u8 *ret_tags)
{
	float best[2][ENTITY_TAGS_MAX], *now = best[0], *then = best[1];
	for (size_t tag = 0; tag < tags; tag++)
		now[tag] = scores[tag] + (tag && tag % 2 == 0 ? -INFINITY : steps[tags * tags + tag]);
	for (size_t i = 1; i < pieces; i++) {
		for (size_t tag = 0; tag < tags; tag++)
			then[tag] = -INFINITY;
		for (size_t from = 0; from < tags; from++)
			for (size_t tag = 0; tag < tags; tag++) {
				float sum = now[from] + steps[from * tags + tag];
				back[i][tag] = sum > then[tag] ? (u8)from : back[i][tag];
				then[tag] = sum > then[tag] ? sum : then[tag];
			}
		for (size_t tag = 2; tag < tags; tag += 2) { /* going on is possible from the same name alone */
			float begun = now[tag - 1] + steps[(tag - 1) * tags + tag], on = now[tag] + steps[tag * tags + tag];
			then[tag] = begun >= on ? begun : on;
			back[i][tag] = (u8)(begun >= on ? tag - 1 : tag);
		}
		for (size_t tag = 0; tag < tags; tag++)
			then[tag] += scores[i * tags + tag];
		float *swapped = now;
		now = then;
		then = swapped;
	}
	size_t tag = 0;
	for (size_t other = 1; other < tags; other++)
		tag = now[other] > now[tag] ? other : tag;
	for (size_t i = pieces; i-- > 0;) {
		ret_tags[i] = (u8)tag;
		tag = i ? back[i][tag] : 0;
	}
}
