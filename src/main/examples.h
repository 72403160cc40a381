/* examples.h: labelled texts from files, as `train` takes them: a line each, "label TAB text", plain, gzip or zstd. The arena owns them. */
#pragma once
#include "text/corpus.h"

struct examples {
	struct example *items;
	size_t count, capacity;
};

/* Adds those of one file. A fault names the file and the line. */
enum err examples_read(struct cx *cx, struct str path, struct examples *examples);
