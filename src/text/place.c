#include "text/place.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "text/letter.h"
#include "text/place_names.h"

#include <pthread.h>
#include <string.h>

#define FLAG_A 0x1F1E6u
#define FLAG_Z 0x1F1FFu
#define SPELLING_WORDS_MAX 5

/* ---- words ---- */

struct word {
	u32 at, len;
	u32 part;        /* those of one name are of one part: nothing but blanks, hyphens, apostrophes and points is between them */
	bool capitals;   /* it was written so */
	char flag[3];    /* it is a flag; then it has no letters */
};

struct cut {
	char room[PLACE_BYTES_MAX];
	struct buf text; /* in the room */
	struct word words[PLACE_NAMES_MAX];
	u32 count, part;
	bool is_open;            /* a word is being read */
	u32 letters, dots, small;
};

static void end_word(struct cut *c)
{
	if (!c->is_open)
		return;
	struct word *w = &c->words[c->count++];
	w->len = (u32)(c->text.len - w->at);
	w->capitals = c->letters > 1 && !c->small;
	c->is_open = false;
}

static bool has_room(const struct cut *c)
{
	return c->count < PLACE_NAMES_MAX && c->text.len + 8 < PLACE_BYTES_MAX;
}

static void add_letter(struct cut *c, const struct letter *letter)
{
	if (!c->is_open) {
		if (!has_room(c))
			return;
		if (c->text.len)
			buf_addc(&c->text, ' ');
		c->words[c->count] = (struct word){.at = (u32)c->text.len, .part = c->part};
		c->letters = c->dots = c->small = 0;
		c->is_open = true;
	}
	buf_add_utf8(&c->text, letter->plain);
	c->letters++;
	c->small += !letter->upper;
}

static bool is_inside_name(u32 code)
{
	return code == '-' || code == '\'' || code == '.' || code == 0x2019 || code == 0x2018 || (code >= 0x2010 && code <= 0x2012);
}

/* "U.S.": a point between single letters. */
static bool joins_initials(const struct cut *c, struct str rest)
{
	if (!c->is_open || c->letters != c->dots + 1 || !rest.len)
		return false;
	return letter_of(utf8_next(&rest)).kind == LETTER_WORD;
}

static void add_flag(struct cut *c, u32 first, struct str *rest)
{
	struct str after = *rest;
	u32 second = after.len ? utf8_next(&after) : 0;
	end_word(c);
	c->part++;
	if (second < FLAG_A || second > FLAG_Z || !has_room(c))
		return;
	*rest = after;
	c->words[c->count++] = (struct word){.at = (u32)c->text.len, .part = c->part++, .flag = {(char)('A' + (first - FLAG_A)), (char)('A' + (second - FLAG_A))}};
}

static void add_sign(struct cut *c, u32 code, struct str rest)
{
	if (code == '.' && joins_initials(c, rest)) {
		c->dots++;
		return;
	}
	end_word(c);
	c->part += !is_inside_name(code);
}

static void cut(struct cut *c, struct str place)
{
	c->text = (struct buf)BUF_IN(c->room);
	c->count = c->part = 0;
	c->is_open = false;
	while (place.len && has_room(c)) {
		u32 code = utf8_next(&place);
		if (code >= FLAG_A && code <= FLAG_Z) {
			add_flag(c, code, &place);
			continue;
		}
		struct letter letter = letter_of(code);
		switch ((enum letter_kind)letter.kind) {
		case LETTER_ALONE:
			end_word(c);
			add_letter(c, &letter);
			end_word(c);
			break;
		case LETTER_WORD: case LETTER_DIGIT:
			add_letter(c, &letter);
			break;
		case LETTER_SPACE:
			end_word(c);
			break;
		case LETTER_NOTHING:
			break;
		case LETTER_POINT: case LETTER_EMOJI:
			add_sign(c, code, place);
		}
	}
	end_word(c);
}

static struct str words_text(const struct cut *c, u32 from, u32 count)
{
	const struct word *last = &c->words[from + count - 1];
	return (struct str){c->room + c->words[from].at, (size_t)(last->at + last->len - c->words[from].at)};
}

/* ---- well-known spellings, by their words ---- */

#define SLOTS 1024u

struct spelling {
	struct str key;       /* NULL: the slot is free */
	struct str name;      /* that is compared */
	u32 place;            /* in place_spellings */
	bool capitals;        /* only so */
};
static struct spelling spellings[SLOTS];
static char pool[16384];
static u32 pool_used;
static pthread_once_t spellings_made = PTHREAD_ONCE_INIT;

static struct spelling *slot_of(struct str key)
{
	u32 hash = 2166136261u;
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (u8)key.at[i]) * 16777619u;
	for (u32 at = hash % SLOTS;; at = (at + 1) % SLOTS)
		if (!spellings[at].key.at || str_eq(spellings[at].key, key))
			return &spellings[at];
}

static struct str keep(struct str text)
{
	must(pool_used + text.len <= sizeof pool);
	char *at = pool + pool_used;
	memcpy(at, text.at, text.len);
	pool_used += (u32)text.len;
	return (struct str){at, text.len};
}

static void note_spelling(u32 place, struct str spelling, struct str *name)
{
	struct cut c;
	bool capitals = str_starts(spelling, S("="));
	cut(&c, str_skip(spelling, capitals));
	must(c.count && c.count <= SPELLING_WORDS_MAX);
	struct str key = words_text(&c, 0, c.count);
	struct spelling *slot = slot_of(key);
	if (slot->key.at)
		return; /* without its accents it is one that is there */
	key = keep(key);
	if (!name->at)
		*name = key;
	*slot = (struct spelling){key, *name, (u32)place, capitals};
}

static void make_spellings(void)
{
	u32 count = 0;
	for (u32 i = 0; i < place_spelling_count; i++) {
		struct str rest = str_of(place_spellings[i].names), name = {};
		while (rest.len) {
			note_spelling(i, str_cut(&rest, '|'), &name);
			must(++count < SLOTS * 3 / 4);
		}
	}
}

static struct str flag_name(const char flag[3])
{
	for (u32 i = 0; i < place_spelling_count; i++)
		if (memcmp(place_spellings[i].flag, flag, 2) == 0) {
			struct str rest = str_of(place_spellings[i].names);
			struct cut c;
			cut(&c, str_cut(&rest, '|'));
			return slot_of(words_text(&c, 0, c.count))->name;
		}
	return (struct str){};
}

/* The longest well-known spelling that begins with a word; *ret_count of them. */
static struct str known_name(const struct cut *c, u32 from, bool is_asked, u32 *ret_count)
{
	u32 most = 1;
	while (most < SPELLING_WORDS_MAX && from + most < c->count && c->words[from + most].part == c->words[from].part)
		most++;
	for (u32 count = most; count; count--) {
		const struct spelling *s = slot_of(words_text(c, from, count));
		if (!s->key.at || (s->capitals && !is_asked && !c->words[from].capitals))
			continue;
		*ret_count = count;
		return s->name;
	}
	return (struct str){};
}

/* ---- names ---- */

static void add_name(struct place_text *t, struct str name)
{
	if (!name.len || t->count == PLACE_NAMES_MAX || t->len + name.len + 1 > PLACE_BYTES_MAX)
		return;
	if (t->len)
		t->text[t->len++] = ','; /* in no word: “New, Ork” is not “New Ork” */
	t->names[t->count].at = t->len;
	t->names[t->count++].len = (u32)name.len;
	memcpy(t->text + t->len, name.at, name.len);
	t->len = (u32)(t->len + name.len);
}

/* What begins with New is another place than what follows: New London, New Bedford. */
static bool is_new(const struct cut *c, u32 at)
{
	return at + 1 < c->count && c->words[at + 1].part == c->words[at].part && str_eq(words_text(c, at, 1), S("new"));
}

void place_read(struct str place, bool is_asked, struct place_text *ret_text)
{
	struct cut c;
	pthread_once(&spellings_made, make_spellings);
	cut(&c, place);
	ret_text->len = ret_text->count = 0;
	for (u32 i = 0, count = 1; i < c.count; i += count, count = 1) {
		if (c.words[i].flag[0]) {
			add_name(ret_text, flag_name(c.words[i].flag));
			continue;
		}
		struct str name = known_name(&c, i, is_asked, &count);
		if (!name.at) {
			count = is_new(&c, i) ? 2 : 1;
			name = words_text(&c, i, count);
		}
		add_name(ret_text, name);
	}
}
