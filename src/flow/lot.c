#include "flow/lot.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/map.h"
#include "sys/crypto.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define BEACON_FIRST (1692803367 * SECOND)
#define BEACON_EVERY (3 * SECOND)
#define BEACON_ANSWER_MAX 4096

struct str lot_hash(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	struct hash hash = sha256_of(text);
	buf_add_hex(&b, hash.at, sizeof hash.at);
	return buf_keep(&b, arena);
}

struct str lot_handle(struct arena *arena, struct str handle)
{
	CLEANUP(buf_free) struct buf b = {};
	handle = str_trim(handle);
	while (handle.len && handle.at[0] == '@')
		handle = str_skip(handle, 1);
	for (size_t i = 0; i < handle.len; i++)
		buf_addc(&b, handle.at[i] >= 'A' && handle.at[i] <= 'Z' ? (char)(handle.at[i] + 32) : handle.at[i]);
	return buf_keep(&b, arena);
}

struct str lot_entry(struct arena *arena, struct str salt, struct str network, struct str handle, struct str message)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct str parts[] = {network, lot_handle(arena, handle), message};
	buf_add(&b, salt);
	for (size_t i = 0; i < COUNT(parts); i++) {
		buf_addc(&b, '\n');
		buf_add(&b, parts[i]);
	}
	return lot_hash(arena, buf_str(&b));
}

struct str lot_person(struct arena *arena, struct str salt, i64 number)
{
	return lot_hash(arena, arena_printf(arena, "%.*s\nperson\n%lld", STR_ARG(salt), (long long)number));
}

struct str lot_seed_of_word(struct arena *arena, struct str secret, struct str word)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, secret);
	buf_add(&b, word);
	return lot_hash(arena, buf_str(&b));
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_hash(struct str s)
{
	if (s.len != LOT_HASH)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_hex(s.at[i]))
			return false;
	return true;
}

enum err lot_seed(struct cx *cx, const char *field, struct str text, struct str *ret_seed)
{
	CLEANUP(buf_free) struct buf b = {};
	text = str_trim(text);
	bool fits = text.len >= LOT_SEED_MIN && text.len <= LOT_SEED_MAX && text.len % 2 == 0;
	for (size_t i = 0; i < text.len && fits; i++) {
		char c = text.at[i] >= 'A' && text.at[i] <= 'F' ? (char)(text.at[i] + 32) : text.at[i];
		fits = is_hex(c);
		buf_addc(&b, c);
	}
	if (!fits)
		return fail_field(cx, field, N_("A seed is 32 to 128 hexadecimal digits, an even number of them."));
	*ret_seed = buf_keep(&b, cx->arena);
	return OK;
}

/* ---- the list ---- */

static int by_entry(const void *a, const void *b)
{
	return str_cmp(((const struct lot_line *)a)->entry, ((const struct lot_line *)b)->entry);
}

struct str lot_write(struct arena *arena, struct lot_line *lines, size_t count)
{
	struct buf *b = buf_in_arena(arena);
	if (count)
		qsort(lines, count, sizeof *lines, by_entry);
	for (size_t i = 0; i < count; i++) {
		if (i && str_eq(lines[i].entry, lines[i - 1].entry))
			continue;
		buf_add(b, lines[i].entry);
		if (lines[i].person.len) {
			buf_addc(b, ' ');
			buf_add(b, lines[i].person);
		}
		buf_addc(b, '\n');
	}
	return buf_str(b);
}

enum err lot_read(struct cx *cx, struct str file, struct lot_line **ret_lines, size_t *ret_count)
{
	struct lot_line *lines = NULL;
	size_t count = 0, capacity = 0;
	if (file.len > LOT_FILE_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("A list of entries has %d MB at the most."), (int)(LOT_FILE_MAX >> 20));
	if (file.len && file.at[file.len - 1] != '\n')
		return fail(cx, ERR_BAD_INPUT, N_("The last line does not end: the file is not whole."));
	while (file.len) {
		struct str rest = str_cut(&file, '\n'), entry = str_cut(&rest, ' ');
		if (!is_hash(entry) || (rest.at && !is_hash(rest)))
			return fail(cx, ERR_BAD_INPUT, N_("Line %zu is no entry: 64 hexadecimal digits in small letters, and where people may take part several times 64 more."), count + 1);
		if (count && str_cmp(lines[count - 1].entry, entry) >= 0)
			return fail(cx, ERR_BAD_INPUT, N_("Line %zu is not in its order, or stands there twice."), count + 1);
		*arena_push(cx->arena, lines, count, capacity) = (struct lot_line){entry, rest};
	}
	*ret_lines = lines;
	*ret_count = count;
	return OK;
}

/* ---- the order ---- */

struct ranked {
	struct hash rank;
	size_t line;
};

static int by_rank(const void *a, const void *b)
{
	return memcmp(((const struct ranked *)a)->rank.at, ((const struct ranked *)b)->rank.at, HASH_BYTES);
}

void lot_draw(struct arena *arena, const struct lot_line *lines, size_t count, struct str seed, size_t wanted, size_t **ret_order, size_t *ret_count)
{
	struct ranked *ranked = arena_array(arena, struct ranked, count + 1);
	size_t *order = arena_array(arena, size_t, (wanted < count ? wanted : count) + 1), taken = 0;
	struct map *people = map_new(arena);
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++) {
		buf_clear(&b);
		buf_add(&b, seed);
		buf_add(&b, lines[i].entry);
		ranked[i] = (struct ranked){sha256_of(buf_str(&b)), i};
	}
	if (count)
		qsort(ranked, count, sizeof *ranked, by_rank);
	for (size_t i = 0; i < count && taken < wanted; i++) {
		struct str person = lines[ranked[i].line].person;
		if (person.len && map_get(people, person))
			continue;
		if (person.len)
			map_put(people, person, ranked);
		order[taken++] = ranked[i].line;
	}
	*ret_order = order;
	*ret_count = taken;
}

/* ---- the beacon ---- */

i64 beacon_round_after(i64 instant)
{
	i64 since = instant - BEACON_FIRST;
	return since <= 0 ? 1 : (since + BEACON_EVERY - 1) / BEACON_EVERY + 1;
}

i64 beacon_time(i64 round)
{
	return BEACON_FIRST + (round - 1) * BEACON_EVERY;
}

struct str beacon_url(struct arena *arena, struct str relay, i64 round)
{
	while (relay.len && relay.at[relay.len - 1] == '/')
		relay.len--;
	return arena_printf(arena, "%.*s/" BEACON_CHAIN "/public/%lld", STR_ARG(relay), (long long)round);
}

static bool hex_read(struct str hex, struct buf *b)
{
	for (size_t i = 0; i < hex.len; i++)
		if (!is_hex(hex.at[i]))
			return false;
	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		int high = hex.at[i] <= '9' ? hex.at[i] - '0' : hex.at[i] - 'a' + 10, low = hex.at[i + 1] <= '9' ? hex.at[i + 1] - '0' : hex.at[i + 1] - 'a' + 10;
		buf_addc(b, (char)(high << 4 | low));
	}
	return hex.len && hex.len % 2 == 0;
}

enum err beacon_read(struct cx *cx, struct str answer, i64 round, struct str *ret_seed)
{
	CLEANUP(buf_free) struct buf signature = {};
	if (answer.len > BEACON_ANSWER_MAX)
		return fail(cx, ERR_BAD_INPUT, N_("The beacon's answer is too long to be one."));
	json_t *json = json_loadb(answer.at ? answer.at : "", answer.len, 0, NULL), *number = json_object_get(json, "round");
	struct str value = arena_str(cx->arena, str_of(json_string_value(json_object_get(json, "randomness"))));
	struct str signed_by = arena_str(cx->arena, str_of(json_string_value(json_object_get(json, "signature"))));
	i64 told = json_is_integer(number) ? (i64)json_integer_value(number) : 0;
	json_decref(json);
	if (told != round || round <= 0)
		return fail(cx, ERR_BAD_INPUT, N_("This is not round %lld of the beacon."), (long long)round);
	if (!is_hash(value) || !hex_read(signed_by, &signature) || !str_eq(lot_hash(cx->arena, buf_str(&signature)), value))
		return fail(cx, ERR_BAD_INPUT, N_("The value of this round is not the SHA-256 of its signature."));
	*ret_seed = value;
	return OK;
}
