/* post_words.h: what a post's words become as they leave a channel: variables ({{product}}) are filled in, links to the house's pages are tagged (utm_*) and made short, by the workspace's
 * rules and what the post itself says. Previews, lengths and what leaves all come from here, so that they are the same. Nothing is written.
 *
 * What must stay true: a link that carries a parameter keeps what people wrote; links to hosts that the workspace excludes, to short addresses of ours,
 * and those without http or https stay as they are; a variable without a value stays as it is written, and is a finding that keeps the post back; nothing
 * else changes, and what was filled in is not filled in again. Results are the arena's. */
#pragma once
#include "flow/post.h"
#include "store/channel.h"
#include "model/utm.h"
#include "store/link_rule.h"
#include "store/writing_aid.h"

struct check_post; /* check/check.h */

#define TRACKING_MAX 100 /* characters of a value */

/* What a post says of its own links: the member "tracking" of its options. An empty value: as the workspace says. */
struct post_tracking {
	struct str tags, shortens; /* "yes", "no"; empty: as the workspace says */
	struct str source, medium, campaign, content;
};
struct post_tracking post_tracking_of(struct cx *cx, struct str options);
/* The options with that instead of what they said; it is left out when it says nothing. */
struct str post_tracking_put(struct cx *cx, struct str options, const struct post_tracking *tracking);

/* ---- variables ---- */

#define VARIABLE_VALUE_MAX 500 /* characters */
#define VARIABLES_MAX 100      /* that a post has values for */

struct variable_value {
	struct str name, value;   /* the name in small letters; value empty: nobody said it */
	struct str title;         /* what it is for; empty: nobody says */
	enum variable_type type;
	bool is_known;            /* the workspace has it, or every post */
	bool is_own;              /* the post itself says it; else it is the workspace's, or given */
};
/* The options with these values of the post's own instead of what they said; those without a value are left out. */
struct str post_variables_put(struct cx *cx, struct str options, const struct variable_value *values, size_t count);

/* What the workspace says for its variables now becomes what the post says, so that what is approved stays: into its options, in the caller's transaction. */
enum err post_variables_hold(struct cx *cx, struct db *db, struct post *post);

/* What is the same for all channels of a post. */
struct post_words {
	i64 workspace, post;      /* post 0: a new one */
	struct link_rules rules;
	struct post_tracking tracking;
	struct str campaign;      /* its name; empty: none */
	struct str workspace_name, day; /* the day it leaves, as its language says it */
	struct str lang;
	const struct variable_value *values; /* the workspace's, and those that the post says */
	size_t value_count;
	bool tags, shortens;
};
/* Of a post, or of one that is being written: its id, workspace, campaign, options, lang, planned_at and zone count. */
enum err post_words_load(struct cx *cx, struct db *db, const struct post *post, struct post_words *ret_words);
/* Its title and its warning, as this channel gets them, in the place of what they were. */
enum err post_words_around(struct cx *cx, struct db *db, i64 channel, struct post *post);
/* The variables that stand in these texts, each once, in order; filled in where they have a value (given ones as on this channel, NULL: on none). */
size_t post_words_variables(struct cx *cx, const struct post_words *words, const struct channel *channel, const struct post_text *text, struct variable_value **ret_values);
/* Why this one keeps the post back; empty: it does not. In the language of the cx. */
struct str variable_fault(struct cx *cx, const struct variable_value *value);

/* A link that leaves otherwise than it is written. */
struct post_link {
	struct str written, leaves;
	struct str target;        /* of a short one: where it leads; empty: it is none */
};

/* The texts as the channel gets them; `ret_links` (may be NULL): the links that differ, each once. */
struct post_text post_words_leave(struct cx *cx, const struct post_words *words, const struct channel *channel, const struct post_text *text,
				  struct post_link **ret_links, size_t *ret_count);
/* What the checks of these words need to know of their links and variables on this channel (NULL: on none); borrows from `words`. */
void post_words_tell(struct cx *cx, const struct post_words *words, const struct channel *channel, const struct post_text *text, struct check_post *post);
/* The parameters that links get on this channel. */
struct utm post_words_tags(struct cx *cx, const struct post_words *words, const struct channel *channel);
