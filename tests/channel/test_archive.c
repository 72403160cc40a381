#include "collect.h"

#include "channel/parse.h"
#include "channel/thread_root.h"

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

static void assert_at(i64 at, const char *text)
{
	assert_str(time_text(cx.arena, at), text);
}

static void test_html(void **state)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{"plain\ntext", "plain\ntext"},
		{"<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"},
		{"a &amp; b &lt;c&gt; &eacute;&nbsp;! &#x1F600;", "a & b <c> é\u00A0! 😀"},
		{"<a href=\"https://example.org/a\">here</a>", "here (https://example.org/a)"},
		{"<a href='https://example.org/a'>example.org/a</a>!", "https://example.org/a!"},
		{"<a href='https://www.example.org/'>http://example.org</a>", "https://www.example.org/"},
		{"<a href='https://example.org/a/long/one'>example.org/a/lo…</a>", "https://example.org/a/long/one"},
		{"<a href='https://x.example/@bob' class='mention'>@<span>bob</span></a> hi", "@bob hi"},
		{"<a href='https://x.example/tags/tea'>#<span>tea</span></a>", "#tea"},
		{"<a href='javascript:alert(1)'>click</a>", "click"},
		{"<a href='mailto:a@b.example'>write</a> or <a href='mailto:a@b.example'>a@b.example</a>",
			"write (a@b.example) or a@b.example"},
		{"<a href='https://a.example'>open", "open (https://a.example)"},
		{"<style>p{}</style><script>alert('x')</script>kept<!-- not -->", "kept"},
		{"<ul><li>one<li>two</ul>after", "- one\n- two\n\nafter"},
		{"<blockquote><p>quoted</p><p>twice</p></blockquote>mine", "> quoted\n\n> twice\n\nmine"},
		{"<pre>a  b\n  c</pre>", "a  b\n  c"},
		{"<img src='x' alt=':wave:'> hi", ":wave: hi"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"  lots   of\n\t space  ", "lots   of\n\t space"},
		{"<b>lots   of\n\t space</b>", "lots of space"},
		{"1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
		{"broken \xff\xfe<br>utf8", "broken \uFFFD\uFFFD\nutf8"},
		{"&#7;&#0;a&#x8;", "a"},
		{"", ""},
		{"<p></p>", ""},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str text = html_to_text(cx.arena, str_of(cases[i].html));
		if (!str_eq(text, str_of(cases[i].text)))
			fail_msg("%s gives \"%.*s\", should give \"%s\"", cases[i].html, STR_ARG(text), cases[i].text);
	}
}

/* Deep, long and crossed markup must stay quick: each of these would take minutes if anything were quadratic. */
static void test_html_hostile(void **state)
{
	static const char *const pieces[] = {"<b>", "<div><a href=x>", "</i>", "<blockquote>", "&#", "<a href='https://a.example/",
		"<!--", "<p>x</b>",
					     "<table><td>", "<", "x<br>", "<li>", "<pre>\n", "&amp;", "]]>", "<![CDATA["};
	i64 began = time_monotonic();
	for (size_t i = 0; i < COUNT(pieces); i++) {
		CLEANUP(buf_free) struct buf b = {};
		while (b.len < HTML_TEXT_MAX)
			buf_adds(&b, pieces[i]);
		buf_adds(&b, "<i>end</i>");
		html_to_text(cx.arena, buf_str(&b));
	}
	assert_true(time_monotonic() - began < 20 * SECOND);
	CLEANUP(buf_free) struct buf deep = {};
	for (int i = 0; i < 1000; i++)
		buf_adds(&deep, "<div>");
	buf_adds(&deep, "bottom");
	assert_str(html_to_text(cx.arena, buf_str(&deep)), "bottom");
}

static void test_threads(void **state)
{
	struct threads *t = threads_new(cx.arena);
	threads_add(t, S("c"), S("b"));
	threads_add(t, S("b"), S("a"));
	threads_add(t, S("x"), S("y"));
	threads_add(t, S("y"), S("x"));
	threads_add(t, S("self"), S("self"));
	assert_str(threads_root(t, S("c")), "a");
	assert_str(threads_root(t, S("b")), "a");
	assert_str(threads_root(t, S("a")), "a");
	assert_str(threads_root(t, S("self")), "self");
	assert_str(threads_root(t, S("stranger")), "stranger");
	assert_true(str_eq(threads_root(t, S("x")), threads_root(t, S("y"))));
	for (int i = 1; i < 200000; i++) /* a chain asked from its end must not cost its square */
		threads_add(t, arena_printf(cx.arena, "n%d", i), arena_printf(cx.arena, "n%d", i - 1));
	for (int i = 199999; i >= 0; i -= 7)
		assert_str(threads_root(t, arena_printf(cx.arena, "n%d", i)), "n0");
}

static void test_csv_french(void **state)
{
	assert_ok(&cx, collect(&cx, "csv", sample(&cx, "csv/french.csv"), (struct archive_options){.account = S("Librairie")},
		&all));
	assert_int_equal(all.count, 3);
	const struct inbound *a = item_of(&all, "a1");
	assert_str(a->body, "Très bien ; \"vraiment\"\ndeux lignes");
	assert_str(a->author_name, "Chloé Martin");
	assert_str(a->author_id, "Chloé Martin");
	assert_str(a->network, "viadeo");
	assert_int_equal(a->rating, 5);
	assert_int_equal(a->kind, KIND_REVIEW);
	assert_at(a->at, "2026-03-24T09:42:00Z");
	const struct inbound *b = item_of(&all, "a2");
	assert_true(b->ours);
	assert_int_equal(b->kind, KIND_REPLY);
	assert_at(b->at, "2026-03-24T09:00:00Z");
	assert_str(item_of(&all, "a3")->thread_id, "a1");
	assert_true(notes_have(&all, "line 6: The column “at” holds no date"));
	assert_true(notes_have(&all, "line 7: This line has more fields than the header"));
	assert_true(notes_have(&all, "line 9: It has neither text nor attachment."));
	assert_true(notes_have(&all, "line 10: A quotation mark is opened here and never closed."));
	assert_int_equal(all.refused, 4);
}

static void test_csv_windows(void **state)
{
	assert_ok(&cx, collect(&cx, "csv", sample(&cx, "csv/windows.csv"), (struct archive_options){.network = S("forum")}, &all));
	assert_int_equal(all.count, 2);
	assert_str(all.items[0].body, "Hello, world");
	assert_str(all.items[0].network, "forum");
	assert_int_equal(all.items[0].remote_id.len, 16); /* made of author, date and text: the same each time */
	assert_str(all.items[1].body, "café");
	assert_str(all.items[1].url, "");
	assert_int_equal(all.items[1].visibility, VISIBILITY_PRIVATE);
	assert_at(all.items[1].at, "2026-01-02T03:04:05Z");
	assert_true(notes_have(&all, "line 4: The column “kind”"));
}

static void test_csv_bad(void **state)
{
	assert_err(collect_text(&cx, "csv", S("body,name\nx,y\n"), &all), ERR_UNSUPPORTED);
	assert_true(strstr(cx.story, "“at”"));
	assert_err(collect_text(&cx, "csv", S("body,at,Body\nx,y,z\n"), &all), ERR_BAD_INPUT);
	assert_ok(&cx, collect_text(&cx, "csv",
		S("permalink,link,text,date,url,message\nhttp://a,http://b,worse,2026-01-01,http://c,worst\n"), &all));
	assert_str(all.items[0].url, "http://c");
	assert_str(all.items[0].body, "worse");
	all.count = 0;
	assert_err(collect_text(&cx, "csv", S(""), &all), ERR_UNSUPPORTED);
	assert_err(collect_text(&cx, "csv", S("\x7f""ELF\0\0\0\n\0"), &all), ERR_UNSUPPORTED);
	assert_ok(&cx, collect_text(&cx, "csv", S("body,at\n"), &all));
	assert_ok(&cx, collect_text(&cx, "csv", S("sep=;\nbody;at\nx;2026-01-01\n"), &all));
	assert_int_equal(all.count, 1);
	/* UTF-16 with its mark, as some spreadsheets save "Unicode text". */
	assert_ok(&cx, collect_text(&cx, "csv",
		S("\xff\xfe" "b\0o\0d\0y\0\t\0a\0t\0\n\0" "\xe9\0\t\0" "2\0000\0002\0006\0-\0000\0001\0-\0000\0001\0\n\0"), &all));
	assert_int_equal(all.count, 2);
	assert_str(all.items[1].body, "é");
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "body,at\n\"");
	for (int i = 0; i < 300000; i++)
		buf_adds(&b, "too long ");
	buf_adds(&b, "\nnext,2026-01-01\n");
	assert_ok(&cx, collect_text(&cx, "csv", buf_str(&b), &all));
	assert_true(notes_have(&all, "line 2: This line is longer than 1 MiB"));
	assert_int_equal(all.count, 3); /* the line behind it is read again */
}

/* Where authors say they are. */
static void test_author_places(void **state)
{
	assert_ok(&cx, collect_text(&cx, "csv", S("id,body,at,author,Ville\n1,Du pain,2026-01-01,Ada,Lyon / Paris\n"), &all));
	assert_str(item_of(&all, "1")->author_place, "Lyon / Paris");
	assert_ok(&cx, collect_text(&cx, "twitter",
		S("{\"data\":[{\"id\":\"1770000000000000009\",\"author_id\":\"7\",\"text\":\"Du pain\",\"created_at\":\"2026-03-24T09:42:00.000Z\"}],"
		  "\"includes\":{\"users\":[{\"id\":\"7\",\"name\":\"Ada\",\"username\":\"ada\",\"location\":\"Lyon 🇫🇷\"}]}}"), &all));
	assert_str(item_of(&all, "1770000000000000009")->author_place, "Lyon 🇫🇷");
}

static void test_jsonl(void **state)
{
	assert_ok(&cx, collect(&cx, "jsonl", sample(&cx, "jsonl/desk.jsonl"), (struct archive_options){}, &all));
	assert_int_equal(all.count, 5);
	const struct inbound *m1 = item_of(&all, "m1");
	assert_str(m1->body, "À quelle heure ?\nMerci 😀");
	assert_str(m1->thread_id, "t1");
	assert_str(m1->subject, "Nocturne");
	assert_str(m1->author_handle, "ada@other.example");
	assert_int_equal(m1->author_followers, 42);
	assert_str(m1->author_place, "Lyon, France");
	assert_at(m1->at, "2026-03-24T09:42:00Z");
	assert_at(m1->edited_at, "2026-03-24T09:45:00.250Z");
	assert_int_equal(m1->attachment_count, 1);
	assert_str(m1->attachments[0].alt, "Une affiche");
	assert_true(item_of(&all, "m2")->ours);
	assert_int_equal(item_of(&all, "m3")->rating, 4);
	assert_true(item_of(&all, "m1b")->removed);
	assert_str(item_of(&all, "m5")->body, "broken \uFFFD half");
	assert_true(notes_have(&all, "line 5: This line is not JSON. (not json)"));
	assert_true(notes_have(&all, "line 6: Its kind is none of"));
	assert_true(notes_have(&all, "line 7: It has no date that can be read."));
}

/* What is printed reads as the same again. */
static void test_round_trip(void **state)
{
	CLEANUP(buf_free) struct buf first = {}, second = {}, notes = {};
	assert_ok(&cx, parse_to_json(&cx, archive_format_of(S("jsonl")), sample(&cx, "jsonl/desk.jsonl"), &first, &notes));
	const char *path = file_of(&cx, buf_str(&first));
	buf_clear(&notes);
	assert_ok(&cx, parse_to_json(&cx, archive_format_of(S("jsonl")), path, &second, &notes));
	remove(path);
	assert_int_equal(notes.len, 0);
	assert_str(buf_str(&second), buf_cstr(&first));
	assert_true(str_starts(buf_str(&first),
		S("{\"id\":\"m1\",\"thread_id\":\"t1\",\"kind\":\"comment\",\"visibility\":\"public\"")));
}

static void test_gate(void **state)
{
	assert_ok(&cx, collect_text(&cx, "jsonl", S("{\"id\":\"a\",\"body\":\"x\",\"at\":\"1979-12-31T00:00:00Z\"}\n"
						     "{\"id\":\"b\",\"body\":\"x\",\"at\":\"2099-01-01T00:00:00Z\"}\n"
						     "{\"id\":\"c\",\"body\":\"x\"}\n"
						     "{\"id\":\"d\",\"body\":\"a\\u0000b\\r\\nc\\u0007\",\"at\":1700000000,\"rating\":9,\"url\":\"javascript:1\",\"lang\":\"<x>\"}\n"), &all));
	assert_true(notes_have(&all, "line 1: Its date lies before 1980."));
	assert_true(notes_have(&all, "line 2: Its date lies in the future."));
	assert_true(notes_have(&all, "line 3: It has no date that can be read."));
	assert_int_equal(all.count, 1);
	assert_str(all.items[0].body, "ab\nc");
	assert_int_equal(all.items[0].rating, 0);
	assert_str(all.items[0].url, "");
	assert_str(all.items[0].lang, "");
	assert_str(all.items[0].author_id, "unknown");
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"id\":\"long\",\"at\":1700000000,\"body\":\"");
	for (int i = 0; i < MESSAGE_BODY_MAX; i++)
		buf_adds(&b, "é");
	buf_adds(&b, "\"}");
	assert_ok(&cx, collect_text(&cx, "jsonl", buf_str(&b), &all));
	assert_true(all.items[1].body.len <= MESSAGE_BODY_MAX + 3 && str_ends(all.items[1].body, S("é…")));
	all.stop_after = 1;
	assert_err(collect(&cx, "jsonl", sample(&cx, "jsonl/desk.jsonl"), (struct archive_options){}, &all), ERR_CONFLICT);
}

static void test_recognise(void **state)
{
	static const struct {
		const char *file, *word;
	} cases[] = {
		{"csv/french.csv", "csv"}, {"csv/windows.csv", "csv"}, {"jsonl/desk.jsonl", "jsonl"},
		{"mastodon/outbox.json", "mastodon"},
		{"mastodon/status.json", "mastodon"}, {"mastodon/notifications.json", "mastodon"},
		{"youtube/comments_by_parent_paged_1.json", "youtube"},
		{"bluesky/repo.car", "bluesky"}, {"bluesky/jetstream.jsonl", "bluesky"}, {"bluesky/thread.json", "bluesky"},
		{"twitter/tweets.js", "twitter"}, {"twitter/direct-messages.js", "twitter"}, {"twitter/search.json", "twitter"},
		{"twitter/dm_events.json", "twitter"}, {"reddit/thread.json", "reddit"}, {"wordpress/export.xml", "wordpress"},
		{"wordpress/comments-list.json", "wordpress"}, {"facebook/comments.json", "facebook"},
		{"facebook/comments_p1.json", "facebook"},
		{"facebook/message_1.json", "facebook"}, {"facebook/message_info.json", "facebook"},
		{"facebook/your_posts_1.json", "facebook"},
		{"facebook/webhook-message-reply.json", "facebook"}, {"instagram/post_comments_1.json", "instagram"},
		{"instagram/posts_1.json", "instagram"},
		{"instagram/medias_fields.json", "instagram"}, {"googleplus/post.json", "googleplus"}, {"mbox/sample.mbox", "mbox"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct archive_format *format = NULL;
		assert_ok(&cx, archive_recognise(&cx, sample(&cx, cases[i].file), &format));
		assert_string_equal(format->word, cases[i].word);
	}
	assert_ptr_equal(archive_format_of(S("x")), archive_format_of(S("twitter")));
	assert_ptr_equal(archive_format_of(S("fediverse")), archive_format_of(S("mastodon")));
	assert_null(archive_format_of(S("")));
	const struct archive_format *format = NULL;
	assert_err(archive_recognise(&cx, sample(&cx, "NOTICE"), &format), ERR_UNSUPPORTED);
	assert_true(strstr(cx.story, "mastodon"));
	assert_err(archive_recognise(&cx, sample(&cx, "not-there"), &format), ERR_MISSING);
	assert_ok(&cx, archive_recognise(&cx, sample(&cx, "csv"), &format)); /* a folder is a packed export, too */
	assert_string_equal(format->word, "csv");
	assert_err(archive_recognise(&cx, "/dev/null", &format), ERR_BAD_INPUT);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, start, end)
	const struct CMUnitTest tests[] = {
		TEST(test_html), TEST(test_html_hostile), TEST(test_threads), TEST(test_csv_french), TEST(test_csv_windows),
			TEST(test_csv_bad),
		TEST(test_jsonl), TEST(test_author_places), TEST(test_round_trip), TEST(test_gate), TEST(test_recognise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
