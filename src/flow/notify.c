#include "flow/notify.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/member.h"
#include "store/person.h"

#include <jansson.h>

#define BREACHES_APART 5 /* told each by itself; what is more within the hour is told by its number */

static i64 acting(const struct cx *cx)
{
	return cx->actor ? cx->actor->user : 0;
}

const struct notify_topic notify_topics[] = {
	{"mention", N_("A colleague calls you"), N_("In a note")},
	{"assigned", N_("A conversation is yours"), N_("By somebody, or by its team's turn")},
	{"breach", N_("A promise is broken"), N_("Of what is yours, or nobody's")},
	{"approval", N_("An answer wants approval"), N_("Yours was approved or came back, or one waits for you")},
	{"moderation", N_("Moderation wants you"), N_("A second person is asked for, an author contests a decision, or a deadline has passed")},
	{"alarm", N_("Something unusual is being said"), N_("More than usual is said, or more that is negative or harmful, of something you listen for or in all that comes in")},
	{"failed", N_("An answer did not leave"), N_("It is kept; the network refused it, nobody knows, or the person wrote before it left")},
	{"by_hand", N_("A post is to be published by hand"), N_("At its minute, and again while nobody has; of channels that you or your team are in charge of")},
	{"rights", N_("Rights to a picture end"), N_("A week before, when posts are to leave with it; and when one was taken back because of it")},
	{"weather", N_("A channel needs somebody soon"), N_("Before it breaks: access that ends, rights that are missing, a quota that runs out")},
	{"contest", N_("A contest wants you"), N_("It was drawn, a winner has not answered yet, a substitute moves up")},
	{"woken", N_("A conversation is back"), N_("Its pause is over")},
};
const size_t notify_topic_count = COUNT(notify_topics);

static const struct notify_kind kinds[] = {
	{"assigned", "assigned", N_("This conversation is yours now"), "user-check", false},
	{"mention", "mention", N_("A colleague calls you"), "at-sign", false},
	{"breach", "breach", N_("An answer is late"), "clock", true},
	{"breaches", "breach", N_("More answers are late"), "clock", true, "/inbox?view=open&due=late"},
	{"approval", "approval", N_("An answer waits for your approval"), "check", false},
	{"approved", "approval", N_("Your answer was approved"), "circle-check", false},
	{"returned", "approval", N_("Your answer came back with a remark"), "reply", false},
	{"post_wanted", "approval", N_("A post waits for your approval"), "check", false, "/posts"},
	{"post_late_approval", "approval", N_("A post still waits for your approval"), "clock", true, "/posts"},
	{"post_approved", "approval", N_("Your post was approved"), "circle-check", false, "/posts"},
	{"post_returned", "approval", N_("Your post came back with a remark"), "reply", false, "/posts"},
	{"post_refused", "failed", N_("The network refused a post"), "octagon-alert", true, "/posts"},
	{"post_held", "failed", N_("A post is held, its channel needs somebody"), "octagon-alert", true, "/posts"},
	{"post_unknown", "failed", N_("Did this post arrive? Please look"), "octagon-alert", true, "/posts"},
	{"post_by_hand", "by_hand", N_("A post is to be published by hand, now"), "send", false, "/by-hand"},
	{"post_by_hand_still", "by_hand", N_("A post still waits to be published by hand"), "clock", true, "/by-hand"},
	{"post_by_hand_late", "failed", N_("Nobody has published a post by hand. Is it still to go?"), "clock", true, "/by-hand"},
	{"post_not_by_hand", "failed", N_("A post was not published by hand"), "octagon-alert", true, "/posts"},
	{"post_link_dead", "failed", N_("A link of a post that is to leave answers no more"), "octagon-alert", false, "/posts"},
	{"post_link_held", "failed", N_("A link of a post answers no more. Is the post still to leave?"), "octagon-alert", true, "/posts"},
	{"post_rights", "rights", N_("A planned post was taken back: rights to what it shows end before"), "copyright", true, "/posts"},
	{"media_rights", "rights", N_("The rights to a picture end soon, and posts are to leave with it"), "copyright", false, "/media?state=rights"},
	{"missed", "failed", N_("The hour of a post went by. Is it still to leave?"), "octagon-alert", true, "/publishing"},
	{"refused", "failed", N_("The network refused an answer"), "octagon-alert", true},
	{"undelivered", "failed", N_("Your answer came back: nobody got it"), "octagon-alert", true},
	{"held", "failed", N_("An answer is held, its channel needs somebody"), "octagon-alert", true},
	{"unknown", "failed", N_("Did this answer arrive? Please look"), "octagon-alert", true},
	{"overtaken", "failed", N_("They wrote before your planned answer left: it is a draft again"), "reply", true},
	{"decision", "moderation", N_("A second person is asked to decide"), "users", false},
	{"appeal", "moderation", N_("A decision is contested"), "scale", false},
	{"late_cases", "moderation", N_("Flagged messages are late"), "flag", true, "/moderation"},
	{"late_appeals", "moderation", N_("Appeals are late"), "scale", true, "/moderation/appeals"},
	{"alarm", "alarm", N_("Something unusual is being said"), "siren", true, "/listening/alarms"},
	{"profile", "failed", N_("A profile could not be put right"), "octagon-alert", false, "/profiles"},
	{"weather", "weather", N_("A channel needs somebody soon"), "key-round", false, "/channels"},
	{"contest_drawn", "contest", N_("A contest was drawn: its winners are to be told"), "trophy", false, "/contests"},
	{"contest_waiting", "contest", N_("A winner has a day left to answer"), "clock", false, "/contests"},
	{"contest_silent", "contest", N_("A winner did not answer in time: the place goes to the next"), "clock", true, "/contests"},
	{"woken", "woken", N_("Back from its pause"), "alarm-clock", false},
};

const struct notify_kind *notify_kind_of(struct str word)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(word, str_of(kinds[i].word)))
			return &kinds[i];
	return NULL;
}

/* A text of the detail; arena. */
static struct str said(struct arena *arena, struct str detail, const char *name)
{
	json_t *object = json_loadb(detail.at ? detail.at : "", detail.len, 0, NULL);
	struct str text = arena_str(arena, str_of(json_string_value(json_object_get(object, name))));
	json_decref(object);
	return text;
}

struct str notify_path(struct arena *arena, const struct notify_kind *kind, struct str detail)
{
	struct str alarm = said(arena, detail, "alarm");
	i64 id;
	struct str channel = said(arena, detail, "channel"), post = said(arena, detail, "post"), publication = said(arena, detail, "publication");
	if (str_starts(str_of(kind->word), S("post_by_hand")) && str_to_i64(publication, &id))
		return arena_printf(arena, "%s/%lld", kind->path, (long long)id);
	if (str_starts(str_of(kind->word), S("post_")) && str_to_i64(post, &id))
		return arena_printf(arena, "%s/%lld", kind->path, (long long)id);
	if (str_eq(str_of(kind->word), S("profile")) && str_to_i64(channel, &id))
		return arena_printf(arena, "%s/%lld", kind->path, (long long)id);
	if (str_eq(str_of(kind->word), S("weather")) && str_to_i64(channel, &id))
		return arena_printf(arena, "%s/%lld/weather", kind->path, (long long)id);
	if (str_starts(str_of(kind->word), S("contest_")) && str_to_i64(said(arena, detail, "contest"), &id))
		return arena_printf(arena, "%s/%lld", kind->path, (long long)id);
	if (str_eq(str_of(kind->word), S("alarm")) && str_to_i64(alarm, &id))
		return arena_printf(arena, "%s/%lld", kind->path, (long long)id);
	return str_of(kind->path);
}

/* A query has its name; all that is said has none. */
static struct str alarm_text(struct arena *arena, const char *lang, struct str detail)
{
	struct str name = said(arena, detail, "name"), measure = said(arena, detail, "measure");
	bool negative = str_eq(measure, S("negative")), harmful = str_eq(measure, S("harmful"));
	if (!name.len)
		return str_of(tr(lang, negative ? N_("More is negative than usual, in all that comes in")
				       : harmful ? N_("More is harmful than usual, in all that comes in") : N_("More comes in than usual")));
	return arena_printf(arena,
			    negative  ? tr(lang, N_("%.*s: more is negative than usual"))
			    : harmful ? tr(lang, N_("%.*s: more is harmful than usual"))
				      : tr(lang, N_("%.*s: more is said than usual")),
			    STR_ARG(name));
}

static i64 count_of(struct str detail)
{
	json_t *object = json_loadb(detail.at ? detail.at : "", detail.len, 0, NULL);
	i64 count = json_integer_value(json_object_get(object, "count"));
	json_decref(object);
	return count;
}

struct str notify_text(struct arena *arena, const char *lang, const struct notify_kind *kind, struct str detail)
{
	i64 count = count_of(detail);
	if (count && str_eq(str_of(kind->word), S("late_cases")))
		return arena_printf(arena, tr_n(lang, "%lld flagged message waits longer than promised", "%lld flagged messages wait longer than promised", count),
				    (long long)count);
	if (count && str_eq(str_of(kind->word), S("late_appeals")))
		return arena_printf(arena, tr_n(lang, "%lld appeal waits longer than promised", "%lld appeals wait longer than promised", count), (long long)count);
	if (count && str_eq(str_of(kind->word), S("missed")))
		return arena_printf(arena, tr_n(lang, "The hour of %lld part of a post went by. Is it still to leave?", "The hours of %lld parts of posts went by. Are they still to leave?", count),
				    (long long)count);
	if (count && str_eq(str_of(kind->word), S("breaches")))
		return arena_printf(arena, tr_n(lang, "%lld more answer is late", "%lld more answers are late", count), (long long)count);
	if (str_eq(str_of(kind->word), S("weather")) && said(arena, detail, "headline").len) {
		struct str name = said(arena, detail, "name");
		return arena_printf(arena, "%.*s: %s", STR_ARG(name), tr(lang, arena_cstr(arena, said(arena, detail, "headline"))));
	}
	if (str_eq(str_of(kind->word), S("alarm")) && said(arena, detail, "measure").len)
		return alarm_text(arena, lang, detail);
	return str_of(tr(lang, kind->text));
}

static bool in_list(const json_t *list, const char *word)
{
	size_t i;
	const json_t *one;
	json_array_foreach((json_t *)list, i, one)
		if (json_is_string(one) && str_eq(str_of(json_string_value(one)), str_of(word)))
			return true;
	return false;
}

static enum err wishes_of(struct cx *cx, struct db *db, i64 person, const char *topic, bool *ret_on_desk, bool *ret_by_mail)
{
	struct person p;
	TRY(person_get(cx, db, person, &p));
	json_t *settings = json_loadb(p.settings.at ? p.settings.at : "", p.settings.len, 0, NULL);
	*ret_on_desk = !in_list(json_object_get(settings, "desk_off"), topic);
	*ret_by_mail = *ret_on_desk && !in_list(json_object_get(settings, "mail_off"), topic);
	json_decref(settings);
	return OK;
}

enum err notify_person(struct cx *cx, struct db *db, i64 workspace, i64 person, const char *kind, i64 conversation, i64 message, struct str detail)
{
	if (!person || person == acting(cx))
		return OK;
	const struct notify_kind *known = notify_kind_of(str_of(kind));
	bool on_desk, by_mail;
	must(known);
	TRY(wishes_of(cx, db, person, known->topic, &on_desk, &by_mail));
	if (!on_desk)
		return OK;
	struct notification n = {id_new(), workspace, person, str_of(kind), conversation, message, detail, 0};
	TRY(notification_insert(cx, db, &n, by_mail));
	return change_add(cx, db, workspace, person, "notification", n.id);
}

enum err notify_counted(struct cx *cx, struct db *db, i64 workspace, i64 person, const char *kind, i64 count)
{
	struct notification *last;
	size_t found;
	TRY(notifications_unread_of(cx, db, workspace, person, str_of(kind), 1, &last, &found));
	bool goes_on = found && id_time(last->id) > cx->now - DAY;
	struct str detail = arena_printf(cx->arena, "{\"count\":%lld}", (long long)(count + (goes_on ? count_of(last->detail) : 0)));
	if (!goes_on)
		return notify_person(cx, db, workspace, person, kind, 0, 0, detail);
	TRY(notification_say(cx, db, workspace, last->id, detail));
	return change_add(cx, db, workspace, person, "notification", last->id);
}

enum err notify_read(struct cx *cx, struct db *db, i64 workspace, i64 up_to)
{
	return notifications_read(cx, db, workspace, acting(cx), up_to);
}

enum err notify_assigned(struct cx *cx, struct db *db, const struct conversation *c)
{
	return notify_person(cx, db, c->workspace, c->assignee, "assigned", c->id, 0, (struct str){});
}

/* One by one while they are few; a morning on which everything is late is a line, and a letter, not a hundred. */
static enum err tell_breach(struct cx *cx, struct db *db, const struct conversation *c, i64 person)
{
	struct notification *last;
	size_t count;
	TRY(notifications_unread_of(cx, db, c->workspace, person, S("breach"), BREACHES_APART, &last, &count));
	if (count == BREACHES_APART && id_time(last[count - 1].id) > cx->now - HOUR)
		return notify_counted(cx, db, c->workspace, person, "breaches", 1);
	return notify_person(cx, db, c->workspace, person, "breach", c->id, 0, (struct str){});
}

enum err notify_breach(struct cx *cx, struct db *db, const struct conversation *c)
{
	if (c->assignee)
		return tell_breach(cx, db, c, c->assignee);
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, c->workspace, &members, &count));
	for (size_t i = 0; i < count; i++) /* nobody's: those who arrange the desk */
		if (role_permissions(members[i].role) >> MAY_ARRANGE & 1)
			TRY(tell_breach(cx, db, c, members[i].person));
	return OK;
}

enum err notify_approval_wanted(struct cx *cx, struct db *db, const struct message *m)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, m->workspace, &members, &count));
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_APPROVE & 1)
			TRY(notify_person(cx, db, m->workspace, members[i].person, "approval", m->conversation, m->id, (struct str){}));
	return OK;
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Does the text begin with this word, and end it there? Both folded. */
static bool says(struct str text, struct str word)
{
	return word.len && str_starts(text, word) && (text.len == word.len || !in_word(text.at[word.len]));
}

static struct str folded(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_folded(&b, text);
	return buf_keep(&b, arena);
}

struct called {
	struct str whole, first, box; /* a member's name, the first of it, and what stands before the @ of the address; folded */
	bool yes;
};

/* Who is called by what follows an "@": whoever has that whole name; where nobody has, all whose first name or mail name it is. */
static void call(struct called *members, size_t count, struct str text)
{
	size_t longest = 0;
	for (size_t i = 0; i < count; i++)
		if (members[i].whole.len > longest && says(text, members[i].whole))
			longest = members[i].whole.len;
	for (size_t i = 0; i < count; i++)
		members[i].yes |= longest ? members[i].whole.len == longest && says(text, members[i].whole) : says(text, members[i].first) || says(text, members[i].box);
}

enum err notify_mentions(struct cx *cx, struct db *db, const struct message *note)
{
	if (str_find_byte(note->body, '@') < 0)
		return OK;
	struct str text = folded(cx->arena, note->body);
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, note->workspace, &members, &count));
	struct called *called = arena_array(cx->arena, struct called, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct str whole = folded(cx->arena, members[i].name), rest = whole, mail = folded(cx->arena, members[i].email);
		struct str first = str_cut(&rest, ' '), box = str_cut(&mail, '@');
		called[i] = (struct called){.whole = whole, .first = first, .box = box};
	}
	for (size_t at = 0; at < text.len; at++)
		if (text.at[at] == '@' && (at == 0 || !in_word(text.at[at - 1]))) /* "mail@example.org" calls nobody */
			call(called, count, str_skip(text, at + 1));
	for (size_t i = 0; i < count; i++)
		if (called[i].yes)
			TRY(notify_person(cx, db, note->workspace, members[i].person, "mention", note->conversation, note->id, (struct str){}));
	return OK;
}
