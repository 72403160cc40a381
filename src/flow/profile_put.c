/* profile_put.c: what of the kit is put on a network: ordered as an act of the ledger, loaded for it, and what came of it. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "flow/notify.h"
#include "flow/post_files.h"
#include "flow/profile_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "sys/crypto.h"

#include <jansson.h>

#define READ_AFTER (4 * SECOND) /* networks show what they took a little later: then it is read once more (profile_read.c) */

static enum err look(struct cx *cx, struct db *db, i64 workspace, i64 id, struct profile_look *ret_look)
{
	struct profile_now now;
	struct channel channel;
	bool has;
	TRY(profile_kit_now(cx, db, workspace, &now));
	TRY(channel_get(cx, db, workspace, id, &channel));
	TRY(profile_look(cx, db, &now, &channel, ret_look, &has));
	return has && !channel.archived_at ? OK : fail(cx, ERR_UNSUPPORTED, N_("This channel has no profile that is compared here."));
}

/* ---- ordering ---- */

static struct str format_of(const struct profile_look *l, enum profile_field field)
{
	return str_of(media_format_profile(l->channel.kind, field == PROFILE_AVATAR ? PLACE_AVATAR : PLACE_COVER)->word);
}

static void add_field(struct buf *b, const struct profile_look *l, enum profile_field field)
{
	const struct profile_field_look *f = &l->fields[field];
	buf_addf(b, "%s\"%s\":{\"before\":", b->len > 1 ? "," : "", profile_field_word(field));
	buf_add_json(b, f->shown);
	buf_adds(b, profile_is_picture(field) ? ",\"format\":" : ",\"text\":");
	buf_add_json(b, profile_is_picture(field) ? format_of(l, field) : f->want.text);
	buf_addc(b, '}');
}

static enum err put(struct cx *cx, struct db *db, i64 workspace, i64 id, const bool wants[static PROFILE_FIELDS], i64 *ret_publication)
{
	struct profile_look l;
	struct profile_order order = {.workspace = workspace};
	char token[TOKEN_LEN + 1];
	size_t count = 0;
	TRY(profile_may(cx));
	TRY(look(cx, db, workspace, id, &l));
	if (!l.kind->write_profile)
		return fail(cx, ERR_UNSUPPORTED, N_("This network lets no program set a profile. Do it there by hand."));
	if (l.lacks)
		return fail(cx, ERR_CONFLICT, N_("The network does not grant “%s” to this channel. Connect it again and grant it; until then set the profile over there by hand."), l.lacks->word);
	if (l.is_under_way)
		return fail(cx, ERR_CONFLICT, N_("Something is just being put there. Wait until it is told what became of it."));
	CLEANUP(buf_free) struct buf document = {};
	buf_addc(&document, '{');
	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (wants[i] && l.fields[i].can_put) {
			add_field(&document, &l, (enum profile_field)i);
			order.avatar = i == PROFILE_AVATAR ? l.fields[i].medium : order.avatar;
			order.cover = i == PROFILE_COVER ? l.fields[i].medium : order.cover;
			count++;
		}
	buf_addc(&document, '}');
	if (!count)
		return fail(cx, ERR_CONFLICT, N_("There is nothing to put there: it stands there already, or no program may set it."));
	token_new(token);
	struct publication p = {
		.id = id_new(), .workspace = workspace, .channel = id, .act = S("profile"), .dedup_key = arena_printf(cx->arena, "profile%lld-%.12s", (long long)id, token),
		.state = PUBLICATION_DUE, .due_at = cx->now, .created_by = cx->actor->user, .created_at = cx->now,
	};
	TRY(publication_insert(cx, db, &p));
	order.publication = p.id;
	order.document = buf_keep(&document, cx->arena);
	TRY(profile_order_insert(cx, db, &order));
	if (order.avatar)
		TRY(media_rendition_ask(cx, db, workspace, order.avatar, format_of(&l, PROFILE_AVATAR), false));
	if (order.cover)
		TRY(media_rendition_ask(cx, db, workspace, order.cover, format_of(&l, PROFILE_COVER), false));
	*ret_publication = p.id;
	return profile_trace(cx, db, workspace, id, "profile.put");
}

enum err profile_put(struct cx *cx, struct db *db, i64 workspace, i64 channel, const bool wants[static PROFILE_FIELDS], i64 *ret_publication)
{
	return IN_TRANSACTION(cx, db, put(cx, db, workspace, channel, wants, ret_publication));
}

static enum err take_back(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct profile_look l;
	TRY(profile_may(cx));
	TRY(look(cx, db, workspace, id, &l));
	if (!l.is_under_way)
		return fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
	TRY(publication_withdraw(cx, db, workspace, l.order.id));
	return profile_trace(cx, db, workspace, id, "profile.take_back");
}

enum err profile_take_back(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, take_back(cx, db, workspace, channel));
}

static enum err decide(struct cx *cx, struct db *db, i64 workspace, i64 id, bool arrived)
{
	struct profile_look l;
	TRY(profile_may(cx));
	TRY(look(cx, db, workspace, id, &l));
	if (!l.order.id || l.order.state != PUBLICATION_UNKNOWN)
		return fail(cx, ERR_CONFLICT, N_("It is known by now what became of it. Look at it again."));
	TRY(publication_decide(cx, db, workspace, l.order.id, arrived));
	TRY(channel_profile_due(cx, db, workspace, id, cx->now));
	return profile_trace(cx, db, workspace, id, "profile.decide");
}

enum err profile_decide(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool arrived)
{
	return IN_TRANSACTION(cx, db, decide(cx, db, workspace, channel, arrived));
}

/* ---- for the outbox ---- */

static struct str text_of(struct cx *cx, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)}) : S("");
}

static enum err load_picture(struct cx *cx, struct db *db, struct outbox *outbox, const struct profile_order *order, i64 media, struct str format, struct outbound_media *ret_picture)
{
	struct media_rendition r = {};
	struct media m;
	TRY(media_get(cx, db, order->workspace, media, &m));
	enum err e = media_rendition_get(cx, db, order->workspace, media, format, &r);
	if (e == ERR_MISSING || (e == OK && !r.made_at))
		return fail(cx, ERR_LATER, N_("Its picture is just being made."));
	TRY(e);
	if (!r.blob.len || !outbox->read_blob)
		return fail(cx, ERR_UNSUPPORTED, N_("Its picture could not be made for this network: %.*s"), STR_ARG(r.story));
	*ret_picture = (struct outbound_media){.kind = S("image"), .name = post_file_name(cx->arena, m.name, r.type), .type = r.type, .width = r.width, .height = r.height};
	return outbox->read_blob(cx, outbox->blobs, r.blob, &ret_picture->bytes);
}

enum err profile_order_load(struct cx *cx, struct db *db, struct outbox *outbox, const struct publication *publication, struct profile_change *ret_change)
{
	struct profile_order order;
	struct profile_change change = {};
	struct str formats[PROFILE_FIELDS] = {};
	TRY(profile_order_get(cx, db, publication->workspace, publication->id, &order));
	json_t *root = json_loadb(order.document.at, order.document.len, 0, NULL);
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const json_t *one = json_object_get(root, profile_field_word((enum profile_field)i));
		change.wants[i] = json_is_object(one);
		change.text[i] = text_of(cx, one, "text");
		change.before[i] = text_of(cx, one, "before");
		formats[i] = text_of(cx, one, "format");
	}
	json_decref(root);
	if (change.wants[PROFILE_AVATAR])
		TRY(load_picture(cx, db, outbox, &order, order.avatar, formats[PROFILE_AVATAR], &change.avatar));
	if (change.wants[PROFILE_COVER])
		TRY(load_picture(cx, db, outbox, &order, order.cover, formats[PROFILE_COVER], &change.cover));
	*ret_change = change;
	return OK;
}

enum err profile_order_ended(struct cx *cx, struct db *db, const struct publication *p, const char *kind, struct str story)
{
	CLEANUP(buf_free) struct buf detail = {};
	TRY(channel_profile_due(cx, db, p->workspace, p->channel, cx->now + READ_AFTER));
	if (kind) {
		buf_addf(&detail, "{\"channel\":\"%lld\",\"kind\":\"%s\",\"story\":", (long long)p->channel, kind);
		buf_add_json(&detail, story);
		buf_addc(&detail, '}');
		TRY(notify_person(cx, db, p->workspace, p->created_by, "profile", 0, 0, buf_keep(&detail, cx->arena)));
	}
	return change_add(cx, db, p->workspace, 0, "profile", p->channel);
}
