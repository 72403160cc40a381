/* history.c: what happened to a post, what colleagues said of it, and what it said before: with the words that went and came. */
#include "base/clock.h"
#include "page/posts/posts.h"
#include "page/seen.h"

#define EVENTS_SHOWN 50
#define VERSIONS_READ 200
#define VERSIONS_SHOWN 20
#define VERSION_APART (10 * MINUTE) /* what one person saves within is one version to read */

/* ---- events ---- */

static struct str detail_text(struct cx *cx, struct str detail, const char *name)
{
	json_t *json = json_loadb(detail.at, detail.len, 0, NULL);
	const json_t *value = json_object_get(json, name);
	struct str text = json_is_string(value) ? arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)}) : (struct str){};
	json_decref(json);
	return text;
}

static const struct {
	const char *kind, *icon, *sentence; /* msgid with who did it; NULL: another event tells of it already */
} events[] = {
	{"created", "plus", N_("{n} began it")},
	{"changed", "pen-line", N_("{n} changed it")},
	{"filed", "folder-open", N_("{n} filed it under a pillar or a campaign")},
	{"moved", "alarm-clock", N_("{n} set another hour")},
	{"asked", "user-check", N_("{n} asked for approval")},
	{"reminded", "bell", N_("{n} reminded who decides")},
	{"approved", "check", N_("{n} approved it")},
	{"approved_like", "check", N_("{n} let it go: it says what was approved before")},
	{"series_begun", "refresh-cw", N_("{n} has it come again")},
	{"of_series", "refresh-cw", N_("{n} made it: it comes again")},
	{"passed", "check", NULL},
	{"returned", "reply", N_("{n} returned it")},
	{"reopened", "reply", NULL},
	{"overdue", "clock", N_("{n}: its hour went by before it was approved; choose another")},
	{"scheduled", "calendar-check", N_("{n} scheduled it")},
	{"taken_back", "x", N_("{n} took it back before it left")},
	{"rights_ended", "copyright", N_("{n} took it back: rights to what it shows end before")},
	{"sent", "check-check", N_("{n}: a part of it is there")},
	{"handed", "send", N_("{n} handed a part of it to whoever publishes it by hand")},
	{"by_hand_later", "alarm-clock", N_("{n} publishes a part of it later")},
	{"by_hand_undone", "undo-2", N_("{n} took back that a part of it is there")},
	{"not_by_hand", "octagon-alert", N_("{n} did not publish a part of it")},
	{"late", "clock", N_("{n}: its minute went by; a person says whether it still goes")},
	{"refused", "octagon-alert", N_("{n}: the network refused a part of it")},
	{"held", "octagon-alert", N_("{n}: a part of it is held back")},
	{"unknown", "octagon-alert", N_("{n}: whether a part of it arrived is not known")},
	{"again", "refresh-cw", N_("{n} sent a part of it after all")},
	{"dropped", "x", N_("{n} left a part of it out")},
	{"arrived", "check", N_("{n} saw that a part of it arrived")},
	{"not_arrived", "refresh-cw", N_("{n} saw that a part of it did not arrive; it leaves again")},
	{"overridden", "octagon-alert", N_("{n} let it leave in spite of a check")},
	{"override_ended", "reply", N_("{n} took back that it may leave in spite of a check")},
	{"link_dead", "octagon-alert", N_("{n}: a link of it answers no more")},
	{"link_held", "octagon-alert", N_("{n}: a link of it answers no more; a person says whether it still leaves")},
	{"put_away", "folder-open", N_("{n} put it away")},
	{"taken_out", "folder-open", N_("{n} took it out again")},
	{"remark", "message-circle", N_("{n} remarked")},
};

/* NULL: not told */
static json_t *event_shape(struct composer *c, const struct post_event *e)
{
	struct cx *cx = c->cx;
	const char *icon = "info", *sentence = NULL;
	for (size_t i = 0; i < COUNT(events); i++)
		if (str_eq(e->kind, str_of(events[i].kind))) {
			icon = events[i].icon;
			sentence = events[i].sentence;
			if (!sentence)
				return NULL;
		}
	CLEANUP(buf_free) struct buf text = {};
	buf_add_filled(&text, sentence ? _(sentence) : "{n}", e->actor_name);
	if (!sentence)
		buf_addf(&text, ": %.*s", STR_ARG(e->kind));
	struct str said = detail_text(cx, e->detail, "body"), story = detail_text(cx, e->detail, "story"), remark = detail_text(cx, e->detail, "remark");
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:b}", "id", doc_id(e->id), "kind", doc_text(e->kind), "icon", icon, "text", doc_text(buf_str(&text)), "said",
			 doc_text_or_null(said.len ? said : remark.len ? remark : story), "at", doc_instant(&c->reader, e->at), "is_remark", str_eq(e->kind, S("remark")));
}

/* ---- versions ---- */

/* The words of a version, one text after the other, so that differences can be read. */
static struct str words_of_version(struct cx *cx, struct str document)
{
	CLEANUP(buf_free) struct buf b = {};
	size_t index;
	json_t *part, *variant, *json = json_loadb(document.at, document.len, 0, NULL);
	static const char *const names[] = {"title", "warning", "body"};
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *text = json_string_value(json_object_get(json, names[i]));
		if (text && *text)
			buf_addf(&b, "%s\n\n", text);
	}
	json_array_foreach(json_object_get(json, "parts"), index, part)
		buf_addf(&b, "%s\n\n", json_string_value(part));
	const char *comment = json_string_value(json_object_get(json, "first_comment"));
	if (comment && *comment)
		buf_addf(&b, "%s\n\n", comment);
	json_array_foreach(json_object_get(json, "variants"), index, variant) {
		const char *body = json_string_value(json_object_get(variant, "body"));
		if (json_is_true(json_object_get(variant, "adapted")) && body && *body)
			buf_addf(&b, "%s\n\n", body);
	}
	json_decref(json);
	return buf_keep(&b, cx->arena);
}

static struct str words_now(struct composer *c)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct post_request *d = &c->draft;
	const struct str texts[] = {d->title, d->warning, d->text.body};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].len)
			buf_addf(&b, "%.*s\n\n", STR_ARG(texts[i]));
	for (size_t i = 0; i < d->text.part_count; i++)
		buf_addf(&b, "%.*s\n\n", STR_ARG(d->text.parts[i]));
	if (d->text.first_comment.len)
		buf_addf(&b, "%.*s\n\n", STR_ARG(d->text.first_comment));
	for (size_t i = 0; i < d->variant_count; i++)
		if (d->variants[i].adapted && d->variants[i].text.body.len)
			buf_addf(&b, "%.*s\n\n", STR_ARG(d->variants[i].text.body));
	return buf_keep(&b, c->cx->arena);
}

/* Newest first; what somebody saved again and again while writing is told once, as it was before they went on. Each with what became of it. */
static enum err versions_shape(struct composer *c, json_t *document)
{
	struct post_version *list = NULL;
	size_t count = 0;
	json_t *versions = json_array();
	doc_set(document, "versions", versions);
	if (c->post.id)
		TRY(post_versions(c->cx, c->db, here(c->cx), c->post.id, VERSIONS_READ, &list, &count));
	struct str after = words_now(c);
	i64 later = c->post.updated_at, by = c->post.updated_by;
	for (size_t i = 0; i < count && json_array_size(versions) < VERSIONS_SHOWN; i++) {
		const struct post_version *v = &list[i];
		bool begins = i + 1 == count;
		if (!begins && v->person == by && later - v->at < VERSION_APART)
			continue;
		struct str before = words_of_version(c->cx, v->document);
		if (!str_eq(before, after))
			json_array_append_new(versions, json_pack("{s:I, s:o, s:o, s:o}", "revision", (json_int_t)v->revision, "by", doc_text(composer_person(c, v->person)), "at",
								  doc_instant(&c->reader, v->at), "changes", diff_shape(c->cx, before, after)));
		after = before;
		later = v->at;
		by = v->person;
	}
	doc_set(document, "has_versions", json_boolean(json_array_size(versions) > 0));
	return OK;
}

/* What is different from the words that were approved last; null: nothing was, or nothing is. */
static enum err since_approval_shape(struct composer *c, json_t *document)
{
	struct post_version *list = NULL;
	size_t count = 0;
	i64 approved = 0;
	doc_set(document, "since_approval", json_null());
	doc_set(document, "has_since_approval", json_false());
	for (size_t i = 0; i < c->approval_count; i++)
		if (str_eq(c->approvals[i].outcome, S("approved")) && c->approvals[i].revision > approved)
			approved = c->approvals[i].revision;
	if (!approved)
		return OK;
	TRY(post_versions(c->cx, c->db, here(c->cx), c->post.id, VERSIONS_READ, &list, &count));
	const struct post_version *then = NULL;
	for (size_t i = 0; i < count; i++)
		if (list[i].revision >= approved)
			then = &list[i]; /* the oldest since: its words are those that were approved */
	struct str before = then ? words_of_version(c->cx, then->document) : (struct str){}, after = words_now(c);
	if (then && !str_eq(before, after)) {
		doc_set(document, "since_approval", diff_shape(c->cx, before, after));
		doc_set(document, "has_since_approval", json_true());
	}
	return OK;
}

enum err post_history_shape(struct composer *c, json_t *document)
{
	struct post_event *list = NULL;
	size_t count = 0;
	json_t *shapes = json_array();
	doc_set(document, "events", shapes);
	if (c->post.id)
		TRY(post_events(c->cx, c->db, here(c->cx), c->post.id, EVENTS_SHOWN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		bool same = i && str_eq(list[i].kind, S("changed")) && str_eq(list[i - 1].kind, S("changed")) && list[i].person == list[i - 1].person &&
			    list[i - 1].at - list[i].at < VERSION_APART;
		json_t *shape = same ? NULL : event_shape(c, &list[i]); /* saved again and again while writing: told once */
		if (shape)
			json_array_append_new(shapes, shape);
	}
	doc_set(document, "has_events", json_boolean(count > 0));
	TRY(since_approval_shape(c, document));
	return versions_shape(c, document);
}
