/* filter.c: the address of a search: what is in it, what it asks of the store, and addresses made from it. */
#include "base/lang.h"
#include "page/search/search.h"
#include "store/contact.h"
#include "store/member.h"
#include "ui/document.h"

#define NAMED_AT_MOST 20
#define IDENTITIES_AT_MOST 200

const char *const search_part_names[PART_COUNT] = {"in", "channel", "kind", "direction", "lang", "from", "since", "until", "status", "state"};
const char *const search_scopes[] = {"all", "messages", "notes", "people", "replies", NULL};
const char *const search_kinds[] = {"", "comment", "mention", "direct", "review", "post", "reply", NULL};
const char *const search_directions[] = {"", "in", "out", NULL};
const char *const search_statuses[] = {"", "open", "pending", "snoozed", "resolved", NULL};
const char *const search_states[] = {"", "visible", "hidden", "removed", NULL};
static const char *const direction_titles[] = {"", N_("People"), N_("Us")};
static const char *const state_titles[] = {"", N_("Visible"), N_("Hidden by us"), N_("Removed on the network")};
static const char *const langs[][2] = {{"fr", N_("French")}, {"en", N_("English")}, {"es", N_("Spanish")}, {"de", N_("German")},
				       {"it", N_("Italian")}, {"nl", N_("Dutch")},   {"pt", N_("Portuguese")}, {"ar", N_("Arabic")}};

/* ---- from: whose words ---- */

static enum err add_identities(struct cx *cx, struct db *db, i64 contact, i64 *ids, size_t *count)
{
	struct identity *list;
	size_t n;
	TRY(identities_of(cx, db, here(cx), contact, &list, &n));
	for (size_t i = 0; i < n && *count < IDENTITIES_AT_MOST; i++)
		ids[(*count)++] = list[i].id;
	return OK;
}

/* "contact:12", "user:3", or a name as people write it: of colleagues, else of those outside. */
static enum err read_from(struct cx *cx, struct db *db, struct search *s)
{
	struct str text = s->given[PART_FROM], id_text = text, kind = str_cut(&id_text, ':');
	struct message_filter *f = &s->filter;
	i64 id = 0, *ids = arena_array(cx->arena, i64, IDENTITIES_AT_MOST);
	if (!text.len)
		return OK;
	s->from_title = arena_printf(cx->arena, _(N_("From “%.*s”")), STR_ARG(text));
	if (str_eq(kind, S("user")) && str_to_i64(id_text, &id)) {
		struct member m;
		TRY(member_get(cx, db, here(cx), id, &m));
		f->author = m.person;
		s->from_title = arena_printf(cx->arena, _(N_("From %.*s")), STR_ARG(m.name));
	} else if (str_eq(kind, S("contact")) && str_to_i64(id_text, &id)) {
		struct contact c;
		TRY(contact_get(cx, db, here(cx), id, &c));
		TRY(add_identities(cx, db, c.id, ids, &f->identity_count));
		s->from_title = arena_printf(cx->arena, _(N_("From %.*s")), STR_ARG(c.name));
	} else {
		struct contact *contacts;
		struct member *members;
		size_t count;
		struct str words = search_plain(cx->arena, text);
		TRY(member_list(cx, db, here(cx), &members, &count));
		for (size_t i = 0; i < count && words.len; i++)
			if (str_starts(search_plain(cx->arena, members[i].name), words))
				f->author = members[i].person;
		TRY(contact_find(cx, db, here(cx), text.at[0] == '@' ? str_skip(text, 1) : text, NAMED_AT_MOST, &contacts, &count));
		for (size_t i = 0; i < count; i++)
			TRY(add_identities(cx, db, contacts[i].id, ids, &f->identity_count));
	}
	f->identities = ids;
	s->is_nobody = !f->identity_count && !f->author;
	return OK;
}

/* ---- reading ---- */

static int index_of(struct str word, const char *const words[])
{
	for (int i = 0; words[i]; i++)
		if (str_eq(word, str_of(words[i])))
			return i;
	return 0;
}

enum err search_of(struct cx *cx, struct request *request, struct search *ret_search)
{
	struct db *db = request_db(request);
	struct search s = {.q = param_text(request, "q"), .filter = MESSAGE_FILTER};
	for (enum search_part part = 0; part < PART_COUNT; part++)
		if (part != PART_CHANNEL)
			s.given[part] = param_text(request, search_part_names[part]);
	s.filter.channel = param_id(request, "channel");
	if (s.filter.channel)
		s.given[PART_CHANNEL] = arena_printf(cx->arena, "%lld", (long long)s.filter.channel);
	s.scope = (enum search_scope)index_of(s.given[PART_IN], search_scopes);
	if (!search_read(cx->arena, s.q, &s.words, &s.fault) && !s.fault.story)
		s.fault.story = N_("This cannot be looked for.");
	s.filter.words = s.q;
	enum message_kind kind;
	enum direction direction;
	enum status status;
	if (message_kind_of(s.given[PART_KIND], &kind))
		s.filter.kind = (int)kind;
	if (direction_of(s.given[PART_DIRECTION], &direction))
		s.filter.direction = (int)direction;
	if (status_of(s.given[PART_STATUS], &status))
		s.filter.status = (int)status;
	s.filter.state = index_of(s.given[PART_STATE], search_states); /* in the order of the enum */
	s.filter.lang = s.given[PART_LANG];
	TRY(period_of(cx, request, &s.period));
	s.filter.since = s.period.since;
	s.filter.until = s.period.until;
	TRY(channel_list(cx, db, here(cx), &s.channels, &s.channel_count));
	TRY(read_from(cx, db, &s));
	for (enum search_part part = PART_CHANNEL; part < PART_COUNT; part++)
		s.is_narrow |= s.given[part].len > 0;
	*ret_search = s;
	return OK;
}

/* ---- addresses ---- */

static void add_part(struct buf *b, const char *name, struct str value)
{
	if (!value.len)
		return;
	buf_addf(b, "%c%s=", b->len == 7 ? '?' : '&', name); /* "/search" */
	buf_add_url(b, value);
}

static struct str url_with(struct cx *cx, const struct search *s, struct str q, enum search_part changed, struct str value)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/search");
	add_part(&b, "q", q);
	for (enum search_part part = 0; part < PART_COUNT; part++)
		add_part(&b, search_part_names[part], part == changed ? value : s->given[part]);
	return buf_keep(&b, cx->arena);
}

struct str search_url(struct cx *cx, const struct search *s, enum search_part part, struct str value)
{
	return url_with(cx, s, s->q, part, value);
}

struct str search_url_of(struct cx *cx, const struct search *s, struct str q)
{
	return url_with(cx, s, q, PART_COUNT, (struct str){});
}

/* ---- the form, the chips ---- */

static void add_option(json_t *list, struct str word, struct str title, struct str current)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(word), "title", doc_text(title), "is_selected", str_eq(word, current)));
}

static void add_select(struct cx *cx, json_t *selects, enum search_part part, const char *label, const char *all, json_t *options)
{
	json_array_append_new(selects, json_pack("{s:s, s:s, s:s, s:o}", "name", search_part_names[part], "label", tr(cx->lang, label), "all", tr(cx->lang, all), "options", options));
}

static const char *word_title(enum search_part part, const char *word)
{
	enum message_kind kind;
	enum status status;
	struct str text = str_of(word);
	if (part == PART_KIND && message_kind_of(text, &kind))
		return message_kind_title(kind);
	if (part == PART_STATUS && status_of(text, &status))
		return status_title(status);
	if (part == PART_DIRECTION)
		return direction_titles[index_of(text, search_directions)];
	if (part == PART_STATE)
		return state_titles[index_of(text, search_states)];
	for (size_t i = 0; part == PART_LANG && i < COUNT(langs); i++)
		if (str_eq(text, str_of(langs[i][0])))
			return langs[i][1];
	return word;
}

static json_t *options_of(struct cx *cx, const struct search *s, enum search_part part, const char *const words[])
{
	json_t *list = json_array();
	for (int i = 1; words[i]; i++)
		add_option(list, str_of(words[i]), str_of(tr(cx->lang, word_title(part, words[i]))), s->given[part]);
	return list;
}

json_t *search_selects_shape(struct cx *cx, const struct search *s)
{
	json_t *selects = json_array(), *channels = json_array(), *languages = json_array();
	for (size_t i = 0; i < s->channel_count; i++)
		add_option(channels, arena_printf(cx->arena, "%lld", (long long)s->channels[i].id), s->channels[i].name, s->given[PART_CHANNEL]);
	bool known = !s->given[PART_LANG].len;
	for (size_t i = 0; i < COUNT(langs); i++) {
		add_option(languages, str_of(langs[i][0]), str_of(tr(cx->lang, langs[i][1])), s->given[PART_LANG]);
		known |= str_eq(s->given[PART_LANG], str_of(langs[i][0]));
	}
	if (!known)
		add_option(languages, s->given[PART_LANG], s->given[PART_LANG], s->given[PART_LANG]);
	add_select(cx, selects, PART_CHANNEL, N_("Channel"), N_("Every channel"), channels);
	add_select(cx, selects, PART_KIND, N_("Kind"), N_("Every kind"), options_of(cx, s, PART_KIND, search_kinds));
	add_select(cx, selects, PART_DIRECTION, N_("Said by"), N_("Said by anybody"), options_of(cx, s, PART_DIRECTION, search_directions));
	add_select(cx, selects, PART_LANG, N_("Language"), N_("Every language"), languages);
	add_select(cx, selects, PART_STATUS, N_("Conversation"), N_("Every status"), options_of(cx, s, PART_STATUS, search_statuses));
	add_select(cx, selects, PART_STATE, N_("Visibility"), N_("Visible or not"), options_of(cx, s, PART_STATE, search_states));
	return selects;
}

static struct str chip_title(struct cx *cx, const struct search *s, enum search_part part)
{
	switch (part) {
	case PART_CHANNEL:
		for (size_t i = 0; i < s->channel_count; i++)
			if (s->channels[i].id == s->filter.channel)
				return s->channels[i].name;
		return s->given[part];
	case PART_FROM:
		return s->from_title;
	case PART_SINCE:
		return arena_printf(cx->arena, _(N_("From %.*s on")), STR_ARG(period_day_text(cx, s->period.since)));
	case PART_UNTIL:
		return arena_printf(cx->arena, _(N_("Up to %.*s")), STR_ARG(period_day_text(cx, s->period.until - 1)));
	default:
		return str_of(tr(cx->lang, word_title(part, arena_cstr(cx->arena, s->given[part]))));
	}
}

json_t *search_chips_shape(struct cx *cx, const struct search *s)
{
	json_t *list = json_array();
	for (enum search_part part = PART_CHANNEL; part < PART_COUNT; part++)
		if (s->given[part].len)
			json_array_append_new(list, json_pack("{s:o, s:o}", "title", doc_text(chip_title(cx, s, part)), "url",
							      doc_text(search_url(cx, s, part, (struct str){}))));
	return list;
}

json_t *search_presets_shape(struct cx *cx, const struct search *s)
{
	static const struct {
		i64 days;
		const char *title;
	} presets[] = {{0, N_("Today")}, {6, N_("7 days")}, {29, N_("30 days")}, {364, N_("A year")}};
	json_t *list = json_array();
	struct search without = *s;
	without.given[PART_UNTIL] = (struct str){};
	for (size_t i = 0; i < COUNT(presets); i++) {
		struct str day = period_day(cx, presets[i].days);
		json_array_append_new(list, json_pack("{s:s, s:o, s:b}", "title", tr(cx->lang, presets[i].title), "url", doc_text(search_url(cx, &without, PART_SINCE, day)),
						      "is_current", str_eq(day, s->given[PART_SINCE]) && !s->given[PART_UNTIL].len));
	}
	return list;
}
