/* series_turn.c: the working role makes the occurrences of series, ahead and once each, and gives those that nobody touched the approval that their words have. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/post_parts.h"
#include "flow/queue.h"
#include "flow/series_parts.h"
#include "flow/transaction.h"
#include "model/slot.h"
#include "store/workspace.h"

#include <jansson.h>

#define SERIES_A_TURN 20
#define OCCURRENCES_A_TURN 60 /* of one */
#define LOOK_AGAIN (6 * HOUR)
#define AFTER_TROUBLE HOUR
#define APPROVED_A_TURN 200

/* ---- what it says ---- */

static struct str member(struct cx *cx, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)}) : (struct str){};
}

static struct post_text text_of(struct cx *cx, const json_t *object)
{
	const json_t *parts = json_object_get(object, "parts");
	struct str *texts = arena_array(cx->arena, struct str, json_array_size(parts) + 1);
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *one = json_array_get(parts, i);
		texts[i] = arena_str(cx->arena, (struct str){json_string_value(one), json_string_length(one)});
	}
	return (struct post_text){.body = member(cx, object, "body"), .first_comment = member(cx, object, "first_comment"), .parts = texts, .part_count = json_array_size(parts)};
}

static i64 id_of(struct cx *cx, const json_t *object, const char *name)
{
	i64 id = 0;
	str_to_i64(member(cx, object, name), &id);
	return id;
}

static void fill_request(struct cx *cx, const json_t *said, struct post_request *r)
{
	const json_t *variants = json_object_get(said, "variants"), *media = json_object_get(said, "media"), *options = json_object_get(said, "options");
	struct post_variant_request *places = arena_array(cx->arena, struct post_variant_request, json_array_size(variants) + 1);
	struct post_media *files = arena_array(cx->arena, struct post_media, json_array_size(media) + 1);
	for (size_t i = 0; i < json_array_size(variants); i++) {
		const json_t *v = json_array_get(variants, i);
		places[i] = (struct post_variant_request){.channel = id_of(cx, v, "channel_id"), .adapted = json_is_true(json_object_get(v, "adapted")),
							  .no_card = json_is_true(json_object_get(v, "no_card"))};
		post_form_of(member(cx, v, "form"), &places[i].form);
		if (places[i].adapted)
			places[i].text = text_of(cx, v);
	}
	for (size_t i = 0; i < json_array_size(media); i++)
		files[i] = (struct post_media){.media = id_of(cx, json_array_get(media, i), "media_id"), .alt = member(cx, json_array_get(media, i), "alt")};
	r->title = member(cx, said, "title");
	r->lang = member(cx, said, "lang");
	r->warning = member(cx, said, "warning");
	r->options = options ? arena_json(cx->arena, options, JSON_COMPACT) : (struct str){};
	r->text = text_of(cx, said);
	r->variants = places;
	r->variant_count = json_array_size(variants);
	r->media = files;
	r->media_count = json_array_size(media);
}

enum err series_request_of(struct cx *cx, const struct series *s, const struct post *like, struct post_request *ret_request)
{
	struct post_request r = {.pillar = like->pillar, .campaign = like->campaign, .idea = like->idea};
	json_t *said = json_loadb(s->document.at, s->document.len, 0, NULL);
	if (!said)
		return fail(cx, ERR_SYSTEM, N_("What this series says cannot be read."));
	fill_request(cx, said, &r);
	json_decref(said);
	*ret_request = r;
	return OK;
}

/* ---- approval ---- */

static bool is_approved(const struct post *p)
{
	return p->approved_revision && p->approved_revision == p->revision && p->state != POST_DRAFT && p->state != POST_REVIEW;
}

static enum err look_at(struct cx *cx, struct db *db, struct series *s, const struct post *post)
{
	struct str document;
	if (s->approved_at || !is_approved(post))
		return OK;
	TRY(post_snapshot(cx, db, post, &document));
	if (str_eq(document, s->document))
		s->approved_at = cx->now;
	return OK;
}

/* Its words are those of a post that is approved as it stands: of the one that it has them from, or of another that says the same. */
static enum err look_approved(struct cx *cx, struct db *db, struct series *s, const struct post *source)
{
	struct series_post *list;
	struct post post;
	size_t count;
	TRY(look_at(cx, db, s, source));
	if (s->approved_at)
		return OK;
	TRY(series_posts(cx, db, s->workspace, s->id, cx->now - DAY, APPROVED_A_TURN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		if (!list[i].post)
			continue;
		TRY(post_get(cx, db, s->workspace, list[i].post, &post));
		TRY(look_at(cx, db, s, &post));
	}
	return OK;
}

static enum err was_returned(struct cx *cx, struct db *db, const struct post *p, bool *ret_was)
{
	struct post_approval *list;
	size_t count;
	*ret_was = false;
	TRY(post_approvals(cx, db, p->workspace, p->id, &list, &count));
	for (size_t i = 0; i < count; i++)
		*ret_was |= str_eq(list[i].outcome, S("returned"));
	return OK;
}

/* Those that were made before the words were approved, and that nobody changed, moved into review or returned. */
static enum err approve_made(struct cx *cx, struct db *db, const struct series *s)
{
	struct series_post *list;
	size_t count;
	if (!s->approved_at)
		return OK;
	TRY(series_posts(cx, db, s->workspace, s->id, cx->now - DAY, APPROVED_A_TURN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct post p;
		struct str document;
		bool returned;
		if (!list[i].post)
			continue;
		TRY(post_get(cx, db, s->workspace, list[i].post, &p));
		if (p.state != POST_DRAFT || p.archived_at || (p.planned_at && p.planned_at < cx->now))
			continue;
		TRY(post_snapshot(cx, db, &p, &document));
		TRY(was_returned(cx, db, &p, &returned));
		if (str_eq(document, s->document) && !returned)
			TRY(post_approve_like(cx, db, &p, s->post));
	}
	return OK;
}

/* ---- one occurrence ---- */

static enum err make(struct cx *cx, struct db *db, struct series *s, const struct post *source, i64 at, i64 queue)
{
	struct post_request r;
	struct post post;
	TRY(series_request_of(cx, s, source, &r));
	r.wall_time = slot_wall(cx->arena, s->zone, at);
	r.zone = s->zone;
	TRY(post_write(cx, db, s->workspace, &r, &post));
	TRY(series_post_insert(cx, db, s->workspace, &(struct series_post){s->id, at, post.id}));
	if (queue)
		TRY(queue_post_put(cx, db, s->workspace, queue, post.id, post.planned_at));
	post.created_by = s->created_by;
	post.updated_by = source->updated_by; /* whose words these are: they do not approve them */
	TRY(post_save(cx, db, &post, post.revision));
	TRY(post_event_add(cx, db, s->workspace, post.id, "of_series", arena_printf(cx->arena, "{\"post\":\"%lld\"}", (long long)s->post)));
	if (s->approved_at)
		TRY(post_approve_like(cx, db, &post, s->post));
	s->made_until = at;
	return OK;
}

static enum err is_made(struct cx *cx, struct db *db, const struct series *s, i64 at, bool *ret_is)
{
	struct series_post *list;
	size_t count;
	TRY(series_posts(cx, db, s->workspace, s->id, at - 1, 1, &list, &count));
	*ret_is = count && list[0].at == at;
	return OK;
}

static enum err make_by_rule(struct cx *cx, struct db *db, struct series *s, const struct post *source, i64 *ret_done)
{
	struct recurrence rule;
	i64 at;
	bool there;
	TRY(series_rule(cx, s, &rule));
	while (*ret_done < OCCURRENCES_A_TURN) {
		if (!recurrence_next(&rule, s->made_until, &at)) {
			s->ended_at = cx->now; /* that was the last */
			return OK;
		}
		if (at > cx->now + SERIES_AHEAD)
			return OK;
		TRY(is_made(cx, db, s, at, &there));
		if (there) {
			s->made_until = at;
			continue;
		}
		++*ret_done;
		if (at > cx->now) {
			TRY(make(cx, db, s, source, at, 0));
			continue;
		}
		TRY(series_post_insert(cx, db, s->workspace, &(struct series_post){s->id, at, 0})); /* nothing is sent late by itself; it is shown */
		s->made_until = at;
	}
	return OK;
}

/* Since when it may be said again, on each of its networks. */
static enum err rested_at(struct cx *cx, struct db *db, const struct series *s, i64 *ret_at)
{
	struct post_request r;
	i64 last = s->made_until;
	TRY(series_request_of(cx, s, &(struct post){}, &r));
	for (size_t i = 0; i < r.variant_count; i++) {
		struct channel c;
		const struct channel_kind *kind;
		i64 said;
		TRY(post_channel(cx, db, s->workspace, r.variants[i].channel, &c, &kind));
		TRY(series_said_last(cx, db, s->workspace, c.network, r.variants[i].adapted ? r.variants[i].text.body : r.text.body, &said));
		last = said > last ? said : last;
	}
	*ret_at = last + s->rest;
	return OK;
}

static enum err make_by_queue(struct cx *cx, struct db *db, struct series *s, const struct post *source, i64 *ret_done)
{
	struct queue q;
	i64 from, at;
	size_t found;
	if (!s->approved_at)
		return OK; /* evergreen is what was approved */
	TRY(queue_get(cx, db, s->workspace, s->queue, &q));
	if (q.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This queue was put away."));
	TRY(rested_at(cx, db, s, &from));
	if (from > cx->now + SERIES_EVERGREEN_AHEAD)
		return OK;
	TRY(queue_free(cx, db, &q, from > cx->now + HOUR ? from - 1 : cx->now + HOUR, &at, 1, &found));
	if (!found || at > cx->now + SERIES_EVERGREEN_AHEAD)
		return OK;
	++*ret_done;
	return make(cx, db, s, source, at, q.id);
}

/* ---- the turn ---- */

static enum err turn_one(struct cx *cx, struct db *db, struct series *s, i64 *ret_done)
{
	struct post source;
	*ret_done = 0;
	TRY(workspace_speak(cx, db, s->workspace));
	TRY(post_get(cx, db, s->workspace, s->post, &source));
	TRY(look_approved(cx, db, s, &source));
	TRY(s->rule.len ? make_by_rule(cx, db, s, &source, ret_done) : make_by_queue(cx, db, s, &source, ret_done));
	TRY(approve_made(cx, db, s));
	s->story = (struct str){};
	s->due_at = *ret_done >= OCCURRENCES_A_TURN ? cx->now : cx->now + (s->approved_at ? LOOK_AGAIN : MINUTE); /* words that wait for approval are looked at soon */
	return series_save(cx, db, s);
}

/* It is told on its page, and tried again. */
static enum err note_trouble(struct cx *cx, struct db *db, const struct series *before)
{
	struct series s = *before;
	s.story = arena_str(cx->arena, str_of(cx->story));
	s.due_at = cx->now + AFTER_TROUBLE;
	cx_forget(cx);
	return IN_TRANSACTION(cx, db, series_save(cx, db, &s));
}

enum err series_turn(struct cx *cx, struct db *db, i64 *ret_done, i64 *ret_wake)
{
	struct series *list;
	size_t count;
	i64 done = 0;
	TRY(series_due(cx, db, SERIES_A_TURN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct series s = list[i];
		i64 made = 0;
		enum err e = IN_TRANSACTION(cx, db, turn_one(cx, db, &s, &made));
		if (e == ERR_BAD_INPUT || e == ERR_MISSING || e == ERR_CONFLICT)
			TRY(note_trouble(cx, db, &list[i]));
		else
			TRY(e);
		done += e == OK ? made : 0;
	}
	TRY(series_next_due(cx, db, ret_wake));
	*ret_done = done;
	return OK;
}
