/* A workspace leaves and comes back: every column accounted for, nothing secret, the same rows, the chains whole; what a backup counts
 * is every lasting table; what is checked is found. */
#include "desk.h"

#include "flow/appeal.h"

#include "base/map.h"
#include "flow/audit.h"
#include "flow/check.h"
#include "flow/export.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "store/contact.h"
#include "store/count.h"
#include "store/label.h"
#include "store/post_figure.h"
#include "store/publication.h"
#include "store/transfer.h"

/* ---- every table and column ---- */

/* What does not leave: what is secret, and what comes and goes by itself. */
static const char *const left_tables[] = {"setting", "process", "recovery_code", "invitation", "session", "one_time_token", "api_key", "calendar_feed", "sign_in_try",
					  "message_fts", "message_word", "contact_fts", "export_run", "link_card", "media_rendition", "presence", "undo", "job", "change", "migration",
					  "mention", "mention_hour", "survey", "survey_part", "trend_reading", "trend_day", "hashtag_heard", "digest", "pulse", "hook_call", "hook_attempt",
					  "channel_gate", "channel_act", "channel_window", "channel_mark", "delivery", "login", "login_client", "channel_warning", "bucket_file"};
static const char *const left_columns[] = {
	"person.password", "person.totp_secret", "person.totp_step", "channel.secret", "channel.fetch_due_at", "visitor.pass", "publication.lease_until",
	"publication.lease_token", "import_run.file_path", "import_run.lease_until", "import_run.lease_token", "notification.mail_state", "own_model.is_stale", "own_model.learnt_at",
	"own_model.lesson_count", "own_model.bytes", "hook.secret",
	"listening_query.past_before",
	"listening_search.cursors", "listening_search.state", "listening_search.story", "listening_search.failures", "listening_search.asked_at", "listening_search.due_at", "listening_search.lease_at",
	"channel.known", "channel.verified_at", "channel.verify_due_at", "channel.expires_at", "channel.token_until", "channel.renewed_at",
	"channel.renew_due_at", "channel.renew_started_at", "channel.lease_at", "channel.watched_until", "channel.rang_at", "channel.is_renewal_refused",
	"channel_profile.shown", "channel_profile.avatar_blob", "channel_profile.cover_blob", "channel_profile.avatar_of", "channel_profile.cover_of", "channel_profile.avatar_distance",
	"channel_profile.cover_distance", "channel_profile.read_at", "channel_profile.tried_at", "channel_profile.due_at", "channel_profile.story", "channel_profile.drifted",
	"channel_profile.drifted_at", "channel_profile.asking",
	"backend.secret", "backend.state", "backend.state_story", "backend.fail_count", "backend.due_at", "backend.day", "backend.asked_today", "backend.answered_today",
	"backend.settled_id", "backend.answered_at", "calendar_source.secret", "contest_draw.sealed",
};

static bool leaves(const char *table, const char *column)
{
	struct str names[TRANSFER_COLUMNS_MAX];
	for (size_t t = 0; t < transfer_table_count; t++) {
		if (strcmp(transfer_tables[t].name, table) != 0)
			continue;
		size_t count = transfer_columns(&transfer_tables[t], names);
		assert_int_equal(count, strlen(transfer_tables[t].kinds));
		for (size_t i = 0; i < count; i++)
			if (str_eq(names[i], str_of(column)))
				return true;
	}
	return false;
}

static void test_every_column(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct str *tables;
	size_t count;
	if (db_kind(p->db) != DB_SQLITE)
		return; /* the columns are the same on both */
	assert_ok(cx, db_tables(cx, p->db, &tables, &count));
	for (size_t i = 0; i < count; i++) {
		if (str_in(tables[i], left_tables, COUNT(left_tables)))
			continue;
		const char *table = arena_cstr(cx->arena, tables[i]);
		CLEANUP(row_endp) struct row *row = NULL;
		bool more;
		assert_ok(cx, db_query(cx, p->db, &row, "/* sqlite */ SELECT name FROM pragma_table_info(?1)", db_text(tables[i])));
		for (int columns = 0;; columns++) {
			assert_ok(cx, row_next(cx, row, &more));
			if (!more) {
				assert_true(columns > 0);
				break;
			}
			const char *column = arena_cstr(cx->arena, row_text(row, 0));
			struct str both = arena_printf(cx->arena, "%s.%s", table, column);
			if (leaves(table, column) == str_in(both, left_columns, COUNT(left_columns)))
				fail_msg("%s: add it to store/transfer.c and docs/export-format.md, or to what is left out here", both.at);
		}
	}
}

static void test_every_table_is_counted(void **state)
{
	static const char *const not_counted[] = {TABLES_NOT_COUNTED};
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct table_count *counts;
	struct str *tables;
	size_t count, table_count, found = 0;
	assert_ok(cx, db_tables(cx, p->db, &tables, &table_count));
	assert_ok(cx, table_counts(cx, p->db, &counts, &count));
	for (size_t i = 0; i < table_count; i++) {
		bool there = false;
		for (size_t n = 0; n < count; n++)
			there |= str_eq(counts[n].name, tables[i]);
		if (there == str_in(tables[i], not_counted, COUNT(not_counted)))
			fail_msg("%.*s: add it to store/count.c or to what is not counted", STR_ARG(tables[i]));
		found += there;
	}
	assert_int_equal(found, count);
}

/* ---- there and back ---- */

struct box { /* an export in memory: name → struct buf */
	struct arena *arena;
	struct map *files;
	struct buf *at_hand;
};

static enum err box_begin(struct cx *cx, void *subject, const char *name)
{
	struct box *box = subject;
	box->at_hand = buf_in_arena(box->arena);
	map_put(box->files, str_of(name), box->at_hand);
	return OK;
}

static enum err box_add(struct cx *cx, void *subject, struct str bytes)
{
	struct box *box = subject;
	buf_add(box->at_hand, bytes);
	return OK;
}

static enum err box_end(struct cx *cx, void *subject)
{
	return OK;
}

static struct box box_of(struct test_desk *d, i64 workspace, json_t *counts)
{
	struct box box = {.arena = d->cx->arena, .files = map_new(d->cx->arena)};
	struct export_sink sink = {box_begin, box_add, box_end, &box};
	assert_ok(d->cx, workspace_export(d->cx, d->db, workspace, "w", &sink, counts));
	return box;
}

static enum err bring_back(struct cx *cx, struct db *db, const struct box *box, const json_t *counts, i64 *ret_workspace)
{
	struct intake *intake;
	TRY(intake_start(cx, db, cx->arena, &intake));
	for (size_t i = 0; i < map_count(box->files); i++) {
		struct str rest = buf_str(map_value(box->files, i));
		if (!intake_file(intake, str_skip(map_key(box->files, i), 2)))
			continue;
		while (rest.len)
			TRY(intake_line(cx, db, intake, str_line(&rest)));
	}
	return intake_end(cx, db, intake, counts, ret_workspace);
}

/* Something of everything. */
static i64 live(struct test_desk *d)
{
	i64 count, copy;
	i64 first = desk_say(d, "nadia", "t1", "m1", "Où est mon pain ?\nJe \"l'attends\" \xF0\x9F\x8D\x9E");
	desk_say(d, "paul", "t2", "m2", "Vous êtes nuls");
	desk_say(d, "nadia", "t3", "m3", "Encore moi");
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, first, &m));
	struct reply_request r = {.conversation = m.conversation, .body = S("Il arrive"), .status_after = STATUS_PENDING};
	struct message answer;
	assert_ok(d->cx, reply_compose(d->cx, d->db, d->workspace, &r, &answer, NULL));
	d->cx->now += MINUTE;
	time_set(d->cx->now);
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
	assert_ok(d->cx, inbox_note(d->cx, d->db, d->workspace, m.conversation, S("à suivre"), NULL, &copy));
	struct message other, third;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, first + 0, &m));
	assert_ok(d->cx, message_by_remote(d->cx, d->db, d->workspace, d->channel, S("m2"), &other));
	assert_ok(d->cx, message_by_remote(d->cx, d->db, d->workspace, d->channel, S("m3"), &third));
	struct hide_request hide = {.message = other.id, .article = d->article, .reason = S("insulte")};
	assert_ok(d->cx, moderate_hide(d->cx, d->db, d->workspace, &hide, NULL));
	struct decision *decisions;
	size_t decided;
	i64 appeal;
	assert_ok(d->cx, decisions_of(d->cx, d->db, d->workspace, other.id, &decisions, &decided));
	assert_ok(d->cx, appeal_record(d->cx, d->db, d->workspace, decisions[0].id, S("telephone"), S("Il a appelé"), &appeal));
	assert_ok(d->cx, inbox_merge(d->cx, d->db, d->workspace, third.conversation, m.conversation, NULL));
	struct label l = {.id = id_new(), .workspace = d->workspace, .name = S("Pain"), .tone = S("sun")};
	assert_ok(d->cx, label_save(d->cx, d->db, &l));
	assert_ok(d->cx, inbox_label(d->cx, d->db, d->workspace, m.conversation, l.id, true, NULL));
	assert_ok(d->cx, inbox_snooze(d->cx, d->db, d->workspace, other.conversation, 0, SNOOZED_UNTIL_ANSWER, NULL));
	struct post_figure figure = {.message = answer.id, .workspace = d->workspace, .channel = d->channel, .at = d->cx->now, .acts = 3, .reach = -1, .tags = S("pain Levain"), .told_at = d->cx->now};
	assert_ok(d->cx, post_figure_save(d->cx, d->db, &figure));
	r.body = S("Encore une");
	assert_ok(d->cx, reply_compose(d->cx, d->db, d->workspace, &r, &answer, NULL)); /* still to leave */
	return answer.id;
}

/* The name of a table's file: "w/18-message.jsonl"; its number is the place among the tables. */
static struct str file_of(const struct box *box, const char *table)
{
	for (size_t i = 0; i < map_count(box->files); i++) {
		struct str name = map_key(box->files, i), rest = name;
		str_cut(&rest, '-');
		if (str_eq(rest, arena_printf(box->arena, "%s.jsonl", table)))
			return name;
	}
	fail_msg("no file of %s", table);
	return S("");
}

static void assert_same_files(const struct box *a, const struct box *b)
{
	static const char *const differ[] = {"channel", "message", "publication", "audit_entry"};
	assert_int_equal(map_count(a->files), map_count(b->files));
	const char *files[COUNT(differ)];
	for (size_t i = 0; i < COUNT(differ); i++)
		files[i] = file_of(a, differ[i]).at;
	for (size_t i = 0; i < map_count(a->files); i++) {
		struct str name = map_key(a->files, i);
		const struct buf *other = map_get(b->files, name);
		assert_non_null(other);
		if (!str_in(name, files, COUNT(files)) && !str_eq(buf_str(map_value(a->files, i)), buf_str(other)))
			fail_msg("%.*s differs:\n%.*s\n%.*s", STR_ARG(name), STR_ARG(buf_str(map_value(a->files, i))), STR_ARG(buf_str(other)));
	}
}

static void test_there_and_back(void **state)
{
	struct test_desk d = desk_open(state);
	i64 waiting = live(&d), workspace, entries;
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET secret = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(d.workspace), db_i64(d.channel),
			       db_blob(S("CHANNEL-SECRET"))));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE person SET password = 'PASSWORD-HASH' WHERE id = ?1", db_i64(d.owner.user)));
	json_t *counts = json_object(), *again = json_object();
	struct box box = box_of(&d, d.workspace, counts);
	for (size_t i = 0; i < map_count(box.files); i++) {
		struct str bytes = buf_str(map_value(box.files, i));
		assert_true(str_find(bytes, S("SECRET")) < 0 && str_find(bytes, S("4348414e4e454c")) < 0 && str_find(bytes, S("PASSWORD-HASH")) < 0);
	}

	/* It is here already: nothing changes. */
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_err(bring_back(d.cx, d.db, &box, counts, &workspace), ERR_CONFLICT);
	db_rollback(d.db);

	/* Elsewhere: a database where the owner's address is somebody's already, with another number. */
	struct place *p = *state;
	db_close(p->db);
	p->db = NULL;
	struct db *db;
	assert_ok(d.cx, db_open(d.cx, p->url, DB_CREATE, &db));
	if (db_kind(db) == DB_POSTGRES) {
		assert_ok(d.cx, db_script(d.cx, db, S("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")));
	} else {
		db_close(db);
		assert_ok(d.cx, db_open(d.cx, arena_printf(d.cx->arena, "sqlite:%s/other.db", p->folder).at, DB_CREATE, &db));
	}
	p->db = d.db = db;
	assert_ok(d.cx, migrate_up(d.cx, db, NULL));
	i64 olga = id_new();
	assert_ok(d.cx, db_run(d.cx, db, NULL, "INSERT INTO person (id, email, name, lang, zone, created_at) VALUES (?1, 'olga@example.org', 'Olga', 'en', 'UTC', 1)",
			       db_i64(olga)));
	assert_ok(d.cx, db_begin(d.cx, db));
	assert_ok(d.cx, bring_back(d.cx, db, &box, counts, &workspace));
	assert_ok(d.cx, db_commit(d.cx, db));
	assert_true(workspace == d.workspace);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM membership WHERE person_id = ?1", olga), 1);
	assert_ok(d.cx, audit_verify(d.cx, db, workspace, &entries));
	struct check check = {};
	check_desk(d.cx, db, NULL, &check);
	for (size_t i = 0; i < check.count; i++)
		if (check.findings[i].level == CHECK_ERROR)
			fail_msg("%.*s", STR_ARG(check.findings[i].what));

	/* Nothing leaves a second time without a look. */
	struct message m;
	struct publication publication;
	d.cx->now += HOUR;
	assert_ok(d.cx, message_get(d.cx, db, workspace, waiting, &m));
	assert_ok(d.cx, publication_of(d.cx, db, workspace, waiting, S("reply"), &publication));
	assert_true(m.reply_state == REPLY_UNKNOWN || publication.due_at > publication.created_at);

	struct message_hit *hits;
	size_t count;
	assert_ok(d.cx, message_search(d.cx, db, workspace, S("attends"), LIST_START, 10, &hits, &count, NULL));
	assert_int_equal(count, 1);

	/* Without Olga's other number it would be the same to the byte. */
	assert_ok(d.cx, db_begin(d.cx, db));
	struct box second = box_of(&d, workspace, again);
	db_rollback(db);
	for (size_t i = 0; i < map_count(second.files); i++) { /* put the number back that she had */
		struct buf *file = map_value(second.files, i), *fixed = buf_in_arena(d.cx->arena);
		struct str here = arena_printf(d.cx->arena, "%lld", (long long)olga), rest = buf_str(file);
		ptrdiff_t at;
		while ((at = str_find(rest, here)) >= 0) {
			buf_add(fixed, str_head(rest, (size_t)at));
			buf_addf(fixed, "%lld", (long long)d.owner.user);
			rest = str_skip(rest, (size_t)at + here.len);
		}
		buf_add(fixed, rest);
		map_put(second.files, map_key(second.files, i), fixed);
	}
	json_object_set_new(counts, "audit_entry", json_integer(json_integer_value(json_object_get(counts, "audit_entry")) + 1));
	assert_true(json_equal(counts, again));
	struct str person = file_of(&box, "person"); /* hers is the one of here */
	map_put(second.files, person, map_get(box.files, person));
	assert_same_files(&box, &second);
	json_decref(counts);
	json_decref(again);
	time_set(0);
}

static void test_what_is_broken_does_not_come_back(void **state)
{
	struct test_desk d = desk_open(state);
	live(&d);
	json_t *counts = json_object();
	struct box box = box_of(&d, d.workspace, counts);
	time_set(0);
	struct str audit = buf_str(map_get(box.files, file_of(&box, "audit_entry")));
	assert_true(audit.len > 0);
	static const struct {
		const char *table, *from, *to;
	} changes[] = {
		{"audit_entry", "\"act\":\"conversation", "\"act\":\"konversation"}, /* the chain */
		{"evidence", "nuls", "beaux"}, /* the sealed copy */
		{"message", "\"at\":\"2", "\"at\":\"x"},
		{"message", "\"body\":", "\"bodx\":"},
		{"contact", "{\"id\":", "{\"id\":\"1\",\"workspace_id\":\"7\",\"id\":"},
		{"workspace", "{", "["},
	};
	struct place *p = *state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		/* The workspace steps aside, so that only the change stands in its way. */
		struct str name = file_of(&box, changes[i].table);
		struct buf *file = map_get(box.files, name), *changed = buf_in_arena(d.cx->arena);
		struct str bytes = buf_str(file);
		ptrdiff_t at = str_find(bytes, str_of(changes[i].from));
		if (at < 0)
			fail_msg("%s holds no %s", changes[i].table, changes[i].from);
		buf_add(changed, str_head(bytes, (size_t)at));
		buf_adds(changed, changes[i].to);
		buf_add(changed, str_skip(bytes, (size_t)at + strlen(changes[i].from)));
		map_put(box.files, name, changed);
		struct db *db;
		if (db_kind(p->db) == DB_POSTGRES) {
			db = p->db;
			assert_ok(d.cx, db_script(d.cx, db, S("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")));
		} else {
			assert_ok(d.cx, db_open(d.cx, arena_printf(d.cx->arena, "sqlite:%s/other%zu.db", p->folder, i).at, DB_CREATE, &db));
		}
		assert_ok(d.cx, migrate_up(d.cx, db, NULL));
		i64 workspace, rows;
		assert_ok(d.cx, db_begin(d.cx, db));
		if (bring_back(d.cx, db, &box, counts, &workspace) == OK)
			fail_msg("%s came back changed", changes[i].table);
		assert_true(d.cx->story[0]);
		db_rollback(db);
		assert_ok(d.cx, db_number(d.cx, db, -1, &rows, "SELECT COUNT(*) FROM workspace"));
		assert_int_equal(rows, 0);
		if (db != p->db)
			db_close(db);
		map_put(box.files, name, file);
	}
	json_decref(counts);
}

/* ---- what is wrong is found ---- */

static bool finds(struct test_desk *d, const char *area, enum check_level level)
{
	struct check check = {};
	check_desk(d->cx, d->db, NULL, &check);
	for (size_t i = 0; i < check.count; i++)
		if (strcmp(check.findings[i].area, area) == 0 && check.findings[i].level == level && (level == CHECK_FINE || check.findings[i].mend.len))
			return true;
	return false;
}

static void test_checks_find(void **state)
{
	struct test_desk d = desk_open(state);
	live(&d);
	time_set(0);
	assert_true(finds(&d, "audit", CHECK_FINE) && !finds(&d, "audit", CHECK_ERROR));
	assert_true(finds(&d, "evidence", CHECK_FINE) && finds(&d, "conversations", CHECK_FINE) && finds(&d, "outbox", CHECK_FINE));
	static const struct {
		const char *area;
		enum check_level level;
		const char *sql;
	} faults[] = {
		{"counters", CHECK_WARNING, "UPDATE conversation SET message_count = message_count + 1 WHERE workspace_id = ?1 AND merged_into IS NULL"},
		{"merges", CHECK_ERROR, "UPDATE contact SET merged_into = id WHERE workspace_id = ?1"},
		{"outbox", CHECK_ERROR, "UPDATE publication SET state = 'leased', lease_until = 1 WHERE workspace_id = ?1"},
		{"outbox", CHECK_WARNING, "UPDATE publication SET state = 'unknown', due_at = 9223372036854775807 WHERE workspace_id = ?1"},
		{"channels", CHECK_WARNING, "UPDATE channel SET state = 'broken' WHERE workspace_id = ?1"},
		{"clock", CHECK_WARNING, "UPDATE message SET received_at = 9000000000000000 WHERE workspace_id = ?1"},
		{"evidence", CHECK_ERROR, "UPDATE evidence SET content = '{}' WHERE workspace_id = ?1"},
		{"audit", CHECK_ERROR, "DELETE FROM audit_entry WHERE workspace_id = ?1 AND sequence = 2"},
	};
	for (size_t i = 0; i < COUNT(faults); i++) {
		const struct db_value values[] = {db_null(), db_i64(d.workspace)};
		assert_false(finds(&d, faults[i].area, faults[i].level));
		assert_ok(d.cx, db_begin(d.cx, d.db));
		assert_ok(d.cx, db_run_values(d.cx, d.db, NULL, faults[i].sql, values, 1));
		if (!finds(&d, faults[i].area, faults[i].level))
			fail_msg("%s was not found: %s", faults[i].area, faults[i].sql);
		db_rollback(d.db);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_every_column),
		DATABASE_TEST(test_every_table_is_counted),
		DATABASE_TEST(test_there_and_back),
		DATABASE_TEST(test_what_is_broken_does_not_come_back),
		DATABASE_TEST(test_checks_find),
	};
	return on_both_engines(tests);
}
