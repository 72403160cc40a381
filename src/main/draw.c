/* draw.c: a contest's lots drawn again from what was published, by anybody, without a database. */
#include "base/lang.h"
#include "flow/lot.h"
#include "main/command.h"
#include "sys/files.h"

#include <stdio.h>

static enum err number_of(struct cx *cx, const struct program *program, const char *option, i64 least, i64 *ret_number)
{
	struct str text = option_value(program, option);
	i64 number = least;
	if (text.at && (!str_to_i64(text, &number) || number < least || number > LOT_MOST))
		return fail_field(cx, option, N_("--%s is a number from %lld to %d."), option, (long long)least, LOT_MOST);
	*ret_number = number;
	return OK;
}

/* As it was published; or made of the secret that was shown afterwards and the public's word. */
static enum err seed_of(struct cx *cx, const struct program *program, struct str *ret_seed)
{
	struct str seed = option_value(program, "seed"), secret = option_value(program, "secret"), word = option_value(program, "word"), read;
	if ((seed.at != NULL) == (secret.at != NULL) || (word.at && !secret.at))
		return fail(cx, ERR_BAD_INPUT, N_("Say --seed, or --secret and --word."));
	if (seed.at)
		return lot_seed(cx, "seed", seed, ret_seed);
	TRY(lot_seed(cx, "secret", secret, &read));
	*ret_seed = lot_seed_of_word(cx->arena, read, word);
	return OK;
}

static enum err draw(struct cx *cx, struct program *program)
{
	struct str path = option_value(program, "entries"), file, seed;
	struct lot_line *lines;
	size_t count, taken, *order;
	i64 winners = 0, substitutes = 0;
	if (!path.len)
		return fail(cx, ERR_BAD_INPUT, N_("Say which list: --entries FILE, as the page of the contest gives it."));
	TRY(number_of(cx, program, "winners", 1, &winners));
	TRY(number_of(cx, program, "substitutes", 0, &substitutes));
	if (winners + substitutes > LOT_MOST)
		return fail_field(cx, "substitutes", N_("Winners and substitutes are %d together at the most."), LOT_MOST);
	TRY(seed_of(cx, program, &seed));
	TRY(file_read(cx, arena_cstr(cx->arena, path), LOT_FILE_MAX, &file));
	TRY(lot_read(cx, file, &lines, &count));
	lot_draw(cx->arena, lines, count, seed, (size_t)(winners + substitutes), &order, &taken);
	printf("entries %zu\nlist %.*s\nseed %.*s\n", count, STR_ARG(lot_hash(cx->arena, file)), STR_ARG(seed));
	for (size_t i = 0; i < taken; i++) {
		bool won = i < (size_t)winners;
		printf("%s %zu %.*s\n", won ? "winner" : "substitute", won ? i + 1 : i + 1 - (size_t)winners, STR_ARG(lines[order[i]].entry));
	}
	return OK;
}

static const struct option_row options[] = {
	{"entries", "FILE", N_("the published list of entries")},
	{"seed", "HEX", N_("the published seed: the value of the beacon's round, or what was made of the secret and the word")},
	{"secret", "HEX", N_("instead of the seed: the secret that was shown after the draw")},
	{"word", "TEXT", N_("with --secret: the word that the public gave")},
	{"winners", "N", N_("how many win; 1 unless told")},
	{"substitutes", "M", N_("how many stand by; none unless told")},
	{},
};

const struct command command_draw = {
	.name = "draw",
	.words = "",
	.about = N_("Draw a contest's lots again, from what its page published"),
	.more = N_("Reads the list of entries that was published before the seed could be known, and prints how many there are, the list's SHA-256 (which is the one that was "
		   "published, or the list was changed), the seed, and who won: a line each, “winner 1 ENTRY”, then “substitute 1 ENTRY”. Entries are put in the order of "
		   "SHA-256(seed + entry), both as hexadecimal digits in small letters; where a line names its person, the person's first entry counts. Nothing else is read, "
		   "and nothing is kept: who has the same list and the same seed gets the same winners, here or with sha256sum and sort (docs/contests.md)."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = draw,
	.file = __FILE__,
};
