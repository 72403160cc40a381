/* analyse_language.h: `parvis analyse --task language`: lines in, the language of each out. */
#pragma once
#include "base/buf.h"
#include "text/language.h"

/* The answer to one line, with its line end: a JSON object, or the label alone. */
void buf_add_language_told(struct buf *out, const struct language_model *model, struct str line, bool label_alone);
/* The model in FILE, or (empty) the one that ships. */
enum err language_model_read(struct cx *cx, struct str file, struct language_model **ret_model);
