#include "text/squeeze.h"

#include "base/err.h"

#include <string.h>

#define WHOLE_BITS 12u /* frequencies are parts of 4096 */
#define WHOLE (1u << WHOLE_BITS)
#define LOW ((u64)1 << 31) /* the state stays in [LOW, LOW << 32) */
#define BARE UINT16_MAX    /* as a context: bits that no frequency tells of */

/* The bytes: of each context its frequencies (a byte up to 127, else two; a 0 with how many more follow it), the state, then what it
 * gave off, the last first. */

struct span { /* of a byte in the whole */
	uint16_t from, size;
};

/* ---- writing ---- */

struct step {
	u32 value;
	uint16_t context;
	u8 bits;
};

struct squeezer {
	struct arena *arena;
	struct step *steps;
	size_t count, capacity, contexts;
	u32 (*counts)[256];
};

struct squeezer *squeezer_new(struct arena *arena, size_t contexts)
{
	must(contexts > 0 && contexts <= SQUEEZE_CONTEXTS_MAX);
	struct squeezer *s = arena_new_of(arena, struct squeezer);
	s->arena = arena;
	s->contexts = contexts;
	s->counts = arena_alloc_array(arena, contexts, sizeof *s->counts);
	return s;
}

void squeezer_add(struct squeezer *s, size_t context, u8 byte)
{
	must(context < s->contexts);
	s->counts[context][byte]++;
	*arena_push(s->arena, s->steps, s->count, s->capacity) = (struct step){byte, (uint16_t)context, 0};
}

void squeezer_add_bits(struct squeezer *s, u32 value, u32 count)
{
	must(count <= SQUEEZE_BITS_MAX && value >> count == 0);
	if (count)
		*arena_push(s->arena, s->steps, s->count, s->capacity) = (struct step){value, BARE, (u8)count};
}

/* How many bits it has, and those behind the first, which is 1. */
void squeezer_add_number(struct squeezer *s, size_t context, u32 number)
{
	u32 bits = 0;
	while (number >> bits > 1)
		bits++;
	u32 high = bits > SQUEEZE_BITS_MAX ? bits - SQUEEZE_BITS_MAX : 0, low = bits - high, rest = number - (number ? 1u << bits : 0);
	squeezer_add(s, context, number ? (u8)(bits + 1) : 0);
	squeezer_add_bits(s, rest >> low, high);
	squeezer_add_bits(s, rest & ((1u << low) - 1), low);
}

/* Parts of the whole, at least one for each byte that comes. */
static void share_out(const u32 counts[256], struct span spans[256])
{
	u64 all = 0;
	u32 given = 0, largest = 0;
	for (u32 b = 0; b < 256; b++)
		all += counts[b];
	for (u32 b = 0; b < 256; b++) {
		u64 part = counts[b] ? ((u64)counts[b] * WHOLE + all / 2) / all : 0;
		spans[b].size = (uint16_t)(counts[b] && !part ? 1 : part);
		given += spans[b].size;
	}
	for (; all && given != WHOLE; given = given < WHOLE ? WHOLE : given - 1) {
		for (u32 b = 0; b < 256; b++)
			largest = spans[b].size > spans[largest].size ? b : largest;
		spans[largest].size = (uint16_t)(given < WHOLE ? spans[largest].size + WHOLE - given : spans[largest].size - 1u);
	}
	for (u32 b = 0, from = 0; b < 256; from += spans[b++].size)
		spans[b].from = (uint16_t)from;
}

static void write_spans(const struct span spans[256], struct buf *out)
{
	for (u32 b = 0; b < 256; b++) {
		u32 size = spans[b].size, more = 0;
		if (size > 127)
			buf_addc(out, (char)(128 | size >> 7)); /* the whole, 4096, has 13 bits: 32 and 128 */
		buf_addc(out, (char)(size & 127));
		if (size)
			continue;
		while (b + more < 255 && !spans[b + more + 1].size)
			more++;
		buf_addc(out, (char)more);
		b += more;
	}
}

void squeezer_end(const struct squeezer *s, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct span(*spans)[256] = arena_alloc_array(scratch, s->contexts, sizeof *spans);
	u32 *given = arena_array(scratch, u32, s->count + 1);
	size_t words = 0;
	u64 state = LOW;
	for (size_t i = 0; i < s->contexts; i++) {
		share_out(s->counts[i], spans[i]);
		write_spans(spans[i], out);
	}
	for (size_t i = s->count; i-- > 0;) { /* what is written last is read first */
		const struct step *step = &s->steps[i];
		bool bare = step->context == BARE;
		struct span span = bare ? (struct span){(uint16_t)step->value, 1} : spans[step->context][step->value];
		u32 bits = bare ? step->bits : WHOLE_BITS;
		if (state >= (LOW >> bits << 32) * span.size) {
			given[words++] = (u32)state;
			state >>= 32;
		}
		state = (state / span.size << bits) + state % span.size + span.from;
	}
	buf_add_bytes(out, &state, sizeof state);
	while (words-- > 0)
		buf_add_bytes(out, &given[words], sizeof *given);
}

/* ---- reading ---- */

struct table {
	struct span spans[256];
	u8 bytes[WHOLE]; /* which byte a part of the whole belongs to */
};

struct unsqueezer {
	u64 state;
	struct table **tables; /* NULL: that context has nothing */
	const char *at, *end;
	bool damaged;
};

static bool take(struct str *rest, void *to, size_t len)
{
	if (rest->len < len)
		return false;
	memcpy(to, rest->at, len);
	*rest = str_skip(*rest, len);
	return true;
}

static bool read_table(struct arena *arena, struct str *rest, struct table **ret_table)
{
	uint16_t sizes[256] = {};
	u32 all = 0;
	for (u32 b = 0; b < 256; b++) {
		u8 first, second = 0;
		if (!take(rest, &first, 1) || (first > 127 && (!take(rest, &second, 1) || second > 127)))
			return false;
		u32 size = first > 127 ? (first & 127u) << 7 | second : first;
		if ((all += size) > WHOLE || (!size && (!take(rest, &first, 1) || b + first > 255)))
			return false;
		sizes[b] = (uint16_t)size;
		b += size ? 0 : first;
	}
	*ret_table = NULL;
	if (!all)
		return true;
	struct table *t = *ret_table = arena_new_of(arena, struct table);
	for (u32 b = 0, from = 0; b < 256; from += sizes[b++]) {
		t->spans[b] = (struct span){(uint16_t)from, sizes[b]};
		memset(t->bytes + from, (int)b, sizes[b]);
	}
	return all == WHOLE;
}

struct unsqueezer *unsqueezer_new(struct arena *arena, struct str bytes, size_t contexts)
{
	struct unsqueezer *u = arena_new_of(arena, struct unsqueezer);
	must(contexts <= SQUEEZE_CONTEXTS_MAX);
	u->tables = arena_array(arena, struct table *, contexts + 1);
	for (size_t i = 0; i < contexts; i++)
		if (!read_table(arena, &bytes, &u->tables[i]))
			return NULL;
	if (!take(&bytes, &u->state, sizeof u->state) || u->state < LOW || u->state >> 32 >= LOW)
		return NULL;
	u->at = bytes.at;
	u->end = bytes.at + bytes.len;
	return u;
}

static inline void take_in(struct unsqueezer *u)
{
	u32 word;
	if (u->state >= LOW)
		return;
	if (u->end - u->at < (ptrdiff_t)sizeof word) {
		u->damaged = true;
		u->state = LOW;
		return;
	}
	memcpy(&word, u->at, sizeof word);
	u->at += sizeof word;
	u->state = u->state << 32 | word;
}

u8 unsqueezer_next(struct unsqueezer *u, size_t context)
{
	const struct table *t = u->tables[context];
	if (!t) {
		u->damaged = true;
		return 0;
	}
	u32 part = (u32)u->state & (WHOLE - 1);
	u8 byte = t->bytes[part];
	u->state = (u->state >> WHOLE_BITS) * t->spans[byte].size + part - t->spans[byte].from;
	take_in(u);
	return byte;
}

u32 unsqueezer_bits(struct unsqueezer *u, u32 count)
{
	u32 value = (u32)u->state & ((1u << count) - 1);
	u->state >>= count;
	take_in(u);
	return value;
}

u32 unsqueezer_number(struct unsqueezer *u, size_t context)
{
	u32 bits = unsqueezer_next(u, context);
	if (bits > 32)
		u->damaged = true;
	if (bits < 2 || bits > 32)
		return bits == 1;
	bits--;
	u32 high = bits > SQUEEZE_BITS_MAX ? bits - SQUEEZE_BITS_MAX : 0, low = bits - high, number = 1u << high;
	number |= unsqueezer_bits(u, high);
	return number << low | unsqueezer_bits(u, low);
}

bool unsqueezer_done(const struct unsqueezer *u)
{
	return !u->damaged && u->state == LOW && u->at == u->end;
}
