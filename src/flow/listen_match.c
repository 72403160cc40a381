#include "flow/listen_match.h"

#include "base/clock.h"
#include "store/event.h"
#include "text/query.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CHANGED_PAGE 1000
#define PLACES_MAX 64 /* workspaces whose queries are kept compiled */
#define TOLD_MAX 16   /* queries that open pages are told of by name, a batch */

/* ---- pieces ---- */

enum err piece_box_load(struct cx *cx, struct db *db, i64 workspace, struct piece_box *ret_box)
{
	struct listening_piece *pieces;
	size_t count;
	TRY(listening_piece_list(cx, db, workspace, LIST_START, LISTEN_PIECES_MAX, &pieces, &count));
	*ret_box = (struct piece_box){.pieces = pieces, .count = count};
	return OK;
}

bool piece_box_find(void *subject, struct str name, struct str *ret_text)
{
	const struct piece_box *box = subject;
	if (box->without.len && str_eq_fold(name, box->without))
		return false;
	if (box->instead && str_eq_fold(name, box->instead->name)) {
		*ret_text = box->instead->words;
		return true;
	}
	for (size_t i = 0; i < box->count; i++)
		if (str_eq_fold(name, box->pieces[i].name)) {
			*ret_text = box->pieces[i].words;
			return true;
		}
	return false;
}

/* ---- compiled ---- */

void listen_set_new(struct arena *arena, struct listen_set *ret_set)
{
	*ret_set = (struct listen_set){.match = match_new(arena)};
}

static void note_id(struct arena *arena, struct listen_set *set, u32 number, i64 id)
{
	if (number >= set->capacity) {
		size_t capacity = set->capacity ? set->capacity : 64;
		while (capacity <= number)
			capacity *= 2;
		i64 *ids = arena_array(arena, i64, capacity);
		if (set->capacity)
			memcpy(ids, set->ids, set->capacity * sizeof *ids);
		set->ids = ids;
		set->capacity = capacity;
	}
	set->ids[number] = id;
}

bool listen_set_add(struct arena *arena, struct listen_set *set, struct arena *scratch, const struct listening_query *query, struct piece_box *box)
{
	const struct query_pieces pieces = {piece_box_find, box};
	const struct query *tree;
	struct query_fault fault;
	if (!query_read(scratch, query->words, &pieces, &tree, &fault))
		return false;
	note_id(arena, set, match_add(set->match, tree), query->id);
	return true;
}

static void take_out(struct listen_set *set, i64 id)
{
	for (size_t i = 0; i < set->capacity; i++)
		if (set->ids[i] == id) {
			match_remove(set->match, (u32)i);
			set->ids[i] = 0;
			return;
		}
}

static bool is_link(struct str word)
{
	return str_starts(word, S("http://")) || str_starts(word, S("https://")) || str_starts(word, S("www."));
}

/* What its words carry: an address, a question outside of addresses. */
static unsigned words_have(struct str text)
{
	unsigned has = 0;
	text = match_head(text);
	bool asks = str_find_byte(text, '?') >= 0 || str_find(text, S("？")) >= 0 || str_find(text, S("؟")) >= 0;
	if (!asks && str_find(text, S("://")) < 0 && str_find(text, S("www.")) < 0)
		return 0;
	for (size_t i = 0; i < text.len;) {
		size_t from = i;
		while (i < text.len && (u8)text.at[i] > ' ')
			i++;
		struct str word = str_span(text.at + from, text.at + i);
		if (is_link(word))
			has |= MATCH_HAS_LINK;
		else if (asks && (str_find_byte(word, '?') >= 0 || str_find(word, S("？")) >= 0 || str_find(word, S("؟")) >= 0))
			has |= MATCH_HAS_QUESTION;
		i += i < text.len;
	}
	return has;
}

static unsigned attachments_have(struct str kinds)
{
	unsigned has = 0;
	while (kinds.len) {
		struct str kind = str_cut(&kinds, ' ');
		has |= str_eq(kind, S("link")) ? MATCH_HAS_LINK : kind.len ? MATCH_HAS_MEDIA : 0;
		has |= str_eq(kind, S("image")) ? MATCH_HAS_IMAGE : str_eq(kind, S("video")) ? MATCH_HAS_VIDEO : 0;
	}
	return has;
}

size_t listen_set_match(struct listen_set *set, const struct heard *h, const u32 **ret_numbers)
{
	struct str rest = h->lang, lang = str_cut(&rest, '-'); /* "fr" of "fr-CA" */
	const struct match_text text = {
		.text = h->body, .lang = lang, .channel = h->channel_name, .network = h->network, .author = h->author, .author_name = h->author_name,
		.sentiment = str_of(mention_tone_word(h->tone)), .followers = h->followers, .place = h->place, .has = words_have(h->body) | attachments_have(h->attachments),
	};
	return match_post(set->match, &text, ret_numbers);
}

/* ---- kept by the process ---- */

struct place {
	i64 workspace, version;
	bool is_read;
	u64 used;
	struct arena *arena;
	struct listen_set set;
};
static struct {
	pthread_mutex_t lock;
	struct place places[PLACES_MAX];
	u64 clock;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void clear(struct place *place)
{
	arena_free(place->arena);
	*place = (struct place){};
}

static struct place *place_of(i64 workspace)
{
	struct place *oldest = &kept.places[0];
	for (size_t i = 0; i < PLACES_MAX; i++) {
		if (kept.places[i].workspace == workspace) {
			kept.places[i].used = ++kept.clock;
			return &kept.places[i];
		}
		if (kept.places[i].used < oldest->used)
			oldest = &kept.places[i];
	}
	clear(oldest);
	*oldest = (struct place){.workspace = workspace, .used = ++kept.clock, .arena = arena_new()};
	listen_set_new(oldest->arena, &oldest->set);
	return oldest;
}

static enum err take_changes(struct cx *cx, struct db *db, struct place *place)
{
	struct piece_box box;
	struct listening_query *changed;
	size_t count;
	i64 version = place->version, id = INT64_MAX;
	TRY(piece_box_load(cx, db, place->workspace, &box));
	do {
		TRY(listening_query_changed(cx, db, place->workspace, version, id, CHANGED_PAGE, &changed, &count));
		for (size_t i = 0; i < count; i++) {
			if (place->version)
				take_out(&place->set, changed[i].id);
			if (changed[i].active && !changed[i].archived_at)
				listen_set_add(place->arena, &place->set, cx->arena, &changed[i], &box);
			version = changed[i].version;
			id = changed[i].id;
		}
	} while (count == CHANGED_PAGE);
	place->version = version;
	return OK;
}

/* As the store has them now. Memory for reading is given back at the end. */
static enum err bring_up_to_date(struct cx *cx, struct db *db, struct place *place)
{
	i64 version;
	TRY(listening_version(cx, db, place->workspace, &version));
	if (version == place->version)
		return OK;
	CLEANUP(arena_freep) struct arena *reading = arena_new();
	struct arena *outer = cx->arena;
	cx->arena = reading;
	enum err e = take_changes(cx, db, place);
	cx->arena = outer;
	return e;
}

static enum err open_place(struct cx *cx, struct db *db, i64 workspace, bool is_fresh, struct place **ret_place)
{
	struct place *place = place_of(workspace);
	if (!is_fresh || !place->is_read) {
		enum err e = bring_up_to_date(cx, db, place);
		if (e != OK) {
			clear(place);
			return e;
		}
		place->is_read = true;
	}
	*ret_place = place;
	return OK;
}

/* ---- what comes in ---- */

struct mention mention_of(i64 workspace, i64 query, const struct heard *h)
{
	return (struct mention){.message = h->message, .query = query, .workspace = workspace, .channel = h->channel, .at = h->at, .tone = h->tone, .is_harmful = h->is_harmful};
}

static void hear_ahead(i64 workspace, struct arena *arena, const struct heard *heard, struct listened *ret_listened)
{
	const u32 *numbers;
	struct place *place = NULL;
	for (size_t i = 0; i < PLACES_MAX && !place; i++)
		place = kept.places[i].workspace == workspace ? &kept.places[i] : NULL;
	if (!place || !place->is_read || !match_count(place->set.match))
		return;
	size_t count = listen_set_match(&place->set, heard, &numbers);
	struct listened listened = {.version = place->version, .count = count, .author = arena_str(arena, heard->author), .author_name = arena_str(arena, heard->author_name),
				    .place = arena_str(arena, heard->place)};
	listened.queries = arena_array(arena, i64, count);
	for (size_t i = 0; i < count; i++)
		listened.queries[i] = place->set.ids[numbers[i]];
	*ret_listened = listened;
}

void listen_ahead(i64 workspace, struct arena *arena, const struct heard *heard, struct listened *ret_listened)
{
	*ret_listened = (struct listened){};
	pthread_mutex_lock(&kept.lock);
	hear_ahead(workspace, arena, heard, ret_listened);
	pthread_mutex_unlock(&kept.lock);
}

enum err listen_asks_place(struct cx *cx, struct db *db, i64 workspace, struct listening *l, bool *ret_asks)
{
	struct place *place;
	pthread_mutex_lock(&kept.lock);
	enum err e = open_place(cx, db, workspace, l->is_fresh, &place);
	if (e == OK) {
		l->is_fresh = true;
		*ret_asks = match_asks_place(place->set.match);
	}
	pthread_mutex_unlock(&kept.lock);
	return e;
}

/* The queries are the same, and so is what they ask of the author's card. */
static bool holds_still(const struct listened *listened, const struct place *place, const struct heard *heard)
{
	return listened->version && listened->version == place->version && str_eq(listened->author, heard->author) &&
	       str_eq(listened->author_name, heard->author_name) && (str_eq(listened->place, heard->place) || !match_asks_place(place->set.match));
}

static enum err hear(struct cx *cx, struct db *db, i64 workspace, struct arena *memory, struct listening *l, const struct heard *heard,
		     const struct listened *listened)
{
	struct place *place;
	const u32 *numbers;
	TRY(open_place(cx, db, workspace, l->is_fresh, &place));
	l->is_fresh = true;
	if (!match_count(place->set.match))
		return OK;
	if (listened && holds_still(listened, place, heard)) {
		for (size_t i = 0; i < listened->count; i++)
			*arena_push(memory, l->found, l->count, l->capacity) = mention_of(workspace, listened->queries[i], heard);
		return OK;
	}
	size_t count = listen_set_match(&place->set, heard, &numbers);
	for (size_t i = 0; i < count; i++)
		*arena_push(memory, l->found, l->count, l->capacity) = mention_of(workspace, place->set.ids[numbers[i]], heard);
	return OK;
}

enum err listen_hear(struct cx *cx, struct db *db, i64 workspace, struct arena *memory, struct listening *l, const struct heard *heard,
		     const struct listened *listened)
{
	if (!heard->counts)
		return OK;
	pthread_mutex_lock(&kept.lock);
	enum err e = hear(cx, db, workspace, memory, l, heard, listened);
	pthread_mutex_unlock(&kept.lock);
	return e;
}

void listen_forget(i64 workspace, struct listening *l)
{
	l->count = 0;
	l->is_fresh = false;
	pthread_mutex_lock(&kept.lock);
	for (size_t i = 0; i < PLACES_MAX; i++)
		if (kept.places[i].workspace == workspace)
			clear(&kept.places[i]);
	pthread_mutex_unlock(&kept.lock);
}

/* ---- what changes ---- */

static int by_message(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	return x->message != y->message ? (x->message < y->message ? -1 : 1) : (x->query > y->query) - (x->query < y->query);
}

void mentions_sort(struct mention *mentions, size_t count)
{
	if (count)
		qsort(mentions, count, sizeof *mentions, by_message);
}

/* By what the rollup counts them under, then in the order of the index. */
static int by_count(const void *a, const void *b)
{
	const struct mention *x = &((const struct mention_change *)a)->mention, *y = &((const struct mention_change *)b)->mention;
	const i64 keys[][2] = {{x->query, y->query}, {x->at / HOUR, y->at / HOUR}, {x->channel, y->channel}, {x->tone, y->tone}, {x->message, y->message}};
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i][0] != keys[i][1])
			return keys[i][0] < keys[i][1] ? -1 : 1;
	return 0;
}

static bool counted_together(const struct mention *x, const struct mention *y)
{
	return x->query == y->query && x->at / HOUR == y->at / HOUR && x->channel == y->channel && x->tone == y->tone;
}

enum err mention_changes_write(struct cx *cx, struct db *db, struct mention_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) /* what goes goes first: a mention of another tone is one that goes and one that comes */
		if (changes[i].more < 0)
			TRY(mention_remove(cx, db, changes[i].mention.workspace, changes[i].mention.message, changes[i].mention.query));
	if (count)
		qsort(changes, count, sizeof *changes, by_count);
	i64 more = 0;
	for (size_t i = 0; i < count; i++) {
		if (changes[i].more > 0)
			TRY(mention_add(cx, db, &changes[i].mention));
		more += changes[i].more;
		if (i + 1 < count && counted_together(&changes[i].mention, &changes[i + 1].mention))
			continue;
		if (more)
			TRY(mention_count(cx, db, &changes[i].mention, more));
		more = 0;
	}
	return OK;
}

void mention_changes_between(struct arena *arena, const struct mention *before, size_t before_count, const struct mention *now, size_t now_count,
			     struct mention_change **ret_changes, size_t *ret_count)
{
	struct mention_change *changes = NULL;
	size_t count = 0, capacity = 0, b = 0, n = 0;
	while (b < before_count || n < now_count) {
		int order = b == before_count ? 1 : n == now_count ? -1 : by_message(&before[b], &now[n]);
		bool same = order == 0 && before[b].tone == now[n].tone && before[b].is_harmful == now[n].is_harmful && before[b].channel == now[n].channel && before[b].at == now[n].at;
		if (order <= 0 && !same)
			*arena_push(arena, changes, count, capacity) = (struct mention_change){before[b], -1};
		if (order >= 0 && !same)
			*arena_push(arena, changes, count, capacity) = (struct mention_change){now[n], 1};
		b += order <= 0;
		n += order >= 0;
	}
	*ret_changes = changes;
	*ret_count = count;
}

static enum err tell(struct cx *cx, struct db *db, i64 workspace, const struct mention_change *changes, size_t count)
{
	i64 told[TOLD_MAX];
	size_t told_count = 0;
	for (size_t i = 0; i < count && told_count <= TOLD_MAX; i++) /* by query: they stand together */
		if (!told_count || told[(told_count < TOLD_MAX ? told_count : TOLD_MAX) - 1] != changes[i].mention.query) {
			if (told_count < TOLD_MAX)
				told[told_count] = changes[i].mention.query;
			told_count++;
		}
	if (told_count > TOLD_MAX)
		return change_add(cx, db, workspace, 0, "mention", 0);
	for (size_t i = 0; i < told_count; i++)
		TRY(change_add(cx, db, workspace, 0, "mention", told[i]));
	return OK;
}

enum err listen_settle(struct cx *cx, struct db *db, i64 workspace, struct listening *l, bool quiet)
{
	size_t count = l->count;
	l->count = 0;
	l->is_fresh = false;
	if (!count)
		return OK;
	struct mention_change *changes = arena_array(cx->arena, struct mention_change, count);
	for (size_t i = 0; i < count; i++)
		changes[i] = (struct mention_change){l->found[i], 1};
	TRY(mention_changes_write(cx, db, changes, count));
	return quiet ? OK : tell(cx, db, workspace, changes, count);
}

/* Of queries that are listened to: what others found stays as it is. */
static bool is_listened_to(const struct listen_set *set, i64 query)
{
	for (size_t i = 0; i < set->capacity; i++)
		if (set->ids[i] == query)
			return true;
	return false;
}

static enum err again(struct cx *cx, struct db *db, i64 workspace, const struct heard *heard, struct mention *before, size_t before_count,
		      struct mention_change **ret_changes, size_t *ret_count)
{
	struct place *place;
	const u32 *numbers;
	struct mention *now = NULL;
	size_t count = 0, kept_count = 0, now_capacity = 0;
	TRY(open_place(cx, db, workspace, false, &place));
	size_t matched = heard->counts ? listen_set_match(&place->set, heard, &numbers) : 0;
	for (size_t i = 0; i < matched; i++)
		*arena_push(cx->arena, now, count, now_capacity) = mention_of(workspace, place->set.ids[numbers[i]], heard);
	for (size_t i = 0; i < before_count; i++)
		if (!heard->counts || is_listened_to(&place->set, before[i].query))
			before[kept_count++] = before[i];
	mentions_sort(before, kept_count);
	mentions_sort(now, count);
	mention_changes_between(cx->arena, before, kept_count, now, count, ret_changes, ret_count);
	return OK;
}

enum err listen_again(struct cx *cx, struct db *db, i64 workspace, i64 message)
{
	struct heard heard;
	struct mention *before;
	struct mention_change *changes;
	size_t before_count, count;
	TRY(heard_get(cx, db, workspace, message, &heard));
	TRY(mentions_of(cx, db, workspace, message, &before, &before_count));
	pthread_mutex_lock(&kept.lock);
	enum err e = again(cx, db, workspace, &heard, before, before_count, &changes, &count);
	pthread_mutex_unlock(&kept.lock);
	TRY(e);
	TRY(mention_changes_write(cx, db, changes, count));
	return tell(cx, db, workspace, changes, count);
}
