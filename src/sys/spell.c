#include "sys/spell.h"

#include "base/utf8.h"

#include <hunspell/hunspell.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <uchar.h>
#include <unistd.h>

#define KEPT 16384u    /* answers that are remembered of a dictionary: a desk asks for the same words at each pause of typing */
#define LETTERS_MAX 24 /* code points of a word that slips are tried of */
#define VARIANTS_MAX 4 /* letters of a word whose accents are tried in all ways */
#define WAYS 4u        /* a letter: plain and the likeliest accents */

struct spell {
	const char *name; /* of its files */
	Hunhandle *hunspell;
	pthread_mutex_t turn;
	u64 kept[KEPT];   /* hash of a word, its last bit whether it is known; 0: none */
};

/* What is looked for, in this order, for a language; the country's own name first when it is told. */
static const struct {
	const char *lang, *names[4];
} languages[] = {
	{"fr", {"fr_FR", "fr", "fr_CA"}}, {"en", {"en_GB", "en_US", "en_AU"}}, {"en-US", {"en_US", "en_GB"}},
		{"en-CA", {"en_CA", "en_US", "en_GB"}},
	{"de", {"de_DE"}}, {"es", {"es_ES", "es"}}, {"it", {"it_IT"}}, {"pt", {"pt_PT", "pt_BR"}}, {"nl", {"nl"}},
};
static const char *const folders[] = {"/usr/share/hunspell", "/usr/share/myspell/dicts", "/usr/local/share/hunspell"};

#define OPEN_MOST 16u
static struct spell *opened[OPEN_MOST]; /* never closed: as long as the process */
static size_t opened_count;
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

/* Under the lock. */
static struct spell *open_named(const char *name)
{
	static struct arena *arena;
	char forms[200], words[200];
	for (size_t i = 0; i < opened_count; i++)
		if (strcmp(opened[i]->name, name) == 0)
			return opened[i];
	for (size_t i = 0; i < COUNT(folders) && opened_count < OPEN_MOST; i++) {
		snprintf(forms, sizeof forms, "%s/%s.aff", folders[i], name);
		snprintf(words, sizeof words, "%s/%s.dic", folders[i], name);
		if (access(forms, R_OK) || access(words, R_OK))
			continue;
		Hunhandle *hunspell = Hunspell_create(forms, words);
		if (!hunspell || strcmp(Hunspell_get_dic_encoding(hunspell), "UTF-8") != 0) { /* those of Debian all are */
			if (hunspell)
				Hunspell_destroy(hunspell);
			continue;
		}
		arena = arena ? arena : arena_new();
		struct spell *spell = arena_new_of(arena, struct spell);
		spell->name = arena_cstr(arena, str_of(name));
		spell->hunspell = hunspell;
		pthread_mutex_init(&spell->turn, NULL);
		return opened[opened_count++] = spell;
	}
	return NULL;
}

static bool is_name(struct str lang)
{
	if (lang.len < 2 || lang.len > 12)
		return false;
	for (size_t i = 0; i < lang.len; i++)
		if (!((lang.at[i] >= 'a' && lang.at[i] <= 'z') || (lang.at[i] >= 'A' && lang.at[i] <= 'Z') || lang.at[i] == '-' ||
			lang.at[i] == '_'))
			return false;
	return true;
}

static struct spell *open_of(struct str lang)
{
	char name[16];
	struct str language = lang;
	struct spell *spell = NULL;
	for (size_t i = 0; i < lang.len; i++)
		if (lang.at[i] == '-' || lang.at[i] == '_') {
			language = str_head(lang, i);
			snprintf(name, sizeof name, "%.*s_%.*s", STR_ARG(language), STR_ARG(str_skip(lang, i + 1)));
			spell = open_named(name);
			break;
		}
	for (int whole = 1; whole >= 0 && !spell; whole--)
		for (size_t i = 0; i < COUNT(languages) && !spell; i++)
			for (size_t n = 0; str_eq(whole ? lang : language, str_of(languages[i].lang)) && languages[i].names[n] &&
				!spell; n++)
				spell = open_named(languages[i].names[n]);
	if (!spell) {
		snprintf(name, sizeof name, "%.*s", STR_ARG(language));
		spell = open_named(name);
	}
	return spell;
}

struct spell *spell_of(struct str lang)
{
	/* What was found is looked up again without a look at the disk; what is not there may be installed later. */
	static struct {
		char lang[13];
		struct spell *spell;
	} known[OPEN_MOST];
	struct spell *spell = NULL;
	if (!is_name(lang))
		return NULL;
	pthread_mutex_lock(&opening);
	size_t i = 0;
	while (i < COUNT(known) && known[i].spell && !str_eq(lang, str_of(known[i].lang)))
		i++;
	if (i < COUNT(known) && known[i].spell) {
		spell = known[i].spell;
	} else {
		spell = open_of(lang);
		if (spell && i < COUNT(known)) {
			memcpy(known[i].lang, lang.at, lang.len);
			known[i].spell = spell;
		}
	}
	pthread_mutex_unlock(&opening);
	return spell;
}

/* ---- asking ---- */

/* Under the dictionary's lock. */
static bool ask(struct spell *spell, struct str word)
{
	char text[SPELL_WORD_MAX + 1];
	u64 hash = str_hash(word) | 1, *kept = &spell->kept[(hash >> 1) % KEPT];
	if ((*kept | 1) == hash)
		return *kept & 1;
	memcpy(text, word.at, word.len);
	text[word.len] = 0;
	bool known = Hunspell_spell(spell->hunspell, text) != 0;
	*kept = known ? hash : hash & ~(u64)1;
	return known;
}

static bool is_askable(struct str word)
{
	return word.len && word.len <= SPELL_WORD_MAX && !memchr(word.at, 0, word.len) && utf8_valid(word);
}

bool spell_knows(struct spell *spell, struct str word)
{
	if (!is_askable(word))
		return true;
	pthread_mutex_lock(&spell->turn);
	bool known = ask(spell, word);
	pthread_mutex_unlock(&spell->turn);
	return known;
}

/* ---- what may have been meant ---- */

struct slips {
	struct spell *spell;
	struct arena *arena;
	struct str *words;
	size_t count, most;
};

/* True when there is room for more. */
static bool try_word(struct slips *slips, const u32 *letters, size_t count)
{
	char room[SPELL_WORD_MAX * 2];
	struct buf text = BUF_IN(room);
	for (size_t i = 0; i < count; i++)
		buf_add_utf8(&text, letters[i]);
	struct str word = buf_str(&text);
	if (slips->count < slips->most && is_askable(word) && ask(slips->spell, word)) {
		bool there = false;
		for (size_t i = 0; i < slips->count; i++)
			there |= str_eq(slips->words[i], word);
		if (!there)
			slips->words[slips->count++] = arena_str(slips->arena, word);
	}
	buf_free(&text);
	return slips->count < slips->most;
}

/* How a letter is written with other accents, itself first; a NULL for a letter that takes none. */
static const char32_t *accents_of(u32 letter)
{
	static const char32_t *const sets[] = {U"eéèêë", U"aàâ", U"iîï", U"oôö", U"uùûü", U"cç"};
	for (size_t i = 0; i < COUNT(sets); i++)
		for (const char32_t *at = sets[i]; *at; at++)
			if (*at == letter)
				return sets[i];
	return NULL;
}

/* The accents of all its vowels in every way, when there are few of them; else of one after the other. */
static void try_accents(struct slips *slips, u32 *letters, size_t count)
{
	size_t at[LETTERS_MAX], n = 0;
	u32 was[LETTERS_MAX];
	for (size_t i = 0; i < count; i++)
		if (accents_of(letters[i]) && letters[i] != 'i' && letters[i] != 'u' && letters[i] != 'o')
			at[n++] = i;
	if (n > VARIANTS_MAX)
		n = 0;
	memcpy(was, letters, count * sizeof *was);
	size_t ways = n ? 1 : 0;
	for (size_t i = 0; i < n; i++)
		ways *= WAYS;
	for (size_t way = 1; way < ways; way++) {
		bool sound = true;
		size_t rest = way;
		for (size_t i = 0; i < n; i++, rest /= WAYS) {
			const char32_t *set = accents_of(was[at[i]]);
			size_t length = 0;
			while (set[length])
				length++;
			sound &= rest % WAYS < length;
			if (rest % WAYS < length)
				letters[at[i]] = set[rest % WAYS];
		}
		if (sound && !try_word(slips, letters, count))
			break;
	}
	memcpy(letters, was, count * sizeof *was);
	for (size_t i = 0; i < count; i++) {
		const char32_t *set = accents_of(was[i]);
		for (; set && *set; set++) {
			letters[i] = *set;
			if (*set != was[i] && !try_word(slips, letters, count))
				break;
		}
		letters[i] = was[i];
	}
}

static bool is_consonant(u32 letter)
{
	return letter > 'a' && letter <= 'z' && !strchr("eiouy", (int)letter);
}

/* Consonants doubled or made single, at up to two places: proffessionel, acceuillir. */
static void try_doubles(struct slips *slips, const u32 *letters, size_t count)
{
	for (size_t a = 0; a < count; a++)
		for (size_t b = a; b < count; b++) {
			u32 other[LETTERS_MAX + 2];
			size_t length = 0;
			bool changed = false;
			for (size_t i = 0; i < count; i++) {
				bool here = (i == a || i == b) && is_consonant(letters[i]);
				bool second = i && letters[i] == letters[i - 1];
				changed |= here;
				if (here && second)
					continue;
				other[length++] = letters[i];
				if (here && !(i + 1 < count && letters[i + 1] == letters[i]))
					other[length++] = letters[i];
			}
			if (changed && !try_word(slips, other, length))
				return;
		}
}

static void try_slips(struct slips *slips, u32 *letters, size_t count)
{
	static const char32_t alphabet[] = U"etainosrludcmpvhgfbqyxzjkwéèàêç'";
	u32 other[LETTERS_MAX + 2];
	for (size_t i = 0; i + 1 < count; i++) /* coeur */
		if (letters[i] == 'o' && letters[i + 1] == 'e') {
			memcpy(other, letters, count * sizeof *other);
			other[i] = U'œ';
			memmove(other + i + 1, other + i + 2, (count - i - 2) * sizeof *other);
			if (!try_word(slips, other, count - 1))
				return;
		}
	try_accents(slips, letters, count);
	try_doubles(slips, letters, count);
	for (size_t i = 0; i + 1 < count; i++) { /* two swapped */
		memcpy(other, letters, count * sizeof *other);
		other[i] = letters[i + 1];
		other[i + 1] = letters[i];
		if (other[i] != other[i + 1] && !try_word(slips, other, count))
			return;
	}
	for (size_t i = 0; i < count && count > 2; i++) { /* one too many, and then perhaps an accent: qualitee */
		memcpy(other, letters, i * sizeof *other);
		memcpy(other + i, letters + i + 1, (count - i - 1) * sizeof *other);
		if (!try_word(slips, other, count - 1))
			return;
		if (i && letters[i] == 'e' && letters[i - 1] == 'e') {
			other[i - 1] = U'é';
			if (!try_word(slips, other, count - 1))
				return;
		}
	}
	for (size_t i = 0; i <= count; i++) /* one missing */
		for (const char32_t *letter = alphabet; *letter; letter++) {
			memcpy(other, letters, i * sizeof *other);
			other[i] = *letter;
			memcpy(other + i + 1, letters + i, (count - i) * sizeof *other);
			if (!try_word(slips, other, count + 1))
				return;
		}
	for (size_t i = 0; i < count; i++) { /* another */
		memcpy(other, letters, count * sizeof *other);
		for (const char32_t *letter = alphabet; *letter; letter++) {
			other[i] = *letter;
			if (*letter != letters[i] && !try_word(slips, other, count))
				return;
		}
	}
}

size_t spell_near(struct spell *spell, struct arena *arena, struct str word, struct str *ret_words, size_t most)
{
	u32 letters[LETTERS_MAX];
	size_t count = 0;
	struct str rest = word;
	if (!is_askable(word))
		return 0;
	while (rest.len && count < LETTERS_MAX)
		letters[count++] = utf8_next(&rest);
	if (rest.len || count < 3)
		return 0;
	struct slips slips = {spell, arena, ret_words, 0, most};
	pthread_mutex_lock(&spell->turn);
	try_slips(&slips, letters, count);
	pthread_mutex_unlock(&spell->turn);
	return slips.count;
}

size_t spell_suggest(struct spell *spell, struct arena *arena, struct str word, struct str *ret_words, size_t most)
{
	char text[SPELL_WORD_MAX + 1], **found = NULL;
	size_t count = 0;
	if (!is_askable(word))
		return 0;
	memcpy(text, word.at, word.len);
	text[word.len] = 0;
	pthread_mutex_lock(&spell->turn);
	int all = Hunspell_suggest(spell->hunspell, &found, text);
	for (int i = 0; i < all && count < most; i++)
		ret_words[count++] = arena_str(arena, str_of(found[i]));
	if (all > 0)
		Hunspell_free_list(spell->hunspell, &found, all);
	pthread_mutex_unlock(&spell->turn);
	return count;
}
