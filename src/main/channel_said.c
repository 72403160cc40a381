#include "main/channel_said.h"

#include "base/json_text.h"
#include "base/clock.h"

#define LEFT_OUT "(left out)"
#define SECRET_MIN 6 /* a shorter value would blot out ordinary words */
#define DEPTH_MAX 64

/* ---- credentials stay out ---- */

/* Members of what networks take and give; parameters of their addresses. */
static const char *const members[] = {"access_token", "accessJwt", "appsecret_proof", "client_secret", "code_verifier", "id_token", "new_password", "password", "refresh_token",
	"refreshJwt", "secret", "secret_token", "token"};
static const char *const parameters[] = {"access_token", "appsecret_proof", "client_secret", "code", "input_token", "key", "password", "refresh_token", "token"};

struct str said_url(struct cx *cx, struct str url)
{
	CLEANUP(buf_free) struct buf b = {};
	ptrdiff_t mark = str_find_byte(url, '?');
	struct str rest = mark < 0 ? (struct str){} : str_skip(url, (size_t)mark + 1);
	struct str head = mark < 0 ? url : str_head(url, (size_t)mark);
	ptrdiff_t bot = str_find(head, S("/bot")); /* Telegram has its token in the path: /bot110201543:AAH…/getMe */
	if (bot >= 0 && str_skip(head, (size_t)bot + 4).len && (unsigned char)(head.at[bot + 4] - '0') < 10) {
		buf_add(&b, str_head(head, (size_t)bot));
		buf_adds(&b, "/bot" LEFT_OUT);
		head = str_skip(head, (size_t)bot + 1);
		str_cut(&head, '/');
		if (head.len)
			buf_addc(&b, '/');
	}
	buf_add(&b, head);
	for (char before = '?'; rest.len; before = '&') {
		struct str value = str_cut(&rest, '&'), name = str_cut(&value, '=');
		buf_addf(&b, "%c%.*s=%.*s", before, STR_ARG(name), STR_ARG(str_in(name, parameters, COUNT(parameters)) ? S(LEFT_OUT) : value));
	}
	return buf_keep(&b, cx->arena);
}

static void hush(json_t *value, int depth)
{
	const char *name;
	json_t *member;
	size_t index;
	if (depth > DEPTH_MAX)
		return;
	json_array_foreach(value, index, member)
		hush(member, depth + 1);
	json_object_foreach(value, name, member)
	{
		if (json_is_string(member) && str_in(str_of(name), members, COUNT(members)))
			json_string_set(member, LEFT_OUT);
		else
			hush(member, depth + 1);
	}
}

json_t *said_document(struct cx *cx, struct str body)
{
	json_t *document = json_loadb(body.at ? body.at : "", body.len, 0, NULL);
	hush(document, 0);
	return document;
}

struct str said_body(struct cx *cx, struct str body)
{
	json_t *document = said_document(cx, body);
	if (!document)
		return body;
	struct str text = arena_json(cx->arena, document, JSON_COMPACT);
	json_decref(document);
	return text;
}

/* A value as it stands within JSON: without the quotes. */
static struct str within(struct cx *cx, struct str value)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_json(&b, value);
	struct str quoted = buf_keep(&b, cx->arena);
	return str_head(str_skip(quoted, 1), quoted.len - 2);
}

static struct str without(struct cx *cx, struct str text, struct str value)
{
	CLEANUP(buf_free) struct buf b = {};
	ptrdiff_t at;
	if (value.len < SECRET_MIN || str_find(text, value) < 0)
		return text;
	for (; (at = str_find(text, value)) >= 0; text = str_skip(text, (size_t)at + value.len)) {
		buf_add(&b, str_head(text, (size_t)at));
		buf_adds(&b, LEFT_OUT);
	}
	buf_add(&b, text);
	return buf_keep(&b, cx->arena);
}

struct str said_without(struct cx *cx, struct str text, struct str secret)
{
	json_t *object = secret.len ? json_loadb(secret.at, secret.len, 0, NULL) : NULL;
	const char *name;
	json_t *member;
	json_object_foreach(object, name, member)
	{
		struct str value = json_is_string(member) ? (struct str){json_string_value(member), json_string_length(member)} : (struct str){};
		text = without(cx, text, value);
		text = value.len ? without(cx, text, within(cx, value)) : text;
	}
	json_decref(object);
	return text;
}

/* ---- what was found ---- */

static void add_member(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, ",\"%s\":", name);
	buf_add_json(out, value);
}

static void add_texts(struct buf *out, const char *name, const struct str *texts, size_t count)
{
	buf_addf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_addc(out, ',');
		buf_add_json(out, texts[i]);
	}
	buf_addc(out, ']');
}

static void add_number(struct buf *out, const char *name, i64 value)
{
	buf_addf(out, ",\"%s\":", name);
	if (value < 0)
		buf_adds(out, "null");
	else
		buf_add_i64(out, value);
}

void said_verified(struct buf *out, const struct verified *verified)
{
	buf_addf(out, "{\"outcome\":\"%s\"", outcome_word(verified->outcome));
	add_member(out, "story", verified->story);
	add_member(out, "id", verified->id);
	add_member(out, "handle", verified->handle);
	add_member(out, "name", verified->name);
	add_member(out, "url", verified->url);
	if (verified->rights_told)
		add_texts(out, "rights", verified->rights, verified->right_count);
	else
		buf_adds(out, ",\"rights\":null");
	buf_adds(out, ",\"expires_at\":");
	if (verified->expires_at) {
		buf_addc(out, '"');
		buf_add_time(out, verified->expires_at);
		buf_addc(out, '"');
	} else {
		buf_adds(out, "null");
	}
	buf_adds(out, ",\"known\":");
	if (verified->known)
		buf_add_value(out, verified->known, JSON_COMPACT | JSON_ENCODE_ANY);
	else
		buf_adds(out, "null");
	buf_adds(out, "}\n");
}

void said_sent(struct buf *out, const struct sent *sent, struct str key)
{
	buf_addf(out, "{\"outcome\":\"%s\"", outcome_word(sent->outcome));
	add_member(out, "story", sent->story);
	add_member(out, "id", sent->remote_id);
	add_member(out, "url", sent->url);
	add_member(out, "key", key);
	buf_adds(out, "}\n");
}

void said_profile(struct buf *out, const struct channel_profile *profile)
{
	buf_adds(out, "{\"name\":");
	buf_add_json(out, profile->name);
	add_member(out, "handle", profile->handle);
	add_member(out, "about", profile->about);
	add_member(out, "url", profile->url);
	add_member(out, "avatar", profile->avatar);
	add_member(out, "cover", profile->cover);
	add_member(out, "short", profile->short_about);
	add_member(out, "website", profile->website);
	add_member(out, "place", profile->place);
	struct str links[PROFILE_LINKS_MAX];
	size_t count = 0;
	for (; count < profile->link_count && count < COUNT(links); count++)
		links[count] = profile->links[count].url;
	add_texts(out, "links", links, count);
	add_number(out, "followers", profile->followers);
	add_number(out, "following", profile->following);
	add_number(out, "posts", profile->posts);
	buf_adds(out, "}\n");
}

json_t *said_metric(const struct metric *metric)
{
	json_t *id = metric->remote_id.len ? json_stringn(metric->remote_id.at, metric->remote_id.len) : json_null();
	return json_pack("{s:o, s:s, s:I}", "id", id, "measure", metric->measure, "value", (json_int_t)metric->value);
}
