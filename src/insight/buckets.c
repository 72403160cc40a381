#include "insight/buckets.h"

#include "base/clock.h"

#define QUARTER (15 * MINUTE) /* every offset from UTC is a number of these */

/* The last bucket that begins at this instant or before; NULL: it lies before all. */
static struct bucket *bucket_at(struct bucket *buckets, size_t count, i64 at)
{
	size_t low = 0, high = count;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (buckets[middle].start <= at)
			low = middle;
		else
			high = middle;
	}
	return count && buckets[low].start <= at ? &buckets[low] : NULL;
}

static void add(struct bucket *b, const struct mention_sum *sum)
{
	if (!b)
		return;
	b->all += sum->mentions;
	b->tones[sum->tone] += sum->mentions;
}

static i64 hour_of(i64 at)
{
	return at - (at % HOUR + HOUR) % HOUR;
}

/* A bucket begins within this hour. */
static bool is_split(struct bucket *buckets, size_t count, i64 hour)
{
	struct bucket *b = bucket_at(buckets, count, hour + HOUR - 1);
	return b && b->start > hour;
}

enum err buckets_fill(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 until, struct bucket *buckets, size_t count)
{
	struct mention_sum *sums;
	size_t sum_count;
	if (!count)
		return OK;
	TRY(mention_sums(cx, db, workspace, query, BY_HOUR, buckets[0].start, until, &sums, &sum_count));
	for (size_t i = 0; i < sum_count; i++)
		if (!is_split(buckets, count, sums[i].hour))
			add(bucket_at(buckets, count, sums[i].hour), &sums[i]);
	i64 looked = INT64_MIN;
	for (size_t b = 0; b < count; b++) {
		i64 hour = hour_of(buckets[b].start);
		if (hour == buckets[b].start || hour == looked)
			continue;
		looked = hour;
		TRY(mention_series(cx, db, workspace, query, QUARTER, hour, hour + HOUR < until ? hour + HOUR : until, &sums, &sum_count));
		for (size_t i = 0; i < sum_count; i++)
			add(bucket_at(buckets, count, sums[i].hour), &sums[i]);
	}
	return OK;
}
