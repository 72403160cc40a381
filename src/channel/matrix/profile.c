/* The account's own profile: a name and a picture, each set by a request of its own. A picture opens to signed-in accounts alone (bring).
 * https://spec.matrix.org/latest/client-server-api/#profiles (as of 2026-11-22). */
#include "base/buf.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/matrix/connector.h"

/* A name that is none is shown as the account's id: compared, that is no name. */
const struct channel_profile_field matrix_profile_fields[] = {
	{PROFILE_NAME, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "spec.matrix.org, client-server API, PUT /profile/{userId}/{keyName}: servers may limit it"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "spec.matrix.org, client-server API, PUT /profile/{userId}/{keyName}: avatar_url"},
	{},
};

enum err matrix_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct str self = matrix_self(account);
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, MATRIX_API "/profile/%.*s", STR_ARG(matrix_quoted(cx, self)))};
	TRY(matrix_ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	struct str name = exchange_text(cx, x.document, "displayname"), picture = exchange_text(cx, x.document, "avatar_url");
	if (!str_starts(picture, S("mxc://")))
		picture = (struct str){};
	*ret_profile = (struct channel_profile){
		.name = name.len ? name : arena_str(cx->arena, self), .handle = arena_str(cx->arena, self), .avatar = picture, .avatar_reference = picture, .followers = -1, .following = -1, .posts = -1,
		.url = arena_printf(cx->arena, "https://matrix.to/#/%.*s", STR_ARG(matrix_quoted(cx, self))),
	};
	return OK;
}

/* "mxc://SERVER/ID", where the server of today has it. */
enum err matrix_bring(struct cx *cx, struct net *net, const struct channel_account *account, struct str reference, size_t most, struct str *ret_bytes)
{
	struct str rest = str_skip(reference, str_starts(reference, S("mxc://")) ? 6 : reference.len), server = str_cut(&rest, '/');
	if (!server.len || !rest.len)
		return fail(cx, ERR_MISSING, N_("There is no picture of it."));
	struct exchange x = {.method = "GET", .accept = "*/*", .any_answer = true, .answer_max = most,
			     .path = arena_printf(cx->arena, MATRIX_MEDIA "/download/%.*s/%.*s", STR_ARG(matrix_quoted(cx, server)), STR_ARG(matrix_quoted(cx, rest)))};
	TRY(matrix_ask(cx, net, account, &x));
	if (x.answer.trouble == NET_TOO_BIG)
		return fail(cx, ERR_TOO_LARGE, N_("The picture over there is too large to be compared."));
	TRY(exchange_expect(cx, &x, 200));
	*ret_bytes = x.answer.body;
	return OK;
}

static enum err set(struct cx *cx, struct net *net, const struct channel_account *account, const char *key, struct str value, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf body = {};
	struct exchange x = {.method = "PUT", .path = arena_printf(cx->arena, MATRIX_API "/profile/%.*s/%s", STR_ARG(matrix_quoted(cx, matrix_self(account))), key)};
	buf_addf(&body, "{\"%s\":", key);
	buf_add_json(&body, value);
	buf_addc(&body, '}');
	x.body = buf_keep(&body, cx->arena);
	TRY(matrix_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (str_eq(matrix_error(&x), S("M_FORBIDDEN"))) /* many servers keep these to themselves; all else works */
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("The home server does not let accounts change their name or picture. Whoever runs it can.")))};
	return OK;
}

enum err matrix_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	struct str uri = {};
	*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	if (change->wants[PROFILE_NAME])
		TRY(set(cx, net, account, "displayname", change->text[PROFILE_NAME], ret_sent));
	if (!change->wants[PROFILE_AVATAR] || ret_sent->outcome != OUTCOME_DONE)
		return OK;
	TRY(matrix_upload(cx, net, account, &change->avatar, &uri, ret_sent));
	return uri.len ? set(cx, net, account, "avatar_url", uri, ret_sent) : OK;
}
