/* What goes out: posts; answers in the thread, as visible as what they answer, under a key; likes. After a doubt our own latest messages are read:
 * servers that keep no key (snac) would take an answer twice. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/mastodon/connector.h"

#define PAGE 40
#define BODY_MOST 500 /* where a server does not say */
#define PAGES 5
#define LOOKS 10 /* whether a file is ready */
#define CLOCKS_DIFFER (2 * SECOND)

static struct str status_path(struct cx *cx, struct str id, const char *more)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/api/v1/statuses/");
	buf_add_url(&b, id);
	buf_adds(&b, more);
	return buf_keep(&b, cx->arena);
}

static struct str answered(const struct outbound *o)
{
	return o->parent_id.len ? o->parent_id : o->thread_id;
}

/* Never wider than what is answered. */
static struct str visibility_for(struct cx *cx, const struct outbound *o, const json_t *parent)
{
	struct str theirs = exchange_text(cx, parent, "visibility");
	return o->visibility == VISIBILITY_PRIVATE ? S("direct") : theirs.len ? theirs : S("public");
}

/* Who is answered is named, else nobody there is told of it. */
static struct str body_for(struct cx *cx, const struct channel_account *account, const struct outbound *o, const json_t *parent)
{
	struct str acct = json_text(parent, "account/acct"), self = mastodon_self(account);
	struct str name = arena_printf(cx->arena, "@%.*s", STR_ARG(acct));
	bool own = self.len && str_eq(json_id(cx->arena, parent, "account/id"), self);
	if (!acct.len || own || str_find(o->body, name) >= 0)
		return o->body;
	return arena_printf(cx->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(o->body));
}

/* What hides what is answered hides the answer: whoever did not want to see the one is not shown the other. Left out where both do not fit. */
static struct str warning_for(struct cx *cx, const struct channel_account *account, struct str body, const json_t *parent)
{
	struct str warning = json_text(parent, "spoiler_text");
	i64 room = json_number(account->known, "limits/body", BODY_MOST);
	return warning.len && (i64)(text_length(TEXT_FEDIVERSE, body) + text_length(TEXT_FEDIVERSE, warning)) <= room ? arena_str(cx->arena, warning) : (struct str){};
}

/* A file, before the status that it belongs to; nobody sees it until then, so that a doubt is none. False: *ret_sent says why. */
static enum err upload(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *media, struct str *ret_id, bool *ret_there,
		       struct sent *ret_sent)
{
	struct exchange_part parts[] = {
		{.name = "description", .value = media->alt},
		{.name = "file", .file_name = media->name.len ? media->name : S("file"), .type = media->type, .value = media->bytes},
	};
	struct exchange x = {.method = "POST", .path = S("/api/v2/media"), .repeatable = true, .timeout = exchange_upload_time(media->bytes.len)};
	exchange_form(cx, &x, parts, COUNT(parts));
	TRY(mastodon_ask(cx, net, account, &x));
	*ret_there = exchange_read_first(cx, &x, ret_sent);
	if (!*ret_there)
		return OK;
	struct str id = exchange_text(cx, x.document, "id");
	bool works = x.answer.status == 202; /* it goes on working on it */
	for (int asked = 0; works && asked < LOOKS && *ret_there; asked++) {
		struct exchange look = {.method = "GET", .path = arena_printf(cx->arena, "/api/v1/media/%.*s", STR_ARG(id))};
		TRY(mastodon_ask(cx, net, account, &look));
		*ret_there = exchange_read_first(cx, &look, ret_sent);
		works = look.answer.status == 206;
	}
	if (*ret_there && (works || !id.len)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network is still working on a file. It will be sent again.")))};
		*ret_there = false;
	}
	*ret_id = id;
	return OK;
}

/* The files up, *ret_ids a list of JSON; false: *ret_sent says why not. */
static enum err upload_all(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str *ret_ids, bool *ret_there, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf media = {};
	*ret_there = true;
	for (size_t i = 0; i < o->media_count; i++) {
		struct str id;
		TRY(upload(cx, net, account, &o->media[i], &id, ret_there, ret_sent));
		if (!*ret_there)
			return OK;
		buf_adds(&media, i ? "," : "");
		buf_add_json(&media, id);
	}
	*ret_ids = buf_keep(&media, cx->arena);
	return OK;
}

static void add_text(struct buf *b, const char *name, struct str value)
{
	if (value.len) {
		buf_addf(b, ",\"%s\":", name);
		buf_add_json(b, value);
	}
}

/* The status written; the body is that of POST /api/v1/statuses. */
static enum err write_status(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str body, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = S("/api/v1/statuses"), .body = body, .key = o->dedup_key};
	TRY(mastodon_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->url = exchange_text(cx, x.document, "url");
	return OK;
}

static i64 over_by(const struct channel_account *account, struct str body, struct str warning)
{
	return (i64)(text_length(TEXT_FEDIVERSE, body) + text_length(TEXT_FEDIVERSE, warning)) - json_number(account->known, "limits/body", BODY_MOST);
}

static void add_poll(struct buf *b, const struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++) {
		buf_adds(b, i ? "," : ",\"poll\":{\"options\":[");
		buf_add_json(b, poll->choices[i]);
	}
	if (poll->count)
		buf_addf(b, "],\"expires_in\":%lld,\"multiple\":%s}", (long long)(poll->lasting / SECOND), poll->several ? "true" : "false");
}

/* For all to see, whatever the account does by itself: it is meant to be read. A server without a language of posts passes over the member. */
static enum err post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str media;
	bool there;
	i64 over = over_by(account, o->body, o->warning);
	if (o->warning.len && over > 0) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = arena_printf(cx->arena, _(N_("Its warning counts as part of it, and with it this post is too long for this server by %lld. Shorten it, then send it again.")), (long long)over)};
		return OK;
	}
	TRY(upload_all(cx, net, account, o, &media, &there, ret_sent));
	if (!there)
		return OK;
	buf_adds(&b, "{\"visibility\":\"public\",\"status\":");
	buf_add_json(&b, o->body);
	add_text(&b, "spoiler_text", o->warning);
	add_text(&b, "language", o->lang);
	if (o->warning.len)
		buf_adds(&b, ",\"sensitive\":true");
	if (media.len)
		buf_addf(&b, ",\"media_ids\":[%.*s]", STR_ARG(media));
	add_poll(&b, &o->poll);
	buf_addc(&b, '}');
	return write_status(cx, net, account, o, buf_str(&b), ret_sent);
}

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange parent = {.method = "GET", .path = status_path(cx, answered(o), "")};
	CLEANUP(buf_free) struct buf b = {};
	struct str media;
	bool there;
	TRY(mastodon_ask(cx, net, account, &parent));
	if (!exchange_read_first(cx, &parent, ret_sent)) {
		if (ret_sent->outcome == OUTCOME_NEVER && (parent.answer.status == 404 || parent.answer.status == 410))
			ret_sent->story = str_of(_(N_("The message that this answers is no longer there.")));
		return OK;
	}
	TRY(upload_all(cx, net, account, o, &media, &there, ret_sent));
	if (!there)
		return OK;
	struct str body = body_for(cx, account, o, parent.document), warning = warning_for(cx, account, body, parent.document);
	i64 over = over_by(account, body, (struct str){});
	if (over > 0) { /* it fitted, before who is answered was named */
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = arena_printf(cx->arena, _(N_("Who is answered is named at its beginning, and then it is too long for this server by %lld. Shorten it, then send it again.")), (long long)over)};
		return OK;
	}
	buf_adds(&b, "{\"status\":");
	buf_add_json(&b, body);
	add_text(&b, "spoiler_text", warning);
	add_text(&b, "in_reply_to_id", answered(o));
	add_text(&b, "visibility", visibility_for(cx, o, parent.document));
	add_text(&b, "language", o->lang);
	if (media.len)
		buf_addf(&b, ",\"media_ids\":[%.*s]", STR_ARG(media));
	buf_addc(&b, '}');
	return write_status(cx, net, account, o, buf_str(&b), ret_sent);
}

enum err mastodon_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	bool likes = o->act == ACT_REACT || o->act == ACT_UNREACT;
	if (o->act == ACT_REPLY)
		return reply(cx, net, account, o, ret_sent);
	if (o->act == ACT_POST)
		return post(cx, net, account, o, ret_sent);
	if (!likes) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This network cannot do that.")))};
		return OK;
	}
	struct exchange x = {.method = "POST", .path = status_path(cx, o->remote_id, o->act == ACT_REACT ? "/favourite" : "/unfavourite"), .repeatable = true};
	TRY(mastodon_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	return OK;
}

/* ---- looking for what may have been sent ---- */

/* Letters and digits alone, without the names at the start: servers turn the rest into HTML in their own ways. */
static struct str core_of(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	text = str_trim(text);
	while (str_starts(text, S("@"))) {
		size_t end = 0;
		while (end < text.len && (u8)text.at[end] > ' ')
			end++;
		text = str_trim(str_skip(text, end));
	}
	while (text.len) {
		struct str before = text;
		u32 code = utf8_next(&text);
		bool sign = code < 0x30 || (code > 0x39 && code < 0x41) || (code > 0x5A && code < 0x61) || (code > 0x7A && code < 0xC0);
		if (!sign)
			buf_add(&b, str_head(before, before.len - text.len));
	}
	return buf_keep(&b, cx->arena);
}

/* How far the server's clock is ahead of ours. */
static i64 skew_of(const struct cx *cx, const struct exchange *x)
{
	i64 theirs;
	return time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
}

/* Without a text, what goes with it has to do. */
static bool holds_as_many(const struct outbound *o, const json_t *status)
{
	return str_trim(o->body).len || json_array_size(json_list(status, "media_attachments")) == o->media_count;
}

static bool is_it(struct cx *cx, const struct outbound *o, const json_t *status, i64 since)
{
	struct str above = o->act == ACT_POST ? (struct str){} : answered(o);
	return str_eq(json_id(cx->arena, status, "in_reply_to_id"), above) && json_instant(status, "created_at") >= since &&
	       str_eq(core_of(cx, html_to_text(cx->arena, json_text(status, "content"))), core_of(cx, o->body)) && holds_as_many(o, status);
}

/* One page of our own messages, newest first. *ret_before: where the next page begins; empty when older ones cannot be it. */
static enum err look_page(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str self, struct str *ret_before,
			  struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf path = {};
	const json_t *status;
	size_t index;
	buf_adds(&path, "/api/v1/accounts/");
	buf_add_url(&path, self);
	buf_addf(&path, "/statuses?limit=%d&exclude_reblogs=true", PAGE);
	if (ret_before->len) {
		buf_adds(&path, "&max_id=");
		buf_add_url(&path, *ret_before);
	}
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(mastodon_ask(cx, net, account, &x));
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (!json_is_array(x.document)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	i64 since = o->intended_at + skew_of(cx, &x) - CLOCKS_DIFFER;
	bool older = false;
	struct str last = {};
	json_array_foreach(x.document, index, status)
	{
		if (is_it(cx, o, status, since)) {
			*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = json_id(cx->arena, status, "id"), .url = exchange_text(cx, status, "url")};
			*ret_before = (struct str){};
			return OK;
		}
		older = older || json_instant(status, "created_at") < since;
		last = json_id(cx->arena, status, "id");
	}
	*ret_before = older || json_array_size(x.document) < PAGE ? (struct str){} : last;
	*ret_sent = ret_before->len ? (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))}
				    : (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
	return OK;
}

enum err mastodon_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str self = arena_str(cx->arena, mastodon_self(account)), before = {};
	if (o->act != ACT_REPLY && o->act != ACT_POST) /* liking twice is liking once */
		return mastodon_publish(cx, net, account, o, ret_sent);
	if (!self.len) {
		struct exchange x = {.method = "GET", .path = S("/api/v1/accounts/verify_credentials")};
		TRY(mastodon_ask(cx, net, account, &x));
		exchange_looked(cx, &x, ret_sent);
		if (ret_sent->outcome != OUTCOME_DONE)
			return OK;
		self = exchange_text(cx, x.document, "id");
	}
	for (int page = 0; page < PAGES; page++) {
		TRY(look_page(cx, net, account, o, self, &before, ret_sent));
		if (!before.len)
			break;
	}
	return OK;
}
