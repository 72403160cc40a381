#include "flow/channels.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/by_hand.h"
#include "flow/audit.h"
#include "flow/fetch.h"
#include "flow/ingest.h"
#include "flow/leave.h"
#include "flow/notify.h"
#include "flow/post.h"
#include "flow/outbox.h"
#include "flow/reply.h"
#include "flow/transaction.h"
#include "store/channel_gate.h"
#include "store/event.h"
#include "store/handing.h"
#include "store/member.h"
#include "store/team.h"
#include "sys/net.h"

#include <math.h>
#include <string.h>

#define VALUE_MAX 4000
#define WAITING_MAX 1000

/* ---- what every verb does ---- */

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_MANAGE_CHANNELS) ? OK : fail(cx, ERR_DENIED, N_("Your role does not connect or set channels."));
}

static enum err trace(struct cx *cx, struct db *db, const struct channel *c, const char *act)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"kind\":");
	buf_add_json(&detail, c->kind);
	buf_adds(&detail, ",\"name\":");
	buf_add_json(&detail, c->name);
	buf_addc(&detail, '}');
	TRY(audit(cx, db, c->workspace, act, arena_printf(cx->arena, "channel:%lld", (long long)c->id), buf_str(&detail)));
	return change_add(cx, db, c->workspace, 0, "channel", c->id);
}

static enum err open_live(struct cx *cx, struct db *db, i64 workspace, i64 id, struct channel *ret_channel)
{
	TRY(may(cx));
	TRY(channel_get(cx, db, workspace, id, ret_channel));
	return ret_channel->archived_at ? fail(cx, ERR_CONFLICT, N_("This channel was put away. Take it out again first.")) : OK;
}

static bool is_read(const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	return kind && kind->fetch;
}

static bool is_verified(const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	return kind && kind->verify;
}

/* ---- fields ---- */

const struct channel_field *channels_field(const struct channel_kind *kind, struct str name)
{
	for (const struct channel_field *f = kind->fields; f && f->name; f++)
		if (str_eq(name, str_of(f->name)))
			return f;
	return NULL;
}

static bool is_address(struct str value)
{
	size_t scheme = str_starts(value, S("https://")) ? 8 : str_starts(value, S("http://")) ? 7 : 0;
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] <= ' ' || value.at[i] == '"' || value.at[i] == '<' || value.at[i] == '>')
			return false;
	struct str host = str_skip(value, scheme);
	return scheme && host.len && host.at[0] != '/' && host.at[0] != ':' && str_find_byte(host, '@') < 0;
}

enum err channels_check_field(struct cx *cx, const struct channel_field *field, struct str value, bool kept)
{
	double number;
	value = str_trim(value);
	if (!value.len && field->required && !(field->type == FIELD_SECRET && kept))
		return fail_field(cx, field->name, N_("This is needed."));
	if (!value.len)
		return OK;
	if (value.len > VALUE_MAX || !utf8_valid(value))
		return fail_field(cx, field->name, N_("This is too long, or holds characters that are no text."));
	if (field->type == FIELD_URL && !is_address(value))
		return fail_field(cx, field->name, N_("This is no web address; it begins with https://."));
	if (field->type == FIELD_NUMBER && !(str_to_double(value, &number) && isfinite(number)))
		return fail_field(cx, field->name, N_("This is no number."));
	const struct channel_choice *choice = field->type == FIELD_CHOICE ? field->choices : NULL;
	while (choice && choice->word && !str_eq(value, str_of(choice->word)))
		choice++;
	return !choice || choice->word ? OK : fail_field(cx, field->name, N_("This is none of the choices."));
}

static struct str wished(const struct channel_wish *wish, const char *name, bool *ret_given)
{
	*ret_given = false;
	for (size_t i = 0; i < wish->count; i++)
		if (str_eq(wish->names[i], str_of(name))) {
			*ret_given = true;
			return str_trim(wish->values[i]);
		}
	return (struct str){};
}

static json_t *value_of(const struct channel_field *field, struct str value)
{
	double number = 0;
	switch (field->type) {
	case FIELD_BOOL:
		return json_boolean(str_eq(value, S("yes")) || str_eq(value, S("true")));
	case FIELD_NUMBER:
		str_to_double(value, &number);
		return number == floor(number) && fabs(number) < 1e15 ? json_integer((json_int_t)number) : json_real(number);
	default:
		return json_stringn(value.at ? value.at : "", value.len);
	}
}

static struct str dumped(struct cx *cx, json_t *json)
{
	return arena_json(cx->arena, json, JSON_COMPACT | JSON_SORT_KEYS);
}

static void release(void *json)
{
	json_decref(json);
}

static json_t *object_of(struct cx *cx, struct str text)
{
	json_t *object = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		object = json_object();
	}
	arena_defer(cx->arena, release, object);
	return object;
}

json_t *channel_settings(struct cx *cx, const struct channel *c)
{
	return object_of(cx, c->settings);
}

const json_t *channel_known(struct cx *cx, const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	if (!kind || !(kind->can & BY_HAND))
		return object_of(cx, c->known);
	json_t *said = by_hand_known(channel_settings(cx, c)); /* whoever connected it said it, nobody can be asked */
	arena_defer(cx->arena, release, said);
	return said;
}

/* Who is asked there, of an address or the name of a server. */
static struct str asked_at(struct cx *cx, const json_t *settings, const struct channel_field *field)
{
	struct net_url url;
	struct str value = str_trim(str_of(json_string_value(json_object_get(settings, field->name))));
	if (field->type != FIELD_URL || !net_url_parse(cx->arena, value, &url))
		return value;
	return arena_printf(cx->arena, "%d %.*s %d", url.secure, STR_ARG(url.host), url.port);
}

/* Whoever may set a channel up must not get at its secret by sending it to a server of their own. What is pushed in is signed for its receiver, who
 * learns nothing of the secret. */
static bool is_elsewhere(struct cx *cx, const struct channel_kind *kind, struct str before, struct str now)
{
	const json_t *was = object_of(cx, before), *is = object_of(cx, now);
	for (const struct channel_field *f = kind->fields; f && f->name && !(kind->can & IS_PUSHED); f++)
		if ((f->type == FIELD_URL || f->type == FIELD_SERVER) && !str_eq_fold(asked_at(cx, was, f), asked_at(cx, is, f)))
			return true;
	return false;
}

/* Another server, and no secret for it: a sign-in over there begins anew, what was typed is typed again. */
static enum err leave_secret(struct cx *cx, struct db *db, const struct channel_kind *kind, struct channel *c)
{
	for (const struct channel_field *f = kind->fields; !kind->login && f && f->name; f++)
		if (f->type == FIELD_SECRET)
			return fail_field(cx, f->name, N_("This channel is to be reached at another server: type this again too. It is given to no server that it was not typed for."));
	if (!kind->login)
		return OK;
	c->secret = (struct str){};
	c->renew_due_at = 0;
	TRY(channel_set_secret(cx, db, c));
	c->state = S("paused");
	c->state_story = str_of(tr(cx->lang, N_("It is to be reached at another server now. Sign in there.")));
	c->fetch_due_at = c->verify_due_at = 0;
	return publications_hold(cx, db, c->workspace, c->id, c->state_story);
}

/* The plain fields go to the settings. *ret_moved: where it connects to is another place now. */
static enum err set_plain(struct cx *cx, const struct channel_wish *wish, const struct channel_kind *kind, struct channel *c, bool *ret_moved)
{
	json_t *settings = channel_settings(cx, c);
	struct str before = dumped(cx, settings);
	for (const struct channel_field *f = kind->fields; f && f->name; f++) {
		bool given;
		struct str value = wished(wish, f->name, &given);
		if (f->type == FIELD_SECRET || (!given && wish->id))
			continue;
		TRY(channels_check_field(cx, f, value, false));
		if (value.len)
			json_object_set_new(settings, f->name, value_of(f, value));
		else
			json_object_del(settings, f->name);
	}
	c->settings = dumped(cx, settings);
	*ret_moved = !str_eq(before, c->settings);
	return OK;
}

/* The secret fields are sealed together; this role cannot open what it sealed, so a change of one names all of them. */
static enum err set_secret(struct cx *cx, const struct channel_wish *wish, const struct channel_kind *kind, struct channel *c, bool *ret_moved)
{
	json_t *secret = json_object();
	arena_defer(cx->arena, release, secret);
	size_t given_count = 0;
	bool given;
	for (const struct channel_field *f = kind->fields; f && f->name; f++) {
		struct str value = wished(wish, f->name, &given);
		if (f->type != FIELD_SECRET)
			continue;
		TRY(channels_check_field(cx, f, value, c->secret.len > 0));
		if (!value.len)
			continue;
		json_object_set_new(secret, f->name, json_stringn(value.at, value.len));
		given_count++;
	}
	if (!given_count)
		return OK;
	for (const struct channel_field *f = kind->fields; f && f->name; f++)
		if (f->type == FIELD_SECRET && f->required && !json_object_get(secret, f->name))
			return fail_field(cx, f->name, N_("The secrets of a channel are sealed together: type this one again too."));
	CLEANUP(buf_free) struct buf text = {};
	(void)buf_room(&text, 8192); /* it stays where it is, and is wiped there */
	buf_add_value(&text, secret, JSON_COMPACT);
	c->secret = seal_to(cx->arena, wish->work, arena_printf(cx->arena, "channel:%lld", (long long)c->id), buf_str(&text));
	wipe(text.at, text.len);
	*ret_moved = true;
	return OK;
}

static enum err check_person(struct cx *cx, struct db *db, i64 workspace, i64 person)
{
	struct member m;
	if (!person)
		return OK;
	if (member_get(cx, db, workspace, person, &m) != OK || m.removed_at || m.disabled)
		return fail_field(cx, "person_id", N_("Nobody of this workspace is meant by that."));
	if (!(role_permissions(m.role) >> MAY_WRITE_POSTS & 1))
		return fail_field(cx, "person_id", N_("%.*s may not write posts, so they cannot say that one is published."), STR_ARG(m.name));
	return OK;
}

static enum err check_head(struct cx *cx, struct db *db, i64 workspace, const struct channel_wish *wish)
{
	struct team team;
	struct str name = str_trim(wish->name);
	if (!name.len)
		return fail_field(cx, "name", N_("Give the channel a name that colleagues recognise."));
	if (utf8_count(name) > 100)
		return fail_field(cx, "name", N_("Choose a shorter name: 100 characters at the most."));
	if (wish->team && (team_get(cx, db, workspace, wish->team, &team) != OK || team.archived_at))
		return fail_field(cx, "team_id", N_("This team does not exist any more."));
	TRY(check_person(cx, db, workspace, wish->person));
	for (size_t i = 0; i < wish->count; i++)
		if (!utf8_valid(wish->names[i]))
			return fail_field(cx, "setting", N_("This holds characters that are no text."));
	return OK;
}

static enum err try_at_once(struct cx *cx, struct db *db, const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	return kind && kind->budget ? channel_gates_open(cx, db, c->workspace, c->id) : channel_gates_forget(cx, db, c->workspace, c->id);
}

enum err channels_release_known(struct cx *cx, struct db *db, const struct channel *c)
{
	if (!is_verified(c))
		return outbox_release(cx, db, c->workspace, c->id);
	return publications_hold(cx, db, c->workspace, c->id, str_of(tr(cx->lang, N_("The account is looked at first; then it leaves."))));
}

static enum err save(struct cx *cx, struct db *db, i64 workspace, const struct channel_wish *wish, i64 *ret_channel)
{
	struct channel c = {.id = id_new(), .workspace = workspace, .kind = wish->kind, .created_at = cx->now};
	TRY(may(cx));
	if (wish->id)
		TRY(channel_get(cx, db, workspace, wish->id, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	if (!kind || (!wish->id && !kind->can))
		return fail(cx, ERR_MISSING, N_("There is no such kind of channel."));
	c.kind = str_of(kind->word);
	TRY(check_head(cx, db, workspace, wish));
	for (size_t i = 0; i < wish->count; i++)
		if (!channels_field(kind, wish->names[i]))
			return fail_field(cx, "setting", N_("This kind of channel has no setting “%.*s”."), STR_ARG(wish->names[i]));
	bool moved = false, secret_new = false, had_secret = c.secret.len > 0;
	struct str before = c.settings;
	TRY(set_plain(cx, wish, kind, &c, &moved));
	TRY(set_secret(cx, wish, kind, &c, &secret_new));
	c.name = str_trim(wish->name);
	c.team = wish->team;
	c.person = kind->can & BY_HAND ? wish->person : 0;
	if (!wish->id || kind->can & BY_HAND)
		c.network = str_of(kind->can & BY_HAND ? by_hand_of_known(channel_known(cx, &c))->network : kind->network);
	if (!wish->id) {
		c.fetch_due_at = kind->fetch ? cx->now : 0;
		c.verify_due_at = kind->verify ? cx->now : 0;
		c.renew_due_at = kind->renew && c.secret.len ? cx->now : 0;
		if (kind->login && !c.secret.len) { /* until somebody signs in over there */
			c.state = S("paused");
			c.fetch_due_at = c.verify_due_at = 0;
		}
		TRY(channel_insert(cx, db, &c));
	} else {
		c.renew_due_at = kind->renew && c.secret.len ? cx->now : 0;
		if (secret_new)
			TRY(channel_set_secret(cx, db, &c));
		else if (had_secret && is_elsewhere(cx, kind, before, c.settings))
			TRY(leave_secret(cx, db, kind, &c));
		bool waited = kind->login && secret_new && !had_secret;
		if ((moved || secret_new) && !c.archived_at && (waited || !str_eq(c.state, S("paused")))) {
			c.state = S("ok");
			c.state_story = (struct str){};
			c.fetch_due_at = kind->fetch ? cx->now : 0;
			c.verify_due_at = kind->verify ? cx->now : 0;
			TRY(try_at_once(cx, db, &c));
			TRY(secret_new && had_secret ? channels_release_known(cx, db, &c) : outbox_release(cx, db, workspace, c.id));
		}
		TRY(channel_update(cx, db, &c));
	}
	*ret_channel = c.id;
	return trace(cx, db, &c, wish->id ? "channel.change" : "channel.connect");
}

enum err channels_save(struct cx *cx, struct db *db, i64 workspace, const struct channel_wish *wish, i64 *ret_channel)
{
	return IN_TRANSACTION(cx, db, save(cx, db, workspace, wish, ret_channel));
}

/* ---- its life ---- */

static enum err pause_channel(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct channel c;
	TRY(open_live(cx, db, workspace, id, &c));
	if (str_eq(c.state, S("paused")))
		return OK;
	c.state = S("paused");
	c.state_story = (struct str){};
	TRY(channel_update(cx, db, &c));
	TRY(publications_hold(cx, db, workspace, id, str_of(tr(cx->lang, N_("The channel is paused.")))));
	return trace(cx, db, &c, "channel.pause");
}

enum err channels_pause(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, pause_channel(cx, db, workspace, channel));
}

static enum err start_again(struct cx *cx, struct db *db, struct channel *c, const char *act)
{
	c->state = S("ok");
	c->state_story = (struct str){};
	c->fetch_due_at = is_read(c) ? cx->now : 0;
	c->verify_due_at = is_verified(c) ? cx->now : 0;
	TRY(try_at_once(cx, db, c)); /* somebody looks on */
	TRY(channel_update(cx, db, c));
	TRY(outbox_release(cx, db, c->workspace, c->id));
	return trace(cx, db, c, act);
}

static enum err resume(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct channel c;
	TRY(open_live(cx, db, workspace, id, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	if (kind && kind->login && !c.secret.len)
		return fail(cx, ERR_CONFLICT, N_("Nobody signed in at the network yet. Do that first, or type a token in the settings."));
	return start_again(cx, db, &c, "channel.resume");
}

enum err channels_resume(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, resume(cx, db, workspace, channel));
}

static enum err read_now(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct channel c;
	TRY(open_live(cx, db, workspace, id, &c));
	if (!is_read(&c))
		return fail(cx, ERR_CONFLICT, N_("This channel is not read: messages are pushed into it."));
	if (str_eq(c.state, S("paused")))
		return fail(cx, ERR_CONFLICT, N_("This channel is paused. Start it again first."));
	/* A reading under way goes on, and once more behind it: begun anew for each who is impatient it would never come to its end. */
	if (c.lease_at > cx->now - FETCH_LEASE && str_eq(c.state, S("ok"))) {
		TRY(channel_rang(cx, db, workspace, id));
		return trace(cx, db, &c, "channel.fetch");
	}
	return start_again(cx, db, &c, "channel.fetch");
}

enum err channels_read_now(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, read_now(cx, db, workspace, channel));
}

static enum err tell_author(struct cx *cx, struct db *db, const struct publication *p, struct str story)
{
	struct message m;
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"message\":\"%lld\",\"act\":\"reply\",\"story\":", (long long)p->message);
	buf_add_json(&detail, story);
	buf_addc(&detail, '}');
	TRY(message_get(cx, db, p->workspace, p->message, &m));
	return notify_person(cx, db, p->workspace, m.author ? m.author : p->created_by, "held", m.conversation, m.id, buf_str(&detail));
}

/* What waits becomes a draft again; what is just leaving, or may have left, goes its way. */
static enum err take_back(struct cx *cx, struct db *db, const struct channel *c, struct str story)
{
	struct publication *waiting;
	size_t count;
	TRY(publications_waiting(cx, db, c->workspace, c->id, WAITING_MAX, &waiting, &count));
	for (size_t i = 0; i < count; i++) {
		const struct publication *p = &waiting[i];
		if (p->state == PUBLICATION_LEASED || p->state == PUBLICATION_UNKNOWN)
			continue;
		if (p->state == PUBLICATION_HANDED)
			TRY(handing_free(cx, db, c->workspace, p->id)); /* whoever is on it finds it gone */
		if (p->variant) {
			TRY(post_let_go(cx, db, p, story));
			continue;
		}
		if (str_eq(p->act, S("reply")))
			TRY(reply_withdraw(cx, db, c->workspace, p->message));
		if (str_eq(p->act, S("reply")) && story.len)
			TRY(tell_author(cx, db, p, story));
		else if (!str_eq(p->act, S("reply")))
			TRY(publication_withdraw(cx, db, c->workspace, p->id));
	}
	return OK;
}

enum err channels_take_back(struct cx *cx, struct db *db, const struct channel *c, struct str story)
{
	return take_back(cx, db, c, story);
}

static enum err archive(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct channel c;
	TRY(open_live(cx, db, workspace, id, &c));
	TRY(take_back(cx, db, &c, (struct str){}));
	TRY(leave_later(cx, db, &c));
	c.secret = (struct str){};
	c.renew_due_at = 0;
	TRY(channel_set_secret(cx, db, &c));
	c.archived_at = cx->now;
	c.fetch_due_at = 0;
	c.state = S("paused");
	c.state_story = (struct str){};
	TRY(channel_update(cx, db, &c));
	return trace(cx, db, &c, "channel.disconnect");
}

enum err channels_archive(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, archive(cx, db, workspace, channel));
}

static enum err restore(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct channel c;
	TRY(may(cx));
	TRY(channel_get(cx, db, workspace, id, &c));
	if (!c.archived_at)
		return OK;
	c.archived_at = 0;
	c.state = S("paused");
	TRY(channel_update(cx, db, &c));
	return trace(cx, db, &c, "channel.restore");
}

enum err channels_restore(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, restore(cx, db, workspace, channel));
}

/* ---- the simulated network's dials ---- */

static enum err set_dials(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct dial_wish *dials, size_t count)
{
	struct channel c;
	TRY(open_live(cx, db, workspace, id, &c));
	if (!str_eq(c.kind, S("simulator")))
		return fail(cx, ERR_CONFLICT, N_("Only the simulated network has dials."));
	json_t *settings = channel_settings(cx, &c), *kept = json_object_get(settings, "dials");
	if (!json_is_object(kept)) {
		kept = json_object();
		json_object_set_new(settings, "dials", kept);
	}
	for (size_t i = 0; i < count; i++)
		json_object_setn_new(kept, dials[i].name.at, dials[i].name.len, json_real(dials[i].value));
	c.settings = dumped(cx, settings);
	if (str_eq(c.state, S("paused"))) { /* they are sent when it is started again */
		TRY(channel_update(cx, db, &c));
		return trace(cx, db, &c, "channel.dials");
	}
	return start_again(cx, db, &c, "channel.dials");
}

enum err channels_set_dials(struct cx *cx, struct db *db, i64 workspace, i64 channel, const struct dial_wish *dials, size_t count)
{
	return IN_TRANSACTION(cx, db, set_dials(cx, db, workspace, channel, dials, count));
}

/* ---- pushed in ---- */

/* ingest speaks of an inbound's fields, who pushes knows those of the API. */
static const char *api_name(const char *field)
{
	static const struct {
		const char *inbound, *api;
	} names[] = {{"remote_id", "id"}, {"thread_id", "thread"}, {"author_id", "author.id"}, {"parent_id", "parent"}, {"body", "text"}};
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i].inbound, field) == 0)
			return names[i].api;
	return field;
}

static enum err name_fault(struct cx *cx, enum err e, size_t index, bool single)
{
	if (e != ERR_BAD_INPUT)
		return e;
	const char *member = api_name(cx->field);
	struct str field = single ? arena_str(cx->arena, str_of(member)) : arena_printf(cx->arena, "messages.%zu%s%s", index, member[0] ? "." : "", member);
	size_t len = field.len < sizeof cx->field ? field.len : sizeof cx->field - 1;
	memcpy(cx->field, field.at, len);
	cx->field[len] = '\0';
	return e;
}

/* All are read and understood before the first is taken. */
static enum err push_read(struct cx *cx, const struct channel_kind *kind, const json_t *messages, bool single, struct inbound *items)
{
	size_t index;
	const json_t *message;
	json_array_foreach((json_t *)messages, index, message)
	{
		enum err e = kind->pushed(cx, message, &items[index]);
		if (e == OK)
			e = ingest_check(cx, &items[index]);
		if (e != OK)
			return name_fault(cx, e, index, single);
	}
	return OK;
}

static enum err push_all(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *items, size_t count, bool single, struct pushed *list)
{
	static const char *const words[] = {[INGEST_CREATED] = "created", [INGEST_UNCHANGED] = "unchanged", [INGEST_CHANGED] = "changed"};
	for (size_t i = 0; i < count; i++) {
		enum ingest_result result;
		enum err e = ingest_take(cx, db, in, &items[i], &result, &list[i].message);
		if (e != OK)
			return name_fault(cx, e, i, single);
		list[i].remote_id = items[i].remote_id;
		list[i].result = words[result];
	}
	return ingest_settle(cx, db, in);
}

enum err channels_push(struct cx *cx, struct db *db, i64 workspace, i64 channel, const json_t *messages, bool single, struct pushed **ret_list,
		       size_t *ret_count)
{
	struct channel c;
	struct ingest in;
	size_t count = json_array_size(messages);
	if (!actor_may(cx->actor, MAY_INGEST))
		return fail(cx, ERR_DENIED, N_("Your role does not push messages into channels."));
	TRY(channel_get(cx, db, workspace, channel, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	if (!kind || !(kind->can & IS_PUSHED) || !kind->pushed)
		return fail(cx, ERR_CONFLICT, N_("Messages are not pushed into this channel: Parvis reads them itself."));
	if (c.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This channel was put away. Take it out again first."));
	if (str_eq(c.state, S("paused")))
		return fail(cx, ERR_LATER, N_("This channel is paused. Send it again when it was started."));
	if (!count || count > CHANNELS_PUSH_MAX)
		return fail_field(cx, "messages", N_("Send between 1 and %d messages at once."), CHANNELS_PUSH_MAX);
	struct pushed *list = arena_array(cx->arena, struct pushed, count);
	struct inbound *items = arena_array(cx->arena, struct inbound, count);
	TRY(push_read(cx, kind, messages, single, items));
	TRY(ingest_start(cx, db, workspace, channel, false, cx->arena, &in));
	TRY(ingest_prepare_new(cx, db, &in, items, count));
	TRY(IN_TRANSACTION(cx, db, push_all(cx, db, &in, items, count, single, list)));
	*ret_list = list;
	*ret_count = count;
	return OK;
}
