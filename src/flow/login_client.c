#include "flow/login.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/login.h"
#include "store/member.h"
#include "store/workspace.h"
#include "sys/crypto.h"

struct str login_client_context(struct cx *cx, i64 id)
{
	return arena_printf(cx->arena, "login_client:%lld", (long long)id);
}

enum err login_clients_may(struct cx *cx, struct db *db, bool *ret_may)
{
	struct workspace *workspaces;
	struct member *places;
	size_t count, place_count, managed = 0;
	*ret_may = cx->actor->kind == ACTOR_PROGRAM; /* the command line */
	if (*ret_may || !actor_may(cx->actor, MAY_MANAGE_CHANNELS))
		return OK;
	TRY(workspace_list(cx, db, &workspaces, &count));
	TRY(member_workspaces(cx, db, cx->actor->user, &places, &place_count));
	for (size_t i = 0; i < place_count; i++)
		managed += (role_permissions(places[i].role) >> MAY_MANAGE_CHANNELS & 1) && !places[i].removed_at;
	*ret_may = managed == count;
	return OK;
}

enum err login_clients(struct cx *cx, struct db *db, struct login_client **ret_clients, size_t *ret_count)
{
	return login_clients_get(cx, db, ret_clients, ret_count);
}

static enum err check_may(struct cx *cx, struct db *db)
{
	bool may;
	TRY(login_clients_may(cx, db, &may));
	return may ? OK : fail(cx, ERR_DENIED, N_("By what names networks know Parvis concerns the whole installation: it is for who may set channels in every workspace of it."));
}

/* The operator's row, not one that was registered by itself; an empty one: there is none. */
static enum err kept_of(struct cx *cx, struct db *db, struct str kind, struct str server, struct login_client *ret_client)
{
	struct login_client *list;
	size_t count;
	*ret_client = (struct login_client){};
	TRY(login_clients_get(cx, db, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].kind, kind) && str_eq(list[i].server, server) && !list[i].redirect.len)
			*ret_client = list[i];
	return OK;
}

static enum err fixed(struct cx *cx)
{
	return fail(cx, ERR_CONFLICT, N_("The settings file says by what id this network knows Parvis (network_apps). It is changed there."));
}

static enum err note(struct cx *cx, struct db *db, const char *act, const char *kind)
{
	return audit(cx, db, 0, act, S("installation"), arena_printf(cx->arena, "{\"kind\":\"%s\"}", kind));
}

static enum err keep(struct cx *cx, struct db *db, const struct login_client_wish *wish, const struct public_key *work)
{
	struct login_client before;
	struct login_client row = {.id = id_new(), .kind = str_of(wish->kind->word), .server = wish->server, .client = wish->client, .created_at = cx->now};
	TRY(check_may(cx, db));
	TRY(kept_of(cx, db, row.kind, wish->server, &before));
	if (before.is_fixed)
		return fixed(cx);
	if (!wish->client.len)
		return fail_field(cx, "client_id", N_("Say by what id the network knows this installation."));
	if (!wish->secret.len && before.secret.len) {
		if (!str_eq(before.client, wish->client))
			return fail_field(cx, "client_secret", N_("Another id has another secret: type the one that belongs to it."));
		return OK; /* nothing is new */
	}
	if (wish->secret.len)
		row.secret = seal_to(cx->arena, work, login_client_context(cx, row.id), wish->secret);
	TRY(login_client_save(cx, db, &row));
	return note(cx, db, "installation.network_app", wish->kind->word);
}

enum err login_keep_client(struct cx *cx, struct db *db, const struct login_client_wish *wish, const struct public_key *work)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, wish, work));
}

static enum err drop(struct cx *cx, struct db *db, const struct channel_kind *kind)
{
	struct login_client before;
	TRY(check_may(cx, db));
	TRY(kept_of(cx, db, str_of(kind->word), (struct str){}, &before));
	if (before.is_fixed)
		return fixed(cx);
	if (!before.id)
		return OK;
	TRY(login_client_forget(cx, db, before.kind, before.server, before.redirect));
	return note(cx, db, "installation.network_app_forgotten", kind->word);
}

enum err login_drop_client(struct cx *cx, struct db *db, const struct channel_kind *kind)
{
	return IN_TRANSACTION(cx, db, drop(cx, db, kind));
}

/* ---- the settings file ---- */

struct said {
	const struct channel_kind *kind;
	struct str client, secret;
};

static struct str next_word(struct str *rest)
{
	struct str word = str_cut(rest, ' ');
	*rest = str_trim(*rest);
	return word;
}

static bool read_said(struct str text, struct said *ret_said)
{
	struct str rest = str_trim(text);
	struct said said = {.kind = channel_kind_of(next_word(&rest))};
	said.client = next_word(&rest);
	said.secret = next_word(&rest);
	*ret_said = said;
	return said.kind && said.kind->login && said.client.len && !rest.len;
}

static enum err forget_unsaid(struct cx *cx, struct db *db, const struct said *list, size_t count)
{
	struct login_client *kept;
	size_t kept_count;
	TRY(login_clients_get(cx, db, &kept, &kept_count));
	for (size_t i = 0; i < kept_count; i++) {
		bool said = false;
		for (size_t k = 0; k < count; k++)
			said |= str_eq(kept[i].kind, str_of(list[k].kind->word));
		if (kept[i].is_fixed && !said)
			TRY(login_client_forget(cx, db, kept[i].kind, kept[i].server, kept[i].redirect));
	}
	return OK;
}

static enum err take(struct cx *cx, struct db *db, struct str text, const struct public_key *work, size_t *ret_wrong)
{
	struct said *list = NULL;
	size_t count = 0, capacity = 0, wrong = 0, place = 0;
	while (text.len) {
		struct said said;
		struct str part = str_cut(&text, ',');
		place++;
		if (read_said(part, &said))
			*arena_push(cx->arena, list, count, capacity) = said;
		else if (str_trim(part).len && !wrong)
			wrong = place;
	}
	TRY(forget_unsaid(cx, db, list, count));
	for (size_t i = 0; i < count; i++) {
		struct login_client row = {.id = id_new(), .kind = str_of(list[i].kind->word), .client = list[i].client, .created_at = cx->now, .is_fixed = true};
		if (list[i].secret.len)
			row.secret = seal_to(cx->arena, work, login_client_context(cx, row.id), list[i].secret);
		TRY(login_client_save(cx, db, &row));
	}
	*ret_wrong = wrong;
	return OK;
}

enum err login_take_settings(struct cx *cx, struct db *db, struct str text, const struct public_key *work)
{
	size_t wrong = 0;
	TRY(IN_TRANSACTION(cx, db, take(cx, db, text, work, &wrong)));
	if (wrong) /* what it says may be a secret: its place is told */
		return fail(cx, ERR_BAD_INPUT, N_("network_apps: number %zu is no kind of channel with its id and its secret, such as “youtube ID SECRET”."), wrong);
	return OK;
}
