/* analyse_backend.h: `parvis analyse --back-end KIND`: another model (backend/backend.h) asked about lines, to try it before a workspace uses it. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

struct program;

enum err analyse_backend(struct cx *cx, const struct program *program, bool (*next_line)(void *subject, struct str *ret_line), void *subject);
void list_backends(struct cx *cx, struct buf *out); /* kinds and their fields, for --help */
