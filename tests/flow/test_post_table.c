/* Posts brought as a table: a trial writes nothing, a line that is refused keeps all back, and the same line makes no second post. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "flow/post_table.h"
#include "flow/post_table_read.h"
#include "store/post.h"

static struct post_table bring(struct test_desk *d, const char *text, bool keep, bool ready)
{
	struct post_table table;
	assert_ok(d->cx, post_table_bring(d->cx, d->db, d->workspace, str_of(text), keep, ready, &table));
	return table;
}

static i64 posts(struct test_desk *d)
{
	return desk_number(d, "/* all workspaces */ SELECT COUNT(*) FROM post WHERE workspace_id = ?1", d->workspace);
}

static struct post get(struct test_desk *d, i64 id)
{
	struct post post;
	assert_ok(d->cx, post_get(d->cx, d->db, d->workspace, id, &post));
	return post;
}

static struct test_desk open_at(void **state)
{
	time_set(days_of_date(2026, 11, 22) * DAY + 10 * HOUR);
	return desk_open(state);
}

#define CHANNEL "Fake channel"

static void name_channel(struct test_desk *d)
{
	struct channel c;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	c.name = S(CHANNEL);
	assert_ok(d->cx, channel_update(d->cx, d->db, &c));
}

static void test_brought_once(void **state)
{
	struct test_desk d = open_at(state);
	name_channel(&d);
	const char *text = "\xEF\xBB\xBF" "date;heure;canaux;texte;titre;lien;étiquettes\r\n"
			   "28/03/2027;9h05;" CHANNEL ";\"Du pain;\r\nencore chaud\";Pain;https://levain.example/pain;fête|pain\r\n"
			   ";;fake;Sans heure;;;\r\n\r\n"
			   "2027-03-29;18:40;FAKE CHANNEL;Sans heure;;;\r\n";
	struct post_table t = bring(&d, text, false, false);
	assert_int_equal(t.refused, 0);
	assert_int_equal(t.fresh, 3);
	assert_false(t.is_kept);
	assert_int_equal(posts(&d), 0);
	t = bring(&d, text, true, false);
	assert_true(t.is_kept);
	assert_int_equal(posts(&d), 3);
	struct post p = get(&d, t.lines[0].post);
	assert_str(p.body, "Du pain;\nencore chaud\n\nhttps://levain.example/pain");
	assert_str(p.wall_time, "2027-03-28T09:05");
	assert_str(p.options, "{\"labels\":[\"fête\",\"pain\"]}");
	assert_int_equal(p.state, POST_DRAFT);
	assert_int_equal(t.lines[2].line, 6); /* as the spreadsheet counts: a field had a line break, and a line was empty */
	t = bring(&d, text, true, false);
	assert_int_equal(t.known, 3);
	assert_int_equal(t.lines[0].post, p.id);
	assert_int_equal(posts(&d), 3);
	/* another order of columns, another separator and one line more: that one alone is new */
	t = bring(&d, "text,channels,date,time\nSans heure," CHANNEL ",2027-03-29,18:40\nNeuf,fake,,\nNeuf,fake,,\n", true, false);
	assert_int_equal(t.fresh, 2); /* the channel is written otherwise: that is another line */
	assert_int_equal(t.known, 1); /* twice in one file */
	time_set(0);
}

static void test_refused(void **state)
{
	struct test_desk d = open_at(state);
	struct post_table t = bring(&d, "text,channels,date,time,zone,media,campaign,pillar\n"
					"Good,fake,2027-03-28,09:00,,,,\n"
					"Bad,Nowhere,2027-02-30,9,Mars/Base,croissant.jpg,Lost,None\n"
					"Past,fake,2001-01-01,09:00,,,,\n"
					",fake,03/04/2027,09:00,,,,\n"
					"Wide,fake,,,,,,,,more\n"
					"Half,fake,2027-03-28,,,,,\n", true, false);
	assert_int_equal(t.refused, 5);
	assert_false(t.is_kept);
	assert_int_equal(posts(&d), 0);
	const char *fields[] = {"zone", "channels", "media", "campaign", "pillar", "date", "date", "text", NULL, "time"};
	assert_int_equal(t.finding_count, COUNT(fields));
	for (size_t i = 0; i < COUNT(fields); i++)
		assert_str(t.findings[i].field, fields[i] ? fields[i] : "");
	assert_int_equal(t.findings[0].line, 3);
	assert_true(t.findings[0].remedy.len > 0);
	assert_int_equal(post_table_bring(d.cx, d.db, d.workspace, S("a,b\n1,2\n"), false, false, &t), ERR_BAD_INPUT);
	assert_int_equal(post_table_bring(d.cx, d.db, d.workspace, S("text,channels\n\"open,fake\n"), false, false, &t), ERR_BAD_INPUT);
	desk_act_as(&d, &(struct actor){.kind = ACTOR_USER, .workspace = d.workspace});
	assert_int_equal(post_table_bring(d.cx, d.db, d.workspace, S("text,channels\na,fake\n"), false, false, &t), ERR_DENIED);
	time_set(0);
}

/* At once: what does not fit its networks refuses its line, and so all; without, it is a draft with a note. */
static void test_ready(void **state)
{
	struct test_desk d = open_at(state);
	char text[900] = "text,channels,date,time\nFits,fake,2027-03-28,02:30\n";
	size_t at = strlen(text);
	memset(text + at, 'x', 600);
	strcpy(text + at + 600, ",fake,2027-03-28,12:00\n");
	struct post_table t = bring(&d, text, true, true);
	assert_int_equal(t.refused, 1);
	assert_int_equal(posts(&d), 0);
	t = bring(&d, text, true, false);
	assert_int_equal(t.fresh, 2);
	assert_int_equal(t.finding_count, 2); /* too long; and 02:30 does not exist that night in Paris */
	assert_true(t.findings[0].is_notice && t.findings[1].is_notice);
	assert_int_equal(posts(&d), 2);
	t = bring(&d, "text,channels,date,time\nGoes,fake,2027-04-01,12:00\n", true, true);
	assert_int_equal(get(&d, t.lines[0].post).state, POST_SCHEDULED);
	time_set(0);
}

static void test_hours(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int hour, minute; /* -1: none */
	} hours[] = {{"18:40", 18, 40}, {"9:05", 9, 5}, {"18h40", 18, 40}, {"18h", 18, 0}, {"18 h 40", 18, 40}, {"6:40 pm", 18, 40}, {"12 am", 0, 0}, {"12 pm", 12, 0},
		     {"18:40:00", 18, 40}, {"24:00", -1, 0}, {"18", -1, 0}, {"9:5", -1, 0}, {"13 pm", -1, 0}, {"", -1, 0}, {"noon", -1, 0}};
	for (size_t i = 0; i < COUNT(hours); i++) {
		struct civil c = {};
		assert_int_equal(post_table_time(str_of(hours[i].text), &c), hours[i].hour >= 0);
		if (hours[i].hour >= 0)
			assert_true(c.hour == hours[i].hour && c.minute == hours[i].minute);
	}
	struct civil c = {};
	assert_true(post_table_date(S("28.3.2027"), ',', &c) && c.day == 28 && c.month == 3);
	assert_false(post_table_date(S("03/04/2027"), ',', &c)); /* whose order? */
	assert_true(post_table_date(S("03/04/2027"), ';', &c) && c.month == 4);
	assert_false(post_table_date(S("2027-13-01"), ';', &c));
	assert_true(post_table_date(S("2028-02-29"), ',', &c) && !post_table_date(S("2027-02-29"), ',', &c));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_brought_once), DATABASE_TEST(test_refused), DATABASE_TEST(test_ready), DATABASE_TEST(test_hours)};
	return on_both_engines(tests);
}
