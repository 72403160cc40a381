/* texts.h: what members of the simulated network say, and who they are: rows of share/simulator/texts.tsv and members.tsv, built
 * into the program or read from a folder. Texts have slots ({product}, {shop}, {day}, {n} …) that are filled when said, so that a
 * few hundred rows make thousands of messages. Everything lives in the arena it was loaded into and does not change afterwards. */
#pragma once
#include "base/cx.h"
#include "simulator/chance.h"

struct text {
	struct str kind;     /* comment, mention, review, direct, followup, subject, edit; word: fillers of the slots */
	struct str language; /* "fr", "en"; a few others */
	struct str mood;     /* praise, question, complaint … */
	struct str licence;  /* "own" or the data set it comes from (share/simulator/README.md) */
	struct str text;
};

struct text_member {
	struct str name, handle, language, place;
	i64 followers;
};

struct texts {
	const struct text *rows;
	size_t count;
	const struct text_member *members;
	size_t member_count;
};

/* Load from `folder`, or what is built in when it is NULL. ERR_BAD_INPUT tells the file and line that is wrong. */
enum err texts_load(struct cx *cx, struct arena *arena, const char *folder, struct texts *ret_texts);

/* How many texts there are of a kind, language and mood (an empty mood: any), of ours (`own`) or recorded elsewhere. */
size_t texts_count(const struct texts *texts, struct str kind, struct str language, struct str mood, bool own);
/* The index-th of them. */
const struct text *texts_at(const struct texts *texts, struct str kind, struct str language, struct str mood, bool own, size_t index);

/* The text with its slots filled, in `arena`. The language of the fillers is the text's own when there are some, else English. */
struct str texts_fill(const struct texts *texts, struct arena *arena, const struct text *text, struct chance *chance);
