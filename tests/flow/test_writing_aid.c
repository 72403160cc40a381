/* What helps to write posts: hashtags that take turns, and variables: filled in as the post leaves, and keeping it back until they are. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "flow/post.h"
#include "flow/post_words.h"
#include "flow/writing_aid.h"
#include "store/message.h"

static i64 keep(struct test_desk *d, enum aid_kind kind, const char *name, const char *body, enum variable_type type, i64 shows)
{
	struct writing_aid a = {.workspace = d->workspace, .kind = kind, .name = str_of(name), .body = str_of(body), .type = type, .shows = shows};
	assert_ok(d->cx, writing_aid_keep(d->cx, d->db, &a));
	return a.id;
}

static void refuses(struct test_desk *d, enum aid_kind kind, const char *name, const char *body, enum variable_type type, i64 shows, const char *field)
{
	struct writing_aid a = {.workspace = d->workspace, .kind = kind, .name = str_of(name), .body = str_of(body), .type = type, .shows = shows};
	assert_err(writing_aid_keep(d->cx, d->db, &a), ERR_BAD_INPUT);
	assert_string_equal(d->cx->field, field);
	cx_forget(d->cx);
}

static void uses(struct test_desk *d, i64 id, const char *wanted)
{
	struct str text;
	assert_ok(d->cx, writing_aid_use(d->cx, d->db, d->workspace, id, &text));
	assert_string_equal(arena_cstr(d->cx->arena, text), wanted);
}

static void test_hashtags(void **state)
{
	struct test_desk d = desk_open(state);
	i64 all = keep(&d, AID_HASHTAGS, "Pâques", "pain, #levain #PAIN\n#brioche_d_été", 0, 0);
	uses(&d, all, "#pain #levain #brioche_d_été");
	uses(&d, all, "#pain #levain #brioche_d_été");
	i64 turns = keep(&d, AID_HASHTAGS, "Semaine", "#a #b #c #d #e", 0, 2);
	uses(&d, turns, "#a #b");
	uses(&d, turns, "#c #d");
	uses(&d, turns, "#e #a");
	uses(&d, turns, "#b #c");
	refuses(&d, AID_HASHTAGS, "Vide", " , ", 0, 0, "body");
	refuses(&d, AID_HASHTAGS, "Faux", "#pain-levain", 0, 0, "body");
	refuses(&d, AID_HASHTAGS, "Faux", "#2027", 0, 0, "body");
	refuses(&d, AID_HASHTAGS, "Trop", "#a #b", 0, 3, "shows");
	refuses(&d, AID_HASHTAGS, "semaine", "#a", 0, 0, "name");
	struct writing_aid a;
	assert_ok(d.cx, writing_aid_put_away(d.cx, d.db, d.workspace, turns, true));
	assert_ok(d.cx, writing_aid_get(d.cx, d.db, d.workspace, turns, &a));
	assert_true(a.archived_at > 0 && a.used_count == 4);
	keep(&d, AID_HASHTAGS, "Semaine", "#f", 0, 0);
	assert_err(writing_aid_put_away(d.cx, d.db, d.workspace, turns, false), ERR_BAD_INPUT); /* its name is taken meanwhile */
	cx_forget(d.cx);
	desk_act_as(&d, &d.guest);
	struct writing_aid other = {.workspace = d.workspace, .kind = AID_TEMPLATE, .name = S("x"), .body = S("y")};
	assert_err(writing_aid_keep(d.cx, d.db, &other), ERR_DENIED);
	uses(&d, all, "#pain #levain #brioche_d_été"); /* who proposes posts uses them */
}

static void test_variables(void **state)
{
	struct test_desk d = desk_open(state);
	refuses(&d, AID_VARIABLE, "Le produit", "", VARIABLE_TEXT, 0, "name");
	refuses(&d, AID_VARIABLE, "date", "", VARIABLE_DATE, 0, "name");
	refuses(&d, AID_VARIABLE, "jour", "demain", VARIABLE_DATE, 0, "body");
	refuses(&d, AID_VARIABLE, "jour", "2027-02-29", VARIABLE_DATE, 0, "body");
	refuses(&d, AID_VARIABLE, "lien", "levain", VARIABLE_URL, 0, "body");
	refuses(&d, AID_VARIABLE, "prix", "dix", VARIABLE_NUMBER, 0, "body");
	assert_true(variable_fits(VARIABLE_NUMBER, S("-1 250,50")) && !variable_fits(VARIABLE_NUMBER, S("1,2,3")) && !variable_fits(VARIABLE_NUMBER, S("-")));
	assert_true(variable_fits(VARIABLE_URL, S("https://levain.fr/a?b#c")) && !variable_fits(VARIABLE_URL, S("https://levain.fr/a et plus")));
	assert_true(variable_fits(VARIABLE_DATE, S("2028-02-29")) && !variable_fits(VARIABLE_TEXT, S("")));
}

static size_t findings(struct test_desk *d, const struct post *post, struct post_finding **ret_list)
{
	size_t count;
	assert_ok(d->cx, post_findings(d->cx, d->db, post, ret_list, &count));
	return count;
}

static void test_they_keep_it_back(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_variant_request v = {.channel = d.channel};
	struct post_finding *list;
	struct publication *acts;
	struct post post;
	struct message m;
	size_t count;
	i64 turned, product = keep(&d, AID_VARIABLE, "produit", "Brioche", VARIABLE_TEXT, 0);
	keep(&d, AID_VARIABLE, "jour", "", VARIABLE_DATE, 0);
	struct post_request r = {.title = S("{{produit}}"), .lang = S("fr"), .variants = &v, .variant_count = 1,
				 .text = {.body = S("{{ Produit }} revient le {{jour}}, {{inconnu}} {{produit}}"), .first_comment = S("{{jour}}")}};
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_int_equal(findings(&d, &post, &list), 2);
	assert_string_equal(list[0].field, "variables");
	assert_err(post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post), ERR_BAD_INPUT);
	cx_forget(d.cx);
	struct variable_value values[] = {{.name = S("jour"), .value = S("demain")}, {.name = S("inconnu"), .value = S("{{produit}}")}};
	r.id = post.id;
	r.revision = post.revision;
	r.options = post_variables_put(d.cx, S("{}"), values, 2);
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_int_equal(findings(&d, &post, &list), 1); /* that is no date */
	values[0].value = S("2027-05-01");
	r.revision = post.revision;
	r.options = post_variables_put(d.cx, r.options, values, 2);
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_int_equal(findings(&d, &post, &list), 0);
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	/* what was approved holds, whatever the workspace says from now on */
	struct writing_aid changed = {.id = product, .workspace = d.workspace, .name = S("produit"), .body = S("Tarte")};
	assert_ok(d.cx, writing_aid_keep(d.cx, d.db, &changed));
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	for (int i = 0; i < 3; i++) {
		time_set(d.cx->now += MINUTE);
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &turned));
	}
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, post.id, &acts, &count));
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, acts[i].message, &m));
		assert_string_equal(arena_cstr(d.cx->arena, m.body), acts[i].part ? "1er mai 2027" : "Brioche revient le 1er mai 2027, {{produit}} Brioche");
	}
}

static void test_given(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post = {.id = 7, .workspace = d.workspace, .lang = S("en"), .options = S("{}"), .zone = S("Europe/Paris"), .planned_at = 1806534000000000}; /* 2027-03-31T23:00:00Z */
	struct post_words words;
	struct channel channel;
	struct variable_value *values;
	struct post_text text = {.body = S("{{date}} {{channel}} {{network}} {{campaign}}")};
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &channel));
	assert_ok(d.cx, post_words_load(d.cx, d.db, &post, &words));
	struct post_text leaves = post_words_leave(d.cx, &words, &channel, &text, NULL, NULL);
	assert_true(str_eq(leaves.body, arena_printf(d.cx->arena, "1 April 2027 %.*s fake {{campaign}}", STR_ARG(channel.name))));
	size_t count = post_words_variables(d.cx, &words, &channel, &text, &values), faults = 0;
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		faults += variable_fault(d.cx, &values[i]).len > 0;
	assert_int_equal(faults, 1); /* it is of no campaign */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_hashtags), DATABASE_TEST(test_variables), DATABASE_TEST(test_they_keep_it_back), DATABASE_TEST(test_given)};
	return on_both_engines(tests);
}
