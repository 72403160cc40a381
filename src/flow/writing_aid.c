#include "flow/writing_aid.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/mark.h"
#include "model/post.h"
#include "store/event.h"

static enum err trace(struct cx *cx, struct db *db, const struct writing_aid *a, const char *act)
{
	TRY(audit(cx, db, a->workspace, act, arena_printf(cx->arena, "writing_aid:%lld", (long long)a->id),
		  arena_printf(cx->arena, "{\"kind\":\"%s\"}", aid_kind_word(a->kind))));
	return change_add(cx, db, a->workspace, 0, "writing_aid", a->id);
}

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_WRITE_TEMPLATES) ? OK : fail(cx, ERR_DENIED, N_("Your role uses templates and hashtags, and does not change them."));
}

/* ---- what fits ---- */

bool variable_is_given(struct str name)
{
	static const char *const given[] = {"date", "channel", "network", "campaign", "workspace", NULL};
	for (size_t i = 0; given[i]; i++)
		if (str_eq_fold(name, str_of(given[i])))
			return true;
	return false;
}

static bool is_date(struct str value)
{
	i64 year, month, day;
	int y, m, d;
	if (value.len != 10 || value.at[4] != '-' || value.at[7] != '-' || !str_to_i64(str_head(value, 4), &year) || !str_to_i64(str_head(str_skip(value, 5), 2), &month) ||
	    !str_to_i64(str_skip(value, 8), &day) || year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	date_of_days(days_of_date((int)year, (int)month, (int)day), &y, &m, &d);
	return y == year && m == month && d == day;
}

/* Figures, with at most one comma or point, a sign before, narrow spaces between. */
static bool is_number(struct str value)
{
	size_t digits = 0, points = 0;
	bool first = true;
	for (struct str rest = value; rest.len; first = false) {
		u32 c = utf8_next(&rest);
		bool between = digits && (c == ' ' || c == 0xA0 || c == 0x202F);
		if (c >= '0' && c <= '9')
			digits++;
		else if (c == ',' || c == '.')
			points++;
		else if (!between && !(first && (c == '-' || c == '+')))
			return false;
	}
	return digits > 0 && points <= 1;
}

static bool is_url(struct str value)
{
	struct mark_reader reader = mark_reader_new(value, MARK_X, MARK_ONLY(MARK_LINK));
	struct mark m;
	return mark_next(&reader, &m) && !m.from && m.to == value.len && !m.bare;
}

bool variable_fits(enum variable_type type, struct str value)
{
	switch (type) {
	case VARIABLE_NUMBER:
		return is_number(value);
	case VARIABLE_DATE:
		return is_date(value);
	case VARIABLE_URL:
		return is_url(value);
	case VARIABLE_TEXT:
	case VARIABLE_TYPES:
		break;
	}
	return value.len > 0;
}

static enum err check_variable(struct cx *cx, const struct writing_aid *a)
{
	bool fine = a->name.len <= 40;
	for (size_t i = 0; i < a->name.len; i++) {
		char c = a->name.at[i];
		fine &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
	}
	if (!fine)
		return fail_field(cx, "name", N_("A variable is called with small letters without accents, figures, dashes: {{product}}."));
	if (variable_is_given(a->name))
		return fail_field(cx, "name", N_("{{%.*s}} is there already: every post has it."), STR_ARG(a->name));
	if (a->body.len && !variable_fits(a->type, a->body))
		return fail_field(cx, "body", N_("This does not fit its type."));
	return utf8_count(a->body) > 300 ? fail_field(cx, "body", N_("Choose a shorter text: %d characters at the most."), 300) : OK;
}

/* Each once, with its sign, separated by spaces. */
static enum err check_hashtags(struct cx *cx, struct writing_aid *a)
{
	CLEANUP(buf_free) struct buf kept = {};
	size_t from = 0, count = 0;
	for (size_t i = 0; i <= a->body.len; i++) {
		bool between = i == a->body.len || (u8)a->body.at[i] <= ' ' || a->body.at[i] == ',';
		struct str word = str_head(str_skip(a->body, from), i - from);
		struct mark m;
		if (!between)
			continue;
		from = i + 1;
		if (!word.len)
			continue;
		struct str tag = word.at[0] == '#' ? arena_str(cx->arena, word) : arena_printf(cx->arena, "#%.*s", STR_ARG(word));
		struct mark_reader reader = mark_reader_new(tag, MARK_FEDIVERSE, MARK_ONLY(MARK_HASHTAG));
		if (!mark_next(&reader, &m) || m.from || m.to != tag.len)
			return fail_field(cx, "body", N_("“%.*s” is no hashtag: letters, figures and “_” alone, and not figures alone."), STR_ARG(str_head(word, 80)));
		bool there = false;
		for (struct str rest = buf_str(&kept); rest.at && rest.len;)
			there |= str_eq_fold(str_cut(&rest, ' '), tag);
		if (there)
			continue;
		buf_adds(&kept, kept.len ? " " : "");
		buf_add(&kept, tag);
		count++;
	}
	if (!count || count > AID_TAGS_MAX)
		return fail_field(cx, "body", N_("Name the hashtags, %d at the most."), AID_TAGS_MAX);
	if (a->shows < 0 || a->shows > (i64)count)
		return fail_field(cx, "shows", N_("The set has no more than %zu."), count);
	a->body = buf_keep(&kept, cx->arena);
	return OK;
}

static enum err check(struct cx *cx, struct db *db, struct writing_aid *a)
{
	struct writing_aid other;
	a->name = str_trim(a->name);
	a->body = str_trim(a->body);
	if (!a->name.len || utf8_count(a->name) > 80)
		return fail_field(cx, "name", N_("Give it a name of 80 characters at the most."));
	if (a->kind == AID_VARIABLE)
		TRY(check_variable(cx, a));
	else if (a->kind == AID_HASHTAGS)
		TRY(check_hashtags(cx, a));
	else if (!a->body.len || utf8_count(a->body) > POST_BODY_MAX)
		return fail_field(cx, "body", N_("Write its text, %d characters at the most."), POST_BODY_MAX);
	if (a->kind != AID_VARIABLE)
		a->type = VARIABLE_TEXT;
	if (a->kind != AID_HASHTAGS)
		a->shows = 0;
	enum err e = writing_aid_by_name(cx, db, a->workspace, a->kind, a->name, a->id, &other);
	if (e == OK)
		return fail_field(cx, "name", N_("Another one has this name."));
	if (e == ERR_MISSING)
		cx_forget(cx);
	return e == ERR_MISSING ? OK : e;
}

/* ---- verbs ---- */

void writing_aid_seen(struct arena *arena, const struct writing_aid *a, struct seen *ret_seen)
{
	static const char *const bodies[AID_KINDS] = {[AID_TEMPLATE] = N_("Text"), [AID_HASHTAGS] = N_("Hashtags"), [AID_VARIABLE] = N_("Where a post says nothing")};
	struct seen seen = {};
	seen_add(&seen, "name", N_("Name"), a->name);
	seen_add(&seen, "about", N_("What it is for"), a->about);
	seen_add(&seen, "body", bodies[a->kind], a->body);
	if (a->kind == AID_HASHTAGS)
		seen_add_number(arena, &seen, "shows", N_("How many at a time"), a->shows);
	if (a->kind == AID_VARIABLE)
		seen_add(&seen, "type", N_("What it takes"), str_of(variable_type_word(a->type)));
	*ret_seen = seen;
}

static enum err keep(struct cx *cx, struct db *db, struct writing_aid *a)
{
	struct writing_aid known, *list;
	size_t count;
	bool is_new = !a->id;
	TRY(may(cx));
	if (is_new) {
		TRY(writing_aids(cx, db, a->workspace, false, &list, &count));
		if (count >= AIDS_MAX)
			return fail_field(cx, "name", N_("%d of them are enough."), AIDS_MAX);
		a->id = id_new();
		a->created_by = cx->actor->user;
		a->created_at = cx->now;
	} else {
		struct seen now;
		TRY(writing_aid_get(cx, db, a->workspace, a->id, &known));
		writing_aid_seen(cx->arena, &known, &now);
		TRY(seen_holds(cx, a->seen, &now));
		a->kind = known.kind;
		a->created_by = known.created_by;
		a->created_at = known.created_at;
		a->archived_at = known.archived_at;
	}
	TRY(check(cx, db, a));
	TRY(writing_aid_save(cx, db, a));
	return trace(cx, db, a, is_new ? "writing_aid.create" : "writing_aid.edit");
}

enum err writing_aid_keep(struct cx *cx, struct db *db, struct writing_aid *aid)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, aid));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct writing_aid a;
	TRY(may(cx));
	TRY(writing_aid_get(cx, db, workspace, id, &a));
	if (!!a.archived_at == away)
		return OK;
	if (!away)
		TRY(check(cx, db, &a)); /* another may have its name now */
	a.archived_at = away ? cx->now : 0;
	TRY(writing_aid_save(cx, db, &a));
	return trace(cx, db, &a, away ? "writing_aid.archive" : "writing_aid.restore");
}

enum err writing_aid_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}

struct str writing_aid_turn(struct arena *arena, const struct writing_aid *hashtags, i64 turn)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str tags[AID_TAGS_MAX];
	size_t count = 0;
	for (struct str rest = hashtags->body; rest.at && count < AID_TAGS_MAX;)
		tags[count++] = str_cut(&rest, ' ');
	if (hashtags->shows <= 0 || (size_t)hashtags->shows >= count)
		return arena_str(arena, hashtags->body);
	size_t shows = (size_t)hashtags->shows, first = (size_t)((u64)turn * shows % count);
	for (size_t i = 0; i < shows; i++) {
		buf_adds(&b, i ? " " : "");
		buf_add(&b, tags[(first + i) % count]);
	}
	return buf_keep(&b, arena);
}

static enum err use(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str *ret_text)
{
	struct writing_aid a;
	if (!actor_may(cx->actor, MAY_WRITE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role does not write posts."));
	TRY(writing_aid_get(cx, db, workspace, id, &a));
	if (a.kind == AID_VARIABLE)
		return fail(cx, ERR_CONFLICT, N_("A variable is written into a text as {{%.*s}}."), STR_ARG(a.name));
	*ret_text = a.kind == AID_HASHTAGS ? writing_aid_turn(cx->arena, &a, a.used_count) : a.body;
	return writing_aid_used(cx, db, workspace, id);
}

enum err writing_aid_use(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str *ret_text)
{
	return IN_TRANSACTION(cx, db, use(cx, db, workspace, id, ret_text));
}
