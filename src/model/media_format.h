/* media_format.h: in which formats networks show pictures and films: ratio, size, bytes, types, by place (a post, a story, a profile …), as rows with the day on which they
 * were true and their source. Renditions of the media library are made from them (flow/media.h), and named by their words.
 *
 * What must stay true: limits of what a connector sends stand in its own `limits` (channel/channel.h); a row here never allows more bytes than they do (a test
 * holds it to that). A network not in this list takes MEDIA_FORMAT_ANY. */
#pragma once
#include "base/str.h"
#include "base/types.h"

enum media_place { PLACE_POST, PLACE_STORY, PLACE_CARD /* of a link */, PLACE_AVATAR, PLACE_COVER, PLACE_THUMBNAIL /* of a film */, PLACE_DESK /* our own pages */, PLACE_COUNT };
const char *media_place_word(enum media_place place);
const char *media_place_title(enum media_place place); /* msgid */

struct media_format {
	const char *word;       /* "instagram-portrait": also the name of the rendition */
	const char *network;    /* word of the channel kind; "": of any */
	enum media_place place;
	const char *title;      /* msgid */
	int width, height;      /* pixels: with `fill` what it is cut to, else the most that either may be */
	bool fill;
	bool video;             /* a film: nothing is made, what is brought is compared */
	const char *types;      /* "jpeg png": what is taken, the best for photographs first */
	i64 most;               /* bytes */
	int seconds_least, seconds_most; /* of a film; 0: not said */
	const char *as_of, *source;
};

extern const struct media_format media_formats[];
extern const size_t media_format_count;

#define MEDIA_FORMAT_ANY "any"
#define MEDIA_FORMAT_LIST "list"       /* how the library's list shows it */
#define MEDIA_FORMAT_LARGE "large"     /* how its page does */
#define MEDIA_FORMAT_FILM "film"       /* a film or a sound as it was brought, freed of what says where, with what and by whom it was made */
/* By its word, also with an "@" and fewer bytes behind it, as a server may take them: "mastodon-post@2000000". NULL when unknown. */
const struct media_format *media_format_of(struct str word);
/* The most bytes of a rendition of that word: those behind the "@", else the format's. */
i64 media_format_most(const struct media_format *format, struct str word);
/* What a post of that network shows when nobody chose: the row of the network's posts whose ratio is nearest, none of its pictures cut where it has a row without. */
const struct media_format *media_format_for(struct str network, int width, int height);
/* What a story of that network shows: of the row for it, else of any upright one. */
const struct media_format *media_format_story(struct str network);
/* What a film of that place is there; NULL: nothing is known of it. */
const struct media_format *media_format_film(struct str network, enum media_place place);
/* Does it take a file of that media type, "video/mp4"? */
bool media_format_takes_type(const struct media_format *format, struct str type);
/* Does it take that type, "png"? */
bool media_format_takes(const struct media_format *format, struct str type);
/* Of a profile there: PLACE_AVATAR, PLACE_COVER; the network's own row, else that of any. */
const struct media_format *media_format_profile(struct str network, enum media_place place);
