#include "check/rules.h"

#include <pthread.h>
#include <string.h>

#define FILES \
	FILE_ROW(RULES_CLAIM, checks_claim, "fr") FILE_ROW(RULES_CULTURE, checks_culture, "fr") FILE_ROW(RULES_DISCLOSURE, checks_disclosure, "fr") \
	FILE_ROW(RULES_FESTIVE, checks_festive, "fr") FILE_ROW(RULES_INCLUSIVE_EN, checks_inclusive_en, "en") FILE_ROW(RULES_INCLUSIVE_FR, checks_inclusive_fr, "fr") \
	FILE_ROW(RULES_NETWORK, checks_network, "")

#define FILE_ROW(number, name, lang) extern const char name[]; extern const size_t name##_len;
FILES
#undef FILE_ROW

#define PHRASE_WORDS 8u
#define BUCKETS 512u

struct phrase {
	u32 rule, next;       /* the next of its bucket; 0: none */
	u8 count;
	bool begins;          /* the last word stands for all that begin so */
	struct str words[PHRASE_WORDS];
	u8 kinds[PHRASE_WORDS];
};

struct rules {
	struct rule *items;
	size_t count;
	struct phrase *phrases; /* from 1 */
	size_t phrase_count;
	u32 buckets[BUCKETS];   /* by the first word's first two bytes */
};

static struct rules all[RULES_FILES];
static pthread_once_t read_once = PTHREAD_ONCE_INIT;

static size_t bucket_of(struct str word)
{
	u8 first = word.len ? (u8)word.at[0] : 0, second = word.len > 1 ? (u8)word.at[1] : 0, last = word.len > 3 ? (u8)word.at[3] :
		0;
	return first == 0xF0 ? (size_t)(256 + last) : (size_t)(first ^ (second << 1)) % 256;
}

static void add_phrase(struct arena *arena, struct rules *rules, size_t *capacity, u32 rule, struct str text, const char *lang)
{
	struct check_reading r = {.lang = str_of(lang), .text = text};
	check_read(arena, &r);
	struct phrase *p = arena_push(arena, rules->phrases, rules->phrase_count, *capacity);
	*p = (struct phrase){.rule = rule};
	for (size_t i = 0; i < r.count; i++) {
		if (r.pieces[i].kind == PIECE_SIGN && str_eq(r.pieces[i].lower, S("*"))) {
			must(i + 1 == r.count && i);
			p->begins = true;
			break;
		}
		must(p->count < PHRASE_WORDS);
		p->kinds[p->count] = r.pieces[i].kind;
		p->words[p->count++] = r.pieces[i].lower;
	}
	must(p->count && (p->count > 1 || !p->begins || p->words[0].len > 1));
	u32 *bucket = &rules->buckets[bucket_of(p->words[0])];
	p->next = *bucket;
	*bucket = (u32)(rules->phrase_count - 1);
}

static void read_file(struct arena *arena, struct rules *rules, struct str text, const char *lang)
{
	size_t capacity = 0, phrase_capacity = 0;
	arena_push(arena, rules->phrases, rules->phrase_count, phrase_capacity);
	while (text.at && text.len) {
		struct str line = str_line(&text);
		if (!line.len || str_starts(line, S("# ")))
			continue;
		struct rule *rule = arena_push(arena, rules->items, rules->count, capacity);
		*rule = (struct rule){};
		for (size_t n = 0; line.at; n++) {
			struct str column = str_cut(&line, '\t');
			must(n < RULE_COLUMNS);
			rule->columns[n] = column;
		}
		for (struct str phrases = rule->columns[0]; phrases.at;) {
			struct str phrase = str_trim(str_cut(&phrases, '|'));
			add_phrase(arena, rules, &phrase_capacity, (u32)rules->count - 1, phrase, lang);
		}
	}
}

static void read_all(void)
{
	struct arena *arena = arena_new(); /* as long as the process */
#define FILE_ROW(number, name, lang) read_file(arena, &all[number], (struct str){name, name##_len}, lang);
	FILES
#undef FILE_ROW
}

const struct rules *rules_of(enum rule_file file)
{
	must(file < RULES_FILES);
	pthread_once(&read_once, read_all);
	return &all[file];
}

size_t rules_count(const struct rules *rules)
{
	return rules->count;
}

const struct rule *rules_at(const struct rules *rules, size_t index)
{
	must(index < rules->count);
	return &rules->items[index];
}

static bool matches(const struct phrase *p, const struct check_reading *r, size_t at)
{
	if (at + p->count > r->count)
		return false;
	for (size_t i = 0; i < p->count; i++) {
		const struct piece *piece = &r->pieces[at + i];
		bool begins = p->begins && i + 1 == p->count;
		if (piece->kind != p->kinds[i] || (i && piece->sentence != r->pieces[at].sentence))
			return false;
		if (begins ? !str_starts(piece->lower, p->words[i]) : !str_eq(piece->lower, p->words[i]))
			return false;
	}
	return true;
}

/* Longer; then whole words over beginnings; then the one that stands first in the file. */
static bool is_better(const struct phrase *p, const struct phrase *than)
{
	if (p->count != than->count)
		return p->count > than->count;
	return p->begins != than->begins ? !p->begins : p->rule < than->rule;
}

size_t rules_find(struct arena *arena, const struct rules *rules, const struct check_reading *reading,
	bool (*wanted)(const struct rule *rule, const void *subject),
		  const void *subject, struct rule_hit **ret_hits)
{
	struct rule_hit *hits = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < reading->count;) {
		const struct phrase *best = NULL;
		for (u32 n = rules->buckets[bucket_of(reading->pieces[i].lower)]; n; n = rules->phrases[n].next) {
			const struct phrase *p = &rules->phrases[n];
			if ((!best || is_better(p, best)) && matches(p, reading, i) &&
				(!wanted || wanted(&rules->items[p->rule], subject)))
				best = p;
		}
		if (!best) {
			i++;
			continue;
		}
		if (!str_eq(rules->items[best->rule].columns[1], S("-"))) {
			struct rule_hit *hit = arena_push(arena, hits, count, capacity);
			*hit = (struct rule_hit){&rules->items[best->rule], (u32)i, (u32)(i + best->count)};
		}
		i += best->count;
	}
	*ret_hits = hits;
	return count;
}

bool rule_lists(struct str column, struct str word)
{
	while (column.at) {
		struct str one = str_trim(str_cut(&column, ','));
		if (one.len && str_eq_fold(one, word))
			return true;
	}
	return false;
}
