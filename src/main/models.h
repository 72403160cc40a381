/* models.h: the models that ship with the program (share/models, built in), opened once a process, when first asked, and handed to what understands messages
 * (flow/understand.h). None of them is needed: without, messages wait to be understood until there are some. */
#pragma once
#include "base/cx.h"

struct model_file {
	const char *name; /* "language", "sentiment"; NULL ends the table */
	const char *start, *end;
};
extern const struct model_file model_files[];

struct analyser;

struct str model_bytes(const struct model_file *file);
i64 models_version(void); /* the same for the same bytes; 0: there are none */
bool models_find(const char *name, struct str *ret_bytes);
/* All of them but the lore and those of data sets ("as-…"), in cx->arena. */
enum err models_open(struct cx *cx, struct analyser **ret_analyser);
/* Once, before the first thread: from now on what comes in is understood. They are opened when the first message is asked about. */
void models_use(void);
