#include "text/language.h"

#include "base/lang.h"
#include "text/language_file.h"

#include <math.h>
#include <string.h>


struct language_model {
	struct str codes[LANGUAGES_MAX];
	size_t count;
	struct language_script scripts[SCRIPTS]; /* by script; count 0: none of its languages is known */
	float slopes[LANGUAGE_LENGTHS];
	const u32 *buckets;
	const uint16_t *lists;
	u32 bucket_bits;
	u32 row; /* units of a whole row */
};

/* ---- opening ---- */

static const char no_model[] = N_("This is no model of languages, or a damaged one. Make one by “parvis train language”.");

static bool check_script(const struct language_model *m, const struct language_script *s)
{
	if (s->script == SCRIPT_NONE || s->script >= SCRIPTS || s->count == 0 || s->count > LANGUAGE_AMONG || !(s->sure >= 0 && s->sure <= 1))
		return false;
	for (u32 i = 0; i < s->count; i++)
		if (s->among[i] >= m->count || s->constants[i] > LANGUAGE_CONSTANT_MOST || s->constants[i] < -LANGUAGE_CONSTANT_MOST)
			return false;
	return true;
}

static bool read_codes(struct arena *arena, struct language_model *m, const char *at)
{
	for (size_t i = 0; i < m->count; i++, at += 4) {
		size_t len = strnlen(at, 4);
		for (size_t n = 0; n < len; n++)
			if (at[n] < 'a' || at[n] > 'z')
				return false;
		if (len < 2 || len > 3)
			return false;
		m->codes[i] = arena_str(arena, (struct str){at, len});
	}
	return true;
}

bool language_recognised(struct str bytes)
{
	return str_starts(bytes, S(LANGUAGE_MAGIC));
}

enum err language_open(struct cx *cx, struct str bytes, struct language_model **ret_model)
{
	struct language_header h;
	if (bytes.len < sizeof h)
		return fail(cx, ERR_BAD_INPUT, no_model);
	memcpy(&h, bytes.at, sizeof h);
	if (memcmp(h.magic, LANGUAGE_MAGIC, sizeof h.magic) != 0)
		return fail(cx, ERR_BAD_INPUT, no_model);
	if (h.version != LANGUAGE_VERSION)
		return fail(cx, ERR_UNSUPPORTED, N_("This model was made by another version of Parvis. Train it again from its examples."));
	if (h.languages == 0 || h.languages > LANGUAGES_MAX || h.scripts > SCRIPTS || h.bucket_bits == 0 || h.bucket_bits > LANGUAGE_BITS_MAX ||
	    h.units > LANGUAGE_UNITS_MAX || h.width == 0 || h.width > LANGUAGE_AMONG || h.width % LANGUAGE_LANES)
		return fail(cx, ERR_BAD_INPUT, no_model);
	size_t scripts_at = sizeof h + 4 * (size_t)h.languages, lists_at = scripts_at + h.scripts * sizeof(struct language_script);
	if (bytes.len < lists_at)
		return fail(cx, ERR_BAD_INPUT, no_model);
	struct language_model *m = arena_new_of(cx->arena, struct language_model);
	m->count = h.languages;
	m->bucket_bits = h.bucket_bits;
	m->row = h.width / 2;
	struct language_lists lists = {.bucket_bits = h.bucket_bits, .width = h.width};
	bool sound = read_codes(cx->arena, m, bytes.at + sizeof h) && language_unfold(cx->arena, str_skip(bytes, lists_at), h.units, &lists);
	m->buckets = lists.buckets;
	m->lists = lists.lists;
	for (u32 i = 0; sound && i < h.scripts; i++) {
		struct language_script s;
		memcpy(&s, bytes.at + scripts_at + i * sizeof s, sizeof s);
		if ((sound = check_script(m, &s)))
			m->scripts[s.script] = s;
	}
	for (u32 i = 0; i < LANGUAGE_LENGTHS; i++)
		sound = sound && h.slopes[i] > 0 && h.slopes[i] <= 10;
	if (!sound)
		return fail(cx, ERR_BAD_INPUT, no_model);
	memcpy(m->slopes, h.slopes, sizeof m->slopes);
	language_read_start();
	*ret_model = m;
	return OK;
}

size_t language_count(const struct language_model *model)
{
	return model->count;
}

struct str language_code(const struct language_model *model, size_t language)
{
	return language < model->count ? model->codes[language] : S("und");
}

/* ---- asking ---- */

struct look { /* at a bucket that may have a piece */
	u32 from, to, tag;
};

typedef signed char row_bytes __attribute__((vector_size(LANGUAGE_LANES), aligned(1), may_alias));
typedef int16_t row_sums __attribute__((vector_size(2 * LANGUAGE_LANES), aligned(2), may_alias));

static inline void add_row(const uint16_t *at, u32 units, int16_t *sums)
{
	for (u32 i = 0; i < 2 * units; i += LANGUAGE_LANES)
		*(row_sums *)(void *)(sums + i) += __builtin_convertvector(*(const row_bytes *)(const void *)((const char *)at + i), row_sums);
}

/* The sums of a step are short numbers: LANGUAGE_AHEAD times the largest weight fits. */
static u32 add_lists(const struct language_model *m, const struct look *looks, u32 count, i32 *sums)
{
	int16_t step[LANGUAGE_AMONG] = {};
	u32 found = 0;
	for (u32 i = 0; i < count; i++)
		for (u32 at = looks[i].from; at < looks[i].to;) {
			u32 head = m->lists[at], follow = (head & 63) == LANGUAGE_ROW ? m->row : (head & 63) + 1;
			if (head >> 6 != looks[i].tag) {
				at += 1 + follow;
				continue;
			}
			found++;
			if ((head & 63) == LANGUAGE_ROW)
				add_row(m->lists + at + 1, m->row, step);
			else
				for (const uint16_t *pair = m->lists + at + 1, *end = pair + follow; pair < end; pair++)
					step[*pair & 0xFF] = (int16_t)(step[*pair & 0xFF] + (signed char)(*pair >> 8));
			break;
		}
	for (u32 i = 0; i < LANGUAGE_AMONG; i++)
		sums[i] += step[i];
	return found;
}
static_assert((LANGUAGE_AHEAD + LANGUAGE_PIECES) * 128 < 32768);

#define CLEAR (LANGUAGE_CLEAR * LANGUAGE_STEPS)

/* No language can be far behind the first and still win: the rest of a text that is clear by then is not looked at. */
static bool is_clear(const i32 *sums, u32 count)
{
	i32 best = INT32_MIN, second = INT32_MIN;
	for (u32 i = 0; i < count; i++) {
		i32 less = sums[i] < best ? sums[i] : best;
		best = sums[i] > best ? sums[i] : best;
		second = less > second ? less : second;
	}
	return best - second > CLEAR;
}

/* In steps over many pieces, each fetching what the next one reads. Returns how many pieces are known,
 * and of how many letters they are. */
static u32 sum_up(const struct language_model *m, const struct language_letters *l, u32 languages, i32 *sums, u32 *ret_letters)
{
	struct look looks[LANGUAGE_AHEAD + LANGUAGE_PIECES];
	u64 hashes[LANGUAGE_PIECES];
	u32 count = 0, found = 0;
	bool word;
	*ret_letters = l->letters;
	for (u32 from = 0; from + 1 < l->len; from++) {
		u32 pieces = language_pieces(l, from, hashes, &word);
		for (u32 i = 0; i < pieces; i++) {
			const u32 *bucket = &m->buckets[language_bucket(hashes[i], m->bucket_bits)];
			looks[count] = (struct look){bucket[0] & LANGUAGE_OFFSET_MASK, bucket[1] & LANGUAGE_OFFSET_MASK, language_tag(hashes[i])};
			__builtin_prefetch(m->lists + looks[count].from);
			count += bucket[0] >> LANGUAGE_OFFSET_BITS >> language_filter(hashes[i]) & 1;
		}
		if (count >= LANGUAGE_AHEAD) {
			found += add_lists(m, looks, count, sums);
			count = 0;
			if (is_clear(sums, languages)) {
				*ret_letters = l->letters * (from + 1) / l->len;
				return found;
			}
		}
	}
	return found + add_lists(m, looks, count, sums);
}

static void weigh_up(const struct language_model *m, const struct language_script *s, const i32 *of, u32 letters, struct language *ret)
{
	u32 best = 0, second = LANGUAGE_AMONG;
	float all = 0, slope = m->slopes[language_length(letters)] / LANGUAGE_STEPS;
	for (u32 i = 1; i < s->count; i++) {
		if (of[i] > of[best]) {
			second = best;
			best = i;
		} else if (second == LANGUAGE_AMONG || of[i] > of[second]) {
			second = i;
		}
	}
	for (u32 i = 0; i < s->count; i++) {
		i32 behind = of[best] - of[i];
		if (behind < 1000)
			all += expf(-slope * (float)behind);
	}
	ret->index = s->among[best];
	ret->p = s->sure / all;
	if (second < LANGUAGE_AMONG) {
		ret->second = s->among[second];
		ret->p_second = ret->p * expf(-slope * (float)(of[best] - of[second]));
	}
}

#define LEAST 0.5f /* where no piece is known, what the script alone must promise */

void language_of(const struct language_model *m, struct str text, struct language *ret_language)
{
	struct language_letters l;
	struct language answer = {LANGUAGE_NONE, LANGUAGE_NONE, 0, 0};
	i32 sums[LANGUAGE_AMONG];
	language_read(text, &l);
	const struct language_script *s = &m->scripts[l.script];
	if (l.script != SCRIPT_NONE && s->count) {
		memcpy(sums, s->constants, sizeof sums);
		u32 letters = l.letters, found = s->count > 1 ? sum_up(m, &l, s->count, sums, &letters) : 0;
		weigh_up(m, s, sums, letters, &answer);
		if (!found && answer.p < LEAST)
			answer = (struct language){LANGUAGE_NONE, LANGUAGE_NONE, 0, 0};
	}
	*ret_language = answer;
}
