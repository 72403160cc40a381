#include "flow/complete.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "model/actor.h"
#include "model/hashtag.h"
#include "model/naming.h"
#include "model/permission.h"
#include "model/search.h"
#include "store/called.h"
#include "store/post_tag.h"
#include "store/trend.h"
#include "store/writing_aid.h"

#define KEYS_FROM 2          /* letters: a single one begins very many names, and is held against who was heard last alone */
#define WORDS_FROM 4         /* and few enough words are begun by so many that all of them may be gone through */
#define LOOKED_AT_MOST 300   /* people heard last; hashtags that begin so */
#define SETS_MOST 300
#define RISING_SINCE (3 * DAY)

/* ---- people ---- */

static bool begins(struct str words, struct str beginning)
{
	for (struct str rest = words; rest.at && rest.len;)
		if (str_starts(str_cut(&rest, ' '), beginning))
			return true;
	return false;
}

/* Heard last first; a name that is there already is not proposed twice. */
static void put_name(struct completion *list, size_t *count, const struct completion *new)
{
	for (size_t i = 0; i < *count; i++)
		if (str_eq(list[i].text, new->text) && str_eq(list[i].network, new->network))
			return;
	size_t at = *count < COMPLETIONS_MOST ? (*count)++ : COMPLETIONS_MOST;
	for (; at && list[at - 1].last_at < new->last_at; at--)
		list[at] = list[at - 1];
	list[at] = *new; /* there is room for one more */
}

static void put_names(struct cx *cx, const struct called_account *accounts, size_t account_count, struct str words, struct completion *list, size_t *count)
{
	for (size_t i = 0; i < account_count; i++) {
		const struct called_account *a = &accounts[i];
		if (words.len && !begins(search_plain(cx->arena, arena_printf(cx->arena, "%.*s %.*s", STR_ARG(a->name), STR_ARG(a->handle))), words))
			continue;
		struct completion new = {.text = naming_of(cx->arena, a->network, a->handle, a->url), .network = a->network, .name = a->name, .last_at = a->last_at};
		if (new.text.len)
			put_name(list, count, &new);
	}
}

/* As model/same.h spells handles and names, however short. */
static struct str key_of_name(struct cx *cx, struct str beginning, bool by_handle)
{
	CLEANUP(buf_free) struct buf folded = {}, key = {};
	struct str text = beginning;
	buf_add_folded(&folded, by_handle ? str_cut(&text, '@') : text);
	text = buf_str(&folded);
	for (size_t i = 0; i < text.len; i++) {
		bool sign = text.at[i] == '.' || text.at[i] == '_' || text.at[i] == ' ' || (by_handle && text.at[i] == '-');
		if (!sign)
			buf_addc(&key, text.at[i]);
		else if (!by_handle && key.len)
			buf_addc(&key, ' ');
	}
	return buf_keep(&key, cx->arena);
}

/* Who was heard last is held against it first; then those whose name or handle begins so, by their index; then, where that is little, any word of anybody's name. */
static enum err add_names(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str beginning, struct completion *list, size_t *count)
{
	struct called_account *accounts;
	size_t account_count, before = *count;
	struct str words = search_plain(cx->arena, beginning);
	if (str_find_byte(words, ' ') < 0) {
		TRY(called_newest_on(cx, db, workspace, network, LOOKED_AT_MOST, &accounts, &account_count));
		put_names(cx, accounts, account_count, words, list, count);
	}
	if (utf8_count(words) < KEYS_FROM)
		return OK;
	for (int by_handle = 0; by_handle < 2; by_handle++) {
		struct str key = key_of_name(cx, beginning, by_handle);
		if (!key.len)
			continue;
		TRY(called_begin_on(cx, db, workspace, network, key, by_handle, 2 * COMPLETIONS_MOST, &accounts, &account_count));
		put_names(cx, accounts, account_count, (struct str){}, list, count);
	}
	if (*count - before >= COMPLETIONS_MOST || (*count > before && utf8_count(words) < WORDS_FROM))
		return OK;
	TRY(called_on(cx, db, workspace, network, words, 2 * COMPLETIONS_MOST, &accounts, &account_count));
	put_names(cx, accounts, account_count, (struct str){}, list, count);
	return OK;
}

enum err complete_names(struct cx *cx, struct db *db, i64 workspace, const struct str *networks, size_t network_count, struct str beginning, struct completion **ret_list,
			size_t *ret_count)
{
	struct completion *list = arena_array(cx->arena, struct completion, COMPLETIONS_MOST + 1);
	size_t count = 0;
	for (size_t i = 0; i < network_count; i++) {
		bool again = false;
		for (size_t n = 0; n < i; n++)
			again |= str_eq(networks[n], networks[i]);
		if (!again && naming_is_there(networks[i]))
			TRY(add_names(cx, db, workspace, networks[i], beginning, list, &count));
	}
	*ret_list = list;
	*ret_count = count;
	return OK;
}

/* ---- hashtags ---- */

struct tags {
	struct cx *cx;
	struct str beginning; /* folded */
	struct completion list[LOOKED_AT_MOST];
	struct str keys[LOOKED_AT_MOST];
	size_t count;
};

/* The row of a tag, without its sign; made, with this spelling, where there is none. NULL: it begins otherwise, or there are too many. */
static struct completion *tag_row(struct tags *t, struct str tag)
{
	struct str key = hashtag_key(t->cx->arena, tag);
	if (!tag.len || !str_starts(key, t->beginning))
		return NULL;
	for (size_t i = 0; i < t->count; i++)
		if (str_eq(t->keys[i], key))
			return &t->list[i];
	if (t->count == LOOKED_AT_MOST)
		return NULL;
	t->keys[t->count] = key;
	t->list[t->count] = (struct completion){.text = arena_printf(t->cx->arena, "#%.*s", STR_ARG(tag))};
	return &t->list[t->count++];
}

static enum err add_sets(struct tags *t, struct db *db, i64 workspace)
{
	struct writing_aid *sets;
	size_t count;
	TRY(hashtag_sets(t->cx, db, workspace, SETS_MOST, &sets, &count));
	for (size_t i = 0; i < count; i++)
		for (struct str rest = sets[i].body; rest.at && rest.len;) {
			struct str tag = str_cut(&rest, ' ');
			struct completion *row = tag_row(t, str_starts(tag, S("#")) ? str_skip(tag, 1) : tag);
			if (row && !row->set.len)
				row->set = sets[i].name;
		}
	return OK;
}

static enum err add_used(struct tags *t, struct db *db, i64 workspace)
{
	struct post_tag *used;
	size_t count;
	TRY(post_tags_begin(t->cx, db, workspace, t->beginning, LOOKED_AT_MOST, &used, &count));
	for (size_t i = 0; i < count; i++) {
		struct completion *row = tag_row(t, used[i].tag);
		if (row)
			row->posts += used[i].posts;
	}
	return OK;
}

static enum err add_rising(struct tags *t, struct db *db, i64 workspace)
{
	struct trend *trends;
	size_t count;
	if (!actor_may(t->cx->actor, MAY_READ_FIGURES))
		return OK;
	TRY(trend_list(t->cx, db, workspace, t->cx->now - RISING_SINCE, 100, &trends, &count));
	for (size_t i = 0; i < count; i++) {
		if (trends[i].hushed_at || trends[i].ended_at || !str_starts(trends[i].term, S("#")))
			continue;
		struct completion *row = tag_row(t, str_skip(trends[i].term, 1));
		if (row)
			row->rises = true;
	}
	return OK;
}

/* What our posts use, then what the house has set down, then what rises; otherwise in the order of their letters. */
static bool goes_before(const struct completion *a, const struct completion *b)
{
	if (a->posts != b->posts)
		return a->posts > b->posts;
	if (!a->set.len != !b->set.len)
		return a->set.len > 0;
	return str_cmp(a->text, b->text) < 0;
}

enum err complete_tags(struct cx *cx, struct db *db, i64 workspace, struct str beginning, struct completion **ret_list, size_t *ret_count)
{
	struct tags *t = arena_new_of(cx->arena, struct tags);
	struct completion *best = arena_array(cx->arena, struct completion, COMPLETIONS_MOST + 1);
	struct str typed = arena_printf(cx->arena, "#%.*s", STR_ARG(beginning));
	size_t count = 0;
	t->cx = cx;
	t->beginning = hashtag_key(cx->arena, beginning);
	TRY(add_sets(t, db, workspace)); /* its spelling goes before others */
	TRY(add_used(t, db, workspace));
	TRY(add_rising(t, db, workspace));
	for (size_t i = 0; i < t->count; i++) {
		const struct completion *row = &t->list[i];
		if (row->posts <= 1 && !row->set.len && !row->rises && str_eq(row->text, typed))
			continue; /* it is what is being typed */
		size_t at = count < COMPLETIONS_MOST ? count++ : COMPLETIONS_MOST;
		for (; at && goes_before(row, &best[at - 1]); at--)
			best[at] = best[at - 1];
		best[at] = *row;
	}
	*ret_list = best;
	*ret_count = count;
	return OK;
}
