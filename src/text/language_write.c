#include "base/lang.h"
#include "text/language_file.h"

#include <stdlib.h>
#include <string.h>

static int by_hash(const void *a, const void *b)
{
	const struct language_piece *x = a, *y = b;
	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* By bucket, and there by tag: tags that rise are told in fewer bits. A bucket has a few pieces. */
static void sort_pieces(const struct language_plan *plan, u32 bits)
{
	struct language_piece *p = plan->pieces;
	qsort(p, plan->piece_count, sizeof *p, by_hash);
	for (size_t i = 1; i < plan->piece_count; i++)
		for (size_t at = i; at && language_bucket(p[at - 1].hash, bits) == language_bucket(p[at].hash, bits) && language_tag(p[at - 1].hash) > language_tag(p[at].hash); at--) {
			struct language_piece piece = p[at];
			p[at] = p[at - 1];
			p[at - 1] = piece;
		}
}

/* Units of a piece's list behind its first; a row when it has many pairs. */
static size_t list_units(const struct language_piece *piece, u32 width)
{
	return piece->count >= LANGUAGE_ROW_FROM ? width / 2 : piece->count;
}

static void write_list(const struct language_plan *plan, const struct language_piece *piece, u32 width, uint16_t *to)
{
	const struct language_pair *pairs = plan->pairs + piece->first;
	bool row = piece->count >= LANGUAGE_ROW_FROM;
	to[0] = (uint16_t)(language_tag(piece->hash) << 6 | (row ? LANGUAGE_ROW : piece->count - 1));
	if (!row)
		memcpy(to + 1, pairs, piece->count * sizeof *pairs);
	for (u32 i = 0; row && i < piece->count; i++)
		((signed char *)(to + 1))[pairs[i].column] = pairs[i].weight;
}

static u32 row_width(const struct language_plan *plan)
{
	u32 most = 1;
	for (size_t i = 0; i < plan->script_count; i++)
		most = plan->scripts[i].count > most ? plan->scripts[i].count : most;
	return (most + LANGUAGE_LANES - 1) / LANGUAGE_LANES * LANGUAGE_LANES;
}

/* Four pieces a bucket, or fewer. */
static u32 bits_for(size_t pieces)
{
	u32 bits = 4;
	while (bits < LANGUAGE_BITS_MAX && ((size_t)4 << bits) < pieces)
		bits++;
	return bits;
}

static void add_code(struct buf *out, struct str code)
{
	char four[4] = {};
	memcpy(four, code.at, code.len < 4 ? code.len : 3);
	buf_add_bytes(out, four, sizeof four);
}

enum err language_write(struct cx *cx, const struct language_plan *plan, struct buf *out)
{
	u32 bits = bits_for(plan->piece_count), width = row_width(plan);
	size_t buckets = (size_t)1 << bits, units = 0, bucket = 0;
	u32 *words = arena_array(cx->arena, u32, buckets + 1);
	for (size_t i = 0; i < plan->piece_count; i++)
		units += 1 + list_units(&plan->pieces[i], width);
	if (units > LANGUAGE_UNITS_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("There is more in this model than a model of languages holds. Keep fewer weights."));
	uint16_t *lists = arena_array(cx->arena, uint16_t, units + 1);
	sort_pieces(plan, bits);
	units = 0;
	for (size_t i = 0; i < plan->piece_count; i++) {
		const struct language_piece *piece = &plan->pieces[i];
		while (bucket <= language_bucket(piece->hash, bits))
			words[bucket++] |= (u32)units;
		words[bucket - 1] |= 1u << language_filter(piece->hash) << LANGUAGE_OFFSET_BITS;
		write_list(plan, piece, width, lists + units);
		units += 1 + list_units(piece, width);
	}
	while (bucket <= buckets)
		words[bucket++] |= (u32)units;
	struct language_header header = {.version = LANGUAGE_VERSION, .languages = (u32)plan->languages, .scripts = (u32)plan->script_count, .bucket_bits = bits,
					 .units = (u32)units, .width = width};
	memcpy(header.magic, LANGUAGE_MAGIC, sizeof header.magic);
	memcpy(header.slopes, plan->slopes, sizeof header.slopes);
	buf_add_bytes(out, &header, sizeof header);
	for (size_t i = 0; i < plan->languages; i++)
		add_code(out, plan->codes[i]);
	buf_add_bytes(out, plan->scripts, plan->script_count * sizeof *plan->scripts);
	language_fold(&(struct language_lists){words, lists, bits, width}, out);
	return OK;
}
