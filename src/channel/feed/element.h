/* element.h: the elements of feeds that say something, whatever format they come from: which means what is one table, asked by the name an
 * element has under its usual prefix ("dc:creator"), in lower case. */
#pragma once
#include "base/str.h"

enum feed_act {
	FEED_NOTHING,
	FEED_ROOT,     /* rss, rdf:RDF, feed, channel: what it holds is said of the feed */
	FEED_ENTRY,
	FEED_SOURCE,   /* where an entry was taken from: an object like a feed */
	FEED_OBJECT,   /* an object of its own under `key` */
	FEED_PERSON,   /* a person in children or in a text */
	FEED_TEXT,     /* a text that may be markup */
	FEED_SUMMARY,  /* the same, called subtitle of a feed; a second one of an entry is its content */
	FEED_CONTENT,  /* the same, in the list content[] */
	FEED_PLAIN,    /* a text that is no markup */
	FEED_ADDRESS,  /* an address */
	FEED_LINK, FEED_LICENSE, FEED_ID, FEED_DATE, FEED_VALID,
	FEED_TAG, FEED_TAGS, /* one; several with commas */
	FEED_GENERATOR,
	FEED_ENCLOSURE, FEED_MEDIA, FEED_PICTURE, FEED_CLOUD, /* empty elements: what their attributes say */
	FEED_YES, FEED_EXPLICIT, /* "yes" or else */
};

struct feed_row {
	const char *name;
	enum feed_act act;
	const char *key;
	const char *type; /* of a text, when it does not say */
	bool weak;        /* gives way to anything else of its key */
};

const struct feed_row *feed_row(struct str name);
/* The usual prefix of a namespace with its colon; "" for those of RSS and Atom; "?:" for one unknown here. */
const char *feed_prefix(struct str namespace);
/* "atom10", "rss10" …: the format that has this namespace as its own, or "". */
const char *feed_namespace_version(struct str namespace);
