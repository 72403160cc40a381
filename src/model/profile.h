/* profile.h: how a house shows itself on its networks: the fields that a profile has, what the house wants to stand in each (the kit), and how a network's own text is
 * compared with it. Pure.
 *
 * A kit has a name and a short one, biographies (any number, each with its language), a place, an address of its site, and more links; its pictures are media of the
 * library. Each network takes texts of another length: of what the kit offers in the channel's language, the longest that fits is wanted there. A field may differ on
 * purpose: then the channel has a text of its own for it.
 * What must stay true: texts are compared as people read them: line ends, spaces at their ends and doubled ones say nothing; of addresses, neither do the letters' case of the host
 * and a slash at the end. Texts are borrowed. */
#pragma once
#include "base/cx.h"
#include "model/length.h"

enum profile_field {
	PROFILE_NAME,
	PROFILE_ABOUT,   /* the biography */
	PROFILE_SHORT,   /* a second, shorter text, where a network has one beside it */
	PROFILE_WEBSITE, /* one address */
	PROFILE_PLACE,
	PROFILE_LINKS,   /* a line each: "Label: https://…" */
	PROFILE_TITLE,   /* of a whole site, where the network is one: the kit's name */
	PROFILE_AVATAR,
	PROFILE_COVER,
	PROFILE_FIELDS
};
const char *profile_field_word(enum profile_field field);  /* "name" */
const char *profile_field_title(enum profile_field field); /* msgid */
bool profile_field_of(struct str word, enum profile_field *ret_field);
bool profile_is_picture(enum profile_field field);

#define PROFILE_NAME_MAX 100     /* characters, as of the place and of labels */
#define PROFILE_BIO_MAX 2000
#define PROFILE_BIOS_MAX 24
#define PROFILE_LINKS_MAX 20
#define PROFILE_ADDRESS_MAX 500
#define PROFILE_LANG_MAX 20

struct profile_bio {
	struct str lang, text;
};
struct profile_link {
	struct str label, url;
};

struct profile_kit {
	struct str name, short_name, website, place, contact; /* contact: for people who keep profiles; no network is given it */
	const struct profile_bio *bios;
	size_t bio_count;
	const struct profile_link *links; /* besides the site */
	size_t link_count;
};

/* As it is kept: {"name", "short_name", "website", "place", "contact", "bios": [{"lang", "text"}], "links": [{"label", "url"}]}; what is broken in it is empty. The document's texts
 * are copied into the arena. */
void profile_kit_read(struct arena *arena, struct str document, struct profile_kit *ret_kit);
struct str profile_kit_text(struct arena *arena, const struct profile_kit *kit);
/* Field errors: "name", "short_name", "website", "place", "contact", "bios", "links". Trims its texts, leaves out what is empty. */
enum err profile_kit_check(struct cx *cx, struct profile_kit *kit);

bool profile_is_address(struct str url); /* whole, of the web */
/* "Label: https://…" lines and back; a line that is an address alone has no label. */
struct str profile_links_text(struct arena *arena, const struct profile_link *links, size_t count);
size_t profile_links_read(struct arena *arena, struct str text, const struct profile_link **ret_links);
/* "[fr]" on a line of its own begins another biography. */
struct str profile_bios_text(struct arena *arena, const struct profile_bio *bios, size_t count);
size_t profile_bios_read(struct arena *arena, struct str text, const struct profile_bio **ret_bios);

/* ---- what is wanted where ---- */

struct profile_room { /* of a text, at a network; 0: no limit is known. Of links: how many, and `unit` says nothing */
	i64 most;
	enum text_unit unit;
};

struct profile_want {
	struct str text;      /* empty: the kit says nothing of it */
	bool is_own;          /* the channel has a text of its own there */
	bool is_too_long;     /* nothing that the kit offers fits: `text` is the shortest */
	i64 length;           /* of `text`, as the network counts */
};
/* `lang`: the channel's; empty, or without biography: the kit's first language. `own`: the channel's own text, at == NULL when there is none (an empty one is on purpose). Not of pictures. */
void profile_wanted(struct arena *arena, const struct profile_kit *kit, enum profile_field field, struct str lang, struct str own, const struct profile_room *room,
		    struct profile_want *ret_want);

enum profile_state {
	PROFILE_SAME,
	PROFILE_ON_PURPOSE,   /* the channel's own text, and it stands there */
	PROFILE_DIFFERS,
	PROFILE_ABSENT,       /* wanted, and there it is empty */
	PROFILE_TOO_LONG,
	PROFILE_UNTOLD,       /* the network has it, and no program may read it */
	PROFILE_UNREAD,       /* it was not read yet, or could not be */
	PROFILE_UNSAID,       /* the kit says nothing of it */
	PROFILE_UNKNOWN_THERE, /* the network has no such field */
	PROFILE_STATES
};
const char *profile_state_word(enum profile_state state);
const char *profile_state_title(enum profile_state state); /* msgid */
bool profile_state_asks(enum profile_state state);         /* somebody should look: it differs, is not there, is too long */

bool profile_same(enum profile_field field, struct str wanted, struct str shown);
/* Of a text that could be read. */
enum profile_state profile_compare(enum profile_field field, const struct profile_want *want, struct str shown);

/* ---- pictures ---- */

/* Two sketches (sys/image.h: so many pixels, each red, green, blue) show the same: networks make pictures smaller and pack them anew, which moves each value by little. */
#define PROFILE_SKETCH_SIDE 16
#define PROFILE_SKETCH ((size_t)PROFILE_SKETCH_SIDE * PROFILE_SKETCH_SIDE * 3)
/* The mean distance of their values in hundredths; -1: one of them is none. */
i64 profile_sketch_distance(struct str one, struct str other);
#define PROFILE_SKETCH_SAME 800 /* up to here: docs/decisions/0029-profiles.md */
