/* examples.h: labelled texts from files, as `train` takes them: a line each, "label TAB text", plain, gzip or zstd. The arena owns them. */
#pragma once
#include "text/corpus.h"
#include "text/entity_learn.h"

struct examples {
	struct example *items;
	size_t count, capacity;
};

/* Adds those of one file. A fault names the file and the line. */
enum err examples_read(struct cx *cx, struct str path, struct examples *examples);
/* Take the marks out of the texts ("at [time : nine am]"): what they said of entities, an element an example. A fault quotes the example. */
enum err examples_unmark(struct cx *cx, struct examples *examples, struct entity_example **ret_marked);
