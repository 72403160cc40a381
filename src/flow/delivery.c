#include "flow/delivery.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "sys/net.h"

#include <stdatomic.h>

#define WHAT "in"
#define ROUND "in_round"      /* in the channel's settings: how often its address was changed */
#define HEADERS_MAX 60
#define HEADER_VALUE_MAX 2000
#define TARGET_MAX 2000
#define LOOK_EVERY 64         /* deliveries, until it is counted again how many wait */

/* ---- addresses ---- */

static i64 round_of(struct cx *cx, const struct channel *c)
{
	return json_integer_value(json_object_get(channel_settings(cx, c), ROUND));
}

static const char *what_of(struct cx *cx, i64 round)
{
	return round ? arena_printf(cx->arena, WHAT ":%lld", (long long)round).at : WHAT;
}

/* "7301234-9f3a…", and "-2" after it when it is the third one. */
static struct str pass_of(struct cx *cx, const struct outside *outside, const struct channel *c)
{
	i64 round = round_of(cx, c);
	struct str pass = outside_pass(cx, outside, what_of(cx, round), c->id);
	return round ? arena_printf(cx->arena, "%.*s-%lld", STR_ARG(pass), (long long)round) : pass;
}

struct str delivery_address(struct cx *cx, const struct outside *outside, const struct channel *c)
{
	return arena_printf(cx->arena, "%.*s/" WHAT "/%.*s/%.*s", STR_ARG(outside->public_url), STR_ARG(c->kind), STR_ARG(pass_of(cx, outside, c)));
}

struct str delivery_verify_token(struct cx *cx, const struct outside *outside, const struct channel *c)
{
	struct str pass = pass_of(cx, outside, c);
	str_cut(&pass, '-');
	return str_cut(&pass, '-');
}

static enum err no_such(struct cx *cx)
{
	return fail(cx, ERR_MISSING, N_("This address takes nothing. Copy it whole from the channel's page."));
}

enum err delivery_channel(struct cx *cx, struct db *db, const struct outside *outside, struct str kind, struct str pass, struct channel *ret_channel)
{
	i64 id, round = 0;
	struct channel c;
	struct str rest = pass, number = str_cut(&rest, '-'), code = str_cut(&rest, '-');
	const struct channel_kind *row = channel_kind_of(kind);
	if (pass.len > DELIVERY_PASS_MAX || !row || !row->receive || (rest.len && (!str_to_i64(rest, &round) || round <= 0)))
		return no_such(cx);
	struct str head = str_head(pass, number.len + 1 + code.len);
	if (outside_open(cx, outside, what_of(cx, round), head, &id) != OK) /* before the database is asked */
		return no_such(cx);
	enum err e = channel_by_id(cx, db, id, &c);
	if (e != OK && e != ERR_MISSING)
		return e;
	if (e != OK || c.archived_at || !str_eq(c.kind, kind) || round_of(cx, &c) != round)
		return no_such(cx);
	*ret_channel = c;
	return OK;
}

/* ---- a measure for each channel ---- */

/* By channel, so far as there is room: until when it is full, and how many came since it was counted. Another channel in the same place
 * only makes it be counted more often. */
static struct measure {
	atomic_llong channel, full_until, since;
} measures[1024];

static enum err is_full(struct cx *cx)
{
	return fail_wait(cx, DELIVERY_AGAIN_AFTER, N_("Too many deliveries of this channel wait to be read. Nothing was taken; send it again in %d s."), DELIVERY_AGAIN_AFTER);
}

static enum err hold_measure(struct cx *cx, struct db *db, const struct channel *c)
{
	struct measure *m = &measures[(u64)c->id % COUNT(measures)];
	struct delivery_totals totals;
	bool mine = atomic_load(&m->channel) == c->id;
	if (mine && atomic_load(&m->full_until) > cx->now)
		return is_full(cx);
	if (mine && atomic_fetch_add(&m->since, 1) % LOOK_EVERY != 0)
		return OK;
	TRY(delivery_totals(cx, db, c->workspace, c->id, &totals));
	bool full = totals.waiting >= DELIVERY_WAITING_MAX || totals.waiting_bytes >= DELIVERY_WAITING_BYTES_MAX;
	atomic_store(&m->full_until, full ? cx->now + 2 * SECOND : 0);
	atomic_store(&m->since, 1);
	atomic_store(&m->channel, c->id);
	return full ? is_full(cx) : OK;
}

/* ---- what came ---- */

static bool is_secret(struct str name)
{
	static const char *const names[] = {"cookie", "authorization", "proxy-authorization"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_fold(name, str_of(names[i])))
			return true;
	return false;
}

static struct str headers_text(struct cx *cx, const struct delivery *d)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '[');
	for (size_t i = 0, kept = 0; i < d->header_count && kept < HEADERS_MAX; i++) {
		const struct net_header *h = &d->headers[i];
		if (is_secret(h->name) || h->value.len > HEADER_VALUE_MAX || !utf8_valid(h->name) || !utf8_valid(h->value))
			continue;
		buf_adds(&b, kept++ ? ",[" : "[");
		buf_add_json(&b, h->name);
		buf_addc(&b, ',');
		buf_add_json(&b, h->value);
		buf_addc(&b, ']');
	}
	buf_addc(&b, ']');
	return buf_keep(&b, cx->arena);
}

enum err delivery_keep(struct cx *cx, struct db *db, const struct channel *c, const struct delivery *d)
{
	TRY(hold_measure(cx, db, c));
	if (d->body.len > DELIVERY_BODY_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("A delivery has %d KB at the most. Nothing was taken."), (int)(DELIVERY_BODY_MAX / 1024));
	struct kept_delivery kept = {.id = id_new(), .workspace = c->workspace, .channel = c->id, .body = d->body, .headers = headers_text(cx, d), .received_at = cx->now};
	if (d->path.len <= TARGET_MAX && utf8_valid(d->path))
		kept.target = d->path;
	return delivery_insert(cx, db, &kept);
}

static enum err take_nothing(struct cx *cx, void *subject, const struct inbound *inbound)
{
	return fail(cx, ERR_DENIED, N_("This is no delivery."));
}

enum err delivery_challenge(struct cx *cx, const struct outside *outside, const struct channel *c, const struct delivery *d, struct received *ret_received)
{
	struct received r = {};
	json_t *settings = channel_settings(cx, c);
	struct str token = delivery_verify_token(cx, outside, c);
	if (!json_string_length(json_object_get(settings, "verify_token"))) /* a person may have set a word of their own */
		json_object_set_new(settings, "verify_token", json_stringn(token.at, token.len));
	struct channel_account account = {.id = c->id, .name = c->name, .settings = settings, .known = channel_known(cx, c)};
	enum err e = channel_kind_of(c->kind)->receive(cx, &account, d, take_nothing, NULL, &r);
	if (e != OK || r.verdict != DELIVERY_CHALLENGE)
		return fail(cx, ERR_DENIED, N_("Networks bring things here, or ask whether somebody is here. This was neither."));
	*ret_received = r;
	return OK;
}

/* ---- people ---- */

static enum err open_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel *ret_channel)
{
	if (!actor_may(cx->actor, MAY_MANAGE_CHANNELS))
		return fail(cx, ERR_DENIED, N_("Your role does not connect or set channels."));
	TRY(channel_get(cx, db, workspace, channel, ret_channel));
	const struct channel_kind *kind = channel_kind_of(ret_channel->kind);
	if (!kind || !kind->receive)
		return fail(cx, ERR_CONFLICT, N_("Nothing is brought to this kind of channel: Parvis reads it itself."));
	return ret_channel->archived_at ? fail(cx, ERR_CONFLICT, N_("This channel was put away. Take it out again first.")) : OK;
}

static enum err trace(struct cx *cx, struct db *db, const struct channel *c, const char *act)
{
	TRY(audit(cx, db, c->workspace, act, arena_printf(cx->arena, "channel:%lld", (long long)c->id), (struct str){}));
	return change_add(cx, db, c->workspace, 0, "channel", c->id);
}

static enum err again(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count)
{
	struct channel c;
	TRY(open_channel(cx, db, workspace, channel, &c));
	TRY(deliveries_again(cx, db, workspace, channel, ret_count));
	return trace(cx, db, &c, "channel.deliveries_again");
}

enum err delivery_again(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count)
{
	return IN_TRANSACTION(cx, db, again(cx, db, workspace, channel, ret_count));
}

static enum err renew(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	struct channel c;
	TRY(open_channel(cx, db, workspace, channel, &c));
	json_t *settings = channel_settings(cx, &c);
	json_object_set_new(settings, ROUND, json_integer(round_of(cx, &c) + 1));
	c.settings = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	TRY(channel_update(cx, db, &c));
	return trace(cx, db, &c, "channel.delivery_address");
}

enum err delivery_renew(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, renew(cx, db, workspace, channel));
}

static enum err tell_address(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, i64 channel)
{
	struct channel c;
	TRY(channel_get(cx, db, workspace, channel, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	json_t *settings = channel_settings(cx, &c);
	struct str address = delivery_address(cx, outside, &c);
	if (!kind || !(kind->can & TELLS_ADDRESS) || str_eq(address, str_of(json_string_value(json_object_get(settings, "in_address")))))
		return OK;
	json_object_set_new(settings, "in_address", json_stringn(address.at, address.len));
	c.settings = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	return channel_update(cx, db, &c);
}

enum err delivery_tell_address(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, tell_address(cx, db, outside, workspace, channel));
}
