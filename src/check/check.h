/* check.h: what is wrong, or could be better, with a post before it leaves: one constant row a check, `const struct check_kind
 * check_WORD` in a file of its own, and its word in the list of src/check/meson.build. A check gets a post as its author sees it
 * and tells findings: where, why, what to do about it, and where it can, what to put instead.
 *
 * What must stay true: a check is pure: no network, no database, no clock, the same post gives the same findings in the same order
 * (of the machine it only looks at its dictionaries, once a process). What others have to look at (does a link answer, what was
 * posted before, what day it is) is handed in. Any bytes are taken; time and memory are bounded by CHECK_BYTES and the numbers
 * below. A finding never changes a post. All that is handed in is borrowed; what is told is in the arena of the cx, in its
 * language. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "model/length.h"

#define CHECK_BYTES 65536u      /* of a text that are looked at */
#define CHECK_ALL_BYTES 262144u /* of all texts together, begun ones to their end */
#define CHECK_TEXTS 200u        /* texts of a post that are looked at: its parts, alternative texts, subtitles */
#define CHECK_RECENT 1000u      /* recent posts that are looked at */
#define CHECK_WORDS 5000u       /* of the house, and entries of the glossary */
#define CHECK_OF_ONE 25u        /* findings of one check */
#define CHECK_OF_ALL 200u       /* of all together */
#define CHECK_REPLACEMENTS 5u
#define CHECK_LINKS 100u        /* of a post, that are tried */

enum finding_level { CHECK_OFF, CHECK_INFORM, CHECK_WARN, CHECK_BLOCK, CHECK_LEVELS };
const char *check_level_word(enum finding_level level); /* "off", "inform", "warn", "block" */
bool check_level_of(struct str word, enum finding_level *ret_level);

/* ---- what is checked ---- */

struct check_text {
	struct str lang; /* "fr", "fr-CA"; empty: that of the post */
	struct str text; /* UTF-8 */
};

enum check_media_kind { CHECK_IMAGE, CHECK_VIDEO, CHECK_AUDIO, CHECK_DOCUMENT };

struct check_media {
	enum check_media_kind kind;
	struct str name;              /* of the file, as it was brought */
	const struct check_text *alts, *subtitles; /* a language each; subtitles as their text alone */
	size_t alt_count, subtitle_count;
	bool decorative;              /* says nothing that the text does not: somebody said so */
	bool has_subtitles;           /* a file of them, or burnt in, though their text is not at hand */
	bool silent;                  /* nothing is said in it */
	i64 duration;                 /* microseconds; 0: not known */
};

enum check_link_state { CHECK_LINK_UNKNOWN, CHECK_LINK_ALIVE, CHECK_LINK_DEAD, CHECK_LINK_MOVED };

/* A link that somebody looked at, or that goes as a card beside the text. */
struct check_link {
	struct str url;             /* as in the text */
	enum check_link_state state;
	struct str to;              /* CHECK_LINK_MOVED: where to */
	int status;                 /* of the answer; 0: none came */
};

/* What a network allows, as its channel tells it; 0: not known. */
struct check_network {
	struct str word;              /* "instagram" */
	enum text_unit unit, alt_unit;
	size_t most, comment_most, alt_most;
	size_t visible;               /* characters before "see more"; 0: by share/checks/networks.tsv */
	bool has_paid_flag;           /* has a mark of its own for paid partnerships */
};

/* How many hashtags this network advises at most, or takes; 0: nothing is known (share/checks/network.tsv). */
size_t check_hashtags_advised(struct str network);

enum check_deal { CHECK_SPONSORED = 1, CHECK_COLLABORATION = 2, CHECK_AFFILIATE = 4, CHECK_GIFT = 8 };

struct check_glossary_entry {
	struct str word, variants; /* other spellings, separated by commas */
	bool never;                /* the house does not say it */
	struct str instead, why;   /* of what is not said; may be empty */
};

struct check_recent_post {
	i64 id, channel;
	struct str text;
	i64 at; /* was published, or is planned */
};

/* A day that means something, of the planned day. */
struct check_key_date {
	struct str date, key;    /* "2026-11-13", "bataclan" */
	struct str name;         /* in the language of the cx */
	struct str kind;         /* model/key_date.h: "mourning", "silence" … */
	struct str country;      /* "FR"; empty: everywhere */
	/* people mourn or remember: nothing festive. Of the kinds "un" and "religious" it is told less gravely */
	bool mourning;
	bool no_post;            /* the house does not post on it */
};

struct check_post {
	i64 id, channel;
	struct str lang;                /* of the texts, unless told there */
	const struct check_text *texts; /* the post's; several: the parts of a thread, in order */
	size_t text_count;
	struct str comment;             /* the first comment */
	struct check_network network;
	struct str countries[16];       /* of the audience: "FR"; the house's own first */
	size_t country_count;
	struct str regions[16];         /* of these countries, whose own dates count too: "FR/GP" */
	size_t region_count;
	i64 planned_at;                 /* 0: not planned yet */
	struct str zone;                /* "Europe/Paris" */
	const struct check_media *media;
	size_t media_count;
	const struct check_link *links;
	size_t link_count;
	unsigned deal;                  /* enum check_deal */
	bool paid_flag;                 /* the network's own mark is set */
	const struct str *own_hosts, *short_hosts; /* whose links are to be tagged; whose short links are ours */
	size_t own_host_count, short_host_count;
	const struct str *plain_hosts;  /* links to these are not to be tagged, whosever they are */
	size_t plain_host_count;
	const struct str *filled;       /* variables that are filled in as it leaves: {{name}} */
	size_t filled_count;
	bool tags_links;                /* links with http or https are tagged as the post leaves */
	const struct str *house_words;  /* names and words that are right here */
	size_t house_word_count;
	const struct check_glossary_entry *glossary;
	size_t glossary_count;
	const struct check_recent_post *recent;
	size_t recent_count;
	const struct check_key_date *dates;
	size_t date_count;
};

/* ---- what is told ---- */

enum check_part {
	CHECK_POST,     /* all of it */
	CHECK_TEXT,     /* text `index` */
	CHECK_COMMENT,
	CHECK_ALT,      /* alternative text of media `index`, in `lang` */
	CHECK_SUBTITLE, /* subtitles of media `index`, in `lang` */
	CHECK_MEDIA,    /* media `index` itself */
	CHECK_LINK,     /* link `index` that does not stand in a text */
};
const char *check_part_word(enum check_part part); /* "text" */

struct check_place {
	enum check_part part;
	size_t index;
	struct str lang;           /* of an alternative text, of subtitles */
	size_t from, to;           /* bytes of that text; both 0: all of it */
	size_t start, end;         /* the same in code points */
};

struct finding {
	const struct check_kind *kind;
	enum finding_level level;
	struct check_place place;
	struct str excerpt;        /* what stands there, shortened */
	struct str reason, remedy; /* for people */
	struct str replacements[CHECK_REPLACEMENTS]; /* each to be put in place of from..to */
	size_t replacement_count;
	struct str key;            /* what was found, in lower case: an exception names it */
	/* the words around it, or the part of the post: an exception that names it too counts only there */
	struct str context;
};

struct findings {
	struct finding *items;     /* the gravest first, then by check and place */
	size_t count;
	size_t left_out;           /* more than could be told */
	size_t of[CHECK_LEVELS];   /* how many of a level */
	enum finding_level worst;    /* CHECK_OFF: there are none */
};

/* What a workspace wants of a check. */
struct check_setting {
	struct str check;          /* its word */
	enum finding_level level;    /* above what the check may: as much as it may */
};

/* What is right here though a check says no. */
struct check_exception {
	struct str check;          /* its word; empty: all checks */
	struct str key;            /* of the finding */
	struct str context;        /* of the finding; empty: wherever it stands */
};

/* ---- the table ---- */

struct check_run; /* check/run.h */

struct check_kind {
	const char *word, *title, *about; /* "spelling"; msgids: what it is, what it looks for */
	enum finding_level level;           /* unless the workspace wants another */
	bool may_block;
	void (*look)(struct check_run *run);
	const char *file;                 /* __FILE__, for `parvis map` */
};

extern const struct check_kind *const check_kinds[];
extern const size_t check_kind_count;
const struct check_kind *check_kind_of(struct str word); /* NULL: there is none */

/* A sentence that it finds something in, and what to do then, in a language of the desk ("en", "fr"); false: there is none. Static. */
struct check_example {
	struct str sentence, remedy;
};
bool check_example(const struct check_kind *kind, const char *lang, struct check_example *ret_example);

/* All checks over one post. Cannot fail: what a check lacks (a dictionary) is a finding. */
void check_run(struct cx *cx, const struct check_post *post, const struct check_setting *settings, size_t setting_count,
	       const struct check_exception *exceptions, size_t exception_count, struct findings *ret_findings);

/* The different links of these texts, in order, as they stand there: what is to be handed in as check_post.links once somebody tried
 * them. Borrowed from the texts; the list is the arena's. */
size_t check_links(struct arena *arena, const struct check_text *texts, size_t count, const struct str **ret_urls);

/* The key dates of a post's planned day in its zone, for the countries of its audience, their regions and the United Nations, from the books
 * that ship (model/key_date.h); names in the language of the cx. A workspace adds its own. Returns how many. */
size_t check_dates(struct cx *cx, const struct check_post *post, struct check_key_date **ret_dates);

/* Opens what checks need once a process (dictionaries of these languages, rules): some tenths of a second and 40 MB, so by a thread that has
 * time, and not before somebody is about to write: any thread says so with check_expect(). */
void check_prepare(void);
void check_expect(void);
bool check_is_expected(void);
/* What else a word may have been: asks longer than a check does (a quarter of a second), so only for the one word that somebody
 * touched. */
size_t check_suggest(struct cx *cx, struct str lang, struct str word, struct str ret_words[CHECK_REPLACEMENTS]);

/* {"check":…,"level":…,"part":…} of one finding, without a line's end. */

void buf_add_finding(struct buf *b, const struct finding *finding);
