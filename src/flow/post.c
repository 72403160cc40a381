#include "base/buf.h"
#include "flow/post_look.h"
#include "flow/post_parts.h"

#include "base/clock.h"
#include "base/id.h"
#include "flow/audit.h"
#include "flow/post_files.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/media.h"

#include <string.h>

enum err post_trace(struct cx *cx, struct db *db, const struct post *post, const char *act, struct str detail)
{
	TRY(post_event_add(cx, db, post->workspace, post->id, act + strlen("post."), detail));
	TRY(audit(cx, db, post->workspace, act, arena_printf(cx->arena, "post:%lld", (long long)post->id), detail));
	return change_add(cx, db, post->workspace, 0, "post", post->id);
}

/* ---- texts ---- */

static struct str texts_json(struct cx *cx, const struct post_text *text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '[');
	for (size_t i = 0; i < text->part_count; i++) {
		if (i)
			buf_addc(&b, ',');
		buf_add_json(&b, text->parts[i]);
	}
	buf_addc(&b, ']');
	return buf_keep(&b, cx->arena);
}

static bool too_long(struct str text, size_t most)
{
	return text.len > most && text_length(TEXT_CHARACTERS, text) > most;
}

static enum err check_text(struct cx *cx, const struct post_text *text, const char *before)
{
	if (too_long(text->body, POST_BODY_MAX))
		return fail_field(cx, arena_printf(cx->arena, "%sbody", before).at, N_("This text is too long: %d characters at the most."), POST_BODY_MAX);
	if (too_long(text->first_comment, POST_BODY_MAX))
		return fail_field(cx, arena_printf(cx->arena, "%sfirst_comment", before).at, N_("This text is too long: %d characters at the most."), POST_BODY_MAX);
	if (text->part_count > POST_PARTS_MAX)
		return fail_field(cx, arena_printf(cx->arena, "%sparts", before).at, N_("A thread has %d parts at the most."), POST_PARTS_MAX + 1);
	for (size_t i = 0; i < text->part_count; i++) {
		const char *field = arena_printf(cx->arena, "%sparts[%zu]", before, i).at;
		if (!str_trim(text->parts[i]).len)
			return fail_field(cx, field, N_("This part of the thread is empty. Write it, or take it out."));
		if (too_long(text->parts[i], POST_BODY_MAX))
			return fail_field(cx, field, N_("This text is too long: %d characters at the most."), POST_BODY_MAX);
	}
	return OK;
}

/* ---- writing ---- */

static enum err check_variants(struct cx *cx, struct db *db, i64 workspace, const struct post_request *r)
{
	struct channel channel;
	const struct channel_kind *kind;
	if (r->variant_count > POST_CHANNELS_MAX)
		return fail_field(cx, "channels", N_("A post goes to %d channels at the most."), POST_CHANNELS_MAX);
	for (size_t i = 0; i < r->variant_count; i++) {
		const struct post_variant_request *v = &r->variants[i];
		for (size_t n = 0; n < i; n++)
			if (r->variants[n].channel == v->channel)
				return fail_field(cx, "channels", N_("This channel is named twice."));
		TRY(post_channel(cx, db, workspace, v->channel, &channel, &kind));
		if (channel.archived_at || !kind || !(kind->can & CAN_POST))
			return fail_field(cx, "channels", N_("No post can leave by “%.*s”."), STR_ARG(channel.name));
		if (v->adapted)
			TRY(check_text(cx, &v->text, arena_printf(cx->arena, "variants[%zu].", i).at));
	}
	return OK;
}

enum err post_check_request(struct cx *cx, struct db *db, i64 workspace, const struct post_request *r)
{
	struct media media;
	if (too_long(r->title, POST_TITLE_MAX))
		return fail_field(cx, "title", N_("A title has %d characters at the most."), POST_TITLE_MAX);
	if (too_long(r->warning, POST_TITLE_MAX))
		return fail_field(cx, "warning", N_("A warning has %d characters at the most."), POST_TITLE_MAX);
	TRY(check_text(cx, &r->text, ""));
	TRY(post_poll_check(cx, r->options));
	TRY(check_variants(cx, db, workspace, r));
	if (r->media_count > POST_MEDIA_MAX)
		return fail_field(cx, "media", N_("%d pictures and files go with a post at the most."), POST_MEDIA_MAX);
	for (size_t i = 0; i < r->media_count; i++)
		TRY(media_get(cx, db, workspace, r->media[i].media, &media));
	return OK;
}

/* All that leaves, as JSON: what an approval is of, and what versions keep. */
enum err post_snapshot(struct cx *cx, struct db *db, const struct post *post, struct str *ret_document)
{
	CLEANUP(buf_free) struct buf b = {};
	struct post_variant *variants;
	struct post_media *media;
	size_t variant_count, media_count;
	TRY(post_variants(cx, db, post->workspace, post->id, &variants, &variant_count));
	TRY(post_media_of(cx, db, post->workspace, post->id, &media, &media_count));
	const struct str texts[] = {post->title, post->body, post->first_comment, post->lang, post->warning};
	static const char *const names[] = {"title", "body", "first_comment", "lang", "warning"};
	buf_addc(&b, '{');
	for (size_t i = 0; i < COUNT(texts); i++) {
		buf_addf(&b, "\"%s\":", names[i]);
		buf_add_json(&b, texts[i]);
		buf_addc(&b, ',');
	}
	buf_addf(&b, "\"parts\":%.*s,\"options\":%.*s,\"variants\":[", STR_ARG(post->parts), STR_ARG(post->options));
	for (size_t i = 0; i < variant_count; i++) {
		const struct post_variant *v = &variants[i];
		buf_addf(&b, "%s{\"channel_id\":\"%lld\",\"adapted\":%s,\"body\":", i ? "," : "", (long long)v->channel, v->adapted ? "true" : "false");
		buf_add_json(&b, v->body);
		buf_addf(&b, ",\"parts\":%.*s,\"first_comment\":", STR_ARG(v->parts));
		buf_add_json(&b, v->first_comment);
		if (v->form)
			buf_addf(&b, ",\"form\":\"%s\"", post_form_word(v->form));
		buf_adds(&b, v->no_card ? ",\"no_card\":true}" : "}");
	}
	buf_add(&b, S("],\"media\":["));
	for (size_t i = 0; i < media_count; i++) {
		buf_addf(&b, "%s{\"media_id\":\"%lld\",\"alt\":", i ? "," : "", (long long)media[i].media);
		buf_add_json(&b, media[i].alt);
		buf_addc(&b, '}');
	}
	buf_add(&b, S("]}"));
	*ret_document = buf_keep(&b, cx->arena);
	return OK;
}

static enum err put_variants(struct cx *cx, struct db *db, const struct post *post, const struct post_request *r)
{
	struct post_variant *list;
	size_t count;
	TRY(post_variants(cx, db, post->workspace, post->id, &list, &count));
	for (size_t i = 0; i < count; i++) {
		bool stays = false;
		for (size_t n = 0; n < r->variant_count; n++)
			stays |= r->variants[n].channel == list[i].channel;
		list[i].removed_at = cx->now;
		if (!stays)
			TRY(post_variant_put(cx, db, &list[i]));
	}
	for (size_t i = 0; i < r->variant_count; i++) {
		const struct post_variant_request *v = &r->variants[i];
		struct post_variant variant = {.id = id_new(), .workspace = post->workspace, .post = post->id, .channel = v->channel, .adapted = v->adapted, .parts = S("[]"),
					       .form = v->form, .no_card = v->no_card};
		if (v->adapted) {
			variant.body = v->text.body;
			variant.parts = texts_json(cx, &v->text);
			variant.first_comment = v->text.first_comment;
		}
		TRY(post_variant_put(cx, db, &variant));
	}
	return OK;
}

enum err post_void_approvals(struct cx *cx, struct db *db, const struct post *post)
{
	struct post_approval open;
	enum err e = post_approval_open(cx, db, post->workspace, post->id, &open);
	if (e == ERR_MISSING)
		return OK;
	TRY(e);
	return post_approval_decide(cx, db, post->workspace, open.id, S("void"), (struct str){});
}

static void fill(struct cx *cx, struct post *post, const struct post_request *r)
{
	post->title = r->title;
	post->body = r->text.body;
	post->parts = texts_json(cx, &r->text);
	post->first_comment = r->text.first_comment;
	post->lang = r->lang;
	post->warning = r->warning;
	post->options = r->options.len ? r->options : S("{}");
	post->pillar = r->pillar;
	post->campaign = r->campaign;
	post->idea = r->idea;
	post->updated_by = cx->actor->user;
	post->updated_at = cx->now;
}

static enum err insert(struct cx *cx, struct db *db, i64 workspace, const struct post_request *r, struct post *ret_post)
{
	struct post post = {.id = id_new(), .workspace = workspace, .state = POST_DRAFT, .revision = 1, .created_by = cx->actor->user, .created_at = cx->now};
	TRY(post_check_line(cx, db, workspace, r, &post));
	fill(cx, &post, r);
	TRY(post_set_hour(cx, db, &post, r->wall_time, r->zone));
	TRY(post_insert(cx, db, &post));
	TRY(put_variants(cx, db, &post, r));
	TRY(post_media_set(cx, db, workspace, post.id, r->media, r->media_count));
	TRY(post_links_keep(cx, db, &post));
	TRY(post_files_ask(cx, db, &post, false));
	TRY(post_trace(cx, db, &post, "post.created", (struct str){}));
	if (post.idea)
		TRY(idea_used(cx, db, workspace, post.idea));
	*ret_post = post;
	return OK;
}

#define SPELL (10 * MINUTE) /* a pause so long ends what one writes at a stretch */
#define SPELL_MOST HOUR     /* of which a version is kept so often all the same */

/* One goes on writing: what one wrote a moment ago, and nobody was shown for a decision, need not be kept as a version. */
static enum err goes_on(struct cx *cx, struct db *db, const struct post *post, bool *ret_goes_on)
{
	struct post_version *last;
	struct post_approval *asked;
	size_t count, asked_count;
	*ret_goes_on = false;
	if (post->state != POST_DRAFT || post->approved_revision || post->updated_by != cx->actor->user || cx->now - post->updated_at > SPELL || cx->now < post->updated_at)
		return OK;
	TRY(post_versions(cx, db, post->workspace, post->id, 1, &last, &count));
	TRY(post_approvals(cx, db, post->workspace, post->id, &asked, &asked_count));
	for (size_t i = 0; i < asked_count; i++)
		if (asked[i].revision > (count ? last->revision : 0))
			return OK; /* it was shown as it stands */
	*ret_goes_on = cx->now - (count ? last->at : post->created_at) < SPELL_MOST;
	return OK;
}

static enum err change(struct cx *cx, struct db *db, i64 workspace, const struct post_request *r, struct post *ret_post)
{
	struct post post;
	struct str before, after;
	TRY(post_get(cx, db, workspace, r->id, &post));
	if (post_state_begun(post.state))
		return fail(cx, ERR_CONFLICT, N_("A part of this post has left; it is not changed here any more. Write a new one, or change it over there."));
	TRY(post_snapshot(cx, db, &post, &before));
	struct post_version version = {.revision = post.revision, .person = post.updated_by, .at = post.updated_at, .document = before};
	struct str hour = post.wall_time, zone = post.zone;
	TRY(post_check_line(cx, db, workspace, r, &post));
	bool filed = post.pillar != r->pillar || post.campaign != r->campaign;
	bool from_idea = r->idea && r->idea != post.idea;
	bool same_spell;
	TRY(goes_on(cx, db, &post, &same_spell));
	fill(cx, &post, r);
	TRY(post_set_hour(cx, db, &post, r->wall_time, r->zone));
	TRY(put_variants(cx, db, &post, r));
	TRY(post_media_set(cx, db, workspace, post.id, r->media, r->media_count));
	TRY(post_files_ask(cx, db, &post, false));
	TRY(post_snapshot(cx, db, &post, &after));
	bool changed = !str_eq(before, after), moved = !str_eq(hour, post.wall_time) || !str_eq(zone, post.zone);
	if ((changed || moved) && (post.state == POST_SCHEDULED || post.state == POST_TROUBLE)) {
		TRY(post_withdraw(cx, db, &post));
		post.state = POST_APPROVED;
	}
	post.revision = r->revision + 1;
	if (changed) {
		if (!same_spell)
			TRY(post_version_add(cx, db, workspace, post.id, &version));
		TRY(post_void_approvals(cx, db, &post));
		TRY(post_overrides_void(cx, db, workspace, post.id));
		TRY(post_links_keep(cx, db, &post));
		post.state = POST_DRAFT;
		post.approved_revision = 0;
		post.approved_links = (struct str){}; /* links leave by the rules of the day again, until it is approved anew */
	} else if (post.approved_revision) {
		post.approved_revision = post.revision; /* the same words */
	}
	if (post.state == POST_APPROVED && post.planned_at) {
		TRY(post_still_to_come(cx, &post));
		TRY(post_schedule(cx, db, &post));
	}
	TRY(post_save(cx, db, &post, r->revision));
	if (changed && same_spell)
		TRY(change_add(cx, db, workspace, 0, "post", post.id));
	else if (changed || moved)
		TRY(post_trace(cx, db, &post, changed ? "post.changed" : "post.moved", (struct str){}));
	if (filed)
		TRY(post_trace(cx, db, &post, "post.filed", (struct str){}));
	if (from_idea)
		TRY(idea_used(cx, db, workspace, post.idea));
	*ret_post = post;
	return OK;
}

enum err post_write(struct cx *cx, struct db *db, i64 workspace, const struct post_request *request, struct post *ret_post)
{
	TRY(post_check_request(cx, db, workspace, request));
	return request->id ? IN_TRANSACTION(cx, db, change(cx, db, workspace, request, ret_post)) : IN_TRANSACTION(cx, db, insert(cx, db, workspace, request, ret_post));
}

/* ---- around it ---- */

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct post post;
	TRY(post_get(cx, db, workspace, id, &post));
	if (!!post.archived_at == away)
		return OK;
	if (away && (post.state == POST_SCHEDULED || post.state == POST_TROUBLE))
		TRY(post_taken_back(cx, db, workspace, id, &post));
	if (away)
		TRY(post_void_approvals(cx, db, &post));
	if (post.state == POST_REVIEW)
		post.state = POST_DRAFT;
	i64 seen = post.revision++;
	if (post.approved_revision)
		post.approved_revision = post.revision;
	post.archived_at = away ? cx->now : 0;
	post.updated_at = cx->now;
	TRY(post_save(cx, db, &post, seen));
	return post_trace(cx, db, &post, away ? "post.put_away" : "post.taken_out", (struct str){});
}

enum err post_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}

static enum err remark(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body)
{
	struct post post;
	CLEANUP(buf_free) struct buf detail = {};
	TRY(post_get(cx, db, workspace, id, &post));
	buf_add(&detail, S("{\"body\":"));
	buf_add_json(&detail, body);
	buf_addc(&detail, '}');
	TRY(post_event_add(cx, db, workspace, id, "remark", buf_str(&detail)));
	TRY(audit(cx, db, workspace, "post.remark", arena_printf(cx->arena, "post:%lld", (long long)id), (struct str){}));
	return change_add(cx, db, workspace, 0, "post", id);
}

enum err post_remark(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body)
{
	body = str_trim(body);
	if (!body.len || too_long(body, 4000))
		return fail_field(cx, "body", N_("Write a remark of 4,000 characters at the most."));
	return IN_TRANSACTION(cx, db, remark(cx, db, workspace, id, body));
}
