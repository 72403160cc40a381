/* webform: the channel that anybody can feed: a form, a shop, an application pushes messages by the API and gets the answers at an address
 * of its own, signed. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/exchange.h"
#include "channel/signature.h"
#include "channel/webform/webform.h"
#include "sys/crypto.h"
#include "sys/signing.h"

static const struct channel_field fields[] = {
	{"callback", N_("Callback address"), N_("Where answers are posted, as signed JSON. Empty: answers are only read by the API."), FIELD_URL, false},
	{"secret", N_("Signing secret"), N_("Shared with the receiver: answers are signed with it as Standard Webhooks, and deliveries are believed by it."), FIELD_SECRET, false},
	{"secret_before", N_("Secret before"), N_("While the other side changes over: the one that it still uses. Both count; take it away when it has changed."), FIELD_SECRET, false},
	{"can_look", N_("The receiver can be asked"), N_("GET callback?key=… tells whether an answer arrived; then a lost connection is cleared up without a person."), FIELD_BOOL, false},
	{},
};

static struct str member(struct cx *cx, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)});
}

static enum err check_types(struct cx *cx, const json_t *body)
{
	static const char *const known[] = {"id", "thread", "parent", "kind", "subject", "subject_url", "text", "lang", "rating", "url", "at", "edited_at", "removed",
		"private", "author", "attachments", "report"};
	static const char *const texts[] = {"id", "thread", "parent", "kind", "subject", "subject_url", "text", "lang", "url", "at", "edited_at"};
	const char *name;
	const json_t *value;
	if (!json_is_object(body))
		return fail_field(cx, "body", N_("Send one message as a JSON object."));
	json_object_foreach((json_t *)body, name, value)
		if (!str_in(str_of(name), known, COUNT(known)))
			return fail_field(cx, name, N_("A message has no member of this name."));
	for (size_t i = 0; i < COUNT(texts); i++) {
		value = json_object_get(body, texts[i]);
		if (value && !json_is_string(value) && !json_is_null(value))
			return fail_field(cx, texts[i], N_("This must be a text."));
	}
	value = json_object_get(body, "author");
	if (value && !json_is_object(value))
		return fail_field(cx, "author", N_("The author is an object with an id and a name."));
	value = json_object_get(body, "report");
	if (value && (!json_is_object(value) || !json_is_string(json_object_get(value, "id")) || !json_string_length(json_object_get(value, "id"))))
		return fail_field(cx, "report", N_("A complaint is an object with an id and a reason."));
	return OK;
}

#define ATTACHMENTS_MAX 20

/* Where the sender keeps them: addresses of the web, shown as links. */
static enum err read_attachments(struct cx *cx, const json_t *list, struct inbound *i)
{
	static const char *const kinds[] = {"image", "video", "audio", "file", "link"};
	if (!list || json_is_null(list))
		return OK;
	if (!json_is_array(list) || json_array_size(list) > ATTACHMENTS_MAX)
		return fail_field(cx, "attachments", N_("This is a list of %d at the most."), ATTACHMENTS_MAX);
	struct inbound_attachment *all = arena_array(cx->arena, struct inbound_attachment, json_array_size(list) + 1);
	size_t index;
	json_t *one;
	json_array_foreach(list, index, one) {
		all[index] = (struct inbound_attachment){.kind = member(cx, one, "kind"), .name = member(cx, one, "name"), .alt = member(cx, one, "alt"),
							 .type = member(cx, one, "type"), .url = member(cx, one, "url")};
		if (!str_starts(all[index].url, S("https://")) && !str_starts(all[index].url, S("http://")))
			return fail_field(cx, "attachments", N_("Each has a url that starts with https://."));
		if (all[index].kind.len && !str_in(all[index].kind, kinds, COUNT(kinds)))
			return fail_field(cx, "attachments", N_("A kind is one of: image, video, audio, file, link."));
	}
	i->attachments = all;
	i->attachment_count = json_array_size(list);
	return OK;
}

enum err webform_inbound(struct cx *cx, const json_t *body, struct inbound *ret_inbound)
{
	TRY(check_types(cx, body));
	const json_t *author = json_object_get(body, "author"), *report = json_object_get(body, "report"), *rating = json_object_get(body, "rating");
	struct inbound i = {
		.kind = KIND_DIRECT,
		.remote_id = member(cx, body, "id"),
		.parent_id = member(cx, body, "parent"),
		.thread_id = member(cx, body, "thread"),
		.subject = member(cx, body, "subject"),
		.subject_url = member(cx, body, "subject_url"),
		.author_id = member(cx, author, "id"),
		.author_handle = member(cx, author, "handle"),
		.author_name = member(cx, author, "name"),
		.author_url = member(cx, author, "url"),
		.author_followers = json_is_integer(json_object_get(author, "followers")) ? json_integer_value(json_object_get(author, "followers")) : -1,
		.author_place = member(cx, author, "place"),
		.body = member(cx, body, "text"),
		.lang = member(cx, body, "lang"),
		.url = member(cx, body, "url"),
		.at = cx->now,
		.removed = json_is_true(json_object_get(body, "removed")),
		.report_id = member(cx, report, "id"),
		.report = member(cx, report, "reason"),
	};
	struct str kind = member(cx, body, "kind"), at = member(cx, body, "at"), edited = member(cx, body, "edited_at");
	if (kind.len && (!message_kind_of(kind, &i.kind) || i.kind == KIND_NOTE || i.kind == KIND_REPLY))
		return fail_field(cx, "kind", N_("A kind is one of: comment, mention, direct, review, post."));
	i.visibility = json_is_boolean(json_object_get(body, "private")) ? (json_is_true(json_object_get(body, "private")) ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC)
		       : i.kind == KIND_DIRECT ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC;
	if (at.len && !time_parse(at, &i.at))
		return fail_field(cx, "at", N_("Write a time like 2026-03-24T09:42:00Z."));
	if (edited.len && !time_parse(edited, &i.edited_at))
		return fail_field(cx, "edited_at", N_("Write a time like 2026-03-24T09:42:00Z."));
	if (rating && !json_is_null(rating) && (!json_is_integer(rating) || json_integer_value(rating) < 1 || json_integer_value(rating) > 5))
		return fail_field(cx, "rating", N_("A rating goes from 1 to 5."));
	i.rating = (int)json_integer_value(rating);
	TRY(read_attachments(cx, json_object_get(body, "attachments"), &i));
	if (!i.thread_id.len)
		i.thread_id = i.parent_id.len ? i.parent_id : i.remote_id;
	*ret_inbound = i;
	return OK;
}

/* The one that counts, and while it is being changed the one before: a line each, as sys/signing.h takes them. */
static struct str secrets_of(struct cx *cx, const struct channel_account *account)
{
	struct str now = exchange_secret(cx, account, "secret"), before = exchange_secret(cx, account, "secret_before");
	return before.len ? arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(now), STR_ARG(before)) : now;
}

/* What a post has besides; its files whole, since nothing of ours can be fetched. */
static void add_post(struct buf *b, const struct outbound *o)
{
	const struct {
		const char *name;
		struct str value;
	} members[] = {{"title", o->subject}, {"lang", o->lang}, {"warning", o->warning}};
	for (size_t i = 0; i < COUNT(members); i++) {
		buf_addf(b, ",\"%s\":", members[i].name);
		buf_add_json(b, members[i].value);
	}
	buf_adds(b, ",\"media\":[");
	for (size_t i = 0; i < o->media_count; i++) {
		const struct outbound_media *m = &o->media[i];
		const struct str values[] = {m->kind, m->name, m->alt, m->type};
		static const char *const names[] = {"kind", "name", "alt", "type"};
		for (size_t n = 0; n < COUNT(names); n++) {
			buf_addf(b, "%s\"%s\":", n ? "," : i ? ",{" : "{", names[n]);
			buf_add_json(b, values[n]);
		}
		buf_adds(b, ",\"bytes\":\"");
		buf_add_base64(b, m->bytes, BASE64);
		buf_adds(b, "\"}");
	}
	buf_addc(b, ']');
}

static struct str letter(struct cx *cx, const struct outbound *o)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct {
		const char *name;
		struct str value;
	} members[] = {{"key", o->dedup_key}, {"thread", o->thread_id}, {"parent", o->parent_id}, {"target", o->remote_id}, {"text", o->body}, {"author", o->author_name}};
	buf_addf(&b, "{\"act\":\"%s\",\"message\":\"%lld\",\"private\":%s", channel_act_word(o->act), (long long)o->message, o->visibility == VISIBILITY_PRIVATE ? "true" : "false");
	for (size_t i = 0; i < COUNT(members); i++) {
		buf_addf(&b, ",\"%s\":", members[i].name);
		buf_add_json(&b, members[i].value);
	}
	if (o->act == ACT_REPLY && !o->parent_id.len && o->subject.len) { /* a case that begins */
		buf_adds(&b, ",\"subject\":");
		buf_add_json(&b, o->subject);
	}
	if (o->act == ACT_POST)
		add_post(&b, o);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

/* Where it can be seen, if the receiver says so, and it is an address that may be shown. */
static struct str page_in(struct cx *cx, const struct exchange *x)
{
	struct str url = member(cx, x->document, "url");
	return str_starts(url, S("https://")) || str_starts(url, S("http://")) ? url : (struct str){};
}

static enum err publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct str callback = exchange_setting(account, "callback"), secret = exchange_secret(cx, account, "secret"), secrets = secrets_of(cx, account);
	if (!callback.len && outbound->act == ACT_POST) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This channel has no callback address, so there is nobody to give a post to. Add it on the channel's page.")))};
		return OK;
	}
	if (!callback.len) { /* nobody to tell: the answer is there for whoever asks the API */
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = outbound->dedup_key};
		return OK;
	}
	struct str body = letter(cx, outbound), stamp = arena_printf(cx->arena, "%lld", (long long)(cx->now / SECOND));
	struct hash mac = hmac_sha256(secret, arena_printf(cx->arena, "%.*s.%.*s", STR_ARG(stamp), STR_ARG(body)));
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, mac.at, sizeof mac.at);
	const struct net_header headers[] = {
		{S("Parvis-Delivery"), outbound->dedup_key},
		{S("Parvis-Timestamp"), stamp},
		{S("Parvis-Signature"), buf_str(&hex)},
		{S("webhook-id"), outbound->dedup_key},
		{S("webhook-timestamp"), stamp},
		{S("webhook-signature"), signing_make(cx->arena, secrets, outbound->dedup_key, stamp, body)},
	};
	struct exchange x = {.method = "POST", .base = callback, .body = body, .key = outbound->dedup_key, .headers = headers, .header_count = secret.len ? COUNT(headers) : 2,
			     .any_answer = true};
	TRY(exchange_ask(cx, net, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE) {
		ret_sent->remote_id = member(cx, x.document, "id");
		if (!ret_sent->remote_id.len)
			ret_sent->remote_id = outbound->dedup_key;
		ret_sent->url = page_in(cx, &x);
	}
	return OK;
}

static enum err look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct str callback = exchange_setting(account, "callback");
	if (!json_is_true(json_object_get(account->settings, "can_look"))) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("Nobody can tell whether it arrived. Ask the receiver, then say so here.")))};
		return OK;
	}
	struct exchange x = {.method = "GET", .base = callback,
			     .path = arena_printf(cx->arena, "%ckey=%.*s", str_find_byte(callback, '?') >= 0 ? '&' : '?', STR_ARG(outbound->dedup_key))};
	TRY(exchange_ask(cx, net, &x));
	exchange_looked(cx, &x, ret_sent);
	const json_t *accepted = json_object_get(x.document, "accepted");
	bool absent = x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || (ret_sent->outcome == OUTCOME_DONE && json_is_false(accepted)));
	if (absent)
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
	else if (ret_sent->outcome == OUTCOME_DONE && !json_is_true(accepted))
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	else if (ret_sent->outcome == OUTCOME_DONE)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = member(cx, x.document, "id").len ? member(cx, x.document, "id") : outbound->dedup_key, .url = page_in(cx, &x)};
	return OK;
}

/* ---- what is delivered, signed ---- */

static enum err read_delivery(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	bool many = json_is_array(document);
	for (size_t i = 0; i < (many ? json_array_size(document) : 1); i++) {
		struct inbound inbound;
		TRY(webform_inbound(cx, many ? json_array_get(document, i) : document, &inbound));
		TRY(take(cx, subject, &inbound));
	}
	return OK;
}

static void release(void *document)
{
	json_decref(document);
}

static enum err receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject,
			struct received *ret_received)
{
	struct received r = {.verdict = DELIVERY_REFUSED, .key = delivery_header(delivery, "webhook-id")};
	if (signature_check(cx, secrets_of(cx, account), delivery, &r.story)) {
		json_error_t where;
		json_t *document = json_loadb(delivery->body.at ? delivery->body.at : "", delivery->body.len, JSON_REJECT_DUPLICATES, &where);
		arena_defer(cx->arena, release, document);
		if (!document)
			return fail_field(cx, "body", N_("This is no JSON (line %d)."), where.line);
		TRY(read_delivery(cx, account, document, take, subject));
		r.verdict = DELIVERY_TAKEN;
	}
	*ret_received = r;
	return OK;
}

static const struct channel_reader readers[] = {
	{"webhook", N_("One message or a list of them, as for the API"), read_delivery},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 10000, TEXT_CHARACTERS, "2026-11-21", "src/channel/webform/channel.c"},
	{LIMIT_PRIVATE_BODY, 80000, TEXT_CHARACTERS, "2026-11-22", "src/channel/webform/channel.c: a case with its history"},
	{LIMIT_POST, 80000, TEXT_CHARACTERS, "2026-11-22", "src/channel/webform/channel.c"},
	{LIMIT_POST_MEDIA, 10, TEXT_CHARACTERS, "2026-11-22", "src/channel/webform/channel.c"},
	{LIMIT_IMAGE_BYTES, 10000000, TEXT_BYTES, "2026-11-22", "src/channel/webform/channel.c: they go in one letter, base64"},
	{},
};

const struct channel_kind channel_webform = {
	.word = "webform",
	.title = N_("Form or application"),
	.about = N_("Your site, shop or application pushes messages by the API, and gets the answers at an address of its own."),
	.network = "web",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | IS_PUSHED | HAS_FORM | CAN_RECEIVE | CAN_BEGIN | TAKES_CASES | CAN_POST | HAS_TITLES,
	.limits = limits,
	.fields = fields,
	.publish = publish,
	.receive = receive,
	.look = look,
	.pushed = webform_inbound,
	.readers = readers,
};
