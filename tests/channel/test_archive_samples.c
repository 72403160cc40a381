#include "collect.h"

/* The sample files of every network: how many items each holds, what is refused and left out, and what chosen items say. */

static const struct {
	const char *format, *file;
	size_t taken, refused, left_out;
	const char *story; /* part of the failure's story, where the file holds no message */
} files[] = {
	{"youtube", "youtube/comment_threads_by_video_paged_1.json", 5, 0, 0, NULL},
	{"youtube", "youtube/comment_threads_all_to_me.json", 4, 0, 0, NULL},
	{"youtube", "youtube/comments_by_parent_paged_1.json", 2, 0, 0, NULL},
	{"youtube", "youtube/insert_response.json", 1, 0, 0, NULL},
	{"youtube", "youtube/videos_info_multi.json", 2, 0, 0, NULL},
	{"youtube", "youtube/search_by_keywords_p1.json", 25, 0, 0, NULL},
	{"youtube", "youtube/error_response.json", 0, 0, 0, "an error answer"},
	{"youtube", "youtube/info.json", 0, 0, 1, "channels (1)"},
	{"youtube", "mastodon/status.json", 0, 0, 0, "no answer of YouTube"},
	{"mastodon", "mastodon/outbox.json", 4, 1, 1, NULL},
	{"mastodon", "mastodon/status.json", 1, 0, 0, NULL},
	{"mastodon", "mastodon/reply_status.json", 1, 0, 0, NULL},
	{"mastodon", "mastodon/media_status.json", 1, 0, 0, NULL},
	{"mastodon", "mastodon/reblog_status.json", 1, 0, 1, NULL},
	{"mastodon", "mastodon/notifications.json", 1, 0, 0, NULL},
	{"mastodon", "mastodon/account.json", 0, 0, 1, "accounts (1)"},
};

#define AT(field) offsetof(struct inbound, field)

static const struct {
	const char *file, *id;
	size_t field;
	const char *value;
} texts[] = {
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(body), "Google.com"},
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(author_id), "UCzj-CjKYmGlZ7vTL-vOe57A"},
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(author_name), "himani agarwal"},
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(subject_url), "https://www.youtube.com/watch?v=F1UP7wRCPH8"},
	{"youtube/comments_by_parent_paged_1.json", "Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", AT(parent_id), "Ugw5zYU6n9pmIgAZWvN4AaABAg"},
	{"youtube/comments_by_parent_paged_1.json", "Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", AT(thread_id), "Ugw5zYU6n9pmIgAZWvN4AaABAg"},
	{"youtube/comments_by_parent_paged_1.json", "Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", AT(body), "this is the third reply!"},
	{"youtube/videos_info_multi.json", "D-lhorsDlUQ", AT(subject), "What are Actions on Google (Assistant on Air)"},
	{"youtube/videos_info_multi.json", "D-lhorsDlUQ", AT(lang), "en"},
	{"youtube/search_by_keywords_p1.json", "i2hewkFijuY", AT(subject), "SURFING PERFECT PIPE & BACKDOOR || SUNRISE SHACK!"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(body),
	 "Nocturne jeudi\u00A0! Venez avec vos #poèmes.\n\nProgramme : https://librairie.example/nocturne/programme-du-printemps"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(lang), "fr"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(thread_id),
	 "tag:social.example,2026-03-02:objectId=9:objectType=Conversation"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(author_handle), "librairie@social.example"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/2", AT(body), "Fin du roman\n\n@ada Il part <seul> & revient."},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/2", AT(parent_id), "https://other.example/users/ada/statuses/77"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/3", AT(thread_id), "https://other.example/users/ada/statuses/77"},
	{"mastodon/status.json", "123", AT(body), "foo ☕ bar"},
	{"mastodon/status.json", "123", AT(author_name), "Ryan Barrett"},
	{"mastodon/reply_status.json", "123", AT(parent_id), "456"},
	{"mastodon/reply_status.json", "123", AT(thread_id), "456"},
	{"mastodon/notifications.json", "17952232227f7328acf219eefea84e61a09a86c819", AT(body), "@desk@localhost:18001 when do you open?"},
};

static const struct {
	const char *file, *id, *at, *edited_at;
	enum message_kind kind;
	bool ours, private, removed;
	size_t attachments;
} facts[] = {
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", "2019-11-26T15:51:44Z", NULL, KIND_COMMENT, false, false, false, 0},
	{"youtube/videos_info_multi.json", "D-lhorsDlUQ", "2019-03-21T20:37:49Z", NULL, KIND_POST, false, false, false, 1},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", "2026-03-02T09:00:00Z", NULL, KIND_POST, true, false, false, 1},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/2", "2026-03-02T10:00:00Z", NULL, KIND_REPLY, true, false, false, 0},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/3", "2026-03-02T11:00:00Z", "2026-03-02T11:05:00Z", KIND_DIRECT, true, true, false, 0},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/6", NULL, NULL, KIND_POST, true, false, true, 0},
	{"mastodon/media_status.json", "123", "2019-07-29T18:35:53.446Z", NULL, KIND_POST, false, false, false, 3},
	{"mastodon/notifications.json", "17952232227f7328acf219eefea84e61a09a86c819", "2026-11-21T01:07:02Z", NULL, KIND_COMMENT, false, false, false, 0},
};

static const char *format_of(const char *file)
{
	for (size_t i = 0; i < COUNT(files); i++)
		if (strcmp(files[i].file, file) == 0 && !files[i].story)
			return files[i].format;
	fail_msg("%s stands in no row of files", file);
	return "";
}

struct read_sample {
	struct cx cx;
	struct collected all;
	enum err error;
};

static void read_sample(struct read_sample *s, const char *format, const char *file)
{
	*s = (struct read_sample){.cx = cx_new(arena_new())};
	s->cx.now = 1800000000 * SECOND; /* January 2027 */
	s->error = collect(&s->cx, format, sample(&s->cx, file), (struct archive_options){}, &s->all);
}

static void forget(struct read_sample *s)
{
	buf_free(&s->all.notes);
	arena_free(s->cx.arena);
}

static void test_counts(void **state)
{
	for (size_t i = 0; i < COUNT(files); i++) {
		CLEANUP(forget) struct read_sample s;
		read_sample(&s, files[i].format, files[i].file);
		bool right = s.all.count == files[i].taken && s.all.refused == files[i].refused && s.all.left_out == files[i].left_out;
		bool said = files[i].story ? s.error == ERR_UNSUPPORTED && strstr(s.cx.story, files[i].story) : s.error == OK;
		if (!right || !said)
			fail_msg("%s %s: %zu taken, %zu refused, %zu left out, %s\n%s", files[i].format, files[i].file, s.all.count, s.all.refused,
				 s.all.left_out, s.cx.story, buf_cstr(&s.all.notes));
	}
}

static void test_texts(void **state)
{
	for (size_t i = 0; i < COUNT(texts); i++) {
		CLEANUP(forget) struct read_sample s;
		read_sample(&s, format_of(texts[i].file), texts[i].file);
		struct str value = *(const struct str *)((const char *)item_of(&s.all, texts[i].id) + texts[i].field);
		if (!str_eq(value, str_of(texts[i].value)))
			fail_msg("%s, %s: is \"%.*s\", should be \"%s\"", texts[i].file, texts[i].id, STR_ARG(value), texts[i].value);
	}
}

static void test_facts(void **state)
{
	for (size_t i = 0; i < COUNT(facts); i++) {
		CLEANUP(forget) struct read_sample s;
		read_sample(&s, format_of(facts[i].file), facts[i].file);
		const struct inbound *in = item_of(&s.all, facts[i].id);
		i64 at = 0, edited_at = 0;
		assert_true(!facts[i].at || time_parse(str_of(facts[i].at), &at));
		assert_true(!facts[i].edited_at || time_parse(str_of(facts[i].edited_at), &edited_at));
		if (in->at != at || in->edited_at != edited_at || in->kind != facts[i].kind || in->ours != facts[i].ours ||
		    (in->visibility == VISIBILITY_PRIVATE) != facts[i].private || in->removed != facts[i].removed ||
		    in->attachment_count != facts[i].attachments) {
			CLEANUP(buf_free) struct buf line = {};
			inbound_add_json(&line, in);
			fail_msg("%s, %s: %s", facts[i].file, facts[i].id, buf_cstr(&line));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts), cmocka_unit_test(test_texts), cmocka_unit_test(test_facts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
