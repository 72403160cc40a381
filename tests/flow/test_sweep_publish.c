/* The sweep: publications planned for one minute leave by a worker that is killed just before and just after each of its commits in turn, or while the
 * simulated network, over HTTP and taking any key as often as it comes, breaks the first call of each: before it accepted, after it, in the midst of its
 * answer. Workers are processes, killed for good; another takes over, with a clock of its own. Afterwards each publication is there once, or waits for
 * a person who was asked, and its attempts tell why. Of six posts one is a story with its picture, and one asks something.
 *
 *     build/tests/flow_test_sweep_publish             some of the cases on few publications: what the suite runs
 *     build/tests/flow_test_sweep_publish 1000 all    all of them on a thousand: `make sweep`; prints the table of docs/sweep.md */
#include "sweep.h"

#include "../sys/pictures.h"
#include "channel/channel.h"
#include "flow/media.h"
#include "simulator/server.h"
#include "sys/blob.h"
#include "sys/files.h"
#include "sys/net.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>

#define IDLE_STEP (5 * SECOND)   /* of the workers' clock, when nothing is due */
#define PATIENCE (2 * DAY)       /* by then, on that clock, all is settled */
/* ---- a desk with posts for one minute, made once and copied for each case ---- */

static void free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	s.port = ntohs(address.sin_port);
	close(listener);
}

static enum err read_blob(struct cx *cx, void *blobs, struct str name, struct str *ret_bytes)
{
	const char *path;
	TRY(blob_path(cx, blobs, name, &path));
	return file_read(cx, path, MEDIA_BYTES_MAX, ret_bytes);
}

static u32 crust(u32 x, u32 y)
{
	return x * 7 ^ y * 13;
}

/* What stories show, with what the network shows of it made already. */
static i64 bring_picture(struct cx *cx, struct db *db)
{
	CLEANUP(buf_free) struct buf png = {};
	struct media media;
	bool is_new;
	add_png(&png, 90, 160, crust);
	assert_ok(cx, file_write(cx, at("upload"), 0600, buf_str(&png)));
	assert_ok(cx, media_take(cx, db, s.workspace, at("upload"), S("loaf.png"), S("upload"), at("blobs"), &media, &is_new));
	return media.id;
}

static void make_pictures(struct cx *cx, struct db *db)
{
	const struct media_hooks hooks = {.blobs = at("blobs"), .box = &image_box_self};
	cx->actor = NULL;
	for (i64 done = 1; done;)
		assert_ok(cx, media_turn(cx, db, &hooks, &done));
}

/* Of six, one is a story with its picture, and one asks something. */
static bool is_story(int i)
{
	return i % 6 == 3;
}

static bool is_poll(int i)
{
	return i % 6 == 1;
}

static void write_posts(struct cx *cx, struct db *db)
{
	const struct str breads[] = {S("Rye"), S("Spelt")};
	const struct poll poll = {.choices = breads, .count = 2, .lasting = DAY};
	struct post_media picture = {.media = bring_picture(cx, db)};
	struct civil c = zone_civil(S("UTC"), cx->now + 3 * MINUTE);
	struct post_variant_request variant = {.channel = s.channel};
	c.second = 0;
	s.minute = zone_instant(S("UTC"), c);
	struct str hour = arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	assert_ok(cx, db_begin(cx, db));
	for (int i = 0; i < publications; i++) {
		struct post post;
		struct str text = arena_printf(cx->arena, "Bread of the day, number %d: rye with walnuts.", i);
		struct post_request r = {.title = text, .text = {.body = text}, .variants = &variant, .variant_count = 1, .wall_time = hour, .zone = S("UTC"), .lang = S("en")};
		variant.form = is_story(i) ? FORM_STORY : FORM_POST;
		r.media = &picture;
		r.media_count = is_story(i);
		if (is_poll(i))
			r.options = post_options_with_poll(cx, (struct str){}, &poll);
		assert_ok(cx, post_write(cx, db, s.workspace, &r, &post));
		assert_ok(cx, post_ready(cx, db, s.workspace, post.id, post.revision, &post));
		assert_int_equal(post.state, POST_SCHEDULED);
	}
	assert_ok(cx, db_commit(cx, db));
}

static void make_desk(void)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct db *db, *box;
	struct network network;
	struct texts texts;
	assert_ok(&cx, db_open(&cx, at("made.db"), DB_CREATE, &db));
	assert_ok(&cx, migrate_up(&cx, db, NULL));
	struct actor actor = people(&cx, db);
	cx.actor = &actor;
	struct channel c = {.id = s.channel = id_new(), .workspace = s.workspace, .kind = S("simulator"), .network = S("simulator"), .name = S("La Place"), .created_at = cx.now,
			    .settings = arena_printf(arena, "{\"url\":\"http://127.0.0.1:%d\"}", s.port)};
	assert_ok(&cx, channel_insert(&cx, db, &c));
	write_posts(&cx, db);
	make_pictures(&cx, db);
	db_close(db);
	assert_ok(&cx, texts_load(&cx, arena, NULL, &texts));
	assert_ok(&cx, db_open(&cx, at("box.db"), DB_CREATE, &box));
	assert_ok(&cx, network_open(&cx, box, &texts, &network));
	static const char *const quiet[] = {"per_minute", "answers", "duplicates", "disorder", "edits", "removals", "post_comments", "honour_keys"};
	for (size_t i = 0; i < COUNT(quiet); i++)
		assert_ok(&cx, network_dial_set(&cx, &network, str_of(quiet[i]), 0));
	db_close(box);
}

/* ---- the processes ---- */

static pid_t start_network(int how)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct simulator *simulator;
	struct network network;
	struct texts texts = {};
	struct db *box;
	struct simulator_settings settings = {.address = "127.0.0.1", .port = s.port, .database = at("case-box.db")};
	if (db_open(&cx, settings.database, DB_WRITE, &box) != OK || network_open(&cx, box, &texts, &network) != OK ||
	    network_dial_set(&cx, &network, S("first_call"), how) != OK)
		_exit(1);
	db_close(box);
	if (simulator_start(&cx, &settings, &simulator) != OK)
		_exit(1);
	for (;;)
		pause();
}

static void wait_for_network(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)s.port)};
	for (int i = 0; i < 5000; i++) {
		int to = socket(AF_INET, SOCK_STREAM, 0), refused = connect(to, (struct sockaddr *)&address, sizeof address);
		close(to);
		if (!refused)
			return;
		usleep(2000);
	}
	fail_msg("nothing listens at %d", s.port);
}

static enum err no_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	*ret_secret = (struct str){};
	return OK;
}

static bool is_settled(struct cx *cx, struct db *db)
{
	i64 left = -1;
	return db_number(cx, db, 0, &left, "/* all workspaces */ SELECT COUNT(*) FROM publication WHERE state IN ('due', 'leased') OR (state = 'unknown' AND due_at < ?1)",
			 db_i64(INT64_MAX)) == OK && left == 0;
}

/* Turns until all is settled, as the program's first sender takes them. */
static void work(void)
{
	struct db_driver mortal = db_sqlite;
	struct outbox outbox = {.open_secret = no_secret, .read_blob = read_blob, .blobs = (void *)at("blobs")};
	struct net_settings settings = {.allow = S("127.0.0.0/8")};
	struct arena *arena = arena_new(), *own = arena_new();
	struct cx first = cx_new(own);
	struct db *db;
	time_set(shared->now);
	id_set_node(++shared->workers);
	if (db_open(&first, at("case.db"), DB_WRITE, &db) != OK || net_open(&first, &settings, &outbox.net) != OK)
		_exit(1);
	token_new(outbox.token);
	first.now = shared->now;
	if (outbox_recover(&first, db) != OK)
		_exit(1);
	mortal.commit = commit_or_die;
	db->driver = &mortal;
	while (shared->now < s.minute + PATIENCE) {
		i64 count = 0;
		arena_reset(arena);
		struct cx cx = cx_new(arena);
		cx.now = shared->now;
		enum err e = outbox_turn(&cx, db, &outbox, &count);
		if (e == OK && !count && is_settled(&cx, db))
			_exit(0);
		if (e != OK || !count)
			time_set(shared->now += IDLE_STEP);
	}
	_exit(2);
}

/* ---- a case, and what came of it ---- */

struct tally {
	i64 cases, publications, once, twice, lost, asked, unexplained, attempts, found, sent_again, deaths;
};

static void add_up(struct tally *t)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(db_closep) struct db *db = NULL;
	assert_ok(&cx, db_open(&cx, at("case.db"), DB_WRITE, &db));
	assert_ok(&cx, db_script(&cx, db, arena_printf(arena, "ATTACH '%s' AS box;", at("case-box.db"))));
	i64 taken = number(&cx, db, "SELECT COUNT(*) FROM box.item WHERE ours = 1 AND key <> ''"), keys = number(&cx, db, "SELECT COUNT(DISTINCT key) FROM box.item WHERE ours = 1 AND key <> ''");
	i64 sent = number(&cx, db, "SELECT COUNT(*) FROM publication p WHERE p.state = 'sent' AND EXISTS (SELECT 1 FROM box.item i WHERE i.key = p.dedup_key AND i.id = p.remote_id)");
	i64 asked = number(&cx, db, "SELECT COUNT(*) FROM publication WHERE state IN ('unknown', 'late', 'failed', 'held')");
	t->publications += publications;
	t->once += sent;
	t->twice += taken - keys;
	t->asked += asked;
	t->lost += publications - sent - asked;
	/* Each that is there tells of the try by which it arrived or was found; each message and post says the same. */
	t->unexplained += number(&cx, db, "SELECT COUNT(*) FROM publication p WHERE p.state = 'sent' AND (NOT EXISTS (SELECT 1 FROM attempt a WHERE a.publication_id = p.id AND"
					  " a.number = p.attempts AND a.outcome IN ('done', 'found')) OR NOT EXISTS (SELECT 1 FROM message m WHERE m.id = p.message_id AND"
					  " m.reply_state = 'sent' AND m.remote_id = p.remote_id))");
	t->unexplained += number(&cx, db, "SELECT COUNT(*) FROM post WHERE state <> 'published'") - asked;
	t->attempts += number(&cx, db, "SELECT COUNT(*) FROM attempt");
	t->found += number(&cx, db, "SELECT COUNT(*) FROM attempt WHERE outcome = 'found'");
	t->sent_again += number(&cx, db, "SELECT COUNT(*) FROM publication WHERE state = 'sent' AND id IN (SELECT publication_id FROM attempt WHERE outcome = 'absent')");
	/* Each as what it was to be: stories with their picture, questions with their choices. */
	i64 stories = 0, polls = 0;
	for (int i = 0; i < publications; i++) {
		stories += is_story(i);
		polls += is_poll(i);
	}
	assert_int_equal(number(&cx, db, "SELECT COUNT(*) FROM box.item i JOIN box.post p ON p.id = i.id WHERE i.ours = 1 AND i.kind = 'story' AND p.media <> '[]'"), stories);
	assert_int_equal(number(&cx, db, "SELECT COUNT(*) FROM box.item i JOIN box.post p ON p.id = i.id WHERE i.ours = 1 AND p.poll <> ''"), polls);
	i64 broken = number(&cx, db, "SELECT COUNT(*) FROM pragma_foreign_key_check");
	assert_int_equal(broken, 0);
}

static void run_case(i64 kill_at, bool before, int how, struct tally *t)
{
	int status;
	shell(arena_printf(s.arena, "cd %s && rm -f case* && cp made.db case.db && cp box.db case-box.db", s.folder).at);
	*shared = (struct shared){.now = s.minute + SECOND, .kill_at = kill_at, .before = before};
	pid_t network = start_network(how);
	wait_for_network();
	while ((status = worker(work)) == KILLED) {
		t->deaths++;
		shared->kill_at = 0; /* another takes over, at once */
	}
	if (kill(network, SIGKILL) != 0 || waitpid(network, NULL, 0) != network)
		fail_msg("the network ended by itself");
	if (status)
		fail_msg("a worker ended with %d at commit %lld, clock %lld s after the minute", status, (long long)kill_at, (long long)(shared->now - s.minute) / SECOND);
	t->cases++;
	add_up(t);
}

static void print_row(const char *what, const struct tally *t)
{
	printf("| %s | %lld | %lld | %lld | **%lld** | **%lld** | %lld | %lld | %lld | %lld | %lld |\n", what, (long long)t->cases, (long long)t->publications, (long long)t->once,
	       (long long)t->twice, (long long)t->lost, (long long)t->asked, (long long)t->unexplained, (long long)t->attempts, (long long)t->found, (long long)t->sent_again);
	fflush(stdout);
}

static void judge(const char *what, const struct tally *t)
{
	print_row(what, t);
	if (t->twice || t->lost || t->unexplained || t->asked || t->once != t->publications)
		fail_msg("%s: %lld twice, %lld lost, %lld not explained, %lld asked of people", what, (long long)t->twice, (long long)t->lost, (long long)t->unexplained, (long long)t->asked);
}

static void test_sweep(void **state)
{
	static const char *const hows[] = {NULL, "the first call of each breaks before it is accepted", "… after it is accepted, without an answer", "… after it is accepted, in the midst of the answer"};
	struct tally calm = {}, killed[2] = {};
	i64 cases = 0, step;
	printf("| what happens | cases | publications | there once | twice | lost | asked of people | not explained | tries | found after a doubt | sent again after two looks |\n"
	       "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
	run_case(0, false, 0, &calm);
	judge("nothing", &calm);
	i64 commits = shared->commits;
	step = whole || commits < 8 ? 1 : commits / 6;
	for (int before = 0; before < 2; before++) {
		for (i64 n = 1; n <= commits; n += step)
			run_case(n, before, 0, &killed[before]);
		assert_int_equal(killed[before].deaths, killed[before].cases);
		judge(before ? "killed just before a commit, each in turn" : "killed just after a commit, each in turn", &killed[before]);
		cases += killed[before].cases;
	}
	for (int how = 1; how <= 3; how++) {
		struct tally t = {};
		run_case(0, false, how, &t);
		judge(hows[how], &t);
		assert_true(t.found + t.sent_again >= publications);
		cases += publications;
	}
	print_message("%lld cases: %lld kills, %d calls broken in three ways\n", (long long)cases, (long long)(cases - 3 * publications), publications);
	assert_true(cases >= publications * 3 + 4);
}

static int open_all(void **state)
{
	open_folder();
	free_port();
	make_desk();
	return 0;
}

int main(int count, char **words)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_sweep, open_all, close_all)};
	if (count > 1 && strcmp(words[1], IMAGE_BOX_COMMAND) == 0)
		return image_box_serve();
	if (count > 1)
		publications = atoi(words[1]);
	whole = count > 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
