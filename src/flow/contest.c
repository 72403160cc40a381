#include "flow/contest.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/contest_parts.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/slot.h"
#include "store/event.h"
#include "store/member.h"
#include "store/post.h"
#include "sys/crypto.h"

#include <jansson.h>

#define ORGANISER_MAX 300
#define WHY_MAX 300
#define LONGEST (400 * DAY)

enum err trace_contest(struct cx *cx, struct db *db, const struct contest *c, const char *act, struct str detail)
{
	TRY(audit(cx, db, c->workspace, act, arena_printf(cx->arena, "contest:%lld", (long long)c->id), detail));
	return change_add(cx, db, c->workspace, 0, "contest", c->id);
}

enum err contest_may_run(struct cx *cx)
{
	return actor_may(cx->actor, MAY_RUN_CONTESTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads contests and does not run them."));
}

enum err contest_of(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contest *ret_contest)
{
	TRY(contest_may_run(cx));
	return contest_get(cx, db, workspace, id, ret_contest);
}

i64 contest_owner(const struct contest *c)
{
	return c->owner ? c->owner : c->created_by;
}

struct str contest_rules_in(struct arena *arena, struct str rules, const char *lang, const char **ret_lang)
{
	static const char *const langs[] = {"fr", "en"};
	json_t *json = json_loadb(rules.at ? rules.at : "", rules.len, 0, NULL);
	struct str text = arena_str(arena, str_of(json_string_value(json_object_get(json, lang))));
	*ret_lang = lang;
	for (size_t i = 0; i < COUNT(langs) && !text.len; i++) {
		text = arena_str(arena, str_of(json_string_value(json_object_get(json, langs[i]))));
		*ret_lang = text.len ? langs[i] : lang;
	}
	json_decref(json);
	return text;
}

struct str contest_rules_just_in(struct arena *arena, struct str rules, const char *lang)
{
	const char *is;
	struct str text = contest_rules_in(arena, rules, lang, &is);
	return str_eq(str_of(is), str_of(lang)) ? text : (struct str){};
}

/* ---- its form ---- */

void contest_seen(struct arena *arena, const struct contest *c, struct seen *ret_seen)
{
	struct seen seen = {};
	CLEANUP(buf_free) struct buf rest = {};
	seen_add(&seen, "name", N_("Name"), c->name);
	seen_add(&seen, "organiser", N_("Organiser"), c->organiser);
	seen_add(&seen, "rules_en", N_("Rules in English"), contest_rules_just_in(arena, c->rules, "en"));
	seen_add(&seen, "rules_fr", N_("Rules in French"), contest_rules_just_in(arena, c->rules, "fr"));
	seen_add(&seen, "prizes", N_("Prizes"), c->prizes);
	seen_add(&seen, "starts", N_("Begins"), slot_wall(arena, c->zone, c->starts_at));
	seen_add(&seen, "ends", N_("Ends"), slot_wall(arena, c->zone, c->ends_at));
	seen_add_number(arena, &seen, "winners", N_("Winners"), c->winners);
	seen_add_number(arena, &seen, "substitutes", N_("Substitutes"), c->substitutes);
	seen_add(&seen, "hashtag", N_("Hashtag"), c->hashtag);
	seen_add(&seen, "words", N_("What has to stand in it"), c->words);
	seen_add(&seen, "left_out", N_("Accounts left out"), c->left_out);
	buf_addf(&rest, "%s %lld %lld %d %lld %lld %lld", contest_kind_word(c->kind), (long long)c->per_person, (long long)c->ways, c->team_out, (long long)c->winners_out_days,
		 (long long)c->answer_days, (long long)c->keep_days);
	seen_add(&seen, "", "", buf_keep(&rest, arena));
	seen_add_number(arena, &seen, "campaign", N_("Campaign"), c->campaign);
	seen_add_number(arena, &seen, "owner", N_("Whose it is"), c->owner);
	*ret_seen = seen;
}

static enum err check_name(struct cx *cx, struct db *db, const struct contest *c)
{
	struct contest same;
	if (!c->name.len || utf8_count(c->name) > CONTEST_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of 1 to %d characters."), CONTEST_NAME_MAX);
	enum err e = contest_by_name(cx, db, c->workspace, c->name, &same);
	if (e == OK && same.id != c->id)
		return fail_field(cx, "name", N_("Another contest has this name."));
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	return OK;
}

static enum err check_texts(struct cx *cx, const struct contest *c)
{
	static const char *const langs[] = {"en", "fr"};
	json_t *json = json_loadb(c->rules.at ? c->rules.at : "", c->rules.len, 0, NULL);
	size_t longest = 0;
	for (size_t i = 0; i < COUNT(langs); i++) {
		size_t length = utf8_count(str_of(json_string_value(json_object_get(json, langs[i]))));
		longest = length > longest ? length : longest;
	}
	json_decref(json);
	if (longest > CONTEST_RULES_MAX)
		return fail_field(cx, "rules_en", N_("This is too long: %d characters at the most."), CONTEST_RULES_MAX);
	if (utf8_count(c->organiser) > ORGANISER_MAX)
		return fail_field(cx, "organiser", N_("This is too long: %d characters at the most."), ORGANISER_MAX);
	if (utf8_count(c->prizes) > CONTEST_PRIZES_MAX)
		return fail_field(cx, "prizes", N_("This is too long: %d characters at the most."), CONTEST_PRIZES_MAX);
	if (utf8_count(c->words) > CONTEST_LIST_MAX)
		return fail_field(cx, "words", N_("This is too long: %d characters at the most."), CONTEST_LIST_MAX);
	if (utf8_count(c->left_out) > CONTEST_LIST_MAX)
		return fail_field(cx, "left_out", N_("This is too long: %d characters at the most."), CONTEST_LIST_MAX);
	return OK;
}

static enum err check_numbers(struct cx *cx, const struct contest *c)
{
	const struct {
		const char *field;
		i64 value, least, most;
	} numbers[] = {{"winners", c->winners, c->kind == CONTEST_CHALLENGE ? 0 : 1, CONTEST_WINNERS_MAX}, {"substitutes", c->substitutes, 0, CONTEST_WINNERS_MAX},
		       {"per_person", c->per_person, 1, CONTEST_PER_PERSON_MAX}, {"winners_out_days", c->winners_out_days, 0, 3650}, {"answer_days", c->answer_days, 1, 90},
		       {"keep_days", c->keep_days, c->answer_days, 3650}};
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (numbers[i].value < numbers[i].least || numbers[i].value > numbers[i].most)
			return fail_field(cx, numbers[i].field, N_("Give a number from %lld to %lld."), (long long)numbers[i].least, (long long)numbers[i].most);
	if (!zone_known(c->zone))
		return fail_field(cx, "zone", N_("Choose a time zone of the list."));
	if (!c->starts_at)
		return fail_field(cx, "starts", N_("Say when it begins."));
	if (c->ends_at <= c->starts_at)
		return fail_field(cx, "ends", N_("It ends before it begins."));
	if (c->ends_at - c->starts_at > LONGEST)
		return fail_field(cx, "ends", N_("A contest lasts a year at the most."));
	return OK;
}

static bool hashtag_holds(struct str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		if ((u8)tag.at[i] <= ' ' || tag.at[i] == '#')
			return false;
	return tag.len <= 100;
}

static enum err check_ways(struct cx *cx, const struct contest *c)
{
	if (!c->ways || c->ways & ~(WAY_COMMENT | WAY_HASHTAG | WAY_MENTION))
		return fail_field(cx, "ways", N_("Say how one takes part: by a comment, a hashtag or a mention."));
	if (!hashtag_holds(c->hashtag))
		return fail_field(cx, "hashtag", N_("Give one hashtag, a word without spaces."));
	return c->ways & WAY_HASHTAG && !c->hashtag.len ? fail_field(cx, "hashtag", N_("Say which hashtag.")) : OK;
}

static enum err check_people(struct cx *cx, struct db *db, const struct contest *c, const struct contest *known)
{
	TRY(post_check_campaign(cx, db, c->workspace, c->campaign, known->campaign));
	if (!c->owner || c->owner == known->owner)
		return OK;
	struct member member;
	enum err e = member_get(cx, db, c->workspace, c->owner, &member);
	if (e == ERR_MISSING || (e == OK && member.removed_at))
		return fail_field(cx, "owner", N_("Choose somebody of this workspace."));
	return e;
}

/* What was promised in public stays; what was frozen too. */
static enum err check_promises(struct cx *cx, const struct contest *c, const struct contest *known)
{
	if (known->state == CONTEST_DRAFT)
		return OK;
	if (c->kind != known->kind)
		return fail_field(cx, "kind", N_("It is open: what it is stays as it was announced."));
	if (c->starts_at != known->starts_at && known->starts_at <= known->opened_at)
		return fail_field(cx, "starts", N_("It has begun: its beginning stays as it was announced."));
	if (c->winners < known->winners)
		return fail_field(cx, "winners", N_("So many were promised; there can be more, not fewer."));
	if (known->state == CONTEST_OPEN)
		return OK;
	bool same = c->ends_at == known->ends_at && c->winners == known->winners && c->substitutes == known->substitutes && c->per_person == known->per_person &&
		    c->ways == known->ways && str_eq(c->hashtag, known->hashtag) && str_eq(c->words, known->words) && str_eq(c->left_out, known->left_out) &&
		    c->team_out == known->team_out && c->winners_out_days == known->winners_out_days && str_eq(c->rules, known->rules) && str_eq(c->prizes, known->prizes);
	return same ? OK : fail_field(cx, "rules_en", N_("Its list is frozen: its rules stay as they were published."));
}

static struct str rules_document(struct cx *cx, const struct contest *c)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct {
		const char *name;
		struct str text;
	} texts[] = {{"organiser", c->organiser}, {"prizes", c->prizes}, {"hashtag", c->hashtag}, {"words", c->words}, {"left_out", c->left_out}, {"zone", c->zone}};
	const struct {
		const char *name;
		i64 number;
	} numbers[] = {{"winners", c->winners}, {"substitutes", c->substitutes}, {"per_person", c->per_person}, {"ways", c->ways}, {"winners_out_days", c->winners_out_days},
		       {"answer_days", c->answer_days}, {"keep_days", c->keep_days}};
	buf_adds(&b, "{\"rules\":");
	buf_add(&b, c->rules.len ? c->rules : S("{}"));
	for (size_t i = 0; i < COUNT(texts); i++) {
		buf_addf(&b, ",\"%s\":", texts[i].name);
		buf_add_json(&b, texts[i].text);
	}
	for (size_t i = 0; i < COUNT(numbers); i++)
		buf_addf(&b, ",\"%s\":%lld", numbers[i].name, (long long)numbers[i].number);
	buf_addf(&b, ",\"team_out\":%s,\"starts_at\":\"%.*s\",\"ends_at\":\"%.*s\"}", c->team_out ? "true" : "false", STR_ARG(time_text(cx->arena, c->starts_at)),
		 STR_ARG(time_text(cx->arena, c->ends_at)));
	return buf_keep(&b, cx->arena);
}

/* Another version where it says something else than the last one. */
static enum err publish_rules(struct cx *cx, struct db *db, const struct contest *c)
{
	struct contest_rules *versions;
	size_t count;
	struct str document = rules_document(cx, c);
	TRY(contest_rules_list(cx, db, c->workspace, c->id, &versions, &count));
	return count && str_eq(versions[0].document, document) ? OK : contest_rules_add(cx, db, c, document);
}

static enum err set_posts(struct cx *cx, struct db *db, const struct contest *c, const i64 *posts, size_t count)
{
	struct post post;
	if (count > CONTEST_POSTS_MAX)
		return fail_field(cx, "posts", N_("Choose %d posts at the most."), CONTEST_POSTS_MAX);
	for (size_t i = 0; i < count; i++)
		if (post_get(cx, db, c->workspace, posts[i], &post) != OK)
			return fail_field(cx, "posts", N_("One of these posts does not exist in this workspace."));
	if (c->state != CONTEST_DRAFT && c->state != CONTEST_OPEN)
		return OK;
	return contest_posts_set(cx, db, c->workspace, c->id, posts, count);
}

static struct str new_salt(struct cx *cx)
{
	u8 bytes[16];
	CLEANUP(buf_free) struct buf hex = {};
	random_bytes(bytes, sizeof bytes);
	buf_add_hex(&hex, bytes, sizeof bytes);
	return buf_keep(&hex, cx->arena);
}

static void keep_what_stays(struct contest *c, const struct contest *known)
{
	c->state = known->state;
	c->salt = known->salt;
	c->story = known->story;
	c->created_by = known->created_by;
	c->created_at = known->created_at;
	c->opened_at = known->opened_at;
	c->decided_at = known->decided_at;
	c->unnamed_at = known->unnamed_at;
	c->archived_at = known->archived_at;
	c->read_to = 0; /* the rules may say otherwise now: everything is looked at once more */
}

static enum err keep(struct cx *cx, struct db *db, struct contest *c, const i64 *posts, size_t count)
{
	struct contest known = {.created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now, .salt = new_salt(cx)};
	bool is_new = !c->id;
	i64 ignored;
	TRY(contest_may_run(cx));
	if (c->id) {
		struct seen now;
		TRY(contest_get(cx, db, c->workspace, c->id, &known));
		contest_seen(cx->arena, &known, &now);
		TRY(seen_holds(cx, c->seen, &now));
	}
	c->id = is_new ? id_new() : c->id;
	c->name = str_trim(c->name);
	c->organiser = str_trim(c->organiser);
	c->hashtag = str_trim(c->hashtag);
	while (c->hashtag.len && c->hashtag.at[0] == '#')
		c->hashtag = str_skip(c->hashtag, 1);
	TRY(check_name(cx, db, c));
	TRY(check_texts(cx, c));
	TRY(check_numbers(cx, c));
	TRY(check_ways(cx, c));
	TRY(check_people(cx, db, c, &known));
	TRY(check_promises(cx, c, &known));
	keep_what_stays(c, &known);
	TRY(contest_save(cx, db, c));
	if (posts)
		TRY(set_posts(cx, db, c, posts, count));
	if (c->state == CONTEST_OPEN) {
		TRY(publish_rules(cx, db, c));
		TRY(contest_judge_all(cx, db, c, 0, &ignored));
	}
	return trace_contest(cx, db, c, is_new ? "contest.create" : "contest.edit", (struct str){});
}

enum err contest_keep(struct cx *cx, struct db *db, struct contest *contest, const i64 *posts, size_t count)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, contest, posts, count));
}

/* ---- its life ---- */

static enum err open_it(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct contest c;
	struct contest_post *posts;
	size_t count;
	const char *lang;
	TRY(contest_of(cx, db, workspace, id, &c));
	if (c.state != CONTEST_DRAFT)
		return c.state == CONTEST_OPEN ? OK : fail(cx, ERR_CONFLICT, N_("It is over: it does not open again."));
	if (c.archived_at)
		return fail(cx, ERR_CONFLICT, N_("It was put away. Take it out again first."));
	if (!contest_rules_in(cx->arena, c.rules, cx->lang, &lang).len)
		return fail_field(cx, "rules_en", N_("Write its rules first: everybody reads them from now on."));
	if (!c.organiser.len)
		return fail_field(cx, "organiser", N_("Say who is answerable for it: everybody reads it from now on."));
	if (c.ends_at <= cx->now)
		return fail_field(cx, "ends", N_("Its end has gone by."));
	TRY(contest_posts(cx, db, workspace, id, &posts, &count));
	if (c.ways == WAY_COMMENT && !count)
		return fail_field(cx, "posts", N_("One takes part by a comment: say under which posts of ours."));
	c.state = CONTEST_OPEN;
	c.opened_at = cx->now;
	TRY(contest_save(cx, db, &c));
	TRY(publish_rules(cx, db, &c));
	return trace_contest(cx, db, &c, "contest.open", (struct str){});
}

enum err contest_open(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, open_it(cx, db, workspace, id));
}

static enum err stop(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str why)
{
	struct contest c;
	TRY(contest_of(cx, db, workspace, id, &c));
	if (c.state == CONTEST_DECIDED || c.state == CONTEST_STOPPED)
		return fail(cx, ERR_CONFLICT, N_("It is over already."));
	why = str_trim(why);
	if (!why.len || utf8_count(why) > WHY_MAX)
		return fail_field(cx, "why", N_("Say why, in 1 to %d characters: it stands on its page."), WHY_MAX);
	c.state = CONTEST_STOPPED;
	c.story = why;
	c.decided_at = cx->now;
	TRY(contest_save(cx, db, &c));
	return trace_contest(cx, db, &c, "contest.stop", (struct str){});
}

enum err contest_stop(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str why)
{
	return IN_TRANSACTION(cx, db, stop(cx, db, workspace, id, why));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct contest c;
	TRY(contest_of(cx, db, workspace, id, &c));
	if (!!c.archived_at == away)
		return OK;
	if (away && (c.state == CONTEST_OPEN || c.state == CONTEST_FROZEN))
		return fail(cx, ERR_CONFLICT, N_("People take part in it: decide or stop it before it is put away."));
	c.archived_at = away ? cx->now : 0;
	TRY(contest_save(cx, db, &c));
	return trace_contest(cx, db, &c, away ? "contest.archive" : "contest.restore", (struct str){});
}

enum err contest_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}
