#include "channel/bluesky/dag_cbor.h"

#include <cbor.h>
#include <string.h>

/* A map or list being filled. */
struct open {
	json_t *container;
	u64 left;       /* items (of a map: keys and values) still to come */
	struct str key; /* of a map, between a key and its value; borrowed from the bytes */
	bool has_key;
};

struct loader {
	struct open stack[DAG_CBOR_DEPTH_MAX];
	int depth;
	json_t *root;
	size_t bytes_left; /* behind the item at hand: no container can have more items than that */
	bool bad, done, link;
};

static void close_full(struct loader *l)
{
	while (l->depth && l->stack[l->depth - 1].left == 0)
		l->depth--;
	l->done = l->depth == 0;
}

/* A value is complete: it goes into the innermost open container. Takes the reference. */
static void put(struct loader *l, json_t *value)
{
	if (!value || l->bad || l->done || (l->link && !json_is_string(value))) {
		l->bad = true;
		json_decref(value);
		return;
	}
	l->link = false;
	if (l->depth == 0) {
		l->root = value;
		l->done = true;
		return;
	}
	struct open *open = &l->stack[l->depth - 1];
	open->left--;
	if (json_is_array(open->container)) {
		l->bad |= json_array_append_new(open->container, value) != 0;
	} else if (open->has_key) {
		l->bad |= json_object_setn_new_nocheck(open->container, open->key.at, open->key.len, value) != 0;
		open->has_key = false;
	} else { /* a key that is no text */
		json_decref(value);
		l->bad = true;
	}
}

static void start(struct loader *l, json_t *container, u64 items)
{
	if (items > l->bytes_left || l->depth == DAG_CBOR_DEPTH_MAX) {
		json_decref(container);
		l->bad = true;
		return;
	}
	bool first = l->depth == 0;
	put(l, container);
	if (l->bad)
		return;
	l->done = false;
	if (first)
		l->root = container;
	l->stack[l->depth++] = (struct open){.container = container, .left = items};
	close_full(l);
}

static void on_unsigned(struct loader *l, u64 value)
{
	put(l, value <= INT64_MAX ? json_integer((json_int_t)value) : NULL);
	close_full(l);
}

static void on_negative(struct loader *l, u64 value)
{
	put(l, value <= INT64_MAX ? json_integer(-1 - (json_int_t)value) : NULL);
	close_full(l);
}

static void on_uint8(void *l, uint8_t value) { on_unsigned(l, value); }
static void on_uint16(void *l, uint16_t value) { on_unsigned(l, value); }
static void on_uint32(void *l, uint32_t value) { on_unsigned(l, value); }
static void on_uint64(void *l, uint64_t value) { on_unsigned(l, value); }
static void on_negint8(void *l, uint8_t value) { on_negative(l, value); }
static void on_negint16(void *l, uint16_t value) { on_negative(l, value); }
static void on_negint32(void *l, uint32_t value) { on_negative(l, value); }
static void on_negint64(void *l, uint64_t value) { on_negative(l, value); }

static void on_text(void *subject, cbor_data text, size_t len)
{
	struct loader *l = subject;
	struct open *open = l->depth ? &l->stack[l->depth - 1] : NULL;
	if (open && json_is_object(open->container) && !open->has_key && !l->link) {
		open->key = (struct str){(const char *)text, len};
		open->has_key = true;
		open->left--;
		return;
	}
	put(l, json_stringn_nocheck((const char *)text, len));
	close_full(l);
}

static void on_bytes(void *subject, cbor_data bytes, size_t len)
{
	struct loader *l = subject;
	bool link = l->link; /* the multibase prefix of a link is a zero byte */
	l->bad |= link && (len < 1 || bytes[0] != 0);
	put(l, l->bad ? NULL : json_stringn_nocheck((const char *)bytes + link, len - link));
	close_full(l);
}

static void on_array(void *subject, size_t items)
{
	start(subject, json_array(), items);
}

static void on_map(void *subject, size_t pairs)
{
	start(subject, json_object(), pairs > SIZE_MAX / 2 ? SIZE_MAX : pairs * 2);
}

static void on_tag(void *subject, uint64_t tag)
{
	struct loader *l = subject;
	l->bad |= tag != 42 || l->link;
	l->link = true;
}

static void on_double(void *subject, double value)
{
	put(subject, json_real(value)); /* NULL, and so refused, for infinities and NaN, as DAG-CBOR wants it */
	close_full(subject);
}

static void on_float(void *subject, float value)
{
	on_double(subject, (double)value);
}

static void on_bool(void *subject, bool value)
{
	put(subject, json_boolean(value));
	close_full(subject);
}

static void on_null(void *subject)
{
	put(subject, json_null());
	close_full(subject);
}

static void on_forbidden(void *subject)
{
	((struct loader *)subject)->bad = true;
}

json_t *dag_cbor_load(struct str bytes)
{
	static const struct cbor_callbacks callbacks = {
		.uint8 = on_uint8, .uint16 = on_uint16, .uint32 = on_uint32, .uint64 = on_uint64, .negint8 = on_negint8,
		.negint16 = on_negint16, .negint32 = on_negint32, .negint64 = on_negint64, .byte_string_start = on_forbidden,
		.byte_string = on_bytes, .string = on_text, .string_start = on_forbidden, .indef_array_start = on_forbidden,
		.array_start = on_array, .indef_map_start = on_forbidden, .map_start = on_map, .tag = on_tag, .float2 = on_float,
		.float4 = on_float, .float8 = on_double, .undefined = on_forbidden, .null = on_null, .boolean = on_bool,
		.indef_break = on_forbidden,
	};
	struct loader l = {};
	size_t at = 0;
	while (at < bytes.len && !l.bad && !l.done) {
		/* What follows the item's head is at least what a container in it may claim. */
		l.bytes_left = bytes.len - at;
		struct cbor_decoder_result result = cbor_stream_decode((cbor_data)bytes.at + at, bytes.len - at, &callbacks, &l);
		l.bad |= result.status != CBOR_DECODER_FINISHED || result.read == 0;
		at += result.read;
	}
	if (l.bad || !l.done || at != bytes.len) {
		json_decref(l.root);
		return NULL;
	}
	return l.root;
}
