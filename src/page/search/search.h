/* search.h: what the files of this page share: a search as its address says it, and the shapes of what was found. Everything lives in
 * the request's arena; shapes are new references. */
#pragma once
#include "model/search.h"
#include "page/pager.h"
#include "page/period.h"
#include "store/channel.h"
#include "store/message.h"

enum search_scope { SCOPE_ALL, SCOPE_MESSAGES, SCOPE_NOTES, SCOPE_PEOPLE, SCOPE_REPLIES, SCOPE_COUNT };
enum search_part { PART_IN, PART_CHANNEL, PART_KIND, PART_DIRECTION, PART_LANG, PART_FROM, PART_SINCE, PART_UNTIL, PART_STATUS, PART_STATE, PART_COUNT };
extern const char *const search_part_names[PART_COUNT];
extern const char *const search_scopes[], *const search_kinds[], *const search_directions[], *const search_statuses[], *const search_states[];

struct search {
	struct str q;
	struct str given[PART_COUNT];   /* as the address says; empty where it says nothing */
	enum search_scope scope;
	struct search_words words;
	struct search_fault fault;      /* story NULL: none */
	struct message_filter filter;   /* of messages; `words` are in it */
	struct period period;
	bool is_narrow;                 /* something narrows messages beside words */
	bool is_nobody;                 /* nobody is called as `from` says */
	struct str from_title;          /* whose words, for people */
	struct channel *channels;
	size_t channel_count;
};

/* Read what the address carries. A fault in the words is told by `fault`, not by an error. */
enum err search_of(struct cx *cx, struct request *request, struct search *ret_search);
/* The address with one part replaced (PART_COUNT: none; an empty value: without it), on its first page. */
struct str search_url(struct cx *cx, const struct search *s, enum search_part part, struct str value);
struct str search_url_of(struct cx *cx, const struct search *s, struct str q); /* with other words */
json_t *search_selects_shape(struct cx *cx, const struct search *s); /* the form's lists */
json_t *search_chips_shape(struct cx *cx, const struct search *s);   /* what narrows, each with the address without it */
json_t *search_presets_shape(struct cx *cx, const struct search *s); /* times ready made */

/* Each fills its members of the document and adds to *count; groups that the scope leaves out are empty. */
enum err search_messages(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, i64 counts[SCOPE_COUNT]);
enum err search_people(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, i64 counts[SCOPE_COUNT]);
enum err search_replies(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, i64 counts[SCOPE_COUNT]);
