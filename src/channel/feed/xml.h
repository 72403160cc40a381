/* xml.h: the reader of feeds in XML, between its two rooms: xml.c knows tags, namespaces and what is inherited; say.c knows what the
 * elements say, and writes it into the document. */
#pragma once
#include "channel/feed/element.h"
#include "channel/feed/feed.h"
#include "channel/markup.h"

#define FEED_DEPTH_MAX 200 /* elements deeper than that are passed over */

struct feed_name {
	struct str prefix, namespace;
	bool root; /* bound by the first element */
};

struct feed_frame { /* an element that is open */
	struct str name;            /* as written */
	const struct feed_row *row; /* what it means; NULL: nothing, or part of a text */
	struct str base, language;
	bool speaks;                /* it has a language of its own */
	enum feed_act place;        /* of the object that is filled here: root, entry, source, object, person */
	json_t *object;             /* what is filled; borrowed, but for a person: it is told of when it is whole */
	size_t text_from, name_count;
	struct feed_text text;      /* of a text: its type as far as it is known */
	bool base64, markup;        /* it is encoded; it is written in elements */
	bool inner;                 /* this is such an element, and was written */
	bool permanent;             /* an id that may be followed */
	json_t *link, *enclosure;   /* of a link, that wait for its address; borrowed */
	size_t div_from, div_to, div_end; /* the div that holds all of it */
};

struct feed_reader {
	struct cx *cx;
	const struct feed_origin *origin;
	struct markup markup;
	json_t *document, *feed, *entries; /* borrowed from the document */
	struct map *entities;
	struct feed_name *names;
	size_t name_count;
	struct feed_frame stack[FEED_DEPTH_MAX];
	size_t depth, deeper;
	size_t content; /* depth of the element whose text is being taken with its markup; 0: none */
	struct buf text; /* of all open elements, each from its text_from */
	const char *version;
	bool rooted, seen, atom, loose, netscape, outer_names;
};

struct str feed_attribute(struct feed_reader *r, const char *name); /* decoded, in the arena */
bool feed_has(const struct feed_reader *r, const char *name);

void feed_start(struct feed_reader *r);
void feed_begin(struct feed_reader *r, struct feed_frame *root); /* at the first element */
void feed_open(struct feed_reader *r, struct feed_frame *frame); /* of an element that has a row */
void feed_close(struct feed_reader *r, struct feed_frame *frame);
enum err feed_end(struct feed_reader *r);
