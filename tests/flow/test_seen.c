/* Two people change one thing: who saves later is told, writes over it once they saw, and nothing else stands in the way of a change. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "flow/calendar.h"
#include "flow/campaign.h"
#include "flow/idea.h"
#include "flow/pillar.h"
#include "flow/queue.h"
#include "flow/writing_aid.h"

/* Of two values side by side, no other two have the mark; titles and names shown are no part of it. */
static void test_marks(void **state)
{
	struct test_desk d = desk_open(state);
	struct seen one = {}, other = {}, same = {};
	seen_add(&one, "title", "Title", S("ab"));
	seen_add(&one, "body", "Body", S("c"));
	seen_add(&other, "title", "Title", S("a"));
	seen_add(&other, "body", "Body", S("bc"));
	seen_add(&same, "title", "Heading", S("ab"));
	seen_add(&same, "body", "Text", S("c"));
	seen_field(&same, "body")->shown = S("see");
	struct str mark = seen_mark(d.cx->arena, &one);
	assert_int_equal(mark.len, SEEN_MARK);
	assert_false(str_eq(mark, seen_mark(d.cx->arena, &other)));
	assert_true(str_eq(mark, seen_mark(d.cx->arena, &same)));
	assert_ok(d.cx, seen_holds(d.cx, (struct str){}, &other)); /* who says nothing is let through */
	assert_int_equal(seen_holds(d.cx, mark, &other), ERR_CONFLICT);
	assert_string_equal(d.cx->field, "seen");
	assert_int_equal(seen_holds(d.cx, S("rubbish"), &one), ERR_CONFLICT);
}

/* The first saver changes `first`, the second one, who saw what was there before, changes `second`: told; then, having seen, it is theirs. */
#define TWO_SAVE(d_, noun_, get_, keep_, mark_, first_, second_)                                                               \
	do {                                                                                                                    \
		__typeof__(noun_) mine_ = noun_, theirs_ = noun_;                                                                  \
		mine_.seen = theirs_.seen = mark_;                                                                                  \
		{ __typeof__(noun_) *it = &theirs_; first_; }                                                                       \
		assert_ok((d_)->cx, keep_((d_)->cx, (d_)->db, &theirs_));                                                           \
		{ __typeof__(noun_) *it = &mine_; second_; }                                                                        \
		assert_int_equal(keep_((d_)->cx, (d_)->db, &mine_), ERR_CONFLICT);                                                  \
		assert_string_equal((d_)->cx->field, "seen");                                                                       \
		assert_ok((d_)->cx, get_((d_)->cx, (d_)->db, (d_)->workspace, noun_.id, &noun_));                                   \
		mine_.seen = mark_;                                                                                                 \
		assert_ok((d_)->cx, keep_((d_)->cx, (d_)->db, &mine_));                                                             \
		mine_.seen = (struct str){};                                                                                        \
		assert_ok((d_)->cx, keep_((d_)->cx, (d_)->db, &mine_));                                                             \
	} while (0)

static struct str idea_mark(struct test_desk *d, const struct idea *i)
{
	struct seen seen;
	idea_seen(d->cx->arena, i, &seen);
	return seen_mark(d->cx->arena, &seen);
}

static void test_idea(void **state)
{
	struct test_desk d = desk_open(state);
	struct idea i = {.workspace = d.workspace, .title = S("Bread"), .body = S("Rye.")};
	assert_ok(d.cx, idea_keep(d.cx, d.db, &i));
	TWO_SAVE(&d, i, idea_get, idea_keep, idea_mark(&d, &i), it->title = S("Rye bread"), it->body = S("Of rye."));
	assert_ok(d.cx, idea_get(d.cx, d.db, d.workspace, i.id, &i));
	assert_str(i.title, "Bread");
	assert_str(i.body, "Of rye.");
	/* That it is set aside meanwhile is no change of what it says. */
	i.seen = idea_mark(&d, &i);
	assert_ok(d.cx, idea_move(d.cx, d.db, d.workspace, i.id, IDEA_ASIDE));
	i.title = S("Oat bread");
	assert_ok(d.cx, idea_keep(d.cx, d.db, &i));
	assert_int_equal(i.state, IDEA_ASIDE);
	/* What is the same again is the same. */
	struct str mark = idea_mark(&d, &i);
	i.seen = (struct str){};
	i.title = S("Other");
	assert_ok(d.cx, idea_keep(d.cx, d.db, &i));
	i.title = S("Oat bread");
	assert_ok(d.cx, idea_keep(d.cx, d.db, &i));
	i.seen = mark;
	i.title = S("Barley bread");
	assert_ok(d.cx, idea_keep(d.cx, d.db, &i));
}

static struct str campaign_mark(struct test_desk *d, const struct campaign *c)
{
	struct seen seen;
	campaign_seen(d->cx->arena, c, &seen);
	return seen_mark(d->cx->arena, &seen);
}

static struct str pillar_mark(struct test_desk *d, const struct pillar *p)
{
	struct seen seen;
	pillar_seen(d->cx->arena, p, &seen);
	return seen_mark(d->cx->arena, &seen);
}

static struct str aid_mark(struct test_desk *d, const struct writing_aid *a)
{
	struct seen seen;
	writing_aid_seen(d->cx->arena, a, &seen);
	return seen_mark(d->cx->arena, &seen);
}

static struct str note_mark(struct test_desk *d, const struct calendar_note *n)
{
	struct seen seen;
	calendar_note_seen(n, &seen);
	return seen_mark(d->cx->arena, &seen);
}

static void test_others(void **state)
{
	struct test_desk d = desk_open(state);
	struct campaign c = {.workspace = d.workspace, .name = S("Spring"), .currency = S("EUR"), .budget = 120050};
	struct pillar p = {.workspace = d.workspace, .name = S("People"), .share = 30};
	struct calendar_note n = {.workspace = d.workspace, .kind = S("note"), .title = S("Closed"), .day = S("2027-03-01"), .until_day = S("2027-03-01")};
	assert_ok(d.cx, campaign_keep(d.cx, d.db, &c));
	TWO_SAVE(&d, c, campaign_get, campaign_keep, campaign_mark(&d, &c), it->brief = S("Bread for all."), it->spent = 5000);
	assert_ok(d.cx, pillar_keep(d.cx, d.db, &p));
	TWO_SAVE(&d, p, pillar_get, pillar_keep, pillar_mark(&d, &p), it->share = 40, it->about = S("Bakers."));
	assert_ok(d.cx, calendar_note_keep(d.cx, d.db, &n));
	TWO_SAVE(&d, n, calendar_note_get, calendar_note_keep, note_mark(&d, &n), it->kind = S("quiet"), it->until_day = S("2027-03-02"));
	static const struct {
		enum aid_kind kind;
		struct str name, body, other;
	} aids[] = {{AID_TEMPLATE, S("Sunday"), S("Open at six."), S("Open at seven.")}, {AID_HASHTAGS, S("Bread"), S("#pain #levain"), S("#pain")}, {AID_VARIABLE, S("hour"), S("six"), S("seven")}};
	for (size_t i = 0; i < COUNT(aids); i++) {
		struct writing_aid a = {.workspace = d.workspace, .kind = aids[i].kind, .name = aids[i].name, .body = aids[i].body};
		assert_ok(d.cx, writing_aid_keep(d.cx, d.db, &a));
		TWO_SAVE(&d, a, writing_aid_get, writing_aid_keep, aid_mark(&d, &a), it->body = aids[i].other, it->about = S("For mornings."));
		/* That it was used meanwhile is no change. */
		struct str text;
		assert_ok(d.cx, writing_aid_get(d.cx, d.db, d.workspace, a.id, &a));
		a.seen = aid_mark(&d, &a);
		if (a.kind != AID_VARIABLE)
			assert_ok(d.cx, writing_aid_use(d.cx, d.db, d.workspace, a.id, &text));
		a.about = S("For evenings.");
		assert_ok(d.cx, writing_aid_keep(d.cx, d.db, &a));
	}
}

static void test_queue(void **state)
{
	struct test_desk d = desk_open(state);
	struct queue q = {.workspace = d.workspace, .name = S("Social"), .zone = S("Europe/Paris")};
	struct seen seen;
	const int nine[] = {540}, ten[] = {600};
	assert_ok(d.cx, queue_keep(d.cx, d.db, &q, nine, 1, &d.channel, 1));
	assert_ok(d.cx, queue_seen(d.cx, d.db, d.workspace, q.id, &seen));
	q.seen = seen_mark(d.cx->arena, &seen);
	assert_ok(d.cx, queue_keep(d.cx, d.db, &q, nine, 1, &d.channel, 1)); /* nothing changed */
	assert_ok(d.cx, queue_keep(d.cx, d.db, &q, ten, 1, &d.channel, 1));
	assert_int_equal(queue_keep(d.cx, d.db, &q, nine, 1, NULL, 0), ERR_CONFLICT);
	assert_ok(d.cx, queue_seen(d.cx, d.db, d.workspace, q.id, &seen));
	q.seen = seen_mark(d.cx->arena, &seen);
	assert_ok(d.cx, queue_keep(d.cx, d.db, &q, nine, 1, NULL, 0));
	assert_int_equal(queue_keep(d.cx, d.db, &q, ten, 1, NULL, 0), ERR_CONFLICT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_marks),
		DATABASE_TEST(test_idea),
		DATABASE_TEST(test_others),
		DATABASE_TEST(test_queue),
	};
	return on_both_engines(tests);
}
