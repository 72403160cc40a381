/* lot.h: lots that anybody can draw again. Pure: from the published list of entries and a seed comes one order, and no other.
 *
 * Everything is hashed as text, so that `sha256sum` and `sort` do the same (docs/contests.md has the twenty lines). H(x) is SHA-256 of the bytes of x,
 * written as 64 lower-case hexadecimal digits; + puts texts behind each other, ⏎ is one line feed:
 *
 *   entry  = H(salt ⏎ network ⏎ handle ⏎ message)   the handle as lot_handle() has it, the message's id on its network; no ⏎ at the end
 *   person = H(salt ⏎ "person" ⏎ number)             only where one may take part several times: who has the same one wins once
 *   list   = a line an entry, "ENTRY" or "ENTRY PERSON", each ended by ⏎, sorted by their bytes, none twice
 *   seed   = the value of the named round of a public beacon, in lower-case hexadecimal; or H(secret + word), of a secret whose
 *            H(secret) was published with the list, and of a word that came from the public afterwards
 *   rank   = H(seed + entry)
 *
 * Entries are put in the order of their ranks; of a person the first counts. The first N won, the next M are the substitutes. The list's own hash, H(list), is
 * published before the seed can be known: who made the list could not choose who wins, and who makes the seed does not know the list's effect.
 *
 * What must stay true: a list that is not exactly of this form is refused, by its line, not repaired; nothing here draws on anything but its arguments. */
#pragma once
#include "base/cx.h"

#define LOT_HASH 64               /* characters of one */
#define LOT_FILE_MAX ((size_t)64 << 20)
#define LOT_SEED_MIN 32           /* hexadecimal digits */
#define LOT_SEED_MAX 128
#define LOT_WORD_MAX 500          /* bytes of the public's word */
#define LOT_MOST 10000            /* winners and substitutes together */

struct lot_line {
	struct str entry;         /* borrowed from the file */
	struct str person;        /* the same; empty: the entry stands for itself */
};

struct str lot_hash(struct arena *arena, struct str text); /* H() */
/* A handle as it is hashed: without white space around it and without an @ before it, ASCII letters small. Arena. */
struct str lot_handle(struct arena *arena, struct str handle);
struct str lot_entry(struct arena *arena, struct str salt, struct str network, struct str handle, struct str message);
struct str lot_person(struct arena *arena, struct str salt, i64 number);
struct str lot_seed_of_word(struct arena *arena, struct str secret, struct str word);
/* 32 to 128 hexadecimal digits, in either case, an even number of them; ret_seed in lower case (arena). ERR_BAD_INPUT on `field`. */
enum err lot_seed(struct cx *cx, const char *field, struct str text, struct str *ret_seed);

/* Sorts and writes the file of these lines; the same entry twice is written once. Arena. */
struct str lot_write(struct arena *arena, struct lot_line *lines, size_t count);
/* ERR_BAD_INPUT says which line is not of the form. An empty file is an empty list. */
enum err lot_read(struct cx *cx, struct str file, struct lot_line **ret_lines, size_t *ret_count);

/* The first `wanted` of the order, by their place in `lines`; fewer when there are not as many people. The seed as lot_seed() gives it. Time: that of sorting. */
void lot_draw(struct arena *arena, const struct lot_line *lines, size_t count, struct str seed, size_t wanted, size_t **ret_order, size_t *ret_count);

/* ---- the League of Entropy's beacon, drand's chain "quicknet" ----
 * Its facts, by https://api.drand.sh/52db…/info: a round each 3 seconds since 2023-08-23T15:09:27Z, the first one's number is 1; the value of a round is the
 * SHA-256 of its signature. That the signature is the network's (BLS12-381) is not checked here: anybody can ask several of its relays, and the page says so, with the
 * relay that was asked. */
#define BEACON_CHAIN "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
#define BEACON_HOST "https://api.drand.sh" /* where the page sends people */
#define BEACON_RELAYS "https://api.drand.sh https://drand.cloudflare.com" /* asked one after the other, unless the operator names others */
i64 beacon_round_after(i64 instant); /* the first that comes at this instant or later */
i64 beacon_time(i64 round);          /* when it comes */
struct str beacon_url(struct arena *arena, struct str relay, i64 round); /* relay: "https://api.drand.sh" */
/* What a relay answered of a round: its value as a seed (arena). ERR_BAD_INPUT when it is of another round, or its value is not its signature's hash. */
enum err beacon_read(struct cx *cx, struct str answer, i64 round, struct str *ret_seed);
