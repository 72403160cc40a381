/* analyse_built_in.h: `parvis analyse` without --model: lines of standard input against the models that ship, an answer a line. */
#pragma once
#include "main/command.h"

enum err analyse_built_in(struct cx *cx, const struct program *program);
void list_label_sets(struct cx *cx, struct buf *out);
