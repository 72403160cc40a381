#include "model/media_format.h"

#include "base/err.h"

#include <math.h>

#define DAY_OF "2026-11-22"

/* What third parties say with one voice where the network itself publishes nothing. */
#define GUIDES "third parties' guides to sizes agree; the network publishes none"
/* What is known of the network's own pages without their having been at hand that day. */
#define RECALLED "; recalled, not read again"
#define META "Instagram Platform, IG User Media: JPEG, 8 MB, ratio 4:5 to 1.91:1, width 320 to 1440"

const struct media_format media_formats[] = {
	{MEDIA_FORMAT_LIST, "", PLACE_DESK, N_("In lists here"), 480, 480, false, false, "webp", 200000, 0, 0, DAY_OF, "src/page/library"},
	{MEDIA_FORMAT_LARGE, "", PLACE_DESK, N_("Large, here"), 1600, 1600, false, false, "webp", 1000000, 0, 0, DAY_OF, "src/page/library"},
	{MEDIA_FORMAT_FILM, "", PLACE_DESK, N_("Film without traces"), 32768, 32768, false, true, "mp4 mov", 128 << 20, 0, 0, DAY_OF, "src/model/film.h"},
	{MEDIA_FORMAT_ANY, "", PLACE_POST, N_("As it is"), 2048, 2048, false, false, "jpeg png gif", 2000000, 0, 0, DAY_OF, "what every network of this list takes"},
	{"card", "", PLACE_CARD, N_("Card of a link"), 1200, 630, true, false, "jpeg png", 1000000, 0, 0, DAY_OF, "ogp.me; " GUIDES},

	{"avatar", "", PLACE_AVATAR, N_("Profile picture"), 512, 512, true, false, "jpeg png", 1000000, 0, 0, DAY_OF, GUIDES},
	{"cover", "", PLACE_COVER, N_("Cover picture"), 1500, 500, true, false, "jpeg png", 1000000, 0, 0, DAY_OF, GUIDES},

	{"instagram-square", "instagram", PLACE_POST, N_("Square post"), 1080, 1080, true, false, "jpeg", 8000000, 0, 0, DAY_OF, META},
	{"instagram-portrait", "instagram", PLACE_POST, N_("Upright post"), 1080, 1350, true, false, "jpeg", 8000000, 0, 0, DAY_OF, META},
	{"instagram-landscape", "instagram", PLACE_POST, N_("Wide post"), 1080, 566, true, false, "jpeg", 8000000, 0, 0, DAY_OF, META},
	{"instagram-story", "instagram", PLACE_STORY, N_("Story"), 1080, 1920, true, false, "jpeg", 8000000, 0, 0, DAY_OF, "Instagram Platform, IG User Media: stories, 9:16"},
	{"instagram-story-film", "instagram", PLACE_STORY, N_("Story, a film"), 1080, 1920, false, true, "mp4 mov", 100000000, 3, 60, DAY_OF, "Instagram Platform, IG User Media: story videos, 3 to 60 s, 100 MB" RECALLED},
	{"instagram-reel", "instagram", PLACE_POST, N_("Reel"), 1080, 1920, true, true, "mp4 mov", 300000000, 3, 900, DAY_OF, "Instagram Platform, IG User Media: reels, 3 s to 15 min, 300 MB"},
	{"instagram-avatar", "instagram", PLACE_AVATAR, N_("Profile picture"), 320, 320, true, false, "jpeg", 8000000, 0, 0, DAY_OF, GUIDES},

	{"facebook-post", "facebook", PLACE_POST, N_("Post"), 2048, 2048, false, false, "jpeg png", 4000000, 0, 0, DAY_OF, "Graph API, Page Photos: 4 MB wise for JPEG, PNG" RECALLED},
	{"facebook-story", "facebook", PLACE_STORY, N_("Story"), 1080, 1920, true, false, "jpeg", 4000000, 0, 0, DAY_OF, GUIDES},
	{"facebook-story-film", "facebook", PLACE_STORY, N_("Story, a film"), 1080, 1920, true, true, "mp4", 128 << 20, 3, 60, DAY_OF, "Facebook Stories API: 9:16, 3 to 90 s, a story 60 s at the most"},
	{"facebook-cover", "facebook", PLACE_COVER, N_("Cover picture"), 1640, 624, true, false, "jpeg png", 4000000, 0, 0, DAY_OF, GUIDES},
	{"facebook-avatar", "facebook", PLACE_AVATAR, N_("Profile picture"), 720, 720, true, false, "jpeg png", 4000000, 0, 0, DAY_OF, GUIDES},

	{"twitter-post", "twitter", PLACE_POST, N_("Post"), 4096, 4096, false, false, "jpeg png webp gif", 5000000, 0, 0, DAY_OF, "docs.x.com, Media best practices: JPG, PNG, GIF, WEBP, 5 MB"},
	{"twitter-card", "twitter", PLACE_CARD, N_("Card of a link"), 1200, 628, true, false, "jpeg png webp", 5000000, 0, 0, DAY_OF, "docs.x.com, Summary card with large image: 300 × 157 to 4096 × 4096, 5 MB" RECALLED},
	{"twitter-video", "twitter", PLACE_POST, N_("Film"), 1280, 1024, false, true, "mp4 mov", 512000000, 0, 140, DAY_OF, "docs.x.com, Media best practices: 0.5 to 140 s, 512 MB"},
	{"twitter-cover", "twitter", PLACE_COVER, N_("Cover picture"), 1500, 500, true, false, "jpeg png", 2000000, 0, 0, DAY_OF, GUIDES},
	{"twitter-avatar", "twitter", PLACE_AVATAR, N_("Profile picture"), 400, 400, true, false, "jpeg png", 2000000, 0, 0, DAY_OF, GUIDES},

	{"bluesky-post", "bluesky", PLACE_POST, N_("Post"), 2000, 2000, false, false, "jpeg png webp", 1000000, 0, 0, DAY_OF, "app.bsky.embed.images: maxSize 2,000,000, older servers 1,000,000"},
	{"bluesky-card", "bluesky", PLACE_CARD, N_("Card of a link"), 1200, 630, true, false, "jpeg png", 1000000, 0, 0, DAY_OF, "app.bsky.embed.external: thumb, maxSize 1,000,000"},
	{"bluesky-avatar", "bluesky", PLACE_AVATAR, N_("Profile picture"), 1000, 1000, true, false, "jpeg png", 1000000, 0, 0, DAY_OF, "app.bsky.actor.profile: avatar, maxSize 1,000,000"},
	{"bluesky-cover", "bluesky", PLACE_COVER, N_("Cover picture"), 1500, 500, true, false, "jpeg png", 1000000, 0, 0, DAY_OF, "app.bsky.actor.profile: banner, maxSize 1,000,000"},
	{"bluesky-video", "bluesky", PLACE_POST, N_("Film"), 1920, 1920, false, true, "mp4", 100000000, 0, 180, DAY_OF, "app.bsky.embed.video: maxSize, 100,000,000 on older servers"},

	{"mastodon-post", "mastodon", PLACE_POST, N_("Post"), 3840, 2160, false, false, "jpeg png webp gif", 16000000, 0, 0, DAY_OF, "docs.joinmastodon.org, Posting: 16 MB; larger ones are made smaller there, to 8.3 megapixels" RECALLED},
	{"mastodon-avatar", "mastodon", PLACE_AVATAR, N_("Profile picture"), 400, 400, true, false, "jpeg png", 2000000, 0, 0, DAY_OF, "docs.joinmastodon.org, Profile: 400 × 400, 2 MB" RECALLED},
	{"mastodon-cover", "mastodon", PLACE_COVER, N_("Cover picture"), 1500, 500, true, false, "jpeg png", 2000000, 0, 0, DAY_OF, "docs.joinmastodon.org, Profile: 1500 × 500, 2 MB" RECALLED},

	{"telegram-post", "telegram", PLACE_POST, N_("Post"), 2560, 2560, false, false, "jpeg png", 10000000, 0, 0, DAY_OF, "Bot API 10.1, sendPhoto: 10 MB, width and height together 10,000, ratio 20"},
	{"telegram-avatar", "telegram", PLACE_AVATAR, N_("Profile picture"), 640, 640, true, false, "jpeg", 5000000, 0, 0, DAY_OF, "Bot API 10.1, InputProfilePhotoStatic: JPG; " GUIDES},
	{"telegram-video", "telegram", PLACE_POST, N_("Film"), 1920, 1920, false, true, "mp4", 50000000, 0, 0, DAY_OF, "Bot API 10.1, sendVideo: up to 50 MB"},
	{"discord-post", "discord", PLACE_POST, N_("Post"), 4096, 4096, false, false, "jpeg png webp gif", 10000000, 0, 0, DAY_OF, "Discord API documentation, Uploading Files: 10 MiB"},
	{"youtube-thumbnail", "youtube", PLACE_THUMBNAIL, N_("Thumbnail of a film"), 1280, 720, true, false, "jpeg png", 2000000, 0, 0, DAY_OF, "YouTube Help, Add video thumbnails: 1280 × 720, 16:9, 2 MB" RECALLED},
	{"youtube-cover", "youtube", PLACE_COVER, N_("Cover picture"), 2560, 1440, true, false, "jpeg png", 6000000, 0, 0, DAY_OF, "YouTube Data API, channelBanners: 16:9, 2560 × 1440, 6 MB" RECALLED},
	{"linkedin-post", "linkedin", PLACE_POST, N_("Post"), 2048, 2048, false, false, "jpeg png", 5000000, 0, 0, DAY_OF, GUIDES},
	{"linkedin-card", "linkedin", PLACE_CARD, N_("Card of a link"), 1200, 627, true, false, "jpeg png", 5000000, 0, 0, DAY_OF, GUIDES},
	{"linkedin-cover", "linkedin", PLACE_COVER, N_("Cover picture"), 1128, 191, true, false, "jpeg png", 3000000, 0, 0, DAY_OF, GUIDES},
	{"pinterest-pin", "pinterest", PLACE_POST, N_("Pin"), 1000, 1500, true, false, "jpeg png", 20000000, 0, 0, DAY_OF, "Pinterest Help, Pin specs: 2:3, 1000 × 1500, 20 MB" RECALLED},
	{"tiktok-video", "tiktok", PLACE_POST, N_("Film"), 1080, 1920, true, true, "mp4 mov webm", 4000000000, 3, 600, DAY_OF, "TikTok Content Posting API, media transfer: 4 GB, 3 s to 10 min"},
};
const size_t media_format_count = COUNT(media_formats);

static const struct {
	const char *word, *title;
} places[PLACE_COUNT] = {
	[PLACE_POST] = {"post", N_("Post")}, [PLACE_STORY] = {"story", N_("Story")}, [PLACE_CARD] = {"card", N_("Card of a link")}, [PLACE_AVATAR] = {"avatar", N_("Profile picture")},
	[PLACE_COVER] = {"cover", N_("Cover picture")}, [PLACE_THUMBNAIL] = {"thumbnail", N_("Thumbnail of a film")}, [PLACE_DESK] = {"desk", N_("Here")},
};

const char *media_place_word(enum media_place place)
{
	return places[place].word;
}

const char *media_place_title(enum media_place place)
{
	return places[place].title;
}

const struct media_format *media_format_of(struct str word)
{
	word = str_cut(&word, '@');
	for (size_t i = 0; i < media_format_count; i++)
		if (str_eq(word, str_of(media_formats[i].word)))
			return &media_formats[i];
	return NULL;
}

i64 media_format_most(const struct media_format *format, struct str word)
{
	i64 most = 0;
	str_cut(&word, '@');
	return str_to_i64(word, &most) && most > 0 && most < format->most ? most : format->most;
}

const struct media_format *media_format_for(struct str network, int width, int height)
{
	const struct media_format *best = NULL;
	double nearest = 0;
	for (size_t i = 0; i < media_format_count; i++) {
		const struct media_format *f = &media_formats[i];
		if (f->place != PLACE_POST || f->video || !str_eq(network, str_of(f->network)))
			continue;
		if (!f->fill)
			return f;
		double away = width > 0 && height > 0 ? fabs(log((double)width / height) - log((double)f->width / f->height)) : 0;
		if (!best || away < nearest) {
			best = f;
			nearest = away;
		}
	}
	return best ? best : media_format_of(S(MEDIA_FORMAT_ANY));
}

const struct media_format *media_format_profile(struct str network, enum media_place place)
{
	const struct media_format *any = NULL;
	for (size_t i = 0; i < media_format_count; i++) {
		const struct media_format *f = &media_formats[i];
		if (f->place == place && str_eq(network, str_of(f->network)))
			return f;
		if (f->place == place && !f->network[0])
			any = f;
	}
	return any;
}

const struct media_format *media_format_story(struct str network)
{
	const struct media_format *any = NULL;
	for (size_t i = 0; i < media_format_count; i++) {
		const struct media_format *f = &media_formats[i];
		if (f->place != PLACE_STORY || f->video)
			continue;
		if (str_eq(network, str_of(f->network)))
			return f;
		any = any ? any : f;
	}
	return any;
}

bool media_format_takes(const struct media_format *format, struct str type)
{
	for (struct str rest = str_of(format->types); rest.at;)
		if (str_eq(str_cut(&rest, ' '), type))
			return true;
	return false;
}

const struct media_format *media_format_film(struct str network, enum media_place place)
{
	for (size_t i = 0; i < media_format_count; i++)
		if (media_formats[i].video && media_formats[i].place == place && str_eq(network, str_of(media_formats[i].network)))
			return &media_formats[i];
	return NULL;
}

bool media_format_takes_type(const struct media_format *format, struct str type)
{
	struct str kind = type;
	str_cut(&kind, '/');
	return media_format_takes(format, str_eq(kind, S("quicktime")) ? S("mov") : kind);
}
