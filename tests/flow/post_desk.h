/* post_desk.h: a desk (desk.h) whose channel takes posts, and what tests of posts do again and again. */
#pragma once
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/zone.h"
#include "flow/post.h"

UNUSED static i64 channel_more(struct test_desk *d, const char *name)
{
	struct channel c = {.id = id_new(), .workspace = d->workspace, .kind = S("fake"), .network = S("fake"), .name = str_of(name), .created_at = d->cx->now};
	assert_ok(d->cx, channel_insert(d->cx, d->db, &c));
	return c.id;
}

UNUSED static struct str wall(struct test_desk *d, i64 from_now)
{
	struct civil c = zone_civil(S("Europe/Paris"), d->cx->now + from_now);
	return arena_printf(d->cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

UNUSED static struct post get(struct test_desk *d, i64 id)
{
	struct post post;
	assert_ok(d->cx, post_get(d->cx, d->db, d->workspace, id, &post));
	return post;
}

UNUSED static struct post write_to(struct test_desk *d, const i64 *channels, size_t count, const char *body, struct str wall_time)
{
	struct post_variant_request variants[8] = {};
	struct post post;
	for (size_t i = 0; i < count; i++)
		variants[i].channel = channels[i];
	struct post_request r = {.title = S("Bread day"), .text = {.body = str_of(body)}, .variants = variants, .variant_count = count, .wall_time = wall_time};
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post;
}

UNUSED static struct post ready(struct test_desk *d, i64 id)
{
	struct post post;
	assert_ok(d->cx, post_ready(d->cx, d->db, d->workspace, id, get(d, id).revision, &post));
	return post;
}

UNUSED static size_t acts(struct test_desk *d, i64 post, struct publication **ret_acts)
{
	size_t count;
	assert_ok(d->cx, post_acts(d->cx, d->db, d->workspace, post, ret_acts, &count));
	return count;
}

UNUSED static void turn(struct test_desk *d, i64 later)
{
	i64 count;
	time_set(d->cx->now += later);
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
}
