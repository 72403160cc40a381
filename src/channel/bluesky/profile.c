/* The account's own profile: one record, app.bsky.actor.profile under the key "self". Written whole, with the mark of the one that was read, so that nothing that somebody else wrote
 * meanwhile is lost; what stands in it besides stays. As of 2026-11-22. */
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"

#define COLLECTION "app.bsky.actor.profile"

const struct channel_profile_field bluesky_profile_fields[] = {
	{PROFILE_NAME, 64, TEXT_GRAPHEMES, true, true, "2026-11-22", COLLECTION ": displayName, maxGraphemes"},
	{PROFILE_ABOUT, 256, TEXT_GRAPHEMES, true, true, "2026-11-22", COLLECTION ": description, maxGraphemes"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, true, "2026-11-22", COLLECTION ": website"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, true, "2026-11-22", COLLECTION ": avatar, maxSize 1,000,000"},
	{PROFILE_COVER, 0, TEXT_CHARACTERS, true, true, "2026-11-22", COLLECTION ": banner, maxSize 1,000,000"},
	{},
};

static void release(void *json)
{
	json_decref(json);
}

static void set_text(json_t *record, const char *name, struct str text)
{
	if (text.len)
		json_object_set_new(record, name, json_stringn(text.at, text.len));
	else
		json_object_del(record, name);
}

/* False: *ret_sent says why it cannot go on. */
static enum err set_picture(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, const struct outbound_media *m, json_t *record, const char *name,
			    bool *ret_done, struct sent *ret_sent)
{
	json_t *blob;
	TRY(bluesky_upload(cx, net, account, s, m->bytes, m->type, &blob, ret_sent));
	*ret_done = blob;
	if (blob)
		json_object_set(record, name, blob);
	return OK;
}

enum err bluesky_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	static const struct {
		enum profile_field field;
		const char *name;
	} texts[] = {{PROFILE_NAME, "displayName"}, {PROFILE_ABOUT, "description"}, {PROFILE_WEBSITE, "website"}};
	struct bluesky_session s = bluesky_session_open(cx, account);
	struct exchange x;
	bool goes_on = true;
	TRY(bluesky_read_record(cx, net, account, &s, COLLECTION, S("self"), &x));
	bool is_new = bluesky_says(&x, "RecordNotFound");
	if (!is_new && !exchange_read_first(cx, &x, ret_sent))
		return OK;
	const json_t *before = json_map(x.document, "value");
	struct str mark = is_new ? (struct str){} : exchange_text(cx, x.document, "cid");
	if (!is_new && (!before || !mark.len)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
		return OK;
	}
	json_t *record = is_new ? json_pack("{s:s}", "$type", COLLECTION) : json_copy((json_t *)before);
	arena_defer(cx->arena, release, record);
	for (size_t i = 0; i < COUNT(texts); i++)
		if (change->wants[texts[i].field])
			set_text(record, texts[i].name, change->text[texts[i].field]);
	if (change->wants[PROFILE_AVATAR])
		TRY(set_picture(cx, net, account, &s, &change->avatar, record, "avatar", &goes_on, ret_sent));
	if (goes_on && change->wants[PROFILE_COVER])
		TRY(set_picture(cx, net, account, &s, &change->cover, record, "banner", &goes_on, ret_sent));
	if (!goes_on)
		return OK;
	TRY(bluesky_write_record(cx, net, account, &s, "putRecord", COLLECTION, S("self"), json_incref(record), mark, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (bluesky_says(&x, "InvalidSwap"))
		ret_sent->story = str_of(_(N_("Somebody changed the profile over there meanwhile. Nothing was written over: look at what stands there now.")));
	return OK;
}
