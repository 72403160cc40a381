#include "base/lang.h"
#include "base/map.h"
#include "channel/bluesky/bluesky.h"
#include "channel/bluesky/dag_cbor.h"
#include "channel/json_read.h"
#include "sys/crypto.h"

#include <string.h>

/* A repository (https://atproto.com/specs/repository): a CAR file is a header and a row of blocks, each behind its content id. The
 * root is a signed commit, which points at a Merkle search tree from "collection/key" to the id of a record. */

#define BLOCKS_MAX 5000000
#define BLOCK_BYTES_MAX ((size_t)2 << 20)
#define KEY_MAX 1024
#define CID_BYTES 36 /* version 1, codec, sha2-256, 32 bytes */

struct block {
	struct str bytes;
	bool seen; /* a tree that names one node twice would otherwise be walked for ever */
};

struct car {
	struct reading *r;
	struct arena *arena;
	struct map *blocks;
	struct str did;
};

static bool varint(struct str *rest, u64 *ret_value)
{
	u64 value = 0;
	for (int shift = 0; shift < 63 && rest->len; shift += 7) {
		unsigned char byte = (unsigned char)*rest->at;
		*rest = str_skip(*rest, 1);
		value |= (u64)(byte & 0x7F) << shift;
		if (!(byte & 0x80)) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

static bool section(struct str *rest, struct str *ret_section)
{
	u64 len = 0;
	if (!varint(rest, &len) || len > rest->len)
		return false;
	*ret_section = str_head(*rest, (size_t)len);
	*rest = str_skip(*rest, (size_t)len);
	return true;
}

static void decref(void *value)
{
	json_t **held = value;
	json_decref(*held);
}

bool bluesky_is_car(struct str bytes)
{
	/* The header is a small map with the keys "roots" and "version". */
	struct str head = str_head(bytes, 120);
	return head.len > 20 && (unsigned char)head.at[0] < 0x80 && ((unsigned char)head.at[1] & 0xE0) == 0xA0 &&
	       str_find(head, S("eroots")) > 0 && str_find(head, S("gversion")) > 0;
}

/* A content id of the kind repositories use; the raw codec (0x55) is that of pictures. */
static bool is_cid(struct str cid)
{
	return cid.len >= CID_BYTES && cid.at[0] == 1 && (cid.at[1] == 0x71 || cid.at[1] == 0x55) && cid.at[2] == 0x12 &&
		cid.at[3] == 0x20;
}

static enum err add_block(struct car *car, struct str section)
{
	struct reading *r = car->r;
	if (!is_cid(section))
		return reading_refuse(r, str_of(tr(r->cx->lang, N_("This block of the repository has an id of an unknown kind."))),
			(struct str){});
	struct str cid = str_head(section, CID_BYTES), bytes = str_skip(section, CID_BYTES);
	struct hash hash = sha256_of(bytes);
	if (!str_eq(hash_str(&hash), str_skip(cid, 4)))
		return reading_refuse(r, str_of(tr(r->cx->lang,
			N_("This block of the repository is damaged: it does not match its id."))), (struct str){});
	if (map_get(car->blocks, cid))
		return OK;
	struct block *block = arena_new_of(car->arena, struct block);
	block->bytes = bytes;
	map_put(car->blocks, cid, block);
	return OK;
}

static json_t *load(struct car *car, struct str cid)
{
	struct block *block = is_cid(cid) ? map_get(car->blocks, str_head(cid, CID_BYTES)) : NULL;
	return block && block->bytes.len <= BLOCK_BYTES_MAX ? dag_cbor_load(block->bytes) : NULL;
}

static enum err read_record(struct car *car, struct str key, struct str cid)
{
	struct reading *r = car->r;
	struct str rest = key, collection = str_cut(&rest, '/');
	if (!str_eq(collection, S("app.bsky.feed.post"))) {
		reading_leave_out(r, bluesky_other(collection));
		return OK;
	}
	CLEANUP(decref) json_t *record = load(car, cid);
	if (!record) {
		reading_leave_out(r, N_("posts whose text is not in this file"));
		return OK;
	}
	struct bluesky_post post = {
		.record = record, .did = car->did, .ours = true,
		.uri = arena_printf(r->item, "at://%.*s/%.*s", STR_ARG(car->did), STR_ARG(key)),
	};
	return bluesky_read_post(r, &post);
}

struct waiting { /* on the way through the tree: a node to open, or a record to read */
	struct str cid;
	struct str key; /* of a record; empty for a node */
};

struct stack {
	struct waiting *items;
	size_t count, capacity;
};

static void push(struct car *car, struct stack *stack, struct waiting waiting)
{
	*arena_push(car->arena, stack->items, stack->count, stack->capacity) = waiting;
}

/* A node's entries, turned round onto the stack so that they come off in the order of their keys. */
static void open_node(struct car *car, struct stack *stack, struct str cid)
{
	struct block *block = is_cid(cid) ? map_get(car->blocks, str_head(cid, CID_BYTES)) : NULL;
	CLEANUP(decref) json_t *node = block && !block->seen ? load(car, cid) : NULL;
	if (!node) {
		if (!block)
			reading_leave_out(car->r, N_("parts of the repository that are not in this file"));
		return;
	}
	block->seen = true;
	size_t from = stack->count, index;
	char key[KEY_MAX];
	size_t key_len = 0;
	json_t *entry;
	if (json_text(node, "l").len)
		push(car, stack, (struct waiting){.cid = arena_str(car->arena, json_text(node, "l"))});
	json_array_foreach(json_list(node, "e"), index, entry) {
		i64 shared = json_number(entry, "p", 0);
		struct str suffix = json_text(entry, "k");
		if (shared < 0 || (size_t)shared > key_len || (size_t)shared + suffix.len > KEY_MAX)
			break; /* what follows builds on this key */
		if (suffix.len)
			memcpy(key + shared, suffix.at, suffix.len);
		key_len = (size_t)shared + suffix.len;
		push(car, stack, (struct waiting){.cid = arena_str(car->arena, json_text(entry, "v")),
			.key = arena_str(car->arena, (struct str){key, key_len})});
		if (json_text(entry, "t").len)
			push(car, stack, (struct waiting){.cid = arena_str(car->arena, json_text(entry, "t"))});
	}
	for (size_t a = from, b = stack->count; a + 1 < b; a++, b--) {
		struct waiting held = stack->items[a];
		stack->items[a] = stack->items[b - 1];
		stack->items[b - 1] = held;
	}
}

static enum err walk(struct car *car, struct str root)
{
	struct stack stack = {};
	i64 records = 0;
	push(car, &stack, (struct waiting){.cid = root});
	while (stack.count) {
		struct waiting next = stack.items[--stack.count];
		if (next.key.len == 0) {
			open_node(car, &stack, next.cid);
			continue;
		}
		car->r->list = "records";
		car->r->index = records++;
		TRY(read_record(car, next.key, next.cid));
	}
	return OK;
}

static enum err read_blocks(struct car *car, struct str bytes, json_t **ret_header)
{
	struct reading *r = car->r;
	struct str rest = bytes, part;
	if (!section(&rest, &part) || !(*ret_header = dag_cbor_load(part)))
		return fail(r->cx, ERR_UNSUPPORTED, "This is no CAR file: its header cannot be read.");
	r->list = "blocks";
	r->index = 0;
	for (; rest.len; r->index++) {
		if (!section(&rest, &part))
			return reading_refuse(r, str_of(tr(r->cx->lang, N_("The file is cut here; what comes before is read."))),
				(struct str){});
		if (r->index >= BLOCKS_MAX)
			return fail(r->cx, ERR_TOO_LARGE, "This repository has more than %d blocks.", BLOCKS_MAX);
		TRY(add_block(car, part));
		if (r->taker->progress && r->index % 1024 == 0)
			r->taker->progress(r->taker->subject, (i64)(bytes.len - rest.len), (i64)bytes.len);
	}
	return OK;
}

enum err bluesky_read_car(struct reading *r, struct str bytes)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(decref) json_t *header = NULL, *commit = NULL;
	struct car car = {.r = r, .arena = arena, .blocks = map_new(arena)};
	TRY(read_blocks(&car, bytes, &header));
	commit = load(&car, json_str_of(json_array_get(json_list(header, "roots"), 0)));
	car.did = json_text(commit, "did");
	if (car.did.len == 0 || json_text(commit, "data").len == 0)
		return fail(r->cx, ERR_UNSUPPORTED,
			"This CAR file is no repository of an account: its root is no commit, or is damaged.");
	return walk(&car, json_text(commit, "data"));
}
