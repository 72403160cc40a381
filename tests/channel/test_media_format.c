/* The formats of networks (model/media_format.h), held to what connectors send and to what can be made. */
#include "test.h"

#include "channel/channel.h"
#include "flow/media.h"

/* A row of the formats never allows more than the connector does, and all are in order. */
static void test_formats(void **state)
{
	for (size_t i = 0; i < media_format_count; i++) {
		const struct media_format *f = &media_formats[i];
		struct channel_limit limit;
		const struct channel_kind *kind = channel_kind_of(str_of(f->network));
		assert_true(media_format_of(str_of(f->word)) == f && f->width > 0 && f->height > 0 && f->most > 0 && f->as_of && f->source && f->types[0]);
		if (kind && f->place == PLACE_POST && !f->video && channel_limit_get(kind, NULL, LIMIT_IMAGE_BYTES, &limit) && f->most > limit.most)
			fail_msg("%s: %lld bytes, and its connector takes %lld", f->word, (long long)f->most, (long long)limit.most);
		for (struct str rest = str_of(f->types); !f->video && rest.at;) {
			enum image_format format;
			assert_true(image_format_of(str_cut(&rest, ' '), &format) && format <= IMAGE_GIF);
		}
	}
	assert_string_equal(media_format_for(S("instagram"), 4000, 3000)->word, "instagram-square");
	assert_string_equal(media_format_for(S("instagram"), 3000, 4000)->word, "instagram-portrait");
	assert_string_equal(media_format_for(S("mastodon"), 3000, 4000)->word, "mastodon-post");
	assert_string_equal(media_format_for(S("forum"), 3000, 4000)->word, "any");
	const struct image still = {.format = IMAGE_PNG, .frames = 1, .alpha = true}, film = {.format = IMAGE_GIF, .frames = 5, .alpha = true};
	assert_int_equal(media_wish(media_format_of(S("twitter-post")), &still, 0, 0).format, IMAGE_PNG);
	assert_int_equal(media_wish(media_format_of(S("twitter-post")), &film, 0, 0).format, IMAGE_GIF);
	assert_int_equal(media_wish(media_format_of(S("instagram-story")), &still, 0, 0).format, IMAGE_JPEG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_formats)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
