/* squeeze.h: bytes, each in as few bits as how often it comes in its context asks for, and bare bits between them: what files of models are
 * written with. The frequencies stand in front; the rest is one large number (Duda: Asymmetric numeral systems, arXiv:1311.2540; a state of 64
 * bits that takes in and gives off 32).
 *
 * What must stay true: whoever reads asks for the same contexts, in the same order, as were written. Reading damaged bytes never reads outside
 * them: it gives some bytes, and unsqueezer_done() says false. The arena owns both; the bytes belong to the caller and outlive the reader. */
#pragma once
#include "base/buf.h"

#define SQUEEZE_CONTEXTS_MAX 1024u
#define SQUEEZE_BITS_MAX 16u /* at once */

struct squeezer;

struct squeezer *squeezer_new(struct arena *arena, size_t contexts);
void squeezer_add(struct squeezer *squeezer, size_t context, u8 byte);
void squeezer_add_bits(struct squeezer *squeezer, u32 value, u32 count); /* up to SQUEEZE_BITS_MAX, all as likely */
void squeezer_end(const struct squeezer *squeezer, struct buf *out);

struct unsqueezer;

/* NULL: these are not such bytes. */
struct unsqueezer *unsqueezer_new(struct arena *arena, struct str bytes, size_t contexts);
u8 unsqueezer_next(struct unsqueezer *unsqueezer, size_t context);
u32 unsqueezer_bits(struct unsqueezer *unsqueezer, u32 count);
bool unsqueezer_done(const struct unsqueezer *unsqueezer); /* everything was read that was written, and nothing else was asked for */

/* A whole number: how many bits it has, in a context, and the bits. */
void squeezer_add_number(struct squeezer *squeezer, size_t context, u32 number);
u32 unsqueezer_number(struct unsqueezer *unsqueezer, size_t context);
