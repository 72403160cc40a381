/* parsers.c: a post as JSON, checked: a row of base/parser.h. `parvis parse post < post.json` prints its findings, one a line, then
 * how many of which level.
 *
 * {"text", "texts": [{"lang", "text"}], "lang", "comment", "id", "channel", "network": {"word", "unit", "most", "comment_most",
 * "alt_unit", "alt_most", "visible", "has_paid_flag"}, "countries", "planned_at", "zone", "media": [{"kind", "name", "alt", "alts",
 * "subtitles", "decorative", "has_subtitles", "silent", "seconds"}], "links": [{"url", "state", "to", "status"}], "deal":
 * ["sponsored" …], "paid_flag", "own_hosts", "short_hosts", "plain_hosts", "tags_links", "filled", "house_words", "glossary": [{"word", "variants", "never", "instead",
 * "why"}], "recent": [{"id", "channel", "text", "at"}], "dates": [{"date", "key", "name", "kind", "country", "mourning",
 * "no_post"}], (without them: those of the planned day in the countries' own books), "levels": {"spelling": "block"}, "exceptions":
 * [{"check", "key", "context"}], "say": "fr"}; every member may be missing, none other be there. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "check/check.h"

#include <jansson.h>
#include <string.h>

#define BYTES_MAX ((size_t)4 << 20)

struct post_reader {
	struct cx *cx;
	struct check_post post;
	struct check_setting *settings;
	struct check_exception *exceptions;
	size_t setting_count, exception_count;
};

/* One member of an object: where its value goes. */
struct member {
	const char *name;
	enum { TEXT, NUMBER, SIZE, FLAG, INSTANT, UNIT, MEMBER_OTHER } type;
	void *at;
};

static struct str text_of(const json_t *value)
{
	return json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : (struct str){};
}

static enum err wrong(struct cx *cx, const char *name)
{
	return fail(cx, ERR_BAD_INPUT, N_("The member “%s” is not as it should be."), name);
}

static bool number_of(const json_t *value, i64 *ret)
{
	if (json_is_integer(value)) {
		*ret = json_integer_value(value);
		return true;
	}
	return json_is_string(value) && str_to_i64(text_of(value), ret);
}

static enum err read_unit(struct cx *cx, struct str word, enum text_unit *ret_unit)
{
	for (int unit = 0; unit < TEXT_UNIT_COUNT; unit++)
		if (str_eq(word, str_of(text_unit_word((enum text_unit)unit)))) {
			*ret_unit = (enum text_unit)unit;
			return OK;
		}
	return wrong(cx, "unit");
}

static enum err read_member(struct cx *cx, const struct member *m, const json_t *value)
{
	i64 number;
	switch (m->type) {
	case TEXT:
		if (!json_is_string(value))
			break;
		*(struct str *)m->at = text_of(value);
		return OK;
	case NUMBER:
		if (!number_of(value, &number))
			break;
		*(i64 *)m->at = number;
		return OK;
	case SIZE:
		if (!number_of(value, &number) || number < 0 || number > 1000000000)
			break;
		*(size_t *)m->at = (size_t)number;
		return OK;
	case FLAG:
		if (!json_is_boolean(value))
			break;
		*(bool *)m->at = json_is_true(value);
		return OK;
	case INSTANT:
		if (!time_parse(text_of(value), m->at))
			break;
		return OK;
	case UNIT:
		return read_unit(cx, text_of(value), m->at);
	case MEMBER_OTHER:
		return OK;
	}
	return wrong(cx, m->name);
}

/* Every member of the object is one of these. */
static enum err read_object(struct cx *cx, json_t *object, const char *what, const struct member *members, size_t count)
{
	const char *key;
	json_t *value;
	if (!json_is_object(object))
		return wrong(cx, what);
	json_object_foreach(object, key, value)
	{
		size_t i = 0;
		while (i < count && strcmp(members[i].name, key) != 0)
			i++;
		if (i == count)
			return fail(cx, ERR_BAD_INPUT, N_("There is no member “%.40s” in “%s”."), key, what);
		TRY(read_member(cx, &members[i], value));
	}
	return OK;
}

static enum err open_list(struct cx *cx, const json_t *value, const char *name, size_t most, size_t *ret_count)
{
	if (value && !json_is_array(value))
		return wrong(cx, name);
	size_t count = json_array_size(value);
	if (count > most)
		return fail(cx, ERR_TOO_LARGE, N_("The member “%s” has more than %zu items."), name, most);
	*ret_count = count;
	return OK;
}

static enum err read_words(struct cx *cx, const json_t *value, const char *name, size_t most, const struct str **ret_words,
	size_t *ret_count)
{
	size_t count = 0;
	TRY(open_list(cx, value, name, most, &count));
	struct str *words = arena_array(cx->arena, struct str, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (!json_is_string(json_array_get(value, i)))
			return wrong(cx, name);
		words[i] = text_of(json_array_get(value, i));
	}
	*ret_words = words;
	*ret_count = count;
	return OK;
}

static enum err read_texts(struct cx *cx, const json_t *value, const char *name, const struct check_text **ret_texts,
	size_t *ret_count)
{
	size_t count = 0;
	TRY(open_list(cx, value, name, CHECK_TEXTS, &count));
	struct check_text *texts = arena_array(cx->arena, struct check_text, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct member members[] = {{"lang", TEXT, &texts[i].lang}, {"text", TEXT, &texts[i].text}};
		TRY(read_object(cx, json_array_get(value, i), name, members, COUNT(members)));
	}
	*ret_texts = texts;
	*ret_count = count;
	return OK;
}

static enum err read_media(struct cx *cx, json_t *item, struct check_media *m)
{
	static const char *const kinds[] = {"image", "video", "audio", "document"};
	struct str kind = S("image"), alt = {};
	i64 seconds = 0;
	const struct member members[] = {{"kind", TEXT, &kind}, {"name", TEXT, &m->name}, {"alt", TEXT, &alt},
		{"alts", MEMBER_OTHER, NULL}, {"subtitles", MEMBER_OTHER, NULL},
		{"decorative", FLAG, &m->decorative}, {"has_subtitles", FLAG, &m->has_subtitles}, {"silent", FLAG, &m->silent},
			{"seconds", NUMBER, &seconds}};
	TRY(read_object(cx, item, "media", members, COUNT(members)));
	TRY(read_texts(cx, json_object_get(item, "alts"), "alts", &m->alts, &m->alt_count));
	TRY(read_texts(cx, json_object_get(item, "subtitles"), "subtitles", &m->subtitles, &m->subtitle_count));
	if (alt.len && !m->alt_count) {
		struct check_text *one = arena_new_of(cx->arena, struct check_text);
		one->text = alt;
		m->alts = one;
		m->alt_count = 1;
	}
	size_t i = 0;
	while (i < COUNT(kinds) && !str_eq(kind, str_of(kinds[i])))
		i++;
	if (i == COUNT(kinds) || seconds < 0 || seconds > 1000000)
		return wrong(cx, "media");
	m->kind = (enum check_media_kind)i;
	m->duration = seconds * SECOND;
	return OK;
}

static enum err read_link(struct cx *cx, json_t *item, struct check_link *link)
{
	static const char *const states[] = {"unknown", "alive", "dead", "moved"};
	struct str state = S("unknown");
	i64 status = 0;
	const struct member members[] = {{"url", TEXT, &link->url}, {"state", TEXT, &state}, {"to", TEXT, &link->to},
		{"status", NUMBER, &status}};
	TRY(read_object(cx, item, "links", members, COUNT(members)));
	size_t i = 0;
	while (i < COUNT(states) && !str_eq(state, str_of(states[i])))
		i++;
	if (i == COUNT(states) || status < 0 || status > 999 || !link->url.len)
		return wrong(cx, "links");
	link->state = (enum check_link_state)i;
	link->status = (int)status;
	return OK;
}

static enum err read_glossary_entry(struct cx *cx, json_t *item, struct check_glossary_entry *e)
{
	const struct member members[] = {{"word", TEXT, &e->word}, {"variants", TEXT, &e->variants}, {"never", FLAG, &e->never},
		{"instead", TEXT, &e->instead}, {"why", TEXT, &e->why}};
	return read_object(cx, item, "glossary", members, COUNT(members));
}

static enum err read_recent(struct cx *cx, json_t *item, struct check_recent_post *p)
{
	const struct member members[] = {{"id", NUMBER, &p->id}, {"channel", NUMBER, &p->channel}, {"text", TEXT, &p->text},
		{"at", INSTANT, &p->at}};
	return read_object(cx, item, "recent", members, COUNT(members));
}

static enum err read_date(struct cx *cx, json_t *item, struct check_key_date *d)
{
	const struct member members[] = {{"date", TEXT, &d->date}, {"key", TEXT, &d->key}, {"name", TEXT, &d->name},
		{"kind", TEXT, &d->kind}, {"country", TEXT, &d->country},
		{"mourning", FLAG, &d->mourning}, {"no_post", FLAG, &d->no_post}};
	return read_object(cx, item, "dates", members, COUNT(members));
}

static enum err read_exception(struct cx *cx, json_t *item, struct check_exception *e)
{
	const struct member members[] = {{"check", TEXT, &e->check}, {"key", TEXT, &e->key}, {"context", TEXT, &e->context}};
	return read_object(cx, item, "exceptions", members, COUNT(members));
}

#define READ_LIST(reader, root, name, most, type, items, count, read_one) \
	do { \
		const json_t *list_ = json_object_get(root, name); \
		size_t count_ = 0; \
		TRY(open_list((reader)->cx, list_, name, most, &count_)); \
		type *items_ = arena_array((reader)->cx->arena, type, count_ + 1); \
		for (size_t i_ = 0; i_ < count_; i_++) \
			TRY(read_one((reader)->cx, json_array_get(list_, i_), &items_[i_])); \
		(items) = items_; \
		(count) = count_; \
	} while (0)

static enum err read_levels(struct post_reader *rd, json_t *levels)
{
	const char *key;
	json_t *value;
	if (levels && !json_is_object(levels))
		return wrong(rd->cx, "levels");
	rd->settings = arena_array(rd->cx->arena, struct check_setting, json_object_size(levels) + 1);
	json_object_foreach(levels, key, value)
	{
		struct check_setting *s = &rd->settings[rd->setting_count++];
		s->check = str_of(key);
		if (!check_kind_of(s->check) || !check_level_of(text_of(value), &s->level))
			return wrong(rd->cx, "levels");
	}
	return OK;
}

static enum err read_deal(struct post_reader *rd, const json_t *value)
{
	static const char *const words[] = {"sponsored", "collaboration", "affiliate", "gift"};
	const struct str *said;
	size_t count = 0;
	TRY(read_words(rd->cx, value, "deal", 4, &said, &count));
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;
		while (n < COUNT(words) && !str_eq(said[i], str_of(words[n])))
			n++;
		if (n == COUNT(words))
			return wrong(rd->cx, "deal");
		rd->post.deal |= 1u << n;
	}
	return OK;
}

static enum err read_lists(struct post_reader *rd, json_t *root)
{
	struct check_post *p = &rd->post;
	const struct str *countries;
	TRY(read_words(rd->cx, json_object_get(root, "countries"), "countries", COUNT(p->countries), &countries,
		&p->country_count));
	memcpy(p->countries, countries, p->country_count * sizeof *countries);
	TRY(read_words(rd->cx, json_object_get(root, "own_hosts"), "own_hosts", 100, &p->own_hosts, &p->own_host_count));
	TRY(read_words(rd->cx, json_object_get(root, "short_hosts"), "short_hosts", 100, &p->short_hosts, &p->short_host_count));
	TRY(read_words(rd->cx, json_object_get(root, "filled"), "filled", 100, &p->filled, &p->filled_count));
	TRY(read_words(rd->cx, json_object_get(root, "plain_hosts"), "plain_hosts", 100, &p->plain_hosts, &p->plain_host_count));
	TRY(read_words(rd->cx, json_object_get(root, "house_words"), "house_words", CHECK_WORDS, &p->house_words,
		&p->house_word_count));
	TRY(read_deal(rd, json_object_get(root, "deal")));
	TRY(read_levels(rd, json_object_get(root, "levels")));
	READ_LIST(rd, root, "media", CHECK_TEXTS, struct check_media, p->media, p->media_count, read_media);
	READ_LIST(rd, root, "links", CHECK_TEXTS, struct check_link, p->links, p->link_count, read_link);
	READ_LIST(rd, root, "glossary", CHECK_WORDS, struct check_glossary_entry, p->glossary, p->glossary_count,
		read_glossary_entry);
	READ_LIST(rd, root, "recent", CHECK_RECENT, struct check_recent_post, p->recent, p->recent_count, read_recent);
	READ_LIST(rd, root, "dates", 100, struct check_key_date, p->dates, p->date_count, read_date);
	READ_LIST(rd, root, "exceptions", CHECK_WORDS, struct check_exception, rd->exceptions, rd->exception_count, read_exception);
	return OK;
}

static enum err read_network(struct cx *cx, json_t *value, struct check_network *n)
{
	const struct member members[] = {{"word", TEXT, &n->word}, {"unit", UNIT, &n->unit}, {"most", SIZE, &n->most},
		{"comment_most", SIZE, &n->comment_most}, {"alt_unit", UNIT, &n->alt_unit},
		{"alt_most", SIZE, &n->alt_most}, {"visible", SIZE, &n->visible}, {"has_paid_flag", FLAG, &n->has_paid_flag}};
	return value ? read_object(cx, value, "network", members, COUNT(members)) : OK;
}

static enum err read_root(struct post_reader *rd, json_t *root)
{
	struct check_post *p = &rd->post;
	struct str text = {}, say = {};
	const struct member members[] = {{"text", TEXT, &text}, {"lang", TEXT, &p->lang}, {"comment", TEXT, &p->comment},
		{"id", NUMBER, &p->id}, {"channel", NUMBER, &p->channel},
		{"planned_at", INSTANT, &p->planned_at}, {"zone", TEXT, &p->zone}, {"paid_flag", FLAG, &p->paid_flag},
			{"tags_links", FLAG, &p->tags_links}, {"plain_hosts", MEMBER_OTHER, NULL}, {"filled", MEMBER_OTHER, NULL},
			{"say", TEXT, &say}, {"texts", MEMBER_OTHER, NULL},
		{"network", MEMBER_OTHER, NULL}, {"countries", MEMBER_OTHER, NULL}, {"media", MEMBER_OTHER, NULL},
			{"links", MEMBER_OTHER, NULL}, {"deal", MEMBER_OTHER, NULL},
		{"own_hosts", MEMBER_OTHER, NULL}, {"short_hosts", MEMBER_OTHER, NULL}, {"house_words", MEMBER_OTHER, NULL},
			{"glossary", MEMBER_OTHER, NULL}, {"recent", MEMBER_OTHER, NULL},
		{"dates", MEMBER_OTHER, NULL}, {"levels", MEMBER_OTHER, NULL}, {"exceptions", MEMBER_OTHER, NULL}};
	TRY(read_object(rd->cx, root, "post", members, COUNT(members)));
	if (say.len)
		rd->cx->lang = lang_of(say);
	TRY(read_texts(rd->cx, json_object_get(root, "texts"), "texts", &p->texts, &p->text_count));
	if (json_object_get(root, "text") && !p->text_count) {
		struct check_text *one = arena_new_of(rd->cx->arena, struct check_text);
		one->text = text;
		p->texts = one;
		p->text_count = 1;
	}
	TRY(read_network(rd->cx, json_object_get(root, "network"), &p->network));
	return read_lists(rd, root);
}

static void release(void *json)
{
	json_decref(json);
}

static enum err read_post(struct cx *cx, struct str input, struct buf *out)
{
	struct post_reader rd = {.cx = cx, .post.zone = S("UTC")};
	json_error_t where;
	struct findings findings;
	if (input.len > BYTES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("The input is larger than %zu MiB."), BYTES_MAX >> 20);
	json_t *root = json_loadb(input.at ? input.at : "", input.len, JSON_REJECT_DUPLICATES, &where);
	if (!root)
		return fail(cx, ERR_BAD_INPUT, N_("This is no JSON (line %d)."), where.line);
	arena_defer(cx->arena, release, root);
	TRY(read_root(&rd, root));
	if (!json_object_get(root, "dates")) {
		struct check_key_date *dates;
		rd.post.date_count = check_dates(cx, &rd.post, &dates);
		rd.post.dates = dates;
	}
	check_run(cx, &rd.post, rd.settings, rd.setting_count, rd.exceptions, rd.exception_count, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		buf_add_finding(out, &findings.items[i]);
		buf_addc(out, '\n');
	}
	buf_addf(out, "{\"findings\":%zu,\"left_out\":%zu", findings.count, findings.left_out);
	for (int level = CHECK_INFORM; level < CHECK_LEVELS; level++)
		buf_addf(out, ",\"%s\":%zu", check_level_word((enum finding_level)level), findings.of[level]);
	buf_addf(out, ",\"worst\":\"%s\"}\n", check_level_word(findings.worst));
	return OK;
}

const struct parser parser_post = {"post", N_("A post as JSON, and what the checks find in it"), read_post};
