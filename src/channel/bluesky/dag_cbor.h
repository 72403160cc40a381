/* dag_cbor.h: DAG-CBOR (https://ipld.io/specs/codecs/dag-cbor/spec/) into jansson values, with libcbor's streaming decoder, which
 * allocates nothing for what a length only claims. Byte strings and links (tag 42) become strings of their raw bytes, a link
 * without its leading zero: good for looking up, not for printing. */
#pragma once
#include "base/str.h"

#include <jansson.h>

#define DAG_CBOR_DEPTH_MAX 64

/* NULL when it is not exactly one well-formed item, nests deeper, or has anything DAG-CBOR forbids. */
json_t *dag_cbor_load(struct str bytes);
