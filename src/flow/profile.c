#include "flow/profile_parts.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"

#include <jansson.h>
#include <string.h>

enum err profile_may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_WRITE_PROFILES) ? OK : fail(cx, ERR_DENIED, N_("Your role reads profiles and does not change them."));
}

/* ---- the kit ---- */

enum err profile_kit_now(struct cx *cx, struct db *db, i64 workspace, struct profile_now *ret_now)
{
	struct profile_now now = {.version = {.workspace = workspace}};
	enum err e = profile_version_newest(cx, db, workspace, &now.version);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	profile_kit_read(cx->arena, now.version.document, &now.kit);
	*ret_now = now;
	return OK;
}

void profile_kit_seen(struct arena *arena, const struct profile_now *now, struct seen *ret_seen)
{
	const struct profile_kit *k = &now->kit;
	struct seen seen = {};
	seen_add(&seen, "name", N_("Name"), k->name);
	seen_add(&seen, "short_name", N_("Short name"), k->short_name);
	seen_add(&seen, "bios", N_("Biographies"), profile_bios_text(arena, k->bios, k->bio_count));
	seen_add(&seen, "website", N_("Website"), k->website);
	seen_add(&seen, "links", N_("Links"), profile_links_text(arena, k->links, k->link_count));
	seen_add(&seen, "place", N_("Place"), k->place);
	seen_add(&seen, "contact", N_("How to reach us"), k->contact);
	seen_add_number(arena, &seen, "avatar", N_("Profile picture"), now->version.avatar);
	seen_add_number(arena, &seen, "cover", N_("Cover picture"), now->version.cover);
	*ret_seen = seen;
}

struct str profile_kit_words(struct cx *cx, const struct profile_version *version)
{
	struct profile_now now = {.version = *version};
	struct seen seen;
	CLEANUP(buf_free) struct buf b = {};
	profile_kit_read(cx->arena, version->document, &now.kit);
	profile_kit_seen(cx->arena, &now, &seen);
	for (size_t i = 0; i < seen.count; i++) {
		const struct seen_field *f = &seen.fields[i];
		struct str value = f->value;
		if (!value.len || str_eq(str_of(f->name), S("avatar")) || str_eq(str_of(f->name), S("cover")))
			continue;
		buf_addf(&b, "%s%s: ", b.len ? "\n" : "", _(f->title));
		buf_add(&b, value);
	}
	return buf_keep(&b, cx->arena);
}

static enum err check_picture(struct cx *cx, struct db *db, i64 workspace, const char *field, i64 id, i64 before)
{
	struct media m;
	if (!id || id == before)
		return OK;
	enum err e = media_get(cx, db, workspace, id, &m);
	if (e == ERR_MISSING || (e == OK && (!str_eq(m.kind, S("image")) || m.archived_at)))
		return fail_field(cx, field, N_("This is no picture of the media library."));
	return e;
}

/* Renditions for every network that is connected, so that they are there when they are to leave. */
static enum err want_pictures(struct cx *cx, struct db *db, i64 workspace, i64 avatar, i64 cover)
{
	struct channel *channels;
	size_t count;
	TRY(channel_list(cx, db, workspace, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if (!kind || !kind->profile_fields)
			continue;
		if (avatar)
			TRY(media_rendition_ask(cx, db, workspace, avatar, str_of(media_format_profile(channels[i].kind, PLACE_AVATAR)->word), false));
		if (cover)
			TRY(media_rendition_ask(cx, db, workspace, cover, str_of(media_format_profile(channels[i].kind, PLACE_COVER)->word), false));
	}
	return OK;
}

static enum err keep(struct cx *cx, struct db *db, i64 workspace, const struct profile_kit *wished, i64 avatar, i64 cover, struct str mark)
{
	struct profile_kit kit = *wished;
	struct profile_now now;
	struct seen seen;
	TRY(profile_may(cx));
	TRY(profile_kit_now(cx, db, workspace, &now));
	profile_kit_seen(cx->arena, &now, &seen);
	TRY(seen_holds(cx, mark, &seen));
	TRY(profile_kit_check(cx, &kit));
	TRY(check_picture(cx, db, workspace, "avatar", avatar, now.version.avatar));
	TRY(check_picture(cx, db, workspace, "cover", cover, now.version.cover));
	struct profile_version next = {.id = id_new(), .workspace = workspace, .document = profile_kit_text(cx->arena, &kit), .avatar = avatar, .cover = cover,
				       .created_by = cx->actor->user, .created_at = cx->now};
	if (now.version.id && str_eq(next.document, now.version.document) && avatar == now.version.avatar && cover == now.version.cover)
		return OK;
	TRY(profile_version_insert(cx, db, &next));
	TRY(want_pictures(cx, db, workspace, avatar, cover));
	TRY(channel_profile_due(cx, db, workspace, 0, cx->now));
	TRY(audit(cx, db, workspace, "profile.kit", arena_printf(cx->arena, "workspace:%lld", (long long)workspace), (struct str){}));
	return change_add(cx, db, workspace, 0, "profile", 0);
}

enum err profile_kit_keep(struct cx *cx, struct db *db, i64 workspace, const struct profile_kit *kit, i64 avatar, i64 cover, struct str seen)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, workspace, kit, avatar, cover, seen));
}

/* ---- how it looks there ---- */

static struct str member(struct arena *arena, const json_t *object, enum profile_field field)
{
	const json_t *value = json_object_get(object, profile_field_word(field));
	return json_string_length(value) ? arena_str(arena, (struct str){json_string_value(value), json_string_length(value)}) : json_is_string(value) ? S("") : (struct str){};
}

static void look_at_picture(const struct profile_now *now, const struct channel_profile_row *r, enum profile_field field, struct profile_field_look *f)
{
	bool avatar = field == PROFILE_AVATAR;
	i64 of = avatar ? r->avatar_of : r->cover_of, distance = avatar ? r->avatar_distance : r->cover_distance;
	f->medium = avatar ? now->version.avatar : now->version.cover;
	if (!f->medium)
		f->state = PROFILE_UNSAID;
	else if (!f->row->reads)
		f->state = PROFILE_UNTOLD;
	else if (!r->read_at)
		f->state = PROFILE_UNREAD;
	else if (!f->shown.len)
		f->state = PROFILE_ABSENT;
	else if (of != f->medium || distance < 0)
		f->state = PROFILE_UNREAD;
	else
		f->state = distance <= PROFILE_SKETCH_SAME ? PROFILE_SAME : PROFILE_DIFFERS;
}

/* Told by the network when the account was looked at last (flow/verify). */
static const struct channel_right *right_missing(const struct channel_kind *kind, const json_t *known, const char *right)
{
	size_t index;
	json_t *one;
	json_array_foreach(json_object_get(known, "missing"), index, one)
		for (const struct channel_right *r = kind->rights; right && json_is_string(one) && r && r->word; r++)
			if (strcmp(r->word, right) == 0 && strcmp(r->word, json_string_value(one)) == 0)
				return r;
	return NULL;
}

static void look_at_field(struct cx *cx, const struct profile_now *now, const json_t *known, const json_t *own, const json_t *shown, enum profile_field field, struct profile_look *l)
{
	struct profile_field_look *f = &l->fields[field];
	f->row = channel_profile_field(l->kind, field);
	f->state = PROFILE_UNKNOWN_THERE;
	if (!f->row)
		return;
	f->lacks = right_missing(l->kind, known, f->row->right);
	f->room = channel_profile_room(l->kind, known, field);
	f->shown = member(cx->arena, shown, field);
	if (profile_is_picture(field)) {
		look_at_picture(now, &l->row, field, f);
	} else {
		profile_wanted(cx->arena, &now->kit, field, l->row.lang, member(cx->arena, own, field), &f->room, &f->want);
		f->state = profile_compare(field, &f->want, f->shown);
		if (f->state != PROFILE_UNSAID && (!f->row->reads || !l->row.read_at) && !f->want.is_too_long)
			f->state = f->row->reads ? PROFILE_UNREAD : PROFILE_UNTOLD;
	}
	f->can_put = l->kind->write_profile && f->row->writes && !l->lacks && !f->lacks && l->row.read_at && (f->state == PROFILE_DIFFERS || f->state == PROFILE_ABSENT);
	l->asking += profile_state_asks(f->state);
	l->can_put += f->can_put;
}

static bool is_open(const struct publication *p)
{
	return p->state == PUBLICATION_DUE || p->state == PUBLICATION_LEASED || p->state == PUBLICATION_HELD || p->state == PUBLICATION_UNKNOWN;
}

static struct str place_of(struct cx *cx, const struct channel *c, const struct channel_kind *kind)
{
	if (!kind->profile_place || kind->profile_place[0] != '/')
		return str_of(kind->profile_place);
	json_t *settings = json_loadb(c->settings.at ? c->settings.at : "", c->settings.len, 0, NULL);
	struct str base = str_of(json_string_value(json_object_get(settings, "url")));
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	struct str place = base.len ? arena_printf(cx->arena, "%.*s%s", STR_ARG(base), kind->profile_place) : (struct str){};
	json_decref(settings);
	return place;
}

enum err profile_look(struct cx *cx, struct db *db, const struct profile_now *now, const struct channel *channel, struct profile_look *ret_look, bool *ret_has)
{
	struct profile_look l = {.channel = *channel, .kind = channel_kind_of(channel->kind)};
	*ret_has = l.kind && l.kind->profile_fields;
	if (!*ret_has)
		return OK;
	TRY(channel_profile_get(cx, db, channel->workspace, channel->id, &l.row));
	enum err e = publication_profile(cx, db, channel->workspace, channel->id, &l.order);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	l.is_under_way = l.order.id && is_open(&l.order);
	l.place = place_of(cx, channel, l.kind);
	l.lacks = right_missing(l.kind, channel_known(cx, channel), l.kind->profile_right);
	json_t *own = json_loadb(l.row.own.at, l.row.own.len, 0, NULL), *shown = json_loadb(l.row.shown.at, l.row.shown.len, 0, NULL);
	for (int i = 0; i < PROFILE_FIELDS; i++)
		look_at_field(cx, now, channel_known(cx, channel), own, shown, (enum profile_field)i, &l);
	json_decref(own);
	json_decref(shown);
	*ret_look = l;
	return OK;
}

/* ---- a channel's own ---- */

enum err profile_trace(struct cx *cx, struct db *db, i64 workspace, i64 channel, const char *act)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "channel:%lld", (long long)channel), (struct str){}));
	return change_add(cx, db, workspace, 0, "profile", channel);
}

static enum err open_channel(struct cx *cx, struct db *db, i64 workspace, i64 id, struct channel *ret_channel)
{
	TRY(channel_get(cx, db, workspace, id, ret_channel));
	const struct channel_kind *kind = channel_kind_of(ret_channel->kind);
	if (ret_channel->archived_at || !kind || !kind->profile_fields)
		return fail(cx, ERR_UNSUPPORTED, N_("This channel has no profile that is compared here."));
	return OK;
}

static enum err channel_keep(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str lang, const struct str own[static PROFILE_FIELDS])
{
	struct channel channel;
	struct channel_profile_row row;
	struct profile_now now;
	struct profile_look after;
	bool has;
	TRY(profile_may(cx));
	TRY(open_channel(cx, db, workspace, id, &channel));
	TRY(channel_profile_get(cx, db, workspace, id, &row));
	if (lang.len > PROFILE_LANG_MAX)
		return fail_field(cx, "lang", N_("Choose a language of the list."));
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '{');
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const char *word = profile_field_word((enum profile_field)i);
		if (!own[i].at || profile_is_picture((enum profile_field)i))
			continue;
		if (utf8_count(own[i]) > PROFILE_BIO_MAX)
			return fail_field(cx, arena_printf(cx->arena, "own_%s", word).at, N_("This is too long: %d characters at the most."), PROFILE_BIO_MAX);
		if (i == PROFILE_WEBSITE && str_trim(own[i]).len && !profile_is_address(str_trim(own[i])))
			return fail_field(cx, "own_website", N_("Give a whole address: https://example.org"));
		buf_addf(&b, "%s\"%s\":", b.len > 1 ? "," : "", word);
		buf_add_json(&b, str_trim(own[i]));
	}
	buf_addc(&b, '}');
	struct str text = buf_keep(&b, cx->arena);
	if (str_eq(text, row.own) && str_eq(lang, row.lang))
		return OK;
	row.own = text;
	row.lang = lang;
	TRY(channel_profile_save_own(cx, db, &row));
	TRY(profile_kit_now(cx, db, workspace, &now));
	TRY(profile_look(cx, db, &now, &channel, &after, &has));
	TRY(channel_profile_save_asking(cx, db, workspace, id, (i64)after.asking));
	return profile_trace(cx, db, workspace, id, "profile.own");
}

enum err profile_channel_keep(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str lang, const struct str own[static PROFILE_FIELDS])
{
	return IN_TRANSACTION(cx, db, channel_keep(cx, db, workspace, channel, lang, own));
}

static enum err read_soon(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	struct channel there;
	TRY(profile_may(cx));
	TRY(open_channel(cx, db, workspace, channel, &there));
	TRY(channel_profile_due(cx, db, workspace, channel, cx->now));
	return change_add(cx, db, workspace, 0, "profile", channel);
}

enum err profile_read_soon(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, read_soon(cx, db, workspace, channel));
}

static enum err drift_seen(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	struct channel_profile_row row;
	struct channel there;
	TRY(profile_may(cx));
	TRY(open_channel(cx, db, workspace, channel, &there));
	TRY(channel_profile_get(cx, db, workspace, channel, &row));
	if (!row.drifted.len)
		return OK;
	row.drifted = (struct str){};
	row.drifted_at = 0;
	TRY(channel_profile_save_shown(cx, db, &row));
	return profile_trace(cx, db, workspace, channel, "profile.seen");
}

enum err profile_drift_seen(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, drift_seen(cx, db, workspace, channel));
}
