#include "test.h"

#include "base/lang.h"
#include "ui/document.h"
#include "web/asset.h"

#include <string.h>

#define NB "\xc2\xa0"
#define NNB "\xe2\x80\xaf"
#define AT(text) at_text(text)

static i64 at_text(const char *text)
{
	i64 instant = 0;
	assert_true(time_parse(str_of(text), &instant));
	return instant;
}

/* Tuesday 24 March 2026, 9:42 in Paris. */
static struct reader reading(const char *lang)
{
	return (struct reader){.lang = lang_of(str_of(lang)), .zone = S("Europe/Paris"), .now = AT("2026-03-24T08:42:00Z")};
}

#define IS(expected, call)                                                                                                     \
	do {                                                                                                                   \
		CLEANUP(buf_free) struct buf made = {};                                                                        \
		struct buf *b = &made;                                                                                         \
		call;                                                                                                          \
		assert_str(buf_str(b), expected);                                                                              \
	} while (0)

static void test_figures(void **state)
{
	IS("24,310", buf_add_number(b, "en", 24310));
	IS("24" NNB "310", buf_add_number(b, "fr", 24310));
	IS("999", buf_add_number(b, "fr", 999));
	IS("\xe2\x88\x92" "1,000", buf_add_number(b, "en", -1000));
	IS("\xe2\x88\x92" "9,223,372,036,854,775,808", buf_add_number(b, "en", INT64_MIN));
	IS("4,2", buf_add_decimal(b, "fr", 4.2, 1));
	IS("1,234.50", buf_add_decimal(b, "en", 1234.499999, 2));
	IS("0", buf_add_decimal(b, "en", -0.4, 0));
	IS("\xe2\x80\x93", buf_add_decimal(b, "en", 1e300 * 1e300, 1));
	IS("1,2" NB "Mo", buf_add_size(b, "fr", 1234567));
	IS("12" NB "kB", buf_add_size(b, "en", 12345));
	IS("1.0" NB "MB", buf_add_size(b, "en", 999700));
	IS("0" NB "octets", buf_add_size(b, "fr", 0));
}

static void test_instants(void **state)
{
	struct reader fr = reading("fr"), en = reading("en");
	IS("aujourd’hui, 8" NB "h" NB "54", buf_add_instant(b, &fr, AT("2026-03-24T07:54:00Z")));
	IS("today, 8:54" NB "am", buf_add_instant(b, &en, AT("2026-03-24T07:54:00Z")));
	IS("8" NB "h" NB "34", buf_add_instant_short(b, &fr, AT("2026-03-24T07:34:00Z")));
	IS("12:05" NB "am", buf_add_instant_short(b, &en, AT("2026-03-23T23:05:00Z"))); /* today, in Paris */
	IS("12:00" NB "pm", buf_add_instant_short(b, &en, AT("2026-03-24T11:00:00Z")));
	IS("hier", buf_add_instant_short(b, &fr, AT("2026-03-23T22:59:00Z")));
	IS("yesterday, 11:59" NB "pm", buf_add_instant(b, &en, AT("2026-03-23T22:59:00Z")));
	IS("demain, 0" NB "h" NB "00", buf_add_instant(b, &fr, AT("2026-03-24T23:00:00Z")));
	IS("22" NB "mars", buf_add_instant_short(b, &fr, AT("2026-03-22T10:00:00Z")));
	IS("1er" NB "févr.", buf_add_instant_short(b, &fr, AT("2026-02-01T10:00:00Z")));
	IS("1er" NB "avril, 18" NB "h" NB "40", buf_add_instant(b, &fr, AT("2026-04-01T16:40:00Z"))); /* summer time began */
	IS("1" NB "April, 6:40" NB "pm", buf_add_instant(b, &en, AT("2026-04-01T16:40:00Z")));
	IS("12" NB "May" NB "2023", buf_add_instant_short(b, &en, AT("2023-05-12T10:00:00Z")));
	IS("12" NB "mai" NB "2023, 12" NB "h" NB "00", buf_add_instant(b, &fr, AT("2023-05-12T10:00:00Z")));
	IS("31" NB "Dec" NB "2025", buf_add_instant_short(b, &en, AT("2025-12-31T10:00:00Z")));
	fr.now = AT("2026-01-04T10:00:00Z");
	IS("31" NB "déc.", buf_add_instant_short(b, &fr, AT("2025-12-31T10:00:00Z"))); /* near enough */
	fr = reading("fr");
	IS("Mardi 24" NB "mars", buf_add_day(b, &fr, fr.now));
	IS("mardi 24" NB "mars", buf_add_day_within(b, &fr, fr.now));
	IS("Sunday 1" NB "March", buf_add_day(b, &en, AT("2026-03-01T10:00:00Z")));
	IS("2026-03-24T09:42", buf_add_local(b, &fr, fr.now));
	IS("9" NB "h" NB "00", buf_add_minutes_of_day(b, "fr", 540));
	IS("12:00" NB "am", buf_add_minutes_of_day(b, "en", 1440));
	struct reader lost = {.lang = "en", .zone = S("Europe/Atlantis"), .now = fr.now};
	IS("8:42" NB "am", buf_add_time_of_day(b, &lost, fr.now));
}

static void test_durations(void **state)
{
	IS("1" NB "min", buf_add_duration(b, "en", 10 * SECOND));
	IS("12" NB "min", buf_add_duration(b, "fr", 12 * MINUTE));
	IS("1" NB "h" NB "00", buf_add_duration(b, "fr", 59 * MINUTE + 45 * SECOND));
	IS("1" NB "h" NB "40", buf_add_duration(b, "en", -100 * MINUTE));
	IS("26" NB "h" NB "05", buf_add_duration(b, "en", 26 * HOUR + 5 * MINUTE));
	IS("3" NB "jours", buf_add_duration(b, "fr", 3 * DAY + HOUR));
	IS("1" NB "heure 40" NB "minutes", buf_add_duration_spoken(b, "fr", 100 * MINUTE));
	IS("2" NB "hours", buf_add_duration_spoken(b, "en", 2 * HOUR));
	IS("1" NB "minute", buf_add_duration_spoken(b, "en", 0));
	IS("Late by 5", buf_add_filled(b, "Late by {n}", S("5")));
	IS("no place", buf_add_filled(b, "no place", S("5")));
}

static void test_initials(void **state)
{
	static const struct { const char *name, *initials; } cases[] = {
		{"Nadia Ferhat", "NF"}, {"élodie garnier", "ÉG"}, {"Jean Paul  Martin", "JM"}, {"Marion Aubry, Le Progrès", "MA"},
		{"lea.mange.lyon", "LM"}, {"breizh_crumb", "BC"}, {"@karl_7", "K7"}, {"Camille", "C"}, {"Marc L.", "ML"},
		{"Anne-Sophie de la Tour", "AT"}, {"O'Neil", "O"}, {"e\xcc\x81lodie", "E\xcc\x81"}, /* é in two code points */
		{"\xf0\x9f\x8d\x9e Boulange \xf0\x9f\x8d\x9e", "B"}, {"\xf0\x9f\x8d\x9e", "?"}, {"", "?"}, {"…", "?"},
		{"王小明", "王"}, {"山田 太郎", "山"}, {"김 민수", "김"}, {"Ποπάι Ναύτης", "ΠΝ"}, {"иван петров", "ИП"},
		{"نادية فرحات", "ن\xe2\x80\x8cف"}, {"אבי כהן", "אכ"}, {"\xff\xfe", "?"}, {"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", "A\xcc\x81\xcc\x81\xcc\x81"},
		{"राम शर्मा", "राश"}, /* the vowel sign stays with its letter */
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		IS(cases[i].initials, buf_add_initials(b, str_of(cases[i].name)));
	unsigned colors = 0;
	for (int i = 0; i < 200; i++) {
		char name[8];
		int len = snprintf(name, sizeof name, "n%d", i);
		int color = name_color((struct str){name, (size_t)len});
		assert_in_range(color, 1, FORMAT_COLORS);
		colors |= 1u << color;
	}
	assert_int_equal(colors, 0x1fe);
	assert_int_equal(name_color(S("Nadia Ferhat")), name_color(S("Nadia Ferhat")));
}

static const char *member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void test_clock(void **state)
{
	struct reader fr = reading("fr"), en = reading("en");
	i64 now = fr.now;
	static const struct { i64 from, due, done; bool paused; const char *state; int share; const char *text, *spoken; } cases[] = {
		{-48, 12, 0, false, "soon", 20, "12" NB "min", "Échéance dans 12" NB "minutes"},
		{-15, 45, 0, false, "calm", 75, "45" NB "min", "Échéance dans 45" NB "minutes"},
		{-45, 15, 0, false, "calm", 25, "15" NB "min", "Échéance dans 15" NB "minutes"},
		{-68, -8, 0, false, "late", 100, "Retard 8" NB "min", "Retard de 8" NB "minutes"},
		{-60, 60, -1, false, "met", 100, "Tenu", "Répondu dans les temps"},
		{-60, -30, -10, false, "missed", 100, "Retard 20" NB "min", "Retard de 20" NB "minutes"},
		{-30, 30, 0, true, "paused", 50, "30" NB "min", "En pause, échéance dans 30" NB "minutes"},
		{10, 20, 0, false, "calm", 100, "20" NB "min", "Échéance dans 20" NB "minutes"}, /* not begun: business hours */
		{5, 5, 0, false, "calm", 100, "5" NB "min", "Échéance dans 5" NB "minutes"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *clock = doc_clock(&fr, now + cases[i].from * MINUTE, now + cases[i].due * MINUTE,
					   cases[i].done ? now + cases[i].done * MINUTE : 0, cases[i].paused);
		assert_string_equal(member(clock, "state"), cases[i].state);
		assert_int_equal(json_integer_value(json_object_get(clock, "share")), cases[i].share);
		assert_string_equal(member(clock, "text"), cases[i].text);
		assert_string_equal(member(clock, "spoken"), cases[i].spoken);
		json_decref(clock);
	}
	json_t *clock = doc_clock(&en, now - HOUR, now - 8 * MINUTE, 0, false);
	assert_string_equal(member(clock, "text"), "8" NB "min late");
	assert_string_equal(member(clock, "due"), "2026-03-24T08:34:00Z");
	json_decref(clock);
	assert_true(json_is_null(doc_clock(&en, now, 0, 0, false)));
}

static void test_documents(void **state)
{
	struct reader fr = reading("fr");
	json_t *instant = doc_instant(&fr, AT("2026-03-24T07:54:00Z"));
	assert_string_equal(member(instant, "iso"), "2026-03-24T07:54:00Z");
	assert_string_equal(member(instant, "short"), "8" NB "h" NB "54");
	json_decref(instant);
	assert_true(json_is_null(doc_instant(&fr, 0)) && json_is_null(doc_id(0)) && json_is_null(doc_number_or_null("fr", 0)));
	json_t *id = doc_id(INT64_MAX);
	assert_string_equal(json_string_value(id), "9223372036854775807");
	json_decref(id);
	json_t *rating = doc_rating("fr", 1);
	assert_string_equal(member(rating, "spoken"), "1 étoile sur 5");
	assert_int_equal(json_array_size(json_object_get(rating, "stars")), 5);
	json_decref(rating);
	json_t *network = doc_network("fr", S("google"));
	assert_string_equal(member(network, "title"), "Avis Google");
	json_decref(network);
	network = doc_network("fr", S("usenet"));
	assert_string_equal(member(network, "glyph"), "web");
	assert_string_equal(member(network, "title"), "usenet");
	json_decref(network);
	json_t *broken = doc_text((struct str){"a\xff", 2});
	assert_string_equal(json_string_value(broken), "a\xef\xbf\xbd");
	json_decref(broken);
}

static void test_parts(void **state)
{
	/* The links found, between bars. */
	static const struct { const char *body, *links; } cases[] = {
		{"no link", ""}, {"", ""}, {"see https://a.example/b?c=d#e, then", "https://a.example/b?c=d#e|"},
		{"(https://a.example/x_(y))", "https://a.example/x_(y)|"}, {"« http://a.example »!", "http://a.example|"},
		{"HTTPS://A.example.", "HTTPS://A.example|"}, {"https://", ""}, {"https://.", ""}, {"ftp://a.example", ""},
		{"https://a.example https://b.example…", "https://a.example|https://b.example|"}, {"javascript://x", ""},
		{"https://a.example\" onclick=", "https://a.example|"}, {"a://b://https://c.example", "https://c.example|"},
		{"://https://x", "https://x|"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(buf_free) struct buf whole = {}, links = {};
		json_t *parts = doc_parts(str_of(cases[i].body)), *part;
		size_t index;
		json_array_foreach(parts, index, part) {
			const char *url = member(part, "url");
			if (url) {
				buf_adds(&links, url);
				buf_addc(&links, '|');
				buf_add(&whole, str_head(str_of(url), strlen(url) - strlen(member(part, "text")))); /* the scheme is not shown */
			}
			buf_adds(&whole, member(part, "text"));
		}
		assert_str(buf_str(&links), cases[i].links);
		assert_str(buf_str(&whole), cases[i].body);
		json_decref(parts);
	}
}

static void test_languages(void **state)
{
	static const struct {
		const char *lang, *code, *name;
	} rows[] = {{"en", "sv", "Swedish"}, {"fr", "sv", "Suédois"}, {"fr", "et", "Estonien"}, {"en", "yo", "Yoruba"}, {"fr", "qqq", "qqq"}, {"en", "", ""}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		CLEANUP(buf_free) struct buf b = {};
		buf_add_language(&b, rows[i].lang, str_of(rows[i].code));
		if (strcmp(rows[i].name, "qqq") != 0)
			assert_string_equal(buf_cstr(&b), rows[i].name);
		else
			assert_true(str_eq_fold(buf_str(&b), S("qqq")));
	}
	/* Kept names stay those of their language and code, however many are asked for in between. */
	for (int round = 0; round < 2; round++)
		for (char c = 'a'; c <= 'z'; c++) {
			struct buf fr = {}, en = {}, again = {};
			char code[] = {'d', c, 0};
			buf_add_language(&fr, "fr", str_of(code));
			buf_add_language(&en, "en", str_of(code));
			buf_add_language(&again, "fr", str_of(code));
			assert_true(str_eq(buf_str(&fr), buf_str(&again)));
			if (c == 'e') {
				assert_str(buf_str(&fr), "Allemand");
				assert_str(buf_str(&en), "German");
			}
			buf_free(&fr);
			buf_free(&en);
			buf_free(&again);
		}
}

static void test_shares(void **state)
{
	assert_int_equal(percent_of(2, 3), 67);
	assert_int_equal(percent_of(16, 28) + percent_of(12, 28), 100);
	assert_int_equal(percent_of(5, 0), 0);
	assert_int_equal(percent_of(0, 9), 0);
	assert_int_equal(percent_of(9, 9), 100);
}

int main(void)
{
	asset_add_catalogues();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures), cmocka_unit_test(test_shares), cmocka_unit_test(test_languages),  cmocka_unit_test(test_instants),  cmocka_unit_test(test_durations),
		cmocka_unit_test(test_initials), cmocka_unit_test(test_clock),     cmocka_unit_test(test_documents),
		cmocka_unit_test(test_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
