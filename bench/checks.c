/* checks.c: how long the check panel takes for a post of 3,000 characters (rows of docs/performance.md): the first time
 * (dictionaries are read), and then, with all words new, and again as at the next pause of typing. `bench/checks < posts` (a post a
 * line; "fr" or "en" as argument) tells how often each check fires on them, and on what: for whoever looks for false ones. */
#include "base/clock.h"
#include "base/utf8.h"
#include "check/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMES 50

static const char *const french[] = {
	"Samedi, notre boulangerie ouvre ses portes au quartier : visite du fournil, pains spéciaux et café offert jusqu’à midi. ",
	"L’équipe a préparé des ateliers pour les enfants ; chacun repart avec sa brioche, cuite sous ses yeux dans le four à bois. ",
	"Toutes les informations sont sur https://parvis.example/portes-ouvertes?utm_source=x, et nous répondons à vos questions ici même. ",
	"Merci à @mairie pour le prêt des tables, et à celles et ceux qui nous soutiennent depuis le premier jour ! #PortesOuvertes ☕\n",
	"Les horaires d’hiver commencent lundi : 7 h à 19 h 30, sauf le mercredi ; la livraison reste gratuite dès vingt euros d’achat. ",
	"Nous réctifions une erreure dans notre précédente publication : le prix de la farine a augmenté de douze pour cent cette année. ",
};
static const char *const english[] = {
	"On Saturday our bakery opens its doors to the neighbourhood: a walk through the bakehouse, special breads and free coffee until noon. ",
	"The team has prepared workshops for children; everyone goes home with a brioche baked before their eyes in the wood oven. ",
	"All details are at https://parvis.example/open-doors?utm_source=x, and we answer your questions right here. ",
	"Thank you @council for lending us the tables, and all who have supported us since the first day! #OpenDoors ☕\n",
	"Winter hours begin on Monday: seven to half past seven, except on Wednesdays; delivery stays free above twenty pounds. ",
	"We correct an eror in our last post: the price of flour has incresed by twelve percent this year. ",
};

static long resident(void)
{
	long pages[2] = {};
	FILE *file = fopen("/proc/self/statm", "r");
	if (file && fscanf(file, "%ld %ld", &pages[0], &pages[1]) != 2)
		pages[1] = 0;
	if (file)
		fclose(file);
	return pages[1] * sysconf(_SC_PAGESIZE) / 1024;
}

static size_t run(struct arena *arena, const char *lang, struct str text, struct findings *ret_findings)
{
	struct cx cx = cx_new(arena);
	static struct check_recent_post recent[200];
	static char texts[200][300];
	struct check_text one = {.text = text};
	struct check_post post = {.id = 1, .channel = 1, .lang = str_of(lang), .texts = &one, .text_count = 1,
		.zone = S("Europe/Paris"), .planned_at = 1800000000 * SECOND, .countries = {S("FR"), S("UK")},
		.country_count = 2, .recent = recent, .recent_count = COUNT(recent),
			.network = {.word = S("facebook"), .most = 63206}};
	for (size_t i = 0; i < COUNT(recent); i++) { /* posts as long as most are */
		snprintf(texts[i], sizeof texts[i], "%s%zu", (strcmp(lang, "fr") == 0 ? french : english)[i % 5], i);
		recent[i] = (struct check_recent_post){(i64)i + 2, 1, str_of(texts[i]), post.planned_at - (i64)(i + 2) * HOUR};
	}
	check_run(&cx, &post, NULL, 0, NULL, 0, ret_findings);
	return ret_findings->count;
}

static int by_time(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return x < y ? -1 : x > y;
}

static void panel(const char *lang, const char *const *parts)
{
	CLEANUP(buf_free) struct buf text = {};
	struct findings findings;
	i64 times[TIMES];
	long before = resident();
	while (utf8_count(buf_str(&text)) < 3000)
		for (size_t i = 0; i < 6; i++)
			buf_adds(&text, parts[i]);
	struct str whole = utf8_head(buf_str(&text), 3000);
	for (size_t i = 0; i < TIMES; i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		i64 start = time_monotonic();
		run(arena, lang, whole, &findings);
		times[i] = time_monotonic() - start;
		if (!i)
			printf("%s: 3,000 characters, %zu findings; first %.1f ms, with the dictionaries (%ld MB)", lang,
				findings.count, (double)times[0] / 1000, (resident() - before) / 1024);
	}
	qsort(times, TIMES, sizeof *times, by_time);
	printf("; then %.2f ms, slowest of %d %.2f ms\n", (double)times[TIMES / 2] / 1000, TIMES - 1,
		(double)times[TIMES - 2] / 1000);
}

/* Words that were never asked: each time another text. */
static void fresh(const char *lang, const char *const *parts)
{
	i64 worst = 0, all = 0;
	for (unsigned turn = 0; turn < 20; turn++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		CLEANUP(buf_free) struct buf text = {};
		struct findings findings;
		for (unsigned i = 0; utf8_count(buf_str(&text)) < 3000; i++)
			buf_addf(&text, "%s%c%c%c%c%c ", parts[i % 5], 'a' + i % 26, 'a' + turn, 'e', 'b' + i % 20, 'o');
		i64 start = time_monotonic();
		run(arena, lang, utf8_head(buf_str(&text), 3000), &findings);
		i64 took = time_monotonic() - start;
		all += took;
		worst = took > worst ? took : worst;
	}
	printf("%s: with new unknown words each time %.2f ms, slowest of 20 %.2f ms\n", lang, (double)all / 20000,
		(double)worst / 1000);
}

static void try_posts(const char *lang)
{
	char *line = NULL;
	size_t room = 0, posts = 0, *fired = calloc(check_kind_count, sizeof *fired);
	ssize_t len;
	while ((len = getline(&line, &room, stdin)) > 0) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct findings findings;
		struct str text = str_trim((struct str){line, (size_t)len});
		if (!text.len || !utf8_valid(text))
			continue;
		posts++;
		run(arena, lang, text, &findings);
		for (size_t k = 0; k < check_kind_count; k++)
			for (size_t i = 0, told = 0; i < findings.count; i++)
				if (findings.items[i].kind == check_kinds[k]) {
					fired[k] += !told++;
					printf("%s\t%s\t%.*s\t%.*s\n", check_kinds[k]->word,
						check_level_word(findings.items[i].level), STR_ARG(findings.items[i].excerpt),
						STR_ARG(text));
				}
	}
	for (size_t k = 0; k < check_kind_count; k++)
		fprintf(stderr, "%-16s %5zu of %zu posts\n", check_kinds[k]->word, fired[k], posts);
	free(fired);
	free(line);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		try_posts(argv[1]);
		return 0;
	}
	panel("fr", french);
	panel("en", english);
	fresh("fr", french);
	fresh("en", english);
	return 0;
}
