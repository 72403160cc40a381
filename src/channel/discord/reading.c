/* What comes in: one look at the channels and threads of the server says where something was said since (last_message_id); those are
 * read from where we were, a few at a time. The interface tells of edits and removals by the gateway alone, so the latest messages of one channel
 * are read again each time nothing is new. The cursor is JSON: {"after": {CHANNEL: last id}, "pending": [[CHANNEL, name, last id], …],
 * "watch": {CHANNEL: [[id, edited at], …]}, "turn": which of them is next}. */
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/discord/connector.h"
#include "channel/json_read.h"


#define PAGE 100
#define FIRST 50       /* of a channel that was never read: its newest */
#define CHANNELS 3     /* read by one call */
#define WATCHED 30     /* messages of a channel */
#define WATCHED_CHANNELS 40
#define DOWNLOADS 10
#define DOWNLOAD_MAX ((size_t)10 << 20)

struct page {
	struct cx *cx;
	struct net *net;     /* NULL: a pure reader */
	const struct channel_account *account;
	inbound_taker *take;
	void *subject;
	json_t *state;
	int downloads;
};

/* ---- messages ---- */

static int by_id(const void *a, const void *b)
{
	return discord_id_order(json_text(*(const json_t *const *)a, "id"), json_text(*(const json_t *const *)b, "id"));
}

static bool is_named(const json_t *one)
{
	return discord_is_id(json_text(one, "id"));
}

/* The objects of a list with an id, oldest first, each once. */
static size_t sorted(struct cx *cx, const json_t *list, const json_t ***ret_sorted)
{
	return json_sorted(cx->arena, list, is_named, by_id, ret_sorted);
}

/* The addresses of files are good for a day: they are taken now. Who keeps them is not shown our token. What cannot be had stays a link. */
static enum err download(struct page *p, struct inbound_attachment *a, struct str link)
{
	struct exchange x = {.method = "GET", .base = a->url, .accept = "*/*", .answer_max = DOWNLOAD_MAX};
	bool fit = str_starts(a->url, S("https://")) || net_is_home(p->cx->arena, a->url, exchange_setting(p->account, "url")); /* a relay of one's own */
	if (!p->net || !fit || p->downloads >= DOWNLOADS)
		return OK;
	p->downloads++;
	TRY(exchange_ask(p->cx, p->net, &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && x.answer.whole && x.answer.body.len)
		a->bytes = x.answer.body;
	else if (x.answer.status == 429)
		return exchange_expect(p->cx, &x, 200);
	a->url = link;
	return OK;
}

static enum err hand_over(struct page *p, struct str subject, const json_t *message, bool with_files)
{
	struct inbound in;
	if (!discord_message(p->cx, p->account, subject, message, &in))
		return OK;
	for (size_t i = 0; with_files && i < in.attachment_count; i++)
		TRY(download(p, &((struct inbound_attachment *)in.attachments)[i], in.url));
	return p->take(p->cx, p->subject, &in);
}

enum err discord_read_messages(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct page p = {.cx = cx, .account = account, .take = take, .subject = subject};
	const json_t **list;
	size_t count = sorted(cx, document, &list);
	for (size_t i = 0; i < count; i++)
		TRY(hand_over(&p, (struct str){}, list[i], false));
	return OK;
}

enum err discord_read_message(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct page p = {.cx = cx, .account = account, .take = take, .subject = subject};
	return hand_over(&p, (struct str){}, document, false);
}

/* ---- the cursor ---- */

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* A cursor that is none starts anew: the newest page of each channel. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	static const char *const objects[] = {"after", "watch"};
	for (size_t i = 0; i < COUNT(objects); i++)
		exchange_state_map(state, objects[i]);
	exchange_state_list(state, "pending");
	return state;
}

static struct str after_of(const struct page *p, struct str channel)
{
	return json_text(json_object_get(p->state, "after"), arena_cstr(p->cx->arena, channel));
}

static void set_after(struct page *p, struct str channel, struct str id)
{
	json_object_set_new(json_object_get(p->state, "after"), arena_cstr(p->cx->arena, channel), text_json(id));
}

/* Where nothing was said for longest is watched no more. */
static void make_room(json_t *all)
{
	const char *channel, *oldest = NULL;
	json_t *list;
	struct str first = {};
	json_object_foreach(all, channel, list)
	{
		struct str last = json_str_of(json_array_get(json_array_get(list, json_array_size(list) - 1), 0));
		if (!oldest || discord_id_order(last, first) < 0) {
			oldest = channel;
			first = last;
		}
	}
	if (oldest)
		json_object_del(all, oldest);
}

static void watch(struct page *p, struct str channel, const json_t *message)
{
	json_t *all = json_object_get(p->state, "watch"), *list = json_object_get(all, arena_cstr(p->cx->arena, channel));
	struct str id = json_text(message, "id"), edited = json_text(message, "edited_timestamp");
	if (!list && json_object_size(all) >= WATCHED_CHANNELS)
		make_room(all);
	if (!list) {
		list = json_array();
		json_object_set_new(all, arena_cstr(p->cx->arena, channel), list);
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_eq(json_str_of(json_array_get(json_array_get(list, i), 0)), id))
			return;
	json_t *row = json_array();
	json_array_append_new(row, text_json(id));
	json_array_append_new(row, text_json(edited));
	json_array_append_new(list, row);
	while (json_array_size(list) > WATCHED)
		json_array_remove(list, 0);
}

static void forget(struct page *p, const char *channel)
{
	json_object_del(json_object_get(p->state, "watch"), channel);
}

/* ---- where something was said ---- */

static bool wanted(const struct page *p, const json_t *channel)
{
	struct str list = exchange_setting(p->account, "channels"), id = json_text(channel, "id"), parent = json_text(channel, "parent_id");
	if (!str_trim(list).len)
		return true;
	while (list.at) {
		struct str one = str_trim(str_cut(&list, ' '));
		if (str_ends(one, S(",")))
			one = str_head(one, one.len - 1);
		if (one.len && (str_eq(one, id) || str_eq(one, parent)))
			return true;
	}
	return false;
}

static void note_pending(struct page *p, const json_t *list)
{
	static const i64 read[] = {0, 2, 5, 10, 11, 12, 13}; /* text, voice, announcements, threads, stages */
	const json_t **all;
	size_t count = sorted(p->cx, list, &all);
	json_t *pending = json_object_get(p->state, "pending");
	for (size_t i = 0; i < count; i++) {
		struct str id = json_text(all[i], "id"), last = json_text(all[i], "last_message_id"), after = after_of(p, id), name = json_text(all[i], "name");
		bool is_read = false;
		for (size_t n = 0; n < COUNT(read); n++)
			is_read = is_read || json_number(all[i], "type", -1) == read[n];
		if (!is_read || !discord_is_id(last) || !wanted(p, all[i]) || (after.len && discord_id_order(last, after) <= 0))
			continue;
		json_t *row = json_array();
		json_array_append_new(row, text_json(id));
		json_array_append_new(row, text_json(arena_printf(p->cx->arena, "#%.*s", STR_ARG(name))));
		json_array_append_new(row, text_json(last));
		json_array_append_new(pending, row);
	}
}

static enum err look_around(struct page *p)
{
	struct str guild = exchange_setting(p->account, "guild");
	struct exchange channels = {.method = "GET", .path = arena_printf(p->cx->arena, "/guilds/%.*s/channels", STR_ARG(guild))};
	struct exchange threads = {.method = "GET", .path = arena_printf(p->cx->arena, "/guilds/%.*s/threads/active", STR_ARG(guild))};
	if (!discord_is_id(guild))
		return fail(p->cx, ERR_DENIED, N_("A server's ID is a number of about nineteen digits. Turn on developer mode in Discord and copy it."));
	TRY(discord_ask(p->cx, p->net, p->account, &channels));
	TRY(exchange_expect_json(p->cx, &channels, 200));
	TRY(discord_ask(p->cx, p->net, p->account, &threads));
	TRY(exchange_expect_json(p->cx, &threads, 200));
	if (!json_is_array(channels.document) || !json_list(threads.document, "threads"))
		return fail(p->cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	note_pending(p, channels.document);
	note_pending(p, json_list(threads.document, "threads"));
	return OK;
}

/* ---- a channel ---- */

/* The bot may not read it, or it is gone: the others are not kept waiting. */
static bool is_shut(const struct exchange *x)
{
	i64 code = discord_error(x);
	return code == DISCORD_MISSING_ACCESS || code == DISCORD_MISSING_PERMISSIONS || code == DISCORD_UNKNOWN_CHANNEL;
}

/* A refusal of which half came does not say what is refused. */
static enum err expect_page(struct cx *cx, const struct exchange *x)
{
	if (x->answer.outcome == NET_ANSWERED && x->answer.status == 403 && !x->answer.whole)
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	TRY(exchange_expect_json(cx, x, 200));
	return json_is_array(x->document) ? OK : fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
}

/* A page of the first that waits. */
static enum err read_channel(struct page *p)
{
	json_t *pending = json_object_get(p->state, "pending"), *row = json_array_get(pending, 0);
	struct cx *cx = p->cx;
	struct str id = arena_str(cx->arena, json_str_of(json_array_get(row, 0))), name = arena_str(cx->arena, json_str_of(json_array_get(row, 1))),
		   last = arena_str(cx->arena, json_str_of(json_array_get(row, 2))), after = arena_str(cx->arena, after_of(p, id));
	struct exchange x = {.method = "GET"};
	const json_t **list;
	if (!discord_is_id(id)) {
		json_array_remove(pending, 0);
		return OK;
	}
	x.path = after.len ? arena_printf(cx->arena, "/channels/%.*s/messages?limit=%d&after=%.*s", STR_ARG(id), PAGE, STR_ARG(after))
			   : arena_printf(cx->arena, "/channels/%.*s/messages?limit=%d", STR_ARG(id), FIRST);
	TRY(discord_ask(cx, p->net, p->account, &x));
	if (is_shut(&x)) { /* until something new is said there */
		set_after(p, id, last);
		json_array_remove(pending, 0);
		return OK;
	}
	TRY(expect_page(cx, &x));
	size_t count = sorted(cx, x.document, &list);
	struct str newest = count ? json_text(list[count - 1], "id") : after;
	for (size_t i = 0; i < count; i++) {
		TRY(hand_over(p, name, list[i], true));
		watch(p, id, list[i]);
	}
	if (!after.len || count < PAGE) { /* what was last may have been taken away since */
		newest = discord_id_order(last, newest) > 0 ? last : newest;
		json_array_remove(pending, 0);
	}
	set_after(p, id, newest);
	return OK;
}

/* ---- edits and removals ---- */

static const json_t *among(const json_t **list, size_t count, struct str id)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(json_text(list[i], "id"), id))
			return list[i];
	return NULL;
}

/* What became of the latest messages of one channel. */
static enum err read_again(struct page *p, const char *channel, json_t *watched)
{
	struct cx *cx = p->cx;
	struct str first = json_str_of(json_array_get(json_array_get(watched, 0), 0));
	struct exchange x = {.method = "GET"};
	const json_t **list;
	u64 before = 0;
	if (!str_to_u64(first, &before) || before == 0) {
		forget(p, channel);
		return OK;
	}
	x.path = arena_printf(cx->arena, "/channels/%s/messages?limit=%d&after=%llu", channel, PAGE, (unsigned long long)before - 1);
	TRY(discord_ask(cx, p->net, p->account, &x));
	if (is_shut(&x)) {
		forget(p, channel);
		return OK;
	}
	TRY(expect_page(cx, &x));
	size_t count = sorted(cx, x.document, &list);
	struct str until = count >= PAGE ? json_text(list[count - 1], "id") : (struct str){}; /* how far it tells */
	for (size_t i = 0; i < json_array_size(watched);) {
		json_t *row = json_array_get(watched, i);
		struct str id = json_str_of(json_array_get(row, 0));
		const json_t *now = among(list, count, id);
		if (!now && until.len && discord_id_order(id, until) > 0) {
			i++;
		} else if (!now) {
			struct str gone = arena_printf(cx->arena, "%s/%.*s", channel, STR_ARG(id)), thread = arena_str(cx->arena, str_of(channel));
			TRY(p->take(cx, p->subject, &(struct inbound){.remote_id = gone, .thread_id = thread, .removed = true}));
			json_array_remove(watched, i);
		} else {
			if (!str_eq(json_text(now, "edited_timestamp"), json_str_of(json_array_get(row, 1)))) {
				TRY(hand_over(p, (struct str){}, now, false));
				json_array_set_new(row, 1, text_json(json_text(now, "edited_timestamp")));
			}
			i++;
		}
	}
	if (!json_array_size(watched))
		forget(p, channel);
	return OK;
}

static enum err read_one_again(struct page *p)
{
	json_t *all = json_object_get(p->state, "watch"), *list;
	size_t count = json_object_size(all), turn = (size_t)json_number(p->state, "turn", 0), index = 0;
	const char *channel, *chosen = NULL;
	turn = turn < count ? turn : 0;
	json_object_foreach(all, channel, list)
		if (index++ == turn)
			chosen = arena_cstr(p->cx->arena, str_of(channel));
	json_object_set_new(p->state, "turn", json_integer((json_int_t)turn + 1));
	if (chosen && discord_is_id(str_of(chosen)))
		return read_again(p, chosen, json_object_get(all, chosen));
	if (chosen)
		forget(p, chosen);
	return OK;
}

enum err discord_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		       bool *ret_more)
{
	struct page p = {.cx = cx, .net = net, .account = account, .take = take, .subject = subject, .state = state_of(cx, cursor)};
	json_t *pending = json_object_get(p.state, "pending");
	bool idle = !json_array_size(pending);
	if (idle)
		TRY(look_around(&p));
	idle = idle && !json_array_size(pending);
	for (int i = 0; i < CHANNELS && json_array_size(pending); i++)
		TRY(read_channel(&p));
	if (idle)
		TRY(read_one_again(&p));
	*ret_cursor = arena_json(cx->arena, p.state, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = json_array_size(pending) > 0;
	return OK;
}
