/* profiles: how the house shows itself on its networks: the kit, a row a channel with what differs, one channel field by field, and putting it right. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/channels.h"
#include "page/profiles/profiles.h"
#include "sys/blob.h"
#include "ui/document.h"
#include "ui/format.h"

static const struct {
	const char *tone, *icon;
} faces[PROFILE_STATES] = {
	[PROFILE_SAME] = {"ok", "check"},           [PROFILE_ON_PURPOSE] = {"plum", "check"},       [PROFILE_DIFFERS] = {"sun", "pen-line"},
	[PROFILE_ABSENT] = {"sun", "x"},            [PROFILE_TOO_LONG] = {"red", "octagon-alert"},  [PROFILE_UNTOLD] = {"line", "lock"},
	[PROFILE_UNREAD] = {"line", "hourglass"},   [PROFILE_UNSAID] = {"line", "circle-question-mark"}, [PROFILE_UNKNOWN_THERE] = {"line", "x"},
};

json_t *profile_state_shape(struct cx *cx, enum profile_state state)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "word", profile_state_word(state), "title", _(profile_state_title(state)), "tone", faces[state].tone, "icon", faces[state].icon);
}

static struct str url_of(struct cx *cx, i64 channel)
{
	return arena_printf(cx->arena, "/profiles/%lld", (long long)channel);
}

/* "name about" as people read it. */
static struct str fields_text(struct cx *cx, struct str words)
{
	CLEANUP(buf_free) struct buf b = {};
	while (words.at) {
		struct str word = str_cut(&words, ' ');
		enum profile_field field;
		if (profile_field_of(word, &field))
			buf_addf(&b, "%s%s", b.len ? ", " : "", _(profile_field_title(field)));
	}
	return buf_keep(&b, cx->arena);
}

/* ---- all of them ---- */

/* `columns`: the fields that any of the channels has. */
static json_t *row_shape(struct cx *cx, const struct reader *reader, const struct profile_look *l, const bool columns[static PROFILE_FIELDS])
{
	json_t *shape = json_object(), *cells = json_array();
	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (columns[i])
			json_array_append_new(cells, json_pack("{s:s, s:s, s:o, s:b}", "word", profile_field_word((enum profile_field)i), "title", _(profile_field_title((enum profile_field)i)), "state",
							       profile_state_shape(cx, l->fields[i].state), "is_there", l->fields[i].row != NULL));
	doc_set(shape, "id", doc_id(l->channel.id));
	doc_set(shape, "url", doc_text(url_of(cx, l->channel.id)));
	doc_set(shape, "name", doc_text(l->channel.name));
	doc_set(shape, "network", doc_network(cx->lang, l->channel.network));
	doc_set(shape, "cells", cells);
	doc_set(shape, "asking", doc_number_or_null(cx->lang, (i64)l->asking));
	doc_set(shape, "read_at", doc_instant(reader, l->row.read_at));
	doc_set(shape, "story", doc_text_or_null(l->row.story));
	doc_set(shape, "drifted", doc_text_or_null(fields_text(cx, l->row.drifted)));
	doc_set(shape, "is_under_way", json_boolean(l->is_under_way));
	return shape;
}

static json_t *columns_shape(struct cx *cx, const bool columns[static PROFILE_FIELDS])
{
	json_t *list = json_array();
	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (columns[i])
			json_array_append_new(list, doc_word(cx->lang, profile_field_word((enum profile_field)i), profile_field_title((enum profile_field)i)));
	return list;
}

/* Those of the workspace that have a profile. */
static enum err looks_of(struct cx *cx, struct db *db, const struct profile_now *now, struct profile_look **ret_looks, size_t *ret_count)
{
	struct channel *channels;
	struct profile_look *looks;
	size_t count, found = 0;
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	looks = arena_array(cx->arena, struct profile_look, count + 1);
	for (size_t i = 0; i < count; i++) {
		bool has;
		TRY(profile_look(cx, db, now, &channels[i], &looks[found], &has));
		found += has;
	}
	*ret_looks = looks;
	*ret_count = found;
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct reader reader = reader_of(cx);
	struct profile_now now;
	struct profile_look *looks;
	size_t count;
	bool columns[PROFILE_FIELDS] = {};
	i64 asking = 0;
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	doc_set(document, "channels", list);
	TRY(profile_kit_now(cx, db, here(cx), &now));
	TRY(looks_of(cx, db, &now, &looks, &count));
	for (size_t i = 0; i < count; i++) {
		asking += looks[i].asking > 0;
		for (int f = 0; f < PROFILE_FIELDS; f++)
			columns[f] = columns[f] || looks[i].fields[f].row;
	}
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, row_shape(cx, &reader, &looks[i], columns));
	doc_set(document, "has_channels", json_boolean(count > 0));
	doc_set(document, "columns", columns_shape(cx, columns));
	doc_set(document, "asking", doc_number_or_null(cx->lang, asking));
	doc_set(document, "has_kit", json_boolean(now.version.id));
	doc_set(document, "name", doc_text_or_null(now.kit.name));
	doc_set(document, "changed_at", doc_instant(&reader, now.version.created_at));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_PROFILES)));
	return OK;
}

/* ---- one ---- */

enum err profile_medium_url(struct cx *cx, struct db *db, i64 media, json_t **ret_url)
{
	struct media m;
	struct str story;
	*ret_url = json_null();
	if (!media)
		return OK;
	enum err e = media_get(cx, db, here(cx), media, &m);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	return medium_picture(cx, db, &m, MEDIA_FORMAT_LIST, ret_url, &story);
}

/* What the network lets no program do with a field. */
static struct str permits(struct cx *cx, const struct profile_look *l, const struct profile_field_look *f)
{
	bool sets = l->kind->write_profile && f->row->writes;
	if (sets && f->lacks)
		return arena_printf(cx->arena, _(N_("The account that is connected may not set it there (it lacks “%s”). Somebody who may sets it; the next reading confirms it.")), f->lacks->word);
	if (f->row->reads && sets)
		return (struct str){};
	if (f->row->reads)
		return str_of(_(N_("This network lets no program set it. Somebody sets it over there; the next reading confirms it.")));
	return sets ? str_of(_(N_("This network lets no program read it. It can be put there; whether it stands there is seen over there alone.")))
		    : str_of(_(N_("This network lets no program read or set it. Somebody sets it over there, and looks there whether it stands.")));
}

/* What the kit says and profiles of this network have no place for. */
static struct str elsewhere(struct cx *cx, const struct profile_now *now, const struct profile_look *l)
{
	const struct profile_kit *k = &now->kit;
	const bool says[PROFILE_FIELDS] = {[PROFILE_NAME] = k->name.len, [PROFILE_ABOUT] = k->bio_count, [PROFILE_WEBSITE] = k->website.len && !l->fields[PROFILE_LINKS].row,
					   [PROFILE_PLACE] = k->place.len, [PROFILE_LINKS] = k->link_count, [PROFILE_AVATAR] = now->version.avatar, [PROFILE_COVER] = now->version.cover};
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (says[i] && !l->fields[i].row)
			buf_addf(&b, "%s%s", b.len ? ", " : "", _(profile_field_title((enum profile_field)i)));
	return buf_keep(&b, cx->arena);
}

static enum err field_shape(struct cx *cx, struct db *db, const struct profile_look *l, enum profile_field field, json_t **ret_shape)
{
	const struct profile_field_look *f = &l->fields[field];
	bool picture = profile_is_picture(field), differs = f->state == PROFILE_DIFFERS && !picture;
	struct str blob = field == PROFILE_AVATAR ? l->row.avatar_blob : l->row.cover_blob;
	json_t *shape = *ret_shape = json_object(), *ours;
	doc_set(shape, "word", json_string(profile_field_word(field)));
	doc_set(shape, "title", json_string(_(profile_field_title(field))));
	doc_set(shape, "state", profile_state_shape(cx, f->state));
	doc_set(shape, "is_picture", json_boolean(picture));
	doc_set(shape, "is_line", json_boolean(field == PROFILE_NAME || field == PROFILE_WEBSITE || field == PROFILE_PLACE || field == PROFILE_TITLE));
	doc_set(shape, "is_own", json_boolean(f->want.is_own));
	doc_set(shape, "wanted", doc_text_or_null(f->want.text));
	doc_set(shape, "own", f->want.is_own ? doc_text(f->want.text) : json_string(""));
	doc_set(shape, "length", doc_number(cx->lang, f->want.length));
	doc_set(shape, "most", doc_number_or_null(cx->lang, f->room.most));
	doc_set(shape, "is_too_long", json_boolean(f->want.is_too_long));
	doc_set(shape, "shown", picture ? json_null() : doc_text_or_null(f->shown));
	doc_set(shape, "changes", differs ? diff_shape(cx, f->shown, f->want.text) : json_array());
	doc_set(shape, "has_changes", json_boolean(differs));
	TRY(profile_medium_url(cx, db, f->medium, &ours));
	doc_set(shape, "ours", ours);
	doc_set(shape, "theirs", picture && blob.len ? doc_text(arena_printf(cx->arena, "/profiles/%lld/pictures/%s?v=%.8s", (long long)l->channel.id, profile_field_word(field), blob.at)) : json_null());
	doc_set(shape, "can_put", json_boolean(f->can_put && !l->is_under_way && actor_may(cx->actor, MAY_WRITE_PROFILES)));
	bool sets = l->kind->write_profile && f->row->writes && !l->lacks && !f->lacks;
	doc_set(shape, "is_by_hand", json_boolean((profile_state_asks(f->state) || f->state == PROFILE_UNTOLD) && !sets && !f->want.is_too_long));
	doc_set(shape, "permits", doc_text_or_null(permits(cx, l, f)));
	doc_set(shape, "source", doc_text(arena_printf(cx->arena, "%s, %s", f->row->source, f->row->as_of)));
	return OK;
}

static json_t *order_shape(struct cx *cx, const struct reader *reader, const struct profile_look *l)
{
	const struct publication *p = &l->order;
	const char *title = N_("It leaves in a moment"), *tone = "act", *icon = "send";
	if (!p->id || p->state == PUBLICATION_WITHDRAWN)
		return json_null();
	if (p->state == PUBLICATION_SENT)
		title = N_("It was put there"), tone = "ok", icon = "check";
	else if (p->state == PUBLICATION_FAILED)
		title = N_("The network did not take it"), tone = "red", icon = "octagon-alert";
	else if (p->state == PUBLICATION_HELD)
		title = N_("Held: its channel needs somebody"), tone = "red", icon = "pause";
	else if (p->state == PUBLICATION_UNKNOWN)
		title = N_("Not sure that it arrived: it is looked up before anything is sent again"), tone = "sun", icon = "hourglass";
	else if (p->state == PUBLICATION_LEASED)
		title = N_("Just leaving"), tone = "act", icon = "send";
	bool asks = p->state == PUBLICATION_UNKNOWN && p->due_at == INT64_MAX, may = actor_may(cx->actor, MAY_WRITE_PROFILES);
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:b}", "word", publication_state_word(p->state), "story_tone", tone, "chip",
			 json_pack("{s:s, s:s, s:s}", "tone", tone, "icon", icon, "title", _(title)), "story", doc_text_or_null(p->story), "at",
			 doc_instant(reader, p->done_at ? p->done_at : p->created_at), "can_take_back", may && (p->state == PUBLICATION_DUE || p->state == PUBLICATION_HELD), "asks", asks && may);
}

/* The languages of the kit. */
static json_t *languages_shape(struct cx *cx, const struct profile_now *now, struct str chosen)
{
	json_t *list = json_array();
	for (size_t i = 0; i < now->kit.bio_count; i++) {
		struct str lang = now->kit.bios[i].lang;
		bool is_new = lang.len > 0;
		for (size_t n = 0; n < i; n++)
			is_new = is_new && !str_eq_fold(now->kit.bios[n].lang, lang);
		if (is_new)
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(lang), "title", doc_text(medium_lang(cx, lang)), "is_selected", str_eq_fold(lang, chosen)));
	}
	return list;
}

static enum err look(struct cx *cx, struct request *request, struct profile_now *ret_now, struct profile_look *ret_look)
{
	struct channel channel;
	bool has;
	TRY(channel_get(cx, request_db(request), here(cx), param_id(request, "id"), &channel));
	TRY(profile_kit_now(cx, request_db(request), here(cx), ret_now));
	TRY(profile_look(cx, request_db(request), ret_now, &channel, ret_look, &has));
	return has ? OK : fail(cx, ERR_MISSING, N_("This channel has no profile that is compared here."));
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct reader reader = reader_of(cx);
	struct profile_now now;
	struct profile_look l;
	json_t *document = json_object(), *fields = json_array(), *part;
	reply_json(reply, document);
	TRY(look(cx, request, &now, &l));
	doc_set(document, "id", doc_id(l.channel.id));
	doc_set(document, "name", doc_text(l.channel.name));
	doc_set(document, "network", doc_network(cx->lang, l.channel.network));
	doc_set(document, "place", doc_address(l.place));
	doc_set(document, "read_at", doc_instant(&reader, l.row.read_at));
	doc_set(document, "story", doc_text_or_null(l.row.story));
	doc_set(document, "drifted", doc_text_or_null(fields_text(cx, l.row.drifted)));
	doc_set(document, "drifted_at", doc_instant(&reader, l.row.drifted_at));
	doc_set(document, "fields", fields);
	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (l.fields[i].row) {
			TRY(field_shape(cx, request_db(request), &l, (enum profile_field)i, &part));
			json_array_append_new(fields, part);
		}
	bool may = actor_may(cx->actor, MAY_WRITE_PROFILES), has_own = l.row.lang.len > 0;
	for (int i = 0; i < PROFILE_FIELDS; i++)
		has_own = has_own || l.fields[i].want.is_own;
	doc_set(document, "has_own", json_boolean(has_own));
	doc_set(document, "languages", languages_shape(cx, &now, l.row.lang));
	doc_set(document, "order", order_shape(cx, &reader, &l));
	doc_set(document, "has_kit", json_boolean(now.version.id));
	doc_set(document, "can_write", json_boolean(may));
	doc_set(document, "can_put", json_boolean(may && l.can_put && !l.is_under_way));
	doc_set(document, "is_asking", json_boolean(l.asking > 0));
	doc_set(document, "elsewhere", doc_text_or_null(elsewhere(cx, &now, &l)));
	doc_set(document, "lacks", !l.lacks ? json_null()
					    : json_pack("{s:s, s:o, s:b}", "word", l.lacks->word, "connect", doc_text(arena_printf(cx->arena, "/channels/%lld/connect", (long long)l.channel.id)),
							"can_connect", actor_may(cx->actor, MAY_MANAGE_CHANNELS)));
	return OK;
}

static enum err picture(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel_profile_row row;
	const char *path;
	TRY(channel_profile_get(cx, request_db(request), here(cx), param_id(request, "id"), &row));
	struct str blob = str_eq(param_text(request, "picture"), S("avatar")) ? row.avatar_blob : row.cover_blob;
	if (!blob.len)
		return fail(cx, ERR_MISSING, N_("There is no picture of it."));
	TRY(blob_path(cx, arena_printf(cx->arena, "%s/media", page_setup.data).at, blob, &path));
	reply_file(reply, "image/jpeg", path, (struct str){});
	return OK;
}

/* ---- verbs ---- */

static enum err done(struct cx *cx, struct request *request, struct reply *reply, const char *said)
{
	i64 id = param_id(request, "id");
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(said), (struct str){});
	reply_redirect(reply, "/profiles/%lld", (long long)id);
	return OK;
}

static enum err keep_own(struct cx *cx, struct request *request, struct reply *reply)
{
	struct profile_now now;
	struct profile_look l;
	struct str own[PROFILE_FIELDS] = {};
	TRY(look(cx, request, &now, &l));
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const char *word = profile_field_word((enum profile_field)i), *name = arena_printf(cx->arena, "own_%s", word).at;
		if (!l.fields[i].row || profile_is_picture((enum profile_field)i))
			continue;
		bool differs = false;
		for (size_t n = 0; n < param_count(request, "differs"); n++)
			differs = differs || str_eq(param_text_at(request, "differs", n), str_of(word));
		struct str text = param_text(request, name);
		own[i] = differs ? (text.len ? text : S("")) : (struct str){};
	}
	TRY(profile_channel_keep(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "lang"), own));
	return done(cx, request, reply, _(N_("Kept. What differs there on purpose is no difference any more.")));
}

static enum err read_now(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(profile_read_soon(cx, request_db(request), here(cx), param_id(request, "id")));
	return done(cx, request, reply, _(N_("It is read in a moment.")));
}

static enum err put(struct cx *cx, struct request *request, struct reply *reply)
{
	bool wants[PROFILE_FIELDS] = {};
	i64 publication;
	size_t count = param_count(request, "fields");
	for (size_t i = 0; i < count; i++) {
		enum profile_field field;
		if (profile_field_of(param_text_at(request, "fields", i), &field))
			wants[field] = true;
	}
	for (int i = 0; i < PROFILE_FIELDS && !count; i++)
		wants[i] = true;
	TRY(profile_put(cx, request_db(request), here(cx), param_id(request, "id"), wants, &publication));
	return done(cx, request, reply, _(N_("It is on its way. What stands there is read again afterwards.")));
}

static enum err take_back(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(profile_take_back(cx, request_db(request), here(cx), param_id(request, "id")));
	return done(cx, request, reply, _(N_("Taken back. Nothing was changed over there.")));
}

static enum err decide(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(profile_decide(cx, request_db(request), here(cx), param_id(request, "id"), param_bool(request, "arrived")));
	return done(cx, request, reply, _(N_("Kept. What stands there is read again.")));
}

static enum err seen(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(profile_drift_seen(cx, request_db(request), here(cx), param_id(request, "id")));
	return done(cx, request, reply, _(N_("Noted. It is not told again unless it changes once more.")));
}

/* ---- the rows ---- */

#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The channel."}
static const char *const picture_words[] = {"avatar", "cover", NULL}, *const field_words[] = {"name", "about", "short", "website", "place", "links", "title", "avatar", "cover", NULL};
static const struct param one_params[] = {ID_PARAM, {}};
static const struct param picture_params[] = {ID_PARAM, {.name = "picture", .in = IN_PATH, .type = P_WORD, .words = picture_words, .about = "Which."},
					      {.name = "v", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "Which one of them: another address when it is another."}, {}};
static const struct param own_params[] = {
	ID_PARAM,
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = PROFILE_LANG_MAX, .about = "The language of the texts that are wanted there: one of the kit; empty: its first."},
	{.name = "differs", .in = IN_FORM, .type = P_WORD, .flags = PARAM_LIST, .words = field_words, .about = "Fields that differ there on purpose; all others are as the kit says."},
	{.name = "own_name", .in = IN_FORM, .type = P_LINE, .about = "The name there."},
	{.name = "own_about", .in = IN_FORM, .type = P_TEXT, .about = "The biography there."},
	{.name = "own_short", .in = IN_FORM, .type = P_TEXT, .about = "The short text there."},
	{.name = "own_website", .in = IN_FORM, .type = P_LINE, .max = PROFILE_ADDRESS_MAX, .about = "The site there."},
	{.name = "own_place", .in = IN_FORM, .type = P_LINE, .about = "The place there."},
	{.name = "own_title", .in = IN_FORM, .type = P_LINE, .about = "The title of the site there."},
	{.name = "own_links", .in = IN_FORM, .type = P_TEXT, .about = "The links there, a line each: “Shop: https://example.org/shop”."},
	{},
};
static const struct param put_params[] = {
	ID_PARAM, {.name = "fields", .in = IN_FORM, .type = P_WORD, .flags = PARAM_LIST, .words = field_words, .about = "Which fields; none: all that differ and can be set."}, {},
};
static const struct param decide_params[] = {ID_PARAM, {.name = "arrived", .in = IN_FORM, .type = P_BOOL, .about = "It stands there; else it is sent again."}, {}};

#define STATE "{word: text, title: text, tone: text, icon: text}"
static const struct shape shapes[] = {
	{"ProfilesPage", "{channels: [{id: id, url: url, name: text, network: Network, cells: [{word: text, title: text, state: " STATE ", is_there: bool}], asking: Number?, read_at: Instant?, "
	 "story: text?, drifted: text?, is_under_way: bool}], has_channels: bool, columns: [Word], asking: Number?, has_kit: bool, name: text?, changed_at: Instant?, can_write: bool}",
	 "Every channel's profile, field by field, beside the kit."},
	{"ProfilePage", "{id: id, name: text, network: Network, place: url?, read_at: Instant?, story: text?, drifted: text?, drifted_at: Instant?, fields: [{word: text, title: text, "
	 "state: " STATE ", is_picture: bool, is_own: bool, wanted: text?, own: text, length: Number, most: Number?, is_too_long: bool, shown: text?, "
	 "changes: [{text: text, is_gone: bool, is_new: bool}], has_changes: bool, ours: url?, theirs: url?, can_put: bool, is_by_hand: bool, permits: text?, is_line: bool, source: text}], has_own: bool, languages: [Choice], "
	 "order: {word: text, story_tone: text, chip: Chip, story: text?, at: Instant, can_take_back: bool, asks: bool}?, has_kit: bool, can_write: bool, can_put: bool, is_asking: bool, "
	 "lacks: {word: text, connect: url, can_connect: bool}?, elsewhere: text?}",
	 "A channel's profile: what is wanted there, what the network showed, and what was put there last."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/profiles", .permission = MAY_READ_POSTS, .template = "profiles/page", .handle = show, .answer = "ProfilesPage",
	 .about = "How the house shows itself on its networks, and where that differs from the kit."},
	{.method = "GET", .path = "/profiles/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "profiles/one", .handle = show_one, .answer = "ProfilePage",
	 .about = "The profile of a channel, field by field."},
	{.method = "GET", .path = "/profiles/{id}/pictures/{picture}", .permission = MAY_READ_POSTS, .flags = ROUTE_WAITS, .params = picture_params, .handle = picture, .type = "image/jpeg",
	 .about = "A small copy of the picture that the network shows."},
	{.method = "POST", .path = "/profiles/{id}", .permission = MAY_WRITE_PROFILES, .params = own_params, .handle = keep_own, .form = "/profiles/{id}", .answer = "Made",
	 .about = "Say what differs there on purpose."},
	{.method = "POST", .path = "/profiles/{id}/read", .permission = MAY_WRITE_PROFILES, .params = one_params, .handle = read_now, .form = "/profiles/{id}", .answer = "Made",
	 .about = "Have it read now."},
	{.method = "POST", .path = "/profiles/{id}/put", .permission = MAY_WRITE_PROFILES, .params = put_params, .handle = put, .form = "/profiles/{id}", .answer = "Made",
	 .about = "Put the kit's texts and pictures there."},
	{.method = "POST", .path = "/profiles/{id}/take-back", .permission = MAY_WRITE_PROFILES, .params = one_params, .handle = take_back, .form = "/profiles/{id}", .answer = "Made",
	 .about = "Take back what has not left yet."},
	{.method = "POST", .path = "/profiles/{id}/decide", .permission = MAY_WRITE_PROFILES, .params = decide_params, .handle = decide, .form = "/profiles/{id}", .answer = "Made",
	 .about = "Say what became of it, where nobody can look it up."},
	{.method = "POST", .path = "/profiles/{id}/seen", .permission = MAY_WRITE_PROFILES, .params = one_params, .handle = seen, .form = "/profiles/{id}", .answer = "Made",
	 .about = "Note that it changed over there."},
	{},
};

const struct page page_profiles = {"profiles", routes, shapes, .file = __FILE__};
