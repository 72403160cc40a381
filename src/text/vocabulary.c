#include "text/vocabulary.h"

#include "text/token.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OF_ALL 3 /* a word that more than one text in so many has tells nothing, among texts enough to tell by */
#define ENOUGH 60

/* Words that hold sentences together and say nothing of what they are about: of English, French, Spanish, German, Italian, Portuguese;
 * none that says something in another of them (French "car" is left to English). Accents do not matter here. */
static const char *const common[] = {
	"a about after again all also am an and any are aren't as at be because been before being between both but by can can't could couldn't did didn't do",
	"does doesn't doing don't down during each few for from further get got had has have having he her here hers him his how however i i'm i've if in into is",
	"isn't it it's its just let me more most my no nor not now of off on once only or other our ours out over own please same she should so some such than",
	"that that's the their them then there these they this those through to too under until up us very was wasn't way we were what what's when where which",
	"while who whom whose why will with without won't would you your yours",
	"au aux avec ce ceci cela ces cet cette chaque chez ci comme d'un d'une dans de des donc dont du elle elles en encore est et etaient etait etant ete etre eu eux",
	"fait faut il ils j'ai je jamais l'on la le les leur leurs lui ma mais me meme mes moi mon ne ni nos notre nous ou ou par parce pas peu peut plus plutot pour",
	"pourquoi puis qu'elle qu'il qu'on quand que quel quelle quelles quels qui quoi rien sa sans se sera ses si sont sous suis sur ta te tes toi ton tous tout toute",
	"toutes tres tu un une vers voici voila vos votre vous y quelqu quelque quelques bonjour bonsoir salut c'est n'est j'y s'il d'autres etes avez ont avons sommes etais avait avaient alors aussi ca deja depuis",
	"al algo como con contra cual cuando del desde donde el ella ellos ese eso esta este esto estos fue hay las lo los mas mi muy nada nos otro para pero poco por",
	"porque que quien se ser su sus tambien tanto te tiene todo todos una uno unos y ya yo",
	"aber alle als also am auch auf aus bei bin bis bist da das dass dein dem den der des dich die dies diese dieser doch dort durch ein eine einem einen einer er es",
	"fur habe haben hat hatte ich ihr ihre im in ist ja jede kann kein keine man mehr mein mich mir mit muss nach nicht noch nur oder ohne schon sehr sein seine sich",
	"sie sind so uber um und uns unser unter vom von vor war warum was weil wenn wer wie wir wird wo zu zum zur",
	"agli alla alle anche ancora che chi ci come con cosa cui da dal dalla degli dei del della delle di dopo dove e ed era essere fra gli ha hai hanno ho il io loro ma",
	"mi mia mio molto nel nella noi non nostro o per perche piu poi quale quando quella quello questa questo sono sta su sua suo ti tra tu tua tuo tutti tutto un una vi voi",
	"ao aos as ate com como da das de dela dele depois do dos ela ele eles em entao entre era essa esse esta estao eu foi ha isso isto ja mais mas me mesmo meu minha muito",
	"na nao nas nem no nos nossa nosso num numa o os ou para pela pelo por porque quando que quem sao se sem ser seu sua tambem te tem um uma voce",
};

static int by_value(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;
	return (x > y) - (x < y);
}

void common_words_of(struct arena *arena, struct common_words *ret_words)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct reading *reading = reading_new(scratch);
	struct common_words words = {};
	size_t capacity = 0;
	for (size_t line = 0; line < COUNT(common); line++) {
		reading_of(reading, str_of(common[line]));
		for (size_t i = 0; i < reading->token_count; i++)
			*arena_push(arena, words.keys, words.count, capacity) = reading->tokens[i].plain;
	}
	qsort(words.keys, words.count, sizeof *words.keys, by_value);
	*ret_words = words;
}

bool common_word(const struct common_words *words, u64 plain)
{
	return bsearch(&plain, words->keys, words->count, sizeof *words->keys, by_value);
}

struct found { /* a word while it is counted */
	u64 key;
	struct str word; /* as most texts write it */
	i32 lead;        /* by how many votes (a text each) */
	u32 texts, last; /* last: the text that had it last, + 1 */
	u32 number;      /* of the term in the end; UINT32_MAX: left out */
	bool common;
};

struct counting {
	struct arena *arena;
	struct found *slots;
	size_t count, capacity; /* capacity: a power of two */
	struct pair {
		u32 text;
		u64 key;
		u32 times;
	} *pairs;
	size_t pair_count, pair_capacity;
};

static struct found *slot_of(const struct found *slots, size_t capacity, u64 key)
{
	size_t at = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (capacity - 1);
	while (slots[at].texts && slots[at].key != key)
		at = (at + 1) & (capacity - 1);
	return (struct found *)&slots[at];
}

static void grow(struct counting *c)
{
	size_t capacity = c->capacity ? c->capacity * 2 : 4096;
	struct found *slots = arena_array(c->arena, struct found, capacity);
	for (size_t i = 0; i < c->capacity; i++)
		if (c->slots[i].texts)
			*slot_of(slots, capacity, c->slots[i].key) = c->slots[i];
	c->slots = slots;
	c->capacity = capacity;
}

static bool tells(const struct token *t)
{
	return (t->kind == TOKEN_WORD || t->kind == TOKEN_HASHTAG) && !(t->flags & TOKEN_PART) && t->len >= 2;
}

static void leave_out_common(struct counting *c, struct reading *reading)
{
	for (size_t line = 0; line < COUNT(common); line++) {
		reading_of(reading, str_of(common[line]));
		for (size_t i = 0; i < reading->token_count; i++) {
			while ((c->count + 1) * 2 >= c->capacity)
				grow(c);
			struct found *f = slot_of(c->slots, c->capacity, reading->tokens[i].plain);
			if (f->texts)
				continue;
			*f = (struct found){.key = reading->tokens[i].plain, .texts = 1, .number = UINT32_MAX, .common = true};
			c->count++;
		}
	}
}

/* The form that more than half of the texts have wins, whatever the order: one "brioché" does not name a hundred "brioche". */
static void vote(struct found *f, struct str form)
{
	if (f->lead == 0)
		f->word = form;
	f->lead += str_eq(f->word, form) ? 1 : -1;
}

/* The pairs of one text are the last ones, from `first`: few, looked through. */
static void count_word(struct counting *c, u32 text, size_t first, const struct token *t, struct str body)
{
	if (c->count * 2 >= c->capacity)
		grow(c);
	struct found *f = slot_of(c->slots, c->capacity, t->plain);
	if (!f->texts) {
		*f = (struct found){.key = t->plain};
		c->count++;
	}
	if (f->common)
		return;
	if (f->last == text + 1) {
		for (size_t i = first; i < c->pair_count; i++)
			if (c->pairs[i].key == t->plain)
				c->pairs[i].times++;
		return;
	}
	f->last = text + 1;
	f->texts++;
	vote(f, (struct str){body.at + t->from, t->to - t->from});
	*arena_push(c->arena, c->pairs, c->pair_count, c->pair_capacity) = (struct pair){text, t->plain, 1};
}

static void number_terms(const struct counting *c, struct arena *arena, struct vocabulary *v)
{
	size_t most = v->text_count < ENOUGH ? v->text_count : v->text_count / MOST_OF_ALL;
	v->terms = arena_array(arena, struct vocabulary_term, c->count + 1);
	for (size_t i = 0; i < c->pair_count; i++) { /* in the order of the texts, whatever the slots are */
		struct found *f = slot_of(c->slots, c->capacity, c->pairs[i].key);
		if (f->last == 0)
			continue;
		f->last = 0;
		f->number = UINT32_MAX;
		if (f->texts < 2 || f->texts > most)
			continue;
		f->number = (u32)v->term_count;
		v->terms[v->term_count++] = (struct vocabulary_term){f->word, f->texts, log((double)v->text_count / f->texts)};
	}
}

void vocabulary_of(struct arena *arena, const struct str *texts, size_t count, struct vocabulary *ret_vocabulary)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct counting c = {.arena = scratch};
	struct vocabulary v = {.text_count = count};
	struct reading *reading = reading_new(scratch);
	leave_out_common(&c, reading);
	for (u32 t = 0; t < count; t++) {
		size_t first = c.pair_count;
		reading_of(reading, texts[t]);
		for (size_t i = 0; i < reading->token_count; i++)
			if (tells(&reading->tokens[i]))
				count_word(&c, t, first, &reading->tokens[i], texts[t]);
	}
	number_terms(&c, arena, &v);
	v.starts = arena_array(arena, size_t, count + 1);
	v.cells = arena_array(arena, struct vocabulary_cell, c.pair_count + 1);
	size_t at = 0;
	for (size_t t = 0, p = 0; t < count; t++) {
		double square = 0;
		v.starts[t] = at;
		for (; p < c.pair_count && c.pairs[p].text == t; p++) {
			u32 term = slot_of(c.slots, c.capacity, c.pairs[p].key)->number;
			if (term == UINT32_MAX)
				continue;
			double weight = (1 + log(c.pairs[p].times)) * v.terms[term].rarity;
			v.cells[at++] = (struct vocabulary_cell){term, (float)weight};
			square += weight * weight;
		}
		for (size_t i = v.starts[t]; i < at; i++)
			v.cells[i].weight = square > 0 ? v.cells[i].weight / (float)sqrt(square) : 0;
	}
	v.starts[count] = at;
	*ret_vocabulary = v;
}
