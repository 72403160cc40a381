/* The sweep where no program may publish: posts planned for one minute are handed to a person, who takes each on and says what became of it: it is there, at its
 * address; it is not, and why; later, and then it is there. Whoever does it, the worker or the person's request, is killed for good just before and just after each
 * commit in turn; another takes over, and the person presses again what they pressed last, not having seen the answer. Afterwards each was told once, none was lost,
 * and no two say that they stand at one address.
 *
 *     build/tests/flow_test_sweep_by_hand             some of the cases on few publications: what the suite runs
 *     build/tests/flow_test_sweep_by_hand 100 all     all of them on a hundred: `make sweep`; prints the second table of docs/sweep.md */
#include "sweep.h"

#include "channel/by_hand.h"
#include "flow/by_hand.h"

#define IDLE_STEP MINUTE
#define PATIENCE (2 * DAY)
#define SAID "https://www.linkedin.com/feed/update/urn:li:activity:"

/* ---- the desk ---- */

static void write_posts(struct cx *cx, struct db *db)
{
	struct civil c = zone_civil(S("UTC"), cx->now + 3 * MINUTE);
	struct post_variant_request variant = {.channel = s.channel};
	c.second = 0;
	s.minute = zone_instant(S("UTC"), c);
	struct str hour = arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	for (int i = 0; i < publications; i++) {
		struct post post;
		struct str text = arena_printf(cx->arena, "Bread of the day, number %d: rye with walnuts.", i);
		struct post_request r = {.text = {.body = text}, .variants = &variant, .variant_count = 1, .wall_time = hour, .zone = S("UTC"), .lang = S("en")};
		assert_ok(cx, post_write(cx, db, s.workspace, &r, &post));
		assert_ok(cx, post_ready(cx, db, s.workspace, post.id, post.revision, &post));
	}
}

static void make_desk(void)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct db *db;
	assert_ok(&cx, db_open(&cx, at("made.db"), DB_CREATE, &db));
	assert_ok(&cx, migrate_up(&cx, db, NULL));
	struct actor actor = people(&cx, db);
	cx.actor = &actor;
	struct channel c = {.id = s.channel = id_new(), .workspace = s.workspace, .kind = S("assisted"), .network = S("linkedin"), .name = S("Ana"), .person = actor.user,
			    .created_at = cx.now, .settings = S("{\"place\":\"linkedin_profile\",\"remind_minutes\":0}")};
	assert_ok(&cx, channel_insert(&cx, db, &c));
	write_posts(&cx, db);
	db_close(db);
}

/* ---- who works ---- */

static struct actor olga(struct cx *cx, struct db *db)
{
	i64 person = 0;
	if (db_number(cx, db, 0, &person, "/* all workspaces */ SELECT MIN(id) FROM person WHERE id > ?1", db_i64(0)) != OK)
		_exit(1);
	return (struct actor){.kind = ACTOR_USER, .workspace = s.workspace, .user = person, .role = ROLE_OWNER, .permissions = role_permissions(ROLE_OWNER), .name = S("Olga"),
			      .zone = S("UTC"), .lang = "en"};
}

/* What she says of each is settled by its place in time: of four, one is not published, and one is put off once. `first`: it was never put off. */
static enum err say(struct cx *cx, struct db *db, i64 id, bool first)
{
	i64 before = 0;
	TRY(db_number(cx, db, 0, &before, "/* all workspaces */ SELECT COUNT(*) FROM publication WHERE id < ?1", db_i64(id)));
	if (before % 4 == 3)
		return by_hand_not(cx, db, s.workspace, id, S("The profile is closed."));
	if (before % 4 == 2 && first) {
		struct civil c = zone_civil(S("UTC"), cx->now + HOUR);
		return by_hand_later(cx, db, s.workspace, id, arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute), S("UTC"));
	}
	return by_hand_done(cx, db, s.workspace, id, arena_printf(cx->arena, SAID "%lld", (long long)id));
}

/* She takes on what waits the longest, and says what became of it. *ret_none: nothing waits. */
static enum err person_turn(struct cx *cx, struct db *db, bool *ret_none)
{
	struct by_hand_task *list;
	size_t count;
	struct actor actor = olga(cx, db);
	cx->actor = &actor;
	TRY(by_hand_open(cx, db, s.workspace, LIST_START, 1, &list, &count));
	*ret_none = !count;
	if (!count)
		return OK;
	TRY(by_hand_take(cx, db, s.workspace, list[0].publication.id));
	return say(cx, db, list[0].publication.id, list[0].publication.attempts <= 1 && !list[0].publication.story.len);
}

/* Somebody died: the answer was never seen, so she presses once more what is done. Told already is a refusal. */
static void press_again(struct cx *cx, struct db *db)
{
	i64 id = 0;
	struct actor actor = olga(cx, db);
	cx->actor = &actor;
	if (db_number(cx, db, 0, &id, "/* all workspaces */ SELECT COALESCE(MAX(publication_id), 0) FROM handing WHERE closed_at > ?1", db_i64(0)) != OK)
		_exit(1);
	if (id && by_hand_done(cx, db, s.workspace, id, arena_printf(cx->arena, SAID "%lld", (long long)id)) == OK)
		_exit(3); /* it was told before */
	cx_forget(cx);
}

static void work(void)
{
	struct db_driver mortal = db_sqlite;
	struct outbox outbox = {};
	struct arena *arena = arena_new(), *own = arena_new();
	struct cx first = cx_new(own);
	struct db *db;
	time_set(shared->now);
	id_set_node(++shared->workers);
	if (db_open(&first, at("case.db"), DB_WRITE, &db) != OK)
		_exit(1);
	token_new(outbox.token);
	first.now = shared->now;
	if (outbox_recover(&first, db) != OK)
		_exit(1);
	if (shared->workers > 1)
		press_again(&first, db);
	mortal.commit = commit_or_die;
	db->driver = &mortal;
	while (shared->now < s.minute + PATIENCE) {
		i64 count = 0, left = -1;
		bool none = false;
		arena_reset(arena);
		struct cx cx = cx_new(arena);
		cx.now = shared->now;
		enum err e = outbox_turn(&cx, db, &outbox, &count);
		if (e == OK && !count)
			e = person_turn(&cx, db, &none);
		if (e == OK && none &&
		    db_number(&cx, db, 0, &left, "/* all workspaces */ SELECT COUNT(*) FROM publication WHERE state IN ('due', 'leased', 'unknown', 'handed') AND id > ?1", db_i64(0)) == OK && !left)
			_exit(0);
		if (e != OK || (!count && none))
			time_set(shared->now += IDLE_STEP);
	}
	_exit(2);
}

/* ---- a case, and what came of it ---- */

struct tally {
	i64 cases, publications, there, not_there, twice, lost, handed, doubted, unexplained;
};

static void add_up(struct tally *t)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(db_closep) struct db *db = NULL;
	assert_ok(&cx, db_open(&cx, at("case.db"), DB_WRITE, &db));
	i64 there = number(&cx, db, "SELECT COUNT(*) FROM publication WHERE state = 'sent' AND remote_url = '" SAID "' || id");
	i64 not_there = number(&cx, db, "SELECT COUNT(*) FROM publication WHERE state = 'failed'");
	t->publications += publications;
	t->there += there;
	t->not_there += not_there;
	t->lost += publications - there - not_there;
	/* What she said stands in the audit log, in the commit in which it was said. */
	t->twice += number(&cx, db, "SELECT COUNT(*) FROM audit_entry WHERE act IN ('by_hand.done', 'by_hand.not_done')") - publications;
	t->twice += number(&cx, db, "SELECT COUNT(*) - COUNT(DISTINCT remote_url) FROM publication WHERE state = 'sent'");
	t->handed += number(&cx, db, "SELECT COUNT(*) FROM post_event WHERE kind = 'handed'");
	t->doubted += number(&cx, db, "SELECT COUNT(*) FROM attempt WHERE outcome = 'handed' AND story <> ''");
	/* Handed once for each minute it had, told of it, and both end with a word. */
	t->unexplained += number(&cx, db, "SELECT ABS((SELECT COUNT(*) FROM post_event WHERE kind = 'handed') - (SELECT COUNT(*) FROM attempt WHERE outcome = 'handed'))");
	t->unexplained += number(&cx, db, "SELECT ABS((SELECT COUNT(*) FROM post_event WHERE kind = 'handed') - (SELECT COUNT(*) FROM notification WHERE kind = 'post_by_hand'))");
	t->unexplained += number(&cx, db, "SELECT ABS((SELECT COUNT(*) FROM post_event WHERE kind = 'handed') - (SELECT COUNT(*) FROM audit_entry WHERE act = 'by_hand.later') -"
					  " (SELECT COUNT(*) FROM publication))");
	t->unexplained += number(&cx, db, "SELECT COUNT(*) FROM publication p WHERE NOT EXISTS (SELECT 1 FROM handing h WHERE h.publication_id = p.id AND h.closed_at > 0) OR p.story = ''");
	t->unexplained += number(&cx, db, "SELECT COUNT(*) FROM post WHERE state NOT IN ('published', 'trouble')");
	assert_int_equal(number(&cx, db, "SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
}

static void run_case(i64 kill_at, bool before, i64 *deaths, struct tally *t)
{
	int status;
	shell(arena_printf(s.arena, "cd %s && rm -f case* && cp made.db case.db", s.folder).at);
	*shared = (struct shared){.now = s.minute + SECOND, .kill_at = kill_at, .before = before};
	while ((status = worker(work)) == KILLED) {
		++*deaths;
		shared->kill_at = 0;
	}
	if (status)
		fail_msg("a worker ended with %d at commit %lld, clock %lld s after the minute", status, (long long)kill_at, (long long)(shared->now - s.minute) / SECOND);
	t->cases++;
	add_up(t);
}

static void judge(const char *what, const struct tally *t)
{
	printf("| %s | %lld | %lld | %lld | %lld | **%lld** | **%lld** | %lld | %lld | %lld |\n", what, (long long)t->cases, (long long)t->publications, (long long)t->there,
	       (long long)t->not_there, (long long)t->twice, (long long)t->lost, (long long)t->unexplained, (long long)t->handed, (long long)t->doubted);
	fflush(stdout);
	if (t->twice || t->lost || t->unexplained || t->not_there != t->cases * (publications / 4))
		fail_msg("%s: %lld told twice, %lld lost, %lld not explained, %lld not published", what, (long long)t->twice, (long long)t->lost, (long long)t->unexplained, (long long)t->not_there);
}

static void test_sweep(void **state)
{
	struct tally calm = {}, killed[2] = {};
	i64 deaths = 0;
	printf("| what happens | cases | publications | said to be there | said not to be, and why | told twice | lost | not explained | handed to a person | with the word to look there first |\n"
	       "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
	run_case(0, false, &deaths, &calm);
	judge("nothing", &calm);
	i64 commits = shared->commits, step = whole || commits < 8 ? 1 : commits / 8;
	for (int before = 0; before < 2; before++) {
		for (i64 n = 1; n <= commits; n += step)
			run_case(n, before, &deaths, &killed[before]);
		judge(before ? "killed just before a commit, each in turn" : "killed just after a commit, each in turn", &killed[before]);
	}
	assert_int_equal(deaths, killed[0].cases + killed[1].cases);
	print_message("%lld kills\n", (long long)deaths);
	assert_true(deaths >= 16);
}

static int open_all(void **state)
{
	open_folder();
	make_desk();
	return 0;
}

int main(int count, char **words)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_sweep, open_all, close_all)};
	publications = count > 1 ? atoi(words[1]) : 12;
	whole = count > 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
