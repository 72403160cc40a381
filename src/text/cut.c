#include "text/cut.h"

#include "base/utf8.h"
#include "text/letter.h"
#include "text/token.h"

struct cuts *cuts_new(struct arena *arena)
{
	return arena_new_of(arena, struct cuts);
}

/* A code point of up to four bytes. */
static size_t put_utf8(char *to, u32 code)
{
	if (code < 0x80) {
		to[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (char)(0xC0 | code >> 6);
		to[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (char)(0xE0 | code >> 12);
		to[1] = (char)(0x80 | (code >> 6 & 0x3F));
		to[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | (code >> 18 & 7));
	to[1] = (char)(0x80 | (code >> 12 & 0x3F));
	to[2] = (char)(0x80 | (code >> 6 & 0x3F));
	to[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

static u8 kind_of(u8 letter)
{
	return letter == LETTER_WORD ? CUT_WORD : letter == LETTER_DIGIT ? CUT_DIGITS : CUT_SIGN;
}

void cuts_of(struct cuts *p, struct str message)
{
	struct str rest = str_head(message, CUT_BYTES);
	size_t from = p->plain_len = p->count = 0;
	bool spaced = true;
	struct cut *last = NULL; /* the one that may go on */
	for (u32 place = 0; rest.len; place++) {
		u32 at = (u32)(rest.at - message.at);
		struct letter letter = letter_of(utf8_next(&rest));
		u32 to = (u32)(rest.at - message.at);
		if (letter.kind == LETTER_SPACE) {
			spaced = true;
			last = NULL;
			continue;
		}
		if (letter.kind == LETTER_NOTHING) { /* an accent that stands apart belongs to the letter before */
			if (last && last->kind == CUT_WORD) {
				last->to = to;
				last->end = place + 1;
			}
			continue;
		}
		u8 kind = kind_of(letter.kind);
		if (!last || kind == CUT_SIGN || last->kind != kind) {
			if (p->count == CUTS_MOST)
				return;
			last = &p->items[p->count++];
			*last = (struct cut){.kind = kind, .spaced = spaced, .capital = letter.upper, .upper = true, .from = at, .start = place, .hash = TOKEN_HASH_START};
			from = p->plain_len;
		}
		last->to = to;
		last->end = place + 1;
		last->upper &= letter.upper;
		last->hash = token_hash(last->hash, letter.plain);
		p->plain_len += put_utf8(p->plain + p->plain_len, letter.plain);
		last->plain = str_span(p->plain + from, p->plain + p->plain_len);
		spaced = false;
		if (kind == CUT_SIGN)
			last = NULL;
	}
	for (size_t i = 0; i < p->count; i++)
		p->items[i].upper &= p->items[i].end - p->items[i].start > 1;
}
