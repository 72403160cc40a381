/* profile_read.c: what networks show: each channel's profile, once a day, within the day's quota as all reading; pictures taken through the same gate, and compared by what is seen. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/channels.h"
#include "flow/credential.h"
#include "flow/gate.h"
#include "flow/profile.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/blob.h"
#include "sys/net.h"

#include <jansson.h>

#define CHANNELS_A_TURN 3
#define AGAIN_FIRST (10 * MINUTE) /* what could not be read */
#define AGAIN_DENIED (6 * HOUR)
#define PICTURE_MAX ((size_t)8 << 20)
#define PATIENCE (10 * SECOND)
#define SETTLES (10 * MINUTE)      /* so long after something was put there, what is not shown yet may still come */
#define COPY_SIDE 400             /* pixels of the copy that is shown here */

/* ---- pictures ---- */

struct picture {
	struct str blob;   /* the copy; empty: there is none */
	i64 of, distance;
	bool waits;        /* ours is still to be made for that network */
};

static enum err sketch(struct cx *cx, const struct image_box *box, struct str bytes, struct str *ret_sketch, struct str *ret_copy)
{
	const struct image_wish wishes[] = {
		{.format = IMAGE_JPEG, .width = PROFILE_SKETCH_SIDE, .height = PROFILE_SKETCH_SIDE, .fill = true, .focus_x = 0.5, .focus_y = 0.5, .still = true, .paper = 0xffffff, .sketch = true},
		{.format = IMAGE_JPEG, .width = COPY_SIDE, .height = COPY_SIDE, .focus_x = 0.5, .focus_y = 0.5, .still = true, .paper = 0xffffff},
	};
	struct image_made made[COUNT(wishes)] = {};
	TRY(image_make(cx, box, bytes, wishes, COUNT(wishes), made));
	*ret_sketch = made[0].bytes;
	*ret_copy = made[1].bytes;
	return OK;
}

/* Ours, as it is made for that network; empty while it is still to be made, or when it cannot be. */
static enum err our_sketch(struct cx *cx, struct db *db, const struct media_hooks *hooks, const struct channel *c, i64 media, enum media_place place, struct str *ret_sketch, bool *ret_waits)
{
	struct media_rendition r = {};
	struct str bytes, copy;
	*ret_sketch = (struct str){};
	enum err e = media_rendition_get(cx, db, c->workspace, media, str_of(media_format_profile(c->kind, place)->word), &r);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	*ret_waits = !r.made_at;
	if (!r.made_at || !r.blob.len)
		return OK;
	TRY(blob_read(cx, hooks->blobs, r.blob, IMAGE_BYTES_MAX, &bytes));
	return sketch(cx, hooks->box, bytes, ret_sketch, &copy);
}

/* A picture over there, as it is to be had. */
struct address {
	struct str url, reference; /* the reference, where it opens to our credential alone */
	const struct channel_kind *kind;
	const struct channel_account *account;
};

static enum err take_bytes(struct cx *cx, struct net *net, const struct address *at, struct str *ret_bytes)
{
	struct net_request request = {.method = "GET", .url = at->url, .timeout = PATIENCE, .answer_max = PICTURE_MAX, .redirects = 2};
	struct net_answer a = {};
	if (at->reference.len)
		return at->kind->bring ? at->kind->bring(cx, net, at->account, at->reference, PICTURE_MAX, ret_bytes) : ERR_UNSUPPORTED;
	TRY(net_ask(cx, net, &request, &a));
	if (a.outcome != NET_ANSWERED || a.status != 200 || !a.whole)
		return ERR_REMOTE;
	*ret_bytes = a.body;
	return OK;
}

static enum err take_picture(struct cx *cx, struct net *net, const struct media_hooks *hooks, const struct address *at, struct str *ret_sketch, struct str *ret_blob)
{
	struct str bytes, copy = {};
	TRY(take_bytes(cx, net, at, &bytes));
	TRY(sketch(cx, hooks->box, bytes, ret_sketch, &copy));
	return copy.len ? blob_store(cx, hooks->blobs, copy, ret_blob) : OK;
}

/* A picture that cannot be had, or is none, is not compared; the texts are all the same. */
static void compare_picture(struct cx *cx, struct db *db, struct outbox *outbox, const struct media_hooks *hooks, const struct channel *c, const struct address *at, i64 media, enum media_place place,
			    struct picture *p)
{
	struct str theirs = {}, ours = {};
	*p = (struct picture){.distance = -1};
	if (!hooks || !outbox->net || !at->url.len)
		return;
	if (take_picture(cx, outbox->net, hooks, at, &theirs, &p->blob) != OK || (media && our_sketch(cx, db, hooks, c, media, place, &ours, &p->waits) != OK))
		cx_forget(cx);
	p->distance = profile_sketch_distance(theirs, ours);
	p->of = p->distance >= 0 ? media : 0;
}

/* ---- a channel ---- */

struct reading {
	struct channel_profile profile;
	struct picture avatar, cover;
};

static enum err ask(struct cx *cx, struct db *db, struct outbox *outbox, const struct media_hooks *pictures, struct channel *c, const struct channel_kind *kind, struct gate_keeper *keeper,
		    struct reading *r)
{
	struct credential credential;
	struct profile_now now;
	bool again = false;
	TRY(profile_kit_now(cx, db, c->workspace, &now));
	TRY(credential_open(cx, db, outbox, c, &credential));
	TRY(gate_start(cx, db, outbox->net, c->workspace, c->id, GATE_READING, keeper));
	gate_plan(keeper, kind->budget, credential.account.settings);
	enum err e = kind->profile(cx, outbox->net, &credential.account, &r->profile);
	if (e == ERR_DENIED && credential_denied(cx, &credential, c, &again) == OK && again) {
		cx_forget(cx);
		e = kind->profile(cx, outbox->net, &credential.account, &r->profile);
	}
	if (e == OK) {
		const struct address avatar = {r->profile.avatar, r->profile.avatar_reference, kind, &credential.account}, cover = {.url = r->profile.cover};
		compare_picture(cx, db, outbox, pictures, c, &avatar, now.version.avatar, PLACE_AVATAR, &r->avatar);
		compare_picture(cx, db, outbox, pictures, c, &cover, now.version.cover, PLACE_COVER, &r->cover);
	}
	gate_end(keeper);
	return e;
}

static struct str shown_text(struct cx *cx, const struct channel_kind *kind, const struct channel_profile *p)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '{');
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const struct channel_profile_field *row = channel_profile_field(kind, (enum profile_field)i);
		if (!row || !row->reads)
			continue;
		buf_addf(&b, "%s\"%s\":", b.len > 1 ? "," : "", profile_field_word((enum profile_field)i));
		buf_add_json(&b, channel_profile_text(cx->arena, p, (enum profile_field)i));
	}
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

/* Did we put that there since it was read last, or may we have? */
static enum err was_ours(struct cx *cx, struct db *db, const struct channel_profile_row *before, bool *ret_ours)
{
	struct publication p;
	enum err e = publication_profile(cx, db, before->workspace, before->channel, &p);
	bool is_under_way = e == OK && (p.state == PUBLICATION_DUE || p.state == PUBLICATION_LEASED || p.state == PUBLICATION_UNKNOWN);
	*ret_ours = is_under_way || (e == OK && p.state == PUBLICATION_SENT && p.done_at > before->tried_at);
	if (e == ERR_MISSING)
		cx_forget(cx);
	return e == ERR_MISSING ? OK : e;
}

/* Texts that became others without us, and no longer say what is wanted. Pictures' addresses change by themselves: they are told by what is seen in them. */
static struct str drifted(struct cx *cx, const struct profile_look *before, const struct profile_look *after)
{
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const struct profile_field_look *was = &before->fields[i], *is = &after->fields[i];
		bool stood = was->state == PROFILE_SAME || was->state == PROFILE_ON_PURPOSE;
		if (stood && (is->state == PROFILE_DIFFERS || is->state == PROFILE_ABSENT) && (profile_is_picture((enum profile_field)i) || !str_eq(was->shown, is->shown)))
			buf_addf(&b, "%s%s", b.len ? " " : "", profile_field_word((enum profile_field)i));
	}
	return buf_keep(&b, cx->arena);
}

static enum err record(struct cx *cx, struct db *db, const struct channel *c, const struct channel_kind *kind, struct gate_keeper *keeper, const struct reading *r)
{
	struct profile_now now;
	struct profile_look before, after;
	bool has, ours;
	TRY(gate_save(cx, db, keeper));
	TRY(profile_kit_now(cx, db, c->workspace, &now));
	TRY(profile_look(cx, db, &now, c, &before, &has));
	struct channel_profile_row row = before.row;
	TRY(was_ours(cx, db, &row, &ours));
	row.shown = shown_text(cx, kind, &r->profile);
	row.avatar_blob = r->avatar.blob;
	row.cover_blob = r->cover.blob;
	row.avatar_of = r->avatar.of;
	row.cover_of = r->cover.of;
	row.avatar_distance = r->avatar.distance;
	row.cover_distance = r->cover.distance;
	row.read_at = row.tried_at = cx->now;
	row.due_at = cx->now + (r->avatar.waits || r->cover.waits ? MINUTE : PROFILE_READ_EVERY);
	if (r->avatar.waits && now.version.avatar)
		TRY(media_rendition_ask(cx, db, c->workspace, now.version.avatar, str_of(media_format_profile(c->kind, PLACE_AVATAR)->word), false));
	if (r->cover.waits && now.version.cover)
		TRY(media_rendition_ask(cx, db, c->workspace, now.version.cover, str_of(media_format_profile(c->kind, PLACE_COVER)->word), false));
	row.story = (struct str){};
	TRY(channel_profile_save_shown(cx, db, &row));
	TRY(profile_look(cx, db, &now, c, &after, &has));
	TRY(channel_profile_save_asking(cx, db, c->workspace, c->id, (i64)after.asking));
	if (after.asking && after.order.state == PUBLICATION_SENT && after.order.done_at > cx->now - SETTLES) {
		row.due_at = cx->now + MINUTE;
		TRY(channel_profile_save_shown(cx, db, &row));
	}
	struct str which = before.row.read_at && !ours ? drifted(cx, &before, &after) : (struct str){};
	if (which.len || (row.drifted.len && !after.asking)) { /* told until somebody looked, or until it is as it should be again */
		row.drifted = which.len ? which : (struct str){};
		row.drifted_at = which.len ? cx->now : 0;
		TRY(channel_profile_save_shown(cx, db, &row));
	}
	TRY(channel_act_done(cx, db, c->workspace, c->id, S("profile")));
	return change_add(cx, db, c->workspace, 0, "profile", c->id);
}

/* The channel is none the worse for it. */
static enum err record_failure(struct cx *cx, struct db *db, const struct channel *c, struct gate_keeper *keeper, enum err why, struct str story)
{
	struct channel_profile_row row;
	TRY(gate_save(cx, db, keeper));
	TRY(channel_profile_get(cx, db, c->workspace, c->id, &row));
	row.tried_at = cx->now;
	row.due_at = cx->now + (why == ERR_REMOTE || why == ERR_LIMIT || why == ERR_LATER ? AGAIN_FIRST : AGAIN_DENIED);
	row.story = story;
	TRY(channel_profile_save_shown(cx, db, &row));
	return change_add(cx, db, c->workspace, 0, "profile", c->id);
}

static enum err read_one(struct cx *cx, struct db *db, struct outbox *outbox, const struct media_hooks *pictures, const struct profile_channel *due, const struct channel_kind *kind)
{
	struct channel c;
	struct gate_keeper keeper = {};
	struct reading r = {};
	TRY(workspace_speak(cx, db, due->workspace));
	TRY(channel_get(cx, db, due->workspace, due->channel, &c));
	cx->now = time_now();
	enum err e = ask(cx, db, outbox, pictures, &c, kind, &keeper, &r);
	cx->now = time_now();
	if (e == OK)
		return IN_TRANSACTION(cx, db, record(cx, db, &c, kind, &keeper, &r));
	struct str story = arena_str(cx->arena, str_of(cx->story));
	log_failure(cx, "profile_not_read");
	cx_forget(cx);
	return IN_TRANSACTION(cx, db, record_failure(cx, db, &c, &keeper, e, story));
}

enum err profile_turn(struct cx *cx, struct db *db, struct outbox *outbox, const struct media_hooks *pictures, i64 *ret_count)
{
	*ret_count = 0;
	for (size_t k = 0; k < channel_kind_count; k++) {
		const struct channel_kind *kind = channel_kinds[k];
		struct profile_channel *due;
		size_t count;
		if (!kind->profile || !kind->profile_fields)
			continue;
		TRY(channel_profiles_due(cx, db, str_of(kind->word), cx->now, CHANNELS_A_TURN, &due, &count));
		for (size_t i = 0; i < count; i++)
			TRY(read_one(cx, db, outbox, pictures, &due[i], kind));
		*ret_count += (i64)count;
	}
	return OK;
}
