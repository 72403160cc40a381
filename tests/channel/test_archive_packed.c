#include "collect.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

/* Exports as the networks pack them: a zip or a tar.gz made here of the samples, with the folders and the pictures around them. */

static struct cx cx;
static struct collected all;

static int start(void **state)
{
	cx = cx_new(arena_new());
	cx.now = 1800000000 * SECOND; /* January 2027 */
	all = (struct collected){};
	return 0;
}

static int end(void **state)
{
	buf_free(&all.notes);
	arena_free(cx.arena);
	return 0;
}

struct part {
	const char *name;   /* in the export */
	const char *sample; /* a file of the samples; or NULL */
	struct str bytes;
};

static struct str sample_bytes(const char *name)
{
	FILE *file = fopen(sample(&cx, name), "re");
	assert_non_null(file);
	struct buf *b = buf_in_arena(cx.arena);
	char *room;
	for (size_t len; (room = buf_room(b, 65536)) && (len = fread(room, 1, 65536, file)) > 0;)
		buf_grew(b, len);
	fclose(file);
	return buf_str(b);
}

static const char *pack(bool zip, const struct part *parts, size_t count)
{
	char path[] = "/tmp/parvis-test-XXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0);
	struct archive *archive = archive_write_new();
	if (zip) {
		archive_write_set_format_zip(archive);
	} else {
		archive_write_add_filter_gzip(archive);
		archive_write_set_format_pax_restricted(archive);
	}
	assert_int_equal(archive_write_open_fd(archive, file), ARCHIVE_OK);
	for (size_t i = 0; i < count; i++) {
		struct str bytes = parts[i].sample ? sample_bytes(parts[i].sample) : parts[i].bytes;
		struct archive_entry *entry = archive_entry_new();
		archive_entry_set_pathname(entry, parts[i].name);
		archive_entry_set_size(entry, (la_int64_t)bytes.len);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
		assert_int_equal(archive_write_data(archive, bytes.at, bytes.len), (la_ssize_t)bytes.len);
		archive_entry_free(entry);
	}
	archive_write_close(archive);
	archive_write_free(archive);
	close(file);
	return arena_cstr(cx.arena, str_of(path));
}

/* Recognised as `word`, and read. */
static void read_packed(const char *word, bool zip, const struct part *parts, size_t count)
{
	const char *path = pack(zip, parts, count);
	const struct archive_format *format = NULL;
	assert_ok(&cx, archive_recognise(&cx, path, &format));
	assert_string_equal(format->word, word);
	assert_ok(&cx, collect(&cx, word, path, (struct archive_options){}, &all));
	remove(path);
}

static void test_mastodon(void **state)
{
	const struct part parts[] = {
		{"media_attachments/files/1/original/affiche.png", NULL, S("\x89PNG of the poster")},
		{"outbox.json", "mastodon/outbox.json", {}},
		{"likes.json", NULL, S("{\"type\":\"OrderedCollection\",\"orderedItems\":[]}")},
		{"actor.json", NULL, S("{\"id\":\"https://social.example/users/librairie\",\"type\":\"Person\",\"name\":\"La Librairie\",\"preferredUsername\":\"librairie\"}")},
	};
	read_packed("mastodon", false, parts, COUNT(parts));
	assert_int_equal(all.count, 4);
	const struct inbound *post = item_of(&all, "https://social.example/users/librairie/statuses/1");
	assert_str(post->author_name, "La Librairie");
	assert_true(post->ours);
	assert_int_equal(post->attachment_count, 1);
	assert_str(post->attachments[0].name, "affiche.png");
	assert_str(post->attachments[0].bytes, "\x89PNG of the poster");
	assert_true(notes_have(&all, "outbox.json #/orderedItems/4: Its date lies in the future."));
}

static void test_twitter(void **state)
{
	const struct part parts[] = {
		{"data/tweets.js", "twitter/tweets.js", {}},
		{"data/direct-messages.js", "twitter/direct-messages.js", {}},
		{"data/like.js", NULL, S("window.YTD.like.part0 = [{\"like\":{\"tweetId\":\"1\"}}]")},
		{"data/tweet-headers.js", NULL, S("window.YTD.tweet_headers.part0 = []")},
		{"data/account.js", NULL, S("window.YTD.account.part0 = [{\"account\":{\"accountId\":\"42\",\"username\":\"librairie\",\"accountDisplayName\":\"La Librairie\"}}]")},
		{"data/tweets_media/1770000000000000001-abc.jpg", NULL, S("jpeg")},
	};
	read_packed("twitter", true, parts, COUNT(parts));
	assert_int_equal(all.count, 6);
	const struct inbound *post = item_of(&all, "1770000000000000001");
	assert_str(post->author_handle, "librairie");
	assert_str(post->url, "https://x.com/librairie/status/1770000000000000001");
	assert_str(post->attachments[0].bytes, "jpeg");
	assert_true(item_of(&all, "902")->ours && !item_of(&all, "901")->ours);
	assert_str(item_of(&all, "902")->author_name, "La Librairie");
}

static void test_facebook(void **state)
{
	const struct part parts[] = {
		{"your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json", "facebook/your_posts_1.json", {}},
		{"your_facebook_activity/comments_and_reactions/comments.json", "facebook/comments.json", {}},
		{"your_facebook_activity/messages/inbox/zoe_1/message_1.json", "facebook/message_1.json", {}},
		{"your_facebook_activity/messages/inbox/zoe_1/photos/1.jpg", NULL, S("a photo")},
		{"your_facebook_activity/messages/broken.json", NULL, S("{\"participants\": [")},
		{"personal_information/profile_information/profile_information.json", NULL,
			S("{\"profile_v2\":{\"name\":{\"full_name\":\"La Librairie\"}}}")},
		{"ads/advertisers.json", NULL, S("{\"custom_audiences_v2\":[]}")},
	};
	read_packed("facebook", true, parts, COUNT(parts));
	assert_int_equal(all.count, 4);
	assert_int_equal(all.refused, 1);
	assert_true(notes_have(&all, "messages/broken.json: This file is not JSON, or is cut"));
	assert_str(item_of(&all, "306440bc5211a41e")->attachments[0].bytes, "a photo");
	assert_true(item_of(&all, "b4d38898b34b3bed")->ours);
	for (size_t i = 0; i < all.count; i++)
		if (str_starts(all.items[i].body, S("Nocturne jeudi")))
			assert_str(all.items[i].author_name, "La Librairie");
}

static void test_others(void **state)
{
	const struct part google[] = {{"Takeout/Google+ Stream/Posts/20181012 - Nocturne.json", "googleplus/post.json", {}},
				      {"Takeout/Google+ Stream/ActivityLog/+1s.json", NULL, S("{\"items\":[]}")}};
	read_packed("googleplus", false, google, COUNT(google));
	assert_int_equal(all.count, 3);
	const struct part mail[] = {{"Takeout/Mail/All.mbox", "mbox/sample.mbox", {}}};
	read_packed("mbox", true, mail, COUNT(mail));
	assert_int_equal(all.count, 6);
	const struct part pages[] = {{"pages/1.json", "youtube/comments_by_parent_paged_1.json", {}},
		{"pages/2.json", "youtube/insert_response.json", {}}};
	read_packed("youtube", true, pages, COUNT(pages));
	assert_int_equal(all.count, 9);
	const struct part wordpress[] = {{"librairie.wordpress.2026-03-24.xml", "wordpress/export.xml", {}}};
	read_packed("wordpress", true, wordpress, COUNT(wordpress));
	assert_int_equal(all.count, 14);
	const struct part repository[] = {{"repo.car", "bluesky/repo.car", {}}};
	read_packed("bluesky", true, repository, COUNT(repository));
	assert_int_equal(all.count, 17);
}

/* Each table has columns and lines of its own. */
static void test_tables(void **state)
{
	const struct part parts[] = {
		{"a.csv", NULL, S("body,at\nfrom a,2026-01-01")},
		{"b.csv", NULL, S("at;id;body\n2026-01-02;b1;from b\nnever;b2;x\n")},
		{"c.csv", NULL, S("no,columns\n1,2\n")},
		{"picture.png", NULL, S("body,at\nnot a table,2026-01-01\n")},
	};
	read_packed("csv", true, parts, COUNT(parts));
	assert_int_equal(all.count, 2);
	assert_str(all.items[0].body, "from a");
	assert_str(all.items[1].remote_id, "b1");
	assert_true(notes_have(&all, "b.csv, line 3: The column “at” holds no date"));
	assert_true(notes_have(&all, "c.csv: The first line of a CSV must name its columns"));
	/* A table of several pieces, and behind it what is none, are told apart. */
	struct buf *large = buf_in_arena(cx.arena);
	buf_adds(large, "at;body\n");
	for (int i = 0; i < 20000; i++)
		buf_addf(large, "2026-01-01;line %d of a table\n", i);
	struct buf *rubbish = buf_in_arena(cx.arena);
	while (rubbish->len < 200000)
		buf_adds(rubbish, "nothing,of,the,kind\n");
	const struct part long_ones[] = {{"long.csv", NULL, buf_str(large)}, {"rubbish.csv", NULL, buf_str(rubbish)}};
	read_packed("csv", true, long_ones, COUNT(long_ones));
	assert_int_equal(all.count, 20002);
	assert_int_equal(all.refused, 3);
	assert_str(all.items[20001].body, "line 19999 of a table");
	all.count = 2;
	const struct part lines[] = {
		{"1.jsonl", NULL, S("{\"id\":\"l1\",\"thread_id\":\"t\",\"body\":\"x\",\"at\":\"2026-01-01T00:00:00Z\"}")},
		{"2.jsonl", NULL, S("{\"id\":\"l2\",\"thread_id\":\"t\",\"body\":\"x\",\"at\":\"2026-01-01T00:00:00Z\"}\nrubbish\n")},
	};
	read_packed("jsonl", false, lines, COUNT(lines));
	assert_int_equal(all.count, 4);
	assert_true(notes_have(&all, "2.jsonl, line 2: This line is not JSON."));
}

/* A repository whose blocks do not match their ids, or that is cut, gives what is whole. */
static void test_damaged_repository(void **state)
{
	struct str car = sample_bytes("bluesky/repo.car");
	char *bytes = arena_alloc(cx.arena, car.len);
	memcpy(bytes, car.at, car.len);
	ptrdiff_t text = str_find(car, S("La suite"));
	assert_true(text > 0);
	bytes[text] = 'l';
	assert_ok(&cx, collect_text(&cx, "bluesky", (struct str){bytes, car.len}, &all));
	assert_int_equal(all.count, 2);
	assert_true(notes_have(&all, "#/blocks/1: This block of the repository is damaged"));
	assert_true(notes_have(&all, "left out: posts whose text is not in this file (1)"));
	bytes[text] = 'L';
	assert_err(collect_text(&cx, "bluesky", (struct str){bytes, car.len - 20}, &all), ERR_UNSUPPORTED); /* the commit is last */
	assert_true(notes_have(&all, "The file is cut here"));
	assert_err(collect_text(&cx, "bluesky", (struct str){bytes, 30}, &all), ERR_UNSUPPORTED);
	assert_int_equal(all.count, 2);
}

/* A damaged or empty export fails as a whole, and says so. */
static void test_bad(void **state)
{
	const char *path = file_of(&cx, S("PK\x03\x04 and then nothing of a zip"));
	assert_true(collect(&cx, "mastodon", path, (struct archive_options){}, &all) != OK);
	assert_true(cx.story[0]);
	remove(path);
	const struct part parts[] = {{"readme.txt", NULL, S("nothing here")}};
	path = pack(true, parts, COUNT(parts));
	const struct archive_format *format = NULL;
	assert_err(archive_recognise(&cx, path, &format), ERR_UNSUPPORTED);
	assert_err(collect(&cx, "mastodon", path, (struct archive_options){}, &all), ERR_UNSUPPORTED);
	remove(path);
	assert_int_equal(all.count, 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, start, end)
	const struct CMUnitTest tests[] = {TEST(test_mastodon), TEST(test_twitter), TEST(test_facebook), TEST(test_others),
		TEST(test_tables), TEST(test_damaged_repository), TEST(test_bad)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
