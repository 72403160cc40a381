/* What leaves with a post: a photo that says where it was taken arrives at three networks in their formats, without a trace of that; what is not ready is waited for, what
 * cannot be made is told, and what may not be shown any more stays here. */
#include "test.h"

#include "channel/channel.h"

static const struct channel_limit picture_limits[] = {
	{LIMIT_BODY, 500, TEXT_CHARACTERS, "2026-11-22", "tests"}, {LIMIT_POST_MEDIA, 2, TEXT_CHARACTERS, "2026-11-22", "tests"},
	{LIMIT_VIDEO_BYTES, 1000, TEXT_BYTES, "2026-11-22", "tests"}, {LIMIT_SUBTITLE_BYTES, 100, TEXT_BYTES, "2026-11-22", "tests"}, {},
};
static void caught(const struct outbound *outbound);
static const struct channel_kind *kind_more(struct str word);
#define FAKE_CALL(cx, net, ret_sent) (caught(outbound), false)
#define FAKE_KIND_OF(word) kind_more(word)
#define FAKE_NETWORK(name, what)                                                                                               \
	static const struct channel_kind kind_##name = {.word = #name, .title = #name, .network = #name, .can = CAN_REPLY | (what), .limits = picture_limits, .publish = fake_publish};
#define FAKE_KINDS FAKE_NETWORK(instagram, CAN_POST | NEEDS_MEDIA | CAN_STORY | STORY_FILMS) FAKE_NETWORK(mastodon, CAN_POST) FAKE_NETWORK(bluesky, CAN_POST | TAKES_SUBTITLES | FILMS_ALONE)
#include "desk.h"

#include "../sys/folder.h"
#include "../sys/pictures.h"
#include "base/zone.h"
#include "flow/media.h"
#include "flow/post_files.h"
#include "flow/post_parts.h"
#include "flow/subtitle.h"
#include "store/message.h"
#include "sys/blob.h"

static const struct channel_kind *kind_more(struct str word)
{
	const struct channel_kind *kinds[] = {&kind_instagram, &kind_mastodon, &kind_bluesky};
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(word, str_of(kinds[i]->word)))
			return kinds[i];
	return NULL;
}

/* ---- what arrived ---- */

static struct {
	struct outbound_media files[8];
	size_t count, stories, words; /* words: bytes of what was said with a story */
	struct arena *arena;
} network;

static void caught(const struct outbound *o)
{
	network.stories += o->form == FORM_STORY;
	network.words += o->form == FORM_STORY ? o->body.len + o->warning.len + o->poll.count : 0;
	for (size_t i = 0; i < o->media_count && network.count < COUNT(network.files); i++) {
		struct outbound_media *m = &network.files[network.count++];
		*m = o->media[i];
		m->bytes = arena_str(network.arena, m->bytes);
		m->name = arena_str(network.arena, m->name);
		m->alt = arena_str(network.arena, m->alt);
		m->type = arena_str(network.arena, m->type);
		struct outbound_subtitle *said = arena_array(network.arena, struct outbound_subtitle, m->subtitle_count + 1);
		for (size_t n = 0; n < m->subtitle_count; n++)
			said[n] = (struct outbound_subtitle){arena_str(network.arena, m->subtitles[n].lang), arena_str(network.arena, m->subtitles[n].vtt)};
		m->subtitles = said;
	}
}

/* ---- the desk ---- */

static enum err read_blob(struct cx *cx, void *blobs, struct str name, struct str *ret_bytes)
{
	const char *path;
	TRY(blob_path(cx, blobs, name, &path));
	return file_read(cx, path, MEDIA_BYTES_MAX, ret_bytes);
}

static struct test_desk open_with(void **state)
{
	struct test_desk d = desk_open(state);
	test_folder_make();
	memset(&network, 0, sizeof network);
	network.arena = d.cx->arena;
	d.outbox.read_blob = read_blob;
	d.outbox.blobs = (void *)in_folder(d.cx->arena, "blobs");
	return d;
}

static i64 channel_of(struct test_desk *d, const char *kind)
{
	struct channel c = {.id = id_new(), .workspace = d->workspace, .kind = str_of(kind), .network = str_of(kind), .name = str_of(kind), .created_at = d->cx->now};
	assert_ok(d->cx, channel_insert(d->cx, d->db, &c));
	return c.id;
}

static struct media take(struct test_desk *d, struct str bytes, const char *name)
{
	struct media media;
	bool is_new;
	assert_ok(d->cx, file_write(d->cx, in_folder(d->cx->arena, "upload"), 0600, bytes));
	assert_ok(d->cx, media_take(d->cx, d->db, d->workspace, in_folder(d->cx->arena, "upload"), str_of(name), S("upload"), in_folder(d->cx->arena, "blobs"), &media, &is_new));
	return media;
}

static u32 noise(u32 x, u32 y)
{
	return (x * 2654435761u ^ y * 40503u) >> 8 & 0xffffff;
}

/* A photo of 1,200 × 800, said to lie on its side (so 800 × 1,200 as seen), taken at a place. */
static struct media photo(struct test_desk *d)
{
	CLEANUP(buf_free) struct buf png = {}, jpeg = {};
	struct image_wish wish = {.format = IMAGE_JPEG};
	struct image_made made;
	add_png(&png, 1200, 800, noise);
	assert_ok(d->cx, image_make(d->cx, &image_box_self, buf_str(&png), &wish, 1, &made));
	add_jpeg_with_place(&jpeg, made.bytes, 6);
	return take(d, buf_str(&jpeg), "Fournil.JPEG");
}

static void make_all(struct test_desk *d)
{
	const struct media_hooks hooks = {.blobs = in_folder(d->cx->arena, "blobs"), .box = &image_box_self};
	const struct actor *before = d->cx->actor;
	d->cx->actor = NULL;
	for (i64 done = 1; done;)
		assert_ok(d->cx, media_turn(d->cx, d->db, &hooks, &done));
	d->cx->actor = before;
}

static struct str wall(struct test_desk *d, i64 from_now)
{
	struct civil c = zone_civil(S("Europe/Paris"), d->cx->now + from_now);
	return arena_printf(d->cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static struct post get(struct test_desk *d, i64 id)
{
	struct post post;
	assert_ok(d->cx, post_get(d->cx, d->db, d->workspace, id, &post));
	return post;
}

static struct post write_with(struct test_desk *d, const i64 *channels, size_t count, const struct media *media, struct str alt, struct str wall_time)
{
	struct post_variant_request variants[8] = {};
	struct post_media with = {.media = media ? media->id : 0, .alt = alt};
	struct post post;
	for (size_t i = 0; i < count; i++)
		variants[i].channel = channels[i];
	struct post_request r = {.text = {.body = S("Fresh bread.")}, .variants = variants, .variant_count = count, .media = &with, .media_count = media ? 1 : 0, .wall_time = wall_time};
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post;
}

static void turn(struct test_desk *d, i64 later)
{
	i64 count;
	const struct actor *before = d->cx->actor;
	time_set(d->cx->now += later);
	d->cx->actor = NULL;
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
	d->cx->actor = before;
}

static struct publication only_act(struct test_desk *d, i64 post)
{
	struct publication *acts;
	size_t count;
	assert_ok(d->cx, post_acts(d->cx, d->db, d->workspace, post, &acts, &count));
	assert_int_equal(count, 1);
	return acts[0];
}

/* ---- ---- */

static void test_three_networks(void **state)
{
	struct test_desk d = open_with(state);
	i64 channels[] = {channel_of(&d, "instagram"), channel_of(&d, "mastodon"), channel_of(&d, "bluesky")};
	struct media m = photo(&d);
	struct post post;
	struct image image;
	const struct media_words words = {.name = m.name, .focus_x = 500, .focus_y = 500, .alt = &(struct media_alt){S("en"), S("A bakehouse")}, .alt_count = 1};
	assert_ok(d.cx, media_describe(d.cx, d.db, d.workspace, m.id, &words));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET known = '{\"limits\":{\"image_bytes\":60000}}' WHERE id = ?1", db_i64(channels[1])));
	post = write_with(&d, channels, 3, &m, S(""), wall(&d, 5 * MINUTE));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	/* Its minute comes before its pictures: it waits, and costs no try. */
	for (int i = 0; i < 3; i++)
		turn(&d, i ? 3 * SECOND : 6 * MINUTE);
	assert_int_equal(fake.published, 0);
	make_all(&d);
	turn(&d, 3 * SECOND);
	assert_int_equal(fake.published, 3);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
	assert_int_equal(network.count, 3);
	static const struct {
		int width, height;
		i64 most;
	} expected[] = {{800, 1000, 8000000}, {0, 0, 60000}, {800, 1200, 1000000}};
	for (size_t i = 0; i < 3; i++) {
		const struct outbound_media *f = &network.files[i];
		assert_ok(d.cx, image_look(d.cx, f->bytes, &image));
		assert_int_equal(image.format, IMAGE_JPEG);
		assert_str(f->type, "image/jpeg");
		assert_str(f->name, "Fournil.jpg");
		assert_str(f->alt, "A bakehouse");
		assert_false(image.exif || image.xmp || image.iptc || image.text || image.position || image.odd);
		assert_int_equal(image.orientation, 1);
		if (expected[i].width)
			assert_true(image.width == expected[i].width && image.height == expected[i].height);
		assert_true(image.height > image.width); /* upright, as it is seen */
		assert_true((i64)f->bytes.len <= expected[i].most);
		assert_true(str_find(f->bytes, S("Exif")) < 0);
	}
	/* What was brought does say it. */
	struct str brought;
	assert_ok(d.cx, read_blob(d.cx, d.outbox.blobs, m.blob, &brought));
	assert_ok(d.cx, image_look(d.cx, brought, &image));
	assert_true(image.position);
	test_folder_remove(d.cx);
}

static void test_what_cannot_be_made(void **state)
{
	struct test_desk d = open_with(state);
	i64 channel = channel_of(&d, "mastodon");
	CLEANUP(buf_free) struct buf bad = {};
	struct post_finding *findings;
	size_t count;
	add_png_header(&bad, 20, 20, 8, 2);
	add_chunk(&bad, "IDAT", S("this is no deflate, but there is enough of it to hold the picture"));
	add_chunk(&bad, "IEND", (struct str){});
	struct media m = take(&d, buf_str(&bad), "bad.png");
	struct post post = write_with(&d, &channel, 1, &m, S("Bread"), wall(&d, HOUR));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	make_all(&d);
	turn(&d, HOUR + 2 * MINUTE);
	assert_int_equal(fake.published, 0);
	struct publication act = only_act(&d, post.id);
	assert_int_equal(act.state, PUBLICATION_HELD);
	assert_non_null(strstr(arena_cstr(d.cx->arena, act.story), "bad.png"));
	assert_int_equal(get(&d, post.id).state, POST_TROUBLE);
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count));
	assert_int_equal(count, 1);
	assert_string_equal(findings[0].field, "media[0]");
	/* Somebody wants it all the same: it is tried once more, and told once more. */
	assert_ok(d.cx, post_act_again(d.cx, d.db, d.workspace, act.id));
	turn(&d, SECOND);
	assert_int_equal(only_act(&d, post.id).state, PUBLICATION_DUE);
	make_all(&d);
	turn(&d, 3 * SECOND);
	assert_int_equal(only_act(&d, post.id).state, PUBLICATION_HELD);
	assert_int_equal(fake.published, 0);
	test_folder_remove(d.cx);
}

static void describe_until(struct test_desk *d, const struct media *m, i64 until)
{
	const struct media_words words = {.name = m->name, .focus_x = 500, .focus_y = 500, .rights_until = until};
	assert_ok(d->cx, media_describe(d->cx, d->db, d->workspace, m->id, &words));
}

static i64 told(struct test_desk *d, i64 person, const char *kind)
{
	const char *sql = arena_printf(d->cx->arena, "SELECT COUNT(*) FROM notification WHERE person_id = ?1 AND kind = '%s'", kind).at;
	return desk_number(d, sql, person);
}

static void test_rights(void **state)
{
	struct test_desk d = open_with(state);
	i64 channel = channel_of(&d, "bluesky"), taken, done;
	struct media m = photo(&d);
	make_all(&d);
	struct post post = write_with(&d, &channel, 1, &m, S("Bread"), wall(&d, 2 * DAY)), other = write_with(&d, &channel, 1, NULL, S(""), wall(&d, 2 * DAY));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, other.id, other.revision, &other));
	/* They end after its hour: nobody is bothered but with a warning, once. */
	describe_until(&d, &m, d.cx->now + 3 * DAY);
	const struct actor person = d.owner;
	desk_act_as(&d, &(struct actor){.kind = ACTOR_PROGRAM});
	assert_ok(d.cx, media_rights_sweep(d.cx, d.db, &done));
	assert_int_equal(done, 1);
	assert_ok(d.cx, media_rights_sweep(d.cx, d.db, &done));
	assert_int_equal(done, 0);
	assert_int_equal(told(&d, person.user, "media_rights"), 1);
	assert_int_equal(get(&d, post.id).state, POST_SCHEDULED);
	/* They end before: it is taken back, its words stay, and who planned it is told. The other one leaves. */
	desk_act_as(&d, &person);
	describe_until(&d, &m, d.cx->now + DAY);
	desk_act_as(&d, &(struct actor){.kind = ACTOR_PROGRAM});
	assert_ok(d.cx, media_rights_hold(d.cx, d.db, d.workspace, &taken));
	assert_int_equal(taken, 1);
	post = get(&d, post.id);
	assert_int_equal(post.state, POST_APPROVED);
	assert_str(post.body, "Fresh bread.");
	assert_int_equal(post.planned_at, 0);
	assert_int_equal(told(&d, person.user, "post_rights"), 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM post_event WHERE post_id = ?1 AND kind = 'rights_ended'", post.id), 1);
	/* Planned again for a day that is too late, it is refused where the picture is. */
	desk_act_as(&d, &person);
	assert_err(post_plan(d.cx, d.db, d.workspace, post.id, post.revision, wall(&d, 2 * DAY), (struct str){}, &post), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "media[0]");
	cx_forget(d.cx);
	assert_ok(d.cx, post_plan(d.cx, d.db, d.workspace, post.id, post.revision, wall(&d, HOUR), (struct str){}, &post));
	/* Whatever else failed: at the door it is seen. */
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE media SET rights_until = ?2 WHERE id = ?1", db_i64(m.id), db_i64(d.cx->now + MINUTE)));
	turn(&d, HOUR + 61 * SECOND);
	assert_int_equal(fake.published, 0);
	assert_int_equal(only_act(&d, post.id).state, PUBLICATION_HELD);
	/* Prolonged, and sent after all. */
	describe_until(&d, &m, d.cx->now + DAY);
	assert_ok(d.cx, post_act_again(d.cx, d.db, d.workspace, only_act(&d, post.id).id));
	make_all(&d);
	turn(&d, SECOND);
	assert_int_equal(fake.published, 1);
	turn(&d, 2 * DAY - HOUR);
	assert_int_equal(fake.published, 2);
	test_folder_remove(d.cx);
}

static void test_names(void **state)
{
	struct test_desk d = desk_open(state);
	static const struct {
		const char *name, *type, *is;
	} names[] = {{"a.png", "image/jpeg", "a.jpg"}, {"a.jpeg", "image/jpeg", "a.jpeg"}, {"Menu v1.2", "image/png", "Menu v1.png"}, {"no ending", "image/webp", "no ending.webp"},
		     {"a.very long tail", "image/gif", "a.very long tail.gif"}, {".png", "image/jpeg", ".png.jpg"}, {"film.mov", "video/quicktime", "film.mov"}};
	for (size_t i = 0; i < COUNT(names); i++)
		assert_str(post_file_name(d.cx->arena, str_of(names[i].name), str_of(names[i].type)), names[i].is);
}

static void add_box(struct buf *b, const char *kind, struct str body)
{
	add_u32(b, (u32)body.len + 8);
	buf_adds(b, kind);
	buf_add(b, body);
}

/* A film leaves as it is, without what says where it was taken. */
static void test_film(void **state)
{
	struct test_desk d = open_with(state);
	i64 channel = channel_of(&d, "mastodon");
	CLEANUP(buf_free) struct buf moov = {}, film = {};
	add_box(&moov, "udta", S("\xa9xyz+48.8577+002.295/"));
	add_box(&film, "ftyp", S("mp42\0\0\0\0"));
	add_box(&film, "moov", buf_str(&moov));
	struct media m = take(&d, buf_str(&film), "fournil.mp4");
	assert_str(m.type, "video/mp4");
	struct post post = write_with(&d, &channel, 1, &m, S("Bread"), wall(&d, HOUR));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	make_all(&d);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(network.files[0].bytes.len, film.len);
	assert_str(network.files[0].name, "fournil.mp4");
	assert_true(str_find(buf_str(&film), S("48.8577")) >= 0 && str_find(network.files[0].bytes, S("48.8577")) < 0);
	/* Cut short, it is no film. */
	bool is_new;
	assert_ok(d.cx, file_write(d.cx, in_folder(d.cx->arena, "upload"), 0600, str_head(buf_str(&film), film.len - 1)));
	assert_err(media_take(d.cx, d.db, d.workspace, in_folder(d.cx->arena, "upload"), S("x"), S("upload"), in_folder(d.cx->arena, "blobs"), &m, &is_new), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "file");
	test_folder_remove(d.cx);
}

static void bring_said(struct test_desk *d, const struct media *m, const char *lang, const char *text)
{
	struct subtitle s;
	bool replaced;
	struct str srt = arena_printf(d->cx->arena, "1\n00:00:01,000 --> 00:00:02,000\n%s\n", text);
	assert_ok(d->cx, subtitle_bring(d->cx, d->db, d->workspace, m->id, str_of(lang), srt, S("x.srt"), NULL, &s, &replaced));
}

static struct media film(struct test_desk *d, const char *brand, const char *name)
{
	CLEANUP(buf_free) struct buf bytes = {};
	add_box(&bytes, "ftyp", str_of(brand));
	add_box(&bytes, "moov", S(""));
	return take(d, buf_str(&bytes), name);
}

/* What is said in a film leaves with it where the network takes that, as large as it takes it; nowhere else. */
static void test_said(void **state)
{
	struct test_desk d = open_with(state);
	i64 bluesky = channel_of(&d, "bluesky"), mastodon = channel_of(&d, "mastodon");
	struct media m = film(&d, "mp42mp42", "fournil.mp4");
	bring_said(&d, &m, "fr", "Le pain");
	bring_said(&d, &m, "en", "A text that is longer than what this network takes of the subtitles of a film in one language.");
	struct post post = write_with(&d, (i64[]){bluesky, mastodon}, 2, &m, S("Bread"), wall(&d, HOUR));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	make_all(&d);
	turn(&d, HOUR + MINUTE);
	assert_true(fake.published == 2 && network.count == 2);
	size_t with = network.files[0].subtitle_count ? 0 : 1;
	assert_true(network.files[with].subtitle_count == 1 && !network.files[1 - with].subtitle_count);
	assert_str(network.files[with].subtitles[0].lang, "fr");
	assert_true(str_find(network.files[with].subtitles[0].vtt, S("Le pain")) > 0);
	/* Of another type it does not leave at all, and that is said before. */
	struct media other = film(&d, "qt  qt  ", "fournil.mov");
	struct post_finding *found;
	size_t count;
	post = write_with(&d, &bluesky, 1, &other, S("Bread"), wall(&d, 2 * HOUR));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &found, &count));
	assert_true(count == 1 && str_find(found[0].story, S("another kind")) > 0 && str_find(found[0].story, S("MP4")) > 0);
	test_folder_remove(d.cx);
}

static struct media film_of(struct test_desk *d, i64 seconds, u32 width, u32 height)
{
	CLEANUP(buf_free) struct buf bytes = {}, moov = {}, header = {}, track = {}, look = {}, media = {};
	buf_add(&header, (struct str){"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\xe8", 16});
	add_u32(&header, (u32)(seconds * 1000));
	for (int i = 0; i < 19; i++)
		add_u32(&look, i == 10 || i == 14 ? 0x10000 : 0);
	add_u32(&look, width << 16);
	add_u32(&look, height << 16);
	add_box(&media, "hdlr", (struct str){"\0\0\0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0\0", 25});
	add_box(&track, "tkhd", buf_str(&look));
	add_box(&track, "mdia", buf_str(&media));
	add_box(&moov, "mvhd", buf_str(&header));
	add_box(&moov, "trak", buf_str(&track));
	add_box(&bytes, "ftyp", S("mp42mp42"));
	add_box(&bytes, "moov", buf_str(&moov));
	return take(d, buf_str(&bytes), "oven.mp4");
}

/* A film as a story is as long as the network takes it, in the shape that it shows; it leaves freed of its traces, without what is said in it. */
static void test_story_film(void **state)
{
	struct test_desk d = open_with(state);
	static const struct {
		i64 seconds;
		const char *says;
	} cases[] = {{2, "less than the 3 seconds"}, {61, "lasts 61 seconds"}, {30, NULL}};
	struct post_variant_request variants[] = {{.channel = channel_of(&d, "instagram"), .form = FORM_STORY}};
	struct post_finding *found;
	struct post post;
	size_t count;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct media m = film_of(&d, cases[i].seconds, 1080, 1920);
		struct post_media with[] = {{.media = m.id}};
		struct post_request r = {.text = {.body = S("Fresh.")}, .variants = variants, .variant_count = 1, .media = with, .media_count = 1, .wall_time = wall(&d, HOUR)};
		assert_true(m.width == 1080 && m.height == 1920 && m.duration == cases[i].seconds * SECOND);
		bring_said(&d, &m, "fr", "Le pain");
		assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
		assert_ok(d.cx, post_findings(d.cx, d.db, &post, &found, &count));
		assert_int_equal(count, cases[i].says != NULL);
		if (count)
			assert_non_null(strstr(arena_cstr(d.cx->arena, found[0].story), cases[i].says));
	}
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	make_all(&d);
	turn(&d, HOUR + MINUTE);
	assert_true(fake.published == 1 && network.stories == 1 && !network.words && network.count == 1);
	assert_true(str_eq(network.files[0].kind, S("video")) && network.files[0].height == 1920 && !network.files[0].subtitle_count);
	/* Where it is shown upright alone, another shape is told. */
	const struct media_format *facebook = media_format_film(S("facebook"), PLACE_STORY);
	struct media wide = film_of(&d, 20, 1920, 1080), upright = film_of(&d, 20, 720, 1280);
	const struct channel page = {.name = S("Page")};
	assert_true(str_find(post_film_fault(d.cx, &page, &wide, facebook), S("1920 × 1080")) > 0);
	assert_int_equal(post_film_fault(d.cx, &page, &upright, facebook).len, 0);
	upright.size = facebook->most + 1;
	assert_true(str_find(post_film_fault(d.cx, &page, &upright, facebook), S("too large")) > 0);
	test_folder_remove(d.cx);
}

/* A sound leaves without its tags, a film of a browser without its own; both as they are but for that. */
static void test_sound(void **state)
{
	struct test_desk d = open_with(state);
	i64 channel = channel_of(&d, "mastodon");
	CLEANUP(buf_free) struct buf sound = {}, webm = {};
	buf_add(&sound, (struct str){"ID3\x04\0\0\0\0\0\x07" "Camille", 17});
	buf_adds(&sound, "\xff\xfb\x90\x64 the sound itself");
	struct media m = take(&d, buf_str(&sound), "fournil.mp3");
	assert_str(m.type, "audio/mpeg");
	struct post post = write_with(&d, &channel, 1, &m, S("Bread"), wall(&d, HOUR));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	make_all(&d);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 1);
	assert_str(network.files[0].bytes, "\xff\xfb\x90\x64 the sound itself");
	/* EBML, a segment with tags, 640 × 360 */
	buf_add(&webm, (struct str){"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xa6\x16\x54\xae\x6b\x8f\xae\x8d\x83\x81\x01\xe0\x88\xb0\x82\x02\x80\xba\x82\x01\x68\x12\x54\xc3\x67\x8d\x73\x73\x8a", 38});
	buf_add(&webm, S("in Camille"));
	m = take(&d, buf_str(&webm), "fournil.webm");
	assert_true(m.width == 640 && m.height == 360);
	test_folder_remove(d.cx);
}

/* What a channel takes is told of each file. */
static void test_findings(void **state)
{
	struct test_desk d = open_with(state);
	i64 channels[] = {channel_of(&d, "instagram"), channel_of(&d, "bluesky")};
	struct media pdf = take(&d, S("%PDF-1.7\n"), "menu.pdf");
	struct post_finding *findings;
	size_t count;
	struct post post = write_with(&d, channels, 1, NULL, S(""), S(""));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count));
	assert_int_equal(count, 1);
	assert_string_equal(findings[0].field, "media"); /* Instagram takes none without a picture */
	post = write_with(&d, channels, 2, &pdf, S(""), S(""));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count));
	assert_int_equal(count, 2);
	assert_string_equal(findings[1].field, "media[0]");
	assert_non_null(strstr(arena_cstr(d.cx->arena, findings[1].story), "takes no documents"));
	test_folder_remove(d.cx);
}

/* A story: one picture cut upright, no words with it, nothing behind it; a post elsewhere keeps all of that. */
static void test_story(void **state)
{
	struct test_desk d = open_with(state);
	struct media m = photo(&d), pdf = take(&d, S("%PDF-1.7\n"), "menu.pdf");
	struct post_variant_request variants[] = {{.channel = channel_of(&d, "instagram"), .form = FORM_STORY}, {.channel = channel_of(&d, "mastodon")}};
	struct post_media with[] = {{.media = m.id}, {.media = pdf.id}};
	struct post_request r = {.text = {.body = S("Fresh bread."), .first_comment = S("Who comes?")}, .warning = S("Flour"), .variants = variants, .variant_count = 2, .media = with,
				 .media_count = 1, .wall_time = wall(&d, 5 * MINUTE)};
	struct post post;
	struct post_finding *findings;
	struct publication *acts;
	struct post_request draft;
	struct image image;
	size_t count;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_ok(d.cx, post_draft_load(d.cx, d.db, &post, &draft));
	assert_true(draft.variants[0].form == FORM_STORY && draft.variants[1].form == FORM_POST);
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, post.id, &acts, &count));
	assert_int_equal(count, 3); /* the story; the post and its first comment */
	make_all(&d);
	turn(&d, 6 * MINUTE);
	turn(&d, 3 * SECOND);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
	assert_true(network.stories == 1 && network.words == 0 && network.count == 2);
	size_t upright = 0;
	for (size_t i = 0; i < network.count; i++) {
		assert_ok(d.cx, image_look(d.cx, network.files[i].bytes, &image));
		upright += labs((long)image.width * 16 - (long)image.height * 9) < 32;
	}
	assert_int_equal(upright, 1);
	/* What no story can be, said before it is to leave. */
	r.wall_time = (struct str){};
	r.media_count = 2;
	variants[1].form = FORM_STORY;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count));
	assert_int_equal(count, 2);
	assert_string_equal(findings[0].field, "media");
	assert_string_equal(findings[1].field, "stories");
	r.media = with + 1;
	r.media_count = 1;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count));
	assert_string_equal(findings[0].field, "media[0]");
	test_folder_remove(d.cx);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], IMAGE_BOX_COMMAND) == 0)
		return image_box_serve();
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_three_networks), DATABASE_TEST(test_what_cannot_be_made), DATABASE_TEST(test_rights), DATABASE_TEST(test_names), DATABASE_TEST(test_film), DATABASE_TEST(test_said), DATABASE_TEST(test_story_film), DATABASE_TEST(test_sound), DATABASE_TEST(test_findings), DATABASE_TEST(test_story),
	};
	return on_both_engines(tests);
}
