#include "flow/verify.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/oauth.h"
#include "flow/channels.h"
#include "flow/credential.h"
#include "flow/gate.h"
#include "flow/outbox.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define CHANNELS_A_TURN 10
#define EVERY DAY
#define AGAIN_FIRST MINUTE
#define AGAIN_MOST (6 * HOUR)

static bool granted(const struct verified *v, const char *word)
{
	for (size_t i = 0; i < v->right_count; i++)
		if (str_eq(v->rights[i], str_of(word)))
			return true;
	return false;
}

size_t verify_missing(struct cx *cx, const struct channel_kind *kind, const struct verified *v, const struct channel_right ***ret_missing)
{
	const struct channel_right **list = NULL;
	size_t count = 0, capacity = 0;
	for (const struct channel_right *r = kind->rights; r && r->word && v->rights_told; r++)
		if (!granted(v, r->word))
			*arena_push(cx->arena, list, count, capacity) = r;
	*ret_missing = list;
	return count;
}

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

/* What the connector wants to know again, who we are there, and the rights in two lists. */
static struct str known_of(struct cx *cx, const struct channel_kind *kind, const struct verified *v)
{
	const struct channel_right **missing;
	size_t missing_count = verify_missing(cx, kind, v, &missing);
	json_t *known = json_is_object(v->known) ? json_copy(v->known) : json_object(), *rights = json_array(), *lacks = json_array();
	for (size_t i = 0; i < v->right_count; i++)
		json_array_append_new(rights, text_json(v->rights[i]));
	for (size_t i = 0; i < missing_count; i++)
		json_array_append_new(lacks, json_string(missing[i]->word));
	json_object_set_new(known, "account",
			    json_pack("{s:o, s:o, s:o, s:o, s:o, s:I}", "id", text_json(v->id), "handle", text_json(v->handle), "name", text_json(v->name), "url",
				      text_json(v->url), "avatar", text_json(v->avatar), "followers", (json_int_t)v->followers));
	json_object_set_new(known, "rights", v->rights_told ? rights : json_null());
	json_object_set_new(known, "missing", lacks);
	if (!v->rights_told)
		json_decref(rights);
	struct str text = arena_json(cx->arena, known, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(known);
	return text;
}

static struct str lacks_story(struct cx *cx, const struct channel_right *right)
{
	return arena_printf(cx->arena, tr(cx->lang, N_("The network does not grant “%s” to this account, and without it this does not work: %s. Connect the channel again and grant it.")),
			    right->word, tr(cx->lang, right->need));
}

static struct str account_of(struct cx *cx, const struct channel *c)
{
	return str_of(json_string_value(json_object_get(json_object_get(channel_known(cx, c), "account"), "id")));
}

/* What waited for this account leaves; what was written to leave by another one is its author's again. */
static enum err release(struct cx *cx, struct db *db, const struct channel *now, struct str before, const struct verified *v)
{
	if (before.len && v->id.len && !str_eq(before, v->id))
		return channels_take_back(cx, db, now, arena_printf(cx->arena, tr(cx->lang, N_("The channel speaks as %.*s now, and this was written to leave by another account. It is a draft again.")),
								    STR_ARG(v->handle.len ? v->handle : v->id)));
	return str_eq(now->state, S("ok")) ? outbox_release(cx, db, now->workspace, now->id) : OK;
}

static enum err record(struct cx *cx, struct db *db, struct channel *channel, const struct channel_kind *kind, const struct verified *v, struct gate_keeper *keeper)
{
	struct channel now;
	const struct channel_right **missing;
	bool done = v->outcome == OUTCOME_DONE, person = v->outcome == OUTCOME_HOLD || v->outcome == OUTCOME_NEVER;
	TRY(channel_get(cx, db, channel->workspace, channel->id, &now)); /* it may have been set anew meanwhile */
	if (!str_eq(now.settings, channel->settings) || !str_eq(now.secret, channel->secret) || now.archived_at)
		return OK;
	TRY(gate_save(cx, db, keeper));
	now.verify_due_at = cx->now + EVERY;
	struct str before = done ? arena_str(cx->arena, account_of(cx, &now)) : (struct str){};
	if (done) {
		now.known = known_of(cx, kind, v);
		now.expires_at = v->expires_at ? v->expires_at : kind->renew ? now.expires_at : 0;
		now.verified_at = cx->now;
		if (v->look_again_at > cx->now + AGAIN_FIRST && v->look_again_at < now.verify_due_at)
			now.verify_due_at = v->look_again_at;
		TRY(channel_act_done(cx, db, now.workspace, now.id, S("verify")));
	} else {
		i64 since = now.verified_at ? (cx->now - now.verified_at) / DAY : 1;
		i64 wait = person ? EVERY : backoff(AGAIN_FIRST, AGAIN_MOST, since < 1 ? 1 : since > 12 ? 12 : since, random_below(UINT32_MAX));
		now.verify_due_at = v->retry_at > cx->now + wait ? v->retry_at : cx->now + wait;
		TRY(channel_act_failed(cx, db, now.workspace, now.id, S("verify"), v->story));
	}
	size_t count = done ? verify_missing(cx, kind, v, &missing) : 0;
	for (size_t i = 0; i < count && !person; i++)
		if (missing[i]->required) {
			now.state_story = lacks_story(cx, missing[i]);
			now.state = str_eq(now.state, S("paused")) ? now.state : S("broken");
			break;
		}
	if (person) {
		now.state_story = v->story;
		now.state = str_eq(now.state, S("paused")) ? now.state : S("broken");
	}
	TRY(channel_verified(cx, db, &now));
	if (done)
		TRY(release(cx, db, &now, before, v));
	*channel = now;
	return change_add(cx, db, now.workspace, 0, "channel", now.id);
}

enum err verify_channel(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, struct verified *ret_verified)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	struct verified v = {};
	struct gate_keeper keeper;
	struct credential credential;
	if (!kind || !kind->verify)
		return fail(cx, ERR_UNSUPPORTED, N_("There is nothing to check about this kind of channel."));
	TRY(credential_open(cx, db, outbox, channel, &credential));
	TRY(gate_start(cx, db, outbox->net, channel->workspace, channel->id, GATE_ACTING, &keeper));
	gate_plan(&keeper, kind->budget, credential.account.settings);
	bool again = false;
	enum err e = kind->verify(cx, outbox->net, &credential.account, &v);
	if (e == OK && v.outcome == OUTCOME_HOLD)
		TRY(credential_denied(cx, &credential, channel, &again));
	if (again)
		e = kind->verify(cx, outbox->net, &credential.account, &v);
	if (e == OK && v.outcome == OUTCOME_DONE && !v.rights_told) /* then what was told when somebody signed in */
		v.rights_told = oauth_granted(cx, kind, credential.account.secret, &v.rights, &v.right_count);
	gate_end(&keeper);
	channel->secret = credential.sealed;
	if (e != OK) { /* our own mistake: told, and looked at again */
		v = (struct verified){.outcome = OUTCOME_LATER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	}
	TRY(IN_TRANSACTION(cx, db, record(cx, db, channel, kind, &v, &keeper)));
	*ret_verified = v;
	return OK;
}

enum err verify_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	struct channel *channels;
	size_t count;
	TRY(channel_verify_due(cx, db, cx->now, CHANNELS_A_TURN, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		struct verified verified;
		TRY(workspace_speak(cx, db, channels[i].workspace));
		cx->now = time_now();
		TRY(verify_channel(cx, db, outbox, &channels[i], &verified));
	}
	*ret_count = (i64)count;
	return OK;
}
