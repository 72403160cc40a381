/* pieces.h: a text cut into the numbered pieces that a model was trained on, by the description that such models are handed out with
 * (tokenizer.json): WordPiece (BERT; text/wordpiece.h), byte pairs (RoBERTa), or unigrams (XLM-RoBERTa, CamemBERT).
 *
 * What must stay true: a description that asks for something else is refused, never half followed; any text is taken, in time that grows
 * with it; at most `most` numbers come out, the model's own first and last ones included; words like </s> in a text are text. The arena
 * owns it all; asking needs no memory but the caller's scratch arena. */
#pragma once
#include "base/cx.h"

struct pieces;

/* From tokenizer.json. ERR_BAD_INPUT tells what of it is not known here. */
enum err pieces_open(struct cx *cx, struct str description, struct pieces **ret_pieces);
/* From vocab.txt of a BERT model. */
enum err pieces_open_vocabulary(struct cx *cx, struct str vocabulary, bool lower, struct pieces **ret_pieces);

size_t pieces_size(const struct pieces *pieces); /* every number is below it */
struct str pieces_word(const struct pieces *pieces, i64 id); /* as the description writes it */

/* Returns how many; `most` is 4 at the least. */
size_t pieces_read(const struct pieces *pieces, struct arena *scratch, struct str text, i64 *ret_ids, size_t most);
