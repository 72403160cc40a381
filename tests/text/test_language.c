#include "test.h"

#include "base/clock.h"
#include "text/language.h"
#include "text/language_read.h"
#include "text/language_train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a small model of our own ---- */

static const struct example texts[] = {
	{S("fr"), S("le chat dort sur la chaise dans la cuisine")}, {S("fr"), S("nous avons mangé une pomme avec les enfants")},
	{S("fr"), S("il fait beau aujourd'hui et les oiseaux chantent")}, {S("fr"), S("je ne sais pas où est la gare")},
	{S("en"), S("the cat sleeps on the chair in the kitchen")}, {S("en"), S("we have eaten an apple with the children")},
	{S("en"), S("the weather is nice today and the birds are singing")}, {S("en"), S("i do not know where the station is")},
	{S("de"), S("die Katze schläft auf dem Stuhl in der Küche")}, {S("de"), S("wir haben mit den Kindern einen Apfel gegessen")},
	{S("de"), S("das Wetter ist heute schön und die Vögel singen")}, {S("de"), S("ich weiß nicht, wo der Bahnhof ist")},
	{S("ru"), S("кошка спит на стуле в кухне")}, {S("ru"), S("я не знаю, где находится вокзал")},
	{S("uk"), S("кішка спить на стільці в кухні")}, {S("uk"), S("я не знаю, де знаходиться вокзал")},
};
static const struct example tables[] = {
	{S("fr"), S("e\t-0.8")}, {S("en"), S("e\t-0.9")}, {S("de"), S("e\t-0.8")}, {S("fr"), S("que\t-2.1")}, {S("en"), S("th\t-1.6")},
	{S("de"), S("sch\t-2")}, {S("de"), S("no number")}, {S("uk"), S("ї\t-1.9")},
};

static struct str train(struct cx *cx, size_t count)
{
	struct language_training training = {texts, count, tables, COUNT(tables), 0};
	struct language_trained trained;
	struct buf *out = buf_in_arena(cx->arena);
	assert_ok(cx, train_language(cx, &training, out, &trained));
	assert_true(trained.languages >= 5 && trained.pieces > 50 && trained.pairs > trained.pieces);
	return buf_keep(out, cx->arena);
}

static struct str ask(const struct language_model *model, struct str text)
{
	struct language language;
	language_of(model, text, &language);
	assert_true(language.p >= 0 && language.p <= 1 && language.p_second <= language.p);
	assert_true((language.index == LANGUAGE_NONE) == (language.p == 0));
	return language_code(model, language.index);
}

static void test_small(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct language_model *model;
	struct str bytes = train(&cx, COUNT(texts));
	assert_true(str_eq(bytes, train(&cx, COUNT(texts)))); /* the same bytes */
	assert_true(language_recognised(bytes) && !language_recognised(S("PVWORDS1")));
	assert_ok(&cx, language_open(&cx, bytes, &model));
	char *old = (char *)arena_cstr(arena, bytes);
	old[8] = 1; /* of a version that was not squeezed */
	assert_err(language_open(&cx, (struct str){old, bytes.len}, &model), ERR_UNSUPPORTED);
	assert_str(ask(model, S("les pommes sont dans la cuisine")), "fr");
	assert_str(ask(model, S("the apples are in the kitchen")), "en");
	assert_str(ask(model, S("die Äpfel sind in der Küche")), "de");
	assert_str(ask(model, S("де стілець")), "uk");
	assert_str(ask(model, S("где стул")), "ru");
	assert_str(ask(model, S("ภาษาไทย")), "th"); /* by the script alone */
	assert_str(ask(model, S("ಕನ್ನಡ")), "kn");
	assert_str(ask(model, S("中文")), "und"); /* nothing was learnt of it */
}

static void test_refused(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct language_trained trained;
	struct buf *out = buf_in_arena(arena);
	const struct example wrong[] = {{S("French"), S("bonjour")}, {S("en"), S("hello")}};
	assert_err(train_language(&cx, &(struct language_training){.texts = wrong, .count = 2}, out, &trained), ERR_BAD_INPUT);
	assert_non_null(strstr(cx.story, "French"));
	assert_int_equal(out->len, 0);
}

/* Cut anywhere, or with any byte changed, a model is refused, or answers. */
static void test_damaged(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct language_model *model;
	struct str whole = train(&cx, COUNT(texts));
	size_t refused = 0;
	for (size_t len = 0; len < whole.len; len += len < 400 ? 1 : 37) {
		char *copy = malloc(len + 1); /* of its own, so that a sanitizer sees a byte too far */
		memcpy(copy, whole.at, len);
		assert_err(language_open(&cx, (struct str){copy, len}, &model), ERR_BAD_INPUT);
		free(copy);
	}
	for (size_t at = 0; at < whole.len; at += at < 3000 ? 1 : 7) {
		char *copy = malloc(whole.len);
		memcpy(copy, whole.at, whole.len);
		copy[at] = (char)(copy[at] ^ (1 << at % 8) ^ (at % 3 ? 0 : 0x7F));
		if (language_open(&cx, (struct str){copy, whole.len}, &model) == OK)
			ask(model, S("le chat the cat die Katze"));
		else
			refused++;
		free(copy);
	}
	assert_true(refused > 100);
}

/* ---- reading ---- */

static void check_letters(const char *text, enum script script, const char *letters)
{
	struct language_letters l;
	CLEANUP(buf_free) struct buf out = {};
	language_read_start();
	language_read(str_of(text), &l);
	for (u32 i = 0; i < l.len; i++)
		buf_add_utf8(&out, l.at[i]);
	assert_str(buf_str(&out), letters);
	assert_int_equal(l.script, script);
}

static void test_reading(void **state)
{
	check_letters("Hello, WORLD 2026!", SCRIPT_LATIN, " hello world ");
	check_letters("RT @some_body: siiiiii #Paris https://a.example/x?y=z www.example.org RTL ok", SCRIPT_LATIN, " sii rtl ok ");
	check_letters("#merci @vous", SCRIPT_LATIN, " merci "); /* a hashtag, where there is nothing else */
	check_letters("l\xE2\x80\x99\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80", SCRIPT_LATIN, " l été ");
	check_letters("Парвис и Parvis", SCRIPT_CYRILLIC, " парвис и ");
	check_letters("寿司が好き", SCRIPT_KANA, " が き ");
	check_letters("我喜欢 iPhone", SCRIPT_HAN, " 我喜欢 ");
	check_letters("so\xC2\xAD" "ft", SCRIPT_LATIN, " soft ");
	check_letters("\xFF\xC3(\xE2\x82 abc\xF0\x9F", SCRIPT_LATIN, " abc ");
	check_letters("e\xCC\x81te\xCC\x81 e\xCC\xA3\xCC\x82 \xD0\xB8\xCC\x86", SCRIPT_LATIN, " été ệ "); /* accents apart */
	check_letters("h\xCC\xB7i\xCC\xB7 q\xCC\x81\xCC\x82\xCC\x83\xCC\x84", SCRIPT_LATIN, " hi q\xCC\x81 ");
	check_letters("\xEF\xBC\xA8\xEF\xBD\x89 \xF0\x9D\x93\xB1\xF0\x9D\x93\xB8", SCRIPT_LATIN, " hi ho "); /* wide and script letters */
	check_letters("12:30 ... :-)", SCRIPT_NONE, "");
	check_letters("", SCRIPT_NONE, "");
}

/* ---- the model that ships ---- */

static struct str read_shipped(struct cx *cx)
{
	const char *path = arena_printf(cx->arena, "%s/share/models/language.model", getenv("PARVIS_SOURCE")).at;
	struct buf *out = buf_in_arena(cx->arena);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	for (size_t got = 1; got;) {
		got = fread(buf_room(out, 1 << 16), 1, 1 << 16, file);
		buf_grew(out, got);
	}
	fclose(file);
	return buf_str(out);
}

static const struct {
	const char *code, *text;
} known[] = {
	{"af", "Ons weet nog nie wanneer die winkel weer oopmaak nie"}, {"ar", "متى تفتحون المتجر غدا؟"}, {"bg", "Кога ще отворите магазина отново?"},
	{"bn", "দোকান কখন খুলবে?"}, {"ca", "Quan obrireu la botiga aquest cap de setmana?"}, {"cs", "Kdy zase otevřete obchod? Děkuji za odpověď."},
	{"cy", "Pryd fydd y siop yn agor eto?"}, {"da", "Hvornår åbner I butikken igen? Jeg har ventet hele ugen."}, {"de", "Wann macht der Laden wieder auf?"},
	{"el", "Πότε ανοίγει το μαγαζί;"}, {"en", "When does the shop open again?"}, {"eo", "Kiam la vendejo denove malfermiĝos?"},
	{"es", "¿Cuándo vuelve a abrir la tienda?"}, {"et", "Millal pood jälle avatakse?"}, {"eu", "Noiz irekiko da berriro denda?"},
	{"fa", "فروشگاه دوباره کی باز می‌شود؟"}, {"fi", "Milloin kauppa avataan uudelleen?"}, {"fr", "Quand est-ce que la boutique rouvre ?"},
	{"ga", "Cathain a osclóidh an siopa arís?"}, {"he", "מתי החנות נפתחת שוב?"}, {"hi", "दुकान फिर कब खुलेगी?"}, {"hu", "Mikor nyit ki újra a bolt?"},
	{"hy", "Ե՞րբ է բացվում խանութը"}, {"is", "Hvenær opnar búðin aftur?"}, {"it", "Quando riapre il negozio?"}, {"ja", "お店はいつ開きますか"},
	{"ka", "როდის იხსნება მაღაზია?"}, {"ko", "가게는 언제 다시 여나요?"}, {"lt", "Kada vėl atsidarys parduotuvė?"}, {"lv", "Kad veikals atkal tiks atvērts?"},
	{"nl", "Wanneer gaat de winkel weer open?"}, {"pl", "Kiedy znowu otworzycie sklep?"}, {"pt", "Quando é que a loja volta a abrir?"},
	{"ro", "Când se redeschide magazinul?"}, {"ru", "Когда снова откроется магазин?"}, {"sk", "Kedy znova otvoríte obchod? Ďakujem za odpoveď."},
	{"sl", "Kdaj se bo trgovina spet odprla?"}, {"sq", "Kur do të hapet përsëri dyqani?"}, {"sv", "När öppnar butiken igen?"},
	{"sw", "Duka litafunguliwa lini tena?"}, {"ta", "கடை எப்போது திறக்கும்?"}, {"th", "ร้านจะเปิดอีกเมื่อไหร่"}, {"tr", "Mağaza ne zaman tekrar açılacak?"},
	{"uk", "Коли знову відкриється магазин?"}, {"ur", "دکان دوبارہ کب کھلے گی؟"}, {"vi", "Khi nào cửa hàng mở cửa trở lại?"}, {"zh", "商店什么时候再开门？"},
	{"fr", "@parvis mdr trop bien 😂😂 merciiiiii https://exemple.fr/x #love"}, {"en", "RT @you: omg sooooo good!!! 🔥 http://t.example/abc"},
	{"es", "jajaja q buenoooo 😍 @amigo gracias"}, {"de", "hab ich auch schon gehört :-) #witzig"}, {"lo", "ພາສາລາວ"}, {"am", "አማርኛ"},
	{"und", ""}, {"und", "   "}, {"und", "😀😀 123 !!!"}, {"und", "https://example.org/very/long @parvis"}, {"und", "\xFF\xFE\x80"}, {"und", "ᚠᚢᚦ"},
};

static void test_shipped(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct language_model *model;
	struct str bytes = read_shipped(&cx);
	assert_true(bytes.len < 3000000);
	assert_ok(&cx, language_open(&cx, bytes, &model));
	assert_true(language_count(model) >= 75);
	for (size_t i = 0; i < COUNT(known); i++)
		if (!str_eq(ask(model, str_of(known[i].text)), str_of(known[i].code)))
			fail_msg("\"%s\" is told as %.*s", known[i].text, STR_ARG(ask(model, str_of(known[i].text))));
	struct language sure, unsure;
	language_of(model, S("Quand est-ce que la boutique rouvre ?"), &sure);
	language_of(model, S("nation"), &unsure);
	assert_true(sure.p > 0.95f && unsure.p < 0.8f && unsure.second != LANGUAGE_NONE);
}

/* A line of ten million bytes takes no longer than its beginning. */
static void test_long(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct language_model *model;
	CLEANUP(buf_free) struct buf line = {};
	assert_ok(&cx, language_open(&cx, read_shipped(&cx), &model));
	while (line.len < 10000000)
		buf_adds(&line, "la boutique rouvre quand ? ");
	i64 started = time_monotonic();
	for (int i = 0; i < 100; i++)
		assert_str(ask(model, buf_str(&line)), "fr");
	assert_true(time_monotonic() - started < 500000);
	memset(line.at, 'a', line.len);
	ask(model, buf_str(&line));
	memset(line.at, 0xCC, line.len);
	assert_str(ask(model, buf_str(&line)), "und");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small), cmocka_unit_test(test_refused), cmocka_unit_test(test_damaged), cmocka_unit_test(test_reading), cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
