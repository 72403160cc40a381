#include "page/tally.h"

#include "base/clock.h"
#include "store/charter.h"
#include "ui/document.h"

#include <pthread.h>
#include <string.h>

#define BOARDS_KEPT 64
#define TALLIES_KEPT 1024
#define MARKS 15
#define CASES -2 /* a filter's kind that no filter has: the count of cases */
#define WORDS -3 /* and, from here down, those of enum tally_word */

struct tally {
	i64 workspace, at, count;
	i64 marks[MARKS];
};

static struct board boards[BOARDS_KEPT];
static struct tally tallies[TALLIES_KEPT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool fresh(const struct cx *cx, i64 at)
{
	return cx->now >= at && cx->now - at < SECOND;
}

/* ---- the board ---- */

static void add_part(struct board_part *parts, size_t room, size_t *count, i64 id, i64 more)
{
	for (size_t i = 0; i < *count; i++)
		if (parts[i].id == id) {
			parts[i].count += more;
			return;
		}
	if (*count < room)
		parts[(*count)++] = (struct board_part){id, more};
}

static enum err board_anew(struct cx *cx, struct db *db, struct board *b)
{
	struct conversation_group *groups;
	size_t count;
	struct conversation_filter pending = {.status = STATUS_PENDING, .kind = -1}, snoozed = {.status = STATUS_SNOOZED, .kind = -1};
	TRY(conversation_groups(cx, db, b->workspace, STATUS_OPEN, TALLY_MOST, &groups, &count, &b->open));
	TRY(conversation_count(cx, db, b->workspace, &pending, TALLY_MOST, &b->pending));
	TRY(conversation_count(cx, db, b->workspace, &snoozed, TALLY_MOST, &b->snoozed));
	b->whole = b->open < TALLY_MOST;
	for (size_t i = 0; i < count; i++) {
		const struct conversation_group *g = &groups[i];
		b->kinds[g->kind] += g->count;
		b->unassigned += g->assignee ? 0 : g->count;
		b->urgent += g->priority == PRIORITY_URGENT ? g->count : 0;
		add_part(b->channels, COUNT(b->channels), &b->channel_count, g->channel, g->count);
		if (g->assignee)
			add_part(b->people, COUNT(b->people), &b->person_count, g->assignee, g->count);
	}
	return OK;
}

enum err tally_board(struct cx *cx, struct db *db, i64 workspace, struct board *ret_board)
{
	struct board *place = &boards[((u64)workspace * 0x9e3779b97f4a7c15u >> 32) % BOARDS_KEPT];
	pthread_mutex_lock(&lock);
	bool known = place->workspace == workspace && fresh(cx, place->at);
	if (known)
		*ret_board = *place;
	pthread_mutex_unlock(&lock);
	if (known)
		return OK;
	struct board board = {.workspace = workspace, .at = cx->now};
	TRY(board_anew(cx, db, &board));
	pthread_mutex_lock(&lock);
	*place = board;
	pthread_mutex_unlock(&lock);
	*ret_board = board;
	return OK;
}

static i64 part_of(const struct board_part *parts, size_t count, i64 id)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].id == id)
			return parts[i].count;
	return 0;
}

i64 board_channel(const struct board *b, i64 channel)
{
	return part_of(b->channels, b->channel_count, channel);
}

enum err tally_person(struct cx *cx, struct db *db, const struct board *b, i64 person, i64 *ret_count)
{
	if (b->whole && b->person_count < COUNT(b->people)) {
		*ret_count = part_of(b->people, b->person_count, person);
		return OK;
	}
	struct conversation_filter mine = {.status = STATUS_OPEN, .kind = -1, .assignee = person};
	return tally(cx, db, b->workspace, &mine, ret_count);
}

/* ---- any other ---- */

static struct tally *place_of(const struct tally *wanted)
{
	u64 hash = str_hash((struct str){(const char *)wanted->marks, sizeof wanted->marks}) ^ (u64)wanted->workspace * 0x9e3779b97f4a7c15u;
	return &tallies[(hash >> 20) % TALLIES_KEPT];
}

static bool known(const struct cx *cx, const struct tally *wanted, i64 *ret_count)
{
	struct tally *place = place_of(wanted);
	pthread_mutex_lock(&lock);
	bool found = place->workspace == wanted->workspace && fresh(cx, place->at) && memcmp(place->marks, wanted->marks, sizeof wanted->marks) == 0;
	if (found)
		*ret_count = place->count;
	pthread_mutex_unlock(&lock);
	return found;
}

static void keep(const struct tally *counted)
{
	struct tally *place = place_of(counted);
	pthread_mutex_lock(&lock);
	*place = *counted;
	pthread_mutex_unlock(&lock);
}

enum err tally(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *f, i64 *ret_count)
{
	/* "Within the hour" moves on with each request: the same second counts as the same. */
	struct tally t = {workspace, cx->now, 0, {f->status, f->any_status, f->assignee, f->team, f->channel, f->label, f->contact, f->kind,
						  f->priority_least, f->breached, f->due_before / SECOND, f->unanswered, f->sentiment | f->intent << 8,
						  f->signs, (i64)(f->language.len ? str_hash(f->language) : 0)}};
	if (known(cx, &t, ret_count))
		return OK;
	TRY(conversation_count(cx, db, workspace, f, TALLY_MOST, &t.count));
	keep(&t);
	*ret_count = t.count;
	return OK;
}

enum err tally_cases(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	struct tally t = {workspace, cx->now, 0, {[7] = CASES}};
	if (known(cx, &t, ret_count))
		return OK;
	TRY(cases_count(cx, db, workspace, &t.count));
	keep(&t);
	*ret_count = t.count;
	return OK;
}

void tally_keep(const struct cx *cx, i64 workspace, enum tally_word word, i64 person, i64 count)
{
	keep(&(struct tally){workspace, cx->now, count, {[2] = person, [7] = WORDS - (i64)word}});
}

bool tally_kept(const struct cx *cx, i64 workspace, enum tally_word word, i64 person, i64 *ret_count)
{
	return known(cx, &(struct tally){workspace, 0, 0, {[2] = person, [7] = WORDS - (i64)word}}, ret_count);
}

json_t *tally_shape(const char *lang, i64 count, bool whole)
{
	if (count == 0)
		return json_null();
	if (count >= TALLY_MOST)
		return json_pack("{s:I, s:s}", "count", (json_int_t)count, "text", "999+");
	if (whole)
		return doc_number(lang, count);
	CLEANUP(buf_free) struct buf text = {};
	buf_add_number(&text, lang, count);
	buf_addc(&text, '+');
	return json_pack("{s:I, s:s}", "count", (json_int_t)count, "text", buf_cstr(&text));
}
