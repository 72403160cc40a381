#include "base/lang.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define MO_MAGIC 0x950412deu
#define CATALOGUES_MAX 8

/* A .mo file (gettext manual, "The Format of GNU MO Files"): little-endian words; a table of (length, offset) of the
 * originals, sorted by bytes, and one of the translations in the same order. A plural entry's original is
 * "one\0many" and its translation holds the forms with NULs between. */
struct catalogue {
	const char *lang;
	const char *bytes;
	size_t len;
	u32 count, originals, translations;
};

static struct catalogue catalogues[CATALOGUES_MAX];
static size_t catalogue_count;

static u32 word(const struct catalogue *c, size_t at)
{
	u32 value;
	memcpy(&value, c->bytes + at, sizeof value);
	return value;
}

static struct str entry(const struct catalogue *c, u32 table, u32 index)
{
	size_t at = table + (size_t)index * 8;
	return (struct str){c->bytes + word(c, at + 4), word(c, at)};
}

static bool table_fits(const struct catalogue *c, u32 table)
{
	if ((size_t)table + (size_t)c->count * 8 > c->len)
		return false;
	for (u32 i = 0; i < c->count; i++) {
		size_t at = table + (size_t)i * 8;
		if ((size_t)word(c, at) + word(c, at + 4) >= c->len) /* with its NUL */
			return false;
	}
	return true;
}

bool lang_add(const char *lang, const void *mo, size_t len)
{
	must(catalogue_count < CATALOGUES_MAX);
	struct catalogue c = {.lang = lang, .bytes = mo, .len = len};
	if (len < 28 || word(&c, 0) != MO_MAGIC)
		return false;
	c.count = word(&c, 8);
	c.originals = word(&c, 12);
	c.translations = word(&c, 16);
	if (c.count > len / 8 || !table_fits(&c, c.originals) || !table_fits(&c, c.translations))
		return false;
	catalogues[catalogue_count++] = c;
	return true;
}

static const struct catalogue *catalogue_of(const char *lang)
{
	for (size_t i = 0; i < catalogue_count; i++)
		if (strcmp(catalogues[i].lang, lang) == 0)
			return &catalogues[i];
	return NULL;
}

bool lang_known(struct str lang)
{
	if (str_eq(lang, S("en")))
		return true;
	for (size_t i = 0; i < catalogue_count; i++)
		if (str_eq(lang, str_of(catalogues[i].lang)))
			return true;
	return false;
}

const char *lang_of(struct str wanted)
{
	for (size_t i = 0; i < catalogue_count; i++)
		if (str_eq(wanted, str_of(catalogues[i].lang)))
			return catalogues[i].lang;
	return "en";
}

/* The translation of `text`, NUL-terminated forms one after the other; empty when there is none. */
static struct str find(const char *lang, const char *text)
{
	const struct catalogue *c = lang ? catalogue_of(lang) : NULL;
	if (!c || !*text)
		return (struct str){};
	u32 low = 0, high = c->count;
	while (low < high) {
		u32 middle = low + (high - low) / 2;
		int order = strcmp(text, entry(c, c->originals, middle).at); /* a plural's original ends at its first NUL here */
		if (order == 0)
			return entry(c, c->translations, middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (struct str){};
}

const char *tr(const char *lang, const char *text)
{
	struct str found = find(lang, text);
	return found.len ? found.at : text;
}

bool lang_plural(const char *lang, i64 count)
{
	/* Both languages have two forms: French counts 0 with 1, English does not. A language with more brings its rule here. */
	bool french = lang && strcmp(lang, "fr") == 0;
	return french ? count < -1 || count > 1 : count != 1;
}

const char *tr_n(const char *lang, const char *one, const char *many, i64 count)
{
	bool plural = lang_plural(lang, count);
	struct str found = find(lang, one);
	if (!found.len)
		return plural ? many : one;
	size_t first = strlen(found.at);
	return plural && first < found.len ? found.at + first + 1 : found.at;
}
