#include "base/clock.h"
#include "base/lang.h"
#include "channel/feed/xml.h"
#include "channel/json_read.h"
#include "sys/crypto.h"

#include <string.h>

#define WEAK "~weak" /* of an object, while it is filled: what is said only if nothing better comes */
#define ATTRIBUTES_MAX 20

/* ---- putting into an object ---- */

static void put_new(const struct feed_frame *frame, const char *key, json_t *value)
{
	bool weak = frame->row && frame->row->weak;
	if (!weak) {
		json_object_set_new(frame->object, key, value);
		return;
	}
	json_t *others = json_object_get(frame->object, WEAK);
	if (!others) {
		others = json_object();
		json_object_set_new(frame->object, WEAK, others);
	}
	if (json_object_get(others, key))
		json_decref(value);
	else
		json_object_set_new(others, key, value);
}

static void put(const struct feed_frame *frame, const char *key, struct str value)
{
	put_new(frame, key, feed_string(value));
}

static json_t *list_of(json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);
	if (!list) {
		list = json_array();
		json_object_set_new(object, key, list);
	}
	return list;
}

/* Takes the value over; false when the list is full. */
static bool list_add(json_t *object, const char *key, json_t *value)
{
	json_t *list = list_of(object, key);
	if (json_array_size(list) < FEED_LIST_MAX)
		return json_array_append_new(list, value) == 0;
	json_decref(value);
	return false;
}

static void put_date(struct feed_reader *r, const struct feed_frame *frame, const char *key, struct str text)
{
	i64 instant;
	if (feed_date(text, &instant))
		put(frame, key, time_text(r->cx->arena, instant));
}

static json_t *string_or_null(struct str s)
{
	return s.len ? feed_string(s) : json_null();
}

/* What was weak fills what is missing. */
static void settle(json_t *object)
{
	json_t *others = json_object_get(object, WEAK);
	if (others) {
		json_object_update_missing(object, others);
		json_object_del(object, WEAK);
	}
	json_t *published = json_object_get(object, "published");
	if (published && !json_object_get(object, "updated"))
		json_object_set(object, "updated", published);
}

/* ---- texts ---- */

static struct str type_of(struct str said, const char *otherwise)
{
	static const struct {
		const char *word, *type;
	} types[] = {{"text", "text/plain"}, {"html", "text/html"}, {"xhtml", "application/xhtml+xml"}, {"text/xhtml", "application/xhtml+xml"},
		{"plain", "text/plain"}};
	said = str_trim(said);
	for (size_t i = 0; i < COUNT(types); i++)
		if (str_eq_fold(said, str_of(types[i].word)))
			return str_of(types[i].type);
	return said.len ? said : str_of(otherwise);
}

static bool is_base64(struct str type, struct str mode)
{
	if (str_eq_fold(mode, S("base64")))
		return true;
	return !str_starts(type, S("text/")) && !str_ends(type, S("+xml")) && !str_ends(type, S("/xml")) && str_find_byte(type, '/') >= 0;
}

static void begin_text(struct feed_reader *r, struct feed_frame *frame)
{
	struct str type = type_of(feed_attribute(r, "type"), frame->row->type);
	frame->text = (struct feed_text){.type = type, .language = frame->language, .base = frame->base, .guess = !r->atom};
	frame->base64 = is_base64(type, feed_attribute(r, "mode"));
	frame->markup = str_ends(type, S("xml")) && !frame->base64 && !str_eq_fold(feed_attribute(r, "mode"), S("escaped"));
	r->content = r->depth;
}

static void read_base64(struct feed_reader *r, struct feed_frame *frame)
{
	CLEANUP(buf_free) struct buf plain = {.max = FEED_MAX}, packed = {.max = FEED_MAX};
	for (size_t i = 0; i < frame->text.value.len; i++)
		if (!strchr(" \t\r\n", frame->text.value.at[i]) || !frame->text.value.at[i])
			buf_addc(&packed, frame->text.value.at[i]);
	if (base64_read(buf_str(&packed), BASE64, &plain))
		frame->text.value = buf_keep(&plain, r->cx->arena);
	if (!str_starts(frame->text.type, S("text/")) && !str_ends(frame->text.type, S("xml")))
		frame->text.type = S("text/html");
}

/* The element's text as it is to be kept. Atom 1.0 wraps XHTML in one div that says nothing. */
static void end_text(struct feed_reader *r, struct feed_frame *frame)
{
	struct str all = buf_str(&r->text), value = str_skip(all, frame->text_from);
	if (r->atom && strcmp(r->version, "atom10") == 0 && frame->div_end && !str_trim(str_skip(all, frame->div_end)).len)
		value = str_skip(str_head(all, frame->div_to), frame->div_from);
	frame->text.value = arena_str(r->cx->arena, value);
	if (frame->base64)
		read_base64(r, frame);
	if (frame->markup)
		frame->text.guess = false;
	feed_text_finish(r->cx, &frame->text);
}

static json_t *detail_of(const struct feed_text *text)
{
	json_t *detail = json_object();
	json_object_set_new(detail, "type", feed_string(text->type));
	json_object_set_new(detail, "language", string_or_null(text->language));
	json_object_set_new(detail, "base", feed_string(text->base));
	json_object_set_new(detail, "value", feed_string(text->value));
	return detail;
}

static void put_text(struct feed_reader *r, const struct feed_frame *frame, const char *key)
{
	put(frame, key, frame->text.value);
	if (frame->place == FEED_OBJECT)
		return;
	put_new(frame, arena_printf(r->cx->arena, "%s_detail", key).at, detail_of(&frame->text));
}

static void put_content(struct feed_reader *r, struct feed_frame *frame)
{
	struct feed_row weak = *frame->row;
	if (frame->place != FEED_ENTRY && frame->place != FEED_ROOT)
		return;
	if (frame->place == FEED_ENTRY)
		list_add(frame->object, "content", detail_of(&frame->text));
	weak.weak = true; /* without a summary the whole stands for it */
	frame->row = &weak;
	if (str_starts(frame->text.type, S("text/")) || str_eq(frame->text.type, S("application/xhtml+xml")))
		put_text(r, frame, frame->place == FEED_ENTRY ? "summary" : "subtitle");
	frame->row = NULL;
}

static void put_summary(struct feed_reader *r, struct feed_frame *frame)
{
	if (frame->place == FEED_ENTRY && !frame->row->weak && json_object_get(frame->object, "summary"))
		put_content(r, frame);
	else
		put_text(r, frame, frame->place == FEED_ROOT || frame->place == FEED_SOURCE ? "subtitle" : "summary");
}

/* ---- links, ids, tags ---- */

static void add_attribute(struct feed_reader *r, json_t *object, const char *key)
{
	if (feed_has(r, key))
		json_object_set_new(object, key, feed_string(str_trim(feed_attribute(r, key))));
}

static bool is_page(struct str type)
{
	return str_eq(type, S("text/html")) || str_eq(type, S("application/xhtml+xml"));
}

static void close_link(struct feed_reader *r, struct feed_frame *frame, struct str text);

static json_t *add_enclosure(struct feed_reader *r, struct feed_frame *frame, struct str href)
{
	json_t *enclosure = json_object();
	if (href.len)
		json_object_set_new(enclosure, "href", feed_string(href));
	add_attribute(r, enclosure, "type");
	add_attribute(r, enclosure, "length");
	return list_add(frame->object, "enclosures", enclosure) ? enclosure : NULL;
}

/* The link of Atom is all in attributes, but for those who write its address as a text, as in RSS. */
static void open_link(struct feed_reader *r, struct feed_frame *frame)
{
	static const char *const others[] = {"title", "hreflang", "length"};
	struct str rel = feed_has(r, "rel") ? feed_attribute(r, "rel") : S("alternate"), type = feed_attribute(r, "type");
	if (frame->place == FEED_OBJECT || frame->place == FEED_PERSON)
		return;
	if (!feed_has(r, "type"))
		type = str_eq(rel, S("self")) ? S("application/atom+xml") : S("text/html");
	json_t *link = json_object();
	json_object_set_new(link, "rel", feed_string(rel));
	json_object_set_new(link, "type", feed_string(type));
	for (size_t i = 0; i < COUNT(others); i++)
		add_attribute(r, link, others[i]);
	if (!list_add(frame->object, "links", link)) {
		frame->row = NULL;
		return;
	}
	frame->link = link;
	if (str_eq(rel, S("enclosure")))
		frame->enclosure = add_enclosure(r, frame, (struct str){});
	if (feed_has(r, "href")) {
		close_link(r, frame, feed_attribute(r, "href"));
		frame->row = NULL;
	}
}

static void close_link(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	struct str href = feed_address(r->cx, frame->base, text);
	json_t *link = frame->link;
	if (!link) {
		if (frame->place == FEED_OBJECT && href.len)
			put(frame, "link", href);
		return;
	}
	struct str rel = json_text(link, "rel"), type = json_text(link, "type");
	if (href.len) {
		json_object_set_new(link, "href", feed_string(href));
		if (frame->enclosure)
			json_object_set_new(frame->enclosure, "href", feed_string(href));
		if (str_eq(rel, S("alternate")) && is_page(type))
			put(frame, "link", href);
	} else if (!str_trim(text).len && json_object_size(link) == 2) {
		json_t *links = json_object_get(frame->object, "links"); /* it says nothing */
		json_array_remove(links, json_array_size(links) - 1);
	}
}

static void add_alternate(struct feed_frame *frame, struct str href)
{
	list_add(frame->object, "links", json_pack("{s:s, s:s, s:o}", "rel", "alternate", "type", "text/html", "href", feed_string(href)));
}

static void close_id(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	bool guid = strcmp(frame->row->name, "guid") == 0;
	struct str id = frame->permanent ? feed_address(r->cx, frame->base, text) : text;
	put(frame, "id", id.len ? id : text);
	if (!guid || frame->place != FEED_ENTRY)
		return;
	bool follows = frame->permanent && !json_object_get(frame->object, "link");
	json_object_set_new(frame->object, "guidislink", json_boolean(follows));
	struct feed_row weak = {.weak = true};
	const struct feed_row *row = frame->row;
	frame->row = &weak; /* a link of its own comes before it, also when it comes later */
	if (follows && id.len)
		put(frame, "link", id);
	frame->row = row;
}

static void add_tag(struct feed_frame *frame, struct str term, struct str scheme, struct str label)
{
	json_t *tags = list_of(frame->object, "tags");
	json_t *tag = json_pack("{s:o, s:o, s:o}", "term", string_or_null(term), "scheme", string_or_null(scheme), "label", string_or_null(label));
	size_t count = json_array_size(tags);
	for (size_t i = count > 64 ? count - 64 : 0; i < count; i++)
		if (json_equal(json_array_get(tags, i), tag)) {
			json_decref(tag);
			return;
		}
	list_add(frame->object, "tags", tag);
}

static void open_tag(struct feed_reader *r, struct feed_frame *frame)
{
	const char *term = feed_has(r, "term") ? "term" : feed_has(r, "text") ? "text" : NULL;
	frame->text.base = feed_has(r, "scheme") ? feed_attribute(r, "scheme") : feed_attribute(r, "domain");
	frame->text.type = feed_attribute(r, "label");
	if (!term)
		return;
	add_tag(frame, str_trim(feed_attribute(r, term)), frame->text.base, frame->text.type);
	frame->row = NULL;
}

static void close_tags(struct feed_frame *frame, struct str text)
{
	while (text.at && text.len) {
		struct str term = str_trim(str_cut(&text, ','));
		if (term.len)
			add_tag(frame, term, (struct str){}, (struct str){});
	}
}

/* ---- people and objects ---- */

static json_t *outer_object(struct feed_reader *r)
{
	return r->depth > 1 ? r->stack[r->depth - 2].object : r->feed;
}

static struct str name_and_mail(struct cx *cx, const json_t *person)
{
	const char *name = json_string_value(json_object_get(person, "name")), *email = json_string_value(json_object_get(person, "email"));
	if (name && email)
		return arena_printf(cx->arena, "%s (%s)", name, email);
	return arena_str(cx->arena, str_of(name ? name : email));
}

static void close_person(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	json_t *person = frame->object;
	const char *key = frame->row->key;
	bool children = json_object_size(person);
	if (!children) {
		json_decref(person);
		person = feed_person(r->cx, text);
	}
	frame->object = outer_object(r);
	frame->place = r->depth > 1 ? r->stack[r->depth - 2].place : FEED_ROOT;
	if (!person)
		return;
	struct str whole = children ? name_and_mail(r->cx, person) : text;
	bool taken = frame->row->weak && json_object_get(frame->object, key);
	if (!taken)
		list_add(frame->object, arena_printf(r->cx->arena, "%ss", key).at, json_incref(person));
	put(frame, key, whole);
	put_new(frame, arena_printf(r->cx->arena, "%s_detail", key).at, person);
}

static void open_object(struct feed_frame *frame, const char *key)
{
	json_t *object = json_object_get(frame->object, key);
	if (!json_is_object(object)) {
		object = json_object();
		json_object_set_new(frame->object, key, object);
	}
	frame->object = object;
	frame->place = frame->row->act;
}

static void open_source(struct feed_reader *r, struct feed_frame *frame)
{
	open_object(frame, "source");
	struct str href = feed_address(r->cx, frame->base, feed_attribute(r, "url"));
	if (href.len)
		put(frame, "href", href);
}

static void open_entry(struct feed_reader *r, struct feed_frame *frame)
{
	json_t *entry = json_object();
	json_t *list = r->entries;
	if (json_array_size(list) >= FEED_ENTRIES_MAX) /* further ones write over the last that no list holds */
		list = list_of(r->document, WEAK);
	if (list != r->entries)
		json_array_clear(list);
	json_array_append_new(list, entry);
	frame->object = entry;
	frame->place = FEED_ENTRY;
	if (frame->speaks && frame->language.len)
		put(frame, "language", frame->language);
	if (feed_has(r, "rdf:about"))
		put(frame, "id", feed_address(r->cx, frame->base, feed_attribute(r, "rdf:about")));
}

/* CDF, and what stands for the whole. */
static void open_channel(struct feed_reader *r, struct feed_frame *frame)
{
	struct str href = feed_address(r->cx, frame->base, feed_attribute(r, "href"));
	if (href.len) {
		put(frame, "link", href);
		add_alternate(frame, href);
	}
	put_date(r, frame, "updated", feed_attribute(r, "lastmod"));
}

static void open_root(struct feed_reader *r, struct feed_frame *frame)
{
	frame->object = r->feed;
	frame->place = FEED_ROOT;
	if (frame->speaks && frame->language.len)
		json_object_set_new(r->feed, "language", feed_string(frame->language));
	open_channel(r, frame);
}

/* Everything an empty element says, under its own names. */
static json_t *all_attributes(struct feed_reader *r, bool lower)
{
	json_t *object = json_object();
	for (size_t i = 0; i < r->markup.attribute_count && i < ATTRIBUTES_MAX; i++) {
		char *name = (char *)arena_cstr(r->cx->arena, r->markup.attributes[i].name);
		struct str value = feed_attribute(r, name);
		for (size_t j = 0; lower && name[j]; j++)
			if (name[j] >= 'A' && name[j] <= 'Z')
				name[j] |= 32;
		if (!strchr(name, ':') && strcmp(name, "xmlns") != 0)
			json_object_set_new(object, name, feed_string(value));
	}
	return object;
}

static void open_media(struct feed_reader *r, struct feed_frame *frame)
{
	json_t *media = all_attributes(r, true);
	struct str url = feed_address(r->cx, frame->base, feed_attribute(r, "url"));
	json_object_set_new(media, "url", feed_string(url));
	list_add(frame->object, frame->row->key, media);
}

static void open_picture(struct feed_reader *r, struct feed_frame *frame)
{
	struct str href = feed_address(r->cx, frame->base, feed_attribute(r, feed_has(r, "href") ? "href" : "url"));
	if (href.len)
		put_new(frame, "image", json_pack("{s:o}", "href", feed_string(href)));
}

static void open_generator(struct feed_reader *r, struct feed_frame *frame)
{
	json_t *detail = json_object();
	struct str href = feed_address(r->cx, frame->base, feed_attribute(r, feed_has(r, "uri") ? "uri" : "url"));
	if (href.len)
		json_object_set_new(detail, "href", feed_string(href));
	add_attribute(r, detail, "version");
	put_new(frame, "generator_detail", detail);
}

/* ---- what the reader calls ---- */

void feed_start(struct feed_reader *r)
{
	r->version = "";
	r->feed = json_object();
	r->entries = json_array();
	json_object_set_new(r->document, "feed", r->feed);
	json_object_set_new(r->document, "entries", r->entries);
	if (r->origin->language.len)
		json_object_set_new(r->feed, "language", feed_string(r->origin->language));
}

static const char *version_of_rss(struct feed_reader *r)
{
	struct str said = str_trim(feed_attribute(r, "version"));
	static const struct {
		const char *said, *version;
	} versions[] = {{"0.91", "rss091u"}, {"0.92", "rss092"}, {"0.93", "rss093"}, {"0.94", "rss094"}};
	for (size_t i = 0; i < COUNT(versions); i++)
		if (str_eq(said, str_of(versions[i].said)))
			return i == 0 && r->netscape ? "rss091n" : versions[i].version;
	return str_starts(said, S("2.")) ? "rss20" : "rss";
}

void feed_begin(struct feed_reader *r, struct feed_frame *root)
{
	struct str local = root->name, prefix = str_cut(&local, ':'), namespace = {};
	if (!local.at) {
		local = root->name;
		prefix = (struct str){};
	}
	r->rooted = true;
	for (size_t i = 0; i < r->name_count; i++) {
		const char *version = feed_namespace_version(r->names[i].namespace);
		if (str_eq(r->names[i].prefix, prefix))
			namespace = r->names[i].namespace;
		if (str_eq_fold(local, S("RDF")) && *version)
			r->version = version;
	}
	if (str_eq_fold(local, S("rss"))) {
		r->version = version_of_rss(r);
	} else if (str_eq_fold(local, S("feed")) || str_eq_fold(local, S("entry"))) {
		r->atom = true;
		r->version = feed_namespace_version(namespace);
		if (!*r->version)
			r->version = str_eq(feed_attribute(r, "version"), S("0.3")) ? "atom03" : "atom";
	} else if (str_eq_fold(local, S("channel"))) {
		r->version = "cdf";
	}
}

void feed_open(struct feed_reader *r, struct feed_frame *frame)
{
	switch (frame->row->act) {
	case FEED_ROOT:
		r->seen = true;
		open_root(r, frame);
		break;
	case FEED_ENTRY:
		r->seen = true;
		open_entry(r, frame);
		open_channel(r, frame);
		break;
	case FEED_SOURCE:
		open_source(r, frame);
		break;
	case FEED_OBJECT:
		open_object(frame, frame->row->key);
		break;
	case FEED_PERSON:
		frame->object = json_object();
		frame->place = FEED_PERSON;
		break;
	case FEED_TEXT:
	case FEED_SUMMARY:
	case FEED_CONTENT:
		begin_text(r, frame);
		break;
	case FEED_LINK:
		open_link(r, frame);
		break;
	case FEED_LICENSE:
	case FEED_NOTHING:
	case FEED_PLAIN:
	case FEED_ADDRESS:
	case FEED_DATE:
	case FEED_VALID:
	case FEED_TAGS:
	case FEED_YES:
	case FEED_EXPLICIT:
		break;
	case FEED_ID:
		frame->permanent = !feed_has(r, "isPermaLink") || str_eq_fold(str_trim(feed_attribute(r, "isPermaLink")), S("true"));
		break;
	case FEED_TAG:
		open_tag(r, frame);
		break;
	case FEED_GENERATOR:
		open_generator(r, frame);
		break;
	case FEED_ENCLOSURE:
		add_enclosure(r, frame, feed_address(r->cx, frame->base, feed_attribute(r, feed_has(r, "url") ? "url" : "href")));
		break;
	case FEED_MEDIA:
		open_media(r, frame);
		break;
	case FEED_PICTURE:
		open_picture(r, frame);
		break;
	case FEED_CLOUD:
		put_new(frame, "cloud", all_attributes(r, true));
		break;
	}
}

static void close_plain(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	static const char *const theirs[] = {"name", "email", "width", "height"};
	bool own = str_in(str_of(frame->row->key), theirs, COUNT(theirs));
	if (own && (frame->place == FEED_ROOT || frame->place == FEED_ENTRY))
		return; /* these say something of a person or a picture */
	put(frame, frame->row->key, text);
	(void)r;
}

static void close_address(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	struct str href = feed_address(r->cx, frame->base, text);
	bool own = strcmp(frame->row->key, "href") == 0;
	if (href.len && !(own && (frame->place == FEED_ROOT || frame->place == FEED_ENTRY)))
		put(frame, frame->row->key, href);
}

static void close_validity(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	while (text.at && text.len) {
		struct str value = str_cut(&text, ';'), name = str_trim(str_cut(&value, '='));
		if (value.at && (str_eq(name, S("start")) || str_eq(name, S("end"))))
			put_date(r, frame, *name.at == 's' ? "validity_start" : "validity_end", value);
	}
}

static void close_license(struct feed_reader *r, struct feed_frame *frame, struct str text)
{
	struct str href = feed_address(r->cx, frame->base, text);
	if (!href.len)
		return;
	put(frame, "license", href);
	list_add(frame->object, "links", json_pack("{s:s, s:o}", "rel", "license", "href", feed_string(href)));
}

static void close_explicit(struct feed_frame *frame, struct str text)
{
	bool yes = str_eq_fold(text, S("yes")) || str_eq_fold(text, S("true"));
	bool no = str_eq_fold(text, S("no")) || str_eq_fold(text, S("false")) || str_eq_fold(text, S("clean"));
	put_new(frame, frame->row->key, yes || no ? json_boolean(yes) : json_null());
}

void feed_close(struct feed_reader *r, struct feed_frame *frame)
{
	if (!frame->row)
		return;
	struct feed_text plain = {.value = str_skip(buf_str(&r->text), frame->text_from), .type = S("application/octet-stream")};
	enum feed_act act = frame->row->act;
	bool whole = act == FEED_TEXT || act == FEED_SUMMARY || act == FEED_CONTENT;
	if (whole)
		end_text(r, frame);
	else if (plain.value.len)
		feed_text_finish(r->cx, &plain);
	if (whole && frame->place == FEED_PERSON)
		return;
	switch (act) {
	case FEED_TEXT:
		put_text(r, frame, frame->row->key);
		break;
	case FEED_SUMMARY:
		put_summary(r, frame);
		break;
	case FEED_CONTENT:
		put_content(r, frame);
		break;
	case FEED_PERSON:
		close_person(r, frame, plain.value);
		break;
	case FEED_SOURCE:
		if (plain.value.len && !json_object_get(frame->object, "title"))
			put(frame, "title", plain.value);
		settle(frame->object);
		break;
	case FEED_ENTRY:
	case FEED_OBJECT:
		settle(frame->object);
		break;
	case FEED_PLAIN:
		close_plain(r, frame, plain.value);
		break;
	case FEED_ADDRESS:
		close_address(r, frame, plain.value);
		break;
	case FEED_LINK:
		close_link(r, frame, plain.value);
		break;
	case FEED_LICENSE:
		close_license(r, frame, plain.value);
		break;
	case FEED_ID:
		close_id(r, frame, plain.value);
		break;
	case FEED_DATE:
		put_date(r, frame, frame->row->key, plain.value);
		break;
	case FEED_VALID:
		close_validity(r, frame, plain.value);
		break;
	case FEED_TAG:
		if (plain.value.len)
			add_tag(frame, plain.value, frame->text.base, frame->text.type);
		break;
	case FEED_TAGS:
		close_tags(frame, plain.value);
		break;
	case FEED_GENERATOR:
		put(frame, "generator", plain.value);
		json_object_set_new(json_object_get(frame->object, "generator_detail"), "name", feed_string(plain.value));
		break;
	case FEED_YES:
		put_new(frame, frame->row->key, json_integer(str_eq_fold(plain.value, S("yes"))));
		break;
	case FEED_EXPLICIT:
		close_explicit(frame, plain.value);
		break;
	case FEED_NOTHING:
	case FEED_ROOT:
	case FEED_ENCLOSURE:
	case FEED_MEDIA:
	case FEED_PICTURE:
	case FEED_CLOUD:
		break;
	}
}

enum err feed_end(struct feed_reader *r)
{
	settle(r->feed);
	json_object_del(r->document, WEAK);
	json_t *subtitle = json_object_get(r->feed, "subtitle");
	if (subtitle && !json_object_get(r->feed, "summary"))
		json_object_set(r->feed, "summary", subtitle);
	json_object_set_new(r->document, "version", json_string(r->version));
	json_object_set_new(r->document, "well_formed", json_boolean(!r->loose));
	if (!r->seen)
		return fail(r->cx, ERR_BAD_INPUT, N_("There is no feed in this: neither RSS nor Atom, CDF or JSON Feed."));
	return OK;
}
