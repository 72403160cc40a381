#include "model/profile.h"

#include "base/buf.h"
#include "base/lang.h"
#include "base/utf8.h"

#include <jansson.h>
#include <stdlib.h>

static const struct {
	const char *word, *title;
} fields[PROFILE_FIELDS] = {
	[PROFILE_NAME] = {"name", N_("Name")},          [PROFILE_ABOUT] = {"about", N_("Biography")}, [PROFILE_SHORT] = {"short", N_("Short text")},
	[PROFILE_WEBSITE] = {"website", N_("Website")}, [PROFILE_PLACE] = {"place", N_("Place")},     [PROFILE_LINKS] = {"links", N_("Links")},
	[PROFILE_TITLE] = {"title", N_("Title of the site")},
	[PROFILE_AVATAR] = {"avatar", N_("Profile picture")}, [PROFILE_COVER] = {"cover", N_("Cover picture")},
};

static const struct {
	const char *word, *title;
} states[PROFILE_STATES] = {
	[PROFILE_SAME] = {"same", N_("The same")},
	[PROFILE_ON_PURPOSE] = {"on_purpose", N_("Differs on purpose")},
	[PROFILE_DIFFERS] = {"differs", N_("Differs")},
	[PROFILE_ABSENT] = {"absent", N_("Not there")},
	[PROFILE_TOO_LONG] = {"too_long", N_("Too long for it")},
	[PROFILE_UNTOLD] = {"untold", N_("Cannot be read")},
	[PROFILE_UNREAD] = {"unread", N_("Not read yet")},
	[PROFILE_UNSAID] = {"unsaid", N_("The kit says nothing")},
	[PROFILE_UNKNOWN_THERE] = {"none", N_("It has no such field")},
};

const char *profile_field_word(enum profile_field field)
{
	must(field < PROFILE_FIELDS);
	return fields[field].word;
}

const char *profile_field_title(enum profile_field field)
{
	must(field < PROFILE_FIELDS);
	return fields[field].title;
}

bool profile_field_of(struct str word, enum profile_field *ret_field)
{
	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (str_eq(word, str_of(fields[i].word))) {
			*ret_field = (enum profile_field)i;
			return true;
		}
	return false;
}

bool profile_is_picture(enum profile_field field)
{
	return field == PROFILE_AVATAR || field == PROFILE_COVER;
}

const char *profile_state_word(enum profile_state state)
{
	must(state < PROFILE_STATES);
	return states[state].word;
}

const char *profile_state_title(enum profile_state state)
{
	must(state < PROFILE_STATES);
	return states[state].title;
}

bool profile_state_asks(enum profile_state state)
{
	return state == PROFILE_DIFFERS || state == PROFILE_ABSENT || state == PROFILE_TOO_LONG;
}

/* ---- as it is kept ---- */

static struct str text_at(struct arena *arena, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? arena_str(arena, (struct str){json_string_value(value), json_string_length(value)}) : (struct str){};
}

void profile_kit_read(struct arena *arena, struct str document, struct profile_kit *ret_kit)
{
	json_t *root = json_loadb(document.at ? document.at : "", document.len, 0, NULL);
	const json_t *bios = json_object_get(root, "bios"), *links = json_object_get(root, "links"), *one;
	struct profile_kit kit = {
		.name = text_at(arena, root, "name"), .short_name = text_at(arena, root, "short_name"), .website = text_at(arena, root, "website"),
		.place = text_at(arena, root, "place"), .contact = text_at(arena, root, "contact"),
	};
	struct profile_bio *bio_list = arena_array(arena, struct profile_bio, PROFILE_BIOS_MAX);
	struct profile_link *link_list = arena_array(arena, struct profile_link, PROFILE_LINKS_MAX);
	for (size_t i = 0; i < json_array_size(bios) && i < PROFILE_BIOS_MAX; i++) {
		one = json_array_get(bios, i);
		bio_list[kit.bio_count++] = (struct profile_bio){text_at(arena, one, "lang"), text_at(arena, one, "text")};
	}
	for (size_t i = 0; i < json_array_size(links) && i < PROFILE_LINKS_MAX; i++) {
		one = json_array_get(links, i);
		link_list[kit.link_count++] = (struct profile_link){text_at(arena, one, "label"), text_at(arena, one, "url")};
	}
	kit.bios = bio_list;
	kit.links = link_list;
	json_decref(root);
	*ret_kit = kit;
}

static void add_member(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s\"%s\":", b->len && b->at[b->len - 1] != '{' ? "," : "", name);
	buf_add_json(b, value);
}

struct str profile_kit_text(struct arena *arena, const struct profile_kit *kit)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '{');
	add_member(&b, "name", kit->name);
	add_member(&b, "short_name", kit->short_name);
	add_member(&b, "website", kit->website);
	add_member(&b, "place", kit->place);
	add_member(&b, "contact", kit->contact);
	buf_adds(&b, ",\"bios\":[");
	for (size_t i = 0; i < kit->bio_count; i++) {
		buf_adds(&b, i ? ",{" : "{");
		add_member(&b, "lang", kit->bios[i].lang);
		add_member(&b, "text", kit->bios[i].text);
		buf_addc(&b, '}');
	}
	buf_adds(&b, "],\"links\":[");
	for (size_t i = 0; i < kit->link_count; i++) {
		buf_adds(&b, i ? ",{" : "{");
		add_member(&b, "label", kit->links[i].label);
		add_member(&b, "url", kit->links[i].url);
		buf_addc(&b, '}');
	}
	buf_adds(&b, "]}");
	return buf_keep(&b, arena);
}

/* ---- what people type ---- */

bool profile_is_address(struct str url)
{
	struct str rest = str_starts(url, S("https://")) ? str_skip(url, 8) : str_starts(url, S("http://")) ? str_skip(url, 7) : (struct str){};
	if (!rest.len || url.len > PROFILE_ADDRESS_MAX || rest.at[0] == '/')
		return false;
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.at[i] <= ' ' || url.at[i] == '"' || url.at[i] == '<' || url.at[i] == '>')
			return false;
	return true;
}

struct str profile_links_text(struct arena *arena, const struct profile_link *links, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_addc(&b, '\n');
		buf_add(&b, links[i].label);
		if (links[i].label.len)
			buf_adds(&b, ": ");
		buf_add(&b, links[i].url);
	}
	return buf_keep(&b, arena);
}

static struct profile_link link_of_line(struct str line)
{
	ptrdiff_t at = str_find(line, S("http://")), secure = str_find(line, S("https://"));
	at = secure >= 0 && (at < 0 || secure < at) ? secure : at;
	if (at < 0) { /* no address: it is told so by the check */
		struct str rest = line, label = str_cut(&rest, ':');
		return rest.at ? (struct profile_link){str_trim(label), str_trim(rest)} : (struct profile_link){.url = line};
	}
	struct str label = str_trim(str_head(line, (size_t)at));
	if (str_ends(label, S(":")))
		label = str_trim(str_head(label, label.len - 1));
	return (struct profile_link){label, str_trim(str_skip(line, (size_t)at))};
}

size_t profile_links_read(struct arena *arena, struct str text, const struct profile_link **ret_links)
{
	struct profile_link *list = NULL;
	size_t count = 0, capacity = 0;
	while (text.at) {
		struct str line = str_trim(str_line(&text));
		if (line.len && count <= PROFILE_LINKS_MAX)
			*arena_push(arena, list, count, capacity) = link_of_line(line);
	}
	*ret_links = list;
	return count;
}

struct str profile_bios_text(struct arena *arena, const struct profile_bio *bios, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++) {
		buf_addf(&b, "%s[%.*s]\n", i ? "\n\n" : "", STR_ARG(bios[i].lang));
		buf_add(&b, bios[i].text);
	}
	return buf_keep(&b, arena);
}

/* "[fr]" alone on its line. */
static bool begins_bio(struct str line, struct str *ret_lang)
{
	line = str_trim(line);
	if (line.len < 3 || line.len > PROFILE_LANG_MAX + 2 || line.at[0] != '[' || line.at[line.len - 1] != ']')
		return false;
	struct str lang = {line.at + 1, line.len - 2};
	for (size_t i = 0; i < lang.len; i++)
		if (!((lang.at[i] | 32) >= 'a' && (lang.at[i] | 32) <= 'z') && lang.at[i] != '-')
			return false;
	*ret_lang = lang;
	return true;
}

size_t profile_bios_read(struct arena *arena, struct str text, const struct profile_bio **ret_bios)
{
	struct profile_bio *list = NULL;
	size_t count = 0, capacity = 0;
	struct str lang = {};
	const char *from = text.at, *end = text.at;
	while (text.at) {
		struct str next, line = str_line(&text);
		bool begins = begins_bio(line, &next);
		if (!begins)
			end = line.at + line.len;
		if (begins || !text.at) {
			struct str said = from ? str_trim(str_span(from, end)) : (struct str){};
			if (said.len && count <= PROFILE_BIOS_MAX)
				*arena_push(arena, list, count, capacity) = (struct profile_bio){lang, said};
		}
		if (begins) {
			lang = next;
			from = end = text.at ? text.at : line.at + line.len;
		}
	}
	*ret_bios = list;
	return count;
}

static enum err check_text(struct cx *cx, const char *field, struct str text, size_t most)
{
	return utf8_count(text) <= most ? OK : fail_field(cx, field, N_("This is too long: %d characters at the most."), (int)most);
}

static enum err check_links(struct cx *cx, struct profile_kit *k)
{
	if (k->website.len && !profile_is_address(k->website))
		return fail_field(cx, "website", N_("Give a whole address: https://example.org"));
	if (k->link_count > PROFILE_LINKS_MAX)
		return fail_field(cx, "links", N_("Up to %d links."), PROFILE_LINKS_MAX);
	for (size_t i = 0; i < k->link_count; i++) {
		TRY(check_text(cx, "links", k->links[i].label, PROFILE_NAME_MAX));
		if (!profile_is_address(k->links[i].url))
			return fail_field(cx, "links", N_("A line each, as “Shop: https://example.org/shop”: “%.*s” is no address."), STR_ARG(k->links[i].url));
	}
	return OK;
}

enum err profile_kit_check(struct cx *cx, struct profile_kit *k)
{
	k->name = str_trim(k->name);
	k->short_name = str_trim(k->short_name);
	k->website = str_trim(k->website);
	k->place = str_trim(k->place);
	k->contact = str_trim(k->contact);
	if (!k->name.len)
		return fail_field(cx, "name", N_("Give a name: how you are called wherever nothing else is said."));
	TRY(check_text(cx, "name", k->name, PROFILE_NAME_MAX));
	TRY(check_text(cx, "short_name", k->short_name, PROFILE_NAME_MAX));
	TRY(check_text(cx, "place", k->place, PROFILE_NAME_MAX));
	TRY(check_text(cx, "contact", k->contact, PROFILE_BIO_MAX));
	if (k->bio_count > PROFILE_BIOS_MAX)
		return fail_field(cx, "bios", N_("Up to %d biographies."), PROFILE_BIOS_MAX);
	for (size_t i = 0; i < k->bio_count; i++)
		TRY(check_text(cx, "bios", k->bios[i].text, PROFILE_BIO_MAX));
	return check_links(cx, k);
}

/* ---- comparing ---- */

/* The next sign of a text as people read it: white space of any length is one space, a line break where it holds one; 0 at its end. */
static char next_sign(struct str *rest)
{
	bool space = false, line = false;
	while (rest->len && (unsigned char)rest->at[0] <= ' ') {
		line = line || rest->at[0] == '\n';
		space = true;
		*rest = str_skip(*rest, 1);
	}
	if (space && rest->len)
		return line ? '\n' : ' ';
	if (!rest->len)
		return 0;
	char sign = rest->at[0];
	*rest = str_skip(*rest, 1);
	return sign;
}

static bool same_text(struct str a, struct str b)
{
	a = str_trim(a);
	b = str_trim(b);
	for (;;) {
		char one = next_sign(&a), other = next_sign(&b);
		if (one != other)
			return false;
		if (!one)
			return true;
	}
}

static bool same_address(struct str a, struct str b)
{
	a = str_trim(a);
	b = str_trim(b);
	while (str_ends(a, S("/")))
		a = str_head(a, a.len - 1);
	while (str_ends(b, S("/")))
		b = str_head(b, b.len - 1);
	ptrdiff_t scheme_a = str_find(a, S("://")), scheme_b = str_find(b, S("://"));
	struct str rest_a = scheme_a >= 0 ? str_skip(a, (size_t)scheme_a + 3) : a, rest_b = scheme_b >= 0 ? str_skip(b, (size_t)scheme_b + 3) : b;
	if (scheme_a >= 0 && scheme_b >= 0 && !str_eq_fold(str_head(a, (size_t)scheme_a), str_head(b, (size_t)scheme_b)))
		return false;
	struct str host_a = str_cut(&rest_a, '/'), host_b = str_cut(&rest_b, '/');
	return str_eq_fold(host_a, host_b) && str_eq(rest_a, rest_b);
}

static bool same_links(struct str a, struct str b)
{
	while (a.at || b.at) {
		struct str one = {}, other = {};
		while (a.at && !one.len)
			one = str_trim(str_line(&a));
		while (b.at && !other.len)
			other = str_trim(str_line(&b));
		struct profile_link left = link_of_line(one), right = link_of_line(other);
		if (!same_address(left.url, right.url) || (left.label.len && right.label.len && !same_text(left.label, right.label)))
			return false;
	}
	return true;
}

bool profile_same(enum profile_field field, struct str wanted, struct str shown)
{
	if (field == PROFILE_WEBSITE)
		return same_address(wanted, shown);
	return field == PROFILE_LINKS ? same_links(wanted, shown) : same_text(wanted, shown);
}

enum profile_state profile_compare(enum profile_field field, const struct profile_want *want, struct str shown)
{
	if (want->is_own && profile_same(field, want->text, shown))
		return PROFILE_ON_PURPOSE;
	if (!want->is_own && !want->text.len)
		return PROFILE_UNSAID;
	if (profile_same(field, want->text, shown))
		return PROFILE_SAME;
	if (want->is_too_long)
		return PROFILE_TOO_LONG;
	return str_trim(shown).len ? PROFILE_DIFFERS : PROFILE_ABSENT;
}

/* ---- what is wanted where ---- */

static i64 length_of(const struct profile_room *room, struct str text)
{
	return (i64)text_length(room->unit, text);
}

/* The better of two: what fits is better than what does not; of those that fit the longest, of those that do not the shortest. */
static void offer(const struct profile_room *room, struct str text, struct profile_want *w)
{
	i64 length = length_of(room, text);
	bool fits = !room->most || length <= room->most;
	if (!text.len || (w->text.len && (fits ? !w->is_too_long && w->length >= length : !w->is_too_long || w->length <= length)))
		return;
	w->text = text;
	w->length = length;
	w->is_too_long = !fits;
}

static bool speaks(struct str lang, struct str wanted)
{
	return str_eq_fold(str_cut(&lang, '-'), str_cut(&wanted, '-'));
}

static void offer_bios(const struct profile_kit *kit, struct str lang, const struct profile_room *room, struct profile_want *w)
{
	for (size_t i = 0; i < kit->bio_count; i++)
		if (speaks(kit->bios[i].lang, lang))
			offer(room, kit->bios[i].text, w);
	bool has_none = !w->text.len; /* in that language: then the first one */
	for (size_t i = 0; i < kit->bio_count && has_none; i++)
		if (speaks(kit->bios[i].lang, kit->bios[0].lang))
			offer(room, kit->bios[i].text, w);
}

static void want_links(struct arena *arena, const struct profile_kit *kit, const struct profile_room *room, struct profile_want *w)
{
	size_t count = kit->link_count, first = kit->website.len ? 1 : 0;
	struct profile_link *all = arena_array(arena, struct profile_link, count + 1);
	if (first)
		all[0] = (struct profile_link){.url = kit->website};
	for (size_t i = 0; i < count; i++)
		all[first + i] = kit->links[i];
	count += first;
	if (room->most && count > (size_t)room->most) /* those that come first matter most */
		count = (size_t)room->most;
	w->text = profile_links_text(arena, all, count);
	w->length = (i64)count;
}

void profile_wanted(struct arena *arena, const struct profile_kit *kit, enum profile_field field, struct str lang, struct str own, const struct profile_room *room,
		    struct profile_want *ret_want)
{
	struct profile_want w = {};
	if (own.at) {
		const struct profile_link *links;
		w.is_own = true;
		w.text = own;
		w.length = field == PROFILE_LINKS ? (i64)profile_links_read(arena, own, &links) : length_of(room, own);
		w.is_too_long = room->most && w.length > room->most;
		*ret_want = w;
		return;
	}
	if (field == PROFILE_NAME || field == PROFILE_TITLE) {
		offer(room, kit->name, &w);
		if (w.is_too_long)
			offer(room, kit->short_name, &w);
	} else if (field == PROFILE_ABOUT || field == PROFILE_SHORT) {
		offer_bios(kit, lang, room, &w);
	} else if (field == PROFILE_WEBSITE) {
		offer(room, kit->website, &w);
	} else if (field == PROFILE_PLACE) {
		offer(room, kit->place, &w);
	} else if (field == PROFILE_LINKS) {
		want_links(arena, kit, room, &w);
	}
	*ret_want = w;
}

/* ---- pictures ---- */

i64 profile_sketch_distance(struct str one, struct str other)
{
	i64 sum = 0;
	if (one.len != PROFILE_SKETCH || other.len != PROFILE_SKETCH)
		return -1;
	for (size_t i = 0; i < PROFILE_SKETCH; i++)
		sum += abs((int)(u8)one.at[i] - (int)(u8)other.at[i]);
	return sum * 100 / (i64)PROFILE_SKETCH;
}
