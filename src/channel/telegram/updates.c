/* A page of updates: in the order of their numbers, an album as one message, and no more at once than can be carried. */
#include "base/clock.h"
#include "channel/json_read.h"
#include "channel/telegram/connector.h"

#include <stdlib.h>

#define ALBUM_MOST 10            /* of an album, as the network has it */
#define FILES_A_PAGE 10          /* messages that carry something: each is asked for by two requests */
#define ALBUM_ARRIVES (3 * SECOND)

static i64 number_of(const json_t *update)
{
	return json_number(update, "update_id", -1);
}

static int by_number(const void *a, const void *b)
{
	i64 one = number_of(*(const json_t *const *)a), other = number_of(*(const json_t *const *)b);
	return one < other ? -1 : one > other;
}

struct telegram_updates telegram_sorted(struct cx *cx, const json_t *list)
{
	const json_t **all = arena_array(cx->arena, const json_t *, json_array_size(list) + 1), *one;
	size_t index, count = 0, kept = 0;
	json_array_foreach((json_t *)list, index, one)
		if (number_of(one) >= 0 && number_of(one) < INT64_MAX)
			all[count++] = one;
	qsort(all, count, sizeof *all, by_number);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_number(&all[i], &all[kept - 1]) != 0)
			all[kept++] = all[i];
	return (struct telegram_updates){all, kept};
}

/* What is new; an edit of a picture of an album is none of it. */
static const json_t *fresh(const json_t *update)
{
	const json_t *m = json_map(update, "message");
	return m ? m : json_map(update, "channel_post");
}

static struct str album_of(const json_t *update)
{
	return json_text(fresh(update), "media_group_id");
}

static bool same_album(const json_t *a, const json_t *b)
{
	struct str album = album_of(a);
	return album.len && str_eq(album, album_of(b)) && json_number(fresh(a), "chat/id", 0) == json_number(fresh(b), "chat/id", 1);
}

size_t telegram_whole(const struct cx *cx, const struct telegram_updates *updates, bool is_full, bool *ret_wait)
{
	size_t end = updates->count, files = 0, first;
	*ret_wait = false;
	for (size_t i = 0; i < updates->count; i++)
		if (fresh(updates->list[i]) && telegram_carries(fresh(updates->list[i])) && !(i && same_album(updates->list[i - 1], updates->list[i])) && ++files > FILES_A_PAGE) {
			is_full = true;
			end = i;
			break;
		}
	if (!end || !album_of(updates->list[end - 1]).len)
		return end;
	for (first = end - 1; first && same_album(updates->list[first - 1], updates->list[end - 1]); first--)
		;
	i64 age = cx->now - json_number(fresh(updates->list[end - 1]), "date", 0) * SECOND;
	bool arrives = end == updates->count && !is_full && end - first < ALBUM_MOST && age < ALBUM_ARRIVES && age > -ALBUM_ARRIVES;
	if (arrives || (is_full && end == updates->count && first && end - first < ALBUM_MOST)) {
		*ret_wait = arrives;
		return first;
	}
	return end;
}

enum err telegram_take_updates(struct cx *cx, const struct channel_account *account, const struct telegram_updates *updates, size_t end, inbound_taker *take, void *subject)
{
	for (size_t i = 0; i < end; i++) {
		const json_t *parts[ALBUM_MOST];
		size_t count = 0;
		for (size_t n = i; album_of(updates->list[i]).len && n < end && count < ALBUM_MOST; n++) /* others may have spoken in between */
			if (same_album(updates->list[i], updates->list[n]))
				parts[count++] = fresh(updates->list[n]);
		size_t before = 0;
		for (size_t n = 0; count && n < i; n++)
			before += same_album(updates->list[n], updates->list[i]);
		if (before % ALBUM_MOST) /* told with its first */
			continue;
		TRY(count > 1 ? telegram_read_album(cx, account, parts, count, json_map(updates->list[i], "channel_post") != NULL, take, subject)
			      : telegram_read_update(cx, account, updates->list[i], take, subject));
	}
	return OK;
}
