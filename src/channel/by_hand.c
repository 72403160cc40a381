#include "channel/by_hand.h"

#include "base/lang.h"
#include "sys/net.h"

#include <string.h>

#define AS_OF "2026-11-22"
#define AGREE "third parties' guides agree; the network publishes none that could be read"

/* Letters are counted in UTF-16 units everywhere here: never fewer than any of these networks counts. */
static const struct channel_limit linkedin[] = {
	{LIMIT_BODY, 1250, TEXT_UTF16, AS_OF, "LinkedIn, comments: " AGREE},
	{LIMIT_POST, 3000, TEXT_UTF16, AS_OF, "LinkedIn, Share on LinkedIn: commentary; " AGREE},
	{LIMIT_POST_MEDIA, 20, TEXT_UTF16, AS_OF, "LinkedIn, MultiImage: 2 to 20 pictures"},
	{LIMIT_IMAGE_BYTES, 5000000, TEXT_BYTES, AS_OF, AGREE},
	{LIMIT_VIDEO_BYTES, 500000000, TEXT_BYTES, AS_OF, "LinkedIn, Videos: 75 kB to 500 MB"},
	{LIMIT_VIDEO_SECONDS, 1800, TEXT_CHARACTERS, AS_OF, "LinkedIn, Videos: 3 s to 30 min"},
	{LIMIT_FILE_BYTES, 100000000, TEXT_BYTES, AS_OF, "LinkedIn, Documents: 100 MB, 300 pages"},
	{},
}, facebook[] = {
	{LIMIT_BODY, 8000, TEXT_UTF16, AS_OF, "Facebook, comments: " AGREE},
	{LIMIT_POST, 63206, TEXT_UTF16, AS_OF, "Facebook, posts: " AGREE},
	{LIMIT_POST_MEDIA, 10, TEXT_UTF16, AS_OF, AGREE},
	{LIMIT_IMAGE_BYTES, 4000000, TEXT_BYTES, AS_OF, "Graph API, Page Photos: 4 MB wise"},
	{LIMIT_VIDEO_BYTES, 4000000000, TEXT_BYTES, AS_OF, AGREE},
	{LIMIT_FILE_BYTES, 100000000, TEXT_BYTES, AS_OF, "Facebook, files of groups: 100 MB; " AGREE},
	{},
}, instagram[] = {
	{LIMIT_BODY, 2200, TEXT_UTF16, AS_OF, "Instagram, comments: " AGREE},
	{LIMIT_POST, 2200, TEXT_UTF16, AS_OF, "Instagram Platform, IG User Media: caption, 2,200 characters"},
	{LIMIT_POST_MEDIA, 10, TEXT_UTF16, AS_OF, "Instagram Platform, carousels: 10"},
	{LIMIT_IMAGE_BYTES, 8000000, TEXT_BYTES, AS_OF, "Instagram Platform, IG User Media: 8 MB"},
	{LIMIT_VIDEO_BYTES, 300000000, TEXT_BYTES, AS_OF, "Instagram Platform, IG User Media: reels, 300 MB"},
	{LIMIT_VIDEO_SECONDS, 900, TEXT_CHARACTERS, AS_OF, "Instagram Platform, IG User Media: reels, 3 s to 15 min"},
	{},
}, tiktok[] = {
	{LIMIT_BODY, 150, TEXT_UTF16, AS_OF, "TikTok, comments: " AGREE},
	{LIMIT_POST, 2200, TEXT_UTF16, AS_OF, "TikTok Content Posting API: title of a film, 2,200 UTF-16 units"},
	{LIMIT_POST_MEDIA, 35, TEXT_UTF16, AS_OF, "TikTok Content Posting API: photo_images, 35"},
	{LIMIT_IMAGE_BYTES, 20000000, TEXT_BYTES, AS_OF, "TikTok Content Posting API, media transfer: pictures, 20 MB"},
	{LIMIT_VIDEO_BYTES, 4000000000, TEXT_BYTES, AS_OF, "TikTok Content Posting API, media transfer: 4 GB"},
	{LIMIT_VIDEO_SECONDS, 600, TEXT_CHARACTERS, AS_OF, "TikTok Content Posting API, media transfer: 3 s to 10 min"},
	{},
}, board[] = {
	{LIMIT_POST, 5000, TEXT_UTF16, AS_OF, "src/channel/by_hand.c: two pages of paper"},
	{LIMIT_POST_MEDIA, 10, TEXT_UTF16, AS_OF, "src/channel/by_hand.c"},
	{LIMIT_IMAGE_BYTES, 20000000, TEXT_BYTES, AS_OF, "src/channel/by_hand.c"},
	{LIMIT_FILE_BYTES, 100000000, TEXT_BYTES, AS_OF, "src/channel/by_hand.c"},
	{},
}, other[] = {
	{LIMIT_BODY, 2000, TEXT_UTF16, AS_OF, "src/channel/by_hand.c: whoever connects it says otherwise"},
	{LIMIT_POST, 5000, TEXT_UTF16, AS_OF, "src/channel/by_hand.c: whoever connects it says otherwise"},
	{LIMIT_POST_MEDIA, 10, TEXT_UTF16, AS_OF, "src/channel/by_hand.c: whoever connects it says otherwise"},
	{LIMIT_IMAGE_BYTES, 10000000, TEXT_BYTES, AS_OF, "src/channel/by_hand.c"},
	{LIMIT_VIDEO_BYTES, 500000000, TEXT_BYTES, AS_OF, "src/channel/by_hand.c"},
	{LIMIT_FILE_BYTES, 100000000, TEXT_BYTES, AS_OF, "src/channel/by_hand.c"},
	{},
};

static const char *const linkedin_steps[] = {N_("Open LinkedIn under your own account and press “Start a post”."), N_("Check above the text who will see it."), NULL};
static const char *const group_steps[] = {N_("Open the group under an account that may write in it."), N_("Some groups let an administrator approve posts first: come back for the address once it is shown."), NULL};
static const char *const instagram_steps[] = {N_("Open Instagram on your telephone, under the right account, and begin a new post."), N_("Choose the pictures in the order in which they stand here."), NULL};
static const char *const tiktok_steps[] = {N_("Open TikTok under the right account and begin a new post."), N_("Choose a sound whose rights you have: a business account may not use them all."), NULL};
static const char *const board_steps[] = {N_("Print the text and the pictures, or write them by hand."), N_("Put it up, and take the old one down."), NULL};
static const char *const other_steps[] = {N_("Open the place under the right account and begin a new post."), NULL};

const struct by_hand_network by_hand_networks[] = {
	{"facebook_group", N_("A Facebook group"), "facebook", "facebook", "https://www.facebook.com/groups/feed/", "facebook.com fb.com fb.me", true, false, true, false, facebook, group_steps},
	{"linkedin_profile", N_("A LinkedIn profile or page"), "linkedin", "linkedin", "https://www.linkedin.com/feed/", "linkedin.com lnkd.in", true, false, true, false, linkedin,
	 linkedin_steps},
	{"instagram_account", N_("An Instagram account"), "instagram", "instagram", "https://www.instagram.com/", "instagram.com", true, false, true, true, instagram, instagram_steps},
	{"tiktok_account", N_("A TikTok account"), "tiktok", "tiktok", "https://www.tiktok.com/upload", "tiktok.com", true, false, true, true, tiktok, tiktok_steps},
	{"board", N_("A notice board, on paper or on a wall"), "web", "", NULL, NULL, false, true, false, false, board, board_steps},
	{"other", N_("Another place"), "web", "", NULL, NULL, true, true, true, false, other, other_steps},
};
const size_t by_hand_network_count = COUNT(by_hand_networks);

const struct channel_choice by_hand_choices[] = {
	{"facebook_group", N_("A Facebook group")}, {"linkedin_profile", N_("A LinkedIn profile or page")}, {"instagram_account", N_("An Instagram account")},
	{"tiktok_account", N_("A TikTok account")}, {"board", N_("A notice board, on paper or on a wall")}, {"other", N_("Another place")}, {},
};

const struct by_hand_network *by_hand_network_of(struct str word)
{
	for (size_t i = 0; i < COUNT(by_hand_networks); i++)
		if (str_eq(word, str_of(by_hand_networks[i].word)))
			return &by_hand_networks[i];
	return &by_hand_networks[COUNT(by_hand_networks) - 1];
}

static struct str setting(const json_t *settings, const char *name)
{
	return str_trim(str_of(json_string_value(json_object_get(settings, name))));
}

static const struct by_hand_network *network_of(const json_t *settings)
{
	return by_hand_network_of(setting(settings, "place"));
}

json_t *by_hand_known(const json_t *settings)
{
	static const struct {
		const char *setting;
		enum channel_limit_of of;
	} own[] = {{"characters", LIMIT_POST}, {"pictures", LIMIT_POST_MEDIA}};
	json_t *limits = json_object();
	for (size_t i = 0; i < COUNT(own); i++) {
		const json_t *value = json_object_get(settings, own[i].setting);
		if (json_is_integer(value) && json_integer_value(value) > 0)
			json_object_set_new(limits, channel_limit_word(own[i].of), json_integer(json_integer_value(value)));
	}
	return json_pack("{s:s, s:o}", "by_hand", network_of(settings)->word, "limits", limits);
}

const struct by_hand_network *by_hand_of_known(const json_t *known)
{
	return by_hand_network_of(str_of(json_string_value(json_object_get(known, "by_hand"))));
}

/* "www.linkedin.com" stands under "linkedin.com". */
static bool is_under(struct str host, struct str domain)
{
	if (str_starts(domain, S("www.")))
		domain = str_skip(domain, 4);
	return str_eq_fold(host, domain) ||
	       (host.len > domain.len && host.at[host.len - domain.len - 1] == '.' && str_eq_fold(str_skip(host, host.len - domain.len), domain));
}

static bool is_plausible(struct cx *cx, const json_t *settings, struct str host)
{
	struct str hosts = str_of(network_of(settings)->hosts), home = setting(settings, "url");
	struct net_url url;
	while (hosts.len)
		if (is_under(host, str_cut(&hosts, ' ')))
			return true;
	if (network_of(settings)->hosts)
		return false;
	return !home.len || !net_url_parse(cx->arena, home, &url) || is_under(host, url.host);
}

enum err by_hand_address(struct cx *cx, const json_t *settings, struct str typed, struct str *ret_address)
{
	struct net_url url;
	struct str address = str_trim(typed);
	if (!address.len && by_hand_wants_address(settings))
		return fail_field(cx, "address", N_("Paste the address of the post: it is what shows later that it is there."));
	*ret_address = (struct str){};
	if (!address.len)
		return OK;
	address = str_cut(&address, '#');
	for (size_t i = 0; i < address.len; i++)
		if ((unsigned char)address.at[i] <= ' ' || strchr("\"<>\\", address.at[i]))
			return fail_field(cx, "address", N_("This is no web address; it begins with https://."));
	if (!str_starts(address, S("https://")) || address.len > BY_HAND_ADDRESS_MAX || !net_url_parse(cx->arena, address, &url) || !url.host.len)
		return fail_field(cx, "address", N_("This is no web address; it begins with https://."));
	if (!is_plausible(cx, settings, url.host))
		return fail_field(cx, "address", N_("An address at %.*s is none of this channel. Copy the one of the post itself."), STR_ARG(url.host));
	*ret_address = arena_str(cx->arena, address);
	return OK;
}

bool by_hand_wants_address(const json_t *settings)
{
	return network_of(settings)->has_addresses && !json_is_true(json_object_get(settings, "no_addresses"));
}
