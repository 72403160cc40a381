/* Listening on a fake network: what comes in is matched at once, edits and removals follow, the past of new queries is read in slices that
 * can be broken off anywhere, and every change can be taken back. The rollup counts exactly the mentions, always. */
#include "desk.h"

#include "base/clock.h"
#include "base/zone.h"
#include "flow/contact.h"
#include "flow/listen.h"
#include "flow/listen_form.h"
#include "insight/compare.h"
#include "insight/talk.h"
#include "store/contact.h"
#include "store/event.h"
#include "store/listening.h"

static i64 make(struct test_desk *d, const char *name, const char *words, struct undo *undo)
{
	struct listening_query q = {.workspace = d->workspace, .name = str_of(name), .words = str_of(words), .active = true};
	if (undo)
		undo_open(d->cx, undo);
	assert_ok(d->cx, listen_query(d->cx, d->db, &q, undo));
	if (undo)
		assert_ok(d->cx, undo_close(d->cx, d->db, d->workspace, undo));
	return q.id;
}

static struct listening_query get(struct test_desk *d, i64 id)
{
	struct listening_query q;
	assert_ok(d->cx, listening_query_get(d->cx, d->db, d->workspace, id, &q));
	return q;
}

static void change(struct test_desk *d, i64 id, const char *words, struct undo *undo)
{
	struct listening_query q = get(d, id);
	q.words = str_of(words);
	if (undo)
		undo_open(d->cx, undo);
	assert_ok(d->cx, listen_query(d->cx, d->db, &q, undo));
	if (undo)
		assert_ok(d->cx, undo_close(d->cx, d->db, d->workspace, undo));
}

/* The mentions of a query; the rollup says the same. */
static i64 mentions(struct test_desk *d, i64 query)
{
	i64 rows = desk_number(d, "SELECT COUNT(*) FROM mention WHERE query_id = ?1", query);
	assert_int_equal(desk_number(d, "SELECT COALESCE(SUM(mentions), 0) FROM mention_hour WHERE query_id = ?1", query), rows);
	assert_int_equal(desk_number(d, "SELECT COUNT(*) FROM mention_hour WHERE query_id = ?1 AND mentions < 0", query), 0);
	return rows;
}

static i64 read_past(struct test_desk *d)
{
	i64 done, all = 0;
	do {
		assert_ok(d->cx, listen_past_turn(d->cx, d->db, &done));
		all += done;
	} while (done);
	return all;
}

static void take(struct test_desk *d, struct inbound i)
{
	enum ingest_result result;
	i.thread_id = i.thread_id.len ? i.thread_id : S("t");
	i.author_id = i.author_id.len ? i.author_id : S("nadia");
	i.author_name = i.author_name.len ? i.author_name : S("Nadia");
	i.kind = KIND_COMMENT;
	i.at = i.at ? i.at : d->cx->now;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, NULL));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static void test_what_comes_in(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bread = make(&d, "Bread", "bread OR \"pain bio\"", NULL), asks = make(&d, "Asked", "bread AND has:question", NULL);
	i64 big = make(&d, "Seen", "bread AND followers:>1000 AND has:image", NULL), by = make(&d, "Nadia", "author:nadia AND channel:fake", NULL);
	desk_say(&d, "omar", "t1", "m1", "Good bread today");
	desk_say(&d, "omar", "t1", "m2", "Is there bread? http://a.example/?q=1");
	desk_say(&d, "omar", "t1", "m3", "See bread at http://a.example/?q=1");
	desk_say(&d, "nadia", "t1", "m4", "Brioche");
	struct inbound_attachment image = {.kind = S("image"), .url = S("https://a.example/i.png")};
	take(&d, (struct inbound){.remote_id = S("m5"), .body = S("my bread"), .author_id = S("star"), .author_name = S("Star"), .author_followers = 5000,
				  .attachments = &image, .attachment_count = 1});
	assert_int_equal(mentions(&d, bread), 4);
	assert_int_equal(mentions(&d, asks), 1);
	assert_int_equal(mentions(&d, big), 1);
	assert_int_equal(mentions(&d, by), 1);
	/* what we say ourselves is no mention */
	take(&d, (struct inbound){.remote_id = S("m6"), .body = S("our bread"), .ours = true});
	assert_int_equal(mentions(&d, bread), 4);
	read_past(&d); /* over the same messages: nothing twice, nothing lost */
	assert_int_equal(mentions(&d, bread), 4);
	assert_int_equal(mentions(&d, asks), 1);
	assert_int_equal(mentions(&d, big), 1);
}

/* Held against the queries before the transaction began: it says the same, also when they, or what is known of the author, changed meanwhile. */
static void test_heard_ahead(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bread = make(&d, "Bread", "bread", NULL), by = make(&d, "Nadia", "author:nadia", NULL), image = make(&d, "Seen", "has:image AND bread", NULL);
	struct inbound_attachment file = {.kind = S("image"), .url = S("https://a.example/i.png")};
	struct inbound i = {.remote_id = S("m1"), .body = S("my bread"), .author_handle = S("nadia"), .attachments = &file, .attachment_count = 1};
	take(&d, i); /* they are compiled from here on */
	i.remote_id = S("m2");
	ingest_prepare(&d.ingest.own, &d.ingest.channel, d.cx->arena, &i, 1);
	assert_int_equal(i.prepared->listened.count, 3);
	assert_str(i.prepared->body, "my bread");
	take(&d, i);
	assert_int_equal(mentions(&d, bread), 2);
	assert_int_equal(mentions(&d, by), 2);
	assert_int_equal(mentions(&d, image), 2);
	/* a query of a moment ago: after the message was looked at, before it is written */
	struct inbound later = {.remote_id = S("m3"), .body = S("bread and cake")};
	ingest_prepare(&d.ingest.own, &d.ingest.channel, d.cx->arena, &later, 1);
	assert_int_equal(later.prepared->listened.count, 1);
	i64 cake = make(&d, "Cake", "cake", NULL);
	change(&d, bread, "brioche", NULL);
	take(&d, later);
	assert_int_equal(mentions(&d, cake), 1);
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 0);
	/* the network does not say a handle that the desk knows */
	struct inbound bare = {.remote_id = S("m4"), .body = S("hello"), .author_followers = -1};
	ingest_prepare(&d.ingest.own, &d.ingest.channel, d.cx->arena, &bare, 1);
	assert_int_equal(bare.prepared->listened.count, 0);
	take(&d, bare);
	assert_int_equal(mentions(&d, by), 4);
}

/* What their card says: of the account that the network calls so. */
static void write_place(struct test_desk *d, const char *author, const char *place)
{
	struct identity identity;
	struct contact contact;
	assert_ok(d->cx, identity_by_remote(d->cx, d->db, d->workspace, S("fake"), str_of(author), &identity));
	assert_ok(d->cx, contact_get(d->cx, d->db, d->workspace, identity.contact, &contact));
	contact.place = str_of(place);
	assert_ok(d->cx, contact_edit(d->cx, d->db, &contact));
}

/* A query of now over the past finds what the one that listened all the time found. */
static void same_over_the_past(struct test_desk *d, i64 live, const char *words)
{
	i64 past = make(d, words, words, NULL);
	read_past(d);
	assert_int_equal(mentions(d, past), mentions(d, live));
	assert_int_equal(desk_number(d, "SELECT COUNT(DISTINCT message_id) FROM mention WHERE query_id >= ?1 AND workspace_id > 0 AND query_id IN (SELECT id FROM listening_query"
					" WHERE words LIKE '%near:lyon%')", 0), mentions(d, live));
	assert_ok(d->cx, listen_query_archive(d->cx, d->db, d->workspace, past, true, NULL));
}

static void test_places(void **state)
{
	struct test_desk d = desk_open(state);
	take(&d, (struct inbound){.remote_id = S("m0"), .body = S("bread"), .author_place = S("Lyon")}); /* nobody asks yet */
	take(&d, (struct inbound){.remote_id = S("m1"), .body = S("bread"), .author_id = S("omar"), .author_name = S("Omar")});
	i64 lyon = make(&d, "Lyon", "bread AND near:lyon", NULL), not = make(&d, "Not", "bread AND NOT near:france", NULL);
	read_past(&d);
	assert_int_equal(mentions(&d, lyon), 1);
	assert_int_equal(mentions(&d, not), 2);
	take(&d, (struct inbound){.remote_id = S("m2"), .body = S("my bread"), .author_id = S("star"), .author_name = S("Star"), .author_place = S("Lyon 🇫🇷")});
	take(&d, (struct inbound){.remote_id = S("m3"), .body = S("my bread"), .author_id = S("far"), .author_name = S("Far"), .author_place = S("Lima")});
	take(&d, (struct inbound){.remote_id = S("m4"), .body = S("bread"), .author_id = S("omar"), .author_name = S("Omar")});
	take(&d, (struct inbound){.remote_id = S("m5"), .body = S("bread"), .author_id = S("star"), .author_name = S("Star")}); /* not said again */
	take(&d, (struct inbound){.remote_id = S("m6"), .body = S("cake"), .author_id = S("star"), .author_name = S("Star")});
	assert_int_equal(mentions(&d, lyon), 3);
	assert_int_equal(mentions(&d, not), 4);
	same_over_the_past(&d, lyon, "near:lyon AND bread");
	/* what colleagues wrote goes before what the network says, from the next message on */
	write_place(&d, "omar", "Villeurbanne / Lyon");
	take(&d, (struct inbound){.remote_id = S("m7"), .body = S("bread"), .author_id = S("omar"), .author_name = S("Omar")});
	assert_int_equal(mentions(&d, lyon), 4);
	write_place(&d, "star", "Lausanne, Suisse");
	take(&d, (struct inbound){.remote_id = S("m8"), .body = S("bread"), .author_id = S("star"), .author_name = S("Star"), .author_place = S("Lyon")});
	assert_int_equal(mentions(&d, lyon), 4);
	/* the past is read by the cards of today */
	i64 cards = make(&d, "Cards", "bread AND near:switzerland", NULL);
	read_past(&d);
	assert_int_equal(mentions(&d, cards), 3);
	/* held against the queries before the transaction, without the card */
	struct inbound ahead[] = {{.remote_id = S("m9"), .body = S("bread"), .author_id = S("omar"), .author_name = S("Omar")},
				  {.remote_id = S("m10"), .body = S("bread"), .author_id = S("star"), .author_name = S("Star"), .author_place = S("Lyon")}};
	take(&d, (struct inbound){.remote_id = S("m11"), .body = S("cake")}); /* the queries are compiled */
	ingest_prepare(&d.ingest.own, &d.ingest.channel, d.cx->arena, ahead, COUNT(ahead));
	assert_true(ahead[0].prepared->listened.version && !ahead[0].prepared->listened.place.len);
	assert_str(ahead[1].prepared->listened.place, "Lyon");
	take(&d, ahead[0]);
	take(&d, ahead[1]);
	assert_int_equal(mentions(&d, lyon), 5);
	assert_int_equal(mentions(&d, cards), 4);
	/* they moved, and say so */
	ingest_forget(&d.ingest);
	take(&d, (struct inbound){.remote_id = S("m12"), .body = S("bread"), .author_id = S("far"), .author_name = S("Far"), .author_place = S("Lyon (FR)")});
	assert_int_equal(mentions(&d, lyon), 6);
	struct identity far;
	assert_ok(d.cx, identity_by_remote(d.cx, d.db, d.workspace, S("fake"), S("far"), &far));
	assert_str(far.place, "Lyon (FR)");
	/* an edit follows */
	take(&d, (struct inbound){.remote_id = S("m12"), .body = S("cake"), .author_id = S("far"), .author_name = S("Far"), .edited_at = d.cx->now});
	assert_int_equal(mentions(&d, lyon), 5);
}

static void test_edits_and_removals(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bread = make(&d, "Bread", "bread", NULL), cake = make(&d, "Cake", "cake", NULL);
	take(&d, (struct inbound){.remote_id = S("m1"), .body = S("bread")});
	take(&d, (struct inbound){.remote_id = S("m2"), .body = S("bread")});
	assert_int_equal(mentions(&d, bread), 2);
	take(&d, (struct inbound){.remote_id = S("m1"), .body = S("cake"), .edited_at = d.cx->now});
	assert_int_equal(mentions(&d, bread), 1);
	assert_int_equal(mentions(&d, cake), 1);
	take(&d, (struct inbound){.remote_id = S("m2"), .removed = true});
	assert_int_equal(mentions(&d, bread), 0);
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 0);
	/* new and edited in one batch */
	enum ingest_result result;
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = S("m3"), .thread_id = S("t"), .author_id = S("n"), .author_name = S("N"), .body = S("bread"), .at = d.cx->now};
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	i.body = S("cake");
	i.edited_at = d.cx->now;
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	assert_int_equal(mentions(&d, bread), 0);
	assert_int_equal(mentions(&d, cake), 2);
}

static void test_the_past(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	const int all = 4500; /* three slices */
	enum ingest_result result;
	assert_ok(cx, db_begin(cx, d.db));
	for (int n = 0; n < all; n++) {
		struct inbound i = {.kind = KIND_COMMENT, .remote_id = arena_printf(cx->arena, "m%d", n), .thread_id = S("t"), .author_id = S("a"), .author_name = S("A"),
				    .body = n % 3 ? S("bread") : S("cake"), .at = cx->now - n * MINUTE};
		assert_ok(cx, ingest_take(cx, d.db, &d.ingest, &i, &result, NULL));
	}
	assert_ok(cx, ingest_settle(cx, d.db, &d.ingest));
	assert_ok(cx, db_commit(cx, d.db));
	i64 bread = make(&d, "Bread", "bread", NULL), done;
	struct listen_progress progress;
	struct listening_query q = get(&d, bread);
	assert_true(q.past_before == PAST_ALL);
	assert_ok(cx, listen_past_turn(cx, d.db, &done));
	assert_true(done > 0 && mentions(&d, bread) > 0 && mentions(&d, bread) < 3000);
	q = get(&d, bread);
	assert_ok(cx, listen_progress(cx, d.db, &q, &progress));
	assert_true(progress.percent > 0 && progress.percent < 100 && progress.back_to > 0);
	/* killed within a slice: what it did is undone whole, and the next one goes on */
	db_fail_at(d.db, 40, ERR_SYSTEM);
	assert_int_not_equal(listen_past_turn(cx, d.db, &done), OK);
	db_fail_at(d.db, 0, OK);
	db_rollback(d.db);
	cx_forget(cx);
	i64 cake = make(&d, "Cake", "cake", NULL); /* a newer one catches up first */
	assert_ok(cx, listen_past_turn(cx, d.db, &done));
	assert_true(mentions(&d, cake) > 0);
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 3000);
	assert_int_equal(mentions(&d, cake), 1500);
	q = get(&d, bread);
	assert_ok(cx, listen_progress(cx, d.db, &q, &progress));
	assert_int_equal(progress.percent, 100);
	change(&d, bread, "bread OR cake", NULL); /* what it found stays until the past was read again */
	assert_int_equal(mentions(&d, bread), 3000);
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 4500);
	change(&d, bread, "nothing", NULL);
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 0);
	struct listen_preview preview;
	assert_ok(cx, listen_preview(cx, d.db, d.workspace, S("cake"), cx->now - HOUR, SECOND * 20, &preview));
	assert_int_equal(preview.found, 21); /* of minutes 0, 3 … 60 */
	assert_int_equal(preview.looked, 61);
	assert_int_equal(preview.newest_count, 3);
	assert_true(preview.back_to == 0);
	assert_int_equal(listen_preview(cx, d.db, d.workspace, S("cake OR"), 0, SECOND, &preview), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "words");
}

/* Side by side over the end of summer time, late in the evening there: thirty days of the calendar are thirty days and an hour. */
static void test_compare(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	assert_true(time_parse(S("2026-11-21T22:30:00Z"), &cx->now)); /* 23:30 in Paris; the clocks went back on 25 October */
	i64 bread = make(&d, "Bread", "bread", NULL), first = zone_day(S("Europe/Paris"), cx->now, 29), last = zone_day(S("Europe/Paris"), cx->now, 0);
	const i64 at[] = {first - 2 * HOUR, first, zone_day(S("Europe/Paris"), cx->now, 27) - MINUTE, last - MINUTE, last, cx->now};
	for (size_t i = 0; i < COUNT(at); i++)
		take(&d, (struct inbound){.remote_id = arena_printf(cx->arena, "m%zu", i), .body = S("bread"), .at = at[i]});
	read_past(&d);
	assert_int_equal(mentions(&d, bread), COUNT(at));
	struct listening_query q = get(&d, bread);
	struct str asked = S("bread");
	struct compare_span span = {.day_count = 30, .until = cx->now + HOUR};
	for (size_t i = 0; i < span.day_count; i++)
		span.days[i] = zone_day(S("Europe/Paris"), cx->now, (i64)(span.day_count - 1 - i));
	struct compare_side side;
	assert_ok(cx, compare(cx, d.db, d.workspace, &q, &asked, 1, &span, &side));
	assert_int_equal(side.mentions, 5);
	assert_int_equal(side.before, 1);
	assert_int_equal(side.days[0], 1);
	assert_int_equal(side.days[1], 1);
	assert_int_equal(side.days[28], 1);
	assert_int_equal(side.days[29], 2);
}

static void test_figures(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	cx->now -= cx->now % HOUR;
	i64 bread = make(&d, "Bread", "bread", NULL), cake = make(&d, "Cake", "cake", NULL);
	for (int n = 0; n < 6; n++)
		take(&d, (struct inbound){.remote_id = arena_printf(cx->arena, "m%d", n), .body = n % 2 ? S("bread") : S("bread and cake"), .at = cx->now - n * 30 * MINUTE});
	struct mention_sum *sums;
	size_t count;
	assert_ok(cx, mention_sums(cx, d.db, d.workspace, bread, BY_HOUR, cx->now - DAY, cx->now + 1, &sums, &count));
	assert_int_equal(count, 4); /* 0; 30, 60; 90, 120; 150 minutes ago */
	assert_int_equal(sums[3].mentions, 1);
	assert_int_equal(sums[2].mentions, 2);
	assert_ok(cx, mention_sums(cx, d.db, d.workspace, bread, BY_CHANNEL, cx->now - DAY, cx->now + 1, &sums, &count));
	assert_int_equal(count, 1);
	assert_true(sums[0].key == d.channel && sums[0].mentions == 6);
	assert_ok(cx, mention_series(cx, d.db, d.workspace, bread, 5 * MINUTE, cx->now - HOUR, cx->now + 1, &sums, &count));
	assert_int_equal(count, 3);
	assert_ok(cx, mention_shares(cx, d.db, d.workspace, cx->now - DAY, cx->now + 1, &sums, &count));
	assert_int_equal(count, 2);
	assert_true(sums[1].key == cake && sums[1].mentions == 3);
	struct mention_filter filter = {.query = bread, .tone = -1};
	struct mention_row *rows;
	assert_ok(cx, mention_list(cx, d.db, d.workspace, &filter, LIST_START, 4, &rows, &count));
	assert_int_equal(count, 4);
	assert_true(rows[0].mention.at == cx->now && rows[3].mention.at == cx->now - 90 * MINUTE);
	struct list_place last = list_after(rows[3].mention.at, rows[3].mention.message);
	assert_ok(cx, mention_list(cx, d.db, d.workspace, &filter, last, 4, &rows, &count));
	assert_int_equal(count, 2);
	last = (struct list_place){.key = rows[0].mention.at, .id = rows[0].mention.message, .is_given = true, .is_back = true};
	assert_ok(cx, mention_list(cx, d.db, d.workspace, &filter, last, 4, &rows, &count));
	assert_int_equal(count, 4);
	assert_true(rows[0].mention.at == cx->now);
	filter.tone = TONE_NEGATIVE;
	assert_ok(cx, mention_list(cx, d.db, d.workspace, &filter, LIST_START, 4, &rows, &count));
	assert_int_equal(count, 0);
	/* a person says how it sounds: the figures follow */
	i64 message = desk_number(&d, "SELECT MAX(message_id) FROM mention WHERE query_id = ?1", bread);
	assert_ok(cx, db_run(cx, d.db, NULL, "UPDATE message SET sentiment = 'negative', sure = 2 WHERE workspace_id = ?1 AND id = ?2", db_i64(d.workspace), db_i64(message)));
	assert_ok(cx, listen_again(cx, d.db, d.workspace, message));
	assert_int_equal(mentions(&d, bread), 6);
	assert_ok(cx, mention_list(cx, d.db, d.workspace, &filter, LIST_START, 4, &rows, &count));
	assert_int_equal(count, 1);
}

static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	const struct {
		const char *name, *words, *field;
	} cases[] = {{"", "bread", "name"}, {"A", "", "words"}, {"A", "bread OR", "words"}, {"A", "lang:fr", "words"}, {"A", "{nothing}", "words"}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct listening_query q = {.workspace = d.workspace, .name = str_of(cases[i].name), .words = str_of(cases[i].words), .active = true};
		assert_int_equal(listen_query(cx, d.db, &q, NULL), ERR_BAD_INPUT);
		assert_string_equal(cx->field, cases[i].field);
	}
	struct listen_fault fault;
	assert_ok(cx, listen_check(cx, d.db, d.workspace, S(""), S("été OR (bread"), &fault));
	assert_int_equal(fault.column, 8);
	assert_str(fault.at, "(");
	assert_str(fault.before, "été OR ");
	assert_str(fault.after, "bread");
	i64 first = make(&d, "Bread", "bread", NULL);
	struct listening_query q = {.workspace = d.workspace, .name = S("Bread"), .words = S("loaf"), .active = true};
	assert_int_equal(listen_query(cx, d.db, &q, NULL), ERR_BAD_INPUT);
	desk_act_as(&d, &d.guest);
	assert_int_equal(listen_query_archive(cx, d.db, d.workspace, first, true, NULL), ERR_DENIED);
	desk_act_as(&d, &d.owner);
}

static void test_taken_back(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct undo undo;
	struct undone undone;
	i64 bread = make(&d, "Bread", "bread", &undo);
	take(&d, (struct inbound){.remote_id = S("m1"), .body = S("bread")});
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone)); /* its making */
	assert_true(get(&d, bread).archived_at != 0);
	take(&d, (struct inbound){.remote_id = S("m2"), .body = S("bread")});
	assert_int_equal(mentions(&d, bread), 1);
	undo_open(cx, &undo);
	assert_ok(cx, listen_query_archive(cx, d.db, d.workspace, bread, false, &undo));
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 2);
	change(&d, bread, "cake", &undo);
	take(&d, (struct inbound){.remote_id = S("m3"), .body = S("bread cake")});
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 1);
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone));
	assert_str(get(&d, bread).words, "bread");
	read_past(&d);
	assert_int_equal(mentions(&d, bread), 3);
	change(&d, bread, "cake", &undo);
	change(&d, bread, "loaf", NULL);
	assert_int_equal(undo_run(cx, d.db, d.workspace, undo.id, &undone), ERR_CONFLICT);
	assert_str(get(&d, bread).words, "loaf");
}

static void test_pieces(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct undo undo;
	struct undone undone;
	struct listening_piece p = {.workspace = d.workspace, .name = S("brand"), .words = S("levain OR \"maison levain\"")};
	assert_ok(cx, listen_piece(cx, d.db, &p, NULL));
	struct listening_piece french = {.workspace = d.workspace, .name = S("french"), .words = S("lang:fr")}; /* alone too wide for a query, not for a piece */
	assert_ok(cx, listen_piece(cx, d.db, &french, NULL));
	struct listening_piece self = {.workspace = d.workspace, .name = S("self"), .words = S("a OR {self}")};
	assert_int_equal(listen_piece(cx, d.db, &self, NULL), ERR_BAD_INPUT);
	struct listening_piece again = {.workspace = d.workspace, .name = S("Brand"), .words = S("a")};
	assert_int_equal(listen_piece(cx, d.db, &again, NULL), ERR_BAD_INPUT);
	i64 query = make(&d, "Us", "{brand} AND NOT job", NULL);
	take(&d, (struct inbound){.remote_id = S("m1"), .body = S("Levain!")});
	take(&d, (struct inbound){.remote_id = S("m2"), .body = S("Brioche!")});
	assert_int_equal(mentions(&d, query), 1);
	assert_int_equal(listen_piece_archive(cx, d.db, d.workspace, p.id, true, NULL), ERR_BAD_INPUT); /* a query stands on it */
	p.words = S("brioche");
	undo_open(cx, &undo);
	assert_ok(cx, listen_piece(cx, d.db, &p, &undo));
	assert_ok(cx, undo_close(cx, d.db, d.workspace, &undo));
	take(&d, (struct inbound){.remote_id = S("m3"), .body = S("Brioche?")});
	read_past(&d);
	assert_int_equal(mentions(&d, query), 2);
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone));
	read_past(&d);
	assert_int_equal(mentions(&d, query), 1);
	p.words = S("lang:fr"); /* the query could not be read any more */
	assert_int_equal(listen_piece(cx, d.db, &p, NULL), ERR_BAD_INPUT);
	assert_ok(cx, listen_query_archive(cx, d.db, d.workspace, query, true, NULL));
	assert_ok(cx, listen_piece_archive(cx, d.db, d.workspace, p.id, true, NULL));
	assert_int_equal(listen_query_archive(cx, d.db, d.workspace, query, false, NULL), ERR_BAD_INPUT);
}

/* Queries of one transaction that never was do not stay in the process's memory. */
static void test_rolled_back(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 bread = make(&d, "Bread", "bread", NULL);
	assert_ok(cx, db_begin(cx, d.db));
	struct listening_query q = get(&d, bread);
	q.words = S("cake");
	assert_ok(cx, listen_query(cx, d.db, &q, NULL));
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = S("m1"), .thread_id = S("t"), .author_id = S("n"), .author_name = S("N"), .body = S("cake"), .at = cx->now};
	enum ingest_result result;
	assert_ok(cx, ingest_take(cx, d.db, &d.ingest, &i, &result, NULL));
	db_rollback(d.db);
	ingest_forget(&d.ingest);
	change(&d, bread, "loaf", NULL); /* of the version that never was */
	take(&d, (struct inbound){.remote_id = S("m1"), .body = S("cake")});
	assert_int_equal(mentions(&d, bread), 0);
	take(&d, (struct inbound){.remote_id = S("m2"), .body = S("loaf")});
	assert_int_equal(mentions(&d, bread), 1);
}

/* ---- as people choose it ---- */

static void test_form(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	const struct {
		const char *any, *all, *none, *words;
	} cases[] = {
		{"levain", "", "", "levain"},
		{"Levain & Co, levain et co, #levainandco", "", "", "\"Levain & Co\" OR \"levain et co\" OR #levainandco"},
		{"levain, maison levain", "pain OR boulangerie, bio", "offre d'emploi, levain chef",
		 "(levain OR \"maison levain\") AND (pain OR boulangerie) AND bio AND NOT (\"offre d'emploi\" OR \"levain chef\")"},
		{"{brand}", "boul*", "job", "{brand} AND boul* AND NOT job"},
		{"OR", "", "", "\"OR\""},
		{"", "", "", ""},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct listen_form form = LISTEN_FORM, back;
		form.any = str_of(cases[i].any);
		form.all = str_of(cases[i].all);
		form.none = str_of(cases[i].none);
		struct str words = listen_form_words(cx, &form);
		assert_str(words, cases[i].words);
		if (!words.len)
			continue;
		assert_true(listen_form_of(cx, words, &back)); /* written again it says the same */
		struct listen_form again;
		assert_true(listen_form_of(cx, listen_form_words(cx, &back), &again));
		assert_str(again.any, back.any.at);
		assert_str(again.all, back.all.at);
		assert_str(again.none, back.none.at);
	}
	struct listen_form f = LISTEN_FORM, back;
	f.any = S("levain");
	f.near_a = S("late");
	f.near_b = S("my order");
	f.lang = S("fr");
	f.tone = S("negative");
	f.author = S("@jo");
	f.place = S("New York");
	f.channels[0] = S("Our page");
	f.channels[1] = S("mastodon");
	f.channel_count = 2;
	f.followers = 1000;
	f.question = f.media = true;
	struct str words = listen_form_words(cx, &f);
	assert_str(words, "levain AND late NEAR/5 \"my order\" AND (channel:\"Our page\" OR channel:mastodon) AND lang:fr AND sentiment:negative AND author:jo"
			  " AND near:\"New York\" AND followers:>1000 AND has:media AND has:question");
	assert_true(listen_form_of(cx, words, &back));
	assert_true(back.near == 5 && back.followers == 1000 && back.question && back.media && !back.link && back.channel_count == 2);
	assert_str(back.any, "levain");
	assert_str(back.place, "new york");
	assert_str(back.all, "");
	assert_false(listen_form_of(cx, S("(a AND b) OR c"), &back));
	assert_false(listen_form_of(cx, S("a AND followers:<5"), &back));
	assert_false(listen_form_of(cx, S("a OR"), &back));
}

static void test_marks(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct listen_marks *marks;
	CLEANUP(buf_free) struct buf b = {};
	assert_ok(cx, listen_marks_of(cx, d.db, d.workspace, S("(\"maison levain\" OR boul* OR #pain) AND NOT chef"), &marks));
	assert_str(listen_marks_words(cx, marks), "maison levain boul #pain ");
	struct str rest = S("Chez Maison — Levain, boulangerie d'Été : #Pain, chef !"), piece;
	bool marked;
	while (listen_marks_next(marks, &rest, &piece, &marked)) {
		buf_adds(&b, marked ? "[" : "");
		buf_add(&b, piece);
		buf_adds(&b, marked ? "]" : "");
	}
	assert_str(buf_str(&b), "Chez [Maison — Levain], [boulangerie] d'Été : [#Pain], chef !");
}

static void test_talk(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 query = make(&d, "Bread", "bread", NULL);
	for (int n = 0; n < 6; n++) { /* the week before: three crusts; this week: a crust, and sesame in three */
		i64 at = cx->now - (n < 3 ? 10 : 2) * DAY;
		take(&d, (struct inbound){.remote_id = arena_printf(cx->arena, "m%d", n), .at = at, .author_id = n == 5 ? S("omar") : S("nadia"), .author_name = n == 5 ? S("Omar") : S("Nadia"),
					  .lang = n == 4 ? S("fr") : S("en"), .body = n < 3 ? S("the crust of the bread") : n == 3 ? S("bread crust and Sesame, sesame #Recall https://a.example/crumb") : S("sesame in bread #recall")});
	}
	struct talk talk;
	assert_ok(cx, talk_of(cx, d.db, d.workspace, query, S("bread"), cx->now - 7 * DAY, cx->now + 1, &talk));
	assert_true(talk.read == 3 && talk.read_before == 3 && !talk.is_part);
	assert_int_equal(talk.term_count, 1); /* "crust" is said once, "the" and "bread" say nothing here */
	assert_str(talk.terms[0].text, "sesame");
	assert_true(talk.terms[0].mentions == 3 && talk.terms[0].before == 0);
	assert_int_equal(talk.tag_count, 1);
	assert_str(talk.tags[0].text, "#recall");
	assert_int_equal(talk.author_count, 2);
	assert_str(talk.authors[0].name, "Nadia");
	assert_int_equal(talk.authors[0].mentions, 2);
	assert_true(talk.authors[0].before == 3 && talk.authors[1].before == 0); /* each against their own past */
	i64 told = 0;
	for (size_t i = 0; i < talk.language_count; i++)
		told += talk.languages[i].mentions;
	assert_int_equal(told, 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_what_comes_in),
		DATABASE_TEST(test_heard_ahead),
		DATABASE_TEST(test_places),
		DATABASE_TEST(test_edits_and_removals),
		DATABASE_TEST(test_the_past),
		DATABASE_TEST(test_compare),
		DATABASE_TEST(test_figures),
		DATABASE_TEST(test_refused),
		DATABASE_TEST(test_taken_back),
		DATABASE_TEST(test_pieces),
		DATABASE_TEST(test_rolled_back),
		DATABASE_TEST(test_form),
		DATABASE_TEST(test_marks),
		DATABASE_TEST(test_talk),
	};
	return on_both_engines(tests);
}
