#include "text/token.h"

#include "base/err.h"
#include "base/utf8.h"
#include "text/letter.h"

#include <pthread.h>
#include <string.h>

#define NEGATION_REACH 4 /* words */
#define KEPT_ALIKE 2     /* of a letter drawn out */

struct reading *reading_new(struct arena *arena)
{
	return arena_new_of(arena, struct reading);
}

/* ---- small sets of words, by hash ---- */

#define SET_SLOTS 512u
struct word_set {
	u64 slots[SET_SLOTS];
};

static u64 hash_text(const char *text)
{
	u64 hash = TOKEN_HASH_START;
	for (struct str rest = str_of(text); rest.len;)
		hash = token_hash(hash, utf8_next(&rest));
	return hash;
}

static bool set_has(const struct word_set *set, u64 hash)
{
	for (u32 at = hash >> 40; set->slots[at % SET_SLOTS]; at++)
		if (set->slots[at % SET_SLOTS] == hash)
			return true;
	return false;
}

static void set_fill(struct word_set *set, const char *const *words, size_t count)
{
	must(count < SET_SLOTS / 2);
	for (size_t i = 0; i < count; i++) {
		u64 hash = hash_text(words[i]);
		u32 at = (u32)(hash >> 40);
		while (set->slots[at % SET_SLOTS])
			at++;
		set->slots[at % SET_SLOTS] = hash;
	}
}

/* Without accents: what turns the words behind it round. */
static const char *const negators[] = {
	"not", "no", "never", "nor", "neither", "nobody", "nothing", "none", "without", "cannot", "cant", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent",
	"werent", "wont", "wouldnt", "couldnt", "shouldnt", "aint", "hasnt", "havent", "hadnt", "hardly", "barely", "pas", "jamais", "rien", "aucun", "aucune",
	"sans", "personne", "guere", "ni", "nunca", "jamas", "nada", "sin", "tampoco", "ningun", "ninguna", "nadie", "nicht", "kein", "keine", "keinen",
	"keiner", "nie", "niemals", "ohne", "nichts", "non", "mai", "niente", "senza", "nessun", "nessuno", "nao", "sem", "nem", "ninguem", "لا", "ليس", "لم",
	"لن", "ما", "غير", "नही", "नहीं", "मत", "na",
};
/* Before an apostrophe, in French and Italian: words of their own. */
static const char *const elided[] = {"l", "d", "j", "n", "m", "t", "s", "c", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "un", "all", "dell", "nell", "sull", "dall", "quest"};
static const char *const domains[] = {"com", "net", "org", "fr", "de", "uk", "io", "ly", "me", "tv", "be", "it", "es", "eu", "info", "biz", "gl", "co", "us", "ca"};

static struct word_set negator_set, elided_set, domain_set;
static pthread_once_t sets_made = PTHREAD_ONCE_INIT;

static void make_sets(void)
{
	set_fill(&negator_set, negators, COUNT(negators));
	set_fill(&elided_set, elided, COUNT(elided));
	set_fill(&domain_set, domains, COUNT(domains));
}

/* ---- code points ---- */

static void read_codes(struct reading *r, struct str message)
{
	const char *at = message.at, *end = at + (message.len < READING_BYTES ? message.len : READING_BYTES);
	const struct letter *table = letter_table();
	size_t count = 0;
	while (at < end) {
		u32 from = (u32)(at - message.at), code = (u8)*at;
		if (code < 0x80) {
			at++;
		} else {
			struct str rest = {at, (size_t)(end - at)};
			code = utf8_next(&rest);
			at = rest.at;
		}
		struct letter letter = code < LETTER_TABLE ? table[code] : letter_of(code);
		if (letter.kind == LETTER_NOTHING)
			continue;
		r->code[count].lower = letter.lower;
		r->code[count].plain = letter.plain;
		r->code[count].from = from;
		r->code[count].kind = letter.kind;
		r->code[count++].upper = letter.upper;
	}
	r->code[count].lower = r->code[count].plain = ' ';
	r->code[count].kind = LETTER_SPACE;
	r->code[count].upper = false;
	r->code[count].from = (u32)(message.len < READING_BYTES ? message.len : READING_BYTES);
	r->code_count = count;
}

static u32 code_at(const struct reading *r, size_t i)
{
	return i < r->code_count ? r->code[i].lower : ' ';
}

static u8 kind_at(const struct reading *r, size_t i)
{
	return i < r->code_count ? r->code[i].kind : LETTER_SPACE;
}

static bool wordly(const struct reading *r, size_t i)
{
	u8 kind = kind_at(r, i);
	return kind == LETTER_WORD || kind == LETTER_DIGIT || code_at(r, i) == '_';
}

static bool reads(const struct reading *r, size_t i, const char *text)
{
	for (; *text; text++, i++)
		if (code_at(r, i) != (u8)*text)
			return false;
	return true;
}

/* ---- tokens ---- */

/* The reading's next token, of the codes [from, to); its letters are still to come. NULL: there are enough. */
static struct token *start_token(struct reading *r, enum token_kind kind, size_t from, size_t to)
{
	if (r->token_count == READING_TOKENS)
		return NULL;
	struct token *t = &r->tokens[r->token_count++];
	*t = (struct token){.kind = (u8)kind, .at = (u32)r->line_len, .from = r->code[from].from, .to = r->code[to].from, .hash = TOKEN_HASH_START, .plain = TOKEN_HASH_START};
	return t;
}

__attribute__((always_inline)) static inline void add_code(struct reading *r, struct token *t, u32 lower, u32 plain)
{
	must(r->line_len + 1 < READING_LINE);
	r->line[r->line_len] = lower;
	r->plain[r->line_len] = plain;
	r->owner[r->line_len++] = (uint16_t)(t - r->tokens);
	t->hash = token_hash(t->hash, lower);
	t->plain = token_hash(t->plain, plain);
	t->len++;
	if (lower != plain)
		t->flags |= TOKEN_ACCENTED;
}

static void end_token(struct reading *r, struct token *t)
{
	r->line[r->line_len] = r->plain[r->line_len] = ' ';
	r->owner[r->line_len++] = (uint16_t)(t - r->tokens);
}

static void add_class(struct reading *r, enum token_kind kind, u32 code, size_t from, size_t to)
{
	struct token *t = start_token(r, kind, from, to);
	if (!t)
		return;
	add_code(r, t, code, code);
	end_token(r, t);
}

/* What a sign inside a word stands for; 0: for nothing. */
static u32 meant(u32 code)
{
	switch (code) {
	case '0': return 'o';
	case '1': case '!': case '|': return 'i';
	case '3': return 'e';
	case '4': case '@': return 'a';
	case '5': case '$': return 's';
	case '7': return 't';
	case '*': return '*';
	}
	return 0;
}

static void disguise(struct reading *r, struct token *t)
{
	u64 hash = TOKEN_HASH_START;
	for (u32 i = 0; i < t->len; i++) {
		u32 code = r->plain[t->at + i], letter = meant(r->line[t->at + i]);
		hash = token_hash(hash, letter ? letter : code);
	}
	t->flags |= TOKEN_DISGUISED;
	t->plain = hash;
}

/* A word of the codes [from, to). */
static void add_word(struct reading *r, size_t from, size_t to, u8 flags)
{
	struct token *t = start_token(r, TOKEN_WORD, from, to);
	if (!t)
		return;
	u32 letters = 0, capitals = 0, signs = 0, run = 0;
	t->flags = flags;
	for (size_t i = from; i < to; i++) {
		u32 lower = r->code[i].lower;
		run = i > from && lower == r->code[i - 1].lower ? run + 1 : 1;
		letters += r->code[i].kind == LETTER_WORD;
		capitals += r->code[i].upper;
		signs += r->code[i].kind != LETTER_WORD && lower != '\'' && lower != '_';
		if (run > KEPT_ALIKE && r->code[i].kind == LETTER_WORD)
			t->flags |= TOKEN_LONG;
		else
			add_code(r, t, lower, r->code[i].plain);
	}
	if (letters >= 2 && capitals == letters)
		t->flags |= TOKEN_LOUD;
	else if (capitals == 1 && r->code[from].upper)
		t->flags |= TOKEN_CAPITAL;
	r->counts.letters += letters;
	r->counts.capitals += capitals;
	r->counts.words++;
	r->counts.loud += !!(t->flags & TOKEN_LOUD);
	r->counts.drawn += !!(t->flags & TOKEN_LONG);
	if (signs && letters)
		disguise(r, t);
	end_token(r, t);
}

/* The words in a hashtag: by capitals, digits and low lines. */
static void add_parts(struct reading *r, size_t from, size_t to)
{
	size_t start = from;
	for (size_t i = from + 1; i <= to; i++) {
		bool cut = i == to || code_at(r, i) == '_' || (r->code[i].upper && (!r->code[i - 1].upper || (i + 1 < to && !r->code[i + 1].upper && kind_at(r, i + 1) == LETTER_WORD))) ||
			   (kind_at(r, i) == LETTER_DIGIT) != (kind_at(r, i - 1) == LETTER_DIGIT);
		if (!cut)
			continue;
		if (i > start && kind_at(r, start) != LETTER_POINT)
			add_word(r, start, i, TOKEN_PART);
		start = code_at(r, i) == '_' ? i + 1 : i;
		i += code_at(r, i) == '_';
	}
}

static size_t read_hashtag(struct reading *r, size_t i)
{
	size_t end = i + 1;
	while (wordly(r, end) || kind_at(r, end) == LETTER_ALONE)
		end++;
	struct token *t = start_token(r, TOKEN_HASHTAG, i, end);
	if (t) {
		for (size_t k = i; k < end; k++)
			add_code(r, t, r->code[k].lower, r->code[k].plain);
		end_token(r, t);
	}
	r->counts.hashtags++;
	add_parts(r, i + 1, end);
	return end;
}

static size_t read_mention(struct reading *r, size_t i)
{
	size_t end = i + 1;
	while (wordly(r, end) || ((code_at(r, end) == '.' || code_at(r, end) == '-' || code_at(r, end) == '@') && wordly(r, end + 1)))
		end++;
	add_class(r, TOKEN_MENTION, TOKEN_MENTION_CODE, i, end);
	r->counts.mentions++;
	return end;
}

/* A link: its class, then the names of its host. */
static size_t read_link(struct reading *r, size_t i, size_t host)
{
	size_t end = host;
	while (kind_at(r, end) != LETTER_SPACE && code_at(r, end) != '"' && code_at(r, end) != '<' && code_at(r, end) != '>')
		end++;
	while (end > host && (code_at(r, end - 1) == '.' || code_at(r, end - 1) == ',' || code_at(r, end - 1) == ')' || code_at(r, end - 1) == '!' || code_at(r, end - 1) == '?'))
		end--;
	add_class(r, TOKEN_LINK, TOKEN_LINK_CODE, i, end);
	r->counts.links++;
	for (int names = 0; names < 3 && host < end; names++) {
		size_t stop = host;
		while (stop < end && (wordly(r, stop) || code_at(r, stop) == '-'))
			stop++;
		if (stop > host && !(reads(r, host, "www.")))
			add_word(r, host, stop, TOKEN_PART);
		if (stop >= end || code_at(r, stop) != '.')
			break;
		host = stop + 1;
	}
	return end;
}

/* Where the host of a link that begins here stands; 0: none does. */
static size_t link_host(const struct reading *r, size_t i)
{
	if (reads(r, i, "http")) {
		size_t behind = i + 4 + (code_at(r, i + 4) == 's');
		if (reads(r, behind, "://"))
			return behind + 3;
		return wordly(r, behind) ? 0 : behind; /* "http" alone: as data sets leave it */
	}
	return reads(r, i, "www.") ? i : 0;
}

/* "name.com", "shop.name.com/more": names parted by points, and at the end a domain that is known. */
static bool bare_domain(const struct reading *r, size_t word_end)
{
	bool known = false;
	for (int names = 0; names < 4 && code_at(r, word_end) == '.' && kind_at(r, word_end + 1) == LETTER_WORD; names++) {
		u64 hash = TOKEN_HASH_START;
		size_t i = word_end + 1;
		for (; (wordly(r, i) || code_at(r, i) == '-') && i < word_end + 64; i++)
			hash = token_hash(hash, r->code[i].lower);
		known = set_has(&domain_set, hash);
		word_end = i;
	}
	return known;
}

static size_t read_number(struct reading *r, size_t i)
{
	size_t end = i;
	while (kind_at(r, end) == LETTER_DIGIT ||
	       ((code_at(r, end) == '.' || code_at(r, end) == ',' || code_at(r, end) == ':') && kind_at(r, end + 1) == LETTER_DIGIT))
		end++;
	struct token *t = start_token(r, TOKEN_NUMBER, i, end);
	r->counts.numbers++;
	if (!t)
		return end;
	for (size_t k = i; k < end; k++)
		add_code(r, t, r->code[k].lower, kind_at(r, k) == LETTER_DIGIT ? '0' : r->code[k].plain);
	t->flags &= (u8)~TOKEN_ACCENTED;
	end_token(r, t);
	return end;
}

static bool inside_sign(u32 code)
{
	return code == '*' || code == '$' || code == '@' || code == '!';
}

/* Letters and digits, with apostrophes and signs inside. */
static size_t read_word(struct reading *r, size_t i)
{
	size_t end = i, digits = 0;
	for (;; end++) {
		u32 code = code_at(r, end);
		if (wordly(r, end)) {
			digits += kind_at(r, end) == LETTER_DIGIT;
			continue;
		}
		if (end == i || kind_at(r, end + 1) != LETTER_WORD) {
			if (end > i && inside_sign(code) && inside_sign(code_at(r, end + 1)) && code != '!' && kind_at(r, end + 2) == LETTER_WORD)
				continue; /* "f**k" */
			break;
		}
		if (code == '\'') {
			u64 hash = TOKEN_HASH_START;
			for (size_t k = i; k < end; k++)
				hash = token_hash(hash, r->code[k].plain);
			if (end - i <= 7 && set_has(&elided_set, hash)) {
				add_word(r, i, end, 0);
				return end + 1;
			}
		} else if (!inside_sign(code)) {
			break;
		}
	}
	if (digits == end - i)
		return read_number(r, i);
	if (bare_domain(r, end))
		return read_link(r, i, i);
	add_word(r, i, end, 0);
	return end;
}

/* ---- signs ---- */

static bool is_one_of(u32 code, const char *set)
{
	for (; code && *set; set++)
		if (code == (u8)*set)
			return true;
	return false;
}

/* The end of an emoticon that begins here; 0: none does. *ret_mouth: what it shows. */
static size_t emoticon_end(const struct reading *r, size_t i, u32 *ret_mouth)
{
	u32 code = code_at(r, i);
	if (code == '<' && code_at(r, i + 1) == '3') {
		*ret_mouth = 0x2665;
		return i + 2;
	}
	if (code == '<' && code_at(r, i + 1) == '/' && code_at(r, i + 2) == '3') {
		*ret_mouth = 0x1F494;
		return i + 3;
	}
	if ((code == '^' || code == '-' || code == '>' || code == 't' || code == 'o') && (code_at(r, i + 1) == '_' || code_at(r, i + 1) == '.') && code_at(r, i + 2) == (code == '>' ? '<' : code) &&
	    !wordly(r, i + 3) && (i == 0 || !wordly(r, i - 1))) {
		*ret_mouth = 0xE100 + code;
		return i + 3;
	}
	if (!is_one_of(code, ":;=8x") || (code == 'x' && (!r->code[i].upper || (i && wordly(r, i - 1)))) || (code == '8' && i && wordly(r, i - 1)))
		return 0;
	size_t at = i + 1;
	if (is_one_of(code_at(r, at), "-o^'") && !(code_at(r, at) == 'o' && kind_at(r, at + 1) == LETTER_WORD))
		at++;
	if (code_at(r, at) == '-')
		at++;
	u32 mouth = code_at(r, at);
	bool word = mouth == 'd' || mouth == 'p' || mouth == 'o' || mouth == 's' || mouth == 'x' || mouth == '3';
	if (!is_one_of(mouth, ")(dpos/\\|*3][}{x") || (word && wordly(r, at + 1)) || ((code == 'x' || code == '8') && !is_one_of(mouth, ")(d")))
		return 0;
	if (mouth == ']' || mouth == '}')
		mouth = ')';
	if (mouth == '[' || mouth == '{')
		mouth = '(';
	*ret_mouth = 0xE000 + mouth + (code == ';' ? 0x80 : 0) + (code_at(r, i + 1) == '\'' ? 0x200 : 0);
	do
		at++;
	while (code_at(r, at) == code_at(r, at - 1));
	return at;
}

static size_t read_point(struct reading *r, size_t i)
{
	u32 code = code_at(r, i);
	size_t end = i;
	u32 asks = 0, calls = 0;
	while (code_at(r, end) == code || (is_one_of(code, "!?") && is_one_of(code_at(r, end), "!?")))
		asks += code_at(r, end) == '?', calls += code_at(r, end) == '!', end++;
	r->counts.exclamations += calls;
	r->counts.questions += asks;
	struct token *t = start_token(r, TOKEN_POINT, i, end);
	if (!t)
		return end;
	if (asks && calls)
		code = 0x203D; /* both: one sign for it */
	if (code == '.' && end - i > 1)
		code = 0x2026;
	for (size_t n = 0; n < end - i && n < KEPT_ALIKE && (n == 0 || code < 0x80); n++)
		add_code(r, t, code, code);
	if (end - i > KEPT_ALIKE)
		t->flags |= TOKEN_LONG;
	end_token(r, t);
	return end;
}

static size_t read_emoji(struct reading *r, size_t i)
{
	size_t end = i;
	while (code_at(r, end) == code_at(r, i) && end < r->code_count)
		end++;
	struct token *t = start_token(r, TOKEN_EMOJI, i, end);
	r->counts.emoji += (u32)(end - i);
	if (!t)
		return end;
	add_code(r, t, code_at(r, i), code_at(r, i));
	if (end - i > 1)
		t->flags |= TOKEN_LONG;
	end_token(r, t);
	return end;
}

/* ---- the pass ---- */

static size_t read_token(struct reading *r, size_t i)
{
	u32 code = r->code[i].lower, mouth;
	u8 kind = r->code[i].kind;
	size_t at;
	if (kind == LETTER_EMOJI)
		return read_emoji(r, i);
	if (kind == LETTER_ALONE) {
		add_word(r, i, i + 1, 0);
		return i + 1;
	}
	if ((code == 'h' || code == 'w') && (at = link_host(r, i)))
		return read_link(r, i, at);
	if ((kind == LETTER_POINT || code == 'x' || code == '8' || code == 't' || code == 'o') && (at = emoticon_end(r, i, &mouth))) {
		add_class(r, TOKEN_EMOTICON, mouth, i, at);
		return at;
	}
	if (code == '@' && wordly(r, i + 1))
		return read_mention(r, i);
	if (code == '#' && (wordly(r, i + 1) || kind_at(r, i + 1) == LETTER_ALONE))
		return read_hashtag(r, i);
	if (kind == LETTER_WORD || kind == LETTER_DIGIT || code == '_')
		return read_word(r, i);
	return read_point(r, i);
}

static bool negates(const struct reading *r, const struct token *t)
{
	const u32 *end = r->plain + t->at + t->len;
	return set_has(&negator_set, t->plain) || (t->len > 3 && end[-1] == 't' && end[-2] == '\'' && end[-3] == 'n');
}

/* Words behind a "not", up to the next punctuation. */
static void mark_negated(struct reading *r)
{
	int reach = 0;
	for (size_t i = 0; i < r->token_count; i++) {
		struct token *t = &r->tokens[i];
		if (t->kind == TOKEN_POINT && r->line[t->at] != '"' && r->line[t->at] != '\'')
			reach = 0;
		if (t->kind != TOKEN_WORD)
			continue;
		if (reach > 0) {
			t->flags |= TOKEN_NEGATED;
			reach--;
		}
		if (negates(r, t))
			reach = NEGATION_REACH;
	}
}

void reading_of(struct reading *r, struct str message)
{
	pthread_once(&sets_made, make_sets);
	r->token_count = 0;
	r->counts = (struct token_counts){};
	r->line[0] = r->plain[0] = ' ';
	r->owner[0] = 0;
	r->line_len = 1;
	read_codes(r, message.at ? message : S("")); /* nothing at all may be nowhere */
	for (size_t i = 0; i < r->code_count;)
		i = r->code[i].kind == LETTER_SPACE ? i + 1 : read_token(r, i);
	mark_negated(r);
}

bool token_is_told(const struct reading *r, const struct token *t)
{
	return t->kind != TOKEN_POINT || is_one_of(r->line[t->at], "!?") || r->line[t->at] == 0x203D || r->line[t->at] == 0x2026;
}
