#include "text/mask.h"

#include "base/map.h"
#include "base/utf8.h"
#include "text/letter.h"

#include <string.h>
#include <utf8proc.h>

#define NAME_LEAST 3   /* letters of a word of a name: "de" and "Al" are words of the language too */
#define ALONE_LEAST 2  /* of a name in a script without spaces */
#define WORD_MAX 64
#define DIGITS_LEAST 6
#define NAMES_MAX 2000
#define LINK_LOOK 512

struct mask {
	struct arena *arena;
	struct map *words;
	struct str *whole; /* names in scripts without spaces, searched as they are */
	size_t whole_count, whole_capacity;
};

static char known; /* a place to point at */

/* ---- letters ---- */

static u32 peek(struct str s)
{
	return s.len ? utf8_next(&s) : 0;
}

static bool is_word(u32 code)
{
	struct letter l = letter_of(code);
	return code && (l.kind == LETTER_WORD || l.kind == LETTER_DIGIT);
}

static bool is_alone(u32 code)
{
	return code && letter_of(code).kind == LETTER_ALONE;
}

static bool is_nothing(u32 code)
{
	return code && letter_of(code).kind == LETTER_NOTHING;
}

static bool is_digit(u32 code)
{
	return code && letter_of(code).kind == LETTER_DIGIT;
}

/* ---- names ---- */

/* A word off the start of *rest: its bytes, and its plain letters. */
static struct str next_word(struct str *rest, char plain[4 * WORD_MAX], size_t *ret_len, size_t *ret_letters)
{
	struct str start = *rest;
	size_t len = 0, letters = 0;
	while (rest->len && (is_word(peek(*rest)) || (letters && is_nothing(peek(*rest))))) {
		struct letter l = letter_of(utf8_next(rest));
		if (l.kind == LETTER_NOTHING)
			continue; /* an accent that stands apart, a joiner put between */
		if (letters < WORD_MAX - 1) {
			len += (size_t)utf8proc_encode_char((utf8proc_int32_t)l.plain, (utf8proc_uint8_t *)plain + len);
		}
		letters++;
	}
	*ret_len = len;
	*ret_letters = letters;
	return str_head(start, start.len - rest->len);
}

static void add_words(struct mask *m, struct str name, void *value)
{
	char plain[4 * WORD_MAX];
	while (name.len) {
		size_t len, letters;
		struct str word = next_word(&name, plain, &len, &letters);
		if (word.len && letters >= NAME_LEAST && letters < WORD_MAX)
			map_put(m->words, (struct str){plain, len}, value);
		if (!word.len)
			utf8_next(&name);
	}
}

/* Stretches of letters that are words by themselves. */
static void add_whole(struct mask *m, struct str name)
{
	while (name.len) {
		struct str start = name;
		size_t letters = 0;
		while (name.len && is_alone(peek(name))) {
			utf8_next(&name);
			letters++;
		}
		struct str stretch = str_head(start, start.len - name.len);
		if (letters >= ALONE_LEAST)
			*arena_push(m->arena, m->whole, m->whole_count, m->whole_capacity) = arena_str(m->arena, stretch);
		if (!letters)
			utf8_next(&name);
	}
}

struct mask *mask_new(struct arena *arena, const struct str *names, size_t count)
{
	struct mask *m = arena_new_of(arena, struct mask);
	m->arena = arena;
	m->words = map_new(arena);
	for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
		add_words(m, names[i], &known);
		add_whole(m, names[i]);
	}
	return m;
}

void mask_keep(struct mask *m, struct str name)
{
	add_words(m, name, NULL);
}

/* ---- addresses ---- */

static bool in_address(u32 code)
{
	return is_word(code) || (code && code < 0x80 && strchr("._-+%", (int)code));
}

static size_t address_head(struct str s)
{
	struct str rest = s;
	while (rest.len && in_address(peek(rest)))
		utf8_next(&rest);
	return s.len - rest.len;
}

/* "https://…", "www.…", "example.org/…": up to the next space. Told within LINK_LOOK bytes, so that long lines cost no more. */
static size_t link_head(struct str s)
{
	struct str rest = s;
	bool dot = false, is_link = str_starts(s, S("www.")) || str_starts(s, S("WWW."));
	while (rest.len && (is_link || s.len - rest.len < LINK_LOOK)) {
		u32 code = peek(rest);
		enum letter_kind kind = (enum letter_kind)letter_of(code).kind;
		if (kind == LETTER_SPACE || kind == LETTER_ALONE || code == '<' || code == '>' || code == '"')
			break;
		is_link |= str_starts(rest, S("://")) && rest.len < s.len;
		is_link |= code == '/' && dot;
		utf8_next(&rest);
		dot |= code == '.' && letter_of(peek(rest)).kind == LETTER_WORD;
	}
	return is_link ? s.len - rest.len : 0;
}

/* "name@example.org" */
static size_t mail_head(struct str s)
{
	size_t name = address_head(s);
	if (!name || name == s.len || s.at[name] != '@')
		return 0;
	size_t host = address_head(str_skip(s, name + 1));
	return host ? name + 1 + host : 0;
}

/* "@name", "@name@example.org", "u/name" */
static size_t handle_head(struct str s)
{
	size_t sign = str_starts(s, S("@")) ? 1 : str_starts(s, S("＠")) ? strlen("＠") : str_starts(s, S("u/")) ? 2 : str_starts(s, S("/u/")) ? 3 : 0;
	size_t name = sign ? address_head(str_skip(s, sign)) : 0;
	if (!name)
		return 0;
	struct str rest = str_skip(s, sign + name);
	size_t host = str_starts(rest, S("@")) ? address_head(str_skip(rest, 1)) : 0;
	return sign + name + (host ? 1 + host : 0);
}

static bool is_between(u32 code)
{
	return code == 0xA0 || code == 0x202F || (code < 0x80 && strchr(" .-/()+", (int)code));
}

/* "+33 6 12 34 56 78", "FR76 3000 6000": six digits at the least, with what stands between them. */
static size_t number_head(struct str s)
{
	struct str rest = s;
	size_t digits = 0, end = 0, apart = 0;
	while (rest.len && apart < 3) {
		u32 code = peek(rest);
		bool capital = code >= 'A' && code <= 'Z';
		if (!is_digit(code) && !capital && !is_between(code))
			break;
		apart = is_digit(code) || capital ? 0 : apart + 1;
		if (capital && !digits && s.len - rest.len > 4)
			break; /* a word in capitals */
		utf8_next(&rest);
		if (is_digit(code)) {
			digits++;
			end = s.len - rest.len;
		}
	}
	return digits >= DIGITS_LEAST ? end : 0;
}

/* ---- the text ---- */

static size_t whole_head(const struct mask *m, struct str s)
{
	size_t longest = 0;
	for (size_t i = 0; i < m->whole_count; i++)
		if (m->whole[i].len > longest && str_starts(s, m->whole[i]))
			longest = m->whole[i].len;
	return longest;
}

static size_t head_of(const struct mask *m, struct str s, const char **ret_word)
{
	const struct {
		size_t len;
		const char *word;
	} found[] = {{link_head(s), "[link]"}, {mail_head(s), "[address]"}, {handle_head(s), "[someone]"}, {number_head(s), "[number]"}};
	for (size_t i = 0; i < COUNT(found); i++)
		if (found[i].len) {
			*ret_word = found[i].word;
			return found[i].len;
		}
	return 0;
}

/* A word, or what stands for it. */
static void add_word(struct buf *out, const struct mask *m, struct str *rest)
{
	char plain[4 * WORD_MAX];
	size_t len, letters;
	struct str word = next_word(rest, plain, &len, &letters);
	bool masked = letters >= NAME_LEAST && letters < WORD_MAX && map_get(m->words, (struct str){plain, len});
	buf_add(out, masked ? S("[name]") : word);
}

/* Could a handle, an address or a number begin here? */
static bool may_begin(u32 code, bool begins)
{
	return code == '@' || code == 0xFF20 || is_digit(code) || (begins && (is_word(code) || code == '/' || code == '+'));
}

void buf_add_masked(struct buf *out, const struct mask *m, struct str text)
{
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, text);
	bool begins = true; /* of a word: nothing is masked from its middle on, but handles and numbers */
	for (struct str rest = buf_str(&clean); rest.len;) {
		const char *word = NULL;
		u32 code = peek(rest);
		size_t len = may_begin(code, begins) ? head_of(m, rest, &word) : 0;
		if (!len && is_alone(code) && (len = whole_head(m, rest)))
			word = "[name]";
		if (len) {
			buf_adds(out, word);
			rest = str_skip(rest, len);
			begins = true;
		} else if (is_word(code)) {
			add_word(out, m, &rest);
			begins = false;
		} else {
			buf_add(out, str_head(rest, rest.len - ({ struct str next = rest; utf8_next(&next); next.len; })));
			utf8_next(&rest);
			begins = !in_address(code) && code != '/';
		}
	}
}
