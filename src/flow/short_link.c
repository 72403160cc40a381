#include "flow/short_link.h"

#include "base/buf.h"
#include "base/id.h"
#include "flow/transaction.h"
#include "sys/crypto.h"

#include <pthread.h>
#include <string.h>

/* ---- codes ---- */

struct str short_code(struct arena *arena, i64 post, i64 channel, struct str target)
{
	static const char signs[] = "23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
	CLEANUP(buf_free) struct buf b = {};
	char code[SHORT_CODE_LENGTH];
	u64 number = 0;
	buf_addf(&b, "%lld %lld ", (long long)post, (long long)channel);
	buf_add(&b, target);
	struct hash hash = hash_of(buf_str(&b));
	memcpy(&number, hash.at, sizeof number);
	for (size_t i = 0; i < SHORT_CODE_LENGTH; i++) {
		code[i] = signs[number % (sizeof signs - 1)];
		number /= sizeof signs - 1;
	}
	return arena_str(arena, (struct str){code, SHORT_CODE_LENGTH});
}

enum err short_link_open(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 channel, struct str target, bool *ret_open)
{
	struct short_link there, l = {.id = id_new(), .workspace = workspace, .code = short_code(cx->arena, post, channel, target), .target = target, .post = post,
				      .channel = channel, .created_at = cx->now};
	bool made;
	TRY(short_link_insert(cx, db, &l, &made));
	if (made) {
		*ret_open = true;
		return OK;
	}
	TRY(short_link_by_code(cx, db, l.code, &there));
	*ret_open = there.workspace == workspace && there.post == post && there.channel == channel && str_eq(there.target, target);
	return OK;
}

/* ---- clicks: two tables, one that is counted in and one that is written down ---- */

struct counted {
	struct short_link_day days[CLICKS_MAX]; /* by the hash of link and day; link 0 is free */
	size_t count;
};

static struct counted tables[2];
static struct counted *counting = &tables[0];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool add(struct counted *table, const struct short_link_day *d)
{
	size_t at = ((u64)d->link * 0x9E3779B97F4A7C15u + (u64)d->day) % CLICKS_MAX;
	while (table->days[at].link && (table->days[at].link != d->link || table->days[at].day != d->day))
		at = (at + 1) % CLICKS_MAX;
	struct short_link_day *there = &table->days[at];
	if (!there->link) {
		if (table->count > CLICKS_MAX / 4 * 3)
			return false; /* searching stays short */
		table->count++;
		*there = (struct short_link_day){.link = d->link, .workspace = d->workspace, .day = d->day};
	}
	for (int i = 0; i < CLICK_KINDS; i++)
		there->counts[i] += d->counts[i];
	return true;
}

bool click_count(const struct short_link *link, i64 day, enum click click)
{
	struct short_link_day d = {.link = link->id, .workspace = link->workspace, .day = day};
	d.counts[click] = 1;
	pthread_mutex_lock(&lock);
	bool added = add(counting, &d);
	pthread_mutex_unlock(&lock);
	return added;
}

static enum err write_down(struct cx *cx, struct db *db, const struct counted *table)
{
	for (size_t i = 0; i < CLICKS_MAX; i++)
		if (table->days[i].link)
			TRY(short_link_clicked(cx, db, &table->days[i]));
	return OK;
}

enum err clicks_flush(struct cx *cx, struct db *db)
{
	pthread_mutex_lock(&lock);
	struct counted *full = counting;
	bool any = full->count > 0;
	if (any)
		counting = full == &tables[0] ? &tables[1] : &tables[0];
	pthread_mutex_unlock(&lock);
	if (!any)
		return OK;
	enum err e = IN_TRANSACTION(cx, db, write_down(cx, db, full));
	if (e != OK) { /* counted once more, with what came since */
		pthread_mutex_lock(&lock);
		for (size_t i = 0; i < CLICKS_MAX; i++)
			if (full->days[i].link)
				(void)add(counting, &full->days[i]);
		pthread_mutex_unlock(&lock);
	}
	memset(full, 0, sizeof *full);
	return e;
}
