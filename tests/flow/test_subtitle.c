/* Subtitles of films: brought in either form, replaced, taken away and taken back; what is at fault is told beside the file; what is to have some, and has none, is known. */
#include "desk.h"

#include "../sys/folder.h"
#include "flow/media.h"
#include "flow/post_look.h"
#include "flow/subtitle.h"
#include "store/post.h"
#include "sys/files.h"

#define SRT(text) S("1\r\n00:00:01,000 --> 00:00:02,500\r\n" text "\r\n")

static void add_box(struct buf *b, const char *kind, struct str body)
{
	u32 size = (u32)body.len + 8;
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(b, (char)(size >> shift));
	buf_adds(b, kind);
	buf_add(b, body);
}

/* Ten seconds, with sound or without. */
static struct media film(struct test_desk *d, bool sound)
{
	CLEANUP(buf_free) struct buf moov = {}, media = {}, track = {}, bytes = {};
	struct media m;
	bool is_new;
	add_box(&moov, "mvhd", S("\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0\x03\xe8" "\0\0\x27\x10" "\0\0\0\0"));
	add_box(&media, "hdlr", S("\0\0\0\0\0\0\0\0soun\0\0\0\0\0\0\0\0\0\0\0\0\0"));
	add_box(&track, "mdia", buf_str(&media));
	if (sound)
		add_box(&moov, "trak", buf_str(&track));
	add_box(&bytes, "ftyp", S("mp42\0\0\0\0"));
	add_box(&bytes, "moov", buf_str(&moov));
	assert_ok(d->cx, file_write(d->cx, in_folder(d->cx->arena, "upload"), 0600, buf_str(&bytes)));
	assert_ok(d->cx, media_take(d->cx, d->db, d->workspace, in_folder(d->cx->arena, "upload"), S("Fournil.mp4"), S("upload"), in_folder(d->cx->arena, "blobs"), &m, &is_new));
	assert_true(str_eq(m.kind, S("video")) && m.duration == 10 * SECOND);
	return m;
}

static enum err bring(struct test_desk *d, const struct media *m, const char *lang, struct str bytes, i64 *ret_undo)
{
	struct subtitle s;
	struct undo undo;
	bool replaced;
	undo_open(d->cx, &undo);
	enum err e = subtitle_bring(d->cx, d->db, d->workspace, m->id, str_of(lang), bytes, S(" fournil.srt "), &undo, &s, &replaced);
	if (e == OK && ret_undo) {
		assert_ok(d->cx, undo_close(d->cx, d->db, d->workspace, &undo));
		*ret_undo = undo.id;
	}
	return e;
}

static struct str vtt_of(struct test_desk *d, const struct media *m, const char *lang)
{
	struct subtitle s;
	enum err e = subtitle_of(d->cx, d->db, d->workspace, m->id, str_of(lang), &s);
	if (e == ERR_MISSING)
		cx_forget(d->cx);
	else
		assert_ok(d->cx, e);
	return e == OK ? s.vtt : (struct str){};
}

static void test_brought(void **state)
{
	struct test_desk d = desk_open(state);
	struct subtitle *list;
	struct undone undone;
	size_t count;
	i64 first, second, away;
	test_folder_make();
	struct media m = film(&d, true);
	assert_ok(d.cx, bring(&d, &m, "fr", SRT("Le pain"), &first));
	assert_ok(d.cx, bring(&d, &m, "pt-BR", S("WEBVTT\n\n00:01.000 --> 00:02.000\nO pão\n"), NULL));
	assert_ok(d.cx, subtitles_of(d.cx, d.db, d.workspace, m.id, false, &list, &count));
	assert_int_equal(count, 2);
	assert_str(list[0].name, "fournil.srt");
	assert_true(list[0].cues == 1 && !list[0].vtt.len);
	/* Replaced, and taken back; what was taken back cannot be again. */
	assert_ok(d.cx, bring(&d, &m, "fr", SRT("La brioche"), &second));
	assert_true(str_find(vtt_of(&d, &m, "fr"), S("La brioche")) > 0);
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, second, &undone));
	assert_true(str_find(vtt_of(&d, &m, "fr"), S("Le pain")) > 0);
	/* Taken away, and back. */
	struct undo undo;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, subtitle_take_away(d.cx, d.db, d.workspace, m.id, S("fr"), &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	away = undo.id;
	assert_int_equal(vtt_of(&d, &m, "fr").len, 0);
	assert_err(subtitle_take_away(d.cx, d.db, d.workspace, m.id, S("fr"), NULL), ERR_MISSING);
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, away, &undone));
	assert_true(str_find(vtt_of(&d, &m, "fr"), S("Le pain")) > 0);
	/* What somebody did since stays. */
	assert_ok(d.cx, bring(&d, &m, "fr", SRT("Le levain"), NULL));
	assert_err(undo_run(d.cx, d.db, d.workspace, first, &undone), ERR_CONFLICT);
	assert_true(str_find(vtt_of(&d, &m, "fr"), S("Le levain")) > 0);
	assert_str(subtitle_file_name(d.cx->arena, m.name, S("fr")), "Fournil.fr.vtt");
	test_folder_remove(d.cx);
}

static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	static const struct {
		const char *lang;
		struct str bytes;
		const char *field, *says;
	} cases[] = {
		{"fr", S("1\n00:00:09,000 --> 00:00:20,000\nx\n"), "file", "Line 2: this subtitle is shown until 00:00:20.000, and the film ends at 00:00:10.000"},
		{"fr", S("1\n00:00:02,000 --> 00:00:01,000\nx\n"), "file", "Line 2"},
		{"fr", S("\x89PNG\r\n\x1a\n\0\0\0\0\0\0"), "file", "no text"},
		{"FR", SRT("x"), "lang", "no language"},
		{"f", SRT("x"), "lang", "no language"},
		{"fr-", SRT("x"), "lang", "no language"},
		{"../x", SRT("x"), "lang", "no language"},
	};
	test_folder_make();
	struct media m = film(&d, true);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_err(bring(&d, &m, cases[i].lang, cases[i].bytes, NULL), ERR_BAD_INPUT);
		assert_string_equal(d.cx->field, cases[i].field);
		assert_non_null(strstr(d.cx->story, cases[i].says));
		cx_forget(d.cx);
	}
	struct media pdf;
	bool is_new;
	assert_ok(d.cx, media_take_bytes(d.cx, d.db, d.workspace, S("%PDF-1.7\n"), S("menu.pdf"), S("upload"), S("{}"), in_folder(d.cx->arena, "blobs"), &pdf, &is_new));
	assert_err(bring(&d, &pdf, "fr", SRT("x"), NULL), ERR_BAD_INPUT);
	cx_forget(d.cx);
	struct media elsewhere = m;
	elsewhere.id++;
	assert_err(bring(&d, &elsewhere, "fr", SRT("x"), NULL), ERR_MISSING);
	cx_forget(d.cx);
	const struct actor guest = {.kind = ACTOR_USER, .user = d.cx->actor->user}, *before = d.cx->actor;
	d.cx->actor = &guest;
	assert_err(bring(&d, &m, "fr", SRT("x"), NULL), ERR_DENIED);
	d.cx->actor = before;
	test_folder_remove(d.cx);
}

/* What the check of posts says of a film. */
static size_t findings(struct test_desk *d, const struct media *m)
{
	struct post_looked *looked;
	struct post post = {.workspace = d->workspace, .zone = S("UTC")};
	const struct post_media with = {.media = m->id};
	struct post_request draft = {.media = &with, .media_count = 1, .lang = S("fr"), .options = S("{}"), .text.body = S("Le fournil.")};
	size_t count, found = 0;
	assert_ok(d->cx, post_look(d->cx, d->db, d->workspace, &post, &draft, false, &looked, &count));
	for (size_t n = 0; n < count; n++)
		for (size_t i = 0; i < looked[n].found.count; i++)
			found += str_eq(str_of(looked[n].found.items[i].kind->word), S("subtitles"));
	return found;
}

static void test_wanted(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	struct media m = film(&d, true), silent = film(&d, false);
	assert_true(subtitle_wanted(&m) && !subtitle_wanted(&silent));
	assert_true(findings(&d, &m) == 1 && findings(&d, &silent) == 0);
	assert_ok(d.cx, bring(&d, &m, "fr", SRT("Le pain"), NULL));
	assert_int_equal(findings(&d, &m), 0);
	assert_ok(d.cx, subtitle_take_away(d.cx, d.db, d.workspace, m.id, S("fr"), NULL));
	assert_int_equal(findings(&d, &m), 1);
	struct media_words words = {.name = m.name, .focus_x = 500, .focus_y = 500, .speech = S("shown")};
	assert_ok(d.cx, media_describe(d.cx, d.db, d.workspace, m.id, &words));
	assert_int_equal(findings(&d, &m), 0);
	words.speech = S("loud");
	assert_err(media_describe(d.cx, d.db, d.workspace, m.id, &words), ERR_BAD_INPUT);
	test_folder_remove(d.cx);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_brought), DATABASE_TEST(test_refused), DATABASE_TEST(test_wanted)};
	return on_both_engines(tests);
}
