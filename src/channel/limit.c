#include "channel/by_hand.h"

const char *channel_limit_word(enum channel_limit_of of)
{
	static const char *const words[] = {
		[LIMIT_NONE] = "",          [LIMIT_BODY] = "body",   [LIMIT_PRIVATE_BODY] = "private_body",
		[LIMIT_POST] = "post",      [LIMIT_CAPTION] = "caption", [LIMIT_TITLE] = "title", [LIMIT_SUBJECT] = "subject",
		[LIMIT_MEDIA] = "media",    [LIMIT_IMAGE_BYTES] = "image_bytes", [LIMIT_VIDEO_BYTES] = "video_bytes", [LIMIT_POST_MEDIA] = "post_media",
		[LIMIT_FILE_BYTES] = "file_bytes", [LIMIT_VIDEO_SECONDS] = "video_seconds", [LIMIT_ALT] = "alt",
		[LIMIT_POLL_CHOICES] = "poll_choices", [LIMIT_POLL_CHOICE] = "poll_choice", [LIMIT_POLL_QUESTION] = "poll_question",
		[LIMIT_POLL_SECONDS] = "poll_seconds", [LIMIT_POST_VIDEO_BYTES] = "post_video_bytes", [LIMIT_SUBTITLE_BYTES] = "subtitle_bytes",
	};
	must((size_t)of < COUNT(words));
	return words[of];
}

bool channel_limit_get(const struct channel_kind *kind, const json_t *known, enum channel_limit_of of, struct channel_limit *ret_limit)
{
	const json_t *told = json_object_get(json_object_get(known, "limits"), channel_limit_word(of));
	bool by_hand = kind->can & BY_HAND && known;
	const struct channel_limit *row = by_hand ? by_hand_of_known(known)->limits : kind->limits;
	while (row && row->of != LIMIT_NONE && row->of != of)
		row++;
	bool listed = row && row->of == of;
	if (!listed && !json_is_integer(told))
		return false;
	struct channel_limit limit = listed ? *row : (struct channel_limit){.of = of};
	if (json_is_integer(told) && json_integer_value(told) > 0)
		limit = (struct channel_limit){.of = of, .most = json_integer_value(told), .unit = limit.unit, .as_of = "",
						.source = by_hand ? "said by whoever connected it" : "asked of the server"};
	*ret_limit = limit;
	return limit.most > 0;
}

bool channel_body_limit(const struct channel_kind *kind, const json_t *known, enum visibility visibility, struct channel_limit *ret_limit)
{
	return (visibility == VISIBILITY_PRIVATE && channel_limit_get(kind, known, LIMIT_PRIVATE_BODY, ret_limit)) ||
	       channel_limit_get(kind, known, LIMIT_BODY, ret_limit);
}

bool channel_post_limit(const struct channel_kind *kind, const json_t *known, struct channel_limit *ret_limit)
{
	return channel_limit_get(kind, known, LIMIT_POST, ret_limit) || channel_limit_get(kind, known, LIMIT_BODY, ret_limit);
}

bool channel_post_media_limit(const struct channel_kind *kind, const json_t *known, struct channel_limit *ret_limit)
{
	return channel_limit_get(kind, known, LIMIT_POST_MEDIA, ret_limit) || channel_limit_get(kind, known, LIMIT_MEDIA, ret_limit);
}

i64 channel_post_file_most(const struct channel_kind *kind, const json_t *known, struct str file_kind)
{
	bool is_image = str_eq(file_kind, S("image"));
	struct channel_limit limit;
	if (!(kind->can & CAN_POST) || (!is_image && kind->can & POSTS_PICTURES) || !channel_post_media_limit(kind, known, &limit))
		return 0;
	if (str_eq(file_kind, S("video")) && channel_limit_get(kind, known, LIMIT_POST_VIDEO_BYTES, &limit))
		return limit.most;
	if (channel_limit_get(kind, known, is_image ? LIMIT_IMAGE_BYTES : str_eq(file_kind, S("file")) ? LIMIT_FILE_BYTES : LIMIT_VIDEO_BYTES, &limit))
		return limit.most;
	return is_image ? INT64_MAX : 0; /* who takes media takes pictures */
}

const char *channel_act_word(enum channel_act act)
{
	static const char *const words[] = {[ACT_REPLY] = "reply",   [ACT_HIDE] = "hide",   [ACT_RESTORE] = "restore",
					    [ACT_NOTICE] = "notice", [ACT_REACT] = "react", [ACT_UNREACT] = "unreact", [ACT_POST] = "post", [ACT_PROFILE] = "profile"};
	must((size_t)act < COUNT(words));
	return words[act];
}

bool channel_act_of(struct str word, enum channel_act *ret_act)
{
	for (enum channel_act act = 0; act < ACT_COUNT; act++)
		if (str_eq(word, str_of(channel_act_word(act)))) {
			*ret_act = act;
			return true;
		}
	return false;
}
