#include "ui/document.h"

#include "base/json_text.h"
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "model/name.h"

#define LINKS_MAX 200
#define TEXT_ROOM 80 /* a figure, an instant, a duration */

static json_t *text_of(struct buf *b)
{
	struct str text = buf_str(b);
	json_t *json = utf8_valid(text) ? json_stringn_nocheck(text.at ? text.at : "", text.len) : NULL;
	must(json);
	buf_free(b);
	return json;
}

/* Members of names that we gave: what json_pack() makes, without its looking at each. */
static json_t *known(const char *text)
{
	return json_string_nocheck(text);
}

/* A text that we wrote ourselves, every byte: its UTF-8 is not looked at again. */
static json_t *ours(struct buf *b)
{
	must(buf_ok(b) && b->len);
	json_t *json = json_stringn_nocheck(b->at, b->len);
	buf_free(b);
	return json;
}

json_t *doc_text(struct str text)
{
	if (utf8_valid(text)) /* faster than json_stringn()'s own look */
		return json_stringn_nocheck(text.at ? text.at : "", text.len);
	struct buf clean = {};
	buf_add_clean(&clean, text);
	return text_of(&clean);
}

json_t *doc_drawn(struct str html)
{
	return json_stringn_nocheck(html.at ? html.at : "", html.len);
}

json_t *doc_address(struct str url)
{
	bool web = str_eq_fold(str_head(url, 8), S("https://")) || str_eq_fold(str_head(url, 7), S("http://"));
	return web ? doc_text(url) : json_null();
}

json_t *doc_text_or_null(struct str text)
{
	return text.len ? doc_text(text) : json_null();
}

json_t *doc_excerpt(struct str text, size_t count)
{
	struct str head = utf8_head(text, count);
	if (head.len == text.len)
		return doc_text(text);
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, str_trim(head));
	buf_adds(&b, "…");
	return doc_text(buf_str(&b));
}

json_t *doc_id(i64 id)
{
	if (!id)
		return json_null();
	char room[TEXT_ROOM];
	struct buf b = BUF_IN(room);
	buf_add_i64(&b, id);
	return ours(&b);
}

json_t *doc_number(const char *lang, i64 count)
{
	char room[TEXT_ROOM];
	struct buf b = BUF_IN(room);
	buf_add_number(&b, lang, count);
	json_t *number = json_object();
	doc_set(number, "count", json_integer((json_int_t)count));
	doc_set(number, "text", text_of(&b));
	return number;
}

json_t *doc_number_or_null(const char *lang, i64 count)
{
	return count ? doc_number(lang, count) : json_null();
}

json_t *doc_instant(const struct reader *reader, i64 instant)
{
	if (!instant)
		return json_null();
	char rooms[3][TEXT_ROOM];
	struct buf iso = BUF_IN(rooms[0]), text = BUF_IN(rooms[1]), brief = BUF_IN(rooms[2]);
	buf_add_time(&iso, instant);
	buf_add_instant_both(&text, &brief, reader, instant);
	json_t *shape = json_object();
	doc_set(shape, "iso", ours(&iso));
	doc_set(shape, "text", ours(&text));
	doc_set(shape, "short", ours(&brief));
	return shape;
}

json_t *doc_word(const char *lang, const char *word, const char *title)
{
	json_t *shape = json_object();
	doc_set(shape, "word", known(word));
	doc_set(shape, "title", known(tr(lang, title)));
	return shape;
}

json_t *doc_avatar(struct str name)
{
	char room[TEXT_ROOM];
	struct buf b = BUF_IN(room);
	buf_add_initials(&b, name);
	json_t *avatar = json_object();
	doc_set(avatar, "initials", text_of(&b));
	doc_set(avatar, "color", json_integer(name_color(name)));
	return avatar;
}

json_t *doc_rating(const char *lang, int value)
{
	if (value <= 0)
		return json_null();
	if (value > 5)
		value = 5;
	json_t *stars = json_array();
	for (int i = 0; i < 5; i++)
		json_array_append_new(stars, json_pack("{s:b}", "on", i < value));
	struct buf b = {};
	buf_add_filled(&b, tr_n(lang, "{n} star out of 5", "{n} stars out of 5", value), (struct str){&"012345"[value], 1});
	return json_pack("{s:i, s:o, s:o}", "value", value, "spoken", text_of(&b), "stars", stars);
}

/* ---- networks ---- */

static const struct network {
	const char *word, *glyph, *title;
} networks[] = {
	{"instagram", "instagram", "Instagram"}, {"facebook", "facebook", "Facebook"}, {"messenger", "facebook", "Messenger"},
	{"linkedin", "linkedin", "LinkedIn"}, {"tiktok", "tiktok", "TikTok"}, {"youtube", "youtube", "YouTube"}, {"x", "x", "X"},
	{"twitter", "x", "X"}, {"bluesky", "bluesky", "Bluesky"}, {"mastodon", "mastodon", "Mastodon"},
	{"google", "google", N_("Google reviews")}, {"tripadvisor", "tripadvisor", "Tripadvisor"}, {"whatsapp", "whatsapp", "WhatsApp"},
	{"email", "email", N_("Email")}, {"space", "space", N_("Community space")}, {"web", "web", N_("Website")},
	{"webform", "web", N_("Web form")}, {"simulator", "web", N_("Simulator")}, {"threads", "web", "Threads"},
	{"reddit", "web", "Reddit"}, {"discourse", "web", "Discourse"}, {"telegram", "telegram", "Telegram"}, {"discord", "discord", "Discord"}, {"matrix", "matrix", "Matrix"},
	{"pinterest", "web", "Pinterest"}, {"wordpress", "wordpress", "WordPress"}, {"trustpilot", "web", "Trustpilot"},
};

json_t *doc_network(const char *lang, struct str word)
{
	const struct network *network = NULL;
	for (size_t i = 0; !network && i < COUNT(networks); i++)
		if (str_eq(word, str_of(networks[i].word)))
			network = &networks[i];
	json_t *shape = json_object();
	doc_set(shape, "word", doc_text(word));
	doc_set(shape, "glyph", known(network ? network->glyph : "web"));
	doc_set(shape, "title", network ? known(tr(lang, network->title)) : doc_text(word));
	return shape;
}

/* ---- clocks ---- */

static json_t *clock_json(const char *state, int share, struct buf *text, struct buf *spoken, i64 started, i64 due)
{
	char rooms[2][TEXT_ROOM];
	struct buf from = BUF_IN(rooms[0]), to = BUF_IN(rooms[1]);
	buf_add_time(&from, started);
	buf_add_time(&to, due);
	return json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "state", state, "share", share, "text", text_of(text), "spoken", text_of(spoken),
			 "due", text_of(&to), "started", text_of(&from));
}

static void add_late(struct buf *text, struct buf *spoken, const char *lang, i64 late)
{
	char rooms[2][TEXT_ROOM];
	CLEANUP(buf_free) struct buf duration = BUF_IN(rooms[0]), words = BUF_IN(rooms[1]);
	buf_add_duration(&duration, lang, late);
	buf_add_duration_spoken(&words, lang, late);
	buf_add_filled(text, tr(lang, "{n} late"), buf_str(&duration));
	buf_add_filled(spoken, tr(lang, "Late by {n}"), buf_str(&words));
}

json_t *doc_clock(const struct reader *reader, i64 started, i64 due, i64 done_at, bool paused)
{
	if (!due)
		return json_null();
	const char *lang = reader->lang;
	i64 left = due - (done_at ? done_at : reader->now), total = due > started ? due - started : 1;
	int share = left <= 0 ? 0 : left >= total ? 100 : (int)(100 * (left / MILLISECOND) / (total / MILLISECOND ? total / MILLISECOND : 1));
	char rooms[3][TEXT_ROOM];
	struct buf text = BUF_IN(rooms[0]), spoken = BUF_IN(rooms[1]);
	if (left < 0) {
		add_late(&text, &spoken, lang, left);
		return clock_json(done_at ? "missed" : "late", 100, &text, &spoken, started, due);
	}
	if (done_at) {
		buf_adds(&text, tr(lang, "In time"));
		buf_adds(&spoken, tr(lang, "Answered in time"));
		return clock_json("met", 100, &text, &spoken, started, due);
	}
	CLEANUP(buf_free) struct buf words = BUF_IN(rooms[2]);
	buf_add_duration(&text, lang, left);
	buf_add_duration_spoken(&words, lang, left);
	buf_add_filled(&spoken, paused ? tr(lang, "Paused, due in {n}") : tr(lang, "Due in {n}"), buf_str(&words));
	return clock_json(paused ? "paused" : share < 25 ? "soon" : "calm", share, &text, &spoken, started, due);
}

/* ---- links in plain text ---- */

static bool ends_url(char c)
{
	return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"' || c == '`' || c == 0x7f;
}

/* Where a link that begins at the start of `text` ends: marks at its end belong to the sentence, a closing bracket only when it
 * was opened inside. */
static size_t url_length(struct str text)
{
	size_t len = 0, opened = 0, closed = 0;
	while (len < text.len && !ends_url(text.at[len]))
		len++;
	for (size_t i = 0; i < len; i++) {
		opened += text.at[i] == '(';
		closed += text.at[i] == ')';
	}
	while (len) {
		struct str url = str_head(text, len);
		char last = text.at[len - 1];
		if (last == ')' && closed > opened) {
			closed--;
			len--;
		} else if (last != ')' && str_find_byte(S(".,;:!?'*_]}"), last) >= 0)
			len--;
		else if (str_ends(url, S("\xc2\xbb")) || str_ends(url, S("\xc2\xa0"))) /* » and no-break space */
			len -= 2;
		else if (str_ends(url, S("\xe2\x80\x9d")) || str_ends(url, S("\xe2\x80\x99")) || str_ends(url, S("\xe2\x80\xa6")) ||
			 str_ends(url, S("\xe2\x80\xaf"))) /* ” ’ … and narrow no-break space */
			len -= 3;
		else
			break;
	}
	return len;
}

/* The next link: false when there is none. */
static bool find_url(struct str text, size_t *ret_at, size_t *ret_len, size_t *ret_scheme)
{
	for (size_t from = 0; from < text.len;) {
		ptrdiff_t found = str_find(str_skip(text, from), S("://"));
		if (found < 0)
			return false;
		size_t colon = from + (size_t)found;
		for (size_t scheme = 4; scheme <= 5; scheme++) {
			static const struct str names[] = {{"http", 4}, {"https", 5}};
			if (colon < scheme || !str_eq_fold(str_head(str_skip(text, colon - scheme), scheme), names[scheme - 4]))
				continue;
			size_t len = url_length(str_skip(text, colon - scheme));
			if (len <= scheme + 3)
				continue;
			*ret_at = colon - scheme;
			*ret_len = len;
			*ret_scheme = scheme + 3;
			return true;
		}
		from = colon + 3;
	}
	return false;
}

static void add_part(json_t *parts, struct str text, struct str url)
{
	if (text.len)
		json_array_append_new(parts, json_pack("{s:o, s:o}", "text", doc_text(text), "url", doc_text_or_null(url)));
}

json_t *doc_parts(struct str body)
{
	json_t *parts = json_array();
	size_t at, len, scheme;
	for (int i = 0; i < LINKS_MAX && find_url(body, &at, &len, &scheme); i++) {
		struct str url = str_head(str_skip(body, at), len);
		add_part(parts, str_head(body, at), (struct str){});
		add_part(parts, str_skip(url, scheme), url);
		body = str_skip(body, at + len);
	}
	add_part(parts, body, (struct str){});
	return parts;
}

static enum err read_links(struct cx *cx, struct str input, struct buf *out)
{
	json_t *parts = doc_parts(input);
	buf_add_value(out, parts, JSON_COMPACT);
	buf_addc(out, '\n');
	json_decref(parts);
	return OK;
}

const struct parser parser_links = {"links", N_("Text of a message, cut at its links"), read_links};

static enum err read_name(struct cx *cx, struct str input, struct buf *out)
{
	struct str name = str_trim(input);
	json_t *shape = json_pack("{s:o, s:o}", "first_name", doc_text(name_first(name)), "avatar", doc_avatar(name));
	buf_add_value(out, shape, JSON_COMPACT);
	buf_addc(out, '\n');
	json_decref(shape);
	return OK;
}

const struct parser parser_name = {"name", N_("The name of a person, and what stands for it on screen"), read_name};
