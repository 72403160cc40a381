/* post_variables.h: for post_words.c alone: the variables of a post, and texts in which they are filled in. */
#pragma once
#include "flow/post_words.h"

enum err post_variables_load(struct cx *cx, struct db *db, const struct post *post, struct post_words *words);
struct post_text post_variables_fill(struct cx *cx, const struct post_words *words, const struct channel *channel, const struct post_text *text);
