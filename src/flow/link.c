#include "flow/link.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "flow/house_check.h"
#include "flow/link_card.h"
#include "flow/post_look.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"

#define A_TURN 8
#define PATIENCE (10 * SECOND)
#define CONNECTING (5 * SECOND)
#define DEAD_AFTER 3       /* looks in a row without an answer */
#define AGAIN_AFTER MINUTE /* and then five of them */
#define POSTS_MOST 500
#define REDIRECTS 3

/* ---- one look ---- */

static bool enough(void *subject, struct str piece)
{
	return false; /* that it begins to come is all that is wanted */
}

static enum err ask(struct cx *cx, struct net *net, const char *method, struct str url, int redirects, struct net_answer *ret_answer)
{
	struct net_request request = {.method = method, .url = url, .timeout = PATIENCE, .connect_timeout = CONNECTING, .answer_max = 65536, .redirects = redirects, .take = enough};
	return net_ask(cx, net, &request, ret_answer);
}

static bool is_there(int status)
{
	return status >= 200 && status < 400;
}

/* It said that it is gone, or that its machine is broken; others turn programs away, or want to be asked otherwise. */
static bool is_gone(int status)
{
	return status == 404 || status == 410;
}

static void fail_look(struct cx *cx, struct link_look *k)
{
	k->failures++;
	if (k->failures < DEAD_AFTER)
		k->asked_at = cx->now + (k->failures == 1 ? AGAIN_AFTER : 5 * AGAIN_AFTER);
	else
		k->state = S("dead");
}

static void judge(struct cx *cx, const struct net_answer *a, struct str moved_to, struct link_look *k)
{
	k->status = a->status;
	k->target = (struct str){};
	if (a->trouble == NET_BLOCKED || a->trouble == NET_HELD_BACK) { /* a place inside: not ours to look at */
		k->state = (struct str){};
		k->failures = 0;
	} else if (!a->status || a->status >= 500) {
		fail_look(cx, k);
	} else {
		k->failures = 0;
		k->state = is_gone(a->status) ? S("dead") : !is_there(a->status) ? (struct str){} : moved_to.len ? S("moved") : S("alive");
		k->target = str_eq(k->state, S("moved")) ? moved_to : (struct str){};
	}
}

enum err link_ask(struct cx *cx, struct net *net, const struct link_look *link, struct link_look *ret_link)
{
	struct link_look k = *link;
	struct net_answer first, last;
	bool has_scheme = str_find(k.url, S("://")) >= 0;
	struct str url = has_scheme ? k.url : arena_printf(cx->arena, "https://%.*s", STR_ARG(k.url)), moved_to = {};
	k.asked_at = 0;
	k.looked_at = cx->now;
	enum err e = ask(cx, net, "HEAD", url, 0, &first);
	if (e == ERR_BAD_INPUT) { /* no address that can be asked: others say so */
		cx_forget(cx);
		k.state = (struct str){};
		k.status = 0;
		*ret_link = k;
		return OK;
	}
	TRY(e);
	last = first;
	if (first.status >= 300 && first.status < 400)
		TRY(ask(cx, net, "HEAD", url, REDIRECTS, &last));
	if (last.status >= 400) /* some know no HEAD */
		TRY(ask(cx, net, "GET", url, REDIRECTS, &last));
	if ((first.status == 301 || first.status == 308) && is_there(last.status) && !str_eq(last.url, url))
		moved_to = last.url;
	judge(cx, &last, moved_to, &k);
	*ret_link = k;
	return OK;
}

/* ---- what follows from it ---- */

static struct str story_of(struct cx *cx, const struct link_look *k)
{
	return k->status ? arena_printf(cx->arena, _(N_("A link of it leads nowhere: %.*s (the answer was %lld).")), STR_ARG(k->url), (long long)k->status)
			 : arena_printf(cx->arena, _(N_("A link of it leads nowhere: %.*s (nothing answered).")), STR_ARG(k->url));
}

static bool is_right_here(const struct house_checks *house, struct str url)
{
	for (size_t i = 0; i < house->exception_count; i++)
		if (str_eq(house->exceptions[i].check, S("link-dead")) && str_eq(house->exceptions[i].key, url) && !house->exceptions[i].context.len)
			return true;
	return false;
}

/* Nothing of it has left: its parts wait for a person. Else what follows goes on. */
static enum err hold(struct cx *cx, struct db *db, const struct post *post, struct str story)
{
	struct publication *acts;
	size_t count;
	TRY(post_acts(cx, db, post->workspace, post->id, &acts, &count));
	for (size_t i = 0; i < count; i++)
		if (acts[i].state == PUBLICATION_DUE) {
			TRY(publication_ask(cx, db, post->workspace, acts[i].id, S("link"), story));
			acts[i].state = PUBLICATION_LATE;
			TRY(post_acted(cx, db, &acts[i], NULL, story));
		}
	return OK;
}

static enum err tell(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct house_checks *house, const struct link_look *k)
{
	struct post post;
	struct post_override *overrides;
	size_t count;
	enum finding_level level = house_level(house, check_kind_of(S("link-dead")));
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(post_overrides(cx, db, workspace, id, &overrides, &count));
	if (level == CHECK_OFF || is_right_here(house, k->url) || post_override_for(overrides, count, S("link-dead"), k->url))
		return OK;
	struct str story = story_of(cx, k);
	if (level == CHECK_BLOCK)
		TRY(hold(cx, db, &post, story));
	return post_told(cx, db, &post, level == CHECK_BLOCK ? "link_held" : "link_dead", story);
}

static enum err record(struct cx *cx, struct db *db, const struct link_look *before, const struct link_look *k)
{
	struct house_checks house;
	i64 *posts;
	size_t count;
	bool died = str_eq(k->state, S("dead")) && !str_eq(before->state, S("dead"));
	TRY(link_looked(cx, db, k));
	if (str_eq(k->state, before->state) && k->status == before->status)
		return OK;
	TRY(link_posts_changed(cx, db, k->workspace, k->id, POSTS_MOST, &posts, &count));
	for (size_t i = 0; i < count; i++)
		TRY(change_add(cx, db, k->workspace, 0, "post", posts[i]));
	if (!died)
		return OK;
	TRY(workspace_speak(cx, db, k->workspace));
	TRY(house_checks_load(cx, db, k->workspace, &house));
	TRY(link_planned_posts(cx, db, k->workspace, k->id, POSTS_MOST, &posts, &count));
	for (size_t i = 0; i < count; i++)
		TRY(tell(cx, db, k->workspace, posts[i], &house, k));
	return OK;
}

/* ---- turns ---- */

static bool answers(const struct link_look *k)
{
	return str_eq(k->state, S("alive")) || str_eq(k->state, S("moved"));
}

static enum err record_both(struct cx *cx, struct db *db, const struct link_look *before, const struct link_look *k, const struct link_card *card)
{
	i64 *posts;
	size_t count;
	TRY(record(cx, db, before, k));
	if (!card->link)
		return OK;
	TRY(link_card_put(cx, db, card));
	TRY(link_posts_changed(cx, db, k->workspace, k->id, POSTS_MOST, &posts, &count));
	for (size_t i = 0; i < count; i++)
		TRY(change_add(cx, db, k->workspace, 0, "post", posts[i]));
	return OK;
}

enum err link_turn(struct cx *cx, struct db *db, struct net *net, const struct media_hooks *pictures, i64 *ret_done, i64 *ret_wake)
{
	struct link_look *list;
	size_t count;
	TRY(links_asked(cx, db, A_TURN, &list, &count));
	*ret_done = 0;
	for (size_t i = 0; i < count; i++) {
		struct link_look k;
		if (list[i].asked_at > cx->now) {
			*ret_wake = list[i].asked_at;
			break;
		}
		struct link_card card = {};
		TRY(workspace_speak(cx, db, list[i].workspace)); /* what is told of it is kept */
		TRY(link_ask(cx, net, &list[i], &k));
		if (answers(&k))
			TRY(link_card_ask(cx, net, pictures, &k, &card));
		TRY(IN_TRANSACTION(cx, db, record_both(cx, db, &list[i], &k, &card)));
		++*ret_done;
	}
	return OK;
}

enum err link_sweep(struct cx *cx, struct db *db, i64 *ret_asked)
{
	struct workspace *list;
	size_t count;
	*ret_asked = 0;
	TRY(workspace_list(cx, db, &list, &count));
	for (size_t i = 0; i < count; i++) {
		i64 asked;
		TRY(links_ask_planned(cx, db, list[i].id, cx->now + LINK_LOOK_AHEAD, cx->now - LINK_LOOK_AHEAD, &asked));
		*ret_asked += asked;
	}
	return OK;
}
