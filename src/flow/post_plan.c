#include "base/buf.h"
#include "flow/post_parts.h"

#include "base/id.h"
#include "base/zone.h"
#include "flow/post_files.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define AHEAD_MOST (3 * 366 * DAY)

/* ---- the hour ---- */

static bool number_at(struct str s, size_t at, size_t digits, int *ret_number)
{
	int n = 0;
	for (size_t i = at; i < at + digits; i++) {
		if (i >= s.len || s.at[i] < '0' || s.at[i] > '9')
			return false;
		n = n * 10 + (s.at[i] - '0');
	}
	*ret_number = n;
	return true;
}

static bool wall_time_of(struct str text, struct civil *ret_civil)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct civil c = {};
	bool good = text.len == 16 && text.at[4] == '-' && text.at[7] == '-' && (text.at[10] == 'T' || text.at[10] == ' ') && text.at[13] == ':' && number_at(text, 0, 4, &c.year) &&
		    number_at(text, 5, 2, &c.month) && number_at(text, 8, 2, &c.day) && number_at(text, 11, 2, &c.hour) && number_at(text, 14, 2, &c.minute);
	if (!good || c.month < 1 || c.month > 12 || c.day < 1 || c.day > days[c.month - 1] || c.hour > 23 || c.minute > 59)
		return false;
	bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
	if (c.month == 2 && c.day == 29 && !leap)
		return false;
	*ret_civil = c;
	return true;
}

enum err post_set_hour(struct cx *cx, struct db *db, struct post *post, struct str wall_time, struct str zone)
{
	struct workspace w;
	struct civil civil;
	TRY(workspace_get(cx, db, post->workspace, &w));
	if (zone.len && !zone_known(zone))
		return fail_field(cx, "zone", N_("This time zone is not known. It is written as Europe/Paris."));
	post->zone = zone.len ? zone : post->zone.len ? post->zone : w.zone;
	post->wall_time = (struct str){};
	post->planned_at = 0;
	if (!wall_time.len)
		return OK;
	if (!wall_time_of(wall_time, &civil))
		return fail_field(cx, "wall_time", N_("This is no date and time. They are written as 2027-03-28T18:40."));
	post->wall_time = arena_printf(cx->arena, "%.10sT%.5s", wall_time.at, wall_time.at + 11);
	post->planned_at = zone_instant(post->zone, civil);
	if (post->planned_at > cx->now + AHEAD_MOST)
		return fail_field(cx, "wall_time", N_("Choose a time within three years."));
	return OK;
}

enum err post_still_to_come(struct cx *cx, const struct post *post)
{
	return post->planned_at && post->planned_at < cx->now - MINUTE ? fail_field(cx, "wall_time", N_("Choose a time that is still to come.")) : OK;
}

/* ---- the acts ---- */

enum err post_acts(struct cx *cx, struct db *db, i64 workspace, i64 post, struct publication **ret_acts, size_t *ret_count)
{
	return publications_of_post(cx, db, workspace, post, ret_acts, ret_count);
}

enum err post_withdraw(struct cx *cx, struct db *db, const struct post *post)
{
	struct publication *acts;
	size_t count;
	TRY(publications_of_post(cx, db, post->workspace, post->id, &acts, &count));
	for (size_t i = 0; i < count; i++)
		if (acts[i].state == PUBLICATION_SENT || acts[i].state == PUBLICATION_LEASED || acts[i].state == PUBLICATION_UNKNOWN || acts[i].state == PUBLICATION_HANDED)
			return fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
	for (size_t i = 0; i < count; i++)
		if (acts[i].state != PUBLICATION_WITHDRAWN)
			TRY(publication_withdraw(cx, db, post->workspace, acts[i].id));
	return OK;
}

static enum err intend(struct cx *cx, struct db *db, const struct post *post, const struct post_variant *v, i64 part, i64 follows, i64 *ret_id)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct publication p = {
		.id = id_new(),
		.workspace = post->workspace,
		.channel = v->channel,
		.act = part ? S("reply") : S("post"),
		.variant = v->id,
		.part = part,
		.follows = follows,
		.dedup_key = arena_printf(cx->arena, "v%lld-%lld-%.12s", (long long)v->id, (long long)part, token),
		.state = follows ? PUBLICATION_WAITING : PUBLICATION_DUE,
		.due_at = post->planned_at,
		.planned_at = post->planned_at,
		.created_by = cx->actor && cx->actor->user ? cx->actor->user : post->updated_by, /* who is told what becomes of it */
		.created_at = cx->now,
	};
	*ret_id = p.id;
	return publication_insert(cx, db, &p);
}

static enum err is_by_hand(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool *ret_by_hand)
{
	struct channel c;
	TRY(channel_get(cx, db, workspace, channel, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	*ret_by_hand = kind && kind->can & BY_HAND;
	return OK;
}

enum err post_schedule(struct cx *cx, struct db *db, struct post *post)
{
	struct post_variant *variants;
	size_t count;
	TRY(post_fit(cx, db, post));
	TRY(post_files_ask(cx, db, post, false));
	TRY(post_variants(cx, db, post->workspace, post->id, &variants, &count));
	for (size_t i = 0; i < count; i++) {
		struct post_text text = post_text_of(cx, post, &variants[i]);
		i64 first, last, next;
		bool by_hand;
		TRY(intend(cx, db, post, &variants[i], 0, 0, &first));
		last = first;
		TRY(is_by_hand(cx, db, post->workspace, variants[i].channel, &by_hand));
		if (by_hand) /* a person does all of it at once */
			continue;
		if (variants[i].form == FORM_STORY)
			continue; /* nothing follows one */
		for (size_t n = 0; n < text.part_count; n++) {
			TRY(intend(cx, db, post, &variants[i], (i64)n + 1, last, &next));
			last = next;
		}
		if (text.first_comment.len)
			TRY(intend(cx, db, post, &variants[i], -1, first, &next));
	}
	post->state = POST_SCHEDULED;
	return post_trace(cx, db, post, "post.scheduled", arena_printf(cx->arena, "{\"at\":%lld}", (long long)post->planned_at));
}

/* ---- planning ---- */

static enum err plan(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str wall_time, struct str zone, struct post *ret_post)
{
	struct post post;
	TRY(post_get(cx, db, workspace, id, &post));
	if (post_state_begun(post.state))
		return fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
	bool was_scheduled = post.state == POST_SCHEDULED || post.state == POST_TROUBLE;
	if (was_scheduled) {
		TRY(post_withdraw(cx, db, &post));
		post.state = POST_APPROVED;
	}
	TRY(post_set_hour(cx, db, &post, wall_time, zone));
	TRY(post_still_to_come(cx, &post));
	if (post.state == POST_APPROVED && post.planned_at)
		TRY(post_schedule(cx, db, &post));
	post.updated_at = cx->now;
	post.revision++;
	if (post.approved_revision)
		post.approved_revision = post.revision;
	TRY(post_save(cx, db, &post, revision));
	TRY(post_trace(cx, db, &post, "post.moved", arena_printf(cx->arena, "{\"at\":%lld}", (long long)post.planned_at)));
	*ret_post = post;
	return OK;
}

enum err post_plan(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str wall_time, struct str zone, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, plan(cx, db, workspace, id, revision, wall_time, zone, ret_post));
}

static enum err publish(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct post *ret_post)
{
	struct post post;
	struct workspace_settings settings;
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(workspace_settings(cx, db, workspace, &settings));
	if (post.state != POST_APPROVED && post.state != POST_SCHEDULED)
		return fail(cx, ERR_CONFLICT, N_("This post is not approved yet, or it has left."));
	if (post.state == POST_SCHEDULED)
		TRY(post_withdraw(cx, db, &post));
	if (!post.zone.len)
		TRY(post_set_hour(cx, db, &post, (struct str){}, (struct str){}));
	struct civil c = zone_civil(post.zone, cx->now);
	post.wall_time = arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	post.planned_at = cx->now + settings.undo_seconds * SECOND;
	TRY(post_schedule(cx, db, &post));
	post.updated_at = cx->now;
	post.revision++;
	post.approved_revision = post.revision;
	TRY(post_save(cx, db, &post, revision));
	*ret_post = post;
	return OK;
}

enum err post_publish(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, publish(cx, db, workspace, id, revision, ret_post));
}

enum err post_taken_back(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post)
{
	struct post post;
	TRY(post_get(cx, db, workspace, id, &post));
	if (post.state != POST_SCHEDULED && post.state != POST_TROUBLE)
		return fail(cx, ERR_CONFLICT, N_("This post is not scheduled."));
	TRY(post_withdraw(cx, db, &post));
	i64 seen = post.revision;
	post.state = POST_APPROVED;
	post.wall_time = (struct str){};
	post.planned_at = 0;
	post.approved_revision = ++post.revision;
	post.updated_at = cx->now;
	TRY(post_save(cx, db, &post, seen));
	TRY(post_trace(cx, db, &post, "post.taken_back", (struct str){}));
	*ret_post = post;
	return OK;
}

enum err post_take_back(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, post_taken_back(cx, db, workspace, id, ret_post));
}
