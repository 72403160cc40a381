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
	{"bluesky", "bluesky/repo.car", 3, 0, 1, NULL},
	{"bluesky", "bluesky/jetstream.jsonl", 3, 0, 2, NULL},
	{"bluesky", "bluesky/thread.json", 3, 0, 0, NULL},
	{"bluesky", "bluesky/note.json", 1, 0, 0, NULL},
	{"bluesky", "bluesky/quote_and_image.json", 1, 0, 0, NULL},
	{"bluesky", "bluesky/notifications.json", 1, 0, 0, NULL},
	{"bluesky", "bluesky/like.json", 0, 0, 1, "likes (1)"},
	{"bluesky", "youtube/info.json", 0, 0, 0, "nothing that Bluesky's interface answers"},
	{"twitter", "twitter/tweets.js", 3, 0, 0, NULL},
	{"twitter", "twitter/direct-messages.js", 3, 0, 1, NULL},
	{"twitter", "twitter/search.json", 6, 0, 0, NULL},
	{"twitter", "twitter/dm_events.json", 1, 0, 0, NULL},
	{"twitter", "twitter/create_tweet.json", 1, 0, 0, NULL},
	{"twitter", "twitter/counts.json", 0, 0, 14, "counts of posts (14)"},
	{"reddit", "reddit/thread.json", 4, 0, 3, NULL},
	{"reddit", "facebook/error.json", 0, 0, 0, "an error answer"},
	{"wordpress", "wordpress/export.xml", 5, 0, 2, NULL},
	{"wordpress", "wordpress/comments-list.json", 1, 0, 0, NULL},
	{"wordpress", "wordpress/comment-spam.json", 1, 0, 0, NULL},
	{"wordpress", "wordpress/post-created.json", 1, 0, 0, NULL},
	{"wordpress", "mastodon/account.json", 0, 0, 0, "no answer of WordPress"},
	{"facebook", "facebook/comments.json", 1, 0, 1, NULL},
	{"facebook", "facebook/message_1.json", 2, 0, 1, NULL},
	{"facebook", "facebook/your_posts_1.json", 1, 0, 1, NULL},
	{"facebook", "facebook/comments_p1.json", 10, 0, 0, NULL},
	{"facebook", "facebook/multi_posts_data.json", 18, 0, 0, NULL},
	{"facebook", "facebook/message_info.json", 1, 0, 0, NULL},
	{"facebook", "facebook/cvs_info.json", 0, 0, 1, "conversations without their messages (1)"},
	{"facebook", "facebook/error.json", 0, 0, 0, "an error answer"},
	{"facebook", "facebook/webhook-comment-remove.json", 1, 0, 0, NULL},
	{"facebook", "facebook/webhook-rating-add.json", 1, 0, 0, NULL},
	{"facebook", "facebook/webhook-message-reply.json", 1, 0, 0, NULL},
	{"instagram", "instagram/post_comments_1.json", 1, 0, 0, NULL},
	{"instagram", "instagram/posts_1.json", 1, 0, 0, NULL},
	{"instagram", "instagram/comments_p1.json", 2, 0, 0, NULL},
	{"instagram", "instagram/medias_fields.json", 2, 0, 0, NULL},
	{"instagram", "instagram/stories_fields_p1.json", 0, 2, 0, NULL},
	{"instagram", "instagram/insights.json", 0, 0, 3, "figures (3)"},
	{"googleplus", "googleplus/post.json", 3, 0, 0, NULL},
	{"googleplus", "youtube/info.json", 0, 0, 1, "files without posts (1)"},
	{"mbox", "mbox/sample.mbox", 3, 0, 0, NULL},
	{"mbox", "mbox/undated.eml", 1, 0, 0, NULL},
	{"mbox", "csv/french.csv", 0, 0, 0, "neither a mailbox nor a mail"},
};

#define AT(field) offsetof(struct inbound, field)
#define REPO "at://did:plc:parvisparvisparvisparvis/app.bsky.feed.post/"

static const struct {
	const char *file, *id;
	size_t field;
	const char *value;
} texts[] = {
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(body), "Google.com"},
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(author_id), "UCzj-CjKYmGlZ7vTL-vOe57A"},
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(author_name), "himani agarwal"},
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", AT(subject_url),
		"https://www.youtube.com/watch?v=F1UP7wRCPH8"},
	{"youtube/comments_by_parent_paged_1.json", "Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", AT(parent_id),
		"Ugw5zYU6n9pmIgAZWvN4AaABAg"},
	{"youtube/comments_by_parent_paged_1.json", "Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", AT(thread_id),
		"Ugw5zYU6n9pmIgAZWvN4AaABAg"},
	{"youtube/comments_by_parent_paged_1.json", "Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", AT(body),
		"this is the third reply!"},
	{"youtube/videos_info_multi.json", "D-lhorsDlUQ", AT(subject), "What are Actions on Google (Assistant on Air)"},
	{"youtube/videos_info_multi.json", "D-lhorsDlUQ", AT(lang), "en"},
	{"youtube/search_by_keywords_p1.json", "i2hewkFijuY", AT(subject), "SURFING PERFECT PIPE & BACKDOOR || SUNRISE SHACK!"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(body),
	 "Nocturne jeudi\u00A0! Venez avec vos #poèmes.\n\nProgramme : https://librairie.example/nocturne/programme-du-printemps"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(lang), "fr"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(thread_id),
	 "tag:social.example,2026-03-02:objectId=9:objectType=Conversation"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", AT(author_handle),
		"librairie@social.example"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/2", AT(body),
		"Fin du roman\n\n@ada Il part <seul> & revient."},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/2", AT(parent_id),
		"https://other.example/users/ada/statuses/77"},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/3", AT(thread_id),
		"https://other.example/users/ada/statuses/77"},
	{"mastodon/status.json", "123", AT(body), "foo ☕ bar"},
	{"mastodon/status.json", "123", AT(author_name), "Ryan Barrett"},
	{"mastodon/reply_status.json", "123", AT(parent_id), "456"},
	{"mastodon/reply_status.json", "123", AT(thread_id), "456"},
	{"mastodon/notifications.json", "17952232227f7328acf219eefea84e61a09a86c819", AT(body),
		"@desk@localhost:18001 when do you open?"},
	{"bluesky/repo.car", REPO "3aaa", AT(body), "Bonjour à tous 👋"},
	{"bluesky/repo.car", REPO "3aaa", AT(author_id), "did:plc:parvisparvisparvisparvis"},
	{"bluesky/repo.car", REPO "3bbb", AT(parent_id), REPO "3aaa"},
	{"bluesky/repo.car", REPO "3bbb", AT(thread_id), REPO "3aaa"},
	{"bluesky/repo.car", REPO "3ccc", AT(lang), "fr"},
	{"bluesky/jetstream.jsonl", "at://did:plc:defdefdefdefdefdefdefdef/app.bsky.feed.post/3lkey3", AT(body), "Réponse"},
	{"bluesky/thread.json", "at://did:al:ice/app.bsky.feed.post/tid", AT(author_handle), "alice.com"},
	{"bluesky/thread.json", "at://did:dy:d/app.bsky.feed.post/tid", AT(thread_id),
		"at://did:al:ice/app.bsky.feed.post/parent-tid"},
	{"bluesky/note.json", "at://did:plc:asdf/app.bsky.feed.post/3jv3wdw2hkt25", AT(body), "too cool to summarize"},
	{"bluesky/notifications.json", "at://did:plc:r6arjbx7wchwjj5afxbtmarm/app.bsky.feed.post/3n2rvidi4ts2a", AT(body),
		"A question for you"},
	{"twitter/tweets.js", "1770000000000000001", AT(body), "Nocturne & lectures https://t.co/a"},
	{"twitter/tweets.js", "1770000000000000005", AT(body), "Complet, 1 < 2 😀"},
	{"twitter/tweets.js", "1770000000000000005", AT(lang), ""},
	{"twitter/direct-messages.js", "902", AT(body), "Oui, dès 9 h."},
	{"twitter/search.json", "1276035977375477760", AT(thread_id), "1273733248749690880"},
	{"twitter/search.json", "1276035977375477760", AT(author_handle), "happycamper"},
	{"twitter/search.json", "1275763727908798470", AT(parent_id), "1275653067283759104"},
	{"twitter/create_tweet.json", "1445880548472328192", AT(body), "Hello world!"},
	{"twitter/dm_events.json", "1585321444547837956", AT(author_id), "906948460078698496"},
	{"reddit/thread.json", "t3_abc12", AT(subject), "Un café & des livres"},
	{"reddit/thread.json", "t1_c1", AT(body), "Chez nous > ailleurs"},
	{"reddit/thread.json", "t1_c2", AT(parent_id), "t1_c1"},
	{"reddit/thread.json", "t1_c3", AT(thread_id), "t3_abc12"},
	{"wordpress/export.xml", "post-4", AT(subject), "Nocturne & poèmes"},
	{"wordpress/export.xml", "post-4", AT(body), "Rendez-vous jeudi."},
	{"wordpress/export.xml", "post-4", AT(author_name), "Léa"},
	{"wordpress/export.xml", "comment-10", AT(author_id), "ada@other.example"},
	{"wordpress/export.xml", "comment-11", AT(thread_id), "comment-10"},
	{"wordpress/export.xml", "comment-12", AT(url), "https://blog.example/billet"},
	{"wordpress/comments-list.json", "comment-2", AT(body), "A member comment"},
	{"wordpress/comments-list.json", "comment-2", AT(parent_id), "post-4"},
	{"wordpress/post-created.json", "post-4", AT(body), "First post"},
	{"facebook/comments.json", "56ebae453fff9673", AT(body), "Très bien 😀"},
	{"facebook/comments.json", "56ebae453fff9673", AT(author_name), "Chloé Martin"},
	{"facebook/message_1.json", "306440bc5211a41e", AT(body), "C'est ouvert ?"},
	{"facebook/your_posts_1.json", "8f96e7b7aa8d1d8c", AT(body), "Nocturne jeudi, venez nombreux — entrée libre"},
	{"facebook/comments_p1.json", "10158407654328553_10158407835073553", AT(body),
	 "Boa noite peço ajuda  Como faço para usar a minha página como meu perfil?"},
	{"facebook/comments_p1.json", "10158407654328553_10158409983033553", AT(parent_id), "10158407654328553_10158407903973553"},
	{"facebook/multi_posts_data.json", "19292868552_10158347294088553_10158348537573553", AT(parent_id),
		"19292868552_10158347294088553"},
	{"facebook/message_info.json", "m_ToF35NI1OImBjyUIgplSaBMylUFmkYY4bHogy9C1otLISU6SGhccB5NK-THX_W4EdVQiKVv5SgCW9m-_C78mRA",
		AT(author_name), "Kun Liu"},
	{"facebook/webhook-rating-add.json", "904801129604590", AT(body), "Ja ziemlich coole Sache"},
	{"facebook/webhook-message-reply.json", "mid.1457764197618:41d102a3e1ae206a38", AT(parent_id),
		"very_long_id_representing_the_original_message"},
	{"instagram/post_comments_1.json", "9e84f7431141310d", AT(body), "J'y serai ❤"},
	{"instagram/posts_1.json", "dc713f8012f1de62", AT(body), "La vitrine du mois"},
	{"instagram/comments_p1.json", "17858154961981086", AT(body), "Beautiful!"},
	{"instagram/medias_fields.json", "17893085207160254", AT(body), "Peach new"},
	{"googleplus/post.json", "users/112233/posts/UgjX", AT(body), "Nocturne jeudi\navec #poemes"},
	{"googleplus/post.json", "users/112233/posts/UgjX/comments/A1", AT(author_id), "9988"},
	{"googleplus/post.json", "users/112233/posts/UgjX/comments/A1", AT(thread_id), "users/112233/posts/UgjX"},
	{"mbox/sample.mbox", "q1@other.example", AT(body), "Avez-vous le catalogue ?\nFrom nulle part, merci."},
	{"mbox/sample.mbox", "q1@other.example", AT(subject), "Question à propos"},
	{"mbox/sample.mbox", "q1@other.example", AT(author_name), "Ada Lévy"},
	{"mbox/sample.mbox", "r1@librairie.example", AT(body),
		"Voilà\u00A0: le catalogue (https://librairie.example/c)\n\n> Avez-vous le catalogue ?"},
	{"mbox/sample.mbox", "r1@librairie.example", AT(thread_id), "q1@other.example"},
	{"mbox/sample.mbox", "5e0f2a17b04f46d8", AT(thread_id), "q1@other.example"},
	/* The day it is read stands for the one that it does not tell, so its name must not depend on that. */
	{"mbox/undated.eml", "b4b2fd06086f5860", AT(body), "Neither a day nor a name of its own."},
};

static const struct {
	const char *file, *id, *at, *edited_at;
	enum message_kind kind;
	bool ours, private, removed;
	size_t attachments;
} facts[] = {
	{"youtube/comment_threads_by_video_paged_1.json", "UgyZ1jqkHKYvi1-ruOZ4AaABAg", "2019-11-26T15:51:44Z", NULL, KIND_COMMENT,
		false, false, false, 0},
	{"youtube/videos_info_multi.json", "D-lhorsDlUQ", "2019-03-21T20:37:49Z", NULL, KIND_POST, false, false, false, 1},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/1", "2026-03-02T09:00:00Z", NULL, KIND_POST,
		true, false, false, 1},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/2", "2026-03-02T10:00:00Z", NULL, KIND_REPLY,
		true, false, false, 0},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/3", "2026-03-02T11:00:00Z",
		"2026-03-02T11:05:00Z", KIND_DIRECT, true, true, false, 0},
	{"mastodon/outbox.json", "https://social.example/users/librairie/statuses/6", NULL, NULL, KIND_REPLY, true, false, true, 0},
	{"mastodon/media_status.json", "123", "2019-07-29T18:35:53.446Z", NULL, KIND_POST, false, false, false, 3},
	{"mastodon/notifications.json", "17952232227f7328acf219eefea84e61a09a86c819", "2026-11-21T01:07:02Z", NULL, KIND_COMMENT,
		false, false, false, 0},
	{"bluesky/repo.car", REPO "3bbb", "2026-03-24T09:05:00Z", NULL, KIND_REPLY, true, false, false, 0},
	{"bluesky/repo.car", REPO "3ccc", "2026-03-24T10:00:00Z", NULL, KIND_POST, true, false, false, 1},
	{"bluesky/jetstream.jsonl", "at://did:plc:abcabcabcabcabcabcabcabc/app.bsky.feed.post/3lkey0", "2026-03-24T09:42:02Z",
		NULL, KIND_COMMENT, false, false, true, 0},
	{"bluesky/note.json", "at://did:plc:asdf/app.bsky.feed.post/3jv3wdw2hkt25", "2012-02-22T20:26:41Z", NULL, KIND_POST, false,
		false, false, 2},
	{"twitter/tweets.js", "1770000000000000001", "2024-03-19T09:42:00Z", NULL, KIND_POST, true, false, false, 2},
	{"twitter/tweets.js", "1770000000000000005", "2024-03-19T10:00:00Z", NULL, KIND_REPLY, true, false, false, 0},
	{"twitter/tweets.js", "1770000000000000009", "2024-03-19T08:10:59.666Z", NULL, KIND_POST, true, false, false, 0},
		/* by its number */
	{"twitter/direct-messages.js", "901", "2024-03-19T08:00:00Z", NULL, KIND_DIRECT, false, true, false, 0},
	{"twitter/direct-messages.js", "902", "2024-03-19T08:05:00Z", NULL, KIND_DIRECT, true, true, false, 1},
	{"twitter/create_tweet.json", "1445880548472328192", "2021-10-06T22:36:00.574Z", NULL, KIND_POST, false, false, false, 0},
	{"reddit/thread.json", "t3_abc12", "2024-03-24T09:42:00Z", "2024-03-24T09:43:20Z", KIND_POST, false, false, false, 0},
	{"reddit/thread.json", "t1_c2", "2024-03-24T09:46:40Z", NULL, KIND_COMMENT, false, false, true, 0},
	{"wordpress/export.xml", "post-4", "2026-03-24T08:00:00Z", "2026-03-24T08:30:00Z", KIND_POST, true, false, false, 0},
	{"wordpress/export.xml", "comment-11", "2026-03-24T09:10:00Z", NULL, KIND_REPLY, true, false, false, 0},
	{"wordpress/export.xml", "comment-12", "2026-03-24T11:00:00Z", NULL, KIND_MENTION, false, false, false, 0},
	{"wordpress/export.xml", "comment-13", "2026-03-24T12:00:00Z", NULL, KIND_COMMENT, false, false, true, 0},
	{"facebook/comments.json", "56ebae453fff9673", "2024-03-24T09:42:00Z", NULL, KIND_REPLY, true, false, false, 0},
	{"facebook/message_1.json", "b4d38898b34b3bed", "2024-03-24T09:45:00.123Z", NULL, KIND_DIRECT, true, true, false, 0},
	{"facebook/message_1.json", "306440bc5211a41e", "2024-03-24T09:42:00.123Z", NULL, KIND_DIRECT, false, true, false, 1},
	{"facebook/your_posts_1.json", "8f96e7b7aa8d1d8c", "2024-03-24T09:42:00Z", "2024-03-24T09:43:19Z", KIND_POST, true, false,
		false, 1},
	{"facebook/comments_p1.json", "10158407654328553_10158407835073553", "2021-08-10T18:45:03Z", NULL, KIND_COMMENT, false,
		false, false, 0},
	{"facebook/message_info.json", "m_ToF35NI1OImBjyUIgplSaBMylUFmkYY4bHogy9C1otLISU6SGhccB5NK-THX_W4EdVQiKVv5SgCW9m-_C78mRA",
		"2021-07-23T09:50:48Z", NULL, KIND_DIRECT, false, true, false, 1},
	{"facebook/webhook-comment-remove.json", "905578656204626_905579239537901", "2016-01-06T19:06:22Z", NULL, KIND_REPLY, true,
		false, true, 0},
	{"facebook/webhook-rating-add.json", "904801129604590", "2015-11-29T11:03:22Z", NULL, KIND_REVIEW, false, false, false, 0},
	{"instagram/posts_1.json", "dc713f8012f1de62", "2024-03-24T09:42:10Z", NULL, KIND_POST, true, false, false, 2},
	{"instagram/medias_fields.json", "17896129349106152", "2021-07-26T10:45:20Z", NULL, KIND_POST, false, false, false, 3},
	{"googleplus/post.json", "users/112233/posts/UgjX", "2018-10-12T20:23:22Z", "2018-10-12T21:00:00Z", KIND_POST, true, false,
		false, 2},
	{"googleplus/post.json", "users/112233/posts/UgjX/comments/A2", "2018-10-12T20:35:00Z", NULL, KIND_REPLY, true, false,
		false, 0},
	{"mbox/sample.mbox", "q1@other.example", "2026-03-24T09:42:00Z", NULL, KIND_DIRECT, false, true, false, 1},
	{"mbox/sample.mbox", "r1@librairie.example", "2026-03-24T10:00:00Z", NULL, KIND_DIRECT, true, true, false, 0},
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
		bool right = s.all.count == files[i].taken && s.all.refused == files[i].refused &&
			s.all.left_out == files[i].left_out;
		bool said = files[i].story ? s.error == ERR_UNSUPPORTED && strstr(s.cx.story, files[i].story) : s.error == OK;
		if (!right || !said)
			fail_msg("%s %s: %zu taken, %zu refused, %zu left out, %s\n%s", files[i].format, files[i].file,
				s.all.count, s.all.refused,
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
			fail_msg("%s, %s: is \"%.*s\", should be \"%s\"", texts[i].file, texts[i].id, STR_ARG(value),
				texts[i].value);
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts), cmocka_unit_test(test_texts),
		cmocka_unit_test(test_facts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
