#include "flow/ab_test.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/post_parts.h"
#include "flow/post_words.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/short_link.h"

#include <math.h>

static enum err trace(struct cx *cx, struct db *db, const struct ab_test *t, const char *act, struct str detail)
{
	TRY(audit(cx, db, t->workspace, act, arena_printf(cx->arena, "ab_test:%lld", (long long)t->id), detail));
	return change_add(cx, db, t->workspace, 0, "ab_test", t->id);
}

/* ---- counting ---- */

/* What of a post is counted, as it stood at `until`; -1: nobody knows. */
static enum err count_of(struct cx *cx, struct db *db, const struct ab_test *t, const struct ab_left *left, i64 until, i64 *ret_count, i64 *ret_exposed)
{
	static const char *const measures[AB_METRICS] = {[AB_REACTIONS] = "likes", [AB_COMMENTS] = "replies", [AB_REACH] = "reach"};
	i64 links, count, exposed = -1;
	if (t->metric == AB_CLICKS) {
		TRY(short_link_people(cx, db, t->workspace, left->post, t->channel, &links, &count));
		count = links ? count : -1;
	} else {
		TRY(ab_figure(cx, db, t->workspace, t->channel, left->message, measures[t->metric], until, &count));
	}
	if (t->metric != AB_REACH)
		TRY(ab_figure(cx, db, t->workspace, t->channel, left->message, "reach", until, &exposed));
	if (t->metric != AB_REACH && exposed <= 0)
		TRY(ab_figure(cx, db, t->workspace, t->channel, left->message, "views", until, &exposed));
	*ret_count = count;
	*ret_exposed = exposed > 0 ? exposed : 0;
	return OK;
}

/* How much posts of the channel differ anyway: those before, each at the same age. */
static enum err look_back(struct cx *cx, struct db *db, struct ab_test *t)
{
	struct ab_left *list;
	size_t count, known = 0;
	double counts[AB_PAST], exposed[AB_PAST];
	bool all_exposed = true;
	TRY(ab_posts_before(cx, db, t->workspace, t->channel, cx->now - t->after, AB_PAST, &list, &count));
	for (size_t i = 0; i < count; i++) {
		i64 n, seen;
		TRY(count_of(cx, db, t, &list[i], list[i].at + t->after, &n, &seen));
		if (n < 0)
			continue;
		counts[known] = (double)n;
		exposed[known++] = (double)seen;
		all_exposed &= seen > 0;
	}
	struct trial_past past = trial_past_of(counts, all_exposed ? exposed : NULL, known);
	t->unevenness = (i64)llround(fmin(past.unevenness, 1e9) * 1000);
	t->past_posts = (i64)past.posts;
	return OK;
}

/* ---- starting ---- */

static enum err check_post(struct cx *cx, struct db *db, const struct ab_test *t, i64 id, const char *field)
{
	struct post post;
	struct post_variant *variants;
	struct post_words words;
	struct channel channel;
	struct post_link *links;
	size_t count, link_count;
	bool taken, goes = false, counted = t->metric != AB_CLICKS;
	if (post_get(cx, db, t->workspace, id, &post) != OK)
		return fail_field(cx, field, N_("One of these posts does not exist in this workspace."));
	if (post.published_at || post.archived_at || post_state_begun(post.state))
		return fail_field(cx, field, N_("“%.*s” has left: the rules are fixed before anything leaves."), STR_ARG(post.title.len ? post.title : utf8_head(post.body, 60)));
	TRY(ab_post_is_taken(cx, db, t->workspace, id, &taken));
	if (taken)
		return fail_field(cx, field, N_("“%.*s” is compared already."), STR_ARG(post.title.len ? post.title : utf8_head(post.body, 60)));
	TRY(post_variants(cx, db, t->workspace, id, &variants, &count));
	TRY(channel_get(cx, db, t->workspace, t->channel, &channel));
	TRY(post_words_load(cx, db, &post, &words));
	for (size_t i = 0; i < count; i++) {
		if (variants[i].channel != t->channel)
			continue;
		struct post_text text = post_text_of(cx, &post, &variants[i]);
		post_words_leave(cx, &words, &channel, &text, &links, &link_count);
		goes = true;
		for (size_t n = 0; n < link_count; n++)
			counted |= links[n].target.len > 0;
	}
	if (!goes)
		return fail_field(cx, field, N_("“%.*s” does not go to this channel."), STR_ARG(post.title.len ? post.title : utf8_head(post.body, 60)));
	return counted ? OK : fail_field(cx, "metric", N_("“%.*s” has no short link of ours: its clicks are not counted. Turn short links on, or count something else."),
					 STR_ARG(post.title.len ? post.title : utf8_head(post.body, 60)));
}

static enum err check_rules(struct cx *cx, struct db *db, i64 workspace, const struct ab_wish *w)
{
	struct channel channel;
	if (!str_trim(w->name).len || utf8_count(w->name) > 120)
		return fail_field(cx, "name", N_("Say what you want to know, in 120 characters at the most."));
	if (channel_get(cx, db, workspace, w->channel, &channel) != OK)
		return fail_field(cx, "channel", N_("This channel does not exist in this workspace."));
	if (w->confidence != 80 && w->confidence != 90 && w->confidence != 95 && w->confidence != 99)
		return fail_field(cx, "confidence", N_("Choose 80, 90, 95 or 99 per cent."));
	if (w->days < 1 || w->days > 60)
		return fail_field(cx, "days", N_("Choose between 1 and 60 days."));
	if (w->least < 0 || w->least > 1000000)
		return fail_field(cx, "least", N_("Choose a smaller number."));
	if (!w->a_count || w->a_count > AB_POSTS_MAX)
		return fail_field(cx, "a", N_("Choose the posts of A, %d at the most."), AB_POSTS_MAX);
	if (!w->b_count || w->b_count > AB_POSTS_MAX)
		return fail_field(cx, "b", N_("Choose the posts of B, %d at the most."), AB_POSTS_MAX);
	for (size_t i = 0; i < w->a_count + w->b_count; i++)
		for (size_t n = 0; n < i; n++)
			if ((i < w->a_count ? w->a[i] : w->b[i - w->a_count]) == (n < w->a_count ? w->a[n] : w->b[n - w->a_count]))
				return fail_field(cx, "b", N_("A post is either A or B, once."));
	return OK;
}

static enum err start(struct cx *cx, struct db *db, i64 workspace, const struct ab_wish *w, i64 *ret_id)
{
	if (!actor_may(cx->actor, MAY_WRITE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role does not write posts."));
	TRY(check_rules(cx, db, workspace, w));
	struct ab_test t = {.id = id_new(), .workspace = workspace, .channel = w->channel, .name = str_trim(w->name), .metric = w->metric, .confidence = w->confidence,
			    .after = w->days * DAY, .least = w->least, .created_by = cx->actor->user, .created_at = cx->now};
	for (size_t i = 0; i < w->a_count; i++)
		TRY(check_post(cx, db, &t, w->a[i], "a"));
	for (size_t i = 0; i < w->b_count; i++)
		TRY(check_post(cx, db, &t, w->b[i], "b"));
	TRY(look_back(cx, db, &t));
	TRY(ab_test_insert(cx, db, &t));
	for (size_t i = 0; i < w->a_count + w->b_count; i++) {
		struct ab_post p = {.test = t.id, .workspace = workspace, .post = i < w->a_count ? w->a[i] : w->b[i - w->a_count], .is_b = i >= w->a_count};
		TRY(ab_post_insert(cx, db, &p));
	}
	*ret_id = t.id;
	return trace(cx, db, &t, "ab_test.start", arena_printf(cx->arena, "{\"metric\":\"%s\",\"confidence\":%lld,\"days\":%lld,\"least\":%lld}", ab_metric_word(t.metric),
							       (long long)t.confidence, (long long)w->days, (long long)t.least));
}

enum err ab_test_start(struct cx *cx, struct db *db, i64 workspace, const struct ab_wish *wish, i64 *ret_id)
{
	return IN_TRANSACTION(cx, db, start(cx, db, workspace, wish, ret_id));
}

/* ---- the end ---- */

static enum err stop(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str why)
{
	struct ab_test t;
	if (!actor_may(cx->actor, MAY_WRITE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role does not write posts."));
	TRY(ab_test_get(cx, db, workspace, id, &t));
	t.state = AB_STOPPED;
	t.story = str_trim(why);
	if (!t.story.len || utf8_count(t.story) > 300)
		return fail_field(cx, "why", N_("Say why, in 300 characters at the most."));
	TRY(ab_test_end(cx, db, &t));
	return trace(cx, db, &t, "ab_test.stop", (struct str){});
}

enum err ab_test_stop(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str why)
{
	return IN_TRANSACTION(cx, db, stop(cx, db, workspace, id, why));
}

struct trial_arm ab_sum(const struct ab_post *posts, size_t count, bool b)
{
	struct trial_arm arm = {};
	bool known = true;
	for (size_t i = 0; i < count; i++) {
		if (posts[i].is_b != b)
			continue;
		arm.count += (double)posts[i].count;
		arm.exposed += (double)posts[i].exposed;
		known &= posts[i].exposed > 0;
	}
	arm.exposed = known ? arm.exposed : 0;
	return arm;
}

struct trial_result ab_result(const struct ab_test *t, const struct ab_post *posts, size_t count)
{
	struct trial_past past = {.unevenness = (double)t->unevenness / 1000, .posts = (size_t)t->past_posts};
	struct trial_arm a = ab_sum(posts, count, false), b = ab_sum(posts, count, true);
	size_t in_a = 0;
	for (size_t i = 0; i < count; i++)
		in_a += !posts[i].is_b;
	if (a.exposed <= 0 || b.exposed <= 0) { /* so many posts each: as if each was shown to as many */
		a.exposed = (double)in_a;
		b.exposed = (double)(count - in_a);
	}
	return trial_compare(a, b, &past, (double)t->confidence / 100);
}

static enum err decide(struct cx *cx, struct db *db, struct ab_test *t, const struct ab_post *posts, size_t count)
{
	struct trial_arm a = ab_sum(posts, count, false), b = ab_sum(posts, count, true);
	struct trial_result r = ab_result(t, posts, count);
	double all = a.count + b.count;
	t->state = AB_DECIDED;
	t->verdict = all < (double)t->least || all < 1 ? AB_FEW : !r.differs ? AB_NONE : r.ratio > 1 ? AB_B : AB_A;
	TRY(ab_test_end(cx, db, t));
	return trace(cx, db, t, "ab_test.decided", arena_printf(cx->arena, "{\"verdict\":\"%s\"}", ab_verdict_word(t->verdict)));
}

/* One of them: counts what is due; what is all counted is decided, what never left is given up. */
static enum err look_at(struct cx *cx, struct db *db, struct ab_test *t, i64 *done)
{
	struct ab_post *posts;
	struct ab_left left;
	size_t count, open = 0;
	TRY(ab_posts(cx, db, t->workspace, t->id, &posts, &count));
	for (size_t i = 0; i < count; i++) {
		if (posts[i].measured_at)
			continue;
		open++;
		enum err e = ab_post_left(cx, db, t->workspace, posts[i].post, t->channel, &left);
		if (e == ERR_MISSING) {
			cx_forget(cx);
			continue;
		}
		TRY(e);
		if (cx->now < left.at + t->after)
			continue;
		TRY(count_of(cx, db, t, &left, left.at + t->after, &posts[i].count, &posts[i].exposed));
		posts[i].count = posts[i].count < 0 ? 0 : posts[i].count;
		posts[i].measured_at = cx->now;
		TRY(ab_post_measured(cx, db, &posts[i]));
		open--;
		++*done;
	}
	if (!open) {
		++*done;
		return decide(cx, db, t, posts, count);
	}
	if (cx->now < t->created_at + AB_WAITS + t->after)
		return OK;
	t->state = AB_STOPPED;
	t->story = S("late");
	TRY(ab_test_end(cx, db, t));
	++*done;
	return trace(cx, db, t, "ab_test.late", (struct str){});
}

enum err ab_tests_turn(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct ab_test *list;
	size_t count;
	i64 done = 0;
	TRY(ab_tests_running(cx, db, 1000, &list, &count));
	for (size_t i = 0; i < count; i++)
		TRY(IN_TRANSACTION(cx, db, look_at(cx, db, &list[i], &done)));
	*ret_done = done;
	return OK;
}

/* ---- the winner ---- */

enum err ab_test_use(struct cx *cx, struct db *db, i64 workspace, i64 id, bool b, const i64 *channels, size_t count, i64 *ret_post)
{
	struct ab_test t;
	struct ab_post *posts;
	struct post post, made;
	struct post_variant *variants;
	struct post_media *media;
	size_t post_count, variant_count, media_count;
	i64 chosen = 0;
	TRY(ab_test_get(cx, db, workspace, id, &t));
	if (t.state != AB_DECIDED)
		return fail(cx, ERR_CONFLICT, N_("It is not decided yet."));
	b = t.verdict == AB_B || (t.verdict != AB_A && b);
	TRY(ab_posts(cx, db, workspace, id, &posts, &post_count));
	for (size_t i = post_count; i-- > 0;)
		if (posts[i].is_b == b)
			chosen = posts[i].post;
	TRY(post_get(cx, db, workspace, chosen, &post));
	TRY(post_variants(cx, db, workspace, chosen, &variants, &variant_count));
	TRY(post_media_of(cx, db, workspace, chosen, &media, &media_count));
	struct post_variant_request *goes = arena_array(cx->arena, struct post_variant_request, count + 1);
	for (size_t i = 0; i < count; i++)
		goes[i].channel = channels[i];
	struct post_request r = {.title = post.title, .lang = post.lang, .warning = post.warning, .options = post.options, .text = post_text_of(cx, &post, NULL), .variants = goes,
				 .variant_count = count, .media = media, .media_count = media_count, .pillar = post.pillar, .campaign = post.campaign, .idea = post.idea};
	for (size_t i = 0; i < variant_count; i++)
		if (variants[i].channel == t.channel && variants[i].adapted)
			r.text = post_text_of(cx, &post, &variants[i]);
	TRY(post_write(cx, db, workspace, &r, &made));
	*ret_post = made.id;
	return OK;
}
