/* What a bot says of itself, in no language in particular: its name, what stands in an empty chat with it, and what stands on its profile; a call each.
 * Bot API 10.1, setMyName, setMyDescription, setMyShortDescription (as of 2026-11-22). */
#include "base/buf.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/telegram/connector.h"

const struct channel_profile_field telegram_profile_fields[] = {
	{PROFILE_NAME, 64, TEXT_CHARACTERS, true, true, "2026-11-22", "Bot API 10.1, setMyName: 0-64 characters"},
	{PROFILE_ABOUT, 512, TEXT_CHARACTERS, true, true, "2026-11-22", "Bot API 10.1, setMyDescription: 0-512 characters"},
	{PROFILE_SHORT, 120, TEXT_CHARACTERS, true, true, "2026-11-22", "Bot API 10.1, setMyShortDescription: 0-120 characters"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "Bot API 10.1, setMyProfilePhoto: JPEG; read by getUserProfilePhotos"},
	{},
};

static enum err read_one(struct cx *cx, struct net *net, const struct channel_account *account, const char *method, struct str body, const json_t **ret_result)
{
	struct exchange x = {.repeatable = true, .body = body};
	TRY(telegram_ask(cx, net, account, method, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	*ret_result = json_map(x.document, "result");
	return *ret_result ? OK : fail(cx, ERR_REMOTE, N_("What Telegram answered could not be read."));
}

enum err telegram_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	const json_t *me, *about, *brief, *pictures;
	TRY(read_one(cx, net, account, "getMe", (struct str){}, &me));
	TRY(read_one(cx, net, account, "getMyDescription", (struct str){}, &about));
	TRY(read_one(cx, net, account, "getMyShortDescription", (struct str){}, &brief));
	TRY(read_one(cx, net, account, "getUserProfilePhotos", arena_printf(cx->arena, "{\"user_id\":%lld,\"limit\":1}", (long long)json_number(me, "id", 0)), &pictures));
	const json_t *sizes = json_array_get(json_list(pictures, "photos"), 0), *largest = json_array_get(sizes, json_array_size(sizes) - 1); /* the newest, in several sizes */
	struct str handle = telegram_handle_of(cx, me);
	*ret_profile = (struct channel_profile){
		.name = exchange_text(cx, me, "first_name"), .handle = handle, .url = arena_printf(cx->arena, "https://t.me/%.*s", STR_ARG(handle)),
		.about = exchange_text(cx, about, "description"), .short_about = exchange_text(cx, brief, "short_description"),
		.avatar = exchange_text(cx, largest, "file_unique_id"), .avatar_reference = exchange_text(cx, largest, "file_id"), .followers = -1, .following = -1, .posts = -1,
	};
	return OK;
}

static enum err set_picture(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *m, struct sent *ret_sent)
{
	const struct exchange_part parts[] = {{.name = "photo", .value = S("{\"type\":\"static\",\"photo\":\"attach://picture\"}")},
					      {.name = "picture", .file_name = m->name.len ? m->name : S("picture.jpg"), .type = m->type, .value = m->bytes}};
	struct exchange x = {};
	exchange_form(cx, &x, parts, COUNT(parts));
	TRY(telegram_ask(cx, net, account, "setMyProfilePhoto", &x));
	exchange_outcome(cx, &x, ret_sent);
	return OK;
}

enum err telegram_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	static const struct {
		enum profile_field field;
		const char *method, *member;
	} rows[] = {{PROFILE_NAME, "setMyName", "name"}, {PROFILE_ABOUT, "setMyDescription", "description"}, {PROFILE_SHORT, "setMyShortDescription", "short_description"}};
	*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	for (size_t i = 0; i < COUNT(rows) && ret_sent->outcome == OUTCOME_DONE; i++) {
		CLEANUP(buf_free) struct buf body = {};
		if (!change->wants[rows[i].field])
			continue;
		buf_addf(&body, "{\"%s\":", rows[i].member);
		buf_add_json(&body, change->text[rows[i].field]);
		buf_addc(&body, '}');
		struct exchange x = {.body = buf_keep(&body, cx->arena)};
		TRY(telegram_ask(cx, net, account, rows[i].method, &x));
		exchange_outcome(cx, &x, ret_sent);
	}
	return change->wants[PROFILE_AVATAR] && ret_sent->outcome == OUTCOME_DONE ? set_picture(cx, net, account, &change->avatar, ret_sent) : OK;
}
