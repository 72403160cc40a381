/* survey_copies.c: texts that were posted nearly the same more than once, by whom and when, and where many accounts did so together. */
#include "base/clock.h"
#include "base/map.h"
#include "insight/survey.h"
#include "insight/survey_document.h"
#include "text/query_words.h"
#include "text/topic.h"

#include <stdlib.h>
#include <string.h>

#define COPY_SHARE 0.7
#define COPY_WORDS 6 /* fewer are said by many without copying: "thank you very much" */
#define PAST (90 * DAY)
#define SETS 60u     /* told at the most */
#define WHO 12u      /* of a set, named */

struct set {
	u32 first;
	size_t count, accounts;
	size_t from, until; /* places among all members, which are kept set by set */
	i64 together_from, together_until;
	size_t together;
};

struct member {
	u32 set, text;
};

static int by_set(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	return x->set != y->set ? (x->set < y->set ? -1 : 1) : (x->text > y->text) - (x->text < y->text);
}

static int by_weight(const void *a, const void *b)
{
	const struct set *x = a, *y = b;
	if (x->together != y->together)
		return x->together > y->together ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static size_t words_in(struct query_words *words, struct str body)
{
	size_t count = 0;
	query_words_cut(words, body);
	for (size_t i = 0; i < words->count; i++)
		count += query_words_items(words)[i].sign != '@';
	return count;
}

/* How many accounts there are among members [from, until). Few: looked through. */
static size_t accounts_in(const struct said *said, const struct member *members, size_t from, size_t until)
{
	size_t count = 0;
	for (size_t i = from; i < until; i++) {
		bool seen = false;
		for (size_t j = from; j < i && !seen; j++)
			seen = said[members[j].text].identity == said[members[i].text].identity;
		count += !seen;
	}
	return count;
}

/* The two hours in which the most accounts posted it. Of a set of very many, the first are looked at: they are enough to tell. */
#define LOOKED 200u
static void find_together(const struct said *said, const struct member *members, struct set *set)
{
	size_t until = set->until - set->from > LOOKED ? set->from + LOOKED : set->until;
	for (size_t from = set->from, end = set->from; from < until; from++) {
		while (end < until && said[members[end].text].at < said[members[from].text].at + SURVEY_TOGETHER)
			end++;
		if (end - from <= set->together)
			continue;
		size_t accounts = accounts_in(said, members, from, end);
		if (accounts <= set->together)
			continue;
		set->together = accounts;
		set->together_from = said[members[from].text].at;
		set->together_until = said[members[end - 1].text].at;
	}
}

static json_t *set_json(const struct said *said, const struct member *members, const struct set *set)
{
	json_t *ids = json_array(), *who = json_array();
	for (size_t i = set->until; i-- > set->from && json_array_size(ids) < SURVEY_IDS;)
		json_array_append_new(ids, survey_id(said[members[i].text].message));
	for (size_t i = set->from; i < set->until && json_array_size(who) < WHO; i++) {
		const struct said *s = &said[members[i].text];
		if (accounts_in(said, members, set->from, i + 1) > json_array_size(who))
			json_array_append_new(who, json_pack("{s:o, s:o, s:o, s:I}", "message", survey_id(s->message), "name", survey_text(s->author_name), "network",
							     survey_text(s->network), "at", (json_int_t)s->at));
	}
	bool is_together = set->together >= SURVEY_ACCOUNTS;
	return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "first", survey_id(said[set->first].message), "text", survey_text(said[set->first].body), "count",
			 (json_int_t)set->count, "accounts", (json_int_t)set->accounts, "from", (json_int_t)said[members[set->from].text].at, "until",
			 (json_int_t)said[members[set->until - 1].text].at, "together", (json_int_t)(is_together ? set->together : 0), "together_from",
			 (json_int_t)set->together_from, "together_until", (json_int_t)set->together_until, "ids", ids, "who", who);
}

enum err survey_copies(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str *ret_document)
{
	struct said *said;
	struct copies copies;
	struct query_words words = {};
	size_t count, member_count = 0, set_count = 0;
	TRY(said_in(cx, db, workspace, query, cx->now - PAST, cx->now + DAY, 1, SURVEY_COPIES, &said, &count));
	struct str *texts = arena_array(cx->arena, struct str, count + 1);
	for (size_t i = 0; i < count / 2; i++) { /* the oldest first: it is what the others copy */
		struct said other = said[i];
		said[i] = said[count - 1 - i];
		said[count - 1 - i] = other;
	}
	for (size_t i = 0; i < count; i++)
		texts[i] = words_in(&words, said[i].body) >= COPY_WORDS ? said[i].body : (struct str){};
	query_words_free(&words);
	copies_of(cx->arena, texts, count, COPY_SHARE, &copies);
	struct member *members = arena_array(cx->arena, struct member, count + 1);
	struct set *sets = arena_array(cx->arena, struct set, copies.count + 1);
	for (u32 i = 0; i < count; i++)
		if (copies.of[i] != TOPIC_NONE)
			members[member_count++] = (struct member){copies.of[i], i};
	if (member_count)
		qsort(members, member_count, sizeof *members, by_set);
	for (size_t i = 0, end; i < member_count; i = end) {
		for (end = i; end < member_count && members[end].set == members[i].set; end++)
			;
		struct set *set = &sets[set_count++];
		*set = (struct set){.first = members[i].set, .count = end - i, .from = i, .until = end};
		set->accounts = accounts_in(said, members, i, end < i + LOOKED ? end : i + LOOKED);
		find_together(said, members, set);
	}
	if (set_count)
		qsort(sets, set_count, sizeof *sets, by_weight);
	json_t *list = json_array();
	for (size_t i = 0; i < set_count && i < SETS; i++)
		json_array_append_new(list, set_json(said, members, &sets[i]));
	*ret_document = survey_dump(cx, json_pack("{s:I, s:o}", "read", (json_int_t)count, "sets", list));
	return OK;
}
