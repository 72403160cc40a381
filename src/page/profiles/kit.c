/* kit: the kit of profiles: its form, and its versions with what became of each. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/sla.h"
#include "page/choices.h"
#include "page/profiles/profiles.h"
#include "store/member.h"
#include "ui/document.h"
#include "ui/format.h"

#define PICTURES_SHOWN 60
#define VERSIONS_SHOWN 20

/* Pictures of the library, with the one that is chosen, wherever it is. */
static enum err pictures_shape(struct cx *cx, struct db *db, i64 chosen, json_t **ret_list)
{
	const struct media_filter filter = {.kind = S("image")};
	struct media *list, m;
	size_t count;
	bool there = !chosen;
	json_t *pictures = *ret_list = json_array();
	TRY(media_list(cx, db, here(cx), &filter, LIST_START, PICTURES_SHOWN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		there = there || list[i].id == chosen;
		json_array_append_new(pictures, json_pack("{s:o, s:o, s:b}", "id", doc_id(list[i].id), "name", doc_text(list[i].name), "is_selected", list[i].id == chosen));
	}
	if (there)
		return OK;
	enum err e = media_get(cx, db, here(cx), chosen, &m);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	json_array_append_new(pictures, json_pack("{s:o, s:o, s:b}", "id", doc_id(m.id), "name", doc_text(m.name), "is_selected", 1));
	return OK;
}

static i64 typed_id(const struct request *request, const char *name, i64 value)
{
	struct str typed = typed_or(request, name, (struct str){});
	if (typed.at && !str_to_i64(str_trim(typed), &value))
		value = 0;
	return value;
}

static enum err form_shape(struct cx *cx, struct request *request, const struct profile_now *now, json_t *document)
{
	const struct profile_kit *k = &now->kit;
	json_t *form = json_object(), *pictures;
	struct seen seen;
	const struct {
		const char *name;
		struct str value;
	} fields[] = {{"name", k->name}, {"short_name", k->short_name}, {"bios", profile_bios_text(cx->arena, k->bios, k->bio_count)}, {"website", k->website},
		      {"links", profile_links_text(cx->arena, k->links, k->link_count)}, {"place", k->place}, {"contact", k->contact}};
	doc_set(document, "form", form);
	for (size_t i = 0; i < COUNT(fields); i++)
		doc_set(form, fields[i].name, doc_text(typed_or(request, fields[i].name, fields[i].value)));
	TRY(pictures_shape(cx, request_db(request), typed_id(request, "avatar", now->version.avatar), &pictures));
	doc_set(form, "avatars", pictures);
	TRY(pictures_shape(cx, request_db(request), typed_id(request, "cover", now->version.cover), &pictures));
	doc_set(form, "covers", pictures);
	profile_kit_seen(cx->arena, now, &seen);
	return seen_put(cx, request, arena_printf(cx->arena, "workspace:%lld profile.kit", (long long)here(cx)), now->version.id ? &seen : NULL, form);
}

static enum err versions_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct profile_version *list;
	struct member *members;
	struct reader reader = reader_of(cx);
	size_t count, member_count;
	json_t *versions = json_array();
	doc_set(document, "versions", versions);
	TRY(profile_versions(cx, db, here(cx), VERSIONS_SHOWN + 1, &list, &count));
	TRY(member_list(cx, db, here(cx), &members, &member_count));
	for (size_t i = 0; i < count && i < VERSIONS_SHOWN; i++) {
		struct str by = {}, before = i + 1 < count ? profile_kit_words(cx, &list[i + 1]) : (struct str){};
		for (size_t n = 0; n < member_count; n++)
			by = members[n].person == list[i].created_by ? members[n].name : by;
		json_array_append_new(versions, json_pack("{s:o, s:o, s:o}", "by", doc_text(by.len ? by : str_of(_(N_("Somebody who left")))), "at", doc_instant(&reader, list[i].created_at), "changes",
							  diff_shape(cx, before, profile_kit_words(cx, &list[i]))));
	}
	doc_set(document, "has_versions", json_boolean(count > 0));
	return OK;
}

/* Those of the workspace, by which it promises answers: a line a day, to be taken along. */
static enum err hours_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct desk desk;
	CLEANUP(buf_free) struct buf b = {};
	TRY(desk_load(cx, db, here(cx), &desk));
	for (size_t i = 0; i < desk.hours.opening_count; i++) {
		const struct opening *o = &desk.hours.openings[i];
		bool same_day = i && desk.hours.openings[i - 1].weekday == o->weekday;
		buf_adds(&b, same_day ? ", " : i ? "\n" : "");
		if (!same_day) {
			buf_add_weekday(&b, cx->lang, o->weekday);
			buf_addc(&b, ' ');
		}
		buf_addf(&b, "%02d:%02d–%02d:%02d", o->opens / 60, o->opens % 60, o->closes / 60, o->closes % 60);
	}
	doc_set(document, "hours", doc_text_or_null(buf_str(&b)));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct profile_now now;
	json_t *document = json_object(), *url;
	reply_json(reply, document);
	TRY(profile_kit_now(cx, db, here(cx), &now));
	TRY(form_shape(cx, request, &now, document));
	TRY(profile_medium_url(cx, db, now.version.avatar, &url));
	doc_set(document, "avatar", url);
	TRY(profile_medium_url(cx, db, now.version.cover, &url));
	doc_set(document, "cover", url);
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_PROFILES)));
	TRY(hours_shape(cx, db, document));
	return versions_shape(cx, db, document);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply)
{
	struct profile_now now;
	TRY(profile_kit_now(cx, request_db(request), here(cx), &now));
	struct profile_kit kit = now.kit;
	const struct {
		const char *name;
		struct str *value;
	} texts[] = {{"name", &kit.name}, {"short_name", &kit.short_name}, {"website", &kit.website}, {"place", &kit.place}, {"contact", &kit.contact}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (page_says(request, texts[i].name))
			*texts[i].value = param_text(request, texts[i].name);
	if (page_says(request, "bios"))
		kit.bio_count = profile_bios_read(cx->arena, param_text(request, "bios"), &kit.bios);
	if (page_says(request, "links"))
		kit.link_count = profile_links_read(cx->arena, param_text(request, "links"), &kit.links);
	i64 avatar = page_says(request, "avatar") ? param_id(request, "avatar") : now.version.avatar, cover = page_says(request, "cover") ? param_id(request, "cover") : now.version.cover;
	TRY(profile_kit_keep(cx, request_db(request), here(cx), &kit, avatar, cover, seen_said(cx, request)));
	TRY(profile_kit_now(cx, request_db(request), here(cx), &now));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(now.version.id)));
	reply_flash(reply, str_of(_(N_("Kept. Channels are read and compared in a moment."))), (struct str){});
	reply_redirect(reply, "/profiles");
	return OK;
}

static const struct param kit_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = PROFILE_NAME_MAX, .about = "How the house is called."},
	{.name = "short_name", .in = IN_FORM, .type = P_LINE, .max = PROFILE_NAME_MAX, .about = "Where the name does not fit."},
	{.name = "bios", .in = IN_FORM, .type = P_TEXT, .max = 40000, .about = "Biographies, of several lengths and languages: each begins with its language on a line of its own, [fr]."},
	{.name = "website", .in = IN_FORM, .type = P_LINE, .max = PROFILE_ADDRESS_MAX, .about = "The address of the site."},
	{.name = "links", .in = IN_FORM, .type = P_TEXT, .about = "More links, a line each: “Shop: https://example.org/shop”."},
	{.name = "place", .in = IN_FORM, .type = P_LINE, .max = PROFILE_NAME_MAX, .about = "Where the house is."},
	{.name = "contact", .in = IN_FORM, .type = P_TEXT, .max = PROFILE_BIO_MAX, .about = "Addresses for people who keep profiles; no network is given them."},
	{.name = "avatar", .in = IN_FORM, .type = P_ID, .about = "The profile picture, a medium of the library; empty: none."},
	{.name = "cover", .in = IN_FORM, .type = P_ID, .about = "The cover picture, likewise."},
	SEEN_MARK_PARAM,
	{},
};

static const struct shape shapes[] = {
	{"ProfileKitPage", "{form: {name: text, short_name: text, bios: text, website: text, links: text, place: text, contact: text, avatars: [NamedChoice], covers: [NamedChoice], " SEEN_SHAPE
	 "}, avatar: url?, cover: url?, hours: text?, can_write: bool, versions: [{by: text, at: Instant, changes: [{text: text, is_gone: bool, is_new: bool}]}], has_versions: bool}",
	 "The kit of profiles, and its versions, the newest first, each with what it changed."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/profiles/kit", .permission = MAY_READ_POSTS, .template = "profiles/kit", .handle = show, .answer = "ProfileKitPage", .about = "The kit of profiles."},
	{.method = "POST", .path = "/profiles/kit", .permission = MAY_WRITE_PROFILES, .params = kit_params, .handle = keep, .form = "/profiles/kit", .answer = "Made",
	 .about = "Keep another version of the kit."},
	{},
};

const struct page page_profiles_kit = {"profiles_kit", routes, shapes, .file = __FILE__};
