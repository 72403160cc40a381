/* wordpiece.h: a text cut into the pieces that models of the BERT family were trained on, as the numbers of those pieces: cleaned, made lower
 * case without accents where the model asks for it, Han characters each by themselves, words and signs parted, and each word cut into the
 * longest pieces of the vocabulary (vocab.txt, a piece a line; its number is its line).
 *
 * What must stay true: any bytes are taken, in time that grows with the text; at most `most` numbers come out, the first and the last being
 * those of [CLS] and [SEP], and each is below the vocabulary's size; words like [SEP] in a text are text. The arena owns it all. */
#pragma once
#include "base/cx.h"

struct wordpiece;

/* ERR_BAD_INPUT: [UNK], [CLS] or [SEP] is missing, or it is no text. `vocabulary` is borrowed for as long as it is asked. */
enum err wordpiece_open(struct cx *cx, struct str vocabulary, bool lower, struct wordpiece **ret_wordpiece);
size_t wordpiece_size(const struct wordpiece *wordpiece); /* pieces */
struct str wordpiece_piece(const struct wordpiece *wordpiece, i64 id);

/* Returns how many; `most` is 2 at the least. What is over is cut. */
size_t wordpiece_read(const struct wordpiece *wordpiece, struct str text, i64 *ret_ids, size_t most);
