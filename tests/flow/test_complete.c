/* What is proposed for "@na" and "#pa": people as their network names them, by any word of theirs, in any script; hashtags of posts, of sets, of what rises. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/clock.h"
#include "flow/complete.h"
#include "flow/post.h"
#include "flow/writing_aid.h"
#include "model/naming.h"
#include "store/called.h"
#include "store/contact.h"
#include "store/post_tag.h"
#include "store/trend.h"

static void say(struct test_desk *d, const char *network, const char *id, const char *name, const char *handle, const char *url)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(id), .thread_id = str_of(id), .author_id = str_of(id), .author_name = str_of(name), .author_handle = str_of(handle),
			    .author_url = str_of(url), .author_followers = -1, .network = str_of(network), .body = S("Bonjour"), .at = d->cx->now};
	enum ingest_result result;
	i64 said;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, &said));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	d->cx->now += SECOND;
}

static void names(struct test_desk *d, const char *const *networks, size_t network_count, const char *typed, const char *wanted)
{
	struct completion *list;
	struct str words[4];
	size_t count;
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < network_count; i++)
		words[i] = str_of(networks[i]);
	assert_ok(d->cx, complete_names(d->cx, d->db, d->workspace, words, network_count, str_of(typed), &list, &count));
	for (size_t i = 0; i < count; i++)
		buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(list[i].text));
	assert_string_equal(buf_cstr(&b), wanted);
}

static void tags(struct test_desk *d, const char *typed, const char *wanted)
{
	struct completion *list;
	size_t count;
	CLEANUP(buf_free) struct buf b = {};
	assert_ok(d->cx, complete_tags(d->cx, d->db, d->workspace, str_of(typed), &list, &count));
	for (size_t i = 0; i < count; i++) {
		buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(list[i].text));
		if (list[i].posts)
			buf_addf(&b, ":%lld", (long long)list[i].posts);
		buf_adds(&b, list[i].set.len ? "!" : "");
		buf_adds(&b, list[i].rises ? "^" : "");
	}
	assert_string_equal(buf_cstr(&b), wanted);
}

static void test_naming(void **state)
{
	struct arena *a = ((struct place *)*state)->cx.arena;
	static const struct {
		const char *network, *handle, *url, *wanted;
	} cases[] = {
		{"x", "ana", "", "@ana"}, {"x", "@ana", "", "@ana"}, {"x", "ana-b", "", ""}, {"x", "", "", ""}, {"mastodon", "ana@host.example", "", "@ana@host.example"},
		{"mastodon", "ana", "https://host.example/@ana", "@ana@host.example"}, {"mastodon", "ana", "", "@ana"}, {"bluesky", "ana.bsky.social", "", "@ana.bsky.social"},
		{"bluesky", "ana", "", ""}, {"instagram", "ana.b_c", "", "@ana.b_c"}, {"instagram", "ana b", "", ""}, {"telegram", "ana_b", "", "@ana_b"},
		{"matrix", "@ana:host.example", "", "@ana:host.example"}, {"matrix", "ana", "", ""}, {"facebook", "ana", "", ""}, {"email", "ana@host.example", "", ""},
		{"discord", "ana", "", ""}, {"youtube", "@ana-b", "", "@ana-b"}, {"space", "ana", "", "@ana"},
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_str(naming_of(a, str_of(cases[i].network), str_of(cases[i].handle), str_of(cases[i].url)), cases[i].wanted);
	assert_true(naming_is_there(S("x")) && !naming_is_there(S("facebook")));
}

static void test_names(void **state)
{
	struct test_desk d = desk_open(state);
	static const char *const both[] = {"x", "mastodon"}, *const other[] = {"facebook"}, *const twice[] = {"x", "x"};
	say(&d, "x", "x1", "Nadia Ferhat", "nadia_f", "");
	say(&d, "mastodon", "m1", "Élodie Garnier", "elo", "https://pain.example/@elo");
	say(&d, "x", "x2", "نادية فرحات", "farhat99", "");
	say(&d, "x", "x3", "Näda Ört", "naoert", "");
	say(&d, "facebook", "f1", "Nadia Facebook", "nadia", "");
	say(&d, "x", "x4", "Nadia Sans", "", "");
	names(&d, both, 2, "nad", "@naoert @nadia_f"); /* heard last first; accents apart; who has no handle, or is elsewhere, cannot be named */
	names(&d, both, 2, "NADIA_F", "@nadia_f");
	names(&d, both, 2, "fer", "@nadia_f");         /* the other name, too */
	names(&d, both, 2, "elodie", "@elo@pain.example");
	names(&d, both, 2, "éLO", "@elo@pain.example");
	names(&d, both, 2, "نادي", "@farhat99");
	names(&d, both, 2, "فرح", "@farhat99");
	names(&d, both, 2, "", "@naoert @farhat99 @elo@pain.example @nadia_f");
	names(&d, both, 2, "n", "@naoert @nadia_f");
	names(&d, twice, 2, "nadia", "@nadia_f");
	names(&d, other, 1, "nadia", "");
	names(&d, both, 0, "nadia", "");
	names(&d, both, 2, "\"' NEAR(*", "");
	names(&d, both, 2, "zz", "");
	/* Whoever reads it signs in to another workspace: none of these. */
	struct completion *list;
	struct str x = S("x");
	size_t count;
	assert_ok(d.cx, complete_names(d.cx, d.db, d.workspace + 1, &x, 1, S("nadia"), &list, &count));
	assert_int_equal(count, 0);
}

static i64 write_post(struct test_desk *d, i64 id, i64 revision, const char *body, const char *own)
{
	struct post_variant_request variant = {.channel = d->channel, .adapted = own != NULL, .text = {.body = str_of(own ? own : "")}};
	struct post_request r = {.id = id, .revision = revision, .text = {.body = str_of(body)}, .variants = &variant, .variant_count = 1};
	struct post post;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post.id;
}

static void test_tags(void **state)
{
	struct test_desk d = desk_open(state);
	tags(&d, "", "");
	i64 first = write_post(&d, 0, 0, "Le #Pain du jour, #levain #pain", NULL);
	write_post(&d, 0, 0, "#PainAuLevain et #Pain", "#été ici");
	write_post(&d, 0, 0, "#pain", NULL);
	tags(&d, "pa", "#Pain:3 #PainAuLevain:1");
	tags(&d, "PÂI", "#Pain:3 #PainAuLevain:1");
	tags(&d, "ete", "#été:1");
	tags(&d, "levain", ""); /* it stands where it is being typed */
	tags(&d, "leva", "#levain:1");
	write_post(&d, first, 1, "Le #brioche", NULL);
	tags(&d, "leva", "");
	tags(&d, "pain", "#Pain:2 #PainAuLevain:1");
	struct writing_aid set = {.workspace = d.workspace, .kind = AID_HASHTAGS, .name = S("Pâques"), .body = S("#pain #pâques #Painblanc")};
	assert_ok(d.cx, writing_aid_keep(d.cx, d.db, &set));
	tags(&d, "pa", "#pain:2! #PainAuLevain:1 #Painblanc! #pâques!");
	struct trend t = {.id = 7, .workspace = d.workspace, .term = S("#panique"), .terms = S("#panique"), .since = d.cx->now, .at = d.cx->now, .seen_at = d.cx->now, .evidence = S("{}")};
	assert_ok(d.cx, trend_save(d.cx, d.db, &t));
	tags(&d, "pan", "#panique^");
	tags(&d, "panique", "#panique^");
	assert_ok(d.cx, trend_set_hushed(d.cx, d.db, d.workspace, 7, d.cx->now, 0));
	tags(&d, "pan", "");
	tags(&d, "%", "");
}

/* Ten thousand people, and ten thousand uses of a hashtag: it is answered while one types. */
static void test_many(void **state)
{
	struct test_desk d = desk_open(state);
	struct completion *list;
	struct str x = S("x");
	size_t count;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (i64 i = 1; i <= 10000; i++) {
		struct contact c = {.id = 2 * i, .workspace = d.workspace, .name = arena_printf(d.cx->arena, "Marie%lld Dupont%lld", (long long)i, (long long)(i % 97)), .last_at = i, .first_at = i};
		struct identity n = {.id = 2 * i + 1, .workspace = d.workspace, .contact = c.id, .network = i % 3 ? S("x") : S("web"), .remote_id = arena_printf(d.cx->arena, "r%lld", (long long)i),
				     .handle = arena_printf(d.cx->arena, "m%lld", (long long)i), .name = c.name, .followers = -1};
		assert_ok(d.cx, contact_insert(d.cx, d.db, &c));
		assert_ok(d.cx, identity_insert(d.cx, d.db, &n));
		assert_ok(d.cx, called_add(d.cx, d.db, d.workspace, c.id, c.name, (struct str){}));
		assert_ok(d.cx, called_add(d.cx, d.db, d.workspace, n.id, n.name, n.handle));
	}
	assert_ok(d.cx, db_commit(d.cx, d.db));
	i64 began = time_monotonic();
	for (int i = 0; i < 20; i++) {
		assert_ok(d.cx, complete_names(d.cx, d.db, d.workspace, &x, 1, S("mari"), &list, &count));
		assert_int_equal(count, COMPLETIONS_MOST);
	}
	i64 took = (time_monotonic() - began) / 20;
	print_message("a name among 10,000: %.2f ms\n", (double)took / (double)MILLISECOND);
	assert_str(list[0].text, "@m10000");
	assert_true(took < 250 * MILLISECOND); /* a machine at work, built to find faults */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_naming), DATABASE_TEST(test_names), DATABASE_TEST(test_tags), DATABASE_TEST(test_many)};
	return on_both_engines(tests);
}
