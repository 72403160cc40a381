/* matrix: the Client-Server API of Matrix (https://spec.matrix.org/v1.15/client-server-api/, as of 2026-11-21): rooms that the account is
 * in. The home server is found as clients find it, by .well-known. What is encrypted cannot be read here, and is said so. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/matrix/connector.h"

static const struct channel_field fields[] = {
	{"url", N_("Home server"), N_("Its address, or the domain of the account: https://example.org"), FIELD_URL, true},
	{"token", N_("Access token"), N_("Of an account of its own for the desk. In Element under Settings, Help & About, Access token."), FIELD_SECRET, true},
	{"posts", N_("Room for posts"), N_("Address of the room where your posts appear: #news:example.org, or !abc:example.org. Empty: posts are not sent here."), FIELD_LINE, false},
	{"join", N_("Accept invitations"), N_("Joins every room that the account is invited to. Otherwise a person is told, and decides."), FIELD_BOOL, false},
	{},
};

/* An event is 65,536 bytes at most with all that the servers add to it. */
static const struct channel_limit limits[] = {
	{LIMIT_BODY, 40000, TEXT_BYTES, "2026-11-21", "Client-Server API, Size limits: 65,536 bytes an event, with its envelope"},
	{LIMIT_MEDIA, 10, TEXT_CHARACTERS, "2026-11-21", "src/channel/matrix/sending.c: an event each"},
	{},
};

static struct str typed_in(const struct channel_account *account)
{
	struct str typed = exchange_setting(account, "url");
	while (str_ends(typed, S("/")))
		typed = str_head(typed, typed.len - 1);
	return typed;
}

/* The home server that verify() found by the address that is set now; empty: none yet. */
static struct str found_by(struct cx *cx, const struct channel_account *account)
{
	struct str base = json_text(account->known, "base"), typed = typed_in(account);
	bool by_this = str_eq(json_text(account->known, "typed"), typed) || net_is_home(cx->arena, base, typed);
	return by_this ? base : (struct str){};
}

/* The token goes to the home server that was found, and to nobody else: what was typed may be a domain with quite another server. */
enum err matrix_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	x->base = x->base.len ? x->base : found_by(cx, account);
	if (!x->base.len) {
		x->answer = (struct net_answer){.outcome = NET_NOT_SENT, .trouble = NET_NO_NAME,
						.story = str_of(_(N_("The home server of this account was not found yet. Parvis looks for it first; nothing was sent, and it goes on by itself.")))};
		return OK;
	}
	x->bearer = x->bearer.at ? x->bearer : exchange_secret(cx, account, "token");
	return exchange_ask(cx, net, x);
}

struct str matrix_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

struct str matrix_error(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status >= 400 ? json_text(x->document, "errcode") : (struct str){};
}

struct str matrix_quoted(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_url(&b, text);
	return buf_keep(&b, cx->arena);
}

struct str matrix_room_path(struct cx *cx, struct str room, const char *verb, struct str first, struct str second)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, MATRIX_API "/rooms/");
	buf_add_url(&b, room);
	buf_adds(&b, verb);
	if (first.len) {
		buf_addc(&b, '/');
		buf_add_url(&b, first);
	}
	if (second.len) {
		buf_addc(&b, '/');
		buf_add_url(&b, second);
	}
	return buf_keep(&b, cx->arena);
}

/* ---- verify ---- */

static const struct str no_token = {"", 0};

static bool same_scheme(struct str a, struct str b)
{
	return str_starts(a, S("https://")) == str_starts(b, S("https://"));
}

static enum err refuse(struct str story, struct verified *v)
{
	v->outcome = OUTCOME_HOLD;
	v->story = story;
	return OK;
}

/* Where the domain says that its home server is. Said without encryption, it may be anybody's word: then it leads to nothing that is encrypted, and
 * the other way round the token would go in the clear. `x` is what the domain itself answered. */
static enum err find_by_domain(struct cx *cx, struct net *net, const struct channel_account *account, const struct exchange *x, struct str *ret_base, struct verified *v)
{
	struct exchange known = {.method = "GET", .base = x->base, .path = S("/.well-known/matrix/client"), .bearer = no_token, .redirects = 3};
	TRY(matrix_ask(cx, net, account, &known));
	struct str base = json_text(json_map(known.document, "m.homeserver"), "base_url");
	if (known.answer.outcome != NET_ANSWERED || known.answer.status != 200 || (!str_starts(base, S("https://")) && !str_starts(base, S("http://")))) {
		bool says_none = known.answer.outcome == NET_ANSWERED && known.answer.status < 500 && known.answer.status != 429;
		if (!exchange_verified(cx, says_none ? x : &known, v))
			return OK;
		return refuse(str_of(_(N_("This address is no home server, and does not say where that is. Type the home server's own address."))), v);
	}
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	if (!same_scheme(base, x->base))
		return refuse(arena_printf(cx->arena, _(N_("This address says that the home server is %.*s, and one of the two is without encryption. The token is not sent there: type the home "
							       "server's own address, with https://.")), STR_ARG(str_head(base, 200))), v);
	*ret_base = arena_str(cx->arena, base);
	struct exchange there = {.method = "GET", .base = *ret_base, .path = S("/_matrix/client/versions"), .bearer = no_token};
	TRY(matrix_ask(cx, net, account, &there));
	exchange_verified(cx, &there, v);
	return OK;
}

/* Says the address that was typed which versions it speaks, it is the home server; else it may say where that is. The token goes to nobody
 * but the home server, and once one was found, to no other by the word of an address alone. */
static enum err find_server(struct cx *cx, struct net *net, const struct channel_account *account, struct str typed, struct str *ret_base, struct verified *v)
{
	struct str before = found_by(cx, account);
	struct exchange x = {.method = "GET", .base = typed, .path = S("/_matrix/client/versions"), .bearer = no_token};
	TRY(matrix_ask(cx, net, account, &x));
	*ret_base = typed;
	bool absent = x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || x.answer.status == 410 || (x.answer.status == 200 && !json_list(x.document, "versions")));
	if (absent)
		TRY(find_by_domain(cx, net, account, &x, ret_base, v));
	else
		exchange_verified(cx, &x, v);
	if (v->outcome == OUTCOME_DONE && before.len && !net_is_home(cx->arena, *ret_base, before))
		return refuse(arena_printf(cx->arena, _(N_("The home server of this account was %.*s, and is said to be %.*s now. The token is not sent there. If that is right, type this address "
							       "as the home server, and a token of it.")), STR_ARG(str_head(before, 200)), STR_ARG(str_head(*ret_base, 200))), v);
	return OK;
}

static void say_dead(struct cx *cx, const struct exchange *x, struct verified *v)
{
	if (str_eq(matrix_error(x), S("M_UNKNOWN_TOKEN")) && json_flag(x->document, "soft_logout"))
		v->story = str_of(_(N_("The home server wants this account to sign in again. Sign in with the same device, put the new access token into the channel's settings; what waits is kept.")));
	else if (str_eq(matrix_error(x), S("M_USER_DEACTIVATED")))
		v->story = str_of(_(N_("This account was closed on its home server. Connect the channel with another one; what waits is kept.")));
}

/* Name, picture and the server's own limit: good to know, no reason to fail. */
static enum err verify_more(struct cx *cx, struct net *net, const struct channel_account *account, struct str base, struct verified *v)
{
	struct exchange who = {.method = "GET", .base = base, .path = arena_printf(cx->arena, MATRIX_API "/profile/%.*s", STR_ARG(matrix_quoted(cx, v->id)))};
	struct exchange media = {.method = "GET", .base = base, .path = S("/_matrix/client/v1/media/config")};
	TRY(matrix_ask(cx, net, account, &who));
	if (who.answer.outcome == NET_ANSWERED && who.answer.status == 200)
		v->name = exchange_text(cx, who.document, "displayname");
	TRY(matrix_ask(cx, net, account, &media));
	i64 most = media.answer.outcome == NET_ANSWERED && media.answer.status == 200 ? json_number(media.document, "m.upload.size", 0) : 0;
	json_t *list = json_object();
	if (most > 0) {
		json_object_set_new(list, channel_limit_word(LIMIT_IMAGE_BYTES), json_integer(most));
		json_object_set_new(list, channel_limit_word(LIMIT_VIDEO_BYTES), json_integer(most));
	}
	json_object_set_new(v->known, "limits", list);
	return OK;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct str typed = typed_in(account), base = {};
	struct verified v = {.followers = -1};
	TRY(find_server(cx, net, account, typed, &base, &v));
	if (v.outcome == OUTCOME_DONE) {
		struct exchange x = {.method = "GET", .base = base, .path = S(MATRIX_API "/account/whoami")};
		TRY(matrix_ask(cx, net, account, &x));
		if (!exchange_verified(cx, &x, &v)) {
			say_dead(cx, &x, &v);
		} else if (!json_has(x.document, "user_id")) {
			v.outcome = OUTCOME_NEVER;
			v.story = str_of(_(N_("What answers there is not this network. Check the address.")));
		} else {
			v.id = v.handle = v.name = exchange_text(cx, x.document, "user_id");
			v.url = arena_printf(cx->arena, "https://matrix.to/#/%.*s", STR_ARG(matrix_quoted(cx, v.id)));
			struct str device = json_text(x.document, "device_id");
			v.known = json_pack("{s:s%, s:s%, s:s%, s:s%}", "id", v.id.at, v.id.len, "base", base.at, base.len, "typed", typed.at, typed.len, "device",
					    device.at ? device.at : "", device.len);
			exchange_known(cx, &v);
			TRY(verify_more(cx, net, account, base, &v));
		}
	}
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

#define PAGES 5

static enum err reactions_of(struct cx *cx, struct net *net, const struct channel_account *account, struct str id, i64 *ret_count)
{
	struct str room, event, from = {};
	i64 count = 0;
	*ret_count = -1;
	if (!matrix_id_split(id, &room, &event))
		return OK;
	for (int page = 0; page < PAGES; page++) {
		struct exchange x = {.method = "GET"};
		x.path = arena_printf(cx->arena, "/_matrix/client/v1/rooms/%.*s/relations/%.*s/m.annotation/m.reaction?limit=100%s%.*s", STR_ARG(matrix_quoted(cx, room)),
				      STR_ARG(matrix_quoted(cx, event)), from.len ? "&from=" : "", STR_ARG(from));
		TRY(matrix_ask(cx, net, account, &x));
		struct str error = matrix_error(&x);
		if (str_eq(error, S("M_NOT_FOUND")) || str_eq(error, S("M_FORBIDDEN")) || x.answer.status == 404 || x.answer.status == 410)
			return OK; /* gone: it has none */
		TRY(exchange_expect_json(cx, &x, 200));
		count += (i64)json_array_size(json_list(x.document, "chunk"));
		from = matrix_quoted(cx, json_text(x.document, "next_batch"));
		if (!from.len)
			break;
	}
	*ret_count = count;
	return OK;
}

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	for (size_t i = 0; i < count; i++) {
		struct metric metric = {.remote_id = remote_ids[i], .measure = "likes"};
		TRY(reactions_of(cx, net, account, remote_ids[i], &metric.value));
		if (metric.value >= 0)
			TRY(take(cx, subject, &metric));
	}
	return OK;
}

static const struct channel_reader readers[] = {
	{"sync", N_("GET /_matrix/client/v3/sync: what is new in all rooms"), matrix_read_sync},
	{"messages", N_("GET /_matrix/client/v3/rooms/ROOM/messages: a page of one room"), matrix_read_messages},
	{"event", N_("GET /_matrix/client/v3/rooms/ROOM/event/EVENT: one message"), matrix_read_event},
	{},
};

const struct channel_kind channel_matrix = {
	.word = "matrix",
	.title = N_("Matrix"),
	.about = N_("An account on a Matrix home server: rooms and direct conversations come in, yours go out. Encrypted rooms cannot be read."),
	.network = "matrix",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | HIDES_FOR_GOOD | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_POST,
	.limits = limits,
	.fields = fields,
	.fetch_every = 10 * SECOND,
	.verify = verify,
	.fetch = matrix_fetch,
	.publish = matrix_publish,
	.look = matrix_look,
	.metrics = metrics,
	.bring = matrix_bring,
	.profile = matrix_profile,
	.write_profile = matrix_write_profile,
	.profile_fields = matrix_profile_fields,
	.readers = readers,
};
