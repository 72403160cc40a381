/* People outside: who may be one person and by what, joining and taking apart with nothing lost, all that was said, and the audit. */
#include "desk.h"

#include "flow/audit.h"
#include "flow/contact.h"
#include "flow/reply.h"
#include "flow/undo.h"
#include "model/same.h"
#include "store/audit.h"
#include "store/message.h"
#include "store/relation.h"
#include "store/same.h"

/* Somebody of a network says something, in a conversation of its own. */
static i64 say(struct test_desk *d, const char *network, const char *id, const char *name, const char *handle, const char *thread, const char *message)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(message), .thread_id = str_of(thread), .author_id = str_of(id), .author_name = str_of(name),
			    .author_handle = str_of(handle), .author_followers = -1, .network = str_of(network), .body = S("Bonjour"), .at = d->cx->now};
	enum ingest_result result;
	i64 said = 0;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, &said));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	return said;
}

static i64 contact_of(struct test_desk *d, i64 message)
{
	struct message m;
	struct identity identity;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, message, &m));
	assert_ok(d->cx, identity_get(d->cx, d->db, d->workspace, m.identity, &identity));
	return identity.contact;
}

static struct contact card(struct test_desk *d, i64 id)
{
	struct contact c;
	assert_ok(d->cx, contact_get(d->cx, d->db, d->workspace, id, &c));
	return c;
}

static size_t alike(struct test_desk *d, i64 contact, struct likeness **ret_list)
{
	size_t count;
	assert_ok(d->cx, likenesses_of(d->cx, d->db, d->workspace, contact, ret_list, &count));
	return count;
}

static void undo_last(struct test_desk *d, struct undo *undo)
{
	assert_ok(d->cx, undo_close(d->cx, d->db, d->workspace, undo));
	assert_true(undo->id > 0);
	struct undone undone;
	assert_ok(d->cx, undo_run(d->cx, d->db, d->workspace, undo->id, &undone));
}

static void test_keys(void **state)
{
	struct arena *a = ((struct place *)*state)->cx.arena;
	assert_str(same_name_key(a, S("Élodie  GARNIER")), "elodie garnier");
	assert_str(same_name_key(a, S("elodie.garnier")), "elodie garnier");
	assert_int_equal(same_name_key(a, S("Léa")).len, 0);
	assert_str(same_handle_key(a, S("@Nadia.frht")), "nadiafrht");
	assert_str(same_handle_key(a, S("nadia_frht@example.social")), "nadiafrht");
	assert_str(same_handle_key(a, S("nadia-frht.bsky.social")), "nadiafrht");
	assert_str(same_mail_key(a, S(" mailto:N.Ferhat@Example.org")), "n.ferhat@example.org");
	const char *const none[] = {"@nadia@example.org", "nadia", "nadia@", "nadia@example", "https://a@b.c/d", "a b@example.org", "nadia@exam ple.org", ""};
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(same_mail_key(a, str_of(none[i])).len, 0);
}

static void test_who_may_be_one(void **state)
{
	struct test_desk d = desk_open(state);
	struct likeness *list = NULL;
	i64 one = contact_of(&d, say(&d, "mastodon", "https://m.example/u/nadia", "Nadia Ferhat", "nadia.frht@m.example", "t1", "m1"));
	i64 two = contact_of(&d, say(&d, "instagram", "77", "NADIA FERHAT", "nadia_frht", "t2", "m2"));
	i64 mail = contact_of(&d, say(&d, "email", "n.ferhat@example.org", "N. F.", "n.ferhat@example.org", "t3", "m3"));
	say(&d, "mastodon", "https://m.example/u/other", "Nadia Ferhat", "somebody", "t4", "m4"); /* the same network: another person */
	assert_true(one != two && alike(&d, one, &list) == 2);
	assert_true(list[0].theirs.contact == two && list[1].theirs.contact == two);
	assert_int_equal(list[0].kind + list[1].kind, SAME_NAME + SAME_HANDLE);
	assert_int_equal(alike(&d, mail, &list), 0);
	struct contact c = card(&d, one);
	c.email = S(" N.Ferhat@EXAMPLE.org ");
	assert_ok(d.cx, contact_edit(d.cx, d.db, &c));
	assert_str(card(&d, one).email, "n.ferhat@example.org");
	assert_true(alike(&d, mail, &list) == 1 && list[0].kind == SAME_MAIL && list[0].theirs.contact == one);
	assert_int_equal(alike(&d, one, &list), 3);
	/* No: not asked again, from either side; and that can be taken back. */
	struct undo undo;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contact_apart(d.cx, d.db, d.workspace, one, two, &undo));
	assert_int_equal(alike(&d, one, &list), 1);
	assert_true(alike(&d, two, &list) == 1 && list[0].theirs.contact != one);
	undo_last(&d, &undo);
	assert_int_equal(alike(&d, one, &list), 3);
	/* A name that everybody carries tells nothing. */
	for (int i = 0; i < 30; i++)
		say(&d, "forum", arena_printf(d.cx->arena, "f%d", i).at, "Anonymous", "", arena_printf(d.cx->arena, "ft%d", i).at, arena_printf(d.cx->arena, "fm%d", i).at);
	i64 nobody = contact_of(&d, say(&d, "reviews", "r1", "anonymous", "", "t9", "m9"));
	assert_int_equal(alike(&d, nobody, &list), 0);
}

static void test_joined_and_apart_again(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = say(&d, "mastodon", "u1", "Nadia Ferhat", "nadia.frht", "t1", "m1");
	d.cx->now += HOUR;
	i64 second = say(&d, "instagram", "u2", "Nadia", "nadia.frht", "t2", "m2");
	i64 one = contact_of(&d, first), two = contact_of(&d, second), first_at = card(&d, one).first_at;
	struct contact c = card(&d, two);
	c.phone = S("06 00 00 00 00");
	c.note = S("Allergique au lait");
	assert_ok(d.cx, contact_edit(d.cx, d.db, &c));
	struct undo undo;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, two, one, &undo));
	assert_true(contact_of(&d, second) == one && card(&d, two).id == one);
	c = card(&d, one);
	assert_int_equal(c.conversation_count, 2);
	assert_int_equal(c.last_at, d.cx->now);
	assert_str(c.phone, "06 00 00 00 00");
	/* What they say from now on is one person's, though the reading knew two. */
	i64 third = say(&d, "instagram", "u2", "Nadia", "nadia.frht", "t3", "m3");
	assert_int_equal(contact_of(&d, third), one);
	assert_int_equal(card(&d, one).conversation_count, 3);
	/* At once taken back: as it was, with what was said meanwhile. */
	undo_last(&d, &undo);
	assert_true(contact_of(&d, second) == two && contact_of(&d, third) == two && contact_of(&d, first) == one);
	c = card(&d, one);
	assert_true(c.conversation_count == 1 && c.phone.len == 0 && c.note.len == 0 && c.first_at == first_at && c.last_at == first_at);
	c = card(&d, two);
	assert_true(c.id == two && c.conversation_count == 2 && c.phone.len);
	struct undone undone;
	assert_err(undo_run(d.cx, d.db, d.workspace, undo.id, &undone), ERR_CONFLICT);
	struct likeness *list = NULL;
	assert_int_equal(alike(&d, one, &list), 1); /* an undo is no answer: the question stands */
	/* Joined, then taken apart on purpose: an answer. */
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, two, one, NULL));
	struct contact_merge *merges;
	size_t count;
	assert_ok(d.cx, contact_merges(d.cx, d.db, d.workspace, one, &merges, &count));
	assert_int_equal(count, 1);
	assert_str(merges[0].from_name, "Nadia");
	assert_str(merges[0].person_name, "olga");
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contact_unmerge(d.cx, d.db, d.workspace, merges[0].id, &undo));
	assert_err(contact_unmerge(d.cx, d.db, d.workspace, merges[0].id, &undo), ERR_CONFLICT);
	assert_true(contact_of(&d, second) == two && alike(&d, one, &list) == 0);
	assert_err(contact_merge(d.cx, d.db, d.workspace, one, one, NULL), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "other");
	i64 entries;
	assert_ok(d.cx, audit_verify(d.cx, d.db, d.workspace, &entries));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act IN ('contact.merge', 'contact.split', 'contact.edit')", d.workspace), 5);
}

static void test_split_off(void **state)
{
	struct test_desk d = desk_open(state);
	i64 a = say(&d, "mastodon", "u1", "Nadia Ferhat", "nadia", "t1", "m1"), b = say(&d, "instagram", "u2", "Nadia F.", "nadia_f", "t2", "m2");
	i64 c = say(&d, "forum", "u3", "Nadège", "nadege", "t3", "m3");
	i64 one = contact_of(&d, a), two = contact_of(&d, b), three = contact_of(&d, c), fresh;
	struct message m;
	struct undo undo;
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, three, two, NULL));
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, two, one, NULL));
	assert_int_equal(card(&d, one).conversation_count, 3);
	/* The one that came alone goes back to its own card, through the card between. */
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, c, &m));
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contact_split(d.cx, d.db, d.workspace, m.identity, &undo, &fresh));
	assert_true(fresh == three && contact_of(&d, c) == three && card(&d, three).conversation_count == 1 && card(&d, one).conversation_count == 2);
	undo_last(&d, &undo);
	assert_true(contact_of(&d, c) == one && card(&d, one).conversation_count == 3);
	/* The one that was there from the start gets a card of its own. */
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, a, &m));
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contact_split(d.cx, d.db, d.workspace, m.identity, &undo, &fresh));
	assert_true(fresh != one && contact_of(&d, a) == fresh && card(&d, fresh).conversation_count == 1 && card(&d, one).conversation_count == 2);
	assert_str(card(&d, fresh).name, "Nadia Ferhat");
	assert_err(contact_split(d.cx, d.db, d.workspace, m.identity, NULL, &fresh), ERR_CONFLICT);
	undo_last(&d, &undo);
	assert_true(contact_of(&d, a) == one && card(&d, one).conversation_count == 3);
	/* Who only reads changes nothing here. */
	struct actor owner = *d.cx->actor;
	d.guest.permissions = 0;
	desk_act_as(&d, &d.guest);
	assert_err(contact_merge(d.cx, d.db, d.workspace, one, fresh, NULL), ERR_DENIED);
	assert_err(contact_split(d.cx, d.db, d.workspace, m.identity, NULL, &fresh), ERR_DENIED);
	assert_err(contact_apart(d.cx, d.db, d.workspace, one, two, NULL), ERR_DENIED);
	desk_act_as(&d, &owner);
}

static void test_all_that_was_said(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = say(&d, "mastodon", "u1", "Nadia", "nadia", "t1", "m1"), second = say(&d, "instagram", "u2", "Nadia", "nadia2", "t2", "m2");
	say(&d, "mastodon", "u9", "Marc", "marc", "t1", "m9"); /* another voice in her thread */
	i64 one = contact_of(&d, first);
	struct message m;
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, contact_of(&d, second), one, NULL));
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, first, &m));
	d.cx->now += 10 * MINUTE;
	struct reply_request r = {.conversation = m.conversation, .body = S("Bonjour Nadia"), .visibility = VISIBILITY_PUBLIC, .status_after = -1};
	struct message ours;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &ours, NULL));
	struct said_line *lines;
	struct said_filter all = {}, mastodon = {.network = S("mastodon")}, notes = {.notes = true};
	size_t count;
	assert_ok(d.cx, relation_said(d.cx, d.db, d.workspace, one, &all, LIST_START, 10, &lines, &count));
	assert_int_equal(count, 3);
	assert_true(lines[0].message == ours.id && lines[0].direction == DIRECTION_OUT);
	assert_ok(d.cx, relation_said(d.cx, d.db, d.workspace, one, &all, list_after(lines[1].at, lines[1].message), 10, &lines, &count));
	assert_true(count == 1 && lines[0].message == first);
	assert_ok(d.cx, relation_said(d.cx, d.db, d.workspace, one, &mastodon, LIST_START, 10, &lines, &count));
	assert_true(count == 1 && lines[0].message == first);
	assert_ok(d.cx, relation_said(d.cx, d.db, d.workspace, one, &notes, LIST_START, 10, &lines, &count));
	assert_int_equal(count, 0);
	struct said_mark *marks;
	assert_ok(d.cx, relation_marks(d.cx, d.db, d.workspace, one, 10, &marks, &count));
	assert_int_equal(count, 2); /* the answer has not left */
	i64 sent;
	d.cx->now += MINUTE;
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &sent));
	assert_ok(d.cx, relation_marks(d.cx, d.db, d.workspace, one, 10, &marks, &count));
	assert_int_equal(count, 3);
	struct hide_request hide = {.message = second, .article = d.article, .reason = S("insulte")};
	assert_ok(d.cx, moderate_hide(d.cx, d.db, d.workspace, &hide, NULL));
	struct hidden_under *hidden;
	assert_ok(d.cx, relation_hidden(d.cx, d.db, d.workspace, one, &hidden, &count));
	assert_true(count == 1 && hidden[0].count == 1 && hidden[0].article_number == 1);
}

/* How many are found, the first of them in *ret_first. */
static size_t found_by(struct test_desk *d, const char *words, i64 *ret_first)
{
	struct contact *list;
	size_t count;
	assert_ok(d->cx, contact_find(d->cx, d->db, d->workspace, str_of(words), 10, &list, &count));
	*ret_first = count ? list[0].id : 0;
	return count;
}

static void test_found_by_name(void **state)
{
	struct test_desk d = desk_open(state);
	i64 elodie = contact_of(&d, say(&d, "mastodon", "u1", "Élodie Garnier", "lea.mange.lyon@example.social", "t1", "m1")), first;
	d.cx->now += MINUTE;
	i64 marc = contact_of(&d, say(&d, "instagram", "u2", "Marc Garance", "marco", "t2", "m2"));
	static const char *const hers[] = {"elodie", "ELODIE garnier", "Garn élo", "@lea.mange", "lyon", "mange.lyon@example.social"};
	for (size_t i = 0; i < COUNT(hers); i++)
		if (found_by(&d, hers[i], &first) != 1 || first != elodie)
			fail_msg("%s", hers[i]);
	assert_true(found_by(&d, "gar", &first) == 2 && first == marc); /* heard last */
	static const char *const nobodys[] = {"lodie", "elodie garance", "@", "", "\" OR words : \"", "' | 'zz"};
	for (size_t i = 0; i < COUNT(nobodys); i++)
		if (found_by(&d, nobodys[i], &first) != 0)
			fail_msg("%s", nobodys[i]);
	struct contact c = card(&d, marc);
	c.email = S("marc@levain.example");
	assert_ok(d.cx, contact_edit(d.cx, d.db, &c));
	assert_true(found_by(&d, "marc@levain.example", &first) == 1 && first == marc);
	c.email = (struct str){};
	assert_ok(d.cx, contact_edit(d.cx, d.db, &c));
	assert_int_equal(found_by(&d, "levain", &first), 0);
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, marc, elodie, NULL));
	assert_true(found_by(&d, "marco", &first) == 1 && first == elodie); /* his account is hers now */
}

/* Somebody whose account names addresses. */
static i64 say_with_links(struct test_desk *d, const char *network, const char *id, const char *name, const char *message, const struct inbound_link *links, size_t count)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(message), .thread_id = str_of(message), .author_id = str_of(id), .author_name = str_of(name),
			    .author_followers = -1, .network = str_of(network), .body = S("Bonjour"), .at = d->cx->now, .author_links = links, .author_link_count = count};
	enum ingest_result result;
	i64 said = 0;
	ingest_forget(&d->ingest); /* as another reading */
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, &said));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	return contact_of(d, said);
}

/* A profile, what it verified, and what somebody typed into a comment: evidence of two strengths, joined by a person, taken back. */
static void test_links(void **state)
{
	struct test_desk d = desk_open(state);
	struct arena *a = d.cx->arena;
	assert_str(same_link_key(a, S("https://www.Jane.example/")), "jane.example");
	assert_str(same_link_key(a, S(" http://social.example/users/Jane?x=1#y ")), "social.example/@jane");
	assert_str(same_link_key(a, S("https://social.example/@jane/")), "social.example/@jane");
	static const char *const none[] = {"", "jane.example", "mailto:jane@jane.example", "https://localhost/", "https:///x", "https://a@b.example/", "ftp://jane.example", "https://a b.example/"};
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(same_link_key(a, str_of(none[i])).len, 0);

	const struct inbound_link fediverse[] = {{S("https://social.example/@jane"), true}, {S("https://jane.example"), true}, {S("https://bakers.example/club"), false}};
	const struct inbound_link sky[] = {{S("https://bsky.app/profile/jane.example"), true}, {S("https://JANE.example/"), true}};
	const struct inbound_link typed[] = {{S("http://social.example/users/jane"), false}};
	const struct inbound_link other[] = {{S("https://social.example/@janet"), true}};
	i64 mastodon = say_with_links(&d, "mastodon", "1", "Jane Marsh", "k1", fediverse, COUNT(fediverse));
	i64 bluesky = say_with_links(&d, "bluesky", "did:plc:1", "jm bakes", "k2", sky, COUNT(sky));
	i64 blog = say_with_links(&d, "web", "jm@mail.example", "J. M.", "k3", typed, COUNT(typed));
	say_with_links(&d, "mastodon", "2", "Janet Poe", "k4", other, COUNT(other));

	struct likeness *list = NULL;
	assert_int_equal(alike(&d, mastodon, &list), 2);
	for (size_t i = 0; i < 2; i++) {
		bool proven = list[i].theirs.contact == bluesky;
		assert_true(proven || list[i].theirs.contact == blog);
		assert_int_equal(list[i].kind, proven ? SAME_PROVEN : SAME_LINK);
		assert_str(list[i].shared, proven ? "jane.example" : "social.example/@jane");
	}
	/* The mail that came in is by the same address as the comment. */
	i64 mail = say_with_links(&d, "email", "jm@mail.example", "Jane M", "k5", NULL, 0);
	assert_int_equal(alike(&d, mail, &list), 1);
	assert_true(list[0].kind == SAME_MAIL && list[0].theirs.contact == blog);

	/* Nothing was joined by itself; a person joins, and takes it back. */
	struct undo undo;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, contact_merge(d.cx, d.db, d.workspace, bluesky, mastodon, &undo));
	assert_int_equal(alike(&d, mastodon, &list), 1);
	undo_last(&d, &undo);
	assert_int_equal(alike(&d, mastodon, &list), 2);
	/* Said not to be one: not proposed again. */
	assert_ok(d.cx, contact_apart(d.cx, d.db, d.workspace, mastodon, blog, NULL));
	assert_int_equal(alike(&d, mastodon, &list), 1);

	/* What is named no more is no evidence any more. */
	say_with_links(&d, "bluesky", "did:plc:1", "jm bakes", "k6", sky, 1);
	assert_int_equal(alike(&d, mastodon, &list), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_keys),
		DATABASE_TEST(test_links),
		DATABASE_TEST(test_who_may_be_one),
		DATABASE_TEST(test_joined_and_apart_again),
		DATABASE_TEST(test_split_off),
		DATABASE_TEST(test_all_that_was_said),
		DATABASE_TEST(test_found_by_name),
	};
	return on_both_engines(tests);
}
